/* The same document as a letter and as a workbook. */
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/mem.h"
#include "bulletin/bulletin.h"
#include "exchange/docx.h"
#include "exchange/sheet_write.h"

/* ---- DOCX ---- */

/* The longest word of digits and signs in a column: a number, a date, a code, a masked one. */
static int longest_number(const struct document_table *table, size_t column)
{
    size_t longest = 0;
    for (size_t row = 0; row < table->row_count; row++) {
        struct text text = table->cells[row * table->column_count + column].text;
        for (size_t at = 0, run = 0; at < text.size; at++) {
            run = (unsigned char)text.at[at] > ' ' && (unsigned char)text.at[at] < 0x7f ? run + 1 : 0;
            if (run > longest) longest = run;
        }
    }
    enum { MOST = 20 }; /* what is longer is no number that must stand on one line */
    return longest > MOST ? 0 : (int)longest;
}

static void put_table(struct docx *docx, const struct document_table *table)
{
    static const enum docx_align aligns[] = {
        [DOCUMENT_LEFT] = DOCX_LEFT, [DOCUMENT_CENTRE] = DOCX_CENTRE, [DOCUMENT_RIGHT] = DOCX_RIGHT};
    struct docx_column *columns = mem_new(table->column_count, sizeof *columns);
    struct text *cells = mem_new(table->column_count, sizeof *cells);
    for (size_t i = 0; i < table->column_count; i++)
        columns[i] = (struct docx_column){.heading = table->columns[i].heading,
                                          .share = table->columns[i].share,
                                          .unbroken = longest_number(table, i),
                                          .align = aligns[table->columns[i].align]};
    docx_table(docx, columns, table->column_count);
    for (size_t row = 0; row < table->row_count; row++) {
        for (size_t i = 0; i < table->column_count; i++)
            cells[i] = table->cells[row * table->column_count + i].text;
        docx_row(docx, cells);
    }
    docx_table_end(docx);
    free(cells);
    free(columns);
}

static int write_docx(const struct document *document, const char *path, struct err *err)
{
    static const enum docx_style styles[BLOCK_KINDS] = {
        [BLOCK_HEADING] = DOCX_HEADING, [BLOCK_SUBHEADING] = DOCX_SUBHEADING,
        [BLOCK_TEXT] = DOCX_BODY,       [BLOCK_NOTE] = DOCX_NOTE,
        [BLOCK_TABLE] = DOCX_BODY,      [BLOCK_SIGNED] = DOCX_SIGNED};
    struct docx *docx = docx_new(document->title, document->landscape);
    docx_paragraph(docx, DOCX_TITLE, document->title);
    if (document->subtitle.size > 0) docx_paragraph(docx, DOCX_SUBTITLE, document->subtitle);
    for (size_t i = 0; i < document->block_count; i++) {
        const struct document_block *block = &document->blocks[i];
        if (block->kind == BLOCK_TABLE)
            put_table(docx, block->table);
        else
            docx_paragraph(docx, styles[block->kind], block->text);
    }
    int code = docx_write(docx, path, err);
    docx_free(docx);
    return code;
}

/* ---- XLSX ---- */

static struct write_cell cell_of(const struct document_cell *cell)
{
    static const enum write_colour colours[LIGHTS] = {[LIGHT_GREEN] = WRITE_GREEN,
                                                      [LIGHT_YELLOW] = WRITE_YELLOW,
                                                      [LIGHT_RED] = WRITE_RED,
                                                      [LIGHT_NONE] = WRITE_PLAIN,
                                                      [LIGHT_UNKNOWN] = WRITE_GREY};
    if (cell->number)
        return (struct write_cell){.kind = WRITE_DECIMAL,
                                   .integer = cell->value,
                                   .colour = cell->marked ? WRITE_YELLOW : WRITE_PLAIN};
    struct write_cell out = cell->text.size > 0 ? write_text(cell->text) : (struct write_cell){0};
    if (cell->lit) out.colour = colours[cell->light];
    return out;
}

/* All that is no table: a sheet of its own, in the order of the letter. */
static int write_words(const struct document *document, const char *language, struct sheet_writer *writer,
                       struct err *err)
{
    enum { WIDE = 100 };
    const struct write_column column = {language[0] == 'e' ? TEXT("Text") : TEXT("正文"), WIDE};
    const struct text titles[] = {document->title, document->subtitle};
    const struct write_sheet sheet = {
        document->label, &column, 1, titles, document->subtitle.size > 0 ? 2 : 1, true};
    int code = sheet_writer_sheet(writer, &sheet, err);
    for (size_t i = 0; code == 0 && i < document->block_count; i++) {
        struct write_cell cell = write_text(document->blocks[i].text);
        if (document->blocks[i].kind != BLOCK_TABLE && cell.text.size > 0)
            code = sheet_writer_row(writer, &cell, 1, err);
    }
    return code;
}

