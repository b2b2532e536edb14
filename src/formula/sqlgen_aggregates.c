/* Aggregates by the same defining equations as the executor's, so that few kinds are left to say. */
#include "formula/count_asks.h"
#include "formula/sqlgen_plan.h"

enum { RATIO_GRAIN = 1000000000 };

static const char *truth(const struct sql_plan *plan, bool value)
{
    if (plan->options->dialect == SQLGEN_POSTGRES) return value ? "true" : "false";
    return value ? "1" : "0";
}

static int negation(struct sql_plan *plan, int reg, int a)
{
    return sql_say(plan, reg, PHRASE_NOT, a, SQL_NONE, SQL_NONE);
}

/* What is aggregated: rows of the register that the node names, a value (or SQL_NONE) and a condition (or
 * SQL_NONE). */
struct rows {
    struct sql_plan *plan;
    const struct node *node;
    int reg, value, condition;
};

static int both(const struct rows *rows)
{
    if (rows->condition == SQL_NONE) return rows->value;
    return sql_say(rows->plan, rows->node->other, PHRASE_AND, rows->condition, rows->value, SQL_NONE);
}

static int counted(const struct rows *rows, int condition)
{
    enum phrase phrase = condition == SQL_NONE ? PHRASE_GROUP_COUNT_ALL : PHRASE_GROUP_COUNT;
    return sql_group(rows->plan, phrase, rows->node, rows->reg, SQL_NONE, condition, "0");
}

static int existing(const struct rows *rows, int condition)
{
    enum phrase phrase = condition == SQL_NONE ? PHRASE_GROUP_EXISTS_ALL : PHRASE_GROUP_EXISTS;
    return sql_group(rows->plan, phrase, rows->node, rows->reg, SQL_NONE, condition,
                     truth(rows->plan, false));
}

static int picked(const struct rows *rows, enum phrase phrase, int value, const char *otherwise)
{
    int condition =
        rows->condition == SQL_NONE ? sql_literal(rows->plan, truth(rows->plan, true)) : rows->condition;
    return sql_group(rows->plan, phrase, rows->node, rows->reg, value, condition, otherwise);
}

static int lower_sum(const struct rows *rows)
{
    struct sql_plan *plan = rows->plan;
    enum type_kind kind = rows->node->children[0]->type.kind;
    int value = rows->value, grain = sql_number(plan, RATIO_GRAIN);
    if (kind == TYPE_RATIO) value = sql_whole(plan, rows->node->other, PHRASE_RATIO_TIMES, value, grain);
    enum phrase phrase = rows->condition == SQL_NONE ? PHRASE_GROUP_SUM_ALL : PHRASE_GROUP_SUM;
    int sum = sql_group(plan, phrase, rows->node, rows->reg, value, rows->condition, "0");
    if (rows->node->aggregate == AGGREGATE_SUM)
        return kind == TYPE_RATIO ? sql_say(plan, rows->reg, PHRASE_RATIO_OF, sum, grain, SQL_NONE) : sum;
    int count = counted(rows, rows->condition);
    if (kind == TYPE_RATIO) count = sql_integer_operation(plan, rows->reg, PHRASE_MULTIPLY, count, grain);
    if (rows->node->type.kind == TYPE_RATIO)
        return sql_say(plan, rows->reg, PHRASE_RATIO_OF, sum, count, SQL_NONE);
    return sql_scaled(plan, rows->reg, sum, sql_number(plan, 1), count);
}

static int lower_pick(const struct rows *rows, enum aggregate aggregate, enum type_kind kind)
{
    struct sql_plan *plan = rows->plan;
    bool text = sql_is_text(kind);
    int value = rows->value;
    if (kind == TYPE_BOOL)
        value = sql_say(plan, rows->node->other, PHRASE_INT_OF_BOOL, value, SQL_NONE, SQL_NONE);
    bool bare = rows->condition == SQL_NONE && (!text || plan->options->dialect == SQLGEN_SQLITE);
    enum phrase phrase = text ? PHRASE_GROUP_MEDIAN_TEXT : PHRASE_GROUP_MEDIAN;
    if (aggregate == AGGREGATE_MIN)
        phrase = bare ? PHRASE_GROUP_MIN_ALL : text ? PHRASE_GROUP_MIN_TEXT : PHRASE_GROUP_MIN;
    if (aggregate == AGGREGATE_MAX)
        phrase = bare ? PHRASE_GROUP_MAX_ALL : text ? PHRASE_GROUP_MAX_TEXT : PHRASE_GROUP_MAX;
    bool plain = phrase == PHRASE_GROUP_MIN_ALL || phrase == PHRASE_GROUP_MAX_ALL;
    int result = plain ? sql_group(plan, phrase, rows->node, rows->reg, value, SQL_NONE, NULL)
                       : picked(rows, phrase, value, NULL);
    return kind == TYPE_BOOL ? sql_say(plan, rows->reg, PHRASE_BOOL_OF_INT, result, SQL_NONE, SQL_NONE)
                             : result;
}

