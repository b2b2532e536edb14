/* How cases begin: by a person, a declaration, a rule, another case, or a record that an import brought. */
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/words.h"
#include "casework/casework_private.h"
#include "register/frame_load.h"
#include "register/query.h"
#include "register/scope_sql.h"
#include "register/write.h"

/* ---- What has to be right ---- */

static int check_person(struct casework *casework, const struct case_actor *actor,
                        const struct pack_workflow *workflow, struct err *err)
{
    if ((workflow->openers & OPENER_PERSON) != 0 &&
        workflow_has_role(workflow->roles, workflow->role_count, actor->role) &&
        scope_may(actor->scope, workflow->reg, SCOPE_CREATE))
        return 0;
    return err_set(err, ERR_FORBIDDEN, "您的角色不能立这一类件（%.*s）",
                   "Your role does not open such cases (%.*s)", TEXT_ARGS(workflow->label.name));
}

static int refuse_field(struct casework *casework, int reg, int field, enum err_code code, const char *zh,
                        const char *en, struct err *err)
{
    const struct label *label = &casework->pack->schema.registers[reg].fields[field].label;
    struct text name_zh = label_in(label, "zh"), name_en = label_in(label, "en");
    char words_zh[400], words_en[400];
    snprintf(words_zh, sizeof words_zh, "“%.*s”%s", TEXT_ARGS(name_zh), zh);
    snprintf(words_en, sizeof words_en, "“%.*s”%s", TEXT_ARGS(name_en), en);
    return err_set(err, code, "%s%.0s", "%.0s%s", words_zh, words_en);
}

/* What the system fills: the case's own fields nobody gives, the workflow's facts no person. */
static int check_kept(struct casework *casework, const struct case_opening *opening, const bool *unread,
                      bool person, struct err *err)
{
    int reg = casework->pack->workflows[opening->workflow].reg;
    const struct pack_register *meta = &casework->pack->registers[reg];
    for (size_t i = 0; i < casework->pack->schema.registers[reg].field_count; i++)
        if ((opening->given[i] || (unread != NULL && unread[i])) &&
            (meta->fields[i].keeper == KEEPER_CASE || (person && meta->fields[i].keeper == KEEPER_FACT)))
            return refuse_field(casework, reg, (int)i, ERR_FORBIDDEN, "由系统填写，立件时不能给",
                                " is filled by the system and cannot be given when a case is opened", err);
    return 0;
}

static int check_given(struct casework *casework, const struct opening_terms *terms, struct err *err)
{
    const struct case_opening *opening = terms->opening;
    const struct pack_workflow *workflow = &casework->pack->workflows[opening->workflow];
    bool person = terms->opener == OPENER_PERSON;
    int code = check_kept(casework, opening, NULL, person, err);
    if (code != 0) return code;
    for (size_t i = 0; person && i < workflow->require_count; i++) {
        int field = workflow->require[i];
        if (!opening->given[field] || !opening->values[field].known)
            return refuse_field(casework, workflow->reg, field, ERR_INPUT, "还没有填，立件时须填写",
                                " has no value; it is needed to open the case", err);
    }
    return words_check(opening->comment, WORDS_MOST, "说明", "The comment", err);
}

/* What it is to hang on, looked for before anything is told or put beside a case: what the opener may not see
 * is met as the door meets it, as if it were not there. */
static int check_parent(struct casework *casework, const struct opening_terms *terms, struct err *err)
{
    const struct schema *schema = &casework->pack->schema;
    int reg = casework->pack->workflows[terms->opening->workflow].reg;
    int field = schema->registers[reg].parent_field, parent = schema->registers[reg].parent;
    bool has = true;
    if (field < 0 || !terms->opening->values[field].known) return 0;
    int64_t id = terms->opening->values[field].integer;
    int code = scope_has(casework->database, terms->scope, parent, id, false, &has, err);
    if (code != 0 || has) return code;
    return err_set(err, ERR_NOT_FOUND, "%.*s.%.*s 引用的 %.*s 记录 %lld 不存在",
                   "%.*s.%.*s refers to a record of %.*s, %lld, that does not exist",
                   TEXT_ARGS(schema->registers[reg].label.name),
                   TEXT_ARGS(schema->registers[reg].fields[field].label.name),
                   TEXT_ARGS(schema->registers[parent].label.name), (long long)id);
}

