/* A simulated value as a spreadsheet holds it: text in one of several spellings, sometimes a little dirty. */
#ifndef ZENGSHOU_DEMO_CELL_H
#define ZENGSHOU_DEMO_CELL_H

#include "demo/config.h"

struct demo_cell_row {
    const void *of[SOURCE_COUNT]; /* the struct of each source; NULL: the row has none, its cells are blank */
    uint64_t record[SOURCE_COUNT]; /* what is missing is missing for a record, on all its rows */
    bool contradict[SOURCE_COUNT]; /* this row says something else than the others about this source's record
                                    */
};

/* Appends the cell's text to out; nothing for a blank cell. place: of the column among all columns of all
 * sheets. */
void demo_cell_write(const struct config *config, uint64_t seed, const struct demo_column *column,
                     uint64_t place, const struct demo_cell_row *row, struct random *random,
                     struct buffer *out);

/* The same for a value of its own: text for ATTRIBUTE_TEXT, otherwise number, DEMO_UNKNOWN for none. Not for
 * words of lists. */
void demo_cell_spell(const struct config *config, const struct spelling *spelling, enum attribute_kind kind,
                     int64_t number, struct text text, struct random *random, struct buffer *out);

#endif
