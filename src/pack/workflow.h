/* Workflows and the calendar of working days, as a pack says them (docs/pack.md, docs/casework.md). A
 * workflow belongs to one register: each record of it is a case. Read-only, in the pack's arena. */
#ifndef ZENGSHOU_PACK_WORKFLOW_H
#define ZENGSHOU_PACK_WORKFLOW_H

#include "pack/pack.h"

/* ---- The calendar ---- */

struct pack_holiday {
    int32_t from, to; /* both off */
    struct text name_zh, name_en;
};

struct pack_calendar_year {
    int year;
    struct text source;
    const struct pack_holiday *holidays; /* ascending */
    size_t holiday_count;
    const int32_t *working; /* days at work that the week would make free, ascending */
    size_t working_count;
};

struct pack_calendar {
    uint32_t weekend;                       /* bit per day of the week, Monday is bit 0 */
    const struct pack_calendar_year *years; /* ascending; of others only weekends are known */
    size_t year_count;
};

/* ---- Workflows ---- */

enum days_count { DAYS_WORKING, DAYS_CALENDAR };

enum { WORKFLOW_DAYS_MAX = 3660 }; /* ten years: what is written as more is a slip */

/* So many days after a moment, which is given or stands in a DATE field of the case. */
struct workflow_days {
    bool given;
    int parameter; /* an INT parameter, valued on the day it is counted from; -1: `days` */
    int64_t days;  /* 0 … WORKFLOW_DAYS_MAX, as the parameter's values */
    enum days_count count;
    int from; /* DATE field of the register; -1: the moment that its place in the workflow gives */
};

struct workflow_escalation {
    const int *roles; /* who sees it from then on, besides those before */
    size_t role_count;
    struct workflow_days after; /* behind the deadline, or behind the escalation before */
};

/* How a case ended, beside the state's own name. */
enum workflow_end { END_NOT, END_DONE, END_REFUSED, END_WITHDRAWN };

struct workflow_state {
    struct label label;
    const int *holders; /* roles in whose inbox it lies */
    size_t holder_count;
    struct workflow_days deadline; /* from the day the case came into the state */
    const struct workflow_escalation *escalations;
    size_t escalation_count;
    enum workflow_end end;
    bool clock_stops; /* the workflow's clock is met when the case comes here; so does every end */
    int party;   /* an owner's field: of the holders only those whom it names, who alone may change the case
                    here; -1: all */
    bool locked; /* its fields change only with a step, and only those that the step requires */
    struct text note;
    int line;
};

enum workflow_kind {
    KIND_FORWARD,
    KIND_RETURN,      /* 退回: back to somebody before, with a reason */
    KIND_HAND_OVER,   /* 转办: the state stays, somebody else is to act */
    KIND_COUNTERSIGN, /* 会签: several must agree before it moves */
    KIND_WITHDRAW,    /* 撤回: taken back by who moved it here, while nobody has acted on it */
    KIND_REOPEN,      /* out of an end */
    KIND_AUTOMATIC,   /* by the clock or the facts; nobody does it */
    KIND_COUNT
};

struct workflow_guard {
    struct formula_source source;
    const struct node *node; /* BOOL on the register; true lets pass, false and unknown do not */
    bool hides; /* where it is not true the transition is not for this case at all, and is not shown */
    struct text message_zh, message_en;
};

struct workflow_attachment {
    int kind;         /* of the pack's attachments; -1: of any kind */
    int parameter;    /* INT: how many at least, on the day of the step; -1: `least` says it */
    int64_t least;    /* 0: none has to be there, it is only asked for */
    bool since_state; /* only those that were added since the case came (back) into its state */
};

/* A field that gets a formula's value. */
struct workflow_write {
    int reg, field;
    struct formula_source source;
    const struct node *node; /* on the register of the case that moves */
};

/* A case of another (or the same) workflow that is opened. */
struct workflow_opening {
    int workflow;
    struct formula_source source;
    const struct node *when;             /* BOOL; NULL: always */
    const struct workflow_write *fields; /* of the other's register */
    size_t field_count;
    int parent_from; /* reference that the new case's parent takes: -1 the fields say it; -2 this case itself;
                        else a field of this register */
};

/* Where a record that an import brought begins instead of at the start. */
struct workflow_arrival {
    int state;
    struct formula_source source;
    const struct node *when; /* BOOL on the register */
    const int *roles;        /* whose sheets are believed so far; of others it begins at the start */
    size_t role_count;
};

enum { FACT = -1, FACT_THEN = -2 };
enum { TRANSITION_START = -1 }; /* in other_person: who opened the case */

