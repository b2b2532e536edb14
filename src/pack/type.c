/* Types of fields and parameters, their measuring units, and constants written in a pack. */
#include <string.h>

#include "base/money.h"
#include "pack/reader.h"
#include "pack/value.h"

static const char *const type_names[] = {"bool",  "int",  "decimal", "money", "ratio",     "date",
                                         "month", "code", "codes",   "text",  "reference", NULL};
static const enum type_kind type_kinds[] = {TYPE_BOOL,  TYPE_INT,  TYPE_DECIMAL, TYPE_MONEY,
                                            TYPE_RATIO, TYPE_DATE, TYPE_MONTH,   TYPE_CODE,
                                            TYPE_CODES, TYPE_TEXT, TYPE_RECORD};

const char *pack_type_name(enum type_kind kind)
{
    for (size_t i = 0; type_names[i] != NULL; i++)
        if (type_kinds[i] == kind) return type_names[i];
    return "null";
}

enum { CODES_IN_A_SET = 64 };

/* A key that belongs to other types. */
static bool misplaced(struct reader *reader, const struct yaml_node *thing, const char *key,
                      const char *types)
{
    const struct yaml_node *node = yaml_get(thing, key);
    if (node == NULL) return false;
    yaml_fault(node, reader->faults, "“%s”只用于 %s 类型", "`%s` is only for type %s", key, types);
    return true;
}

static bool read_dictionary_of(struct reader *reader, const struct yaml_node *thing, struct type *type)
{
    const struct yaml_node *node = yaml_need(thing, "dictionary", "dictionaries.yaml 中的代码表",
                                             "a dictionary of dictionaries.yaml", reader->faults);
    type->dictionary =
        reader_reference(reader, node, &reader->dictionaries, DOCUMENT_DICTIONARIES, "代码表", "dictionary");
    if (type->dictionary < 0) return false;
    size_t count = reader->pack->schema.dictionaries[type->dictionary].code_count;
    if (type->kind != TYPE_CODES || count <= CODES_IN_A_SET) return true;
    yaml_fault(node, reader->faults, "codes 类型的代码表最多 64 个代码，此表有 %zu 个",
               "a dictionary for type codes has 64 codes at most; this one has %zu", count);
    return false;
}

bool read_type(struct reader *reader, const struct yaml_node *thing, struct type *type)
{
    int choice;
    *type = type_of(TYPE_TEXT);
    const struct yaml_node *node = yaml_need(thing, "type", "数据类型，例如 text、int、money、date",
                                             "its type, such as text, int, money, date", reader->faults);
    if (!yaml_choice(node, type_names, &choice, reader->faults)) return false;
    type->kind = type_kinds[choice];
    bool good = true;
    if (type->kind == TYPE_CODE || type->kind == TYPE_CODES)
        good &= read_dictionary_of(reader, thing, type);
    else
        good &= !misplaced(reader, thing, "dictionary", "code, codes");
    if (type->kind == TYPE_INT || type->kind == TYPE_DECIMAL) {
        struct text unit;
        if (yaml_string(yaml_get(thing, "unit"), &unit, reader->faults))
            type->unit = reader_measure(reader, unit);
    } else {
        good &= !misplaced(reader, thing, "unit", "int, decimal");
    }
    if (type->kind == TYPE_RECORD) {
        const struct yaml_node *reg =
            yaml_need(thing, "register", "所引用的登记册", "the register it refers to", reader->faults);
        type->record =
            reader_reference(reader, reg, &reader->registers, DOCUMENT_REGISTERS, "登记册", "register");
        good &= type->record >= 0;
    } else {
        good &= !misplaced(reader, thing, "register", "reference");
    }
    return good;
}

int reader_measure(struct reader *reader, struct text text)
{
    struct schema *schema = &reader->pack->schema;
    for (size_t i = 0; i < schema->unit_count; i++) {
        const struct label *label = &schema->units[i].label;
        if (text_equal(label->name, text) || text_equal(label->zh, text) || text_equal(label->en, text))
            return (int)i;
    }
    schema->units = arena_grow(reader->arena, schema->units, &reader->measure_capacity,
                               schema->unit_count + 1, sizeof *schema->units);
    schema->units[schema->unit_count] = (struct schema_unit){{text, text, text}};
    return (int)schema->unit_count++;
}

