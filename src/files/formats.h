/* The readers of content.c, one a format. Private to this room. Each takes the whole file; pictures append
 * what is to be kept. */
#ifndef ZENGSHOU_FILES_FORMATS_H
#define ZENGSHOU_FILES_FORMATS_H

#include "base/err.h"
#include "base/text.h"

enum {
    PICTURE_SIDE_MAX = 30000,
    PICTURE_PIXELS_MAX = 120000000 /* as the largest cameras of phones, with some room */
};

struct picture {
    struct text bytes;
    bool keep;    /* what the camera wrote stays */
    bool cleaned; /* something was left out */
    struct buffer *out;
};

int jpeg_check(struct picture *picture, struct err *err);
int png_check(struct picture *picture, struct err *err);
int webp_check(struct picture *picture, struct err *err);
int pdf_check(struct text bytes, struct err *err);
/* *document: a text, otherwise a workbook. */
int office_check(struct text bytes, bool *document, struct err *err);
int plain_check(struct text bytes, struct err *err);

/* ERR_INPUT with the one sentence for damaged files; why_*: what is wrong with it. */
int format_damaged(struct err *err, const char *zh_why, const char *en_why);
/* ERR_LIMIT unless a picture of that size is one that a camera makes. */
int format_side(uint32_t width, uint32_t height, struct err *err);

/* ---- exif.c: the one thing of it that pictures need, which way is up. ---- */

/* 1 to 8 of a TIFF structure; 1 where it does not say. */
int exif_orientation(struct text tiff);
/* A TIFF structure that says that and nothing else, appended. */
void exif_put(int orientation, struct buffer *out);

/* ---- Numbers in bytes ---- */

static inline uint32_t big16(const char *at)
{
    const unsigned char *byte = (const unsigned char *)at;
    return (uint32_t)byte[0] << 8 | byte[1];
}
static inline uint32_t big32(const char *at)
{
    return big16(at) << 16 | big16(at + 2);
}
static inline uint32_t little16(const char *at)
{
    const unsigned char *byte = (const unsigned char *)at;
    return (uint32_t)byte[1] << 8 | byte[0];
}
static inline uint32_t little32(const char *at)
{
    return little16(at + 2) << 16 | little16(at);
}

static inline struct text text_part(struct text text, size_t from, size_t size)
{
    return (struct text){text.at + from, size};
}

#endif
