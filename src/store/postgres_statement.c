/* Statements: prepared once, values sent in binary, answers read as they come. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/postgres_rows.h"
#include "store/postgres_sql.h"

enum { UNUSED_MAX = 32 };

struct parameter {
    Oid type; /* as PostgreSQL takes it, from its place in the statement */
    bool known;
    int size, format; /* format 1: binary */
    struct buffer bytes;
};

struct postgres_statement {
    struct statement statement;
    struct postgres *db;
    struct buffer sql;
    char name[24]; /* of the prepared statement; empty when it runs by COPY */
    size_t parameter_count, column_count;
    struct parameter *parameters;
    const char **values; /* of the parameters, for libpq */
    int *sizes, *formats;
    PGresult *description; /* owns the columns' names */
    enum wire_kind *kinds;
    char (*texts)[WIRE_NUMERIC_TEXT]; /* numbers as text, where they are asked for so */
    struct rows rows;
    bool running;
};

static struct postgres_statement *own(const struct statement *statement)
{
    return (struct postgres_statement *)statement;
}

/* ---- Preparing ---- */

/* Statements that were freed are dropped at the server a few dozen at a time, and not inside a failed
 * transaction, which would refuse. */
static void drop_unused(struct postgres *db)
{
    if (db->unused_count < UNUSED_MAX || PQtransactionStatus(db->connection) == PQTRANS_INERROR) return;
    PQclear(PQexec(db->connection, db->unused.data));
    buffer_clear(&db->unused);
    db->unused_count = 0;
}

/* What is compared with or added to a plain number is taken for a 32-bit one; ours are all of 64. */
static bool widen(const PGresult *description, Oid *types, size_t count)
{
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        types[i] = PQparamtype(description, (int)i);
        if (types[i] != WIRE_INT4 && types[i] != WIRE_INT2) continue;
        types[i] = WIRE_INT8;
        any = true;
    }
    return any;
}

static int prepare_once(struct postgres_statement *statement, const char *name, const Oid *types,
                        struct err *err)
{
    struct postgres *db = statement->db;
    PGresult *result =
        PQprepare(db->connection, name, statement->sql.data, (int)statement->parameter_count, types);
    int code = PQresultStatus(result) == PGRES_COMMAND_OK ? 0 : postgres_fault(db, result, err);
    PQclear(result);
    if (code != 0) return code;
    PQclear(statement->description);
    statement->description = PQdescribePrepared(db->connection, name);
    return PQresultStatus(statement->description) == PGRES_COMMAND_OK
               ? 0
               : postgres_fault(db, statement->description, err);
}

static void note_unused(struct postgres *db, const char *name)
{
    buffer_printf(&db->unused, "DEALLOCATE %s;", name);
    db->unused_count++;
}

static void new_name(struct postgres_statement *statement)
{
    snprintf(statement->name, sizeof statement->name, "zs%llu",
             (unsigned long long)++statement->db->prepared);
}

static int prepare(struct postgres_statement *statement, struct err *err)
{
    Oid *types = mem_new(statement->parameter_count, sizeof *types);
    bool query = postgres_sql_is_query(statement->sql.data) && statement->parameter_count == 0;
    /* The nameless statement is only there to be described. */
    if (!query) new_name(statement);
    int code = prepare_once(statement, statement->name, NULL, err);
    if (code == 0 && widen(statement->description, types, statement->parameter_count)) {
        note_unused(statement->db, statement->name);
        new_name(statement);
        code = prepare_once(statement, statement->name, types, err);
    }
    if (code == 0)
        for (size_t i = 0; i < statement->parameter_count; i++)
            statement->parameters[i].type = PQparamtype(statement->description, (int)i);
    free(types);
    return code;
}

