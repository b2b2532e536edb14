"""Makes a large county out of a small one inside the database: every household and what hangs on it is copied with new ids and new
numbers into the same villages. Identity numbers move to another area code and keep their check digit right, or wrong as it was.

One statement a register and copy, the same for both databases; rows arrive in the order of the tables' keys."""

WEIGHTS = (7, 9, 10, 5, 8, 4)  # of the area code's six digits in the check digit of an identity number
AREA = 430421


def quoted(name):
    return f'"{name}"'


def identity(column, copy):
    """The number with another area code. 18 digits of this county only; others, which are faulty, stay as they are."""
    area = f"{AREA + copy:06}"
    shift = sum(weight * (int(new) - int(old)) for weight, new, old in zip(WEIGHTS, area, str(AREA)))
    check = f"CASE substr({column}, 18, 1) WHEN 'X' THEN 10 ELSE CAST(substr({column}, 18, 1) AS INTEGER) END"
    return (f"CASE WHEN length({column}) = 18 AND substr({column}, 1, 6) = '{AREA}' AND substr({column}, 18, 1) IN "
            f"('0','1','2','3','4','5','6','7','8','9','X') THEN '{area}' || substr({column}, 7, 11) || "
            f"substr('0123456789X', 1 + ({check} + {(-shift) % 11}) % 11, 1) ELSE {column} END")


def multiplied(registers, subject):
    """The subject and what hangs on it, however far, in the order in which it can be filled."""
    found = [subject]
    while True:
        more = [name for name, register in registers.items() if name not in found and register.parent in found]
        if not more:
            return found
        found += more


def statements(registers, order, offsets, copy):
    """INSERTs of one copy. registers: name → columns, references {column: register}, identities, texts of the key."""
    for name in order:
        register = registers[name]
        values = []
        for column in register.columns:
            value = quoted(column)
            if column == "id":
                value = f"id + {copy * offsets[name]}"
            elif register.references.get(column) in order:
                value += f" + {copy * offsets[register.references[column]]}"
            elif column in register.identities:
                value = identity(value, copy)
            elif column in register.text_keys and not any(key in register.references for key in register.keys):
                value += f" || '-{copy:05}'"
            values.append(value)
        columns = ", ".join(map(quoted, register.columns))
        cluster = f"{quoted(register.parent_field)}, " if register.parent == order[0] else ""
        yield (f"INSERT INTO {quoted(name)} ({columns}) SELECT {', '.join(values)} FROM {quoted(name)} "
               f"WHERE id <= {offsets[name]} ORDER BY {cluster}id")


class Shape:
    """What the catalogue says of one register."""

    def __init__(self, parent_field, keys):
        self.parent_field, self.keys = parent_field, keys
        self.columns, self.references, self.text_keys = [], {}, []
        self.parent, self.identities = None, []


def shapes(ask, identities):
    """ask(sql) gives rows; identities: names of the fields that hold identity numbers."""
    registers = {name: Shape(parent, key.split(",")) for name, parent, key in
                 ask("SELECT name, parent, key FROM zs_register WHERE retired = 0")}
    for name, field, kind, detail in ask("SELECT register, field, type, detail FROM zs_column WHERE retired = 0"):
        register = registers[name]
        register.columns.append(field)
        if kind == "reference":
            register.references[field] = detail
        if kind == "text" and field in register.keys:
            register.text_keys.append(field)
        if kind == "text" and field in identities:
            register.identities.append(field)
    for register in registers.values():
        register.columns += ["id", "created", "entry", "version"]
        register.parent = register.references.get(register.parent_field)
    return registers
