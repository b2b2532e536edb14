/* The history of screenings: what a later run is compared with, and what "why was this family listed in
 * March" rests on. */
#include "monitor/runs.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/json.h"
#include "base/mem.h"
#include "monitor/screening_push.h"
#include "store/tables.h"
#include "tables_sql.h"

/* A last run with the same date, rules and pack stands as long as the log has no entry after its own. */
static int find_repeated(struct database *database, const struct screening *screening, struct text rules,
                         int64_t *run, struct err *err)
{
    struct store *store = database_store(database);
    struct statement *statement;
    char as_of[DATE_TEXT];
    bool row = false;
    int code =
        store_prepare(store,
                      TEXT("SELECT id FROM zs_run WHERE id = (SELECT max(id) FROM zs_run) AND as_of = ?1"
                           " AND digest = ?2 AND rules = ?3 AND entry = (SELECT max(id) FROM zs_entry)"),
                      &statement, err);
    if (code != 0) return code;
    statement_bind_text(statement, 1, text_of(date_format(screening->as_of, as_of)));
    statement_bind_text(statement, 2, text_of(database_pack(database)->digest));
    statement_bind_text(statement, 3, rules);
    code = statement_step(statement, &row, err);
    *run = code == 0 && row ? statement_int(statement, 0) : 0;
    statement_free(statement);
    return code;
}

int runs_previous(struct store *store, const struct screening *screening, struct text rule, int64_t *previous,
                  struct err *err)
{
    struct statement *statement;
    bool row = false;
    struct text sql =
        screening->repeated
            ? TEXT("SELECT coalesce(previous, 0) FROM zs_run_rule WHERE rule = ?1 AND run = ?2")
            : TEXT("SELECT coalesce(max(run), 0) FROM zs_run_rule WHERE rule = ?1 AND run <> ?2");
    int code = store_prepare(store, sql, &statement, err);
    if (code != 0) return code;
    statement_bind_text(statement, 1, rule);
    statement_bind_int(statement, 2, screening->run);
    code = statement_step(statement, &row, err);
    *previous = code == 0 && row ? statement_int(statement, 0) : 0;
    statement_free(statement);
    return code;
}

static bool bit(const uint64_t *bits, uint32_t row)
{
    return (bits[row / 64] >> (row % 64) & 1) != 0;
}

static void clear_bit(uint64_t *bits, uint32_t row)
{
    bits[row / 64] &= ~((uint64_t)1 << (row % 64));
}

/* Starts from "every hit is fresh" and takes away those that hit before. */
static int compare(struct store *store, const struct screening *screening, struct screening_rule *rule,
                   int reg, struct text name, struct err *err)
{
    size_t words = (size_t)(rule->records + 63) / 64;
    if (rule->previous == 0) return 0;
    if (words > 0) memcpy(rule->fresh_rows, rule->truth, words * sizeof(uint64_t));
    rule->fresh = rule->hits;
    struct statement *statement;
    int code =
        store_prepare(store, TEXT("SELECT record FROM zs_finding WHERE run = ?1 AND rule = ?2 AND state = 1"),
                      &statement, err);
    if (code != 0) return code;
    statement_bind_int(statement, 1, rule->previous);
    statement_bind_text(statement, 2, name);
    bool row = false;
    while ((code = statement_step(statement, &row, err)) == 0 && row) {
        uint32_t at = frame_row(screening->frame, reg, statement_int(statement, 0));
        if (at == FRAME_NO_ROW || !bit(rule->truth, at)) {
            rule->cleared++;
        } else {
            clear_bit(rule->fresh_rows, at);
            rule->fresh--;
        }
    }
    statement_free(statement);
    return code;
}

