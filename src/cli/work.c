/* Opening a database and understanding names is the same in every command. */
#include "cli/work.h"

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
                   ? err_set(err, ERR_INPUT, "没有登记簿“%s”，是不是“%.*s”？", "There is no register '%s'; did you mean '%.*s'?",
                             name, TEXT_ARGS(suggest.best))
                   : err_set(err, ERR_INPUT, "没有登记簿“%s”。可用的有：%s", "There is no register '%s'. There are: %s", name,
                             all.data);
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
    return err_set(err, ERR_INPUT, "包里没有规则“%s”，是不是“%.*s”？", "The pack has no rule '%s'; did you mean '%.*s'?", name,
                   TEXT_ARGS(suggest.best));
}

int work_formula(struct pack const *pack, struct arena *arena, int reg, const char *text, const struct node **node,
                 int *rule, struct err *err)
{
    int found = pack_rule_find(pack, text_of(text));
    if (rule != NULL) *rule = found;
    if (found >= 0 && pack->rules[found].scope == reg) {
        *node = pack->rules[found].node;
        return 0;
    }
    if (found >= 0) {
        const struct label *label = &pack->schema.registers[pack->rules[found].scope].label;
        return err_set(err, ERR_INPUT, "规则“%s”属于登记簿 %.*s。", "Rule '%s' belongs to the register %.*s.", text,
                       TEXT_ARGS(label->name));
    }
    struct formula_source source = {.text = text_of(text)};
    struct node *checked = NULL;
    int code = formula_check(&pack->schema, arena, reg, source, NULL, &checked, err);
    *node = checked;
    return code;
}
