/* What every subject of a pack is made of: entries with names, labels, references by name, clauses, formulas.
 */
#include "pack/reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct spelling_owner {
    size_t owner;
    const struct yaml_node *place;
};

/* Longer ones are no lists that a person wrote, and comparing all with all would take for ever. */
enum { ENTRIES_MAX = 10000, LIST_MAX = 1000, WORDS_SIZE_MAX = 1000 };

const char *reader_file(struct reader *reader, struct text path)
{
    if (reader->where[0] == '\0') return arena_printf(reader->arena, "%.*s", TEXT_ARGS(path));
    return arena_printf(reader->arena, "%s/%.*s", reader->where, TEXT_ARGS(path));
}

struct entries reader_entries(struct reader *reader, enum document_kind kind)
{
    struct entries entries = {0};
    size_t total = 0;
    for (size_t i = 0; i < reader->document_counts[kind]; i++)
        total += yaml_count(reader->documents[kind][i]);
    entries.items = arena_array(reader->arena, total, sizeof *entries.items);
    struct map seen = {0};
    for (size_t i = 0; i < reader->document_counts[kind]; i++) {
        const struct yaml_node *root = reader->documents[kind][i];
        if (yaml_kind(root) == YAML_NULL || !yaml_is(root, YAML_MAPPING, reader->faults)) continue;
        for (size_t k = 0; k < yaml_count(root); k++) {
            struct entry entry = {.key = yaml_key(root, k), .value = yaml_item(root, k)};
            size_t first;
            if (!yaml_name(entry.key, &entry.name, reader->faults)) continue;
            if (kind != DOCUMENT_DEFINITIONS && !map_add(&seen, entry.name, entries.count, &first)) {
                const struct yaml_node *other = entries.items[first].key;
                yaml_fault(entry.key, reader->faults, "名称“%.*s”已在 %s:%d 用过；请换一个名称",
                           "the name `%.*s` is taken in %s:%d; choose another", TEXT_ARGS(entry.name),
                           yaml_file(other), yaml_line(other));
                continue;
            }
            if (entries.count == ENTRIES_MAX) {
                yaml_fault(entry.key, reader->faults, "同类内容超过 10,000 项",
                           "more than 10,000 entries of this kind");
                map_fini(&seen);
                return entries;
            }
            entries.items[entries.count++] = entry;
        }
    }
    map_fini(&seen);
    return entries;
}

static size_t list_size(struct reader *reader, const struct yaml_node *node)
{
    if (yaml_kind(node) != YAML_LIST) return 1;
    if (yaml_count(node) <= LIST_MAX) return yaml_count(node);
    yaml_fault(node, reader->faults, "列表超过 1,000 项", "the list has more than 1,000 items");
    return LIST_MAX;
}

/* ---- References ---- */

int reader_reference(struct reader *reader, const struct yaml_node *node, const struct map *names,
                     enum document_kind kind, const char *zh_what, const char *en_what)
{
    struct text wanted;
    if (!yaml_string(node, &wanted, reader->faults)) return -1;
    size_t index;
    if (map_get(names, wanted, &index)) return (int)index;
    if (reader->broken[kind]) return -1;
    struct suggest suggest = suggest_start(wanted);
    struct text name;
    size_t cursor = 0;
    while (map_next(names, &cursor, &name, &index)) suggest_offer(&suggest, name);
    yaml_fault_unknown(node, reader->faults, zh_what, en_what, &suggest);
    return -1;
}

const int *reader_references(struct reader *reader, const struct yaml_node *node, const struct map *names,
                             enum document_kind kind, const char *zh_what, const char *en_what, size_t *count)
{
    *count = 0;
    if (node == NULL) return NULL;
    bool list = yaml_kind(node) == YAML_LIST;
    size_t wanted = list_size(reader, node);
    int *found = arena_array(reader->arena, wanted, sizeof *found);
    for (size_t i = 0; i < wanted; i++) {
        const struct yaml_node *item = list ? yaml_item(node, i) : node;
        int index = reader_reference(reader, item, names, kind, zh_what, en_what);
        bool twice = false;
        for (size_t k = 0; k < *count; k++) twice |= found[k] == index;
        if (twice)
            yaml_fault(item, reader->faults, "“%.*s”在此列表中重复", "`%.*s` stands twice in this list",
                       TEXT_ARGS(yaml_text(item)));
        else if (index >= 0)
            found[(*count)++] = index;
    }
    return found;
}

int reader_field(struct reader *reader, const struct yaml_node *node, int reg)
{
    if (reader->field_names[reg].count == 0) return -1;
    return reader_reference(reader, node, &reader->field_names[reg], DOCUMENT_REGISTERS, "字段", "field");
}

