/* Stored findings joined with the registers as they are now, under the one condition that says whose rows
 * they are. Names come from the pack, values are bound. What a user sees is mostly few records of many, so
 * statements begin with the records in scope and look each up among the findings (zs_finding_record); where
 * all rows are in scope, or fewer findings were stored than records are in scope (a ledger with few faults),
 * they begin with the findings. CROSS JOIN keeps SQLite to that order. */
#include "monitor/found_private.h"

#include <stdlib.h>

#include "base/mem.h"
#include "register/bound.h"
#include "register/query.h"
#include "register/scope_sql.h"
#include "register/sql.h"
#include "store/tables.h"

/* ---- Pieces ---- */

static bool is_whole(struct database *database, const struct found_view *view)
{
    return view->division < 0 && scope_all_rows(view->scope, database_pack(database));
}

/* " AND …": living rows of `t` that may be seen and lie in the division. */
static void visible_by(struct database *database, const struct found_view *view, int reg, enum scope_way way,
                       struct bound *bound)
{
    buffer_string(&bound->sql, " AND t.retired IS NULL");
    scope_rows_within(view->scope, database, reg, view->division, "t", way, bound);
}

void found_rows(struct database *database, const struct found_view *view, int reg, struct bound *bound)
{
    visible_by(database, view, reg, SCOPE_WAY_ROWS, bound);
}

void found_table(struct database *database, int reg, struct bound *bound)
{
    sql_table(&bound->sql, database_pack(database), reg);
    buffer_string(&bound->sql, " AS t");
}

/* "[NOT ]EXISTS (…)": the finding's record was a hit in that run. */
void found_hit_in(struct bound *bound, const char *finding, int64_t run)
{
    buffer_string(&bound->sql, "EXISTS (SELECT 1 FROM zs_finding AS o WHERE o.run = ");
    bound_int(bound, run);
    buffer_printf(&bound->sql, " AND o.rule = %s.rule AND o.record = %s.record AND o.state = 1)", finding,
                  finding);
}

int found_visible(struct database *database, const struct found_view *view, int reg, int64_t **ids,
                  size_t *count, struct err *err)
{
    struct bound bound = {0};
    struct statement *statement;
    size_t capacity = 0;
    bool row;
    *ids = NULL;
    *count = 0;
    if (!scope_may(view->scope, reg, SCOPE_READ)) return 0;
    buffer_string(&bound.sql, "SELECT t.id FROM ");
    found_table(database, reg, &bound);
    buffer_string(&bound.sql, " WHERE t.id > 0");
    found_rows(database, view, reg, &bound);
    int code = bound_prepare(&bound, database, &statement, err);
    bound_fini(&bound);
    if (code != 0) return code;
    while ((code = statement_step(statement, &row, err)) == 0 && row) {
        *ids = mem_grow(*ids, &capacity, *count + 1, sizeof **ids);
        (*ids)[(*count)++] = statement_int(statement, 0);
    }
    statement_free(statement);
    if (code != 0) free(*ids);
    return code;
}

/* ---- Figures of all rules ---- */

/* Rules that share a register and what they were screened and compared in. */
struct batch {
    int reg;
    int64_t run, previous;
};

static bool same_batch(struct batch a, struct batch b)
{
    return a.reg == b.reg && a.run == b.run && a.previous == b.previous;
}

struct counting {
    struct database *database;
    const struct found_view *view;
    const struct found_run *runs;
    struct found_figures *figures;
    const struct pack *pack;
    bool whole;
    int64_t
        *stored; /* one a rule: findings of its run, those that were cleared since the one before with them */
};

static struct batch batch_of(const struct counting *counting, size_t rule)
{
    const struct found_run *run = &counting->runs[rule];
    return (struct batch){counting->pack->rules[rule].scope, run->run, run->previous};
}

/* Are there fewer findings under the batch's rules than records that would be looked up among them? */
static bool begins_with_findings(const struct counting *counting, struct batch batch)
{
    int64_t stored = 0, records = 0;
    for (size_t i = 0; i < counting->pack->rule_count; i++) {
        if (counting->runs[i].run == 0 || !same_batch(batch_of(counting, i), batch)) continue;
        stored += counting->stored[i];
        records = counting->figures[i].records;
    }
    return stored <= records;
}

/* "FROM …" for the findings `f` of that run under the batch's rules, and what is to be counted of them.
 * retired: only those of records that were retired since. */
