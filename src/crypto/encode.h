/* Bytes as text: base64 (RFC 4648, URL alphabet, without padding) and hex. Internal to the room. */
#ifndef ZENGSHOU_CRYPTO_ENCODE_H
#define ZENGSHOU_CRYPTO_ENCODE_H

#include <stdbool.h>

#include "base/text.h"

void base64_write(const unsigned char *bytes, size_t size, struct buffer *out);
/* Appends the bytes; false (nothing appended) unless the text is exactly what base64_write makes of them. */
bool base64_read(struct text text, struct buffer *out);

void hex_write(const unsigned char *bytes, size_t size, char *out); /* 2 × size characters and a NUL */
bool hex_read(struct text text, unsigned char *out, size_t size);   /* size bytes, lower case only */

#endif
