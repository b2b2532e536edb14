/* Does a workflow hold together? No case may come where nobody can act, or from where no end can be reached;
 * nobody is named who could not do what they are named for. */
#include "pack/role.h"
#include "pack/workflow_private.h"

static struct text role_name(const struct workflow_reading *reading, int role)
{
    return reading->reader->pack->roles[role].label.name;
}

static uint8_t role_rights(const struct workflow_reading *reading, int role)
{
    const struct pack_role *it = &reading->reader->pack->roles[role];
    /* Which registers a unit owns is known for each user only. */
    return role_rights_on(it, reading->workflow->reg, true);
}

/* ---- Roles ---- */

static void check_rights(struct workflow_reading *reading, const struct yaml_node *place, const int *roles,
                         size_t count, uint8_t wanted)
{
    for (size_t i = 0; i < count; i++) {
        uint8_t lacks = (uint8_t)(wanted & ~role_rights(reading, roles[i]));
        for (size_t bit = 0; lacks != 0 && bit < RIGHT_COUNT; bit++) {
            if ((lacks & 1U << bit) == 0) continue;
            yaml_fault(place, reading->reader->faults,
                       "角色“%.*s”对这个登记册没有“%s”权，做不了这件事；请在 roles.yaml 中给它，或换一个角色",
                       "the role `%.*s` may not `%s` this register and so cannot do it; give it the right in "
                       "roles.yaml, or name another role",
                       TEXT_ARGS(role_name(reading, roles[i])), pack_right_name(bit));
            break;
        }
    }
}

static bool meets(const struct workflow_transition *transition, int state)
{
    return workflow_has_role(transition->from, transition->from_count, state);
}

static bool moves(const struct workflow_transition *transition)
{
    return transition->kind != KIND_AUTOMATIC && transition->kind != KIND_HAND_OVER &&
           transition->kind != KIND_WITHDRAW;
}

/* Every role in whose inbox a case lies can move it somewhere. */
static void check_holders(struct workflow_reading *reading, const struct yaml_node *node, int index)
{
    const struct pack_workflow *workflow = reading->workflow;
    const struct workflow_state *state = &workflow->states[index];
    bool automatic = false, by_hand = false;
    for (size_t i = 0; i < workflow->transition_count; i++) {
        const struct workflow_transition *transition = &workflow->transitions[i];
        if (!meets(transition, index)) continue;
        automatic = automatic || transition->kind == KIND_AUTOMATIC;
        by_hand = by_hand || moves(transition);
    }
    if (state->holder_count == 0 && (by_hand || !automatic))
        yaml_fault(node, reading->reader->faults, "缺少“holder”：这一步在谁手里；没有人会收到它",
                   "missing `holder`: who has it in this state; nobody would ever see it");
    for (size_t h = 0; h < state->holder_count; h++) {
        bool acts = false;
        for (size_t i = 0; i < workflow->transition_count; i++) {
            const struct workflow_transition *transition = &workflow->transitions[i];
            acts =
                acts || (meets(transition, index) && moves(transition) &&
                         (workflow_has_role(transition->roles, transition->role_count, state->holders[h]) ||
                          transition->unit_count > 0));
        }
        if (!acts)
            yaml_fault(yaml_get(node, "holder"), reading->reader->faults,
                       "角色“%.*s”收到这一步的案件，却没有一个流转由它来办",
                       "the role `%.*s` has cases in this state, but there is no transition that it may do",
                       TEXT_ARGS(role_name(reading, state->holders[h])));
    }
    check_rights(reading, yaml_get(node, "holder"), state->holders, state->holder_count,
                 RIGHT_READ | RIGHT_EDIT);
    const struct yaml_node *list = yaml_get(node, "escalate");
    for (size_t i = 0; i < state->escalation_count; i++)
        check_rights(reading, yaml_get(yaml_item(list, i), "to"), state->escalations[i].roles,
                     state->escalations[i].role_count, RIGHT_READ);
}

