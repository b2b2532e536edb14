/* What time and facts do. First the few that an index names: those that go up. Then what somebody who left
 * had, deadlines, and automatic transitions (automatic.c). */
#include "casework/tick_private.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/date.h"
#include "base/mem.h"
#include "casework/propose.h"
#include "register/bound.h"
#include "register/sql.h"

static void note_id(struct case_ids *ids, int reg, int64_t record)
{
    ids->items = mem_grow(ids->items, &ids->capacity, ids->count + 1, sizeof *ids->items);
    ids->items[ids->count++] = (struct case_id){reg, record};
}

/* As long as the case took, up to a twentieth of a second: whoever waits to write finds the database free
 * half of the time. */
static void rest(const struct timespec *begun)
{
    enum { NANOSECONDS = 1000000000, REST_MAX = NANOSECONDS / 20 };
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    int64_t took = (now.tv_sec - begun->tv_sec) * (int64_t)NANOSECONDS + now.tv_nsec - begun->tv_nsec;
    const struct timespec pause = {.tv_nsec = took < REST_MAX ? (long)took : REST_MAX};
    nanosleep(&pause, NULL);
}

int tick_one(struct one_case *one, int (*work)(void *context, struct err *err), struct err *err)
{
    const struct tick_options *options = one->ticking->options;
    struct tick_report *report = one->ticking->report;
    struct timespec begun;
    struct err why;
    if (options != NULL && options->cancelled != NULL && options->cancelled(options->context))
        return err_set(err, ERR_CANCELLED, "已停止；已办的保留", "Stopped; what was done stays");
    one->done = false;
    clock_gettime(CLOCK_MONOTONIC, &begun);
    int code = store_transact(one->ticking->casework->store, work, one, &why);
    if (options != NULL && options->gentle) rest(&begun);
    if (code == 0 || code == ERR_NOT_FOUND) return 0; /* retired in between, or with its household */
    if (code == ERR_IO || code == ERR_BUSY || code == ERR_CORRUPT) {
        if (err != NULL) *err = why;
        return code;
    }
    if (report->failed++ == 0) report->first = why;
    return 0;
}

struct case_doer tick_doer(void)
{
    return (struct case_doer){TICK_DOER, -1, -1, 0};
}

/* ---- Going up ---- */

static int rise_once(struct ticking *ticking, struct stored_case *stored, const struct scope *scope,
                     struct arena *arena, struct err *err)
{
    struct casework *casework = ticking->casework;
    const struct case_doer doer = tick_doer();
    const struct case_writing nothing = case_writing_of(casework->pack, stored->reg, arena);
    struct new_step step = {.kind = STEP_ESCALATED,
                            .transition = -1,
                            .from = stored->state,
                            .to = stored->state,
                            .since = stored->since,
                            .due = stored->state_due};
    stored->step++;
    stored->level++;
    stored->rises = case_rises(casework->pack, stored);
    int code =
        case_entry(casework, &doer, "case.escalate", stored, &step, TEXT(""), &step.entry, &step.basis, err);
    if (code == 0)
        code = case_write(casework, scope, stored->reg, stored->record, true, ticking->moment.today, &nothing,
                          step.entry, &stored->version, err);
    step.version = stored->version;
    if (code == 0) code = stored_case_put(casework, stored, false, err);
    if (code == 0) code = stored_step_put(casework, stored, &doer, ticking->moment, &step, err);
    ticking->report->escalated += code == 0;
    return code;
}

static int rise(void *context, struct err *err)
{
    const struct one_case *one = context;
    struct arena arena = {0};
    const struct scope scope = scope_everything(one->ticking->casework->pack, TICK_DOER, &arena);
    struct stored_case stored;
    int code =
        stored_case_get(one->ticking->casework, &scope, one->id.reg, one->id.record, &arena, &stored, err);
    while (code == 0 && stored.closed == NO_DATE && stored.rises <= one->ticking->moment.today)
        code = rise_once(one->ticking, &stored, &scope, &arena, err);
    arena_fini(&arena);
    return code;
}

