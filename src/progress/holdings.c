/* A unit stands in registers as printed, by its name or one of its other names. The condition is composed as
 * a formula, so that the list behind a figure asks the very same thing. */
#include "progress/holdings.h"

#include "formula/formula.h"
#include "monitor/gather.h"
#include "progress/eyes.h"
#include "progress/places.h"

/* ---- The condition ---- */

static void put_name(struct buffer *out, const struct pack_holding *holding, struct text name)
{
    if (name.size == 0) return;
    if (out->size > 1) buffer_string(out, " or ");
    buffer_string(out, "(");
    buffer_text(out, holding->unit_source.text);
    buffer_string(out, ") = \"");
    for (size_t i = 0; i < name.size; i++) {
        if (name.at[i] == '"') buffer_string(out, "\"");
        buffer_text(out, (struct text){name.at + i, 1});
    }
    buffer_string(out, "\"");
}

static struct text condition(const struct pack *pack, const struct pack_holding *holding, int unit,
                             struct arena *arena)
{
    const struct pack_unit *named = &pack->units[unit];
    struct buffer out = {0};
    buffer_string(&out, "(");
    put_name(&out, holding, named->label.zh);
    if (!text_equal(named->label.zh, named->label.en)) put_name(&out, holding, named->label.en);
    for (size_t i = 0; i < named->alias_count; i++) put_name(&out, holding, named->aliases[i]);
    buffer_string(&out, ")");
    if (holding->where != NULL) {
        buffer_string(&out, " and (");
        buffer_text(&out, holding->where_source.text);
        buffer_string(&out, ")");
    }
    struct text text = arena_text(arena, buffer_get(&out));
    buffer_fini(&out);
    return text;
}

/* ---- Counting ---- */

struct counting {
    const struct pack *pack;
    const struct frame *frame;
    const bool *inside;
    struct places *places;
};

static void count_rows(const struct counting *counting, int reg, const struct program_result *met,
                       const struct program_result *amounts, struct holding *out)
{
    const int *at = places_of(counting->places, reg);
    bool placed = places_has_way(counting->pack, reg), fits = true;
    int64_t sum = 0;
    for (size_t row = 0; row < met->rows; row++) {
        struct value yes = program_result_get(met, row);
        if (placed && !counting->inside[at[row]]) continue;
        out->undetermined += !yes.known;
        if (!yes.known || yes.integer == 0) continue;
        out->counted++;
        if (amounts == NULL) continue;
        struct value amount = program_result_get(amounts, row);
        out->missing += !amount.known;
        if (amount.known && __builtin_add_overflow(sum, amount.integer, &sum)) fits = false;
    }
    out->amount = (struct value){.known = amounts != NULL && fits, .integer = fits ? sum : 0};
}

/* What is asked of a register. */
struct asking {
    int over;
    struct text where;
    const struct node *amount; /* NULL: none */
};

static void count_all(const struct counting *counting, const struct asking *asking, size_t asked,
                      const struct program_result *results, struct holding *out)
{
    size_t next = 0;
    for (size_t i = 0; i < asked; i++) {
        if (!out[i].seen) continue;
        const struct program_result *met = &results[next++];
        const struct program_result *amounts = asking[i].amount != NULL ? &results[next++] : NULL;
        count_rows(counting, asking[i].over, met, amounts, &out[i]);
    }
}

/* ---- One pass over the registers ---- */

static int compose(const struct pack *pack, const struct scope *scope, const struct asking *asking,
                   size_t asked, struct arena *arena, struct program_root *roots, size_t *count,
                   struct holding *out, struct err *err)
{
    const struct type truth = type_of(TYPE_BOOL);
    int code = 0;
    for (size_t i = 0; code == 0 && i < asked; i++) {
        struct node *node = NULL;
        out[i] = (struct holding){.seen = eyes_may(pack, scope, asking[i].over), .where = asking[i].where};
        if (!out[i].seen) continue;
        code = formula_check(&pack->schema, arena, asking[i].over,
                             (struct formula_source){.text = asking[i].where}, &truth, &node, err);
        roots[(*count)++] = (struct program_root){node, asking[i].over};
        if (asking[i].amount != NULL)
            roots[(*count)++] = (struct program_root){asking[i].amount, asking[i].over};
    }
    return code;
}

static int run(const struct pack *pack, const struct frame *frame, const struct program_root *roots,
               size_t count, int32_t as_of, struct program_result *results, struct err *err)
{
    const struct program_options how = {.as_of = as_of};
    const struct program_run_options options = {.threads = 1, .reg = -1};
    struct program *program;
    int code = program_new(&pack->schema, roots, count, &how, &program, err);
    if (code != 0) return code;
    code = program_run(program, frame, &options, results, err);
    program_free(program);
    return code;
}

static int ask(const struct pack *pack, struct frame_cache *frames, struct database *database,
               const struct scope *scope, int division, int32_t as_of, const struct asking *asking,
               size_t asked, struct arena *arena, struct holding *out, struct err *err)
{
    size_t most = 2 * asked, count = 0;
    struct program_root *roots = arena_array(arena, most + 1, sizeof *roots);
    struct program_result *results = arena_array(arena, most + 1, sizeof *results);
    struct frame *frame = NULL;
    int code = compose(pack, scope, asking, asked, arena, roots, &count, out, err);
    if (code != 0 || count == 0) return code;
    struct frame_request request = gather_request(pack, roots, count, false);
    for (size_t i = 0; i < count; i++) places_fields(pack, roots[i].scope, request.used);
    code = frame_cache_get(frames, database, &request, FRAME_CACHE_NEWEST, &frame, NULL, err);
    gather_request_free(pack, &request);
    if (code != 0) return code;
    code = run(pack, frame, roots, count, as_of, results, err);
    if (code == 0) {
        bool *inside = arena_array(arena, pack->division_count + 1, sizeof *inside);
        eyes_inside(pack, scope, division, inside);
        struct places *places = places_new(pack, frame);
        const struct counting counting = {pack, frame, inside, places};
        count_all(&counting, asking, asked, results, out);
        places_free(places);
        program_results_fini(results, count);
    }
    frame_free(frame);
    return code;
}

int holdings_make(const struct pack *pack, struct frame_cache *frames, struct database *database,
                  const struct scope *scope, int unit, int division, int32_t as_of, struct arena *arena,
                  struct holding *out, struct err *err)
{
    size_t asked = pack->progress.holding_count;
    struct asking *asking = arena_array(arena, asked + 1, sizeof *asking);
    for (size_t i = 0; i < asked; i++) {
        const struct pack_holding *holding = &pack->progress.holdings[i];
        asking[i] = (struct asking){holding->over, condition(pack, holding, unit, arena), holding->amount};
    }
    return ask(pack, frames, database, scope, division, as_of, asking, asked, arena, out, err);
}

int holdings_of_tasks(const struct pack *pack, struct frame_cache *frames, struct database *database,
                      const struct scope *scope, int division, int32_t as_of, struct arena *arena,
                      struct holding *out, struct err *err)
{
    size_t asked = pack->progress.task_record_count;
    struct asking *asking = arena_array(arena, asked + 1, sizeof *asking);
    for (size_t i = 0; i < asked; i++)
        asking[i] = (struct asking){pack->progress.task_records[i].over,
                                    pack->progress.task_records[i].where_source.text, NULL};
    return ask(pack, frames, database, scope, division, as_of, asking, asked, arena, out, err);
}
