/* Headings: which row of a sheet names its columns, and which field of which part of the feed each column
 * fills. */
#ifndef ZENGSHOU_EXCHANGE_HEADINGS_H
#define ZENGSHOU_EXCHANGE_HEADINGS_H

#include "base/arena.h"
#include "exchange/sheet.h"
#include "pack/pack.h"

/* The heading stands in one of the first that many rows that are not blank. */
enum { HEADING_ROWS = 10 };

/* The columns that we add to a workbook of refused rows; never mapped when it comes back. */
extern const struct text heading_reason, heading_source_row;

enum heading_state {
    HEADING_BLANK,
    HEADING_MAPPED,
    HEADING_REPEATED, /* another column's heading with a 0 (or .1) behind: the export has the column twice */
    HEADING_IGNORED,  /* known, but not taken by this feed; or ignored on request; or one of ours */
    HEADING_UNKNOWN
};

struct heading_target {
    int part, field;
    int64_t scale_by; /* the cell's number × this is in the field's own unit */
};

struct heading_column {
    struct text text; /* as written, trimmed */
    enum heading_state state;
    const struct heading_target *targets; /* one a part at most */
    size_t target_count;
    struct text nearest; /* UNKNOWN: did you mean; may be empty */
};

struct headings {
    int64_t row; /* the heading's row number */
    struct heading_column *columns;
    size_t column_count;
    bool *parts; /* part_count of the feed: the sheet has the columns by which that part is filled */
    struct arena arena;
};

/* --map HEADING=FIELD. field: "field" or "register.field" by name or label; empty or "-": the column is
 * ignored. */
struct heading_override {
    struct text heading, field;
};

/* Finds the row with most recognised headings among rows. A column is recognised by, in this order: an
 * override; the feed's own columns; the fields' headings; either with a unit in brackets behind, ignored or
 * applied when that leaves no doubt. A heading that fits several parts fills all of them. ERR_INPUT: no
 * heading row; an override that names no heading or field; two columns for one field; a part with columns but
 * without those of its key. */
int headings_find(const struct pack *pack, const struct pack_feed *feed,
                  const struct heading_override *overrides, size_t override_count,
                  const struct sheet_row *rows, size_t row_count, struct headings *out, struct err *err);
void headings_fini(struct headings *headings);

/* A RECORD field that an earlier part of the feed fills from the same row. */
bool heading_is_linked(const struct pack *pack, const struct pack_feed *feed, int part, int field);

#endif
