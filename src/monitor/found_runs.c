/* Which screenings there were, and which of them is the newest of a rule. */
#include "base/date.h"
#include "base/mem.h"
#include "monitor/found_private.h"
#include "store/tables.h"

static int has_runs(struct database *database, bool *has, struct err *err)
{
    return store_has_table(database_store(database), "zs_finding", has, err);
}

/* By the name alone, as runs store it. */
int found_rule(const struct pack *pack, struct text name)
{
    for (size_t i = 0; i < pack->rule_count; i++)
        if (text_equal(pack->rules[i].label.name, name)) return (int)i;
    return -1;
}

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
        int rule = found_rule(database_pack(database), statement_text(statement, 0));
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
