/* Reading a tree by a schema that stands in code: access, typed readers, and their faults. */
#include "pack/yaml.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/money.h"
#include "pack/yaml_tree.h"

/* ---- The tree ---- */

enum yaml_kind yaml_kind(const struct yaml_node *node)
{
    return node == NULL ? YAML_NULL : node->kind;
}

struct text yaml_text(const struct yaml_node *node)
{
    return node == NULL ? TEXT("") : node->text;
}

size_t yaml_count(const struct yaml_node *node)
{
    return node == NULL ? 0 : node->count;
}

const struct yaml_node *yaml_item(const struct yaml_node *node, size_t index)
{
    if (index >= yaml_count(node)) return NULL;
    return node->items[node->kind == YAML_MAPPING ? 2 * index + 1 : index];
}

const struct yaml_node *yaml_key(const struct yaml_node *node, size_t index)
{
    if (yaml_kind(node) != YAML_MAPPING || index >= node->count) return NULL;
    return node->items[2 * index];
}

const struct yaml_node *yaml_find(const struct yaml_node *node, struct text key)
{
    if (yaml_kind(node) != YAML_MAPPING) return NULL;
    for (size_t i = 0; i < node->count; i++)
        if (text_equal(node->items[2 * i]->text, key)) return node->items[2 * i + 1];
    return NULL;
}

const struct yaml_node *yaml_get(const struct yaml_node *node, const char *key)
{
    return yaml_find(node, text_of(key));
}

const char *yaml_file(const struct yaml_node *node)
{
    return node == NULL ? "" : node->file;
}

int yaml_line(const struct yaml_node *node)
{
    return node == NULL ? 0 : node->line;
}

int yaml_column(const struct yaml_node *node)
{
    return node == NULL ? 0 : node->column;
}

struct text yaml_source(const struct yaml_node *node, int *line, int *column)
{
    *line = node == NULL ? 0 : node->source_line;
    *column = node == NULL ? 0 : node->source_column;
    return node == NULL ? TEXT("") : node->source;
}

/* ---- Faults ---- */

/* Escapes in a pack must not reach a terminal, and a cut must not split a character. */
static void clean(char *text)
{
    struct text whole = text_of(text);
    text[text_valid_prefix(whole)] = '\0';
    for (char *c = text; *c != '\0'; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7F) *c = ' ';
}

static void add_fault(const struct yaml_node *node, struct fault_list *faults, struct err *err)
{
    err->code = ERR_INPUT;
    clean(err->zh);
    clean(err->en);
    if (node != NULL) err_at(err, node->file, node->line, node->column);
    fault_list_add(faults, err);
}

void yaml_fault(const struct yaml_node *node, struct fault_list *faults, const char *zh, const char *en, ...)
{
    struct err err = {0};
    va_list args, again;
    va_start(args, en);
    va_copy(again, args);
    vsnprintf(err.zh, sizeof err.zh, zh, args);
    vsnprintf(err.en, sizeof err.en, en, again);
    va_end(again);
    va_end(args);
    add_fault(node, faults, &err);
}

void yaml_fault_words(const struct yaml_node *node, struct fault_list *faults, const char *zh, const char *en)
{
    struct err err = {0};
    snprintf(err.zh, sizeof err.zh, "%s", zh);
    snprintf(err.en, sizeof err.en, "%s", en);
    add_fault(node, faults, &err);
}

struct text yaml_shown(struct text text)
{
    size_t offset = 0;
    for (int characters = 0; offset < text.size && characters < 60; characters++)
        (void)text_next(text, &offset);
    return (struct text){text.at, offset};
}

void yaml_fault_unknown(const struct yaml_node *node, struct fault_list *faults, const char *zh_what,
                        const char *en_what, const struct suggest *suggest)
{
    struct text wanted = yaml_shown(suggest->wanted), best = yaml_shown(suggest->best);
    char zh[400], en[400];
    snprintf(zh, sizeof zh, "没有%s“%.*s”", zh_what, TEXT_ARGS(wanted));
    snprintf(en, sizeof en, "unknown %s `%.*s`", en_what, TEXT_ARGS(wanted));
    if (best.size > 0) {
        size_t zh_size = strlen(zh), en_size = strlen(en);
        snprintf(zh + zh_size, sizeof zh - zh_size, "；是否要写“%.*s”？", TEXT_ARGS(best));
        snprintf(en + en_size, sizeof en - en_size, "; did you mean `%.*s`?", TEXT_ARGS(best));
    }
    yaml_fault_words(node, faults, zh, en);
}

