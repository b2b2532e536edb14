/* Why and since when a household is monitored, whether its risk is gone, and the help that it got. */
#include "demo/county.h"

#include "base/date.h"

/* A word that is not among those taken; DEMO_UNKNOWN when the list has no other to offer. */
static int64_t another(const struct county *county, enum list list, uint32_t facts, const int64_t *taken,
                       size_t count, struct random *random)
{
    for (int attempt = 0; attempt < 8; attempt++) {
        int64_t word = demo_word_draw(county->config, list, facts, random);
        bool fresh = word != DEMO_UNKNOWN;
        for (size_t i = 0; i < count; i++) fresh = fresh && taken[i] != word;
        if (fresh) return word;
    }
    return DEMO_UNKNOWN;
}

static void risks(const struct county *county, struct household *household, struct random *random)
{
    const struct config *config = county->config;
    household->risk_count = 0;
    for (size_t i = 0; i < RISKS_MAX; i++) {
        household->risk[i] = DEMO_UNKNOWN;
        bool wanted =
            i == 0 || ((size_t)household->risk_count == i && random_chance(random, config->second_risk));
        if (!wanted) continue;
        household->risk[i] = another(county, LIST_RISK, household->facts, household->risk, i, random);
        if (household->risk[i] == DEMO_UNKNOWN) continue;
        household->risk_count++;
        const struct word *word = &config->lists[LIST_RISK].words[household->risk[i]];
        if (text_is(word->name, "disaster"))
            household->disaster = demo_word_draw(config, LIST_DISASTER, 0, random);
    }
}

static void status(const struct county *county, struct household *household, struct random *random)
{
    const struct config *config = county->config;
    int64_t now = date_month(county->as_of);
    household->monitored_from = now - range_draw(config->identified_months, random);
    household->eliminated = YES_NO_NO;
    int64_t gone = household->monitored_from + range_draw(config->elimination_months, random);
    if (gone > now || !random_chance(random, config->eliminated)) return;
    household->eliminated = YES_NO_YES;
    household->eliminated_at = gone;
    household->elimination = demo_word_draw(config, LIST_ELIMINATION, 0, random);
    household->after_house = random_chance(random, config->relapse) ? YES_NO_YES : YES_NO_NO;
    household->after_water = random_chance(random, config->relapse) ? YES_NO_YES : YES_NO_NO;
    household->after_dropout = random_chance(random, config->relapse) ? YES_NO_YES : YES_NO_NO;
    household->after_uninsured = random_chance(random, config->relapse) ? YES_NO_YES : YES_NO_NO;
}

static void help(const struct county *county, struct household *household, size_t count,
                 struct random *random)
{
    const struct config *config = county->config;
    int64_t taken[MEASURES_MAX];
    for (size_t i = 0; i < count && household->measure_count < MEASURES_MAX; i++) {
        int64_t word =
            another(county, LIST_MEASURE, household->facts, taken, household->measure_count, random);
        if (word == DEMO_UNKNOWN) return;
        int64_t now = date_month(county->as_of), since = now - 18;
        if (household->monitored_from != DEMO_UNKNOWN && household->monitored_from > since)
            since = household->monitored_from;
        int64_t month = random_between(random, since, now);
        taken[household->measure_count] = word;
        bool ended = random_chance(random, config->measure_ended);
        household->measures[household->measure_count++] = (struct measure){
            .word = word,
            .kind = config->lists[LIST_MEASURE].words[word].group_word,
            .month = month,
            .end = ended ? random_between(random, month, now) : DEMO_UNKNOWN,
            .amount = range_draw(config->measure_amount, random) / 100 * 100,
            .provider = demo_word_draw(config, LIST_PROVIDER, 0, random),
        };
        household->measure_words |= INT64_C(1) << word;
    }
}

static size_t wanted_measures(const struct config *config, const struct household *household,
                              struct random *random)
{
    if (household->monitor != DEMO_UNKNOWN) {
        bool none = household->eliminated == YES_NO_NO && random_chance(random, config->no_measure);
        return none ? 0 : (size_t)range_draw(config->monitored_measures, random);
    }
    int64_t chance =
        household->category == CATEGORY_ORDINARY ? config->outside_measure : config->graduated_measure;
    return random_chance(random, chance) ? 1 + random_below(random, 2) : 0;
}

static void guarantees(struct household *household)
{
    household->dropout_member = fact_holds(household->facts, CONDITION_DROPOUT) ? YES_NO_YES : YES_NO_NO;
    household->uninsured_member = fact_holds(household->facts, CONDITION_UNINSURED) ? YES_NO_YES : YES_NO_NO;
    household->no_labour = YES_NO_YES;
    for (size_t i = 0; i < household->person_count; i++)
        if (household->persons[i].labour <= LABOUR_WEAK) household->no_labour = YES_NO_NO;
}

void monitoring_make(const struct county *county, struct household *household, struct random *random)
{
    household->monitored_from = household->eliminated = household->eliminated_at = DEMO_UNKNOWN;
    household->after_house = household->after_water = DEMO_UNKNOWN;
    household->after_dropout = household->after_uninsured = DEMO_UNKNOWN;
    household->elimination = household->disaster = household->cause = DEMO_UNKNOWN;
    household->measures_started = DEMO_UNKNOWN;
    household->measure_words = 0;
    household->measure_count = 0;
    household->risk_count = 0;
    for (size_t i = 0; i < RISKS_MAX; i++) household->risk[i] = DEMO_UNKNOWN;
    guarantees(household);
    if (household->kind == KIND_GRADUATED)
        household->cause = demo_word_draw(county->config, LIST_CAUSE, household->facts, random);
    if (household->monitor != DEMO_UNKNOWN) {
        risks(county, household, random);
        status(county, household, random);
    }
    help(county, household, wanted_measures(county->config, household, random), random);
    if (household->monitor != DEMO_UNKNOWN)
        household->measures_started = household->measure_count > 0 ? YES_NO_YES : YES_NO_NO;
    household->unlisted = random_chance(random, county->config->unlisted_measures);
    if (household->measure_count == 0) household->measure_words = DEMO_UNKNOWN;
}
