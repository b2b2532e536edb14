/* Shared helpers of this room's tests. */
#include "support.h"

#include <dirent.h>
#include <stdio.h>
#include <unistd.h>
#include <zip.h>

static char folder[64];

const char *support_folder(void)
{
    if (folder[0] != '\0') return folder;
    snprintf(folder, sizeof folder, "/tmp/zengshou-exchange-XXXXXX");
    assert_non_null(mkdtemp(folder));
    return folder;
}

void support_cleanup(void)
{
    if (folder[0] == '\0') return;
    DIR *dir = opendir(folder);
    for (struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;)
        if (entry->d_name[0] != '.') unlinkat(dirfd(dir), entry->d_name, 0);
    if (dir != NULL) closedir(dir);
    rmdir(folder);
    folder[0] = '\0';
}

const char *support_path(const char *name)
{
    static char paths[16][128];
    static size_t next;
    char *path = paths[next++ % 16];
    snprintf(path, sizeof paths[0], "%s/%s", support_folder(), name);
    return path;
}

void support_write(const char *path, const char *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

char *support_read(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    *size = (size_t)ftell(file);
    rewind(file);
    char *bytes = malloc(*size + 1);
    assert_int_equal(fread(bytes, 1, *size, file), *size);
    bytes[*size] = '\0';
    fclose(file);
    return bytes;
}

void support_zip(const char *path, const struct part *parts, size_t count)
{
    int fault = 0;
    zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &fault);
    assert_non_null(zip);
    for (size_t i = 0; i < count; i++) {
        if (parts[i].xml == NULL) continue;
        zip_source_t *source = zip_source_buffer(zip, parts[i].xml, strlen(parts[i].xml), 0);
        assert_true(zip_file_add(zip, parts[i].name, source, ZIP_FL_ENC_UTF_8) >= 0);
    }
    assert_int_equal(zip_close(zip), 0);
}

#define OFFICE    "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define RELATIONS "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
#define MAIN      "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\""

void support_book(const char *path, const char *sheet, const char *strings, const char *styles)
{
    struct buffer all = {0};
    buffer_printf(&all, "<worksheet " MAIN "><sheetData>%s</sheetData></worksheet>", sheet);
    struct part parts[] = {
        {"_rels/.rels", RELATIONS "<Relationship Id=\"a\" Type=\"" OFFICE
                                  "/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"},
        {"xl/workbook.xml",
         "<workbook " MAIN " xmlns:r=\"" OFFICE
         "\"><sheets><sheet name=\"Sheet1\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"},
        {"xl/_rels/workbook.xml.rels", RELATIONS
         "<Relationship Id=\"r1\" Type=\"" OFFICE "/worksheet\" Target=\"worksheets/sheet1.xml\"/>"
         "<Relationship Id=\"r2\" Type=\"" OFFICE "/sharedStrings\" Target=\"sharedStrings.xml\"/>"
         "<Relationship Id=\"r3\" Type=\"" OFFICE "/styles\" Target=\"/xl/styles.xml\"/></Relationships>"},
        {"xl/worksheets/sheet1.xml", all.data},
        {"xl/sharedStrings.xml", strings == NULL ? "<sst/>" : strings},
        {"xl/styles.xml", styles == NULL ? "<styleSheet/>" : styles},
    };
    support_zip(path, parts, sizeof parts / sizeof parts[0]);
    buffer_fini(&all);
}

static char *dump(int code, struct sheet *sheet, struct err *err)
{
    struct buffer out = {0};
    buffer_string(&out, "");
    struct sheet_row row;
    bool more = code == 0;
    while (more && (code = sheet_next(sheet, &row, &more, err)) == 0 && more) {
        buffer_printf(&out, "%lld", (long long)row.number);
        for (size_t i = 0; i < row.count; i++)
            buffer_printf(&out, "|%c:%.*s", "btnlde"[row.cells[i].kind], TEXT_ARGS(row.cells[i].text));
        buffer_char(&out, '\n');
    }
    sheet_close(sheet);
    if (code < 0) {
        assert_int_equal(err->code, code);
        assert_true(strlen(err->zh) > 0);
        buffer_printf(&out, "!%s", err->en);
    }
    return out.data;
}

char *support_dump(const char *path, const struct sheet_options *options)
{
    struct sheet *sheet = NULL;
    struct err err = {0};
    int code = sheet_open(path, options, &sheet, &err);
    if (code < 0) assert_string_equal(err.file, path);
    return dump(code, sheet, &err);
}

char *support_dump_csv(const char *bytes, size_t size)
{
    struct sheet *sheet = NULL;
    struct err err = {0};
    int code = sheet_open_memory((struct text){bytes, size}, "memory", NULL, &sheet, &err);
    return dump(code, sheet, &err);
}

void assert_says(const struct err *err, const char *words)
{
    assert_true(err->zh[0] != '\0');
    if (strstr(err->en, words) == NULL) fail_msg("\"%s\" does not say \"%s\"", err->en, words);
}
