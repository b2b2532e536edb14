/* Filling a temporary table: rows are gathered in COPY's binary format and sent a megabyte at a time, so that
 * between two of them the connection is free for others. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/postgres.h"
#include "store/postgres_wire.h"

enum { FLUSH_AT = 1 << 20, ANALYZE_FROM = 500 };

enum bulk_type { BULK_INTEGER, BULK_REAL, BULK_TEXT };

struct bulk_cell {
    bool known;
    uint64_t bits;
    struct text text;
};

struct postgres_bulk {
    struct bulk bulk;
    struct postgres *db;
    bool fresh;           /* a temporary table made here */
    struct buffer target; /* table and columns, as COPY names them */
    size_t count;
    enum bulk_type *types;
    struct bulk_cell *cells;
    struct buffer rows;
    int64_t row_count;
    struct err fault; /* the first that the server reported; the rest is in vain */
};

/* ---- Making the table ---- */

static const struct {
    struct text word;
    const char *type;
} types[] = {[BULK_INTEGER] = {TEXT("INTEGER"), "BIGINT"},
             [BULK_REAL] = {TEXT("REAL"), "DOUBLE PRECISION"},
             [BULK_TEXT] = {TEXT("TEXT"), "TEXT COLLATE \"C\""}};

/* The TYPE of "name TYPE …"; *rest is what follows it. */
static enum bulk_type type_of_column(const char *column, const char **rest)
{
    const char *word = strchr(column, ' ');
    assert(word != NULL);
    struct text text = text_of(word + 1);
    enum bulk_type type = text_starts(text, types[BULK_INTEGER].word) ? BULK_INTEGER
                          : text_starts(text, types[BULK_REAL].word)  ? BULK_REAL
                                                                      : BULK_TEXT;
    assert(text_starts(text, types[type].word));
    *rest = text.at + types[type].word.size;
    return type;
}

static int create(struct postgres_bulk *bulk, const char *table, const char *const *columns, struct err *err)
{
    struct buffer sql = {0};
    /* A session that may only read may still have tables of its own. */
    bool wrap = bulk->db->read_only && !bulk->db->transaction;
    if (wrap) buffer_string(&sql, "BEGIN READ WRITE; ");
    buffer_printf(&sql, "CREATE TEMP TABLE \"%s\" (", table);
    for (size_t i = 0; i < bulk->count; i++) {
        const char *rest;
        enum bulk_type type = type_of_column(columns[i], &rest);
        buffer_printf(&sql, "%s%.*s %s%s", i > 0 ? ", " : "", (int)strcspn(columns[i], " "), columns[i],
                      types[type].type, rest);
    }
    buffer_char(&sql, ')');
    if (wrap) buffer_string(&sql, "; COMMIT");
    int code = postgres_exec(bulk->db, sql.data, NULL, err);
    if (code != 0 && wrap) postgres_exec(bulk->db, "ROLLBACK", NULL, NULL);
    buffer_fini(&sql);
    return code;
}

static void bulk_free(struct postgres_bulk *bulk)
{
    buffer_fini(&bulk->rows);
    buffer_fini(&bulk->target);
    free(bulk->types);
    free(bulk->cells);
    free(bulk);
}

static struct postgres_bulk *bulk_new(struct store *store, bool fresh, const char *table,
                                      const char *const *columns, size_t count)
{
    struct postgres_bulk *bulk = mem_new(1, sizeof *bulk);
    bulk->bulk.port = store->port;
    bulk->db = (struct postgres *)store;
    bulk->fresh = fresh;
    bulk->count = count;
    bulk->types = mem_new(count, sizeof *bulk->types);
    bulk->cells = mem_new(count, sizeof *bulk->cells);
    buffer_printf(&bulk->target, "%s\"%s\" (", fresh ? "pg_temp." : "", table);
    for (size_t i = 0; i < count; i++) {
        const char *rest;
        bulk->types[i] = type_of_column(columns[i], &rest);
        buffer_printf(&bulk->target, "%s%.*s", i > 0 ? ", " : "", (int)strcspn(columns[i], " "), columns[i]);
    }
    buffer_char(&bulk->target, ')');
    return bulk;
}

int postgres_bulk_begin(struct store *store, const char *table, const char *const *columns, size_t count,
                        struct bulk **out, struct err *err)
{
    struct postgres_bulk *bulk = bulk_new(store, true, table, columns, count);
    int code = create(bulk, table, columns, err);
    *out = code == 0 ? &bulk->bulk : NULL;
    if (code != 0) bulk_free(bulk);
    return code;
}

int postgres_bulk_into(struct store *store, const char *table, const char *const *columns, size_t count,
                       struct bulk **out, struct err *err)
{
    (void)err;
    *out = &bulk_new(store, false, table, columns, count)->bulk;
    return 0;
}

/* ---- Rows ---- */

static struct bulk_cell *cell_of(struct bulk *base, size_t column)
{
    struct postgres_bulk *bulk = (struct postgres_bulk *)base;
    assert(column < bulk->count);
    bulk->cells[column].known = true;
    return &bulk->cells[column];
}

static void put_double(struct bulk_cell *cell, double value)
{
    memcpy(&cell->bits, &value, sizeof cell->bits);
}

