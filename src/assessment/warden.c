/* What was published is kept in the run; that its reviews cannot be written any more either is so that the
 * register does not say something else than the notice on the wall. */
#include "assessment/warden.h"

#include "access/ask.h"
#include "assessment/runs.h"
#include "base/money.h"
#include "pack/assessment.h"
#include "register/warden.h"

enum { NAMED_MOST = 3 };

/* What a review or an objection speaks of. */
struct point {
    int64_t run;
    struct text scored, criterion;
};

struct found {
    bool run, scored, criterion;
    bool made, published, dropped, spared;
    int64_t most;
    struct value computed;
    const char *zh, *en; /* of the criterion */
    struct text published_on;
    struct arena arena;
};

/* ---- The run ---- */

static int find(struct database *database, const struct point *point, struct found *found, struct err *err)
{
    struct statement *statement;
    bool row = false;
    *found = (struct found){0};
    int code = ask_open(
        database_store(database),
        "SELECT r.state, r.published, d.scored, c.points, c.label_zh, c.label_en, s.computed, p.run FROM "
        "zs_assessment_run r LEFT JOIN zs_assessment_scored d ON d.run = r.id AND d.scored = ?2 LEFT JOIN "
        "zs_assessment_criterion c ON c.run = r.id AND c.criterion = ?3 LEFT JOIN zs_assessment_score s ON "
        "s.run = r.id AND s.scored = ?2 AND s.criterion = ?3 LEFT JOIN zs_assessment_spared p ON p.run = "
        "r.id "
        "AND p.scored = ?2 AND p.criterion = ?3 WHERE r.id = ?1",
        ASK_WITH(ask_int(point->run), ask_text(point->scored), ask_text(point->criterion)), &statement, err);
    if (code != 0) return code;
    code = statement_step(statement, &row, err);
    if (code == 0 && row) {
        struct text state = statement_text(statement, 0);
        found->run = true;
        found->made = text_is(state, run_state_name(RUN_MADE));
        found->published = text_is(state, run_state_name(RUN_PUBLISHED));
        found->dropped = text_is(state, run_state_name(RUN_DROPPED));
        found->published_on = arena_text(&found->arena, statement_text(statement, 1));
        found->scored = !statement_is_null(statement, 2);
        found->criterion = !statement_is_null(statement, 3);
        if (found->criterion) found->most = statement_int(statement, 3);
        struct text zh = statement_text(statement, 4), en = statement_text(statement, 5);
        found->zh = arena_printf(&found->arena, "%.*s", TEXT_ARGS(zh));
        found->en = arena_printf(&found->arena, "%.*s", TEXT_ARGS(en));
        found->computed.known = !statement_is_null(statement, 6);
        if (found->computed.known) found->computed.integer = statement_int(statement, 6);
        found->spared = !statement_is_null(statement, 7);
    }
    statement_free(statement);
    return code;
}

/* The first column of what is there, and a name beside it, for whoever mistyped. */
static int name_some(struct database *database, const char *sql, int64_t run, size_t most, struct buffer *out,
                     struct err *err)
{
    struct statement *statement;
    size_t count = 0;
    bool row = false;
    int code = ask_open(database_store(database), sql, ASK_WITH(ask_int(run)), &statement, err);
    if (code != 0) return code;
    while ((code = statement_step(statement, &row, err)) == 0 && row && count < most) {
        struct text name = statement_text(statement, 0);
        buffer_printf(out, "%s%.*s", count++ > 0 ? ", " : "", TEXT_ARGS(name));
        struct text label = statement_text(statement, 1);
        if (label.size > 0) buffer_printf(out, " (%.*s)", TEXT_ARGS(label));
    }
    statement_free(statement);
    if (code == 0 && count == 0) buffer_string(out, "–");
    return code;
}

