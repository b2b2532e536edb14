/* Case say: a case and its rows as JSON, for lists and for its own page. */
#ifndef ZENGSHOU_API_CASE_SAY_H
#define ZENGSHOU_API_CASE_SAY_H

#include "api/case_call.h"
#include "casework/inbox.h"
#include "server/shape.h"

extern const struct shape case_stand_shape; /* where a case stands */
extern const struct shape case_row_shape;

/* {number, state, opened, since, due, …}, the members without the braces around them. */
void case_say_stand(struct json_writer *json, const struct case_call *call, const struct case_view *view);
void case_say_row(struct json_writer *json, const struct case_call *call, const struct case_row *row);

/* A date as text, or null. */
void case_say_date(struct json_writer *json, const char *key, const struct value *date);

#endif
