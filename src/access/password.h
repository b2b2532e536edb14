/* Passwords: Argon2id (RFC 9106) by libsodium. A hash carries its own parameters and salt. Internal to the
 * room, but for the generated ones. */
#ifndef ZENGSHOU_ACCESS_PASSWORD_H
#define ZENGSHOU_ACCESS_PASSWORD_H

#include <stdbool.h>

#include "base/err.h"
#include "base/text.h"

enum {
    PASSWORD_LEAST = 10,  /* characters */
    PASSWORD_MOST = 256,  /* bytes */
    PASSWORD_HASH = 128,  /* bytes of a hash with its NUL */
    PASSWORD_DISTINCT = 5 /* different characters */
};

struct password_cost {
    size_t memory; /* bytes */
    size_t passes;
};

/* ERR_INPUT says which rule it breaks: length, variety, holds the name, on the list of weak ones. */
int password_check(struct text password, struct text name, struct text display_name, struct err *err);

/* ERR_LIMIT without memory. Whoever calls these holds a place at the gate. */
int password_hash(const struct password_cost *cost, struct text password, char hash[PASSWORD_HASH],
                  struct err *err);

/* Whether the password is the one of the hash. A NULL hash is nobody's: false, after the same work. */
int password_verify(const struct password_cost *cost, const char *hash, struct text password, bool *right,
                    struct err *err);
/* Was the hash made with other parameters? */
bool password_is_outdated(const struct password_cost *cost, const char *hash);

enum { PASSWORD_GENERATED = 20 };
/* A random one that is easily read aloud: four groups of four letters and digits (79 bits), none of which
 * look alike. */
void password_generate(char out[PASSWORD_GENERATED]);

#endif