static int check_there(struct database *database, const struct point *point, const struct found *found,
                       const int *fields, int *field, struct err *err)
{
    struct buffer some = {0};
    int code = 0;
    if (!found->run) {
        *field = fields[REVIEW_RUN];
        code =
            name_some(database,
                      "SELECT CAST(id AS TEXT), scheme FROM zs_assessment_run WHERE state <> 'dropped' AND "
                      "id <> ?1 ORDER BY id DESC",
                      point->run, NAMED_MOST, &some, err);
        if (code == 0)
            code = err_set(err, ERR_INPUT, "没有第 %lld 次考核；有的是 %s",
                           "There is no run %lld; there are %s", (long long)point->run, some.data);
    } else if (!found->scored) {
        *field = fields[REVIEW_SCORED];
        code = name_some(database,
                         "SELECT scored, name_zh FROM zs_assessment_scored WHERE run = ?1 ORDER BY ordinal",
                         point->run, NAMED_MOST, &some, err);
        if (code == 0)
            code = err_set(err, ERR_INPUT, "第 %lld 次考核里没有考核对象“%.*s”；有的例如 %s",
                           "Run %lld scores nobody called %.*s; it scores %s and others",
                           (long long)point->run, TEXT_ARGS(point->scored), some.data);
    } else if (!found->criterion) {
        *field = fields[REVIEW_CRITERION];
        code = name_some(
            database,
            "SELECT criterion, label_zh FROM zs_assessment_criterion WHERE run = ?1 ORDER BY ordinal",
            point->run, SIZE_MAX, &some, err);
        if (code == 0)
            code = err_set(err, ERR_INPUT, "第 %lld 次考核里没有计分项“%.*s”；有的是 %s",
                           "Run %lld has no criterion %.*s; it has %s", (long long)point->run,
                           TEXT_ARGS(point->criterion), some.data);
    }
    buffer_fini(&some);
    return code;
}

static int check_most(const struct found *found, const struct value *points, int field, int *fault,
                      struct err *err)
{
    char most[MONEY_TEXT], given[MONEY_TEXT];
    if (!points->known || (points->integer >= 0 && points->integer <= found->most)) return 0;
    *fault = field;
    return err_set(err, ERR_INPUT, "“%s%.0s”最多 %s 分，给不了 %s 分",
                   "`%.0s%s` has %s points at most; %s cannot be given", found->zh, found->en,
                   decimal_format(found->most, most), decimal_format(points->integer, given));
}

/* ---- Reviews ---- */

static int check_reviewing(const struct point *point, const struct found *found, struct err *err)
{
    if (found->made) return 0;
    if (found->dropped)
        return err_set(err, ERR_CONFLICT, "第 %lld 次考核已经作废，评分不再改动",
                       "Run %lld was dropped; its points are not changed any more", (long long)point->run);
    if (found->published)
        return err_set(
            err, ERR_CONFLICT,
            "第 %lld 次考核已于 %.*s "
            "公布，评分不能再增加、修改或注销。对得分有不同意见的，由被考核单位在异议期内"
            "从考核结果页提出异议，另有人复核",
            "Run %lld was published on %.*s: its points cannot be added to, changed or retired any "
            "more. Whoever was scored objects on the page of the run while the time for it lasts, "
            "and somebody else decides",
            (long long)point->run, TEXT_ARGS(found->published_on));
    return err_set(err, ERR_CONFLICT, "第 %lld 次考核已经办结，评分不再改动",
                   "Run %lld is closed: its points are not changed any more", (long long)point->run);
}

static int check_open(const struct found *found, int *field, int criterion, struct err *err)
{
    char computed[MONEY_TEXT];
    if (found->computed.known || found->spared) *field = criterion;
    if (found->computed.known)
        return err_set(
            err, ERR_INPUT,
            "“%s%.0s”已按指标算出 %s 分，不用评分。数据有误的，请更正登记后作废重做，或公布后提出异议",
            "`%.0s%s` came to %s points by its figure and is not reviewed. Where the facts are wrong, "
            "correct them and make the run anew, or object once it is published",
            found->zh, found->en, decimal_format(found->computed.integer, computed));
    if (found->spared)
        return err_set(err, ERR_INPUT, "“%s%.0s”对这个考核对象不适用，其分值已由其余各项分担，不用评分",
                       "`%.0s%s` does not apply here; its points are shared out over the others", found->zh,
                       found->en);
    return 0;
}

