/* Works on the tokens, not on the tree, because the writer's words, parentheses and comments have to survive.
 * Whether a stretch fits on a line is answered by sums of widths, so that long formulas cost no more than
 * their length times their nesting. */
#include "formula/layout.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "formula/ast.h"
#include "formula/formula.h"
#include "formula/lex.h"

struct comment {
    struct text text; /* from its "--" on, without blanks at the end */
    bool trailing;    /* behind the token before it, on the same line */
};

struct piece { /* a token */
    enum token_kind kind;
    enum word word;
    struct text text;     /* as it will be printed */
    size_t match;         /* TOKEN_OPEN: the piece that closes it */
    size_t first_comment; /* comments between the piece before and this one, up to the next piece's */
    bool blank;           /* wants a blank in front when something stands before it on the line */
};

struct layout {
    const struct schema *schema;
    struct arena arena;
    struct text source;
    struct piece *pieces; /* and one of TOKEN_END behind them */
    size_t count, piece_capacity;
    struct comment *comments;
    size_t comment_count, comment_capacity;
    size_t *width; /* [i]: columns of the pieces before i, on one line */
    size_t limit;
    struct buffer *out;
    size_t column;   /* on the line that is being written */
    bool line_empty; /* its indentation (column) is not written yet */
    bool line_ended; /* by a comment: nothing more may follow on this line */
};

/* ---- Reading ---- */

static const char *sign_text(enum token_kind kind)
{
    switch (kind) {
    case TOKEN_OPEN:
        return "(";
    case TOKEN_CLOSE:
        return ")";
    case TOKEN_COMMA:
        return ",";
    case TOKEN_COLON:
        return ":";
    case TOKEN_DOT:
        return ".";
    case TOKEN_PLUS:
        return "+";
    case TOKEN_MINUS:
        return "-";
    case TOKEN_TIMES:
        return "*";
    case TOKEN_OVER:
        return "/";
    case TOKEN_EQUAL:
        return "=";
    case TOKEN_UNEQUAL:
        return "<>";
    case TOKEN_LESS:
        return "<";
    case TOKEN_LESS_EQUAL:
        return "<=";
    case TOKEN_GREATER:
        return ">";
    case TOKEN_GREATER_EQUAL:
        return ">=";
    case TOKEN_END:
    case TOKEN_NUMBER:
    case TOKEN_DATE:
    case TOKEN_MONTH:
    case TOKEN_TEXT:
    case TOKEN_NAME:
    case TOKEN_WORD:
        return NULL;
    }
    return NULL;
}

static struct text piece_text(struct layout *layout, const struct token *token)
{
    const char *sign = sign_text(token->kind);
    if (sign != NULL) return text_of(sign);
    if (token->kind != TOKEN_WORD) return token->text;
    struct buffer folded = {0};
    text_fold(token->text, &folded);
    struct text word = arena_text(&layout->arena, buffer_get(&folded));
    buffer_fini(&folded);
    return word;
}

static void read_comments(struct layout *layout, struct text gap, bool behind_token)
{
    bool same_line = behind_token;
    while (gap.size > 0) {
        const char *end = memchr(gap.at, '\n', gap.size);
        size_t size = end == NULL ? gap.size : (size_t)(end - gap.at);
        struct text line = text_trim((struct text){gap.at, size});
        if (line.size > 0) {
            layout->comments = mem_grow(layout->comments, &layout->comment_capacity,
                                        layout->comment_count + 1, sizeof *layout->comments);
            layout->comments[layout->comment_count++] = (struct comment){line, same_line};
        }
        same_line = false;
        size += end != NULL;
        gap = (struct text){gap.at + size, gap.size - size};
    }
}

static bool is_operator(enum token_kind kind)
{
    return kind >= TOKEN_PLUS;
}

