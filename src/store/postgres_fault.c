/* PostgreSQL's SQLSTATEs in the words of a county office. Only the server's first sentence is passed on: its
 * details may hold people's data. */
#include <string.h>

#include "store/postgres.h"

static bool state(const char *sqlstate, const char *list)
{
    return sqlstate[0] != '\0' && strstr(list, sqlstate) != NULL;
}

static bool class(const char *sqlstate, const char *class)
{
    return strncmp(sqlstate, class, 2) == 0;
}

static int lost(const struct postgres *db, const char *detail, struct err *err)
{
    return err_set(err, ERR_IO, "与数据库“%s”的连接断了（%s），没有任何改动。请在服务器恢复后重做",
                   "The connection to the database “%s” was lost (%s); nothing was changed. Do it again when "
                   "the server is back",
                   db->name, detail);
}

/* ---- At the door ---- */

static int not_admitted(const struct postgres *db, const char *sqlstate, const char *detail, struct err *err)
{
    if (state(sqlstate, "3D000"))
        return err_set(
            err, ERR_NOT_FOUND,
            "服务器上没有数据库“%s”。请检查名称，或请管理员先建（createdb），再运行 zengshou init",
            "There is no database “%s” on the server. Check the name, or have the administrator make it "
            "(createdb), then run zengshou init",
            db->name);
    if (class(sqlstate, "28"))
        return err_set(
            err, ERR_FORBIDDEN,
            "数据库“%s”不让这个用户进入：密码不对，或服务器不许从这里登录（%s）。请检查用户名、密码"
            "（PGPASSWORD 或 ~/.pgpass）和服务器的 pg_hba.conf",
            "The database “%s” does not let this user in: the password is wrong, or the server allows no "
            "login from here (%s). Check the user name, the password (PGPASSWORD or ~/.pgpass) and the "
            "server's pg_hba.conf",
            db->name, sqlstate);
    return err_set(
        err, ERR_IO, "连不上数据库“%s”（%s）。请检查服务器是否开着、地址和端口是否正确",
        "Cannot connect to the database “%s” (%s). Check that the server is running, and its address and "
        "port",
        db->name, detail);
}

/* ---- What may be tried again ---- */

static int busy(const struct postgres *db, const char *sqlstate, const char *detail, struct err *err)
{
    if (state(sqlstate, "55P03 55006"))
        return err_set(
            err, ERR_BUSY, "数据库“%s”正被另一个程序使用，等了 %d 毫秒仍未让出，没有任何改动。请稍后再试",
            "The database “%s” is in use by another program and was not freed within %d ms; nothing was "
            "changed. Try again later",
            db->name, db->busy_ms);
    return err_set(
        err, ERR_BUSY, "数据库“%s”眼下忙不过来或与别的操作相撞（%s），没有任何改动。请再做一次",
        "The database “%s” is too busy, or something else came in between (%s); nothing was changed. Do it "
        "again",
        db->name, detail);
}

/* ---- What stands in the way ---- */

static int resources(const struct postgres *db, const char *sqlstate, const char *detail, struct err *err)
{
    if (state(sqlstate, "53100"))
        return err_set(
            err, ERR_IO, "数据库“%s”所在服务器的磁盘空间不够，没有任何改动。请腾出空间后重做",
            "No room left on the disk of the server of “%s”; nothing was changed. Free some space and do "
            "it again",
            db->name);
    if (state(sqlstate, "53400"))
        return err_set(
            err, ERR_LIMIT,
            "数据库“%s”的服务器不许一条语句用这么多临时文件（%s），没有任何改动。请管理员放宽限制后重做",
            "The server of the database “%s” does not allow one statement that much temporary space (%s); "
            "nothing was changed. Have the administrator raise the limit, and do it again",
            db->name, detail);
    return err_set(
        err, ERR_IO, "数据库“%s”的服务器出了故障（%s），没有任何改动。请管理员检查后重做",
        "The server of the database “%s” met a fault (%s); nothing was changed. Have the administrator "
        "look at it, then do it again",
        db->name, detail);
}

