/* Progress: what the pages of indicators, tasks, units and leaders share: which month and place is asked for,
 * and a figure with its light as JSON. */
#ifndef ZENGSHOU_API_PROGRESS_H
#define ZENGSHOU_API_PROGRESS_H

#include "api/call.h"
#include "progress/year.h"
#include "server/shape.h"

extern const struct shape indicator_line_shape; /* an indicator and how it stands */
extern const struct shape lights_shape;         /* {green, yellow, red, none, unknown} */
extern const struct shape unit_name_shape;      /* {name, label} */

#define PROGRESS_QUERY                                                                                       \
    {.name = "year",                                                                                         \
     .kind = SHAPE_INT,                                                                                      \
     .min = 1900,                                                                                            \
     .max = 2200,                                                                                            \
     .note = "this year, or that of the last screening where this one is not the plan's"},                   \
        {.name = "month", .kind = SHAPE_INT, .min = 1, .max = 12},                                           \
    {                                                                                                        \
        .name = "division", .kind = SHAPE_TEXT, .max = 32                                                    \
    }

#define PROGRESS_MONTH_FIELDS                                                                                \
    {.name = "year", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},                                            \
        {.name = "month", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},                                       \
    {                                                                                                        \
        .name = "as_of", .kind = SHAPE_DATE, .flags = SHAPE_REQUIRED                                         \
    }

struct progress_asked {
    int year, month, division; /* -1: all of the scope */
    int32_t today;
    struct text detail; /* for memo: what it depends on beside the address */
};

/* The place that a figure is asked of: `division`, otherwise the one that somebody answers for; -1: all of
 * the scope. ERR_NOT_FOUND, also for a place above one's own: one's part of it is no figure of it. */
int progress_place(const struct request *request, int *division, struct err *err);

/* Which month and place; ERR_INPUT, ERR_NOT_FOUND. */
int progress_ask(struct request *request, struct progress_asked *asked, struct err *err);
/* The year's figures; to be closed with progress_year_close, also after an error. */
int progress_open(struct request *request, const struct progress_asked *asked, struct progress_year *out,
                  struct err *err);
/* The path's `indicator` as far as who asks may see it; ERR_NOT_FOUND. */
int progress_indicator(const struct request *request, int *indicator, struct err *err);

/* year, month, as_of: members of an object. */
void progress_say_month(struct json_writer *json, const struct progress_year *year);
/* The members of indicator_line_shape, within an object that the caller opens and closes. */
void progress_say_line(struct json_writer *json, const struct progress_year *year, int indicator,
                       const struct progress_line *line);
void progress_say_lights(struct json_writer *json, const int64_t counts[LIGHTS]);
void progress_say_units(struct json_writer *json, const char *key, const struct pack *pack, const int *units,
                        size_t count);

#endif
