/* Townships, villages and units stand in the pack; teams are records, each with the figures of its village.
 */
#include "assessment/scored.h"

#include "register/query.h"

static struct scored *add(struct arena *arena, struct scored **items, size_t *capacity, size_t *count)
{
    *items = arena_grow(arena, *items, capacity, *count + 1, sizeof **items);
    struct scored *fresh = &(*items)[(*count)++];
    *fresh = (struct scored){.division = -1, .unit = -1};
    return fresh;
}

static void list_divisions(const struct pack *pack, enum division_level level, struct arena *arena,
                           struct scored **items, size_t *count)
{
    size_t capacity = 0;
    for (size_t i = 0; i < pack->division_count; i++) {
        const struct pack_division *division = &pack->divisions[i];
        if (division->level != level) continue;
        struct scored *scored = add(arena, items, &capacity, count);
        scored->id = division->code;
        scored->zh = scored->en = division->name;
        scored->division = (int)i;
    }
}

static void add_unit(const struct pack *pack, int unit, struct arena *arena, struct scored **items,
                     size_t *capacity, size_t *count)
{
    struct scored *scored = add(arena, items, capacity, count);
    const struct label *label = &pack->units[unit].label;
    scored->id = label->name;
    scored->zh = label_in(label, "zh");
    scored->en = label_in(label, "en");
    scored->unit = unit;
}

static void list_units(const struct pack *pack, const struct pack_scheme *scheme, struct arena *arena,
                       struct scored **items, size_t *count)
{
    size_t capacity = 0;
    for (size_t i = 0; i < scheme->unit_count; i++)
        add_unit(pack, scheme->units[i], arena, items, &capacity, count);
    for (size_t i = 0; scheme->unit_count == 0 && i < pack->unit_count; i++)
        if (text_is(pack->units[i].kind, "department"))
            add_unit(pack, (int)i, arena, items, &capacity, count);
}

/* The village that a record hangs on, perhaps by way of others (a member's team). */
static int division_of(const struct pack *pack, struct database *database, const struct scope *scope, int reg,
                       const struct record *record, struct err *err, int *division)
{
    struct arena arena = {0};
    struct record above = *record;
    int code = 0;
    *division = -1;
    while (code == 0 && reg >= 0 && reg != pack->division_register) {
        const struct schema_register *schema_register = &pack->schema.registers[reg];
        if (schema_register->parent < 0 || !above.values[schema_register->parent_field].known) break;
        int64_t id = above.values[schema_register->parent_field].integer;
        reg = schema_register->parent;
        code = record_get(database, scope, reg, id, "zh", &arena, &above, err);
    }
    if (code == 0 && reg == pack->division_register && above.values[pack->division_code].known)
        *division = pack_division_find(pack, above.values[pack->division_code].text);
    arena_fini(&arena);
    return code;
}

static int list_records(struct database *database, const struct pack_scheme *scheme, struct arena *arena,
                        struct scored **items, size_t *count, struct err *err)
{
    const struct pack *pack = database_pack(database);
    struct scope everything = scope_everything(pack, TEXT("assessment"), arena);
    struct query query = query_of(scheme->reg);
    struct query_page page = {0};
    size_t capacity = 0;
    int code;
    query.limit = QUERY_LIMIT_MAX;
    do {
        code = query_list(database, &everything, &query, &page, err);
        for (size_t i = 0; code == 0 && i < page.count; i++) {
            const struct record *record = &page.records[i];
            struct scored *scored = add(arena, items, &capacity, count);
            scored->id = text_of(arena_printf(arena, "%lld", (long long)record->id));
            code = division_of(pack, database, &everything, scheme->reg, record, err, &scored->division);
            struct text name = record->named.name.size > 0 ? record->named.name : record->named.key;
            struct text place = scored->division >= 0 ? pack->divisions[scored->division].name : TEXT("");
            scored->zh = scored->en = text_of(arena_printf(arena, "%.*s%s%.*s", TEXT_ARGS(place),
                                                           place.size > 0 ? " " : "", TEXT_ARGS(name)));
        }
        query.after = arena_text(arena, page.next);
        query_page_fini(&page);
        if (code == 0 && *count > SCORED_MOST)
            code =
                err_set(err, ERR_LIMIT, "考核对象超过 %d 个", "more than %d are to be scored", SCORED_MOST);
    } while (code == 0 && query.after.size > 0);
    return code;
}

int scored_list(struct database *database, const struct pack_scheme *scheme, struct arena *arena,
                struct scored **out, size_t *count, struct err *err)
{
    const struct pack *pack = database_pack(database);
    int code = 0;
    *out = NULL;
    *count = 0;
    switch (scheme->assessed) {
    case ASSESSED_TOWNSHIPS:
        list_divisions(pack, DIVISION_TOWNSHIP, arena, out, count);
        break;
    case ASSESSED_VILLAGES:
        list_divisions(pack, DIVISION_VILLAGE, arena, out, count);
        break;
    case ASSESSED_UNITS:
        list_units(pack, scheme, arena, out, count);
        break;
    case ASSESSED_REGISTER:
        code = list_records(database, scheme, arena, out, count, err);
        break;
    }
    if (code == 0 && *count == 0)
        code = err_set(err, ERR_INPUT, "考核方案“%.*s”没有考核对象", "the scheme `%.*s` scores nobody",
                       TEXT_ARGS(label_in(&scheme->label, "zh")));
    return code;
}
