/* Adoption: from then on a scheme's points and shares hold for the year. What a scheme says is compared as a
 * canonical text, so that a changed pack cannot move the goal of a year that is being assessed. */
#ifndef ZENGSHOU_ASSESSMENT_ADOPTION_H
#define ZENGSHOU_ASSESSMENT_ADOPTION_H

#include "pack/assessment.h"
#include "register/database.h"

/* Makes the room's tables; harmless to repeat. Called by init. */
int assessment_init(const char *url, struct err *err);
/* ERR_VERSION where they are missing. */
int assessment_need(struct store *store, struct err *err);

/* The scheme as one JSON text, appended: all that decides about points, ranks, grades and lists. */
void scheme_write(const struct pack *pack, const struct pack_scheme *scheme, struct buffer *out);

enum adoption { ADOPTION_NONE, ADOPTION_SAME, ADOPTION_OTHER /* the pack says something else by now */ };

int adoption_get(struct database *database, const struct pack_scheme *scheme, int year, enum adoption *out,
                 struct err *err);

/* ERR_CONFLICT: adopted already. ERR_INPUT: not a year of the plan. One log entry, action assessment.adopt.
 */
int adoption_make(struct database *database, const struct pack_scheme *scheme, int year, struct text actor,
                  struct err *err);

/* ERR_CONFLICT unless the scheme is adopted for the year and says what it said then. */
int adoption_need(struct database *database, const struct pack_scheme *scheme, int year, struct err *err);

#endif
