/* From the package's relationships to the one worksheet that is wanted. */
#include "exchange/xlsx_book.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/mem.h"

enum { RELATIONS_MOST = 100000, SHEETS_MOST = 10000, NAMES_SHOWN = 20 };

struct relation {
    struct text type;
    const char *target;
};

struct listed_sheet {
    struct text name;
    const char *relation; /* id */
    bool visible;
};

struct contents {
    struct arena arena;
    struct map relation_ids;
    struct relation *relations;
    size_t relation_count, relation_capacity;
    struct listed_sheet *sheets;
    size_t sheet_count, sheet_capacity;
    bool epoch_1904;
};

static int too_many(struct err *err)
{
    return err_set(err, ERR_LIMIT, "工作簿里的工作表或关系太多，不是正常的工作簿",
                   "the workbook lists too many sheets or relationships to be a proper one");
}

static int on_relation(void *context, const char *name, const char **attributes, struct err *err)
{
    struct contents *contents = context;
    if (strcmp(name, "Relationship") != 0) return 0;
    const char *id = xml_attribute(attributes, "Id"), *type = xml_attribute(attributes, "Type");
    const char *target = xml_attribute(attributes, "Target");
    if (id == NULL || type == NULL || target == NULL) return 0;
    if (contents->relation_count >= RELATIONS_MOST) return too_many(err);
    contents->relations = mem_grow(contents->relations, &contents->relation_capacity,
                                   contents->relation_count + 1, sizeof *contents->relations);
    map_put(&contents->relation_ids, text_of(id), contents->relation_count);
    contents->relations[contents->relation_count++] = (struct relation){
        text_of(arena_string(&contents->arena, type)), arena_string(&contents->arena, target)};
    return 0;
}

static int on_workbook(void *context, const char *name, const char **attributes, struct err *err)
{
    struct contents *contents = context;
    if (strcmp(name, "workbookPr") == 0) {
        const char *value = xml_attribute(attributes, "date1904");
        contents->epoch_1904 = value != NULL && (strcmp(value, "1") == 0 || strcmp(value, "true") == 0);
    }
    if (strcmp(name, "sheet") != 0) return 0;
    const char *title = xml_attribute(attributes, "name"), *relation = xml_attribute(attributes, "r:id");
    const char *state = xml_attribute(attributes, "state");
    if (title == NULL || relation == NULL) return 0;
    if (contents->sheet_count >= SHEETS_MOST) return too_many(err);
    contents->sheets = mem_grow(contents->sheets, &contents->sheet_capacity, contents->sheet_count + 1,
                                sizeof *contents->sheets);
    contents->sheets[contents->sheet_count++] = (struct listed_sheet){
        text_of(arena_string(&contents->arena, title)), arena_string(&contents->arena, relation),
        state == NULL || strcmp(state, "visible") == 0};
    return 0;
}

static int ignore_end(void *context, const char *name, struct err *err)
{
    (void)context, (void)name, (void)err;
    return 0;
}

static int ignore_text(void *context, const char *at, size_t size, struct err *err)
{
    (void)context, (void)at, (void)size, (void)err;
    return 0;
}

static const struct xml_handlers relation_handlers = {on_relation, ignore_end, ignore_text};
static const struct xml_handlers workbook_handlers = {on_workbook, ignore_end, ignore_text};

/* The part that `target` names as seen from `base`: absolute from the package's root, or relative, with "..".
 */
static const char *resolve(struct arena *arena, const char *base, const char *target)
{
    const char *slash = strrchr(base, '/');
    size_t folder = *target == '/' || slash == NULL ? 0 : (size_t)(slash - base) + 1;
    char *path = arena_printf(arena, "%.*s%s", (int)folder, base, *target == '/' ? target + 1 : target);
    char *to = path;
    for (char *from = path; *from != '\0';) {
        size_t size = strcspn(from, "/");
        if (size == 2 && memcmp(from, "..", 2) == 0) {
            if (to > path) to--;
            while (to > path && to[-1] != '/') to--;
        } else if (!(size == 1 && *from == '.')) {
            memmove(to, from, size);
            to += size;
            if (from[size] == '/') *to++ = '/';
        }
        from += size + (from[size] == '/');
    }
    *to = '\0';
    return path;
}

static const char *relations_part(struct arena *arena, const char *part)
{
    const char *slash = strrchr(part, '/');
    int folder = slash == NULL ? 0 : (int)(slash - part) + 1;
    return arena_printf(arena, "%.*s_rels/%s.rels", folder, part, part + folder);
}

/* Reads the relationships of a part in place of those at hand. */
static int read_relations(struct package *package, struct contents *contents, const char *part,
                          struct err *err)
{
    contents->relation_count = 0;
    map_fini(&contents->relation_ids);
    const char *relations = relations_part(&contents->arena, part);
    if (!package_has(package, relations)) return 0;
    return xml_part_read(package, relations, &relation_handlers, contents, err);
}

