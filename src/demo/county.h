/* The simulated county: villages of the pack, resettlement sites, and households made one after the other.
 * A household depends on the seed, its index and the identity numbers already issued; nothing else. */
#ifndef ZENGSHOU_DEMO_COUNTY_H
#define ZENGSHOU_DEMO_COUNTY_H

#include "demo/config.h"
#include "pack/pack.h"

struct county {
    const struct config *config;
    struct arena arena;
    uint64_t seed, households;
    int32_t as_of;
    int32_t first_month; /* of the 24 whose ledger is kept; the last one is as_of's */
    struct village *villages;
    size_t village_count;
    struct site *sites;
    size_t site_count;
    uint64_t *village_start; /* village_count + 1: the first household of each */
    uint16_t *issued;        /* identity numbers given out, by birth date and sex */
    int32_t issued_from;
};

/* Villages get their households by a skewed draw that adds up to `households`. */
int county_init(struct county *county, const struct pack *pack, const struct config *config,
                uint64_t households, uint64_t seed, int32_t as_of, struct err *err);
void county_fini(struct county *county);

/* Household `index`, all of it, counted in its village and site. Call in ascending order. Its texts live in
 * *out. */
void county_household(struct county *county, uint64_t index, struct household *out);

/* Rural population and the other facts of villages and sites that follow from their households. */
void county_finish(struct county *county);

/* ---- Steps of making a household, in this order ---- */
void family_make(const struct county *county, struct household *household, struct random *random);
void identity_make(struct county *county, struct household *household, struct random *random);
void people_make(const struct county *county, struct household *household, struct random *random);
void living_make(const struct county *county, struct household *household, struct random *random);
void economy_make(const struct county *county, struct household *household, struct random *random);
void monitoring_make(const struct county *county, struct household *household, struct random *random);

/* A word of an open list for which one of these facts holds (bits: enum condition), by share; DEMO_UNKNOWN if
 * none. */
int64_t demo_word_draw(const struct config *config, enum list list, uint32_t facts, struct random *random);

/* Of somebody who never was: 48 and 16 bytes are enough. */
struct text demo_name(const struct config *config, char *out, size_t size, struct random *random);
struct text demo_phone(const struct config *config, char *out, size_t size, struct random *random);

/* The village of household `index`. */
struct village *county_village(struct county *county, uint64_t index);

enum wheel demo_item_wheel(enum item item);

/* Wheels, gross, net and per capita from the items, the cost and the members. */
void demo_account_total(struct year_account *account);

static inline bool fact_holds(uint32_t facts, enum condition condition)
{
    return (facts >> condition & 1) != 0;
}

static inline bool person_has(const struct person *person, enum health health)
{
    return (person->health >> health & 1) != 0;
}

static inline int64_t range_draw(struct range range, struct random *random)
{
    return random_between(random, range.least, range.most);
}

#endif
