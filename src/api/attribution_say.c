/* What the answers of attribution share: which month is asked for, what it takes to compute it, and a side
 * with its kinds and sources as JSON. */
#include "api/attribution_say.h"

#include "api/put.h"
#include "api/say.h"
#include "monitor/gather.h"
#include "progress/causes.h"
#include "progress/places.h"

/* ---- Shapes ---- */

/* A source or a kind begins with them. */
#define NAMED_PART_FIELDS                                                                                    \
    ATTRIBUTION_PART_FIELDS, {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},                  \
        {.name = "label", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},                \
    {                                                                                                        \
        .name = "households", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED,                                    \
        .note = "whose amount is not the same in both years"                                                 \
    }

static const struct shape_field source_fields[] = {
    NAMED_PART_FIELDS,
    {.name = "register", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .note = "of its rows"},
    {.name = "where",
     .kind = SHAPE_TEXT,
     .flags = SHAPE_REQUIRED,
     .note = "which rows of it count as of the month's end: a formula for its list"},
    {.name = "causes",
     .kind = SHAPE_TEXT,
     .flags = SHAPE_REQUIRED | SHAPE_LIST,
     .note = "what its rows can be tied to: names of causes"},
    {.name = NULL}};
static const struct shape source_shape = {.name = "AttributionSource", .fields = source_fields};

static const struct shape_field part_fields[] = {ATTRIBUTION_PART_FIELDS, {.name = NULL}};
static const struct shape part_shape = {.name = "AttributionPart", .fields = part_fields};

static const struct shape_field kind_fields[] = {
    NAMED_PART_FIELDS,
    {.name = "sources", .kind = SHAPE_OBJECT, .of = &source_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "untied",
     .kind = SHAPE_OBJECT,
     .of = &part_shape,
     .flags = SHAPE_REQUIRED,
     .note = "no record says what paid it"},
    {.name = NULL}};
static const struct shape kind_shape = {.name = "AttributionKind", .fields = kind_fields};

static const struct shape_field side_fields[] = {
    ATTRIBUTION_PART_FIELDS,
    {.name = "households", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "kinds", .kind = SHAPE_OBJECT, .of = &kind_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "rest",
     .kind = SHAPE_OBJECT,
     .of = &part_shape,
     .flags = SHAPE_REQUIRED,
     .note = "the total less all kinds: costs"},
    {.name = NULL}};
const struct shape attribution_side_shape = {.name = "AttributionSide", .fields = side_fields};

/* ---- What is asked ---- */

int attribution_ask(struct request *request, struct attribution_asked *asked, struct err *err)
{
    *asked = (struct attribution_asked){.cause = ATTRIBUTION_NONE};
    int code = progress_ask(request, &asked->progress, err);
    if (code == 0)
        code = attribution_roots(call_pack(request), request->arena, &asked->roots, &asked->count, err);
    return code == 0 ? progress_moment(request, &asked->progress, &asked->month, err) : code;
}

/* What says which rows are tied to which record of the cause. */
static void use_cause(const struct pack *pack, const struct pack_cause *cause, bool *const *used)
{
    if (cause->group >= 0) used[cause->reg][cause->group] = true;
    for (size_t i = 0; i < pack->progress.source_count; i++) {
        const struct pack_source *source = &pack->progress.sources[i];
        int field = cause_field(pack, source, cause);
        if (field >= 0) used[source->over][field] = true;
    }
}

int attribution_frame(struct request *request, const struct attribution_asked *asked, struct frame **out,
                      struct err *err)
{
    const struct pack *pack = call_pack(request);
    struct frame_request wanted = gather_request(pack, asked->roots, asked->count, false);
    places_fields(pack, pack->subject, wanted.used);
    for (size_t i = 0; i < pack->progress.cause_count; i++)
        if (asked->cause == ATTRIBUTION_EVERY || asked->cause == (int)i)
            use_cause(pack, &pack->progress.causes[i], wanted.used);
    int code = frame_cache_get(call_app(request)->frames, call_database(request), &wanted, FRAME_CACHE_NEWEST,
                               out, NULL, err);
    gather_request_free(pack, &wanted);
    return code;
}

/* ---- Words ---- */

static bool fits(__int128 value)
{
    return value <= INT64_MAX && value >= -(__int128)INT64_MAX;
}

static void put_sum(struct json_writer *json, const char *key, __int128 fen)
{
    put_money(json, key, fits(fen), (int64_t)fen);
}

void attribution_put_part(struct json_writer *json, const struct attribution_part *part)
{
    put_sum(json, "this_year", part->now);
    put_sum(json, "last_year", part->before);
    put_sum(json, "change", part->now - part->before);
}

static void say_part(struct json_writer *json, const char *key, const struct attribution_part *part)
{
    json_put_key(json, key);
    json_put_object(json);
    attribution_put_part(json, part);
    json_put_object_end(json);
}

