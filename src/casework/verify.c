/* Read in order of cases and steps, one pass a table: memory does not grow with them, but for a line an
 * answer to a clue. */
#include "casework/verify.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "casework/casework_private.h"
#include "files/attachments.h"
#include "register/bound.h"
#include "register/sql.h"

static void note(struct fault_list *faults, struct text reg, int64_t record, const char *zh, const char *en)
{
    fault_list_corrupt(faults, "登记 %.*s 的办件 %lld：%s%.0s", "Register %.*s, case %lld: %.0s%s",
                       TEXT_ARGS(reg), (long long)record, zh, en);
}

/* Each step goes on from the one before, and its entry is there. */
static int verify_steps(struct casework *casework, struct fault_list *faults, struct err *err)
{
    struct statement *statement;
    struct buffer reg = {0}, state = {0};
    int64_t record = 0, number = 0;
    bool row;
    int code =
        store_prepare(casework->store,
                      TEXT("SELECT s.register, s.record, s.number, coalesce(s.from_state, ''), s.to_state, "
                           "e.id, s.actor, e.actor, s.entry > s.basis FROM zs_step AS s LEFT JOIN zs_entry "
                           "AS e ON e.id = s.entry ORDER BY s.register, s.record, s.number"),
                      &statement, err);
    if (code != 0) return code;
    while ((code = statement_step(statement, &row, err)) == 0 && row) {
        struct text name = statement_text(statement, 0);
        bool first = !text_equal(name, buffer_get(&reg)) || statement_int(statement, 1) != record;
        record = statement_int(statement, 1);
        bool follows = first ? statement_int(statement, 2) == 1 && statement_text(statement, 3).size == 0
                             : statement_int(statement, 2) == number + 1 &&
                                   text_equal(statement_text(statement, 3), buffer_get(&state));
        if (!follows) note(faults, name, record, "步骤接不上", "its steps do not go on from one another");
        if (statement_is_null(statement, 5) || statement_int(statement, 8) == 0 ||
            !text_equal(statement_text(statement, 6), statement_text(statement, 7)))
            note(faults, name, record, "有一步在日志里没有，或经办人不同",
                 "the log does not know a step, or names somebody else");
        number = statement_int(statement, 2);
        buffer_clear(&reg);
        buffer_text(&reg, name);
        buffer_clear(&state);
        buffer_text(&state, statement_text(statement, 4));
    }
    statement_free(statement);
    buffer_fini(&reg);
    buffer_fini(&state);
    return code;
}

static int verify_cases(struct casework *casework, struct fault_list *faults, struct err *err)
{
    struct statement *statement;
    bool row;
    int code = store_prepare(
        casework->store,
        TEXT("SELECT c.register, c.record FROM zs_case AS c LEFT JOIN zs_step AS s ON s.register "
             "= c.register AND s.record = c.record AND s.number = c.step WHERE s.to_state IS "
             "NULL OR s.to_state <> c.state OR EXISTS (SELECT 1 FROM zs_step AS n WHERE "
             "n.register = c.register AND n.record = c.record AND n.number > c.step)"),
        &statement, err);
    if (code != 0) return code;
    while ((code = statement_step(statement, &row, err)) == 0 && row)
        note(faults, statement_text(statement, 0), statement_int(statement, 1), "不在最后一步到达的状态",
             "it is not where its last step left it");
    statement_free(statement);
    return code;
}

static int verify_records(struct casework *casework, int reg, struct fault_list *faults, struct err *err)
{
    const struct pack_case_fields *own = &casework->pack->registers[reg].case_fields;
    struct bound bound = {0};
    struct statement *statement;
    bool row;
    buffer_string(&bound.sql, "SELECT c.register, c.record FROM zs_case AS c LEFT JOIN ");
    sql_table(&bound.sql, casework->pack, reg);
    buffer_string(&bound.sql, " AS t ON t.id = c.record WHERE c.register = ");
    bound_text(&bound, case_register(casework, reg));
    buffer_string(&bound.sql, " AND (t.id IS NULL OR ");
    sql_field(&bound.sql, "t", casework->pack, reg, own->state);
    buffer_string(&bound.sql, " <> c.state OR ");
    sql_field(&bound.sql, "t", casework->pack, reg, own->since);
    buffer_string(&bound.sql, " <> c.since OR coalesce(");
    sql_field(&bound.sql, "t", casework->pack, reg, own->due);
    buffer_string(&bound.sql, ", '9999-12-31') <> c.due OR coalesce(");
    sql_field(&bound.sql, "t", casework->pack, reg, own->closed);
    buffer_string(&bound.sql, ", '') <> coalesce(c.closed, ''))");
    int code = bound_prepare(&bound, casework->database, &statement, err);
    bound_fini(&bound);
    if (code != 0) return code;
    while ((code = statement_step(statement, &row, err)) == 0 && row)
        note(faults, statement_text(statement, 0), statement_int(statement, 1),
             "记录里的状态或日期与办件不同", "its record says another state or date");
    statement_free(statement);
    return code;
}

