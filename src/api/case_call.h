/* Case call: what a handler needs to know of casework: who acts, when, on which workflow. */
#ifndef ZENGSHOU_API_CASE_CALL_H
#define ZENGSHOU_API_CASE_CALL_H

#include "api/call.h"
#include "casework/case.h"

struct case_call {
    struct request *request;
    const struct pack *pack;
    struct casework *casework; /* of the worker */
    struct case_actor actor;
    struct case_moment moment;
};

int case_call(struct request *request, struct case_call *out, struct err *err);

/* Now, and the date where the office is. */
struct case_moment case_call_moment(void);

/* The worker's casework, opened when it is first wanted. ERR_VERSION: the database is older than casework. */
int case_call_open(struct worker *worker, struct casework **out, struct err *err);

/* The workflow named by the parameter of the path. ERR_NOT_FOUND, also where its register is not for the
 * user. */
int case_call_workflow(const struct request *request, int *workflow, struct err *err);

#endif
