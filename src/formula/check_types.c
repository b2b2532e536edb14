/* Operands that must be of one type: what a bare number becomes, when an integer is widened, whose dictionary
 * a bare name belongs to, and the words when nothing fits. */
#include "base/money.h"
#include "formula/check.h"

bool check_is_number_literal(const struct node *node)
{
    return node->op == NODE_CONSTANT && (node->type.kind == TYPE_INT || node->type.kind == TYPE_DECIMAL);
}

bool check_is_ordered(enum type_kind kind)
{
    return kind == TYPE_INT || kind == TYPE_DECIMAL || kind == TYPE_MONEY || kind == TYPE_RATIO ||
           kind == TYPE_DATE || kind == TYPE_MONTH || kind == TYPE_TEXT;
}

static bool is_codes(const struct node *node)
{
    return node->type.kind == TYPE_CODE || node->type.kind == TYPE_CODES;
}

/* ---- Whose dictionary ---- */

/* The operand that tells the dictionary is checked without it: a bare name that means a code here, or else
 * any other operand that is one. The rest are then read with it. */
bool check_alike(struct check *check, struct ast *const *asts, size_t count, int scope, int hint,
                 struct node **nodes)
{
    int dictionary = hint;
    for (int bare = 1; bare >= 0; bare--)
        for (size_t i = 0; dictionary < 0 && i < count; i++) {
            if (check_is_bare(asts[i]) != bare || asts[i]->kind == AST_TEXT) continue;
            if (bare && check_resolve(check, scope, asts[i]->names[0].text).kind == NAME_NONE) continue;
            if ((nodes[i] = check_ast(check, asts[i], scope, -1)) == NULL) return false;
            if (is_codes(nodes[i]))
                dictionary = nodes[i]->type.dictionary;
            else if (bare)
                nodes[i] = NULL; /* another operand may still make it the name of a code */
        }
    for (size_t i = 0; i < count; i++)
        if (nodes[i] == NULL && (nodes[i] = check_ast(check, asts[i], scope, dictionary)) == NULL)
            return false;
    return true;
}

/* ---- One type ---- */

/* A constant of another type in the place of a literal; the literal itself may be in use elsewhere. */
static struct node *constant_like(struct check *check, const struct node *node, struct type type,
                                  struct value value)
{
    struct node *copy = arena_alloc(check->arena, sizeof *copy);
    *copy = *node;
    copy->type = type;
    copy->value = value;
    return copy;
}

static bool literal_to_ratio(struct check *check, struct node **node)
{
    if (!check_is_number_literal(*node) || (*node)->type.unit >= 0) return false;
    double over = (*node)->type.kind == TYPE_DECIMAL ? DECIMAL_ONE : 1;
    struct value value = {.known = true, .ratio = (double)(*node)->value.integer / over};
    *node = constant_like(check, *node, type_of(TYPE_RATIO), value);
    return true;
}

static bool int_to_decimal(struct check *check, struct node **node)
{
    struct type type = {TYPE_DECIMAL, -1, (*node)->type.unit, -1};
    struct value value = {.known = true};
    if ((*node)->op != NODE_CONSTANT) {
        struct ast at = {.line = (*node)->line, .column = (*node)->column};
        *node = check_parent(check, NODE_CONVERT, type, &at, node, 1);
        return true;
    }
    if (!fixed_scale((*node)->value.integer, DECIMAL_ONE, 1, &value.integer)) return false;
    *node = constant_like(check, *node, type, value);
    return true;
}

bool check_adapt(struct check *check, struct node **node, struct type type)
{
    enum type_kind from = (*node)->type.kind;
    bool constant = (*node)->op == NODE_CONSTANT;
    if (from == type.kind) return true;
    if (from == TYPE_NULL) {
        *node = constant_like(check, *node, type, (struct value){0});
        return true;
    }
    if (from == TYPE_INT && type.kind == TYPE_DECIMAL) return int_to_decimal(check, node);
    if (type.kind == TYPE_RATIO) return literal_to_ratio(check, node);
    if (type.kind == TYPE_MONEY && from == TYPE_INT && constant && (*node)->value.integer == 0) {
        *node = constant_like(check, *node, type, (*node)->value);
        return true;
    }
    if (type.kind == TYPE_CODES && from == TYPE_CODE && constant &&
        (*node)->type.dictionary == type.dictionary) {
        struct value value = {.known = true, .integer = (int64_t)(UINT64_C(1) << (*node)->value.integer)};
        *node = constant_like(check, *node, type, value);
        return true;
    }
    return false;
}

