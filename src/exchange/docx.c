/* The parts of a DOCX package, and the markup of what goes into a document. No C library writes the format;
 * it is a ZIP of a few XML parts (ECMA-376, part 1, §17), of which this uses only what Word, WPS and
 * LibreOffice show alike. */
#include "exchange/docx.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "base/mem.h"
#include "exchange/write_target.h"
#include "docx_styles_sql.h"

enum {
    /* GB/T 9704-2012, 5.2: A4, type area 156 mm × 225 mm, 37 mm above and 28 mm at the inner side; in
       twentieths of a point. */
    PAGE_SHORT = 11906,
    PAGE_LONG = 16838,
    MARGIN_TOP = 2098,
    MARGIN_BOTTOM = 1985,
    MARGIN_INNER = 1588,
    MARGIN_OUTER = 1474,
    DIGIT = 115,         /* of a cell's 10.5 pt, a little more than half of it: fonts differ */
    CELL_MARGINS = 180,  /* 80 on both sides, and the line */
    TEXT_LEAST = 600,    /* what a column of words keeps: two characters */
    CREATED = 1640995200 /* a fixed moment, so that equal content gives equal files */
};

#define MAIN_NAMESPACE  "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#define OFFICE_RELATION "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define XML_HEAD        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"

struct docx {
    struct buffer body;
    struct text title; /* owned */
    bool landscape;
    enum docx_align aligns[DOCX_COLUMNS_MOST];
    int widths[DOCX_COLUMNS_MOST];
    size_t column_count; /* of the open table; 0: none is open */
    bool after_table;    /* a table must not be the last thing on a page's end */
};

static const char content_types[] = XML_HEAD
    "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
    "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
    "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
    "<Override PartName=\"/word/document.xml\" "
    "ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/>"
    "<Override PartName=\"/word/styles.xml\" "
    "ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml\"/>"
    "<Override PartName=\"/word/settings.xml\" "
    "ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml\"/>"
    "<Override PartName=\"/word/footer1.xml\" "
    "ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml\"/>"
    "<Override PartName=\"/word/footer2.xml\" "
    "ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml\"/>"
    "<Override PartName=\"/docProps/core.xml\" "
    "ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/></Types>";

static const char package_relations[] = XML_HEAD
    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
    "<Relationship Id=\"rId1\" Type=\"" OFFICE_RELATION "/officeDocument\" Target=\"word/document.xml\"/>"
    "<Relationship Id=\"rId2\" "
    "Type=\"http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties\" "
    "Target=\"docProps/core.xml\"/></Relationships>";

static const char document_relations[] = XML_HEAD
    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
    "<Relationship Id=\"rId1\" Type=\"" OFFICE_RELATION "/styles\" Target=\"styles.xml\"/>"
    "<Relationship Id=\"rId2\" Type=\"" OFFICE_RELATION "/settings\" Target=\"settings.xml\"/>"
    "<Relationship Id=\"rId3\" Type=\"" OFFICE_RELATION "/footer\" Target=\"footer1.xml\"/>"
    "<Relationship Id=\"rId4\" Type=\"" OFFICE_RELATION "/footer\" Target=\"footer2.xml\"/></Relationships>";

/* Odd pages are right pages, even pages left ones: the number stands outside (7.5 of the standard). */
static const char settings[] =
    XML_HEAD "<w:settings xmlns:w=\"" MAIN_NAMESPACE "\"><w:evenAndOddHeaders/>"
             "<w:characterSpacingControl w:val=\"compressPunctuation\"/></w:settings>";

#define FOOTER(side, indent)                                                                                 \
    XML_HEAD "<w:ftr xmlns:w=\"" MAIN_NAMESPACE "\"><w:p><w:pPr><w:pStyle w:val=\"Footer\"/>" indent         \
             "<w:jc w:val=\"" side "\"/></w:pPr><w:r><w:t xml:space=\"preserve\">— </w:t></w:r>"           \
             "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText "                             \
             "xml:space=\"preserve\"> PAGE </w:instrText></w:r><w:r><w:fldChar "                             \
             "w:fldCharType=\"separate\"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar "                     \
             "w:fldCharType=\"end\"/></w:r><w:r><w:t xml:space=\"preserve\"> —</w:t></w:r></w:p></w:ftr>"
