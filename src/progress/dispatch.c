/* What a month asks of whom stands in the pack: who reports an indicator and how often, who leads a task and
 * who answers for it. This file turns it into cases; everything after that is casework. */
#include "progress/dispatch.h"

#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/suggest.h"
#include "register/database.h"
#include "register/query.h"

enum { CLAIM_MAX = 2000 };

/* ---- What is due ---- */

struct collecting {
    const struct pack *pack;
    struct arena *arena;
    struct dispatch_item *items;
    size_t count, capacity;
};

static bool is_due(enum indicator_period every, int32_t month)
{
    switch (every) {
    case PERIOD_MONTH:
        return true;
    case PERIOD_QUARTER:
        return month_number(month) % 3 == 0;
    case PERIOD_YEAR:
        return month_number(month) == 12;
    }
    return false;
}

static bool has(const int *items, size_t count, int wanted)
{
    for (size_t i = 0; i < count; i++)
        if (items[i] == wanted) return true;
    return false;
}

static void add(struct collecting *collecting, struct dispatch_item item)
{
    for (size_t i = 0; i < collecting->count; i++) {
        const struct dispatch_item *one = &collecting->items[i];
        if (one->unit == item.unit && one->division == item.division && one->indicator == item.indicator &&
            one->clause == item.clause)
            return;
    }
    collecting->items = arena_grow(collecting->arena, collecting->items, &collecting->capacity,
                                   collecting->count + 1, sizeof *collecting->items);
    collecting->items[collecting->count++] = item;
}

/* Units that stand for several report through those, or not at all. */
static void add_unit(struct collecting *collecting, int unit, const int *lead, size_t lead_count,
                     struct dispatch_item item)
{
    const struct pack *pack = collecting->pack;
    item.unit = unit;
    item.division = -1;
    item.lead = lead_count == 0 || has(lead, lead_count, unit) ? unit : lead[0];
    if (text_is(pack->units[unit].kind, "group")) return;
    if (!text_is(pack->units[unit].kind, "townships")) {
        add(collecting, item);
        return;
    }
    item.unit = -1;
    for (size_t i = 0; item.indicator >= 0 && i < pack->division_count; i++) {
        if (pack->divisions[i].level != DIVISION_TOWNSHIP) continue;
        item.division = (int)i;
        add(collecting, item);
    }
}

static void add_indicators(struct collecting *collecting, int32_t month)
{
    for (size_t i = 0; i < collecting->pack->indicator_count; i++) {
        const struct pack_indicator *indicator = &collecting->pack->indicators[i];
        bool named = indicator->reporter_count > 0;
        const int *units = named ? indicator->reporters : indicator->lead;
        size_t count = named ? indicator->reporter_count : indicator->lead_count;
        if (indicator->measure != MEASURE_REPORTED || !is_due(indicator->every, month)) continue;
        for (size_t k = 0; k < count; k++)
            add_unit(collecting, units[k], indicator->lead, indicator->lead_count,
                     (struct dispatch_item){.indicator = (int)i, .clause = -1});
    }
}

static void add_tasks(struct collecting *collecting)
{
    const struct pack *pack = collecting->pack;
    enum dispatch_tasks tasks = pack->progress.dispatch.tasks;
    for (size_t i = 0; tasks != DISPATCH_NO_TASKS && i < pack->clause_count; i++) {
        const struct pack_plan_clause *clause = &pack->clauses[i];
        const struct dispatch_item item = {.indicator = -1, .clause = (int)i};
        for (size_t k = 0; k < clause->lead_count; k++)
            add_unit(collecting, clause->lead[k], clause->lead, clause->lead_count, item);
        for (size_t k = 0; tasks == DISPATCH_RESPONSIBLE && k < clause->responsible_count; k++)
            add_unit(collecting, clause->responsible[k], clause->lead, clause->lead_count, item);
    }
}

struct dispatch_item *dispatch_items(const struct pack *pack, int32_t month, struct arena *arena,
                                     size_t *count)
{
    struct collecting collecting = {.pack = pack, .arena = arena};
    add_indicators(&collecting, month);
    add_tasks(&collecting);
    *count = collecting.count;
    return collecting.items;
}

