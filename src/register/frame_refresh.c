/* What changed is asked of the log: zs_change names the records that were there, and new ones have ids above
 * all that were given before. */
#include "register/frame_refresh.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "formula/frame_edit.h"
#include "register/database_private.h"
#include "register/frame_rows.h"
#include "register/sql.h"

/* So many changed records are worth loading everything anew. */
enum { CHANGES_AT_LEAST = 20000, CHANGES_SHARE = 8 };

enum { BATCH = 128 };

struct refresh {
    struct database *database;
    const struct pack *pack;
    const struct frame_standing *from;
    struct frame_standing *out;
    struct frame_edit *edit;
    bool **fields; /* [register][field]: those the old frame has loaded; the registers' own arrays */
    bool *declared;
    size_t changes, rows;
    bool anew;
};

/* ---- Where the database stands ---- */

static int query_int(struct store *store, const struct buffer *sql, int64_t *value, struct err *err)
{
    bool found;
    *value = 0;
    return store_query_int(store, sql->data, value, &found, err);
}

static int last_id(struct database *database, int reg, int64_t *id, struct err *err)
{
    struct buffer sql = {0};
    buffer_string(&sql, "SELECT coalesce(max(id), 0) FROM ");
    sql_table(&sql, database->pack, reg);
    int code = query_int(database->store, &sql, id, err);
    buffer_fini(&sql);
    return code;
}

/* since: where the same entry need not be asked about twice; may be NULL. */
static int note_standing(struct database *database, const struct frame_standing *since,
                         struct frame_standing *standing, struct err *err)
{
    size_t registers = database->pack->schema.register_count;
    standing->last_ids = mem_new(registers, sizeof *standing->last_ids);
    int code = database_last_entry(database->store, &standing->entry, err);
    if (code == 0 && since != NULL && since->entry == standing->entry) {
        memcpy(standing->last_ids, since->last_ids, registers * sizeof *standing->last_ids);
        return 0;
    }
    for (size_t reg = 0; code == 0 && reg < registers; reg++)
        code = last_id(database, (int)reg, &standing->last_ids[reg], err);
    return code;
}

/* Another pack may have changed what stored values mean without a word in the log. */
static int check_pack(struct database *database, struct err *err)
{
    struct buffer digest = {0};
    int code = database_meta(database->store, "digest", &digest, err);
    if (code == 0 && !text_is(buffer_get(&digest), database->pack->digest))
        code = err_set(err, ERR_VERSION, "“%s”在运行期间换成了另一版包。请重新启动本程序",
                       "“%s” got another version of its pack meanwhile. Start this program again",
                       store_name(database->store));
    buffer_fini(&digest);
    return code;
}

void frame_standing_fini(struct frame_standing *standing)
{
    frame_free(standing->frame);
    free(standing->last_ids);
    *standing = (struct frame_standing){0};
}

int frame_standing_load(struct database *database, const struct frame_request *request,
                        struct frame_standing *out, struct err *err)
{
    assert(request->entry == 0 && request->part == NULL);
    *out = (struct frame_standing){0};
    bool own = !store_in_transaction(database->store);
    int code = own ? store_begin_read(database->store, err) : 0;
    if (code == 0) code = check_pack(database, err);
    if (code == 0) code = note_standing(database, NULL, out, err);
    if (code == 0) code = frame_load(database, request, &out->frame, err);
    if (own) store_rollback(database->store); /* nothing was written */
    if (code != 0) frame_standing_fini(out);
    return code;
}

/* ---- What changed ---- */

