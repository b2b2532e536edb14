/* What stands in the way of a transition, for one actor and one case. The list that a page shows and the
 * answer that an act gets come from here, so they cannot differ. */
#include <stdio.h>

#include "access/users.h"
#include "base/date.h"
#include "casework/casework_private.h"
#include "files/attachments.h"
#include "register/scope_sql.h"

struct judging {
    struct casework *casework;
    const struct case_look *look;
    const struct workflow_transition *transition;
    int index;
    struct arena *arena;
    struct case_action *out;
    size_t capacity;
};

static void add(struct judging *judging, enum case_obstacle_kind kind, int field, int32_t date,
                const char *zh, const char *en)
{
    struct case_action *out = judging->out;
    out->obstacles = arena_grow(judging->arena, out->obstacles, &judging->capacity, out->obstacle_count + 1,
                                sizeof *out->obstacles);
    out->obstacles[out->obstacle_count++] =
        (struct case_obstacle){kind, field, date, text_of(arena_string(judging->arena, zh)),
                               text_of(arena_string(judging->arena, en))};
}

static bool has_role(const struct judging *judging)
{
    const struct workflow_transition *transition = judging->transition;
    const struct case_actor *actor = judging->look->actor;
    bool unit = false;
    for (size_t i = 0; actor->unit >= 0 && i < transition->unit_count; i++)
        unit = unit || transition->units[i] == actor->unit;
    return unit || workflow_has_role(transition->roles, transition->role_count, actor->role);
}

/* Who acts for an office holds a state in its name alone; where the state is not theirs to hold, but the step
 * names them, they stand in for whoever's turn it is. */
static bool acts_for(const struct judging *judging, struct text owner)
{
    const struct case_look *look = judging->look;
    const struct workflow_state *state = &look->stored->workflow->states[look->stored->state];
    struct scope scope = *look->actor->scope;
    if (!workflow_has_role(state->holders, state->holder_count, look->actor->role)) scope.office = TEXT("");
    return scope_owns(&scope, judging->casework->pack, owner);
}

/* Whose turn it is stands in the case; where nobody stands it is anybody's who holds the state. */
static void judge_party(struct judging *judging)
{
    const struct case_look *look = judging->look;
    const struct pack *pack = judging->casework->pack;
    int field = judging->transition->party;
    if (field < 0) return;
    const struct value *owner = &look->facts->values[field];
    if (!owner->known || acts_for(judging, owner->text)) return;
    struct label label = pack_owner_label(pack, owner->text);
    struct text name_zh = label_in(&label, "zh"), name_en = label_in(&label, "en");
    add(judging, OBSTACLE_ROLE, -1, 0, arena_printf(judging->arena, "这一步由“%.*s”来办", TEXT_ARGS(name_zh)),
        arena_printf(judging->arena, "This is for %.*s to do", TEXT_ARGS(name_en)));
}

static void judge_role(struct judging *judging)
{
    const struct case_look *look = judging->look;
    if (!has_role(judging) || !scope_may(look->actor->scope, look->stored->reg, SCOPE_EDIT))
        add(judging, OBSTACLE_ROLE, -1, 0, "您的角色不能办这一步", "Your role may not do this");
    else
        judge_party(judging);
}

/* ---- Persons ---- */

static bool is_actor(const struct judging *judging, const struct case_step *step)
{
    return text_equal(step->actor, judging->look->actor->scope->actor);
}

static bool from_end(const struct judging *judging, const struct case_step *step)
{
    return step->from >= 0 && judging->look->stored->workflow->states[step->from].end != END_NOT;
}

/* Where the present round began: at the opening, or the last reopening. */
static size_t round_start(const struct judging *judging)
{
    size_t start = 0;
    for (size_t i = 0; i < judging->look->step_count; i++)
        if (from_end(judging, &judging->look->steps[i])) start = i;
    return start;
}

