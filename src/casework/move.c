/* Moving cases. What is given is written first, so that requirements and guards see it; if anything stands in
 * the way then, all of it is undone. */
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "casework/casework_private.h"
#include "register/value.h"
#include "register/write.h"

enum { COMMENT_MAX = 2000 };

/* ---- Two at once ---- */

static void name_step(const struct stored_case *stored, const struct case_step *step, const char *language,
                      struct buffer *out)
{
    bool chinese = language[0] == 'z';
    char day[DATE_TEXT];
    struct text who = step->actor_name.size > 0 ? step->actor_name : step->actor;
    struct text what = step->transition < 0
                           ? step->kind == STEP_EDITED ? (chinese ? TEXT("修改内容") : TEXT("a change"))
                                                       : (chinese ? TEXT("上报督办") : TEXT("it went up"))
                           : label_in(&stored->workflow->transitions[step->transition].label, language);
    struct text state = label_in(&stored->workflow->states[step->to].label, language);
    if (chinese)
        buffer_printf(out, "%.*s 已于 %s 办理“%.*s”，现在是“%.*s”", TEXT_ARGS(who),
                      date_format(step->on, day), TEXT_ARGS(what), TEXT_ARGS(state));
    else
        buffer_printf(out, "%.*s did “%.*s” on %s; it is now in “%.*s”", TEXT_ARGS(who), TEXT_ARGS(what),
                      date_format(step->on, day), TEXT_ARGS(state));
}

/* Somebody was faster: who, and with what. */
int refuse_stale(struct casework *casework, const struct stored_case *stored, int64_t seen,
                 struct arena *arena, struct err *err)
{
    struct case_step *steps;
    size_t count;
    int code = stored_steps(casework, stored->reg, stored->record, seen, arena, &steps, &count, err);
    if (code != 0) return code;
    if (count == 0 || steps[count - 1].to < 0)
        return err_set(
            err, ERR_CONFLICT, "这一件的资料刚被别人改过。请重新打开，看过后再办",
            "The facts of this case were changed by somebody else just now. Open it again and look");
    struct buffer zh = {0}, en = {0};
    name_step(stored, &steps[count - 1], "zh", &zh);
    name_step(stored, &steps[count - 1], "en", &en);
    code = err_set(err, ERR_CONFLICT, "%s%.0s。您的操作没有执行，请重新打开",
                   "%.0s%s. Nothing was done; open it again", zh.data, en.data);
    buffer_fini(&zh);
    buffer_fini(&en);
    return code;
}

/* ---- Writing ---- */

struct case_writing case_writing_of(const struct pack *pack, int reg, struct arena *arena)
{
    size_t count = pack->schema.registers[reg].field_count;
    return (struct case_writing){arena_array(arena, count, sizeof(bool)),
                                 arena_array(arena, count, sizeof(struct value))};
}

void case_give(const struct case_writing *writing, int field, struct value value)
{
    if (field < 0) return;
    writing->given[field] = true;
    writing->values[field] = value;
}

void case_give_text(const struct case_writing *writing, int field, struct text text)
{
    case_give(writing, field, (struct value){.known = text.size > 0, .text = text});
}

void case_give_number(const struct case_writing *writing, int field, int64_t number)
{
    case_give(writing, field, (struct value){.known = true, .integer = number});
}

int case_write(struct casework *casework, const struct scope *scope, int reg, int64_t record, bool touch,
               int32_t today, const struct case_writing *writing, int64_t entry, int64_t *version,
               struct err *err)
{
    const struct write_terms terms = {
        .action = TEXT("case.do"), .touch = touch, .today = today, .entry = &entry};
    int64_t seen;
    int code = version_of(casework, reg, record, &seen, err);
    const struct record_change change = {reg, record, seen, writing->given, writing->values};
    if (code == 0) code = records_write_kept(casework->database, scope, &terms, &change, 1, NULL, err);
    return code == 0 && version != NULL ? version_of(casework, reg, record, version, err) : code;
}

