/* Calendar: working days by the pack's holidays.yaml, and deadlines counted by them. The day from which one
 * counts is not counted itself (Civil Code of the People's Republic of China, article 201): one working day
 * after a Friday is the next Monday. Of years that the pack does not know only the weekend is known; `known`
 * then becomes false, and whoever shows the date says so. */
#ifndef ZENGSHOU_CASEWORK_CALENDAR_H
#define ZENGSHOU_CASEWORK_CALENDAR_H

#include "pack/workflow.h"

/* known may be NULL; it is set to false, never to true. */
bool calendar_is_working(const struct pack_calendar *calendar, int32_t date, bool *known);

/* Where there is no date: behind all of them, as tables.sql has it. */
enum { NO_DATE = INT32_MAX };

/* The date `days` after another, at most WORKFLOW_DAYS_MAX. With 0 it is the date itself. NO_DATE: it lies
 * behind the years that dates have. */
int32_t calendar_add(const struct pack_calendar *calendar, int32_t from, int64_t days, enum days_count count,
                     bool *known);

/* How many days of that kind lie after `from` up to and with `to`; negative when to < from. */
int64_t calendar_between(const struct pack_calendar *calendar, int32_t from, int32_t to,
                         enum days_count count, bool *known);

/* The amount of a workflow's days on a date. Before its parameter's first value that one counts: what began
 * early has a deadline too. Never outside 0 … WORKFLOW_DAYS_MAX. false: the parameter has no value at all. */
bool calendar_amount(const struct pack *pack, const struct workflow_days *days, int32_t on, int64_t *amount);

/* The holiday that a date lies in; NULL: none. */
const struct pack_holiday *calendar_holiday(const struct pack_calendar *calendar, int32_t date);

#endif
