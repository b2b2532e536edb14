/* The rows of a worksheet, streamed: the parser is paused at the end of each row and resumed for the next, so
 * that one row is in memory at a time. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "exchange/sheet_source.h"
#include "exchange/xlsx_book.h"

enum cell_type {
    TYPED_NUMBER,
    TYPED_SHARED,
    TYPED_BOOL,
    TYPED_ERROR,
    TYPED_FORMULA,
    TYPED_INLINE,
    TYPED_DATE
};

struct xlsx {
    struct package *package;
    struct xlsx_book book;
    struct xml_part *part;
    struct sheet_build build;
    int64_t number; /* of the row */
    bool ready;     /* the row is complete */
    bool in_row, in_cell, capture, formula;
    int phonetic;
    size_t column; /* of the cell; between cells: of the next one */
    size_t start;  /* where the cell's text begins in build.bytes */
    enum cell_type type;
    size_t style;
};

static int damaged_cell(const struct xlsx *xlsx, struct err *err)
{
    char letters[SHEET_COLUMN_TEXT];
    return err_set(err, ERR_INPUT,
                   "工作簿损坏：第%lld行%s列读不懂（位置、数或引用的文字有错）；请在 WPS 或 Excel "
                   "中打开后另存为新的 .xlsx",
                   "the workbook is damaged: row %lld, column %s cannot be read (its place, number or text "
                   "reference is wrong); "
                   "open it and save it as a new .xlsx",
                   (long long)xlsx->number, sheet_column_name(xlsx->column, letters));
}

/* ---- Cells. ---- */

/* "AB12" → 27; SIZE_MAX when it is no cell name. */
static size_t column_of(const char *name)
{
    size_t column = 0, letters = 0;
    for (; *name >= 'A' && *name <= 'Z'; name++) {
        if (++letters > 3) return SIZE_MAX;
        column = column * 26 + (size_t)(*name - 'A') + 1;
    }
    return letters == 0 ? SIZE_MAX : column - 1;
}

static enum cell_type type_of_cell(const char *name)
{
    if (name == NULL) return TYPED_NUMBER;
    switch (name[0]) {
    case 's':
        return name[1] == '\0' ? TYPED_SHARED : TYPED_FORMULA;
    case 'b':
        return TYPED_BOOL;
    case 'e':
        return TYPED_ERROR;
    case 'i':
        return TYPED_INLINE;
    case 'd':
        return TYPED_DATE;
    default:
        return TYPED_NUMBER;
    }
}

static int start_cell(struct xlsx *xlsx, const char **attributes, struct err *err)
{
    const char *place = NULL, *type = NULL, *style = NULL;
    for (; *attributes != NULL; attributes += 2) {
        if (attributes[0][0] == '\0' || attributes[0][1] != '\0') continue;
        if (attributes[0][0] == 'r')
            place = attributes[1];
        else if (attributes[0][0] == 't')
            type = attributes[1];
        else if (attributes[0][0] == 's')
            style = attributes[1];
    }
    if (place != NULL) {
        size_t column = column_of(place);
        if (column == SIZE_MAX) return damaged_cell(xlsx, err);
        xlsx->column = column;
    }
    xlsx->type = type_of_cell(type);
    xlsx->style = style == NULL ? 0 : strtoul(style, NULL, 10);
    xlsx->start = xlsx->build.used;
    xlsx->in_cell = true;
    xlsx->formula = false;
    return 0;
}

static struct text raw_text(const struct xlsx *xlsx)
{
    return (struct text){xlsx->build.bytes + xlsx->start, xlsx->build.used - xlsx->start};
}

/* Replaces what the cell holds so far. */
static int set_text(struct xlsx *xlsx, const char *string, struct err *err)
{
    size_t size = strlen(string);
    xlsx->build.used = xlsx->start;
    int code = sheet_build_room(&xlsx->build, xlsx->start, size, xlsx->number, xlsx->column, err);
    if (code < 0) return code;
    memcpy(xlsx->build.bytes + xlsx->start, string, size);
    xlsx->build.used += size;
    return 0;
}

/* Plain digits that 15 significant ones can hold are the number as a person typed it. */
static bool is_plain_number(struct text text)
{
    size_t digits = 0, points = 0, i = 0;
    if (text.size > 0 && text.at[0] == '-') i = 1;
    for (; i < text.size; i++) {
        if (text.at[i] == '.')
            points++;
        else if (text.at[i] >= '0' && text.at[i] <= '9')
            digits++;
        else
            return false;
    }
    return digits > 0 && digits <= 15 && points <= 1;
}

/* Fifteen significant digits, as spreadsheet programs show them: 0.1 and not 0.10000000000000001; numbers up
 * to 1e21 with zeros in place of the digits that were lost when somebody typed 18 of them. */
