/* What the pack's definitions say, in one form for every page; beside a record's fields also while they are
 * being typed. */
#include "api/figures.h"

#include "api/say.h"
#include "base/date.h"
#include "formula/node.h"
#include "monitor/draft.h"
#include "monitor/rulebook.h"
#include "pack/adopted.h"

/* clang-format off */
#define FIGURE_FIELDS \
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED}, \
    {.name = "label", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED}, \
    {.name = "type", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED}, \
    {.name = "unit", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE}, \
    {.name = "dictionary", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE}, \
    {.name = "value", .kind = SHAPE_ANY, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE}
/* clang-format on */

static const struct shape_field figure_fields[] = {FIGURE_FIELDS, {.name = NULL}};
const struct shape figure_shape = {.name = "Figure", .fields = figure_fields};

static const struct shape_field record_figure_fields[] = {FIGURE_FIELDS,
                                                          {.name = "beside",
                                                           .kind = SHAPE_TEXT,
                                                           .flags = SHAPE_REQUIRED,
                                                           .note = "the field after which it is shown"},
                                                          {.name = NULL}};
const struct shape record_figure_shape = {.name = "RecordFigure", .fields = record_figure_fields};

static void say_members(struct json_writer *json, const struct schema *schema, int definition,
                        const struct value *value)
{
    static const char *const types[] = {
        [TYPE_BOOL] = "bool",   [TYPE_INT] = "int",   [TYPE_DECIMAL] = "decimal",  [TYPE_MONEY] = "money",
        [TYPE_RATIO] = "ratio", [TYPE_DATE] = "date", [TYPE_MONTH] = "month",      [TYPE_CODE] = "code",
        [TYPE_CODES] = "codes", [TYPE_TEXT] = "text", [TYPE_RECORD] = "reference", [TYPE_NULL] = "text"};
    const struct schema_definition *it = &schema->definitions[definition];
    struct type type = it->node->type;
    json_member_text(json, "name", it->label.name);
    json_put_key(json, "label");
    say_label(json, &it->label);
    json_member_string(json, "type", types[type.kind]);
    json_put_key(json, "unit");
    if (type.unit >= 0)
        say_label(json, &schema->units[type.unit].label);
    else
        json_put_null(json);
    json_put_key(json, "dictionary");
    say_text_or_null(json,
                     type.dictionary >= 0 ? schema->dictionaries[type.dictionary].label.name : TEXT(""));
    json_put_key(json, "value");
    say_value(json, schema, type, value);
}

void figure_say(struct json_writer *json, const struct schema *schema, int definition,
                const struct value *value)
{
    json_put_object(json);
    say_members(json, schema, definition, value);
    json_put_object_end(json);
}

static int ask(struct request *request, const struct record_change *change, struct value *values,
               struct err *err)
{
    struct app *app = call_app(request);
    struct frame *frame;
    int code = rulebook_frame(app->rulebook, app->frames, call_database(request), FRAME_CACHE_NEWEST, &frame,
                              NULL, err);
    if (code != 0) return code;
    code = draft_ask(app->pack, frame, change, date_today(), request->arena, values, err);
    frame_free(frame);
    return code;
}

int figures_say(struct request *request, struct json_writer *json, const struct record_change *change,
                struct err *err)
{
    const struct pack *pack = call_pack(request);
    const struct schema *schema = &pack->schema;
    struct value *values = arena_array(request->arena, schema->definition_count, sizeof *values);
    int code = draft_has(pack, change->reg) ? ask(request, change, values, err) : 0;
    json_put_key(json, "figures");
    json_put_array(json);
    for (size_t i = 0; code == 0 && i < schema->definition_count; i++) {
        int beside = pack->definitions[i].beside;
        if (schema->definitions[i].scope != change->reg || beside < 0) continue;
        json_put_object(json);
        say_members(json, schema, (int)i, &values[i]);
        json_member_text(json, "beside", schema->registers[change->reg].fields[beside].label.name);
        json_put_object_end(json);
    }
    json_put_array_end(json);
    return code;
}
