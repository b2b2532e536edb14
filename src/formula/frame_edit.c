/* Gathers what changed and takes the registers in turn: parents before children, columns when all rows have
 * their places. */
#include "formula/frame_edit.h"

#include <assert.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/mem.h"
#include "formula/frame_splice.h"

struct frame_edit {
    const struct frame *frame;
    struct splice *splices; /* of every register */
    struct arena arena;     /* values and their texts */
};

struct frame_edit *frame_edit_new(const struct frame *frame)
{
    struct frame_edit *edit = mem_new(1, sizeof *edit);
    edit->frame = frame;
    edit->splices = mem_new(frame->schema->register_count, sizeof *edit->splices);
    for (size_t reg = 0; reg < frame->schema->register_count; reg++) {
        int parent = frame->schema->registers[reg].parent;
        edit->splices[reg].old = frame;
        edit->splices[reg].reg = (int)reg;
        edit->splices[reg].above = parent < 0 ? NULL : &edit->splices[parent];
    }
    return edit;
}

void frame_edit_free(struct frame_edit *edit)
{
    if (edit == NULL) return;
    for (size_t reg = 0; reg < edit->frame->schema->register_count; reg++) splice_fini(&edit->splices[reg]);
    free(edit->splices);
    arena_fini(&edit->arena);
    free(edit);
}

bool frame_edit_wants(const struct frame_edit *edit, int reg, int field)
{
    return edit->frame->registers[reg].columns[field].width != COLUMN_ABSENT;
}

static struct splice_edit *add(struct frame_edit *edit, int reg, int64_t id)
{
    struct splice *splice = &edit->splices[reg];
    assert(edit->frame->registers[reg].declared);
    splice->edits =
        mem_grow(splice->edits, &splice->edit_capacity, splice->edit_count + 1, sizeof *splice->edits);
    struct splice_edit *added = &splice->edits[splice->edit_count++];
    *added = (struct splice_edit){
        .id = id, .old_row = FRAME_NO_ROW, .new_row = FRAME_NO_ROW, .parent = FRAME_NO_ROW};
    return added;
}

void frame_edit_row(struct frame_edit *edit, int reg, int64_t id, bool fresh, const struct value *values)
{
    const struct schema_register *schema = &edit->frame->schema->registers[reg];
    struct value *copy = arena_array(&edit->arena, schema->field_count, sizeof *copy);
    size_t count = 0;
    for (size_t f = 0; f < schema->field_count; f++) {
        if (!frame_edit_wants(edit, reg, (int)f)) continue;
        copy[count] = values[count];
        if (schema->fields[f].type.kind == TYPE_TEXT && copy[count].known)
            copy[count].text = arena_text(&edit->arena, copy[count].text);
        count++;
    }
    struct splice_edit *added = add(edit, reg, id);
    added->here = true;
    added->fresh = fresh;
    added->values = copy;
}

void frame_edit_gone(struct frame_edit *edit, int reg, int64_t id)
{
    add(edit, reg, id);
}

static bool place_register(struct frame_edit *edit, size_t reg)
{
    struct splice *splice = &edit->splices[reg];
    int parent = edit->frame->schema->registers[reg].parent;
    if (splice->done) return true;
    assert(!splice->visiting); /* the old frame's builder refused circles */
    splice->visiting = true;
    if (parent >= 0 && !place_register(edit, (size_t)parent)) return false;
    splice->done = true;
    return splice_rows(splice);
}

struct frame *frame_edit_finish(struct frame_edit *edit)
{
    const struct schema *schema = edit->frame->schema;
    struct frame *frame = mem_new(1, sizeof *frame);
    bool able = true;
    frame->schema = schema;
    atomic_init(&frame->owners, 1);
    frame->registers = mem_new(schema->register_count, sizeof *frame->registers);
    for (size_t r = 0; r < schema->register_count; r++) {
        edit->splices[r].frame = frame;
        frame->registers[r].columns = mem_new(schema->registers[r].field_count, sizeof(struct column));
    }
    for (size_t r = 0; r < schema->register_count && able; r++) able = place_register(edit, r);
    for (size_t r = 0; r < schema->register_count && able; r++)
        splice_columns(&edit->splices[r], edit->splices);
    frame_edit_free(edit);
    if (able) return frame;
    frame_free(frame);
    return NULL;
}
