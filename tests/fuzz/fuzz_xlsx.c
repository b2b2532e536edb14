/* Any bytes as a workbook, under limits tight enough to be met: read all rows. Bytes that are no package are
 * turned into the sheet of a package, so that mutations reach the XML as well as the ZIP. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "exchange/sheet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_all(struct text bytes)
{
    struct sheet_limits limits = sheet_limits_default();
    limits.inflated_bytes = 4 << 20;
    limits.cell_bytes = 1 << 12;
    limits.row_bytes = 1 << 16;
    limits.shared_bytes = 1 << 16;
    struct sheet_options options = {.limits = &limits};
    struct err err = {0};
    struct sheet *sheet;
    int code = sheet_open_memory(bytes, "fuzz", &options, &sheet, &err);
    struct sheet_row row;
    int64_t last = 0;
    bool more = code == 0;
    while (more && (code = sheet_next(sheet, &row, &more, &err)) == 0 && more) {
        assert(row.number > last && row.count > 0);
        last = row.number;
        for (size_t i = 0; i < row.count; i++) assert(text_valid(row.cells[i].text));
    }
    assert(code == 0 || (err.code == code && err.zh[0] != '\0' && err.en[0] != '\0'));
    sheet_close(sheet);
}

static void add(zip_t *zip, const char *name, struct text bytes)
{
    zip_source_t *source = zip_source_buffer(zip, bytes.at, bytes.size, 0);
    if (zip_file_add(zip, name, source, 0) < 0) zip_source_free(source);
}

#define TYPE "x/officeDocument/2006/relationships"

static void read_as_sheet(struct text sheet)
{
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *memory = zip_source_buffer_create(NULL, 0, 0, &error);
    zip_source_keep(memory);
    zip_t *zip = zip_open_from_source(memory, ZIP_TRUNCATE, &error);
    add(zip, "xl/workbook.xml", TEXT("<workbook><sheets><sheet name=\"a\" r:id=\"1\"/></sheets></workbook>"));
    add(zip, "xl/_rels/workbook.xml.rels",
        TEXT("<Relationships><Relationship Id=\"1\" Type=\"" TYPE "/worksheet\" Target=\"sheet.xml\"/>"
             "<Relationship Id=\"2\" Type=\"" TYPE "/sharedStrings\" Target=\"strings.xml\"/>"
             "<Relationship Id=\"3\" Type=\"" TYPE "/styles\" Target=\"styles.xml\"/></Relationships>"));
    add(zip, "xl/sheet.xml", sheet);
    add(zip, "xl/strings.xml", TEXT("<sst><si><t>a</t></si><si><r><t>b</t></r></si></sst>"));
    add(zip, "xl/styles.xml",
        TEXT("<styleSheet><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf "
             "numFmtId=\"20\"/></cellXfs></styleSheet>"));
    zip_stat_t status;
    if (zip_close(zip) == 0 && zip_source_open(memory) == 0 && zip_source_stat(memory, &status) == 0) {
        char *bytes = malloc(status.size);
        zip_int64_t got = zip_source_read(memory, bytes, status.size);
        zip_source_close(memory);
        read_all((struct text){bytes, (size_t)got});
        free(bytes);
    }
    zip_source_free(memory);
    zip_error_fini(&error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text bytes = {(const char *)data, size};
    if (text_starts(bytes, TEXT("PK")))
        read_all(bytes);
    else if (size > 0)
        read_as_sheet(bytes);
    return 0;
}
