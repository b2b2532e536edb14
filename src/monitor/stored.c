/* "Why was this family warned in March" is answered from what the run of March knew. */
#include "monitor/stored.h"

#include <jansson.h>
#include <stdio.h>

#include "base/date.h"
#include "store/tables.h"

/* Databases that were never screened may lack the tables. */
static int has_runs(struct store *store, bool *has, struct err *err)
{
    return store_has_table(store, "zs_finding", has, err);
}

/* Somebody may have written between its reading and its storing; runs of before that did not say so. */
static int64_t facts_of(struct text detail, int64_t entry)
{
    json_t *json = json_loadb(detail.at == NULL ? "" : detail.at, detail.size, 0, NULL);
    int64_t facts = json_integer_value(json_object_get(json, "facts"));
    json_decref(json);
    return facts > 0 ? facts : entry;
}

/* id, entry, as_of, digest, detail of the row that stands ready. */
static int take_run(struct database *database, const struct statement *statement, struct stored_run *out,
                    struct err *err)
{
    *out = (struct stored_run){.id = statement_int(statement, 0)};
    out->facts = facts_of(statement_text(statement, 4), statement_int(statement, 1));
    struct text digest = statement_text(statement, 3);
    out->other_pack = !text_is(digest, database_pack(database)->digest);
    snprintf(out->digest, sizeof out->digest, "%.*s", TEXT_ARGS(digest));
    if (date_parse(statement_text(statement, 2), &out->as_of)) return 0;
    return err_set(
        err, ERR_CORRUPT, "第 %lld 次筛查的日期读不懂，不是本程序写入的。请用备份恢复",
        "The date of screening %lld cannot be read; this program did not write it. Restore a backup",
        (long long)out->id);
}

static int find_run(struct database *database, struct text sql,
                    void (*bind)(struct statement *statement, const void *context), const void *context,
                    struct stored_run *out, struct err *err)
{
    struct statement *statement;
    bool row = false;
    *out = (struct stored_run){0};
    int code = has_runs(database_store(database), &row, err);
    if (code != 0 || !row) return code;
    code = store_prepare(database_store(database), sql, &statement, err);
    if (code != 0) return code;
    bind(statement, context);
    code = statement_step(statement, &row, err);
    if (code == 0 && row) code = take_run(database, statement, out, err);
    statement_free(statement);
    return code;
}

static int refuse_run(struct database *database, int64_t id, struct err *err)
{
    int64_t first = 0, last = 0;
    bool found;
    int code = has_runs(database_store(database), &found, err);
    if (code == 0 && found)
        code = store_query_int(database_store(database), "SELECT coalesce(min(id), 0) FROM zs_run", &first,
                               &found, err);
    if (code == 0 && first > 0)
        code = store_query_int(database_store(database), "SELECT coalesce(max(id), 0) FROM zs_run", &last,
                               &found, err);
    if (code != 0) return code;
    if (first == 0)
        return err_set(err, ERR_NOT_FOUND, "没有第 %lld 次筛查：这个数据库还没有筛查过",
                       "There is no screening %lld: this database has never been screened", (long long)id);
    return err_set(err, ERR_NOT_FOUND, "没有第 %lld 次筛查。有第 %lld 次到第 %lld 次",
                   "There is no screening %lld. There are those from %lld to %lld", (long long)id,
                   (long long)first, (long long)last);
}

static void bind_id(struct statement *statement, const void *context)
{
    statement_bind_int(statement, 1, *(const int64_t *)context);
}

int stored_run_get(struct database *database, int64_t id, struct stored_run *out, struct err *err)
{
    int code = find_run(
        database,
        TEXT(
            "SELECT r.id, r.entry, r.as_of, r.digest, e.detail FROM zs_run AS r JOIN zs_entry AS e ON e.id = "
            "r.entry WHERE r.id = ?1"),
        bind_id, &id, out, err);
    return code == 0 && out->id == 0 ? refuse_run(database, id, err) : code;
}

struct rule_and_date {
    struct text rule;
    char as_of[DATE_TEXT];
};

static void bind_rule(struct statement *statement, const void *context)
{
    const struct rule_and_date *wanted = context;
    statement_bind_text(statement, 1, wanted->rule);
    statement_bind_text(statement, 2, text_of(wanted->as_of));
}

int stored_run_last(struct database *database, struct text rule, int32_t as_of, struct stored_run *out,
                    struct err *err)
{
    struct rule_and_date wanted = {.rule = rule};
    date_format(as_of, wanted.as_of);
    return find_run(database,
                    TEXT("SELECT r.id, r.entry, r.as_of, r.digest, e.detail FROM zs_run_rule AS u JOIN "
                         "zs_run AS r ON r.id = u.run "
                         "JOIN zs_entry AS e ON e.id = r.entry WHERE u.rule = ?1 AND r.as_of = ?2 ORDER BY "
                         "r.id DESC LIMIT 1"),
                    bind_rule, &wanted, out, err);
}

int stored_finding(struct database *database, int64_t run, struct text rule, int64_t record, int *finding,
                   bool *ran, struct err *err)
{
    struct statement *statement;
    *finding = 0;
    int code = store_prepare(
        database_store(database),
        TEXT("SELECT coalesce(f.state, 0) FROM zs_run_rule AS u LEFT JOIN zs_finding AS f ON f.run = u.run "
             "AND f.rule = u.rule AND f.record = ?3 WHERE u.rule = ?2 AND u.run = ?1"),
        &statement, err);
    if (code != 0) return code;
    statement_bind_int(statement, 1, run);
    statement_bind_text(statement, 2, rule);
    statement_bind_int(statement, 3, record);
    code = statement_step(statement, ran, err);
    if (code == 0 && *ran) *finding = (int)statement_int(statement, 0);
    statement_free(statement);
    return code;
}

static int read_since(struct statement *statement, int32_t *as_of, bool *known, struct err *err)
{
    int code = statement_step(statement, known, err);
    if (code != 0 || !*known) return code;
    *known = !statement_is_null(statement, 0) && date_parse(statement_text(statement, 0), as_of);
    return 0;
}

int stored_since(struct database *database, struct text rule, int64_t record, int state, int32_t *as_of,
                 bool *known, struct err *err)
{
    static const char sql[] =
        "SELECT min(r.as_of) FROM zs_run_rule AS q JOIN zs_run AS r ON r.id = q.run WHERE q.rule = ?1 AND "
        "q.run > coalesce((SELECT max(p.run) FROM zs_run_rule AS p WHERE p.rule = ?1 AND NOT EXISTS (SELECT "
        "1 "
        "FROM zs_finding AS f WHERE f.run = p.run AND f.rule = ?1 AND f.record = ?2 AND f.state = ?3)), 0)";
    struct statement *statement;
    int code = has_runs(database_store(database), known, err);
    if (code != 0 || !*known) return code;
    code = store_prepare(database_store(database), text_of(sql), &statement, err);
    if (code != 0) return code;
    statement_bind_text(statement, 1, rule);
    statement_bind_int(statement, 2, record);
    statement_bind_int(statement, 3, state);
    code = read_since(statement, as_of, known, err);
    statement_free(statement);
    return code;
}
