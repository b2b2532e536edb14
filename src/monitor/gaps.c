/* A village is not helped by hearing that 3,000 findings are open; it is by hearing that 40 families lack
 * their water supply. */
#include "monitor/gaps.h"

#include <stdlib.h>

#include "base/mem.h"
#include "monitor/describe.h"
#include "monitor/place.h"

enum { AT_ONCE = 1000 };

static struct gap *gap_of(struct gaps *gaps, int reg, int field, int township)
{
    for (size_t i = 0; i < gaps->count; i++)
        if (gaps->items[i].reg == reg && gaps->items[i].field == field && gaps->items[i].township == township)
            return &gaps->items[i];
    gaps->items = mem_grow(gaps->items, &gaps->capacity, gaps->count + 1, sizeof *gaps->items);
    gaps->items[gaps->count] = (struct gap){.reg = reg, .field = field, .township = township};
    return &gaps->items[gaps->count++];
}

static int field_of(const struct explain_missing *missing)
{
    return missing->row == FRAME_NO_ROW ? -1 : missing->field;
}

/* Each kind of fact once a finding, however many members or months lack it. */
static void add_finding(struct gaps *gaps, const struct explain *explain, int township)
{
    for (size_t i = 0; i < explain->missing_count; i++) {
        const struct explain_missing *missing = &explain->missing[i];
        bool seen = missing->reg < 0;
        for (size_t j = 0; j < i && !seen; j++)
            seen = explain->missing[j].reg == missing->reg &&
                   field_of(&explain->missing[j]) == field_of(missing);
        if (!seen) gap_of(gaps, missing->reg, field_of(missing), township)->findings++;
    }
}

static int more_findings(const void *left, const void *right)
{
    const struct gap *a = left, *b = right;
    if (a->findings != b->findings) return a->findings < b->findings ? 1 : -1;
    if (a->township != b->township) return a->township < b->township ? -1 : 1;
    if (a->reg != b->reg) return a->reg < b->reg ? -1 : 1;
    return (a->field > b->field) - (a->field < b->field);
}

static int add_page(struct gaps *gaps, struct describer *describer, const struct frame *frame,
                    const struct pack *pack, int rule, const int64_t *ids, size_t count, struct err *err)
{
    const struct pack_rule *meta = &pack->rules[rule];
    for (size_t i = 0; i < count; i++) {
        const struct explain *explain;
        uint32_t row = frame_row(frame, meta->scope, ids[i]);
        if (row == FRAME_NO_ROW) continue; /* retired since the frame's scope was read */
        int code = describer_explain(describer, meta->node, meta->scope, row, &explain, err);
        if (code != 0) return code;
        int village = place_division(pack, frame, meta->scope, row);
        add_finding(gaps, explain, village < 0 ? -1 : pack_division_up(pack, village, DIVISION_TOWNSHIP));
    }
    return 0;
}

int gaps_find(struct database *database, const struct frame *frame, const struct found_view *view, int rule,
              const struct found_run *run, struct gaps *out, struct err *err)
{
    const struct pack *pack = database_pack(database);
    const struct found_question question = {rule, *run, FOUND_UNDETERMINED};
    struct describer *describer = describer_new(pack, frame, run->as_of, "zh");
    int64_t *ids = mem_new(AT_ONCE, sizeof *ids), after = 0;
    size_t count;
    bool more = true;
    int code = 0;
    *out = (struct gaps){0};
    while (code == 0 && more) {
        code = found_list(database, view, &question, after, AT_ONCE, ids, &count, &more, err);
        if (code == 0) code = add_page(out, describer, frame, pack, rule, ids, count, err);
        if (code == 0 && count > 0) after = ids[count - 1];
    }
    free(ids);
    describer_free(describer);
    if (out->count > 1) qsort(out->items, out->count, sizeof *out->items, more_findings);
    if (code != 0) gaps_fini(out);
    return code;
}

void gaps_fini(struct gaps *gaps)
{
    free(gaps->items);
    *gaps = (struct gaps){0};
}