/* ---- As cases ---- */

static struct text owner_of(const struct pack *pack, const struct dispatch_item *item)
{
    return item->unit >= 0 ? pack->units[item->unit].label.name : pack->divisions[item->division].code;
}

static void fill_item(const struct pack *pack, const struct dispatch_item *item, int32_t month,
                      const struct case_writing *filling)
{
    const struct pack_dispatch *dispatch = &pack->progress.dispatch;
    const struct pack_report *report = &pack->progress.report;
    const struct pack_indicator *indicator = item->indicator < 0 ? NULL : &pack->indicators[item->indicator];
    const struct pack_plan_clause *clause = item->clause < 0 ? NULL : &pack->clauses[item->clause];
    const struct label task =
        clause == NULL ? (struct label){0} : (struct label){clause->id, clause->title_zh, clause->title_en};
    case_give_number(filling, report->month, month);
    case_give_text(filling, dispatch->unit, owner_of(pack, item));
    case_give_text(filling, dispatch->lead,
                   item->lead >= 0 ? pack->units[item->lead].label.name : owner_of(pack, item));
    case_give_text(filling, report->indicator, indicator != NULL ? indicator->label.name : clause->id);
    case_give_text(filling, dispatch->title,
                   label_in(indicator != NULL ? &indicator->label : &task, pack->language));
    case_give_number(filling, dispatch->kind, indicator != NULL ? dispatch->figure : dispatch->words);
    case_give_text(filling, dispatch->measure, indicator != NULL ? indicator->unit : TEXT(""));
    if (indicator != NULL) case_give_number(filling, dispatch->least, indicator->least);
    if (indicator != NULL && indicator->bounded) case_give_number(filling, dispatch->most, indicator->most);
}

static int workflow_of(const struct pack *pack, int reg)
{
    return (int)(pack->registers[reg].workflow - pack->workflows);
}

/* ---- Rounds ---- */

static int check_month(const struct pack *pack, int32_t month, int32_t today, struct err *err)
{
    char text[DATE_TEXT];
    if (pack->progress.dispatch.unit < 0)
        return err_set(err, ERR_INPUT, "包里没有月度调度（pack.yaml 的 progress.dispatch）",
                       "The pack has no rounds of reports (`progress.dispatch` in pack.yaml)");
    month_format(month, text);
    if (month_year(month) < pack->year_first || month_year(month) > pack->year_last)
        return err_set(err, ERR_INPUT, "%s 不在方案的年度（%d—%d）里",
                       "%s is not in the plan's years (%d–%d)", text, pack->year_first, pack->year_last);
    if (month_first(month) > today)
        return err_set(err, ERR_INPUT, "%s 还没有开始，不能调度",
                       "%s has not begun; there is nothing to report", text);
    return 0;
}

static int check_unit(const struct pack *pack, struct text only, struct err *err)
{
    struct suggest suggest = suggest_start(only);
    if (only.size == 0) return 0;
    for (size_t i = 0; i < pack->unit_count; i++) {
        if (text_equal(pack->units[i].label.name, only)) return 0;
        suggest_offer(&suggest, pack->units[i].label.name);
    }
    if (pack_division_find(pack, only) >= 0) return 0;
    if (suggest.best.size > 0)
        return err_set(err, ERR_INPUT, "没有单位“%.*s”，是不是“%.*s”？",
                       "There is no unit `%.*s`; did you mean `%.*s`?", TEXT_ARGS(only),
                       TEXT_ARGS(suggest.best));
    return err_set(err, ERR_INPUT, "没有单位“%.*s”", "There is no unit `%.*s`", TEXT_ARGS(only));
}

static int open_items(struct casework *casework, const struct case_actor *actor, struct case_moment moment,
                      int32_t month, const struct dispatch_item *items, size_t count, struct arena *arena,
                      struct dispatch_done *done, struct err *err)
{
    const struct pack *pack = database_pack(casework_database(casework));
    int reg = pack->progress.report.reg;
    struct case_opening *openings = arena_array(arena, count, sizeof *openings);
    int64_t *records = arena_array(arena, count, sizeof *records);
    for (size_t i = 0; i < count; i++) {
        const struct case_writing filling = case_writing_of(pack, reg, arena);
        fill_item(pack, &items[i], month, &filling);
        openings[i] = (struct case_opening){
            .workflow = workflow_of(pack, reg), .given = filling.given, .values = filling.values};
    }
    int code = case_open_all(casework, actor, moment, openings, count, NULL, NULL, records, err);
    for (size_t i = 0; code == 0 && i < count; i++) done->opened += records[i] != 0;
    return code;
}

