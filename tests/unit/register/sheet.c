/* Sheets for the stage tests. */
#include "sheet.h"

void sheet_begin_feed(struct sheet *sheet, struct database *database)
{
    sheet->database = database;
    sheet->feed.parts = sheet->parts;
    OK(stage_begin(database, &fixture_everything, &sheet->feed, &sheet->stage, &err));
}

static struct feed_part part_of(struct database *database, int reg)
{
    const struct pack_register *meta = &database_pack(database)->registers[reg];
    return (struct feed_part){.reg = reg, .mode = FEED_WRITE, .key = meta->key, .key_count = meta->key_count};
}

void sheet_begin(struct sheet *sheet, struct database *database, int reg)
{
    *sheet = (struct sheet){.feed.part_count = 1};
    sheet->parts[0] = part_of(database, reg);
    sheet_begin_feed(sheet, database);
}

void sheet_begin_national(struct sheet *sheet, struct database *database)
{
    static const int village_key[] = {VILLAGE_TOWNSHIP, VILLAGE_NAME};
    *sheet = (struct sheet){.feed.part_count = 4};
    sheet->parts[0] =
        (struct feed_part){.reg = VILLAGE, .mode = FEED_MATCH, .key = village_key, .key_count = 2};
    sheet->parts[1] = part_of(database, HOUSEHOLD);
    sheet->parts[2] = part_of(database, PERSON);
    sheet->parts[3] = part_of(database, LEDGER);
    sheet_begin_feed(sheet, database);
}

void sheet_put(struct sheet *sheet, int part, int field, struct value value)
{
    sheet->present[part] = true;
    sheet->cells[part][field] = (struct stage_cell){.given = true, .value = value};
}

void sheet_blank(struct sheet *sheet, int part, int field)
{
    sheet_put(sheet, part, field, (struct value){0});
}

void sheet_look(struct sheet *sheet, int part, int field, const char *lookup)
{
    sheet->present[part] = true;
    sheet->cells[part][field] = (struct stage_cell){.given = true, .lookup = text_of(lookup)};
}

void sheet_row(struct sheet *sheet)
{
    const struct stage_cell *cells[SHEET_PARTS] = {0};
    for (int i = 0; i < SHEET_PARTS; i++)
        if (sheet->present[i]) cells[i] = sheet->cells[i];
    OK(stage_row(sheet->stage, ++sheet->row, cells, &err));
    memset(sheet->present, 0, sizeof sheet->present);
    memset(sheet->cells, 0, sizeof sheet->cells);
}

static int collect(void *context, const struct stage_reject *reject)
{
    struct sheet *sheet = context;
    assert_true(sheet->reject_count < SHEET_REJECTS);
    struct reject *out = &sheet->rejects[sheet->reject_count++];
    out->row = reject->row;
    out->part = reject->part;
    out->field = reject->field;
    snprintf(out->zh, sizeof out->zh, "%.*s", TEXT_ARGS(reject->zh));
    snprintf(out->en, sizeof out->en, "%.*s", TEXT_ARGS(reject->en));
    assert_true(out->zh[0] != '\0' && out->en[0] != '\0');
    return 0;
}

void sheet_match(struct sheet *sheet)
{
    OK(stage_match(sheet->stage, sheet->counts, &sheet->rejected, &err));
    OK(stage_rejects(sheet->stage, collect, sheet, &err));
}

int sheet_apply(struct sheet *sheet, struct err *err)
{
    return stage_apply(sheet->stage, TEXT("{\"file\":\"sheet.xlsx\"}"), err);
}

void sheet_free(struct sheet *sheet)
{
    stage_free(sheet->stage);
    assert_int_equal(count_of(sheet->database,
                              says("SELECT count(*) FROM sqlite_temp_schema",
                                   "SELECT count(*) FROM pg_class WHERE relnamespace = pg_my_temp_schema()")),
                     0);
}

void sheet_import(struct sheet *sheet)
{
    sheet_match(sheet);
    OK(sheet_apply(sheet, &err));
    sheet_free(sheet);
}

void assert_counts(const struct sheet *sheet, int part, int fresh, int changed, int unchanged)
{
    const struct stage_counts *counts = &sheet->counts[part];
    if (counts->fresh != fresh || counts->changed != changed || counts->unchanged != unchanged)
        fail_msg("part %d: %lld new, %lld changed, %lld unchanged", part, (long long)counts->fresh,
                 (long long)counts->changed, (long long)counts->unchanged);
}

void assert_rejected(const struct sheet *sheet, int64_t row, const char *words_in_it)
{
    bool any = false;
    for (size_t i = 0; i < sheet->reject_count; i++) {
        if (sheet->rejects[i].row != row) continue;
        any = true;
        if (strstr(sheet->rejects[i].en, words_in_it) != NULL) return;
        print_message("row %lld: %s | %s\n", (long long)row, sheet->rejects[i].en, sheet->rejects[i].zh);
    }
    fail_msg("row %lld was %s for “%s”", (long long)row, any ? "not refused" : "not refused at all, least",
             words_in_it);
}
