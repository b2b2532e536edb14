/* Until when: deadlines of states, the clock of the case, the days on which it goes up. */
#include "casework/casework_private.h"

/* The date so many days after the field's value, or after `from`; NO_DATE where a parameter or the field has
 * no value. Parameters are valued on the day from which one counts. */
static int32_t days_after(const struct pack *pack, const struct workflow_days *days, int32_t from,
                          const struct value *values, bool *known)
{
    int64_t amount;
    if (days->from >= 0) {
        if (!values[days->from].known) return NO_DATE;
        from = (int32_t)values[days->from].integer;
    }
    if (!calendar_amount(pack, days, from, &amount)) return NO_DATE;
    return calendar_add(pack->calendar, from, amount, days->count, known);
}

/* The same, but for days that are counted from the later of the field's date and the day on which the case
 * came into its state: a date that somebody wrote down does not shorten the time that it has to stand there,
 * nor make it late on the day on which it comes. A date that is itself the end stays what it is. */
static int32_t days_here(const struct pack *pack, const struct workflow_days *days,
                         const struct stored_case *stored, const struct value *values, bool *known)
{
    int32_t date = days_after(pack, days, stored->since, values, known);
    if (days->from < 0 || date == NO_DATE || (days->parameter < 0 && days->days == 0)) return date;
    struct workflow_days here = *days;
    here.from = -1;
    int32_t least = days_after(pack, &here, stored->since, values, known);
    return least == NO_DATE || least > date ? least : date;
}

/* A date that nobody wrote down makes no deadline vanish: the days are then counted from when the case came
 * here. */
static int32_t state_due(const struct pack *pack, const struct workflow_days *days,
                         const struct stored_case *stored, const struct value *values, bool *known)
{
    struct workflow_days here = *days;
    if (days->from >= 0 && !values[days->from].known && (days->parameter >= 0 || days->days > 0))
        here.from = -1;
    return days_here(pack, &here, stored, values, known);
}

/* The same for the clock, which then counts from the day on which it begins. Of one that runs, a date that
 * was taken away changes nothing. */
static int32_t clock_due(const struct pack *pack, const struct stored_case *stored,
                         const struct value *values, bool fresh, bool *known)
{
    struct workflow_days clock = stored->workflow->clock;
    bool dated = clock.from >= 0 && values[clock.from].known;
    if (!fresh && !dated) return stored->clock_due;
    if (!dated) clock.from = -1;
    return days_after(pack, &clock, stored->since, values, known);
}

int32_t case_rises(const struct pack *pack, const struct stored_case *stored)
{
    const struct workflow_state *state = &stored->workflow->states[stored->state];
    if (stored->due == NO_DATE || stored->level >= (int64_t)state->escalation_count) return NO_DATE;
    int32_t date = stored->due;
    for (int64_t i = 0; i <= stored->level && date != NO_DATE; i++)
        if (state->escalations[i].after.given)
            date = days_after(pack, &state->escalations[i].after, date, NULL, NULL);
    return date == NO_DATE ? NO_DATE : date + 1;
}

void case_deadlines(const struct pack *pack, struct stored_case *stored, const struct value *values,
                    bool fresh)
{
    const struct pack_workflow *workflow = stored->workflow;
    const struct workflow_state *state = &workflow->states[stored->state];
    stored->due_known = true;
    stored->state_due = NO_DATE;
    if (state->deadline.given)
        stored->state_due = state_due(pack, &state->deadline, stored, values, &stored->due_known);
    if (state->end != END_NOT || state->clock_stops || !workflow->clock.given)
        stored->clock_due = NO_DATE;
    else if (fresh || stored->clock_due != NO_DATE)
        stored->clock_due = clock_due(pack, stored, values, fresh, &stored->due_known);
    stored->due = stored->state_due < stored->clock_due ? stored->state_due : stored->clock_due;
    stored->rises = state->end != END_NOT ? NO_DATE : case_rises(pack, stored);
}

int32_t case_waits(const struct pack *pack, const struct stored_case *stored,
                   const struct workflow_transition *transition, const struct value *values, int *field)
{
    *field = -1;
    if (!transition->wait.given) return INT32_MIN;
    int32_t date = days_here(pack, &transition->wait, stored, values, NULL);
    if (date == NO_DATE && transition->wait.from >= 0 && !values[transition->wait.from].known)
        *field = transition->wait.from;
    return date;
}
