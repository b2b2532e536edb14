/* The bound: the yardstick's rules fused by hand into one loop over narrow columns, for this data and these
 * rules only. Usage: fused HOUSEHOLDS THREADS ROUNDS. Prints one JSON object. AVX-512 where the machine has
 * it. */
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#ifdef __AVX512BW__
#include <immintrin.h>
#endif

#include "data.h"

enum { ABLE = 1, EMPLOYED = 2, INSURED = 4, IN_SCHOOL = 8 };
enum { CHILD_FROM = 13422, CHILD_TO = 17074 }; /* births that make 6 to 15 years on 2022-09-30 */

struct data {
    int64_t households, villages;
    int32_t *rural;
    uint32_t *person_offsets, *ledger_offsets;
    int8_t *category, *relocated, *members;
    uint8_t *flags;
    int16_t *birth;
    int8_t *month; /* since the first month of the ledger: 0 … 23 */
    uint8_t *kind;
    int32_t *amount;
};

enum { RULES = 15, MOST_THREADS = 64 };
static const char *const names[RULES] = {
    "key_household", "below_line",     "slow",          "fallen",       "zero_employment",
    "uninsured",     "dropout",        "large_expense", "low",          "relocated_idle",
    "wage_share",    "transfer_share", "village_share", "village_many", "village_low"};

struct work {
    const struct data *data;
    int64_t from, to; /* villages */
    int64_t hits[RULES];
};

struct sums {
    int64_t kind[6], net_last;
};

static void *array(int64_t count, size_t size)
{
    void *memory = calloc((size_t)count + 64, size);
    if (memory == NULL) exit(1);
    return memory;
}

static void build(struct data *d, int64_t households)
{
    d->households = households;
    d->villages = (households + VILLAGE_SIZE - 1) / VILLAGE_SIZE;
    d->rural = array(d->villages, 4);
    d->person_offsets = array(households + 1, 4);
    d->ledger_offsets = array(households + 1, 4);
    d->category = array(households, 1);
    d->relocated = array(households, 1);
    d->members = array(households, 1);
    d->flags = array(households * 5, 1);
    d->birth = array(households * 5, 2);
    d->month = array(households * LEDGER_ROWS, 1);
    d->kind = array(households * LEDGER_ROWS, 1);
    d->amount = array(households * LEDGER_ROWS, 4);
    for (int64_t v = 0; v < d->villages; v++) d->rural[v] = (int32_t)rural_population(v);
    uint32_t person = 0;
    for (int64_t h = 0; h < households; h++) {
        d->category[h] = (int8_t)category_of(h);
        d->relocated[h] = (int8_t)relocated(h);
        d->members[h] = (int8_t)members_of(h);
        for (int64_t p = h * 8; p < h * 8 + d->members[h]; p++, person++) {
            d->flags[person] = (uint8_t)(able_of(p) * ABLE | employed_of(p) * EMPLOYED |
                                         insured_of(p) * INSURED | in_school_of(p) * IN_SCHOOL);
            d->birth[person] = (int16_t)birth_of(p);
        }
        d->person_offsets[h + 1] = person;
        d->ledger_offsets[h + 1] = (uint32_t)((h + 1) * LEDGER_ROWS);
        for (int64_t r = h * LEDGER_ROWS; r < (h + 1) * LEDGER_ROWS; r++) {
            d->month[r] = (int8_t)(month_of(r) - (AS_OF_MONTH - 23));
            d->kind[r] = (uint8_t)kind_of(r);
            d->amount[r] = (int32_t)amount_of(r);
        }
    }
}

#ifdef __AVX512BW__
static void add_ledger(const struct data *d, uint32_t from, uint32_t to, struct sums *sums)
{
    __m512i kinds[6], last = _mm512_setzero_si512();
    for (int k = 0; k < 6; k++) kinds[k] = _mm512_setzero_si512();
    for (uint32_t r = from; r < to; r += 16) {
        __mmask16 inside = to - r >= 16 ? 0xFFFF : (__mmask16)((1u << (to - r)) - 1);
        __m128i kind = _mm_loadu_si128((const void *)(d->kind + r));
        __m512i amount = _mm512_loadu_si512(d->amount + r);
        __mmask16 now =
            _mm_cmpgt_epi8_mask(_mm_loadu_si128((const void *)(d->month + r)), _mm_set1_epi8(11)) & inside;
        for (int k = 0; k < 6; k++)
            kinds[k] = _mm512_mask_add_epi32(
                kinds[k], now & _mm_cmpeq_epi8_mask(kind, _mm_set1_epi8((char)k)), kinds[k], amount);
        __mmask16 before = inside & ~now;
        last =
            _mm512_mask_add_epi32(last, before & _mm_cmplt_epi8_mask(kind, _mm_set1_epi8(4)), last, amount);
        last =
            _mm512_mask_sub_epi32(last, before & _mm_cmpeq_epi8_mask(kind, _mm_set1_epi8(4)), last, amount);
    }
    for (int k = 0; k < 6; k++) sums->kind[k] = _mm512_reduce_add_epi32(kinds[k]);
    sums->net_last = _mm512_reduce_add_epi32(last);
}
#else
static void add_ledger(const struct data *d, uint32_t from, uint32_t to, struct sums *sums)
{
    memset(sums, 0, sizeof *sums);
    for (uint32_t r = from; r < to; r++) {
        if (d->month[r] > 11)
            sums->kind[d->kind[r]] += d->amount[r];
        else
            sums->net_last += d->kind[r] == 4 ? -d->amount[r] : d->kind[r] < 4 ? d->amount[r] : 0;
    }
}
#endif