/* What the workflow writes on what the case hangs on, register by register from the case up. */
static int write_above(struct casework *casework, struct moving *moving, const struct scope *scope,
                       const struct value *values, struct arena *arena, struct err *err)
{
    const struct workflow_transition *transition = &moving->stored->workflow->transitions[moving->transition];
    const struct schema *schema = &casework->pack->schema;
    int reg = moving->stored->reg, code = 0;
    int64_t record = moving->stored->record;
    while (code == 0 && schema->registers[reg].parent >= 0) {
        code = reference_of(casework, reg, schema->registers[reg].parent_field, record, &record, err);
        reg = schema->registers[reg].parent;
        struct case_writing writing = case_writing_of(casework->pack, reg, arena);
        bool any = false;
        for (size_t i = 0; i < transition->write_count; i++) {
            if (transition->writes[i].reg != reg) continue;
            case_give(&writing, transition->writes[i].field, values[i]);
            any = true;
        }
        if (code == 0 && any)
            code = case_write(casework, scope, reg, record, false, moving->moment.today, &writing,
                              moving->entry, NULL, err);
    }
    return code;
}

static int write_case(struct casework *casework, struct moving *moving, const struct scope *scope,
                      const struct value *values, struct arena *arena, struct err *err)
{
    struct stored_case *stored = moving->stored;
    const struct workflow_transition *transition = &stored->workflow->transitions[moving->transition];
    const struct pack_case_fields *own = &casework->pack->registers[stored->reg].case_fields;
    struct case_writing writing = case_writing_of(casework->pack, stored->reg, arena);
    for (size_t i = 0; i < transition->write_count; i++)
        if (values != NULL && transition->writes[i].reg == stored->reg)
            case_give(&writing, transition->writes[i].field, values[i]);
    case_give(&writing, own->state, (struct value){.known = true, .integer = stored->state});
    case_give(&writing, own->since, case_date_value(stored->since));
    case_give(&writing, own->due, case_date_value(stored->due));
    case_give(&writing, own->closed, case_date_value(stored->closed));
    return case_write(casework, scope, stored->reg, stored->record, true, moving->moment.today, &writing,
                      moving->entry, &stored->version, err);
}

/* ---- Openings ---- */

/* The open case that is what is to be opened: it has its key. 0: there is none. */
static int open_with_key(struct casework *casework, const struct case_opening *opening,
                         const struct scope *scope, struct arena *arena, int64_t *standing, struct err *err)
{
    struct stored_case stored;
    int64_t record = 0;
    int code = record_standing(casework, opening, &record, err);
    if (code != 0 || record == 0) return code;
    code = stored_case_get(casework, scope, casework->pack->workflows[opening->workflow].reg, record, arena,
                           &stored, err);
    if (code == 0 && stored.closed == NO_DATE) *standing = record;
    return code == ERR_NOT_FOUND ? 0 : code; /* a record that is no case */
}

static int open_other(struct casework *casework, struct moving *moving, const struct scope *scope,
                      const struct workflow_opening *other, const struct value *values, struct arena *arena,
                      struct err *err)
{
    const struct pack_workflow *workflow = &casework->pack->workflows[other->workflow];
    struct case_writing writing = case_writing_of(casework->pack, workflow->reg, arena);
    int parent = casework->pack->schema.registers[workflow->reg].parent_field, code = 0;
    int64_t record = moving->stored->record;
    for (size_t i = 0; i < other->field_count; i++) case_give(&writing, other->fields[i].field, values[i]);
    if (other->parent_from >= 0)
        code = reference_of(casework, moving->stored->reg, other->parent_from, record, &record, err);
    if (other->parent_from != -1)
        case_give(&writing, parent, (struct value){.known = true, .integer = record});
    const struct case_opening opening = {
        .workflow = other->workflow, .given = writing.given, .values = writing.values};
    int64_t standing = 0, beside = 0;
    const struct opening_terms terms = {.opening = &opening,
                                        .opener = OPENER_CASE,
                                        .scope = scope,
                                        .doer = moving->doer,
                                        .moment = moving->moment,
                                        .origin_reg = moving->stored->reg,
                                        .origin = moving->stored->record,
                                        .beside = &beside};
    /* Where one is open already, that one goes on: with this beside it, if the workflow has it so. */
    if (code == 0 && workflow->one_open && parent >= 0 && writing.values[parent].known &&
        (workflow->beside < 0 || !writing.values[workflow->beside].known))
        code = open_case_on(casework, workflow->reg, writing.values[parent].integer, &standing, err);
    if (code == 0 && standing == 0) code = open_with_key(casework, &opening, scope, arena, &standing, err);
    moving->standing += code == 0 && standing != 0;
    if (code != 0 || standing != 0) return code;
    code = open_one(casework, &terms, &record, err);
    /* What was brought before stands there already. */
    if (code == 0 && beside == 0) moving->opened++;
    return code;
}

