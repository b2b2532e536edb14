/* What of a case may be written, by whom, while it stands where it stands. A step's fields are its doer's
 * word: nobody else's hand may have put them there. */
#include <string.h>

#include "casework/act.h"
#include "casework/casework_private.h"
#include "register/record.h"
#include "register/scope_sql.h"
#include "register/value.h"
#include "register/write.h"

struct text names_of_given(const struct casework *casework, int reg, const bool *given, struct arena *arena)
{
    struct buffer names = {0};
    const struct schema_register *it = &casework->pack->schema.registers[reg];
    for (size_t i = 0; given != NULL && i < it->field_count; i++) {
        if (!given[i]) continue;
        if (names.size > 0) buffer_char(&names, ',');
        buffer_text(&names, it->fields[i].label.name);
    }
    struct text text = arena_text(arena, buffer_get(&names));
    buffer_fini(&names);
    return text;
}

bool step_gave(const struct case_step *step, struct text name)
{
    struct text names = step->fields;
    for (size_t at = 0, end; at <= names.size; at = end + 1) {
        for (end = at; end < names.size && names.at[end] != ',';) end++;
        if (text_equal((struct text){names.at + at, end - at}, name)) return true;
    }
    return false;
}

/* ---- Who acts where it stands ---- */

static bool goes_on(const struct workflow_transition *transition)
{
    return transition->kind == KIND_FORWARD || transition->kind == KIND_COUNTERSIGN;
}

static const struct workflow_state *state_of(const struct case_look *look)
{
    return &look->stored->workflow->states[look->stored->state];
}

/* It lies in their inbox, and was not given to somebody else. */
static bool holds(const struct casework *casework, const struct case_look *look)
{
    const struct workflow_state *state = state_of(look);
    const struct scope *scope = look->actor->scope;
    if (!workflow_has_role(state->holders, state->holder_count, look->actor->role) ||
        !scope_may(scope, look->stored->reg, SCOPE_EDIT) ||
        (look->stored->assignee != 0 && look->stored->assignee != look->actor->user))
        return false;
    if (state->party < 0) return true;
    const struct value *owner = &look->facts->values[state->party];
    return !owner->known || scope_owns(scope, casework->pack, owner->text);
}

bool case_is_open(const struct case_look *look)
{
    return state_of(look)->end == END_NOT;
}

/* What the case is about: of its parent and its key nothing changes that is known. */
static bool is_fixed(const struct casework *casework, const struct case_look *look, int field)
{
    const struct pack_register *meta = &casework->pack->registers[look->stored->reg];
    bool about = field == casework->pack->schema.registers[look->stored->reg].parent_field ||
                 workflow_has_role(meta->key, meta->key_count, field);
    return about && look->facts->values[field].known;
}

/* What a family, a list or a screening said when the case was opened stays as it was said: of the fields that
 * no step asks for, those that nobody in an office filled. What people find they write beside it. */
static bool is_told(const struct casework *casework, const struct case_look *look, int field)
{
    const struct case_step *opening = look->steps;
    if (look->step_count == 0 || opening->kind != STEP_OPENED || opening->role >= 0 || opening->unit >= 0)
        return false;
    struct text name = casework->pack->schema.registers[look->stored->reg].fields[field].label.name;
    return !workflow_asks_ever(look->stored->workflow, field) && step_gave(opening, name);
}

bool *case_writable(struct casework *casework, const struct case_look *look, struct arena *arena, bool *acts)
{
    const struct pack_workflow *workflow = look->stored->workflow;
    const struct pack_field *fields = casework->pack->registers[look->stored->reg].fields;
    size_t count = casework->pack->schema.registers[look->stored->reg].field_count;
    bool *writable = arena_array(arena, count, sizeof *writable);
    *acts = case_is_open(look) && holds(casework, look);
    for (size_t i = 0; case_is_open(look) && i < workflow->transition_count; i++) {
        const struct workflow_transition *transition = &workflow->transitions[i];
        if (transition->kind == KIND_AUTOMATIC ||
            !workflow_has_role(transition->from, transition->from_count, look->stored->state) ||
            case_barred(casework, look, (int)i, arena) != NULL)
            continue;
        *acts = *acts || goes_on(transition);
        for (size_t k = 0; k < count; k++) writable[k] = writable[k] || workflow_asks(transition, (int)k);
    }
    for (size_t i = 0; i < count; i++) {
        if (*acts && look->stored->state == workflow->start && !workflow_asks_ever(workflow, (int)i))
            writable[i] = true;
        writable[i] = writable[i] && fields[i].keeper == KEEPER_PEOPLE && !is_fixed(casework, look, (int)i) &&
                      !is_told(casework, look, (int)i);
    }
    return writable;
}

/* ---- Why not ---- */

