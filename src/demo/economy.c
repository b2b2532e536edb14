/* A household's money: what it earns by item and month, what the farm costs, what it must pay itself. A level
 * and a growth are drawn; the items are made to add up to about that, and the accounts are then summed from
 * the months, so that ledger and yearly totals agree to the fen. */
#include "demo/county.h"

#include <string.h>

#include "base/date.h"
#include "base/money.h"

enum { YEAR_MONTHS = 12, YUAN = 100, SMALL_BOOKINGS = 2, OLD = 60 };

static const enum wheel wheel_of[ITEM_COUNT] = {
    [ITEM_WORK_AWAY] = WHEEL_WAGE,     [ITEM_WORK_NEAR] = WHEEL_WAGE,
    [ITEM_POST] = WHEEL_WAGE,          [ITEM_CROPS] = WHEEL_BUSINESS,
    [ITEM_LIVESTOCK] = WHEEL_BUSINESS, [ITEM_TRADE] = WHEEL_BUSINESS,
    [ITEM_AWARD] = WHEEL_BUSINESS,     [ITEM_DIVIDEND] = WHEEL_PROPERTY,
    [ITEM_LEASE] = WHEEL_PROPERTY,     [ITEM_FAMILY_PLANNING] = WHEEL_TRANSFER,
    [ITEM_ALLOWANCE] = WHEEL_TRANSFER, [ITEM_SUPPORT] = WHEEL_TRANSFER,
    [ITEM_PENSION] = WHEEL_TRANSFER,   [ITEM_ECOLOGY] = WHEEL_TRANSFER,
    [ITEM_JOB_AWARD] = WHEEL_TRANSFER, [ITEM_RELATIVES] = WHEEL_TRANSFER,
    [ITEM_OTHER] = WHEEL_TRANSFER,
};

enum wheel demo_item_wheel(enum item item)
{
    return wheel_of[item];
}

struct plan { /* one household's year before it is spread over months */
    const struct config *config;
    struct household *household;
    struct random *random;
    int64_t amount[DEMO_YEARS][ITEM_COUNT];
    int64_t cost[DEMO_YEARS];
    int64_t workers, capable, young; /* people at work; able to work; able and not old */
    enum item work, farm;            /* what wages and farming are called for this household */
    enum expense_kind farm_cost;
};

static int64_t whole_yuan(int64_t fen)
{
    return fen / YUAN * YUAN;
}

static bool month_empty(const struct household *household, size_t month)
{
    for (size_t item = 0; item < ITEM_COUNT; item++)
        if (household->income[month][item] != 0) return false;
    return true;
}

/* The months of `year` in which an item is booked: first those without an entry, so that a small income fills
 * a gap. */
static size_t choose_months(const struct plan *plan, size_t year, size_t wanted, size_t *months)
{
    size_t order[YEAR_MONTHS], count = 0;
    for (size_t i = 0; i < YEAR_MONTHS; i++) order[i] = year * YEAR_MONTHS + i;
    for (size_t i = YEAR_MONTHS - 1; i > 0; i--) {
        size_t other = random_below(plan->random, i + 1), kept = order[i];
        order[i] = order[other];
        order[other] = kept;
    }
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < YEAR_MONTHS && count < wanted; i++)
            if (month_empty(plan->household, order[i]) == (pass == 0)) months[count++] = order[i];
    return count;
}

/* Equal parts to the yuan, varied by a tenth, the rest in the last: the parts add up to the total exactly. */
static void book(struct plan *plan, size_t year, enum item item, size_t wanted)
{
    int64_t total = plan->amount[year][item];
    if (total <= 0) return;
    size_t months[YEAR_MONTHS];
    size_t count = choose_months(plan, year, wanted < 1 ? 1 : wanted, months);
    int64_t left = total;
    for (size_t i = 0; i < count; i++) {
        int64_t part = total / (int64_t)count;
        part = whole_yuan(part + random_share_of(part, random_between(plan->random, -100000, 100000)));
        if (i + 1 == count || part >= left) part = left;
        plan->household->income[months[i]][item] += part;
        left -= part;
    }
}

static void both_years(struct plan *plan, enum item item, int64_t amount)
{
    plan->amount[1][item] = amount;
    plan->amount[0][item] =
        whole_yuan(random_share_of(amount, range_draw(plan->config->year_before, plan->random)));
}

static void yearly(struct plan *plan, enum item item, int64_t chance, struct range amount)
{
    if (random_chance(plan->random, chance))
        both_years(plan, item, whole_yuan(range_draw(amount, plan->random)));
}

