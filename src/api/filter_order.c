/* The filter of an order to export: read from its body as an address would be, and on the log for good,
 * without the identity number that somebody looked up by it. */
#include <stdio.h>
#include <string.h>

#include "api/filter.h"
#include "register/mask.h"

#define HIDDEN "***"

enum { LONG_NUMBER = 7 }; /* digits: shorter than any identity, phone or bank number */

/* ---- Out of a body ---- */

struct collecting {
    struct arena *arena;
    struct filter_item *items;
    size_t count, capacity;
    struct faults *faults;
};

/* As an address has it, in the arena. False: no text, number or yes/no. */
static bool word_of(const struct body *value, struct arena *arena, struct text *word)
{
    struct buffer number = {0};
    switch (body_kind(value)) {
    case BODY_TEXT:
        *word = arena_text(arena, body_text(value));
        return true;
    case BODY_BOOL:
        *word = body_bool(value) ? TEXT("1") : TEXT("0");
        return true;
    case BODY_INT:
        buffer_printf(&number, "%lld", (long long)body_int(value));
        *word = arena_text(arena, buffer_get(&number));
        buffer_fini(&number);
        return true;
    case BODY_NULL:
    case BODY_NUMBER:
    case BODY_LIST:
    case BODY_OBJECT:
        return false;
    }
    return false;
}

static void blame(const struct collecting *collecting, struct text name, const char *zh, const char *en)
{
    struct err err = {0};
    char place[FAULT_FIELD_SIZE];
    snprintf(place, sizeof place, "%.*s", TEXT_ARGS(name));
    fault_say(&err, ERR_INPUT, zh, en);
    faults_add(collecting->faults, place, &err);
}

static void add_item(struct collecting *collecting, const struct shape_field *field, struct text name,
                     const struct body *value)
{
    struct text word;
    if (!word_of(value, collecting->arena, &word)) {
        blame(collecting, name, "筛选条件要写成文字", "A filter must be a text");
        return;
    }
    collecting->items = arena_grow(collecting->arena, collecting->items, &collecting->capacity,
                                   collecting->count + 1, sizeof *collecting->items);
    struct filter_item *item = &collecting->items[collecting->count++];
    *item = (struct filter_item){arena_copy(collecting->arena, name.at, name.size), word};
    shape_check_query(field, item->name, word, collecting->faults);
}

/* Where a page begins and how long it is, is no filter. */
static bool is_paging(struct text name)
{
    return text_is(name, "limit") || text_is(name, "after") || text_is(name, "count") ||
           text_is(name, "fields");
}

static void add_member(struct collecting *collecting, struct text name, const struct body *value)
{
    const struct shape_field *field = shape_find(filter_query, name);
    if (field == NULL) {
        blame(collecting, name, "没有这个筛选条件；字段写成 f.字段名",
              "There is no such filter; a field is written f.FIELD");
        return;
    }
    if (body_kind(value) != BODY_LIST) {
        add_item(collecting, field, name, value);
        return;
    }
    if ((field->flags & SHAPE_LIST) == 0 && body_size(value) > 1) {
        blame(collecting, name, "只能写一个值", "Takes one value only");
        return;
    }
    if (body_size(value) > FILTER_VALUES_MAX) {
        blame(collecting, name, "值太多了，请分几次导出", "Too many values; export in several parts");
        return;
    }
    for (size_t i = 0; i < body_size(value); i++) add_item(collecting, field, name, body_at(value, i));
}

const struct filter_item *filter_items(const struct body *members, struct arena *arena, size_t *count,
                                       struct faults *faults)
{
    struct collecting collecting = {.arena = arena, .faults = faults};
    const struct body *value;
    void *cursor = NULL;
    struct text name;
    while (members != NULL && body_next(members, &cursor, &name, &value))
        if (!is_paging(name)) add_member(&collecting, name, value);
    *count = collecting.count;
    return collecting.items;
}

/* ---- Onto the log ---- */

static bool has_long_number(struct text text)
{
    size_t run = 0;
    for (size_t i = 0; i < text.size && run < LONG_NUMBER; i++)
        run = text.at[i] >= '0' && text.at[i] <= '9' ? run + 1 : 0;
    return run >= LONG_NUMBER;
}

/* f.FIELD, f.FIELD.like …; of no field: hidden as well. */
static bool is_open_field(const struct pack *pack, int reg, struct text name)
{
    const struct schema_register *meta = &pack->schema.registers[reg];
    const char *dot = memchr(name.at, '.', name.size);
    if (dot != NULL) name.size = (size_t)(dot - name.at);
    for (size_t i = 0; i < meta->field_count; i++)
        if (text_equal(meta->fields[i].label.name, name)) return mask_kind(pack, reg, (int)i) == SENSITIVE_NO;
    return false;
}

static bool is_hidden(const struct pack *pack, int reg, const struct filter_item *item)
{
    if (strncmp(item->name, "f.", 2) == 0) return !is_open_field(pack, reg, text_of(item->name + 2));
    bool free = strcmp(item->name, "q") == 0 || strcmp(item->name, "where") == 0;
    return free && has_long_number(item->value);
}

static bool stands_before(const struct filter_item *items, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (strcmp(items[i].name, items[index].name) == 0) return true;
    return false;
}

void filter_log(const struct pack *pack, int reg, const struct filter_item *items, size_t count,
                struct json_writer *json)
{
    json_put_object(json);
    for (size_t i = 0; i < count; i++) {
        if (stands_before(items, i)) continue;
        bool hidden = is_hidden(pack, reg, &items[i]);
        json_put_key(json, items[i].name);
        json_put_array(json);
        for (size_t k = i; k < count; k++)
            if (strcmp(items[k].name, items[i].name) == 0)
                json_put_text(json, hidden ? TEXT(HIDDEN) : items[k].value);
        json_put_array_end(json);
    }
    json_put_object_end(json);
}
