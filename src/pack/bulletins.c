/* Bulletins: what a document is called, what it counts, and its paragraphs. A name in braces that stands for
 * nothing is told at its place within the words: a letter that goes out with "{montored}" in it comes back
 * from the wrong desk. */
#include <stdio.h>
#include <string.h>

#include "formula/formula.h"
#include "pack/bulletin_private.h"

enum { BULLETINS_MAX = 50, FIGURES_MAX = 200, BLOCKS_MAX = 300, PIECES_MAX = 200 };

static const char *const aspect_names[ASPECTS] = {[ASPECT_VALUE] = "value",
                                                  [ASPECT_UNIT] = "unit",
                                                  [ASPECT_BEFORE] = "before",
                                                  [ASPECT_CHANGE] = "change",
                                                  [ASPECT_LAST_YEAR] = "last_year",
                                                  [ASPECT_COUNTED] = "counted",
                                                  [ASPECT_MISSING] = "missing",
                                                  [ASPECT_UNDETERMINED] = "undetermined",
                                                  [ASPECT_OF] = "of",
                                                  [ASPECT_TARGET] = "target",
                                                  [ASPECT_DUE] = "due",
                                                  [ASPECT_FORECAST] = "forecast",
                                                  [ASPECT_LIGHT] = "light"};

static const struct {
    const char *name;
    enum piece_kind kind;
    bool of_subject; /* only where the bulletin is about one */
} givens[] = {{"place", PIECE_PLACE, false}, {"county", PIECE_COUNTY, false}, {"year", PIECE_YEAR, false},
              {"month", PIECE_MONTH, false}, {"as_of", PIECE_AS_OF, false},   {"today", PIECE_TODAY, false},
              {"name", PIECE_NAME, true},    {"key", PIECE_KEY, true}};
enum { GIVENS = sizeof givens / sizeof *givens };

const char *figure_aspect_name(enum figure_aspect aspect)
{
    return aspect_names[aspect];
}

int pack_bulletin_find(const struct pack *pack, struct text name)
{
    for (size_t i = 0; i < pack->bulletin_count; i++) {
        const struct label *label = &pack->bulletins[i].label;
        if (text_equal(label->name, name) || (label->zh.size > 0 && text_fold_equal(label->zh, name)) ||
            (label->en.size > 0 && text_fold_equal(label->en, name)))
            return (int)i;
    }
    return -1;
}

/* ---- Figures ---- */

/* Targets and lights are the plan's indicators' alone. */
static bool has_aspect(const struct bulletin_figure *figure, enum figure_aspect aspect)
{
    if (aspect >= ASPECT_TARGET) return figure->indicator >= 0;
    return aspect == ASPECT_VALUE || figure->node == NULL;
}

static bool find_aspect(const struct bulletin_figure *figure, struct text name, enum figure_aspect *aspect)
{
    for (int i = 0; i < ASPECTS; i++)
        if (text_is(name, aspect_names[i]) && has_aspect(figure, (enum figure_aspect)i)) {
            *aspect = (enum figure_aspect)i;
            return true;
        }
    return false;
}

bool bulletin_figure_find(const struct bulletin_reading *reading, struct text text, int *figure,
                          enum figure_aspect *aspect, struct suggest *suggest)
{
    ptrdiff_t dot = text_find(text, TEXT("."));
    struct text name = dot < 0 ? text : (struct text){text.at, (size_t)dot};
    struct text rest =
        dot < 0 ? TEXT("value") : (struct text){text.at + dot + 1, text.size - (size_t)dot - 1};
    for (size_t i = 0; i < reading->bulletin->figure_count; i++) {
        const struct bulletin_figure *one = &reading->figures[i];
        suggest_offer(suggest, one->name);
        if (!text_equal(one->name, name)) continue;
        *figure = (int)i;
        if (find_aspect(one, rest, aspect)) return true;
        for (int k = 1; k < ASPECTS; k++)
            if (has_aspect(one, (enum figure_aspect)k))
                suggest_offer(suggest, text_of(arena_printf(reading->reader->arena, "%.*s.%s",
                                                            TEXT_ARGS(name), aspect_names[k])));
    }
    return false;
}

