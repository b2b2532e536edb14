/* JPEG (ITU-T T.81, Annex B): markers and segments to the end of the image. What stands in application
 * segments and comments goes, but for what a decoder needs to show the right colours; so does whatever stands
 * behind the end: phones put films and second pictures there, others whole archives. */
#include <string.h>

#include "files/formats.h"

enum {
    SOI = 0xD8,
    EOI = 0xD9,
    SOS = 0xDA,
    DHT = 0xC4,
    JPG = 0xC8,
    DAC = 0xCC,
    COM = 0xFE,
    APP0 = 0xE0,
    APP1 = 0xE1,
    APP2 = 0xE2,
    APP14 = 0xEE,
    APP15 = 0xEF
};

struct jpeg {
    struct picture *picture;
    size_t at;
    bool frame, scan, oriented;
};

static int cut_off(struct err *err)
{
    return format_damaged(err, "照片没有传完整，后半部分缺失", "the picture was cut off before its end");
}

static bool begins(struct text segment, const char *word, size_t size)
{
    return segment.size >= size && memcmp(segment.at, word, size) == 0;
}

/* The colours hang on these: the density of JFIF, an ICC profile, Adobe's transform. */
static bool is_needed(uint32_t marker, struct text segment)
{
    if (marker == APP0) return begins(segment, "JFIF", 5);
    if (marker == APP2) return begins(segment, "ICC_PROFILE", 12);
    return marker == APP14 && begins(segment, "Adobe", 5);
}

static void put_segment(struct jpeg *jpeg, uint32_t marker, struct text segment)
{
    struct buffer *out = jpeg->picture->out;
    size_t size = segment.size + 2;
    buffer_char(out, (char)0xFF);
    buffer_char(out, (char)marker);
    buffer_char(out, (char)(size >> 8));
    buffer_char(out, (char)size);
    buffer_text(out, segment);
}

static void put_orientation(struct jpeg *jpeg, struct text segment)
{
    struct buffer exif = {0};
    int orientation = exif_orientation(text_part(segment, 6, segment.size - 6));
    if (orientation == 1 || jpeg->oriented) return;
    jpeg->oriented = true;
    buffer_add(&exif, "Exif\0", 6);
    exif_put(orientation, &exif);
    put_segment(jpeg, APP1, buffer_get(&exif));
    buffer_fini(&exif);
}

static void take_segment(struct jpeg *jpeg, uint32_t marker, struct text segment)
{
    bool beside = (marker >= APP0 && marker <= APP15) || marker == COM;
    if (jpeg->picture->keep || !beside || is_needed(marker, segment)) {
        put_segment(jpeg, marker, segment);
        return;
    }
    jpeg->picture->cleaned = true;
    if (marker == APP1 && begins(segment, "Exif\0", 6)) put_orientation(jpeg, segment);
}

static int take_frame(struct jpeg *jpeg, struct text segment, struct err *err)
{
    if (jpeg->frame || segment.size < 6)
        return format_damaged(err, "照片的图像信息有误", "the picture's frame is not sound");
    size_t components = (unsigned char)segment.at[5];
    uint32_t height = big16(segment.at + 1), width = big16(segment.at + 3);
    if (components < 1 || components > 4 || segment.size != 6 + 3 * components || height == 0 || width == 0)
        return format_damaged(err, "照片的图像信息有误", "the picture's frame is not sound");
    jpeg->frame = true;
    return format_side(width, height, err);
}

/* Compressed data run until a marker that is neither a stuffed zero nor a restart. */
static int take_scan(struct jpeg *jpeg, struct err *err)
{
    struct text bytes = jpeg->picture->bytes;
    size_t from = jpeg->at;
    if (!jpeg->frame) return format_damaged(err, "照片的图像信息有误", "the picture's frame is not sound");
    for (;;) {
        const char *next =
            jpeg->at < bytes.size ? memchr(bytes.at + jpeg->at, 0xFF, bytes.size - jpeg->at) : NULL;
        if (next == NULL || next + 1 >= bytes.at + bytes.size) return cut_off(err);
        unsigned char marker = (unsigned char)next[1];
        jpeg->at = (size_t)(next - bytes.at);
        if (marker != 0 && marker != 0xFF && !(marker >= 0xD0 && marker <= 0xD7)) break;
        jpeg->at += marker == 0xFF ? 1 : 2;
    }
    if (jpeg->at == from) return format_damaged(err, "照片里没有图像数据", "the picture holds no image data");
    jpeg->scan = true;
    buffer_text(jpeg->picture->out, text_part(bytes, from, jpeg->at - from));
    return 0;
}

static int take_marker(struct jpeg *jpeg, uint32_t marker, struct err *err)
{
    struct text bytes = jpeg->picture->bytes;
    if (marker == 0 || marker == 1 || (marker >= 0xD0 && marker <= SOI))
        return format_damaged(err, "照片的结构有误", "the picture's structure is not sound");
    if (bytes.size - jpeg->at < 2) return cut_off(err);
    size_t size = big16(bytes.at + jpeg->at);
    if (size < 2) return format_damaged(err, "照片的结构有误", "the picture's structure is not sound");
    if (size > bytes.size - jpeg->at) return cut_off(err);
    struct text segment = text_part(bytes, jpeg->at + 2, size - 2);
    jpeg->at += size;
    take_segment(jpeg, marker, segment);
    if (marker >= 0xC0 && marker <= 0xCF && marker != DHT && marker != JPG && marker != DAC)
        return take_frame(jpeg, segment, err);
    return marker == SOS ? take_scan(jpeg, err) : 0;
}

static int next_marker(struct jpeg *jpeg, uint32_t *marker, struct err *err)
{
    struct text bytes = jpeg->picture->bytes;
    if (jpeg->at >= bytes.size) return cut_off(err);
    if ((unsigned char)bytes.at[jpeg->at] != 0xFF)
        return format_damaged(err, "照片的结构有误", "the picture's structure is not sound");
    while (jpeg->at < bytes.size && (unsigned char)bytes.at[jpeg->at] == 0xFF) jpeg->at++;
    if (jpeg->at >= bytes.size) return cut_off(err);
    *marker = (unsigned char)bytes.at[jpeg->at++];
    return 0;
}

int jpeg_check(struct picture *picture, struct err *err)
{
    struct jpeg jpeg = {.picture = picture, .at = 2};
    buffer_add(picture->out, "\xFF\xD8", 2);
    for (;;) {
        uint32_t marker = 0;
        int code = next_marker(&jpeg, &marker, err);
        if (code == 0 && marker == EOI) break;
        if (code == 0) code = take_marker(&jpeg, marker, err);
        if (code != 0) return code;
    }
    if (!jpeg.scan) return format_damaged(err, "照片里没有图像数据", "the picture holds no image data");
    buffer_add(picture->out, "\xFF\xD9", 2);
    if (jpeg.at < picture->bytes.size) picture->cleaned = true;
    return 0;
}
