/* "Three people" convinces nobody; these three, for these reasons, can be checked. The tree shows what an
 * aggregate was made of where that is a value; here are the records that it went through, those that do not
 * count among them, with the facts that decided for each. */
#include <string.h>

#include "formula/explain_plan.h"

struct gathering {
    struct explainer *explainer;
    struct arena *arena;
    struct explain *explain;
    bool whole;
    size_t capacity;
    size_t left;     /* nodes of members' trees */
    struct map seen; /* plan and row of groups */
};

/* The rows of one aggregate, sorted by standing. */
struct sorting {
    const struct explain_plan *plan;
    struct value value, extreme;
    struct value first, last; /* of a COVERS */
    uint32_t rows[EXPLAIN_STANDINGS][EXPLAIN_MEMBERS];
    size_t totals[EXPLAIN_STANDINGS];
    bool sums; /* the rest is summed */
    struct value rest;
};

static void walk(struct gathering *gathering, const struct explain_node *at);

/* ---- How a row stands ---- */

static bool same_value(enum type_kind kind, struct value a, struct value b)
{
    if (!a.known || !b.known) return false;
    if (kind == TYPE_TEXT) return text_equal(a.text, b.text);
    if (kind == TYPE_RATIO) return !(a.ratio < b.ratio) && !(a.ratio > b.ratio);
    return a.integer == b.integer;
}

static bool is_extreme(enum aggregate aggregate)
{
    return aggregate == AGGREGATE_MIN || aggregate == AGGREGATE_MAX;
}

static enum explain_standing picked_when(bool counts)
{
    return counts ? EXPLAIN_COUNTS : EXPLAIN_FAILS;
}

/* Of an aggregate without a value: what keeps it open stands for itself. */
static enum explain_standing standing_open(const struct sorting *sorting, const struct explain_item *item,
                                           uint32_t child)
{
    enum aggregate aggregate = sorting->plan->node->aggregate;
    if (explain_is_false(item->w)) return EXPLAIN_FAILS;
    if (aggregate == AGGREGATE_ANY && explain_is_false(item->v)) return EXPLAIN_FAILS;
    if (aggregate == AGGREGATE_ALL && explain_is_true(item->v)) return EXPLAIN_COUNTS;
    if (!item->w.known) return EXPLAIN_OPEN;
    if (aggregate == AGGREGATE_EXISTS || aggregate == AGGREGATE_COUNT) return EXPLAIN_COUNTS;
    bool open = !item->v.known;
    if (explain_picks(sorting->plan->node)) open = open || !explain_key_at(sorting->plan, child).known;
    return open ? EXPLAIN_OPEN : EXPLAIN_COUNTS;
}

static bool is_covered(const struct sorting *sorting, struct value month)
{
    return month.known && month.integer >= sorting->first.integer && month.integer <= sorting->last.integer;
}

static enum explain_standing standing(const struct sorting *sorting, const struct explain_item *item,
                                      uint32_t child)
{
    const struct node *node = sorting->plan->node;
    if (!sorting->value.known) return standing_open(sorting, item, child);
    if (!explain_is_true(item->w)) return EXPLAIN_FAILS;
    if (explain_picks(node))
        return picked_when(
            explain_same_key(sorting->plan, explain_key_at(sorting->plan, child), sorting->extreme));
    if (is_extreme(node->aggregate))
        return picked_when(same_value(node->children[0]->type.kind, item->v, sorting->value));
    if (node->aggregate == AGGREGATE_COVERS) return picked_when(is_covered(sorting, item->v));
    if (node->aggregate == AGGREGATE_ANY) return picked_when(explain_is_true(item->v));
    if (node->aggregate == AGGREGATE_ALL && explain_is_false(sorting->value))
        return picked_when(explain_is_false(item->v));
    return EXPLAIN_COUNTS;
}

/* Whether the value would be another one if a row that does not count did. */
static bool fails_decide(enum aggregate aggregate, struct value value)
{
    if (!value.known || aggregate == AGGREGATE_COVERS) return false;
    if (aggregate == AGGREGATE_EXISTS || aggregate == AGGREGATE_ANY) return value.integer == 0;
    return aggregate != AGGREGATE_ALL || value.integer != 0;
}

static bool is_summed(const struct node *node)
{
    if (node->aggregate != AGGREGATE_SUM && node->aggregate != AGGREGATE_AVG &&
        node->aggregate != AGGREGATE_MEDIAN)
        return false;
    enum type_kind kind = node->children[0]->type.kind;
    return kind == TYPE_MONEY || kind == TYPE_INT || kind == TYPE_DECIMAL;
}

static void add_rest(struct sorting *sorting, struct value v)
{
    struct value *rest = &sorting->rest;
    bool first = sorting->totals[EXPLAIN_COUNTS] == EXPLAIN_MEMBERS;
    if (first) *rest = (struct value){.known = true};
    if (!v.known || __builtin_add_overflow(rest->integer, v.integer, &rest->integer)) rest->known = false;
}

