/* A screening stores what it found and nothing more; this is where a hit becomes work for somebody. The
 * formulas of a clue are computed on the facts of now, as of the screening's date, and stay with the case as
 * they were. */
#include "casework/clues.h"

#include <stdlib.h>

#include "base/date.h"
#include "base/mem.h"
#include "casework/casework_private.h"
#include "formula/explain.h"
#include "monitor/found.h"
#include "monitor/gather.h"
#include "monitor/hidden.h"
#include "monitor/place.h"
#include "monitor/stored.h"
#include "pack/clue.h"

enum { PAGE = 500, SENTENCE_MAX = 2000, FORGET_AFTER = 2000, TOGETHER = 100 };

struct bringing {
    struct casework *casework;
    const struct pack *pack;
    struct case_moment moment;
    const struct clues_options *options;
    struct clues_report *report;
    struct scope everything, blind; /* blind: nothing sensitive is told */
    int64_t run, entry;             /* entry: the last one whose facts are known */
    struct frame *frame;
    struct placer placer;
    struct explainer *explainer;
    int32_t as_of;
    size_t explained;
    struct arena arena;                 /* of the scopes */
    struct arena one;                   /* of the hits that wait */
    struct case_clue waiting[TOGETHER]; /* to be brought in one transaction */
    size_t waiting_count;
};

/* ---- Which rules hit at all ---- */

static int has_hits(struct bringing *bringing, const struct pack_clue *clue, struct found_run *run, bool *has,
                    struct err *err)
{
    const struct found_view view = {&bringing->everything, -1};
    struct database *database = bringing->casework->database;
    int64_t id;
    size_t count = 0;
    bool more;
    *has = false;
    int code = found_run_of(database, clue->rule, bringing->run, run, err);
    if (code == ERR_NOT_FOUND) return 0; /* it ran without this rule */
    const struct found_question question = {clue->rule, *run, FOUND_HIT};
    if (code == 0) code = found_list(database, &view, &question, 0, 1, &id, &count, &more, err);
    *has = code == 0 && count > 0;
    return code;
}

/* ---- The frame of all that the clues compute ---- */

static size_t add_roots(const struct pack *pack, const struct pack_clue *clue, struct program_root *roots)
{
    int reg = pack->rules[clue->rule].scope;
    size_t count = 0;
    roots[count++] = (struct program_root){pack->rules[clue->rule].node, reg};
    if (clue->when != NULL) roots[count++] = (struct program_root){clue->when, reg};
    for (size_t i = 0; i < clue->field_count; i++)
        roots[count++] = (struct program_root){clue->fields[i].node, reg};
    for (size_t i = 0; i < clue->fact_count; i++)
        roots[count++] = (struct program_root){clue->facts[i].node, reg};
    return count;
}

static int load_frame(struct bringing *bringing, const bool *wanted, struct err *err)
{
    const struct pack *pack = bringing->pack;
    size_t most = 0, count = 0;
    for (size_t i = 0; i < pack->clue_count; i++)
        most += 2 + pack->clues[i].field_count + pack->clues[i].fact_count;
    struct program_root *roots = mem_new(most, sizeof *roots);
    for (size_t i = 0; i < pack->clue_count; i++)
        if (wanted[i]) count += add_roots(pack, &pack->clues[i], &roots[count]);
    int code = gather_frame(bringing->casework->database, roots, count, false, 0, &bringing->frame, err);
    free(roots);
    if (code != 0) return code;
    bringing->placer = (struct placer){pack, bringing->frame};
    bringing->explainer = explainer_new(&pack->schema, bringing->frame, bringing->as_of);
    explainer_names(bringing->explainer, place_name, &bringing->placer);
    return 0;
}

/* ---- One hit ---- */

struct hit {
    const struct pack_clue *clue;
    int reg; /* of the rule */
    int64_t id;
    uint32_t row;
};

static int explain_node_of(struct bringing *bringing, const struct hit *hit, const struct node *node,
                           struct explain *out, struct err *err)
{
    return explain_record(bringing->explainer, node, hit->reg, hit->row, &bringing->one, out, err);
}

static int value_of(struct bringing *bringing, const struct hit *hit, const struct node *node,
                    struct value *out, struct err *err)
{
    struct explain explain;
    int code = explain_node_of(bringing, hit, node, &explain, err);
    if (code != 0) return code;
    *out = explain.root.value;
    if (node->type.kind == TYPE_TEXT && out->known) out->text = arena_text(&bringing->one, out->text);
    return 0;
}

/* A text of at most so many bytes, not cut within a character. */
static struct text cut(struct text text)
{
    if (text.size <= SENTENCE_MAX) return text;
    text.size = SENTENCE_MAX;
    while (text.size > 0 && ((unsigned char)text.at[text.size] & 0xC0) == 0x80) text.size--;
    return text;
}

