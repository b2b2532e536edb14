/* Runs every case of the formula language and prints TAP. A case that checks must also be printed in both
 * languages and be read back as an equal tree; then it is run in batches of several sizes, by one thread and
 * by two, and record by record, and must give the expected values every time. */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cases.h"
#include "fixture.h"
#include "formula/formula.h"
#include "formula/program.h"

struct data_set {
    const char *name;
    struct frame *frame;
};

enum { DATA_SETS_MAX = 16 };

struct runner {
    const char *root; /* of the source tree */
    struct arena arena;
    struct schema *schema;
    struct data_set sets[DATA_SETS_MAX];
    size_t set_count, done, failed;
    char why[2048]; /* why the case at hand fails */
};

static bool fails(struct runner *runner, const char *what, const char *detail)
{
    snprintf(runner->why, sizeof runner->why, "%s: %s", what, detail);
    return false;
}

static bool fails_by(struct runner *runner, const char *what, const struct err *err)
{
    char line[1600];
    err_format(err, "en", line, sizeof line);
    return fails(runner, what, line);
}

static struct frame *data_set(struct runner *runner, const char *name)
{
    struct err err;
    for (size_t i = 0; i < runner->set_count; i++)
        if (strcmp(runner->sets[i].name, name) == 0) return runner->sets[i].frame;
    struct data_set *set = &runner->sets[runner->set_count];
    const char *path = arena_printf(&runner->arena, "%s/tests/formula/data/%s.txt", runner->root, name);
    if (runner->set_count == DATA_SETS_MAX ||
        fixture_load(runner->schema, path, &runner->arena, &set->frame, &err) < 0) {
        char line[1600] = "too many data sets";
        if (runner->set_count < DATA_SETS_MAX) err_format(&err, "en", line, sizeof line);
        printf("Bail out! %s\n", line);
        exit(1);
    }
    set->name = name;
    runner->set_count++;
    return set->frame;
}

static bool gives_error(struct runner *runner, const struct test_case *item, int code, const struct err *err)
{
    if (code == 0) return fails(runner, "an error was expected", "the formula checks");
    bool words = text_find(text_of(err->en), item->error_words) >= 0 ||
                 text_find(text_of(err->zh), item->error_words) >= 0;
    if (words && err->line == item->error_line && err->column == item->error_column) return true;
    return fails_by(runner, "another error was expected", err);
}

/* What is printed reads back as the same tree, and is printed the same again. */
static bool prints(struct runner *runner, const struct test_case *item, const struct node *node,
                   const char *language)
{
    struct buffer first = {0}, second = {0};
    struct node *again;
    struct err err;
    formula_print(runner->schema, node, language, &first);
    bool ok = formula_check(runner->schema, &runner->arena, item->reg,
                            (struct formula_source){.text = buffer_get(&first)}, NULL, &again, &err) == 0;
    if (!ok)
        fails_by(runner, arena_printf(&runner->arena, "printed as %s", first.data), &err);
    else if (!formula_equal(node, again))
        ok = fails(runner, "printed as something else", first.data);
    else {
        formula_print(runner->schema, again, language, &second);
        if (strcmp(first.data, second.data) != 0)
            ok = fails(runner, "printed differently the second time", second.data);
    }
    buffer_fini(&first);
    buffer_fini(&second);
    return ok;
}

static bool same(enum type_kind kind, const struct value *a, const struct value *b)
{
    if (a->known != b->known || !a->known) return a->known == b->known;
    if (kind == TYPE_RATIO) return a->ratio == b->ratio;
    return kind == TYPE_TEXT ? text_equal(a->text, b->text) : a->integer == b->integer;
}

static bool compare(struct runner *runner, const struct test_case *item, size_t which, struct type type,
                    const struct value *got, const char *how)
{
    struct value expected;
    struct err err;
    if (fixture_value(runner->schema, type, item->expected[which], &runner->arena, &expected, &err) < 0)
        return fails_by(runner, "the expected value is none", &err);
    if (same(type.kind, &expected, got)) return true;
    struct buffer words = {0};
    buffer_printf(&words, "%s, record %lld: expected %.*s, got ", how, (long long)item->ids[which],
                  TEXT_ARGS(item->expected[which]));
    value_format(runner->schema, type, got, "en", &words);
    if (type.kind == TYPE_RATIO && got->known) buffer_printf(&words, " (%.17g)", got->ratio);
    fails(runner, "wrong value", words.data);
    buffer_fini(&words);
    return false;
}

