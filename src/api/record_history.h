/* A record's history as JSON, with what is sensitive masked and what it refers to named. */
#ifndef ZENGSHOU_API_RECORD_HISTORY_H
#define ZENGSHOU_API_RECORD_HISTORY_H

#include "api/app.h"
#include "base/json.h"
#include "register/scope.h"
#include "server/shape.h"

extern const struct shape history_entry_shape;

/* A list of the newest `limit` events before the entry `below` (0: the newest); *next: the entry before which
 * older ones follow, 0 without. The caller has made sure that the record is in scope. */
int say_history(struct json_writer *json, struct worker *worker, const struct scope *scope, int reg,
                int64_t id, int64_t below, size_t limit, const char *language, int64_t *next,
                struct err *err);

/* When and why a record was retired: {at, reason}; NULL in JSON for entry 0. */
int say_retired(struct json_writer *json, struct database *database, int64_t entry, struct err *err);
extern const struct shape retired_shape;

#endif