static bool is_unary_minus(const struct layout *layout, size_t at)
{
    if (layout->pieces[at].kind != TOKEN_MINUS) return false;
    if (at == 0) return true;
    const struct piece *before = &layout->pieces[at - 1];
    if (before->kind == TOKEN_WORD)
        return before->word != WORD_NULL && before->word != WORD_TRUE && before->word != WORD_FALSE &&
               before->word != WORD_IS_NULL && before->word != WORD_IS_NOT_NULL;
    return before->kind == TOKEN_OPEN || before->kind == TOKEN_COMMA || before->kind == TOKEN_COLON ||
           is_operator(before->kind);
}

static bool wants_blank(const struct layout *layout, size_t at)
{
    if (at == 0) return false;
    const struct piece *before = &layout->pieces[at - 1], *piece = &layout->pieces[at];
    /* Two minus signs side by side would begin a comment. */
    if (before->kind == TOKEN_MINUS && piece->kind == TOKEN_MINUS) return true;
    if (piece->kind == TOKEN_CLOSE || piece->kind == TOKEN_COMMA || piece->kind == TOKEN_COLON ||
        piece->kind == TOKEN_DOT)
        return false;
    if (before->kind == TOKEN_OPEN || before->kind == TOKEN_DOT || is_unary_minus(layout, at - 1))
        return false;
    return piece->kind != TOKEN_OPEN || before->kind != TOKEN_NAME;
}

static int read_pieces(struct layout *layout, struct err *err)
{
    struct lexer lexer;
    struct token token;
    size_t end = 0;
    int code = lexer_start(&lexer, layout->schema, &layout->arena, layout->source, err);
    while (code == 0) {
        code = lexer_next(&lexer, &token);
        if (code < 0) break;
        size_t start = (size_t)(token.text.at - layout->source.at), comments = layout->comment_count;
        read_comments(layout, (struct text){layout->source.at + end, start - end}, layout->count > 0);
        end = start + token.text.size;
        layout->pieces =
            mem_grow(layout->pieces, &layout->piece_capacity, layout->count + 1, sizeof *layout->pieces);
        layout->pieces[layout->count] =
            (struct piece){token.kind, token.word, piece_text(layout, &token), 0, comments, false};
        layout->pieces[layout->count].blank = wants_blank(layout, layout->count);
        if (token.kind == TOKEN_END) break;
        layout->count++;
    }
    return code;
}

/* The text has been parsed, so every parenthesis has its partner. */
static void match_parentheses(struct layout *layout)
{
    size_t *open = mem_new(layout->count + 1, sizeof *open), depth = 0;
    for (size_t i = 0; i < layout->count; i++) {
        if (layout->pieces[i].kind == TOKEN_OPEN) open[depth++] = i;
        if (layout->pieces[i].kind == TOKEN_CLOSE && depth > 0) layout->pieces[open[--depth]].match = i;
    }
    free(open);
}

static void sum_widths(struct layout *layout)
{
    layout->width = mem_new(layout->count + 1, sizeof *layout->width);
    for (size_t i = 0; i < layout->count; i++)
        layout->width[i + 1] =
            layout->width[i] + layout->pieces[i].blank + text_width(layout->pieces[i].text);
}

/* ---- Writing ---- */

static void new_line(struct layout *layout, size_t indent)
{
    if (!layout->line_empty) buffer_char(layout->out, '\n');
    layout->column = indent;
    layout->line_ended = false;
    layout->line_empty = true;
}

static void put_text(struct layout *layout, struct text text)
{
    for (size_t i = 0; layout->line_empty && i < layout->column; i++) buffer_char(layout->out, ' ');
    buffer_text(layout->out, text);
    layout->column += text_width(text);
    layout->line_empty = false;
}

static size_t comments_before(const struct layout *layout, size_t at, size_t *first)
{
    *first = layout->pieces[at].first_comment;
    size_t next = at < layout->count ? layout->pieces[at + 1].first_comment : layout->comment_count;
    return next - *first;
}

