/* The figure comes from bitmaps of its formulas, the list from one composed condition: that both agree is
 * what tests look at. */
#include "progress/lists.h"

#include <stdlib.h>

#include "base/mem.h"
#include "progress/eyes.h"
#include "progress/places.h"
#include "register/mask.h"

static int by_number(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return left < right ? -1 : left > right;
}

static void take_rows(const struct progress_book *book, const struct frame *frame, int reg,
                      const struct program_result *result, const bool *inside, int64_t *ids, size_t *count)
{
    struct places *places = places_new(book->pack, frame);
    const int *at = places_of(places, reg);
    bool placed = places_has_way(book->pack, reg);
    for (size_t row = 0; row < result->rows; row++) {
        bool yes = (result->truth[row / 64] >> (row % 64) & 1) != 0;
        if (yes && (!placed || inside[at[row]])) ids[(*count)++] = frame_id(frame, reg, row);
    }
    if (*count > 1) qsort(ids, *count, sizeof *ids, by_number);
    places_free(places);
}

int progress_list_check(const struct progress_book *book, const struct scope *scope, int indicator,
                        enum progress_list list, struct err *err)
{
    const struct pack *pack = book->pack;
    struct err why;
    if (eyes_may(pack, scope, pack->indicators[indicator].over) &&
        mask_check_formula(scope, pack, book->indicators[indicator].lists[list], &why) == 0)
        return 0;
    return err_set(err, ERR_FORBIDDEN, "这个数要看您无权查看的登记簿，名单不对您开放",
                   "This figure rests on registers that you may not read: its list is not open to you");
}

bool progress_list_may(const struct progress_book *book, const struct scope *scope, int indicator,
                       enum progress_list list)
{
    struct err err;
    return book->indicators[indicator].lists[list] != NULL &&
           progress_list_check(book, scope, indicator, list, &err) == 0;
}

int progress_list(const struct progress_book *book, const struct frame *frame, int32_t as_of,
                  const struct scope *scope, int indicator, int division, enum progress_list list,
                  int64_t **ids, size_t *count, struct err *err)
{
    const struct pack *pack = book->pack;
    int over = pack->indicators[indicator].over;
    const struct node *node = book->indicators[indicator].lists[list];
    *ids = NULL;
    *count = 0;
    if (over < 0 || node == NULL) return 0;
    int code = progress_list_check(book, scope, indicator, list, err);
    if (code != 0) return code;
    bool whole = scope_all_rows(scope, pack) && (division < 0 || pack->divisions[division].parent < 0);
    if (!places_has_way(pack, over) && !whole) return 0;
    const struct program_root root = {node, over};
    const struct program_options how = {.as_of = as_of};
    const struct program_run_options run = {.threads = 1, .reg = -1};
    struct program_result result;
    struct program *program;
    code = program_new(&pack->schema, &root, 1, &how, &program, err);
    if (code != 0) return code;
    code = program_run(program, frame, &run, &result, err);
    program_free(program);
    if (code != 0) return code;
    bool *inside = mem_new(pack->division_count + 1, sizeof *inside);
    eyes_inside(pack, scope, division, inside);
    *ids = mem_new(result.rows + 1, sizeof **ids);
    take_rows(book, frame, over, &result, inside, *ids, count);
    free(inside);
    program_results_fini(&result, 1);
    return 0;
}
