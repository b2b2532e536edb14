/* A table of a hundred reports asks for their steps once. */
#include "casework/trails.h"

#include "access/ask.h"
#include "base/date.h"

struct reading {
    const struct pack_workflow *workflow;
    const int64_t *records;
    size_t count;
    struct arena *arena;
    struct case_trail *trails;
};

static struct case_trail *trail_of(const struct reading *reading, int64_t record)
{
    size_t from = 0, until = reading->count;
    while (from < until) {
        size_t middle = from + (until - from) / 2;
        if (reading->records[middle] == record) return &reading->trails[middle];
        if (reading->records[middle] < record)
            from = middle + 1;
        else
            until = middle;
    }
    return NULL;
}

static void take(const struct reading *reading, struct statement *statement)
{
    const struct pack_workflow *workflow = reading->workflow;
    struct case_trail *trail = trail_of(reading, statement_int(statement, 0));
    int32_t day;
    if (trail == NULL) return;
    trail->last = workflow_transition_find(workflow, statement_text(statement, 1));
    if (workflow_state_find(workflow, statement_text(statement, 2)) != workflow->start) return;
    trail->by = arena_text(reading->arena, statement_text(statement, 3));
    trail->on = (struct value){.known = date_parse(statement_text(statement, 4), &day)};
    if (trail->on.known) trail->on.integer = day;
}

int case_trails(struct database *database, int reg, const int64_t *records, size_t count, struct arena *arena,
                struct case_trail *trails, struct err *err)
{
    const struct pack *pack = database_pack(database);
    const struct reading reading = {pack->registers[reg].workflow, records, count, arena, trails};
    struct statement *statement;
    bool row;
    for (size_t i = 0; i < count; i++) trails[i] = (struct case_trail){.last = -1};
    if (count == 0) return 0;
    int code = ask_open(
        database_store(database),
        "SELECT s.record, s.transition, s.from_state, COALESCE(u.display_name, s.actor), s.day FROM zs_step "
        "s "
        "LEFT JOIN zs_user u ON u.name = s.actor WHERE s.register = ?1 AND s.record >= ?2 AND s.record <= ?3 "
        "AND s.kind = 'moved' ORDER BY s.record, s.number",
        ASK_WITH(ask_text(pack->schema.registers[reg].label.name), ask_int(records[0]),
                 ask_int(records[count - 1])),
        &statement, err);
    if (code != 0) return code;
    while ((code = statement_step(statement, &row, err)) == 0 && row) take(&reading, statement);
    statement_free(statement);
    return code;
}

const struct label *case_standing(const struct pack_workflow *workflow, const struct case_trail *trail,
                                  int state)
{
    static const struct label nowhere = {0};
    if (state < 0) return &nowhere;
    const struct workflow_transition *last = trail->last < 0 ? NULL : &workflow->transitions[trail->last];
    if (last != NULL && last->to == state && (last->done.zh.size > 0 || last->done.en.size > 0))
        return &last->done;
    return &workflow->states[state].label;
}

bool case_came_back(const struct pack_workflow *workflow, const struct case_trail *trail, int state)
{
    return trail->last >= 0 && workflow->transitions[trail->last].kind == KIND_RETURN &&
           workflow->transitions[trail->last].to == state;
}
