/* What is simulated. Every property is an int64_t in its own unit (fen, days, months, ten-thousandths, an
 * index into a word list, a set of such indexes as bits) or a text, so that one table (attribute.c) can name
 * them all for the pack's columns. DEMO_UNKNOWN stands for "no value". Texts live as long as the struct that
 * holds them, or longer. */
#ifndef ZENGSHOU_DEMO_MODEL_H
#define ZENGSHOU_DEMO_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

#define DEMO_UNKNOWN INT64_MIN

/* Closed word lists: the simulation decides between these words, the pack spells them. X(list, word) */
/* clang-format off */
#define DEMO_YES_NO(X) X(YES, "yes") X(NO, "no")
#define DEMO_SEX(X) X(MALE, "male") X(FEMALE, "female")
#define DEMO_RELATION(X) \
    X(HEAD, "head") X(SPOUSE, "spouse") X(SON, "son") X(DAUGHTER, "daughter") X(SON_WIFE, "sons_wife") \
    X(DAUGHTER_HUSBAND, "daughters_husband") X(SON_SON, "sons_son") X(SON_DAUGHTER, "sons_daughter") \
    X(DAUGHTER_SON, "daughters_son") X(DAUGHTER_DAUGHTER, "daughters_daughter") X(FATHER, "father") \
    X(MOTHER, "mother") X(SIBLING, "sibling")
#define DEMO_CATEGORY(X) X(GRADUATED, "graduated") X(MONITORED, "monitored") X(ORDINARY, "ordinary")
#define DEMO_KIND(X) X(GRADUATED, "graduated") X(ORDINARY, "ordinary")
#define DEMO_MONITOR(X) X(UNSTABLE, "unstable") X(MARGINAL, "marginal") X(SUDDEN, "sudden")
#define DEMO_SCHOOLING(X) \
    X(INFANT, "infant") X(PRESCHOOL, "preschool") X(PRIMARY, "primary") X(JUNIOR_1, "junior_1") \
    X(JUNIOR_2, "junior_2") X(JUNIOR_3, "junior_3") X(SENIOR_1, "senior_1") X(SENIOR_2, "senior_2") \
    X(SENIOR_3, "senior_3") X(VOCATIONAL_1, "vocational_1") X(VOCATIONAL_2, "vocational_2") \
    X(VOCATIONAL_3, "vocational_3") X(COLLEGE_1, "college_1") X(COLLEGE_2, "college_2") \
    X(COLLEGE_3, "college_3") X(UNIVERSITY_1, "university_1") X(UNIVERSITY_2, "university_2") \
    X(UNIVERSITY_3, "university_3") X(UNIVERSITY_4, "university_4") X(POSTGRADUATE, "postgraduate")
#define DEMO_EDUCATION(X) \
    X(ILLITERATE, "illiterate") X(PRIMARY, "primary") X(JUNIOR, "junior") X(SENIOR, "senior") \
    X(COLLEGE, "college") X(UNIVERSITY, "university")
#define DEMO_HEALTH(X) X(HEALTHY, "healthy") X(CHRONIC, "chronic") X(SERIOUS, "serious") X(DISABLED, "disabled")
#define DEMO_LABOUR(X) X(COMMON, "common") X(SKILLED, "skilled") X(WEAK, "weak") X(LOST, "lost") X(NONE, "none")
#define DEMO_ID_KIND(X) X(IDENTITY, "identity") X(DISABILITY, "disability")
#define DEMO_ALLOWANCE(X) X(NONE, "none") X(RURAL, "rural") X(URBAN, "urban")
#define DEMO_WHEEL(X) X(BUSINESS, "business") X(WAGE, "wage") X(PROPERTY, "property") X(TRANSFER, "transfer")
#define DEMO_ITEM(X) \
    X(WORK_AWAY, "work_away") X(WORK_NEAR, "work_near") X(POST, "post") X(CROPS, "crops") \
    X(LIVESTOCK, "livestock") X(TRADE, "trade") X(AWARD, "award") X(DIVIDEND, "dividend") X(LEASE, "lease") \
    X(FAMILY_PLANNING, "family_planning") X(ALLOWANCE, "allowance") X(SUPPORT, "support") \
    X(PENSION, "pension") X(ECOLOGY, "ecology") X(JOB_AWARD, "job_award") X(RELATIVES, "relatives") \
    X(OTHER, "other")
#define DEMO_EXPENSE(X) \
    X(CROPS, "crops") X(LIVESTOCK, "livestock") X(TRADE, "trade") X(MEDICAL, "medical") \
    X(SCHOOLING, "schooling") X(MISHAP, "mishap")
/* clang-format on */

