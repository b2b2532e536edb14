/* A clerk says "at the end of March", the log says seconds in UTC. */
#include "cli/clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/date.h"
#include "cli/arguments.h"

static bool read_time(const char *written, struct tm *tm)
{
    static const char *const forms[] = {"%H:%M:%S", "%H:%M"};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct tm read = *tm;
        const char *end = strptime(written, forms[i], &read);
        if (end == NULL || *end != '\0' || read.tm_sec > 59) continue;
        *tm = read;
        return true;
    }
    return false;
}

/* Splits "date", "dateTtime" and "date time", with a Z or without. */
static bool read_moment(const char *written, struct tm *tm, bool *utc, int32_t *date)
{
    char text[64];
    size_t size = strlen(written);
    int year, month, day;
    *utc = false;
    if (size == 0 || size >= sizeof text) return false;
    memcpy(text, written, size + 1);
    *tm = (struct tm){.tm_hour = 23, .tm_min = 59, .tm_sec = 59, .tm_isdst = -1};
    char *colon = strchr(text, ':'), *time = NULL;
    if (colon != NULL) {
        for (time = colon; time > text && *time != 'T' && *time != ' ';) time--;
        if (time == text) return false;
        *time++ = '\0';
        *utc = text[size - 1] == 'Z';
        if (*utc) text[size - 1] = '\0';
        if (!read_time(time, tm)) return false;
    }
    if (!date_parse(text_of(text), date)) return false;
    date_split(*date, &year, &month, &day);
    tm->tm_year = year - 1900;
    tm->tm_mon = month - 1;
    tm->tm_mday = day;
    return true;
}

int clock_moment(const char *option, const char *written, char utc[CLOCK_TEXT], struct err *err)
{
    struct tm tm;
    bool is_utc;
    int32_t date;
    if (!read_moment(written, &tm, &is_utc, &date))
        return err_set(err, ERR_INPUT,
                       "--%s 应为日期（如 2022-03-31，指当天结束时）或时刻（如 2022-03-31T12:00，末尾加 Z "
                       "为协调世界时），写的是“%s”。",
                       "--%s expects a date (2022-03-31: the end of that day) or a moment (2022-03-31T12:00, "
                       "with a Z behind "
                       "for UTC), not '%s'.",
                       option, written);
    if (date > date_today() + 1 || (!is_utc && date > date_today()))
        return err_set(err, ERR_INPUT, "--%s 的日期“%s”还没有到。",
                       "The day of --%s, '%s', has not come yet.", option, written);
    date_moment(is_utc ? timegm(&tm) : mktime(&tm), utc);
    return 0;
}

const char *clock_local(struct text utc, char local[CLOCK_TEXT])
{
    char text[CLOCK_TEXT];
    struct tm tm = {0}, in_local;
    snprintf(text, sizeof text, "%.*s", TEXT_ARGS(utc));
    snprintf(local, CLOCK_TEXT, "%s", text);
    const char *end = strptime(text, "%Y-%m-%dT%H:%M:%SZ", &tm);
    if (end == NULL || *end != '\0') return local;
    time_t moment = timegm(&tm);
    if (localtime_r(&moment, &in_local) != NULL) strftime(local, CLOCK_TEXT, "%Y-%m-%d %H:%M:%S", &in_local);
    return local;
}
