/* Building a frame: rows come in any order, and leave it sorted under their parents by one counting sort. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "formula/bits.h"
#include "formula/frame_chunk.h"
#include "formula/frame_index.h"

static const int64_t NO_ID = INT64_MIN;

struct register_builder {
    bool declared;
    size_t rows;
    size_t column_count;
    int *fields;                  /* of each declared column */
    struct chunk_column *columns; /* parallel to fields */
    struct chunk_column ids;
    uint32_t *targets; /* row of each arrival, FRAME_NO_ROW for those left out; NULL: its own number */
    bool finished, visiting;
};

struct frame_builder {
    const struct schema *schema;
    struct register_builder *registers;
};

struct frame_builder *frame_builder_new(const struct schema *schema)
{
    struct frame_builder *builder = mem_new(1, sizeof *builder);
    builder->schema = schema;
    builder->registers = mem_new(schema->register_count, sizeof *builder->registers);
    for (size_t r = 0; r < schema->register_count; r++) builder->registers[r].ids.kind = TYPE_INT;
    return builder;
}

void frame_builder_free(struct frame_builder *builder)
{
    if (builder == NULL) return;
    for (size_t r = 0; r < builder->schema->register_count; r++) {
        struct register_builder *rows = &builder->registers[r];
        for (size_t c = 0; c < rows->column_count; c++) chunk_column_fini(&rows->columns[c]);
        chunk_column_fini(&rows->ids);
        free(rows->columns);
        free(rows->fields);
        free(rows->targets);
    }
    free(builder->registers);
    free(builder);
}

void frame_builder_fields(struct frame_builder *builder, int reg, const bool *fields)
{
    struct register_builder *rows = &builder->registers[reg];
    const struct schema_register *schema = &builder->schema->registers[reg];
    assert(!rows->declared && rows->rows == 0);
    assert(schema->parent < 0 || fields[schema->parent_field]);
    rows->declared = true;
    rows->fields = mem_new(schema->field_count, sizeof *rows->fields);
    rows->columns = mem_new(schema->field_count, sizeof *rows->columns);
    for (size_t f = 0; f < schema->field_count; f++) {
        if (!fields[f]) continue;
        rows->fields[rows->column_count] = (int)f;
        rows->columns[rows->column_count++].kind = schema->fields[f].type.kind;
    }
}

void frame_builder_row(struct frame_builder *builder, int reg, int64_t id, const struct value *values)
{
    struct register_builder *rows = &builder->registers[reg];
    assert(rows->declared);
    struct value own = {.known = true, .integer = id};
    chunk_column_add(&rows->ids, &own);
    for (size_t c = 0; c < rows->column_count; c++) chunk_column_add(&rows->columns[c], &values[c]);
    rows->rows++;
}

static int too_many(const struct schema *schema, size_t reg, struct err *err)
{
    const struct label *label = &schema->registers[reg].label;
    return err_set(err, ERR_LIMIT, "%.*s的记录超过42亿条，请按地区分开计算",
                   "too many records of %.*s; compute by area", TEXT_ARGS(label->name));
}

static struct chunk_column *column_of(const struct register_builder *rows, int field)
{
    for (size_t c = 0; c < rows->column_count; c++)
        if (rows->fields[c] == field) return &rows->columns[c];
    return NULL;
}

/* Rows of the register `reg` with the ids of a column; FRAME_NO_ROW where there is none. */
static uint32_t *resolve(const struct frame *frame, int reg, struct chunk_column *ids, size_t rows)
{
    int64_t *raw = mem_new(rows, sizeof *raw);
    uint32_t *resolved = mem_new(rows, sizeof *resolved);
    chunk_column_unpack(ids, NO_ID, raw);
    for (size_t i = 0; i < rows; i++) {
        if (raw[i] == NO_ID)
            resolved[i] = FRAME_NO_ROW;
        else if (i > 0 && raw[i] == raw[i - 1])
            resolved[i] = resolved[i - 1]; /* siblings mostly arrive together */
        else
            resolved[i] = frame_row(frame, reg, raw[i]);
    }
    free(raw);
    return resolved;
}

/* Places every arrival under its parent, keeping the order of arrival among siblings; fills targets and
 * offsets. */
static void sort_under_parents(struct frame *frame, struct register_builder *rows, size_t reg)
{
    const struct schema_register *schema = &frame->schema->registers[reg];
    size_t parents = frame->registers[schema->parent].rows;
    uint32_t *offsets = mem_new(parents + 2, sizeof *offsets);
    frame->registers[reg].child_offsets = offsets;
    if (rows->rows == 0) return;
    rows->targets = resolve(frame, schema->parent, column_of(rows, schema->parent_field), rows->rows);
    /* Counted two places further on, so that the placing itself leaves every slice's beginning behind. */
    for (size_t i = 0; i < rows->rows; i++)
        if (rows->targets[i] != FRAME_NO_ROW) offsets[(size_t)rows->targets[i] + 2]++;
    for (size_t p = 2; p < parents + 2; p++) offsets[p] += offsets[p - 1];
    for (size_t i = 0; i < rows->rows; i++)
        if (rows->targets[i] != FRAME_NO_ROW) rows->targets[i] = offsets[(size_t)rows->targets[i] + 1]++;
}

