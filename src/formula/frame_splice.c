/* Where rows go. What hangs on a stretch of parents is a stretch itself, so the work grows with the edits and
 * not with the rows, apart from copying. */
#include "formula/frame_splice.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "formula/frame_block.h"
#include "formula/frame_index.h"

uint32_t splice_place(const struct splice *splice, uint32_t old_row)
{
    if (old_row == FRAME_NO_ROW || splice->places == NULL) return old_row;
    return splice->places[old_row];
}

void splice_fini(struct splice *splice)
{
    free(splice->edits);
    free(splice->pieces);
    free(splice->places);
}

static const struct frame_register *old_rows(const struct splice *splice)
{
    return &splice->old->registers[splice->reg];
}

/* ---- What each edit means for the order of rows ---- */

static void find_old_rows(struct splice *splice)
{
    int64_t *ids = mem_new(splice->edit_count, sizeof *ids);
    uint32_t *rows = mem_new(splice->edit_count, sizeof *rows);
    for (size_t i = 0; i < splice->edit_count; i++) ids[i] = splice->edits[i].id;
    frame_index_rows(splice->old, splice->reg, ids, splice->edit_count, rows);
    for (size_t i = 0; i < splice->edit_count; i++) splice->edits[i].old_row = rows[i];
    free(ids);
    free(rows);
}

/* Where the parent's field stands among the values of an edit. */
static size_t parent_value(const struct splice *splice)
{
    int field = splice->old->schema->registers[splice->reg].parent_field;
    size_t at = 0;
    for (int f = 0; f < field; f++) at += old_rows(splice)->columns[f].width != COLUMN_ABSENT;
    return at;
}

/* False: a record comes in from somewhere where it could have had children. */
static bool judge_edit(const struct splice *splice, size_t parent, struct splice_edit *edit)
{
    bool placed = edit->here;
    edit->parent = 0; /* all of a register without a parent lie under one */
    if (edit->here && splice->above != NULL) {
        const struct value *above = &edit->values[parent];
        edit->parent =
            above->known ? frame_row(splice->frame, splice->above->reg, above->integer) : FRAME_NO_ROW;
        placed = edit->parent != FRAME_NO_ROW;
    }
    if (!placed) {
        edit->here = false;
        return true;
    }
    if (edit->old_row == FRAME_NO_ROW) return edit->fresh;
    uint32_t under = splice->above == NULL
                         ? 0
                         : splice_place(splice->above, frame_parent(splice->old, splice->reg, edit->old_row));
    edit->stays = under == edit->parent;
    return true;
}

static bool judge_edits(struct splice *splice)
{
    size_t parent = splice->above == NULL ? 0 : parent_value(splice);
    find_old_rows(splice);
    for (size_t i = 0; i < splice->edit_count; i++)
        if (!judge_edit(splice, parent, &splice->edits[i])) return false;
    return true;
}

/* ---- Pieces ---- */

struct maker {
    struct splice *splice;
    uint32_t *cuts; /* old rows that leave their place, rising */
    size_t cut_count;
    struct splice_edit **entering; /* by parent, then id */
    size_t entering_count, next;
    uint32_t row; /* the next new one */
};

