/* Functions of one record's values, by the table of signatures; known, coalesce and previous, which take
 * anything. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>

#include "base/mem.h"
#include "formula/check.h"
#include "formula/signatures.h"

static size_t key_count(const struct ast *ast)
{
    return ast->within + ast->across;
}

static bool right_count(struct check *check, const struct ast *ast, size_t least, size_t most)
{
    size_t count = ast->child_count - key_count(ast);
    if (count >= least && count <= most) return true;
    const char *zh = ast->callable->zh, *en = ast->callable->en;
    if (most == SIZE_MAX)
        err_set(&check->err, ERR_INPUT, "“%s%.0s”至少要%zu个参数", "'%.0s%s' takes at least %zu argument(s)",
                zh, en, least);
    else if (least == most)
        err_set(&check->err, ERR_INPUT, "“%s%.0s”要%zu个参数，却有%zu个",
                "'%.0s%s' takes %zu argument(s), not %zu", zh, en, least, count);
    else
        err_set(&check->err, ERR_INPUT, "“%s%.0s”要%zu到%zu个参数，却有%zu个",
                "'%.0s%s' takes %zu to %zu arguments, not %zu", zh, en, least, most, count);
    check_stop_at(check, ast);
    return false;
}

/* "金额、比率" of a set of kinds. */
static const char *kinds_in_words(struct check *check, unsigned kinds, const char *language)
{
    struct buffer words = {0};
    for (int kind = 0; kind < TYPE_NULL; kind++) {
        if ((kinds >> kind & 1) == 0) continue;
        if (words.size > 0) buffer_string(&words, language[0] == 'e' ? " or " : "或");
        type_print(check->schema, type_of((enum type_kind)kind), language, &words);
    }
    const char *copy = arena_string(&check->scratch, words.data == NULL ? "" : words.data);
    buffer_fini(&words);
    return copy;
}

static bool right_kind(struct check *check, const struct ast *ast, size_t which, const struct node *node,
                       unsigned kinds)
{
    if (kinds >> node->type.kind & 1) return true;
    const char *hint_zh = "", *hint_en = "";
    if (node->type.kind == TYPE_MONTH && kinds == 1u << TYPE_DATE) {
        hint_zh = "；请用 首日(…) 或 末日(…)";
        hint_en = "; take first_day(…) or last_day(…) of it";
    }
    err_set(&check->err, ERR_INPUT, "“%s%.0s”的第%zu个参数要%s%.0s，却是%s%.0s%s%.0s",
            "'%.0s%s' wants as argument %zu %.0s%s, not %.0s%s%.0s%s", ast->callable->zh, ast->callable->en,
            which + 1, kinds_in_words(check, kinds, "zh"), kinds_in_words(check, kinds, "en"),
            check_type_name(check, node->type, "zh"), check_type_name(check, node->type, "en"), hint_zh,
            hint_en);
    check_stop_at(check, ast->children[which]);
    return false;
}

static bool is_constant(struct check *check, const struct ast *ast, size_t which, const struct node *node)
{
    if (node->op == NODE_CONSTANT) return true;
    err_set(&check->err, ERR_INPUT, "“%s%.0s”的第%zu个参数要一个常数",
            "'%.0s%s' wants a constant as argument %zu", ast->callable->zh, ast->callable->en, which + 1);
    check_stop_at(check, ast->children[which]);
    return false;
}

static bool digits_in_range(struct check *check, const struct ast *ast, const struct node *node)
{
    enum { DIGITS_LEAST = -15, DIGITS_MOST = 15 };
    if (node->value.integer >= DIGITS_LEAST && node->value.integer <= DIGITS_MOST) return true;
    err_set(&check->err, ERR_INPUT, "保留的位数要在%d到%d之间", "the number of digits lies between %d and %d",
            (int)DIGITS_LEAST, (int)DIGITS_MOST);
    check_stop_at(check, ast->children[1]);
    return false;
}

