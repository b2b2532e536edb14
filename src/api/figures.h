/* Figures: definitions of the pack as they travel, and those that stand on a record's page. */
#ifndef ZENGSHOU_API_FIGURES_H
#define ZENGSHOU_API_FIGURES_H

#include "api/call.h"
#include "register/write.h"

extern const struct shape figure_shape;        /* {name, label, type, unit, dictionary, value} */
extern const struct shape record_figure_shape; /* … and beside */

void figure_say(struct json_writer *json, const struct schema *schema, int definition,
                const struct value *value);

/* A member `figures`: what stands beside the fields of the record, as it is, or as it would be with the
 * values given (draft.h). The caller has looked whether the user may see the record. */
int figures_say(struct request *request, struct json_writer *json, const struct record_change *change,
                struct err *err);

#endif
