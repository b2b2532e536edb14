/* demo/….yaml, read and checked: whoever writes a register's demonstration rows learns of a wrong heading or
 * word before anything is made. */
#include "demo/made.h"

#include "base/money.h"
#include "pack/yaml.h"

#define FOLDER "demo/"

enum { DAYS_MOST = 60000, MONEY_MOST = 100000000, KINDS_MAX = 40, WORDS_MOST = 200, YEARS_BACK = 20 };

struct made_reader {
    struct config_reader *base;
    struct config *config;
    struct fault_list *faults;
    struct made_sheet *sheet; /* the one being read: the last of config->made */
};

static struct text keep(struct made_reader *reader, struct text text)
{
    return arena_text(&reader->config->arena, text);
}

/* ---- Terms ---- */

static ptrdiff_t column_find(const struct made_sheet *sheet, struct text heading)
{
    for (size_t i = 0; i < sheet->column_count; i++)
        if (text_equal(sheet->columns[i].heading, heading)) return (ptrdiff_t)i;
    return -1;
}

static ptrdiff_t sheet_find(const struct made_reader *reader, struct text name)
{
    for (size_t i = 0; i + 1 < reader->config->made_count; i++)
        if (text_equal(reader->config->made[i].name, name)) return (ptrdiff_t)i;
    return -1;
}

static uint32_t sources_of(enum made_each each)
{
    uint32_t of_household = 1U << SOURCE_SITE | 1U << SOURCE_HOUSEHOLD | 1U << SOURCE_LAST |
                            1U << SOURCE_YEAR | 1U << SOURCE_AFTER | 1U << SOURCE_VILLAGE;
    switch (each) {
    case EACH_COUNTY:
    case EACH_VILLAGE:
        return 1U << SOURCE_VILLAGE;
    case EACH_HOUSEHOLD:
        return of_household;
    case EACH_PERSON:
        return of_household | 1U << SOURCE_PERSON;
    case EACH_ROW:
        break;
    }
    return 0;
}

/* What the rows that this one is made for rest on in the end. */
static const struct made_sheet *root_of(const struct made_reader *reader, const struct made_sheet *sheet)
{
    while (sheet->each == EACH_ROW) sheet = &reader->config->made[sheet->each_sheet];
    return sheet;
}

static bool attribute_term(struct made_reader *reader, struct text path, struct made_term *term)
{
    term->attribute = attribute_find(path, &term->source);
    if (term->attribute == NULL) return false;
    enum made_each each = root_of(reader, reader->sheet)->each;
    uint32_t sources = sources_of(each);
    if (reader->sheet->entries != 0) sources |= 1U << SOURCE_INCOME;
    if (reader->sheet->measures != NULL) sources |= 1U << SOURCE_MEASURE;
    if ((sources >> term->source & 1) == 0) return false;
    /* A village's figures stand only when all households are made. */
    if (term->source == SOURCE_VILLAGE && term->attribute->kind != ATTRIBUTE_TEXT) return false;
    term->kind = TERM_ATTRIBUTE;
    return true;
}

/* `cooperative.合作社名称` */
static bool row_term(struct made_reader *reader, struct text path, struct made_term *term)
{
    ptrdiff_t dot = text_find(path, TEXT("."));
    if (dot < 0) return false;
    ptrdiff_t sheet = sheet_find(reader, (struct text){path.at, (size_t)dot});
    if (sheet < 0) return false;
    struct text heading = {path.at + dot + 1, path.size - (size_t)dot - 1};
    ptrdiff_t column = column_find(&reader->config->made[sheet], heading);
    if (column < 0) return false;
    *term = (struct made_term){.kind = TERM_ROW, .sheet = (size_t)sheet, .column = (size_t)column};
    reader->config->made[sheet].wanted = true;
    return true;
}

/* {serial:6} */
static bool serial_term(struct text path, struct made_term *term)
{
    if (!text_starts(path, TEXT("serial"))) return false;
    struct text rest = {path.at + 6, path.size - 6};
    if (rest.size != 0 && !(rest.size == 2 && rest.at[0] == ':' && rest.at[1] >= '1' && rest.at[1] <= '9'))
        return false;
    *term = (struct made_term){.kind = TERM_SERIAL, .width = rest.size == 0 ? 1 : rest.at[1] - '0'};
    return true;
}

