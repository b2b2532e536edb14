/* Reads a workbook with sheet.h and prints "rows cells bytes" of what it found, for comparison with openpyxl.
 */
#include <stdio.h>

#include "exchange/sheet.h"

int main(int argc, char **argv)
{
    struct err err = {0};
    struct sheet *sheet = NULL;
    if (argc != 2) {
        fprintf(stderr, "usage: %s FILE\n", argv[0]);
        return 2;
    }
    unsigned long long rows = 0, cells = 0, bytes = 0;
    int code = sheet_open(argv[1], NULL, &sheet, &err);
    for (bool more = code == 0; more;) {
        struct sheet_row row;
        code = sheet_next(sheet, &row, &more, &err);
        if (code != 0 || !more) break;
        rows++;
        for (size_t i = 0; i < row.count; i++) {
            if (row.cells[i].kind == SHEET_BLANK) continue;
            cells++;
            bytes += row.cells[i].text.size;
        }
    }
    sheet_close(sheet);
    if (code != 0) {
        fprintf(stderr, "%s\n", err.en);
        return 1;
    }
    printf("%llu %llu %llu\n", rows, cells, bytes);
    return 0;
}
