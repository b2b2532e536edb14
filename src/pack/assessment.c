/* Assessment schemes: criteria with their points, deductions, vetoes, grades, and the lists in which a run
 * ends. What does not add up is a fault: points nobody can explain are worth nothing. */
#include "pack/assessment.h"

#include <math.h>
#include <string.h>

#include "base/money.h"
#include "pack/reader.h"
#include "pack/workflow.h"

enum { ENTRIES_MAX = 64, PLACES_MAX = 100000, POINTS_FULL = 100 * DECIMAL_ONE };

static const char *const assessed_names[] = {
    [ASSESSED_TOWNSHIPS] = "townships", [ASSESSED_VILLAGES] = "villages", [ASSESSED_UNITS] = "units"};

const char *assessed_name(enum assessed assessed)
{
    return assessed == ASSESSED_REGISTER ? "register" : assessed_names[assessed];
}

const char *criterion_kind_name(enum criterion_kind kind)
{
    switch (kind) {
    case CRITERION_INDICATOR:
        return "indicator";
    case CRITERION_LED:
        return "led";
    case CRITERION_REVIEWED:
        return "reviewed";
    case CRITERION_DEDUCTION:
        return "deduction";
    }
    return "";
}

static bool is_called(const struct label *label, struct text name)
{
    return text_equal(label->name, name) || (label->zh.size > 0 && text_fold_equal(label->zh, name)) ||
           (label->en.size > 0 && text_fold_equal(label->en, name));
}

int pack_scheme_find(const struct pack *pack, struct text name)
{
    for (size_t i = 0; i < pack->scheme_count; i++)
        if (is_called(&pack->schemes[i].label, name)) return (int)i;
    return -1;
}

int scheme_part_find(const struct pack_scheme *scheme, struct text name)
{
    for (size_t i = 0; i < scheme->part_count; i++)
        if (text_equal(scheme->parts[i].label.name, name)) return (int)i;
    return -1;
}

int scheme_criterion_find(const struct pack_assessment_part *part, struct text name)
{
    for (size_t i = 0; i < part->criterion_count; i++)
        if (text_equal(part->criteria[i].label.name, name)) return (int)i;
    return -1;
}

/* ---- Small readers ---- */

/* A number of four decimals at most between 0 and most, as ten-thousandths. */
static bool read_number(struct reader *reader, const struct yaml_node *node, int64_t least, int64_t most,
                        int64_t *out)
{
    struct text text;
    int64_t number;
    if (node == NULL || !yaml_string(node, &text, reader->faults)) return false;
    if (!fixed_parse(text, 4, &number)) {
        yaml_fault(node, reader->faults, "此处应是数（最多四位小数），不写单位",
                   "expected a number, four decimals at most, without a unit");
        return false;
    }
    if (number < least || number > most) {
        yaml_fault(node, reader->faults, "应在 %lld 和 %lld 之间", "expected a number between %lld and %lld",
                   (long long)(least / DECIMAL_ONE), (long long)(most / DECIMAL_ONE));
        return false;
    }
    *out = number;
    return true;
}

static bool read_points(struct reader *reader, const struct yaml_node *node, int64_t *out)
{
    return read_number(reader, node, 0, POINTS_FULL, out);
}

static int read_indicator_name(struct reader *reader, const struct yaml_node *node)
{
    return reader_reference(reader, node, &reader->indicators, DOCUMENT_INDICATORS, "指标", "indicator");
}

/* An indicator's figure: anything that fits its unit. */
static bool read_figure(struct reader *reader, const struct yaml_node *node, int64_t *out)
{
    return read_number(reader, node, -INT64_C(1000000000000) * DECIMAL_ONE,
                       INT64_C(1000000000000) * DECIMAL_ONE, out);
}

/* The entries of an optional mapping, each with a name of its own. */
static size_t count_entries(struct reader *reader, const struct yaml_node *node)
{
    if (node == NULL || !yaml_is(node, YAML_MAPPING, reader->faults)) return 0;
    size_t count = yaml_count(node);
    if (count <= ENTRIES_MAX) return count;
    yaml_fault(node, reader->faults, "超过 64 项", "more than 64 entries");
    return ENTRIES_MAX;
}

/* Its name and label; false when there is nothing more to read. */
static bool read_named(struct reader *reader, const struct yaml_node *mapping, size_t index,
                       const char *const *keys, struct label *label)
{
    const struct yaml_node *thing = yaml_item(mapping, index);
    if (!yaml_name(yaml_key(mapping, index), &label->name, reader->faults)) return false;
    if (!yaml_keys(thing, keys, reader->faults)) return false;
    reader_label(reader, thing, label->name, label);
    return true;
}

