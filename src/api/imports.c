/* Files in: uploaded, looked at, applied or dropped, each by its owner only. */
#include <stdio.h>
#include <unistd.h>

#include "api/call.h"
#include "api/import_work.h"
#include "api/routes.h"

enum { UPLOAD_MAX = 100 << 20, UPLOAD_SECONDS = 1800, FILENAME_MAX_CHARACTERS = 200 };

#define XLSX "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

/* ---- Shapes ---- */

static const struct shape_field upload_query[] = {
    {.name = "feed", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .min = 1, .max = 100},
    {.name = "filename",
     .kind = SHAPE_TEXT,
     .flags = SHAPE_REQUIRED,
     .min = 1,
     .max = FILENAME_MAX_CHARACTERS,
     .note = "only shown"},
    {.name = NULL}};

static const struct shape_field import_part_fields[] = {
    {.name = "register", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "new", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "changed", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "unchanged", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "rejected", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape import_part_shape = {.name = "ImportPart", .fields = import_part_fields};

static const struct shape_field import_reason_fields[] = {
    {.name = "field", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .note = "empty: the row as a whole"},
    {.name = "count", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "rows", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .note = "the first ones"},
    {.name = "reason", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape import_reason_shape = {.name = "ImportReason", .fields = import_reason_fields};

static const struct shape_field import_warning_fields[] = {
    {.name = "field", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "warning", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "count", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "rows", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape import_warning_shape = {.name = "ImportWarning", .fields = import_warning_fields};

static const struct shape_field import_column_fields[] = {
    {.name = "heading", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "field", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape import_column_shape = {.name = "ImportColumn", .fields = import_column_fields};

static const struct shape_field import_unused_fields[] = {
    {.name = "heading", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "why", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape import_unused_shape = {.name = "ImportUnusedColumn",
                                                 .fields = import_unused_fields};

static const struct shape_field import_difference_fields[] = {
    {.name = "row", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "record", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "field", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "before", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "after", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape import_difference_shape = {.name = "ImportDifference",
                                                     .fields = import_difference_fields};

static const struct shape_field import_report_fields[] = {
    {.name = "rows", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "rejected", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "applied", .kind = SHAPE_BOOL, .flags = SHAPE_REQUIRED},
    {.name = "parts", .kind = SHAPE_OBJECT, .of = &import_part_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "reasons",
     .kind = SHAPE_OBJECT,
     .of = &import_reason_shape,
     .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "warnings",
     .kind = SHAPE_OBJECT,
     .of = &import_warning_shape,
     .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "columns",
     .kind = SHAPE_OBJECT,
     .of = &import_column_shape,
     .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "unused_columns",
     .kind = SHAPE_OBJECT,
     .of = &import_unused_shape,
     .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "differences",
     .kind = SHAPE_OBJECT,
     .of = &import_difference_shape,
     .flags = SHAPE_REQUIRED | SHAPE_LIST,
     .note = "the first ones"},
    {.name = NULL}};
static const struct shape import_report_shape = {.name = "ImportReport", .fields = import_report_fields};

static const struct shape_field import_fields[] = {
    {.name = "id", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "feed", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "filename", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "state",
     .kind = SHAPE_WORD,
     .flags = SHAPE_REQUIRED,
     .words = "reading|ready|applying|applied|failed|dropped"},
    {.name = "report",
     .kind = SHAPE_OBJECT,
     .of = &import_report_shape,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "error",
     .kind = SHAPE_TEXT,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE,
     .note = "why it failed, or was not applied"},
    {.name = NULL}};
static const struct shape import_shape = {.name = "Import", .fields = import_fields};

/* ---- Uploading ---- */

/* What browsers and scripts send as a name may be a path; nothing of it is used but to be shown. */
static struct text shown_name(struct text name, struct arena *arena)
{
    struct buffer shown = {0};
    size_t first = 0;
    for (size_t i = 0; i < name.size; i++)
        if (name.at[i] == '/' || name.at[i] == '\\') first = i + 1;
    for (size_t i = first; i < name.size; i++)
        buffer_char(&shown, (unsigned char)name.at[i] < ' ' || name.at[i] == 0x7F ? ' ' : name.at[i]);
    struct text text = arena_text(arena, text_trim(buffer_get(&shown)));
    buffer_fini(&shown);
    return text.size > 0 ? text : TEXT("-");
}

static int find_feed(const struct request *request, struct err *err)
{
    int feed = pack_feed_find(call_pack(request), request_query(request, "feed"));
    if (feed >= 0 && principal_may_import(call_principal(request), feed)) return 0;
    return err_set(err, ERR_NOT_FOUND, "没有导入格式 %.*s，或您无权导入",
                   "There is no feed %.*s, or it is not yours to import",
                   TEXT_ARGS(request_query(request, "feed")));
}

static int set_job(void *context, struct import_item *item, struct err *err)
{
    (void)err;
    item->job = *(const int64_t *)context;
    return 0;
}

static int add_job(struct request *request, const char *kind, int64_t id, struct err *err)
{
    char parameters[64];
    int64_t job = 0;
    snprintf(parameters, sizeof parameters, "{\"import\":%lld}", (long long)id);
    int code = jobs_add(request->jobs, kind, request->owner, text_of(parameters), &job, err);
    if (code == 0)
        code = import_shelf_change(call_app(request)->imports, id, request->owner, set_job, &job, err);
    return code != 0 ? code : jobs_show(request, job, err);
}

static int upload(struct request *request, struct err *err)
{
    struct import_shelf *shelf = call_app(request)->imports;
    struct import_item item = {.owner = request->owner,
                               .feed = request_query(request, "feed"),
                               .filename = shown_name(request_query(request, "filename"), request->arena),
                               .language = text_of(request->language)};
    int code = find_feed(request, err);
    if (code == 0 && request->upload_size == 0)
        code = err_set(err, ERR_INPUT, "上传的文件是空的", "The uploaded file is empty");
    if (code == 0) code = import_shelf_add(shelf, &item, err);
    if (code != 0) return code;
    code = request_upload_take(request, import_shelf_sheet(shelf, item.id, request->arena), err);
    if (code == 0) code = add_job(request, "import-preview", item.id, err);
    if (code != 0) import_shelf_forget(shelf, item.id);
    return code;
}

/* ---- Looking ---- */

static int settled(struct request *request, struct import_item *item, struct err *err)
{
    return import_settled(call_worker(request), request->jobs, request_param_int(request, "id"),
                          request->owner, request->arena, item, err);
}

/* The report is as it was made; whether it was applied the state knows better, of an import whose job was cut
 * off behind its commit too. */
static void say_report(struct json_writer *json, const struct import_item *item, struct text report)
{
    struct body *document = NULL;
    void *cursor = NULL;
    struct text key;
    const struct body *value;
    if (report.size == 0 || body_parse(report, &document, NULL) != 0) {
        json_put_null(json);
        return;
    }
    json_put_object(json);
    while (body_next(document, &cursor, &key, &value)) {
        struct buffer raw = {0};
        json_put_key(json, key.at);
        body_write(value, &raw);
        if (text_is(key, "applied"))
            json_put_bool(json, item->state == IMPORT_STATE_APPLIED);
        else
            json_put_raw(json, buffer_get(&raw));
        buffer_fini(&raw);
    }
    json_put_object_end(json);
    body_free(document);
}

static void say_import(struct request *request, const struct import_item *item)
{
    struct json_writer *json = reply_json(request);
    int language = request->language[0] == 'e';
    json_put_object(json);
    json_member_int(json, "id", item->id);
    json_member_text(json, "feed", item->feed);
    json_member_text(json, "filename", item->filename);
    json_member_string(json, "state", import_state_name(item->state));
    json_put_key(json, "report");
    say_report(json, item, item->reports[language]);
    json_put_key(json, "error");
    if (item->errors[language].size > 0)
        json_put_text(json, item->errors[language]);
    else
        json_put_null(json);
    json_put_object_end(json);
}

static int show(struct request *request, struct err *err)
{
    struct import_item item;
    int code = settled(request, &item, err);
    if (code == 0) say_import(request, &item);
    return code;
}

static int refused_rows(struct request *request, struct err *err)
{
    struct import_item item;
    int code = settled(request, &item, err);
    if (code != 0) return code;
    const char *path = import_shelf_refused(call_app(request)->imports, item.id, request->arena);
    if (access(path, R_OK) != 0)
        return err_set(err, ERR_NOT_FOUND, "这次导入没有退回的行", "This import has no refused rows");
    const char *name = arena_printf(request->arena, "%.*s-%s.xlsx", TEXT_ARGS(item.filename),
                                    request->language[0] == 'e' ? "refused" : "退回");
    return reply_file(request, path, XLSX, name, false, err);
}

/* ---- Applying and dropping ---- */

static int wrong_state(const struct import_item *item, struct err *err)
{
    switch (item->state) {
    case IMPORT_STATE_READING:
        return err_set(err, ERR_CONFLICT, "文件还在读取，请稍候", "The file is still being read; wait");
    case IMPORT_STATE_APPLYING:
        return err_set(err, ERR_CONFLICT, "正在写入，请稍候", "It is being applied; wait");
    case IMPORT_STATE_APPLIED:
        return err_set(err, ERR_CONFLICT, "这次导入已经写入", "This import has been applied already");
    case IMPORT_STATE_FAILED:
        return err_set(err, ERR_CONFLICT, "文件没有读成，不能写入；请改正后重新上传",
                       "The file could not be read and cannot be applied; correct it and upload it again");
    case IMPORT_STATE_READY:
    case IMPORT_STATE_DROPPED:
        break;
    }
    return err_set(err, ERR_CONFLICT, "这次导入已放弃", "This import has been dropped");
}

static int to_applying(void *context, struct import_item *item, struct err *err)
{
    (void)context;
    if (item->state != IMPORT_STATE_READY) return wrong_state(item, err);
    item->state = IMPORT_STATE_APPLYING;
    item->job = 0;
    item->errors[0] = item->errors[1] = TEXT("");
    return 0;
}

static int back_to_ready(void *context, struct import_item *item, struct err *err)
{
    (void)context, (void)err;
    item->state = IMPORT_STATE_READY;
    return 0;
}

static int apply(struct request *request, struct err *err)
{
    struct import_shelf *shelf = call_app(request)->imports;
    struct import_item item;
    int code = settled(request, &item, err);
    if (code == 0) code = import_shelf_change(shelf, item.id, request->owner, to_applying, NULL, err);
    if (code != 0) return code;
    code = add_job(request, "import-apply", item.id, err);
    if (code != 0) import_shelf_change(shelf, item.id, request->owner, back_to_ready, NULL, NULL);
    return code;
}

static int to_dropped(void *context, struct import_item *item, struct err *err)
{
    (void)context;
    if (item->state == IMPORT_STATE_READING || item->state == IMPORT_STATE_APPLYING ||
        item->state == IMPORT_STATE_APPLIED)
        return wrong_state(item, err);
    item->state = IMPORT_STATE_DROPPED;
    item->reports[0] = item->reports[1] = TEXT("");
    return 0;
}

static int drop(struct request *request, struct err *err)
{
    struct import_shelf *shelf = call_app(request)->imports;
    struct import_item item;
    int code = settled(request, &item, err);
    if (code == 0) code = import_shelf_change(shelf, item.id, request->owner, to_dropped, NULL, err);
    if (code != 0) return code;
    import_shelf_remove_sheet(shelf, item.id);
    unlink(import_shelf_refused(shelf, item.id, request->arena));
    reply_empty(request);
    return 0;
}

static const struct route routes[] = {
    {.method = "POST",
     .path = "/imports",
     .who = "import",
     .name = "uploadImport",
     .zh = "上传要导入的表；结果是预览",
     .en = "Upload a sheet to be imported; the result is a preview",
     .query = upload_query,
     .out = &jobs_shape,
     .success = 202,
     .streams = true,
     .body_max = UPLOAD_MAX,
     .body_seconds = UPLOAD_SECONDS,
     .handler = upload},
    {.method = "GET",
     .path = "/imports/{id:int}",
     .who = "import",
     .name = "getImport",
     .zh = "一次导入及其预览",
     .en = "An import and its preview",
     .out = &import_shape,
     .handler = show},
    {.method = "POST",
     .path = "/imports/{id:int}/apply",
     .who = "import",
     .name = "applyImport",
     .zh = "按预览写入",
     .en = "Apply what the preview shows",
     .out = &jobs_shape,
     .success = 202,
     .handler = apply},
    {.method = "DELETE",
     .path = "/imports/{id:int}",
     .who = "import",
     .name = "dropImport",
     .zh = "放弃一次导入",
     .en = "Drop an import",
     .handler = drop},
    {.method = "GET",
     .path = "/imports/{id:int}/errors.xlsx",
     .who = "import",
     .name = "getRefusedRows",
     .zh = "退回的行及其原因",
     .en = "The refused rows with their reasons",
     .out_type = XLSX,
     .handler = refused_rows},
};

const struct route_list import_routes = {routes, sizeof routes / sizeof *routes};
