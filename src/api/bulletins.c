/* The pack's documents: which there are, one of them to look at and to print, and as a file. */
#include "api/bulletin_work.h"
#include "api/call.h"
#include "api/memo.h"
#include "api/progress.h"
#include "api/put.h"
#include "api/routes.h"
#include "api/say.h"
#include "base/date.h"

/* ---- Shapes ---- */

static const struct shape_field kind_fields[] = {
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "label", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = "clause", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "note", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "about",
     .kind = SHAPE_WORD,
     .words = "place|subject",
     .flags = SHAPE_REQUIRED,
     .note = "subject: /households/{id}/bulletins/{bulletin}"},
    {.name = "every", .kind = SHAPE_WORD, .words = "month|year", .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape kind_shape = {.name = "BulletinKind", .fields = kind_fields};
static const struct shape_field kinds_fields[] = {
    {.name = "year",
     .kind = SHAPE_INT,
     .flags = SHAPE_REQUIRED,
     .note = "the month that is shown without being asked for"},
    {.name = "month", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "bulletins", .kind = SHAPE_OBJECT, .of = &kind_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = NULL}};
static const struct shape kinds_shape = {.name = "Bulletins", .fields = kinds_fields};

static const struct shape_field column_fields[] = {
    {.name = "heading", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "share", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED, .note = "of the table's width"},
    {.name = "align", .kind = SHAPE_WORD, .words = "left|centre|right", .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape column_shape = {.name = "BulletinColumn", .fields = column_fields};
static const struct shape_field cell_fields[] = {
    {.name = "text", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .note = "as people read it"},
    {.name = "value", .kind = SHAPE_TEXT, .flags = SHAPE_NULLABLE, .note = "of a number: exact"},
    {.name = "light", .kind = SHAPE_WORD, .words = "green|yellow|red|none|unknown"},
    {.name = NULL}};
static const struct shape cell_shape = {.name = "BulletinCell", .fields = cell_fields};
static const struct shape_field row_fields[] = {
    {.name = "cells", .kind = SHAPE_OBJECT, .of = &cell_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = NULL}};
static const struct shape row_shape = {.name = "BulletinRow", .fields = row_fields};
static const struct shape_field table_fields[] = {
    {.name = "columns", .kind = SHAPE_OBJECT, .of = &column_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "rows", .kind = SHAPE_OBJECT, .of = &row_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = NULL}};
static const struct shape table_shape = {.name = "BulletinTable", .fields = table_fields};
static const struct shape_field block_fields[] = {
    {.name = "kind",
     .kind = SHAPE_WORD,
     .words = "heading|subheading|text|note|table|signed",
     .flags = SHAPE_REQUIRED},
    {.name = "text", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "table", .kind = SHAPE_OBJECT, .of = &table_shape, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = NULL}};
static const struct shape block_shape = {.name = "BulletinBlock", .fields = block_fields};
static const struct shape_field document_fields[] = {
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "title", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "subtitle", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "place", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "division",
     .kind = SHAPE_TEXT,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE,
     .note = "null: the county, or a bulletin about one family"},
    {.name = "year", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "month", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "as_of", .kind = SHAPE_DATE, .flags = SHAPE_REQUIRED},
    {.name = "landscape", .kind = SHAPE_BOOL, .flags = SHAPE_REQUIRED},
    {.name = "blocks", .kind = SHAPE_OBJECT, .of = &block_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = NULL}};
static const struct shape document_shape = {.name = "Bulletin", .fields = document_fields};

#define MONTH_FIELDS                                                                                         \
    {.name = "year",                                                                                         \
     .kind = SHAPE_INT,                                                                                      \
     .min = 1900,                                                                                            \
     .max = 2200,                                                                                            \
     .note = "this year, or that of the last screening where this one is not the plan's"},                   \
    {                                                                                                        \
        .name = "month", .kind = SHAPE_INT, .min = 1, .max = 12                                              \
    }
#define DIVISION_FIELD                                                                                       \
    {                                                                                                        \
        .name = "division", .kind = SHAPE_TEXT, .max = 100, .note = "by code or name; one's own by default"  \
    }
#define FORMAT_FIELD                                                                                         \
    {                                                                                                        \
        .name = "format", .kind = SHAPE_WORD, .flags = SHAPE_REQUIRED, .words = "docx|xlsx"                  \
    }
static const struct shape_field place_query[] = {MONTH_FIELDS, DIVISION_FIELD, {.name = NULL}};
static const struct shape_field subject_query[] = {MONTH_FIELDS, {.name = NULL}};
static const struct shape_field place_order_fields[] = {
    FORMAT_FIELD, MONTH_FIELDS, DIVISION_FIELD, {.name = NULL}};
static const struct shape place_order = {.name = "BulletinOrder", .fields = place_order_fields};
static const struct shape_field subject_order_fields[] = {FORMAT_FIELD, MONTH_FIELDS, {.name = NULL}};
static const struct shape subject_order = {.name = "SubjectBulletinOrder", .fields = subject_order_fields};

/* ---- What is asked ---- */

static int find_bulletin(const struct request *request, enum bulletin_about about, int *bulletin,
                         struct err *err)
{
    struct text name = request_param(request, "bulletin");
    const struct pack *pack = call_pack(request);
    for (size_t i = 0; i < pack->bulletin_count; i++) {
        *bulletin = (int)i;
        if (pack->bulletins[i].about == about && text_equal(pack->bulletins[i].label.name, name)) return 0;
    }
    return err_set(err, ERR_NOT_FOUND, "没有文件种类 %.*s", "There is no bulletin %.*s", TEXT_ARGS(name));
}

/* year, month: 0 where they were not given. */
static int read_question(struct request *request, enum bulletin_about about, int year, int month,
                         struct text division, struct bulletin_question *out, struct err *err)
{
    *out = (struct bulletin_question){.division = -1,
                                      .scope = call_scope(request),
                                      .action = SCOPE_READ,
                                      .language = request->language,
                                      .today = date_today()};
    int code = find_bulletin(request, about, &out->bulletin, err);
    if (code == 0) code = progress_month(request, &out->year, &out->month, err);
    if (code == 0 && about == ABOUT_PLACE)
        code = bulletin_place(call_pack(request), out->scope, division, &out->division, err);
    if (code != 0) return code;
    if (about == ABOUT_SUBJECT) out->subject = request_param_int(request, "id");
    if (month == 0 && year != 0 && year != out->year) out->month = YEAR_MONTHS;
    if (year != 0) out->year = year;
    if (month != 0) out->month = month;
    return 0;
}

/* ---- Which there are ---- */

static bool may(const struct request *request, const struct pack_bulletin *bulletin)
{
    if (bulletin->about == ABOUT_SUBJECT)
        return scope_may(call_scope(request), call_pack(request)->subject, SCOPE_READ);
    return principal_can(call_principal(request), ABILITY_DASHBOARD);
}

static void say_kind(struct json_writer *json, const struct pack *pack, const struct pack_bulletin *bulletin)
{
    json_put_object(json);
    json_member_text(json, "name", bulletin->label.name);
    json_put_key(json, "label");
    say_label(json, &bulletin->label);
    json_put_key(json, "clause");
    say_clauses(json, pack, &bulletin->clause);
    json_put_key(json, "note");
    say_text_or_null(json, bulletin->note);
    json_member_string(json, "about", bulletin->about == ABOUT_SUBJECT ? "subject" : "place");
    json_member_string(json, "every", bulletin->yearly ? "year" : "month");
    json_put_object_end(json);
}

static int get_kinds(struct request *request, struct err *err)
{
    const struct pack *pack = call_pack(request);
    struct json_writer *json = reply_json(request);
    int year = 0, month = 0;
    int code = progress_month(request, &year, &month, err);
    if (code != 0) return code;
    json_put_object(json);
    json_member_int(json, "year", year);
    json_member_int(json, "month", month);
    json_put_key(json, "bulletins");
    json_put_array(json);
    for (size_t i = 0; i < pack->bulletin_count; i++)
        if (may(request, &pack->bulletins[i])) say_kind(json, pack, &pack->bulletins[i]);
    json_put_array_end(json);
    json_put_object_end(json);
    return 0;
}

/* ---- One of them ---- */

static void say_cell(struct json_writer *json, const struct document_cell *cell)
{
    json_put_object(json);
    json_member_text(json, "text", cell->text);
    if (cell->number) put_decimal(json, "value", true, cell->value);
    if (cell->lit) json_member_string(json, "light", light_name(cell->light));
    json_put_object_end(json);
}

static void say_table(struct json_writer *json, const struct document_table *table)
{
    static const char *const aligns[] = {
        [DOCUMENT_LEFT] = "left", [DOCUMENT_CENTRE] = "centre", [DOCUMENT_RIGHT] = "right"};
    json_put_object(json);
    json_put_key(json, "columns");
    json_put_array(json);
    for (size_t i = 0; i < table->column_count; i++) {
        json_put_object(json);
        json_member_text(json, "heading", table->columns[i].heading);
        json_member_int(json, "share", table->columns[i].share);
        json_member_string(json, "align", aligns[table->columns[i].align]);
        json_put_object_end(json);
    }
    json_put_array_end(json);
    json_put_key(json, "rows");
    json_put_array(json);
    for (size_t row = 0; row < table->row_count; row++) {
        json_put_object(json);
        json_put_key(json, "cells");
        json_put_array(json);
        for (size_t i = 0; i < table->column_count; i++)
            say_cell(json, &table->cells[row * table->column_count + i]);
        json_put_array_end(json);
        json_put_object_end(json);
    }
    json_put_array_end(json);
    json_put_object_end(json);
}

static void say_block(struct json_writer *json, const struct document_block *block)
{
    static const char *const kinds[BLOCK_KINDS] = {
        [BLOCK_HEADING] = "heading", [BLOCK_SUBHEADING] = "subheading", [BLOCK_TEXT] = "text",
        [BLOCK_NOTE] = "note",       [BLOCK_TABLE] = "table",           [BLOCK_SIGNED] = "signed"};
    json_put_object(json);
    json_member_string(json, "kind", kinds[block->kind]);
    json_member_text(json, "text", block->text);
    json_put_key(json, "table");
    if (block->kind == BLOCK_TABLE)
        say_table(json, block->table);
    else
        json_put_null(json);
    json_put_object_end(json);
}

static void say_document(struct json_writer *json, const struct pack *pack,
                         const struct bulletin_question *question, const struct document *document)
{
    char day[DATE_TEXT];
    json_put_object(json);
    json_member_text(json, "name", pack->bulletins[question->bulletin].label.name);
    json_member_text(json, "title", document->title);
    json_member_text(json, "subtitle", document->subtitle);
    json_member_text(json, "place", document->place);
    json_put_key(json, "division");
    say_text_or_null(json, document->division < 0 ? TEXT("") : pack->divisions[document->division].code);
    json_member_int(json, "year", document->year);
    json_member_int(json, "month", document->month);
    json_member_string(json, "as_of", date_format(document->as_of, day));
    json_member_bool(json, "landscape", document->landscape);
    json_put_key(json, "blocks");
    json_put_array(json);
    for (size_t i = 0; i < document->block_count; i++) say_block(json, &document->blocks[i]);
    json_put_array_end(json);
    json_put_object_end(json);
}

static int write_document(struct request *request, void *context, struct buffer *out, struct err *err)
{
    const struct bulletin_question *question = context;
    const struct bulletin_tools tools = bulletin_work_tools(call_worker(request));
    struct json_writer json = json_start(out);
    struct document *document;
    int code = bulletin_make(&tools, question, &document, err);
    if (code != 0) return code;
    say_document(&json, call_pack(request), question, document);
    document_free(document);
    return 0;
}

static int get_document(struct request *request, enum bulletin_about about, struct text division,
                        struct err *err)
{
    struct bulletin_question question;
    int code = read_question(request, about, (int)request_query_int(request, "year", 0),
                             (int)request_query_int(request, "month", 0), division, &question, err);
    if (code != 0) return code;
    struct text detail =
        text_of(arena_printf(request->arena, "%d-%d@%d", question.year, question.month, question.today));
    return memo_reply(request, detail, write_document, &question, err);
}

static int get_of_place(struct request *request, struct err *err)
{
    return get_document(request, ABOUT_PLACE, request_query(request, "division"), err);
}

static int get_of_subject(struct request *request, struct err *err)
{
    return get_document(request, ABOUT_SUBJECT, TEXT(""), err);
}

/* ---- As a file ---- */

static void put_order(const struct request *request, const struct bulletin_question *question,
                      struct buffer *out)
{
    const struct pack *pack = call_pack(request);
    struct json_writer json = json_start(out);
    json_put_object(&json);
    json_member_text(&json, "bulletin", pack->bulletins[question->bulletin].label.name);
    json_member_text(&json, "format", body_get_text(request->body, "format"));
    json_member_string(&json, "language", request->language);
    json_member_int(&json, "year", question->year);
    json_member_int(&json, "month", question->month);
    if (question->division >= 0)
        json_member_text(&json, "division", pack->divisions[question->division].code);
    if (question->subject != 0) json_member_int(&json, "record", question->subject);
    json_put_object_end(&json);
}

static int order(struct request *request, enum bulletin_about about, struct err *err)
{
    struct bulletin_question question;
    struct buffer parameters = {0};
    int code = read_question(request, about, (int)body_get_int(request->body, "year", 0),
                             (int)body_get_int(request->body, "month", 0),
                             body_get_text(request->body, "division"), &question, err);
    question.action = SCOPE_EXPORT;
    const struct bulletin_tools tools = bulletin_work_tools(call_worker(request));
    if (code == 0) code = bulletin_check(&tools, &question, err);
    if (code != 0) return code;
    put_order(request, &question, &parameters);
    code = jobs_reply(request, "bulletin", buffer_get(&parameters), err);
    buffer_fini(&parameters);
    return code;
}

static int order_of_place(struct request *request, struct err *err)
{
    return order(request, ABOUT_PLACE, err);
}

static int order_of_subject(struct request *request, struct err *err)
{
    return order(request, ABOUT_SUBJECT, err);
}

static const struct route routes[] = {
    {.method = "GET",
     .path = "/bulletins",
     .who = "session",
     .name = "getBulletins",
     .zh = "有哪些文件：简报、调度表、排名、考核、一户一档",
     .en = "Which documents there are for who asks",
     .out = &kinds_shape,
     .handler = get_kinds},
    {.method = "GET",
     .path = "/bulletins/{bulletin}",
     .who = "dashboard",
     .name = "getBulletin",
     .zh = "一份文件的全文：某月、某地",
     .en = "A document for a month and a place, to look at and to print",
     .query = place_query,
     .out = &document_shape,
     .handler = get_of_place},
    {.method = "POST",
     .path = "/bulletins/{bulletin}/export",
     .who = "dashboard",
     .name = "exportBulletin",
     .zh = "把一份文件导出为 DOCX 或 XLSX",
     .en = "Export a document as DOCX or XLSX",
     .in = &place_order,
     .out = &jobs_shape,
     .success = 202,
     .handler = order_of_place},
    {.method = "GET",
     .path = "/households/{id:int}/bulletins/{bulletin}",
     .who = "session",
     .name = "getHouseholdBulletin",
     .zh = "一户的文件全文，如一户一档",
     .en = "A document about one household, such as its archive",
     .query = subject_query,
     .out = &document_shape,
     .handler = get_of_subject},
    {.method = "POST",
     .path = "/households/{id:int}/bulletins/{bulletin}/export",
     .who = "session",
     .name = "exportHouseholdBulletin",
     .zh = "把一户的文件导出为 DOCX 或 XLSX",
     .en = "Export a document about one household",
     .in = &subject_order,
     .out = &jobs_shape,
     .success = 202,
     .handler = order_of_subject},
};

const struct route_list bulletin_routes = {routes, sizeof routes / sizeof *routes};
