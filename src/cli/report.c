/* One way to print for all commands, so that text and JSON can never disagree. */
#include "cli/report.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/mem.h"

enum item_kind { ITEM_LINE, ITEM_TEXT, ITEM_INT, ITEM_BOOL, ITEM_TABLE };

struct cell {
    enum { CELL_TEXT, CELL_INT, CELL_NULL } kind;
    struct text text;
    int64_t integer;
};

struct column_title {
    const char *key, *title;
    bool right;
};

struct item {
    enum item_kind kind;
    const char *key, *title;
    struct text text;
    int64_t integer;
    struct column_title *columns;
    size_t column_count, column_capacity;
    struct cell *cells;
    size_t cell_count, cell_capacity;
};

struct report {
    const struct cli *cli;
    struct arena arena;
    struct item *items;
    size_t count, capacity;
};

struct report *report_new(const struct cli *cli)
{
    struct report *report = mem_new(1, sizeof *report);
    report->cli = cli;
    return report;
}

void report_free(struct report *report)
{
    if (report == NULL) return;
    for (size_t i = 0; i < report->count; i++) {
        free(report->items[i].columns);
        free(report->items[i].cells);
    }
    free(report->items);
    arena_fini(&report->arena);
    free(report);
}

static struct item *add(struct report *report, enum item_kind kind, const char *key, const char *zh,
                        const char *en)
{
    report->items = mem_grow(report->items, &report->capacity, report->count + 1, sizeof *report->items);
    struct item *item = &report->items[report->count++];
    *item = (struct item){.kind = kind,
                          .key = key == NULL ? NULL : arena_string(&report->arena, key),
                          .title = arena_string(&report->arena, cli_say(report->cli, zh, en))};
    return item;
}

void report_line(struct report *report, const char *zh, const char *en, ...)
{
    struct buffer line = {0};
    va_list args;
    va_start(args, en);
    buffer_vprintf(&line, cli_say(report->cli, zh, en), args);
    va_end(args);
    add(report, ITEM_LINE, NULL, "", "")->text = arena_text(&report->arena, buffer_get(&line));
    buffer_fini(&line);
}

void report_text(struct report *report, const char *key, const char *zh, const char *en, struct text value)
{
    add(report, ITEM_TEXT, key, zh, en)->text = arena_text(&report->arena, value);
}

void report_int(struct report *report, const char *key, const char *zh, const char *en, int64_t value)
{
    add(report, ITEM_INT, key, zh, en)->integer = value;
}

void report_bool(struct report *report, const char *key, const char *zh, const char *en, bool value)
{
    add(report, ITEM_BOOL, key, zh, en)->integer = value;
}

void report_table(struct report *report, const char *key, const char *zh, const char *en)
{
    add(report, ITEM_TABLE, key, zh, en);
}

static struct item *table(struct report *report)
{
    return &report->items[report->count - 1];
}

void report_column(struct report *report, const char *key, const char *zh, const char *en, bool right)
{
    struct item *item = table(report);
    item->columns =
        mem_grow(item->columns, &item->column_capacity, item->column_count + 1, sizeof *item->columns);
    item->columns[item->column_count++] = (struct column_title){
        arena_string(&report->arena, key), arena_string(&report->arena, cli_say(report->cli, zh, en)), right};
}

static void add_cell(struct report *report, struct cell cell)
{
    struct item *item = table(report);
    item->cells = mem_grow(item->cells, &item->cell_capacity, item->cell_count + 1, sizeof *item->cells);
    item->cells[item->cell_count++] = cell;
}

void report_cell(struct report *report, struct text value)
{
    add_cell(report, (struct cell){.kind = CELL_TEXT, .text = arena_text(&report->arena, value)});
}

void report_cell_int(struct report *report, int64_t value)
{
    struct text shown = text_of(arena_printf(&report->arena, "%lld", (long long)value));
    add_cell(report, (struct cell){.kind = CELL_INT, .integer = value, .text = shown});
}

