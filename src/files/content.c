/* Names lie and browsers guess: what a file is, its own bytes say. The first ones choose a reader, and the
 * reader has to come to the end. */
#include "files/content.h"

#include <stdio.h>
#include <string.h>

#include "files/formats.h"

enum { NAME_CHARACTERS = 120 };

static const struct {
    const char *name, *media, *extensions; /* the first one is given to names without any */
    enum attachment_holds holds;
    const char *zh, *en;
} types[CONTENT_TYPES] = {
    [CONTENT_JPEG] = {"jpeg", "image/jpeg", ".jpg.jpeg.jpe.jfif", HOLDS_PICTURE, "JPEG 照片",
                      "a JPEG picture"},
    [CONTENT_PNG] = {"png", "image/png", ".png", HOLDS_PICTURE, "PNG 图片", "a PNG picture"},
    [CONTENT_WEBP] = {"webp", "image/webp", ".webp", HOLDS_PICTURE, "WebP 图片", "a WebP picture"},
    [CONTENT_PDF] = {"pdf", "application/pdf", ".pdf", HOLDS_DOCUMENT, "PDF 文件", "a PDF"},
    [CONTENT_DOCX] = {"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                      ".docx", HOLDS_DOCUMENT, "Word 文档", "a document (.docx)"},
    [CONTENT_XLSX] = {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx",
                      HOLDS_SHEET, "Excel 工作簿", "a workbook (.xlsx)"},
    [CONTENT_TEXT] = {"text", "text/plain", ".txt.csv.md.log", HOLDS_TEXT, "纯文本", "plain text"},
};

const char *content_type_name(enum content_type type)
{
    return types[type].name;
}

const char *content_media(enum content_type type)
{
    return types[type].media;
}

bool content_type_find(struct text name, enum content_type *type)
{
    for (int i = 0; i < CONTENT_TYPES; i++)
        if (text_is(name, types[i].name)) {
            *type = (enum content_type)i;
            return true;
        }
    return false;
}

void content_fini(struct content *content)
{
    buffer_fini(&content->bytes);
}

/* ---- Shared by the formats ---- */

/* A sentence whose words differ in each language, so that err_set's one list of arguments does not do. */
static int say(struct err *err, struct buffer *zh, struct buffer *en)
{
    if (err != NULL) {
        *err = (struct err){.code = ERR_INPUT};
        snprintf(err->zh, sizeof err->zh, "%s", zh->data);
        snprintf(err->en, sizeof err->en, "%s", en->data);
    }
    buffer_fini(zh);
    buffer_fini(en);
    return ERR_INPUT;
}

int format_damaged(struct err *err, const char *zh_why, const char *en_why)
{
    struct buffer zh = {0}, en = {0};
    buffer_printf(&zh, "文件已损坏：%s。请重新拍照或重新保存后再上传", zh_why);
    buffer_printf(&en, "The file is damaged: %s. Photograph or save it again, then upload it", en_why);
    return say(err, &zh, &en);
}

int format_side(uint32_t width, uint32_t height, struct err *err)
{
    if (width <= PICTURE_SIDE_MAX && height <= PICTURE_SIDE_MAX &&
        (uint64_t)width * height <= PICTURE_PIXELS_MAX)
        return 0;
    return err_set(err, ERR_LIMIT, "图片有 %u×%u 像素，太大了；请缩小后再上传",
                   "the picture has %u×%u pixels, which is too large; make it smaller and upload it again",
                   width, height);
}

/* ---- What it is ---- */

static bool begins(struct text bytes, const char *magic, size_t size)
{
    return bytes.size >= size && memcmp(bytes.at, magic, size) == 0;
}

/* Files that people have and that are not taken: what to do instead. */
static int refuse_known(struct text bytes, struct err *err)
{
    if (bytes.size > 12 && memcmp(bytes.at + 4, "ftyphe", 6) == 0)
        return err_set(
            err, ERR_INPUT,
            "这是苹果手机的 HEIC "
            "照片，多数电脑打不开。请在手机“设置—相机—格式”里选“兼容性最佳”后重拍，或截图上传",
            "This is an HEIC picture, which many machines cannot open. Set the camera's format to “Most "
            "compatible” and take it again, or upload a screenshot");
    if (bytes.size > 8 && memcmp(bytes.at + 4, "ftyp", 4) == 0)
        return err_set(err, ERR_INPUT, "这是视频，不能上传；请改为照片",
                       "This is a film; upload pictures instead");
    if (begins(bytes, "\xD0\xCF\x11\xE0", 4))
        return err_set(err, ERR_INPUT,
                       "这是旧格式（.doc、.xls）或加了密码的文档；请另存为 .docx 或 .xlsx 后再上传",
                       "This is an old document (.doc, .xls) or an encrypted one; save it as .docx or .xlsx");
    if (begins(bytes, "GIF8", 4) || begins(bytes, "BM", 2) || begins(bytes, "II*\0", 4) ||
        begins(bytes, "MM\0*", 4))
        return err_set(err, ERR_INPUT, "这种图片（GIF、BMP、TIFF）不能上传；请另存为 JPEG 或 PNG",
                       "Pictures of this kind (GIF, BMP, TIFF) are not taken; save it as JPEG or PNG");
    return 0;
}

static int check_picture(struct text bytes, bool keep, struct content *out, struct err *err)
{
    struct picture picture = {.bytes = bytes, .keep = keep, .out = &out->bytes};
    int code = out->type == CONTENT_JPEG  ? jpeg_check(&picture, err)
               : out->type == CONTENT_PNG ? png_check(&picture, err)
                                          : webp_check(&picture, err);
    out->cleaned = picture.cleaned;
    return code;
}

static int check_office(struct text bytes, struct content *out, struct err *err)
{
    bool document = false;
    int code = office_check(bytes, &document, err);
    out->type = document ? CONTENT_DOCX : CONTENT_XLSX;
    return code;
}

static int check_other(struct text bytes, struct content *out, struct err *err)
{
    int code = refuse_known(bytes, err);
    if (code != 0) return code;
    if (begins(bytes, "PK\3\4", 4) || begins(bytes, "PK\5\6", 4)) return check_office(bytes, out, err);
    out->type = begins(bytes, "%PDF-", 5) ? CONTENT_PDF : CONTENT_TEXT;
    return out->type == CONTENT_PDF ? pdf_check(bytes, err) : plain_check(bytes, err);
}

int content_check(struct text bytes, bool keep, struct content *out, struct err *err)
{
    *out = (struct content){0};
    if (bytes.size == 0) return err_set(err, ERR_INPUT, "文件是空的", "The file is empty");
    bool picture = true;
    if (begins(bytes, "\xFF\xD8\xFF", 3))
        out->type = CONTENT_JPEG;
    else if (begins(bytes, "\x89PNG\r\n\x1A\n", 8))
        out->type = CONTENT_PNG;
    else if (begins(bytes, "RIFF", 4) && bytes.size >= 12 && memcmp(bytes.at + 8, "WEBP", 4) == 0)
        out->type = CONTENT_WEBP;
    else
        picture = false;
    if (picture) return check_picture(bytes, keep, out, err);
    int code = check_other(bytes, out, err);
    if (code == 0) buffer_text(&out->bytes, bytes);
    return code;
}

int content_fits(const struct pack_attachment *kind, enum content_type type, struct err *err)
{
    if ((kind->holds & types[type].holds) != 0) return 0;
    struct text label_zh = label_in(&kind->label, "zh"), label_en = label_in(&kind->label, "en");
    struct buffer zh = {0}, en = {0};
    buffer_printf(&zh, "这是%s。“%.*s”只能上传", types[type].zh, TEXT_ARGS(label_zh));
    buffer_printf(&en, "This is %s. What is taken as “%.*s”", types[type].en, TEXT_ARGS(label_en));
    for (int i = 0, first = 1; i < CONTENT_TYPES; i++) {
        if ((kind->holds & types[i].holds) == 0) continue;
        buffer_printf(&zh, "%s%s", first ? "：" : "、", types[i].zh);
        buffer_printf(&en, "%s%s", first ? ": " : ", ", types[i].en);
        first = 0;
    }
    return say(err, &zh, &en);
}

/* ---- What it is called ---- */

static struct text last_part(struct text given)
{
    for (size_t i = given.size; i > 0; i--)
        if (given.at[i - 1] == '/' || given.at[i - 1] == '\\')
            return (struct text){given.at + i, given.size - i};
    return given;
}

/* With its dot; empty: none, or what stands behind the last dot is no extension. */
static struct text extension_of(struct text name)
{
    for (size_t i = name.size; i > 0 && name.size - i < 6; i--)
        if (name.at[i - 1] == '.') return (struct text){name.at + i - 1, name.size - i + 1};
    return TEXT("");
}

static bool lists(const char *extensions, struct text wanted)
{
    size_t size = strlen(extensions);
    for (size_t i = 0; wanted.size > 1 && i + wanted.size <= size; i++)
        if (strncasecmp(extensions + i, wanted.at, wanted.size) == 0 &&
            (extensions[i + wanted.size] == '.' || extensions[i + wanted.size] == '\0'))
            return true;
    return false;
}

static bool is_picture(struct text extension)
{
    return lists(types[CONTENT_JPEG].extensions, extension) ||
           lists(types[CONTENT_PNG].extensions, extension) ||
           lists(types[CONTENT_WEBP].extensions, extension);
}

/* A dot inside a name ("第1.2组") is not an extension. */
static bool is_extension(struct text extension)
{
    bool letter = false;
    for (size_t i = 1; i < extension.size; i++) {
        unsigned char c = (unsigned char)extension.at[i];
        bool small = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!small && !(c >= '0' && c <= '9')) return false;
        letter = letter || small;
    }
    return letter;
}

