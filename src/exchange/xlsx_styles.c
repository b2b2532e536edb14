/* A date in a workbook is a number whose cell format looks like a date; styles.xml is read for nothing else.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "exchange/xlsx_book.h"

enum { FORMATS = 65536, STYLES_MOST = 100000 };

struct styles {
    struct xlsx_book *book;
    unsigned char *formats; /* enum xlsx_style by number format id */
    bool in_formats, in_cells;
};

/* ECMA-376 18.8.30, and the ids that Chinese versions reserve (27 to 36, 50 to 58). */
static void built_in(unsigned char *formats)
{
    static const unsigned char dates[] = {14, 15, 16, 17, 22, 27, 28, 29, 30,
                                          31, 36, 50, 51, 52, 53, 54, 57, 58};
    static const unsigned char times[] = {18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47, 55, 56};
    for (size_t i = 0; i < sizeof dates; i++) formats[dates[i]] = STYLE_DATE;
    for (size_t i = 0; i < sizeof times; i++) formats[times[i]] = STYLE_TIME;
}

/* "[h]", "[mm]", "[ss]" count elapsed time; every other bracket is a colour, a condition or a locale. */
static bool elapsed(const char *at, size_t size)
{
    return size > 0 && strspn(at, "hHmMsS") >= size;
}

enum xlsx_style xlsx_style_of_format(const char *format)
{
    bool date = false, time = false, month = false;
    for (const char *s = format; *s != '\0' && *s != ';'; s++) {
        if (*s == '"' || *s == '[') {
            const char *close = strchr(s + 1, *s == '"' ? '"' : ']');
            if (close == NULL) break;
            if (*s == '[' && elapsed(s + 1, (size_t)(close - s) - 1)) time = true;
            s = close;
        } else if (*s == '\\' || *s == '_' || *s == '*') {
            if (s[1] == '\0') break;
            s++;
        } else if (strchr("yYdD", *s) != NULL) {
            date = true;
        } else if (strchr("hHsS", *s) != NULL) {
            time = true;
        } else if (*s == 'm' || *s == 'M') {
            bool half_day = s > format && strchr("aApP", s[-1]) != NULL; /* AM/PM */
            month = month || !half_day;
        }
    }
    if (date || (month && !time)) return STYLE_DATE;
    return time ? STYLE_TIME : STYLE_NUMBER;
}

static int on_start(void *context, const char *name, const char **attributes, struct err *err)
{
    struct styles *styles = context;
    if (strcmp(name, "numFmts") == 0) styles->in_formats = true;
    if (strcmp(name, "cellXfs") == 0) styles->in_cells = true;
    bool format = styles->in_formats && strcmp(name, "numFmt") == 0;
    bool cell = styles->in_cells && strcmp(name, "xf") == 0;
    if (!format && !cell) return 0;
    const char *id = xml_attribute(attributes, "numFmtId");
    unsigned long number = id == NULL ? 0 : strtoul(id, NULL, 10);
    if (number >= FORMATS) number = 0;
    const char *code = xml_attribute(attributes, "formatCode");
    if (format && code != NULL) styles->formats[number] = (unsigned char)xlsx_style_of_format(code);
    if (!cell) return 0;
    struct xlsx_book *book = styles->book;
    if (book->style_count >= STYLES_MOST)
        return err_set(err, ERR_LIMIT, "工作簿的单元格格式太多；请存为 .csv",
                       "the workbook has too many cell formats; save it as .csv");
    book->styles = mem_grow(book->styles, &book->style_capacity, book->style_count + 1, 1);
    book->styles[book->style_count++] = styles->formats[number];
    return 0;
}

static int on_end(void *context, const char *name, struct err *err)
{
    struct styles *styles = context;
    (void)err;
    if (strcmp(name, "numFmts") == 0) styles->in_formats = false;
    if (strcmp(name, "cellXfs") == 0) styles->in_cells = false;
    return 0;
}

static int on_text(void *context, const char *at, size_t size, struct err *err)
{
    (void)context, (void)at, (void)size, (void)err;
    return 0;
}

int xlsx_styles_read(struct package *package, const char *part, struct xlsx_book *book, struct err *err)
{
    static const struct xml_handlers handlers = {on_start, on_end, on_text};
    struct styles styles = {.book = book, .formats = mem_new(FORMATS, 1)};
    built_in(styles.formats);
    int code = xml_part_read(package, part, &handlers, &styles, err);
    free(styles.formats);
    return code;
}
