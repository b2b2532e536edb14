/* A run read back: what was computed then, what reviewers gave, what objections brought; ranked anew, or,
 * once it is closed, as it was closed. */
#include "assessment/runs.h"

#include <stdlib.h>

#include "base/date.h"
#include "base/map.h"
#include "base/mem.h"
#include "pack/workflow.h"
#include "register/query.h"
#include "access/ask.h"

static const char *const state_names[] = {
    [RUN_MADE] = "made", [RUN_PUBLISHED] = "published", [RUN_CLOSED] = "closed", [RUN_DROPPED] = "dropped"};

const char *run_state_name(enum run_state state)
{
    return state_names[state];
}

static struct text column_text(const struct statement *statement, int column, struct arena *arena)
{
    return arena_text(arena, statement_text(statement, column));
}

static struct value column_date(const struct statement *statement, int column)
{
    int32_t date;
    if (statement_is_null(statement, column) || !date_parse(statement_text(statement, column), &date))
        return (struct value){0};
    return (struct value){.known = true, .integer = date};
}

static struct value column_number(const struct statement *statement, int column)
{
    if (statement_is_null(statement, column)) return (struct value){0};
    return (struct value){.known = true, .integer = statement_int(statement, column)};
}

/* ---- Runs ---- */

#define RUN_COLUMNS "id, scheme, part, year, month, as_of, facts, state, published, objections_until, closed"

static void read_run(const struct pack *pack, const struct statement *statement, struct arena *arena,
                     struct assessment_run *run)
{
    struct text state = statement_text(statement, 7);
    *run = (struct assessment_run){.id = statement_int(statement, 0),
                                   .scheme_name = column_text(statement, 1, arena),
                                   .part_name = column_text(statement, 2, arena),
                                   .part = -1,
                                   .year = (int)statement_int(statement, 3),
                                   .month = (int)statement_int(statement, 4),
                                   .as_of = (int32_t)column_date(statement, 5).integer,
                                   .facts = statement_int(statement, 6),
                                   .state = RUN_DROPPED,
                                   .published = column_date(statement, 8),
                                   .until = column_date(statement, 9),
                                   .closed = column_date(statement, 10)};
    for (size_t i = 0; i < sizeof state_names / sizeof *state_names; i++)
        if (text_is(state, state_names[i])) run->state = (enum run_state)i;
    run->scheme = pack_scheme_find(pack, run->scheme_name);
    if (run->scheme >= 0) run->part = scheme_part_find(&pack->schemes[run->scheme], run->part_name);
}

int run_list(struct database *database, int scheme, int year, struct arena *arena,
             struct assessment_run **runs, size_t *count, struct err *err)
{
    const struct pack *pack = database_pack(database);
    struct statement *statement;
    size_t capacity = 0;
    bool row = false;
    *runs = NULL;
    *count = 0;
    int code = ask_open(
        database_store(database),
        "SELECT " RUN_COLUMNS " FROM zs_assessment_run WHERE (?1 = '' OR scheme = ?1) AND (?2 = 0 OR "
        "year = ?2) ORDER BY id DESC LIMIT 1000",
        ASK_WITH(ask_text(scheme < 0 ? TEXT("") : pack->schemes[scheme].label.name), ask_int(year)),
        &statement, err);
    if (code != 0) return code;
    while ((code = statement_step(statement, &row, err)) == 0 && row) {
        *runs = arena_grow(arena, *runs, &capacity, *count + 1, sizeof **runs);
        read_run(pack, statement, arena, &(*runs)[(*count)++]);
    }
    statement_free(statement);
    return code;
}

