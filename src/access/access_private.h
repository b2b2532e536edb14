/* What this room's files know of an open access, and share. */
#ifndef ZENGSHOU_ACCESS_ACCESS_PRIVATE_H
#define ZENGSHOU_ACCESS_ACCESS_PRIVATE_H

#include "access/access.h"
#include "access/ask.h"
#include "access/password.h"
#include "base/json.h"

enum { SECRET_HASH = 65, SECRET_BYTES = 32 }; /* hex with a NUL; random bytes of a token */

struct access {
    struct database *database;
    struct store *store;
    const struct pack *pack;
    int64_t (*now)(void *context);
    void *context;
    int64_t idle, longest;
    struct password_cost cost;
    struct gate *gate; /* may be NULL */
    bool keep_manager;
};

/* ---- access.c ---- */
void secret_new(char secret[ACCESS_SECRET]);
void secret_hash(struct text secret, char hash[SECRET_HASH]);
/* The next free id of a table with a column id; inside the transaction that uses it. */
int next_id(struct store *store, const char *table_sql, int64_t *id, struct err *err);

/* ---- user_rows.c ---- */

/* The facts of one user into the arena; *found false when there is none, or it is retired. */
int user_facts_get(struct access *access, int64_t user, struct arena *arena, struct user_facts *facts,
                   bool *found, struct err *err);
/* The principal of one user. ERR_UNAUTHENTICATED when there is none any more. */
int user_principal(struct access *access, int64_t user, struct principal **out, struct err *err);
/* Writes a change of a user to the log: who it is, and the members that `more` (may be NULL) writes into the
 * open object. Inside a transaction. */
struct user_log_more {
    void (*write)(const void *context, struct json_writer *json);
    const void *context;
};
int user_log(struct access *access, struct text actor, struct text action, int64_t user,
             const struct user_log_more *more, struct err *err);
/* The form in which a name is looked up; in the arena. */
struct text user_fold(struct text name, struct arena *arena);

/* ---- throttle.c ---- */

struct throttle_keys {
    struct text name, address; /* address may be empty */
};
/* The key under which the failures of a name count; in the arena. */
struct text throttle_user(int64_t user, struct arena *arena);
struct text throttle_unknown(struct text folded, struct arena *arena);
struct text throttle_address(struct text address, struct arena *arena);

/* Counts an attempt as failed before it is looked at, so that many at once are no way around the count.
 * ERR_TOO_MANY and *wait: locked, nothing was counted. A transaction of its own. */
int throttle_enter(struct access *access, const struct throttle_keys *keys, int64_t *wait, struct err *err);
/* It was right after all: the name begins anew, the address has one failure less. Inside a transaction. */
int throttle_passed(struct access *access, const struct throttle_keys *keys, struct err *err);
/* Forgets the failures of a key. Inside a transaction. */
int throttle_forget(struct access *access, struct text key, struct err *err);

/* ---- login.c ---- */

/* Ends all sessions of a user but the one with that hash (empty: all). Inside a transaction. */
int sessions_end(struct access *access, int64_t user, struct text but, int64_t *ended, struct err *err);
/* Writes down a login or logout. Inside a transaction. user 0: unknown. */
int login_note(struct access *access, int64_t user, struct text address, struct text outcome,
               struct err *err);

/* ---- token.c ---- */

/* Revokes all tokens of a user. Inside a transaction. */
int tokens_end(struct access *access, int64_t user, struct err *err);

#endif
