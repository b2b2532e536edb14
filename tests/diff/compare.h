/* One formula through the executor and through a database that holds the same rows. */
#ifndef ZENGSHOU_TESTS_DIFF_COMPARE_H
#define ZENGSHOU_TESTS_DIFF_COMPARE_H

#include "formula/frame.h"
#include "formula/sqlgen.h"
#include "store/store.h"

struct diff {
    struct store *store;
    enum sqlgen_dialect dialect;
    bool plain; /* the database may hold what no register does: references to nothing, the empty text */
};

enum outcome { OUTCOME_SAME, OUTCOME_REFUSED, OUTCOME_WRONG };

struct question {
    const struct schema *schema;
    const struct frame *frame;
    const struct node *node;
    int scope;
    int32_t as_of;
};

/* Ends the program with a message when the database refuses; the tables' rows are ours. */
void diff_tables_create(const struct diff *diff, const struct schema *schema);
void diff_tables_drop(const struct diff *diff, const struct schema *schema);
void diff_tables_fill(const struct diff *diff, const struct schema *schema, int reg, size_t rows,
                      int64_t (*row)(const void *context, size_t row, struct value *values),
                      const void *context);
/* All rows of the frame. */
void diff_tables_load(const struct diff *diff, const struct frame *frame);

/* why: the first difference, the database's complaint, or the reason for the refusal. */
enum outcome diff_compare(const struct diff *diff, const struct question *question, struct buffer *why);

/* Whether the executor gives the same values for both, row by row, and the dialect has the same statement for
 * them. */
bool diff_alike(const struct diff *diff, const struct question *a, const struct question *b);

/* Whether the executor finds a BOOL formula true of every record. */
bool diff_holds(const struct question *question);

#endif
