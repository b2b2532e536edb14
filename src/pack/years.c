/* The years of a plan, and two of them of one subject: some have this year's books and not last year's. One
 * way to ask for the year before, so that every view that puts two years side by side compares the same
 * subjects. */
#include "pack/pack.h"

const char *pack_year_before(const struct pack *pack, struct arena *arena, int scope, struct text formula)
{
    int comparable = scope == pack->subject ? pack->dashboard.comparable : -1;
    if (comparable < 0) return arena_printf(arena, "previous(%.*s\n)", TEXT_ARGS(formula));
    return arena_printf(arena, "(if %.*s then previous(%.*s\n))",
                        TEXT_ARGS(pack->schema.definitions[comparable].label.name), TEXT_ARGS(formula));
}

int pack_year_check(const struct pack *pack, int year, struct err *err)
{
    if (year >= pack->year_first && year <= pack->year_last) return 0;
    return err_set(err, ERR_INPUT, "%d 年不在计划年份 %d—%d 之内", "%d is not a year of the plan, %d to %d",
                   year, pack->year_first, pack->year_last);
}
