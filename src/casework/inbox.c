/* Lists and counts. Each workflow is one statement that begins with its cases, in the wanted order by an
 * index of zs_case, and looks each record up under the one condition of scope; the pages of all workflows are
 * merged. What is counted is asked of all workflows in one statement. */
#include "casework/inbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "casework/casework_private.h"
#include "register/bound.h"
#include "register/scope_sql.h"
#include "register/sql.h"

enum { COUNT_MAX = 10000 };

struct case_query case_query_of(enum case_list_kind kind)
{
    return (struct case_query){.kind = kind,
                               .workflow = -1,
                               .state = -1,
                               .division = -1,
                               .due_from = INT32_MIN,
                               .due_to = INT32_MAX,
                               .limit = 50};
}

struct listing {
    struct casework *casework;
    const struct case_actor *actor;
    struct case_moment moment;
    const struct case_query *query;
    struct arena *arena;
    struct text after_key; /* of the cursor; empty: from the first */
    int64_t after_workflow, after_record;
    int days; /* of counts: what is due within so many */
};

/* ---- Whose it is ---- */

static bool asks_unit(const struct pack_workflow *workflow, int state, int unit)
{
    for (size_t i = 0; unit >= 0 && i < workflow->transition_count; i++) {
        const struct workflow_transition *it = &workflow->transitions[i];
        if (!workflow_has_role(it->from, it->from_count, state)) continue;
        for (size_t k = 0; k < it->unit_count; k++)
            if (it->units[k] == unit) return true;
    }
    return false;
}

static void or_when(struct bound *bound, bool *any)
{
    buffer_string(&bound->sql, *any ? " OR " : "(");
    *any = true;
}

static void state_is(struct bound *bound, const struct pack_workflow *workflow, size_t state)
{
    buffer_string(&bound->sql, "c.state = ");
    bound_text(bound, workflow->states[state].label.name);
}

/* "(… OR …)": what waits for the actor; "1 = 0" where nothing can. */
static void waits_for(struct listing *listing, const struct pack_workflow *workflow, struct bound *bound)
{
    const struct case_actor *actor = listing->actor;
    bool any = false;
    for (size_t i = 0; i < workflow->state_count; i++) {
        const struct workflow_state *state = &workflow->states[i];
        if (state->end != END_NOT) continue;
        if (workflow_has_role(state->holders, state->holder_count, actor->role) ||
            asks_unit(workflow, (int)i, actor->unit)) {
            or_when(bound, &any);
            buffer_char(&bound->sql, '(');
            state_is(bound, workflow, i);
            buffer_string(&bound->sql, " AND (c.assignee IS NULL OR c.assignee = ");
            bound_int(bound, actor->user);
            buffer_string(&bound->sql, " OR u.retired IS NOT NULL)");
            if (state->party >= 0) {
                buffer_string(&bound->sql, " AND (");
                sql_field(&bound->sql, "t", listing->casework->pack, workflow->reg, state->party);
                buffer_string(&bound->sql, " IS NULL OR ");
                scope_owner(actor->scope, listing->casework->database, workflow->reg, state->party, "t",
                            bound);
                buffer_char(&bound->sql, ')');
            }
            buffer_char(&bound->sql, ')');
        }
        for (size_t k = 0; k < state->escalation_count; k++) {
            if (!workflow_has_role(state->escalations[k].roles, state->escalations[k].role_count,
                                   actor->role))
                continue;
            or_when(bound, &any);
            buffer_char(&bound->sql, '(');
            state_is(bound, workflow, i);
            buffer_string(&bound->sql, " AND c.level > ");
            bound_int(bound, (int64_t)k);
            buffer_char(&bound->sql, ')');
        }
    }
    buffer_string(&bound->sql, any ? ")" : "1 = 0");
}

/* ---- Statements ---- */

static void from_cases(struct listing *listing, const struct pack_workflow *workflow, struct bound *bound)
{
    const struct pack *pack = listing->casework->pack;
    buffer_string(&bound->sql, " FROM zs_case AS c CROSS JOIN ");
    sql_table(&bound->sql, pack, workflow->reg);
    buffer_string(&bound->sql, " AS t LEFT JOIN zs_user AS u ON u.id = c.assignee WHERE t.id = c.record AND "
                               "t.retired IS NULL AND c.register = ");
    bound_text(bound, case_register(listing->casework, workflow->reg));
    scope_rows_within(listing->actor->scope, listing->casework->database, workflow->reg,
                      listing->query->division, "t", SCOPE_WAY_JOINED, bound);
}

