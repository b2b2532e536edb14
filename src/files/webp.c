/* WebP (RFC 9649): a RIFF file of chunks. The chunks of metadata go, and the flags that announce them. */
#include <string.h>

#include "files/formats.h"

enum { RIFF = 12, FRAME = 8, FLAG_EXIF = 0x08, FLAG_XMP = 0x04, EXTENDED = 10 };

struct webp {
    struct picture *picture;
    size_t flags_at; /* in the output; 0: a simple file */
    bool first, image, oriented;
};

static int unsound(struct err *err)
{
    return format_damaged(err, "图片的结构有误", "the picture's structure is not sound");
}

static bool is(const char *type, const char *name)
{
    return memcmp(type, name, 4) == 0;
}

static int take_image(struct webp *webp, const char *type, struct text data, struct err *err)
{
    const unsigned char *byte = (const unsigned char *)data.at;
    webp->image = true;
    if (is(type, "VP8L")) {
        if (data.size < 5 || byte[0] != 0x2F) return unsound(err);
        uint32_t bits = little32(data.at + 1);
        return format_side((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, err);
    }
    if (data.size < 10 || (byte[0] & 1) != 0 || memcmp(byte + 3, "\x9D\x01\x2A", 3) != 0) return unsound(err);
    uint32_t width = little16(data.at + 6) & 0x3FFF, height = little16(data.at + 8) & 0x3FFF;
    return width == 0 || height == 0 ? unsound(err) : format_side(width, height, err);
}

static int take_extended(struct webp *webp, struct text data, struct err *err)
{
    if (webp->first || data.size != EXTENDED) return unsound(err);
    webp->flags_at = webp->picture->out->size + FRAME;
    uint32_t width = (little32(data.at + 4) & 0xFFFFFF) + 1, height = (little32(data.at + 6) >> 8) + 1;
    return format_side(width, height, err);
}

/* Which chunks make the picture; all else was written beside it. */
static bool is_needed(const char *type)
{
    static const char *const needed[] = {"VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF", "ICCP"};
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (is(type, needed[i])) return true;
    return false;
}

static void put_chunk(struct buffer *out, const char *type, struct text data)
{
    const char size[4] = {(char)data.size, (char)(data.size >> 8), (char)(data.size >> 16),
                          (char)(data.size >> 24)};
    buffer_add(out, type, 4);
    buffer_add(out, size, 4);
    buffer_text(out, data);
    if (data.size % 2 != 0) buffer_char(out, '\0');
}

static void take_exif(struct webp *webp, struct text data)
{
    struct buffer tiff = {0};
    bool headed = data.size >= 6 && memcmp(data.at, "Exif\0", 6) == 0;
    int orientation = exif_orientation(headed ? text_part(data, 6, data.size - 6) : data);
    if (orientation == 1 || webp->oriented || webp->flags_at == 0) return;
    webp->oriented = true;
    exif_put(orientation, &tiff);
    put_chunk(webp->picture->out, "EXIF", buffer_get(&tiff));
    buffer_fini(&tiff);
}

static int take_chunk(struct webp *webp, const char *type, struct text data, struct err *err)
{
    int code = 0;
    if (is(type, "VP8 ") || is(type, "VP8L")) code = take_image(webp, type, data, err);
    if (is(type, "VP8X")) code = take_extended(webp, data, err);
    if (is(type, "ANMF")) webp->image = webp->image || data.size >= 16;
    if (code != 0) return code;
    if (!webp->first && !is(type, "VP8 ") && !is(type, "VP8L") && !is(type, "VP8X")) return unsound(err);
    webp->first = true;
    if (webp->picture->keep || is_needed(type)) {
        put_chunk(webp->picture->out, type, data);
        return 0;
    }
    webp->picture->cleaned = true;
    if (is(type, "EXIF")) take_exif(webp, data);
    return 0;
}

static void settle(struct webp *webp)
{
    struct buffer *out = webp->picture->out;
    size_t size = out->size - 8;
    for (int i = 0; i < 4; i++) out->data[4 + i] = (char)(size >> 8 * i);
    if (webp->flags_at == 0 || webp->picture->keep) return;
    char *flags = &out->data[webp->flags_at];
    *flags = (char)(*flags & ~(FLAG_EXIF | FLAG_XMP));
    if (webp->oriented) *flags = (char)(*flags | FLAG_EXIF);
}

int webp_check(struct picture *picture, struct err *err)
{
    struct webp webp = {.picture = picture};
    struct text bytes = picture->bytes;
    size_t end = (size_t)little32(bytes.at + 4) + 8, at = RIFF;
    if (end > bytes.size)
        return format_damaged(err, "图片没有传完整，后半部分缺失", "the picture was cut off before its end");
    buffer_add(picture->out, bytes.at, RIFF);
    while (at < end) {
        if (end - at < FRAME) return unsound(err);
        size_t size = little32(bytes.at + at + 4);
        if (size > end - at - FRAME) return unsound(err);
        int code = take_chunk(&webp, bytes.at + at, text_part(bytes, at + FRAME, size), err);
        if (code != 0) return code;
        at += FRAME + size + size % 2;
    }
    if (!webp.image) return format_damaged(err, "图片里没有图像数据", "the picture holds no image data");
    if (end < bytes.size) picture->cleaned = true;
    settle(&webp);
    return 0;
}