static void check_start(struct workflow_reading *reading, const struct yaml_node *node)
{
    const struct pack_workflow *workflow = reading->workflow;
    const struct pack_register *meta = &reading->reader->pack->registers[workflow->reg];
    struct fault_list *faults = reading->reader->faults;
    bool person = (workflow->openers & OPENER_PERSON) != 0;
    if (workflow->states[workflow->start].end != END_NOT)
        yaml_fault(yaml_get(node, "state"), faults, "案件不能一开始就办结", "a case cannot begin at its end");
    if (person && workflow->role_count == 0)
        yaml_fault(node, faults, "缺少“who”：哪些角色可以立件",
                   "missing `who`: the roles that may open a case");
    if (!person && yaml_get(node, "who") != NULL)
        yaml_fault(yaml_get(node, "who"), faults, "by 中没有 person，who 没有意义",
                   "`who` means nothing without `person` under `by`");
    check_rights(reading, yaml_get(node, "who"), workflow->roles, workflow->role_count,
                 RIGHT_READ | RIGHT_CREATE);
    if (workflow->one_open && reading->reader->pack->schema.registers[workflow->reg].parent < 0)
        yaml_fault(yaml_get(node, "one_open"), faults, "这个登记册没有上级，无所谓“同一上级只一件”",
                   "the register hangs on nothing, so there is nothing to have one open case of");
    for (size_t i = 0; person && i < reading->reader->pack->schema.registers[workflow->reg].field_count; i++)
        if (meta->fields[i].keeper == KEEPER_FACT && meta->fields[i].required)
            yaml_fault(
                node, faults, "字段“%.*s”必填，却只由系统填写，人无法立件",
                "the field `%.*s` is required, but only the system writes it: no person could open a case",
                TEXT_ARGS(reading->reader->pack->schema.registers[workflow->reg].fields[i].label.name));
}

/* Every state is one that cases reach (check_paths), and nobody is named who could bring no sheet. */
static void check_arrivals(struct workflow_reading *reading, const struct yaml_node *list)
{
    const struct pack_workflow *workflow = reading->workflow;
    struct fault_list *faults = reading->reader->faults;
    if (workflow->arrival_count > 0 && (workflow->openers & OPENER_IMPORT) == 0)
        yaml_fault(list, faults, "by 中没有 import，imported 没有意义",
                   "`imported` means nothing without `import` under `by`");
    for (size_t i = 0; i < workflow->arrival_count; i++) {
        const struct workflow_arrival *arrival = &workflow->arrivals[i];
        const struct yaml_node *who = yaml_get(yaml_item(list, i), "who");
        if (arrival->state == workflow->start)
            yaml_fault(yaml_get(yaml_item(list, i), "state"), faults, "导入的本来就从这个状态开始",
                       "imported records begin in this state anyway");
        check_rights(reading, who, arrival->roles, arrival->role_count, RIGHT_READ | RIGHT_CREATE);
        for (size_t k = 0; k < arrival->role_count; k++)
            if ((reading->reader->pack->roles[arrival->roles[k]].abilities & 1U << ABILITY_IMPORT) == 0)
                yaml_fault(who, faults, "角色“%.*s”不能导入表格（roles.yaml 的 can 中没有 import）",
                           "the role `%.*s` brings in no sheets (no `import` under `can` in roles.yaml)",
                           TEXT_ARGS(role_name(reading, arrival->roles[k])));
    }
}

/* ---- Kinds ---- */

static void refuse_keys(struct workflow_reading *reading, const struct yaml_node *node,
                        const char *const *keys, const char *kind)
{
    for (size_t i = 0; keys[i] != NULL; i++)
        if (yaml_get(node, keys[i]) != NULL)
            yaml_fault(yaml_get(node, keys[i]), reading->reader->faults, "“%s”不用于 kind: %s",
                       "`%s` is not for `kind: %s`", keys[i], kind);
}

