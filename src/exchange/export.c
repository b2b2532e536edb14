/* What goes out must come in again unchanged, so headings and values are chosen by what the import
 * understands: a heading whose unit is the field's own, a label only where it cannot be taken apart. */
#include "exchange/export.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "exchange/sheet_write.h"
#include "exchange/vocabulary.h"
#include "formula/formula.h"
#include "formula/program.h"
#include "register/frame_load.h"
#include "register/mask.h"
#include "register/scan.h"
#include "register/scope_sql.h"

enum { ROWS_BETWEEN_REPORTS = 1024 };

/* ---- Headings ---- */

/* The label unless the pack says that it counts in another unit; then a spelling in the field's own unit. */
static struct text heading_of(const struct pack *pack, int reg, int field, const char *language,
                              struct arena *arena)
{
    const struct pack_field *meta = &pack->registers[reg].fields[field];
    const struct schema_field *schema_field = &pack->schema.registers[reg].fields[field];
    struct text label = label_in(&schema_field->label, language);
    struct text other = {NULL, 0};
    for (size_t i = 0; i < meta->heading_count; i++) {
        if (meta->headings[i].scale_by == 1 && other.size == 0) other = meta->headings[i].heading;
        if (!text_equal(meta->headings[i].heading, label) || meta->headings[i].scale_by == 1) continue;
        label = (struct text){NULL, 0};
    }
    if (label.size > 0) return label;
    if (other.size > 0) return other;
    label = label_in(&schema_field->label, language);
    struct text unit = schema_field->type.kind == TYPE_MONEY ? TEXT("元")
                       : schema_field->type.unit >= 0
                           ? label_in(&pack->schema.units[schema_field->type.unit].label, language)
                           : TEXT("个");
    return text_of(arena_printf(arena, "%.*s（%.*s）", TEXT_ARGS(label), TEXT_ARGS(unit)));
}

static int begin_sheet(struct sheet_writer *writer, struct text name, const struct text *headings,
                       size_t count, struct err *err)
{
    struct write_column *columns = mem_new(count, sizeof *columns);
    for (size_t i = 0; i < count; i++) columns[i].heading = headings[i];
    struct write_sheet sheet = {.name = name, .columns = columns, .column_count = count};
    int code = sheet_writer_sheet(writer, &sheet, err);
    free(columns);
    return code;
}

/* ---- Values ---- */

static bool can_be_taken_apart(struct text label, struct text further)
{
    static const char *const separators[] = {",", "，", "、", ";", "；", "|", "｜"};
    for (size_t i = 0; i < sizeof separators / sizeof separators[0]; i++)
        if (text_find(label, text_of(separators[i])) >= 0) return true;
    for (size_t offset = 0; offset < further.size;) {
        size_t before = offset;
        text_next(further, &offset);
        if (text_find(label, (struct text){further.at + before, offset - before}) >= 0) return true;
    }
    return false;
}

static struct text codes_text(const struct schema_dictionary *dictionary, const struct pack_field *meta,
                              int64_t bits, const char *language, struct buffer *out)
{
    buffer_clear(out);
    for (size_t i = 0; i < dictionary->code_count && i < 64; i++) {
        if (((uint64_t)bits >> i & 1) == 0) continue;
        struct text label = label_in(&dictionary->codes[i].label, language);
        if (can_be_taken_apart(label, meta->separators)) label = dictionary->codes[i].label.name;
        if (out->size > 0) buffer_char(out, ',');
        buffer_text(out, label);
    }
    return buffer_get(out);
}

static struct text bool_text(bool truth, const char *language)
{
    if (strcmp(language, "en") == 0) return truth ? TEXT("yes") : TEXT("no");
    return truth ? TEXT("是") : TEXT("否");
}

struct exporter {
    const struct pack *pack;
    int reg;
    const char *language;
    struct sheet_writer *writer;
    struct write_cell *cells; /* field_count */
    struct buffer *texts;     /* beside cells, for CODES */
};

