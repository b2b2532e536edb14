/* Loading and refreshing the frame of all of a pack's rules. Usage: frame URL ROUNDS EDITS. In every round:
 * the bare scan of the same SELECTs by the database's own library, every value taken and nothing done with
 * it; frame_load; EDITS edits through the one door, and frame_refresh. At the end the refreshed frame must
 * give the answers of a fresh one. Prints one JSON object. The database is edited: give it a copy. */
#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/date.h"
#include "base/mem.h"
#include "formula/bits.h"
#include "formula/formula.h"
#include "formula/program.h"
#include "register/frame_refresh.h"
#include "register/frame_rows.h"
#include "register/sql.h"
#include "register/write.h"

/* SQLite works in this thread, so its time is told apart from whatever else the machine does; PostgreSQL's
 * time passes elsewhere. */
static clockid_t measured = CLOCK_THREAD_CPUTIME_ID;

static double now(void)
{
    struct timespec t;
    clock_gettime(measured, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static _Noreturn void give_up(const char *what)
{
    fprintf(stderr, "%s\n", what);
    exit(1);
}

static void check(int code, const struct err *err)
{
    char words[1000];
    if (code == 0) return;
    err_format(err, "en", words, sizeof words);
    give_up(words);
}

/* Remaining noise is the machine's: the best round counts. */
static void keep_best(double *best, double seconds)
{
    if (*best == 0 || seconds < *best) *best = seconds;
}

/* ---- What all rules read ---- */

struct bench {
    const char *url;
    struct database *database;
    const struct pack *pack;
    bool **used;
    struct buffer *scans; /* the SELECT of every loaded register */
    uint64_t sum;         /* of what the bare scans saw, so that nothing is left out */
};

static void find_fields(struct bench *bench)
{
    const struct schema *schema = &bench->pack->schema;
    bench->used = mem_new(schema->register_count, sizeof *bench->used);
    for (size_t r = 0; r < schema->register_count; r++)
        bench->used[r] = mem_new(schema->registers[r].field_count, sizeof **bench->used);
    for (size_t i = 0; i < bench->pack->rule_count; i++)
        formula_fields_used(schema, bench->pack->rules[i].node, bench->used);
}

/* As frame_load says it. */
static void write_scans(struct bench *bench, const struct frame *frame)
{
    const struct schema *schema = &bench->pack->schema;
    bench->scans = mem_new(schema->register_count, sizeof *bench->scans);
    for (size_t r = 0; r < schema->register_count; r++) {
        if (!frame->registers[r].declared) continue;
        struct frame_rows rows = {0};
        struct buffer *sql = &bench->scans[r];
        bool *fields = mem_new(schema->registers[r].field_count, sizeof *fields);
        for (size_t f = 0; f < schema->registers[r].field_count; f++)
            fields[f] = frame->registers[r].columns[f].width != COLUMN_ABSENT;
        frame_rows_select(&rows, bench->database, (int)r, fields, sql);
        buffer_string(sql, " FROM ");
        sql_living(sql, bench->pack, (int)r);
        buffer_string(sql, " AS t ORDER BY ");
        int cluster = sql_cluster_field(bench->pack, (int)r);
        if (cluster >= 0) {
            sql_field(sql, "t", bench->pack, (int)r, cluster);
            buffer_string(sql, ", ");
        }
        buffer_string(sql, "t.id");
        frame_rows_fini(&rows);
        free(fields);
    }
}

/* ---- Bare scans ---- */

static void scan_sqlite(struct bench *bench, sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK) give_up(sqlite3_errmsg(db));
    int columns = sqlite3_column_count(statement);
    while (sqlite3_step(statement) == SQLITE_ROW)
        for (int c = 0; c < columns; c++) {
            switch (sqlite3_column_type(statement, c)) {
            case SQLITE_INTEGER:
                bench->sum += (uint64_t)sqlite3_column_int64(statement, c);
                break;
            case SQLITE_FLOAT:
                bench->sum += sqlite3_column_double(statement, c) > 0;
                break;
            case SQLITE_TEXT: {
                const unsigned char *text = sqlite3_column_text(statement, c);
                bench->sum += text[0] + (uint64_t)sqlite3_column_bytes(statement, c);
                break;
            }
            default:
                break;
            }
        }
    sqlite3_finalize(statement);
}

static double scan_all_sqlite(struct bench *bench)
{
    sqlite3 *db;
    if (sqlite3_open_v2(bench->url, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
        give_up("cannot open");
    sqlite3_exec(db, "PRAGMA main.cache_size = -65536; BEGIN", NULL, NULL, NULL);
    double start = now();
    for (size_t r = 0; r < bench->pack->schema.register_count; r++)
        if (bench->scans[r].size > 0) scan_sqlite(bench, db, bench->scans[r].data);
    double seconds = now() - start;
    sqlite3_close(db);
    return seconds;
}

/* What psql's \copy … to '/dev/null' (format binary) does. */
static void scan_postgres(struct bench *bench, PGconn *db, const char *sql)
{
    struct buffer copy = {0};
    char *message;
    int size;
    buffer_printf(&copy, "COPY (%s) TO STDOUT (FORMAT binary)", sql);
    PQclear(PQexec(db, copy.data));
    while ((size = PQgetCopyData(db, &message, 0)) > 0) {
        bench->sum += (uint64_t)size;
        PQfreemem(message);
    }
    PQclear(PQgetResult(db));
    PQclear(PQgetResult(db));
    buffer_fini(&copy);
}

static double scan_all_postgres(struct bench *bench)
{
    PGconn *db = PQconnectdb(bench->url);
    if (PQstatus(db) != CONNECTION_OK) give_up(PQerrorMessage(db));
    PQclear(PQexec(db, "BEGIN ISOLATION LEVEL REPEATABLE READ"));
    double start = now();
    for (size_t r = 0; r < bench->pack->schema.register_count; r++)
        if (bench->scans[r].size > 0) scan_postgres(bench, db, bench->scans[r].data);
    double seconds = now() - start;
    PQfinish(db);
    return seconds;
}

/* ---- Edits ---- */

static struct value number(int64_t integer)
{
    return (struct value){.known = true, .integer = integer};
}

/* Households, people and ledger rows whose fields are written: a new copy of a record under another parent,
 * or a number or date changed. Every third is new. Keys of new ones are left out. */
static int64_t edit_some(struct bench *bench, struct frame_standing *standing, int reg, size_t count,
                         unsigned seed)
{
    const struct schema_register *meta = &bench->pack->schema.registers[reg];
    const struct frame *frame = standing->frame;
    struct store *store = database_store(bench->database);
    struct err err;
    int64_t entry, edited = 0;
    check(store_begin(store, &err), &err);
    check(database_entry(bench->database, TEXT("bench"), TEXT("edit"), TEXT(""), &entry, &err), &err);
    for (size_t i = 0; i < count && frame->registers[reg].rows > 0; i++) {
        int64_t id = frame_id(frame, reg, (seed + i * 7919) % frame->registers[reg].rows);
        for (size_t f = 0; f < meta->field_count; f++) {
            if (!bench->used[reg][f] || (int)f == meta->parent_field) continue;
            enum type_kind kind = meta->fields[f].type.kind;
            if (kind != TYPE_MONEY && kind != TYPE_INT && kind != TYPE_DECIMAL) continue;
            struct buffer sql = {0};
            buffer_printf(
                &sql,
                "INSERT INTO zs_change (entry, register, record, kind, before) VALUES (%lld, '%.*s', "
                "%lld, 'changed', '{}') ON CONFLICT DO NOTHING",
                (long long)entry, TEXT_ARGS(meta->label.name), (long long)id);
            check(store_run(store, sql.data, &err), &err);
            buffer_clear(&sql);
            buffer_printf(
                &sql,
                "UPDATE \"%.*s\" SET \"%.*s\" = %lld, entry = %lld, version = version + 1 WHERE id = %lld",
                TEXT_ARGS(meta->label.name), TEXT_ARGS(meta->fields[f].label.name),
                (long long)number((int64_t)(seed + i) * 100).integer, (long long)entry, (long long)id);
            check(store_run(store, sql.data, &err), &err);
            buffer_fini(&sql);
            edited++;
            break;
        }
    }
    check(store_commit(store, &err), &err);
    return edited;
}

/* Copies of records with new ids, under their parents: the middle of the table. */
static int64_t add_some(struct bench *bench, int reg, size_t count)
{
    const struct schema_register *meta = &bench->pack->schema.registers[reg];
    struct store *store = database_store(bench->database);
    struct buffer sql = {0}, names = {0};
    struct err err;
    int64_t entry;
    check(store_begin(store, &err), &err);
    check(database_entry(bench->database, TEXT("bench"), TEXT("add"), TEXT(""), &entry, &err), &err);
    for (size_t f = 0; f < meta->field_count; f++) {
        bool key = false;
        for (size_t k = 0; k < bench->pack->registers[reg].key_count; k++)
            key = key || bench->pack->registers[reg].key[k] == (int)f;
        if (key && (int)f != meta->parent_field) continue; /* empty keys do not collide */
        buffer_printf(&names, ", \"%.*s\"", TEXT_ARGS(meta->fields[f].label.name));
    }
    buffer_printf(
        &sql,
        "INSERT INTO \"%.*s\" (id, created, entry, version%s) SELECT (SELECT max(id) FROM \"%.*s\") + "
        "row_number() OVER (), %lld, %lld, 1%s FROM \"%.*s\" WHERE id %% 97 = 3 LIMIT %zu",
        TEXT_ARGS(meta->label.name), names.data, TEXT_ARGS(meta->label.name), (long long)entry,
        (long long)entry, names.data, TEXT_ARGS(meta->label.name), count);
    check(store_run(store, sql.data, &err), &err);
    int64_t added = store_changes(store);
    check(store_commit(store, &err), &err);
    buffer_fini(&sql);
    buffer_fini(&names);
    return added;
}

static int64_t edit(struct bench *bench, struct frame_standing *standing, size_t count, unsigned seed)
{
    int64_t edits = 0;
    int ledger = bench->pack->subject;
    for (size_t r = 0; r < bench->pack->schema.register_count; r++)
        if (standing->frame->registers[r].rows > standing->frame->registers[ledger].rows) ledger = (int)r;
    edits += edit_some(bench, standing, bench->pack->subject, count / 4, seed);
    edits += edit_some(bench, standing, bench->pack->people, count / 4, seed);
    edits += edit_some(bench, standing, ledger, count / 4, seed);
    return edits + add_some(bench, ledger, count / 4);
}

/* ---- The same answers ---- */

static void compare_answers(const struct bench *bench, const struct frame *a, const struct frame *b)
{
    size_t count = bench->pack->rule_count;
    struct program_root *roots = mem_new(count, sizeof *roots);
    struct program_result *x = mem_new(count, sizeof *x), *y = mem_new(count, sizeof *y);
    struct program_options options = {0};
    struct program_run_options run = {.reg = -1};
    struct program *program;
    struct err err;
    date_make(2022, 9, 30, &options.as_of);
    for (size_t i = 0; i < count; i++)
        roots[i] = (struct program_root){bench->pack->rules[i].node, bench->pack->rules[i].scope};
    check(program_new(&bench->pack->schema, roots, count, &options, &program, &err), &err);
    check(program_run(program, a, &run, x, &err), &err);
    check(program_run(program, b, &run, y, &err), &err);
    for (size_t i = 0; i < count; i++) {
        if (x[i].rows != y[i].rows) give_up("a refreshed frame has other rows");
        for (size_t row = 0; row < x[i].rows; row++)
            if (bits_get(x[i].known, row) != bits_get(y[i].known, row) ||
                bits_get(x[i].truth, row) != bits_get(y[i].truth, row))
                give_up("a refreshed frame gives another answer");
    }
    program_results_fini(x, count);
    program_results_fini(y, count);
    program_free(program);
    free(roots);
    free(x);
    free(y);
}

int main(int argc, char **argv)
{
    if (argc != 4) give_up("usage: frame URL ROUNDS EDITS");
    struct bench bench = {.url = argv[1]};
    struct err err;
    check(database_open(bench.url, false, &bench.database, &err), &err);
    bench.pack = database_pack(bench.database);
    find_fields(&bench);
    const struct frame_request request = {.used = bench.used};
    struct frame_standing standing, next;
    check(frame_standing_load(bench.database, &request, &standing, &err), &err);
    write_scans(&bench, standing.frame);
    bool postgres = store_kind(database_store(bench.database)) == STORE_POSTGRES;
    if (postgres) measured = CLOCK_MONOTONIC;
    double scan = 0, load = 0, refresh = 0;
    int64_t edits = 0;
    size_t rows = 0;
    for (size_t r = 0; r < bench.pack->schema.register_count; r++) rows += standing.frame->registers[r].rows;
    for (int round = 0; round < atoi(argv[2]); round++) {
        struct frame *frame;
        keep_best(&scan, postgres ? scan_all_postgres(&bench) : scan_all_sqlite(&bench));
        double start = now();
        check(frame_load(bench.database, &request, &frame, &err), &err);
        keep_best(&load, now() - start);
        frame_free(frame);
        edits = edit(&bench, &standing, (size_t)atoi(argv[3]), (unsigned)round);
        start = now();
        check(frame_refresh(bench.database, &standing, &next, &err), &err);
        keep_best(&refresh, now() - start);
        frame_standing_fini(&standing);
        standing = next;
    }
    struct frame *fresh;
    check(frame_load(bench.database, &request, &fresh, &err), &err);
    compare_answers(&bench, standing.frame, fresh);
    printf("{\"database\":\"%s\",\"rows\":%zu,\"scan_ms\":%.1f,\"load_ms\":%.1f,\"load_to_scan\":%.2f,"
           "\"edits\":%lld,"
           "\"refresh_ms\":%.1f,\"frame_mib\":%.1f,\"sum\":%llu}\n",
           postgres ? "PostgreSQL" : "SQLite", rows, scan * 1e3, load * 1e3, load / scan, (long long)edits,
           refresh * 1e3, (double)frame_bytes(fresh) / 0x1p20, (unsigned long long)bench.sum);
    frame_free(fresh);
    frame_standing_fini(&standing);
    database_close(bench.database);
    return 0;
}
