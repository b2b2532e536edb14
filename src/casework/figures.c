/* Steps that ended, each looked up where its record is now, and put together by township and state. */
#include "casework/figures.h"

#include <stdlib.h>

#include "base/date.h"
#include "base/mem.h"
#include "casework/casework_private.h"
#include "register/bound.h"
#include "register/scope_sql.h"
#include "register/sql.h"

/* One step that left a state, or met the clock of the case. */
struct passing {
    int division, state; /* a township, -1; the state that was left, -1: the clock */
    int32_t days;
    bool late, with_deadline, returned;
};

struct passings {
    struct passing *items;
    size_t count, capacity;
};

/* The path from the register to the divisions as joins; the alias of the last table, NULL without a way. */
static const char *join_place(struct casework *casework, int reg, struct bound *bound, struct arena *arena)
{
    const struct pack *pack = casework->pack;
    if (pack->division_register < 0 || pack->division_code < 0) return NULL;
    struct scope_path path = scope_path(pack, reg, pack->division_register);
    const char *alias = "t";
    if (!path.found) return NULL;
    for (size_t i = 0; i < path.count; i++) {
        const char *next = arena_printf(arena, "p%zu", i);
        buffer_string(&bound->sql, " LEFT JOIN ");
        sql_table(&bound->sql, pack, i + 1 < path.count ? path.regs[i + 1] : pack->division_register);
        buffer_printf(&bound->sql, " AS %s ON %s.id = ", next, next);
        sql_field(&bound->sql, alias, pack, path.regs[i], path.fields[i]);
        alias = next;
    }
    return alias;
}

static void of_period(struct casework *casework, const struct case_actor *actor,
                      const struct figures_query *query, bool clock, struct bound *bound)
{
    const struct pack_workflow *workflow = &casework->pack->workflows[query->workflow];
    const char *day_of_it = clock ? "s.met" : "s.day";
    char day[CASE_DATE];
    buffer_string(&bound->sql, clock ? " WHERE " : " WHERE s.kind = 'moved' AND ");
    buffer_string(&bound->sql, "t.retired IS NULL AND s.register = ");
    bound_text(bound, case_register(casework, workflow->reg));
    buffer_printf(&bound->sql, " AND %s >= ", day_of_it);
    bound_text(bound, arena_text(&bound->arena, case_date(query->from, day)));
    buffer_printf(&bound->sql, " AND %s <= ", day_of_it);
    bound_text(bound, arena_text(&bound->arena, case_date(query->to, day)));
    scope_rows_within(actor->scope, casework->database, workflow->reg, query->division, "t", SCOPE_WAY_JOINED,
                      bound);
}

static void from_steps(struct casework *casework, int reg, bool clock, struct bound *bound)
{
    buffer_printf(&bound->sql, " FROM %s AS s JOIN ", clock ? "zs_clock" : "zs_step");
    sql_table(&bound->sql, casework->pack, reg);
    buffer_string(&bound->sql, " AS t ON t.id = s.record");
}

static int township_of(const struct pack *pack, struct text code)
{
    int division = code.size == 0 ? -1 : pack_division_find(pack, code);
    return division < 0 ? -1 : pack_division_up(pack, division, DIVISION_TOWNSHIP);
}

static void take_passing(struct casework *casework, const struct pack_workflow *workflow, bool clock,
                         const struct statement *statement, struct passings *all)
{
    int32_t day = 0, since = 0, due = NO_DATE;
    date_parse(statement_text(statement, 1), &day);
    date_parse(statement_text(statement, 2), &since);
    if (!text_starts(statement_text(statement, 3), TEXT("9999")))
        date_parse(statement_text(statement, 3), &due);
    int state = clock ? -1 : workflow_state_find(workflow, statement_text(statement, 0));
    if (state < 0 && !clock) return; /* one that the pack has lost since */
    all->items = mem_grow(all->items, &all->capacity, all->count + 1, sizeof *all->items);
    all->items[all->count++] =
        (struct passing){.division = township_of(casework->pack, statement_text(statement, 5)),
                         .state = state,
                         .days = day - since,
                         .with_deadline = due != NO_DATE,
                         .late = due != NO_DATE && day > due,
                         .returned = statement_int(statement, 4) != 0};
}

