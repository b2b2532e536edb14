/* A made-up world for the executor's tests: five registers with a field of every type, rows with nulls and
 * extremes, kept as plain tables beside the frame that is built from them. Everything follows from the seed.
 */
#ifndef ZENGSHOU_TESTS_FORMULA_WORLD_H
#define ZENGSHOU_TESTS_FORMULA_WORLD_H

#include "base/arena.h"
#include "formula/frame.h"
#include "formula/node.h"

/* A hangs on nothing, B on A, C on B, D and E on C; every register has a second reference to another one. */
enum { WORLD_A, WORLD_B, WORLD_C, WORLD_D, WORLD_E, WORLD_REGISTERS };

enum {
    FIELD_BOOL,
    FIELD_INT,
    FIELD_LARGE,
    FIELD_DECIMAL,
    FIELD_MONEY,
    FIELD_RATIO,
    FIELD_DATE,
    FIELD_MONTH,
    FIELD_CODE,
    FIELD_CODES,
    FIELD_TEXT,
    FIELD_PARENT,
    FIELD_OTHER,
    WORLD_FIELDS
};

struct world_row {
    int64_t id;
    struct value values[WORLD_FIELDS];
};

struct world_table {
    struct world_row *rows;
    size_t count;
};

struct world {
    struct arena arena;
    struct schema schema;
    struct world_table tables[WORLD_REGISTERS];
    uint64_t random;
};

/* sizes: rows of each register. */
void world_init(struct world *world, uint64_t seed, const size_t sizes[WORLD_REGISTERS]);
void world_fini(struct world *world);

uint64_t world_random(struct world *world);
size_t world_below(struct world *world, size_t limit); /* 0 .. limit - 1 */
struct value world_value(struct world *world, struct type type);

/* A frame of the tables; shuffle: in another order of arrival each time. */
struct frame *world_frame(struct world *world, bool shuffle);

/* The table's row with that id, or NULL. */
const struct world_row *world_find(const struct world *world, int reg, int64_t id);

/* Trees. */
struct node *node_make(struct arena *arena, enum node_op op, struct type type, int scope, size_t count,
                       struct node *const *children);
struct node *node_constant(struct arena *arena, struct type type, struct value value);
struct node *node_field(struct world *world, int reg, int field);

#endif