static void of_kind(struct listing *listing, const struct pack_workflow *workflow, struct bound *bound)
{
    char day[CASE_DATE];
    switch (listing->query->kind) {
    case CASES_MINE:
        buffer_string(&bound->sql, " AND c.closed IS NULL AND ");
        waits_for(listing, workflow, bound);
        return;
    case CASES_OVERDUE_BELOW:
        buffer_string(&bound->sql, " AND c.closed IS NULL AND c.due < ");
        bound_text(bound, arena_text(&bound->arena, case_date(listing->moment.today, day)));
        return;
    case CASES_OPEN:
        buffer_string(&bound->sql, " AND c.closed IS NULL");
        return;
    case CASES_CLOSED:
        buffer_string(&bound->sql, " AND c.closed IS NOT NULL");
        return;
    case CASES_STARTED:
        buffer_string(&bound->sql, " AND c.opener = ");
        bound_text(bound, listing->actor->scope->actor);
        return;
    }
}

static void narrowed(struct listing *listing, const struct pack_workflow *workflow, struct bound *bound)
{
    const struct case_query *query = listing->query;
    char day[CASE_DATE];
    if (query->state >= 0) {
        buffer_string(&bound->sql, " AND ");
        state_is(bound, workflow, (size_t)query->state);
    }
    if (query->due_from != INT32_MIN) {
        buffer_string(&bound->sql, " AND c.due >= ");
        bound_text(bound, arena_text(&bound->arena, case_date(query->due_from, day)));
    }
    if (query->due_to != INT32_MAX) {
        buffer_string(&bound->sql, " AND c.due <= ");
        bound_text(bound, arena_text(&bound->arena, case_date(query->due_to, day)));
    }
    if (query->assignee != 0) {
        buffer_string(&bound->sql, " AND c.assignee = ");
        bound_int(bound, query->assignee);
    }
}

static const char *key_of(enum case_list_kind kind, bool *descending)
{
    *descending = kind == CASES_CLOSED || kind == CASES_STARTED;
    return kind == CASES_CLOSED ? "c.closed" : kind == CASES_STARTED ? "c.opened" : "c.due";
}

/* Behind the cursor: by key, workflow, record. */
static void behind(struct listing *listing, int64_t workflow, const char *key, bool descending,
                   struct bound *bound)
{
    if (listing->after_key.size == 0) return;
    const char *sign = descending ? "<" : ">";
    buffer_printf(&bound->sql, " AND (%s %s ", key, sign);
    bound_text(bound, listing->after_key);
    if (workflow >= listing->after_workflow) {
        buffer_printf(&bound->sql, " OR (%s = ", key);
        bound_text(bound, listing->after_key);
        if (workflow == listing->after_workflow) {
            buffer_printf(&bound->sql, " AND c.record %s ", sign);
            bound_int(bound, listing->after_record);
        }
        buffer_char(&bound->sql, ')');
    }
    buffer_char(&bound->sql, ')');
}

/* ---- Rows ---- */

struct sorted_row {
    struct case_row row;
    struct text key;
};

struct rows {
    struct sorted_row *items;
    size_t count, capacity;
};

static int32_t date_in(const struct statement *statement, int column)
{
    struct text text = statement_text(statement, column);
    int32_t date;
    return !text_starts(text, TEXT("9999")) && date_parse(text, &date) ? date : NO_DATE;
}

static void take_row(const struct listing *listing, const struct pack_workflow *workflow,
                     const struct statement *statement, struct rows *rows)
{
    struct stored_case stored = {
        .workflow = workflow,
        .reg = workflow->reg,
        .record = statement_int(statement, 1),
        .version = statement_int(statement, 2),
        .state = workflow_state_find(workflow, statement_text(statement, 3)),
        .opened = date_in(statement, 4),
        .since = date_in(statement, 5),
        .due = date_in(statement, 6),
        .state_due = date_in(statement, 7),
        .clock_due = date_in(statement, 8),
        .due_known = statement_int(statement, 9) != 0,
        .level = statement_int(statement, 10),
        .assignee = statement_is_null(statement, 11) ? 0 : statement_int(statement, 11),
        .closed = statement_is_null(statement, 12) ? NO_DATE : date_in(statement, 12)};
    if (stored.state < 0) return; /* init refuses a pack that lost a state in use */
    rows->items = mem_grow(rows->items, &rows->capacity, rows->count + 1, sizeof *rows->items);
    struct sorted_row *out = &rows->items[rows->count++];
    *out = (struct sorted_row){.key = arena_text(listing->arena, statement_text(statement, 0))};
    case_view_of(listing->casework, &stored, listing->moment.today, &out->row.view);
    out->row.view.number = arena_text(listing->arena, statement_text(statement, 13));
    out->row.view.assignee_name = arena_text(listing->arena, statement_text(statement, 14));
    out->row.subject_reg = listing->casework->pack->schema.registers[workflow->reg].parent;
    out->row.subject_id = statement_int(statement, 15);
}

