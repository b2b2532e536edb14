/* The same rows as tables and as a frame; the same formula as a statement and as a program. */
#include "compare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "formula/program.h"
#include "register/database.h"

static void stop_on(int code, const struct err *err)
{
    if (code == 0) return;
    char line[1600];
    err_format(err, "en", line, sizeof line);
    printf("Bail out! %s\n", line);
    exit(1);
}

static void run(const struct diff *diff, struct buffer *sql)
{
    struct err err;
    stop_on(store_run(diff->store, sql->data, &err), &err);
    buffer_clear(sql);
}

void diff_tables_create(const struct diff *diff, const struct schema *schema)
{
    const struct store_dialect *say = store_dialect(diff->store);
    struct buffer sql = {0};
    for (size_t r = 0; r < schema->register_count; r++) {
        const struct schema_register *reg = &schema->registers[r];
        buffer_printf(&sql, "CREATE TABLE \"%.*s\" (id %s PRIMARY KEY", TEXT_ARGS(reg->label.name),
                      say->integer);
        for (size_t f = 0; f < reg->field_count; f++) {
            const char *type = database_column_type(reg->fields[f].type);
            buffer_printf(&sql, ", \"%.*s\" %s", TEXT_ARGS(reg->fields[f].label.name),
                          type[0] == 'I'   ? say->integer
                          : type[0] == 'R' ? say->real
                                           : say->text);
        }
        buffer_printf(&sql, ")%s", say->table_end);
        run(diff, &sql);
    }
    buffer_fini(&sql);
}

void diff_tables_drop(const struct diff *diff, const struct schema *schema)
{
    struct buffer sql = {0};
    for (size_t r = 0; r < schema->register_count; r++) {
        buffer_printf(&sql, "DROP TABLE \"%.*s\"", TEXT_ARGS(schema->registers[r].label.name));
        run(diff, &sql);
    }
    buffer_fini(&sql);
}

void diff_tables_fill(const struct diff *diff, const struct schema *schema, int reg, size_t rows,
                      int64_t (*row)(const void *context, size_t row, struct value *values),
                      const void *context)
{
    const struct schema_register *meta = &schema->registers[reg];
    struct value *values = mem_new(meta->field_count + 1, sizeof *values);
    struct statement *insert = NULL;
    struct buffer sql = {0};
    struct err err;
    buffer_printf(&sql, "DELETE FROM \"%.*s\"", TEXT_ARGS(meta->label.name));
    run(diff, &sql);
    buffer_printf(&sql, "INSERT INTO \"%.*s\" VALUES (?1", TEXT_ARGS(meta->label.name));
    for (size_t f = 0; f < meta->field_count; f++) buffer_printf(&sql, ", ?%zu", f + 2);
    buffer_char(&sql, ')');
    stop_on(store_begin(diff->store, &err), &err);
    stop_on(store_prepare(diff->store, buffer_get(&sql), &insert, &err), &err);
    for (size_t i = 0; i < rows; i++) {
        statement_bind_int(insert, 1, row(context, i, values));
        for (size_t f = 0; f < meta->field_count; f++) {
            struct type type = meta->fields[f].type;
            if (type.kind == TYPE_TEXT && values[f].known && diff->plain)
                statement_bind_text(insert, (int)f + 2, values[f].text);
            else
                database_bind(insert, (int)f + 2, schema, type, &values[f]);
        }
        stop_on(statement_run(insert, &err), &err);
    }
    statement_free(insert);
    stop_on(store_commit(diff->store, &err), &err);
    buffer_fini(&sql);
    free(values);
}

struct frame_rows {
    const struct frame *frame;
    int reg;
};

static int64_t frame_values(const void *context, size_t row, struct value *values)
{
    const struct frame_rows *rows = context;
    const struct schema_register *meta = &rows->frame->schema->registers[rows->reg];
    for (size_t f = 0; f < meta->field_count; f++) values[f] = frame_get(rows->frame, rows->reg, (int)f, row);
    return frame_id(rows->frame, rows->reg, row);
}

void diff_tables_load(const struct diff *diff, const struct frame *frame)
{
    for (size_t r = 0; r < frame->schema->register_count; r++) {
        struct frame_rows rows = {frame, (int)r};
        diff_tables_fill(diff, frame->schema, (int)r, frame->registers[r].rows, frame_values, &rows);
    }
}

/* ---- Comparing ---- */

static bool same(enum type_kind kind, const struct value *a, const struct value *b)
{
    if (a->known != b->known || !a->known) return a->known == b->known;
    if (kind == TYPE_RATIO) return memcmp(&a->ratio, &b->ratio, sizeof a->ratio) == 0;
    return kind == TYPE_TEXT ? text_equal(a->text, b->text) : a->integer == b->integer;
}

static void describe(const struct question *question, const struct value *value, struct buffer *out)
{
    struct type type = question->node->type;
    if (value->known && type.kind == TYPE_RATIO)
        buffer_printf(out, "%.17g", value->ratio);
    else if (value->known && (type.kind == TYPE_RECORD || type.kind == TYPE_INT))
        buffer_printf(out, "%lld", (long long)value->integer);
    else
        value_format(question->schema, type, value, "en", out);
}

