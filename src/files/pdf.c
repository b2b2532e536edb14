/* PDF (ISO 32000-1, 7.5): the way a viewer finds into the file, from its last line over the cross-reference
 * sections to the catalogue. What would run, or carries another file, is refused, also inside packed objects;
 * an encrypted file, and objects packed in a way that is not read here, cannot be looked into and are refused
 * too. */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "files/formats.h"

enum { TAIL = 1024, SECTIONS_MAX = 1000, DEPTH_MAX = 64, DICTIONARY_MAX = 4096 };
enum { UNPACKED_MAX = 64 << 20, WINDOW = 1 << 16 };
enum { LETTERS = 16, OVERLAP = 1 + 3 * LETTERS }; /* names that are asked for are shorter, however written */

static int unsound(struct err *err)
{
    return format_damaged(err, "PDF 的结构有误", "the PDF's structure is not sound");
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\0';
}

static bool is_delimiter(char c)
{
    return is_space(c) || strchr("()<>[]{}/%", c) != NULL;
}

static bool has(struct text bytes, size_t at, const char *word)
{
    size_t size = strlen(word);
    return at <= bytes.size && bytes.size - at >= size && memcmp(bytes.at + at, word, size) == 0;
}

static size_t skip_space(struct text bytes, size_t at)
{
    while (at < bytes.size && (is_space(bytes.at[at]) || bytes.at[at] == '%')) {
        if (bytes.at[at] == '%')
            while (at < bytes.size && bytes.at[at] != '\n' && bytes.at[at] != '\r') at++;
        else
            at++;
    }
    return at;
}

static bool read_number(struct text bytes, size_t *at, size_t *number)
{
    size_t from = *at = skip_space(bytes, *at);
    *number = 0;
    while (*at < bytes.size && bytes.at[*at] >= '0' && bytes.at[*at] <= '9' && *at - from < 12)
        *number = *number * 10 + (size_t)(bytes.at[(*at)++] - '0');
    return *at > from;
}

/* ---- Names ---- */

static int hex_of(char c)
{
    const char *digits = "0123456789abcdef", *found = strchr(digits, c >= 'A' && c <= 'F' ? c + 32 : c);
    return c == '\0' || found == NULL ? -1 : (int)(found - digits);
}

/* As a viewer reads it: "/J#53" is the name JS (7.3.5). at: behind its '/'. Empty: longer than any that is
 * asked for, or it goes on behind the end. */
static struct text read_name(struct text bytes, size_t at, char letters[LETTERS])
{
    size_t count = 0;
    for (; at < bytes.size && !is_delimiter(bytes.at[at]); at++) {
        bool more = bytes.at[at] == '#' && bytes.size - at > 2;
        int high = more ? hex_of(bytes.at[at + 1]) : -1, low = more ? hex_of(bytes.at[at + 2]) : -1;
        bool coded = high >= 0 && low >= 0;
        if (count == LETTERS) return TEXT("");
        letters[count++] = coded ? (char)(high * 16 + low) : bytes.at[at];
        if (coded) at += 2;
    }
    return at < bytes.size ? (struct text){letters, count} : TEXT("");
}

static size_t skip_name(struct text bytes, size_t at)
{
    while (at < bytes.size && !is_delimiter(bytes.at[at])) at++;
    return at;
}

static bool has_name(struct text bytes, size_t at, const char *name)
{
    char letters[LETTERS];
    return has(bytes, at, "/") && text_is(read_name(bytes, at + 1, letters), name);
}

/* ---- Dictionaries ---- */

static size_t skip_string(struct text bytes, size_t at)
{
    int depth = 0;
    for (; at < bytes.size; at++) {
        char c = bytes.at[at];
        if (c == '\\') at++;
        if (c == '(') depth++;
        if (c == ')' && --depth == 0) return at + 1;
    }
    return bytes.size;
}

struct trailer {
    bool root, encrypt, prev, xref;
    size_t prev_at;
};

static void take_key(struct text bytes, struct text key, size_t value, struct trailer *trailer)
{
    size_t number, generation;
    if (text_is(key, "Encrypt")) trailer->encrypt = true;
    if (text_is(key, "Type")) trailer->xref = has_name(bytes, skip_space(bytes, value), "XRef");
    if (text_is(key, "Prev")) trailer->prev = read_number(bytes, &value, &trailer->prev_at);
    if (text_is(key, "Root"))
        trailer->root = read_number(bytes, &value, &number) && read_number(bytes, &value, &generation) &&
                        has(bytes, skip_space(bytes, value), "R");
}

