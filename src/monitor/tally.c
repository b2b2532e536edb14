/* Breakdowns by county, township and village, with the same arithmetic as the language's own aggregates. */
#include "monitor/tally.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/money.h"
#include "monitor/place.h"

enum { RATIO_GRAIN = 1000000000 }; /* ratios are summed in billionths, as avg() does */

static bool has_order(enum type_kind kind)
{
    switch (kind) {
    case TYPE_INT:
    case TYPE_DECIMAL:
    case TYPE_MONEY:
    case TYPE_RATIO:
    case TYPE_DATE:
    case TYPE_MONTH:
        return true;
    case TYPE_BOOL:
    case TYPE_CODE:
    case TYPE_CODES:
    case TYPE_TEXT:
    case TYPE_RECORD:
    case TYPE_NULL:
        return false;
    }
    return false;
}

static bool less(enum type_kind kind, const struct value *a, const struct value *b)
{
    return kind == TYPE_RATIO ? a->ratio < b->ratio : a->integer < b->integer;
}

static void add(struct tally *tally, enum type_kind kind, const struct value *value)
{
    tally->records++;
    if (!value->known) return;
    tally->known++;
    if (kind == TYPE_BOOL) tally->yes += value->integer;
    tally->total +=
        kind == TYPE_RATIO ? (__int128)llround(value->ratio * RATIO_GRAIN) : (__int128)value->integer;
    if (!has_order(kind)) return;
    if (!tally->least.known || less(kind, value, &tally->least)) tally->least = *value;
    if (!tally->most.known || less(kind, &tally->most, value)) tally->most = *value;
}

static void finish(struct tally *tally, enum type_kind kind)
{
    bool fits = tally->total <= INT64_MAX && tally->total >= -(__int128)INT64_MAX;
    if (!fits || tally->known == 0) return;
    int64_t total = (int64_t)tally->total;
    struct value *average = &tally->average;
    if (kind == TYPE_RATIO) {
        *average = (struct value){.known = true, .ratio = (double)total / (double)tally->known / RATIO_GRAIN};
    } else if (kind == TYPE_INT) {
        tally->sum = (struct value){.known = true, .integer = total};
        average->known = fixed_scale(total, DECIMAL_ONE, tally->known, &average->integer);
    } else if (kind == TYPE_MONEY || kind == TYPE_DECIMAL) {
        tally->sum = (struct value){.known = true, .integer = total};
        average->known = fixed_scale(total, 1, tally->known, &average->integer);
    }
}

struct type tally_average_type(struct type type)
{
    if (type.kind != TYPE_INT) return type;
    struct type average = type_of(TYPE_DECIMAL);
    average.unit = type.unit;
    return average;
}

void tally_by_division(const struct pack *pack, const struct frame *frame, int reg,
                       const struct program_result *result, enum division_level level, struct tally **out,
                       size_t *count)
{
    struct tally *all = mem_new(pack->division_count + 1, sizeof *all);
    for (size_t row = 0; row < result->rows; row++) {
        int village = place_division(pack, frame, reg, (uint32_t)row);
        int division = village < 0 ? -1 : pack_division_up(pack, village, level);
        struct value value = program_result_get(result, row);
        add(&all[division < 0 ? pack->division_count : (size_t)division], result->kind, &value);
    }
    *count = 0;
    for (size_t i = 0; i <= pack->division_count; i++) {
        if (all[i].records == 0) continue;
        all[i].division = i == pack->division_count ? -1 : (int)i;
        finish(&all[i], result->kind);
        all[(*count)++] = all[i];
    }
    *out = all;
}
