/* Plays what stories_read.c has read: day by day, each case its steps, through the same doors as people. What
 * formulas of a story say is computed once for all cases that begin in a week, because loading a county takes
 * longer than a move. */
#include "demo/stories.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"
#include "access/ask.h"
#include "casework/inbox.h"
#include "casework/propose.h"
#include "casework/tick.h"
#include "demo/fitting.h"
#include "demo/random.h"
#include "demo/reckoning.h"
#include "demo/taking.h"
#include "files/attachments.h"
#include "formula/program.h"
#include "register/write.h"

enum { WEEK = 7, OFFICE_OPENS = 10 * 3600, DAY_SECONDS = 86400, NEVER = INT32_MAX };

struct life { /* of a case in a story */
    const struct story *story;
    int64_t record; /* of the case; while it is not open, of what it will hang on */
    bool open;
    size_t step;                /* that comes next */
    int32_t day;                /* on which it comes */
    const struct value *values; /* of the formulas: of the opening, then step by step, set by set */
};

struct player {
    struct casework *casework;
    struct database *database;
    const struct pack *pack;
    const struct stories *stories;
    struct stories_report *report;
    struct random random;
    int32_t from, today;
    struct scope *scopes; /* by role */
    struct life *lives;
    size_t life_count, life_capacity;
    int64_t serial; /* of what {serial} stands for in words */
    struct map seen;
    struct arena arena;
};

static struct case_moment moment_of(const struct player *player)
{
    return (struct case_moment){.now = (int64_t)player->today * DAY_SECONDS + OFFICE_OPENS,
                                .today = player->today};
}

/* Not the name of an account: nobody with one did it. */
static struct case_actor actor_of(const struct player *player, int role)
{
    return (struct case_actor){.scope = &player->scopes[role], .role = role, .unit = -1};
}

static int register_of(const struct player *player, const struct story *story)
{
    return player->pack->workflows[story->workflow].reg;
}

static int32_t later(struct player *player, const struct story_step *step)
{
    return player->today + (int32_t)random_between(&player->random, step->least, step->most);
}

/* ---- Who is in a story ---- */

static void add_life(struct player *player, const struct story *story, int64_t record, bool open)
{
    const struct story_step *first = open ? story->steps : &story->opening;
    player->lives =
        mem_grow(player->lives, &player->life_capacity, player->life_count + 1, sizeof *player->lives);
    player->lives[player->life_count++] =
        (struct life){.story = story, .record = record, .open = open, .day = later(player, first)};
}

/* One of the workflow's stories that are of such cases, or none, by chance. */
static const struct story *draw_story(struct player *player, int workflow, const struct taking *taking,
                                      int64_t record)
{
    int64_t roll = random_between(&player->random, 0, MILLION - 1);
    for (size_t i = 0; i < player->stories->count; i++) {
        const struct story *story = &player->stories->items[i];
        if (story->workflow != workflow || story->where != NULL || story->step_count == 0 ||
            !taking_takes(taking, i, story, record))
            continue;
        if (roll < story->share) return story;
        roll -= story->share;
    }
    return NULL;
}

static bool is_new(struct player *player, int workflow, int64_t record)
{
    char key[64];
    size_t standing;
    int size = snprintf(key, sizeof key, "%d %lld", workflow, (long long)record);
    return map_add(&player->seen, (struct text){key, (size_t)size}, 0, &standing);
}

static void take_in(struct player *player, int workflow, const struct taking *taking, int64_t record)
{
    if (!is_new(player, workflow, record)) return;
    const struct story *story = draw_story(player, workflow, taking, record);
    if (story != NULL) add_life(player, story, record, true);
}

static bool takes_open_ones(const struct player *player, int workflow)
{
    for (size_t i = 0; i < player->stories->count; i++)
        if (player->stories->items[i].workflow == workflow && player->stories->items[i].where == NULL)
            return true;
    return false;
}