/* Pensions, minimum living allowance and the support of the destitute follow from who the members are. */
static void entitlements(struct plan *plan)
{
    const struct config *config = plan->config;
    struct household *household = plan->household;
    int64_t pensions = 0, allowance = 0, support = 0;
    int64_t chance = plan->capable == 0                   ? config->allowance_frail
                     : plan->young == 0                   ? config->allowance_old
                     : household->monitor != DEMO_UNKNOWN ? config->allowance_monitored
                                                          : config->allowance;
    bool destitute = plan->capable == 0 && random_chance(plan->random, config->support);
    bool allowed = !destitute && random_chance(plan->random, chance);
    int64_t month_allowance = whole_yuan(range_draw(config->allowance_month, plan->random));
    for (size_t i = 0; i < household->person_count; i++) {
        struct person *person = &household->persons[i];
        if (person->age >= OLD && person->pension == YES_NO_YES)
            pensions += whole_yuan(range_draw(config->pension_month, plan->random));
        if (allowed) person->allowance = ALLOWANCE_RURAL;
        if (destitute) person->support = ALLOWANCE_RURAL;
        allowance += allowed ? month_allowance : 0;
        support += destitute ? whole_yuan(range_draw(config->support_month, plan->random)) : 0;
    }
    if (allowed) household->facts |= 1U << CONDITION_ALLOWANCE;
    if (pensions > 0) both_years(plan, ITEM_PENSION, pensions * YEAR_MONTHS);
    if (allowance > 0) both_years(plan, ITEM_ALLOWANCE, allowance * YEAR_MONTHS);
    if (support > 0) both_years(plan, ITEM_SUPPORT, support * YEAR_MONTHS);
}

static void small_incomes(struct plan *plan)
{
    const struct config *config = plan->config;
    yearly(plan, ITEM_FAMILY_PLANNING, config->family_planning, config->family_planning_year);
    yearly(plan, ITEM_ECOLOGY, config->ecology, config->ecology_year);
    yearly(plan, ITEM_LEASE, config->lease, config->lease_year);
    yearly(plan, ITEM_DIVIDEND, config->dividend, config->dividend_year);
    yearly(plan, ITEM_OTHER, config->other, config->other_year);
    if (plan->workers > 0) yearly(plan, ITEM_JOB_AWARD, config->job_award, config->job_award_year);
    for (size_t i = 0; i < plan->household->person_count; i++) {
        const struct person *person = &plan->household->persons[i];
        if (person->post == DEMO_UNKNOWN) continue;
        int64_t pay = whole_yuan(range_draw(config->post_month, plan->random)) * person->post_months;
        plan->amount[1][ITEM_POST] += pay;
        plan->amount[0][ITEM_POST] += pay;
    }
}

/* What the level leaves after the small incomes comes from the farm (with its costs) and from wages; who can
 * do neither is kept by relatives. */
static void main_incomes(struct plan *plan, size_t year, int64_t target, bool farms, int64_t farm_part,
                         int64_t cost_part)
{
    int64_t small = 0;
    for (size_t item = 0; item < ITEM_COUNT; item++) small += plan->amount[year][item];
    int64_t left = target - small;
    if (left <= 0) return;
    if (farms) {
        int64_t profit = whole_yuan(random_share_of(left, farm_part));
        int64_t gross = whole_yuan(profit * MILLION / (MILLION - cost_part));
        plan->amount[year][plan->farm] = gross;
        plan->cost[year] = gross - profit;
        left -= profit;
    }
    if (left <= 0) return;
    plan->amount[year][plan->workers > 0 ? plan->work : ITEM_RELATIVES] += left;
}

static void targets(struct plan *plan, int64_t target[DEMO_YEARS])
{
    const struct config *config = plan->config;
    const struct household *household = plan->household;
    int64_t level = random_skewed(plan->random, config->net_per_capita.median, config->net_per_capita.spread);
    int64_t growth = random_bell(plan->random, config->growth.mean, config->growth.deviation);
    if (random_chance(plan->random, config->shock)) growth -= range_draw(config->shock_part, plan->random);
    if (household->category == CATEGORY_MONITORED) level = random_share_of(level, config->monitored_level);
    if (household->category == CATEGORY_ORDINARY) level = random_share_of(level, config->ordinary_level);
    if (growth < -700000) growth = -700000;
    for (size_t year = 0; year < DEMO_YEARS; year++) {
        int64_t per_capita = year == 0 ? level : level + random_share_of(level, growth);
        if (!random_chance(plan->random, config->fen)) per_capita = whole_yuan(per_capita);
        target[year] = per_capita * household->member_count;
    }
}

