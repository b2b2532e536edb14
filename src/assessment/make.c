/* Making a run: the county's figures as of one entry of the log, so that everything in it knows the same
 * facts, whoever writes meanwhile. */
#include "assessment/runs.h"

#include <stdlib.h>

#include "assessment/adoption.h"
#include "assessment/proof.h"
#include "base/date.h"
#include "base/json.h"
#include "base/mem.h"
#include "progress/year.h"
#include "access/ask.h"

struct making {
    struct database *database;
    const struct lines *lines;
    int64_t facts;
    struct text actor;
    int64_t run; /* out */
};

/* ---- The figures ---- */

static int compute(struct database *database, const struct progress_book *book, int scheme, size_t part,
                   int year, int month, int32_t as_of, int64_t facts, struct lines **lines, struct err *err)
{
    struct frame_request request = book->all;
    struct frame *frame = NULL;
    struct figures *figures = NULL;
    request.entry = facts;
    int code = frame_load(database, &request, &frame, err);
    if (code == 0) code = figures_compute(book, frame, as_of, 0, NULL, NULL, &figures, err);
    frame_free(frame);
    if (code == 0)
        code = lines_compute(database, book, figures, facts, &book->pack->schemes[scheme], part, year, month,
                             NULL, lines, err);
    figures_free(figures);
    return code;
}

/* ---- Writing ---- */

static struct ask_value ask_known(bool known, int64_t number)
{
    return known ? ask_int(number) : ask_null();
}

static int write_run(struct making *making, struct err *err)
{
    const struct lines *lines = making->lines;
    struct store *store = database_store(making->database);
    char as_of[DATE_TEXT];
    int64_t taken;
    bool found;
    int code = ask_one(
        store,
        "SELECT id FROM zs_assessment_run WHERE scheme = ?1 AND part = ?2 AND year = ?3 AND month = ?4 "
        "AND state <> 'dropped'",
        ASK_WITH(ask_text(lines->scheme->label.name), ask_text(lines->part->label.name), ask_int(lines->year),
                 ask_int(lines->month)),
        &taken, &found, err);
    if (code == 0 && found)
        return err_set(err, ERR_CONFLICT,
                       "%d 年 %d 月的这一部分已经考核过（第 %lld 次）；要重做，先作废那一次",
                       "this part of %d-%02d was assessed already (run %lld); drop that run to make another",
                       lines->year, lines->month, (long long)taken);
    if (code == 0)
        code = store_query_int(store, "SELECT coalesce(max(id), 0) + 1 FROM zs_assessment_run", &making->run,
                               &found, err);
    if (code != 0) return code;
    return ask_run(
        store,
        "INSERT INTO zs_assessment_run (id, scheme, part, year, month, as_of, facts, state, entry) VALUES "
        "(?1, ?2, ?3, ?4, ?5, ?6, ?7, 'made', 0)",
        ASK_WITH(ask_int(making->run), ask_text(lines->scheme->label.name), ask_text(lines->part->label.name),
                 ask_int(lines->year), ask_int(lines->month),
                 ask_text(text_of(date_format(lines->as_of, as_of))), ask_int(making->facts)),
        err);
}

static int write_criteria(struct making *making, struct err *err)
{
    const struct pack *pack = database_pack(making->database);
    const struct pack_assessment_part *part = making->lines->part;
    int code = 0;
    for (size_t i = 0; code == 0 && i < part->criterion_count; i++) {
        const struct pack_criterion *criterion = &part->criteria[i];
        bool figure = criterion->kind == CRITERION_INDICATOR;
        code = ask_run(database_store(making->database),
                       "INSERT INTO zs_assessment_criterion (run, criterion, ordinal, kind, label_zh, "
                       "label_en, points, indicator, "
                       "full_at, zero_at, each_takes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
                       ASK_WITH(ask_int(making->run), ask_text(criterion->label.name), ask_int((int64_t)i),
                                ask_text(text_of(criterion_kind_name(criterion->kind))),
                                ask_text(label_in(&criterion->label, "zh")),
                                ask_text(label_in(&criterion->label, "en")), ask_int(criterion->points),
                                criterion->indicator < 0
                                    ? ask_null()
                                    : ask_text(pack->indicators[criterion->indicator].label.name),
                                ask_known(figure, criterion->full), ask_known(figure, criterion->zero),
                                ask_known(criterion->kind == CRITERION_DEDUCTION, criterion->each)),
                       err);
    }
    return code;
}

/* The labels of the vetoes that hold, and the best grade that they leave. */
static int grade_left(const struct lines *lines, size_t at, struct buffer *vetoes)
{
    const struct pack_scheme *scheme = lines->scheme;
    struct json_writer json = json_start(vetoes);
    int grade = 0;
    json_put_array(&json);
    for (size_t i = 0; i < scheme->veto_count; i++) {
        if ((lines->vetoes[at] >> i & 1) == 0) continue;
        if (scheme->vetoes[i].grade > grade) grade = scheme->vetoes[i].grade;
        json_put_object(&json);
        json_member_text(&json, "zh", label_in(&scheme->vetoes[i].label, "zh"));
        json_member_text(&json, "en", label_in(&scheme->vetoes[i].label, "en"));
        json_put_object_end(&json);
    }
    json_put_array_end(&json);
    return grade;
}

