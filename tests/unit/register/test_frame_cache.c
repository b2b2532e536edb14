/* One frame for many threads: nobody gets one older than asked for or without what was asked for, while
 * somebody writes. */
#include "county.h"

#include <pthread.h>
#include <stdatomic.h>

#include "register/frame_cache.h"

enum { READERS = 4, WRITES = 40 };

struct reader {
    struct county *county;
    struct frame_cache *cache;
    pthread_t thread;
    int field;             /* of persons: each reader wants its own */
    atomic_llong *written; /* the last entry that was committed, and how many persons there were then */
    atomic_llong *persons;
    atomic_bool *over;
    int faults, reads;
};

struct asked {
    bool flags[REGISTERS][16];
    bool *fields[REGISTERS];
};

static struct frame_request ask_for(struct asked *asked, int reg, int field)
{
    memset(asked, 0, sizeof *asked);
    for (int i = 0; i < REGISTERS; i++) asked->fields[i] = asked->flags[i];
    asked->flags[reg][field] = true;
    return (struct frame_request){.used = asked->fields};
}

/* cmocka's assertions are for one thread: faults are counted. */
static void *read_on(void *context)
{
    struct reader *reader = context;
    struct database *database;
    struct asked asked;
    struct err err;
    const struct frame_request request = ask_for(&asked, PERSON, reader->field);
    if (database_open_with(reader->county->place.path, true, reader->county->pack, &database, &err) != 0) {
        reader->faults++;
        return NULL;
    }
    for (bool last = false; !last;) {
        last = atomic_load(reader->over);
        int64_t persons = atomic_load(reader->persons), entry = atomic_load(reader->written), stands;
        struct frame *frame;
        if (frame_cache_get(reader->cache, database, &request, entry, &frame, &stands, &err) != 0) {
            reader->faults++;
            break;
        }
        const struct frame_register *rows = &frame->registers[PERSON];
        reader->faults += stands < entry || (int64_t)rows->rows < persons;
        reader->faults += rows->columns[reader->field].width == COLUMN_ABSENT;
        for (size_t row = 0; row < rows->rows; row++)
            reader->faults += !frame_get(frame, PERSON, PERSON_HOUSEHOLD, row).known;
        reader->reads++;
        frame_free(frame);
    }
    database_close(database);
    return NULL;
}

static void threads_share_one_frame(void **state)
{
    struct county *county = *state;
    struct frame_cache *cache = frame_cache_new(county->pack);
    struct reader readers[READERS];
    atomic_llong written = 0, persons = 0;
    atomic_bool over = false;
    char number[32];
    add_village(county->database, "430421101001", "金兰镇", "甲村");
    int64_t a = add_household(county->database, "A1", 1), b = add_household(county->database, "A2", 1);
    for (int i = 0; i < READERS; i++) {
        readers[i] = (struct reader){.county = county,
                                     .cache = cache,
                                     .field = i == 2 ? PERSON_HEALTH : i,
                                     .written = &written,
                                     .persons = &persons,
                                     .over = &over};
        assert_int_equal(pthread_create(&readers[i].thread, NULL, read_on, &readers[i]), 0);
    }
    for (int i = 0; i < WRITES; i++) {
        snprintf(number, sizeof number, "P%d", i);
        add_person(county->database, number, i % 2 == 0 ? a : b);
        /* The entry first: who sees the number of persons must ask for an entry that has them. */
        atomic_store(&written, county_last_entry(county));
        atomic_store(&persons, i + 1);
    }
    atomic_store(&over, true);
    for (int i = 0; i < READERS; i++) {
        assert_int_equal(pthread_join(readers[i].thread, NULL), 0);
        assert_int_equal(readers[i].faults, 0);
        assert_true(readers[i].reads > 0);
    }
    frame_cache_free(cache);
}

static void what_was_wanted_stays_wanted(void **state)
{
    struct county *county = *state;
    struct frame_cache *cache = frame_cache_new(county->pack);
    struct asked asked;
    struct frame *first, *again, *second, *newest;
    int64_t stands, later;
    add_village(county->database, "430421101001", "金兰镇", "甲村");
    int64_t household = add_household(county->database, "A1", 1);
    struct frame_request request = ask_for(&asked, HOUSEHOLD, HOUSEHOLD_INCOME);
    OK(frame_cache_get(cache, county->database, &request, 0, &first, &stands, &err));
    assert_int_equal(stands, county_last_entry(county));
    OK(frame_cache_get(cache, county->database, &request, stands, &again, NULL, &err));
    assert_ptr_equal(again, first);
    /* Another column: both are there from now on. */
    request = ask_for(&asked, VILLAGE, VILLAGE_NAME);
    OK(frame_cache_get(cache, county->database, &request, 0, &second, NULL, &err));
    assert_int_not_equal(second->registers[HOUSEHOLD].columns[HOUSEHOLD_INCOME].width, COLUMN_ABSENT);
    /* Whoever asks for nothing newer gets what is there; the newest knows the new person's household. */
    add_person(county->database, "P1", household);
    OK(frame_cache_get(cache, county->database, &request, stands, &again, NULL, &err));
    frame_free(again);
    assert_ptr_equal(again, second);
    request = ask_for(&asked, PERSON, PERSON_BIRTH);
    OK(frame_cache_get(cache, county->database, &request, FRAME_CACHE_NEWEST, &newest, &later, &err));
    assert_int_equal(later, stands + 1);
    assert_int_equal(newest->registers[PERSON].rows, 1);
    /* An entry that nobody wrote is not waited for. */
    OK(frame_cache_get(cache, county->database, &request, later + 100, &again, &later, &err));
    assert_int_equal(later, stands + 1);
    frame_free(again);
    frame_cache_free(cache);
    assert_int_equal(frame_id(newest, PERSON, 0), 1); /* frames outlive the cache */
    frame_free(first);
    frame_free(first);
    frame_free(second);
    frame_free(newest);
}

static void a_fault_is_the_askers_and_the_frame_stays(void **state)
{
    struct county *county = *state;
    struct frame_cache *cache = frame_cache_new(county->pack);
    struct asked asked;
    struct frame *frame;
    const struct frame_request request = ask_for(&asked, HOUSEHOLD, HOUSEHOLD_CATEGORY);
    int64_t stands;
    add_village(county->database, "430421101001", "金兰镇", "甲村");
    OK(frame_cache_get(cache, county->database, &request, 0, &frame, &stands, &err));
    frame_free(frame);
    add_household(county->database, "A1", 1);
    OK(store_run(database_store(county->database), "UPDATE household SET category = 'martian'", &err));
    REFUSED(frame_cache_get(cache, county->database, &request, FRAME_CACHE_NEWEST, &frame, NULL, &err),
            ERR_CORRUPT, "household.category");
    assert_null(frame);
    OK(frame_cache_get(cache, county->database, &request, stands, &frame, NULL, &err));
    assert_int_equal(frame->registers[HOUSEHOLD].rows, 0);
    frame_free(frame);
    OK(store_run(database_store(county->database), "UPDATE household SET category = NULL", &err));
    OK(frame_cache_get(cache, county->database, &request, FRAME_CACHE_NEWEST, &frame, NULL, &err));
    assert_int_equal(frame->registers[HOUSEHOLD].rows, 1);
    frame_free(frame);
    frame_cache_free(cache);
}

#define IN_COUNTY(test) cmocka_unit_test_setup_teardown(test, county_settle, county_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_COUNTY(threads_share_one_frame),
        IN_COUNTY(what_was_wanted_stays_wanted),
        IN_COUNTY(a_fault_is_the_askers_and_the_frame_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