/* The comments in front of a piece: one that trails the piece before stands behind it, the others on lines of
 * their own. */
static void put_comments(struct layout *layout, size_t at, size_t indent)
{
    size_t first, count = comments_before(layout, at, &first);
    for (size_t i = 0; i < count; i++) {
        const struct comment *comment = &layout->comments[first + i];
        if (!comment->trailing)
            new_line(layout, indent);
        else if (!layout->line_empty)
            put_text(layout, TEXT("  "));
        put_text(layout, comment->text);
        layout->line_ended = true;
    }
}

static void put_piece(struct layout *layout, size_t at, size_t indent)
{
    put_comments(layout, at, indent);
    if (layout->line_ended) new_line(layout, indent);
    if (layout->pieces[at].blank && !layout->line_empty) put_text(layout, TEXT(" "));
    put_text(layout, layout->pieces[at].text);
}

/* ---- Choosing where to break ---- */

static bool has_comments(const struct layout *layout, size_t from, size_t to)
{
    return layout->pieces[to].first_comment > layout->pieces[from].first_comment;
}

static size_t flat_width(const struct layout *layout, size_t from, size_t to)
{
    return layout->width[to] - layout->width[from];
}

/* Whether the pieces go on the line as it stands; those in front of `from` are written. */
static bool fits(const struct layout *layout, size_t from, size_t to)
{
    size_t inner = from + 1 < to ? from + 1 : to;
    return !has_comments(layout, inner, to) && layout->column + flat_width(layout, from, to) <= layout->limit;
}

enum breaking { BREAK_COMMA, BREAK_WHERE, BREAK_IF, BREAK_OR, BREAK_AND, BREAK_NEVER };

static enum breaking breaking_of(enum token_kind kind, enum word word)
{
    if (kind == TOKEN_COMMA) return BREAK_COMMA;
    if (kind != TOKEN_WORD) return BREAK_NEVER;
    if (word == WORD_WHERE || word == WORD_BY) return BREAK_WHERE;
    if (word == WORD_THEN || word == WORD_ELSE) return BREAK_IF;
    if (word == WORD_OR) return BREAK_OR;
    return word == WORD_AND ? BREAK_AND : BREAK_NEVER;
}

struct cursor { /* goes over the pieces of one level of parentheses */
    size_t at;
    bool between; /* the next `and` is the one that belongs to a between */
};

static enum breaking cursor_look(const struct layout *layout, struct cursor *cursor)
{
    const struct piece *piece = &layout->pieces[cursor->at];
    enum breaking breaking = breaking_of(piece->kind, piece->word);
    if (piece->kind == TOKEN_WORD && (piece->word == WORD_BETWEEN || piece->word == WORD_NOT_BETWEEN))
        cursor->between = true;
    else if (cursor->between && piece->kind == TOKEN_NAME && word_is_range(piece->text))
        cursor->between = false;
    else if (cursor->between && breaking == BREAK_AND) {
        cursor->between = false;
        breaking = BREAK_NEVER;
    }
    return breaking;
}

static void cursor_step(const struct layout *layout, struct cursor *cursor)
{
    const struct piece *piece = &layout->pieces[cursor->at];
    cursor->at = piece->kind == TOKEN_OPEN ? piece->match + 1 : cursor->at + 1;
}

static enum breaking loosest(const struct layout *layout, size_t from, size_t to)
{
    enum breaking found = BREAK_NEVER;
    for (struct cursor cursor = {from, false}; cursor.at < to; cursor_step(layout, &cursor)) {
        enum breaking breaking = cursor_look(layout, &cursor);
        if (cursor.at > from && breaking < found) found = breaking;
    }
    return found;
}

static void lay(struct layout *layout, size_t from, size_t to, size_t indent);

