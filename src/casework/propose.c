/* What screenings, feeds and imports bring. A clue is known by what it rests on; what people decided stands.
 */
#include "casework/propose.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/words.h"
#include "casework/casework_private.h"
#include "pack/workflow.h"
#include "register/bound.h"
#include "register/scope_sql.h"
#include "register/sql.h"

enum { DIGEST_MAX = 128 };

/* ---- Digests ---- */

static void add_fact(crypto_hash_sha256_state *state, const struct case_fact *fact)
{
    const struct value *value = &fact->value;
    const unsigned char head[2] = {(unsigned char)fact->type.kind, value->known};
    crypto_hash_sha256_update(state, head, sizeof head);
    if (!value->known) return;
    const void *at = &value->integer;
    uint64_t size = sizeof value->integer;
    if (fact->type.kind == TYPE_RATIO) at = &value->ratio;
    if (fact->type.kind == TYPE_TEXT) {
        at = value->text.at;
        size = value->text.size;
    }
    crypto_hash_sha256_update(state, (const unsigned char *)&size, sizeof size);
    if (size > 0) crypto_hash_sha256_update(state, at, size);
}

void clue_digest(const struct case_fact *facts, size_t count, char digest[CLUE_DIGEST])
{
    unsigned char bytes[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    for (size_t i = 0; i < count; i++) add_fact(&state, &facts[i]);
    crypto_hash_sha256_final(&state, bytes);
    sodium_bin2hex(digest, CLUE_DIGEST, bytes, sizeof bytes);
}

/* ---- Clues ---- */

struct proposing {
    struct casework *casework;
    const struct case_clue *clue;
    struct case_clue_done *done;
    struct case_moment moment;
    int64_t parent; /* what it hangs on; 0: nothing */
    struct arena arena;
};

static int is_known(const struct proposing *proposing, bool *known, struct err *err)
{
    const struct case_clue *clue = proposing->clue;
    const struct pack_workflow *workflow = &proposing->casework->pack->workflows[clue->workflow];
    return ask_one(
        proposing->casework->store,
        "SELECT record FROM zs_proposal WHERE register = ?1 AND parent = ?2 AND source = ?3 AND digest = ?4",
        ASK_WITH(ask_text(case_register(proposing->casework, workflow->reg)), ask_int(proposing->parent),
                 ask_text(clue->source), ask_text(clue->digest)),
        &proposing->done->record, known, err);
}

static int note_clue(const struct proposing *proposing, int64_t record, const char *state, int64_t entry,
                     struct err *err)
{
    const struct case_clue *clue = proposing->clue;
    struct casework *casework = proposing->casework;
    const struct pack_workflow *workflow = &casework->pack->workflows[clue->workflow];
    bool found;
    int code = store_query_int(casework->store, "SELECT coalesce(max(id), 0) + 1 FROM zs_proposal",
                               &proposing->done->proposal, &found, err);
    if (code != 0) return code;
    return ask_run(
        casework->store,
        "INSERT INTO zs_proposal (id, register, parent, source, digest, record, state, transition, zh, "
        "en, at, entry, basis, answered_by, comment) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, "
        "?11, ?12, ?13, '', '')",
        ASK_WITH(ask_int(proposing->done->proposal), ask_text(case_register(casework, workflow->reg)),
                 ask_int(proposing->parent), ask_text(clue->source), ask_text(clue->digest), ask_int(record),
                 ask_text(text_of(state)),
                 clue->transition < 0 ? ask_null()
                                      : ask_text(workflow->transitions[clue->transition].label.name),
                 ask_text(clue->zh), ask_text(clue->en), ask_int(proposing->moment.now), ask_int(entry),
                 ask_int(clue->basis)),
        err);
}

static int open_for_clue(struct proposing *proposing, struct err *err)
{
    const struct case_clue *clue = proposing->clue;
    struct casework *casework = proposing->casework;
    const struct scope scope = scope_everything(casework->pack, clue->actor, &proposing->arena);
    const struct case_opening opening = {
        .workflow = clue->workflow, .given = clue->given, .values = clue->values, .comment = clue->zh};
    const struct opening_terms terms = {.opening = &opening,
                                        .opener = OPENER_RULE,
                                        .scope = &scope,
                                        .doer = {clue->actor, -1, -1, 0},
                                        .moment = proposing->moment};
    int64_t entry;
    int code = open_one(casework, &terms, &proposing->done->record, err);
    if (code == 0) code = database_last_entry(casework->store, &entry, err);
    if (code == 0) code = note_clue(proposing, proposing->done->record, "accepted", entry, err);
    proposing->done->end = CLUE_OPENED;
    return code;
}

void proposal_detail(const struct proposal_said *said, struct buffer *out)
{
    struct json_writer json = json_start(out);
    json_put_object(&json);
    json_member_text(&json, "register", said->reg);
    json_member_int(&json, "record", said->record);
    json_member_text(&json, "source", said->source);
    json_member_text(&json, "digest", said->digest);
    json_member_text(&json, "transition", said->transition);
    json_member_text(&json, "zh", said->zh);
    json_member_text(&json, "en", said->en);
    json_put_object_end(&json);
}

static int put_beside(struct proposing *proposing, int64_t record, struct err *err)
{
    const struct case_clue *clue = proposing->clue;
    struct casework *casework = proposing->casework;
    const struct pack_workflow *workflow = &casework->pack->workflows[clue->workflow];
    const struct proposal_said said = {
        .reg = case_register(casework, workflow->reg),
        .record = record,
        .source = clue->source,
        .digest = clue->digest,
        .transition = clue->transition < 0 ? TEXT("") : workflow->transitions[clue->transition].label.name,
        .zh = clue->zh,
        .en = clue->en};
    struct buffer detail = {0};
    int64_t entry;
    proposal_detail(&said, &detail);
    int code = database_entry(casework->database, clue->actor, TEXT("case.propose"), buffer_get(&detail),
                              &entry, err);
    buffer_fini(&detail);
    if (code == 0) code = note_clue(proposing, record, "open", entry, err);
    proposing->done->end = CLUE_BESIDE;
    proposing->done->record = record;
    return code;
}

static struct proposing proposing_of(struct casework *casework, struct case_moment moment,
                                     const struct case_clue *clue, struct case_clue_done *done)
{
    int field = casework->pack->schema.registers[casework->pack->workflows[clue->workflow].reg].parent_field;
    bool hangs = field >= 0 && clue->values[field].known;
    return (struct proposing){.casework = casework,
                              .clue = clue,
                              .done = done,
                              .moment = moment,
                              .parent = hangs ? clue->values[field].integer : 0};
}

/* ---- What would open a case where one is open ---- */

/* Words are said by somebody: a unit, a role, or the case that they came with. */
static struct text words_said(const struct casework *casework, const struct opening_terms *terms,
                              const char *language, struct arena *arena)
{
    const struct pack *pack = casework->pack;
    const struct pack_workflow *workflow = &pack->workflows[terms->opening->workflow];
    struct text said = terms->opening->values[workflow->beside].text;
    const struct label *who = NULL;
    enum { WHO_MAX = 200 };
    if (terms->origin != 0)
        who = &pack->schema.registers[terms->origin_reg].label;
    else if (terms->doer.unit >= 0)
        who = &pack->units[terms->doer.unit].label;
    else if (terms->doer.role >= 0)
        who = &pack->roles[terms->doer.role].label;
    struct text name = who == NULL ? TEXT("") : label_in(who, language);
    const char *colon = name.size == 0 ? "" : language[0] == 'z' ? "：" : ": ";
    name = words_cut(name, WHO_MAX);
    said = words_cut(said, WORDS_MOST - WHO_MAX - 4);
    return text_of(arena_printf(arena, "%.*s%s%.*s", TEXT_ARGS(name), colon, TEXT_ARGS(said)));
}

/* Of what was given, and of the case or record that it came with: each of those says its own. */
static void digest_opening(const struct casework *casework, const struct opening_terms *terms, int64_t origin,
                           struct arena *arena, char digest[CLUE_DIGEST])
{
    const struct case_opening *opening = terms->opening;
    int reg = casework->pack->workflows[opening->workflow].reg;
    const struct schema_register *meta = &casework->pack->schema.registers[reg];
    struct case_fact *facts = arena_array(arena, meta->field_count + 1, sizeof *facts);
    size_t count = 0;
    facts[count++] = (struct case_fact){{.kind = TYPE_INT}, {.known = origin != 0, .integer = origin}};
    for (size_t i = 0; origin == 0 && i < meta->field_count; i++)
        if (opening->given[i]) facts[count++] = (struct case_fact){meta->fields[i].type, opening->values[i]};
    clue_digest(facts, count, digest);
}

static int note_origin(struct casework *casework, int64_t proposal, int reg, int64_t record, struct err *err)
{
    return ask_run(casework->store,
                   "INSERT INTO zs_proposal_origin (proposal, register, record) VALUES (?1, ?2, ?3)",
                   ASK_WITH(ask_int(proposal), ask_text(case_register(casework, reg)), ask_int(record)), err);
}

int propose_opening(struct casework *casework, const struct opening_terms *terms, int64_t standing,
                    struct err *err)
{
    const struct case_opening *opening = terms->opening;
    const struct pack_workflow *workflow = &casework->pack->workflows[opening->workflow];
    int reg = terms->adopted != 0 ? workflow->reg : terms->origin_reg;
    int64_t origin = terms->adopted != 0 ? terms->adopted : terms->origin, basis;
    struct arena arena = {0};
    char digest[CLUE_DIGEST];
    struct case_clue_done done = {0};
    bool known = false;
    digest_opening(casework, terms, origin, &arena, digest);
    struct case_clue clue = {.workflow = opening->workflow,
                             .actor = terms->doer.name,
                             .source = origin != 0 ? case_register(casework, reg) : TEXT("person"),
                             .digest = text_of(digest),
                             .zh = words_said(casework, terms, "zh", &arena),
                             .en = words_said(casework, terms, "en", &arena),
                             .transition = -1,
                             .given = opening->given,
                             .values = opening->values};
    int code = database_last_entry(casework->store, &basis, err);
    clue.basis = basis;
    struct proposing proposing = proposing_of(casework, terms->moment, &clue, &done);
    if (code == 0) code = is_known(&proposing, &known, err);
    if (code == 0 && known && origin == 0)
        code = err_set(err, ERR_CONFLICT, "这条线索已经附在正在办理的那一件上（编号 %lld），不必再报",
                       "This was put beside the open case (id %lld) before", (long long)standing);
    if (code == 0 && !known) code = put_beside(&proposing, standing, err);
    if (code == 0 && !known && origin != 0) code = note_origin(casework, done.proposal, reg, origin, err);
    *terms->beside = done.proposal;
    arena_fini(&proposing.arena);
    arena_fini(&arena);
    return code;
}

/* ---- Clues of screenings ---- */

static int propose_work(void *context, struct err *err)
{
    struct proposing *proposing = context;
    const struct case_clue *clue = proposing->clue;
    const struct pack_workflow *workflow = &proposing->casework->pack->workflows[clue->workflow];
    bool known;
    int64_t standing = 0;
    *proposing->done = (struct case_clue_done){.end = CLUE_KNOWN};
    int code = is_known(proposing, &known, err);
    if (code != 0 || known) return code;
    code = open_case_on(proposing->casework, workflow->reg, proposing->parent, &standing, err);
    if (code != 0) return code;
    if (standing != 0) return put_beside(proposing, standing, err);
    if (!clue->only_beside) return open_for_clue(proposing, err);
    proposing->done->end = CLUE_NOWHERE;
    return 0;
}

static int check_clue(const struct casework *casework, const struct case_clue *clue, struct err *err)
{
    const struct pack_workflow *workflow = &casework->pack->workflows[clue->workflow];
    if ((workflow->openers & OPENER_RULE) == 0)
        return err_set(err, ERR_FORBIDDEN, "工作流 %.*s 的 start.by 中没有 rule，不能由规则立件",
                       "The workflow %.*s is not opened by rules (no `rule` under start.by)",
                       TEXT_ARGS(workflow->label.name));
    if (clue->digest.size == 0 || clue->digest.size > DIGEST_MAX)
        return err_set(err, ERR_LIMIT, "线索的摘要太长，或没有摘要",
                       "A clue's digest is too long, or it has none");
    int code = words_check(clue->zh, WORDS_MOST, "线索", "The clue", err);
    return code == 0 ? words_check(clue->en, WORDS_MOST, "线索", "The clue", err) : code;
}

int case_propose(struct casework *casework, struct case_moment moment, const struct case_clue *clue,
                 struct case_clue_done *done, struct err *err)
{
    int code = check_clue(casework, clue, err);
    if (code != 0) return code;
    struct proposing proposing = proposing_of(casework, moment, clue, done);
    code = store_transact(casework->store, propose_work, &proposing, err);
    arena_fini(&proposing.arena);
    return code;
}

struct many {
    struct casework *casework;
    struct case_moment moment;
    const struct case_clue *clues;
    size_t count;
    struct case_clue_result *results;
};

static int many_work(void *context, struct err *err)
{
    const struct many *many = context;
    int code = 0;
    for (size_t i = 0; code == 0 && i < many->count; i++) {
        struct proposing proposing =
            proposing_of(many->casework, many->moment, &many->clues[i], &many->results[i].done);
        code = check_clue(many->casework, &many->clues[i], err);
        if (code == 0) code = propose_work(&proposing, err);
        arena_fini(&proposing.arena);
    }
    return code;
}

/* What is wrong with one clue, not with the database. */
static bool is_its_own(int code)
{
    return code == ERR_CONFLICT || code == ERR_INPUT || code == ERR_NOT_FOUND || code == ERR_LIMIT;
}

int case_propose_all(struct casework *casework, struct case_moment moment, const struct case_clue *clues,
                     size_t count, struct case_clue_result *results, struct err *err)
{
    struct many many = {casework, moment, clues, count, results};
    for (size_t i = 0; i < count; i++) results[i] = (struct case_clue_result){0};
    int code = store_transact(casework->store, many_work, &many, err);
    if (!is_its_own(code)) return code;
    for (size_t i = 0; i < count; i++) {
        struct case_clue_result *result = &results[i];
        result->code = case_propose(casework, moment, &clues[i], &result->done, &result->err);
        if (result->code != 0 && !is_its_own(result->code)) {
            if (err != NULL) *err = result->err;
            return result->code;
        }
    }
    return 0;
}

/* ---- Answers ---- */

int open_proposals(struct casework *casework, const struct stored_case *stored, int transition,
                   int64_t *count, struct err *err)
{
    bool found;
    *count = 0;
    return ask_one(casework->store,
                   "SELECT count(*) FROM zs_proposal WHERE register = ?1 AND record = ?2 AND state = 'open' "
                   "AND (transition IS NULL OR transition <> ?3)",
                   ASK_WITH(ask_text(case_register(casework, stored->reg)), ask_int(stored->record),
                            ask_text(stored->workflow->transitions[transition].label.name)),
                   count, &found, err);
}

struct answering {
    struct casework *casework;
    const struct case_actor *actor;
    struct case_moment moment;
    int64_t proposal;
    bool accept;
    struct text comment;
    struct arena arena;
};

static int proposal_of(struct answering *answering, int *reg, int64_t *record, bool *open, struct err *err)
{
    struct statement *statement;
    bool row;
    int code =
        ask_open(answering->casework->store, "SELECT register, record, state FROM zs_proposal WHERE id = ?1",
                 ASK_WITH(ask_int(answering->proposal)), &statement, err);
    if (code != 0) return code;
    code = statement_step(statement, &row, err);
    *reg = -1;
    if (code == 0 && row) {
        *reg = schema_register_find(&answering->casework->pack->schema, statement_text(statement, 0));
        *record = statement_int(statement, 1);
        *open = text_is(statement_text(statement, 2), "open");
    }
    statement_free(statement);
    return code;
}

/* A clue is answered by who acts on the case where it stands, or to whom it went up. */
static int check_answers(struct answering *answering, const struct stored_case *stored, struct err *err)
{
    struct arena *arena = &answering->arena;
    struct case_rights rights;
    int code = scope_check(answering->actor->scope, answering->casework->pack, stored->reg, SCOPE_EDIT, err);
    if (code == 0 && stored->closed != NO_DATE)
        return err_set(err, ERR_CONFLICT, "这一件已经办结，不能再答复线索。需要时请先重开",
                       "The case is closed; clues beside it cannot be answered. Reopen it first");
    if (code == 0)
        code = case_rights(answering->casework, answering->actor, answering->moment, stored->reg,
                           stored->record, arena, &rights, err);
    if (code != 0 || rights.answers) return code;
    return err_set(
        err, ERR_FORBIDDEN, "%s%.0s", "%.0s%s",
        arena_printf(arena, "线索由现在办这一件的人答复。%.*s", TEXT_ARGS(rights.zh)),
        arena_printf(arena, "A clue is answered by those who have the case now. %.*s", TEXT_ARGS(rights.en)));
}

void answer_detail(const struct answer_said *said, struct buffer *out)
{
    struct json_writer json = json_start(out);
    json_put_object(&json);
    json_member_int(&json, "proposal", said->proposal);
    json_member_text(&json, "answer", said->answer);
    json_member_text(&json, "register", said->reg);
    json_member_int(&json, "record", said->record);
    json_member_text(&json, "comment", said->comment);
    json_put_object_end(&json);
}

int put_answer(struct casework *casework, struct text actor, const struct answer_said *said, struct err *err)
{
    struct buffer detail = {0};
    int64_t entry;
    answer_detail(said, &detail);
    int code =
        database_entry(casework->database, actor, TEXT("case.answer"), buffer_get(&detail), &entry, err);
    buffer_fini(&detail);
    if (code != 0) return code;
    return ask_run(
        casework->store, "UPDATE zs_proposal SET state = ?2, answered_by = ?3, comment = ?4 WHERE id = ?1",
        ASK_WITH(ask_int(said->proposal), ask_text(said->answer), ask_text(actor), ask_text(said->comment)),
        err);
}

static int answer_work(void *context, struct err *err)
{
    struct answering *answering = context;
    struct casework *casework = answering->casework;
    struct stored_case stored;
    int reg;
    int64_t record = 0;
    bool open = false;
    int code = proposal_of(answering, &reg, &record, &open, err);
    if (code != 0) return code;
    if (reg < 0) return err_set(err, ERR_NOT_FOUND, "没有这条建议", "There is no such proposal");
    code = stored_case_get(casework, answering->actor->scope, reg, record, &answering->arena, &stored, err);
    if (code != 0) return code;
    code = check_answers(answering, &stored, err);
    if (code != 0) return code;
    if (!open)
        return err_set(err, ERR_CONFLICT, "这条建议已经答复过，请重新打开",
                       "The proposal was answered already; open it again");
    const struct answer_said said = {.proposal = answering->proposal,
                                     .answer = answering->accept ? TEXT("accepted") : TEXT("refused"),
                                     .reg = case_register(casework, reg),
                                     .record = record,
                                     .comment = text_trim(answering->comment)};
    return put_answer(casework, answering->actor->scope->actor, &said, err);
}

int case_proposal_answer(struct casework *casework, const struct case_actor *actor, struct case_moment moment,
                         int64_t proposal, bool accept, struct text comment, struct err *err)
{
    struct answering answering = {.casework = casework,
                                  .actor = actor,
                                  .moment = moment,
                                  .proposal = proposal,
                                  .accept = accept,
                                  .comment = comment};
    if (!accept && text_trim(comment).size == 0)
        return err_set(err, ERR_INPUT, "不采纳须写明理由", "Give a reason for refusing it");
    int code = words_check(text_trim(comment), WORDS_MOST, "说明", "The comment", err);
    if (code == 0) code = store_transact(casework->store, answer_work, &answering, err);
    arena_fini(&answering.arena);
    return code;
}
