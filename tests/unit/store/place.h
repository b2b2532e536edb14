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
    char folder[64], path[128];
};

static inline int place_make(void **state)
{
    struct place *place = calloc(1, sizeof *place);
    snprintf(place->folder, sizeof place->folder, "/tmp/zengshou-test-XXXXXX");
    assert_non_null(mkdtemp(place->folder));
    snprintf(place->path, sizeof place->path, "%s/county.db", place->folder);
    *state = place;
    return 0;
}

static inline int place_drop(void **state)
{
    struct place *place = *state;
    static const char *const endings[] = {"", "-wal", "-shm", "-journal"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        char name[160];
        snprintf(name, sizeof name, "%s%s", place->path, endings[i]);
        unlink(name);
    }
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
