/* A report is a record like any other; which ones count is the pack's formula. */
#include "progress/reports.h"

#include <stdlib.h>

#include "base/date.h"
#include "base/mem.h"

enum { MONTHS_KEPT = 12 };

/* By the indicator's name, in a text or as a code. */
static int indicator_of(const struct pack *pack, const struct frame *frame, size_t row)
{
    const struct pack_report *report = &pack->progress.report;
    struct type type = pack->schema.registers[report->reg].fields[report->indicator].type;
    struct value value = frame_get(frame, report->reg, report->indicator, row);
    if (!value.known) return -1;
    if (type.kind == TYPE_CODE)
        return pack_indicator_find(
            pack, pack->schema.dictionaries[type.dictionary].codes[value.integer].label.name);
    return pack_indicator_find(pack, value.text);
}

/* What is counted anew each year tells nothing of the next one; other values hold for a year. */
static bool still_holds(const struct pack_indicator *indicator, int32_t month, int32_t now)
{
    if (month > now) return false;
    if (indicator->pace == PACE_ACCUMULATES && !indicator->cumulative)
        return month_year(month) == month_year(now);
    return now - month < MONTHS_KEPT;
}

static void take_row(const struct pack *pack, const struct frame *frame, size_t row, int32_t now,
                     struct reported *out)
{
    const struct pack_report *report = &pack->progress.report;
    int index = indicator_of(pack, frame, row);
    if (index < 0 || pack->indicators[index].measure != MEASURE_REPORTED) return;
    const struct pack_indicator *indicator = &pack->indicators[index];
    struct value month = frame_get(frame, report->reg, report->month, row),
                 value = frame_get(frame, report->reg, report->value, row);
    if (!month.known || !value.known || !still_holds(indicator, (int32_t)month.integer, now)) return;
    if (value.integer < indicator->least || value.integer > indicator->most) return;
    struct reported one = {true, value.integer, (int32_t)month.integer, frame_id(frame, report->reg, row)};
    struct reported *best = &out[index];
    if (!best->known || one.month > best->month || (one.month == best->month && one.record > best->record))
        *best = one;
}

void reports_take(const struct pack *pack, const struct frame *frame, const struct program_result *accepted,
                  int32_t as_of, struct reported *out)
{
    int32_t now = date_month(as_of);
    for (size_t i = 0; i < pack->indicator_count; i++) out[i] = (struct reported){0};
    for (size_t row = 0; row < accepted->rows; row++)
        if ((accepted->truth[row / 64] >> (row % 64) & 1) != 0) take_row(pack, frame, row, now, out);
}

/* ---- Disputes ---- */

static bool take_dispute(const struct pack *pack, const struct frame *frame, size_t row, struct disputed *out)
{
    const struct pack_dispute *from = &pack->progress.dispute;
    int closed = pack->registers[from->reg].case_fields.closed;
    struct value indicator = frame_get(frame, from->reg, from->indicator, row),
                 month = frame_get(frame, from->reg, from->month, row),
                 division = frame_get(frame, from->reg, from->division, row);
    if (!indicator.known || !month.known || !division.known || frame_get(frame, from->reg, closed, row).known)
        return false;
    *out =
        (struct disputed){pack_indicator_find(pack, indicator.text), pack_division_find(pack, division.text),
                          (int32_t)month.integer, frame_id(frame, from->reg, row)};
    return out->indicator >= 0 && out->division >= 0;
}

struct disputed *disputes_take(const struct pack *pack, const struct frame *frame, size_t *count)
{
    int reg = pack->progress.dispute.reg;
    size_t rows = reg < 0 ? 0 : frame->registers[reg].rows;
    struct disputed *all = mem_new(rows + 1, sizeof *all);
    *count = 0;
    for (size_t row = 0; row < rows; row++) *count += take_dispute(pack, frame, row, &all[*count]);
    return all;
}
