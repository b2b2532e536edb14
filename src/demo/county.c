/* From a pack's divisions to villages with their households, and from these back to the villages' figures. */
#include "demo/county.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/money.h"

enum {
    ISSUED_YEARS = 120,
    STREAM_VILLAGES = 1,
    STREAM_SITES = 2,
    STREAM_HOUSEHOLDS = 1000,
    UNIT = 1000000,
    MONITORED_MOST = 700000 /* of a village's households */
};

int64_t demo_word_draw(const struct config *config, enum list list, uint32_t facts, struct random *random)
{
    const struct word_list *words = &config->lists[list];
    int64_t shares[64];
    assert(words->count <= 64); /* the reader of demo.yaml sees to it */
    int64_t total = 0;
    for (size_t i = 0; i < words->count; i++) {
        const struct word *word = &words->words[i];
        shares[i] = word->when == 0 || (word->when & facts) != 0 ? word->share : 0;
        total += shares[i];
    }
    return total == 0 ? DEMO_UNKNOWN : (int64_t)random_pick(random, shares, words->count);
}

static void list_villages(struct county *county, const struct pack *pack)
{
    county->villages = arena_array(&county->arena, pack->division_count, sizeof *county->villages);
    for (size_t i = 0; i < pack->division_count; i++) {
        const struct pack_division *division = &pack->divisions[i];
        if (division->level != DIVISION_VILLAGE) continue;
        struct village *village = &county->villages[county->village_count++];
        village->code = division->code;
        village->name = division->name;
        int township = pack_division_up(pack, (int)i, DIVISION_TOWNSHIP);
        int top = pack_division_up(pack, (int)i, DIVISION_COUNTY);
        if (township >= 0) village->township = pack->divisions[township].name;
        if (top >= 0) village->county = pack->divisions[top].name;
    }
}

/* Weighted shares that add up: household k goes to the village whose cumulated weight holds it. */
static void divide_households(struct county *county, struct random *random)
{
    const struct config *config = county->config;
    int64_t *weights = mem_new(county->village_count, sizeof *weights);
    __extension__ typedef unsigned __int128 wide;
    uint64_t total = 0, cumulated = 0;
    for (size_t i = 0; i < county->village_count; i++) {
        weights[i] = 1 + random_skewed(random, UNIT, config->village_spread);
        total += (uint64_t)weights[i];
    }
    county->village_start =
        arena_array(&county->arena, county->village_count + 1, sizeof *county->village_start);
    for (size_t i = 0; i < county->village_count; i++) {
        cumulated += (uint64_t)weights[i];
        county->village_start[i + 1] = (uint64_t)((wide)county->households * cumulated / total);
        county->villages[i].planned = (int64_t)(county->village_start[i + 1] - county->village_start[i]);
    }
    free(weights);
}

/* How much more often a village's households are monitored: 1 on average over the households, so that the
 * county's share is the pack's. */
static void vary_monitoring(struct county *county, struct random *random)
{
    int64_t sum = 0;
    for (size_t i = 0; i < county->village_count; i++) {
        struct village *village = &county->villages[i];
        village->monitor_factor = random_skewed(random, UNIT, county->config->monitored_spread);
        sum += village->monitor_factor * village->planned;
    }
    for (size_t i = 0; i < county->village_count && sum > 0; i++)
        fixed_scale(county->villages[i].monitor_factor, UNIT * (int64_t)county->households, sum,
                    &county->villages[i].monitor_factor);
}

static void make_sites(struct county *county, struct random *random)
{
    const struct config *config = county->config;
    const struct word_list *names = &config->lists[LIST_SITE];
    county->site_count = (size_t)range_draw(config->site_count, random);
    if (county->site_count > county->village_count) county->site_count = county->village_count;
    county->sites = arena_array(&county->arena, county->site_count + 1, sizeof *county->sites);
    for (size_t i = 0; i < county->site_count; i++) {
        struct site *site = &county->sites[i];
        /* One in each stretch of the list of villages, so that no two share one, nor a name. */
        size_t from = i * county->village_count / county->site_count;
        size_t to = (i + 1) * county->village_count / county->site_count;
        site->village = &county->villages[from + random_below(random, to - from)];
        struct text tail = names->words[random_below(random, names->count)].spellings[0];
        char *name = arena_printf(&county->arena, "%.*s%.*s%.*s", TEXT_ARGS(site->village->township),
                                  TEXT_ARGS(site->village->name), TEXT_ARGS(tail));
        site->name = text_of(name);
        site->code =
            text_of(arena_printf(&county->arena, "%.*sA%03zu", TEXT_ARGS(config->identity_division), i + 1));
        bool industry = !random_chance(random, config->site_without_industry);
        site->industries = industry ? range_draw(config->site_industries, random) : 0;
        site->industry = industry ? demo_word_draw(config, LIST_INDUSTRY, 0, random) : DEMO_UNKNOWN;
        site->enterprises = industry ? random_between(random, 0, site->industries) : 0;
        site->workshops = range_draw(config->site_workshops, random);
        site->jobs = site->workshops * range_draw(config->site_jobs, random);
        site->built = range_draw(config->relocated_year, random) * 12 + random_between(random, 0, 11);
    }
}

