/* Adding: what the views of attribution rest on: the families' incomes in a year and in the year before, and
 * the rows of sources, added up by family. */
#ifndef ZENGSHOU_PROGRESS_ADDING_H
#define ZENGSHOU_PROGRESS_ADDING_H

#include "progress/attribution.h"
#include "progress/places.h"

enum { ADDING_YEARS = 2 }; /* 0: the year asked for; 1: the one before */

struct adding {
    const struct pack *pack;
    const struct frame *frame;
    struct program_result *results;
    size_t count, kinds, sources;
    const struct attribution_only *only; /* NULL: all */
    bool *inside;                        /* [division]: seen and asked for */
    struct places *places;
    bool placed;        /* families are somewhere */
    int64_t *by_family; /* [source][year][row of the subject] */
    size_t families;
    uint32_t **family_rows; /* [register][row]; NULL until asked for */
    int64_t unknown_rows;
};

/* Runs the roots (attribution_roots, and what the caller put behind them). scope NULL: for a family that the
 * caller found in scope. To be ended also after an error. ERR_FORBIDDEN. */
int adding_start(const struct pack *pack, const struct frame *frame, const struct scope *scope, int32_t as_of,
                 int division, const struct program_root *roots, size_t count, struct adding *adding,
                 struct err *err);
void adding_end(struct adding *adding);

/* What a source brought a family in a year. */
int64_t *adding_family(const struct adding *adding, size_t source, int year, uint32_t family);
/* A source's condition (part 0) or amount (part 1) on its register. */
const struct program_result *adding_source(const struct adding *adding, size_t source, int part, int year);
/* What a row brings in a year; false: nothing, or not known. */
bool adding_amount(const struct adding *adding, size_t source, int year, size_t row, int64_t *amount);
/* The family of each row of a register, FRAME_NO_ROW without one; looked up once. */
const uint32_t *adding_families(struct adding *adding, int over);
/* Is the family seen and in the division asked for? */
bool adding_inside(struct adding *adding, uint32_t family);

#endif
