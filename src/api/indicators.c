/* The plan's indicators: how they stand, by place and by kind, and the records behind every figure. */
#include <stdlib.h>

#include "api/page.h"
#include "api/progress.h"
#include "api/put.h"
#include "api/routes.h"
#include "api/say.h"
#include "base/date.h"
#include "base/mem.h"
#include "formula/formula.h"
#include "progress/eyes.h"
#include "progress/lists.h"
#include "register/naming.h"

/* ---- Shapes ---- */

static const struct shape_field list_query[] = {
    PROGRESS_QUERY,
    {.name = "unit", .kind = SHAPE_TEXT, .max = 48, .note = "only what this unit leads or answers for"},
    {.name = "clause", .kind = SHAPE_TEXT, .max = 48, .note = "only of this clause and those within it"},
    {.name = NULL}};
static const struct shape_field list_fields[] = {
    PROGRESS_MONTH_FIELDS,
    {.name = "lights", .kind = SHAPE_OBJECT, .of = &lights_shape, .flags = SHAPE_REQUIRED},
    {.name = "indicators",
     .kind = SHAPE_OBJECT,
     .of = &indicator_line_shape,
     .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = NULL}};
static const struct shape list_shape = {.name = "Indicators", .fields = list_fields};

static const struct shape_field one_query[] = {PROGRESS_QUERY, {.name = NULL}};

static const struct shape_field target_fields[] = {
    {.name = "year", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "value", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = NULL}};
static const struct shape target_shape = {.name = "IndicatorTarget", .fields = target_fields};

static const struct shape_field list_formula_fields[] = {
    {.name = "list", .kind = SHAPE_WORD, .words = "counted|missing|undetermined", .flags = SHAPE_REQUIRED},
    {.name = "where",
     .kind = SHAPE_TEXT,
     .flags = SHAPE_REQUIRED,
     .note = "the condition on the register, for its list, its export, or `zengshou eval`"},
    {.name = NULL}};
static const struct shape list_formula_shape = {.name = "IndicatorList", .fields = list_formula_fields};