static int list_workflow(struct listing *listing, size_t index, struct rows *rows, struct err *err)
{
    const struct pack *pack = listing->casework->pack;
    const struct pack_workflow *workflow = &pack->workflows[index];
    int parent = pack->schema.registers[workflow->reg].parent_field;
    struct bound bound = {0};
    struct statement *statement;
    bool descending, row;
    const char *key = key_of(listing->query->kind, &descending);
    buffer_printf(
        &bound.sql,
        "SELECT %s, c.record, t.version, c.state, c.opened, c.since, c.due, c.state_due, c.clock_due, "
        "c.due_known, c.level, c.assignee, c.closed, ",
        key);
    sql_field(&bound.sql, "t", pack, workflow->reg, pack->registers[workflow->reg].case_fields.number);
    buffer_string(&bound.sql, ", u.display_name, ");
    if (parent >= 0) {
        buffer_string(&bound.sql, "coalesce(");
        sql_field(&bound.sql, "t", pack, workflow->reg, parent);
        buffer_string(&bound.sql, ", 0)");
    } else {
        buffer_char(&bound.sql, '0');
    }
    from_cases(listing, workflow, &bound);
    of_kind(listing, workflow, &bound);
    narrowed(listing, workflow, &bound);
    behind(listing, (int64_t)index, key, descending, &bound);
    const char *way = descending ? " DESC" : "";
    buffer_printf(&bound.sql, " ORDER BY %s%s, c.record%s LIMIT %zu", key, way, way,
                  listing->query->limit + 1);
    int code = bound_prepare(&bound, listing->casework->database, &statement, err);
    bound_fini(&bound);
    if (code != 0) return code;
    while ((code = statement_step(statement, &row, err)) == 0 && row)
        take_row(listing, workflow, statement, rows);
    statement_free(statement);
    return code;
}

static int compare_rows(const struct sorted_row *a, const struct sorted_row *b, bool descending)
{
    int order = text_compare(a->key, b->key);
    if (order == 0 && a->row.view.workflow != b->row.view.workflow)
        return a->row.view.workflow - b->row.view.workflow;
    if (order == 0) order = a->row.view.record < b->row.view.record ? -1 : 1;
    return descending ? -order : order;
}

static int ascending(const void *a, const void *b)
{
    return compare_rows(a, b, false);
}

static int descending_rows(const void *a, const void *b)
{
    return compare_rows(a, b, true);
}

/* ---- Cursors: key/workflow/record ---- */

static int read_cursor(struct listing *listing, struct err *err)
{
    struct text text = listing->query->after;
    long long workflow, record;
    char copy[80];
    if (text.size == 0) return 0;
    if (text.size < sizeof copy) {
        memcpy(copy, text.at, text.size);
        copy[text.size] = '\0';
        if (text.size > 11 && sscanf(copy + 10, "/%lld/%lld", &workflow, &record) == 2) {
            listing->after_key = (struct text){text.at, 10};
            listing->after_workflow = workflow;
            listing->after_record = record;
            return 0;
        }
    }
    return err_set(err, ERR_INPUT, "翻页的位置不对；请从第一页开始",
                   "This is no place to go on from; begin at the first page");
}

static int name_rows(const struct listing *listing, const char *language, const struct rows *rows,
                     size_t count, struct err *err)
{
    struct naming *naming = naming_new(listing->casework->database, listing->actor->scope, language);
    int code = 0;
    for (size_t i = 0; code == 0 && i < count; i++) {
        struct case_row *row = &rows->items[i].row;
        struct named *all[] = {&row->named, &row->subject};
        code = case_subject(listing->casework, row->subject_reg, row->subject_id, &row->subject_reg,
                            &row->subject_id, err);
        if (code == 0) code = naming_get(naming, row->view.reg, row->view.record, &row->named, err);
        if (code == 0 && row->subject_reg >= 0 && row->subject_id != 0)
            code = naming_get(naming, row->subject_reg, row->subject_id, &row->subject, err);
        for (size_t k = 0; k < 2; k++) {
            all[k]->key = arena_text(listing->arena, all[k]->key);
            all[k]->name = arena_text(listing->arena, all[k]->name);
            all[k]->township = arena_text(listing->arena, all[k]->township);
            all[k]->village = arena_text(listing->arena, all[k]->village);
        }
    }
    naming_free(naming);
    return code;
}

