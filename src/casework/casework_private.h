/* What this room's files know of an open casework, and share. */
#ifndef ZENGSHOU_CASEWORK_CASEWORK_PRIVATE_H
#define ZENGSHOU_CASEWORK_CASEWORK_PRIVATE_H

#include "access/ask.h"
#include "casework/act.h"
#include "casework/calendar.h"
#include "register/record.h"

struct casework {
    struct database *database;
    struct store *store;
    const struct pack *pack;
    struct access *access; /* may be NULL */
};

#define CASE_PART_TABLE "zs_case_part" /* of the connection: the record whose family is looked at */
#define CASE_LED_TABLE  "zs_case_led"  /* and the subjects that a case leads to by its references */

static inline struct value case_date_value(int32_t date)
{
    return (struct value){.known = date != NO_DATE, .integer = date == NO_DATE ? 0 : date};
}

/* ---- rows.c: the tables ---- */

struct stored_case {
    const struct pack_workflow *workflow;
    int reg;
    int64_t record, version;
    int state;
    struct text opener;
    int32_t opened, since, due, state_due, clock_due, rises, closed; /* NO_DATE: none */
    bool due_known;
    int64_t entered, step, level, assignee;
};

static inline struct text case_register(const struct casework *casework, int reg)
{
    return casework->pack->schema.registers[reg].label.name;
}

/* The case of a living record. ERR_NOT_FOUND: there is none that the scope holds. ERR_FORBIDDEN: not the
 * register. */
int stored_case_get(struct casework *casework, const struct scope *scope, int reg, int64_t record,
                    struct arena *arena, struct stored_case *out, struct err *err);
int stored_case_put(struct casework *casework, const struct stored_case *stored, bool fresh, struct err *err);

struct new_step {
    enum case_step_kind kind;
    int transition, from; /* -1: none */
    int to;
    bool refused;
    struct text comment, fields;
    int64_t to_user, entry, basis, version;
    int32_t since, due; /* of the state it left */
};
/* Who it was, for steps and entries. */
struct case_doer {
    struct text name;
    int role, unit;
    int64_t user;
};
int stored_step_put(struct casework *casework, const struct stored_case *stored, const struct case_doer *doer,
                    struct case_moment moment, const struct new_step *step, struct err *err);

/* The day on which the case had come into the state that it left by the step with which it came here. *since
 * is left alone where there is no such step. */
int stored_since_before(struct casework *casework, const struct stored_case *stored, int32_t *since,
                        struct err *err);
/* All steps after a version; in the arena. */
int stored_steps(struct casework *casework, int reg, int64_t record, int64_t since, struct arena *arena,
                 struct case_step **steps, size_t *count, struct err *err);

/* Starts the entry of a step. *basis: the entry before it. record 0: it is being made. */
int case_entry(struct casework *casework, const struct case_doer *doer, const char *action,
               const struct stored_case *stored, const struct new_step *step, struct text number,
               int64_t *entry, int64_t *basis, struct err *err);

/* An open case on what it hangs on; 0: none. */
int open_case_on(struct casework *casework, int reg, int64_t parent, int64_t *record, struct err *err);
int next_case_number(struct casework *casework, int year, struct arena *arena, struct text *number,
                     struct err *err);
int version_of(struct casework *casework, int reg, int64_t record, int64_t *version, struct err *err);
/* The id of what a record refers to by a field; 0: nothing. */
int reference_of(struct casework *casework, int reg, int field, int64_t record, int64_t *id, struct err *err);

/* For binding: "9999-12-31" for NO_DATE. */
enum { CASE_DATE = 11 };
struct text case_date(int32_t date, char text[CASE_DATE]);

/* case.c: without number and names. */
void case_view_of(const struct casework *casework, const struct stored_case *stored, int32_t today,
                  struct case_view *out);

/* ---- deadline.c ---- */

