/* demo.yaml, read and checked: shares, distributions, word lists and sheets. The comments in
 * packs/hengyang-2022/demo.yaml say what each setting means; the tables below say which there are and of what kind. */
#ifndef ZENGSHOU_DEMO_CONFIG_H
#define ZENGSHOU_DEMO_CONFIG_H

#include "base/arena.h"
#include "base/err.h"
#include "demo/attribute.h"
#include "demo/model.h"
#include "demo/random.h"

struct range {
    int64_t least, most;
};

struct skewed { /* log-normal */
    int64_t median, spread;
};

struct bell {
    int64_t mean, deviation; /* both per million */
};

/* X(field, "section", "key") */
#define SETTINGS_SHARE(X) /* a chance or a share, per million */ \
    X(village_spread, "population", "village_spread") \
    X(monitored_spread, "population", "monitored_spread") \
    X(sudden_graduated, "population", "sudden_graduated") \
    X(women, "population", "women") \
    X(site_without_industry, "sites", "without_industry") \
    X(site_households, "sites", "households") \
    X(head_male, "people", "head_male") \
    X(widow, "people", "widow") \
    X(preschool, "schooling", "preschool") \
    X(dropout, "schooling", "dropout") \
    X(senior, "schooling", "senior") \
    X(vocational, "schooling", "vocational") \
    X(college, "schooling", "college") \
    X(postgraduate, "schooling", "postgraduate") \
    X(disability_number, "health", "disability_number") \
    X(monitored_burden, "health", "monitored_burden") \
    X(skilled, "work", "skilled") \
    X(frail_able, "work", "frail_able") \
    X(old_able, "work", "old_able") \
    X(severe_lost, "work", "severe_lost") \
    X(serious_lost, "work", "serious_lost") \
    X(willing, "work", "willing") \
    X(employed, "work", "employed") \
    X(employed_weak, "work", "employed_weak") \
    X(employed_old, "work", "employed_old") \
    X(idle_household, "work", "idle_household") \
    X(away, "work", "away") \
    X(post, "work", "post") \
    X(uninsured, "insurance", "uninsured") \
    X(employee_insurance, "insurance", "employee") \
    X(serious_insurance, "insurance", "serious") \
    X(pension_insurance, "insurance", "pension") \
    X(employee_pension, "insurance", "employee_pension") \
    X(medical_aid, "insurance", "medical_aid") \
    X(phone, "people", "phone") \
    X(mandarin, "people", "mandarin") \
    X(martyr, "people", "martyr") \
    X(unsafe_house, "living", "unsafe_house") \
    X(unsafe_water, "living", "unsafe_water") \
    X(no_power, "living", "no_power") \
    X(no_farm_power, "living", "no_farm_power") \
    X(no_broadcast, "living", "no_broadcast") \
    X(no_toilet, "living", "no_toilet") \
    X(soft_road, "living", "soft_road") \
    X(forest_owner, "living", "forest_owner") \
    X(orchard_owner, "living", "orchard_owner") \
    X(pond_owner, "living", "pond_owner") \
    X(cooperative, "living", "cooperative") \
    X(enterprise, "living", "enterprise") \
    X(leader, "living", "leader") \
    X(farming, "income", "farming") \
    X(monitored_level, "income", "monitored_level") \
    X(ordinary_level, "income", "ordinary_level") \
    X(shock, "income", "shock") \
    X(allowance, "income", "allowance") \
    X(allowance_monitored, "income", "allowance_monitored") \
    X(support, "income", "support") \
    X(family_planning, "income", "family_planning") \
    X(ecology, "income", "ecology") \
    X(award, "income", "award") \
    X(job_award, "income", "job_award") \
    X(rent, "income", "rent") \
    X(dividend, "income", "dividend") \
    X(other, "income", "other") \
    X(fen, "income", "fen") \
    X(burdened, "expense", "burdened") \
    X(claim, "expense", "claim") \
    X(eliminated, "monitoring", "eliminated") \
    X(no_measure, "monitoring", "no_measure") \
    X(second_risk, "monitoring", "second_risk") \
    X(graduated_measure, "monitoring", "graduated_measure") \
    X(outside_measure, "monitoring", "outside_measure") \
    X(measure_done, "monitoring", "measure_done") \
    X(dirt_check_digit, "dirt", "check_digit") \
    X(dirt_same_identity, "dirt", "same_identity") \
    X(dirt_repeated_row, "dirt", "repeated_row") \
    X(dirt_contradiction, "dirt", "contradiction") \
    X(dirt_full_width, "dirt", "full_width") \
    X(dirt_blanks, "dirt", "blanks") \
    X(dirt_spelling, "dirt", "other_spelling") \
    X(dirt_month_missing, "dirt", "month_missing") \
    X(dirt_year_differs, "dirt", "year_differs")

#define SETTINGS_RANGE(X) /* whole numbers from – to */ \
    X(sequence, "identity", "sequence") \
    X(group_people, "villages", "group_people") \
    X(site_count, "sites", "count") \
    X(site_projects, "sites", "projects") \
    X(relocated_year, "sites", "year") \
    X(graduation_year, "population", "graduation_year") \
    X(work_months, "work", "months") \
    X(post_months, "work", "post_months") \
    X(house_area, "living", "house_area") \
    X(road_metres, "living", "road_metres") \
    X(farm_months, "income", "farm_months") \
    X(identified_months, "monitoring", "identified_months_ago") \
    X(elimination_months, "monitoring", "elimination_months") \
    X(monitored_measures, "monitoring", "measures") \
    X(missing_months, "dirt", "missing_months")

#define SETTINGS_MU(X) /* areas in mu, from – to */ \
    X(arable, "living", "arable_per_person") \
    X(forest, "living", "forest") \
    X(orchard, "living", "orchard") \
    X(pond, "living", "pond") \
    X(village_arable, "villages", "arable_per_person")

