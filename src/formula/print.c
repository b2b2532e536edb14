/* Trees back to text: the fewest parentheses that are read back as the same tree. Chains of binary operators
 * are walked in a loop, as they are parsed. */
#include "formula/print.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "formula/lex.h"

/* How tightly a form binds; it needs parentheses where something tighter is wanted. */
enum level {
    LEVEL_IF,
    LEVEL_OR,
    LEVEL_AND,
    LEVEL_NOT,
    LEVEL_COMPARISON,
    LEVEL_SUM,
    LEVEL_PRODUCT,
    LEVEL_SIGN,
    LEVEL_PRIMARY
};

static void print(struct printer *printer, const struct node *node, enum level least, int hint);

/* Conversions come by themselves when the text is read. */
static const struct node *written(const struct node *node)
{
    while (node->op == NODE_CONVERT) node = node->children[0];
    return node;
}

static bool is_call_to(const struct node *node, enum function function)
{
    return node->op == NODE_CALL && node->function == function;
}

/* "x not in (…)" rather than "not x in (…)"; WORD_NONE where no such form exists. */
static enum word negated_form(const struct node *operand, bool english)
{
    if (operand->op == NODE_IN) return WORD_NOT_IN;
    if (operand->op == NODE_BETWEEN) return WORD_NOT_BETWEEN;
    return is_call_to(operand, FUNCTION_HAS) && !english ? WORD_NOT_HAS : WORD_NONE;
}

static bool is_negative(const struct node *node)
{
    enum type_kind kind = node->type.kind;
    if (!node->value.known) return false;
    if (kind == TYPE_RATIO) return signbit(node->value.ratio);
    return (kind == TYPE_INT || kind == TYPE_DECIMAL || kind == TYPE_MONEY) && node->value.integer < 0;
}

static enum level level_of(const struct printer *printer, const struct node *node)
{
    switch (node->op) {
    case NODE_IF:
        return LEVEL_IF;
    case NODE_OR:
        return LEVEL_OR;
    case NODE_AND:
        return LEVEL_AND;
    case NODE_NOT:
        return negated_form(node->children[0], printer->english) == WORD_NONE ? LEVEL_NOT : LEVEL_COMPARISON;
    case NODE_EQUAL:
    case NODE_UNEQUAL:
    case NODE_LESS:
    case NODE_LESS_EQUAL:
    case NODE_GREATER:
    case NODE_GREATER_EQUAL:
    case NODE_BETWEEN:
    case NODE_IN:
    case NODE_IS_NULL:
        return LEVEL_COMPARISON;
    case NODE_ADD:
    case NODE_SUBTRACT:
        return LEVEL_SUM;
    case NODE_MULTIPLY:
    case NODE_DIVIDE:
        return LEVEL_PRODUCT;
    case NODE_NEGATE:
        return LEVEL_SIGN;
    case NODE_CONSTANT:
        return is_negative(node) ? LEVEL_SIGN : LEVEL_PRIMARY;
    case NODE_CALL:
        return is_call_to(node, FUNCTION_HAS) || is_call_to(node, FUNCTION_ONLY) ? LEVEL_COMPARISON
                                                                                 : LEVEL_PRIMARY;
    case NODE_CONVERT:
        return level_of(printer, written(node));
    case NODE_PARAMETER:
    case NODE_AS_OF:
    case NODE_FIELD:
    case NODE_DEFINITION:
    case NODE_UP:
    case NODE_AGGREGATE:
    case NODE_KNOWN:
    case NODE_COALESCE:
    case NODE_PREVIOUS:
        break;
    }
    return LEVEL_PRIMARY;
}

/* ---- Names ---- */

/* NAME_NONE for what is not printed as one bare name. */
static struct name_found name_of(const struct node *node)
{
    enum name_kind kind = node->op == NODE_FIELD        ? NAME_FIELD
                          : node->op == NODE_DEFINITION ? NAME_DEFINITION
                          : node->op == NODE_PARAMETER  ? NAME_PARAMETER
                          : node->op == NODE_AS_OF      ? NAME_AS_OF
                                                        : NAME_NONE;
    return (struct name_found){kind, kind == NAME_AS_OF ? -1 : node->index};
}

