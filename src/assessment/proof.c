/* Whoever holds the database can alter a point; the log, whose chain goes back to a hash that was noted down
 * elsewhere, is where it shows. */
#include "assessment/proof.h"

#include <jansson.h>
#include <string.h>

#include "access/ask.h"
#include "base/json.h"
#include "crypto/chain.h"

static const char *const actions[] = {[RUN_MADE] = "assessment.make",
                                      [RUN_PUBLISHED] = "assessment.publish",
                                      [RUN_CLOSED] = "assessment.close",
                                      [RUN_DROPPED] = "assessment.drop"};

/* ---- The digest ---- */

enum { COLUMNS_MOST = 16 };

/* What is hashed, each row with its name in front. Ordered by the places that the run itself gives to
 * criteria and scored, so that no collation matters. */
static const struct section {
    enum run_state since; /* written by this stage */
    const char *name;
    int columns;
    const char *sql;
} sections[] = {
    {RUN_MADE, "run", 6,
     "SELECT scheme, part, year, month, as_of, facts FROM zs_assessment_run WHERE id = ?1"},
    {RUN_MADE, "criterion", 10,
     "SELECT criterion, ordinal, kind, label_zh, label_en, points, indicator, full_at, zero_at, each_takes "
     "FROM zs_assessment_criterion WHERE run = ?1 ORDER BY ordinal"},
    {RUN_MADE, "scored", 7,
     "SELECT scored, ordinal, name_zh, name_en, division, vetoes, grade_most FROM zs_assessment_scored WHERE "
     "run = ?1 ORDER BY ordinal"},
#define POINT_BY_POINT(columns, table, also)                                                                 \
    "SELECT p.scored, p.criterion" columns " FROM zs_assessment_" table                                      \
    " AS p LEFT JOIN zs_assessment_scored AS s ON s.run = p.run AND s.scored = p.scored LEFT JOIN "          \
    "zs_assessment_criterion AS c ON c.run = p.run AND c.criterion = p.criterion WHERE p.run = ?1" also      \
    " ORDER BY s.ordinal, c.ordinal"
    {RUN_MADE, "score", 7,
     POINT_BY_POINT(", p.figure, p.counted, p.missing, p.undetermined, p.computed", "score", "")},
    {RUN_MADE, "led", 11,
     POINT_BY_POINT(", p.ordinal, p.indicator, p.target, p.figure, p.counted, p.missing, p.undetermined, "
                    "p.attained, p.points",
                    "led", "") ", p.ordinal"},
    {RUN_MADE, "spared", 2, POINT_BY_POINT("", "spared", "")},
    {RUN_PUBLISHED, "review", 4,
     POINT_BY_POINT(", p.record, p.points", "kept", " AND p.kind = '" RUN_KEPT_REVIEW "'")},
    {RUN_CLOSED, "objection", 5,
     POINT_BY_POINT(", p.kind, p.record, p.points", "kept", " AND p.kind <> '" RUN_KEPT_REVIEW "'")},
    {RUN_CLOSED, "given", 3, POINT_BY_POINT(", p.given", "given", "")},
    {RUN_CLOSED, "result", 5,
     "SELECT r.scored, r.points, r.rank, r.grade, r.lists FROM zs_assessment_result AS r LEFT JOIN "
     "zs_assessment_scored AS s ON s.run = r.run AND s.scored = r.scored WHERE r.run = ?1 ORDER BY "
     "s.ordinal"},
};

static void hash_cell(struct chain_link *link, const struct cell *cell)
{
    int64_t bits;
    switch (cell->kind) {
    case CELL_NULL:
        chain_absent(link);
        break;
    case CELL_INT:
        chain_int(link, cell->integer);
        break;
    case CELL_REAL: /* not by us */
        memcpy(&bits, &cell->real, sizeof bits);
        chain_text(link, TEXT("real"));
        chain_int(link, bits);
        break;
    case CELL_TEXT:
        chain_text(link, cell->text);
        break;
    }
}

