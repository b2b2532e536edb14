/* Random but repeatable data. Values crowd where things go wrong: nulls, the ends of int64, equal values, 29
 * February. */
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/idcard.h"
#include "base/mem.h"

uint64_t world_random(struct world *world)
{
    uint64_t x = world->random += UINT64_C(0x9E3779B97F4A7C15);
    x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
    return x ^ x >> 31;
}

size_t world_below(struct world *world, size_t limit)
{
    return (size_t)(world_random(world) % limit);
}

static int64_t between(struct world *world, int64_t low, int64_t high)
{
    return low + (int64_t)(world_random(world) % (uint64_t)(high - low + 1));
}

static int64_t random_integer(struct world *world, bool large)
{
    static const int64_t edges[] = {
        INT64_MIN, INT64_MIN + 1,    INT64_MAX,           INT64_MAX - 1, INT32_MAX, INT32_MIN, 0, 1,
        -1,        (int64_t)1 << 53, -((int64_t)1 << 52), 3037000500,    10000,     -5000};
    if (large && world_below(world, 3) == 0) return edges[world_below(world, sizeof edges / sizeof *edges)];
    if (large && world_below(world, 4) == 0) return (int64_t)world_random(world);
    if (world_below(world, 3) == 0) return between(world, -3, 3);
    return between(world, -200000, 2000000);
}

static struct text random_text(struct world *world)
{
    static const char *const words[] = {"",       "a",  "ab", "abc",          "张三", "张",
                                        "三张三", "12", "0",  "衡阳县西渡镇", "a1",   "b"};
    if (world_below(world, 3) != 0) return text_of(words[world_below(world, sizeof words / sizeof *words)]);
    char number[32];
    int32_t birth = (int32_t)between(world, -20000, 19000);
    int year, month, day;
    date_split(birth, &year, &month, &day);
    snprintf(number, sizeof number, "430421%04d%02d%02d%03d", year, month, day,
             (int)world_below(world, 1000));
    number[17] = idcard_check_digit((struct text){number, 17});
    number[18] = '\0';
    size_t size = 18;
    if (world_below(world, 3) == 0) {
        number[18] = (char)('0' + world_below(world, 10));
        number[19] = (char)('0' + world_below(world, 6));
        size = 20;
    }
    if (world_below(world, 4) == 0) number[world_below(world, size)] = 'X';
    return arena_text(&world->arena, (struct text){number, size});
}

struct value world_value(struct world *world, struct type type)
{
    struct value value = {.known = world_below(world, 6) != 0};
    if (!value.known) return value;
    int32_t first = 0, last = 0;
    (void)date_make(DATE_YEAR_MIN, 1, 1, &first);
    (void)date_make(DATE_YEAR_MAX, 12, 31, &last);
    switch (type.kind) {
    case TYPE_BOOL:
        value.integer = (int64_t)world_below(world, 2);
        break;
    case TYPE_INT:
    case TYPE_DECIMAL:
    case TYPE_MONEY:
        value.integer = random_integer(world, world_below(world, 4) == 0);
        break;
    case TYPE_RATIO:
        value.ratio = world_below(world, 4) == 0 ? 0 : (double)between(world, -4000, 4000) / 1000.0;
        if (world_below(world, 12) == 0) value.ratio = world_below(world, 2) ? 1e300 : -3e-300;
        if (world_below(world, 40) == 0)
            value.ratio = world_below(world, 2) ? 0x1p-1074 : -0x1.fffffffffffffp1023;
        if (world_below(world, 12) == 0) value.ratio = 2.5;
        break;
    case TYPE_DATE:
        value.integer = between(world, 10957, 19400);
        if (world_below(world, 8) == 0) value.integer = world_below(world, 2) ? first : last;
        if (world_below(world, 8) == 0) value.integer = 11016; /* 2000-02-29 */
        break;
    case TYPE_MONTH:
        value.integer = between(world, 2021 * 12, 2022 * 12 + 5);
        if (world_below(world, 12) == 0) value.integer = world_below(world, 2) ? 1800 * 12 : 2200 * 12 + 11;
        break;
    case TYPE_CODE:
        value.integer = (int64_t)world_below(world, 5);
        break;
    case TYPE_CODES:
        value.integer =
            (int64_t)(world_below(world, 32) | (world_below(world, 9) == 0 ? (uint64_t)1 << 63 : 0));
        break;
    case TYPE_TEXT:
        value.text = random_text(world);
        break;
    case TYPE_RECORD: { /* now and then one that is not there */
        size_t count = world->tables[type.record].count, row = world_below(world, count + 1);
        value.integer = (int64_t)(row == count || count == 0 ? count + world_below(world, 2) : row) * 7 + 100;
        if (row == count && count > 0 && world_below(world, 8) != 0) value.integer = 100;
        break;
    }
    case TYPE_NULL:
        value.known = false;
        break;
    }
    return value;
}

