/* Constants. A number's digits are turned into its value exactly or refused; nothing is rounded in silence.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/money.h"
#include "formula/check.h"

enum scaled { SCALED_EXACT, SCALED_FINER, SCALED_TOO_LARGE };

enum { DECIMAL_DIGITS = 4, MONEY_DIGITS = 2 };

/* digits × 10^shift as an integer. */
static enum scaled scale(struct text digits, int shift, int64_t *value)
{
    const char *point = memchr(digits.at, '.', digits.size);
    int decimals = point == NULL ? 0 : (int)(digits.at + digits.size - point - 1);
    int kept = shift; /* digits behind the point that the integer still holds */
    bool behind = false;
    *value = 0;
    for (size_t i = 0; i < digits.size; i++) {
        if (digits.at[i] == '.') {
            behind = true;
            continue;
        }
        int digit = digits.at[i] - '0';
        if (behind && kept-- <= 0) {
            if (digit != 0) return SCALED_FINER;
            continue;
        }
        if (__builtin_mul_overflow(*value, 10, value) || __builtin_add_overflow(*value, digit, value))
            return SCALED_TOO_LARGE;
    }
    for (int i = decimals; i < shift; i++)
        if (__builtin_mul_overflow(*value, 10, value)) return SCALED_TOO_LARGE;
    return SCALED_EXACT;
}

static void *refuse(struct check *check, const struct ast *ast, enum scaled why, const char *finest_zh,
                    const char *finest_en)
{
    const char *shown = check_shown(check, ast->text);
    if (why == SCALED_TOO_LARGE)
        err_set(&check->err, ERR_INPUT, "数值%s太大", "the number %s is too large", shown);
    else
        err_set(&check->err, ERR_INPUT, "%s太细：最多精确到%s%.0s", "%s is too fine: at most %.0s%s", shown,
                finest_zh, finest_en);
    return check_stop_at(check, ast);
}

static struct node *whole(struct check *check, const struct ast *ast, struct type type, int64_t value)
{
    struct node *node = check_new(check, NODE_CONSTANT, type, ast);
    node->value = (struct value){.known = true, .integer = value};
    return node;
}

/* The nearest double to the digits × 10^exponent, so that 5.5% is the very number that 5.5 / 100 in decimal
 * means. */
static struct node *ratio(struct check *check, const struct ast *ast, int exponent)
{
    struct node *node = check_new(check, NODE_CONSTANT, type_of(TYPE_RATIO), ast);
    const char *text = arena_printf(&check->scratch, "%.*se%d", TEXT_ARGS(ast->number.digits), exponent);
    node->value = (struct value){.known = true, .ratio = strtod(text, NULL)};
    return node;
}

struct node *check_number(struct check *check, const struct ast *ast)
{
    const struct number *number = &ast->number;
    int64_t value;
    enum scaled scaled;
    if (number->kind == NUMBER_PERCENT) return ratio(check, ast, number->exponent - 2);
    if (number->kind == NUMBER_MONEY) {
        scaled = scale(number->digits, number->exponent + MONEY_DIGITS, &value);
        return scaled == SCALED_EXACT ? whole(check, ast, type_of(TYPE_MONEY), value)
                                      : refuse(check, ast, scaled, "分", "a fen (0.01 yuan)");
    }
    bool point = memchr(number->digits.at, '.', number->digits.size) != NULL;
    struct type type = {TYPE_INT, -1, number->unit, -1};
    scaled = scale(number->digits, number->exponent, &value);
    if (scaled == SCALED_EXACT && (!point || number->exponent > 0)) return whole(check, ast, type, value);
    type.kind = TYPE_DECIMAL;
    if (scaled != SCALED_TOO_LARGE) scaled = scale(number->digits, number->exponent + DECIMAL_DIGITS, &value);
    if (scaled == SCALED_EXACT) return whole(check, ast, type, value);
    /* Too fine for a decimal: without a unit it can still be a ratio. */
    if (scaled == SCALED_FINER && number->kind == NUMBER_BARE) return ratio(check, ast, number->exponent);
    return refuse(check, ast, scaled, "小数四位", "four decimals");
}

struct node *check_constant(struct check *check, const struct ast *ast)
{
    struct node *node;
    switch (ast->kind) {
    case AST_DATE:
        return whole(check, ast, type_of(TYPE_DATE), ast->day);
    case AST_MONTH:
        return whole(check, ast, type_of(TYPE_MONTH), ast->day);
    case AST_TRUE:
        return whole(check, ast, type_of(TYPE_BOOL), 1);
    case AST_FALSE:
        return whole(check, ast, type_of(TYPE_BOOL), 0);
    case AST_NULL:
        return check_new(check, NODE_CONSTANT, type_of(TYPE_NULL), ast);
    case AST_TEXT:
        node = check_new(check, NODE_CONSTANT, type_of(TYPE_TEXT), ast);
        node->value = (struct value){.known = true, .text = arena_text(check->arena, ast->text)};
        return node;
    case AST_NUMBER:
    case AST_PATH:
    case AST_CALL:
    case AST_AGGREGATE:
    case AST_IF:
    case AST_BINARY:
    case AST_NOT:
    case AST_NEGATE:
    case AST_BETWEEN:
    case AST_IN:
    case AST_HAS:
    case AST_ONLY:
    case AST_IS_NULL:
    case AST_KNOWN:
        break;
    }
    return NULL;
}

struct node *check_negated(struct check *check, const struct ast *ast, struct node *operand)
{
    enum type_kind kind = operand->type.kind;
    if (kind != TYPE_INT && kind != TYPE_DECIMAL && kind != TYPE_MONEY && kind != TYPE_RATIO) {
        err_set(&check->err, ERR_INPUT, "“-”后面要数值，却是%s%.0s", "'-' wants a number, not %.0s%s",
                check_type_name(check, operand->type, "zh"), check_type_name(check, operand->type, "en"));
        return check_stop_op(check, ast);
    }
    if (operand->op != NODE_CONSTANT)
        return check_parent(check, NODE_NEGATE, operand->type, ast, &operand, 1);
    struct node *node = check_new(check, NODE_CONSTANT, operand->type, ast);
    node->value = operand->value;
    node->value.integer = -operand->value.integer; /* no literal is the least int64 */
    node->value.ratio = kind == TYPE_RATIO ? -operand->value.ratio : 0;
    return node;
}
