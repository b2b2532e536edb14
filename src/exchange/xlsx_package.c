/* Workbooks come from strangers: everything that a package can use to cost us time or memory is bounded here,
 * once, for all parts: unpacked bytes, the unpacking ratio, nesting, the size of one tag, entity
 * declarations. */
#include "exchange/xlsx_package.h"

#include <expat.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "base/mem.h"

enum {
    CHUNK = 1 << 16,
    RATIO_FREE = 16 << 20, /* below that many bytes a ratio proves nothing */
    TAG_MOST = 1 << 20,    /* one tag, comment or instruction */
    ENTRIES_MOST = 100000
};

struct package {
    zip_t *zip;
    struct sheet_limits limits;
    uint64_t inflated;
};

struct xml_part {
    struct package *package;
    zip_file_t *file;
    XML_Parser parser;
    const struct xml_handlers *handlers;
    void *context;
    char *name;
    char prefix[32]; /* of the root's namespace, with its ':' */
    size_t prefix_size;
    uint64_t packed, size; /* as the package's directory says */
    uint64_t done;
    size_t since_event; /* bytes fed since the parser last reported something */
    int depth;
    bool last_fed, paused;
    int failed;
    struct err *err;
};

static int damaged(struct err *err)
{
    return err_set(err, ERR_INPUT,
                   "工作簿损坏或没有下载完整；请重新下载，或在 WPS 或 Excel 中打开后另存为新的 .xlsx",
                   "the workbook is damaged or was not downloaded completely; download it again, or open it "
                   "and save it as a new .xlsx");
}

int package_open(const char *path, struct text bytes, const struct sheet_limits *limits, struct package **out,
                 struct err *err)
{
    int fault = 0;
    zip_t *zip = NULL;
    if (path != NULL) {
        zip = zip_open(path, ZIP_RDONLY, &fault);
    } else {
        zip_error_t error;
        zip_error_init(&error);
        zip_source_t *source = zip_source_buffer_create(bytes.at, bytes.size, 0, &error);
        if (source != NULL) zip = zip_open_from_source(source, ZIP_RDONLY, &error);
        if (zip == NULL) zip_source_free(source);
        zip_error_fini(&error);
    }
    if (zip == NULL) return damaged(err);
    if (zip_get_num_entries(zip, 0) > ENTRIES_MOST) {
        zip_discard(zip);
        return err_set(err, ERR_LIMIT, "压缩包里的文件太多，不是正常的工作簿",
                       "the package holds too many files to be a workbook");
    }
    struct package *package = mem_new(1, sizeof *package);
    package->zip = zip;
    package->limits = *limits;
    *out = package;
    return 0;
}

void package_close(struct package *package)
{
    if (package == NULL) return;
    zip_discard(package->zip);
    free(package);
}

/* Some writers spell parts in another case than their relationships do. */
static zip_int64_t locate(const struct package *package, const char *part)
{
    zip_int64_t index = zip_name_locate(package->zip, part, 0);
    return index >= 0 ? index : zip_name_locate(package->zip, part, ZIP_FL_NOCASE);
}

bool package_has(const struct package *package, const char *part)
{
    return locate(package, part) >= 0;
}

/* ---- From expat to the handlers. ---- */

static void stop(struct xml_part *part, int code)
{
    if (part->failed != 0) return;
    part->failed = code;
    XML_StopParser(part->parser, XML_FALSE);
}

static const char *local(const struct xml_part *part, const char *name)
{
    return part->prefix_size > 0 && strncmp(name, part->prefix, part->prefix_size) == 0
               ? name + part->prefix_size
               : name;
}

