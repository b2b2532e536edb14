/* All the county's workbooks at once: each household is made, spoiled a little, and written to every sheet
 * that speaks of it, then forgotten; villages and sites come last, when their figures stand. */
#include "demo/demo.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/date.h"
#include "base/mem.h"
#include "demo/cell.h"
#include "demo/county.h"
#include "demo/dirt.h"
#include "demo/made.h"

enum { STREAM_CELLS = 11, PROGRESS_EVERY = 100 };

struct sheet_output { /* one sheet of demo.yaml on its way into files */
    const struct demo_sheet *sheet;
    uint64_t place; /* of its first column among all */
    struct output to;
};

struct run {
    const struct demo_options *options;
    struct demo_report *report;
    struct config *config;
    struct county county;
    struct dirt dirt;
    struct household household;
    struct outputs all;
    struct sheet_output *outputs;
    struct made *made;
    struct arena arena;
    uint64_t row; /* rows written so far: the stream of spelling */
};

static int open_outputs(struct run *run, struct err *err)
{
    const struct config *config = run->config;
    uint64_t place = 0;
    run->outputs = arena_array(&run->arena, config->sheet_count, sizeof *run->outputs);
    for (size_t i = 0; i < config->sheet_count; i++) {
        struct sheet_output *output = &run->outputs[i];
        const struct demo_sheet *sheet = &config->sheets[i];
        struct text *headings = arena_array(&run->arena, sheet->column_count, sizeof *headings);
        *output = (struct sheet_output){.sheet = sheet, .place = place};
        place += sheet->column_count;
        for (size_t j = 0; j < sheet->column_count; j++) headings[j] = sheet->columns[j].heading;
        struct output_spec spec = {sheet->file,  sheet->name, sheet->feed,
                                   sheet->title, headings,    sheet->column_count};
        int result = output_open(&output->to, &run->all, &spec, err);
        if (result < 0) return result;
    }
    return made_open(&run->county, &run->all, &run->made, err);
}

/* ---- Rows ---- */

static int write_row(struct run *run, struct sheet_output *output, const struct demo_cell_row *row,
                     struct err *err)
{
    struct random random = random_start(run->county.seed ^ STREAM_CELLS, run->row++);
    const struct demo_sheet *sheet = output->sheet;
    output_row(&output->to);
    for (size_t i = 0; i < sheet->column_count; i++) {
        demo_cell_write(run->config, run->county.seed, &sheet->columns[i], output->place + i, row, &random,
                        &output->to.text);
        output_cell(&output->to);
    }
    return output_write(&output->to, err);
}

static struct demo_cell_row household_row(const struct run *run, const struct household *household)
{
    struct demo_cell_row row = {0};
    row.of[SOURCE_VILLAGE] = household->village;
    row.of[SOURCE_SITE] = household->site;
    row.of[SOURCE_HOUSEHOLD] = household;
    row.of[SOURCE_LAST] = &household->years[0];
    row.of[SOURCE_YEAR] = &household->years[1];
    row.of[SOURCE_AFTER] = household->eliminated == YES_NO_YES ? &household->years[1] : NULL;
    for (int source = 0; source < SOURCE_COUNT; source++) row.record[source] = household->index;
    row.record[SOURCE_VILLAGE] = (uint64_t)(household->village - run->county.villages);
    if (household->site != NULL) row.record[SOURCE_SITE] = (uint64_t)(household->site - run->county.sites);
    return row;
}

static int write_persons(struct run *run, struct sheet_output *output, const struct household *household,
                         struct err *err)
{
    struct demo_cell_row row = household_row(run, household);
    uint32_t when = output->sheet->when;
    for (size_t i = 0; i < household->person_count; i++) {
        const struct person *person = &household->persons[i];
        if (when != 0 && (when & person->facts) == 0) continue;
        row.of[SOURCE_PERSON] = person;
        row.record[SOURCE_PERSON] = household->index * PERSONS_MAX + i;
        row.contradict[SOURCE_HOUSEHOLD] = household->contradicts && i + 1 == household->person_count;
        int result = write_row(run, output, &row, err);
        if (result == 0 && household->repeated == person) {
            row.contradict[SOURCE_PERSON] = true;
            result = write_row(run, output, &row, err);
            row.contradict[SOURCE_PERSON] = false;
        }
        if (result < 0) return result;
    }
    return 0;
}

