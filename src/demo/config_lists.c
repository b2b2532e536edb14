/* The lists of demo.yaml: words and their spellings, names, ages, kinds of family. */
#include "demo/config.h"

#include <string.h>

#include "pack/yaml.h"

enum { NAME_BYTES = 12 }; /* of a surname or a character: what fits into the buffers of struct person */

#define X(id, name)      name,
#define CLOSED(id, list) static const char *const id##_words[] = {list(X) NULL};
CLOSED(YES_NO, DEMO_YES_NO)
CLOSED(SEX, DEMO_SEX)
CLOSED(RELATION, DEMO_RELATION)
CLOSED(CATEGORY, DEMO_CATEGORY)
CLOSED(KIND, DEMO_KIND)
CLOSED(MONITOR, DEMO_MONITOR)
CLOSED(SCHOOLING, DEMO_SCHOOLING)
CLOSED(EDUCATION, DEMO_EDUCATION)
CLOSED(HEALTH, DEMO_HEALTH)
CLOSED(LABOUR, DEMO_LABOUR)
CLOSED(ID_KIND, DEMO_ID_KIND)
CLOSED(ALLOWANCE, DEMO_ALLOWANCE)
CLOSED(WHEEL, DEMO_WHEEL)
CLOSED(ITEM, DEMO_ITEM)
CLOSED(EXPENSE, DEMO_EXPENSE)
#undef X

static const char *const *const closed_words[LIST_COUNT] = {
    [LIST_YES_NO] = YES_NO_words,
    [LIST_STARTED] = YES_NO_words,
    [LIST_SEX] = SEX_words,
    [LIST_RELATION] = RELATION_words,
    [LIST_CATEGORY] = CATEGORY_words,
    [LIST_KIND] = KIND_words,
    [LIST_MONITOR] = MONITOR_words,
    [LIST_SCHOOLING] = SCHOOLING_words,
    [LIST_EDUCATION] = EDUCATION_words,
    [LIST_HEALTH] = HEALTH_words,
    [LIST_LABOUR] = LABOUR_words,
    [LIST_ID_KIND] = ID_KIND_words,
    [LIST_ALLOWANCE] = ALLOWANCE_words,
    [LIST_SUPPORT] = ALLOWANCE_words,
    [LIST_WHEEL] = WHEEL_words,
    [LIST_ITEM] = ITEM_words,
    [LIST_EXPENSE] = EXPENSE_words,
};

static const char *const list_names[LIST_COUNT + 1] = {
#define X(id, name, words) name,
    DEMO_LISTS(X)
#undef X
        NULL};

static const char *const condition_names[] = {
#define X(id, name) name,
    DEMO_CONDITIONS(X)
#undef X
        NULL};

bool config_conditions(const struct yaml_node *node, uint32_t *bits, struct fault_list *faults)
{
    int choice;
    if (yaml_kind(node) != YAML_LIST) {
        if (!yaml_choice(node, condition_names, &choice, faults)) return false;
        *bits = 1U << choice;
        return true;
    }
    *bits = 0;
    for (size_t i = 0; i < yaml_count(node); i++)
        if (yaml_choice(yaml_item(node, i), condition_names, &choice, faults)) *bits |= 1U << choice;
    return *bits != 0;
}

/* One text, or a list of them: the usual spelling first. */
static void read_spellings(struct config_reader *reader, const struct yaml_node *node, struct word *word)
{
    bool list = yaml_kind(node) == YAML_LIST;
    size_t count = list ? yaml_count(node) : 1;
    word->spellings = arena_array(&reader->config->arena, count + 1, sizeof *word->spellings);
    word->spellings[0] = word->name;
    for (size_t i = 0; i < count; i++) {
        struct text text;
        if (yaml_string(list ? yaml_item(node, i) : node, &text, reader->faults))
            word->spellings[word->spelling_count++] = arena_text(&reader->config->arena, text);
    }
}

static void read_word(struct config_reader *reader, enum list list, const struct yaml_node *node,
                      struct word *word)
{
    word->share = 1;
    word->group_word = DEMO_UNKNOWN;
    if (yaml_kind(node) != YAML_MAPPING) {
        read_spellings(reader, node, word);
        return;
    }
    static const char *const keys[] = {"word", "share", "when", "kind", NULL};
    yaml_keys(node, keys, reader->faults);
    read_spellings(reader, yaml_need(node, "word", "写法", "the spelling", reader->faults), word);
    yaml_integer(yaml_get(node, "share"), 0, MILLION, &word->share, reader->faults);
    if (yaml_get(node, "when") != NULL)
        config_conditions(yaml_get(node, "when"), &word->when, reader->faults);
    struct text kind;
    if (!yaml_string(yaml_get(node, "kind"), &kind, reader->faults)) return;
    const struct word_list *kinds = &reader->config->lists[LIST_MEASURE_KIND];
    struct suggest suggest = suggest_start(kind);
    for (size_t i = 0; i < kinds->count; i++) {
        suggest_offer(&suggest, kinds->words[i].name);
        if (text_equal(kinds->words[i].name, kind)) word->group_word = (int64_t)i;
    }
    if (word->group_word == DEMO_UNKNOWN || list != LIST_MEASURE)
        yaml_fault_unknown(yaml_get(node, "kind"), reader->faults, "措施类别", "kind of measure", &suggest);
}

