/* The pack as the web application needs it: forms, lists, import templates and labels are made from this. */
#include <stdio.h>

#include "api/call.h"
#include "api/pack_sheets.h"
#include "api/routes.h"
#include "api/say.h"
#include "pack/workflow.h"

/* ---- Shapes ---- */

static const struct shape_field fit_fields[] = {
    {.name = "theirs", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .note = "a field of what is referred to"},
    {.name = "own", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .note = "a field of the record above"},
    {.name = NULL}};
static const struct shape fit_shape = {.name = "Fit", .fields = fit_fields};
static const struct shape_field field_fields[] = {
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "label", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = "type",
     .kind = SHAPE_WORD,
     .words = "bool|int|decimal|money|ratio|date|month|code|codes|text|reference",
     .flags = SHAPE_REQUIRED},
    {.name = "unit", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_NULLABLE},
    {.name = "dictionary", .kind = SHAPE_TEXT, .flags = SHAPE_NULLABLE},
    {.name = "register", .kind = SHAPE_TEXT, .flags = SHAPE_NULLABLE},
    {.name = "required", .kind = SHAPE_BOOL},
    {.name = "min", .kind = SHAPE_ANY},
    {.name = "max", .kind = SHAPE_ANY},
    {.name = "format", .kind = SHAPE_TEXT, .flags = SHAPE_NULLABLE},
    {.name = "sensitive", .kind = SHAPE_TEXT, .flags = SHAPE_NULLABLE},
    {.name = "fits",
     .kind = SHAPE_OBJECT,
     .of = &fit_shape,
     .flags = SHAPE_LIST,
     .note = "of a reference: those that have the one field as the record above has the other are proposed"},
    {.name = "note", .kind = SHAPE_TEXT, .flags = SHAPE_NULLABLE},
    {.name = "clause", .kind = SHAPE_TEXT, .flags = SHAPE_LIST},
    {.name = "kept", .kind = SHAPE_BOOL, .note = "written by casework alone, never by hand"},
    {.name = "kept_by",
     .kind = SHAPE_OBJECT,
     .of = &label_shape,
     .flags = SHAPE_LIST,
     .note = "the workflows that write it"},
    {.name = NULL}};
static const struct shape field_shape = {.name = "Field", .fields = field_fields};

static const struct shape_field group_fields[] = {
    {.name = "label", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = "fields", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = NULL}};
static const struct shape group_shape = {.name = "FieldGroup", .fields = group_fields};

static const struct shape_field register_fields[] = {
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "label", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = "clause", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "parent", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "parent_field", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "name_field", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "key", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "fields", .kind = SHAPE_OBJECT, .of = &field_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "groups",
     .kind = SHAPE_OBJECT,
     .of = &group_shape,
     .flags = SHAPE_REQUIRED | SHAPE_LIST,
     .note = "in the order of the fields; those before the first belong to none"},
    {.name = NULL}};
static const struct shape register_shape = {.name = "Register", .fields = register_fields};

static const struct shape_field dictionary_fields[] = {
    {.name = "label", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = "codes", .kind = SHAPE_OBJECT, .of = &name_label_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = NULL}};
static const struct shape dictionary_shape = {.name = "Dictionary", .fields = dictionary_fields};

static const struct shape_field feed_fields[] = {
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "label", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = "note", .kind = SHAPE_TEXT, .flags = SHAPE_NULLABLE},
    {.name = "parts", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = NULL}};
static const struct shape feed_shape = {.name = "Feed", .fields = feed_fields};

static const struct shape_field unit_fields[] = {
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "label", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = "kind", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape unit_shape = {.name = "Unit", .fields = unit_fields};

static const struct shape_field clause_fields[] = {
    {.name = "id", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "title", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = "text", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "parent", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "lead", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "responsible", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = NULL}};
static const struct shape clause_shape = {.name = "Clause", .fields = clause_fields};

static const struct shape_field role_fields[] = {
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "label", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = "rows", .kind = SHAPE_WORD, .words = "everywhere|division|assigned", .flags = SHAPE_REQUIRED},
    {.name = "level",
     .kind = SHAPE_WORD,
     .words = "county|township|village",
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = NULL}};
static const struct shape role_shape = {.name = "Role", .fields = role_fields};

