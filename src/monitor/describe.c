/* Every list, on screen and in workbooks, says the same words about a finding. */
#include "monitor/describe.h"

#include <stdlib.h>

#include "base/mem.h"
#include "monitor/place.h"

struct describer {
    const struct pack *pack;
    const struct frame *frame;
    struct placer placer;
    struct explainer *explainer;
    const char *language;
    struct arena arena;
    struct explain explain;
};

struct describer *describer_new(const struct pack *pack, const struct frame *frame, int32_t as_of, const char *language)
{
    struct describer *describer = mem_new(1, sizeof *describer);
    describer->pack = pack;
    describer->frame = frame;
    describer->language = language;
    describer->placer = (struct placer){pack, frame};
    describer->explainer = explainer_new(&pack->schema, frame, as_of);
    explainer_names(describer->explainer, place_name, &describer->placer);
    return describer;
}

void describer_free(struct describer *describer)
{
    if (describer == NULL) return;
    explainer_free(describer->explainer);
    arena_fini(&describer->arena);
    free(describer);
}

static struct text keep(struct describer *describer, struct buffer *buffer)
{
    struct text text = arena_text(&describer->arena, buffer_get(buffer));
    buffer_clear(buffer);
    return text;
}

static struct text division_name(const struct describer *describer, int division, enum division_level level)
{
    int at = division < 0 ? -1 : pack_division_up(describer->pack, division, level);
    return at < 0 ? (struct text){0} : describer->pack->divisions[at].name;
}

/* "who lacks what": the record is named only where it is another one than the finding's own. */
static void add_missing(struct describer *describer, int reg, uint32_t row, const struct explain_missing *missing,
                        struct buffer *out)
{
    if (out->size > 0) buffer_string(out, describer->language[0] == 'e' ? "; " : "；");
    if (missing->row != FRAME_NO_ROW && (missing->reg != reg || missing->row != row)) {
        place_record(describer->pack, describer->frame, missing->reg, missing->row, out);
        buffer_char(out, ' ');
    }
    explain_missing_print(describer->explainer, missing, describer->language, out);
}

int describe(struct describer *describer, const struct node *node, int reg, uint32_t row, struct description *out,
             struct err *err)
{
    enum { NAMED = 12 }; /* a household with more gaps than this needs a visit, not a longer list */
    arena_fini(&describer->arena);
    int code = explain_record(describer->explainer, node, reg, row, &describer->arena, &describer->explain, err);
    if (code != 0) return code;
    const struct explain *explain = &describer->explain;
    struct buffer buffer = {0};
    int division = place_division(describer->pack, describer->frame, reg, row);
    *out = (struct description){.township = division_name(describer, division, DIVISION_TOWNSHIP),
                                .village = division_name(describer, division, DIVISION_VILLAGE),
                                .explain = explain};
    place_record(describer->pack, describer->frame, reg, row, &buffer);
    out->record = keep(describer, &buffer);
    explain_sentence(describer->explainer, explain, describer->language, &buffer);
    out->sentence = keep(describer, &buffer);
    for (size_t i = 0; i < explain->missing_count && i < NAMED; i++)
        add_missing(describer, reg, row, &explain->missing[i], &buffer);
    if (explain->missing_count > NAMED)
        buffer_printf(&buffer, describer->language[0] == 'e' ? "; … %zu more" : "；……另有%zu项",
                      explain->missing_count - NAMED);
    out->missing = keep(describer, &buffer);
    buffer_fini(&buffer);
    return 0;
}

/* ---- summary ---- */

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
            seen = explain->missing[j].reg == missing->reg && field_of(&explain->missing[j]) == field_of(missing);
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

int missing_summarise(const struct screening *screening, struct describer *describer, const struct pack *pack,
                      void (*progress)(void *context, uint64_t done), void *context, struct missing_summary *out,
                      struct err *err)
{
    uint64_t done = 0;
    *out = (struct missing_summary){0};
    for (size_t i = 0; i < screening->rule_count; i++) {
        const struct screening_rule *rule = &screening->rules[i];
        const struct pack_rule *meta = &pack->rules[rule->rule];
        enum finding finding;
        uint32_t at;
        for (uint32_t row = 0; screening_next(rule, &row, &at, &finding);) {
            if (finding != FINDING_UNDETERMINED) continue;
            arena_fini(&describer->arena);
            int code = explain_record(describer->explainer, meta->node, meta->scope, at, &describer->arena,
                                      &describer->explain, err);
            if (code != 0) return code;
            count_facts(out, (int)i, &describer->explain);
            if (progress != NULL) progress(context, ++done);
        }
    }
    if (out->count > 1) qsort(out->items, out->count, sizeof *out->items, more_findings);
    return 0;
}

void missing_summary_fini(struct missing_summary *summary)
{
    free(summary->items);
    *summary = (struct missing_summary){0};
}
