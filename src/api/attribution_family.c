/* 一户的归因: where the change of one family's income came from, and by what it was brought. Whoever may see
 * the family may see it. */
#include "api/attribution_ties.h"
#include "api/routes.h"
#include "api/say.h"
#include "register/record.h"

static const struct shape_field query[] = {PROGRESS_QUERY, {.name = NULL}};

static const struct shape_field family_fields[] = {
    PROGRESS_MONTH_FIELDS,
    {.name = "direction", .kind = SHAPE_WORD, .words = "rose|fell|same|unknown", .flags = SHAPE_REQUIRED},
    {.name = "side",
     .kind = SHAPE_OBJECT,
     .of = &attribution_side_shape,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE,
     .note = "null where the income is not known in both years, or did not change"},
    {.name = NULL}};
static const struct shape family_shape = {.name = "FamilyAttribution", .fields = family_fields};

static const struct shape_field tied_fields[] = {
    {.name = "cause", .kind = SHAPE_OBJECT, .of = &attribution_cause_shape, .flags = SHAPE_REQUIRED},
    {.name = "ties",
     .kind = SHAPE_OBJECT,
     .of = &attribution_tie_shape,
     .flags = SHAPE_REQUIRED | SHAPE_LIST,
     .note = "of this family alone, without costs; what is tied to none comes last"},
    {.name = NULL}};
static const struct shape tied_shape = {.name = "FamilyCause", .fields = tied_fields};
static const struct shape_field causes_fields[] = {PROGRESS_MONTH_FIELDS,
                                                   {.name = "causes",
                                                    .kind = SHAPE_OBJECT,
                                                    .of = &tied_shape,
                                                    .flags = SHAPE_REQUIRED | SHAPE_LIST,
                                                    .note = "those of which who asks may read the records"},
                                                   {.name = NULL}};
static const struct shape causes_shape = {.name = "FamilyCauses", .fields = causes_fields};

static void say_family(struct json_writer *json, const struct pack *pack, const struct attribution_place *of)
{
    const struct attribution_side *rose = &of->sides[ATTRIBUTION_ROSE], *fell = &of->sides[ATTRIBUTION_FELL];
    json_member_string(json, "direction",
                       rose->households > 0   ? "rose"
                       : fell->households > 0 ? "fell"
                       : of->same > 0         ? "same"
                                              : "unknown");
    if (rose->households + fell->households > 0)
        attribution_say_side(json, pack, "side", rose->households > 0 ? rose : fell);
    else
        json_member_null(json, "side");
}

static int write_family(struct request *request, void *context, struct buffer *out, struct err *err)
{
    const struct attribution_asked *asked = context;
    const struct pack *pack = call_pack(request);
    struct json_writer json = json_start(out);
    struct attribution *made;
    struct frame *frame;
    int code = attribution_frame(request, asked, &frame, err);
    if (code != 0) return code;
    code = attribution_family(pack, frame, asked->month.as_of, request_param_int(request, "id"), asked->roots,
                              asked->count, &made, err);
    frame_free(frame);
    if (code != 0) return code;
    json_put_object(&json);
    progress_say_month(&json, &asked->month);
    say_family(&json, pack, &made->all);
    json_put_object_end(&json);
    attribution_free(made);
    return 0;
}

/* What a source brings a family is no more to be seen than the rows that say so. */
static int check_rows(const struct request *request, struct err *err)
{
    const struct pack_progress *progress = &call_pack(request)->progress;
    for (size_t i = 0; i < progress->source_count; i++)
        if (!scope_may(call_scope(request), progress->sources[i].over, SCOPE_READ))
            return err_set(err, ERR_FORBIDDEN, "您不能查看这一户的收入明细",
                           "You may not see what this family's income is made of");
    return 0;
}

static int check_family(struct request *request, struct err *err)
{
    struct record record;
    int code = record_get(call_database(request), call_scope(request), call_pack(request)->subject,
                          request_param_int(request, "id"), request->language, request->arena, &record, err);
    return code == 0 ? check_rows(request, err) : code;
}

static int get_family(struct request *request, struct err *err)
{
    struct attribution_asked asked;
    int code = check_family(request, err);
    if (code == 0) code = attribution_ask(request, &asked, err);
    return code == 0 ? memo_reply(request, asked.progress.detail, write_family, &asked, err) : code;
}

