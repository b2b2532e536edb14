/* A row is taken whole or not at all, and never silently: a cell that cannot be read, values of a record
 * without its key, totals and headings in the middle of the data are each refused with a reason. */
#include "exchange/import_rows.h"

#include <stdlib.h>

#include "base/mem.h"

enum { FAULTS_TOLD = 32 }; /* of one row; more say nothing new */

struct fault {
    int part, field;
    struct text zh, en;
};

struct part_state {
    struct stage_cell *cells; /* field_count */
    size_t field_count;
    size_t warning_base; /* of the part's first field in warning_index */
    bool own_value;      /* this row has a value in a column that speaks of this part alone */
};

struct import_rows {
    const struct pack *pack;
    const struct pack_feed *feed;
    const struct headings *headings;
    struct stage *stage;
    struct cell_reader *reader;
    struct part_state *parts;
    const struct stage_cell **spoken; /* what stage_row is given */
    struct fault *faults;             /* of the row */
    size_t fault_count, fault_capacity;
    struct arena arena;    /* of the row */
    size_t *warning_index; /* 1 + place in warnings, by part, field and kind */
    struct import_warning *warnings;
    size_t warning_count, warning_capacity;
};

struct import_rows *import_rows_new(const struct pack *pack, const struct pack_feed *feed,
                                    const struct table *table, struct stage *stage)
{
    struct import_rows *rows = mem_new(1, sizeof *rows);
    rows->pack = pack;
    rows->feed = feed;
    rows->headings = table_headings(table);
    rows->stage = stage;
    rows->reader = cell_reader_new(pack, table_epoch_1904(table));
    rows->parts = mem_new(feed->part_count, sizeof *rows->parts);
    rows->spoken = mem_new(feed->part_count, sizeof *rows->spoken);
    size_t fields = 0;
    for (size_t i = 0; i < feed->part_count; i++) {
        const struct feed_part *part = &feed->parts[i];
        struct part_state *state = &rows->parts[i];
        state->field_count = pack->schema.registers[part->reg].field_count;
        state->cells = mem_new(state->field_count, sizeof *state->cells);
        state->warning_base = fields;
        fields += state->field_count;
        for (size_t k = 0; k < part->set_count; k++)
            state->cells[part->set_fields[k]] =
                (struct stage_cell){.given = true, .value = part->set_values[k]};
    }
    for (size_t i = 0; i < rows->headings->column_count; i++)
        for (size_t k = 0; k < rows->headings->columns[i].target_count; k++) {
            struct heading_target target = rows->headings->columns[i].targets[k];
            rows->parts[target.part].cells[target.field].given = true;
        }
    rows->warning_index = mem_new(fields * CELL_WARNINGS, sizeof *rows->warning_index);
    return rows;
}

void import_rows_free(struct import_rows *rows)
{
    if (rows == NULL) return;
    for (size_t i = 0; i < rows->feed->part_count; i++) free(rows->parts[i].cells);
    free(rows->parts);
    free(rows->spoken);
    free(rows->warning_index);
    free(rows->warnings);
    cell_reader_free(rows->reader);
    arena_fini(&rows->arena);
    free(rows);
}

void import_example(int64_t *examples, size_t *count, int64_t row)
{
    if (*count < IMPORT_EXAMPLES) examples[(*count)++] = row;
}

const struct import_warning *import_rows_warnings(const struct import_rows *rows, size_t *count)
{
    *count = rows->warning_count;
    return rows->warnings;
}

static void warn(struct import_rows *rows, int part, int field, enum cell_warning kind, int64_t row)
{
    size_t *index =
        &rows->warning_index[(rows->parts[part].warning_base + (size_t)field) * CELL_WARNINGS + kind];
    if (*index == 0) {
        rows->warnings = mem_grow(rows->warnings, &rows->warning_capacity, rows->warning_count + 1,
                                  sizeof *rows->warnings);
        rows->warnings[rows->warning_count] =
            (struct import_warning){.kind = kind, .part = part, .field = field};
        *index = ++rows->warning_count;
    }
    struct import_warning *warning = &rows->warnings[*index - 1];
    warning->count++;
    import_example(warning->rows, &warning->row_count, row);
}

/* ---- Rows that are no data ---- */

