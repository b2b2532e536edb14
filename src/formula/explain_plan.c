/* Planning a formula: which of its nodes have to be computed, on which register, as of which date. */
#include "formula/count_asks.h"
#include "formula/explain_plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"

enum { LINKS_MAX = 100 };

struct plan_key {
    const struct node *node;
    int64_t reg, shift;
};

static int shift_for(struct explain_formula *formula, int shift)
{
    while (formula->shift_count <= (size_t)shift) {
        formula->shifts = mem_grow(formula->shifts, &formula->shift_capacity, formula->shift_count + 1,
                                   sizeof *formula->shifts);
        struct explain_shift *at = &formula->shifts[formula->shift_count];
        memset(at, 0, sizeof *at);
        at->as_of = formula->explainer->as_of;
        at->dated = date_in_range(at->as_of);
        if (formula->shift_count > 0) {
            const struct explain_shift *later = at - 1;
            at->dated = later->dated && date_in_range(date_year_before(later->as_of));
            at->as_of = at->dated ? date_year_before(later->as_of) : INT32_MIN;
        }
        formula->shift_count++;
    }
    return shift;
}

/* Leaves are read where they stand, and some nodes only pass another one's value on. */
static bool is_computed(enum node_op op)
{
    return op != NODE_CONSTANT && op != NODE_FIELD && op != NODE_PARAMETER && op != NODE_AS_OF &&
           op != NODE_DEFINITION && op != NODE_PREVIOUS && op != NODE_UP;
}

static struct explain_plan *plan_blank(struct explain_formula *formula, const struct node *node, int reg,
                                       int shift, size_t children)
{
    struct explain_plan *plan = arena_alloc(&formula->arena, sizeof *plan);
    *plan = (struct explain_plan){.node = node,
                                  .formula = formula,
                                  .reg = reg,
                                  .shift = shift_for(formula, shift),
                                  .root = -1,
                                  .number = formula->plan_count++,
                                  .asks_any = -1,
                                  .child_count = children};
    plan->children = arena_array(&formula->arena, children, sizeof *plan->children);
    if (!is_computed(node->op)) return plan;
    struct explain_shift *at = &formula->shifts[shift];
    at->roots = mem_grow(at->roots, &at->capacity, at->count + 1, sizeof *at->roots);
    plan->root = (int)at->count;
    at->roots[at->count++] = (struct program_root){node, reg};
    return plan;
}

static struct explain_plan *plan_for(struct explain_formula *formula, const struct node *node, int reg,
                                     int shift);

static struct explain_plan *planned(const struct explain_formula *formula, const struct node *node, int reg,
                                    int shift)
{
    struct plan_key key = {node, reg, shift};
    size_t standing;
    if (!map_get(&formula->plans, (struct text){(const char *)&key, sizeof key}, &standing)) return NULL;
    return formula->planned[standing];
}

static void remember(struct explain_formula *formula, struct explain_plan *plan)
{
    struct plan_key key = {plan->node, plan->reg, plan->shift};
    formula->planned = mem_grow(formula->planned, &formula->planned_capacity, formula->planned_count + 1,
                                sizeof *formula->planned);
    formula->planned[formula->planned_count] = plan;
    map_put(&formula->plans, (struct text){(const char *)&key, sizeof key}, formula->planned_count++);
}

/* Links of a chain, which leans to the left, side by side and in order. */
static struct explain_plan *plan_logic(struct explain_formula *formula, const struct node *node, int reg,
                                       int shift)
{
    size_t links = 1;
    for (const struct node *at = node; at->op == node->op; at = at->children[0]) links += at->child_count - 1;
    struct explain_plan *plan = plan_blank(formula, node, reg, shift, links);
    const struct node *at = node;
    for (; at->op == node->op; at = at->children[0])
        for (size_t i = at->child_count - 1; i > 0; i--)
            plan->children[--links] = plan_for(formula, at->children[i], reg, shift);
    plan->children[0] = plan_for(formula, at, reg, shift);
    return plan;
}

static bool is_sum_or_product(enum node_op op)
{
    return op == NODE_ADD || op == NODE_SUBTRACT || op == NODE_MULTIPLY || op == NODE_DIVIDE;
}

/* A very long chain has one value, and its operands side by side: nobody reads thousands of sums on the way.
 */
static struct explain_plan *plan_operands(struct explain_formula *formula, const struct node **chain,
                                          size_t links, struct explain_plan *innermost)
{
    int reg = innermost->reg, shift = innermost->shift;
    struct explain_plan *plan = plan_blank(formula, chain[0], reg, shift, links + 1);
    plan->children[0] = innermost;
    for (size_t i = 0; i < links; i++)
        plan->children[links - i] = plan_for(formula, chain[i]->children[1], reg, shift);
    remember(formula, plan);
    return plan;
}

/* From the innermost link outwards, since a chain may be longer than the stack is deep. */
static struct explain_plan *plan_arithmetic(struct explain_formula *formula, const struct node *node, int reg,
                                            int shift)
{
    const struct node **chain = NULL, *at = node;
    size_t links = 0, capacity = 0;
    for (; is_sum_or_product(at->op) && planned(formula, at, reg, shift) == NULL; at = at->children[0]) {
        chain = mem_grow(chain, &capacity, links + 1, sizeof *chain);
        chain[links++] = at;
    }
    struct explain_plan *plan = plan_for(formula, at, reg, shift);
    if (links > LINKS_MAX) {
        plan = plan_operands(formula, chain, links, plan);
        links = 0;
    }
    while (links-- > 0) {
        struct explain_plan *outer = plan_blank(formula, chain[links], reg, shift, 2);
        outer->children[0] = plan;
        outer->children[1] = plan_for(formula, chain[links]->children[1], reg, shift);
        remember(formula, outer);
        plan = outer;
    }
    free(chain);
    return plan;
}