/* Before the step was done: what it asks for, where it starts from. Whoever does it after them says the same.
 */
static bool wrote(const struct judging *judging, const struct case_step *step,
                  const struct workflow_transition *other)
{
    const struct schema_register *reg =
        &judging->casework->pack->schema.registers[judging->look->stored->reg];
    bool any = false;
    if ((step->kind != STEP_EDITED && step->kind != STEP_ASSIGNED) ||
        !workflow_has_role(other->from, other->from_count, step->from))
        return false;
    for (size_t i = 0; i < reg->field_count && !any; i++)
        any = workflow_asks(other, (int)i) && step_gave(step, reg->fields[i].label.name);
    return any;
}

static bool did(const struct judging *judging, const struct case_step *step, int other)
{
    if (other == TRANSITION_START) return step->kind == STEP_OPENED || from_end(judging, step);
    if (step->kind == STEP_MOVED || step->kind == STEP_ANSWERED) return step->transition == other;
    return wrote(judging, step, &judging->look->stored->workflow->transitions[other]);
}

static void judge_four_eyes(struct judging *judging)
{
    const struct case_look *look = judging->look;
    for (size_t i = round_start(judging); i < look->step_count; i++)
        for (size_t k = 0; k < judging->transition->other_count; k++)
            if (did(judging, &look->steps[i], judging->transition->others[k]) &&
                is_actor(judging, &look->steps[i])) {
                add(judging, OBSTACLE_PERSON, -1, 0, "前面的步骤是您办的或填的，这一步须由另一人来办",
                    "You did or filled in an earlier step of this case; another person has to do this one");
                return;
            }
}

/* By who moved it here, while nobody has acted on it. */
static void judge_withdrawal(struct judging *judging)
{
    const struct case_look *look = judging->look;
    bool mine = false, touched = false;
    for (size_t i = 0; i < look->step_count; i++) {
        const struct case_step *step = &look->steps[i];
        if (step->number == look->stored->entered) mine = is_actor(judging, step);
        touched = touched || (step->number > look->stored->entered && step->kind != STEP_ESCALATED);
    }
    if (!mine)
        add(judging, OBSTACLE_PERSON, -1, 0, "只有提交到这一步的人可以撤回",
            "Only who brought it here can take it back");
    else if (touched)
        add(judging, OBSTACLE_PERSON, -1, 0, "已经有人办理，不能再撤回",
            "Somebody has acted on it; it cannot be taken back");
}

static bool is_answer(const struct case_look *look, const struct case_step *step, int transition)
{
    return step->number > look->stored->entered && step->kind == STEP_ANSWERED &&
           step->transition == transition && !step->refused;
}

static bool answered_by_role(const struct case_look *look, int transition, int role)
{
    for (size_t i = 0; i < look->step_count; i++)
        if (is_answer(look, &look->steps[i], transition) && look->steps[i].role == role) return true;
    return false;
}

static bool answered_by_unit(const struct case_look *look, int transition, int unit)
{
    for (size_t i = 0; i < look->step_count; i++)
        if (is_answer(look, &look->steps[i], transition) && look->steps[i].unit == unit) return true;
    return false;
}

bool case_completes(const struct case_look *look, int transition)
{
    const struct workflow_transition *it = &look->stored->workflow->transitions[transition];
    int64_t answers = 1;
    for (size_t i = 0; i < look->step_count; i++) answers += is_answer(look, &look->steps[i], transition);
    if (it->needs > 0) return answers >= it->needs;
    for (size_t i = 0; i < it->role_count; i++)
        if (it->roles[i] != look->actor->role && !answered_by_role(look, transition, it->roles[i]))
            return false;
    for (size_t i = 0; i < it->unit_count; i++)
        if (it->units[i] != look->actor->unit && !answered_by_unit(look, transition, it->units[i]))
            return false;
    return true;
}

