/* CSV in. Bytes are read in blocks, decoded when they are not UTF-8, and cut into fields; the fields of one
 * row are copied side by side into the row's buffer, so that there is no allocation per cell. */
#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "exchange/csv_encoding.h"
#include "exchange/sheet_source.h"

enum { BLOCK = 1 << 16, HEAD_LINES = 10 };

struct csv {
    FILE *file;
    iconv_t convert; /* (iconv_t)-1: the file is UTF-8 */
    char *raw;       /* undecoded bytes, when there is something to decode */
    size_t raw_size;
    char *data; /* decoded bytes; at..end are still to be read */
    size_t at, end;
    bool special[256]; /* what ends a run of plain bytes outside of quotes */
    char separator;
    int64_t line, number;
    uint64_t done, total;
    struct sheet_build build;
};

static int read_error(struct err *err)
{
    return err_errno(err, "", "读文件出错", "reading the file failed");
}

/* Makes at < end unless the file has ended. */
static int fill(struct csv *csv, struct err *err)
{
    csv->at = csv->end = 0;
    if (csv->convert == (iconv_t)-1) {
        csv->end = fread(csv->data, 1, BLOCK, csv->file);
        csv->done += csv->end;
        return ferror(csv->file) ? read_error(err) : 0;
    }
    while (csv->end == 0) {
        size_t size = fread(csv->raw + csv->raw_size, 1, BLOCK - csv->raw_size, csv->file);
        if (ferror(csv->file)) return read_error(err);
        csv->done += size;
        csv->raw_size += size;
        if (csv->raw_size == 0) return 0;
        char *in = csv->raw, *out = csv->data;
        size_t left = csv->raw_size, room = BLOCK;
        size_t got = iconv(csv->convert, &in, &left, &out, &room);
        bool stuck = got == (size_t)-1 && (errno == EILSEQ || (errno == EINVAL && size == 0));
        if (stuck) /* it was good when the encoding was found */
            return err_set(err, ERR_IO, "第%lld行附近：读的时候文件变了，请重试",
                           "near line %lld: the file changed while it was read; try again",
                           (long long)csv->line);
        csv->end = (size_t)(out - csv->data);
        memmove(csv->raw, in, left);
        csv->raw_size = left;
    }
    return 0;
}

/* *byte: the next one, or -1 at the end; it is not consumed. */
static int peek(struct csv *csv, int *byte, struct err *err)
{
    if (csv->at == csv->end) {
        int code = fill(csv, err);
        if (code < 0) return code;
    }
    *byte = csv->at < csv->end ? (unsigned char)csv->data[csv->at] : -1;
    return 0;
}

static int append(struct csv *csv, size_t start, size_t column, size_t size, struct err *err)
{
    int code = sheet_build_room(&csv->build, start, size, csv->number, column, err);
    if (code < 0) return code;
    memcpy(csv->build.bytes + csv->build.used, csv->data + csv->at, size);
    csv->build.used += size;
    csv->at += size;
    return 0;
}

static int refuse_nul(const struct csv *csv, struct err *err)
{
    err_set(err, ERR_INPUT, "第%lld行有空字符（NUL），文件已损坏；请重新导出",
            "line %lld holds a NUL character: the file is damaged; export it again", (long long)csv->line);
    return err_at(err, NULL, (int)csv->line, 0);
}

static int unterminated(struct err *err, int64_t line)
{
    err_set(err, ERR_INPUT, "第%lld行开始的引号（\"）没有结束；请检查这一行的引号，单元格里的引号要写成两个",
            "the quote (\") that begins in line %lld is not closed; check that line: a quote inside a cell "
            "is written twice",
            (long long)line);
    return err_at(err, NULL, (int)line, 0);
}

/* Far more often a quote left open than a cell that long. */
static int too_long(const struct csv *csv, int64_t line, struct err *err)
{
    err_set(err, ERR_LIMIT, "第%lld行的引号（\"）开始的单元格超过 %zu 字节，多半是引号没有结束；请检查这一行",
            "the cell that begins with a quote (\") in line %lld is larger than %zu bytes; most likely the "
            "quote is not closed: check that line",
            (long long)line, csv->build.limits.cell_bytes);
    return err_at(err, NULL, (int)line, 0);
}

/* Behind the opening quote, up to and with the closing one. */
static int read_quoted(struct csv *csv, size_t start, size_t column, struct err *err)
{
    int64_t began = csv->line;
    for (;;) {
        int byte;
        int code = peek(csv, &byte, err);
        if (code < 0) return code;
        if (byte < 0) return unterminated(err, began);
        const char *at = csv->data + csv->at;
        size_t left = csv->end - csv->at;
        const char *quote = memchr(at, '"', left);
        size_t size = quote == NULL ? left : (size_t)(quote - at);
        if (memchr(at, '\0', size) != NULL) return refuse_nul(csv, err);
        for (const char *s = at; (s = memchr(s, '\n', size - (size_t)(s - at))) != NULL; s++) csv->line++;
        code = append(csv, start, column, size, err);
        if (code == ERR_LIMIT) return too_long(csv, began, err);
        if (code < 0) return code;
        if (quote == NULL) continue;
        csv->at++;
        code = peek(csv, &byte, err);
        if (code < 0) return code;
        if (byte != '"') return 0;
        code = append(csv, start, column, 1, err);
        if (code < 0) return code;
    }
}

