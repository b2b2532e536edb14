/* Feeds: which registers one sheet fills, and how its columns find their fields. */
#include <string.h>

#include "pack/reader.h"

enum { PARTS_MAX = 50 };

struct part_context {
    struct reader *reader;
    struct feed_part *parts; /* those before are finished */
    size_t index;
    const struct schema_register *reg;
};

static int field_of(const struct part_context *context, const struct yaml_node *node)
{
    int reg = context->parts[context->index].reg;
    int field = reader_field(context->reader, node, reg);
    if (field < 0) return field;
    /* What casework alone writes of its own accord a feed may bring by name: it was so before there was a
     * case. */
    if (context->reader->pack->registers[reg].fields[field].keeper != KEEPER_CASE) return field;
    yaml_fault(node, context->reader->faults, "“%.*s”由办件自己记，不能从表格导入",
               "`%.*s` is what a case keeps of itself; no sheet can fill it", TEXT_ARGS(yaml_text(node)));
    return -1;
}

/* A RECORD field whose record stands on the same row, as another part of this feed. */
static bool comes_from_part(const struct part_context *context, int field)
{
    int record = context->reg->fields[field].type.record;
    for (size_t i = 0; record >= 0 && i < context->index; i++)
        if (context->parts[i].reg == record) return true;
    return false;
}

static bool contains(const int *items, size_t count, int item)
{
    for (size_t i = 0; i < count; i++)
        if (items[i] == item) return true;
    return false;
}

static void read_key(struct part_context *context, const struct yaml_node *node)
{
    struct feed_part *part = &context->parts[context->index];
    const struct pack_register *reg = &context->reader->pack->registers[part->reg];
    part->key = reg->key;
    part->key_count = reg->key_count;
    if (node == NULL) return;
    part->key = reader_fields(context->reader, node, part->reg, &part->key_count);
    if (yaml_kind(node) == YAML_LIST && yaml_count(node) == 0)
        yaml_fault(node, context->reader->faults, "至少要有一个字段", "expected at least one field");
}

static bool read_column(struct part_context *context, const struct yaml_node *value,
                        struct feed_column *column)
{
    static const char *const keys[] = {"field", "unit", NULL};
    struct reader *reader = context->reader;
    const struct yaml_node *field = value, *unit = NULL;
    if (yaml_kind(value) == YAML_MAPPING) {
        if (!yaml_keys(value, keys, reader->faults)) return false;
        field = yaml_need(value, "field", "字段", "the field", reader->faults);
        unit = yaml_get(value, "unit");
    }
    column->field = field_of(context, field);
    return column->field >= 0 &&
           read_scale(reader, unit, context->reg->fields[column->field].type, &column->scale_by);
}

static void read_columns(struct part_context *context, const struct yaml_node *node)
{
    struct reader *reader = context->reader;
    struct feed_part *part = &context->parts[context->index];
    if (!yaml_is(node, YAML_MAPPING, reader->faults)) return;
    struct feed_column *columns = arena_array(reader->arena, yaml_count(node), sizeof *columns);
    struct spellings headings = {0};
    for (size_t i = 0; i < yaml_count(node); i++) {
        const struct yaml_node *key = yaml_key(node, i);
        struct feed_column *column = &columns[part->column_count];
        if (!yaml_string(key, &column->heading, reader->faults) ||
            !read_column(context, yaml_item(node, i), column))
            continue;
        spellings_add(&headings, reader, column->heading, i, key, "表头", "heading");
        if (comes_from_part(context, column->field))
            yaml_fault(key, reader->faults, "字段“%.*s”由同一行的上级部分确定，不能另取自一列",
                       "`%.*s` is filled from the same row's part for that register, not from a column",
                       TEXT_ARGS(context->reg->fields[column->field].label.name));
        part->column_count++;
    }
    part->columns = columns;
    spellings_fini(&headings);
}

static void read_constants(struct part_context *context, const struct yaml_node *node)
{
    struct reader *reader = context->reader;
    struct feed_part *part = &context->parts[context->index];
    if (!yaml_is(node, YAML_MAPPING, reader->faults)) return;
    int *fields = arena_array(reader->arena, yaml_count(node), sizeof *fields);
    struct value *values = arena_array(reader->arena, yaml_count(node), sizeof *values);
    for (size_t i = 0; i < yaml_count(node); i++) {
        const struct yaml_node *key = yaml_key(node, i);
        int field = field_of(context, key);
        if (field < 0) continue;
        for (size_t k = 0; k < part->column_count; k++)
            if (part->columns[k].field == field)
                yaml_fault(key, reader->faults, "字段“%.*s”既取自一列（columns）又是常数（set）",
                           "`%.*s` has both a column (`columns`) and a constant (`set`)",
                           TEXT_ARGS(yaml_text(key)));
        struct value *value = &values[part->set_count];
        if (read_constant(reader, yaml_item(node, i), part->reg, field, value))
            fields[part->set_count++] = field;
    }
    part->set_fields = fields;
    part->set_values = values;
}