static struct label label(const char *name)
{
    return (struct label){text_of(name), text_of(name), text_of(name)};
}

static void make_schema(struct world *world)
{
    static const char *const names[] = {"a", "b", "c", "d", "e"};
    static const int parents[] = {-1, WORLD_A, WORLD_B, WORLD_C, WORLD_C};
    static const int first_references[] = {WORLD_D, WORLD_A, WORLD_B, WORLD_C, WORLD_C};
    static const int others[] = {WORLD_A, WORLD_C, WORLD_A, WORLD_B, WORLD_D};
    static const char *const fields[] = {"flag",  "small", "large", "decimal", "money", "ratio", "date",
                                         "month", "code",  "codes", "text",    "above", "other"};
    static const enum type_kind kinds[] = {TYPE_BOOL,  TYPE_INT,    TYPE_INT,   TYPE_DECIMAL, TYPE_MONEY,
                                           TYPE_RATIO, TYPE_DATE,   TYPE_MONTH, TYPE_CODE,    TYPE_CODES,
                                           TYPE_TEXT,  TYPE_RECORD, TYPE_RECORD};
    struct schema *schema = &world->schema;
    schema->register_count = WORLD_REGISTERS;
    schema->registers = arena_array(&world->arena, WORLD_REGISTERS, sizeof *schema->registers);
    for (int r = 0; r < WORLD_REGISTERS; r++) {
        struct schema_field *made = arena_array(&world->arena, WORLD_FIELDS, sizeof *made);
        for (int f = 0; f < WORLD_FIELDS; f++) {
            made[f].label = label(fields[f]);
            made[f].type = type_of(kinds[f]);
            if (kinds[f] == TYPE_CODE || kinds[f] == TYPE_CODES) made[f].type.dictionary = 0;
        }
        made[FIELD_PARENT].type.record = first_references[r];
        made[FIELD_OTHER].type.record = others[r];
        schema->registers[r] = (struct schema_register){label(names[r]), made, WORLD_FIELDS, parents[r],
                                                        parents[r] < 0 ? -1 : FIELD_PARENT};
    }
    static const enum type_kind parameter_kinds[] = {TYPE_BOOL,  TYPE_INT,   TYPE_DECIMAL,
                                                     TYPE_MONEY, TYPE_RATIO, TYPE_DATE,
                                                     TYPE_MONTH, TYPE_CODE,  TYPE_TEXT};
    schema->parameter_count = sizeof parameter_kinds / sizeof *parameter_kinds;
    schema->parameters = arena_array(&world->arena, schema->parameter_count, sizeof *schema->parameters);
    for (size_t p = 0; p < schema->parameter_count; p++) {
        struct schema_dated_value *dated = arena_array(&world->arena, 2, sizeof *dated);
        struct type type = type_of(parameter_kinds[p]);
        dated[0] = (struct schema_dated_value){18628 - 365, world_value(world, type)}; /* 2020-01-02 */
        dated[1] = (struct schema_dated_value){18993, world_value(world, type)};       /* 2022-01-01 */
        schema->parameters[p] = (struct schema_parameter){label(names[0]), type, dated, 2, NULL};
    }
}