int tick_take_ids(struct casework *casework, struct statement *statement, struct case_ids *ids,
                  struct err *err)
{
    bool row;
    int code;
    while ((code = statement_step(statement, &row, err)) == 0 && row) {
        int reg = schema_register_find(&casework->pack->schema, statement_text(statement, 0));
        if (reg >= 0 && casework->pack->registers[reg].workflow != NULL)
            note_id(ids, reg, statement_int(statement, 1));
    }
    statement_free(statement);
    return code;
}

static int rise_all(struct ticking *ticking, struct err *err)
{
    struct statement *statement;
    struct case_ids ids = {0};
    char day[CASE_DATE];
    int code = ask_open(ticking->casework->store,
                        "SELECT register, record FROM zs_case WHERE closed IS NULL AND rises <= ?1 ORDER BY "
                        "register, record",
                        ASK_WITH(ask_text(case_date(ticking->moment.today, day))), &statement, err);
    if (code == 0) code = tick_take_ids(ticking->casework, statement, &ids, err);
    for (size_t i = 0; code == 0 && i < ids.count; i++)
        code = tick_one(&(struct one_case){ticking, ids.items[i], -1, false}, rise, err);
    free(ids.items);
    return code;
}

/* ---- Who has left ---- */

/* Was it given to somebody who may not have it any more: retired, another role, another place? */
static int is_orphan(struct ticking *ticking, struct case_id id, const struct scope *scope,
                     struct arena *arena, struct stored_case *stored, bool *orphan, struct err *err)
{
    struct casework *casework = ticking->casework;
    int64_t user = 0;
    bool found;
    struct err why;
    *orphan = false;
    int code = stored_case_get(casework, scope, id.reg, id.record, arena, stored, err);
    if (code == 0)
        code = ask_one(
            casework->store, "SELECT coalesce(assignee, 0) FROM zs_case WHERE register = ?1 AND record = ?2",
            ASK_WITH(ask_text(case_register(casework, id.reg)), ask_int(id.record)), &user, &found, err);
    if (code != 0 || user == 0 || stored->closed != NO_DATE) return code;
    *orphan = stored->assignee == 0;
    if (*orphan || casework->access == NULL) return 0;
    code = case_may_hold(casework, stored, stored->state, user, &why);
    *orphan = code == ERR_INPUT || code == ERR_NOT_FOUND;
    if (code == 0 || *orphan) return 0;
    if (err != NULL) *err = why;
    return code;
}

static int release(void *context, struct err *err)
{
    const struct one_case *one = context;
    struct casework *casework = one->ticking->casework;
    struct arena arena = {0};
    const struct scope scope = scope_everything(casework->pack, TICK_DOER, &arena);
    const struct case_doer doer = tick_doer();
    struct stored_case stored;
    bool orphan, english = strcmp(casework->pack->language, "en") == 0;
    int code = is_orphan(one->ticking, one->id, &scope, &arena, &stored, &orphan, err);
    if (code != 0 || !orphan) {
        arena_fini(&arena);
        return code;
    }
    const struct case_writing nothing = case_writing_of(casework->pack, stored.reg, &arena);
    struct new_step step = {.kind = STEP_ASSIGNED,
                            .transition = -1,
                            .from = stored.state,
                            .to = stored.state,
                            .comment = english
                                           ? TEXT("Whom it was given to does not have such cases any more")
                                           : TEXT("原承办人已不办这类件，退回给承办岗位"),
                            .since = stored.since,
                            .due = stored.state_due};
    stored.assignee = 0;
    stored.step++;
    code =
        case_entry(casework, &doer, "case.release", &stored, &step, TEXT(""), &step.entry, &step.basis, err);
    if (code == 0)
        code = case_write(casework, &scope, stored.reg, stored.record, true, one->ticking->moment.today,
                          &nothing, step.entry, &stored.version, err);
    step.version = stored.version;
    if (code == 0) code = stored_case_put(casework, &stored, false, err);
    if (code == 0) code = stored_step_put(casework, &stored, &doer, one->ticking->moment, &step, err);
    one->ticking->report->released += code == 0;
    arena_fini(&arena);
    return code;
}

