/* The functions of formulas in SQLite, over the same ground floor as the executor's, so that both give the
 * same. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "store/sqlite_functions.h"

#include <math.h>
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/idcard.h"
#include "base/money.h"
#include "store/sqlite_aggregates.h"

typedef sqlite3_context context;
typedef sqlite3_value *const *arguments; /* none of them NULL */

static struct text text_at(arguments in, int number)
{
    const char *at = (const char *)sqlite3_value_text(in[number]);
    return (struct text){at == NULL ? "" : at, at == NULL ? 0 : (size_t)sqlite3_value_bytes(in[number])};
}

static int64_t int_at(arguments in, int number)
{
    return sqlite3_value_int64(in[number]);
}

static double double_at(arguments in, int number)
{
    return sqlite3_value_double(in[number]);
}

static void give_text(context *to, struct text text)
{
    sqlite3_result_text64(to, text.at == NULL ? "" : text.at, text.size, SQLITE_TRANSIENT, SQLITE_UTF8);
}

/* ---- Whole numbers ---- */

static void add(context *to, arguments in)
{
    int64_t result;
    if (!__builtin_add_overflow(int_at(in, 0), int_at(in, 1), &result)) sqlite3_result_int64(to, result);
}

static void subtract(context *to, arguments in)
{
    int64_t result;
    if (!__builtin_sub_overflow(int_at(in, 0), int_at(in, 1), &result)) sqlite3_result_int64(to, result);
}

static void multiply(context *to, arguments in)
{
    int64_t result;
    if (!__builtin_mul_overflow(int_at(in, 0), int_at(in, 1), &result)) sqlite3_result_int64(to, result);
}

static void absolute(context *to, arguments in)
{
    int64_t value = int_at(in, 0);
    if (value != INT64_MIN) sqlite3_result_int64(to, value < 0 ? -value : value);
}

static void scale(context *to, arguments in)
{
    int64_t result;
    if (fixed_scale(int_at(in, 0), int_at(in, 1), int_at(in, 2), &result)) sqlite3_result_int64(to, result);
}

static void round_integer(context *to, arguments in)
{
    int64_t value = int_at(in, 0), places = int_at(in, 2) - int_at(in, 1);
    uint64_t unit = 1, magnitude = value < 0 ? -(uint64_t)value : (uint64_t)value;
    if (places <= 0) {
        sqlite3_result_int64(to, value);
        return;
    }
    if (places > 19) {
        sqlite3_result_int64(to, 0);
        return;
    }
    for (; places > 0; places--) unit *= 10;
    uint64_t units = magnitude / unit, rest = magnitude % unit, result;
    units += rest >= unit - rest;
    bool wide = __builtin_mul_overflow(units, unit, &result) || result > (uint64_t)INT64_MAX + (value < 0);
    if (!wide) sqlite3_result_int64(to, (int64_t)(value < 0 ? -result : result));
}

/* ---- Doubles ---- */

static void give_finite(context *to, double value)
{
    if (isfinite(value)) sqlite3_result_double(to, value + 0.0);
}

static void finite_ratio(context *to, arguments in)
{
    give_finite(to, double_at(in, 0));
}

static void ratio(context *to, arguments in)
{
    give_finite(to, strtod(text_at(in, 0).at, NULL));
}

static void whole(context *to, arguments in)
{
    double rounded = round(double_at(in, 0));
    if (fabs(rounded) < 9223372036854775808.0) sqlite3_result_int64(to, (int64_t)rounded);
}

static void round_ratio(context *to, arguments in)
{
    double value = double_at(in, 0), power = 1;
    int64_t digits = int_at(in, 1), places = digits < 0 ? -digits : digits;
    if (digits > 15) {
        give_finite(to, value);
    } else if (digits < -308) {
        give_finite(to, 0);
    } else {
        for (int64_t i = 0; i < places; i++) power *= 10;
        double result = digits < 0 ? round(value / power) * power : round(value * power) / power;
        give_finite(to, digits > 0 && !isfinite(result) ? value : result);
    }
}