int dispatch_open(struct casework *casework, const struct case_actor *actor, struct case_moment moment,
                  int32_t month, struct text only, struct dispatch_done *done, struct err *err)
{
    const struct pack *pack = database_pack(casework_database(casework));
    struct arena arena = {0};
    size_t count = 0;
    *done = (struct dispatch_done){0};
    int code = check_month(pack, month, moment.today, err);
    if (code == 0 && !scope_all_of(actor->scope, pack, pack->progress.report.reg))
        code = err_set(err, ERR_FORBIDDEN, "月度调度由县里统一发起",
                       "Rounds of reports are opened by the county");
    if (code == 0) code = check_unit(pack, only, err);
    struct dispatch_item *items = code == 0 ? dispatch_items(pack, month, &arena, &count) : NULL;
    for (size_t i = 0; i < count; i++)
        if (only.size == 0 || text_equal(owner_of(pack, &items[i]), only)) items[done->due++] = items[i];
    if (code == 0 && done->due == 0)
        code = err_set(err, ERR_INPUT, "这个月没有要报的", "Nothing is to be reported for that month");
    if (code == 0) code = open_items(casework, actor, moment, month, items, done->due, &arena, done, err);
    arena_fini(&arena);
    return code;
}

/* ---- Disputes ---- */

/* In whose name: the unit that one works for, or the division that one answers for. */
static struct text disputer(const struct pack *pack, const struct scope *scope)
{
    if (scope->unit.size > 0) return scope->unit;
    return scope->division_count > 0 ? pack->divisions[scope->divisions[0]].code : TEXT("");
}

static int check_dispute(const struct pack *pack, const struct dispute *dispute, struct text unit,
                         struct err *err)
{
    if (pack->progress.dispute.reg < 0)
        return err_set(err, ERR_INPUT, "包里没有数据异议（pack.yaml 的 progress.disputes）",
                       "The pack has no disputes (`progress.disputes` in pack.yaml)");
    if (pack->indicators[dispute->indicator].measure == MEASURE_REPORTED)
        return err_set(err, ERR_INPUT, "这一项是填报的，请由填报单位更正，不用提异议",
                       "This figure is reported, not computed: who reports it corrects it");
    if (unit.size == 0)
        return err_set(err, ERR_FORBIDDEN, "数据异议由单位或乡镇提出",
                       "Disputes are raised by units and townships");
    if (text_trim(dispute->claim).size == 0)
        return err_set(err, ERR_INPUT, "请写明哪里不对、依据是什么",
                       "Say what is wrong, and on what grounds");
    if (dispute->claim.size > CLAIM_MAX)
        return err_set(err, ERR_LIMIT, "异议最多 %d 字节", "A dispute has at most %d bytes", CLAIM_MAX);
    return 0;
}

/* Nobody answers what their own unit disputes: then the county's bureau does, or another unit that leads. */
static struct text answering(const struct pack *pack, const struct pack_indicator *indicator,
                             struct text unit)
{
    for (size_t i = 0; i < indicator->lead_count; i++) {
        struct text lead = pack->units[indicator->lead[i]].label.name;
        if (!text_equal(lead, unit)) return lead;
    }
    for (size_t i = 0; i < pack->role_count; i++)
        if (pack->roles[i].office >= 0 && !text_equal(pack->units[pack->roles[i].office].label.name, unit))
            return pack->units[pack->roles[i].office].label.name;
    return indicator->lead_count > 0 ? pack->units[indicator->lead[0]].label.name : unit;
}

struct disputing {
    struct database *database;
    const struct scope *scope;
    const struct case_writing *filling;
    struct arena *arena;
};

