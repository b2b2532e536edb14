/* Declaring: a household states its trouble without an account, and asks later what became of it.
 *
 * Against machines: a question in words whose answer is sealed into a token that expires and is good for one
 * answer, and some work for the sender's computer. Against too many: counts by address and by identity
 * number, kept in the database. Nothing about anybody is told but the state of a declaration, to whoever
 * knows both its receipt and the identity number; all wrong ones get the same answer. */
#ifndef ZENGSHOU_DECLARE_DECLARE_H
#define ZENGSHOU_DECLARE_DECLARE_H

#include "casework/casework.h"
#include "register/database.h"
#include "register/scope.h"
#include "register/write.h"

enum { CHALLENGE_SECONDS = 1800, CHALLENGE_BITS = 14, CHALLENGE_TOKEN = 160, RECEIPT = 15 };

/* Makes the tables and the secret where they are missing. Harmless to repeat. */
int declare_init(const char *url, struct err *err);
/* ERR_VERSION where they are missing. */
int declare_need(struct store *store, struct err *err);

/* What the page may do: make a record of the pack's register, and see villages. The arena owns it. */
struct scope declare_scope(const struct pack *pack, struct arena *arena);

struct challenge {
    char token[CHALLENGE_TOKEN];
    struct text question; /* in the language asked for, in the arena */
    int bits;             /* SHA-256 of "token:work" has to begin with that many zero bits */
};
int declare_challenge(struct database *database, const char *language, int64_t now, struct arena *arena,
                      struct challenge *out, struct err *err);

struct declaration {
    struct text token, answer, work;
    struct text address; /* whence; empty: unknown */
    int64_t village;     /* a record of the register of divisions */
    struct text name, identity, phone, story;
    int risk; /* a code; -1: none */
};

/* Writes it (as a case, where the register has a workflow) and gives its receipt, "ABCD-EFGH-JKLM". What is
 * wrong with the fields is found first, by itself, so that nobody has to answer twice: then faults has them,
 * *field the first one's name in declaration.yaml, and the token stays good. ERR_INPUT: a field, or the
 * answer (*field "answer"). ERR_CONFLICT: the question has expired or was answered already. ERR_TOO_MANY: too
 * many today from this address or for this identity number. */
int declare_submit(struct casework *casework, const struct declaration *said, int64_t now,
                   char receipt[RECEIPT], const char **field, struct err *err);

/* *state: a code of the pack's state field. ERR_NOT_FOUND: no such receipt with that number; one does not
 * learn which. ERR_TOO_MANY: too many wrong ones from this address, or for this receipt. */
int declare_status(struct database *database, struct text receipt, struct text identity, struct text address,
                   int64_t now, int *state, int32_t *received, struct err *err);

#endif
