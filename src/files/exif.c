/* Cameras write which way they were held into the same block as where they were. A picture that loses the
 * block lies on its side, so that one number is read and written anew. */
#include <string.h>

#include "files/formats.h"

enum { HEADER = 8, ENTRY = 12, TAG_ORIENTATION = 0x0112, TYPE_SHORT = 3 };

static uint32_t read16(struct text tiff, size_t at, bool big)
{
    return big ? big16(tiff.at + at) : little16(tiff.at + at);
}

int exif_orientation(struct text tiff)
{
    if (tiff.size < HEADER) return 1;
    bool big = memcmp(tiff.at, "MM\0*", 4) == 0;
    if (!big && memcmp(tiff.at, "II*\0", 4) != 0) return 1;
    size_t at = big ? big32(tiff.at + 4) : little32(tiff.at + 4);
    if (at > tiff.size - 2 || at < HEADER) return 1;
    size_t count = read16(tiff, at, big);
    at += 2;
    for (size_t i = 0; i < count && tiff.size - at >= ENTRY; i++, at += ENTRY) {
        if (read16(tiff, at, big) != TAG_ORIENTATION || read16(tiff, at + 2, big) != TYPE_SHORT) continue;
        uint32_t value = read16(tiff, at + 8, big);
        return value >= 1 && value <= 8 ? (int)value : 1;
    }
    return 1;
}

void exif_put(int orientation, struct buffer *out)
{
    static const char head[] = "MM\0*\0\0\0\10\0\1\1\22\0\3\0\0\0\1\0";
    buffer_add(out, head, sizeof head - 1);
    buffer_char(out, (char)orientation);
    buffer_add(out, "\0\0\0\0\0\0", 6);
}
