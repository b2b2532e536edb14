/* Approved changes of parameters are cases like any other; what they say holds for every formula from its
 * date on, on the command line as on a server. */
#include "register/adopted.h"

#include "pack/adopted.h"
#include "pack/workflow.h"
#include "register/database_private.h"
#include "register/query.h"

/* The pack of a database is this one's alone, so what changed is told by the log's last entry. */
static int last_entry(struct database *database, int64_t *entry, struct err *err)
{
    bool found;
    return store_query_int(database->store, "SELECT coalesce(max(id), 0) FROM zs_entry", entry, &found, err);
}

struct reading {
    const struct pack *pack;
    struct arena arena;
    struct pack_adopted *items;
    size_t count, capacity;
};

static void take(struct reading *reading, const struct record *record)
{
    const struct pack_changes *changes = &reading->pack->changes;
    const struct pack_register *meta = &reading->pack->registers[changes->reg];
    const struct value *state = &record->values[meta->case_fields.state],
                       *name = &record->values[changes->parameter], *from = &record->values[changes->from],
                       *written = &record->values[changes->value];
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
        for (size_t i = 0; code == 0 && i < page.count; i++) take(reading, &page.records[i]);
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
    int code = last_entry(database, &entry, err);
    if (code != 0 || entry == pack_adopted_entry(database->pack)) return code;
    code = read_all(database, &reading, err);
    if (code == 0) pack_adopt(database->pack, reading.items, reading.count, entry);
    arena_fini(&reading.arena);
    return code;
}
