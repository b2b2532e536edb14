/* Entries of the log, by number and by time. */
#include "register/database_private.h"
#include "register/history.h"

/* id, at, actor, action, detail of the row that stands ready. */
static void take_entry(const struct statement *statement, struct arena *arena, struct log_entry *out)
{
    *out = (struct log_entry){.id = statement_int(statement, 0),
                              .at = arena_text(arena, statement_text(statement, 1)),
                              .actor = arena_text(arena, statement_text(statement, 2)),
                              .action = arena_text(arena, statement_text(statement, 3)),
                              .detail = arena_text(arena, statement_text(statement, 4))};
}

static int find_entry(struct database *database, struct text sql, int64_t id, struct arena *arena,
                      struct log_entry *out, struct err *err)
{
    struct statement *statement;
    bool row = false;
    *out = (struct log_entry){0};
    int code = store_prepare(database->store, sql, &statement, err);
    if (code != 0) return code;
    statement_bind_int(statement, 1, id);
    code = statement_step(statement, &row, err);
    if (code == 0 && row) take_entry(statement, arena, out);
    statement_free(statement);
    return code;
}

int history_entry(struct database *database, int64_t id, struct arena *arena, struct log_entry *out,
                  struct err *err)
{
    int code = find_entry(database, TEXT("SELECT id, at, actor, action, detail FROM zs_entry WHERE id = ?1"),
                          id, arena, out, err);
    if (code != 0 || out->id != 0) return code;
    return err_set(err, ERR_NOT_FOUND, "日志里没有第 %lld 条", "The log has no entry %lld", (long long)id);
}

int history_pack_since(struct database *database, int64_t entry, struct arena *arena, struct log_entry *out,
                       struct err *err)
{
    return find_entry(
        database,
        TEXT("SELECT id, at, actor, action, detail FROM zs_entry WHERE action = 'pack' AND id > ?1 "
             "ORDER BY id LIMIT 1"),
        entry, arena, out, err);
}

static int refuse_moment(struct database *database, struct text at, struct err *err)
{
    struct arena arena = {0};
    struct log_entry first;
    int code = find_entry(
        database,
        TEXT("SELECT id, at, actor, action, detail FROM zs_entry WHERE id > ?1 ORDER BY id LIMIT 1"), 0,
        &arena, &first, err);
    if (code == 0 && first.id == 0)
        code = err_set(err, ERR_NOT_FOUND, "这个数据库里还没有录入过任何事实",
                       "Nothing has been recorded in this database yet");
    else if (code == 0)
        code = err_set(err, ERR_NOT_FOUND,
                       "到 %.*s（协调世界时）为止还没有录入任何事实：日志从 %.*s 开始。请给一个更晚的时刻",
                       "Nothing had been recorded by %.*s (UTC): the log begins at %.*s. Give a later moment",
                       TEXT_ARGS(at), TEXT_ARGS(first.at));
    arena_fini(&arena);
    return code;
}

int history_entry_at(struct database *database, struct text at, int64_t *entry, struct err *err)
{
    struct statement *statement;
    bool row = false;
    /* From the end: what people ask for is more often recent than not. */
    int code = store_prepare(database->store,
                             TEXT("SELECT id FROM zs_entry WHERE at <= ?1 ORDER BY id DESC LIMIT 1"),
                             &statement, err);
    if (code != 0) return code;
    statement_bind_text(statement, 1, at);
    code = statement_step(statement, &row, err);
    *entry = code == 0 && row ? statement_int(statement, 0) : 0;
    statement_free(statement);
    return code == 0 && !row ? refuse_moment(database, at, err) : code;
}

int history_import(struct database *database, int64_t reference, int64_t *entry, struct err *err)
{
    struct statement *statement;
    struct buffer pattern = {0};
    bool row = false;
    int code = store_prepare(
        database->store,
        TEXT("SELECT id FROM zs_entry WHERE action = 'import' AND detail LIKE ?1 ORDER BY id DESC LIMIT 1"),
        &statement, err);
    if (code != 0) return code;
    buffer_printf(&pattern, "%%\"import\":%lld}", (long long)reference); /* the last member */
    statement_bind_text(statement, 1, buffer_get(&pattern));
    code = statement_step(statement, &row, err);
    *entry = code == 0 && row ? statement_int(statement, 0) : 0;
    statement_free(statement);
    buffer_fini(&pattern);
    return code;
}
