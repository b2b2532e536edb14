/* Ties: what the answers about what incomes are tied to share. */
#ifndef ZENGSHOU_API_ATTRIBUTION_TIES_H
#define ZENGSHOU_API_ATTRIBUTION_TIES_H

#include "api/attribution_say.h"
#include "progress/causes.h"
#include "register/naming.h"

#define ATTRIBUTION_SHEET "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

extern const struct shape attribution_tie_shape;

struct attribution_tied {
    struct attribution_asked month;
    struct cause_asked cause;
    const struct pack_cause *of;
    int over, field; /* whose rows are tied by what; -1: rows of several registers, or by several fields */
};

/* The record that rows are tied to; everything empty where it is not to be seen by who asks. */
int attribution_name(struct naming *naming, const struct attribution_tied *asked, const struct pack *pack,
                     int64_t id, struct named *named, struct err *err);
/* A group that is known: the code's label, or the text. */
struct label attribution_group(const struct pack *pack, const struct pack_cause *cause, struct value value);
/* What it brought this year for a yuan of its cost, in ten-thousandths; false: not known, or it cost nothing.
 */
bool attribution_per_yuan(const struct cause_tie *tie, int64_t *value);

/* A value of attribution_tie_shape. */
int attribution_say_tie(struct request *request, struct json_writer *json, struct naming *naming,
                        const struct attribution_tied *asked, const struct cause_tie *tie, struct err *err);
/* Answers with the view as XLSX. */
int attribution_sheet(struct request *request, const struct attribution_tied *asked,
                      const struct cause_view *view, struct err *err);

#endif
