/* Principal: a user at work, with what the role allows at this moment. It is filled anew from the database
 * for every request, so whoever is transferred has the new rights, and whoever is retired none, with the next
 * one.
 *
 * Closed by default: a user whose role, unit or divisions are not in the pack (any more), who was given no
 * division or household where the role needs them, or who has to change the password first, has a closed
 * scope and no ability, and `closed` says why. */
#ifndef ZENGSHOU_ACCESS_PRINCIPAL_H
#define ZENGSHOU_ACCESS_PRINCIPAL_H

#include "base/arena.h"
#include "base/err.h"
#include "pack/pack.h"
#include "register/scope.h"

/* What the database says of a user. */
struct user_facts {
    int64_t id;
    struct text name, display_name, role, unit; /* unit empty: none */
    bool must_change_password, demonstration;
    struct text preferences;
    const struct text *divisions; /* codes */
    size_t division_count;
    const int64_t *subjects; /* ascending */
    size_t subject_count;
};

struct principal {
    struct arena arena; /* owns all that follows */
    int64_t user;
    int64_t token; /* which API token it bears; 0: a session */
    struct text name, display_name;
    int role;           /* of the pack; -1: its role is not there */
    int unit;           /* -1: none */
    uint32_t abilities; /* bit per role_ability */
    const bool *feeds;  /* [feed of the pack]: may its sheets be brought in? NULL: none */
    bool must_change_password, demonstration;
    struct text preferences; /* JSON */
    struct err closed;       /* code 0, or ERR_FORBIDDEN and why nothing is allowed */
    struct scope scope;      /* actor is the name */
};

/* The pack is borrowed. Facts are copied. Never NULL. */
struct principal *principal_new(const struct pack *pack, const struct user_facts *facts);
void principal_free(struct principal *principal);

bool principal_can(const struct principal *principal, enum role_ability ability);
bool principal_may_import(const struct principal *principal, int feed);

/* Would a user with these facts be closed, but for the password? The same words; for whoever enters them. */
int principal_check(const struct pack *pack, const struct user_facts *facts, struct err *err);

#endif