void world_init(struct world *world, uint64_t seed, const size_t sizes[WORLD_REGISTERS])
{
    memset(world, 0, sizeof *world);
    world->random = seed;
    for (int r = 0; r < WORLD_REGISTERS; r++) world->tables[r].count = sizes[r];
    make_schema(world);
    for (int r = 0; r < WORLD_REGISTERS; r++) {
        struct world_table *table = &world->tables[r];
        /* Small ranges in some worlds choose narrow lanes, full ones choose checked kernels. */
        bool tame = world_below(world, 2) == 0, full = world_below(world, 3) == 0;
        table->rows = arena_array(&world->arena, table->count + 1, sizeof *table->rows);
        for (size_t i = 0; i < table->count; i++) {
            table->rows[i].id = (int64_t)i * 7 + 100;
            for (int f = 0; f < WORLD_FIELDS; f++) {
                struct type type = world->schema.registers[r].fields[f].type;
                struct value *value = &table->rows[i].values[f];
                *value = world_value(world, type);
                if (f == FIELD_INT || (tame && (f == FIELD_MONEY || f == FIELD_DECIMAL)))
                    value->integer = value->known ? random_integer(world, false) : 0;
                if (f == FIELD_LARGE && value->known) value->integer = random_integer(world, true);
                while (!value->known && (full || f == FIELD_PARENT) && world_below(world, 20) != 0)
                    *value = world_value(world, type);
            }
        }
    }
}

void world_fini(struct world *world)
{
    arena_fini(&world->arena);
}

struct frame *world_frame(struct world *world, bool shuffle)
{
    struct frame_builder *builder = frame_builder_new(&world->schema);
    bool all[WORLD_FIELDS];
    memset(all, true, sizeof all);
    for (int r = WORLD_REGISTERS - 1; r >= 0; r--) {
        const struct world_table *table = &world->tables[r];
        size_t *order = mem_new(table->count, sizeof *order);
        for (size_t i = 0; i < table->count; i++) order[i] = i;
        for (size_t i = table->count; shuffle && i > 1; i--) {
            size_t j = world_below(world, i), swap = order[j];
            order[j] = order[i - 1];
            order[i - 1] = swap;
        }
        frame_builder_fields(builder, r, all);
        for (size_t i = 0; i < table->count; i++)
            frame_builder_row(builder, r, table->rows[order[i]].id, table->rows[order[i]].values);
        free(order);
    }
    struct frame *frame = NULL;
    struct err err;
    if (frame_builder_finish(builder, &frame, &err) != 0) abort();
    return frame;
}

const struct world_row *world_find(const struct world *world, int reg, int64_t id)
{
    const struct world_table *table = &world->tables[reg];
    if (id < 100 || (id - 100) % 7 != 0 || (size_t)(id - 100) / 7 >= table->count) return NULL;
    return &table->rows[(id - 100) / 7];
}

struct node *node_make(struct arena *arena, enum node_op op, struct type type, int scope, size_t count,
                       struct node *const *children)
{
    struct node *node = arena_alloc(arena, sizeof *node);
    *node =
        (struct node){.op = op, .type = type, .scope = scope, .index = -1, .other = -1, .child_count = count};
    node->children = arena_array(arena, count == 0 ? 1 : count, sizeof *node->children);
    for (size_t i = 0; i < count; i++) node->children[i] = children[i];
    return node;
}

struct node *node_constant(struct arena *arena, struct type type, struct value value)
{
    struct node *node = node_make(arena, NODE_CONSTANT, type, -1, 0, NULL);
    node->value = value;
    return node;
}

struct node *node_field(struct world *world, int reg, int field)
{
    struct node *node =
        node_make(&world->arena, NODE_FIELD, world->schema.registers[reg].fields[field].type, reg, 0, NULL);
    node->index = field;
    return node;
}
