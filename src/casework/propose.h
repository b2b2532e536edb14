/* Propose: what a screening, a feed or a declaration asks of casework. It never undoes what a person decided:
 * where a case is open it puts a proposal beside it, and facts that were proposed before are not proposed
 * again, whatever became of them. Done by the system: rights are the caller's business. */
#ifndef ZENGSHOU_CASEWORK_PROPOSE_H
#define ZENGSHOU_CASEWORK_PROPOSE_H

#include "casework/case.h"

struct case_clue {
    int workflow;
    struct text actor;  /* how the log names who found it: "screening" */
    struct text source; /* the rule's name, or what else found it */
    struct text digest; /* of the facts it rests on (clue_digest); the same digest of the same source on
                           the same record is the same clue for ever. At most 128 bytes */
    struct text zh, en; /* why, in words; at most 2,000 bytes each */
    int64_t basis;      /* the log entry up to which the facts were known */
    int transition;     /* what to propose where a case is open; -1: only that the facts are so */
    bool only_beside;   /* opens no case; without an open one nothing is done */
    const bool *given;  /* of the case's fields, for a new case; what it hangs on must be given */
    const struct value *values;
};

enum case_clue_end {
    CLUE_OPENED, /* a new case */
    CLUE_BESIDE, /* a proposal beside the open case */
    CLUE_KNOWN,  /* these facts were proposed before; nothing was done */
    CLUE_NOWHERE /* only_beside, and there is no open case */
};

struct case_clue_done {
    enum case_clue_end end;
    int64_t record, proposal; /* 0 where there is none */
};

/* ERR_FORBIDDEN: the workflow is not opened by rule. ERR_INPUT, ERR_NOT_FOUND as case_open. */
int case_propose(struct casework *casework, struct case_moment moment, const struct case_clue *clue,
                 struct case_clue_done *done, struct err *err);

/* Many in one transaction, in their order: what a screening brings is thousands. Where one of them cannot be
 * brought, each gets its own, so that the others are. results: count of them; an error is given only where
 * the database fails. */
struct case_clue_result {
    int code; /* 0, or ERR_CONFLICT, ERR_INPUT, ERR_NOT_FOUND, ERR_LIMIT with err */
    struct err err;
    struct case_clue_done done;
};
int case_propose_all(struct casework *casework, struct case_moment moment, const struct case_clue *clues,
                     size_t count, struct case_clue_result *results, struct err *err);

/* A person's answer; an accepted one with a transition is done with case_do, which marks it accepted itself.
 * ERR_CONFLICT: answered already. ERR_INPUT: a refusal needs a reason. */
int case_proposal_answer(struct casework *casework, const struct case_actor *actor, struct case_moment moment,
                         int64_t proposal, bool accept, struct text comment, struct err *err);

/* Records of registers with a workflow that came by an import and are no case yet become cases, where the
 * workflow has `import` under start.by. tick does it too. */
struct case_adopted {
    size_t opened;    /* became cases */
    size_t beside;    /* were put beside a case that is open, by `beside`; they stay plain records */
    size_t waiting;   /* cannot become cases now (one is open on the same, or a guard does not hold): tried
                         again */
    size_t failed;    /* something about the record itself is refused: tried again, and it stops no other */
    struct err first; /* why the first of those */
};
/* An error is given only where the database fails. */
int case_adopt(struct casework *casework, struct case_moment moment, struct case_adopted *adopted,
               struct err *err);

/* Hex of SHA-256 over typed values in their order, for struct case_clue. */
enum { CLUE_DIGEST = 65 };
struct case_fact {
    struct type type;
    struct value value;
};
void clue_digest(const struct case_fact *facts, size_t count, char digest[CLUE_DIGEST]);

#endif
