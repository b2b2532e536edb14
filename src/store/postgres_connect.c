/* From a url to a session. The url may hold a password, so nothing of it is ever shown but the parts that
 * name the place. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "store/postgres.h"

enum { OLDEST_SERVER = 150000, CONNECT_SECONDS = 10 };

/* ---- What the place is called ---- */

struct place {
    const char *user, *host, *port, *name;
};

static void note_option(struct place *place, const PQconninfoOption *option)
{
    if (strcmp(option->keyword, "user") == 0) place->user = option->val;
    if (strcmp(option->keyword, "host") == 0) place->host = option->val;
    if (strcmp(option->keyword, "port") == 0) place->port = option->val;
    if (strcmp(option->keyword, "dbname") == 0) place->name = option->val;
}

static void print_place(const struct place *place, struct buffer *out)
{
    bool socket = place->host != NULL && place->host[0] == '/';
    buffer_string(out, "postgresql://");
    if (place->user != NULL) buffer_printf(out, "%s@", place->user);
    if (place->host != NULL && !socket) buffer_string(out, place->host);
    if (place->port != NULL && !socket) buffer_printf(out, ":%s", place->port);
    buffer_printf(out, "/%s", place->name != NULL ? place->name : "");
    if (socket) buffer_printf(out, "?host=%s", place->host);
    if (socket && place->port != NULL) buffer_printf(out, "&port=%s", place->port);
}

void postgres_shown_url(const char *url, struct buffer *out)
{
    struct place place = {0};
    PQconninfoOption *options = PQconninfoParse(url, NULL);
    for (const PQconninfoOption *option = options; option != NULL && option->keyword != NULL; option++)
        note_option(&place, option);
    if (options == NULL)
        buffer_string(out, "postgresql://…");
    else
        print_place(&place, out);
    PQconninfoFree(options);
}

/* ---- Waiting for the server ---- */

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* connect_timeout of the url or the environment; libpq itself only heeds it when it may block. */
static int64_t patience_ms(PGconn *connection)
{
    long seconds = 0;
    PQconninfoOption *options = PQconninfo(connection);
    for (const PQconninfoOption *option = options; option != NULL && option->keyword != NULL; option++)
        if (strcmp(option->keyword, "connect_timeout") == 0 && option->val != NULL)
            seconds = strtol(option->val, NULL, 10);
    PQconninfoFree(options);
    return (seconds > 0 && seconds < 86400 ? seconds : CONNECT_SECONDS) * 1000;
}

/* False when the time is up. */
static bool wait_for(PGconn *connection, bool reading, int64_t deadline)
{
    for (;;) {
        struct pollfd socket = {PQsocket(connection), reading ? POLLIN : POLLOUT, 0};
        int64_t left = deadline - now_ms();
        if (left <= 0) return false;
        int ready = poll(&socket, 1, (int)left);
        if (ready > 0) return true;
        if (ready < 0 && errno != EINTR) return false;
    }
}