static void put_named_part(struct json_writer *json, const struct label *label,
                           const struct attribution_part *part)
{
    attribution_put_part(json, part);
    json_member_text(json, "name", label->name);
    json_put_key(json, "label");
    say_label(json, label);
    json_member_int(json, "households", part->households);
}

static void say_source(struct json_writer *json, const struct pack *pack, size_t index,
                       const struct attribution_part *part)
{
    const struct pack_source *source = &pack->progress.sources[index];
    json_put_object(json);
    put_named_part(json, &source->label, part);
    json_member_text(json, "register", pack->schema.registers[source->over].label.name);
    json_member_text(json, "where", source->where_source.text);
    json_put_key(json, "causes");
    json_put_array(json);
    for (size_t i = 0; i < pack->progress.cause_count; i++)
        if (cause_field(pack, source, &pack->progress.causes[i]) >= 0)
            json_put_text(json, pack->progress.causes[i].label.name);
    json_put_array_end(json);
    json_put_object_end(json);
}

static void say_kind(struct json_writer *json, const struct pack *pack, size_t index,
                     const struct attribution_side *side)
{
    const struct label *label = &pack->schema.definitions[pack->dashboard.income[index]].label;
    struct attribution_part untied = side->kinds[index];
    json_put_object(json);
    put_named_part(json, label, &side->kinds[index]);
    json_put_key(json, "sources");
    json_put_array(json);
    for (size_t i = 0; i < pack->progress.source_count; i++) {
        if (pack->progress.sources[i].kind != (int)index) continue;
        say_source(json, pack, i, &side->sources[i]);
        untied.now -= side->sources[i].now;
        untied.before -= side->sources[i].before;
    }
    json_put_array_end(json);
    say_part(json, "untied", &untied);
    json_put_object_end(json);
}

void attribution_say_side(struct json_writer *json, const struct pack *pack, const char *key,
                          const struct attribution_side *side)
{
    json_put_key(json, key);
    json_put_object(json);
    attribution_put_part(json, &side->total);
    json_member_int(json, "households", side->households);
    json_put_key(json, "kinds");
    json_put_array(json);
    for (size_t i = 0; i < pack->dashboard.income_count; i++) say_kind(json, pack, i, side);
    json_put_array_end(json);
    say_part(json, "rest", &side->rest);
    json_put_object_end(json);
}

int attribution_source(const struct request *request, struct text name, size_t *source, struct err *err)
{
    const struct pack *pack = call_pack(request);
    for (*source = 0; *source < pack->progress.source_count; (*source)++)
        if (text_equal(pack->progress.sources[*source].label.name, name)) return 0;
    return err_set(err, ERR_NOT_FOUND, "没有来源 %.*s", "There is no source %.*s", TEXT_ARGS(name));
}

/* ---- What incomes are tied to ---- */

static const struct shape_field cause_fields[] = {
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "label", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = "register", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "grouped",
     .kind = SHAPE_BOOL,
     .flags = SHAPE_REQUIRED,
     .note = "its records are added up by a field of theirs"},
    {.name = "costs",
     .kind = SHAPE_BOOL,
     .flags = SHAPE_REQUIRED,
     .note = "what it cost is known to the pack"},
    {.name = NULL}};
const struct shape attribution_cause_shape = {.name = "AttributionCause", .fields = cause_fields};

bool attribution_may(const struct request *request, const struct pack_cause *cause)
{
    const struct pack *pack = call_pack(request);
    bool any = false;
    if (!scope_may(call_scope(request), cause->reg, SCOPE_READ)) return false;
    for (size_t i = 0; i < pack->progress.source_count; i++) {
        const struct pack_source *source = &pack->progress.sources[i];
        if (cause_field(pack, source, cause) < 0) continue;
        if (!scope_may(call_scope(request), source->over, SCOPE_READ)) return false;
        any = true;
    }
    return any;
}

void attribution_say_cause(struct json_writer *json, const struct pack *pack, const struct pack_cause *cause)
{
    json_put_object(json);
    json_member_text(json, "name", cause->label.name);
    json_put_key(json, "label");
    say_label(json, &cause->label);
    json_member_text(json, "register", pack->schema.registers[cause->reg].label.name);
    json_member_bool(json, "grouped", cause->group >= 0);
    json_member_bool(json, "costs", cause->cost != NULL);
    json_put_object_end(json);
}

void attribution_say_causes(const struct request *request, struct json_writer *json)
{
    const struct pack *pack = call_pack(request);
    json_put_key(json, "causes");
    json_put_array(json);
    for (size_t i = 0; i < pack->progress.cause_count; i++)
        if (attribution_may(request, &pack->progress.causes[i]))
            attribution_say_cause(json, pack, &pack->progress.causes[i]);
    json_put_array_end(json);
}
