/* Opening a database and understanding names is the same in every command. */
#include "cli/work.h"

#include <stdlib.h>
#include <string.h>

#include "assessment/warden.h"
#include "base/mem.h"
#include "base/suggest.h"
#include "formula/formula.h"

struct database *work_open(struct cli *cli, const struct arguments *arguments, bool read_only)
{
    struct database *database = NULL;
    struct err err = {0};
    if (database_open(argument_text(arguments, "db"), read_only, &database, &err) != 0) {
        cli_fail(cli, &err);
        return NULL;
    }
    assessment_watch(database);
    return database;
}

int work_register(const struct pack *pack, const char *name, int *reg, struct err *err)
{
    *reg = schema_register_find(&pack->schema, text_of(name));
    if (*reg >= 0) return 0;
    struct suggest suggest = suggest_start(text_of(name));
    struct buffer all = {0};
    for (size_t i = 0; i < pack->schema.register_count; i++) {
        const struct label *label = &pack->schema.registers[i].label;
        suggest_offer(&suggest, label->name);
        suggest_offer(&suggest, label->zh);
        buffer_printf(&all, "%s%.*s", i > 0 ? ", " : "", TEXT_ARGS(label->name));
    }
    int code = suggest.best.size > 0
                   ? err_set(err, ERR_INPUT, "没有登记簿“%s”，是不是“%.*s”？",
                             "There is no register '%s'; did you mean '%.*s'?", name, TEXT_ARGS(suggest.best))
                   : err_set(err, ERR_INPUT, "没有登记簿“%s”。可用的有：%s",
                             "There is no register '%s'. There are: %s", name, all.data);
    buffer_fini(&all);
    return code;
}

int work_rule(const struct pack *pack, const char *name, int *rule, struct err *err)
{
    *rule = pack_rule_find(pack, text_of(name));
    if (*rule >= 0) return 0;
    struct suggest suggest = suggest_start(text_of(name));
    for (size_t i = 0; i < pack->rule_count; i++) {
        suggest_offer(&suggest, pack->rules[i].label.name);
        suggest_offer(&suggest, pack->rules[i].label.zh);
        suggest_offer(&suggest, pack->rules[i].label.en);
    }
    if (suggest.best.size == 0)
        return err_set(err, ERR_INPUT, "包里没有规则“%s”。", "The pack has no rule '%s'.", name);
    return err_set(err, ERR_INPUT, "包里没有规则“%s”，是不是“%.*s”？",
                   "The pack has no rule '%s'; did you mean '%.*s'?", name, TEXT_ARGS(suggest.best));
}

int work_formula(struct pack const *pack, struct arena *arena, int reg, const char *text,
                 const struct node **node, int *rule, struct err *err)
{
    int found = pack_rule_find(pack, text_of(text));
    if (rule != NULL) *rule = found;
    if (found >= 0 && pack->rules[found].scope == reg) {
        *node = pack->rules[found].node;
        return 0;
    }
    if (found >= 0) {
        const struct label *label = &pack->schema.registers[pack->rules[found].scope].label;
        return err_set(err, ERR_INPUT, "规则“%s”属于登记簿 %.*s。", "Rule '%s' belongs to the register %.*s.",
                       text, TEXT_ARGS(label->name));
    }
    struct formula_source source = {.text = text_of(text)};
    struct node *checked = NULL;
    int code = formula_check(&pack->schema, arena, reg, source, NULL, &checked, err);
    *node = checked;
    return code;
}

int work_level(const struct pack *pack, const char *text, int *level, struct err *err)
{
    static const char *const names[] = {"county", "township", "village"};
    static const char *const labels[] = {"县", "乡镇", "村"};
    *level = -1;
    if (text == NULL) return 0;
    for (int i = 0; i < 3; i++)
        if (strcmp(text, names[i]) == 0 || strcmp(text, labels[i]) == 0) *level = i;
    if (*level < 0)
        return err_set(err, ERR_INPUT,
                       "--by 应为 county（县）、township（乡镇）或 village（村），写的是“%s”。",
                       "--by is county, township or village, not '%s'.", text);
    if (pack->division_register < 0)
        return err_set(err, ERR_INPUT, "这个包没有行政区划，不能用 --by。",
                       "This pack has no divisions; --by cannot be used.");
    return 0;
}

int work_variant(const struct pack *pack, const struct arguments *arguments, struct pack **out,
                 struct err *err)
{
    size_t count = argument_count(arguments, "set");
    *out = NULL;
    if (count == 0) return 0;
    struct pack_override *overrides = mem_new(count, sizeof *overrides);
    int code = 0;
    for (size_t i = 0; code == 0 && i < count; i++) {
        const char *item = argument_item(arguments, "set", i), *equals = strchr(item, '=');
        if (equals == NULL || equals == item)
            code = err_set(err, ERR_INPUT, "--set 应写成 名称=值，写的是“%s”。",
                           "--set expects NAME=VALUE, not '%s'.", item);
        else
            overrides[i] = (struct pack_override){{item, (size_t)(equals - item)}, text_of(equals + 1)};
    }
    if (code == 0) code = pack_variant(pack, overrides, count, out, err);
    free(overrides);
    return code;
}
