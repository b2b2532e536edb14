/* One table of all that can stand in a column, so that sheets are the pack's business and not C's. */
#include "demo/attribute.h"

#include <string.h>

/* clang-format off */
#define TEXT_OF(source, type, field) {#field, source, ATTRIBUTE_TEXT, LIST_COUNT, offsetof(struct type, field)}
#define COUNT_OF(source, type, field) {#field, source, ATTRIBUTE_COUNT, LIST_COUNT, offsetof(struct type, field)}
#define MONEY_OF(source, type, field) {#field, source, ATTRIBUTE_MONEY, LIST_COUNT, offsetof(struct type, field)}
#define DECIMAL_OF(source, type, field) {#field, source, ATTRIBUTE_DECIMAL, LIST_COUNT, offsetof(struct type, field)}
#define MONTH_OF(source, type, field) {#field, source, ATTRIBUTE_MONTH, LIST_COUNT, offsetof(struct type, field)}
#define DATE_OF(source, type, field) {#field, source, ATTRIBUTE_DATE, LIST_COUNT, offsetof(struct type, field)}
#define WORD_OF(source, type, field, list) {#field, source, ATTRIBUTE_WORD, list, offsetof(struct type, field)}
#define WORDS_OF(source, type, field, list) {#field, source, ATTRIBUTE_WORDS, list, offsetof(struct type, field)}
#define YES_NO_OF(source, type, field) WORD_OF(source, type, field, LIST_YES_NO)

#define VILLAGE SOURCE_VILLAGE, village
#define SITE SOURCE_SITE, site
#define HOUSEHOLD SOURCE_HOUSEHOLD, household
#define PERSON SOURCE_PERSON, person
#define ACCOUNT SOURCE_LAST, year_account
#define INCOME SOURCE_INCOME, entry
#define EXPENSE SOURCE_EXPENSE, expense
#define MEASURE SOURCE_MEASURE, measure

#define EXPAND(macro, ...) macro(__VA_ARGS__)
#define T(...) EXPAND(TEXT_OF, __VA_ARGS__)
#define N(...) EXPAND(COUNT_OF, __VA_ARGS__)
#define M(...) EXPAND(MONEY_OF, __VA_ARGS__)
#define F(...) EXPAND(DECIMAL_OF, __VA_ARGS__)
#define D(...) EXPAND(DATE_OF, __VA_ARGS__)
#define MON(...) EXPAND(MONTH_OF, __VA_ARGS__)
#define W(...) EXPAND(WORD_OF, __VA_ARGS__)
#define WS(...) EXPAND(WORDS_OF, __VA_ARGS__)
#define YN(...) EXPAND(YES_NO_OF, __VA_ARGS__)
#define ITEM(name, id) {name, SOURCE_LAST, ATTRIBUTE_MONEY, LIST_COUNT, \
                        offsetof(struct year_account, items) + ITEM_##id * sizeof(int64_t)}
#define WHEEL(name, id) {name, SOURCE_LAST, ATTRIBUTE_MONEY, LIST_COUNT, \
                         offsetof(struct year_account, wheels) + WHEEL_##id * sizeof(int64_t)}
#define RISK(name, nth) {name, SOURCE_HOUSEHOLD, ATTRIBUTE_WORD, LIST_RISK, \
                         offsetof(struct household, risk) + nth * sizeof(int64_t)}

