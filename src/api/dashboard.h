/* The dashboard as a part of other pages. */
#ifndef ZENGSHOU_API_DASHBOARD_H
#define ZENGSHOU_API_DASHBOARD_H

#include "server/request.h"
#include "server/shape.h"

extern const struct shape dashboard_shape;

/* The same object as GET /dashboard gives for that date and division (-1: all of the scope), kept until
 * somebody writes. ERR_FORBIDDEN: who asks may not read the subject. */
int dashboard_write(struct request *request, int32_t as_of, int division, struct buffer *out,
                    struct err *err);

#endif
