/* A rule's findings by division: each record's code is looked up on the way to its village, and counts there
 * and in all above it. */
#include <stdio.h>

#include "monitor/found_private.h"
#include "register/scope_sql.h"
#include "register/sql.h"

/* Joins from the record `t` to the register of divisions, and the column that holds the code. */
static void join_place(const struct pack *pack, int reg, struct buffer *joins, struct buffer *column)
{
    struct scope_path path = scope_path(pack, reg, pack->division_code >= 0 ? pack->division_register : -1);
    char alias[16] = "t";
    if (!path.found) {
        buffer_string(column, "NULL");
        return;
    }
    for (size_t i = 0; i < path.count; i++) {
        bool last = i + 1 == path.count;
        buffer_string(joins, " LEFT JOIN ");
        sql_table(joins, pack, last ? pack->division_register : path.regs[i + 1]);
        buffer_printf(joins, " AS j%zu ON j%zu.id = ", i, i);
        sql_field(joins, alias, pack, path.regs[i], path.fields[i]);
        snprintf(alias, sizeof alias, "j%zu", i);
    }
    sql_field(column, alias, pack, pack->division_register, pack->division_code);
}

static void add_figures(struct found_figures *to, const struct found_figures *more)
{
    to->records += more->records;
    to->hits += more->hits;
    to->undetermined += more->undetermined;
    to->fresh += more->fresh;
    to->cleared += more->cleared;
}

/* Rows of code, state (0: a record, 3: cleared), fresh, count; each into its division and all above it. */
static int take_places(struct database *database, const struct bound *bound, struct found_figures *figures,
                       struct err *err)
{
    const struct pack *pack = database_pack(database);
    struct statement *statement;
    bool row;
    int code = bound_prepare(bound, database, &statement, err);
    if (code != 0) return code;
    while ((code = statement_step(statement, &row, err)) == 0 && row) {
        int at =
            statement_is_null(statement, 0) ? -1 : pack_division_find(pack, statement_text(statement, 0));
        int64_t state = statement_int(statement, 1), count = statement_int(statement, 3);
        struct found_figures more = {.records = state == 0 ? count : 0,
                                     .hits = state == FINDING_HIT ? count : 0,
                                     .undetermined = state == FINDING_UNDETERMINED ? count : 0,
                                     .fresh = statement_int(statement, 2) != 0 ? count : 0,
                                     .cleared = state == 3 ? count : 0};
        if (at < 0) add_figures(&figures[pack->division_count], &more);
        for (; at >= 0; at = pack->divisions[at].parent) add_figures(&figures[at], &more);
    }
    statement_free(statement);
    return code;
}

struct placing {
    struct database *database;
    const struct found_view *view;
    int rule;
    const struct found_run *run;
    struct buffer joins, column;
};

static void select_place(const struct placing *placing, struct bound *bound)
{
    buffer_string(&bound->sql, "SELECT ");
    buffer_text(&bound->sql, buffer_get(&placing->column));
}

static int place_records(const struct placing *placing, struct found_figures *figures, struct err *err)
{
    int reg = database_pack(placing->database)->rules[placing->rule].scope;
    struct bound bound = {0};
    select_place(placing, &bound);
    buffer_string(&bound.sql, " AS code, 0, 0, count(*) FROM ");
    found_table(placing->database, reg, &bound);
    buffer_text(&bound.sql, buffer_get(&placing->joins));
    buffer_string(&bound.sql, " WHERE t.id > 0");
    found_rows(placing->database, placing->view, reg, &bound);
    buffer_string(&bound.sql, " GROUP BY 1");
    int code = take_places(placing->database, &bound, figures, err);
    bound_fini(&bound);
    return code;
}

static int place_findings(const struct placing *placing, bool cleared, struct found_figures *figures,
                          struct err *err)
{
    struct bound bound = {0};
    int64_t run = placing->run->run, previous = placing->run->previous;
    select_place(placing, &bound);
    if (cleared) {
        buffer_string(&bound.sql, " AS code, 3, 0, count(*)");
    } else if (previous == 0) {
        buffer_string(&bound.sql, " AS code, f.state, 0, count(*)");
    } else {
        buffer_string(&bound.sql, " AS code, f.state, CASE WHEN f.state = 1 AND NOT ");
        found_hit_in(&bound, "f", previous);
        buffer_string(&bound.sql, " THEN 1 ELSE 0 END AS fresh, count(*)");
    }
    found_from_rule(placing->database, placing->view, placing->rule, cleared ? previous : run,
                    placing->joins.size > 0 ? placing->joins.data : "", &bound);
    if (cleared) {
        buffer_string(&bound.sql, " AND f.state = 1 AND NOT ");
        found_hit_in(&bound, "f", run);
    }
    buffer_string(&bound.sql, " GROUP BY 1, 2, 3");
    int code = take_places(placing->database, &bound, figures, err);
    bound_fini(&bound);
    return code;
}

int found_by_division(struct database *database, const struct found_view *view, int rule,
                      const struct found_run *run, struct found_figures *figures, struct err *err)
{
    const struct pack *pack = database_pack(database);
    struct placing placing = {.database = database, .view = view, .rule = rule, .run = run};
    for (size_t i = 0; i <= pack->division_count; i++) figures[i] = (struct found_figures){0};
    join_place(pack, pack->rules[rule].scope, &placing.joins, &placing.column);
    int code = place_records(&placing, figures, err);
    if (code == 0) code = place_findings(&placing, false, figures, err);
    if (code == 0 && run->previous != 0) code = place_findings(&placing, true, figures, err);
    buffer_fini(&placing.joins);
    buffer_fini(&placing.column);
    return code;
}
