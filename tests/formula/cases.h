/* Cases of the formula language as they are written in *.test files and in the manual.
 *
 * A *.test file: lines "% data NAME" and "% as_of DATE" hold from there on; # begins a comment line; a case
 * is three lines formula register id id … value value …        or    ! line:column words of the message In
 * the manual, a fenced block "```formula REGISTER" holds formulas (of several lines if need be), each
 * followed by a line
 * "=> value value …" for the records 1, 2, … or "=> ! line:column words". */
#ifndef ZENGSHOU_TESTS_FORMULA_CASES_H
#define ZENGSHOU_TESTS_FORMULA_CASES_H

#include "base/arena.h"
#include "base/err.h"
#include "formula/schema.h"

struct test_case {
    const char *file;
    int line;
    struct text formula;
    int reg;               /* -1: no record */
    const int64_t *ids;    /* of the records */
    struct text *expected; /* one a record; NULL for a case that is an error */
    size_t count;
    int error_line, error_column;
    struct text error_words;
    const char *data; /* name of the data set */
    int32_t as_of;
};

struct test_cases {
    struct test_case *items;
    size_t count, capacity;
};

/* Appends the cases of a file: *.md is read as the manual, everything else as a test file. */
int cases_read(const struct schema *schema, const char *path, struct arena *arena, struct test_cases *cases,
               struct err *err);

#endif