static int compare_all(struct database *database, struct screening *screening, struct err *err)
{
    const struct pack *pack = database_pack(database);
    for (size_t i = 0; i < screening->rule_count; i++) {
        struct screening_rule *rule = &screening->rules[i];
        const struct pack_rule *meta = &pack->rules[rule->rule];
        if (rule->pushed) continue;
        rule->fresh_rows = mem_new((size_t)rule->records / 64 + 1, sizeof(uint64_t));
        int code = runs_previous(database_store(database), screening, meta->label.name, &rule->previous, err);
        if (code == 0)
            code = compare(database_store(database), screening, rule, meta->scope, meta->label.name, err);
        if (code != 0) return code;
    }
    return 0;
}

static int insert_run(struct database *database, struct screening *screening, int64_t entry,
                      struct text rules, struct err *err)
{
    struct statement *statement;
    char as_of[DATE_TEXT];
    int code = store_prepare(
        database_store(database),
        TEXT("INSERT INTO zs_run (id, entry, as_of, digest, rules) VALUES (?1, ?2, ?3, ?4, ?5)"), &statement,
        err);
    if (code != 0) return code;
    statement_bind_int(statement, 1, screening->run);
    statement_bind_int(statement, 2, entry);
    statement_bind_text(statement, 3, text_of(date_format(screening->as_of, as_of)));
    statement_bind_text(statement, 4, text_of(database_pack(database)->digest));
    statement_bind_text(statement, 5, rules);
    code = statement_run(statement, err);
    statement_free(statement);
    return code;
}

static int insert_rules(struct database *database, const struct screening *screening, struct err *err)
{
    const struct pack *pack = database_pack(database);
    struct statement *statement;
    int code =
        store_prepare(database_store(database),
                      TEXT("INSERT INTO zs_run_rule (run, rule, register, records, hits, undetermined, fresh,"
                           " cleared, previous) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"),
                      &statement, err);
    for (size_t i = 0; code == 0 && i < screening->rule_count; i++) {
        const struct screening_rule *rule = &screening->rules[i];
        const struct pack_rule *meta = &pack->rules[rule->rule];
        statement_bind_int(statement, 1, screening->run);
        statement_bind_text(statement, 2, meta->label.name);
        statement_bind_text(statement, 3, pack->schema.registers[meta->scope].label.name);
        statement_bind_int(statement, 4, rule->records);
        statement_bind_int(statement, 5, rule->hits);
        statement_bind_int(statement, 6, rule->undetermined);
        statement_bind_int(statement, 7, rule->fresh);
        statement_bind_int(statement, 8, rule->cleared);
        if (rule->previous == 0)
            statement_bind_null(statement, 9);
        else
            statement_bind_int(statement, 9, rule->previous);
        code = statement_run(statement, err);
    }
    statement_free(statement);
    return code;
}

static int insert_findings(struct database *database, const struct screening *screening, struct err *err)
{
    static const char *const columns[] = {"run INTEGER", "rule TEXT", "record INTEGER", "state INTEGER"};
    const struct pack *pack = database_pack(database);
    struct bulk *bulk;
    int code = bulk_into(database_store(database), "zs_finding", columns, 4, &bulk, err);
    if (code != 0) return code;
    for (size_t i = 0; code == 0 && i < screening->rule_count; i++) {
        const struct screening_rule *rule = &screening->rules[i];
        const struct pack_rule *meta = &pack->rules[rule->rule];
        enum finding finding;
        uint32_t at;
        if (rule->pushed) continue;
        for (uint32_t row = 0; code == 0 && screening_next(rule, &row, &at, &finding);) {
            bulk_int(bulk, 0, screening->run);
            bulk_text(bulk, 1, meta->label.name);
            bulk_int(bulk, 2, frame_id(screening->frame, meta->scope, at));
            bulk_int(bulk, 3, finding);
            code = bulk_row(bulk, err);
        }
    }
    if (code == 0) return bulk_end(bulk, err);
    bulk_abandon(bulk);
    return code;
}

