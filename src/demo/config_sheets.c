/* The sheets of demo.yaml: which file holds which rows, and what stands under each heading. */
#include "demo/config.h"

#include "pack/yaml.h"

static const char *const row_kinds[] = {"village", "site",    "household", "person", "account",
                                        "income",  "expense", "measure",   NULL};

#define BIT(source) (1U << SOURCE_##source)
enum { OF_HOUSEHOLD = BIT(VILLAGE) | BIT(SITE) | BIT(HOUSEHOLD) | BIT(LAST) | BIT(YEAR) | BIT(AFTER) };

/* What a row of each kind can speak of. */
static const uint32_t sources_of[] = {
    [ROWS_VILLAGE] = BIT(VILLAGE),
    [ROWS_SITE] = BIT(SITE) | BIT(VILLAGE),
    [ROWS_HOUSEHOLD] = OF_HOUSEHOLD,
    [ROWS_PERSON] = OF_HOUSEHOLD | BIT(PERSON),
    [ROWS_ACCOUNT] = OF_HOUSEHOLD | BIT(ACCOUNT),
    [ROWS_INCOME] = OF_HOUSEHOLD | BIT(INCOME),
    [ROWS_EXPENSE] = OF_HOUSEHOLD | BIT(EXPENSE),
    [ROWS_MEASURE] = OF_HOUSEHOLD | BIT(MEASURE),
};

static void read_attribute(struct config_reader *reader, const struct yaml_node *node,
                           const struct demo_sheet *sheet, struct demo_column *column)
{
    struct text path;
    if (!yaml_string(node, &path, reader->faults)) return;
    column->attribute = attribute_find(path, &column->source);
    if (column->attribute != NULL && (sources_of[sheet->rows] >> column->source & 1) != 0) return;
    if (column->attribute != NULL) {
        yaml_fault(node, reader->faults, "以 %s 为行的表里没有 %s 的内容", "rows of %s cannot speak of %s",
                   row_kinds[sheet->rows], source_name(column->source));
        return;
    }
    struct suggest suggest = suggest_start(path);
    for (size_t i = 0; attribute_at(i) != NULL; i++)
        for (int source = 0; source < SOURCE_COUNT; source++) {
            const char *full = arena_printf(&reader->config->arena, "%s.%s", source_name((enum source)source),
                                            attribute_at(i)->name);
            enum source named;
            if (attribute_find(text_of(full), &named) == attribute_at(i))
                suggest_offer(&suggest, text_of(full));
        }
    yaml_fault_unknown(node, reader->faults, "模拟项", "attribute", &suggest);
}

static void read_forms(struct config_reader *reader, const struct yaml_node *node, int kind,
                       struct spelling *spelling)
{
    static const char *const names[] = {
#define X(id, name, kinds) name,
        DEMO_FORMS(X)
#undef X
            NULL};
    static const uint32_t kinds[] = {
#define X(id, name, kinds) kinds,
        DEMO_FORMS(X)
#undef X
    };
    spelling->forms[FORM_PLAIN] = node == NULL;
    if (node == NULL || !yaml_keys(node, names, reader->faults)) return;
    for (size_t i = 0; i < yaml_count(node); i++) {
        int form;
        const struct yaml_node *key = yaml_key(node, i);
        if (!yaml_choice(key, names, &form, reader->faults)) continue;
        if (kind >= 0 && (kinds[form] >> kind & 1) == 0)
            yaml_fault(key, reader->faults, "这种写法不适用于这一项", "this form does not fit the attribute");
        yaml_integer(yaml_item(node, i), 0, MILLION, &spelling->forms[form], reader->faults);
    }
}

static void read_group(struct config_reader *reader, const struct yaml_node *node, struct demo_column *column)
{
    struct text name;
    column->group = DEMO_UNKNOWN;
    if (!yaml_string(node, &name, reader->faults)) return;
    const struct word_list *kinds = &reader->config->lists[LIST_MEASURE_KIND];
    struct suggest suggest = suggest_start(name);
    for (size_t i = 0; i < kinds->count; i++) {
        suggest_offer(&suggest, kinds->words[i].name);
        if (text_equal(kinds->words[i].name, name)) column->group = (int64_t)i;
    }
    if (column->group == DEMO_UNKNOWN)
        yaml_fault_unknown(node, reader->faults, "措施类别", "kind of measure", &suggest);
}

