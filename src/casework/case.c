/* One case for somebody's eyes. */
#include "casework/case.h"

#include <string.h>

#include "casework/casework_private.h"
#include "monitor/local.h"
#include "register/query.h"

/* ---- Where it stands ---- */

static int name_user(struct casework *casework, int64_t user, struct arena *arena, struct text *name,
                     struct err *err)
{
    struct statement *statement;
    bool row;
    int code = ask_open(casework->store, "SELECT display_name FROM zs_user WHERE id = ?1",
                        ASK_WITH(ask_int(user)), &statement, err);
    if (code != 0) return code;
    code = statement_step(statement, &row, err);
    if (code == 0 && row) *name = arena_text(arena, statement_text(statement, 0));
    statement_free(statement);
    return code;
}

/* The field as the register has it; no formula is asked. */
static int number_of(struct casework *casework, const struct case_actor *actor,
                     const struct stored_case *stored, struct arena *arena, struct text *number,
                     struct err *err)
{
    struct record record;
    int field = casework->pack->registers[stored->reg].case_fields.number;
    int code =
        record_get(casework->database, actor->scope, stored->reg, stored->record, "zh", arena, &record, err);
    if (code == 0 && record.values[field].known) *number = record.values[field].text;
    return code;
}

/* Where the state has a deadline and there is none, something has no value. */
static const struct label *what_lacks(const struct casework *casework, const struct stored_case *stored)
{
    const struct workflow_days *deadline = &stored->workflow->states[stored->state].deadline;
    const struct schema *schema = &casework->pack->schema;
    if (!deadline->given || stored->state_due != NO_DATE || stored->closed != NO_DATE) return NULL;
    return deadline->parameter >= 0 ? &schema->parameters[deadline->parameter].label
                                    : &schema->registers[stored->reg].fields[deadline->from].label;
}

void case_view_of(const struct casework *casework, const struct stored_case *stored, int32_t today,
                  struct case_view *out)
{
    *out = (struct case_view){.workflow = (int)(stored->workflow - casework->pack->workflows),
                              .reg = stored->reg,
                              .record = stored->record,
                              .version = stored->version,
                              .state = stored->state,
                              .opened = case_date_value(stored->opened),
                              .since = case_date_value(stored->since),
                              .due = case_date_value(stored->due),
                              .closed = case_date_value(stored->closed),
                              .state_due = case_date_value(stored->state_due),
                              .clock_due = case_date_value(stored->clock_due),
                              .due_lacks = what_lacks(casework, stored),
                              .due_known = stored->due_known,
                              .overdue = stored->closed == NO_DATE && stored->due < today,
                              .level = (int)stored->level,
                              .assignee = stored->assignee};
}

int case_get(struct casework *casework, const struct case_actor *actor, struct case_moment moment, int reg,
             int64_t record, struct arena *arena, struct case_view *out, struct err *err)
{
    struct stored_case stored;
    int code = stored_case_get(casework, actor->scope, reg, record, arena, &stored, err);
    if (code != 0) return code;
    case_view_of(casework, &stored, moment.today, out);
    code = number_of(casework, actor, &stored, arena, &out->number, err);
    if (code == 0 && stored.assignee != 0)
        code = name_user(casework, stored.assignee, arena, &out->assignee_name, err);
    return code;
}

int case_subject(struct casework *casework, int reg, int64_t record, int *subject_reg, int64_t *subject,
                 struct err *err)
{
    const struct schema *schema = &casework->pack->schema;
    int code = 0;
    *subject_reg = reg;
    *subject = record;
    if (reg < 0 || !hangs_on(schema, reg, casework->pack->subject)) return 0;
    while (code == 0 && *subject_reg != casework->pack->subject) {
        code = reference_of(casework, *subject_reg, schema->registers[*subject_reg].parent_field, *subject,
                            subject, err);
        *subject_reg = schema->registers[*subject_reg].parent;
    }
    return code;
}

/* The record of one register that bears the number. count: 0 or 1. */
static int find_in(struct casework *casework, const struct case_actor *actor, int reg, struct text number,
                   int64_t *record, size_t *count, struct err *err)
{
    struct query query = query_of(reg);
    const struct value wanted = {.known = true, .text = number};
    const struct query_condition condition = {casework->pack->registers[reg].case_fields.number, QUERY_IN,
                                              &wanted, 1};
    struct query_page page;
    query.conditions = &condition;
    query.condition_count = 1;
    query.limit = 1;
    int code = query_list(casework->database, actor->scope, &query, &page, err);
    if (code != 0) return code;
    *count = page.count;
    if (page.count > 0) *record = page.records[0].id;
    query_page_fini(&page);
    return 0;
}

