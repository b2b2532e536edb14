/* Formulas as users type them: checked, printed in both languages, and what an editor offers at a place. */
#include "formula/formula.h"

#include "api/call.h"
#include "api/routes.h"
#include "api/say.h"
#include "formula/language.h"
#include "register/mask.h"

/* ---- Shapes ---- */

static const struct shape_field check_fields[] = {
    {.name = "register", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .min = 1, .max = 64},
    {.name = "formula", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape check_shape = {.name = "FormulaQuestion", .fields = check_fields};

static const struct shape_field checked_fields[] = {
    {.name = "type", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "zh", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "en", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape checked_shape = {.name = "FormulaCheck", .fields = checked_fields};

static const struct shape_field words_query[] = {
    {.name = "register", .kind = SHAPE_TEXT, .max = 64, .note = "with it: what may be written at a place"},
    {.name = "text", .kind = SHAPE_TEXT, .note = "the formula, perhaps unfinished"},
    {.name = "at", .kind = SHAPE_INT, .min = 0, .max = 10000, .note = "characters before the place"},
    {.name = NULL}};

static const struct shape_field word_fields[] = {
    {.name = "kind",
     .kind = SHAPE_WORD,
     .words = "keyword|function|aggregate|field|definition|parameter|built_in|register|reference|code",
     .flags = SHAPE_REQUIRED},
    {.name = "text", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "label", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = "type", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "note", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = NULL}};
static const struct shape word_shape = {.name = "FormulaWord", .fields = word_fields};

static const struct shape_field words_fields[] = {
    {.name = "words", .kind = SHAPE_OBJECT, .of = &word_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "from", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "to", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "hover", .kind = SHAPE_OBJECT, .of = &word_shape, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = NULL}};
static const struct shape words_shape = {.name = "FormulaWords", .fields = words_fields};

/* ---- Checking ---- */

static int find_register(const struct request *request, struct text name, int *reg, struct err *err)
{
    const struct schema *schema = &call_pack(request)->schema;
    for (size_t i = 0; i < schema->register_count; i++) {
        *reg = (int)i;
        if (text_equal(schema->registers[i].label.name, name) &&
            scope_may(call_scope(request), *reg, SCOPE_READ))
            return 0;
    }
    return err_set(err, ERR_NOT_FOUND, "没有登记簿 %.*s，或您无权查看",
                   "There is no register %.*s, or you may not see it", TEXT_ARGS(name));
}

static void put_buffer(struct json_writer *json, const char *key, struct buffer *line)
{
    json_member_text(json, key, buffer_get(line));
    buffer_clear(line);
}

static int post_check(struct request *request, struct err *err)
{
    const struct pack *pack = call_pack(request);
    const struct formula_source source = {.text = body_get_text(request->body, "formula")};
    struct json_writer *json = reply_json(request);
    struct buffer line = {0};
    struct node *node;
    int reg;
    int code = find_register(request, body_get_text(request->body, "register"), &reg, err);
    if (code != 0) return code;
    code = formula_check(&pack->schema, request->arena, reg, source, NULL, &node, err);
    if (code == 0) code = mask_check_formula(call_scope(request), pack, node, err);
    if (code != 0) {
        request_fault_field(request, "formula");
        return code;
    }
    json_put_object(json);
    type_print(&pack->schema, node->type, request->language, &line);
    put_buffer(json, "type", &line);
    formula_print(&pack->schema, node, "zh", &line);
    put_buffer(json, "zh", &line);
    formula_print(&pack->schema, node, "en", &line);
    put_buffer(json, "en", &line);
    json_put_object_end(json);
    buffer_fini(&line);
    return 0;
}

/* ---- Words ---- */

static const char *kind_of(enum offer_kind kind)
{
    switch (kind) {
    case OFFER_KEYWORD:
        return "keyword";
    case OFFER_FUNCTION:
        return "function";
    case OFFER_AGGREGATE:
        return "aggregate";
    case OFFER_FIELD:
        return "field";
    case OFFER_DEFINITION:
        return "definition";
    case OFFER_PARAMETER:
        return "parameter";
    case OFFER_BUILT_IN:
        return "built_in";
    case OFFER_REGISTER:
        return "register";
    case OFFER_REFERENCE:
        return "reference";
    case OFFER_CODE:
        return "code";
    }
    return "";
}

static void say_word(struct json_writer *json, const struct offer *offer)
{
    json_put_object(json);
    json_member_string(json, "kind", kind_of(offer->kind));
    json_member_text(json, "text", offer->text);
    json_put_key(json, "label");
    say_two(json, offer->zh, offer->en);
    json_put_key(json, "type");
    say_text_or_null(json, offer->type);
    json_put_key(json, "note");
    say_text_or_null(json, offer->note);
    json_put_object_end(json);
}

/* Editors count characters, the language bytes. */
static size_t byte_of(struct text text, int64_t characters)
{
    size_t offset = 0;
    while (characters-- > 0 && offset < text.size) text_next(text, &offset);
    return offset;
}

static int64_t character_of(struct text text, size_t byte)
{
    return (int64_t)text_length((struct text){text.at, byte < text.size ? byte : text.size});
}

/* What the pack calls things of registers that the user may not read is no secret, but of no use either. */
static bool may_be_offered(const struct request *request, const struct offer *offer)
{
    const struct schema *schema = &call_pack(request)->schema;
    if (offer->kind != OFFER_REGISTER) return true;
    for (size_t i = 0; i < schema->register_count; i++)
        if (text_equal(label_in(&schema->registers[i].label, "en"), offer->en) &&
            text_equal(label_in(&schema->registers[i].label, "zh"), offer->zh))
            return scope_may(call_scope(request), (int)i, SCOPE_READ);
    return true;
}

static void say_words(struct request *request, struct text text, const struct offers *offers,
                      const struct offers *hover)
{
    struct json_writer *json = reply_json(request);
    json_put_object(json);
    json_put_key(json, "words");
    json_put_array(json);
    for (size_t i = 0; i < offers->count; i++)
        if (may_be_offered(request, &offers->items[i])) say_word(json, &offers->items[i]);
    json_put_array_end(json);
    json_member_int(json, "from", character_of(text, offers->from));
    json_member_int(json, "to", character_of(text, offers->to));
    json_put_key(json, "hover");
    if (hover->count > 0)
        say_word(json, &hover->items[0]);
    else
        json_put_null(json);
    json_put_object_end(json);
}

static int get_words(struct request *request, struct err *err)
{
    const struct schema *schema = &call_pack(request)->schema;
    struct text text = request_query(request, "text"), name = request_query(request, "register");
    struct offers offers = {0}, hover = {0};
    int reg;
    if (name.size == 0) {
        language_words(request->language, request->arena, &offers);
        say_words(request, TEXT(""), &offers, &hover);
        return 0;
    }
    int code = find_register(request, name, &reg, err);
    if (code != 0) return code;
    size_t at = byte_of(text, request_query_int(request, "at", 10000));
    language_offers(schema, reg, text, at, request->language, request->arena, &offers);
    if (!language_hover(schema, reg, text, at, request->language, request->arena, &hover)) hover.count = 0;
    say_words(request, text, &offers, &hover);
    return 0;
}

static const struct route routes[] = {
    {.method = "POST",
     .path = "/formulas/check",
     .who = "monitoring",
     .name = "checkFormula",
     .zh = "检查公式",
     .en = "Checks a formula",
     .in = &check_shape,
     .out = &checked_shape,
     .handler = post_check},
    {.method = "GET",
     .path = "/formulas/words",
     .who = "monitoring",
     .name = "getFormulaWords",
     .zh = "公式语言的词；给出登记簿和公式时，光标处可以写什么",
     .en = "The words of the formula language; with a register and a text, what may stand at a place",
     .query = words_query,
     .out = &words_shape,
     .handler = get_words},
};

const struct route_list formula_routes = {routes, sizeof routes / sizeof *routes};
