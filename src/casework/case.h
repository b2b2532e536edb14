/* Case: one case as somebody may see it: where it stands, what happened, what they may do next. */
#ifndef ZENGSHOU_CASEWORK_CASE_H
#define ZENGSHOU_CASEWORK_CASE_H

#include "casework/casework.h"
#include "formula/schema.h"

struct case_view {
    int workflow; /* of the pack */
    int reg;
    int64_t record;
    int64_t version; /* of the record: every step and every change of a field makes a new one */
    int state;       /* of the workflow */
    struct text number;
    struct value opened, since, due,
        closed;                        /* DATE; due: the state's deadline or the clock, whichever is first */
    struct value state_due, clock_due; /* DATE; unknown: there is none, or it is met */
    const struct label *due_lacks;     /* the date or parameter without which the state's deadline is not
                                          known; NULL: nothing is missing */
    bool due_known;                    /* false: a year without published holidays was counted */
    bool overdue;
    int level;        /* how often it has gone up since it came into the state */
    int64_t assignee; /* user; 0: none */
    struct text assignee_name;
};

/* ERR_NOT_FOUND: no such case in scope; one does not learn which. ERR_FORBIDDEN: the register is not for this
 * user. Texts in the arena. */
int case_get(struct casework *casework, const struct case_actor *actor, struct case_moment moment, int reg,
             int64_t record, struct arena *arena, struct case_view *out, struct err *err);

/* The case with that number (case_number) in any register the actor may read. Numbers are given once; in a
 * database where workflows once numbered each for itself, WORKFLOW/NUMBER says which. ERR_NOT_FOUND.
 * ERR_CONFLICT: several bear it; the message names them so. */
int case_find(struct casework *casework, const struct case_actor *actor, struct text number, int *reg,
              int64_t *record, struct err *err);

/* Whom a case is about, from what it hangs on (a record of register `reg`): the record of the pack's subject
 * above it, or, where it does not lead there, that record itself. */
int case_subject(struct casework *casework, int reg, int64_t record, int *subject_reg, int64_t *subject,
                 struct err *err);

/* ---- What happened ---- */

enum case_step_kind {
    STEP_OPENED,    /* the first one of every case */
    STEP_MOVED,     /* a transition */
    STEP_ANSWERED,  /* an answer to a countersigning that moved nothing yet */
    STEP_ESCALATED, /* it went up */
    STEP_ASSIGNED,  /* handed over */
    STEP_EDITED     /* fields were written, and nothing else */
};

struct case_step {
    int64_t number; /* 1, 2, … in the case */
    enum case_step_kind kind;
    int64_t at; /* seconds since 1970 */
    int32_t on; /* the date */
    struct text actor;
    struct text actor_name; /* as people call them; empty: no user */
    int role, unit;         /* -1: none, or no longer in the pack */
    int transition;         /* -1: opened, escalated */
    int from, to;           /* states; from -1: opened */
    bool refused;           /* of an answer */
    struct text comment;
    struct text fields;  /* names of the fields that were given, joined by ',': their values stand in the
                            record's history at `basis`; of an opening at `entry` */
    struct text to_user; /* handed over to; empty: to nobody in particular */
    int64_t entry;       /* of the log, by which it was written */
    int64_t basis;       /* the last entry before it: the registers as of this entry are what was known */
    int64_t version;     /* of the record, after the step */
    struct value due;    /* DATE: the deadline that it met or missed, of the state it left */
};

/* Oldest first; those after the record's version `since` (0: all). Errors as case_get. */
int case_steps(struct casework *casework, const struct case_actor *actor, int reg, int64_t record,
               int64_t since, struct arena *arena, struct case_step **steps, size_t *count, struct err *err);

/* The family that a case belongs to, for frames of it alone: *part holds until the next call of casework on
 * this connection. *subject: its head; 0: the case hangs on something else than the pack's subject. Errors as
 * case_get. */
struct frame_part;
int case_family(struct casework *casework, const struct case_actor *actor, int reg, int64_t record,
                struct frame_part *part, int64_t *subject, struct err *err);