/* One that is not answered is enough; after that something new has to be said. */
static int check_one(const struct disputing *disputing, const struct record *record, struct err *err)
{
    const struct pack *pack = database_pack(disputing->database);
    const struct pack_dispute *to = &pack->progress.dispute;
    if (!record->values[pack->registers[to->reg].case_fields.closed].known)
        return err_set(err, ERR_CONFLICT, "贵单位对这个数提出的异议（%lld 号）还没有答复，不用再提",
                       "Your unit's dispute of this figure (%lld) is not answered yet",
                       (long long)record->id);
    if (text_equal(record->values[to->claim].text, disputing->filling->values[to->claim].text))
        return err_set(err, ERR_CONFLICT,
                       "同样的异议（%lld 号）已经答复。有新的依据请写明，或附上新的佐证材料",
                       "The same dispute (%lld) has been answered. Say what is new, or add a new file",
                       (long long)record->id);
    return 0;
}

/* Asked within the transaction that opens: whoever clicks twice disputes once. */
static int check_again(void *context, struct err *err)
{
    const struct disputing *disputing = context;
    const struct pack_dispute *to = &database_pack(disputing->database)->progress.dispute;
    const int fields[] = {to->indicator, to->month, to->division, to->unit};
    struct query_condition conditions[4];
    struct query query = query_of(to->reg);
    int code;
    for (size_t i = 0; i < 4; i++)
        conditions[i] =
            (struct query_condition){fields[i], QUERY_IN, &disputing->filling->values[fields[i]], 1};
    query.conditions = conditions;
    query.condition_count = 4;
    query.limit = QUERY_LIMIT_MAX;
    do {
        struct query_page page = {0};
        code = query_list(disputing->database, disputing->scope, &query, &page, err);
        for (size_t i = 0; code == 0 && i < page.count; i++)
            code = check_one(disputing, &page.records[i], err);
        query.after = code == 0 ? arena_text(disputing->arena, page.next) : TEXT("");
        query_page_fini(&page);
    } while (code == 0 && query.after.size > 0);
    return code;
}

/* The words, and which file comes with them. */
static struct text claim_of(const struct pack *pack, const struct dispute *dispute, struct arena *arena)
{
    struct text words = text_trim(dispute->claim), file = text_trim(dispute->evidence);
    if (file.size == 0) return words;
    return text_of(arena_printf(arena,
                                strcmp(pack->language, "zh") == 0 ? "%.*s（附：%.*s）" : "%.*s (with %.*s)",
                                TEXT_ARGS(words), TEXT_ARGS(file)));
}

int dispute_open(struct casework *casework, const struct case_actor *actor, struct case_moment moment,
                 const struct dispute *dispute, int64_t *record, struct err *err)
{
    const struct pack *pack = database_pack(casework_database(casework));
    const struct pack_dispute *to = &pack->progress.dispute;
    struct text unit = disputer(pack, actor->scope);
    struct arena arena = {0};
    int code = check_dispute(pack, dispute, unit, err);
    if (code != 0) return code;
    const struct pack_indicator *indicator = &pack->indicators[dispute->indicator];
    const struct case_writing filling = case_writing_of(pack, to->reg, &arena);
    case_give_text(&filling, to->indicator, indicator->label.name);
    case_give_number(&filling, to->month, dispute->month);
    int place = dispute->division;
    case_give_text(&filling, to->division, place >= 0 ? pack->divisions[place].code : pack->division);
    case_give_text(&filling, to->unit, unit);
    case_give_text(&filling, to->lead, answering(pack, indicator, unit));
    case_give_text(&filling, to->shown, dispute->shown);
    case_give_text(&filling, to->claim, claim_of(pack, dispute, &arena));
    const struct case_opening opening = {
        .workflow = workflow_of(pack, to->reg), .given = filling.given, .values = filling.values};
    struct disputing disputing = {casework_database(casework), actor->scope, &filling, &arena};
    code = case_open_all(casework, actor, moment, &opening, 1, check_again, &disputing, record, err);
    if (code == 0 && *record == 0)
        code = err_set(err, ERR_CONFLICT, "贵单位对这个数已经提过异议",
                       "Your unit has disputed this figure already");
    arena_fini(&arena);
    return code;
}
