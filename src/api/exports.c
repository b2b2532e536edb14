/* An order for what is filtered as a sheet: a job that any number of records fits through (export_work.h). */
#include "api/call.h"
#include "api/export_work.h"
#include "api/filter.h"
#include "api/routes.h"
#include "register/scope_sql.h"
#include "register/sealed.h"

static const struct shape_field order_fields[] = {
    {.name = "format", .kind = SHAPE_WORD, .flags = SHAPE_REQUIRED, .words = "xlsx|csv"},
    {.name = "filter",
     .kind = SHAPE_MAP,
     .note = "the parameters of the list: text, or a list of texts for one that is repeated"},
    {.name = "plain",
     .kind = SHAPE_BOOL,
     .note = "sensitive values in the clear, as far as one may see them"},
    {.name = NULL}};
static const struct shape order_shape = {.name = "ExportOrder", .fields = order_fields};

static int check_order(struct request *request, int reg, struct err *err)
{
    struct faults faults = {0};
    struct filter filter = {0};
    size_t count;
    const struct filter_item *items =
        filter_items(body_get(request->body, "filter"), request->arena, &count, &faults);
    int code = 0;
    for (size_t i = 0; i < faults.count; i++) {
        request_fault(request, faults.items[i].field, &faults.items[i].err);
        code = ERR_INPUT;
    }
    if (code != 0) *err = faults.items[0].err;
    faults_fini(&faults);
    if (code == 0)
        code = filter_read(call_worker(request), call_scope(request), reg, items, count, request->arena,
                           &filter, err);
    if (code != 0 && filter.fault[0] != '\0') request_fault_field(request, filter.fault);
    return code;
}

/* The job's file is no place for the identity number by which somebody filters. */
static int put_filter(struct request *request, struct json_writer *json, struct err *err)
{
    const struct body *members = body_get(request->body, "filter");
    struct buffer plain = {0}, kept = {0};
    if (members != NULL)
        body_write(members, &plain);
    else
        buffer_string(&plain, "{}");
    int code = sealed_text(call_database(request), EXPORT_FILTER, buffer_get(&plain), &kept, err);
    if (code == 0) json_member_text(json, "filter", buffer_get(&kept));
    buffer_fini(&plain);
    buffer_fini(&kept);
    return code;
}

static int order_export(struct request *request, struct err *err)
{
    const struct pack *pack = call_pack(request);
    int reg;
    int code = call_register(request, &reg, err);
    if (code == 0) code = scope_check(call_scope(request), pack, reg, SCOPE_EXPORT, err);
    if (code == 0) code = check_order(request, reg, err);
    if (code != 0) return code;
    struct buffer parameters = {0};
    struct json_writer json = json_start(&parameters);
    json_put_object(&json);
    json_member_text(&json, "register", pack->schema.registers[reg].label.name);
    json_member_string(&json, "language", request->language);
    json_member_text(&json, "format", body_get_text(request->body, "format"));
    json_member_bool(&json, "plain", body_get_bool(request->body, "plain", false));
    code = put_filter(request, &json, err);
    json_put_object_end(&json);
    if (code == 0) code = jobs_reply(request, "export", buffer_get(&parameters), err);
    buffer_fini(&parameters);
    return code;
}

static const struct route routes[] = {
    {.method = "POST",
     .path = "/registers/{register}/export",
     .who = "session",
     .name = "exportRecords",
     .zh = "把筛选出的记录导出为表",
     .en = "Export what is filtered as a sheet",
     .in = &order_shape,
     .out = &jobs_shape,
     .success = 202,
     .handler = order_export},
};

const struct route_list export_routes = {routes, sizeof routes / sizeof *routes};