int bulletin_figure_named(const struct bulletin_reading *reading, const struct yaml_node *node)
{
    struct text name;
    if (!yaml_string(node, &name, reading->reader->faults)) return -1;
    struct suggest suggest = suggest_start(name);
    for (size_t i = 0; i < reading->bulletin->figure_count; i++) {
        if (text_equal(reading->figures[i].name, name)) return (int)i;
        suggest_offer(&suggest, reading->figures[i].name);
    }
    if (!reading->faulty_figures)
        yaml_fault_unknown(node, reading->reader->faults, "数字", "figure", &suggest);
    return -1;
}

/* Values of one person's sensitive fields are masked where records are shown; a formula would let them out.
 */
static bool tells_sensitive(const struct reader *reader, const struct node *node)
{
    const struct schema *schema = &reader->pack->schema;
    bool **used = arena_array(reader->arena, schema->register_count, sizeof *used), tells = false;
    for (size_t r = 0; r < schema->register_count; r++)
        used[r] = arena_array(reader->arena, schema->registers[r].field_count, sizeof **used);
    formula_fields_used(schema, node, used);
    for (size_t r = 0; r < schema->register_count; r++)
        for (size_t f = 0; f < schema->registers[r].field_count; f++)
            tells |= used[r][f] && reader->pack->registers[r].fields[f].sensitive != SENSITIVE_NO;
    return tells;
}

static bool read_subject_figure(struct bulletin_reading *reading, const struct entry *entry,
                                struct bulletin_figure *figure)
{
    static const char *const keys[] = {"formula", "note", NULL};
    struct reader *reader = reading->reader;
    struct node *node = NULL;
    struct err err;
    if (!yaml_keys(entry->value, keys, reader->faults) ||
        !reader_formula(reader, entry->value, &figure->source) || !reader_formulas_can_be_checked(reader) ||
        reader->pack->subject < 0)
        return false;
    reader_note(reader, entry->value);
    int code = formula_check(&reader->pack->schema, reader->arena, reader->pack->subject, figure->source,
                             NULL, &node, &err);
    if (code != 0 && !reader_is_suspect(reader, figure->source.text)) fault_list_add(reader->faults, &err);
    if (code != 0) return false;
    enum type_kind kind = node->type.kind;
    if (kind == TYPE_RECORD || kind == TYPE_NULL ||
        ((kind == TYPE_TEXT || kind == TYPE_CODE || kind == TYPE_CODES) && tells_sensitive(reader, node))) {
        yaml_fault(yaml_get(entry->value, "formula"), reader->faults,
                   "结果是敏感信息或另一条记录；请用 table（rows: fields 或 records）列出，那里会遮盖",
                   "this gives sensitive values or another record: show them in a table (`rows: fields`, "
                   "`rows: records`), where they are masked");
        return false;
    }
    figure->node = node;
    return true;
}

static bool read_place_figure(struct bulletin_reading *reading, const struct entry *entry,
                              struct bulletin_figure *figure)
{
    static const char *const keys[] = {"indicator", "note", NULL};
    struct reader *reader = reading->reader;
    struct pack *pack = reader->pack;
    if (yaml_get(entry->value, "indicator") != NULL) {
        if (!yaml_keys(entry->value, keys, reader->faults)) return false;
        reader_note(reader, entry->value);
        figure->indicator = reader_reference(reader, yaml_get(entry->value, "indicator"), &reader->indicators,
                                             DOCUMENT_INDICATORS, "指标", "indicator");
        return figure->indicator >= 0;
    }
    if (!read_bare_figure(reader, entry, &pack->bulletin_figures[pack->bulletin_figure_count])) return false;
    figure->computed = (int)pack->bulletin_figure_count++;
    figure->of_rule = yaml_get(entry->value, "rule") != NULL;
    return true;
}

static bool is_given(const struct pack_bulletin *bulletin, struct text name)
{
    for (size_t i = 0; i < GIVENS; i++)
        if (text_is(name, givens[i].name) && (!givens[i].of_subject || bulletin->about == ABOUT_SUBJECT))
            return true;
    return false;
}

