/* Cases and their steps in the tables, and the entries of the log that say the same. */
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/json.h"
#include "casework/casework_private.h"
#include "register/scope_sql.h"
#include "register/bound.h"
#include "register/sql.h"

/* ---- Forms ---- */

static const char *const step_names[] = {
    [STEP_OPENED] = "opened",       [STEP_MOVED] = "moved",       [STEP_ANSWERED] = "answered",
    [STEP_ESCALATED] = "escalated", [STEP_ASSIGNED] = "assigned", [STEP_EDITED] = "edited"};

struct text case_date(int32_t date, char text[CASE_DATE])
{
    if (date == NO_DATE) return TEXT("9999-12-31");
    return text_of(date_format(date, text));
}

static int32_t date_of(const struct statement *statement, int column)
{
    struct text text = statement_text(statement, column);
    int32_t date;
    return !text_starts(text, TEXT("9999")) && date_parse(text, &date) ? date : NO_DATE;
}

static struct text state_name(const struct pack_workflow *workflow, int state)
{
    return state < 0 ? TEXT("") : workflow->states[state].label.name;
}

static struct text transition_name(const struct pack_workflow *workflow, int transition)
{
    return transition < 0 ? TEXT("") : workflow->transitions[transition].label.name;
}

static int corrupt(const struct stored_case *stored, struct err *err)
{
    return err_set(
        err, ERR_CORRUPT, "办件 %lld 的状态不在工作流里。请用备份恢复，或把状态加回配置包",
        "Case %lld is in a state that its workflow does not have. Restore a backup, or put the state "
        "back into the pack",
        (long long)stored->record);
}

/* ---- Asking the registers ---- */

int reference_of(struct casework *casework, int reg, int field, int64_t record, int64_t *id, struct err *err)
{
    struct bound bound = {0};
    buffer_string(&bound.sql, "SELECT coalesce(");
    sql_field(&bound.sql, NULL, casework->pack, reg, field);
    buffer_string(&bound.sql, ", 0) FROM ");
    sql_table(&bound.sql, casework->pack, reg);
    buffer_string(&bound.sql, " WHERE id = ");
    bound_int(&bound, record);
    int code = bound_ask(&bound, casework->database, id, err);
    bound_fini(&bound);
    return code;
}

int version_of(struct casework *casework, int reg, int64_t record, int64_t *version, struct err *err)
{
    struct bound bound = {0};
    buffer_string(&bound.sql, "SELECT version FROM ");
    sql_table(&bound.sql, casework->pack, reg);
    buffer_string(&bound.sql, " WHERE id = ");
    bound_int(&bound, record);
    int code = bound_ask(&bound, casework->database, version, err);
    bound_fini(&bound);
    return code;
}

int open_case_on(struct casework *casework, int reg, int64_t parent, int64_t *record, struct err *err)
{
    struct bound bound = {0};
    int field = casework->pack->schema.registers[reg].parent_field;
    *record = 0;
    if (field < 0) return 0;
    buffer_string(&bound.sql, "SELECT t.id FROM ");
    sql_table(&bound.sql, casework->pack, reg);
    buffer_string(&bound.sql, " AS t JOIN zs_case AS c ON c.record = t.id AND c.register = ");
    bound_text(&bound, case_register(casework, reg));
    buffer_string(&bound.sql, " WHERE c.closed IS NULL AND t.retired IS NULL AND ");
    sql_field(&bound.sql, "t", casework->pack, reg, field);
    buffer_string(&bound.sql, " = ");
    bound_int(&bound, parent);
    buffer_string(&bound.sql, " ORDER BY t.id LIMIT 1");
    int code = bound_ask(&bound, casework->database, record, err);
    bound_fini(&bound);
    return code;
}

/* ---- Numbers ---- */

/* One series for all workflows, so that a number names one case. Each register once had its own: the series
 * goes on behind all of them. */