struct refusal {
    const char *zh, *en;
};

static struct refusal closed_or_locked(const struct case_look *look)
{
    if (!case_is_open(look))
        return (struct refusal){"这一件已经办结，不能再改。需要改时请先重开",
                                "The case is closed and cannot be changed. Reopen it first"};
    if (state_of(look)->locked)
        return (struct refusal){"这一件已经报出，不能直接改。要改请先退回",
                                "The case has been handed in and cannot be changed. Have it sent back"};
    return (struct refusal){NULL, NULL};
}

static struct text role_names(const struct casework *casework, const struct workflow_transition *transition,
                              const char *language, struct arena *arena)
{
    struct buffer names = {0};
    for (size_t i = 0; i < transition->role_count; i++) {
        struct text name = label_in(&casework->pack->roles[transition->roles[i]].label, language);
        buffer_printf(&names, "%s%.*s", i == 0 ? "" : language[0] == 'z' ? "、" : ", ", TEXT_ARGS(name));
    }
    struct text text = arena_text(arena, buffer_get(&names));
    buffer_fini(&names);
    return text;
}

/* The step that the field belongs to: one out of the present state where there is one. */
static const struct workflow_transition *asking_step(const struct case_look *look, int field)
{
    const struct pack_workflow *workflow = look->stored->workflow;
    const struct workflow_transition *any = NULL;
    for (size_t i = 0; i < workflow->transition_count; i++) {
        const struct workflow_transition *transition = &workflow->transitions[i];
        if (!workflow_asks(transition, field)) continue;
        if (workflow_has_role(transition->from, transition->from_count, look->stored->state))
            return transition;
        if (any == NULL) any = transition;
    }
    return any;
}

static struct refusal why_of_step(const struct casework *casework, const struct case_look *look,
                                  const struct workflow_transition *step, struct arena *arena)
{
    const struct workflow_state *state = state_of(look);
    struct text zh = label_in(&step->label, "zh"), en = label_in(&step->label, "en");
    struct text now_zh = label_in(&state->label, "zh"), now_en = label_in(&state->label, "en");
    struct text who_zh = role_names(casework, step, "zh", arena),
                who_en = role_names(casework, step, "en", arena);
    return (struct refusal){
        arena_printf(arena, "由%.*s在办“%.*s”时填写，这一件现在是“%.*s”，您现在不能改", TEXT_ARGS(who_zh),
                     TEXT_ARGS(zh), TEXT_ARGS(now_zh)),
        arena_printf(arena,
                     "is filled in with “%.*s”, by: %.*s. The case is in “%.*s”; you cannot change it now",
                     TEXT_ARGS(en), TEXT_ARGS(who_en), TEXT_ARGS(now_en))};
}

static struct refusal why_not(const struct casework *casework, const struct case_look *look, int field,
                              struct arena *arena)
{
    const struct workflow_transition *step = asking_step(look, field);
    const struct workflow_state *start = &look->stored->workflow->states[look->stored->workflow->start];
    struct text zh = label_in(&start->label, "zh"), en = label_in(&start->label, "en");
    if (casework->pack->registers[look->stored->reg].fields[field].keeper != KEEPER_PEOPLE)
        return (struct refusal){"只由系统填写", "is written by the system alone"};
    if (is_fixed(casework, look, field))
        return (struct refusal){"立件后不能改。立错了请撤销这一件，另立一件",
                                "cannot change once the case is opened. Drop this case and open another"};
    if (is_told(casework, look, field))
        return (struct refusal){
            "是立件时申报、导入或筛查带来的原话，谁都不能改。核实到的情况请写在办理时填写的各栏里",
            "is what the declaration, list or screening said with which the case was "
            "opened; nobody changes it. Write what you found in the fields of the steps"};
    if (step != NULL) return why_of_step(casework, look, step, arena);
    return (struct refusal){
        arena_printf(arena, "是立件时的内容，只在“%.*s”时由承办的人更正。要改请先退回", TEXT_ARGS(zh)),
        arena_printf(arena,
                     "belongs to the opening; who has the case may mend it in “%.*s” only. Have it sent back",
                     TEXT_ARGS(en))};
}

int refuse_writing(struct casework *casework, const struct case_look *look, int field, struct arena *arena,
                   struct err *err)
{
    const struct schema_field *it = &casework->pack->schema.registers[look->stored->reg].fields[field];
    struct text zh = label_in(&it->label, "zh"), en = label_in(&it->label, "en");
    struct refusal why = closed_or_locked(look);
    if (why.zh != NULL) return err_set(err, ERR_CONFLICT, "%s%.0s", "%.0s%s", why.zh, why.en);
    why = why_not(casework, look, field, arena);
    return err_set(err, ERR_FORBIDDEN, "%s%.0s", "%.0s%s",
                   arena_printf(arena, "“%.*s”%s", TEXT_ARGS(zh), why.zh),
                   arena_printf(arena, "“%.*s” %s", TEXT_ARGS(en), why.en));
}

