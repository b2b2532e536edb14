/* The log knows everything in the clear; what leaves here is masked as in the record itself. */
#include "api/record_history.h"

#include <stdlib.h>

#include "api/say.h"
#include "register/history.h"
#include "register/mask.h"
#include "register/naming.h"
#include "server/body.h"

static const struct shape_field change_fields[] = {
    {.name = "field", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "before", .kind = SHAPE_ANY, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "after", .kind = SHAPE_ANY, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = NULL}};
static const struct shape change_shape = {.name = "FieldChange", .fields = change_fields};

static const struct shape_field entry_fields[] = {
    {.name = "entry", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "at", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "actor", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "action", .kind = SHAPE_WORD, .words = "create|edit|retire|restore", .flags = SHAPE_REQUIRED},
    {.name = "source", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "fields", .kind = SHAPE_OBJECT, .of = &change_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = NULL}};
const struct shape history_entry_shape = {.name = "HistoryEntry", .fields = entry_fields};

static const struct shape_field retired_fields[] = {
    {.name = "at", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "reason", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
const struct shape retired_shape = {.name = "Retired", .fields = retired_fields};

struct telling {
    struct json_writer *json;
    const struct pack *pack;
    struct naming *naming;
    int reg;
    const char *language;
};

/* ---- Where it comes from ---- */

static struct text feed_label(const struct telling *telling, struct text name)
{
    int feed = pack_feed_find(telling->pack, name);
    return feed < 0 ? name : label_in(&telling->pack->feeds[feed].label, telling->language);
}

static void add_part(struct buffer *out, struct text part)
{
    if (part.size > 0 && out->size > 0) buffer_string(out, " · ");
    buffer_text(out, part);
}

/* Of an import the feed, file and sheet; of a retirement the reason. */
static void say_source(const struct telling *telling, const struct log_entry *entry)
{
    struct body *detail = NULL;
    struct err unread;
    struct buffer words = {0};
    if (entry->detail.size > 0 && body_parse(entry->detail, &detail, &unread) == 0 &&
        body_kind(detail) == BODY_OBJECT) {
        struct text feed = body_get_text(detail, "feed");
        if (feed.size > 0) add_part(&words, feed_label(telling, feed));
        add_part(&words, body_get_text(detail, "file"));
        add_part(&words, body_get_text(detail, "sheet"));
        add_part(&words, body_get_text(detail, "reason"));
    }
    say_text_or_null(telling->json, buffer_get(&words));
    buffer_fini(&words);
    body_free(detail);
}

int say_retired(struct json_writer *json, struct database *database, int64_t entry, struct err *err)
{
    struct arena arena = {0};
    struct log_entry log = {0};
    struct body *detail = NULL;
    struct err unread;
    int code = entry == 0 ? 0 : history_entry(database, entry, &arena, &log, err);
    if (code == 0 && entry == 0) json_put_null(json);
    if (code == 0 && entry != 0) {
        if (log.detail.size > 0 && body_parse(log.detail, &detail, &unread) != 0) detail = NULL;
        json_put_object(json);
        json_member_text(json, "at", log.at);
        json_member_text(json, "reason", detail == NULL ? TEXT("") : body_get_text(detail, "reason"));
        json_put_object_end(json);
    }
    body_free(detail);
    arena_fini(&arena);
    return code;
}

/* ---- What was changed ---- */

static int say_reference(const struct telling *telling, int field, int64_t id, struct err *err)
{
    struct named named;
    int code = naming_reference(telling->naming, telling->reg, field, id, &named, err);
    if (code != 0) return code;
    json_put_object(telling->json);
    json_member_int(telling->json, "id", id);
    json_member_text(telling->json, "key", named.key);
    json_member_text(telling->json, "name", named.name);
    json_put_object_end(telling->json);
    return 0;
}

static int say_side(const struct telling *telling, int field, const struct value *value, struct err *err)
{
    struct type type = telling->pack->schema.registers[telling->reg].fields[field].type;
    if (!value->known) {
        json_put_null(telling->json);
        return 0;
    }
    if (mask_kind(telling->pack, telling->reg, field) != SENSITIVE_NO) {
        struct buffer mask = {0};
        mask_value(telling->pack, telling->reg, field, value, telling->language, &mask);
        json_put_object(telling->json);
        json_member_text(telling->json, "masked", buffer_get(&mask));
        json_put_object_end(telling->json);
        buffer_fini(&mask);
        return 0;
    }
    if (type.kind == TYPE_RECORD) return say_reference(telling, field, value->integer, err);
    say_value(telling->json, &telling->pack->schema, type, value);
    return 0;
}

static int say_change(const struct telling *telling, const struct history_change *change, struct err *err)
{
    struct json_writer *json = telling->json;
    json_put_object(json);
    json_member_text(json, "field", change->name);
    json_put_key(json, "before");
    int code = 0;
    bool plain = change->field >= 0 && mask_kind(telling->pack, telling->reg, change->field) == SENSITIVE_NO;
    if (change->stored.size > 0 && plain) /* what no type of today's pack reads is shown as it was written */
        json_put_text(json, change->stored);
    else if (change->field >= 0)
        code = say_side(telling, change->field, &change->before, err);
    else
        json_put_null(json);
    json_put_key(json, "after");
    if (change->field >= 0 && code == 0)
        code = say_side(telling, change->field, &change->after, err);
    else
        json_put_null(json);
    json_put_object_end(json);
    return code;
}

static const char *action_of(enum history_kind kind)
{
    switch (kind) {
    case HISTORY_CREATED:
        return "create";
    case HISTORY_CHANGED:
        return "edit";
    case HISTORY_RETIRED:
        return "retire";
    case HISTORY_RESTORED:
        return "restore";
    }
    return "";
}

static int say_event(const struct telling *telling, const struct history_event *event, struct err *err)
{
    struct json_writer *json = telling->json;
    int code = 0;
    json_put_object(json);
    json_member_int(json, "entry", event->entry.id);
    json_member_text(json, "at", event->entry.at);
    json_member_text(json, "actor", event->entry.actor);
    json_member_string(json, "action", action_of(event->kind));
    json_put_key(json, "source");
    say_source(telling, &event->entry);
    json_put_key(json, "fields");
    json_put_array(json);
    for (size_t i = 0; code == 0 && i < event->change_count; i++)
        code = say_change(telling, &event->changes[i], err);
    json_put_array_end(json);
    json_put_object_end(json);
    return code;
}

int say_history(struct json_writer *json, struct worker *worker, const struct scope *scope, int reg,
                int64_t id, int64_t below, size_t limit, const char *language, int64_t *next, struct err *err)
{
    struct arena arena = {0};
    struct history history = {0};
    struct telling telling = {json, worker->app->pack, naming_new(worker->database, scope, language), reg,
                              language};
    int code = record_history(worker->database, scope, reg, id, below, limit, &arena, &history, err);
    json_put_array(json);
    for (size_t i = 0; code == 0 && i < history.count; i++)
        code = say_event(&telling, &history.events[i], err);
    json_put_array_end(json);
    *next = code == 0 && history.more ? history.events[history.count - 1].entry.id : 0;
    naming_free(telling.naming);
    arena_fini(&arena);
    return code;
}