/* In a closed list the words stand at the simulation's own indexes. */
static void read_closed(struct config_reader *reader, enum list list, const struct yaml_node *node)
{
    struct word_list *out = &reader->config->lists[list];
    yaml_keys(node, closed_words[list], reader->faults);
    while (closed_words[list][out->count] != NULL) out->count++;
    out->words = arena_array(&reader->config->arena, out->count, sizeof *out->words);
    for (size_t i = 0; i < out->count; i++) {
        out->words[i].name = text_of(closed_words[list][i]);
        read_word(reader, list,
                  yaml_need(node, closed_words[list][i], "这个词的写法", "how this word is spelled",
                            reader->faults),
                  &out->words[i]);
    }
}

static void read_open(struct config_reader *reader, enum list list, const struct yaml_node *node)
{
    struct word_list *out = &reader->config->lists[list];
    out->count = yaml_count(node);
    if (out->count == 0 || out->count > WORDS_MAX) {
        yaml_fault(node, reader->faults, "词表要有 1 到 %d 个词", "a list needs 1 to %d words", WORDS_MAX);
        out->count = 0;
        return;
    }
    out->words = arena_array(&reader->config->arena, out->count, sizeof *out->words);
    for (size_t i = 0; i < out->count; i++) {
        struct text name = {0};
        yaml_name(yaml_key(node, i), &name, reader->faults);
        out->words[i].name = arena_text(&reader->config->arena, name);
        read_word(reader, list, yaml_item(node, i), &out->words[i]);
    }
}

static void read_words(struct config_reader *reader, const struct yaml_node *root)
{
    const struct yaml_node *lists = yaml_need(root, "words", "词表", "the word lists", reader->faults);
    if (lists == NULL || !yaml_keys(lists, list_names, reader->faults)) return;
    /* Measures name their kinds: these first. */
    enum list order[LIST_COUNT];
    size_t count = 0;
    order[count++] = LIST_MEASURE_KIND;
    for (int i = 0; i < LIST_COUNT; i++)
        if (i != LIST_MEASURE_KIND) order[count++] = (enum list)i;
    for (size_t i = 0; i < count; i++) {
        const struct yaml_node *node =
            yaml_need(lists, list_names[order[i]], "词表", "the word list", reader->faults);
        if (node == NULL || !yaml_is(node, YAML_MAPPING, reader->faults)) continue;
        if (closed_words[order[i]] != NULL)
            read_closed(reader, order[i], node);
        else
            read_open(reader, order[i], node);
    }
}

/* ---- Names ---- */

static void read_surnames(struct config_reader *reader, const struct yaml_node *node)
{
    struct name_list *out = &reader->config->surnames;
    if (node == NULL || !yaml_is(node, YAML_MAPPING, reader->faults)) return;
    out->items = arena_array(&reader->config->arena, yaml_count(node) + 1, sizeof *out->items);
    out->weights = arena_array(&reader->config->arena, yaml_count(node) + 1, sizeof *out->weights);
    for (size_t i = 0; i < yaml_count(node); i++) {
        struct text name = yaml_text(yaml_key(node, i));
        if (name.size > NAME_BYTES)
            yaml_fault(yaml_key(node, i), reader->faults, "姓氏过长", "a surname too long");
        else if (yaml_integer(yaml_item(node, i), 1, MILLION, &out->weights[out->count], reader->faults))
            out->items[out->count++] = arena_text(&reader->config->arena, name);
    }
    if (out->count == 0)
        yaml_fault(node, reader->faults, "至少要有一个姓氏", "at least one surname is needed");
}

static void read_characters(struct config_reader *reader, const struct yaml_node *node, struct name_list *out)
{
    struct text text;
    if (!yaml_string(node, &text, reader->faults)) return;
    text = arena_text(&reader->config->arena, text);
    out->items = arena_array(&reader->config->arena, text.size, sizeof *out->items);
    out->weights = arena_array(&reader->config->arena, text.size, sizeof *out->weights);
    for (size_t at = 0; at < text.size;) {
        size_t from = at;
        if (text_next(text, &at) == ' ') continue;
        out->weights[out->count] = 1;
        out->items[out->count++] = (struct text){text.at + from, at - from};
    }
}

static void read_names(struct config_reader *reader, const struct yaml_node *root)
{
    static const char *const keys[] = {"surnames", "male", "female", "two_characters", NULL};
    const struct yaml_node *names =
        yaml_need(root, "names", "姓名用字", "characters for names", reader->faults);
    if (names == NULL || !yaml_keys(names, keys, reader->faults)) return;
    struct fault_list *faults = reader->faults;
    read_surnames(reader, yaml_need(names, "surnames", "姓氏及其权重", "surnames with weights", faults));
    read_characters(reader, yaml_need(names, "male", "男名用字", "characters of men's names", faults),
                    &reader->config->male_characters);
    read_characters(reader, yaml_need(names, "female", "女名用字", "characters of women's names", faults),
                    &reader->config->female_characters);
    config_share(yaml_need(names, "two_characters", "双字名比例", "share of two-character names", faults),
                 &reader->config->two_characters, faults);
}