/* Up to the separator, line end or file end, which is not consumed. */
static int read_plain(struct csv *csv, size_t start, size_t column, struct err *err)
{
    for (;;) {
        int byte;
        int code = peek(csv, &byte, err);
        if (code < 0) return code;
        if (byte == 0) return refuse_nul(csv, err);
        if (byte < 0 || csv->special[byte]) return 0;
        size_t size = 1;
        while (csv->at + size < csv->end && !csv->special[(unsigned char)csv->data[csv->at + size]]) size++;
        code = append(csv, start, column, size, err);
        if (code < 0) return code;
    }
}

/* *last: the row ends behind this field. */
static int read_field(struct csv *csv, size_t column, bool *last, struct err *err)
{
    size_t start = csv->build.used;
    int byte;
    int code = peek(csv, &byte, err);
    if (code < 0) return code;
    if (byte == '"') {
        csv->at++;
        code = read_quoted(csv, start, column, err);
        if (code < 0) return code;
    }
    code = read_plain(csv, start, column, err);
    if (code < 0) return code;
    size_t size = csv->build.used - start;
    struct sheet_cell cell = {size == 0 ? SHEET_BLANK : SHEET_TEXT, {csv->build.bytes + start, size}};
    code = sheet_build_put(&csv->build, csv->number, column, cell, err);
    if (code < 0) return code;
    code = peek(csv, &byte, err);
    if (code < 0) return code;
    *last = byte != csv->separator;
    if (byte < 0) return 0;
    csv->at++;
    if (!*last) return 0;
    csv->line++;
    if (byte != '\r') return 0;
    code = peek(csv, &byte, err);
    if (code == 0 && byte == '\n') csv->at++;
    return code;
}

static int csv_next(void *self, struct sheet_row *row, bool *more, struct err *err)
{
    struct csv *csv = self;
    int byte;
    int code = peek(csv, &byte, err);
    if (code < 0) return code;
    *more = byte >= 0;
    if (!*more) return 0;
    csv->number++;
    sheet_build_clear(&csv->build);
    bool last = false;
    for (size_t column = 0; !last; column++) {
        code = read_field(csv, column, &last, err);
        if (code < 0) return code;
    }
    *row = (struct sheet_row){csv->number, csv->build.cells, csv->build.count};
    return 0;
}

/* The separator of which one of the first lines has most, outside of quotes; a comma when there is none. */
static char find_separator(const char *data, size_t size)
{
    static const char separators[] = {',', '\t', ';'};
    size_t here[3] = {0}, most[3] = {0};
    bool quoted = false;
    int lines = 0;
    for (size_t i = 0; i <= size && lines < HEAD_LINES; i++) {
        char c = i < size ? data[i] : '\n';
        if (c == '"') quoted = !quoted;
        if (quoted) continue;
        for (int s = 0; s < 3; s++) here[s] += c == separators[s];
        if (c != '\n') continue;
        lines++;
        for (int s = 0; s < 3; s++) {
            if (here[s] > most[s]) most[s] = here[s];
            here[s] = 0;
        }
    }
    int best = 0;
    for (int s = 1; s < 3; s++)
        if (most[s] > most[best]) best = s;
    return separators[best];
}

static void csv_progress(const void *self, uint64_t *done, uint64_t *total)
{
    const struct csv *csv = self;
    *done = csv->done;
    *total = csv->total;
}

static bool csv_epoch_1904(const void *self)
{
    (void)self;
    return false;
}

static void csv_close(void *self)
{
    struct csv *csv = self;
    if (csv->convert != (iconv_t)-1) iconv_close(csv->convert);
    fclose(csv->file);
    free(csv->raw);
    free(csv->data);
    sheet_build_fini(&csv->build);
    free(csv);
}

static int begin(struct csv *csv, struct err *err)
{
    enum csv_encoding encoding;
    int code = csv_encoding_find(csv->file, &encoding, &csv->total, err);
    if (code < 0) return code;
    if (encoding != CSV_UTF8) {
        csv->convert = iconv_open("UTF-8", csv_encoding_name(encoding));
        csv->raw = mem_new(BLOCK, 1);
        if (csv->convert == (iconv_t)-1)
            return err_errno(err, csv_encoding_name(encoding), "系统缺少编码转换",
                             "the system lacks a character conversion");
    }
    code = fill(csv, err);
    if (code < 0) return code;
    if (csv->end >= 3 && memcmp(csv->data, "\xEF\xBB\xBF", 3) == 0) csv->at = 3;
    csv->separator = find_separator(csv->data + csv->at, csv->end - csv->at);
    csv->special[(unsigned char)csv->separator] = csv->special['\r'] = csv->special['\n'] = csv->special[0] =
        true;
    return 0;
}

int csv_open(FILE *file, const struct sheet_options *options, const struct sheet_limits *limits, void **self,
             struct err *err)
{
    (void)options; /* a CSV file is one sheet whose name nobody knows */
    struct csv *csv = mem_new(1, sizeof *csv);
    csv->file = file;
    csv->convert = (iconv_t)-1;
    csv->data = mem_new(BLOCK, 1);
    csv->line = 1;
    sheet_build_init(&csv->build, limits);
    int code = begin(csv, err);
    if (code < 0) {
        csv_close(csv);
        return code;
    }
    *self = csv;
    return 0;
}

const struct sheet_reader csv_reader = {csv_next, csv_progress, csv_epoch_1904, NULL, csv_close};