static const char *target_of_type(const struct contents *contents, const char *type)
{
    for (size_t i = 0; i < contents->relation_count; i++)
        if (text_ends(contents->relations[i].type, text_of(type))) return contents->relations[i].target;
    return NULL;
}

static int not_a_workbook(const struct package *package, struct err *err)
{
    if (package_has(package, "xl/workbook.bin"))
        return err_set(err, ERR_INPUT, "这是二进制工作簿（.xlsb）；请另存为 .xlsx",
                       "this is a binary workbook (.xlsb); save it as .xlsx");
    if (package_has(package, "content.xml"))
        return err_set(err, ERR_INPUT, "这是 OpenDocument 表格（.ods）；请另存为 .xlsx",
                       "this is an OpenDocument sheet (.ods); save it as .xlsx");
    return err_set(
        err, ERR_INPUT, "这个压缩包不是工作簿；如果表格在压缩包里，请先解压，再给出 .xlsx 文件",
        "this ZIP file is not a workbook; if it contains one, unpack it first and give the .xlsx file");
}

static int no_such_sheet(struct contents *contents, const char *wanted, struct err *err)
{
    struct buffer names = {0};
    size_t shown = 0;
    for (size_t i = 0; i < contents->sheet_count && shown < NAMES_SHOWN; i++) {
        if (shown++ > 0) buffer_string(&names, ", ");
        buffer_text(&names, contents->sheets[i].name);
    }
    if (contents->sheet_count > NAMES_SHOWN) buffer_string(&names, " …");
    if (names.size == 0) buffer_string(&names, "-");
    int code = wanted == NULL
                   ? err_set(err, ERR_NOT_FOUND, "工作簿里没有可见的工作表；有：%s",
                             "the workbook has no visible worksheet; it lists: %s", names.data)
                   : err_set(err, ERR_NOT_FOUND, "工作簿里没有工作表“%.100s”；有：%.400s",
                             "the workbook has no sheet \"%.100s\"; it has: %.400s", wanted, names.data);
    buffer_fini(&names);
    return code;
}

static int choose_sheet(struct contents *contents, const char *workbook, const char *wanted,
                        struct xlsx_book *book, struct err *err)
{
    for (size_t i = 0; i < contents->sheet_count; i++) {
        const struct listed_sheet *sheet = &contents->sheets[i];
        size_t relation;
        if (wanted == NULL ? !sheet->visible : !text_fold_equal(sheet->name, text_of(wanted))) continue;
        if (!map_get(&contents->relation_ids, text_of(sheet->relation), &relation)) continue;
        if (!text_ends(contents->relations[relation].type, TEXT("/worksheet"))) continue; /* a chart */
        const char *part = resolve(&contents->arena, workbook, contents->relations[relation].target);
        book->sheet_part = mem_copy_text(part, strlen(part));
        book->sheet_name = mem_copy_text(sheet->name.at, sheet->name.size);
        return 0;
    }
    return no_such_sheet(contents, wanted, err);
}

static int read_book(struct package *package, struct contents *contents, const char *sheet,
                     const struct sheet_limits *limits, struct xlsx_book *book, struct err *err)
{
    int code = read_relations(package, contents, "", err);
    if (code < 0) return code;
    const char *target = target_of_type(contents, "/officeDocument");
    const char *workbook = target == NULL ? "xl/workbook.xml" : resolve(&contents->arena, "", target);
    size_t size = strlen(workbook);
    if (!package_has(package, workbook) || (size > 4 && strcmp(workbook + size - 4, ".bin") == 0))
        return not_a_workbook(package, err);
    code = xml_part_read(package, workbook, &workbook_handlers, contents, err);
    if (code == 0) code = read_relations(package, contents, workbook, err);
    if (code < 0) return code;
    if (contents->sheet_count == 0) return not_a_workbook(package, err);
    code = choose_sheet(contents, workbook, sheet, book, err);
    if (code < 0) return code;
    book->epoch_1904 = contents->epoch_1904;
    const char *styles = target_of_type(contents, "/styles"),
               *strings = target_of_type(contents, "/sharedStrings");
    if (styles != NULL)
        code = xlsx_styles_read(package, resolve(&contents->arena, workbook, styles), book, err);
    if (code == 0 && strings != NULL)
        code = xlsx_strings_read(package, resolve(&contents->arena, workbook, strings), limits, book, err);
    return code;
}

int xlsx_book_read(struct package *package, const char *sheet, const struct sheet_limits *limits,
                   struct xlsx_book *book, struct err *err)
{
    struct contents contents = {0};
    *book = (struct xlsx_book){0};
    int code = read_book(package, &contents, sheet, limits, book, err);
    arena_fini(&contents.arena);
    map_fini(&contents.relation_ids);
    free(contents.relations);
    free(contents.sheets);
    if (code < 0) xlsx_book_fini(book);
    return code;
}

void xlsx_book_fini(struct xlsx_book *book)
{
    free(book->sheet_part);
    free(book->sheet_name);
    free(book->styles);
    free(book->strings);
    free(book->offsets);
    *book = (struct xlsx_book){0};
}
