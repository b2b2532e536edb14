/* What does not fit its table never reaches a handler, so handlers read values without asking again. */
#include "server/shape.h"

#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/suggest.h"

enum { SHOWN_MAX = 60 };

struct path {
    char text[FAULT_FIELD_SIZE];
};

/* A path that does not fit is cut: it is only for people to read. */
static struct path path_joined(const char *path, const char *between, const char *name)
{
    struct path joined;
    int size = snprintf(joined.text, sizeof joined.text, "%s%s%s", path, between, name);
    (void)size;
    return joined;
}

static struct path path_below(const char *path, const char *name)
{
    return path_joined(path, path[0] != '\0' ? "." : "", name);
}

static struct path path_item(const char *path, size_t index)
{
    char name[32];
    snprintf(name, sizeof name, "[%zu]", index);
    return path_joined(path, "", name);
}

static void fault_add(struct faults *faults, const char *path, const char *zh, const char *en)
{
    struct err err = {0};
    fault_say(&err, ERR_INPUT, zh, en);
    faults_add(faults, path, &err);
}

bool shape_next_word(const char **at, struct text *word)
{
    if (**at == '\0') return false;
    size_t size = strcspn(*at, "|");
    *word = (struct text){*at, size};
    *at += size + ((*at)[size] == '|');
    return true;
}

bool shape_read_int(struct text text, int64_t *value)
{
    bool minus = text.size > 0 && text.at[0] == '-';
    size_t first = minus ? 1 : 0;
    if (text.size == first || text.size > 20) return false;
    if (text.at[first] == '0' && text.size > 1) return false;
    int64_t sum = 0;
    for (size_t i = first; i < text.size; i++) {
        int digit = text.at[i] - '0';
        if (digit < 0 || digit > 9) return false;
        if (__builtin_mul_overflow(sum, 10, &sum) || __builtin_sub_overflow(sum, digit, &sum)) return false;
    }
    if (!minus && __builtin_sub_overflow(0, sum, &sum)) return false;
    *value = sum;
    return true;
}

bool shape_read_bool(struct text text, bool *value)
{
    *value = text_is(text, "1") || text_is(text, "true");
    return *value || text_is(text, "0") || text_is(text, "false");
}

static bool read_digits(struct text text, size_t from, size_t count, int *value)
{
    *value = 0;
    for (size_t i = from; i < from + count; i++) {
        if (text.at[i] < '0' || text.at[i] > '9') return false;
        *value = *value * 10 + (text.at[i] - '0');
    }
    return true;
}

bool shape_read_month(struct text text)
{
    int year, month;
    int32_t made;
    return text.size == 7 && text.at[4] == '-' && read_digits(text, 0, 4, &year) &&
           read_digits(text, 5, 2, &month) && month_make(year, month, &made) && month_in_range(made);
}

bool shape_read_date(struct text text)
{
    int year, month, day;
    int32_t made;
    return text.size == 10 && text.at[4] == '-' && text.at[7] == '-' && read_digits(text, 0, 4, &year) &&
           read_digits(text, 5, 2, &month) && read_digits(text, 8, 2, &day) &&
           date_make(year, month, day, &made) && date_in_range(made);
}

/* ---- Values ---- */

static void check_range(const struct shape_field *field, const char *path, int64_t value,
                        struct faults *faults)
{
    if ((field->min == 0 && field->max == 0) || (value >= field->min && value <= field->max)) return;
    struct err err = {0};
    err_set(&err, ERR_INPUT, "应当是 %lld 到 %lld 之间的整数", "Must be a whole number from %lld to %lld",
            (long long)field->min, (long long)field->max);
    faults_add(faults, path, &err);
}

