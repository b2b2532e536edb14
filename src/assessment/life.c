/* From made to published to closed: each change is an entry of the log, and none goes back. */
#include "assessment/runs.h"

#include "assessment/adoption.h"
#include "assessment/proof.h"
#include "base/date.h"
#include "access/ask.h"

struct changing {
    struct database *database;
    int64_t id;
    int32_t today, until;
    struct text actor;
};

/* ---- What stands in the way ---- */

static int need_state(const struct run_table *table, enum run_state wanted, struct err *err)
{
    if (table->run.state == wanted) return 0;
    switch (table->run.state) {
    case RUN_MADE:
        return err_set(err, ERR_CONFLICT, "这次考核还没有公布", "this run has not been published yet");
    case RUN_PUBLISHED:
        return err_set(err, ERR_CONFLICT, "这次考核已经公布", "this run has been published already");
    case RUN_CLOSED:
        return err_set(err, ERR_CONFLICT, "这次考核已经办结，不再改变",
                       "this run is closed; nothing changes in it any more");
    case RUN_DROPPED:
        return err_set(err, ERR_CONFLICT, "这次考核已经作废", "this run was dropped");
    }
    return 0;
}

static int need_points(const struct run_table *table, struct err *err)
{
    size_t open = 0, first = 0;
    for (size_t i = table->scored_count; i-- > 0;) {
        if (table->scored[i].total.open > 0) first = i;
        open += table->scored[i].total.open;
    }
    if (open == 0) return 0;
    const struct run_scored *scored = &table->scored[first];
    size_t criterion = 0;
    while (scored->scores[criterion].given.known || scored->scores[criterion].spared) criterion++;
    struct buffer zh = {0}, en = {0};
    buffer_printf(&zh, "%.*s的“%.*s”", TEXT_ARGS(scored->zh), TEXT_ARGS(table->criteria[criterion].label_zh));
    buffer_printf(&en, "%.*s for `%.*s`", TEXT_ARGS(scored->en),
                  TEXT_ARGS(table->criteria[criterion].label_en));
    int code =
        err_set(err, ERR_CONFLICT, "还有 %zu 项没有分，例如%s%.0s；请评分，或补齐数据后重做",
                "%zu points are open, such as those of %.0s%s; give them, or complete the data and make "
                "another run",
                open, zh.data, en.data);
    buffer_fini(&zh);
    buffer_fini(&en);
    return code;
}

static int need_decisions(const struct run_table *table, struct err *err)
{
    if (table->undecided == 0) return 0;
    return err_set(err, ERR_CONFLICT, "还有%zu件异议没有答复", "%zu objections are still undecided",
                   table->undecided);
}

/* A unit may object until the last moment of the last day. */
static int need_time(const struct run_table *table, int32_t today, struct err *err)
{
    char until[DATE_TEXT];
    if (!table->run.until.known || table->run.until.integer < today) return 0;
    date_format((int32_t)table->run.until.integer, until);
    return err_set(err, ERR_CONFLICT, "异议期到 %s 为止，过了这一天才能办结",
                   "Objections may be raised until %s; the run can be closed on the day after", until);
}

/* ---- Writing ---- */

static int keep(const struct changing *changing, const char *kind, struct text scored, struct text criterion,
                int64_t record, const struct value *points, struct err *err)
{
    return ask_run(
        database_store(changing->database),
        "INSERT INTO zs_assessment_kept (run, kind, scored, criterion, record, points) VALUES (?1, "
        "?2, ?3, ?4, ?5, ?6)",
        ASK_WITH(ask_int(changing->id), ask_text(text_of(kind)), ask_text(scored), ask_text(criterion),
                 ask_int(record), points->known ? ask_int(points->integer) : ask_null()),
        err);
}

/* From now on the run has its reviews from here, whatever becomes of the records. */
static int keep_reviews(const struct changing *changing, const struct run_table *table, struct err *err)
{
    int code = 0;
    for (size_t i = 0; i < table->scored_count; i++)
        for (size_t k = 0; code == 0 && k < table->criterion_count; k++) {
            const struct run_score *score = &table->scored[i].scores[k];
            if (score->reviewed.known)
                code = keep(changing, RUN_KEPT_REVIEW, table->scored[i].id, table->criteria[k].name,
                            score->review, &score->reviewed, err);
        }
    return code;
}

static int enter(const struct changing *changing, enum run_state stage, struct err *err)
{
    int64_t entry;
    return proof_enter(changing->database, changing->id, stage, changing->actor, &entry, err);
}