/* Something that is a code and bears the name of one goes in parentheses, lest it be read as that code. */
static void print_bare(struct printer *printer, const struct node *node)
{
    struct text name = names_spelling(printer->schema, printer->scope, name_of(node), printer->english);
    bool code = node->type.kind == TYPE_CODE || node->type.kind == TYPE_CODES;
    bool taken = code && names_code(&printer->codes, node->type.dictionary, name) >= 0;
    if (taken) buffer_char(printer->out, '(');
    print_name(printer, name);
    if (taken) buffer_char(printer->out, ')');
}

static bool is_path(const struct node *node)
{
    while (node->op == NODE_UP) node = node->children[0];
    return node->op == NODE_FIELD || node->op == NODE_DEFINITION;
}

static void print_path(struct printer *printer, const struct node *node)
{
    int scope = printer->scope;
    for (; node->op == NODE_UP; node = node->children[0]) {
        print_found(printer, (struct name_found){NAME_FIELD, node->index});
        buffer_char(printer->out, '.');
        printer->scope = node->other;
    }
    print_found(printer, name_of(node));
    printer->scope = scope;
}

/* this_year is year(as_of), unless the pack gives the name to something else. */
static bool print_built_in(struct printer *printer, const struct node *node)
{
    enum name_kind kind = is_call_to(node, FUNCTION_YEAR)    ? NAME_THIS_YEAR
                          : is_call_to(node, FUNCTION_MONTH) ? NAME_THIS_MONTH
                                                             : NAME_NONE;
    if (kind == NAME_NONE || node->children[0]->op != NODE_AS_OF) return false;
    struct name_found found = {kind, -1};
    struct text name = names_spelling(printer->schema, printer->scope, found, printer->english);
    if (names_resolve(printer->schema, printer->scope, name).kind != kind) return false;
    print_name(printer, name);
    return true;
}

/* ---- Operands that may be codes ---- */

/* Whether the constant's bare name would be read as a field, definition or parameter that is itself a code.
 */
static bool means_a_code(struct printer *printer, const struct node *constant)
{
    uint64_t integer = (uint64_t)constant->value.integer;
    int code = constant->type.kind == TYPE_CODE ? (int)integer : __builtin_ctzll(integer);
    struct text name =
        names_code_spelling(&printer->codes, constant->type.dictionary, code, printer->english);
    struct name_found found = names_resolve(printer->schema, printer->scope, name);
    const struct schema *schema = printer->schema;
    const struct node *definition =
        found.kind == NAME_DEFINITION ? schema->definitions[found.index].node : NULL;
    struct type type = type_of(TYPE_NULL);
    if (found.kind == NAME_FIELD)
        type = schema->registers[printer->scope].fields[found.index].type;
    else if (found.kind == NAME_PARAMETER)
        type = schema->parameters[found.index].type;
    else if (definition != NULL)
        type = definition->type;
    return type.kind == TYPE_CODE || type.kind == TYPE_CODES;
}

/* Which operand tells the reader the dictionary (see check_alike): that one is printed without a hint, the
 * others with it. */
static size_t source_of(struct node *const *nodes, size_t count)
{
    size_t other = count;
    for (size_t i = 0; i < count; i++) {
        if (name_of(nodes[i]).kind != NAME_NONE) return i;
        if (nodes[i]->op != NODE_CONSTANT && other == count) other = i;
    }
    return other < count ? other : 0; /* nothing but constants: the first says its dictionary */
}

static int hint_for(struct printer *printer, struct node *const *nodes, size_t count, size_t which, int hint)
{
    const struct node *node = nodes[which];
    if (hint >= 0 || (node->type.kind != TYPE_CODE && node->type.kind != TYPE_CODES)) return hint;
    if (which == source_of(nodes, count)) return -1;
    if (node->op == NODE_CONSTANT && node->value.known && means_a_code(printer, node)) return -1;
    return node->type.dictionary;
}