static void check_length(const struct shape_field *field, const char *path, struct text value,
                         struct faults *faults)
{
    int64_t length = (int64_t)text_length(value), max = field->max > 0 ? field->max : SHAPE_TEXT_MAX;
    if (length >= field->min && length <= max) return;
    struct err err = {0};
    err_set(&err, ERR_INPUT, "应当有 %lld 到 %lld 个字，现有 %lld 个",
            "Must have %lld to %lld characters; it has %lld", (long long)field->min, (long long)max,
            (long long)length);
    faults_add(faults, path, &err);
}

static void check_word(const struct shape_field *field, const char *path, struct text value,
                       struct faults *faults)
{
    struct text word;
    struct buffer all = {0};
    for (const char *at = field->words; shape_next_word(&at, &word);) {
        if (text_equal(word, value)) {
            buffer_fini(&all);
            return;
        }
        if (all.size > 0) buffer_string(&all, ", ");
        buffer_text(&all, word);
    }
    struct err err = {0};
    err_set(&err, ERR_INPUT, "应当是其中之一：%s", "Must be one of: %s", all.data);
    faults_add(faults, path, &err);
    buffer_fini(&all);
}

static void check_text(const struct shape_field *field, const char *path, struct text value,
                       struct faults *faults)
{
    switch (field->kind) {
    case SHAPE_TEXT:
        check_length(field, path, value, faults);
        break;
    case SHAPE_DATE:
        if (!shape_read_date(value))
            fault_add(faults, path, "应当是存在的日期，写作 2022-09-30",
                      "Must be a date that exists, as 2022-09-30");
        break;
    case SHAPE_MONTH:
        if (!shape_read_month(value))
            fault_add(faults, path, "应当是月份，写作 2022-09", "Must be a month, as 2022-09");
        break;
    case SHAPE_WORD:
        check_word(field, path, value, faults);
        break;
    case SHAPE_BOOL:
    case SHAPE_INT:
    case SHAPE_NUMBER:
    case SHAPE_OBJECT:
    case SHAPE_MAP:
    case SHAPE_ANY:
        break;
    }
}

static void check_object(const struct shape *shape, const struct body *body, const char *path,
                         struct faults *faults);

static void check_map(const struct shape *of, const struct body *map, const char *path, struct faults *faults)
{
    void *cursor = NULL;
    struct text key;
    const struct body *value;
    while (of != NULL && body_next(map, &cursor, &key, &value)) {
        struct path below = path_below(path, key.at);
        check_object(of, value, below.text, faults);
    }
}

static void check_one(const struct shape_field *field, const struct body *value, const char *path,
                      struct faults *faults)
{
    enum body_kind kind = body_kind(value);
    switch (field->kind) {
    case SHAPE_BOOL:
        if (kind != BODY_BOOL) fault_add(faults, path, "应当是 true 或 false", "Must be true or false");
        break;
    case SHAPE_INT:
        if (kind != BODY_INT)
            fault_add(faults, path, "应当是整数", "Must be a whole number");
        else
            check_range(field, path, body_int(value), faults);
        break;
    case SHAPE_NUMBER:
        if (kind != BODY_INT && kind != BODY_NUMBER) fault_add(faults, path, "应当是数", "Must be a number");
        break;
    case SHAPE_TEXT:
    case SHAPE_DATE:
    case SHAPE_MONTH:
    case SHAPE_WORD:
        if (kind != BODY_TEXT)
            fault_add(faults, path, "应当是文字", "Must be a text");
        else
            check_text(field, path, body_text(value), faults);
        break;
    case SHAPE_OBJECT:
        check_object(field->of, value, path, faults);
        break;
    case SHAPE_MAP:
        if (kind != BODY_OBJECT)
            fault_add(faults, path, "应当是对象", "Must be an object");
        else
            check_map(field->of, value, path, faults);
        break;
    case SHAPE_ANY:
        break;
    }
}