static int refuse_ambiguous(const struct casework *casework, struct text number, const int *workflows,
                            size_t count, struct err *err)
{
    struct buffer zh = {0}, en = {0};
    for (size_t i = 0; i < count; i++) {
        const struct label *label = &casework->pack->workflows[workflows[i]].label;
        struct text name_zh = label_in(label, "zh"), name_en = label_in(label, "en");
        buffer_printf(&zh, "%s%.*s/%.*s（%.*s）", i > 0 ? "、" : "", TEXT_ARGS(label->name),
                      TEXT_ARGS(number), TEXT_ARGS(name_zh));
        buffer_printf(&en, "%s%.*s/%.*s (%.*s)", i > 0 ? ", " : "", TEXT_ARGS(label->name), TEXT_ARGS(number),
                      TEXT_ARGS(name_en));
    }
    int code = err_set(err, ERR_CONFLICT, "这个编号不止一件，请写明是哪一件：%s%.0s",
                       "Several cases bear that number; say which: %.0s%s", zh.data, en.data);
    buffer_fini(&zh);
    buffer_fini(&en);
    return code;
}

int case_find(struct casework *casework, const struct case_actor *actor, struct text number, int *reg,
              int64_t *record, struct err *err)
{
    enum { NAMED_MAX = 8 };
    const struct pack *pack = casework->pack;
    const char *slash = number.size == 0 ? NULL : memchr(number.at, '/', number.size);
    struct text bare = number;
    int only = -1, found[NAMED_MAX];
    size_t count = 0;
    if (slash != NULL) {
        bare = (struct text){slash + 1, number.size - (size_t)(slash + 1 - number.at)};
        only = pack_workflow_find(pack, (struct text){number.at, (size_t)(slash - number.at)});
    }
    for (size_t i = 0; (slash == NULL || only >= 0) && i < pack->workflow_count; i++) {
        int at = pack->workflows[i].reg;
        size_t here = 0;
        if (!scope_may(actor->scope, at, SCOPE_READ) || (only >= 0 && only != (int)i)) continue;
        int64_t candidate = 0;
        int code = find_in(casework, actor, at, bare, &candidate, &here, err);
        if (code != 0) return code;
        if (here > 0 && count < NAMED_MAX) found[count++] = (int)i;
        if (here == 0) continue;
        *reg = at;
        *record = candidate;
    }
    if (count == 1) return 0;
    if (count > 1) return refuse_ambiguous(casework, bare, found, count, err);
    return err_set(err, ERR_NOT_FOUND, "没有编号为“%.*s”的办件", "There is no case “%.*s”",
                   TEXT_ARGS(number));
}

int case_steps(struct casework *casework, const struct case_actor *actor, int reg, int64_t record,
               int64_t since, struct arena *arena, struct case_step **steps, size_t *count, struct err *err)
{
    struct stored_case stored;
    int code = stored_case_get(casework, actor->scope, reg, record, arena, &stored, err);
    return code == 0 ? stored_steps(casework, reg, record, since, arena, steps, count, err) : code;
}

/* ---- What may be done ---- */

struct asking {
    struct casework *casework;
    struct case_look *look;
    struct arena *arena;
    struct case_action **actions;
    size_t *count;
};

/* All guards of all transitions out of the state, for one load and one run. */
static const struct node **guard_nodes(const struct stored_case *stored, struct arena *arena, size_t *count)
{
    const struct pack_workflow *workflow = stored->workflow;
    size_t most = 0;
    for (size_t i = 0; i < workflow->transition_count; i++) most += workflow->transitions[i].guard_count;
    const struct node **nodes = arena_array(arena, most, sizeof(struct node *));
    *count = 0;
    for (size_t i = 0; i < workflow->transition_count; i++) {
        const struct workflow_transition *transition = &workflow->transitions[i];
        if (!workflow_has_role(transition->from, transition->from_count, stored->state)) continue;
        for (size_t k = 0; k < transition->guard_count; k++) nodes[(*count)++] = transition->guards[k].node;
    }
    return nodes;
}