static int open_others(struct casework *casework, struct moving *moving, const struct scope *scope,
                       const struct value *values, struct arena *arena, struct err *err)
{
    const struct workflow_transition *transition = &moving->stored->workflow->transitions[moving->transition];
    int code = 0;
    for (size_t i = 0; code == 0 && i < transition->opening_count; i++) {
        const struct workflow_opening *other = &transition->openings[i];
        bool wanted = true;
        if (other->when != NULL) {
            wanted = values->known && values->integer != 0;
            values++;
        }
        if (wanted) code = open_other(casework, moving, scope, other, values, arena, err);
        values += other->field_count;
    }
    return code;
}

/* ---- The rest of a transition ---- */

/* The case's values as the step leaves them: deadlines count from those. */
static const struct value *values_after(struct casework *casework, const struct moving *moving,
                                        const struct value *writes, struct arena *arena)
{
    const struct stored_case *stored = moving->stored;
    const struct workflow_transition *transition = &stored->workflow->transitions[moving->transition];
    size_t count = casework->pack->schema.registers[stored->reg].field_count;
    struct value *values = arena_array(arena, count, sizeof *values);
    memcpy(values, moving->facts->values, count * sizeof *values);
    for (size_t i = 0; i < transition->write_count; i++)
        if (transition->writes[i].reg == stored->reg) values[transition->writes[i].field] = writes[i];
    return values;
}

/* since: the day from which it counts as standing there. values: as the step leaves them. */
static void change_state(struct casework *casework, struct moving *moving, int32_t since,
                         const struct value *values)
{
    struct stored_case *stored = moving->stored;
    const struct workflow_state *from = &stored->workflow->states[stored->state];
    const struct workflow_state *to = &stored->workflow->states[moving->to];
    bool starts = (from->end != END_NOT && to->end == END_NOT) ||
                  stored->workflow->transitions[moving->transition].clock_starts;
    stored->state = moving->to;
    stored->since = since;
    stored->entered = stored->step;
    stored->level = 0;
    stored->assignee = moving->assignee;
    stored->closed = to->end == END_NOT ? NO_DATE : moving->moment.today;
    case_deadlines(casework->pack, stored, values, starts);
}

static int take_back(struct casework *casework, struct stored_case *stored, int32_t *since, struct err *err)
{
    int code = stored_since_before(casework, stored, since, err);
    return code == 0 ? case_clock_unmeet(casework, stored, err) : code;
}

static enum case_step_kind step_kind(const struct moving *moving)
{
    if (moving->to >= 0) return STEP_MOVED;
    return moving->stored->workflow->transitions[moving->transition].kind == KIND_HAND_OVER ? STEP_ASSIGNED
                                                                                            : STEP_ANSWERED;
}

int move_on(struct casework *casework, struct moving *moving, struct arena *arena, struct err *err)
{
    struct stored_case *stored = moving->stored;
    const struct workflow_transition *transition = &stored->workflow->transitions[moving->transition];
    const struct scope scope = scope_everything(casework->pack, moving->doer.name, arena);
    bool moves = moving->to >= 0;
    struct new_step step = {.kind = step_kind(moving),
                            .transition = moving->transition,
                            .from = stored->state,
                            .to = moves ? moving->to : stored->state,
                            .refused = moving->refused,
                            .comment = moving->comment,
                            .fields = moving->fields,
                            .to_user = moving->assignee,
                            .entry = moving->entry,
                            .basis = moving->basis,
                            .since = stored->since,
                            .due = stored->state_due};
    size_t count;
    const struct node **nodes = transition_nodes(transition, arena, &count);
    struct value *values = arena_array(arena, count, sizeof *values);
    int code = moves ? case_facts_ask(casework, moving->facts, stored->reg, moving->moment.today, nodes,
                                      count, values, arena, err)
                     : 0;
    const struct value *writes = values + transition->guard_count;
    /* What is taken back stands where it stood, as if it had never gone: what it waited for is not waited for
     * again, and its deadline is the old one. */
    int32_t since = moving->moment.today;
    if (code == 0 && moves && transition->kind == KIND_WITHDRAW)
        code = take_back(casework, stored, &since, err);
    if (code == 0 && moves)
        code =
            case_clock_meet(casework, stored, moving->facts->values, moving->to, moving->moment.today, err);
    if (moves)
        change_state(casework, moving, since, values_after(casework, moving, writes, arena));
    else if (transition->kind == KIND_HAND_OVER)
        stored->assignee = moving->assignee;
    if (code == 0) code = write_case(casework, moving, &scope, moves ? writes : NULL, arena, err);
    if (code == 0 && moves) code = write_above(casework, moving, &scope, writes, arena, err);
    step.version = stored->version;
    if (code == 0) code = stored_case_put(casework, stored, false, err);
    if (code == 0) code = stored_step_put(casework, stored, &moving->doer, moving->moment, &step, err);
    if (code == 0 && moves)
        code = open_others(casework, moving, &scope, writes + transition->write_count, arena, err);
    return code;
}

