/* Reports: what units said of indicators that no register holds, as far as it was accepted. */
#ifndef ZENGSHOU_PROGRESS_REPORTS_H
#define ZENGSHOU_PROGRESS_REPORTS_H

#include "formula/program.h"
#include "pack/pack.h"

struct reported {
    bool known;
    int64_t value; /* ten-thousandths of the indicator's unit */
    int32_t month; /* what it was reported for */
    int64_t record;
};

/* The latest accepted report of each reported indicator as of a date: out[indicator] for all of the pack's.
 * accepted: the result of pack.progress.report.accepted. A value beyond the indicator's bounds is none. */
void reports_take(const struct pack *pack, const struct frame *frame, const struct program_result *accepted,
                  int32_t as_of, struct reported *out);

/* ---- Disputes ---- */

struct disputed { /* an open case */
    int indicator, division;
    int32_t month;
    int64_t record;
};

/* The disputes of the frame that are not decided yet; to be freed with free. */
struct disputed *disputes_take(const struct pack *pack, const struct frame *frame, size_t *count);

#endif
