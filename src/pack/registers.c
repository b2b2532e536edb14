/* Registers in an order in which parents come before children, with their fields: the tables of a pack. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "pack/reader.h"

enum { REGISTERS_MAX = 500, FIELDS_MAX = 1000 };

/* ---- Order ---- */

enum visit { VISIT_NOT_YET, VISIT_UNDER_WAY, VISIT_DONE };

struct order {
    struct reader *reader;
    struct entries entries;
    struct map indexes; /* name → entry */
    enum visit *visits;
    struct entry *placed;
    size_t placed_count;
};

/* The entry of the register that this one's parent field refers to, as far as that can be seen; -1. */
static int parent_entry(const struct order *order, const struct entry *entry)
{
    const struct yaml_node *parent = yaml_get(entry->value, "parent");
    if (yaml_kind(parent) != YAML_SCALAR) return -1;
    const struct yaml_node *field = yaml_find(yaml_get(entry->value, "fields"), yaml_text(parent));
    size_t index;
    return map_get(&order->indexes, yaml_text(yaml_get(field, "register")), &index) ? (int)index : -1;
}

/* Names the whole circle: a → b → a. */
static void report_circle(struct order *order, int start)
{
    struct buffer names = {0};
    int at = start;
    do {
        buffer_text(&names, order->entries.items[at].name);
        buffer_string(&names, " → ");
        at = parent_entry(order, &order->entries.items[at]);
    } while (at != start && names.size < 300);
    buffer_text(&names, order->entries.items[start].name);
    yaml_fault(yaml_get(order->entries.items[start].value, "parent"), order->reader->faults,
               "登记册的上级成了环：%s", "the parents of registers form a circle: %s", names.data);
    buffer_fini(&names);
}

/* Recursion is bounded by REGISTERS_MAX. */
static void place(struct order *order, int index)
{
    struct entry *entry = &order->entries.items[index];
    order->visits[index] = VISIT_UNDER_WAY;
    int parent = parent_entry(order, entry);
    if (parent >= 0 && order->visits[parent] == VISIT_UNDER_WAY)
        report_circle(order, parent);
    else if (parent >= 0 && order->visits[parent] == VISIT_NOT_YET)
        place(order, parent);
    order->visits[index] = VISIT_DONE;
    order->placed[order->placed_count++] = *entry;
}

static struct entries in_order(struct reader *reader, struct entries entries)
{
    struct order order = {.reader = reader, .entries = entries};
    order.visits = arena_array(reader->arena, entries.count, sizeof *order.visits);
    order.placed = arena_array(reader->arena, entries.count, sizeof *order.placed);
    for (size_t i = 0; i < entries.count; i++) map_put(&order.indexes, entries.items[i].name, i);
    for (size_t i = 0; i < entries.count; i++)
        if (order.visits[i] == VISIT_NOT_YET) place(&order, (int)i);
    map_fini(&order.indexes);
    return (struct entries){order.placed, order.placed_count};
}

/* ---- Fields ---- */

/* Columns every table has. */
static bool is_reserved(struct text name)
{
    return text_is(name, "id") || text_is(name, "created") || text_is(name, "entry") ||
           text_is(name, "version");
}