static void offer_paths(struct made_reader *reader, struct suggest *suggest)
{
    for (size_t i = 0; i < reader->sheet->column_count; i++)
        suggest_offer(suggest, reader->sheet->columns[i].heading);
    for (size_t i = 0; i + 1 < reader->config->made_count; i++) {
        const struct made_sheet *sheet = &reader->config->made[i];
        for (size_t j = 0; j < sheet->column_count; j++)
            suggest_offer(suggest,
                          text_of(arena_printf(&reader->config->arena, "%.*s.%.*s", TEXT_ARGS(sheet->name),
                                               TEXT_ARGS(sheet->columns[j].heading))));
    }
}

static void read_path(struct made_reader *reader, const struct yaml_node *node, struct text path,
                      struct made_term *term)
{
    *term = (struct made_term){.kind = TERM_WORDS};
    ptrdiff_t column = column_find(reader->sheet, path);
    if (column >= 0) {
        *term = (struct made_term){.kind = TERM_COLUMN, .column = (size_t)column};
        return;
    }
    if (text_is(path, "year") && reader->sheet->has_years) {
        term->kind = TERM_YEAR;
        return;
    }
    if (text_is(path, "year_back") && reader->sheet->has_years) {
        term->kind = TERM_YEAR_BACK;
        return;
    }
    if (text_is(path, "kind") && reader->sheet->kind_count > 0) {
        term->kind = TERM_KIND;
        return;
    }
    if (serial_term(path, term) || row_term(reader, path, term) || attribute_term(reader, path, term)) return;
    struct suggest suggest = suggest_start(path);
    offer_paths(reader, &suggest);
    yaml_fault_unknown(node, reader->faults, "这一行能引用的内容", "thing this row can speak of", &suggest);
}

static void read_term(struct made_reader *reader, const struct yaml_node *node, struct made_term *term)
{
    struct text path;
    if (yaml_string(node, &path, reader->faults)) read_path(reader, node, path, term);
}

static void add_term(struct made_reader *reader, struct made_rule *rule, size_t *capacity,
                     struct made_term term)
{
    rule->terms =
        arena_grow(&reader->config->arena, rule->terms, capacity, rule->term_count + 1, sizeof term);
    rule->terms[rule->term_count++] = term;
}

/* Words with {paths} between them. */
static void read_template(struct made_reader *reader, const struct yaml_node *node, struct made_rule *rule)
{
    struct text text;
    size_t capacity = 0;
    rule->way = WAY_TEXT;
    if (!yaml_string(node, &text, reader->faults)) return;
    while (text.size > 0) {
        ptrdiff_t open = text_find(text, TEXT("{"));
        size_t plain = open < 0 ? text.size : (size_t)open;
        if (plain > 0) {
            struct made_term words = {.kind = TERM_WORDS,
                                      .words = keep(reader, (struct text){text.at, plain})};
            add_term(reader, rule, &capacity, words);
        }
        text.at += plain;
        text.size -= plain;
        if (open < 0) break;
        ptrdiff_t close = text_find(text, TEXT("}"));
        if (close < 0) {
            yaml_fault(node, reader->faults, "“{”后面缺“}”", "a `{` without its `}`");
            return;
        }
        struct made_term term;
        read_path(reader, node, (struct text){text.at + 1, (size_t)close - 1}, &term);
        add_term(reader, rule, &capacity, term);
        text.at += close + 1;
        text.size -= (size_t)close + 1;
    }
}

static void read_terms(struct made_reader *reader, const struct yaml_node *node, struct made_rule *rule)
{
    size_t capacity = 0;
    bool list = yaml_kind(node) == YAML_LIST;
    for (size_t i = 0; i < (list ? yaml_count(node) : 1); i++) {
        struct made_term term = {0};
        read_term(reader, list ? yaml_item(node, i) : node, &term);
        add_term(reader, rule, &capacity, term);
    }
}

/* ---- Numbers and words ---- */

