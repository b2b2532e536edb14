/* An answer can be checked only by somebody who knows where its facts come from: which file, whose hand,
 * when. */
#include "monitor/sources.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"

struct search {
    struct database *database;
    const struct frame *frame;
    int64_t until;
    bool whole;
    struct arena *arena;
    struct sources *out;
    size_t capacity;
    struct map facts;   /* register, row, field that are among the items */
    struct map entries; /* numbers of entries, in known */
    struct log_entry **known;
    size_t known_count, known_capacity;
};

/* ---- What the explanation rests on ---- */

static void add_fact(struct search *search, struct explain_fact fact)
{
    uint32_t key[] = {(uint32_t)fact.reg, fact.row, (uint32_t)fact.field};
    struct sources *out = search->out;
    if (out->count == SOURCES_MAX) {
        out->more += map_add(&search->facts, (struct text){(const char *)key, sizeof key}, SIZE_MAX, NULL);
        return;
    }
    if (!map_add(&search->facts, (struct text){(const char *)key, sizeof key}, out->count, NULL)) return;
    out->items = arena_grow(search->arena, out->items, &search->capacity, out->count + 1, sizeof *out->items);
    out->items[out->count++] =
        (struct source_fact){.reg = fact.reg, .field = fact.field, .row = fact.row, .value = fact.value};
}

/* What is missing is told elsewhere. */
static void add_field(struct search *search, const struct explain_node *at)
{
    struct value value = frame_get(search->frame, at->reg, at->node->index, at->row);
    if (value.known)
        add_fact(search, (struct explain_fact){
                             .reg = at->reg, .field = at->node->index, .row = at->row, .value = value});
}

static void walk(struct search *search, const struct explain_node *at)
{
    if (!at->decisive && !search->whole) return;
    if (at->node->op == NODE_FIELD && at->row != FRAME_NO_ROW) add_field(search, at);
    for (size_t i = 0; i < at->child_count; i++) walk(search, &at->children[i]);
}

static struct explain_fact being_there(const struct explain_group *group, const struct explain_member *member)
{
    return (struct explain_fact){.reg = group->reg, .field = -1, .row = member->row};
}

static void walk_groups(struct search *search, const struct explain *explain)
{
    for (size_t i = 0; i < explain->group_count; i++)
        for (size_t k = 0; k < explain->groups[i].member_count; k++) {
            const struct explain_member *member = &explain->groups[i].members[k];
            if (member->fact_count == 0) add_fact(search, being_there(&explain->groups[i], member));
            for (size_t fact = 0; fact < member->fact_count; fact++) add_fact(search, member->facts[fact]);
        }
}

/* ---- Where it comes from ---- */

static int find_entry(struct search *search, int64_t id, const struct log_entry **out, struct err *err)
{
    size_t at;
    struct text key = {(const char *)&id, sizeof id};
    int code = 0;
    *out = NULL;
    if (id == 0) return 0;
    if (map_add(&search->entries, key, search->known_count, &at)) {
        search->known =
            mem_grow(search->known, &search->known_capacity, search->known_count + 1, sizeof *search->known);
        search->known[search->known_count] = arena_alloc(search->arena, sizeof **search->known);
        code = history_entry(search->database, id, search->arena, search->known[search->known_count++], err);
    }
    *out = search->known[at];
    return code;
}

/* All facts of one record with one look into the log. */
static int find_origins(struct search *search, size_t first, bool *done, struct err *err)
{
    struct source_fact *items = search->out->items;
    int reg = items[first].reg;
    int64_t id = frame_id(search->frame, reg, items[first].row), created = 0;
    size_t fields = search->frame->schema->registers[reg].field_count;
    int64_t *origins = mem_new(fields, sizeof *origins);
    int code = record_origins(search->database, reg, id, search->until, origins, err);
    for (size_t i = first; code == 0 && i < search->out->count; i++) {
        if (items[i].reg != reg || items[i].row != items[first].row) continue;
        done[i] = true;
        if (items[i].field < 0)
            code = record_creation(search->database, reg, id, search->until, &created, err);
        if (code == 0)
            code = find_entry(search, items[i].field < 0 ? created : origins[items[i].field], &items[i].entry,
                              err);
    }
    free(origins);
    return code;
}

int sources_find(struct database *database, const struct frame *frame, const struct explain *explain,
                 int64_t until, bool whole, struct arena *arena, struct sources *out, struct err *err)
{
    struct search search = {
        .database = database, .frame = frame, .until = until, .whole = whole, .arena = arena, .out = out};
    *out = (struct sources){0};
    walk(&search, &explain->root);
    walk_groups(&search, explain);
    bool *done = mem_new(out->count, sizeof *done);
    int code = 0;
    for (size_t i = 0; code == 0 && i < out->count; i++)
        if (!done[i]) code = find_origins(&search, i, done, err);
    free(done);
    free(search.known);
    map_fini(&search.facts);
    map_fini(&search.entries);
    return code;
}

static const struct log_entry *entry_of(const struct sources *sources, struct explain_fact fact)
{
    for (size_t i = 0; i < sources->count; i++)
        if (sources->items[i].reg == fact.reg && sources->items[i].row == fact.row &&
            sources->items[i].field == fact.field)
            return sources->items[i].entry;
    return NULL;
}

const struct log_entry *sources_of_member(const struct sources *sources, const struct explain_group *group,
                                          const struct explain_member *member)
{
    const struct log_entry *newest = NULL;
    if (member->fact_count == 0) return entry_of(sources, being_there(group, member));
    for (size_t i = 0; i < member->fact_count; i++) {
        const struct log_entry *entry = entry_of(sources, member->facts[i]);
        if (entry != NULL && (newest == NULL || entry->id > newest->id)) newest = entry;
    }
    return newest;
}
