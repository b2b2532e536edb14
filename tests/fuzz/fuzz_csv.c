/* Any bytes as a file: read all rows. Whatever is wrong must come back as an error in both languages. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "exchange/sheet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sheet_limits limits = sheet_limits_default();
    limits.cell_bytes = 1 << 12;
    limits.row_bytes = 1 << 16;
    struct sheet_options options = {.limits = &limits};
    struct err err = {0};
    struct sheet *sheet;
    int code = sheet_open_memory((struct text){(const char *)data, size}, "fuzz", &options, &sheet, &err);
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
    return 0;
}
