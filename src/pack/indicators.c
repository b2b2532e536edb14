/* Indicators: what the plan wants measured, in which unit, how much of it by which year, and the formulas
 * that measure it, or the unit that reports it. */
#include <string.h>

#include "base/money.h"
#include "formula/formula.h"
#include "pack/reader.h"

static const char *const keys[] = {"label", "clause",      "note",    "unit",       "direction", "pace",
                                   "lead",  "responsible", "targets", "cumulative", "over",      "where",
                                   "share", "count",       "sum",     "of",         "growth",    "minus",
                                   "by",    "reported",    "history", "settled",    NULL};
static const char *const directions[] = {">=", ">", "<=", "<", "=", NULL};
static const char *const paces[] = {"holds", "builds", "accumulates", NULL};
static const char *const settlings[] = {"daily", "month", "year", NULL};
static const char *const histories[] = {"none", "year", "month", NULL};
static const char *const periods[] = {"month", "quarter", "year", NULL};
static const struct {
    const char *key;
    enum indicator_measure measure;
} measures[] = {{"share", MEASURE_SHARE}, {"count", MEASURE_COUNT}, {"sum", MEASURE_SUM}};
enum { MEASURES = sizeof measures / sizeof *measures, BREAKDOWNS_MAX = 8 };

/* ---- Formulas ---- */

static int check_one(const struct pack *pack, struct arena *arena, int scope,
                     const struct formula_source *source, const struct type *wanted, const struct node **node,
                     struct err *err)
{
    struct node *checked = NULL;
    *node = NULL;
    if (source->text.size == 0) return 0;
    int code = formula_check(&pack->schema, arena, scope, *source, wanted, &checked, err);
    if (code == 0) *node = checked;
    return code;
}

/* The same of the year before. That a formula stands alone but not within previous() is told at its place. */
static int check_previous(const struct pack *pack, struct arena *arena, int scope,
                          const struct formula_source *source, const struct node **node, struct err *err)
{
    struct formula_source before = {0};
    *node = NULL;
    if (source->text.size == 0) return 0;
    before.text = text_of(pack_year_before(pack, arena, scope, source->text));
    int code = check_one(pack, arena, scope, &before, NULL, node, err);
    if (code != 0 && source->file != NULL) err_at(err, source->file, source->line, source->column);
    return code;
}

static bool is_amount(const struct node *node)
{
    enum type_kind kind = node->type.kind;
    return kind == TYPE_INT || kind == TYPE_DECIMAL || kind == TYPE_MONEY;
}

static int wrong_amount(const struct formula_source *source, struct err *err)
{
    err_set(err, ERR_INPUT, "公式的结果应是整数、小数或金额",
            "the formula should give whole numbers, decimals or money");
    if (source->file != NULL) err_at(err, source->file, source->line, source->column);
    return ERR_INPUT;
}

int pack_indicator_check(const struct pack *pack, struct arena *arena, struct pack_indicator *indicator,
                         struct err *err)
{
    struct type truth = type_of(TYPE_BOOL), ratio = type_of(TYPE_RATIO);
    bool counts = indicator->measure == MEASURE_SHARE || indicator->measure == MEASURE_COUNT;
    int scope = indicator->over;
    if (indicator->measure == MEASURE_REPORTED || scope < 0) return 0;
    int code = check_one(pack, arena, scope, &indicator->where_source, &truth, &indicator->where, err);
    if (code == 0)
        code = check_one(pack, arena, scope, &indicator->value_source, counts ? &truth : NULL,
                         &indicator->value, err);
    if (code == 0) code = check_one(pack, arena, scope, &indicator->of_source, NULL, &indicator->of, err);
    if (code == 0)
        code = check_one(pack, arena, -1, &indicator->minus_source, &ratio, &indicator->minus, err);
    if (code == 0 && !counts && !is_amount(indicator->value))
        code = wrong_amount(&indicator->value_source, err);
    if (code == 0 && indicator->of != NULL && !is_amount(indicator->of))
        code = wrong_amount(&indicator->of_source, err);
    if (code != 0 || indicator->measure != MEASURE_GROWTH) return code;
    code = check_previous(pack, arena, scope, &indicator->value_source, &indicator->value_before, err);
    if (code == 0)
        code = check_previous(pack, arena, scope, &indicator->of_source, &indicator->of_before, err);
    return code;
}

