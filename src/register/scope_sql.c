/* Whose rows: decided here and nowhere else, as a condition that any statement can carry. Division codes and
 * ids of subjects are bound; what lies between a register and its place is, for many rows, a chain of
 * uncorrelated subqueries, which both databases evaluate once a statement, and for one row a chain of
 * look-ups, which collect nothing. */
#include "register/scope_sql.h"

#include <stdlib.h>

#include "base/mem.h"
#include "register/database_private.h"
#include "register/sql.h"

/* ---- Ways to the place ---- */

static struct scope_path path_up(const struct pack *pack, int reg, int target)
{
    struct scope_path path = {0};
    for (int at = reg; at >= 0; at = register_of(pack, at)->parent) {
        if (at == target) {
            path.found = true;
            return path;
        }
        if (path.count == SCOPE_PATH_MAX || register_of(pack, at)->parent_field < 0) break;
        path.regs[path.count] = at;
        path.fields[path.count++] = register_of(pack, at)->parent_field;
    }
    return (struct scope_path){0};
}

struct search {
    const struct pack *pack;
    struct scope_path *paths; /* a register; found: reached */
    int *queue;
    size_t head, tail;
};

static void step_from(struct search *search, int at)
{
    const struct schema_register *meta = register_of(search->pack, at);
    const struct scope_path *here = &search->paths[at];
    for (size_t i = 0; i < meta->field_count && here->count < SCOPE_PATH_MAX; i++) {
        if (meta->fields[i].type.kind != TYPE_RECORD) continue;
        struct scope_path *there = &search->paths[meta->fields[i].type.record];
        if (there->found) continue;
        *there = *here;
        there->regs[there->count] = at;
        there->fields[there->count++] = (int)i;
        search->queue[search->tail++] = meta->fields[i].type.record;
    }
}

struct scope_path scope_path(const struct pack *pack, int reg, int target)
{
    if (target < 0) return (struct scope_path){0};
    struct scope_path path = path_up(pack, reg, target);
    if (path.found) return path;
    size_t count = pack->schema.register_count;
    struct search search = {pack, mem_new(count, sizeof *search.paths), mem_new(count, sizeof *search.queue),
                            0, 1};
    search.queue[0] = reg;
    search.paths[reg].found = true;
    while (search.head < search.tail) step_from(&search, search.queue[search.head++]);
    path = search.paths[target];
    free(search.paths);
    free(search.queue);
    return path;
}

/* ---- The condition ---- */

struct composer {
    const struct scope *scope;
    const struct pack *pack;
    struct bound *bound;
    bool *inside; /* divisions of the subtrees */
    size_t inside_count;
    bool one;     /* the row is found by its id */
    bool plainly; /* keep SQLite from finding the rows by this condition: they come from elsewhere, or so much
                     of the county is in scope that going through them in the wanted order is quicker */
};

static void mark_divisions(struct composer *composer, enum store_kind kind)
{
    const struct pack *pack = composer->pack;
    size_t villages = 0, within = 0;
    composer->inside = mem_new(pack->division_count, sizeof *composer->inside);
    for (size_t i = 0; i < composer->scope->division_count; i++)
        composer->inside[composer->scope->divisions[i]] = true;
    for (size_t i = 0; i < pack->division_count; i++) {
        const struct pack_division *division = &pack->divisions[i];
        if (division->parent >= 0 && composer->inside[division->parent]) composer->inside[i] = true;
        composer->inside_count += composer->inside[i];
        villages += division->level == DIVISION_VILLAGE;
        within += division->level == DIVISION_VILLAGE && composer->inside[i];
    }
    composer->plainly = kind == STORE_SQLITE && (composer->plainly || within * 4 > villages);
}

/* "(SELECT f1 FROM r1 WHERE id = alias.f0)": the last field of the path. */
static void look_up(struct composer *composer, const struct scope_path *path, const char *alias)
{
    struct buffer *sql = &composer->bound->sql;
    for (size_t i = path->count; i-- > 1;) {
        buffer_string(sql, "(SELECT ");
        sql_field(sql, NULL, composer->pack, path->regs[i], path->fields[i]);
        buffer_string(sql, " FROM ");
        sql_table(sql, composer->pack, path->regs[i]);
        buffer_string(sql, " WHERE id = ");
    }
    sql_field(sql, alias, composer->pack, path->regs[0], path->fields[0]);
    for (size_t i = 1; i < path->count; i++) buffer_char(sql, ')');
}