static bool run_all(struct runner *runner, const struct test_case *item, struct type type,
                    const struct program *program, const struct frame *frame, int threads, size_t batch)
{
    struct program_run_options options = {.threads = threads, .batch = batch, .reg = -1};
    struct program_result result;
    struct err err;
    if (program_run(program, frame, &options, &result, &err) < 0) return fails_by(runner, "running", &err);
    bool ok = true;
    const char *how = arena_printf(&runner->arena, "%d threads, batches of %zu", threads, batch);
    for (size_t i = 0; ok && i < item->count; i++) {
        uint32_t row = frame_row(frame, item->reg, item->ids[i]);
        if (row == FRAME_NO_ROW) ok = fails(runner, "the data set has no such record", item->data);
        if (!ok) break;
        struct value got = program_result_get(&result, row);
        ok = compare(runner, item, i, type, &got, how);
    }
    program_results_fini(&result, 1);
    return ok;
}

static bool run_one(struct runner *runner, const struct test_case *item, struct type type,
                    const struct program *program, const struct frame *frame, size_t which)
{
    uint32_t row = frame_row(frame, item->reg, item->ids[which]);
    struct program_run_options options = {.threads = 1, .reg = item->reg, .row = row};
    struct program_result result;
    struct err err;
    if (program_run(program, frame, &options, &result, &err) < 0)
        return fails_by(runner, "running one record", &err);
    struct value got = program_result_get(&result, 0);
    bool ok = compare(runner, item, which, type, &got, "alone");
    program_results_fini(&result, 1);
    return ok;
}

static bool runs(struct runner *runner, const struct test_case *item, const struct node *node)
{
    const struct frame *frame = data_set(runner, item->data);
    struct program_root root = {node, item->reg};
    struct program_options options = {.as_of = item->as_of};
    struct program *program;
    struct err err;
    if (program_new(runner->schema, &root, 1, &options, &program, &err) < 0)
        return fails_by(runner, "compiling", &err);
    bool ok = run_all(runner, item, node->type, program, frame, 1, 0) &&
              run_all(runner, item, node->type, program, frame, 1, 1) &&
              run_all(runner, item, node->type, program, frame, 2, 2);
    for (size_t i = 0; ok && i < item->count; i++) ok = run_one(runner, item, node->type, program, frame, i);
    program_free(program);
    return ok;
}

static bool passes(struct runner *runner, const struct test_case *item)
{
    struct node *node;
    struct err err;
    int code = formula_check(runner->schema, &runner->arena, item->reg,
                             (struct formula_source){.text = item->formula}, NULL, &node, &err);
    if (item->expected == NULL) return gives_error(runner, item, code, &err);
    if (code < 0) return fails_by(runner, "checking", &err);
    return prints(runner, item, node, "zh") && prints(runner, item, node, "en") && runs(runner, item, node);
}

static void run_file(struct runner *runner, const char *path)
{
    struct test_cases cases = {0};
    struct err err;
    if (cases_read(runner->schema, path, &runner->arena, &cases, &err) < 0) {
        char line[1600];
        err_format(&err, "en", line, sizeof line);
        printf("Bail out! %s\n", line);
        exit(1);
    }
    for (size_t i = 0; i < cases.count; i++) {
        const struct test_case *item = &cases.items[i];
        bool ok = passes(runner, item);
        const char *end = memchr(item->formula.at, '\n', item->formula.size);
        size_t size = end == NULL ? item->formula.size : (size_t)(end - item->formula.at);
        /* "#" would begin a directive in TAP. */
        printf("%sok %zu - %s:%d ", ok ? "" : "not ", ++runner->done, item->file, item->line);
        for (size_t k = 0; k < size; k++) putchar(item->formula.at[k] == '#' ? '_' : item->formula.at[k]);
        printf("\n");
        if (!ok) printf("# %s\n", runner->why);
        runner->failed += !ok;
    }
}

int main(int argc, char **argv)
{
    struct runner runner = {.root = argc > 1 ? argv[1] : "."};
    glob_t files;
    runner.schema = fixture_schema(&runner.arena);
    if (glob(arena_printf(&runner.arena, "%s/tests/formula/*.test", runner.root), 0, NULL, &files) != 0) {
        printf("Bail out! no test files below %s\n", runner.root);
        return 1;
    }
    for (size_t i = 0; i < files.gl_pathc; i++) run_file(&runner, files.gl_pathv[i]);
    run_file(&runner, arena_printf(&runner.arena, "%s/docs/formula.md", runner.root));
    printf("1..%zu\n", runner.done);
    globfree(&files);
    for (size_t i = 0; i < runner.set_count; i++) frame_free(runner.sets[i].frame);
    arena_fini(&runner.arena);
    return runner.failed > 0;
}
