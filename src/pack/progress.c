/* pack.yaml, `progress` and `parameter_changes`: when a figure is marked as resting on few records, where the
 * lights change, which figures stand first, who reports and disputes, which rows say what paid the kinds of
 * income, and which funds help is paid from. */
#include "formula/formula.h"
#include "pack/reader.h"

enum { SMALL_MOST = 1000000, SOURCES_MOST = 50, CAUSES_MOST = 20, TIES_MOST = 10 };

/* NULL with a fault, or in silence where something that it rests on is faulty. */
static const struct node *check_formula(struct reader *reader, int scope, const struct formula_source *source,
                                        enum type_kind kind)
{
    const struct type wanted = type_of(kind);
    struct node *node = NULL;
    struct err err;
    if (scope < 0 || !reader_formulas_can_be_checked(reader)) return NULL;
    int code = formula_check(&reader->pack->schema, reader->arena, scope, *source, &wanted, &node, &err);
    if (code != 0 && !reader_is_suspect(reader, source->text)) fault_list_add(reader->faults, &err);
    return code == 0 ? node : NULL;
}

/* ---- Reports of units ---- */

static bool is_of(const struct schema_field *field, enum type_kind kind)
{
    return field->type.kind == kind || (kind == TYPE_TEXT && field->type.kind == TYPE_CODE);
}

static int read_report_field(struct reader *reader, const struct yaml_node *node, int reg,
                             enum type_kind kind)
{
    int field = node == NULL ? -1 : reader_field(reader, node, reg);
    if (field < 0 || is_of(&reader->pack->schema.registers[reg].fields[field], kind)) return field;
    yaml_fault(node, reader->faults, "“%.*s”应是 %s 类型的字段", "`%.*s` should be a field of type %s",
               TEXT_ARGS(yaml_text(node)), kind == TYPE_TEXT ? "text, code" : pack_type_name(kind));
    return -1;
}

static void read_reports(struct reader *reader, const struct yaml_node *node)
{
    static const char *const report_keys[] = {"register", "indicator", "month", "value", "accepted", NULL};
    struct pack_report report = {.indicator = -1};
    if (node == NULL || !yaml_keys(node, report_keys, reader->faults)) return;
    const struct yaml_node *reg =
        yaml_need(node, "register", "填报所用的登记册", "the register of reports", reader->faults);
    report.reg = reader_reference(reader, reg, &reader->registers, DOCUMENT_REGISTERS, "登记册", "register");
    const struct yaml_node *indicator = yaml_need(node, "indicator", "指标字段", "the field of the indicator",
                                                  reader->faults),
                           *month =
                               yaml_need(node, "month", "月份字段", "the field of the month", reader->faults),
                           *value =
                               yaml_need(node, "value", "数值字段", "the field of the value", reader->faults),
                           *accepted = yaml_need(node, "accepted", "哪些填报算数的条件",
                                                 "which reports count", reader->faults);
    if (report.reg < 0) return;
    report.indicator = read_report_field(reader, indicator, report.reg, TYPE_TEXT);
    report.month = read_report_field(reader, month, report.reg, TYPE_MONTH);
    report.value = read_report_field(reader, value, report.reg, TYPE_DECIMAL);
    if (!reader_formula_at(reader, accepted, &report.accepted_source)) return;
    report.accepted = check_formula(reader, report.reg, &report.accepted_source, TYPE_BOOL);
    if (report.indicator >= 0 && report.month >= 0 && report.value >= 0 && report.accepted != NULL)
        reader->pack->progress.report = report;
}

/* ---- Rounds of reports, disputes ---- */

/* The fields of a mapping, all of them needed. */
struct wanted_field {
    const char *key;
    enum type_kind kind;
    int *field;
    bool owner; /* names the unit or division whose the record is */
};

static bool is_owner(const struct pack_register *meta, int field)
{
    for (size_t i = 0; i < meta->owner_count; i++)
        if (meta->owners[i] == field) return true;
    return false;
}

static int read_exactly(struct reader *reader, const struct yaml_node *node, int reg, enum type_kind kind)
{
    int field = node == NULL ? -1 : reader_field(reader, node, reg);
    if (field < 0 || reader->pack->schema.registers[reg].fields[field].type.kind == kind) return field;
    yaml_fault(node, reader->faults, "“%.*s”应是 %s 类型的字段", "`%.*s` should be a field of type %s",
               TEXT_ARGS(yaml_text(node)), pack_type_name(kind));
    return -1;
}

