/* A formula is found in its file by where its text points to. One that fits on a line is written into the
 * scalar that is there; one that does not becomes a block (`|`) where the scalar is the whole value of a key
 * on its line. */
#include "pack/format.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "formula/formula.h"
#include "formula/layout.h"
#include "pack/bulletin.h"
#include "pack/case_formulas.h"
#include "pack/catalogue.h"

enum { MAPPING_INDENT = 2 };

struct edit {
    size_t file;
    size_t from, to; /* bytes of the file */
    struct text text;
};

struct formatter {
    const struct pack *pack;
    struct pack_formatted *out;
    struct edit *edits;
    size_t count, capacity;
};

void pack_formatted_fini(struct pack_formatted *formatted)
{
    free(formatted->files);
    free(formatted->changed);
    arena_fini(&formatted->arena);
    *formatted = (struct pack_formatted){0};
}

/* ---- Where a formula stands ---- */

static bool find_file(const struct pack *pack, struct text text, size_t *file, size_t *from)
{
    for (size_t i = 0; i < pack->file_count; i++) {
        struct text content = pack->files[i].content;
        if (text.at < content.at || text.at + text.size > content.at + content.size) continue;
        *file = i;
        *from = (size_t)(text.at - content.at);
        return true;
    }
    return false;
}

struct scalar {
    struct text before; /* what stands on its line in front of it */
    bool block;         /* its lines stand below its key */
    bool whole;         /* plain, the whole value of a key that begins its line: may become a block */
    size_t indent;      /* of a block's lines; of the key's line otherwise */
};

static size_t leading_blanks(struct text line)
{
    size_t count = 0;
    while (count < line.size && line.at[count] == ' ') count++;
    return count;
}

static struct scalar scalar_at(struct text content, size_t from)
{
    size_t line = from;
    while (line > 0 && content.at[line - 1] != '\n') line--;
    struct scalar scalar = {.before = {content.at + line, from - line}};
    scalar.indent = leading_blanks(scalar.before);
    scalar.block = scalar.indent == scalar.before.size;
    struct text key = text_trim(scalar.before);
    scalar.whole = !scalar.block && text_ends(key, TEXT(":"));
    for (size_t i = 0; i + 1 < key.size; i++)
        if (!((key.at[i] >= 'a' && key.at[i] <= 'z') || key.at[i] == '_')) scalar.whole = false;
    return scalar;
}

/* Whether a plain scalar may hold it; flow: within braces or brackets. */
static bool is_plain(struct text text, bool flow)
{
    static const char first[] = "-?:,[]{}#&*!|>'\"%@`";
    if (text.size == 0 || strchr(first, text.at[0]) != NULL) return false;
    for (size_t i = 0; i < text.size; i++) {
        if (flow && strchr("[]{}", text.at[i]) != NULL) return false;
        if (text.at[i] == ':' && (i + 1 == text.size || text.at[i + 1] == ' ')) return false;
        if (text.at[i] == '#' && i > 0 && text.at[i - 1] == ' ') return false;
    }
    return true;
}

/* ---- Laying out ---- */

static size_t left_of(size_t taken)
{
    return LAYOUT_WIDTH > taken ? LAYOUT_WIDTH - taken : 1;
}

static void indent_lines(struct text text, size_t indent, struct buffer *out)
{
    for (size_t i = 0; i < text.size; i++) {
        bool begins = i == 0 || text.at[i - 1] == '\n';
        for (size_t blank = 0; begins && blank < indent; blank++) buffer_char(out, ' ');
        buffer_char(out, text.at[i]);
    }
}

static void add_edit(struct formatter *formatter, size_t file, size_t from, size_t to, struct text text)
{
    formatter->edits =
        mem_grow(formatter->edits, &formatter->capacity, formatter->count + 1, sizeof *formatter->edits);
    formatter->edits[formatter->count++] =
        (struct edit){file, from, to, arena_text(&formatter->out->arena, text)};
    formatter->out->formulas++;
}