void postgres_bulk_int(struct bulk *base, size_t column, int64_t value)
{
    struct bulk_cell *cell = cell_of(base, column);
    enum bulk_type type = ((struct postgres_bulk *)base)->types[column];
    assert(type != BULK_TEXT);
    if (type == BULK_REAL)
        put_double(cell, (double)value);
    else
        cell->bits = (uint64_t)value;
}

void postgres_bulk_double(struct bulk *base, size_t column, double value)
{
    assert(((struct postgres_bulk *)base)->types[column] == BULK_REAL);
    put_double(cell_of(base, column), value);
}

void postgres_bulk_text(struct bulk *base, size_t column, struct text value)
{
    assert(((struct postgres_bulk *)base)->types[column] == BULK_TEXT);
    cell_of(base, column)->text = value;
}

/* COPY is ended even when it failed: only then does the server say why. */
static int end_copy(struct postgres *db, bool sent, struct err *err)
{
    int code = sent && PQputCopyEnd(db->connection, NULL) == 1 ? 0 : postgres_fault(db, NULL, err);
    PGresult *result;
    while (PQstatus(db->connection) == CONNECTION_OK && (result = PQgetResult(db->connection)) != NULL) {
        if (code == 0 && PQresultStatus(result) != PGRES_COMMAND_OK) code = postgres_fault(db, result, err);
        PQclear(result);
    }
    if (code == 0 && PQstatus(db->connection) == CONNECTION_BAD) code = postgres_fault(db, NULL, err);
    return code;
}

static int send_rows(struct postgres_bulk *bulk, struct err *err)
{
    static const char head[] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0"; /* signature, no flags, no extension */
    static const char trailer[] = {'\377', '\377'};
    struct postgres *db = bulk->db;
    struct buffer sql = {0};
    PGresult *result = NULL;
    buffer_printf(&sql, "COPY %s FROM STDIN (FORMAT binary)", bulk->target.data);
    postgres_make_way(db);
    result = PQexec(db->connection, sql.data);
    int code = PQresultStatus(result) == PGRES_COPY_IN ? 0 : postgres_fault(db, result, err);
    PQclear(result);
    buffer_fini(&sql);
    if (code != 0) return code;
    bool sent = PQputCopyData(db->connection, head, sizeof head) == 1 &&
                PQputCopyData(db->connection, bulk->rows.data, (int)bulk->rows.size) == 1 &&
                PQputCopyData(db->connection, trailer, sizeof trailer) == 1;
    return end_copy(db, sent, err);
}

static int flush(struct postgres_bulk *bulk, struct err *err)
{
    if (bulk->rows.size > 0 && bulk->fault.code == 0) send_rows(bulk, &bulk->fault);
    buffer_clear(&bulk->rows);
    if (bulk->fault.code != 0 && err != NULL) *err = bulk->fault;
    return bulk->fault.code;
}

static void encode_cell(struct buffer *rows, enum bulk_type type, const struct bulk_cell *cell)
{
    char bytes[12];
    if (!cell->known) {
        wire_put32(bytes, UINT32_MAX);
        buffer_add(rows, bytes, 4);
    } else if (type == BULK_TEXT) {
        wire_put32(bytes, (uint32_t)cell->text.size);
        buffer_add(rows, bytes, 4);
        buffer_text(rows, cell->text);
    } else {
        wire_put32(bytes, 8);
        wire_put64(bytes + 4, cell->bits);
        buffer_add(rows, bytes, 12);
    }
}

int postgres_bulk_row(struct bulk *base, struct err *err)
{
    struct postgres_bulk *bulk = (struct postgres_bulk *)base;
    char count[2];
    wire_put16(count, (uint16_t)bulk->count);
    buffer_add(&bulk->rows, count, sizeof count);
    for (size_t i = 0; i < bulk->count; i++) {
        encode_cell(&bulk->rows, bulk->types[i], &bulk->cells[i]);
        bulk->cells[i] = (struct bulk_cell){0};
    }
    bulk->row_count++;
    return bulk->rows.size < FLUSH_AT ? 0 : flush(bulk, err);
}

/* ---- Ending ---- */

/* Nobody else looks at temporary tables: without this the planner would guess what is in them. */
static int analyze(struct postgres_bulk *bulk, struct err *err)
{
    struct buffer sql = {0};
    buffer_printf(&sql, "ANALYZE %s", bulk->target.data);
    int code =
        !bulk->fresh || bulk->row_count < ANALYZE_FROM ? 0 : postgres_exec(bulk->db, sql.data, NULL, err);
    buffer_fini(&sql);
    return code;
}

int postgres_bulk_end(struct bulk *base, struct err *err)
{
    struct postgres_bulk *bulk = (struct postgres_bulk *)base;
    int code = flush(bulk, err);
    if (code == 0) code = analyze(bulk, err);
    bulk_free(bulk);
    return code;
}

void postgres_bulk_abandon(struct bulk *base)
{
    bulk_free((struct postgres_bulk *)base);
}

void postgres_drop_temporary(struct store *store, const char *const *tables, size_t count)
{
    struct postgres *db = (struct postgres *)store;
    struct buffer sql = {0};
    assert(!db->transaction);
    buffer_string(&sql, "BEGIN READ WRITE;");
    for (size_t i = 0; i < count; i++) buffer_printf(&sql, "DROP TABLE IF EXISTS pg_temp.\"%s\";", tables[i]);
    buffer_string(&sql, "COMMIT");
    postgres_exec(db, sql.data, NULL, NULL);
    buffer_fini(&sql);
}