static struct write_cell cell_of(const struct exporter *exporter, size_t field, const struct value *value,
                                 struct text key)
{
    const struct schema *schema = &exporter->pack->schema;
    struct type type = schema->registers[exporter->reg].fields[field].type;
    if (!value->known) return (struct write_cell){.kind = WRITE_BLANK};
    switch (type.kind) {
    case TYPE_BOOL:
        return write_text(bool_text(value->integer != 0, exporter->language));
    case TYPE_INT:
        return (struct write_cell){.kind = WRITE_INT, .integer = value->integer};
    case TYPE_DECIMAL:
        return (struct write_cell){.kind = WRITE_DECIMAL, .integer = value->integer};
    case TYPE_MONEY:
        return (struct write_cell){.kind = WRITE_MONEY, .integer = value->integer};
    case TYPE_RATIO:
        return (struct write_cell){.kind = WRITE_RATIO, .ratio = value->ratio};
    case TYPE_DATE:
        return (struct write_cell){.kind = WRITE_DATE, .integer = value->integer};
    case TYPE_MONTH:
        return (struct write_cell){.kind = WRITE_MONTH, .integer = value->integer};
    case TYPE_CODE: {
        const struct schema_dictionary *dictionary = &schema->dictionaries[type.dictionary];
        return write_text(label_in(&dictionary->codes[value->integer].label, exporter->language));
    }
    case TYPE_CODES:
        return write_text(codes_text(&schema->dictionaries[type.dictionary],
                                     &exporter->pack->registers[exporter->reg].fields[field], value->integer,
                                     exporter->language, &exporter->texts[field]));
    case TYPE_TEXT:
        return write_text(value->text);
    case TYPE_RECORD:
        return write_text(key);
    case TYPE_NULL:
        break;
    }
    return (struct write_cell){.kind = WRITE_BLANK};
}

/* ---- Which records ---- */

struct filter { /* without a frame: all */
    struct frame *frame;
    struct program_result result;
};

static void filter_fini(struct filter *filter)
{
    frame_free(filter->frame);
    if (filter->frame != NULL) program_results_fini(&filter->result, 1);
}

static int evaluate(struct database *database, int reg, const struct node *node, int32_t as_of,
                    struct filter *filter, struct err *err)
{
    const struct schema *schema = &database_pack(database)->schema;
    bool **used = mem_new(schema->register_count, sizeof *used),
         *wanted = mem_new(schema->register_count, sizeof *wanted);
    for (size_t i = 0; i < schema->register_count; i++)
        used[i] = mem_new(schema->registers[i].field_count, sizeof **used);
    wanted[reg] = true;
    formula_fields_used(schema, node, used);
    const struct frame_request request = {.used = used, .wanted = wanted};
    int code = frame_load(database, &request, &filter->frame, err);
    for (size_t i = 0; i < schema->register_count; i++) free(used[i]);
    free(used);
    free(wanted);
    if (code < 0) return code;
    struct program_root root = {.node = node, .scope = reg};
    struct program_options options = {.as_of = as_of};
    struct program_run_options how = {.reg = -1};
    struct program *program = NULL;
    code = program_new(schema, &root, 1, &options, &program, err);
    if (code == 0) code = program_run(program, filter->frame, &how, &filter->result, err);
    program_free(program);
    return code;
}

static int make_filter(struct database *database, const struct scope *scope, int reg,
                       const struct export_options *options, struct filter *filter, struct err *err)
{
    if (text_trim(options->where).size == 0) return 0;
    struct arena arena = {0};
    struct node *node;
    struct type wanted = type_of(TYPE_BOOL);
    int code = formula_check(&database_pack(database)->schema, &arena, reg,
                             (struct formula_source){.text = options->where}, &wanted, &node, err);
    if (code == 0) code = mask_check_formula(scope, database_pack(database), node, err);
    if (code == 0) code = evaluate(database, reg, node, options->as_of, filter, err);
    arena_fini(&arena);
    return code;
}

static bool passes(const struct filter *filter, int reg, int64_t id, struct export_report *report)
{
    if (filter->frame == NULL) return true;
    uint32_t row = frame_row(filter->frame, reg, id);
    if (row == FRAME_NO_ROW) return false; /* written after the frame was loaded */
    struct value value = program_result_get(&filter->result, row);
    report->undetermined += !value.known;
    return value.known && value.integer != 0;
}

static int compare_ids(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return a < b ? -1 : a > b;
}

static bool is_wanted(const struct export_options *options, int64_t id)
{
    return options->ids == NULL || (options->id_count > 0 && bsearch(&id, options->ids, options->id_count,
                                                                     sizeof id, compare_ids) != NULL);
}

/* ---- The course ---- */

static int check_cancelled(const struct export_options *options, struct err *err)
{
    if (options->cancelled == NULL || !options->cancelled(options->context)) return 0;
    return err_set(err, ERR_CANCELLED, "导出已停止", "The export was stopped");
}

