/* Days that are worked, and counting by them. Deadlines are a few weeks, so days are counted one by one. */
#include "casework/calendar.h"

#include "base/date.h"

static const struct pack_calendar_year *year_of(const struct pack_calendar *calendar, int32_t date)
{
    int year, month, day;
    date_split(date, &year, &month, &day);
    for (size_t i = 0; i < calendar->year_count; i++)
        if (calendar->years[i].year == year) return &calendar->years[i];
    return NULL;
}

static const struct pack_holiday *holiday_in(const struct pack_calendar_year *year, int32_t date)
{
    for (size_t i = 0; i < year->holiday_count; i++)
        if (date >= year->holidays[i].from && date <= year->holidays[i].to) return &year->holidays[i];
    return NULL;
}

const struct pack_holiday *calendar_holiday(const struct pack_calendar *calendar, int32_t date)
{
    const struct pack_calendar_year *year = year_of(calendar, date);
    return year == NULL ? NULL : holiday_in(year, date);
}

/* 1970-01-01 was a Thursday; Monday is 0. */
static unsigned weekday(int32_t date)
{
    return (unsigned)(((date % 7) + 7 + 3) % 7);
}

bool calendar_is_working(const struct pack_calendar *calendar, int32_t date, bool *known)
{
    bool in_week = (calendar->weekend & 1U << weekday(date)) == 0;
    const struct pack_calendar_year *year = year_of(calendar, date);
    if (year == NULL) {
        if (known != NULL) *known = false;
        return in_week;
    }
    if (holiday_in(year, date) != NULL) return false;
    for (size_t i = 0; !in_week && i < year->working_count; i++)
        if (year->working[i] == date) return true;
    return in_week;
}

static int64_t within(int64_t days)
{
    return days < 0 ? 0 : days > WORKFLOW_DAYS_MAX ? WORKFLOW_DAYS_MAX : days;
}

int32_t calendar_add(const struct pack_calendar *calendar, int32_t from, int64_t days, enum days_count count,
                     bool *known)
{
    days = within(days);
    if (!date_in_range(from)) return NO_DATE;
    switch (count) {
    case DAYS_CALENDAR:
        from += (int32_t)days;
        break;
    case DAYS_WORKING:
        while (days > 0 && date_in_range(from)) days -= calendar_is_working(calendar, ++from, known);
        break;
    }
    return date_in_range(from) ? from : NO_DATE;
}

int64_t calendar_between(const struct pack_calendar *calendar, int32_t from, int32_t to,
                         enum days_count count, bool *known)
{
    if (to < from) return -calendar_between(calendar, to, from, count, known);
    if (count == DAYS_CALENDAR) return (int64_t)to - from;
    int64_t days = 0;
    while (from < to) days += calendar_is_working(calendar, ++from, known);
    return days;
}

bool calendar_amount(const struct pack *pack, const struct workflow_days *days, int32_t on, int64_t *amount)
{
    *amount = days->days;
    if (days->parameter < 0) return true;
    const struct schema_parameter *parameter = &pack->schema.parameters[days->parameter];
    struct value value = schema_parameter_at(parameter, on);
    if (!value.known && parameter->value_count > 0 && on < parameter->values[0].from)
        value = schema_parameter_at(parameter, parameter->values[0].from);
    if (value.known) *amount = within(value.integer);
    return value.known;
}
