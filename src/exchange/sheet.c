/* The door to all formats: looks at the first bytes, picks the reader, and passes over blank rows. */
#include "exchange/sheet.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/date.h"
#include "base/mem.h"
#include "exchange/sheet_source.h"

enum { SNIFF = 512 };

struct sheet {
    const struct sheet_reader *reader;
    void *self;
    char *name;
};

struct sheet_limits sheet_limits_default(void)
{
    return (struct sheet_limits){.inflated_bytes = (uint64_t)32 << 30,
                                 .inflate_ratio = 400,
                                 .shared_bytes = (size_t)512 << 20,
                                 .cell_bytes = (size_t)1 << 20,
                                 .row_bytes = (size_t)16 << 20,
                                 .columns = 16384,
                                 .rows = 1048576,
                                 .depth = 64};
}

static bool begins(const char *bytes, size_t size, const char *magic, size_t magic_size)
{
    return size >= magic_size && memcmp(bytes, magic, magic_size) == 0;
}

/* Many office systems export an HTML table, or Excel's old XML, and call it .xls. */
static bool is_markup(const char *bytes, size_t size)
{
    struct text text = text_trim((struct text){bytes, size});
    static const char *const tags[] = {"<!doctype", "<html", "<table", "<?xml", "<head", "<meta"};
    for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++)
        if (text.size >= strlen(tags[i]) && strncasecmp(text.at, tags[i], strlen(tags[i])) == 0) return true;
    return false;
}

/* What can be said of a file from its first bytes; *zip tells a package from text. */
static int recognise(const char *bytes, size_t size, bool *zip, struct err *err)
{
    *zip = begins(bytes, size, "PK\3\4", 4) || begins(bytes, size, "PK\5\6", 4);
    if (*zip) return 0;
    if (size == 0)
        return err_set(err, ERR_INPUT, "文件是空的（0 字节），请重新导出或重新下载",
                       "the file is empty (0 bytes); export or download it again");
    if (begins(bytes, size, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8))
        return err_set(
            err, ERR_INPUT,
            "这是旧格式的 .xls，或设了打开密码的工作簿；请在 WPS 或 Excel 中打开，去掉密码，另存为 .xlsx",
            "this is an old .xls or a password-protected workbook; open it, remove the password and save it "
            "as .xlsx");
    if (begins(bytes, size, "%PDF", 4))
        return err_set(err, ERR_INPUT, "这是 PDF，不是表格；请导出为 .xlsx 或 .csv",
                       "this is a PDF, not a sheet; export .xlsx or .csv");
    if (is_markup(bytes, size))
        return err_set(err, ERR_INPUT,
                       "这是网页或 XML，只是名字像表格；请在 WPS 或 Excel 中打开，另存为 .xlsx",
                       "this is a web page or XML under a sheet's name; open it in a spreadsheet program and "
                       "save it as .xlsx");
    return 0;
}

static int with_name(struct err *err, int code, const char *name)
{
    if (err != NULL && err->file[0] == '\0') err_at(err, name, err->line, err->column);
    return code;
}

static int open_source(const char *path, struct text bytes, FILE *file, const struct sheet_options *options,
                       struct sheet *sheet, struct err *err)
{
    struct sheet_options chosen = options == NULL ? (struct sheet_options){0} : *options;
    struct sheet_limits limits = chosen.limits == NULL ? sheet_limits_default() : *chosen.limits;
    char sniffed[SNIFF];
    size_t size = fread(sniffed, 1, sizeof sniffed, file);
    bool zip = false;
    int code = ferror(file) ? err_errno(err, path == NULL ? "" : path, "读不了文件", "cannot read the file")
                            : recognise(sniffed, size, &zip, err);
    if (code < 0 || zip) fclose(file);
    if (code < 0) return code;
    sheet->reader = zip ? &xlsx_reader : &csv_reader;
    if (zip) return xlsx_open(path, bytes, &chosen, &limits, &sheet->self, err);
    rewind(file);
    return csv_open(file, &chosen, &limits, &sheet->self, err);
}

static int open_named(const char *path, struct text bytes, FILE *file, const char *name,
                      const struct sheet_options *options, struct sheet **out, struct err *err)
{
    struct sheet *sheet = mem_new(1, sizeof *sheet);
    sheet->name = mem_copy_text(name, strlen(name));
    int code = open_source(path, bytes, file, options, sheet, err);
    if (code < 0) {
        with_name(err, code, name);
        free(sheet->name);
        free(sheet);
        return code;
    }
    *out = sheet;
    return 0;
}

int sheet_open(const char *path, const struct sheet_options *options, struct sheet **out, struct err *err)
{
    *out = NULL;
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        int code = errno == ENOENT ? ERR_NOT_FOUND : ERR_IO;
        err_set(err, code, "打不开文件：%s", "cannot open the file: %s", strerror(errno));
        return with_name(err, code, path);
    }
    struct stat status;
    if (fstat(fileno(file), &status) == 0 && !S_ISREG(status.st_mode)) {
        fclose(file);
        err_set(err, ERR_INPUT, "不是普通文件，请给出 .xlsx 或 .csv 文件",
                "not a regular file; give an .xlsx or .csv file");
        return with_name(err, ERR_INPUT, path);
    }
    return open_named(path, (struct text){NULL, 0}, file, path, options, out, err);
}

