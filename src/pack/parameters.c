/* Dated values. Each says where it comes from, by a clause or in words. */
#include <stdatomic.h>

#include "base/date.h"
#include "pack/reader.h"

static void read_values(struct reader *reader, const struct yaml_node *list,
                        struct schema_parameter *parameter)
{
    static const char *const keys[] = {"from", "value", "note", NULL};
    if (!yaml_is(list, YAML_LIST, reader->faults)) return;
    if (yaml_count(list) == 0)
        yaml_fault(list, reader->faults, "至少要有一个值：- {from: 2022-01-01, value: …}",
                   "expected at least one value: - {from: 2022-01-01, value: …}");
    struct schema_dated_value *values = arena_array(reader->arena, yaml_count(list), sizeof *values);
    size_t count = 0;
    for (size_t i = 0; i < yaml_count(list); i++) {
        const struct yaml_node *node = yaml_item(list, i);
        struct schema_dated_value value = {0};
        if (!yaml_keys(node, keys, reader->faults)) continue;
        const struct yaml_node *from = yaml_need(node, "from", "自何日起", "from which date", reader->faults);
        bool dated = yaml_date(from, &value.from, reader->faults);
        bool good =
            read_value(reader, yaml_need(node, "value", "参数的值", "the parameter's value", reader->faults),
                       parameter->type, &value.value);
        reader_note(reader, node);
        if (!dated || !good) continue;
        if (count > 0 && value.from <= values[count - 1].from)
            yaml_fault(
                from, reader->faults, "日期应晚于上一个值的日期；请按日期先后排列",
                "expected a date after that of the value before; put the values in order of their dates");
        else
            values[count++] = value;
    }
    parameter->values = values;
    parameter->value_count = count;
}

static bool has_order(enum type_kind kind)
{
    return kind == TYPE_INT || kind == TYPE_DECIMAL || kind == TYPE_MONEY || kind == TYPE_RATIO ||
           kind == TYPE_DATE || kind == TYPE_MONTH;
}

/* Between which values a county may set its own. */
static void read_limits(struct reader *reader, const struct yaml_node *thing,
                        const struct schema_parameter *parameter, struct pack_parameter *more)
{
    const struct yaml_node *places[] = {yaml_get(thing, "min"), yaml_get(thing, "max")};
    struct value *const limits[] = {&more->least, &more->most};
    for (size_t i = 0; i < 2; i++) {
        if (places[i] == NULL) continue;
        if (has_order(parameter->type.kind))
            read_value(reader, places[i], parameter->type, limits[i]);
        else
            yaml_fault(places[i], reader->faults, "这种类型的参数没有大小",
                       "values of this type have no order");
    }
}

static void read_parameter(struct reader *reader, const struct entry *entry,
                           struct schema_parameter *parameter, struct pack_parameter *more)
{
    static const char *const keys[] = {"label",  "type", "dictionary", "unit", "clause", "source",
                                       "values", "min",  "max",        "note", NULL};
    parameter->label.name = entry->name;
    parameter->type = type_of(TYPE_TEXT);
    if (!yaml_keys(entry->value, keys, reader->faults)) {
        reader_suspect(reader, &parameter->label);
        return;
    }
    reader_label(reader, entry->value, entry->name, &parameter->label);
    more->clause = reader_clause(reader, entry->value);
    yaml_string(yaml_get(entry->value, "source"), &more->source, reader->faults);
    more->note = reader_note(reader, entry->value);
    if (yaml_get(entry->value, "clause") == NULL && yaml_get(entry->value, "source") == NULL)
        yaml_fault(entry->key, reader->faults, "缺少出处：请写 clause（条款）或 source（来源说明）",
                   "where does it come from? write `clause` or `source`");
    const struct yaml_node *values = yaml_need(entry->value, "values", "- {from: 2022-01-01, value: …}",
                                               "- {from: 2022-01-01, value: …}", reader->faults);
    if (!read_type(reader, entry->value, &parameter->type)) {
        reader_suspect(reader, &parameter->label);
        parameter->type = type_of(TYPE_TEXT);
        return;
    }
    if (parameter->type.kind == TYPE_RECORD || parameter->type.kind == TYPE_CODES) {
        yaml_fault(yaml_get(entry->value, "type"), reader->faults, "参数不能是 reference 或 codes 类型",
                   "a parameter cannot be of type reference or codes");
        reader_suspect(reader, &parameter->label);
        return;
    }
    read_values(reader, values, parameter);
    read_limits(reader, entry->value, parameter, more);
}

/* A parameter can stand in any register's formula, beside that register's fields. */
static void check_fields(struct reader *reader)
{
    const struct schema *schema = &reader->pack->schema;
    for (size_t reg = 0; reg < schema->register_count; reg++)
        for (size_t i = 0; i < schema->registers[reg].field_count; i++) {
            const struct label *label = &schema->registers[reg].fields[i].label;
            const struct text spellings[] = {label->name, label->zh, label->en};
            const struct yaml_node *place = NULL;
            for (size_t k = 0; k < 3 && place == NULL; k++)
                place = spellings_place(&reader->parameter_spellings, spellings[k]);
            if (place != NULL)
                yaml_fault(place, reader->faults,
                           "参数与登记册“%.*s”的字段“%.*s”同名；请改名，公式中才分得清",
                           "this parameter has the name of a field, `%.*s.%.*s`; rename one, so that "
                           "formulas are clear",
                           TEXT_ARGS(schema->registers[reg].label.name), TEXT_ARGS(label->name));
        }
}

void read_parameters(struct reader *reader)
{
    struct pack *pack = reader->pack;
    reader->parameter_entries = reader_entries(reader, DOCUMENT_PARAMETERS);
    size_t count = reader->parameter_entries.count;
    pack->schema.parameters = arena_array(reader->arena, count, sizeof *pack->schema.parameters);
    pack->schema.parameter_count = count;
    pack->parameters = arena_array(reader->arena, count, sizeof *pack->parameters);
    for (size_t i = 0; i < count; i++) {
        const struct entry *entry = &reader->parameter_entries.items[i];
        struct schema_parameter *parameter = &pack->schema.parameters[i];
        parameter->adopted = arena_alloc(reader->arena, sizeof *parameter->adopted);
        atomic_init(&parameter->adopted->values, NULL);
        map_put(&reader->parameters, entry->name, i);
        read_parameter(reader, entry, parameter, &pack->parameters[i]);
        spellings_add_label(&reader->parameter_spellings, reader, &parameter->label, i, entry->key,
                            entry->value);
    }
    check_fields(reader);
}