static void judge_countersign(struct judging *judging)
{
    const struct case_look *look = judging->look;
    const struct workflow_transition *transition = judging->transition;
    const struct case_actor *actor = look->actor;
    bool mine = false;
    for (size_t i = 0; i < look->step_count; i++)
        mine =
            mine || (look->steps[i].number > look->stored->entered && look->steps[i].kind == STEP_ANSWERED &&
                     look->steps[i].transition == judging->index && is_actor(judging, &look->steps[i]));
    bool wanted = transition->needs > 0;
    if (workflow_has_role(transition->roles, transition->role_count, actor->role))
        wanted = wanted || !answered_by_role(look, judging->index, actor->role);
    for (size_t i = 0; i < transition->unit_count; i++)
        wanted = wanted || (transition->units[i] == actor->unit &&
                            !answered_by_unit(look, judging->index, actor->unit));
    if (mine)
        add(judging, OBSTACLE_PERSON, -1, 0, "您已经会签过", "You have answered already");
    else if (!wanted)
        add(judging, OBSTACLE_PERSON, -1, 0, "您的角色或单位已有人会签",
            "Your role or unit has answered already");
}

static bool gone_up_to(const struct case_look *look, int role)
{
    const struct workflow_state *state = &look->stored->workflow->states[look->stored->state];
    for (size_t i = 0; i < state->escalation_count && (int64_t)i < look->stored->level; i++)
        if (workflow_has_role(state->escalations[i].roles, state->escalations[i].role_count, role))
            return true;
    return false;
}

static void judge_assignee(struct judging *judging)
{
    const struct case_look *look = judging->look;
    const struct workflow_state *state = &look->stored->workflow->states[look->stored->state];
    if (look->stored->assignee == 0 || look->stored->assignee == look->actor->user ||
        judging->transition->kind == KIND_HAND_OVER || judging->transition->kind == KIND_WITHDRAW ||
        !workflow_has_role(state->holders, state->holder_count, look->actor->role) ||
        gone_up_to(look, look->actor->role))
        return;
    add(judging, OBSTACLE_ASSIGNED, -1, 0, "这一件已交给别人办理；要办请先转办给自己",
        "This case was given to somebody else; have it handed over to you first");
}

/* ---- What can be put right ---- */

static void judge_field(struct judging *judging, int field)
{
    const struct schema_field *it =
        &judging->casework->pack->schema.registers[judging->look->stored->reg].fields[field];
    struct text name_zh = label_in(&it->label, "zh"), name_en = label_in(&it->label, "en");
    char zh[300], en[300];
    snprintf(zh, sizeof zh, "“%.*s”还没有填", TEXT_ARGS(name_zh));
    snprintf(en, sizeof en, "“%.*s” has no value yet", TEXT_ARGS(name_en));
    add(judging, OBSTACLE_FIELD, field, 0, zh, en);
}

/* In whose name whoever did that step acts, as judge_party asks it: their unit's, their office's where the
 * state is theirs to hold, their place's (the case was in their scope), else the whole county's. */
static bool acted_for(const struct judging *judging, const struct case_step *step, struct text owner)
{
    const struct case_look *look = judging->look;
    const struct pack *pack = judging->casework->pack;
    const struct workflow_state *state = &look->stored->workflow->states[look->stored->state];
    const struct pack_role *role = step->role < 0 ? NULL : &pack->roles[step->role];
    int unit = step->unit;
    if (unit < 0 && role != NULL && workflow_has_role(state->holders, state->holder_count, step->role))
        unit = role->office;
    if (unit >= 0) return pack_unit_find(pack, owner) == unit;
    if (role == NULL || role->rows == ROWS_ASSIGNED) return false;
    return role->rows == ROWS_EVERYWHERE || pack_division_find(pack, owner) >= 0;
}