int next_case_number(struct casework *casework, int year, struct arena *arena, struct text *number,
                     struct err *err)
{
    int64_t last = 0;
    bool found;
    int code = ask_one(casework->store, "SELECT coalesce(max(last), 0) FROM zs_case_number WHERE year = ?1",
                       ASK_WITH(ask_int(year)), &last, &found, err);
    if (code == 0)
        code = ask_run(casework->store,
                       "INSERT INTO zs_case_number (register, year, last) VALUES ('', ?1, ?2) ON CONFLICT "
                       "(register, year) DO UPDATE SET last = excluded.last",
                       ASK_WITH(ask_int(year), ask_int(last + 1)), err);
    *number = text_of(arena_printf(arena, "%04d-%06lld", year, (long long)last + 1));
    return code;
}

/* ---- Cases ---- */

static int refuse_missing(struct casework *casework, int reg, int64_t record, struct err *err)
{
    return err_set(err, ERR_NOT_FOUND, "登记 %.*s 里没有编号 %lld 的办件",
                   "Register %.*s has no case with id %lld", TEXT_ARGS(case_register(casework, reg)),
                   (long long)record);
}

static int take_case(const struct statement *statement, struct arena *arena, struct stored_case *out,
                     struct err *err)
{
    out->state = workflow_state_find(out->workflow, statement_text(statement, 0));
    out->opener = arena_text(arena, statement_text(statement, 1));
    out->opened = date_of(statement, 2);
    out->since = date_of(statement, 3);
    out->entered = statement_int(statement, 4);
    out->step = statement_int(statement, 5);
    out->due = date_of(statement, 6);
    out->state_due = date_of(statement, 7);
    out->clock_due = date_of(statement, 8);
    out->due_known = statement_int(statement, 9) != 0;
    out->rises = date_of(statement, 10);
    out->level = statement_int(statement, 11);
    out->assignee = statement_is_null(statement, 12) ? 0 : statement_int(statement, 12);
    out->closed = statement_is_null(statement, 13) ? NO_DATE : date_of(statement, 13);
    return out->state < 0 ? corrupt(out, err) : 0;
}

int stored_case_get(struct casework *casework, const struct scope *scope, int reg, int64_t record,
                    struct arena *arena, struct stored_case *out, struct err *err)
{
    bool has, row = false;
    struct statement *statement;
    *out = (struct stored_case){
        .workflow = casework->pack->registers[reg].workflow, .reg = reg, .record = record};
    int code = scope_check(scope, casework->pack, reg, SCOPE_READ, err);
    if (code == 0) code = scope_has(casework->database, scope, reg, record, false, &has, err);
    if (code != 0) return code;
    if (!has || out->workflow == NULL) return refuse_missing(casework, reg, record, err);
    code = ask_open(
        casework->store,
        "SELECT state, opener, opened, since, entered, step, due, state_due, clock_due, due_known, "
        "rises, level, CASE WHEN assignee IN (SELECT id FROM zs_user WHERE retired IS NOT NULL) THEN "
        "NULL ELSE assignee END, closed FROM zs_case WHERE register = ?1 AND record = ?2",
        ASK_WITH(ask_text(case_register(casework, reg)), ask_int(record)), &statement, err);
    if (code != 0) return code;
    code = statement_step(statement, &row, err);
    if (code == 0)
        code = row ? take_case(statement, arena, out, err) : refuse_missing(casework, reg, record, err);
    statement_free(statement);
    return code == 0 ? version_of(casework, reg, record, &out->version, err) : code;
}

int stored_case_put(struct casework *casework, const struct stored_case *stored, bool fresh, struct err *err)
{
    char dates[7][CASE_DATE];
    const struct ask_value values[] = {
        ask_text(case_register(casework, stored->reg)),
        ask_int(stored->record),
        ask_text(state_name(stored->workflow, stored->state)),
        ask_text(stored->opener),
        ask_text(case_date(stored->opened, dates[0])),
        ask_text(case_date(stored->since, dates[1])),
        ask_int(stored->entered),
        ask_int(stored->step),
        ask_text(case_date(stored->due, dates[2])),
        ask_text(case_date(stored->state_due, dates[3])),
        ask_text(case_date(stored->clock_due, dates[4])),
        ask_int(stored->due_known),
        ask_text(case_date(stored->rises, dates[5])),
        ask_int(stored->level),
        stored->assignee == 0 ? ask_null() : ask_int(stored->assignee),
        stored->closed == NO_DATE ? ask_null() : ask_text(case_date(stored->closed, dates[6])),
    };
    return ask_run(
        casework->store,
        fresh ? "INSERT INTO zs_case (register, record, state, opener, opened, since, entered, step, "
                "due, state_due, clock_due, due_known, rises, level, assignee, closed) VALUES (?1, "
                "?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)"
              : "UPDATE zs_case SET state = ?3, opener = ?4, opened = ?5, since = ?6, entered = ?7, "
                "step = ?8, due = ?9, state_due = ?10, clock_due = ?11, due_known = ?12, rises = "
                "?13, level = ?14, assignee = ?15, closed = ?16 WHERE register = ?1 AND record = ?2",
        values, sizeof values / sizeof *values, err);
}