const int *reader_fields(struct reader *reader, const struct yaml_node *node, int reg, size_t *count)
{
    *count = 0;
    if (reader->field_names[reg].count == 0) return NULL;
    return reader_references(reader, node, &reader->field_names[reg], DOCUMENT_REGISTERS, "字段", "field",
                             count);
}

/* ---- Words ---- */

/* Labels stand in lists and messages: one line, not too long. */
static bool one_line(struct reader *reader, const struct yaml_node *node, struct text *out)
{
    struct text text;
    if (!yaml_string(node, &text, reader->faults)) return false;
    if (text.size > WORDS_SIZE_MAX || memchr(text.at, '\n', text.size) != NULL) {
        yaml_fault(node, reader->faults, "此处应是一行文字，最多 %d 字节",
                   "expected one line of text, %d bytes at most", WORDS_SIZE_MAX);
        return false;
    }
    *out = text;
    return true;
}

bool reader_words(struct reader *reader, const struct yaml_node *node, struct text *zh, struct text *en)
{
    static const char *const keys[] = {"zh", "en", NULL};
    if (node == NULL) return false;
    if (yaml_kind(node) == YAML_SCALAR) {
        bool english = strcmp(reader->pack->language, "en") == 0;
        return one_line(reader, node, english ? en : zh);
    }
    if (!yaml_keys(node, keys, reader->faults)) return false;
    bool has_zh = one_line(reader, yaml_get(node, "zh"), zh);
    bool has_en = one_line(reader, yaml_get(node, "en"), en);
    if ((has_zh && reader->zh) || (has_en && reader->en)) return true;
    if (yaml_get(node, "zh") == NULL && yaml_get(node, "en") == NULL)
        yaml_fault(node, reader->faults, "此处应有文字，例如 {zh: 户编号, en: Household number}",
                   "expected words, such as {zh: 户编号, en: Household number}");
    else if ((has_zh && !reader->zh) || (has_en && !reader->en))
        yaml_fault(node, reader->faults, "缺少配置包所用语言（languages）的文字",
                   "no words in any of the pack's languages (`languages` in pack.yaml)");
    return false;
}

void reader_label(struct reader *reader, const struct yaml_node *thing, struct text name, struct label *label)
{
    *label = (struct label){.name = name};
    const struct yaml_node *node =
        yaml_need(thing, "label", "名称，例如 {zh: 户, en: Household}",
                  "what people call it, such as {zh: 户, en: Household}", reader->faults);
    reader_words(reader, node, &label->zh, &label->en);
}

struct text reader_note(struct reader *reader, const struct yaml_node *thing)
{
    struct text note = {0};
    yaml_string(yaml_get(thing, "note"), &note, reader->faults);
    return note;
}

const struct text *reader_texts(struct reader *reader, const struct yaml_node *node, size_t *count)
{
    *count = 0;
    if (node == NULL) return NULL;
    bool list = yaml_kind(node) == YAML_LIST;
    size_t wanted = list_size(reader, node);
    struct text *texts = arena_array(reader->arena, wanted, sizeof *texts);
    for (size_t i = 0; i < wanted; i++)
        if (yaml_string(list ? yaml_item(node, i) : node, &texts[*count], reader->faults)) (*count)++;
    return texts;
}

struct pack_clause reader_clause(struct reader *reader, const struct yaml_node *thing)
{
    struct pack_clause clause = {0};
    clause.items = reader_references(reader, yaml_get(thing, "clause"), &reader->clauses, DOCUMENT_PLAN,
                                     "条款", "clause", &clause.count);
    return clause;
}

bool reader_formula(struct reader *reader, const struct yaml_node *thing, struct formula_source *source)
{
    return reader_formula_at(reader,
                             yaml_need(thing, "formula", "公式，见 docs/formula.md",
                                       "a formula, see docs/formula.md", reader->faults),
                             source);
}

bool reader_formula_at(struct reader *reader, const struct yaml_node *node, struct formula_source *source)
{
    struct text text;
    if (!yaml_string(node, &text, reader->faults)) return false;
    *source = (struct formula_source){.file = yaml_file(node)};
    source->text = yaml_source(node, &source->line, &source->column);
    return true;
}

/* ---- Spellings ---- */