static const struct shape_field attachment_kind_fields[] = {
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "label", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = "holds",
     .kind = SHAPE_WORD,
     .flags = SHAPE_REQUIRED | SHAPE_LIST,
     .words = "picture|document|sheet|text"},
    {.name = "registers",
     .kind = SHAPE_TEXT,
     .flags = SHAPE_REQUIRED | SHAPE_LIST | SHAPE_NULLABLE,
     .note = "null: all"},
    {.name = "sensitive", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "note", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = NULL}};
static const struct shape attachment_kind_shape = {.name = "AttachmentKind",
                                                   .fields = attachment_kind_fields};

static const struct shape_field pack_fields[] = {
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "digest", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "title", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = "document", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = "years", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "map", .kind = SHAPE_BOOL, .flags = SHAPE_REQUIRED, .note = "there are borders: `GET /map`"},
    {.name = "rounds",
     .kind = SHAPE_BOOL,
     .flags = SHAPE_REQUIRED,
     .note = "units report every month, and who asks may see it: `GET /dispatch`"},
    {.name = "subject", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "people", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "category", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "subcategory", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "registers", .kind = SHAPE_OBJECT, .of = &register_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "dictionaries", .kind = SHAPE_MAP, .of = &dictionary_shape, .flags = SHAPE_REQUIRED},
    {.name = "feeds", .kind = SHAPE_OBJECT, .of = &feed_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "units", .kind = SHAPE_OBJECT, .of = &unit_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "clauses", .kind = SHAPE_OBJECT, .of = &clause_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "roles", .kind = SHAPE_OBJECT, .of = &role_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "attachments",
     .kind = SHAPE_OBJECT,
     .of = &attachment_kind_shape,
     .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "attachment_bytes", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED, .note = "of one file, at most"},
    {.name = "declaration",
     .kind = SHAPE_TEXT,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE,
     .note = "the register of what households declare; null: there is no such page"},
    {.name = "subject_plan",
     .kind = SHAPE_OBJECT,
     .of = &subject_plan_shape,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "disputes",
     .kind = SHAPE_OBJECT,
     .of = &disputes_shape,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE,
     .note = "where computed figures are disputed"},
    {.name = "notices", .kind = SHAPE_OBJECT, .of = &notice_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = NULL}};
static const struct shape pack_shape = {.name = "Pack", .fields = pack_fields};

/* ---- Parts ---- */

static void put_or_null(struct json_writer *json, const char *key, struct text value)
{
    json_put_key(json, key);
    say_text_or_null(json, value);
}

static void put_named(struct json_writer *json, const struct label *label)
{
    json_member_text(json, "name", label->name);
    json_put_key(json, "label");
    say_label(json, label);
}

static struct text format_name(enum pack_format format)
{
    switch (format) {
    case FORMAT_PLAIN:
        return TEXT("");
    case FORMAT_IDCARD:
        return TEXT("idcard");
    case FORMAT_PHONE:
        return TEXT("phone");
    case FORMAT_DIGITS:
        return TEXT("digits");
    case FORMAT_UNIT:
        return TEXT("unit");
    }
    return TEXT("");
}

static struct text sensitive_name(enum pack_sensitive kind)
{
    switch (kind) {
    case SENSITIVE_NO:
        return TEXT("");
    case SENSITIVE_IDENTITY:
        return TEXT("identity");
    case SENSITIVE_PHONE:
        return TEXT("phone");
    case SENSITIVE_BANK:
        return TEXT("bank");
    case SENSITIVE_HEALTH:
        return TEXT("health");
    }
    return TEXT("");
}

static void say_type(struct json_writer *json, const struct pack *pack, const struct scope *scope,
                     struct type type)
{
    const struct schema *schema = &pack->schema;
    json_member_string(json, "type", pack_type_name(type.kind));
    bool unit = type.unit >= 0 && (type.kind == TYPE_INT || type.kind == TYPE_DECIMAL);
    json_put_key(json, "unit");
    if (unit)
        say_label(json, &schema->units[type.unit].label);
    else
        json_put_null(json);
    put_or_null(json, "dictionary",
                type.kind == TYPE_CODE || type.kind == TYPE_CODES
                    ? schema->dictionaries[type.dictionary].label.name
                    : TEXT(""));
    bool seen = type.kind == TYPE_RECORD && scope_may(scope, type.record, SCOPE_READ);
    put_or_null(json, "register", seen ? schema->registers[type.record].label.name : TEXT(""));
}