static bool is_pattern(struct check *check, const struct ast *ast, const struct node *node)
{
    int error;
    PCRE2_SIZE at;
    struct text pattern = node->value.text;
    pcre2_code *compiled = pcre2_compile((PCRE2_SPTR)(pattern.size == 0 ? "" : pattern.at), pattern.size,
                                         PCRE2_UTF, &error, &at, NULL);
    if (compiled != NULL) {
        pcre2_code_free(compiled);
        return true;
    }
    PCRE2_UCHAR reason[160] = "";
    pcre2_get_error_message(error, reason, sizeof reason);
    size_t before = text_length((struct text){pattern.at, at < pattern.size ? at : pattern.size});
    err_set(&check->err, ERR_INPUT, "格式“%s”在第%zu个字符处有误：%s",
            "the pattern '%s' has a fault at character %zu: %s", check_shown(check, pattern), before + 1,
            (const char *)reason);
    check_stop_at(check, ast->children[1]);
    return false;
}

static bool obeys(struct check *check, const struct ast *ast, const struct signature *signature,
                  struct node **nodes, int scope)
{
    size_t last = ast->child_count - 1;
    struct type type;
    switch (signature->rule) {
    case RULE_PLAIN:
        return true;
    case RULE_ALIKE:
        return check_unify(check, nodes, ast->child_count, ast->children, NULL, UNIFY_COMPARE, &type);
    case RULE_CONSTANT:
        return last == 0 ||
               (is_constant(check, ast, last, nodes[last]) && digits_in_range(check, ast, nodes[last]));
    case RULE_PATTERN:
        return is_constant(check, ast, last, nodes[last]) && is_pattern(check, ast, nodes[last]);
    case RULE_REGISTER:
        if (scope >= 0) return true;
        err_set(&check->err, ERR_INPUT, "“%s%.0s”要在登记册的记录上计算，这里没有登记册",
                "'%.0s%s' looks over a register, and there is none here", ast->callable->zh,
                ast->callable->en);
        check_stop_at(check, ast);
        return false;
    }
    return false;
}

/* What stands for an argument left out. */
static struct node *filling(struct check *check, const struct ast *ast, enum signature_filling filling)
{
    if (filling == FILL_AS_OF) return check_new(check, NODE_AS_OF, type_of(TYPE_DATE), ast);
    struct node *node = check_new(check, NODE_CONSTANT, type_of(TYPE_INT), ast);
    node->value.known = true;
    return node;
}

/* Only what looks over the register can be told within or across what. */
static bool right_keys(struct check *check, const struct ast *ast)
{
    const struct callable *callable = ast->callable;
    bool ranks = callable->kind == CALLABLE_FUNCTION && callable->id == FUNCTION_RANK;
    bool looks = ranks || (callable->kind == CALLABLE_FUNCTION && callable->id == FUNCTION_DUPLICATED);
    if (key_count(ast) == 0 || (looks && ast->within <= NODE_WITHIN_MAX && !(ranks && ast->across)))
        return true;
    if (!looks)
        err_set(&check->err, ERR_INPUT, "“同一”“不同”只用在“重复”和“名次”里，“%s%.0s”不用",
                "within and across belong to duplicated and rank, not to '%.0s%s'", callable->zh,
                callable->en);
    else if (ranks && ast->across)
        err_set(&check->err, ERR_INPUT, "“名次”只可写“同一”，不可写“不同”", "rank takes within, not across");
    else
        err_set(&check->err, ERR_INPUT, "“同一”后面最多写%d项", "at most %d keys stand behind within",
                (int)NODE_WITHIN_MAX);
    check_stop_at(check, ast->children[ast->child_count - 1]);
    return false;
}

