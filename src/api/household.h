/* The pieces of a family's page, each written into the answer. */
#ifndef ZENGSHOU_API_HOUSEHOLD_H
#define ZENGSHOU_API_HOUSEHOLD_H

#include "api/call.h"

/* {years, months} of the subject with that id, by the pack's `page`. Only records in scope, of registers that
 * may be read. */
int household_say_ledger(struct request *request, struct json_writer *json, int64_t id, struct err *err);
extern const struct shape household_ledger_shape;

/* The warnings that stand now, and the figures of the pack's `page`, as of a date: two members, `warnings`
 * and `definitions`. */
int household_say_rules(struct request *request, struct json_writer *json, int64_t id, int32_t as_of,
                        struct err *err);
/* The same as things stood when that entry of the log had been written, in a frame of that. */
int household_say_known(struct request *request, struct json_writer *json, struct frame *frame, int64_t id,
                        int32_t as_of, struct err *err);
extern const struct shape household_warning_shape;

#endif
