/* clues/….yaml: which rule's hits begin which case. */
#include "pack/clue.h"

#include "formula/formula.h"
#include "pack/reader.h"

enum { LIST_MAX = 100 };

struct clue_context {
    struct reader *reader;
    struct pack_clue *clue;
};

static const struct node *read_formula(struct clue_context *context, const struct yaml_node *node,
                                       const struct type *wanted, struct formula_source *source)
{
    struct reader *reader = context->reader;
    struct text text;
    struct node *checked = NULL;
    struct err err;
    if (!yaml_string(node, &text, reader->faults)) return NULL;
    *source = (struct formula_source){.file = yaml_file(node)};
    source->text = yaml_source(node, &source->line, &source->column);
    if (context->clue->rule < 0 || !reader_formulas_can_be_checked(reader)) return NULL;
    if (formula_check(&reader->pack->schema, reader->arena, reader->pack->rules[context->clue->rule].scope,
                      *source, wanted, &checked, &err) == 0)
        return checked;
    if (!reader_is_suspect(reader, source->text)) fault_list_add(reader->faults, &err);
    return NULL;
}

static int case_register(const struct clue_context *context)
{
    return context->clue->workflow < 0 ? -1 : context->reader->pack->workflows[context->clue->workflow].reg;
}

/* {field: formula} of the new case. */
static void read_fields(struct clue_context *context, const struct yaml_node *node)
{
    struct reader *reader = context->reader;
    int reg = case_register(context);
    if (node == NULL || reg < 0 || !yaml_is(node, YAML_MAPPING, reader->faults)) return;
    struct workflow_write *writes = arena_array(reader->arena, yaml_count(node), sizeof *writes);
    for (size_t i = 0; i < yaml_count(node); i++) {
        const struct yaml_node *key = yaml_key(node, i);
        int field = reader_field(reader, key, reg);
        if (field < 0) continue;
        if (reader->pack->registers[reg].fields[field].keeper == KEEPER_CASE ||
            field == reader->pack->schema.registers[reg].parent_field) {
            yaml_fault(key, reader->faults, "这个字段由系统填写", "this field is filled by the system");
            continue;
        }
        struct workflow_write *write = &writes[context->clue->field_count++];
        struct type wanted = reader->pack->schema.registers[reg].fields[field].type;
        *write = (struct workflow_write){.reg = reg, .field = field};
        write->node = read_formula(context, yaml_item(node, i), &wanted, &write->source);
    }
    context->clue->fields = writes;
}

static void read_facts(struct clue_context *context, const struct yaml_node *list)
{
    struct reader *reader = context->reader;
    if (!yaml_is(list, YAML_LIST, reader->faults)) return;
    size_t count = yaml_count(list) < LIST_MAX ? yaml_count(list) : LIST_MAX;
    struct workflow_write *facts = arena_array(reader->arena, count, sizeof *facts);
    for (size_t i = 0; i < count; i++) {
        facts[i] = (struct workflow_write){.reg = -1, .field = -1};
        facts[i].node = read_formula(context, yaml_item(list, i), NULL, &facts[i].source);
    }
    context->clue->facts = facts;
    context->clue->fact_count = count;
}

static void read_months(struct clue_context *context, const struct yaml_node *node)
{
    struct reader *reader = context->reader;
    context->clue->months =
        reader_reference(reader, node, &reader->parameters, DOCUMENT_PARAMETERS, "参数", "parameter");
    if (context->clue->months < 0) return;
    const struct schema_parameter *parameter = &reader->pack->schema.parameters[context->clue->months];
    if (parameter->type.kind != TYPE_INT && !reader_is_suspect(reader, parameter->label.name))
        yaml_fault(node, reader->faults, "参数“%.*s”应是 int 类型",
                   "the parameter `%.*s` should be of type int", TEXT_ARGS(parameter->label.name));
}

static void read_sentence(struct clue_context *context, const struct yaml_node *node)
{
    int reg = case_register(context);
    if (node == NULL || reg < 0) return;
    context->clue->sentence = reader_field(context->reader, node, reg);
    if (context->clue->sentence >= 0 &&
        context->reader->pack->schema.registers[reg].fields[context->clue->sentence].type.kind != TYPE_TEXT)
        yaml_fault(node, context->reader->faults, "应为文字字段", "expected a text field");
}

static void read_transition(struct clue_context *context, const struct yaml_node *node)
{
    struct text name;
    if (context->clue->workflow < 0 || !yaml_string(node, &name, context->reader->faults)) return;
    const struct pack_workflow *workflow = &context->reader->pack->workflows[context->clue->workflow];
    context->clue->transition = workflow_transition_find(workflow, name);
    if (context->clue->transition >= 0) return;
    struct suggest suggest = suggest_start(name);
    for (size_t i = 0; i < workflow->transition_count; i++)
        suggest_offer(&suggest, workflow->transitions[i].label.name);
    yaml_fault_unknown(node, context->reader->faults, "流转", "transition", &suggest);
}

