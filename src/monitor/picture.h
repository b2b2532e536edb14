/* Picture: families, people and incomes of those whom a user may see, by category and by division, as
 * pack.dashboard says. */
#ifndef ZENGSHOU_MONITOR_PICTURE_H
#define ZENGSHOU_MONITOR_PICTURE_H

#include "formula/frame.h"
#include "formula/program.h"
#include "monitor/found.h"

struct picture_count {
    int64_t subjects, people;
};

/* Sums over the families of which both are known. Per capita is one divided by the other. */
struct picture_income {
    __int128 total;
    int64_t members;
};

/* Both years of the same families: of those whose income is known in only one, neither counts. */
struct picture_place {
    struct picture_count count;
    int64_t compared; /* subjects known in both years */
    struct picture_income now, before;
};

struct picture {
    struct picture_count *categories, *subcategories; /* by code; behind the last those without one */
    struct value *income_now, *income_before;         /* [pack.dashboard.income] sums over the compared */
    struct picture_place all;
    struct picture_place
        *places; /* [division of the pack], with all that lies in it; behind the last: nowhere */
};

/* The formulas that it takes, each for the year and for the one before, in the arena: roots of a program. */
int picture_roots(const struct pack *pack, struct arena *arena, struct program_root **roots, size_t *count,
                  struct err *err);

/* frame: what those roots read, with the categories (gather_request), of the present. */
int picture_make(struct database *database, const struct frame *frame, const struct found_view *view,
                 int32_t as_of, const struct program_root *roots, size_t count, struct picture *out,
                 struct err *err);
void picture_fini(struct picture *picture);

/* The condition on the subject of being compared, as text in the arena; empty where the pack has no total. */
struct text picture_compared(const struct pack *pack, struct arena *arena);

/* MONEY; unknown without members. */
struct value picture_per_capita(const struct picture_income *income);
/* RATIO; unknown where one of the years is, or the former is 0. */
struct value picture_growth(const struct picture_place *place);

#endif
