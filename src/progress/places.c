/* A figure for 517 places asks for the place of every row many times over: the way is walked once a register,
 * slice by slice where rows hang on others. */
#include "progress/places.h"

#include <stdlib.h>

#include "base/mem.h"
#include "monitor/place.h"
#include "register/scope_sql.h"

struct places {
    const struct pack *pack;
    const struct frame *frame;
    int **rows; /* [register]; NULL until asked for */
};

struct places *places_new(const struct pack *pack, const struct frame *frame)
{
    struct places *places = mem_new(1, sizeof *places);
    *places = (struct places){pack, frame, mem_new(pack->schema.register_count, sizeof *places->rows)};
    return places;
}

void places_free(struct places *places)
{
    if (places == NULL) return;
    for (size_t i = 0; i < places->pack->schema.register_count; i++) free(places->rows[i]);
    free(places->rows);
    free(places);
}

static struct scope_path way_of(const struct pack *pack, int reg)
{
    return scope_path(pack, reg, pack->division_code >= 0 ? pack->division_register : -1);
}

bool places_has_way(const struct pack *pack, int reg)
{
    return way_of(pack, reg).found;
}

void places_fields(const struct pack *pack, int reg, bool *const *used)
{
    struct scope_path way = way_of(pack, reg);
    for (size_t i = 0; i < way.count; i++) used[way.regs[i]][way.fields[i]] = true;
    if (way.found) used[pack->division_register][pack->division_code] = true;
}

static void read_divisions(const struct places *places, int *rows)
{
    const struct pack *pack = places->pack;
    size_t count = places->frame->registers[pack->division_register].rows;
    for (size_t row = 0; row < count; row++) {
        int division = place_division(pack, places->frame, pack->division_register, (uint32_t)row);
        rows[row] = division < 0 ? (int)pack->division_count : division;
    }
}

/* What hangs on a row is where that row is. */
static void read_slices(struct places *places, int reg, int *rows)
{
    int parent = places->pack->schema.registers[reg].parent;
    const int *above = places_of(places, parent);
    const uint32_t *offsets = places->frame->registers[reg].child_offsets;
    for (size_t at = 0; offsets != NULL && at < places->frame->registers[parent].rows; at++)
        for (uint32_t row = offsets[at]; row < offsets[at + 1]; row++) rows[row] = above[at];
}

static void read_way(struct places *places, const struct scope_path *way, int reg, int *rows)
{
    const struct pack *pack = places->pack;
    const int *divisions = places_of(places, pack->division_register);
    for (size_t row = 0; row < places->frame->registers[reg].rows; row++) {
        uint32_t at = (uint32_t)row;
        for (size_t i = 0; i < way->count && at != FRAME_NO_ROW; i++)
            at = frame_reference(places->frame, way->regs[i], way->fields[i], at);
        if (at != FRAME_NO_ROW) rows[row] = divisions[at];
    }
}

const int *places_of(struct places *places, int reg)
{
    const struct pack *pack = places->pack;
    if (places->rows[reg] != NULL) return places->rows[reg];
    size_t count = places->frame->registers[reg].rows;
    int *rows = mem_new(count + 1, sizeof *rows);
    for (size_t i = 0; i < count; i++) rows[i] = (int)pack->division_count;
    places->rows[reg] = rows;
    struct scope_path way = way_of(pack, reg);
    if (!way.found) return rows;
    if (way.count == 0)
        read_divisions(places, rows);
    else if (way.regs[0] == reg && way.fields[0] == pack->schema.registers[reg].parent_field)
        read_slices(places, reg, rows);
    else
        read_way(places, &way, reg, rows);
    return rows;
}