static void read_figures(struct bulletin_reading *reading, const struct yaml_node *node)
{
    struct reader *reader = reading->reader;
    struct pack_bulletin *bulletin = reading->bulletin;
    if (node == NULL || !yaml_is(node, YAML_MAPPING, reader->faults)) return;
    if (yaml_count(node) > FIGURES_MAX)
        yaml_fault(node, reader->faults, "数字最多 %d 个", "%d figures at most", FIGURES_MAX);
    for (size_t i = 0; i < yaml_count(node) && i < FIGURES_MAX; i++) {
        struct entry entry = {.key = yaml_key(node, i), .value = yaml_item(node, i)};
        struct bulletin_figure figure = {.indicator = -1, .computed = -1};
        bool good = yaml_name(entry.key, &entry.name, reader->faults);
        figure.name = entry.name;
        if (good && (is_given(bulletin, entry.name) || bulletin_word_is_taken(entry.name))) {
            yaml_fault(entry.key, reader->faults, "“%.*s”另有含义，请换一个名称",
                       "`%.*s` means something else here; choose another name", TEXT_ARGS(entry.name));
            good = false;
        }
        if (good)
            good = bulletin->about == ABOUT_SUBJECT ? read_subject_figure(reading, &entry, &figure)
                                                    : read_place_figure(reading, &entry, &figure);
        if (good)
            reading->figures[bulletin->figure_count++] = figure;
        else
            reading->faulty_figures = true;
    }
}

/* ---- Words ---- */

/* Where a text within a scalar stands in its file. */
static void fault_within(const struct bulletin_reading *reading, const struct yaml_node *node,
                         struct text whole, size_t at, struct text name, const struct suggest *suggest)
{
    struct err err;
    int line = yaml_line(node), column = yaml_column(node);
    struct text source = yaml_source(node, &line, &column);
    if (source.at == whole.at) column += (int)text_length((struct text){whole.at, at});
    if (suggest->best.size > 0)
        err_set(&err, ERR_INPUT, "没有“%.*s”；是否应为“%.*s”？", "there is no `%.*s`; did you mean `%.*s`?",
                TEXT_ARGS(yaml_shown(name)), TEXT_ARGS(suggest->best));
    else
        err_set(
            &err, ERR_INPUT,
            "没有“%.*s”：花括号里写 place、county、year、month、as_of、today 或 figures 中的名称",
            "there is no `%.*s`: within braces stand place, county, year, month, as_of, today, or a name of "
            "`figures`",
            TEXT_ARGS(yaml_shown(name)));
    err_at(&err, yaml_file(node), line, column);
    fault_list_add(reading->reader->faults, &err);
}

static bool find_piece(const struct bulletin_reading *reading, struct text name, struct bulletin_piece *piece,
                       struct suggest *suggest)
{
    bool of_subject = reading->bulletin->about == ABOUT_SUBJECT;
    for (size_t i = 0; i < GIVENS; i++) {
        if (givens[i].of_subject && !of_subject) continue;
        suggest_offer(suggest, text_of(givens[i].name));
        if (!text_is(name, givens[i].name)) continue;
        *piece = (struct bulletin_piece){.kind = givens[i].kind};
        return true;
    }
    *piece = (struct bulletin_piece){.kind = PIECE_FIGURE};
    return bulletin_figure_find(reading, name, &piece->figure, &piece->aspect, suggest);
}

/* As it stands in the file where nothing in it is escaped or folded, so that places can be told. */
static struct text text_to_parse(const struct yaml_node *node)
{
    int line, column;
    struct text source = yaml_source(node, &line, &column), text = yaml_text(node);
    return text_equal(source, text) ? source : text;
}