#define X(id, name) YES_NO_##id,
enum yes_no { DEMO_YES_NO(X) };
#undef X
#define X(id, name) SEX_##id,
enum sex { DEMO_SEX(X) };
#undef X
#define X(id, name) RELATION_##id,
enum relation { DEMO_RELATION(X) };
#undef X
#define X(id, name) CATEGORY_##id,
enum category { DEMO_CATEGORY(X) };
#undef X
#define X(id, name) KIND_##id,
enum household_kind { DEMO_KIND(X) };
#undef X
#define X(id, name) MONITOR_##id,
enum monitor_kind { DEMO_MONITOR(X) };
#undef X
#define X(id, name) SCHOOLING_##id,
enum schooling { DEMO_SCHOOLING(X) };
#undef X
#define X(id, name) EDUCATION_##id,
enum education { DEMO_EDUCATION(X) EDUCATION_COUNT };
#undef X
#define X(id, name) HEALTH_##id,
enum health { DEMO_HEALTH(X) };
#undef X
#define X(id, name) LABOUR_##id,
enum labour { DEMO_LABOUR(X) };
#undef X
#define X(id, name) ID_KIND_##id,
enum id_kind { DEMO_ID_KIND(X) };
#undef X
#define X(id, name) ALLOWANCE_##id,
enum allowance { DEMO_ALLOWANCE(X) };
#undef X
#define X(id, name) WHEEL_##id,
enum wheel { DEMO_WHEEL(X) WHEEL_COUNT };
#undef X
#define X(id, name) ITEM_##id,
enum item { DEMO_ITEM(X) ITEM_COUNT };
#undef X
#define X(id, name) EXPENSE_##id,
enum expense_kind { DEMO_EXPENSE(X) EXPENSE_COUNT };
#undef X

/* X(id, name in demo.yaml, its words or nothing). Lists without words of ours are the pack's own, drawn by
 * share. */
/* clang-format off */
#define DEMO_LISTS(X) \
    X(YES_NO, "yes_no", DEMO_YES_NO) X(STARTED, "started", DEMO_YES_NO) X(SEX, "sex", DEMO_SEX) X(RELATION, "relation", DEMO_RELATION) \
    X(CATEGORY, "category", DEMO_CATEGORY) X(KIND, "household_kind", DEMO_KIND) \
    X(MONITOR, "monitor_kind", DEMO_MONITOR) X(SCHOOLING, "schooling", DEMO_SCHOOLING) \
    X(EDUCATION, "education", DEMO_EDUCATION) X(HEALTH, "health", DEMO_HEALTH) X(LABOUR, "labour", DEMO_LABOUR) \
    X(ID_KIND, "id_kind", DEMO_ID_KIND) X(ALLOWANCE, "allowance", DEMO_ALLOWANCE) \
    X(SUPPORT, "support", DEMO_ALLOWANCE) X(WHEEL, "wheel", DEMO_WHEEL) X(ITEM, "item", DEMO_ITEM) \
    X(EXPENSE, "expense", DEMO_EXPENSE) \
    X(ETHNIC, "ethnic", DEMO_OPEN) X(POLITICAL, "political", DEMO_OPEN) X(DISABILITY, "disability", DEMO_OPEN) \
    X(GRADE, "disability_grade", DEMO_OPEN) X(DROPOUT, "dropout", DEMO_OPEN) X(PLACE, "place", DEMO_OPEN) \
    X(EMPLOYER, "employer", DEMO_OPEN) X(CHANNEL, "channel", DEMO_OPEN) X(TRADE, "trade", DEMO_OPEN) \
    X(POST, "post", DEMO_OPEN) X(RISK, "risk", DEMO_OPEN) X(DISASTER, "disaster", DEMO_OPEN) \
    X(ELIMINATION, "elimination", DEMO_OPEN) X(CAUSE, "cause", DEMO_OPEN) X(MEASURE, "measure", DEMO_OPEN) \
    X(MEASURE_KIND, "measure_kind", DEMO_OPEN) X(PROVIDER, "provider", DEMO_OPEN) X(ROAD, "road", DEMO_OPEN) \
    X(FUEL, "fuel", DEMO_OPEN) X(DANGER, "danger", DEMO_OPEN) X(RELOCATION, "relocation", DEMO_OPEN) \
    X(INDUSTRY, "industry", DEMO_OPEN) X(SITE, "site", DEMO_OPEN)
#define DEMO_OPEN(X)
/* clang-format on */

enum list {
#define X(id, name, words) LIST_##id,
    DEMO_LISTS(X)
#undef X
        LIST_COUNT
};

/* What a word of an open list may ask for (`when:`): a fact of the household, or, for words of persons, of
 * the person. */
