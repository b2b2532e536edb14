/* From a name and a password to a session, and from a session's token to who bears it. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "access/access_private.h"

static int unknown(struct err *err)
{
    return err_set(err, ERR_UNAUTHENTICATED, "用户名或密码不对", "The name or the password is wrong");
}

static int no_session(struct err *err)
{
    return err_set(err, ERR_UNAUTHENTICATED, "请重新登录：登录已过期或已退出",
                   "Log in again: the session has expired or was ended");
}

int login_note(struct access *access, int64_t user, struct text address, struct text outcome, struct err *err)
{
    int64_t id;
    int code = next_id(access->store, "SELECT coalesce(max(id), 0) + 1 FROM zs_login", &id, err);
    if (code != 0) return code;
    return ask_run(access->store,
                   "INSERT INTO zs_login (id, at, user_id, address, outcome) VALUES (?1, ?2, ?3, ?4, ?5)",
                   ASK_WITH(ask_int(id), ask_int(access_now(access)), user == 0 ? ask_null() : ask_int(user),
                            ask_text(address), ask_text(outcome)),
                   err);
}

int sessions_end(struct access *access, int64_t user, struct text but, int64_t *ended, struct err *err)
{
    int code = ask_run(access->store, "DELETE FROM zs_session WHERE user_id = ?1 AND hash <> ?2",
                       ASK_WITH(ask_int(user), ask_text(but)), err);
    if (code == 0 && ended != NULL) *ended = store_changes(access->store);
    return code;
}

/* ---- Logging in ---- */

struct login {
    struct access *access;
    const struct access_attempt *attempt;
    struct arena arena;
    int64_t user; /* 0: nobody has the name */
    bool retired;
    struct text password; /* the stored hash */
    struct throttle_keys keys;
    char fresh[PASSWORD_HASH]; /* the hash anew, when its parameters are old; else empty */
    char token[ACCESS_SECRET];
    bool passed;
};

static int find_user(struct login *login, struct text folded, struct err *err)
{
    struct statement *statement;
    bool row;
    /* What no name can be is no question for the database, which might refuse it. */
    if (!text_valid(folded) || folded.size > 1000 || memchr(folded.at, '\0', folded.size) != NULL) return 0;
    int code = ask_open(login->access->store, "SELECT id, password, retired FROM zs_user WHERE folded = ?1",
                        ASK_WITH(ask_text(folded)), &statement, err);
    if (code != 0) return code;
    code = statement_step(statement, &row, err);
    if (code == 0 && row) {
        login->user = statement_int(statement, 0);
        login->password = arena_text(&login->arena, statement_text(statement, 1));
        login->retired = !statement_is_null(statement, 2);
    }
    statement_free(statement);
    return code;
}

/* Is the user still who was checked? Somebody may have been retired, or the password reset, meanwhile. */
static int still_stands(struct login *login, bool *stands, struct err *err)
{
    int64_t one;
    return ask_one(login->access->store,
                   "SELECT 1 FROM zs_user WHERE id = ?1 AND password = ?2 AND retired IS NULL",
                   ASK_WITH(ask_int(login->user), ask_text(login->password)), &one, stands, err);
}

static int start_session(struct login *login, struct err *err)
{
    struct access *access = login->access;
    char hash[SECRET_HASH];
    int64_t now = access_now(access);
    secret_hash(text_of(login->token), hash);
    int code = ask_run(access->store, "DELETE FROM zs_session WHERE used < ?1 OR created < ?2",
                       ASK_WITH(ask_int(now - access->idle), ask_int(now - access->longest)), err);
    if (code != 0) return code;
    return ask_run(
        access->store,
        "INSERT INTO zs_session (hash, user_id, created, used, address) VALUES (?1, ?2, ?3, ?3, ?4)",
        ASK_WITH(ask_text(text_of(hash)), ask_int(login->user), ask_int(now),
                 ask_text(login->attempt->address)),
        err);
}

static int let_in(void *context, struct err *err)
{
    struct login *login = context;
    struct access *access = login->access;
    int code = still_stands(login, &login->passed, err);
    if (code != 0 || !login->passed) return code;
    if (login->fresh[0] != '\0')
        code = ask_run(access->store, "UPDATE zs_user SET password = ?1 WHERE id = ?2",
                       ASK_WITH(ask_text(text_of(login->fresh)), ask_int(login->user)), err);
    if (code == 0) code = throttle_passed(access, &login->keys, err);
    if (code == 0) code = start_session(login, err);
    return code != 0 ? code : login_note(access, login->user, login->attempt->address, TEXT("in"), err);
}

static int keep_out(void *context, struct err *err)
{
    const struct login *login = context;
    return login_note(login->access, login->user, login->attempt->address, TEXT("wrong"), err);
}

static int decide(struct login *login, bool right, struct err *err)
{
    struct access *access = login->access;
    int code = 0;
    if (right && password_is_outdated(&access->cost, login->password.at))
        code = password_hash(&access->cost, login->attempt->password, login->fresh, err);
    if (code == 0 && right) code = store_transact(access->store, let_in, login, err);
    if (code != 0 || login->passed) return code;
    code = store_transact(access->store, keep_out, login, err);
    return code != 0 ? code : unknown(err);
}

