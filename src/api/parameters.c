/* The plan's parameters as they stand: what the pack gives, what was adopted since and by which case; and how
 * a change is proposed. Its approval is a step of the case. */
#include <stdlib.h>

#include "api/case_call.h"
#include "api/put.h"
#include "api/routes.h"
#include "api/say.h"
#include "base/date.h"
#include "pack/adopted.h"
#include "progress/changes.h"
#include "register/query.h"

/* ---- Shapes ---- */

static const struct shape_field value_fields[] = {
    {.name = "from", .kind = SHAPE_DATE, .flags = SHAPE_REQUIRED},
    {.name = "value", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .note = "in words: 5.5%, 7000.00元"},
    {.name = "adopted", .kind = SHAPE_BOOL, .flags = SHAPE_REQUIRED, .note = "by a case, not by the pack"},
    {.name = NULL}};
static const struct shape value_shape = {.name = "ParameterValue", .fields = value_fields};

static const struct shape_field change_fields[] = {
    {.name = "id", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "from", .kind = SHAPE_DATE, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "value", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "state", .kind = SHAPE_OBJECT, .of = &name_label_shape, .flags = SHAPE_REQUIRED},
    {.name = "was", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "reason", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "closed",
     .kind = SHAPE_DATE,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE,
     .note = "null: not decided yet"},
    {.name = NULL}};
static const struct shape change_shape = {.name = "ParameterChange", .fields = change_fields};

static const struct shape_field parameter_fields[] = {
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "label", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = "type", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "clause", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "source", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "note", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "value",
     .kind = SHAPE_TEXT,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE,
     .note = "on the day asked for"},
    {.name = "least", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "most", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "values", .kind = SHAPE_OBJECT, .of = &value_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "changes",
     .kind = SHAPE_OBJECT,
     .of = &change_shape,
     .flags = SHAPE_REQUIRED | SHAPE_LIST,
     .note = "cases that proposed one, as far as who asks may see them"},
    {.name = NULL}};
static const struct shape parameter_shape = {.name = "Parameter", .fields = parameter_fields};

static const struct shape_field list_fields[] = {
    {.name = "as_of", .kind = SHAPE_DATE, .flags = SHAPE_REQUIRED},
    {.name = "workflow",
     .kind = SHAPE_TEXT,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE,
     .note = "of changes; null: the pack has none"},
    {.name = "may_propose", .kind = SHAPE_BOOL, .flags = SHAPE_REQUIRED},
    {.name = "parameters",
     .kind = SHAPE_OBJECT,
     .of = &parameter_shape,
     .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = NULL}};
static const struct shape list_shape = {.name = "Parameters", .fields = list_fields};
static const struct shape_field list_query[] = {{.name = "as_of", .kind = SHAPE_DATE}, {.name = NULL}};

