/* The course of an import. Nothing is written to a register before everything has been read, checked and
 * matched. */
#include "exchange/import.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/json.h"
#include "base/mem.h"
#include "exchange/file_digest.h"
#include "exchange/import_digest.h"
#include "exchange/import_return.h"
#include "exchange/import_rows.h"
#include "register/frame_load.h"

enum { ROWS_BETWEEN_REPORTS = 256 };

struct import {
    struct database *database;
    const struct scope *scope;
    const struct pack *pack;
    const struct pack_feed *feed;
    const char *path;
    const struct import_options *options;
    struct import_report *report;
    struct table *table;
    struct stage *stage;
    struct import_return *returning;
    struct import_reason *reasons;
    size_t reason_count, reason_capacity;
    int64_t last_rejected;
    struct import_digest *digest; /* NULL: not wanted */
    struct err *err;              /* for the callbacks */
};

void import_report_fini(struct import_report *report)
{
    arena_fini(&report->arena);
    *report = (struct import_report){0};
}

static void tell(const struct import *import, enum import_phase phase, uint64_t done, uint64_t total)
{
    if (import->options->progress != NULL)
        import->options->progress(import->options->context, phase, done, total);
}

static int check_cancelled(const struct import *import, struct err *err)
{
    if (import->options->cancelled == NULL || !import->options->cancelled(import->options->context)) return 0;
    return err_set(err, ERR_CANCELLED, "导入已停止，没有改动数据",
                   "the import was stopped; nothing was changed");
}

/* ---- Reading ---- */

static void report_headings(struct import *import)
{
    const struct headings *headings = table_headings(import->table);
    struct import_report *report = import->report;
    report->heading_row = headings->row;
    report->headings = arena_array(&report->arena, headings->column_count, sizeof *report->headings);
    report->columns = arena_array(&report->arena, headings->column_count, sizeof *report->columns);
    for (size_t i = 0; i < headings->column_count; i++) {
        const struct heading_column *column = &headings->columns[i];
        if (column->state == HEADING_MAPPED && column->target_count > 0)
            report->columns[report->column_count++] = (struct import_column){
                arena_text(&report->arena, column->text), column->targets[0].part, column->targets[0].field};
        if (column->state == HEADING_MAPPED || column->state == HEADING_BLANK) continue;
        report->headings[report->heading_count++] =
            (struct import_heading){i, arena_text(&report->arena, column->text), column->state,
                                    arena_text(&report->arena, column->nearest)};
    }
    for (size_t i = 0; i < report->part_count; i++) report->parts[i].spoken = headings->parts[i];
}

static void report_warnings(struct import *import, const struct import_rows *rows)
{
    size_t count;
    const struct import_warning *warnings = import_rows_warnings(rows, &count);
    import->report->warnings = arena_array(&import->report->arena, count, sizeof *warnings);
    if (count > 0) memcpy(import->report->warnings, warnings, count * sizeof *warnings);
    import->report->warning_count = count;
}

static int take_rows(struct import *import, struct import_rows *rows, struct err *err)
{
    struct sheet_row row;
    bool more = true;
    for (;;) {
        int code = table_next(import->table, &row, &more, err);
        if (code < 0 || !more) return code;
        code = import_rows_take(rows, &row, err);
        if (code < 0) return code;
        if (++import->report->rows % ROWS_BETWEEN_REPORTS != 0) continue;
        uint64_t done, total;
        table_progress(import->table, &done, &total);
        tell(import, IMPORT_READING, done, total);
        code = check_cancelled(import, err);
        if (code < 0) return code;
    }
}

static int read_all(struct import *import, struct err *err)
{
    int code =
        table_open(import->pack, import->feed, import->path, &import->options->table, &import->table, err);
    if (code == 0) code = stage_begin(import->database, import->scope, import->feed, &import->stage, err);
    if (code < 0) return code;
    report_headings(import);
    struct import_rows *rows = import_rows_new(import->pack, import->feed, import->table, import->stage);
    code = take_rows(import, rows, err);
    report_warnings(import, rows);
    import_rows_free(rows);
    return code;
}

/* ---- Refusals ---- */

