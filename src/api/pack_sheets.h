/* What the pack says of printed sheets: the plan of one subject, and what is posted in the village. */
#ifndef ZENGSHOU_API_PACK_SHEETS_H
#define ZENGSHOU_API_PACK_SHEETS_H

#include "base/json.h"
#include "pack/pack.h"
#include "register/scope.h"
#include "server/shape.h"

extern const struct shape subject_plan_shape;
extern const struct shape notice_shape;
extern const struct shape disputes_shape;

/* Members `subject_plan` and `disputes` (null: none, or not for this user) and `notices` of the pack. */
void say_sheets(struct json_writer *json, const struct pack *pack, const struct scope *scope);

#endif
