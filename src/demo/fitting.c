/* A buyer who buys just that: asked of the registers as the page does that proposes it. */
#include "demo/fitting.h"

#include "register/query.h"

enum { FITTING_MAX = 100 };

/* What theirs has to be, or, of codes, to hold. */
static struct value wanted(const struct pack *pack, int theirs, const struct pack_fit *fit,
                           const struct value *own)
{
    struct value value = own[fit->own];
    if (pack->schema.registers[theirs].fields[fit->theirs].type.kind == TYPE_CODES)
        value.integer = (int64_t)1 << value.integer;
    return value;
}

static int draw(struct database *database, const struct scope *scope, const struct query *query,
                struct random *random, int64_t *id, struct err *err)
{
    struct query_page page = {0};
    int code = query_list(database, scope, query, &page, err);
    if (code != 0) return code;
    if (page.count == 0)
        code = err_set(err, ERR_NOT_FOUND, "演示：没有合适的记录可选", "demo: no record fits");
    else
        *id = page.records[random_below(random, page.count)].id;
    query_page_fini(&page);
    return code;
}

int fitting_record(struct database *database, int64_t parent, int reg, int field, struct random *random,
                   int64_t *id, struct err *err)
{
    const struct pack *pack = database_pack(database);
    const struct pack_field *meta = &pack->registers[reg].fields[field];
    int theirs = pack->schema.registers[reg].fields[field].type.record;
    struct arena arena = {0};
    const struct scope scope = scope_everything(pack, TEXT("demo"), &arena);
    struct query above = query_of(pack->schema.registers[reg].parent);
    struct query_page page = {0};
    above.ids = &parent;
    above.id_count = 1;
    above.limit = 1;
    int code = query_list(database, &scope, &above, &page, err);
    if (code == 0 && page.count == 0)
        code = err_set(err, ERR_NOT_FOUND, "演示：办件不在了", "demo: the case is not there");
    struct query_condition *conditions = arena_array(&arena, meta->fit_count, sizeof *conditions);
    struct value *values = arena_array(&arena, meta->fit_count, sizeof *values);
    for (size_t i = 0; code == 0 && i < meta->fit_count; i++) {
        values[i] = wanted(pack, theirs, &meta->fits[i], page.records[0].values);
        conditions[i] = (struct query_condition){meta->fits[i].theirs, QUERY_IN, &values[i], 1};
    }
    struct query query = query_of(theirs);
    query.conditions = conditions;
    query.condition_count = meta->fit_count;
    query.limit = FITTING_MAX;
    if (code == 0) code = draw(database, &scope, &query, random, id, err);
    query_page_fini(&page);
    arena_fini(&arena);
    return code;
}