/* The fields that the part takes from the sheet; those that make its records findable always belong to them.
 */
static void read_fields(struct part_context *context, const struct yaml_node *node)
{
    struct reader *reader = context->reader;
    struct feed_part *part = &context->parts[context->index];
    size_t count;
    if (node == NULL) return;
    const int *listed = reader_fields(reader, node, part->reg, &count);
    bool *fields = arena_array(reader->arena, context->reg->field_count, sizeof *fields);
    for (size_t i = 0; i < count; i++) fields[listed[i]] = true;
    for (size_t i = 0; i < part->key_count; i++) fields[part->key[i]] = true;
    for (size_t i = 0; i < part->column_count; i++) fields[part->columns[i].field] = true;
    for (size_t i = 0; i < part->set_count; i++) fields[part->set_fields[i]] = true;
    if (context->reg->parent_field >= 0) fields[context->reg->parent_field] = true;
    part->fields = fields;
}

/* Unless the feed says otherwise: the key's own columns. */
static void read_needs(struct part_context *context, const struct yaml_node *node)
{
    struct reader *reader = context->reader;
    struct feed_part *part = &context->parts[context->index];
    part->needs_given = node != NULL;
    if (node != NULL) {
        part->needs = reader_fields(reader, node, part->reg, &part->needs_count);
        return;
    }
    int *needs = arena_array(reader->arena, part->key_count, sizeof *needs);
    for (size_t i = 0; i < part->key_count; i++)
        if (!comes_from_part(context, part->key[i]) &&
            !contains(part->set_fields, part->set_count, part->key[i]))
            needs[part->needs_count++] = part->key[i];
    part->needs = needs;
}

/* A record cannot be looked up on its row when two parts of the feed fill its register. */
static void check_links(const struct part_context *context, const struct yaml_node *node)
{
    for (size_t field = 0; field < context->reg->field_count; field++) {
        int record = context->reg->fields[field].type.record, parts = 0;
        for (size_t i = 0; record >= 0 && i < context->index; i++) parts += context->parts[i].reg == record;
        if (parts > 1)
            yaml_fault(
                node, context->reader->faults,
                "字段“%.*s”所引用的登记册在此导入表中出现多次，无法确定是哪一条",
                "`%.*s` refers to a register that this feed fills more than once; it is not clear to which",
                TEXT_ARGS(context->reg->fields[field].label.name));
    }
}

static void read_fallbacks(struct part_context *context, const struct yaml_node *node)
{
    struct reader *reader = context->reader;
    struct feed_part *part = &context->parts[context->index];
    if (!yaml_is(node, YAML_MAPPING, reader->faults)) return;
    struct feed_fallback *fallbacks = arena_array(reader->arena, yaml_count(node), sizeof *fallbacks);
    for (size_t i = 0; i < yaml_count(node); i++) {
        int field = field_of(context, yaml_key(node, i)), from = field_of(context, yaml_item(node, i));
        if (field < 0 || from < 0) continue;
        struct type wanted = context->reg->fields[field].type;
        if (field == from || wanted.kind == TYPE_RECORD ||
            !type_equal(wanted, context->reg->fields[from].type))
            yaml_fault(yaml_item(node, i), reader->faults, "应是同一类型的另一个字段，不能是引用",
                       "another field of the same type is wanted, and no reference");
        else if (contains(part->set_fields, part->set_count, field))
            yaml_fault(yaml_key(node, i), reader->faults, "字段“%.*s”是常数（set），不会空着",
                       "`%.*s` is a constant (`set`) and never blank",
                       TEXT_ARGS(yaml_text(yaml_key(node, i))));
        else
            fallbacks[part->fallback_count++] = (struct feed_fallback){field, from};
    }
    part->fallbacks = fallbacks;
}

