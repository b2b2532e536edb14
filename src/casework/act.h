/* Act: opening cases and moving them. Each call is one transaction: the record's fields, the case, its step,
 * the log entry, what the workflow writes elsewhere and opens, all or nothing. */
#ifndef ZENGSHOU_CASEWORK_ACT_H
#define ZENGSHOU_CASEWORK_ACT_H

#include "casework/case.h"

/* ---- Fields that are given ---- */

/* Of a case that is to be opened, or of a record that a workflow writes: none yet; lives in the arena. */
struct case_writing {
    bool *given;
    struct value *values;
};
struct case_writing case_writing_of(const struct pack *pack, int reg, struct arena *arena);
/* field -1: the register has none for it, and nothing is given. */
void case_give(const struct case_writing *writing, int field, struct value value);
void case_give_text(const struct case_writing *writing, int field, struct text text); /* empty: unknown */
void case_give_number(const struct case_writing *writing, int field, int64_t number);

/* ---- Opening ---- */

struct case_opening {
    int workflow;
    const bool *given;          /* field_count flags of the workflow's register */
    const struct value *values; /* field_count */
    struct text comment;
    int64_t assignee; /* 0: nobody in particular */
};

/* By a person. *record: the new case. ERR_FORBIDDEN: not for this role, or out of scope. ERR_INPUT: what has
 * to be given is missing (the message names it) or not acceptable. ERR_CONFLICT: there is an open case
 * already (`one_open`), or what it says was put beside that one before. ERR_LIMIT.
 * *beside: where the workflow has `beside` and a case is open, the proposal that was put beside it; *record
 * is that case, then. 0: it was opened. NULL: such an opening is refused as a conflict. */
int case_open(struct casework *casework, const struct case_actor *actor, struct case_moment moment,
              const struct case_opening *opening, int64_t *record, int64_t *beside, struct err *err);

/* What somebody said on the public page, who has no account: opened by the system in the scope's name, which
 * must allow making such records. In the caller's transaction. ERR_FORBIDDEN: `start.by` of the workflow has
 * no `declaration`. Otherwise as case_open. */
int case_open_declared(struct casework *casework, const struct scope *scope, struct case_moment moment,
                       const struct case_opening *opening, int64_t *record, struct err *err);

/* By the programme on behalf of somebody: cases that a calendar or a page asks for. The workflow's facts may
 * be given, for which the caller vouches. All or none, in one transaction; where a record has the key already
 * nothing is done. records: count of them, 0 where there was one. ERR_FORBIDDEN: the workflow is not opened
 * by `rule`, or the actor may not add to its register, or not there.
 * check (NULL: nothing): asked first within the transaction, so that nobody can write between the answer and
 * the opening; its error is the answer. It may be asked again. */
typedef int case_check(void *context, struct err *err);
int case_open_all(struct casework *casework, const struct case_actor *actor, struct case_moment moment,
                  const struct case_opening *openings, size_t count, case_check *check, void *context,
                  int64_t *records, struct err *err);

/* ---- Moving ---- */

struct case_act {
    int reg;
    int64_t record;
    int64_t version; /* of the record, as the actor saw it */
    int transition;
    const bool *given; /* NULL: no fields are given */
    const struct value *values;
    struct text comment;
    int64_t assignee; /* of a hand-over, or who is to have it in the next state; 0: nobody in particular */
    bool refuse;      /* of a countersigning: the answer is no */
};

struct case_done {
    int state;       /* that it is in now */
    int64_t version; /* of the record */
    int64_t entry;
    int64_t step;
    size_t opened;   /* cases that it opened */
    size_t standing; /* that it would have opened, and that are open already: those go on */
};

/* A transition. ERR_CONFLICT: stale version; the message says who did what when in between (case_steps tells
 * all), and nothing was done. ERR_FORBIDDEN: not for this role or person, or not now. ERR_INPUT: something
 * has to be given or put right first; the message is the first obstacle's. ERR_NOT_FOUND as case_get. */
int case_do(struct casework *casework, const struct case_actor *actor, struct case_moment moment,
            const struct case_act *act, struct case_done *done, struct err *err);

/* ---- Writing without a step ---- */

/* Changes fields of a case (case_rights): a step of kind STEP_EDITED where anything changes. A record that is
 * no case is written as by records_write. ERR_CONFLICT: stale version, closed, or locked. ERR_FORBIDDEN: a
 * field is not theirs to write now; the message names it, who fills it in and with which step. Otherwise as
 * records_write. */
struct record_change;
int case_edit(struct casework *casework, const struct case_actor *actor, struct case_moment moment,
              const struct record_change *change, struct err *err);

/* ---- Rights before values ---- */

/* For a form in which not every value could be read: may the actor do that at all, whatever the values are
 * worth? unread: flags of the fields whose value is not there; they count as given, and as another one than
 * stands. Nothing is written. Errors as case_open, case_do, case_edit, as far as they are about who, what and
 * when. */
int case_may_open(struct casework *casework, const struct case_actor *actor,
                  const struct case_opening *opening, const bool *unread, struct err *err);
int case_may_do(struct casework *casework, const struct case_actor *actor, struct case_moment moment,
                const struct case_act *act, const bool *unread, struct err *err);
int case_may_edit(struct casework *casework, const struct case_actor *actor, struct case_moment moment,
                  const struct record_change *change, const bool *unread, struct err *err);

/* ---- Files ---- */

/* As attachment_add and attachment_retire, of cases and of other records: see case_rights. ERR_CONFLICT: the
 * case is closed, or a step rests on the file. ERR_FORBIDDEN: it is not theirs. */
struct attachment_new;
struct attachment;
int case_attach(struct casework *casework, const struct case_actor *actor, struct case_moment moment,
                const struct attachment_new *file, int64_t *id, bool *cleaned, struct err *err);
int case_detach(struct casework *casework, const struct case_actor *actor, struct case_moment moment, int reg,
                int64_t record, int64_t id, struct text reason, struct err *err);
/* May files be added, and which be taken back? detach: count flags, out. */
int case_files(struct casework *casework, const struct case_actor *actor, struct case_moment moment, int reg,
               int64_t record, const struct attachment *files, size_t count, struct arena *arena, bool *add,
               bool *detach, struct err *err);

/* ---- Many at once ---- */

enum { CASE_BATCH_MAX = 500 };

struct case_result {
    int code; /* 0, or what case_do gave */
    struct err err;
    struct case_done done;
};

/* Each its own act in its own transaction, in the order given; results: count of them. ERR_LIMIT: more than
 * CASE_BATCH_MAX; other errors only where nothing at all could be done. */
int case_batch(struct casework *casework, const struct case_actor *actor, struct case_moment moment,
               const struct case_act *acts, size_t count, struct case_result *results, struct err *err);

#endif