static bool read_number(struct made_reader *reader, const struct yaml_node *node, int64_t unit, int64_t *out)
{
    struct text text;
    int64_t number;
    if (!yaml_string(node, &text, reader->faults)) return false;
    if (!fixed_parse(text, 4, &number) || number > MONEY_MOST * INT64_C(10000) ||
        number < -(MONEY_MOST * INT64_C(10000))) {
        yaml_fault(node, reader->faults, "应写数", "a number is wanted here");
        return false;
    }
    *out = number * unit / 10000;
    return true;
}

static bool is_pair(struct made_reader *reader, const struct yaml_node *node)
{
    if (yaml_kind(node) == YAML_LIST && yaml_count(node) == 2) return true;
    yaml_fault(node, reader->faults, "应写 [最小, 最大]", "[least, most] is wanted here");
    return false;
}

static void read_range(struct made_reader *reader, const struct yaml_node *node, int64_t unit,
                       struct range *out)
{
    if (!is_pair(reader, node) || !read_number(reader, yaml_item(node, 0), unit, &out->least) ||
        !read_number(reader, yaml_item(node, 1), unit, &out->most))
        return;
    if (out->least > out->most)
        yaml_fault(node, reader->faults, "最小的应不大于最大的", "the least must not exceed the most");
}

static void read_shares(struct made_reader *reader, const struct yaml_node *node, struct range *out)
{
    if (node == NULL || !is_pair(reader, node)) return;
    config_share(yaml_item(node, 0), &out->least, reader->faults);
    config_share(yaml_item(node, 1), &out->most, reader->faults);
}

/* {word: weight, …}, or a list of words of equal weight. shares: the weights are chances. */
static void read_words(struct made_reader *reader, const struct yaml_node *node, bool shares,
                       struct made_rule *rule)
{
    size_t count = yaml_count(node);
    bool list = yaml_kind(node) == YAML_LIST;
    if (count == 0 || count > WORDS_MOST) {
        yaml_fault(node, reader->faults, "应写 1 到 %d 个词", "1 to %d words are wanted here", WORDS_MOST);
        return;
    }
    rule->words = arena_array(&reader->config->arena, count, sizeof *rule->words);
    rule->weights = arena_array(&reader->config->arena, count, sizeof *rule->weights);
    rule->word_count = count;
    for (size_t i = 0; i < count; i++) {
        struct text word = {0};
        yaml_string(list ? yaml_item(node, i) : yaml_key(node, i), &word, reader->faults);
        rule->words[i] = keep(reader, word);
        rule->weights[i] = 1;
        if (list) continue;
        if (shares)
            config_share(yaml_item(node, i), &rule->weights[i], reader->faults);
        else
            yaml_integer(yaml_item(node, i), 0, MILLION, &rule->weights[i], reader->faults);
    }
}

/* ---- Tests: {path: word, path: [word, …]} ---- */

static void read_tests(struct made_reader *reader, const struct yaml_node *node, struct made_tests *tests)
{
    if (node == NULL || !yaml_is(node, YAML_MAPPING, reader->faults)) return;
    tests->count = yaml_count(node);
    tests->items = arena_array(&reader->config->arena, tests->count + 1, sizeof *tests->items);
    for (size_t i = 0; i < tests->count; i++) {
        struct made_test *test = &tests->items[i];
        const struct yaml_node *words = yaml_item(node, i);
        bool list = yaml_kind(words) == YAML_LIST;
        *test = (struct made_test){.word_count = list ? yaml_count(words) : 1};
        read_term(reader, yaml_key(node, i), &test->term);
        test->words = arena_array(&reader->config->arena, test->word_count, sizeof *test->words);
        for (size_t j = 0; j < test->word_count; j++) {
            struct text word = {0};
            yaml_string(list ? yaml_item(words, j) : words, &word, reader->faults);
            test->words[j] = keep(reader, word);
        }
    }
}

/* ---- Rules ---- */

static const char *const way_names[] = {"text", "pick",  "several", "count", "money", "decimal",
                                        "day",  "month", "part",    "times", "sum",   "minus",
                                        "name", "phone", "by",      NULL};

static void read_rule(struct made_reader *reader, const struct yaml_node *node, struct made_rule *rule);

