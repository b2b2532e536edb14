/* PNG (ISO/IEC 15948): chunks with their checksums, and image data that unpack to exactly what the head says.
 * Of the ancillary chunks only those stay that change how the picture looks. */
#include <string.h>
#include <zlib.h>

#include "files/formats.h"

enum { SIGNATURE = 8, FRAME = 12, HEAD = 13, WINDOW = 1 << 16 };
enum { UNPACKED_MAX = 512 << 20 };

struct png {
    struct picture *picture;
    uint32_t width, height;
    uint64_t expected, unpacked;
    unsigned char depth, colour;
    bool interlaced, head, palette, data, data_over, end;
    z_stream inflate;
    bool inflating, inflated;
};

static int unsound(struct err *err)
{
    return format_damaged(err, "图片的结构有误", "the picture's structure is not sound");
}

/* ---- How many bytes the image has ---- */

static int channels(unsigned char colour)
{
    static const int of[7] = {1, 0, 3, 1, 2, 0, 4};
    return colour < 7 ? of[colour] : 0;
}

static uint64_t rows_bytes(const struct png *png, uint32_t width, uint32_t height)
{
    uint64_t bits = (uint64_t)width * (uint64_t)channels(png->colour) * png->depth;
    return width == 0 ? 0 : height * (1 + (bits + 7) / 8);
}

static uint64_t image_bytes(const struct png *png)
{
    static const unsigned char start_x[7] = {0, 4, 0, 2, 0, 1, 0}, start_y[7] = {0, 0, 4, 0, 2, 0, 1},
                               step_x[7] = {8, 8, 4, 4, 2, 2, 1}, step_y[7] = {8, 8, 8, 4, 4, 2, 2};
    if (!png->interlaced) return rows_bytes(png, png->width, png->height);
    uint64_t sum = 0;
    for (int i = 0; i < 7; i++)
        sum += rows_bytes(png, (png->width + step_x[i] - 1 - start_x[i]) / step_x[i],
                          (png->height + step_y[i] - 1 - start_y[i]) / step_y[i]);
    return sum;
}

static int take_head(struct png *png, struct text data, struct err *err)
{
    if (png->head || data.size != HEAD) return unsound(err);
    png->width = big32(data.at);
    png->height = big32(data.at + 4);
    png->depth = (unsigned char)data.at[8];
    png->colour = (unsigned char)data.at[9];
    png->interlaced = data.at[12] == 1;
    bool depth = png->depth == 1 || png->depth == 2 || png->depth == 4 || png->depth == 8 || png->depth == 16;
    bool fits = png->colour == 0 || (png->colour == 3 && png->depth <= 8) || png->depth >= 8;
    if (!depth || !fits || channels(png->colour) == 0 || data.at[10] != 0 || data.at[11] != 0 ||
        (unsigned char)data.at[12] > 1 || png->width == 0 || png->height == 0)
        return unsound(err);
    int code = format_side(png->width, png->height, err);
    png->head = true;
    png->expected = image_bytes(png);
    if (code == 0 && png->expected > UNPACKED_MAX)
        return err_set(err, ERR_LIMIT, "图片展开后超过 %d MiB，太大了；请缩小后再上传",
                       "the picture unpacks to more than %d MiB; make it smaller and upload it again",
                       UNPACKED_MAX >> 20);
    return code;
}

static int take_data(struct png *png, struct text data, struct err *err)
{
    unsigned char window[WINDOW];
    if (png->data_over || (png->colour == 3 && !png->palette)) return unsound(err);
    png->data = true;
    if (!png->inflating && inflateInit(&png->inflate) != Z_OK) return unsound(err);
    png->inflating = true;
    png->inflate.next_in = (unsigned char *)(uintptr_t)data.at;
    png->inflate.avail_in = (unsigned)data.size;
    while (png->inflate.avail_in > 0 && !png->inflated) {
        png->inflate.next_out = window;
        png->inflate.avail_out = sizeof window;
        int state = inflate(&png->inflate, Z_NO_FLUSH);
        png->unpacked += sizeof window - png->inflate.avail_out;
        png->inflated = state == Z_STREAM_END;
        if ((state != Z_OK && state != Z_STREAM_END) || png->unpacked > png->expected)
            return format_damaged(err, "图片的图像数据有误", "the picture's image data are not sound");
    }
    return 0;
}

