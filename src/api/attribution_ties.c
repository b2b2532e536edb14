/* One thing that incomes are tied to, in words: its name, what it brought, what it cost, and the rows that
 * say so as a formula for their list. */
#include "api/attribution_ties.h"

#include "api/put.h"
#include "api/say.h"

enum { TENTHS = 10000 };

static const struct shape_field tie_fields[] = {
    ATTRIBUTION_PART_FIELDS,
    {.name = "sort", .kind = SHAPE_WORD, .words = "record|group|rest", .flags = SHAPE_REQUIRED},
    {.name = "id", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE, .note = "of sort record"},
    {.name = "record",
     .kind = SHAPE_OBJECT,
     .of = &named_shape,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE,
     .note = "null: none, or not to be seen by who asks"},
    {.name = "group",
     .kind = SHAPE_TEXT,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE,
     .note = "of sort group; null there: the records do not say"},
    {.name = "label", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "households",
     .kind = SHAPE_INT,
     .flags = SHAPE_REQUIRED,
     .note = "with such rows in either year"},
    {.name = "changed",
     .kind = SHAPE_INT,
     .flags = SHAPE_REQUIRED,
     .note = "of these: whose amount is not the same in both years"},
    {.name = "rows", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "records", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED, .note = "that the rows are tied to"},
    {.name = "cost",
     .kind = SHAPE_TEXT,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE,
     .note = "of those records, whoever else gains from them; null: not known"},
    {.name = "per_yuan",
     .kind = SHAPE_TEXT,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE,
     .note = "what it brought this year for each yuan of its cost"},
    {.name = "where",
     .kind = SHAPE_TEXT,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE,
     .note = "which rows of rows_register they are, as of the month's end"},
    {.name = NULL}};
const struct shape attribution_tie_shape = {.name = "AttributionTie", .fields = tie_fields};
/* ---- Names of what incomes are tied to ---- */

int attribution_name(struct naming *naming, const struct attribution_tied *asked, const struct pack *pack,
                     int64_t id, struct named *named, struct err *err)
{
    for (size_t i = 0; i < pack->progress.source_count; i++) {
        const struct pack_source *source = &pack->progress.sources[i];
        int field = cause_field(pack, source, asked->of);
        if (field >= 0) return naming_reference(naming, source->over, field, id, named, err);
    }
    *named = (struct named){0};
    return 0;
}

static const struct schema_code *code_of(const struct pack *pack, const struct pack_cause *cause,
                                         struct value value)
{
    struct type type = pack->schema.registers[cause->reg].fields[cause->group].type;
    return type.kind == TYPE_CODE ? &pack->schema.dictionaries[type.dictionary].codes[value.integer] : NULL;
}

/* A code's name, or the text; empty where the records do not say. */
static struct text group_name(const struct pack *pack, const struct pack_cause *cause, struct value value)
{
    if (!value.known) return TEXT("");
    const struct schema_code *code = code_of(pack, cause, value);
    return code != NULL ? code->label.name : value.text;
}

struct label attribution_group(const struct pack *pack, const struct pack_cause *cause, struct value value)
{
    const struct schema_code *code = code_of(pack, cause, value);
    return code != NULL ? code->label : (struct label){value.text, value.text, value.text};
}

/* ---- The rows behind a tie, as a formula ---- */

static bool is_quotable(struct text text)
{
    return text.size > 0 && text_find(text, TEXT("\"")) < 0 && text_find(text, TEXT("\\")) < 0 &&
           text_find(text, TEXT("\n")) < 0;
}

static struct text field_name(const struct pack *pack, int reg, int field)
{
    return pack->schema.registers[reg].fields[field].label.name;
}

/* NULL: it cannot be said in one formula, or not by who asks: whoever sees a part of the county may not ask
 * what a record says that lies elsewhere. */