static void read_cases(struct made_reader *reader, const struct yaml_node *node, struct made_rule *rule)
{
    const struct yaml_node *cases =
        yaml_need(node, "cases", "各词怎么办", "what for each word", reader->faults);
    if (cases == NULL || !yaml_is(cases, YAML_MAPPING, reader->faults)) return;
    size_t count = yaml_count(cases);
    rule->words = arena_array(&reader->config->arena, count + 1, sizeof *rule->words);
    rule->cases = arena_array(&reader->config->arena, count + 1, sizeof *rule->cases);
    rule->word_count = count;
    for (size_t i = 0; i < count; i++) {
        rule->words[i] = keep(reader, yaml_text(yaml_key(cases, i)));
        read_rule(reader, yaml_item(cases, i), &rule->cases[i]);
    }
    rule->cases[count] = (struct made_rule){.way = WAY_TEXT};
    if (yaml_get(node, "else") != NULL) read_rule(reader, yaml_get(node, "else"), &rule->cases[count]);
}

static void read_way(struct made_reader *reader, const struct yaml_node *node, const struct yaml_node *value,
                     struct made_rule *rule)
{
    switch (rule->way) {
    case WAY_TEXT:
        read_template(reader, value, rule);
        return;
    case WAY_PICK:
        read_words(reader, value, false, rule);
        return;
    case WAY_SEVERAL:
        read_words(reader, value, true, rule);
        return;
    case WAY_COUNT:
        read_range(reader, value, 1, &rule->range);
        break;
    case WAY_MONEY:
        read_range(reader, value, 100, &rule->range);
        break;
    case WAY_DECIMAL:
        read_range(reader, value, 10000, &rule->range);
        break;
    case WAY_DAY:
    case WAY_MONTH:
        read_range(reader, value, 1, &rule->range);
        if (yaml_get(node, "after") != NULL) read_terms(reader, yaml_get(node, "after"), rule);
        yaml_bool(yaml_get(node, "past"), &rule->past, reader->faults);
        return;
    case WAY_PART:
        read_terms(reader, value, rule);
        rule->range = (struct range){MILLION, MILLION};
        read_shares(reader, yaml_get(node, "share"), &rule->range);
        config_share(yaml_get(node, "whole"), &rule->whole, reader->faults);
        return;
    case WAY_TIMES:
    case WAY_SUM:
    case WAY_MINUS:
        read_terms(reader, value, rule);
        return;
    case WAY_BY:
        read_terms(reader, value, rule);
        read_cases(reader, node, rule);
        return;
    case WAY_NAME:
    case WAY_PHONE:
        return;
    }
    read_shares(reader, yaml_get(node, "then"), &rule->then);
}

/* A plain text is a template; otherwise a mapping in which one key tells the way. */
static void read_rule(struct made_reader *reader, const struct yaml_node *node, struct made_rule *rule)
{
    *rule = (struct made_rule){.way = WAY_TEXT};
    if (yaml_kind(node) != YAML_MAPPING) {
        read_template(reader, node, rule);
        return;
    }
    static const char *const keys[] = {
        "text",  "pick",  "several", "count",   "money", "decimal", "day",   "month",  "part", "times",
        "sum",   "minus", "name",    "phone",   "by",    "cases",   "else",  "after",  "past", "share",
        "whole", "then",  "if",      "missing", "wrong", "forms",   "clean", "hidden", NULL};
    yaml_keys(node, keys, reader->faults);
    size_t found = 0;
    for (size_t way = 0; way_names[way] != NULL; way++) {
        const struct yaml_node *value = yaml_get(node, way_names[way]);
        if (value == NULL) continue;
        rule->way = (enum made_way)way;
        if (found++ == 0) read_way(reader, node, value, rule);
    }
    if (found != 1)
        yaml_fault(node, reader->faults, "应写一种取值方法（text、pick、count、money ……），这里有 %zu 种",
                   "one way to a value is wanted (text, pick, count, money, …); there are %zu", found);
}

/* ---- Sheets ---- */

