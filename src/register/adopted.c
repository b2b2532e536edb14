/* Approved changes of parameters are cases like any other; what they say holds for every formula from its
 * date on, on the command line as on a server. */
#include "register/adopted.h"

#include <stdlib.h>

#include "pack/adopted.h"
#include "pack/workflow.h"
#include "register/database_private.h"
#include "register/frame_load.h"
#include "register/query.h"

struct reading {
    const struct pack *pack;
    struct arena arena;
    struct pack_adopted *items;
    size_t count, capacity;
};

/* The fields of a change that say whether and what it puts in force. */
struct change {
    struct value state, name, from, written;
};

static void take(struct reading *reading, const struct change *change)
{
    const struct pack_register *meta = &reading->pack->registers[reading->pack->changes.reg];
    const struct value *state = &change->state, *name = &change->name, *from = &change->from,
                       *written = &change->written;
    struct err unfit;
    if (!state->known || meta->workflow->states[state->integer].end != END_DONE || !name->known ||
        !from->known || !written->known)
        return;
    struct pack_adopted item = {.parameter = schema_parameter_find(&reading->pack->schema, name->text),
                                .from = (int32_t)from->integer};
    struct text text = arena_text(&reading->arena, written->text);
    if (item.parameter < 0 ||
        pack_parameter_parse(reading->pack, item.parameter, text, &item.value, &unfit) != 0)
        return;
    reading->items = arena_grow(&reading->arena, reading->items, &reading->capacity, reading->count + 1,
                                sizeof *reading->items);
    reading->items[reading->count++] = item;
}

static void take_record(struct reading *reading, const struct record *record)
{
    const struct pack_changes *changes = &reading->pack->changes;
    const struct pack_register *meta = &reading->pack->registers[changes->reg];
    const struct change change = {record->values[meta->case_fields.state], record->values[changes->parameter],
                                  record->values[changes->from], record->values[changes->value]};
    take(reading, &change);
}

/* By id: of two changes for the same date the one that was proposed later holds. */
static int read_all(struct database *database, struct reading *reading, struct err *err)
{
    const struct scope scope = scope_everything(database->pack, TEXT("adopted"), &reading->arena);
    struct query query = query_of(database->pack->changes.reg);
    int code;
    query.limit = QUERY_LIMIT_MAX;
    do {
        struct query_page page = {0};
        code = query_list(database, &scope, &query, &page, err);
        for (size_t i = 0; code == 0 && i < page.count; i++) take_record(reading, &page.records[i]);
        query.after = code == 0 ? arena_text(&reading->arena, page.next) : TEXT("");
        query_page_fini(&page);
    } while (query.after.size > 0);
    return code;
}

int adopted_refresh(struct database *database, struct err *err)
{
    struct reading reading = {.pack = database->pack};
    int64_t entry;
    if (database->pack->changes.reg < 0) return 0;
    int code = database_last_entry(database->store, &entry, err);
    if (code != 0 || entry == pack_adopted_entry(database->pack)) return code;
    code = read_all(database, &reading, err);
    if (code == 0) pack_adopt(database->pack, reading.items, reading.count, entry);
    arena_fini(&reading.arena);
    return code;
}

/* ---- What was in force then ---- */

struct standing {
    int64_t id;
    size_t row;
};

static int by_id(const void *a, const void *b)
{
    const struct standing *left = a, *right = b;
    return left->id < right->id ? -1 : left->id > right->id;
}

static void take_standing(struct reading *reading, const struct frame *frame)
{
    const struct pack_changes *changes = &reading->pack->changes;
    const struct pack_register *meta = &reading->pack->registers[changes->reg];
    size_t rows = frame->registers[changes->reg].rows;
    struct standing *order = arena_array(&reading->arena, rows + 1, sizeof *order);
    for (size_t row = 0; row < rows; row++)
        order[row] = (struct standing){frame_id(frame, changes->reg, row), row};
    if (rows > 1) qsort(order, rows, sizeof *order, by_id);
    for (size_t i = 0; i < rows; i++) {
        const struct change change = {frame_get(frame, changes->reg, meta->case_fields.state, order[i].row),
                                      frame_get(frame, changes->reg, changes->parameter, order[i].row),
                                      frame_get(frame, changes->reg, changes->from, order[i].row),
                                      frame_get(frame, changes->reg, changes->value, order[i].row)};
        take(reading, &change);
    }
}

int adopted_as_of(struct database *database, int64_t entry, struct err *err)
{
    const struct pack *pack = database->pack;
    struct reading reading = {.pack = pack};
    struct frame *frame;
    int64_t last;
    if (pack->changes.reg < 0) return 0;
    bool **used = arena_array(&reading.arena, pack->schema.register_count, sizeof *used);
    for (size_t i = 0; i < pack->schema.register_count; i++)
        used[i] = arena_array(&reading.arena, pack->schema.registers[i].field_count + 1, sizeof **used);
    const int fields[] = {pack->registers[pack->changes.reg].case_fields.state, pack->changes.parameter,
                          pack->changes.from, pack->changes.value};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) used[pack->changes.reg][fields[i]] = true;
    const struct frame_request request = {.used = used, .entry = entry};
    int code = database_last_entry(database->store, &last, err);
    if (code == 0) code = frame_load(database, &request, &frame, err);
    if (code == 0) {
        take_standing(&reading, frame);
        pack_adopt(pack, reading.items, reading.count, last);
        frame_free(frame);
    }
    arena_fini(&reading.arena);
    return code;
}
