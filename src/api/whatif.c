/* 政策推演: what if a line, a threshold or a rule were another. Answers while a slider is dragged; a question
 * can be kept under a number that others may open. */
#include "progress/whatif.h"

#include <time.h>

#include "api/progress.h"
#include "api/put.h"
#include "api/routes.h"
#include "api/say.h"
#include "base/date.h"
#include "base/money.h"
#include "formula/formula.h"
#include "pack/value.h"
#include "progress/notes.h"
#include "register/naming.h"

enum { PAGE = 50, PAGE_MAX = 500, NOTES_SHOWN = 200, FORMULA_MOST = 4000 };

/* ---- Shapes ---- */

static const struct shape_field change_fields[] = {
    {.name = "name",
     .kind = SHAPE_TEXT,
     .flags = SHAPE_REQUIRED,
     .min = 1,
     .max = 200,
     .note = "a parameter, definition (register.definition) or rule"},
    {.name = "value",
     .kind = SHAPE_TEXT,
     .flags = SHAPE_REQUIRED,
     .min = 1,
     .max = FORMULA_MOST,
     .note = "a value as in a spreadsheet, or a formula"},
    {.name = NULL}};
static const struct shape change_shape = {.name = "WhatifChange", .fields = change_fields};

static const struct shape_field variant_fields[] = {
    {.name = "label", .kind = SHAPE_TEXT, .max = 100},
    {.name = "set", .kind = SHAPE_OBJECT, .of = &change_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = NULL}};
static const struct shape variant_shape = {.name = "WhatifVariant", .fields = variant_fields};

static const struct shape_field list_fields[] = {
    {.name = "side",
     .kind = SHAPE_INT,
     .min = 0,
     .max = WHATIF_VARIANTS,
     .note = "0: as it is; 1, 2: the variants"},
    {.name = "which",
     .kind = SHAPE_WORD,
     .words = "hits|undetermined|entering|leaving",
     .flags = SHAPE_REQUIRED},
    {.name = "limit", .kind = SHAPE_INT, .min = 1, .max = PAGE_MAX},
    {.name = "after",
     .kind = SHAPE_INT,
     .min = 0,
     .max = INT64_MAX,
     .note = "the last id of the page before"},
    {.name = NULL}};
static const struct shape list_shape = {.name = "WhatifList", .fields = list_fields};

static const struct shape_field question_fields[] = {
    {.name = "as_of", .kind = SHAPE_DATE, .note = "today unless given"},
    {.name = "rule", .kind = SHAPE_TEXT, .max = 200, .note = "or `register` and `condition`"},
    {.name = "register", .kind = SHAPE_TEXT, .max = 64},
    {.name = "condition", .kind = SHAPE_TEXT, .max = FORMULA_MOST},
    {.name = "cost",
     .kind = SHAPE_TEXT,
     .max = FORMULA_MOST,
     .note = "for each record of the list: an amount, or a money formula"},
    {.name = "balance", .kind = SHAPE_TEXT, .max = 40, .note = "of the fund that is to pay it"},
    {.name = "level", .kind = SHAPE_WORD, .words = "township|village"},
    {.name = "division", .kind = SHAPE_TEXT, .max = 32},
    {.name = "variants",
     .kind = SHAPE_OBJECT,
     .of = &variant_shape,
     .flags = SHAPE_LIST,
     .note = "two at most"},
    {.name = "list", .kind = SHAPE_OBJECT, .of = &list_shape, .note = "whose records are to be named"},
    {.name = NULL}};
static const struct shape question_shape = {.name = "WhatifQuestion", .fields = question_fields};

static const struct shape_field side_fields[] = {
    {.name = "hits", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "undetermined", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "entering", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "leaving", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "cost", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "cost_unknown",
     .kind = SHAPE_INT,
     .flags = SHAPE_REQUIRED,
     .note = "records whose cost is not known"},
    {.name = "left", .kind = SHAPE_TEXT, .flags = SHAPE_NULLABLE, .note = "of the balance; of the sum only"},
    {.name = NULL}};
static const struct shape side_shape = {.name = "WhatifSide", .fields = side_fields};

