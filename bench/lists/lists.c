/* What people do all day, call by call, for everybody's reach: pages of lists by each sort, counts, filters,
 * single records, drop-downs, the search box. Usage: lists DATABASE ROUNDS. Prints one JSON object a line:
 * scope, call, calls, median, 95th percentile and worst in milliseconds of this thread's own time, and as
 * "bare" the median of SELECT … LIMIT 50 of the same register by SQLite itself. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "register/mask.h"
#include "register/query.h"
#include "register/search.h"
#include "register/sql.h"

enum { SAMPLES_MAX = 100000, COUNT_MOST = 10000 };

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void check(int code, const struct err *err)
{
    char words[1000];
    if (code == 0) return;
    err_format(err, "en", words, sizeof words);
    fprintf(stderr, "%s\n", words);
    exit(1);
}

struct samples {
    double *items, worst;
    size_t count;
    char slowest[160];
};

struct bench {
    struct database *database;
    const struct pack *pack;
    sqlite3 *bare;
    const char *scope_name;
    const struct scope *scope;
    int rounds;
    struct samples samples;
};

static void take(struct bench *bench, double milliseconds, const char *what, const char *more)
{
    struct samples *samples = &bench->samples;
    if (samples->count < SAMPLES_MAX) samples->items[samples->count++] = milliseconds;
    if (milliseconds <= samples->worst) return;
    samples->worst = milliseconds;
    snprintf(samples->slowest, sizeof samples->slowest, "%s %s", what, more);
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void report(struct bench *bench, const char *call, double bare)
{
    struct samples *samples = &bench->samples;
    if (samples->count == 0) return;
    qsort(samples->items, samples->count, sizeof *samples->items, compare);
    printf("{\"scope\": \"%s\", \"call\": \"%s\", \"calls\": %zu, \"median_ms\": %.3f, \"p95_ms\": %.3f, "
           "\"worst_ms\": %.3f, \"worst\": \"%s\", \"bare_ms\": %.3f}\n",
           bench->scope_name, call, samples->count, samples->items[samples->count / 2],
           samples->items[samples->count * 95 / 100], samples->worst, samples->slowest, bare);
    samples->count = 0;
    samples->worst = 0;
}

/* ---- Lists and counts ---- */

static void list(struct bench *bench, struct query *query, const char *what, const char *more)
{
    struct query_page page;
    struct err err;
    for (int i = 0; i < bench->rounds; i++) {
        double start = now();
        check(query_list(bench->database, bench->scope, query, &page, &err), &err);
        take(bench, now() - start, what, more);
        query->after = page.next;
        if (page.next.size > 0 && i + 1 < bench->rounds) { /* the page behind it too */
            struct query_page behind;
            start = now();
            check(query_list(bench->database, bench->scope, query, &behind, &err), &err);
            take(bench, now() - start, what, more);
            query_page_fini(&behind);
        }
        query->after = (struct text){0};
        query_page_fini(&page);
    }
}

static void count(struct bench *bench, const struct query *query, const char *what, const char *more)
{
    int64_t found;
    struct err err;
    for (int i = 0; i < bench->rounds; i++) {
        double start = now();
        check(query_count(bench->database, bench->scope, query, COUNT_MOST, &found, &err), &err);
        take(bench, now() - start, what, more);
    }
}

static bool sortable(const struct bench *bench, int reg, int field)
{
    return mask_kind(bench->pack, reg, field) == SENSITIVE_NO;
}

static double bare_scan(struct bench *bench, int reg)
{
    struct buffer sql = {0};
    sqlite3_stmt *statement;
    struct samples kept = {.items = mem_new(100, sizeof(double))};
    for (int i = 0; i < 100; i++) {
        double start = now();
        buffer_clear(&sql);
        buffer_string(&sql, "SELECT * FROM ");
        sql_table(&sql, bench->pack, reg);
        buffer_string(&sql, " WHERE retired IS NULL LIMIT 50");
        if (sqlite3_prepare_v2(bench->bare, sql.data, -1, &statement, NULL) != SQLITE_OK) exit(1);
        while (sqlite3_step(statement) == SQLITE_ROW)
            for (int column = 0; column < sqlite3_column_count(statement); column++)
                sqlite3_column_value(statement, column);
        sqlite3_finalize(statement);
        kept.items[kept.count++] = now() - start;
    }
    qsort(kept.items, kept.count, sizeof *kept.items, compare);
    double median = kept.items[kept.count / 2];
    free(kept.items);
    buffer_fini(&sql);
    return median;
}

static void lists_of(struct bench *bench, int reg)
{
    const struct schema_register *meta = register_of(bench->pack, reg);
    struct query query = query_of(reg);
    char call[160];
    double bare = bare_scan(bench, reg);
    list(bench, &query, "by id", "");
    snprintf(call, sizeof call, "%.*s: list", TEXT_ARGS(meta->label.name));
    report(bench, call, bare);
    for (size_t i = 0; i < meta->field_count; i++) {
        char name[80];
        if (!sortable(bench, reg, (int)i)) continue;
        snprintf(name, sizeof name, "%.*s", TEXT_ARGS(meta->fields[i].label.name));
        query.sort = (int)i;
        for (int down = 0; down < 2; down++) {
            query.descending = down == 1;
            list(bench, &query, name, down ? "descending" : "ascending");
        }
    }
    snprintf(call, sizeof call, "%.*s: list sorted by any field", TEXT_ARGS(meta->label.name));
    report(bench, call, bare);
    query = query_of(reg);
    count(bench, &query, "count", "");
    snprintf(call, sizeof call, "%.*s: count to %d", TEXT_ARGS(meta->label.name), COUNT_MOST);
    report(bench, call, bare);
}

