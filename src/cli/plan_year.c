/* The command line sees everything, so one scope and one shelf do for the whole command. */
#include "cli/plan_year.h"

#include "base/date.h"

int plan_year_open(struct database *database, const struct arguments *arguments, struct plan_year *out,
                   struct err *err)
{
    const struct pack *pack = database_pack(database);
    int32_t today = date_today();
    int year = 0, month = 0;
    int code = progress_default_month(database, today, &year, &month, err);
    if (code == 0) code = progress_book_new(pack, &out->book, err);
    if (code != 0) return code;
    int64_t wanted = argument_number(arguments, "year", year);
    int64_t until = argument_number(arguments, "month", wanted == year ? month : YEAR_MONTHS);
    if (wanted < 1 || wanted > DATE_YEAR_MAX || until > YEAR_MONTHS) wanted = until = 0;
    out->scope = scope_everything(pack, TEXT("cli"), &out->arena);
    out->shelf = progress_shelf_new(out->book);
    out->frames = frame_cache_new(pack);
    return progress_year_open(out->shelf, out->book, out->frames, database, (int)wanted, (int)until, today,
                              &out->year, err);
}

void plan_year_close(struct plan_year *plan)
{
    progress_year_close(&plan->year);
    progress_shelf_free(plan->shelf);
    frame_cache_free(plan->frames);
    progress_book_free(plan->book);
    arena_fini(&plan->arena);
}
