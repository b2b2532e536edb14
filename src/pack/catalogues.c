/* Catalogues: measures and the like that fit a record by a formula, for a person to choose from. */
#include "pack/catalogue.h"

#include <string.h>

#include "formula/formula.h"
#include "pack/reader.h"

enum { ITEMS_MAX = 1000 };

struct catalogue_context {
    struct reader *reader;
    struct pack_catalogue *catalogue;
    struct catalogue_item *items;
    struct spellings spellings;
};

static void check_formula(struct catalogue_context *context, struct catalogue_item *item)
{
    struct reader *reader = context->reader;
    struct type wanted = type_of(TYPE_BOOL);
    struct node *node = NULL;
    struct err err;
    if (formula_check(&reader->pack->schema, reader->arena, context->catalogue->on, item->source, &wanted,
                      &node, &err) == 0)
        item->node = node;
    else if (!reader_is_suspect(reader, item->source.text))
        fault_list_add(reader->faults, &err);
}

static void read_set(struct catalogue_context *context, const struct yaml_node *node,
                     struct catalogue_item *item)
{
    struct reader *reader = context->reader;
    int reg = context->catalogue->reg;
    if (node == NULL || reg < 0 || !yaml_is(node, YAML_MAPPING, reader->faults)) return;
    int *fields = arena_array(reader->arena, yaml_count(node), sizeof *fields);
    struct value *values = arena_array(reader->arena, yaml_count(node), sizeof *values);
    for (size_t i = 0; i < yaml_count(node); i++) {
        int field = reader_field(reader, yaml_key(node, i), reg);
        if (field < 0) continue;
        if (field == reader->pack->registers[reg].name_field)
            yaml_fault(yaml_key(node, i), reader->faults, "此字段填写各项的名称，不能另设",
                       "this field takes the items' labels");
        else if (read_constant(reader, yaml_item(node, i), reg, field, &values[item->set_count]))
            fields[item->set_count++] = field;
    }
    item->set_fields = fields;
    item->set_values = values;
}

static void read_item(struct catalogue_context *context, size_t index, const struct yaml_node *key,
                      const struct yaml_node *thing)
{
    static const char *const keys[] = {"label", "clause", "unit", "formula", "set", "note", NULL};
    struct reader *reader = context->reader;
    struct catalogue_item *item = &context->items[index];
    *item = (struct catalogue_item){.unit = -1};
    if (!yaml_name(key, &item->label.name, reader->faults) || !yaml_keys(thing, keys, reader->faults)) return;
    reader_label(reader, thing, item->label.name, &item->label);
    spellings_add_label(&context->spellings, reader, &item->label, index, key, thing);
    item->clause = reader_clause(reader, thing);
    item->unit =
        reader_reference(reader, yaml_get(thing, "unit"), &reader->units, DOCUMENT_UNITS, "单位", "unit");
    item->note = reader_note(reader, thing);
    read_set(context, yaml_get(thing, "set"), item);
    if (reader_formula(reader, thing, &item->source) && context->catalogue->on >= 0 &&
        reader_formulas_can_be_checked(reader))
        check_formula(context, item);
}

/* A TEXT field of the register that a choice makes a record of. */
static int text_field(struct catalogue_context *context, const struct yaml_node *node)
{
    struct reader *reader = context->reader;
    int reg = context->catalogue->reg;
    if (node == NULL || reg < 0) return -1;
    int field = reader_field(reader, node, reg);
    if (field >= 0 && reader->pack->schema.registers[reg].fields[field].type.kind != TYPE_TEXT)
        yaml_fault(node, reader->faults, "应为文字字段", "expected a text field");
    return field;
}

/* The items' labels must have somewhere to go. */
static void check_name(struct catalogue_context *context, const struct yaml_node *node)
{
    const struct pack *pack = context->reader->pack;
    int reg = context->catalogue->reg;
    if (reg < 0) return;
    int field = pack->registers[reg].name_field;
    if (field < 0 || pack->schema.registers[reg].fields[field].type.kind != TYPE_TEXT)
        yaml_fault(node, context->reader->faults, "这个登记册要有一个文字类型的“name”字段，用来写各项的名称",
                   "the register needs a text field as its `name`, which takes the items' labels");
}

static void read_items(struct catalogue_context *context, const struct yaml_node *node)
{
    struct reader *reader = context->reader;
    if (!yaml_is(node, YAML_MAPPING, reader->faults)) return;
    if (yaml_count(node) > ITEMS_MAX) {
        yaml_fault(node, reader->faults, "一个措施库最多 1,000 项", "a catalogue has 1,000 items at most");
        return;
    }
    context->items = arena_array(reader->arena, yaml_count(node), sizeof *context->items);
    for (size_t i = 0; i < yaml_count(node); i++)
        read_item(context, i, yaml_key(node, i), yaml_item(node, i));
    context->catalogue->items = context->items;
    context->catalogue->item_count = yaml_count(node);
}

static void read_catalogue(struct reader *reader, const struct entry *entry, struct pack_catalogue *catalogue)
{
    static const char *const keys[] = {"label", "clause", "on", "register", "unit", "items", "note", NULL};
    const struct yaml_node *thing = entry->value;
    struct catalogue_context context = {.reader = reader, .catalogue = catalogue};
    *catalogue =
        (struct pack_catalogue){.label = {.name = entry->name}, .on = -1, .reg = -1, .unit_field = -1};
    if (!yaml_keys(thing, keys, reader->faults)) return;
    reader_label(reader, thing, entry->name, &catalogue->label);
    catalogue->clause = reader_clause(reader, thing);
    catalogue->note = reader_note(reader, thing);
    catalogue->on = reader_reference(reader,
                                     yaml_need(thing, "on", "条件所针对的登记册",
                                               "the register that the conditions are about", reader->faults),
                                     &reader->registers, DOCUMENT_REGISTERS, "登记册", "register");
    catalogue->reg =
        reader_reference(reader,
                         yaml_need(thing, "register", "选用后新增记录的登记册",
                                   "the register of which choosing makes a record", reader->faults),
                         &reader->registers, DOCUMENT_REGISTERS, "登记册", "register");
    check_name(&context, yaml_get(thing, "register"));
    catalogue->unit_field = text_field(&context, yaml_get(thing, "unit"));
    read_items(&context, yaml_need(thing, "items", "各项", "the items", reader->faults));
    spellings_fini(&context.spellings);
}

void read_catalogues(struct reader *reader)
{
    struct pack *pack = reader->pack;
    struct entries entries = reader_entries(reader, DOCUMENT_CATALOGUES);
    struct pack_catalogue *catalogues = arena_array(reader->arena, entries.count, sizeof *catalogues);
    for (size_t i = 0; i < entries.count; i++) read_catalogue(reader, &entries.items[i], &catalogues[i]);
    pack->catalogues = catalogues;
    pack->catalogue_count = entries.count;
}

const struct pack_catalogue *pack_catalogue_find(const struct pack *pack, struct text name)
{
    for (size_t i = 0; i < pack->catalogue_count; i++)
        if (text_equal(pack->catalogues[i].label.name, name)) return &pack->catalogues[i];
    return NULL;
}

struct text catalogue_item_title(const struct pack *pack, const struct catalogue_item *item)
{
    return label_in(&item->label, pack->language);
}
