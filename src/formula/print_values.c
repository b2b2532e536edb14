/* Names and constants in the form in which the lexer reads them back as the same thing. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/money.h"
#include "formula/lex.h"
#include "formula/print.h"

void print_word(struct printer *printer, enum word word)
{
    buffer_printf(printer->out, " %s ", word_spelling(word, printer->english));
}

static void print_quoted(struct printer *printer, struct text text, char open, char close)
{
    buffer_char(printer->out, open);
    for (size_t i = 0; i < text.size; i++) {
        if (text.at[i] == close) buffer_char(printer->out, close);
        buffer_char(printer->out, text.at[i]);
    }
    buffer_char(printer->out, close);
}

void print_name(struct printer *printer, struct text name)
{
    if (lex_is_plain_name(name))
        buffer_text(printer->out, name);
    else
        print_quoted(printer, name, '[', ']');
}

void print_register(struct printer *printer, int reg)
{
    const struct label *label = &printer->schema->registers[reg].label;
    struct text zh = label->zh;
    bool use_zh = !printer->english && zh.size > 0 && schema_register_find(printer->schema, zh) == reg;
    print_name(printer, use_zh ? zh : label->name);
}

void print_found(struct printer *printer, struct name_found found)
{
    print_name(printer, names_spelling(printer->schema, printer->scope, found, printer->english));
}

/* ---- Numbers ---- */

static bool is_built_in_unit(struct text name)
{
    return text_fold_equal(name, TEXT("元")) || text_fold_equal(name, TEXT("yuan")) ||
           text_fold_equal(name, TEXT("百分点")) || text_fold_equal(name, TEXT("个百分点"));
}

static void print_unit(struct printer *printer, int unit)
{
    enum { ATTACHED_MAX = 24 };
    if (unit < 0) return;
    const struct label *label = &printer->schema->units[unit].label;
    struct text tries[] = {printer->english ? label->name : label->zh, label->name, label->zh, label->en},
                name = {NULL, 0};
    for (size_t i = 0; name.size == 0 && i < sizeof tries / sizeof *tries; i++)
        if (!is_built_in_unit(tries[i]) && schema_unit_find(printer->schema, tries[i]) == unit)
            name = tries[i];
    bool attached =
        lex_is_plain_name(name) && (unsigned char)name.at[0] >= 0x80 && text_length(name) <= ATTACHED_MAX;
    if (!attached) buffer_char(printer->out, ' ');
    print_name(printer, name);
}

/* With a decimal in any case, by which it is told from an integer. */
static void print_decimal(struct printer *printer, int64_t value)
{
    char digits[MONEY_TEXT];
    buffer_string(printer->out, decimal_format(value, digits));
    if (strchr(digits, '.') == NULL) buffer_string(printer->out, ".0");
}

static void print_money(struct printer *printer, int64_t fen)
{
    char digits[MONEY_TEXT];
    size_t size = strlen(money_plain(fen, digits));
    while (digits[size - 1] == '0') size--;
    if (digits[size - 1] == '.') size--;
    buffer_add(printer->out, digits, size);
    buffer_string(printer->out, printer->english ? " yuan" : "元");
}

/* The fewest digits that are read back as this very double, as a percentage without an exponent. */
static void print_ratio(struct printer *printer, double ratio)
{
    enum { DIGITS = 17 };
    char text[DIGITS + 16], digits[DIGITS + 1];
    for (int precision = 0; precision < DIGITS; precision++) {
        snprintf(text, sizeof text, "%.*e", precision, ratio);
        if (strtod(text, NULL) == ratio) break;
    }
    int count = 0;
    const char *at = text;
    if (*at == '-') buffer_char(printer->out, *at++);
    if (ratio == 0) {
        buffer_string(printer->out, "0%");
        return;
    }
    for (; *at != 'e'; at++)
        if (*at != '.') digits[count++] = *at;
    while (count > 1 && digits[count - 1] == '0') count--;
    int before = atoi(at + 1) + 1 + 2; /* digits before the point, in percent */
    if (before <= 0) buffer_string(printer->out, "0.");
    for (int i = before; i < 0; i++) buffer_char(printer->out, '0');
    for (int i = 0; i < count || i < before; i++) {
        if (i == before && i > 0) buffer_char(printer->out, '.');
        buffer_char(printer->out, i < count ? digits[i] : '0');
    }
    buffer_char(printer->out, '%');
}

/* ---- Codes ---- */

/* A spelling of the dictionary that no reference of the register takes before it. */
static struct text dictionary_spelling(struct printer *printer, int dictionary)
{
    const struct label *label = &printer->schema->dictionaries[dictionary].label;
    struct text tries[] = {printer->english ? label->name : label->zh, label->name, label->zh, label->en};
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++)
        if (tries[i].size > 0 && schema_dictionary_find(printer->schema, tries[i]) == dictionary &&
            names_reference(printer->schema, printer->scope, tries[i]) == NAMES_NONE)
            return tries[i];
    return label->name;
}

void print_code(struct printer *printer, int dictionary, int code, int hint)
{
    if (hint != dictionary) {
        print_name(printer, dictionary_spelling(printer, dictionary));
        buffer_char(printer->out, '.');
    }
    print_name(printer, names_code_spelling(&printer->codes, dictionary, code, printer->english));
}

/* ---- Constants ---- */

void print_constant(struct printer *printer, const struct node *node, int hint)
{
    char text[DATE_TEXT];
    const struct value *value = &node->value;
    if (!value->known) {
        buffer_string(printer->out, word_spelling(WORD_NULL, printer->english));
        return;
    }
    switch (node->type.kind) {
    case TYPE_BOOL:
        buffer_string(printer->out, word_spelling(value->integer ? WORD_TRUE : WORD_FALSE, printer->english));
        break;
    case TYPE_INT:
        buffer_printf(printer->out, "%" PRId64, value->integer);
        print_unit(printer, node->type.unit);
        break;
    case TYPE_DECIMAL:
        print_decimal(printer, value->integer);
        print_unit(printer, node->type.unit);
        break;
    case TYPE_MONEY:
        print_money(printer, value->integer);
        break;
    case TYPE_RATIO:
        print_ratio(printer, value->ratio);
        break;
    case TYPE_DATE:
        buffer_string(printer->out, date_format((int32_t)value->integer, text));
        break;
    case TYPE_MONTH:
        buffer_string(printer->out, month_format((int32_t)value->integer, text));
        break;
    case TYPE_CODE:
        print_code(printer, node->type.dictionary, (int)value->integer, hint);
        break;
    case TYPE_CODES: /* one code, compared with a set */
        print_code(printer, node->type.dictionary, __builtin_ctzll((uint64_t)value->integer), hint);
        break;
    case TYPE_TEXT:
        print_quoted(printer, value->text, '"', '"');
        break;
    case TYPE_RECORD:
    case TYPE_NULL:
        break; /* no literal is one */
    }
}
