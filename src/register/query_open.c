/* Illness is sealed in a way that SQL cannot compare (vault.h): who may look for it looks at each record in
 * scope, once a query, and the query goes on with the ids that were found. */
#include "register/database_private.h"
#include "register/mask.h"
#include "register/query_private.h"
#include "register/sealed.h"
#include "register/sql.h"

static bool is_opened(const struct database *database, int reg, const struct query_condition *condition)
{
    const struct sealed_field *sealed = sealed_field(database, reg, condition->field);
    return sealed->now && !sealed->shared && condition->test == QUERY_IN;
}

struct opening {
    struct database *database;
    int reg;
    const struct query_condition **conditions;
    size_t count;
    struct buffer scratch;
    int64_t *ids;
    size_t id_count, id_capacity;
    struct arena *arena;
};

static bool holds(struct type type, const struct query_condition *condition, const struct value *value)
{
    if (!value->known) return false;
    for (size_t i = 0; i < condition->count; i++) {
        const struct value *wanted = &condition->values[i];
        if (type.kind == TYPE_CODES ? (wanted->integer & value->integer) != 0
                                    : value_equal(type, wanted, value))
            return true;
    }
    return false;
}

static int take_row(struct opening *opening, const struct statement *row, struct err *err)
{
    bool all = true;
    int code = 0;
    for (size_t i = 0; code == 0 && all && i < opening->count; i++) {
        int field = opening->conditions[i]->field;
        struct value value;
        code = column_read(opening->database, row, (int)i + 1, opening->reg, field, NULL, &opening->scratch,
                           &value, err);
        all = code == 0 && holds(register_of(opening->database->pack, opening->reg)->fields[field].type,
                                 opening->conditions[i], &value);
    }
    if (code != 0 || !all) return code;
    opening->ids = arena_grow(opening->arena, opening->ids, &opening->id_capacity, opening->id_count + 1,
                              sizeof *opening->ids);
    opening->ids[opening->id_count++] = statement_int(row, 0);
    return 0;
}

/* rest: the query without the conditions that are opened. */
static int look_through(struct opening *opening, const struct scope *scope, const struct query *rest,
                        struct err *err)
{
    struct bound bound = {0};
    struct statement *statement = NULL;
    bool row;
    buffer_string(&bound.sql, "SELECT t.id");
    for (size_t i = 0; i < opening->count; i++) {
        buffer_string(&bound.sql, ", ");
        sealed_column(&bound.sql, opening->database, "t", opening->reg, opening->conditions[i]->field);
    }
    buffer_string(&bound.sql, " FROM ");
    sql_table(&bound.sql, opening->database->pack, opening->reg);
    buffer_string(&bound.sql, " AS t");
    int code = query_where(opening->database, scope, rest, &bound, err);
    for (size_t i = 0; i < opening->count; i++) {
        buffer_string(&bound.sql, " AND ");
        sql_field(&bound.sql, "t", opening->database->pack, opening->reg, opening->conditions[i]->field);
        buffer_string(&bound.sql, " IS NOT NULL");
    }
    if (code == 0) code = bound_prepare(&bound, opening->database, &statement, err);
    while (code == 0 && (code = statement_step(statement, &row, err)) == 0 && row)
        code = take_row(opening, statement, err);
    statement_free(statement);
    bound_fini(&bound);
    query_drop(opening->database, rest);
    return code;
}

int query_open(struct database *database, const struct scope *scope, const struct query *query,
               struct arena *arena, struct query *out, struct err *err)
{
    struct opening opening = {.database = database, .reg = query->reg, .arena = arena};
    struct query_condition *rest = arena_array(arena, query->condition_count, sizeof *rest);
    opening.conditions = arena_array(arena, query->condition_count, sizeof *opening.conditions);
    *out = *query;
    out->conditions = rest;
    out->condition_count = 0;
    for (size_t i = 0; i < query->condition_count; i++) {
        if (is_opened(database, query->reg, &query->conditions[i]))
            opening.conditions[opening.count++] = &query->conditions[i];
        else
            rest[out->condition_count++] = query->conditions[i];
    }
    if (opening.count == 0) return 0;
    int code = look_through(&opening, scope, out, err);
    buffer_fini(&opening.scratch);
    out->ids = opening.ids == NULL ? arena_alloc(arena, sizeof *opening.ids) : opening.ids;
    out->id_count = opening.id_count;
    return code;
}
