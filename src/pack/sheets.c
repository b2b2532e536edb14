/* pack.yaml, `subject_plan` and `notices`: which registers and fields make the plan of one subject and what
 * is posted in the village, so that no sheet of a programme is known to the program. */
#include "pack/reader.h"
#include "pack/workflow.h"

/* ---- The plan of one subject ---- */

static const int *read_targets(struct reader *reader, const struct yaml_node *node, int reg)
{
    const struct pack *pack = reader->pack;
    const struct pack_page *page = &pack->page;
    if (page->ledger < 0) {
        if (node != NULL)
            yaml_fault(node, reader->faults, "有 targets 而 page 没有 ledger：类别由台账的类别字段而来",
                       "`targets` without `ledger` under `page`, whose kinds they speak of");
        return NULL;
    }
    int dictionary = pack->schema.registers[page->ledger].fields[page->ledger_kind].type.dictionary;
    const struct schema_dictionary *codes = &pack->schema.dictionaries[dictionary];
    int *targets = arena_array(reader->arena, codes->code_count, sizeof *targets);
    for (size_t i = 0; i < codes->code_count; i++) targets[i] = -1;
    if (node == NULL || !yaml_is(node, YAML_MAPPING, reader->faults)) return targets;
    for (size_t i = 0; i < yaml_count(node); i++) {
        int code = schema_code_find(codes, yaml_text(yaml_key(node, i)));
        int field = read_typed_field(reader, yaml_item(node, i), reg, TYPE_MONEY);
        if (code >= 0)
            targets[code] = field;
        else if (codes->code_count > 0)
            yaml_fault(yaml_key(node, i), reader->faults, "字典“%.*s”没有代码“%.*s”",
                       "dictionary `%.*s` has no code `%.*s`", TEXT_ARGS(codes->label.name),
                       TEXT_ARGS(yaml_text(yaml_key(node, i))));
    }
    return targets;
}

static void read_measures_of(struct reader *reader, const struct yaml_node *node)
{
    static const char *const keys[] = {"register", "due", "done", NULL};
    struct pack_subject_plan *plan = &reader->pack->subject_plan;
    if (node == NULL || !yaml_keys(node, keys, reader->faults)) return;
    int reg = read_hanging(reader,
                           yaml_need(node, "register", "挂在计划下的登记册",
                                     "a register that hangs on the plan", reader->faults),
                           plan->reg);
    if (reg < 0) return;
    plan->measures = reg;
    plan->measure_due = read_typed_field(reader, yaml_get(node, "due"), reg, TYPE_DATE);
    plan->measure_done = read_typed_field(reader, yaml_get(node, "done"), reg, TYPE_DATE);
}

static void read_visits(struct reader *reader, const struct yaml_node *node)
{
    static const char *const keys[] = {"register", "planned", "made", NULL};
    struct pack_subject_plan *plan = &reader->pack->subject_plan;
    if (node == NULL || !yaml_keys(node, keys, reader->faults)) return;
    int reg = read_hanging(reader,
                           yaml_need(node, "register", "挂在被监测登记册下的登记册",
                                     "a register that hangs on the subject", reader->faults),
                           reader->pack->subject);
    if (reg < 0) return;
    plan->visits = reg;
    plan->visit_planned = read_typed_field(reader, yaml_get(node, "planned"), reg, TYPE_DATE);
    plan->visit_made = read_typed_field(reader, yaml_get(node, "made"), reg, TYPE_DATE);
}

static void read_subject_plan(struct reader *reader, const struct yaml_node *node)
{
    static const char *const keys[] = {"register", "year", "targets", "signed", "measures", "visits", NULL};
    struct pack_subject_plan *plan = &reader->pack->subject_plan;
    *plan = (struct pack_subject_plan){.reg = -1,
                                       .year = -1,
                                       .signed_on = -1,
                                       .measures = -1,
                                       .measure_due = -1,
                                       .measure_done = -1,
                                       .visits = -1,
                                       .visit_planned = -1,
                                       .visit_made = -1};
    if (node == NULL || !yaml_keys(node, keys, reader->faults)) return;
    int reg = read_hanging(reader,
                           yaml_need(node, "register", "挂在被监测登记册下的登记册",
                                     "a register that hangs on the subject", reader->faults),
                           reader->pack->subject);
    const struct yaml_node *year =
        yaml_need(node, "year", "年度字段", "the field of the year", reader->faults);
    if (reg < 0) return;
    plan->year = read_typed_field(reader, year, reg, TYPE_INT);
    if (plan->year < 0) return;
    plan->reg = reg;
    plan->targets = read_targets(reader, yaml_get(node, "targets"), reg);
    plan->signed_on = read_typed_field(reader, yaml_get(node, "signed"), reg, TYPE_DATE);
    read_measures_of(reader, yaml_get(node, "measures"));
    read_visits(reader, yaml_get(node, "visits"));
}