/* ---- An act ---- */

struct doing {
    struct casework *casework;
    const struct case_actor *actor;
    struct case_moment moment;
    const struct case_act *act;
    struct case_done *done;
    const bool *unread; /* fields that are given, but nobody knows what; NULL: none */
};

int refuse_obstacle(const struct case_obstacle *obstacle, struct err *err)
{
    bool barred = obstacle->kind == OBSTACLE_ROLE || obstacle->kind == OBSTACLE_PERSON ||
                  obstacle->kind == OBSTACLE_ASSIGNED;
    return err_set(err, barred ? ERR_FORBIDDEN : ERR_INPUT, "%s%.0s", "%.0s%s", obstacle->zh.at,
                   obstacle->en.at);
}

static int refuse_now(const struct stored_case *stored, int transition, struct arena *arena, struct err *err)
{
    const struct label *what = &stored->workflow->transitions[transition].label;
    const struct label *state = &stored->workflow->states[stored->state].label;
    struct text what_zh = label_in(what, "zh"), what_en = label_in(what, "en");
    struct text state_zh = label_in(state, "zh"), state_en = label_in(state, "en");
    return err_set(
        err, ERR_FORBIDDEN, "%s%.0s", "%.0s%s",
        arena_printf(arena, "这一件现在是“%.*s”，不能办“%.*s”", TEXT_ARGS(state_zh), TEXT_ARGS(what_zh)),
        arena_printf(arena, "The case is in “%.*s”; “%.*s” cannot be done now", TEXT_ARGS(state_en),
                     TEXT_ARGS(what_en)));
}

/* Is it the case that they saw, and can the step be done where it stands? */
static int check_now(const struct doing *doing, const struct stored_case *stored, struct arena *arena,
                     struct err *err)
{
    const struct case_act *act = doing->act;
    const struct workflow_transition *transition = &stored->workflow->transitions[act->transition];
    if (stored->version != act->version)
        return refuse_stale(doing->casework, stored, act->version, arena, err);
    if (!workflow_has_role(transition->from, transition->from_count, stored->state) ||
        transition->kind == KIND_AUTOMATIC)
        return refuse_now(stored, act->transition, arena, err);
    return 0;
}

/* What must be said with it. */
static int check_words(const struct case_act *act, const struct workflow_transition *transition,
                       struct err *err)
{
    struct text comment = text_trim(act->comment);
    if ((transition->comment || act->refuse) && comment.size == 0)
        return err_set(err, ERR_INPUT, "请写明理由", "Give a reason");
    if (comment.size > COMMENT_MAX)
        return err_set(err, ERR_LIMIT, "说明最多 %d 字节", "A comment has at most %d bytes", COMMENT_MAX);
    if (act->refuse && transition->kind != KIND_COUNTERSIGN)
        return err_set(err, ERR_INPUT, "只有会签可以答“不同意”",
                       "Only a countersigning can be answered with no");
    return 0;
}

/* Only what the actor may write as things stand, and in a locked state only what the step asks for. What is
 * given as it stands already is no change. *given: what is left. */
static int check_given(const struct doing *doing, const struct case_look *look, const struct record *record,
                       struct arena *arena, bool **given, struct err *err)
{
    const struct case_act *act = doing->act;
    const struct stored_case *stored = look->stored;
    const struct workflow_transition *transition = &stored->workflow->transitions[act->transition];
    const struct schema_register *reg = &doing->casework->pack->schema.registers[stored->reg];
    bool locked = stored->workflow->states[stored->state].locked, acts;
    bool *writable = case_writable(doing->casework, look, arena, &acts);
    *given = arena_array(arena, reg->field_count, sizeof **given);
    for (size_t i = 0; act->given != NULL && i < reg->field_count; i++) {
        bool unread = doing->unread != NULL && doing->unread[i];
        if (!act->given[i] && !unread) continue;
        if ((workflow_asks(transition, (int)i) &&
             doing->casework->pack->registers[stored->reg].fields[i].keeper == KEEPER_PEOPLE) ||
            (!locked && writable[i]))
            (*given)[i] = true;
        else if (unread || record->masked[i].size > 0 ||
                 !value_equal(reg->fields[i].type, &act->values[i], &record->values[i]))
            return refuse_writing(doing->casework, look, (int)i, arena, err);
    }
    return 0;
}