static bool read_part(struct part_context *context, const struct yaml_node *node)
{
    static const char *const keys[] = {"register", "mode",  "key",      "columns", "fields",
                                       "set",      "needs", "fallback", "note",    NULL};
    static const char *const modes[] = {"write", "match", NULL};
    struct reader *reader = context->reader;
    struct feed_part *part = &context->parts[context->index];
    int mode = 0;
    if (!yaml_keys(node, keys, reader->faults)) return false;
    part->reg = reader_reference(
        reader, yaml_need(node, "register", "所填的登记册", "the register it fills", reader->faults),
        &reader->registers, DOCUMENT_REGISTERS, "登记册", "register");
    if (part->reg < 0) return false;
    context->reg = &reader->pack->schema.registers[part->reg];
    yaml_choice(yaml_get(node, "mode"), modes, &mode, reader->faults);
    part->mode = mode == 0 ? FEED_WRITE : FEED_MATCH;
    read_key(context, yaml_get(node, "key"));
    read_columns(context, yaml_get(node, "columns"));
    read_constants(context, yaml_get(node, "set"));
    read_fields(context, yaml_get(node, "fields"));
    read_needs(context, yaml_get(node, "needs"));
    read_fallbacks(context, yaml_get(node, "fallback"));
    reader_note(reader, node);
    check_links(context, node);
    return true;
}

/* "parents first": a part can only be linked to records that the row's earlier parts have found. */
static void check_order(struct reader *reader, const struct pack_feed *feed,
                        const struct yaml_node *const *nodes)
{
    const struct schema *schema = &reader->pack->schema;
    for (size_t i = 0; i < feed->part_count; i++)
        for (size_t k = i + 1; k < feed->part_count; k++)
            if (schema->registers[feed->parts[i].reg].parent == feed->parts[k].reg &&
                feed->parts[i].reg != feed->parts[k].reg)
                yaml_fault(nodes[k], reader->faults, "登记册“%.*s”是前面“%.*s”的上级，应写在它之前",
                           "register `%.*s` is the parent of `%.*s` above and must stand before it",
                           TEXT_ARGS(schema->registers[feed->parts[k].reg].label.name),
                           TEXT_ARGS(schema->registers[feed->parts[i].reg].label.name));
}

static void read_feed(struct reader *reader, const struct entry *entry, struct pack_feed *feed)
{
    static const char *const keys[] = {"label", "clause", "registers", "note", NULL};
    feed->label.name = entry->name;
    if (!yaml_keys(entry->value, keys, reader->faults)) return;
    reader_label(reader, entry->value, entry->name, &feed->label);
    feed->clause = reader_clause(reader, entry->value);
    feed->note = reader_note(reader, entry->value);
    const struct yaml_node *list = yaml_need(entry->value, "registers", "一行所填的登记册，上级在前",
                                             "the registers that a row fills, parents first", reader->faults);
    if (!yaml_is(list, YAML_LIST, reader->faults)) return;
    if (yaml_count(list) == 0)
        yaml_fault(list, reader->faults, "至少要有一个登记册", "expected at least one register");
    if (yaml_count(list) > PARTS_MAX) {
        yaml_fault(list, reader->faults, "一个导入表最多 50 个登记册", "a feed has 50 registers at most");
        return;
    }
    struct part_context context = {.reader = reader};
    context.parts = arena_array(reader->arena, yaml_count(list), sizeof *context.parts);
    const struct yaml_node **nodes = arena_array(reader->arena, yaml_count(list), sizeof *nodes);
    for (size_t i = 0; i < yaml_count(list); i++) {
        nodes[context.index] = yaml_item(list, i);
        if (read_part(&context, yaml_item(list, i)))
            context.index++;
        else
            context.parts[context.index] = (struct feed_part){0};
    }
    feed->parts = context.parts;
    feed->part_count = context.index;
    check_order(reader, feed, nodes);
}

void read_feeds(struct reader *reader)
{
    struct pack *pack = reader->pack;
    struct entries entries = reader_entries(reader, DOCUMENT_FEEDS);
    pack->feeds = arena_array(reader->arena, entries.count, sizeof *pack->feeds);
    pack->feed_count = entries.count;
    struct spellings spellings = {0};
    for (size_t i = 0; i < entries.count; i++) {
        map_put(&reader->feeds, entries.items[i].name, i);
        read_feed(reader, &entries.items[i], &pack->feeds[i]);
        spellings_add_label(&spellings, reader, &pack->feeds[i].label, i, entries.items[i].key,
                            entries.items[i].value);
    }
    spellings_fini(&spellings);
}
