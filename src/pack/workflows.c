/* workflows/….yaml beyond names and states (case_fields.c): who may do what when, within how many days, what
 * it needs and what it writes. Whether the whole holds together is asked by workflow_check.c. */
#include <stdlib.h>

#include "base/mem.h"
#include "pack/workflow_private.h"

enum { ANSWERS_MAX = 100, ATTACHMENTS_MAX = 100 };

static const char *const days_keys[] = {"days", "count", "from", NULL};

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
        step->roles = workflow_read_roles(
            reading, yaml_need(node, "to", "交由哪些角色督办", "the roles it goes up to", reader->faults),
            &step->role_count);
        step->after = workflow_read_days(reading, yaml_get(node, "after"), after_keys);
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
    state->holders = workflow_read_roles(reading, yaml_get(node, "holder"), &state->holder_count);
    state->party = workflow_read_party(reading, yaml_get(node, "party"));
    yaml_bool(yaml_get(node, "locked"), &state->locked, reader->faults);
    state->deadline = workflow_read_days(reading, yaml_get(node, "deadline"), days_keys);
    read_escalations(reading, yaml_get(node, "escalate"), state);
    if (yaml_choice(yaml_get(node, "end"), workflow_end_names, &choice, reader->faults))
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
    static const char *const keys[] = {"kind", "least", "since", "note", NULL};
    static const char *const sinces[] = {"state", NULL};
    struct reader *reader = reading->reader;
    int choice;
    if (!yaml_is(list, YAML_LIST, reader->faults)) return;
    size_t count = yaml_count(list) < LIST_MAX ? yaml_count(list) : LIST_MAX;
    struct workflow_attachment *wanted = arena_array(reader->arena, count, sizeof *wanted);
    for (size_t i = 0; i < count; i++) {
        const struct yaml_node *node = yaml_item(list, i);
        if (!yaml_keys(node, keys, reader->faults)) continue;
        struct workflow_attachment *one = &wanted[transition->attachment_count++];
        one->least = 1;
        one->parameter = -1;
        one->kind = read_file_kind(reading, yaml_get(node, "kind"));
        if (yaml_get(node, "least") != NULL)
            workflow_read_amount(reading, yaml_get(node, "least"), ATTACHMENTS_MAX, &one->least,
                                 &one->parameter);
        one->since_state = yaml_choice(yaml_get(node, "since"), sinces, &choice, reader->faults);
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
    transition->refused = workflow_read_state(reading, yaml_get(node, "refused"));
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

/* What may be given must be somebody's to give, and is not also wanted. */
static void read_optional(struct workflow_reading *reading, const struct yaml_node *node,
                          struct workflow_transition *transition)
{
    struct fault_list *faults = reading->reader->faults;
    transition->optional = workflow_read_fields(reading, node, &transition->optional_count);
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

static void read_manners(struct workflow_reading *reading, const struct yaml_node *node,
                         struct workflow_transition *transition)
{
    static const char *const comments[] = {"required", "optional", NULL};
    static const char *const clocks[] = {"starts", NULL};
    struct reader *reader = reading->reader;
    int choice;
    transition->roles = workflow_read_roles(reading, yaml_get(node, "who"), &transition->role_count);
    transition->party = workflow_read_party(reading, yaml_get(node, "party"));
    transition->require =
        workflow_read_fields(reading, yaml_get(node, "require"), &transition->require_count);
    read_optional(reading, yaml_get(node, "optional"), transition);
    transition->wait = workflow_read_days(reading, yaml_get(node, "wait"), days_keys);
    yaml_bool(yaml_get(node, "overdue"), &transition->overdue, reader->faults);
    transition->clock_starts = yaml_choice(yaml_get(node, "clock"), clocks, &choice, reader->faults);
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
                                       "party",   "done",    "note",    "optional",     "clock",  NULL};
    struct reader *reader = reading->reader;
    int choice;
    transition->line = yaml_line(key);
    if (!yaml_keys(node, keys, reader->faults)) return;
    reader_label(reader, node, transition->label.name, &transition->label);
    transition->done.name = transition->label.name;
    if (yaml_get(node, "done") != NULL)
        reader_words(reader, yaml_get(node, "done"), &transition->done.zh, &transition->done.en);
    if (yaml_choice(yaml_get(node, "kind"), workflow_kind_names, &choice, reader->faults))
        transition->kind = (enum workflow_kind)choice;
    read_from(reading, node, transition);
    const struct yaml_node *to = yaml_get(node, "to");
    if (transition->kind == KIND_HAND_OVER && to != NULL)
        yaml_fault(to, reader->faults, "转办不改变状态，不写 to",
                   "handing over leaves the state as it is; no `to`");
    else if (transition->kind != KIND_HAND_OVER)
        transition->to = workflow_read_state(
            reading, yaml_need(node, "to", "到哪个状态", "the state it leads to", reader->faults));
    read_manners(reading, node, transition);
    read_wanted_files(reading, yaml_get(node, "attach"), transition);
    transition->guards = workflow_read_guards(reading, yaml_get(node, "guards"),
                                              transition->kind != KIND_AUTOMATIC, &transition->guard_count);
    workflow_read_writes(reading, yaml_get(node, "writes"), transition);
    workflow_read_openings(reading, yaml_get(node, "opens"), transition);
    workflow_read_facts(reading, yaml_get(node, "rests_on"), transition);
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
    static const char *const keys[] = {"state",  "by",     "who",      "require", "offer", "one_open",
                                       "beside", "guards", "imported", "note",    NULL};
    static const char *const openers[] = {"person", "rule", "case", "import", "declaration", NULL};
    struct reader *reader = reading->reader;
    struct pack_workflow *workflow = reading->workflow;
    int choice;
    if (node == NULL || !yaml_keys(node, keys, reader->faults)) return;
    workflow->start =
        workflow_read_state(reading, yaml_need(node, "state", "案件从哪个状态开始",
                                               "the state in which cases begin", reader->faults));
    const struct yaml_node *by = yaml_get(node, "by");
    for (size_t i = 0; yaml_kind(by) == YAML_LIST && i < yaml_count(by); i++)
        if (yaml_choice(yaml_item(by, i), openers, &choice, reader->faults))
            workflow->openers |= 1U << choice;
    if (by == NULL)
        workflow->openers = OPENER_PERSON;
    else if (yaml_kind(by) != YAML_LIST && yaml_choice(by, openers, &choice, reader->faults))
        workflow->openers = 1U << choice;
    workflow->roles = workflow_read_roles(reading, yaml_get(node, "who"), &workflow->role_count);
    workflow->require = workflow_read_fields(reading, yaml_get(node, "require"), &workflow->require_count);
    workflow->offer = workflow_read_fields(reading, yaml_get(node, "offer"), &workflow->offer_count);
    yaml_bool(yaml_get(node, "one_open"), &workflow->one_open, reader->faults);
    workflow->beside = read_beside(reading, yaml_get(node, "beside"));
    workflow->guards = workflow_read_guards(reading, yaml_get(node, "guards"), true, &workflow->guard_count);
    workflow->arrivals =
        workflow_read_arrivals(reading, yaml_get(node, "imported"), &workflow->arrival_count);
    reader_note(reader, node);
}

static void read_workflow(struct workflow_reading *reading, const struct entry *entry)
{
    static const char *const keys[] = {"label", "clause", "register",    "facts", "clock",
                                       "start", "states", "transitions", "note",  NULL};
    struct reader *reader = reading->reader;
    struct pack_workflow *workflow = reading->workflow;
    const struct yaml_node *thing = entry->value, *states = yaml_get(thing, "states");
    if (!yaml_keys(thing, keys, reader->faults)) return;
    workflow->clause = reader_clause(reader, thing);
    workflow->note = reader_note(reader, thing);
    const struct yaml_node *reg = yaml_need(thing, "register", "案件所在的登记册",
                                            "the register whose records are the cases", reader->faults);
    reader_reference(reader, reg, &reader->registers, DOCUMENT_REGISTERS, "登记册", "register");
    workflow->clock = workflow_read_days(reading, yaml_get(thing, "clock"), days_keys);
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