/* ---- Chunks ---- */

static bool is(const char *type, const char *name)
{
    return memcmp(type, name, 4) == 0;
}

static bool is_needed(const char *type)
{
    static const char *const needed[] = {"cHRM", "gAMA", "iCCP", "sBIT", "sRGB", "cICP",
                                         "bKGD", "pHYs", "tRNS", "acTL", "fcTL", "fdAT"};
    bool critical = (type[0] & 0x20) == 0;
    for (size_t i = 0; !critical && i < sizeof needed / sizeof *needed; i++) critical = is(type, needed[i]);
    return critical;
}

static void put32(struct buffer *out, uint32_t value)
{
    const char bytes[4] = {(char)(value >> 24), (char)(value >> 16), (char)(value >> 8), (char)value};
    buffer_add(out, bytes, 4);
}

static void put_orientation(struct png *png, struct text tiff)
{
    struct buffer *out = png->picture->out, chunk = {0};
    int orientation = exif_orientation(tiff);
    if (orientation == 1) return;
    buffer_string(&chunk, "eXIf");
    exif_put(orientation, &chunk);
    put32(out, (uint32_t)chunk.size - 4);
    buffer_text(out, buffer_get(&chunk));
    put32(out, (uint32_t)crc32(0, (const unsigned char *)chunk.data, (unsigned)chunk.size));
    buffer_fini(&chunk);
}

static int take_chunk(struct png *png, const char *type, struct text data, struct err *err)
{
    if (!png->head && !is(type, "IHDR")) return unsound(err);
    if (png->data && !is(type, "IDAT")) png->data_over = true;
    if (is(type, "IHDR")) return take_head(png, data, err);
    if (is(type, "IDAT")) return take_data(png, data, err);
    if (is(type, "PLTE")) png->palette = true;
    if (is(type, "IEND")) png->end = true;
    bool known = (type[0] & 0x20) != 0 || is(type, "PLTE") || is(type, "IEND");
    return known ? 0 : unsound(err);
}

static int read_chunks(struct png *png, struct err *err)
{
    struct text bytes = png->picture->bytes;
    size_t at = SIGNATURE;
    buffer_add(png->picture->out, bytes.at, SIGNATURE);
    while (!png->end) {
        if (bytes.size - at < FRAME)
            return format_damaged(err, "图片没有传完整，后半部分缺失",
                                  "the picture was cut off before its end");
        size_t size = big32(bytes.at + at);
        const char *type = bytes.at + at + 4;
        if (size > bytes.size - at - FRAME)
            return format_damaged(err, "图片没有传完整，后半部分缺失",
                                  "the picture was cut off before its end");
        uint32_t sum = (uint32_t)crc32(0, (const unsigned char *)type, (unsigned)size + 4);
        if (sum != big32(type + 4 + size))
            return format_damaged(err, "图片的校验码不对，内容已损坏", "a checksum of the picture is wrong");
        int code = take_chunk(png, type, (struct text){type + 4, size}, err);
        if (code != 0) return code;
        if (png->picture->keep || is_needed(type))
            buffer_add(png->picture->out, bytes.at + at, size + FRAME);
        else
            png->picture->cleaned = true;
        if (!png->picture->keep && is(type, "eXIf")) put_orientation(png, (struct text){type + 4, size});
        at += size + FRAME;
    }
    if (at < bytes.size) png->picture->cleaned = true; /* what stands behind the end */
    return 0;
}

int png_check(struct picture *picture, struct err *err)
{
    struct png png = {.picture = picture};
    int code = read_chunks(&png, err);
    if (png.inflating) inflateEnd(&png.inflate);
    if (code == 0 && (!png.inflated || png.unpacked != png.expected))
        code = format_damaged(err, "图片的图像数据不完整", "the picture's image data are not whole");
    return code;
}