int county_init(struct county *county, const struct pack *pack, const struct config *config,
                uint64_t households, uint64_t seed, int32_t as_of, struct err *err)
{
    *county = (struct county){.config = config, .seed = seed, .households = households, .as_of = as_of};
    county->first_month = date_month(as_of) - DEMO_MONTHS + 1;
    list_villages(county, pack);
    if (county->village_count == 0)
        return err_set(err, ERR_INPUT, "包里没有村级区划，无法生成演示数据；请在 pack.yaml 写 divisions",
                       "the pack has no villages to fill: add divisions to pack.yaml");
    county->issued_from = date_add_months(as_of, -12 * ISSUED_YEARS);
    county->issued = mem_new((size_t)(as_of - county->issued_from + 1) * 2, sizeof *county->issued);
    struct random random = random_start(seed, STREAM_VILLAGES);
    divide_households(county, &random);
    vary_monitoring(county, &random);
    random = random_start(seed, STREAM_SITES);
    make_sites(county, &random);
    return 0;
}

void county_fini(struct county *county)
{
    free(county->issued);
    arena_fini(&county->arena);
    *county = (struct county){0};
}

/* ---- Households ---- */

struct village *county_village(struct county *county, uint64_t index)
{
    size_t low = 0, high = county->village_count;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (county->village_start[middle] <= index)
            low = middle;
        else
            high = middle;
    }
    return &county->villages[low];
}

static void choose_group(const struct county *county, struct household *household, struct random *random)
{
    enum group { GRADUATED, UNSTABLE, MARGINAL, SUDDEN, ORDINARY };
    const struct config *config = county->config;
    int64_t weights[GROUP_COUNT], monitored = 0, total = 0;
    for (size_t i = 0; i < GROUP_COUNT; i++) {
        total += config->groups[i];
        if (i >= UNSTABLE && i <= SUDDEN) monitored += config->groups[i];
    }
    int64_t chance = total > 0 ? household->village->monitor_factor * monitored / total : 0;
    bool is_monitored = random_chance(random, chance < MONITORED_MOST ? chance : MONITORED_MOST);
    for (size_t i = 0; i < GROUP_COUNT; i++)
        weights[i] = (i >= UNSTABLE && i <= SUDDEN) == is_monitored ? config->groups[i] : 0;
    enum group group = (enum group)random_pick(random, weights, GROUP_COUNT);
    bool graduated = group == GRADUATED || group == UNSTABLE ||
                     (group == SUDDEN && random_chance(random, config->sudden_graduated));
    household->kind = graduated ? KIND_GRADUATED : KIND_ORDINARY;
    household->category = group == GRADUATED  ? CATEGORY_GRADUATED
                          : group == ORDINARY ? CATEGORY_ORDINARY
                                              : CATEGORY_MONITORED;
    household->monitor = DEMO_UNKNOWN;
    if (household->category == CATEGORY_MONITORED) household->monitor = (int64_t)(group - UNSTABLE);
}

static uint32_t fact(enum condition condition, bool holds)
{
    return holds ? 1U << condition : 0;
}

static uint32_t person_facts(const struct person *person)
{
    bool works = person->employed == YES_NO_YES;
    return fact(CONDITION_ILL, person->health != 1 << HEALTH_HEALTHY) |
           fact(CONDITION_DISABLED, person_has(person, HEALTH_DISABLED)) |
           fact(CONDITION_STUDENT, person->in_school == YES_NO_YES) |
           fact(CONDITION_DROPOUT, person->dropout != DEMO_UNKNOWN) |
           fact(CONDITION_UNINSURED, person->insured == YES_NO_NO) |
           fact(CONDITION_POST, person->post != DEMO_UNKNOWN) |
           fact(CONDITION_AWAY, works && person->away == YES_NO_YES) |
           fact(CONDITION_NEAR, works && person->away == YES_NO_NO) |
           fact(CONDITION_JOBLESS, person->willing == YES_NO_YES && !works) | fact(CONDITION_WORKER, works) |
           fact(CONDITION_NO_WORKER, !works);
}