/* ---- Criteria ---- */

static void read_line(struct reader *reader, const struct yaml_node *thing, struct pack_criterion *criterion)
{
    const struct yaml_node *full =
        yaml_need(thing, "full", "得满分的数值", "the figure that gets all points", reader->faults);
    const struct yaml_node *zero =
        yaml_need(thing, "zero", "得零分的数值", "the figure that gets none", reader->faults);
    bool both = read_figure(reader, full, &criterion->full);
    both &= read_figure(reader, zero, &criterion->zero);
    if (both && criterion->full == criterion->zero)
        yaml_fault(zero, reader->faults, "得满分和得零分的数值相同，无从计分",
                   "`full` and `zero` are the same: nothing lies between them");
}

/* What the points come from: exactly one of the three. */
static void read_source(struct reader *reader, const struct yaml_node *key, const struct yaml_node *thing,
                        const struct pack_scheme *scheme, struct pack_criterion *criterion)
{
    static const char *const led_words[] = {"led", NULL};
    const struct yaml_node *indicator = yaml_get(thing, "indicator"), *led = yaml_get(thing, "indicators"),
                           *reviewed = yaml_get(thing, "reviewed");
    int choice;
    if ((indicator != NULL) + (led != NULL) + (reviewed != NULL) != 1) {
        yaml_fault(key, reader->faults,
                   "请写 indicator（按指标计分）、indicators: led（牵头指标完成情况）或 "
                   "reviewed（人工评分），三者取一",
                   "write one of `indicator` (points by a figure), `indicators: led`, `reviewed` (points by "
                   "a reviewer)");
        return;
    }
    if (indicator == NULL && (yaml_get(thing, "full") != NULL || yaml_get(thing, "zero") != NULL))
        yaml_fault(key, reader->faults, "full 和 zero 只与 indicator 连用",
                   "`full` and `zero` go with `indicator` only");
    if (reviewed != NULL && yaml_get(thing, "where_none") != NULL)
        yaml_fault(yaml_get(thing, "where_none"), reader->faults, "where_none 不与 reviewed 连用",
                   "`where_none` does not go with `reviewed`");
    if (indicator != NULL) {
        criterion->kind = CRITERION_INDICATOR;
        criterion->indicator = read_indicator_name(reader, indicator);
        read_line(reader, thing, criterion);
    } else if (led != NULL) {
        criterion->kind = CRITERION_LED;
        yaml_choice(led, led_words, &choice, reader->faults);
        if (scheme->assessed != ASSESSED_UNITS)
            yaml_fault(led, reader->faults, "只有考核单位（of: units）才有牵头的指标",
                       "only units lead indicators (`of: units`)");
    } else {
        criterion->kind = CRITERION_REVIEWED;
        reader_words(reader, reviewed, &criterion->reviewed_zh, &criterion->reviewed_en);
    }
}

static void read_criterion(struct reader *reader, const struct yaml_node *mapping, size_t index,
                           const struct pack_scheme *scheme, struct pack_criterion *criterion)
{
    static const char *const keys[] = {"label", "clause",     "note",       "points",   "indicator", "full",
                                       "zero",  "where_none", "indicators", "reviewed", NULL};
    const struct yaml_node *thing = yaml_item(mapping, index);
    *criterion = (struct pack_criterion){.indicator = -1};
    if (!read_named(reader, mapping, index, keys, &criterion->label)) return;
    criterion->clause = reader_clause(reader, thing);
    criterion->note = reader_note(reader, thing);
    read_points(reader, yaml_need(thing, "points", "满分", "how many points", reader->faults),
                &criterion->points);
    static const char *const none_words[] = {"shared", NULL};
    const struct yaml_node *none = yaml_get(thing, "where_none");
    int choice;
    criterion->shared = none != NULL && yaml_choice(none, none_words, &choice, reader->faults);
    read_source(reader, yaml_key(mapping, index), thing, scheme, criterion);
}

