/* Automatic transitions: their guards are asked of all cases in one pass, and who passes is looked at again
 * in a transaction of its own. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "casework/propose.h"
#include "casework/tick_private.h"
#include "formula/formula.h"
#include "monitor/gather.h"
#include "register/bound.h"
#include "register/sql.h"
#include "register/value.h"

enum { ROUNDS_MAX = 10 };

static bool all_true(const struct value *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!values[i].known || values[i].integer == 0) return false;
    return true;
}

/* Has it been reopened for these very values? If not, that is noted. */
static int is_new_ground(struct casework *casework, const struct stored_case *stored, int transition,
                         const struct value *values, bool *is_new, struct arena *arena, struct err *err)
{
    const struct workflow_transition *it = &stored->workflow->transitions[transition];
    struct case_fact *facts = arena_array(arena, it->fact_count, sizeof *facts);
    char digest[CLUE_DIGEST];
    int64_t one;
    bool found;
    for (size_t i = 0; i < it->fact_count; i++)
        facts[i] = (struct case_fact){it->facts[i].node->type, values[i]};
    clue_digest(facts, it->fact_count, digest);
    const struct ask_value key[] = {ask_text(case_register(casework, stored->reg)), ask_int(stored->record),
                                    ask_text(it->label.name), ask_text(text_of(digest))};
    int code =
        ask_one(casework->store,
                "SELECT 1 FROM zs_reopening WHERE register = ?1 AND record = ?2 AND transition = ?3 AND "
                "digest = ?4",
                key, 4, &one, &found, err);
    *is_new = !found;
    if (code != 0 || found) return code;
    return ask_run(casework->store,
                   "INSERT INTO zs_reopening (register, record, transition, digest) VALUES (?1, ?2, ?3, ?4)",
                   key, 4, err);
}

static bool time_has_come(const struct ticking *ticking, const struct stored_case *stored,
                          const struct workflow_transition *transition, const struct value *values)
{
    int field;
    if (transition->overdue && stored->due >= ticking->moment.today) return false;
    return case_waits(ticking->casework->pack, stored, transition, values, &field) <= ticking->moment.today;
}

/* “工资性收入：原为 12,000元，现为 11,500元”, of each fact that is not what it was, in the pack's first
 * language. */
static struct text what_changed(struct casework *casework, const struct workflow_transition *transition,
                                const struct value *values, struct arena *arena)
{
    const struct pack *pack = casework->pack;
    const char *language = pack->language;
    bool english = strcmp(language, "en") == 0;
    struct buffer words = {0};
    for (size_t i = 0; i + 1 < transition->fact_count; i++) {
        if (transition->facts[i].reg != FACT_THEN) continue;
        const struct node *now = transition->facts[i + 1].node;
        if (value_equal(now->type, &values[i], &values[i + 1])) continue;
        if (words.size > 0) buffer_string(&words, english ? "; " : "；");
        formula_print(&pack->schema, now, language, &words);
        buffer_string(&words, english ? ": was " : "：原为 ");
        value_format(&pack->schema, now->type, &values[i], language, &words);
        buffer_string(&words, english ? ", is " : "，现为 ");
        value_format(&pack->schema, now->type, &values[i + 1], language, &words);
    }
    struct text text = arena_text(arena, buffer_get(&words));
    buffer_fini(&words);
    return text;
}

/* It would be opened again while another one of its kind is open on the same record: that one goes on. */
static int is_stood_for(struct casework *casework, const struct stored_case *stored,
                        const struct case_facts *facts, bool *held, struct err *err)
{
    int parent = casework->pack->schema.registers[stored->reg].parent_field;
    int64_t other = 0;
    bool asks = stored->workflow->one_open && parent >= 0 && facts->values[parent].known;
    int code = asks ? open_case_on(casework, stored->reg, facts->values[parent].integer, &other, err) : 0;
    *held = other != 0;
    return code;
}

/* It would end, and who has it has not answered what stands beside it. Where nobody has it nobody could. */
static int is_unanswered(struct casework *casework, const struct stored_case *stored, int transition,
                         bool *held, struct err *err)
{
    int64_t unanswered = 0;
    bool asks =
        ends_case(stored->workflow, transition) && stored->workflow->states[stored->state].holder_count > 0;
    int code = asks ? open_proposals(casework, stored, transition, &unanswered, err) : 0;
    *held = unanswered > 0;
    return code;
}

