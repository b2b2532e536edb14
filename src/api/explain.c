/* Why a rule or a formula says what it says of a record: now, or as a screening knew it then. */
#include "formula/explain.h"

#include "api/call.h"
#include "api/progress.h"
#include "api/routes.h"
#include "api/say.h"
#include "formula/formula.h"
#include "monitor/gather.h"
#include "monitor/hidden.h"
#include "monitor/local.h"
#include "monitor/stored.h"
#include "register/adopted.h"
#include "register/former.h"
#include "register/mask.h"
#include "register/scope_sql.h"

/* ---- Shapes ---- */

static const struct shape_field explain_query[] = {
    {.name = "register", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .min = 1, .max = 64},
    {.name = "id", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED, .min = 1, .max = INT64_MAX},
    {.name = "rule", .kind = SHAPE_TEXT, .max = 64},
    {.name = "formula", .kind = SHAPE_TEXT, .note = "a condition, instead of a rule"},
    {.name = "run", .kind = SHAPE_INT, .min = 1, .max = INT32_MAX, .note = "as that screening knew it"},
    {.name = "as_of", .kind = SHAPE_DATE},
    {.name = NULL}};

static const struct shape_field explain_fields[] = {
    {.name = "record", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "state", .kind = SHAPE_WORD, .words = "hit|miss|undetermined", .flags = SHAPE_REQUIRED},
    {.name = "sentence", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "missing", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "tree", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "note",
     .kind = SHAPE_TEXT,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE,
     .note = "of a run: that the pack was replaced since"},
    {.name = NULL}};
static const struct shape explain_shape = {.name = "Explanation", .fields = explain_fields};

/* ---- What is asked ---- */

struct asked {
    int reg;
    int64_t id;
    const struct node *node;
    int32_t as_of;
    struct stored_run run; /* id 0: of now */
    struct former *then;   /* of a run: with the parameters of then; NULL: of now */
    const struct pack *pack;
    struct frame *frame;
    struct naming *naming;
    struct err *err; /* of naming */
    int code;
};

static int read_register(struct request *request, struct asked *asked, struct err *err)
{
    struct text name = request_query(request, "register");
    const struct schema *schema = &call_pack(request)->schema;
    for (size_t i = 0; i < schema->register_count; i++) {
        asked->reg = (int)i;
        if (text_equal(schema->registers[i].label.name, name) &&
            scope_may(call_scope(request), asked->reg, SCOPE_READ))
            return 0;
    }
    return err_set(err, ERR_NOT_FOUND, "没有登记簿 %.*s，或您无权查看",
                   "There is no register %.*s, or you may not see it", TEXT_ARGS(name));
}

/* Of a run: its date, and the pack with the parameters that were in force when it ran. */
static int read_moment(struct request *request, struct asked *asked, struct err *err)
{
    asked->pack = call_pack(request);
    if (!request_has(request, "run")) return progress_as_of(request, &asked->as_of, err);
    if (request_has(request, "as_of")) {
        request_fault_field(request, "as_of");
        return err_set(err, ERR_INPUT, "run 自带日期，不能再写 as_of",
                       "run has its own date; as_of cannot stand beside it");
    }
    int code = stored_run_get(call_database(request), request_query_int(request, "run", 0), &asked->run, err);
    if (code == 0) code = former_own(call_database(request), &asked->then, err);
    if (code == 0) code = adopted_as_of(former_database(asked->then), asked->run.facts, err);
    if (code != 0) return code;
    asked->as_of = asked->run.as_of;
    asked->pack = database_pack(former_database(asked->then));
    return 0;
}

static int read_rule(struct request *request, struct asked *asked, struct err *err)
{
    struct text name = request_query(request, "rule");
    const struct pack *pack = asked->pack;
    for (size_t i = 0; i < pack->rule_count; i++)
        if (text_equal(pack->rules[i].label.name, name) && pack->rules[i].scope == asked->reg) {
            asked->node = pack->rules[i].node;
            return 0;
        }
    return err_set(err, ERR_NOT_FOUND, "这个登记簿没有规则 %.*s", "This register has no rule %.*s",
                   TEXT_ARGS(name));
}