static void from_findings(const struct counting *counting, struct batch batch, int64_t run, bool retired,
                          struct bound *bound)
{
    bool few = !retired && begins_with_findings(counting, batch);
    buffer_string(&bound->sql,
                  few ? " FROM zs_run_rule AS u CROSS JOIN zs_finding AS f CROSS JOIN " : " FROM ");
    found_table(counting->database, batch.reg, bound);
    buffer_string(&bound->sql, few ? " WHERE t.id = f.record AND f.run = "
                                   : " CROSS JOIN zs_finding AS f CROSS JOIN zs_run_rule AS u WHERE "
                                     "f.record = t.id AND f.run = ");
    bound_int(bound, run);
    buffer_string(&bound->sql, " AND u.rule = f.rule AND u.run = ");
    bound_int(bound, batch.run);
    buffer_string(&bound->sql, " AND u.register = ");
    bound_text(bound, register_name(counting->pack, batch.reg));
    buffer_string(&bound->sql, " AND coalesce(u.previous, 0) = ");
    bound_int(bound, batch.previous);
    if (retired)
        buffer_string(&bound->sql, " AND t.retired IS NOT NULL");
    else
        visible_by(counting->database, counting->view, batch.reg, few ? SCOPE_WAY_JOINED : SCOPE_WAY_ROWS,
                   bound);
}

/* rule, state (3: cleared), fresh, count. sign: added to the figures, or taken away from them. */
static int take_figures(const struct counting *counting, const struct bound *bound, int64_t sign,
                        struct err *err)
{
    struct statement *statement;
    bool row;
    int code = bound_prepare(bound, counting->database, &statement, err);
    if (code != 0) return code;
    while ((code = statement_step(statement, &row, err)) == 0 && row) {
        int rule = found_rule(counting->pack, statement_text(statement, 0));
        int64_t count = sign * statement_int(statement, 3);
        if (rule < 0) continue;
        struct found_figures *figures = &counting->figures[rule];
        if (statement_int(statement, 1) == 3)
            figures->cleared += count;
        else if (statement_int(statement, 1) == FINDING_UNDETERMINED)
            figures->undetermined += count;
        else
            figures->hits += count;
        if (statement_int(statement, 2) != 0) figures->fresh += count;
    }
    statement_free(statement);
    return code;
}

static int count_batch(const struct counting *counting, struct batch batch, bool retired, struct err *err)
{
    struct bound now = {0}, before = {0};
    int64_t sign = retired ? -1 : 1;
    buffer_string(&now.sql, "SELECT f.rule, f.state, ");
    if (batch.previous == 0) {
        buffer_string(&now.sql, "0");
    } else {
        buffer_string(&now.sql, "CASE WHEN f.state = 1 AND NOT ");
        found_hit_in(&now, "f", batch.previous);
        buffer_string(&now.sql, " THEN 1 ELSE 0 END");
    }
    buffer_string(&now.sql, " AS fresh, count(*)");
    from_findings(counting, batch, batch.run, retired, &now);
    buffer_string(&now.sql, " GROUP BY 1, 2, 3");
    int code = take_figures(counting, &now, sign, err);
    if (code == 0 && batch.previous != 0) {
        buffer_string(&before.sql, "SELECT f.rule, 3, 0, count(*)");
        from_findings(counting, batch, batch.previous, retired, &before);
        buffer_string(&before.sql, " AND f.state = 1 AND NOT ");
        found_hit_in(&before, "f", batch.run);
        buffer_string(&before.sql, " GROUP BY 1, 2, 3");
        code = take_figures(counting, &before, sign, err);
    }
    bound_fini(&now);
    bound_fini(&before);
    return code;
}

/* What the runs counted themselves: of all rows that is the answer, but for records that were retired since.
 */
static int take_stored(const struct counting *counting, struct err *err)
{
    struct statement *statement;
    bool row = true;
    int code = store_prepare(
        database_store(counting->database),
        TEXT("SELECT hits, undetermined, CASE WHEN previous IS NULL THEN 0 ELSE fresh END, cleared"
             " FROM zs_run_rule WHERE rule = ?1 AND run = ?2"),
        &statement, err);
    if (code != 0) return code;
    for (size_t i = 0; code == 0 && i < counting->pack->rule_count; i++) {
        if (counting->runs[i].run == 0) continue;
        statement_bind_text(statement, 1, counting->pack->rules[i].label.name);
        statement_bind_int(statement, 2, counting->runs[i].run);
        code = statement_step(statement, &row, err);
        if (code == 0 && row) {
            const struct found_figures stored = {.hits = statement_int(statement, 0),
                                                 .undetermined = statement_int(statement, 1),
                                                 .fresh = statement_int(statement, 2),
                                                 .cleared = statement_int(statement, 3)};
            counting->stored[i] = stored.hits + stored.undetermined + stored.cleared;
            if (counting->whole) counting->figures[i] = stored;
        }
        statement_reset(statement);
    }
    statement_free(statement);
    return code;
}

static int count_records(const struct counting *counting, int reg, struct err *err)
{
    struct query query = query_of(reg);
    int64_t records = 0;
    query.division = counting->view->division;
    int code = query_count(counting->database, counting->view->scope, &query, 0, &records, err);
    for (size_t i = 0; code == 0 && i < counting->pack->rule_count; i++)
        if (counting->pack->rules[i].scope == reg && counting->runs[i].run != 0)
            counting->figures[i].records = records;
    return code;
}