/* ---- Scales ---- */

static int64_t scale_of(struct text unit, struct text own)
{
    static const struct {
        const char *prefix;
        int64_t scale;
    } prefixes[] = {{"", 1},          {"十", 10},        {"百", 100},        {"千", 1000},     {"万", 10000},
                    {"十万", 100000}, {"百万", 1000000}, {"千万", 10000000}, {"亿", 100000000}};
    if (own.size == 0 || !text_ends(unit, own)) return 0;
    struct text prefix = {unit.at, unit.size - own.size};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (text_is(prefix, prefixes[i].prefix)) return prefixes[i].scale;
    return 0;
}

bool read_scale(struct reader *reader, const struct yaml_node *node, struct type type, int64_t *scale_by)
{
    struct text unit;
    *scale_by = 1;
    if (node == NULL) return true;
    if (!yaml_string(node, &unit, reader->faults)) return false;
    int64_t scale = 0;
    if (type.kind == TYPE_MONEY) {
        scale = scale_of(unit, TEXT("元"));
        if (text_is(unit, "yuan")) scale = 1;
    } else if (type.unit >= 0) {
        const struct label *own = &reader->pack->schema.units[type.unit].label;
        const struct text spellings[] = {own->zh, own->en, own->name};
        for (size_t i = 0; i < 3 && scale == 0; i++) scale = scale_of(unit, spellings[i]);
    }
    if (scale > 0) {
        *scale_by = scale;
        return true;
    }
    yaml_fault(node, reader->faults,
               "“%.*s”不能换算成本字段的单位；可写该单位本身，或前加 百、千、万、亿（如 万元）",
               "`%.*s` does not convert to the field's unit; write that unit, alone or behind 百, 千, 万, 亿 "
               "(as in 万元)",
               TEXT_ARGS(unit));
    return false;
}

/* ---- Constants ---- */

bool read_value(struct reader *reader, const struct yaml_node *node, struct type type, struct value *value)
{
    struct err err;
    if (node == NULL) return false;
    if (type.kind == TYPE_CODES && yaml_kind(node) == YAML_LIST) {
        uint64_t bits = 0;
        bool good = yaml_count(node) > 0;
        for (size_t i = 0; i < yaml_count(node); i++) {
            struct value one;
            struct type code = type;
            code.kind = TYPE_CODE;
            if (read_value(reader, yaml_item(node, i), code, &one))
                bits |= UINT64_C(1) << one.integer;
            else
                good = false;
        }
        *value = (struct value){.known = true, .integer = (int64_t)bits};
        return good;
    }
    if (!yaml_is(node, YAML_SCALAR, reader->faults)) return false;
    if (pack_value_parse(&reader->pack->schema, type, yaml_text(node), value, &err) == 0) return true;
    if (type.dictionary < 0 || !reader->faulty_dictionaries[type.dictionary])
        yaml_fault_words(node, reader->faults, err.zh, err.en);
    return false;
}

bool read_constant(struct reader *reader, const struct yaml_node *node, int reg, int field,
                   struct value *value)
{
    const struct pack_field *limits = &reader->pack->registers[reg].fields[field];
    struct type type = reader->pack->schema.registers[reg].fields[field].type;
    if (!read_value(reader, node, type, value)) return false;
    bool ratio = type.kind == TYPE_RATIO;
    bool low = limits->least.known &&
               (ratio ? value->ratio < limits->least.ratio : value->integer < limits->least.integer);
    bool high = limits->most.known &&
                (ratio ? value->ratio > limits->most.ratio : value->integer > limits->most.integer);
    if (low) yaml_fault(node, reader->faults, "小于该字段的 min", "below the field's `min`");
    if (high) yaml_fault(node, reader->faults, "大于该字段的 max", "above the field's `max`");
    return true;
}
