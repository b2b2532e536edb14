/* What a rule found: its records page by page, by division, and which facts the undetermined ones lack. */
#include "monitor/found.h"

#include <stdlib.h>

#include "api/call.h"
#include "api/page.h"
#include "api/routes.h"
#include "api/say.h"
#include "base/date.h"
#include "base/mem.h"
#include "monitor/gaps.h"

/* ---- Shapes ---- */

static const struct shape_field findings_query[] = {
    {.name = "run", .kind = SHAPE_INT, .min = 1, .max = INT32_MAX, .note = "the last one when absent"},
    {.name = "state", .kind = SHAPE_WORD, .words = "hit|undetermined|fresh|cleared"},
    {.name = "division", .kind = SHAPE_TEXT, .max = 32},
    {.name = "limit", .kind = SHAPE_INT, .min = 1, .max = PAGE_MAX},
    {.name = "after", .kind = SHAPE_TEXT, .max = 40},
    {.name = NULL}};

static const struct shape_field findings_fields[] = {
    {.name = "run", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "as_of", .kind = SHAPE_DATE, .flags = SHAPE_REQUIRED},
    {.name = "records", .kind = SHAPE_OBJECT, .of = &named_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "next", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "total", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape findings_shape = {.name = "FindingPage", .fields = findings_fields};

static const struct shape_field divisions_query[] = {
    {.name = "run", .kind = SHAPE_INT, .min = 1, .max = INT32_MAX},
    {.name = "level", .kind = SHAPE_WORD, .words = "township|village"},
    {.name = "division", .kind = SHAPE_TEXT, .max = 32},
    {.name = NULL}};

static const struct shape_field division_fields[] = {
    {.name = "code", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .note = "empty: nowhere"},
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "records", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "hits", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "undetermined", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "fresh", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "cleared", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape division_shape = {.name = "RuleDivision", .fields = division_fields};
static const struct shape divisions_shape = {.name = "RuleDivisions", .list_of = &division_shape};

static const struct shape_field missing_query[] = {
    {.name = "run", .kind = SHAPE_INT, .min = 1, .max = INT32_MAX},
    {.name = "division", .kind = SHAPE_TEXT, .max = 32},
    {.name = NULL}};

static const struct shape_field missing_fields[] = {
    {.name = "register", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "field",
     .kind = SHAPE_TEXT,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE,
     .note = "null: a whole record"},
    {.name = "label", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "findings", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "township", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = NULL}};
static const struct shape missing_shape = {.name = "MissingFact", .fields = missing_fields};
static const struct shape missings_shape = {.name = "MissingFacts", .list_of = &missing_shape};

/* ---- What is asked ---- */

struct asked {
    int rule;
    struct found_run run;
    struct found_view view;
};

static int read_asked(struct request *request, struct asked *asked, struct err *err)
{
    asked->view.scope = call_scope(request);
    int code = call_rule(request, &asked->rule, err);
    if (code == 0) code = call_division(request, &asked->view.division, err);
    if (code == 0)
        code = found_run_of(call_database(request), asked->rule, request_query_int(request, "run", 0),
                            &asked->run, err);
    return code;
}

/* ---- The records ---- */

static enum found_state state_of(struct text word)
{
    if (text_is(word, "undetermined")) return FOUND_UNDETERMINED;
    if (text_is(word, "fresh")) return FOUND_FRESH;
    return text_is(word, "cleared") ? FOUND_CLEARED : FOUND_HIT;
}

/* The cursor is the id behind which the page begins; a word before it tells it from other lists' cursors. */
static int read_cursor(struct request *request, int64_t *after, struct err *err)
{
    struct text text = request_query(request, "after");
    *after = 0;
    if (text.size == 0) return 0;
    if (text.size > 1 && text.at[0] == 'f' &&
        shape_read_int((struct text){text.at + 1, text.size - 1}, after) && *after > 0)
        return 0;
    request_fault_field(request, "after");
    return err_set(err, ERR_INPUT, "翻页的位置（after）无法识别，请从第一页开始",
                   "after, the place of the page, cannot be read; start from the first page");
}

static int say_records(struct request *request, struct json_writer *json, int reg, const int64_t *ids,
                       size_t count, struct err *err)
{
    struct naming *naming = naming_new(call_database(request), call_scope(request), request->language);
    int code = 0;
    json_put_key(json, "records");
    json_put_array(json);
    for (size_t i = 0; code == 0 && i < count; i++) {
        struct named named;
        code = naming_get(naming, reg, ids[i], &named, err);
        if (code == 0) say_named(json, ids[i], &named);
    }
    json_put_array_end(json);
    naming_free(naming);
    return code;
}

static int say_page(struct request *request, const struct asked *asked, int64_t after, struct err *err)
{
    struct json_writer *json = reply_json(request);
    size_t limit = (size_t)request_query_int(request, "limit", PAGE), count;
    int64_t *ids = arena_array(request->arena, limit, sizeof *ids), total;
    const struct found_question question = {asked->rule, asked->run,
                                            state_of(request_query(request, "state"))};
    char as_of[DATE_TEXT];
    bool more;
    int code =
        found_list(call_database(request), &asked->view, &question, after, limit, ids, &count, &more, err);
    if (code == 0) code = found_count(call_database(request), &asked->view, &question, &total, err);
    if (code != 0) return code;
    json_put_object(json);
    json_member_int(json, "run", asked->run.run);
    json_member_string(json, "as_of", date_format(asked->run.as_of, as_of));
    json_member_int(json, "total", total);
    json_put_key(json, "next");
    if (more)
        json_put_string(json, arena_printf(request->arena, "f%lld", (long long)ids[count - 1]));
    else
        json_put_null(json);
    code = say_records(request, json, call_pack(request)->rules[asked->rule].scope, ids, count, err);
    json_put_object_end(json);
    return code;
}

static int get_findings(struct request *request, struct err *err)
{
    struct asked asked;
    int64_t after;
    int code = read_asked(request, &asked, err);
    if (code == 0) code = read_cursor(request, &after, err);
    if (code != 0) return code;
    struct store *store = database_store(call_database(request));
    code = store_begin_read(store, err);
    if (code != 0) return code;
    code = say_page(request, &asked, after, err);
    store_rollback(store); /* nothing was written */
    return code;
}

/* ---- By division ---- */

static void say_division(struct json_writer *json, struct text code, struct text name,
                         const struct found_figures *figures)
{
    const struct {
        const char *key;
        int64_t value;
    } members[] = {{"records", figures->records},
                   {"hits", figures->hits},
                   {"undetermined", figures->undetermined},
                   {"fresh", figures->fresh},
                   {"cleared", figures->cleared}};
    json_put_object(json);
    json_member_text(json, "code", code);
    json_member_text(json, "name", name);
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        json_member_int(json, members[i].key, members[i].value);
    }
    json_put_object_end(json);
}

static bool is_empty(const struct found_figures *figures)
{
    return figures->records == 0 && figures->hits == 0 && figures->undetermined == 0 && figures->cleared == 0;
}

static int write_divisions(struct request *request, void *context, struct buffer *out, struct err *err)
{
    const struct asked *asked = context;
    const struct pack *pack = call_pack(request);
    enum division_level level =
        text_is(request_query(request, "level"), "village") ? DIVISION_VILLAGE : DIVISION_TOWNSHIP;
    struct found_figures *figures = mem_new(pack->division_count + 1, sizeof *figures);
    struct json_writer json = json_start(out);
    int code =
        found_by_division(call_database(request), &asked->view, asked->rule, &asked->run, figures, err);
    json_put_array(&json);
    for (size_t i = 0; code == 0 && i < pack->division_count; i++)
        if (pack->divisions[i].level == level && !is_empty(&figures[i]))
            say_division(&json, pack->divisions[i].code, pack->divisions[i].name, &figures[i]);
    const struct found_figures *nowhere = &figures[pack->division_count];
    if (code == 0 && !is_empty(nowhere))
        say_division(&json, TEXT(""), request->language[0] == 'e' ? TEXT("(nowhere)") : TEXT("（无地区）"),
                     nowhere);
    json_put_array_end(&json);
    free(figures);
    return code;
}

static int get_divisions(struct request *request, struct err *err)
{
    struct asked asked;
    int code = read_asked(request, &asked, err);
    return code == 0 ? memo_reply(request, TEXT(""), write_divisions, &asked, err) : code;
}

/* ---- What is missing ---- */

static void say_gap(struct json_writer *json, const struct pack *pack, const struct gap *gap,
                    const char *language)
{
    const struct schema_register *reg = &pack->schema.registers[gap->reg];
    struct buffer label = {0};
    bool english = language[0] == 'e';
    json_put_object(json);
    json_member_text(json, "register", reg->label.name);
    json_put_key(json, "field");
    say_text_or_null(json, gap->field < 0 ? TEXT("") : reg->fields[gap->field].label.name);
    json_put_key(json, "label");
    if (gap->field < 0) {
        buffer_text(&label, label_in(&reg->label, language));
        buffer_string(&label, english ? " (no record)" : "（整条未报）");
    } else {
        buffer_text(&label, label_in(&reg->fields[gap->field].label, language));
    }
    json_put_text(json, buffer_get(&label));
    json_member_int(json, "findings", gap->findings);
    json_put_key(json, "township");
    say_text_or_null(json, gap->township < 0 ? TEXT("") : pack->divisions[gap->township].name);
    json_put_object_end(json);
    buffer_fini(&label);
}

static int write_missing(struct request *request, void *context, struct buffer *out, struct err *err)
{
    const struct asked *asked = context;
    const struct pack *pack = call_pack(request);
    struct app *app = call_app(request);
    struct json_writer json = json_start(out);
    struct frame *frame;
    struct gaps gaps = {0};
    int code = rulebook_frame(app->rulebook, app->frames, call_database(request), FRAME_CACHE_NEWEST, &frame,
                              NULL, err);
    if (code == 0) {
        code = gaps_find(call_database(request), frame, &asked->view, asked->rule, &asked->run, &gaps, err);
        frame_free(frame);
    }
    json_put_array(&json);
    for (size_t i = 0; code == 0 && i < gaps.count; i++)
        if (scope_may(asked->view.scope, gaps.items[i].reg, SCOPE_READ))
            say_gap(&json, pack, &gaps.items[i], request->language);
    json_put_array_end(&json);
    gaps_fini(&gaps);
    return code;
}

static int get_missing(struct request *request, struct err *err)
{
    struct asked asked;
    int code = read_asked(request, &asked, err);
    return code == 0 ? memo_reply(request, TEXT(""), write_missing, &asked, err) : code;
}

static const struct route routes[] = {
    {.method = "GET",
     .path = "/rules/{rule}/findings",
     .who = "monitoring",
     .name = "getFindings",
     .zh = "规则命中、待定、新增或解除的记录",
     .en = "The records that a rule hit, left undetermined, hit newly or no longer",
     .query = findings_query,
     .out = &findings_shape,
     .handler = get_findings},
    {.method = "GET",
     .path = "/rules/{rule}/divisions",
     .who = "monitoring",
     .name = "getRuleDivisions",
     .zh = "规则在各乡镇或各村的数字",
     .en = "A rule's figures by township or village",
     .query = divisions_query,
     .out = &divisions_shape,
     .handler = get_divisions},
    {.method = "GET",
     .path = "/rules/{rule}/missing",
     .who = "monitoring",
     .name = "getMissing",
     .zh = "待定记录缺少的事实，按乡镇",
     .en = "The facts that the undetermined records lack, by township",
     .query = missing_query,
     .out = &missings_shape,
     .handler = get_missing},
};

const struct route_list finding_routes = {routes, sizeof routes / sizeof *routes};
