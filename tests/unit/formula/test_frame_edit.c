/* Editing frames: whatever happens to the records, the edited frame is the one that would have been built
 * anew. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../base/cmocka_all.h"
#include "formula/frame_edit.h"
#include "frame_compare.h"

/* village ← household ← person ← job, and references across. */
enum { VILLAGE, HOUSEHOLD, PERSON, JOB, REGISTERS };
enum { FIELDS = 7, ROOM = 400 };

static struct schema_field fields[REGISTERS][FIELDS];
static struct schema_register registers[REGISTERS];
static const struct schema schema = {.registers = registers, .register_count = REGISTERS};

static struct label label(const char *name)
{
    return (struct label){text_of(name), text_of(name), text_of(name)};
}

static struct type reference(int reg)
{
    struct type type = type_of(TYPE_RECORD);
    type.record = reg;
    return type;
}

static int set_up(void **state)
{
    static const char *const names[REGISTERS] = {"village", "household", "person", "job"};
    (void)state;
    for (int reg = 0; reg < REGISTERS; reg++) {
        fields[reg][0] = (struct schema_field){label("count"), NULL, 0, type_of(TYPE_INT)};
        fields[reg][1] =
            (struct schema_field){label("parent"), NULL, 0, reference(reg > 0 ? reg - 1 : VILLAGE)};
        fields[reg][2] = (struct schema_field){label("safe"), NULL, 0, type_of(TYPE_BOOL)};
        fields[reg][3] = (struct schema_field){label("share"), NULL, 0, type_of(TYPE_RATIO)};
        fields[reg][4] = (struct schema_field){label("name"), NULL, 0, type_of(TYPE_TEXT)};
        fields[reg][5] = (struct schema_field){label("other"), NULL, 0, reference((reg + 2) % REGISTERS)};
        fields[reg][6] = (struct schema_field){label("month"), NULL, 0, type_of(TYPE_MONTH)};
        registers[reg] =
            (struct schema_register){label(names[reg]), fields[reg], FIELDS, reg - 1, reg > 0 ? 1 : -1};
    }
    return 0;
}

/* ---- A model of the records ---- */

struct record {
    bool here, touched, fresh;
    struct value values[FIELDS];
};

struct model {
    uint64_t seed;
    bool orphans; /* records may be without a parent */
    bool declared[REGISTERS][FIELDS];
    struct record records[REGISTERS][ROOM]; /* index: the id */
    int last[REGISTERS];
};

static unsigned dice(struct model *model, unsigned sides)
{
    model->seed = model->seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(model->seed >> 33) % sides;
}

static int64_t any_record(struct model *model, int reg)
{
    for (int tries = 0; tries < 20 && model->last[reg] > 0; tries++) {
        int id = 1 + (int)dice(model, (unsigned)model->last[reg]);
        if (model->records[reg][id].here) return id;
    }
    return 0;
}

static struct value any_reference(struct model *model, int reg)
{
    int64_t id = any_record(model, reg);
    return (struct value){.known = id != 0, .integer = id};
}

static struct value any_value(struct model *model, int reg, int field)
{
    static const int64_t integers[] = {0,   1,    -1,    7,      127,   128,       255,
                                       256, -129, 40000, -40000, 70000, INT64_MAX, INT64_MIN};
    static const char *const texts[] = {"", "甲", "long enough to move things about", "b"};
    struct value value = {.known = true};
    if (field == 1) return any_reference(model, reg - (reg > 0));
    if (dice(model, 4) == 0) return (struct value){0};
    switch (field) {
    case 0:
        value.integer = integers[dice(model, dice(model, 8) == 0 ? 14 : 5)];
        break;
    case 2:
        value.integer = dice(model, 5) == 0;
        break;
    case 3:
        value.ratio = dice(model, 9) == 0 ? (double)NAN : 0.25 * dice(model, 5);
        break;
    case 4:
        value.text = text_of(texts[dice(model, 4)]);
        break;
    case 5:
        return any_reference(model, (reg + 2) % REGISTERS);
    default:
        value.integer = 24000 + (int64_t)dice(model, dice(model, 9) == 0 ? 1000 : 12);
        break;
    }
    return value;
}

static void write_record(struct model *model, int reg, int id, bool all)
{
    struct record *record = &model->records[reg][id];
    for (int field = 0; field < FIELDS; field++) {
        if (!all && dice(model, 4) != 0) continue;
        if (field == 1 && reg == VILLAGE) continue;
        struct value value = any_value(model, reg, field);
        if (field == 1 && !value.known) continue;
        record->values[field] = value;
        if (field == 1 && model->orphans && dice(model, 6) == 0) record->values[field].known = false;
    }
    record->touched = true;
}

static void add_record(struct model *model, int reg)
{
    if (model->last[reg] + 1 >= ROOM || (reg > 0 && any_record(model, reg - 1) == 0)) return;
    int id = ++model->last[reg];
    write_record(model, reg, id, true);
    model->records[reg][id].here = model->records[reg][id].fresh = true;
}

/* What hung on it goes too, references to it are cleared. */
static void remove_record(struct model *model, int reg, int id)
{
    struct record *record = &model->records[reg][id];
    record->here = false;
    record->touched = true;
    for (int other = 0; other < REGISTERS; other++)
        for (int i = 1; i <= model->last[other]; i++) {
            struct record *from = &model->records[other][i];
            if (!from->here) continue;
            if (other == reg + 1 && from->values[1].known && from->values[1].integer == id)
                remove_record(model, other, i);
            if ((other + 2) % REGISTERS != reg || !from->values[5].known || from->values[5].integer != id)
                continue;
            from->values[5].known = false;
            from->touched = true;
        }
}

