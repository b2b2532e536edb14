/* Reports are records like any other: a page of them is one statement, and their steps another one. */
#include "progress/round.h"

#include "casework/trails.h"
#include "register/query.h"

struct reading {
    struct database *database;
    const struct scope *scope;
    const struct pack *pack;
    struct text unit;
    int32_t today;
    struct arena *arena;
    struct round *round;
    size_t capacity;
};

static struct text text_of_field(const struct value *values, int field)
{
    return values[field].known ? values[field].text : TEXT("");
}

static bool is_wanted(const struct reading *reading, const struct record *record)
{
    const struct pack_dispatch *dispatch = &reading->pack->progress.dispatch;
    return reading->unit.size == 0 ||
           text_equal(text_of_field(record->values, dispatch->unit), reading->unit) ||
           text_equal(text_of_field(record->values, dispatch->lead), reading->unit);
}

static const struct value *keep_values(const struct reading *reading, const struct record *record)
{
    size_t count = reading->pack->schema.registers[reading->round->workflow->reg].field_count;
    struct value *values = arena_array(reading->arena, count, sizeof *values);
    for (size_t i = 0; i < count; i++) {
        values[i] = record->values[i];
        if (values[i].known) values[i].text = arena_text(reading->arena, values[i].text);
    }
    return values;
}

static void keep(struct reading *reading, const struct record *record)
{
    const struct pack *pack = reading->pack;
    const struct pack_report *fields = &pack->progress.report;
    const struct pack_dispatch *dispatch = &pack->progress.dispatch;
    struct round *round = reading->round;
    const struct pack_case_fields *own = &pack->registers[round->workflow->reg].case_fields;
    const struct value *values = keep_values(reading, record), *state = &values[own->state];
    round->reports = arena_grow(reading->arena, round->reports, &reading->capacity, round->count + 1,
                                sizeof *round->reports);
    struct round_report *report = &round->reports[round->count++];
    *report = (struct round_report){.id = record->id,
                                    .version = record->version,
                                    .unit = text_of_field(values, dispatch->unit),
                                    .lead = text_of_field(values, dispatch->lead),
                                    .item = text_of_field(values, fields->indicator),
                                    .title = text_of_field(values, dispatch->title),
                                    .figure = values[dispatch->kind].known &&
                                              values[dispatch->kind].integer == dispatch->figure,
                                    .measure = text_of_field(values, dispatch->measure),
                                    .value = values[fields->value],
                                    .state = state->known ? (int)state->integer : -1,
                                    .since = values[own->since],
                                    .due = values[own->due],
                                    .closed = values[own->closed],
                                    .values = values};
    report->indicator = report->figure ? pack_indicator_find(pack, report->item) : -1;
    report->overdue = !report->closed.known && report->due.known && report->due.integer < reading->today;
    /* Whose doing it is that it is late: of whoever it lies with, not of who reported long ago. */
    int party = report->state >= 0 ? round->workflow->states[report->state].party : -1;
    report->late = report->overdue && party >= 0 ? text_of_field(values, party) : TEXT("");
    report->handed = report->state >= 0 && report->state != round->workflow->start;
    report->accepted = report->state >= 0 && round->workflow->states[report->state].end == END_DONE;
}

static int read_pages(struct reading *reading, const char *language, struct err *err)
{
    const struct value month = {.known = true, .integer = reading->round->month};
    const struct query_condition of_month = {reading->pack->progress.report.month, QUERY_IN, &month, 1};
    struct query asked = query_of(reading->round->workflow->reg);
    asked.conditions = &of_month;
    asked.condition_count = 1;
    asked.limit = QUERY_LIMIT_MAX;
    asked.language = language;
    int code;
    do {
        struct query_page page = {0};
        code = query_list(reading->database, reading->scope, &asked, &page, err);
        for (size_t i = 0; code == 0 && i < page.count; i++)
            if (is_wanted(reading, &page.records[i])) keep(reading, &page.records[i]);
        asked.after = code == 0 ? arena_text(reading->arena, page.next) : TEXT("");
        query_page_fini(&page);
    } while (asked.after.size > 0);
    return code;
}

static int read_trails(const struct reading *reading, struct err *err)
{
    struct round *round = reading->round;
    const struct pack_workflow *workflow = round->workflow;
    int64_t *ids = arena_array(reading->arena, round->count, sizeof *ids);
    struct case_trail *trails = arena_array(reading->arena, round->count, sizeof *trails);
    for (size_t i = 0; i < round->count; i++) ids[i] = round->reports[i].id;
    int code = case_trails(reading->database, workflow->reg, ids, round->count, reading->arena, trails, err);
    for (size_t i = 0; code == 0 && i < round->count; i++) {
        struct round_report *report = &round->reports[i];
        report->stands = case_standing(workflow, &trails[i], report->state);
        report->returned = !report->handed && case_came_back(workflow, &trails[i], report->state);
        if (!report->handed && !report->returned) continue;
        report->by = trails[i].by;
        report->on = trails[i].on;
    }
    return code;
}

int round_read(struct database *database, const struct scope *scope, int32_t month, struct text unit,
               const char *language, int32_t today, struct arena *arena, struct round *out, struct err *err)
{
    const struct pack *pack = database_pack(database);
    struct reading reading = {database, scope, pack, unit, today, arena, out, 0};
    if (pack->progress.dispatch.unit < 0)
        return err_set(err, ERR_INPUT, "包里没有月度调度（pack.yaml 的 progress.dispatch）",
                       "The pack has no rounds of reports (`progress.dispatch` in pack.yaml)");
    *out = (struct round){.workflow = pack->registers[pack->progress.report.reg].workflow, .month = month};
    int code = read_pages(&reading, language, err);
    return code == 0 ? read_trails(&reading, err) : code;
}

void round_add(struct round_sum *sum, const struct round_report *report)
{
    sum->asked++;
    sum->handed += report->handed;
    sum->accepted += report->accepted;
    sum->returned += report->returned;
    sum->overdue += text_equal(report->late, report->unit);
}

bool round_late_for_others(const struct round_report *report, struct text unit)
{
    return report->late.size > 0 && !text_equal(report->unit, unit) && text_equal(report->late, unit);
}