/* The SQLSTATE that ends libpq's message when it was told to print nothing else; empty without one. */
static void find_state(const char *message, char sqlstate[6])
{
    sqlstate[0] = '\0';
    for (const char *at = message; (at = strstr(at, ":  ")) != NULL; at++) {
        const char *word = at + 3;
        if (strspn(word, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 5) continue;
        memcpy(sqlstate, word, 5);
        sqlstate[5] = '\0';
    }
}

static int not_connected(const struct postgres *db, struct err *err)
{
    const char *message = PQerrorMessage(db->connection);
    char sqlstate[6], first[200];
    find_state(message, sqlstate);
    if (PQconnectionNeedsPassword(db->connection) && sqlstate[0] == '\0') memcpy(sqlstate, "28P01", 6);
    size_t size = strcspn(message, "\n");
    if (size >= sizeof first) size = text_valid_prefix((struct text){message, sizeof first - 1});
    memcpy(first, message, size);
    first[size] = '\0';
    return postgres_refused(db, sqlstate, first, err);
}

static int handshake(struct postgres *db, struct err *err)
{
    int64_t patience = patience_ms(db->connection), deadline = now_ms() + patience;
    PostgresPollingStatusType status = PGRES_POLLING_WRITING;
    while (status != PGRES_POLLING_OK && status != PGRES_POLLING_FAILED) {
        if (!wait_for(db->connection, status == PGRES_POLLING_READING, deadline))
            return err_set(
                err, ERR_IO, "数据库“%s”在 %lld 秒内没有应答。请检查网络、地址和服务器",
                "The database “%s” did not answer within %lld seconds. Check the network, the address and "
                "the server",
                db->name, (long long)(patience / 1000));
        status = PQconnectPoll(db->connection);
    }
    return status == PGRES_POLLING_OK ? 0 : not_connected(db, err);
}

/* ---- The session ---- */

static void be_silent(void *context, const char *message)
{
    (void)context;
    (void)message;
}

static int check_server(const struct postgres *db, struct err *err)
{
    int version = PQserverVersion(db->connection);
    if (version < OLDEST_SERVER)
        return err_set(
            err, ERR_VERSION, "“%s”的 PostgreSQL 是 %d 版，太旧了，须为 15 或更新。请升级服务器",
            "The PostgreSQL of “%s” is version %d, which is too old; 15 or later is needed. Upgrade the "
            "server",
            db->name, version / 10000);
    const char *encoding = PQparameterStatus(db->connection, "server_encoding");
    if (encoding != NULL && strcmp(encoding, "UTF8") != 0)
        return err_set(
            err, ERR_INPUT,
            "数据库“%s”的编码是 %s，须为 UTF8。请另建一个：createdb -E UTF8 -T template0 名称",
            "The database “%s” is encoded in %s; it has to be UTF8. Make another: createdb -E UTF8 -T "
            "template0 NAME",
            db->name, encoding);
    return 0;
}

/* An acknowledged commit is on the disk, waiting for a lock ends, work in memory is bounded but not tiny
 * (larger settings of the server stay), and compiling statements to machine code does not pay for ours. */
static const char settings[] =
    "SET client_min_messages = error; SET standard_conforming_strings = on; SET jit = off;"
    "SET default_transaction_isolation = 'read committed';"
    "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = "
    "'off';"
    "SELECT set_config('work_mem', '64MB', false) WHERE pg_size_bytes(current_setting('work_mem')) < "
    "67108864;"
    "SELECT set_config('temp_buffers', '64MB', false) WHERE pg_size_bytes(current_setting('temp_buffers')) < "
    "67108864;";

static int configure(struct postgres *db, struct err *err)
{
    struct buffer sql = {0};
    PGresult *result = NULL;
    buffer_string(&sql, settings);
    buffer_printf(&sql,
                  "SET lock_timeout = %d; SET default_transaction_read_only = %s; SELECT current_schema()",
                  db->busy_ms, db->read_only ? "on" : "off");
    int code = postgres_exec(db, sql.data, &result, err);
    if (code == 0 && PQgetisnull(result, 0, 0))
        code = err_set(
            err, ERR_NOT_FOUND,
            "数据库“%s”里没有可用的模式（schema）。请检查 search_path，或请管理员 CREATE SCHEMA 并授权",
            "The database “%s” has no schema to work in. Check search_path, or have the administrator "
            "CREATE SCHEMA and grant its use",
            db->name);
    PQclear(result);
    buffer_fini(&sql);
    return code;
}

int postgres_connect(struct postgres *db, const char *url, struct err *err)
{
    const char *const names[] = {"fallback_application_name", "dbname", "client_encoding", NULL};
    const char *const values[] = {"zengshou", url, "UTF8", NULL};
    PQconninfoOption *options = PQconninfoParse(url, NULL);
    if (options == NULL)
        return err_set(
            err, ERR_INPUT,
            "--db 的地址写法不对。应为 postgresql://用户@主机:端口/数据库，特殊字符要写成 %%XX",
            "The address given with --db is not valid. Write postgresql://user@host:port/database, with "
            "special characters as %%XX");
    PQconninfoFree(options);
    struct buffer name = {0};
    postgres_shown_url(url, &name);
    db->name = mem_copy_text(name.data, name.size);
    buffer_fini(&name);
    db->connection = PQconnectStartParams(names, values, 1);
    if (db->connection == NULL) mem_exhausted();
    if (PQstatus(db->connection) == CONNECTION_BAD) return not_connected(db, err);
    PQsetErrorVerbosity(db->connection, PQERRORS_SQLSTATE);
    PQsetNoticeProcessor(db->connection, be_silent, NULL);
    int code = handshake(db, err);
    if (code != 0) return code;
    PQsetErrorVerbosity(db->connection, PQERRORS_DEFAULT);
    code = check_server(db, err);
    return code == 0 ? configure(db, err) : code;
}