static int write_accounts(struct run *run, struct sheet_output *output, const struct household *household,
                          struct err *err)
{
    struct demo_cell_row row = household_row(run, household);
    for (int64_t year = output->sheet->year_from; year <= output->sheet->year_to; year++) {
        row.of[SOURCE_ACCOUNT] = &household->years[year];
        row.record[SOURCE_ACCOUNT] = household->index * DEMO_YEARS + (uint64_t)year;
        int result = write_row(run, output, &row, err);
        if (result < 0) return result;
    }
    return 0;
}

/* A month without income has a line too: its main item with 0. A month that nobody wrote down has none. */
static int write_income(struct run *run, struct sheet_output *output, const struct household *household,
                        struct err *err)
{
    struct demo_cell_row row = household_row(run, household);
    struct entry entry;
    row.of[SOURCE_INCOME] = &entry;
    for (int64_t month = output->sheet->month_from; month <= output->sheet->month_to; month++) {
        bool written = household->month_missing[month];
        for (int item = 0; item <= ITEM_COUNT && !(item == ITEM_COUNT && written); item++) {
            enum item shown = item == ITEM_COUNT ? household->main_item : (enum item)item;
            int64_t amount = item == ITEM_COUNT ? 0 : household->income[month][item];
            if (item < ITEM_COUNT && (amount == 0 || household->month_missing[month])) continue;
            entry = (struct entry){run->county.first_month + month, shown, demo_item_wheel(shown), amount};
            row.record[SOURCE_INCOME] = run->row;
            int result = write_row(run, output, &row, err);
            if (result < 0) return result;
            written = true;
        }
    }
    return 0;
}

static int write_expenses(struct run *run, struct sheet_output *output, const struct household *household,
                          struct err *err)
{
    struct demo_cell_row row = household_row(run, household);
    int64_t from = run->county.first_month + output->sheet->month_from;
    int64_t to = run->county.first_month + output->sheet->month_to;
    for (size_t i = 0; i < household->expense_count; i++) {
        const struct expense *expense = &household->expenses[i];
        if (expense->month < from || expense->month > to) continue;
        row.of[SOURCE_EXPENSE] = expense;
        row.record[SOURCE_EXPENSE] = run->row;
        int result = write_row(run, output, &row, err);
        if (result < 0) return result;
    }
    return 0;
}

static int write_measures(struct run *run, struct sheet_output *output, const struct household *household,
                          struct err *err)
{
    struct demo_cell_row row = household_row(run, household);
    for (size_t i = 0; i < household->measure_count && !household->unlisted; i++) {
        row.of[SOURCE_MEASURE] = &household->measures[i];
        row.record[SOURCE_MEASURE] = run->row;
        int result = write_row(run, output, &row, err);
        if (result < 0) return result;
    }
    return 0;
}

static int write_household(struct run *run, struct sheet_output *output, const struct household *household,
                           struct err *err)
{
    const struct demo_sheet *sheet = output->sheet;
    if (!sheet->categories[household->category]) return 0;
    if (sheet->rows == ROWS_PERSON) return write_persons(run, output, household, err);
    if (sheet->when != 0 && (sheet->when & household->facts) == 0) return 0;
    struct demo_cell_row row = household_row(run, household);
    switch (sheet->rows) {
    case ROWS_HOUSEHOLD:
        return write_row(run, output, &row, err);
    case ROWS_ACCOUNT:
        return write_accounts(run, output, household, err);
    case ROWS_INCOME:
        return write_income(run, output, household, err);
    case ROWS_EXPENSE:
        return write_expenses(run, output, household, err);
    case ROWS_MEASURE:
        return write_measures(run, output, household, err);
    case ROWS_PERSON:
    case ROWS_VILLAGE:
    case ROWS_SITE:
        return 0;
    }
    return 0;
}

static int write_households(struct run *run, struct err *err)
{
    struct demo_report *report = run->report;
    for (uint64_t index = 0; index < run->county.households; index++) {
        struct household *household = &run->household;
        county_household(&run->county, index, household);
        report->people += household->person_count;
        report->graduated += household->category == CATEGORY_GRADUATED;
        report->monitored += household->category == CATEGORY_MONITORED;
        report->ordinary += household->category == CATEGORY_ORDINARY;
        dirt_household(&run->dirt, household);
        for (size_t i = 0; i < run->config->sheet_count; i++) {
            int result = write_household(run, &run->outputs[i], household, err);
            if (result < 0) return result;
        }
        int result = made_household(run->made, household, err);
        if (result < 0) return result;
        if (run->options->progress != NULL && index % PROGRESS_EVERY == 0)
            progress_update(run->options->progress, index);
    }
    report->households = run->county.households;
    return 0;
}

