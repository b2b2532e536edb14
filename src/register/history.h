/* History: the log read back. Who wrote what and when, which entry was the last at a moment, where a fact
 * comes from, and what a record held before. */
#ifndef ZENGSHOU_REGISTER_HISTORY_H
#define ZENGSHOU_REGISTER_HISTORY_H

#include "register/database.h"
#include "register/scope.h"

struct log_entry {
    int64_t id;
    struct text at; /* UTC: 2022-03-31T15:59:59Z */
    struct text actor, action;
    struct text detail; /* JSON, or empty. Of an import: feed, file, sheet (of a workbook), sha256 (of the
                           file), rows, rejected */
};

/* Texts are copied into the arena. ERR_NOT_FOUND: there is no such entry. */
int history_entry(struct database *database, int64_t id, struct arena *arena, struct log_entry *out,
                  struct err *err);

/* The last entry written at or before the moment (in the form of log_entry.at). ERR_NOT_FOUND: nothing was
 * written by then; the message says when the log begins. */
int history_entry_at(struct database *database, struct text at, int64_t *entry, struct err *err);

/* The first entry after `entry` by which another pack took the place of the former; id 0 when the pack is
 * still the same. What is evaluated as of that entry is evaluated by today's pack. */
int history_pack_since(struct database *database, int64_t entry, struct arena *arena, struct log_entry *out,
                       struct err *err);

/* The entry of the import whose detail has "import": reference; 0: it was not applied, or changed nothing. */
int history_import(struct database *database, int64_t reference, int64_t *entry, struct err *err);

/* ---- One record ---- */

/* For each field (field_count of them) the entry that last wrote it, up to the entry `until` (0: now): its
 * creation or the last change of that very field. All 0 when there was no such record then. */
int record_origins(struct database *database, int reg, int64_t id, int64_t until, int64_t *origins,
                   struct err *err);

/* The entry that made the record, 0 when there was no such record up to the entry `until` (0: now). */
int record_creation(struct database *database, int reg, int64_t id, int64_t until, int64_t *entry,
                    struct err *err);

enum history_kind { HISTORY_CREATED, HISTORY_CHANGED, HISTORY_RETIRED, HISTORY_RESTORED };

struct history_change {
    int field;        /* -1: a field that is no longer in the pack */
    struct text name; /* its name */
    struct value before, after;
    struct text stored; /* a former value that is none of today's pack, as JSON; before is then unknown */
};

struct history_event {
    struct log_entry entry;
    enum history_kind kind;
    struct history_change *changes; /* fields in the pack's order; of a creation: those that had a value */
    size_t change_count;
};

struct history {
    struct history_event *events; /* newest first */
    size_t count;
    bool more; /* older ones follow: ask again with below = the last event's entry */
};

enum { HISTORY_PAGE_MAX = 1000 };

/* What happened to a record, at most `limit` (1 … HISTORY_PAGE_MAX) events with entries before `below` (0:
 * from the newest). Values are as they were, sensitive ones too: whoever shows them masks them. All lives in
 * the arena. ERR_NOT_FOUND: no record with that id in scope. ERR_FORBIDDEN: the register is not for this
 * user. */
int record_history(struct database *database, const struct scope *scope, int reg, int64_t id, int64_t below,
                   size_t limit, struct arena *arena, struct history *out, struct err *err);

#endif