static void check_list(const struct shape_field *field, const struct body *value, const char *path,
                       struct faults *faults)
{
    if (body_kind(value) != BODY_LIST) {
        fault_add(faults, path, "应当是列表", "Must be a list");
        return;
    }
    if (body_size(value) > SHAPE_ITEMS_MAX) {
        fault_add(faults, path, "列表太长，最多 10000 项", "The list is too long; at most 10000 items");
        return;
    }
    for (size_t i = 0; i < body_size(value); i++) {
        struct path below = path_item(path, i);
        check_one(field, body_at(value, i), below.text, faults);
    }
}

static void check_unknown(const struct shape *shape, const char *path, struct text key, struct faults *faults)
{
    if (shape_find(shape->fields, key) != NULL) return;
    struct suggest suggest = suggest_start(key);
    for (const struct shape_field *field = shape->fields; field->name != NULL; field++)
        suggest_offer(&suggest, text_of(field->name));
    struct path below = path_below(path, key.at);
    struct err err = {0};
    if (suggest.best.size > 0)
        err_set(&err, ERR_INPUT, "没有这一项，是不是 %.*s？", "There is no such field; did you mean %.*s?",
                TEXT_ARGS(suggest.best));
    else
        err_set(&err, ERR_INPUT, "没有这一项，请去掉", "There is no such field; leave it out");
    faults_add(faults, below.text, &err);
}

static void check_fields(const struct shape *shape, const struct body *body, const char *path,
                         struct faults *faults)
{
    void *cursor = NULL;
    struct text key;
    const struct body *value;
    for (const struct shape_field *field = shape->fields; field->name != NULL; field++) {
        struct path below = path_below(path, field->name);
        value = body_get(body, field->name);
        if (value == NULL) {
            if ((field->flags & SHAPE_REQUIRED) != 0)
                fault_add(faults, below.text, "必须填写", "Is required");
        } else if (body_kind(value) == BODY_NULL && field->kind != SHAPE_ANY) {
            if ((field->flags & SHAPE_NULLABLE) == 0)
                fault_add(faults, below.text, "不能为空", "Must not be null");
        } else if ((field->flags & SHAPE_LIST) != 0) {
            check_list(field, value, below.text, faults);
        } else {
            check_one(field, value, below.text, faults);
        }
    }
    while (faults->count < FAULTS_MAX && body_next(body, &cursor, &key, &value))
        check_unknown(shape, path, key, faults);
}

static void check_object(const struct shape *shape, const struct body *body, const char *path,
                         struct faults *faults)
{
    if (shape->list_of != NULL) {
        const struct shape_field items = {.name = "", .kind = SHAPE_OBJECT, .of = shape->list_of};
        check_list(&items, body, path, faults);
    } else if (body_kind(body) != BODY_OBJECT) {
        fault_add(faults, path, "应当是对象", "Must be an object");
    } else if (shape->fields != NULL) {
        check_fields(shape, body, path, faults);
    }
}

void shape_check(const struct shape *shape, const struct body *body, struct faults *faults)
{
    check_object(shape, body, "", faults);
}

/* ---- Queries ---- */

const struct shape_field *shape_find(const struct shape_field *fields, struct text name)
{
    for (const struct shape_field *field = fields; field != NULL && field->name != NULL; field++) {
        struct text own = text_of(field->name);
        bool family = (field->flags & SHAPE_FAMILY) != 0;
        if (family ? text_starts(name, own) && name.size > own.size : text_equal(own, name)) return field;
    }
    return NULL;
}

void shape_check_query(const struct shape_field *field, const char *name, struct text value,
                       struct faults *faults)
{
    int64_t number;
    bool yes;
    if (field->kind == SHAPE_INT) {
        if (shape_read_int(value, &number))
            check_range(field, name, number, faults);
        else
            fault_add(faults, name, "应当是整数", "Must be a whole number");
    } else if (field->kind == SHAPE_BOOL) {
        if (!shape_read_bool(value, &yes)) fault_add(faults, name, "应当是 1 或 0", "Must be 1 or 0");
    } else {
        check_text(field, name, value, faults);
    }
}