/* Nothing to break at on this level: parentheses that do not fit are opened up. */
static void lay_words(struct layout *layout, size_t from, size_t to, size_t indent)
{
    for (size_t i = from; i < to; i++) {
        put_piece(layout, i, indent);
        if (layout->pieces[i].kind != TOKEN_OPEN) continue;
        size_t close = layout->pieces[i].match;
        if (close == i + 1 || fits(layout, i + 1, close + 1)) continue;
        new_line(layout, indent + LAYOUT_INDENT);
        lay(layout, i + 1, close, indent + LAYOUT_INDENT);
        put_comments(layout, close, indent + LAYOUT_INDENT);
        new_line(layout, indent);
        put_text(layout, layout->pieces[close].text);
        i = close;
    }
}

/* Items of a list: as many on a line as fit. */
static void lay_items(struct layout *layout, size_t from, size_t to, size_t indent)
{
    size_t start = from;
    for (struct cursor cursor = {from, false}; cursor.at < to;) {
        bool comma = cursor_look(layout, &cursor) == BREAK_COMMA;
        size_t end = cursor.at;
        cursor_step(layout, &cursor);
        if (!comma && cursor.at < to) continue;
        if (!comma) end = cursor.at;
        if (!layout->line_empty && !fits(layout, start, cursor.at)) new_line(layout, indent);
        lay(layout, start, end, indent);
        if (comma) put_piece(layout, end, indent);
        start = cursor.at;
    }
}

/* Broken operands that are chains of their own stand further in. */
static void lay_operand(struct layout *layout, size_t from, size_t to, size_t indent)
{
    bool chain = !fits(layout, from, to) && loosest(layout, from, to) != BREAK_NEVER;
    lay(layout, from, to, chain ? indent + LAYOUT_INDENT : indent);
}

/* Operands, each on a line of its own with the word that joins it in front. */
static void lay_chain(struct layout *layout, size_t from, size_t to, size_t indent, enum breaking breaking)
{
    size_t start = from;
    for (struct cursor cursor = {from, false}; cursor.at < to;) {
        cursor_look(layout, &cursor);
        cursor_step(layout, &cursor);
        struct cursor next = cursor;
        if (cursor.at < to && cursor_look(layout, &next) != breaking) continue;
        if (start > from) {
            put_comments(layout, start, indent);
            new_line(layout, indent);
            put_text(layout, layout->pieces[start].text);
            lay_operand(layout, start + 1, cursor.at, indent);
        } else
            lay_operand(layout, start, cursor.at, indent);
        start = cursor.at;
    }
}

/* The pieces from .. to - 1, continuing the line as it stands; lines that are begun are indented. */
static void lay(struct layout *layout, size_t from, size_t to, size_t indent)
{
    if (from == to) return;
    enum breaking breaking = fits(layout, from, to) ? BREAK_NEVER : loosest(layout, from, to);
    switch (breaking) {
    case BREAK_COMMA:
        lay_items(layout, from, to, indent);
        return;
    case BREAK_WHERE:
    case BREAK_IF:
    case BREAK_OR:
    case BREAK_AND:
        lay_chain(layout, from, to, indent, breaking);
        return;
    case BREAK_NEVER:
        lay_words(layout, from, to, indent);
        return;
    }
}

int formula_layout(const struct schema *schema, struct text text, size_t width, struct buffer *out,
                   struct err *err)
{
    struct err unused;
    struct layout layout = {.schema = schema, .source = text, .limit = width, .out = out, .line_empty = true};
    struct ast *ast;
    err = err == NULL ? &unused : err;
    int code = ast_parse(schema, &layout.arena, text, &ast, err);
    if (code == 0) code = read_pieces(&layout, err);
    if (code == 0) {
        match_parentheses(&layout);
        sum_widths(&layout);
        lay(&layout, 0, layout.count, 0);
        put_comments(&layout, layout.count, 0);
    }
    free(layout.pieces);
    free(layout.comments);
    free(layout.width);
    arena_fini(&layout.arena);
    return code;
}