static int hash_section(struct store *store, int64_t run, const struct section *section,
                        struct chain_link *link, struct err *err)
{
    struct statement *rows;
    struct cell cells[COLUMNS_MOST];
    bool row;
    int code = ask_open(store, section->sql, ASK_WITH(ask_int(run)), &rows, err);
    if (code != 0) return code;
    while ((code = statement_step(rows, &row, err)) == 0 && row) {
        statement_cells(rows, cells);
        chain_text(link, text_of(section->name));
        for (int i = 0; i < section->columns; i++) hash_cell(link, &cells[i]);
    }
    statement_free(rows);
    return code;
}

static int digest_of(struct store *store, int64_t run, enum run_state stage, bool last,
                     char hex[CHAIN_HEX + 1], struct err *err)
{
    struct chain_link *link;
    int code = chain_begin(TEXT(""), &link, err);
    if (code != 0) return code;
    for (size_t i = 0; code == 0 && i < sizeof sections / sizeof *sections; i++)
        if (last || sections[i].since <= stage) code = hash_section(store, run, &sections[i], link, err);
    if (code == 0)
        chain_end(link, hex);
    else
        chain_free(link);
    return code;
}

/* ---- An entry's detail ---- */

/* Of the run's line, what the stage has to do with. */
static int put_line(struct store *store, int64_t run, enum run_state stage, struct json_writer *json,
                    struct err *err)
{
    struct statement *line;
    bool row = false;
    int code = ask_open(store,
                        "SELECT scheme, part, as_of, published, objections_until, closed, year, month, facts "
                        "FROM zs_assessment_run WHERE id = ?1",
                        ASK_WITH(ask_int(run)), &line, err);
    if (code != 0) return code;
    code = statement_step(line, &row, err);
    if (code == 0 && !row)
        code = err_set(err, ERR_NOT_FOUND, "没有第 %lld 次考核", "there is no run %lld", (long long)run);
    if (code == 0 && stage == RUN_MADE) {
        json_member_text(json, "scheme", statement_text(line, 0));
        json_member_text(json, "part", statement_text(line, 1));
        json_member_int(json, "year", statement_int(line, 6));
        json_member_int(json, "month", statement_int(line, 7));
        json_member_text(json, "as_of", statement_text(line, 2));
        json_member_int(json, "facts", statement_int(line, 8));
    } else if (code == 0 && stage == RUN_PUBLISHED) {
        json_member_text(json, "published", statement_text(line, 3));
        json_member_text(json, "until", statement_text(line, 4));
    } else if (code == 0 && stage == RUN_CLOSED)
        json_member_text(json, "closed", statement_text(line, 5));
    statement_free(line);
    return code;
}

int proof_detail(struct store *store, int64_t run, enum run_state stage, bool last, struct buffer *out,
                 struct err *err)
{
    struct json_writer json = json_start(out);
    char digest[CHAIN_HEX + 1];
    json_put_object(&json);
    json_member_int(&json, "run", run);
    int code = put_line(store, run, stage, &json, err);
    if (code == 0 && stage != RUN_DROPPED) {
        code = digest_of(store, run, stage, last, digest, err);
        if (code == 0) json_member_string(&json, "digest", digest);
    }
    json_put_object_end(&json);
    return code;
}

void proof_adoption(struct text scheme, int64_t year, struct text content, struct buffer *out)
{
    struct json_writer json = json_start(out);
    json_put_object(&json);
    json_member_text(&json, "scheme", scheme);
    json_member_int(&json, "year", year);
    json_member_raw(&json, "content", content);
    json_put_object_end(&json);
}

int proof_enter(struct database *database, int64_t run, enum run_state stage, struct text actor,
                int64_t *entry, struct err *err)
{
    struct buffer detail = {0};
    int code = proof_detail(database_store(database), run, stage, true, &detail, err);
    if (code == 0)
        code = database_entry(database, actor, text_of(actions[stage]), buffer_get(&detail), entry, err);
    buffer_fini(&detail);
    return code;
}