static const char footer_odd[] = FOOTER("right", "<w:ind w:right=\"280\"/>");
static const char footer_even[] = FOOTER("left", "<w:ind w:left=\"280\"/>");

static const char *const style_names[] = {
    [DOCX_TITLE] = "Title",         [DOCX_SUBTITLE] = "Subtitle", [DOCX_HEADING] = "Heading1",
    [DOCX_SUBHEADING] = "Heading2", [DOCX_BODY] = "BodyText",     [DOCX_NOTE] = "Note",
    [DOCX_SIGNED] = "Signed"};
static const char *const align_names[] = {
    [DOCX_LEFT] = "left", [DOCX_CENTRE] = "center", [DOCX_RIGHT] = "right"};

struct docx *docx_new(struct text title, bool landscape)
{
    struct docx *docx = mem_new(1, sizeof *docx);
    docx->title = (struct text){mem_copy_text(title.at == NULL ? "" : title.at, title.size), title.size};
    docx->landscape = landscape;
    return docx;
}

void docx_free(struct docx *docx)
{
    if (docx == NULL) return;
    buffer_fini(&docx->body);
    free((char *)docx->title.at);
    free(docx);
}

/* What XML 1.0 cannot hold even when escaped is left out. */
static void put_escaped(struct buffer *out, struct text text)
{
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.at[i];
        if (byte == '&')
            buffer_string(out, "&amp;");
        else if (byte == '<')
            buffer_string(out, "&lt;");
        else if (byte == '>')
            buffer_string(out, "&gt;");
        else if (byte == 0xEF && text.size - i > 2 && (unsigned char)text.at[i + 1] == 0xBF &&
                 (unsigned char)text.at[i + 2] >= 0xBE)
            i += 2; /* U+FFFE, U+FFFF */
        else if (byte >= 0x20 || byte == '\t')
            buffer_char(out, (char)byte);
    }
}

static void put_runs(struct buffer *out, struct text text)
{
    buffer_string(out, "<w:r>");
    for (size_t from = 0; from <= text.size;) {
        const char *feed = from < text.size ? memchr(text.at + from, '\n', text.size - from) : NULL;
        size_t to = feed == NULL ? text.size : (size_t)(feed - text.at);
        if (from > 0) buffer_string(out, "<w:br/>");
        buffer_string(out, "<w:t xml:space=\"preserve\">");
        put_escaped(out, (struct text){text.at + from, to - from});
        buffer_string(out, "</w:t>");
        from = to + 1;
    }
    buffer_string(out, "</w:r>");
}

void docx_paragraph(struct docx *docx, enum docx_style style, struct text text)
{
    assert(docx->column_count == 0);
    buffer_printf(&docx->body, "<w:p><w:pPr><w:pStyle w:val=\"%s\"/></w:pPr>", style_names[style]);
    if (text.size > 0) put_runs(&docx->body, text);
    buffer_string(&docx->body, "</w:p>");
    docx->after_table = false;
}

void docx_page_break(struct docx *docx)
{
    assert(docx->column_count == 0);
    buffer_string(&docx->body, "<w:p><w:r><w:br w:type=\"page\"/></w:r></w:p>");
    docx->after_table = false;
}

static int text_area_width(const struct docx *docx)
{
    return docx->landscape ? PAGE_LONG - MARGIN_TOP - MARGIN_BOTTOM
                           : PAGE_SHORT - MARGIN_INNER - MARGIN_OUTER;
}

static void put_cell(struct docx *docx, size_t column, const char *style, enum docx_align align,
                     struct text text)
{
    buffer_printf(&docx->body,
                  "<w:tc><w:tcPr><w:tcW w:w=\"%d\" w:type=\"dxa\"/><w:vAlign w:val=\"center\"/></w:tcPr><w:p>"
                  "<w:pPr><w:pStyle w:val=\"%s\"/><w:jc w:val=\"%s\"/></w:pPr>",
                  docx->widths[column], style, align_names[align]);
    if (text.size > 0) put_runs(&docx->body, text);
    buffer_string(&docx->body, "</w:p></w:tc>");
}