/* A block's source begins behind its first indentation and its lines bear theirs. */
static void edit_block(struct formatter *formatter, size_t file, size_t from, struct text text, size_t indent,
                       struct text laid)
{
    struct buffer lines = {0};
    size_t end = text.size;
    while (end > 0 && text.at[end - 1] == '\n') end--;
    indent_lines(laid, indent, &lines);
    struct text fresh = {lines.data + indent, lines.size - indent};
    if (!text_equal(fresh, (struct text){text.at, end})) add_edit(formatter, file, from, from + end, fresh);
    buffer_fini(&lines);
}

/* Written into the scalar that is there, where that can hold it. */
static void edit_line(struct formatter *formatter, size_t file, size_t from, struct text text,
                      const struct scalar *scalar, struct text laid)
{
    bool quoted =
        scalar->before.size > 0 && strchr("'\"", scalar->before.at[scalar->before.size - 1]) != NULL;
    if (text_equal(laid, text)) return;
    if (quoted || is_plain(laid, !scalar->whole))
        add_edit(formatter, file, from, from + text.size, laid);
    else
        formatter->out->left++;
}

/* The scalar becomes a block, whose lines begin further to the left than the scalar did. */
static int edit_into_block(struct formatter *formatter, size_t file, size_t from, struct text text,
                           const struct scalar *scalar, struct err *err)
{
    struct buffer laid = {0}, lines = {0};
    size_t indent = scalar->indent + MAPPING_INDENT;
    int code = formula_layout(&formatter->pack->schema, text, left_of(indent), &laid, err);
    if (code == 0) {
        buffer_string(&lines, "|\n");
        indent_lines(buffer_get(&laid), indent, &lines);
        add_edit(formatter, file, from, from + text.size, buffer_get(&lines));
    }
    buffer_fini(&laid);
    buffer_fini(&lines);
    return code;
}

static int edit_formula(struct formatter *formatter, size_t file, size_t from, struct text text,
                        struct err *err)
{
    struct buffer laid = {0};
    struct scalar scalar = scalar_at(formatter->pack->files[file].content, from);
    size_t width = scalar.block   ? left_of(scalar.indent)
                   : scalar.whole ? left_of(text_width(scalar.before))
                                  : FORMULA_SIZE_MAX;
    int code = formula_layout(&formatter->pack->schema, text, width, &laid, err);
    struct text lines = buffer_get(&laid);
    bool one_line = lines.size == 0 || memchr(lines.at, '\n', lines.size) == NULL;
    if (code == 0 && scalar.block)
        edit_block(formatter, file, from, text, scalar.indent, lines);
    else if (code == 0 && scalar.whole && !text_equal(lines, text) && (!one_line || !is_plain(lines, false)))
        code = edit_into_block(formatter, file, from, text, &scalar, err);
    else if (code == 0)
        edit_line(formatter, file, from, text, &scalar, lines);
    buffer_fini(&laid);
    return code;
}

static int format_one(struct formatter *formatter, const struct formula_source *source, struct err *err)
{
    size_t file, from;
    if (!find_file(formatter->pack, source->text, &file, &from)) { /* it was unescaped */
        formatter->out->left++;
        return 0;
    }
    int code = edit_formula(formatter, file, from, source->text, err);
    if (code != 0) err_at(err, source->file, source->line + err->line - 1, err->column);
    return code;
}

static int format_indicator(struct formatter *formatter, const struct pack_indicator *indicator,
                            struct err *err)
{
    const struct formula_source *sources[] = {&indicator->where_source, &indicator->value_source,
                                              &indicator->of_source, &indicator->minus_source};
    int code = 0;
    for (size_t i = 0; code == 0 && i < sizeof sources / sizeof *sources; i++)
        if (sources[i]->text.size > 0) code = format_one(formatter, sources[i], err);
    return code;
}

/* A figure that counts a rule's hits has the rule's own formula, which stands in the rule's file. */
static bool is_rules_own(const struct pack *pack, const struct pack_indicator *figure)
{
    for (size_t i = 0; i < pack->rule_count; i++)
        if (pack->rules[i].source.text.at == figure->value_source.text.at) return true;
    return false;
}

