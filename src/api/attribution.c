/* 归因: where the change of the families' incomes came from, by kind, by source and by place. */
#include <stdlib.h>

#include "api/attribution_say.h"
#include "api/page.h"
#include "api/put.h"
#include "api/routes.h"
#include "api/say.h"
#include "register/naming.h"

/* ---- Shapes ---- */

static const struct shape_field query[] = {
    PROGRESS_QUERY, {.name = "level", .kind = SHAPE_WORD, .words = "township|village"}, {.name = NULL}};

static const struct shape_field place_fields_of[] = {
    {.name = "code", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .note = "empty: nowhere"},
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "rose", .kind = SHAPE_OBJECT, .of = &attribution_side_shape, .flags = SHAPE_REQUIRED},
    {.name = "fell", .kind = SHAPE_OBJECT, .of = &attribution_side_shape, .flags = SHAPE_REQUIRED},
    {.name = "same", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "unknown", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED, .note = "income not known in both years"},
    {.name = NULL}};
static const struct shape place_shape_of = {.name = "AttributionPlace", .fields = place_fields_of};

static const struct shape_field page_fields[] = {
    PROGRESS_MONTH_FIELDS,
    {.name = "all", .kind = SHAPE_OBJECT, .of = &place_shape_of, .flags = SHAPE_REQUIRED},
    {.name = "divisions", .kind = SHAPE_OBJECT, .of = &place_shape_of, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "causes",
     .kind = SHAPE_OBJECT,
     .of = &attribution_cause_shape,
     .flags = SHAPE_REQUIRED | SHAPE_LIST,
     .note = "what incomes are tied to, as far as who asks may read it"},
    {.name = "unknown_rows",
     .kind = SHAPE_INT,
     .flags = SHAPE_REQUIRED,
     .note = "of sources, that might count"},
    {.name = NULL}};
static const struct shape page_shape = {.name = "Attribution", .fields = page_fields};

static const struct shape_field record_query[] = {
    PROGRESS_QUERY,
    {.name = "direction", .kind = SHAPE_WORD, .words = "rose|fell|same|unknown"},
    {.name = "kind",
     .kind = SHAPE_TEXT,
     .max = 64,
     .note = "only families in which this kind of income changed, and by how much"},
    {.name = "source", .kind = SHAPE_TEXT, .max = 64, .note = "likewise, of a source"},
    PAGE_QUERY,
    {.name = NULL}};
static const struct shape_field changed_fields[] = {
    {.name = "record", .kind = SHAPE_OBJECT, .of = &named_shape, .flags = SHAPE_REQUIRED},
    {.name = "change",
     .kind = SHAPE_TEXT,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE,
     .note = "null where the income of a year is not known"},
    {.name = NULL}};