static void read_deduction(struct reader *reader, const struct yaml_node *mapping, size_t index,
                           struct pack_criterion *criterion)
{
    static const char *const keys[] = {"label", "clause", "note", "indicator", "each", "most", NULL};
    const struct yaml_node *thing = yaml_item(mapping, index);
    *criterion = (struct pack_criterion){.kind = CRITERION_DEDUCTION, .indicator = -1};
    if (!read_named(reader, mapping, index, keys, &criterion->label)) return;
    criterion->clause = reader_clause(reader, thing);
    criterion->note = reader_note(reader, thing);
    criterion->indicator = read_indicator_name(
        reader, yaml_need(thing, "indicator", "数出次数的指标", "the indicator that counts", reader->faults));
    read_points(reader, yaml_need(thing, "each", "每一例扣几分", "points off for each", reader->faults),
                &criterion->each);
    read_points(reader, yaml_need(thing, "most", "最多扣几分", "points off at most", reader->faults),
                &criterion->points);
}

/* ---- Parts ---- */

static void check_points(struct reader *reader, const struct yaml_node *place,
                         const struct pack_assessment_part *part)
{
    int64_t sum = 0, stays = 0;
    char text[MONEY_TEXT];
    for (size_t i = 0; i < part->criterion_count; i++) {
        if (part->criteria[i].kind == CRITERION_DEDUCTION) continue;
        sum += part->criteria[i].points;
        if (!part->criteria[i].shared) stays += part->criteria[i].points;
    }
    if (sum == POINTS_FULL && stays == 0)
        yaml_fault(place, reader->faults, "各项都写了 where_none: shared：没有一项总能计分，分值无处分担",
                   "every criterion says `where_none: shared`: none is left that could take over the points");
    if (sum == POINTS_FULL) return;
    yaml_fault(place, reader->faults, "各项满分相加应为 100 分，现为 %s 分",
               "the points of a part add up to 100, here to %s", decimal_format(sum, text));
}

static void read_part(struct reader *reader, const struct yaml_node *mapping, size_t index,
                      const struct pack_scheme *scheme, struct pack_assessment_part *part)
{
    static const char *const keys[] = {"label", "share", "criteria", "deductions", NULL};
    const struct yaml_node *thing = yaml_item(mapping, index);
    struct value share;
    *part = (struct pack_assessment_part){0};
    if (!read_named(reader, mapping, index, keys, &part->label)) return;
    const struct yaml_node *share_node = yaml_need(thing, "share", "占全年的比重，例如 40%",
                                                   "its share of the year, such as 40%", reader->faults);
    if (share_node != NULL && read_value(reader, share_node, type_of(TYPE_RATIO), &share))
        part->share = llround(share.ratio * DECIMAL_ONE);
    const struct yaml_node *criteria =
        yaml_need(thing, "criteria", "计分项", "what points are given for", reader->faults);
    const struct yaml_node *deductions = yaml_get(thing, "deductions");
    size_t given = count_entries(reader, criteria), taken = count_entries(reader, deductions);
    struct pack_criterion *all = arena_array(reader->arena, given + taken, sizeof *all);
    size_t before = reader->faults->count + reader->faults->dropped;
    struct spellings spellings = {0};
    for (size_t i = 0; i < given + taken; i++) {
        const struct yaml_node *from = i < given ? criteria : deductions;
        size_t at = i < given ? i : i - given;
        if (i < given)
            read_criterion(reader, from, at, scheme, &all[i]);
        else
            read_deduction(reader, from, at, &all[i]);
        spellings_add_label(&spellings, reader, &all[i].label, i, yaml_key(from, at), yaml_item(from, at));
    }
    spellings_fini(&spellings);
    part->criteria = all;
    part->criterion_count = given + taken;
    if (criteria != NULL && reader->faults->count + reader->faults->dropped == before)
        check_points(reader, criteria, part);
}

static void read_parts(struct reader *reader, const struct yaml_node *thing, struct pack_scheme *scheme)
{
    const struct yaml_node *node =
        yaml_need(thing, "parts", "考核的各部分", "the parts of the year's assessment", reader->faults);
    size_t count = count_entries(reader, node);
    size_t before = reader->faults->count + reader->faults->dropped;
    struct pack_assessment_part *parts = arena_array(reader->arena, count, sizeof *parts);
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        read_part(reader, node, i, scheme, &parts[i]);
        sum += parts[i].share;
    }
    scheme->parts = parts;
    scheme->part_count = count;
    if (node == NULL || reader->faults->count + reader->faults->dropped != before) return;
    if (count == 0)
        yaml_fault(node, reader->faults, "至少要有一个部分", "expected at least one part");
    else if (sum != DECIMAL_ONE)
        yaml_fault(node, reader->faults, "各部分比重相加应为 100%%，现为 %lld.%02lld%%",
                   "the shares of the parts add up to 100%%, here to %lld.%02lld%%", (long long)(sum / 100),
                   (long long)(sum % 100));
}

