/* Errors carry both languages from the place that knows the cause, so no later layer has to translate. */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { PATH_SHOWN = 256 };

/* vsnprintf may cut in the middle of a UTF-8 sequence; drop the broken tail, and only that. */
static void cut_at_character(char *text, size_t size)
{
    size_t length = strlen(text);
    if (length + 1 < size) return;
    size_t lead = length;
    while (lead > 0 && length - lead < 4 && ((unsigned char)text[lead - 1] & 0xC0) == 0x80) lead--;
    if (lead == 0) return;
    unsigned char c = (unsigned char)text[lead - 1];
    size_t following = c >= 0xF0 ? 3 : c >= 0xE0 ? 2 : c >= 0xC0 ? 1 : 0;
    if (length - lead < following) text[lead - 1] = '\0';
}

/* The arguments may point into *err itself (wrapping a message), so it is built beside it. */
static void fill(struct err *err, enum err_code code, const char *zh, const char *en, va_list args)
{
    struct err fresh = {.code = code};
    va_list again;
    va_copy(again, args);
    vsnprintf(fresh.zh, sizeof fresh.zh, zh, args);
    vsnprintf(fresh.en, sizeof fresh.en, en, again);
    va_end(again);
    cut_at_character(fresh.zh, sizeof fresh.zh);
    cut_at_character(fresh.en, sizeof fresh.en);
    *err = fresh;
}

int err_set(struct err *err, enum err_code code, const char *zh, const char *en, ...)
{
    if (err == NULL) return code;
    va_list args;
    va_start(args, en);
    fill(err, code, zh, en, args);
    va_end(args);
    return code;
}

int err_at(struct err *err, const char *file, int line, int column)
{
    if (err == NULL) return ERR_INPUT;
    if (file != NULL) {
        snprintf(err->file, sizeof err->file, "%s", file);
        cut_at_character(err->file, sizeof err->file);
    }
    err->line = line;
    err->column = column;
    return err->code;
}

/* The causes a clerk meets, in words that say what to do; the rest as the C library has them. */
static const char *cause_in_chinese(int number)
{
    switch (number) {
    case ENOENT:
        return "文件或文件夹不存在";
    case EACCES:
    case EPERM:
        return "没有权限";
    case ENOSPC:
        return "磁盘已满，请腾出空间后重试";
    case EDQUOT:
        return "超出磁盘配额，请腾出空间后重试";
    case EFBIG:
        return "文件超过系统允许的大小";
    case EROFS:
        return "磁盘是只读的";
    case EISDIR:
        return "这是一个文件夹，不是文件";
    case ENOTDIR:
        return "路径中有一段不是文件夹";
    case EEXIST:
        return "已经存在";
    case EMFILE:
    case ENFILE:
        return "打开的文件太多";
    case EIO:
        return "磁盘读写出错";
    case ENAMETOOLONG:
        return "名称太长";
    default:
        return strerror(number);
    }
}

/* The end of a long path tells more than its beginning. */
static const char *path_end(const char *path, char out[PATH_SHOWN])
{
    size_t length = strlen(path);
    if (length < PATH_SHOWN) return path;
    const char *from = path + length - (PATH_SHOWN - 4);
    while (((unsigned char)*from & 0xC0) == 0x80) from++;
    snprintf(out, PATH_SHOWN, "…%s", from);
    return out;
}

int err_errno(struct err *err, const char *path, const char *zh_what, const char *en_what)
{
    int number = errno;
    int code = number == ENOENT ? ERR_NOT_FOUND : ERR_IO;
    if (err == NULL) return code;
    char shown[PATH_SHOWN];
    path = path_end(path, shown);
    struct err fresh = {.code = code};
    snprintf(fresh.zh, sizeof fresh.zh, "%s：%s：%s", zh_what, path, cause_in_chinese(number));
    snprintf(fresh.en, sizeof fresh.en, "%s: %s: %s", en_what, path, strerror(number));
    cut_at_character(fresh.zh, sizeof fresh.zh);
    cut_at_character(fresh.en, sizeof fresh.en);
    *err = fresh;
    return code;
}

void err_format(const struct err *err, const char *language, char *text, size_t size)
{
    const char *message = strcmp(language, "en") == 0 ? err->en : err->zh;
    char place[320] = "";
    if (err->file[0] != '\0' && err->line > 0)
        snprintf(place, sizeof place, "%s:%d:%d: ", err->file, err->line, err->column);
    else if (err->file[0] != '\0')
        snprintf(place, sizeof place, "%s: ", err->file);
    else if (err->line > 0)
        snprintf(place, sizeof place, "%d:%d: ", err->line, err->column);
    snprintf(text, size, "%s%s", place, message);
    cut_at_character(text, size);
}

void fault_list_add(struct fault_list *list, const struct err *err)
{
    if (list->limit == 0) list->limit = 1000;
    if (list->count >= list->limit) {
        list->dropped++;
        return;
    }
    list->items = mem_grow(list->items, &list->capacity, list->count + 1, sizeof *list->items);
    list->items[list->count++] = *err;
}

static int compare_place(const void *left, const void *right)
{
    const struct err *a = left, *b = right;
    int by_file = strcmp(a->file, b->file);
    if (by_file != 0) return by_file;
    if (a->line != b->line) return a->line < b->line ? -1 : 1;
    if (a->column != b->column) return a->column < b->column ? -1 : 1;
    return strcmp(a->en, b->en);
}

void fault_list_corrupt(struct fault_list *list, const char *zh, const char *en, ...)
{
    struct err fault;
    va_list args;
    va_start(args, en);
    fill(&fault, ERR_CORRUPT, zh, en, args);
    va_end(args);
    fault_list_add(list, &fault);
}

void fault_list_sort(struct fault_list *list)
{
    if (list->count > 1) qsort(list->items, list->count, sizeof *list->items, compare_place);
}

void fault_list_fini(struct fault_list *list)
{
    free(list->items);
    *list = (struct fault_list){0};
}
