/* Text: UTF-8 slices that point into somebody else's bytes, and a growing buffer. */
#ifndef ZENGSHOU_BASE_TEXT_H
#define ZENGSHOU_BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
    const char *at; /* not NUL-ended; may be NULL only when size is 0 */
    size_t size;    /* bytes */
};

#define TEXT(literal) ((struct text){(literal), sizeof(literal) - 1})
/* For printf's %.*s */
#define TEXT_ARGS(text) (int)(text).size, ((text).at == NULL ? "" : (text).at)

struct text text_of(const char *string); /* NULL gives the empty text */
bool text_equal(struct text a, struct text b);
bool text_is(struct text a, const char *string);
int text_compare(struct text a, struct text b); /* by bytes, which is by code point */
bool text_starts(struct text a, struct text prefix);
bool text_ends(struct text a, struct text suffix);
ptrdiff_t text_find(struct text a, struct text part); /* byte offset, or -1 */

/* Cuts white space at both ends: ASCII, NBSP (U+00A0), ideographic space (U+3000), zero-width space and BOM.
 */
struct text text_trim(struct text a);

/* Valid UTF-8 without overlong forms, surrogates or code points above U+10FFFF. */
bool text_valid(struct text a);
size_t text_valid_prefix(struct text a); /* bytes up to the first fault */

/* Decodes one code point at a.at + *offset and moves *offset; U+FFFD and one byte for a fault. */
uint32_t text_next(struct text a, size_t *offset);
size_t text_put(uint32_t code_point, char out[4]); /* bytes written */
size_t text_length(struct text a);                 /* in code points */
size_t text_width(struct text a);                  /* terminal columns: East Asian wide are 2, marks 0 */

/* A buffer that grows. Zero-initialised is empty. data is NUL-ended once anything was added. */
struct buffer {
    char *data;
    size_t size, capacity;
};

void buffer_fini(struct buffer *buffer);
void buffer_clear(struct buffer *buffer);
void buffer_add(struct buffer *buffer, const char *at, size_t size);
void buffer_text(struct buffer *buffer, struct text text);
void buffer_string(struct buffer *buffer, const char *string);
void buffer_char(struct buffer *buffer, char c);
void buffer_printf(struct buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buffer_vprintf(struct buffer *buffer, const char *format, va_list args);
struct text buffer_get(const struct buffer *buffer);

/* The form in which headings, labels and numbers are compared: full-width ASCII becomes half-width, all white
 * space goes (leading, trailing and inner), Latin letters become lower case. Appends to out. */
void text_fold(struct text a, struct buffer *out);
bool text_fold_equal(struct text a, struct text b); /* whether both fold to the same, without writing it */

/* Full-width ASCII to half-width and ideographic space to blank, nothing else. Appends to out. */
void text_narrow(struct text a, struct buffer *out);

#endif
