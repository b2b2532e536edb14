/* Program: many formulas over one frame, compiled to flat steps and run in batches, in one pass a register.
 *
 * compile: typed trees → hash-consed graph → stages. A stage belongs to one register and gives columns; what
 * a formula takes from another scope and is more than a raw column (an aggregate within an aggregate, a
 * definition up a reference, rank, duplicated) is a stage of its own, run before. Within a stage: flat steps
 * over batches of rows with null bitmaps; child aggregates walk the batch's contiguous slice of child rows in
 * chunks. */
#ifndef ZENGSHOU_FORMULA_PROGRAM_H
#define ZENGSHOU_FORMULA_PROGRAM_H

#include "base/err.h"
#include "formula/frame.h"
#include "formula/node.h"

struct program;

struct program_root {
    const struct node *node;
    int scope; /* the register whose records it is evaluated on (node->scope, or given for constants); -1: a
                  tree that needs no record, whose result has one row */
};

/* A parameter's value replaced for this program (a reform), at every date. */
struct program_overlay {
    int parameter;
    struct value value;
};

struct program_options {
    int32_t as_of;
    const struct program_overlay *overlays;
    size_t overlay_count;
};

/* The nodes and schema are borrowed and must outlive the program. Fails only for absurd sizes (ERR_LIMIT) and
 * patterns of `matches` that PCRE2 refuses or that are not constant (ERR_INPUT), neither of which the checker
 * lets through. */
int program_new(const struct schema *schema, const struct program_root *roots, size_t root_count,
                const struct program_options *options, struct program **out, struct err *err);
void program_free(struct program *program);

/* Results of one root: for each row of its register. */
struct program_result {
    size_t rows;
    enum type_kind kind;
    uint64_t *known;    /* bit i: row i has a value */
    uint64_t *truth;    /* BOOL: bit i: true (0 where unknown) */
    int64_t *integers;  /* all kinds but BOOL, RATIO, TEXT; 0 where unknown */
    double *ratios;     /* RATIO; 0 where unknown */
    struct text *texts; /* TEXT, borrowed from the frame or from the program */
};

struct program_run_options {
    int threads;  /* 0: as many as processors */
    size_t batch; /* rows a batch; 0: 1,024. Any value gives the same answers */
    int reg;      /* -1: all rows of all roots; else only the rows below of this register, for roots on it */
    size_t row;   /* the first of them, */
    size_t rows;  /* and how many, 0 being 1; several only with threads = 1 */
    bool (*cancelled)(void *context); /* may be NULL; asked between batches, always on the calling thread */
    void *context;
};

/* results: root_count of them, zeroed by the callee and then filled; program_results_fini frees them. With
 * options->reg set, roots on other registers get rows = 0 and those on it so many as were asked for (index 0
 * is the first of them). ERR_NOT_FOUND when the frame lacks a column that is needed, ERR_CANCELLED; there are
 * no results then. A program may be run by many threads at once. */
int program_run(const struct program *program, const struct frame *frame,
                const struct program_run_options *options, struct program_result *results, struct err *err);
void program_results_fini(struct program_result *results, size_t count);

struct value program_result_get(const struct program_result *result, size_t row);

/* Number of steps and stages, for tests and `--verbose`. */
size_t program_steps(const struct program *program);
size_t program_stages(const struct program *program);

#endif