static int try_login(struct login *login, int64_t *wait, struct err *err)
{
    struct access *access = login->access;
    bool right = false;
    struct text folded = user_fold(login->attempt->name, &login->arena);
    int code = find_user(login, folded, err);
    if (code != 0) return code;
    login->keys.name = login->user != 0 ? throttle_user(login->user, &login->arena)
                                        : throttle_unknown(folded, &login->arena);
    login->keys.address = throttle_address(login->attempt->address, &login->arena);
    code = throttle_enter(access, &login->keys, wait, err);
    bool known = login->user != 0 && !login->retired;
    if (code == 0)
        code = password_verify(&access->cost, known ? login->password.at : NULL, login->attempt->password,
                               &right, err);
    return code != 0 ? code : decide(login, right, err);
}

int access_login(struct access *access, const struct access_attempt *attempt, char token[ACCESS_SECRET],
                 int64_t *wait, struct err *err)
{
    struct login login = {.access = access, .attempt = attempt};
    token[0] = '\0';
    *wait = 0;
    /* Before the attempt is counted: whoever is only turned away at the gate has not failed. */
    int code = gate_enter(access->gate, err);
    if (code != 0) return code;
    secret_new(login.token);
    code = try_login(&login, wait, err);
    gate_leave(access->gate);
    if (code == 0) memcpy(token, login.token, sizeof login.token);
    sodium_memzero(login.token, sizeof login.token);
    arena_fini(&login.arena);
    return code;
}

/* ---- Sessions ---- */

/* Longer than any of ours: nothing to look up, or to hash. */
static bool is_secret(struct text secret, size_t size)
{
    return secret.size == size - 1;
}

int access_session(struct access *access, struct text token, struct principal **out, struct err *err)
{
    *out = NULL;
    char hash[SECRET_HASH];
    if (!is_secret(token, ACCESS_SECRET)) return no_session(err);
    secret_hash(token, hash);
    struct statement *statement;
    bool row;
    int code = ask_open(access->store, "SELECT user_id, created, used FROM zs_session WHERE hash = ?1",
                        ASK_WITH(ask_text(text_of(hash))), &statement, err);
    if (code != 0) return code;
    code = statement_step(statement, &row, err);
    int64_t user = 0, created = 0, used = 0, now = access_now(access);
    if (code == 0 && row) {
        user = statement_int(statement, 0);
        created = statement_int(statement, 1);
        used = statement_int(statement, 2);
    }
    statement_free(statement);
    if (code != 0) return code;
    if (!row || now - used > access->idle || now - created > access->longest) return no_session(err);
    code = user_principal(access, user, out, err);
    /* Not at every request, for it is a write; and an import that holds the database is no reason to send
     * people away. */
    if (code == 0 && now - used > access->idle / 16)
        ask_run(access->store, "UPDATE zs_session SET used = ?1 WHERE hash = ?2",
                ASK_WITH(ask_int(now), ask_text(text_of(hash))), NULL);
    return code;
}

struct leaving {
    struct access *access;
    struct text actor, hash;
    int64_t user, ended;
};

static int leave(void *context, struct err *err)
{
    struct leaving *leaving = context;
    struct access *access = leaving->access;
    bool found;
    int code = ask_one(access->store, "SELECT user_id FROM zs_session WHERE hash = ?1",
                       ASK_WITH(ask_text(leaving->hash)), &leaving->user, &found, err);
    if (code != 0 || !found) return code;
    code = ask_run(access->store, "DELETE FROM zs_session WHERE hash = ?1", ASK_WITH(ask_text(leaving->hash)),
                   err);
    return code != 0 ? code : login_note(access, leaving->user, TEXT(""), TEXT("out"), err);
}

int access_logout(struct access *access, struct text token, struct err *err)
{
    char hash[SECRET_HASH];
    if (!is_secret(token, ACCESS_SECRET)) return 0;
    secret_hash(token, hash);
    struct leaving leaving = {.access = access, .hash = text_of(hash)};
    return store_transact(access->store, leave, &leaving, err);
}

static int leave_everywhere(void *context, struct err *err)
{
    struct leaving *leaving = context;
    struct access *access = leaving->access;
    int code = sessions_end(access, leaving->user, TEXT(""), &leaving->ended, err);
    if (code != 0 || leaving->ended == 0) return code;
    code = user_log(access, leaving->actor, TEXT("user.sessions"), leaving->user, NULL, err);
    return code != 0 ? code : login_note(access, leaving->user, TEXT(""), TEXT("out"), err);
}

int access_logout_everywhere(struct access *access, struct text actor, int64_t user, int64_t *ended,
                             struct err *err)
{
    struct leaving leaving = {.access = access, .actor = actor, .user = user};
    int code = store_transact(access->store, leave_everywhere, &leaving, err);
    if (ended != NULL) *ended = leaving.ended;
    return code;
}