/* Asked of each without a transaction first: there are many, and hardly one of them is meant. */
static int release_all(struct ticking *ticking, struct err *err)
{
    struct casework *casework = ticking->casework;
    struct statement *statement;
    struct case_ids ids = {0};
    int code =
        ask_open(casework->store,
                 "SELECT register, record FROM zs_case WHERE closed IS NULL AND assignee IS NOT NULL ORDER "
                 "BY register, record",
                 NULL, 0, &statement, err);
    if (code == 0) code = tick_take_ids(casework, statement, &ids, err);
    for (size_t i = 0; code == 0 && i < ids.count; i++) {
        struct arena arena = {0};
        const struct scope scope = scope_everything(casework->pack, TICK_DOER, &arena);
        struct stored_case stored;
        bool orphan = false;
        code = is_orphan(ticking, ids.items[i], &scope, &arena, &stored, &orphan, err);
        if (code == ERR_NOT_FOUND) code = 0; /* retired with its household */
        if (code == 0 && orphan)
            code = tick_one(&(struct one_case){ticking, ids.items[i], -1, false}, release, err);
        arena_fini(&arena);
    }
    free(ids.items);
    return code;
}

/* ---- Deadlines that stand on a date of the case ---- */

static bool counts_from_fields(const struct pack_workflow *workflow)
{
    bool any = workflow->clock.given && workflow->clock.from >= 0;
    for (size_t i = 0; i < workflow->state_count; i++)
        any = any || (workflow->states[i].deadline.given && workflow->states[i].deadline.from >= 0);
    return any;
}

static int count_anew(void *context, struct err *err)
{
    const struct one_case *one = context;
    struct casework *casework = one->ticking->casework;
    struct arena arena = {0};
    const struct scope scope = scope_everything(casework->pack, TICK_DOER, &arena);
    const struct case_doer doer = tick_doer();
    struct stored_case stored;
    struct case_facts facts = {0};
    int64_t entry, basis;
    int code = stored_case_get(casework, &scope, one->id.reg, one->id.record, &arena, &stored, err);
    if (code == 0) code = case_facts_load(casework, stored.reg, stored.record, NULL, 0, &arena, &facts, err);
    const struct stored_case before = stored;
    if (code == 0) case_deadlines(casework->pack, &stored, facts.values, false);
    if (code == 0 && stored.closed == NO_DATE &&
        (stored.state_due != before.state_due || stored.clock_due != before.clock_due)) {
        const struct new_step said = {.transition = -1, .from = -1, .to = stored.state};
        const struct case_writing writing = case_writing_of(casework->pack, stored.reg, &arena);
        case_give(&writing, casework->pack->registers[stored.reg].case_fields.due,
                  case_date_value(stored.due));
        code = case_entry(casework, &doer, "case.due", &stored, &said, TEXT(""), &entry, &basis, err);
        if (code == 0)
            code = case_write(casework, &scope, stored.reg, stored.record, false, one->ticking->moment.today,
                              &writing, entry, NULL, err);
        if (code == 0) code = stored_case_put(casework, &stored, false, err);
    }
    case_facts_fini(&facts);
    arena_fini(&arena);
    return code;
}