/* The case has to hang on something that the hit leads to, and nothing that it needs may be missing. */
static void check_clue(struct clue_context *context, const struct yaml_node *thing)
{
    struct reader *reader = context->reader;
    const struct pack *pack = reader->pack;
    const struct pack_clue *clue = context->clue;
    if (clue->rule < 0 || clue->workflow < 0 || case_register(context) < 0) return;
    const struct pack_workflow *workflow = &pack->workflows[clue->workflow];
    const struct yaml_node *place = yaml_get(thing, "workflow");
    if ((workflow->openers & OPENER_RULE) == 0)
        yaml_fault(place, reader->faults, "该工作流的 start.by 中没有 rule",
                   "that workflow's `start` does not have `rule` under `by`");
    if (pack_clue_climb(pack, clue) < 0)
        yaml_fault(place, reader->faults, "规则所查的登记册到不了案件的上级",
                   "the rule's register does not lead to what the cases hang on");
    for (size_t i = 0; !clue->only_beside && i < pack->schema.registers[workflow->reg].field_count; i++) {
        const struct pack_field *field = &pack->registers[workflow->reg].fields[i];
        bool given = (int)i == pack->schema.registers[workflow->reg].parent_field;
        for (size_t k = 0; k < clue->field_count; k++) given = given || clue->fields[k].field == (int)i;
        if (field->required && field->keeper != KEEPER_CASE && !given)
            yaml_fault(thing, reader->faults, "新开的案件缺少必填字段“%.*s”；请写在 fields 里",
                       "the case lacks the required field `%.*s`; give it under `fields`",
                       TEXT_ARGS(pack->schema.registers[workflow->reg].fields[i].label.name));
    }
}

static void read_clue(struct reader *reader, const struct entry *entry, struct pack_clue *clue)
{
    static const char *const keys[] = {"rule",     "workflow", "when",  "months", "only_beside", "transition",
                                       "sentence", "fields",   "facts", "note",   NULL};
    const struct yaml_node *thing = entry->value;
    struct clue_context context = {reader, clue};
    const struct type truth = type_of(TYPE_BOOL);
    *clue = (struct pack_clue){.label = {.name = entry->name},
                               .rule = -1,
                               .workflow = -1,
                               .months = -1,
                               .transition = -1,
                               .sentence = -1};
    if (!yaml_keys(thing, keys, reader->faults)) return;
    clue->rule = reader_reference(
        reader, yaml_need(thing, "rule", "规则", "the rule whose hits are clues", reader->faults),
        &reader->rules, DOCUMENT_RULES, "规则", "rule");
    clue->workflow = reader_reference(
        reader, yaml_need(thing, "workflow", "所开案件的工作流", "the workflow of the cases", reader->faults),
        &reader->workflows, DOCUMENT_WORKFLOWS, "工作流", "workflow");
    if (yaml_get(thing, "when") != NULL)
        clue->when = read_formula(&context, yaml_get(thing, "when"), &truth, &clue->source);
    read_months(&context, yaml_get(thing, "months"));
    yaml_bool(yaml_get(thing, "only_beside"), &clue->only_beside, reader->faults);
    read_transition(&context, yaml_get(thing, "transition"));
    read_sentence(&context, yaml_get(thing, "sentence"));
    read_fields(&context, yaml_get(thing, "fields"));
    read_facts(&context, yaml_need(thing, "facts", "所依据的事实（公式）：同样的事实只提一次",
                                   "the facts it rests on: the same ones are a clue once", reader->faults));
    clue->note = reader_note(reader, thing);
    check_clue(&context, thing);
}

void read_clues(struct reader *reader)
{
    struct pack *pack = reader->pack;
    struct entries entries = reader_entries(reader, DOCUMENT_CLUES);
    struct pack_clue *clues = arena_array(reader->arena, entries.count, sizeof *clues);
    for (size_t i = 0; i < entries.count; i++) read_clue(reader, &entries.items[i], &clues[i]);
    pack->clues = clues;
    pack->clue_count = entries.count;
}

int pack_clue_climb(const struct pack *pack, const struct pack_clue *clue)
{
    const struct schema *schema = &pack->schema;
    int target = schema->registers[pack->workflows[clue->workflow].reg].parent, climb = 0;
    for (int reg = pack->rules[clue->rule].scope; reg >= 0; reg = schema->registers[reg].parent, climb++)
        if (reg == target) return climb;
    return -1;
}