static void check_automatic(struct workflow_reading *reading, const struct yaml_node *node,
                            const struct workflow_transition *transition)
{
    static const char *const keys[] = {"who",     "require",      "optional", "attach",
                                       "comment", "other_person", NULL};
    refuse_keys(reading, node, keys, "automatic");
    if (transition->guard_count == 0 && !transition->wait.given && !transition->overdue)
        yaml_fault(node, reading->reader->faults, "自动流转须有条件：guards、wait 或 overdue: true",
                   "an automatic transition needs its condition: guards, wait, or `overdue: true`");
    bool from_end = reading->workflow->states[transition->from[0]].end != END_NOT;
    if (from_end && transition->fact_count == 0)
        yaml_fault(node, reading->reader->faults,
                   "缺少“rests_on”：它依据的事实；同样的事实不会两次重开一个案件",
                   "missing `rests_on`: the facts, so that the same facts never reopen a case twice");
    if (!from_end && transition->fact_count > 0)
        yaml_fault(yaml_get(node, "rests_on"), reading->reader->faults, "rests_on 只用于从办结状态自动重开",
                   "`rests_on` is only for reopening out of an end");
}

static void check_manual(struct workflow_reading *reading, const struct yaml_node *node,
                         const struct workflow_transition *transition)
{
    static const char *const keys[] = {"overdue", "rests_on", NULL};
    refuse_keys(reading, node, keys, workflow_kind_name(transition->kind));
    if (transition->role_count == 0)
        yaml_fault(node, reading->reader->faults, "缺少“who”：由哪些角色来办",
                   "missing `who`: the roles that may do it");
    check_rights(reading, yaml_get(node, "who"), transition->roles, transition->role_count,
                 RIGHT_READ | RIGHT_EDIT);
}

/* The clock begins where there is one, and where it can run. */
static void check_clock(struct workflow_reading *reading, const struct yaml_node *node,
                        const struct workflow_transition *transition)
{
    const struct pack_workflow *workflow = reading->workflow;
    const struct yaml_node *place = yaml_get(node, "clock");
    if (!transition->clock_starts) return;
    const struct workflow_state *to = transition->to < 0 ? NULL : &workflow->states[transition->to];
    if (!workflow->clock.given)
        yaml_fault(place, reading->reader->faults, "这个工作流没有 clock，无从重新计时",
                   "the workflow has no `clock` that could begin anew");
    else if (to == NULL || to->end != END_NOT || to->clock_stops)
        yaml_fault(place, reading->reader->faults,
                   "到达的状态不计时：clock: starts 要用在到未办结、计时的状态的流转上",
                   "no clock runs in the state that it leads to: `clock: starts` is for a step to a state "
                   "that is no end and does not stop it");
}

