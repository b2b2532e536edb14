/* A list is worth nothing until somebody is asked to come. */
#include "assessment/follow_up.h"

#include <string.h>

#include "assessment/view.h"
#include "base/date.h"
#include "pack/workflow.h"

enum { CLAIM_MAX = 2000 };

struct named_one {
    struct text zh, en;
    int division; /* -1 */
};

/* What a cadre reads on the case: names instead of codes, where the register has fields for them. */
static void give_names(const struct case_writing *filling, const struct pack *pack, int reg,
                       const char *assessment, const struct named_one *one,
                       const struct run_criterion *criterion, struct arena *arena)
{
    const struct schema_register *schema = &pack->schema.registers[reg];
    bool zh = strcmp(pack->language, "zh") == 0;
    struct text name = zh ? one->zh : one->en, point = TEXT("");
    if (criterion != NULL) point = zh ? criterion->label_zh : criterion->label_en;
    case_give_text(filling, schema_field_find(schema, TEXT("subject")),
                   text_of(arena_printf(arena, "%.*s%s%.*s", TEXT_ARGS(name), point.size > 0 ? " · " : "",
                                        TEXT_ARGS(point))));
    case_give_text(filling, schema_field_find(schema, TEXT("assessment")), text_of(assessment));
    if (one->division >= 0)
        case_give_text(filling, schema_field_find(schema, TEXT("place")),
                       pack->divisions[one->division].code);
}

/* Scheme, part and month in words. */
static const char *name_run(const struct pack *pack, const struct run_table *table, struct arena *arena)
{
    struct text scheme = table->run.scheme_name, part = table->run.part_name;
    if (table->run.scheme >= 0) {
        const struct pack_scheme *of = &pack->schemes[table->run.scheme];
        scheme = label_in(&of->label, pack->language);
        if (table->run.part >= 0) part = label_in(&of->parts[table->run.part].label, pack->language);
    }
    return arena_printf(arena, "%.*s · %.*s %d-%02d", TEXT_ARGS(scheme), TEXT_ARGS(part), table->run.year,
                        table->run.month);
}

/* ---- Lists ---- */

struct following {
    const struct pack *pack;
    const struct pack_scheme *scheme;
    const char *assessment; /* in words */
    int64_t run;
    struct case_opening *openings;
    size_t count;
    struct arena arena;
};

static struct case_opening follow(struct following *following, int workflow, struct text id, int64_t points,
                                  const struct named_one *one)
{
    int reg = following->pack->workflows[workflow].reg;
    const struct schema_register *schema = &following->pack->schema.registers[reg];
    const struct case_writing filling = case_writing_of(following->pack, reg, &following->arena);
    case_give_number(&filling, schema_field_find(schema, TEXT("run")), following->run);
    case_give_text(&filling, schema_field_find(schema, TEXT("scored")), id);
    case_give_number(&filling, schema_field_find(schema, TEXT("points")), points);
    give_names(&filling, following->pack, reg, following->assessment, one, NULL, &following->arena);
    return (struct case_opening){.workflow = workflow, .given = filling.given, .values = filling.values};
}

static void follow_lists(struct following *following, struct text id, const struct score_total *total,
                         struct named_one one)
{
    for (size_t k = 0; k < following->scheme->list_count; k++)
        if (following->scheme->lists[k].workflow >= 0 && (total->lists >> k & 1) != 0)
            following->openings[following->count++] =
                follow(following, following->scheme->lists[k].workflow, id, total->points, &one);
}

static void follow_start(struct following *following, size_t scored)
{
    following->openings = arena_array(&following->arena, scored * following->scheme->list_count + 1,
                                      sizeof *following->openings);
}

static int follow_open(struct following *following, struct casework *casework, const struct case_actor *actor,
                       struct case_moment moment, size_t *opened, struct err *err)
{
    int64_t *records = arena_array(&following->arena, following->count + 1, sizeof *records);
    int code = case_open_all(casework, actor, moment, following->openings, following->count, NULL, NULL,
                             records, err);
    for (size_t i = 0; code == 0 && i < following->count; i++) *opened += records[i] != 0;
    arena_fini(&following->arena);
    return code;
}

int follow_up_open(struct casework *casework, const struct case_actor *actor, struct case_moment moment,
                   const struct run_table *table, size_t *opened, struct err *err)
{
    const struct pack *pack = database_pack(casework_database(casework));
    *opened = 0;
    if (table->run.state != RUN_CLOSED || table->run.scheme < 0)
        return err_set(err, ERR_CONFLICT, "办结之后才有后续办理",
                       "Only what comes of a closed run is followed up");
    struct following following = {
        .pack = pack, .scheme = &pack->schemes[table->run.scheme], .run = table->run.id};
    following.assessment = name_run(pack, table, &following.arena);
    follow_start(&following, table->scored_count);
    for (size_t i = 0; i < table->scored_count; i++) {
        const struct run_scored *scored = &table->scored[i];
        follow_lists(&following, scored->id, &scored->total,
                     (struct named_one){scored->zh, scored->en, scored->division});
    }
    return follow_open(&following, casework, actor, moment, opened, err);
}

