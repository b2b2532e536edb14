/* demo.yaml, read and checked: shares, distributions, word lists and sheets. The comments in
 * packs/hengyang-2022/demo.yaml say what each setting means; the tables below say which there are and of what
 * kind. */
#ifndef ZENGSHOU_DEMO_CONFIG_H
#define ZENGSHOU_DEMO_CONFIG_H

#include "base/arena.h"
#include "base/err.h"
#include "demo/attribute.h"
#include "demo/model.h"
#include "demo/random.h"
#include "pack/pack.h"

struct yaml_node;

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
/* clang-format off */
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
    X(allowance_old, "income", "allowance_old") \
    X(allowance_frail, "income", "allowance_frail") \
    X(support, "income", "support") \
    X(family_planning, "income", "family_planning") \
    X(ecology, "income", "ecology") \
    X(award, "income", "award") \
    X(job_award, "income", "job_award") \
    X(lease, "income", "lease") \
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
    X(measure_ended, "monitoring", "measure_ended") \
    X(unlisted_measures, "monitoring", "unlisted") \
    X(dirt_no_ledger, "dirt", "no_ledger") \
    X(relapse, "monitoring", "relapse") \
    X(disability_allowance, "insurance", "disability_allowance") \
    X(point_to_point, "work", "point_to_point") \
    X(transport_subsidy, "work", "transport_subsidy") \
    X(in_site, "sites", "in_site") \
    X(delisted, "villages", "delisted") \
    X(dirt_check_digit, "dirt", "check_digit") \
    X(dirt_same_identity, "dirt", "same_identity") \
    X(dirt_repeated_row, "dirt", "repeated_row") \
    X(dirt_contradiction, "dirt", "contradiction") \
    X(dirt_full_width, "dirt", "full_width") \
    X(dirt_blanks, "dirt", "blanks") \
    X(dirt_spelling, "dirt", "other_spelling") \
    X(dirt_month_missing, "dirt", "month_missing") \
    X(dirt_year_differs, "dirt", "year_differs") \
    X(dirt_declared, "dirt", "declared_total") \
    X(dirt_sex, "dirt", "wrong_sex") \
    X(dirt_birth, "dirt", "wrong_birth") \
    X(dirt_health, "dirt", "healthy_and_ill") \
    X(dirt_two_heads, "dirt", "two_heads") \
    X(dirt_no_head, "dirt", "no_head") \
    X(dirt_member_count, "dirt", "member_count") \
    X(dirt_child_work, "dirt", "child_at_work") \
    X(dirt_elimination, "dirt", "elimination_without_month")

#define SETTINGS_RANGE(X) /* whole numbers from – to */ \
    X(sequence, "identity", "sequence") \
    X(group_people, "villages", "group_people") \
    X(site_count, "sites", "count") \
    X(site_industries, "sites", "industries") \
    X(site_workshops, "sites", "workshops") \
    X(site_jobs, "sites", "jobs") \
    X(relocated_year, "sites", "year") \
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
    X(lease_year, "income", "lease_year") \
    X(dividend_year, "income", "dividend_year") \
    X(other_year, "income", "other_year") \
    X(transport_amount, "work", "transport_amount") \
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
    X(shock_part, "income", "shock_part") \
    X(year_before, "income", "year_before")

#define SETTINGS_WEIGHTS(X) /* X(field, section, key, how many) */ \
    X(groups, "population", "groups", 5)      /* graduated, unstable, marginal, sudden, ordinary */ \
    X(farm_kinds, "income", "farm_kinds", 3) /* crops, livestock, trade */

#define SETTINGS_SKEWED(X) /* a median and a spread; the money ones in yuan */ \
    X(register_share, "population", "share_of_rural", MILLION) \
    X(net_per_capita, "income", "net_per_capita", 100)
/* clang-format on */

enum { BANDS_MAX = 12, FAMILIES_MAX = 20, KIDS_MAX = 6, GROUP_COUNT = 5, WORDS_MAX = 62 };

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
    uint32_t when;      /* bits: enum condition; one of them must hold */
    int64_t group_word; /* measures: the word of LIST_MEASURE_KIND they belong to; DEMO_UNKNOWN otherwise */
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

