/* No handler chooses a status for a failure: it says what went wrong, and this table says what HTTP calls it.
 */
#include "server/status.h"

static const struct status table[] = {
    {ERR_INPUT, "input", 400, 0},         {ERR_UNAUTHENTICATED, "unauthenticated", 401, 0},
    {ERR_FORBIDDEN, "forbidden", 403, 0}, {ERR_PASSWORD_CHANGE, "password_change", 403, 0},
    {ERR_NOT_FOUND, "not_found", 404, 0}, {ERR_METHOD, "method", 405, 0},
    {ERR_CONFLICT, "conflict", 409, 0},   {ERR_LIMIT, "too_large", 413, 0},
    {ERR_TOO_MANY, "too_many", 429, 5},   {ERR_BUSY, "busy", 503, 2},
    {ERR_CANCELLED, "busy", 503, 2}, /* the server is stopping */
    {ERR_IO, "internal", 500, 0},         {ERR_CORRUPT, "internal", 500, 0},
    {ERR_VERSION, "internal", 500, 0},
};

const struct status *status_table(size_t *count)
{
    *count = sizeof table / sizeof *table;
    return table;
}

const struct status *status_of(int code)
{
    static const struct status internal = {ERR_IO, "internal", 500, 0};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if ((int)table[i].code == code) return &table[i];
    return &internal;
}
