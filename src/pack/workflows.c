/* workflows/….yaml beyond names and states (case_fields.c): who may do what when, within how many days, what
 * it needs and what it writes. Whether the whole holds together is asked by workflow_check.c. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "formula/formula.h"
#include "pack/workflow_private.h"

enum { LIST_MAX = 100, DAYS_MAX = 3660, ANSWERS_MAX = 100, ATTACHMENTS_MAX = 100 };

static const char *const kind_names[KIND_COUNT + 1] = {
    [KIND_FORWARD] = "forward",         [KIND_RETURN] = "return",     [KIND_HAND_OVER] = "hand_over",
    [KIND_COUNTERSIGN] = "countersign", [KIND_WITHDRAW] = "withdraw", [KIND_REOPEN] = "reopen",
    [KIND_AUTOMATIC] = "automatic",     [KIND_COUNT] = NULL,
};
static const char *const end_names[] = {"done", "refused", "withdrawn", NULL};

const char *workflow_kind_name(enum workflow_kind kind)
{
    return kind_names[kind];
}

const char *workflow_end_name(enum workflow_end end)
{
    return end == END_NOT ? "" : end_names[end - 1];
}

int pack_workflow_find(const struct pack *pack, struct text name)
{
    for (size_t i = 0; i < pack->workflow_count; i++) {
        const struct label *label = &pack->workflows[i].label;
        if (text_equal(label->name, name) || text_fold_equal(label->zh, name) ||
            text_fold_equal(label->en, name))
            return (int)i;
    }
    return -1;
}

int workflow_state_find(const struct pack_workflow *workflow, struct text name)
{
    for (size_t i = 0; i < workflow->state_count; i++)
        if (text_equal(workflow->states[i].label.name, name)) return (int)i;
    return -1;
}

int workflow_transition_find(const struct pack_workflow *workflow, struct text name)
{
    for (size_t i = 0; i < workflow->transition_count; i++)
        if (text_equal(workflow->transitions[i].label.name, name)) return (int)i;
    return -1;
}

bool workflow_has_role(const int *roles, size_t count, int role)
{
    for (size_t i = 0; i < count; i++)
        if (roles[i] == role) return true;
    return false;
}

bool workflow_writes(const struct pack_workflow *workflow, int reg, int field)
{
    for (size_t i = 0; i < workflow->transition_count; i++)
        for (size_t k = 0; k < workflow->transitions[i].write_count; k++)
            if (workflow->transitions[i].writes[k].reg == reg &&
                workflow->transitions[i].writes[k].field == field)
                return true;
    return false;
}

bool workflow_asks(const struct workflow_transition *transition, int field)
{
    return workflow_has_role(transition->require, transition->require_count, field) ||
           workflow_has_role(transition->optional, transition->optional_count, field);
}

bool workflow_asks_ever(const struct pack_workflow *workflow, int field)
{
    for (size_t i = 0; i < workflow->transition_count; i++)
        if (workflow_asks(&workflow->transitions[i], field)) return true;
    return false;
}

/* ---- References ---- */

static int read_state(struct workflow_reading *reading, const struct yaml_node *node)
{
    return reader_reference(reading->reader, node, &reading->states, DOCUMENT_WORKFLOWS, "状态", "state");
}

static const int *read_roles_of(struct workflow_reading *reading, const struct yaml_node *node, size_t *count)
{
    return reader_references(reading->reader, node, &reading->roles, DOCUMENT_ROLES, "角色", "role", count);
}

static const int *read_case_field_list(struct workflow_reading *reading, const struct yaml_node *node,
                                       size_t *count)
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