/* ---- The calendar ---- */

static bool number_in(const char *at, int count, int *number)
{
    *number = 0;
    for (int i = 0; i < count; i++) {
        if (at[i] < '0' || at[i] > '9') return false;
        *number = *number * 10 + (at[i] - '0');
    }
    return true;
}

static bool date_at(arguments in, int number, int32_t *date)
{
    struct text text = text_at(in, number);
    int year, month, day;
    return text.size == 10 && number_in(text.at, 4, &year) && number_in(text.at + 5, 2, &month) &&
           number_in(text.at + 8, 2, &day) && date_make(year, month, day, date);
}

static bool month_at(arguments in, int number, int32_t *month)
{
    struct text text = text_at(in, number);
    int year, which;
    return text.size == 7 && number_in(text.at, 4, &year) && number_in(text.at + 5, 2, &which) &&
           month_make(year, which, month);
}

static void give_date(context *to, int64_t date)
{
    char text[DATE_TEXT];
    if (date < INT32_MIN || date > INT32_MAX || !date_in_range((int32_t)date)) return;
    give_text(to, text_of(date_format((int32_t)date, text)));
}

static void give_month(context *to, int64_t month)
{
    char text[DATE_TEXT];
    if (month < INT32_MIN || month > INT32_MAX || !month_in_range((int32_t)month)) return;
    give_text(to, text_of(month_format((int32_t)month, text)));
}

static void days(context *to, arguments in)
{
    int32_t date;
    if (date_at(in, 0, &date)) sqlite3_result_int64(to, date);
}

static void date_of(context *to, arguments in)
{
    give_date(to, int_at(in, 0));
}

static void months(context *to, arguments in)
{
    int32_t month;
    if (month_at(in, 0, &month)) sqlite3_result_int64(to, month);
}

static void month_of(context *to, arguments in)
{
    give_month(to, int_at(in, 0));
}

static void age(context *to, arguments in)
{
    int32_t birth, at;
    if (date_at(in, 0, &birth) && date_at(in, 1, &at) && birth <= at)
        sqlite3_result_int64(to, date_years_between(birth, at));
}

static void months_between(context *to, arguments in)
{
    int32_t from, until;
    if (date_at(in, 0, &from) && date_at(in, 1, &until))
        sqlite3_result_int64(to, date_months_between(from, until));
}

static void add_months(context *to, arguments in)
{
    int32_t date;
    int64_t count = int_at(in, 1);
    if (count < -10000 || count > 10000 || !date_at(in, 0, &date)) return;
    date = date_add_months(date, (int32_t)count);
    if (date_in_range(date)) sqlite3_result_int64(to, date);
}

static void last_day(context *to, arguments in)
{
    int32_t month;
    if (month_at(in, 0, &month)) give_date(to, month_last(month));
}

static bool small(int64_t value)
{
    return value >= 0 && value < 10000;
}

static void make_date(context *to, arguments in)
{
    int32_t date;
    int64_t year = int_at(in, 0), month = int_at(in, 1), day = int_at(in, 2);
    if (small(year) && small(month) && small(day) && date_make((int)year, (int)month, (int)day, &date))
        give_date(to, date);
}

static void make_month(context *to, arguments in)
{
    int32_t month;
    int64_t year = int_at(in, 0), number = int_at(in, 1);
    if (small(year) && small(number) && month_make((int)year, (int)number, &month)) give_month(to, month);
}

/* ---- Texts ---- */

static void length(context *to, arguments in)
{
    sqlite3_result_int64(to, (int64_t)text_length(text_at(in, 0)));
}

static void starts_with(context *to, arguments in)
{
    sqlite3_result_int(to, text_starts(text_at(in, 0), text_at(in, 1)));
}

static void ends_with(context *to, arguments in)
{
    sqlite3_result_int(to, text_ends(text_at(in, 0), text_at(in, 1)));
}

static void contains(context *to, arguments in)
{
    sqlite3_result_int(to, text_find(text_at(in, 0), text_at(in, 1)) >= 0);
}

