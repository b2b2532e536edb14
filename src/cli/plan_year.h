/* Plan year: what `indicators` and `tasks` look at: a year of the plan up to a month, for the whole county.
 */
#ifndef ZENGSHOU_CLI_PLAN_YEAR_H
#define ZENGSHOU_CLI_PLAN_YEAR_H

#include "cli/work.h"
#include "progress/year.h"

#define PLAN_YEAR_ARGUMENTS                                                                                  \
    {"year",                                                                                                 \
     ARGUMENT_NUMBER,                                                                                        \
     "YEAR",                                                                                                 \
     false,                                                                                                  \
     "年份，默认今年；今年不在计划内时取最近一次筛查的",                                                     \
     "the year; by default this one, or that of the last screening where this one is not the plan's"},       \
    {                                                                                                        \
        "month", ARGUMENT_NUMBER, "MONTH", false, "到哪个月（1—12），默认同上", "up to which month, 1 to 12" \
    }

struct plan_year {
    struct progress_book *book;
    struct progress_shelf *shelf;
    struct frame_cache *frames;
    struct arena arena;
    struct scope scope;
    struct progress_year year;
};

/* Reads --year and --month. To be closed, also after an error; a zeroed one may be. */
int plan_year_open(struct database *database, const struct arguments *arguments, struct plan_year *out,
                   struct err *err);
void plan_year_close(struct plan_year *plan);

/* A unit by its name or a label in either language; -1 for NULL. ERR_INPUT suggests the nearest. */
int plan_unit(const struct pack *pack, const char *name, int *unit, struct err *err);
/* The same, or a township by its code or name: as records name it (a unit's name, a code); empty for NULL. */
int plan_owner(const struct pack *pack, const char *name, struct text *owner, struct err *err);

#endif