/* Only who may see the case that is open is told which it is, and may put something beside it. */
static int refuse_standing(struct casework *casework, const struct opening_terms *terms, int64_t standing,
                           bool beside, struct err *err)
{
    int reg = casework->pack->workflows[terms->opening->workflow].reg;
    bool has;
    int code = scope_has(casework->database, terms->scope, reg, standing, false, &has, err);
    if (code != 0 || (has && beside)) return code;
    if (!has)
        return err_set(err, ERR_CONFLICT, "已有一件正在由别处办理，不能再立。有情况请告诉上级",
                       "A case is open already with somebody whose cases you do not see; no other can be "
                       "opened. Tell those above you what you know");
    return err_set(err, ERR_CONFLICT, "已有一件正在办理（编号 %lld），不能再立。请在那一件上继续办理",
                   "There is an open case already (id %lld). Go on with that one", (long long)standing);
}

/* An imported record that was over long ago. */
static bool arrives_at_end(const struct casework *casework, const struct opening_terms *terms)
{
    const struct pack_workflow *workflow = &casework->pack->workflows[terms->opening->workflow];
    return terms->arrival != NULL && workflow->states[terms->arrival->state].end != END_NOT;
}

/* *standing: the open case beside which this one is to be put instead; 0: it may be opened. */
static int check_only_one(struct casework *casework, const struct opening_terms *terms, int64_t *standing,
                          struct err *err)
{
    const struct case_opening *opening = terms->opening;
    const struct pack_workflow *workflow = &casework->pack->workflows[opening->workflow];
    int field = casework->pack->schema.registers[workflow->reg].parent_field;
    *standing = 0;
    if (!workflow->one_open || arrives_at_end(casework, terms) || field < 0 || !opening->values[field].known)
        return 0;
    int code = open_case_on(casework, workflow->reg, opening->values[field].integer, standing, err);
    bool beside = terms->beside != NULL && workflow->beside >= 0 && opening->values[workflow->beside].known;
    if (code != 0 || *standing == 0) return code;
    return refuse_standing(casework, terms, *standing, beside, err);
}

/* ---- Writing ---- */

/* The case's own fields, beside those that were given. */
static void keep_fields(struct casework *casework, const struct stored_case *stored, struct text number,
                        const struct case_writing *writing)
{
    const struct pack_case_fields *own = &casework->pack->registers[stored->reg].case_fields;
    case_give_text(writing, own->number, number);
    case_give_number(writing, own->state, stored->state);
    case_give(writing, own->opened, case_date_value(stored->opened));
    case_give(writing, own->since, case_date_value(stored->since));
    case_give(writing, own->due, case_date_value(stored->due));
    case_give(writing, own->closed, case_date_value(stored->closed));
}

static int write_record(struct casework *casework, const struct opening_terms *terms,
                        struct stored_case *stored, const struct case_writing *fields, int64_t entry,
                        struct err *err)
{
    const struct write_terms writing = {
        .action = TEXT("case.open"), .touch = true, .today = terms->moment.today, .entry = &entry};
    const struct record_change change = {.reg = stored->reg,
                                         .id = terms->adopted,
                                         .version = stored->version,
                                         .given = fields->given,
                                         .values = fields->values};
    return records_write_kept(casework->database, terms->scope, &writing, &change, 1, &stored->record, err);
}

/* What the case was opened with: what was given; of a record that was there already, what people fill in and
 * somebody did. */
static const bool *said_at_opening(const struct casework *casework, const struct opening_terms *terms,
                                   struct arena *arena)
{
    const struct case_opening *opening = terms->opening;
    int reg = casework->pack->workflows[opening->workflow].reg;
    const struct pack_field *fields = casework->pack->registers[reg].fields;
    size_t count = casework->pack->schema.registers[reg].field_count;
    if (terms->adopted == 0) return opening->given;
    bool *said = arena_array(arena, count, sizeof *said);
    for (size_t i = 0; i < count; i++)
        said[i] = opening->values[i].known && fields[i].keeper == KEEPER_PEOPLE;
    return said;
}