/* Null, bare numbers and code names take the type of what they meet; everything else brings its own. */
static bool is_soft(const struct node *node)
{
    return node->op == NODE_CONSTANT &&
           (node->type.kind == TYPE_NULL || node->type.kind == TYPE_CODE || check_is_number_literal(node));
}

/* Widens the type so that the node can be brought to it too; false when that cannot be. */
static bool absorb(struct type *type, const struct node *node)
{
    struct type other = node->type;
    if (other.kind == TYPE_NULL) return true;
    if (type->kind == TYPE_NULL) {
        *type = other;
        return true;
    }
    bool counts = type->kind == TYPE_INT || type->kind == TYPE_DECIMAL;
    if (counts && (other.kind == TYPE_INT || other.kind == TYPE_DECIMAL)) {
        if (type->unit >= 0 && other.unit >= 0 && type->unit != other.unit) return false;
        if (type->unit < 0) type->unit = other.unit;
        if (other.kind == TYPE_DECIMAL) type->kind = TYPE_DECIMAL;
        return true;
    }
    if (type->kind == other.kind) return type->dictionary == other.dictionary && type->record == other.record;
    if (!is_soft(node)) return false;
    if (type->kind == TYPE_RATIO) return check_is_number_literal(node) && other.unit < 0;
    if (type->kind == TYPE_MONEY) return other.kind == TYPE_INT && node->value.integer == 0;
    return type->kind == TYPE_CODES && other.kind == TYPE_CODE && type->dictionary == other.dictionary;
}

/* The type of all: what has a type of its own decides, then the soft ones must fit. *with and *clash: the two
 * that do not. */
static bool agree(struct node *const *nodes, size_t count, struct type *type, size_t *with, size_t *clash)
{
    *type = type_of(TYPE_NULL);
    *with = 0;
    for (int soft = 0; soft <= 1; soft++)
        for (size_t i = 0; i < count; i++) {
            if (is_soft(nodes[i]) != soft) continue;
            *clash = i;
            if (type->kind == TYPE_NULL) *with = i;
            if (!absorb(type, nodes[i])) return false;
        }
    return true;
}

/* ---- When they do not fit ---- */

struct hint {
    const char *zh, *en;
};

static bool either(const struct node *a, const struct node *b, enum type_kind one, enum type_kind other)
{
    return (a->type.kind == one && b->type.kind == other) || (a->type.kind == other && b->type.kind == one);
}

static struct hint money_hint(struct check *check, const struct node *literal)
{
    char digits[MONEY_TEXT];
    int64_t value = literal->value.integer;
    if (literal->type.kind == TYPE_INT && !fixed_scale(value, DECIMAL_ONE, 1, &value))
        return (struct hint){"", ""};
    decimal_format(value, digits);
    return (struct hint){arena_printf(&check->scratch, "；金额要带单位，请写 %s元", digits),
                         arena_printf(&check->scratch, "; an amount needs its unit: write %s yuan", digits)};
}