/* Sheets pasted one below the other bring their headings along. */
static bool is_heading_row(const struct import_rows *rows, const struct sheet_row *row)
{
    size_t same = 0;
    for (size_t i = 0; i < row->count && i < rows->headings->column_count; i++) {
        struct text text = text_trim(row->cells[i].text);
        if (text.size == 0) continue;
        if (!text_fold_equal(text, rows->headings->columns[i].text)) return false;
        same++;
    }
    return same > 0;
}

static bool is_total_row(const struct sheet_row *row)
{
    static const char *const words[] = {"合计",  "总计", "小计",     "累计",      "共计",
                                        "total", "sum",  "subtotal", "grandtotal"};
    for (size_t i = 0; i < row->count; i++) {
        struct text text = text_trim(row->cells[i].text);
        if (text.size == 0) continue;
        for (size_t k = 0; k < sizeof words / sizeof words[0]; k++)
            if (text_fold_equal(text, text_of(words[k]))) return true;
        return false;
    }
    return false;
}

/* ---- Cells ---- */

static void add_fault(struct import_rows *rows, int part, int field, struct text zh, struct text en)
{
    rows->faults = arena_grow(&rows->arena, rows->faults, &rows->fault_capacity, rows->fault_count + 1,
                              sizeof *rows->faults);
    rows->faults[rows->fault_count++] = (struct fault){part, field, zh, en};
}

/* Whether there is something in the cell, readable or not. */
static bool read_cell(struct import_rows *rows, int64_t row, size_t column, struct heading_target target,
                      const struct sheet_cell *cell)
{
    int reg = rows->feed->parts[target.part].reg;
    struct stage_cell *out = &rows->parts[target.part].cells[target.field];
    enum cell_warning warning;
    struct err cause;
    struct value value;
    int code = cell_read(rows->reader, reg, target.field, target.scale_by, cell, &rows->arena, &value,
                         &warning, &cause);
    bool record = rows->pack->schema.registers[reg].fields[target.field].type.kind == TYPE_RECORD;
    out->value = code < 0 || record ? (struct value){0} : value;
    out->lookup = code == 0 && record ? value.text : (struct text){NULL, 0};
    if (warning != CELL_FINE) warn(rows, target.part, target.field, warning, row);
    if (code == 0) return value.known;
    char letters[SHEET_COLUMN_TEXT];
    sheet_column_name(column, letters);
    struct text heading = rows->headings->columns[column].text;
    add_fault(
        rows, target.part, target.field,
        text_of(arena_printf(&rows->arena, "%s列“%.*s”：%s", letters, TEXT_ARGS(heading), cause.zh)),
        text_of(arena_printf(&rows->arena, "column %s `%.*s`: %s", letters, TEXT_ARGS(heading), cause.en)));
    return true;
}

static void read_cells(struct import_rows *rows, const struct sheet_row *row)
{
    static const struct sheet_cell blank = {SHEET_BLANK, {"", 0}};
    for (size_t i = 0; i < rows->feed->part_count; i++) rows->parts[i].own_value = false;
    for (size_t i = 0; i < rows->headings->column_count; i++) {
        const struct heading_column *column = &rows->headings->columns[i];
        const struct sheet_cell *cell = i < row->count ? &row->cells[i] : &blank;
        for (size_t k = 0; k < column->target_count; k++) {
            bool any = read_cell(rows, row->number, i, column->targets[k], cell);
            if (any && column->target_count == 1) rows->parts[column->targets[k].part].own_value = true;
        }
    }
}

/* ---- Parts ---- */

static bool has_value(const struct import_rows *rows, int part, int field)
{
    const struct stage_cell *cell = &rows->parts[part].cells[field];
    return cell->value.known || cell->lookup.size > 0;
}

static bool among(const int *items, size_t count, int item)
{
    for (size_t i = 0; i < count; i++)
        if (items[i] == item) return true;
    return false;
}

static bool speaks_of(const struct import_rows *rows, int part)
{
    const struct feed_part *feed_part = &rows->feed->parts[part];
    if (!rows->headings->parts[part]) return false;
    for (size_t i = 0; i < feed_part->needs_count; i++)
        if (!has_value(rows, part, feed_part->needs[i])) return false;
    /* A key that comes wholly from elsewhere says nothing by itself. */
    return feed_part->needs_count > 0 || feed_part->needs_given || rows->parts[part].own_value;
}