/* What may be given must be somebody's to give, and is not also wanted. */
static void read_optional(struct workflow_reading *reading, const struct yaml_node *node,
                          struct workflow_transition *transition)
{
    struct fault_list *faults = reading->reader->faults;
    transition->optional = read_case_field_list(reading, node, &transition->optional_count);
    for (size_t i = 0; i < transition->optional_count; i++) {
        int field = transition->optional[i], reg = reading->workflow->reg;
        struct text name = reading->reader->pack->schema.registers[reg].fields[field].label.name;
        if (reading->reader->pack->registers[reg].fields[field].keeper != KEEPER_PEOPLE)
            yaml_fault(node, faults, "字段“%.*s”只由系统填写，人不能填",
                       "the field `%.*s` is written by the system alone; nobody can fill it",
                       TEXT_ARGS(name));
        if (workflow_has_role(transition->require, transition->require_count, field))
            yaml_fault(node, faults, "字段“%.*s”已在 require 中", "the field `%.*s` stands under `require`",
                       TEXT_ARGS(name));
    }
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
static int read_party(struct workflow_reading *reading, const struct yaml_node *node)
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

static void read_amount(struct workflow_reading *reading, const struct yaml_node *node,
                        struct workflow_days *days)
{
    struct reader *reader = reading->reader;
    if (yaml_kind(node) == YAML_SCALAR && looks_like_number(yaml_text(node))) {
        yaml_integer(node, 0, DAYS_MAX, &days->days, reader->faults);
        return;
    }
    days->parameter =
        reader_reference(reader, node, &reader->parameters, DOCUMENT_PARAMETERS, "参数", "parameter");
    if (days->parameter < 0) return;
    const struct schema_parameter *parameter = &reader->pack->schema.parameters[days->parameter];
    if (parameter->type.kind != TYPE_INT && !reader_is_suspect(reader, parameter->label.name))
        yaml_fault(node, reader->faults, "参数“%.*s”应是 int 类型",
                   "the parameter `%.*s` should be of type int", TEXT_ARGS(parameter->label.name));
}

/* `3`, `review_days`, or {days: …, count: working, from: notice_from}. */
static struct workflow_days read_days(struct workflow_reading *reading, const struct yaml_node *node,
                                      const char *const *keys)
{
    static const char *const counts[] = {"working", "calendar", NULL};
    struct workflow_days days = {.parameter = -1, .from = -1, .count = DAYS_CALENDAR};
    int choice;
    if (node == NULL) return days;
    days.given = true;
    if (yaml_kind(node) == YAML_SCALAR) {
        read_amount(reading, node, &days);
        return days;
    }
    if (!yaml_keys(node, keys, reading->reader->faults)) return days;
    days.from = read_date_field(reading, yaml_get(node, "from"));
    const struct yaml_node *amount = yaml_get(node, "days");
    if (amount == NULL && yaml_get(node, "from") == NULL)
        yaml_need(node, "days", "天数，或一个参数", "how many, or a parameter", reading->reader->faults);
    if (amount != NULL) read_amount(reading, amount, &days);
    if (yaml_choice(yaml_get(node, "count"), counts, &choice, reading->reader->faults))
        days.count = choice == 0 ? DAYS_WORKING : DAYS_CALENDAR;
    return days;
}

static const char *const days_keys[] = {"days", "count", "from", NULL};

/* ---- Formulas ---- */

static struct formula_source source_of(const struct yaml_node *node)
{
    struct formula_source source = {.file = yaml_file(node)};
    source.text = yaml_source(node, &source.line, &source.column);
    return source;
}

/* A formula on the register of the cases; wanted NULL: of any type. */
static const struct node *read_formula(struct workflow_reading *reading, const struct yaml_node *node,
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

static const struct node *read_truth(struct workflow_reading *reading, const struct yaml_node *node,
                                     struct formula_source *source)
{
    const struct type wanted = type_of(TYPE_BOOL);
    return read_formula(reading, node, &wanted, source);
}

/* told: where they do not hold somebody reads why. */
static const struct workflow_guard *read_guards(struct workflow_reading *reading,
                                                const struct yaml_node *list, bool told, size_t *guard_count)
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
        guard->node = read_truth(reading, formula, &guard->source);
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

/* ---- Writes ---- */

/* Is `above` the register, or does the register hang on it? */
static bool stands_on(const struct schema *schema, int reg, int above)
{
    while (reg >= 0 && reg != above) reg = schema->registers[reg].parent;
    return reg >= 0;
}

static bool may_be_written(struct workflow_reading *reading, const struct yaml_node *key, int reg, int field)
{
    struct reader *reader = reading->reader;
    const struct pack_register *meta = &reader->pack->registers[reg];
    bool in_key = reader->pack->schema.registers[reg].parent_field == field;
    for (size_t i = 0; i < meta->key_count; i++) in_key = in_key || meta->key[i] == field;
    bool foreign = meta->fields[field].keeper == KEEPER_CASE ||
                   (meta->fields[field].keeper == KEEPER_FACT && reg != reading->workflow->reg);
    if (!in_key && !foreign) return true;
    if (in_key)
        yaml_fault(key, reader->faults, "“%.*s”是主键或上级字段，流转时不能改写",
                   "`%.*s` is part of the key, or what the record hangs on; a transition cannot change it",
                   TEXT_ARGS(yaml_text(key)));
    else
        yaml_fault(key, reader->faults, "“%.*s”只由它自己的工作流填写",
                   "`%.*s` is written by its own workflow alone", TEXT_ARGS(yaml_text(key)));
    return false;
}

/* {field: formula} of a register, for one that is to be written, or (fresh) made. */
static const struct workflow_write *read_values(struct workflow_reading *reading,
                                                const struct yaml_node *mapping, int reg, bool fresh,
                                                struct workflow_write *writes, size_t *count)
{
    struct reader *reader = reading->reader;
    for (size_t i = 0; i < yaml_count(mapping); i++) {
        const struct yaml_node *key = yaml_key(mapping, i);
        int field = reader_field(reader, key, reg);
        if (field < 0) continue;
        bool kept = reader->pack->registers[reg].fields[field].keeper == KEEPER_CASE;
        if (fresh && kept)
            yaml_fault(key, reader->faults, "案件自身的字段由系统填写",
                       "the case's own fields are filled by the system");
        if (fresh ? kept : !may_be_written(reading, key, reg, field)) continue;
        struct workflow_write *write = &writes[*count];
        *write = (struct workflow_write){.reg = reg, .field = field};
        struct type wanted = reader->pack->schema.registers[reg].fields[field].type;
        write->node = read_formula(reading, yaml_item(mapping, i), &wanted, &write->source);
        (*count)++;
    }
    return writes;
}

static void read_writes(struct workflow_reading *reading, const struct yaml_node *node,
                        struct workflow_transition *transition)
{
    struct reader *reader = reading->reader;
    size_t total = 0;
    if (!yaml_is(node, YAML_MAPPING, reader->faults)) return;
    for (size_t i = 0; i < yaml_count(node); i++) total += yaml_count(yaml_item(node, i));
    struct workflow_write *writes = arena_array(reader->arena, total, sizeof *writes);
    for (size_t i = 0; i < yaml_count(node); i++) {
        const struct yaml_node *key = yaml_key(node, i), *values = yaml_item(node, i);
        int reg = reader_reference(reader, key, &reader->registers, DOCUMENT_REGISTERS, "登记册", "register");
        if (reg < 0 || !yaml_is(values, YAML_MAPPING, reader->faults)) continue;
        if (reading->workflow->reg >= 0 && !stands_on(&reader->pack->schema, reading->workflow->reg, reg))
            yaml_fault(key, reader->faults, "案件不属于“%.*s”；只能改写案件本身和它的上级",
                       "a case does not hang on `%.*s`; a transition writes the case and what it hangs on",
                       TEXT_ARGS(yaml_text(key)));
        else
            read_values(reading, values, reg, false, writes, &transition->write_count);
    }
    transition->writes = writes;
}

/* What the new case hangs on: the same record as this case, this case itself, or what the fields say. */
static int parent_source(const struct workflow_reading *reading, const struct workflow_opening *opening)
{
    const struct schema *schema = &reading->reader->pack->schema;
    int target = reading->reader->pack->workflows[opening->workflow].reg, own = reading->workflow->reg;
    if (target < 0 || own < 0 || schema->registers[target].parent < 0) return -1;
    for (size_t i = 0; i < opening->field_count; i++)
        if (opening->fields[i].field == schema->registers[target].parent_field) return -1;
    if (schema->registers[target].parent == own) return -2;
    if (schema->registers[target].parent == schema->registers[own].parent)
        return schema->registers[own].parent_field;
    return -1;
}

static void check_opening(struct workflow_reading *reading, const struct yaml_node *node,
                          const struct workflow_opening *opening)
{
    const struct pack *pack = reading->reader->pack;
    int target = pack->workflows[opening->workflow].reg;
    if (target < 0) return;
    for (size_t i = 0; i < pack->schema.registers[target].field_count; i++) {
        bool given = (int)i == pack->schema.registers[target].parent_field && opening->parent_from != -1;
        for (size_t k = 0; k < opening->field_count; k++) given = given || opening->fields[k].field == (int)i;
        const struct pack_field *field = &pack->registers[target].fields[i];
        if (!given && field->required && field->keeper != KEEPER_CASE)
            yaml_fault(node, reading->reader->faults, "新开的案件缺少必填字段“%.*s”；请写在 fields 里",
                       "the case that is opened lacks the required field `%.*s`; give it under `fields`",
                       TEXT_ARGS(pack->schema.registers[target].fields[i].label.name));
    }
}

static void read_openings(struct workflow_reading *reading, const struct yaml_node *list,
                          struct workflow_transition *transition)
{
    static const char *const keys[] = {"workflow", "when", "fields", "note", NULL};
    struct reader *reader = reading->reader;
    if (!yaml_is(list, YAML_LIST, reader->faults)) return;
    size_t count = yaml_count(list) < LIST_MAX ? yaml_count(list) : LIST_MAX;
    struct workflow_opening *openings = arena_array(reader->arena, count, sizeof *openings);
    for (size_t i = 0; i < count; i++) {
        const struct yaml_node *node = yaml_item(list, i);
        if (!yaml_keys(node, keys, reader->faults)) continue;
        struct workflow_opening *opening = &openings[transition->opening_count];
        opening->workflow = reader_reference(
            reader, yaml_need(node, "workflow", "要开的工作流", "the workflow to open", reader->faults),
            &reader->workflows, DOCUMENT_WORKFLOWS, "工作流", "workflow");
        if (opening->workflow < 0) continue;
        opening->when = read_truth(reading, yaml_get(node, "when"), &opening->source);
        reader_note(reader, node);
        const struct yaml_node *fields = yaml_get(node, "fields");
        int target = reader->pack->workflows[opening->workflow].reg;
        if (target >= 0 && fields != NULL && yaml_is(fields, YAML_MAPPING, reader->faults)) {
            struct workflow_write *writes = arena_array(reader->arena, yaml_count(fields), sizeof *writes);
            opening->fields = read_values(reading, fields, target, true, writes, &opening->field_count);
        }
        opening->parent_from = parent_source(reading, opening);
        check_opening(reading, node, opening);
        transition->opening_count++;
    }
    transition->openings = openings;
}

static void read_facts(struct workflow_reading *reading, const struct yaml_node *list,
                       struct workflow_transition *transition)
{
    struct reader *reader = reading->reader;
    if (!yaml_is(list, YAML_LIST, reader->faults)) return;
    size_t count = yaml_count(list) < LIST_MAX ? yaml_count(list) : LIST_MAX;
    static const char *const keys[] = {"then", "now", NULL};
    struct workflow_write *facts = arena_array(reader->arena, count * 2, sizeof *facts);
    for (size_t i = 0; i < count; i++) {
        const struct yaml_node *item = yaml_item(list, i), *then = NULL;
        if (yaml_kind(item) == YAML_MAPPING) {
            if (!yaml_keys(item, keys, reader->faults)) continue;
            then = yaml_need(item, "then", "当时的值", "what it was then", reader->faults);
            item = yaml_need(item, "now", "现在的值", "what it is now", reader->faults);
        }
        const struct yaml_node *both[] = {then, item};
        for (size_t k = 0; k < 2; k++) {
            if (both[k] == NULL) continue;
            struct workflow_write *fact = &facts[transition->fact_count++];
            *fact = (struct workflow_write){.reg = k == 0 ? FACT_THEN : FACT, .field = -1};
            fact->node = read_formula(reading, both[k], NULL, &fact->source);
        }
    }
    transition->facts = facts;
}

/* ---- States ---- */

static void read_escalations(struct workflow_reading *reading, const struct yaml_node *list,
                             struct workflow_state *state)
{
    static const char *const keys[] = {"to", "after", "note", NULL};
    static const char *const after_keys[] = {"days", "count", NULL};
    struct reader *reader = reading->reader;
    if (!yaml_is(list, YAML_LIST, reader->faults)) return;
    size_t count = yaml_count(list) < LIST_MAX ? yaml_count(list) : LIST_MAX;
    struct workflow_escalation *steps = arena_array(reader->arena, count, sizeof *steps);
    for (size_t i = 0; i < count; i++) {
        const struct yaml_node *node = yaml_item(list, i);
        if (!yaml_keys(node, keys, reader->faults)) continue;
        struct workflow_escalation *step = &steps[state->escalation_count++];
        step->roles = read_roles_of(
            reading, yaml_need(node, "to", "交由哪些角色督办", "the roles it goes up to", reader->faults),
            &step->role_count);
        step->after = read_days(reading, yaml_get(node, "after"), after_keys);
        reader_note(reader, node);
    }
    state->escalations = steps;
}

static void read_state_body(struct workflow_reading *reading, const struct yaml_node *node,
                            struct workflow_state *state)
{
    static const char *const keys[] = {"label",    "holder", "party", "locked", "deadline",
                                       "escalate", "end",    "clock", "note",   NULL};
    static const char *const clocks[] = {"stops", NULL};
    struct reader *reader = reading->reader;
    int choice;
    state->party = -1;
    if (!yaml_keys(node, keys, reader->faults)) return;
    state->holders = read_roles_of(reading, yaml_get(node, "holder"), &state->holder_count);
    state->party = read_party(reading, yaml_get(node, "party"));
    yaml_bool(yaml_get(node, "locked"), &state->locked, reader->faults);
    state->deadline = read_days(reading, yaml_get(node, "deadline"), days_keys);
    read_escalations(reading, yaml_get(node, "escalate"), state);
    if (yaml_choice(yaml_get(node, "end"), end_names, &choice, reader->faults))
        state->end = (enum workflow_end)(choice + 1);
    state->clock_stops = yaml_choice(yaml_get(node, "clock"), clocks, &choice, reader->faults);
    state->note = reader_note(reader, node);
    const char *const needless[] = {"holder", "party", "deadline", "escalate"};
    for (size_t i = 0; state->end != END_NOT && i < 4; i++)
        if (yaml_get(node, needless[i]) != NULL)
            yaml_fault(yaml_get(node, needless[i]), reader->faults, "办结的状态不需要“%s”",
                       "an end needs no `%s`", needless[i]);
    if (state->escalation_count > 0 && !state->deadline.given && !reading->workflow->clock.given)
        yaml_fault(yaml_get(node, "escalate"), reader->faults, "没有 deadline，也就没有逾期，无从上报",
                   "without a `deadline` nothing is ever overdue, so nothing goes up");
}

/* ---- Transitions ---- */

static void read_from(struct workflow_reading *reading, const struct yaml_node *thing,
                      struct workflow_transition *transition)
{
    transition->from = reader_references(
        reading->reader,
        yaml_need(thing, "from", "从哪些状态", "the states it leads out of", reading->reader->faults),
        &reading->states, DOCUMENT_WORKFLOWS, "状态", "state", &transition->from_count);
}

/* The kind's files must be able to hang on the register. */
static int read_file_kind(struct workflow_reading *reading, const struct yaml_node *node)
{
    struct reader *reader = reading->reader;
    int kind =
        reader_reference(reader, node, &reading->files, DOCUMENT_ATTACHMENTS, "附件种类", "kind of file");
    if (kind < 0 || reading->workflow->reg < 0) return kind;
    const struct pack_attachment *it = &reader->pack->attachments[kind];
    if (it->registers == NULL || it->registers[reading->workflow->reg]) return kind;
    yaml_fault(node, reader->faults, "附件“%.*s”不能附在这个登记册的记录上；见 attachments.yaml",
               "files of kind `%.*s` cannot hang on this register's records; see attachments.yaml",
               TEXT_ARGS(yaml_text(node)));
    return kind;
}

static void read_wanted_files(struct workflow_reading *reading, const struct yaml_node *list,
                              struct workflow_transition *transition)
{
    static const char *const keys[] = {"kind", "least", "note", NULL};
    struct reader *reader = reading->reader;
    if (!yaml_is(list, YAML_LIST, reader->faults)) return;
    size_t count = yaml_count(list) < LIST_MAX ? yaml_count(list) : LIST_MAX;
    struct workflow_attachment *wanted = arena_array(reader->arena, count, sizeof *wanted);
    for (size_t i = 0; i < count; i++) {
        const struct yaml_node *node = yaml_item(list, i);
        if (!yaml_keys(node, keys, reader->faults)) continue;
        struct workflow_attachment *one = &wanted[transition->attachment_count++];
        one->least = 1;
        one->kind = read_file_kind(reading, yaml_get(node, "kind"));
        yaml_integer(yaml_get(node, "least"), 1, ATTACHMENTS_MAX, &one->least, reader->faults);
        reader_note(reader, node);
    }
    transition->attachments = wanted;
}

/* `others: [start, submit]`; transitions may be named before they stand. */
static void read_others(struct workflow_reading *reading, const struct yaml_node *node,
                        struct workflow_transition *transition)
{
    struct reader *reader = reading->reader;
    if (node == NULL) return;
    struct map names = {0};
    const struct yaml_node *all = reading->transitions;
    for (size_t i = 0; i < yaml_count(all); i++) map_put(&names, yaml_text(yaml_key(all, i)), i + 1);
    map_put(&names, TEXT("start"), 0);
    const int *found = reader_references(reader, node, &names, DOCUMENT_WORKFLOWS, "流转", "transition",
                                         &transition->other_count);
    int *others = arena_array(reader->arena, transition->other_count, sizeof *others);
    for (size_t i = 0; i < transition->other_count; i++) others[i] = found[i] - 1;
    transition->others = others;
    map_fini(&names);
}

static void read_countersign(struct workflow_reading *reading, const struct yaml_node *node,
                             struct workflow_transition *transition)
{
    struct reader *reader = reading->reader;
    const char *const own[] = {"units", "needs", "refused"};
    for (size_t i = 0; transition->kind != KIND_COUNTERSIGN && i < 3; i++)
        if (yaml_get(node, own[i]) != NULL)
            yaml_fault(yaml_get(node, own[i]), reader->faults, "“%s”只用于 kind: countersign",
                       "`%s` is only for `kind: countersign`", own[i]);
    transition->units = reader_references(reader, yaml_get(node, "units"), &reader->units, DOCUMENT_UNITS,
                                          "单位", "unit", &transition->unit_count);
    yaml_integer(yaml_get(node, "needs"), 1, ANSWERS_MAX, &transition->needs, reader->faults);
    transition->refused = read_state(reading, yaml_get(node, "refused"));
}

static bool comment_by_default(enum workflow_kind kind)
{
    switch (kind) {
    case KIND_RETURN:
    case KIND_REOPEN:
        return true;
    case KIND_FORWARD:
    case KIND_HAND_OVER:
    case KIND_COUNTERSIGN:
    case KIND_WITHDRAW:
    case KIND_AUTOMATIC:
    case KIND_COUNT:
        return false;
    }
    return false;
}

static void read_manners(struct workflow_reading *reading, const struct yaml_node *node,
                         struct workflow_transition *transition)
{
    static const char *const comments[] = {"required", "optional", NULL};
    struct reader *reader = reading->reader;
    int choice;
    transition->roles = read_roles_of(reading, yaml_get(node, "who"), &transition->role_count);
    transition->party = read_party(reading, yaml_get(node, "party"));
    transition->require =
        read_case_field_list(reading, yaml_get(node, "require"), &transition->require_count);
    read_optional(reading, yaml_get(node, "optional"), transition);
    transition->wait = read_days(reading, yaml_get(node, "wait"), days_keys);
    yaml_bool(yaml_get(node, "overdue"), &transition->overdue, reader->faults);
    transition->comment = comment_by_default(transition->kind);
    if (yaml_choice(yaml_get(node, "comment"), comments, &choice, reader->faults))
        transition->comment = choice == 0;
    read_others(reading, yaml_get(node, "other_person"), transition);
    read_countersign(reading, node, transition);
}

static void read_transition(struct workflow_reading *reading, const struct yaml_node *key,
                            const struct yaml_node *node, struct workflow_transition *transition)
{
    static const char *const keys[] = {"label",   "kind",    "from",    "to",           "who",    "units",
                                       "needs",   "refused", "require", "attach",       "guards", "wait",
                                       "overdue", "comment", "writes",  "other_person", "opens",  "rests_on",
                                       "party",   "done",    "note",    "optional",     NULL};
    struct reader *reader = reading->reader;
    int choice;
    transition->line = yaml_line(key);
    if (!yaml_keys(node, keys, reader->faults)) return;
    reader_label(reader, node, transition->label.name, &transition->label);
    transition->done.name = transition->label.name;
    if (yaml_get(node, "done") != NULL)
        reader_words(reader, yaml_get(node, "done"), &transition->done.zh, &transition->done.en);
    if (yaml_choice(yaml_get(node, "kind"), kind_names, &choice, reader->faults))
        transition->kind = (enum workflow_kind)choice;
    read_from(reading, node, transition);
    const struct yaml_node *to = yaml_get(node, "to");
    if (transition->kind == KIND_HAND_OVER && to != NULL)
        yaml_fault(to, reader->faults, "转办不改变状态，不写 to",
                   "handing over leaves the state as it is; no `to`");
    else if (transition->kind != KIND_HAND_OVER)
        transition->to =
            read_state(reading, yaml_need(node, "to", "到哪个状态", "the state it leads to", reader->faults));
    read_manners(reading, node, transition);
    read_wanted_files(reading, yaml_get(node, "attach"), transition);
    transition->guards = read_guards(reading, yaml_get(node, "guards"), transition->kind != KIND_AUTOMATIC,
                                     &transition->guard_count);
    read_writes(reading, yaml_get(node, "writes"), transition);
    read_openings(reading, yaml_get(node, "opens"), transition);
    read_facts(reading, yaml_get(node, "rests_on"), transition);
    transition->note = reader_note(reader, node);
}

static void read_transitions(struct workflow_reading *reading, const struct yaml_node *mapping)
{
    struct reader *reader = reading->reader;
    struct pack_workflow *workflow = reading->workflow;
    if (!yaml_is(mapping, YAML_MAPPING, reader->faults)) return;
    size_t count = yaml_count(mapping);
    if (count > LIST_MAX) {
        yaml_fault(mapping, reader->faults, "流转超过 100 个", "more than 100 transitions");
        count = LIST_MAX;
    }
    workflow->transitions = arena_array(reader->arena, count, sizeof *workflow->transitions);
    struct spellings spellings = {0};
    for (size_t i = 0; i < count; i++) {
        const struct yaml_node *key = yaml_key(mapping, i), *value = yaml_item(mapping, i);
        /* Its place is its index among the keys, which `other_person` relies on. */
        struct workflow_transition *transition = &workflow->transitions[workflow->transition_count++];
        *transition = (struct workflow_transition){
            .to = -1, .refused = -1, .party = -1, .wait = {.parameter = -1, .from = -1}};
        if (!yaml_name(key, &transition->label.name, reader->faults)) continue;
        if (text_is(transition->label.name, "start"))
            yaml_fault(key, reader->faults, "“start”是立件的名称；请换一个",
                       "`start` is what opening a case is called; choose another name");
        read_transition(reading, key, value, transition);
        spellings_add_label(&spellings, reader, &transition->label, i, key, value);
    }
    spellings_fini(&spellings);
}

/* ---- The whole ---- */

static int read_beside(struct workflow_reading *reading, const struct yaml_node *node)
{
    struct reader *reader = reading->reader;
    const struct pack_workflow *workflow = reading->workflow;
    if (node == NULL || workflow->reg < 0) return -1;
    int field = reader_field(reader, node, workflow->reg);
    if (field < 0) return -1;
    const struct pack_field *meta = &reader->pack->registers[workflow->reg].fields[field];
    bool words = reader->pack->schema.registers[workflow->reg].fields[field].type.kind == TYPE_TEXT &&
                 meta->sensitive == SENSITIVE_NO && meta->keeper == KEEPER_PEOPLE;
    if (words && workflow->one_open) return field;
    yaml_fault(node, reader->faults, "beside 应是 text 类型、不敏感的字段，并且写了 one_open: true",
               "`beside` names a field of type text that is not sensitive, together with `one_open: true`");
    return -1;
}

static void read_start(struct workflow_reading *reading, const struct yaml_node *node)
{
    static const char *const keys[] = {"state",    "by",     "who",    "require", "offer",
                                       "one_open", "beside", "guards", "note",    NULL};
    static const char *const openers[] = {"person", "rule", "case", "import", "declaration", NULL};
    struct reader *reader = reading->reader;
    struct pack_workflow *workflow = reading->workflow;
    int choice;
    if (node == NULL || !yaml_keys(node, keys, reader->faults)) return;
    workflow->start = read_state(reading, yaml_need(node, "state", "案件从哪个状态开始",
                                                    "the state in which cases begin", reader->faults));
    const struct yaml_node *by = yaml_get(node, "by");
    for (size_t i = 0; yaml_kind(by) == YAML_LIST && i < yaml_count(by); i++)
        if (yaml_choice(yaml_item(by, i), openers, &choice, reader->faults))
            workflow->openers |= 1U << choice;
    if (by == NULL)
        workflow->openers = OPENER_PERSON;
    else if (yaml_kind(by) != YAML_LIST && yaml_choice(by, openers, &choice, reader->faults))
        workflow->openers = 1U << choice;
    workflow->roles = read_roles_of(reading, yaml_get(node, "who"), &workflow->role_count);
    workflow->require = read_case_field_list(reading, yaml_get(node, "require"), &workflow->require_count);
    workflow->offer = read_case_field_list(reading, yaml_get(node, "offer"), &workflow->offer_count);
    yaml_bool(yaml_get(node, "one_open"), &workflow->one_open, reader->faults);
    workflow->beside = read_beside(reading, yaml_get(node, "beside"));
    workflow->guards = read_guards(reading, yaml_get(node, "guards"), true, &workflow->guard_count);
    reader_note(reader, node);
}

static void read_workflow(struct workflow_reading *reading, const struct entry *entry)
{
    static const char *const keys[] = {"label", "clause", "register",    "facts", "clock",
                                       "start", "states", "transitions", "note",  NULL};
    static const char *const clock_keys[] = {"days", "count", "from", NULL};
    struct reader *reader = reading->reader;
    struct pack_workflow *workflow = reading->workflow;
    const struct yaml_node *thing = entry->value, *states = yaml_get(thing, "states");
    if (!yaml_keys(thing, keys, reader->faults)) return;
    workflow->clause = reader_clause(reader, thing);
    workflow->note = reader_note(reader, thing);
    const struct yaml_node *reg = yaml_need(thing, "register", "案件所在的登记册",
                                            "the register whose records are the cases", reader->faults);
    reader_reference(reader, reg, &reader->registers, DOCUMENT_REGISTERS, "登记册", "register");
    workflow->clock = read_days(reading, yaml_get(thing, "clock"), clock_keys);
    read_start(reading, yaml_need(thing, "start", "案件怎样开始", "how cases begin", reader->faults));
    for (size_t i = 0, at = 0; yaml_kind(states) == YAML_MAPPING && i < yaml_count(states); i++)
        if (at < workflow->state_count &&
            text_equal(yaml_text(yaml_key(states, i)), workflow->states[at].label.name))
            read_state_body(reading, yaml_item(states, i), &workflow->states[at++]);
    reading->transitions = yaml_get(thing, "transitions");
    read_transitions(reading, yaml_need(thing, "transitions", "状态之间的流转",
                                        "what leads from state to state", reader->faults));
}

/* What no hand writes, some workflow has to. */
static void check_kept(struct reader *reader)
{
    const struct pack *pack = reader->pack;
    for (size_t reg = 0; reg < pack->schema.register_count; reg++)
        for (size_t i = 0; i < pack->schema.registers[reg].field_count; i++) {
            const struct pack_field *field = &pack->registers[reg].fields[i];
            bool written = false;
            for (size_t k = 0; k < pack->workflow_count; k++)
                written = written || workflow_writes(&pack->workflows[k], (int)reg, (int)i);
            if (field->keeper != KEEPER_WORKFLOW || written) continue;
            struct err fault;
            err_set(&fault, ERR_INPUT,
                    "字段“%.*s”写明 kept_by: workflow，却没有一个工作流写它：请在某个流转的 writes "
                    "中写它，或去掉 "
                    "kept_by",
                    "the field `%.*s` says `kept_by: workflow`, but no workflow writes it: let a transition "
                    "do so "
                    "under `writes`, or take `kept_by` away",
                    TEXT_ARGS(pack->schema.registers[reg].fields[i].label.name));
            err_at(&fault, pack->registers[reg].file, field->line, 1);
            fault_list_add(reader->faults, &fault);
        }
}

void read_workflows(struct reader *reader)
{
    struct pack *pack = reader->pack;
    struct map roles = {0}, files = {0};
    for (size_t i = 0; i < pack->attachment_count; i++) map_put(&files, pack->attachments[i].label.name, i);
    for (size_t i = 0; i < pack->role_count; i++) map_put(&roles, pack->roles[i].label.name, i);
    struct workflow_reading *readings = mem_new(pack->workflow_count, sizeof *readings);
    for (size_t i = 0; i < pack->workflow_count; i++) {
        struct workflow_reading *reading = &readings[i];
        *reading = (struct workflow_reading){reader, &pack->workflows[i], .roles = roles, .files = files};
        for (size_t k = 0; k < reading->workflow->state_count; k++)
            map_put(&reading->states, reading->workflow->states[k].label.name, k);
        size_t before = reader->faults->count + reader->faults->dropped;
        read_workflow(reading, &reader->workflow_entries.items[i]);
        /* What cannot be read would only seem to lead nowhere. */
        reading->whole = before == reader->faults->count + reader->faults->dropped;
    }
    /* They open one another, so all are read before one is checked. */
    for (size_t i = 0; i < pack->workflow_count; i++) {
        if (readings[i].whole) workflow_check(&readings[i], &reader->workflow_entries.items[i]);
        map_fini(&readings[i].states);
    }
    bool whole = true;
    for (size_t i = 0; i < pack->workflow_count; i++) whole = whole && readings[i].whole;
    if (whole) check_kept(reader);
    free(readings);
    map_fini(&files);
    map_fini(&roles);
}
