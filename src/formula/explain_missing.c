/* Which missing facts an open answer hangs on. Only unknown values are entered, and beneath each only what
 * three-valued logic leaves open: an "and" is unknown only where none of its sides is false, so all its
 * unknown sides matter. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "formula/explain_plan.h"

enum { BLAME_DEPTH_MAX = 200 };

struct search {
    struct explainer *explainer;
    struct arena *arena;
    struct explain *explain;
    size_t capacity, parameter_capacity;
    struct map facts, visited;
};

static void find(struct search *search, const struct explain_plan *plan, uint32_t row);

static bool open_at(const struct explain_plan *plan, uint32_t row)
{
    return !explain_value(plan, row).known;
}

static void add(struct search *search, struct explain_missing fact)
{
    int64_t key[6] = {fact.reg,        fact.row,
                      fact.field,      fact.parent_reg,
                      fact.parent_row, fact.parent_reg >= 0 && fact.value.known ? fact.value.integer : -1};
    struct explain *explain = search->explain;
    if (!map_add(&search->facts, (struct text){(const char *)key, sizeof key}, 0, NULL)) return;
    explain->missing = arena_grow(search->arena, explain->missing, &search->capacity,
                                  explain->missing_count + 1, sizeof *explain->missing);
    explain->missing[explain->missing_count++] = fact;
}

static void add_field(struct search *search, int reg, uint32_t row, int field)
{
    add(search, (struct explain_missing){.reg = reg, .row = row, .field = field, .parent_reg = -1});
}

/* A record that should hang on the aggregate's own one. */
static void add_record(struct search *search, const struct explain_plan *plan, uint32_t row,
                       struct value month)
{
    const struct explain_plan *v = plan->children[0];
    int field = v != NULL && v->node->op == NODE_FIELD ? v->node->index : plan->node->index;
    add(search, (struct explain_missing){.reg = plan->node->other,
                                         .row = FRAME_NO_ROW,
                                         .field = field,
                                         .parent_reg = plan->reg,
                                         .parent_row = row,
                                         .value = month});
}

static void add_months(struct search *search, const struct explain_plan *plan, uint32_t row)
{
    int32_t months[64];
    size_t count = explain_absent_months(plan, row, months);
    for (size_t i = 0; i < count; i++)
        add_record(search, plan, row, (struct value){.known = true, .integer = months[i]});
}

static void add_parameter(struct search *search, int parameter)
{
    struct explain *explain = search->explain;
    for (size_t i = 0; i < explain->parameter_count; i++)
        if (explain->parameters[i] == parameter) return;
    explain->parameters = arena_grow(search->arena, explain->parameters, &search->parameter_capacity,
                                     explain->parameter_count + 1, sizeof *explain->parameters);
    explain->parameters[explain->parameter_count++] = parameter;
}

/* ---- Known facts from which nothing can be computed ---- */

static bool is_sum_or_product(enum node_op op)
{
    return op == NODE_ADD || op == NODE_SUBTRACT || op == NODE_MULTIPLY || op == NODE_DIVIDE;
}

static void blame(struct search *search, const struct explain_plan *plan, uint32_t row, int depth)
{
    enum node_op op = plan->node->op;
    if (depth > BLAME_DEPTH_MAX) return;
    if (op == NODE_FIELD) {
        struct value value = explain_value(plan, row);
        add(search, (struct explain_missing){.reg = plan->reg,
                                             .row = row,
                                             .field = plan->node->index,
                                             .parent_reg = -1,
                                             .value = value,
                                             .unusable = true});
    } else if (op == NODE_UP) {
        uint32_t there = explain_up_row(plan, row);
        if (there != FRAME_NO_ROW) blame(search, plan->children[0], there, depth + 1);
    } else if (op == NODE_DEFINITION || op == NODE_PREVIOUS || op == NODE_CONVERT || op == NODE_NEGATE ||
               op == NODE_CALL || is_sum_or_product(op)) {
        for (size_t i = 0; i < plan->child_count; i++)
            if (plan->children[i] != NULL) blame(search, plan->children[i], row, depth + 1);
    }
}

/* An operation that failed though all its operands are known. */
static void blame_operands(struct search *search, const struct explain_plan *plan, uint32_t row)
{
    if (plan->node->op == NODE_DIVIDE && plan->child_count == 2) {
        struct value divisor = explain_value(plan->children[1], row);
        if (divisor.known && divisor.integer == 0 && !(divisor.ratio < 0 || divisor.ratio > 0)) {
            blame(search, plan->children[1], row, 0);
            return;
        }
    }
    for (size_t i = 0; i < plan->child_count; i++)
        if (plan->children[i] != NULL) blame(search, plan->children[i], row, 0);
}

/* ---- Operators ---- */

static void find_operands(struct search *search, const struct explain_plan *plan, uint32_t row)
{
    bool any = false;
    for (size_t i = 0; i < plan->child_count; i++) {
        if (plan->children[i] == NULL || !open_at(plan->children[i], row)) continue;
        any = true;
        find(search, plan->children[i], row);
    }
    if (!any) blame_operands(search, plan, row);
}

