/* What the rules say of a family at this moment, not what the last screening said: a fact entered a minute
 * ago counts. */
#include <stdlib.h>

#include "api/figures.h"
#include "api/household.h"
#include "api/say.h"
#include "base/date.h"
#include "base/mem.h"
#include "formula/node.h"
#include "monitor/finding.h"
#include "monitor/stored.h"
#include "pack/adopted.h"

static const struct shape_field warning_fields[] = {
    {.name = "rule", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "label", .kind = SHAPE_OBJECT, .of = &label_shape, .flags = SHAPE_REQUIRED},
    {.name = "level", .kind = SHAPE_WORD, .words = "high|medium|low", .flags = SHAPE_REQUIRED},
    {.name = "kind", .kind = SHAPE_WORD, .words = "list|warning|quality", .flags = SHAPE_REQUIRED},
    {.name = "clause", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "state", .kind = SHAPE_WORD, .words = "hit|undetermined", .flags = SHAPE_REQUIRED},
    {.name = "since", .kind = SHAPE_DATE, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "sentence", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "missing", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = NULL}};
const struct shape household_warning_shape = {.name = "Warning", .fields = warning_fields};

struct asking {
    struct request *request;
    const struct pack *pack;
    struct json_writer *json;
    struct rulebook_desk *desk;
    struct rulebook_day *day;
    struct frame *frame;
    struct describer *describer;
    uint32_t row; /* of the subject */
    bool past;    /* not of now: screenings since do not count */
};

static const char *kind_name(enum rule_kind kind)
{
    switch (kind) {
    case RULE_LIST:
        return "list";
    case RULE_WARNING:
        return "warning";
    case RULE_QUALITY:
        return "quality";
    }
    return "";
}

/* ---- Warnings ---- */

static int say_since(struct asking *asking, const struct finding_item *item, struct err *err)
{
    int32_t as_of;
    bool known = false;
    char day[DATE_TEXT];
    int code = asking->past
                   ? 0
                   : stored_since(call_database(asking->request), asking->pack->rules[item->rule].label.name,
                                  item->id, item->state, &as_of, &known, err);
    json_member_string(asking->json, "since", known ? date_format(as_of, day) : NULL);
    return code;
}

static void say_missing(struct asking *asking, const struct finding_item *item,
                        const struct description *words)
{
    enum { NAMED = 12 };
    struct buffer fact = {0};
    json_put_key(asking->json, "missing");
    json_put_array(asking->json);
    for (size_t i = 0; i < words->explain->missing_count && i < NAMED; i++) {
        buffer_clear(&fact);
        describe_missing(asking->describer, item->reg, item->row, i, &fact);
        json_put_text(asking->json, buffer_get(&fact));
    }
    json_put_array_end(asking->json);
    buffer_fini(&fact);
}

static int say_warning(struct asking *asking, const struct finding_item *item, struct err *err)
{
    const struct pack_rule *rule = &asking->pack->rules[item->rule];
    struct json_writer *json = asking->json;
    struct description words;
    int code = finding_describe(asking->describer, call_scope(asking->request), asking->pack, item,
                                asking->request->language, &words, err);
    if (code != 0) return code;
    json_put_object(json);
    json_member_text(json, "rule", rule->label.name);
    json_put_key(json, "label");
    say_label(json, &rule->label);
    json_member_string(json, "level", say_rule_level(rule->level));
    json_member_string(json, "kind", kind_name(rule->kind));
    json_put_key(json, "clause");
    say_clauses(json, asking->pack, &rule->clause);
    json_member_string(json, "state", item->state == FINDING_HIT ? "hit" : "undetermined");
    code = say_since(asking, item, err);
    json_member_text(json, "sentence", words.sentence);
    say_missing(asking, item, &words);
    json_put_object_end(json);
    return code;
}

/* Grave ones first, and what is certain before what is not. */
static int by_weight(const struct asking *asking, const struct finding_item *item)
{
    return (item->state == FINDING_HIT ? 0 : 10) + (int)asking->pack->rules[item->rule].level;
}

