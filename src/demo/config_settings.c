/* The numbers of demo.yaml: one table says where each stands and what it may be. */
#include "demo/config.h"

#include <stdio.h>
#include <string.h>

#include "base/money.h"
#include "pack/yaml.h"

enum setting_kind {
    SETTING_SHARE,
    SETTING_RANGE,
    SETTING_MU,
    SETTING_MONEY,
    SETTING_PART,
    SETTING_WEIGHTS,
    SETTING_SKEWED
};

struct setting {
    const char *section, *key;
    enum setting_kind kind;
    size_t offset;
    int64_t detail; /* WEIGHTS: how many; SKEWED: the unit of the median */
};

static const struct setting settings[] = {
#define X(field, section, key) {section, key, SETTING_SHARE, offsetof(struct config, field), 0},
    SETTINGS_SHARE(X)
#undef X
#define X(field, section, key) {section, key, SETTING_RANGE, offsetof(struct config, field), 0},
        SETTINGS_RANGE(X)
#undef X
#define X(field, section, key) {section, key, SETTING_MU, offsetof(struct config, field), 0},
            SETTINGS_MU(X)
#undef X
#define X(field, section, key) {section, key, SETTING_MONEY, offsetof(struct config, field), 0},
                SETTINGS_MONEY(X)
#undef X
#define X(field, section, key) {section, key, SETTING_PART, offsetof(struct config, field), 0},
                    SETTINGS_PART(X)
#undef X
#define X(field, section, key, count) {section, key, SETTING_WEIGHTS, offsetof(struct config, field), count},
                        SETTINGS_WEIGHTS(X)
#undef X
#define X(field, section, key, unit) {section, key, SETTING_SKEWED, offsetof(struct config, field), unit},
                            SETTINGS_SKEWED(X)
#undef X
};

enum { SETTING_COUNT = sizeof settings / sizeof *settings, NUMBER_MAX = 100000000 };

/* A share may be above 1: a burden of 180%, a spread of 120%. */
enum { SHARE_MAX = 100 };

bool config_share(const struct yaml_node *node, int64_t *per_million, struct fault_list *faults)
{
    struct text text;
    if (!yaml_string(node, &text, faults)) return false;
    bool percent = text_ends(text, TEXT("%"));
    if (percent) text.size--;
    int64_t value;
    if (fixed_parse(text, percent ? 4 : 6, &value) && value >= 0 && value <= (int64_t)SHARE_MAX * MILLION) {
        *per_million = value;
        return true;
    }
    yaml_fault(node, faults, "应写比例，如 12.5%% 或 0.125",
               "a share is wanted here, such as 12.5%% or 0.125");
    return false;
}

/* unit: how many of the stored ones the written unit is (100 fen a yuan, 10,000 ten-thousandths a mu). */
static bool read_number(const struct yaml_node *node, int64_t unit, int64_t *value, struct fault_list *faults)
{
    struct text text;
    if (!yaml_string(node, &text, faults)) return false;
    int64_t number;
    if (!fixed_parse(text, 4, &number) || number < 0 || number > NUMBER_MAX * INT64_C(10000)) {
        yaml_fault(node, faults, "应写不小于 0 的数", "a number, 0 or more, is wanted here");
        return false;
    }
    *value = number * unit / 10000;
    return true;
}

static bool read_part(const struct setting *setting, const struct yaml_node *node, int64_t *value,
                      struct fault_list *faults)
{
    switch (setting->kind) {
    case SETTING_SHARE:
    case SETTING_PART:
        return config_share(node, value, faults);
    case SETTING_RANGE:
    case SETTING_WEIGHTS:
        return read_number(node, 1, value, faults);
    case SETTING_MU:
        return read_number(node, 10000, value, faults);
    case SETTING_MONEY:
        return read_number(node, MONEY_FEN, value, faults);
    case SETTING_SKEWED:
        return read_number(node, setting->detail, value, faults);
    }
    return false;
}

