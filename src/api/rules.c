/* The rules with their figures, the screenings that made these, and a new one as a job. */
#include "api/call.h"
#include "api/routes.h"
#include "api/say.h"
#include "base/date.h"
#include "base/mem.h"
#include "formula/formula.h"
#include "monitor/found.h"
#include "server/jobs.h"

#include <stdlib.h>

/* ---- Shapes ---- */

static const struct shape_field figures_fields[] = {
    {.name = "run", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "as_of", .kind = SHAPE_DATE, .flags = SHAPE_REQUIRED},
    {.name = "records", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "hits", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "undetermined", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "fresh", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "cleared", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape figures_shape = {.name = "RuleFigures", .fields = figures_fields};

static const struct shape_field rule_fields[] = {
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "label", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = "kind", .kind = SHAPE_WORD, .words = "list|warning|quality", .flags = SHAPE_REQUIRED},
    {.name = "level", .kind = SHAPE_WORD, .words = "high|medium|low", .flags = SHAPE_REQUIRED},
    {.name = "register", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "formula", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = "clause", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "note", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "unit", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "last",
     .kind = SHAPE_OBJECT,
     .of = &figures_shape,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE,
     .note = "figures of one's own scope"},
    {.name = NULL}};
static const struct shape rule_shape = {.name = "Rule", .fields = rule_fields};
static const struct shape rules_shape = {.name = "Rules", .list_of = &rule_shape};

static const struct shape_field screening_fields[] = {
    {.name = "run", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "as_of", .kind = SHAPE_DATE, .flags = SHAPE_REQUIRED},
    {.name = "at", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "actor", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "rules", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape screening_shape = {.name = "Screening", .fields = screening_fields};
static const struct shape screenings_shape = {.name = "Screenings", .list_of = &screening_shape};

static const struct shape_field screen_fields[] = {
    {.name = "as_of", .kind = SHAPE_DATE, .flags = SHAPE_REQUIRED}, {.name = NULL}};
static const struct shape screen_shape = {.name = "NewScreening", .fields = screen_fields};

/* ---- The rules ---- */

static void say_formula(struct json_writer *json, const struct pack *pack, const struct node *node)
{
    struct buffer zh = {0}, en = {0};
    formula_print(&pack->schema, node, "zh", &zh);
    formula_print(&pack->schema, node, "en", &en);
    say_two(json, buffer_get(&zh), buffer_get(&en));
    buffer_fini(&zh);
    buffer_fini(&en);
}

static void say_last(struct json_writer *json, const struct found_run *run,
                     const struct found_figures *figures)
{
    char as_of[DATE_TEXT];
    if (run->run == 0) {
        json_put_null(json);
        return;
    }
    json_put_object(json);
    json_member_int(json, "run", run->run);
    json_member_string(json, "as_of", date_format(run->as_of, as_of));
    json_member_int(json, "records", figures->records);
    json_member_int(json, "hits", figures->hits);
    json_member_int(json, "undetermined", figures->undetermined);
    json_member_int(json, "fresh", figures->fresh);
    json_member_int(json, "cleared", figures->cleared);
    json_put_object_end(json);
}

static void say_rule(struct json_writer *json, const struct pack *pack, const struct pack_rule *rule,
                     const struct found_run *run, const struct found_figures *figures)
{
    static const char *const kinds[] = {
        [RULE_LIST] = "list", [RULE_WARNING] = "warning", [RULE_QUALITY] = "quality"};
    json_put_object(json);
    json_member_text(json, "name", rule->label.name);
    json_put_key(json, "label");
    say_label(json, &rule->label);
    json_member_string(json, "kind", kinds[rule->kind]);
    json_member_string(json, "level", say_rule_level(rule->level));
    json_member_text(json, "register", pack->schema.registers[rule->scope].label.name);
    json_put_key(json, "formula");
    say_formula(json, pack, rule->node);
    json_put_key(json, "clause");
    say_clauses(json, pack, &rule->clause);
    json_put_key(json, "note");
    say_text_or_null(json, rule->note);
    json_put_key(json, "unit");
    say_text_or_null(json, rule->unit < 0 ? TEXT("") : pack->units[rule->unit].label.name);
    json_put_key(json, "last");
    say_last(json, run, figures);
    json_put_object_end(json);
}

static int write_rules(struct request *request, void *context, struct buffer *out, struct err *err)
{
    const struct pack *pack = call_pack(request);
    const struct found_view view = {call_scope(request), -1};
    struct found_run *runs = mem_new(pack->rule_count, sizeof *runs);
    struct found_figures *figures = mem_new(pack->rule_count, sizeof *figures);
    struct json_writer json = json_start(out);
    (void)context;
    int code = found_runs(call_database(request), INT32_MAX, runs, err);
    if (code == 0) code = found_figures(call_database(request), &view, runs, figures, err);
    json_put_array(&json);
    for (size_t i = 0; code == 0 && i < pack->rule_count; i++)
        if (scope_may(view.scope, pack->rules[i].scope, SCOPE_READ))
            say_rule(&json, pack, &pack->rules[i], &runs[i], &figures[i]);
    json_put_array_end(&json);
    free(runs);
    free(figures);
    return code;
}

static int get_rules(struct request *request, struct err *err)
{
    return memo_reply(request, TEXT(""), write_rules, NULL, err);
}

/* ---- Screenings ---- */

static int get_screenings(struct request *request, struct err *err)
{
    enum { SHOWN = 200 }; /* sixteen years of months */
    struct json_writer *json = reply_json(request);
    struct found_screening *items;
    size_t count;
    int code = found_screenings(call_database(request), SHOWN, request->arena, &items, &count, err);
    if (code != 0) return code;
    json_put_array(json);
    for (size_t i = 0; i < count; i++) {
        json_put_object(json);
        json_member_int(json, "run", items[i].run);
        json_member_text(json, "as_of", items[i].as_of);
        json_member_text(json, "at", items[i].at);
        json_member_text(json, "actor", items[i].actor);
        json_member_int(json, "rules", items[i].rules);
        json_put_object_end(json);
    }
    json_put_array_end(json);
    return 0;
}

static int post_screening(struct request *request, struct err *err)
{
    struct buffer parameters = {0};
    struct json_writer json = json_start(&parameters);
    json_put_object(&json);
    json_member_text(&json, "as_of", body_get_text(request->body, "as_of"));
    json_put_object_end(&json);
    int code = jobs_reply(request, "screening", buffer_get(&parameters), err);
    buffer_fini(&parameters);
    return code;
}

static const struct route routes[] = {
    {.method = "GET",
     .path = "/rules",
     .who = "monitoring",
     .name = "getRules",
     .zh = "规则，及其在您范围内最近一次筛查的数字",
     .en = "The rules, with the figures of the last screening within one's scope",
     .out = &rules_shape,
     .handler = get_rules},
    {.method = "GET",
     .path = "/screenings",
     .who = "monitoring",
     .name = "getScreenings",
     .zh = "历次筛查，新的在前",
     .en = "The screenings, newest first",
     .out = &screenings_shape,
     .handler = get_screenings},
    {.method = "POST",
     .path = "/screenings",
     .who = "screen",
     .name = "addScreening",
     .zh = "运行一次筛查",
     .en = "Runs a screening",
     .in = &screen_shape,
     .out = &jobs_shape,
     .success = 202,
     .handler = post_screening},
};

const struct route_list rule_routes = {routes, sizeof routes / sizeof *routes};