/* How a cell is spelled. X(id, name, kinds of attributes it is for: bits of enum attribute_kind) */
/* clang-format off */
#define DEMO_FORMS(X) \
    X(PLAIN, "plain", ~0U)                                             /* 12345.6; 12345; 20220930, 202209 */ \
    X(TWO_DIGITS, "two_digits", 1U << ATTRIBUTE_MONEY)                 /* 12345.60 */ \
    X(GROUPED, "grouped", 1U << ATTRIBUTE_MONEY)                       /* 12,345.60 */ \
    X(YUAN, "yuan", 1U << ATTRIBUTE_MONEY)                             /* 12345.6元 */ \
    X(TEN_THOUSANDS, "ten_thousands", 1U << ATTRIBUTE_MONEY)           /* 1.23456 */ \
    X(POINT_ZERO, "point_zero", 1U << ATTRIBUTE_COUNT | 1U << ATTRIBUTE_DATE | 1U << ATTRIBUTE_MONTH) /* 5.0 */ \
    X(DASH, "dash", 1U << ATTRIBUTE_DATE | 1U << ATTRIBUTE_MONTH)      /* 2022-09-30, 2022-09 */ \
    X(SLASH, "slash", 1U << ATTRIBUTE_DATE | 1U << ATTRIBUTE_MONTH)    /* 2022/9/30, 2022/9 */ \
    X(CHINESE, "chinese", 1U << ATTRIBUTE_DATE | 1U << ATTRIBUTE_MONTH) /* 2022年9月30日, 2022年09月 */
/* clang-format on */

enum form {
#define X(id, name, kinds) FORM_##id,
    DEMO_FORMS(X)
#undef X
        FORM_COUNT
};

enum row_kind {
    ROWS_VILLAGE,
    ROWS_SITE,
    ROWS_HOUSEHOLD,
    ROWS_PERSON,
    ROWS_ACCOUNT,
    ROWS_INCOME,
    ROWS_EXPENSE,
    ROWS_MEASURE
};

struct spelling {              /* how a column's values get into its cells */
    int64_t forms[FORM_COUNT]; /* weights */
    int64_t missing;           /* share of records whose cells are blank: all rows of one record agree */
    int64_t wrong;             /* share of cells that hold wrong_text instead */
    struct text wrong_text;
    bool clean; /* no full-width digits, no stray blanks, no other spelling */
};

struct demo_column {
    struct text heading;
    const struct attribute *attribute; /* NULL: every cell holds the constant */
    enum source source;
    struct text constant;
    int64_t group; /* only the words of this word of LIST_MEASURE_KIND; DEMO_UNKNOWN: all */
    struct spelling spelling;
    bool contradicts; /* where a record is to contradict itself, this column does it */
};

struct demo_sheet {
    struct text file, name, feed, title;
    enum row_kind rows;
    int64_t month_from, month_to; /* of the ledgers' 24 months, counted from 0, both included */
    int64_t year_from, year_to;   /* of the two accounts */
    bool categories[3];
    uint32_t when; /* bits: enum condition; 0: all rows */
    struct demo_column *columns;
    size_t column_count;
};

struct config {
    struct arena arena;
    struct text notice, identity_division, phone_prefix;
    uint64_t households, seed;
    int32_t as_of;
    int64_t rows_per_file;
    struct bell growth;
    struct name_list surnames, male_characters, female_characters;
    int64_t two_characters; /* share of given names of two characters */
    struct age_band bands[BANDS_MAX];
    size_t band_count;
    struct family families[FAMILIES_MAX];
    size_t family_count;
    struct word_list lists[LIST_COUNT];
    struct demo_sheet *sheets;
    size_t sheet_count;
    struct made_sheet *made; /* made.h */
    size_t made_count;
    /* clang-format off */
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
    /* clang-format on */
};

/* Reads demo.yaml out of the pack's files. Every fault goes into `faults`, with its place; ERR_INPUT if there
 * was any, ERR_NOT_FOUND when the pack has no demo.yaml. *out: demo_config_free. */
int demo_config_read(const struct pack *pack, struct config **out, struct fault_list *faults,
                     struct err *err);
void demo_config_free(struct config *config);

/* ---- Parts of the reader ---- */
struct config_reader {
    struct config *config;
    const struct pack *pack;
    struct fault_list *faults;
    const struct yaml_node *column_sets;
};
bool config_share(const struct yaml_node *node, int64_t *per_million, struct fault_list *faults);
void config_settings(struct config_reader *reader, const struct yaml_node *root);
void config_lists(struct config_reader *reader, const struct yaml_node *root);
void config_sheets(struct config_reader *reader, const struct yaml_node *root);
bool config_conditions(const struct yaml_node *node, uint32_t *bits, struct fault_list *faults);
void config_categories(struct config_reader *reader, const struct yaml_node *node, bool out[3]);
/* file, sheet, title, feed of a sheet: texts that must be there, the file's name and the feed checked. */
struct sheet_heads {
    struct text file, name, title, feed;
};
struct sheet_heads config_sheet_heads(struct config_reader *reader, const struct yaml_node *node);
/* The keys forms, missing, wrong, clean of a column. kind: of its values, for which a form must fit; < 0: not
 * known. */
void config_spelling(struct config_reader *reader, const struct yaml_node *node, int kind,
                     struct spelling *spelling);

#endif
