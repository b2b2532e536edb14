/* Documents and workbooks (ECMA-376, ISO/IEC 29500): a ZIP package whose parts are what they have to be.
 * Every part is unpacked and its checksum compared, within bounds; every XML part is read to its end; macros
 * are refused. */
#include <expat.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "base/mem.h"
#include "files/formats.h"

enum {
    CHUNK = 1 << 16,
    ENTRIES_MAX = 5000,
    UNPACKED_MAX = 200 << 20,
    RATIO_FREE = 16 << 20,
    RATIO_MAX = 200
};

struct office {
    zip_t *zip;
    uint64_t packed, unpacked; /* of all parts so far, and the file's own size */
    bool types, document, sheet;
    const char *macros; /* the part with macros, or NULL */
};

static int unsound(struct err *err)
{
    return format_damaged(err, "文档的结构有误", "the document's structure is not sound");
}

static bool ends(const char *name, const char *with)
{
    size_t size = strlen(name), end = strlen(with);
    return size >= end && strcasecmp(name + size - end, with) == 0;
}

static void note_part(struct office *office, const char *name)
{
    office->types = office->types || strcmp(name, "[Content_Types].xml") == 0;
    office->document = office->document || strcasecmp(name, "word/document.xml") == 0;
    office->sheet = office->sheet || strcasecmp(name, "xl/workbook.xml") == 0;
    if (ends(name, "vbaProject.bin") || ends(name, ".exe") || ends(name, ".dll")) office->macros = name;
}

static int check_budget(const struct office *office, struct err *err)
{
    bool bomb = office->unpacked > UNPACKED_MAX ||
                (office->unpacked > RATIO_FREE && office->unpacked / RATIO_MAX > office->packed);
    if (!bomb) return 0;
    return err_set(err, ERR_LIMIT, "文档解压后太大，像是压缩炸弹，不能上传",
                   "the document unpacks to too much, like a zip bomb, and is not taken");
}

/* No proper document declares a DOCTYPE; entities would be expanded from there. */
static void on_doctype(void *context, const char *name, const char *system, const char *public, int internal)
{
    XML_StopParser(context, XML_FALSE);
}

static int read_part(struct office *office, zip_file_t *file, XML_Parser parser, struct err *err)
{
    char *chunk = mem_new(CHUNK, 1);
    zip_int64_t size = 1;
    int code = 0;
    while (code == 0 && size > 0) {
        size = zip_fread(file, chunk, CHUNK);
        if (size < 0) code = unsound(err);
        office->unpacked += size > 0 ? (uint64_t)size : 0;
        if (code == 0) code = check_budget(office, err);
        if (code == 0 && parser != NULL && XML_Parse(parser, chunk, (int)size, size == 0) != XML_STATUS_OK)
            code = unsound(err);
    }
    free(chunk);
    return code;
}

static int check_part(struct office *office, zip_uint64_t index, struct err *err)
{
    zip_stat_t status;
    if (zip_stat_index(office->zip, index, 0, &status) < 0 || (status.valid & ZIP_STAT_NAME) == 0)
        return unsound(err);
    if ((status.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && status.encryption_method != ZIP_EM_NONE)
        return err_set(
            err, ERR_INPUT, "文档加了密码，无法检查；请去掉密码后再上传",
            "the document is encrypted and cannot be checked; remove the password and upload it again");
    note_part(office, status.name);
    zip_file_t *file = zip_fopen_index(office->zip, index, 0);
    if (file == NULL) return unsound(err);
    bool xml = ends(status.name, ".xml") || ends(status.name, ".rels");
    XML_Parser parser = xml ? XML_ParserCreate(NULL) : NULL;
    if (xml && parser == NULL) mem_exhausted();
    if (parser != NULL) {
        XML_UseParserAsHandlerArg(parser);
        XML_SetStartDoctypeDeclHandler(parser, on_doctype);
    }
    int code = read_part(office, file, parser, err);
    if (parser != NULL) XML_ParserFree(parser);
    zip_fclose(file);
    return code;
}

static int check_parts(struct office *office, struct err *err)
{
    zip_int64_t count = zip_get_num_entries(office->zip, 0);
    if (count > ENTRIES_MAX)
        return err_set(err, ERR_LIMIT, "压缩包里的文件太多，不是正常的文档",
                       "the package holds too many files to be a document");
    for (zip_int64_t i = 0; i < count; i++) {
        int code = check_part(office, (zip_uint64_t)i, err);
        if (code != 0) return code;
    }
    if (office->macros != NULL)
        return err_set(
            err, ERR_INPUT, "文档里有宏或程序，不能上传；请另存为不带宏的 .docx 或 .xlsx",
            "the document holds macros or a program and is not taken; save it as .docx or .xlsx without "
            "macros");
    if (office->types && office->document != office->sheet) return 0;
    return err_set(
        err, ERR_INPUT, "这是压缩包，不是 Word 文档或 Excel 工作簿；请解压后逐个上传里面的文件",
        "this is an archive, neither a document nor a workbook; unpack it and upload the files in it");
}

int office_check(struct text bytes, bool *document, struct err *err)
{
    zip_error_t error;
    struct office office = {.packed = bytes.size};
    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(bytes.at, bytes.size, 0, &error);
    if (source != NULL) office.zip = zip_open_from_source(source, ZIP_RDONLY, &error);
    if (office.zip == NULL) zip_source_free(source);
    zip_error_fini(&error);
    if (office.zip == NULL)
        return format_damaged(err, "文档或压缩包没有传完整，或已损坏",
                              "the document or archive was cut off, or is damaged");
    int code = check_parts(&office, err);
    zip_discard(office.zip);
    *document = office.document;
    return code;
}