static bool checked_without_fault(struct reader *reader, struct pack_indicator *indicator)
{
    struct err err = {0};
    if (!reader_formulas_can_be_checked(reader)) return false;
    if (pack_indicator_check(reader->pack, reader->arena, indicator, &err) == 0) return true;
    const struct formula_source *sources[] = {&indicator->where_source, &indicator->value_source,
                                              &indicator->of_source, &indicator->minus_source};
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
        if (reader_is_suspect(reader, sources[i]->text)) return false;
    fault_list_add(reader->faults, &err);
    return false;
}

/* ---- What is measured ---- */

static bool is_share_unit(const struct pack_indicator *indicator)
{
    return text_is(indicator->unit, "%") || text_is(indicator->unit, "百分点");
}

/* `share`, `count` or `sum`, one of them. */
static const struct yaml_node *find_measure(struct reader *reader, const struct entry *entry,
                                            struct pack_indicator *indicator)
{
    const struct yaml_node *found = NULL;
    for (size_t i = 0; i < MEASURES; i++) {
        const struct yaml_node *node = yaml_get(entry->value, measures[i].key);
        if (node == NULL) continue;
        if (found != NULL) {
            yaml_fault(node, reader->faults, "share、count、sum 只能写一个",
                       "only one of `share`, `count`, `sum` can stand here");
            continue;
        }
        found = node;
        indicator->measure = measures[i].measure;
    }
    if (found == NULL)
        yaml_fault(entry->key, reader->faults, "缺少算法：share（占比）、count（个数）或 sum（合计）",
                   "how is it measured? write `share`, `count` or `sum`");
    return found;
}

static void only_with_sum(struct reader *reader, const struct yaml_node *thing, const char *key)
{
    const struct yaml_node *node = yaml_get(thing, key);
    if (node != NULL && yaml_get(thing, "sum") == NULL)
        yaml_fault(node, reader->faults, "“%s”只与 sum 连用", "`%s` goes with `sum` only", key);
}

static void read_growth(struct reader *reader, const struct yaml_node *thing,
                        struct pack_indicator *indicator)
{
    bool growth = false;
    yaml_bool(yaml_get(thing, "growth"), &growth, reader->faults);
    if (indicator->measure == MEASURE_SUM && yaml_get(thing, "of") != NULL)
        indicator->measure = MEASURE_QUOTIENT;
    if (growth && yaml_get(thing, "sum") != NULL) indicator->measure = MEASURE_GROWTH;
    if (yaml_get(thing, "minus") != NULL && !growth)
        yaml_fault(yaml_get(thing, "minus"), reader->faults, "minus 只与 growth: true 连用",
                   "`minus` goes with `growth: true` only");
}

/* How many of the formula's own unit one unit shown is, as 万亩 is 10,000 亩. */
static void read_shown_unit(struct reader *reader, const struct yaml_node *node,
                            struct pack_indicator *indicator)
{
    indicator->scale_by = 1;
    bool share = is_share_unit(indicator);
    switch (indicator->measure) {
    case MEASURE_SHARE:
    case MEASURE_GROWTH:
        if (!share)
            yaml_fault(node, reader->faults, "占比和增长的单位应是 %% 或 百分点",
                       "the unit of shares and growth is %% or 百分点");
        return;
    case MEASURE_SUM:
    case MEASURE_QUOTIENT:
        if (indicator->value == NULL || (share && indicator->measure == MEASURE_QUOTIENT)) return;
        if (indicator->value->type.kind != TYPE_MONEY && indicator->value->type.unit < 0) return;
        read_scale(reader, node, indicator->value->type, &indicator->scale_by);
        return;
    case MEASURE_COUNT:
        if (share)
            yaml_fault(node, reader->faults, "个数的单位不能是 %%；占比请写 share",
                       "a count is not in %%; write `share`");
        return;
    case MEASURE_REPORTED:
        return;
    }
}

