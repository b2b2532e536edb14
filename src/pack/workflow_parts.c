/* What states and transitions of a workflow are made of: states, roles and fields by name, days, formulas,
 * guards. */
#include "formula/formula.h"
#include "pack/workflow_private.h"

/* ---- References ---- */

int workflow_read_state(struct workflow_reading *reading, const struct yaml_node *node)
{
    return reader_reference(reading->reader, node, &reading->states, DOCUMENT_WORKFLOWS, "状态", "state");
}

const int *workflow_read_roles(struct workflow_reading *reading, const struct yaml_node *node, size_t *count)
{
    return reader_references(reading->reader, node, &reading->roles, DOCUMENT_ROLES, "角色", "role", count);
}

const int *workflow_read_fields(struct workflow_reading *reading, const struct yaml_node *node, size_t *count)
{
    *count = 0;
    if (node == NULL || reading->workflow->reg < 0) return NULL;
    const int *fields = reader_fields(reading->reader, node, reading->workflow->reg, count);
    const struct pack_field *known = reading->reader->pack->registers[reading->workflow->reg].fields;
    for (size_t i = 0; i < *count; i++)
        if (known[fields[i]].keeper == KEEPER_CASE)
            yaml_fault(node, reading->reader->faults, "案件自身的字段由系统填写，不必要求",
                       "the case's own fields are filled by the system; they cannot be asked for");
    return fields;
}

static int read_date_field(struct workflow_reading *reading, const struct yaml_node *node)
{
    int reg = reading->workflow->reg;
    if (node == NULL || reg < 0) return -1;
    int field = reader_field(reading->reader, node, reg);
    if (field < 0) return -1;
    if (reading->reader->pack->schema.registers[reg].fields[field].type.kind == TYPE_DATE) return field;
    yaml_fault(node, reading->reader->faults, "“%.*s”应是 date 类型的字段",
               "`%.*s` should be a field of type date", TEXT_ARGS(yaml_text(node)));
    return -1;
}

/* A field by which records name their unit or division: who may act is told by it, case by case. */
int workflow_read_party(struct workflow_reading *reading, const struct yaml_node *node)
{
    int reg = reading->workflow->reg;
    if (node == NULL || reg < 0) return -1;
    int field = reader_field(reading->reader, node, reg);
    const struct pack_register *meta = &reading->reader->pack->registers[reg];
    for (size_t i = 0; field >= 0 && i < meta->owner_count; i++)
        if (meta->owners[i] == field) return field;
    if (field >= 0)
        yaml_fault(node, reading->reader->faults, "“%.*s”不在登记册的 owner 中，说不出该由谁来办",
                   "`%.*s` is not among the register's `owner`: it does not say whose turn it is",
                   TEXT_ARGS(yaml_text(node)));
    return -1;
}

/* ---- Days ---- */

static bool looks_like_number(struct text text)
{
    return text.size > 0 && text.at[0] >= '0' && text.at[0] <= '9';
}

static bool lies_within(const struct value *value, int64_t most)
{
    return !value->known || (value->integer >= 0 && value->integer <= most);
}

/* What days or files are counted by stays countable, whatever a county adopts: where the pack sets no limits
 * of its own, these hold. */
static void bound_parameter(struct workflow_reading *reading, const struct yaml_node *node, int index,
                            int64_t most)
{
    const struct schema_parameter *parameter = &reading->reader->pack->schema.parameters[index];
    struct pack_parameter *more = &reading->reader->pack->parameters[index];
    bool good = lies_within(&more->least, most) && lies_within(&more->most, most);
    for (size_t i = 0; i < parameter->value_count; i++)
        good = good && lies_within(&parameter->values[i].value, most);
    if (!good)
        yaml_fault(node, reading->reader->faults,
                   "参数“%.*s”在这里作天数或份数用，它的值和 min、max 应在 0 到 %lld 之间",
                   "the parameter `%.*s` counts here: its values, `min` and `max` should lie between 0 and "
                   "%lld",
                   TEXT_ARGS(parameter->label.name), (long long)most);
    if (!more->least.known) more->least = (struct value){.known = true, .integer = 0};
    if (!more->most.known) more->most = (struct value){.known = true, .integer = most};
}

void workflow_read_amount(struct workflow_reading *reading, const struct yaml_node *node, int64_t most,
                          int64_t *amount, int *named)
{
    struct reader *reader = reading->reader;
    *named = -1;
    if (yaml_kind(node) == YAML_SCALAR && looks_like_number(yaml_text(node))) {
        yaml_integer(node, 0, most, amount, reader->faults);
        return;
    }
    *named = reader_reference(reader, node, &reader->parameters, DOCUMENT_PARAMETERS, "参数", "parameter");
    if (*named < 0) return;
    const struct schema_parameter *parameter = &reader->pack->schema.parameters[*named];
    if (parameter->type.kind == TYPE_INT)
        bound_parameter(reading, node, *named, most);
    else if (!reader_is_suspect(reader, parameter->label.name))
        yaml_fault(node, reader->faults, "参数“%.*s”应是 int 类型",
                   "the parameter `%.*s` should be of type int", TEXT_ARGS(parameter->label.name));
}