static bool is_wanted(const struct counting *counting, size_t rule)
{
    return counting->runs[rule].run != 0 &&
           scope_may(counting->view->scope, counting->pack->rules[rule].scope, SCOPE_READ);
}

static bool is_first_of_batch(const struct counting *counting, size_t rule)
{
    for (size_t i = 0; i < rule; i++)
        if (same_batch(batch_of(counting, i), batch_of(counting, rule))) return false;
    return true;
}

static bool is_first_of_register(const struct counting *counting, size_t rule)
{
    for (size_t i = 0; i < rule; i++)
        if (is_wanted(counting, i) && counting->pack->rules[i].scope == counting->pack->rules[rule].scope)
            return false;
    return true;
}

int found_figures(struct database *database, const struct found_view *view, const struct found_run *runs,
                  struct found_figures *figures, struct err *err)
{
    const struct pack *pack = database_pack(database);
    struct counting counting = {database, view, runs, figures, pack, is_whole(database, view), NULL};
    counting.stored = mem_new(pack->rule_count, sizeof *counting.stored);
    for (size_t i = 0; i < pack->rule_count; i++) figures[i] = (struct found_figures){0};
    int code = take_stored(&counting, err);
    for (size_t i = 0; code == 0 && i < pack->rule_count; i++) {
        if (!is_wanted(&counting, i))
            figures[i] = (struct found_figures){0};
        else if (is_first_of_register(&counting, i))
            code = count_records(&counting, pack->rules[i].scope, err);
    }
    for (size_t i = 0; code == 0 && i < pack->rule_count; i++)
        if (is_wanted(&counting, i) && is_first_of_batch(&counting, i))
            code = count_batch(&counting, batch_of(&counting, i), counting.whole, err);
    free(counting.stored);
    return code;
}

/* ---- One rule ---- */

/* "FROM … WHERE …": the finding `f` beside its record `t`. more: further joins, between the two. */
void found_from_rule(struct database *database, const struct found_view *view, int rule, int64_t run,
                     const char *more, struct bound *bound)
{
    const struct pack_rule *meta = &database_pack(database)->rules[rule];
    bool whole = is_whole(database, view);
    buffer_string(&bound->sql, " FROM ");
    if (whole) buffer_string(&bound->sql, "zs_finding AS f CROSS JOIN ");
    found_table(database, meta->scope, bound);
    if (!whole) buffer_string(&bound->sql, " CROSS JOIN zs_finding AS f");
    buffer_string(&bound->sql, more);
    buffer_string(&bound->sql, " WHERE f.record = t.id AND f.run = ");
    bound_int(bound, run);
    buffer_string(&bound->sql, " AND f.rule = ");
    bound_text(bound, meta->label.name);
    found_rows(database, view, meta->scope, bound);
}

static void of_state(struct database *database, const struct found_view *view,
                     const struct found_question *question, struct bound *bound)
{
    const struct found_run *run = &question->run;
    bool cleared = question->state == FOUND_CLEARED;
    found_from_rule(database, view, question->rule, cleared ? run->previous : run->run, "", bound);
    buffer_string(&bound->sql,
                  question->state == FOUND_UNDETERMINED ? " AND f.state = 2" : " AND f.state = 1");
    if (question->state == FOUND_HIT || question->state == FOUND_UNDETERMINED) return;
    if (run->previous == 0) {
        buffer_string(&bound->sql, " AND 1 = 0");
        return;
    }
    buffer_string(&bound->sql, " AND NOT ");
    found_hit_in(bound, "f", cleared ? run->run : run->previous);
}

int found_list(struct database *database, const struct found_view *view,
               const struct found_question *question, int64_t after, size_t limit, int64_t *ids,
               size_t *count, bool *more, struct err *err)
{
    struct bound bound = {0};
    struct statement *statement;
    bool row;
    *count = 0;
    *more = false;
    buffer_string(&bound.sql, "SELECT f.record");
    of_state(database, view, question, &bound);
    buffer_string(&bound.sql, " AND f.record > ");
    bound_int(&bound, after);
    buffer_string(&bound.sql, " ORDER BY f.record LIMIT ");
    bound_int(&bound, (int64_t)limit + 1);
    int code = bound_prepare(&bound, database, &statement, err);
    if (code == 0) {
        while ((code = statement_step(statement, &row, err)) == 0 && row) {
            *more = *count == limit;
            if (!*more) ids[(*count)++] = statement_int(statement, 0);
        }
        statement_free(statement);
    }
    bound_fini(&bound);
    return code;
}

int found_count(struct database *database, const struct found_view *view,
                const struct found_question *question, int64_t *count, struct err *err)
{
    struct bound bound = {0};
    buffer_string(&bound.sql, "SELECT count(*)");
    of_state(database, view, question, &bound);
    int code = bound_ask(&bound, database, count, err);
    bound_fini(&bound);
    return code;
}
