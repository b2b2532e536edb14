/* Civil dates without the C library's time zone: the days-from-civil algorithm, and lenient readers. The last
 * two functions alone ask the C library what time it is. */
#include "base/date.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

/* Howard Hinnant's public-domain formula, for years after 0. */
static int32_t days_from_civil(int year, int month, int day)
{
    int y = month <= 2 ? year - 1 : year;
    int era = y / 400, of_era = y % 400;
    int of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

bool date_make(int year, int month, int day, int32_t *date)
{
    if (year < DATE_YEAR_MIN || year > DATE_YEAR_MAX || month < 1 || month > 12) return false;
    if (day < 1 || day > days_in_month(year, month)) return false;
    *date = days_from_civil(year, month, day);
    return true;
}

void date_split(int32_t date, int *year, int *month, int *day)
{
    int64_t shifted = (int64_t)date + 719468;
    int era = (int)((shifted >= 0 ? shifted : shifted - 146096) / 146097);
    int of_era = (int)(shifted - (int64_t)era * 146097);
    int year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int from_march = (5 * of_year + 2) / 153;
    *day = of_year - (153 * from_march + 2) / 5 + 1;
    *month = from_march < 10 ? from_march + 3 : from_march - 9;
    *year = year_of_era + era * 400 + (*month <= 2);
}

bool month_make(int year, int month, int32_t *out)
{
    if (year < DATE_YEAR_MIN || year > DATE_YEAR_MAX || month < 1 || month > 12) return false;
    *out = year * 12 + month - 1;
    return true;
}

bool month_in_range(int32_t month)
{
    return month >= DATE_YEAR_MIN * 12 && month < (DATE_YEAR_MAX + 1) * 12;
}

bool date_in_range(int32_t date)
{
    return date >= days_from_civil(DATE_YEAR_MIN, 1, 1) && date <= days_from_civil(DATE_YEAR_MAX, 12, 31);
}

int32_t date_month(int32_t date)
{
    int year, month, day;
    date_split(date, &year, &month, &day);
    return year * 12 + month - 1;
}

int32_t month_first(int32_t month)
{
    return days_from_civil(month_year(month), month_number(month), 1);
}

int32_t month_last(int32_t month)
{
    return days_from_civil(month_year(month), month_number(month),
                           days_in_month(month_year(month), month_number(month)));
}

int32_t date_months_between(int32_t from, int32_t to)
{
    if (to < from) return -date_months_between(to, from);
    int y1, m1, d1, y2, m2, d2;
    date_split(from, &y1, &m1, &d1);
    date_split(to, &y2, &m2, &d2);
    return (y2 - y1) * 12 + m2 - m1 - (d2 < d1);
}

int32_t date_years_between(int32_t from, int32_t to)
{
    return date_months_between(from, to) / 12;
}

int32_t date_add_months(int32_t date, int32_t months)
{
    int year, month, day;
    date_split(date, &year, &month, &day);
    int64_t sum = (int64_t)year * 12 + month - 1 + months;
    if (sum < DATE_YEAR_MIN * 12) return INT32_MIN;
    if (sum >= (DATE_YEAR_MAX + 1) * 12) return INT32_MAX;
    int32_t target = (int32_t)sum;
    int last = days_in_month(month_year(target), month_number(target));
    return days_from_civil(month_year(target), month_number(target), day < last ? day : last);
}

int32_t date_year_before(int32_t date)
{
    int32_t before = date_add_months(date, -12);
    if (!date_in_range(before)) return before;
    return date == month_last(date_month(date)) ? month_last(date_month(before)) : before;
}

/* Up to four runs of digits; false when anything but separators and blanks stands between or around them. */
struct parts {
    int value[4], digits[4], count;
    bool dotted; /* the only separator seen is a dot */
};

/* Narrow ASCII with 年 月 as 'y' and 日 号 as 'd'; false for any other character. A time of day of zero, as
 * spreadsheets print it behind a date, is cut. */
static bool simplify(struct text text, char *out, size_t room)
{
    size_t size = 0;
    text = text_trim(text);
    for (size_t offset = 0; offset < text.size;) {
        uint32_t c = text_next(text, &offset);
        if (c >= 0xFF01 && c <= 0xFF5E) c = c - 0xFF01 + '!';
        if (c == 'y' || c == 'd') return false;
        if (c == 0x3000 || c == 0xA0) c = ' ';
        if (c == 0x5E74 || c == 0x6708) c = 'y'; /* 年 月 */
        if (c == 0x65E5 || c == 0x53F7) c = 'd'; /* 日 号 */
        if (c == 0 || c > 127 || size + 1 >= room) return false;
        out[size++] = (char)c;
    }
    out[size] = '\0';
    char *time = strstr(out, "0:00");
    if (time == NULL) return true;
    if (time > out && time[-1] == '0') time--;
    if (strspn(time, "0:.") != strlen(time) || time == out) return false;
    if (time[-1] == ' ' || time[-1] == 'T')
        time[-1] = '\0';
    else if (time[-1] == 'd')
        *time = '\0';
    else
        return false;
    return true;
}

static bool split_digits(struct text text, struct parts *parts)
{
    char narrow[64];
    if (!simplify(text, narrow, sizeof narrow)) return false;
    *parts = (struct parts){.dotted = true};
    char before = '\0'; /* the last character that is not a blank */
    bool blank = false;
    for (const char *s = narrow; *s != '\0'; s++) {
        if (*s == ' ') {
            blank = true;
            continue;
        }
        bool follows_digit = before >= '0' && before <= '9';
        if (*s >= '0' && *s <= '9') {
            if (before == 'd' || (follows_digit && blank)) return false;
            if (!follows_digit && parts->count == 4) return false;
            if (!follows_digit) parts->count++;
            int i = parts->count - 1;
            if (++parts->digits[i] > 8) return false;
            parts->value[i] = parts->value[i] * 10 + (*s - '0');
        } else if (strchr("-/.yd", *s) != NULL) {
            if (!follows_digit) return false;
            if (*s != '.') parts->dotted = false;
        } else {
            return false;
        }
        before = *s;
        blank = false;
    }
    return parts->count > 0 && strchr("-/.", before) == NULL;
}

/* "20220930.0" or "202209.0": digits, a dot, zeros. */
static bool stray_zero(const struct parts *parts)
{
    return parts->count == 2 && parts->dotted && parts->value[1] == 0 && parts->digits[0] >= 6;
}

bool date_parse(struct text text, int32_t *date)
{
    struct parts p;
    if (!split_digits(text, &p)) return false;
    if (p.digits[0] == 8 && (p.count == 1 || stray_zero(&p)))
        return date_make(p.value[0] / 10000, p.value[0] / 100 % 100, p.value[0] % 100, date);
    if (p.count == 3 && p.digits[0] == 4 && p.digits[1] <= 2 && p.digits[2] <= 2)
        return date_make(p.value[0], p.value[1], p.value[2], date);
    return false;
}

bool month_parse(struct text text, int32_t *month)
{
    struct parts p;
    if (!split_digits(text, &p)) return false;
    if (p.digits[0] == 6 && (p.count == 1 || stray_zero(&p)))
        return month_make(p.value[0] / 100, p.value[0] % 100, month);
    if (p.count == 2 && p.digits[0] == 4 && p.digits[1] <= 2)
        return month_make(p.value[0], p.value[1], month);
    int32_t date;
    if (!date_parse(text, &date)) return false;
    *month = date_month(date);
    return true;
}

const char *date_format(int32_t date, char out[DATE_TEXT])
{
    int year, month, day;
    date_split(date, &year, &month, &day);
    snprintf(out, DATE_TEXT, "%04u-%02u-%02u", (unsigned)year % 10000u, (unsigned)month % 100u,
             (unsigned)day % 100u);
    return out;
}

const char *month_format(int32_t month, char out[DATE_TEXT])
{
    snprintf(out, DATE_TEXT, "%04u-%02u", (unsigned)month_year(month) % 10000u,
             (unsigned)month_number(month) % 100u);
    return out;
}

/* ---- The machine's clock ---- */

int32_t date_today(void)
{
    time_t now = time(NULL);
    struct tm local;
    int32_t date = 0;
    const char *named = getenv(DATE_TODAY_ENVIRONMENT);
    if (named != NULL && date_parse(text_of(named), &date)) return date;
    localtime_r(&now, &local);
    date_make(local.tm_year + 1900, local.tm_mon + 1, local.tm_mday, &date);
    return date;
}

const char *date_moment(int64_t seconds, char out[DATE_MOMENT_TEXT])
{
    time_t moment = (time_t)seconds;
    struct tm utc;
    out[0] = '\0';
    if (gmtime_r(&moment, &utc) != NULL) strftime(out, DATE_MOMENT_TEXT, "%Y-%m-%dT%H:%M:%SZ", &utc);
    return out;
}
