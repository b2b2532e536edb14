/* Verify: are the points those that the log tells of? */
#ifndef ZENGSHOU_ASSESSMENT_VERIFY_H
#define ZENGSHOU_ASSESSMENT_VERIFY_H

#include "register/database.h"

struct assessment_verified {
    int64_t runs;
    int64_t unproved; /* of those, that an older program brought where they are: the log has no digest of what
                         they are now, so nothing is said of their points */
};

/* Adds each fault: an adopted scheme, a run or a row of one that is not as its entry says, that no entry
 * tells of, or that is no longer there. A database that is older than assessment has no runs. */
int assessment_verify(struct database *database, struct assessment_verified *out, struct fault_list *faults,
                      struct err *err);

#endif