static const struct shape_field propose_fields[] = {
    {.name = "value",
     .kind = SHAPE_TEXT,
     .min = 1,
     .max = 200,
     .flags = SHAPE_REQUIRED,
     .note = "as in a spreadsheet"},
    {.name = "from", .kind = SHAPE_DATE, .flags = SHAPE_REQUIRED, .note = "in force from this date on"},
    {.name = "reason", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape propose_shape = {.name = "ParameterProposal", .fields = propose_fields};
static const struct shape_field proposed_fields[] = {
    {.name = "workflow", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "id", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape proposed_shape = {.name = "ParameterProposed", .fields = proposed_fields};

/* ---- The list ---- */

struct listing {
    struct request *request;
    const struct pack *pack;
    struct json_writer *json;
    int32_t as_of;
    struct query_page page; /* the changes that may be seen */
};

static void put_value(const struct listing *listing, const char *key, struct type type,
                      const struct value *value)
{
    struct buffer words = {0};
    if (!value->known) {
        json_member_null(listing->json, key);
        return;
    }
    value_format(&listing->pack->schema, type, value, listing->request->language, &words);
    json_member_text(listing->json, key, buffer_get(&words));
    buffer_fini(&words);
}

static void say_dated(const struct listing *listing, struct type type,
                      const struct schema_dated_value *values, size_t count, bool adopted)
{
    char day[DATE_TEXT];
    for (size_t i = 0; i < count; i++) {
        json_put_object(listing->json);
        json_member_string(listing->json, "from", date_format(values[i].from, day));
        put_value(listing, "value", type, &values[i].value);
        json_member_bool(listing->json, "adopted", adopted);
        json_put_object_end(listing->json);
    }
}

static void say_text_of(struct json_writer *json, const char *key, const struct value *value)
{
    json_put_key(json, key);
    say_text_or_null(json, value->known ? value->text : TEXT(""));
}

static void say_change(const struct listing *listing, const struct record *record)
{
    const struct pack_changes *changes = &listing->pack->changes;
    const struct pack_register *meta = &listing->pack->registers[changes->reg];
    const struct value *state = &record->values[meta->case_fields.state],
                       *from = &record->values[changes->from];
    struct json_writer *json = listing->json;
    char day[DATE_TEXT];
    if (!state->known) return;
    json_put_object(json);
    json_member_int(json, "id", record->id);
    json_put_key(json, "from");
    say_text_or_null(json, from->known ? text_of(date_format((int32_t)from->integer, day)) : TEXT(""));
    say_text_of(json, "value", &record->values[changes->value]);
    json_put_key(json, "state");
    json_put_object(json);
    json_member_text(json, "name", meta->workflow->states[state->integer].label.name);
    json_put_key(json, "label");
    say_label(json, &meta->workflow->states[state->integer].label);
    json_put_object_end(json);
    say_text_of(json, "was", &record->values[changes->was]);
    say_text_of(json, "reason", &record->values[changes->reason]);
    put_date(json, "closed", &record->values[meta->case_fields.closed]);
    json_put_object_end(json);
}

static void say_changes(const struct listing *listing, struct text name)
{
    json_put_key(listing->json, "changes");
    json_put_array(listing->json);
    for (size_t i = 0; i < listing->page.count; i++) {
        const struct value *about = &listing->page.records[i].values[listing->pack->changes.parameter];
        if (about->known && text_equal(about->text, name)) say_change(listing, &listing->page.records[i]);
    }
    json_put_array_end(listing->json);
}

static void say_parameter(const struct listing *listing, int index)
{
    const struct schema_parameter *parameter = &listing->pack->schema.parameters[index];
    const struct pack_parameter *more = &listing->pack->parameters[index];
    struct json_writer *json = listing->json;
    struct value now = schema_parameter_at(parameter, listing->as_of);
    size_t count;
    const struct schema_dated_value *adopted = pack_adopted_values(listing->pack, index, &count);
    json_put_object(json);
    json_member_text(json, "name", parameter->label.name);
    json_put_key(json, "label");
    say_label(json, &parameter->label);
    json_member_string(json, "type", pack_type_name(parameter->type.kind));
    json_put_key(json, "clause");
    say_clauses(json, listing->pack, &more->clause);
    json_put_key(json, "source");
    say_text_or_null(json, more->source);
    json_put_key(json, "note");
    say_text_or_null(json, more->note);
    put_value(listing, "value", parameter->type, &now);
    put_value(listing, "least", parameter->type, &more->least);
    put_value(listing, "most", parameter->type, &more->most);
    json_put_key(json, "values");
    json_put_array(json);
    say_dated(listing, parameter->type, parameter->values, parameter->value_count, false);
    say_dated(listing, parameter->type, adopted, count, true);
    json_put_array_end(json);
    say_changes(listing, parameter->label.name);
    json_put_object_end(json);
}

/* The newest 500: more are in the register's own list. */
static int read_changes(struct listing *listing, struct err *err)
{
    int reg = listing->pack->changes.reg;
    if (reg < 0 || !scope_may(call_scope(listing->request), reg, SCOPE_READ)) return 0;
    struct query query = query_of(reg);
    query.limit = QUERY_LIMIT_MAX;
    query.descending = true;
    query.language = listing->request->language;
    return query_list(call_database(listing->request), call_scope(listing->request), &query, &listing->page,
                      err);
}

static bool may_propose(const struct request *request)
{
    int reg = call_pack(request)->changes.reg;
    return reg >= 0 && scope_may(call_scope(request), reg, SCOPE_CREATE) &&
           scope_all_of(call_scope(request), call_pack(request), reg);
}

static int get_parameters(struct request *request, struct err *err)
{
    struct listing listing = {.request = request, .pack = call_pack(request), .as_of = call_as_of(request)};
    char day[DATE_TEXT];
    int reg = listing.pack->changes.reg, code = read_changes(&listing, err);
    if (code == 0) {
        listing.json = reply_json(request);
        json_put_object(listing.json);
        json_member_string(listing.json, "as_of", date_format(listing.as_of, day));
        json_put_key(listing.json, "workflow");
        say_text_or_null(listing.json,
                         reg < 0 ? TEXT("") : listing.pack->registers[reg].workflow->label.name);
        json_member_bool(listing.json, "may_propose", may_propose(request));
        json_put_key(listing.json, "parameters");
        json_put_array(listing.json);
        for (size_t i = 0; i < listing.pack->schema.parameter_count; i++) say_parameter(&listing, (int)i);
        json_put_array_end(listing.json);
        json_put_object_end(listing.json);
    }
    query_page_fini(&listing.page);
    return code;
}

/* ---- Proposing ---- */

static int find_parameter(const struct request *request, int *parameter, struct err *err)
{
    const struct schema *schema = &call_pack(request)->schema;
    struct text name = request_param(request, "parameter");
    for (size_t i = 0; i < schema->parameter_count; i++) {
        *parameter = (int)i;
        if (text_equal(schema->parameters[i].label.name, name)) return 0;
    }
    return err_set(err, ERR_NOT_FOUND, "没有参数 %.*s", "There is no parameter %.*s", TEXT_ARGS(name));
}

static int propose(struct request *request, struct err *err)
{
    struct case_call call;
    struct parameter_change change = {.value = body_get_text(request->body, "value"),
                                      .reason = body_get_text(request->body, "reason")};
    int64_t record = 0;
    int code = find_parameter(request, &change.parameter, err);
    if (code == 0) code = case_call(request, &call, err);
    if (code == 0 && !date_parse(body_get_text(request->body, "from"), &change.from))
        code = err_set(err, ERR_INPUT, "不是日期", "This is no date");
    if (code == 0)
        code = parameter_change_open(call.casework, &call.actor, call.moment, &change, &record, err);
    if (code != 0) return code;
    struct json_writer *json = reply_json(request);
    json_put_object(json);
    json_member_text(json, "workflow", call.pack->registers[call.pack->changes.reg].workflow->label.name);
    json_member_int(json, "id", record);
    json_put_object_end(json);
    return 0;
}

static const struct route routes[] = {
    {.method = "GET",
     .path = "/parameters",
     .who = "dashboard",
     .name = "getParameters",
     .zh = "参数：包里的值、调整后的值、各次调整",
     .en = "Parameters: the pack's values, those adopted since, the changes",
     .query = list_query,
     .out = &list_shape,
     .handler = get_parameters},
    {.method = "POST",
     .path = "/parameters/{parameter}/changes",
     .who = "dashboard",
     .name = "proposeParameter",
     .zh = "提议调整一个参数",
     .en = "Proposes another value of a parameter",
     .in = &propose_shape,
     .out = &proposed_shape,
     .success = 201,
     .handler = propose},
};

const struct route_list parameter_routes = {routes, sizeof routes / sizeof *routes};
