/* One statement with its values, in one call: for rooms above the registers, whose SQL is fixed text. */
#ifndef ZENGSHOU_ACCESS_ASK_H
#define ZENGSHOU_ACCESS_ASK_H

#include "store/store.h"

struct ask_value {
    enum { ASK_INT, ASK_TEXT, ASK_NULL } kind;
    int64_t integer;
    struct text text;
};

static inline struct ask_value ask_int(int64_t integer)
{
    return (struct ask_value){.kind = ASK_INT, .integer = integer};
}
static inline struct ask_value ask_text(struct text text)
{
    return (struct ask_value){.kind = ASK_TEXT, .text = text};
}
static inline struct ask_value ask_null(void)
{
    return (struct ask_value){.kind = ASK_NULL};
}

/* Rows of a SELECT; the caller steps and frees. */
int ask_open(struct store *store, const char *sql, const struct ask_value *values, size_t count,
             struct statement **out, struct err *err);
/* INSERT, UPDATE, DELETE; store_changes says how many rows. */
int ask_run(struct store *store, const char *sql, const struct ask_value *values, size_t count,
            struct err *err);
/* The first row's first column; *found false without a row. */
int ask_one(struct store *store, const char *sql, const struct ask_value *values, size_t count,
            int64_t *value, bool *found, struct err *err);

#define ASK_COUNT(...) (sizeof((struct ask_value[]){__VA_ARGS__}) / sizeof(struct ask_value))
#define ASK_WITH(...)  (struct ask_value[]){__VA_ARGS__}, ASK_COUNT(__VA_ARGS__)

#endif