int follow_up_open_year(struct casework *casework, const struct case_actor *actor, struct case_moment moment,
                        const struct annual *annual, size_t *opened, struct err *err)
{
    const struct pack *pack = database_pack(casework_database(casework));
    struct following following = {.pack = pack, .scheme = &pack->schemes[annual->scheme], .run = annual->run};
    *opened = 0;
    if (!annual->whole)
        return err_set(err, ERR_CONFLICT, "全年结果还不完整：各部分都有办结的考核以后才有后续办理",
                       "The year is not complete: what comes of it is followed up once every part has a "
                       "closed run");
    const struct label *label = &following.scheme->label;
    following.assessment =
        arena_printf(&following.arena, "%.*s · %s %d", TEXT_ARGS(label_in(label, pack->language)),
                     strcmp(pack->language, "zh") == 0 ? "全年结果" : "year", annual->year);
    follow_start(&following, annual->scored_count);
    for (size_t i = 0; i < annual->scored_count; i++) {
        const struct annual_scored *scored = &annual->scored[i];
        if (scored->total.open == 0)
            follow_lists(&following, scored->id, &scored->total,
                         (struct named_one){scored->zh, scored->en, scored->division});
    }
    return follow_open(&following, casework, actor, moment, opened, err);
}

/* ---- Objections ---- */

static int check_time(const struct assessment_run *run, int32_t today, struct err *err)
{
    char day[DATE_TEXT];
    if (run->state != RUN_PUBLISHED)
        return err_set(err, ERR_CONFLICT, "只有公布之后、办结之前可以提异议",
                       "Objections are raised between publishing and closing");
    if (!run->until.known || run->until.integer >= today) return 0;
    return err_set(err, ERR_CONFLICT, "异议期已过（到 %s 为止）",
                   "The time for objections is over (it ended on %s)",
                   date_format((int32_t)run->until.integer, day));
}

static const struct run_scored *find_scored(const struct run_table *table, struct text id)
{
    for (size_t i = 0; i < table->scored_count; i++)
        if (text_equal(table->scored[i].id, id)) return &table->scored[i];
    return NULL;
}

static const struct run_criterion *find_criterion(const struct run_table *table, struct text name)
{
    for (size_t i = 0; i < table->criterion_count; i++)
        if (text_equal(table->criteria[i].name, name)) return &table->criteria[i];
    return NULL;
}

static int check_point(const struct pack *pack, const struct scope *scope, const struct run_table *table,
                       const struct objecting *objecting, struct err *err)
{
    const struct run_scored *scored = find_scored(table, objecting->scored);
    if (scored == NULL || find_criterion(table, objecting->criterion) == NULL ||
        !view_opens(pack, scope, scored))
        return err_set(err, ERR_NOT_FOUND, "没有这一项得分，或不是您单位的",
                       "There is no such point, or it is not yours");
    if (text_trim(objecting->claim).size == 0)
        return err_set(err, ERR_INPUT, "请写明异议的内容和依据",
                       "Say what you object to, and on what grounds");
    if (objecting->claim.size > CLAIM_MAX)
        return err_set(err, ERR_LIMIT, "异议最多 %d 字节", "An objection has at most %d bytes", CLAIM_MAX);
    return 0;
}

struct checking {
    struct database *database;
    int64_t run;
    int32_t today;
};

/* Within the transaction that opens: the run may have been closed since it was read. */
static int check_still(void *context, struct err *err)
{
    const struct checking *checking = context;
    struct assessment_run run;
    struct arena arena = {0};
    int code = run_get(checking->database, checking->run, &arena, &run, err);
    if (code == 0) code = check_time(&run, checking->today, err);
    arena_fini(&arena);
    return code;
}

int objection_open(struct casework *casework, const struct case_actor *actor, struct case_moment moment,
                   const struct run_table *table, const struct objecting *objecting, int64_t *record,
                   struct err *err)
{
    const struct pack *pack = database_pack(casework_database(casework));
    const struct pack_assessment *kept = pack->assessment;
    struct arena arena = {0};
    if (kept->objections < 0)
        return err_set(err, ERR_INPUT, "包里没有考核异议", "The pack has no objections");
    int code = check_time(&table->run, moment.today, err);
    if (code == 0) code = check_point(pack, actor->scope, table, objecting, err);
    if (code != 0) return code;
    const struct case_writing filling = case_writing_of(pack, kept->objections, &arena);
    case_give_number(&filling, kept->objection[OBJECTION_RUN], table->run.id);
    case_give_text(&filling, kept->objection[OBJECTION_SCORED], objecting->scored);
    case_give_text(&filling, kept->objection[OBJECTION_CRITERION], objecting->criterion);
    case_give_text(&filling, kept->objection[OBJECTION_CLAIM], text_trim(objecting->claim));
    const struct run_scored *scored = find_scored(table, objecting->scored);
    give_names(&filling, pack, kept->objections, name_run(pack, table, &arena),
               &(struct named_one){scored->zh, scored->en, scored->division},
               find_criterion(table, objecting->criterion), &arena);
    const struct case_opening opening = {
        .workflow = (int)(pack->registers[kept->objections].workflow - pack->workflows),
        .given = filling.given,
        .values = filling.values};
    struct checking checking = {casework_database(casework), table->run.id, moment.today};
    code = case_open_all(casework, actor, moment, &opening, 1, check_still, &checking, record, err);
    if (code == 0 && *record == 0)
        code = err_set(err, ERR_CONFLICT, "这一项已经提过异议，每项只能提一次",
                       "There was an objection to this point already; there is one for each");
    arena_fini(&arena);
    return code;
}