static void read_fields(struct reader *reader, const struct yaml_node *thing, const struct yaml_node *fields,
                        int reg)
{
    struct schema_register *schema_register = &reader->pack->schema.registers[reg];
    size_t kept = case_field_count(reader, schema_register->label.name);
    if (!yaml_is(fields, YAML_MAPPING, reader->faults)) return;
    size_t count = yaml_count(fields);
    if (count == 0) yaml_fault(fields, reader->faults, "至少要有一个字段", "expected at least one field");
    if (count > FIELDS_MAX) {
        yaml_fault(fields, reader->faults, "字段超过 1,000 个", "more than 1,000 fields");
        count = FIELDS_MAX;
    }
    struct schema_field *schema_fields = arena_array(reader->arena, count + kept, sizeof *schema_fields);
    struct pack_field *pack_fields = arena_array(reader->arena, count + kept, sizeof *pack_fields);
    schema_register->fields = schema_fields;
    reader->pack->registers[reg].fields = pack_fields;
    for (size_t i = 0; i < count; i++) {
        const struct yaml_node *key = yaml_key(fields, i), *value = yaml_item(fields, i);
        struct text name;
        if (!yaml_name(key, &name, reader->faults)) continue;
        if (is_reserved(name))
            yaml_fault(key, reader->faults, "名称“%.*s”由系统使用；请换一个名称",
                       "the name `%.*s` is used by the system; choose another", TEXT_ARGS(name));
        size_t at = schema_register->field_count++;
        schema_fields[at].label.name = name;
        map_put(&reader->field_names[reg], name, at);
        read_field(reader, value, &schema_fields[at], &pack_fields[at]);
        const struct schema_field *field = &schema_fields[at];
        struct spellings *spellings = &reader->field_spellings[reg];
        spellings_add_label(spellings, reader, &field->label, at, key, value);
        for (size_t k = 0; k < field->alias_count; k++)
            spellings_add(spellings, reader, field->aliases[k], at, yaml_get(value, "aliases"), "名称",
                          "alias");
    }
    read_case_fields(reader, thing, reg, schema_fields, pack_fields);
    for (size_t i = 0; i < count; i++) {
        size_t at;
        if (map_get(&reader->field_names[reg], yaml_text(yaml_key(fields, i)), &at))
            read_bounds(reader, yaml_item(fields, i), reg, at, &pack_fields[at]);
    }
}

/* Two columns of one register must not have one heading: no sheet could say which is meant. Labels are
 * headings too; two of them that meet were reported as labels. */
static void check_headings(struct reader *reader, const struct yaml_node *fields, int reg)
{
    const struct schema_register *schema_register = &reader->pack->schema.registers[reg];
    struct spellings headings = {0};
    for (size_t i = 0; i < schema_register->field_count; i++) {
        const struct label *label = &schema_register->fields[i].label;
        const struct yaml_node *words = yaml_get(yaml_find(fields, label->name), "label");
        spellings_add(&headings, reader, label->zh, i, words, NULL, NULL);
        spellings_add(&headings, reader, label->en, i, words, NULL, NULL);
    }
    for (size_t i = 0; i < schema_register->field_count; i++) {
        const struct yaml_node *list =
            yaml_get(yaml_find(fields, schema_register->fields[i].label.name), "headings");
        for (size_t k = 0; yaml_kind(list) == YAML_LIST && k < yaml_count(list); k++) {
            const struct yaml_node *item = yaml_item(list, k);
            const struct yaml_node *words =
                yaml_kind(item) == YAML_MAPPING ? yaml_get(item, "heading") : item;
            spellings_add(&headings, reader, yaml_text(words), i, words, "表头", "heading");
        }
    }
    spellings_fini(&headings);
}

/* ---- Registers ---- */

static void read_parent(struct reader *reader, const struct yaml_node *node, int reg)
{
    struct schema_register *schema_register = &reader->pack->schema.registers[reg];
    schema_register->parent = schema_register->parent_field = -1;
    int index = reader_field(reader, node, reg);
    if (index < 0) return;
    const struct schema_field *field = &schema_register->fields[index];
    if (field->type.kind != TYPE_RECORD) {
        if (reader_is_suspect(reader, field->label.name)) return;
        yaml_fault(node, reader->faults, "“%.*s”应是 reference 类型的字段",
                   "`%.*s` should be a field of type reference", TEXT_ARGS(field->label.name));
        return;
    }
    if (!reader->pack->registers[reg].fields[index].required)
        yaml_fault(node, reader->faults,
                   "上级字段“%.*s”须注明 required: true；没有上级的记录会从所有名单中消失",
                   "the parent field `%.*s` must be `required: true`: a record hanging on nothing would "
                   "vanish from all lists",
                   TEXT_ARGS(field->label.name));
    if (field->type.record >= reg) return; /* a circle, reported when ordering */
    schema_register->parent = field->type.record;
    schema_register->parent_field = index;
}