static void edit_model(struct model *model)
{
    for (unsigned count = dice(model, 12); count > 0; count--) {
        int reg = (int)dice(model, REGISTERS);
        int id = (int)any_record(model, reg);
        unsigned what = dice(model, 8);
        if (what < 3 || id == 0)
            add_record(model, reg);
        else if (what == 3)
            remove_record(model, reg, id);
        else
            write_record(model, reg, id, false);
    }
}

/* ---- Frames of it ---- */

static void pick(const struct model *model, int reg, const struct record *record, struct value *values)
{
    size_t count = 0;
    for (int field = 0; field < FIELDS; field++)
        if (model->declared[reg][field]) values[count++] = record->values[field];
}

static struct frame *build(const struct model *model)
{
    struct frame_builder *builder = frame_builder_new(&schema);
    struct frame *frame = NULL;
    struct err err;
    struct value values[FIELDS];
    for (int reg = 0; reg < REGISTERS; reg++) {
        if (!model->declared[reg][1]) continue;
        frame_builder_fields(builder, reg, model->declared[reg]);
        for (int id = 1; id <= model->last[reg]; id++) {
            if (!model->records[reg][id].here) continue;
            pick(model, reg, &model->records[reg][id], values);
            frame_builder_row(builder, reg, id, values);
        }
    }
    assert_int_equal(frame_builder_finish(builder, &frame, &err), 0);
    return frame;
}

static struct frame *edited(struct model *model, const struct frame *frame)
{
    struct frame_edit *edit = frame_edit_new(frame);
    struct value values[FIELDS];
    for (int reg = REGISTERS - 1; reg >= 0; reg--)
        for (int id = 1; id <= model->last[reg]; id++) {
            struct record *record = &model->records[reg][id];
            pick(model, reg, record, values);
            if (record->touched && model->declared[reg][1] && record->here)
                frame_edit_row(edit, reg, id, record->fresh, values);
            else if (record->touched && model->declared[reg][1])
                frame_edit_gone(edit, reg, id);
            record->touched = record->fresh = false;
        }
    return frame_edit_finish(edit);
}

static void declare(struct model *model)
{
    bool jobs = dice(model, 5) != 0;
    for (int reg = 0; reg < REGISTERS; reg++)
        for (int field = 0; field < FIELDS; field++)
            model->declared[reg][field] = (reg != JOB || jobs) && (field == 1 || dice(model, 6) != 0);
    /* A reference leads to what is loaded. */
    model->declared[HOUSEHOLD][5] = model->declared[HOUSEHOLD][5] && jobs;
}

static int walk_through(struct model *model, int steps)
{
    int made = 0;
    for (unsigned i = dice(model, 120); i > 0; i--) add_record(model, (int)dice(model, REGISTERS));
    for (int reg = 0; reg < REGISTERS; reg++)
        for (int id = 1; id < ROOM; id++)
            model->records[reg][id].touched = model->records[reg][id].fresh = false;
    struct frame *frame = build(model);
    for (int step = 0; step < steps; step++) {
        edit_model(model);
        struct frame *next = edited(model, frame), *expected = build(model);
        frame_free(frame); /* the new one stands without it */
        if (next != NULL) {
            assert_frames_equal(next, expected);
            made++;
        }
        frame_free(next == NULL ? NULL : expected);
        frame = next == NULL ? expected : next;
    }
    frame_free(frame);
    return made;
}

static void edits_give_what_building_gives(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 150; seed++) {
        struct model *model = calloc(1, sizeof *model);
        model->seed = seed;
        declare(model);
        /* Where every record has its parent, edits always suffice. */
        assert_int_equal(walk_through(model, 12), 12);
        free(model);
    }
}

static void records_without_a_parent_may_ask_for_a_new_frame(void **state)
{
    int made = 0;
    (void)state;
    for (uint64_t seed = 1; seed <= 150; seed++) {
        struct model *model = calloc(1, sizeof *model);
        model->seed = seed;
        model->orphans = true;
        declare(model);
        made += walk_through(model, 12);
        free(model);
    }
    assert_in_range(made, 300, 150 * 12 - 1);
}

static void what_did_not_change_is_shared(void **state)
{
    (void)state;
    struct model *model = calloc(1, sizeof *model);
    model->seed = 5;
    memset(model->declared, true, sizeof model->declared);
    for (int reg = 0; reg < REGISTERS; reg++)
        for (int i = 0; i < 20; i++) add_record(model, reg);
    struct frame *frame = build(model);
    for (int reg = 0; reg < REGISTERS; reg++)
        for (int id = 1; id < ROOM; id++) model->records[reg][id].touched = false;
    struct record *person = &model->records[PERSON][7];
    person->values[0] = (struct value){.known = true, .integer = 99};
    person->touched = true;
    struct frame *next = edited(model, frame);
    assert_non_null(next);
    assert_ptr_equal(next->registers[JOB].columns[0].values, frame->registers[JOB].columns[0].values);
    assert_ptr_equal(next->registers[PERSON].columns[4].heap, frame->registers[PERSON].columns[4].heap);
    assert_ptr_equal(next->registers[PERSON].child_offsets, frame->registers[PERSON].child_offsets);
    assert_ptr_not_equal(next->registers[PERSON].columns[0].values,
                         frame->registers[PERSON].columns[0].values);
    struct frame *held = frame_share(next);
    frame_free(frame);
    frame_free(next);
    uint32_t row = frame_row(held, PERSON, 7);
    assert_int_equal(frame_get(held, PERSON, 0, row).integer, 99);
    frame_free(held);
    free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(edits_give_what_building_gives, set_up),
        cmocka_unit_test_setup(records_without_a_parent_may_ask_for_a_new_frame, set_up),
        cmocka_unit_test_setup(what_did_not_change_is_shared, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