static bool is_asked(const struct listing *listing, size_t index)
{
    const struct pack_workflow *workflow = &listing->casework->pack->workflows[index];
    return (listing->query->workflow < 0 || listing->query->workflow == (int)index) &&
           scope_may(listing->actor->scope, workflow->reg, SCOPE_READ);
}

int case_list(struct casework *casework, const struct case_actor *actor, struct case_moment moment,
              const struct case_query *query, const char *language, struct arena *arena,
              struct case_row **rows, size_t *count, struct text *next, struct err *err)
{
    struct listing listing = {
        .casework = casework, .actor = actor, .moment = moment, .query = query, .arena = arena};
    struct rows all = {0};
    bool descending;
    *count = 0;
    *next = (struct text){0};
    if (query->limit < 1 || query->limit > CASE_PAGE_MAX)
        return err_set(err, ERR_INPUT, "一页 1 到 %d 件", "A page has 1 to %d cases", CASE_PAGE_MAX);
    int code = read_cursor(&listing, err);
    for (size_t i = 0; code == 0 && i < casework->pack->workflow_count; i++)
        if (is_asked(&listing, i)) code = list_workflow(&listing, i, &all, err);
    key_of(query->kind, &descending);
    if (all.count > 1)
        qsort(all.items, all.count, sizeof *all.items, descending ? descending_rows : ascending);
    *count = all.count < query->limit ? all.count : query->limit;
    if (code == 0) code = name_rows(&listing, language, &all, *count, err);
    *rows = arena_array(arena, *count, sizeof **rows);
    for (size_t i = 0; i < *count; i++) (*rows)[i] = all.items[i].row;
    if (all.count > *count) {
        const struct sorted_row *last = &all.items[*count - 1];
        *next = text_of(arena_printf(arena, "%.*s/%d/%lld", TEXT_ARGS(last->key), last->row.view.workflow,
                                     (long long)last->row.view.record));
    }
    free(all.items);
    return code;
}

/* ---- Counts ---- */

static void sum_of(struct bound *bound, const char *what)
{
    buffer_printf(&bound->sql, ", coalesce(sum(CASE WHEN %s THEN 1 ELSE 0 END), 0)", what);
}

/* What a statement says of one workflow, behind "SELECT its place in the pack, ". */
typedef void workflow_term(struct listing *listing, const struct pack_workflow *workflow,
                           struct bound *bound);

/* The same of all workflows that the actor may read, in one statement. *statement: NULL where there is none.
 */
static int ask_all(struct listing *listing, workflow_term *term, struct statement **statement,
                   struct err *err)
{
    const struct pack *pack = listing->casework->pack;
    struct bound bound = {0};
    *statement = NULL;
    for (size_t i = 0; i < pack->workflow_count; i++) {
        if (!is_asked(listing, i)) continue;
        buffer_printf(&bound.sql, "%sSELECT %zu, ", bound.sql.size > 0 ? " UNION ALL " : "", i);
        term(listing, &pack->workflows[i], &bound);
    }
    int code = bound.sql.size > 0 ? bound_prepare(&bound, listing->casework->database, statement, err) : 0;
    bound_fini(&bound);
    return code;
}

/* "(SELECT count(*) …)": of the open ones in scope, up to COUNT_MAX of those that the condition names. */
static void count_open(struct listing *listing, const struct pack_workflow *workflow, const char *condition,
                       struct bound *bound)
{
    buffer_string(&bound->sql, "(SELECT count(*) FROM (SELECT 1 AS one");
    from_cases(listing, workflow, bound);
    buffer_printf(&bound->sql, " AND c.closed IS NULL%s LIMIT %d) AS counted)", condition, COUNT_MAX);
}

/* However many others are open in scope, nobody's own are left out of what is counted, and of those what is
 * due first comes first. */
static void counts_term(struct listing *listing, const struct pack_workflow *workflow, struct bound *bound)
{
    char today[CASE_DATE], until[CASE_DATE], what[120];
    date_format(listing->moment.today, today);
    count_open(listing, workflow, "", bound);
    buffer_string(&bound->sql, ", count(*)");
    snprintf(what, sizeof what, "m.due >= '%s' AND m.due < '%s'", today,
             date_format(listing->moment.today + listing->days, until));
    sum_of(bound, what);
    snprintf(what, sizeof what, "m.due < '%s'", today);
    sum_of(bound, what);
    buffer_string(&bound->sql, ", ");
    snprintf(what, sizeof what, " AND c.due < '%s'", today);
    count_open(listing, workflow, what, bound);
    buffer_string(&bound->sql, " FROM (SELECT c.due AS due");
    from_cases(listing, workflow, bound);
    buffer_string(&bound->sql, " AND c.closed IS NULL AND ");
    waits_for(listing, workflow, bound);
    buffer_printf(&bound->sql, " ORDER BY c.due LIMIT %d) AS m", COUNT_MAX);
}