static bool is_comparison(enum node_op op)
{
    return op == NODE_EQUAL || op == NODE_UNEQUAL || op == NODE_LESS || op == NODE_LESS_EQUAL ||
           op == NODE_GREATER || op == NODE_GREATER_EQUAL;
}

static struct explain_plan *plan_other(struct explain_formula *formula, const struct node *node, int reg,
                                       int shift)
{
    struct explain_plan *plan = plan_blank(formula, node, reg, shift, node->child_count);
    for (size_t i = 0; i < node->child_count; i++) {
        if (node->children[i] != NULL)
            plan->children[i] =
                plan_for(formula, node->children[i], node_leads_away(node, i) ? node->other : reg,
                         shift + (node->op == NODE_PREVIOUS));
    }
    /* Whether it asks only for any row hangs on the bound, whose value is the same for all records. */
    if (is_comparison(node->op))
        for (int i = 1; i >= 0; i--)
            if (node_is_count(node->children[i]) && node->children[1 - i]->scope < 0) plan->asks_any = i;
    return plan;
}

static struct explain_plan *plan_for(struct explain_formula *formula, const struct node *node, int reg,
                                     int shift)
{
    struct explain_plan *plan = planned(formula, node, reg, shift);
    if (plan != NULL) return plan;
    if (is_sum_or_product(node->op)) return plan_arithmetic(formula, node, reg, shift);
    plan = node->op == NODE_AND || node->op == NODE_OR ? plan_logic(formula, node, reg, shift)
                                                       : plan_other(formula, node, reg, shift);
    remember(formula, plan);
    return plan;
}

/* A bound needs no record: it is computed without one. */
static struct value bound_value(const struct explain_plan *bound)
{
    struct explainer *explainer = bound->formula->explainer;
    struct value value = {0};
    if (bound->root < 0) return explain_value(bound, 0);
    struct program_root root = {bound->node, -1};
    struct program_options options = {.as_of = bound->formula->shifts[bound->shift].as_of};
    struct program_run_options run = {.threads = 1, .reg = -1};
    struct program_result result;
    struct program *program;
    explainer->status = program_new(explainer->schema, &root, 1, &options, &program, explainer->err);
    if (explainer->status != 0) return value;
    explainer->status = program_run(program, explainer->frame, &run, &result, explainer->err);
    if (explainer->status == 0) {
        value = program_result_get(&result, 0);
        value.text = (struct text){0}; /* the program's own */
        program_results_fini(&result, 1);
    }
    program_free(program);
    return value;
}

/* Keeps asks_any only where the bound is 0 or 1 and the comparison is one of those named in node.h. */
static void settle_asks(struct explain_plan *plan)
{
    if (plan->asks_any < 0 || plan->formula->explainer->status != 0) return;
    const struct explain_plan *bound = plan->children[1 - plan->asks_any];
    enum node_op op = plan->asks_any == 0 ? plan->node->op : node_mirrored(plan->node->op);
    struct value value = bound_value(bound);
    if (!value.known || bound->node->type.kind != TYPE_INT ||
        count_asks(op, value.integer) == COUNT_ASKS_NUMBER)
        plan->asks_any = -1;
}

static struct explain_formula *formula_new(struct explainer *explainer, const struct node *node, int reg)
{
    struct explain_formula *formula = mem_new(1, sizeof *formula);
    *formula = (struct explain_formula){.explainer = explainer, .node = node, .reg = reg};
    formula->root = plan_for(formula, node, reg, 0);
    for (size_t s = 0; s < formula->shift_count && explainer->status == 0; s++) {
        struct explain_shift *at = &formula->shifts[s];
        struct program_options options = {.as_of = at->as_of};
        explainer->status =
            program_new(explainer->schema, at->roots, at->count, &options, &at->program, explainer->err);
    }
    return formula;
}

struct explain_formula *explain_formula_get(struct explainer *explainer, const struct node *node, int reg)
{
    for (size_t i = 0; i < explainer->formula_count; i++)
        if (explainer->formulas[i]->node == node && explainer->formulas[i]->reg == reg)
            return explainer->formulas[i];
    struct explain_formula *formula = formula_new(explainer, node, reg);
    if (explainer->status == 0)
        for (size_t i = 0; i < formula->planned_count; i++) settle_asks(formula->planned[i]);
    if (explainer->status != 0) {
        explain_formula_free(formula);
        return NULL;
    }
    explainer->formulas = mem_grow(explainer->formulas, &explainer->formula_capacity,
                                   explainer->formula_count + 1, sizeof *explainer->formulas);
    explainer->formulas[explainer->formula_count++] = formula;
    return formula;
}

void explain_formula_rest(struct explain_formula *formula)
{
    for (size_t s = 0; s < formula->shift_count; s++) {
        struct explain_shift *at = &formula->shifts[s];
        if (at->results != NULL) program_results_fini(at->results, at->count);
        free(at->results);
        at->results = NULL;
    }
    formula->singles = 0;
}

void explain_formula_free(struct explain_formula *formula)
{
    if (formula == NULL) return;
    explain_formula_rest(formula);
    for (size_t s = 0; s < formula->shift_count; s++) {
        program_free(formula->shifts[s].program);
        free(formula->shifts[s].roots);
    }
    map_fini(&formula->plans);
    map_fini(&formula->rows);
    arena_fini(&formula->arena);
    arena_fini(&formula->row_arena);
    free(formula->planned);
    free(formula->shifts);
    free(formula->row_values);
    free(formula);
}