/* ---- What follows from the points ---- */

static void read_grades(struct reader *reader, const struct yaml_node *thing, struct pack_scheme *scheme)
{
    static const char *const keys[] = {"label", "from", NULL};
    const struct yaml_node *node =
        yaml_need(thing, "grades", "等次，从高到低", "the grades, best first", reader->faults);
    size_t count = count_entries(reader, node);
    struct pack_grade *grades = arena_array(reader->arena, count, sizeof *grades);
    bool whole = count > 0;
    for (size_t i = 0; i < count; i++) {
        const struct yaml_node *item = yaml_item(node, i);
        whole &=
            read_named(reader, node, i, keys, &grades[i].label) &&
            read_points(reader, yaml_need(item, "from", "从多少分起", "from how many points", reader->faults),
                        &grades[i].from);
        if (whole && i > 0 && grades[i].from >= grades[i - 1].from)
            yaml_fault(yaml_get(item, "from"), reader->faults, "应低于上一等次的起分",
                       "expected less than the grade before");
    }
    if (whole && grades[count - 1].from != 0)
        yaml_fault(node, reader->faults, "最后一个等次应从 0 分起，否则有人没有等次",
                   "the last grade begins at 0: otherwise somebody has none");
    scheme->grades = grades;
    scheme->grade_count = count;
}

static void read_vetoes(struct reader *reader, const struct yaml_node *node, struct pack_scheme *scheme)
{
    static const char *const keys[] = {"label", "indicator", "above", "below", "grade", NULL};
    size_t count = count_entries(reader, node);
    struct pack_veto *vetoes = arena_array(reader->arena, count, sizeof *vetoes);
    for (size_t i = 0; i < count; i++) {
        const struct yaml_node *item = yaml_item(node, i);
        vetoes[i] = (struct pack_veto){.indicator = -1, .grade = -1};
        if (!read_named(reader, node, i, keys, &vetoes[i].label)) continue;
        vetoes[i].indicator = read_indicator_name(
            reader, yaml_need(item, "indicator", "所看的指标", "the indicator it looks at", reader->faults));
        const struct yaml_node *above = yaml_get(item, "above"), *below = yaml_get(item, "below");
        if ((above == NULL) == (below == NULL))
            yaml_fault(yaml_key(node, i), reader->faults, "请写 above 或 below，二者取一",
                       "write either `above` or `below`");
        vetoes[i].above = above != NULL;
        read_figure(reader, above != NULL ? above : below, &vetoes[i].line);
        const struct yaml_node *grade =
            yaml_need(item, "grade", "最高等次", "the best grade that is left", reader->faults);
        struct text name = yaml_text(grade);
        for (size_t k = 0; k < scheme->grade_count; k++)
            if (text_equal(scheme->grades[k].label.name, name)) vetoes[i].grade = (int)k;
        if (grade != NULL && vetoes[i].grade < 0)
            yaml_fault(grade, reader->faults, "没有等次“%.*s”", "there is no grade `%.*s`", TEXT_ARGS(name));
    }
    scheme->vetoes = vetoes;
    scheme->veto_count = count;
}

/* The case of a follow-up says which run and who. */
static void check_follow_up(struct reader *reader, const struct yaml_node *node, int workflow)
{
    const struct pack *pack = reader->pack;
    if (workflow < 0 || pack->workflows[workflow].reg < 0) return;
    const struct schema_register *schema_register = &pack->schema.registers[pack->workflows[workflow].reg];
    int run = schema_field_find(schema_register, TEXT("run")),
        scored = schema_field_find(schema_register, TEXT("scored"));
    if (run < 0 || scored < 0 || schema_register->fields[run].type.kind != TYPE_INT ||
        schema_register->fields[scored].type.kind != TYPE_TEXT)
        yaml_fault(node, reader->faults, "工作流的登记册要有字段 run（int）和 scored（text）",
                   "the workflow's register needs the fields run (int) and scored (text)");
    if ((pack->workflows[workflow].openers & OPENER_RULE) == 0)
        yaml_fault(node, reader->faults, "该工作流的 start.by 中没有 rule",
                   "that workflow's `start` does not have `rule` under `by`");
}