int content_name(struct text given, enum content_type type, struct buffer *out, struct err *err)
{
    struct buffer clean = {0};
    struct text part = last_part(given), extension = extension_of(part), stem = part;
    size_t count = 0, offset = 0;
    bool said = is_extension(extension), fits = said && lists(types[type].extensions, extension);
    if (said && !fits && !(types[type].holds == HOLDS_PICTURE && is_picture(extension)))
        return err_set(err, ERR_INPUT, "文件名以 %.*s 结尾，内容却是 %s（%s）。请核对是不是选错了文件",
                       "The name ends in %.*s, but the file is %s (%s). Check whether it is the right one",
                       TEXT_ARGS(extension), types[type].name, types[type].media);
    if (said) stem.size -= extension.size;
    while (offset < stem.size && count < NAME_CHARACTERS) {
        char bytes[4];
        uint32_t point = text_next(stem, &offset);
        if (point < ' ' || point == 0x7F || (point >= 0x202A && point <= 0x202E)) continue;
        buffer_add(&clean, bytes, text_put(point, bytes));
        count++;
    }
    struct text words = text_trim(buffer_get(&clean));
    buffer_text(out, words.size > 0 ? words : TEXT("file"));
    if (fits)
        buffer_text(out, extension);
    else
        buffer_add(out, types[type].extensions, strcspn(types[type].extensions + 1, ".") + 1);
    buffer_fini(&clean);
    return 0;
}