/* Cases that stand where their workflow begins, and were not looked at before. */
static int take_in_open(struct player *player, int workflow, struct err *err)
{
    struct case_query query = case_query_of(CASES_OPEN);
    const struct case_actor everybody = {.scope = &player->scopes[0], .role = -1, .unit = -1};
    struct arena arena = {0};
    struct case_row *rows;
    struct taking taking;
    size_t count;
    int code = taking_load(player->database, player->stories, workflow, player->today, &taking, err);
    query.workflow = workflow;
    query.state = player->pack->workflows[workflow].start;
    query.limit = CASE_PAGE_MAX;
    while (code == 0) {
        struct text next = {0};
        code = case_list(player->casework, &everybody, moment_of(player), &query, "zh", &arena, &rows, &count,
                         &next, err);
        for (size_t i = 0; code == 0 && i < count; i++)
            take_in(player, workflow, &taking, rows[i].view.record);
        query.after = next;
        if (next.size == 0) break;
    }
    taking_fini(&taking);
    arena_fini(&arena);
    return code;
}

/* ---- Formulas ---- */

static size_t count_nodes(const struct story_step *step)
{
    size_t count = 0;
    for (size_t i = 0; i < step->set_count; i++) count += step->sets[i].way == STORY_FORMULA;
    return count;
}

static size_t step_nodes(const struct story *story)
{
    size_t count = 0;
    for (size_t i = 0; i < story->step_count; i++) count += count_nodes(&story->steps[i]);
    return count;
}

static size_t add_roots(const struct story_step *step, int scope, struct program_root *roots)
{
    size_t count = 0;
    for (size_t i = 0; i < step->set_count; i++)
        if (step->sets[i].way == STORY_FORMULA)
            roots[count++] = (struct program_root){step->sets[i].node, scope};
    return count;
}

/* Of what stands already: of the steps for cases, of the opening for what they will hang on. */
static size_t story_roots(const struct player *player, const struct story *story, bool opening,
                          struct program_root *roots)
{
    int reg = register_of(player, story), above = player->pack->schema.registers[reg].parent;
    size_t count = 0;
    if (opening) {
        roots[count++] = (struct program_root){story->where, above};
        return count + add_roots(&story->opening, above, &roots[count]);
    }
    for (size_t i = 0; i < story->step_count; i++) count += add_roots(&story->steps[i], reg, &roots[count]);
    return count;
}

/* One story's formulas on all rows. */
static int reckon(const struct player *player, const struct story *story, bool opening, struct reckoning *out,
                  struct err *err)
{
    *out = (struct reckoning){
        .roots = mem_new(1 + count_nodes(&story->opening) + step_nodes(story), sizeof *out->roots)};
    out->count = story_roots(player, story, opening, out->roots);
    return reckoning_run(out, player->database, player->today, err);
}

static const struct value *values_at(struct player *player, const struct reckoning *reckoning, size_t from,
                                     uint32_t row)
{
    struct value *values = arena_array(&player->arena, reckoning->count + 1, sizeof *values);
    for (size_t i = from; i < reckoning->count; i++) {
        values[i - from] = program_result_get(&reckoning->results[i], row);
        values[i - from].text = arena_text(&player->arena, values[i - from].text);
    }
    return values;
}

static bool waits_for_values(const struct life *life, const struct story *story)
{
    return life->story == story && life->open && life->values == NULL && life->step < story->step_count;
}

/* What the formulas say of the cases that came in since the week before. */
static int value_story(struct player *player, const struct story *story, struct err *err)
{
    struct reckoning reckoning = {0};
    size_t concerned = 0;
    for (size_t i = 0; i < player->life_count; i++) concerned += waits_for_values(&player->lives[i], story);
    if (concerned == 0 || step_nodes(story) == 0) return 0;
    int code = reckon(player, story, false, &reckoning, err);
    for (size_t i = 0; code == 0 && i < player->life_count; i++) {
        struct life *life = &player->lives[i];
        if (!waits_for_values(life, story)) continue;
        uint32_t row = frame_row(reckoning.frame, register_of(player, story), life->record);
        if (row != FRAME_NO_ROW) life->values = values_at(player, &reckoning, 0, row);
    }
    reckoning_fini(&reckoning);
    return code;
}

