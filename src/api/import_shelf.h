/* Import shelf: uploaded sheets between being read and being applied, in a folder of the server's data. A
 * small file an import says how it stands; it is replaced as a whole, so that a crash leaves it as it was
 * before or after a change. Safe for many threads. */
#ifndef ZENGSHOU_API_IMPORT_SHELF_H
#define ZENGSHOU_API_IMPORT_SHELF_H

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"

struct import_shelf;

enum import_state {
    IMPORT_STATE_READING,
    IMPORT_STATE_READY,
    IMPORT_STATE_APPLYING,
    IMPORT_STATE_APPLIED,
    IMPORT_STATE_FAILED,
    IMPORT_STATE_DROPPED
};
enum { IMPORT_STATES = IMPORT_STATE_DROPPED + 1 };
const char *import_state_name(enum import_state state);

struct import_item {
    int64_t id, owner;
    int64_t job;     /* that reads or applies it, or did; 0: not yet */
    int64_t created; /* seconds since 1970 */
    enum import_state state;
    struct text feed, filename, language;
    struct text digest;     /* of what the preview shows; see import_report */
    struct text reports[2]; /* JSON, zh and en; empty: none yet */
    struct text errors[2];  /* why it failed, or was not applied; empty: nothing to say */
};

enum { IMPORT_SHELF_OPEN = 10, IMPORT_SHELF_DAYS = 7 };

/* What is older than IMPORT_SHELF_DAYS is thrown away, now and with each addition. */
int import_shelf_new(const char *data, struct import_shelf **out, struct err *err);
void import_shelf_free(struct import_shelf *shelf);

/* A new one in the state READING; id and created are set. ERR_TOO_MANY: the owner has IMPORT_SHELF_OPEN that
 * are not finished. */
int import_shelf_add(struct import_shelf *shelf, struct import_item *item, struct err *err);

/* How many of the owner's are not finished. */
size_t import_shelf_open(struct import_shelf *shelf, int64_t owner);

/* Texts are copied into the arena. ERR_NOT_FOUND: the owner has none with that id. */
int import_shelf_get(struct import_shelf *shelf, int64_t id, int64_t owner, struct arena *arena,
                     struct import_item *item, struct err *err);

/* Reads it, lets `change` alter it, and keeps it when that returns 0; nobody comes between. */
typedef int import_change(void *context, struct import_item *item, struct err *err);
int import_shelf_change(struct import_shelf *shelf, int64_t id, int64_t owner, import_change *change,
                        void *context, struct err *err);

void import_shelf_forget(struct import_shelf *shelf, int64_t id); /* with all its files */

/* The uploaded sheet, and the workbook of refused rows. In the arena. */
const char *import_shelf_sheet(const struct import_shelf *shelf, int64_t id, struct arena *arena);
const char *import_shelf_refused(const struct import_shelf *shelf, int64_t id, struct arena *arena);
void import_shelf_remove_sheet(const struct import_shelf *shelf, int64_t id);

#endif