static void check_transition(struct workflow_reading *reading, const struct yaml_node *node,
                             const struct workflow_transition *transition)
{
    const struct pack_workflow *workflow = reading->workflow;
    struct fault_list *faults = reading->reader->faults;
    if (transition->from_count == 0) {
        yaml_fault(yaml_get(node, "from"), faults, "至少要有一个状态", "expected at least one state");
        return;
    }
    bool reopens = transition->kind == KIND_REOPEN;
    size_t ends = 0;
    for (size_t i = 0; i < transition->from_count; i++)
        ends += workflow->states[transition->from[i]].end != END_NOT;
    if (transition->kind == KIND_AUTOMATIC) {
        if (ends > 0 && ends < transition->from_count)
            yaml_fault(yaml_get(node, "from"), faults, "办结的和未办结的状态请分成两个流转",
                       "ends and other states in one; make it two transitions");
        check_automatic(reading, node, transition);
    } else {
        if (!reopens && ends > 0)
            yaml_fault(yaml_get(node, "from"), faults, "已办结的案件只能由 reopen 或 automatic 重开",
                       "only `reopen` and `automatic` lead out of an end");
        if (reopens && ends < transition->from_count)
            yaml_fault(yaml_get(node, "from"), faults, "reopen 只从办结的状态出发",
                       "`reopen` leads out of ends only");
        check_manual(reading, node, transition);
    }
    if (ends > 0 && transition->to >= 0 && workflow->states[transition->to].end != END_NOT)
        yaml_fault(yaml_get(node, "to"), faults, "重开的案件须回到未办结的状态",
                   "a reopened case has to come to a state that is no end");
    check_clock(reading, node, transition);
    if (transition->kind == KIND_WITHDRAW && transition->wait.given)
        yaml_fault(yaml_get(node, "wait"), faults, "撤回无须等待", "withdrawing does not wait");
    for (size_t i = 0; i < transition->opening_count; i++) {
        const struct yaml_node *opens = yaml_item(yaml_get(node, "opens"), i);
        const struct workflow_opening *opening = &transition->openings[i];
        const struct pack_workflow *other = &reading->reader->pack->workflows[opening->workflow];
        if ((other->openers & OPENER_CASE) == 0)
            yaml_fault(yaml_get(opens, "workflow"), faults, "该工作流的 start.by 中没有 case",
                       "that workflow's `start` does not have `case` under `by`");
        if (opening->parent_from == -2 && transition->to >= 0 &&
            workflow->states[transition->to].end != END_NOT)
            yaml_fault(yaml_get(opens, "workflow"), faults,
                       "新件挂在这一件上，而这一步办结了它：办结的件上不能再立件",
                       "the new case would hang on this one, which ends with this step; nothing begins on a "
                       "case that is closed");
    }
}

/* ---- Deadlines ---- */

/* As casework counts: before a parameter's first value that one. -1: it has none. */
static int64_t amount_on(const struct schema *schema, const struct workflow_days *days, int32_t on)
{
    if (days->parameter < 0) return days->days;
    const struct schema_parameter *parameter = &schema->parameters[days->parameter];
    if (parameter->value_count == 0) return -1;
    int32_t first = parameter->values[0].from;
    struct value value = schema_parameter_at(parameter, on < first ? first : on);
    return value.known ? value.integer : -1;
}

/* On some day of the parameter's values, is there no day left to do it in? */
static bool is_late_on_a_day_of(const struct schema *schema, const struct workflow_days *days,
                                const struct workflow_days *deadline, const struct workflow_days *wait)
{
    size_t count = days->parameter < 0 ? 1 : schema->parameters[days->parameter].value_count;
    for (size_t i = 0; i < count; i++) {
        int32_t on = days->parameter < 0 ? 0 : schema->parameters[days->parameter].values[i].from;
        int64_t due = amount_on(schema, deadline, on), from = amount_on(schema, wait, on);
        if (due >= 0 && from >= 0 && due <= from) return true;
    }
    return false;
}

/* The step may be done on the last day of the deadline at the earliest, or after it: said only where both
 * count from the same day (or the wait from a later one), and so many working days are no fewer than calendar
 * ones. */
static bool comes_too_late(const struct schema *schema, const struct workflow_days *deadline,
                           const struct workflow_days *wait)
{
    bool itself = deadline->from >= 0 && deadline->parameter < 0 && deadline->days == 0;
    if (!deadline->given || !wait->given || itself || (deadline->from >= 0 && deadline->from != wait->from) ||
        (deadline->count == DAYS_WORKING && wait->count == DAYS_CALENDAR))
        return false;
    return is_late_on_a_day_of(schema, deadline, deadline, wait) ||
           is_late_on_a_day_of(schema, wait, deadline, wait);
}