static int format_bulletins(struct formatter *formatter, struct err *err)
{
    const struct pack *pack = formatter->pack;
    int code = 0;
    for (size_t i = 0; code == 0 && i < pack->bulletin_figure_count; i++)
        if (!is_rules_own(pack, &pack->bulletin_figures[i]))
            code = format_indicator(formatter, &pack->bulletin_figures[i], err);
    for (size_t i = 0; i < pack->bulletin_count; i++)
        for (size_t k = 0; code == 0 && k < pack->bulletins[i].figure_count; k++)
            if (pack->bulletins[i].figures[k].node != NULL)
                code = format_one(formatter, &pack->bulletins[i].figures[k].source, err);
    return code;
}

static int format_case_formula(void *context, const struct case_formula *formula, struct err *err)
{
    return format_one(context, formula->source, err);
}

/* ---- Putting together ---- */

static int by_place(const void *a, const void *b)
{
    const struct edit *left = a, *right = b;
    if (left->file != right->file) return left->file < right->file ? -1 : 1;
    return left->from < right->from ? -1 : left->from > right->from;
}

static void apply(struct formatter *formatter)
{
    struct pack_formatted *out = formatter->out;
    const struct pack *pack = formatter->pack;
    if (formatter->count > 0) qsort(formatter->edits, formatter->count, sizeof *formatter->edits, by_place);
    size_t edit = 0;
    for (size_t i = 0; i < pack->file_count; i++) {
        struct text content = pack->files[i].content;
        struct buffer fresh = {0};
        size_t done = 0;
        for (; edit < formatter->count && formatter->edits[edit].file == i; edit++) {
            buffer_add(&fresh, content.at + done, formatter->edits[edit].from - done);
            buffer_text(&fresh, formatter->edits[edit].text);
            done = formatter->edits[edit].to;
        }
        out->files[i] = pack->files[i];
        if (done > 0) {
            buffer_add(&fresh, content.at + done, content.size - done);
            out->files[i].content = arena_text(&out->arena, buffer_get(&fresh));
            out->changed[i] = true;
            out->changed_count++;
        }
        buffer_fini(&fresh);
    }
}

static bool same_or_none(const struct node *a, const struct node *b)
{
    return a == NULL || b == NULL ? a == b : formula_equal(a, b);
}

static bool same_indicators(const struct pack_indicator *a, const struct pack_indicator *b, size_t count)
{
    bool same = true;
    for (size_t i = 0; same && i < count; i++)
        same = same_or_none(a[i].where, b[i].where) && same_or_none(a[i].value, b[i].value) &&
               same_or_none(a[i].of, b[i].of) && same_or_none(a[i].minus, b[i].minus);
    return same;
}

static bool same_bulletins(const struct pack *a, const struct pack *b)
{
    bool same = a->bulletin_count == b->bulletin_count;
    for (size_t i = 0; same && i < a->bulletin_count; i++) {
        same = a->bulletins[i].figure_count == b->bulletins[i].figure_count;
        for (size_t k = 0; same && k < a->bulletins[i].figure_count; k++)
            same = same_or_none(a->bulletins[i].figures[k].node, b->bulletins[i].figures[k].node);
    }
    return same;
}

static bool same_items(const struct pack_catalogue *a, const struct pack_catalogue *b)
{
    bool same = a->item_count == b->item_count;
    for (size_t i = 0; same && i < a->item_count; i++)
        same = formula_equal(a->items[i].node, b->items[i].node);
    return same;
}

/* The other pack's case formulas, to be held against one after the other. */
struct case_nodes {
    const struct node **nodes;
    size_t count, capacity;
    bool same;
};

static int note_node(void *context, const struct case_formula *formula, struct err *err)
{
    struct case_nodes *nodes = context;
    (void)err;
    nodes->nodes = mem_grow(nodes->nodes, &nodes->capacity, nodes->count + 1, sizeof *nodes->nodes);
    nodes->nodes[nodes->count++] = *formula->node;
    return 0;
}