/* ---- What may be done ---- */

enum case_obstacle_kind {
    OBSTACLE_ROLE,       /* not for this role */
    OBSTACLE_PERSON,     /* four eyes; a withdrawal by somebody else; answered already */
    OBSTACLE_ASSIGNED,   /* it was given to somebody else of the same role */
    OBSTACLE_FIELD,      /* a field has no value: `field` */
    OBSTACLE_ATTACHMENT, /* attachments are missing */
    OBSTACLE_CLUE,       /* it would end the case, and nobody has answered what stands beside it */
    OBSTACLE_WAIT,       /* not before `date` */
    OBSTACLE_GUARD       /* a formula of the workflow does not hold */
};

struct case_obstacle {
    enum case_obstacle_kind kind;
    int field;    /* -1 */
    int32_t date; /* WAIT */
    struct text zh, en;
};

struct case_action {
    int transition;
    bool listed; /* worth showing: the role is named and the person is not barred; what else stands in the way
                    can be put right */
    int64_t files_since; /* of wanted files `since: state`: those added after this entry serve; 0: all */
    struct case_obstacle *obstacles; /* none: it can be done as it is, but for what has to be given with it */
    size_t obstacle_count;
};

/* Every transition out of the present state that somebody could do (never automatic ones), in the pack's
 * order. Missing fields are obstacles here, though they may be given with the act. */
int case_actions(struct casework *casework, const struct case_actor *actor, struct case_moment moment,
                 int reg, int64_t record, struct arena *arena, struct case_action **actions, size_t *count,
                 struct err *err);

/* ---- What of it may be written ---- */

/* A field that a transition asks for is written by whoever may do such a transition where the case stands,
 * with it or before it; what belongs to the opening by whoever acts in the first state; what the case is
 * about (its parent and key) never again, and nothing while it is locked or closed. Files are added by
 * whoever acts where it stands, and taken back by them or who added them, while no step rests on them. */
struct case_rights {
    bool *fields;       /* one a field of the register: it may be written now */
    bool any;           /* … one of them at least */
    bool acts;          /* the case is in their hands: files may be added */
    bool answers;       /* … or went up to them: what was put beside it is theirs to answer */
    struct text zh, en; /* why nothing may be written; empty where something may */
};
/* Errors as case_get. */
int case_rights(struct casework *casework, const struct case_actor *actor, struct case_moment moment, int reg,
                int64_t record, struct arena *arena, struct case_rights *out, struct err *err);

/* ---- Who it can be given to ---- */

enum { CASE_CANDIDATES_MAX = 200 };

struct case_candidate {
    int64_t user;
    struct text name, display_name;
    int role;
    int64_t open; /* cases that they have been given and that are open */
};

/* Active users who could act on the case where the transition leads it, by name; at most CASE_CANDIDATES_MAX.
 * ERR_FORBIDDEN: the transition is not for the actor's role. Errors else as case_get. */
int case_candidates(struct casework *casework, const struct case_actor *actor, int reg, int64_t record,
                    int transition, struct arena *arena, struct case_candidate **out, size_t *count,
                    struct err *err);

/* ---- Proposals beside it (propose.h makes them) ---- */

enum case_proposal_state { PROPOSAL_OPEN, PROPOSAL_ACCEPTED, PROPOSAL_REFUSED };

struct case_proposal {
    int64_t id;
    enum case_proposal_state state;
    struct text source; /* the rule; or the register of what it came with; or "person" */
    int origin_reg;     /* the case or record that it came with; -1: none */
    int64_t origin;
    int transition;     /* what it proposes to do; -1: it says that the facts have changed */
    struct text zh, en; /* why */
    int64_t at, entry;
    int64_t basis; /* the entry up to which the facts were known */
    struct text answered_by, comment;
};
int case_proposals(struct casework *casework, const struct case_actor *actor, int reg, int64_t record,
                   struct arena *arena, struct case_proposal **proposals, size_t *count, struct err *err);

#endif