static const struct shape_field formula_fields[] = {
    {.name = "part", .kind = SHAPE_WORD, .words = "where|value|of|minus", .flags = SHAPE_REQUIRED},
    {.name = "formula", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape formula_shape = {.name = "IndicatorFormula", .fields = formula_fields};

static const struct shape_field part_fields[] = {
    {.name = "code", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .note = "empty: not known"},
    {.name = "label", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = "value", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "counted", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "missing", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "undetermined", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape part_shape = {.name = "IndicatorPart", .fields = part_fields};
static const struct shape_field breakdown_fields[] = {
    {.name = "by", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = "parts", .kind = SHAPE_OBJECT, .of = &part_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = NULL}};
static const struct shape breakdown_shape = {.name = "IndicatorBreakdown", .fields = breakdown_fields};

static const struct shape_field one_fields[] = {
    PROGRESS_MONTH_FIELDS,
    {.name = "indicator", .kind = SHAPE_OBJECT, .of = &indicator_line_shape, .flags = SHAPE_REQUIRED},
    {.name = "note", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "responsible",
     .kind = SHAPE_OBJECT,
     .of = &unit_name_shape,
     .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "targets", .kind = SHAPE_OBJECT, .of = &target_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "formulas", .kind = SHAPE_OBJECT, .of = &formula_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "lists", .kind = SHAPE_OBJECT, .of = &list_formula_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "breakdowns",
     .kind = SHAPE_OBJECT,
     .of = &breakdown_shape,
     .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = NULL}};
static const struct shape one_shape = {.name = "IndicatorPage", .fields = one_fields};

static const struct shape_field place_query[] = {
    PROGRESS_QUERY, {.name = "level", .kind = SHAPE_WORD, .words = "township|village"}, {.name = NULL}};
static const struct shape_field place_fields_of[] = {
    {.name = "code", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "light", .kind = SHAPE_WORD, .words = "green|yellow|red|none|unknown", .flags = SHAPE_REQUIRED},
    {.name = "value", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "counted", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "missing", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "undetermined", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "small", .kind = SHAPE_BOOL, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape place_line_shape = {.name = "IndicatorPlace", .fields = place_fields_of};
static const struct shape places_shape = {.name = "IndicatorPlaces", .list_of = &place_line_shape};

static const struct shape_field record_query[] = {
    PROGRESS_QUERY,
    {.name = "list", .kind = SHAPE_WORD, .words = "counted|missing|undetermined"},
    {.name = "limit", .kind = SHAPE_INT, .min = 1, .max = PAGE_MAX},
    {.name = "after", .kind = SHAPE_TEXT, .max = 40},
    {.name = NULL}};
static const struct shape_field record_fields[] = {
    PROGRESS_MONTH_FIELDS,
    {.name = "register", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "records", .kind = SHAPE_OBJECT, .of = &named_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "next", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "total", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "of_now",
     .kind = SHAPE_BOOL,
     .flags = SHAPE_REQUIRED,
     .note = "these are today's records, not those of the month: no date is kept of what they say"},
    {.name = NULL}};
static const struct shape records_shape = {.name = "IndicatorRecords", .fields = record_fields};

struct asked {
    struct progress_asked progress;
    int indicator;
    int unit, clause; /* -1: all */
};

static const char *const list_names[LIST_COUNT] = {"counted", "missing", "undetermined"};

/* ---- All of them ---- */

static bool has(const int *items, size_t count, int wanted)
{
    for (size_t i = 0; i < count; i++)
        if (items[i] == wanted) return true;
    return false;
}

static bool is_of_clause(const struct pack *pack, const struct pack_indicator *indicator, int clause)
{
    for (size_t i = 0; i < indicator->clause.count; i++)
        for (int at = indicator->clause.items[i]; at >= 0; at = pack->clauses[at].parent)
            if (at == clause) return true;
    return false;
}

static bool is_wanted(const struct pack *pack, const struct pack_indicator *indicator,
                      const struct asked *asked)
{
    if (asked->unit >= 0 && !has(indicator->lead, indicator->lead_count, asked->unit) &&
        !has(indicator->responsible, indicator->responsible_count, asked->unit))
        return false;
    return asked->clause < 0 || is_of_clause(pack, indicator, asked->clause);
}

static int find_clause(const struct pack *pack, struct text id)
{
    for (size_t i = 0; i < pack->clause_count; i++)
        if (text_equal(pack->clauses[i].id, id)) return (int)i;
    return -1;
}

static int find_unit(const struct pack *pack, struct text name)
{
    for (size_t i = 0; i < pack->unit_count; i++)
        if (text_equal(pack->units[i].label.name, name)) return (int)i;
    return -1;
}

static int read_filters(struct request *request, struct asked *asked, struct err *err)
{
    const struct pack *pack = call_pack(request);
    struct text unit = request_query(request, "unit"), clause = request_query(request, "clause");
    asked->unit = find_unit(pack, unit);
    asked->clause = find_clause(pack, clause);
    if (unit.size > 0 && asked->unit < 0)
        return err_set(err, ERR_NOT_FOUND, "没有单位 %.*s", "There is no unit %.*s", TEXT_ARGS(unit));
    if (clause.size > 0 && asked->clause < 0)
        return err_set(err, ERR_NOT_FOUND, "没有条款 %.*s", "There is no clause %.*s", TEXT_ARGS(clause));
    return progress_ask(request, &asked->progress, err);
}

static int write_list(struct request *request, void *context, struct buffer *out, struct err *err)
{
    const struct asked *asked = context;
    const struct pack *pack = call_pack(request);
    struct json_writer json = json_start(out);
    struct progress_year year;
    int64_t lights[LIGHTS] = {0};
    int code = progress_open(request, &asked->progress, &year, err);
    json_put_object(&json);
    progress_say_month(&json, &year);
    json_put_key(&json, "indicators");
    json_put_array(&json);
    for (size_t i = 0; code == 0 && i < pack->indicator_count; i++) {
        struct progress_line line;
        if (!is_wanted(pack, &pack->indicators[i], asked)) continue;
        progress_line(&year, call_scope(request), (int)i, asked->progress.division, &line);
        lights[line.judged.light] += line.seen;
        json_put_object(&json);
        progress_say_line(&json, &year, (int)i, &line);
        json_put_object_end(&json);
    }
    json_put_array_end(&json);
    json_put_key(&json, "lights");
    progress_say_lights(&json, lights);
    json_put_object_end(&json);
    progress_year_close(&year);
    return code;
}

static int get_list(struct request *request, struct err *err)
{
    struct asked asked;
    int code = read_filters(request, &asked, err);
    return code == 0 ? memo_reply(request, asked.progress.detail, write_list, &asked, err) : code;
}

/* ---- One of them ---- */

static void say_targets(struct json_writer *json, const struct pack *pack,
                        const struct pack_indicator *indicator)
{
    json_put_key(json, "targets");
    json_put_array(json);
    for (int year = pack->year_first; year <= pack->year_last; year++) {
        size_t at = (size_t)(year - pack->year_first);
        bool given = at < indicator->target_years && indicator->targets[at].given;
        json_put_object(json);
        json_member_int(json, "year", year);
        put_decimal(json, "value", given, given ? indicator->targets[at].value : 0);
        json_put_object_end(json);
    }
    json_put_array_end(json);
}

static void say_formulas(struct json_writer *json, const struct pack *pack,
                         const struct pack_indicator *indicator)
{
    static const char *const names[] = {"where", "value", "of", "minus"};
    const struct node *const nodes[] = {indicator->where, indicator->value, indicator->of, indicator->minus};
    json_put_key(json, "formulas");
    json_put_array(json);
    for (size_t i = 0; i < sizeof nodes / sizeof *nodes; i++) {
        struct buffer zh = {0}, en = {0};
        if (nodes[i] == NULL) continue;
        formula_print(&pack->schema, nodes[i], "zh", &zh);
        formula_print(&pack->schema, nodes[i], "en", &en);
        json_put_object(json);
        json_member_string(json, "part", names[i]);
        json_put_key(json, "formula");
        say_two(json, buffer_get(&zh), buffer_get(&en));
        json_put_object_end(json);
        buffer_fini(&zh);
        buffer_fini(&en);
    }
    json_put_array_end(json);
}

static void say_lists(struct request *request, struct json_writer *json, int indicator)
{
    const struct progress_book *book = call_app(request)->book;
    json_put_key(json, "lists");
    json_put_array(json);
    for (int i = 0; i < LIST_COUNT; i++) {
        struct buffer text = {0};
        if (!progress_list_may(book, call_scope(request), indicator, (enum progress_list)i)) continue;
        formula_print(&book->pack->schema, book->indicators[indicator].lists[i], request->language, &text);
        json_put_object(json);
        json_member_string(json, "list", list_names[i]);
        json_member_text(json, "where", buffer_get(&text));
        json_put_object_end(json);
        buffer_fini(&text);
    }
    json_put_array_end(json);
}

/* What a blank means: of the subject's second category that it does not apply, otherwise that nobody knows.
 */
static void say_blank(struct json_writer *json, const struct pack *pack, const struct node *by)
{
    bool applies = by->op != NODE_FIELD || by->scope != pack->subject || by->index != pack->subcategory;
    if (applies || pack->subcategory_without_zh.size == 0)
        say_two(json, applies ? TEXT("未知") : TEXT("不适用"),
                applies ? TEXT("Unknown") : TEXT("Does not apply"));
    else
        say_two(json, pack->subcategory_without_zh, pack->subcategory_without_en);
}

static void say_part(struct json_writer *json, const struct pack *pack,
                     const struct pack_indicator *indicator, const struct node *by,
                     const struct schema_dictionary *dictionary, size_t code, const struct figure *figure,
                     const struct value *minus)
{
    bool blank = code == dictionary->code_count;
    if (figure->counted + figure->missing + figure->undetermined == 0) return;
    struct measured measured = judge_measure(indicator, figure, minus);
    struct value value = judge_value(&measured);
    json_put_object(json);
    json_member_text(json, "code", blank ? TEXT("") : dictionary->codes[code].label.name);
    json_put_key(json, "label");
    if (blank)
        say_blank(json, pack, by);
    else
        say_label(json, &dictionary->codes[code].label);
    put_decimal(json, "value", value.known, value.integer);
    json_member_int(json, "counted", figure->counted);
    json_member_int(json, "missing", figure->missing);
    json_member_int(json, "undetermined", figure->undetermined);
    json_put_object_end(json);
}

static int say_breakdown(struct request *request, struct json_writer *json, const struct asked *asked,
                         const struct progress_year *year, const struct frame *frame, size_t index,
                         struct err *err)
{
    const struct pack *pack = call_pack(request);
    const struct pack_indicator *indicator = &pack->indicators[asked->indicator];
    const struct pack_breakdown *by = &indicator->by[index];
    const struct schema_dictionary *dictionary = &pack->schema.dictionaries[by->node->type.dictionary];
    const struct value *minus = &year->months[year->month - 1]->minus[asked->indicator];
    struct figure *figures = mem_new(dictionary->code_count + 1, sizeof *figures);
    struct buffer zh = {0}, en = {0};
    int code = figures_part(call_app(request)->book, frame, year->as_of, call_scope(request),
                            asked->indicator, asked->progress.division, index, figures, err);
    formula_print(&pack->schema, by->node, "zh", &zh);
    formula_print(&pack->schema, by->node, "en", &en);
    json_put_object(json);
    json_put_key(json, "by");
    say_two(json, buffer_get(&zh), buffer_get(&en));
    json_put_key(json, "parts");
    json_put_array(json);
    for (size_t i = 0; code == 0 && i <= dictionary->code_count; i++)
        say_part(json, pack, indicator, by->node, dictionary, i, &figures[i], minus);
    json_put_array_end(json);
    json_put_object_end(json);
    free(figures);
    buffer_fini(&zh);
    buffer_fini(&en);
    return code;
}

static int say_breakdowns(struct request *request, struct json_writer *json, const struct asked *asked,
                          const struct progress_year *year, bool seen, struct err *err)
{
    struct app *app = call_app(request);
    const struct pack_indicator *indicator = &call_pack(request)->indicators[asked->indicator];
    struct frame *frame = NULL;
    int code = 0;
    json_put_key(json, "breakdowns");
    json_put_array(json);
    if (seen && indicator->by_count > 0)
        code = progress_shelf_frame(app->shelf, app->frames, call_database(request), &frame, err);
    for (size_t i = 0; code == 0 && frame != NULL && i < indicator->by_count; i++)
        code = say_breakdown(request, json, asked, year, frame, i, err);
    json_put_array_end(json);
    if (frame != NULL) frame_free(frame);
    return code;
}

static int write_one(struct request *request, void *context, struct buffer *out, struct err *err)
{
    const struct asked *asked = context;
    const struct pack *pack = call_pack(request);
    const struct pack_indicator *indicator = &pack->indicators[asked->indicator];
    struct json_writer json = json_start(out);
    struct progress_year year;
    struct progress_line line;
    int code = progress_open(request, &asked->progress, &year, err);
    if (code != 0) return code;
    progress_line(&year, call_scope(request), asked->indicator, asked->progress.division, &line);
    json_put_object(&json);
    progress_say_month(&json, &year);
    json_put_key(&json, "indicator");
    json_put_object(&json);
    progress_say_line(&json, &year, asked->indicator, &line);
    json_put_object_end(&json);
    json_put_key(&json, "note");
    say_text_or_null(&json, indicator->note);
    progress_say_units(&json, "responsible", pack, indicator->responsible, indicator->responsible_count);
    say_targets(&json, pack, indicator);
    say_formulas(&json, pack, indicator);
    say_lists(request, &json, asked->indicator);
    code = say_breakdowns(request, &json, asked, &year, line.seen, err);
    json_put_object_end(&json);
    progress_year_close(&year);
    return code;
}

static int read_one(struct request *request, struct asked *asked, struct err *err)
{
    int code = progress_indicator(request, &asked->indicator, err);
    return code == 0 ? progress_ask(request, &asked->progress, err) : code;
}

static int get_one(struct request *request, struct err *err)
{
    struct asked asked;
    int code = read_one(request, &asked, err);
    return code == 0 ? memo_reply(request, asked.progress.detail, write_one, &asked, err) : code;
}

/* ---- By place ---- */

static bool is_in(const struct pack *pack, int division, int above)
{
    while (division >= 0 && division != above) division = pack->divisions[division].parent;
    return above < 0 || division == above;
}

static void say_place_line(struct json_writer *json, const struct pack_division *division,
                           const struct progress_line *line)
{
    struct value value = judge_value(&line->value);
    json_put_object(json);
    json_member_text(json, "code", division->code);
    json_member_text(json, "name", division->name);
    json_member_string(json, "light", light_name(line->judged.light));
    put_decimal(json, "value", value.known, value.integer);
    json_member_int(json, "counted", line->figure.counted);
    json_member_int(json, "missing", line->figure.missing);
    json_member_int(json, "undetermined", line->figure.undetermined);
    json_member_bool(json, "small", line->small);
    json_put_object_end(json);
}

static int write_places(struct request *request, void *context, struct buffer *out, struct err *err)
{
    const struct asked *asked = context;
    const struct pack *pack = call_pack(request);
    enum division_level level =
        text_is(request_query(request, "level"), "village") ? DIVISION_VILLAGE : DIVISION_TOWNSHIP;
    struct json_writer json = json_start(out);
    struct progress_year year;
    int code = progress_open(request, &asked->progress, &year, err);
    json_put_array(&json);
    for (int i = 0; code == 0 && i < (int)pack->division_count; i++) {
        struct progress_line line;
        if (pack->divisions[i].level != level || !is_in(pack, i, asked->progress.division) ||
            !eyes_within(pack, call_scope(request), i))
            continue;
        progress_line(&year, call_scope(request), asked->indicator, i, &line);
        if (line.seen) say_place_line(&json, &pack->divisions[i], &line);
    }
    json_put_array_end(&json);
    progress_year_close(&year);
    return code;
}

static int get_places(struct request *request, struct err *err)
{
    struct asked asked;
    int code = read_one(request, &asked, err);
    return code == 0 ? memo_reply(request, asked.progress.detail, write_places, &asked, err) : code;
}

/* ---- The records ---- */

static enum progress_list list_of(struct text word)
{
    for (int i = 0; i < LIST_COUNT; i++)
        if (text_is(word, list_names[i])) return (enum progress_list)i;
    return LIST_COUNTED;
}

/* "i" and the id behind which the page begins. */
static int read_cursor(struct request *request, int64_t *after, struct err *err)
{
    struct text text = request_query(request, "after");
    *after = 0;
    if (text.size == 0) return 0;
    if (text.size > 1 && text.at[0] == 'i' &&
        shape_read_int((struct text){text.at + 1, text.size - 1}, after))
        return 0;
    request_fault_field(request, "after");
    return err_set(err, ERR_INPUT, "翻页的位置（after）无法识别，请从第一页开始",
                   "after, the place of the page, cannot be read; start from the first page");
}

static int say_records(struct request *request, struct json_writer *json, int reg, const int64_t *ids,
                       size_t count, int64_t after, struct err *err)
{
    size_t limit = (size_t)request_query_int(request, "limit", PAGE), first = 0, shown = 0;
    struct naming *naming = naming_new(call_database(request), call_scope(request), request->language);
    int code = 0;
    while (first < count && ids[first] <= after) first++;
    json_put_key(json, "records");
    json_put_array(json);
    for (; code == 0 && shown < limit && first + shown < count; shown++) {
        struct named named;
        code = naming_get(naming, reg, ids[first + shown], &named, err);
        if (code == 0) say_named(json, ids[first + shown], &named);
    }
    json_put_array_end(json);
    json_put_key(json, "next");
    if (first + shown < count)
        json_put_string(json, arena_printf(request->arena, "i%lld", (long long)ids[first + shown - 1]));
    else
        json_put_null(json);
    json_member_int(json, "total", (int64_t)count);
    naming_free(naming);
    return code;
}

static int get_records(struct request *request, struct err *err)
{
    struct asked asked;
    struct app *app = call_app(request);
    struct progress_year month;
    struct frame *frame = NULL;
    int64_t after, *ids = NULL;
    size_t count = 0;
    int code = read_one(request, &asked, err);
    if (code == 0) code = read_cursor(request, &after, err);
    if (code == 0) code = progress_moment(request, &asked.progress, &month, err);
    if (code == 0) code = progress_shelf_frame(app->shelf, app->frames, call_database(request), &frame, err);
    if (code != 0) return code;
    code = progress_list(app->book, frame, month.as_of, call_scope(request), asked.indicator,
                         asked.progress.division, list_of(request_query(request, "list")), &ids, &count, err);
    frame_free(frame);
    if (code != 0) return code;
    struct json_writer *json = reply_json(request);
    const struct pack_indicator *indicator = &call_pack(request)->indicators[asked.indicator];
    int reg = indicator->over;
    json_put_object(json);
    progress_say_month(json, &month);
    json_put_key(json, "register");
    say_text_or_null(json, reg < 0 ? TEXT("") : call_pack(request)->schema.registers[reg].label.name);
    code = say_records(request, json, reg, ids, count, after, err);
    json_member_bool(json, "of_now", progress_of_now(&month, indicator));
    json_put_object_end(json);
    free(ids);
    return code;
}

static const struct route routes[] = {
    {.method = "GET",
     .path = "/progress/indicators",
     .who = "dashboard",
     .name = "getIndicators",
     .zh = "各项指标的现值、目标、应达、年底预计和灯",
     .en = "How the indicators stand: value, target, what is due, forecast, light",
     .query = list_query,
     .out = &list_shape,
     .handler = get_list},
    {.method = "GET",
     .path = "/progress/indicators/{indicator}",
     .who = "dashboard",
     .name = "getIndicator",
     .zh = "一项指标：口径、公式、各年目标、分类、名单的条件",
     .en = "One indicator: its reading, formulas, targets, parts, and the conditions of its lists",
     .query = one_query,
     .out = &one_shape,
     .handler = get_one},
    {.method = "GET",
     .path = "/progress/indicators/{indicator}/divisions",
     .who = "dashboard",
     .name = "getIndicatorPlaces",
     .zh = "一项指标在各乡镇或各村",
     .en = "An indicator by township or village",
     .query = place_query,
     .out = &places_shape,
     .handler = get_places},
    {.method = "GET",
     .path = "/progress/indicators/{indicator}/records",
     .who = "dashboard",
     .name = "getIndicatorRecords",
     .zh = "数字背后的名单：计入、未达或待定的记录",
     .en = "The records behind a figure: counted, missing or undetermined",
     .query = record_query,
     .out = &records_shape,
     .handler = get_records},
};

const struct route_list indicator_routes = {routes, sizeof routes / sizeof *routes};