/* Could whoever did that step have given the field for this transition? */
static bool could_give(const struct judging *judging, const struct case_step *step)
{
    const struct workflow_transition *transition = judging->transition;
    bool unit = false;
    for (size_t i = 0; step->unit >= 0 && i < transition->unit_count; i++)
        unit = unit || transition->units[i] == step->unit;
    if (!unit &&
        (step->role < 0 || !workflow_has_role(transition->roles, transition->role_count, step->role)))
        return false;
    if (transition->party < 0) return true;
    const struct value *owner = &judging->look->facts->values[transition->party];
    return !owner->known || acted_for(judging, step, owner->text);
}

/* Who gave it last? What stood there before anybody gave it (from a sheet, a declaration) is nobody's word.
 */
static bool is_vouched_for(const struct judging *judging, int field)
{
    const struct case_look *look = judging->look;
    struct text name = judging->casework->pack->schema.registers[look->stored->reg].fields[field].label.name;
    if (look->given != NULL && look->given[field]) return true;
    for (size_t i = look->step_count; i > 0; i--)
        if (step_gave(&look->steps[i - 1], name)) return could_give(judging, &look->steps[i - 1]);
    return false;
}

static void judge_unconfirmed(struct judging *judging, int field)
{
    const struct schema_field *it =
        &judging->casework->pack->schema.registers[judging->look->stored->reg].fields[field];
    struct text name_zh = label_in(&it->label, "zh"), name_en = label_in(&it->label, "en");
    add(judging, OBSTACLE_FIELD, field, 0,
        arena_printf(judging->arena, "“%.*s”里的内容不是办这一步的人填的，请核对后随这一步再填一次",
                     TEXT_ARGS(name_zh)),
        arena_printf(
            judging->arena,
            "“%.*s” was not filled in by those who do this step: check it and give it again with the "
            "step",
            TEXT_ARGS(name_en)));
}

static void judge_required(struct judging *judging)
{
    const struct workflow_transition *transition = judging->transition;
    const struct pack_field *fields = judging->casework->pack->registers[judging->look->stored->reg].fields;
    for (size_t i = 0; i < transition->require_count; i++) {
        int field = transition->require[i];
        if (!judging->look->facts->values[field].known)
            judge_field(judging, field);
        else if (fields[field].keeper == KEEPER_PEOPLE && !is_vouched_for(judging, field))
            judge_unconfirmed(judging, field);
    }
}

/* The step by which the case came into its state, as if what was taken back had never gone. NULL: its
 * opening. */
static const struct case_step *came_by(const struct case_look *look)
{
    const struct pack_workflow *workflow = look->stored->workflow;
    bool sought = false; /* the one before the step that was taken back */
    for (size_t i = look->step_count; i > 0; i--) {
        const struct case_step *step = &look->steps[i - 1];
        if (sought ? step->kind != STEP_MOVED || step->to != look->stored->state
                   : step->number != look->stored->entered)
            continue;
        sought = step->transition >= 0 && workflow->transitions[step->transition].kind == KIND_WITHDRAW;
        if (!sought) return step->kind == STEP_OPENED ? NULL : step;
    }
    return NULL;
}