static int read_columns(struct postgres_statement *statement, struct err *err)
{
    statement->column_count = (size_t)PQnfields(statement->description);
    statement->kinds = mem_new(statement->column_count, sizeof *statement->kinds);
    statement->texts = mem_new(statement->column_count, sizeof *statement->texts);
    rows_init(&statement->rows, statement->column_count);
    for (size_t i = 0; i < statement->column_count; i++) {
        Oid type = PQftype(statement->description, (int)i);
        statement->kinds[i] = wire_kind_of(type);
        if (statement->kinds[i] == WIRE_AS_NOTHING)
            return err_set(
                err, ERR_CORRUPT, "数据库“%s”里“%s”这一列的类型（%u）不是本程序用的，读不了",
                "In the database “%s” the column “%s” has a type (%u) that this program does not use "
                "and cannot read",
                statement->db->name, PQfname(statement->description, (int)i), type);
    }
    return 0;
}

int postgres_prepare(struct store *store, struct text sql, struct statement **out, struct err *err)
{
    struct postgres *db = (struct postgres *)store;
    struct postgres_statement *statement = mem_new(1, sizeof *statement);
    *out = NULL;
    statement->statement.port = store->port;
    statement->db = db;
    size_t count = (size_t)postgres_sql_parameters(sql, &statement->sql);
    statement->parameter_count = count;
    statement->parameters = mem_new(count, sizeof *statement->parameters);
    statement->values = mem_new(count, sizeof *statement->values);
    statement->sizes = mem_new(count, sizeof *statement->sizes);
    statement->formats = mem_new(count, sizeof *statement->formats);
    postgres_make_way(db);
    drop_unused(db);
    int code = prepare(statement, err);
    if (code == 0) code = read_columns(statement, err);
    if (code != 0) {
        statement->name[0] = '\0'; /* what failed is not there to be dropped */
        postgres_statement_free(&statement->statement);
        return code;
    }
    *out = &statement->statement;
    return 0;
}

void postgres_statement_free(struct statement *base)
{
    struct postgres_statement *statement = own(base);
    postgres_reset(base);
    if (statement->name[0] != '\0') note_unused(statement->db, statement->name);
    for (size_t i = 0; i < statement->parameter_count; i++) buffer_fini(&statement->parameters[i].bytes);
    rows_fini(&statement->rows);
    buffer_fini(&statement->sql);
    PQclear(statement->description);
    free(statement->parameters);
    free(statement->values);
    free(statement->sizes);
    free(statement->formats);
    free(statement->kinds);
    free(statement->texts);
    free(statement);
}

/* ---- Binding ---- */

static struct parameter *parameter_of(struct statement *base, int number)
{
    struct postgres_statement *statement = own(base);
    assert(number >= 1 && (size_t)number <= statement->parameter_count);
    struct parameter *parameter = &statement->parameters[number - 1];
    buffer_clear(&parameter->bytes);
    parameter->known = true;
    parameter->format = 0;
    return parameter;
}

static void put_bits(struct parameter *parameter, uint64_t bits)
{
    char bytes[8];
    wire_put64(bytes, bits);
    buffer_add(&parameter->bytes, bytes, sizeof bytes);
    parameter->format = 1;
}

static void put_double(struct parameter *parameter, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    put_bits(parameter, bits);
}

void postgres_bind_int(struct statement *statement, int number, int64_t value)
{
    struct parameter *parameter = parameter_of(statement, number);
    if (parameter->type == WIRE_INT8)
        put_bits(parameter, (uint64_t)value);
    else if (parameter->type == WIRE_FLOAT8)
        put_double(parameter, (double)value);
    else
        buffer_printf(&parameter->bytes, "%lld", (long long)value);
}

void postgres_bind_double(struct statement *statement, int number, double value)
{
    struct parameter *parameter = parameter_of(statement, number);
    if (parameter->type == WIRE_FLOAT8)
        put_double(parameter, value);
    else
        buffer_printf(&parameter->bytes, "%.17g", value);
}

static void put_bytes(struct parameter *parameter, struct text value)
{
    /* Bytes of text and of bytea are the value itself; what is read as another type needs no zeros inside. */
    parameter->format = wire_kind_of(parameter->type) == WIRE_AS_TEXT;
    buffer_add(&parameter->bytes, value.size > 0 ? value.at : "", value.size);
}

void postgres_bind_text(struct statement *statement, int number, struct text value)
{
    put_bytes(parameter_of(statement, number), value);
}

void postgres_bind_blob(struct statement *statement, int number, struct text value)
{
    put_bytes(parameter_of(statement, number), value);
}

