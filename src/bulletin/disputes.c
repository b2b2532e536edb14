/* Figures in dispute: a computed figure stands until the dispute is decided, but nobody reads it without
 * seeing that it is disputed, by whom and why. */
#include "base/date.h"
#include "bulletin/making.h"
#include "pack/workflow.h"
#include "register/query.h"

struct dispute {
    int indicator, division;
    int32_t month;
    int64_t record;
    bool read; /* the scope holds the case; otherwise nobody's words are told */
    struct text unit, lead, shown, claim;
    struct value opened;
    int state;
    int mark;  /* as it stands behind figures: 1, 2, … ; 0: it has none yet */
    bool here; /* marked in the table at hand */
};

struct making_disputes {
    struct dispute *items;
    size_t count;
    int marks;
};

static bool is_here(const struct making *making, int division)
{
    int wanted = making->question->division;
    return wanted < 0 || pack_division_within(making->pack, division, wanted);
}

static void take_all(struct making *making, struct making_disputes *disputes)
{
    const struct progress_year *year = &making->year;
    const struct figures *now = year->months[year->month - 1];
    struct arena *arena = &making->document->arena;
    disputes->items = arena_array(arena, now->dispute_count, sizeof *disputes->items);
    for (size_t i = 0; i < now->dispute_count; i++) {
        const struct disputed *one = &now->disputes[i];
        if (month_year(one->month) != year->year || month_number(one->month) > year->month ||
            !is_here(making, one->division))
            continue;
        disputes->items[disputes->count++] = (struct dispute){.indicator = one->indicator,
                                                              .division = one->division,
                                                              .month = one->month,
                                                              .record = one->record,
                                                              .state = -1};
    }
}

static struct text kept(const struct making *making, const struct record *record, int field)
{
    if (!record->values[field].known) return TEXT("");
    return arena_text(&making->document->arena, record->values[field].text);
}

static void read_one(const struct making *making, const struct record *record, struct dispute *dispute)
{
    const struct pack_dispute *fields = &making->pack->progress.dispute;
    const struct pack_case_fields *own = &making->pack->registers[fields->reg].case_fields;
    dispute->read = true;
    dispute->unit = kept(making, record, fields->unit);
    dispute->lead = kept(making, record, fields->lead);
    dispute->shown = kept(making, record, fields->shown);
    dispute->claim = kept(making, record, fields->claim);
    dispute->opened = record->values[own->opened];
    if (record->values[own->state].known) dispute->state = (int)record->values[own->state].integer;
}

/* A page at a time, as far as the scope holds them. */
static int read_words(const struct making *making, struct making_disputes *disputes, struct err *err)
{
    enum { PAGE = QUERY_LIMIT_MAX };
    int64_t ids[PAGE];
    int code = 0;
    for (size_t from = 0; code == 0 && from < disputes->count; from += PAGE) {
        struct query query = query_of(making->pack->progress.dispute.reg);
        struct query_page page = {0};
        query.ids = ids;
        query.limit = PAGE;
        query.language = making->question->language;
        while (query.id_count < PAGE && from + query.id_count < disputes->count) {
            ids[query.id_count] = disputes->items[from + query.id_count].record;
            query.id_count++;
        }
        code = query_list(making->tools->database, making->question->scope, &query, &page, err);
        for (size_t i = 0; code == 0 && i < page.count; i++)
            for (size_t k = from; k < from + query.id_count; k++)
                if (disputes->items[k].record == page.records[i].id)
                    read_one(making, &page.records[i], &disputes->items[k]);
        query_page_fini(&page);
    }
    return code;
}

int making_disputes(struct making *making, struct err *err)
{
    int reg = making->pack->progress.dispute.reg;
    if (making->disputes != NULL) return 0;
    making->disputes = arena_array(&making->document->arena, 1, sizeof *making->disputes);
    if (reg < 0) return 0;
    take_all(making, making->disputes);
    if (!scope_may(making->question->scope, reg, SCOPE_READ)) return 0;
    return read_words(making, making->disputes, err);
}