static void print_alike(struct printer *printer, struct node *const *nodes, size_t count, size_t which,
                        enum level least, int hint)
{
    print(printer, nodes[which], least, hint_for(printer, nodes, count, which, hint));
}

/* ---- Forms ---- */

static void print_list(struct printer *printer, struct node *const *nodes, size_t from, size_t count,
                       int hint)
{
    for (size_t i = from; i < count; i++) {
        if (i > from) buffer_string(printer->out, ", ");
        print_alike(printer, nodes, count, i, LEVEL_IF, hint);
    }
}

static void print_in(struct printer *printer, const struct node *node, enum word word)
{
    print_alike(printer, node->children, node->child_count, 0, LEVEL_SUM, -1);
    print_word(printer, word);
    buffer_char(printer->out, '(');
    print_list(printer, node->children, 1, node->child_count, -1);
    buffer_char(printer->out, ')');
}

static void print_between(struct printer *printer, const struct node *node, enum word word)
{
    print(printer, node->children[0], LEVEL_SUM, -1);
    print_word(printer, word);
    print(printer, node->children[1], LEVEL_SUM, -1);
    buffer_string(printer->out, printer->english ? " and " : " 至 ");
    print(printer, node->children[2], LEVEL_SUM, -1);
}

static void print_has(struct printer *printer, const struct node *node, enum word word)
{
    uint64_t set = (uint64_t)node->children[1]->value.integer;
    int dictionary = node->children[1]->type.dictionary;
    print(printer, node->children[0], LEVEL_SUM, -1);
    print_word(printer, word);
    bool several = (set & (set - 1)) != 0;
    if (several) buffer_char(printer->out, '(');
    for (bool first = true; set != 0; first = false, set &= set - 1) {
        if (!first) buffer_string(printer->out, ", ");
        print_code(printer, dictionary, __builtin_ctzll(set), dictionary);
    }
    if (several) buffer_char(printer->out, ')');
}

static void print_not(struct printer *printer, const struct node *node)
{
    const struct node *operand = node->children[0];
    enum word word = negated_form(operand, printer->english);
    if (word == WORD_NOT_IN)
        print_in(printer, operand, word);
    else if (word == WORD_NOT_BETWEEN)
        print_between(printer, operand, word);
    else if (word == WORD_NOT_HAS)
        print_has(printer, operand, word);
    else {
        buffer_printf(printer->out, "%s ", word_spelling(WORD_NOT, printer->english));
        print(printer, operand, LEVEL_NOT, -1);
    }
}

static void print_if(struct printer *printer, const struct node *node, int hint)
{
    size_t branches = node->children[2] == NULL ? 1 : 2;
    buffer_printf(printer->out, "%s ", word_spelling(WORD_IF, printer->english));
    print(printer, node->children[0], LEVEL_OR, -1);
    print_word(printer, WORD_THEN);
    print_alike(printer, node->children + 1, branches, 0, LEVEL_OR, hint);
    if (branches == 1) return;
    print_word(printer, WORD_ELSE);
    print_alike(printer, node->children + 1, branches, 1, LEVEL_IF, hint);
}

static void print_callable(struct printer *printer, enum callable_kind kind, int id)
{
    const struct callable *callable = callable_get(kind, id);
    buffer_string(printer->out, printer->english ? callable->en : callable->zh);
    buffer_char(printer->out, '(');
}

/* The word before argument i, WORD_NONE for a comma: keys stand behind within and across. */
static enum word word_before(const struct node *node, size_t i)
{
    bool looks = node->function == FUNCTION_RANK || node->function == FUNCTION_DUPLICATED;
    if (!looks || i == 0) return WORD_NONE;
    if (node->index > 0 && i <= (size_t)node->index) return i == 1 ? WORD_WITHIN : WORD_NONE;
    return WORD_ACROSS;
}

/* Arguments that the checker fills in by itself are left out. */
static size_t written_arguments(const struct node *node)
{
    const struct node *last = node->children[node->child_count - 1];
    bool filled = (node->function == FUNCTION_AGE && last->op == NODE_AS_OF) ||
                  (node->function == FUNCTION_ROUND && last->value.integer == 0);
    return filled ? node->child_count - 1 : node->child_count;
}

