/* Frames: what goes in comes out, under its parent, in the narrowest width that holds it. */
#include <stdlib.h>
#include <string.h>

#include "../base/cmocka_all.h"
#include "world.h"

static struct label label(const char *name)
{
    return (struct label){text_of(name), text_of(name), text_of(name)};
}

static struct value integer(int64_t value)
{
    return (struct value){.known = true, .integer = value};
}

static const struct value NOTHING = {0};

/* village ← household (number, friend → household) */
static struct schema_field village_fields[1], household_fields[3];
static struct schema_register registers[2];
static struct schema schema;

static int set_up(void **state)
{
    (void)state;
    struct type to_village = type_of(TYPE_RECORD), to_household = type_of(TYPE_RECORD);
    to_village.record = 0;
    to_household.record = 1;
    village_fields[0] = (struct schema_field){label("name"), NULL, 0, type_of(TYPE_TEXT)};
    household_fields[0] = (struct schema_field){label("village"), NULL, 0, to_village};
    household_fields[1] = (struct schema_field){label("number"), NULL, 0, type_of(TYPE_INT)};
    household_fields[2] = (struct schema_field){label("friend"), NULL, 0, to_household};
    registers[0] = (struct schema_register){label("village"), village_fields, 1, -1, -1};
    registers[1] = (struct schema_register){label("household"), household_fields, 3, 0, 0};
    schema = (struct schema){.registers = registers, .register_count = 2};
    return 0;
}

static struct frame_builder *builder(void)
{
    struct frame_builder *made = frame_builder_new(&schema);
    frame_builder_fields(made, 0, (const bool[]){true});
    frame_builder_fields(made, 1, (const bool[]){true, true, true});
    return made;
}

static void village(struct frame_builder *made, int64_t id, const char *name)
{
    frame_builder_row(made, 0, id, &(struct value){.known = true, .text = text_of(name)});
}

static void household(struct frame_builder *made, int64_t id, struct value village_id, struct value number,
                      struct value friend_id)
{
    frame_builder_row(made, 1, id, (const struct value[]){village_id, number, friend_id});
}

static struct frame *finish(struct frame_builder *made)
{
    struct frame *frame = NULL;
    struct err err;
    assert_int_equal(frame_builder_finish(made, &frame, &err), 0);
    return frame;
}

static void children_are_slices(void **state)
{
    (void)state;
    struct frame_builder *made = builder();
    /* Children before their parents, mixed up, with one under nobody and one under a village that is not
     * there. */
    household(made, 101, integer(2), integer(1), NOTHING);
    household(made, 102, integer(1), integer(2), integer(101));
    household(made, 103, NOTHING, integer(3), NOTHING);
    household(made, 104, integer(2), integer(4), integer(103));
    household(made, 105, integer(9), integer(5), NOTHING);
    household(made, 106, integer(1), integer(6), integer(106));
    village(made, 1, "east");
    village(made, 2, "west");
    village(made, 3, "empty");
    struct frame *frame = finish(made);
    const struct frame_register *rows = &frame->registers[1];
    assert_int_equal(frame->registers[0].rows, 3);
    assert_int_equal(rows->rows, 4);
    assert_int_equal(rows->child_offsets[0], 0);
    assert_int_equal(rows->child_offsets[1], 2);
    assert_int_equal(rows->child_offsets[2], 4);
    assert_int_equal(rows->child_offsets[3], 4);
    /* Siblings stay in the order of their arrival. */
    const int64_t ids[] = {102, 106, 101, 104};
    for (uint32_t i = 0; i < 4; i++) {
        assert_int_equal(frame_id(frame, 1, i), ids[i]);
        assert_int_equal(frame_row(frame, 1, ids[i]), i);
        assert_int_equal(frame_parent(frame, 1, i), i / 2);
        assert_int_equal(frame_get(frame, 1, 0, i).integer, 1 + i / 2);
    }
    assert_int_equal(frame_row(frame, 1, 103), FRAME_NO_ROW);
    assert_int_equal(frame_row(frame, 1, 105), FRAME_NO_ROW);
    /* References are ids outside and rows inside; one to a record that was left out is empty. */
    assert_int_equal(frame_get(frame, 1, 2, 0).integer, 101);
    assert_int_equal(frame_get(frame, 1, 2, 1).integer, 106);
    assert_false(frame_get(frame, 1, 2, 2).known);
    assert_false(frame_get(frame, 1, 2, 3).known);
    assert_int_equal(((const uint32_t *)rows->columns[2].values)[0], 2);
    assert_true(text_is(frame_get(frame, 0, 0, 1).text, "west"));
    frame_free(frame);
}

