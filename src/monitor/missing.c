/* One gap in the data leaves many findings open; the clerk is told the gaps. */
#include "monitor/missing.h"

#include <stdlib.h>

#include "base/mem.h"

static struct missing_fact *find_fact(struct missing_summary *summary, int reg, int field)
{
    for (size_t i = 0; i < summary->count; i++)
        if (summary->items[i].reg == reg && summary->items[i].field == field) return &summary->items[i];
    summary->items = mem_grow(summary->items, &summary->capacity, summary->count + 1, sizeof *summary->items);
    summary->items[summary->count] = (struct missing_fact){.reg = reg, .field = field, .last_rule = -1};
    return &summary->items[summary->count++];
}

static int field_of(const struct explain_missing *missing)
{
    return missing->row == FRAME_NO_ROW ? -1 : missing->field;
}

/* Counts each kind of fact once a finding, however many members or months lack it. */
static void count_facts(struct missing_summary *summary, int rule, const struct explain *explain)
{
    for (size_t i = 0; i < explain->missing_count; i++) {
        const struct explain_missing *missing = &explain->missing[i];
        bool seen = false;
        for (size_t j = 0; j < i && !seen; j++)
            seen = explain->missing[j].reg == missing->reg &&
                   field_of(&explain->missing[j]) == field_of(missing);
        if (seen || missing->reg < 0) continue;
        struct missing_fact *fact = find_fact(summary, missing->reg, field_of(missing));
        fact->findings++;
        if (fact->last_rule != rule) fact->rules++;
        fact->last_rule = rule;
    }
}

static int more_findings(const void *left, const void *right)
{
    const struct missing_fact *a = left, *b = right;
    return (a->findings < b->findings) - (a->findings > b->findings);
}

static int summarise_rule(const struct pack *pack, const struct screening *screening, struct finder *finder,
                          size_t rule, void (*progress)(void *context, uint64_t done), void *context,
                          uint64_t *done, struct missing_summary *out, struct err *err)
{
    const struct pack_rule *meta = &pack->rules[screening->rules[rule].rule];
    struct findings *findings;
    struct finding_at at;
    bool more = true;
    int code = findings_open(finder, rule, FINDING_UNDETERMINED, INT64_MAX, &findings, err);
    while (code == 0 && (code = findings_next(findings, &at, &more, err)) == 0 && more) {
        const struct explain *explain;
        code = describer_explain(at.describer, meta->node, meta->scope, at.row, &explain, err);
        if (code == 0) count_facts(out, (int)rule, explain);
        if (progress != NULL) progress(context, ++*done);
    }
    findings_close(findings);
    return code;
}

int missing_summarise(const struct screening *screening, struct finder *finder, const struct pack *pack,
                      void (*progress)(void *context, uint64_t done), void *context,
                      struct missing_summary *out, struct err *err)
{
    uint64_t done = 0;
    int code = 0;
    *out = (struct missing_summary){0};
    for (size_t i = 0; code == 0 && i < screening->rule_count; i++)
        code = summarise_rule(pack, screening, finder, i, progress, context, &done, out, err);
    if (out->count > 1) qsort(out->items, out->count, sizeof *out->items, more_findings);
    if (code != 0) missing_summary_fini(out);
    return code;
}

void missing_summary_fini(struct missing_summary *summary)
{
    free(summary->items);
    *summary = (struct missing_summary){0};
}
