/* What an open answer says: the facts that are missing, and those from which nothing can be computed. */
#include <string.h>

#include "base/date.h"
#include "formula/explain_words.h"
#include "formula/formula.h"

enum { FACTS_MAX = 8 };

static void month_or_record(struct speech *speech, const struct explain_missing *fact)
{
    char month[DATE_TEXT];
    if (fact->value.known && speech->english) {
        words_register(speech, fact->reg);
        buffer_printf(speech->out, " of %s", month_format((int32_t)fact->value.integer, month));
    } else if (fact->value.known) {
        buffer_printf(speech->out, "%s的", month_format((int32_t)fact->value.integer, month));
        words_register(speech, fact->reg);
    } else {
        words_register(speech, fact->reg);
        words_zh_en(speech, "记录", " record");
    }
}

static bool shows_value(const struct speech *speech, const struct explain_missing *fact)
{
    enum type_kind kind = speech->explainer->schema->registers[fact->reg].fields[fact->field].type.kind;
    return kind != TYPE_TEXT && kind != TYPE_RECORD;
}

static void fact_words(struct speech *speech, const struct explain_missing *fact)
{
    if (fact->row == FRAME_NO_ROW)
        month_or_record(speech, fact);
    else
        words_field(speech, fact->reg, fact->field);
}

/* "为0，无法计算": texts, which may be somebody's number, are not told. */
static void unusable_words(struct speech *speech, const struct explain_missing *fact)
{
    if (shows_value(speech, fact)) {
        words_zh_en(speech, "为", " is ");
        words_value(speech, speech->explainer->schema->registers[fact->reg].fields[fact->field].type,
                    &fact->value);
        words_zh_en(speech, "，", ", which");
    }
    words_zh_en(speech, "无法计算", " cannot be computed with");
}

void explain_missing_print(struct explainer *explainer, const struct explain_missing *missing,
                           const char *language, struct buffer *out)
{
    struct speech speech = {explainer, language, strcmp(language, "en") == 0, out};
    fact_words(&speech, missing);
    if (!missing->unusable) return;
    words_zh_en(&speech, "（", " (");
    if (shows_value(&speech, missing)) {
        words_zh_en(&speech, "为", "");
        words_value(&speech, explainer->schema->registers[missing->reg].fields[missing->field].type,
                    &missing->value);
        words_zh_en(&speech, "，", ", ");
    }
    words_zh_en(&speech, "无法计算）", "unusable)");
}

/* With the record in front where it is another one than the answer's own. */
static void say_fact(struct speech *speech, const struct explain_node *root,
                     const struct explain_missing *fact)
{
    bool absent = fact->row == FRAME_NO_ROW;
    int reg = absent ? fact->parent_reg : fact->reg;
    uint32_t row = absent ? fact->parent_row : fact->row;
    bool own = reg == root->reg && row == root->row;
    if (!own && !speech->english) {
        words_record(speech, reg, row);
        buffer_string(speech->out, "的");
    }
    fact_words(speech, fact);
    if (own || !speech->english) return;
    buffer_string(speech->out, " of ");
    words_record(speech, reg, row);
}

/* The empty ones, in one list. */
static size_t say_empty(struct speech *speech, const struct explain *explain)
{
    size_t said = 0, more = 0;
    for (size_t i = 0; i < explain->missing_count; i++) {
        if (explain->missing[i].unusable) continue;
        if (said == FACTS_MAX) {
            more++;
            continue;
        }
        if (said == 0)
            words_zh_en(speech, "缺少", "missing ");
        else
            words_zh_en(speech, "、", ", ");
        say_fact(speech, &explain->root, &explain->missing[i]);
        said++;
    }
    if (more > 0)
        buffer_printf(speech->out, speech->english ? " and %zu more facts" : "等%zu项",
                      speech->english ? more : said + more);
    for (size_t i = 0; i < explain->parameter_count; i++) {
        const struct label *label = &speech->explainer->schema->parameters[explain->parameters[i]].label;
        if (said++ == 0)
            words_zh_en(speech, "缺少参数", "missing the parameter ");
        else
            words_zh_en(speech, "、参数", ", the parameter ");
        buffer_text(speech->out, label_in(label, speech->language));
    }
    return said;
}

static size_t say_unusable(struct speech *speech, const struct explain *explain, size_t said)
{
    for (size_t i = 0; i < explain->missing_count && said < FACTS_MAX; i++) {
        if (!explain->missing[i].unusable) continue;
        if (said++ > 0) words_zh_en(speech, "；", "; ");
        say_fact(speech, &explain->root, &explain->missing[i]);
        unusable_words(speech, &explain->missing[i]);
    }
    return said;
}

size_t words_lacking(struct speech *speech, const struct explain *explain)
{
    return say_unusable(speech, explain, say_empty(speech, explain));
}

void words_open(struct speech *speech, const struct explain *explain)
{
    if (explain->root.node->type.kind == TYPE_BOOL)
        words_zh_en(speech, "无法判定：", "Undetermined: ");
    else
        words_zh_en(speech, "无法算出：", "Not computable: ");
    if (words_lacking(speech, explain) == 0) {
        formula_print(speech->explainer->schema, explain->root.node, speech->language, speech->out);
        words_zh_en(speech, "没有结果", " has no result");
    }
    words_zh_en(speech, "。", ".");
}
