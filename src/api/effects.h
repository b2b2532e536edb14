/* Effects: what a write does to the warnings of the family it concerns, told at once. */
#ifndef ZENGSHOU_API_EFFECTS_H
#define ZENGSHOU_API_EFFECTS_H

#include "api/app.h"
#include "base/json.h"
#include "register/scope.h"
#include "server/shape.h"

extern const struct shape effects_shape;

struct effects; /* of one write; not for threads to share */

/* What the rules say now of the subject that the record is, hangs on, or will hang on (id 0: a new record;
 * `above`: the id of what it is to hang on, 0: unknown), as of today. Registers that have nothing to do with
 * the subject have no effects. Never NULL; what cannot be read is told by effects_say. */
struct effects *effects_before(struct worker *worker, int reg, int64_t id, int64_t above);

/* After the write that made the entry or record: {raised, cleared, undetermined}; null where the rules could
 * not be asked: the write stands in any case. Consumes. */
void effects_say(struct effects *effects, struct json_writer *json, const struct scope *scope, int64_t id,
                 const char *language);
void effects_free(struct effects *effects);

#endif