static int list_actions(const struct asking *asking, const struct value *guards, struct err *err)
{
    const struct pack_workflow *workflow = asking->look->stored->workflow;
    int code = 0;
    *asking->actions = arena_array(asking->arena, workflow->transition_count, sizeof **asking->actions);
    *asking->count = 0;
    for (size_t i = 0; code == 0 && i < workflow->transition_count; i++) {
        const struct workflow_transition *transition = &workflow->transitions[i];
        if (!workflow_has_role(transition->from, transition->from_count, asking->look->stored->state))
            continue;
        asking->look->guards = guards;
        guards += transition->guard_count;
        if (transition->kind != KIND_AUTOMATIC)
            code = case_obstacles(asking->casework, asking->look, (int)i, asking->arena,
                                  &(*asking->actions)[(*asking->count)++], err);
    }
    return code;
}

int case_actions(struct casework *casework, const struct case_actor *actor, struct case_moment moment,
                 int reg, int64_t record, struct arena *arena, struct case_action **actions, size_t *count,
                 struct err *err)
{
    struct stored_case stored;
    struct case_step *steps = NULL;
    struct case_facts facts;
    size_t step_count = 0, nodes_count = 0;
    int code = stored_case_get(casework, actor->scope, reg, record, arena, &stored, err);
    if (code == 0) code = stored_steps(casework, reg, record, 0, arena, &steps, &step_count, err);
    if (code != 0) return code;
    const struct node **nodes = guard_nodes(&stored, arena, &nodes_count);
    struct value *guards = arena_array(arena, nodes_count, sizeof *guards);
    code = case_facts_load(casework, reg, record, nodes, nodes_count, arena, &facts, err);
    if (code != 0) return code;
    struct case_look look = {actor, moment, &stored, steps, step_count, &facts, NULL, NULL};
    const struct asking asking = {casework, &look, arena, actions, count};
    code = case_facts_ask(casework, &facts, reg, moment.today, nodes, nodes_count, guards, arena, err);
    if (code == 0) code = list_actions(&asking, guards, err);
    case_facts_fini(&facts);
    return code;
}

/* ---- Proposals ---- */

static enum case_proposal_state proposal_state(struct text name)
{
    if (text_is(name, "accepted")) return PROPOSAL_ACCEPTED;
    return text_is(name, "refused") ? PROPOSAL_REFUSED : PROPOSAL_OPEN;
}

int case_proposals(struct casework *casework, const struct case_actor *actor, int reg, int64_t record,
                   struct arena *arena, struct case_proposal **proposals, size_t *count, struct err *err)
{
    struct stored_case stored;
    struct statement *statement;
    size_t capacity = 0;
    bool row;
    *proposals = NULL;
    *count = 0;
    int code = stored_case_get(casework, actor->scope, reg, record, arena, &stored, err);
    if (code == 0)
        code = ask_open(
            casework->store,
            "SELECT p.id, p.state, p.source, p.transition, p.zh, p.en, p.at, p.entry, p.basis, "
            "p.answered_by, "
            "p.comment, coalesce(o.register, ''), coalesce(o.record, 0) FROM zs_proposal AS p LEFT JOIN "
            "zs_proposal_origin AS o ON o.proposal = p.id WHERE p.register = ?1 AND p.record = ?2 ORDER BY "
            "p.id",
            ASK_WITH(ask_text(case_register(casework, reg)), ask_int(record)), &statement, err);
    if (code != 0) return code;
    while ((code = statement_step(statement, &row, err)) == 0 && row) {
        *proposals = arena_grow(arena, *proposals, &capacity, *count + 1, sizeof **proposals);
        (*proposals)[(*count)++] = (struct case_proposal){
            .id = statement_int(statement, 0),
            .state = proposal_state(statement_text(statement, 1)),
            .source = arena_text(arena, statement_text(statement, 2)),
            .origin_reg = schema_register_find(&casework->pack->schema, statement_text(statement, 11)),
            .origin = statement_int(statement, 12),
            .transition = workflow_transition_find(stored.workflow, statement_text(statement, 3)),
            .zh = arena_text(arena, statement_text(statement, 4)),
            .en = arena_text(arena, statement_text(statement, 5)),
            .at = statement_int(statement, 6),
            .entry = statement_int(statement, 7),
            .basis = statement_int(statement, 8),
            .answered_by = arena_text(arena, statement_text(statement, 9)),
            .comment = arena_text(arena, statement_text(statement, 10)),
        };
    }
    statement_free(statement);
    return code;
}