static int read_formula(struct request *request, struct asked *asked, struct err *err)
{
    const struct type wanted = type_of(TYPE_BOOL);
    const struct pack *pack = asked->pack;
    const struct formula_source source = {.text = request_query(request, "formula")};
    struct node *node;
    int code = formula_check(&pack->schema, request->arena, asked->reg, source, &wanted, &node, err);
    if (code == 0) code = mask_check_formula(call_scope(request), pack, node, err);
    if (code != 0) request_fault_field(request, "formula");
    asked->node = node;
    return code;
}

static int read_asked(struct request *request, struct asked *asked, struct err *err)
{
    bool seen;
    asked->id = request_query_int(request, "id", 0);
    int code = read_register(request, asked, err);
    if (code != 0) return code;
    if (request_has(request, "rule") == request_has(request, "formula"))
        return err_set(err, ERR_INPUT, "请写 rule 或 formula 之一", "Give either rule or formula");
    code = read_moment(request, asked, err);
    if (code == 0)
        code =
            request_has(request, "rule") ? read_rule(request, asked, err) : read_formula(request, asked, err);
    if (code == 0)
        code = scope_has(call_database(request), call_scope(request), asked->reg, asked->id,
                         asked->run.id != 0, &seen, err);
    if (code == 0 && !seen) code = err_set(err, ERR_NOT_FOUND, "没有这条记录", "There is no such record");
    return code;
}

/* ---- The answer ---- */

/* A record as it may be named to who asks. */
static void name_record(void *context, int reg, uint32_t row, const char *language, struct buffer *out)
{
    struct asked *asked = context;
    struct named named;
    (void)language;
    if (asked->code == 0)
        asked->code = naming_get(asked->naming, reg, frame_id(asked->frame, reg, row), &named, asked->err);
    if (asked->code == 0) buffer_text(out, named.name.size > 0 ? named.name : named.key);
}

static const char *state_of(const struct value *value)
{
    if (!value->known) return "undetermined";
    return value->integer != 0 ? "hit" : "miss";
}

static void put(struct json_writer *json, const char *key, struct buffer *line)
{
    json_member_text(json, key, buffer_get(line));
    buffer_clear(line);
}

static int say_record_name(struct asked *asked, struct json_writer *json, struct err *err)
{
    struct named named;
    struct buffer line = {0};
    int code = naming_get(asked->naming, asked->reg, asked->id, &named, err);
    if (code != 0) return code;
    buffer_text(&line, named.key);
    if (named.name.size > 0) buffer_printf(&line, "（%.*s）", TEXT_ARGS(named.name));
    put(json, "record", &line);
    buffer_fini(&line);
    return 0;
}

static void say_missing(struct json_writer *json, struct asked *asked, struct explainer *explainer,
                        const struct explain *explain, uint32_t row, const char *language)
{
    struct buffer line = {0};
    json_put_key(json, "missing");
    json_put_array(json);
    for (size_t i = 0; i < explain->missing_count; i++) {
        const struct explain_missing *missing = &explain->missing[i];
        bool other = missing->row != FRAME_NO_ROW && (missing->reg != asked->reg || missing->row != row);
        if (other) {
            name_record(asked, missing->reg, missing->row, language, &line);
            buffer_char(&line, ' ');
        }
        explain_missing_print(explainer, missing, language, &line);
        json_put_text(json, buffer_get(&line));
        buffer_clear(&line);
    }
    json_put_array_end(json);
    buffer_fini(&line);
}

static struct text note_of(const struct request *request, const struct asked *asked)
{
    if (asked->run.id == 0 || !asked->run.other_pack) return TEXT("");
    return request->language[0] == 'e'
               ? TEXT("The rules were replaced after this screening. This is said by today's rules, with the "
                      "facts and parameters of then, and may differ from what the screening found.")
               : TEXT("那次筛查以后规则换过。这里按现在的规则、当时的事实和参数说明，可能与当时的结论不同。");
}

