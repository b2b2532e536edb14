/* The tree of an explanation: every node with its value, and whether the answer hangs on it. */
#include <string.h>

#include "base/map.h"
#include "formula/explain_plan.h"
#include "formula/formula.h"

enum { TREE_DEPTH_MAX = 600, TREE_LINE_MAX = 80 };

struct growth {
    struct arena *arena;
    size_t left; /* nodes that may still be made */
};

static void build(struct growth *growth, const struct explain_plan *plan, uint32_t row, bool decisive,
                  int depth, struct explain_node *out);

/* Whether operand i with that value decides a node with that value. */
static bool decides(const struct explain_plan *plan, struct value value, size_t i, struct value operand,
                    uint32_t row)
{
    enum node_op op = plan->node->op;
    if (!value.known && op != NODE_IF) return !operand.known;
    if (op == NODE_AND) return value.integer != 0 || explain_is_false(operand);
    if (op == NODE_OR) return value.integer == 0 || explain_is_true(operand);
    if (op == NODE_COALESCE) {
        for (size_t before = 0; before < i; before++)
            if (explain_value(plan->children[before], row).known) return false;
        return operand.known;
    }
    if (op == NODE_IF) {
        struct value condition = explain_value(plan->children[0], row);
        return i == 0 || !condition.known || (i == 1) == (condition.integer != 0);
    }
    return true;
}

static void build_operands(struct growth *growth, const struct explain_plan *plan, uint32_t row, int depth,
                           struct explain_node *out)
{
    out->children = arena_array(growth->arena, plan->child_count, sizeof *out->children);
    for (size_t i = 0; i < plan->child_count; i++) {
        const struct explain_plan *child = plan->children[i];
        if (child == NULL) continue;
        bool decisive = out->decisive && decides(plan, out->value, i, explain_value(child, row), row);
        build(growth, child, row, decisive, depth + 1, &out->children[out->child_count++]);
    }
}

/* The rows that make the aggregate what it is, by w or v. */
static bool row_counts(enum aggregate aggregate, struct value value, const struct explain_item *item)
{
    bool w = explain_is_true(item->w);
    switch (aggregate) {
    case AGGREGATE_EXISTS:
        return value.known ? w : !item->w.known;
    case AGGREGATE_COUNT:
        return value.known ? w : !item->w.known || w;
    case AGGREGATE_ANY:
        return value.known ? w && explain_is_true(item->v) : !item->w.known || (w && !item->v.known);
    case AGGREGATE_ALL:
        if (!value.known) return !item->w.known || (w && !item->v.known);
        return w && (value.integer != 0 || explain_is_false(item->v));
    case AGGREGATE_COVERS:
        return w && item->v.known;
    case AGGREGATE_SUM:
    case AGGREGATE_AVG:
    case AGGREGATE_MIN:
    case AGGREGATE_MAX:
    case AGGREGATE_MEDIAN:
    case AGGREGATE_SHARE:
    case AGGREGATE_DISTINCT:
    case AGGREGATE_LATEST:
    case AGGREGATE_EARLIEST:
        break;
    }
    return value.known ? w : !item->w.known || (w && !item->v.known);
}

/* Of LATEST and EARLIEST: the rows that were picked, or that keep it open which those are. */
static bool row_is_picked(const struct explain_plan *plan, uint32_t child, const struct explain_item *item,
                          struct value extreme)
{
    struct value key = explain_key_at(plan, child);
    if (!item->w.known) return true;
    return item->w.integer != 0 && (!key.known || explain_same_key(plan, key, extreme));
}

/* What is shown of a row: the value, or what keeps it open whether the row counts. */
static const struct explain_plan *shown_of(const struct explain_plan *plan, uint32_t child,
                                           const struct explain_item *item)
{
    bool filtered = plan->child_count > 1;
    if (plan->children[0] == NULL || (!item->w.known && filtered)) return filtered ? plan->children[1] : NULL;
    return explain_picks(plan->node) && !explain_key_at(plan, child).known ? plan->children[2]
                                                                           : plan->children[0];
}

static void build_rows(struct growth *growth, const struct explain_plan *plan, uint32_t row, int depth,
                       struct explain_node *out)
{
    struct explain_rows rows = explain_hanging(plan, row);
    size_t capacity = rows.end - rows.first < EXPLAIN_ROWS ? rows.end - rows.first : EXPLAIN_ROWS;
    bool picks = explain_picks(plan->node);
    struct value extreme = picks ? explain_extreme(plan, row) : (struct value){0};
    out->children = arena_array(growth->arena, capacity, sizeof *out->children);
    for (size_t i = rows.first; i < rows.end; i++) {
        uint32_t child = explain_row_at(rows, i);
        struct explain_item item = explain_item_at(plan, child);
        if (picks ? !row_is_picked(plan, child, &item, extreme)
                  : !row_counts(plan->node->aggregate, out->value, &item))
            continue;
        out->rows_total++;
        const struct explain_plan *shown = shown_of(plan, child, &item);
        if (shown != NULL && out->child_count < EXPLAIN_ROWS)
            build(growth, shown, child, out->decisive, depth + 1, &out->children[out->child_count++]);
    }
}