static bool read_wanted(struct reader *reader, const struct yaml_node *node, int reg,
                        const struct wanted_field *wanted, size_t count)
{
    bool good = true;
    for (size_t i = 0; i < count; i++) {
        const struct yaml_node *place =
            yaml_need(node, wanted[i].key, "登记册的字段", "a field of the register", reader->faults);
        *wanted[i].field = read_exactly(reader, place, reg, wanted[i].kind);
        if (wanted[i].owner && *wanted[i].field >= 0 &&
            !is_owner(&reader->pack->registers[reg], *wanted[i].field)) {
            yaml_fault(place, reader->faults, "“%.*s”不在登记册的 owner 中",
                       "`%.*s` is not among the register's `owner`", TEXT_ARGS(yaml_text(place)));
            *wanted[i].field = -1;
        }
        good = good && *wanted[i].field >= 0;
    }
    return good;
}

/* Its records are cases. */
static bool has_workflow(struct reader *reader, const struct yaml_node *place, int reg)
{
    if (reader->pack->registers[reg].workflow != NULL) return true;
    yaml_fault(place, reader->faults, "登记册“%.*s”没有工作流，填报没人办理",
               "the register `%.*s` has no workflow that its records could go through",
               TEXT_ARGS(reader->pack->schema.registers[reg].label.name));
    return false;
}

static bool read_kinds(struct reader *reader, const struct yaml_node *node, int reg,
                       struct pack_dispatch *dispatch)
{
    struct type type = reader->pack->schema.registers[reg].fields[dispatch->kind].type;
    const struct schema_dictionary *dictionary = &reader->pack->schema.dictionaries[type.dictionary];
    dispatch->figure = dispatch->words = -1;
    for (size_t i = 0; i < dictionary->code_count; i++) {
        if (text_is(dictionary->codes[i].label.name, "figure")) dispatch->figure = (int)i;
        if (text_is(dictionary->codes[i].label.name, "words")) dispatch->words = (int)i;
    }
    if (dispatch->figure >= 0 && dispatch->words >= 0) return true;
    yaml_fault(yaml_get(node, "kind"), reader->faults, "代码表“%.*s”应有 figure 和 words 两项",
               "the dictionary `%.*s` should have the codes figure and words",
               TEXT_ARGS(dictionary->label.name));
    return false;
}

static void read_dispatch(struct reader *reader, const struct yaml_node *node)
{
    static const char *const keys[] = {"unit", "lead",  "kind", "title",  "measure", "least",
                                       "most", "tasks", "fill", "spared", NULL};
    static const char *const choices[] = {"none", "lead", "responsible", NULL};
    struct pack_dispatch dispatch = {.unit = -1};
    int reg = reader->pack->progress.report.reg, choice;
    if (node == NULL || !yaml_keys(node, keys, reader->faults)) return;
    if (reg < 0) {
        yaml_fault(node, reader->faults, "月度调度要有 reports（填报的登记册）",
                   "the rounds need `reports`: the register of reports");
        return;
    }
    const struct wanted_field wanted[] = {
        {"unit", TYPE_TEXT, &dispatch.unit, true},        {"lead", TYPE_TEXT, &dispatch.lead, true},
        {"kind", TYPE_CODE, &dispatch.kind, false},       {"title", TYPE_TEXT, &dispatch.title, false},
        {"measure", TYPE_TEXT, &dispatch.measure, false}, {"least", TYPE_DECIMAL, &dispatch.least, false},
        {"most", TYPE_DECIMAL, &dispatch.most, false}};
    bool good = has_workflow(reader, node, reg);
    const struct schema_field *item =
        &reader->pack->schema.registers[reg].fields[reader->pack->progress.report.indicator];
    if (item->type.kind != TYPE_TEXT) {
        yaml_fault(node, reader->faults, "月度调度也报任务，“%.*s”应是 text 类型的字段",
                   "the rounds also ask for tasks: `%.*s` should be a field of type text",
                   TEXT_ARGS(item->label.name));
        good = false;
    }
    good = read_wanted(reader, node, reg, wanted, sizeof wanted / sizeof *wanted) && good;
    if (yaml_choice(yaml_get(node, "tasks"), choices, &choice, reader->faults))
        dispatch.tasks = (enum dispatch_tasks)choice;
    const struct yaml_node *spared = yaml_get(node, "spared");
    if (spared != NULL) reader_words(reader, spared, &dispatch.spared_zh, &dispatch.spared_en);
    dispatch.fill = reader_fields(reader, yaml_get(node, "fill"), reg, &dispatch.fill_count);
    if (good && read_kinds(reader, node, reg, &dispatch)) reader->pack->progress.dispatch = dispatch;
}

