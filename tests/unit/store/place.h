/* A folder of its own for each test, and words for what tests say often. */
#ifndef ZENGSHOU_TESTS_STORE_PLACE_H
#define ZENGSHOU_TESTS_STORE_PLACE_H

#include "../base/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/store.h"

struct place {
    char folder[64];
    char
        path[320]; /* of the database: a file in the folder, or a schema of its own in the PostgreSQL given */
};

/* The url of the PostgreSQL database that the tests were given (tests/support/postgres.py); NULL: SQLite. */
static inline const char *given_postgres(void)
{
    return getenv("ZENGSHOU_POSTGRES");
}

/* What the two databases say differently. */
static inline const char *says(const char *sqlite, const char *postgres)
{
    return given_postgres() == NULL ? sqlite : postgres;
}

static inline void place_schema(const struct place *place, const char *command, const char *what)
{
    struct store *store = NULL;
    char sql[96];
    snprintf(sql, sizeof sql, "%s SCHEMA t_%s %s", command, strrchr(place->folder, '-') + 1, what);
    assert_int_equal(store_open(given_postgres(), &(struct store_options){0}, &store, NULL), 0);
    assert_int_equal(store_run(store, sql, NULL), 0);
    store_close(store);
}

static inline int place_make(void **state)
{
    struct place *place = calloc(1, sizeof *place);
    snprintf(place->folder, sizeof place->folder, "/tmp/zengshou-test-XXXXXX");
    assert_non_null(mkdtemp(place->folder));
    if (given_postgres() == NULL) {
        snprintf(place->path, sizeof place->path, "%s/county.db", place->folder);
    } else {
        place_schema(place, "CREATE", "");
        snprintf(place->path, sizeof place->path, "%s&options=-csearch_path%%3Dt_%s", given_postgres(),
                 strrchr(place->folder, '-') + 1);
    }
    *state = place;
    return 0;
}

static inline int place_drop(void **state)
{
    struct place *place = *state;
    static const char *const endings[] = {"", "-wal", "-shm", "-journal"};
    for (size_t i = 0; given_postgres() == NULL && i < sizeof endings / sizeof *endings; i++) {
        char name[400];
        snprintf(name, sizeof name, "%s%s", place->path, endings[i]);
        unlink(name);
    }
    if (given_postgres() != NULL) place_schema(place, "DROP", "CASCADE");
    char keys[400];
    snprintf(keys, sizeof keys, "%s.keys", place->path);
    unlink(keys);
    snprintf(keys, sizeof keys, "%s/keys", place->folder);
    unlink(keys);
    rmdir(place->folder);
    free(place);
    return 0;
}

#define OK(call)                                                                                             \
    do {                                                                                                     \
        struct err err = {0};                                                                                \
        if ((call) != 0) fail_msg("%s: %s | %s", #call, err.en, err.zh);                                     \
    } while (0)

/* The call fails with that code, in two languages, and the English sentence has the words. */
#define REFUSED(call, expected, words)                                                                       \
    do {                                                                                                     \
        struct err err = {0};                                                                                \
        assert_int_equal((call), (expected));                                                                \
        assert_int_equal(err.code, (expected));                                                              \
        assert_true(err.zh[0] != '\0');                                                                      \
        if (strstr(err.en, (words)) == NULL) fail_msg("“%s” does not say “%s”", err.en, (words));            \
    } while (0)

static inline int64_t ask(struct store *store, const char *sql)
{
    int64_t value = -1;
    bool found;
    OK(store_query_int(store, sql, &value, &found, &err));
    assert_true(found);
    return value;
}

static inline struct store *opened(const char *path, struct store_options options)
{
    struct store *store;
    OK(store_open(path, &options, &store, &err));
    return store;
}

/* Runs SQL in which INTEGER, REAL, TEXT and BLOB stand for what this kind of database calls them. */
static inline int run_said(struct store *store, const char *sql, struct err *err)
{
    const struct store_dialect *say = store_dialect(store);
    const struct {
        const char *word, *type;
    } words[] = {{"INTEGER", say->integer}, {"REAL", say->real}, {"TEXT", say->text}, {"BLOB", say->blob}};
    struct buffer said = {0};
    while (*sql != '\0') {
        size_t i = 0, size = 1;
        while (i < 4 && strncmp(sql, words[i].word, strlen(words[i].word)) != 0) i++;
        if (i < 4) size = strlen(words[i].word);
        buffer_string(&said, i < 4 ? words[i].type : "");
        if (i == 4) buffer_char(&said, *sql);
        sql += size;
    }
    int code = store_run(store, said.data, err);
    buffer_fini(&said);
    return code;
}

/* Runs the function in a child process and gives its wait status. */
static inline int in_child(void (*work)(void *context), void *context)
{
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        work(context);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

#endif
