/* All sides run over one frame, so that a difference can only come from the variant; what is counted are rows
 * of the viewer's places. */
#include "progress/whatif.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/suggest.h"
#include "formula/formula.h"
#include "monitor/gather.h"
#include "pack/adopted.h"
#include "pack/value.h"
#include "progress/eyes.h"
#include "progress/places.h"
#include "register/mask.h"

enum { ROOT_LIST, ROOT_COST, ROOTS };

struct side {
    const struct pack *pack; /* the pack, or its variant */
    struct pack *own;        /* the variant, to be freed */
    struct program_overlay overlays[WHATIF_CHANGES];
    size_t overlay_count;
    struct program_root roots[ROOTS];
    struct program_result results[ROOTS];
    bool ran;
};

struct running {
    const struct pack *pack;
    const struct whatif_question *question;
    struct arena arena;
    int rule, reg; /* rule -1: a condition */
    size_t roots;
    struct side sides[WHATIF_SIDES];
    struct frame *frame;
};

/* ---- The question ---- */

static int find_rule(struct running *running, struct err *err)
{
    const struct pack *pack = running->pack;
    struct text name = running->question->rule;
    running->rule = -1;
    running->reg = running->question->reg;
    if (name.size == 0) return 0;
    running->rule = pack_rule_find(pack, name);
    if (running->rule >= 0) {
        running->reg = pack->rules[running->rule].scope;
        return 0;
    }
    struct suggest suggest = suggest_start(name);
    for (size_t i = 0; i < pack->rule_count; i++) suggest_offer(&suggest, pack->rules[i].label.name);
    if (suggest.best.size == 0)
        return err_set(err, ERR_INPUT, "包里没有规则“%.*s”", "The pack has no rule `%.*s`", TEXT_ARGS(name));
    return err_set(err, ERR_INPUT, "包里没有规则“%.*s”，是不是“%.*s”？",
                   "The pack has no rule `%.*s`; did you mean `%.*s`?", TEXT_ARGS(name),
                   TEXT_ARGS(suggest.best));
}

/* A formula that somebody typed reads only what they may see. */
static int check_typed(struct running *running, const struct pack *pack, struct text text,
                       const struct type *wanted, const struct node **out, struct err *err)
{
    struct node *node = NULL;
    const struct formula_source source = {.text = text};
    int code = formula_check(&pack->schema, &running->arena, running->reg, source, wanted, &node, err);
    if (code == 0) code = mask_check_formula(running->question->scope, pack, node, err);
    *out = node;
    return code;
}

/* "1000" and "1000元" are amounts a record; all else is a formula. */
static struct text cost_formula(struct running *running)
{
    struct text cost = text_trim(running->question->cost);
    struct value value;
    struct err ignored;
    if (pack_value_parse(&running->pack->schema, type_of(TYPE_MONEY), cost, &value, &ignored) != 0)
        return cost;
    return text_of(arena_printf(&running->arena, "%lld.%02d元", (long long)(value.integer / 100),
                                abs((int)(value.integer % 100))));
}

static int read_roots(struct running *running, struct side *side, struct err *err)
{
    const struct type truth = type_of(TYPE_BOOL), money = type_of(TYPE_MONEY);
    const struct node *node = NULL;
    int code = 0;
    if (running->rule >= 0)
        node = side->pack->rules[running->rule].node;
    else
        code = check_typed(running, side->pack, running->question->condition, &truth, &node, err);
    side->roots[ROOT_LIST] = (struct program_root){node, running->reg};
    running->roots = 1;
    if (code != 0 || running->question->cost.size == 0) return code;
    code = check_typed(running, side->pack, cost_formula(running), &money, &node, err);
    side->roots[ROOT_COST] = (struct program_root){node, running->reg};
    running->roots = ROOTS;
    return code;
}

/* ---- Variants ---- */

static bool parameters_only(const struct pack *pack, const struct whatif_variant *variant)
{
    for (size_t i = 0; i < variant->count; i++)
        if (schema_parameter_find(&pack->schema, variant->changes[i].name) < 0) return false;
    return true;
}

static int lay_over(struct running *running, const struct whatif_variant *variant, struct side *side,
                    struct err *err)
{
    const struct schema *schema = &running->pack->schema;
    side->pack = running->pack;
    for (size_t i = 0; i < variant->count; i++) {
        struct program_overlay *overlay = &side->overlays[side->overlay_count++];
        overlay->parameter = schema_parameter_find(schema, variant->changes[i].name);
        int code = pack_parameter_parse(running->pack, overlay->parameter, variant->changes[i].value,
                                        &overlay->value, err);
        if (code != 0) return code;
    }
    return 0;
}

