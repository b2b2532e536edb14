/* The plan itself: its units (who) and its clauses (what), to which everything else in the pack refers. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "pack/reader.h"

/* ---- Units ---- */

void read_units(struct reader *reader)
{
    static const char *const keys[] = {"label", "kind", "aliases", "note", NULL};
    static const char *const kinds[] = {"group", "department", "townships", "other", NULL};
    struct pack *pack = reader->pack;
    struct entries entries = reader_entries(reader, DOCUMENT_UNITS);
    pack->units = arena_array(reader->arena, entries.count, sizeof *pack->units);
    struct spellings spellings = {0};
    for (size_t i = 0; i < entries.count; i++) {
        const struct entry *entry = &entries.items[i];
        struct pack_unit *unit = &pack->units[i];
        map_put(&reader->units, entry->name, i);
        unit->label.name = entry->name;
        if (!yaml_keys(entry->value, keys, reader->faults)) continue;
        reader_label(reader, entry->value, entry->name, &unit->label);
        const struct yaml_node *kind =
            yaml_need(entry->value, "kind", "group、department、townships 或 other",
                      "one of group, department, townships, other", reader->faults);
        int choice;
        if (yaml_choice(kind, kinds, &choice, reader->faults)) unit->kind = text_of(kinds[choice]);
        const struct yaml_node *aliases = yaml_get(entry->value, "aliases");
        unit->aliases = reader_texts(reader, aliases, &unit->alias_count);
        reader_note(reader, entry->value);
        spellings_add_label(&spellings, reader, &unit->label, i, entry->key, entry->value);
        for (size_t k = 0; k < unit->alias_count; k++)
            spellings_add(&spellings, reader, unit->aliases[k], i, aliases, "名称", "alias");
    }
    pack->unit_count = entries.count;
    spellings_fini(&spellings);
}

/* ---- Clauses ---- */

struct clauses {
    struct pack_plan_clause *items;
    size_t count, capacity;
};

static void read_clauses(struct reader *reader, const struct yaml_node *list, int parent,
                         struct clauses *clauses);

static void read_clause(struct reader *reader, const struct yaml_node *node, int parent,
                        struct clauses *clauses)
{
    static const char *const keys[] = {"clause", "title",       "text",  "note",
                                       "lead",   "responsible", "tasks", NULL};
    if (!yaml_keys(node, keys, reader->faults)) return;
    struct pack_plan_clause clause = {.parent = parent};
    const struct yaml_node *id =
        yaml_need(node, "clause", "条款号，例如 二(一)", "the clause, such as 2.1", reader->faults);
    if (yaml_string(id, &clause.id, reader->faults)) {
        size_t first;
        if (!map_add(&reader->clauses, clause.id, clauses->count, &first))
            yaml_fault(id, reader->faults, "条款“%.*s”重复", "clause `%.*s` stands here a second time",
                       TEXT_ARGS(clause.id));
    }
    reader_words(reader, yaml_need(node, "title", "标题", "its title", reader->faults), &clause.title_zh,
                 &clause.title_en);
    yaml_string(yaml_get(node, "text"), &clause.text, reader->faults);
    clause.note = reader_note(reader, node);
    clause.lead = reader_references(reader, yaml_get(node, "lead"), &reader->units, DOCUMENT_UNITS, "单位",
                                    "unit", &clause.lead_count);
    clause.responsible = reader_references(reader, yaml_get(node, "responsible"), &reader->units,
                                           DOCUMENT_UNITS, "单位", "unit", &clause.responsible_count);
    clauses->items = mem_grow(clauses->items, &clauses->capacity, clauses->count + 1, sizeof *clauses->items);
    int index = (int)clauses->count;
    clauses->items[clauses->count++] = clause;
    read_clauses(reader, yaml_get(node, "tasks"), index, clauses);
}

static void read_clauses(struct reader *reader, const struct yaml_node *list, int parent,
                         struct clauses *clauses)
{
    if (!yaml_is(list, YAML_LIST, reader->faults)) return;
    for (size_t i = 0; i < yaml_count(list); i++) read_clause(reader, yaml_item(list, i), parent, clauses);
}

void read_plan(struct reader *reader)
{
    static const char *const keys[] = {"chapters", NULL};
    struct pack *pack = reader->pack;
    if (reader->document_counts[DOCUMENT_PLAN] == 0) return;
    const struct yaml_node *root = reader->documents[DOCUMENT_PLAN][0];
    if (yaml_kind(root) == YAML_NULL || !yaml_keys(root, keys, reader->faults)) return;
    struct clauses clauses = {0};
    const struct yaml_node *chapters =
        yaml_need(root, "chapters", "章节列表", "the list of chapters", reader->faults);
    reader->broken[DOCUMENT_PLAN] |= yaml_kind(chapters) != YAML_LIST;
    read_clauses(reader, chapters, -1, &clauses);
    pack->clauses = arena_array(reader->arena, clauses.count, sizeof *pack->clauses);
    if (clauses.count > 0) memcpy(pack->clauses, clauses.items, clauses.count * sizeof *pack->clauses);
    pack->clause_count = clauses.count;
    free(clauses.items);
}
