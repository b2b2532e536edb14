/* Users as administrators see them: added, given other rights, retired; never deleted, and no name is given
 * twice, because the log names people by it. Every change is on the log, with old and new values; passwords
 * and secrets never. */
#ifndef ZENGSHOU_ACCESS_USERS_H
#define ZENGSHOU_ACCESS_USERS_H

#include "access/access.h"

enum { USER_DIVISIONS = 200, USER_SUBJECTS = 2000 }; /* at most */

struct user_record {
    struct user_facts facts; /* without preferences */
    int64_t version;
    int64_t created, retired; /* retired 0: active */
    int64_t locked_until;     /* 0: not locked */
    int64_t last_login;       /* 0: never */
    size_t sessions;          /* alive */
};

/* By id or by name, in the arena. ERR_NOT_FOUND. */
int user_get(struct access *access, int64_t id, struct arena *arena, struct user_record *user,
             struct err *err);
int user_find(struct access *access, struct text name, struct arena *arena, struct user_record *user,
              struct err *err);

/* By name, at most `limit` of them behind `after` (a folded name as in *next; empty: from the first). *next:
 * where the following page begins; empty behind the last. */
struct user_query {
    struct text after;
    size_t limit;      /* 0: no limit */
    bool with_retired; /* those too */
    struct text like;  /* part of the name or display name; empty: all */
};
int user_list(struct access *access, const struct user_query *query, struct arena *arena,
              struct user_record **users, size_t *count, struct text *next, struct err *err);

/* What a user is and may do. Lists may be in any order; doubles are dropped. */
struct user_settings {
    struct text display_name, role, unit; /* unit may be empty */
    const struct text *divisions;
    size_t division_count;
    const int64_t *subjects;
    size_t subject_count;
};

/* A new user, who has to change the password at the first login unless `demonstration`. ERR_INPUT: the name
 * (2 to 48 letters, digits, . _ -), the password, the role, unit, divisions or subjects do not fit the pack.
 * ERR_CONFLICT: the name is taken, perhaps by somebody retired. ERR_BUSY. */
struct user_new {
    struct text name, password;
    struct user_settings settings;
    bool demonstration;
};
int user_add(struct access *access, struct text actor, const struct user_new *user, int64_t *id,
             struct err *err);

/* The first thing that user_add or user_change would refuse, and in *field the member it concerns: "name",
 * "display_name", "role", "unit", "divisions" or "subjects". name NULL: not asked. Nothing is written. */
int user_check(struct access *access, const struct text *name, const struct user_settings *settings,
               const char **field, struct err *err);

/* Transfer: all settings anew. Running sessions have the new rights with their next request. version: that of
 * the record the writer saw; stale: ERR_CONFLICT. ERR_NOT_FOUND, also for a retired user. */
int user_change(struct access *access, struct text actor, int64_t id, int64_t version,
                const struct user_settings *settings, struct err *err);

/* A one-time password given by somebody else: must be changed at the next login. Ends all sessions, revokes
 * all tokens, unlocks. demonstration: one that everybody may know, and that need not be changed. */
int user_password(struct access *access, struct text actor, int64_t id, struct text password,
                  bool demonstration, struct err *err);

/* Ends all sessions, revokes all tokens; the user and all traces stay. Harmless to repeat. */
int user_retire(struct access *access, struct text actor, int64_t id, struct err *err);

/* Forgets failed attempts. */
int user_unlock(struct access *access, struct text actor, int64_t id, struct err *err);

/* Sessions that are alive, newest first. */
struct user_session {
    int64_t created, used;
    struct text address;
};
int user_sessions(struct access *access, int64_t id, struct arena *arena, struct user_session **sessions,
                  size_t *count, struct err *err);

/* Active users with a demonstration password. A server that others can reach must not start while there are
 * any. */
int user_demonstrations(struct access *access, int64_t *count, struct err *err);

/* ---- Demonstration ---- */

struct demonstration_account {
    struct text name, display_name, role;
    struct text closed_zh, closed_en; /* empty, or why it sees nothing */
};

/* One account a role, named as the role, with that password. Divisions and households are those of the first
 * village that has records (the first of the pack without any), the unit is the department that owns most
 * without leading for the subject itself. Accounts that are there get the password anew, their rights too;
 * one of such a name that is no demonstration account: ERR_CONFLICT, nothing is changed. */
int user_demonstrate(struct access *access, struct text actor, struct text password, struct arena *arena,
                     struct demonstration_account **accounts, size_t *count, struct err *err);

#endif