/* Changed formulas are typed ones, too: what they make of hidden facts would show in who is on the list. */
static int make_variant(struct running *running, const struct whatif_variant *variant, struct side *side,
                        struct err *err)
{
    const struct scope *scope = running->question->scope;
    if (!scope_all_rows(scope, running->pack))
        return err_set(err, ERR_FORBIDDEN, "只看部分地区的用户可以推演参数，不能改公式",
                       "Whoever sees a part of the county may try other parameters, not other formulas");
    int code = pack_variant(running->pack, variant->changes, variant->count, &side->own, err);
    side->pack = side->own;
    if (code == 0 && running->rule >= 0)
        code = mask_check_formula(scope, side->own, side->own->rules[running->rule].node, err);
    return code;
}

static int make_side(struct running *running, size_t index, struct err *err)
{
    struct side *side = &running->sides[index];
    side->pack = running->pack;
    int code = 0;
    if (index > 0) {
        const struct whatif_variant *variant = &running->question->variants[index - 1];
        if (variant->count > WHATIF_CHANGES)
            return err_set(err, ERR_LIMIT, "一个方案最多改 %d 处", "A variant changes %d things at most",
                           WHATIF_CHANGES);
        code = parameters_only(running->pack, variant) ? lay_over(running, variant, side, err)
                                                       : make_variant(running, variant, side, err);
    }
    return code == 0 ? read_roots(running, side, err) : code;
}

/* ---- Running ---- */

static int load(struct running *running, struct frame_cache *frames, struct database *database,
                struct err *err)
{
    struct program_root roots[ROOTS * WHATIF_SIDES];
    size_t count = 0;
    for (size_t i = 0; i < WHATIF_SIDES && i <= running->question->variant_count; i++)
        for (size_t k = 0; k < ROOTS && k < running->roots; k++) roots[count++] = running->sides[i].roots[k];
    struct frame_request request = gather_request(running->pack, roots, count, false);
    places_fields(running->pack, running->reg, request.used);
    int code = frame_cache_get(frames, database, &request, FRAME_CACHE_NEWEST, &running->frame, NULL, err);
    gather_request_free(running->pack, &request);
    return code;
}

static int run_side(struct running *running, struct side *side, struct err *err)
{
    const struct program_options how = {
        .as_of = running->question->as_of, .overlays = side->overlays, .overlay_count = side->overlay_count};
    const struct program_run_options options = {.threads = 0, .reg = -1};
    struct program *program;
    int code = program_new(&side->pack->schema, side->roots, running->roots, &how, &program, err);
    if (code != 0) return code;
    code = program_run(program, running->frame, &options, side->results, err);
    side->ran = code == 0;
    program_free(program);
    return code;
}

/* ---- Counting ---- */

static bool bit(const uint64_t *bits, size_t row)
{
    return (bits[row / 64] >> (row % 64) & 1) != 0;
}

struct counting {
    const struct running *running;
    struct whatif *whatif;
    size_t capacities[WHATIF_SIDES][WHATIF_LISTS];
};

static void list_record(struct counting *counting, size_t side, enum whatif_list list, size_t row)
{
    struct whatif *whatif = counting->whatif;
    size_t *count = &whatif->list_counts[side][list];
    whatif->lists[side][list] =
        mem_grow(whatif->lists[side][list], &counting->capacities[side][list], *count + 1, sizeof(int64_t));
    whatif->lists[side][list][(*count)++] = frame_id(counting->running->frame, whatif->reg, row);
}

static void count_cost(const struct counting *counting, size_t index, size_t row, struct whatif_side *to)
{
    if (!counting->whatif->costed) return;
    struct value value = program_result_get(&counting->running->sides[index].results[ROOT_COST], row);
    if (value.known)
        to->cost += value.integer;
    else
        to->cost_unknown++;
}

static void count_side(struct counting *counting, size_t index, size_t row, struct whatif_side *to)
{
    const struct program_result *base = &counting->running->sides[0].results[ROOT_LIST],
                                *list = &counting->running->sides[index].results[ROOT_LIST];
    bool hit = bit(list->truth, row), known = bit(list->known, row);
    bool was = bit(base->truth, row), was_known = bit(base->known, row);
    if (!known) {
        to->undetermined++;
        list_record(counting, index, WHATIF_UNDETERMINED, row);
    }
    if (hit) {
        to->hits++;
        list_record(counting, index, WHATIF_HITS, row);
        count_cost(counting, index, row, to);
    }
    if (hit && was_known && !was) {
        to->entering++;
        list_record(counting, index, WHATIF_ENTERING, row);
    }
    if (was && known && !hit) {
        to->leaving++;
        list_record(counting, index, WHATIF_LEAVING, row);
    }
}