/* The characters at places from .. from + count - 1 of those there are; places count from 1. */
static void substring(context *to, arguments in)
{
    struct text text = text_at(in, 0);
    int64_t from = int_at(in, 1), count = int_at(in, 2), end;
    size_t offset = 0, begin = 0;
    if (__builtin_add_overflow(from, count, &end)) end = count > 0 ? INT64_MAX : INT64_MIN;
    for (int64_t place = 1; place < end && offset < text.size; place++) {
        text_next(text, &offset);
        if (place < from) begin = offset;
    }
    give_text(to, end <= from || begin > offset ? TEXT("") : (struct text){text.at + begin, offset - begin});
}

static void free_pattern(void *pattern)
{
    pcre2_code_free(pattern);
}

/* Compiled once a statement: the pattern is a constant. The limits are those of the executor. */
static void matches(context *to, arguments in)
{
    pcre2_code *pattern = sqlite3_get_auxdata(to, 1);
    struct text text = text_at(in, 0);
    bool made = pattern == NULL;
    if (made) {
        struct buffer limited = {0};
        int code;
        PCRE2_SIZE offset;
        buffer_string(&limited, "(*LIMIT_MATCH=1000000)(*LIMIT_DEPTH=100000)");
        buffer_text(&limited, text_at(in, 1));
        pattern = pcre2_compile((PCRE2_SPTR)limited.data, limited.size,
                                PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_ANCHORED | PCRE2_ENDANCHORED,
                                &code, &offset, NULL);
        buffer_fini(&limited);
    }
    pcre2_match_data *match = pattern == NULL ? NULL : pcre2_match_data_create_from_pattern(pattern, NULL);
    if (match == NULL) {
        sqlite3_result_error(to, "zs_matches: faulty pattern", -1);
    } else {
        int found = pcre2_match(pattern, (PCRE2_SPTR)text.at, text.size, 0, 0, match, NULL);
        if (found >= 0 || found == PCRE2_ERROR_NOMATCH) sqlite3_result_int(to, found >= 0);
    }
    pcre2_match_data_free(match);
    /* SQLite may free it at once, so this comes last. */
    if (made && pattern != NULL) sqlite3_set_auxdata(to, 1, pattern, free_pattern);
}

/* ---- Identity numbers ---- */

static void card_valid(context *to, arguments in)
{
    sqlite3_result_int(to, idcard_valid(text_at(in, 0)));
}

static void card_birth(context *to, arguments in)
{
    int32_t birth;
    if (idcard_birth(text_at(in, 0), &birth)) give_date(to, birth);
}

static void card_male(context *to, arguments in)
{
    bool male;
    if (idcard_male(text_at(in, 0), &male)) sqlite3_result_int(to, male);
}

static void card_division(context *to, arguments in)
{
    struct text text = text_at(in, 0);
    int digits;
    if (text.size >= 6 && number_in(text.at, 6, &digits)) give_text(to, (struct text){text.at, 6});
}

static void disability_kind(context *to, arguments in)
{
    int kind, grade;
    if (idcard_disability(text_at(in, 0), &kind, &grade)) sqlite3_result_int(to, kind);
}

static void disability_grade(context *to, arguments in)
{
    int kind, grade;
    if (idcard_disability(text_at(in, 0), &kind, &grade)) sqlite3_result_int(to, grade);
}

/* ---- Lists of names joined by ',' ---- */

static bool next_name(struct text list, size_t *at, struct text *name)
{
    if (*at >= list.size) return false;
    size_t end = *at;
    while (end < list.size && list.at[end] != ',') end++;
    *name = (struct text){list.at + *at, end - *at};
    *at = end + 1;
    return true;
}

static bool listed(struct text list, struct text wanted)
{
    struct text name;
    for (size_t at = 0; next_name(list, &at, &name);)
        if (text_equal(name, wanted)) return true;
    return false;
}

static void has(context *to, arguments in)
{
    struct text set = text_at(in, 0), wanted = text_at(in, 1), name;
    bool found = false;
    for (size_t at = 0; !found && next_name(set, &at, &name);) found = listed(wanted, name);
    sqlite3_result_int(to, found);
}

