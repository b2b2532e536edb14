/* Postman: while the server runs, sends each day's messages (notify/notify.h) at the time of the settings,
 * and tries again what failed. What it cannot do is said to the operator; nothing else waits for it. */
#ifndef ZENGSHOU_API_POSTMAN_H
#define ZENGSHOU_API_POSTMAN_H

#include "api/app.h"
#include "notify/settings.h"

struct postman;

/* A thread of its own. settings are borrowed until postman_stop. */
int postman_start(struct app *app, const struct notify_settings *settings, struct postman **out,
                  struct err *err);
/* Waits for the message that is going out. NULL is harmless. */
void postman_stop(struct postman *postman);

#endif