static void print_call(struct printer *printer, const struct node *node)
{
    if (is_call_to(node, FUNCTION_HAS))
        print_has(printer, node, WORD_HAS);
    else if (is_call_to(node, FUNCTION_ONLY))
        print_has(printer, node, WORD_ONLY);
    else if (!print_built_in(printer, node)) {
        size_t count = written_arguments(node);
        print_callable(printer, CALLABLE_FUNCTION, (int)node->function);
        for (size_t i = 0; i < count; i++) {
            if (word_before(node, i) != WORD_NONE)
                print_word(printer, word_before(node, i));
            else if (i > 0)
                buffer_string(printer->out, ", ");
            print(printer, node->children[i], LEVEL_IF, -1);
        }
        buffer_char(printer->out, ')');
    }
}

static void print_aggregate(struct printer *printer, const struct node *node)
{
    const struct node *value = node->children[0], *where = node->children[1];
    int scope = printer->scope;
    print_callable(printer, CALLABLE_AGGREGATE, (int)node->aggregate);
    print_register(printer, node->other);
    printer->scope = node->other;
    bool path = value != NULL && is_path(value);
    if (path) {
        buffer_char(printer->out, '.');
        print_path(printer, value);
    }
    if (names_link(printer->schema, scope, node->other) != node->index) {
        print_word(printer, WORD_VIA);
        print_found(printer, (struct name_found){NAME_FIELD, node->index});
    }
    if (value != NULL && !path) {
        buffer_string(printer->out, printer->english ? ": " : "：");
        print(printer, value, LEVEL_IF, -1);
    }
    bool picks = node->aggregate == AGGREGATE_LATEST || node->aggregate == AGGREGATE_EARLIEST;
    if (picks) {
        print_word(printer, WORD_BY);
        print(printer, node->children[2], LEVEL_IF, -1);
    }
    if (where != NULL) {
        print_word(printer, WORD_WHERE);
        print(printer, where, LEVEL_IF, -1);
    }
    printer->scope = scope;
    for (size_t i = 2; i < node->child_count && !picks; i++) {
        buffer_string(printer->out, ", ");
        print(printer, node->children[i], LEVEL_IF, -1);
    }
    buffer_char(printer->out, ')');
}

/* ---- Binary operators ---- */

static const char *operator_text(const struct printer *printer, enum node_op op)
{
    switch (op) {
    case NODE_OR:
        return word_spelling(WORD_OR, printer->english);
    case NODE_AND:
        return word_spelling(WORD_AND, printer->english);
    case NODE_EQUAL:
        return "=";
    case NODE_UNEQUAL:
        return "<>";
    case NODE_LESS:
        return "<";
    case NODE_LESS_EQUAL:
        return "<=";
    case NODE_GREATER:
        return ">";
    case NODE_GREATER_EQUAL:
        return ">=";
    case NODE_ADD:
        return "+";
    case NODE_SUBTRACT:
        return "-";
    case NODE_MULTIPLY:
        return "*";
    case NODE_DIVIDE:
        return "/";
    case NODE_CONSTANT:
    case NODE_PARAMETER:
    case NODE_AS_OF:
    case NODE_FIELD:
    case NODE_DEFINITION:
    case NODE_UP:
    case NODE_AGGREGATE:
    case NODE_NOT:
    case NODE_BETWEEN:
    case NODE_IN:
    case NODE_IS_NULL:
    case NODE_KNOWN:
    case NODE_NEGATE:
    case NODE_IF:
    case NODE_COALESCE:
    case NODE_CALL:
    case NODE_PREVIOUS:
    case NODE_CONVERT:
        break;
    }
    return "";
}

static bool is_chained(enum node_op op)
{
    return op == NODE_OR || op == NODE_AND || (op >= NODE_ADD && op <= NODE_DIVIDE);
}

/* The operator's left operand if that is a chain too and needs no parentheses; NULL otherwise. */
static const struct node *further_down(const struct printer *printer, const struct node *node)
{
    const struct node *left = written(node->children[0]);
    return is_chained(left->op) && level_of(printer, left) >= level_of(printer, node) ? left : NULL;
}

