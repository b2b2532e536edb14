/* Verify: do the cases, their steps, their records and the log say the same? */
#ifndef ZENGSHOU_CASEWORK_VERIFY_H
#define ZENGSHOU_CASEWORK_VERIFY_H

#include "casework/casework.h"

/* Adds each fault: a step that does not go on from the one before, that the log does not know or tells
 * otherwise, a case that is not where its last step left it, a record that says another state. *cases: how
 * many there are. */
int casework_verify(struct casework *casework, int64_t *cases, struct fault_list *faults, struct err *err);

/* The same of a database on which no casework is open; one that is older than casework has no cases. */
int casework_verify_database(struct database *database, int64_t *cases, struct fault_list *faults,
                             struct err *err);

#endif