/* A name at the first level is a key or a value; values that are names follow keys that nobody asks for. */
static bool read_dictionary(struct text bytes, size_t at, struct trailer *trailer)
{
    int depth = 0;
    at = skip_space(bytes, at);
    if (!has(bytes, at, "<<")) return false;
    while (at < bytes.size && depth <= DEPTH_MAX) {
        at = skip_space(bytes, at);
        if (at >= bytes.size) return false;
        char c = bytes.at[at];
        if (c == '(') {
            at = skip_string(bytes, at);
        } else if (c == '/') {
            char letters[LETTERS];
            struct text key = read_name(bytes, ++at, letters);
            at = skip_name(bytes, at);
            if (depth == 1) take_key(bytes, key, at, trailer);
        } else if (has(bytes, at, "<<") || c == '[') {
            depth++;
            at += c == '[' ? 1 : 2;
        } else if (has(bytes, at, ">>") || c == ']') {
            at += c == ']' ? 1 : 2;
            if (--depth == 0) return true;
        } else {
            at++;
        }
    }
    return false;
}

/* ---- The way in ---- */

static bool read_table(struct text bytes, size_t at, struct trailer *trailer)
{
    size_t first, count;
    at += strlen("xref");
    while (!has(bytes, at = skip_space(bytes, at), "trailer")) {
        if (!read_number(bytes, &at, &first) || !read_number(bytes, &at, &count)) return false;
        at = skip_space(bytes, at);
        if (count > (bytes.size - at) / 20) return false;
        at += count * 20;
    }
    return read_dictionary(bytes, at + strlen("trailer"), trailer);
}

static bool read_section(struct text bytes, size_t at, struct trailer *trailer)
{
    size_t number, generation;
    at = skip_space(bytes, at);
    if (has(bytes, at, "xref")) return read_table(bytes, at, trailer);
    if (!read_number(bytes, &at, &number) || !read_number(bytes, &at, &generation)) return false;
    at = skip_space(bytes, at);
    return has(bytes, at, "obj") && read_dictionary(bytes, at + 3, trailer) && trailer->xref;
}

static ptrdiff_t last_of(struct text bytes, const char *word)
{
    size_t from = bytes.size > TAIL ? bytes.size - TAIL : 0, size = strlen(word);
    for (size_t at = bytes.size; at >= from + size; at--)
        if (memcmp(bytes.at + at - size, word, size) == 0) return (ptrdiff_t)(at - size);
    return -1;
}

static int check_sections(struct text bytes, struct err *err)
{
    ptrdiff_t last = last_of(bytes, "startxref"), end = last_of(bytes, "%%EOF");
    size_t at = 0, next;
    bool root = false;
    if (last < 0 || end < last)
        return format_damaged(err, "PDF 没有传完整，后半部分缺失", "the PDF was cut off before its end");
    next = (size_t)last + strlen("startxref");
    if (!read_number(bytes, &next, &at)) return unsound(err);
    for (int i = 0; i < SECTIONS_MAX; i++) {
        struct trailer trailer = {0};
        if (at >= bytes.size || !read_section(bytes, at, &trailer)) return unsound(err);
        if (trailer.encrypt)
            return err_set(
                err, ERR_INPUT, "PDF 加了密码或限制，无法检查；请去掉密码后再上传",
                "the PDF is encrypted and cannot be checked; remove the password and upload it again");
        root = root || trailer.root;
        if (!trailer.prev) return root ? 0 : unsound(err);
        at = trailer.prev_at;
    }
    return unsound(err);
}

/* ---- What must not be in it ---- */

static const char *runs(struct text bytes)
{
    static const char *const names[] = {"JavaScript",    "JS",        "Launch",     "EmbeddedFile",
                                        "EmbeddedFiles", "RichMedia", "SubmitForm", "ImportData"};
    char letters[LETTERS];
    for (const char *at = bytes.at, *end = bytes.at + bytes.size;
         at < end && (at = memchr(at, '/', (size_t)(end - at))) != NULL; at++) {
        struct text name = read_name(bytes, (size_t)(at - bytes.at) + 1, letters);
        for (size_t i = 0; name.size > 0 && i < sizeof names / sizeof *names; i++)
            if (text_is(name, names[i])) return names[i];
    }
    return NULL;
}

static int refuse_running(struct err *err, const char *name)
{
    return err_set(
        err, ERR_INPUT, "PDF 里有脚本、程序或内嵌文件（/%s），不能上传；请打印成新的 PDF，或拍照上传",
        "the PDF holds a script, a program or another file (/%s) and is not taken; print it to a new PDF "
        "or photograph it",
        name);
}