static void lacks_file(struct judging *judging, const struct workflow_attachment *wanted, int64_t least,
                       int64_t there, const struct case_step *since)
{
    const struct label any = {.zh = TEXT("附件"), .en = TEXT("attachments")};
    const struct label *label =
        wanted->kind < 0 ? &any : &judging->casework->pack->attachments[wanted->kind].label;
    struct text zh = label_in(label, "zh"), en = label_in(label, "en");
    if (since == NULL) {
        add(judging, OBSTACLE_ATTACHMENT, -1, 0,
            arena_printf(judging->arena, "还缺“%.*s”：须有 %lld 份，现有 %lld 份", TEXT_ARGS(zh),
                         (long long)least, (long long)there),
            arena_printf(judging->arena, "“%.*s”: %lld wanted, there are %lld", TEXT_ARGS(en),
                         (long long)least, (long long)there));
        return;
    }
    const struct label *step = &judging->look->stored->workflow->transitions[since->transition].label;
    struct text step_zh = label_in(step, "zh"), step_en = label_in(step, "en");
    char text[DATE_TEXT];
    const char *day = date_format(since->on, text);
    add(judging, OBSTACLE_ATTACHMENT, -1, 0,
        arena_printf(judging->arena,
                     "还缺“%.*s”：%s “%.*s”以后须新加 %lld 份，新加的有 %lld "
                     "份。以前的对应的是那时的内容，不再算数，同一个文件再传也不算",
                     TEXT_ARGS(zh), day, TEXT_ARGS(step_zh), (long long)least, (long long)there),
        arena_printf(
            judging->arena,
            "“%.*s”: %lld wanted that were added since “%.*s” (%s), there are %lld. Those from before "
            "show what it said then and no longer serve, nor does the same file once more",
            TEXT_ARGS(en), (long long)least, TEXT_ARGS(step_en), day, (long long)there));
}

static int judge_attachments(struct judging *judging, struct err *err)
{
    const struct stored_case *stored = judging->look->stored;
    int code = 0;
    for (size_t i = 0; code == 0 && i < judging->transition->attachment_count; i++) {
        const struct workflow_attachment *wanted = &judging->transition->attachments[i];
        const struct case_step *since = wanted->since_state ? came_by(judging->look) : NULL;
        int64_t count, least = workflow_least(judging->casework->pack, wanted, judging->look->moment.today);
        if (since != NULL) judging->out->files_since = since->entry;
        code = attachment_count(judging->casework->database, stored->reg, stored->record, wanted->kind,
                                since == NULL ? 0 : since->entry, &count, err);
        if (code == 0 && count < least) lacks_file(judging, wanted, least, count, since);
    }
    return code;
}

static void judge_wait(struct judging *judging)
{
    const struct case_look *look = judging->look;
    char day[DATE_TEXT], zh[200], en[200];
    int field;
    int32_t date =
        case_waits(judging->casework->pack, look->stored, judging->transition, look->facts->values, &field);
    if (field >= 0) {
        judge_field(judging, field);
        return;
    }
    if (date <= look->moment.today) return;
    if (date == NO_DATE) {
        add(judging, OBSTACLE_WAIT, -1, date, "等待的天数还没有规定（参数没有值）",
            "How long to wait is not laid down: the parameter has no value");
        return;
    }
    snprintf(zh, sizeof zh, "%s 起才能办", date_format(date, day));
    snprintf(en, sizeof en, "Not before %s", date_format(date, day));
    add(judging, OBSTACLE_WAIT, -1, date, zh, en);
}

static void judge_guards(struct judging *judging)
{
    for (size_t i = 0; i < judging->transition->guard_count; i++) {
        const struct workflow_guard *guard = &judging->transition->guards[i];
        const struct value *value = &judging->look->guards[i];
        if (value->known && value->integer != 0) continue;
        struct text zh = guard->message_zh.size > 0 ? guard->message_zh : guard->message_en;
        struct text en = guard->message_en.size > 0 ? guard->message_en : guard->message_zh;
        const char *why_zh = value->known ? "" : "（有关情况不明，请先补齐）";
        const char *why_en = value->known ? "" : " (what it rests on is not known yet)";
        add(judging, OBSTACLE_GUARD, -1, 0, arena_printf(judging->arena, "%.*s%s", TEXT_ARGS(zh), why_zh),
            arena_printf(judging->arena, "%.*s%s", TEXT_ARGS(en), why_en));
        if (guard->hides) judging->out->listed = false;
    }
}

static bool is_end(const struct pack_workflow *workflow, int state)
{
    return state >= 0 && workflow->states[state].end != END_NOT;
}

bool ends_case(const struct pack_workflow *workflow, int transition)
{
    const struct workflow_transition *it = &workflow->transitions[transition];
    return is_end(workflow, it->to) || (it->kind == KIND_COUNTERSIGN && is_end(workflow, it->refused));
}

