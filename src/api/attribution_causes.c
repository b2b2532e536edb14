/* 归因到项目、措施、岗位、务工、补贴: what the families' incomes are tied to, with what each cost, the
 * families behind it and the rows that say so. What is tied to nothing is a line of its own. */
#include <stdlib.h>

#include "api/attribution_ties.h"
#include "api/page.h"
#include "api/routes.h"
#include "api/say.h"
#include "progress/causes.h"
#include "register/naming.h"

enum { SHOWN = 200 };

/* ---- Shapes ---- */

static const struct shape_field query[] = {ATTRIBUTION_CAUSE_QUERY, {.name = NULL}};

static const struct shape total_shape = {
    .name = "AttributionTotal",
    .fields = (const struct shape_field[]){ATTRIBUTION_PART_FIELDS, {.name = NULL}}};
static const struct shape_field ties_fields[] = {
    PROGRESS_MONTH_FIELDS,
    {.name = "cause", .kind = SHAPE_OBJECT, .of = &attribution_cause_shape, .flags = SHAPE_REQUIRED},
    {.name = "rows_register", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "all", .kind = SHAPE_OBJECT, .of = &total_shape, .flags = SHAPE_REQUIRED},
    {.name = "ties",
     .kind = SHAPE_OBJECT,
     .of = &attribution_tie_shape,
     .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "total",
     .kind = SHAPE_INT,
     .flags = SHAPE_REQUIRED,
     .note = "of all; the 200 with the largest changes are given, and what is tied to none"},
    {.name = NULL}};
static const struct shape ties_shape = {.name = "AttributionTies", .fields = ties_fields};

static const struct shape_field family_query[] = {
    ATTRIBUTION_CAUSE_QUERY, ATTRIBUTION_TIE_QUERY, PAGE_QUERY, {.name = NULL}};