/* Fills due, state_due, clock_due, due_known and rises for the state it is in. values: of the record's
 * fields; fresh: the clock begins, today or on its date. */
void case_deadlines(const struct pack *pack, struct stored_case *stored, const struct value *values,
                    bool fresh);
/* The first day on which it goes up again, at its level. */
int32_t case_rises(const struct pack *pack, const struct stored_case *stored);
/* From when on a transition may be done; INT32_MIN: at once. *field: the date that is missing, else -1. */
int32_t case_waits(const struct pack *pack, const struct stored_case *stored,
                   const struct workflow_transition *transition, const struct value *values, int *field);

/* ---- clock.c: when the clock of the whole case was met ---- */

/* With the step that brings it to `to`: keeps that the clock was met, where it runs and is met there. values:
 * the record's, before the step. */
int case_clock_meet(struct casework *casework, const struct stored_case *stored, const struct value *values,
                    int to, int32_t today, struct err *err);
/* The step by which the case came here is taken back: a clock that was met by it runs on as it did. */
int case_clock_unmeet(struct casework *casework, struct stored_case *stored, struct err *err);

/* ---- facts.c: formulas on a case, as things stand in the open transaction ---- */

struct case_facts {
    struct frame *frame;
    uint32_t row;
    struct value *values; /* field_count of the register; texts live in the frame */
};
/* nodes: all that will be asked. For a case that the caller found in scope. */
int case_facts_load(struct casework *casework, int reg, int64_t record, const struct node *const *nodes,
                    size_t count, struct arena *arena, struct case_facts *out, struct err *err);
void case_facts_fini(struct case_facts *facts);
int case_facts_ask(struct casework *casework, const struct case_facts *facts, int reg, int32_t today,
                   const struct node *const *nodes, size_t count, struct value *values, struct arena *arena,
                   struct err *err);
/* The formulas of a transition, in this order: guards, writes, openings' when (NULL ones left out) and
 * fields, facts. In the arena. */
const struct node **transition_nodes(const struct workflow_transition *transition, struct arena *arena,
                                     size_t *count);

/* ---- allow.c ---- */

struct case_look { /* all that is needed to judge a transition */
    const struct case_actor *actor;
    struct case_moment moment;
    const struct stored_case *stored;
    const struct case_step *steps;
    size_t step_count;
    const struct case_facts *facts;
    const struct value *guards; /* of the transition's guards */
    const bool *given;          /* fields that are given with it; NULL: none */
};
int case_obstacles(struct casework *casework, const struct case_look *look, int transition,
                   struct arena *arena, struct case_action *out, struct err *err);
/* May the case be in an end after it? */
bool ends_case(const struct pack_workflow *workflow, int transition);
/* Why it is not for this actor at all: role, person, somebody else's to do; NULL: it is for them. Of the
 * facts only the case's own values are looked at. */
const struct case_obstacle *case_barred(struct casework *casework, const struct case_look *look,
                                        int transition, struct arena *arena);
/* Of a countersigning: would this answer of the actor complete it? */
bool case_completes(const struct case_look *look, int transition);
/* May a user hold the case in that state? ERR_INPUT with the reason. assignee_name may be NULL. */
int case_may_hold(struct casework *casework, const struct stored_case *stored, int state, int64_t user,
                  struct err *err);

/* ---- edit.c: what of a case may be written ---- */

/* Flags, one a field of the register: those that the actor may write as things stand. *acts: the case is in
 * their hands. */
bool *case_writable(struct casework *casework, const struct case_look *look, struct arena *arena, bool *acts);
/* Why a field may not be written: what, where, what to do instead. */
int refuse_writing(struct casework *casework, const struct case_look *look, int field, struct arena *arena,
                   struct err *err);
int refuse_stale(struct casework *casework, const struct stored_case *stored, int64_t seen,
                 struct arena *arena, struct err *err);