static void read_columns(struct made_reader *reader, const struct yaml_node *node)
{
    struct made_sheet *sheet = reader->sheet;
    if (node == NULL || !yaml_is(node, YAML_MAPPING, reader->faults)) return;
    size_t count = yaml_count(node);
    sheet->columns = arena_array(&reader->config->arena, count + 1, sizeof *sheet->columns);
    sheet->headings = arena_array(&reader->config->arena, count + 1, sizeof *sheet->headings);
    for (size_t i = 0; i < count; i++) {
        const struct yaml_node *item = yaml_item(node, i);
        struct made_column column = {.heading = keep(reader, yaml_text(yaml_key(node, i)))};
        read_rule(reader, item, &column.rule);
        config_spelling(reader->base, item, -1, &column.spelling);
        read_tests(reader, yaml_get(item, "if"), &column.only);
        yaml_bool(yaml_get(item, "hidden"), &column.hidden, reader->faults);
        sheet->columns[sheet->column_count++] = column; /* only those before it can be spoken of */
        if (!column.hidden) sheet->headings[sheet->shown_count++] = column.heading;
    }
    if (sheet->shown_count == 0) yaml_fault(node, reader->faults, "表里没有列", "the sheet has no columns");
}

/* {word: chance}, or {word: {chance: …, when: …, needs: …}}: a row for each. */
static void read_kinds(struct made_reader *reader, const struct yaml_node *node)
{
    static const char *const keys[] = {"chance", "when", "needs", NULL};
    struct made_sheet *sheet = reader->sheet;
    if (node == NULL || !yaml_is(node, YAML_MAPPING, reader->faults)) return;
    size_t count = yaml_count(node);
    if (count == 0 || count > KINDS_MAX) {
        yaml_fault(node, reader->faults, "应写 1 到 %d 种", "1 to %d kinds are wanted here", KINDS_MAX);
        return;
    }
    sheet->kinds = arena_array(&reader->config->arena, count, sizeof *sheet->kinds);
    for (size_t i = 0; i < count; i++) {
        struct made_kind *kind = &sheet->kinds[sheet->kind_count++];
        const struct yaml_node *item = yaml_item(node, i);
        *kind = (struct made_kind){.word = keep(reader, yaml_text(yaml_key(node, i))), .chance = MILLION};
        if (yaml_kind(item) != YAML_MAPPING) {
            config_share(item, &kind->chance, reader->faults);
            continue;
        }
        yaml_keys(item, keys, reader->faults);
        config_share(yaml_get(item, "chance"), &kind->chance, reader->faults);
        if (yaml_get(item, "when") != NULL)
            config_conditions(yaml_get(item, "when"), &kind->when, reader->faults);
        kind->has_needs = yaml_get(item, "needs") != NULL;
        if (kind->has_needs) read_term(reader, yaml_get(item, "needs"), &kind->needs);
    }
}

static void read_each(struct made_reader *reader, const struct yaml_node *node)
{
    static const char *const names[] = {"county", "village", "household", "person"};
    struct made_sheet *sheet = reader->sheet;
    struct text name;
    if (!yaml_string(node, &name, reader->faults)) return;
    struct suggest suggest = suggest_start(name);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        suggest_offer(&suggest, text_of(names[i]));
        if (!text_is(name, names[i])) continue;
        sheet->each = (enum made_each)i;
        return;
    }
    ptrdiff_t found = sheet_find(reader, name);
    for (size_t i = 0; i + 1 < reader->config->made_count; i++)
        suggest_offer(&suggest, reader->config->made[i].name);
    if (found < 0) yaml_fault_unknown(node, reader->faults, "行", "thing to make rows for", &suggest);
    sheet->each = found < 0 ? EACH_COUNTY : EACH_ROW;
    sheet->each_sheet = found < 0 ? 0 : (size_t)found;
}

