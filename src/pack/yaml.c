/* From bytes to a tree. libfyaml scans and parses; we take its events, because a document built by it would
 * resolve aliases (a small file can ask for gigabytes) before anybody could refuse them. */
#include "pack/yaml.h"

#include <libfyaml.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "pack/yaml_error.h"
#include "pack/yaml_tree.h"

/* A mapping or list still open: its children so far are pending[first..]. */
struct level {
    struct yaml_node *node;
    size_t first;
};

struct builder {
    struct text text;
    const char *file;
    struct arena *arena;
    struct fault_list *faults;
    struct level levels[YAML_DEPTH_MAX];
    size_t depth;
    struct yaml_node **pending;
    size_t pending_count, pending_capacity;
    size_t node_count;
    int documents;
    struct yaml_node *root;
};

/* Faults that end the reading return this from the steps below. */
enum { GO_ON = 0, STOP = -1 };

static int stop_at(struct builder *builder, int line, int column, const char *zh, const char *en)
{
    struct yaml_node place = {.file = builder->file, .line = line, .column = column};
    yaml_fault_words(&place, builder->faults, zh, en);
    return STOP;
}

static int stop_at_offset(struct builder *builder, size_t offset, const char *zh, const char *en)
{
    int line = 1;
    size_t start = 0;
    for (size_t i = 0; i < offset; i++)
        if (builder->text.at[i] == '\n') {
            line++;
            start = i + 1;
        }
    struct text before = {builder->text.at + start, offset - start};
    return stop_at(builder, line, (int)text_length(before) + 1, zh, en);
}

/* ---- Before parsing ---- */

/* Where the first control character stands, or the text's size. They would make positions wrong, and names
 * that reach a terminal dangerous. Line ends count only if lines_too. */
static size_t find_control(struct text text, bool lines_too)
{
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.at[i],
                      next = i + 1 < text.size ? (unsigned char)text.at[i + 1] : 0;
        if (c == 0xC2 && next >= 0x80 && next < 0xA0) return i; /* U+0080 … U+009F */
        if (c >= 0x20 && c != 0x7F) continue;
        if (!lines_too && (c == '\n' || (c == '\r' && next == '\n'))) continue;
        return i;
    }
    return text.size;
}

static int check_bytes(struct builder *builder)
{
    struct text text = builder->text;
    if (text.size > YAML_SIZE_MAX)
        return stop_at(builder, 1, 1, "文件超过 16 MiB；请拆成几个文件",
                       "the file is larger than 16 MiB; split it");
    size_t valid = text_valid_prefix(text);
    if (valid < text.size)
        return stop_at_offset(builder, valid, "不是有效的 UTF-8；请把文件另存为 UTF-8 编码",
                              "not valid UTF-8; save the file as UTF-8");
    size_t control = find_control(text, false);
    if (control == text.size) return GO_ON;
    if (text.at[control] == '\t')
        return stop_at_offset(builder, control, "此处有制表符（Tab）；请改用空格",
                              "a tab character stands here; use blanks instead");
    return stop_at_offset(builder, control, "此处有控制字符；请删去",
                          "a control character stands here; remove it");
}

/* ---- Building ---- */

static int stop_at_mark(struct builder *builder, const struct fy_mark *mark, const char *zh, const char *en)
{
    return stop_at(builder, mark != NULL ? mark->line + 1 : 1, mark != NULL ? mark->column + 1 : 1, zh, en);
}

/* The token of an anchor or alias begins behind its sign. */
static int stop_at_sign(struct builder *builder, struct fy_token *token, const char *zh, const char *en)
{
    const struct fy_mark *mark = fy_token_start_mark(token);
    return stop_at(builder, mark != NULL ? mark->line + 1 : 1,
                   mark != NULL && mark->column > 0 ? mark->column : 1, zh, en);
}

static int refuse_decoration(struct builder *builder, struct fy_token *anchor, struct fy_token *tag)
{
    if (anchor != NULL)
        return stop_at_sign(builder, anchor, "配置包中不能用锚点（&）；请把内容写出来",
                            "anchors (&) are not allowed in a pack; write the content out");
    if (tag != NULL)
        return stop_at_mark(builder, fy_token_start_mark(tag), "配置包中不能用类型标签（!）；请删去",
                            "tags (!) are not allowed in a pack; remove it");
    return GO_ON;
}