int sheet_open_memory(struct text bytes, const char *name, const struct sheet_options *options,
                      struct sheet **out, struct err *err)
{
    *out = NULL;
    /* fmemopen takes no constant buffer, but a stream opened for reading never writes to it. */
    FILE *file = fmemopen((void *)(uintptr_t)(bytes.size == 0 ? "" : bytes.at),
                          bytes.size == 0 ? 1 : bytes.size, "rb");
    if (file == NULL) return err_errno(err, name, "打不开", "cannot open");
    if (bytes.size == 0) fseek(file, 0, SEEK_END);
    return open_named(NULL, bytes, file, name, options, out, err);
}

static bool is_blank_row(const struct sheet_row *row)
{
    for (size_t i = 0; i < row->count; i++) {
        struct text text = row->cells[i].text;
        if (text.size > 0 && (unsigned char)text.at[0] > ' ' && (unsigned char)text.at[0] < 0x80)
            return false;
        if (text_trim(text).size > 0) return false;
    }
    return true;
}

int sheet_next(struct sheet *sheet, struct sheet_row *row, bool *more, struct err *err)
{
    do {
        int code = sheet->reader->next(sheet->self, row, more, err);
        if (code < 0) return with_name(err, code, sheet->name);
    } while (*more && is_blank_row(row));
    while (*more && row->cells[row->count - 1].kind == SHEET_BLANK) row->count--;
    return 0;
}

void sheet_progress(const struct sheet *sheet, uint64_t *done, uint64_t *total)
{
    sheet->reader->progress(sheet->self, done, total);
}

bool sheet_epoch_1904(const struct sheet *sheet)
{
    return sheet->reader->epoch_1904(sheet->self);
}

const char *sheet_name(const struct sheet *sheet)
{
    return sheet->reader->sheet_name == NULL ? NULL : sheet->reader->sheet_name(sheet->self);
}

void sheet_close(struct sheet *sheet)
{
    if (sheet == NULL) return;
    sheet->reader->close(sheet->self);
    free(sheet->name);
    free(sheet);
}

const char *sheet_column_name(size_t column, char out[SHEET_COLUMN_TEXT])
{
    char letters[SHEET_COLUMN_TEXT];
    size_t count = 0;
    for (size_t rest = column + 1; rest > 0 && count + 1 < SHEET_COLUMN_TEXT; rest = (rest - 1) / 26)
        letters[count++] = (char)('A' + (rest - 1) % 26);
    for (size_t i = 0; i < count; i++) out[i] = letters[count - 1 - i];
    out[count] = '\0';
    return out;
}

/* Day 60 of the 1900 system is a 29 February that never was; days before it count one less. */
bool sheet_serial_date(double serial, bool epoch_1904, char out[SHEET_DATE_TEXT])
{
    if (!(serial >= 0 && serial < 3e6)) return false;
    double days = floor(serial);
    int64_t seconds = llround((serial - days) * 86400);
    if (seconds == 86400) {
        days += 1;
        seconds = 0;
    }
    int32_t date = (int32_t)days - (epoch_1904 ? 24107 : days < 60 ? 25568 : 25569);
    if (!date_in_range(date)) return false;
    char day[DATE_TEXT];
    date_format(date, day);
    unsigned rest = (unsigned)seconds;
    if (rest == 0)
        snprintf(out, SHEET_DATE_TEXT, "%s", day);
    else
        snprintf(out, SHEET_DATE_TEXT, "%s %02u:%02u:%02u", day, rest / 3600 % 24, rest / 60 % 60, rest % 60);
    return true;
}

/* ---- Rows in the making, for both readers. ---- */

void sheet_build_init(struct sheet_build *build, const struct sheet_limits *limits)
{
    *build = (struct sheet_build){.limits = *limits, .capacity = limits->row_bytes};
    build->bytes = mem_new(build->capacity, 1);
}

void sheet_build_fini(struct sheet_build *build)
{
    free(build->bytes);
    free(build->cells);
    *build = (struct sheet_build){0};
}

void sheet_build_clear(struct sheet_build *build)
{
    build->used = build->count = 0;
}

int sheet_build_room(const struct sheet_build *build, size_t start, size_t size, int64_t number,
                     size_t column, struct err *err)
{
    char letters[SHEET_COLUMN_TEXT];
    if (size > build->limits.cell_bytes || build->used - start > build->limits.cell_bytes - size)
        return err_set(err, ERR_LIMIT, "第%lld行%s列的单元格超过 %zu 字节，请检查这个单元格，或文件是否损坏",
                       "the cell in row %lld, column %s is larger than %zu bytes; check it, or whether the "
                       "file is damaged",
                       (long long)number, sheet_column_name(column, letters), build->limits.cell_bytes);
    if (size > build->capacity - build->used)
        return err_set(err, ERR_LIMIT, "第%lld行超过 %zu 字节，请检查这一行",
                       "row %lld is larger than %zu bytes; check it", (long long)number, build->capacity);
    return 0;
}

int sheet_build_put(struct sheet_build *build, int64_t number, size_t column, struct sheet_cell cell,
                    struct err *err)
{
    if (column >= build->limits.columns)
        return err_set(err, ERR_LIMIT, "第%lld行超过 %zu 列，请删去多余的列",
                       "row %lld has more than %zu columns; delete the surplus ones", (long long)number,
                       build->limits.columns);
    build->cells = mem_grow(build->cells, &build->cells_capacity, column + 1, sizeof *build->cells);
    while (build->count <= column) build->cells[build->count++] = (struct sheet_cell){SHEET_BLANK, {"", 0}};
    build->cells[column] = cell;
    return 0;
}
