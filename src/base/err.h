/* Errors: one table of codes, a message in Chinese and in English, and where the fault stands.
 *
 * Fallible functions return 0 or a negative enum err_code and take a `struct err *` last. Whoever first
 * detects an error fills it; callers pass it up untouched or add the position. A NULL err is allowed. */
#ifndef ZENGSHOU_BASE_ERR_H
#define ZENGSHOU_BASE_ERR_H

#include <stdbool.h>
#include <stddef.h>

enum err_code {
    ERR_OK = 0,
    ERR_INPUT = -1,            /* the user's words are wrong: an option, a formula, a cell, a pack */
    ERR_NOT_FOUND = -2,        /* a named thing does not exist */
    ERR_CONFLICT = -3,         /* somebody else changed it first (stale version), or a key is taken */
    ERR_BUSY = -4,             /* locked by another process for too long */
    ERR_LIMIT = -5,            /* larger than we accept */
    ERR_IO = -6,               /* reading or writing failed: disk full, no permission, cut off */
    ERR_CORRUPT = -7,          /* stored data is not what we wrote */
    ERR_VERSION = -8,          /* made by a newer version, or by another pack */
    ERR_FORBIDDEN = -9,        /* not allowed for this user */
    ERR_CANCELLED = -10,       /* stopped on request */
    ERR_UNAUTHENTICATED = -11, /* nobody knows who it is: wrong password, expired session */
    ERR_TOO_MANY = -12,        /* tried too often; later again */
    ERR_PASSWORD_CHANGE = -13, /* the password has to be changed first */
    ERR_METHOD = -14           /* this can be done to other things, not to this one */
};

struct err {
    enum err_code code;
    int line;       /* 1-based; 0 when there is no position */
    int column;     /* 1-based, counted in characters, not bytes; 0 when unknown */
    char file[256]; /* the file the position is in; empty when unknown */
    char zh[640];   /* what, where, what to do; cut at a character boundary when too long */
    char en[640];
};

/* Fills *err (if not NULL) and returns code. Both formats consume the same arguments in the same order.
 * Clears any position. */
int err_set(struct err *err, enum err_code code, const char *zh, const char *en, ...)
    __attribute__((format(printf, 3, 5), format(printf, 4, 5)));

/* Puts a position on an error already set. file may be NULL (unchanged). Returns err->code. */
int err_at(struct err *err, const char *file, int line, int column);

/* Out of a system call that set errno: "what: path: cause". Returns ERR_IO (ERR_NOT_FOUND for ENOENT). */
int err_errno(struct err *err, const char *path, const char *zh_what, const char *en_what);

/* "file:line:column: message" (parts unknown are left out) in the language "zh" or "en" into text
 * (NUL-ended). */
void err_format(const struct err *err, const char *language, char *text, size_t size);

/* A growing list of faults for readers that report all of them. */
struct fault_list {
    struct err *items;
    size_t count, capacity;
    size_t limit; /* faults beyond are counted in `dropped`; 0 means 1,000 */
    size_t dropped;
};

void fault_list_add(struct fault_list *list, const struct err *err);
/* Adds an ERR_CORRUPT with these words: what is stored is not what was written. Formats as for err_set. */
void fault_list_corrupt(struct fault_list *list, const char *zh, const char *en, ...)
    __attribute__((format(printf, 2, 4), format(printf, 3, 4)));
void fault_list_sort(struct fault_list *list); /* by file, line, column, then message */
void fault_list_fini(struct fault_list *list);

#endif