static void print_number(double value, char *out, size_t size)
{
    snprintf(out, size, "%.15g", value);
    double magnitude = fabs(value);
    if (magnitude < 1e15 || magnitude >= 1e21) return;
    char scientific[40];
    snprintf(scientific, sizeof scientific, "%.14e", magnitude);
    int exponent = atoi(strchr(scientific, 'e') + 1);
    snprintf(out, size, "%s%c%.14s%0*d", value < 0 ? "-" : "", scientific[0], scientific + 2, exponent - 14,
             0);
    if (exponent == 14) out[strlen(out) - 1] = '\0';
}

static int finish_number(struct xlsx *xlsx, enum sheet_kind *kind, struct err *err)
{
    enum xlsx_style style =
        xlsx->style < xlsx->book.style_count ? (enum xlsx_style)xlsx->book.styles[xlsx->style] : STYLE_NUMBER;
    struct text raw = text_trim(raw_text(xlsx));
    *kind = SHEET_NUMBER;
    if (style == STYLE_NUMBER && is_plain_number(raw)) return 0;
    char digits[64], *end;
    if (raw.size == 0 || raw.size >= sizeof digits) return damaged_cell(xlsx, err);
    memcpy(digits, raw.at, raw.size);
    digits[raw.size] = '\0';
    double value = strtod(digits, &end);
    if (*end != '\0' || !isfinite(value)) return damaged_cell(xlsx, err);
    char date[SHEET_DATE_TEXT];
    if (style == STYLE_NUMBER || !sheet_serial_date(value, xlsx->book.epoch_1904, date)) {
        print_number(value, digits, sizeof digits);
        return set_text(xlsx, digits, err);
    }
    bool time_only = style == STYLE_TIME && value < 1;
    *kind = time_only ? SHEET_TEXT : SHEET_DATE;
    if (!time_only) return set_text(xlsx, date, err);
    return set_text(xlsx, strlen(date) > 11 ? date + 11 : "00:00:00", err);
}

/* "2022-09-30T08:15:00.000Z" → "2022-09-30 08:15:00"; a time of zero goes. */
static void finish_date(struct xlsx *xlsx)
{
    struct text text = raw_text(xlsx);
    char *bytes = xlsx->build.bytes + xlsx->start;
    if (text.size < 11 || bytes[10] != 'T') return;
    bytes[10] = ' ';
    size_t size = text.size < 19 ? text.size : 19;
    if (size == 19 && memcmp(bytes + 11, "00:00:00", 8) == 0) size = 10;
    xlsx->build.used = xlsx->start + size;
}

static int finish_shared(struct xlsx *xlsx, struct sheet_cell *cell, struct err *err)
{
    struct text raw = text_trim(raw_text(xlsx));
    size_t index = 0;
    for (size_t i = 0; i < raw.size && index <= xlsx->book.string_count; i++) {
        if (raw.at[i] < '0' || raw.at[i] > '9') return damaged_cell(xlsx, err);
        index = index * 10 + (size_t)(raw.at[i] - '0');
    }
    if (index >= xlsx->book.string_count) return damaged_cell(xlsx, err);
    size_t from = xlsx->book.offsets[index], to = xlsx->book.offsets[index + 1];
    xlsx->build.used = xlsx->start;
    *cell = (struct sheet_cell){to > from ? SHEET_TEXT : SHEET_BLANK, {xlsx->book.strings + from, to - from}};
    return 0;
}

static int finish_cell(struct xlsx *xlsx, struct err *err)
{
    struct sheet_cell cell = {SHEET_TEXT, {NULL, 0}};
    int code = 0;
    xlsx->in_cell = xlsx->capture = false;
    if (xlsx->build.used == xlsx->start && (!xlsx->formula || xlsx->type != TYPED_NUMBER)) return 0;
    if (xlsx->build.used ==
        xlsx->start) { /* a program wrote the formula and nobody has calculated it: not a blank */
        xlsx->type = TYPED_ERROR;
        code = set_text(xlsx, "#NOT-CALCULATED", err);
        if (code < 0) return code;
    }
    switch (xlsx->type) {
    case TYPED_NUMBER:
        code = finish_number(xlsx, &cell.kind, err);
        break;
    case TYPED_SHARED:
        code = finish_shared(xlsx, &cell, err);
        break;
    case TYPED_BOOL:
        cell.kind = SHEET_BOOL;
        break;
    case TYPED_ERROR:
        cell.kind = SHEET_ERROR;
        break;
    case TYPED_DATE:
        cell.kind = SHEET_DATE;
        finish_date(xlsx);
        break;
    case TYPED_FORMULA:
    case TYPED_INLINE:
        xlsx->build.used =
            xlsx->start + xlsx_unescape(xlsx->build.bytes + xlsx->start, xlsx->build.used - xlsx->start);
        break;
    }
    if (code < 0) return code;
    if (xlsx->type != TYPED_SHARED) cell.text = raw_text(xlsx);
    return sheet_build_put(&xlsx->build, xlsx->number, xlsx->column, cell, err);
}

/* ---- Rows. ---- */