static void print_chain(struct printer *printer, const struct node *node)
{
    size_t count = 0;
    for (const struct node *at = node; at != NULL; at = further_down(printer, at)) count++;
    const struct node **chain = mem_new(count, sizeof *chain);
    size_t left = count;
    for (const struct node *at = node; at != NULL; at = further_down(printer, at)) chain[--left] = at;
    print(printer, chain[0]->children[0], level_of(printer, chain[0]), -1);
    for (size_t i = 0; i < count; i++) {
        buffer_printf(printer->out, " %s ", operator_text(printer, chain[i]->op));
        print(printer, chain[i]->children[1], level_of(printer, chain[i]) + 1, -1);
    }
    free(chain);
}

static void print_comparison(struct printer *printer, const struct node *node)
{
    print_alike(printer, node->children, 2, 0, LEVEL_SUM, -1);
    buffer_printf(printer->out, " %s ", operator_text(printer, node->op));
    print_alike(printer, node->children, 2, 1, LEVEL_SUM, -1);
}

/* ---- All of them ---- */

static void print_node(struct printer *printer, const struct node *node, int hint)
{
    switch (node->op) {
    case NODE_CONSTANT:
        print_constant(printer, node, hint);
        break;
    case NODE_PARAMETER:
    case NODE_AS_OF:
    case NODE_FIELD:
    case NODE_DEFINITION:
        print_bare(printer, node);
        break;
    case NODE_UP:
        print_path(printer, node);
        break;
    case NODE_AGGREGATE:
        print_aggregate(printer, node);
        break;
    case NODE_NOT:
        print_not(printer, node);
        break;
    case NODE_AND:
    case NODE_OR:
    case NODE_ADD:
    case NODE_SUBTRACT:
    case NODE_MULTIPLY:
    case NODE_DIVIDE:
        print_chain(printer, node);
        break;
    case NODE_EQUAL:
    case NODE_UNEQUAL:
    case NODE_LESS:
    case NODE_LESS_EQUAL:
    case NODE_GREATER:
    case NODE_GREATER_EQUAL:
        print_comparison(printer, node);
        break;
    case NODE_BETWEEN:
        print_between(printer, node, WORD_BETWEEN);
        break;
    case NODE_IN:
        print_in(printer, node, WORD_IN);
        break;
    case NODE_IS_NULL:
        print(printer, node->children[0], LEVEL_SUM, -1);
        buffer_printf(printer->out, " %s", word_spelling(WORD_IS_NULL, printer->english));
        break;
    case NODE_NEGATE:
        buffer_char(printer->out, '-');
        print(printer, node->children[0], LEVEL_PRIMARY, -1);
        break;
    case NODE_IF:
        print_if(printer, node, hint);
        break;
    case NODE_CALL:
        print_call(printer, node);
        break;
    case NODE_KNOWN:
    case NODE_PREVIOUS:
    case NODE_COALESCE:
        print_callable(printer,
                       node->op == NODE_KNOWN      ? CALLABLE_KNOWN
                       : node->op == NODE_PREVIOUS ? CALLABLE_PREVIOUS
                                                   : CALLABLE_COALESCE,
                       0);
        print_list(printer, node->children, 0, node->child_count, node->op == NODE_COALESCE ? hint : -1);
        buffer_char(printer->out, ')');
        break;
    case NODE_CONVERT:
        break; /* never written */
    }
}

static void print(struct printer *printer, const struct node *node, enum level least, int hint)
{
    node = written(node);
    bool parentheses = level_of(printer, node) < least;
    if (parentheses) buffer_char(printer->out, '(');
    print_node(printer, node, hint);
    if (parentheses) buffer_char(printer->out, ')');
}

void formula_print(const struct schema *schema, const struct node *node, const char *language,
                   struct buffer *out)
{
    bool english = strcmp(language, "en") == 0;
    struct printer printer = {
        .schema = schema, .codes = {.schema = schema}, .out = out, .english = english, .scope = node->scope};
    print(&printer, node, LEVEL_IF, -1);
    names_codes_fini(&printer.codes);
}