/* Where nobody stands against it any more, as things are in this transaction. */
static int move_by_itself(struct one_case *one, struct stored_case *stored, struct case_facts *facts,
                          const struct value *values, struct arena *arena, struct err *err)
{
    struct ticking *ticking = one->ticking;
    const struct workflow_transition *transition = &stored->workflow->transitions[one->transition];
    bool reopens = stored->closed != NO_DATE;
    struct moving moving = {.doer = tick_doer(),
                            .moment = ticking->moment,
                            .stored = stored,
                            .transition = one->transition,
                            .to = transition->to,
                            .facts = facts};
    struct new_step said = {.transition = one->transition, .from = stored->state, .to = transition->to};
    size_t count;
    bool held, is_new = true;
    transition_nodes(transition, arena, &count);
    int code = reopens ? is_stood_for(ticking->casework, stored, facts, &held, err)
                       : is_unanswered(ticking->casework, stored, one->transition, &held, err);
    if (code != 0 || held) return code;
    code = reopens ? is_new_ground(ticking->casework, stored, one->transition,
                                   values + count - transition->fact_count, &is_new, arena, err)
                   : 0;
    if (code != 0 || !is_new) return code;
    moving.comment =
        what_changed(ticking->casework, transition, values + count - transition->fact_count, arena);
    said.comment = moving.comment;
    stored->step++;
    code = case_entry(ticking->casework, &moving.doer, "case.do", stored, &said, TEXT(""), &moving.entry,
                      &moving.basis, err);
    if (code == 0) code = move_on(ticking->casework, &moving, arena, err);
    one->done = code == 0;
    ticking->report->moved += code == 0 && !reopens;
    ticking->report->reopened += code == 0 && reopens;
    return code;
}

static int try_automatic(void *context, struct err *err)
{
    struct one_case *one = context;
    struct casework *casework = one->ticking->casework;
    struct arena arena = {0};
    const struct scope scope = scope_everything(casework->pack, TICK_DOER, &arena);
    struct stored_case stored;
    struct case_facts facts = {0};
    size_t count = 0;
    int code = stored_case_get(casework, &scope, one->id.reg, one->id.record, &arena, &stored, err);
    if (code != 0) {
        arena_fini(&arena);
        return code;
    }
    const struct workflow_transition *transition = &stored.workflow->transitions[one->transition];
    const struct node **nodes = transition_nodes(transition, &arena, &count);
    struct value *values = arena_array(&arena, count, sizeof *values);
    code = case_facts_load(casework, stored.reg, stored.record, nodes, count, &arena, &facts, err);
    if (code == 0)
        code = case_facts_ask(casework, &facts, stored.reg, one->ticking->moment.today, nodes, count, values,
                              &arena, err);
    if (code == 0 && workflow_has_role(transition->from, transition->from_count, stored.state) &&
        all_true(values, transition->guard_count) &&
        time_has_come(one->ticking, &stored, transition, facts.values))
        code = move_by_itself(one, &stored, &facts, values, &arena, err);
    case_facts_fini(&facts);
    arena_fini(&arena);
    return code;
}

