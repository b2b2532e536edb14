/* By hand, because names are words of two scripts, numbers carry units, and full-width forms are everywhere.
 */
#include "formula/lex.h"

#include <string.h>

#include "base/date.h"
#include "formula/formula.h"

enum { UNIT_LENGTH_MAX = 24, DIGITS_MAX = 40 };

/* ---- Characters ---- */

static uint32_t narrow(uint32_t c)
{
    if (c >= 0xFF01 && c <= 0xFF5E) return c - 0xFF01 + '!';
    if (c == 0x2212) return '-'; /* minus sign */
    return c;
}

static bool is_blank(uint32_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r') || c == 0xA0 || c == 0x3000 || c == 0x200B || c == 0xFEFF;
}

static bool is_digit(uint32_t c)
{
    return c >= '0' && c <= '9';
}

static bool is_ascii_word(uint32_t c)
{
    return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

/* Letters of the scripts that labels are written in; marks and symbols need brackets. */
static bool is_name(uint32_t c)
{
    return is_ascii_word(c) || (c >= 0xC0 && c <= 0x24F && c != 0xD7 && c != 0xF7) ||
           (c >= 0x370 && c <= 0x52F) || c == 0x3005 || c == 0x3007 || (c >= 0x3040 && c <= 0x30FF) ||
           (c >= 0x3400 && c <= 0x9FFF) || (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0xF900 && c <= 0xFAFF) ||
           (c >= 0x20000 && c <= 0x3FFFD);
}

static bool is_name_start(uint32_t c)
{
    return is_name(c) && !is_digit(c);
}

bool lex_is_plain_name(struct text name)
{
    if (name.size == 0) return false;
    for (size_t offset = 0; offset < name.size;) {
        bool first = offset == 0;
        uint32_t c = narrow(text_next(name, &offset));
        if (first ? !is_name_start(c) : !is_name(c)) return false;
    }
    return word_find(name) == WORD_NONE;
}

/* ---- Walking ---- */

/* The character at an offset, narrowed; 0 at the end. */
static uint32_t peek_at(const struct lexer *lexer, size_t offset)
{
    return offset < lexer->text.size ? narrow(text_next(lexer->text, &offset)) : 0;
}

static uint32_t peek(const struct lexer *lexer)
{
    return peek_at(lexer, lexer->offset);
}

static uint32_t step(struct lexer *lexer)
{
    uint32_t c = text_next(lexer->text, &lexer->offset);
    if (c == '\n') {
        lexer->line++;
        lexer->column = 1;
    } else
        lexer->column++;
    return c;
}

static void step_to(struct lexer *lexer, size_t offset)
{
    while (lexer->offset < offset) step(lexer);
}

static struct text since(const struct lexer *lexer, size_t start)
{
    return (struct text){lexer->text.at + start, lexer->offset - start};
}

static void skip_blanks(struct lexer *lexer)
{
    while (lexer->offset < lexer->text.size) {
        struct text rest = {lexer->text.at + lexer->offset, lexer->text.size - lexer->offset};
        if (text_starts(rest, TEXT("--"))) {
            while (lexer->offset < lexer->text.size && peek(lexer) != '\n') step(lexer);
        } else if (is_blank(peek(lexer)))
            step(lexer);
        else
            return;
    }
}

int lexer_start(struct lexer *lexer, const struct schema *schema, struct arena *arena, struct text text,
                struct err *err)
{
    *lexer = (struct lexer){schema, arena, text, 0, 1, 1, err};
    if (text.size > FORMULA_SIZE_MAX) {
        err_set(err, ERR_LIMIT, "公式长%zu字节，超过上限%d字节；请拆成几个指标",
                "the formula is %zu bytes long, more than %d; split it into definitions", text.size,
                (int)FORMULA_SIZE_MAX);
        return err_at(err, NULL, 1, 1);
    }
    size_t valid = text_valid_prefix(text);
    if (valid == text.size) return 0;
    while (lexer->offset < valid) step(lexer);
    err_set(err, ERR_INPUT, "此处不是有效的UTF-8文字；请把文件另存为UTF-8",
            "this is not valid UTF-8; save the file as UTF-8");
    return err_at(err, NULL, lexer->line, lexer->column);
}

static int fault(struct lexer *lexer, const struct token *token)
{
    return err_at(lexer->err, NULL, token->line, token->column);
}

/* ---- Numbers, dates and months ---- */

/* Reads exactly count digits at *offset; false when there are fewer or one more follows. */
static bool digits_at(const struct lexer *lexer, size_t *offset, int count, int *value)
{
    *value = 0;
    for (int i = 0; i < count; i++) {
        uint32_t c = peek_at(lexer, *offset);
        if (!is_digit(c)) return false;
        *value = *value * 10 + (int)(c - '0');
        text_next(lexer->text, offset);
    }
    return !is_digit(peek_at(lexer, *offset));
}

static bool skip_char(const struct lexer *lexer, size_t *offset, uint32_t wanted)
{
    if (peek_at(lexer, *offset) != wanted) return false;
    text_next(lexer->text, offset);
    return true;
}

/* One digit or two, for 2022年9月. */
static bool short_digits_at(const struct lexer *lexer, size_t *offset, int *value)
{
    size_t start = *offset;
    if (digits_at(lexer, offset, 2, value)) return true;
    *offset = start;
    return digits_at(lexer, offset, 1, value);
}

/* 2022-09, 2022-09-30, 2022年9月, 2022年9月30日. False when the text here is of no such form. */
static bool scan_day(const struct lexer *lexer, size_t *end, int *year, int *month, int *day)
{
    size_t offset = lexer->offset;
    *day = 0;
    if (!digits_at(lexer, &offset, 4, year) || *year < DATE_YEAR_MIN || *year > DATE_YEAR_MAX) return false;
    if (skip_char(lexer, &offset, 0x5E74 /* 年 */)) {
        if (!short_digits_at(lexer, &offset, month) || !skip_char(lexer, &offset, 0x6708 /* 月 */))
            return false;
        *end = offset;
        if (short_digits_at(lexer, &offset, day) && skip_char(lexer, &offset, 0x65E5 /* 日 */))
            *end = offset;
        else
            *day = 0;
        return true;
    }
    if (!skip_char(lexer, &offset, '-') || !digits_at(lexer, &offset, 2, month)) return false;
    *end = offset;
    if (skip_char(lexer, &offset, '-') && digits_at(lexer, &offset, 2, day))
        *end = offset;
    else
        *day = 0;
    return true;
}

/* A day 00 was written as such and must be refused, so a date is told from a month by the length of its text.
 */
static int lex_day(struct lexer *lexer, struct token *token, size_t end, int year, int month, int day)
{
    size_t start = lexer->offset;
    step_to(lexer, end);
    token->text = since(lexer, start);
    bool full = day > 0 || (text_ends(token->text, TEXT("00")) && text_length(token->text) == 10);
    token->kind = full ? TOKEN_DATE : TOKEN_MONTH;
    if (full ? date_make(year, month, day, &token->day) : month_make(year, month, &token->day)) return 0;
    if (full)
        err_set(lexer->err, ERR_INPUT, "没有%.*s这一天；如要相减，请在减号两边加空格",
                "there is no day %.*s; for a subtraction put blanks around the minus",
                TEXT_ARGS(token->text));
    else
        err_set(lexer->err, ERR_INPUT, "没有%.*s这个月；如要相减，请在减号两边加空格",
                "there is no month %.*s; for a subtraction put blanks around the minus",
                TEXT_ARGS(token->text));
    return fault(lexer, token);
}

/* The end of the run of name characters at an offset. */
static size_t run_end(const struct lexer *lexer, size_t offset)
{
    while (offset < lexer->text.size) {
        size_t next = offset;
        if (!is_name(narrow(text_next(lexer->text, &next)))) break;
        offset = next;
    }
    return offset;
}

static bool unit_named(const struct lexer *lexer, struct text name, struct number *number)
{
    if (text_fold_equal(name, TEXT("元")) || text_fold_equal(name, TEXT("yuan")))
        number->kind = NUMBER_MONEY;
    else if (text_fold_equal(name, TEXT("个百分点")) || text_fold_equal(name, TEXT("百分点")))
        number->kind = NUMBER_PERCENT;
    else {
        int unit = schema_unit_find(lexer->schema, name);
        if (unit < 0) return false;
        number->kind = NUMBER_UNIT;
        number->unit = unit;
    }
    return true;
}

/* The longest unit that a run of letters begins with: in 10000元且 only 元 belongs to the number. */
static bool unit_prefix(const struct lexer *lexer, size_t start, size_t *end, struct number *number)
{
    size_t ends[UNIT_LENGTH_MAX], count = 0, offset = start;
    while (count < UNIT_LENGTH_MAX && offset < lexer->text.size) {
        if (!is_name(narrow(text_next(lexer->text, &offset)))) break;
        ends[count++] = offset;
    }
    for (; count > 0; count--) {
        struct text name = {lexer->text.at + start, ends[count - 1] - start};
        bool cuts_word = is_ascii_word(peek_at(lexer, ends[count - 1])) &&
                         is_ascii_word((unsigned char)lexer->text.at[ends[count - 1] - 1]);
        if (cuts_word || word_find(name) != WORD_NONE || !unit_named(lexer, name, number)) continue;
        *end = ends[count - 1];
        return true;
    }
    return false;
}

/* What is written right behind the digits: 万 or 亿, and a unit. */
static void lex_attached(struct lexer *lexer, struct number *number)
{
    size_t end, start = lexer->offset;
    if (unit_prefix(lexer, start, &end, number)) {
        step_to(lexer, end);
        return;
    }
    uint32_t c = peek(lexer);
    if (c != 0x4E07 /* 万 */ && c != 0x4EBF /* 亿 */) return;
    number->exponent = c == 0x4E07 ? 4 : 8;
    step(lexer);
    if (unit_prefix(lexer, lexer->offset, &end, number)) step_to(lexer, end);
}

static int lex_name(struct lexer *lexer, struct token *token);

/* A unit behind blanks or in brackets: 6 亩, 5 [square metre], 5.5 %. Anything else there is left alone. */
static int lex_detached(struct lexer *lexer, struct number *number)
{
    struct lexer before = *lexer;
    skip_blanks(lexer);
    uint32_t c = peek(lexer);
    if (c == '%') {
        step(lexer);
        number->kind = NUMBER_PERCENT;
        return 0;
    }
    if (is_name_start(c) || c == '[' || c == 0x3010) {
        struct token token = {.line = lexer->line, .column = lexer->column};
        int code = lex_name(lexer, &token);
        if (code < 0) return code;
        if (token.kind == TOKEN_NAME && unit_named(lexer, token.content, number)) return 0;
    }
    *lexer = before;
    return 0;
}

/* The digits as ASCII: a slice of the text unless some were full-width. */
static struct text plain_digits(struct lexer *lexer, struct text text)
{
    struct buffer plain = {0};
    text_narrow(text, &plain);
    struct text digits = plain.size == text.size ? text : arena_text(lexer->arena, buffer_get(&plain));
    buffer_fini(&plain);
    return digits;
}

static int lex_number(struct lexer *lexer, struct token *token)
{
    size_t end, start = lexer->offset, count = 0;
    int year, month, day;
    if (scan_day(lexer, &end, &year, &month, &day)) return lex_day(lexer, token, end, year, month, day);
    for (bool point = false;; count++) {
        uint32_t c = peek(lexer);
        size_t next = lexer->offset;
        if (c == '.' && !point) {
            text_next(lexer->text, &next);
            if (!is_digit(peek_at(lexer, next))) break;
            point = true;
        } else if (!is_digit(c))
            break;
        step(lexer);
    }
    token->kind = TOKEN_NUMBER;
    token->number =
        (struct number){.digits = plain_digits(lexer, since(lexer, start)), .kind = NUMBER_BARE, .unit = -1};
    if (count > DIGITS_MAX) {
        err_set(lexer->err, ERR_INPUT, "数字太长，最多%d位", "the number is too long; at most %d digits",
                (int)DIGITS_MAX);
        return fault(lexer, token);
    }
    lex_attached(lexer, &token->number);
    int code = token->number.kind == NUMBER_BARE ? lex_detached(lexer, &token->number) : 0;
    token->text = since(lexer, start);
    return code;
}

/* ---- Names, labels and texts ---- */

/* Reads up to the closing mark; the mark doubled stands for itself. The opening one has been passed. */
static int lex_quoted(struct lexer *lexer, struct token *token, uint32_t close, const char *what_zh,
                      const char *what_en)
{
    struct buffer content = {0};
    size_t start = lexer->offset;
    bool doubled = false;
    while (lexer->offset < lexer->text.size) {
        size_t before = lexer->offset;
        if (step(lexer) != close) {
            buffer_add(&content, lexer->text.at + before, lexer->offset - before);
            continue;
        }
        size_t next = lexer->offset;
        if (next < lexer->text.size && text_next(lexer->text, &next) == close) {
            buffer_add(&content, lexer->text.at + before, lexer->offset - before);
            step(lexer);
            doubled = true;
            continue;
        }
        token->content = doubled ? arena_text(lexer->arena, buffer_get(&content))
                                 : (struct text){lexer->text.at + start, before - start};
        buffer_fini(&content);
        return 0;
    }
    buffer_fini(&content);
    char mark[5] = "";
    mark[text_put(close, mark)] = '\0';
    err_set(lexer->err, ERR_INPUT, "%s%.0s没有结束，缺“%s”", "%.0s%s has no end: '%s' is missing", what_zh,
            what_en, mark);
    return fault(lexer, token);
}

static int lex_label(struct lexer *lexer, struct token *token)
{
    uint32_t open = step(lexer);
    uint32_t close = open == '[' ? ']' : open == 0x3010 /* 【 */ ? 0x3011 : 0xFF3D /* ］ */;
    token->kind = TOKEN_NAME;
    int code = lex_quoted(lexer, token, close, "方括号中的名称", "the name in brackets");
    if (code < 0) return code;
    if (text_trim(token->content).size > 0) return 0;
    err_set(lexer->err, ERR_INPUT, "方括号里没有名称", "there is no name in the brackets");
    return fault(lexer, token);
}

static int lex_name(struct lexer *lexer, struct token *token)
{
    size_t start = lexer->offset;
    uint32_t c = peek(lexer);
    if (c == '[' || c == 0x3010) {
        int code = lex_label(lexer, token);
        token->text = since(lexer, start);
        return code;
    }
    step_to(lexer, run_end(lexer, start));
    token->text = token->content = since(lexer, start);
    token->word = word_find(token->text);
    token->kind = token->word == WORD_NONE ? TOKEN_NAME : TOKEN_WORD;
    return 0;
}

static int lex_text(struct lexer *lexer, struct token *token)
{
    uint32_t open = step(lexer);
    token->kind = TOKEN_TEXT;
    uint32_t close = open == 0x201C /* “ */ ? 0x201D : open;
    return lex_quoted(lexer, token, close, "引号中的文字", "the text in quotes");
}

/* ---- Signs ---- */

static enum token_kind sign(uint32_t c)
{
    switch (c) {
    case '(':
        return TOKEN_OPEN;
    case ')':
        return TOKEN_CLOSE;
    case ',':
    case 0x3001 /* 、 */:
        return TOKEN_COMMA;
    case ':':
        return TOKEN_COLON;
    case '.':
        return TOKEN_DOT;
    case '+':
        return TOKEN_PLUS;
    case '-':
        return TOKEN_MINUS;
    case '*':
    case 0xD7 /* × */:
        return TOKEN_TIMES;
    case '/':
    case 0xF7 /* ÷ */:
        return TOKEN_OVER;
    case '=':
        return TOKEN_EQUAL;
    case '<':
        return TOKEN_LESS;
    case '>':
        return TOKEN_GREATER;
    case 0x2260 /* ≠ */:
        return TOKEN_UNEQUAL;
    case 0x2264 /* ≤ */:
    case 0x2266 /* ≦ */:
        return TOKEN_LESS_EQUAL;
    case 0x2265 /* ≥ */:
    case 0x2267 /* ≧ */:
        return TOKEN_GREATER_EQUAL;
    }
    return TOKEN_END;
}

static int unexpected(struct lexer *lexer, struct token *token, uint32_t c)
{
    char shown[5] = "";
    if (c >= ' ' && c != 0x7F) shown[text_put(c, shown)] = '\0';
    const char *hint_zh = "", *hint_en = "";
    if (c == '\'' || c == 0x2018) {
        hint_zh = "；文字请用双引号";
        hint_en = "; put texts in double quotes";
    } else if (c == '!') {
        hint_zh = "；不等于写作 <>，否定写作 非";
        hint_en = "; write <> for unequal and 'not' for the opposite";
    }
    err_set(lexer->err, ERR_INPUT, "公式中不能有字符“%s”（U+%04X）%s%.0s",
            "the character '%s' (U+%04X) has no place in a formula%.0s%s", shown, (unsigned)c, hint_zh,
            hint_en);
    return fault(lexer, token);
}

static int lex_sign(struct lexer *lexer, struct token *token)
{
    uint32_t c = peek(lexer), written = step(lexer), next = peek(lexer);
    token->kind = sign(c);
    if (token->kind == TOKEN_END) return unexpected(lexer, token, written);
    if (token->kind == TOKEN_LESS && (next == '=' || next == '>')) {
        token->kind = next == '=' ? TOKEN_LESS_EQUAL : TOKEN_UNEQUAL;
        step(lexer);
    } else if (token->kind == TOKEN_GREATER && next == '=') {
        token->kind = TOKEN_GREATER_EQUAL;
        step(lexer);
    }
    return 0;
}

int lexer_next(struct lexer *lexer, struct token *token)
{
    skip_blanks(lexer);
    *token = (struct token){.kind = TOKEN_END, .line = lexer->line, .column = lexer->column};
    token->text = (struct text){lexer->text.at + lexer->offset, 0};
    if (lexer->offset == lexer->text.size) return 0;
    size_t start = lexer->offset;
    uint32_t c = peek(lexer);
    int code;
    if (is_digit(c))
        code = lex_number(lexer, token);
    else if (is_name(c) || c == '[' || c == 0x3010)
        code = lex_name(lexer, token);
    else if (c == '"' || c == 0x201C)
        code = lex_text(lexer, token);
    else
        code = lex_sign(lexer, token);
    token->text = since(lexer, start);
    return code;
}