static int compare_node(void *context, const struct case_formula *formula, struct err *err)
{
    struct case_nodes *nodes = context;
    (void)err;
    nodes->same = nodes->same && nodes->count > 0 && same_or_none(nodes->nodes[0], *formula->node);
    if (nodes->count > 0) {
        nodes->nodes++;
        nodes->count--;
    }
    return 0;
}

static bool same_cases(const struct pack *a, const struct pack *b)
{
    struct case_nodes nodes = {.same = true};
    case_formulas_walk(a, note_node, &nodes, NULL);
    const struct node **all = nodes.nodes;
    case_formulas_walk(b, compare_node, &nodes, NULL);
    free(all);
    return nodes.same && nodes.count == 0;
}

static bool same_formulas(const struct pack *a, const struct pack *b)
{
    bool same = a->rule_count == b->rule_count && a->schema.definition_count == b->schema.definition_count &&
                a->catalogue_count == b->catalogue_count && a->indicator_count == b->indicator_count &&
                a->bulletin_figure_count == b->bulletin_figure_count;
    for (size_t i = 0; same && i < a->rule_count; i++)
        same = formula_equal(a->rules[i].node, b->rules[i].node);
    for (size_t i = 0; same && i < a->schema.definition_count; i++)
        same = formula_equal(a->schema.definitions[i].node, b->schema.definitions[i].node);
    for (size_t i = 0; same && i < a->catalogue_count; i++)
        same = same_items(&a->catalogues[i], &b->catalogues[i]);
    return same && same_indicators(a->indicators, b->indicators, a->indicator_count) &&
           same_indicators(a->bulletin_figures, b->bulletin_figures, a->bulletin_figure_count) &&
           same_bulletins(a, b) && same_cases(a, b);
}

/* Layout and YAML each keep the meaning; that both together do is looked at once more before anybody's file
 * is replaced. */
static int verify(const struct pack *pack, const struct pack_formatted *out, struct err *err)
{
    struct pack *again = NULL;
    struct fault_list faults = {0};
    int code = pack_load_files("format", out->files, pack->file_count, &again, &faults, err);
    if (code == 0 && !same_formulas(pack, again))
        code =
            err_set(err, ERR_CORRUPT, "重排后的公式读出来与原来不同，文件没有改动。请报告这个错误",
                    "The formulas would not read as before; no file was changed. Please report this fault");
    fault_list_fini(&faults);
    pack_free(again);
    return code;
}

int pack_format(const struct pack *pack, struct pack_formatted *out, struct err *err)
{
    struct formatter formatter = {.pack = pack, .out = out};
    int code = 0;
    *out = (struct pack_formatted){0};
    out->files = mem_new(pack->file_count, sizeof *out->files);
    out->changed = mem_new(pack->file_count, sizeof *out->changed);
    for (size_t i = 0; code == 0 && i < pack->schema.definition_count; i++)
        code = format_one(&formatter, &pack->schema.definitions[i].source, err);
    for (size_t i = 0; code == 0 && i < pack->rule_count; i++)
        code = format_one(&formatter, &pack->rules[i].source, err);
    for (size_t i = 0; code == 0 && i < pack->indicator_count; i++)
        code = format_indicator(&formatter, &pack->indicators[i], err);
    for (size_t i = 0; code == 0 && i < pack->catalogue_count; i++)
        for (size_t k = 0; code == 0 && k < pack->catalogues[i].item_count; k++)
            code = format_one(&formatter, &pack->catalogues[i].items[k].source, err);
    if (code == 0) code = format_bulletins(&formatter, err);
    if (code == 0) code = case_formulas_walk(pack, format_case_formula, &formatter, err);
    if (code == 0) apply(&formatter);
    if (code == 0) code = verify(pack, out, err);
    free(formatter.edits);
    if (code != 0) pack_formatted_fini(out);
    return code;
}
