/* Code lists. Every spelling of a code must lead to one code only: cells are read by them. */
#include <string.h>

#include "pack/reader.h"

enum { CODES_MAX = 65535 };

static void read_code(struct reader *reader, const struct yaml_node *key, const struct yaml_node *value,
                      size_t index, struct schema_code *code, struct spellings *spellings)
{
    static const char *const keys[] = {"label", "aliases", "national", "note", NULL};
    struct text national;
    yaml_name(key, &code->label.name, reader->faults);
    if (!yaml_keys(value, keys, reader->faults)) return;
    reader_label(reader, value, code->label.name, &code->label);
    const struct yaml_node *aliases = yaml_get(value, "aliases");
    code->aliases = reader_texts(reader, aliases, &code->alias_count);
    yaml_string(yaml_get(value, "national"), &national, reader->faults);
    reader_note(reader, value);
    spellings_add_label(spellings, reader, &code->label, index, key, value);
    for (size_t i = 0; i < code->alias_count; i++)
        spellings_add(spellings, reader, code->aliases[i], index,
                      yaml_kind(aliases) == YAML_LIST ? yaml_item(aliases, i) : aliases, "写法", "spelling");
}

static void read_dictionary(struct reader *reader, const struct entry *entry,
                            struct schema_dictionary *dictionary)
{
    static const char *const keys[] = {"label", "clause", "codes", "note", NULL};
    dictionary->label.name = entry->name;
    dictionary->codes =
        arena_array(reader->arena, 0, sizeof *dictionary->codes); /* never NULL for those who look */
    if (!yaml_keys(entry->value, keys, reader->faults)) return;
    reader_label(reader, entry->value, entry->name, &dictionary->label);
    reader_clause(reader, entry->value);
    reader_note(reader, entry->value);
    const struct yaml_node *codes = yaml_need(entry->value, "codes", "代码列表", "the codes", reader->faults);
    if (!yaml_is(codes, YAML_MAPPING, reader->faults)) return;
    size_t count = yaml_count(codes);
    if (count == 0) yaml_fault(codes, reader->faults, "至少要有一个代码", "expected at least one code");
    if (count > CODES_MAX) {
        yaml_fault(codes, reader->faults, "代码超过 65,535 个", "more than 65,535 codes");
        return;
    }
    struct schema_code *items = arena_array(reader->arena, count, sizeof *items);
    struct spellings spellings = {0};
    for (size_t i = 0; i < count; i++)
        read_code(reader, yaml_key(codes, i), yaml_item(codes, i), i, &items[i], &spellings);
    spellings_fini(&spellings);
    dictionary->codes = items;
    dictionary->code_count = count;
}

void read_dictionaries(struct reader *reader)
{
    struct schema *schema = &reader->pack->schema;
    reader->dictionary_entries = reader_entries(reader, DOCUMENT_DICTIONARIES);
    size_t count = reader->dictionary_entries.count;
    schema->dictionaries = arena_array(reader->arena, count, sizeof *schema->dictionaries);
    reader->faulty_dictionaries = arena_array(reader->arena, count, sizeof *reader->faulty_dictionaries);
    for (size_t i = 0; i < count; i++) {
        struct schema_dictionary *dictionary = &schema->dictionaries[i];
        size_t before = reader->faults->count + reader->faults->dropped;
        read_dictionary(reader, &reader->dictionary_entries.items[i], dictionary);
        map_put(&reader->dictionaries, dictionary->label.name, i);
        reader->faulty_dictionaries[i] = reader->faults->count + reader->faults->dropped > before;
    }
    schema->dictionary_count = count;
}