void making_mark(struct making *making, int indicator, struct document_cell *cell)
{
    struct making_disputes *disputes = making->disputes;
    struct buffer words = {0};
    for (size_t i = 0; i < disputes->count; i++) {
        struct dispute *dispute = &disputes->items[i];
        if (dispute->indicator != indicator) continue;
        if (dispute->mark == 0) dispute->mark = ++disputes->marks;
        dispute->here = true;
        if (words.size == 0) buffer_text(&words, cell->text);
        buffer_printf(&words, "※%d", dispute->mark);
    }
    if (words.size > 0) {
        cell->text = arena_text(&making->document->arena, buffer_get(&words));
        cell->marked = true;
    }
    buffer_fini(&words);
}

/* ---- Notes ---- */

static void put_place(const struct making *making, const struct dispute *dispute, struct buffer *out)
{
    char month[DATE_TEXT];
    buffer_text(out, making->pack->divisions[dispute->division].name);
    if (making_english(making))
        buffer_printf(out, ", %s", month_format(dispute->month, month));
    else
        buffer_printf(out, "%d年%d月", month_year(dispute->month), month_number(dispute->month));
}

static void put_claim(const struct making *making, const struct dispute *dispute, struct buffer *out)
{
    const struct pack *pack = making->pack;
    const char *language = making->question->language;
    const struct pack_workflow *workflow = pack->registers[pack->progress.dispute.reg].workflow;
    const struct label unit = pack_owner_label(pack, dispute->unit),
                       lead = pack_owner_label(pack, dispute->lead);
    buffer_text(out, label_in(&unit, language));
    if (dispute->opened.known) {
        buffer_text(out, making_word(making, "于", ", "));
        put_day(making, (int32_t)dispute->opened.integer, out);
    }
    if (dispute->shown.size > 0)
        buffer_printf(out, making_english(making) ? " (it then said %.*s)" : "对当时显示的%.*s",
                      TEXT_ARGS(dispute->shown));
    buffer_text(out, making_word(making, "提出异议：", ": "));
    buffer_text(out, dispute->claim);
    buffer_text(out, making_word(making, "（", " ("));
    if (dispute->state >= 0) buffer_text(out, label_in(&workflow->states[dispute->state].label, language));
    buffer_text(out, making_word(making, "，答复单位", "; answered by "));
    buffer_text(out, label_in(&lead, language));
    buffer_text(out, making_word(making, "）", ")"));
}

static void say_note(struct making *making, const struct dispute *dispute)
{
    struct buffer words = {0};
    const struct pack_indicator *indicator = &making->pack->indicators[dispute->indicator];
    buffer_printf(&words, "※%d ", dispute->mark);
    buffer_text(&words, label_in(&indicator->label, making->question->language));
    buffer_text(&words, making_word(making, "（", " ("));
    put_place(making, dispute, &words);
    buffer_text(&words, making_word(making, "）：", "): "));
    if (dispute->read)
        put_claim(making, dispute, &words);
    else
        buffer_text(&words, making_word(making, "对此数有异议，正在核实",
                                        "this figure is disputed and being looked at"));
    if (!text_ends(buffer_get(&words), making_word(making, "。", ".")))
        buffer_text(&words, making_word(making, "。", "."));
    document_say(making->document, BLOCK_NOTE, buffer_get(&words));
    buffer_fini(&words);
}

void making_dispute_notes(struct making *making)
{
    struct making_disputes *disputes = making->disputes;
    for (int mark = 1; disputes != NULL && mark <= disputes->marks; mark++)
        for (size_t i = 0; i < disputes->count; i++) {
            struct dispute *dispute = &disputes->items[i];
            if (dispute->mark != mark || !dispute->here) continue;
            say_note(making, dispute);
            dispute->here = false;
        }
}