/* An item that comes month by month when it is what the household lives on. */
static size_t months_of(const struct plan *plan, enum item item, size_t worked)
{
    if (item == plan->work || item == ITEM_POST) return worked;
    if (item == plan->farm) return (size_t)range_draw(plan->config->farm_months, plan->random);
    if (item == ITEM_PENSION || item == ITEM_ALLOWANCE || item == ITEM_SUPPORT || item == ITEM_RELATIVES)
        return YEAR_MONTHS;
    return 0;
}

static void spread_over_months(struct plan *plan)
{
    const enum item order[] = {plan->work,           ITEM_POST,    plan->farm,     ITEM_SUPPORT,
                               ITEM_ALLOWANCE,       ITEM_PENSION, ITEM_RELATIVES, ITEM_OTHER,
                               ITEM_JOB_AWARD,       ITEM_LEASE,   ITEM_DIVIDEND,  ITEM_ECOLOGY,
                               ITEM_FAMILY_PLANNING, ITEM_AWARD};
    int64_t worked = 1;
    for (size_t i = 0; i < plan->household->person_count; i++)
        if (plan->household->persons[i].work_months > worked)
            worked = plan->household->persons[i].work_months;
    for (size_t year = 0; year < DEMO_YEARS; year++) {
        bool main_booked = false; /* one main income month by month, the others once or twice a year */
        for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
            if (plan->amount[year][order[i]] <= 0) continue;
            size_t wanted =
                main_booked && order[i] != plan->farm ? 0 : months_of(plan, order[i], (size_t)worked);
            if (wanted > 0 && !main_booked) plan->household->main_item = order[i];
            main_booked = main_booked || wanted > 0;
            if (wanted == 0) wanted = 1 + random_below(plan->random, SMALL_BOOKINGS);
            book(plan, year, order[i], wanted);
        }
    }
}

/* One line a month and kind. */
static void spend(struct household *household, int64_t month, enum expense_kind kind, int64_t amount,
                  int64_t claim)
{
    if (amount <= 0) return;
    for (size_t i = 0; i < household->expense_count; i++) {
        struct expense *expense = &household->expenses[i];
        if (expense->month != month || expense->kind != (int64_t)kind) continue;
        expense->amount += amount;
        expense->claim += claim;
        return;
    }
    if (household->expense_count == EXPENSES_MAX) return;
    household->expenses[household->expense_count++] =
        (struct expense){.month = month, .kind = kind, .amount = amount, .claim = claim};
}

static void farm_costs(const struct county *county, struct plan *plan, size_t year)
{
    int64_t first = county->first_month + (int64_t)year * YEAR_MONTHS, left = plan->cost[year];
    int64_t part = whole_yuan(random_share_of(left, random_between(plan->random, 400000, 700000)));
    spend(plan->household, first + random_between(plan->random, 0, 5), plan->farm_cost, part, 0);
    spend(plan->household, first + random_between(plan->random, 6, 11), plan->farm_cost, left - part, 0);
}

static void compulsory(const struct county *county, struct plan *plan, size_t year, int64_t target)
{
    const struct config *config = plan->config;
    struct household *household = plan->household;
    int64_t first = county->first_month + (int64_t)year * YEAR_MONTHS;
    for (size_t i = 0; i < household->person_count; i++) {
        const struct person *person = &household->persons[i];
        int64_t month = first + random_between(plan->random, 0, 11);
        int64_t medical = whole_yuan(range_draw(config->medical_expense, plan->random));
        int64_t claim = 0;
        if (random_chance(plan->random, config->claim))
            claim = whole_yuan(random_share_of(medical, range_draw(config->claim_part, plan->random)));
        if (person->health != 1 << HEALTH_HEALTHY) spend(household, month, EXPENSE_MEDICAL, medical, claim);
        int64_t fees = whole_yuan(range_draw(config->schooling_expense, plan->random));
        if (person->schooling > SCHOOLING_JUNIOR_3) spend(household, month, EXPENSE_SCHOOLING, fees, 0);
    }
    if (!random_chance(plan->random, config->burdened)) return;
    bool ill = fact_holds(household->facts, CONDITION_ILL);
    int64_t burden = whole_yuan(random_share_of(target, range_draw(config->burden, plan->random)));
    spend(household, first + random_between(plan->random, 0, 11), ill ? EXPENSE_MEDICAL : EXPENSE_MISHAP,
          burden, 0);
}

