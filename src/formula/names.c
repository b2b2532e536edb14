/* Resolution of names, and the way back from things to names. */
#include "formula/names.h"

#include <stdlib.h>

#include "base/mem.h"

static const struct builtin {
    enum name_kind kind;
    const char *en, *zh;
} builtins[] = {
    {NAME_AS_OF, "as_of", "截至日"},
    {NAME_THIS_YEAR, "this_year", "本年"},
    {NAME_THIS_MONTH, "this_month", "本月"},
};

enum { BUILTINS = sizeof builtins / sizeof *builtins };

struct name_found names_resolve(const struct schema *schema, int scope, struct text name)
{
    int index;
    if (scope >= 0) {
        if ((index = schema_field_find(&schema->registers[scope], name)) >= 0)
            return (struct name_found){NAME_FIELD, index};
        if ((index = schema_definition_find(schema, scope, name)) >= 0)
            return (struct name_found){NAME_DEFINITION, index};
    }
    if ((index = schema_parameter_find(schema, name)) >= 0) return (struct name_found){NAME_PARAMETER, index};
    for (int i = 0; i < BUILTINS; i++)
        if (text_fold_equal(text_of(builtins[i].en), name) || text_fold_equal(text_of(builtins[i].zh), name))
            return (struct name_found){builtins[i].kind, -1};
    return (struct name_found){NAME_NONE, -1};
}

/* The only RECORD field of a register that points to another. */
static int only_reference(const struct schema *schema, int from, int to)
{
    const struct schema_register *reg = &schema->registers[from];
    int found = NAMES_NONE;
    for (size_t i = 0; i < reg->field_count; i++) {
        if (reg->fields[i].type.kind != TYPE_RECORD || reg->fields[i].type.record != to) continue;
        if (found >= 0) return NAMES_SEVERAL;
        found = (int)i;
    }
    return found;
}

int names_reference(const struct schema *schema, int scope, struct text name)
{
    if (scope < 0) return NAMES_NONE;
    const struct schema_register *reg = &schema->registers[scope];
    int field = schema_field_find(reg, name);
    if (field >= 0 && reg->fields[field].type.kind == TYPE_RECORD) return field;
    int to = schema_register_find(schema, name);
    return to < 0 ? NAMES_NONE : only_reference(schema, scope, to);
}

int names_link(const struct schema *schema, int scope, int child)
{
    const struct schema_register *reg = &schema->registers[child];
    if (scope < 0) return NAMES_NONE;
    return reg->parent == scope && reg->parent_field >= 0 ? reg->parent_field
                                                          : only_reference(schema, child, scope);
}

static const struct label *label_of(const struct schema *schema, int scope, struct name_found found)
{
    switch (found.kind) {
    case NAME_FIELD:
        return &schema->registers[scope].fields[found.index].label;
    case NAME_DEFINITION:
        return &schema->definitions[found.index].label;
    case NAME_PARAMETER:
        return &schema->parameters[found.index].label;
    case NAME_NONE:
    case NAME_AS_OF:
    case NAME_THIS_YEAR:
    case NAME_THIS_MONTH:
        break;
    }
    return NULL;
}

static bool means(const struct schema *schema, int scope, struct text name, struct name_found wanted)
{
    if (name.size == 0) return false;
    struct name_found found = names_resolve(schema, scope, name);
    return found.kind == wanted.kind && found.index == wanted.index;
}

struct text names_spelling(const struct schema *schema, int scope, struct name_found found, bool english)
{
    const struct label *label = label_of(schema, scope, found);
    if (label == NULL) {
        for (int i = 0; i < BUILTINS; i++) {
            if (builtins[i].kind != found.kind) continue;
            struct text first = text_of(english ? builtins[i].en : builtins[i].zh);
            return means(schema, scope, first, found) ? first
                                                      : text_of(english ? builtins[i].zh : builtins[i].en);
        }
        return (struct text){NULL, 0};
    }
    struct text first = english ? label->name : label->zh, second = english ? label->zh : label->name;
    if (means(schema, scope, first, found)) return first;
    if (means(schema, scope, second, found)) return second;
    if (means(schema, scope, label->en, found)) return label->en;
    const struct schema_field *field =
        found.kind == NAME_FIELD ? &schema->registers[scope].fields[found.index] : NULL;
    for (size_t i = 0; field != NULL && i < field->alias_count; i++)
        if (means(schema, scope, field->aliases[i], found)) return field->aliases[i];
    return label->name;
}