static int add_node(struct builder *builder, struct fy_event *event, enum yaml_kind kind,
                    struct yaml_node **out)
{
    const struct fy_mark *mark = fy_event_start_mark(event);
    if (++builder->node_count > YAML_NODES_MAX)
        return stop_at_mark(builder, mark, "文件内容超过一百万项；请拆成几个文件",
                            "the file has more than 1,000,000 items; split it");
    struct yaml_node *node = arena_alloc(builder->arena, sizeof *node);
    *node = (struct yaml_node){.file = builder->file, .kind = kind};
    if (mark != NULL) {
        node->line = mark->line + 1;
        node->column = mark->column + 1;
    } else if (builder->pending_count > 0) { /* nothing stands there: the place of the key */
        node->line = builder->pending[builder->pending_count - 1]->line;
        node->column = builder->pending[builder->pending_count - 1]->column;
    } else {
        node->line = node->column = 1;
    }
    if (builder->depth == 0) {
        builder->root = node;
    } else {
        builder->pending = mem_grow(builder->pending, &builder->pending_capacity, builder->pending_count + 1,
                                    sizeof(struct yaml_node *));
        builder->pending[builder->pending_count++] = node;
    }
    *out = node;
    return GO_ON;
}

/* Is the next node of the open level a mapping's key? */
static bool key_is_due(const struct builder *builder)
{
    if (builder->depth == 0) return false;
    const struct level *level = &builder->levels[builder->depth - 1];
    return level->node->kind == YAML_MAPPING && (builder->pending_count - level->first) % 2 == 0;
}

/* The scalar's own bytes in the file, without the blanks around it. */
static void locate_source(struct builder *builder, struct fy_event *event, struct yaml_node *node,
                          bool quoted)
{
    const struct fy_mark *start = fy_event_start_mark(event), *end = fy_event_end_mark(event);
    node->source = node->text;
    node->source_line = node->line;
    node->source_column = node->column;
    if (quoted) node->column--; /* a value begins with its quote */
    if (start == NULL || end == NULL || end->input_pos < start->input_pos ||
        end->input_pos > builder->text.size)
        return;
    struct text raw = {builder->text.at + start->input_pos, end->input_pos - start->input_pos};
    if (quoted && (text_find(raw, TEXT("\\")) >= 0 || text_find(raw, TEXT("''")) >= 0)) return;
    int line = start->line + 1, column = start->column + 1;
    while (raw.size > 0 && (raw.at[0] == ' ' || raw.at[0] == '\n' || raw.at[0] == '\r')) {
        column = raw.at[0] == '\n' ? 1 : column + 1;
        line += raw.at[0] == '\n';
        raw.at++, raw.size--;
    }
    while (raw.size > 0 &&
           (raw.at[raw.size - 1] == ' ' || raw.at[raw.size - 1] == '\n' || raw.at[raw.size - 1] == '\r'))
        raw.size--;
    node->source = raw;
    node->source_line = line;
    node->source_column = column;
    if (quoted) return;
    node->line = line; /* a block begins with its text, not with the indentation before it */
    node->column = column;
}

static int on_scalar(struct builder *builder, struct fy_event *event)
{
    if (refuse_decoration(builder, event->scalar.anchor, event->scalar.tag) != GO_ON) return STOP;
    size_t size = 0;
    const char *at = fy_token_get_text(event->scalar.value, &size);
    if (at == NULL) size = 0;
    enum fy_scalar_style style = fy_token_scalar_style(event->scalar.value);
    bool quoted = style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED;
    bool nothing = size == 0 && style == FYSS_PLAIN;
    struct yaml_node *node;
    if (add_node(builder, event, nothing ? YAML_NULL : YAML_SCALAR, &node) != GO_ON) return STOP;
    if (nothing) return GO_ON;
    const struct fy_mark *mark = fy_event_start_mark(event);
    if (mark != NULL && mark->input_pos <= builder->text.size &&
        size <= builder->text.size - mark->input_pos &&
        memcmp(builder->text.at + mark->input_pos, at, size) == 0)
        node->text = (struct text){builder->text.at + mark->input_pos, size};
    else
        node->text = (struct text){arena_copy(builder->arena, at, size), size};
    /* Escapes can write what check_bytes has refused. A tab or a line end written so is meant so. */
    struct text rest = node->text;
    size_t control;
    while ((control = find_control(rest, false)) < rest.size && rest.at[control] == '\t')
        rest = (struct text){rest.at + control + 1, rest.size - control - 1};
    if (control < rest.size || !text_valid(node->text))
        return stop_at_mark(builder, mark, "此处的转义写出了控制字符，或不是有效的 UTF-8",
                            "the escapes in this text give a control character, or no valid UTF-8");
    locate_source(builder, event, node, quoted);
    return GO_ON;
}