struct workflow_transition {
    struct label label;
    struct label done; /* where a case stands once this was done, in tables of many (已报); empty: the state's
                          label says it */
    enum workflow_kind kind;
    const int *from; /* states */
    size_t from_count;
    int to; /* -1: the state stays (hand_over) */
    const int *roles;
    size_t role_count;
    int party;        /* an owner's field: of the roles only those whom it names; -1: all */
    const int *units; /* COUNTERSIGN: units each of which has to answer, besides roles */
    size_t unit_count;
    int64_t needs; /* COUNTERSIGN: how many answers of different people; 0: one of each role and unit */
    int refused;   /* COUNTERSIGN: where one refusal leads; -1: it is only written down */
    const int *require;
    size_t require_count;
    const int *optional; /* may be filled with it, and need not be */
    size_t optional_count;
    const struct workflow_attachment *attachments;
    size_t attachment_count;
    const struct workflow_guard *guards;
    size_t guard_count;
    struct workflow_days wait; /* not before that; from the day the case came into the state */
    bool overdue;              /* AUTOMATIC: only when the state's deadline has passed */
    bool clock_starts;         /* the workflow's clock begins anew with it */
    bool comment;              /* a reason has to be given */
    const int *others;         /* transitions, or TRANSITION_START: not whoever did one of these */
    size_t other_count;
    const struct workflow_write *writes; /* of the case, or of what it hangs on */
    size_t write_count;
    const struct workflow_opening *openings;
    size_t opening_count;
    const struct workflow_write *facts; /* AUTOMATIC out of an end: what it rests on; the same values never
                                           reopen a case twice. field is -1; reg is FACT, or FACT_THEN for
                                           what the fact behind it was when the case rested on it */
    size_t fact_count;
    struct text note;
    int line;
};

enum workflow_opener {
    OPENER_PERSON = 1,
    OPENER_RULE = 2,
    OPENER_CASE = 4,
    OPENER_IMPORT = 8,
    OPENER_DECLARATION = 16 /* the public page (declaration.yaml) */
};

struct pack_workflow {
    struct label label;
    int reg;
    int dictionary; /* of its states, in their order */
    struct pack_clause clause;
    struct workflow_days clock; /* of the whole case, from the day it was opened, or began anew */
    /* How cases begin. */
    int start;        /* state */
    uint32_t openers; /* bits of workflow_opener */
    const int *roles; /* OPENER_PERSON */
    size_t role_count;
    const int *require;
    size_t require_count;
    const int *offer; /* fields that are asked for too when somebody opens a case, and may stay blank */
    size_t offer_count;
    bool one_open; /* at most one open case on what it hangs on */
    int beside; /* with one_open, a TEXT field: where one is open, what else would open one becomes a proposal
                   beside it, in the words of this field; -1: it is refused */
    const struct workflow_guard *guards; /* must hold of what a person or an import opens */
    size_t guard_count;
    const struct workflow_arrival *arrivals; /* OPENER_IMPORT: the first that holds */
    size_t arrival_count;
    struct workflow_state *states;
    size_t state_count;
    struct workflow_transition *transitions;
    size_t transition_count;
    struct text note;
    const char *file;
    int line;
};

int pack_workflow_find(const struct pack *pack, struct text name);                    /* name or label; -1 */
int workflow_state_find(const struct pack_workflow *workflow, struct text name);      /* by its name; -1 */
int workflow_transition_find(const struct pack_workflow *workflow, struct text name); /* by its name; -1 */
const char *workflow_kind_name(enum workflow_kind kind);                              /* "hand_over" */
const char *workflow_end_name(enum workflow_end end); /* "done"; "" for END_NOT */

/* Does a transition ask for that field: has it to be given with it, or may it be? */
bool workflow_asks(const struct workflow_transition *transition, int field);
/* Is it a field that some transition asks for? The others belong to the opening of a case. */
bool workflow_asks_ever(const struct pack_workflow *workflow, int field);

/* Does some transition write that field? */
bool workflow_writes(const struct pack_workflow *workflow, int reg, int field);

/* The register of the case that a register's records belong to: of those that they hang on, the nearest one
 * that has a workflow; -1: there is none. */
int pack_case_above(const struct pack *pack, int reg);

/* Does a set of roles hold that one? */
bool workflow_has_role(const int *roles, size_t count, int role);
/* How many files there have to be on that day; a parameter without a value wants none. */
int64_t workflow_least(const struct pack *pack, const struct workflow_attachment *wanted, int32_t today);

#endif
