"""Files as people upload them, made here: pictures with what a camera writes, documents, and such as lie about what they are.
Everything in them is invented."""

import io
import struct
import zipfile
import zlib

from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

PLACE = (26.0, 58.0, 12.5)  # degrees, minutes, seconds
MAKER = "Invented Phone 7"


def picture(size=(64, 48)):
    """Every pixel another colour, so that a changed one is seen."""
    image = Image.new("RGB", size)
    image.putdata([(x * 4 % 256, y * 5 % 256, (x + y) * 3 % 256) for y in range(size[1]) for x in range(size[0])])
    return image


def exif(orientation=6):
    tags = Image.Exif()
    tags[Base.Orientation] = orientation
    tags[Base.Model] = MAKER
    place = tags.get_ifd(IFD.GPSInfo)
    place[GPS.GPSLatitudeRef], place[GPS.GPSLatitude] = "N", PLACE
    place[GPS.GPSLongitudeRef], place[GPS.GPSLongitude] = "E", (112.0, 22.0, 6.25)
    return tags


def photo(form="JPEG", orientation=6, **how):
    out = io.BytesIO()
    more = {"JPEG": {"quality": 90, "comment": b"at home"}, "PNG": {}, "WEBP": {"lossless": True}}[form]
    picture(how.pop("size", (64, 48))).save(out, form, exif=exif(orientation), **{**more, **how})
    return out.getvalue()


def plain_photo(form="JPEG", **how):
    out = io.BytesIO()
    picture().save(out, form, **how)
    return out.getvalue()


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_of(width, height, raw):
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")


def pdf(extra=b"", trailer=b"", packed=None, how=b"/Type /ObjStm /Filter /FlateDecode", pack=zlib.compress):
    """A page with nothing on it, its cross-references right. packed: objects in a stream, and how it says that they are packed."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R " + extra + b" >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
               b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>"]
    if packed is not None:
        data = pack(packed)
        objects.append(b"<< %s /N 1 /First 4 /Length %d >>\nstream\n%s\nendstream" % (how, len(data), data))
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, start)


def package(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in parts.items():
            file.writestr(name, data)
    return out.getvalue()


def office(main="word/document.xml", **more):
    return package({"[Content_Types].xml": "<Types/>", "_rels/.rels": "<Relationships/>", main: "<w>声明</w>", **more})
