/* What is filtered as a sheet: a job that any number of records fits through. Sensitive values are masked
 * unless they are asked for by somebody who may see them; each export is on the log. */
#include <stdio.h>
#include <stdlib.h>

#include "api/call.h"
#include "api/export_work.h"
#include "api/filter.h"
#include "api/routes.h"
#include "base/mem.h"
#include "exchange/export.h"
#include "register/scope_sql.h"

#define XLSX "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

/* ---- The order as it is sent, and as a job keeps it ---- */

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

struct items {
    struct filter_item *list;
    size_t count, capacity;
};

static int add_item(struct items *items, struct arena *arena, struct text name, const struct body *value,
                    struct err *err)
{
    struct buffer number = {0};
    struct text text = TEXT("");
    switch (body_kind(value)) {
    case BODY_TEXT:
        text = body_text(value);
        break;
    case BODY_BOOL:
        text = body_bool(value) ? TEXT("1") : TEXT("0");
        break;
    case BODY_INT:
        buffer_printf(&number, "%lld", (long long)body_int(value));
        text = arena_text(arena, buffer_get(&number));
        buffer_fini(&number);
        break;
    case BODY_NULL:
    case BODY_NUMBER:
    case BODY_LIST:
    case BODY_OBJECT:
        return err_set(err, ERR_INPUT, "筛选条件 %.*s 要写成文字", "The filter %.*s must be a text",
                       TEXT_ARGS(name));
    }
    items->list = arena_grow(arena, items->list, &items->capacity, items->count + 1, sizeof *items->list);
    items->list[items->count++] = (struct filter_item){arena_copy(arena, name.at, name.size), text};
    return 0;
}

/* Where a page begins and how long it is, is no filter. */
static bool is_paging(struct text name)
{
    return text_is(name, "limit") || text_is(name, "after") || text_is(name, "count") ||
           text_is(name, "fields");
}

static int read_items(const struct body *order, struct arena *arena, struct items *items, struct err *err)
{
    const struct body *filters = body_get(order, "filter"), *value;
    void *cursor = NULL;
    struct text name;
    int code = 0;
    while (code == 0 && filters != NULL && body_next(filters, &cursor, &name, &value)) {
        if (is_paging(name)) continue;
        if (body_kind(value) != BODY_LIST) {
            code = add_item(items, arena, name, value, err);
            continue;
        }
        for (size_t i = 0; code == 0 && i < body_size(value); i++)
            code = add_item(items, arena, name, body_at(value, i), err);
    }
    return code;
}

static void put_member(struct json_writer *json, const char *key, const struct body *value)
{
    struct buffer raw = {0};
    if (value == NULL) return;
    body_write(value, &raw);
    json_member_raw(json, key, buffer_get(&raw));
    buffer_fini(&raw);
}

static int order_export(struct request *request, struct err *err)
{
    const struct pack *pack = call_pack(request);
    struct items items = {0};
    struct filter filter = {0};
    int reg;
    int code = call_register(request, &reg, err);
    if (code == 0) code = scope_check(call_scope(request), pack, reg, SCOPE_EXPORT, err);
    if (code == 0) code = read_items(request->body, request->arena, &items, err);
    if (code == 0)
        code = filter_read(call_worker(request), call_scope(request), reg, items.list, items.count,
                           request->arena, &filter, err);
    if (code != 0) {
        if (filter.fault[0] != '\0') request_fault_field(request, filter.fault);
        return code;
    }
    struct buffer parameters = {0};
    struct json_writer json = json_start(&parameters);
    json_put_object(&json);
    json_member_text(&json, "register", pack->schema.registers[reg].label.name);
    json_member_string(&json, "language", request->language);
    put_member(&json, "format", body_get(request->body, "format"));
    put_member(&json, "filter", body_get(request->body, "filter"));
    put_member(&json, "plain", body_get(request->body, "plain"));
    json_put_object_end(&json);
    code = jobs_reply(request, "export", buffer_get(&parameters), err);
    buffer_fini(&parameters);
    return code;
}

/* ---- The job ---- */

struct task {
    struct job *job;
    struct worker *worker;
    struct principal *principal;
    struct scope scope;
    int reg;
    bool csv, plain;
    const char *language;
    int64_t *ids;
    size_t count, capacity;
    struct export_report report;
    struct arena arena;
};

static void progress(void *context, uint64_t done, uint64_t total)
{
    struct task *task = context;
    job_progress(task->job, (int64_t)done, (int64_t)total, "写出", "Writing");
}

static bool cancelled(void *context)
{
    struct task *task = context;
    return job_stopping(task->job);
}

static int compare_ids(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return a < b ? -1 : a > b;
}

static int take_page(struct task *task, const struct query_page *page, struct err *err)
{
    for (size_t i = 0; i < page->count; i++) {
        task->ids = mem_grow(task->ids, &task->capacity, task->count + 1, sizeof *task->ids);
        task->ids[task->count++] = page->records[i].id;
    }
    job_progress(task->job, (int64_t)task->count, 0, "筛选", "Filtering");
    return job_stopping(task->job) ? err_set(err, ERR_CANCELLED, "导出已停止", "The export was stopped") : 0;
}