/* A clock was met by a step of that day. */
static int verify_clocks(struct casework *casework, struct fault_list *faults, struct err *err)
{
    struct statement *statement;
    bool row;
    int code = store_prepare(casework->store,
                             TEXT("SELECT k.register, k.record FROM zs_clock AS k LEFT JOIN zs_step AS s ON "
                                  "s.register = k.register AND s.record = k.record AND s.number = k.step "
                                  "WHERE s.day IS NULL OR s.day <> k.met OR s.kind <> 'moved'"),
                             &statement, err);
    if (code != 0) return code;
    while ((code = statement_step(statement, &row, err)) == 0 && row)
        note(faults, statement_text(statement, 0), statement_int(statement, 1),
             "全程时限的办结日期与步骤不符", "no step of that day met its clock");
    statement_free(statement);
    return code;
}

/* ---- What stands beside cases, and how it was answered ---- */

struct answer {
    int64_t proposal;
    char digest[FILE_DIGEST]; /* of who answered, and what the log says of it */
    bool met;
};

struct answers {
    struct answer *items;
    size_t count, capacity;
};

static void digest_answer(struct text actor, struct text detail, char digest[FILE_DIGEST])
{
    struct buffer both = {0};
    buffer_text(&both, actor);
    buffer_char(&both, '\n');
    buffer_text(&both, detail);
    file_digest_of(buffer_get(&both), digest);
    buffer_fini(&both);
}

static int by_proposal(const void *a, const void *b)
{
    const struct answer *left = a, *right = b;
    return (left->proposal > right->proposal) - (left->proposal < right->proposal);
}

static int read_answers(struct casework *casework, struct answers *answers, struct err *err)
{
    static const struct text head = {"{\"proposal\":", 12};
    struct statement *statement;
    bool row;
    int code = store_prepare(casework->store,
                             TEXT("SELECT actor, detail FROM zs_entry WHERE action = 'case.answer'"),
                             &statement, err);
    if (code != 0) return code;
    while ((code = statement_step(statement, &row, err)) == 0 && row) {
        struct text detail = statement_text(statement, 1);
        answers->items =
            mem_grow(answers->items, &answers->capacity, answers->count + 1, sizeof *answers->items);
        struct answer *answer = &answers->items[answers->count++];
        *answer = (struct answer){0};
        for (size_t i = head.size; text_starts(detail, head) && i < detail.size; i++) {
            if (detail.at[i] < '0' || detail.at[i] > '9') break;
            answer->proposal = answer->proposal * 10 + (detail.at[i] - '0');
        }
        digest_answer(statement_text(statement, 0), detail, answer->digest);
    }
    statement_free(statement);
    if (answers->count > 0) qsort(answers->items, answers->count, sizeof *answers->items, by_proposal);
    return code;
}

/* The log once said of an answer that it was given, and not with which words. */
static bool says(const struct answer *answer, struct text actor, const struct answer_said *said)
{
    struct buffer whole = {0}, former = {0};
    char digest[FILE_DIGEST], before[FILE_DIGEST];
    answer_detail(said, &whole);
    buffer_printf(&former, "{\"proposal\":%lld,\"answer\":\"%.*s\"}", (long long)said->proposal,
                  TEXT_ARGS(said->answer));
    digest_answer(actor, buffer_get(&whole), digest);
    digest_answer(actor, buffer_get(&former), before);
    buffer_fini(&whole);
    buffer_fini(&former);
    return strcmp(answer->digest, digest) == 0 || strcmp(answer->digest, before) == 0;
}

/* Has it the answer that the log tells of? None is told of where it was taken up by a step that it proposed,
 * before such steps wrote one. */
static bool answer_stands(const struct statement *row, struct answers *answers)
{
    const struct answer_said said = {.proposal = statement_int(row, 0),
                                     .answer = statement_text(row, 8),
                                     .reg = statement_text(row, 1),
                                     .record = statement_int(row, 2),
                                     .comment = statement_text(row, 10)};
    const struct answer key = {.proposal = said.proposal};
    struct text actor = statement_text(row, 9);
    struct answer *answer = answers->count == 0 ? NULL
                                                : bsearch(&key, answers->items, answers->count,
                                                          sizeof *answers->items, by_proposal);
    if (answer != NULL) {
        answer->met = true;
        return says(answer, actor, &said);
    }
    if (text_is(said.answer, "open") || actor.size == 0) return said.comment.size == 0;
    return text_is(said.answer, "accepted") && said.comment.size == 0 && statement_int(row, 13) != 0;
}

