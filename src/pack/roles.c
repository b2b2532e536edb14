/* roles.yaml: who sees and writes what. A role gives only what it says; whatever is not written is not
 * allowed. */
#include "pack/reader.h"
#include "pack/role.h"

#include <string.h>

static const char *const right_names[] = {"read", "create", "edit", "retire", "export", NULL};
static const char *const kind_names[] = {"identity", "phone", "bank", "health", NULL};
static const char *const ability_names[ABILITY_COUNT + 1] = {
    [ABILITY_DASHBOARD] = "dashboard", [ABILITY_MONITORING] = "monitoring", [ABILITY_SCREEN] = "screen",
    [ABILITY_IMPORT] = "import",       [ABILITY_USERS] = "users",           [ABILITY_AUDIT] = "audit",
    [ABILITY_TOKENS] = "tokens",       [ABILITY_ASSESS] = "assess",         [ABILITY_COUNT] = NULL,
};
static const char *const row_names[] = {"everywhere", "division", "assigned", NULL};
static const enum role_rows rows_of[] = {ROWS_EVERYWHERE, ROWS_DIVISION, ROWS_ASSIGNED};
static const char *const level_names[] = {"county", "township", "village", NULL};

const char *pack_ability_name(enum role_ability ability)
{
    return ability_names[ability];
}

const char *pack_right_name(size_t bit)
{
    return right_names[bit];
}

const char *pack_sensitive_name(enum pack_sensitive kind)
{
    return kind == SENSITIVE_NO ? "no" : kind_names[kind - 1];
}

int pack_role_find(const struct pack *pack, struct text name)
{
    for (size_t i = 0; i < pack->role_count; i++)
        if (text_equal(pack->roles[i].label.name, name)) return (int)i;
    return -1;
}

/* ---- What a unit owns ---- */

static bool has_unit(const int *units, size_t count, int unit)
{
    for (size_t i = 0; i < count; i++)
        if (units[i] == unit) return true;
    return false;
}

bool pack_unit_owns(const struct pack *pack, const struct pack_clause *clause, int unit)
{
    for (size_t i = 0; unit >= 0 && i < clause->count; i++) {
        int at = clause->items[i];
        while (pack->clauses[at].lead_count + pack->clauses[at].responsible_count == 0 &&
               pack->clauses[at].parent >= 0)
            at = pack->clauses[at].parent;
        const struct pack_plan_clause *task = &pack->clauses[at];
        if (has_unit(task->lead, task->lead_count, unit) ||
            has_unit(task->responsible, task->responsible_count, unit))
            return true;
    }
    return false;
}

/* ---- Reading ---- */

/* A word or a list of words, each one of the names: the bits of their places. */
static uint32_t read_bits(struct reader *reader, const struct yaml_node *node, const char *const *names)
{
    uint32_t bits = 0;
    int choice;
    if (node == NULL) return 0;
    if (yaml_kind(node) != YAML_LIST)
        return yaml_choice(node, names, &choice, reader->faults) ? UINT32_C(1) << choice : 0;
    for (size_t i = 0; i < yaml_count(node); i++)
        if (yaml_choice(yaml_item(node, i), names, &choice, reader->faults)) bits |= UINT32_C(1) << choice;
    return bits;
}

static uint8_t read_rights(struct reader *reader, const struct yaml_node *node)
{
    size_t before = reader->faults->count;
    uint8_t rights = (uint8_t)read_bits(reader, node, right_names);
    if (rights != 0 && (rights & RIGHT_READ) == 0 && reader->faults->count == before)
        yaml_fault(node, reader->faults, "有写、停用或导出的权利而没有 read，看不见就无从下手；请加上 read",
                   "rights without `read`: nobody can work on what they cannot see; add read");
    return rights;
}

/* register → rights; "*" stands for those that are not named. */
static void read_registers_of(struct reader *reader, const struct yaml_node *node, struct pack_role *role)
{
    size_t registers = reader->pack->schema.register_count;
    if (node == NULL || !yaml_is(node, YAML_MAPPING, reader->faults)) return;
    const struct yaml_node *others = yaml_get(node, "*");
    uint8_t other_rights = read_rights(reader, others);
    memset(role->rights, other_rights, registers);
    for (size_t i = 0; i < yaml_count(node); i++) {
        const struct yaml_node *key = yaml_key(node, i);
        if (text_is(yaml_text(key), "*")) continue;
        int reg = reader_reference(reader, key, &reader->registers, DOCUMENT_REGISTERS, "登记册", "register");
        uint8_t rights = read_rights(reader, yaml_item(node, i));
        if (reg >= 0) role->rights[reg] = rights | RIGHT_NAMED;
    }
}

