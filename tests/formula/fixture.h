/* A small county for the tests of the formula language: one fixed schema, rows in text files, values as they
 * are written in formulas. */
#ifndef ZENGSHOU_TESTS_FORMULA_FIXTURE_H
#define ZENGSHOU_TESTS_FORMULA_FIXTURE_H

#include "base/arena.h"
#include "base/err.h"
#include "formula/frame.h"
#include "formula/schema.h"

/* The schema with its definitions checked; exits with a message if they have a fault. */
struct schema *fixture_schema(struct arena *arena);

/* A value as a test file writes it: a literal of the type; ? for unknown; {a, b} for a set of codes; 1/3 for
 * a ratio; a number for the id of a record. */
int fixture_value(const struct schema *schema, struct type type, struct text written, struct arena *arena,
                  struct value *out, struct err *err);

/* Rows from a file: "household 1 village=1 category=ordinary net_income=12000元", one a line, -- for
 * comments. */
int fixture_load(const struct schema *schema, const char *path, struct arena *arena, struct frame **out,
                 struct err *err);

/* Reads a whole file into the arena. */
int fixture_read(const char *path, struct arena *arena, struct text *out, struct err *err);

#endif