static void refresh_begin(struct refresh *refresh)
{
    const struct schema *schema = &refresh->pack->schema;
    refresh->edit = frame_edit_new(refresh->from->frame);
    refresh->fields = mem_new(schema->register_count, sizeof *refresh->fields);
    refresh->declared = mem_new(schema->register_count, sizeof *refresh->declared);
    for (size_t reg = 0; reg < schema->register_count; reg++) {
        size_t count = schema->registers[reg].field_count;
        refresh->declared[reg] = refresh->from->frame->registers[reg].declared;
        refresh->fields[reg] = mem_new(count, sizeof **refresh->fields);
        refresh->rows += refresh->from->frame->registers[reg].rows;
        for (size_t f = 0; f < count; f++)
            refresh->fields[reg][f] = frame_edit_wants(refresh->edit, (int)reg, (int)f);
    }
}

static void refresh_fini(struct refresh *refresh)
{
    frame_edit_free(refresh->edit);
    for (size_t reg = 0; reg < refresh->pack->schema.register_count; reg++) free(refresh->fields[reg]);
    free(refresh->fields);
    free(refresh->declared);
}

static bool too_many(struct refresh *refresh)
{
    if (refresh->changes >= CHANGES_AT_LEAST + refresh->rows / CHANGES_SHARE) refresh->anew = true;
    return refresh->anew;
}

/* The rows of a prepared SELECT; `seen` (NULL: do not ask) are ids that rise, each met at most once. */
static int read_rows(struct refresh *refresh, int reg, struct frame_rows *rows,
                     const struct frame_standing *from, int64_t *seen, size_t *seen_count, struct err *err)
{
    bool row = true;
    int code = 0;
    while (code == 0 && !too_many(refresh) && (code = frame_rows_step(rows, &row, err)) == 0 && row) {
        frame_edit_row(refresh->edit, reg, rows->id, rows->id > from->last_ids[reg], rows->values);
        refresh->changes++;
        if (seen != NULL) seen[(*seen_count)++] = rows->id;
    }
    return code;
}

static int prepare_rows(struct refresh *refresh, int reg, const char *condition, struct frame_rows *rows,
                        struct err *err)
{
    struct buffer sql = {0};
    frame_rows_select(rows, refresh->database, reg, refresh->fields[reg], &sql);
    buffer_string(&sql, " FROM ");
    sql_living(&sql, refresh->pack, reg);
    buffer_printf(&sql, " AS t WHERE %s ORDER BY t.id", condition);
    int code = sql_prepare(refresh->database->store, &sql, &rows->statement, err);
    buffer_fini(&sql);
    return code;
}

static int read_new(struct refresh *refresh, int reg, struct err *err)
{
    struct frame_rows rows = {0};
    int64_t last = refresh->from->last_ids[reg];
    if (refresh->out->last_ids[reg] <= last) return 0;
    int code = prepare_rows(refresh, reg, "t.id > ?1", &rows, err);
    if (code == 0) statement_bind_int(rows.statement, 1, last);
    if (code == 0) code = read_rows(refresh, reg, &rows, refresh->from, NULL, NULL, err);
    frame_rows_fini(&rows);
    return code;
}

/* Ids of older records that the log speaks of, rising. */
static int list_changed(struct refresh *refresh, int reg, int64_t **ids, size_t *count, struct err *err)
{
    struct statement *statement;
    size_t capacity = 0;
    bool row = true;
    int code =
        store_prepare(refresh->database->store,
                      TEXT("SELECT DISTINCT record FROM zs_change WHERE register = ?1 AND entry > ?2 AND "
                           "record <= ?3 ORDER BY record"),
                      &statement, err);
    if (code != 0) return code;
    statement_bind_text(statement, 1, register_name(refresh->pack, reg));
    statement_bind_int(statement, 2, refresh->from->entry);
    statement_bind_int(statement, 3, refresh->from->last_ids[reg]);
    while (code == 0 && !too_many(refresh) && (code = statement_step(statement, &row, err)) == 0 && row) {
        *ids = mem_grow(*ids, &capacity, *count + 1, sizeof **ids);
        (*ids)[(*count)++] = statement_int(statement, 0);
        refresh->changes++;
    }
    statement_free(statement);
    return code;
}

