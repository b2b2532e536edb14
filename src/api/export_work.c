/* The job that writes what is filtered as a sheet. Sensitive values are masked unless they are asked for by
 * somebody who may see them; each export is on the log. */
#include "api/export_work.h"

#include <stdio.h>
#include <stdlib.h>

#include "api/call.h"
#include "api/filter.h"
#include "base/mem.h"
#include "exchange/export.h"
#include "register/scope_sql.h"
#include "register/sealed.h"

#define XLSX "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

struct task {
    struct job *job;
    struct worker *worker;
    struct principal *principal;
    struct scope scope;
    int reg;
    bool csv, plain;
    const char *language;
    const struct filter_item *items;
    size_t item_count;
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
static int find_ids(struct task *task, struct err *err)
{
    const struct schema_register *meta = &task->worker->app->pack->schema.registers[task->reg];
    struct filter filter = {0};
    struct text after = TEXT("");
    bool more = true;
    int code = filter_read(task->worker, &task->principal->scope, task->reg, task->items, task->item_count,
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

static int write_file(struct task *task, struct err *err)
{
    static const int64_t none = 0;
    const struct pack *pack = task->worker->app->pack;
    struct text label = label_in(&pack->schema.registers[task->reg].label, task->language);
    const char *ending = task->csv ? "csv" : "xlsx";
    const char *name = arena_printf(&task->arena, "%.*s.%s", TEXT_ARGS(label), ending);
    const char *path = job_file(task->job, name, task->csv ? "text/csv; charset=utf-8" : XLSX);
    const char *made = arena_printf(&task->arena, "%s.%s", path, ending); /* the ending says the format */
    struct export_options options = {.language = task->language,
                                     .ids = task->item_count == 0 ? NULL
                                            : task->ids != NULL   ? task->ids
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
    json_member_text(&json, "register", body_get_text(order, "register"));
    json_member_text(&json, "format", body_get_text(order, "format"));
    json_put_key(&json, "filter");
    filter_log(task->worker->app->pack, task->reg, task->items, task->item_count, &json);
    json_member_bool(&json, "plain", task->plain && task->scope.unmasked != 0);
    json_member_int(&json, "records", task->report.records);
    json_put_object_end(&json);
    int code = database_entry(task->worker->database, task->principal->name, TEXT("export"),
                              buffer_get(&detail), &entry, err);
    buffer_fini(&detail);
    return code;
}

/* What the order was sealed as. It was looked at when it was ordered; where it is not what this version makes
 * of orders, nothing is exported rather than more than was asked for. */
static int open_filter(struct task *task, struct err *err)
{
    const struct body *kept = body_get(job_parameters(task->job), "filter");
    struct buffer plain = {0};
    struct body *filter = NULL;
    struct faults faults = {0};
    if (kept == NULL || body_kind(kept) != BODY_TEXT)
        return err_set(err, ERR_VERSION, "这次导出是升级前交办的，请重新导出",
                       "This export was ordered before the upgrade; order it again");
    int code = sealed_text_open(task->worker->database, EXPORT_FILTER, body_text(kept), &plain, err);
    if (code == 0) code = body_parse(buffer_get(&plain), &filter, err);
    if (code == 0) task->items = filter_items(filter, &task->arena, &task->item_count, &faults);
    if (faults.count > 0) {
        *err = faults.items[0].err;
        code = err->code;
    }
    faults_fini(&faults);
    body_free(filter);
    buffer_fini(&plain);
    return code;
}

static int begin(struct task *task, struct err *err)
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
    return code != 0 ? code : open_filter(task, err);
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
    int code = begin(&task, err);
    if (code == 0 && task.item_count > 0) code = find_ids(&task, err);
    if (code == 0) code = write_file(&task, err);
    /* Nobody gets the file before the log has it. */
    if (code == 0) code = store_transact(database_store(task.worker->database), note_export, &task, err);
    if (code == 0) put_result(&task);
    free(task.ids);
    principal_free(task.principal);
    arena_fini(&task.arena);
    return code;
}