/* at: the table's block. The notes below it stand above it in its sheet, where they are seen. */
static int write_table(const struct document *document, size_t at, struct text name,
                       struct sheet_writer *writer, struct err *err)
{
    enum { PAGE = 110, NARROW = 9, TITLES_MOST = 12 }; /* characters of a page, and of a column at least */
    const struct document_table *table = document->blocks[at].table;
    struct write_column *columns = mem_new(table->column_count, sizeof *columns);
    struct write_cell *cells = mem_new(table->column_count, sizeof *cells);
    struct text titles[TITLES_MOST] = {document->title, name};
    struct write_sheet sheet = {name, columns, table->column_count, titles, 2, true};
    int total = 0;
    for (size_t i = at + 1; i < document->block_count && document->blocks[i].kind == BLOCK_NOTE; i++)
        if (sheet.title_count < TITLES_MOST) titles[sheet.title_count++] = document->blocks[i].text;
    for (size_t i = 0; i < table->column_count; i++) total += table->columns[i].share;
    for (size_t i = 0; i < table->column_count; i++) {
        int width = PAGE * table->columns[i].share / (total > 0 ? total : 1);
        columns[i] = (struct write_column){table->columns[i].heading, width > NARROW ? width : NARROW};
    }
    int code = sheet_writer_sheet(writer, &sheet, err);
    for (size_t row = 0; code == 0 && row < table->row_count; row++) {
        for (size_t i = 0; i < table->column_count; i++)
            cells[i] = cell_of(&table->cells[row * table->column_count + i]);
        code = sheet_writer_row(writer, cells, table->column_count, err);
    }
    free(cells);
    free(columns);
    return code;
}

static int write_xlsx(const struct document *document, const char *language, const char *path,
                      struct err *err)
{
    struct sheet_writer *writer;
    struct text name = document->label;
    int code = sheet_writer_new(path, &writer, err);
    if (code != 0) return code;
    code = write_words(document, language, writer, err);
    for (size_t i = 0; code == 0 && i < document->block_count; i++) {
        const struct document_block *block = &document->blocks[i];
        if (block->kind == BLOCK_HEADING || block->kind == BLOCK_SUBHEADING) name = block->text;
        if (block->kind == BLOCK_TABLE) code = write_table(document, i, name, writer, err);
    }
    if (code == 0) code = sheet_writer_finish(writer, err);
    sheet_writer_free(writer);
    return code;
}

int bulletin_write(const struct document *document, const char *language, const char *path, struct err *err)
{
    struct text name = text_of(path);
    if (text_ends(name, TEXT(".docx"))) return write_docx(document, path, err);
    if (text_ends(name, TEXT(".xlsx"))) return write_xlsx(document, language, path, err);
    return err_set(err, ERR_INPUT, "文件名应以 .docx 或 .xlsx 结尾：%s",
                   "the file's name should end in .docx or .xlsx: %s", path);
}

/* ---- Its name, and the log ---- */

const char *bulletin_file_name(const struct document *document, struct arena *arena)
{
    char *name = arena_printf(arena, "%.*s-%.*s-%d-%02d", TEXT_ARGS(document->label),
                              TEXT_ARGS(document->place), document->year, document->month);
    for (char *at = name; *at != '\0'; at++)
        if (*at == '/' || *at == '\\' || (unsigned char)*at < ' ') *at = '_';
    return name;
}

void bulletin_log_detail(const struct pack *pack, const struct bulletin_question *question,
                         const struct document *document, const char *format, struct buffer *out)
{
    const struct pack_bulletin *bulletin = &pack->bulletins[question->bulletin];
    struct json_writer json = json_start(out);
    char month[16];
    snprintf(month, sizeof month, "%d-%02d", document->year, document->month);
    json_put_object(&json);
    json_member_text(&json, "bulletin", bulletin->label.name);
    json_member_string(&json, "month", month);
    if (bulletin->about == ABOUT_SUBJECT) {
        json_member_text(&json, "register", pack->schema.registers[pack->subject].label.name);
        json_member_int(&json, "record", question->subject);
    } else if (question->division >= 0) {
        json_member_text(&json, "division", pack->divisions[question->division].code);
    }
    json_member_string(&json, "format", format);
    json_member_int(&json, "records", document->records);
    json_put_object_end(&json);
}