static void read_disputes(struct reader *reader, const struct yaml_node *node)
{
    static const char *const keys[] = {"register", "indicator", "month", "division", "unit",
                                       "lead",     "shown",     "claim", NULL};
    struct pack_dispute dispute = {.reg = -1};
    if (node == NULL || !yaml_keys(node, keys, reader->faults)) return;
    const struct yaml_node *place =
        yaml_need(node, "register", "异议所用的登记册", "the register of disputes", reader->faults);
    int reg = reader_reference(reader, place, &reader->registers, DOCUMENT_REGISTERS, "登记册", "register");
    if (reg < 0) return;
    const struct wanted_field wanted[] = {{"indicator", TYPE_TEXT, &dispute.indicator, false},
                                          {"month", TYPE_MONTH, &dispute.month, false},
                                          {"division", TYPE_TEXT, &dispute.division, false},
                                          {"unit", TYPE_TEXT, &dispute.unit, true},
                                          {"lead", TYPE_TEXT, &dispute.lead, true},
                                          {"shown", TYPE_TEXT, &dispute.shown, false},
                                          {"claim", TYPE_TEXT, &dispute.claim, false}};
    bool good = has_workflow(reader, place, reg);
    good = read_wanted(reader, node, reg, wanted, sizeof wanted / sizeof *wanted) && good;
    dispute.reg = reg;
    if (good) reader->pack->progress.dispute = dispute;
}

/* ---- Changes of parameters ---- */

static void read_changes(struct reader *reader, const struct yaml_node *node)
{
    static const char *const keys[] = {"register", "parameter", "from",       "value",
                                       "was",      "reason",    "backdating", NULL};
    static const char *const backdating_words[] = {"plan", NULL};
    int choice;
    struct pack_changes changes = {.reg = -1};
    if (node == NULL || !yaml_keys(node, keys, reader->faults)) return;
    const struct yaml_node *place =
        yaml_need(node, "register", "参数调整所用的登记册", "the register of changes", reader->faults);
    int reg = reader_reference(reader, place, &reader->registers, DOCUMENT_REGISTERS, "登记册", "register");
    if (reg < 0) return;
    const struct wanted_field wanted[] = {{"parameter", TYPE_TEXT, &changes.parameter, false},
                                          {"from", TYPE_DATE, &changes.from, false},
                                          {"value", TYPE_TEXT, &changes.value, false},
                                          {"was", TYPE_TEXT, &changes.was, false},
                                          {"reason", TYPE_TEXT, &changes.reason, false}};
    bool good = has_workflow(reader, place, reg);
    good = read_wanted(reader, node, reg, wanted, sizeof wanted / sizeof *wanted) && good;
    changes.reg = reg;
    const struct yaml_node *backdating = yaml_get(node, "backdating");
    changes.backdating =
        backdating != NULL && yaml_choice(backdating, backdating_words, &choice, reader->faults);
    if (good) reader->pack->changes = changes;
}

/* ---- Sources of income ---- */

static bool hangs_on_subject(const struct pack *pack, int reg)
{
    while (reg >= 0 && reg != pack->subject) reg = pack->schema.registers[reg].parent;
    return reg >= 0;
}

static int read_kind(struct reader *reader, const struct yaml_node *node)
{
    const struct pack *pack = reader->pack;
    struct text name;
    if (!yaml_string(node, &name, reader->faults)) return -1;
    for (size_t i = 0; i < pack->dashboard.income_count; i++)
        if (text_equal(pack->schema.definitions[pack->dashboard.income[i]].label.name, name)) return (int)i;
    yaml_fault(node, reader->faults, "“%.*s”不在 dashboard 的 income 中",
               "`%.*s` is not among dashboard's `income`", TEXT_ARGS(name));
    return -1;
}

/* ---- What they are tied to ---- */

static bool is_cause(const struct pack_progress *progress, int reg)
{
    for (size_t i = 0; i < progress->cause_count; i++)
        if (progress->causes[i].reg == reg) return true;
    return false;
}

static int read_tie(struct reader *reader, const struct yaml_node *node, int over)
{
    int field = reader_field(reader, node, over);
    if (field < 0) return -1;
    struct type type = reader->pack->schema.registers[over].fields[field].type;
    if (type.kind == TYPE_RECORD && is_cause(&reader->pack->progress, type.record)) return field;
    yaml_fault(node, reader->faults, "“%.*s”应是 reference 类型的字段，指向 causes 中某一项的登记册",
               "`%.*s` should be a field of type reference to the register of one of `causes`",
               TEXT_ARGS(yaml_text(node)));
    return -1;
}