static const struct attribute attributes[] = {
    T(VILLAGE, code), T(VILLAGE, name), T(VILLAGE, township), T(VILLAGE, county), N(VILLAGE, households),
    N(VILLAGE, people), N(VILLAGE, graduated_people), N(VILLAGE, monitored_people), N(VILLAGE, labourers),
    N(VILLAGE, away), N(VILLAGE, disabled), N(VILLAGE, women), N(VILLAGE, allowance_people),
    N(VILLAGE, allowance_households), N(VILLAGE, support_people), N(VILLAGE, support_households),
    N(VILLAGE, insured), N(VILLAGE, pensioned), N(VILLAGE, unsafe_water), N(VILLAGE, unsafe_house),
    N(VILLAGE, rural_population), N(VILLAGE, total_households), M(VILLAGE, net_per_capita),
    M(VILLAGE, collective_income), N(VILLAGE, groups), F(VILLAGE, arable), YN(VILLAGE, delisted),

    T(SITE, name), T(SITE, code), MON(SITE, built), N(SITE, industries), W(SITE, industry, LIST_INDUSTRY),
    N(SITE, enterprises), N(SITE, workshops), N(SITE, jobs), N(SITE, households), N(SITE, people),

    T(HOUSEHOLD, number), T(HOUSEHOLD, head_name), T(HOUSEHOLD, head_id), T(HOUSEHOLD, phone),
    T(HOUSEHOLD, contact), T(HOUSEHOLD, contact_phone), N(HOUSEHOLD, sequence), N(HOUSEHOLD, member_count),
    W(HOUSEHOLD, category, LIST_CATEGORY), W(HOUSEHOLD, kind, LIST_KIND), W(HOUSEHOLD, monitor, LIST_MONITOR),
    W(HOUSEHOLD, cause, LIST_CAUSE), RISK("risk_1", 0), RISK("risk_2", 1), RISK("risk_3", 2), RISK("risk_4", 3),
    RISK("risk_5", 4), W(HOUSEHOLD, disaster, LIST_DISASTER), MON(HOUSEHOLD, monitored_from),
    MON(HOUSEHOLD, eliminated_at), YN(HOUSEHOLD, eliminated), W(HOUSEHOLD, elimination, LIST_ELIMINATION),
    YN(HOUSEHOLD, no_labour), W(HOUSEHOLD, measures_started, LIST_STARTED), WS(HOUSEHOLD, measure_words, LIST_MEASURE),
    F(HOUSEHOLD, house_area), YN(HOUSEHOLD, unsafe_house), W(HOUSEHOLD, danger, LIST_DANGER),
    YN(HOUSEHOLD, safe_water), YN(HOUSEHOLD, unsafe_water), YN(HOUSEHOLD, power), YN(HOUSEHOLD, farm_power),
    YN(HOUSEHOLD, broadcast), YN(HOUSEHOLD, toilet), YN(HOUSEHOLD, hard_road), W(HOUSEHOLD, road, LIST_ROAD),
    F(HOUSEHOLD, road_distance), W(HOUSEHOLD, fuel, LIST_FUEL), F(HOUSEHOLD, arable), F(HOUSEHOLD, forest),
    F(HOUSEHOLD, returned_forest), F(HOUSEHOLD, orchard), F(HOUSEHOLD, pasture), F(HOUSEHOLD, pond),
    YN(HOUSEHOLD, cooperative), YN(HOUSEHOLD, enterprise), YN(HOUSEHOLD, leader), YN(HOUSEHOLD, martyr),
    YN(HOUSEHOLD, relocated), W(HOUSEHOLD, relocation, LIST_RELOCATION), MON(HOUSEHOLD, relocated_at),
    YN(HOUSEHOLD, in_site), YN(HOUSEHOLD, dropout_member), YN(HOUSEHOLD, uninsured_member),
    YN(HOUSEHOLD, after_house), YN(HOUSEHOLD, after_water), YN(HOUSEHOLD, after_dropout),
    YN(HOUSEHOLD, after_uninsured),

    T(PERSON, number), T(PERSON, name), T(PERSON, id_number), T(PERSON, phone), N(PERSON, sequence),
    W(PERSON, sex, LIST_SEX), D(PERSON, birth), N(PERSON, age), W(PERSON, relation, LIST_RELATION),
    W(PERSON, id_kind, LIST_ID_KIND), W(PERSON, ethnic, LIST_ETHNIC), W(PERSON, political, LIST_POLITICAL),
    YN(PERSON, mandarin), W(PERSON, schooling, LIST_SCHOOLING), W(PERSON, education, LIST_EDUCATION),
    YN(PERSON, in_school), W(PERSON, dropout, LIST_DROPOUT), WS(PERSON, health, LIST_HEALTH),
    W(PERSON, disability, LIST_DISABILITY), W(PERSON, disability_grade, LIST_GRADE), N(PERSON, disability_year),
    W(PERSON, labour, LIST_LABOUR), YN(PERSON, able), YN(PERSON, willing), YN(PERSON, employed), YN(PERSON, away),
    N(PERSON, work_months), MON(PERSON, work_start), MON(PERSON, work_end), M(PERSON, monthly_wage),
    W(PERSON, place, LIST_PLACE), W(PERSON, employer, LIST_EMPLOYER), W(PERSON, channel, LIST_CHANNEL),
    W(PERSON, trade, LIST_TRADE), W(PERSON, post, LIST_POST), N(PERSON, post_months),
    M(PERSON, transport_subsidy), YN(PERSON, point_to_point), YN(PERSON, basic_insurance),
    YN(PERSON, employee_insurance), YN(PERSON, serious_insurance), YN(PERSON, insured), YN(PERSON, pension),
    YN(PERSON, employee_pension), YN(PERSON, medical_aid), W(PERSON, allowance, LIST_ALLOWANCE),
    W(PERSON, support, LIST_SUPPORT), YN(PERSON, disability_allowance), YN(PERSON, relocated),

    N(ACCOUNT, year), N(ACCOUNT, members), M(ACCOUNT, gross), M(ACCOUNT, cost), M(ACCOUNT, net),
    M(ACCOUNT, per_capita), M(ACCOUNT, self_paid), M(ACCOUNT, claims), M(ACCOUNT, other_wage),
    M(ACCOUNT, other_property), M(ACCOUNT, other_transfer), WHEEL("business", BUSINESS), WHEEL("wage", WAGE),
    WHEEL("property", PROPERTY), WHEEL("transfer", TRANSFER), ITEM("work_away", WORK_AWAY),
    ITEM("work_near", WORK_NEAR), ITEM("post", POST), ITEM("crops", CROPS), ITEM("livestock", LIVESTOCK),
    ITEM("trade", TRADE), ITEM("award", AWARD), ITEM("dividend", DIVIDEND), ITEM("lease", LEASE),
    ITEM("family_planning", FAMILY_PLANNING), ITEM("allowance", ALLOWANCE), ITEM("support", SUPPORT),
    ITEM("pension", PENSION), ITEM("ecology", ECOLOGY), ITEM("job_award", JOB_AWARD),
    ITEM("relatives", RELATIVES), ITEM("other", OTHER),

    MON(INCOME, month), W(INCOME, item, LIST_ITEM), W(INCOME, wheel, LIST_WHEEL), M(INCOME, amount),
    MON(EXPENSE, month), W(EXPENSE, kind, LIST_EXPENSE), M(EXPENSE, amount), M(EXPENSE, claim),
    W(MEASURE, word, LIST_MEASURE), W(MEASURE, kind, LIST_MEASURE_KIND), MON(MEASURE, month), MON(MEASURE, end),
    M(MEASURE, amount), W(MEASURE, provider, LIST_PROVIDER),
};
/* clang-format on */