static int say_warnings(struct asking *asking, struct err *err)
{
    enum { WEIGHTS = 20 };
    struct finding_list found = {0};
    int code = 0;
    if (asking->row != FRAME_NO_ROW)
        code = finding_collect(asking->desk, asking->day, asking->pack, asking->frame, asking->row, -1,
                               FRAME_NO_ROW, &found, err);
    json_put_key(asking->json, "warnings");
    json_put_array(asking->json);
    for (int weight = 0; weight < WEIGHTS; weight++)
        for (size_t i = 0; code == 0 && i < found.count; i++)
            if (by_weight(asking, &found.items[i]) == weight)
                code = say_warning(asking, &found.items[i], err);
    json_put_array_end(asking->json);
    finding_list_fini(&found);
    return code;
}

/* ---- Figures ---- */

static int say_figures(struct asking *asking, struct err *err)
{
    const struct pack *pack = asking->pack;
    struct value *values = arena_array(asking->request->arena, pack->schema.definition_count, sizeof *values);
    int code = 0;
    for (size_t i = 0; i < pack->schema.definition_count; i++) values[i] = (struct value){0};
    if (asking->row != FRAME_NO_ROW)
        code = rulebook_define(asking->desk, asking->day, asking->frame, pack->subject, asking->row,
                               REACH_FAMILY, asking->request->arena, values, err);
    json_put_key(asking->json, "definitions");
    json_put_array(asking->json);
    for (size_t i = 0; code == 0 && i < pack->page.definition_count; i++)
        figure_say(asking->json, &pack->schema, pack->page.definitions[i],
                   &values[pack->page.definitions[i]]);
    json_put_array_end(asking->json);
    return code;
}

/* Compiling a rule takes longer than asking it about one family. */
static struct describer *worker_describer(struct worker *worker, const struct frame *frame, int32_t as_of,
                                          const char *language)
{
    uint64_t generation = pack_generation(worker->app->pack);
    if (worker->described != as_of || worker->described_generation != generation) {
        describer_free(worker->describer);
        worker->describer = NULL;
    }
    if (worker->describer == NULL)
        worker->describer = describer_new(worker->app->pack, frame, as_of, language);
    else
        describer_on(worker->describer, frame, language);
    worker->described = as_of;
    worker->described_generation = generation;
    describer_few(worker->describer);
    return worker->describer;
}

int household_say_rules(struct request *request, struct json_writer *json, int64_t id, int32_t as_of,
                        struct err *err)
{
    struct app *app = call_app(request);
    struct asking asking = {
        .request = request, .pack = app->pack, .json = json, .desk = call_worker(request)->desk};
    int code = rulebook_open(app->rulebook, as_of, &asking.day, err);
    if (code == 0)
        code = rulebook_frame(app->rulebook, app->frames, call_database(request), FRAME_CACHE_NEWEST,
                              &asking.frame, NULL, err);
    if (code == 0) {
        asking.row = frame_row(asking.frame, app->pack->subject, id);
        asking.describer = worker_describer(call_worker(request), asking.frame, as_of, request->language);
        code = say_warnings(&asking, err);
        if (code == 0) code = say_figures(&asking, err);
        describer_rest(asking.describer);
    }
    frame_free(asking.frame);
    rulebook_close(asking.day);
    return code;
}

int household_say_known(struct request *request, struct json_writer *json, struct frame *frame, int64_t id,
                        int32_t as_of, struct err *err)
{
    struct app *app = call_app(request);
    struct asking asking = {
        .request = request, .pack = app->pack, .json = json, .frame = frame, .past = true};
    int code = rulebook_open(app->rulebook, as_of, &asking.day, err);
    if (code != 0) return code;
    asking.desk = rulebook_desk_new(); /* the worker's own stays with the present */
    asking.row = frame_row(frame, app->pack->subject, id);
    asking.describer = describer_new(app->pack, frame, as_of, request->language);
    describer_few(asking.describer);
    code = say_warnings(&asking, err);
    if (code == 0) code = say_figures(&asking, err);
    describer_free(asking.describer);
    rulebook_desk_free(asking.desk);
    rulebook_close(asking.day);
    return code;
}