/* Nobody's clue ends with the case unanswered. */
static int judge_clues(struct judging *judging, struct err *err)
{
    const struct stored_case *stored = judging->look->stored;
    int64_t open = 0;
    int code = ends_case(stored->workflow, judging->index)
                   ? open_proposals(judging->casework, stored, judging->index, &open, err)
                   : 0;
    if (code == 0 && open > 0)
        add(judging, OBSTACLE_CLUE, -1, 0,
            arena_printf(judging->arena, "这一件上还附有 %lld 条没有答复的线索，请先逐条答复（采纳或不采纳）",
                         (long long)open),
            arena_printf(judging->arena,
                         "Clues beside the case that nobody has answered: %lld. Answer each of them first "
                         "(take note of it, or refuse it)",
                         (long long)open));
    return code;
}

static void judge_who(struct judging *judging)
{
    enum workflow_kind kind = judging->transition->kind;
    if (kind == KIND_AUTOMATIC) return;
    judge_role(judging);
    judge_four_eyes(judging);
    if (kind == KIND_WITHDRAW) judge_withdrawal(judging);
    if (kind == KIND_COUNTERSIGN) judge_countersign(judging);
    judging->out->listed = judging->out->obstacle_count == 0;
    judge_assignee(judging);
}

const struct case_obstacle *case_barred(struct casework *casework, const struct case_look *look,
                                        int transition, struct arena *arena)
{
    struct case_action *out = arena_array(arena, 1, sizeof *out);
    struct judging judging = {
        casework, look, &look->stored->workflow->transitions[transition], transition, arena, out, 0};
    judge_who(&judging);
    return out->obstacle_count > 0 ? &out->obstacles[0] : NULL;
}

int case_obstacles(struct casework *casework, const struct case_look *look, int transition,
                   struct arena *arena, struct case_action *out, struct err *err)
{
    const struct workflow_transition *it = &look->stored->workflow->transitions[transition];
    struct judging judging = {casework, look, it, transition, arena, out, 0};
    *out = (struct case_action){.transition = transition};
    judge_who(&judging);
    judge_required(&judging);
    int code = judge_attachments(&judging, err);
    if (code == 0) code = judge_clues(&judging, err);
    judge_wait(&judging);
    judge_guards(&judging);
    return code;
}

/* ---- Who may have a case ---- */

static int may_hold(struct casework *casework, const struct stored_case *stored, int state,
                    const struct principal *principal, struct err *err)
{
    const struct workflow_state *it = &stored->workflow->states[state];
    bool has = stored->record == 0,
         holder = workflow_has_role(it->holders, it->holder_count, principal->role);
    int code =
        has ? 0
            : scope_has(casework->database, &principal->scope, stored->reg, stored->record, false, &has, err);
    if (code != 0 || (holder && has && scope_may(&principal->scope, stored->reg, SCOPE_EDIT))) return code;
    struct text name = principal->display_name;
    return err_set(err, ERR_INPUT, "%.*s 办不了这一步（角色或管辖范围不符），请换一人",
                   "%.*s cannot act in this state: not the role, or not the area. Choose somebody else",
                   TEXT_ARGS(name));
}

int case_may_hold(struct casework *casework, const struct stored_case *stored, int state, int64_t user,
                  struct err *err)
{
    struct principal *principal;
    if (casework->access == NULL)
        return err_set(err, ERR_INPUT, "这里不能指定承办人", "Cases cannot be given to users here");
    int code = access_user(casework->access, user, &principal, err);
    if (code == ERR_UNAUTHENTICATED)
        return err_set(err, ERR_NOT_FOUND, "没有这个用户，或已停用",
                       "There is no such user, or they are retired");
    if (code != 0) return code;
    code = may_hold(casework, stored, state, principal, err);
    principal_free(principal);
    return code;
}
