/* Faults of records. Faults of spelling are made cell by cell, in cell.c. */
#include "demo/dirt.h"

#include <string.h>

enum { STREAM_DIRT = 7, CHECK_AT = 17, CHILD = 16 };

/* Any other check digit is wrong. */
static void wrong_check_digit(struct person *person, struct random *random)
{
    static const char digits[] = "0123456789X";
    size_t at = (size_t)(strchr(digits, person->id_text[CHECK_AT]) - digits);
    person->id_text[CHECK_AT] = digits[(at + random_between(random, 1, 10)) % 11];
}

/* The same human being on another household's list, under another number. */
static void registered_twice(struct person *person, const struct person *earlier)
{
    memcpy(person->name_text, earlier->name_text, sizeof person->name_text);
    memcpy(person->id_text, earlier->id_text, sizeof person->id_text);
    person->name = (struct text){person->name_text, earlier->name.size};
    person->id_number = (struct text){person->id_text, earlier->id_number.size};
    person->id_kind = earlier->id_kind;
    person->birth = earlier->birth;
    person->sex = earlier->sex;
}

static void spoil_person(struct dirt *dirt, struct person *person, struct random *random)
{
    const struct config *config = dirt->config;
    if (dirt->count == DIRT_MEMORY && random_chance(random, config->dirt_same_identity))
        registered_twice(person, &dirt->earlier[random_below(random, DIRT_MEMORY)]);
    if (random_chance(random, config->dirt_check_digit)) wrong_check_digit(person, random);
    if (random_chance(random, config->dirt_sex))
        person->sex = person->sex == SEX_MALE ? SEX_FEMALE : SEX_MALE;
    if (random_chance(random, config->dirt_birth)) person->birth += random_between(random, 1, 300);
    if (random_chance(random, config->dirt_health) && person->health != 1 << HEALTH_HEALTHY)
        person->health |= 1 << HEALTH_HEALTHY;
    if (person->age < CHILD && random_chance(random, config->dirt_child_work)) person->employed = YES_NO_YES;
}

static void spoil_heads(const struct config *config, struct household *household, struct random *random)
{
    if (random_chance(random, config->dirt_no_head)) household->persons[0].relation = RELATION_SIBLING;
    if (household->person_count > 1 && random_chance(random, config->dirt_two_heads))
        household->persons[1].relation = RELATION_HEAD;
    if (random_chance(random, config->dirt_member_count))
        household->member_count += household->member_count > 1 && random_below(random, 2) == 0 ? -1 : 1;
}

static void lose_months(const struct config *config, struct household *household, struct random *random)
{
    if (random_chance(random, config->dirt_no_ledger))
        for (size_t i = 0; i < DEMO_MONTHS; i++) household->month_missing[i] = true;
    if (!random_chance(random, config->dirt_month_missing)) return;
    int64_t count = random_between(random, config->missing_months.least, config->missing_months.most);
    for (int64_t i = 0; i < count; i++) household->month_missing[random_below(random, DEMO_MONTHS)] = true;
}

/* Yearly totals that were typed in and do not agree with the ledger, or not with themselves. */
static void spoil_accounts(const struct config *config, struct household *household, struct random *random)
{
    for (size_t i = 0; i < DEMO_YEARS; i++) {
        struct year_account *account = &household->years[i];
        if (random_chance(random, config->dirt_year_differs)) {
            int64_t change = random_between(random, 1, 500000);
            account->wheels[WHEEL_TRANSFER] += change;
            account->other_transfer += change;
            account->gross += change;
            account->net += change;
            account->per_capita += change / account->members;
        }
        if (!random_chance(random, config->dirt_declared)) continue;
        int64_t *wrong[] = {&account->gross, &account->net, &account->per_capita};
        *wrong[random_below(random, 3)] += random_between(random, 100, 300000);
    }
}

void dirt_household(struct dirt *dirt, struct household *household)
{
    const struct config *config = dirt->config;
    struct random random = random_start(dirt->seed ^ STREAM_DIRT, household->index);
    for (size_t i = 0; i < household->person_count; i++) {
        struct person *person = &household->persons[i];
        spoil_person(dirt, person, &random);
        if (random_chance(&random, config->dirt_repeated_row)) household->repeated = person;
        dirt->earlier[dirt->count < DIRT_MEMORY ? dirt->count++ : random_below(&random, DIRT_MEMORY)] =
            *person;
    }
    spoil_heads(config, household, &random);
    lose_months(config, household, &random);
    spoil_accounts(config, household, &random);
    if (household->eliminated == YES_NO_YES && random_chance(&random, config->dirt_elimination))
        household->eliminated_at = DEMO_UNKNOWN;
    household->contradicts =
        household->person_count > 1 && random_chance(&random, config->dirt_contradiction);
}