static void account(const struct county *county, struct household *household, size_t year)
{
    struct year_account *sums = &household->years[year];
    *sums = (struct year_account){.members = household->member_count};
    int64_t first = county->first_month + (int64_t)year * YEAR_MONTHS;
    sums->year = month_year((int32_t)(first + YEAR_MONTHS - 1));
    for (size_t month = year * YEAR_MONTHS; month < (year + 1) * YEAR_MONTHS; month++)
        for (size_t item = 0; item < ITEM_COUNT; item++) sums->items[item] += household->income[month][item];
    for (size_t i = 0; i < household->expense_count; i++) {
        const struct expense *expense = &household->expenses[i];
        if (expense->month < first || expense->month >= first + YEAR_MONTHS) continue;
        *(expense->kind < EXPENSE_MEDICAL ? &sums->cost : &sums->self_paid) += expense->amount;
        sums->claims += expense->claim;
    }
    demo_account_total(sums);
}

void demo_account_total(struct year_account *sums)
{
    memset(sums->wheels, 0, sizeof sums->wheels);
    sums->gross = 0;
    for (size_t item = 0; item < ITEM_COUNT; item++) {
        sums->wheels[wheel_of[item]] += sums->items[item];
        sums->gross += sums->items[item];
    }
    const int64_t *items = sums->items;
    sums->other_wage = sums->wheels[WHEEL_WAGE] - items[ITEM_POST];
    sums->other_property = sums->wheels[WHEEL_PROPERTY] - items[ITEM_DIVIDEND];
    sums->other_transfer = items[ITEM_RELATIVES] + items[ITEM_OTHER];
    sums->net = sums->gross - sums->cost;
    if (!fixed_scale(sums->net, 1, sums->members, &sums->per_capita)) sums->per_capita = DEMO_UNKNOWN;
}

static void people_at_work(struct plan *plan)
{
    for (size_t i = 0; i < plan->household->person_count; i++) {
        const struct person *person = &plan->household->persons[i];
        plan->workers += person->employed == YES_NO_YES && person->post == DEMO_UNKNOWN;
        bool capable = person->labour <= LABOUR_WEAK && person->in_school == YES_NO_NO;
        plan->capable += capable;
        plan->young += capable && person->age < OLD;
    }
}

/* What the workers' wages come to a month, for the sheets about work. */
static void wages(struct plan *plan)
{
    int64_t months = 0, total = plan->amount[DEMO_YEARS - 1][plan->work];
    for (size_t i = 0; i < plan->household->person_count; i++)
        if (plan->household->persons[i].post == DEMO_UNKNOWN)
            months += plan->household->persons[i].work_months;
    for (size_t i = 0; i < plan->household->person_count; i++) {
        struct person *person = &plan->household->persons[i];
        bool paid = months > 0 && person->work_months > 0 && person->post == DEMO_UNKNOWN;
        person->monthly_wage = paid ? whole_yuan(total / months) : DEMO_UNKNOWN;
    }
}

void economy_make(const struct county *county, struct household *household, struct random *random)
{
    const struct config *config = county->config;
    static const enum item farming[] = {ITEM_CROPS, ITEM_LIVESTOCK, ITEM_TRADE};
    static const enum expense_kind costs[] = {EXPENSE_CROPS, EXPENSE_LIVESTOCK, EXPENSE_TRADE};
    size_t kind = random_pick(random, config->farm_kinds, 3);
    struct plan plan = {.config = config, .household = household, .random = random};
    plan.farm = farming[kind];
    plan.farm_cost = costs[kind];
    plan.work = fact_holds(household->facts, CONDITION_AWAY) ? ITEM_WORK_AWAY : ITEM_WORK_NEAR;
    memset(household->income, 0, sizeof household->income);
    household->expense_count = 0;
    household->main_item = ITEM_OTHER;
    people_at_work(&plan);

    int64_t target[DEMO_YEARS];
    targets(&plan, target);
    entitlements(&plan);
    small_incomes(&plan);
    bool farms = plan.capable > 0 && random_chance(random, config->farming);
    int64_t part = range_draw(plan.workers > 0 ? config->farm_part : config->farm_part_idle, random);
    int64_t cost_part = range_draw(config->cost_part, random);
    if (farms) {
        household->facts |= 1U << CONDITION_FARM;
        yearly(&plan, ITEM_AWARD, config->award, config->award_year);
    }
    for (size_t year = 0; year < DEMO_YEARS; year++) {
        main_incomes(&plan, year, target[year], farms, part, cost_part);
        farm_costs(county, &plan, year);
        compulsory(county, &plan, year, target[year]);
    }
    spread_over_months(&plan);
    for (size_t year = 0; year < DEMO_YEARS; year++) account(county, household, year);
    wages(&plan);
}