static void read_wrong(struct config_reader *reader, const struct yaml_node *node, struct spelling *spelling)
{
    static const char *const keys[] = {"share", "text", NULL};
    if (node == NULL || !yaml_keys(node, keys, reader->faults)) return;
    config_share(yaml_need(node, "share", "比例", "the share", reader->faults), &spelling->wrong,
                 reader->faults);
    struct text text;
    if (yaml_string(yaml_need(node, "text", "错误的写法", "the wrong text", reader->faults), &text,
                    reader->faults))
        spelling->wrong_text = arena_text(&reader->config->arena, text);
}

void config_spelling(struct config_reader *reader, const struct yaml_node *node, int kind,
                     struct spelling *spelling)
{
    read_forms(reader, yaml_get(node, "forms"), kind, spelling);
    config_share(yaml_get(node, "missing"), &spelling->missing, reader->faults);
    read_wrong(reader, yaml_get(node, "wrong"), spelling);
    yaml_bool(yaml_get(node, "clean"), &spelling->clean, reader->faults);
}

/* `heading: attribute`, or a mapping with more to say. */
static void read_column(struct config_reader *reader, const struct yaml_node *node,
                        const struct demo_sheet *sheet, struct demo_column *column)
{
    column->group = DEMO_UNKNOWN;
    if (yaml_kind(node) != YAML_MAPPING) {
        read_attribute(reader, node, sheet, column);
        column->spelling.forms[FORM_PLAIN] = 1;
        return;
    }
    static const char *const keys[] = {"of",    "text",  "group",       "forms", "missing",
                                       "wrong", "clean", "contradicts", NULL};
    yaml_keys(node, keys, reader->faults);
    struct text constant;
    if (yaml_string(yaml_get(node, "text"), &constant, reader->faults))
        column->constant = arena_text(&reader->config->arena, constant);
    else
        read_attribute(reader,
                       yaml_need(node, "of", "模拟项（或 text: 固定文字）",
                                 "an attribute (or text: a constant)", reader->faults),
                       sheet, column);
    read_group(reader, yaml_get(node, "group"), column);
    config_spelling(reader, node, column->attribute != NULL ? (int)column->attribute->kind : -1,
                    &column->spelling);
    yaml_bool(yaml_get(node, "contradicts"), &column->contradicts, reader->faults);
}

static const struct yaml_node *column_set(struct config_reader *reader, const struct yaml_node *item)
{
    if (yaml_kind(item) == YAML_MAPPING) return item;
    struct text name;
    if (!yaml_string(item, &name, reader->faults)) return NULL;
    struct suggest suggest = suggest_start(name);
    for (size_t i = 0; i < yaml_count(reader->column_sets); i++) {
        struct text known = yaml_text(yaml_key(reader->column_sets, i));
        if (text_equal(known, name)) return yaml_item(reader->column_sets, i);
        suggest_offer(&suggest, known);
    }
    yaml_fault_unknown(item, reader->faults, "列组", "set of columns", &suggest);
    return NULL;
}

/* A list of sets of columns: names of those under `columns:`, or written out on the spot. */
static void read_columns(struct config_reader *reader, const struct yaml_node *node, struct demo_sheet *sheet)
{
    if (node == NULL || !yaml_is(node, YAML_LIST, reader->faults)) return;
    size_t capacity = 0;
    for (size_t i = 0; i < yaml_count(node); i++) {
        const struct yaml_node *set = column_set(reader, yaml_item(node, i));
        if (set == NULL || !yaml_is(set, YAML_MAPPING, reader->faults)) continue;
        sheet->columns = arena_grow(&reader->config->arena, sheet->columns, &capacity,
                                    sheet->column_count + yaml_count(set), sizeof *sheet->columns);
        for (size_t j = 0; j < yaml_count(set); j++) {
            struct demo_column *column = &sheet->columns[sheet->column_count++];
            *column = (struct demo_column){
                .heading = arena_text(&reader->config->arena, yaml_text(yaml_key(set, j)))};
            read_column(reader, yaml_item(set, j), sheet, column);
        }
    }
    if (sheet->column_count == 0) yaml_fault(node, reader->faults, "表里没有列", "the sheet has no columns");
}

void config_categories(struct config_reader *reader, const struct yaml_node *node, bool out[3])
{
    static const char *const names[] = {
#define X(id, name) name,
        DEMO_CATEGORY(X)
#undef X
            NULL};
    for (size_t i = 0; i < 3; i++) out[i] = node == NULL;
    if (node == NULL || !yaml_is(node, YAML_LIST, reader->faults)) return;
    for (size_t i = 0; i < yaml_count(node); i++) {
        int category;
        if (yaml_choice(yaml_item(node, i), names, &category, reader->faults)) out[category] = true;
    }
}

