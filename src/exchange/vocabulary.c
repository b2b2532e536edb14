/* Two indexes over the same headings: one as they stand, one without a unit in brackets. The second is asked
 * only when the first knows nothing, and answers only where the unit fits the field. */
#include "exchange/vocabulary.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/suggest.h"
#include "exchange/heading_key.h"

static const struct schema_register *register_of_part(const struct vocabulary *vocabulary, int part)
{
    return &vocabulary->pack->schema.registers[vocabulary->feed->parts[part].reg];
}

static struct type type_of_target(const struct vocabulary *vocabulary, struct heading_target target)
{
    return register_of_part(vocabulary, target.part)->fields[target.field].type;
}

bool vocabulary_may_take(const struct pack *pack, const struct feed_part *part, int field)
{
    enum pack_keeper keeper = pack->registers[part->reg].fields[field].keeper;
    if (part->fields != NULL && !part->fields[field]) return false;
    return keeper != KEEPER_CASE && (keeper != KEEPER_FACT || part->fields != NULL);
}

/* A match part only looks its record up, and a linked reference comes from another part; their columns are
 * known, not taken. */
bool vocabulary_takes(const struct pack *pack, const struct pack_feed *feed, int part, int field)
{
    const struct feed_part *feed_part = &feed->parts[part];
    if (heading_is_linked(pack, feed, part, field)) return false;
    if (!vocabulary_may_take(pack, feed_part, field)) return false;
    for (size_t i = 0; i < feed_part->set_count; i++)
        if (feed_part->set_fields[i] == field) return false;
    if (feed_part->mode == FEED_WRITE) return true;
    for (size_t i = 0; i < feed_part->key_count; i++)
        if (feed_part->key[i] == field) return true;
    for (size_t i = 0; i < feed_part->needs_count; i++)
        if (feed_part->needs[i] == field) return true;
    return false;
}

static size_t chain(struct map *map, struct text key, size_t index)
{
    size_t before = SIZE_MAX;
    map_get(map, key, &before);
    map_put(map, key, index);
    return before;
}

static void add(struct vocabulary *vocabulary, struct text heading, struct heading_target target,
                bool from_feed)
{
    vocabulary->entries = mem_grow(vocabulary->entries, &vocabulary->capacity, vocabulary->count + 1,
                                   sizeof *vocabulary->entries);
    size_t index = vocabulary->count++;
    struct vocabulary_entry *entry = &vocabulary->entries[index];
    *entry = (struct vocabulary_entry){
        .heading = heading,
        .target = target,
        .used = vocabulary_takes(vocabulary->pack, vocabulary->feed, target.part, target.field),
        .from_feed = from_feed,
        .next_stem = SIZE_MAX};
    struct buffer folded = {0};
    heading_fold(heading, &folded);
    struct text key = buffer_get(&folded), stem, unit;
    entry->next_exact = chain(&vocabulary->exact, key, index);
    int64_t scale;
    bool has_unit = heading_split(key, &stem, &unit);
    if (has_unit &&
        heading_unit(&vocabulary->pack->schema, type_of_target(vocabulary, target), unit, &scale) &&
        scale == target.scale_by)
        entry->next_stem = chain(&vocabulary->stems, stem, index);
    else if (!has_unit)
        entry->next_stem = chain(&vocabulary->stems, key, index);
    buffer_fini(&folded);
}

void vocabulary_init(struct vocabulary *vocabulary, const struct pack *pack, const struct pack_feed *feed)
{
    *vocabulary = (struct vocabulary){.pack = pack, .feed = feed};
    for (int part = 0; part < (int)feed->part_count; part++) {
        const struct feed_part *feed_part = &feed->parts[part];
        const struct schema_register *reg = register_of_part(vocabulary, part);
        for (size_t i = 0; i < feed_part->column_count; i++) {
            const struct feed_column *column = &feed_part->columns[i];
            add(vocabulary, column->heading, (struct heading_target){part, column->field, column->scale_by},
                true);
        }
        for (size_t field = 0; field < reg->field_count; field++) {
            const struct pack_field *meta = &pack->registers[feed_part->reg].fields[field];
            for (size_t i = 0; i < meta->heading_count; i++)
                add(vocabulary, meta->headings[i].heading,
                    (struct heading_target){part, (int)field, meta->headings[i].scale_by}, false);
        }
    }
}

void vocabulary_fini(struct vocabulary *vocabulary)
{
    free(vocabulary->entries);
    map_fini(&vocabulary->exact);
    map_fini(&vocabulary->stems);
    *vocabulary = (struct vocabulary){0};
}

/* What is being gathered for one heading. */
struct found {
    struct heading_target *targets;
    size_t count;
    bool doubt;
};

/* The same part twice with another field or another scale: nobody can say which is meant. */
static void gather(struct found *found, struct heading_target target)
{
    for (size_t i = 0; i < found->count; i++) {
        if (found->targets[i].part != target.part) continue;
        if (found->targets[i].field != target.field || found->targets[i].scale_by != target.scale_by)
            found->doubt = true;
        return;
    }
    found->targets[found->count++] = target;
}

static void find_exact(const struct vocabulary *vocabulary, size_t first, bool from_feed, struct found *found,
                       bool *known)
{
    for (size_t i = first; i != SIZE_MAX; i = vocabulary->entries[i].next_exact) {
        const struct vocabulary_entry *entry = &vocabulary->entries[i];
        *known = true;
        if (entry->used && entry->from_feed == from_feed) gather(found, entry->target);
    }
}

/* unit empty: the sheet's heading has none, and the field's own unit is meant. */
static void find_stem(const struct vocabulary *vocabulary, size_t first, struct text unit,
                      struct found *found, bool *known)
{
    for (size_t i = first; i != SIZE_MAX; i = vocabulary->entries[i].next_stem) {
        const struct vocabulary_entry *entry = &vocabulary->entries[i];
        struct heading_target target = entry->target;
        if (unit.size > 0 && !heading_unit(&vocabulary->pack->schema, type_of_target(vocabulary, target),
                                           unit, &target.scale_by))
            continue;
        if (unit.size == 0 && target.scale_by != 1) continue; /* 收入 for 收入（万元）: perhaps yuan */
        *known = true;
        if (entry->used) gather(found, target);
    }
}

void vocabulary_find(const struct vocabulary *vocabulary, struct text folded, struct heading_target *targets,
                     size_t *count, bool *known)
{
    struct found found = {.targets = targets};
    size_t first;
    *known = false;
    if (map_get(&vocabulary->exact, folded, &first)) {
        find_exact(vocabulary, first, true, &found, known);
        if (found.count == 0) find_exact(vocabulary, first, false, &found, known);
    } else {
        struct text stem = folded, unit = {NULL, 0};
        heading_split(folded, &stem, &unit);
        if (map_get(&vocabulary->stems, stem, &first)) find_stem(vocabulary, first, unit, &found, known);
    }
    *count = found.doubt ? 0 : found.count;
}

struct text vocabulary_nearest(const struct vocabulary *vocabulary, struct text heading)
{
    struct suggest suggest = suggest_start(heading);
    for (size_t i = 0; i < vocabulary->count; i++)
        if (vocabulary->entries[i].used) suggest_offer(&suggest, vocabulary->entries[i].heading);
    return suggest.best;
}