static int64_t divide(int64_t value, int64_t by)
{
    return value < 0 ? -((-value + by / 2) / by) : (value + by / 2) / by;
}

struct village_sums {
    int64_t monitored, both, poor;
};

static void add_household(struct work *work, int64_t h, struct village_sums *village)
{
    const struct data *d = work->data;
    struct sums s;
    add_ledger(d, d->ledger_offsets[h], d->ledger_offsets[h + 1], &s);
    unsigned any = 0, all = INSURED;
    bool dropout = false;
    for (uint32_t p = d->person_offsets[h]; p < d->person_offsets[h + 1]; p++) {
        any |= d->flags[p];
        all &= d->flags[p];
        dropout |= !(d->flags[p] & IN_SCHOOL) && d->birth[p] >= CHILD_FROM && d->birth[p] <= CHILD_TO;
    }
    int64_t gross = s.kind[0] + s.kind[1] + s.kind[2] + s.kind[3], net = gross - s.kind[4],
            members = d->members[h];
    int64_t pc = divide(net, members), last = divide(s.net_last, members);
    bool grown = last != 0, scope = d->category[h] < 2;
    double growth = (double)(pc - last) / (double)last;
    int64_t *hits = work->hits;
    hits[0] += scope & (pc < 1000000) & grown & (growth < 0.055) & (growth < 0);
    hits[1] += scope & (pc < 1000000);
    hits[2] += scope & grown & (growth < 0.055);
    hits[3] += scope & grown & (growth < 0);
    hits[4] += (any & ABLE) && !(any & EMPLOYED);
    hits[5] += !(all & INSURED);
    hits[6] += dropout;
    hits[7] += net != 0 && (double)s.kind[5] / (double)net > 0.3;
    hits[8] += pc < 700000;
    hits[9] += d->relocated[h] && s.kind[0] == 0 && s.kind[1] == 0;
    hits[10] += gross != 0 && (double)s.kind[0] / (double)gross > 0.5;
    hits[11] += gross != 0 && (double)s.kind[3] / (double)gross > 0.5;
    village->monitored += d->category[h] == 1 ? members : 0;
    village->both += scope ? members : 0;
    village->poor += pc < 1000000;
}

static void *run(void *argument)
{
    struct work *work = argument;
    const struct data *d = work->data;
    for (int64_t v = work->from; v < work->to; v++) {
        int64_t end = (v + 1) * VILLAGE_SIZE < d->households ? (v + 1) * VILLAGE_SIZE : d->households;
        struct village_sums village = {0};
        for (int64_t h = v * VILLAGE_SIZE; h < end; h++) add_household(work, h, &village);
        work->hits[12] += (double)village.monitored / d->rural[v] > 0.03;
        work->hits[13] += (double)village.both / d->rural[v] >= 0.05 && village.both >= 150;
        work->hits[14] += village.poor >= 20;
    }
    return NULL;
}

/* What the memory gives at best: one thread adding up all amounts. */
static void *read_all(void *argument)
{
    struct work *work = argument;
    const int32_t *amount = work->data->amount;
    int64_t from = work->from * VILLAGE_SIZE * LEDGER_ROWS, to = work->to * VILLAGE_SIZE * LEDGER_ROWS;
    int64_t most = work->data->households * LEDGER_ROWS, sum = 0;
    for (int64_t i = from; i < (to < most ? to : most); i++) sum += amount[i];
    work->hits[0] = sum;
    return NULL;
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* The best time of some rounds over all villages. */
static double best_of(struct work *work, const struct data *data, int threads, int rounds,
                      void *(*task)(void *))
{
    pthread_t ids[MOST_THREADS];
    double best = 1e9;
    for (int i = 0; i < rounds; i++) {
        double start = now();
        for (int t = 0; t < threads; t++) {
            work[t] =
                (struct work){data, data->villages * t / threads, data->villages * (t + 1) / threads, {0}};
            pthread_create(&ids[t], NULL, task, &work[t]);
        }
        for (int t = 0; t < threads; t++) pthread_join(ids[t], NULL);
        if (now() - start < best) best = now() - start;
    }
    return best;
}

int main(int argc, char **argv)
{
    if (argc != 4) return 2;
    int threads = atoi(argv[2]), rounds = atoi(argv[3]);
    if (threads < 1 || threads > MOST_THREADS) return 2;
    struct data data;
    build(&data, atoll(argv[1]));
    struct work work[MOST_THREADS];
    double reading = best_of(work, &data, threads, rounds, read_all);
    double best = best_of(work, &data, threads, rounds, run);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("{\"households\":%lld,\"best_ms\":%.3f,\"read_gb_s\":%.1f,\"peak_mib\":%.1f,\"hits\":{",
           (long long)data.households, best * 1000, (double)data.households * LEDGER_ROWS * 4 / reading / 1e9,
           (double)usage.ru_maxrss / 1024);
    for (int r = 0; r < RULES; r++) {
        int64_t hits = 0;
        for (int t = 0; t < threads; t++) hits += work[t].hits[r];
        printf("%s\"%s\":%lld", r > 0 ? "," : "", names[r], (long long)hits);
    }
    puts("}}");
    return 0;
}