/* Of the case as a whole. */
void case_why(const struct casework *casework, const struct case_look *look, struct arena *arena,
              struct case_rights *out)
{
    const struct workflow_state *state = state_of(look);
    struct refusal why = closed_or_locked(look);
    struct text zh = label_in(&state->label, "zh"), en = label_in(&state->label, "en");
    if (why.zh == NULL && state->party >= 0 && look->facts->values[state->party].known) {
        struct label owner = pack_owner_label(casework->pack, look->facts->values[state->party].text);
        struct text name_zh = label_in(&owner, "zh"), name_en = label_in(&owner, "en");
        why = (struct refusal){
            arena_printf(arena, "现在由“%.*s”办理，您不能改", TEXT_ARGS(name_zh)),
            arena_printf(arena, "This is for %.*s to do now; you cannot change it", TEXT_ARGS(name_en))};
    } else if (why.zh == NULL)
        why = (struct refusal){
            arena_printf(arena, "这一件现在是“%.*s”，没有要您填写的内容", TEXT_ARGS(zh)),
            arena_printf(arena, "The case is in “%.*s”; there is nothing for you to fill in", TEXT_ARGS(en))};
    out->zh = text_of(why.zh);
    out->en = text_of(why.en);
}

/* ---- One case, looked at ---- */

int case_see(struct casework *casework, const struct case_actor *actor, struct case_moment moment, int reg,
             int64_t record, struct arena *arena, struct case_seen *out, struct err *err)
{
    struct case_step *steps = NULL;
    size_t count = 0, fields = casework->pack->schema.registers[reg].field_count;
    *out = (struct case_seen){0};
    int code = stored_case_get(casework, actor->scope, reg, record, arena, &out->stored, err);
    if (code == 0) code = stored_steps(casework, reg, record, 0, arena, &steps, &count, err);
    if (code == 0)
        code = record_get(casework->database, actor->scope, reg, record, "zh", arena, &out->record, err);
    if (code != 0) return code;
    out->facts.values = arena_array(arena, fields, sizeof *out->facts.values);
    memcpy(out->facts.values, out->record.values, fields * sizeof *out->facts.values);
    out->look = (struct case_look){.actor = actor,
                                   .moment = moment,
                                   .stored = &out->stored,
                                   .steps = steps,
                                   .step_count = count,
                                   .facts = &out->facts};
    return 0;
}

/* It went up to them: they see to it that it is done, and may do so themselves. */
static bool rose_to(const struct case_look *look)
{
    const struct workflow_state *state = state_of(look);
    if (!scope_may(look->actor->scope, look->stored->reg, SCOPE_EDIT)) return false;
    for (int64_t i = 0; i < look->stored->level && i < (int64_t)state->escalation_count; i++)
        if (workflow_has_role(state->escalations[i].roles, state->escalations[i].role_count,
                              look->actor->role))
            return true;
    return false;
}

int case_rights(struct casework *casework, const struct case_actor *actor, struct case_moment moment, int reg,
                int64_t record, struct arena *arena, struct case_rights *out, struct err *err)
{
    struct case_seen *seen = arena_array(arena, 1, sizeof *seen);
    *out = (struct case_rights){0};
    int code = case_see(casework, actor, moment, reg, record, arena, seen, err);
    if (code != 0) return code;
    out->fields = case_writable(casework, &seen->look, arena, &out->acts);
    out->answers = out->acts || (case_is_open(&seen->look) && rose_to(&seen->look));
    for (size_t i = 0; i < casework->pack->schema.registers[reg].field_count; i++) {
        if (state_of(&seen->look)->locked) out->fields[i] = false; /* with the step alone */
        out->any = out->any || out->fields[i];
    }
    if (!out->any) case_why(casework, &seen->look, arena, out);
    return 0;
}

/* ---- Writing without a step ---- */

struct editing {
    struct casework *casework;
    const struct case_actor *actor;
    struct case_moment moment;
    const struct record_change *change;
    const bool *unread; /* fields that are given, but nobody knows what; NULL: none */
};

