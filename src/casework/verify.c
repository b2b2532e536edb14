/* Read in order of cases and steps, one pass a table: memory does not grow with them. */
#include "casework/verify.h"

#include "casework/casework_private.h"
#include "register/bound.h"
#include "register/sql.h"

static void note(struct fault_list *faults, struct text reg, int64_t record, const char *zh, const char *en)
{
    struct err fault;
    err_set(&fault, ERR_CORRUPT, "登记 %.*s 的办件 %lld：%s%.0s", "Register %.*s, case %lld: %.0s%s",
            TEXT_ARGS(reg), (long long)record, zh, en);
    fault_list_add(faults, &fault);
}

/* Each step goes on from the one before, and its entry is there. */
static int verify_steps(struct casework *casework, struct fault_list *faults, struct err *err)
{
    struct statement *statement;
    struct buffer reg = {0}, state = {0};
    int64_t record = 0, number = 0;
    bool row;
    int code =
        store_prepare(casework->store,
                      TEXT("SELECT s.register, s.record, s.number, coalesce(s.from_state, ''), s.to_state, "
                           "e.id, s.actor, e.actor, s.entry > s.basis FROM zs_step AS s LEFT JOIN zs_entry "
                           "AS e ON e.id = s.entry ORDER BY s.register, s.record, s.number"),
                      &statement, err);
    if (code != 0) return code;
    while ((code = statement_step(statement, &row, err)) == 0 && row) {
        struct text name = statement_text(statement, 0);
        bool first = !text_equal(name, buffer_get(&reg)) || statement_int(statement, 1) != record;
        record = statement_int(statement, 1);
        bool follows = first ? statement_int(statement, 2) == 1 && statement_text(statement, 3).size == 0
                             : statement_int(statement, 2) == number + 1 &&
                                   text_equal(statement_text(statement, 3), buffer_get(&state));
        if (!follows) note(faults, name, record, "步骤接不上", "its steps do not go on from one another");
        if (statement_is_null(statement, 5) || statement_int(statement, 8) == 0 ||
            !text_equal(statement_text(statement, 6), statement_text(statement, 7)))
            note(faults, name, record, "有一步在日志里没有，或经办人不同",
                 "the log does not know a step, or names somebody else");
        number = statement_int(statement, 2);
        buffer_clear(&reg);
        buffer_text(&reg, name);
        buffer_clear(&state);
        buffer_text(&state, statement_text(statement, 4));
    }
    statement_free(statement);
    buffer_fini(&reg);
    buffer_fini(&state);
    return code;
}

static int verify_cases(struct casework *casework, struct fault_list *faults, struct err *err)
{
    struct statement *statement;
    bool row;
    int code = store_prepare(
        casework->store,
        TEXT("SELECT c.register, c.record FROM zs_case AS c LEFT JOIN zs_step AS s ON s.register "
             "= c.register AND s.record = c.record AND s.number = c.step WHERE s.to_state IS "
             "NULL OR s.to_state <> c.state OR EXISTS (SELECT 1 FROM zs_step AS n WHERE "
             "n.register = c.register AND n.record = c.record AND n.number > c.step)"),
        &statement, err);
    if (code != 0) return code;
    while ((code = statement_step(statement, &row, err)) == 0 && row)
        note(faults, statement_text(statement, 0), statement_int(statement, 1), "不在最后一步到达的状态",
             "it is not where its last step left it");
    statement_free(statement);
    return code;
}

static int verify_records(struct casework *casework, int reg, struct fault_list *faults, struct err *err)
{
    const struct pack_case_fields *own = &casework->pack->registers[reg].case_fields;
    struct bound bound = {0};
    struct statement *statement;
    bool row;
    buffer_string(&bound.sql, "SELECT c.register, c.record FROM zs_case AS c LEFT JOIN ");
    sql_table(&bound.sql, casework->pack, reg);
    buffer_string(&bound.sql, " AS t ON t.id = c.record WHERE c.register = ");
    bound_text(&bound, case_register(casework, reg));
    buffer_string(&bound.sql, " AND (t.id IS NULL OR ");
    sql_field(&bound.sql, "t", casework->pack, reg, own->state);
    buffer_string(&bound.sql, " <> c.state OR ");
    sql_field(&bound.sql, "t", casework->pack, reg, own->since);
    buffer_string(&bound.sql, " <> c.since OR coalesce(");
    sql_field(&bound.sql, "t", casework->pack, reg, own->due);
    buffer_string(&bound.sql, ", '9999-12-31') <> c.due OR coalesce(");
    sql_field(&bound.sql, "t", casework->pack, reg, own->closed);
    buffer_string(&bound.sql, ", '') <> coalesce(c.closed, ''))");
    int code = bound_prepare(&bound, casework->database, &statement, err);
    bound_fini(&bound);
    if (code != 0) return code;
    while ((code = statement_step(statement, &row, err)) == 0 && row)
        note(faults, statement_text(statement, 0), statement_int(statement, 1),
             "记录里的状态或日期与办件不同", "its record says another state or date");
    statement_free(statement);
    return code;
}

/* A clock was met by a step of that day. */
static int verify_clocks(struct casework *casework, struct fault_list *faults, struct err *err)
{
    struct statement *statement;
    bool row;
    int code = store_prepare(casework->store,
                             TEXT("SELECT k.register, k.record FROM zs_clock AS k LEFT JOIN zs_step AS s ON "
                                  "s.register = k.register AND s.record = k.record AND s.number = k.step "
                                  "WHERE s.day IS NULL OR s.day <> k.met OR s.kind <> 'moved'"),
                             &statement, err);
    if (code != 0) return code;
    while ((code = statement_step(statement, &row, err)) == 0 && row)
        note(faults, statement_text(statement, 0), statement_int(statement, 1),
             "全程时限的办结日期与步骤不符", "no step of that day met its clock");
    statement_free(statement);
    return code;
}

int casework_verify(struct casework *casework, int64_t *cases, struct fault_list *faults, struct err *err)
{
    bool found;
    int code = store_query_int(casework->store, "SELECT count(*) FROM zs_case", cases, &found, err);
    if (code == 0) code = verify_steps(casework, faults, err);
    if (code == 0) code = verify_cases(casework, faults, err);
    if (code == 0) code = verify_clocks(casework, faults, err);
    for (size_t i = 0; code == 0 && i < casework->pack->workflow_count; i++)
        code = verify_records(casework, casework->pack->workflows[i].reg, faults, err);
    return code;
}

int casework_verify_database(struct database *database, int64_t *cases, struct fault_list *faults,
                             struct err *err)
{
    struct casework *casework;
    *cases = 0;
    int code = casework_open(database, NULL, &casework, err);
    if (code == ERR_VERSION) return 0;
    if (code == 0) code = casework_verify(casework, cases, faults, err);
    casework_close(casework);
    return code;
}
