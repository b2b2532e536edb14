/* What the routes on records share. */
#ifndef ZENGSHOU_API_RECORDS_H
#define ZENGSHOU_API_RECORDS_H

#include "api/call.h"
#include "register/record.h"

extern const struct shape
    record_detail_shape; /* a record with its place, the user's rights, its retirement */

struct case_rights;

/* The record as it stands, to the user's eyes; {…} with place, rights, retired. *rights (may be NULL): what the
 * user may do with the case that it is, in the request's arena; NULL: it is none. */
int records_say(struct request *request, struct json_writer *json, int reg, int64_t id,
                const struct case_rights **rights, struct err *err);

#endif