static void only(context *to, arguments in)
{
    struct text set = text_at(in, 0), wanted = text_at(in, 1), name;
    bool fits = set.size > 0;
    for (size_t at = 0; fits && next_name(set, &at, &name);) fits = listed(wanted, name);
    sqlite3_result_int(to, fits);
}

static void size(context *to, arguments in)
{
    struct text set = text_at(in, 0), name;
    int count = 0;
    for (size_t at = 0; next_name(set, &at, &name);) count++;
    sqlite3_result_int(to, count);
}

/* Months from first to last, 64 at most, each a bit. */
static void covers(context *to, int count, sqlite3_value **in)
{
    int32_t first, last, month;
    (void)count;
    if (!month_at(in, 1, &first) || !month_at(in, 2, &last) || last - first >= 64) return;
    uint64_t open = last < first ? 0 : UINT64_MAX >> (63 - (last - first));
    struct text months = text_at(in, 0), name;
    for (size_t at = 0; next_name(months, &at, &name);) {
        int year, number;
        if (name.size == 7 && number_in(name.at, 4, &year) && number_in(name.at + 5, 2, &number) &&
            month_make(year, number, &month) && month >= first && month <= last)
            open &= ~((uint64_t)1 << (month - first));
    }
    sqlite3_result_int(to, open == 0);
}

/* ---- Registration ---- */

struct function {
    const char *name;
    int arguments;
    void (*run)(context *to, arguments in);
};

static const struct function functions[] = {
    {"zs_add", 2, add},
    {"zs_subtract", 2, subtract},
    {"zs_multiply", 2, multiply},
    {"zs_abs", 1, absolute},
    {"zs_scale", 3, scale},
    {"zs_round", 3, round_integer},
    {"zs_round_ratio", 2, round_ratio},
    {"zs_finite", 1, finite_ratio},
    {"zs_whole", 1, whole},
    {"zs_ratio", 1, ratio},
    {"zs_days", 1, days},
    {"zs_date", 1, date_of},
    {"zs_months", 1, months},
    {"zs_month", 1, month_of},
    {"zs_age", 2, age},
    {"zs_months_between", 2, months_between},
    {"zs_add_months", 2, add_months},
    {"zs_last_day", 1, last_day},
    {"zs_make_date", 3, make_date},
    {"zs_make_month", 2, make_month},
    {"zs_length", 1, length},
    {"zs_starts_with", 2, starts_with},
    {"zs_ends_with", 2, ends_with},
    {"zs_contains", 2, contains},
    {"zs_substring", 3, substring},
    {"zs_matches", 2, matches},
    {"zs_idcard_valid", 1, card_valid},
    {"zs_idcard_birth", 1, card_birth},
    {"zs_idcard_male", 1, card_male},
    {"zs_idcard_division", 1, card_division},
    {"zs_disability_kind", 1, disability_kind},
    {"zs_disability_grade", 1, disability_grade},
    {"zs_has", 2, has},
    {"zs_only", 2, only},
    {"zs_size", 1, size},
};

static void run(sqlite3_context *to, int count, sqlite3_value **in)
{
    const struct function *function = sqlite3_user_data(to);
    for (int i = 0; i < count; i++)
        if (sqlite3_value_type(in[i]) == SQLITE_NULL) return;
    function->run(to, in);
}

int sqlite_functions_add(sqlite3 *db)
{
    const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    int result = sqlite_aggregates_add(db);
    for (size_t i = 0; result == SQLITE_OK && i < sizeof functions / sizeof *functions; i++)
        result = sqlite3_create_function_v2(db, functions[i].name, functions[i].arguments, flags,
                                            (void *)(uintptr_t)&functions[i], run, NULL, NULL, NULL);
    if (result == SQLITE_OK)
        result = sqlite3_create_function_v2(db, "zs_covers", 3, flags, NULL, covers, NULL, NULL, NULL);
    return result;
}
