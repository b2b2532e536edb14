/* Prepare, bind, step, free is the same everywhere in this room. */
#include "access/ask.h"

int ask_open(struct store *store, const char *sql, const struct ask_value *values, size_t count,
             struct statement **out, struct err *err)
{
    int code = store_prepare(store, text_of(sql), out, err);
    if (code != 0) return code;
    for (size_t i = 0; i < count; i++) {
        int number = (int)i + 1;
        switch (values[i].kind) {
        case ASK_INT:
            statement_bind_int(*out, number, values[i].integer);
            break;
        case ASK_TEXT:
            statement_bind_text(*out, number, values[i].text);
            break;
        case ASK_NULL:
            statement_bind_null(*out, number);
            break;
        }
    }
    return 0;
}

int ask_run(struct store *store, const char *sql, const struct ask_value *values, size_t count,
            struct err *err)
{
    struct statement *statement;
    int code = ask_open(store, sql, values, count, &statement, err);
    if (code != 0) return code;
    code = statement_run(statement, err);
    statement_free(statement);
    return code;
}

int ask_one(struct store *store, const char *sql, const struct ask_value *values, size_t count,
            int64_t *value, bool *found, struct err *err)
{
    struct statement *statement;
    int code = ask_open(store, sql, values, count, &statement, err);
    if (code != 0) return code;
    code = statement_step(statement, found, err);
    if (code == 0 && *found) *value = statement_int(statement, 0);
    statement_free(statement);
    return code;
}