void report_cell_null(struct report *report)
{
    add_cell(report, (struct cell){.kind = CELL_NULL});
}

static void pad(size_t columns)
{
    for (size_t i = 0; i < columns; i++) putchar(' ');
}

static void print_cell(struct text text, size_t width, bool right, bool last)
{
    size_t own = text_width(text);
    if (right && own < width) pad(width - own);
    printf("%.*s", TEXT_ARGS(text));
    if (!right && !last && own < width) pad(width - own);
}

static void print_table(const struct item *item)
{
    enum { WIDEST = 60 }; /* beyond, a column no longer pushes its neighbours */
    size_t columns = item->column_count;
    size_t *widths = mem_new(columns, sizeof *widths);
    for (size_t i = 0; i < columns; i++) widths[i] = text_width(text_of(item->columns[i].title));
    for (size_t i = 0; i < item->cell_count; i++) {
        size_t own = text_width(item->cells[i].text);
        if (own > WIDEST) own = WIDEST;
        if (own > widths[i % columns]) widths[i % columns] = own;
    }
    if (item->title[0] != '\0') printf("\n%s\n", item->title);
    if (item->cell_count > 0) {
        for (size_t i = 0; i < columns; i++) {
            fputs("  ", stdout);
            print_cell(text_of(item->columns[i].title), widths[i], item->columns[i].right, i + 1 == columns);
        }
        putchar('\n');
    }
    for (size_t i = 0; i < item->cell_count; i++) {
        size_t at = i % columns;
        fputs("  ", stdout);
        print_cell(item->cells[i].text, widths[at], item->columns[at].right, at + 1 == columns);
        if (at + 1 == columns) putchar('\n');
    }
    free(widths);
}

static void print_text(const struct report *report)
{
    const struct cli *cli = report->cli;
    for (size_t i = 0; i < report->count; i++) {
        const struct item *item = &report->items[i];
        switch (item->kind) {
        case ITEM_LINE:
            printf("%.*s\n", TEXT_ARGS(item->text));
            break;
        case ITEM_TEXT:
            printf("%s: %.*s\n", item->title, TEXT_ARGS(item->text));
            break;
        case ITEM_INT:
            printf("%s: %lld\n", item->title, (long long)item->integer);
            break;
        case ITEM_BOOL:
            printf("%s: %s\n", item->title,
                   item->integer ? cli_say(cli, "是", "yes") : cli_say(cli, "否", "no"));
            break;
        case ITEM_TABLE:
            print_table(item);
            break;
        }
    }
}

static void json_table(struct json_writer *json, const struct item *item)
{
    json_put_array(json);
    for (size_t i = 0; i < item->cell_count; i++) {
        const struct cell *cell = &item->cells[i];
        if (i % item->column_count == 0) json_put_object(json);
        json_put_key(json, item->columns[i % item->column_count].key);
        if (cell->kind == CELL_TEXT)
            json_put_text(json, cell->text);
        else if (cell->kind == CELL_INT)
            json_put_int(json, cell->integer);
        else
            json_put_null(json);
        if ((i + 1) % item->column_count == 0) json_put_object_end(json);
    }
    json_put_array_end(json);
}

static void print_json(const struct report *report)
{
    struct buffer out = {0};
    struct json_writer json = json_start(&out);
    json_put_object(&json);
    for (size_t i = 0; i < report->count; i++) {
        const struct item *item = &report->items[i];
        if (item->kind == ITEM_LINE) continue;
        json_put_key(&json, item->key);
        if (item->kind == ITEM_TEXT)
            json_put_text(&json, item->text);
        else if (item->kind == ITEM_INT)
            json_put_int(&json, item->integer);
        else if (item->kind == ITEM_BOOL)
            json_put_bool(&json, item->integer != 0);
        else
            json_table(&json, item);
    }
    json_put_object_end(&json);
    puts(out.data);
    buffer_fini(&out);
}

void report_print(struct report *report)
{
    if (report->cli->json)
        print_json(report);
    else
        print_text(report);
}