/* clang-format off */
#define DEMO_CONDITIONS(X) \
    X(ILL, "ill") X(DISABLED, "disabled") X(STUDENT, "student") X(DROPOUT, "dropout") \
    X(UNSAFE_HOUSE, "unsafe_house") X(UNSAFE_WATER, "unsafe_water") X(WORKER, "worker") \
    X(NO_WORKER, "no_worker") X(JOBLESS, "jobless") X(FARM, "farm") X(POST, "post") \
    X(RELOCATED, "relocated") X(ALLOWANCE, "allowance") X(UNINSURED, "uninsured") \
    X(AWAY, "away") X(NEAR, "near") X(YOUNG, "young") X(HARD_ROAD, "hard_road") \
    X(SOFT_ROAD, "soft_road") X(IN_SITE, "in_site") X(DISPERSED, "dispersed")
/* clang-format on */

enum condition {
#define X(id, name) CONDITION_##id,
    DEMO_CONDITIONS(X)
#undef X
        CONDITION_COUNT
};

enum {
    DEMO_MONTHS = 24,
    DEMO_YEARS = 2,
    PERSONS_MAX = 16,
    RISKS_MAX = 5,
    MEASURES_MAX = 8,
    EXPENSES_MAX = 48
};

struct village {
    struct text code, name, township, county;
    int64_t planned;        /* households */
    int64_t monitor_factor; /* how much more often its households are monitored, per million */
    /* counted while its households are made */
    int64_t households, people, graduated_people, monitored_people;
    int64_t labourers, away, disabled, women, allowance_people, allowance_households, support_people;
    int64_t support_households, insured, pensioned, unsafe_water, unsafe_house, net_total;
    /* derived when all stand */
    int64_t rural_population, total_households, net_per_capita, collective_income, groups, arable, delisted;
};

struct site {
    struct text name, code;
    const struct village *village;
    int64_t built, industries, industry, enterprises, workshops, jobs;
    int64_t households, people; /* counted while they are made */
};

struct person {
    struct text number, name, id_number, phone;
    uint32_t facts;   /* bits: enum condition */
    int64_t sequence; /* within the household, from 1 */
    int64_t sex, birth, age, relation, id_kind, ethnic, political, mandarin;
    int64_t schooling, education, in_school, dropout;
    int64_t health, disability, disability_grade, disability_year, labour;
    int64_t able, willing, employed, away, work_months, work_start, work_end, monthly_wage;
    int64_t place, employer, channel, trade, post, post_months, transport_subsidy, point_to_point;
    int64_t basic_insurance, employee_insurance, serious_insurance, insured, pension, employee_pension;
    int64_t medical_aid, allowance, support, disability_allowance, relocated;
    char number_text[32], name_text[48], id_text[24], phone_text[16];
};

struct year_account { /* twelve months of a household */
    int64_t year;     /* of the last month */
    int64_t items[ITEM_COUNT], wheels[WHEEL_COUNT];
    int64_t other_wage, other_property, other_transfer; /* what national exports do not list by item */
    int64_t gross, cost, net, per_capita, members, self_paid, claims;
};

struct entry { /* a line of the income ledger */
    int64_t month, item, wheel, amount;
};

struct expense {
    int64_t month, kind, amount, claim;
};

struct measure {
    int64_t word, kind, month, end, amount, provider;
};

struct household {
    struct text number, head_name, head_id, phone, contact, contact_phone;
    struct village *village;
    struct site *site; /* NULL: not in one */
    uint64_t index;
    int64_t sequence; /* within the village */
    int64_t member_count, category, kind, monitor;
    uint32_t facts; /* bits: enum condition */
    int64_t cause, risk[RISKS_MAX], risk_count, disaster, monitored_from, eliminated_at, eliminated,
        elimination;
    int64_t no_labour, measures_started, measure_words;
    int64_t house_area, unsafe_house, danger, safe_water, unsafe_water, power, farm_power, broadcast, toilet;
    int64_t hard_road, road, road_distance, fuel, arable, forest, returned_forest, orchard, pasture, pond;
    int64_t cooperative, enterprise, leader, martyr;
    int64_t relocated, relocation, relocated_at, in_site;
    int64_t dropout_member, uninsured_member, after_house, after_water, after_dropout, after_uninsured;
    struct person persons[PERSONS_MAX];
    size_t person_count;
    enum item main_item;
    int64_t income[DEMO_MONTHS][ITEM_COUNT];
    bool month_missing[DEMO_MONTHS];
    struct expense expenses[EXPENSES_MAX];
    size_t expense_count;
    struct year_account years[DEMO_YEARS]; /* the year before, this year */
    struct measure measures[MEASURES_MAX];
    size_t measure_count;
    bool unlisted;                 /* its measures stand in the exports, but not in the list of measures */
    bool contradicts;              /* its rows are to disagree */
    const struct person *repeated; /* whose row stands twice; NULL: nobody's */
    char number_text[32], contact_text[48], contact_phone_text[16];
};

#endif
