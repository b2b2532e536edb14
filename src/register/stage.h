/* Stage: an import between reading and writing. Rows with typed values wait in a temporary table; set-based
 * SQL then finds contradictions, doubles and unresolved references, compares with the registers and applies
 * what is good. Constant memory in the number of rows. */
#ifndef ZENGSHOU_REGISTER_STAGE_H
#define ZENGSHOU_REGISTER_STAGE_H

#include "register/database.h"
#include "register/scope.h"

struct stage;

struct stage_cell {
    bool given; /* the sheet has this column; a given cell without a value says nothing and changes nothing */
    struct value value;
    struct text lookup; /* RECORD fields that the feed does not fill from the same row: the other record's key
                           as written */
};

/* The parts come from the feed (for a plain register: a feed with one part; see pack.h). */
/* The scope is borrowed until stage_free: rows that speak of records outside of it, or of retired ones, are
 * refused as such, references to them are refused as if they were not there. ERR_FORBIDDEN: it may not write
 * the feed's registers. */
int stage_begin(struct database *database, const struct scope *scope, const struct pack_feed *feed,
                struct stage **out, struct err *err);
void stage_free(struct stage *stage); /* drops the temporary tables; harmless after apply */

/* One row of the sheet. cells[part] is NULL when the row does not speak of that part, else field_count cells.
 * row: the sheet's row number, unique, ascending. */
int stage_row(struct stage *stage, int64_t row, const struct stage_cell *const *cells, struct err *err);

struct stage_counts {
    int64_t fresh, changed, unchanged; /* records; a `match` part counts matched ones as unchanged */
    int64_t rejected_rows;             /* rows of the sheet refused because of this part */
};

/* Resolves and compares; no register is written. counts: part_count of them. total_rejected: distinct rows
 * refused. Rules:
 *  - a match part that finds nothing, an unresolved lookup, a missing required value of a new record: the row
 * is refused;
 *  - rows of one record of a higher part that differ in a field (null against a value is no difference): all
 * rows of that record are refused, naming the field, both values and both rows;
 *  - the same key twice in the lowest part that has it on both rows (a whole row of the sheet equal in all
 * cells counts as unchanged once, the later as refused "repeated"): both refused, naming the other row;
 *  - a row refused for one part is refused for all. */
int stage_match(struct stage *stage, struct stage_counts *counts, int64_t *total_rejected, struct err *err);

/* Calls back for every refused row in ascending order, once a reason. */
struct stage_reject {
    int64_t row;
    int part;
    int field; /* -1: the row as a whole */
    struct text zh, en;
};
int stage_rejects(struct stage *stage, int (*each)(void *context, const struct stage_reject *reject),
                  void *context, struct err *err);

/* Records a refusal found before staging (a bad cell), so that all reasons come from one list; the row need
 * not have been staged. */
int stage_refuse(struct stage *stage, int64_t row, int part, int field, struct text zh, struct text en,
                 struct err *err);

/* What would change, for a preview: the first `limit` changed records of a part, field by field. */
struct stage_difference {
    int64_t row;
    int64_t record;
    int field;
    struct value before, after;
    struct text handle; /* of a sealed field, what its column holds before */
};
int stage_differences(struct stage *stage, int part, size_t limit,
                      int (*each)(void *context, const struct stage_difference *difference), void *context,
                      struct err *err);

/* Applies all good rows in one transaction under one log entry, whose actor is the scope's. ERR_FORBIDDEN,
 * with nothing applied: the scope does not allow what they do, or records would come to lie outside of it. */
int stage_apply(struct stage *stage, struct text detail, struct err *err);

#endif