static struct text say(struct bringing *bringing, const struct hit *hit, const struct explain *explain,
                       const char *language)
{
    const struct label *label = &bringing->pack->rules[hit->clue->rule].label;
    struct explain said;
    struct buffer words = {0};
    bool nothing;
    hidden_explain(&bringing->blind, bringing->pack, explain, language, true, &bringing->one, &said,
                   &nothing);
    buffer_text(&words, label_in(label, language));
    if (!nothing) {
        buffer_string(&words, language[0] == 'e' ? ": " : "：");
        explain_sentence(bringing->explainer, &said, language, &words);
    }
    struct text text = cut(arena_text(&bringing->one, buffer_get(&words)));
    buffer_fini(&words);
    return text;
}

static int say_why(struct bringing *bringing, const struct hit *hit, struct case_clue *clue, struct err *err)
{
    struct explain explain;
    int code = explain_node_of(bringing, hit, bringing->pack->rules[hit->clue->rule].node, &explain, err);
    if (code != 0) return code;
    clue->zh = say(bringing, hit, &explain, "zh");
    clue->en = say(bringing, hit, &explain, "en");
    return 0;
}

/* Has it been so for long enough, and does the clue's own condition hold? */
static int is_ripe(struct bringing *bringing, const struct hit *hit, bool *ripe, struct err *err)
{
    const struct pack_clue *clue = hit->clue;
    struct value holds = {.known = true, .integer = 1};
    int code = 0;
    *ripe = false;
    if (clue->when != NULL) code = value_of(bringing, hit, clue->when, &holds, err);
    if (code != 0 || !holds.known || holds.integer == 0) return code;
    if (clue->months < 0) {
        *ripe = true;
        return 0;
    }
    struct value months =
        schema_parameter_at(&bringing->pack->schema.parameters[clue->months], bringing->as_of);
    int32_t since;
    bool known;
    code = stored_since(bringing->casework->database, bringing->pack->rules[clue->rule].label.name, hit->id,
                        FINDING_HIT, &since, &known, err);
    /* Whoever is clear at the ends of three months was so in June, July and August: two months lie between.
     */
    *ripe = code == 0 && known && months.known &&
            date_month(bringing->as_of) - date_month(since) + 1 >= months.integer;
    return code;
}

static int64_t parent_of(const struct bringing *bringing, const struct hit *hit)
{
    int above = bringing->pack->schema.registers[bringing->pack->workflows[hit->clue->workflow].reg].parent;
    return frame_id(bringing->frame, above, place_row(bringing->frame, hit->reg, hit->row, above));
}

/* The new case's fields. */
static int fill(struct bringing *bringing, const struct hit *hit, struct case_clue *clue, struct err *err)
{
    const struct pack *pack = bringing->pack;
    int reg = pack->workflows[hit->clue->workflow].reg;
    const struct schema_register *meta = &pack->schema.registers[reg];
    bool *given = arena_array(&bringing->one, meta->field_count, sizeof *given);
    struct value *values = arena_array(&bringing->one, meta->field_count, sizeof *values);
    int code = 0;
    for (size_t i = 0; i < meta->field_count; i++) {
        given[i] = false;
        values[i] = (struct value){0};
    }
    for (size_t i = 0; code == 0 && i < hit->clue->field_count; i++) {
        const struct workflow_write *write = &hit->clue->fields[i];
        code = value_of(bringing, hit, write->node, &values[write->field], err);
        given[write->field] = true;
    }
    if (code == 0 && hit->clue->sentence >= 0) {
        struct text words = pack->language[0] == 'e' ? clue->en : clue->zh;
        given[hit->clue->sentence] = true;
        values[hit->clue->sentence] = (struct value){.known = true, .text = words};
    }
    given[meta->parent_field] = true;
    values[meta->parent_field] = (struct value){.known = true, .integer = parent_of(bringing, hit)};
    clue->given = given;
    clue->values = values;
    return code;
}

static int take_digest(struct bringing *bringing, const struct hit *hit, char digest[CLUE_DIGEST],
                       struct err *err)
{
    size_t count = hit->clue->fact_count;
    struct case_fact *facts = arena_array(&bringing->one, count, sizeof *facts);
    int code = 0;
    for (size_t i = 0; code == 0 && i < count; i++) {
        facts[i].type = hit->clue->facts[i].node->type;
        code = value_of(bringing, hit, hit->clue->facts[i].node, &facts[i].value, err);
    }
    if (code == 0) clue_digest(facts, count, digest);
    return code;
}

static void count_result(struct clues_report *report, const struct case_clue_result *result)
{
    if (result->code != 0) {
        if (report->failed++ == 0) report->first = result->err;
        return;
    }
    report->opened += result->done.end == CLUE_OPENED;
    report->beside += result->done.end == CLUE_BESIDE;
    report->known += result->done.end == CLUE_KNOWN;
}

