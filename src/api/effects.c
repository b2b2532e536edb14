/* The rules are run on the family before and after; the difference is what the write did. The write itself
 * never waits for it to succeed: a warning that cannot be computed now is found by the next screening. */
#include "api/effects.h"

#include <stdlib.h>

#include "api/call.h"
#include "api/say.h"
#include "base/date.h"
#include "base/mem.h"
#include "monitor/finding.h"
#include "monitor/local.h"
#include "monitor/place.h"

static const struct shape_field raised_fields[] = {
    {.name = "rule", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "label", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = "sentence", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape raised_shape = {.name = "Effect", .fields = raised_fields};
static const struct shape_field cleared_fields[] = {
    {.name = "rule", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "label", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape cleared_shape = {.name = "ClearedEffect", .fields = cleared_fields};
static const struct shape_field effects_fields[] = {
    {.name = "raised", .kind = SHAPE_OBJECT, .of = &raised_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "cleared", .kind = SHAPE_OBJECT, .of = &cleared_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "undetermined", .kind = SHAPE_OBJECT, .of = &raised_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = NULL}};
const struct shape effects_shape = {.name = "Effects", .fields = effects_fields};

struct effects {
    struct worker *worker;
    const struct pack *pack;
    int reg;
    bool concerned; /* the register is the subject, or hangs on it */
    struct rulebook_day *day;
    int64_t subject; /* id; 0: a new one */
    struct finding_list before;
    struct err err;
};

/* The row of the subject that the record is or hangs on. */
static uint32_t subject_row(const struct effects *effects, const struct frame *frame, int reg, int64_t id)
{
    uint32_t row = id > 0 ? frame_row(frame, reg, id) : FRAME_NO_ROW;
    return row == FRAME_NO_ROW ? row : place_row(frame, reg, row, effects->pack->subject);
}

static int look(struct effects *effects, struct frame *frame, uint32_t subject, int64_t id,
                struct finding_list *list)
{
    uint32_t row = id > 0 ? frame_row(frame, effects->reg, id) : FRAME_NO_ROW;
    if (subject == FRAME_NO_ROW) return 0;
    return finding_collect(effects->worker->desk, effects->day, effects->pack, frame, subject, effects->reg,
                           row, list, &effects->err);
}

static int frame_now(struct effects *effects, struct frame **frame)
{
    struct app *app = effects->worker->app;
    return rulebook_frame(app->rulebook, app->frames, effects->worker->database, FRAME_CACHE_NEWEST, frame,
                          NULL, &effects->err);
}

struct effects *effects_before(struct worker *worker, int reg, int64_t id, int64_t above)
{
    struct effects *effects = mem_new(1, sizeof *effects);
    const struct pack *pack = worker->app->pack;
    struct frame *frame = NULL;
    *effects = (struct effects){.worker = worker, .pack = pack, .reg = reg};
    effects->concerned = hangs_on(&pack->schema, reg, pack->subject);
    if (!effects->concerned) return effects;
    int code = rulebook_open(worker->app->rulebook, date_today(), &effects->day, &effects->err);
    if (code == 0) code = frame_now(effects, &frame);
    if (code == 0) {
        int parent = pack->schema.registers[reg].parent;
        uint32_t row = subject_row(effects, frame, reg, id);
        if (row == FRAME_NO_ROW && reg != pack->subject) row = subject_row(effects, frame, parent, above);
        if (row != FRAME_NO_ROW) effects->subject = frame_id(frame, pack->subject, row);
        look(effects, frame, row, id, &effects->before);
    }
    frame_free(frame);
    return effects;
}

void effects_free(struct effects *effects)
{
    if (effects == NULL) return;
    rulebook_close(effects->day);
    finding_list_fini(&effects->before);
    free(effects);
}

/* ---- The difference ---- */

struct telling {
    struct effects *effects;
    struct json_writer *json;
    const struct scope *scope;
    const char *language;
    const struct frame *frame;
    struct describer *describer;
    struct finding_list after;
};

static int say_item(struct telling *telling, const struct finding_item *item, bool sentence)
{
    const struct pack *pack = telling->effects->pack;
    const struct label *label = &pack->rules[item->rule].label;
    struct description words = {0};
    int code = 0;
    if (sentence)
        code = finding_describe(telling->describer, telling->scope, pack, item, telling->language, &words,
                                &telling->effects->err);
    if (code != 0) return code;
    json_put_object(telling->json);
    json_member_text(telling->json, "rule", label->name);
    json_put_key(telling->json, "label");
    say_label(telling->json, label);
    if (sentence) {
        json_member_text(telling->json, "sentence", words.sentence);
    }
    json_put_object_end(telling->json);
    return 0;
}

/* Findings of one state that were not so before. */
static int say_new(struct telling *telling, const char *key, int state)
{
    int code = 0;
    json_put_key(telling->json, key);
    json_put_array(telling->json);
    for (size_t i = 0; code == 0 && i < telling->after.count; i++) {
        const struct finding_item *item = &telling->after.items[i],
                                  *former = finding_find(&telling->effects->before, item);
        if (item->state == state && (former == NULL || former->state != state))
            code = say_item(telling, item, true);
    }
    json_put_array_end(telling->json);
    return code;
}

/* Hits that are none any more; what became undetermined stands there. */
static int say_cleared(struct telling *telling)
{
    const struct finding_list *before = &telling->effects->before;
    int code = 0;
    json_put_key(telling->json, "cleared");
    json_put_array(telling->json);
    for (size_t i = 0; code == 0 && i < before->count; i++)
        if (before->items[i].state == FINDING_HIT && finding_find(&telling->after, &before->items[i]) == NULL)
            code = say_item(telling, &before->items[i], false);
    json_put_array_end(telling->json);
    return code;
}

static int say_all(struct telling *telling)
{
    json_put_object(telling->json);
    int code = say_new(telling, "raised", FINDING_HIT);
    if (code == 0) code = say_cleared(telling);
    if (code == 0) code = say_new(telling, "undetermined", FINDING_UNDETERMINED);
    json_put_object_end(telling->json);
    return code;
}

static int tell(struct telling *telling, int64_t id)
{
    struct effects *effects = telling->effects;
    struct frame *frame = NULL;
    int code = effects->err.code;
    if (code != 0 || !effects->concerned) return code == 0 ? say_all(telling) : code;
    code = frame_now(effects, &frame);
    if (code == 0) {
        uint32_t subject = subject_row(effects, frame, effects->reg, id);
        if (subject == FRAME_NO_ROW)
            subject = subject_row(effects, frame, effects->pack->subject, effects->subject);
        code = look(effects, frame, subject, id, &telling->after);
        telling->frame = frame;
    }
    if (code == 0) {
        telling->describer = describer_new(effects->pack, frame, date_today(), telling->language);
        describer_few(telling->describer);
        code = say_all(telling);
        describer_free(telling->describer);
    }
    finding_list_fini(&telling->after);
    frame_free(frame);
    return code;
}

void effects_say(struct effects *effects, struct json_writer *json, const struct scope *scope, int64_t id,
                 const char *language)
{
    struct buffer said = {0};
    struct json_writer own = json_start(&said);
    struct telling telling = {.effects = effects, .json = &own, .scope = scope, .language = language};
    if (tell(&telling, id) == 0)
        json_put_raw(json, buffer_get(&said));
    else
        json_put_null(json);
    buffer_fini(&said);
    effects_free(effects);
}