static int refuse_packed(struct err *err)
{
    return err_set(err, ERR_INPUT,
                   "PDF 里有打包的内容，用的方式无法检查，不能上传；请打印成新的 PDF，或拍照上传",
                   "the PDF packs what it holds in a way that cannot be checked and is not taken; print it "
                   "to a new PDF or photograph it");
}

/* Unpacks objects that are packed together. The end of a window is looked at again with the next one. */
static int check_packed(struct text packed, size_t *budget, struct err *err)
{
    char window[OVERLAP + WINDOW + 1];
    size_t kept = 0;
    z_stream stream = {.next_in = (unsigned char *)(uintptr_t)packed.at, .avail_in = (unsigned)packed.size};
    const char *found = NULL;
    if (inflateInit(&stream) != Z_OK) return unsound(err);
    int state = Z_OK;
    while (state == Z_OK && found == NULL && *budget > 0) {
        stream.next_out = (unsigned char *)window + kept;
        stream.avail_out = WINDOW;
        state = inflate(&stream, Z_NO_FLUSH);
        size_t fresh = WINDOW - stream.avail_out, size = kept + fresh;
        if (fresh == 0 && state == Z_OK) break;
        *budget -= fresh < *budget ? fresh : *budget;
        window[size] = ' ';
        found = runs((struct text){window, size + (state != Z_OK)});
        kept = size < OVERLAP ? size : OVERLAP;
        memmove(window, window + size - kept, kept);
    }
    inflateEnd(&stream);
    if (found != NULL) return refuse_running(err, found);
    if (*budget == 0)
        return err_set(err, ERR_LIMIT, "PDF 展开后太大，像是压缩炸弹，不能上传",
                       "the PDF unpacks to too much, like a zip bomb, and is not taken");
    return state == Z_STREAM_END ? 0 : refuse_packed(err);
}

/* Where the object begins in which `at` lies. */
static size_t object_start(struct text bytes, size_t at)
{
    size_t least = at > DICTIONARY_MAX ? at - DICTIONARY_MAX : 0;
    while (at > least && !has(bytes, at, "obj")) at--;
    return at;
}

/* Behind the `stream` of the object that begins there, where that is packed as every writer does it: by
 * /FlateDecode alone, without parameters, in this file. 0: it is not. */
static size_t stream_start(struct text bytes, size_t at)
{
    size_t filters = 0;
    for (bool plain = true; at < bytes.size && plain; at = skip_space(bytes, at)) {
        if (has(bytes, at, "stream")) {
            at += strlen("stream");
            at += has(bytes, at, "\r");
            at += has(bytes, at, "\n");
            return filters == 1 ? at : 0;
        }
        if (bytes.at[at] == '(') {
            at = skip_string(bytes, at);
            continue;
        }
        if (bytes.at[at++] != '/') continue;
        char letters[LETTERS];
        struct text name = read_name(bytes, at, letters);
        at = skip_name(bytes, at);
        if (text_is(name, "DecodeParms") || text_is(name, "DP") || text_is(name, "F")) plain = false;
        if (!text_is(name, "Filter")) continue;
        size_t value = skip_space(bytes, at);
        bool list = has(bytes, value, "[");
        if (list) value = skip_space(bytes, value + 1);
        size_t end = skip_space(bytes, skip_name(bytes, value + 1));
        plain = has_name(bytes, value, "FlateDecode") && (!list || has(bytes, end, "]"));
        filters++;
    }
    return 0;
}

static int check_streams(struct text bytes, struct err *err)
{
    size_t budget = UNPACKED_MAX;
    int code = 0;
    for (size_t at = 0; code == 0 && at < bytes.size; at++) {
        const char *slash = memchr(bytes.at + at, '/', bytes.size - at);
        if (slash == NULL) break;
        at = (size_t)(slash - bytes.at);
        if (!has_name(bytes, at, "ObjStm")) continue;
        size_t stream = stream_start(bytes, object_start(bytes, at));
        if (stream <= at) return refuse_packed(err);
        code = check_packed(text_part(bytes, stream, bytes.size - stream), &budget, err);
        at = stream;
    }
    return code;
}

int pdf_check(struct text bytes, struct err *err)
{
    int code = check_sections(bytes, err);
    const char *found = code == 0 ? runs(bytes) : NULL;
    if (found != NULL) return refuse_running(err, found);
    return code == 0 ? check_streams(bytes, err) : code;
}