static int lower_ordered(const struct rows *rows)
{
    enum type_kind kind = rows->node->children[0]->type.kind;
    if (kind == TYPE_CODE || kind == TYPE_CODES) return sql_refuse(rows->plan, "order of codes");
    return lower_pick(rows, rows->node->aggregate, kind);
}

/* Among the rows with the extreme y, least and greatest value, which must be one: the order itself does not
 * matter. */
static int lower_latest(const struct rows *rows, struct sql_scene child)
{
    struct sql_plan *plan = rows->plan;
    const struct node *node = rows->node;
    enum type_kind kind = node->children[0]->type.kind, by = node->children[2]->type.kind;
    struct rows keys = *rows, tied = *rows;
    keys.value = sql_lower(plan, node->children[2], child);
    int extreme = lower_pick(&keys, node->aggregate == AGGREGATE_LATEST ? AGGREGATE_MAX : AGGREGATE_MIN, by);
    int lent = sql_up(plan, node->other, node->index, extreme);
    tied.value = sql_compare(plan, node->other, NODE_EQUAL, by, keys.value, by, lent);
    tied.condition = both(&tied);
    tied.value = rows->value;
    int least = lower_pick(&tied, AGGREGATE_MIN, kind), most = lower_pick(&tied, AGGREGATE_MAX, kind);
    int same = sql_compare(plan, rows->reg, NODE_EQUAL, kind, least, kind, most);
    return sql_say(plan, rows->reg, PHRASE_IF, same, least, sql_unknown(plan, kind));
}

static int lower_covers(const struct rows *rows, struct sql_scene scene)
{
    int limits[2];
    for (int i = 0; i < 2; i++) {
        const struct node *node = rows->node->children[2 + i];
        int limit = sql_lower(rows->plan, node, scene);
        limits[i] = sql_convert(rows->plan, scene.reg, node->type.kind, limit, TYPE_MONTH);
    }
    int list = picked(rows, PHRASE_GROUP_LIST, rows->value, NULL);
    return sql_say(rows->plan, scene.reg, PHRASE_COVERS, list, limits[0], limits[1]);
}

int sql_lower_aggregate(struct sql_plan *plan, const struct node *node, struct sql_scene scene)
{
    struct sql_scene child = {node->other, scene.dated, scene.as_of};
    struct rows rows = {plan, node, scene.reg, SQL_NONE, SQL_NONE};
    if (node->children[0] != NULL) {
        enum type_kind kind = node->children[0]->type.kind;
        rows.value = sql_lower_as(plan, node->children[0], child, kind == TYPE_NULL ? node->type.kind : kind);
    }
    if (node->child_count > 1 && node->children[1] != NULL)
        rows.condition = sql_lower_as(plan, node->children[1], child, TYPE_BOOL);
    if (rows.condition != SQL_NONE && sql_is_literal(plan, rows.condition, truth(plan, true)))
        rows.condition = SQL_NONE;
    switch (node->aggregate) {
    case AGGREGATE_COUNT:
        return counted(&rows, rows.condition);
    case AGGREGATE_SUM:
    case AGGREGATE_AVG:
        return lower_sum(&rows);
    case AGGREGATE_MIN:
    case AGGREGATE_MAX:
    case AGGREGATE_MEDIAN:
        return lower_ordered(&rows);
    case AGGREGATE_EXISTS:
        return existing(&rows, rows.condition);
    case AGGREGATE_ANY:
        return existing(&rows, both(&rows));
    case AGGREGATE_ALL:
        rows.value = negation(plan, node->other, rows.value);
        return negation(plan, scene.reg, existing(&rows, both(&rows)));
    case AGGREGATE_SHARE:
        return sql_say(plan, scene.reg, PHRASE_RATIO_OF, counted(&rows, both(&rows)),
                       counted(&rows, rows.condition), SQL_NONE);
    case AGGREGATE_DISTINCT:
        return picked(&rows, PHRASE_GROUP_DISTINCT, rows.value, "0");
    case AGGREGATE_COVERS:
        return lower_covers(&rows, scene);
    case AGGREGATE_LATEST:
    case AGGREGATE_EARLIEST:
        return lower_latest(&rows, child);
    }
    return sql_refuse(plan, "aggregate");
}

int sql_lower_any(struct sql_plan *plan, enum node_op op, const struct node *a, const struct node *b,
                  struct sql_scene scene)
{
    a = node_behind(a);
    b = node_behind(b);
    if (!node_is_count(a))
        return node_is_count(b) ? sql_lower_any(plan, node_mirrored(op), b, a, scene) : SQL_NONE;
    if (b->scope >= 0 || b->type.kind != TYPE_INT) return SQL_NONE;
    struct value bound;
    if (!sql_fold(plan, b, scene, &bound)) return SQL_NONE;
    if (!bound.known) return SQL_NONE;
    enum count_asks asks = count_asks(op, bound.integer);
    if (asks == COUNT_ASKS_NUMBER) return SQL_NONE;
    struct node exists = *a;
    exists.aggregate = AGGREGATE_EXISTS;
    exists.type = type_of(TYPE_BOOL);
    int result = sql_lower_aggregate(plan, &exists, scene);
    return asks == COUNT_ASKS_ANY ? result : negation(plan, scene.reg, result);
}