static void read_key(struct reader *reader, const struct yaml_node *thing, int reg)
{
    struct pack_register *pack_register = &reader->pack->registers[reg];
    const struct schema_register *schema_register = &reader->pack->schema.registers[reg];
    const struct yaml_node *node =
        yaml_need(thing, "key", "识别一条记录的字段，例如 [number]",
                  "the fields that tell records apart, such as [number]", reader->faults);
    pack_register->key = reader_fields(reader, node, reg, &pack_register->key_count);
    if (yaml_kind(node) == YAML_LIST && yaml_count(node) == 0)
        yaml_fault(node, reader->faults, "至少要有一个字段", "expected at least one field");
    for (size_t i = 0; i < pack_register->key_count; i++) {
        int index = pack_register->key[i];
        const struct schema_field *field = &schema_register->fields[index];
        if (!pack_register->fields[index].required)
            yaml_fault(node, reader->faults, "主键字段“%.*s”须注明 required: true",
                       "the key field `%.*s` must be `required: true`", TEXT_ARGS(field->label.name));
        if (field->type.kind == TYPE_RATIO || field->type.kind == TYPE_CODES)
            yaml_fault(node, reader->faults, "“%.*s”的类型（ratio、codes）不能作主键",
                       "`%.*s` is a ratio or codes, which cannot be part of a key",
                       TEXT_ARGS(field->label.name));
    }
}

/* A list by codes, a share or what is hidden would not use the index. */
static void read_listed(struct reader *reader, const struct yaml_node *node, int reg)
{
    enum { LISTED_MAX = 8 };
    struct pack_register *pack_register = &reader->pack->registers[reg];
    const struct schema_register *schema_register = &reader->pack->schema.registers[reg];
    if (node == NULL) return;
    pack_register->listed = reader_fields(reader, node, reg, &pack_register->listed_count);
    if (pack_register->listed_count > LISTED_MAX)
        yaml_fault(node, reader->faults, "最多 8 个字段：每个都有一个索引，导入时都要写",
                   "at most 8 fields: each has an index, which every import writes");
    for (size_t i = 0; i < pack_register->listed_count; i++) {
        int index = pack_register->listed[i];
        const struct schema_field *field = &schema_register->fields[index];
        if (pack_register->fields[index].sensitive != SENSITIVE_NO || field->type.kind == TYPE_CODES ||
            field->type.kind == TYPE_RATIO)
            yaml_fault(
                node, reader->faults, "“%.*s”不能列在这里：敏感的字段、codes 和 ratio 不按索引查找",
                "`%.*s` cannot stand here: sensitive fields, codes and ratios are not looked up by an index",
                TEXT_ARGS(field->label.name));
    }
}

/* Whoever is to own a record has to be named in it: an empty one would be nobody's, unless it hangs on
 * something that has its place. */
static void read_owners(struct reader *reader, const struct yaml_node *node, int reg)
{
    struct pack_register *pack_register = &reader->pack->registers[reg];
    pack_register->owners = reader_fields(reader, node, reg, &pack_register->owner_count);
    for (size_t i = 0; i < pack_register->owner_count; i++) {
        int field = pack_register->owners[i];
        bool text = reader->pack->schema.registers[reg].fields[field].type.kind == TYPE_TEXT;
        bool empty = i == 0 && reader->pack->schema.registers[reg].parent < 0 &&
                     !pack_register->fields[field].required;
        if (!text || empty)
            yaml_fault(node, reader->faults,
                       "owner 应是 text 类型的字段；没有 parent 的登记簿，第一个还要 required: true",
                       "an `owner` is a field of type text; without a `parent` the first one is `required: "
                       "true`");
    }
}

/* `place: county`: what the records refer to is not where they lie. */
static void read_place(struct reader *reader, const struct yaml_node *node, int reg)
{
    static const char *const places[] = {"county", NULL};
    struct pack_register *meta = &reader->pack->registers[reg];
    int choice;
    meta->countywide = yaml_choice(node, places, &choice, reader->faults);
    if (meta->countywide && (meta->owner_count > 0 || reader->pack->schema.registers[reg].parent >= 0))
        yaml_fault(node, reader->faults, "有 parent 或 owner 的登记簿，记录各有所属，不能写 place: county",
                   "records with a `parent` or an `owner` belong somewhere: no `place: county`");
}