static void on_start(void *context, const char *name, const char **attributes)
{
    struct xml_part *part = context;
    if (part->failed != 0) return;
    part->since_event = 0;
    if (part->depth == 0) {
        const char *colon = strchr(name, ':');
        size_t size = colon == NULL ? 0 : (size_t)(colon - name) + 1;
        if (size > 0 && size < sizeof part->prefix) {
            memcpy(part->prefix, name, size);
            part->prefix_size = size;
        }
    }
    if (++part->depth > part->package->limits.depth) {
        stop(part, err_set(part->err, ERR_LIMIT, "%s 的 XML 嵌套超过 %d 层，不是正常的工作簿",
                           "%s nests XML deeper than %d levels: not a proper workbook", part->name,
                           part->package->limits.depth));
        return;
    }
    int code = part->handlers->start(part->context, local(part, name), attributes, part->err);
    if (code < 0) stop(part, code);
}

static void on_end(void *context, const char *name)
{
    struct xml_part *part = context;
    if (part->failed != 0) return;
    part->since_event = 0;
    part->depth--;
    int code = part->handlers->end(part->context, local(part, name), part->err);
    if (code < 0) stop(part, code);
}

static void on_text(void *context, const char *at, int size)
{
    struct xml_part *part = context;
    if (part->failed != 0) return;
    part->since_event = 0;
    int code = part->handlers->text(part->context, at, (size_t)size, part->err);
    if (code < 0) stop(part, code);
}

static void on_doctype(void *context, const char *name, const char *system, const char *public, int internal)
{
    struct xml_part *part = context;
    stop(part,
         err_set(part->err, ERR_INPUT, "%s 里有 DOCTYPE 声明，正常的工作簿没有；为安全起见不读",
                 "%s declares a DOCTYPE, which no proper workbook does; refused for safety", part->name));
}

/* ---- Parts. ---- */

