/* Lists for people. A page is one statement that an index can answer from where the last page ended, and a
 * second one for the rows whose sort value is unknown: NULLs stand last in both databases and either
 * direction, and no index needs to know. */
#include "register/query.h"

#include <stdlib.h>

#include "base/mem.h"
#include "register/database_private.h"
#include "register/query_private.h"
#include "register/record_private.h"
#include "register/sql.h"

struct query query_of(int reg)
{
    return (struct query){.reg = reg, .division = -1, .sort = -1, .limit = 50};
}

void query_page_fini(struct query_page *page)
{
    arena_fini(&page->arena);
    *page = (struct query_page){0};
}

struct listing {
    struct database *database;
    const struct query *asked; /* … */
    const struct query *query; /* … as the database can answer it */
    struct record_reader reader;
    struct query_page *page;
    struct value **raws;
    size_t room;
    uint64_t digest;
};

/* ---- One statement ---- */

static void sort_field(struct listing *listing, struct buffer *sql)
{
    sql_field(sql, "t", listing->database->pack, listing->query->reg, listing->query->sort);
}

static void behind_value(struct listing *listing, const struct cursor *cursor, struct bound *bound)
{
    const struct pack *pack = listing->database->pack;
    const struct query *query = listing->query;
    buffer_string(&bound->sql, " AND (");
    sort_field(listing, &bound->sql);
    buffer_printf(&bound->sql, ", t.id) %c (", query->descending ? '<' : '>');
    if (cursor->by_record) {
        buffer_string(&bound->sql, "(SELECT ");
        sql_field(&bound->sql, NULL, pack, query->reg, query->sort);
        buffer_string(&bound->sql, " FROM ");
        sql_table(&bound->sql, pack, query->reg);
        buffer_string(&bound->sql, " WHERE id = ");
        bound_int(bound, cursor->id);
        buffer_char(&bound->sql, ')');
    } else {
        bound_value(bound, register_of(pack, query->reg)->fields[query->sort].type, &cursor->value);
    }
    buffer_string(&bound->sql, ", ");
    bound_int(bound, cursor->id);
    buffer_char(&bound->sql, ')');
}

/* Behind the WHERE: what comes after the cursor, in order. by: whether it is the part with known sort values,
 * or the one without (and the whole when there is no sort field). */
static void order(struct listing *listing, const struct cursor *cursor, bool by, struct bound *bound)
{
    struct buffer *sql = &bound->sql;
    bool down = listing->query->descending;
    if (listing->query->sort >= 0) {
        buffer_string(sql, " AND ");
        sort_field(listing, sql);
        buffer_string(sql, by ? " IS NOT NULL" : " IS NULL");
    }
    if (by && cursor->given) behind_value(listing, cursor, bound);
    if (!by && cursor->given && (cursor->unknown || listing->query->sort < 0)) {
        buffer_printf(sql, " AND t.id %c ", down ? '<' : '>');
        bound_int(bound, cursor->id);
    }
    buffer_string(sql, " ORDER BY ");
    if (by) {
        sort_field(listing, sql);
        buffer_string(sql, down ? " DESC, " : ", ");
    }
    buffer_string(sql, down ? "t.id DESC LIMIT " : "t.id LIMIT ");
    bound_int(bound, (int64_t)(listing->room - listing->page->count));
}

static int take_rows(struct listing *listing, const struct bound *bound, struct err *err)
{
    struct statement *statement;
    struct query_page *page = listing->page;
    int code = bound_prepare(bound, listing->database, &statement, err);
    if (code != 0) return code;
    bool row;
    while ((code = statement_step(statement, &row, err)) == 0 && row && page->count < listing->room) {
        code = record_read(&listing->reader, statement, &page->records[page->count],
                           &listing->raws[page->count], err);
        if (code != 0) break;
        page->count++;
    }
    statement_free(statement);
    return code;
}

static int take_part(struct listing *listing, const struct scope *scope, const struct cursor *cursor, bool by,
                     struct err *err)
{
    struct bound bound = {0};
    buffer_string(&bound.sql, "SELECT ");
    record_columns(&listing->reader, &bound.sql);
    buffer_string(&bound.sql, " FROM ");
    sql_table(&bound.sql, listing->database->pack, listing->query->reg);
    buffer_string(&bound.sql, " AS t");
    int code = query_where(listing->database, scope, listing->query, &bound, err);
    if (code == 0) {
        order(listing, cursor, by, &bound);
        code = take_rows(listing, &bound, err);
    }
    query_drop(listing->database, listing->query);
    bound_fini(&bound);
    return code;
}

/* ---- A page ---- */

static int read_cursor(struct listing *listing, const struct scope *scope, struct cursor *cursor,
                       struct err *err)
{
    struct bound bound = {0};
    int code = query_where(listing->database, scope, listing->asked, &bound, err);
    if (code == 0) {
        listing->digest = cursor_digest(&bound, listing->asked);
        code = cursor_read(&listing->database->pack->schema, listing->query, listing->digest,
                           &listing->page->arena, cursor, err);
    }
    query_drop(listing->database, listing->asked);
    bound_fini(&bound);
    return code;
}