int case_counts(struct casework *casework, const struct case_actor *actor, struct case_moment moment,
                int days, struct case_counts *counts, struct err *err)
{
    const struct case_query query = case_query_of(CASES_OPEN);
    struct listing listing = {
        .casework = casework, .actor = actor, .moment = moment, .query = &query, .days = days};
    struct statement *statement;
    bool row;
    memset(counts, 0, casework->pack->workflow_count * sizeof *counts);
    int code = ask_all(&listing, counts_term, &statement, err);
    if (code != 0 || statement == NULL) return code;
    while ((code = statement_step(statement, &row, err)) == 0 && row)
        counts[statement_int(statement, 0)] =
            (struct case_counts){.open = statement_int(statement, 1),
                                 .mine = statement_int(statement, 2),
                                 .mine_due = statement_int(statement, 3),
                                 .mine_overdue = statement_int(statement, 4),
                                 .overdue_below = statement_int(statement, 5)};
    statement_free(statement);
    return code;
}

static void states_term(struct listing *listing, const struct pack_workflow *workflow, struct bound *bound)
{
    char today[CASE_DATE], what[60];
    buffer_string(&bound->sql, "c.state, count(*)");
    snprintf(what, sizeof what, "c.due < '%s'", date_format(listing->moment.today, today));
    sum_of(bound, what);
    from_cases(listing, workflow, bound);
    of_kind(listing, workflow, bound);
    buffer_string(&bound->sql, " GROUP BY c.state");
}

static int by_place(const void *left, const void *right)
{
    const struct case_state_count *a = left, *b = right;
    return a->workflow != b->workflow ? a->workflow - b->workflow : a->state - b->state;
}

int case_states(struct casework *casework, const struct case_actor *actor, struct case_moment moment,
                int division, struct arena *arena, struct case_state_count **counts, size_t *count,
                struct err *err)
{
    struct case_query query = case_query_of(CASES_OPEN);
    struct listing listing = {.casework = casework, .actor = actor, .moment = moment, .query = &query};
    const struct pack *pack = casework->pack;
    struct statement *statement;
    size_t most = 0;
    bool row;
    query.division = division;
    for (size_t i = 0; i < pack->workflow_count; i++) most += pack->workflows[i].state_count;
    *counts = arena_array(arena, most, sizeof **counts);
    *count = 0;
    int code = ask_all(&listing, states_term, &statement, err);
    if (code != 0 || statement == NULL) return code;
    while ((code = statement_step(statement, &row, err)) == 0 && row) {
        int workflow = (int)statement_int(statement, 0);
        int state = workflow_state_find(&pack->workflows[workflow], statement_text(statement, 1));
        if (state < 0) continue; /* init refuses a pack that lost a state in use */
        (*counts)[(*count)++] = (struct case_state_count){workflow, state, statement_int(statement, 2),
                                                          statement_int(statement, 3)};
    }
    statement_free(statement);
    if (*count > 1) qsort(*counts, *count, sizeof **counts, by_place);
    return code;
}

static void days_term(struct listing *listing, const struct pack_workflow *workflow, struct bound *bound)
{
    buffer_string(&bound->sql, "c.due, count(*)");
    from_cases(listing, workflow, bound);
    of_kind(listing, workflow, bound);
    narrowed(listing, workflow, bound);
    buffer_string(&bound->sql, " GROUP BY c.due");
}

int case_calendar(struct casework *casework, const struct case_actor *actor, struct case_moment moment,
                  int32_t from, size_t days, int64_t *counts, struct err *err)
{
    struct case_query query = case_query_of(CASES_MINE);
    query.due_from = from;
    query.due_to = from + (int32_t)days - 1;
    struct listing listing = {.casework = casework, .actor = actor, .moment = moment, .query = &query};
    struct statement *statement;
    bool row;
    memset(counts, 0, days * sizeof *counts);
    int code = ask_all(&listing, days_term, &statement, err);
    if (code != 0 || statement == NULL) return code;
    while ((code = statement_step(statement, &row, err)) == 0 && row) {
        int32_t day = date_in(statement, 1);
        if (day >= from && day - from < (int64_t)days) counts[day - from] += statement_int(statement, 2);
    }
    statement_free(statement);
    return code;
}
