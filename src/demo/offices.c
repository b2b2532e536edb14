/* Offices at work: through the rooms whose work it is, as people do it from their pages. */
#include <stdlib.h>

#include "assessment/adoption.h"
#include "assessment/follow_up.h"
#include "assessment/runs.h"
#include "base/date.h"
#include "base/money.h"
#include "base/mem.h"
#include "demo/offices.h"
#include "pack/assessment.h"
#include "progress/changes.h"
#include "progress/dispatch.h"
#include "register/write.h"

struct doing {
    struct casework *casework;
    struct database *database;
    const struct pack *pack;
    const struct office *office;
    const struct case_actor *actor;
    struct case_moment moment;
    int32_t month; /* that it is about */
    struct random *random;
    struct arena *arena;
};

/* ---- Runs ---- */

static int find_run(const struct doing *doing, int64_t *id, struct err *err)
{
    struct assessment_run *runs;
    size_t count;
    int year = month_year(doing->month), month = month_number(doing->month);
    int code = run_list(doing->database, doing->office->scheme, year, doing->arena, &runs, &count, err);
    *id = 0;
    for (size_t i = 0; code == 0 && i < count; i++)
        if (runs[i].state != RUN_DROPPED && runs[i].part == (int)doing->office->part &&
            runs[i].month == month)
            *id = runs[i].id;
    if (code == 0 && *id == 0)
        return err_set(err, ERR_NOT_FOUND, "演示：%d年%d月没有这一考核批次", "demo: no such run of %d-%d",
                       year, month);
    return code;
}

static int find_table(const struct doing *doing, struct run_table **table, struct err *err)
{
    int64_t id;
    int code = find_run(doing, &id, err);
    return code == 0 ? run_read(doing->database, id, table, err) : code;
}

static int make(const struct doing *doing, struct err *err)
{
    struct progress_book *book;
    int64_t run;
    int code = progress_book_new(doing->pack, &book, err);
    if (code != 0) return code;
    code =
        run_make(doing->database, book, doing->office->scheme, doing->office->part, month_year(doing->month),
                 month_number(doing->month), doing->moment.today, doing->actor->scope->actor, &run, err);
    progress_book_free(book);
    return code;
}

static struct value text_value(struct text text)
{
    return (struct value){.known = true, .text = text};
}

static struct value whole_value(int64_t number)
{
    return (struct value){.known = true, .integer = number};
}

/* Points in quarters: nobody gives thirds. */
static int give_points(const struct doing *doing, const struct run_table *table, size_t scored,
                       size_t criterion, struct err *err)
{
    const struct pack_assessment *terms = doing->pack->assessment;
    size_t count = doing->pack->schema.registers[terms->reviews].field_count;
    bool *given = arena_array(doing->arena, count, sizeof *given);
    struct value *values = arena_array(doing->arena, count, sizeof *values);
    int64_t quarter = DECIMAL_ONE / 4;
    int64_t share = random_between(doing->random, doing->office->least, doing->office->most);
    int64_t points = random_share_of(table->scored[scored].scores[criterion].most, share);
    const struct value told[REVIEW_FIELDS] = {[REVIEW_RUN] = whole_value(table->run.id),
                                              [REVIEW_SCORED] = text_value(table->scored[scored].id),
                                              [REVIEW_CRITERION] =
                                                  text_value(table->criteria[criterion].name),
                                              [REVIEW_POINTS] = whole_value(points / quarter * quarter),
                                              [REVIEW_REASON] = text_value(doing->office->words)};
    for (size_t i = 0; i < REVIEW_FIELDS; i++) {
        given[terms->review[i]] = true;
        values[terms->review[i]] = told[i];
    }
    const struct record_change change = {terms->reviews, 0, 0, given, values};
    return records_write(doing->database, doing->actor->scope, TEXT("edit"), &change, 1, NULL, err);
}

static int review(const struct doing *doing, struct err *err)
{
    struct run_table *table;
    int code = find_table(doing, &table, err);
    if (code != 0) return code;
    for (size_t i = 0; code == 0 && i < table->scored_count; i++)
        for (size_t k = 0; code == 0 && k < table->criterion_count; k++)
            if (table->criteria[k].kind == CRITERION_REVIEWED && !table->scored[i].scores[k].spared)
                code = give_points(doing, table, i, k, err);
    run_table_free(table);
    return code;
}

static int close_run(const struct doing *doing, struct err *err)
{
    struct run_table *table;
    size_t opened;
    int64_t id;
    int code = find_run(doing, &id, err);
    if (code == 0)
        code = run_close(doing->database, id, doing->moment.today, doing->actor->scope->actor, err);
    if (code == 0) code = run_read(doing->database, id, &table, err);
    if (code != 0) return code;
    code = follow_up_open(doing->casework, doing->actor, doing->moment, table, &opened, err);
    run_table_free(table);
    return code;
}