static struct sorting sort_rows(const struct explain_plan *plan, uint32_t row)
{
    struct explain_rows rows = explain_hanging(plan, row);
    struct sorting sorting = {.plan = plan, .value = explain_value(plan, row), .sums = is_summed(plan->node)};
    if (explain_picks(plan->node) && sorting.value.known) sorting.extreme = explain_extreme(plan, row);
    if (plan->node->aggregate == AGGREGATE_COVERS) {
        sorting.first = explain_value(plan->children[2], row);
        sorting.last = explain_value(plan->children[3], row);
    }
    for (size_t i = rows.first; i < rows.end; i++) {
        uint32_t child = explain_row_at(rows, i);
        struct explain_item item = explain_item_at(plan, child);
        enum explain_standing is = standing(&sorting, &item, child);
        if (sorting.totals[is] < EXPLAIN_MEMBERS)
            sorting.rows[is][sorting.totals[is]] = child;
        else if (is == EXPLAIN_COUNTS && sorting.sums)
            add_rest(&sorting, item.v);
        sorting.totals[is]++;
    }
    return sorting;
}

/* ---- What decided for a row ---- */

static void add_facts(struct gathering *gathering, const struct explain_node *at,
                      struct explain_member *member, size_t *capacity)
{
    const struct node *node = at->node;
    if (!at->decisive || node->op == NODE_AGGREGATE) return;
    if (node->op == NODE_FIELD && at->row != FRAME_NO_ROW && at->value.known) {
        for (size_t i = 0; i < member->fact_count; i++) {
            const struct explain_fact *known = &member->facts[i];
            if (known->reg == at->reg && known->row == at->row && known->field == node->index) return;
        }
        member->facts = arena_grow(gathering->arena, member->facts, capacity, member->fact_count + 1,
                                   sizeof *member->facts);
        member->facts[member->fact_count++] =
            (struct explain_fact){.reg = at->reg, .field = node->index, .row = at->row, .value = at->value};
    }
    for (size_t i = 0; i < at->child_count; i++) add_facts(gathering, &at->children[i], member, capacity);
}

static void add_part(struct gathering *gathering, const struct explain_plan *plan, uint32_t row,
                     struct explain_node *parts, size_t *count)
{
    if (plan != NULL && gathering->left > 0)
        explain_build_tree(plan, row, gathering->arena, &gathering->left, &parts[(*count)++]);
}

/* What an open row lacks. */
static const struct explain *lacking(struct gathering *gathering, const struct explain_plan *group,
                                     uint32_t row)
{
    struct explain *open = arena_alloc(gathering->arena, sizeof *open);
    *open = (struct explain){.root = {.reg = group->node->other, .row = row}};
    for (size_t i = group->child_count < 3 ? group->child_count : 3; i-- > 0;) {
        bool asked = i < 2 || explain_picks(group->node);
        if (!asked || group->children[i] == NULL || explain_value(group->children[i], row).known) continue;
        open->root.node = group->children[i]->node;
        explain_find_missing(gathering->explainer, group->children[i], row, gathering->arena, open);
        break;
    }
    return open;
}

/* The condition; then, where it holds, by what it was picked and the value. */
static void take_aggregate_parts(struct gathering *gathering, const struct explain_plan *plan,
                                 struct explain_member *member, struct explain_node *parts)
{
    const struct explain_plan *w = plan->child_count > 1 ? plan->children[1] : NULL;
    add_part(gathering, w, member->row, parts, &member->part_count);
    if (w != NULL && !explain_is_true(explain_value(w, member->row))) return;
    if (explain_picks(plan->node))
        add_part(gathering, plan->children[2], member->row, parts, &member->part_count);
    add_part(gathering, plan->children[0], member->row, parts, &member->part_count);
}

static void take_member(struct gathering *gathering, const struct explain_plan *plan,
                        struct explain_member *member)
{
    size_t most = plan->child_count < 3 ? 3 : plan->child_count, capacity = 0;
    struct explain_node *parts = arena_array(gathering->arena, most, sizeof *parts);
    if (plan->node->op == NODE_AGGREGATE)
        take_aggregate_parts(gathering, plan, member, parts);
    else
        for (size_t i = 0; i < plan->child_count; i++)
            add_part(gathering, plan->children[i], member->row, parts, &member->part_count);
    member->parts = parts;
    for (size_t i = 0; i < member->part_count; i++) add_facts(gathering, &parts[i], member, &capacity);
    if (member->standing == EXPLAIN_OPEN) member->open = lacking(gathering, plan, member->row);
}

/* ---- Groups ---- */