static void filters_of(struct bench *bench, int reg)
{
    const struct schema_register *meta = register_of(bench->pack, reg);
    char call[160];
    double bare = bare_scan(bench, reg);
    for (size_t i = 0; i < meta->field_count; i++) {
        struct type type = meta->fields[i].type;
        struct value values[2] = {{.known = true, .integer = 0}, {.known = true, .integer = 1}};
        struct query_condition condition = {(int)i, QUERY_IN, values, 1};
        struct query query = query_of(reg);
        char name[80];
        if (type.kind == TYPE_TEXT) values[0].text = TEXT("没有这样的值");
        if (type.kind == TYPE_CODES) values[0].integer = 1;
        if (type.kind == TYPE_RECORD) values[0].integer = 50;
        if (mask_kind(bench->pack, reg, (int)i) == SENSITIVE_HEALTH) continue;
        snprintf(name, sizeof name, "%.*s", TEXT_ARGS(meta->fields[i].label.name));
        query.conditions = &condition;
        query.condition_count = 1;
        list(bench, &query, name, "list");
        count(bench, &query, name, "count");
        condition.test = QUERY_EMPTY;
        condition.count = 0;
        list(bench, &query, name, "empty, list");
        count(bench, &query, name, "empty, count");
    }
    snprintf(call, sizeof call, "%.*s: one condition on any field", TEXT_ARGS(meta->label.name));
    report(bench, call, bare);
}

/* ---- One record, choices, search ---- */

static void singles_of(struct bench *bench, int reg)
{
    struct query query = query_of(reg);
    struct query_page page;
    struct err err;
    char call[160];
    check(query_list(bench->database, bench->scope, &query, &page, &err), &err);
    for (size_t i = 0; i < page.count; i++) {
        struct arena arena = {0};
        struct record record;
        double start = now();
        check(record_get(bench->database, bench->scope, reg, page.records[i].id, "zh", &arena, &record, &err),
              &err);
        take(bench, now() - start, "record", "");
        arena_fini(&arena);
    }
    query_page_fini(&page);
    snprintf(call, sizeof call, "%.*s: record", TEXT_ARGS(register_name(bench->pack, reg)));
    report(bench, call, 0);
    static const char *const typed[] = {"", "4304", "张", "zh", "zxm", "没有"};
    for (size_t i = 0; i < sizeof typed / sizeof *typed; i++)
        for (int round = 0; round < bench->rounds; round++) {
            struct arena arena = {0};
            struct record_option *options;
            size_t found;
            double start = now();
            check(record_options(bench->database, bench->scope, reg, text_of(typed[i]), 20, &arena, &options,
                                 &found, &err),
                  &err);
            take(bench, now() - start, "choices", typed[i]);
            arena_fini(&arena);
        }
    snprintf(call, sizeof call, "%.*s: choices", TEXT_ARGS(register_name(bench->pack, reg)));
    report(bench, call, 0);
}

static void search(struct bench *bench)
{
    static const char *const typed[] = {
        "zxm",         "zh",  "zhangx", "lj", "wangw", "张", "王秀英", "4304211", "430421197001011234",
        "13800000000", "qqqq"};
    for (size_t i = 0; i < sizeof typed / sizeof *typed; i++)
        for (int round = 0; round < bench->rounds; round++) {
            struct arena arena = {0};
            struct search_hit *hits;
            size_t found;
            struct err err;
            double start = now();
            check(
                record_search(bench->database, bench->scope, text_of(typed[i]), &arena, &hits, &found, &err),
                &err);
            take(bench, now() - start, "search", typed[i]);
            arena_fini(&arena);
        }
    report(bench, "search", 0);
}

static void everything_of(struct bench *bench)
{
    for (size_t i = 0; i < bench->pack->schema.register_count; i++) {
        lists_of(bench, (int)i);
        filters_of(bench, (int)i);
        singles_of(bench, (int)i);
    }
    search(bench);
}

/* ---- Whose eyes ---- */

static int first_division(const struct pack *pack, enum division_level level)
{
    for (size_t i = 0; i < pack->division_count; i++)
        if (pack->divisions[i].level == level) return (int)i;
    return 0;
}

int main(int count_of_words, char **words)
{
    struct err err;
    struct arena arena = {0};
    if (count_of_words != 3) return 2;
    struct bench bench = {.rounds = atoi(words[2]),
                          .samples = {.items = mem_new(SAMPLES_MAX, sizeof(double))}};
    check(database_open(words[1], false, &bench.database, &err), &err);
    if (sqlite3_open_v2(words[1], &bench.bare, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK) return 1;
    bench.pack = database_pack(bench.database);
    const struct scope all = scope_everything(bench.pack, TEXT("bench"), &arena);
    int township = first_division(bench.pack, DIVISION_TOWNSHIP),
        village = first_division(bench.pack, DIVISION_VILLAGE);
    const int64_t households[] = {11, 222, 3333, 4444, 5555, 6666, 7777, 8888, 9999, 12345};
    struct scope scopes[4] = {all, all, all, all};
    static const char *const names[] = {"everywhere", "one township", "one village", "ten households"};
    for (int i = 1; i < 4; i++) scopes[i].everywhere = false;
    scopes[1].divisions = &township, scopes[1].division_count = 1;
    scopes[2].divisions = &village, scopes[2].division_count = 1;
    scopes[3].subjects = households, scopes[3].subject_count = 10;
    for (int i = 0; i < 4; i++) {
        bench.scope_name = names[i];
        bench.scope = &scopes[i];
        everything_of(&bench);
    }
    free(bench.samples.items);
    sqlite3_close(bench.bare);
    database_close(bench.database);
    arena_fini(&arena);
    return 0;
}