/* Eight bytes a record are kept; the records themselves are read one at a time when they are written. */
static int find_ids(struct task *task, const struct items *items, struct err *err)
{
    const struct schema_register *meta = &task->worker->app->pack->schema.registers[task->reg];
    struct filter filter = {0};
    struct text after = TEXT("");
    bool more = true;
    int code = filter_read(task->worker, &task->principal->scope, task->reg, items->list, items->count,
                           &task->arena, &filter, err);
    filter.query.fields = arena_array(&task->arena, meta->field_count, sizeof *filter.query.fields);
    filter.query.limit = QUERY_LIMIT_MAX;
    filter.query.sort = -1;
    while (code == 0 && more) {
        struct query_page page = {0};
        struct buffer next = {0};
        filter.query.after = after;
        code = filter_list(task->worker, &task->principal->scope, &filter, &task->arena, &page, err);
        if (code == 0) code = take_page(task, &page, err);
        more = page.next.size > 0;
        buffer_text(&next, page.next);
        after = arena_text(&task->arena, buffer_get(&next));
        buffer_fini(&next);
        query_page_fini(&page);
    }
    if (task->count > 1) qsort(task->ids, task->count, sizeof *task->ids, compare_ids);
    return code;
}

static int write_file(struct task *task, bool filtered, struct err *err)
{
    static const int64_t none = 0;
    const struct pack *pack = task->worker->app->pack;
    struct text label = label_in(&pack->schema.registers[task->reg].label, task->language);
    const char *ending = task->csv ? "csv" : "xlsx";
    const char *name = arena_printf(&task->arena, "%.*s.%s", TEXT_ARGS(label), ending);
    const char *path = job_file(task->job, name, task->csv ? "text/csv; charset=utf-8" : XLSX);
    const char *made = arena_printf(&task->arena, "%s.%s", path, ending); /* the ending says the format */
    struct export_options options = {.language = task->language,
                                     .ids = !filtered           ? NULL
                                            : task->ids != NULL ? task->ids
                                                                : &none,
                                     .id_count = task->count,
                                     .progress = progress,
                                     .cancelled = cancelled,
                                     .context = task};
    int code =
        export_run(task->worker->database, &task->scope, task->reg, made, &options, &task->report, err);
    if (code == 0 && rename(made, path) != 0)
        code = err_errno(err, path, "无法保存导出的文件", "Cannot keep the exported file");
    if (code != 0) remove(made);
    return code;
}

static int note_export(void *context, struct err *err)
{
    struct task *task = context;
    const struct body *order = job_parameters(task->job);
    struct buffer detail = {0};
    struct json_writer json = json_start(&detail);
    int64_t entry;
    json_put_object(&json);
    put_member(&json, "register", body_get(order, "register"));
    put_member(&json, "format", body_get(order, "format"));
    put_member(&json, "filter", body_get(order, "filter"));
    json_member_bool(&json, "plain", task->plain && task->scope.unmasked != 0);
    json_member_int(&json, "records", task->report.records);
    json_put_object_end(&json);
    int code = database_entry(task->worker->database, task->principal->name, TEXT("export"),
                              buffer_get(&detail), &entry, err);
    buffer_fini(&detail);
    return code;
}

static int begin(struct task *task, struct items *items, struct err *err)
{
    const struct body *order = job_parameters(task->job);
    const struct schema *schema = &task->worker->app->pack->schema;
    struct text language = body_get_text(order, "language");
    int code = call_owner(task->worker, job_owner(task->job), &task->principal, err);
    if (code != 0) return code;
    task->language = arena_copy(&task->arena, language.at, language.size);
    task->csv = text_is(body_get_text(order, "format"), "csv");
    task->plain = body_get_bool(order, "plain", false);
    task->scope = task->principal->scope;
    if (!task->plain) task->scope.unmasked = 0;
    task->reg = schema_register_find(schema, body_get_text(order, "register"));
    if (task->reg < 0)
        return err_set(err, ERR_NOT_FOUND, "登记簿已不在包里", "The register is no longer in the pack");
    code = scope_check(&task->scope, task->worker->app->pack, task->reg, SCOPE_EXPORT, err);
    return code != 0 ? code : read_items(order, &task->arena, items, err);
}

static void put_result(const struct task *task)
{
    struct json_writer *json = job_result(task->job);
    json_put_object(json);
    json_member_int(json, "records", task->report.records);
    json_put_object_end(json);
}

int export_work_run(struct job *job, void *worker, struct err *err)
{
    struct task task = {.job = job, .worker = worker};
    struct items items = {0};
    int code = begin(&task, &items, err);
    if (code == 0 && items.count > 0) code = find_ids(&task, &items, err);
    if (code == 0) code = write_file(&task, items.count > 0, err);
    /* Nobody gets the file before the log has it. */
    if (code == 0) code = store_transact(database_store(task.worker->database), note_export, &task, err);
    if (code == 0) put_result(&task);
    free(task.ids);
    principal_free(task.principal);
    arena_fini(&task.arena);
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