int run_get(struct database *database, int64_t id, struct arena *arena, struct assessment_run *run,
            struct err *err)
{
    struct statement *statement;
    bool row = false;
    int code =
        ask_open(database_store(database), "SELECT " RUN_COLUMNS " FROM zs_assessment_run WHERE id = ?1",
                 ASK_WITH(ask_int(id)), &statement, err);
    if (code != 0) return code;
    code = statement_step(statement, &row, err);
    if (code == 0 && row) read_run(database_pack(database), statement, arena, run);
    statement_free(statement);
    if (code == 0 && !row)
        code = err_set(err, ERR_NOT_FOUND, "没有第 %lld 次考核", "there is no run %lld", (long long)id);
    return code;
}

/* ---- What stands in it ---- */

static enum criterion_kind kind_of(struct text name)
{
    for (int kind = CRITERION_INDICATOR; kind <= CRITERION_DEDUCTION; kind++)
        if (text_is(name, criterion_kind_name((enum criterion_kind)kind))) return (enum criterion_kind)kind;
    return CRITERION_REVIEWED;
}

static int read_criteria(struct database *database, struct run_table *table, struct err *err)
{
    struct run_criterion *items = NULL;
    struct statement *statement;
    size_t capacity = 0;
    bool row = false;
    int code = ask_open(
        database_store(database),
        "SELECT criterion, label_zh, label_en, kind, points, indicator, full_at, zero_at, each_takes FROM "
        "zs_assessment_criterion WHERE run = ?1 ORDER BY ordinal",
        ASK_WITH(ask_int(table->run.id)), &statement, err);
    if (code != 0) return code;
    while ((code = statement_step(statement, &row, err)) == 0 && row) {
        items = arena_grow(&table->arena, items, &capacity, table->criterion_count + 1, sizeof *items);
        items[table->criterion_count++] = (struct run_criterion){
            .name = column_text(statement, 0, &table->arena),
            .label_zh = column_text(statement, 1, &table->arena),
            .label_en = column_text(statement, 2, &table->arena),
            .kind = kind_of(statement_text(statement, 3)),
            .points = statement_int(statement, 4),
            .indicator = statement_is_null(statement, 5)
                             ? -1
                             : pack_indicator_find(database_pack(database), statement_text(statement, 5)),
            .full = column_number(statement, 6),
            .zero = column_number(statement, 7),
            .each = column_number(statement, 8)};
    }
    table->criteria = items;
    statement_free(statement);
    return code;
}

static int read_scored(struct database *database, struct run_table *table, struct map *places,
                       struct err *err)
{
    const struct pack *pack = database_pack(database);
    struct statement *statement;
    size_t capacity = 0;
    bool row = false;
    bool units = table->run.scheme >= 0 && pack->schemes[table->run.scheme].assessed == ASSESSED_UNITS;
    int code = ask_open(
        database_store(database),
        "SELECT scored, name_zh, name_en, division, vetoes, grade_most FROM zs_assessment_scored WHERE run "
        "= ?1 ORDER BY ordinal",
        ASK_WITH(ask_int(table->run.id)), &statement, err);
    if (code != 0) return code;
    while ((code = statement_step(statement, &row, err)) == 0 && row) {
        table->scored = arena_grow(&table->arena, table->scored, &capacity, table->scored_count + 1,
                                   sizeof *table->scored);
        struct run_scored *scored = &table->scored[table->scored_count];
        *scored = (struct run_scored){
            .id = column_text(statement, 0, &table->arena),
            .zh = column_text(statement, 1, &table->arena),
            .en = column_text(statement, 2, &table->arena),
            .division =
                statement_is_null(statement, 3) ? -1 : pack_division_find(pack, statement_text(statement, 3)),
            .unit = units ? pack_unit_named(pack, statement_text(statement, 0)) : -1,
            .vetoes = column_text(statement, 4, &table->arena),
            .grade_most = (int)statement_int(statement, 5),
            .scores = arena_array(&table->arena, table->criterion_count, sizeof *scored->scores)};
        for (size_t i = 0; i < table->criterion_count; i++)
            scored->scores[i].most = table->criteria[i].points;
        map_put(places, scored->id, table->scored_count++);
    }
    statement_free(statement);
    return code;
}