static const struct shape changed_shape = {.name = "ChangedRecord", .fields = changed_fields};
static const struct shape_field records_fields[] = {
    PROGRESS_MONTH_FIELDS,
    {.name = "records", .kind = SHAPE_OBJECT, .of = &changed_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "more", .kind = SHAPE_BOOL, .flags = SHAPE_REQUIRED},
    {.name = "total", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape records_shape = {.name = "AttributionRecords", .fields = records_fields};

static int make(struct request *request, const struct attribution_asked *asked,
                const struct attribution_only *only, struct attribution **out, struct err *err)
{
    enum division_level level =
        request_has(request, "level") && text_is(request_query(request, "level"), "village")
            ? DIVISION_VILLAGE
            : DIVISION_TOWNSHIP;
    struct frame *frame;
    int code = attribution_frame(request, asked, &frame, err);
    if (code != 0) return code;
    code = attribution_make(call_pack(request), frame, call_scope(request), asked->month.as_of, level,
                            asked->progress.division, only, asked->roots, asked->count, out, err);
    frame_free(frame);
    return code;
}

/* ---- By place ---- */

static void say_place_of(struct json_writer *json, const struct pack *pack,
                         const struct attribution_place *place, struct text code, struct text name)
{
    json_put_object(json);
    json_member_text(json, "code", code);
    json_member_text(json, "name", name);
    attribution_say_side(json, pack, "rose", &place->sides[ATTRIBUTION_ROSE]);
    attribution_say_side(json, pack, "fell", &place->sides[ATTRIBUTION_FELL]);
    json_member_int(json, "same", place->same);
    json_member_int(json, "unknown", place->unknown);
    json_put_object_end(json);
}

static int write_page(struct request *request, void *context, struct buffer *out, struct err *err)
{
    const struct attribution_asked *asked = context;
    const struct pack *pack = call_pack(request);
    bool english = request->language[0] == 'e';
    struct json_writer json = json_start(out);
    struct attribution *made;
    int code = make(request, asked, NULL, &made, err);
    if (code != 0) return code;
    json_put_object(&json);
    progress_say_month(&json, &asked->month);
    json_put_key(&json, "all");
    say_place_of(&json, pack, &made->all, TEXT(""), english ? TEXT("All") : TEXT("合计"));
    json_put_key(&json, "divisions");
    json_put_array(&json);
    for (size_t i = 0; i < made->place_count; i++) {
        int division = made->places[i].division;
        if (division < 0)
            say_place_of(&json, pack, &made->places[i], TEXT(""),
                         english ? TEXT("(nowhere)") : TEXT("（无地区）"));
        else
            say_place_of(&json, pack, &made->places[i], pack->divisions[division].code,
                         pack->divisions[division].name);
    }
    json_put_array_end(&json);
    attribution_say_causes(request, &json);
    json_member_int(&json, "unknown_rows", made->unknown_rows);
    json_put_object_end(&json);
    attribution_free(made);
    return 0;
}

static int get_page(struct request *request, struct err *err)
{
    struct attribution_asked asked;
    int code = attribution_ask(request, &asked, err);
    return code == 0 ? memo_reply(request, asked.progress.detail, write_page, &asked, err) : code;
}

/* ---- Families ---- */

struct changed {
    int64_t id, change;
};

static int by_id(const void *a, const void *b)
{
    const struct changed *left = a, *right = b;
    return left->id < right->id ? -1 : left->id > right->id;
}

static int say_families(struct request *request, struct json_writer *json, const struct changed *rows,
                        size_t count, bool known, struct err *err)
{
    size_t limit = (size_t)request_query_int(request, "limit", PAGE), first = 0, said = 0;
    int64_t after = request_query_int(request, "after", 0);
    struct naming *naming = naming_new(call_database(request), call_scope(request), request->language);
    int code = 0;
    while (first < count && rows[first].id <= after) first++;
    json_put_key(json, "records");
    json_put_array(json);
    for (; code == 0 && said < limit && first + said < count; said++) {
        const struct changed *one = &rows[first + said];
        struct named named;
        code = naming_get(naming, call_pack(request)->subject, one->id, &named, err);
        if (code != 0) break;
        json_put_object(json);
        json_put_key(json, "record");
        say_named(json, one->id, &named);
        put_money(json, "change", known, one->change);
        json_put_object_end(json);
    }
    json_put_array_end(json);
    json_member_bool(json, "more", first + said < count);
    json_member_int(json, "total", (int64_t)count);
    naming_free(naming);
    return code;
}

/* A direction, or a list that is none. */
static int list_of(struct text word)
{
    static const char *const names[ATTRIBUTION_LISTS] = {"rose", "fell", "same", "unknown"};
    for (int i = 0; i < ATTRIBUTION_LISTS; i++)
        if (text_is(word, names[i])) return i;
    return ATTRIBUTION_ROSE;
}

/* Only families in which one kind or source changed; -1: all. */
static int read_only(struct request *request, struct attribution_only *only, struct err *err)
{
    const struct pack *pack = call_pack(request);
    *only = (struct attribution_only){-1, -1};
    if (request_has(request, "source")) {
        size_t source;
        int code = attribution_source(request, request_query(request, "source"), &source, err);
        only->source = (int)source;
        return code;
    }
    if (!request_has(request, "kind")) return 0;
    struct text name = request_query(request, "kind");
    for (size_t i = 0; i < pack->dashboard.income_count; i++)
        if (text_equal(pack->schema.definitions[pack->dashboard.income[i]].label.name, name))
            only->kind = (int)i;
    if (only->kind >= 0) return 0;
    return err_set(err, ERR_NOT_FOUND, "没有收入种类 %.*s", "There is no kind of income %.*s",
                   TEXT_ARGS(name));
}

static int get_families(struct request *request, struct err *err)
{
    struct attribution_asked asked;
    struct attribution_only only;
    struct attribution *made;
    int code = attribution_ask(request, &asked, err);
    if (code == 0) code = read_only(request, &only, err);
    if (code == 0) code = make(request, &asked, &only, &made, err);
    if (code != 0) return code;
    int list = list_of(request_query(request, "direction"));
    size_t count = made->counts[list];
    struct changed *rows = arena_array(request->arena, count, sizeof *rows);
    for (size_t i = 0; i < count; i++) rows[i] = (struct changed){made->ids[list][i], made->changes[list][i]};
    attribution_free(made);
    if (count > 1) qsort(rows, count, sizeof *rows, by_id);
    struct json_writer *json = reply_json(request);
    json_put_object(json);
    progress_say_month(json, &asked.month);
    code = say_families(request, json, rows, count, list != ATTRIBUTION_UNKNOWN, err);
    json_put_object_end(json);
    return code;
}

static const struct route routes[] = {
    {.method = "GET",
     .path = "/progress/attribution",
     .who = "dashboard",
     .name = "getAttribution",
     .zh = "增收归因：升、降各户的变化来自哪个轮子、哪项来源",
     .en = "Where the change of incomes came from: kinds and sources, of families that rose and that fell",
     .query = query,
     .out = &page_shape,
     .handler = get_page},
    {.method = "GET",
     .path = "/progress/attribution/records",
     .who = "dashboard",
     .name = "getAttributionRecords",
     .zh = "收入上升或下降的户及变化额",
     .en = "The families whose income rose or fell, and by how much",
     .query = record_query,
     .out = &records_shape,
     .handler = get_families},
};

const struct route_list attribution_routes = {routes, sizeof routes / sizeof *routes};