static void read_lists(struct reader *reader, const struct yaml_node *node, struct pack_scheme *scheme)
{
    static const char *const keys[] = {"label", "first", "last", "from", "below", "follow_up", NULL};
    size_t count = count_entries(reader, node);
    struct pack_assessment_list *lists = arena_array(reader->arena, count, sizeof *lists);
    for (size_t i = 0; i < count; i++) {
        const struct yaml_node *item = yaml_item(node, i);
        struct pack_assessment_list *list = &lists[i];
        *list = (struct pack_assessment_list){.workflow = -1};
        if (!read_named(reader, node, i, keys, &list->label)) continue;
        yaml_integer(yaml_get(item, "first"), 1, PLACES_MAX, &list->first, reader->faults);
        yaml_integer(yaml_get(item, "last"), 1, PLACES_MAX, &list->last, reader->faults);
        list->has_from = read_points(reader, yaml_get(item, "from"), &list->from);
        list->has_below = read_points(reader, yaml_get(item, "below"), &list->below);
        if (yaml_get(item, "first") == NULL && yaml_get(item, "last") == NULL &&
            yaml_get(item, "from") == NULL && yaml_get(item, "below") == NULL)
            yaml_fault(yaml_key(node, i), reader->faults, "请写 first、last、from、below 中至少一个",
                       "write at least one of `first`, `last`, `from`, `below`");
        list->workflow = reader_reference(reader, yaml_get(item, "follow_up"), &reader->workflows,
                                          DOCUMENT_WORKFLOWS, "工作流", "workflow");
        check_follow_up(reader, yaml_get(item, "follow_up"), list->workflow);
    }
    scheme->lists = lists;
    scheme->list_count = count;
}

/* ---- Who is scored ---- */

/* Does it hang on the division register, or on what hangs there? */
static bool lies_in_village(const struct pack *pack, int reg)
{
    for (size_t steps = 0; reg >= 0 && steps < pack->schema.register_count; steps++) {
        reg = pack->schema.registers[reg].parent;
        if (reg >= 0 && reg == pack->division_register) return true;
    }
    return false;
}

static void read_assessed(struct reader *reader, const struct yaml_node *thing, struct pack_scheme *scheme)
{
    const struct pack *pack = reader->pack;
    const struct yaml_node *node = yaml_need(thing, "of", "townships、villages、units 或登记册",
                                             "townships, villages, units, or a register", reader->faults);
    const struct yaml_node *units = yaml_get(thing, "units");
    scheme->assessed = ASSESSED_REGISTER;
    scheme->reg = -1;
    if (node == NULL) return;
    for (size_t i = 0; i < sizeof assessed_names / sizeof *assessed_names; i++)
        if (text_is(yaml_text(node), assessed_names[i])) scheme->assessed = (enum assessed)i;
    if (scheme->assessed == ASSESSED_REGISTER)
        scheme->reg =
            reader_reference(reader, node, &reader->registers, DOCUMENT_REGISTERS, "登记册", "register");
    if (scheme->reg >= 0 && !lies_in_village(pack, scheme->reg))
        yaml_fault(node, reader->faults, "“%.*s”不挂在村下，不知道考核哪里的数据",
                   "`%.*s` does not hang on villages: of which place would its figures be?",
                   TEXT_ARGS(yaml_text(node)));
    if (units != NULL && scheme->assessed != ASSESSED_UNITS)
        yaml_fault(units, reader->faults, "units 只与 of: units 连用", "`units` goes with `of: units` only");
    scheme->units =
        reader_references(reader, units, &reader->units, DOCUMENT_UNITS, "单位", "unit", &scheme->unit_count);
}

static void read_scheme(struct reader *reader, const struct entry *entry, struct pack_scheme *scheme)
{
    static const char *const keys[] = {"label", "clause", "note",   "of",    "units",
                                       "parts", "vetoes", "grades", "lists", NULL};
    const struct yaml_node *thing = entry->value;
    *scheme = (struct pack_scheme){.label = {.name = entry->name},
                                   .reg = -1,
                                   .file = yaml_file(entry->key),
                                   .line = yaml_line(entry->key)};
    if (!yaml_keys(thing, keys, reader->faults)) return;
    reader_label(reader, thing, entry->name, &scheme->label);
    scheme->clause = reader_clause(reader, thing);
    scheme->note = reader_note(reader, thing);
    read_assessed(reader, thing, scheme);
    read_grades(reader, thing, scheme);
    read_parts(reader, thing, scheme);
    read_vetoes(reader, yaml_get(thing, "vetoes"), scheme);
    read_lists(reader, yaml_get(thing, "lists"), scheme);
}

