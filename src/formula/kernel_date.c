/* Days and months. Operands outside the accepted years, which only an unknown row can hold, never reach the
 * calendar. */
#include "base/date.h"
#include "formula/kernel.h"

#define A (a[i])
#define B (b[i])

/* The accepted days, 1800-01-01 to 2200-12-31, as numbers: asking the calendar for every row would cost more
 * than the work itself. */
enum { FIRST_DATE = -62091, LAST_DATE = 84370 };

static bool is_date(int64_t value)
{
    return value >= FIRST_DATE && value <= LAST_DATE;
}

static bool is_month(int64_t value)
{
    return value >= DATE_YEAR_MIN * 12 && value <= DATE_YEAR_MAX * 12 + 11;
}

KERNEL_PARTIAL(months_between, int64_t, int64_t, int64_t, {
    ok = is_date(A) && is_date(B);
    if (ok) result = date_months_between((int32_t)A, (int32_t)B);
})

KERNEL_PARTIAL(age_rows, int64_t, int64_t, int64_t, {
    ok = is_date(A) && is_date(B) && A <= B;
    if (ok) result = date_years_between((int32_t)A, (int32_t)B);
})

/* Ages at one date: birthdays[k] is the last birth date of those who have completed k years. */
struct birthdays {
    int32_t at;
    int years;
    int32_t last[DATE_YEAR_MAX - DATE_YEAR_MIN + 2];
};

/* Who was born on the same day of an earlier year has just completed the years between; where that year has
 * no 29 February, who was born on the 28th. (A birthday on the 29th is reached on 1 March in other years.) */
static void birthdays_fill(struct birthdays *table, int32_t at)
{
    int year, month, day;
    table->at = at;
    table->years = 0;
    date_split(at, &year, &month, &day);
    for (int years = 0; year - years >= DATE_YEAR_MIN; years++) {
        if (!date_make(year - years, month, day, &table->last[years]))
            (void)date_make(year - years, 2, 28, &table->last[years]);
        table->years = years;
    }
}

/* The usual case: everybody's age on one day. A division by the length of a year is at most one off. */
KERNEL void age_constant(const struct kernel_call *call)
{
    const int64_t *births = call->in[0].values;
    int64_t *out = call->out.values;
    struct birthdays table;
    if (!is_date(((const int64_t *)call->in[1].values)[0])) {
        age_rows(call);
        return;
    }
    birthdays_fill(&table, (int32_t)((const int64_t *)call->in[1].values)[0]);
    table.last[table.years + 1] = INT32_MIN; /* nobody is older */
    for (size_t w = 0; w < bits_words(call->rows); w++) {
        uint8_t ok[64];
        for (size_t j = 0; j < 64; j++) {
            int64_t birth = births[w * 64 + j];
            ok[j] = (uint8_t) - (int)(birth >= FIRST_DATE && birth <= table.at);
            int32_t clipped = ok[j] ? (int32_t)birth : table.at;
            int32_t years = (int32_t)((double)(table.at - clipped) * (1 / 365.2425));
            years = years > table.years ? table.years : years;
            years -= clipped > table.last[years];
            out[w * 64 + j] = years + (clipped <= table.last[years + 1]);
        }
        call->out.known[w] &= bits_pack(ok);
    }
}

KERNEL_PARTIAL(add_months, int64_t, int64_t, int64_t, {
    ok = is_date(A) && B >= -12 * (DATE_YEAR_MAX - DATE_YEAR_MIN) - 12 &&
         B <= 12 * (DATE_YEAR_MAX - DATE_YEAR_MIN) + 12;
    if (ok) {
        int32_t date = date_add_months((int32_t)A, (int32_t)B);
        ok = is_date(date);
        result = date;
    }
})

KERNEL_PARTIAL(month_of, int64_t, int64_t, int64_t, {
    ok = is_date(A);
    if (ok) result = date_month((int32_t)A);
})
KERNEL_PARTIAL(first_day, int64_t, int64_t, int64_t, {
    ok = is_month(A);
    if (ok) result = month_first((int32_t)A);
})
KERNEL_PARTIAL(last_day, int64_t, int64_t, int64_t, {
    ok = is_month(A);
    if (ok) result = month_last((int32_t)A);
})
KERNEL_MAP(year_of_month, int64_t, int64_t, A / 12)
KERNEL_MAP(number_of_month, int64_t, int64_t, A % 12 + 1)

static void make_date(const struct kernel_call *call)
{
    const int64_t *year = call->in[0].values, *month = call->in[1].values, *day = call->in[2].values;
    int64_t *out = call->out.values;
    for (size_t i = 0; i < bits_round(call->rows); i++) {
        int32_t date = 0;
        bool small =
            year[i] >= 0 && year[i] < 10000 && month[i] >= 1 && month[i] <= 12 && day[i] >= 1 && day[i] <= 31;
        bool ok = small && date_make((int)year[i], (int)month[i], (int)day[i], &date);
        out[i] = ok ? date : 0;
        if (!ok) bits_clear(call->out.known, i);
    }
}

KERNEL_PARTIAL(make_month_rows, int64_t, int64_t, int64_t, {
    int32_t month = 0;
    ok = A >= 0 && A < 10000 && B >= 1 && B <= 12 && month_make((int)A, (int)B, &month);
    result = month;
})

const struct kernel_variant kernel_date_variants[] = {
    {OP_MONTHS_BETWEEN, 0, months_between},
    {OP_AGE, KERNEL_CONSTANT_1, age_constant},
    {OP_AGE, 0, age_rows},
    {OP_ADD_MONTHS, 0, add_months},
    {OP_MONTH_OF, 0, month_of},
    {OP_FIRST_DAY, 0, first_day},
    {OP_LAST_DAY, 0, last_day},
    {OP_MONTH_YEAR, 0, year_of_month},
    {OP_MONTH_NUMBER, 0, number_of_month},
    {OP_MAKE_DATE, 0, make_date},
    {OP_MAKE_MONTH, 0, make_month_rows},
    {0, 0, NULL},
};