/* Asked for by their ids, some at a time: what a planner makes of a join depends on what it believes about
 * the log, and reading a whole ledger for a few records is slow. */
static int prepare_batch(struct refresh *refresh, int reg, struct frame_rows *rows, struct err *err)
{
    struct buffer condition = {0};
    buffer_string(&condition, "t.id IN (");
    for (int i = 1; i <= BATCH; i++) buffer_printf(&condition, "%s?%d", i > 1 ? ", " : "", i);
    buffer_char(&condition, ')');
    int code = prepare_rows(refresh, reg, condition.data, rows, err);
    buffer_fini(&condition);
    return code;
}

static int read_ids(struct refresh *refresh, int reg, const int64_t *ids, size_t count, int64_t *seen,
                    size_t *seen_count, struct err *err)
{
    struct frame_rows rows = {0};
    int code = prepare_batch(refresh, reg, &rows, err);
    for (size_t first = 0; code == 0 && !refresh->anew && first < count; first += BATCH) {
        for (size_t i = 0; i < BATCH; i++)
            statement_bind_int(rows.statement, (int)i + 1, ids[first + i < count ? first + i : count - 1]);
        code = read_rows(refresh, reg, &rows, refresh->from, seen, seen_count, err);
    }
    frame_rows_fini(&rows);
    return code;
}

static int read_changed(struct refresh *refresh, int reg, struct err *err)
{
    int64_t *ids = NULL;
    size_t count = 0, here = 0;
    int code = list_changed(refresh, reg, &ids, &count, err);
    int64_t *seen = mem_new(count, sizeof *seen);
    if (code == 0 && count > 0 && !refresh->anew) code = read_ids(refresh, reg, ids, count, seen, &here, err);
    /* What the log speaks of and the table does not have is gone. */
    for (size_t i = 0, at = 0; code == 0 && !refresh->anew && i < count; i++) {
        if (at < here && seen[at] == ids[i])
            at++;
        else
            frame_edit_gone(refresh->edit, reg, ids[i]);
    }
    free(seen);
    free(ids);
    return code;
}

static int read_changes(struct refresh *refresh, struct err *err)
{
    int code = 0;
    for (size_t reg = 0; code == 0 && !refresh->anew && reg < refresh->pack->schema.register_count; reg++) {
        if (!refresh->declared[reg]) continue;
        code = read_new(refresh, (int)reg, err);
        if (code == 0 && !refresh->anew) code = read_changed(refresh, (int)reg, err);
    }
    return code;
}

/* ---- The new frame ---- */

static int make_frame(struct refresh *refresh, struct err *err)
{
    refresh_begin(refresh);
    int code = read_changes(refresh, err);
    if (code == 0 && !refresh->anew) {
        refresh->out->frame = frame_edit_finish(refresh->edit);
        refresh->edit = NULL;
    }
    if (code == 0 && refresh->out->frame == NULL) {
        const struct frame_request all = {.used = refresh->fields, .wanted = refresh->declared};
        code = frame_load(refresh->database, &all, &refresh->out->frame, err);
    }
    refresh_fini(refresh);
    return code;
}

int frame_refresh(struct database *database, const struct frame_standing *from, struct frame_standing *out,
                  struct err *err)
{
    struct refresh refresh = {.database = database, .pack = database->pack, .from = from, .out = out};
    assert(from->frame->schema == &database->pack->schema);
    *out = (struct frame_standing){0};
    bool own = !store_in_transaction(database->store);
    int code = own ? store_begin_read(database->store, err) : 0;
    if (code == 0) code = check_pack(database, err);
    if (code == 0) code = note_standing(database, from, out, err);
    if (code == 0 && out->entry == from->entry)
        out->frame = frame_share(from->frame);
    else if (code == 0)
        code = make_frame(&refresh, err);
    if (own) store_rollback(database->store); /* nothing was written */
    if (code != 0) frame_standing_fini(out);
    return code;
}