static const struct shape_field row_fields[] = {
    {.name = "code", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .note = "empty: nowhere"},
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "records", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "sides", .kind = SHAPE_OBJECT, .of = &side_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = NULL}};
static const struct shape row_shape = {.name = "WhatifPlace", .fields = row_fields};

static const struct shape_field answer_fields[] = {
    {.name = "as_of", .kind = SHAPE_DATE, .flags = SHAPE_REQUIRED},
    {.name = "register", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "records", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "sides",
     .kind = SHAPE_OBJECT,
     .of = &side_shape,
     .flags = SHAPE_REQUIRED | SHAPE_LIST,
     .note = "as it is, then the variants"},
    {.name = "divisions", .kind = SHAPE_OBJECT, .of = &row_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "list", .kind = SHAPE_OBJECT, .of = &named_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "more", .kind = SHAPE_BOOL, .flags = SHAPE_REQUIRED, .note = "the list goes on"},
    {.name = NULL}};
static const struct shape answer_shape = {.name = "WhatifAnswer", .fields = answer_fields};

static const struct shape_field new_note_fields[] = {
    {.name = "title", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .min = 1, .max = NOTE_TITLE_MOST},
    {.name = "note", .kind = SHAPE_TEXT, .max = NOTE_TEXT_MOST},
    {.name = "question", .kind = SHAPE_OBJECT, .of = &question_shape, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape new_note_shape = {.name = "NewWhatifNote", .fields = new_note_fields};

static const struct shape_field note_fields[] = {
    {.name = "id", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "title", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "note", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "actor", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "own", .kind = SHAPE_BOOL, .flags = SHAPE_REQUIRED},
    {.name = "at", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "question", .kind = SHAPE_OBJECT, .of = &question_shape, .note = "of a single note only"},
    {.name = NULL}};
static const struct shape note_shape = {.name = "WhatifNote", .fields = note_fields};
static const struct shape notes_shape = {.name = "WhatifNotes", .list_of = &note_shape};

/* ---- The question ---- */

static int read_changes(struct request *request, const struct body *list, struct whatif_variant *out,
                        struct err *err)
{
    size_t count = body_size(list);
    struct pack_override *changes = arena_array(request->arena, count, sizeof *changes);
    if (count > WHATIF_CHANGES) {
        request_fault_field(request, "variants");
        return err_set(err, ERR_INPUT, "一个方案最多改 %d 处", "A variant changes %d things at most",
                       WHATIF_CHANGES);
    }
    for (size_t i = 0; i < count; i++) {
        const struct body *change = body_at(list, i);
        changes[i] = (struct pack_override){body_get_text(change, "name"), body_get_text(change, "value")};
    }
    *out = (struct whatif_variant){changes, count};
    return 0;
}

static int read_variants(struct request *request, const struct body *asked, struct whatif_question *question,
                         struct err *err)
{
    const struct body *list = body_get(asked, "variants");
    size_t count = list == NULL || body_kind(list) == BODY_NULL ? 0 : body_size(list);
    struct whatif_variant *variants = arena_array(request->arena, count, sizeof *variants);
    if (count > WHATIF_VARIANTS) {
        request_fault_field(request, "variants");
        return err_set(err, ERR_INPUT, "一次最多比较 %d 个方案", "%d variants are compared at most",
                       WHATIF_VARIANTS);
    }
    int code = 0;
    for (size_t i = 0; code == 0 && i < count; i++)
        code = read_changes(request, body_get(body_at(list, i), "set"), &variants[i], err);
    question->variants = variants;
    question->variant_count = count;
    return code;
}

static int read_register(struct request *request, const struct body *asked, struct whatif_question *question,
                         struct err *err)
{
    struct text name = body_get_text(asked, "register");
    const struct schema *schema = &call_pack(request)->schema;
    question->rule = body_get_text(asked, "rule");
    question->condition = body_get_text(asked, "condition");
    question->reg = -1;
    if (question->rule.size > 0) return 0;
    for (size_t i = 0; i < schema->register_count; i++)
        if (text_equal(schema->registers[i].label.name, name) &&
            scope_may(call_scope(request), (int)i, SCOPE_READ))
            question->reg = (int)i;
    if (question->reg >= 0 && question->condition.size > 0) return 0;
    request_fault_field(request, "rule");
    return err_set(err, ERR_INPUT, "请指明规则，或登记簿和条件",
                   "Name a rule, or a register and a condition");
}

static int read_division(struct request *request, const struct body *asked, struct whatif_question *question,
                         struct err *err)
{
    struct text code = body_get_text(asked, "division");
    question->division = -1;
    if (code.size == 0) return 0;
    question->division = pack_division_find(call_pack(request), code);
    if (question->division >= 0 && call_sees_division(request, question->division)) return 0;
    return err_set(err, ERR_NOT_FOUND, "没有区划 %.*s，或不在您的范围内",
                   "There is no division %.*s, or it is not yours to see", TEXT_ARGS(code));
}

static int refuse_amount(struct request *request, const char *field, struct err *err)
{
    request_fault_field(request, field);
    return err_set(err, ERR_INPUT, "金额不能是负数", "The amount cannot be negative");
}

/* A cost that is a formula is checked with the question; a balance is always an amount. */
static int check_amounts(struct request *request, const struct body *asked, struct err *err)
{
    const struct text cost = text_trim(body_get_text(asked, "cost")),
                      balance = body_get_text(asked, "balance");
    struct value value;
    struct err formula;
    int64_t left = 0;
    if (cost.size > 0 &&
        pack_value_parse(&call_pack(request)->schema, type_of(TYPE_MONEY), cost, &value, &formula) == 0 &&
        value.integer < 0)
        return refuse_amount(request, "cost", err);
    if (balance.size == 0) return 0;
    if (money_parse(balance, &left)) return left < 0 ? refuse_amount(request, "balance", err) : 0;
    request_fault_field(request, "balance");
    return err_set(err, ERR_INPUT, "余额应是金额，如 500000 或 50万元",
                   "The balance is an amount, such as 500000");
}

static int read_question(struct request *request, const struct body *asked, struct whatif_question *question,
                         struct err *err)
{
    *question = (struct whatif_question){.scope = call_scope(request)};
    question->cost = body_get_text(asked, "cost");
    question->level =
        text_is(body_get_text(asked, "level"), "village") ? DIVISION_VILLAGE : DIVISION_TOWNSHIP;
    int code = date_parse(body_get_text(asked, "as_of"), &question->as_of)
                   ? 0
                   : progress_as_of(request, &question->as_of, err);
    if (code == 0) code = progress_plan_day(request, question->as_of, err);
    if (code == 0) code = check_amounts(request, asked, err);
    if (code == 0) code = read_register(request, asked, question, err);
    if (code == 0) code = read_division(request, asked, question, err);
    return code == 0 ? read_variants(request, asked, question, err) : code;
}

/* ---- The answer ---- */

static bool fits(__int128 value)
{
    return value <= INT64_MAX && value >= -(__int128)INT64_MAX;
}

static void say_side(struct json_writer *json, const struct whatif *whatif, const struct whatif_side *side,
                     const int64_t *balance)
{
    json_put_object(json);
    json_member_int(json, "hits", side->hits);
    json_member_int(json, "undetermined", side->undetermined);
    json_member_int(json, "entering", side->entering);
    json_member_int(json, "leaving", side->leaving);
    put_money(json, "cost", whatif->costed && fits(side->cost), (int64_t)side->cost);
    json_member_int(json, "cost_unknown", side->cost_unknown);
    if (balance != NULL && whatif->costed)
        put_money(json, "left", fits(*balance - side->cost), (int64_t)(*balance - side->cost));
    json_put_object_end(json);
}

static void say_sides(struct json_writer *json, const struct whatif *whatif, const struct whatif_row *row,
                      const int64_t *balance)
{
    json_put_key(json, "sides");
    json_put_array(json);
    for (size_t i = 0; i < whatif->sides; i++) say_side(json, whatif, &row->sides[i], balance);
    json_put_array_end(json);
}

static void say_rows(struct request *request, struct json_writer *json, const struct whatif *whatif)
{
    const struct pack *pack = call_pack(request);
    json_put_key(json, "divisions");
    json_put_array(json);
    for (size_t i = 0; i < whatif->row_count; i++) {
        const struct whatif_row *row = &whatif->rows[i];
        bool nowhere = row->division < 0;
        json_put_object(json);
        json_member_text(json, "code", nowhere ? TEXT("") : pack->divisions[row->division].code);
        json_member_text(json, "name",
                         !nowhere                      ? pack->divisions[row->division].name
                         : request->language[0] == 'e' ? TEXT("(nowhere)")
                                                       : TEXT("（无地区）"));
        json_member_int(json, "records", row->records);
        say_sides(json, whatif, row, NULL);
        json_put_object_end(json);
    }
    json_put_array_end(json);
}

static enum whatif_list list_of(struct text word)
{
    static const char *const names[WHATIF_LISTS] = {"hits", "undetermined", "entering", "leaving"};
    for (int i = 0; i < WHATIF_LISTS; i++)
        if (text_is(word, names[i])) return (enum whatif_list)i;
    return WHATIF_HITS;
}

static int say_list(struct request *request, struct json_writer *json, const struct whatif *whatif,
                    struct err *err)
{
    const struct body *asked = body_get(request->body, "list");
    bool any = asked != NULL && body_kind(asked) != BODY_NULL;
    size_t side = any ? (size_t)body_get_int(asked, "side", 0) : 0, said = 0, first = 0, count = 0, limit = 0;
    const int64_t *ids = NULL;
    if (any && side < whatif->sides) {
        enum whatif_list list = list_of(body_get_text(asked, "which"));
        int64_t after = body_get_int(asked, "after", 0);
        ids = whatif->lists[side][list];
        count = whatif->list_counts[side][list];
        limit = (size_t)body_get_int(asked, "limit", PAGE);
        while (first < count && ids[first] <= after) first++;
    }
    struct naming *naming = naming_new(call_database(request), call_scope(request), request->language);
    int code = 0;
    json_put_key(json, "list");
    json_put_array(json);
    for (; code == 0 && said < limit && first + said < count; said++) {
        struct named named;
        code = naming_get(naming, whatif->reg, ids[first + said], &named, err);
        if (code == 0) say_named(json, ids[first + said], &named);
    }
    json_put_array_end(json);
    json_member_bool(json, "more", first + said < count);
    naming_free(naming);
    return code;
}

static bool sums_fit(const struct whatif *whatif)
{
    for (size_t side = 0; side < whatif->sides; side++) {
        if (!fits(whatif->all.sides[side].cost)) return false;
        for (size_t i = 0; i < whatif->row_count; i++)
            if (!fits(whatif->rows[i].sides[side].cost)) return false;
    }
    return true;
}

static int post_whatif(struct request *request, struct err *err)
{
    const struct pack *pack = call_pack(request);
    struct whatif_question question;
    struct whatif *whatif;
    struct text text = body_get_text(request->body, "balance");
    int64_t balance = 0;
    char day[DATE_TEXT];
    int code = read_question(request, request->body, &question, err);
    if (text.size > 0) money_parse(text, &balance);
    if (code == 0)
        code = whatif_run(pack, call_app(request)->frames, call_database(request), &question, &whatif, err);
    if (code != 0) return code;
    if (!sums_fit(whatif)) {
        whatif_free(whatif);
        request_fault_field(request, "cost");
        return err_set(err, ERR_INPUT, "费用合计超出可表示的金额，请减小每户（每条）的费用",
                       "The cost adds up to more than an amount can hold; give less for each record");
    }
    struct json_writer *json = reply_json(request);
    json_put_object(json);
    json_member_string(json, "as_of", date_format(question.as_of, day));
    json_member_text(json, "register", pack->schema.registers[whatif->reg].label.name);
    json_member_int(json, "records", whatif->all.records);
    say_sides(json, whatif, &whatif->all, text.size > 0 ? &balance : NULL);
    say_rows(request, json, whatif);
    code = say_list(request, json, whatif, err);
    json_put_object_end(json);
    whatif_free(whatif);
    return code;
}

/* ---- Notes ---- */

static void say_note(struct request *request, struct json_writer *json, const struct note *note,
                     bool question)
{
    json_put_object(json);
    json_member_int(json, "id", note->id);
    json_member_text(json, "title", note->title);
    json_member_text(json, "note", note->text);
    json_member_text(json, "actor", note->actor);
    json_member_bool(json, "own", note->user == call_principal(request)->user);
    json_put_key(json, "at");
    say_moment(json, note->at);
    if (question) {
        json_member_raw(json, "question", note->question);
    }
    json_put_object_end(json);
}

static struct note_reader reader_of(const struct request *request)
{
    return (struct note_reader){call_principal(request)->user,
                                scope_all_rows(call_scope(request), call_pack(request))};
}

static int post_note(struct request *request, struct err *err)
{
    const struct principal *principal = call_principal(request);
    struct whatif_question asked;
    int code = read_question(request, body_get(request->body, "question"), &asked, err);
    if (code == 0) code = whatif_check(call_pack(request), &asked, err);
    if (code != 0) return code;
    struct buffer question = {0};
    body_write(body_get(request->body, "question"), &question);
    struct note note = {.user = principal->user,
                        .at = (int64_t)time(NULL),
                        .actor = principal->scope.actor,
                        .title = body_get_text(request->body, "title"),
                        .text = body_get_text(request->body, "note"),
                        .question = buffer_get(&question)};
    code = note_save(call_database(request), &note, &note.id, err);
    if (code == 0) {
        reply_status(request, 201);
        say_note(request, reply_json(request), &note, true);
    }
    buffer_fini(&question);
    return code;
}

static int get_notes(struct request *request, struct err *err)
{
    struct note *notes;
    size_t count;
    int code = note_list(call_database(request), reader_of(request), NOTES_SHOWN, request->arena, &notes,
                         &count, err);
    if (code != 0) return code;
    struct json_writer *json = reply_json(request);
    json_put_array(json);
    for (size_t i = 0; i < count; i++) say_note(request, json, &notes[i], false);
    json_put_array_end(json);
    return 0;
}

static int get_note(struct request *request, struct err *err)
{
    struct note note;
    int code = note_get(call_database(request), reader_of(request), request_param_int(request, "id"),
                        request->arena, &note, err);
    if (code == 0) say_note(request, reply_json(request), &note, true);
    return code;
}

static int delete_note(struct request *request, struct err *err)
{
    const struct principal *principal = call_principal(request);
    int code = note_drop(call_database(request), request_param_int(request, "id"), principal->user,
                         principal->scope.actor, err);
    if (code == 0) reply_empty(request);
    return code;
}

static const struct route routes[] = {
    {.method = "POST",
     .path = "/whatif",
     .who = "monitoring",
     .name = "askWhatif",
     .zh = "政策推演：换参数或规则后谁进谁出、各乡镇多少、要多少钱",
     .en = "What if: who enters and leaves with other parameters or rules, by place, and the cost",
     .in = &question_shape,
     .out = &answer_shape,
     .handler = post_whatif},
    {.method = "GET",
     .path = "/whatif/notes",
     .who = "monitoring",
     .name = "getWhatifNotes",
     .zh = "保存的推演：自己的；管全县的人看全部",
     .en = "Saved questions: one's own, or everybody's for who answers for the county",
     .out = &notes_shape,
     .handler = get_notes},
    {.method = "POST",
     .path = "/whatif/notes",
     .who = "monitoring",
     .name = "saveWhatifNote",
     .zh = "保存一份推演",
     .en = "Save a question",
     .in = &new_note_shape,
     .out = &note_shape,
     .handler = post_note},
    {.method = "GET",
     .path = "/whatif/notes/{id:int}",
     .who = "monitoring",
     .name = "getWhatifNote",
     .zh = "打开一份推演",
     .en = "Open a saved question",
     .out = &note_shape,
     .handler = get_note},
    {.method = "DELETE",
     .path = "/whatif/notes/{id:int}",
     .who = "monitoring",
     .name = "dropWhatifNote",
     .zh = "删去自己的一份推演",
     .en = "Drop a saved question of one's own",
     .handler = delete_note},
};

const struct route_list whatif_routes = {routes, sizeof routes / sizeof *routes};