static struct hint hint_for(struct check *check, const struct node *a, const struct node *b,
                            enum unify_purpose purpose)
{
    const struct node *literal = check_is_number_literal(a) ? a : check_is_number_literal(b) ? b : NULL;
    bool choosing = purpose == UNIFY_COMPARE || purpose == UNIFY_CHOOSE;
    if (a->type.kind == TYPE_NULL || b->type.kind == TYPE_NULL)
        return (struct hint){"；判断有无请用“为空”或“不为空”",
                             "; to ask whether it is there use 'is null' or 'is not null'"};
    if (literal != NULL && (a->type.kind == TYPE_MONEY || b->type.kind == TYPE_MONEY))
        return money_hint(check, literal);
    if (either(a, b, TYPE_DATE, TYPE_MONTH))
        return (struct hint){"；请用 所在月(日期) 或 首日(年月) 换算",
                             "; convert with month(date) or first_day(month)"};
    if (choosing && (either(a, b, TYPE_DATE, TYPE_INT) || either(a, b, TYPE_MONTH, TYPE_INT)))
        return (struct hint){"；年份请用 年份(…)，月份请用 月份(…)",
                             "; take year(…) or month_number(…) of it"};
    if (choosing && either(a, b, TYPE_CODES, TYPE_CODE))
        return (struct hint){"；请用“含”或“仅含”", "; use 'has' or 'only'"};
    if (choosing && (either(a, b, TYPE_RATIO, TYPE_INT) || either(a, b, TYPE_RATIO, TYPE_DECIMAL)))
        return (struct hint){"；百分比要写 %，比率化为小数请用 数值(…)",
                             "; write a percentage with %, or take number(…) of the ratio"};
    if (choosing && (either(a, b, TYPE_MONEY, TYPE_INT) || either(a, b, TYPE_MONEY, TYPE_DECIMAL)))
        return (struct hint){"；请用 元数(…) 或 数值(…) 换算", "; convert with yuan(…) or number(…)"};
    return (struct hint){"", ""};
}

void *check_clash(struct check *check, const struct node *left, const struct node *right,
                  enum unify_purpose purpose)
{
    static const struct hint verbs[] = {
        [UNIFY_COMPARE] = {"不能比较", "cannot be compared"},
        [UNIFY_ADD] = {"不能相加", "cannot be added"},
        [UNIFY_SUBTRACT] = {"不能相减", "cannot be subtracted"},
        [UNIFY_MULTIPLY] = {"不能相乘", "cannot be multiplied"},
        [UNIFY_DIVIDE] = {"不能相除", "cannot be divided"},
        [UNIFY_CHOOSE] = {"不是同一类型", "are of different types"},
    };
    struct hint hint = hint_for(check, left, right, purpose);
    err_set(&check->err, ERR_INPUT, "%s%.0s与%s%.0s%s%.0s%s%.0s", "%.0s%s and %.0s%s %.0s%s%.0s%s",
            check_type_name(check, left->type, "zh"), check_type_name(check, left->type, "en"),
            check_type_name(check, right->type, "zh"), check_type_name(check, right->type, "en"),
            verbs[purpose].zh, verbs[purpose].en, hint.zh, hint.en);
    return NULL;
}

bool check_unify(struct check *check, struct node **nodes, size_t count, struct ast *const *asts,
                 const struct ast *op, enum unify_purpose purpose, struct type *type)
{
    size_t with, clash = 0;
    bool fit = agree(nodes, count, type, &with, &clash);
    bool any_null = false;
    for (size_t i = 0; fit && i < count; i++) any_null = any_null || nodes[i]->type.kind == TYPE_NULL;
    if (fit && type->kind != TYPE_NULL && (!any_null || purpose == UNIFY_CHOOSE)) {
        for (size_t i = 0; i < count; i++) {
            if (check_adapt(check, &nodes[i], *type)) continue;
            err_set(&check->err, ERR_INPUT, "数值%s太大", "the number %s is too large",
                    check_shown(check, asts[i]->text));
            check_stop_at(check, asts[i]);
            return false;
        }
        return true;
    }
    if (fit) { /* null among what is compared or counted with, or nothing but null */
        for (clash = 0; nodes[clash]->type.kind != TYPE_NULL; clash++) {
        }
        with = clash == 0 && count > 1 ? 1 : 0;
    }
    size_t first = with < clash ? with : clash, second = with < clash ? clash : with;
    check_clash(check, nodes[first], nodes[second], purpose);
    if (op != NULL)
        check_stop_op(check, op);
    else
        check_stop_at(check, asts[nodes[first]->type.kind == TYPE_NULL ? first : second]);
    return false;
}
