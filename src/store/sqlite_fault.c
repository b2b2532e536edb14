/* SQLite's result codes in the words of a county office: every message says whether anything was changed and
 * what to do. */
#include <errno.h>
#include <string.h>

#include "base/mem.h"
#include "store/sqlite.h"

static int disk_full(const struct sqlite *db, struct err *err)
{
    return err_set(
        err, ERR_IO, "写“%s”时磁盘空间不够（或超过了文件大小的限制），没有任何改动。请腾出空间后重做",
        "No room left on the disk (or a file size limit was met) while writing “%s”; nothing was changed. "
        "Free some space and do it again",
        db->path);
}

static bool no_room(int system)
{
    return system == ENOSPC || system == EDQUOT || system == EFBIG;
}

/* By the time SQLite reports, rolling back may have overwritten errno; the files remember their own last
 * fault. */
static int system_cause(const struct sqlite *db)
{
    int system = sqlite3_system_errno(db->handle);
    if (no_room(system)) return system;
    sqlite3_file *log = NULL;
    int of_file = 0;
    sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
    if (log != NULL && log->pMethods != NULL)
        log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &of_file);
    if (of_file == 0) sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_LAST_ERRNO, &of_file);
    return no_room(of_file) || system == 0 ? of_file : system;
}

static int io_fault(const struct sqlite *db, int result, struct err *err)
{
    int system = system_cause(db);
    if (no_room(system)) return disk_full(db, err);
    const char *detail = system != 0 ? strerror(system) : sqlite3_errstr(result);
    return err_set(
        err, ERR_IO, "读写数据库“%s”失败（%s），没有任何改动。请检查磁盘和权限后重做",
        "Reading or writing the database “%s” failed (%s); nothing was changed. Check the disk and the "
        "permissions, then do it again",
        db->path, detail);
}

static int cannot_open(const struct sqlite *db, int result, struct err *err)
{
    int system = sqlite3_system_errno(db->handle);
    const char *detail = system != 0 ? strerror(system) : sqlite3_errstr(result);
    return err_set(
        err, ERR_IO, "打不开数据库“%s”（%s）。请检查文件夹是否存在、是否有权读写",
        "Cannot open the database “%s” (%s). Check that its folder exists and may be read and written",
        db->path, detail);
}

static int busy(const struct sqlite *db, struct err *err)
{
    return err_set(
        err, ERR_BUSY,
        "数据库“%s”正被另一个程序使用，等了 %d "
        "毫秒仍未让出，没有任何改动。请关闭正在打开它的程序，或稍后再试",
        "The database “%s” is in use by another program and was not freed within %d ms; nothing was changed. "
        "Close the program that has it open, or try again later",
        db->path, db->busy_ms);
}

int sqlite_fault(const struct sqlite *db, int result, struct err *err)
{
    switch (result & 0xff) {
    case SQLITE_NOMEM:
        mem_exhausted();
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return busy(db, err);
    case SQLITE_FULL:
        return disk_full(db, err);
    case SQLITE_IOERR:
        return io_fault(db, result, err);
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return cannot_open(db, result, err);
    case SQLITE_READONLY:
        return err_set(err, ERR_IO, "数据库“%s”只能读，不能写，没有任何改动。请检查文件和文件夹的权限",
                       "The database “%s” can be read but not written; nothing was changed. Check the "
                       "permissions of the "
                       "file and its folder",
                       db->path);
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
        return err_set(
            err, ERR_CORRUPT, "“%s”不是数据库，或者已经损坏（%s）。请检查文件名，或用备份恢复",
            "“%s” is not a database, or it is damaged (%s). Check the file name, or restore a backup",
            db->path, sqlite3_errmsg(db->handle));
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
        return err_set(err, ERR_CONFLICT, "数据库“%s”拒绝了这次写入：%s。没有任何改动",
                       "The database “%s” refused to write: %s. Nothing was changed", db->path,
                       sqlite3_errmsg(db->handle));
    case SQLITE_TOOBIG:
        return err_set(err, ERR_LIMIT, "一个值太大，数据库“%s”放不下，没有任何改动",
                       "A value is too large for the database “%s”; nothing was changed", db->path);
    case SQLITE_INTERRUPT:
        return err_set(err, ERR_CANCELLED, "已按要求停止，数据库“%s”没有任何改动",
                       "Stopped on request; nothing was changed in the database “%s”", db->path);
    default:
        return err_set(err, ERR_CORRUPT, "数据库“%s”的结构不是本程序所建的（%s）。请检查是否选错了文件",
                       "The database “%s” does not have the shape that this program makes (%s). Check that "
                       "it is the right file",
                       db->path, sqlite3_errmsg(db->handle));
    }
}