static int say_reasons(struct request *request, struct asked *asked, struct explainer *explainer,
                       const struct explain *explain, uint32_t row, struct err *err)
{
    const struct scope *scope = call_scope(request);
    const struct pack *pack = asked->pack;
    const char *language = request->language;
    struct json_writer *json = reply_json(request);
    struct explain said, shown;
    struct buffer line = {0};
    bool nothing;
    hidden_explain(scope, pack, explain, language, true, request->arena, &said, &nothing);
    hidden_explain(scope, pack, explain, language, false, request->arena, &shown, NULL);
    json_put_object(json);
    int code = say_record_name(asked, json, err);
    json_member_string(json, "state", state_of(&explain->root.value));
    if (nothing && explain->root.value.known)
        buffer_string(&line, language[0] == 'e' ? "It rests on facts that are not shown."
                                                : "依据的是不予显示的事实。");
    else
        explain_sentence(explainer, &said, language, &line);
    put(json, "sentence", &line);
    say_missing(json, asked, explainer, &said, row, language);
    explain_tree(explainer, &shown, language, false, &line);
    put(json, "tree", &line);
    json_put_key(json, "note");
    say_text_or_null(json, note_of(request, asked));
    json_put_object_end(json);
    buffer_fini(&line);
    return code != 0 ? code : asked->code;
}

static int explain_row(struct request *request, struct asked *asked, struct err *err)
{
    uint32_t row = frame_row(asked->frame, asked->reg, asked->id);
    struct explain explain;
    if (row == FRAME_NO_ROW)
        return err_set(err, ERR_NOT_FOUND, "那时还没有这条记录，或它已注销",
                       "There was no such record then, or it is retired");
    const struct pack *pack = asked->pack;
    struct explainer *explainer = explainer_new(&pack->schema, asked->frame, asked->as_of);
    if (formula_is_local(&pack->schema, asked->node, pack->subject)) explainer_few(explainer);
    asked->naming = naming_new(call_database(request), call_scope(request), request->language);
    asked->err = err;
    explainer_names(explainer, name_record, asked);
    int code = explain_record(explainer, asked->node, asked->reg, row, request->arena, &explain, err);
    if (code == 0) code = say_reasons(request, asked, explainer, &explain, row, err);
    naming_free(asked->naming);
    explainer_free(explainer);
    return code;
}

/* Of now: the frame that all share. Of a run: the facts as they stood, read for this question alone. */
static int load_frame(struct request *request, struct asked *asked, struct err *err)
{
    struct database *database = call_database(request);
    const struct program_root root = {asked->node, asked->reg};
    if (asked->run.id == 0) {
        struct frame_request wanted = gather_request(call_pack(request), &root, 1, false);
        int code = frame_cache_get(call_app(request)->frames, database, &wanted, FRAME_CACHE_NEWEST,
                                   &asked->frame, NULL, err);
        gather_request_free(call_pack(request), &wanted);
        return code;
    }
    int code = store_begin_read(database_store(database), err);
    if (code != 0) return code;
    code = gather_frame(former_database(asked->then), &root, 1, false, asked->run.facts, &asked->frame, err);
    store_rollback(database_store(database)); /* nothing was written */
    return code;
}

static int get_explain(struct request *request, struct err *err)
{
    struct asked asked = {0};
    int code = read_asked(request, &asked, err);
    if (code == 0) code = load_frame(request, &asked, err);
    if (code == 0) code = explain_row(request, &asked, err);
    frame_free(asked.frame);
    former_free(asked.then);
    return code;
}

static const struct route routes[] = {
    {.method = "GET",
     .path = "/explain",
     .who = "monitoring",
     .name = "getExplanation",
     .zh = "一条记录为什么命中（或不命中）一条规则或公式",
     .en = "Why a record has a rule's or formula's answer",
     .query = explain_query,
     .out = &explain_shape,
     .handler = get_explain},
};

const struct route_list explain_routes = {routes, sizeof routes / sizeof *routes};