/* A part that the row does not speak of may be unreadable, except in what it is told by. */
static bool matters(const struct import_rows *rows, const struct fault *fault)
{
    const struct feed_part *part = &rows->feed->parts[fault->part];
    if (!rows->headings->parts[fault->part]) return false;
    return rows->spoken[fault->part] != NULL || !part->needs_given ||
           among(part->needs, part->needs_count, fault->field);
}

/* Values without the key of the record they belong to would be lost without a word. */
static void miss_keys(struct import_rows *rows, int part)
{
    const struct feed_part *feed_part = &rows->feed->parts[part];
    const struct schema_register *reg = &rows->pack->schema.registers[feed_part->reg];
    for (size_t i = 0; i < feed_part->needs_count; i++) {
        int field = feed_part->needs[i];
        if (has_value(rows, part, field)) continue;
        const struct label *name = &reg->fields[field].label, *of = &reg->label;
        struct text zh = label_in(name, "zh"), en = label_in(name, "en");
        add_fault(
            rows, part, field,
            text_of(arena_printf(&rows->arena, "缺少“%.*s”，不知道是哪一个“%.*s”", TEXT_ARGS(zh),
                                 TEXT_ARGS(label_in(of, "zh")))),
            text_of(arena_printf(&rows->arena, "`%.*s` is missing, so it is not clear which `%.*s` is meant",
                                 TEXT_ARGS(en), TEXT_ARGS(label_in(of, "en")))));
    }
}

/* Which parts the row speaks of; false when it is none. */
static bool find_parts(struct import_rows *rows)
{
    bool any = false;
    for (int part = 0; part < (int)rows->feed->part_count; part++) {
        bool spoken = speaks_of(rows, part);
        rows->spoken[part] = spoken ? rows->parts[part].cells : NULL;
        any = any || (spoken && rows->feed->parts[part].mode == FEED_WRITE);
    }
    for (int part = 0; part < (int)rows->feed->part_count; part++) {
        const struct part_state *state = &rows->parts[part];
        if (rows->spoken[part] == NULL && rows->headings->parts[part] && state->own_value &&
            !rows->feed->parts[part].needs_given)
            miss_keys(rows, part);
    }
    return any;
}

/* ---- The row ---- */

static int refuse_row(struct import_rows *rows, int64_t row, struct text zh, struct text en, struct err *err)
{
    return stage_refuse(rows->stage, row, (int)rows->feed->part_count - 1, -1, zh, en, err);
}

/* A column that was unreadable is missing as well; one reason for it is enough. */
static bool told_already(const struct import_rows *rows, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (rows->faults[i].part == rows->faults[index].part &&
            rows->faults[i].field == rows->faults[index].field)
            return true;
    return false;
}

static int refuse_faults(struct import_rows *rows, int64_t row, bool *refused, struct err *err)
{
    size_t told = 0;
    *refused = false;
    for (size_t i = 0; i < rows->fault_count && told < FAULTS_TOLD; i++) {
        const struct fault *fault = &rows->faults[i];
        if (!matters(rows, fault) || told_already(rows, i)) continue;
        int code = stage_refuse(rows->stage, row, fault->part, fault->field, fault->zh, fault->en, err);
        if (code < 0) return code;
        *refused = true;
        told++;
    }
    return 0;
}

int import_rows_take(struct import_rows *rows, const struct sheet_row *row, struct err *err)
{
    if (is_heading_row(rows, row))
        return refuse_row(rows, row->number, TEXT("重复的表头行"), TEXT("the headings again"), err);
    if (is_total_row(row))
        return refuse_row(rows, row->number, TEXT("合计行，不是一条记录"),
                          TEXT("a row of totals, not a record"), err);
    arena_fini(&rows->arena);
    rows->faults = NULL;
    rows->fault_count = rows->fault_capacity = 0;
    read_cells(rows, row);
    bool any = find_parts(rows), refused;
    int code = refuse_faults(rows, row->number, &refused, err);
    if (code < 0 || refused) return code;
    if (!any)
        return refuse_row(rows, row->number, TEXT("这一行没有任何编号或主键，不是一条记录"),
                          TEXT("the row has no key of any record"), err);
    return stage_row(rows->stage, row->number, rows->spoken, err);
}