/* ---- What the log says ---- */

struct reading {
    struct arena *arena;
    struct proof_said *said;
    size_t count, capacity;
};

/* Whoever made it last: the number of a run that somebody deleted is given again. */
static struct proof_said *said_of(struct reading *reading, int64_t run, enum run_state stage)
{
    for (size_t i = reading->count; stage != RUN_MADE && i-- > 0;)
        if (reading->said[i].run == run) return &reading->said[i];
    reading->said = arena_grow(reading->arena, reading->said, &reading->capacity, reading->count + 1,
                               sizeof *reading->said);
    struct proof_said *said = &reading->said[reading->count++];
    *said = (struct proof_said){.run = run};
    return said;
}

static void take_entry(struct reading *reading, const struct statement *row)
{
    enum run_state stage = RUN_MADE;
    struct text action = statement_text(row, 1), detail = statement_text(row, 2);
    while (stage < RUN_DROPPED && !text_is(action, actions[stage])) stage++;
    json_t *json = json_loadb(detail.at == NULL ? "" : detail.at, detail.size, 0, NULL);
    int64_t run = json_integer_value(json_object_get(json, "run"));
    const char *digest = json_string_value(json_object_get(json, "digest"));
    if (run == 0) run = statement_int(row, 3);
    said_of(reading, run, stage)->stages[stage] =
        (struct proof_entry){statement_int(row, 0), arena_text(reading->arena, detail),
                             text_of(arena_string(reading->arena, digest == NULL ? "" : digest))};
    json_decref(json);
}

int proof_read(struct store *store, struct arena *arena, struct proof_said **said, size_t *count,
               struct err *err)
{
    struct reading reading = {.arena = arena};
    struct statement *rows;
    bool row;
    int code =
        ask_open(store,
                 "SELECT e.id, e.action, e.detail, (SELECT min(r.id) FROM zs_assessment_run AS r "
                 "WHERE r.entry = e.id) FROM zs_entry AS e WHERE e.action IN (?1, ?2, ?3, ?4) ORDER "
                 "BY e.id",
                 ASK_WITH(ask_text(text_of(actions[RUN_MADE])), ask_text(text_of(actions[RUN_PUBLISHED])),
                          ask_text(text_of(actions[RUN_CLOSED])), ask_text(text_of(actions[RUN_DROPPED]))),
                 &rows, err);
    if (code != 0) return code;
    while ((code = statement_step(rows, &row, err)) == 0 && row) take_entry(&reading, rows);
    statement_free(rows);
    *said = reading.said;
    *count = reading.count;
    return code;
}

enum run_state proof_last(const struct proof_said *said)
{
    enum run_state stage = RUN_CLOSED;
    while (stage > RUN_MADE && said->stages[stage].id == 0) stage--;
    return stage;
}

int proof_need(struct store *store, int64_t run, struct err *err)
{
    struct arena arena = {0};
    struct proof_said *said;
    size_t count;
    char digest[CHAIN_HEX + 1];
    int code = proof_read(store, &arena, &said, &count, err);
    while (code == 0 && count > 0 && said[count - 1].run != run) count--;
    if (code == 0 && count > 0) {
        enum run_state last = proof_last(&said[count - 1]);
        struct text noted = said[count - 1].stages[last].digest;
        if (noted.size > 0) code = digest_of(store, run, last, true, digest, err);
        if (code == 0 && noted.size > 0 && !text_is(noted, digest))
            code =
                err_set(err, ERR_CONFLICT,
                        "第 %lld 次考核的分数与日志里的校验值不符，被人改过，不能继续。请管理员用 zengshou "
                        "verify 核对，并与备份对照",
                        "The points of run %lld do not match their digest on the log: they were altered. "
                        "It does not go on; have the administrator run zengshou verify, and compare with "
                        "a backup",
                        (long long)run);
    }
    arena_fini(&arena);
    return code;
}