void spellings_add(struct spellings *spellings, struct reader *reader, struct text spelling, size_t owner,
                   const struct yaml_node *place, const char *zh_what, const char *en_what)
{
    struct buffer key = {0};
    text_fold(spelling, &key);
    size_t standing = spellings->count;
    bool fresh = key.size > 0 && map_add(&spellings->map, buffer_get(&key), spellings->count, &standing);
    bool blank = key.size == 0;
    buffer_fini(&key);
    if (blank) return;
    if (fresh) {
        spellings->owners = mem_grow(spellings->owners, &spellings->capacity, spellings->count + 1,
                                     sizeof *spellings->owners);
        spellings->owners[spellings->count++] = (struct spelling_owner){owner, place};
        return;
    }
    const struct spelling_owner *other = &spellings->owners[standing];
    if (other->owner == owner || zh_what == NULL) return;
    struct text shown = yaml_shown(spelling);
    const char *file = yaml_file(other->place);
    int line = yaml_line(other->place);
    char zh[500], en[500];
    snprintf(zh, sizeof zh, "%s“%.*s”已在 %s:%d 用过；请改一处，以免混淆", zh_what, TEXT_ARGS(shown), file,
             line);
    snprintf(en, sizeof en, "the %s `%.*s` is taken in %s:%d; change one of them", en_what, TEXT_ARGS(shown),
             file, line);
    yaml_fault_words(place, reader->faults, zh, en);
}

const struct yaml_node *spellings_place(const struct spellings *spellings, struct text spelling)
{
    struct buffer key = {0};
    size_t index;
    text_fold(spelling, &key);
    bool found = key.size > 0 && map_get(&spellings->map, buffer_get(&key), &index);
    buffer_fini(&key);
    return found ? spellings->owners[index].place : NULL;
}

void spellings_add_label(struct spellings *spellings, struct reader *reader, const struct label *label,
                         size_t owner, const struct yaml_node *key, const struct yaml_node *value)
{
    const struct yaml_node *words = yaml_get(value, "label");
    const struct yaml_node *zh = yaml_get(words, "zh"), *en = yaml_get(words, "en");
    spellings_add(spellings, reader, label->name, owner, key, "名称", "name");
    spellings_add(spellings, reader, label->zh, owner, zh != NULL ? zh : words, "名称", "label");
    spellings_add(spellings, reader, label->en, owner, en != NULL ? en : words, "名称", "label");
}

void spellings_fini(struct spellings *spellings)
{
    map_fini(&spellings->map);
    free(spellings->owners);
    *spellings = (struct spellings){0};
}

/* ---- Suspects ---- */

bool reader_formulas_can_be_checked(const struct reader *reader)
{
    return !reader->broken[DOCUMENT_DICTIONARIES] && !reader->broken[DOCUMENT_PARAMETERS] &&
           !reader->broken[DOCUMENT_REGISTERS] && !reader->broken[DOCUMENT_DEFINITIONS] &&
           !reader->broken[DOCUMENT_PACK];
}

/* Beyond this many the pack is so broken that no formula is blamed. */
enum { SUSPECTS_MAX = 200 };

void reader_suspect(struct reader *reader, const struct label *label)
{
    const struct text spellings[] = {label->name, label->zh, label->en};
    struct buffer key = {0};
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
        buffer_clear(&key);
        text_fold(spellings[i], &key);
        if (key.size > 0) map_add(&reader->suspects, buffer_get(&key), 0, NULL);
    }
    buffer_fini(&key);
}

bool reader_is_suspect(const struct reader *reader, struct text formula)
{
    if (reader->suspects.count == 0) return false;
    if (reader->suspects.count > SUSPECTS_MAX) return true;
    struct buffer whole = {0};
    text_fold(formula, &whole);
    struct text suspect;
    size_t cursor = 0;
    bool found = false;
    while (!found && map_next(&reader->suspects, &cursor, &suspect, NULL))
        found = text_find(buffer_get(&whole), suspect) >= 0;
    buffer_fini(&whole);
    return found;
}

void reader_part(struct reader *reader, const struct yaml_node *node, double *out)
{
    struct value value;
    if (node == NULL || !read_value(reader, node, type_of(TYPE_RATIO), &value)) return;
    if (value.ratio < 0 || value.ratio > 1)
        yaml_fault(node, reader->faults, "应在 0 和 100%% 之间", "expected a share between 0 and 100%%");
    else
        *out = value.ratio;
}

size_t reader_bounded_count(struct reader *reader, const struct yaml_node *node, const char *name,
                            size_t most)
{
    if (node == NULL || !yaml_is(node, YAML_MAPPING, reader->faults)) return 0;
    size_t count = yaml_count(node);
    if (count <= most) return count;
    yaml_fault(node, reader->faults, "%s 最多 %zu 项", "%s: %zu at most", name, most);
    return most;
}