static int write_all(struct casework *casework, const struct opening_terms *terms, struct arena *arena,
                     int64_t *record, struct err *err)
{
    const struct case_opening *opening = terms->opening;
    const struct pack_workflow *workflow = &casework->pack->workflows[opening->workflow];
    size_t count = casework->pack->schema.registers[workflow->reg].field_count;
    const struct case_writing writing = case_writing_of(casework->pack, workflow->reg, arena);
    int year, month, day, state = terms->arrival == NULL ? workflow->start : terms->arrival->state;
    struct text number = {0};
    memcpy(writing.given, opening->given, count * sizeof *writing.given);
    memcpy(writing.values, opening->values, count * sizeof *writing.values);
    struct stored_case stored = {.workflow = workflow,
                                 .reg = workflow->reg,
                                 .record = terms->adopted,
                                 .state = state,
                                 .opener = terms->doer.name,
                                 .opened = terms->moment.today,
                                 .since = terms->moment.today,
                                 .clock_due = NO_DATE,
                                 .closed = arrives_at_end(casework, terms) ? terms->moment.today : NO_DATE,
                                 .entered = 1,
                                 .step = 1,
                                 .assignee = opening->assignee};
    struct new_step step = {
        .kind = STEP_OPENED,
        .transition = -1,
        .from = -1,
        .to = state,
        .comment = opening->comment,
        .fields = names_of_given(casework, workflow->reg, said_at_opening(casework, terms, arena), arena),
        .to_user = opening->assignee,
        .version = 1,
        .since = terms->moment.today,
        .due = NO_DATE};
    case_deadlines(casework->pack, &stored, writing.values, true);
    date_split(terms->moment.today, &year, &month, &day);
    int code = next_case_number(casework, year, arena, &number, err);
    keep_fields(casework, &stored, number, &writing);
    if (code == 0)
        code = case_entry(casework, &terms->doer, "case.open", &stored, &step, number, &step.entry,
                          &step.basis, err);
    if (code == 0 && terms->adopted != 0)
        code = version_of(casework, workflow->reg, terms->adopted, &stored.version, err);
    step.version = stored.version + 1;
    if (code == 0) code = write_record(casework, terms, &stored, &writing, step.entry, err);
    if (code == 0) code = stored_case_put(casework, &stored, true, err);
    if (code == 0) code = stored_step_put(casework, &stored, &terms->doer, terms->moment, &step, err);
    *record = stored.record;
    return code;
}

/* What a person or an import brings is judged as it stands, before it is committed; what the programme itself
 * opens has its own conditions, and of what was over long ago there is nothing to be judged. */
static int check_guards(struct casework *casework, const struct opening_terms *terms, int64_t record,
                        struct arena *arena, struct err *err)
{
    const struct pack_workflow *workflow = &casework->pack->workflows[terms->opening->workflow];
    size_t count = workflow->guard_count;
    if (count == 0 || arrives_at_end(casework, terms) ||
        (terms->opener != OPENER_PERSON && terms->opener != OPENER_IMPORT))
        return 0;
    const struct node **nodes = arena_array(arena, count, sizeof *nodes);
    struct value *values = arena_array(arena, count, sizeof *values);
    struct case_facts facts;
    for (size_t i = 0; i < count; i++) nodes[i] = workflow->guards[i].node;
    int code = case_facts_load(casework, workflow->reg, record, nodes, count, arena, &facts, err);
    if (code != 0) return code;
    code = case_facts_ask(casework, &facts, workflow->reg, terms->moment.today, nodes, count, values, arena,
                          err);
    case_facts_fini(&facts);
    for (size_t i = 0; code == 0 && i < count; i++) {
        if (values[i].known && values[i].integer != 0) continue;
        const struct workflow_guard *guard = &workflow->guards[i];
        struct text zh = guard->message_zh.size > 0 ? guard->message_zh : guard->message_en;
        struct text en = guard->message_en.size > 0 ? guard->message_en : guard->message_zh;
        code = err_set(err, ERR_CONFLICT, "不能立件：%s%.0s", "%.0sIt cannot be opened: %s",
                       arena_copy(arena, zh.at, zh.size), arena_copy(arena, en.at, en.size));
    }
    return code;
}

int open_one(struct casework *casework, const struct opening_terms *terms, int64_t *record, struct err *err)
{
    struct arena arena = {0};
    int64_t standing = 0;
    int code = check_given(casework, terms, err);
    if (terms->beside != NULL) *terms->beside = 0;
    if (code == 0) code = check_parent(casework, terms, err);
    if (code == 0) code = check_only_one(casework, terms, &standing, err);
    if (code == 0 && standing != 0) {
        *record = standing;
        return propose_opening(casework, terms, standing, err);
    }
    if (code == 0 && terms->opening->assignee != 0) {
        const struct pack_workflow *workflow = &casework->pack->workflows[terms->opening->workflow];
        struct stored_case nowhere = {.workflow = workflow, .reg = workflow->reg};
        code = case_may_hold(casework, &nowhere, workflow->start, terms->opening->assignee, err);
    }
    if (code == 0) code = write_all(casework, terms, &arena, record, err);
    if (code == 0) code = check_guards(casework, terms, *record, &arena, err);
    arena_fini(&arena);
    return code;
}

/* ---- What is there already ---- */

/* A living record with the key of what is to be opened; 0: none, or the key is not all there. Whoever opens
 * it is told no more than that. */
