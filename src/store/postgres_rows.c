/* A connection carries one answer at a time, while callers write inside loops over what they read. So an
 * answer streams as long as nobody else asks, and is set aside (in bounded memory) at the moment somebody
 * does. */
#include "store/postgres_rows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { KEPT_IN_MEMORY = 16 << 20, COPY_HEAD = 19 };

void rows_init(struct rows *rows, size_t count)
{
    rows->count = count;
    rows->cells = mem_new(count, sizeof *rows->cells);
}

/* ---- What the present row rests on ---- */

static void forget_row(struct rows *rows)
{
    PQfreemem(rows->message);
    PQclear(rows->result);
    rows->message = NULL;
    rows->result = NULL;
}

static void forget_kept(struct rows *rows)
{
    if (rows->file != NULL) fclose(rows->file);
    rows->file = NULL;
    rows->file_rows = rows->at = 0;
    buffer_fini(&rows->memory);
    buffer_fini(&rows->from_file);
    rows->fault = (struct err){0};
}

void rows_fini(struct rows *rows)
{
    forget_row(rows);
    forget_kept(rows);
    free(rows->cells);
}

static int garbled(const struct postgres *db, struct err *err)
{
    return err_set(
        err, ERR_IO, "数据库“%s”的回答不合格式，没有任何改动。请检查网络后重做",
        "The database “%s” gave a garbled answer; nothing was changed. Check the network, then do it again",
        db->name);
}

/* A row as COPY writes it: count, then size and bytes of each cell. */
static bool split(struct rows *rows, const char *at, size_t size)
{
    const char *end = at + size;
    if (size < 2 || wire_take16(at) != rows->count) return false;
    at += 2;
    for (size_t i = 0; i < rows->count; i++) {
        if (end - at < 4) return false;
        int32_t length = (int32_t)wire_take32(at);
        at += 4;
        if (length > end - at) return false;
        rows->cells[i] = (struct wire_cell){at, length < 0 ? -1 : length};
        if (length > 0) at += length;
    }
    return true;
}

/* ---- From the server ---- */

/* The last result of a command says whether it succeeded. */
static int finish(struct postgres *db, struct err *err)
{
    int code = 0;
    bool more = true;
    while (more) {
        PGresult *result = PQgetResult(db->connection);
        ExecStatusType status = PQresultStatus(result);
        bool good = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_SINGLE_TUPLE;
        /* A dead connection may repeat itself for ever. */
        more = result != NULL && PQstatus(db->connection) == CONNECTION_OK;
        if (result != NULL && !good && code == 0) code = postgres_fault(db, result, err);
        PQclear(result);
    }
    if (code == 0 && PQstatus(db->connection) == CONNECTION_BAD) code = postgres_fault(db, NULL, err);
    return code;
}

/* Gives the row's bytes behind the header in *at. */
static int next_copied(struct rows *rows, struct postgres *db, char **message, struct text *tuple, bool *row,
                       struct err *err)
{
    *row = false;
    int size = PQgetCopyData(db->connection, message, 0);
    if (size < 0) return finish(db, err);
    size_t head = 0;
    if (!rows->headed) {
        if (size < COPY_HEAD || memcmp(*message, "PGCOPY\n\377\r\n", 11) != 0) return garbled(db, err);
        head = COPY_HEAD + wire_take32(*message + COPY_HEAD - 4);
        rows->headed = true;
    }
    if ((size_t)size < head + 2) return garbled(db, err);
    *tuple = (struct text){*message + head, (size_t)size - head};
    if (wire_take16(tuple->at) != UINT16_MAX) {
        *row = true;
        return 0;
    }
    PQfreemem(*message);
    *message = NULL;
    return PQgetCopyData(db->connection, message, 0) == -1 ? finish(db, err) : garbled(db, err);
}

static int next_single(struct postgres *db, PGresult **result, bool *row, struct err *err)
{
    *row = false;
    *result = PQgetResult(db->connection);
    if (*result == NULL) return postgres_fault(db, NULL, err);
    if (PQresultStatus(*result) == PGRES_SINGLE_TUPLE) {
        *row = true;
        return 0;
    }
    ExecStatusType status = PQresultStatus(*result);
    int code = status == PGRES_TUPLES_OK ? 0 : postgres_fault(db, *result, err);
    PQclear(*result);
    *result = NULL;
    int last = finish(db, code == 0 ? err : NULL);
    return code == 0 ? last : code;
}

static void take_cells(const PGresult *result, struct wire_cell *cells, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int column = (int)i;
        bool null = PQgetisnull(result, 0, column) != 0;
        cells[i] =
            (struct wire_cell){PQgetvalue(result, 0, column), null ? -1 : PQgetlength(result, 0, column)};
    }
}

/* ---- Set aside ---- */

static int file_fault(struct err *err)
{
    return err_set(
        err, ERR_IO, "临时文件写不下或读不回（%s），没有任何改动。请在 /tmp 所在的磁盘腾出空间后重做",
        "A temporary file could not be written or read back (%s); nothing was changed. Free some space on "
        "the disk of /tmp and do it again",
        strerror(errno));
}