/* Those for whom a story opens cases. */
static int begin_story(struct player *player, const struct story *story, struct err *err)
{
    struct reckoning reckoning;
    int above = player->pack->schema.registers[register_of(player, story)].parent;
    int code = reckon(player, story, true, &reckoning, err);
    for (uint32_t row = 0; code == 0 && row < reckoning.results[0].rows; row++) {
        struct value holds = program_result_get(&reckoning.results[0], row);
        if (!holds.known || holds.integer == 0 || !random_chance(&player->random, story->share)) continue;
        add_life(player, story, frame_id(reckoning.frame, above, row), false);
        player->lives[player->life_count - 1].values = values_at(player, &reckoning, 1, row);
    }
    reckoning_fini(&reckoning);
    return code;
}

static int begin(struct player *player, bool first, struct err *err)
{
    int code = 0;
    for (size_t i = 0; code == 0 && i < player->pack->workflow_count; i++)
        if (takes_open_ones(player, (int)i)) code = take_in_open(player, (int)i, err);
    for (size_t i = 0; code == 0 && i < player->stories->count; i++) {
        const struct story *story = &player->stories->items[i];
        code = value_story(player, story, err);
        if (code == 0 && first && story->where != NULL) code = begin_story(player, story, err);
    }
    return code;
}

/* ---- Steps ---- */

struct writing {
    bool *given;
    struct value *values;
};

/* {serial} in words is another number each time: receipts and the like that must not come twice. */
static struct text words_of(struct player *player, struct text words, struct arena *arena)
{
    static const struct text mark = {"{serial}", 8};
    ptrdiff_t at = text_find(words, mark);
    if (at < 0) return words;
    size_t behind = (size_t)at + mark.size;
    return text_of(arena_printf(arena, "%.*s%04lld%.*s", (int)at, words.at, (long long)++player->serial,
                                (int)(words.size - behind), words.at + behind));
}

/* values: of the step's formulas. */
static struct writing write_sets(struct player *player, const struct story_step *step, int reg,
                                 const struct value *values, struct arena *arena)
{
    size_t count = player->pack->schema.registers[reg].field_count, formula = 0;
    struct writing writing = {arena_array(arena, count, sizeof(bool)),
                              arena_array(arena, count, sizeof(struct value))};
    for (size_t i = 0; i < step->set_count; i++) {
        const struct story_set *set = &step->sets[i];
        struct value *value = &writing.values[set->field];
        writing.given[set->field] = true;
        switch (set->way) {
        case STORY_WORDS:
            *value = (struct value){.known = true, .text = words_of(player, set->words, arena)};
            break;
        case STORY_DAY:
            *value = (struct value){.known = true, .integer = player->today + set->days};
            break;
        case STORY_FITS:
            break; /* add_record looks for it */
        case STORY_FORMULA:
            *value = values == NULL ? (struct value){0} : values[formula];
            formula++;
            break;
        }
    }
    return writing;
}

static int open_case(struct player *player, struct life *life, struct arena *arena, struct err *err)
{
    int reg = register_of(player, life->story), parent = player->pack->schema.registers[reg].parent_field;
    const struct story_step *step = &life->story->opening;
    const struct case_actor actor = actor_of(player, step->role);
    struct writing writing = write_sets(player, step, reg, life->values, arena);
    writing.given[parent] = true;
    writing.values[parent] = (struct value){.known = true, .integer = life->record};
    const struct case_opening opening = {.workflow = life->story->workflow,
                                         .given = writing.given,
                                         .values = writing.values,
                                         .comment = step->comment};
    int code = case_open(player->casework, &actor, moment_of(player), &opening, &life->record, NULL, err);
    if (code != 0) return code;
    life->open = true;
    life->values = NULL; /* those of the case are computed when the next week begins */
    is_new(player, life->story->workflow, life->record);
    player->report->opened++;
    return 0;
}