int record_standing(struct casework *casework, const struct case_opening *opening, int64_t *record,
                    struct err *err)
{
    int reg = casework->pack->workflows[opening->workflow].reg;
    const struct pack_register *meta = &casework->pack->registers[reg];
    struct arena arena = {0};
    struct query_condition *conditions = arena_array(&arena, meta->key_count, sizeof *conditions);
    bool whole = meta->key_count > 0;
    *record = 0;
    for (size_t i = 0; i < meta->key_count; i++) {
        const struct value *value = &opening->values[meta->key[i]];
        whole = whole && opening->given[meta->key[i]] && value->known;
        conditions[i] = (struct query_condition){meta->key[i], QUERY_IN, value, 1};
    }
    struct query query = query_of(reg);
    query.conditions = conditions;
    query.condition_count = meta->key_count;
    query.limit = 1;
    const struct scope scope = scope_everything(casework->pack, TEXT("casework"), &arena);
    struct query_page page = {0};
    int code = whole ? query_list(casework->database, &scope, &query, &page, err) : 0;
    if (code == 0 && page.count > 0) *record = page.records[0].id;
    if (code == 0 && whole) query_page_fini(&page);
    arena_fini(&arena);
    return code;
}

/* ---- By a person ---- */

struct opening_work {
    struct casework *casework;
    const struct opening_terms *terms;
    int64_t *record;
};

static int open_work(void *context, struct err *err)
{
    const struct opening_work *work = context;
    return open_one(work->casework, work->terms, work->record, err);
}

int case_open(struct casework *casework, const struct case_actor *actor, struct case_moment moment,
              const struct case_opening *opening, int64_t *record, int64_t *beside, struct err *err)
{
    const struct pack_workflow *workflow = &casework->pack->workflows[opening->workflow];
    const struct opening_terms terms = {.opening = opening,
                                        .opener = OPENER_PERSON,
                                        .scope = actor->scope,
                                        .doer = {actor->scope->actor, actor->role, actor->unit, actor->user},
                                        .moment = moment,
                                        .beside = beside};
    struct opening_work work = {casework, &terms, record};
    int code = check_person(casework, actor, workflow, err);
    return code == 0 ? store_transact(casework->store, open_work, &work, err) : code;
}

int case_may_open(struct casework *casework, const struct case_actor *actor,
                  const struct case_opening *opening, const bool *unread, struct err *err)
{
    int code = check_person(casework, actor, &casework->pack->workflows[opening->workflow], err);
    return code == 0 ? check_kept(casework, opening, unread, true, err) : code;
}

/* ---- By somebody without an account ---- */

int case_open_declared(struct casework *casework, const struct scope *scope, struct case_moment moment,
                       const struct case_opening *opening, int64_t *record, struct err *err)
{
    const struct pack_workflow *workflow = &casework->pack->workflows[opening->workflow];
    const struct opening_terms terms = {.opening = opening,
                                        .opener = OPENER_DECLARATION,
                                        .scope = scope,
                                        .doer = {scope->actor, -1, -1, 0},
                                        .moment = moment};
    if ((workflow->openers & OPENER_DECLARATION) == 0)
        return err_set(err, ERR_FORBIDDEN, "工作流 %.*s 不接受网上申报（start.by 中没有 declaration）",
                       "The workflow %.*s takes no declarations (no `declaration` under start.by)",
                       TEXT_ARGS(workflow->label.name));
    return open_one(casework, &terms, record, err);
}

/* ---- By the programme for somebody ---- */

struct opening_all {
    struct casework *casework;
    struct opening_terms terms;
    const struct case_opening *openings;
    size_t count;
    case_check *check;
    void *context;
    int64_t *records;
};

static int open_all_work(void *context, struct err *err)
{
    struct opening_all *all = context;
    int code = all->check == NULL ? 0 : all->check(all->context, err);
    for (size_t i = 0; code == 0 && i < all->count; i++) {
        int64_t standing;
        all->terms.opening = &all->openings[i];
        all->records[i] = 0;
        code = record_standing(all->casework, &all->openings[i], &standing, err);
        if (code == 0 && standing == 0) code = open_one(all->casework, &all->terms, &all->records[i], err);
    }
    return code;
}

int case_open_all(struct casework *casework, const struct case_actor *actor, struct case_moment moment,
                  const struct case_opening *openings, size_t count, case_check *check, void *context,
                  int64_t *records, struct err *err)
{
    for (size_t i = 0; i < count; i++) {
        const struct pack_workflow *workflow = &casework->pack->workflows[openings[i].workflow];
        if ((workflow->openers & OPENER_RULE) == 0 || !scope_may(actor->scope, workflow->reg, SCOPE_CREATE))
            return err_set(err, ERR_FORBIDDEN, "您的角色不能立这一类件（%.*s）",
                           "Your role does not open such cases (%.*s)", TEXT_ARGS(workflow->label.name));
    }
    struct opening_all all = {casework,
                              {.opener = OPENER_RULE,
                               .scope = actor->scope,
                               .doer = {actor->scope->actor, actor->role, actor->unit, actor->user},
                               .moment = moment},
                              openings,
                              count,
                              check,
                              context,
                              records};
    return store_transact(casework->store, open_all_work, &all, err);
}