/* In each state somebody has a day at least on which what leads on may be done before it is late. */
static void check_deadline(struct workflow_reading *reading, const struct yaml_node *node, int index)
{
    const struct pack_workflow *workflow = reading->workflow;
    const struct schema *schema = &reading->reader->pack->schema;
    const struct workflow_transition *late = NULL;
    for (size_t i = 0; i < workflow->transition_count; i++) {
        const struct workflow_transition *transition = &workflow->transitions[i];
        if (!meets(transition, index) ||
            (transition->kind != KIND_FORWARD && transition->kind != KIND_COUNTERSIGN))
            continue;
        if (!comes_too_late(schema, &workflow->states[index].deadline, &transition->wait)) return;
        late = transition;
    }
    if (late != NULL)
        yaml_fault(
            yaml_get(node, "deadline"), reading->reader->faults,
            "期限不晚于“%.*s”可以办理的第一天（wait），谁都会逾期；期限应再长几天",
            "the deadline is not after the first day on which `%.*s` may be done (`wait`), so everybody "
            "is late: give some days more",
            TEXT_ARGS(late->label.name));
}

/* ---- Paths ---- */

/* Marks what can be reached from the marked ones; backwards: what the marked ones can be reached from. */
static void spread(const struct pack_workflow *workflow, bool *marked, bool backwards)
{
    for (bool more = true; more;) {
        more = false;
        for (size_t i = 0; i < workflow->transition_count; i++) {
            const struct workflow_transition *transition = &workflow->transitions[i];
            const int targets[] = {transition->to, transition->refused};
            for (size_t k = 0; k < transition->from_count; k++)
                for (size_t t = 0; t < 2; t++) {
                    int from = backwards ? targets[t] : transition->from[k];
                    int to = backwards ? transition->from[k] : targets[t];
                    if (targets[t] < 0 || !marked[from] || marked[to]) continue;
                    marked[to] = more = true;
                }
        }
    }
}

static void check_paths(struct workflow_reading *reading, const struct yaml_node *states)
{
    const struct pack_workflow *workflow = reading->workflow;
    struct reader *reader = reading->reader;
    bool *reached = arena_array(reader->arena, workflow->state_count, sizeof *reached);
    bool *ending = arena_array(reader->arena, workflow->state_count, sizeof *ending), any = false;
    reached[workflow->start] = true;
    for (size_t i = 0; i < workflow->state_count; i++) any |= ending[i] = workflow->states[i].end != END_NOT;
    if (!any) {
        yaml_fault(states, reader->faults, "没有办结的状态（end: done）", "there is no end (`end: done`)");
        return;
    }
    spread(workflow, reached, false);
    spread(workflow, ending, true);
    for (size_t i = 0; i < workflow->state_count; i++) {
        const struct yaml_node *place = yaml_key(states, i);
        if (!reached[i])
            yaml_fault(place, reader->faults, "没有流转能到达状态“%.*s”",
                       "no transition ever leads to the state `%.*s`",
                       TEXT_ARGS(workflow->states[i].label.name));
        else if (!ending[i])
            yaml_fault(place, reader->faults, "从状态“%.*s”出发永远办不结",
                       "from the state `%.*s` no end can be reached",
                       TEXT_ARGS(workflow->states[i].label.name));
    }
}

void workflow_check(struct workflow_reading *reading, const struct entry *entry)
{
    const struct pack_workflow *workflow = reading->workflow;
    const struct yaml_node *states = yaml_get(entry->value, "states");
    if (workflow->reg < 0 || workflow->start < 0) return;
    size_t before = reading->reader->faults->count;
    for (size_t i = 0; i < workflow->transition_count; i++)
        check_transition(reading, yaml_item(reading->transitions, i), &workflow->transitions[i]);
    check_start(reading, yaml_get(entry->value, "start"));
    check_arrivals(reading, yaml_get(yaml_get(entry->value, "start"), "imported"));
    if (reading->reader->faults->count > before) return;
    check_paths(reading, states);
    for (size_t i = 0; i < workflow->state_count; i++)
        if (workflow->states[i].end == END_NOT) {
            check_holders(reading, yaml_item(states, i), (int)i);
            check_deadline(reading, yaml_item(states, i), (int)i);
        }
}
