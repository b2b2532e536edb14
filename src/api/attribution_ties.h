/* Ties: what the answers about what incomes are tied to share. */
#ifndef ZENGSHOU_API_ATTRIBUTION_TIES_H
#define ZENGSHOU_API_ATTRIBUTION_TIES_H

#include "api/attribution_say.h"
#include "api/page.h"
#include "progress/causes.h"
#include "register/naming.h"

#define ATTRIBUTION_SHEET "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

extern const struct shape attribution_tie_shape;

/* The parameters of a cause, and of one tie of it. */
#define ATTRIBUTION_CAUSE_QUERY                                                                              \
    PROGRESS_QUERY,                                                                                          \
    {                                                                                                        \
        .name = "source", .kind = SHAPE_TEXT, .max = 64, .note = "only of this one"                          \
    }
#define ATTRIBUTION_TIE_QUERY                                                                                \
    {.name = "record",                                                                                       \
     .kind = SHAPE_INT,                                                                                      \
     .min = 1,                                                                                               \
     .max = INT64_MAX,                                                                                       \
     .note = "what is tied to this record"},                                                                 \
        {.name = "group", .kind = SHAPE_TEXT, .max = 400, .note = "or to this group"},                       \
    {                                                                                                        \
        .name = "other", .kind = SHAPE_WORD, .words = "rest|unsaid",                                         \
        .note = "or to none; to records that do not say their group"                                         \
    }
#define ATTRIBUTION_ROWS_QUERY                                                                               \
    ATTRIBUTION_CAUSE_QUERY, ATTRIBUTION_TIE_QUERY,                                                          \
        {.name = "limit", .kind = SHAPE_INT, .min = 1, .max = PAGE_MAX},                                     \
    {                                                                                                        \
        .name = "after", .kind = SHAPE_INT, .min = 0, .max = INT64_MAX, .note = "how many came before"       \
    }

struct attribution_tied {
    struct attribution_asked month;
    struct cause_asked cause;
    const struct pack_cause *of;
    int over, field; /* whose rows are tied by what; -1: rows of several registers, or by several fields */
};

/* The cause of the path, the month, place and source of the query. ERR_NOT_FOUND, ERR_INPUT. */
int attribution_tied_ask(struct request *request, struct attribution_tied *asked, struct err *err);
/* Finds `over` and `field`. */
void attribution_tied_over(const struct pack *pack, struct attribution_tied *asked);
/* A record, a group, or one of the others, by ATTRIBUTION_TIE_QUERY. */
int attribution_find_tie(struct request *request, const struct attribution_tied *asked, struct cause_tie *tie,
                         struct err *err);

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
/* An answer of rows, and of the rows behind the tie that the query names: of the family, or of all where it
 * is 0. */
extern const struct shape attribution_rows_shape;
int attribution_reply_rows(struct request *request, int64_t family, struct err *err);
/* Answers with the view as XLSX. */
int attribution_sheet(struct request *request, const struct attribution_tied *asked,
                      const struct cause_view *view, struct err *err);

#endif
