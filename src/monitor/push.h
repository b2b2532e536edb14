/* Push-down: formulas answered by the database that holds the rows, by the statements of sqlgen. What the
 * answers are is the same as in the executor; how they are come by is the business of engine.h. */
#ifndef ZENGSHOU_MONITOR_PUSH_H
#define ZENGSHOU_MONITOR_PUSH_H

#include "formula/frame.h"
#include "formula/program.h"
#include "register/database.h"

struct push_question {
    const struct schema *schema; /* of the formulas: the pack's or a variant's */
    const struct node *const *nodes;
    size_t count;
    int reg; /* the register on whose records they are evaluated */
    int32_t as_of;
};

/* 0, or ERR_LIMIT: some formula cannot be said exactly in the database's SQL, or reads a sealed field;
 * *refused is that one, -1 when it is all of them together that are too much. */
int push_can(struct database *database, const struct push_question *question, int *refused, struct err *err);

/* The statement SELECT id, v0, v1 … itself, appended. */
int push_statement(struct database *database, const struct push_question *question, struct buffer *sql,
                   struct err *err);

/* Calls `row` for every record, in no order. Texts are borrowed during the call. */
typedef void push_row(void *context, int64_t id, const struct value *values);
int push_each(struct database *database, const struct push_question *question, push_row *row, void *context,
              struct err *err);

/* The answers as program_run would give them for a frame that holds the register's records. Texts are copied
 * into the arena. results: question->count of them; program_results_fini frees them, and nothing is left
 * after an error. */
int push_results(struct database *database, const struct push_question *question, const struct frame *frame,
                 struct arena *arena, struct program_result *results, struct err *err);

/* Stores the findings of a screening: for every record that fulfils a formula (state 1) or for which it is
 * unknown (state 2) a row of zs_finding with the formula's name. On PostgreSQL they never leave the server.
 */
int push_findings(struct database *database, const struct push_question *question, const struct text *names,
                  int64_t run, struct err *err);

/* Number of records of a register: what hangs on nothing is none. */
int push_count(struct database *database, int reg, int64_t *count, struct err *err);

#endif