void names_offer_label(const struct label *label, struct suggest *suggest)
{
    suggest_offer(suggest, label->name);
    suggest_offer(suggest, label->zh);
    suggest_offer(suggest, label->en);
}

void names_offer(const struct schema *schema, int scope, struct suggest *suggest)
{
    if (scope >= 0) {
        const struct schema_register *reg = &schema->registers[scope];
        for (size_t i = 0; i < reg->field_count; i++) {
            names_offer_label(&reg->fields[i].label, suggest);
            for (size_t k = 0; k < reg->fields[i].alias_count; k++)
                suggest_offer(suggest, reg->fields[i].aliases[k]);
        }
        for (size_t i = 0; i < schema->definition_count; i++)
            if (schema->definitions[i].scope == scope)
                names_offer_label(&schema->definitions[i].label, suggest);
    }
    for (size_t i = 0; i < schema->parameter_count; i++)
        names_offer_label(&schema->parameters[i].label, suggest);
    for (int i = 0; i < BUILTINS; i++) {
        suggest_offer(suggest, text_of(builtins[i].en));
        suggest_offer(suggest, text_of(builtins[i].zh));
    }
}

/* ---- Codes ---- */

static void remember_code(struct map *codes, struct text name, size_t code, struct buffer *folded)
{
    if (name.size == 0) return;
    buffer_clear(folded);
    text_fold(name, folded);
    map_add(codes, buffer_get(folded), code, NULL);
}

/* In the order of schema_code_find, so that both agree on names that stand twice. */
static void remember_codes(struct map *codes, const struct schema_dictionary *dictionary)
{
    struct buffer folded = {0};
    const struct schema_code *all = dictionary->codes;
    for (size_t i = 0; i < dictionary->code_count; i++) remember_code(codes, all[i].label.name, i, &folded);
    for (size_t i = 0; i < dictionary->code_count; i++) remember_code(codes, all[i].label.zh, i, &folded);
    for (size_t i = 0; i < dictionary->code_count; i++) remember_code(codes, all[i].label.en, i, &folded);
    for (size_t i = 0; i < dictionary->code_count; i++)
        for (size_t k = 0; k < all[i].alias_count; k++) remember_code(codes, all[i].aliases[k], i, &folded);
    buffer_fini(&folded);
}

int names_code(struct names_codes *index, int dictionary, struct text name)
{
    enum { FEW = 64 }; /* up to here looking through them is no dearer than a map */
    const struct schema_dictionary *codes = &index->schema->dictionaries[dictionary];
    if (codes->code_count <= FEW) return schema_code_find(codes, name);
    if (index->maps == NULL) index->maps = mem_new(index->schema->dictionary_count, sizeof *index->maps);
    struct map *map = &index->maps[dictionary];
    if (map->count == 0) remember_codes(map, codes);
    struct buffer folded = {0};
    size_t code;
    text_fold(name, &folded);
    bool found = folded.size > 0 && map_get(map, buffer_get(&folded), &code);
    buffer_fini(&folded);
    return found ? (int)code : -1;
}

void names_codes_fini(struct names_codes *index)
{
    for (size_t i = 0; index->maps != NULL && i < index->schema->dictionary_count; i++)
        map_fini(&index->maps[i]);
    free(index->maps);
    index->maps = NULL;
}

struct text names_code_spelling(struct names_codes *index, int dictionary, int code, bool english)
{
    const struct label *label = &index->schema->dictionaries[dictionary].codes[code].label;
    struct text tries[] = {english ? label->name : label->zh, label->name, label->zh, label->en};
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++)
        if (tries[i].size > 0 && names_code(index, dictionary, tries[i]) == code) return tries[i];
    return label->name;
}
