/* 一户的归因: where the change of one family's income came from. Whoever may see the family may see it. */
#include "api/attribution_say.h"
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

static int get_family(struct request *request, struct err *err)
{
    struct attribution_asked asked;
    struct record record;
    int code = record_get(call_database(request), call_scope(request), call_pack(request)->subject,
                          request_param_int(request, "id"), request->language, request->arena, &record, err);
    if (code == 0) code = check_rows(request, err);
    if (code == 0) code = attribution_ask(request, &asked, err);
    return code == 0 ? memo_reply(request, asked.progress.detail, write_family, &asked, err) : code;
}

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
};

const struct route_list attribution_family_routes = {routes, sizeof routes / sizeof *routes};
