/* What the rows of a sheet refer to: the chosen sheet's part, shared strings, which styles show dates. Only
 * for xlsx_*.c. */
#ifndef ZENGSHOU_EXCHANGE_XLSX_BOOK_H
#define ZENGSHOU_EXCHANGE_XLSX_BOOK_H

#include "exchange/xlsx_package.h"

enum xlsx_style { STYLE_NUMBER, STYLE_DATE, STYLE_TIME };

struct xlsx_book {
    char *sheet_part, *sheet_name;
    bool epoch_1904;
    unsigned char *styles; /* enum xlsx_style by cell format */
    size_t style_count, style_capacity;
    char *strings; /* string i is strings[offsets[i]] up to strings[offsets[i + 1]] */
    size_t strings_size, strings_capacity;
    uint32_t *offsets;
    size_t string_count, offsets_capacity;
};

/* Reads the workbook, its relationships, styles and shared strings. sheet NULL: the first visible worksheet.
 */
int xlsx_book_read(struct package *package, const char *sheet, const struct sheet_limits *limits,
                   struct xlsx_book *book, struct err *err);
void xlsx_book_fini(struct xlsx_book *book);

/* xlsx_strings.c */
int xlsx_strings_read(struct package *package, const char *part, const struct sheet_limits *limits,
                      struct xlsx_book *book, struct err *err);
/* Undoes _x000A_ escapes in place; the new size. */
size_t xlsx_unescape(char *at, size_t size);

/* xlsx_styles.c */
int xlsx_styles_read(struct package *package, const char *part, struct xlsx_book *book, struct err *err);
enum xlsx_style xlsx_style_of_format(const char *format);

#endif
