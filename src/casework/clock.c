/* The clock of the whole case: from which day it counted, and on which day it was met. Kept when it is met, so
 * that the figures of the process need no guess later, when dates and parameters are others. */
#include "base/date.h"
#include "casework/casework_private.h"

static bool is_end(const struct stored_case *stored, int state)
{
    return state >= 0 && stored->workflow->states[state].end != END_NOT;
}

/* The day on which it began: of the opening, of the last reopening, of the last step that starts it. */
static int day_begun(struct casework *casework, const struct stored_case *stored, int32_t *day,
                     struct err *err)
{
    struct arena arena = {0};
    struct case_step *steps;
    size_t count;
    int code = stored_steps(casework, stored->reg, stored->record, 0, &arena, &steps, &count, err);
    *day = stored->opened;
    for (size_t i = 0; code == 0 && i < count; i++) {
        const struct case_step *step = &steps[i];
        bool starts = step->kind == STEP_MOVED && step->transition >= 0 &&
                      stored->workflow->transitions[step->transition].clock_starts;
        if (starts || (is_end(stored, step->from) && !is_end(stored, step->to))) *day = step->on;
    }
    arena_fini(&arena);
    return code;
}

int case_clock_meet(struct casework *casework, const struct stored_case *stored, const struct value *values,
                    int to, int32_t today, struct err *err)
{
    const struct workflow_state *state = &stored->workflow->states[to];
    int field = stored->workflow->clock.from, code = 0;
    char dates[3][CASE_DATE];
    int32_t began;
    if (stored->clock_due == NO_DATE || state->end == END_WITHDRAWN ||
        (state->end == END_NOT && !state->clock_stops))
        return 0;
    if (field >= 0 && values[field].known)
        began = (int32_t)values[field].integer;
    else
        code = day_begun(casework, stored, &began, err);
    if (code != 0) return code;
    /* A date that was mended today counts, though no tick has counted anew since. */
    struct stored_case counted = *stored;
    case_deadlines(casework->pack, &counted, values, false);
    return ask_run(casework->store,
                   "INSERT INTO zs_clock (register, record, step, began, due, met) VALUES (?1, ?2, ?3, ?4, "
                   "?5, ?6)",
                   ASK_WITH(ask_text(case_register(casework, stored->reg)), ask_int(stored->record),
                            ask_int(stored->step), ask_text(case_date(began, dates[0])),
                            ask_text(case_date(counted.clock_due, dates[1])),
                            ask_text(case_date(today, dates[2]))),
                   err);
}

int case_clock_unmeet(struct casework *casework, struct stored_case *stored, struct err *err)
{
    struct statement *statement;
    bool row = false;
    const struct ask_value key[] = {ask_text(case_register(casework, stored->reg)), ask_int(stored->record),
                                    ask_int(stored->entered)};
    int code = ask_open(casework->store,
                        "SELECT due FROM zs_clock WHERE register = ?1 AND record = ?2 AND step = ?3", key, 3,
                        &statement, err);
    if (code != 0) return code;
    code = statement_step(statement, &row, err);
    if (code == 0 && row) date_parse(statement_text(statement, 0), &stored->clock_due);
    statement_free(statement);
    if (code != 0 || !row) return code;
    return ask_run(casework->store,
                   "DELETE FROM zs_clock WHERE register = ?1 AND record = ?2 AND step = ?3", key, 3, err);
}
