/* Stored findings joined with the registers as they are now, under the one condition that says whose rows
 * they are. Names come from the pack, values are bound. What a user sees is mostly few records of many, so
 * statements begin with the records in scope and look each up among the findings (zs_finding_record); where
 * all rows are in scope, or fewer findings were stored than records are in scope (a ledger with few faults),
 * they begin with the findings. CROSS JOIN keeps SQLite to that order. */
#include "monitor/found.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/date.h"
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

static void visible(struct database *database, const struct found_view *view, int reg, struct bound *bound)
{
    visible_by(database, view, reg, SCOPE_WAY_ROWS, bound);
}

static void name_table(struct database *database, int reg, struct bound *bound)
{
    sql_table(&bound->sql, database_pack(database), reg);
    buffer_string(&bound->sql, " AS t");
}

/* "[NOT ]EXISTS (…)": the finding's record was a hit in that run. */
static void hit_in(struct bound *bound, const char *finding, int64_t run)
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
    name_table(database, reg, &bound);
    buffer_string(&bound.sql, " WHERE t.id > 0");
    visible(database, view, reg, &bound);
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

static int has_runs(struct database *database, bool *has, struct err *err)
{
    return store_has_table(database_store(database), "zs_finding", has, err);
}

/* By the name alone, as runs store it. */
static int rule_named(const struct pack *pack, struct text name)
{
    for (size_t i = 0; i < pack->rule_count; i++)
        if (text_equal(pack->rules[i].label.name, name)) return (int)i;
    return -1;
}

int found_entry(struct database *database, int64_t *entry, struct err *err)
{
    bool found;
    return store_query_int(database_store(database), "SELECT coalesce(max(id), 0) FROM zs_entry", entry,
                           &found, err);
}

/* ---- Runs ---- */

static int take_run(const struct statement *statement, struct found_run *out, struct err *err)
{
    out->run = statement_int(statement, 1);
    out->previous = statement_int(statement, 2);
    if (date_parse(statement_text(statement, 3), &out->as_of)) return 0;
    return err_set(
        err, ERR_CORRUPT, "第 %lld 次筛查的日期读不懂，不是本程序写入的。请用备份恢复",
        "The date of screening %lld cannot be read; this program did not write it. Restore a backup",
        (long long)out->run);
}

int found_runs(struct database *database, int32_t until, struct found_run *runs, struct err *err)
{
    struct statement *statement;
    char as_of[DATE_TEXT];
    bool row;
    int code = has_runs(database, &row, err);
    for (size_t i = 0; i < database_pack(database)->rule_count; i++) runs[i] = (struct found_run){0};
    if (code != 0 || !row) return code;
    code = store_prepare(
        database_store(database),
        TEXT("SELECT u.rule, u.run, coalesce(u.previous, 0), r.as_of FROM (SELECT n.rule AS rule, max(n.run)"
             " AS run FROM zs_run_rule AS n JOIN zs_run AS d ON d.id = n.run WHERE d.as_of <= ?1 GROUP BY"
             " n.rule) AS m JOIN zs_run_rule AS u ON u.rule = m.rule AND u.run = m.run"
             " JOIN zs_run AS r ON r.id = u.run"),
        &statement, err);
    if (code != 0) return code;
    statement_bind_text(statement, 1, until == INT32_MAX ? TEXT("9999") : text_of(date_format(until, as_of)));
    while ((code = statement_step(statement, &row, err)) == 0 && row) {
        int rule = rule_named(database_pack(database), statement_text(statement, 0));
        if (rule >= 0) code = take_run(statement, &runs[rule], err);
        if (code != 0) break;
    }
    statement_free(statement);
    return code;
}

static int refuse_run(struct database *database, int rule, int64_t run, struct err *err)
{
    struct text name = database_pack(database)->rules[rule].label.name;
    if (run == 0)
        return err_set(err, ERR_NOT_FOUND, "规则 %.*s 还没有筛查过", "Rule %.*s has never been screened",
                       TEXT_ARGS(name));
    return err_set(err, ERR_NOT_FOUND, "没有第 %lld 次筛查，或其中没有规则 %.*s",
                   "There is no screening %lld, or it did not have rule %.*s", (long long)run,
                   TEXT_ARGS(name));
}