/* clock: of those that met the clock, which are as if they had left a state -1. */
static int read_passings(struct casework *casework, const struct case_actor *actor,
                         const struct figures_query *query, bool clock, struct passings *all, struct err *err)
{
    const struct pack_workflow *workflow = &casework->pack->workflows[query->workflow];
    struct bound bound = {0}, joins = {0};
    struct arena arena = {0};
    struct statement *statement;
    bool row;
    const char *alias = join_place(casework, workflow->reg, &joins, &arena);
    buffer_string(&bound.sql, clock ? "SELECT '', s.met, s.began, s.due, 0, "
                                    : "SELECT s.from_state, s.day, s.since, s.due, s.returned, ");
    if (alias != NULL)
        sql_field(&bound.sql, alias, casework->pack, casework->pack->division_register,
                  casework->pack->division_code);
    else
        buffer_string(&bound.sql, "''");
    from_steps(casework, workflow->reg, clock, &bound);
    buffer_text(&bound.sql, buffer_get(&joins.sql));
    of_period(casework, actor, query, clock, &bound);
    int code = bound_prepare(&bound, casework->database, &statement, err);
    bound_fini(&bound);
    bound_fini(&joins);
    arena_fini(&arena);
    if (code != 0) return code;
    while ((code = statement_step(statement, &row, err)) == 0 && row)
        take_passing(casework, workflow, clock, statement, all);
    statement_free(statement);
    return code;
}

/* By township, state, days: each line is a stretch, its median in the middle; of two in the middle the
 * smaller one, which somebody really took. */
static int compare(const void *left, const void *right)
{
    const struct passing *a = left, *b = right;
    if (a->division != b->division) return a->division < b->division ? -1 : 1;
    if (a->state != b->state) return a->state < b->state ? -1 : 1;
    return a->days < b->days ? -1 : a->days > b->days;
}

static struct figures_line line_of(const struct passing *items, size_t count)
{
    struct figures_line line = {.division = items[0].division,
                                .state = items[0].state,
                                .passed = (int64_t)count,
                                .median = items[(count - 1) / 2].days,
                                .longest = items[count - 1].days};
    for (size_t i = 0; i < count; i++) {
        line.late += items[i].late;
        line.with_deadline += items[i].with_deadline;
        line.returned += items[i].returned;
    }
    return line;
}

/* A line for each stretch of the same township and state. */
static struct figures_line *lines_of(const struct passings *all, struct arena *arena, size_t *count)
{
    struct figures_line *lines = NULL;
    size_t capacity = 0;
    if (all->count > 1) qsort(all->items, all->count, sizeof *all->items, compare);
    for (size_t start = 0, end; start < all->count; start = end) {
        for (end = start + 1; end < all->count && all->items[end].division == all->items[start].division &&
                              all->items[end].state == all->items[start].state;)
            end++;
        lines = arena_grow(arena, lines, &capacity, *count + 1, sizeof *lines);
        lines[(*count)++] = line_of(&all->items[start], end - start);
    }
    return lines;
}

int figures_table(struct casework *casework, const struct case_actor *actor,
                  const struct figures_query *query, struct arena *arena, struct figures_table *out,
                  struct err *err)
{
    struct passings all = {0};
    *out = (struct figures_table){0};
    int code = scope_check(actor->scope, casework->pack, casework->pack->workflows[query->workflow].reg,
                           SCOPE_READ, err);
    if (code == 0) code = read_passings(casework, actor, query, false, &all, err);
    if (code == 0) code = read_passings(casework, actor, query, true, &all, err);
    if (code == 0) {
        out->townships = lines_of(&all, arena, &out->township_count);
        for (size_t i = 0; i < all.count; i++) all.items[i].division = -1;
        out->states = lines_of(&all, arena, &out->state_count);
    }
    free(all.items);
    return code;
}

int figures_cases(struct casework *casework, const struct case_actor *actor,
                  const struct figures_query *query, int state, enum figures_which which, int64_t after,
                  size_t limit, struct arena *arena, int64_t **records, size_t *count, struct err *err)
{
    const struct pack_workflow *workflow = &casework->pack->workflows[query->workflow];
    struct bound bound = {0};
    struct statement *statement;
    bool row;
    *records = arena_array(arena, limit, sizeof **records);
    *count = 0;
    int code = scope_check(actor->scope, casework->pack, workflow->reg, SCOPE_READ, err);
    if (code != 0) return code;
    bool clock = state < 0;
    buffer_string(&bound.sql, "SELECT DISTINCT s.record");
    from_steps(casework, workflow->reg, clock, &bound);
    of_period(casework, actor, query, clock, &bound);
    if (!clock) {
        buffer_string(&bound.sql, " AND s.from_state = ");
        bound_text(&bound, workflow->states[state].label.name);
    }
    if (which == FIGURES_LATE) buffer_printf(&bound.sql, " AND %s > s.due", clock ? "s.met" : "s.day");
    if (which == FIGURES_RETURNED) buffer_string(&bound.sql, clock ? " AND 1 = 0" : " AND s.returned = 1");
    buffer_string(&bound.sql, " AND s.record > ");
    bound_int(&bound, after);
    buffer_printf(&bound.sql, " ORDER BY s.record LIMIT %zu", limit);
    code = bound_prepare(&bound, casework->database, &statement, err);
    bound_fini(&bound);
    if (code != 0) return code;
    while ((code = statement_step(statement, &row, err)) == 0 && row)
        (*records)[(*count)++] = statement_int(statement, 0);
    statement_free(statement);
    return code;
}
