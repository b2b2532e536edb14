/* SQL expressions, each made once: equal parts of a formula become one expression, and so one column. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "formula/sqlgen_plan.h"

struct phrase_entry {
    const char *what, *said[2];
};

static const struct phrase_entry phrases[] = {
#define X(id, what, sqlite, postgres) [PHRASE_##id] = {what, {sqlite, postgres}},
    PHRASES(X)
#undef X
};

const char *sql_phrase(enum sqlgen_dialect dialect, enum phrase phrase)
{
    return phrases[phrase].said[dialect == SQLGEN_POSTGRES];
}

/* Where what is being lowered stands: in the formula, or in a definition, which is then named like a file. */
static void point_at(const struct sql_plan *plan)
{
    const struct schema *schema = plan->schema;
    char name[64] = "";
    if (plan->definition >= 0 && (size_t)plan->definition < schema->definition_count)
        snprintf(name, sizeof name, "%.*s", TEXT_ARGS(schema->definitions[plan->definition].label.name));
    err_at(plan->err, name[0] != '\0' ? name : NULL, plan->at->line, plan->at->column);
}

int sql_refuse(struct sql_plan *plan, const char *what)
{
    const char *database = plan->options->dialect == SQLGEN_SQLITE ? "SQLite" : "PostgreSQL";
    if (plan->status == 0) {
        plan->status = err_set(plan->err, ERR_LIMIT, "这个公式不能用%s的SQL准确表达：%s",
                               "the formula cannot be said in SQL (%s): %s", database, what);
        if (plan->at != NULL) point_at(plan);
    }
    return sql_literal(plan, "NULL");
}

/* ---- Making ---- */

static int add(struct sql_plan *plan, const struct sql_expr *expr)
{
    struct buffer key = {0};
    size_t id = plan->count;
    buffer_printf(&key, "e%d %d %d %d %d", (int)expr->form, (int)expr->phrase, expr->reg, expr->other,
                  expr->field);
    for (int i = 0; i < SQL_OPERANDS; i++) buffer_printf(&key, " %d", expr->in[i]);
    buffer_char(&key, ' ');
    buffer_text(&key, expr->text);
    if (map_add(&plan->known, buffer_get(&key), plan->count, &id)) {
        plan->exprs = mem_grow(plan->exprs, &plan->capacity, plan->count + 1, sizeof *plan->exprs);
        plan->exprs[plan->count++] = *expr;
    }
    buffer_fini(&key);
    return (int)id;
}

static struct sql_expr blank(enum sql_form form, int reg)
{
    return (struct sql_expr){.form = form,
                             .phrase = PHRASE_NOT,
                             .reg = reg,
                             .other = -1,
                             .field = -1,
                             .in = {SQL_NONE, SQL_NONE, SQL_NONE, SQL_NONE}};
}

int sql_literal(struct sql_plan *plan, const char *text)
{
    struct sql_expr expr = blank(SQL_LITERAL, -1);
    expr.text = text_of(arena_string(&plan->arena, text));
    return add(plan, &expr);
}

bool sql_is_literal(const struct sql_plan *plan, int expr, const char *text)
{
    return sql_at(plan, expr)->form == SQL_LITERAL && text_is(sql_at(plan, expr)->text, text);
}

int sql_number(struct sql_plan *plan, int64_t value)
{
    char text[64];
    bool postgres = plan->options->dialect == SQLGEN_POSTGRES;
    if (postgres && (value < 0 || value > INT32_MAX))
        snprintf(text, sizeof text, "'%" PRId64 "'::bigint", value);
    else if (value < 0)
        snprintf(text, sizeof text, "(%" PRId64 ")", value);
    else
        snprintf(text, sizeof text, "%" PRId64, value);
    return sql_literal(plan, text);
}

void sql_quote(struct buffer *out, struct text text)
{
    buffer_char(out, '\'');
    for (size_t i = 0; i < text.size; i++) {
        if (text.at[i] == '\'') buffer_char(out, '\'');
        buffer_char(out, text.at[i]);
    }
    buffer_char(out, '\'');
}

void sql_identifier(struct buffer *out, struct text name)
{
    buffer_char(out, '"');
    for (size_t i = 0; i < name.size; i++) {
        if (name.at[i] == '"') buffer_char(out, '"');
        buffer_char(out, name.at[i]);
    }
    buffer_char(out, '"');
}

/* A database's own reading of a long decimal may be off by one in the last bit: few digits near 1 are safe
 * everywhere, all else goes through the exact conversion. */
static int ratio_literal(struct sql_plan *plan, double value)
{
    char text[80], digits[40];
    snprintf(digits, sizeof digits, "%.15g", value);
    bool plain = strtod(digits, NULL) == value && strchr(digits, 'e') == NULL;
    if (!plain) snprintf(digits, sizeof digits, "%.17g", value);
    if (plan->options->dialect == SQLGEN_POSTGRES)
        snprintf(text, sizeof text, "'%s'::float8", digits);
    else if (!plain)
        snprintf(text, sizeof text, "zs_ratio('%s')", digits);
    else
        snprintf(text, sizeof text, value < 0 ? "(%s%s)" : "%s%s", digits,
                 strchr(digits, '.') == NULL ? ".0" : "");
    return sql_literal(plan, text);
}

