/* A county that begins with the programme has plans that run and visits that were made. What a sheet brings
 * begins where its own values say that it stands, as far as the pack believes those who brought it. */
#include <string.h>

#include "casework/casework_private.h"
#include "register/bound.h"
#include "register/sql.h"

bool arrives_at_end(const struct casework *casework, const struct opening_terms *terms)
{
    const struct pack_workflow *workflow = &casework->pack->workflows[terms->opening->workflow];
    return terms->arrival != NULL && workflow->states[terms->arrival->state].end != END_NOT;
}

const struct node **arrival_nodes(const struct pack_workflow *workflow, struct arena *arena)
{
    const struct node **nodes = arena_array(arena, workflow->arrival_count, sizeof *nodes);
    for (size_t i = 0; i < workflow->arrival_count; i++) nodes[i] = workflow->arrivals[i].when;
    return nodes;
}

/* Who brought the record. Where anybody has changed it since, its values are not all theirs. */
struct bringer {
    bool alone;
    int role; /* -1: of whoever holds the database and has no account, as with the command line */
    struct text name;
};

static int who_brought(struct casework *casework, int reg, int64_t record, struct arena *arena,
                       struct bringer *out, struct err *err)
{
    struct bound bound = {0};
    struct statement *statement;
    bool row;
    *out = (struct bringer){.role = -1};
    buffer_string(&bound.sql, "SELECT t.created, t.entry, e.actor, u.role FROM ");
    sql_table(&bound.sql, casework->pack, reg);
    buffer_string(&bound.sql,
                  " AS t JOIN zs_entry AS e ON e.id = t.created LEFT JOIN zs_user AS u ON u.name = "
                  "e.actor WHERE t.id = ");
    bound_int(&bound, record);
    int code = bound_prepare(&bound, casework->database, &statement, err);
    bound_fini(&bound);
    if (code != 0) return code;
    code = statement_step(statement, &row, err);
    if (code == 0 && row) {
        out->alone = statement_int(statement, 0) == statement_int(statement, 1);
        out->name = arena_text(arena, statement_text(statement, 2));
        if (!statement_is_null(statement, 3)) {
            out->role = pack_role_find(casework->pack, statement_text(statement, 3));
            out->alone = out->alone && out->role >= 0; /* a role that the pack has no longer is nobody's */
        }
    }
    statement_free(statement);
    return code;
}

static bool believes(const struct workflow_arrival *arrival, const struct bringer *bringer)
{
    return bringer->alone &&
           (bringer->role < 0 || workflow_has_role(arrival->roles, arrival->role_count, bringer->role));
}

static struct text words_of(const struct pack *pack, const struct workflow_state *state,
                            const struct bringer *bringer, struct arena *arena)
{
    struct text name = label_in(&state->label, pack->language);
    if (strcmp(pack->language, "en") == 0)
        return text_of(arena_printf(arena, "Imported by %.*s; by the sheet it is in “%.*s” already",
                                    TEXT_ARGS(bringer->name), TEXT_ARGS(name)));
    return text_of(arena_printf(arena, "由 %.*s 导入；按表中所填，已是“%.*s”", TEXT_ARGS(bringer->name),
                                TEXT_ARGS(name)));
}

int arrival_of(struct casework *casework, const struct pack_workflow *workflow, int64_t record,
               const struct case_facts *facts, int32_t today, struct arena *arena,
               const struct workflow_arrival **arrival, struct text *comment, struct err *err)
{
    size_t count = workflow->arrival_count;
    struct value *values = arena_array(arena, count, sizeof *values);
    struct bringer bringer;
    *arrival = NULL;
    if (count == 0) return 0;
    int code = case_facts_ask(casework, facts, workflow->reg, today, arrival_nodes(workflow, arena), count,
                              values, arena, err);
    if (code == 0) code = who_brought(casework, workflow->reg, record, arena, &bringer, err);
    for (size_t i = 0; code == 0 && i < count; i++) {
        if (!values[i].known || values[i].integer == 0 || !believes(&workflow->arrivals[i], &bringer))
            continue;
        *arrival = &workflow->arrivals[i];
        *comment = words_of(casework->pack, &workflow->states[workflow->arrivals[i].state], &bringer, arena);
        break;
    }
    return code;
}
