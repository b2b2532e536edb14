/* The first page of leaders, townships, villages and departments: people, incomes, warnings, the plan's
 * indicators by light, places side by side, in one answer. */
#include "api/dashboard.h"
#include "api/progress.h"
#include "api/routes.h"
#include "api/say.h"
#include "base/mem.h"
#include "progress/ranking.h"

#include <stdlib.h>

/* ---- Shapes ---- */

static const struct shape_field query[] = {PROGRESS_QUERY, {.name = NULL}};

static const struct shape_field rank_fields[] = {
    {.name = "rank",
     .kind = SHAPE_INT,
     .flags = SHAPE_REQUIRED,
     .note = "most green first, then fewest red; equals share one"},
    {.name = "code", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "lights", .kind = SHAPE_OBJECT, .of = &lights_shape, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape rank_shape = {.name = "PlaceRank", .fields = rank_fields};

static const struct shape_field basis_fields[] = {
    {.name = "judged",
     .kind = SHAPE_INT,
     .flags = SHAPE_REQUIRED,
     .note = "indicators with a green, yellow or red light in some of the places"},
    {.name = "unlit",
     .kind = SHAPE_INT,
     .flags = SHAPE_REQUIRED,
     .note = "left out: no target that holds for a place, or known in none"},
    {.name = "county",
     .kind = SHAPE_INT,
     .flags = SHAPE_REQUIRED,
     .note = "left out: told of the whole county only"},
    {.name = "unseen",
     .kind = SHAPE_INT,
     .flags = SHAPE_REQUIRED,
     .note = "left out: of registers that who asks may not read"},
    {.name = NULL}};
static const struct shape basis_shape = {.name = "RankingBasis", .fields = basis_fields};

static const struct shape_field leader_fields[] = {
    PROGRESS_MONTH_FIELDS,
    {.name = "division",
     .kind = SHAPE_OBJECT,
     .of = &code_name_shape,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE,
     .note = "null: all of one's scope"},
    {.name = "picture", .kind = SHAPE_OBJECT, .of = &dashboard_shape, .flags = SHAPE_REQUIRED},
    {.name = "lights", .kind = SHAPE_OBJECT, .of = &lights_shape, .flags = SHAPE_REQUIRED},
    {.name = "headline",
     .kind = SHAPE_OBJECT,
     .of = &indicator_line_shape,
     .flags = SHAPE_REQUIRED | SHAPE_LIST,
     .note = "the pack's `headline`"},
    {.name = "funds",
     .kind = SHAPE_OBJECT,
     .of = &indicator_line_shape,
     .flags = SHAPE_REQUIRED | SHAPE_LIST,
     .note = "the pack's `money`"},
    {.name = "behind",
     .kind = SHAPE_OBJECT,
     .of = &indicator_line_shape,
     .flags = SHAPE_REQUIRED | SHAPE_LIST,
     .note = "red and yellow ones, red first, at most 12"},
    {.name = "ranking", .kind = SHAPE_OBJECT, .of = &rank_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "ranking_basis", .kind = SHAPE_OBJECT, .of = &basis_shape, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape leader_shape = {.name = "LeaderPage", .fields = leader_fields};

enum { BEHIND_MOST = 12 };

/* ---- Places side by side ---- */

static void say_ranking(struct json_writer *json, const struct progress_year *year, const struct scope *scope,
                        int division)
{
    const struct pack *pack = year->book->pack;
    struct ranked *ranked = mem_new(pack->division_count + 1, sizeof *ranked);
    struct ranking_basis basis;
    size_t count = ranking_make(year, scope, division, ranking_level(pack, scope, division), ranked, &basis);
    json_put_key(json, "ranking");
    json_put_array(json);
    for (size_t i = 0; i < count; i++) {
        json_put_object(json);
        json_member_int(json, "rank", ranked[i].rank);
        json_member_text(json, "code", pack->divisions[ranked[i].division].code);
        json_member_text(json, "name", pack->divisions[ranked[i].division].name);
        json_put_key(json, "lights");
        progress_say_lights(json, ranked[i].lights);
        json_put_object_end(json);
    }
    json_put_array_end(json);
    json_put_key(json, "ranking_basis");
    json_put_object(json);
    json_member_int(json, "judged", basis.judged);
    json_member_int(json, "unlit", basis.unlit);
    json_member_int(json, "county", basis.county);
    json_member_int(json, "unseen", basis.unseen);
    json_put_object_end(json);
    free(ranked);
}

/* ---- Indicators ---- */

static void say_one(struct json_writer *json, const struct progress_year *year, int indicator,
                    const struct progress_line *line)
{
    json_put_object(json);
    progress_say_line(json, year, indicator, line);
    json_put_object_end(json);
}

static void say_behind(struct json_writer *json, const struct progress_year *year,
                       const struct progress_line *lines)
{
    static const enum light order[] = {LIGHT_RED, LIGHT_YELLOW};
    size_t said = 0;
    json_put_key(json, "behind");
    json_put_array(json);
    for (size_t k = 0; k < sizeof order / sizeof *order; k++)
        for (size_t i = 0; i < year->book->pack->indicator_count && said < BEHIND_MOST; i++) {
            if (!lines[i].seen || lines[i].judged.light != order[k]) continue;
            say_one(json, year, (int)i, &lines[i]);
            said++;
        }
    json_put_array_end(json);
}

static void say_named_lines(struct json_writer *json, const char *key, const struct progress_year *year,
                            const struct progress_line *lines, const int *indicators, size_t count)
{
    json_put_key(json, key);
    json_put_array(json);
    for (size_t i = 0; i < count; i++) say_one(json, year, indicators[i], &lines[indicators[i]]);
    json_put_array_end(json);
}

static void say_indicators(struct json_writer *json, const struct progress_year *year,
                           const struct scope *scope, int division)
{
    const struct pack *pack = year->book->pack;
    struct progress_line *lines = mem_new(pack->indicator_count + 1, sizeof *lines);
    int64_t lights[LIGHTS] = {0};
    for (size_t i = 0; i < pack->indicator_count; i++) {
        progress_line(year, scope, (int)i, division, &lines[i]);
        if (lines[i].seen) lights[lines[i].judged.light]++;
    }
    json_put_key(json, "lights");
    progress_say_lights(json, lights);
    say_named_lines(json, "headline", year, lines, pack->progress.headline, pack->progress.headline_count);
    say_named_lines(json, "funds", year, lines, pack->progress.money, pack->progress.money_count);
    say_behind(json, year, lines);
    free(lines);
}

/* ---- The page ---- */

static void say_page(struct request *request, const struct progress_asked *asked,
                     const struct progress_year *year, struct text picture, struct buffer *out)
{
    const struct pack *pack = call_pack(request);
    struct json_writer json = json_start(out);
    json_put_object(&json);
    progress_say_month(&json, year);
    json_put_key(&json, "division");
    if (asked->division < 0) {
        json_put_null(&json);
    } else {
        json_put_object(&json);
        json_member_text(&json, "code", pack->divisions[asked->division].code);
        json_member_text(&json, "name", pack->divisions[asked->division].name);
        json_put_object_end(&json);
    }
    json_member_raw(&json, "picture", picture);
    say_indicators(&json, year, call_scope(request), asked->division);
    say_ranking(&json, year, call_scope(request), asked->division);
    json_put_object_end(&json);
}

static int write_leader(struct request *request, void *context, struct buffer *out, struct err *err)
{
    const struct progress_asked *asked = context;
    struct progress_year year;
    struct buffer picture = {0};
    int code = progress_open(request, asked, &year, err);
    if (code == 0) code = dashboard_write(request, year.as_of, asked->division, &picture, err);
    if (code == 0) say_page(request, asked, &year, buffer_get(&picture), out);
    progress_year_close(&year);
    buffer_fini(&picture);
    return code;
}

static int get_leader(struct request *request, struct err *err)
{
    struct progress_asked asked;
    int code = progress_ask(request, &asked, err);
    return code == 0 ? memo_reply(request, asked.detail, write_leader, &asked, err) : code;
}

static const struct route routes[] = {
    {.method = "GET",
     .path = "/progress/leader",
     .who = "dashboard",
     .name = "getLeaderPage",
     .zh = "领导驾驶舱：人员、收入、预警、指标灯、各地排名",
     .en = "The leader's page: people, incomes, warnings, lights, places ranked",
     .query = query,
     .out = &leader_shape,
     .handler = get_leader},
};

const struct route_list leader_routes = {routes, sizeof routes / sizeof *routes};