/* Fields and definitions of type code on the register. */
static void read_breakdowns(struct reader *reader, const struct yaml_node *node,
                            struct pack_indicator *indicator)
{
    const struct schema *schema = &reader->pack->schema;
    if (node == NULL || !yaml_is(node, YAML_LIST, reader->faults)) return;
    indicator->by = arena_array(reader->arena, BREAKDOWNS_MAX, sizeof *indicator->by);
    for (size_t i = 0; i < yaml_count(node); i++) {
        const struct yaml_node *item = yaml_item(node, i);
        struct formula_source source;
        struct node *found = NULL;
        struct err err;
        if (!reader_formula_at(reader, item, &source)) continue;
        int code = formula_check(schema, reader->arena, indicator->over, source, NULL, &found, &err);
        if (code != 0 && !reader_is_suspect(reader, source.text)) fault_list_add(reader->faults, &err);
        if (code != 0) continue;
        if (found->type.kind != TYPE_CODE)
            yaml_fault(item, reader->faults, "“%.*s”不是 code 类型，不能用来分类",
                       "`%.*s` is not of type code and cannot part the figure", TEXT_ARGS(source.text));
        else if (indicator->by_count == BREAKDOWNS_MAX)
            yaml_fault(item, reader->faults, "分类最多 8 个", "8 breakdowns at most");
        else
            indicator->by[indicator->by_count++] = (struct pack_breakdown){source, found};
    }
}

/* How far back the records tell: as far as the formulas tell days apart, or less where the pack says so. */
static void read_history(struct reader *reader, const struct yaml_node *node,
                         struct pack_indicator *indicator)
{
    const struct node *const formulas[] = {indicator->where, indicator->value, indicator->of};
    enum formula_dated dated = FORMULA_UNDATED;
    int choice;
    for (size_t i = 0; i < sizeof formulas / sizeof *formulas; i++)
        if (formula_dated(formulas[i]) > dated) dated = formula_dated(formulas[i]);
    indicator->history = dated;
    if (!yaml_choice(node, histories, &choice, reader->faults)) return;
    if (choice > (int)dated)
        yaml_fault(node, reader->faults, "公式没有用到 %s，分不出先后，history 不能写 %s",
                   "the formulas never ask for %s and cannot tell then from now: history cannot be `%s`",
                   choice == FORMULA_DATED ? "as_of, this_month" : "this_year", histories[choice]);
    else
        indicator->history = (enum formula_dated)choice;
}

static void read_computed(struct reader *reader, const struct entry *entry, struct pack_indicator *indicator)
{
    const struct yaml_node *thing = entry->value;
    indicator->over = reader_reference(reader, yaml_get(thing, "over"), &reader->registers,
                                       DOCUMENT_REGISTERS, "登记册", "register");
    const struct yaml_node *value = find_measure(reader, entry, indicator);
    static const char *const with_sum[] = {"of", "growth", "minus"};
    for (size_t i = 0; i < sizeof with_sum / sizeof *with_sum; i++) only_with_sum(reader, thing, with_sum[i]);
    read_growth(reader, thing, indicator);
    bool good = value != NULL && reader_formula_at(reader, value, &indicator->value_source);
    reader_formula_at(reader, yaml_get(thing, "where"), &indicator->where_source);
    reader_formula_at(reader, yaml_get(thing, "of"), &indicator->of_source);
    reader_formula_at(reader, yaml_get(thing, "minus"), &indicator->minus_source);
    if (!good || indicator->over < 0 || !checked_without_fault(reader, indicator)) return;
    read_shown_unit(reader, yaml_get(thing, "unit"), indicator);
    read_breakdowns(reader, yaml_get(thing, "by"), indicator);
    read_history(reader, yaml_get(thing, "history"), indicator);
}