static void count_reason(struct import *import, const struct stage_reject *reject)
{
    size_t i = 0;
    while (i < import->reason_count &&
           (import->reasons[i].part != reject->part || import->reasons[i].field != reject->field))
        i++;
    if (i == import->reason_count) {
        import->reasons = mem_grow(import->reasons, &import->reason_capacity, import->reason_count + 1,
                                   sizeof *import->reasons);
        import->reasons[import->reason_count++] =
            (struct import_reason){.part = reject->part,
                                   .field = reject->field,
                                   .zh = arena_text(&import->report->arena, reject->zh),
                                   .en = arena_text(&import->report->arena, reject->en)};
    }
    import->reasons[i].count++;
    import_example(import->reasons[i].rows, &import->reasons[i].row_count, reject->row);
}

static int take_reject(void *context, const struct stage_reject *reject)
{
    struct import *import = context;
    count_reason(import, reject);
    if (import->digest != NULL) import_digest_reject(import->digest, reject);
    if (reject->row != import->last_rejected) import->report->rejected++;
    import->last_rejected = reject->row;
    if (import->options->errors_path == NULL) return 0;
    if (import->returning == NULL) {
        int code = import_return_new(import->pack, import->feed, import->path, import->options,
                                     &import->returning, import->err);
        if (code < 0) return code;
    }
    tell(import, IMPORT_RETURNING, (uint64_t)reject->row, 0);
    return import_return_add(import->returning, reject, import->err);
}

static int most_first(const void *left, const void *right)
{
    const struct import_reason *a = left, *b = right;
    if (a->count != b->count) return a->count > b->count ? -1 : 1;
    if (a->rows[0] != b->rows[0]) return a->rows[0] < b->rows[0] ? -1 : 1;
    return a->part != b->part ? a->part - b->part : a->field - b->field;
}

static int return_refused(struct import *import, struct err *err)
{
    import->err = err;
    int code = stage_rejects(import->stage, take_reject, import, err);
    if (code == 0 && import->returning != NULL) {
        code = import_return_finish(import->returning, err);
        import->report->errors_written = code == 0;
    }
    if (import->reason_count > 1)
        qsort(import->reasons, import->reason_count, sizeof *import->reasons, most_first);
    struct import_report *report = import->report;
    report->reasons = arena_array(&report->arena, import->reason_count, sizeof *report->reasons);
    if (import->reason_count > 0)
        memcpy(report->reasons, import->reasons, import->reason_count * sizeof *report->reasons);
    report->reason_count = import->reason_count;
    return code;
}

/* ---- Differences ---- */

static int put_value(struct import *import, int part, int field, const struct value *value,
                     const char *language, struct text *out)
{
    int reg = import->feed->parts[part].reg;
    struct type type = import->pack->schema.registers[reg].fields[field].type;
    struct buffer text = {0};
    int code = 0;
    if (import->pack->registers[reg].fields[field].sensitive != SENSITIVE_NO)
        buffer_string(&text, "***");
    else if (type.kind == TYPE_RECORD && value->known)
        code = record_name(import->database, type.record, value->integer, &text, import->err);
    else
        value_format(&import->pack->schema, type, value, language, &text);
    *out = arena_text(&import->report->arena, buffer_get(&text));
    buffer_fini(&text);
    return code;
}

/* A preview is of one part after the other, which the stage's callback does not name. */
struct preview {
    struct import *import;
    int part;
};

static int take_difference(void *context, const struct stage_difference *difference)
{
    const struct preview *preview = context;
    struct import *import = preview->import;
    struct import_report *report = import->report;
    int reg = import->feed->parts[preview->part].reg;
    if (import->digest != NULL)
        import_digest_difference(import->digest, preview->part,
                                 import->pack->schema.registers[reg].fields[difference->field].type,
                                 difference);
    if (report->difference_count == IMPORT_DIFFERENCES) return 0;
    struct import_difference *out = &report->differences[report->difference_count++];
    *out =
        (struct import_difference){.part = preview->part, .field = difference->field, .row = difference->row};
    struct buffer name = {0};
    int code = record_name(import->database, reg, difference->record, &name, import->err);
    out->record = arena_text(&report->arena, buffer_get(&name));
    buffer_fini(&name);
    for (int i = 0; i < 2 && code == 0; i++) {
        const char *language = i == 0 ? "zh" : "en";
        code = put_value(import, out->part, out->field, &difference->before, language, &out->before[i]);
        if (code == 0)
            code = put_value(import, out->part, out->field, &difference->after, language, &out->after[i]);
    }
    return code;
}