/* The cases in the transition's states; those whose time has surely not come are left out. */
static int candidates(struct ticking *ticking, const struct pack_workflow *workflow, int transition,
                      struct case_ids *ids, struct err *err)
{
    const struct workflow_transition *it = &workflow->transitions[transition];
    struct casework *casework = ticking->casework;
    struct bound bound = {0};
    struct statement *statement;
    char day[CASE_DATE];
    bool closed = workflow->states[it->from[0]].end != END_NOT;
    buffer_string(&bound.sql, "SELECT c.register, c.record FROM zs_case AS c WHERE c.register = ");
    bound_text(&bound, case_register(casework, workflow->reg));
    buffer_printf(&bound.sql, " AND c.closed IS %sNULL AND c.state IN (", closed ? "NOT " : "");
    for (size_t i = 0; i < it->from_count; i++) {
        if (i > 0) buffer_string(&bound.sql, ", ");
        bound_text(&bound, workflow->states[it->from[i]].label.name);
    }
    buffer_char(&bound.sql, ')');
    if (it->overdue) {
        buffer_string(&bound.sql, " AND c.due < ");
        bound_text(&bound, case_date(ticking->moment.today, day));
    }
    if (it->wait.given && it->wait.from < 0 && it->wait.parameter < 0 && it->wait.count == DAYS_CALENDAR) {
        char since[CASE_DATE];
        buffer_string(&bound.sql, " AND c.since <= ");
        bound_text(&bound, arena_text(&bound.arena,
                                      case_date(ticking->moment.today - (int32_t)it->wait.days, since)));
    }
    buffer_string(&bound.sql, " ORDER BY c.record");
    int code = bound_prepare(&bound, casework->database, &statement, err);
    bound_fini(&bound);
    return code == 0 ? tick_take_ids(casework, statement, ids, err) : code;
}

/* Keeps those whose guards are true, asked of all in one pass. */
static int keep_true(struct ticking *ticking, const struct pack_workflow *workflow, int transition,
                     struct case_ids *ids, struct err *err)
{
    const struct workflow_transition *it = &workflow->transitions[transition];
    struct program_result *results = mem_new(it->guard_count, sizeof *results);
    struct program_root *roots = mem_new(it->guard_count, sizeof *roots);
    const struct program_options options = {.as_of = ticking->moment.today};
    const struct program_run_options run = {.reg = -1};
    struct program *program = NULL;
    struct frame *frame = NULL;
    size_t kept = 0;
    for (size_t i = 0; i < it->guard_count; i++)
        roots[i] = (struct program_root){it->guards[i].node, workflow->reg};
    int code = gather_frame(ticking->casework->database, roots, it->guard_count, false, 0, &frame, err);
    if (code == 0)
        code = program_new(&ticking->casework->pack->schema, roots, it->guard_count, &options, &program, err);
    if (code == 0) code = program_run(program, frame, &run, results, err);
    for (size_t i = 0; code == 0 && i < ids->count; i++) {
        uint32_t row = frame_row(frame, workflow->reg, ids->items[i].record);
        bool good = row != FRAME_NO_ROW;
        for (size_t k = 0; good && k < it->guard_count; k++) {
            struct value value = program_result_get(&results[k], row);
            good = value.known && value.integer != 0;
        }
        if (good) ids->items[kept++] = ids->items[i];
    }
    ids->count = kept;
    if (code == 0) program_results_fini(results, it->guard_count);
    program_free(program);
    if (frame != NULL) frame_free(frame);
    free(roots);
    free(results);
    return code;
}

static int run_transition(struct ticking *ticking, const struct pack_workflow *workflow, int transition,
                          size_t *moved, struct err *err)
{
    struct case_ids ids = {0};
    int code = candidates(ticking, workflow, transition, &ids, err);
    if (code == 0 && ids.count > 0 && workflow->transitions[transition].guard_count > 0)
        code = keep_true(ticking, workflow, transition, &ids, err);
    for (size_t i = 0; code == 0 && i < ids.count; i++) {
        struct one_case one = {ticking, ids.items[i], transition, false};
        code = tick_one(&one, try_automatic, err);
        *moved += one.done;
    }
    free(ids.items);
    return code;
}

/* A round may make others possible. */
int tick_automatic(struct ticking *ticking, struct err *err)
{
    const struct pack *pack = ticking->casework->pack;
    size_t moved = 1, failed = ticking->report->failed;
    int code = 0;
    for (int round = 0; code == 0 && moved > 0 && round < ROUNDS_MAX; round++) {
        moved = 0;
        ticking->report->failed = failed; /* who failed is tried in each round */
        for (size_t i = 0; i < pack->workflow_count; i++)
            for (size_t k = 0; code == 0 && k < pack->workflows[i].transition_count; k++)
                if (pack->workflows[i].transitions[k].kind == KIND_AUTOMATIC)
                    code = run_transition(ticking, &pack->workflows[i], (int)k, &moved, err);
    }
    return code;
}
