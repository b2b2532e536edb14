/* Admission: the one place where a request becomes somebody's, and where it is decided whether they may. */
#ifndef ZENGSHOU_API_ADMIT_H
#define ZENGSHOU_API_ADMIT_H

#include "server/request.h"

/* who: "public"; "new": whoever has a session, also before the first password is changed; "session": whoever
 * has a session or an API token; "browser": a session, no token; or the name of an ability that the role must
 * have. Any other word is refused: a slip in the table closes and never opens. Sets request->session (a
 * struct principal) and request->owner. */
int admit(struct request *request, const char *who, struct err *err);
void admit_release(void *session);

#endif
