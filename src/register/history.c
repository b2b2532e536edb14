/* One record through the log. The log keeps what a change replaced; what it put there instead is what the
 * next change replaced, or what stands there now. */
#include "register/history.h"

#include <assert.h>
#include <jansson.h>
#include <stdlib.h>

#include "base/mem.h"
#include "register/database_private.h"
#include "register/scope_sql.h"
#include "register/sealed.h"
#include "register/sql.h"
#include "register/value.h"

static int refuse_log(const struct pack *pack, int reg, int64_t id, struct err *err)
{
    struct text table = register_name(pack, reg);
    return err_set(err, ERR_CORRUPT,
                   "日志里登记 %.*s 的记录 %lld 的旧值读不懂，不是本程序写入的。请用备份恢复",
                   "The log's old values of register %.*s, record %lld, cannot be read; this program did not "
                   "write them. "
                   "Restore a backup",
                   TEXT_ARGS(table), (long long)id);
}

static int field_called(const struct pack *pack, int reg, const char *name)
{
    for (size_t i = 0; i < register_of(pack, reg)->field_count; i++)
        if (text_is(field_name(pack, reg, (int)i), name)) return (int)i;
    return -1;
}

/* ---- Origins ---- */

static int read_created(struct database *database, int reg, int64_t id, int64_t *created, struct err *err)
{
    struct buffer sql = {0};
    struct statement *statement;
    bool row = false;
    buffer_string(&sql, "SELECT created FROM ");
    sql_table(&sql, database->pack, reg);
    buffer_string(&sql, " WHERE id = ?1");
    int code = sql_prepare(database->store, &sql, &statement, err);
    buffer_fini(&sql);
    if (code != 0) return code;
    statement_bind_int(statement, 1, id);
    code = statement_step(statement, &row, err);
    *created = code == 0 && row ? statement_int(statement, 0) : 0;
    statement_free(statement);
    return code;
}

int record_creation(struct database *database, int reg, int64_t id, int64_t until, int64_t *entry,
                    struct err *err)
{
    int code = read_created(database, reg, id, entry, err);
    if (until > 0 && *entry > until) *entry = 0;
    return code;
}

static int note_origins(const struct pack *pack, int reg, int64_t id, int64_t entry, struct text text,
                        int64_t *origins, struct err *err)
{
    const char *name;
    json_t *ignored, *before = json_loadb(text.at, text.size, JSON_ALLOW_NUL, NULL);
    int code = json_is_object(before) ? 0 : refuse_log(pack, reg, id, err);
    json_object_foreach(before, name, ignored)
    {
        int field = field_called(pack, reg, name);
        if (field >= 0) origins[field] = entry;
    }
    json_decref(before);
    return code;
}

int record_origins(struct database *database, int reg, int64_t id, int64_t until, int64_t *origins,
                   struct err *err)
{
    struct statement *statement;
    int64_t created;
    int code = record_creation(database, reg, id, until, &created, err);
    if (until == 0) until = INT64_MAX;
    for (size_t i = 0; i < register_of(database->pack, reg)->field_count; i++) origins[i] = created;
    if (code != 0 || created == 0) return code;
    code = store_prepare(
        database->store,
        TEXT("SELECT entry, before FROM zs_change WHERE register = ?1 AND record = ?2 AND entry <= ?3 AND "
             "kind = 'changed' ORDER BY entry"),
        &statement, err);
    if (code != 0) return code;
    statement_bind_text(statement, 1, register_name(database->pack, reg));
    statement_bind_int(statement, 2, id);
    statement_bind_int(statement, 3, until);
    bool row;
    while (code == 0 && (code = statement_step(statement, &row, err)) == 0 && row)
        code = note_origins(database->pack, reg, id, statement_int(statement, 0),
                            statement_text(statement, 1), origins, err);
    statement_free(statement);
    return code;
}

/* ---- History ---- */

struct walk {
    struct database *database;
    const struct pack *pack;
    int reg;
    int64_t id, created, below;
    size_t limit;
    struct value *values; /* as they stood after the change that comes next, going back */
    struct history *history;
    size_t capacity;
    struct arena *arena;
};

static const struct schema_register *meta_of(const struct walk *walk)
{
    return register_of(walk->pack, walk->reg);
}

/* One who may not see the record learns no more of it than of one that does not exist. */
static int read_values(struct walk *walk, const struct scope *scope, struct err *err)
{
    struct bound bound = {0};
    struct statement *statement;
    bool row = false;
    buffer_string(&bound.sql, "SELECT t.created, ");
    sealed_columns(&bound.sql, walk->database, "t", walk->reg);
    buffer_string(&bound.sql, " FROM ");
    sql_table(&bound.sql, walk->pack, walk->reg);
    buffer_string(&bound.sql, " AS t WHERE t.id = ");
    bound_int(&bound, walk->id);
    scope_row(scope, walk->database, walk->reg, "t", &bound);
    int code = bound_prepare(&bound, walk->database, &statement, err);
    bound_fini(&bound);
    if (code != 0) return code;
    code = statement_step(statement, &row, err);
    struct text table = register_name(walk->pack, walk->reg);
    if (code == 0 && !row)
        code = err_set(err, ERR_NOT_FOUND, "登记 %.*s 里没有编号 %lld 的记录",
                       "Register %.*s has no record with id %lld", TEXT_ARGS(table), (long long)walk->id);
    if (code == 0) walk->created = statement_int(statement, 0);
    for (size_t i = 0; code == 0 && i < meta_of(walk)->field_count; i++)
        code = column_value(walk->database, statement, (int)i + 1, walk->reg, (int)i, walk->arena,
                            &walk->values[i], err);
    statement_free(statement);
    return code;
}