/* ---- Ages and families ---- */

static size_t read_weights(const struct yaml_node *node, int64_t *weights, size_t limit,
                           struct fault_list *faults)
{
    if (node == NULL || !yaml_is(node, YAML_LIST, faults)) return 0;
    if (yaml_count(node) == 0 || yaml_count(node) > limit) {
        yaml_fault(node, faults, "应有 1 到 %zu 个权重", "1 to %zu weights are wanted", limit);
        return 0;
    }
    for (size_t i = 0; i < yaml_count(node); i++)
        yaml_integer(yaml_item(node, i), 0, MILLION, &weights[i], faults);
    return yaml_count(node);
}

static void read_band(struct config_reader *reader, const struct yaml_node *node, struct age_band *band)
{
    static const char *const keys[] = {"up_to", "chronic", "serious", "disabled", "education", NULL};
    struct fault_list *faults = reader->faults;
    if (!yaml_keys(node, keys, faults)) return;
    yaml_integer(yaml_need(node, "up_to", "年龄上限", "the highest age", faults), 0, 150, &band->up_to,
                 faults);
    config_share(yaml_need(node, "chronic", "慢性病比例", "share with a chronic illness", faults),
                 &band->chronic, faults);
    config_share(yaml_need(node, "serious", "大病比例", "share with a serious illness", faults),
                 &band->serious, faults);
    config_share(yaml_need(node, "disabled", "残疾比例", "share with a disability", faults), &band->disabled,
                 faults);
    const struct yaml_node *education =
        yaml_need(node, "education", "各文化程度的权重", "weights of the educations", faults);
    if (education != NULL &&
        read_weights(education, band->education, EDUCATION_COUNT, faults) != EDUCATION_COUNT)
        yaml_fault(education, faults, "应有 %d 个权重", "%d weights are wanted", EDUCATION_COUNT);
}

static void read_family(struct config_reader *reader, const struct yaml_node *node, struct family *family)
{
    static const char *const keys[] = {"share",         "head_age",      "spouse",
                                       "children",      "married_child", "absent_middle",
                                       "grandchildren", "parents",       NULL};
    struct fault_list *faults = reader->faults;
    if (!yaml_keys(node, keys, faults)) return;
    yaml_integer(yaml_need(node, "share", "权重", "the weight", faults), 0, MILLION, &family->share, faults);
    const struct yaml_node *age = yaml_need(node, "head_age", "户主年龄范围", "ages of the head", faults);
    if (yaml_count(age) == 2) {
        yaml_integer(yaml_item(age, 0), 18, 95, &family->head_age.least, faults);
        yaml_integer(yaml_item(age, 1), 18, 95, &family->head_age.most, faults);
    } else if (age != NULL) {
        yaml_fault(age, faults, "应写 [最小, 最大]", "[least, most] is wanted here");
    }
    config_share(yaml_get(node, "spouse"), &family->spouse, faults);
    config_share(yaml_get(node, "married_child"), &family->married_child, faults);
    config_share(yaml_get(node, "absent_middle"), &family->absent_middle, faults);
    family->children_count = read_weights(yaml_get(node, "children"), family->children, KIDS_MAX, faults);
    family->grandchildren_count =
        read_weights(yaml_get(node, "grandchildren"), family->grandchildren, KIDS_MAX, faults);
    family->parents_count = read_weights(yaml_get(node, "parents"), family->parents, 3, faults);
}

static size_t items_of(const struct yaml_node *node, size_t limit, struct fault_list *faults)
{
    if (node == NULL || !yaml_is(node, YAML_LIST, faults)) return 0;
    if (yaml_count(node) > 0 && yaml_count(node) <= limit) return yaml_count(node);
    yaml_fault(node, faults, "应有 1 到 %zu 项", "1 to %zu items are wanted", limit);
    return 0;
}

void config_lists(struct config_reader *reader, const struct yaml_node *root)
{
    struct config *config = reader->config;
    read_words(reader, root);
    read_names(reader, root);
    const struct yaml_node *ages = yaml_need(root, "ages", "年龄段", "bands of age", reader->faults);
    config->band_count = items_of(ages, BANDS_MAX, reader->faults);
    for (size_t i = 0; i < config->band_count; i++) read_band(reader, yaml_item(ages, i), &config->bands[i]);
    const struct yaml_node *families =
        yaml_need(root, "families", "家庭结构", "kinds of family", reader->faults);
    config->family_count = items_of(families, FAMILIES_MAX, reader->faults);
    for (size_t i = 0; i < config->family_count; i++)
        read_family(reader, yaml_item(families, i), &config->families[i]);
}