static int write_places(struct run *run, struct sheet_output *output, struct err *err)
{
    const struct county *county = &run->county;
    size_t count = output->sheet->rows == ROWS_VILLAGE ? county->village_count
                   : output->sheet->rows == ROWS_SITE  ? county->site_count
                                                       : 0;
    for (size_t i = 0; i < count; i++) {
        struct demo_cell_row row = {0};
        const struct site *site = output->sheet->rows == ROWS_SITE ? &county->sites[i] : NULL;
        row.of[SOURCE_SITE] = site;
        row.of[SOURCE_VILLAGE] = site != NULL ? site->village : &county->villages[i];
        row.record[SOURCE_SITE] = row.record[SOURCE_VILLAGE] = i;
        int result = write_row(run, output, &row, err);
        if (result < 0) return result;
    }
    return 0;
}

/* ---- All of it ---- */

static int write_all(struct run *run, struct err *err)
{
    int result = open_outputs(run, err);
    if (result == 0) result = made_places(run->made, err);
    if (result == 0) result = write_households(run, err);
    if (result == 0) county_finish(&run->county);
    for (size_t i = 0; i < run->config->sheet_count && result == 0; i++)
        result = write_places(run, &run->outputs[i], err);
    for (size_t i = 0; i < run->config->sheet_count && result == 0; i++)
        result = output_close(&run->outputs[i].to, err);
    if (result == 0) result = made_close(run->made, err);
    for (size_t i = 0; i < run->config->sheet_count && run->outputs != NULL; i++)
        output_fini(&run->outputs[i].to);
    made_discard(run->made);
    return result;
}

static int make_folder(const char *folder, struct err *err)
{
    if (mkdir(folder, 0777) == 0 || errno == EEXIST) return 0;
    return err_errno(err, folder, "建不了输出文件夹", "cannot make the output folder");
}

/* Ages reach back more than a century, and the ledger two years. */
static int check_options(const struct demo_options *options, int32_t as_of, uint64_t households,
                         struct err *err)
{
    int year = month_year(date_month(as_of));
    if (households == 0 || households > DEMO_HOUSEHOLDS_MAX)
        return err_set(err, ERR_INPUT, "户数应在 1 到 %d 之间，给的是 %llu", "households: 1 to %d, not %llu",
                       (int)DEMO_HOUSEHOLDS_MAX, (unsigned long long)households);
    if (year < 2000 || year > 2100)
        return err_set(err, ERR_INPUT, "演示数据的截止日期应在 2000 到 2100 年之间，给的是 %d 年",
                       "the date of a demonstration: a year 2000 to 2100, not %d", year);
    return make_folder(options->folder, err);
}

int demo_write(const struct pack *pack, const struct demo_options *options, struct demo_report *report,
               struct err *err)
{
    *report = (struct demo_report){0};
    struct run *run = mem_new(1, sizeof *run); /* too large for a thread's stack */
    run->options = options;
    run->report = report;
    int result = demo_config_read(pack, &run->config, &report->faults, err);
    if (result < 0) goto done;
    uint64_t households = options->households != 0 ? options->households : run->config->households;
    uint64_t seed = options->seed != 0 ? options->seed : run->config->seed;
    report->as_of = options->as_of != 0 ? options->as_of : run->config->as_of;
    result = check_options(options, report->as_of, households, err);
    if (result < 0) goto done;
    if (options->progress != NULL) options->progress->total = households;
    run->all =
        (struct outputs){options, report, pack, run->config->notice, run->config->rows_per_file, &run->arena};
    run->dirt.config = run->config;
    run->dirt.seed = seed;
    result = county_init(&run->county, pack, run->config, households, seed, report->as_of, err);
    if (result == 0) result = write_all(run, err);
done:
    county_fini(&run->county);
    demo_config_free(run->config);
    arena_fini(&run->arena);
    free(run);
    return result;
}

void demo_report_fini(struct demo_report *report)
{
    for (size_t i = 0; i < report->file_count; i++) free(report->files[i].path);
    free(report->files);
    fault_list_fini(&report->faults);
    *report = (struct demo_report){0};
}