static const struct shape_field family_fields[] = {
    ATTRIBUTION_PART_FIELDS,
    {.name = "record", .kind = SHAPE_OBJECT, .of = &named_shape, .flags = SHAPE_REQUIRED},
    {.name = "rows", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape family_shape = {.name = "TiedHousehold", .fields = family_fields};
static const struct shape_field families_fields[] = {
    PROGRESS_MONTH_FIELDS,
    {.name = "records", .kind = SHAPE_OBJECT, .of = &family_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "more", .kind = SHAPE_BOOL, .flags = SHAPE_REQUIRED},
    {.name = "total", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape families_shape = {.name = "TiedHouseholds", .fields = families_fields};

/* ---- What is asked ---- */

static int find_cause(const struct request *request, size_t *cause, struct err *err)
{
    const struct pack_progress *progress = &call_pack(request)->progress;
    struct text name = request_param(request, "cause");
    for (*cause = 0; *cause < progress->cause_count; (*cause)++)
        if (text_equal(progress->causes[*cause].label.name, name) &&
            attribution_may(request, &progress->causes[*cause]))
            return 0;
    return err_set(err, ERR_NOT_FOUND, "没有归因项 %.*s，或您不能查看它的记录",
                   "There is no cause %.*s, or you may not see its records", TEXT_ARGS(name));
}

/* A source that can be tied to the cause. */
static int read_source(struct request *request, struct attribution_tied *asked, struct err *err)
{
    const struct pack *pack = call_pack(request);
    size_t source;
    asked->cause.source = -1;
    if (!request_has(request, "source")) return 0;
    int code = attribution_source(request, request_query(request, "source"), &source, err);
    if (code != 0) return code;
    asked->cause.source = (int)source;
    if (cause_field(pack, &pack->progress.sources[source], asked->of) >= 0) return 0;
    return err_set(err, ERR_INPUT, "来源 %.*s 不能归到“%.*s”", "The source %.*s is not tied to `%.*s`",
                   TEXT_ARGS(pack->progress.sources[source].label.name), TEXT_ARGS(asked->of->label.name));
}

void attribution_tied_over(const struct pack *pack, struct attribution_tied *asked)
{
    asked->over = asked->field = -1;
    for (size_t i = 0; i < pack->progress.source_count; i++) {
        const struct pack_source *source = &pack->progress.sources[i];
        int field = cause_field(pack, source, asked->of);
        if (field < 0 || (asked->cause.source >= 0 && (size_t)asked->cause.source != i)) continue;
        if (asked->over >= 0 && (asked->over != source->over || asked->field != field)) {
            asked->over = asked->field = -1;
            return;
        }
        asked->over = source->over;
        asked->field = field;
    }
}

int attribution_tied_ask(struct request *request, struct attribution_tied *asked, struct err *err)
{
    *asked = (struct attribution_tied){0};
    const struct pack *pack = call_pack(request);
    struct program_root *roots;
    int code = find_cause(request, &asked->cause.cause, err);
    if (code != 0) return code;
    asked->of = &pack->progress.causes[asked->cause.cause];
    code = attribution_ask(request, &asked->month, err);
    if (code == 0) code = read_source(request, asked, err);
    if (code == 0)
        code = cause_roots(pack, asked->cause.cause, request->arena, &roots, &asked->cause.count, err);
    if (code != 0) return code;
    asked->month.cause = (int)asked->cause.cause;
    asked->month.roots = roots;
    asked->month.count = asked->cause.count;
    asked->cause.roots = roots;
    asked->cause.division = asked->month.progress.division;
    asked->cause.as_of = asked->month.month.as_of;
    attribution_tied_over(pack, asked);
    return 0;
}

static int make(struct request *request, const struct attribution_tied *asked, struct cause_view **view,
                struct err *err)
{
    struct frame *frame;
    int code = attribution_frame(request, &asked->month, &frame, err);
    if (code != 0) return code;
    code = cause_view_make(call_pack(request), frame, call_scope(request), &asked->cause, view, err);
    frame_free(frame);
    return code;
}

/* ---- The view ---- */

static int say_ties(struct request *request, struct json_writer *json, const struct attribution_tied *asked,
                    const struct cause_view *view, struct err *err)
{
    struct naming *naming = naming_new(call_database(request), call_scope(request), request->language);
    int code = 0;
    json_put_key(json, "ties");
    json_put_array(json);
    for (size_t i = 0; code == 0 && i < view->count; i++)
        if (i < SHOWN || view->ties[i].sort == CAUSE_REST)
            code = attribution_say_tie(request, json, naming, asked, &view->ties[i], err);
    json_put_array_end(json);
    naming_free(naming);
    return code;
}

static int write_ties(struct request *request, void *context, struct buffer *out, struct err *err)
{
    const struct attribution_tied *asked = context;
    const struct pack *pack = call_pack(request);
    struct json_writer json = json_start(out);
    struct cause_view *view;
    int code = make(request, asked, &view, err);
    if (code != 0) return code;
    json_put_object(&json);
    progress_say_month(&json, &asked->month.month);
    json_put_key(&json, "cause");
    attribution_say_cause(&json, pack, asked->of);
    json_put_key(&json, "rows_register");
    say_text_or_null(&json, asked->over < 0 ? TEXT("") : pack->schema.registers[asked->over].label.name);
    json_put_key(&json, "all");
    json_put_object(&json);
    attribution_put_part(&json, &view->total);
    json_put_object_end(&json);
    code = say_ties(request, &json, asked, view, err);
    json_member_int(&json, "total", (int64_t)view->count);
    json_put_object_end(&json);
    cause_view_free(view);
    return code;
}

static int get_ties(struct request *request, struct err *err)
{
    struct attribution_tied asked;
    int code = attribution_tied_ask(request, &asked, err);
    return code == 0 ? memo_reply(request, asked.month.progress.detail, write_ties, &asked, err) : code;
}

/* ---- The families behind a tie ---- */

static int find_group(struct request *request, const struct attribution_tied *asked, struct cause_tie *tie,
                      struct err *err)
{
    const struct pack *pack = call_pack(request);
    struct text name = request_query(request, "group");
    *tie = (struct cause_tie){.sort = CAUSE_GROUP, .group = {.known = true}};
    if (asked->of->group < 0)
        return err_set(err, ERR_INPUT, "“%.*s”不分组，请写 record", "`%.*s` has no groups: ask for a record",
                       TEXT_ARGS(asked->of->label.name));
    struct type type = pack->schema.registers[asked->of->reg].fields[asked->of->group].type;
    if (type.kind != TYPE_CODE) {
        tie->group.text = name;
        return 0;
    }
    const struct schema_dictionary *dictionary = &pack->schema.dictionaries[type.dictionary];
    for (size_t i = 0; i < dictionary->code_count; i++) {
        if (!text_equal(dictionary->codes[i].label.name, name)) continue;
        tie->group.integer = (int64_t)i;
        return 0;
    }
    return err_set(err, ERR_NOT_FOUND, "没有这一组：%.*s", "There is no group %.*s", TEXT_ARGS(name));
}

int attribution_find_tie(struct request *request, const struct attribution_tied *asked, struct cause_tie *tie,
                         struct err *err)
{
    bool record = request_has(request, "record"), group = request_has(request, "group"),
         other = request_has(request, "other");
    if (record + group + other != 1)
        return err_set(err, ERR_INPUT, "record、group、other 请写一个", "Name one of record, group, other");
    if (group) return find_group(request, asked, tie, err);
    bool rest = text_is(request_query(request, "other"), "rest");
    *tie = (struct cause_tie){.sort = other && rest ? CAUSE_REST
                                      : other       ? CAUSE_GROUP
                                                    : CAUSE_RECORD,
                              .id = request_query_int(request, "record", 0)};
    if (!record || asked->of->group < 0) return 0;
    return err_set(err, ERR_INPUT, "“%.*s”按组归因，请写 group", "`%.*s` goes by groups: ask for one",
                   TEXT_ARGS(asked->of->label.name));
}

static int say_families(struct request *request, struct json_writer *json,
                        const struct cause_family *families, size_t count, struct err *err)
{
    size_t limit = (size_t)request_query_int(request, "limit", PAGE), first = 0, said = 0;
    int64_t after = request_query_int(request, "after", 0);
    struct naming *naming = naming_new(call_database(request), call_scope(request), request->language);
    int code = 0;
    while (first < count && families[first].id <= after) first++;
    json_put_key(json, "records");
    json_put_array(json);
    for (; said < limit && first + said < count; said++) {
        const struct cause_family *one = &families[first + said];
        struct named named;
        code = naming_get(naming, call_pack(request)->subject, one->id, &named, err);
        if (code != 0) break;
        json_put_object(json);
        json_put_key(json, "record");
        say_named(json, one->id, &named);
        attribution_put_part(json, &one->part);
        json_member_int(json, "rows", one->rows);
        json_put_object_end(json);
    }
    json_put_array_end(json);
    json_member_bool(json, "more", first + said < count);
    json_member_int(json, "total", (int64_t)count);
    naming_free(naming);
    return code;
}

static int get_families(struct request *request, struct err *err)
{
    struct attribution_tied asked;
    struct cause_tie tie;
    struct frame *frame;
    struct cause_family *families;
    size_t count;
    int code = attribution_tied_ask(request, &asked, err);
    if (code == 0) code = attribution_find_tie(request, &asked, &tie, err);
    if (code == 0) code = attribution_frame(request, &asked.month, &frame, err);
    if (code != 0) return code;
    code = cause_families(call_pack(request), frame, call_scope(request), &asked.cause, &tie, &families,
                          &count, err);
    frame_free(frame);
    if (code != 0) return code;
    struct json_writer *json = reply_json(request);
    json_put_object(json);
    progress_say_month(json, &asked.month.month);
    code = say_families(request, json, families, count, err);
    json_put_object_end(json);
    free(families);
    return code;
}

/* ---- The view as a sheet ---- */

static int get_sheet(struct request *request, struct err *err)
{
    struct attribution_tied asked;
    struct cause_view *view;
    int code = attribution_tied_ask(request, &asked, err);
    if (code == 0) code = make(request, &asked, &view, err);
    if (code != 0) return code;
    code = attribution_sheet(request, &asked, view, err);
    cause_view_free(view);
    return code;
}

static const struct route routes[] = {
    {.method = "GET",
     .path = "/progress/attribution/causes/{cause}",
     .who = "dashboard",
     .name = "getAttributionTies",
     .zh = "收入来自哪些项目、措施、岗位、务工、补贴，未注明的单列",
     .en =
         "What projects, measures, posts, jobs, subsidies brought; what is tied to none is a line of its own",
     .query = query,
     .out = &ties_shape,
     .handler = get_ties},
    {.method = "GET",
     .path = "/progress/attribution/causes/{cause}/records",
     .who = "dashboard",
     .name = "getTiedHouseholds",
     .zh = "一个项目（措施、岗位……）带来收入的户及金额",
     .en = "The families behind one project, measure, post …, and what it brought them",
     .query = family_query,
     .out = &families_shape,
     .handler = get_families},
    {.method = "GET",
     .path = "/progress/attribution/causes/{cause}/sheet.xlsx",
     .who = "dashboard",
     .name = "getAttributionSheet",
     .zh = "归因表（XLSX）",
     .en = "The same as a sheet, all lines",
     .query = query,
     .out_type = ATTRIBUTION_SHEET,
     .handler = get_sheet},
};

const struct route_list attribution_cause_routes = {routes, sizeof routes / sizeof *routes};
