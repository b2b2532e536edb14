/* A worker's casework rests on its connection; most requests never want it. */
#include "api/case_call.h"

#include <time.h>

#include "base/date.h"

int case_call_open(struct worker *worker, struct casework **out, struct err *err)
{
    int code = 0;
    if (worker->casework == NULL)
        code = casework_open(worker->database, worker->access, &worker->casework, err);
    *out = worker->casework;
    return code;
}

struct case_moment case_call_moment(void)
{
    return (struct case_moment){.now = (int64_t)time(NULL), .today = date_today()};
}

int case_call(struct request *request, struct case_call *out, struct err *err)
{
    *out = (struct case_call){.request = request,
                              .pack = call_pack(request),
                              .actor = case_actor_of(call_principal(request)),
                              .moment = case_call_moment()};
    return case_call_open(call_worker(request), &out->casework, err);
}

int case_call_workflow(const struct request *request, int *workflow, struct err *err)
{
    struct text name = request_param(request, "workflow");
    const struct pack *pack = call_pack(request);
    for (size_t i = 0; i < pack->workflow_count; i++) {
        *workflow = (int)i;
        if (text_equal(pack->workflows[i].label.name, name) &&
            scope_may(call_scope(request), pack->workflows[i].reg, SCOPE_READ))
            return 0;
    }
    return err_set(err, ERR_NOT_FOUND, "没有流程 %.*s，或您无权查看",
                   "There is no workflow %.*s, or you may not see it", TEXT_ARGS(name));
}
