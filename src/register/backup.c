/* SQLite writes the copy itself (VACUUM INTO), from one snapshot; it is checked and synced beside its place,
 * then renamed. */
#include "register/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int copy(struct store *store, const char *path, struct err *err)
{
    struct statement *statement;
    int code = store_prepare(store, TEXT("VACUUM INTO ?1"), &statement, err);
    if (code != 0) return code;
    statement_bind_text(statement, 1, text_of(path));
    code = statement_run(statement, err);
    statement_free(statement);
    return code;
}

static int check(const char *path, struct err *err)
{
    const struct store_options options = {.read_only = true};
    struct store *store;
    struct statement *statement;
    bool row;
    int code = store_open(path, &options, &store, err);
    if (code != 0) return code;
    code = store_prepare(store, TEXT("PRAGMA integrity_check(1)"), &statement, err);
    if (code == 0) {
        code = statement_step(statement, &row, err);
        if (code == 0 && !(row && text_is(statement_text(statement, 0), "ok")))
            code = err_set(err, ERR_CORRUPT, "备份没有通过检查，已删除。请先用 verify 检查数据库和磁盘",
                           "The backup did not pass its check and was removed. Check the database and the "
                           "disk with verify "
                           "first");
        statement_free(statement);
    }
    store_close(store);
    return code;
}

static int sync_file(const char *path, struct err *err)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    int code =
        file >= 0 && fsync(file) == 0 ? 0 : err_errno(err, path, "写不了备份", "Cannot write the backup");
    if (file >= 0) close(file);
    return code;
}

int database_backup(struct database *database, const char *path, struct err *err)
{
    struct store *store = database_store(database);
    struct buffer beside = {0};
    if (store_kind(store) != STORE_SQLITE)
        return err_set(
            err, ERR_INPUT,
            "PostgreSQL 上的数据库请用 pg_dump 或服务器的持续归档来备份，见 docs/postgresql.md",
            "Back up a database on PostgreSQL with pg_dump or the server's continuous archiving; see "
            "docs/postgresql.md");
    if (access(path, F_OK) == 0)
        return err_set(err, ERR_CONFLICT, "已有文件 %s，不会覆盖。请换一个名字",
                       "There is a file %s already; it is not overwritten. "
                       "Choose another name",
                       path);
    buffer_printf(&beside, "%s.part", path);
    unlink(beside.data); /* of a backup that was cut off */
    int code = copy(store, beside.data, err);
    if (code == 0) code = check(beside.data, err);
    if (code == 0) code = sync_file(beside.data, err);
    if (code == 0 && rename(beside.data, path) != 0)
        code = err_errno(err, path, "写不了备份", "Cannot write the backup");
    if (code != 0) unlink(beside.data);
    buffer_fini(&beside);
    return code;
}