void read_assessment(struct reader *reader)
{
    struct pack *pack = reader->pack;
    struct entries entries = reader_entries(reader, DOCUMENT_ASSESSMENT);
    pack->schemes = arena_array(reader->arena, entries.count, sizeof *pack->schemes);
    pack->scheme_count = entries.count;
    struct spellings spellings = {0};
    for (size_t i = 0; i < entries.count; i++) {
        read_scheme(reader, &entries.items[i], &pack->schemes[i]);
        spellings_add_label(&spellings, reader, &pack->schemes[i].label, i, entries.items[i].key,
                            entries.items[i].value);
    }
    spellings_fini(&spellings);
}

/* ---- pack.yaml, `assessment`: what people add ---- */

struct wanted_field {
    const char *name;
    enum type_kind kind;
};

static const struct wanted_field review_wanted[REVIEW_FIELDS] = {
    [REVIEW_RUN] = {"run", TYPE_INT},
    [REVIEW_SCORED] = {"scored", TYPE_TEXT},
    [REVIEW_CRITERION] = {"criterion", TYPE_TEXT},
    [REVIEW_POINTS] = {"points", TYPE_DECIMAL},
    [REVIEW_REASON] = {"reason", TYPE_TEXT}};
static const struct wanted_field objection_wanted[OBJECTION_FIELDS] = {
    [OBJECTION_RUN] = {"run", TYPE_INT},
    [OBJECTION_SCORED] = {"scored", TYPE_TEXT},
    [OBJECTION_CRITERION] = {"criterion", TYPE_TEXT},
    [OBJECTION_CLAIM] = {"claim", TYPE_TEXT},
    [OBJECTION_AWARDED] = {"awarded", TYPE_DECIMAL}};

static int read_register(struct reader *reader, const struct yaml_node *node,
                         const struct wanted_field *wanted, size_t count, int *fields)
{
    int reg = reader_reference(reader, node, &reader->registers, DOCUMENT_REGISTERS, "登记册", "register");
    if (reg < 0) return -1;
    const struct schema_register *schema_register = &reader->pack->schema.registers[reg];
    for (size_t i = 0; i < count; i++) {
        fields[i] = schema_field_find(schema_register, text_of(wanted[i].name));
        if (fields[i] >= 0 && schema_register->fields[fields[i]].type.kind == wanted[i].kind) continue;
        yaml_fault(node, reader->faults, "“%.*s”要有字段 %s，类型 %s", "`%.*s` needs a field `%s` of type %s",
                   TEXT_ARGS(yaml_text(node)), wanted[i].name, pack_type_name(wanted[i].kind));
        return -1;
    }
    return reg;
}

void read_assessment_registers(struct reader *reader, const struct yaml_node *node)
{
    static const char *const keys[] = {"reviews", "objections", "objection_days", NULL};
    struct pack *pack = reader->pack;
    struct pack_assessment *assessment = arena_alloc(reader->arena, sizeof *assessment);
    *assessment = (struct pack_assessment){.reviews = -1, .objections = -1, .objection_days = -1};
    pack->assessment = assessment;
    if (node == NULL || !yaml_keys(node, keys, reader->faults)) return;
    assessment->reviews =
        read_register(reader, yaml_get(node, "reviews"), review_wanted, REVIEW_FIELDS, assessment->review);
    const struct yaml_node *objections = yaml_get(node, "objections"),
                           *days = yaml_get(node, "objection_days");
    assessment->objections =
        read_register(reader, objections, objection_wanted, OBJECTION_FIELDS, assessment->objection);
    if (assessment->objections >= 0 && pack->registers[assessment->objections].workflow == NULL)
        yaml_fault(objections, reader->faults, "“%.*s”没有工作流；异议要有人受理、复核",
                   "`%.*s` has no workflow: who decides objections?", TEXT_ARGS(yaml_text(objections)));
    assessment->objection_days =
        reader_reference(reader, days, &reader->parameters, DOCUMENT_PARAMETERS, "参数", "parameter");
    if (assessment->objection_days >= 0 &&
        pack->schema.parameters[assessment->objection_days].type.kind != TYPE_INT) {
        yaml_fault(days, reader->faults, "此处应是 int 类型的参数", "expected a parameter of type int");
        assessment->objection_days = -1;
    }
}