/* Every record of the frame must come once, with the program's value. */
static enum outcome check_rows(const struct question *question, struct statement *statement,
                               const struct program_result *result, struct buffer *why)
{
    struct arena arena = {0};
    struct err err;
    size_t seen = 0;
    bool row = false, right = true;
    int code;
    while ((code = statement_step(statement, &row, &err)) == 0 && row && right) {
        int64_t id = statement_int(statement, 0);
        uint32_t at = frame_row(question->frame, question->scope, id);
        struct value got, want;
        right = at != FRAME_NO_ROW;
        seen++;
        if (!right) {
            buffer_printf(why, "record %lld is not in the frame", (long long)id);
            break;
        }
        code = database_value(statement, 1, question->schema, question->node->type, &arena, &got, &err);
        if (code != 0) break;
        want = program_result_get(result, at);
        right = same(question->node->type.kind, &want, &got);
        if (right) continue;
        buffer_printf(why, "record %lld: the executor says ", (long long)id);
        describe(question, &want, why);
        buffer_string(why, ", the database ");
        describe(question, &got, why);
    }
    if (code != 0)
        buffer_printf(why, "%s", err.en);
    else if (right && seen != result->rows)
        buffer_printf(why, "%zu records instead of %zu", seen, result->rows);
    arena_fini(&arena);
    return code == 0 && right && seen == result->rows ? OUTCOME_SAME : OUTCOME_WRONG;
}

static enum outcome ask(const struct diff *diff, const struct question *question,
                        const struct program_result *result, struct buffer *why)
{
    struct sqlgen_options options = {.dialect = diff->dialect, .as_of = question->as_of};
    struct buffer sql = {0};
    struct err err;
    enum outcome outcome = OUTCOME_REFUSED;
    if (sqlgen(question->schema, question->node, question->scope, &options, &sql, &err) != 0) {
        buffer_string(why, err.en);
    } else {
        struct statement *statement;
        outcome = OUTCOME_WRONG;
        if (store_prepare(diff->store, buffer_get(&sql), &statement, &err) != 0) {
            buffer_printf(why, "%s", err.en);
        } else {
            outcome = check_rows(question, statement, result, why);
            statement_free(statement);
        }
        if (outcome == OUTCOME_WRONG) buffer_printf(why, "\n%s", sql.data);
    }
    buffer_fini(&sql);
    return outcome;
}

static void run_program(const struct question *question, struct program **program,
                        struct program_result *result)
{
    struct program_root root = {question->node, question->scope};
    struct program_options options = {.as_of = question->as_of};
    struct program_run_options how = {.threads = 1, .reg = -1};
    struct err err;
    stop_on(program_new(question->schema, &root, 1, &options, program, &err), &err);
    stop_on(program_run(*program, question->frame, &how, result, &err), &err);
}

enum outcome diff_compare(const struct diff *diff, const struct question *question, struct buffer *why)
{
    struct program_result result;
    struct program *program;
    run_program(question, &program, &result);
    enum outcome outcome = ask(diff, question, &result, why);
    program_results_fini(&result, 1);
    program_free(program);
    return outcome;
}

static void say(const struct diff *diff, const struct question *question, struct buffer *sql)
{
    struct sqlgen_options options = {.dialect = diff->dialect, .as_of = question->as_of};
    struct err err;
    if (sqlgen(question->schema, question->node, question->scope, &options, sql, &err) != 0)
        buffer_string(sql, err.en);
}

bool diff_alike(const struct diff *diff, const struct question *a, const struct question *b)
{
    struct program_result left, right;
    struct program *program_a, *program_b;
    struct buffer sql_a = {0}, sql_b = {0};
    run_program(a, &program_a, &left);
    run_program(b, &program_b, &right);
    bool alike = left.rows == right.rows;
    for (size_t row = 0; row < left.rows && alike; row++) {
        struct value of_a = program_result_get(&left, row), of_b = program_result_get(&right, row);
        alike = same(a->node->type.kind, &of_a, &of_b);
    }
    say(diff, a, &sql_a);
    say(diff, b, &sql_b);
    alike = alike && text_equal(buffer_get(&sql_a), buffer_get(&sql_b));
    buffer_fini(&sql_a);
    buffer_fini(&sql_b);
    program_results_fini(&left, 1);
    program_results_fini(&right, 1);
    program_free(program_a);
    program_free(program_b);
    return alike;
}

bool diff_holds(const struct question *question)
{
    struct program_result result;
    struct program *program;
    bool holds = true;
    run_program(question, &program, &result);
    for (size_t row = 0; row < result.rows; row++) {
        struct value value = program_result_get(&result, row);
        holds = holds && value.known && value.integer != 0;
    }
    program_results_fini(&result, 1);
    program_free(program);
    return holds;
}
