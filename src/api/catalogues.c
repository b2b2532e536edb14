/* What a catalogue holds that fits a record, each with the reason; choosing is an ordinary new record, filled
 * with what the item says. Nothing is chosen by the program. */
#include "pack/catalogue.h"

#include "api/call.h"
#include "api/progress.h"
#include "api/routes.h"
#include "api/say.h"
#include "base/mem.h"
#include "formula/explain.h"
#include "monitor/gather.h"
#include "monitor/hidden.h"
#include "register/naming.h"
#include "register/query.h"

#include <stdio.h>
#include <stdlib.h>

enum { TAKEN_MAX = 500 };

/* ---- Shapes ---- */

static const struct shape_field catalogue_fields[] = {
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "label", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = "clause", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "on", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "register", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "items", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape catalogue_shape = {.name = "Catalogue", .fields = catalogue_fields};
static const struct shape catalogues_shape = {.name = "Catalogues", .list_of = &catalogue_shape};

static const struct shape_field proposal_fields[] = {
    {.name = "item", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "label", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = "clause", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "unit", .kind = SHAPE_OBJECT, .of = &name_label_shape, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "note", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "state", .kind = SHAPE_WORD, .words = "fits|undetermined", .flags = SHAPE_REQUIRED},
    {.name = "sentence", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "values", .kind = SHAPE_MAP, .flags = SHAPE_REQUIRED},
    {.name = "taken", .kind = SHAPE_BOOL, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape proposal_shape = {.name = "Proposal", .fields = proposal_fields};
static const struct shape_field proposals_fields[] = {
    {.name = "register", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "proposals", .kind = SHAPE_OBJECT, .of = &proposal_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = NULL}};
static const struct shape proposals_shape = {.name = "Proposals", .fields = proposals_fields};

static const struct shape_field proposals_query[] = {
    {.name = "id", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED, .min = 1, .max = INT64_MAX},
    {.name = "parent",
     .kind = SHAPE_INT,
     .min = 1,
     .max = INT64_MAX,
     .note = "what a choice will hang on: what hangs there already is said to be taken"},
    {.name = "as_of", .kind = SHAPE_DATE, .note = "today by default"},
    {.name = NULL}};

/* ---- The list of catalogues ---- */

static bool may_see(const struct request *request, const struct pack_catalogue *catalogue)
{
    const struct scope *scope = call_scope(request);
    return scope_may(scope, catalogue->on, SCOPE_READ) && scope_may(scope, catalogue->reg, SCOPE_READ);
}

static int get_catalogues(struct request *request, struct err *err)
{
    const struct pack *pack = call_pack(request);
    struct json_writer *json = reply_json(request);
    (void)err;
    json_put_array(json);
    for (size_t i = 0; i < pack->catalogue_count; i++) {
        const struct pack_catalogue *catalogue = &pack->catalogues[i];
        if (!may_see(request, catalogue)) continue;
        json_put_object(json);
        json_member_text(json, "name", catalogue->label.name);
        json_put_key(json, "label");
        say_label(json, &catalogue->label);
        json_put_key(json, "clause");
        say_clauses(json, pack, &catalogue->clause);
        json_member_text(json, "on", pack->schema.registers[catalogue->on].label.name);
        json_member_text(json, "register", pack->schema.registers[catalogue->reg].label.name);
        json_member_int(json, "items", (int64_t)catalogue->item_count);
        json_put_object_end(json);
    }
    json_put_array_end(json);
    return 0;
}

/* ---- Proposals ---- */

struct proposing {
    struct request *request;
    const struct pack *pack;
    const struct pack_catalogue *catalogue;
    struct json_writer *json;
    struct frame *frame;
    struct naming *naming;
    struct explainer *explainer;
    uint32_t row;
    int code; /* of naming */
    struct err *err;
    struct query_page taken;
};

static void name_record(void *context, int reg, uint32_t row, const char *language, struct buffer *out)
{
    struct proposing *proposing = context;
    struct named named;
    (void)language;
    if (proposing->code == 0)
        proposing->code =
            naming_get(proposing->naming, reg, frame_id(proposing->frame, reg, row), &named, proposing->err);
    if (proposing->code == 0) buffer_text(out, named.name.size > 0 ? named.name : named.key);
}

/* What hangs already where the choice would hang. */
static int find_taken(struct proposing *proposing, struct err *err)
{
    const struct request *request = proposing->request;
    const struct schema_register *meta = &proposing->pack->schema.registers[proposing->catalogue->reg];
    struct query query = query_of(proposing->catalogue->reg);
    query.parent = request_query_int(request, "parent", 0);
    if (query.parent == 0 && meta->parent == proposing->catalogue->on)
        query.parent = request_query_int(request, "id", 0);
    if (query.parent == 0) return 0;
    query.limit = TAKEN_MAX;
    query.language = request->language;
    return query_list(call_database(request), call_scope(request), &query, &proposing->taken, err);
}

static bool is_taken(const struct proposing *proposing, struct text title)
{
    int name = proposing->pack->registers[proposing->catalogue->reg].name_field;
    for (size_t i = 0; i < proposing->taken.count; i++) {
        const struct value *value = &proposing->taken.records[i].values[name];
        if (value->known && text_equal(value->text, title)) return true;
    }
    return false;
}

static void say_field_key(struct json_writer *json, const struct label *label)
{
    char name[64];
    snprintf(name, sizeof name, "%.*s", TEXT_ARGS(label->name));
    json_put_key(json, name);
}

/* What the new record begins with: the item's title and unit, and what the pack sets. */
static void say_values(struct proposing *proposing, const struct catalogue_item *item)
{
    const struct pack *pack = proposing->pack;
    const struct pack_catalogue *catalogue = proposing->catalogue;
    const struct schema_field *fields = pack->schema.registers[catalogue->reg].fields;
    struct json_writer *json = proposing->json;
    json_put_key(json, "values");
    json_put_object(json);
    say_field_key(json, &fields[pack->registers[catalogue->reg].name_field].label);
    json_put_text(json, catalogue_item_title(pack, item));
    if (catalogue->unit_field >= 0 && item->unit >= 0) {
        say_field_key(json, &fields[catalogue->unit_field].label);
        json_put_text(json, label_in(&pack->units[item->unit].label, pack->language));
    }
    for (size_t i = 0; i < item->set_count; i++) {
        const struct schema_field *field = &fields[item->set_fields[i]];
        say_field_key(json, &field->label);
        say_value(json, &pack->schema, field->type, &item->set_values[i]);
    }
    json_put_object_end(json);
}

static void say_unit(struct proposing *proposing, const struct catalogue_item *item)
{
    struct json_writer *json = proposing->json;
    json_put_key(json, "unit");
    if (item->unit < 0) {
        json_put_null(json);
        return;
    }
    const struct label *label = &proposing->pack->units[item->unit].label;
    json_put_object(json);
    json_member_text(json, "name", label->name);
    json_put_key(json, "label");
    say_label(json, label);
    json_put_object_end(json);
}

static void say_sentence(struct proposing *proposing, const struct explain *explain)
{
    const struct request *request = proposing->request;
    bool english = request->language[0] == 'e', nothing;
    struct explain said;
    struct buffer line = {0};
    hidden_explain(call_scope(request), proposing->pack, explain, request->language, true, request->arena,
                   &said, &nothing);
    if (nothing && explain->root.value.known)
        buffer_string(&line, english ? "It rests on facts that are not shown." : "依据的是不予显示的事实。");
    else
        explain_sentence(proposing->explainer, &said, request->language, &line);
    json_member_text(proposing->json, "sentence", buffer_get(&line));
    buffer_fini(&line);
}

static void say_proposal(struct proposing *proposing, const struct catalogue_item *item,
                         const struct explain *explain)
{
    struct json_writer *json = proposing->json;
    json_put_object(json);
    json_member_text(json, "item", item->label.name);
    json_put_key(json, "label");
    say_label(json, &item->label);
    json_put_key(json, "clause");
    say_clauses(json, proposing->pack, &item->clause);
    say_unit(proposing, item);
    json_put_key(json, "note");
    say_text_or_null(json, item->note);
    json_member_string(json, "state", explain->root.value.known ? "fits" : "undetermined");
    say_sentence(proposing, explain);
    say_values(proposing, item);
    json_member_bool(json, "taken", is_taken(proposing, catalogue_item_title(proposing->pack, item)));
    json_put_object_end(json);
}

/* Those that fit, then those of which it cannot be told; in the catalogue's order. */
static int say_proposals(struct proposing *proposing, struct err *err)
{
    const struct pack_catalogue *catalogue = proposing->catalogue;
    int code = 0;
    json_put_key(proposing->json, "proposals");
    json_put_array(proposing->json);
    for (int known = 1; known >= 0; known--)
        for (size_t i = 0; code == 0 && i < catalogue->item_count; i++) {
            struct explain explain;
            code = explain_record(proposing->explainer, catalogue->items[i].node, catalogue->on,
                                  proposing->row, proposing->request->arena, &explain, err);
            if (code != 0 || explain.root.value.known != (known == 1)) continue;
            if (known == 0 || explain.root.value.integer != 0)
                say_proposal(proposing, &catalogue->items[i], &explain);
        }
    json_put_array_end(proposing->json);
    return code != 0 ? code : proposing->code;
}

static int load_frame(struct proposing *proposing, struct err *err)
{
    const struct pack_catalogue *catalogue = proposing->catalogue;
    struct program_root *roots = mem_new(catalogue->item_count, sizeof *roots);
    for (size_t i = 0; i < catalogue->item_count; i++)
        roots[i] = (struct program_root){catalogue->items[i].node, catalogue->on};
    struct frame_request wanted = gather_request(proposing->pack, roots, catalogue->item_count, false);
    int code = frame_cache_get(call_app(proposing->request)->frames, call_database(proposing->request),
                               &wanted, FRAME_CACHE_NEWEST, &proposing->frame, NULL, err);
    gather_request_free(proposing->pack, &wanted);
    free(roots);
    return code;
}

static int propose(struct proposing *proposing, int64_t id, struct err *err)
{
    const struct request *request = proposing->request;
    int32_t as_of = 0;
    int code = load_frame(proposing, err);
    if (code == 0) code = progress_as_of(request, &as_of, err);
    if (code != 0) return code;
    proposing->row = frame_row(proposing->frame, proposing->catalogue->on, id);
    if (proposing->row == FRAME_NO_ROW)
        return err_set(err, ERR_NOT_FOUND, "这条记录已注销", "The record is retired");
    proposing->naming = naming_new(call_database(request), call_scope(request), request->language);
    proposing->explainer = explainer_new(&proposing->pack->schema, proposing->frame, as_of);
    proposing->err = err;
    explainer_names(proposing->explainer, name_record, proposing);
    proposing->json = reply_json(proposing->request);
    json_put_object(proposing->json);
    json_member_text(proposing->json, "register",
                     proposing->pack->schema.registers[proposing->catalogue->reg].label.name);
    code = say_proposals(proposing, err);
    json_put_object_end(proposing->json);
    explainer_free(proposing->explainer);
    naming_free(proposing->naming);
    return code;
}

static int get_proposals(struct request *request, struct err *err)
{
    struct proposing proposing = {.request = request, .pack = call_pack(request)};
    struct record record;
    int64_t id = request_query_int(request, "id", 0);
    proposing.catalogue = pack_catalogue_find(proposing.pack, request_param(request, "catalogue"));
    if (proposing.catalogue == NULL || !may_see(request, proposing.catalogue))
        return err_set(err, ERR_NOT_FOUND, "没有这个措施库，或您无权查看",
                       "There is no such catalogue, or you may not see it");
    int code = record_get(call_database(request), call_scope(request), proposing.catalogue->on, id,
                          request->language, request->arena, &record, err);
    if (code == 0) code = find_taken(&proposing, err);
    if (code == 0) code = propose(&proposing, id, err);
    frame_free(proposing.frame);
    query_page_fini(&proposing.taken);
    return code;
}

static const struct route routes[] = {
    {.method = "GET",
     .path = "/catalogues",
     .who = "session",
     .name = "getCatalogues",
     .zh = "措施库等可供选用的目录",
     .en = "What may be chosen from: the catalogue of measures and the like",
     .out = &catalogues_shape,
     .handler = get_catalogues},
    {.method = "GET",
     .path = "/catalogues/{catalogue}/proposals",
     .who = "session",
     .name = "getProposals",
     .zh = "目录中适合一条记录的各项和理由",
     .en = "The items of a catalogue that fit a record, each with the reason",
     .query = proposals_query,
     .out = &proposals_shape,
     .handler = get_proposals},
};

const struct route_list catalogue_routes = {routes, sizeof routes / sizeof *routes};
