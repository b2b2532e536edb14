/* Counts: what bulletins count for themselves, measured by the same machinery as the plan's indicators and
 * kept by day for all threads (progress/shelf.h). */
#ifndef ZENGSHOU_BULLETIN_COUNTS_H
#define ZENGSHOU_BULLETIN_COUNTS_H

#include "progress/shelf.h"

struct bulletin_counts;

/* The pack is borrowed. Errors are those of formulas, which a checked pack does not have. */
int bulletin_counts_new(const struct pack *pack, struct bulletin_counts **out, struct err *err);
void bulletin_counts_free(struct bulletin_counts *counts); /* nobody may be asking; NULL is harmless */

/* Its indicators are pack.bulletin_figures. */
const struct progress_book *bulletin_counts_book(const struct bulletin_counts *counts);
struct progress_shelf *bulletin_counts_shelf(const struct bulletin_counts *counts);

#endif