/* The place of a score in the table; NULL where there is none (a criterion that somebody mistyped). */
static struct run_score *score_at(struct run_table *table, const struct map *places, struct text scored,
                                  struct text criterion)
{
    size_t at;
    if (!map_get(places, scored, &at)) return NULL;
    for (size_t i = 0; i < table->criterion_count; i++)
        if (text_equal(table->criteria[i].name, criterion)) return &table->scored[at].scores[i];
    return NULL;
}

typedef void take_score(struct run_table *table, const struct pack *pack, const struct statement *statement,
                        struct run_score *score);

/* "SELECT scored, criterion, … WHERE run = ?1": each row to its score. */
static int each_score(struct database *database, struct run_table *table, const struct map *places,
                      const char *sql, take_score *take, struct err *err)
{
    struct statement *statement;
    bool row = false;
    int code = ask_open(database_store(database), sql, ASK_WITH(ask_int(table->run.id)), &statement, err);
    if (code != 0) return code;
    while ((code = statement_step(statement, &row, err)) == 0 && row) {
        struct run_score *score =
            score_at(table, places, statement_text(statement, 0), statement_text(statement, 1));
        if (score != NULL) take(table, database_pack(database), statement, score);
    }
    statement_free(statement);
    return code;
}

static void take_computed(struct run_table *table, const struct pack *pack, const struct statement *statement,
                          struct run_score *score)
{
    (void)table, (void)pack;
    *score = (struct run_score){.most = score->most,
                                .figure = column_number(statement, 2),
                                .counted = statement_int(statement, 3),
                                .missing = statement_int(statement, 4),
                                .undetermined = statement_int(statement, 5),
                                .computed = column_number(statement, 6)};
}

static void take_spared(struct run_table *table, const struct pack *pack, const struct statement *statement,
                        struct run_score *score)
{
    (void)table, (void)pack, (void)statement;
    score->spared = true;
}

static void take_led(struct run_table *table, const struct pack *pack, const struct statement *statement,
                     struct run_score *score)
{
    score->led =
        arena_grow(&table->arena, score->led, &score->led_capacity, score->led_count + 1, sizeof *score->led);
    score->led[score->led_count++] =
        (struct run_led){.name = column_text(statement, 2, &table->arena),
                         .indicator = pack_indicator_find(pack, statement_text(statement, 2)),
                         .target = statement_int(statement, 3),
                         .figure = column_number(statement, 4),
                         .counted = statement_int(statement, 5),
                         .missing = statement_int(statement, 6),
                         .undetermined = statement_int(statement, 7),
                         .attained = column_number(statement, 8),
                         .points = column_number(statement, 9)};
}

static int read_scores(struct database *database, struct run_table *table, const struct map *places,
                       struct err *err)
{
    int code = each_score(database, table, places,
                          "SELECT scored, criterion, figure, counted, missing, undetermined, computed FROM "
                          "zs_assessment_score WHERE run = ?1",
                          take_computed, err);
    if (code == 0)
        code =
            each_score(database, table, places,
                       "SELECT scored, criterion FROM zs_assessment_spared WHERE run = ?1", take_spared, err);
    if (code == 0)
        code = each_score(database, table, places,
                          "SELECT scored, criterion, indicator, target, figure, counted, missing, "
                          "undetermined, attained, points FROM zs_assessment_led WHERE run = ?1 ORDER BY "
                          "scored, criterion, ordinal",
                          take_led, err);
    return code;
}

/* ---- What people added ---- */

typedef void add_record(struct run_table *table, const struct pack *pack, const struct record *record,
                        struct run_score *score);