/* From the innermost link outwards: chains may be longer than the stack is deep. */
static void find_chain(struct search *search, const struct explain_plan *plan, uint32_t row)
{
    const struct explain_plan **chain = NULL, *at = plan;
    size_t count = 0, capacity = 0;
    if (plan->child_count > 2) { /* a very long one, its operands side by side */
        find_operands(search, plan, row);
        return;
    }
    for (; is_sum_or_product(at->node->op) && at->child_count == 2 && open_at(at, row);
         at = at->children[0]) {
        chain = mem_grow(chain, &capacity, count + 1, sizeof *chain);
        chain[count++] = at;
    }
    if (open_at(at, row)) find(search, at, row);
    while (count-- > 0) {
        const struct explain_plan *right = chain[count]->children[1];
        if (open_at(right, row))
            find(search, right, row);
        else if (!open_at(chain[count]->children[0], row))
            blame_operands(search, chain[count], row);
    }
    free(chain);
}

/* Why a condition is not what an if without else needs it to be. */
static void find_blocking(struct search *search, const struct explain_plan *plan, uint32_t row, bool wanted)
{
    struct value value = explain_value(plan, row);
    enum node_op op = plan->node->op;
    if (!value.known) {
        find(search, plan, row);
    } else if (op == NODE_AND || op == NODE_OR) {
        for (size_t i = 0; i < plan->child_count; i++) {
            struct value link = explain_value(plan->children[i], row);
            if (!link.known || (link.integer != 0) != wanted)
                find_blocking(search, plan->children[i], row, wanted);
        }
    } else if (op == NODE_NOT) {
        find_blocking(search, plan->children[0], row, !wanted);
    } else if (op == NODE_DEFINITION || op == NODE_PREVIOUS) {
        find_blocking(search, plan->children[0], row, wanted);
    } else if (op == NODE_UP) {
        find_blocking(search, plan->children[0], explain_up_row(plan, row), wanted);
    } else if ((op == NODE_KNOWN && wanted) || (op == NODE_IS_NULL && !wanted)) {
        if (open_at(plan->children[0], row)) find(search, plan->children[0], row);
    } else if (op == NODE_AGGREGATE && plan->node->aggregate == AGGREGATE_COVERS && wanted) {
        add_months(search, plan, row);
    }
}

static void find_if(struct search *search, const struct explain_plan *plan, uint32_t row)
{
    struct value condition = explain_value(plan->children[0], row);
    const struct explain_plan *otherwise = plan->child_count > 2 ? plan->children[2] : NULL;
    if (!condition.known) find(search, plan->children[0], row);
    if (!explain_is_false(condition) && open_at(plan->children[1], row)) find(search, plan->children[1], row);
    if (explain_is_true(condition)) return;
    if (otherwise == NULL && condition.known) {
        size_t before = search->explain->missing_count;
        find_blocking(search, plan->children[0], row, true);
        /* Were the condition true, the answer would hang on this side. */
        if (search->explain->missing_count > before && open_at(plan->children[1], row))
            find(search, plan->children[1], row);
    } else if (otherwise == NULL) {
        return;
    } else if (open_at(otherwise, row)) {
        find(search, otherwise, row);
    }
}

/* ---- Aggregates ---- */

/* Whether an unknown w or v of a row can still change the aggregate, given the other one. */
static bool matters(enum aggregate aggregate, const struct explain_item *item)
{
    switch (aggregate) {
    case AGGREGATE_EXISTS:
    case AGGREGATE_COUNT:
        return true;
    case AGGREGATE_ANY:
        return !explain_is_false(item->w) && !explain_is_false(item->v);
    case AGGREGATE_ALL:
        return !explain_is_false(item->w) && !explain_is_true(item->v);
    case AGGREGATE_SUM:
    case AGGREGATE_AVG:
    case AGGREGATE_MIN:
    case AGGREGATE_MAX:
    case AGGREGATE_MEDIAN:
    case AGGREGATE_SHARE:
    case AGGREGATE_DISTINCT:
    case AGGREGATE_LATEST:
    case AGGREGATE_EARLIEST:
        return !explain_is_false(item->w);
    case AGGREGATE_COVERS:
        break;
    }
    return false;
}

static bool ignores_values(enum aggregate aggregate)
{
    return aggregate == AGGREGATE_EXISTS || aggregate == AGGREGATE_COUNT;
}

/* Whether a row may be the latest or earliest once everything is known. */
static bool may_be_picked(const struct explain_plan *plan, uint32_t child, struct value extreme)
{
    struct value key = explain_key_at(plan, child);
    if (!key.known || !extreme.known || explain_same_key(plan, key, extreme)) return true;
    bool greater = plan->children[2]->node->type.kind == TYPE_RATIO ? key.ratio > extreme.ratio
                                                                    : key.integer > extreme.integer;
    return greater == (plan->node->aggregate == AGGREGATE_LATEST);
}