static int open_level(struct builder *builder, struct fy_event *event, enum yaml_kind kind)
{
    const struct fy_mark *mark = fy_event_start_mark(event);
    if (key_is_due(builder))
        return stop_at_mark(builder, mark, "键必须是一个词，不能是列表或映射",
                            "a key must be a word, not a list or a mapping");
    if (builder->depth == YAML_DEPTH_MAX)
        return stop_at_mark(builder, mark, "嵌套超过 50 层", "nested more than 50 levels deep");
    struct yaml_node *node;
    if (add_node(builder, event, kind, &node) != GO_ON) return STOP;
    builder->levels[builder->depth++] = (struct level){node, builder->pending_count};
    return GO_ON;
}

static void report_duplicate(struct builder *builder, const struct yaml_node *key,
                             const struct yaml_node *first)
{
    struct text shown = yaml_shown(key->text);
    yaml_fault(key, builder->faults, "键“%.*s”重复：第 %d 行已有；请删去一个",
               "key `%.*s` stands here a second time "
               "(first in line %d); remove one",
               TEXT_ARGS(shown), first->line);
}

/* Below this many keys looking at all is quicker than a map. */
enum { KEYS_FEW = 16 };

/* The kept entry with this key, else `kept`, where it will stand. */
static size_t find_key(struct map *seen, const struct yaml_node *mapping, const struct yaml_node *key,
                       size_t kept)
{
    size_t first = kept;
    if (mapping->count > KEYS_FEW) {
        map_add(seen, key->text, kept, &first);
        return first;
    }
    for (first = 0; first < kept; first++)
        if (text_equal(mapping->items[2 * first]->text, key->text)) break;
    return first;
}

/* Reports keys given twice and drops the later entry. */
static void drop_duplicates(struct builder *builder, struct yaml_node *mapping)
{
    struct map seen = {0};
    size_t kept = 0;
    for (size_t i = 0; i < mapping->count; i++) {
        struct yaml_node *key = mapping->items[2 * i];
        size_t first = find_key(&seen, mapping, key, kept);
        if (first < kept) {
            report_duplicate(builder, key, mapping->items[2 * first]);
            continue;
        }
        mapping->items[2 * kept] = key;
        mapping->items[2 * kept + 1] = mapping->items[2 * i + 1];
        kept++;
    }
    mapping->count = kept;
    map_fini(&seen);
}

static void close_level(struct builder *builder)
{
    struct level level = builder->levels[--builder->depth];
    size_t count = builder->pending_count - level.first;
    level.node->items = arena_array(builder->arena, count, sizeof(struct yaml_node *));
    if (count > 0)
        memcpy(level.node->items, builder->pending + level.first, count * sizeof(struct yaml_node *));
    builder->pending_count = level.first;
    level.node->count = level.node->kind == YAML_MAPPING ? count / 2 : count;
    if (level.node->kind == YAML_MAPPING) drop_duplicates(builder, level.node);
}

static int on_document(struct builder *builder, struct fy_event *event)
{
    struct fy_document_state *state = event->document_start.document_state;
    if (fy_document_state_version_explicit(state) || fy_document_state_tags_explicit(state))
        return stop_at_mark(builder, fy_event_start_mark(event), "此处之前有 % 指令，配置包中不能用；请删去",
                            "a % directive stands above; they are not allowed in a pack, remove it");
    if (builder->documents++ > 0)
        return stop_at_mark(builder, fy_event_start_mark(event), "一个文件只能有一个文档；此处开始了第二个",
                            "a file holds one document; a second one begins here");
    return GO_ON;
}