/* ---- Steps ---- */

static struct text role_name(const struct casework *casework, int role)
{
    return role < 0 ? TEXT("") : casework->pack->roles[role].label.name;
}

static struct text unit_name(const struct casework *casework, int unit)
{
    return unit < 0 ? TEXT("") : casework->pack->units[unit].label.name;
}

static struct ask_value text_or_null(struct text text)
{
    return text.size == 0 ? ask_null() : ask_text(text);
}

int stored_step_put(struct casework *casework, const struct stored_case *stored, const struct case_doer *doer,
                    struct case_moment moment, const struct new_step *step, struct err *err)
{
    char day[CASE_DATE], since[CASE_DATE], due[CASE_DATE];
    const struct pack_workflow *workflow = stored->workflow;
    bool returned = step->transition >= 0 && workflow->transitions[step->transition].kind == KIND_RETURN;
    const struct ask_value values[] = {
        ask_text(case_register(casework, stored->reg)),
        ask_int(stored->record),
        ask_int(stored->step),
        ask_text(text_of(step_names[step->kind])),
        ask_int(moment.now),
        ask_text(case_date(moment.today, day)),
        ask_text(doer->name),
        text_or_null(role_name(casework, doer->role)),
        text_or_null(unit_name(casework, doer->unit)),
        text_or_null(transition_name(workflow, step->transition)),
        text_or_null(state_name(workflow, step->from)),
        ask_text(state_name(workflow, step->to)),
        ask_int(step->refused),
        ask_int(returned),
        ask_text(step->comment),
        ask_text(step->fields),
        step->to_user == 0 ? ask_null() : ask_int(step->to_user),
        ask_int(step->entry),
        ask_int(step->basis),
        ask_int(step->version),
        ask_text(case_date(step->since, since)),
        ask_text(case_date(step->due, due)),
    };
    return ask_run(
        casework->store,
        "INSERT INTO zs_step (register, record, number, kind, at, day, actor, role, unit, transition, "
        "from_state, to_state, refused, returned, comment, fields, to_user, entry, basis, version, "
        "since, due) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, "
        "?17, ?18, ?19, ?20, ?21, ?22)",
        values, sizeof values / sizeof *values, err);
}

static int index_of_role(const struct pack *pack, struct text name)
{
    return name.size == 0 ? -1 : pack_role_find(pack, name);
}

static enum case_step_kind kind_of(struct text name)
{
    for (size_t i = 0; i < sizeof step_names / sizeof *step_names; i++)
        if (text_is(name, step_names[i])) return (enum case_step_kind)i;
    return STEP_MOVED;
}

static void take_step(struct casework *casework, const struct pack_workflow *workflow,
                      const struct statement *statement, struct arena *arena, struct case_step *out)
{
    *out = (struct case_step){
        .number = statement_int(statement, 0),
        .kind = kind_of(statement_text(statement, 1)),
        .at = statement_int(statement, 2),
        .on = date_of(statement, 3),
        .actor = arena_text(arena, statement_text(statement, 4)),
        .role = index_of_role(casework->pack, statement_text(statement, 5)),
        .unit = pack_unit_named(casework->pack, statement_text(statement, 6)),
        .transition = workflow_transition_find(workflow, statement_text(statement, 7)),
        .from = workflow_state_find(workflow, statement_text(statement, 8)),
        .to = workflow_state_find(workflow, statement_text(statement, 9)),
        .refused = statement_int(statement, 10) != 0,
        .comment = arena_text(arena, statement_text(statement, 11)),
        .fields = arena_text(arena, statement_text(statement, 12)),
        .to_user = arena_text(arena, statement_text(statement, 13)),
        .entry = statement_int(statement, 14),
        .basis = statement_int(statement, 15),
        .version = statement_int(statement, 16),
    };
    out->actor_name = arena_text(arena, statement_text(statement, 18));
    int32_t due = date_of(statement, 17);
    if (due != NO_DATE) out->due = (struct value){.known = true, .integer = due};
}

