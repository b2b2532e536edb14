/* The command line sees everything, so one scope and one shelf do for the whole command. */
#include "cli/plan_year.h"

#include "base/date.h"
#include "base/suggest.h"

int plan_year_open(struct database *database, const struct arguments *arguments, struct plan_year *out,
                   struct err *err)
{
    const struct pack *pack = database_pack(database);
    int32_t today = date_today();
    int year = 0, month = 0;
    int code = progress_book_new(pack, &out->book, err);
    if (code != 0) return code;
    out->scope = scope_everything(pack, TEXT("cli"), &out->arena);
    out->shelf = progress_shelf_new(out->book);
    out->frames = frame_cache_new(pack);
    code = progress_default_month(out->shelf, out->frames, database, today, &year, &month, err);
    if (code != 0) return code;
    int64_t wanted = argument_number(arguments, "year", year);
    int64_t until = argument_number(arguments, "month", wanted == year ? month : YEAR_MONTHS);
    if (wanted < 1 || wanted > DATE_YEAR_MAX) wanted = 0;
    if (until > YEAR_MONTHS) until = 0;
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

/* ---- Units ---- */

static int find_unit(const struct pack *pack, struct text name, struct suggest *suggest)
{
    for (size_t i = 0; i < pack->unit_count; i++) {
        const struct label *label = &pack->units[i].label;
        suggest_offer(suggest, label->name);
        suggest_offer(suggest, label->zh);
        suggest_offer(suggest, label->en);
    }
    return pack_unit_find(pack, name);
}

static int find_township(const struct pack *pack, struct text name, struct suggest *suggest)
{
    for (size_t i = 0; i < pack->division_count; i++) {
        const struct pack_division *division = &pack->divisions[i];
        if (division->level != DIVISION_TOWNSHIP) continue;
        if (text_equal(division->code, name) || text_equal(division->name, name)) return (int)i;
        suggest_offer(suggest, division->name);
    }
    return -1;
}

static int refuse(const char *name, const struct suggest *suggest, struct err *err)
{
    if (suggest->best.size == 0)
        return err_set(err, ERR_INPUT, "包里没有单位“%s”", "The pack has no unit `%s`", name);
    return err_set(err, ERR_INPUT, "包里没有单位“%s”，是不是“%.*s”？",
                   "The pack has no unit `%s`; did you mean `%.*s`?", name, TEXT_ARGS(suggest->best));
}

int plan_unit(const struct pack *pack, const char *name, int *unit, struct err *err)
{
    *unit = -1;
    if (name == NULL) return 0;
    struct suggest suggest = suggest_start(text_of(name));
    *unit = find_unit(pack, text_of(name), &suggest);
    return *unit >= 0 ? 0 : refuse(name, &suggest, err);
}

int plan_owner(const struct pack *pack, const char *name, struct text *owner, struct err *err)
{
    *owner = TEXT("");
    if (name == NULL) return 0;
    struct suggest suggest = suggest_start(text_of(name));
    int unit = find_unit(pack, text_of(name), &suggest), township = -1;
    if (unit < 0) township = find_township(pack, text_of(name), &suggest);
    if (unit < 0 && township < 0) return refuse(name, &suggest, err);
    *owner = unit >= 0 ? pack->units[unit].label.name : pack->divisions[township].code;
    return 0;
}
