/* A register's rules go together into one statement, so that a register is scanned, and what hangs on it
 * summed up, once for all of them; only where a statement would grow too large it is cut in half. */
#include "monitor/screening_push.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "monitor/push.h"
#include "monitor/runs.h"

/* ---- Planning ---- */

struct planning {
    struct database *database;
    struct screening *screening;
    size_t capacity;
    struct err *err;
};

static const struct pack_rule *rule_of(struct database *database, const struct screening *screening, size_t i)
{
    return &database_pack(database)->rules[screening->rules[i].rule];
}

/* The nodes are to be freed. */
static struct push_question question_of(struct database *database, const struct screening *screening, int reg,
                                        const size_t *rules, size_t count)
{
    const struct node **nodes = mem_new(count, sizeof *nodes);
    for (size_t i = 0; i < count; i++) nodes[i] = rule_of(database, screening, rules[i])->node;
    return (struct push_question){&database_pack(database)->schema, nodes, count, reg, screening->as_of};
}

static void add_batch(struct planning *planning, int reg, const size_t *rules, size_t count)
{
    struct screening *screening = planning->screening;
    screening->batches = mem_grow(screening->batches, &planning->capacity, screening->batch_count + 1,
                                  sizeof *screening->batches);
    struct screening_batch *batch = &screening->batches[screening->batch_count++];
    *batch = (struct screening_batch){reg, mem_new(count, sizeof *rules), count};
    memcpy(batch->rules, rules, count * sizeof *rules);
    for (size_t i = 0; i < count; i++) screening->rules[rules[i]].pushed = true;
    screening->engine.pushed += count;
}

static int leave_out(struct planning *planning, size_t rule, const struct err *why)
{
    char name[96];
    struct engine_choice *choice = &planning->screening->engine;
    snprintf(name, sizeof name, "%.*s",
             TEXT_ARGS(rule_of(planning->database, planning->screening, rule)->label.name));
    if (choice->strict) return engine_refuse(name, why, planning->err);
    choice->framed++;
    return 0;
}

/* Takes out what cannot be said, then cuts in half what is too much. The rules are reordered in no way. */
static int plan_rules(struct planning *planning, int reg, size_t *rules, size_t count)
{
    while (count > 0) {
        int refused;
        struct err why;
        struct push_question question =
            question_of(planning->database, planning->screening, reg, rules, count);
        int code = push_can(planning->database, &question, &refused, &why);
        free((void *)question.nodes);
        if (code == 0) {
            add_batch(planning, reg, rules, count);
            return 0;
        }
        if (refused < 0 && count > 1) {
            code = plan_rules(planning, reg, rules, count / 2);
            return code == 0 ? plan_rules(planning, reg, rules + count / 2, count - count / 2) : code;
        }
        size_t out = refused < 0 ? 0 : (size_t)refused;
        code = leave_out(planning, rules[out], &why);
        if (code != 0) return code;
        memmove(&rules[out], &rules[out + 1], (count - out - 1) * sizeof *rules);
        count--;
    }
    return 0;
}

int screening_push_plan(struct database *database, struct screening *screening, struct err *err)
{
    struct planning planning = {.database = database, .screening = screening, .err = err};
    size_t *rules = mem_new(screening->rule_count, sizeof *rules);
    int code = 0, registers = (int)database_pack(database)->schema.register_count;
    for (int reg = 0; code == 0 && reg < registers; reg++) {
        size_t count = 0;
        for (size_t i = 0; i < screening->rule_count; i++)
            if (rule_of(database, screening, i)->scope == reg) rules[count++] = i;
        code = plan_rules(&planning, reg, rules, count);
    }
    free(rules);
    return code;
}

int screening_push_print(struct database *database, const struct screening *screening, struct buffer *out,
                         struct err *err)
{
    int code = 0;
    for (size_t i = 0; code == 0 && i < screening->batch_count; i++) {
        const struct screening_batch *batch = &screening->batches[i];
        struct push_question question =
            question_of(database, screening, batch->reg, batch->rules, batch->count);
        code = push_statement(database, &question, out, err);
        if (code == 0) buffer_string(out, ";\n");
        free((void *)question.nodes);
    }
    return code;
}

void screening_push_free(struct screening *screening)
{
    for (size_t i = 0; i < screening->batch_count; i++) free(screening->batches[i].rules);
    free(screening->batches);
}

/* ---- Running ---- */

static int store_batch(struct database *database, struct screening *screening,
                       const struct screening_batch *batch, struct err *err)
{
    int64_t records;
    struct text *names = mem_new(batch->count, sizeof *names);
    struct push_question question = question_of(database, screening, batch->reg, batch->rules, batch->count);
    for (size_t i = 0; i < batch->count; i++)
        names[i] = rule_of(database, screening, batch->rules[i])->label.name;
    int code = push_findings(database, &question, names, screening->run, err);
    if (code == 0) code = push_count(database, batch->reg, &records, err);
    for (size_t i = 0; code == 0 && i < batch->count; i++)
        screening->rules[batch->rules[i]].records = records;
    free((void *)question.nodes);
    free(names);
    return code;
}

