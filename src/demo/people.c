/* What a person of a given age is: at school or not, healthy or not, able to work, at work, insured. */
#include "demo/county.h"

#include <stdio.h>

#include "base/date.h"

enum {
    SCHOOL_FIRST = 6,
    COMPULSORY_LAST = 15,
    WORK_FIRST = 16,
    OLD = 60,
    FRAIL = 75,
    YOUNG = 28,
    SCHOOL_MONTH = 9
};

static const struct age_band *band_of(const struct config *config, int64_t age)
{
    size_t i = 0;
    while (i + 1 < config->band_count && age > config->bands[i].up_to) i++;
    return &config->bands[i];
}

/* The age on 31 August before the school year that as_of stands in: what decides the class. */
static int64_t school_age(const struct county *county, const struct person *person)
{
    int year = month_year(date_month(county->as_of)), month = month_number(date_month(county->as_of));
    int32_t start;
    if (month < SCHOOL_MONTH) year--;
    if (!date_make(year, SCHOOL_MONTH, 1, &start)) return person->age;
    return date_years_between((int32_t)person->birth, start - 1);
}

static int64_t schooling_after(const struct config *config, int64_t age, struct random *random)
{
    if (age <= 17) {
        if (!random_chance(random, config->senior)) return DEMO_UNKNOWN;
        bool vocational = random_chance(random, config->vocational);
        return (vocational ? SCHOOLING_VOCATIONAL_1 : SCHOOLING_SENIOR_1) + (age - 15);
    }
    if (age <= 21) {
        if (!random_chance(random, config->college)) return DEMO_UNKNOWN;
        if (age <= 20 && random_chance(random, config->vocational)) return SCHOOLING_COLLEGE_1 + (age - 18);
        return SCHOOLING_UNIVERSITY_1 + (age - 18);
    }
    if (age <= 24 && random_chance(random, config->postgraduate)) return SCHOOLING_POSTGRADUATE;
    return DEMO_UNKNOWN;
}

static void school(const struct county *county, struct person *person, struct random *random)
{
    const struct config *config = county->config;
    int64_t age = school_age(county, person);
    person->dropout = person->education = person->schooling = DEMO_UNKNOWN;
    if (age < 3)
        person->schooling = SCHOOLING_INFANT;
    else if (age < SCHOOL_FIRST)
        person->schooling = random_chance(random, config->preschool) ? SCHOOLING_PRESCHOOL : SCHOOLING_INFANT;
    else if (age < COMPULSORY_LAST && !random_chance(random, config->dropout))
        person->schooling = age < 12 ? SCHOOLING_PRIMARY : SCHOOLING_JUNIOR_1 + (age - 12);
    else if (age < COMPULSORY_LAST)
        person->dropout = demo_word_draw(config, LIST_DROPOUT, UINT32_MAX, random);
    else if (person->relation != RELATION_HEAD && person->relation != RELATION_SPOUSE)
        person->schooling = schooling_after(config, age, random);
    person->in_school = person->schooling > SCHOOLING_PRESCHOOL ? YES_NO_YES : YES_NO_NO;
    if (person->schooling == DEMO_UNKNOWN && person->dropout == DEMO_UNKNOWN)
        person->education =
            (int64_t)random_pick(random, band_of(config, person->age)->education, EDUCATION_COUNT);
}

static void health(const struct config *config, bool monitored, struct person *person, struct random *random)
{
    const struct age_band *band = band_of(config, person->age);
    int64_t burden = monitored ? config->monitored_burden : MILLION;
    int64_t set = 0;
    if (random_chance(random, random_share_of(band->chronic, burden))) set |= 1 << HEALTH_CHRONIC;
    if (random_chance(random, random_share_of(band->serious, burden))) set |= 1 << HEALTH_SERIOUS;
    if (random_chance(random, random_share_of(band->disabled, burden))) set |= 1 << HEALTH_DISABLED;
    person->health = set == 0 ? 1 << HEALTH_HEALTHY : set;
    person->id_kind = ID_KIND_IDENTITY;
    person->disability = person->disability_grade = person->disability_year = DEMO_UNKNOWN;
    if ((set >> HEALTH_DISABLED & 1) == 0) return;
    person->disability = demo_word_draw(config, LIST_DISABILITY, UINT32_MAX, random);
    person->disability_grade = demo_word_draw(config, LIST_GRADE, UINT32_MAX, random);
    person->disability_year =
        month_year(date_month((int32_t)person->birth)) + random_between(random, person->age / 3, person->age);
    if (!random_chance(random, config->disability_number)) return;
    /* The certificate's number is the identity number, then kind and grade, counted from 1. */
    person->id_kind = ID_KIND_DISABILITY;
    snprintf(person->id_text + 18, sizeof person->id_text - 18, "%u%u",
             (unsigned)(person->disability + 1) % 10, (unsigned)(person->disability_grade + 1) % 10);
    person->id_number.size = 20;
}

static int64_t labour_of(const struct config *config, const struct person *person, struct random *random)
{
    bool disabled = person_has(person, HEALTH_DISABLED);
    bool serious = person_has(person, HEALTH_SERIOUS);
    if (person->age < WORK_FIRST) return LABOUR_NONE;
    if (person->age >= FRAIL) return random_chance(random, config->frail_able) ? LABOUR_WEAK : LABOUR_NONE;
    if (disabled && person->disability_grade <= 1)
        return random_chance(random, config->severe_lost) ? LABOUR_LOST : LABOUR_WEAK;
    if (serious) return random_chance(random, config->serious_lost) ? LABOUR_LOST : LABOUR_WEAK;
    if (person->age >= OLD || disabled)
        return random_chance(random, config->old_able) ? LABOUR_WEAK : LABOUR_NONE;
    return random_chance(random, config->skilled) ? LABOUR_SKILLED : LABOUR_COMMON;
}