static int take_all(struct listing *listing, const struct scope *scope, const struct cursor *cursor,
                    struct err *err)
{
    int code = 0;
    if (listing->query->sort >= 0 && !cursor->unknown) code = take_part(listing, scope, cursor, true, err);
    if (code == 0 && listing->page->count < listing->room)
        code = take_part(listing, scope, cursor, false, err);
    return code;
}

/* One row more than asked for says that there is a next page. */
static void cut(struct listing *listing)
{
    struct query_page *page = listing->page;
    const struct query *query = listing->query;
    if (page->count < listing->room) return;
    page->count--;
    struct cursor last = {.id = page->records[page->count - 1].id};
    if (query->sort >= 0) {
        last.value = listing->raws[page->count - 1][query->sort];
        last.unknown = !last.value.known;
    }
    page->next = cursor_write(&listing->database->pack->schema, query, listing->digest, &last, &page->arena);
}

static int list(struct listing *listing, const struct scope *scope, struct err *err)
{
    struct cursor cursor;
    int code = read_cursor(listing, scope, &cursor, err);
    if (code == 0) code = take_all(listing, scope, &cursor, err);
    if (code == 0) cut(listing);
    for (size_t i = 0; code == 0 && i < listing->page->count; i++)
        code = record_dress(&listing->reader, &listing->page->records[i], listing->raws[i], err);
    return code;
}

int query_list(struct database *database, const struct scope *scope, const struct query *query,
               struct query_page *page, struct err *err)
{
    *page = (struct query_page){0};
    if (query->limit < 1 || query->limit > QUERY_LIMIT_MAX)
        return err_set(err, ERR_INPUT, "一页的行数 limit 应在 1 到 %d 之间",
                       "limit, the rows of a page, must be between 1 and %d", QUERY_LIMIT_MAX);
    int code = query_check(database, scope, query, err);
    struct query opened;
    if (code == 0) code = query_open(database, scope, query, &page->arena, &opened, err);
    if (code != 0) {
        query_page_fini(page);
        return code;
    }
    struct listing listing = {.database = database,
                              .asked = query,
                              .query = &opened,
                              .page = page,
                              .room = query->limit + 1,
                              .raws = mem_new(query->limit + 1, sizeof *listing.raws)};
    listing.reader = record_reader_new(database, scope, query->reg, query->fields, query->sort,
                                       query->language, &page->arena);
    page->records = arena_array(&page->arena, listing.room, sizeof *page->records);
    bool own = !store_in_transaction(database->store) && opened.ids == NULL;
    if (own) code = store_begin_read(database->store, err);
    if (code == 0) code = list(&listing, scope, err);
    record_reader_fini(&listing.reader);
    if (own) store_rollback(database->store); /* nothing was written */
    free(listing.raws);
    if (code != 0) query_page_fini(page);
    return code;
}

/* ---- Counts ---- */

/* All of a register: its rows without the few that are retired, both out of small indexes. */
static void count_whole(const struct pack *pack, const struct query *query, struct bound *bound)
{
    buffer_string(&bound->sql, "SELECT (SELECT count(*) FROM ");
    sql_table(&bound->sql, pack, query->reg);
    buffer_char(&bound->sql, ')');
    if (query->retired) return;
    buffer_string(&bound->sql, " - (SELECT count(*) FROM ");
    sql_table(&bound->sql, pack, query->reg);
    buffer_string(&bound->sql, " WHERE retired IS NOT NULL)");
}

static bool whole(const struct pack *pack, const struct scope *scope, const struct query *query)
{
    return scope_all_of(scope, pack, query->reg) && query->condition_count == 0 && query->division < 0 &&
           query->parent == 0 && query->where == NULL && query->ids == NULL &&
           text_trim(query->words).size == 0;
}

static int count_rows(struct database *database, const struct scope *scope, const struct query *query,
                      int64_t most, int64_t *count, struct err *err)
{
    struct bound bound = {0};
    int code = 0;
    if (whole(database->pack, scope, query)) {
        count_whole(database->pack, query, &bound);
    } else {
        buffer_string(&bound.sql,
                      most > 0 ? "SELECT count(*) FROM (SELECT 1 AS one FROM " : "SELECT count(*) FROM ");
        sql_table(&bound.sql, database->pack, query->reg);
        buffer_string(&bound.sql, " AS t");
        code = query_where(database, scope, query, &bound, err);
        if (most > 0) {
            buffer_string(&bound.sql, " LIMIT ");
            bound_int(&bound, most);
            buffer_string(&bound.sql, ") AS counted");
        }
    }
    if (code == 0) code = bound_ask(&bound, database, count, err);
    query_drop(database, query);
    bound_fini(&bound);
    if (code == 0 && most > 0 && *count > most) *count = most;
    return code;
}

int query_count(struct database *database, const struct scope *scope, const struct query *query, int64_t most,
                int64_t *count, struct err *err)
{
    struct arena arena = {0};
    struct query opened;
    *count = 0;
    int code = query_check(database, scope, query, err);
    if (code == 0) code = query_open(database, scope, query, &arena, &opened, err);
    if (code == 0) code = count_rows(database, scope, &opened, most, count, err);
    arena_fini(&arena);
    return code;
}
