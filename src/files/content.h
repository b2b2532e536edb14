/* Content: what a file is, told from its bytes and never from its name, and whether it is whole. A picture
 * comes out without what a camera wrote beside it (place, owner, device); its image data stay as they are,
 * bit by bit. */
#ifndef ZENGSHOU_FILES_CONTENT_H
#define ZENGSHOU_FILES_CONTENT_H

#include "base/err.h"
#include "base/text.h"
#include "pack/pack.h"

enum content_type {
    CONTENT_JPEG,
    CONTENT_PNG,
    CONTENT_WEBP,
    CONTENT_PDF,
    CONTENT_DOCX,
    CONTENT_XLSX,
    CONTENT_TEXT
};
enum { CONTENT_TYPES = CONTENT_TEXT + 1 };

struct content {
    enum content_type type;
    bool cleaned;        /* something was taken out */
    struct buffer bytes; /* what is to be kept */
};
void content_fini(struct content *content);

/* Reads all of the file by its type's own structure. keep: leave what the camera wrote. ERR_INPUT: of no type
 * that is taken, damaged, encrypted, or holding something that runs; the sentence says which and what to do.
 * ERR_LIMIT: larger inside than it seems. out is to be released in either case. */
int content_check(struct text bytes, bool keep, struct content *out, struct err *err);

/* ERR_INPUT unless the kind of attachment may be a file of that type. */
int content_fits(const struct pack_attachment *kind, enum content_type type, struct err *err);

/* The name a file is kept under, appended: the last part of what was given, without control characters, cut
 * to 120 characters, with the extension of its type. ERR_INPUT: the name claims to be something else (a
 * picture may be called like another picture: phones do that). */
int content_name(struct text given, enum content_type type, struct buffer *out, struct err *err);

const char *content_type_name(enum content_type type); /* "jpeg" */
const char *content_media(enum content_type type);     /* "image/jpeg" */
bool content_type_find(struct text name, enum content_type *type);

#endif
