/* Moments as people write and read them, in the machine's time zone; the log keeps them in UTC. */
#ifndef ZENGSHOU_CLI_CLOCK_H
#define ZENGSHOU_CLI_CLOCK_H

#include "base/date.h"
#include "base/err.h"
#include "base/text.h"

enum { CLOCK_TEXT = DATE_MOMENT_TEXT };

/* A date (in any spelling; the end of that day), or a date with a time: 2022-03-31T12:00, 2022-03-31
 * 12:00:05; local, or UTC with a Z behind. Gives the log's form, 2022-03-31T04:00:05Z. ERR_INPUT: none of
 * these, or a day that has not come. option: its name for the message. */
int clock_moment(const char *option, const char *written, char utc[CLOCK_TEXT], struct err *err);

/* The log's form in local time: 2022-03-31 12:00:05; as it is when it is in another form. */
const char *clock_local(struct text utc, char local[CLOCK_TEXT]);

#endif
