/* By these points officials are praised and criticised, so that nobody may alter one unseen. */
#include "assessment/verify.h"

#include "access/ask.h"
#include "assessment/proof.h"
#include "store/tables.h"

struct verifying {
    struct store *store;
    struct assessment_verified *out;
    struct fault_list *faults;
    struct arena arena;
};

/* ---- Adopted schemes ---- */

static int verify_adoptions(struct verifying *verifying, struct err *err)
{
    struct statement *rows;
    struct buffer detail = {0};
    bool row;
    int code = store_prepare(verifying->store,
                             TEXT("SELECT a.scheme, a.year, a.content, e.detail FROM zs_assessment_adoption "
                                  "AS a LEFT JOIN zs_entry AS e ON e.id = a.entry AND e.action = "
                                  "'assessment.adopt' ORDER BY a.entry"),
                             &rows, err);
    if (code != 0) return code;
    while ((code = statement_step(rows, &row, err)) == 0 && row) {
        struct text scheme = statement_text(rows, 0);
        buffer_clear(&detail);
        proof_adoption(scheme, statement_int(rows, 1), statement_text(rows, 2), &detail);
        if (statement_is_null(rows, 3) || !text_equal(statement_text(rows, 3), buffer_get(&detail)))
            fault_list_corrupt(
                verifying->faults, "考核方案 %.*s（%lld 年采用）与日志不符：被人改过。请用备份对照",
                "Scheme %.*s, adopted for %lld, does not match the log: it was altered. Compare with a "
                "backup",
                TEXT_ARGS(scheme), (long long)statement_int(rows, 1));
    }
    buffer_fini(&detail);
    statement_free(rows);
    return code;
}

/* ---- Runs ---- */

static const char *state_of(const struct proof_said *said)
{
    return run_state_name(said->stages[RUN_DROPPED].id != 0 ? RUN_DROPPED : proof_last(said));
}

/* Its line in the table, which has to name the entry that made it. */
static int verify_line(struct verifying *verifying, const struct proof_said *said, bool *there,
                       struct err *err)
{
    struct statement *line;
    int64_t made = said->stages[RUN_MADE].id;
    bool row = false;
    int code = ask_open(verifying->store, "SELECT state FROM zs_assessment_run WHERE id = ?1 AND entry = ?2",
                        ASK_WITH(ask_int(said->run), ask_int(made)), &line, err);
    if (code != 0) return code;
    code = statement_step(line, &row, err);
    *there = code == 0 && row;
    if (code == 0 && !row)
        fault_list_corrupt(
            verifying->faults,
            "日志第 %lld 条生成的考核（第 %lld 次，0 为未记）不见了，或被改成了另一次。请用备份对照",
            "The run that entry %lld of the log made (number %lld; 0: not noted) is not there, or was made "
            "another one. Compare with a backup",
            (long long)made, (long long)said->run);
    if (*there && !text_is(statement_text(line, 0), state_of(said)))
        fault_list_corrupt(verifying->faults, "第 %lld 次考核的状态与日志不符：被人改过",
                           "The state of run %lld does not match the log: it was altered",
                           (long long)said->run);
    statement_free(line);
    return code;
}

static void say_altered(struct verifying *verifying, int64_t run, enum run_state stage)
{
    switch (stage) {
    case RUN_MADE:
        fault_list_corrupt(
            verifying->faults,
            "第 %lld 次考核的计分项、对象或算出的分与生成时的日志不符：被人改过。请用备份对照",
            "Criteria, scored or computed points of run %lld do not match the log of its making: they were "
            "altered. Compare with a backup",
            (long long)run);
        break;
    case RUN_PUBLISHED:
        fault_list_corrupt(
            verifying->faults, "第 %lld 次考核公布时的评分或日期与日志不符：被人改过。请用备份对照",
            "Reviewed points or dates of run %lld do not match the log of its publishing: they were "
            "altered. Compare with a backup",
            (long long)run);
        break;
    case RUN_CLOSED:
        fault_list_corrupt(
            verifying->faults, "第 %lld 次考核办结时的异议、得分或名次与日志不符：被人改过。请用备份对照",
            "Objections, results or ranks of run %lld do not match the log of its closing: they were "
            "altered. Compare with a backup",
            (long long)run);
        break;
    case RUN_DROPPED:
        break;
    }
}

