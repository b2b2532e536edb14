/* Attribution: what its answers share. */
#ifndef ZENGSHOU_API_ATTRIBUTION_SAY_H
#define ZENGSHOU_API_ATTRIBUTION_SAY_H

#include "api/progress.h"
#include "progress/attribution.h"

extern const struct shape attribution_side_shape; /* an amount with its kinds, their sources, and the rest */

/* An amount in both years and its change, as fields of a shape. */
#define ATTRIBUTION_PART_FIELDS                                                                              \
    {.name = "this_year", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},                                      \
        {.name = "last_year", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},                                  \
    {                                                                                                        \
        .name = "change", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED                                        \
    }

enum { ATTRIBUTION_NONE = -1, ATTRIBUTION_EVERY = -2 };

struct attribution_asked {
    struct progress_asked progress;
    struct progress_year month; /* without figures: which month it is */
    struct program_root *roots;
    size_t count;
    int cause; /* its ties are read too; ATTRIBUTION_NONE, ATTRIBUTION_EVERY */
};

/* The month and place of the query, and the formulas. ERR_INPUT, ERR_NOT_FOUND. */
int attribution_ask(struct request *request, struct attribution_asked *asked, struct err *err);
/* The frame that they run on; to be freed. */
int attribution_frame(struct request *request, const struct attribution_asked *asked, struct frame **out,
                      struct err *err);

/* The members of ATTRIBUTION_PART_FIELDS, within an object that the caller opens and closes. */
void attribution_put_part(struct json_writer *json, const struct attribution_part *part);
/* A side as a member. */
void attribution_say_side(struct json_writer *json, const struct pack *pack, const char *key,
                          const struct attribution_side *side);

/* A source by its name; ERR_NOT_FOUND. */
int attribution_source(const struct request *request, struct text name, size_t *source, struct err *err);

extern const struct shape attribution_cause_shape; /* what incomes are tied to */
/* May who asks read the cause's records, and the rows that are tied to them? */
bool attribution_may(const struct request *request, const struct pack_cause *cause);
void attribution_say_cause(struct json_writer *json, const struct pack *pack, const struct pack_cause *cause);
void attribution_say_causes(const struct request *request,
                            struct json_writer *json); /* as the member causes */

#endif
