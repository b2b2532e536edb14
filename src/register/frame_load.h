/* From tables to the frame that formulas run on. */
#ifndef ZENGSHOU_REGISTER_FRAME_LOAD_H
#define ZENGSHOU_REGISTER_FRAME_LOAD_H

#include "formula/frame.h"
#include "register/database.h"
#include "register/part.h"

struct frame_request {
    bool *const *used;  /* register_count arrays of field_count flags (formula_fields_used gives them) */
    const bool *wanted; /* registers wanted for their records alone; may be NULL */
    int64_t entry;      /* the facts as they stood when this entry of the log had been written; 0: as they
                           stand now */
    const struct frame_part
        *part; /* NULL: all records. Of the past, the registers may hold further records that were somewhere
                  else then or are no longer there; what hangs on others than the part's is left out */
    const struct frame_part
        *other; /* a second part, of registers that do not hang on the first one's; NULL: none */
};

/* A register is loaded when one of its fields is used, when it is wanted, or when a loaded one hangs on it or
 * has a used reference to it. One scan a register. Reads in one snapshot. */
int frame_load(struct database *database, const struct frame_request *request, struct frame **out,
               struct err *err);

/* The id of the record with that natural key (its parts joined by '/' when it has several), found as a person
 * types it (full-width or not, dates and codes in any spelling); a reference in a key is written as the other
 * record's key. A name will do where only one record bears it. *id 0 if there is none. */
int record_find(struct database *database, int reg, struct text key, int64_t *id, struct err *err);

/* "4304211001（张三）": the record's key parts and name in words, appended to out. Missing records give
 * "#id". */
int record_name(struct database *database, int reg, int64_t id, struct buffer *out, struct err *err);

#endif