/* One field, or a list of them. */
static void read_ties(struct reader *reader, const struct yaml_node *node, struct pack_source *source)
{
    if (node == NULL || source->over < 0) return;
    bool list = yaml_kind(node) == YAML_LIST;
    size_t count = list ? yaml_count(node) : 1;
    if (count > TIES_MOST) {
        yaml_fault(node, reader->faults, "by 最多 %d 个字段", "`by` names %d fields at most", TIES_MOST);
        count = TIES_MOST;
    }
    int *by = arena_array(reader->arena, count, sizeof *by);
    for (size_t i = 0; i < count; i++) {
        int field = read_tie(reader, list ? yaml_item(node, i) : node, source->over);
        if (field >= 0) by[source->by_count++] = field;
    }
    source->by = by;
}

static int read_group(struct reader *reader, const struct yaml_node *node, int reg)
{
    int field = node == NULL || reg < 0 ? -1 : reader_field(reader, node, reg);
    if (field < 0) return -1;
    enum type_kind kind = reader->pack->schema.registers[reg].fields[field].type.kind;
    bool open = reader->pack->registers[reg].fields[field].sensitive == SENSITIVE_NO;
    if (open && (kind == TYPE_CODE || kind == TYPE_TEXT)) return field;
    yaml_fault(node, reader->faults, "“%.*s”应是 code 或 text 类型的字段，且不是敏感字段",
               "`%.*s` should be a field of type code or text, and not a sensitive one",
               TEXT_ARGS(yaml_text(node)));
    return -1;
}

static bool read_cause(struct reader *reader, const struct yaml_node *key, const struct yaml_node *thing,
                       struct pack_cause *cause)
{
    static const char *const cause_keys[] = {"label", "register", "group", "cost", "note", NULL};
    *cause = (struct pack_cause){.reg = -1, .group = -1};
    if (!yaml_name(key, &cause->label.name, reader->faults) || !yaml_keys(thing, cause_keys, reader->faults))
        return false;
    reader_label(reader, thing, cause->label.name, &cause->label);
    reader_note(reader, thing);
    const struct yaml_node *reg = yaml_need(thing, "register", "收入所归于的登记册",
                                            "the register that incomes are tied to", reader->faults),
                           *cost = yaml_get(thing, "cost");
    cause->reg = reader_reference(reader, reg, &reader->registers, DOCUMENT_REGISTERS, "登记册", "register");
    cause->group = read_group(reader, yaml_get(thing, "group"), cause->reg);
    if (cause->reg >= 0 && is_cause(&reader->pack->progress, cause->reg)) {
        yaml_fault(reg, reader->faults, "causes 中另有一项用这个登记册",
                   "another one of `causes` has this register");
        return false;
    }
    if (cause->reg >= 0 && cost != NULL && reader_formula_at(reader, cost, &cause->cost_source))
        cause->cost = check_formula(reader, cause->reg, &cause->cost_source, TYPE_MONEY);
    return cause->reg >= 0;
}

static void read_causes(struct reader *reader, const struct yaml_node *node)
{
    struct pack_progress *progress = &reader->pack->progress;
    size_t count = reader_bounded_count(reader, node, "causes", CAUSES_MOST);
    progress->causes = arena_array(reader->arena, count, sizeof *progress->causes);
    for (size_t i = 0; i < count; i++)
        if (read_cause(reader, yaml_key(node, i), yaml_item(node, i),
                       &progress->causes[progress->cause_count]))
            progress->cause_count++;
}

static int read_over(struct reader *reader, const struct yaml_node *node)
{
    int over = reader_reference(reader, node, &reader->registers, DOCUMENT_REGISTERS, "登记册", "register");
    if (over < 0 || hangs_on_subject(reader->pack, over)) return over;
    yaml_fault(node, reader->faults, "“%.*s”没有挂在被监测的登记册下", "`%.*s` does not hang on the subject",
               TEXT_ARGS(yaml_text(node)));
    return -1;
}