static int forbidden(const struct postgres *db, const char *detail, struct err *err)
{
    return err_set(
        err, ERR_FORBIDDEN,
        "这个用户在数据库“%s”里没有这样做的权限（%s），没有任何改动。请管理员授权，见 docs/postgresql.md",
        "This user may not do that in the database “%s” (%s); nothing was changed. Ask the administrator "
        "for the right, see docs/postgresql.md",
        db->name, detail);
}

static int read_only(const struct postgres *db, struct err *err)
{
    return err_set(
        err, ERR_IO, "数据库“%s”只能读，不能写，没有任何改动。请检查连接的是不是备机，以及权限",
        "The database “%s” can be read but not written; nothing was changed. Check whether it is a standby, "
        "and the permissions",
        db->name);
}

static int earlier(const struct postgres *db, struct err *err)
{
    return err_set(err, ERR_IO, "数据库“%s”此前的一次写入已失败，整次操作已撤销，没有任何改动。请重做",
                   "An earlier write to the database “%s” failed and everything was rolled back; nothing was "
                   "changed. Do it again",
                   db->name);
}

static int value(const struct postgres *db, const char *sqlstate, const char *detail, struct err *err)
{
    if (state(sqlstate, "22003 22001") || class(sqlstate, "54"))
        return err_set(err, ERR_LIMIT, "一个值太大，数据库“%s”放不下（%s），没有任何改动",
                       "A value is too large for the database “%s” (%s); nothing was changed", db->name,
                       detail);
    return err_set(err, ERR_CONFLICT, "数据库“%s”拒绝了这次写入：%s。没有任何改动",
                   "The database “%s” refused to write: %s. Nothing was changed", db->name, detail);
}

int postgres_refused(const struct postgres *db, const char *sqlstate, const char *detail, struct err *err)
{
    if (state(sqlstate, "40001 40P01 55P03 55006 57P03 53300")) return busy(db, sqlstate, detail, err);
    if (sqlstate[0] == '\0' || class(sqlstate, "28") || state(sqlstate, "3D000 08001 08004 08006"))
        return not_admitted(db, sqlstate, detail, err);
    if (class(sqlstate, "08") || state(sqlstate, "57P01 57P02 57P04 57P05 25P03"))
        return lost(db, detail, err);
    if (state(sqlstate, "57014"))
        return err_set(err, ERR_CANCELLED, "已按要求停止（%s），数据库“%s”没有任何改动",
                       "Stopped on request (%s); nothing was changed in the database “%s”", detail, db->name);
    if (state(sqlstate, "42501")) return forbidden(db, detail, err);
    if (state(sqlstate, "25006")) return read_only(db, err);
    if (state(sqlstate, "25P02")) return earlier(db, err);
    if (class(sqlstate, "22") || class(sqlstate, "23") || class(sqlstate, "54"))
        return value(db, sqlstate, detail, err);
    if (class(sqlstate, "53") || class(sqlstate, "58") || class(sqlstate, "XX"))
        return resources(db, sqlstate, detail, err);
    return err_set(
        err, ERR_CORRUPT, "数据库“%s”的结构不是本程序所建的（%s）。请检查是否选错了数据库",
        "The database “%s” does not have the shape that this program makes (%s). Check that it is the right "
        "one",
        db->name, detail);
}

int postgres_fault(struct postgres *db, const PGresult *result, struct err *err)
{
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    db->collided = sqlstate != NULL && state(sqlstate, "40001 40P01");
    if (sqlstate != NULL && message != NULL) return postgres_refused(db, sqlstate, message, err);
    /* Without an answer the connection has gone; libpq's own words say how, in several lines. */
    message = PQerrorMessage(db->connection);
    char first[200];
    size_t size = strcspn(message, "\n");
    if (size >= sizeof first) size = text_valid_prefix((struct text){message, sizeof first - 1});
    memcpy(first, message, size);
    first[size] = '\0';
    return lost(db, first, err);
}
