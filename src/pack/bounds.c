/* `min` and `max` of a field where they are words: another field of the record, today or this year, and so
 * many more. */
#include "pack/reader.h"

enum { BOUNDS_MAX = 8, PLUS_MAX = 100000 };

/* Constants begin with a digit or a sign. */
static bool is_word(const struct yaml_node *node)
{
    if (yaml_kind(node) != YAML_SCALAR) return false;
    struct text text = yaml_text(node);
    return text.size > 0 && ((text.at[0] >= 'a' && text.at[0] <= 'z') || text.at[0] == '_');
}

const struct yaml_node *bound_constant(const struct yaml_node *node)
{
    if (node == NULL || yaml_kind(node) != YAML_LIST) return is_word(node) ? NULL : node;
    for (size_t i = 0; i < yaml_count(node); i++)
        if (!is_word(yaml_item(node, i))) return yaml_item(node, i);
    return NULL;
}

/* "visited_on + 30" → the name, and 30. false: it is not of that shape. */
static bool split(struct text words, struct text *name, int64_t *plus)
{
    size_t at = 0;
    int64_t sign = 0;
    while (at < words.size && words.at[at] != '+' && words.at[at] != '-') at++;
    *name = text_trim((struct text){words.at, at});
    *plus = 0;
    if (at == words.size) return true;
    sign = words.at[at] == '-' ? -1 : 1;
    struct text number = text_trim((struct text){words.at + at + 1, words.size - at - 1});
    for (size_t i = 0; i < number.size; i++) {
        if (number.at[i] < '0' || number.at[i] > '9' || *plus > PLUS_MAX) return false;
        *plus = *plus * 10 + (number.at[i] - '0');
    }
    *plus *= sign;
    return number.size > 0;
}

static bool read_bound(struct reader *reader, const struct yaml_node *node, int reg, size_t index,
                       struct pack_bound *bound)
{
    const struct schema_field *fields = reader->pack->schema.registers[reg].fields;
    struct type type = fields[index].type;
    struct text name;
    bool counts = type.kind == TYPE_DATE || type.kind == TYPE_MONTH || type.kind == TYPE_INT;
    if (!split(yaml_text(node), &name, &bound->plus) || (bound->plus != 0 && !counts)) {
        yaml_fault(node, reader->faults, "应为字段名或 today，可加减天数、月数、个数，如 visited_on + 1",
                   "expected a field or `today`, with days, months or a number more or less: visited_on + 1");
        return false;
    }
    bool day = type.kind == TYPE_DATE || type.kind == TYPE_MONTH;
    if ((day && text_is(name, "today")) || (type.kind == TYPE_INT && text_is(name, "this_year"))) {
        bound->field = BOUND_TODAY;
        return true;
    }
    size_t found;
    if (!map_get(&reader->field_names[reg], name, &found)) {
        struct suggest suggest = suggest_start(name);
        for (size_t i = 0; i < reader->pack->schema.registers[reg].field_count; i++)
            suggest_offer(&suggest, fields[i].label.name);
        yaml_fault_unknown(node, reader->faults, "字段", "field", &suggest);
        return false;
    }
    bound->field = (int)found;
    if (found != index && fields[found].type.kind == type.kind) return true;
    yaml_fault(node, reader->faults, "应是另一个同类型的字段", "expected another field of the same type");
    return false;
}

static const struct pack_bound *read_side(struct reader *reader, const struct yaml_node *node, int reg,
                                          size_t index, size_t *count)
{
    bool list = node != NULL && yaml_kind(node) == YAML_LIST;
    size_t wanted = list ? yaml_count(node) : node != NULL, constants = 0;
    struct pack_bound *bounds = arena_array(reader->arena, BOUNDS_MAX, sizeof *bounds);
    if (wanted > BOUNDS_MAX)
        yaml_fault(node, reader->faults, "一个字段最多 8 个界限", "a field has at most 8 bounds a side");
    for (size_t i = 0; i < wanted && i < BOUNDS_MAX; i++) {
        const struct yaml_node *item = list ? yaml_item(node, i) : node;
        if (is_word(item))
            *count += read_bound(reader, item, reg, index, &bounds[*count]);
        else if (++constants > 1)
            yaml_fault(item, reader->faults, "只能有一个固定的值", "one constant is enough");
    }
    return bounds;
}

void read_bounds(struct reader *reader, const struct yaml_node *node, int reg, size_t field,
                 struct pack_field *meta)
{
    enum type_kind kind = reader->pack->schema.registers[reg].fields[field].type.kind;
    bool fits = kind == TYPE_INT || kind == TYPE_DECIMAL || kind == TYPE_MONEY || kind == TYPE_RATIO ||
                kind == TYPE_DATE || kind == TYPE_MONTH;
    if (!fits || yaml_kind(node) != YAML_MAPPING) return; /* a fault already, where there is one */
    meta->above = read_side(reader, yaml_get(node, "min"), reg, field, &meta->above_count);
    meta->below = read_side(reader, yaml_get(node, "max"), reg, field, &meta->below_count);
}