/* ---- What is reported ---- */

/* A number in the indicator's unit, as ten-thousandths. */
static bool read_amount(struct reader *reader, const struct yaml_node *node, int64_t *out)
{
    struct text text;
    if (!yaml_string(node, &text, reader->faults)) return false;
    if (fixed_parse(text, 4, out)) return true;
    yaml_fault(node, reader->faults, "此处应是数（最多四位小数），不写单位",
               "expected a number, four decimals at most, without a unit");
    return false;
}

static void read_reported(struct reader *reader, const struct yaml_node *thing,
                          struct pack_indicator *indicator)
{
    static const char *const reported_keys[] = {"units", "every", "least", "most", "evidence", NULL};
    const struct yaml_node *node = yaml_get(thing, "reported");
    int choice;
    indicator->measure = MEASURE_REPORTED;
    indicator->scale_by = 1;
    indicator->bounded = is_share_unit(indicator) && text_is(indicator->unit, "%");
    indicator->most = indicator->bounded ? 100 * DECIMAL_ONE : INT64_MAX;
    static const char *const computed_only[] = {"where",  "share", "count", "sum",    "of",
                                                "growth", "minus", "by",    "history"};
    for (size_t i = 0; i < sizeof computed_only / sizeof *computed_only; i++)
        if (yaml_get(thing, computed_only[i]) != NULL)
            yaml_fault(yaml_get(thing, computed_only[i]), reader->faults, "填报的指标没有“%s”",
                       "an indicator that is reported has no `%s`", computed_only[i]);
    if (!yaml_keys(node, reported_keys, reader->faults)) return;
    indicator->reporters = reader_references(reader, yaml_get(node, "units"), &reader->units, DOCUMENT_UNITS,
                                             "单位", "unit", &indicator->reporter_count);
    const struct yaml_node *every = yaml_need(node, "every", "填报周期：month、quarter 或 year",
                                              "how often: month, quarter or year", reader->faults);
    if (yaml_choice(every, periods, &choice, reader->faults))
        indicator->every = (enum indicator_period)choice;
    read_amount(reader, yaml_get(node, "least"), &indicator->least);
    if (read_amount(reader, yaml_get(node, "most"), &indicator->most)) indicator->bounded = true;
    if (indicator->least > indicator->most)
        yaml_fault(yaml_get(node, "least"), reader->faults, "least 大于 most", "`least` is above `most`");
    reader_words(reader, yaml_get(node, "evidence"), &indicator->evidence_zh, &indicator->evidence_en);
    if (indicator->reporter_count > 0) return;
    if (indicator->lead_count == 0 && yaml_get(node, "units") == NULL)
        yaml_fault(node, reader->faults, "没有单位填报：请写 units，或在指标或条款上写 lead",
                   "nobody reports it: write `units` here, or `lead` on the indicator or its clause");
    indicator->reporters = indicator->lead;
    indicator->reporter_count = indicator->lead_count;
}

/* ---- Targets and units ---- */