/* What the points come from besides one figure. */
static int write_origin(struct making *making, size_t at, size_t criterion, struct err *err)
{
    const struct pack *pack = database_pack(making->database);
    const struct line *line = lines_at(making->lines, at, criterion);
    struct store *store = database_store(making->database);
    struct text scored = making->lines->scored[at].id,
                name = making->lines->part->criteria[criterion].label.name;
    int code = 0;
    if (line->spared)
        code = ask_run(store, "INSERT INTO zs_assessment_spared (run, scored, criterion) VALUES (?1, ?2, ?3)",
                       ASK_WITH(ask_int(making->run), ask_text(scored), ask_text(name)), err);
    for (size_t i = 0; code == 0 && i < line->led_count; i++) {
        const struct line_led *led = &line->led[i];
        struct value figure = judge_value(&led->value);
        code = ask_run(
            store,
            "INSERT INTO zs_assessment_led (run, scored, criterion, ordinal, indicator, target, figure, "
            "counted, missing, undetermined, attained, points) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, "
            "?10, ?11, ?12)",
            ASK_WITH(ask_int(making->run), ask_text(scored), ask_text(name), ask_int((int64_t)i),
                     ask_text(pack->indicators[led->indicator].label.name), ask_int(led->target),
                     ask_known(figure.known, figure.integer), ask_int(led->figure.counted),
                     ask_int(led->figure.missing), ask_int(led->figure.undetermined),
                     ask_known(led->attained.known, led->attained.integer),
                     ask_known(led->points.known, led->points.integer)),
            err);
    }
    return code;
}

static int write_scored(struct making *making, size_t at, struct err *err)
{
    const struct lines *lines = making->lines;
    const struct pack *pack = database_pack(making->database);
    const struct scored *scored = &lines->scored[at];
    struct store *store = database_store(making->database);
    struct buffer vetoes = {0};
    int grade = grade_left(lines, at, &vetoes);
    int code =
        ask_run(store,
                "INSERT INTO zs_assessment_scored (run, scored, ordinal, name_zh, name_en, division, vetoes, "
                "grade_most) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                ASK_WITH(ask_int(making->run), ask_text(scored->id), ask_int((int64_t)at),
                         ask_text(scored->zh), ask_text(scored->en),
                         scored->division < 0 ? ask_null() : ask_text(pack->divisions[scored->division].code),
                         ask_text(buffer_get(&vetoes)), ask_int(grade)),
                err);
    buffer_fini(&vetoes);
    for (size_t i = 0; code == 0 && i < lines->part->criterion_count; i++) {
        const struct line *line = lines_at(lines, at, i);
        struct value figure = judge_value(&line->value);
        code = ask_run(store,
                       "INSERT INTO zs_assessment_score (run, scored, criterion, figure, counted, missing, "
                       "undetermined, "
                       "computed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                       ASK_WITH(ask_int(making->run), ask_text(scored->id),
                                ask_text(lines->part->criteria[i].label.name),
                                ask_known(figure.known, figure.integer), ask_int(line->figure.counted),
                                ask_int(line->figure.missing), ask_int(line->figure.undetermined),
                                ask_known(line->points.known, line->points.integer)),
                       err);
        if (code == 0) code = write_origin(making, at, i, err);
    }
    return code;
}

/* The entry last: it says what was written. */
static int enter(struct making *making, struct err *err)
{
    int64_t entry;
    int code = proof_enter(making->database, making->run, RUN_MADE, making->actor, &entry, err);
    if (code != 0) return code;
    return ask_run(database_store(making->database), "UPDATE zs_assessment_run SET entry = ?2 WHERE id = ?1",
                   ASK_WITH(ask_int(making->run), ask_int(entry)), err);
}

static int write_all(void *context, struct err *err)
{
    struct making *making = context;
    int code = write_run(making, err);
    if (code == 0) code = write_criteria(making, err);
    for (size_t i = 0; code == 0 && i < making->lines->scored_count; i++) code = write_scored(making, i, err);
    return code == 0 ? enter(making, err) : code;
}

int run_make(struct database *database, const struct progress_book *book, int scheme, size_t part, int year,
             int month, int32_t today, struct text actor, int64_t *run, struct err *err)
{
    struct making making = {.database = database, .actor = actor};
    struct lines *lines = NULL;
    int code = progress_month_check(book->pack, year, month, today, err);
    if (code == 0) code = adoption_need(database, &book->pack->schemes[scheme], year, err);
    if (code == 0) code = database_last_entry(database_store(database), &making.facts, err);
    if (code == 0)
        code = compute(database, book, scheme, part, year, month, progress_day(year, month, today),
                       making.facts, &lines, err);
    making.lines = lines;
    if (code == 0) code = store_transact(database_store(database), write_all, &making, err);
    lines_free(lines);
    if (code == 0) *run = making.run;
    return code;
}