static bool read_source(struct reader *reader, const struct yaml_node *key, const struct yaml_node *thing,
                        struct pack_source *source)
{
    static const char *const source_keys[] = {"label", "kind", "over", "where", "amount", "by", "note", NULL};
    *source = (struct pack_source){.kind = -1, .over = -1};
    if (!yaml_name(key, &source->label.name, reader->faults) ||
        !yaml_keys(thing, source_keys, reader->faults))
        return false;
    reader_label(reader, thing, source->label.name, &source->label);
    reader_note(reader, thing);
    source->kind = read_kind(reader, yaml_need(thing, "kind", "dashboard.income 中的一项",
                                               "one of dashboard's `income`", reader->faults));
    source->over = read_over(reader, yaml_need(thing, "over", "记有来源的登记册",
                                               "the register whose rows tell of it", reader->faults));
    read_ties(reader, yaml_get(thing, "by"), source);
    const struct yaml_node *where =
        yaml_need(thing, "where", "计入当年的条件", "which rows count in the year", reader->faults);
    const struct yaml_node *amount =
        yaml_need(thing, "amount", "金额公式", "a money formula", reader->faults);
    bool good = source->kind >= 0 && source->over >= 0;
    if (reader_formula_at(reader, where, &source->where_source))
        check_formula(reader, source->over, &source->where_source, TYPE_BOOL);
    if (reader_formula_at(reader, amount, &source->amount_source))
        check_formula(reader, source->over, &source->amount_source, TYPE_MONEY);
    return good && source->where_source.text.size > 0 && source->amount_source.text.size > 0;
}

static void read_sources(struct reader *reader, const struct yaml_node *node)
{
    struct pack_progress *progress = &reader->pack->progress;
    size_t count = reader_bounded_count(reader, node, "sources", SOURCES_MOST);
    progress->sources = arena_array(reader->arena, count, sizeof *progress->sources);
    for (size_t i = 0; i < count; i++)
        if (read_source(reader, yaml_key(node, i), yaml_item(node, i),
                        &progress->sources[progress->source_count]))
            progress->source_count++;
}

/* ---- Funds ---- */

static void read_funds(struct reader *reader, const struct yaml_node *node)
{
    static const char *const fund_keys[] = {"register", "balance", NULL};
    struct pack_funds funds = {.reg = -1};
    if (node == NULL || !yaml_keys(node, fund_keys, reader->faults)) return;
    const struct yaml_node *reg =
        yaml_need(node, "register", "登记资金的登记册", "the register of funds", reader->faults);
    const struct yaml_node *balance =
        yaml_need(node, "balance", "结余的金额公式", "a money formula: what is left", reader->faults);
    funds.reg = reader_reference(reader, reg, &reader->registers, DOCUMENT_REGISTERS, "登记册", "register");
    if (funds.reg < 0 || !reader_formula_at(reader, balance, &funds.source)) return;
    funds.balance = check_formula(reader, funds.reg, &funds.source, TYPE_MONEY);
    if (funds.balance != NULL) reader->pack->progress.funds = funds;
}

void read_progress(struct reader *reader)
{
    const struct yaml_node *node = yaml_get(reader->documents[DOCUMENT_PACK][0], "progress");
    static const char *const progress_keys[] = {"small",    "near",     "unknown",      "headline", "reports",
                                                "dispatch", "disputes", "sources",      "causes",   "funds",
                                                "money",    "holdings", "task_records", NULL};
    struct pack_progress *progress = &reader->pack->progress;
    read_changes(reader, yaml_get(reader->documents[DOCUMENT_PACK][0], "parameter_changes"));
    *progress = (struct pack_progress){.small = 20,
                                       .near = 0.05,
                                       .unknown = 0.2,
                                       .report = {.reg = -1},
                                       .dispatch = {.unit = -1},
                                       .dispute = {.reg = -1},
                                       .funds = {.reg = -1}};
    if (node == NULL || !yaml_keys(node, progress_keys, reader->faults)) return;
    yaml_integer(yaml_get(node, "small"), 0, SMALL_MOST, &progress->small, reader->faults);
    reader_part(reader, yaml_get(node, "near"), &progress->near);
    reader_part(reader, yaml_get(node, "unknown"), &progress->unknown);
    progress->headline =
        reader_references(reader, yaml_get(node, "headline"), &reader->indicators, DOCUMENT_INDICATORS,
                          "指标", "indicator", &progress->headline_count);
    progress->money = reader_references(reader, yaml_get(node, "money"), &reader->indicators,
                                        DOCUMENT_INDICATORS, "指标", "indicator", &progress->money_count);
    read_reports(reader, yaml_get(node, "reports"));
    read_dispatch(reader, yaml_get(node, "dispatch"));
    read_disputes(reader, yaml_get(node, "disputes"));
    read_causes(reader, yaml_get(node, "causes"));
    read_sources(reader, yaml_get(node, "sources"));
    read_funds(reader, yaml_get(node, "funds"));
    read_holdings(reader, yaml_get(node, "holdings"));
    read_task_records(reader, yaml_get(node, "task_records"));
}