static void add_row(struct whatif_row *to, const struct whatif_row *more, size_t sides)
{
    to->records += more->records;
    for (size_t i = 0; i < sides; i++) {
        struct whatif_side *side = &to->sides[i];
        const struct whatif_side *add = &more->sides[i];
        side->hits += add->hits;
        side->undetermined += add->undetermined;
        side->entering += add->entering;
        side->leaving += add->leaving;
        side->cost += add->cost;
        side->cost_unknown += add->cost_unknown;
    }
}

static int by_number(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return left < right ? -1 : left > right;
}

static void sort_lists(struct whatif *whatif)
{
    for (size_t side = 0; side < whatif->sides; side++)
        for (int list = 0; list < WHATIF_LISTS; list++)
            if (whatif->list_counts[side][list] > 1)
                qsort(whatif->lists[side][list], whatif->list_counts[side][list], sizeof(int64_t), by_number);
}

static void count_rows(struct counting *counting, struct whatif_row *rows)
{
    const struct running *running = counting->running;
    const struct pack *pack = running->pack;
    struct places *places = places_new(pack, running->frame);
    const int *at = places_of(places, running->reg);
    bool *inside = mem_new(pack->division_count + 1, sizeof *inside);
    bool placed = places_has_way(pack, running->reg);
    eyes_inside(pack, running->question->scope, running->question->division, inside);
    for (size_t row = 0; row < running->frame->registers[running->reg].rows; row++) {
        if (placed && !inside[at[row]]) continue;
        int place = at[row] == (int)pack->division_count
                        ? -1
                        : pack_division_up(pack, at[row], running->question->level);
        struct whatif_row *to = &rows[place < 0 ? pack->division_count : (size_t)place];
        to->records++;
        for (size_t i = 0; i < counting->whatif->sides; i++) count_side(counting, i, row, &to->sides[i]);
    }
    free(inside);
    places_free(places);
}

static struct whatif *count_all(const struct running *running)
{
    const struct pack *pack = running->pack;
    struct whatif *whatif = mem_new(1, sizeof *whatif);
    struct counting counting = {.running = running, .whatif = whatif};
    whatif->reg = running->reg;
    whatif->costed = running->roots == ROOTS;
    whatif->sides = running->question->variant_count + 1;
    whatif->all.division = -1;
    whatif->rows = mem_new(pack->division_count + 1, sizeof *whatif->rows);
    count_rows(&counting, whatif->rows);
    for (size_t i = 0; i <= pack->division_count; i++) {
        struct whatif_row row = whatif->rows[i];
        if (row.records == 0) continue;
        row.division = i == pack->division_count ? -1 : (int)i;
        add_row(&whatif->all, &row, whatif->sides);
        whatif->rows[whatif->row_count++] = row;
    }
    sort_lists(whatif);
    return whatif;
}

static void running_fini(struct running *running)
{
    for (size_t i = 0; i < WHATIF_SIDES; i++) {
        if (running->sides[i].ran) program_results_fini(running->sides[i].results, running->roots);
        pack_free(running->sides[i].own);
    }
    if (running->frame != NULL) frame_free(running->frame);
    arena_fini(&running->arena);
}

static int make_sides(struct running *running, struct err *err)
{
    const struct whatif_question *question = running->question;
    assert(question->variant_count <= WHATIF_VARIANTS);
    int code = find_rule(running, err);
    if (code == 0 && !eyes_may(running->pack, question->scope, running->reg))
        code = err_set(err, ERR_FORBIDDEN, "您不能查看这项推演所依据的登记簿",
                       "You may not see the register that this rests on");
    for (size_t i = 0; code == 0 && i <= question->variant_count; i++) code = make_side(running, i, err);
    return code;
}

int whatif_check(const struct pack *pack, const struct whatif_question *question, struct err *err)
{
    struct running running = {.pack = pack, .question = question};
    int code = make_sides(&running, err);
    running_fini(&running);
    return code;
}

int whatif_run(const struct pack *pack, struct frame_cache *frames, struct database *database,
               const struct whatif_question *question, struct whatif **out, struct err *err)
{
    struct running running = {.pack = pack, .question = question};
    *out = NULL;
    int code = make_sides(&running, err);
    if (code == 0) code = load(&running, frames, database, err);
    for (size_t i = 0; code == 0 && i <= question->variant_count; i++)
        code = run_side(&running, &running.sides[i], err);
    if (code == 0) *out = count_all(&running);
    running_fini(&running);
    return code;
}

void whatif_free(struct whatif *whatif)
{
    if (whatif == NULL) return;
    for (size_t side = 0; side < WHATIF_SIDES; side++)
        for (int list = 0; list < WHATIF_LISTS; list++) free(whatif->lists[side][list]);
    free(whatif->rows);
    free(whatif);
}
