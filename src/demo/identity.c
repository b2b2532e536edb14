/* Names of randomly combined characters, identity numbers with a proper check digit, telephone numbers: all
 * made up. */
#include "demo/county.h"

#include <assert.h>
#include <stdio.h>

#include "base/date.h"
#include "base/idcard.h"

enum { SEQUENCES = 1000, PER_SEX = SEQUENCES / 2, DAYS = 130 * 366 };

static struct text draw(const struct name_list *list, struct random *random)
{
    return list->items[random_pick(random, list->weights, list->count)];
}

static struct text name_make(const struct config *config, struct text surname, int64_t sex, char *out,
                             size_t size, struct random *random)
{
    const struct name_list *characters =
        sex == SEX_MALE ? &config->male_characters : &config->female_characters;
    struct text first = draw(characters, random), second = draw(characters, random);
    if (!random_chance(random, config->two_characters)) second.size = 0;
    int length = snprintf(out, size, "%.*s%.*s%.*s", TEXT_ARGS(surname), TEXT_ARGS(first), TEXT_ARGS(second));
    assert(length > 0 && (size_t)length < size); /* the reader of demo.yaml limits the parts */
    return (struct text){out, (size_t)length};
}

/* The nth number of a birth date and sex: first those of the pack's range, which registrars hardly use, then
 * downward. */
static int sequence_number(struct range range, int64_t sex, int nth)
{
    int odd = sex == SEX_MALE ? 1 : 0;
    int first = (int)range.least + (((int)range.least & 1) == odd ? 0 : 1);
    int number = first + 2 * nth;
    if (number <= range.most) return number;
    int within = ((int)range.most - first) / 2 + 1;
    number = first - 2 * (nth - within + 1);
    return number >= 0 ? number : -1;
}

/* Every number once: a birth date whose numbers are used up passes its next child to the day before. */
static void number_make(struct county *county, struct person *person)
{
    for (;; person->birth--) {
        int32_t day = (int32_t)person->birth - county->issued_from;
        assert(day >= 0 && day < DAYS);
        uint16_t *issued = &county->issued[day * 2 + (person->sex == SEX_MALE)];
        int sequence = sequence_number(county->config->sequence, person->sex, *issued);
        if (sequence < 0) continue;
        (*issued)++;
        int year, month, day_of_month;
        date_split((int32_t)person->birth, &year, &month, &day_of_month);
        snprintf(person->id_text, sizeof person->id_text, "%.6s%04u%02u%02u%03u",
                 county->config->identity_division.at, (unsigned)year % 10000, (unsigned)month % 100,
                 (unsigned)day_of_month % 100, (unsigned)sequence % 1000);
        person->id_text[17] = idcard_check_digit((struct text){person->id_text, 17});
        person->id_text[18] = '\0';
        person->id_number = (struct text){person->id_text, 18};
        return;
    }
}

static struct text phone_make(const struct config *config, char *out, size_t size, struct random *random)
{
    uint64_t number =
        random_below(random, UINT64_C(100000000000)); /* 11 digits, of which the prefix takes the first */
    int length = snprintf(out, size, "%011llu", (unsigned long long)number);
    for (size_t i = 0; i < config->phone_prefix.size; i++) out[i] = config->phone_prefix.at[i];
    return (struct text){out, (size_t)length};
}

struct text demo_name(const struct config *config, char *out, size_t size, struct random *random)
{
    struct text surname = draw(&config->surnames, random);
    return name_make(config, surname, random_below(random, 2) == 0 ? SEX_MALE : SEX_FEMALE, out, size,
                     random);
}

struct text demo_phone(const struct config *config, char *out, size_t size, struct random *random)
{
    return phone_make(config, out, size, random);
}

static bool blood(int64_t relation)
{
    return relation != RELATION_SPOUSE && relation != RELATION_SON_WIFE &&
           relation != RELATION_DAUGHTER_HUSBAND && relation != RELATION_MOTHER &&
           relation != RELATION_DAUGHTER_SON && relation != RELATION_DAUGHTER_DAUGHTER;
}

void identity_make(struct county *county, struct household *household, struct random *random)
{
    const struct config *config = county->config;
    struct text surname = draw(&config->surnames, random);
    for (size_t i = 0; i < household->person_count; i++) {
        struct person *person = &household->persons[i];
        struct text family = blood(person->relation) ? surname : draw(&config->surnames, random);
        person->name =
            name_make(config, family, person->sex, person->name_text, sizeof person->name_text, random);
        number_make(county, person);
        person->age = date_years_between((int32_t)person->birth, county->as_of);
        person->phone = (struct text){NULL, 0};
        if (person->age >= 14 && random_chance(random, config->phone))
            person->phone = phone_make(config, person->phone_text, sizeof person->phone_text, random);
        int length = snprintf(person->number_text, sizeof person->number_text, "%s%02u",
                              household->number_text, (unsigned)person->sequence % 100);
        person->number = (struct text){person->number_text, (size_t)length};
    }
    const struct person *head = &household->persons[0];
    household->head_name = head->name;
    household->head_id = head->id_number;
    household->phone = head->phone;
    household->contact = name_make(config, draw(&config->surnames, random),
                                   random_below(random, 2) == 0 ? SEX_MALE : SEX_FEMALE,
                                   household->contact_text, sizeof household->contact_text, random);
    household->contact_phone =
        phone_make(config, household->contact_phone_text, sizeof household->contact_phone_text, random);
}
