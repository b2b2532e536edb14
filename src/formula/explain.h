/* Why a formula has its value on one record: every node with its value, what decided, which facts it rests on,
 * which unknowns matter; and the sentence a person reads. */
#ifndef ZENGSHOU_FORMULA_EXPLAIN_H
#define ZENGSHOU_FORMULA_EXPLAIN_H

#include "base/arena.h"
#include "base/err.h"
#include "formula/frame.h"
#include "formula/node.h"

struct explain_node {
    const struct node *node;
    struct value value;
    bool decisive;  /* the answer above hangs on it: the false side of an and, the true of an or, the unknown … */
    int reg;        /* the record it was evaluated on */
    uint32_t row;
    size_t child_count;
    struct explain_node *children; /* operands; for an aggregate: its rows that count, at most EXPLAIN_ROWS of them,
                                      each with node = w or v on that row; rows_total says how many there were */
    size_t rows_total;
};

enum { EXPLAIN_ROWS = 50 };

/* A fact that is missing and could change the answer. */
struct explain_missing {
    int reg;        /* register of the record that lacks it */
    uint32_t row;   /* its row; FRAME_NO_ROW when the record itself is missing (a month without any row) */
    int field;      /* the empty field */
    int parent_reg; /* for a missing record: on which record it should hang, and which month is absent */
    uint32_t parent_row;
    struct value value;
};

struct explain {
    struct explain_node root;
    struct explain_missing *missing; /* each fact once, in the order of the formula */
    size_t missing_count;
};

struct explainer; /* holds compiled pieces, so that explaining thousands of records is cheap; not for threads to share */

struct explainer *explainer_new(const struct schema *schema, const struct frame *frame, int32_t as_of);
void explainer_free(struct explainer *explainer);

/* The result lives in the arena. Evaluates with the same executor as program_run. */
int explain_record(struct explainer *explainer, const struct node *node, int reg, uint32_t row, struct arena *arena,
                   struct explain *out, struct err *err);

/* One sentence: "人均纯收入为8,432.10元，低于10,000.00元；且增速为-6.4%，低于5.5%。" For an unknown answer: what is missing. */
void explain_sentence(struct explainer *explainer, const struct explain *explain, const char *language,
                      struct buffer *out);

/* The tree, one node a line, indented, with values. */
void explain_tree(struct explainer *explainer, const struct explain *explain, const char *language,
                  struct buffer *out);

/* "户主证件号码 (person 3)" , "2022-05月收入台账": a missing fact in words. */
void explain_missing_print(struct explainer *explainer, const struct explain_missing *missing, const char *language,
                           struct buffer *out);

#endif
