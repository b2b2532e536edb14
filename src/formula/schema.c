/* Looking things up by any of their spellings. A name wins over another thing's label, a label over an alias,
 * so every lookup goes spelling by spelling over all candidates. */
#include "formula/schema.h"

#include <stdatomic.h>
#include <string.h>

enum spelling { SPELLING_NAME, SPELLING_ZH, SPELLING_EN, SPELLING_COUNT };

static struct text spelling_of(const struct label *label, enum spelling spelling)
{
    switch (spelling) {
    case SPELLING_NAME:
        return label->name;
    case SPELLING_ZH:
        return label->zh;
    case SPELLING_EN:
        return label->en;
    case SPELLING_COUNT:
        break;
    }
    return (struct text){NULL, 0};
}

/* Finds a thing in an array of structs whose label stands `label_at` bytes into each. */
static int find(const void *items, size_t count, size_t size, size_t label_at, struct text name)
{
    if (text_trim(name).size == 0) return -1;
    for (int spelling = SPELLING_NAME; spelling < SPELLING_COUNT; spelling++) {
        const char *at = (const char *)items + label_at;
        for (size_t i = 0; i < count; i++, at += size)
            if (text_fold_equal(spelling_of((const struct label *)at, (enum spelling)spelling), name))
                return (int)i;
    }
    return -1;
}

static bool among(const struct text *aliases, size_t count, struct text name)
{
    for (size_t i = 0; i < count; i++)
        if (text_fold_equal(aliases[i], name)) return true;
    return false;
}

bool type_equal(struct type a, struct type b)
{
    return a.kind == b.kind && a.dictionary == b.dictionary && a.unit == b.unit && a.record == b.record;
}

/* The last value that holds; NULL: none yet. */
static const struct schema_dated_value *last_of(const struct schema_dated_value *values, size_t count,
                                                int32_t as_of)
{
    size_t low = 0, high = count; /* values[low - 1] is the last that holds */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (values[middle].from <= as_of)
            low = middle + 1;
        else
            high = middle;
    }
    return low == 0 ? NULL : &values[low - 1];
}

struct value schema_parameter_at(const struct schema_parameter *parameter, int32_t as_of)
{
    const struct schema_dated_value *last = last_of(parameter->values, parameter->value_count, as_of);
    const struct schema_values *adopted =
        parameter->adopted == NULL ? NULL
                                   : atomic_load_explicit(&parameter->adopted->values, memory_order_acquire);
    const struct schema_dated_value *local =
        adopted == NULL ? NULL : last_of(adopted->items, adopted->count, as_of);
    if (local != NULL && (last == NULL || local->from >= last->from)) last = local;
    return last == NULL ? (struct value){0} : last->value;
}

int schema_register_find(const struct schema *schema, struct text name)
{
    return find(schema->registers, schema->register_count, sizeof *schema->registers,
                offsetof(struct schema_register, label), name);
}

int schema_field_find(const struct schema_register *reg, struct text name)
{
    int found =
        find(reg->fields, reg->field_count, sizeof *reg->fields, offsetof(struct schema_field, label), name);
    for (size_t i = 0; found < 0 && i < reg->field_count; i++)
        if (among(reg->fields[i].aliases, reg->fields[i].alias_count, name)) found = (int)i;
    return found;
}

int schema_dictionary_find(const struct schema *schema, struct text name)
{
    return find(schema->dictionaries, schema->dictionary_count, sizeof *schema->dictionaries,
                offsetof(struct schema_dictionary, label), name);
}

int schema_code_find(const struct schema_dictionary *dictionary, struct text name)
{
    int found = find(dictionary->codes, dictionary->code_count, sizeof *dictionary->codes,
                     offsetof(struct schema_code, label), name);
    for (size_t i = 0; found < 0 && i < dictionary->code_count; i++)
        if (among(dictionary->codes[i].aliases, dictionary->codes[i].alias_count, name)) found = (int)i;
    return found;
}

int schema_parameter_find(const struct schema *schema, struct text name)
{
    return find(schema->parameters, schema->parameter_count, sizeof *schema->parameters,
                offsetof(struct schema_parameter, label), name);
}

int schema_definition_find(const struct schema *schema, int scope, struct text name)
{
    if (text_trim(name).size == 0) return -1;
    for (int spelling = SPELLING_NAME; spelling < SPELLING_COUNT; spelling++)
        for (size_t i = 0; i < schema->definition_count; i++) {
            const struct schema_definition *definition = &schema->definitions[i];
            if (definition->scope == scope &&
                text_fold_equal(spelling_of(&definition->label, (enum spelling)spelling), name))
                return (int)i;
        }
    return -1;
}

int schema_unit_find(const struct schema *schema, struct text name)
{
    return find(schema->units, schema->unit_count, sizeof *schema->units, offsetof(struct schema_unit, label),
                name);
}

struct text label_in(const struct label *label, const char *language)
{
    bool english = strcmp(language, "en") == 0;
    struct text first = english ? label->en : label->zh, second = english ? label->zh : label->en;
    return first.size > 0 ? first : second.size > 0 ? second : label->name;
}
