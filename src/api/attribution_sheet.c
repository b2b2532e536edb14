/* The view of what incomes are tied to as a sheet: all its lines. */
#include <unistd.h>

#include "api/attribution_ties.h"
#include "exchange/sheet_write.h"

enum { COLUMNS = 9 };

static struct write_cell text_cell(struct text text)
{
    return (struct write_cell){.kind = text.size > 0 ? WRITE_TEXT : WRITE_BLANK, .text = text};
}

static struct write_cell money_cell(bool known, __int128 fen)
{
    bool fits = known && fen <= INT64_MAX && fen >= INT64_MIN;
    return (struct write_cell){.kind = fits ? WRITE_MONEY : WRITE_BLANK, .integer = fits ? (int64_t)fen : 0};
}

static struct text sheet_name(struct request *request, const struct attribution_tied *asked,
                              const struct cause_tie *tie, const struct named *named)
{
    bool english = request->language[0] == 'e';
    if (tie->sort == CAUSE_REST) return english ? TEXT("(not tied to anything)") : TEXT("（未注明）");
    if (tie->sort == CAUSE_RECORD)
        return named->name.size > 0  ? named->name
               : named->key.size > 0 ? named->key
               : english             ? TEXT("(outside your area)")
                                     : TEXT("（不在您的辖区）");
    if (!tie->group.known) return english ? TEXT("(not said)") : TEXT("（未填）");
    struct label label = attribution_group(call_pack(request), asked->of, tie->group);
    return label_in(&label, request->language);
}

static int write_sheet_row(struct request *request, struct sheet_writer *writer, struct naming *naming,
                           const struct attribution_tied *asked, const struct cause_tie *tie, struct err *err)
{
    struct named named = {0};
    int64_t ratio = 0;
    int code = tie->sort == CAUSE_RECORD
                   ? attribution_name(naming, asked, call_pack(request), tie->id, &named, err)
                   : 0;
    if (code != 0) return code;
    bool known = attribution_per_yuan(tie, &ratio);
    const struct write_cell cells[COLUMNS] = {
        text_cell(tie->sort == CAUSE_RECORD ? named.key : TEXT("")),
        text_cell(sheet_name(request, asked, tie, &named)),
        money_cell(true, tie->part.now - tie->part.before),
        money_cell(true, tie->part.now),
        money_cell(true, tie->part.before),
        {.kind = WRITE_INT, .integer = tie->families},
        {.kind = WRITE_INT, .integer = tie->rows},
        money_cell(tie->cost_known, tie->cost),
        {.kind = known ? WRITE_DECIMAL : WRITE_BLANK, .integer = ratio}};
    return sheet_writer_row(writer, cells, COLUMNS, err);
}

static int fill_sheet(struct request *request, struct sheet_writer *writer,
                      const struct attribution_tied *asked, const struct cause_view *view, struct err *err)
{
    static const struct write_column columns[2][COLUMNS] = {{{TEXT("编号"), 22},
                                                             {TEXT("名称"), 40},
                                                             {TEXT("变化（元）"), 16},
                                                             {TEXT("近12个月（元）"), 16},
                                                             {TEXT("上年同期（元）"), 16},
                                                             {TEXT("涉及户数"), 10},
                                                             {TEXT("台账行数"), 10},
                                                             {TEXT("花费（元）"), 16},
                                                             {TEXT("每元花费本年带来（元）"), 12}},
                                                            {{TEXT("Number"), 22},
                                                             {TEXT("Name"), 40},
                                                             {TEXT("Change (yuan)"), 16},
                                                             {TEXT("This year (yuan)"), 16},
                                                             {TEXT("A year before (yuan)"), 16},
                                                             {TEXT("Households"), 10},
                                                             {TEXT("Rows"), 10},
                                                             {TEXT("Cost (yuan)"), 16},
                                                             {TEXT("This year, for a yuan of cost"), 12}}};
    bool english = request->language[0] == 'e';
    struct text label = label_in(&asked->of->label, request->language);
    const struct text title = text_of(arena_printf(
        request->arena, english ? "%.*s: what came from each, %04d-%02d" : "增收归因：%.*s，截至%04d年%d月",
        TEXT_ARGS(label), asked->month.month.year, asked->month.month.month));
    const struct write_sheet sheet = {label, columns[english], COLUMNS, &title, 1, true};
    struct naming *naming = naming_new(call_database(request), call_scope(request), request->language);
    int code = sheet_writer_sheet(writer, &sheet, err);
    for (size_t i = 0; code == 0 && i < view->count; i++)
        code = write_sheet_row(request, writer, naming, asked, &view->ties[i], err);
    naming_free(naming);
    return code == 0 ? sheet_writer_finish(writer, err) : code;
}

int attribution_sheet(struct request *request, const struct attribution_tied *asked,
                      const struct cause_view *view, struct err *err)
{
    struct sheet_writer *writer;
    const char *path =
        arena_printf(request->arena, "%s/uploads/%s.xlsx", call_app(request)->data, request->id);
    struct text label = label_in(&asked->of->label, request->language);
    const char *name = arena_printf(request->arena, "%s%.*s %04d-%02d.xlsx",
                                    request->language[0] == 'e' ? "Attribution " : "增收归因 ",
                                    TEXT_ARGS(label), asked->month.month.year, asked->month.month.month);
    int code = sheet_writer_new(path, &writer, err);
    if (code == 0) {
        code = fill_sheet(request, writer, asked, view, err);
        sheet_writer_free(writer);
    }
    if (code == 0) code = reply_file(request, path, ATTRIBUTION_SHEET, name, true, err);
    if (code != 0) unlink(path);
    return code;
}