/* "expected X, found Y". */
static bool unexpected(const struct yaml_node *node, struct fault_list *faults, const char *zh_wanted,
                       const char *en_wanted)
{
    struct text shown = yaml_shown(node->text);
    const char *zh_found = "“", *en_found = "`", *zh_end = "”", *en_end = "`";
    switch (node->kind) {
    case YAML_SCALAR:
        break;
    case YAML_NULL:
        zh_found = "空白", en_found = "nothing", zh_end = en_end = "";
        break;
    case YAML_LIST:
        zh_found = "列表", en_found = "a list", zh_end = en_end = "";
        break;
    case YAML_MAPPING:
        zh_found = "映射", en_found = "a mapping", zh_end = en_end = "";
        break;
    }
    char zh[400], en[400];
    snprintf(zh, sizeof zh, "此处应是%s，而不是%s%.*s%s", zh_wanted, zh_found, TEXT_ARGS(shown), zh_end);
    snprintf(en, sizeof en, "expected %s, found %s%.*s%s", en_wanted, en_found, TEXT_ARGS(shown), en_end);
    yaml_fault_words(node, faults, zh, en);
    return false;
}

/* ---- Readers ---- */

bool yaml_is(const struct yaml_node *node, enum yaml_kind kind, struct fault_list *faults)
{
    if (node == NULL) return false;
    if (node->kind == kind) return true;
    switch (kind) {
    case YAML_NULL:
        return unexpected(node, faults, "空白", "nothing");
    case YAML_SCALAR:
        return unexpected(node, faults, "一个值", "a value");
    case YAML_LIST:
        return unexpected(node, faults, "列表（- … 或 […]）", "a list (- … or […])");
    case YAML_MAPPING:
        return unexpected(node, faults, "映射（键: 值）", "a mapping (key: value)");
    }
    return false;
}

bool yaml_string(const struct yaml_node *node, struct text *out, struct fault_list *faults)
{
    if (node == NULL) return false;
    struct text text = text_trim(node->text);
    if (node->kind != YAML_SCALAR || text.size == 0) return unexpected(node, faults, "文字", "text");
    *out = text;
    return true;
}

static bool is_name(struct text text)
{
    if (text.size == 0 || text.size > 48 || text.at[0] < 'a' || text.at[0] > 'z') return false;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.at[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')) return false;
    }
    return true;
}

bool yaml_name(const struct yaml_node *node, struct text *out, struct fault_list *faults)
{
    if (node == NULL) return false;
    if (node->kind != YAML_SCALAR || !is_name(node->text))
        return unexpected(node, faults, "名称（小写字母开头，只含小写字母、数字和下划线，最多 48 个字符）",
                          "a name (a small letter, then small letters, digits and _, 48 characters at most)");
    *out = node->text;
    return true;
}

bool yaml_integer(const struct yaml_node *node, int64_t least, int64_t most, int64_t *out,
                  struct fault_list *faults)
{
    if (node == NULL) return false;
    int64_t value = 0;
    char buffer[24];
    bool good = node->kind == YAML_SCALAR && node->text.size > 0 && node->text.size < 19;
    if (good) { /* at most 18 digits cannot overflow */
        memcpy(buffer, node->text.at, node->text.size);
        buffer[node->text.size] = '\0';
        char *end;
        value = strtoll(buffer, &end, 10);
        good = *end == '\0' && buffer[0] != ' ' && buffer[0] != '+' && value >= least && value <= most;
    }
    if (good) {
        *out = value;
        return true;
    }
    char zh[120], en[120];
    snprintf(zh, sizeof zh, "%lld 至 %lld 的整数", (long long)least, (long long)most);
    snprintf(en, sizeof en, "a whole number from %lld to %lld", (long long)least, (long long)most);
    return unexpected(node, faults, zh, en);
}