/* All records of a register that speak of the run. */
static int each_of_run(struct database *database, struct run_table *table, const struct map *places, int reg,
                       int run, int scored, int criterion, add_record *add, struct err *err)
{
    const struct pack *pack = database_pack(database);
    struct scope everything = scope_everything(pack, TEXT("assessment"), &table->arena);
    struct value wanted = {.known = true, .integer = table->run.id};
    struct query_condition condition = {.field = run, .test = QUERY_IN, .values = &wanted, .count = 1};
    struct query query = query_of(reg);
    int code;
    query.conditions = &condition;
    query.condition_count = 1;
    query.limit = QUERY_LIMIT_MAX;
    do {
        struct query_page page = {0};
        code = query_list(database, &everything, &query, &page, err);
        for (size_t i = 0; code == 0 && i < page.count; i++) {
            const struct value *values = page.records[i].values;
            struct run_score *score = score_at(table, places, values[scored].text, values[criterion].text);
            if (score != NULL) add(table, pack, &page.records[i], score);
        }
        query.after = arena_text(&table->arena, page.next);
        query_page_fini(&page);
    } while (code == 0 && query.after.size > 0);
    return code;
}

static bool is_possible(const struct run_score *score, const struct value *points)
{
    return points->known && points->integer >= 0 && points->integer <= score->most;
}

/* More points than there are count as none given: the warden lets none in, but a database may be older. */
static void add_review(struct run_table *table, const struct pack *pack, const struct record *record,
                       struct run_score *score)
{
    const struct value *points = &record->values[pack->assessment->review[REVIEW_POINTS]];
    score->review = record->id;
    if (is_possible(score, points)) score->reviewed = *points;
}

/* An objection counts when its case has ended well. */
static void add_objection(struct run_table *table, const struct pack *pack, const struct record *record,
                          struct run_score *score)
{
    const struct pack_register *reg = &pack->registers[pack->assessment->objections];
    const struct value *state = &record->values[reg->case_fields.state];
    const struct value *points = &record->values[pack->assessment->objection[OBJECTION_AWARDED]];
    score->objection = record->id;
    if (!state->known) return;
    enum workflow_end end = reg->workflow->states[state->integer].end;
    if (end == END_NOT) table->undecided++;
    if (end == END_DONE && is_possible(score, points)) score->awarded = *points;
}

/* What was kept when the run was published: reviews, and when it was closed: objections. */
static void take_kept_review(struct run_table *table, const struct pack *pack,
                             const struct statement *statement, struct run_score *score)
{
    (void)table, (void)pack;
    score->review = statement_int(statement, 2);
    score->reviewed = column_number(statement, 3);
}

static void take_kept_objection(struct run_table *table, const struct pack *pack,
                                const struct statement *statement, struct run_score *score)
{
    (void)table, (void)pack;
    score->objection = statement_int(statement, 2);
    score->awarded = column_number(statement, 3);
}

#define SELECT_KEPT(kind)                                                                                    \
    "SELECT scored, criterion, record, points FROM zs_assessment_kept WHERE run = ?1 AND kind = '" kind "'"

static int read_additions(struct database *database, struct run_table *table, const struct map *places,
                          struct err *err)
{
    const struct pack_assessment *kept = database_pack(database)->assessment;
    bool published = table->run.state == RUN_PUBLISHED || table->run.state == RUN_CLOSED;
    int code = 0;
    if (published)
        code = each_score(database, table, places, SELECT_KEPT(RUN_KEPT_REVIEW), take_kept_review, err);
    else if (kept->reviews >= 0)
        code = each_of_run(database, table, places, kept->reviews, kept->review[REVIEW_RUN],
                           kept->review[REVIEW_SCORED], kept->review[REVIEW_CRITERION], add_review, err);
    if (code == 0 && table->run.state == RUN_CLOSED)
        code = each_score(database, table, places, SELECT_KEPT(RUN_KEPT_OBJECTION), take_kept_objection, err);
    else if (code == 0 && kept->objections >= 0)
        code = each_of_run(database, table, places, kept->objections, kept->objection[OBJECTION_RUN],
                           kept->objection[OBJECTION_SCORED], kept->objection[OBJECTION_CRITERION],
                           add_objection, err);
    return code;
}

/* ---- The whole ---- */

