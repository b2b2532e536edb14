/* Figures: all indicators for all places as of one day, from one run of the executor. */
#ifndef ZENGSHOU_PROGRESS_FIGURES_H
#define ZENGSHOU_PROGRESS_FIGURES_H

#include <stdatomic.h>

#include "progress/book.h"
#include "progress/reports.h"
#include "register/scope.h"

/* One indicator in one place. Sums are over the counted; `lost`: one of them left int64. */
struct figure {
    int64_t counted, missing, undetermined; /* records */
    int64_t sum, of, sum_before, of_before; /* INT, DECIMAL, MONEY as the formulas give them */
    bool lost;
};

void figure_add(struct figure *to, const struct figure *more);

/* How far the books that incomes rest on are in, over all subjects. */
struct ledger_figure {
    int64_t kept, complete; /* subjects that keep one in the year; of those, no month is missing */
    bool whole;             /* enough of them (dashboard.ledger); also where nobody keeps one */
};

struct figures {
    atomic_int owners;
    int32_t as_of;
    struct ledger_figure ledger;
    size_t places;             /* division_count + 1: the last is nowhere */
    struct figure *cells;      /* [indicator][place], each with all that lies in it */
    struct value *minus;       /* [indicator] RATIO */
    struct reported *reported; /* [indicator] */
    struct disputed *disputes; /* dispute_count of them */
    size_t dispute_count;
};

/* frame: holds what book->all wants. threads: 0 as many as processors. former: of the same day, may be NULL;
 * kept[indicator], behind the last the ledger: its cells still hold and are copied instead of computed. */
int figures_compute(const struct progress_book *book, const struct frame *frame, int32_t as_of, int threads,
                    const struct figures *former, const bool *kept, struct figures **out, struct err *err);
struct figures *figures_share(struct figures *figures);
void figures_free(struct figures *figures); /* one owner less */

/* The figure of what a scope sees, in one division or (-1) everywhere. False, and a zeroed figure, where it
 * may not read the register, or sees single families only: those are no place. */
bool figures_see(const struct progress_book *book, const struct figures *figures, const struct scope *scope,
                 int indicator, int division, struct figure *out);

/* The same parted by a breakdown of the indicator: out[code], behind the last code those of which it is not
 * known; room for code_count + 1. */
int figures_part(const struct progress_book *book, const struct frame *frame, int32_t as_of,
                 const struct scope *scope, int indicator, int division, size_t breakdown, struct figure *out,
                 struct err *err);

#endif
