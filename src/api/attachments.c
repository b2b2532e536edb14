/* Files that hang on records: shown, added, opened, taken back. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "access/users.h"
#include "api/call.h"
#include "api/case_call.h"
#include "api/routes.h"
#include "api/say.h"
#include "casework/act.h"
#include "files/attachments.h"

enum { UPLOAD_MAX = 64 << 20, UPLOAD_SECONDS = 900, FILENAME_CHARACTERS = 250, REASON_CHARACTERS = 1000 };

/* ---- Shapes ---- */

static const struct shape_field attachment_fields[] = {
    {.name = "id", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "kind", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "type",
     .kind = SHAPE_WORD,
     .flags = SHAPE_REQUIRED,
     .words = "jpeg|png|webp|pdf|docx|xlsx|text",
     .note = "by its content"},
    {.name = "size", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED, .note = "bytes"},
    {.name = "digest", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .note = "SHA-256"},
    {.name = "actor", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "actor_name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .note = "as people call them"},
    {.name = "at", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "entry", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED, .note = "of the log"},
    {.name = "sealed", .kind = SHAPE_BOOL, .flags = SHAPE_REQUIRED, .note = "not for this user to open"},
    {.name = "may_retire", .kind = SHAPE_BOOL, .flags = SHAPE_REQUIRED},
    {.name = "retired",
     .kind = SHAPE_INT,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE,
     .note = "the log's entry"},
    {.name = "reason", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = NULL}};
static const struct shape attachment_shape = {.name = "Attachment", .fields = attachment_fields};
static const struct shape_field list_fields[] = {
    {.name = "attachments",
     .kind = SHAPE_OBJECT,
     .of = &attachment_shape,
     .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "may_add", .kind = SHAPE_BOOL, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape list_shape = {.name = "AttachmentList", .fields = list_fields};
static const struct shape_field added_fields[] = {
    {.name = "attachment", .kind = SHAPE_OBJECT, .of = &attachment_shape, .flags = SHAPE_REQUIRED},
    {.name = "cleaned",
     .kind = SHAPE_BOOL,
     .flags = SHAPE_REQUIRED,
     .note = "what the camera wrote (place, device) was taken out"},
    {.name = NULL}};
static const struct shape added_shape = {.name = "AttachmentAdded", .fields = added_fields};

static const struct shape_field list_query[] = {
    {.name = "retired", .kind = SHAPE_BOOL, .note = "those that were taken back, too"}, {.name = NULL}};
static const struct shape_field add_query[] = {
    {.name = "kind", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .min = 1, .max = 48},
    {.name = "filename", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .min = 1, .max = FILENAME_CHARACTERS},
    {.name = "keep_metadata", .kind = SHAPE_BOOL, .note = "leave what the camera wrote in a picture"},
    {.name = NULL}};
static const struct shape_field retire_fields[] = {
    {.name = "reason", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .min = 1, .max = REASON_CHARACTERS},
    {.name = NULL}};
static const struct shape retire_shape = {.name = "AttachmentRetire", .fields = retire_fields};

/* ---- Saying ---- */

/* What may be done with the files of a record: a case's workflow has a say. may_retire: count flags. */
struct file_rights {
    bool add;
    bool *retire;
};

static int ask_rights(struct request *request, int reg, int64_t record, const struct attachment *items,
                      size_t count, struct file_rights *out, struct err *err)
{
    struct case_call call;
    out->retire = arena_array(request->arena, count, sizeof *out->retire);
    int code = case_call(request, &call, err);
    return code == 0 ? case_files(call.casework, &call.actor, call.moment, reg, record, items, count,
                                  request->arena, &out->add, out->retire, err)
                     : code;
}

/* As people call them; whoever is no user by the name that the log has. */
static struct text name_of(struct request *request, struct text actor)
{
    struct user_record user;
    struct err unknown;
    if (user_find(call_worker(request)->access, actor, request->arena, &user, &unknown) != 0) return actor;
    return user.facts.display_name;
}

static void say_attachment(struct request *request, struct json_writer *json, bool retire,
                           const struct attachment *item)
{
    json_put_object(json);
    json_member_int(json, "id", item->id);
    json_member_text(json, "kind", item->kind_name);
    json_member_text(json, "name", item->name);
    json_member_text(json, "type", text_of(content_type_name(item->type)));
    json_member_int(json, "size", item->size);
    json_member_text(json, "digest", item->digest);
    json_member_text(json, "actor", item->actor);
    json_member_text(json, "actor_name", name_of(request, item->actor));
    json_member_text(json, "at", item->at);
    json_member_int(json, "entry", item->entry);
    json_member_bool(json, "sealed", item->sealed);
    json_member_bool(json, "may_retire", retire);
    json_put_key(json, "retired");
    if (item->retired != 0)
        json_put_int(json, item->retired);
    else
        json_put_null(json);
    json_put_key(json, "reason");
    say_text_or_null(json, item->reason);
    json_put_object_end(json);
}

static int list(struct request *request, struct err *err)
{
    struct attachment *items;
    size_t count;
    int reg;
    int code = call_register(request, &reg, err);
    if (code == 0)
        code = attachment_list(call_database(request), call_scope(request), reg,
                               request_param_int(request, "id"), request_query_bool(request, "retired"),
                               request->arena, &items, &count, err);
    struct file_rights rights;
    if (code == 0)
        code = ask_rights(request, reg, request_param_int(request, "id"), items, count, &rights, err);
    if (code != 0) return code;
    struct json_writer *json = reply_json(request);
    json_put_object(json);
    json_put_key(json, "attachments");
    json_put_array(json);
    for (size_t i = 0; i < count; i++) say_attachment(request, json, rights.retire[i], &items[i]);
    json_put_array_end(json);
    json_member_bool(json, "may_add", rights.add);
    json_put_object_end(json);
    return 0;
}

/* ---- Adding ---- */

static int read_upload(const struct request *request, struct buffer *bytes, struct err *err)
{
    char chunk[1 << 14];
    ssize_t size = 0;
    int file = request->upload == NULL ? -1 : open(request->upload, O_RDONLY | O_CLOEXEC);
    if (file < 0) return err_set(err, ERR_INPUT, "没有收到文件", "No file was sent");
    while ((size = read(file, chunk, sizeof chunk)) > 0 || (size < 0 && errno == EINTR))
        if (size > 0) buffer_add(bytes, chunk, (size_t)size);
    int code = size < 0 ? err_errno(err, request->upload, "读不了上传的文件", "Cannot read the upload") : 0;
    close(file);
    return code;
}

static int check_size(const struct request *request, struct err *err)
{
    int64_t limit = call_pack(request)->attachment_limits.file;
    if (request->upload_size <= limit) return 0;
    return err_set(err, ERR_LIMIT, "文件超过 %lld MiB；请缩小照片，或分成几个文件",
                   "The file is larger than %lld MiB; make the picture smaller, or split it",
                   (long long)(limit >> 20));
}

static int find_kind(struct request *request, int *kind, struct err *err)
{
    struct text name = request_query(request, "kind");
    *kind = pack_attachment_find(call_pack(request), name);
    if (*kind >= 0) return 0;
    request_fault_field(request, "kind");
    return err_set(err, ERR_INPUT, "没有附件种类“%.*s”", "There is no kind of attachment “%.*s”",
                   TEXT_ARGS(name));
}

static int say_added(struct request *request, int reg, int64_t record, int64_t id, bool cleaned,
                     struct err *err)
{
    struct attachment *items;
    size_t count;
    int code = attachment_list(call_database(request), call_scope(request), reg, record, true, request->arena,
                               &items, &count, err);
    struct file_rights rights;
    if (code == 0) code = ask_rights(request, reg, record, items, count, &rights, err);
    if (code != 0) return code;
    struct json_writer *json = reply_json(request);
    json_put_object(json);
    json_put_key(json, "attachment");
    for (size_t i = 0; i < count; i++)
        if (items[i].id == id) say_attachment(request, json, rights.retire[i], &items[i]);
    json_member_bool(json, "cleaned", cleaned);
    json_put_object_end(json);
    return 0;
}

static int add(struct request *request, struct err *err)
{
    struct buffer bytes = {0};
    struct attachment_new file = {.record = request_param_int(request, "id"),
                                  .name = request_query(request, "filename"),
                                  .keep = request_query_bool(request, "keep_metadata")};
    struct case_call call;
    int64_t id = 0;
    bool cleaned = false;
    int code = call_register(request, &file.reg, err);
    if (code == 0) code = case_call(request, &call, err);
    if (code == 0) code = find_kind(request, &file.kind, err);
    if (code == 0) code = check_size(request, err);
    if (code == 0) code = read_upload(request, &bytes, err);
    file.bytes = buffer_get(&bytes);
    if (code == 0) code = case_attach(call.casework, &call.actor, call.moment, &file, &id, &cleaned, err);
    buffer_fini(&bytes);
    return code == 0 ? say_added(request, file.reg, file.record, id, cleaned, err) : code;
}

/* ---- Opening ---- */

static int open_one(struct request *request, struct err *err)
{
    struct attachment item;
    struct buffer content = {0};
    int reg;
    int code = call_register(request, &reg, err);
    if (code == 0)
        code = attachment_read(call_database(request), call_scope(request), reg,
                               request_param_int(request, "id"), request_param_int(request, "attachment"),
                               request->arena, &item, &content, err);
    const char *path =
        arena_printf(request->arena, "%s/uploads/%s.out", call_app(request)->data, request->id);
    if (code == 0) code = app_put_file(path, buffer_get(&content), err);
    buffer_fini(&content);
    if (code != 0) return code;
    /* Beside the server's own: whatever a browser takes it for, nothing in it runs or fetches. */
    reply_header(request, "Content-Security-Policy", "default-src 'none'; sandbox");
    return reply_file(request, path, content_media(item.type),
                      arena_printf(request->arena, "%.*s", TEXT_ARGS(item.name)), true, err);
}

static int retire(struct request *request, struct err *err)
{
    int reg;
    struct case_call call;
    int code = call_register(request, &reg, err);
    if (code == 0) code = case_call(request, &call, err);
    if (code == 0)
        code = case_detach(call.casework, &call.actor, call.moment, reg, request_param_int(request, "id"),
                           request_param_int(request, "attachment"), body_get_text(request->body, "reason"),
                           err);
    if (code == ERR_INPUT) request_fault_field(request, "reason");
    if (code == 0) reply_empty(request);
    return code;
}

static const struct route routes[] = {
    {.method = "GET",
     .path = "/registers/{register}/records/{id:int}/attachments",
     .who = "session",
     .name = "listAttachments",
     .zh = "一条记录的附件",
     .en = "The files of a record",
     .query = list_query,
     .out = &list_shape,
     .handler = list},
    {.method = "POST",
     .path = "/registers/{register}/records/{id:int}/attachments",
     .who = "session",
     .name = "addAttachment",
     .zh = "给一条记录加附件；请求体就是文件。照片里的拍摄地点等信息会被去掉",
     .en = "Hangs a file on a record; the body is the file. Place and device are taken out of pictures",
     .query = add_query,
     .out = &added_shape,
     .success = 201,
     .streams = true,
     .body_max = UPLOAD_MAX,
     .body_seconds = UPLOAD_SECONDS,
     .handler = add},
    {.method = "GET",
     .path = "/registers/{register}/records/{id:int}/attachments/{attachment:int}",
     .who = "session",
     .name = "openAttachment",
     .zh = "附件的内容；敏感种类的查看留痕",
     .en = "The content of a file; of a sensitive kind the sight is logged",
     .out_type = "application/octet-stream",
     .handler = open_one},
    {.method = "POST",
     .path = "/registers/{register}/records/{id:int}/attachments/{attachment:int}/retire",
     .who = "session",
     .name = "retireAttachment",
     .zh = "撤下一个附件，写明理由",
     .en = "Takes a file back, with a reason",
     .in = &retire_shape,
     .handler = retire},
};

const struct route_list attachment_routes = {routes, sizeof routes / sizeof *routes};