static int compare_rows(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static int compare_entering(const void *a, const void *b)
{
    const struct splice_edit *x = *(struct splice_edit *const *)a, *y = *(struct splice_edit *const *)b;
    if (x->parent != y->parent) return x->parent < y->parent ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

static struct maker maker_new(struct splice *splice)
{
    struct maker maker = {.splice = splice};
    maker.cuts = mem_new(splice->edit_count, sizeof *maker.cuts);
    maker.entering = mem_new(splice->edit_count, sizeof *maker.entering);
    for (size_t i = 0; i < splice->edit_count; i++) {
        struct splice_edit *edit = &splice->edits[i];
        if (edit->old_row != FRAME_NO_ROW && !edit->stays) maker.cuts[maker.cut_count++] = edit->old_row;
        if (edit->here && !edit->stays) maker.entering[maker.entering_count++] = edit;
    }
    qsort(maker.cuts, maker.cut_count, sizeof *maker.cuts, compare_rows);
    qsort(maker.entering, maker.entering_count, sizeof(struct splice_edit *), compare_entering);
    return maker;
}

static void add_piece(struct maker *maker, uint32_t old, uint32_t count)
{
    struct splice *splice = maker->splice;
    struct splice_piece *last = splice->piece_count > 0 ? &splice->pieces[splice->piece_count - 1] : NULL;
    uint32_t row = maker->row;
    if (count == 0) return;
    maker->row += count;
    if (last != NULL && old != FRAME_NO_ROW && last->old != FRAME_NO_ROW && last->old + last->count == old) {
        last->count += count;
        return;
    }
    splice->pieces =
        mem_grow(splice->pieces, &splice->piece_capacity, splice->piece_count + 1, sizeof *splice->pieces);
    splice->pieces[splice->piece_count++] = (struct splice_piece){old, row, count};
}

/* The old rows from..to (exclusive) without those that leave. */
static void copy_rows(struct maker *maker, uint32_t from, uint32_t to)
{
    size_t low = 0, high = maker->cut_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (maker->cuts[middle] < from)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < maker->cut_count && maker->cuts[low] < to; low++) {
        add_piece(maker, from, maker->cuts[low] - from);
        from = maker->cuts[low] + 1;
    }
    add_piece(maker, from, to - from);
}

static void enter(struct maker *maker)
{
    struct splice_edit *edit = maker->entering[maker->next++];
    edit->new_row = maker->row;
    add_piece(maker, edit->old_row, 1);
}

/* The first of the old rows from..to whose id is not below. */
static uint32_t place_of_id(const struct splice *splice, uint32_t from, uint32_t to, int64_t id)
{
    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        if (frame_id(splice->old, splice->reg, middle) < id)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

/* What hangs on one stretch of parents. offsets: the old ones of the stretch's first parent. */
static void make_under(struct maker *maker, const struct splice_piece *above, const uint32_t *offsets)
{
    uint32_t at = offsets == NULL ? 0 : offsets[0];
    while (maker->next < maker->entering_count &&
           maker->entering[maker->next]->parent < above->row + above->count) {
        const struct splice_edit *edit = maker->entering[maker->next];
        if (offsets != NULL) {
            const uint32_t *slice = offsets + (edit->parent - above->row);
            uint32_t place = place_of_id(maker->splice, slice[0], slice[1], edit->id);
            copy_rows(maker, at, place);
            at = place;
        }
        enter(maker);
    }
    if (offsets != NULL) copy_rows(maker, at, offsets[above->count]);
}

static void make_pieces(struct maker *maker)
{
    const struct splice *splice = maker->splice, *above = splice->above;
    if (above == NULL) {
        const uint32_t all[] = {0, (uint32_t)old_rows(splice)->rows};
        make_under(maker, &(struct splice_piece){0, 0, 1}, all);
        return;
    }
    for (size_t i = 0; i < above->piece_count; i++) {
        const struct splice_piece *piece = &above->pieces[i];
        make_under(maker, piece,
                   piece->old == FRAME_NO_ROW ? NULL : old_rows(splice)->child_offsets + piece->old);
    }
}

static bool all_in_place(const struct splice *splice, size_t rows)
{
    if (rows != old_rows(splice)->rows) return false;
    return splice->piece_count == 0 || (splice->piece_count == 1 && splice->pieces[0].old == 0);
}

static void note_places(struct splice *splice)
{
    size_t rows = old_rows(splice)->rows;
    /* One more, so that a register that was empty has places too. */
    splice->places = mem_new(rows + 1, sizeof *splice->places);
    memset(splice->places, 0xFF, rows * sizeof *splice->places);
    for (size_t i = 0; i < splice->piece_count; i++) {
        const struct splice_piece *piece = &splice->pieces[i];
        for (uint32_t k = 0; piece->old != FRAME_NO_ROW && k < piece->count; k++)
            splice->places[piece->old + k] = piece->row + k;
    }
}

/* Whether rows went that no edit took away. */
static bool any_lost(const struct splice *splice)
{
    size_t stand = 0, gone = 0;
    for (size_t i = 0; i < splice->piece_count; i++)
        if (splice->pieces[i].old != FRAME_NO_ROW) stand += splice->pieces[i].count;
    for (size_t i = 0; i < splice->edit_count; i++)
        gone += splice->edits[i].old_row != FRAME_NO_ROW && splice->edits[i].new_row == FRAME_NO_ROW;
    return stand + gone != old_rows(splice)->rows;
}

/* Only those that stand in the new frame are of use from here on, in its order. */
static int compare_new_rows(const void *a, const void *b)
{
    return compare_rows(&((const struct splice_edit *)a)->new_row, &((const struct splice_edit *)b)->new_row);
}

static void settle_edits(struct splice *splice)
{
    for (size_t i = 0; i < splice->edit_count; i++) {
        struct splice_edit *edit = &splice->edits[i];
        if (edit->stays) edit->new_row = splice_place(splice, edit->old_row);
    }
    splice->lost = any_lost(splice);
    if (splice->edit_count > 1)
        qsort(splice->edits, splice->edit_count, sizeof *splice->edits, compare_new_rows);
}

/* ---- Slices ---- */

static void make_offsets(const struct splice *splice, const struct maker *maker)
{
    const struct splice *above = splice->above;
    struct frame_register *out = &splice->frame->registers[splice->reg];
    size_t parents = splice->frame->registers[above->reg].rows;
    const uint32_t *old = old_rows(splice)->child_offsets;
    /* A row may change its parent without changing its place. */
    if (above->places == NULL && splice->places == NULL && maker->cut_count == 0 &&
        maker->entering_count == 0) {
        out->child_offsets = block_share(old_rows(splice)->child_offsets);
        return;
    }
    uint32_t *offsets = out->child_offsets = block_new(parents + 2, sizeof *offsets);
    for (size_t i = 0; i < above->piece_count; i++) {
        const struct splice_piece *piece = &above->pieces[i];
        for (uint32_t k = 0; piece->old != FRAME_NO_ROW && k < piece->count; k++)
            offsets[piece->row + k + 1] = old[piece->old + k + 1] - old[piece->old + k];
    }
    for (size_t i = 0; i < maker->cut_count; i++) {
        uint32_t parent = splice_place(above, frame_parent(splice->old, splice->reg, maker->cuts[i]));
        if (parent != FRAME_NO_ROW) offsets[parent + 1]--;
    }
    for (size_t i = 0; i < maker->entering_count; i++) offsets[maker->entering[i]->parent + 1]++;
    for (size_t p = 0; p < parents; p++) offsets[p + 1] += offsets[p];
    assert(offsets[parents] == out->rows);
}

/* ---- Ids ---- */

static bool near_enough(const struct splice *splice, int64_t first)
{
    if (old_rows(splice)->far_ids != NULL) return false;
    for (size_t i = 0; i < splice->edit_count; i++) {
        const struct splice_edit *edit = &splice->edits[i];
        if (edit->new_row != FRAME_NO_ROW &&
            (edit->id < first || (uint64_t)edit->id - (uint64_t)first > UINT32_MAX))
            return false;
    }
    return true;
}

static void copy_far(const struct splice *splice, int64_t *ids)
{
    for (size_t i = 0; i < splice->piece_count; i++) {
        const struct splice_piece *piece = &splice->pieces[i];
        for (uint32_t k = 0; piece->old != FRAME_NO_ROW && k < piece->count; k++)
            ids[piece->row + k] = frame_id(splice->old, splice->reg, piece->old + k);
    }
    for (size_t i = 0; i < splice->edit_count; i++)
        if (splice->edits[i].new_row != FRAME_NO_ROW) ids[splice->edits[i].new_row] = splice->edits[i].id;
}

static void copy_near(const struct splice *splice, int64_t first, uint32_t *ids)
{
    const uint32_t *old = old_rows(splice)->near_ids;
    for (size_t i = 0; i < splice->piece_count; i++) {
        const struct splice_piece *piece = &splice->pieces[i];
        if (piece->old != FRAME_NO_ROW && old != NULL)
            memcpy(ids + piece->row, old + piece->old, piece->count * sizeof *ids);
        for (uint32_t k = 0; piece->old != FRAME_NO_ROW && old == NULL && k < piece->count; k++)
            ids[piece->row + k] = piece->old + k;
    }
    for (size_t i = 0; i < splice->edit_count; i++)
        if (splice->edits[i].new_row != FRAME_NO_ROW)
            ids[splice->edits[i].new_row] = (uint32_t)(splice->edits[i].id - first);
}

/* Whether ids rise, and whether they are one number after another. */
static void look_at_ids(const struct splice *splice)
{
    struct frame_register *out = &splice->frame->registers[splice->reg];
    bool rise = true, next = out->rows > 0;
    for (size_t row = 1; row < out->rows && rise; row++) {
        int64_t before = frame_id(splice->frame, splice->reg, row - 1),
                here = frame_id(splice->frame, splice->reg, row);
        rise = before < here;
        next = next && (uint64_t)here - (uint64_t)before == 1;
    }
    out->ids_rise = rise;
    if (!rise || !next) return;
    out->first_id = frame_id(splice->frame, splice->reg, 0);
    block_free(out->near_ids);
    block_free(out->far_ids);
    out->near_ids = NULL;
    out->far_ids = NULL;
}

static void make_ids(const struct splice *splice)
{
    const struct frame_register *old = old_rows(splice);
    struct frame_register *out = &splice->frame->registers[splice->reg];
    out->first_id = old->first_id;
    if (old->rows == 0)
        for (size_t i = 0; i < splice->edit_count; i++)
            if (splice->edits[i].here && (i == 0 || splice->edits[i].id < out->first_id))
                out->first_id = splice->edits[i].id;
    if (splice->places == NULL) {
        out->near_ids = block_share(old->near_ids);
        out->far_ids = block_share(old->far_ids);
        out->ids_rise = old->ids_rise;
        atomic_store(&out->id_slots, block_share(atomic_load_explicit(&old->id_slots, memory_order_acquire)));
        return;
    }
    if (near_enough(splice, out->first_id)) {
        out->near_ids = block_new(out->rows, sizeof *out->near_ids);
        copy_near(splice, out->first_id, out->near_ids);
    } else {
        out->far_ids = block_new(out->rows, sizeof *out->far_ids);
        copy_far(splice, out->far_ids);
    }
    look_at_ids(splice);
}

bool splice_rows(struct splice *splice)
{
    struct frame_register *out = &splice->frame->registers[splice->reg];
    out->declared = old_rows(splice)->declared;
    /* Loading anew will say what is the matter. */
    if (old_rows(splice)->rows + splice->edit_count >= FRAME_NO_ROW) return false;
    if (!judge_edits(splice)) return false;
    struct maker maker = maker_new(splice);
    make_pieces(&maker);
    out->rows = maker.row;
    if (!all_in_place(splice, maker.row)) note_places(splice);
    if (splice->above != NULL) make_offsets(splice, &maker);
    free(maker.cuts);
    free(maker.entering);
    settle_edits(splice);
    make_ids(splice);
    return true;
}
