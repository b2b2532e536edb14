/* Which expressions become columns, and in which layer of their register. Every reader of a column stands in
 * a higher layer than the column, over all registers, so that the layers can be written down in order. */
#include <string.h>

#include "formula/sqlgen_plan.h"

/* SQLite's parser has a stack of 100, of which a nested call or CASE may take eight. */
enum { DEPTH_MAX = 8 };

static size_t occurrences(const char *phrase, int operand)
{
    size_t count = 0;
    for (const char *at = phrase; (at = strchr(at, '$')) != NULL; at++) count += at[1] == '1' + operand;
    return count;
}

static void mark_needed(struct sql_plan *plan)
{
    for (size_t i = 0; i < plan->answer_count; i++) {
        sql_at(plan, plan->answers[i].expr)->needed = true;
        sql_at(plan, plan->answers[i].expr)->uses++;
    }
    for (int i = plan->root; i >= 0; i--) {
        const struct sql_expr *expr = sql_at(plan, i);
        if (!expr->needed) continue;
        bool phrased = expr->form == SQL_SAY || expr->form == SQL_GROUP;
        const char *phrase = phrased ? sql_phrase(plan->options->dialect, expr->phrase) : NULL;
        for (int k = 0; k < SQL_OPERANDS; k++) {
            if (expr->in[k] == SQL_NONE) continue;
            struct sql_expr *operand = sql_at(plan, expr->in[k]);
            operand->needed = true;
            operand->uses += phrase == NULL ? 1 : occurrences(phrase, k);
            if (expr->form == SQL_UP && k == 0 && operand->form != SQL_LITERAL) operand->column = true;
        }
    }
}

static int readable_from(const struct sql_expr *expr)
{
    return expr->column ? expr->level + 1 : expr->level;
}

bool sql_is_window(enum phrase phrase)
{
    return phrase >= PHRASE_RANK && phrase <= PHRASE_DUPLICATED_ACROSS;
}

static void place(struct sql_plan *plan, struct sql_expr *expr)
{
    expr->level = expr->form == SQL_FIELD ? 0 : 1;
    expr->depth = 1;
    for (int k = 0; k < SQL_OPERANDS; k++) {
        if (expr->in[k] == SQL_NONE) continue;
        const struct sql_expr *operand = sql_at(plan, expr->in[k]);
        if (readable_from(operand) > expr->level) expr->level = readable_from(operand);
        if (!operand->column && operand->depth >= expr->depth) expr->depth = operand->depth + 1;
    }
    if (expr->form == SQL_GROUP) expr->level++; /* the group stands one layer below */
    if (expr->level < expr->least) expr->level = expr->least;
    if (expr->form == SQL_SAY && (expr->uses > 1 || expr->depth > DEPTH_MAX || sql_is_window(expr->phrase)))
        expr->column = true;
    if (expr->form == SQL_FIELD || expr->form == SQL_UP || expr->form == SQL_GROUP) expr->column = true;
}

static void place_all(struct sql_plan *plan)
{
    for (int i = 0; i <= plan->root; i++)
        if (sql_at(plan, i)->needed) place(plan, sql_at(plan, i));
}

static bool is_kin(const struct sql_expr *a, const struct sql_expr *b)
{
    return b->needed && b->form == SQL_GROUP && b->reg == a->reg && b->other == a->other &&
           b->in[2] == a->in[2];
}

static int highest_kin(const struct sql_plan *plan, const struct sql_expr *group)
{
    int highest = 0;
    for (int i = 0; i <= plan->root; i++)
        if (is_kin(group, sql_at(plan, i)) && sql_at(plan, i)->level > highest)
            highest = sql_at(plan, i)->level;
    return highest;
}

static void raise_kin(struct sql_plan *plan, const struct sql_expr *group, int least)
{
    for (int i = 0; i <= plan->root; i++)
        if (is_kin(group, sql_at(plan, i))) sql_at(plan, i)->least = least;
    place_all(plan);
}

/* Groups of the same rows by the same reference become one, where none is computed from another. */
static void join_groups(struct sql_plan *plan)
{
    for (int i = 0; i <= plan->root; i++) {
        const struct sql_expr *group = sql_at(plan, i);
        if (!group->needed || group->form != SQL_GROUP || group->least > 0) continue;
        int highest = highest_kin(plan, group);
        raise_kin(plan, group, highest);
        if (highest_kin(plan, group) > highest) raise_kin(plan, group, 1);
    }
}

void sql_layers(struct sql_plan *plan)
{
    mark_needed(plan);
    place_all(plan);
    join_groups(plan);
}