/* A register's name stands for the one field that leads there: "同一 户". */
static struct node *key_by_register(struct check *check, const struct ast *ast, int scope)
{
    if (ast->kind != AST_PATH || ast->name_count != 1) return NULL;
    struct text name = ast->names[0].text;
    int reg = schema_register_find(check->schema, name);
    if (reg < 0 || check_resolve(check, scope, name).kind != NAME_NONE) return NULL;
    int field = names_link(check->schema, reg, scope);
    if (field < 0) return NULL;
    struct node *node = check_new(check, NODE_FIELD, check->schema->registers[scope].fields[field].type, ast);
    node->scope = scope;
    node->index = field;
    return node;
}

static struct node *check_key(struct check *check, const struct ast *ast, int scope)
{
    struct node *node = scope < 0 ? NULL : key_by_register(check, ast, scope);
    if (node == NULL) node = check_ast(check, ast, scope, -1);
    if (node == NULL || node->type.kind != TYPE_NULL) return node;
    err_set(&check->err, ERR_INPUT, "“同一”“不同”后面不能是空", "null cannot stand behind within or across");
    return check_stop_at(check, ast);
}

static struct node *check_function(struct check *check, const struct ast *ast, int scope)
{
    enum function function = (enum function)ast->callable->id;
    const struct signature *signature = signature_get(function);
    struct node *nodes[SIGNATURE_ARGUMENTS_MAX + NODE_WITHIN_MAX + 1] = {0};
    size_t keys = key_count(ast), arguments = ast->child_count - keys;
    if (!right_count(check, ast, signature->least, signature->most) || !right_keys(check, ast)) return NULL;
    for (size_t i = 0; i < arguments; i++) {
        nodes[i] = check_ast(check, ast->children[i], scope, -1);
        if (nodes[i] == NULL || !right_kind(check, ast, i, nodes[i], signature->kinds[i])) return NULL;
    }
    if (!obeys(check, ast, signature, nodes, scope)) return NULL;
    for (size_t i = arguments; i < signature->most; i++) nodes[i] = filling(check, ast, signature->filling);
    for (size_t i = 0; i < keys; i++)
        if ((nodes[signature->most + i] = check_key(check, ast->children[arguments + i], scope)) == NULL)
            return NULL;
    struct type type = signature->result == TYPE_NULL ? nodes[0]->type : type_of(signature->result);
    if (signature->rule == RULE_ALIKE && type.unit < 0)
        type.unit = signature->result == TYPE_NULL ? nodes[1]->type.unit : -1;
    struct node *node = check_parent(check, NODE_CALL, type, ast, nodes, signature->most + keys);
    node->function = function;
    if (signature->rule == RULE_REGISTER) {
        node->scope = scope;
        node->index = (int)ast->within;
    }
    return node;
}

static struct node *check_coalesce(struct check *check, const struct ast *ast, int scope, int hint)
{
    if (!right_count(check, ast, 1, SIZE_MAX) || !right_keys(check, ast)) return NULL;
    size_t count = ast->child_count;
    struct node **nodes = mem_new(count, sizeof *nodes), *made = NULL;
    struct type type;
    if (check_alike(check, ast->children, count, scope, hint, nodes) &&
        check_unify(check, nodes, count, ast->children, NULL, UNIFY_CHOOSE, &type))
        made = check_parent(check, NODE_COALESCE, type, ast, nodes, count);
    free(nodes);
    return made;
}

struct node *check_call(struct check *check, const struct ast *ast, int scope, int hint)
{
    if (ast->callable->kind == CALLABLE_FUNCTION) return check_function(check, ast, scope);
    if (ast->callable->kind == CALLABLE_COALESCE) return check_coalesce(check, ast, scope, hint);
    if (!right_count(check, ast, 1, 1) || !right_keys(check, ast)) return NULL;
    struct node *operand = check_ast(check, ast->children[0], scope, -1);
    if (operand == NULL) return NULL;
    bool known = ast->callable->kind == CALLABLE_KNOWN;
    return check_parent(check, known ? NODE_KNOWN : NODE_PREVIOUS, known ? type_of(TYPE_BOOL) : operand->type,
                        ast, &operand, 1);
}