static const char *tied_to(struct request *request, const struct attribution_tied *asked,
                           const struct cause_tie *tie, const struct named *named)
{
    const struct pack *pack = call_pack(request);
    const struct pack_register *meta = &pack->registers[asked->of->reg];
    struct text by = field_name(pack, asked->over, asked->field);
    if (tie->sort == CAUSE_REST) return arena_printf(request->arena, "%.*s is null", TEXT_ARGS(by));
    if (!scope_all_rows(call_scope(request), pack)) return NULL;
    if (tie->sort == CAUSE_RECORD) {
        bool plain = meta->key_count == 1 &&
                     pack->schema.registers[asked->of->reg].fields[meta->key[0]].type.kind == TYPE_TEXT &&
                     meta->fields[meta->key[0]].sensitive == SENSITIVE_NO && is_quotable(named->key);
        return plain ? arena_printf(request->arena, "%.*s.%.*s = \"%.*s\"", TEXT_ARGS(by),
                                    TEXT_ARGS(field_name(pack, asked->of->reg, meta->key[0])),
                                    TEXT_ARGS(named->key))
                     : NULL;
    }
    struct text group = field_name(pack, asked->of->reg, asked->of->group);
    const char *path = arena_printf(request->arena, "%.*s.%.*s", TEXT_ARGS(by), TEXT_ARGS(group));
    if (!tie->group.known)
        return arena_printf(request->arena, "%.*s is not null and %s is null", TEXT_ARGS(by), path);
    struct text name = group_name(pack, asked->of, tie->group);
    if (code_of(pack, asked->of, tie->group) != NULL)
        return arena_printf(request->arena, "%s = %.*s", path, TEXT_ARGS(name));
    return is_quotable(name) ? arena_printf(request->arena, "%s = \"%.*s\"", path, TEXT_ARGS(name)) : NULL;
}

/* The conditions of all sources that count, and of what is tied; empty where there is no such formula. */
static struct text rows_where(struct request *request, const struct attribution_tied *asked,
                              const struct cause_tie *tie, const struct named *named)
{
    const struct pack *pack = call_pack(request);
    const char *tied = asked->over < 0 ? NULL : tied_to(request, asked, tie, named), *sources = NULL;
    for (size_t i = 0; tied != NULL && i < pack->progress.source_count; i++) {
        const struct pack_source *source = &pack->progress.sources[i];
        if (cause_field(pack, source, asked->of) < 0 ||
            (asked->cause.source >= 0 && (size_t)asked->cause.source != i))
            continue;
        const char *one = arena_printf(request->arena, "(%.*s)", TEXT_ARGS(source->where_source.text));
        sources = sources == NULL ? one : arena_printf(request->arena, "%s or %s", sources, one);
    }
    return sources == NULL ? TEXT("") : text_of(arena_printf(request->arena, "(%s) and %s", sources, tied));
}

/* ---- As JSON ---- */

/* What it brought this year for a yuan of its cost, in ten-thousandths; false: not known, or it cost nothing.
 */
bool attribution_per_yuan(const struct cause_tie *tie, int64_t *value)
{
    if (!tie->cost_known || tie->cost <= 0) return false;
    __int128 tenths = tie->part.now * TENTHS / tie->cost;
    *value = (int64_t)tenths;
    return tenths == *value;
}

static void say_group(struct json_writer *json, const struct pack *pack, const struct pack_cause *cause,
                      const struct cause_tie *tie)
{
    if (tie->sort != CAUSE_GROUP || !tie->group.known) {
        json_member_null(json, "group");
        json_member_null(json, "label");
        return;
    }
    json_member_text(json, "group", group_name(pack, cause, tie->group));
    struct label label = attribution_group(pack, cause, tie->group);
    json_put_key(json, "label");
    say_label(json, &label);
}

int attribution_say_tie(struct request *request, struct json_writer *json, struct naming *naming,
                        const struct attribution_tied *asked, const struct cause_tie *tie, struct err *err)
{
    static const char *const sorts[] = {
        [CAUSE_RECORD] = "record", [CAUSE_GROUP] = "group", [CAUSE_REST] = "rest"};
    const struct pack *pack = call_pack(request);
    struct named named = {0};
    int64_t ratio = 0;
    int code = tie->sort == CAUSE_RECORD ? attribution_name(naming, asked, pack, tie->id, &named, err) : 0;
    if (code != 0) return code;
    json_put_object(json);
    attribution_put_part(json, &tie->part);
    json_member_string(json, "sort", sorts[tie->sort]);
    if (tie->sort == CAUSE_RECORD)
        json_member_int(json, "id", tie->id);
    else
        json_member_null(json, "id");
    json_put_key(json, "record");
    if (named.key.size > 0)
        say_named(json, tie->id, &named);
    else
        json_put_null(json);
    say_group(json, pack, asked->of, tie);
    json_member_int(json, "households", tie->families);
    json_member_int(json, "changed", tie->part.households);
    json_member_int(json, "rows", tie->rows);
    json_member_int(json, "records", tie->records);
    put_money(json, "cost", tie->cost_known, tie->cost);
    bool known = attribution_per_yuan(tie, &ratio);
    put_decimal(json, "per_yuan", known, ratio);
    json_put_key(json, "where");
    say_text_or_null(json, rows_where(request, asked, tie, &named));
    json_put_object_end(json);
    return 0;
}