static int open_entry(struct xml_part *part, struct err *err)
{
    zip_int64_t index = locate(part->package, part->name);
    if (index < 0)
        return err_set(err, ERR_INPUT, "工作簿里缺少 %s；请在 WPS 或 Excel 中打开后另存为新的 .xlsx",
                       "the workbook lacks %s; open it in a spreadsheet program and save it as a new .xlsx",
                       part->name);
    zip_stat_t status;
    if (zip_stat_index(part->package->zip, (zip_uint64_t)index, 0, &status) < 0) return damaged(err);
    if ((status.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && status.encryption_method != ZIP_EM_NONE)
        return err_set(err, ERR_INPUT, "文件加了密码；请去掉密码，另存为 .xlsx",
                       "the file is encrypted; remove the password and save it as .xlsx");
    part->packed = (status.valid & ZIP_STAT_COMP_SIZE) != 0 ? status.comp_size : 0;
    part->size = (status.valid & ZIP_STAT_SIZE) != 0 ? status.size : 0;
    part->file = zip_fopen_index(part->package->zip, (zip_uint64_t)index, 0);
    return part->file == NULL ? damaged(err) : 0;
}

int xml_part_open(struct package *package, const char *name, const struct xml_handlers *handlers,
                  void *context, struct xml_part **out, struct err *err)
{
    struct xml_part *part = mem_new(1, sizeof *part);
    *part = (struct xml_part){.package = package, .handlers = handlers, .context = context};
    part->name = mem_copy_text(name, strlen(name));
    int code = open_entry(part, err);
    if (code < 0) {
        xml_part_close(part);
        return code;
    }
    part->parser = XML_ParserCreate(NULL);
    if (part->parser == NULL) mem_exhausted();
    XML_SetUserData(part->parser, part);
    XML_SetElementHandler(part->parser, on_start, on_end);
    XML_SetCharacterDataHandler(part->parser, on_text);
    XML_SetStartDoctypeDeclHandler(part->parser, on_doctype);
    *out = part;
    return 0;
}

static int check_budget(struct xml_part *part, size_t size)
{
    struct package *package = part->package;
    const struct sheet_limits *limits = &package->limits;
    package->inflated += size;
    part->done += size;
    part->since_event += size;
    if (package->inflated > limits->inflated_bytes)
        return err_set(part->err, ERR_LIMIT, "工作簿解压后超过 %llu MiB；请分成几个文件，或存为 .csv",
                       "the workbook unpacks to more than %llu MiB; split it, or save it as .csv",
                       (unsigned long long)(limits->inflated_bytes >> 20));
    if (part->done > RATIO_FREE && part->done / limits->inflate_ratio > part->packed)
        return err_set(part->err, ERR_LIMIT,
                       "%s 解压后是压缩前的 %u 倍以上，像是压缩炸弹；如果确是真实数据，请存为 .csv",
                       "%s unpacks to more than %u times its packed size, like a zip bomb; if the data is "
                       "genuine, save it as .csv",
                       part->name, limits->inflate_ratio);
    if (part->since_event > TAG_MOST)
        return err_set(part->err, ERR_LIMIT, "%s 里有一个标签超过 %d 字节，不是正常的工作簿",
                       "%s holds a tag larger than %d bytes: not a proper workbook", part->name, TAG_MOST);
    return 0;
}

static int refuse_xml(struct xml_part *part)
{
    enum XML_Error error = XML_GetErrorCode(part->parser);
    if (error == XML_ERROR_NO_MEMORY) mem_exhausted();
    return err_set(
        part->err, ERR_INPUT,
        "工作簿损坏：%s 第 %lu 行第 %lu 列 XML 有错（%s）；请在 WPS 或 Excel 中打开后另存为新的 .xlsx",
        "the workbook is damaged: XML fault in %s, line %lu, column %lu (%s); open it and save it as a new "
        ".xlsx",
        part->name, (unsigned long)XML_GetCurrentLineNumber(part->parser),
        (unsigned long)XML_GetCurrentColumnNumber(part->parser) + 1, XML_ErrorString(error));
}

/* One chunk from the package into the parser. */
static int feed(struct xml_part *part, enum XML_Status *status)
{
    void *chunk = XML_GetBuffer(part->parser, CHUNK);
    if (chunk == NULL) mem_exhausted();
    zip_int64_t size = zip_fread(part->file, chunk, CHUNK);
    if (size < 0) return damaged(part->err);
    part->last_fed = size == 0;
    int code = check_budget(part, (size_t)size);
    if (code == 0) *status = XML_ParseBuffer(part->parser, (int)size, size == 0);
    return code;
}

int xml_part_run(struct xml_part *part, bool *ended, struct err *err)
{
    part->err = err;
    *ended = false;
    enum XML_Status status = XML_STATUS_OK;
    if (part->paused) {
        part->paused = false;
        status = XML_ResumeParser(part->parser);
    }
    for (;;) {
        if (part->failed != 0) return part->failed;
        if (status == XML_STATUS_ERROR) return part->failed = refuse_xml(part);
        if (status == XML_STATUS_SUSPENDED) return 0;
        if (part->last_fed) break;
        int code = feed(part, &status);
        if (code < 0) return part->failed = code;
    }
    *ended = true;
    return 0;
}

void xml_part_pause(struct xml_part *part)
{
    part->paused = true;
    XML_StopParser(part->parser, XML_TRUE);
}

void xml_part_progress(const struct xml_part *part, uint64_t *done, uint64_t *total)
{
    *total = part->size;
    *done = part->done < part->size ? part->done : part->size;
}

void xml_part_close(struct xml_part *part)
{
    if (part == NULL) return;
    if (part->parser != NULL) XML_ParserFree(part->parser);
    if (part->file != NULL) zip_fclose(part->file);
    free(part->name);
    free(part);
}

int xml_part_read(struct package *package, const char *name, const struct xml_handlers *handlers,
                  void *context, struct err *err)
{
    struct xml_part *part = NULL;
    int code = xml_part_open(package, name, handlers, context, &part, err);
    bool ended = false;
    while (code == 0 && !ended) code = xml_part_run(part, &ended, err);
    xml_part_close(part);
    return code;
}

const char *xml_attribute(const char **attributes, const char *name)
{
    const char *wanted_colon = strchr(name, ':');
    for (; *attributes != NULL; attributes += 2) {
        if (wanted_colon == NULL) {
            if (strcmp(attributes[0], name) == 0) return attributes[1];
            continue;
        }
        const char *colon = strchr(attributes[0], ':');
        if (colon != NULL && strcmp(colon, wanted_colon) == 0) return attributes[1];
    }
    return NULL;
}