/* First what keeps it open which row it is, then the values of the rows that it may be; where all of that is
 * known, they contradict each other. */
static void find_latest(struct search *search, const struct explain_plan *plan, uint32_t row)
{
    struct explain_rows rows = explain_hanging(plan, row);
    struct value extreme = explain_extreme(plan, row);
    bool any = false, open = false;
    for (size_t i = rows.first; i < rows.end; i++) {
        uint32_t child = explain_row_at(rows, i);
        struct explain_item item = explain_item_at(plan, child);
        if (explain_is_false(item.w)) continue;
        any = true;
        for (size_t k = 0; k < 3; k++) {
            const struct explain_plan *part = plan->children[k];
            if (part == NULL || !open_at(part, child) || (k == 0 && !may_be_picked(plan, child, extreme)))
                continue;
            open = true;
            find(search, part, child);
        }
    }
    if (!any) add_record(search, plan, row, (struct value){0});
    for (size_t i = rows.first; i < rows.end && any && !open; i++) {
        uint32_t child = explain_row_at(rows, i);
        if (explain_is_true(explain_item_at(plan, child).w) && may_be_picked(plan, child, extreme))
            blame(search, plan->children[0], child, 0);
    }
}

static void find_aggregate(struct search *search, const struct explain_plan *plan, uint32_t row,
                           enum aggregate aggregate)
{
    if (aggregate == AGGREGATE_COVERS) {
        for (size_t i = 2; i < plan->child_count; i++)
            if (open_at(plan->children[i], row)) find(search, plan->children[i], row);
        return;
    }
    if (aggregate == AGGREGATE_LATEST || aggregate == AGGREGATE_EARLIEST) {
        find_latest(search, plan, row);
        return;
    }
    struct explain_rows rows = explain_hanging(plan, row);
    size_t counted = 0, unknown = 0;
    for (size_t i = rows.first; i < rows.end; i++) {
        uint32_t child = explain_row_at(rows, i);
        struct explain_item item = explain_item_at(plan, child);
        counted += explain_is_true(item.w);
        if (!matters(aggregate, &item)) continue;
        if (!item.w.known) {
            unknown++;
            find(search, plan->children[1], child);
        }
        if (!ignores_values(aggregate) && plan->children[0] != NULL && !item.v.known) {
            unknown++;
            find(search, plan->children[0], child);
        }
    }
    /* An average or a smallest of nothing. */
    if (counted == 0 && unknown == 0) add_record(search, plan, row, (struct value){0});
}

static void find(struct search *search, const struct explain_plan *plan, uint32_t row)
{
    int64_t key[2] = {plan->number, row};
    if (!map_add(&search->visited, (struct text){(const char *)key, sizeof key}, 0, NULL)) return;
    switch (plan->node->op) {
    case NODE_CONSTANT:
    case NODE_AS_OF:
    case NODE_IS_NULL:
    case NODE_KNOWN:
        break;
    case NODE_PARAMETER:
        add_parameter(search, plan->node->index);
        break;
    case NODE_FIELD:
        add_field(search, plan->reg, row, plan->node->index);
        break;
    case NODE_DEFINITION:
    case NODE_PREVIOUS:
        find(search, plan->children[0], row);
        break;
    case NODE_UP: {
        uint32_t there = explain_up_row(plan, row);
        if (there == FRAME_NO_ROW)
            add_field(search, plan->reg, row, plan->node->index);
        else
            find(search, plan->children[0], there);
        break;
    }
    case NODE_IF:
        find_if(search, plan, row);
        break;
    case NODE_AGGREGATE:
        find_aggregate(search, plan, row, plan->node->aggregate);
        break;
    case NODE_ADD:
    case NODE_SUBTRACT:
    case NODE_MULTIPLY:
    case NODE_DIVIDE:
        find_chain(search, plan, row);
        break;
    case NODE_EQUAL:
    case NODE_UNEQUAL:
    case NODE_LESS:
    case NODE_LESS_EQUAL:
    case NODE_GREATER:
    case NODE_GREATER_EQUAL:
        if (plan->asks_any >= 0)
            find_aggregate(search, explain_through(plan->children[plan->asks_any]), row, AGGREGATE_EXISTS);
        else
            find_operands(search, plan, row);
        break;
    case NODE_NOT:
    case NODE_AND:
    case NODE_OR:
    case NODE_BETWEEN:
    case NODE_IN:
    case NODE_NEGATE:
    case NODE_COALESCE:
    case NODE_CALL:
    case NODE_CONVERT:
        find_operands(search, plan, row);
        break;
    }
}

void explain_find_missing(struct explainer *explainer, const struct explain_plan *plan, uint32_t row,
                          struct arena *arena, struct explain *explain)
{
    struct search search = {.explainer = explainer, .arena = arena, .explain = explain};
    if (open_at(plan, row)) find(&search, plan, row);
    map_fini(&search.facts);
    map_fini(&search.visited);
}