/* What a column takes at least. */
static int least_width(const struct docx_column *column)
{
    return column->unbroken > 0 ? column->unbroken * DIGIT + CELL_MARGINS : 0;
}

/* By their shares; what the numbers of narrow columns lack is given by those that have more than they need.
 */
static void share_width(struct docx *docx, const struct docx_column *columns, size_t count, int width)
{
    int total = 0, lacking = 0, spare = 0;
    for (size_t i = 0; i < count; i++) total += columns[i].share > 0 ? columns[i].share : 1;
    for (size_t i = 0; i < count; i++) {
        docx->widths[i] = width * (columns[i].share > 0 ? columns[i].share : 1) / total;
        int more = docx->widths[i] - (columns[i].unbroken > 0 ? least_width(&columns[i]) : TEXT_LEAST);
        lacking += columns[i].unbroken > 0 && more < 0 ? -more : 0;
        spare += more > 0 ? more : 0;
    }
    if (lacking > spare) lacking = spare;
    for (size_t i = 0, given = 0, needed = (size_t)lacking; i < count && lacking > 0; i++) {
        int least = columns[i].unbroken > 0 ? least_width(&columns[i]) : TEXT_LEAST;
        int more = docx->widths[i] - least;
        if (more > 0) {
            docx->widths[i] -= (int)((int64_t)more * lacking / spare);
        } else if (columns[i].unbroken > 0 && given < needed) {
            int gets = (size_t)-more < needed - given ? -more : (int)(needed - given);
            docx->widths[i] += gets;
            given += (size_t)gets;
        }
    }
}

void docx_table(struct docx *docx, const struct docx_column *columns, size_t count)
{
    assert(docx->column_count == 0 && count > 0 && count <= DOCX_COLUMNS_MOST);
    struct buffer *body = &docx->body;
    int width = text_area_width(docx);
    share_width(docx, columns, count, width);
    /* Two tables without anything between would become one. */
    if (docx->after_table) docx_paragraph(docx, DOCX_NOTE, TEXT(""));
    buffer_printf(body,
                  "<w:tbl><w:tblPr><w:tblW w:w=\"%d\" w:type=\"dxa\"/><w:jc w:val=\"center\"/><w:tblBorders>",
                  width);
    static const char *const sides[] = {"top", "left", "bottom", "right", "insideH", "insideV"};
    for (size_t i = 0; i < sizeof sides / sizeof *sides; i++)
        buffer_printf(body, "<w:%s w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"000000\"/>", sides[i]);
    buffer_string(body, "</w:tblBorders><w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid>");
    for (size_t i = 0; i < count; i++) {
        docx->aligns[i] = columns[i].align;
        buffer_printf(body, "<w:gridCol w:w=\"%d\"/>", docx->widths[i]);
    }
    buffer_string(body, "</w:tblGrid><w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>");
    docx->column_count = count;
    for (size_t i = 0; i < count; i++) put_cell(docx, i, "CellHeading", DOCX_CENTRE, columns[i].heading);
    buffer_string(body, "</w:tr>");
}

void docx_row(struct docx *docx, const struct text *cells)
{
    assert(docx->column_count > 0);
    buffer_string(&docx->body, "<w:tr><w:trPr><w:cantSplit/></w:trPr>");
    for (size_t i = 0; i < docx->column_count; i++) put_cell(docx, i, "Cell", docx->aligns[i], cells[i]);
    buffer_string(&docx->body, "</w:tr>");
}

void docx_table_end(struct docx *docx)
{
    assert(docx->column_count > 0);
    buffer_string(&docx->body, "</w:tbl>");
    docx->column_count = 0;
    docx->after_table = true;
}

/* ---- The package ---- */

