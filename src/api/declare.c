/* The public page's routes: no session, no cookie, so no forged request; and the sheets for those who hang
 * them up. */
#include <time.h>

#include "api/case_call.h"
#include "api/identify.h"
#include "api/routes.h"
#include "api/say.h"
#include "base/date.h"
#include "declare/declare.h"
#include "declare/sheet.h"

/* ---- Shapes ---- */

static const struct shape_field page_query[] = {
    {.name = "village", .kind = SHAPE_TEXT, .max = 32, .note = "a code; only this village is given then"},
    {.name = NULL}};
static const struct shape_field village_fields[] = {
    {.name = "code", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "township", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape village_shape = {.name = "DeclareVillage", .fields = village_fields};
static const struct shape_field page_fields[] = {
    {.name = "county", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "villages", .kind = SHAPE_OBJECT, .of = &village_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "risks", .kind = SHAPE_OBJECT, .of = &name_label_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = NULL}};
static const struct shape page_shape = {.name = "DeclarePage", .fields = page_fields};

static const struct shape_field challenge_fields[] = {
    {.name = "token", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "question", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "bits",
     .kind = SHAPE_INT,
     .flags = SHAPE_REQUIRED,
     .note = "SHA-256 of TOKEN:WORK has to begin with so many zero bits"},
    {.name = NULL}};
static const struct shape challenge_shape = {.name = "DeclareChallenge", .fields = challenge_fields};

static const struct shape_field declare_fields[] = {
    {.name = "token", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .max = CHALLENGE_TOKEN},
    {.name = "answer", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .max = 40},
    {.name = "work", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .max = 40},
    {.name = "village", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .max = 32, .note = "its code"},
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .max = 60},
    {.name = "identity", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .max = 40},
    {.name = "phone", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .max = 40},
    {.name = "risk", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE, .max = 48},
    {.name = "story", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .max = 4000},
    {.name = NULL}};
static const struct shape declare_shape = {.name = "Declare", .fields = declare_fields};
static const struct shape_field receipt_fields[] = {
    {.name = "receipt", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED}, {.name = NULL}};
static const struct shape receipt_shape = {.name = "DeclareReceipt", .fields = receipt_fields};

static const struct shape_field ask_fields[] = {
    {.name = "receipt", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .max = 40},
    {.name = "identity", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .max = 40},
    {.name = NULL}};
static const struct shape ask_shape = {.name = "DeclareAsk", .fields = ask_fields};
static const struct shape_field state_fields[] = {
    {.name = "received", .kind = SHAPE_DATE, .flags = SHAPE_REQUIRED},
    {.name = "words", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape state_shape = {.name = "DeclareState", .fields = state_fields};

static const struct shape_field sheets_query[] = {
    {.name = "division", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .min = 1, .max = 32}, {.name = NULL}};

/* ---- The page ---- */

static int check_open(const struct request *request, struct err *err)
{
    if (call_pack(request)->declaration.reg >= 0) return 0;
    return err_set(err, ERR_NOT_FOUND, "这里没有开通网上申报，请到村委会申报",
                   "Declaring online is not open here; go to the village committee");
}

static void say_villages(struct json_writer *json, const struct pack *pack, struct text only)
{
    json_put_key(json, "villages");
    json_put_array(json);
    for (size_t i = 0; i < pack->division_count; i++) {
        const struct pack_division *division = &pack->divisions[i];
        if (division->level != DIVISION_VILLAGE || (only.size > 0 && !text_equal(division->code, only)))
            continue;
        json_put_object(json);
        json_member_text(json, "code", division->code);
        json_member_text(json, "name", division->name);
        json_member_text(json, "township",
                         division->parent < 0 ? TEXT("") : pack->divisions[division->parent].name);
        json_put_object_end(json);
    }
    json_put_array_end(json);
}

static const struct schema_dictionary *risks_of(const struct pack *pack)
{
    const struct pack_declaration *meta = &pack->declaration;
    const struct schema_register *reg = &pack->schema.registers[meta->reg];
    return &pack->schema.dictionaries[reg->fields[meta->fields[DECLARATION_RISK]].type.dictionary];
}

static int get_page(struct request *request, struct err *err)
{
    const struct pack *pack = call_pack(request);
    int code = check_open(request, err);
    if (code != 0) return code;
    const struct schema_dictionary *risks = risks_of(pack);
    struct json_writer *json = reply_json(request);
    int county = 0;
    while ((size_t)county < pack->division_count && pack->divisions[county].level != DIVISION_COUNTY)
        county++;
    json_put_object(json);
    json_member_text(json, "county",
                     (size_t)county < pack->division_count ? pack->divisions[county].name : TEXT(""));
    say_villages(json, pack, request_query(request, "village"));
    json_put_key(json, "risks");
    json_put_array(json);
    for (size_t i = 0; i < risks->code_count; i++) {
        json_put_object(json);
        json_member_text(json, "name", risks->codes[i].label.name);
        json_put_key(json, "label");
        say_label(json, &risks->codes[i].label);
        json_put_object_end(json);
    }
    json_put_array_end(json);
    json_put_object_end(json);
    return 0;
}

static int get_challenge(struct request *request, struct err *err)
{
    struct challenge challenge;
    int code = check_open(request, err);
    if (code == 0)
        code = declare_challenge(call_database(request), request->language, (int64_t)time(NULL),
                                 request->arena, &challenge, err);
    if (code != 0) return code;
    struct json_writer *json = reply_json(request);
    json_put_object(json);
    json_member_string(json, "token", challenge.token);
    json_member_text(json, "question", challenge.question);
    json_member_int(json, "bits", challenge.bits);
    json_put_object_end(json);
    return 0;
}

/* ---- Declaring ---- */

static int read_risk(struct request *request, int *risk, struct err *err)
{
    const struct schema_dictionary *risks = risks_of(call_pack(request));
    struct text name = body_get_text(request->body, "risk");
    *risk = -1;
    for (size_t i = 0; i < risks->code_count; i++)
        if (text_equal(risks->codes[i].label.name, name)) *risk = (int)i;
    if (name.size == 0 || *risk >= 0) return 0;
    request_fault_field(request, "risk");
    return err_set(err, ERR_INPUT, "请选择一种情况", "Choose one of the troubles");
}

static int read_village(struct request *request, int64_t *village, struct err *err)
{
    const struct pack *pack = call_pack(request);
    const struct scope scope = declare_scope(pack, request->arena);
    struct err unused;
    int code = identify_key(call_worker(request), &scope, pack->division_register,
                            body_get_text(request->body, "village"), village, &unused);
    if (code == 0) return 0;
    request_fault_field(request, "village");
    return err_set(err, ERR_INPUT, "请选择所在的村", "Choose your village");
}

static int declare(struct request *request, struct err *err)
{
    struct declaration said = {.token = body_get_text(request->body, "token"),
                               .answer = body_get_text(request->body, "answer"),
                               .work = body_get_text(request->body, "work"),
                               .address = text_of(request->address),
                               .name = body_get_text(request->body, "name"),
                               .identity = body_get_text(request->body, "identity"),
                               .phone = body_get_text(request->body, "phone"),
                               .story = body_get_text(request->body, "story")};
    char receipt[RECEIPT];
    const char *field = "";
    struct casework *casework;
    int code = check_open(request, err);
    if (code == 0) code = case_call_open(call_worker(request), &casework, err);
    if (code == 0) code = read_village(request, &said.village, err);
    if (code == 0) code = read_risk(request, &said.risk, err);
    if (code != 0) return code;
    code = declare_submit(casework, &said, (int64_t)time(NULL), receipt, &field, err);
    if (code != 0 && field[0] != '\0') request_fault_field(request, field);
    if (code != 0) return code;
    struct json_writer *json = reply_json(request);
    json_put_object(json);
    json_member_string(json, "receipt", receipt);
    json_put_object_end(json);
    return 0;
}

static int ask(struct request *request, struct err *err)
{
    int state;
    int32_t received;
    char date[DATE_TEXT];
    int code = check_open(request, err);
    if (code == 0)
        code = declare_status(call_database(request), body_get_text(request->body, "receipt"),
                              body_get_text(request->body, "identity"), text_of(request->address),
                              (int64_t)time(NULL), &state, &received, err);
    if (code != 0) return code;
    const struct pack_words *words = &call_pack(request)->declaration.words[state];
    struct json_writer *json = reply_json(request);
    json_put_object(json);
    json_member_string(json, "received", date_format(received, date));
    json_put_key(json, "words");
    say_two(json, words->zh, words->en);
    json_put_object_end(json);
    return 0;
}

/* ---- Sheets ---- */

static const char *origin_of(const struct request *request)
{
    const char *host = request_header(request, "Host");
    if (call_app(request)->origin != NULL) return call_app(request)->origin;
    return arena_printf(request->arena, "%s://%s", request->secure ? "https" : "http",
                        host == NULL ? "localhost" : host);
}

static int sheets(struct request *request, struct err *err)
{
    struct buffer html = {0};
    int division;
    int code = check_open(request, err);
    if (code == 0) code = call_division(request, &division, err);
    if (code == 0 && !scope_holds(call_scope(request), call_pack(request), division))
        code = err_set(err, ERR_NOT_FOUND, "没有这个区划，或不在您的范围内",
                       "There is no such division, or it is not yours");
    if (code == 0)
        code = sheet_write(call_pack(request), division, origin_of(request), request->language, &html, err);
    const char *path =
        arena_printf(request->arena, "%s/uploads/%s.out", call_app(request)->data, request->id);
    if (code == 0) code = app_put_file(path, buffer_get(&html), err);
    buffer_fini(&html);
    return code == 0 ? reply_file(request, path, "text/html; charset=utf-8", NULL, true, err) : code;
}

static const struct route routes[] = {
    {.method = "GET",
     .path = "/declare",
     .who = "public",
     .name = "getDeclarePage",
     .zh = "自主申报页：村和可选的情况",
     .en = "The page of declarations: villages and troubles to choose from",
     .query = page_query,
     .out = &page_shape,
     .handler = get_page},
    {.method = "GET",
     .path = "/declare/challenge",
     .who = "public",
     .name = "getDeclareChallenge",
     .zh = "一道验证题",
     .en = "A question against machines",
     .out = &challenge_shape,
     .handler = get_challenge},
    {.method = "POST",
     .path = "/declare",
     .who = "public",
     .name = "declare",
     .zh = "农户申报，得到回执号",
     .en = "A household declares its trouble and gets a receipt",
     .in = &declare_shape,
     .out = &receipt_shape,
     .success = 201,
     .body_max = 32 << 10,
     .handler = declare},
    {.method = "POST",
     .path = "/declare/status",
     .who = "public",
     .name = "getDeclareStatus",
     .zh = "凭回执号和身份证号查办理情况",
     .en = "What became of it, for who knows the receipt and the identity number",
     .in = &ask_shape,
     .out = &state_shape,
     .body_max = 4 << 10,
     .handler = ask},
    {.method = "GET",
     .path = "/declare/sheets",
     .who = "session",
     .name = "getDeclareSheets",
     .zh = "张贴用的二维码，每村一页",
     .en = "Sheets to hang up, a page a village, with the code to scan",
     .query = sheets_query,
     .out_type = "text/html",
     .handler = sheets},
};

const struct route_list declare_routes = {routes, sizeof routes / sizeof *routes};