/* "alias.f0 IN (SELECT id FROM r1 WHERE f1 IN (… " up to the last field; the number of brackets to close. */
static size_t open_path(struct composer *composer, const struct scope_path *path, const char *alias)
{
    struct buffer *sql = &composer->bound->sql;
    if (composer->one && path->count > 0) {
        look_up(composer, path, alias);
        return 0;
    }
    for (size_t i = 0; i < path->count; i++) {
        if (i == 0 && composer->plainly) buffer_char(sql, '+');
        if (i > 0) {
            buffer_string(sql, " IN (SELECT id FROM ");
            sql_table(sql, composer->pack, path->regs[i]);
            buffer_string(sql, " WHERE ");
        }
        sql_field(sql, i == 0 ? alias : NULL, composer->pack, path->regs[i], path->fields[i]);
    }
    return path->count > 0 ? path->count - 1 : 0;
}

static void close_brackets(struct composer *composer, size_t count)
{
    while (count-- > 0) buffer_char(&composer->bound->sql, ')');
}

/* Up to the code of the row's division; the number of brackets to close. */
static size_t open_code(struct composer *composer, const struct scope_path *path, const char *alias)
{
    const struct pack *pack = composer->pack;
    struct buffer *sql = &composer->bound->sql;
    size_t open = 0;
    if (path->count == 0) {
        sql_field(sql, alias, pack, pack->division_register, pack->division_code);
        return 0;
    }
    if (composer->one) {
        buffer_string(sql, "(SELECT ");
        sql_field(sql, NULL, pack, pack->division_register, pack->division_code);
    } else {
        open = open_path(composer, path, alias) + 1;
        buffer_string(sql, " IN (SELECT id");
    }
    buffer_string(sql, " FROM ");
    sql_table(sql, pack, pack->division_register);
    buffer_string(sql, " WHERE ");
    if (composer->one) {
        buffer_string(sql, "id = ");
        look_up(composer, path, alias);
        buffer_char(sql, ')');
    } else {
        sql_field(sql, NULL, pack, pack->division_register, pack->division_code);
    }
    return open;
}

static void in_divisions(struct composer *composer, const struct scope_path *path, const char *alias)
{
    const struct pack *pack = composer->pack;
    struct buffer *sql = &composer->bound->sql;
    size_t open = open_code(composer, path, alias);
    buffer_string(sql, " IN (");
    bool first = true;
    for (size_t i = 0; i < pack->division_count; i++) {
        if (!composer->inside[i]) continue;
        if (!first) buffer_string(sql, ", ");
        bound_text(composer->bound, pack->divisions[i].code);
        first = false;
    }
    close_brackets(composer, open + 1);
}

static void of_subjects(struct composer *composer, const struct scope_path *path, const char *alias)
{
    struct buffer *sql = &composer->bound->sql;
    size_t open = open_path(composer, path, alias);
    if (path->count == 0) buffer_printf(sql, "%s.id", alias);
    buffer_string(sql, " IN (");
    for (size_t i = 0; i < composer->scope->subject_count; i++) {
        if (i > 0) buffer_string(sql, ", ");
        bound_int(composer->bound, composer->scope->subjects[i]);
    }
    close_brackets(composer, open + 1);
}

static void bound_spelling(struct composer *composer, struct text name, const char *separator)
{
    if (name.size == 0) return;
    buffer_string(&composer->bound->sql, separator);
    bound_text(composer->bound, name);
}

/* A field that names the unit, by any of its names, or the division whose the record is: "alias.field IN
 * (…)". */
static void is_owner(struct composer *composer, int reg, int field, const char *alias)
{
    const struct pack *pack = composer->pack;
    struct buffer *sql = &composer->bound->sql;
    const char *separator = "";
    sql_field(sql, alias, pack, reg, field);
    buffer_string(sql, " IN (");
    int unit = composer->scope->unit.size > 0 ? pack_unit_find(pack, composer->scope->unit) : -1;
    if (composer->scope->unit.size > 0) {
        bound_text(composer->bound, composer->scope->unit);
        separator = ", ";
    }
    if (unit >= 0) {
        const struct pack_unit *named = &pack->units[unit];
        bound_spelling(composer, named->label.name, separator);
        bound_spelling(composer, named->label.zh, separator);
        bound_spelling(composer, named->label.en, separator);
        for (size_t i = 0; i < named->alias_count; i++)
            bound_spelling(composer, named->aliases[i], separator);
    }
    for (size_t k = 0; k < pack->division_count; k++) {
        if (!composer->inside[k]) continue;
        buffer_string(sql, separator);
        bound_text(composer->bound, pack->divisions[k].code);
        separator = ", ";
    }
    buffer_char(sql, ')');
}

