/* What there is to try in a what-if: the rules, the parameters each of them rests on and how far they may be
 * moved, and the funds that help could be paid from. The sliders of a page are these and no others. */
#include <inttypes.h>
#include <stdlib.h>

#include "api/call.h"
#include "api/progress.h"
#include "api/put.h"
#include "api/routes.h"
#include "api/say.h"
#include "base/date.h"
#include "formula/formula.h"
#include "progress/eyes.h"
#include "progress/levers.h"
#include "register/naming.h"

enum { FUNDS_SHOWN = 100 };

static const struct shape_field rule_fields[] = {
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "label", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = "kind", .kind = SHAPE_WORD, .words = "list|warning|quality", .flags = SHAPE_REQUIRED},
    {.name = "register", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "clause", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "parameters",
     .kind = SHAPE_TEXT,
     .flags = SHAPE_REQUIRED | SHAPE_LIST,
     .note = "on which it rests, also through definitions; numbers only"},
    {.name = NULL}};
static const struct shape rule_shape = {.name = "WhatifRule", .fields = rule_fields};

static const struct shape_field parameter_fields[] = {
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "label", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = "type", .kind = SHAPE_WORD, .words = "int|decimal|money|ratio", .flags = SHAPE_REQUIRED},
    {.name = "unit", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "clause", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "note", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "source", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "value",
     .kind = SHAPE_TEXT,
     .flags = SHAPE_REQUIRED,
     .note = "as of the date, plain; a ratio of 5.5 % is 0.055"},
    {.name = "least", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "most", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "step", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape parameter_shape = {.name = "WhatifParameter", .fields = parameter_fields};

static const struct shape_field fund_fields[] = {
    {.name = "record", .kind = SHAPE_OBJECT, .of = &named_shape, .flags = SHAPE_REQUIRED},
    {.name = "balance", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape fund_shape = {.name = "WhatifFund", .fields = fund_fields};

static const struct shape_field choices_fields[] = {
    {.name = "as_of", .kind = SHAPE_DATE, .flags = SHAPE_REQUIRED},
    {.name = "formulas", .kind = SHAPE_BOOL, .flags = SHAPE_REQUIRED, .note = "other formulas may be tried"},
    {.name = "first",
     .kind = SHAPE_TEXT,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE,
     .note = "the rule that the pack's first page shows"},
    {.name = "rules", .kind = SHAPE_OBJECT, .of = &rule_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "parameters",
     .kind = SHAPE_OBJECT,
     .of = &parameter_shape,
     .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "fund_register", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "funds",
     .kind = SHAPE_OBJECT,
     .of = &fund_shape,
     .flags = SHAPE_REQUIRED | SHAPE_LIST,
     .note = "with something left, most first, at most 100"},
    {.name = NULL}};
static const struct shape choices_shape = {.name = "WhatifChoices", .fields = choices_fields};

static const struct shape_field query[] = {{.name = "as_of", .kind = SHAPE_DATE, .note = "today by default"},
                                           {.name = NULL}};

/* ---- Rules ---- */

/* Does the parameter make a slider? */
static bool moves(const struct pack *pack, size_t parameter, int32_t as_of, struct lever_range *range)
{
    return lever_range_of(&pack->schema.parameters[parameter], &pack->parameters[parameter], as_of, range);
}

static void say_rule(struct json_writer *json, const struct pack *pack, const struct pack_rule *rule,
                     const bool *parameters, int32_t as_of)
{
    static const char *const kinds[] = {
        [RULE_LIST] = "list", [RULE_WARNING] = "warning", [RULE_QUALITY] = "quality"};
    json_put_object(json);
    json_member_text(json, "name", rule->label.name);
    json_put_key(json, "label");
    say_label(json, &rule->label);
    json_member_string(json, "kind", kinds[rule->kind]);
    json_member_text(json, "register", pack->schema.registers[rule->scope].label.name);
    json_put_key(json, "clause");
    say_clauses(json, pack, &rule->clause);
    json_put_key(json, "parameters");
    json_put_array(json);
    for (size_t i = 0; i < pack->schema.parameter_count; i++) {
        struct lever_range range;
        if (parameters[i] && moves(pack, i, as_of, &range))
            json_put_text(json, pack->schema.parameters[i].label.name);
    }
    json_put_array_end(json);
    json_put_object_end(json);
}

/* used: which parameters some rule rests on. */
static void say_rules(struct request *request, struct json_writer *json, int32_t as_of, bool *used)
{
    const struct pack *pack = call_pack(request);
    size_t count = pack->schema.parameter_count;
    json_put_key(json, "rules");
    json_put_array(json);
    for (size_t i = 0; i < pack->rule_count; i++) {
        if (!eyes_may(pack, call_scope(request), pack->rules[i].scope)) continue;
        bool *parameters = arena_array(request->arena, count + 1, sizeof *parameters);
        levers_of(pack, pack->rules[i].node, parameters);
        say_rule(json, pack, &pack->rules[i], parameters, as_of);
        for (size_t k = 0; k < count; k++) used[k] |= parameters[k];
    }
    json_put_array_end(json);
}

/* ---- Parameters ---- */

/* A whole number of the type's smallest parts as plain text: fen as yuan, millionths as a ratio. */
static void put_plain(struct json_writer *json, const char *key, enum type_kind kind, int64_t value)
{
    char text[MONEY_TEXT + 8];
    if (kind == TYPE_MONEY) {
        put_money(json, key, true, value);
    } else if (kind == TYPE_DECIMAL) {
        put_decimal(json, key, true, value);
    } else if (kind == TYPE_RATIO) {
        snprintf(text, sizeof text, "%s%" PRId64 ".%06" PRId64, value < 0 ? "-" : "",
                 (value < 0 ? -value : value) / 1000000, (value < 0 ? -value : value) % 1000000);
        json_member_string(json, key, text);
    } else {
        snprintf(text, sizeof text, "%" PRId64, value);
        json_member_string(json, key, text);
    }
}

static void say_parameter(struct json_writer *json, const struct pack *pack, size_t index, int32_t as_of,
                          const struct lever_range *range)
{
    const struct schema *schema = &pack->schema;
    const struct schema_parameter *parameter = &schema->parameters[index];
    enum type_kind kind = parameter->type.kind;
    json_put_object(json);
    json_member_text(json, "name", parameter->label.name);
    json_put_key(json, "label");
    say_label(json, &parameter->label);
    json_member_string(json, "type", pack_type_name(kind));
    json_put_key(json, "unit");
    if (parameter->type.unit >= 0)
        say_label(json, &schema->units[parameter->type.unit].label);
    else
        json_put_null(json);
    json_put_key(json, "clause");
    say_clauses(json, pack, &pack->parameters[index].clause);
    json_put_key(json, "note");
    say_text_or_null(json, pack->parameters[index].note);
    json_put_key(json, "source");
    say_text_or_null(json, pack->parameters[index].source);
    put_plain(json, "value", kind, lever_whole(schema_parameter_at(parameter, as_of), kind));
    put_plain(json, "least", kind, range->least);
    put_plain(json, "most", kind, range->most);
    put_plain(json, "step", kind, range->step);
    json_put_object_end(json);
}

static void say_parameters(struct json_writer *json, const struct pack *pack, int32_t as_of, const bool *used)
{
    json_put_key(json, "parameters");
    json_put_array(json);
    for (size_t i = 0; i < pack->schema.parameter_count; i++) {
        struct lever_range range;
        if (used[i] && moves(pack, i, as_of, &range)) say_parameter(json, pack, i, as_of, &range);
    }
    json_put_array_end(json);
}

/* ---- Funds ---- */

static int say_funds(struct request *request, struct json_writer *json, int32_t as_of, struct err *err)
{
    const struct pack *pack = call_pack(request);
    struct naming *naming = naming_new(call_database(request), call_scope(request), request->language);
    struct lever_fund *funds;
    size_t count;
    int code = levers_funds(pack, call_app(request)->frames, call_database(request), call_scope(request),
                            as_of, request->arena, &funds, &count, err);
    int reg = pack->progress.funds.reg;
    json_put_key(json, "fund_register");
    say_text_or_null(json, count > 0 ? pack->schema.registers[reg].label.name : TEXT(""));
    json_put_key(json, "funds");
    json_put_array(json);
    for (size_t i = 0; code == 0 && i < count && i < FUNDS_SHOWN; i++) {
        struct named named;
        code = naming_get(naming, reg, funds[i].id, &named, err);
        if (code != 0) break;
        json_put_object(json);
        json_put_key(json, "record");
        say_named(json, funds[i].id, &named);
        put_money(json, "balance", true, funds[i].balance);
        json_put_object_end(json);
    }
    json_put_array_end(json);
    naming_free(naming);
    return code;
}

static int get_choices(struct request *request, struct err *err)
{
    const struct pack *pack = call_pack(request);
    int32_t as_of;
    int code = progress_as_of(request, &as_of, err);
    if (code == 0) code = progress_plan_day(request, as_of, err);
    if (code != 0) return code;
    bool *used = arena_array(request->arena, pack->schema.parameter_count + 1, sizeof *used);
    struct json_writer *json = reply_json(request);
    char day[DATE_TEXT];
    json_put_object(json);
    json_member_string(json, "as_of", date_format(as_of, day));
    json_member_bool(json, "formulas", scope_all_rows(call_scope(request), pack));
    json_put_key(json, "first");
    say_text_or_null(json,
                     pack->dashboard.rule < 0 ? TEXT("") : pack->rules[pack->dashboard.rule].label.name);
    say_rules(request, json, as_of, used);
    say_parameters(json, pack, as_of, used);
    code = say_funds(request, json, as_of, err);
    json_put_object_end(json);
    return code;
}

static const struct route routes[] = {
    {.method = "GET",
     .path = "/whatif/choices",
     .who = "monitoring",
     .name = "getWhatifChoices",
     .zh = "可以推演的规则、参数和资金",
     .en = "What there is to try: rules, their parameters, funds",
     .query = query,
     .out = &choices_shape,
     .handler = get_choices},
};

const struct route_list whatif_choice_routes = {routes, sizeof routes / sizeof *routes};
