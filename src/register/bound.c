/* A value printed into SQL is the one mistake that must not be possible here: whoever composes has no other
 * way to say a value than to bind it. */
#include "register/bound.h"

#include <stdlib.h>

#include "base/mem.h"
#include "register/database_private.h"
#include "register/sql.h"

void bound_fini(struct bound *bound)
{
    buffer_fini(&bound->sql);
    free(bound->values);
    arena_fini(&bound->arena);
    *bound = (struct bound){0};
}

static void add(struct bound *bound, struct bound_value value)
{
    bound->values = mem_grow(bound->values, &bound->capacity, bound->count + 1, sizeof *bound->values);
    bound->values[bound->count++] = value;
    buffer_printf(&bound->sql, "?%zu", bound->count);
}

void bound_int(struct bound *bound, int64_t value)
{
    add(bound, (struct bound_value){.kind = BOUND_INT, .value = {.integer = value}});
}

void bound_text(struct bound *bound, struct text value)
{
    add(bound, (struct bound_value){.kind = BOUND_TEXT, .value = {.text = value}});
}

void bound_value(struct bound *bound, struct type type, const struct value *value)
{
    add(bound, (struct bound_value){BOUND_VALUE, type, *value});
}

static void bind(const struct bound *bound, const struct schema *schema, struct statement *statement)
{
    for (size_t i = 0; i < bound->count; i++) {
        const struct bound_value *value = &bound->values[i];
        int number = (int)i + 1;
        switch (value->kind) {
        case BOUND_INT:
            statement_bind_int(statement, number, value->value.integer);
            break;
        case BOUND_TEXT:
            statement_bind_text(statement, number, value->value.text);
            break;
        case BOUND_VALUE:
            database_bind(statement, number, schema, value->type, &value->value);
            break;
        }
    }
}

int bound_prepare(const struct bound *bound, struct database *database, struct statement **out,
                  struct err *err)
{
    if (bound->count > BOUND_MAX)
        return err_set(err, ERR_LIMIT, "条件里的值太多（%zu 个，最多 %d 个）。请缩小范围",
                       "The conditions hold too many values (%zu; at most %d). Ask for less", bound->count,
                       BOUND_MAX);
    int code = sql_prepare(database->store, &bound->sql, out, err);
    if (code == 0) bind(bound, &database->pack->schema, *out);
    return code;
}

int bound_ask(const struct bound *bound, struct database *database, int64_t *value, struct err *err)
{
    struct statement *statement;
    int code = bound_prepare(bound, database, &statement, err);
    if (code != 0) return code;
    bool row;
    code = statement_step(statement, &row, err);
    *value = code == 0 && row ? statement_int(statement, 0) : 0;
    statement_free(statement);
    return code;
}