static int publish(void *context, struct err *err)
{
    const struct changing *changing = context;
    struct run_table *table;
    char today[DATE_TEXT], until[DATE_TEXT];
    int code = run_read(changing->database, changing->id, &table, err);
    if (code == 0) code = need_state(table, RUN_MADE, err);
    if (code == 0) code = proof_need(database_store(changing->database), changing->id, err);
    if (code == 0) code = need_points(table, err);
    if (code == 0) code = keep_reviews(changing, table, err);
    if (code == 0)
        code = ask_run(database_store(changing->database),
                       "UPDATE zs_assessment_run SET state = 'published', published = ?2, objections_until = "
                       "?3 WHERE id "
                       "= ?1",
                       ASK_WITH(ask_int(changing->id), ask_text(text_of(date_format(changing->today, today))),
                                ask_text(text_of(date_format(changing->until, until)))),
                       err);
    if (code == 0) code = enter(changing, RUN_PUBLISHED, err);
    run_table_free(table);
    return code;
}

static int write_result(const struct changing *changing, const struct run_table *table, size_t at,
                        struct err *err)
{
    struct store *store = database_store(changing->database);
    const struct run_scored *scored = &table->scored[at];
    int code = ask_run(
        store,
        "INSERT INTO zs_assessment_result (run, scored, points, rank, grade, lists) VALUES (?1, ?2, ?3, "
        "?4, ?5, ?6)",
        ASK_WITH(ask_int(changing->id), ask_text(scored->id), ask_int(scored->total.points),
                 ask_int(scored->total.rank), ask_int(scored->total.grade),
                 ask_int((int64_t)scored->total.lists)),
        err);
    for (size_t i = 0; code == 0 && i < table->criterion_count; i++)
        if (scored->scores[i].given.known)
            code = ask_run(
                store,
                "INSERT INTO zs_assessment_given (run, scored, criterion, given) VALUES (?1, ?2, ?3, ?4)",
                ASK_WITH(ask_int(changing->id), ask_text(scored->id), ask_text(table->criteria[i].name),
                         ask_int(scored->scores[i].given.integer)),
                err);
    for (size_t i = 0; code == 0 && i < table->criterion_count; i++)
        if (scored->scores[i].objection != 0)
            code = keep(changing, RUN_KEPT_OBJECTION, scored->id, table->criteria[i].name,
                        scored->scores[i].objection, &scored->scores[i].awarded, err);
    return code;
}

static int close_run(void *context, struct err *err)
{
    const struct changing *changing = context;
    const struct pack *pack = database_pack(changing->database);
    struct run_table *table;
    char today[DATE_TEXT];
    int code = run_read(changing->database, changing->id, &table, err);
    if (code == 0) code = need_state(table, RUN_PUBLISHED, err);
    if (code == 0) code = proof_need(database_store(changing->database), changing->id, err);
    if (code == 0 && table->run.scheme < 0)
        code = err_set(err, ERR_CONFLICT, "配置包里已经没有这个考核方案；请恢复",
                       "the pack has no such scheme any more; put it back");
    if (code == 0)
        code = adoption_need(changing->database, &pack->schemes[table->run.scheme], table->run.year, err);
    if (code == 0) code = need_points(table, err);
    if (code == 0) code = need_decisions(table, err);
    if (code == 0) code = need_time(table, changing->today, err);
    for (size_t i = 0; code == 0 && i < table->scored_count; i++)
        code = write_result(changing, table, i, err);
    if (code == 0)
        code = ask_run(
            database_store(changing->database),
            "UPDATE zs_assessment_run SET state = 'closed', closed = ?2 WHERE id = ?1",
            ASK_WITH(ask_int(changing->id), ask_text(text_of(date_format(changing->today, today)))), err);
    if (code == 0) code = enter(changing, RUN_CLOSED, err);
    run_table_free(table);
    return code;
}

static int drop(void *context, struct err *err)
{
    const struct changing *changing = context;
    struct run_table *table;
    int code = run_read(changing->database, changing->id, &table, err);
    if (code == 0) code = need_state(table, RUN_MADE, err);
    if (code == 0)
        code = ask_run(database_store(changing->database),
                       "UPDATE zs_assessment_run SET state = 'dropped' WHERE id = ?1",
                       ASK_WITH(ask_int(changing->id)), err);
    if (code == 0) code = enter(changing, RUN_DROPPED, err);
    run_table_free(table);
    return code;
}

int run_publish(struct database *database, int64_t id, int32_t today, int32_t until, struct text actor,
                struct err *err)
{
    struct changing changing = {database, id, today, until, actor};
    return store_transact(database_store(database), publish, &changing, err);
}

int run_close(struct database *database, int64_t id, int32_t today, struct text actor, struct err *err)
{
    struct changing changing = {database, id, today, today, actor};
    return store_transact(database_store(database), close_run, &changing, err);
}

int run_drop(struct database *database, int64_t id, struct text actor, struct err *err)
{
    struct changing changing = {database, id, 0, 0, actor};
    return store_transact(database_store(database), drop, &changing, err);
}