static void parse(const struct bulletin_reading *reading, const struct yaml_node *node,
                  struct bulletin_template *out)
{
    struct reader *reader = reading->reader;
    struct text text = text_to_parse(node);
    struct bulletin_piece *pieces = arena_array(reader->arena, PIECES_MAX, sizeof *pieces);
    size_t count = 0;
    out->pieces = pieces;
    for (size_t at = 0; at < text.size && count + 2 < PIECES_MAX;) {
        const char *open = memchr(text.at + at, '{', text.size - at);
        size_t until = open == NULL ? text.size : (size_t)(open - text.at);
        if (until > at)
            pieces[count++] =
                (struct bulletin_piece){.kind = PIECE_WORDS, .words = {text.at + at, until - at}};
        if (open == NULL) break;
        const char *close = memchr(open, '}', text.size - until);
        struct text name = {open + 1, close == NULL ? 0 : (size_t)(close - open) - 1};
        struct suggest suggest = suggest_start(name);
        if (close == NULL) {
            fault_within(reading, node, text, until, (struct text){open, text.size - until}, &suggest);
            return;
        }
        if (find_piece(reading, name, &pieces[count], &suggest))
            count++;
        else if (!reading->faulty_figures)
            fault_within(reading, node, text, until + 1, name, &suggest);
        at = until + name.size + 2;
    }
    out->count = count;
    if (count + 2 >= PIECES_MAX)
        yaml_fault(node, reader->faults, "文字中的数字太多，请分成几段",
                   "too many figures in one text: make several paragraphs of it");
}

static bool read_template(const struct bulletin_reading *reading, const struct yaml_node *node,
                          struct bulletin_words *out)
{
    struct text zh, en;
    struct reader *reader = reading->reader;
    if (!reader_words(reader, node, &zh, &en)) return false;
    if (yaml_kind(node) == YAML_SCALAR) {
        parse(reading, node, &out->in[strcmp(reader->pack->language, "en") == 0]);
        return true;
    }
    if (yaml_get(node, "zh") != NULL) parse(reading, yaml_get(node, "zh"), &out->in[0]);
    if (yaml_get(node, "en") != NULL) parse(reading, yaml_get(node, "en"), &out->in[1]);
    return true;
}

/* ---- Blocks ---- */

static const char *const block_names[BLOCK_KINDS] = {
    [BLOCK_HEADING] = "heading", [BLOCK_SUBHEADING] = "subheading", [BLOCK_TEXT] = "text",
    [BLOCK_NOTE] = "note",       [BLOCK_TABLE] = "table",           [BLOCK_SIGNED] = "signed"};

static void read_block(const struct bulletin_reading *reading, const struct yaml_node *node,
                       struct bulletin_block *block)
{
    static const char *const keys[] = {"heading", "subheading", "text",  "note",    "table", "signed",
                                       "when",    "unless",     "known", "unknown", NULL};
    struct reader *reader = reading->reader;
    const struct yaml_node *content = NULL;
    size_t found = 0;
    *block = (struct bulletin_block){.when = -1, .unless = -1, .known = -1, .unknown = -1};
    if (!yaml_keys(node, keys, reader->faults)) return;
    for (int i = 0; i < BLOCK_KINDS; i++) {
        const struct yaml_node *one = yaml_get(node, block_names[i]);
        if (one == NULL) continue;
        block->kind = (enum block_kind)i;
        content = one;
        found++;
    }
    if (found != 1) {
        yaml_fault(node, reader->faults, "请写 heading、subheading、text、note、table、signed 中的一个",
                   "write one of `heading`, `subheading`, `text`, `note`, `table`, `signed`");
        return;
    }
    block->when = bulletin_figure_named(reading, yaml_get(node, "when"));
    block->unless = bulletin_figure_named(reading, yaml_get(node, "unless"));
    block->known = bulletin_figure_named(reading, yaml_get(node, "known"));
    block->unknown = bulletin_figure_named(reading, yaml_get(node, "unknown"));
    if (block->kind == BLOCK_TABLE)
        read_bulletin_table(reading, content, &block->table);
    else
        read_template(reading, content, &block->words);
}