static void put_document(const struct docx *docx, struct buffer *out)
{
    bool wide = docx->landscape;
    buffer_string(out, XML_HEAD "<w:document xmlns:w=\"" MAIN_NAMESPACE "\" xmlns:r=\"" OFFICE_RELATION
                                "\"><w:body>");
    buffer_text(out, buffer_get(&docx->body));
    if (docx->after_table) buffer_string(out, "<w:p><w:pPr><w:pStyle w:val=\"Note\"/></w:pPr></w:p>");
    buffer_printf(
        out,
        "<w:sectPr><w:footerReference w:type=\"default\" r:id=\"rId3\"/><w:footerReference w:type=\"even\" "
        "r:id=\"rId4\"/><w:pgSz w:w=\"%d\" w:h=\"%d\"%s/><w:pgMar w:top=\"%d\" w:right=\"%d\" "
        "w:bottom=\"%d\" "
        "w:left=\"%d\" w:header=\"851\" w:footer=\"1200\" w:gutter=\"0\"/><w:docGrid w:type=\"lines\" "
        "w:linePitch=\"312\"/></w:sectPr></w:body></w:document>",
        wide ? PAGE_LONG : PAGE_SHORT, wide ? PAGE_SHORT : PAGE_LONG, wide ? " w:orient=\"landscape\"" : "",
        wide ? MARGIN_INNER : MARGIN_TOP, wide ? MARGIN_BOTTOM : MARGIN_OUTER,
        wide ? MARGIN_OUTER : MARGIN_BOTTOM, wide ? MARGIN_TOP : MARGIN_INNER);
}

static void put_properties(const struct docx *docx, struct buffer *out)
{
    buffer_string(out, XML_HEAD
                  "<cp:coreProperties "
                  "xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" "
                  "xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>");
    put_escaped(out, docx->title);
    buffer_string(out, "</dc:title><dc:creator>zengshou</dc:creator></cp:coreProperties>");
}

/* The bytes are borrowed until the archive is closed. */
static bool add_part(zip_t *zip, const char *name, struct text bytes)
{
    zip_source_t *source = zip_source_buffer(zip, bytes.at, bytes.size, 0);
    if (source == NULL) return false;
    zip_int64_t index = zip_file_add(zip, name, source, ZIP_FL_ENC_UTF_8);
    if (index < 0) zip_source_free(source);
    return index >= 0 && zip_file_set_mtime(zip, (zip_uint64_t)index, CREATED, 0) == 0;
}

static int not_written(zip_t *zip, const char *path, struct err *err)
{
    int cause = zip == NULL ? errno : zip_error_code_system(zip_get_error(zip));
    if (zip != NULL) zip_discard(zip);
    errno = cause;
    int code = write_failed(err);
    err_at(err, path, 0, 0);
    return code;
}

int docx_write(const struct docx *docx, const char *path, struct err *err)
{
    assert(docx->column_count == 0);
    if (docx->body.size > DOCX_BYTES_MOST)
        return err_set(err, ERR_LIMIT, "文件太大（超过%dMB），没有写成；请缩小范围",
                       "the document is too large (more than %d MB) and was not written; narrow it down",
                       DOCX_BYTES_MOST >> 20);
    struct buffer document = {0}, properties = {0};
    put_document(docx, &document);
    put_properties(docx, &properties);
    const struct {
        const char *name;
        struct text bytes;
    } parts[] = {{"[Content_Types].xml", text_of(content_types)},
                 {"_rels/.rels", text_of(package_relations)},
                 {"word/document.xml", buffer_get(&document)},
                 {"word/_rels/document.xml.rels", text_of(document_relations)},
                 {"word/styles.xml", text_of(docx_styles)},
                 {"word/settings.xml", text_of(settings)},
                 {"word/footer1.xml", text_of(footer_odd)},
                 {"word/footer2.xml", text_of(footer_even)},
                 {"docProps/core.xml", buffer_get(&properties)}};
    errno = 0;
    zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, NULL);
    bool whole = zip != NULL;
    for (size_t i = 0; whole && i < sizeof parts / sizeof *parts; i++)
        whole = add_part(zip, parts[i].name, parts[i].bytes);
    int code = whole && zip_close(zip) == 0 ? 0 : not_written(zip, path, err);
    buffer_fini(&document);
    buffer_fini(&properties);
    return code;
}