static int keep(struct rows *rows, struct text tuple, struct err *err)
{
    uint32_t size = (uint32_t)tuple.size;
    if (rows->file == NULL && rows->memory.size + tuple.size < KEPT_IN_MEMORY) {
        buffer_add(&rows->memory, (const char *)&size, sizeof size);
        buffer_text(&rows->memory, tuple);
        return 0;
    }
    if (rows->file == NULL) rows->file = tmpfile();
    if (rows->file == NULL || fwrite(&size, sizeof size, 1, rows->file) != 1 ||
        fwrite(tuple.at, 1, tuple.size, rows->file) != tuple.size)
        return file_fault(err);
    rows->file_rows++;
    return 0;
}

/* A row of single-row mode, written as COPY would. */
static void encode(const PGresult *result, size_t count, struct buffer *out)
{
    char head[4];
    buffer_clear(out);
    wire_put16(head, (uint16_t)count);
    buffer_add(out, head, 2);
    for (size_t i = 0; i < count; i++) {
        struct wire_cell cell;
        bool null = PQgetisnull(result, 0, (int)i) != 0;
        cell = (struct wire_cell){PQgetvalue(result, 0, (int)i), null ? -1 : PQgetlength(result, 0, (int)i)};
        wire_put32(head, (uint32_t)cell.size);
        buffer_add(out, head, 4);
        if (cell.size > 0) buffer_add(out, cell.at, (size_t)cell.size);
    }
}

static int keep_next(struct rows *rows, struct postgres *db, struct buffer *scratch, bool *row,
                     struct err *err)
{
    char *message = NULL;
    PGresult *result = NULL;
    struct text tuple = {0};
    int code;
    if (rows->source == ROWS_COPY) {
        code = next_copied(rows, db, &message, &tuple, row, err);
    } else {
        code = next_single(db, &result, row, err);
        if (code == 0 && *row) {
            encode(result, rows->count, scratch);
            tuple = buffer_get(scratch);
        }
    }
    /* After a failed write the rest is still taken off the connection, so that it can be used again. */
    if (code == 0 && *row && rows->fault.code == 0) keep(rows, tuple, &rows->fault);
    PQfreemem(message);
    PQclear(result);
    return code;
}

void rows_set_aside(struct rows *rows, struct postgres *db)
{
    struct buffer scratch = {0};
    struct err err = {0};
    bool row = true;
    int code = 0;
    while (code == 0 && row) code = keep_next(rows, db, &scratch, &row, &err);
    if (code != 0 && rows->fault.code == 0) rows->fault = err;
    if (rows->file != NULL && rows->fault.code == 0 && fseek(rows->file, 0, SEEK_SET) != 0)
        file_fault(&rows->fault);
    rows->source = ROWS_KEPT;
    rows->at = 0;
    buffer_fini(&scratch);
}

static int next_kept(struct rows *rows, struct text *tuple, bool *row, struct err *err)
{
    uint32_t size;
    *row = true;
    if (rows->at < rows->memory.size) {
        memcpy(&size, rows->memory.data + rows->at, sizeof size);
        *tuple = (struct text){rows->memory.data + rows->at + sizeof size, size};
        rows->at += sizeof size + size;
        return 0;
    }
    if (rows->file_rows > 0) {
        rows->file_rows--;
        if (fread(&size, sizeof size, 1, rows->file) != 1) return file_fault(err);
        char *room = mem_new(size, 1);
        size_t got = fread(room, 1, size, rows->file);
        buffer_clear(&rows->from_file);
        buffer_add(&rows->from_file, room, got);
        free(room);
        *tuple = buffer_get(&rows->from_file);
        return got == size ? 0 : file_fault(err);
    }
    *row = false;
    if (rows->fault.code == 0) return 0;
    if (err != NULL) *err = rows->fault;
    return rows->fault.code;
}

/* ---- One by one ---- */

int rows_next(struct rows *rows, struct postgres *db, bool *row, struct err *err)
{
    struct text tuple = {0};
    int code = 0;
    *row = false;
    forget_row(rows);
    switch (rows->source) {
    case ROWS_ENDED:
        return 0;
    case ROWS_COPY:
        code = next_copied(rows, db, &rows->message, &tuple, row, err);
        break;
    case ROWS_SINGLE:
        code = next_single(db, &rows->result, row, err);
        if (code == 0 && *row) take_cells(rows->result, rows->cells, rows->count);
        break;
    case ROWS_KEPT:
        code = next_kept(rows, &tuple, row, err);
        break;
    }
    if (code == 0 && *row && rows->source != ROWS_SINGLE && !split(rows, tuple.at, tuple.size))
        code = garbled(db, err);
    if (code == 0 && *row) return 0;
    *row = false;
    rows_end(rows, db);
    return code;
}

void rows_end(struct rows *rows, struct postgres *db)
{
    char *message = NULL;
    forget_row(rows);
    if (rows->source == ROWS_COPY)
        while (PQgetCopyData(db->connection, &message, 0) > 0) PQfreemem(message);
    if (rows->source == ROWS_COPY || rows->source == ROWS_SINGLE) finish(db, NULL);
    rows->source = ROWS_ENDED;
    rows->headed = false;
    forget_kept(rows);
}