/* A digest takes in all that was there by then, so the first that does not fit says enough. */
static int verify_run(struct verifying *verifying, const struct proof_said *said, struct err *err)
{
    enum run_state last = proof_last(said);
    struct buffer detail = {0};
    bool there, fits = true;
    int code = verify_line(verifying, said, &there, err);
    if (code != 0 || !there) return code;
    if (said->stages[last].digest.size == 0) verifying->out->unproved++;
    for (enum run_state stage = RUN_MADE; code == 0 && fits && stage <= last; stage++) {
        if (said->stages[stage].digest.size == 0) continue;
        buffer_clear(&detail);
        code = proof_detail(verifying->store, said->run, stage, stage == last, &detail, err);
        fits = code != 0 || text_equal(said->stages[stage].detail, buffer_get(&detail));
        if (!fits) say_altered(verifying, said->run, stage);
    }
    buffer_fini(&detail);
    return code;
}

static int verify_runs(struct verifying *verifying, struct err *err)
{
    struct proof_said *said;
    size_t count;
    int code = proof_read(verifying->store, &verifying->arena, &said, &count, err);
    for (size_t i = 0; code == 0 && i < count; i++) code = verify_run(verifying, &said[i], err);
    return code;
}

/* ---- What belongs to nothing ---- */

static int say_each(struct verifying *verifying, const char *sql, const char *zh, const char *en,
                    struct err *err)
{
    struct statement *runs;
    bool row;
    int code = store_prepare(verifying->store, text_of(sql), &runs, err);
    if (code != 0) return code;
    while ((code = statement_step(runs, &row, err)) == 0 && row)
        fault_list_corrupt(verifying->faults, "第 %lld 次考核：%s%.0s", "Run %lld: %.0s%s",
                           (long long)statement_int(runs, 0), zh, en);
    statement_free(runs);
    return code;
}

static const char untold[] =
    "SELECT r.id FROM zs_assessment_run AS r WHERE NOT EXISTS (SELECT 1 FROM zs_entry AS e WHERE e.id = "
    "r.entry AND e.action = 'assessment.make') OR EXISTS (SELECT 1 FROM zs_assessment_run AS o WHERE o.entry "
    "= r.entry AND o.id < r.id) ORDER BY r.id";
static const char stray[] =
    "SELECT run FROM zs_assessment_criterion UNION SELECT run FROM zs_assessment_scored UNION SELECT run "
    "FROM zs_assessment_score UNION SELECT run FROM zs_assessment_led UNION SELECT run FROM "
    "zs_assessment_spared UNION SELECT run FROM zs_assessment_kept UNION SELECT run FROM zs_assessment_given "
    "UNION SELECT run FROM zs_assessment_result EXCEPT SELECT id FROM zs_assessment_run ORDER BY 1";

static int verify_strays(struct verifying *verifying, struct err *err)
{
    int64_t gone = 0;
    bool found;
    int code = say_each(verifying, untold, "日志里没有生成它的记录：不是本程序写的",
                        "no entry of the log made it: the programme did not write it", err);
    if (code == 0)
        code = say_each(verifying, stray, "分数还在，考核本身不见了。请用备份对照",
                        "its points are there, the run itself is not. Compare with a backup", err);
    if (code == 0)
        code = store_query_int(verifying->store,
                               "SELECT count(*) FROM zs_entry AS e WHERE e.action = 'assessment.adopt' AND "
                               "NOT EXISTS (SELECT 1 FROM zs_assessment_adoption AS a WHERE a.entry = e.id)",
                               &gone, &found, err);
    if (code == 0 && gone > 0)
        fault_list_corrupt(
            verifying->faults, "日志记有 %lld 次采用考核方案，现在没有了：被人删除了。请用备份对照",
            "The log tells of %lld adopted schemes that are not there: somebody has taken them out. Compare "
            "with a backup",
            (long long)gone);
    return code;
}

static int verify_all(struct verifying *verifying, struct err *err)
{
    bool have, found;
    int code = store_has_table(verifying->store, "zs_assessment_spared", &have, err);
    if (code != 0 || !have) return code;
    code = store_query_int(verifying->store, "SELECT count(*) FROM zs_assessment_run", &verifying->out->runs,
                           &found, err);
    if (code == 0) code = verify_adoptions(verifying, err);
    if (code == 0) code = verify_runs(verifying, err);
    if (code == 0) code = verify_strays(verifying, err);
    return code;
}

int assessment_verify(struct database *database, struct assessment_verified *out, struct fault_list *faults,
                      struct err *err)
{
    struct verifying verifying = {database_store(database), out, faults, {0}};
    *out = (struct assessment_verified){0};
    int code = store_begin_read(verifying.store, err);
    if (code != 0) return code;
    code = verify_all(&verifying, err);
    store_rollback(verifying.store);
    arena_fini(&verifying.arena);
    return code;
}