static void read_anywhere(struct made_reader *reader, const struct yaml_node *node)
{
    struct made_sheet *sheet = reader->sheet;
    sheet->anywhere =
        arena_array(&reader->config->arena, reader->config->made_count, sizeof *sheet->anywhere);
    if (node == NULL || !yaml_is(node, YAML_LIST, reader->faults)) return;
    for (size_t i = 0; i < yaml_count(node); i++) {
        struct text name;
        if (!yaml_string(yaml_item(node, i), &name, reader->faults)) continue;
        ptrdiff_t found = sheet_find(reader, name);
        struct suggest suggest = suggest_start(name);
        for (size_t j = 0; j + 1 < reader->config->made_count; j++)
            suggest_offer(&suggest, reader->config->made[j].name);
        if (found < 0)
            yaml_fault_unknown(yaml_item(node, i), reader->faults, "前面的表", "sheet before this one",
                               &suggest);
        else
            sheet->anywhere[found] = true;
    }
}

static void read_years(struct made_reader *reader, const struct yaml_node *node)
{
    struct made_sheet *sheet = reader->sheet;
    sheet->has_years = node != NULL;
    if (node == NULL || !is_pair(reader, node)) return;
    yaml_integer(yaml_item(node, 0), -YEARS_BACK, YEARS_BACK, &sheet->year_from, reader->faults);
    yaml_integer(yaml_item(node, 1), -YEARS_BACK, YEARS_BACK, &sheet->year_to, reader->faults);
}

static void read_conditions(struct made_reader *reader, const struct yaml_node *node)
{
    struct made_sheet *sheet = reader->sheet;
    config_categories(reader->base, yaml_get(node, "categories"), sheet->categories);
    if (yaml_get(node, "when") != NULL)
        config_conditions(yaml_get(node, "when"), &sheet->when, reader->faults);
    if (yaml_get(node, "family") != NULL)
        config_conditions(yaml_get(node, "family"), &sheet->family, reader->faults);
    sheet->ages = (struct range){0, INT64_MAX};
    if (yaml_get(node, "ages") != NULL) read_range(reader, yaml_get(node, "ages"), 1, &sheet->ages);
    const struct yaml_node *needs = yaml_get(node, "needs");
    if (needs == NULL || !yaml_is(needs, YAML_LIST, reader->faults)) return;
    sheet->need_count = yaml_count(needs);
    sheet->needs = arena_array(&reader->config->arena, sheet->need_count + 1, sizeof *sheet->needs);
    for (size_t i = 0; i < sheet->need_count; i++) read_term(reader, yaml_item(needs, i), &sheet->needs[i]);
}

/* One of a list's words by its name in demo.yaml. */
static ptrdiff_t word_index(struct made_reader *reader, const struct yaml_node *node, enum list list)
{
    const struct word_list *words = &reader->config->lists[list];
    struct text name;
    if (!yaml_string(node, &name, reader->faults)) return -1;
    struct suggest suggest = suggest_start(name);
    for (size_t i = 0; i < words->count; i++) {
        if (text_equal(words->words[i].name, name)) return (ptrdiff_t)i;
        suggest_offer(&suggest, words->words[i].name);
    }
    yaml_fault_unknown(node, reader->faults, "词", "word", &suggest);
    return -1;
}

/* Rows for lines of the ledger, and for households that are helped in some way. */
static void read_ledger(struct made_reader *reader, const struct yaml_node *node)
{
    struct made_sheet *sheet = reader->sheet;
    const struct yaml_node *entries = yaml_get(node, "entries"), *measures = yaml_get(node, "measures"),
                           *since = yaml_get(node, "since");
    bool of_household = (sources_of(root_of(reader, sheet)->each) >> SOURCE_HOUSEHOLD & 1) != 0;
    for (size_t i = 0; i < 2; i++)
        if ((i == 0 ? entries : measures) != NULL && !of_household)
            yaml_fault(i == 0 ? entries : measures, reader->faults, "只有按户、按人的表才有台账和措施",
                       "only sheets for households and people have a ledger and measures");
    if (entries != NULL && of_household && yaml_is(entries, YAML_LIST, reader->faults))
        for (size_t i = 0; i < yaml_count(entries); i++) {
            ptrdiff_t item = word_index(reader, yaml_item(entries, i), LIST_ITEM);
            if (item >= 0) sheet->entries |= 1U << item;
        }
    if (measures != NULL && of_household && yaml_is(measures, YAML_LIST, reader->faults)) {
        sheet->measures = arena_array(&reader->config->arena, reader->config->lists[LIST_MEASURE].count + 1,
                                      sizeof *sheet->measures);
        for (size_t i = 0; i < yaml_count(measures); i++) {
            ptrdiff_t word = word_index(reader, yaml_item(measures, i), LIST_MEASURE);
            if (word >= 0) sheet->measures[word] = true;
        }
    }
    sheet->has_since = since != NULL && sheet->entries != 0;
    if (sheet->has_since) read_term(reader, since, &sheet->since);
}

