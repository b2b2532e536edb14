/* 归因的明细: the rows behind one thing that incomes are tied to, as far as who asks sees their families:
 * also where no formula of theirs could name them, since what they are tied to lies elsewhere. */
#include <stdlib.h>

#include "api/attribution_ties.h"
#include "api/page.h"
#include "api/routes.h"
#include "api/say.h"

/* ---- Shapes ---- */

static const struct shape_field query[] = {ATTRIBUTION_ROWS_QUERY, {.name = NULL}};

static const struct shape_field row_fields[] = {
    ATTRIBUTION_PART_FIELDS,
    {.name = "register", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "record", .kind = SHAPE_OBJECT, .of = &named_shape, .flags = SHAPE_REQUIRED},
    {.name = "household", .kind = SHAPE_OBJECT, .of = &named_shape, .flags = SHAPE_REQUIRED},
    {.name = "source", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape row_shape = {.name = "TiedRow", .fields = row_fields};
static const struct shape_field rows_fields[] = {
    PROGRESS_MONTH_FIELDS,
    {.name = "rows", .kind = SHAPE_OBJECT, .of = &row_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "more", .kind = SHAPE_BOOL, .flags = SHAPE_REQUIRED},
    {.name = "total", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
const struct shape attribution_rows_shape = {.name = "TiedRows", .fields = rows_fields};

/* ---- The answer ---- */

static int say_row(struct request *request, struct json_writer *json, struct naming *naming,
                   const struct cause_row *row, struct err *err)
{
    const struct pack *pack = call_pack(request);
    const struct pack_source *source = &pack->progress.sources[row->source];
    const struct attribution_part part = {row->now, row->before, 0};
    struct named named, family;
    int code = naming_get(naming, source->over, row->id, &named, err);
    if (code == 0) code = naming_get(naming, pack->subject, row->family, &family, err);
    if (code != 0) return code;
    json_put_object(json);
    attribution_put_part(json, &part);
    json_member_text(json, "register", pack->schema.registers[source->over].label.name);
    json_put_key(json, "record");
    say_named(json, row->id, &named);
    json_put_key(json, "household");
    say_named(json, row->family, &family);
    json_put_key(json, "source");
    say_label(json, &source->label);
    json_put_object_end(json);
    return 0;
}

static int say_rows(struct request *request, struct json_writer *json, const struct cause_row *rows,
                    size_t count, struct err *err)
{
    size_t limit = (size_t)request_query_int(request, "limit", PAGE);
    int64_t after = request_query_int(request, "after", 0);
    size_t first = after > (int64_t)count ? count : (size_t)after,
           end = count - first > limit ? first + limit : count;
    struct naming *naming = naming_new(call_database(request), call_scope(request), request->language);
    int code = 0;
    json_put_key(json, "rows");
    json_put_array(json);
    for (size_t i = first; code == 0 && i < end; i++) code = say_row(request, json, naming, &rows[i], err);
    json_put_array_end(json);
    json_member_bool(json, "more", end < count);
    json_member_int(json, "total", (int64_t)count);
    naming_free(naming);
    return code;
}

int attribution_reply_rows(struct request *request, int64_t family, struct err *err)
{
    struct attribution_tied asked;
    struct cause_tie tie;
    struct frame *frame;
    struct cause_row *rows;
    size_t count;
    int code = attribution_tied_ask(request, &asked, err);
    asked.cause.family = family;
    if (code == 0) code = attribution_find_tie(request, &asked, &tie, err);
    if (code == 0) code = attribution_frame(request, &asked.month, &frame, err);
    if (code != 0) return code;
    code = cause_rows(call_pack(request), frame, call_scope(request), &asked.cause, &tie, &rows, &count, err);
    frame_free(frame);
    if (code != 0) return code;
    struct json_writer *json = reply_json(request);
    json_put_object(json);
    progress_say_month(json, &asked.month.month);
    code = say_rows(request, json, rows, count, err);
    json_put_object_end(json);
    free(rows);
    return code;
}

static int get_rows(struct request *request, struct err *err)
{
    return attribution_reply_rows(request, 0, err);
}

static const struct route routes[] = {
    {.method = "GET",
     .path = "/progress/attribution/causes/{cause}/rows",
     .who = "dashboard",
     .name = "getTiedRows",
     .zh = "一个项目（措施、岗位……）名下的台账，限自己能看的户",
     .en = "The rows behind one project, measure, post …, of the families in scope",
     .query = query,
     .out = &attribution_rows_shape,
     .handler = get_rows},
};

const struct route_list attribution_row_routes = {routes, sizeof routes / sizeof *routes};
