/* The formula language: text to typed tree and back. Manual: docs/formula.md. Knows no database. */
#ifndef ZENGSHOU_FORMULA_FORMULA_H
#define ZENGSHOU_FORMULA_FORMULA_H

#include "base/arena.h"
#include "base/err.h"
#include "formula/node.h"
#include "formula/schema.h"

enum { FORMULA_SIZE_MAX = 1 << 20, FORMULA_DEPTH_MAX = 500 };

/* Parses and checks a formula on the register `scope` (-1: no record). wanted: the type it must have
 * (compared by kind; dictionary and unit too where wanted names them), or NULL for any. On success *out is in
 * the arena. Errors: ERR_INPUT with the position in source's file (or within the text) and a "did you mean".
 * Definitions that the formula uses must have been checked; naming one that is faulty is an error too. */
int formula_check(const struct schema *schema, struct arena *arena, int scope, struct formula_source source,
                  const struct type *wanted, struct node **out, struct err *err);

/* Checks every definition of the schema in dependency order, fills their nodes, reports each fault once:
 * syntax, unknown names, types, cycles (naming the whole cycle). Returns ERR_INPUT if there was any. */
int formula_check_definitions(struct schema *schema, struct arena *arena, struct fault_list *faults);

/* Prints a tree as formula text in "zh" (labels, Chinese keywords) or "en" (names, English keywords). What it
 * prints checks to an equal tree on the same scope (and with the same wanted type). */
void formula_print(const struct schema *schema, const struct node *node, const char *language,
                   struct buffer *out);

/* Same operation, type, operands (definitions by identity). */
bool formula_equal(const struct node *a, const struct node *b);

/* A type's name for messages: "money", "金额"; "code of household_category". */
void type_print(const struct schema *schema, struct type type, const char *language, struct buffer *out);

/* How finely a formula tells days apart: does it ask for the date of evaluation, or for nothing of it but the
 * year? NULL: not at all. Parameters do not count. */
enum formula_dated { FORMULA_UNDATED, FORMULA_DATED_BY_YEAR, FORMULA_DATED };
enum formula_dated formula_dated(const struct node *node);

/* Marks in used[register][field] every field that evaluating the node reads (also the RECORD fields by which
 * it walks). used is an array of register_count pointers to field_count bools, all owned by the caller. */
void formula_fields_used(const struct schema *schema, const struct node *node, bool **used);

#endif
