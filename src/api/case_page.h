/* Case page: one case with all that whoever works on it needs. */
#ifndef ZENGSHOU_API_CASE_PAGE_H
#define ZENGSHOU_API_CASE_PAGE_H

#include "api/case_call.h"
#include "server/shape.h"

extern const struct shape case_page_shape;

/* Writes {record, subject, case, actions, steps, proposals} as one value. */
int case_page_say(const struct case_call *call, struct json_writer *json, int workflow, int64_t record,
                  struct err *err);

#endif