/* The points that count. What was computed stands unless it is open: a reviewer gives points where no figure
 * does, and does not overrule one. */
static void settle(struct run_score *score)
{
    score->given = score->awarded.known    ? score->awarded
                   : score->computed.known ? score->computed
                                           : score->reviewed;
}

static void rank(const struct pack *pack, struct run_table *table)
{
    struct pack_assessment_part part = {.criterion_count = table->criterion_count};
    struct pack_criterion *criteria = mem_new(table->criterion_count + 1, sizeof *criteria);
    struct value *points = mem_new(table->criterion_count + 1, sizeof *points);
    bool *spared = mem_new(table->criterion_count + 1, sizeof *spared);
    struct score_total *totals = mem_new(table->scored_count + 1, sizeof *totals);
    for (size_t i = 0; i < table->criterion_count; i++) {
        criteria[i].kind = table->criteria[i].kind;
        criteria[i].points = table->criteria[i].points;
    }
    part.criteria = criteria;
    for (size_t i = 0; i < table->scored_count; i++) {
        for (size_t k = 0; k < table->criterion_count; k++) {
            settle(&table->scored[i].scores[k]);
            points[k] = table->scored[i].scores[k].given;
            spared[k] = table->scored[i].scores[k].spared && !points[k].known;
        }
        score_part(&part, points, spared, &totals[i]);
        totals[i].grade_most = table->scored[i].grade_most;
    }
    if (table->run.scheme >= 0) score_rank(&pack->schemes[table->run.scheme], totals, table->scored_count);
    for (size_t i = 0; i < table->scored_count; i++) table->scored[i].total = totals[i];
    free(criteria);
    free(points);
    free(spared);
    free(totals);
}

static void take_given(struct run_table *table, const struct pack *pack, const struct statement *statement,
                       struct run_score *score)
{
    (void)table, (void)pack;
    score->given = column_number(statement, 2);
}

/* Of a closed run nothing is reckoned again. */
static int read_results(struct database *database, struct run_table *table, const struct map *places,
                        struct err *err)
{
    struct statement *statement;
    bool row = false;
    int code = each_score(database, table, places,
                          "SELECT scored, criterion, given FROM zs_assessment_given WHERE run = ?1",
                          take_given, err);
    if (code != 0) return code;
    code = ask_open(database_store(database),
                    "SELECT scored, points, rank, grade, lists FROM zs_assessment_result WHERE run = ?1",
                    ASK_WITH(ask_int(table->run.id)), &statement, err);
    if (code != 0) return code;
    while ((code = statement_step(statement, &row, err)) == 0 && row) {
        size_t at;
        if (!map_get(places, statement_text(statement, 0), &at)) continue;
        table->scored[at].total = (struct score_total){.points = statement_int(statement, 1),
                                                       .rank = statement_int(statement, 2),
                                                       .grade = (int)statement_int(statement, 3),
                                                       .lists = (uint64_t)statement_int(statement, 4)};
    }
    statement_free(statement);
    return code;
}

int run_read(struct database *database, int64_t id, struct run_table **out, struct err *err)
{
    struct run_table *table = mem_new(1, sizeof *table);
    struct map places = {0};
    *out = NULL;
    int code = run_get(database, id, &table->arena, &table->run, err);
    if (code == 0) code = read_criteria(database, table, err);
    if (code == 0) code = read_scored(database, table, &places, err);
    if (code == 0) code = read_scores(database, table, &places, err);
    if (code == 0) code = read_additions(database, table, &places, err);
    if (code == 0 && table->run.state == RUN_CLOSED)
        code = read_results(database, table, &places, err);
    else if (code == 0)
        rank(database_pack(database), table);
    map_fini(&places);
    if (code == 0)
        *out = table;
    else
        run_table_free(table);
    return code;
}

void run_table_free(struct run_table *table)
{
    if (table == NULL) return;
    arena_fini(&table->arena);
    free(table);
}