static void read_span(struct config_reader *reader, const struct yaml_node *node, int64_t most, int64_t *from,
                      int64_t *to)
{
    *from = 0;
    *to = most - 1;
    if (node == NULL || !yaml_is(node, YAML_LIST, reader->faults)) return;
    int64_t first = 1, last = most;
    if (yaml_count(node) != 2)
        yaml_fault(node, reader->faults, "应写 [第一个, 最后一个]", "[first, last] is wanted here");
    yaml_integer(yaml_item(node, 0), 1, most, &first, reader->faults);
    yaml_integer(yaml_item(node, 1), 1, most, &last, reader->faults);
    if (first > last)
        yaml_fault(node, reader->faults, "第一个应不大于最后一个", "the first must not exceed the last");
    *from = first - 1;
    *to = last - 1;
}

static struct text read_text(struct config_reader *reader, const struct yaml_node *node, const char *key,
                             const char *what_zh, const char *what_en)
{
    struct text text = {0};
    yaml_string(yaml_need(node, key, what_zh, what_en, reader->faults), &text, reader->faults);
    return arena_text(&reader->config->arena, text);
}

struct sheet_heads config_sheet_heads(struct config_reader *reader, const struct yaml_node *node)
{
    struct fault_list *faults = reader->faults;
    struct sheet_heads heads = {
        .file = read_text(reader, node, "file", "文件名", "the file's name"),
        .name = read_text(reader, node, "sheet", "工作表名", "the sheet's name"),
        .title = read_text(reader, node, "title", "标题", "the title"),
        .feed = read_text(reader, node, "feed", "交换名", "the feed it is meant for"),
    };
    if (heads.file.size > 0 &&
        (!text_ends(heads.file, TEXT(".xlsx")) || text_find(heads.file, TEXT("/")) >= 0))
        yaml_fault(yaml_get(node, "file"), faults, "文件名应以 .xlsx 结尾，不含 /",
                   "a file's name ends with .xlsx and has no /");
    if (heads.feed.size == 0 || pack_feed_find(reader->pack, heads.feed) >= 0) return heads;
    struct suggest suggest = suggest_start(heads.feed);
    for (size_t i = 0; i < reader->pack->feed_count; i++)
        suggest_offer(&suggest, reader->pack->feeds[i].label.name);
    yaml_fault_unknown(yaml_get(node, "feed"), faults, "交换", "feed", &suggest);
    return heads;
}

static void read_sheet(struct config_reader *reader, const struct yaml_node *node, struct demo_sheet *sheet)
{
    static const char *const keys[] = {"file",   "feed",  "sheet", "title",   "rows", "categories",
                                       "months", "years", "when",  "columns", NULL};
    struct fault_list *faults = reader->faults;
    if (!yaml_keys(node, keys, faults)) return;
    struct sheet_heads heads = config_sheet_heads(reader, node);
    sheet->file = heads.file;
    sheet->name = heads.name;
    sheet->title = heads.title;
    sheet->feed = heads.feed;
    int rows = 0;
    if (!yaml_choice(yaml_need(node, "rows", "行是什么", "what a row is", faults), row_kinds, &rows, faults))
        return;
    sheet->rows = (enum row_kind)rows;
    config_categories(reader, yaml_get(node, "categories"), sheet->categories);
    read_span(reader, yaml_get(node, "months"), DEMO_MONTHS, &sheet->month_from, &sheet->month_to);
    read_span(reader, yaml_get(node, "years"), DEMO_YEARS, &sheet->year_from, &sheet->year_to);
    if (yaml_get(node, "when") != NULL) config_conditions(yaml_get(node, "when"), &sheet->when, faults);
    read_columns(reader, yaml_need(node, "columns", "各列", "the columns", faults), sheet);
}

void config_sheets(struct config_reader *reader, const struct yaml_node *root)
{
    struct config *config = reader->config;
    reader->column_sets = yaml_get(root, "columns");
    if (reader->column_sets != NULL) yaml_is(reader->column_sets, YAML_MAPPING, reader->faults);
    const struct yaml_node *sheets =
        yaml_need(root, "sheets", "要写的表", "the sheets to write", reader->faults);
    if (sheets == NULL || !yaml_is(sheets, YAML_LIST, reader->faults)) return;
    config->sheet_count = yaml_count(sheets);
    config->sheets = arena_array(&config->arena, config->sheet_count + 1, sizeof *config->sheets);
    for (size_t i = 0; i < config->sheet_count; i++)
        read_sheet(reader, yaml_item(sheets, i), &config->sheets[i]);
}
