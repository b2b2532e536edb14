/* The dashboard as a part of other pages. */
#ifndef ZENGSHOU_API_DASHBOARD_H
#define ZENGSHOU_API_DASHBOARD_H

#include "base/json.h"
#include "server/request.h"
#include "server/shape.h"

extern const struct shape dashboard_shape;
extern const struct shape rule_figure_shape; /* {name, label, level, hits, fresh} */

/* The same object as GET /dashboard gives for that date and division (-1: all of the scope), kept until
 * somebody writes. ERR_FORBIDDEN: who asks may not read the subject. */
int dashboard_write(struct request *request, int32_t as_of, int division, struct buffer *out,
                    struct err *err);

/* The member `rules` of an object that the caller opens and closes: lists and warnings whose unit is the one
 * given, of the last screening as of that date; the fullest first. Empty without the ability to monitor. */
int dashboard_say_rules_of(struct request *request, struct json_writer *json, int32_t as_of, int division,
                           int unit, struct err *err);

#endif