#define SETTINGS_MONEY(X) /* yuan, from – to */ \
    X(allowance_month, "income", "allowance_month") \
    X(support_month, "income", "support_month") \
    X(pension_month, "income", "pension_month") \
    X(post_month, "income", "post_month") \
    X(family_planning_year, "income", "family_planning_year") \
    X(ecology_year, "income", "ecology_year") \
    X(award_year, "income", "award_year") \
    X(job_award_year, "income", "job_award_year") \
    X(rent_year, "income", "rent_year") \
    X(dividend_year, "income", "dividend_year") \
    X(other_year, "income", "other_year") \
    X(schooling_expense, "expense", "schooling") \
    X(medical_expense, "expense", "medical") \
    X(collective_income, "villages", "collective_income") \
    X(measure_amount, "monitoring", "measure_amount")

#define SETTINGS_PART(X) /* shares from – to */ \
    X(farm_part, "income", "farm_part") \
    X(farm_part_idle, "income", "farm_part_idle") \
    X(cost_part, "income", "cost_part") \
    X(burden, "expense", "burden") \
    X(claim_part, "expense", "claim_part") \
    X(shock_part, "income", "shock_part")

#define SETTINGS_WEIGHTS(X) /* X(field, section, key, how many) */ \
    X(groups, "population", "groups", 5) /* graduated, unstable, marginal, sudden, ordinary */

#define SETTINGS_SKEWED(X) /* a median and a spread; the money ones in yuan */ \
    X(register_share, "population", "share_of_rural", MILLION) \
    X(net_per_capita, "income", "net_per_capita", 100)

enum { BANDS_MAX = 12, FAMILIES_MAX = 20, KIDS_MAX = 6, GROUP_COUNT = 5, FORMS_MAX = 8 };

struct age_band { /* people up to this age */
    int64_t up_to, chronic, serious, disabled;
    int64_t education[EDUCATION_COUNT];
};

struct family {
    int64_t share;
    struct range head_age;
    int64_t spouse, married_child, absent_middle;
    int64_t children[KIDS_MAX], grandchildren[KIDS_MAX], parents[3]; /* weights of 0, 1, 2 … */
    size_t children_count, grandchildren_count, parents_count;
};

struct word {
    struct text name;
    struct text *spellings; /* the first is the usual one */
    size_t spelling_count;
    int64_t share;
    uint32_t when; /* bits: enum condition; one of them must hold */
    struct text group; /* words of one list may be split over columns */
};

struct word_list {
    struct word *words;
    size_t count;
};

struct name_list {
    struct text *items; /* surnames; characters */
    int64_t *weights;
    size_t count;
};

/* How a cell is spelled; each attribute kind has its own. */
enum form {
    FORM_PLAIN,                                                          /* 12345.6, 12345, the text */
    FORM_TWO_DIGITS, FORM_GROUPED, FORM_YUAN, FORM_TEN_THOUSANDS,        /* 12345.60, 12,345.60, 12345.60元, 1.23456 */
    FORM_POINT_ZERO,                                                     /* 5.0 */
    FORM_DATE, FORM_DATE_DASH, FORM_DATE_SLASH, FORM_DATE_ZERO, FORM_DATE_CHINESE, /* 20220930, 2022-09-30, …, 20220930.0, 2022年9月30日 */
    FORM_MONTH, FORM_MONTH_DASH, FORM_MONTH_CHINESE, FORM_MONTH_ZERO     /* 202209, 2022-09, 2022年09月, 202209.0 */
};

struct sheet_column {
    struct text heading;
    struct text constant;              /* when attribute is NULL */
    const struct attribute *attribute;
    struct text group;                 /* only the words of this group */
    int list;                          /* the word list that spells it, -1 for none */
    int64_t forms[FORMS_MAX];          /* weights … */
    enum form form[FORMS_MAX];         /* … of these */
    size_t form_count;
    int64_t missing;                   /* share of blank cells (of records: all rows of one agree) */
    int64_t wrong;                     /* share of cells with a text that no list knows */
    struct text wrong_text;
    bool clean;                        /* no full-width digits, no stray blanks */
    bool number;                       /* a number cell, not a text one */
};

struct sheet {
    struct text file, name, feed, grain_name;
    struct text titles[2];
    enum level rows;
    enum level grain;          /* the lowest level that the columns speak of */
    bool by_item;              /* income rows: one for each item instead of each wheel */
    int64_t month_from, month_to; /* 0 .. 23 of the ledgers, or accounts */
    bool categories[3];
    struct sheet_column *columns;
    size_t column_count;
    int line;
};

struct config {
    struct arena arena;
    struct text notice, identity_division, phone_prefix;
    uint64_t households, seed;
    int32_t as_of;
    int64_t rows_per_file;
#define X(field, section, key) int64_t field;
    SETTINGS_SHARE(X)
#undef X
#define X(field, section, key) struct range field;
    SETTINGS_RANGE(X) SETTINGS_MU(X) SETTINGS_MONEY(X) SETTINGS_PART(X)
#undef X
#define X(field, section, key, count) int64_t field[count];
    SETTINGS_WEIGHTS(X)
#undef X
#define X(field, section, key, scale) struct skewed field;
    SETTINGS_SKEWED(X)
#undef X
    struct bell growth;
    struct name_list surnames, male_characters, female_characters;
    int64_t two_characters; /* share of given names of two characters */
    struct age_band bands[BANDS_MAX];
    size_t band_count;
    struct family families[FAMILIES_MAX];
    size_t family_count;
    struct word_list lists[LIST_COUNT];
    struct sheet *sheets;
    size_t sheet_count;
};

#endif