/* Ids of every kind: one after another, rising, far apart, and in no order. */
static void ids_are_found_again(void **state)
{
    static const int64_t lists[][4] = {{7, 8, 9, 10},
                                       {-3, 8, 90, 91},
                                       {INT64_MIN + 1, -5, 6, INT64_MAX},
                                       {40, 30, 20, 10},
                                       {INT64_MAX, 5, INT64_MIN + 1, 6},
                                       {8, 7, 9, 10}};
    (void)state;
    for (size_t l = 0; l < sizeof lists / sizeof *lists; l++) {
        struct frame_builder *made = builder();
        for (size_t i = 0; i < 4; i++) village(made, lists[l][i], "");
        for (size_t i = 0; i < 4; i++)
            household(made, lists[l][3 - i], integer(lists[l][3 - i]), NOTHING, NOTHING);
        struct frame *frame = finish(made);
        for (uint32_t i = 0; i < 4; i++)
            for (int reg = 0; reg < 2; reg++) {
                assert_int_equal(frame_row(frame, reg, lists[l][i]), i);
                assert_true(frame_id(frame, reg, i) == lists[l][i]);
            }
        for (uint32_t i = 0; i < 4; i++) assert_int_equal(frame_parent(frame, 1, i), i);
        assert_int_equal(frame_row(frame, 0, 11), FRAME_NO_ROW);
        assert_int_equal(frame_row(frame, 1, INT64_MIN), FRAME_NO_ROW);
        frame_free(frame);
    }
}

static enum column_width width_of(int64_t low, int64_t high)
{
    struct frame_builder *made = builder();
    village(made, 1, "");
    household(made, 1, integer(1), integer(low), NOTHING);
    household(made, 2, integer(1), integer(high), NOTHING);
    household(made, 3, integer(1), NOTHING, NOTHING);
    struct frame *frame = finish(made);
    enum column_width width = frame->registers[1].columns[1].width;
    assert_int_equal(frame->registers[1].columns[1].least, low);
    assert_int_equal(frame->registers[1].columns[1].most, high);
    assert_int_equal(frame_get(frame, 1, 1, 0).integer, low);
    assert_int_equal(frame_get(frame, 1, 1, 1).integer, high);
    assert_false(frame_get(frame, 1, 1, 2).known);
    frame_free(frame);
    return width;
}

static void widths_are_narrow(void **state)
{
    (void)state;
    assert_int_equal(width_of(0, 255), COLUMN_U8);
    assert_int_equal(width_of(3, 3), COLUMN_U8);
    assert_int_equal(width_of(-1, 127), COLUMN_I8);
    assert_int_equal(width_of(-1, 128), COLUMN_U8); /* counted from -1 */
    assert_int_equal(width_of(24264, 24287), COLUMN_U8);
    assert_int_equal(width_of(-40000, 20000), COLUMN_U16);
    assert_int_equal(width_of(-1, 255), COLUMN_I16);
    assert_int_equal(width_of(0, 65535), COLUMN_U16);
    assert_int_equal(width_of(-32768, 32767), COLUMN_I16);
    assert_int_equal(width_of(0, 65536), COLUMN_I32);
    assert_int_equal(width_of(INT32_MIN, INT32_MAX), COLUMN_I32);
    assert_int_equal(width_of(0, (int64_t)INT32_MAX + 1), COLUMN_I64);
    assert_int_equal(width_of(INT64_MIN, INT64_MAX), COLUMN_I64);
}

static void same_id_twice(void **state)
{
    (void)state;
    struct frame_builder *made = builder();
    struct frame *frame;
    struct err err;
    village(made, 7, "a");
    village(made, 8, "b");
    village(made, 7, "c");
    assert_int_equal(frame_builder_finish(made, &frame, &err), ERR_CORRUPT);
    assert_non_null(strstr(err.en, "id 7"));
}

static void nothing_at_all(void **state)
{
    (void)state;
    struct frame *frame = finish(frame_builder_new(&schema));
    assert_int_equal(frame->registers[1].rows, 0);
    assert_int_equal(frame_row(frame, 1, 1), FRAME_NO_ROW);
    assert_int_equal(frame->registers[1].child_offsets[0], 0);
    frame_free(frame);
    frame_builder_free(builder());
    frame_free(NULL);
}

/* Many rows, several packed stretches, every type: each cell comes back, whatever the order of arrival. */
static void every_cell_comes_back(void **state)
{
    (void)state;
    struct world world;
    world_init(&world, 42, (const size_t[]){3, 40, 900, 9000, 5000});
    for (int shuffled = 0; shuffled < 2; shuffled++) {
        struct frame *frame = world_frame(&world, shuffled == 1);
        for (int reg = 0; reg < WORLD_REGISTERS; reg++)
            for (size_t row = 0; row < frame->registers[reg].rows; row++) {
                const struct world_row *source = world_find(&world, reg, frame_id(frame, reg, row));
                assert_non_null(source);
                for (int field = 0; field < WORLD_FIELDS; field++) {
                    struct value got = frame_get(frame, reg, field, row), want = source->values[field];
                    int other = world.schema.registers[reg].fields[field].type.record;
                    if (other >= 0 && want.known && frame_row(frame, other, want.integer) == FRAME_NO_ROW)
                        want.known = false;
                    assert_int_equal(got.known, want.known);
                    if (!got.known) continue;
                    assert_int_equal(got.integer, want.integer);
                    assert_memory_equal(&got.ratio, &want.ratio, sizeof got.ratio);
                    assert_true(text_equal(got.text, want.text));
                }
            }
        assert_true(frame_bytes(frame) < 15000 * 140);
        frame_free(frame);
    }
    world_fini(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(children_are_slices), cmocka_unit_test(widths_are_narrow),
        cmocka_unit_test(ids_are_found_again), cmocka_unit_test(same_id_twice),
        cmocka_unit_test(nothing_at_all),      cmocka_unit_test(every_cell_comes_back),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