static int start_row(struct xlsx *xlsx, const char **attributes, struct err *err)
{
    const char *place = xml_attribute(attributes, "r");
    char *end = NULL;
    int64_t number = place == NULL ? xlsx->number + 1 : strtoll(place, &end, 10);
    if (number <= xlsx->number || (end != NULL && *end != '\0'))
        return err_set(err, ERR_INPUT,
                       "工作簿损坏：第%lld行之后的行号写错了；请在 WPS 或 Excel 中打开后另存为新的 .xlsx",
                       "the workbook is damaged: the row after row %lld is misnumbered; open it and save it "
                       "as a new .xlsx",
                       (long long)xlsx->number);
    if (number > xlsx->build.limits.rows)
        return err_set(err, ERR_LIMIT, "工作表超过 %lld 行；请分成几个文件，或存为 .csv",
                       "the sheet has more than %lld rows; split it, or save it as .csv",
                       (long long)xlsx->build.limits.rows);
    sheet_build_clear(&xlsx->build);
    xlsx->number = number;
    xlsx->column = 0;
    xlsx->in_row = true;
    return 0;
}

static int on_start(void *context, const char *name, const char **attributes, struct err *err)
{
    struct xlsx *xlsx = context;
    if (!xlsx->in_row) return strcmp(name, "row") == 0 ? start_row(xlsx, attributes, err) : 0;
    if (name[0] == 'c' && name[1] == '\0') return start_cell(xlsx, attributes, err);
    if (!xlsx->in_cell) return 0;
    if (name[0] == 'v' && name[1] == '\0')
        xlsx->capture = xlsx->type != TYPED_INLINE;
    else if (name[0] == 't' && name[1] == '\0')
        xlsx->capture = xlsx->type == TYPED_INLINE && xlsx->phonetic == 0;
    else if (name[0] == 'f' && name[1] == '\0')
        xlsx->formula = true;
    else if (strcmp(name, "rPh") == 0)
        xlsx->phonetic++;
    return 0;
}

static int on_end(void *context, const char *name, struct err *err)
{
    struct xlsx *xlsx = context;
    if (!xlsx->in_row) return 0;
    if (name[0] == 'c' && name[1] == '\0') {
        int code = finish_cell(xlsx, err);
        xlsx->column++;
        return code;
    }
    if (strcmp(name, "rPh") == 0) xlsx->phonetic--;
    if ((name[0] == 'v' || name[0] == 't') && name[1] == '\0') xlsx->capture = false;
    if (strcmp(name, "row") != 0) return 0;
    xlsx->in_row = xlsx->in_cell = xlsx->capture = false;
    xlsx->phonetic = 0;
    xlsx->ready = true;
    xml_part_pause(xlsx->part);
    return 0;
}

static int on_text(void *context, const char *at, size_t size, struct err *err)
{
    struct xlsx *xlsx = context;
    if (!xlsx->capture) return 0;
    int code = sheet_build_room(&xlsx->build, xlsx->start, size, xlsx->number, xlsx->column, err);
    if (code < 0) return code;
    memcpy(xlsx->build.bytes + xlsx->build.used, at, size);
    xlsx->build.used += size;
    return 0;
}

static int xlsx_next(void *self, struct sheet_row *row, bool *more, struct err *err)
{
    struct xlsx *xlsx = self;
    bool ended = false;
    xlsx->ready = false;
    while (!xlsx->ready && !ended) {
        int code = xml_part_run(xlsx->part, &ended, err);
        if (code < 0) return code;
    }
    *more = xlsx->ready;
    if (*more) *row = (struct sheet_row){xlsx->number, xlsx->build.cells, xlsx->build.count};
    return 0;
}

static void xlsx_progress(const void *self, uint64_t *done, uint64_t *total)
{
    xml_part_progress(((const struct xlsx *)self)->part, done, total);
}

static bool xlsx_epoch_1904(const void *self)
{
    return ((const struct xlsx *)self)->book.epoch_1904;
}

static const char *xlsx_sheet_name(const void *self)
{
    return ((const struct xlsx *)self)->book.sheet_name;
}

static void xlsx_close(void *self)
{
    struct xlsx *xlsx = self;
    xml_part_close(xlsx->part);
    xlsx_book_fini(&xlsx->book);
    sheet_build_fini(&xlsx->build);
    package_close(xlsx->package);
    free(xlsx);
}

int xlsx_open(const char *path, struct text bytes, const struct sheet_options *options,
              const struct sheet_limits *limits, void **self, struct err *err)
{
    static const struct xml_handlers handlers = {on_start, on_end, on_text};
    struct xlsx *xlsx = mem_new(1, sizeof *xlsx);
    sheet_build_init(&xlsx->build, limits);
    int code = package_open(path, bytes, limits, &xlsx->package, err);
    if (code == 0) code = xlsx_book_read(xlsx->package, options->sheet, limits, &xlsx->book, err);
    if (code == 0)
        code = xml_part_open(xlsx->package, xlsx->book.sheet_part, &handlers, xlsx, &xlsx->part, err);
    if (code < 0) {
        xlsx_close(xlsx);
        return code;
    }
    *self = xlsx;
    return 0;
}

const struct sheet_reader xlsx_reader = {xlsx_next, xlsx_progress, xlsx_epoch_1904, xlsx_sheet_name,
                                         xlsx_close};
