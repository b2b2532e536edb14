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

struct describer *describer_new(const struct pack *pack, const struct frame *frame, int32_t as_of,
                                const char *language)
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

void describer_few(struct describer *describer)
{
    explainer_few(describer->explainer);
}

void describer_rest(struct describer *describer)
{
    explainer_rest(describer->explainer);
    arena_fini(&describer->arena);
    describer->frame = NULL;
    describer->placer.frame = NULL;
}

void describer_on(struct describer *describer, const struct frame *frame, const char *language)
{
    explainer_on(describer->explainer, frame);
    describer->frame = frame;
    describer->placer.frame = frame;
    describer->language = language;
}

void describer_forget(struct describer *describer)
{
    explainer_forget(describer->explainer);
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
static void add_missing(struct describer *describer, int reg, uint32_t row,
                        const struct explain_missing *missing, struct buffer *out)
{
    if (out->size > 0) buffer_string(out, describer->language[0] == 'e' ? "; " : "；");
    if (missing->row != FRAME_NO_ROW && (missing->reg != reg || missing->row != row)) {
        place_record(describer->pack, describer->frame, missing->reg, missing->row, out);
        buffer_char(out, ' ');
    }
    explain_missing_print(describer->explainer, missing, describer->language, out);
}

int describer_explain(struct describer *describer, const struct node *node, int reg, uint32_t row,
                      const struct explain **out, struct err *err)
{
    arena_fini(&describer->arena);
    *out = &describer->explain;
    return explain_record(describer->explainer, node, reg, row, &describer->arena, &describer->explain, err);
}

int describe(struct describer *describer, const struct node *node, int reg, uint32_t row,
             struct description *out, struct err *err)
{
    enum { NAMED = 12 }; /* a household with more gaps than this needs a visit, not a longer list */
    const struct explain *explain;
    int code = describer_explain(describer, node, reg, row, &explain, err);
    if (code != 0) return code;
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

void describe_missing(struct describer *describer, int reg, uint32_t row, size_t index, struct buffer *out)
{
    struct buffer fact = {0};
    add_missing(describer, reg, row, &describer->explain.missing[index], &fact);
    buffer_text(out, buffer_get(&fact));
    buffer_fini(&fact);
}