static int64_t chance_of_work(const struct config *config, const struct person *person)
{
    if (person->in_school == YES_NO_YES || person->labour == LABOUR_NONE || person->labour == LABOUR_LOST)
        return 0;
    if (person->age >= OLD) return config->employed_old;
    return person->labour == LABOUR_WEAK ? config->employed_weak : config->employed;
}

static void job(const struct county *county, bool idle, struct person *person, struct random *random)
{
    const struct config *config = county->config;
    bool may = person->age >= WORK_FIRST && person->in_school == YES_NO_NO;
    person->able = may && person->labour <= LABOUR_WEAK && person->age < OLD ? YES_NO_YES : YES_NO_NO;
    person->willing = DEMO_UNKNOWN;
    if (person->able == YES_NO_YES)
        person->willing = random_chance(random, config->willing) ? YES_NO_YES : YES_NO_NO;
    person->employed = person->away = YES_NO_NO;
    person->work_months = 0;
    person->post_months = DEMO_UNKNOWN;
    person->work_start = person->work_end = person->place = person->employer = person->channel = DEMO_UNKNOWN;
    person->trade = person->post = person->transport_subsidy = person->point_to_point = DEMO_UNKNOWN;
    bool works =
        !idle && person->willing != YES_NO_NO && random_chance(random, chance_of_work(config, person));
    if (!works) return;
    person->employed = person->willing = YES_NO_YES;
    if (person->labour == LABOUR_WEAK && random_chance(random, config->post)) {
        person->post = demo_word_draw(config, LIST_POST, UINT32_MAX, random);
        person->post_months = range_draw(config->post_months, random);
        person->work_months = person->post_months;
        person->work_start = date_month(county->as_of) - (int32_t)(person->post_months - 1);
        person->channel = demo_word_draw(config, LIST_CHANNEL, 1U << CONDITION_POST, random);
        return;
    }
    person->work_months = range_draw(config->work_months, random);
    int32_t now = date_month(county->as_of);
    person->work_start = now - random_between(random, person->work_months - 1, 11);
    int64_t last = person->work_start + person->work_months - 1;
    if (last < now) person->work_end = last;
    bool away = person->labour != LABOUR_WEAK && random_chance(random, config->away);
    person->away = away ? YES_NO_YES : YES_NO_NO;
    uint32_t where = 1U << (away ? CONDITION_AWAY : CONDITION_NEAR);
    person->place = demo_word_draw(config, LIST_PLACE, where, random);
    person->employer = demo_word_draw(config, LIST_EMPLOYER, where, random);
    person->channel = demo_word_draw(config, LIST_CHANNEL, where, random);
    person->trade = demo_word_draw(config, LIST_TRADE, where, random);
    if (!away) return;
    person->point_to_point = random_chance(random, config->point_to_point) ? YES_NO_YES : YES_NO_NO;
    if (random_chance(random, config->transport_subsidy))
        person->transport_subsidy = range_draw(config->transport_amount, random) / 100 * 100;
}

static int64_t yes_no(struct random *random, int64_t chance)
{
    return random_chance(random, chance) ? YES_NO_YES : YES_NO_NO;
}

static void insurance(const struct config *config, struct person *person, struct random *random)
{
    bool ill = person->health != 1 << HEALTH_HEALTHY;
    bool employee = person->away == YES_NO_YES && random_chance(random, config->employee_insurance);
    bool uninsured = !employee && random_chance(random, config->uninsured);
    person->employee_insurance = employee ? YES_NO_YES : YES_NO_NO;
    person->basic_insurance = employee || uninsured ? YES_NO_NO : YES_NO_YES;
    person->insured = uninsured ? YES_NO_NO : YES_NO_YES;
    person->serious_insurance = uninsured ? YES_NO_NO : yes_no(random, config->serious_insurance);
    bool disabled = person_has(person, HEALTH_DISABLED);
    person->disability_allowance = disabled ? yes_no(random, config->disability_allowance) : YES_NO_NO;
    person->medical_aid = ill ? yes_no(random, config->medical_aid) : YES_NO_NO;
    bool grown = person->age >= WORK_FIRST && person->in_school == YES_NO_NO;
    person->employee_pension = grown && employee ? yes_no(random, config->employee_pension) : YES_NO_NO;
    person->pension = grown && person->employee_pension == YES_NO_NO
                          ? yes_no(random, config->pension_insurance)
                          : YES_NO_NO;
}

void people_make(const struct county *county, struct household *household, struct random *random)
{
    const struct config *config = county->config;
    bool monitored = household->monitor != DEMO_UNKNOWN;
    bool idle = random_chance(random, config->idle_household);
    int64_t ethnic = demo_word_draw(config, LIST_ETHNIC, UINT32_MAX, random);
    for (size_t i = 0; i < household->person_count; i++) {
        struct person *person = &household->persons[i];
        person->ethnic = ethnic;
        school(county, person, random);
        health(config, monitored, person, random);
        person->labour = labour_of(config, person, random);
        job(county, idle, person, random);
        insurance(config, person, random);
        person->political = DEMO_UNKNOWN;
        if (person->age >= WORK_FIRST)
            person->political = demo_word_draw(config, LIST_POLITICAL,
                                               person->age < YOUNG ? 1U << CONDITION_YOUNG : 0, random);
        person->mandarin = person->age < 3 ? DEMO_UNKNOWN : yes_no(random, config->mandarin);
        person->allowance = person->support = ALLOWANCE_NONE;
    }
    household->head_id = household->persons[0].id_number;
}
