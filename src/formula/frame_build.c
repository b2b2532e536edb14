/* Building a frame: rows come in any order, and leave it sorted under their parents by one counting sort. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "formula/bits.h"
#include "formula/frame_block.h"
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

/* Finds rows of a register by the ids of a column, chunk by chunk. */
struct resolver {
    const struct frame *frame;
    int reg;
    struct chunk_column *ids;
    int64_t last_id;
    uint32_t last_row;
    int64_t raw[FRAME_CHUNK_ROWS];
    uint32_t rows[FRAME_CHUNK_ROWS]; /* FRAME_NO_ROW where there is none */
};

static struct resolver *resolver_new(const struct frame *frame, int reg, struct chunk_column *ids)
{
    struct resolver *resolver = mem_new(1, sizeof *resolver);
    resolver->frame = frame;
    resolver->reg = reg;
    resolver->ids = ids;
    resolver->last_id = NO_ID;
    resolver->last_row = FRAME_NO_ROW;
    return resolver;
}

static size_t resolve(struct resolver *resolver, size_t chunk)
{
    size_t count = chunk_column_read(resolver->ids, chunk, NO_ID, resolver->raw);
    for (size_t i = 0; i < count; i++) {
        int64_t id = resolver->raw[i];
        if (id != resolver->last_id) { /* siblings mostly arrive together */
            resolver->last_id = id;
            resolver->last_row = id == NO_ID ? FRAME_NO_ROW : frame_row(resolver->frame, resolver->reg, id);
        }
        resolver->rows[i] = resolver->last_row;
    }
    return count;
}

/* Counts every parent's rows two places further on, so that placing them leaves every slice's beginning
 * behind. True when all rows have a parent and arrived in its order. */
static bool count_children(struct resolver *resolver, uint32_t *offsets)
{
    uint32_t last = 0;
    bool sorted = true;
    size_t count;
    for (size_t c = 0; (count = resolve(resolver, c)) > 0; c++)
        for (size_t i = 0; i < count; i++) {
            uint32_t parent = resolver->rows[i];
            sorted = sorted && parent != FRAME_NO_ROW && parent >= last;
            last = parent;
            if (parent != FRAME_NO_ROW) offsets[(size_t)parent + 2]++;
        }
    return sorted;
}

/* Places every arrival under its parent, keeping the order of arrival among siblings; fills targets and
 * offsets. */
static void sort_under_parents(struct frame *frame, struct register_builder *rows, size_t reg)
{
    const struct schema_register *schema = &frame->schema->registers[reg];
    size_t parents = frame->registers[schema->parent].rows, count;
    uint32_t *offsets = block_new(parents + 2, sizeof *offsets);
    frame->registers[reg].child_offsets = offsets;
    if (rows->rows == 0) return;
    struct chunk_column *ids = column_of(rows, schema->parent_field);
    struct resolver *resolver = resolver_new(frame, schema->parent, ids);
    bool sorted = count_children(resolver, offsets);
    for (size_t p = 2; p < parents + 2; p++) offsets[p] += offsets[p - 1];
    if (sorted) {
        memmove(offsets, offsets + 1, (parents + 1) * sizeof *offsets);
    } else {
        rows->targets = mem_new(rows->rows, sizeof *rows->targets);
        for (size_t c = 0; (count = resolve(resolver, c)) > 0; c++)
            for (size_t i = 0; i < count; i++) {
                uint32_t parent = resolver->rows[i];
                rows->targets[c * FRAME_CHUNK_ROWS + i] =
                    parent == FRAME_NO_ROW ? parent : offsets[(size_t)parent + 1]++;
            }
    }
    free(resolver);
    chunk_column_fini(ids);
}

static void place_ids(struct register_builder *rows, struct frame_register *out)
{
    int64_t raw[FRAME_CHUNK_ROWS];
    size_t count;
    for (size_t c = 0; (count = chunk_column_read(&rows->ids, c, 0, raw)) > 0; c++)
        for (size_t i = 0; i < count; i++) {
            size_t row = c * FRAME_CHUNK_ROWS + i;
            if (rows->targets != NULL) row = rows->targets[row];
            if (row == FRAME_NO_ROW) continue;
            if (out->near_ids != NULL)
                out->near_ids[row] = (uint32_t)(raw[i] - out->first_id);
            else
                out->far_ids[row] = raw[i];
        }
}