static void say_fits(struct json_writer *json, const struct pack *pack, int reg, int target,
                     const struct pack_field *meta)
{
    const struct schema_register *registers = pack->schema.registers;
    json_put_key(json, "fits");
    json_put_array(json);
    for (size_t i = 0; i < meta->fit_count; i++) {
        json_put_object(json);
        json_member_text(json, "theirs", registers[target].fields[meta->fits[i].theirs].label.name);
        json_member_text(json, "own", registers[registers[reg].parent].fields[meta->fits[i].own].label.name);
        json_put_object_end(json);
    }
    json_put_array_end(json);
}

static void say_keeper(struct json_writer *json, const struct pack *pack, int reg, int field)
{
    enum pack_keeper keeper = pack->registers[reg].fields[field].keeper;
    json_member_bool(json, "kept", keeper != KEEPER_PEOPLE);
    json_put_key(json, "kept_by");
    json_put_array(json);
    for (size_t i = 0; keeper == KEEPER_WORKFLOW && i < pack->workflow_count; i++)
        if (workflow_writes(&pack->workflows[i], reg, field)) say_label(json, &pack->workflows[i].label);
    json_put_array_end(json);
}

static void say_pack_field(struct json_writer *json, const struct pack *pack, const struct scope *scope,
                           int reg, size_t index)
{
    const struct schema_field *field = &pack->schema.registers[reg].fields[index];
    const struct pack_field *meta = &pack->registers[reg].fields[index];
    json_put_object(json);
    put_named(json, &field->label);
    say_type(json, pack, scope, field->type);
    json_member_bool(json, "required", meta->required);
    json_put_key(json, "min");
    say_value(json, &pack->schema, field->type, &meta->least);
    json_put_key(json, "max");
    say_value(json, &pack->schema, field->type, &meta->most);
    put_or_null(json, "format", format_name(meta->format));
    put_or_null(json, "sensitive", sensitive_name(meta->sensitive));
    if (meta->fit_count > 0) say_fits(json, pack, reg, field->type.record, meta);
    put_or_null(json, "note", meta->note);
    json_put_key(json, "clause");
    say_clauses(json, pack, &meta->clause);
    say_keeper(json, pack, reg, (int)index);
    json_put_object_end(json);
}

/* Fields stand in the order of the pack: each heading opens a group that goes on to the next one. */
static void say_groups(struct json_writer *json, const struct schema_register *reg,
                       const struct pack_register *meta)
{
    bool open = false;
    json_put_key(json, "groups");
    json_put_array(json);
    for (size_t i = 0; i < reg->field_count; i++) {
        const struct pack_field *field = &meta->fields[i];
        if (field->group_zh.size + field->group_en.size > 0) {
            if (open) {
                json_put_array_end(json);
                json_put_object_end(json);
            }
            open = true;
            json_put_object(json);
            json_put_key(json, "label");
            say_two(json, field->group_zh, field->group_en);
            json_put_key(json, "fields");
            json_put_array(json);
        }
        if (open) json_put_text(json, reg->fields[i].label.name);
    }
    if (open) {
        json_put_array_end(json);
        json_put_object_end(json);
    }
    json_put_array_end(json);
}

static struct text field_name_or_none(const struct schema_register *reg, int field)
{
    return field < 0 ? TEXT("") : reg->fields[field].label.name;
}

static void say_register(struct json_writer *json, const struct pack *pack, const struct scope *scope,
                         int index)
{
    const struct schema_register *reg = &pack->schema.registers[index];
    const struct pack_register *meta = &pack->registers[index];
    json_put_object(json);
    put_named(json, &reg->label);
    json_put_key(json, "clause");
    say_clauses(json, pack, &meta->clause);
    put_or_null(json, "parent", reg->parent < 0 ? TEXT("") : pack->schema.registers[reg->parent].label.name);
    put_or_null(json, "parent_field", field_name_or_none(reg, reg->parent_field));
    put_or_null(json, "name_field", field_name_or_none(reg, meta->name_field));
    json_put_key(json, "key");
    json_put_array(json);
    for (size_t i = 0; i < meta->key_count; i++) json_put_text(json, reg->fields[meta->key[i]].label.name);
    json_put_array_end(json);
    json_put_key(json, "fields");
    json_put_array(json);
    for (size_t i = 0; i < reg->field_count; i++) say_pack_field(json, pack, scope, index, i);
    json_put_array_end(json);
    say_groups(json, reg, meta);
    json_put_object_end(json);
}

