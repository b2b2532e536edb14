/* Draft: the definitions that stand on a record's page and form (`beside`), of the record as it is or as it
 * would be with what somebody is typing. By the very formulas, so that no page has to know them. */
#ifndef ZENGSHOU_MONITOR_DRAFT_H
#define ZENGSHOU_MONITOR_DRAFT_H

#include "formula/frame.h"
#include "register/write.h"

/* Does the register have any? */
bool draft_has(const struct pack *pack, int reg);

/* values: one a definition of the schema; those that stand on this register's pages are filled, the others
 * left as they are. frame: as of now, with what they read (rulebook_frame). change: a record, or a new one
 * (id 0), and the values given of it; nothing is written. A record that is not in the frame, or would hang on
 * nothing, has unknown ones. Texts live in the arena. Rights are the caller's. */
int draft_ask(const struct pack *pack, struct frame *frame, const struct record_change *change, int32_t as_of,
              struct arena *arena, struct value *values, struct err *err);

#endif
