/* House, water, roads, land, and being moved to a resettlement site. */
#include "demo/county.h"

static int64_t yes_no(struct random *random, int64_t chance)
{
    return random_chance(random, chance) ? YES_NO_YES : YES_NO_NO;
}

static int64_t opposite(int64_t yes_no_value)
{
    return yes_no_value == YES_NO_YES ? YES_NO_NO : YES_NO_YES;
}

static void house(const struct config *config, struct household *household, struct random *random)
{
    household->house_area = range_draw(config->house_area, random) * household->member_count * 10000;
    household->unsafe_house = yes_no(random, config->unsafe_house);
    household->danger = DEMO_UNKNOWN;
    if (household->unsafe_house == YES_NO_YES)
        household->danger = demo_word_draw(config, LIST_DANGER, 0, random);
    household->unsafe_water = yes_no(random, config->unsafe_water);
    household->safe_water = opposite(household->unsafe_water);
    household->power = opposite(yes_no(random, config->no_power));
    household->farm_power = opposite(yes_no(random, config->no_farm_power));
    household->broadcast = opposite(yes_no(random, config->no_broadcast));
    household->toilet = opposite(yes_no(random, config->no_toilet));
    household->hard_road = opposite(yes_no(random, config->soft_road));
    household->road = demo_word_draw(
        config, LIST_ROAD,
        household->hard_road == YES_NO_YES ? 1U << CONDITION_HARD_ROAD : 1U << CONDITION_SOFT_ROAD, random);
    household->road_distance =
        range_draw(config->road_metres, random) * 10; /* ten-thousandths of a kilometre */
    household->fuel = demo_word_draw(config, LIST_FUEL, 0, random);
}

static int64_t land_of(int64_t owners, struct range area, struct random *random)
{
    if (!random_chance(random, owners)) return 0;
    return range_draw(area, random) / 1000 * 1000; /* to a tenth of a mu */
}

static void land(const struct config *config, struct household *household, struct random *random)
{
    household->arable = household->member_count * range_draw(config->arable, random) / 1000 * 1000;
    household->forest = land_of(config->forest_owner, config->forest, random);
    household->returned_forest = land_of(config->forest_owner / 4, config->orchard, random);
    household->orchard = land_of(config->orchard_owner, config->orchard, random);
    household->pond = land_of(config->pond_owner, config->pond, random);
    household->pasture = 0;
    household->cooperative = yes_no(random, config->cooperative);
    household->enterprise = yes_no(random, config->enterprise);
    household->leader = yes_no(random, config->leader);
    household->martyr = yes_no(random, config->martyr);
}

static void relocation(const struct county *county, struct household *household, struct random *random)
{
    const struct config *config = county->config;
    household->site = NULL;
    household->relocated = YES_NO_NO;
    household->in_site = YES_NO_NO;
    household->relocation = household->relocated_at = DEMO_UNKNOWN;
    if (!random_chance(random, config->site_households)) return;
    household->relocated = YES_NO_YES;
    household->relocated_at = range_draw(config->relocated_year, random) * 12 + random_between(random, 0, 11);
    bool in_site = county->site_count > 0 && random_chance(random, config->in_site);
    household->in_site = in_site ? YES_NO_YES : YES_NO_NO;
    household->relocation = demo_word_draw(
        config, LIST_RELOCATION, in_site ? 1U << CONDITION_IN_SITE : 1U << CONDITION_DISPERSED, random);
    if (in_site) household->site = &county->sites[random_below(random, county->site_count)];
}

void living_make(const struct county *county, struct household *household, struct random *random)
{
    house(county->config, household, random);
    land(county->config, household, random);
    relocation(county, household, random);
    for (size_t i = 0; i < household->person_count; i++)
        household->persons[i].relocated = household->relocated;
}