static bool owns_nothing(const struct composer *composer)
{
    return composer->scope->unit.size == 0 && composer->inside_count == 0;
}

/* The record names its unit or division itself. */
static void in_owners(struct composer *composer, int reg, const char *alias)
{
    const struct pack_register *meta = &composer->pack->registers[reg];
    struct buffer *sql = &composer->bound->sql;
    for (size_t i = 0; i < meta->owner_count; i++) {
        if (i > 0) buffer_string(sql, " OR ");
        is_owner(composer, reg, meta->owners[i], alias);
    }
}

void scope_owner(const struct scope *scope, struct database *database, int reg, int field, const char *alias,
                 struct bound *bound)
{
    const struct pack *pack = database->pack;
    if (scope_all_of(scope, pack, reg) && scope->office.size == 0) {
        buffer_string(&bound->sql, "1 = 1");
        return;
    }
    struct scope acting = *scope;
    if (scope->unit.size == 0 && scope->office.size > 0) {
        acting.unit = scope->office;
        acting.division_count = 0; /* seeing all of the county is not acting for its townships */
    }
    struct composer composer = {.scope = &acting, .pack = pack, .bound = bound};
    mark_divisions(&composer, store_kind(database->store));
    if (owns_nothing(&composer))
        buffer_string(&bound->sql, "1 = 0");
    else
        is_owner(&composer, reg, field, alias);
    free(composer.inside);
}

static void add_scope(const struct scope *scope, struct database *database, int reg, const char *alias,
                      enum scope_way way, struct bound *bound)
{
    const struct pack *pack = database->pack;
    bool owned = pack->registers[reg].owner_count > 0;
    if (scope_all_of(scope, pack, reg)) return;
    int divisions = pack->division_code >= 0 ? pack->division_register : -1;
    struct scope_path place = scope_path(pack, reg, divisions),
                      subject = scope_path(pack, reg, pack->subject);
    if (!owned && !place.found && !subject.found) return; /* the county's own */
    struct composer composer = {.scope = scope, .pack = pack, .bound = bound};
    composer.one = way == SCOPE_WAY_ONE;
    composer.plainly = way == SCOPE_WAY_JOINED;
    mark_divisions(&composer, store_kind(database->store));
    bool by_place = place.found && composer.inside_count > 0;
    bool by_subject = subject.found && scope->subject_count > 0;
    buffer_string(&bound->sql, " AND (");
    if (owned && register_of(pack, reg)->parent < 0) by_place = by_subject = false;
    bool by_owner = owned && !owns_nothing(&composer);
    if (by_owner) in_owners(&composer, reg, alias);
    if (by_owner && (by_place || by_subject)) buffer_string(&bound->sql, " OR ");
    if (by_place) in_divisions(&composer, &place, alias);
    if (by_place && by_subject) buffer_string(&bound->sql, " OR ");
    if (by_subject) of_subjects(&composer, &subject, alias);
    if (!by_owner && !by_place && !by_subject) buffer_string(&bound->sql, "1 = 0");
    buffer_char(&bound->sql, ')');
    free(composer.inside);
}

void scope_rows(const struct scope *scope, struct database *database, int reg, const char *alias,
                struct bound *bound)
{
    add_scope(scope, database, reg, alias, SCOPE_WAY_ROWS, bound);
}

void scope_row(const struct scope *scope, struct database *database, int reg, const char *alias,
               struct bound *bound)
{
    add_scope(scope, database, reg, alias, SCOPE_WAY_ONE, bound);
}

void scope_rows_within(const struct scope *scope, struct database *database, int reg, int division,
                       const char *alias, enum scope_way way, struct bound *bound)
{
    add_scope(scope, database, reg, alias, way, bound);
    if (division < 0) return;
    const struct scope within = {.divisions = &division, .division_count = 1};
    add_scope(&within, database, reg, alias, way, bound);
}

int scope_has(struct database *database, const struct scope *scope, int reg, int64_t id, bool retired_too,
              bool *has, struct err *err)
{
    *has = false;
    if (!scope_may(scope, reg, SCOPE_READ)) return 0;
    struct bound bound = {0};
    int64_t found = 0;
    buffer_string(&bound.sql, "SELECT 1 FROM ");
    sql_table(&bound.sql, database->pack, reg);
    buffer_string(&bound.sql, " AS t WHERE t.id = ");
    bound_int(&bound, id);
    if (!retired_too) buffer_string(&bound.sql, " AND t.retired IS NULL");
    scope_row(scope, database, reg, "t", &bound);
    int code = bound_ask(&bound, database, &found, err);
    bound_fini(&bound);
    *has = found == 1;
    return code;
}