/* What hangs on the case and is a case itself: stories of its own workflow take it up. */
static int open_beside(struct player *player, const struct story_step *step,
                       const struct pack_workflow *workflow, const struct writing *writing, struct err *err)
{
    const struct case_actor actor = actor_of(player, step->role);
    const struct case_opening opening = {.workflow = (int)(workflow - player->pack->workflows),
                                         .given = writing->given,
                                         .values = writing->values,
                                         .comment = step->comment};
    int64_t record;
    int code = case_open(player->casework, &actor, moment_of(player), &opening, &record, NULL, err);
    player->report->opened += code == 0;
    return code;
}

static int find_fitting(struct player *player, const struct life *life, const struct story_step *step,
                        const struct writing *writing, struct err *err)
{
    int code = 0;
    for (size_t i = 0; code == 0 && i < step->set_count; i++) {
        struct value *value = &writing->values[step->sets[i].field];
        if (step->sets[i].way != STORY_FITS) continue;
        value->known = true;
        code = fitting_record(player->database, life->record, step->adds, step->sets[i].field,
                              &player->random, &value->integer, err);
    }
    return code;
}

static int add_record(struct player *player, const struct life *life, const struct story_step *step,
                      const struct value *values, struct arena *arena, struct err *err)
{
    int parent = player->pack->schema.registers[step->adds].parent_field;
    struct writing writing = write_sets(player, step, step->adds, values, arena);
    writing.given[parent] = true;
    writing.values[parent] = (struct value){.known = true, .integer = life->record};
    int code = find_fitting(player, life, step, &writing, err);
    if (code != 0) return code;
    const struct pack_workflow *workflow = player->pack->registers[step->adds].workflow;
    if (workflow != NULL) return open_beside(player, step, workflow, &writing, err);
    const struct record_change change = {step->adds, 0, 0, writing.given, writing.values};
    code = records_write(player->database, &player->scopes[step->role], TEXT("edit"), &change, 1, NULL, err);
    player->report->added += code == 0;
    return code;
}

/* A picture of one white dot: what a step wants attached is there, and shows nobody. */
static const unsigned char white[] = {
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52, 0x00,
    0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00, 0x00, 0x00, 0x00, 0x3a, 0x7e, 0x9b, 0x55, 0x00,
    0x00, 0x00, 0x0a, 0x49, 0x44, 0x41, 0x54, 0x78, 0xda, 0x63, 0xf8, 0x0f, 0x00, 0x01, 0x01, 0x01, 0x00,
    0x1c, 0xb0, 0x8c, 0x99, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82};

static int attach_wanted(struct player *player, const struct life *life, const struct story_step *step,
                         struct err *err)
{
    const struct pack_workflow *workflow = &player->pack->workflows[life->story->workflow];
    const struct workflow_transition *transition = &workflow->transitions[step->transition];
    const struct case_actor actor = actor_of(player, step->role);
    int code = 0;
    for (size_t i = 0; code == 0 && i < transition->attachment_count; i++) {
        int kind = transition->attachments[i].kind;
        const struct attachment_new file = {.reg = workflow->reg,
                                            .record = life->record,
                                            .kind = kind < 0 ? 0 : kind,
                                            .name = TEXT("demonstration.png"),
                                            .bytes = {(const char *)white, sizeof white}};
        int64_t id;
        code = case_attach(player->casework, &actor, moment_of(player), &file, &id, NULL, err);
    }
    return code;
}

