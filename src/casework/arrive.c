/* A county that begins with the programme has plans that run and visits that were made. What a sheet brings
 * begins where its own values say that it stands, as far as the pack believes those who brought it. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "casework/casework_private.h"
#include "casework/propose.h"
#include "register/bound.h"
#include "register/sql.h"

/* ---- Where it stands ---- */

static const struct node **arrival_nodes(const struct pack_workflow *workflow, struct arena *arena)
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

/* Where it begins by what it says and whose sheet it was; NULL: at the start. facts were loaded with
 * arrival_nodes. *comment: what the trail says of it, in the pack's first language. */
static int arrival_of(struct casework *casework, const struct pack_workflow *workflow, int64_t record,
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

/* ---- Records that are to be cases ---- */

struct adopting {
    struct casework *casework;
    const struct pack_workflow *workflow;
    struct case_moment moment;
    int64_t record, beside;
};

static int adopt_work(void *context, struct err *err)
{
    struct adopting *adopting = context;
    struct casework *casework = adopting->casework;
    struct arena arena = {0};
    const struct scope scope = scope_everything(casework->pack, TEXT("casework"), &arena);
    int reg = adopting->workflow->reg;
    struct case_facts facts;
    const struct workflow_arrival *arrival = NULL;
    struct text comment = {0};
    int code = case_facts_load(casework, reg, adopting->record, arrival_nodes(adopting->workflow, &arena),
                               adopting->workflow->arrival_count, &arena, &facts, err);
    if (code != 0) {
        arena_fini(&arena);
        return code;
    }
    /* Nothing is given: the record has its values. They are there to be counted from. */
    const struct case_writing nothing = case_writing_of(casework->pack, reg, &arena);
    code = arrival_of(casework, adopting->workflow, adopting->record, &facts, adopting->moment.today, &arena,
                      &arrival, &comment, err);
    const struct case_opening opening = {.workflow = (int)(adopting->workflow - casework->pack->workflows),
                                         .given = nothing.given,
                                         .values = facts.values,
                                         .comment = comment};
    const struct opening_terms terms = {.opening = &opening,
                                        .opener = OPENER_IMPORT,
                                        .scope = &scope,
                                        .doer = {TEXT("casework"), -1, -1, 0},
                                        .moment = adopting->moment,
                                        .adopted = adopting->record,
                                        .arrival = arrival,
                                        .beside = &adopting->beside};
    int64_t record;
    if (code == 0) code = open_one(casework, &terms, &record, err);
    case_facts_fini(&facts);
    arena_fini(&arena);
    return code;
}

/* Living records of the register that are no case, oldest first; not those that were put beside one. */
static int strays(struct casework *casework, int reg, int64_t **records, size_t *count, struct err *err)
{
    struct bound bound = {0};
    struct statement *statement;
    size_t capacity = 0;
    bool row;
    buffer_string(&bound.sql, "SELECT t.id FROM ");
    sql_table(&bound.sql, casework->pack, reg);
    buffer_string(&bound.sql, " AS t WHERE t.retired IS NULL AND ");
    sql_field(&bound.sql, "t", casework->pack, reg, casework->pack->registers[reg].case_fields.state);
    buffer_string(&bound.sql,
                  " IS NULL AND NOT EXISTS (SELECT 1 FROM zs_proposal_origin AS o WHERE o.record = "
                  "t.id AND o.register = ");
    bound_text(&bound, case_register(casework, reg));
    buffer_string(&bound.sql, ") ORDER BY t.id");
    int code = bound_prepare(&bound, casework->database, &statement, err);
    bound_fini(&bound);
    if (code != 0) return code;
    while ((code = statement_step(statement, &row, err)) == 0 && row) {
        *records = mem_grow(*records, &capacity, *count + 1, sizeof **records);
        (*records)[(*count)++] = statement_int(statement, 0);
    }
    statement_free(statement);
    return code;
}

/* What became of one; what is wrong with it alone stops no other. */
static int note_adopted(struct case_adopted *adopted, const struct adopting *adopting, int code,
                        const struct err *why, struct err *err)
{
    adopted->opened += code == 0 && adopting->beside == 0;
    adopted->beside += code == 0 && adopting->beside != 0;
    adopted->waiting += code == ERR_CONFLICT;
    if (code == 0 || code == ERR_CONFLICT) return 0; /* it waits for its turn */
    if (code == ERR_IO || code == ERR_BUSY || code == ERR_CORRUPT) {
        if (err != NULL) *err = *why;
        return code;
    }
    if (adopted->failed++ == 0) adopted->first = *why;
    return 0;
}

int case_adopt(struct casework *casework, struct case_moment moment, struct case_adopted *adopted,
               struct err *err)
{
    int code = 0;
    *adopted = (struct case_adopted){0};
    for (size_t i = 0; code == 0 && i < casework->pack->workflow_count; i++) {
        struct adopting adopting = {casework, &casework->pack->workflows[i], moment, 0, 0};
        int64_t *records = NULL;
        size_t count = 0;
        if ((adopting.workflow->openers & OPENER_IMPORT) == 0) continue;
        code = strays(casework, adopting.workflow->reg, &records, &count, err);
        for (size_t k = 0; code == 0 && k < count; k++) {
            struct err why = {0};
            adopting.record = records[k];
            code = store_transact(casework->store, adopt_work, &adopting, &why);
            code = note_adopted(adopted, &adopting, code, &why, err);
        }
        free(records);
    }
    return code;
}