void postgres_bind_null(struct statement *statement, int number)
{
    parameter_of(statement, number)->known = false;
}

/* ---- Running ---- */

void postgres_make_way(struct postgres *db)
{
    if (db->streaming == NULL) return;
    rows_set_aside(&db->streaming->rows, db);
    db->streaming = NULL;
}

static int start_copy(struct postgres_statement *statement, struct err *err)
{
    struct postgres *db = statement->db;
    struct buffer sql = {0};
    buffer_string(&sql, "COPY (");
    buffer_text(&sql, buffer_get(&statement->sql));
    buffer_string(&sql, "\n) TO STDOUT (FORMAT binary)");
    PGresult *result = PQexec(db->connection, sql.data);
    int code = PQresultStatus(result) == PGRES_COPY_OUT ? 0 : postgres_fault(db, result, err);
    PQclear(result);
    buffer_fini(&sql);
    if (code == 0) statement->rows.source = ROWS_COPY;
    return code;
}

static void list_values(struct postgres_statement *statement)
{
    for (size_t i = 0; i < statement->parameter_count; i++) {
        const struct parameter *parameter = &statement->parameters[i];
        statement->values[i] = !parameter->known               ? NULL
                               : parameter->bytes.data == NULL ? ""
                                                               : parameter->bytes.data;
        statement->sizes[i] = (int)parameter->bytes.size;
        statement->formats[i] = parameter->format;
    }
}

static int start_single(struct postgres_statement *statement, struct err *err)
{
    struct postgres *db = statement->db;
    list_values(statement);
    if (PQsendQueryPrepared(db->connection, statement->name, (int)statement->parameter_count,
                            statement->values, statement->sizes, statement->formats, 1) != 1 ||
        PQsetSingleRowMode(db->connection) != 1)
        return postgres_fault(db, NULL, err);
    statement->rows.source = ROWS_SINGLE;
    return 0;
}

static int run_command(struct postgres_statement *statement, struct err *err)
{
    struct postgres *db = statement->db;
    list_values(statement);
    PGresult *result = PQexecPrepared(db->connection, statement->name, (int)statement->parameter_count,
                                      statement->values, statement->sizes, statement->formats, 1);
    int code = PQresultStatus(result) == PGRES_COMMAND_OK ? 0 : postgres_fault(db, result, err);
    postgres_note_changes(db, result);
    PQclear(result);
    return code;
}

static int start(struct postgres_statement *statement, struct err *err)
{
    struct postgres *db = statement->db;
    postgres_make_way(db);
    int code = statement->name[0] == '\0' ? start_copy(statement, err) : start_single(statement, err);
    if (code != 0) return code;
    statement->running = true;
    db->streaming = statement;
    return 0;
}

/* numeric (PostgreSQL's sum of integers) does not fit everywhere; it is read here, where it can be refused.
 */
static int read_numerics(struct postgres_statement *statement, struct err *err)
{
    for (size_t i = 0; i < statement->column_count; i++) {
        struct wire_cell *cell = &statement->rows.cells[i];
        if (statement->kinds[i] != WIRE_AS_NUMERIC || cell->size < 0) continue;
        if (!wire_numeric(*cell, statement->texts[i]))
            return err_set(err, ERR_LIMIT, "“%s”的结果太大，超出了能计算的范围",
                           "The result of “%s” is too large to be computed with",
                           PQfname(statement->description, (int)i));
        *cell = (struct wire_cell){statement->texts[i], (int32_t)strlen(statement->texts[i])};
    }
    return 0;
}

int postgres_step(struct statement *base, bool *row, struct err *err)
{
    struct postgres_statement *statement = own(base);
    *row = false;
    if (!statement->running && statement->column_count == 0) {
        postgres_make_way(statement->db);
        return run_command(statement, err);
    }
    int code = statement->running ? 0 : start(statement, err);
    if (code == 0) code = rows_next(&statement->rows, statement->db, row, err);
    if (code == 0 && *row) code = read_numerics(statement, err);
    if (code == 0 && *row) return 0;
    *row = false;
    postgres_reset(base);
    return code;
}

