/* A record that is written more than once under one entry of the log has one row there, which holds what its
 * fields held before the entry: the first old value of each, whatever came in between. */
#include <jansson.h>
#include <stdlib.h>

#include "register/write_private.h"

static int merge(struct text standing, struct text fresh, struct buffer *out, struct err *err)
{
    json_t *whole = json_loadb(standing.at, standing.size, JSON_ALLOW_NUL, NULL);
    json_t *more = json_loadb(fresh.at, fresh.size, JSON_ALLOW_NUL, NULL);
    char *text = NULL;
    if (json_is_object(whole) && json_is_object(more) && json_object_update_missing(whole, more) == 0)
        text = json_dumps(whole, JSON_COMPACT);
    json_decref(whole);
    json_decref(more);
    if (text == NULL)
        return err_set(err, ERR_CORRUPT, "日志里这条记录的旧值读不懂，没有写入",
                       "The record's old values in the log cannot be read; nothing was written");
    buffer_string(out, text);
    free(text);
    return 0;
}

static int put_again(struct writer *writer, int reg, int64_t id, struct text before, struct err *err)
{
    struct statement *update = NULL;
    int code = store_prepare(
        writer->database->store,
        TEXT("UPDATE zs_change SET before = ?4 WHERE entry = ?1 AND register = ?2 AND record = ?3"), &update,
        err);
    if (code != 0) return code;
    statement_bind_int(update, 1, writer->entry);
    statement_bind_text(update, 2, register_name(writer->pack, reg));
    statement_bind_int(update, 3, id);
    statement_bind_text(update, 4, before);
    code = statement_run(update, err);
    statement_free(update);
    return code;
}

int writer_log_again(struct writer *writer, int reg, int64_t id, struct text before, bool *again,
                     struct err *err)
{
    struct statement *select = NULL;
    struct buffer whole = {0};
    *again = false;
    int code =
        store_prepare(writer->database->store,
                      TEXT("SELECT before FROM zs_change WHERE entry = ?1 AND register = ?2 AND record = ?3"),
                      &select, err);
    if (code != 0) return code;
    statement_bind_int(select, 1, writer->entry);
    statement_bind_text(select, 2, register_name(writer->pack, reg));
    statement_bind_int(select, 3, id);
    code = statement_step(select, again, err);
    if (code == 0 && *again) code = merge(statement_text(select, 0), before, &whole, err);
    statement_free(select);
    if (code == 0 && *again) code = put_again(writer, reg, id, buffer_get(&whole), err);
    buffer_fini(&whole);
    return code;
}
