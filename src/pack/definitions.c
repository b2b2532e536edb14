/* Named formulas, checked in the order in which they build on each other. */
#include <stdio.h>
#include <string.h>

#include "formula/formula.h"
#include "pack/reader.h"

/* Which definition a fault of the formula checker belongs to: the one whose text holds its place. */
static int definition_at(const struct schema *schema, const struct err *fault)
{
    for (size_t i = 0; i < schema->definition_count; i++) {
        const struct formula_source *source = &schema->definitions[i].source;
        if (source->file == NULL || strcmp(source->file, fault->file) != 0) continue;
        int lines = 0;
        for (size_t k = 0; k < source->text.size; k++) lines += source->text.at[k] == '\n';
        if (fault->line >= source->line && fault->line <= source->line + lines) return (int)i;
    }
    return -1;
}

static void check_formulas(struct reader *reader)
{
    struct schema *schema = &reader->pack->schema;
    struct fault_list faults = {0};
    formula_check_definitions(schema, reader->arena, &faults);
    for (size_t i = 0; i < faults.count; i++) {
        int index = definition_at(schema, &faults.items[i]);
        if (index < 0 || !reader_is_suspect(reader, schema->definitions[index].source.text))
            fault_list_add(reader->faults, &faults.items[i]);
    }
    fault_list_fini(&faults);
    for (size_t i = 0; i < schema->definition_count; i++)
        if (schema->definitions[i].node == NULL) reader_suspect(reader, &schema->definitions[i].label);
}

/* `type:` says what the formula should give; worth writing where others rely on it. */
static void check_type(struct reader *reader, const struct yaml_node *thing,
                       const struct schema_definition *definition)
{
    struct type wanted;
    if (yaml_get(thing, "type") == NULL || !read_type(reader, thing, &wanted) || definition->node == NULL)
        return;
    struct type got = definition->node->type;
    bool same = got.kind == wanted.kind && (wanted.dictionary < 0 || got.dictionary == wanted.dictionary) &&
                (wanted.unit < 0 || got.unit == wanted.unit) &&
                (wanted.record < 0 || got.record == wanted.record);
    if (same) return;
    struct buffer zh = {0}, en = {0};
    char zh_words[300], en_words[300];
    type_print(&reader->pack->schema, got, "zh", &zh);
    type_print(&reader->pack->schema, got, "en", &en);
    snprintf(zh_words, sizeof zh_words, "公式的结果是%.200s，与 type 不符", zh.data);
    snprintf(en_words, sizeof en_words, "the formula gives %.200s, which is not this type", en.data);
    yaml_fault_words(yaml_get(thing, "type"), reader->faults, zh_words, en_words);
    buffer_fini(&zh);
    buffer_fini(&en);
}

/* A formula could not say whether it means the parameter or the definition. */
static void check_parameters(struct reader *reader, const struct entry *entry, const struct label *label)
{
    const struct text spellings[] = {label->name, label->zh, label->en};
    const struct yaml_node *place = NULL;
    for (size_t k = 0; k < 3 && place == NULL; k++)
        place = spellings_place(&reader->parameter_spellings, spellings[k]);
    if (place != NULL)
        yaml_fault(entry->key, reader->faults, "与 %s:%d 的参数同名；请改名，公式中才分得清",
                   "the parameter in %s:%d has this name too; rename one, so that formulas are clear",
                   yaml_file(place), yaml_line(place));
}

static void read_definition(struct reader *reader, const struct entry *entry, int scope, size_t index)
{
    static const char *const keys[] = {"label",    "clause",  "type", "dictionary", "unit",
                                       "register", "formula", "note", "beside",     NULL};
    struct schema_definition *definition = &reader->pack->schema.definitions[index];
    struct pack_definition *more = &reader->pack->definitions[index];
    *definition = (struct schema_definition){.label = {.name = entry->name}, .scope = scope};
    more->beside = -1;
    if (!yaml_keys(entry->value, keys, reader->faults)) return;
    reader_label(reader, entry->value, entry->name, &definition->label);
    more->clause = reader_clause(reader, entry->value);
    more->note = reader_note(reader, entry->value);
    if (yaml_get(entry->value, "beside") != NULL)
        more->beside = reader_field(reader, yaml_get(entry->value, "beside"), scope);
    reader_formula(reader, entry->value, &definition->source);
    spellings_add_label(&reader->field_spellings[scope], reader, &definition->label, OWNER_DEFINITION(index),
                        entry->key, entry->value);
    check_parameters(reader, entry, &definition->label);
}

/* Definitions that cannot be read are suspect: formulas that name them are not to blame. */
static void suspect_all(struct reader *reader, const struct yaml_node *definitions)
{
    for (size_t i = 0; yaml_kind(definitions) == YAML_MAPPING && i < yaml_count(definitions); i++) {
        const struct yaml_node *words = yaml_get(yaml_item(definitions, i), "label");
        struct label label = {yaml_text(yaml_key(definitions, i)), yaml_text(yaml_get(words, "zh")),
                              yaml_text(yaml_get(words, "en"))};
        if (yaml_kind(words) == YAML_SCALAR) label.zh = yaml_text(words);
        reader_suspect(reader, &label);
    }
}

/* One register's definitions in one file. */
static size_t read_group(struct reader *reader, const struct entry *group, size_t count)
{
    int scope =
        reader_reference(reader, group->key, &reader->registers, DOCUMENT_REGISTERS, "登记册", "register");
    if (scope < 0) suspect_all(reader, group->value);
    if (scope < 0 || !yaml_is(group->value, YAML_MAPPING, reader->faults)) return count;
    for (size_t i = 0; i < yaml_count(group->value); i++) {
        struct entry entry = {.key = yaml_key(group->value, i), .value = yaml_item(group->value, i)};
        if (!yaml_name(entry.key, &entry.name, reader->faults)) continue;
        read_definition(reader, &entry, scope, count);
        const struct schema_definition *definition = &reader->pack->schema.definitions[count];
        if (definition->source.text.size > 0)
            reader->definition_entries.items[count++] = entry;
        else
            reader_suspect(reader, &definition->label);
    }
    return count;
}

void read_definitions(struct reader *reader)
{
    struct pack *pack = reader->pack;
    struct entries groups = reader_entries(reader, DOCUMENT_DEFINITIONS);
    size_t total = 0;
    for (size_t i = 0; i < groups.count; i++) total += yaml_count(groups.items[i].value);
    pack->schema.definitions = arena_array(reader->arena, total, sizeof *pack->schema.definitions);
    pack->definitions = arena_array(reader->arena, total, sizeof *pack->definitions);
    reader->definition_entries.items = arena_array(reader->arena, total, sizeof(struct entry));
    size_t count = 0;
    for (size_t i = 0; i < groups.count; i++) count = read_group(reader, &groups.items[i], count);
    pack->schema.definition_count = reader->definition_entries.count = count;
    if (reader_formulas_can_be_checked(reader)) check_formulas(reader);
    for (size_t i = 0; i < count; i++)
        check_type(reader, reader->definition_entries.items[i].value, &pack->schema.definitions[i]);
}