void postgres_reset(struct statement *base)
{
    struct postgres_statement *statement = own(base);
    if (!statement->running) return;
    rows_end(&statement->rows, statement->db);
    statement->running = false;
    if (statement->db->streaming == statement) statement->db->streaming = NULL;
}

/* ---- Columns ---- */

static struct wire_cell cell_of(const struct statement *statement, int column)
{
    return own(statement)->rows.cells[column];
}

bool postgres_is_null(const struct statement *statement, int column)
{
    return cell_of(statement, column).size < 0;
}

/* Text that is asked for as a number, which is rare: cells are not NUL-ended. */
static double text_number(struct wire_cell cell, int64_t *integer)
{
    char text[WIRE_NUMERIC_TEXT];
    size_t size = (size_t)cell.size < sizeof text - 1 ? (size_t)cell.size : sizeof text - 1;
    memcpy(text, cell.at, size);
    text[size] = '\0';
    *integer = strtoll(text, NULL, 10);
    return strtod(text, NULL);
}

int64_t postgres_get_int(const struct statement *statement, int column)
{
    struct wire_cell cell = cell_of(statement, column);
    int64_t integer = 0;
    if (cell.size < 0) return 0;
    switch (own(statement)->kinds[column]) {
    case WIRE_AS_INT:
        return wire_int(cell);
    case WIRE_AS_DOUBLE: {
        double value = wire_double(cell);
        return value >= -0x1p63 && value < 0x1p63 ? (int64_t)value : value < 0 ? INT64_MIN : INT64_MAX;
    }
    case WIRE_AS_TEXT:
    case WIRE_AS_NUMERIC:
    case WIRE_AS_NOTHING:
        text_number(cell, &integer);
    }
    return integer;
}

double postgres_get_double(const struct statement *statement, int column)
{
    struct wire_cell cell = cell_of(statement, column);
    int64_t integer;
    if (cell.size < 0) return 0;
    switch (own(statement)->kinds[column]) {
    case WIRE_AS_INT:
        return (double)wire_int(cell);
    case WIRE_AS_DOUBLE:
        return wire_double(cell);
    case WIRE_AS_TEXT:
    case WIRE_AS_NUMERIC:
    case WIRE_AS_NOTHING:
        return text_number(cell, &integer);
    }
    return 0;
}

struct text postgres_get_text(const struct statement *base, int column)
{
    const struct postgres_statement *statement = own(base);
    struct wire_cell cell = cell_of(base, column);
    if (cell.size < 0) return (struct text){0};
    char *text = statement->texts[column];
    switch (statement->kinds[column]) {
    case WIRE_AS_INT:
        snprintf(text, WIRE_NUMERIC_TEXT, "%lld", (long long)wire_int(cell));
        return text_of(text);
    case WIRE_AS_DOUBLE:
        snprintf(text, WIRE_NUMERIC_TEXT, "%.15g", wire_double(cell));
        return text_of(text);
    case WIRE_AS_TEXT:
    case WIRE_AS_NUMERIC:
    case WIRE_AS_NOTHING:
        break;
    }
    return (struct text){cell.at, (size_t)cell.size};
}

void postgres_cells(const struct statement *base, struct cell *cells)
{
    const struct postgres_statement *statement = own(base);
    for (size_t i = 0; i < statement->column_count; i++) {
        struct wire_cell cell = statement->rows.cells[i];
        cells[i] = (struct cell){CELL_NULL, 0, 0, {0}};
        if (cell.size < 0) continue;
        switch (statement->kinds[i]) {
        case WIRE_AS_INT:
            cells[i].kind = CELL_INT;
            cells[i].integer = wire_int(cell);
            break;
        case WIRE_AS_DOUBLE:
            cells[i].kind = CELL_REAL;
            cells[i].real = wire_double(cell);
            break;
        case WIRE_AS_TEXT:
        case WIRE_AS_NUMERIC:
        case WIRE_AS_NOTHING:
            cells[i].kind = CELL_TEXT;
            cells[i].text = (struct text){cell.at, (size_t)cell.size};
            break;
        }
    }
}

const char *postgres_column_name(const struct statement *statement, int column)
{
    return PQfname(own(statement)->description, column);
}
