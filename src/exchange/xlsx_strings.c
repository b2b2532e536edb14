/* Shared strings must all be at hand before the first row; they stand one behind the other in one bounded
 * heap. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "exchange/xlsx_book.h"

struct strings {
    struct xlsx_book *book;
    const struct sheet_limits *limits;
    bool capture;
    int phonetic;
    size_t start;
};

static int hex(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The character of "_xHHHH_" at `at`, -1 when it is no such escape or one that text cannot hold. */
static int32_t escaped(const char *at, size_t left)
{
    if (left < 7 || at[0] != '_' || at[1] != 'x' || at[6] != '_') return -1;
    int32_t value = 0;
    for (int i = 2; i < 6; i++) {
        int digit = hex(at[i]);
        if (digit < 0) return -1;
        value = value * 16 + digit;
    }
    if (value >= 0xD800 && value <= 0xDFFF) return -1;
    return value < 0x20 && value != '\t' && value != '\n' && value != '\r' ? ' ' : value;
}

size_t xlsx_unescape(char *at, size_t size)
{
    if (memmem(at, size, "_x", 2) == NULL) return size;
    size_t to = 0;
    for (size_t from = 0; from < size;) {
        int32_t c = escaped(at + from, size - from);
        if (c < 0) {
            at[to++] = at[from++];
            continue;
        }
        to += text_put((uint32_t)c, at + to);
        from += 7;
    }
    return to;
}

static int on_start(void *context, const char *name, const char **attributes, struct err *err)
{
    struct strings *strings = context;
    (void)attributes, (void)err;
    if (strcmp(name, "si") == 0)
        strings->start = strings->book->strings_size;
    else if (strcmp(name, "rPh") == 0)
        strings->phonetic++;
    else if (strcmp(name, "t") == 0)
        strings->capture = strings->phonetic == 0;
    return 0;
}

static int too_many(const struct strings *strings, struct err *err)
{
    return err_set(err, ERR_LIMIT, "工作簿里的文字超过 %zu MiB；请分成几个文件，或存为 .csv",
                   "the workbook holds more than %zu MiB of text; split it, or save it as .csv",
                   strings->limits->shared_bytes >> 20);
}

static int on_text(void *context, const char *at, size_t size, struct err *err)
{
    struct strings *strings = context;
    struct xlsx_book *book = strings->book;
    if (!strings->capture) return 0;
    if (size > strings->limits->cell_bytes ||
        book->strings_size - strings->start > strings->limits->cell_bytes - size)
        return err_set(
            err, ERR_LIMIT, "有一个单元格超过 %zu 字节（第 %zu 个共享字符串）；请检查文件是否损坏",
            "a cell is larger than %zu bytes (shared string %zu); check whether the file is damaged",
            strings->limits->cell_bytes, book->string_count);
    if (book->strings_size + size + book->string_count * sizeof *book->offsets >
        strings->limits->shared_bytes)
        return too_many(strings, err);
    book->strings = mem_grow(book->strings, &book->strings_capacity, book->strings_size + size, 1);
    memcpy(book->strings + book->strings_size, at, size);
    book->strings_size += size;
    return 0;
}

static int on_end(void *context, const char *name, struct err *err)
{
    struct strings *strings = context;
    struct xlsx_book *book = strings->book;
    if (strcmp(name, "t") == 0)
        strings->capture = false;
    else if (strcmp(name, "rPh") == 0)
        strings->phonetic--;
    if (strcmp(name, "si") != 0) return 0;
    if (book->strings_size + (book->string_count + 2) * sizeof *book->offsets > strings->limits->shared_bytes)
        return too_many(strings, err);
    size_t size = book->strings_size - strings->start;
    if (size > 0) book->strings_size = strings->start + xlsx_unescape(book->strings + strings->start, size);
    book->offsets =
        mem_grow(book->offsets, &book->offsets_capacity, book->string_count + 2, sizeof *book->offsets);
    book->offsets[book->string_count++] = (uint32_t)strings->start;
    book->offsets[book->string_count] = (uint32_t)book->strings_size;
    return 0;
}

int xlsx_strings_read(struct package *package, const char *part, const struct sheet_limits *limits,
                      struct xlsx_book *book, struct err *err)
{
    static const struct xml_handlers handlers = {on_start, on_end, on_text};
    struct sheet_limits bounded = *limits;
    if (bounded.shared_bytes > UINT32_MAX) bounded.shared_bytes = UINT32_MAX;
    struct strings strings = {.book = book, .limits = &bounded};
    return xml_part_read(package, part, &handlers, &strings, err);
}
