/* Who lives together: a family's shape is drawn from the pack's table of families, ages follow from the
 * head's. */
#include "demo/county.h"

#include "base/date.h"

enum { DAYS_OF_YEAR = 365, ADULT_CHILD = 23, OLDEST = 98 };

static struct person *add(const struct county *county, struct household *household, struct random *random,
                          enum relation relation, enum sex sex, int64_t age)
{
    if (household->person_count == PERSONS_MAX || age < 0 || age > OLDEST) return NULL;
    struct person *person = &household->persons[household->person_count++];
    int32_t birthday = date_add_months(county->as_of, (int32_t)(-12 * age));
    person->relation = relation;
    person->sex = sex;
    person->birth = birthday - random_between(random, 0, DAYS_OF_YEAR - 1);
    person->age = date_years_between((int32_t)person->birth, county->as_of);
    person->sequence = (int64_t)household->person_count;
    return person;
}

static enum sex draw_sex(const struct config *config, struct random *random)
{
    return random_chance(random, config->women) ? SEX_FEMALE : SEX_MALE;
}

static void add_grandchildren(const struct county *county, struct household *household, struct random *random,
                              const struct family *family, int64_t parent_age, enum sex parent_sex)
{
    size_t count = random_pick(random, family->grandchildren, family->grandchildren_count);
    for (size_t i = 0; i < count; i++) {
        enum sex sex = draw_sex(county->config, random);
        enum relation relation = parent_sex == SEX_MALE
                                     ? (sex == SEX_MALE ? RELATION_SON_SON : RELATION_SON_DAUGHTER)
                                     : (sex == SEX_MALE ? RELATION_DAUGHTER_SON : RELATION_DAUGHTER_DAUGHTER);
        add(county, household, random, relation, sex, parent_age - random_between(random, 21, 33));
    }
}

/* At most one grown child stays with husband or wife; the others of that age have households of their own. */
static void add_children(const struct county *county, struct household *household, struct random *random,
                         const struct family *family, int64_t head_age)
{
    size_t count = random_pick(random, family->children, family->children_count);
    bool couple = false;
    for (size_t i = 0; i < count; i++) {
        enum sex sex = draw_sex(county->config, random);
        int64_t age = head_age - random_between(random, 20, 34);
        bool grown = age >= ADULT_CHILD;
        bool marries = grown && !couple && random_chance(random, family->married_child);
        if (grown && couple) continue;
        if (marries && random_chance(random, family->absent_middle)) {
            couple = true; /* the young couple is gone, the children stay with the old */
            add_grandchildren(county, household, random, family, age, sex);
            continue;
        }
        add(county, household, random, sex == SEX_MALE ? RELATION_SON : RELATION_DAUGHTER, sex, age);
        if (!marries) continue;
        couple = true;
        int64_t partner = age + random_between(random, -3, 3);
        add(county, household, random, sex == SEX_MALE ? RELATION_SON_WIFE : RELATION_DAUGHTER_HUSBAND,
            sex == SEX_MALE ? SEX_FEMALE : SEX_MALE, partner < 20 ? 20 : partner);
        add_grandchildren(county, household, random, family, age, sex);
    }
}

static void add_parents(const struct county *county, struct household *household, struct random *random,
                        const struct family *family, int64_t head_age)
{
    size_t count = random_pick(random, family->parents, family->parents_count);
    int64_t age = head_age + random_between(random, 20, 30);
    bool mother = count == 2 || random_chance(random, county->config->widow);
    if (count == 2 || (count == 1 && !mother))
        add(county, household, random, RELATION_FATHER, SEX_MALE, age + 2);
    if (count > 0 && mother) add(county, household, random, RELATION_MOTHER, SEX_FEMALE, age);
}

void family_make(const struct county *county, struct household *household, struct random *random)
{
    const struct config *config = county->config;
    int64_t shares[FAMILIES_MAX];
    for (size_t i = 0; i < config->family_count; i++) shares[i] = config->families[i].share;
    const struct family *family = &config->families[random_pick(random, shares, config->family_count)];

    int64_t age = range_draw(family->head_age, random);
    enum sex sex = random_chance(random, config->head_male) ? SEX_MALE : SEX_FEMALE;
    household->person_count = 0;
    add(county, household, random, RELATION_HEAD, sex, age);
    if (random_chance(random, family->spouse)) {
        int64_t partner = age + random_between(random, -5, 3) * (sex == SEX_MALE ? 1 : -1);
        add(county, household, random, RELATION_SPOUSE, sex == SEX_MALE ? SEX_FEMALE : SEX_MALE,
            partner < 20 ? 20 : partner);
    }
    add_children(county, household, random, family, age);
    add_parents(county, household, random, family, age);
    household->member_count = (int64_t)household->person_count;
}
