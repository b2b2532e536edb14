/* A database carries its pack: what init stored is what open loads, from YAML to registers and back;
 * registers of many fields. */
#include "../store/place.h"

#include "pack/pack.h"
#include "register/database.h"
#include "register/stage.h"
#include "register/write.h"

extern const struct scope fixture_everything; /* of fixture.h, whose county is not the one of these tests */

static const char manifest[] = "format: 1\n"
                               "name: wide\n"
                               "title: {zh: 宽包, en: Wide}\n"
                               "years: [2022, 2024]\n"
                               "languages: [zh, en]\n"
                               "subject: household\n";

/* One register with `fields` fields besides its key. */
static struct pack *wide_pack(int fields)
{
    struct buffer yaml = {0};
    buffer_string(&yaml, "household:\n  label: {zh: 户, en: Household}\n  key: [number]\n  fields:\n"
                         "    number: {label: {zh: 户编号, en: Number}, type: text, required: true}\n");
    for (int i = 1; i <= fields; i++)
        buffer_printf(&yaml, "    field_%d: {label: {zh: 字段%d号, en: Field no. %d}, type: %s}\n", i, i, i,
                      i % 2 == 0 ? "money" : "text");
    const struct pack_file files[] = {{TEXT("pack.yaml"), text_of(manifest)},
                                      {TEXT("registers/household.yaml"), buffer_get(&yaml)}};
    struct pack *pack = NULL;
    struct fault_list faults = {0};
    struct err err = {0};
    int code = pack_load_files("wide", files, 2, &pack, &faults, &err);
    if (faults.count > 0) fail_msg("%s", faults.items[0].en);
    if (code != 0) fail_msg("%s", err.en);
    fault_list_fini(&faults);
    buffer_fini(&yaml);
    return pack;
}

static void init(const struct place *place, const struct pack *pack)
{
    struct database_report report;
    OK(database_init(place->path, pack, &report, &err));
    database_report_fini(&report);
}

static void opens_with_the_pack_it_was_made_with(void **state)
{
    struct place *place = *state;
    struct pack *pack = wide_pack(3);
    init(place, pack);
    struct database *database;
    OK(database_open(place->path, true, &database, &err));
    assert_string_equal(database_pack(database)->digest, pack->digest);
    assert_int_equal(database_pack(database)->schema.registers[0].field_count, 4);
    assert_int_equal(store_kind(database_store(database)),
                     given_postgres() == NULL ? STORE_SQLITE : STORE_POSTGRES);
    database_close(database);
    database_close(NULL);
    pack_free(pack);
}

static void a_grown_pack_migrates(void **state)
{
    struct place *place = *state;
    struct pack *pack = wide_pack(3), *grown = wide_pack(5);
    struct database *database;
    init(place, pack);
    REFUSED(database_open_with(place->path, false, grown, &database, &err), ERR_VERSION, "Run zengshou init");
    init(place, grown);
    OK(database_open(place->path, false, &database, &err));
    assert_int_equal(database_pack(database)->schema.registers[0].field_count, 6);
    database_close(database);
    pack_free(grown);
    pack_free(pack);
}

static void damage_to_the_kept_pack_is_noticed(void **state)
{
    struct place *place = *state;
    struct pack *pack = wide_pack(3);
    struct database *database;
    init(place, pack);
    struct store *store = opened(place->path, (struct store_options){0});
    OK(store_run(
        store,
        says("UPDATE zs_pack_file SET content = CAST('household: [' AS BLOB) WHERE path LIKE 'registers/%'",
             "UPDATE zs_pack_file SET content = convert_to('household: [', 'UTF8') WHERE path LIKE "
             "'registers/%'"),
        &err));
    REFUSED(database_open(place->path, true, &database, &err), ERR_VERSION,
            "does not accept the pack kept in");
    assert_null(database);
    OK(store_run(store, "DELETE FROM zs_pack_file", &err));
    REFUSED(database_open(place->path, true, &database, &err), ERR_VERSION, "pack");
    OK(store_run(store, "UPDATE zs_meta SET value = 'x' WHERE key = 'format'", &err));
    REFUSED(database_open(place->path, true, &database, &err), ERR_CORRUPT,
            "does not say its format version");
    store_close(store);
    pack_free(pack);
}