bool yaml_number(const struct yaml_node *node, double least, double most, double *out,
                 struct fault_list *faults)
{
    if (node == NULL) return false;
    char buffer[40];
    if (node->kind == YAML_SCALAR && node->text.size > 0 && node->text.size < sizeof buffer &&
        strchr("-.0123456789", node->text.at[0]) != NULL) {
        memcpy(buffer, node->text.at, node->text.size);
        buffer[node->text.size] = '\0';
        char *end;
        double value = strtod(buffer, &end);
        if (*end == '\0' && isfinite(value) && value >= least && value <= most) {
            *out = value;
            return true;
        }
    }
    char zh[120], en[120];
    snprintf(zh, sizeof zh, "%g 至 %g 的数", least, most);
    snprintf(en, sizeof en, "a number from %g to %g", least, most);
    return unexpected(node, faults, zh, en);
}

bool yaml_bool(const struct yaml_node *node, bool *out, struct fault_list *faults)
{
    if (node == NULL) return false;
    bool is_true = text_is(node->text, "true");
    if (node->kind != YAML_SCALAR || (!is_true && !text_is(node->text, "false")))
        return unexpected(node, faults, "true 或 false", "true or false");
    *out = is_true;
    return true;
}

bool yaml_date(const struct yaml_node *node, int32_t *out, struct fault_list *faults)
{
    if (node == NULL) return false;
    int32_t date;
    if (node->kind != YAML_SCALAR || !date_parse(node->text, &date))
        return unexpected(node, faults, "日期（例如 2022-09-30）", "a date (such as 2022-09-30)");
    *out = date;
    return true;
}

bool yaml_choice(const struct yaml_node *node, const char *const *choices, int *out,
                 struct fault_list *faults)
{
    if (node == NULL) return false;
    char zh[300] = "以下之一：", en[300] = "one of ";
    struct suggest suggest = suggest_start(node->text);
    for (int i = 0; choices[i] != NULL; i++) {
        if (node->kind == YAML_SCALAR && text_is(node->text, choices[i])) {
            *out = i;
            return true;
        }
        suggest_offer(&suggest, text_of(choices[i]));
        size_t zh_size = strlen(zh), en_size = strlen(en);
        snprintf(zh + zh_size, sizeof zh - zh_size, "%s%s", i > 0 ? "、" : "", choices[i]);
        snprintf(en + en_size, sizeof en - en_size, "%s%s", i > 0 ? ", " : "", choices[i]);
    }
    if (node->kind != YAML_SCALAR || suggest.best.size == 0) return unexpected(node, faults, zh, en);
    struct text shown = yaml_shown(node->text);
    char zh_whole[500], en_whole[500];
    snprintf(zh_whole, sizeof zh_whole, "此处应是%s，而不是“%.*s”；是否要写“%.*s”？", zh, TEXT_ARGS(shown),
             TEXT_ARGS(suggest.best));
    snprintf(en_whole, sizeof en_whole, "expected %s, found `%.*s`; did you mean `%.*s`?", en,
             TEXT_ARGS(shown), TEXT_ARGS(suggest.best));
    yaml_fault_words(node, faults, zh_whole, en_whole);
    return false;
}

const struct yaml_node *yaml_need(const struct yaml_node *mapping, const char *key, const char *zh_what,
                                  const char *en_what, struct fault_list *faults)
{
    const struct yaml_node *value = yaml_get(mapping, key);
    if (value == NULL && mapping != NULL) {
        char zh[200], en[200];
        snprintf(zh, sizeof zh, "缺少“%s”：%s", key, zh_what);
        snprintf(en, sizeof en, "missing `%s`: %s", key, en_what);
        yaml_fault_words(mapping, faults, zh, en);
    }
    return value;
}

bool yaml_keys(const struct yaml_node *node, const char *const *keys, struct fault_list *faults)
{
    if (!yaml_is(node, YAML_MAPPING, faults)) return false;
    for (size_t i = 0; i < node->count; i++) {
        const struct yaml_node *key = node->items[2 * i];
        struct suggest suggest = suggest_start(key->text);
        bool known = false;
        for (size_t k = 0; keys[k] != NULL && !known; k++) {
            known = text_is(key->text, keys[k]);
            suggest_offer(&suggest, text_of(keys[k]));
        }
        if (!known) yaml_fault_unknown(key, faults, "键", "key", &suggest);
    }
    return true;
}