static int index_ids(const struct frame *frame, size_t reg, struct err *err)
{
    struct frame_register *out = &frame->registers[reg];
    size_t slots = 16;
    while (slots < out->rows * 2) slots *= 2;
    out->id_mask = slots - 1;
    out->id_slots = mem_new(slots, sizeof *out->id_slots);
    memset(out->id_slots, 0xFF, slots * sizeof *out->id_slots);
    for (size_t row = 0; row < out->rows; row++) {
        size_t slot = frame_index_slot(out->ids[row], out->id_mask);
        for (; out->id_slots[slot] != FRAME_NO_ROW; slot = (slot + 1) & out->id_mask)
            if (out->ids[out->id_slots[slot]] == out->ids[row])
                return err_set(err, ERR_CORRUPT, "%.*s中有两条记录的内部编号都是%lld，请检查数据库",
                               "two records of %.*s have the id %lld; check the database",
                               TEXT_ARGS(frame->schema->registers[reg].label.name), (long long)out->ids[row]);
        out->id_slots[slot] = (uint32_t)row;
    }
    return 0;
}

static int finish_register(struct frame_builder *builder, struct frame *frame, size_t reg, struct err *err)
{
    struct register_builder *rows = &builder->registers[reg];
    struct frame_register *out = &frame->registers[reg];
    int parent = builder->schema->registers[reg].parent;
    if (rows->finished) return 0;
    if (rows->visiting)
        return err_set(err, ERR_INPUT, "登记簿%.*s挂在自己下面，请改正上级设置",
                       "register %.*s hangs on itself; correct its parent",
                       TEXT_ARGS(builder->schema->registers[reg].label.name));
    rows->visiting = true;
    if (rows->rows >= FRAME_NO_ROW) return too_many(builder->schema, reg, err);
    if (parent >= 0) {
        int status = finish_register(builder, frame, (size_t)parent, err);
        if (status != 0) return status;
        sort_under_parents(frame, rows, reg);
        out->rows = out->child_offsets[frame->registers[parent].rows];
    } else {
        out->rows = rows->rows;
    }
    int64_t *ids = mem_new(rows->rows, sizeof *ids);
    chunk_column_unpack(&rows->ids, 0, ids);
    chunk_column_fini(&rows->ids);
    out->ids = ids;
    if (rows->targets != NULL) {
        out->ids = mem_new(out->rows, sizeof *out->ids);
        for (size_t i = 0; i < rows->rows; i++)
            if (rows->targets[i] != FRAME_NO_ROW) out->ids[rows->targets[i]] = ids[i];
        free(ids);
    }
    for (size_t c = 0; c < rows->column_count; c++)
        if (rows->columns[c].kind != TYPE_RECORD)
            chunk_column_freeze(&rows->columns[c], rows->targets, out->rows, &out->columns[rows->fields[c]]);
    rows->finished = true;
    return index_ids(frame, reg, err);
}

/* References can only be resolved once the rows they point to have found their places. */
static void freeze_references(struct frame_builder *builder, struct frame *frame, size_t reg)
{
    struct register_builder *rows = &builder->registers[reg];
    struct frame_register *out = &frame->registers[reg];
    for (size_t c = 0; c < rows->column_count; c++) {
        if (rows->columns[c].kind != TYPE_RECORD) continue;
        struct column *column = &out->columns[rows->fields[c]];
        int other = builder->schema->registers[reg].fields[rows->fields[c]].type.record;
        uint32_t *resolved = resolve(frame, other, &rows->columns[c], rows->rows);
        uint32_t *values = mem_new(out->rows + BITS_WORD, sizeof *values);
        column->width = COLUMN_I32;
        column->values = values;
        for (size_t i = 0; i < rows->rows; i++) {
            size_t target = rows->targets == NULL ? i : rows->targets[i];
            if (target == FRAME_NO_ROW) continue;
            values[target] = resolved[i];
            if (resolved[i] != FRAME_NO_ROW) continue;
            if (column->nulls == NULL)
                column->nulls = mem_new(bits_words(out->rows) + 1, sizeof *column->nulls);
            bits_set(column->nulls, target);
        }
        free(resolved);
        chunk_column_fini(&rows->columns[c]);
        if (rows->fields[c] == builder->schema->registers[reg].parent_field) out->parent_rows = values;
    }
}

int frame_builder_finish(struct frame_builder *builder, struct frame **out, struct err *err)
{
    const struct schema *schema = builder->schema;
    struct frame *frame = mem_new(1, sizeof *frame);
    int status = 0;
    frame->schema = schema;
    frame->registers = mem_new(schema->register_count, sizeof *frame->registers);
    for (size_t r = 0; r < schema->register_count; r++)
        frame->registers[r].columns = mem_new(schema->registers[r].field_count, sizeof(struct column));
    for (size_t r = 0; r < schema->register_count && status == 0; r++)
        status = finish_register(builder, frame, r, err);
    for (size_t r = 0; r < schema->register_count && status == 0; r++) freeze_references(builder, frame, r);
    frame_builder_free(builder);
    if (status != 0) {
        frame_free(frame);
        return status;
    }
    *out = frame;
    return 0;
}