int found_run_of(struct database *database, int rule, int64_t run, struct found_run *out, struct err *err)
{
    struct statement *statement;
    bool row;
    *out = (struct found_run){0};
    int code = has_runs(database, &row, err);
    if (code != 0) return code;
    if (!row) return refuse_run(database, rule, run, err);
    code = store_prepare(
        database_store(database),
        TEXT("SELECT u.rule, u.run, coalesce(u.previous, 0), r.as_of FROM zs_run_rule AS u JOIN zs_run AS r"
             " ON r.id = u.run WHERE u.rule = ?1 AND (u.run = ?2 OR ?2 = 0) ORDER BY u.run DESC LIMIT 1"),
        &statement, err);
    if (code != 0) return code;
    statement_bind_text(statement, 1, database_pack(database)->rules[rule].label.name);
    statement_bind_int(statement, 2, run);
    code = statement_step(statement, &row, err);
    if (code == 0) code = row ? take_run(statement, out, err) : refuse_run(database, rule, run, err);
    statement_free(statement);
    return code;
}

int found_screenings(struct database *database, size_t limit, struct arena *arena,
                     struct found_screening **out, size_t *count, struct err *err)
{
    struct statement *statement;
    size_t capacity = 0;
    bool row;
    *out = NULL;
    *count = 0;
    int code = has_runs(database, &row, err);
    if (code != 0 || !row) return code;
    code = store_prepare(
        database_store(database),
        TEXT("SELECT r.id, r.as_of, e.at, e.actor, (SELECT count(*) FROM zs_run_rule AS u WHERE u.run = r.id)"
             " FROM (SELECT id, as_of, entry FROM zs_run ORDER BY id DESC LIMIT ?1) AS r"
             " JOIN zs_entry AS e ON e.id = r.entry ORDER BY r.id DESC"),
        &statement, err);
    if (code != 0) return code;
    statement_bind_int(statement, 1, (int64_t)limit);
    while ((code = statement_step(statement, &row, err)) == 0 && row) {
        *out = arena_grow(arena, *out, &capacity, *count + 1, sizeof **out);
        (*out)[(*count)++] =
            (struct found_screening){.run = statement_int(statement, 0),
                                     .as_of = arena_text(arena, statement_text(statement, 1)),
                                     .at = arena_text(arena, statement_text(statement, 2)),
                                     .actor = arena_text(arena, statement_text(statement, 3)),
                                     .rules = statement_int(statement, 4)};
    }
    statement_free(statement);
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
    name_table(counting->database, batch.reg, bound);
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
        int rule = rule_named(counting->pack, statement_text(statement, 0));
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
        hit_in(&now, "f", batch.previous);
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
        hit_in(&before, "f", batch.run);
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
static void from_rule(struct database *database, const struct found_view *view, int rule, int64_t run,
                      const char *more, struct bound *bound)
{
    const struct pack_rule *meta = &database_pack(database)->rules[rule];
    bool whole = is_whole(database, view);
    buffer_string(&bound->sql, " FROM ");
    if (whole) buffer_string(&bound->sql, "zs_finding AS f CROSS JOIN ");
    name_table(database, meta->scope, bound);
    if (!whole) buffer_string(&bound->sql, " CROSS JOIN zs_finding AS f");
    buffer_string(&bound->sql, more);
    buffer_string(&bound->sql, " WHERE f.record = t.id AND f.run = ");
    bound_int(bound, run);
    buffer_string(&bound->sql, " AND f.rule = ");
    bound_text(bound, meta->label.name);
    visible(database, view, meta->scope, bound);
}

static void of_state(struct database *database, const struct found_view *view,
                     const struct found_question *question, struct bound *bound)
{
    const struct found_run *run = &question->run;
    bool cleared = question->state == FOUND_CLEARED;
    from_rule(database, view, question->rule, cleared ? run->previous : run->run, "", bound);
    buffer_string(&bound->sql,
                  question->state == FOUND_UNDETERMINED ? " AND f.state = 2" : " AND f.state = 1");
    if (question->state == FOUND_HIT || question->state == FOUND_UNDETERMINED) return;
    if (run->previous == 0) {
        buffer_string(&bound->sql, " AND 1 = 0");
        return;
    }
    buffer_string(&bound->sql, " AND NOT ");
    hit_in(bound, "f", cleared ? run->run : run->previous);
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

/* ---- By division ---- */

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
    name_table(placing->database, reg, &bound);
    buffer_text(&bound.sql, buffer_get(&placing->joins));
    buffer_string(&bound.sql, " WHERE t.id > 0");
    visible(placing->database, placing->view, reg, &bound);
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
        hit_in(&bound, "f", previous);
        buffer_string(&bound.sql, " THEN 1 ELSE 0 END AS fresh, count(*)");
    }
    from_rule(placing->database, placing->view, placing->rule, cleared ? previous : run,
              placing->joins.size > 0 ? placing->joins.data : "", &bound);
    if (cleared) {
        buffer_string(&bound.sql, " AND f.state = 1 AND NOT ");
        hit_in(&bound, "f", run);
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