static int write_rows(struct database *database, const struct scope *scope, struct exporter *exporter,
                      const struct filter *filter, const struct export_options *options,
                      struct export_report *report, struct err *err)
{
    struct record_scan *scan = NULL;
    struct record_row row;
    int64_t total = 0, done = 0;
    bool more = true;
    size_t fields = exporter->pack->schema.registers[exporter->reg].field_count;
    int code = record_scan_count(database, scope, exporter->reg, &total, err);
    if (code == 0) code = record_scan_new(database, scope, exporter->reg, &scan, err);
    while (code == 0 && (code = record_scan_next(scan, &row, &more, err)) == 0 && more) {
        if (done++ % ROWS_BETWEEN_REPORTS == 0) {
            if (options->progress != NULL)
                options->progress(options->context, (uint64_t)done, (uint64_t)total);
            code = check_cancelled(options, err);
            if (code != 0) break;
        }
        if (!is_wanted(options, row.id)) continue;
        if (!passes(filter, exporter->reg, row.id, report)) continue;
        for (size_t i = 0; i < fields; i++)
            exporter->cells[i] = row.masked[i].size > 0 ? write_text(row.masked[i])
                                                        : cell_of(exporter, i, &row.values[i], row.keys[i]);
        code = sheet_writer_row(exporter->writer, exporter->cells, fields, err);
        report->records++;
    }
    record_scan_free(scan);
    return code;
}

static int write_sheet(struct database *database, const struct scope *scope, struct exporter *exporter,
                       const struct filter *filter, const struct export_options *options,
                       struct export_report *report, struct err *err)
{
    const struct schema_register *reg = &exporter->pack->schema.registers[exporter->reg];
    struct arena arena = {0};
    struct text *headings = arena_array(&arena, reg->field_count, sizeof *headings);
    for (size_t i = 0; i < reg->field_count; i++)
        headings[i] = heading_of(exporter->pack, exporter->reg, (int)i, exporter->language, &arena);
    int code = begin_sheet(exporter->writer, label_in(&reg->label, exporter->language), headings,
                           reg->field_count, err);
    arena_fini(&arena);
    if (code == 0) code = write_rows(database, scope, exporter, filter, options, report, err);
    return code == 0 ? sheet_writer_finish(exporter->writer, err) : code;
}

int export_run(struct database *database, const struct scope *scope, int reg, const char *path,
               const struct export_options *options, struct export_report *report, struct err *err)
{
    struct export_report unasked;
    if (report == NULL) report = &unasked;
    *report = (struct export_report){0};
    const struct pack *pack = database_pack(database);
    size_t fields = pack->schema.registers[reg].field_count;
    struct exporter exporter = {.pack = pack,
                                .reg = reg,
                                .language = options->language == NULL ? "zh" : options->language,
                                .cells = mem_new(fields, sizeof *exporter.cells),
                                .texts = mem_new(fields, sizeof *exporter.texts)};
    struct filter filter = {0};
    int code = scope_check(scope, pack, reg, SCOPE_EXPORT, err);
    if (code == 0) code = make_filter(database, scope, reg, options, &filter, err);
    if (code == 0) code = sheet_writer_new(path, &exporter.writer, err);
    if (code == 0) code = write_sheet(database, scope, &exporter, &filter, options, report, err);
    sheet_writer_free(exporter.writer);
    filter_fini(&filter);
    for (size_t i = 0; i < fields; i++) buffer_fini(&exporter.texts[i]);
    free(exporter.texts);
    free(exporter.cells);
    return code;
}

/* ---- Template ---- */

/* The feed's own spelling of the column, else the field's. */
static struct text template_heading(const struct pack *pack, const struct feed_part *part, int field,
                                    const char *language, struct arena *arena)
{
    for (size_t i = 0; i < part->column_count; i++)
        if (part->columns[i].field == field && part->columns[i].scale_by == 1)
            return part->columns[i].heading;
    return heading_of(pack, part->reg, field, language, arena);
}

int export_template(const struct pack *pack, const struct pack_feed *feed, const char *path,
                    const char *language, struct err *err)
{
    if (language == NULL) language = "zh";
    struct arena arena = {0};
    struct map seen = {0};
    struct text *headings = NULL;
    size_t count = 0, capacity = 0;
    for (int part = 0; part < (int)feed->part_count; part++)
        for (int field = 0; field < (int)pack->schema.registers[feed->parts[part].reg].field_count; field++) {
            if (!vocabulary_takes(pack, feed, part, field)) continue;
            struct text heading = template_heading(pack, &feed->parts[part], field, language, &arena);
            if (!map_add(&seen, heading, count, NULL)) continue; /* one column fills both parts */
            headings = mem_grow(headings, &capacity, count + 1, sizeof *headings);
            headings[count++] = heading;
        }
    struct sheet_writer *writer = NULL;
    int code = sheet_writer_new(path, &writer, err);
    if (code == 0) code = begin_sheet(writer, label_in(&feed->label, language), headings, count, err);
    if (code == 0) code = sheet_writer_finish(writer, err);
    sheet_writer_free(writer);
    free(headings);
    map_fini(&seen);
    arena_fini(&arena);
    return code;
}