int stored_since_before(struct casework *casework, const struct stored_case *stored, int32_t *since,
                        struct err *err)
{
    struct statement *statement;
    bool row;
    int code = ask_open(casework->store,
                        "SELECT since FROM zs_step WHERE register = ?1 AND record = ?2 AND number = ?3",
                        ASK_WITH(ask_text(case_register(casework, stored->reg)), ask_int(stored->record),
                                 ask_int(stored->entered)),
                        &statement, err);
    if (code != 0) return code;
    code = statement_step(statement, &row, err);
    if (code == 0 && row) *since = date_of(statement, 0);
    statement_free(statement);
    return code;
}

int stored_steps(struct casework *casework, int reg, int64_t record, int64_t since, struct arena *arena,
                 struct case_step **steps, size_t *count, struct err *err)
{
    struct statement *statement;
    size_t capacity = 0;
    bool row;
    *steps = NULL;
    *count = 0;
    int code = ask_open(
        casework->store,
        "SELECT s.number, s.kind, s.at, s.day, s.actor, s.role, s.unit, s.transition, "
        "s.from_state, s.to_state, s.refused, s.comment, s.fields, u.display_name, s.entry, "
        "s.basis, s.version, s.due, a.display_name FROM zs_step AS s LEFT JOIN zs_user AS u ON u.id = "
        "s.to_user LEFT JOIN zs_user AS a ON a.name = s.actor "
        "WHERE s.register = ?1 AND s.record = ?2 AND s.version > ?3 ORDER BY s.number",
        ASK_WITH(ask_text(case_register(casework, reg)), ask_int(record), ask_int(since)), &statement, err);
    if (code != 0) return code;
    while ((code = statement_step(statement, &row, err)) == 0 && row) {
        *steps = arena_grow(arena, *steps, &capacity, *count + 1, sizeof **steps);
        take_step(casework, casework->pack->registers[reg].workflow, statement, arena, &(*steps)[(*count)++]);
    }
    statement_free(statement);
    return code;
}

/* ---- Entries ---- */

static void put_text(struct json_writer *json, const char *key, struct text value)
{
    if (value.size == 0) return;
    json_member_text(json, key, value);
}

static void put_int(struct json_writer *json, const char *key, int64_t value)
{
    if (value == 0) return;
    json_member_int(json, key, value);
}

int case_entry(struct casework *casework, const struct case_doer *doer, const char *action,
               const struct stored_case *stored, const struct new_step *step, struct text number,
               int64_t *entry, int64_t *basis, struct err *err)
{
    struct buffer detail = {0};
    struct json_writer json = json_start(&detail);
    int code = database_last_entry(casework->store, basis, err);
    if (code != 0) return code;
    json_put_object(&json);
    put_text(&json, "register", case_register(casework, stored->reg));
    put_int(&json, "record", stored->record);
    put_text(&json, "number", number);
    put_int(&json, "step", stored->step);
    put_text(&json, "transition", transition_name(stored->workflow, step->transition));
    put_text(&json, "from", state_name(stored->workflow, step->from));
    put_text(&json, "to", state_name(stored->workflow, step->to));
    put_text(&json, "role", role_name(casework, doer->role));
    put_text(&json, "unit", unit_name(casework, doer->unit));
    put_int(&json, "refused", step->refused);
    put_text(&json, "comment", step->comment);
    put_text(&json, "fields", step->fields);
    put_int(&json, "to_user", step->to_user);
    json_put_object_end(&json);
    code = database_entry(casework->database, doer->name, text_of(action), buffer_get(&detail), entry, err);
    buffer_fini(&detail);
    return code;
}