/* Under an entry of its own, the one before the step's: what the step rests on holds what was given with it.
 */
static int write_given(const struct doing *doing, const struct case_look *look, struct err *err)
{
    const struct case_act *act = doing->act;
    const struct stored_case *stored = look->stored;
    if (act->given == NULL) return 0;
    const struct write_terms terms = {.action = TEXT("case.fields"), .today = doing->moment.today};
    const struct record_change change = {stored->reg, stored->record, stored->version, look->given,
                                         act->values};
    return records_write_kept(doing->casework->database, doing->actor->scope, &terms, &change, 1, NULL, err);
}

/* Where it goes; -1: it stays. */
static int target_of(const struct doing *doing, const struct case_look *look)
{
    const struct workflow_transition *transition =
        &look->stored->workflow->transitions[doing->act->transition];
    if (transition->kind != KIND_COUNTERSIGN) return transition->to;
    if (doing->act->refuse) return transition->refused;
    return case_completes(look, doing->act->transition) ? transition->to : -1;
}

static int judge(const struct doing *doing, struct case_look *look, struct arena *arena, struct err *err)
{
    const struct workflow_transition *transition =
        &look->stored->workflow->transitions[doing->act->transition];
    struct value *guards = arena_array(arena, transition->guard_count, sizeof *guards);
    size_t count;
    const struct node **nodes = transition_nodes(transition, arena, &count);
    struct case_action action;
    int code = case_facts_ask(doing->casework, look->facts, look->stored->reg, doing->moment.today, nodes,
                              transition->guard_count, guards, arena, err);
    look->guards = guards;
    if (code == 0) code = case_obstacles(doing->casework, look, doing->act->transition, arena, &action, err);
    if (code != 0 || action.obstacle_count == 0) return code;
    return refuse_obstacle(&action.obstacles[0], err);
}

static int do_it(const struct doing *doing, struct stored_case *stored, struct case_look *look,
                 struct arena *arena, struct err *err)
{
    const struct case_act *act = doing->act;
    const struct case_actor *actor = doing->actor;
    const struct workflow_transition *transition = &stored->workflow->transitions[act->transition];
    struct moving moving = {.doer = {actor->scope->actor, actor->role, actor->unit, actor->user},
                            .moment = doing->moment,
                            .stored = stored,
                            .transition = act->transition,
                            .to = target_of(doing, look),
                            .refused = act->refuse,
                            .comment = text_trim(act->comment),
                            .fields = names_of_given(doing->casework, stored->reg, look->given, arena),
                            .assignee = act->assignee};
    stored->step++;
    const struct new_step said = {.transition = act->transition,
                                  .from = stored->state,
                                  .to = moving.to >= 0 ? moving.to : stored->state,
                                  .refused = act->refuse,
                                  .comment = moving.comment,
                                  .fields = moving.fields,
                                  .to_user = act->assignee};
    struct case_facts facts;
    size_t count;
    const struct node **nodes = transition_nodes(transition, arena, &count);
    int holding = moving.to >= 0 ? moving.to : stored->state;
    int code = act->assignee != 0 ? case_may_hold(doing->casework, stored, holding, act->assignee, err) : 0;
    if (code == 0) code = write_given(doing, look, err);
    if (code == 0)
        code =
            case_facts_load(doing->casework, stored->reg, stored->record, nodes, count, arena, &facts, err);
    if (code != 0) return code;
    look->facts = moving.facts = &facts;
    code = judge(doing, look, arena, err);
    if (code == 0)
        code = case_entry(doing->casework, &moving.doer, "case.do", stored, &said, TEXT(""), &moving.entry,
                          &moving.basis, err);
    if (code == 0) code = move_on(doing->casework, &moving, arena, err);
    case_facts_fini(&facts);
    *doing->done = (struct case_done){stored->state, stored->version, moving.entry,
                                      stored->step,  moving.opened,   moving.standing};
    return code;
}

