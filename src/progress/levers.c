/* A slider needs to know what it moves: that is read off the formulas, so that no list of sliders has to be
 * kept beside the rules. */
#include "progress/levers.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "formula/program.h"
#include "monitor/gather.h"
#include "progress/eyes.h"
#include "progress/places.h"

enum { STEPS = 50, MILLION = 1000000 };

struct walk {
    const struct pack *pack;
    bool *parameters, *definitions; /* definitions: gone through already */
};

/* Chains lean to the left as deep as they are long, hence the loop over first children. */
static void mark(struct walk *walk, const struct node *node)
{
    while (node != NULL) {
        if (node->op == NODE_PARAMETER) walk->parameters[node->index] = true;
        if (node->op == NODE_DEFINITION) {
            if (walk->definitions[node->index]) return;
            walk->definitions[node->index] = true;
        }
        for (size_t i = 1; i < node->child_count; i++) mark(walk, node->children[i]);
        node = node->child_count > 0 ? node->children[0] : NULL;
    }
}

void levers_of(const struct pack *pack, const struct node *node, bool *parameters)
{
    struct walk walk = {pack, parameters, mem_new(pack->schema.definition_count + 1, sizeof(bool))};
    mark(&walk, node);
    free(walk.definitions);
}

/* 1, 2 or 5 times a power of ten, not above `size`; 1 at least. */
static int64_t round_step(int64_t size)
{
    int64_t step = 1;
    while (step <= size / 10) step *= 10;
    return size >= 5 * step ? 5 * step : size >= 2 * step ? 2 * step : step;
}

int64_t lever_whole(struct value value, enum type_kind kind)
{
    if (!value.known) return 0;
    return kind == TYPE_RATIO ? (int64_t)llround(value.ratio * MILLION) : value.integer;
}

/* Limits are kept whatever the value of the day is; the steps then fit what is left between them. */
static void keep_limits(const struct pack_parameter *limits, enum type_kind kind, int64_t whole,
                        struct lever_range *range)
{
    if (limits->least.known) {
        int64_t least = lever_whole(limits->least, kind);
        if (range->least < least) range->least = least;
        if (range->most < least) range->most = least;
    }
    if (limits->most.known) {
        int64_t most = lever_whole(limits->most, kind);
        if (range->most > most) range->most = most;
        if (range->least > most) range->least = most;
    }
    int64_t step = round_step((range->most - range->least) / STEPS);
    if (step < range->step) range->step = step > whole ? step : whole;
}

bool lever_range_of(const struct schema_parameter *parameter, const struct pack_parameter *limits,
                    int32_t as_of, struct lever_range *range)
{
    struct value value = schema_parameter_at(parameter, as_of);
    int64_t now = lever_whole(value, parameter->type.kind), whole = 1;
    switch (parameter->type.kind) {
    case TYPE_INT:
        break;
    case TYPE_DECIMAL:
        whole = 100;
        break; /* two of its four decimals */
    case TYPE_MONEY:
        whole = 100;
        break;
    case TYPE_RATIO:
        whole = 1000;
        break; /* 0.1 % */
    case TYPE_BOOL:
    case TYPE_DATE:
    case TYPE_MONTH:
    case TYPE_CODE:
    case TYPE_CODES:
    case TYPE_TEXT:
    case TYPE_RECORD:
    case TYPE_NULL:
        return false;
    }
    if (!value.known || now > INT64_MAX / 4 || now < -INT64_MAX / 4) return false;
    int64_t size = now < 0 ? -now : now;
    if (size < 5 * whole) size = 5 * whole;
    range->step = round_step(size / STEPS);
    if (range->step < whole) range->step = whole;
    range->most = (2 * size + range->step - 1) / range->step * range->step;
    range->least = now < 0 ? -range->most : 0;
    keep_limits(limits, parameter->type.kind, whole, range);
    return true;
}

/* ---- Funds ---- */

static int by_balance(const void *a, const void *b)
{
    const struct lever_fund *left = a, *right = b;
    if (left->balance != right->balance) return left->balance > right->balance ? -1 : 1;
    return left->id < right->id ? -1 : left->id > right->id;
}

static int run_balance(const struct pack *pack, const struct frame *frame, const struct program_root *root,
                       int32_t as_of, struct program_result *result, struct err *err)
{
    const struct program_options how = {.as_of = as_of};
    const struct program_run_options options = {.threads = 1, .reg = -1};
    struct program *program;
    int code = program_new(&pack->schema, root, 1, &how, &program, err);
    if (code != 0) return code;
    code = program_run(program, frame, &options, result, err);
    program_free(program);
    return code;
}

static size_t take(const struct frame *frame, int reg, const struct program_result *result,
                   struct lever_fund *funds)
{
    size_t count = 0;
    for (size_t row = 0; row < result->rows; row++) {
        struct value balance = program_result_get(result, row);
        if (!balance.known || balance.integer <= 0) continue;
        funds[count++] = (struct lever_fund){frame_id(frame, reg, row), balance.integer};
    }
    if (count > 1) qsort(funds, count, sizeof *funds, by_balance);
    return count;
}

int levers_funds(const struct pack *pack, struct frame_cache *frames, struct database *database,
                 const struct scope *scope, int32_t as_of, struct arena *arena, struct lever_fund **out,
                 size_t *count, struct err *err)
{
    const struct pack_funds *funds = &pack->progress.funds;
    *out = NULL;
    *count = 0;
    if (funds->reg < 0 || !eyes_may(pack, scope, funds->reg) ||
        (places_has_way(pack, funds->reg) && !scope_all_rows(scope, pack)))
        return 0;
    const struct program_root root = {funds->balance, funds->reg};
    struct frame_request request = gather_request(pack, &root, 1, false);
    struct frame *frame;
    int code = frame_cache_get(frames, database, &request, FRAME_CACHE_NEWEST, &frame, NULL, err);
    gather_request_free(pack, &request);
    if (code != 0) return code;
    struct program_result result = {0};
    code = run_balance(pack, frame, &root, as_of, &result, err);
    if (code == 0) {
        *out = arena_array(arena, result.rows, sizeof **out);
        *count = take(frame, funds->reg, &result, *out);
        program_results_fini(&result, 1);
    }
    frame_free(frame);
    return code;
}