static const char *const source_names[SOURCE_COUNT] = {
#define X(id, prefix) prefix,
    DEMO_SOURCES(X)
#undef X
};

const char *source_name(enum source source)
{
    return source_names[source];
}

const struct attribute *attribute_at(size_t index)
{
    return index < sizeof attributes / sizeof *attributes ? &attributes[index] : NULL;
}

/* The three accounts have one set of attributes. */
static enum source kind_of_source(enum source source)
{
    return source == SOURCE_YEAR || source == SOURCE_AFTER || source == SOURCE_ACCOUNT ? SOURCE_LAST : source;
}

const struct attribute *attribute_find(struct text path, enum source *source)
{
    ptrdiff_t dot = text_find(path, TEXT("."));
    if (dot < 0) return NULL;
    struct text prefix = {path.at, (size_t)dot}, name = {path.at + dot + 1, path.size - (size_t)dot - 1};
    size_t found = 0;
    while (found < SOURCE_COUNT && !text_is(prefix, source_names[found])) found++;
    if (found == SOURCE_COUNT) return NULL;
    *source = (enum source)found;
    for (size_t i = 0; attribute_at(i) != NULL; i++)
        if (attributes[i].source == kind_of_source(*source) && text_is(name, attributes[i].name))
            return &attributes[i];
    return NULL;
}

int64_t attribute_number(const struct attribute *attribute, const void *object)
{
    int64_t value;
    memcpy(&value, (const char *)object + attribute->offset, sizeof value);
    return value;
}

struct text attribute_text(const struct attribute *attribute, const void *object)
{
    struct text value;
    memcpy(&value, (const char *)object + attribute->offset, sizeof value);
    return value;
}