static bool divisions_are_kept(const struct reader *reader)
{
    const struct yaml_node *divisions = yaml_get(reader->documents[DOCUMENT_PACK][0], "divisions");
    return yaml_get(divisions, "register") != NULL;
}

static void read_rows(struct reader *reader, const struct yaml_node *thing, struct pack_role *role)
{
    const struct yaml_node *scope =
        yaml_need(thing, "scope", "everywhere、division 或 assigned",
                  "whose records: everywhere, division or assigned", reader->faults);
    const struct yaml_node *level = yaml_get(thing, "level");
    int choice;
    if (!yaml_choice(scope, row_names, &choice, reader->faults)) return;
    role->rows = rows_of[choice];
    if (role->rows != ROWS_DIVISION) {
        if (level != NULL)
            yaml_fault(level, reader->faults, "level 只用于 scope: division",
                       "`level` belongs to `scope: division` only");
        return;
    }
    if (!divisions_are_kept(reader))
        yaml_fault(scope, reader->faults, "scope: division 需要由区划生成的登记册，见 pack.yaml 的 divisions",
                   "`scope: division` needs a register that divisions fill, see `divisions` in pack.yaml");
    if (level == NULL)
        yaml_fault(scope, reader->faults, "缺少“level”：该角色的用户所属的级别，county、township 或 village",
                   "missing `level`: of which level the divisions of its users are, county, township or "
                   "village");
    if (yaml_choice(level, level_names, &choice, reader->faults)) role->level = (enum division_level)choice;
}

/* Users and the log are the whole county's: whoever sees a part of it must not reach the rest through them.
 */
static void check_abilities(struct reader *reader, const struct yaml_node *node, const struct pack_role *role)
{
    static const enum role_ability whole[] = {ABILITY_USERS, ABILITY_AUDIT, ABILITY_ASSESS};
    for (size_t i = 0; role->rows != ROWS_EVERYWHERE && i < sizeof whole / sizeof *whole; i++)
        if ((role->abilities & UINT32_C(1) << whole[i]) != 0)
            yaml_fault(node, reader->faults, "%s 涉及全县，只能给 scope: everywhere 的角色",
                       "`%s` reaches the whole county and is for roles with `scope: everywhere`",
                       ability_names[whole[i]]);
}

static void read_role(struct reader *reader, const struct entry *entry, struct pack_role *role)
{
    static const char *const keys[] = {"label",  "scope",  "level", "registers", "owned",
                                       "office", "unmask", "can",   "note",      NULL};
    *role = (struct pack_role){
        .label = {.name = entry->name},
        .rows = ROWS_ASSIGNED,
        .office = -1,
        .rights = arena_array(reader->arena, reader->pack->schema.register_count, sizeof *role->rights)};
    const struct yaml_node *thing = entry->value;
    if (!yaml_keys(thing, keys, reader->faults)) return;
    size_t before = reader->faults->count;
    reader_label(reader, thing, entry->name, &role->label);
    read_rows(reader, thing, role);
    bool rows_known = reader->faults->count == before;
    read_registers_of(reader, yaml_get(thing, "registers"), role);
    role->owned = read_rights(reader, yaml_get(thing, "owned"));
    const struct yaml_node *office = yaml_get(thing, "office");
    role->office = reader_reference(reader, office, &reader->units, DOCUMENT_UNITS, "单位", "unit");
    if (office != NULL && (role->rows != ROWS_EVERYWHERE || role->owned != 0))
        yaml_fault(
            office, reader->faults, "office 只用于看全县（scope: everywhere）而没有 owned 的角色",
            "`office` is for roles that see all of the county (`scope: everywhere`) and have no `owned`");
    role->unmasked = read_bits(reader, yaml_get(thing, "unmask"), kind_names) << 1;
    role->abilities = read_bits(reader, yaml_get(thing, "can"), ability_names);
    if (rows_known) check_abilities(reader, yaml_get(thing, "can"), role);
    role->note = reader_note(reader, thing);
}

void read_roles(struct reader *reader)
{
    struct pack *pack = reader->pack;
    struct entries entries = reader_entries(reader, DOCUMENT_ROLES);
    pack->roles = arena_array(reader->arena, entries.count, sizeof *pack->roles);
    pack->role_count = entries.count;
    struct spellings spellings = {0};
    for (size_t i = 0; i < entries.count; i++) {
        read_role(reader, &entries.items[i], &pack->roles[i]);
        spellings_add_label(&spellings, reader, &pack->roles[i].label, i, entries.items[i].key,
                            entries.items[i].value);
    }
    spellings_fini(&spellings);
}