int refuse_obstacle(const struct case_obstacle *obstacle, struct err *err);
/* The names of the fields that are given, joined by ','. */
struct text names_of_given(const struct casework *casework, int reg, const bool *given, struct arena *arena);
/* Is it one of those that were given with the step? */
bool step_gave(const struct case_step *step, struct text name);

/* edit.c: one case as somebody sees it. */
struct case_seen {
    struct stored_case stored;
    struct case_facts facts; /* the values alone */
    struct record record;
    struct case_look look;
};
int case_see(struct casework *casework, const struct case_actor *actor, struct case_moment moment, int reg,
             int64_t record, struct arena *arena, struct case_seen *out, struct err *err);
/* Is the record a case, or does it wait to become one? */
int case_stands(struct casework *casework, const struct case_actor *actor, int reg, int64_t record, bool *is,
                struct err *err);
bool case_is_open(const struct case_look *look);
/* Why there is nothing for the actor to write, in words. */
void case_why(const struct casework *casework, const struct case_look *look, struct arena *arena,
              struct case_rights *out);

/* ---- open.c, move.c: inside an open transaction ---- */

struct opening_terms {
    const struct case_opening *opening;
    enum workflow_opener opener;
    const struct scope *scope; /* for the record */
    struct case_doer doer;
    struct case_moment moment;
    int64_t adopted;                        /* a record that is there already; 0: it is made */
    const struct workflow_arrival *arrival; /* where an adopted one begins; NULL: at the start */
    int origin_reg;                         /* of the case that opens it */
    int64_t origin;                         /* 0: none does */
    int64_t *beside; /* out, where the workflow has it so: the proposal that it became beside an open case,
                        which is then *record; 0: it was opened. NULL: where one is open it is refused */
};
int record_standing(struct casework *casework, const struct case_opening *opening, int64_t *record,
                    struct err *err);
int open_one(struct casework *casework, const struct opening_terms *terms, int64_t *record, struct err *err);

/* propose.c: how many proposals beside the case nobody has answered, but for those to do this very
 * transition.
 */
int open_proposals(struct casework *casework, const struct stored_case *stored, int transition,
                   int64_t *count, struct err *err);

/* propose.c: what the log says of a proposal that was put beside a case (case.propose), and of an answer to
 * one (case.answer): all that its row says, so that neither can be changed alone. */
struct proposal_said {
    struct text reg;
    int64_t record;
    struct text source, digest, transition, zh, en;
};
void proposal_detail(const struct proposal_said *said, struct buffer *out);
struct answer_said {
    int64_t proposal;
    struct text answer, reg; /* answer: accepted, refused */
    int64_t record;
    struct text comment;
};
void answer_detail(const struct answer_said *said, struct buffer *out);
/* Both, in an open transaction. */
int put_answer(struct casework *casework, struct text actor, const struct answer_said *said, struct err *err);

/* propose.c: what would open a case where `standing` is open already. *terms->beside: 0 where the same was
 * brought before. In an open transaction. */
int propose_opening(struct casework *casework, const struct opening_terms *terms, int64_t standing,
                    struct err *err);

/* Fields of a record that are to be written on the workflow's authority, under an entry of the open
 * transaction. today: by which bounds of dates are judged. *version (may be NULL): the record's afterwards.
 */
int case_write(struct casework *casework, const struct scope *scope, int reg, int64_t record, bool touch,
               int32_t today, const struct case_writing *writing, int64_t entry, int64_t *version,
               struct err *err);

/* The rest of a transition that nothing stands against: writes, state, step, openings. */
struct moving {
    struct case_doer doer;
    struct case_moment moment;
    struct stored_case *stored;
    int transition, to;
    bool refused;
    struct text comment, fields;
    int64_t assignee;
    const struct case_facts *facts;
    int64_t entry, basis;
    size_t opened, standing; /* out: cases that it opened, that were open already */
};
int move_on(struct casework *casework, struct moving *moving, struct arena *arena, struct err *err);

#endif