static struct screening_rule *pushed_rule(struct database *database, struct screening *screening,
                                          struct text name)
{
    for (size_t i = 0; i < screening->rule_count; i++)
        if (screening->rules[i].pushed && text_equal(rule_of(database, screening, i)->label.name, name))
            return &screening->rules[i];
    return NULL;
}

static int count_findings(struct database *database, struct screening *screening, struct err *err)
{
    struct statement *statement;
    bool row = false;
    int code = store_prepare(
        database_store(database),
        TEXT("SELECT rule, state, count(*) FROM zs_finding WHERE run = ?1 GROUP BY rule, state"), &statement,
        err);
    if (code != 0) return code;
    statement_bind_int(statement, 1, screening->run);
    while ((code = statement_step(statement, &row, err)) == 0 && row) {
        struct screening_rule *rule = pushed_rule(database, screening, statement_text(statement, 0));
        if (rule == NULL) continue;
        if (statement_int(statement, 1) == FINDING_HIT)
            rule->hits = statement_int(statement, 2);
        else
            rule->undetermined = statement_int(statement, 2);
    }
    statement_free(statement);
    return code;
}

/* Hits of the run before, and how many of them are hits again. */
static int compare_rule(struct statement *statement, const struct screening *screening,
                        struct screening_rule *rule, struct text name, struct err *err)
{
    bool row = false;
    statement_bind_int(statement, 1, screening->run);
    statement_bind_int(statement, 2, rule->previous);
    statement_bind_text(statement, 3, name);
    int code = statement_step(statement, &row, err);
    if (code == 0 && row) {
        int64_t before = statement_int(statement, 0), again = statement_int(statement, 1);
        rule->fresh = rule->hits - again;
        rule->cleared = before - again;
    }
    statement_reset(statement);
    return code;
}

static int compare(struct database *database, struct screening *screening, struct err *err)
{
    struct statement *statement;
    int code =
        store_prepare(database_store(database),
                      TEXT("SELECT count(*), count(n.record) FROM zs_finding AS p LEFT JOIN zs_finding AS n"
                           " ON n.run = ?1 AND n.rule = p.rule AND n.record = p.record AND n.state = 1"
                           " WHERE p.run = ?2 AND p.rule = ?3 AND p.state = 1"),
                      &statement, err);
    for (size_t i = 0; code == 0 && i < screening->rule_count; i++) {
        struct screening_rule *rule = &screening->rules[i];
        struct text name = rule_of(database, screening, i)->label.name;
        if (!rule->pushed) continue;
        code = runs_previous(database_store(database), screening, name, &rule->previous, err);
        if (code == 0 && rule->previous != 0) code = compare_rule(statement, screening, rule, name, err);
    }
    statement_free(statement);
    return code;
}

/* A run in which some rules went over a frame must have seen the same facts with all of them: the run's own
 * entry is the only one since. */
static int same_facts(struct database *database, const struct screening *screening, struct err *err)
{
    struct statement *statement;
    bool row = false;
    if (screening->frame == NULL) return 0;
    int code = store_prepare(database_store(database), TEXT("SELECT count(*) FROM zs_entry WHERE id > ?1"),
                             &statement, err);
    if (code != 0) return code;
    statement_bind_int(statement, 1, screening->facts);
    code = statement_step(statement, &row, err);
    int64_t since = code == 0 && row ? statement_int(statement, 0) : 1;
    statement_free(statement);
    if (code != 0 || since <= 1) return code;
    return err_set(err, ERR_CONFLICT, "筛查期间登记簿被别人改动了，没有存档。请重做一次筛查",
                   "The registers were changed during the screening; nothing was stored. Screen again");
}

int screening_push_store(struct database *database, struct screening *screening, struct err *err)
{
    int code = screening->batch_count > 0 ? same_facts(database, screening, err) : 0;
    for (size_t i = 0; code == 0 && i < screening->batch_count; i++)
        code = store_batch(database, screening, &screening->batches[i], err);
    if (code == 0 && screening->batch_count > 0) code = count_findings(database, screening, err);
    if (code == 0 && screening->batch_count > 0) code = compare(database, screening, err);
    return code;
}

int screening_push_recall(struct database *database, struct screening *screening, struct err *err)
{
    struct statement *statement;
    bool row = false;
    int code =
        store_prepare(database_store(database),
                      TEXT("SELECT rule, records, hits, undetermined, fresh, cleared, coalesce(previous, 0)"
                           " FROM zs_run_rule WHERE run = ?1"),
                      &statement, err);
    if (code != 0) return code;
    statement_bind_int(statement, 1, screening->run);
    while ((code = statement_step(statement, &row, err)) == 0 && row) {
        struct screening_rule *rule = pushed_rule(database, screening, statement_text(statement, 0));
        if (rule == NULL) continue;
        rule->records = statement_int(statement, 1);
        rule->hits = statement_int(statement, 2);
        rule->undetermined = statement_int(statement, 3);
        rule->fresh = statement_int(statement, 4);
        rule->cleared = statement_int(statement, 5);
        rule->previous = statement_int(statement, 6);
    }
    statement_free(statement);
    return code;
}
