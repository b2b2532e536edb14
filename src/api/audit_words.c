/* The log keeps its details as JSON for programs; an auditor reads sentences. */
#include "api/audit_words.h"

#include "pack/bulletin.h"
#include "pack/workflow.h"
#include "server/body.h"

struct telling {
    const struct pack *pack;
    const struct body *detail;
    const char *language;
    struct buffer out;
};

static void add(struct telling *telling, struct text part)
{
    if (part.size > 0 && telling->out.size > 0) buffer_string(&telling->out, " · ");
    buffer_text(&telling->out, part);
}

static struct text text_member(const struct telling *telling, const char *key)
{
    const struct body *value = body_get(telling->detail, key);
    return value != NULL && body_kind(value) == BODY_TEXT ? body_text(value) : TEXT("");
}

static void add_number(struct telling *telling, const char *key, const char *zh, const char *en)
{
    const struct body *value = body_get(telling->detail, key);
    struct buffer words = {0};
    if (value == NULL || body_kind(value) != BODY_INT) return;
    buffer_printf(&words, telling->language[0] == 'e' ? en : zh, (long long)body_int(value));
    add(telling, buffer_get(&words));
    buffer_fini(&words);
}

static void add_feed(struct telling *telling)
{
    struct text name = text_member(telling, "feed");
    int feed = name.size == 0 ? -1 : pack_feed_find(telling->pack, name);
    add(telling, feed < 0 ? name : label_in(&telling->pack->feeds[feed].label, telling->language));
}

static void add_bulletin(struct telling *telling)
{
    struct text name = text_member(telling, "bulletin");
    int bulletin = name.size == 0 ? -1 : pack_bulletin_find(telling->pack, name);
    add(telling,
        bulletin < 0 ? name : label_in(&telling->pack->bulletins[bulletin].label, telling->language));
    add(telling, text_member(telling, "month"));
    int division = pack_division_find(telling->pack, text_member(telling, "division"));
    if (name.size > 0 && division >= 0) add(telling, telling->pack->divisions[division].name);
}

static int register_called(const struct pack *pack, struct text name)
{
    for (size_t i = 0; i < pack->schema.register_count; i++)
        if (text_equal(pack->schema.registers[i].label.name, name)) return (int)i;
    return -1;
}

static void add_field(struct telling *telling)
{
    struct text name = text_member(telling, "register"), field = text_member(telling, "field");
    int reg = register_called(telling->pack, name);
    if (reg < 0) {
        add(telling, name);
        add(telling, field);
        return;
    }
    const struct schema_register *meta = &telling->pack->schema.registers[reg];
    add(telling, label_in(&meta->label, telling->language));
    add_number(telling, "record", "第 %lld 号", "no. %lld");
    for (size_t i = 0; i < meta->field_count; i++)
        if (text_equal(meta->fields[i].label.name, field))
            add(telling, label_in(&meta->fields[i].label, telling->language));
}

/* Of a step of a case: its number, what was done, where it stands then. The reason stays in the case. */
static void add_step(struct telling *telling)
{
    int reg = register_called(telling->pack, text_member(telling, "register"));
    const struct pack_workflow *workflow = reg < 0 ? NULL : telling->pack->registers[reg].workflow;
    if (workflow == NULL) return;
    int transition = workflow_transition_find(workflow, text_member(telling, "transition"));
    int state = workflow_state_find(workflow, text_member(telling, "to"));
    add(telling, text_member(telling, "number"));
    if (transition >= 0) add(telling, label_in(&workflow->transitions[transition].label, telling->language));
    if (state >= 0) add(telling, label_in(&workflow->states[state].label, telling->language));
}

static void add_kind(struct telling *telling)
{
    int kind = pack_attachment_find(telling->pack, text_member(telling, "kind"));
    if (kind >= 0) add(telling, label_in(&telling->pack->attachments[kind].label, telling->language));
}

struct text audit_words(const struct pack *pack, const struct log_entry *entry, const char *language,
                        struct arena *arena)
{
    static const char *const texts[] = {"file",   "sheet",   "user",      "label", "reason", "as_of",
                                        "format", "channel", "recipient", "day",   "result"};
    struct body *detail = NULL;
    struct telling telling = {.pack = pack, .language = language};
    if (entry->detail.size == 0) return TEXT("");
    /* Of a login it is an address. */
    if (body_parse(entry->detail, &detail, NULL) != 0 || body_kind(detail) != BODY_OBJECT) {
        body_free(detail);
        return entry->id == 0 ? entry->detail : TEXT("");
    }
    telling.detail = detail;
    add_feed(&telling);
    add_bulletin(&telling);
    add_field(&telling);
    add_step(&telling);
    add_kind(&telling);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) add(&telling, text_member(&telling, texts[i]));
    add_number(&telling, "rows", "%lld 行", "%lld rows");
    add_number(&telling, "rejected", "退回 %lld 行", "%lld refused");
    add_number(&telling, "records", "%lld 条记录", "%lld records");
    add_number(&telling, "faults", "%lld 处问题", "%lld faults");
    add(&telling, text_member(&telling, "hash"));
    struct text words = arena_text(arena, buffer_get(&telling.out));
    buffer_fini(&telling.out);
    body_free(detail);
    return words;
}