/* A household's facts are those of any member, and its own. */
static void gather_facts(struct household *household)
{
    for (size_t i = 0; i < household->person_count; i++) {
        household->persons[i].facts = person_facts(&household->persons[i]);
        household->facts |= household->persons[i].facts;
    }
    if (fact_holds(household->facts, CONDITION_WORKER)) household->facts &= ~(1U << CONDITION_NO_WORKER);
    household->facts |= fact(CONDITION_UNSAFE_HOUSE, household->unsafe_house == YES_NO_YES) |
                        fact(CONDITION_UNSAFE_WATER, household->unsafe_water == YES_NO_YES) |
                        fact(CONDITION_RELOCATED, household->relocated == YES_NO_YES);
}

static void count_person(struct village *village, const struct person *person)
{
    village->women += person->sex == SEX_FEMALE;
    village->disabled += person_has(person, HEALTH_DISABLED);
    village->labourers += person->labour <= LABOUR_WEAK;
    village->away += person->away == YES_NO_YES;
    village->insured += person->insured == YES_NO_YES;
    village->pensioned += person->pension == YES_NO_YES;
    village->allowance_people += person->allowance != ALLOWANCE_NONE;
    village->support_people += person->support != ALLOWANCE_NONE;
}

static void count_household(struct household *household)
{
    struct village *village = household->village;
    int64_t people = household->member_count;
    village->households++;
    village->people += people;
    if (household->kind == KIND_GRADUATED) village->graduated_people += people;
    if (household->monitor != DEMO_UNKNOWN) village->monitored_people += people;
    village->allowance_households += fact_holds(household->facts, CONDITION_ALLOWANCE);
    village->support_households += household->persons[0].support != ALLOWANCE_NONE;
    village->unsafe_water += household->unsafe_water == YES_NO_YES;
    village->unsafe_house += household->unsafe_house == YES_NO_YES;
    village->net_total += household->years[DEMO_YEARS - 1].net;
    for (size_t i = 0; i < household->person_count; i++) count_person(village, &household->persons[i]);
    if (household->site == NULL) return;
    household->site->households++;
    household->site->people += people;
}

void county_household(struct county *county, uint64_t index, struct household *household)
{
    struct random random = random_start(county->seed, STREAM_HOUSEHOLDS + index);
    *household = (struct household){.index = index, .village = county_village(county, index)};
    household->sequence = (int64_t)(index - county->village_start[household->village - county->villages]) + 1;
    int length = snprintf(household->number_text, sizeof household->number_text, "%.*s%05u",
                          (int)(household->village->code.size > 16 ? 16 : household->village->code.size),
                          household->village->code.at, (unsigned)household->sequence % 100000);
    household->number = (struct text){household->number_text, (size_t)length};
    choose_group(county, household, &random);
    family_make(county, household, &random);
    identity_make(county, household, &random);
    people_make(county, household, &random);
    living_make(county, household, &random);
    gather_facts(household);
    economy_make(county, household, &random);
    monitoring_make(county, household, &random);
    count_household(household);
}

/* ---- What follows for villages ---- */

void county_finish(struct county *county)
{
    const struct config *config = county->config;
    struct random random = random_start(county->seed, STREAM_VILLAGES + 2);
    for (size_t i = 0; i < county->village_count; i++) {
        struct village *village = &county->villages[i];
        int64_t share = random_skewed(&random, config->register_share.median, config->register_share.spread);
        if (share < MILLION / 100) share = MILLION / 100;
        if (share > MILLION * 6 / 10) share = MILLION * 6 / 10;
        int64_t group = range_draw(config->group_people, &random);
        village->rural_population = village->people * MILLION / share + random_between(&random, 20, 60);
        village->total_households = village->rural_population * 10 / 34;
        if (village->total_households < village->households) village->total_households = village->households;
        village->groups = village->rural_population / (group > 0 ? group : 1) + 1;
        village->net_per_capita = village->people > 0 ? village->net_total / village->people : DEMO_UNKNOWN;
        village->collective_income = range_draw(config->collective_income, &random) / 100 * 100;
        village->delisted = random_chance(&random, config->delisted) ? YES_NO_YES : YES_NO_NO;
        village->arable =
            village->rural_population * range_draw(config->village_arable, &random) / 10000 * 10000;
    }
}