/* ---- By what it was brought ---- */

static int say_cause(struct request *request, struct json_writer *json, struct naming *naming,
                     struct attribution_tied *asked, const struct cause_view *view, struct err *err)
{
    const struct pack *pack = call_pack(request);
    int code = 0;
    attribution_tied_over(pack, asked);
    json_put_object(json);
    json_put_key(json, "cause");
    attribution_say_cause(json, pack, asked->of);
    json_put_key(json, "ties");
    json_put_array(json);
    for (size_t i = 0; code == 0 && i < view->count; i++)
        code = attribution_say_tie(request, json, naming, asked, &view->ties[i], err);
    json_put_array_end(json);
    json_put_object_end(json);
    return code;
}

static int say_causes(struct request *request, struct json_writer *json,
                      const struct attribution_asked *month, struct cause_view *const *views, struct err *err)
{
    const struct pack *pack = call_pack(request);
    struct naming *naming = naming_new(call_database(request), call_scope(request), request->language);
    int code = 0;
    json_put_key(json, "causes");
    json_put_array(json);
    for (size_t i = 0; code == 0 && i < pack->progress.cause_count; i++) {
        struct attribution_tied asked = {
            .month = *month, .cause = {.cause = i, .source = -1}, .of = &pack->progress.causes[i]};
        if (attribution_may(request, asked.of))
            code = say_cause(request, json, naming, &asked, views[i], err);
    }
    json_put_array_end(json);
    naming_free(naming);
    return code;
}

static int write_causes(struct request *request, void *context, struct buffer *out, struct err *err)
{
    const struct attribution_asked *asked = context;
    const struct pack *pack = call_pack(request);
    struct cause_view **views = arena_array(request->arena, pack->progress.cause_count + 1, sizeof *views);
    struct json_writer json = json_start(out);
    struct frame *frame;
    int code = attribution_frame(request, asked, &frame, err);
    if (code != 0) return code;
    code = cause_family_views(pack, frame, asked->month.as_of, request_param_int(request, "id"), asked->roots,
                              asked->count, views, err);
    frame_free(frame);
    if (code == 0) {
        json_put_object(&json);
        progress_say_month(&json, &asked->month);
        code = say_causes(request, &json, asked, views, err);
        json_put_object_end(&json);
    }
    for (size_t i = 0; i < pack->progress.cause_count; i++) cause_view_free(views[i]);
    return code;
}

static int get_causes(struct request *request, struct err *err)
{
    struct attribution_asked asked;
    int code = check_family(request, err);
    if (code == 0) code = attribution_ask(request, &asked, err);
    asked.cause = ATTRIBUTION_EVERY;
    return code == 0 ? memo_reply(request, asked.progress.detail, write_causes, &asked, err) : code;
}

static int get_rows(struct request *request, struct err *err)
{
    int code = check_family(request, err);
    return code == 0 ? attribution_reply_rows(request, request_param_int(request, "id"), err) : code;
}

static const struct shape_field row_query[] = {ATTRIBUTION_ROWS_QUERY, {.name = NULL}};

static const struct route routes[] = {
    {.method = "GET",
     .path = "/households/{id:int}/attribution",
     .who = "session",
     .name = "getHouseholdAttribution",
     .zh = "一户的增收归因",
     .en = "Where the change of one family's income came from",
     .query = query,
     .out = &family_shape,
     .handler = get_family},
    {.method = "GET",
     .path = "/households/{id:int}/attribution/causes",
     .who = "session",
     .name = "getHouseholdCauses",
     .zh = "一户的收入来自哪些项目、措施、岗位、务工、补贴，未注明的单列",
     .en = "What projects, measures, posts, jobs, subsidies brought one family; what is tied to none last",
     .query = query,
     .out = &causes_shape,
     .handler = get_causes},
    {.method = "GET",
     .path = "/households/{id:int}/attribution/causes/{cause}/rows",
     .who = "session",
     .name = "getHouseholdTiedRows",
     .zh = "一户收入中一个项目（措施、岗位……）名下的台账",
     .en = "One family's rows behind one project, measure, post …",
     .query = row_query,
     .out = &attribution_rows_shape,
     .handler = get_rows},
};

const struct route_list attribution_family_routes = {routes, sizeof routes / sizeof *routes};