static void read_sheet(struct made_reader *reader, const struct yaml_node *node)
{
    static const char *const keys[] = {"file",     "feed",    "sheet",   "title", "each",     "count",
                                       "chance",   "years",   "kinds",   "when",  "family",   "ages",
                                       "needs",    "if",      "entries", "since", "measures", "categories",
                                       "anywhere", "columns", NULL};
    struct made_sheet *sheet = reader->sheet;
    if (!yaml_keys(node, keys, reader->faults)) return;
    struct sheet_heads heads = config_sheet_heads(reader->base, node);
    sheet->file = heads.file;
    sheet->sheet = heads.name;
    sheet->title = heads.title;
    sheet->feed = heads.feed;
    sheet->count = (struct range){1, 1};
    sheet->chance = MILLION;
    read_each(reader, yaml_need(node, "each", "每个什么一行", "what rows are made for", reader->faults));
    if (yaml_get(node, "count") != NULL) read_range(reader, yaml_get(node, "count"), 1, &sheet->count);
    config_share(yaml_get(node, "chance"), &sheet->chance, reader->faults);
    read_years(reader, yaml_get(node, "years"));
    read_kinds(reader, yaml_get(node, "kinds"));
    read_ledger(reader, node);
    read_conditions(reader, node);
    read_anywhere(reader, yaml_get(node, "anywhere"));
    read_columns(reader, yaml_need(node, "columns", "各列", "the columns", reader->faults));
    read_tests(reader, yaml_get(node, "if"), &sheet->only);
}

static void read_file(struct made_reader *reader, const struct yaml_node *root)
{
    static const char *const keys[] = {"sheets", NULL};
    struct config *config = reader->config;
    if (yaml_get(root, "stories") != NULL) return; /* stories_read.c */
    if (!yaml_keys(root, keys, reader->faults)) return;
    const struct yaml_node *sheets =
        yaml_need(root, "sheets", "要写的表", "the sheets to write", reader->faults);
    if (sheets == NULL || !yaml_is(sheets, YAML_MAPPING, reader->faults)) return;
    for (size_t i = 0; i < yaml_count(sheets); i++) {
        struct text name = {0};
        config->made_count++;
        if (yaml_name(yaml_key(sheets, i), &name, reader->faults) && sheet_find(reader, name) >= 0)
            yaml_fault(yaml_key(sheets, i), reader->faults, "这个名字前面用过了", "this name is taken");
        reader->sheet = &config->made[config->made_count - 1];
        *reader->sheet = (struct made_sheet){.name = keep(reader, name)};
        read_sheet(reader, yaml_item(sheets, i));
    }
}

static bool is_made(const struct pack_file *file)
{
    return text_starts(file->path, TEXT(FOLDER)) && text_ends(file->path, TEXT(".yaml"));
}

void made_read(struct config_reader *base)
{
    struct config *config = base->config;
    struct made_reader reader = {.base = base, .config = config, .faults = base->faults};
    const struct pack *pack = base->pack;
    struct arena trees = {0};
    const struct yaml_node **roots = arena_array(&trees, pack->file_count, sizeof *roots);
    size_t room = 0;
    for (size_t i = 0; i < pack->file_count; i++) {
        if (!is_made(&pack->files[i])) continue;
        char *name = arena_printf(&trees, "%.*s", TEXT_ARGS(pack->files[i].path));
        roots[i] = yaml_parse(pack->files[i].content, name, &trees, base->faults);
        room += yaml_count(yaml_get(roots[i], "sheets"));
    }
    config->made = arena_array(&config->arena, room + 1, sizeof *config->made);
    for (size_t i = 0; i < pack->file_count; i++)
        if (roots[i] != NULL) read_file(&reader, roots[i]);
    arena_fini(&trees);
}
