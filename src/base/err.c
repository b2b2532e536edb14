/* Errors carry both languages from the place that knows the cause, so no later layer has to translate. */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* vsnprintf may cut in the middle of a UTF-8 sequence; drop the broken tail. */
static void cut_at_character(char *text, size_t size)
{
    size_t length = strlen(text);
    if (length + 1 < size) return;
    while (length > 0 && ((unsigned char)text[length - 1] & 0xC0) == 0x80) length--;
    if (length > 0 && (unsigned char)text[length - 1] >= 0xC0) length--;
    text[length] = '\0';
}

int err_set(struct err *err, enum err_code code, const char *zh, const char *en, ...)
{
    if (err == NULL) return code;
    /* The arguments may point into *err itself (wrapping a message), so build beside it. */
    struct err fresh = {.code = code};
    va_list args, again;
    va_start(args, en);
    va_copy(again, args);
    vsnprintf(fresh.zh, sizeof fresh.zh, zh, args);
    vsnprintf(fresh.en, sizeof fresh.en, en, again);
    va_end(again);
    va_end(args);
    cut_at_character(fresh.zh, sizeof fresh.zh);
    cut_at_character(fresh.en, sizeof fresh.en);
    *err = fresh;
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

int err_errno(struct err *err, const char *path, const char *zh_what, const char *en_what)
{
    int saved = errno;
    char zh[256], en[256];
    snprintf(zh, sizeof zh, "%s", zh_what);
    snprintf(en, sizeof en, "%s", en_what);
    int code = err_set(err, saved == ENOENT ? ERR_NOT_FOUND : ERR_IO, "%s：%s", "%s: %s", path, strerror(saved));
    if (err == NULL) return code;
    struct err cause = *err;
    snprintf(err->zh, sizeof err->zh, "%s：%.350s", zh, cause.zh);
    snprintf(err->en, sizeof err->en, "%s: %.350s", en, cause.en);
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
    return (a->column > b->column) - (a->column < b->column);
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