static void build(struct growth *growth, const struct explain_plan *plan, uint32_t row, bool decisive,
                  int depth, struct explain_node *out)
{
    *out = (struct explain_node){.node = plan->node,
                                 .value = explain_value(plan, row),
                                 .decisive = decisive,
                                 .reg = plan->reg,
                                 .row = row,
                                 .plan = plan};
    if (growth->left > 0) growth->left--;
    if (depth >= TREE_DEPTH_MAX || growth->left == 0) return;
    if (plan->node->op == NODE_AGGREGATE) {
        build_rows(growth, plan, row, depth, out);
    } else if (plan->node->op == NODE_UP) {
        uint32_t there = explain_up_row(plan, row);
        if (there == FRAME_NO_ROW) return;
        out->children = arena_array(growth->arena, 1, sizeof *out->children);
        out->child_count = 1;
        build(growth, plan->children[0], there, decisive, depth + 1, out->children);
    } else {
        build_operands(growth, plan, row, depth, out);
    }
}

void explain_build_tree(const struct explain_plan *plan, uint32_t row, struct arena *arena, size_t *left,
                        struct explain_node *out)
{
    struct growth growth = {arena, *left};
    build(&growth, plan, row, true, 0, out);
    *left = growth.left;
}

/* ---- Printing ---- */

struct printing {
    struct explainer *explainer;
    const char *language;
    bool english, whole;
    struct buffer *out;
    struct buffer text; /* of one node */
    struct map shown;   /* definitions on a record that have been unfolded */
};

/* Whether a definition on that record stands unfolded further up; the first time it is noted. */
static bool shown_before(struct printing *printing, const struct explain_node *at)
{
    if (printing->whole || at->node->op != NODE_DEFINITION) return false;
    uint32_t key[] = {(uint32_t)at->node->index, (uint32_t)at->plan->shift, at->row};
    return !map_add(&printing->shown, (struct text){(const char *)key, sizeof key}, 0, NULL);
}

/* Months that are all there need not be told one by one. */
static bool is_worth_unfolding(const struct printing *printing, const struct explain_node *at)
{
    if (printing->whole || at->node->op != NODE_AGGREGATE) return true;
    return at->node->aggregate != AGGREGATE_COVERS || !explain_is_true(at->value);
}

/* At most so many characters, so that a line stays a line. */
static void add_cut(struct printing *printing, struct text text)
{
    size_t offset = 0;
    for (size_t i = 0; i < TREE_LINE_MAX && offset < text.size; i++) text_next(text, &offset);
    for (size_t i = 0; i < offset; i++) buffer_char(printing->out, text.at[i] == '\n' ? ' ' : text.at[i]);
    if (offset < text.size) buffer_string(printing->out, "…");
}

static void print_line(struct printing *printing, const struct explain_node *at, int depth, bool is_row)
{
    const struct schema *schema = printing->explainer->schema;
    for (int i = 0; i < depth; i++) buffer_string(printing->out, "  ");
    buffer_string(printing->out, at->decisive ? "* " : "- ");
    if (is_row) {
        buffer_text(printing->out, label_in(&schema->registers[at->reg].label, printing->language));
        buffer_char(printing->out, ' ');
        if (printing->explainer->name != NULL)
            printing->explainer->name(printing->explainer->name_context, at->reg, at->row, printing->language,
                                      printing->out);
        else
            buffer_printf(printing->out, "#%lld",
                          (long long)frame_id(printing->explainer->frame, at->reg, at->row));
        buffer_string(printing->out, printing->english ? ": " : "：");
    }
    buffer_clear(&printing->text);
    if (at->node->op == NODE_AND && at->child_count > 0)
        buffer_string(&printing->text, printing->english ? "all of these" : "以下全部");
    else if (at->node->op == NODE_OR && at->child_count > 0)
        buffer_string(&printing->text, printing->english ? "any of these" : "以下任一");
    else
        formula_print(schema, at->node, printing->language, &printing->text);
    add_cut(printing, buffer_get(&printing->text));
    buffer_clear(&printing->text);
    value_format(schema, at->node->type, &at->value, printing->language, &printing->text);
    buffer_string(printing->out, " = ");
    add_cut(printing, buffer_get(&printing->text));
}

static void print_node(struct printing *printing, const struct explain_node *at, int depth, bool is_row)
{
    bool rows = at->node->op == NODE_AGGREGATE;
    print_line(printing, at, depth, is_row);
    bool before = shown_before(printing, at);
    if (before) buffer_string(printing->out, printing->english ? " (see above)" : "（见上）");
    buffer_char(printing->out, '\n');
    if (before || !is_worth_unfolding(printing, at)) return;
    for (size_t i = 0; i < at->child_count; i++) {
        const struct explain_node *child = &at->children[i];
        if (!printing->whole && !child->decisive) continue;
        if (rows || child->node->op != NODE_CONSTANT) print_node(printing, child, depth + 1, rows);
    }
    if (!rows || at->child_count == 0 || at->rows_total <= at->child_count) return;
    for (int i = 0; i <= depth; i++) buffer_string(printing->out, "  ");
    buffer_printf(printing->out, printing->english ? "… and %zu more\n" : "……另有%zu条\n",
                  at->rows_total - at->child_count);
}

void explain_tree(struct explainer *explainer, const struct explain *explain, const char *language,
                  bool whole, struct buffer *out)
{
    struct printing printing = {.explainer = explainer,
                                .language = language,
                                .english = strcmp(language, "en") == 0,
                                .whole = whole,
                                .out = out};
    print_node(&printing, &explain->root, 0, false);
    buffer_fini(&printing.text);
    map_fini(&printing.shown);
}