static int preview_differences(struct import *import, struct err *err)
{
    struct import_report *report = import->report;
    import->err = err;
    report->differences = arena_array(&report->arena, IMPORT_DIFFERENCES, sizeof *report->differences);
    bool all = import->digest != NULL;
    for (int part = 0; part < (int)import->feed->part_count; part++) {
        if (report->parts[part].counts.changed == 0) continue;
        if (report->difference_count == IMPORT_DIFFERENCES && !all) continue;
        struct preview preview = {import, part};
        int code = stage_differences(import->stage, part, all ? INT64_MAX : IMPORT_DIFFERENCES,
                                     take_difference, &preview, err);
        if (code < 0) return code;
    }
    if (all) import_digest_finish(import->digest, report, report->digest);
    return 0;
}

static int match(struct import *import, struct err *err)
{
    tell(import, IMPORT_MATCHING, 0, 0);
    struct stage_counts *counts = mem_new(import->feed->part_count, sizeof *counts);
    int64_t rejected;
    int code = stage_match(import->stage, counts, &rejected, err);
    for (size_t i = 0; i < import->feed->part_count; i++) import->report->parts[i].counts = counts[i];
    free(counts);
    return code;
}

/* ---- Applying ---- */

static int apply(struct import *import, struct err *err)
{
    const char *slash = strrchr(import->path, '/');
    struct text name = import->options->name;
    const char *sheet = table_sheet_name(import->table);
    char digest[FILE_DIGEST_TEXT];
    int code = file_digest(import->path, digest, err);
    if (code < 0) return code;
    struct buffer detail = {0};
    struct json_writer json = json_start(&detail);
    json_put_object(&json);
    json_member_text(&json, "feed", import->feed->label.name);
    json_member_text(&json, "file", name.size > 0 ? name : text_of(slash == NULL ? import->path : slash + 1));
    if (sheet != NULL) {
        json_member_string(&json, "sheet", sheet);
    }
    json_member_string(&json, "sha256", digest);
    json_member_int(&json, "rows", import->report->rows);
    json_member_int(&json, "rejected", import->report->rejected);
    if (import->options->reference != 0) {
        json_member_int(&json, "import", import->options->reference);
    }
    json_put_object_end(&json);
    tell(import, IMPORT_APPLYING, 0, 0);
    code = stage_apply(import->stage, buffer_get(&detail), err);
    buffer_fini(&detail);
    import->report->applied = code == 0;
    return code;
}

/* Putting the refused rows in the place of the file they come from would destroy the good ones. */
static int check_errors_path(const struct import *import, struct err *err)
{
    struct stat source, target;
    const char *path = import->options->errors_path;
    if (path == NULL || stat(path, &target) != 0 || stat(import->path, &source) != 0) return 0;
    if (source.st_dev != target.st_dev || source.st_ino != target.st_ino) return 0;
    err_set(err, ERR_INPUT, "退回的行不能写回导入的原文件；请用另一个文件名",
            "the refused rows cannot replace the file that is imported; give another name");
    return err_at(err, path, 0, 0);
}

static int run(struct import *import, struct err *err)
{
    int code = check_errors_path(import, err);
    if (code == 0) code = read_all(import, err);
    if (code == 0) code = match(import, err);
    if (code == 0) code = return_refused(import, err);
    if (code == 0) code = preview_differences(import, err);
    if (code == 0) code = check_cancelled(import, err);
    if (code == 0 && import->options->confirm != NULL)
        code = import->options->confirm(import->options->context, import->report, err);
    if (code == 0 && !import->options->dry_run) code = apply(import, err);
    return code;
}

int import_run(struct database *database, const struct scope *scope, const struct pack_feed *feed,
               const char *path, const struct import_options *options, struct import_report *report,
               struct err *err)
{
    *report = (struct import_report){.feed = feed, .part_count = feed->part_count};
    report->parts = arena_array(&report->arena, feed->part_count, sizeof *report->parts);
    for (size_t i = 0; i < feed->part_count; i++) report->parts[i].reg = feed->parts[i].reg;
    struct import import = {.database = database,
                            .scope = scope,
                            .pack = database_pack(database),
                            .feed = feed,
                            .path = path,
                            .options = options,
                            .report = report,
                            .digest = options->digest ? import_digest_new() : NULL};
    int code = run(&import, err);
    import_digest_free(import.digest);
    import_return_free(import.returning);
    stage_free(import.stage);
    table_close(import.table);
    free(import.reasons);
    return code;
}