/* Clues that a screening put beside the case: whoever goes on with it has looked at them. */
static int take_note(struct player *player, const struct case_actor *actor, int reg, int64_t record,
                     struct err *err)
{
    struct store *store = database_store(player->database);
    int64_t proposal;
    bool found = true;
    int code = 0;
    while (code == 0 && found) {
        code = ask_one(
            store,
            "SELECT id FROM zs_proposal WHERE register = ?1 AND record = ?2 AND state = 'open' ORDER BY "
            "id LIMIT 1",
            ASK_WITH(ask_text(player->pack->schema.registers[reg].label.name), ask_int(record)), &proposal,
            &found, err);
        if (code == 0 && found)
            code = case_proposal_answer(player->casework, actor, moment_of(player), proposal, true, TEXT(""),
                                        err);
    }
    return code;
}

static int move_case(struct player *player, const struct life *life, const struct story_step *step,
                     const struct value *values, struct arena *arena, struct err *err)
{
    int reg = register_of(player, life->story);
    struct scope scope = player->scopes[step->role];
    struct case_actor actor = actor_of(player, step->role);
    struct writing writing = write_sets(player, step, reg, values, arena);
    struct case_view view;
    struct case_done done;
    if (step->unit >= 0) {
        actor.unit = step->unit;
        scope.unit = player->pack->units[step->unit].label.name;
        scope.actor =
            text_of(arena_printf(arena, "%.*s.%.*s", TEXT_ARGS(scope.actor), TEXT_ARGS(scope.unit)));
        actor.scope = &scope;
    }
    int code = take_note(player, &actor, reg, life->record, err);
    if (code == 0)
        code = case_get(player->casework, &actor, moment_of(player), reg, life->record, arena, &view, err);
    const struct case_act act = {.reg = reg,
                                 .record = life->record,
                                 .version = view.version,
                                 .transition = step->transition,
                                 .given = step->set_count > 0 ? writing.given : NULL,
                                 .values = writing.values,
                                 .comment = step->comment,
                                 .refuse = step->refuse};
    if (code == 0) code = attach_wanted(player, life, step, err);
    if (code == 0) code = case_do(player->casework, &actor, moment_of(player), &act, &done, err);
    if (code != 0) return code;
    player->report->moved++;
    player->report->opened += done.opened;
    return 0;
}

static int do_step(struct player *player, struct life *life, struct err *err)
{
    const struct story *story = life->story;
    struct arena arena = {0};
    int code;
    if (!life->open) {
        code = open_case(player, life, &arena, err);
    } else {
        const struct story_step *step = &story->steps[life->step];
        size_t before = 0;
        for (size_t i = 0; i < life->step; i++) before += count_nodes(&story->steps[i]);
        const struct value *values = life->values == NULL ? NULL : life->values + before;
        code = step->adds >= 0 ? add_record(player, life, step, values, &arena, err)
                               : move_case(player, life, step, values, &arena, err);
        life->step++;
    }
    arena_fini(&arena);
    return code;
}

/* Of a case that came in this week and whose formulas are not computed yet. */
static bool has_to_wait(const struct player *player, struct life *life)
{
    if (!life->open || life->values != NULL || step_nodes(life->story) == 0) return false;
    life->day = player->from + ((player->today - player->from) / WEEK + 1) * WEEK;
    return true;
}

static void come_to_next(struct player *player, struct life *life, bool over)
{
    const struct story_step *next = &life->story->steps[life->step];
    life->day = over || !random_chance(&player->random, next->chance) ? NEVER : later(player, next);
}

/* What one family's facts do not allow ends its story; what the database cannot do ends all. */
static int go_on(struct player *player, struct life *life, struct err *err)
{
    struct err why;
    if (has_to_wait(player, life)) return 0;
    int code = do_step(player, life, &why);
    bool over = life->step >= life->story->step_count;
    if (code == ERR_INPUT || code == ERR_FORBIDDEN || code == ERR_CONFLICT || code == ERR_NOT_FOUND) {
        if (player->report->refused++ == 0) player->report->first = why;
        code = 0;
        over = true;
    }
    if (code != 0 && err != NULL) *err = why;
    come_to_next(player, life, over);
    return code;
}

