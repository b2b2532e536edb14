/* Access: who may come in, and as what. Users log in with a name and a password and get a session; scripts
 * bear a token. Either becomes a principal (principal.h): what its user may do at that moment. Users are
 * managed by users.h.
 *
 * What is kept of secrets is only what they are checked against: Argon2id of passwords, SHA-256 of the random
 * tokens. Attempts are counted in the database, so that a restart forgets none: after 5 failures a name waits
 * 30 seconds, after each further one twice as long, 15 minutes at most; the same for an address after 50. A
 * day without failures is a new beginning. Names that nobody has are treated alike in answer and in time. */
#ifndef ZENGSHOU_ACCESS_ACCESS_H
#define ZENGSHOU_ACCESS_ACCESS_H

#include "access/gate.h"
#include "access/principal.h"
#include "register/database.h"

struct access;

struct access_options {            /* zeroed: the defaults */
    int64_t (*now)(void *context); /* seconds since 1970-01-01 UTC; NULL: the machine's clock */
    void *context;
    struct gate *gate; /* borrowed; NULL: passwords are hashed as they come */
    int64_t idle;      /* seconds a session lives unused; 0: 8 hours */
    int64_t longest;   /* seconds it lives at most; 0: 12 hours */
    size_t memory;     /* bytes of Argon2id for new hashes; 0: 64 MiB */
    size_t passes;     /* 0: 2 */
    bool keep_manager; /* refuse (ERR_CONFLICT) to retire or transfer the last user who may manage users */
};

/* Makes the tables of users in a database made by database_init, where they are missing. Harmless to repeat.
 */
int access_init(const char *url, struct err *err);
/* ERR_VERSION where they are missing. */
int access_need(struct store *store, struct err *err);

/* One a connection (borrowed), for one thread at a time. ERR_VERSION: the database is older than users; run
 * access_init. */
int access_open(struct database *database, const struct access_options *options, struct access **out,
                struct err *err);
void access_close(struct access *access);
int64_t access_now(const struct access *access);

/* ---- Sessions ---- */

enum { ACCESS_SECRET = 44 }; /* 256 random bits in base64url, with a NUL */

struct access_attempt {
    struct text name, password;
    struct text address; /* whence; empty: not counted by address */
};

/* A new session; *token is what the cookie holds. ERR_UNAUTHENTICATED: unknown name, wrong password or
 * retired user, all alike. ERR_TOO_MANY: locked for *wait seconds, nothing was checked. ERR_BUSY. */
int access_login(struct access *access, const struct access_attempt *attempt, char token[ACCESS_SECRET],
                 int64_t *wait, struct err *err);

/* Who bears the token of a session. ERR_UNAUTHENTICATED: none, or it has expired. */
int access_session(struct access *access, struct text token, struct principal **out, struct err *err);
/* A user at this moment, for work that was asked for earlier. ERR_UNAUTHENTICATED: there is none any more. */
int access_user(struct access *access, int64_t user, struct principal **out, struct err *err);
/* The same as their account is set up, whether they have logged in yet or not: for asking what somebody could
 * do, never for doing it. */
int access_user_settled(struct access *access, int64_t user, struct principal **out, struct err *err);
/* What a request that writes has to bear beside its cookie; made from the session's token. */
void access_csrf(struct text token, char csrf[ACCESS_SECRET]);
bool access_csrf_is(struct text token, struct text csrf); /* compares in constant time */

int access_logout(struct access *access, struct text token, struct err *err); /* harmless to repeat */
/* Ends all sessions of a user. *ended (may be NULL): how many. */
int access_logout_everywhere(struct access *access, struct text actor, int64_t user, int64_t *ended,
                             struct err *err);

/* One's own password. The other sessions of the user end; the one of `token` stays. ERR_INPUT: the old one is
 * wrong, or the new one breaks a rule; ERR_TOO_MANY as for a login. */
struct access_new_password {
    struct text token; /* of the session that asks */
    struct text old, fresh;
};
int access_change_password(struct access *access, const struct principal *principal,
                           const struct access_new_password *change, int64_t *wait, struct err *err);

/* One's preferences: a JSON object of at most 64 KiB, "{}" at first. ERR_INPUT, ERR_LIMIT. */
enum { ACCESS_PREFERENCES = 64 << 10 };
int access_preferences_set(struct access *access, int64_t user, struct text json, struct err *err);

/* ---- Tokens for scripts ---- */

enum { ACCESS_TOKENS = 20 }; /* in force at once, a user */

struct access_token {
    int64_t id, created, ends;
    int64_t used, revoked; /* 0: not yet */
    struct text label;
};

/* secret is shown once. ends: seconds since 1970, at most 366 days ahead. ERR_FORBIDDEN: the role has no
 * tokens. ERR_INPUT: the label (1 to 100 characters) or the end; ERR_LIMIT: ACCESS_TOKENS. */
enum { ACCESS_TOKEN = ACCESS_SECRET + 3 }; /* "zs_" before it */
int access_token_new(struct access *access, const struct principal *principal, struct text label,
                     int64_t ends, char secret[ACCESS_TOKEN], int64_t *id, struct err *err);
/* Who bears it; ERR_UNAUTHENTICATED. */
int access_bearer(struct access *access, struct text secret, struct principal **out, struct err *err);
/* All tokens of a user, newest first; in the arena. */
int access_tokens(struct access *access, int64_t user, struct arena *arena, struct access_token **tokens,
                  size_t *count, struct err *err);
/* ERR_NOT_FOUND: the user has no such token. Harmless to repeat. */
int access_token_revoke(struct access *access, struct text actor, int64_t user, int64_t id, struct err *err);

#endif