enum { FIELDS = 740 };

static void import_wide(struct database *database, int64_t money, struct stage_counts *counts)
{
    const struct pack *pack = database_pack(database);
    struct feed_part part = {.reg = 0, .mode = FEED_WRITE, .key = pack->registers[0].key, .key_count = 1};
    struct pack_feed feed = {.parts = &part, .part_count = 1};
    struct stage_cell *cells = calloc(FIELDS + 1, sizeof *cells);
    for (int i = 0; i <= FIELDS; i++) {
        cells[i].given = cells[i].value.known = true;
        if (i % 2 == 1)
            cells[i].value.text = TEXT("text");
        else
            cells[i].value.integer = i;
    }
    cells[0].value.text = TEXT("A1");
    cells[FIELDS].value.integer = money;
    const struct stage_cell *const row[] = {cells};
    struct stage *stage;
    int64_t rejected;
    OK(stage_begin(database, &fixture_everything, &feed, &stage, &err));
    OK(stage_row(stage, 1, row, &err));
    OK(stage_match(stage, counts, &rejected, &err));
    OK(stage_apply(stage, TEXT(""), &err));
    assert_int_equal(rejected, 0);
    stage_free(stage);
    free(cells);
}

static void many_fields_are_no_trouble(void **state)
{
    struct place *place = *state;
    struct pack *pack = wide_pack(FIELDS);
    struct database *database;
    struct stage_counts counts;
    init(place, pack);
    OK(database_open_with(place->path, false, pack, &database, &err));
    import_wide(database, 1, &counts);
    assert_int_equal(counts.fresh, 1);
    import_wide(database, 1, &counts);
    assert_int_equal(counts.unchanged, 1);
    import_wide(database, 2, &counts);
    assert_int_equal(counts.changed, 1);
    assert_int_equal(ask(database_store(database), "SELECT field_740 FROM household"), 2);
    assert_int_equal(ask(database_store(database), "SELECT before = '{\"field_740\":1}' FROM zs_change"), 1);
    database_close(database);
    pack_free(pack);
}

static void too_many_columns_are_refused_in_words(void **state)
{
    struct place *place = *state;
    struct pack *pack = wide_pack(FIELDS);
    struct database *database;
    struct stage *stage;
    init(place, pack);
    OK(database_open_with(place->path, false, pack, &database, &err));
    struct feed_part part = {.reg = 0, .mode = FEED_WRITE, .key = pack->registers[0].key, .key_count = 1};
    struct feed_part thrice[] = {part, part, part};
    struct pack_feed feed = {.parts = thrice, .part_count = 3};
    REFUSED(stage_begin(database, &fixture_everything, &feed, &stage, &err), ERR_LIMIT, "at most 1500");
    assert_null(stage);
    database_close(database);
    pack_free(pack);
    pack = wide_pack(900);
    init(place, pack);
    OK(database_open_with(place->path, false, pack, &database, &err));
    thrice[0].key = pack->registers[0].key;
    feed.part_count = 1;
    REFUSED(stage_begin(database, &fixture_everything, &feed, &stage, &err), ERR_LIMIT,
            "750 of one register");
    database_close(database);
    pack_free(pack);
}

#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, place_make, place_drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_PLACE(opens_with_the_pack_it_was_made_with),  IN_PLACE(a_grown_pack_migrates),
        IN_PLACE(damage_to_the_kept_pack_is_noticed),    IN_PLACE(many_fields_are_no_trouble),
        IN_PLACE(too_many_columns_are_refused_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