static void read_register(struct reader *reader, const struct entry *entry, int reg)
{
    static const char *const keys[] = {"label", "clause", "key",      "parent", "owner",
                                       "name",  "fields", "lists_by", "note",   "place", NULL};
    struct pack_register *pack_register = &reader->pack->registers[reg];
    struct schema_register *schema_register = &reader->pack->schema.registers[reg];
    schema_register->label.name = entry->name;
    schema_register->fields = arena_array(reader->arena, 0, sizeof *schema_register->fields); /* never NULL */
    schema_register->parent = schema_register->parent_field = -1;
    pack_register->name_field = -1;
    pack_register->file = yaml_file(entry->key);
    pack_register->line = yaml_line(entry->key);
    if (text_starts(entry->name, TEXT("zs_")) || text_starts(entry->name, TEXT("sqlite_")))
        yaml_fault(entry->key, reader->faults, "名称不能以 zs_ 或 sqlite_ 开头",
                   "a name cannot begin with zs_ or sqlite_");
    if (!yaml_keys(entry->value, keys, reader->faults)) {
        reader_suspect(reader, &schema_register->label);
        return;
    }
    reader_label(reader, entry->value, entry->name, &schema_register->label);
    pack_register->clause = reader_clause(reader, entry->value);
    reader_note(reader, entry->value);
    const struct yaml_node *fields =
        yaml_need(entry->value, "fields", "字段", "the register's fields", reader->faults);
    if (!yaml_is(fields, YAML_MAPPING, reader->faults)) {
        reader_suspect(reader, &schema_register->label);
        return;
    }
    read_fields(reader, entry->value, fields, reg);
    check_headings(reader, fields, reg);
    read_parent(reader, yaml_get(entry->value, "parent"), reg);
    read_key(reader, entry->value, reg);
    pack_register->name_field = reader_field(reader, yaml_get(entry->value, "name"), reg);
    read_listed(reader, yaml_get(entry->value, "lists_by"), reg);
    read_owners(reader, yaml_get(entry->value, "owner"), reg);
    read_place(reader, yaml_get(entry->value, "place"), reg);
}

/* What a reference may well point to is said by fields of other registers: when all have been read. */
static void read_proposals(struct reader *reader, int reg)
{
    const struct yaml_node *fields = yaml_get(reader->register_entries.items[reg].value, "fields");
    for (size_t i = 0; yaml_kind(fields) == YAML_MAPPING && i < yaml_count(fields); i++) {
        size_t at;
        if (yaml_get(yaml_item(fields, i), "fits") == NULL ||
            !map_get(&reader->field_names[reg], yaml_text(yaml_key(fields, i)), &at))
            continue;
        struct pack_field *meta = (struct pack_field *)(uintptr_t)&reader->pack->registers[reg].fields[at];
        read_fits(reader, yaml_item(fields, i), reg, (int)at, meta);
    }
}

void read_registers(struct reader *reader)
{
    struct pack *pack = reader->pack;
    struct entries entries = reader_entries(reader, DOCUMENT_REGISTERS);
    if (entries.count > REGISTERS_MAX) {
        yaml_fault(entries.items[REGISTERS_MAX].key, reader->faults, "登记册超过 500 个",
                   "more than 500 registers");
        entries.count = REGISTERS_MAX;
    }
    reader->register_entries = in_order(reader, entries);
    size_t count = entries.count;
    pack->schema.registers = arena_array(reader->arena, count, sizeof *pack->schema.registers);
    pack->schema.register_count = count;
    pack->registers = arena_array(reader->arena, count, sizeof *pack->registers);
    reader->field_names = mem_new(count, sizeof *reader->field_names);
    reader->field_spellings = mem_new(count, sizeof *reader->field_spellings);
    struct spellings spellings = {0};
    for (size_t i = 0; i < count; i++) map_put(&reader->registers, reader->register_entries.items[i].name, i);
    for (size_t i = 0; i < count; i++) {
        const struct entry *entry = &reader->register_entries.items[i];
        read_register(reader, entry, (int)i);
        spellings_add_label(&spellings, reader, &pack->schema.registers[i].label, i, entry->key,
                            entry->value);
    }
    spellings_fini(&spellings);
    for (size_t i = 0; i < count; i++) read_proposals(reader, (int)i);
}