static void say_dictionaries(struct json_writer *json, const struct schema *schema)
{
    json_put_key(json, "dictionaries");
    json_put_object(json);
    for (size_t i = 0; i < schema->dictionary_count; i++) {
        const struct schema_dictionary *dictionary = &schema->dictionaries[i];
        char name[64];
        snprintf(name, sizeof name, "%.*s", TEXT_ARGS(dictionary->label.name));
        json_put_key(json, name);
        json_put_object(json);
        json_put_key(json, "label");
        say_label(json, &dictionary->label);
        json_put_key(json, "codes");
        json_put_array(json);
        for (size_t k = 0; k < dictionary->code_count; k++) {
            json_put_object(json);
            put_named(json, &dictionary->codes[k].label);
            json_put_object_end(json);
        }
        json_put_array_end(json);
        json_put_object_end(json);
    }
    json_put_object_end(json);
}

static void say_feeds(struct json_writer *json, const struct pack *pack, const struct principal *principal)
{
    json_put_key(json, "feeds");
    json_put_array(json);
    for (size_t i = 0; i < pack->feed_count; i++) {
        const struct pack_feed *feed = &pack->feeds[i];
        if (!principal_may_import(principal, (int)i)) continue;
        json_put_object(json);
        put_named(json, &feed->label);
        put_or_null(json, "note", feed->note);
        json_put_key(json, "parts");
        json_put_array(json);
        for (size_t k = 0; k < feed->part_count; k++)
            json_put_text(json, pack->schema.registers[feed->parts[k].reg].label.name);
        json_put_array_end(json);
        json_put_object_end(json);
    }
    json_put_array_end(json);
}

static void say_units(struct json_writer *json, const struct pack *pack)
{
    json_put_key(json, "units");
    json_put_array(json);
    for (size_t i = 0; i < pack->unit_count; i++) {
        json_put_object(json);
        put_named(json, &pack->units[i].label);
        json_member_text(json, "kind", pack->units[i].kind);
        json_put_object_end(json);
    }
    json_put_array_end(json);
}

static void say_unit_names(struct json_writer *json, const struct pack *pack, const int *units, size_t count)
{
    json_put_array(json);
    for (size_t i = 0; i < count; i++) json_put_text(json, pack->units[units[i]].label.name);
    json_put_array_end(json);
}

static void say_plan(struct json_writer *json, const struct pack *pack)
{
    json_put_key(json, "clauses");
    json_put_array(json);
    for (size_t i = 0; i < pack->clause_count; i++) {
        const struct pack_plan_clause *clause = &pack->clauses[i];
        json_put_object(json);
        json_member_text(json, "id", clause->id);
        json_put_key(json, "title");
        say_two(json, clause->title_zh, clause->title_en);
        json_member_text(json, "text", clause->text);
        put_or_null(json, "parent", clause->parent < 0 ? TEXT("") : pack->clauses[clause->parent].id);
        json_put_key(json, "lead");
        say_unit_names(json, pack, clause->lead, clause->lead_count);
        json_put_key(json, "responsible");
        say_unit_names(json, pack, clause->responsible, clause->responsible_count);
        json_put_object_end(json);
    }
    json_put_array_end(json);
}

static const char *rows_name(enum role_rows rows)
{
    switch (rows) {
    case ROWS_ASSIGNED:
        return "assigned";
    case ROWS_DIVISION:
        return "division";
    case ROWS_EVERYWHERE:
        return "everywhere";
    }
    return "";
}

static void say_roles(struct json_writer *json, const struct pack *pack)
{
    json_put_key(json, "roles");
    json_put_array(json);
    for (size_t i = 0; i < pack->role_count; i++) {
        const struct pack_role *role = &pack->roles[i];
        json_put_object(json);
        put_named(json, &role->label);
        json_member_string(json, "rows", rows_name(role->rows));
        json_member_string(json, "level", role->rows == ROWS_DIVISION ? say_level_name(role->level) : NULL);
        json_put_object_end(json);
    }
    json_put_array_end(json);
}

