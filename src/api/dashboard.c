/* The county, the township, the village on one page; each number is that of the list behind it. */
#include "api/dashboard.h"

#include "api/call.h"
#include "api/progress.h"
#include "api/routes.h"
#include "api/say.h"
#include "base/date.h"
#include "base/mem.h"
#include "monitor/gather.h"
#include "monitor/picture.h"

#include <stdlib.h>

/* ---- Shapes ---- */

static const struct shape_field dashboard_query[] = {{.name = "as_of", .kind = SHAPE_DATE},
                                                     {.name = "division", .kind = SHAPE_TEXT, .max = 32},
                                                     {.name = NULL}};

static const struct shape_field category_fields[] = {
    {.name = "code", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .note = "empty: not known"},
    {.name = "label", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = "subjects", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "people", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape category_shape = {.name = "CategoryFigure", .fields = category_fields};

static const struct shape_field wheel_fields[] = {
    {.name = "code", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "label", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = "this_year", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "last_year", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = NULL}};
static const struct shape wheel_shape = {.name = "WheelFigure", .fields = wheel_fields};

static const struct shape_field years_fields[] = {
    {.name = "this_year", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "last_year", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = NULL}};
static const struct shape years_shape = {.name = "YearFigures", .fields = years_fields};

static const struct shape_field compared_fields[] = {
    {.name = "subjects", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "left_out", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED, .note = "not known in both years"},
    {.name = "where", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .note = "the condition of the compared"},
    {.name = NULL}};
static const struct shape compared_shape = {.name = "ComparedFamilies", .fields = compared_fields};

static const struct shape_field rule_fields[] = {
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "label", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = "level", .kind = SHAPE_WORD, .words = "high|medium|low", .flags = SHAPE_REQUIRED},
    {.name = "hits", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "fresh", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
const struct shape rule_figure_shape = {.name = "RuleFigure", .fields = rule_fields};

static const struct shape_field division_fields[] = {
    {.name = "code", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "subjects", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "people", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "hits", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED, .note = "of the member `rule`"},
    {.name = "undetermined", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "per_capita", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "growth",
     .kind = SHAPE_NUMBER,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE,
     .note = "over the families whose income is known in both years"},
    {.name = NULL}};
static const struct shape division_shape = {.name = "DivisionFigure", .fields = division_fields};

static const struct shape_field dashboard_fields[] = {
    {.name = "as_of", .kind = SHAPE_DATE, .flags = SHAPE_REQUIRED},
    {.name = "run", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "categories", .kind = SHAPE_OBJECT, .of = &category_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "subcategories",
     .kind = SHAPE_OBJECT,
     .of = &category_shape,
     .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "wheels", .kind = SHAPE_OBJECT, .of = &wheel_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "per_capita", .kind = SHAPE_OBJECT, .of = &years_shape, .flags = SHAPE_REQUIRED},
    {.name = "compared",
     .kind = SHAPE_OBJECT,
     .of = &compared_shape,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE,
     .note = "whose incomes of two years the wheels and the per capita are: the same families in both"},
    {.name = "rule",
     .kind = SHAPE_TEXT,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE,
     .note = "whose hits the divisions show"},
    {.name = "rules", .kind = SHAPE_OBJECT, .of = &rule_figure_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "divisions", .kind = SHAPE_OBJECT, .of = &division_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = NULL}};
const struct shape dashboard_shape = {.name = "Dashboard", .fields = dashboard_fields};

/* ---- Parts ---- */

struct asked {
    struct found_view view;
    int32_t as_of;
    struct found_run *runs;
    struct found_figures *rules, *places;
    struct picture picture;
};

static void put_value(struct json_writer *json, const struct pack *pack, const char *key, enum type_kind kind,
                      struct value value)
{
    json_put_key(json, key);
    say_value(json, &pack->schema, type_of(kind), &value);
}

static void put_text(struct json_writer *json, const char *key, struct text text)
{
    json_member_text(json, key, text);
}

static void say_categories(struct json_writer *json, const struct pack *pack, const char *key, int field,
                           const struct picture_count *counts, bool blank_is_unknown)
{
    const struct schema_dictionary *dictionary =
        field < 0
            ? NULL
            : &pack->schema.dictionaries[pack->schema.registers[pack->subject].fields[field].type.dictionary];
    json_put_key(json, key);
    json_put_array(json);
    for (size_t i = 0; dictionary != NULL && i <= dictionary->code_count; i++) {
        bool blank = i == dictionary->code_count;
        if (blank && (!blank_is_unknown || counts[i].subjects == 0)) continue;
        json_put_object(json);
        put_text(json, "code", blank ? TEXT("") : dictionary->codes[i].label.name);
        json_put_key(json, "label");
        if (blank)
            say_two(json, TEXT("未知"), TEXT("Unknown"));
        else
            say_label(json, &dictionary->codes[i].label);
        json_member_int(json, "subjects", counts[i].subjects);
        json_member_int(json, "people", counts[i].people);
        json_put_object_end(json);
    }
    json_put_array_end(json);
}

static void say_compared(struct json_writer *json, const struct pack *pack, const struct picture *picture)
{
    struct arena arena = {0};
    struct text where = picture_compared(pack, &arena);
    json_put_key(json, "compared");
    if (where.size == 0) {
        json_put_null(json);
    } else {
        json_put_object(json);
        json_member_int(json, "subjects", picture->all.compared);
        json_member_int(json, "left_out", picture->all.count.subjects - picture->all.compared);
        put_text(json, "where", where);
        json_put_object_end(json);
    }
    arena_fini(&arena);
}

static void say_wheels(struct json_writer *json, const struct pack *pack, const struct picture *picture)
{
    json_put_key(json, "wheels");
    json_put_array(json);
    for (size_t i = 0; i < pack->dashboard.income_count; i++) {
        const struct label *label = &pack->schema.definitions[pack->dashboard.income[i]].label;
        json_put_object(json);
        put_text(json, "code", label->name);
        json_put_key(json, "label");
        say_label(json, label);
        put_value(json, pack, "this_year", TYPE_MONEY, picture->income_now[i]);
        put_value(json, pack, "last_year", TYPE_MONEY, picture->income_before[i]);
        json_put_object_end(json);
    }
    json_put_array_end(json);
    json_put_key(json, "per_capita");
    json_put_object(json);
    put_value(json, pack, "this_year", TYPE_MONEY, picture_per_capita(&picture->all.now));
    put_value(json, pack, "last_year", TYPE_MONEY, picture_per_capita(&picture->all.before));
    json_put_object_end(json);
    say_compared(json, pack, picture);
}

static void say_rule(struct json_writer *json, const struct pack_rule *rule,
                     const struct found_figures *figures)
{
    json_put_object(json);
    put_text(json, "name", rule->label.name);
    json_put_key(json, "label");
    say_label(json, &rule->label);
    json_member_string(json, "level", say_rule_level(rule->level));
    json_member_int(json, "hits", figures->hits);
    json_member_int(json, "fresh", figures->fresh);
    json_put_object_end(json);
}

/* Lists and warnings of the subject; quality rules are for those who mend the data. */
static void say_rules(struct json_writer *json, const struct pack *pack, const struct asked *asked)
{
    json_put_key(json, "rules");
    json_put_array(json);
    for (size_t i = 0; i < pack->rule_count; i++) {
        const struct pack_rule *rule = &pack->rules[i];
        if (rule->kind != RULE_QUALITY && rule->scope == pack->subject && asked->runs[i].run != 0)
            say_rule(json, rule, &asked->rules[i]);
    }
    json_put_array_end(json);
}

/* ---- Divisions ---- */

/* One level below what is looked at; who sees one township only sees its villages at once. */
static bool find_level(const struct pack *pack, const struct asked *asked, enum division_level *level)
{
    const struct scope *scope = asked->view.scope;
    *level = DIVISION_TOWNSHIP;
    if (asked->view.division >= 0) {
        enum division_level at = pack->divisions[asked->view.division].level;
        if (at == DIVISION_TOWNSHIP) *level = DIVISION_VILLAGE;
        return at != DIVISION_VILLAGE;
    }
    if (scope_all_rows(scope, pack) || scope->division_count == 0) return true;
    int first = pack_division_up(pack, scope->divisions[0], DIVISION_TOWNSHIP);
    for (size_t i = 0; i < scope->division_count; i++)
        if (first < 0 || pack_division_up(pack, scope->divisions[i], DIVISION_TOWNSHIP) != first) return true;
    *level = DIVISION_VILLAGE;
    return true;
}

static void say_division(struct json_writer *json, const struct pack *pack, size_t index,
                         const struct asked *asked)
{
    const struct picture_place *place = &asked->picture.places[index];
    const struct found_figures *found = &asked->places[index];
    json_put_object(json);
    put_text(json, "code", pack->divisions[index].code);
    put_text(json, "name", pack->divisions[index].name);
    json_member_int(json, "subjects", place->count.subjects);
    json_member_int(json, "people", place->count.people);
    json_member_int(json, "hits", found->hits);
    json_member_int(json, "undetermined", found->undetermined);
    put_value(json, pack, "per_capita", TYPE_MONEY, picture_per_capita(&place->now));
    put_value(json, pack, "growth", TYPE_RATIO, picture_growth(place));
    json_put_object_end(json);
}

static void say_divisions(struct json_writer *json, const struct pack *pack, const struct asked *asked)
{
    enum division_level level;
    bool any = find_level(pack, asked, &level);
    json_put_key(json, "divisions");
    json_put_array(json);
    for (size_t i = 0; any && i < pack->division_count; i++)
        if (pack->divisions[i].level == level &&
            (asked->picture.places[i].count.subjects > 0 || asked->places[i].hits > 0))
            say_division(json, pack, i, asked);
    json_put_array_end(json);
}

/* ---- The page ---- */

static void say_dashboard(struct json_writer *json, const struct pack *pack, const struct asked *asked)
{
    const struct picture *picture = &asked->picture;
    int rule = pack->dashboard.rule;
    int64_t run = 0;
    char as_of[DATE_TEXT];
    for (size_t i = 0; i < pack->rule_count; i++)
        if (asked->runs[i].run > run) run = asked->runs[i].run;
    if (rule >= 0 && asked->runs[rule].run != 0) run = asked->runs[rule].run;
    json_put_object(json);
    json_member_string(json, "as_of", date_format(asked->as_of, as_of));
    json_put_key(json, "run");
    if (run == 0)
        json_put_null(json);
    else
        json_put_int(json, run);
    say_categories(json, pack, "categories", pack->category, picture->categories, true);
    say_categories(json, pack, "subcategories", pack->subcategory, picture->subcategories, false);
    say_wheels(json, pack, picture);
    json_put_key(json, "rule");
    say_text_or_null(json, rule < 0 ? TEXT("") : pack->rules[rule].label.name);
    say_rules(json, pack, asked);
    say_divisions(json, pack, asked);
    json_put_object_end(json);
}

static int paint(struct request *request, struct asked *asked, struct err *err)
{
    const struct pack *pack = call_pack(request);
    struct program_root *roots;
    struct frame *frame = NULL;
    size_t count;
    int code = picture_roots(pack, request->arena, &roots, &count, err);
    if (code != 0) return code;
    struct frame_request wanted = gather_request(pack, roots, count, true);
    code = frame_cache_get(call_app(request)->frames, call_database(request), &wanted, FRAME_CACHE_NEWEST,
                           &frame, NULL, err);
    gather_request_free(pack, &wanted);
    if (code != 0) return code;
    code = picture_make(call_database(request), frame, &asked->view, asked->as_of, roots, count,
                        &asked->picture, err);
    frame_free(frame);
    return code;
}

static int write_dashboard(struct request *request, void *context, struct buffer *out, struct err *err)
{
    struct asked *asked = context;
    const struct pack *pack = call_pack(request);
    struct database *database = call_database(request);
    int rule = pack->dashboard.rule;
    asked->runs = mem_new(pack->rule_count, sizeof *asked->runs);
    asked->rules = mem_new(pack->rule_count, sizeof *asked->rules);
    asked->places = mem_new(pack->division_count + 1, sizeof *asked->places);
    int code = found_runs(database, asked->as_of, asked->runs, err);
    if (code == 0) code = found_figures(database, &asked->view, asked->runs, asked->rules, err);
    if (code == 0 && rule >= 0 && asked->runs[rule].run != 0)
        code = found_by_division(database, &asked->view, rule, &asked->runs[rule], asked->places, err);
    if (code == 0) code = paint(request, asked, err);
    if (code == 0) {
        struct json_writer json = json_start(out);
        say_dashboard(&json, pack, asked);
        picture_fini(&asked->picture);
    }
    free(asked->runs);
    free(asked->rules);
    free(asked->places);
    return code;
}

int dashboard_write(struct request *request, int32_t as_of, int division, struct buffer *out, struct err *err)
{
    struct asked asked = {.view = {call_scope(request), division}, .as_of = as_of};
    const struct pack *pack = call_pack(request);
    char day[DATE_TEXT];
    if (!scope_may(asked.view.scope, pack->subject, SCOPE_READ))
        return err_set(err, ERR_FORBIDDEN, "您的角色不能查看“%.*s”，没有可显示的概况",
                       "Your role may not see `%.*s`, so there is nothing to show",
                       TEXT_ARGS(pack->schema.registers[pack->subject].label.zh));
    const char *detail = arena_printf(request->arena, "dashboard %s %d", date_format(as_of, day), division);
    return memo_get(request, text_of(detail), write_dashboard, &asked, out, err);
}

/* ---- The warnings of a unit ---- */

struct unit_rule {
    int rule;
    struct found_figures figures;
};

static int by_hits(const void *a, const void *b)
{
    const struct unit_rule *left = a, *right = b;
    if (left->figures.hits != right->figures.hits) return left->figures.hits > right->figures.hits ? -1 : 1;
    return left->rule - right->rule;
}

static size_t take_rules_of(struct request *request, int unit, const struct found_run *runs,
                            const struct found_figures *figures, struct unit_rule *out)
{
    const struct pack *pack = call_pack(request);
    size_t count = 0;
    for (size_t i = 0; i < pack->rule_count; i++) {
        const struct pack_rule *rule = &pack->rules[i];
        if (rule->unit == unit && rule->kind != RULE_QUALITY && runs[i].run != 0 &&
            scope_may(call_scope(request), rule->scope, SCOPE_READ))
            out[count++] = (struct unit_rule){(int)i, figures[i]};
    }
    if (count > 1) qsort(out, count, sizeof *out, by_hits);
    return count;
}

int dashboard_say_rules_of(struct request *request, struct json_writer *json, int32_t as_of, int division,
                           int unit, struct err *err)
{
    const struct pack *pack = call_pack(request);
    const struct found_view view = {call_scope(request), division};
    struct arena *arena = request->arena;
    struct found_run *runs = arena_array(arena, pack->rule_count + 1, sizeof *runs);
    struct found_figures *figures = arena_array(arena, pack->rule_count + 1, sizeof *figures);
    struct unit_rule *rules = arena_array(arena, pack->rule_count + 1, sizeof *rules);
    size_t count = 0;
    int code = 0;
    if (principal_can(call_principal(request), ABILITY_MONITORING)) {
        code = found_runs(call_database(request), as_of, runs, err);
        if (code == 0) code = found_figures(call_database(request), &view, runs, figures, err);
        if (code == 0) count = take_rules_of(request, unit, runs, figures, rules);
    }
    json_put_key(json, "rules");
    json_put_array(json);
    for (size_t i = 0; i < count; i++) say_rule(json, &pack->rules[rules[i].rule], &rules[i].figures);
    json_put_array_end(json);
    return code;
}

static int get_dashboard(struct request *request, struct err *err)
{
    struct buffer json = {0};
    int32_t as_of = 0;
    int division, code = progress_place(request, &division, err);
    if (code == 0) code = progress_as_of(request, &as_of, err);
    if (code == 0) code = progress_plan_day(request, as_of, err);
    if (code == 0) code = dashboard_write(request, as_of, division, &json, err);
    if (code == 0) json_put_raw(reply_json(request), buffer_get(&json));
    buffer_fini(&json);
    return code;
}

static const struct route routes[] = {
    {.method = "GET",
     .path = "/dashboard",
     .who = "dashboard",
     .name = "getDashboard",
     .zh = "概况：类别、收入、规则命中、各地",
     .en = "Families, incomes, hits and places at a glance",
     .query = dashboard_query,
     .out = &dashboard_shape,
     .handler = get_dashboard},
};

const struct route_list dashboard_routes = {routes, sizeof routes / sizeof *routes};