/* A place for an event, or NULL: it is not on this page. */
static struct history_event *add_event(struct walk *walk, int64_t entry, enum history_kind kind)
{
    struct history *history = walk->history;
    if (entry >= walk->below || history->more) return NULL;
    if (history->count == walk->limit) {
        history->more = true;
        return NULL;
    }
    history->events = arena_grow(walk->arena, history->events, &walk->capacity, history->count + 1,
                                 sizeof *history->events);
    struct history_event *event = &history->events[history->count++];
    *event = (struct history_event){.entry = {.id = entry}, .kind = kind};
    return event;
}

static void put_stored(struct walk *walk, const json_t *json, struct history_change *change)
{
    char *text = json_dumps(json, JSON_ENCODE_ANY | JSON_COMPACT);
    change->stored = arena_text(walk->arena, text_of(text));
    free(text);
}

static int take_old(struct walk *walk, const char *name, const json_t *json, struct history_change *change,
                    struct err *err)
{
    int field = field_called(walk->pack, walk->reg, name);
    *change = (struct history_change){.field = field, .name = text_of(arena_string(walk->arena, name))};
    if (field < 0) {
        put_stored(walk, json, change);
        return 0;
    }
    bool fits;
    change->after = walk->values[field];
    int code = column_from_json(walk->database, json, walk->reg, field, NULL, walk->arena, &fits,
                                &change->before, err);
    if (code == 0 && !fits) {
        change->before = (struct value){0};
        put_stored(walk, json, change);
    }
    walk->values[field] = change->before;
    return code;
}

static int by_field(const void *left, const void *right)
{
    const struct history_change *a = left, *b = right;
    return a->field != b->field ? a->field - b->field : text_compare(a->name, b->name);
}

static int take_changed(struct walk *walk, struct history_event *event, struct text text, struct err *err)
{
    json_t *before = json_loadb(text.at, text.size, JSON_ALLOW_NUL, NULL), *json;
    int code = json_is_object(before) ? 0 : refuse_log(walk->pack, walk->reg, walk->id, err);
    struct history_change *changes = arena_array(walk->arena, json_object_size(before), sizeof *changes);
    const char *name;
    size_t count = 0;
    json_object_foreach(before, name, json)
    {
        if (code == 0) code = take_old(walk, name, json, &changes[count++], err);
    }
    json_decref(before);
    if (code != 0 || event == NULL || count == 0) return code;
    qsort(changes, count, sizeof *changes, by_field);
    event->changes = changes;
    event->change_count = count;
    return code;
}

static int take_change(struct walk *walk, int64_t entry, struct text kind, struct text before,
                       struct err *err)
{
    if (text_is(kind, "retired"))
        add_event(walk, entry, HISTORY_RETIRED);
    else if (text_is(kind, "restored"))
        add_event(walk, entry, HISTORY_RESTORED);
    else
        return take_changed(walk, add_event(walk, entry, HISTORY_CHANGED), before, err);
    return 0;
}

static int walk_changes(struct walk *walk, struct err *err)
{
    struct statement *statement;
    int code =
        store_prepare(walk->database->store,
                      TEXT("SELECT entry, kind, before FROM zs_change WHERE register = ?1 AND record = ?2 "
                           "ORDER BY entry DESC"),
                      &statement, err);
    if (code != 0) return code;
    statement_bind_text(statement, 1, register_name(walk->pack, walk->reg));
    statement_bind_int(statement, 2, walk->id);
    bool row;
    while (code == 0 && !walk->history->more && (code = statement_step(statement, &row, err)) == 0 && row)
        code = take_change(walk, statement_int(statement, 0), statement_text(statement, 1),
                           statement_text(statement, 2), err);
    statement_free(statement);
    return code;
}

static void take_creation(struct walk *walk)
{
    size_t count = meta_of(walk)->field_count;
    struct history_event *event = add_event(walk, walk->created, HISTORY_CREATED);
    if (event == NULL) return;
    event->changes = arena_array(walk->arena, count, sizeof *event->changes);
    for (size_t i = 0; i < count; i++)
        if (walk->values[i].known)
            event->changes[event->change_count++] = (struct history_change){
                .field = (int)i, .name = field_name(walk->pack, walk->reg, (int)i), .after = walk->values[i]};
}

int record_history(struct database *database, const struct scope *scope, int reg, int64_t id, int64_t below,
                   size_t limit, struct arena *arena, struct history *out, struct err *err)
{
    assert(limit > 0 && limit <= HISTORY_PAGE_MAX);
    *out = (struct history){0};
    int code = scope_check(scope, database->pack, reg, SCOPE_READ, err);
    if (code != 0) return code;
    struct walk walk = {.database = database,
                        .pack = database->pack,
                        .reg = reg,
                        .id = id,
                        .below = below == 0 ? INT64_MAX : below,
                        .limit = limit,
                        .history = out,
                        .arena = arena};
    walk.values = arena_array(arena, meta_of(&walk)->field_count, sizeof *walk.values);
    code = read_values(&walk, scope, err);
    if (code == 0) code = walk_changes(&walk, err);
    if (code == 0) take_creation(&walk);
    for (size_t i = 0; code == 0 && i < out->count; i++)
        code = history_entry(database, out->events[i].entry.id, arena, &out->events[i].entry, err);
    return code;
}