/* Only records that were written since the last tick can count otherwise. */
static int count_all_anew(struct ticking *ticking, const struct pack_workflow *workflow, struct err *err)
{
    struct casework *casework = ticking->casework;
    struct bound bound = {0};
    struct statement *statement;
    struct case_ids ids = {0};
    if (!counts_from_fields(workflow)) return 0;
    buffer_string(&bound.sql, "SELECT c.register, c.record FROM zs_case AS c JOIN ");
    sql_table(&bound.sql, casework->pack, workflow->reg);
    buffer_string(&bound.sql,
                  " AS t ON t.id = c.record WHERE c.closed IS NULL AND t.retired IS NULL AND c.register = ");
    bound_text(&bound, case_register(casework, workflow->reg));
    buffer_string(&bound.sql, " AND t.entry > ");
    bound_int(&bound, ticking->last);
    int code = bound_prepare(&bound, casework->database, &statement, err);
    bound_fini(&bound);
    if (code == 0) code = tick_take_ids(casework, statement, &ids, err);
    size_t failed = ticking->report->failed;
    for (size_t i = 0; code == 0 && i < ids.count; i++)
        code = tick_one(&(struct one_case){ticking, ids.items[i], -1, false}, count_anew, err);
    ticking->uncounted += ticking->report->failed - failed;
    free(ids.items);
    return code;
}

/* ---- The whole ---- */

/* Nothing written, the same day, the same pack: there is nothing to be found. What is written while it ticks
 * is the next one's to look at; what the tick itself writes costs that one a look. */
static int seen_already(struct ticking *ticking, bool *seen, struct err *err)
{
    struct casework *casework = ticking->casework;
    struct statement *statement;
    char day[CASE_DATE];
    bool row;
    *seen = false;
    ticking->last = 0;
    int code = database_last_entry(casework->store, &ticking->entry, err);
    if (code == 0)
        code = ask_open(casework->store, "SELECT entry, day, digest FROM zs_tick WHERE id = ?1",
                        ASK_WITH(ask_int(1)), &statement, err);
    if (code != 0) return code;
    code = statement_step(statement, &row, err);
    if (code == 0 && row) {
        ticking->last = statement_int(statement, 0);
        *seen = ticking->last == ticking->entry &&
                text_equal(statement_text(statement, 1), case_date(ticking->moment.today, day)) &&
                text_is(statement_text(statement, 2), casework->pack->digest);
    }
    statement_free(statement);
    return code;
}

/* What could not be counted anew is tried again, with all that was written since. */
static int note_tick(void *context, struct err *err)
{
    const struct ticking *ticking = context;
    struct casework *casework = ticking->casework;
    char day[CASE_DATE];
    return ask_run(casework->store,
                   "INSERT INTO zs_tick (id, entry, day, digest) VALUES (1, ?1, ?2, ?3) ON CONFLICT (id) DO "
                   "UPDATE SET entry = excluded.entry, day = excluded.day, digest = excluded.digest",
                   ASK_WITH(ask_int(ticking->uncounted > 0 ? ticking->last : ticking->entry),
                            ask_text(case_date(ticking->moment.today, day)),
                            ask_text(text_of(casework->pack->digest))),
                   err);
}

int casework_tick(struct casework *casework, struct case_moment moment, const struct tick_options *options,
                  struct tick_report *report, struct err *err)
{
    struct ticking ticking = {.casework = casework, .moment = moment, .options = options, .report = report};
    bool seen;
    *report = (struct tick_report){0};
    bool known = true;
    calendar_is_working(casework->pack->calendar, moment.today, &known);
    report->unknown_year = !known;
    struct case_adopted adopted;
    int code = case_adopt(casework, moment, &adopted, err);
    report->adopted = adopted.opened;
    report->beside = adopted.beside;
    report->failed = adopted.failed;
    report->first = adopted.first;
    if (code == 0) code = seen_already(&ticking, &seen, err);
    for (size_t i = 0; code == 0 && !seen && i < casework->pack->workflow_count; i++)
        code = count_all_anew(&ticking, &casework->pack->workflows[i], err);
    if (code == 0 && !seen) code = release_all(&ticking, err);
    if (code == 0) code = rise_all(&ticking, err);
    if (code != 0 || seen) return code;
    code = tick_automatic(&ticking, err);
    if (code == 0) code = rise_all(&ticking, err); /* what moved may be late where it came to */
    return code == 0 ? store_transact(casework->store, note_tick, &ticking, err) : code;
}