/* Which of the given values are other ones. *given: those. */
static int check_edit(const struct editing *editing, const struct case_seen *seen, struct arena *arena,
                      bool *given, bool *any, struct err *err)
{
    const struct record_change *change = editing->change;
    const struct schema_register *reg = &editing->casework->pack->schema.registers[change->reg];
    bool acts, locked = state_of(&seen->look)->locked;
    const bool *writable = case_writable(editing->casework, &seen->look, arena, &acts);
    *any = false;
    for (size_t i = 0; i < reg->field_count; i++) {
        bool unread = editing->unread != NULL && editing->unread[i];
        if (!change->given[i] && !unread) continue;
        bool differs = unread || seen->record.masked[i].size > 0 ||
                       !value_equal(reg->fields[i].type, &change->values[i], &seen->record.values[i]);
        if (!differs) continue;
        if (locked || !writable[i]) return refuse_writing(editing->casework, &seen->look, (int)i, arena, err);
        given[i] = *any = true;
    }
    return 0;
}

static int write_edit(const struct editing *editing, struct case_seen *seen, const bool *given,
                      struct arena *arena, struct err *err)
{
    struct casework *casework = editing->casework;
    const struct case_actor *actor = editing->actor;
    struct stored_case *stored = &seen->stored;
    const struct case_doer doer = {actor->scope->actor, actor->role, actor->unit, actor->user};
    struct new_step step = {.kind = STEP_EDITED,
                            .transition = -1,
                            .from = stored->state,
                            .to = stored->state,
                            .fields = names_of_given(casework, stored->reg, given, arena),
                            .since = stored->since,
                            .due = stored->state_due};
    const struct record_change change = {stored->reg, stored->record, stored->version, given,
                                         editing->change->values};
    stored->step++;
    int code =
        case_entry(casework, &doer, "case.edit", stored, &step, TEXT(""), &step.entry, &step.basis, err);
    const struct write_terms terms = {
        .action = TEXT("case.edit"), .touch = true, .today = editing->moment.today, .entry = &step.entry};
    if (code == 0) code = records_write_kept(casework->database, actor->scope, &terms, &change, 1, NULL, err);
    if (code == 0) code = version_of(casework, stored->reg, stored->record, &stored->version, err);
    step.version = stored->version;
    if (code == 0) code = stored_case_put(casework, stored, false, err);
    return code == 0 ? stored_step_put(casework, stored, &doer, editing->moment, &step, err) : code;
}

static int edit_work(void *context, struct err *err)
{
    const struct editing *editing = context;
    const struct record_change *change = editing->change;
    struct arena arena = {0};
    struct case_seen seen;
    bool any = false;
    bool *given = arena_array(&arena, editing->casework->pack->schema.registers[change->reg].field_count,
                              sizeof *given);
    int code = scope_check(editing->actor->scope, editing->casework->pack, change->reg, SCOPE_EDIT, err);
    if (code == 0)
        code = case_see(editing->casework, editing->actor, editing->moment, change->reg, change->id, &arena,
                        &seen, err);
    if (code == 0 && seen.stored.version != change->version)
        code = refuse_stale(editing->casework, &seen.stored, change->version, &arena, err);
    if (code == 0) code = check_edit(editing, &seen, &arena, given, &any, err);
    if (code == 0 && any) code = write_edit(editing, &seen, given, &arena, err);
    arena_fini(&arena);
    return code;
}

int case_may_edit(struct casework *casework, const struct case_actor *actor, struct case_moment moment,
                  const struct record_change *change, const bool *unread, struct err *err)
{
    struct editing editing = {casework, actor, moment, change, unread};
    struct arena arena = {0};
    struct case_seen seen;
    bool is, any;
    bool *given =
        arena_array(&arena, casework->pack->schema.registers[change->reg].field_count, sizeof *given);
    int code = case_stands(casework, actor, change->reg, change->id, &is, err);
    if (code == 0 && is) {
        code = scope_check(actor->scope, casework->pack, change->reg, SCOPE_EDIT, err);
        if (code == 0) code = case_see(casework, actor, moment, change->reg, change->id, &arena, &seen, err);
        if (code == 0) code = check_edit(&editing, &seen, &arena, given, &any, err);
    }
    arena_fini(&arena);
    return code;
}

int case_stands(struct casework *casework, const struct case_actor *actor, int reg, int64_t record, bool *is,
                struct err *err)
{
    struct arena arena = {0};
    struct record found;
    *is = false;
    if (casework->pack->registers[reg].workflow == NULL) return 0;
    int code = record_get(casework->database, actor->scope, reg, record, "zh", &arena, &found, err);
    if (code == 0) *is = found.values[casework->pack->registers[reg].case_fields.state].known;
    arena_fini(&arena);
    return code;
}

int case_edit(struct casework *casework, const struct case_actor *actor, struct case_moment moment,
              const struct record_change *change, struct err *err)
{
    struct editing editing = {casework, actor, moment, change, NULL};
    bool is;
    int code = case_stands(casework, actor, change->reg, change->id, &is, err);
    if (code != 0) return code;
    return is ? store_transact(casework->store, edit_work, &editing, err)
              : records_write(casework->database, actor->scope, TEXT("edit"), change, 1, NULL, err);
}