/* A transaction for each of thousands of hits would take longer than the screening itself. */
static int bring_waiting(struct bringing *bringing, struct err *err)
{
    size_t count = bringing->waiting_count;
    struct case_clue_result *results = mem_new(count, sizeof *results);
    int code = count == 0 ? 0
                          : case_propose_all(bringing->casework, bringing->moment, bringing->waiting, count,
                                             results, err);
    for (size_t i = 0; code == 0 && i < count; i++) count_result(bringing->report, &results[i]);
    free(results);
    bringing->waiting_count = 0;
    arena_fini(&bringing->one);
    return code;
}

static int bring_hit(struct bringing *bringing, const struct hit *hit, struct err *err)
{
    char *digest = arena_alloc(&bringing->one, CLUE_DIGEST);
    bool ripe;
    struct case_clue clue = {.workflow = hit->clue->workflow,
                             .actor = TEXT("screening"),
                             .source = bringing->pack->rules[hit->clue->rule].label.name,
                             .basis = bringing->entry,
                             .transition = hit->clue->transition,
                             .only_beside = hit->clue->only_beside};
    int code = is_ripe(bringing, hit, &ripe, err);
    if (code != 0 || !ripe) return code;
    code = say_why(bringing, hit, &clue, err);
    if (code == 0) code = fill(bringing, hit, &clue, err);
    if (code == 0) code = take_digest(bringing, hit, digest, err);
    clue.digest = text_of(digest);
    if (code != 0) return code;
    bringing->waiting[bringing->waiting_count++] = clue;
    return bringing->waiting_count < TOGETHER ? 0 : bring_waiting(bringing, err);
}

/* ---- One clue ---- */

static int bring_id(struct bringing *bringing, const struct pack_clue *clue, int64_t id, struct err *err)
{
    struct hit hit = {.clue = clue, .reg = bringing->pack->rules[clue->rule].scope, .id = id};
    if (bringing->options != NULL && bringing->options->cancelled != NULL &&
        bringing->options->cancelled(bringing->options->context))
        return err_set(err, ERR_CANCELLED, "已中止，已立的办件保留", "Stopped; cases opened so far stay");
    hit.row = frame_row(bringing->frame, hit.reg, id);
    if (hit.row == FRAME_NO_ROW) return 0; /* retired since */
    if (++bringing->explained % FORGET_AFTER == 0) explainer_forget(bringing->explainer);
    return bring_hit(bringing, &hit, err);
}

static int bring_clue(struct bringing *bringing, const struct pack_clue *clue, const struct found_run *run,
                      struct err *err)
{
    const struct found_view view = {&bringing->everything, -1};
    const struct found_question question = {clue->rule, *run, FOUND_HIT};
    int64_t ids[PAGE], after = 0;
    size_t count;
    bool more = true;
    int code = 0;
    while (code == 0 && more) {
        code =
            found_list(bringing->casework->database, &view, &question, after, PAGE, ids, &count, &more, err);
        for (size_t i = 0; code == 0 && i < count; i++) code = bring_id(bringing, clue, ids[i], err);
        if (code == 0 && count > 0) after = ids[count - 1];
    }
    return code == 0 ? bring_waiting(bringing, err) : code;
}

static int bring_all(struct bringing *bringing, const struct found_run *runs, const bool *wanted,
                     struct err *err)
{
    bool any = false;
    for (size_t i = 0; i < bringing->pack->clue_count; i++)
        if (wanted[i]) {
            bringing->as_of = runs[i].as_of;
            any = true;
        }
    int code = any ? load_frame(bringing, wanted, err) : 0;
    for (size_t i = 0; code == 0 && i < bringing->pack->clue_count; i++)
        if (wanted[i]) code = bring_clue(bringing, &bringing->pack->clues[i], &runs[i], err);
    explainer_free(bringing->explainer);
    frame_free(bringing->frame);
    return code;
}

int clues_bring(struct casework *casework, struct case_moment moment, int64_t run,
                const struct clues_options *options, struct clues_report *report, struct err *err)
{
    struct bringing bringing = {.casework = casework,
                                .pack = casework->pack,
                                .moment = moment,
                                .options = options,
                                .report = report,
                                .run = run};
    size_t count = casework->pack->clue_count;
    struct found_run *runs = mem_new(count, sizeof *runs);
    bool *wanted = mem_new(count, sizeof *wanted);
    *report = (struct clues_report){0};
    bringing.everything = scope_everything(casework->pack, TEXT("screening"), &bringing.arena);
    bringing.blind = bringing.everything;
    bringing.blind.unmasked = 0;
    int code = database_last_entry(casework->store, &bringing.entry, err);
    for (size_t i = 0; code == 0 && i < count; i++)
        code = has_hits(&bringing, &casework->pack->clues[i], &runs[i], &wanted[i], err);
    if (code == 0) code = bring_all(&bringing, runs, wanted, err);
    arena_fini(&bringing.one);
    arena_fini(&bringing.arena);
    free(runs);
    free(wanted);
    return code;
}