/* Whether the ids as they arrived are one number after another. */
static bool consecutive(struct register_builder *rows)
{
    int64_t raw[FRAME_CHUNK_ROWS];
    uint64_t next = (uint64_t)rows->ids.least;
    size_t count;
    if (rows->targets != NULL || (uint64_t)rows->ids.most - (uint64_t)rows->ids.least != rows->rows - 1)
        return false;
    for (size_t c = 0; (count = chunk_column_read(&rows->ids, c, 0, raw)) > 0; c++)
        for (size_t i = 0; i < count; i++)
            if ((uint64_t)raw[i] != next++) return false;
    return true;
}

static void freeze_ids(struct frame *frame, struct register_builder *rows, size_t reg)
{
    struct frame_register *out = &frame->registers[reg];
    out->ids_rise = true;
    out->first_id = rows->ids.least;
    if (rows->rows > 0 && !consecutive(rows)) {
        if ((uint64_t)rows->ids.most - (uint64_t)rows->ids.least <= UINT32_MAX)
            out->near_ids = block_new(out->rows, sizeof *out->near_ids);
        else
            out->far_ids = block_new(out->rows, sizeof *out->far_ids);
        place_ids(rows, out);
        for (size_t row = 1; row < out->rows && out->ids_rise; row++)
            out->ids_rise = frame_id(frame, (int)reg, row - 1) < frame_id(frame, (int)reg, row);
    }
    chunk_column_fini(&rows->ids);
}

static int index_ids(const struct frame *frame, size_t reg, struct err *err)
{
    int64_t twice;
    if (frame_index_make(frame, (int)reg, &twice)) return 0;
    return err_set(err, ERR_CORRUPT, "%.*s中有两条记录的内部编号都是%lld，请检查数据库",
                   "two records of %.*s have the id %lld; check the database",
                   TEXT_ARGS(frame->schema->registers[reg].label.name), (long long)twice);
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
    out->declared = rows->declared;
    freeze_ids(frame, rows, reg);
    for (size_t c = 0; c < rows->column_count; c++)
        if (rows->columns[c].kind != TYPE_RECORD)
            chunk_column_freeze(&rows->columns[c], rows->targets, out->rows, &out->columns[rows->fields[c]]);
    rows->finished = true;
    return index_ids(frame, reg, err);
}

static void freeze_reference(struct frame *frame, struct register_builder *rows, size_t reg, size_t c)
{
    struct frame_register *out = &frame->registers[reg];
    struct column *column = &out->columns[rows->fields[c]];
    struct resolver *resolver = resolver_new(
        frame, frame->schema->registers[reg].fields[rows->fields[c]].type.record, &rows->columns[c]);
    uint32_t *values = block_new(out->rows + BITS_WORD, sizeof *values);
    size_t count;
    column->width = COLUMN_I32;
    column->values = values;
    for (size_t chunk = 0; (count = resolve(resolver, chunk)) > 0; chunk++)
        for (size_t i = 0; i < count; i++) {
            size_t row = chunk * FRAME_CHUNK_ROWS + i,
                   target = rows->targets == NULL ? row : rows->targets[row];
            if (target == FRAME_NO_ROW) continue;
            values[target] = resolver->rows[i];
            if (resolver->rows[i] != FRAME_NO_ROW) continue;
            if (column->nulls == NULL)
                column->nulls = block_new(bits_words(out->rows) + 1, sizeof *column->nulls);
            bits_set(column->nulls, target);
        }
    free(resolver);
    chunk_column_fini(&rows->columns[c]);
}

/* References can only be resolved once the rows they point to have found their places. */
static void freeze_references(struct frame_builder *builder, struct frame *frame, size_t reg)
{
    struct register_builder *rows = &builder->registers[reg];
    for (size_t c = 0; c < rows->column_count; c++) {
        if (rows->columns[c].kind != TYPE_RECORD) continue;
        if (rows->fields[c] == builder->schema->registers[reg].parent_field)
            frame->registers[reg].columns[rows->fields[c]].width = COLUMN_PARENT;
        else
            freeze_reference(frame, rows, reg, c);
    }
}

int frame_builder_finish(struct frame_builder *builder, struct frame **out, struct err *err)
{
    const struct schema *schema = builder->schema;
    struct frame *frame = mem_new(1, sizeof *frame);
    int status = 0;
    frame->schema = schema;
    atomic_init(&frame->owners, 1);
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
