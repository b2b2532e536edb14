/* Statements come from sqlgen and are run as they are; here their rows become values. */
#include "monitor/push.h"

#include <stdlib.h>

#include "base/mem.h"
#include "formula/sqlgen.h"
#include "register/sealed.h"

static struct sqlgen_options dialect_options(struct database *database, int32_t as_of)
{
    bool postgres = store_kind(database_store(database)) == STORE_POSTGRES;
    return (struct sqlgen_options){
        .dialect = postgres ? SQLGEN_POSTGRES : SQLGEN_SQLITE, .as_of = as_of, .living = true};
}

static int compose(struct database *database, const struct push_question *question, struct buffer *sql,
                   int *refused, struct err *err)
{
    struct sqlgen_options options = dialect_options(database, question->as_of);
    return sqlgen_several(question->schema, question->nodes, question->count, question->reg, &options, sql,
                          refused, err);
}

int push_can(struct database *database, const struct push_question *question, int *refused, struct err *err)
{
    struct buffer sql = {0};
    for (size_t i = 0; i < question->count; i++) {
        int code = sealed_refuse_sql(database, question->nodes[i], err);
        if (code == 0) continue;
        if (refused != NULL) *refused = (int)i;
        return code;
    }
    int code = compose(database, question, &sql, refused, err);
    buffer_fini(&sql);
    return code;
}

int push_statement(struct database *database, const struct push_question *question, struct buffer *sql,
                   struct err *err)
{
    return compose(database, question, sql, NULL, err);
}

int push_each(struct database *database, const struct push_question *question, push_row *row, void *context,
              struct err *err)
{
    struct buffer sql = {0};
    struct statement *statement = NULL;
    struct value *values = mem_new(question->count + 1, sizeof *values);
    struct arena arena = {0};
    bool more = false;
    int code = push_statement(database, question, &sql, err);
    if (code == 0) code = store_prepare(database_store(database), buffer_get(&sql), &statement, err);
    while (code == 0 && (code = statement_step(statement, &more, err)) == 0 && more) {
        for (size_t i = 0; code == 0 && i < question->count; i++)
            code = database_value(statement, (int)i + 1, question->schema, question->nodes[i]->type, &arena,
                                  &values[i], err);
        if (code == 0) row(context, statement_int(statement, 0), values);
        arena_fini(&arena);
    }
    statement_free(statement);
    buffer_fini(&sql);
    free(values);
    return code;
}

/* ---- Into results ---- */

struct collecting {
    const struct push_question *question;
    const struct frame *frame;
    struct arena *arena;
    struct program_result *results;
};

static struct program_result result_new(enum type_kind kind, size_t rows)
{
    struct program_result result = {.rows = rows, .kind = kind};
    size_t words = rows / 64 + 1;
    result.known = mem_new(words, sizeof *result.known);
    if (kind == TYPE_BOOL)
        result.truth = mem_new(words, sizeof *result.truth);
    else if (kind == TYPE_RATIO)
        result.ratios = mem_new(rows + 1, sizeof *result.ratios);
    else if (kind == TYPE_TEXT)
        result.texts = mem_new(rows + 1, sizeof *result.texts);
    else
        result.integers = mem_new(rows + 1, sizeof *result.integers);
    return result;
}

static void result_put(struct program_result *result, size_t row, const struct value *value,
                       struct arena *arena)
{
    uint64_t bit = (uint64_t)1 << (row % 64);
    if (!value->known) return;
    result->known[row / 64] |= bit;
    if (result->truth != NULL && value->integer != 0) result->truth[row / 64] |= bit;
    if (result->ratios != NULL) result->ratios[row] = value->ratio;
    if (result->texts != NULL) result->texts[row] = arena_text(arena, value->text);
    if (result->integers != NULL) result->integers[row] = value->integer;
}

static void collect(void *context, int64_t id, const struct value *values)
{
    const struct collecting *collecting = context;
    uint32_t row = frame_row(collecting->frame, collecting->question->reg, id);
    if (row == FRAME_NO_ROW) return;
    for (size_t i = 0; i < collecting->question->count; i++)
        result_put(&collecting->results[i], row, &values[i], collecting->arena);
}

int push_results(struct database *database, const struct push_question *question, const struct frame *frame,
                 struct arena *arena, struct program_result *results, struct err *err)
{
    struct collecting collecting = {question, frame, arena, results};
    for (size_t i = 0; i < question->count; i++)
        results[i] = result_new(question->nodes[i]->type.kind, frame->registers[question->reg].rows);
    int code = push_each(database, question, collect, &collecting, err);
    if (code != 0) program_results_fini(results, question->count);
    return code;
}

/* ---- Findings ---- */

static int insert_there(struct database *database, const struct push_question *question,
                        const struct text *names, int64_t run, struct err *err)
{
    struct buffer answers = {0}, sql = {0};
    struct statement *statement = NULL;
    int code = push_statement(database, question, &answers, err);
    buffer_string(&sql, "INSERT INTO zs_finding (run, rule, record, state) SELECT CAST(?1 AS BIGINT), "
                        "g.name, g.id, g.state FROM (");
    sqlgen_findings(buffer_get(&answers), names, question->count, &sql);
    buffer_string(&sql, ") AS g");
    if (code == 0) code = store_prepare(database_store(database), buffer_get(&sql), &statement, err);
    if (code == 0) {
        statement_bind_int(statement, 1, run);
        code = statement_run(statement, err);
    }
    statement_free(statement);
    buffer_fini(&answers);
    buffer_fini(&sql);
    return code;
}

/* SQLite runs in this process: its answers are taken as they come, of which only the findings are kept. */
static int insert_here(struct database *database, const struct push_question *question,
                       const struct text *names, int64_t run, struct err *err)
{
    static const char *const columns[] = {"run INTEGER", "rule TEXT", "record INTEGER", "state INTEGER"};
    struct buffer sql = {0};
    struct statement *statement = NULL;
    struct bulk *bulk = NULL;
    bool more = false;
    int code = push_statement(database, question, &sql, err);
    if (code == 0) code = store_prepare(database_store(database), buffer_get(&sql), &statement, err);
    if (code == 0) code = bulk_into(database_store(database), "zs_finding", columns, 4, &bulk, err);
    while (code == 0 && (code = statement_step(statement, &more, err)) == 0 && more)
        for (size_t i = 0; code == 0 && i < question->count; i++) {
            bool unknown = statement_is_null(statement, (int)i + 1);
            if (!unknown && statement_int(statement, (int)i + 1) == 0) continue;
            bulk_int(bulk, 0, run);
            bulk_text(bulk, 1, names[i]);
            bulk_int(bulk, 2, statement_int(statement, 0));
            bulk_int(bulk, 3, unknown ? 2 : 1);
            code = bulk_row(bulk, err);
        }
    statement_free(statement);
    buffer_fini(&sql);
    if (code == 0) return bulk_end(bulk, err);
    bulk_abandon(bulk);
    return code;
}

int push_findings(struct database *database, const struct push_question *question, const struct text *names,
                  int64_t run, struct err *err)
{
    bool postgres = store_kind(database_store(database)) == STORE_POSTGRES;
    return (postgres ? insert_there : insert_here)(database, question, names, run, err);
}

int push_count(struct database *database, int reg, int64_t *count, struct err *err)
{
    struct sqlgen_options options = dialect_options(database, 0);
    struct buffer sql = {0};
    bool found;
    sqlgen_count(&database_pack(database)->schema, reg, &options, &sql);
    int code = store_query_int(database_store(database), sql.data, count, &found, err);
    buffer_fini(&sql);
    return code;
}