/* A bare '…' has no type yet in PostgreSQL. */
static int quoted_literal(struct sql_plan *plan, struct text text)
{
    struct buffer quoted = {0};
    sql_quote(&quoted, text);
    if (plan->options->dialect == SQLGEN_POSTGRES) buffer_string(&quoted, "::text");
    int literal = sql_literal(plan, quoted.data);
    buffer_fini(&quoted);
    return literal;
}

static int codes_literal(struct sql_plan *plan, struct type type, int64_t bits)
{
    const struct schema_dictionary *dictionary = &plan->schema->dictionaries[type.dictionary];
    struct buffer names = {0};
    for (size_t i = 0; i < dictionary->code_count && i < 64; i++) {
        if (((uint64_t)bits >> i & 1) == 0) continue;
        if (names.size > 0) buffer_char(&names, ',');
        buffer_text(&names, dictionary->codes[i].label.name);
    }
    int literal = quoted_literal(plan, buffer_get(&names));
    buffer_fini(&names);
    return literal;
}

static int text_literal(struct sql_plan *plan, struct text text)
{
    if (text.size > 0 && memchr(text.at, '\0', text.size) != NULL) return sql_refuse(plan, "NUL");
    return quoted_literal(plan, text);
}

int sql_constant(struct sql_plan *plan, struct type type, const struct value *value)
{
    char date[DATE_TEXT];
    bool postgres = plan->options->dialect == SQLGEN_POSTGRES;
    if (!value->known) return sql_unknown(plan, type.kind);
    switch (type.kind) {
    case TYPE_BOOL:
        if (postgres) return sql_literal(plan, value->integer ? "true" : "false");
        return sql_number(plan, value->integer != 0);
    case TYPE_INT:
    case TYPE_DECIMAL:
    case TYPE_MONEY:
    case TYPE_RECORD:
        return sql_number(plan, value->integer);
    case TYPE_RATIO:
        return ratio_literal(plan, value->ratio);
    case TYPE_DATE:
        return text_literal(plan, text_of(date_format((int32_t)value->integer, date)));
    case TYPE_MONTH:
        return text_literal(plan, text_of(month_format((int32_t)value->integer, date)));
    case TYPE_CODE:
        return text_literal(plan,
                            plan->schema->dictionaries[type.dictionary].codes[value->integer].label.name);
    case TYPE_CODES:
        return codes_literal(plan, type, value->integer);
    case TYPE_TEXT:
        return text_literal(plan, value->text);
    case TYPE_NULL:
        break;
    }
    return sql_unknown(plan, type.kind);
}

int sql_unknown(struct sql_plan *plan, enum type_kind kind)
{
    if (plan->options->dialect == SQLGEN_SQLITE) return sql_literal(plan, "NULL");
    if (kind == TYPE_BOOL) return sql_literal(plan, "NULL::boolean");
    if (kind == TYPE_RATIO) return sql_literal(plan, "NULL::float8");
    return sql_literal(plan, sql_is_text(kind) || kind == TYPE_NULL ? "NULL::text" : "NULL::bigint");
}

int sql_column(struct sql_plan *plan, int reg, int field)
{
    struct sql_expr expr = blank(SQL_FIELD, reg);
    expr.field = field;
    return add(plan, &expr);
}

int sql_up(struct sql_plan *plan, int reg, int field, int operand)
{
    struct sql_expr expr = blank(SQL_UP, reg);
    expr.other = plan->schema->registers[reg].fields[field].type.record;
    expr.in[0] = operand;
    expr.in[1] = sql_column(plan, reg, field);
    return add(plan, &expr);
}

int sql_group(struct sql_plan *plan, enum phrase phrase, const struct node *node, int reg, int value,
              int condition, const char *otherwise)
{
    struct sql_expr expr = blank(SQL_GROUP, reg);
    if (sql_phrase(plan->options->dialect, phrase) == NULL) return sql_refuse(plan, phrases[phrase].what);
    expr.phrase = phrase;
    expr.other = node->other;
    expr.in[0] = value;
    expr.in[1] = condition;
    expr.in[2] = sql_column(plan, node->other, node->index);
    expr.otherwise = otherwise;
    return add(plan, &expr);
}

int sql_say(struct sql_plan *plan, int reg, enum phrase phrase, int a, int b, int c)
{
    return sql_say_all(plan, reg, phrase, (const int[SQL_OPERANDS]){a, b, c, SQL_NONE});
}

int sql_say_all(struct sql_plan *plan, int reg, enum phrase phrase, const int in[SQL_OPERANDS])
{
    const char *said = sql_phrase(plan->options->dialect, phrase);
    if (said == NULL) return sql_refuse(plan, phrases[phrase].what);
    if (strcmp(said, "$1") == 0) return in[0];
    struct sql_expr expr = blank(SQL_SAY, reg);
    expr.phrase = phrase;
    memcpy(expr.in, in, sizeof expr.in);
    return add(plan, &expr);
}
