/* Files are opened, filled and closed here alone, so that simulated and made-up rows are written alike. */
#include "demo/output.h"

#include <assert.h>

#include "base/mem.h"

enum { COLUMN_WIDTH = 14, TITLES = 2 };

static char *file_path(const struct output *output)
{
    struct text name = output->spec.file;
    name.size -= sizeof ".xlsx" - 1;
    struct buffer path = {0};
    buffer_printf(&path, "%s/%.*s", output->of->options->folder, TEXT_ARGS(name));
    if (output->part > 1) buffer_printf(&path, "-%lld", (long long)output->part);
    buffer_string(&path, ".xlsx");
    return path.data;
}

static int open_file(struct output *output, struct err *err)
{
    const struct outputs *of = output->of;
    struct demo_report *report = of->report;
    report->files =
        mem_grow(report->files, &report->file_capacity, report->file_count + 1, sizeof *report->files);
    output->file = report->file_count++;
    output->part++;
    int feed = pack_feed_find(of->pack, output->spec.feed);
    assert(feed >= 0); /* the reader of the settings saw to it */
    report->files[output->file] =
        (struct demo_file){.path = file_path(output), .feed = of->pack->feeds[feed].label.name};
    int result = sheet_writer_new(report->files[output->file].path, &output->writer, err);
    if (result < 0) return result;
    const struct text titles[TITLES] = {output->spec.title, of->notice};
    const struct write_sheet sheet = {
        .name = output->spec.name,
        .columns = output->columns,
        .column_count = output->spec.column_count,
        .titles = titles,
        .title_count = TITLES,
    };
    return sheet_writer_sheet(output->writer, &sheet, err);
}

int output_open(struct output *output, const struct outputs *of, const struct output_spec *spec,
                struct err *err)
{
    *output = (struct output){.of = of, .spec = *spec};
    size_t count = spec->column_count;
    output->columns = arena_array(of->arena, count, sizeof *output->columns);
    output->cells = arena_array(of->arena, count, sizeof *output->cells);
    output->ends = arena_array(of->arena, count, sizeof *output->ends);
    for (size_t i = 0; i < count; i++)
        output->columns[i] = (struct write_column){spec->headings[i], COLUMN_WIDTH};
    buffer_char(&output->text, '\0'); /* so that even a row of blanks has a place for its texts */
    return open_file(output, err);
}

void output_row(struct output *output)
{
    buffer_clear(&output->text);
    output->cell = 0;
}

void output_cell(struct output *output)
{
    output->ends[output->cell++] = output->text.size;
}

int output_write(struct output *output, struct err *err)
{
    assert(output->cell == output->spec.column_count);
    if ((int64_t)output->of->report->files[output->file].rows == output->of->rows_per_file) {
        int result = output_close(output, err);
        if (result == 0) result = open_file(output, err);
        if (result < 0) return result;
    }
    size_t from = 0;
    for (size_t i = 0; i < output->cell; i++) {
        struct text text = {output->text.data + from, output->ends[i] - from};
        output->cells[i] = text.size > 0 ? write_text(text) : (struct write_cell){.kind = WRITE_BLANK};
        from = output->ends[i];
    }
    output->of->report->files[output->file].rows++;
    return sheet_writer_row(output->writer, output->cells, output->cell, err);
}

int output_close(struct output *output, struct err *err)
{
    int result = sheet_writer_finish(output->writer, err);
    sheet_writer_free(output->writer);
    output->writer = NULL;
    return result;
}

void output_fini(struct output *output)
{
    sheet_writer_free(output->writer);
    buffer_fini(&output->text);
    *output = (struct output){0};
}
