/* Detectors that guess from a sample fail on short files and rare characters, so the whole file is tried:
 * strict UTF-8 first, since hardly any GB18030 text is valid UTF-8 by accident, then GB18030, which GBK and
 * GB2312 are subsets of. */
#include "exchange/csv_encoding.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

enum { BLOCK = 1 << 16 };

const char *csv_encoding_name(enum csv_encoding encoding)
{
    switch (encoding) {
    case CSV_UTF8:
        return "UTF-8";
    case CSV_UTF16LE:
        return "UTF-16LE";
    case CSV_UTF16BE:
        return "UTF-16BE";
    case CSV_GB18030:
        return "GB18030";
    }
    return "";
}

struct place { /* where the scan is */
    uint64_t bytes;
    int64_t line;
};

static void pass(struct place *place, const char *at, size_t size)
{
    place->bytes += size;
    for (const char *end = at + size; (at = memchr(at, '\n', (size_t)(end - at))) != NULL; at++)
        place->line++;
}

static int refuse_nul(struct err *err, int64_t line)
{
    err_set(err, ERR_INPUT, "第%lld行有空字符（NUL），这不是文本文件，或已损坏；请重新导出为 .csv 或 .xlsx",
            "line %lld holds a NUL character: this is not a text file, or it is damaged; export it again as "
            ".csv or .xlsx",
            (long long)line);
    return err_at(err, NULL, (int)line, 0);
}

/* *valid tells whether all is UTF-8; if not, *fault is where it is not. A NUL is refused in every 8-bit
 * encoding. */
static int scan_utf8(FILE *file, char *block, bool *valid, struct place *fault, uint64_t *total,
                     struct err *err)
{
    struct place place = {0, 1};
    size_t kept = 0, size;
    *valid = true;
    *total = 0;
    while ((size = fread(block + kept, 1, BLOCK - kept, file)) > 0) {
        *total += size;
        size += kept;
        const char *nul = memchr(block, '\0', size);
        if (nul != NULL) {
            pass(&place, block, (size_t)(nul - block));
            return refuse_nul(err, place.line);
        }
        size_t good = *valid ? text_valid_prefix((struct text){block, size}) : size;
        pass(&place, block, good);
        kept = size - good;
        if (kept > 3) { /* longer than a sequence that the block's end cut off */
            *valid = false;
            *fault = place;
            pass(&place, block + good, kept);
            kept = 0;
        }
        memmove(block, block + good, kept);
    }
    if (*valid && kept > 0) {
        *valid = false;
        *fault = place;
    }
    return ferror(file) ? err_errno(err, "", "读文件出错", "reading the file failed") : 0;
}

/* *bad is where the file stops being in the encoding; its line 0 when it is all good. */
static int scan_iconv(FILE *file, char *block, enum csv_encoding encoding, struct place *bad, uint64_t *total,
                      struct err *err)
{
    iconv_t convert = iconv_open("UTF-8", csv_encoding_name(encoding));
    if (convert == (iconv_t)-1)
        return err_errno(err, csv_encoding_name(encoding), "系统缺少编码转换",
                         "the system lacks a character conversion");
    struct place place = {0, 1};
    size_t kept = 0, size;
    bool good = true;
    char *scratch = mem_new(BLOCK, 1);
    *total = 0;
    while (good && (size = fread(block + kept, 1, BLOCK - kept, file)) > 0) {
        *total += size;
        char *in = block;
        size_t left = size + kept;
        while (left > 0 && good) {
            char *out = scratch;
            size_t room = BLOCK;
            if (iconv(convert, &in, &left, &out, &room) != (size_t)-1 || errno == E2BIG) continue;
            if (errno == EINVAL) break;
            good = false;
        }
        pass(&place, block, (size_t)(in - block));
        kept = left;
        if (kept >= BLOCK) good = false;
        memmove(block, in, kept);
    }
    free(scratch);
    iconv_close(convert);
    if (good && kept > 0) good = false; /* cut off within a character */
    *bad = good ? (struct place){0, 0} : place;
    return ferror(file) ? err_errno(err, "", "读文件出错", "reading the file failed") : 0;
}

static int refuse_bytes(struct err *err, enum csv_encoding encoding, struct place place)
{
    err_set(err, ERR_INPUT, "第%lld行（第 %llu 字节处）不是有效的 %s 文字；请把文件另存为“CSV UTF-8”或 .xlsx",
            "line %lld (byte %llu) is not valid %s; save the file as CSV UTF-8 or .xlsx",
            (long long)place.line, (unsigned long long)place.bytes + 1, csv_encoding_name(encoding));
    return err_at(err, NULL, (int)place.line, 0);
}

static int find(FILE *file, char *block, enum csv_encoding *encoding, uint64_t *total, struct err *err)
{
    size_t size = fread(block, 1, 4, file);
    rewind(file);
    bool bom8 = size >= 3 && memcmp(block, "\xEF\xBB\xBF", 3) == 0;
    bool little = size >= 2 && memcmp(block, "\xFF\xFE", 2) == 0,
         big = size >= 2 && memcmp(block, "\xFE\xFF", 2) == 0;
    struct place fault = {0, 0};
    if (!little && !big) {
        bool valid;
        int code = scan_utf8(file, block, &valid, &fault, total, err);
        if (code < 0) return code;
        rewind(file);
        *encoding = valid ? CSV_UTF8 : CSV_GB18030;
        if (valid) return 0;
        if (bom8) return refuse_bytes(err, CSV_UTF8, fault);
    } else {
        *encoding = little ? CSV_UTF16LE : CSV_UTF16BE;
    }
    struct place bad;
    int code = scan_iconv(file, block, *encoding, &bad, total, err);
    if (code < 0) return code;
    rewind(file);
    return bad.line == 0 ? 0 : refuse_bytes(err, *encoding, bad);
}

int csv_encoding_find(FILE *file, enum csv_encoding *encoding, uint64_t *total, struct err *err)
{
    char *block = mem_new(BLOCK, 1);
    int code = find(file, block, encoding, total, err);
    free(block);
    return code;
}