/* Those that propose this very thing, and that nobody has answered. */
static int proposals_of(const struct doing *doing, const struct stored_case *stored, struct arena *arena,
                        int64_t **items, size_t *count, struct err *err)
{
    struct statement *statement;
    size_t capacity = 0;
    bool row;
    *count = 0;
    *items = NULL;
    int code =
        ask_open(doing->casework->store,
                 "SELECT id FROM zs_proposal WHERE register = ?1 AND record = ?2 AND transition = ?3 AND "
                 "state = 'open' ORDER BY id",
                 ASK_WITH(ask_text(case_register(doing->casework, stored->reg)), ask_int(stored->record),
                          ask_text(stored->workflow->transitions[doing->act->transition].label.name)),
                 &statement, err);
    if (code != 0) return code;
    while ((code = statement_step(statement, &row, err)) == 0 && row) {
        *items = arena_grow(arena, *items, &capacity, *count + 1, sizeof **items);
        (*items)[(*count)++] = statement_int(statement, 0);
    }
    statement_free(statement);
    return code;
}

/* A proposal to do this very thing has been followed. */
static int accept_proposals(const struct doing *doing, const struct stored_case *stored, struct arena *arena,
                            struct err *err)
{
    int64_t *items;
    size_t count;
    int code = proposals_of(doing, stored, arena, &items, &count, err);
    for (size_t i = 0; code == 0 && i < count; i++) {
        const struct answer_said said = {.proposal = items[i],
                                         .answer = TEXT("accepted"),
                                         .reg = case_register(doing->casework, stored->reg),
                                         .record = stored->record,
                                         .comment = TEXT("")};
        code = put_answer(doing->casework, doing->actor->scope->actor, &said, err);
    }
    return code;
}

/* Is it for this actor, and may they write what they give? Before anything is written. */
static int look_first(const struct doing *doing, struct case_seen *seen, struct arena *arena, struct err *err)
{
    const struct case_obstacle *barred =
        case_barred(doing->casework, &seen->look, doing->act->transition, arena);
    bool *given = NULL;
    if (barred != NULL) return refuse_obstacle(barred, err);
    int code = check_given(doing, &seen->look, &seen->record, arena, &given, err);
    seen->look.given = given;
    return code;
}

int case_may_do(struct casework *casework, const struct case_actor *actor, struct case_moment moment,
                const struct case_act *act, const bool *unread, struct err *err)
{
    struct doing doing = {casework, actor, moment, act, NULL, unread};
    struct arena arena = {0};
    struct case_seen seen;
    int code = case_see(casework, actor, moment, act->reg, act->record, &arena, &seen, err);
    if (code == 0) code = check_now(&doing, &seen.stored, &arena, err);
    if (code == 0) code = look_first(&doing, &seen, &arena, err);
    arena_fini(&arena);
    return code;
}

static int do_work(void *context, struct err *err)
{
    const struct doing *doing = context;
    struct arena arena = {0};
    struct case_seen seen;
    int code = case_see(doing->casework, doing->actor, doing->moment, doing->act->reg, doing->act->record,
                        &arena, &seen, err);
    struct stored_case stored = seen.stored; /* as it becomes; the look is at what it was */
    if (code == 0) code = check_now(doing, &stored, &arena, err);
    if (code == 0) code = look_first(doing, &seen, &arena, err);
    if (code == 0) code = check_words(doing->act, &stored.workflow->transitions[doing->act->transition], err);
    if (code == 0) code = do_it(doing, &stored, &seen.look, &arena, err);
    if (code == 0) code = accept_proposals(doing, &stored, &arena, err);
    arena_fini(&arena);
    return code;
}

int case_do(struct casework *casework, const struct case_actor *actor, struct case_moment moment,
            const struct case_act *act, struct case_done *done, struct err *err)
{
    struct doing doing = {casework, actor, moment, act, done, NULL};
    return store_transact(casework->store, do_work, &doing, err);
}

int case_batch(struct casework *casework, const struct case_actor *actor, struct case_moment moment,
               const struct case_act *acts, size_t count, struct case_result *results, struct err *err)
{
    if (count > CASE_BATCH_MAX)
        return err_set(err, ERR_LIMIT, "一次最多办 %d 件", "At most %d cases at once", CASE_BATCH_MAX);
    for (size_t i = 0; i < count; i++) {
        results[i] = (struct case_result){0};
        results[i].code = case_do(casework, actor, moment, &acts[i], &results[i].done, &results[i].err);
    }
    return 0;
}