/* A frame may know less than the log by now; what the database answers itself is of this very moment. */
static int log_run(struct database *database, const struct screening_options *options,
                   const struct screening *screening, int64_t *entry, struct err *err)
{
    int64_t last;
    char as_of[DATE_TEXT];
    struct buffer detail = {0};
    struct json_writer json = json_start(&detail);
    int code = database_last_entry(database_store(database), &last, err);
    json_put_object(&json);
    json_member_int(&json, "run", screening->run);
    json_member_string(&json, "as_of", date_format(screening->as_of, as_of));
    json_member_int(&json, "facts", screening->frame != NULL ? screening->facts : last);
    json_put_object_end(&json);
    if (code == 0)
        code = database_entry(database, options->actor, TEXT("screen"), buffer_get(&detail), entry, err);
    buffer_fini(&detail);
    return code;
}

static int store_run_rows(struct database *database, const struct screening_options *options,
                          struct screening *screening, struct text rules, struct err *err)
{
    int64_t entry, last = 0;
    bool found;
    int code = store_query_int(database_store(database), "SELECT coalesce(max(id), 0) FROM zs_run", &last,
                               &found, err);
    screening->run = last + 1;
    if (code == 0) code = compare_all(database, screening, err);
    if (code == 0) code = log_run(database, options, screening, &entry, err);
    if (code == 0) code = insert_run(database, screening, entry, rules, err);
    if (code == 0) code = screening_push_store(database, screening, err);
    if (code == 0) code = insert_rules(database, screening, err);
    if (code == 0) code = insert_findings(database, screening, err);
    return code;
}

int runs_prepare(struct store *store, struct err *err)
{
    /* IF NOT EXISTS would ask for the right to create tables even where there is nothing to do. */
    bool there, indexed = false;
    int code = store_has_table(store, "zs_finding", &there, err);
    if (code == 0 && there) code = store_has_index(store, "zs_finding_record", &indexed, err);
    return code != 0 || indexed ? code : store_run(store, tables_sql, err);
}

struct storing {
    struct database *database;
    const struct screening_options *options;
    struct screening *screening;
    struct buffer rules; /* their names, comma-joined */
};

/* A screening that was tried before starts anew. */
static void forget_comparison(struct screening *screening)
{
    for (size_t i = 0; i < screening->rule_count; i++) {
        struct screening_rule *rule = &screening->rules[i];
        free(rule->fresh_rows);
        rule->fresh_rows = NULL;
        rule->fresh = rule->cleared = rule->previous = 0;
        if (rule->pushed) rule->hits = rule->undetermined = 0;
    }
    screening->repeated = false;
}

static int store_screening(void *context, struct err *err)
{
    const struct storing *storing = context;
    struct screening *screening = storing->screening;
    struct text rules = buffer_get(&storing->rules);
    int64_t run = 0;
    forget_comparison(screening);
    int code = runs_prepare(database_store(storing->database), err);
    if (code == 0) code = find_repeated(storing->database, screening, rules, &run, err);
    if (code != 0 || run == 0)
        return code == 0 ? store_run_rows(storing->database, storing->options, screening, rules, err) : code;
    screening->run = run;
    screening->repeated = true;
    code = screening_push_recall(storing->database, screening, err);
    return code == 0 ? compare_all(storing->database, screening, err) : code;
}

int runs_store(struct database *database, const struct screening_options *options,
               struct screening *screening, struct err *err)
{
    const struct pack *pack = database_pack(database);
    struct storing storing = {.database = database, .options = options, .screening = screening};
    for (size_t i = 0; i < screening->rule_count; i++) {
        if (i > 0) buffer_char(&storing.rules, ',');
        buffer_text(&storing.rules, pack->rules[screening->rules[i].rule].label.name);
    }
    int code = store_transact(database_store(database), store_screening, &storing, err);
    buffer_fini(&storing.rules);
    return code;
}

static int prepare(void *context, struct err *err)
{
    return runs_prepare(context, err);
}

int screening_init(const char *url, struct err *err)
{
    struct store *store;
    int code = store_open(url, &(struct store_options){0}, &store, err);
    if (code != 0) return code;
    code = store_transact(store, prepare, store, err);
    store_close(store);
    return code;
}