static struct explain_group *group_new(struct gathering *gathering, const struct explain_node *at, int reg)
{
    struct explain *explain = gathering->explain;
    explain->groups = arena_grow(gathering->arena, explain->groups, &gathering->capacity,
                                 explain->group_count + 1, sizeof *explain->groups);
    struct explain_group *group = &explain->groups[explain->group_count++];
    *group = (struct explain_group){
        .node = at->node, .owner_reg = at->reg, .owner_row = at->row, .value = at->value, .reg = reg};
    return group;
}

static void take_members(struct gathering *gathering, const struct sorting *sorting,
                         struct explain_group *group)
{
    const struct explain_plan *plan = sorting->plan;
    bool fails = plan->node->op != NODE_AGGREGATE || gathering->whole ||
                 fails_decide(plan->node->aggregate, sorting->value);
    size_t count = 0;
    for (size_t is = 0; is < EXPLAIN_STANDINGS; is++) {
        group->totals[is] = sorting->totals[is];
        group->listed[is] = sorting->totals[is] < EXPLAIN_MEMBERS ? sorting->totals[is] : EXPLAIN_MEMBERS;
        if (is == EXPLAIN_FAILS && !fails) group->listed[is] = 0;
        count += group->listed[is];
    }
    group->members = arena_array(gathering->arena, count, sizeof *group->members);
    for (size_t is = 0; is < EXPLAIN_STANDINGS; is++)
        for (size_t i = 0; i < group->listed[is]; i++) {
            struct explain_member *member = &group->members[group->member_count++];
            *member =
                (struct explain_member){.row = sorting->rows[is][i], .standing = (enum explain_standing)is};
            take_member(gathering, plan, member);
        }
    group->rest = sorting->rest;
    if (sorting->sums) group->rest_type = plan->node->children[0]->type;
}

/* Other records of which value and keys are the same, and the key behind across is another one. */
static struct sorting sort_doubles(struct explainer *explainer, const struct explain_plan *plan, uint32_t row)
{
    struct sorting sorting = {.plan = plan};
    size_t rows = explainer->frame->registers[plan->reg].rows;
    for (uint32_t other = 0; other < rows; other++) {
        bool same = other != row;
        for (size_t i = 0; same && i < plan->child_count; i++) {
            struct value mine = explain_value(plan->children[i], row),
                         its = explain_value(plan->children[i], other);
            bool across = (int)i > plan->node->index;
            same = mine.known && its.known &&
                   same_value(plan->children[i]->node->type.kind, mine, its) != across;
        }
        if (!same) continue;
        if (sorting.totals[EXPLAIN_SAME] < EXPLAIN_MEMBERS)
            sorting.rows[EXPLAIN_SAME][sorting.totals[EXPLAIN_SAME]] = other;
        sorting.totals[EXPLAIN_SAME]++;
    }
    return sorting;
}

static bool is_double(const struct explain_node *at)
{
    return at->node->op == NODE_CALL && at->node->function == FUNCTION_DUPLICATED &&
           explain_is_true(at->value);
}

/* What the members' own conditions are made of comes behind the group: by its number, since the groups move
 * as they grow. */
static void take_group(struct gathering *gathering, const struct explain_node *at)
{
    struct explain *explain = gathering->explain;
    int64_t key[2] = {at->plan->number, at->row};
    if (!map_add(&gathering->seen, (struct text){(const char *)key, sizeof key}, 0, NULL)) return;
    if (explain->group_count == EXPLAIN_GROUPS) {
        explain->more_groups = true;
        return;
    }
    bool double_of = is_double(at);
    struct sorting sorting =
        double_of ? sort_doubles(gathering->explainer, at->plan, at->row) : sort_rows(at->plan, at->row);
    struct explain_group *group = group_new(gathering, at, double_of ? at->reg : at->node->other);
    take_members(gathering, &sorting, group);
    size_t number = explain->group_count - 1;
    for (size_t i = 0; i < explain->groups[number].member_count; i++)
        for (size_t part = 0; part < explain->groups[number].members[i].part_count; part++)
            walk(gathering, &explain->groups[number].members[i].parts[part]);
}

static void walk(struct gathering *gathering, const struct explain_node *at)
{
    if (!at->decisive && !gathering->whole) return;
    bool rows = at->node->op == NODE_AGGREGATE;
    if (rows || is_double(at)) take_group(gathering, at);
    if (rows) return;
    for (size_t i = 0; i < at->child_count; i++) walk(gathering, &at->children[i]);
}

int explain_groups(struct explainer *explainer, struct explain *explain, bool whole, struct arena *arena,
                   struct err *err)
{
    struct gathering gathering = {
        .explainer = explainer, .arena = arena, .explain = explain, .whole = whole, .left = EXPLAIN_NODES};
    explainer->status = 0;
    explainer->err = err;
    explain->groups = NULL;
    explain->group_count = 0;
    explain->more_groups = false;
    walk(&gathering, &explain->root);
    map_fini(&gathering.seen);
    return explain_finish(explainer, explain->root.plan->formula);
}