/* `3`, `review_days`, or {days: …, count: working, from: notice_from}. */
struct workflow_days workflow_read_days(struct workflow_reading *reading, const struct yaml_node *node,
                                        const char *const *keys)
{
    static const char *const counts[] = {"working", "calendar", NULL};
    struct workflow_days days = {.parameter = -1, .from = -1, .count = DAYS_CALENDAR};
    int choice;
    if (node == NULL) return days;
    days.given = true;
    if (yaml_kind(node) == YAML_SCALAR) {
        workflow_read_amount(reading, node, WORKFLOW_DAYS_MAX, &days.days, &days.parameter);
        return days;
    }
    if (!yaml_keys(node, keys, reading->reader->faults)) return days;
    days.from = read_date_field(reading, yaml_get(node, "from"));
    const struct yaml_node *amount = yaml_get(node, "days");
    if (amount == NULL && yaml_get(node, "from") == NULL)
        yaml_need(node, "days", "天数，或一个参数", "how many, or a parameter", reading->reader->faults);
    if (amount != NULL) workflow_read_amount(reading, amount, WORKFLOW_DAYS_MAX, &days.days, &days.parameter);
    if (yaml_choice(yaml_get(node, "count"), counts, &choice, reading->reader->faults))
        days.count = choice == 0 ? DAYS_WORKING : DAYS_CALENDAR;
    return days;
}

/* ---- Formulas ---- */

static struct formula_source source_of(const struct yaml_node *node)
{
    struct formula_source source = {.file = yaml_file(node)};
    source.text = yaml_source(node, &source.line, &source.column);
    return source;
}

/* A formula on the register of the cases; wanted NULL: of any type. */
const struct node *workflow_read_formula(struct workflow_reading *reading, const struct yaml_node *node,
                                         const struct type *wanted, struct formula_source *source)
{
    struct reader *reader = reading->reader;
    struct text text;
    if (!yaml_string(node, &text, reader->faults)) return NULL;
    *source = source_of(node);
    if (reading->workflow->reg < 0 || !reader_formulas_can_be_checked(reader)) return NULL;
    struct node *checked;
    struct err err;
    if (formula_check(&reader->pack->schema, reader->arena, reading->workflow->reg, *source, wanted, &checked,
                      &err) == 0)
        return checked;
    if (!reader_is_suspect(reader, source->text)) fault_list_add(reader->faults, &err);
    return NULL;
}

const struct node *workflow_read_truth(struct workflow_reading *reading, const struct yaml_node *node,
                                       struct formula_source *source)
{
    const struct type wanted = type_of(TYPE_BOOL);
    return workflow_read_formula(reading, node, &wanted, source);
}

/* told: where they do not hold somebody reads why. */
const struct workflow_guard *workflow_read_guards(struct workflow_reading *reading,
                                                  const struct yaml_node *list, bool told,
                                                  size_t *guard_count)
{
    static const char *const keys[] = {"formula", "message", "hides", "note", NULL};
    struct reader *reader = reading->reader;
    if (!yaml_is(list, YAML_LIST, reader->faults)) return NULL;
    size_t count = yaml_count(list) < LIST_MAX ? yaml_count(list) : LIST_MAX;
    struct workflow_guard *guards = arena_array(reader->arena, count, sizeof *guards);
    for (size_t i = 0; i < count; i++) {
        const struct yaml_node *node = yaml_item(list, i);
        struct workflow_guard *guard = &guards[*guard_count];
        if (!yaml_keys(node, keys, reader->faults)) continue;
        const struct yaml_node *formula =
            yaml_need(node, "formula", "须成立的公式", "the formula that must hold", reader->faults);
        guard->node = workflow_read_truth(reading, formula, &guard->source);
        yaml_bool(yaml_get(node, "hides"), &guard->hides, reader->faults);
        if (told)
            yaml_need(node, "message", "不成立时告诉人的话", "what people are told when it does not hold",
                      reader->faults);
        reader_words(reader, yaml_get(node, "message"), &guard->message_zh, &guard->message_en);
        reader_note(reader, node);
        (*guard_count)++;
    }
    return guards;
}

/* ---- Where imported records begin ---- */

const struct workflow_arrival *workflow_read_arrivals(struct workflow_reading *reading,
                                                      const struct yaml_node *list, size_t *arrival_count)
{
    static const char *const keys[] = {"state", "when", "who", "note", NULL};
    struct reader *reader = reading->reader;
    if (!yaml_is(list, YAML_LIST, reader->faults)) return NULL;
    size_t count = yaml_count(list) < LIST_MAX ? yaml_count(list) : LIST_MAX;
    struct workflow_arrival *arrivals = arena_array(reader->arena, count, sizeof *arrivals);
    for (size_t i = 0; i < count; i++) {
        const struct yaml_node *node = yaml_item(list, i);
        if (!yaml_keys(node, keys, reader->faults)) continue;
        struct workflow_arrival *arrival = &arrivals[(*arrival_count)++];
        arrival->state = workflow_read_state(
            reading, yaml_need(node, "state", "从哪个状态开始", "the state it begins in", reader->faults));
        const struct yaml_node *when = yaml_need(node, "when", "怎样的行", "of which rows", reader->faults);
        arrival->when = workflow_read_truth(reading, when, &arrival->source);
        arrival->roles = workflow_read_roles(
            reading, yaml_need(node, "who", "哪些角色导入的", "whose imports", reader->faults),
            &arrival->role_count);
        reader_note(reader, node);
    }
    return arrivals;
}
