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
extern const struct shape ledger_shape;         /* {complete, kept, with} */

#define PROGRESS_QUERY                                                                                       \
    {.name = "year",                                                                                         \
     .kind = SHAPE_INT,                                                                                      \
     .min = 1900,                                                                                            \
     .max = 2200,                                                                                            \
     .note = "of the latest month whose ledger is in; year alone: its December, or that month"},             \
        {.name = "month", .kind = SHAPE_INT, .min = 1, .max = 12},                                           \
    {                                                                                                        \
        .name = "division", .kind = SHAPE_TEXT, .max = 32                                                    \
    }

#define PROGRESS_MONTH_FIELDS                                                                                \
    {.name = "year", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},                                            \
        {.name = "month", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},                                       \
        {.name = "as_of", .kind = SHAPE_DATE, .flags = SHAPE_REQUIRED},                                      \
    {                                                                                                        \
        .name = "ledger", .kind = SHAPE_OBJECT, .of = &ledger_shape,                                         \
        .flags = SHAPE_REQUIRED | SHAPE_NULLABLE,                                                            \
        .note = "how far the ledgers that incomes rest on are in; null: the pack names none"                 \
    }

struct progress_asked {
    int year, month, division; /* -1: all of the scope */
    int32_t today;
    struct text detail; /* for memo: what it depends on beside the address */
};

/* The place that a figure is asked of: `division`, otherwise the one that somebody answers for; -1: all of
 * the scope. ERR_NOT_FOUND, also for a place above one's own: one's part of it is no figure of it. */
int progress_place(const struct request *request, int *division, struct err *err);

/* The month that is looked at when nobody says (progress_default_month). */
int progress_month(const struct request *request, int *year, int *month, struct err *err);
/* The query's `as_of`, otherwise the day of that month: what a family or a list is told as of fits the
 * month's figures. */
int progress_as_of(const struct request *request, int32_t *as_of, struct err *err);
/* Is the day in a year of the plan? ERR_INPUT with the field `as_of`. */
int progress_plan_day(struct request *request, int32_t day, struct err *err);

/* Which month and place; ERR_INPUT, ERR_NOT_FOUND. */
int progress_ask(struct request *request, struct progress_asked *asked, struct err *err);
/* The year's figures; to be closed with progress_year_close, also after an error. */
int progress_open(struct request *request, const struct progress_asked *asked, struct progress_year *out,
                  struct err *err);
/* The month alone, without its figures; nothing to be closed. */
int progress_moment(const struct request *request, const struct progress_asked *asked,
                    struct progress_year *out, struct err *err);
/* The path's `indicator` as far as who asks may see it; ERR_NOT_FOUND. */
int progress_indicator(const struct request *request, int *indicator, struct err *err);

/* PROGRESS_MONTH_FIELDS: members of an object. */
void progress_say_month(struct json_writer *json, const struct progress_year *year);
/* The members of indicator_line_shape, within an object that the caller opens and closes. */
void progress_say_line(struct json_writer *json, const struct progress_year *year, int indicator,
                       const struct progress_line *line);
void progress_say_lights(struct json_writer *json, const int64_t counts[LIGHTS]);
void progress_say_units(struct json_writer *json, const char *key, const struct pack *pack, const int *units,
                        size_t count);

#endif