static void read_targets(struct reader *reader, const struct yaml_node *node,
                         struct pack_indicator *indicator)
{
    const struct pack *pack = reader->pack;
    if (node == NULL || !yaml_is(node, YAML_MAPPING, reader->faults)) return;
    size_t years = (size_t)(pack->year_last - pack->year_first + 1);
    indicator->targets = arena_array(reader->arena, years, sizeof *indicator->targets);
    indicator->target_years = years;
    for (size_t i = 0; i < yaml_count(node); i++) {
        const struct yaml_node *key = yaml_key(node, i);
        int64_t year;
        if (!yaml_integer(key, 1, 9999, &year, reader->faults)) continue;
        if (year < pack->year_first || year > pack->year_last) {
            yaml_fault(key, reader->faults, "%d 年不在计划年份 %d—%d 之内",
                       "%d is not a year of the plan, %d to %d", (int)year, pack->year_first,
                       pack->year_last);
            continue;
        }
        struct pack_target *target = &indicator->targets[year - pack->year_first];
        target->given = read_amount(reader, yaml_item(node, i), &target->value);
        if (target->given && (indicator->measure == MEASURE_SHARE || indicator->bounded) &&
            (target->value < 0 ||
             (indicator->measure == MEASURE_SHARE && target->value > 100 * DECIMAL_ONE) ||
             (indicator->bounded && target->value > indicator->most)))
            yaml_fault(yaml_item(node, i), reader->faults, "目标超出了可能的范围",
                       "the target lies beyond what is possible");
    }
}

/* The clause's units unless the indicator names its own; a clause without units takes those above it. */
static void read_units_of(struct reader *reader, const struct yaml_node *thing,
                          struct pack_indicator *indicator)
{
    const struct pack *pack = reader->pack;
    indicator->lead = reader_references(reader, yaml_get(thing, "lead"), &reader->units, DOCUMENT_UNITS,
                                        "单位", "unit", &indicator->lead_count);
    indicator->responsible = reader_references(reader, yaml_get(thing, "responsible"), &reader->units,
                                               DOCUMENT_UNITS, "单位", "unit", &indicator->responsible_count);
    int clause = indicator->clause.count > 0 ? indicator->clause.items[0] : -1;
    while (clause >= 0 && pack->clauses[clause].lead_count == 0 &&
           pack->clauses[clause].responsible_count == 0)
        clause = pack->clauses[clause].parent;
    if (clause < 0) return;
    if (indicator->lead_count == 0) {
        indicator->lead = pack->clauses[clause].lead;
        indicator->lead_count = pack->clauses[clause].lead_count;
    }
    if (indicator->responsible_count > 0) return;
    indicator->responsible = pack->clauses[clause].responsible;
    indicator->responsible_count = pack->clauses[clause].responsible_count;
}

static void read_pace(struct reader *reader, const struct yaml_node *thing, struct pack_indicator *indicator)
{
    int choice;
    bool rises = indicator->direction == DIRECTION_AT_LEAST || indicator->direction == DIRECTION_ABOVE;
    indicator->pace = rises && !is_share_unit(indicator) ? PACE_BUILDS : PACE_HOLDS;
    if (yaml_choice(yaml_get(thing, "pace"), paces, &choice, reader->faults))
        indicator->pace = (enum indicator_pace)choice;
    if (yaml_choice(yaml_get(thing, "settled"), settlings, &choice, reader->faults))
        indicator->settled = (enum indicator_settled)choice;
    yaml_bool(yaml_get(thing, "cumulative"), &indicator->cumulative, reader->faults);
}

