/* Warden: what a run says to those who write reviews and objections. A review is for a point that no figure
 * gives, of a run that is not published yet; nobody gets more points than there are. */
#ifndef ZENGSHOU_ASSESSMENT_WARDEN_H
#define ZENGSHOU_ASSESSMENT_WARDEN_H

#include "register/database.h"

/* Has the door of this connection ask the runs. Without it nobody writes reviews or objections. */
void assessment_watch(struct database *database);

#endif