/* Run, who is scored, and criterion come first in either register's fields. */
_Static_assert((int)REVIEW_RUN == (int)OBJECTION_RUN && (int)REVIEW_SCORED == (int)OBJECTION_SCORED &&
                   (int)REVIEW_CRITERION == (int)OBJECTION_CRITERION,
               "a point is named alike in reviews and objections");

static struct point point_of(const struct value *values, const int *fields)
{
    return (struct point){.run = values[fields[REVIEW_RUN]].integer,
                          .scored = values[fields[REVIEW_SCORED]].text,
                          .criterion = values[fields[REVIEW_CRITERION]].text};
}

static int may_review(struct database *database, const struct value *before, const struct value *after,
                      int *field, struct err *err)
{
    const int *fields = database_pack(database)->assessment->review;
    struct found found = {0};
    int code = 0;
    if (before != NULL) {
        struct point point = point_of(before, fields);
        code = find(database, &point, &found, err);
        if (code == 0 && found.run) code = check_reviewing(&point, &found, err);
        arena_fini(&found.arena);
    }
    if (code != 0 || after == NULL) return code;
    struct point point = point_of(after, fields);
    code = find(database, &point, &found, err);
    if (code == 0) code = check_there(database, &point, &found, fields, field, err);
    if (code == 0) code = check_reviewing(&point, &found, err);
    if (code == 0) code = check_open(&found, field, fields[REVIEW_CRITERION], err);
    if (code == 0)
        code = check_most(&found, &after[fields[REVIEW_POINTS]], fields[REVIEW_POINTS], field, err);
    arena_fini(&found.arena);
    return code;
}

/* ---- Objections ---- */

static bool same_number(const struct value *a, const struct value *b)
{
    return a->known == b->known && (!a->known || a->integer == b->integer);
}

/* What its case goes through besides is not asked about. */
static bool says_the_same(const struct value *before, const struct value *after, const int *fields)
{
    return same_number(&before[fields[OBJECTION_RUN]], &after[fields[OBJECTION_RUN]]) &&
           text_equal(before[fields[OBJECTION_SCORED]].text, after[fields[OBJECTION_SCORED]].text) &&
           text_equal(before[fields[OBJECTION_CRITERION]].text, after[fields[OBJECTION_CRITERION]].text) &&
           same_number(&before[fields[OBJECTION_AWARDED]], &after[fields[OBJECTION_AWARDED]]);
}

static int check_objecting(const struct point *point, const struct found *found, bool retires,
                           struct err *err)
{
    if (found->published && !retires) return 0;
    if (retires)
        return err_set(err, ERR_CONFLICT, "第 %lld 次考核的异议不能注销；不再坚持的，由提出单位撤回",
                       "Objections to run %lld are not retired; whoever raised one takes it back",
                       (long long)point->run);
    return err_set(err, ERR_CONFLICT, "第 %lld 次考核不在公布之后、办结之前，异议不能增加或改动",
                   "Run %lld is not between publishing and closing: objections are not added or changed",
                   (long long)point->run);
}

static int may_object(struct database *database, const struct value *before, const struct value *after,
                      int *field, struct err *err)
{
    const int *fields = database_pack(database)->assessment->objection;
    struct found found = {0};
    if (before != NULL && after != NULL && says_the_same(before, after, fields)) return 0;
    struct point point = point_of(after != NULL ? after : before, fields);
    int code = find(database, &point, &found, err);
    if (code == 0 && after != NULL) code = check_there(database, &point, &found, fields, field, err);
    if (code == 0 && found.run) code = check_objecting(&point, &found, after == NULL, err);
    if (code == 0 && after != NULL)
        code = check_most(&found, &after[fields[OBJECTION_AWARDED]], fields[OBJECTION_AWARDED], field, err);
    arena_fini(&found.arena);
    return code;
}

/* ---- The door's question ---- */

static int may(struct database *database, int reg, const struct value *before, const struct value *after,
               int *field, struct err *err)
{
    if (reg == database_pack(database)->assessment->reviews)
        return may_review(database, before, after, field, err);
    return may_object(database, before, after, field, err);
}

void assessment_watch(struct database *database)
{
    static const struct warden warden = {may};
    database_set_warden(database, &warden);
}