static void read_indicator(struct reader *reader, const struct entry *entry, struct pack_indicator *indicator)
{
    const struct yaml_node *thing = entry->value;
    int choice;
    *indicator = (struct pack_indicator){
        .label = {.name = entry->name}, .over = -1, .scale_by = 1, .history = FORMULA_DATED};
    if (!yaml_keys(thing, keys, reader->faults)) return;
    reader_label(reader, thing, entry->name, &indicator->label);
    indicator->clause = reader_clause(reader, thing);
    indicator->note = reader_note(reader, thing);
    if (yaml_get(thing, "clause") == NULL && reader->document_counts[DOCUMENT_PLAN] > 0)
        yaml_fault(entry->key, reader->faults, "缺少“clause”：指标依据的条款",
                   "missing `clause`: what the indicator rests on");
    read_units_of(reader, thing, indicator);
    yaml_string(
        yaml_need(thing, "unit", "单位，例如 %、户、万亩", "its unit, such as %, households", reader->faults),
        &indicator->unit, reader->faults);
    const struct yaml_node *direction = yaml_need(thing, "direction", ">=、>、<=、< 或 =（写在引号中）",
                                                  "one of >=, >, <=, <, = in quotes", reader->faults);
    if (yaml_choice(direction, directions, &choice, reader->faults))
        indicator->direction = (enum indicator_direction)choice;
    read_pace(reader, thing, indicator);
    bool computed = yaml_get(thing, "over") != NULL, reported = yaml_get(thing, "reported") != NULL;
    if (computed == reported)
        yaml_fault(entry->key, reader->faults, "请写 over（由登记册计算）或 reported（由单位填报），二者取一",
                   "write either `over` (computed from a register) or `reported` (by a unit)");
    else if (computed)
        read_computed(reader, entry, indicator);
    else
        read_reported(reader, thing, indicator);
    read_targets(reader, yaml_get(thing, "targets"), indicator);
}

/* ---- What a bulletin counts for itself ---- */

static bool read_rule_figure(struct reader *reader, const struct yaml_node *node,
                             struct pack_indicator *indicator)
{
    int rule = reader_reference(reader, node, &reader->rules, DOCUMENT_RULES, "规则", "rule");
    if (rule < 0) return false;
    const struct pack_rule *found = &reader->pack->rules[rule];
    indicator->measure = MEASURE_COUNT;
    indicator->over = found->scope;
    indicator->value_source = found->source;
    indicator->history = formula_dated(found->node);
    return found->node != NULL && checked_without_fault(reader, indicator);
}

bool read_bare_figure(struct reader *reader, const struct entry *entry, struct pack_indicator *out)
{
    static const char *const figure_keys[] = {"unit", "over",   "where", "share", "count",   "sum", "of",
                                              "rule", "growth", "minus", "note",  "history", NULL};
    const struct yaml_node *thing = entry->value, *rule = yaml_get(thing, "rule"),
                           *over = yaml_get(thing, "over");
    size_t before = reader->faults->count + reader->faults->dropped;
    *out = (struct pack_indicator){
        .label = {.name = entry->name}, .over = -1, .scale_by = 1, .history = FORMULA_DATED};
    if (!yaml_keys(thing, figure_keys, reader->faults)) return false;
    reader_note(reader, thing);
    if ((rule == NULL) == (over == NULL)) {
        yaml_fault(entry->key, reader->faults,
                   "请写 indicator（计划的指标）、rule（规则命中数）或 over（由登记册计算），三者取一",
                   "write one of `indicator` (of the plan), `rule` (its hits), `over` (computed from a "
                   "register)");
        return false;
    }
    const struct yaml_node *unit =
        yaml_need(thing, "unit", "单位，例如 %、户、万亩", "its unit, such as %, households", reader->faults);
    if (!yaml_string(unit, &out->unit, reader->faults)) return false;
    if (rule != NULL) return read_rule_figure(reader, rule, out);
    read_computed(reader, entry, out);
    return reader->faults->count + reader->faults->dropped == before && out->value != NULL;
}

void read_indicators(struct reader *reader)
{
    struct pack *pack = reader->pack;
    struct entries entries = reader_entries(reader, DOCUMENT_INDICATORS);
    pack->indicators = arena_array(reader->arena, entries.count, sizeof *pack->indicators);
    pack->indicator_count = entries.count;
    struct spellings spellings = {0};
    for (size_t i = 0; i < entries.count; i++) {
        map_put(&reader->indicators, entries.items[i].name, i);
        read_indicator(reader, &entries.items[i], &pack->indicators[i]);
        spellings_add_label(&spellings, reader, &pack->indicators[i].label, i, entries.items[i].key,
                            entries.items[i].value);
    }
    spellings_fini(&spellings);
}