static int on_event(struct builder *builder, struct fy_event *event)
{
    switch (event->type) {
    case FYET_NONE:
    case FYET_STREAM_START:
    case FYET_STREAM_END:
    case FYET_DOCUMENT_END:
        return GO_ON;
    case FYET_DOCUMENT_START:
        return on_document(builder, event);
    case FYET_ALIAS:
        return stop_at_sign(builder, event->alias.anchor, "配置包中不能用引用（*）；请把内容写出来",
                            "aliases (*) are not allowed in a pack; write the content out");
    case FYET_SCALAR:
        return on_scalar(builder, event);
    case FYET_SEQUENCE_START:
        if (refuse_decoration(builder, event->sequence_start.anchor, event->sequence_start.tag) != GO_ON)
            return STOP;
        return open_level(builder, event, YAML_LIST);
    case FYET_MAPPING_START:
        if (refuse_decoration(builder, event->mapping_start.anchor, event->mapping_start.tag) != GO_ON)
            return STOP;
        return open_level(builder, event, YAML_MAPPING);
    case FYET_SEQUENCE_END:
    case FYET_MAPPING_END:
        close_level(builder);
        return GO_ON;
    }
    return GO_ON;
}

/* libfyaml says what is wrong in English, with a 1-based position; only its first word is a cause. */
static int syntax_fault(struct builder *builder, struct fy_diag *diag)
{
    void *cursor = NULL;
    const struct fy_diag_error *error;
    while ((error = fy_diag_errors_iterate(diag, &cursor)) != NULL) {
        if (error->type != FYET_ERROR || error->msg == NULL) continue;
        char zh[160], en[160];
        yaml_error_words(error->msg, zh, en, sizeof zh);
        return stop_at(builder, error->line > 0 ? error->line : 1, error->column > 0 ? error->column : 1, zh,
                       en);
    }
    return stop_at(builder, 1, 1, "YAML 语法错误", "YAML syntax error");
}

static int parse_events(struct builder *builder, struct fy_parser *parser, struct fy_diag *diag)
{
    if (fy_parser_set_string(parser, builder->text.at, builder->text.size) != 0) mem_exhausted();
    struct fy_event *event;
    while ((event = fy_parser_parse(parser)) != NULL) {
        int result = on_event(builder, event);
        fy_parser_event_free(parser, event);
        if (result != GO_ON) return result;
    }
    if (fy_parser_get_stream_error(parser) || builder->depth > 0) return syntax_fault(builder, diag);
    return GO_ON;
}

static int parse_text(struct builder *builder)
{
    struct fy_diag_cfg diag_options;
    fy_diag_cfg_default(&diag_options);
    diag_options.fp = NULL;
    struct fy_diag *diag = fy_diag_create(&diag_options);
    if (diag == NULL) mem_exhausted();
    fy_diag_set_collect_errors(diag, true);
    struct fy_parse_cfg options = {.flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG | FYPCF_DEFAULT_VERSION_1_2 |
                                            FYPCF_JSON_NONE,
                                   .diag = diag};
    struct fy_parser *parser = fy_parser_create(&options);
    if (parser == NULL) mem_exhausted();
    int result = parse_events(builder, parser, diag);
    fy_parser_destroy(parser);
    fy_diag_destroy(diag);
    return result;
}

const struct yaml_node *yaml_parse(struct text text, const char *file, struct arena *arena,
                                   struct fault_list *faults)
{
    static const struct text bom = {"\xEF\xBB\xBF", 3};
    if (text_starts(text, bom)) text = (struct text){text.at + bom.size, text.size - bom.size};
    if (text.size == 0) text = TEXT("");
    struct builder builder = {
        .text = text, .file = arena_string(arena, file), .arena = arena, .faults = faults};
    int result = check_bytes(&builder);
    if (result == GO_ON) result = parse_text(&builder);
    free(builder.pending);
    if (result != GO_ON) return NULL;
    if (builder.root == NULL) {
        builder.root = arena_alloc(arena, sizeof *builder.root);
        *builder.root = (struct yaml_node){.file = builder.file, .line = 1, .column = 1, .kind = YAML_NULL};
    }
    return builder.root;
}