static void read_blocks(const struct bulletin_reading *reading, const struct yaml_node *node)
{
    struct reader *reader = reading->reader;
    struct pack_bulletin *bulletin = reading->bulletin;
    if (node == NULL || !yaml_is(node, YAML_LIST, reader->faults)) return;
    if (yaml_count(node) == 0)
        yaml_fault(node, reader->faults, "正文是空的", "there is nothing in the document");
    size_t count = yaml_count(node) < BLOCKS_MAX ? yaml_count(node) : BLOCKS_MAX;
    if (yaml_count(node) > BLOCKS_MAX)
        yaml_fault(node, reader->faults, "正文最多 %d 段", "%d blocks at most", BLOCKS_MAX);
    struct bulletin_block *blocks = arena_array(reader->arena, count, sizeof *blocks);
    for (size_t i = 0; i < count; i++) read_block(reading, yaml_item(node, i), &blocks[i]);
    bulletin->blocks = blocks;
    bulletin->block_count = count;
}

/* ---- The document ---- */

static void read_about(struct bulletin_reading *reading, const struct yaml_node *thing)
{
    static const char *const abouts[] = {"place", "subject", NULL};
    static const char *const periods[] = {"month", "year", NULL};
    struct reader *reader = reading->reader;
    int choice;
    if (yaml_choice(yaml_get(thing, "about"), abouts, &choice, reader->faults))
        reading->bulletin->about = (enum bulletin_about)choice;
    if (yaml_choice(yaml_get(thing, "every"), periods, &choice, reader->faults))
        reading->bulletin->yearly = choice == 1;
    if (reading->bulletin->about == ABOUT_SUBJECT && reader->pack->subject < 0 &&
        !reader->broken[DOCUMENT_PACK])
        yaml_fault(yaml_get(thing, "about"), reader->faults, "pack.yaml 没有写明 subject",
                   "pack.yaml names no `subject`");
    yaml_bool(yaml_get(thing, "landscape"), &reading->bulletin->landscape, reader->faults);
}

static void read_bulletin(struct reader *reader, const struct entry *entry, struct pack_bulletin *bulletin)
{
    static const char *const keys[] = {"label", "clause",   "note",    "about", "every", "landscape",
                                       "title", "subtitle", "figures", "body",  NULL};
    const struct yaml_node *thing = entry->value;
    struct bulletin_reading reading = {.reader = reader, .bulletin = bulletin};
    *bulletin = (struct pack_bulletin){.label = {.name = entry->name}};
    if (!yaml_keys(thing, keys, reader->faults)) return;
    reading.figures = arena_array(reader->arena, FIGURES_MAX, sizeof *reading.figures);
    bulletin->figures = reading.figures;
    reader_label(reader, thing, entry->name, &bulletin->label);
    bulletin->clause = reader_clause(reader, thing);
    bulletin->note = reader_note(reader, thing);
    read_about(&reading, thing);
    read_figures(&reading, yaml_get(thing, "figures"));
    read_template(&reading, yaml_need(thing, "title", "文件标题", "the document's title", reader->faults),
                  &bulletin->title);
    read_template(&reading, yaml_get(thing, "subtitle"), &bulletin->subtitle);
    read_blocks(&reading,
                yaml_need(thing, "body", "正文：各段和表", "the paragraphs and tables", reader->faults));
}

void read_bulletins(struct reader *reader)
{
    struct pack *pack = reader->pack;
    struct entries entries = reader_entries(reader, DOCUMENT_BULLETINS);
    if (entries.count > BULLETINS_MAX) {
        yaml_fault(entries.items[BULLETINS_MAX].key, reader->faults, "文件种类最多 %d 个",
                   "%d bulletins at most", BULLETINS_MAX);
        entries.count = BULLETINS_MAX;
    }
    pack->bulletins = arena_array(reader->arena, entries.count, sizeof *pack->bulletins);
    pack->bulletin_figures =
        arena_array(reader->arena, entries.count * FIGURES_MAX, sizeof *pack->bulletin_figures);
    pack->bulletin_count = entries.count;
    struct spellings spellings = {0};
    for (size_t i = 0; i < entries.count; i++) {
        read_bulletin(reader, &entries.items[i], &pack->bulletins[i]);
        spellings_add_label(&spellings, reader, &pack->bulletins[i].label, i, entries.items[i].key,
                            entries.items[i].value);
    }
    spellings_fini(&spellings);
}