/* Is its own entry there, and does it say what it says? What opened a case is answered by that. */
static bool proposal_stands(const struct statement *row)
{
    const struct proposal_said said = {.reg = statement_text(row, 1),
                                       .record = statement_int(row, 2),
                                       .source = statement_text(row, 3),
                                       .digest = statement_text(row, 4),
                                       .transition = statement_text(row, 5),
                                       .zh = statement_text(row, 6),
                                       .en = statement_text(row, 7)};
    struct text action = statement_text(row, 11), detail = statement_text(row, 12);
    bool unanswered = text_is(statement_text(row, 8), "open"), by_nobody = statement_text(row, 9).size == 0;
    if (text_is(action, "case.open")) return !unanswered && by_nobody && statement_int(row, 14) != 0;
    struct buffer own = {0};
    proposal_detail(&said, &own);
    bool same = text_equal(detail, buffer_get(&own));
    /* Entries of before end behind the digest. */
    own.size = (size_t)text_find(buffer_get(&own), TEXT(",\"transition\":"));
    buffer_char(&own, '}');
    same = same || text_equal(detail, buffer_get(&own));
    buffer_fini(&own);
    return text_is(action, "case.propose") && same && unanswered == by_nobody;
}

/* The chain cannot say that a row is missing; its entry can. */
static int verify_missing(struct casework *casework, struct fault_list *faults, struct err *err)
{
    int64_t count = 0;
    bool found;
    int code = store_query_int(casework->store,
                               "SELECT count(*) FROM zs_entry AS e LEFT JOIN zs_proposal AS p ON p.entry = "
                               "e.id WHERE e.action = 'case.propose' AND p.id IS NULL",
                               &count, &found, err);
    if (code != 0 || count == 0) return code;
    fault_list_corrupt(
        faults, "日志记有 %lld 条附在办件上的线索，现在没有了：被人删除了。请用备份对照",
        "The log tells of %lld clues beside cases that are not there: somebody has taken them out. Compare "
        "with a backup",
        (long long)count);
    return 0;
}

static int verify_proposals(struct casework *casework, struct fault_list *faults, struct err *err)
{
    struct answers answers = {0};
    struct statement *statement;
    bool row;
    int code = read_answers(casework, &answers, err);
    if (code == 0)
        code = store_prepare(
            casework->store,
            TEXT(
                "SELECT p.id, p.register, p.record, p.source, p.digest, coalesce(p.transition, ''), p.zh, "
                "p.en, p.state, p.answered_by, p.comment, coalesce(e.action, ''), coalesce(e.detail, ''), "
                "(SELECT count(*) FROM zs_step AS s WHERE s.register = p.register AND s.record = p.record "
                "AND s.transition = p.transition AND s.actor = p.answered_by), (SELECT count(*) FROM zs_step "
                "AS o WHERE o.register = p.register AND o.record = p.record AND o.entry = p.entry AND "
                "o.kind = 'opened') FROM zs_proposal AS p LEFT JOIN zs_entry AS e ON e.id = p.entry ORDER "
                "BY p.id"),
            &statement, err);
    if (code != 0) {
        free(answers.items);
        return code;
    }
    while ((code = statement_step(statement, &row, err)) == 0 && row) {
        bool answered = answer_stands(statement, &answers);
        if (!answered || !proposal_stands(statement))
            note(faults, statement_text(statement, 1), statement_int(statement, 2),
                 "附在它上面的一条线索，或对它的答复，与日志不符：被人改过",
                 "a clue beside it, or the answer to one, does not match the log: it was altered");
    }
    statement_free(statement);
    for (size_t i = 0; code == 0 && i < answers.count; i++)
        if (!answers.items[i].met)
            note(faults, TEXT("?"), answers.items[i].proposal, "日志里答复过的一条线索不见了，或又成了未答复",
                 "a clue that the log tells was answered is not there, or was answered twice");
    free(answers.items);
    return code;
}

int casework_verify(struct casework *casework, int64_t *cases, struct fault_list *faults, struct err *err)
{
    bool found;
    int code = store_query_int(casework->store, "SELECT count(*) FROM zs_case", cases, &found, err);
    if (code == 0) code = verify_steps(casework, faults, err);
    if (code == 0) code = verify_cases(casework, faults, err);
    if (code == 0) code = verify_clocks(casework, faults, err);
    if (code == 0) code = verify_proposals(casework, faults, err);
    if (code == 0) code = verify_missing(casework, faults, err);
    for (size_t i = 0; code == 0 && i < casework->pack->workflow_count; i++)
        code = verify_records(casework, casework->pack->workflows[i].reg, faults, err);
    return code;
}

int casework_verify_database(struct database *database, int64_t *cases, struct fault_list *faults,
                             struct err *err)
{
    struct casework *casework;
    *cases = 0;
    int code = casework_open(database, NULL, &casework, err);
    if (code == ERR_VERSION) return 0;
    if (code == 0) code = casework_verify(casework, cases, faults, err);
    casework_close(casework);
    return code;
}