/* What they open is taken in at once where its stories need no figures. */
static int take_in_opened(struct player *player, struct err *err)
{
    int code = 0;
    for (size_t i = 0; code == 0 && i < player->pack->workflow_count; i++) {
        bool plain = takes_open_ones(player, (int)i);
        for (size_t k = 0; k < player->stories->count; k++)
            plain = plain && (player->stories->items[k].workflow != (int)i ||
                              step_nodes(&player->stories->items[k]) == 0);
        if (plain) code = take_in_open(player, (int)i, err);
    }
    return code;
}

static int play_offices(struct player *player, struct err *err)
{
    bool any = false;
    for (size_t i = 0; i < player->stories->office_count; i++) {
        const struct office *office = &player->stories->offices[i];
        struct err why;
        if (player->from + office->day != player->today) continue;
        const struct case_actor actor = actor_of(player, office->role);
        int code = office_act(player->casework, office, &actor, moment_of(player), player->from,
                              &player->random, &why);
        any = true;
        if (code == ERR_INPUT || code == ERR_FORBIDDEN || code == ERR_CONFLICT || code == ERR_NOT_FOUND) {
            if (player->report->refused++ == 0) player->report->first = why;
        } else if (code != 0) {
            *err = why;
            return code;
        }
    }
    return any ? take_in_opened(player, err) : 0;
}

static int play_day(struct player *player, struct err *err)
{
    int code = play_offices(player, err);
    for (size_t i = 0; code == 0 && i < player->life_count; i++)
        while (code == 0 && player->lives[i].day == player->today)
            code = go_on(player, &player->lives[i], err);
    return code;
}

/* ---- The whole ---- */

static int tick(struct player *player, struct err *err)
{
    struct tick_report done;
    int code = casework_tick(player->casework, moment_of(player), NULL, &done, err);
    player->report->escalated += done.escalated;
    return code;
}

static int play(struct player *player, struct err *err)
{
    int code = 0;
    for (player->today = player->from; code == 0 && player->today <= player->report->until; player->today++) {
        bool first = player->today == player->from;
        if ((player->today - player->from) % WEEK == 0) {
            if (!first) code = tick(player, err);
            if (code == 0) code = begin(player, first, err);
        }
        if (code == 0) code = play_day(player, err);
    }
    player->today = player->report->until;
    return code == 0 ? tick(player, err) : code;
}

static int check_untouched(struct casework *casework, struct err *err)
{
    int64_t moved = 0;
    bool found;
    int code = store_query_int(database_store(casework_database(casework)),
                               "SELECT count(*) FROM zs_step WHERE kind = 'moved'", &moved, &found, err);
    if (code != 0 || moved == 0) return code;
    return err_set(err, ERR_CONFLICT,
                   "这个数据库里已经有人办过件（%lld 步），演示办件只在没有办过件的演示县里生成",
                   "Cases have been moved in this database already (%lld steps); stories are told only in a "
                   "demonstration county where nobody has worked yet",
                   (long long)moved);
}

int stories_play(struct casework *casework, const struct stories *stories, int32_t from, uint64_t seed,
                 struct stories_report *report, struct err *err)
{
    struct database *database = casework_database(casework);
    const struct pack *pack = database_pack(database);
    struct player player = {.casework = casework,
                            .database = database,
                            .pack = pack,
                            .stories = stories,
                            .report = report,
                            .from = from,
                            .random = random_start(seed, 0)};
    *report = (struct stories_report){.until = from + (int32_t)stories->days};
    player.scopes = arena_array(&player.arena, pack->role_count, sizeof *player.scopes);
    for (size_t i = 0; i < pack->role_count; i++)
        player.scopes[i] = scope_everything(
            pack, text_of(arena_printf(&player.arena, "demo.%.*s", TEXT_ARGS(pack->roles[i].label.name))),
            &player.arena);
    int code = check_untouched(casework, err);
    if (code == 0) code = play(&player, err);
    map_fini(&player.seen);
    free(player.lives);
    arena_fini(&player.arena);
    return code;
}