/* ---- One of those who were scored ---- */

static const struct run_scored *nth_scored(const struct doing *doing, const struct run_table *table)
{
    return doing->office->nth > (int64_t)table->scored_count ? NULL : &table->scored[doing->office->nth - 1];
}

static int object(const struct doing *doing, const struct run_table *table, const struct run_scored *scored,
                  struct err *err)
{
    const struct objecting objecting = {scored->id, doing->office->criterion, doing->office->words};
    int64_t record;
    return objection_open(doing->casework, doing->actor, doing->moment, table, &objecting, &record, err);
}

/* The figure as the run kept it, of the same month and place. */
static int dispute(const struct doing *doing, const struct run_table *table, const struct run_scored *scored,
                   struct err *err)
{
    const struct pack_assessment_part *part =
        &doing->pack->schemes[doing->office->scheme].parts[doing->office->part];
    int criterion = scheme_criterion_find(part, doing->office->criterion);
    int indicator = part->criteria[criterion].indicator, place = scored->division;
    const struct value *figure = &scored->scores[criterion].figure;
    char text[MONEY_TEXT];
    struct scope scope = *doing->actor->scope;
    scope.divisions = &place;
    scope.division_count = 1;
    struct case_actor actor = *doing->actor;
    actor.scope = &scope;
    const struct dispute said = {
        .indicator = indicator,
        .division = place,
        .month = doing->month,
        .shown = text_of(arena_printf(doing->arena, "%s %.*s",
                                      figure->known ? decimal_format(figure->integer, text) : "—",
                                      TEXT_ARGS(doing->pack->indicators[indicator].unit))),
        .claim = doing->office->words};
    int64_t record;
    return dispute_open(doing->casework, &actor, doing->moment, &said, &record, err);
}

static int by_scored(const struct doing *doing, struct err *err)
{
    struct run_table *table;
    int code = find_table(doing, &table, err);
    if (code != 0) return code;
    const struct run_scored *scored = nth_scored(doing, table);
    if (scored == NULL || (doing->office->kind == OFFICE_DISPUTE && scored->division < 0))
        code = err_set(err, ERR_NOT_FOUND, "演示：没有第%lld个考核对象", "demo: nobody scored is number %lld",
                       (long long)doing->office->nth);
    else if (doing->office->kind == OFFICE_OBJECT)
        code = object(doing, table, scored, err);
    else
        code = dispute(doing, table, scored, err);
    run_table_free(table);
    return code;
}

/* ---- All of them ---- */

static int act(const struct doing *doing, struct err *err)
{
    const struct office *office = doing->office;
    int32_t today = doing->moment.today;
    struct text actor = doing->actor->scope->actor;
    struct dispatch_done done;
    int64_t id;
    int code;
    switch (office->kind) {
    case OFFICE_ROUND:
        return dispatch_open(doing->casework, doing->actor, doing->moment, doing->month, office->unit, &done,
                             err);
    case OFFICE_CHANGE:
        return parameter_change_open(doing->casework, doing->actor, doing->moment,
                                     &(struct parameter_change){office->parameter, office->value,
                                                                today + (int32_t)office->days, office->words},
                                     &id, err);
    case OFFICE_ADOPT:
        return adoption_make(doing->database, &doing->pack->schemes[office->scheme], month_year(doing->month),
                             actor, err);
    case OFFICE_RUN:
        return make(doing, err);
    case OFFICE_REVIEW:
        return review(doing, err);
    case OFFICE_PUBLISH:
        code = find_run(doing, &id, err);
        return code == 0 ? run_publish(doing->database, id, today, today + (int32_t)office->days, actor, err)
                         : code;
    case OFFICE_OBJECT:
    case OFFICE_DISPUTE:
        return by_scored(doing, err);
    case OFFICE_CLOSE:
        return close_run(doing, err);
    }
    return 0;
}

int office_act(struct casework *casework, const struct office *office, const struct case_actor *actor,
               struct case_moment moment, int32_t start, struct random *random, struct err *err)
{
    struct database *database = casework_database(casework);
    struct arena arena = {0};
    const struct doing doing = {.casework = casework,
                                .database = database,
                                .pack = database_pack(database),
                                .office = office,
                                .actor = actor,
                                .moment = moment,
                                .month = date_month(start) + (int32_t)office->month,
                                .random = random,
                                .arena = &arena};
    int code = act(&doing, err);
    arena_fini(&arena);
    return code;
}