/* ---- Public notices ---- */

/* What hangs on a wall must not say who is ill or where somebody's money lies. */
static void check_public(struct reader *reader, const struct yaml_node *node,
                         const struct pack_notice *notice)
{
    const struct schema_register *schema_register = &reader->pack->schema.registers[notice->reg];
    for (size_t i = 0; i < notice->field_count; i++) {
        const struct pack_field *field = &reader->pack->registers[notice->reg].fields[notice->fields[i]];
        if (field->sensitive == SENSITIVE_NO) continue;
        yaml_fault(node, reader->faults, "“%.*s”是敏感字段，不能公示",
                   "`%.*s` is sensitive and cannot be posted in public",
                   TEXT_ARGS(schema_register->fields[notice->fields[i]].label.name));
    }
}

/* Of the workflow that the register has: whose turn to hang it is. */
static void read_notice_states(struct reader *reader, const struct yaml_node *list,
                               struct pack_notice *notice)
{
    const struct pack_workflow *workflow = reader->pack->registers[notice->reg].workflow;
    if (list == NULL || !yaml_is(list, YAML_LIST, reader->faults)) return;
    int *states = arena_array(reader->arena, yaml_count(list), sizeof *states);
    for (size_t i = 0; i < yaml_count(list); i++) {
        struct text name;
        struct suggest suggest;
        if (!yaml_string(yaml_item(list, i), &name, reader->faults)) continue;
        int state = workflow == NULL ? -1 : workflow_state_find(workflow, name);
        if (state >= 0) {
            states[notice->state_count++] = state;
            continue;
        }
        suggest = suggest_start(name);
        for (size_t k = 0; workflow != NULL && k < workflow->state_count; k++)
            suggest_offer(&suggest, workflow->states[k].label.name);
        yaml_fault_unknown(yaml_item(list, i), reader->faults, "状态", "state", &suggest);
    }
    notice->states = states;
}

static bool read_notice(struct reader *reader, const struct yaml_node *node, struct pack_notice *notice)
{
    static const char *const keys[] = {"register", "title",  "text",   "from", "to",
                                       "least",    "states", "fields", NULL};
    if (!yaml_keys(node, keys, reader->faults)) return false;
    notice->reg = read_hanging(reader,
                               yaml_need(node, "register", "挂在被监测登记册下的登记册",
                                         "a register that hangs on the subject", reader->faults),
                               reader->pack->subject);
    reader_words(reader, yaml_need(node, "title", "标题", "its title", reader->faults), &notice->title_zh,
                 &notice->title_en);
    reader_words(reader, yaml_need(node, "text", "正文", "its text", reader->faults), &notice->text_zh,
                 &notice->text_en);
    if (notice->reg < 0) return false;
    const struct yaml_node *from =
        yaml_need(node, "from", "公示开始日期字段", "the field of its first day", reader->faults);
    notice->from = read_typed_field(reader, from, notice->reg, TYPE_DATE);
    notice->to = read_typed_field(reader, yaml_get(node, "to"), notice->reg, TYPE_DATE);
    notice->least = reader_reference(reader, yaml_get(node, "least"), &reader->parameters,
                                     DOCUMENT_PARAMETERS, "参数", "parameter");
    if (notice->least >= 0 && reader->pack->schema.parameters[notice->least].type.kind != TYPE_INT)
        yaml_fault(yaml_get(node, "least"), reader->faults, "应是 int 类型的参数",
                   "expected a parameter of type int");
    read_notice_states(reader, yaml_get(node, "states"), notice);
    notice->fields = reader_fields(reader, yaml_get(node, "fields"), notice->reg, &notice->field_count);
    check_public(reader, yaml_get(node, "fields"), notice);
    return notice->from >= 0;
}

static void read_notices(struct reader *reader, const struct yaml_node *node)
{
    struct pack *pack = reader->pack;
    if (node == NULL || !yaml_is(node, YAML_LIST, reader->faults)) return;
    pack->notices = arena_array(reader->arena, yaml_count(node), sizeof *pack->notices);
    for (size_t i = 0; i < yaml_count(node); i++) {
        struct pack_notice notice = {0};
        if (!read_notice(reader, yaml_item(node, i), &notice)) continue;
        bool twice = false;
        for (size_t k = 0; k < pack->notice_count; k++) twice |= pack->notices[k].reg == notice.reg;
        if (twice)
            yaml_fault(yaml_item(node, i), reader->faults, "这个登记册已有公示",
                       "the register has a notice already");
        else
            pack->notices[pack->notice_count++] = notice;
    }
}

void read_sheets(struct reader *reader, const struct yaml_node *root)
{
    read_subject_plan(reader, yaml_get(root, "subject_plan"));
    read_notices(reader, yaml_get(root, "notices"));
}