static void say_attachment_registers(struct json_writer *json, const struct pack *pack, const bool *registers)
{
    json_put_key(json, "registers");
    if (registers == NULL) {
        json_put_null(json);
        return;
    }
    json_put_array(json);
    for (size_t i = 0; i < pack->schema.register_count; i++)
        if (registers[i]) json_put_text(json, pack->schema.registers[i].label.name);
    json_put_array_end(json);
}

static void say_attachments(struct json_writer *json, const struct pack *pack)
{
    json_put_key(json, "attachments");
    json_put_array(json);
    for (size_t i = 0; i < pack->attachment_count; i++) {
        const struct pack_attachment *kind = &pack->attachments[i];
        json_put_object(json);
        put_named(json, &kind->label);
        json_put_key(json, "holds");
        json_put_array(json);
        for (size_t bit = 0; bit < HOLDS_COUNT; bit++)
            if ((kind->holds & UINT32_C(1) << bit) != 0) json_put_string(json, pack_holds_name(bit));
        json_put_array_end(json);
        say_attachment_registers(json, pack, kind->registers);
        put_or_null(json, "sensitive", sensitive_name(kind->sensitive));
        put_or_null(json, "note", kind->note);
        json_put_object_end(json);
    }
    json_put_array_end(json);
    json_member_int(json, "attachment_bytes", pack->attachment_limits.file);
    int declared = pack->declaration.reg;
    put_or_null(json, "declaration", declared < 0 ? TEXT("") : pack->schema.registers[declared].label.name);
}

static void say_heads(struct json_writer *json, const struct pack *pack, const struct scope *scope)
{
    const struct schema_register *subject = &pack->schema.registers[pack->subject];
    json_member_text(json, "name", pack->name);
    json_member_text(json, "digest", text_of(pack->digest));
    json_put_key(json, "title");
    say_two(json, pack->title_zh, pack->title_en);
    json_put_key(json, "document");
    say_two(json, pack->document, pack->document);
    json_put_key(json, "years");
    json_put_array(json);
    json_put_int(json, pack->year_first);
    json_put_int(json, pack->year_last);
    json_put_array_end(json);
    json_member_bool(json, "rounds",
                     pack->progress.dispatch.unit >= 0 &&
                         scope_may(scope, pack->progress.report.reg, SCOPE_READ));
    json_member_bool(json, "map", pack->map.size > 0);
    json_member_text(json, "subject", subject->label.name);
    put_or_null(json, "people",
                pack->people < 0 ? TEXT("") : pack->schema.registers[pack->people].label.name);
    put_or_null(json, "category", field_name_or_none(subject, pack->category));
    put_or_null(json, "subcategory", field_name_or_none(subject, pack->subcategory));
}

static int get_pack(struct request *request, struct err *err)
{
    const struct pack *pack = call_pack(request);
    const struct scope *scope = call_scope(request);
    struct json_writer *json = reply_json(request);
    (void)err;
    json_put_object(json);
    say_heads(json, pack, scope);
    json_put_key(json, "registers");
    json_put_array(json);
    for (size_t i = 0; i < pack->schema.register_count; i++)
        if (scope_may(scope, (int)i, SCOPE_READ)) say_register(json, pack, scope, (int)i);
    json_put_array_end(json);
    say_dictionaries(json, &pack->schema);
    say_feeds(json, pack, call_principal(request));
    say_units(json, pack);
    say_plan(json, pack);
    say_roles(json, pack);
    say_attachments(json, pack);
    say_sheets(json, pack, scope);
    json_put_object_end(json);
    return 0;
}

static const struct route routes[] = {
    {.method = "GET",
     .path = "/pack",
     .who = "session",
     .name = "getPack",
     .zh = "方案包：登记簿、字典、导入格式、条款、角色",
     .en = "The pack: registers, dictionaries, feeds, clauses, roles",
     .out = &pack_shape,
     .handler = get_pack},
};

const struct route_list pack_routes = {routes, sizeof routes / sizeof *routes};