static void read_list(const struct setting *setting, const struct yaml_node *node, int64_t *values,
                      size_t count, struct fault_list *faults)
{
    if (!yaml_is(node, YAML_LIST, faults)) return;
    if (yaml_count(node) != count) {
        yaml_fault(node, faults, "这里应有 %zu 个值", "%zu values are wanted here", count);
        return;
    }
    for (size_t i = 0; i < count; i++) read_part(setting, yaml_item(node, i), &values[i], faults);
    bool range = setting->kind != SETTING_WEIGHTS;
    if (range && values[0] > values[1])
        yaml_fault(node, faults, "范围的第一个值应不大于第二个",
                   "the first value of a range must not exceed the second");
}

static void read_skewed(const struct setting *setting, const struct yaml_node *node, struct skewed *out,
                        struct fault_list *faults)
{
    static const char *const keys[] = {"median", "spread", NULL};
    if (!yaml_keys(node, keys, faults)) return;
    const struct yaml_node *median = yaml_need(node, "median", "中位数", "the median", faults);
    if (setting->detail == MILLION)
        config_share(median, &out->median, faults);
    else
        read_part(setting, median, &out->median, faults);
    config_share(yaml_need(node, "spread", "离散程度", "the spread", faults), &out->spread, faults);
}

static void read_setting(struct config_reader *reader, const struct setting *setting,
                         const struct yaml_node *node)
{
    void *at = (char *)reader->config + setting->offset;
    switch (setting->kind) {
    case SETTING_SHARE:
        read_part(setting, node, at, reader->faults);
        return;
    case SETTING_RANGE:
    case SETTING_MU:
    case SETTING_MONEY:
    case SETTING_PART:
        read_list(setting, node, at, 2, reader->faults);
        return;
    case SETTING_WEIGHTS:
        read_list(setting, node, at, (size_t)setting->detail, reader->faults);
        return;
    case SETTING_SKEWED:
        read_skewed(setting, node, at, reader->faults);
        return;
    }
}

/* Keys of the settings' sections that are not settings: read elsewhere. */
static bool read_elsewhere(const char *section, struct text key)
{
    if (strcmp(section, "identity") == 0) return text_is(key, "division") || text_is(key, "phone_prefix");
    return strcmp(section, "income") == 0 && text_is(key, "growth");
}

static void check_section(struct config_reader *reader, const char *section, const struct yaml_node *node)
{
    for (size_t i = 0; i < yaml_count(node); i++) {
        struct text key = yaml_text(yaml_key(node, i));
        struct suggest suggest = suggest_start(key);
        bool known = read_elsewhere(section, key);
        for (size_t j = 0; j < SETTING_COUNT && !known; j++) {
            if (strcmp(settings[j].section, section) != 0) continue;
            known = text_is(key, settings[j].key);
            suggest_offer(&suggest, text_of(settings[j].key));
        }
        if (!known) yaml_fault_unknown(yaml_key(node, i), reader->faults, "设置项", "setting", &suggest);
    }
}

void config_settings(struct config_reader *reader, const struct yaml_node *root)
{
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        const struct setting *setting = &settings[i];
        bool first = true; /* the section's own checks are made once */
        for (size_t j = 0; j < i; j++) first = first && strcmp(settings[j].section, setting->section) != 0;
        const struct yaml_node *section = yaml_get(root, setting->section);
        if (first) {
            section = yaml_need(root, setting->section, "一组设置", "a group of settings", reader->faults);
            if (section != NULL && yaml_is(section, YAML_MAPPING, reader->faults))
                check_section(reader, setting->section, section);
        }
        if (yaml_kind(section) != YAML_MAPPING) continue;
        read_setting(reader, setting,
                     yaml_need(section, setting->key, "设置值", "the setting's value", reader->faults));
    }
    static const char *const keys[] = {"mean", "deviation", NULL};
    const struct yaml_node *growth = yaml_get(yaml_get(root, "income"), "growth");
    if (growth == NULL)
        growth = yaml_need(yaml_get(root, "income"), "growth", "均值和标准差", "mean and deviation",
                           reader->faults);
    if (growth == NULL || !yaml_keys(growth, keys, reader->faults)) return;
    config_share(yaml_need(growth, "mean", "均值", "the mean", reader->faults), &reader->config->growth.mean,
                 reader->faults);
    config_share(yaml_need(growth, "deviation", "标准差", "the deviation", reader->faults),
                 &reader->config->growth.deviation, reader->faults);
}
