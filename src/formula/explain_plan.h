/* Plans: a formula as the explainer sees it. Every tree node with the register and the date it is evaluated
 * on, and where its value is to be found. Private to explain*.c. */
#ifndef ZENGSHOU_FORMULA_EXPLAIN_PLAN_H
#define ZENGSHOU_FORMULA_EXPLAIN_PLAN_H

#include "base/map.h"
#include "formula/explain.h"
#include "formula/program.h"

struct explain_formula;
struct reverse;

struct explain_plan {
    const struct node *node;
    struct explain_formula *formula;
    int reg;
    int shift;    /* years back: how many PREVIOUS are around it */
    int root;     /* of the shift's program; -1: a leaf, or the same as another node */
    int number;   /* counts the formula's plans */
    int asks_any; /* a comparison of a COUNT that only asks whether there is any row: the child that counts;
                     else -1 */
    size_t child_count;
    struct explain_plan *
        *children; /* NULL where the node has none; links of a chain of and's or or's side by side */
};

/* One date of evaluation. */
struct explain_shift {
    int32_t as_of;
    bool dated; /* false: before the first accepted day */
    struct program_root *roots;
    size_t count, capacity;
    struct program *program;
    struct program_result *results; /* of all rows, once many were asked for; else NULL */
};

struct explain_formula {
    struct explainer *explainer;
    const struct node *node;
    int reg;
    struct arena arena;
    struct explain_plan *root;
    int plan_count;
    struct map plans; /* while planning: by node, register and date */
    struct explain_plan **planned;
    size_t planned_count, planned_capacity;
    struct explain_shift *shifts;
    size_t shift_count, shift_capacity;
    size_t singles;  /* rows computed one by one so far */
    struct map rows; /* values of single rows, for the explanation being made */
    struct arena row_arena;
    struct value **row_values;
    size_t row_count, row_capacity;
};

struct explainer {
    const struct schema *schema;
    const struct frame *frame;
    int32_t as_of;
    size_t singles_max; /* rows that a formula computes one by one before it computes all */
    struct explain_formula **formulas;
    size_t formula_count, formula_capacity;
    struct reverse *reverses;
    size_t reverse_count, reverse_capacity;
    explain_name *name;
    void *name_context;
    int status; /* of the explanation being made */
    struct err *err;
};

/* The compiled formula, made on the first asking; NULL with the explainer's status set on failure. */
struct explain_formula *explain_formula_get(struct explainer *explainer, const struct node *node, int reg);
void explain_formula_free(struct explain_formula *formula);
void explain_formula_rest(struct explain_formula *formula); /* forgets values, keeps what is compiled */

/* The value of a plan on a row of its register. Unknown with the explainer's status set on failure. */
struct value explain_value(const struct explain_plan *plan, uint32_t row);

/* The row that an UP leads to, FRAME_NO_ROW when the reference is empty. */
uint32_t explain_up_row(const struct explain_plan *plan, uint32_t row);

/* The rows that hang on a row by an aggregate's reference: numbers first .. end - 1, through list when it is
 * not NULL. */
struct explain_rows {
    const uint32_t *list;
    size_t first, end;
};
struct explain_rows explain_hanging(const struct explain_plan *plan, uint32_t row);
uint32_t explain_row_at(struct explain_rows rows, size_t i);

/* w and v of an aggregate on one of its rows; w is true where it has none. */
struct explain_item {
    struct value w, v;
};
struct explain_item explain_item_at(const struct explain_plan *plan, uint32_t row);

/* LATEST and EARLIEST: the y of one of the rows that hang on a record; the extreme one of those with w true,
 * unknown where there is none; and whether two known ones are the same. */
bool explain_picks(const struct node *node);
struct value explain_key_at(const struct explain_plan *plan, uint32_t row);
struct value explain_extreme(const struct explain_plan *plan, uint32_t row);
bool explain_same_key(const struct explain_plan *plan, struct value a, struct value b);

/* The aggregate seen through definitions. */
const struct explain_plan *explain_through(const struct explain_plan *plan);

/* Months of a COVERS that no row has: all from first to last, at most 64, in order. */
size_t explain_absent_months(const struct explain_plan *plan, uint32_t row, int32_t months[64]);

/* Fills explain->missing and explain->parameters. */
void explain_find_missing(struct explainer *explainer, const struct explain_plan *plan, uint32_t row,
                          struct arena *arena, struct explain *explain);

/* Fills the tree, with at most *left nodes, which it counts down. */
void explain_build_tree(const struct explain_plan *plan, uint32_t row, struct arena *arena, size_t *left,
                        struct explain_node *out);

/* Gives back what one explanation computed; its status. */
int explain_finish(struct explainer *explainer, struct explain_formula *formula);

bool explain_is_true(struct value value);
bool explain_is_false(struct value value);

#endif
