/* The cases run over their data sets; the pack's formulas over random rows of its registers. */
#include "given.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../formula/cases.h"
#include "../formula/fixture.h"
#include "../unit/formula/world.h"
#include "base/date.h"
#include "base/mem.h"
#include "formula/formula.h"
#include "pack/pack.h"

struct score {
    size_t *points;
    size_t formulas, refused, wrong;
    bool all_right;
};

static void stop(const struct err *err)
{
    char line[1600];
    err_format(err, "en", line, sizeof line);
    printf("Bail out! %s\n", line);
    exit(1);
}

static void print_comment(const char *text)
{
    printf("#   ");
    for (; *text != '\0'; text++) {
        putchar(*text);
        if (*text == '\n') printf("#   ");
    }
    putchar('\n');
}

static void ask(const struct diff *diff, const struct question *question, const char *name,
                struct score *score)
{
    struct buffer why = {0};
    enum outcome outcome = diff_compare(diff, question, &why);
    score->formulas++;
    score->refused += outcome == OUTCOME_REFUSED;
    score->wrong += outcome == OUTCOME_WRONG;
    if (outcome == OUTCOME_WRONG || (outcome == OUTCOME_REFUSED && getenv("ZENGSHOU_DIFF_VERBOSE") != NULL)) {
        printf("# %s %s\n", name, outcome == OUTCOME_WRONG ? "differs:" : "is refused:");
        print_comment(why.size == 0 ? "" : why.data);
    }
    buffer_fini(&why);
}

static void print_point(struct score *score, const char *what)
{
    printf("%sok %zu - %s: %zu formulas, %zu not said in SQL\n", score->wrong == 0 ? "" : "not ",
           ++*score->points, what, score->formulas, score->refused);
    fflush(stdout);
    score->all_right = score->all_right && score->wrong == 0;
    score->formulas = score->refused = score->wrong = 0;
}

/* ---- The language's cases ---- */

struct data_set {
    const char *name;
    struct frame *frame;
};

static const struct frame *data_set(const struct diff *diff, const char *root, struct schema *schema,
                                    struct arena *arena, const char *name, struct data_set *loaded)
{
    struct err err;
    if (loaded->name != NULL && strcmp(loaded->name, name) == 0) return loaded->frame;
    frame_free(loaded->frame);
    if (fixture_load(schema, arena_printf(arena, "%s/tests/formula/data/%s.txt", root, name), arena,
                     &loaded->frame, &err) < 0)
        stop(&err);
    loaded->name = name;
    diff_tables_load(diff, loaded->frame);
    return loaded->frame;
}

/* Nested as deep as nobody writes: databases have limits of their own. */
static void run_deep(const struct diff *diff, const struct schema *schema, const struct frame *frame,
                     struct score *score)
{
    static const struct {
        const char *innermost, *before, *behind;
    } shapes[] = {{"net_income", "coalesce(null, ", ")"},
                  {"net_income", "(if net_income > 1元 then ", " else 2元)"},
                  {"net_income", "(if net_income > 1元 then 2元 else ", ")"},
                  {"net_income", "greatest(1元, ", ")"},
                  {"net_income", "(1元 - ", ")"},
                  {"net_income", "round(1.5 * ", ", 1)"},
                  {"net_income", "yuan(number(", ") / 2)"},
                  {"net_income > 1元", "(net_income > 2元 and not (net_income > 3元 or ", "))"},
                  {"net_income / 7元", "round(", " + 1.5, 3)"}};
    static const int depths[] = {7, 20, 60};
    int household = schema_register_find(schema, TEXT("household"));
    struct arena arena = {0};
    for (size_t i = 0; i < 3 * sizeof shapes / sizeof *shapes; i++) {
        int depth = depths[i % 3];
        struct buffer formula = {0};
        struct node *node;
        struct err err;
        for (int k = 0; k < depth; k++) buffer_string(&formula, shapes[i / 3].before);
        buffer_string(&formula, shapes[i / 3].innermost);
        for (int k = 0; k < depth; k++) buffer_string(&formula, shapes[i / 3].behind);
        if (formula_check(schema, &arena, household, (struct formula_source){.text = buffer_get(&formula)},
                          NULL, &node, &err) < 0)
            stop(&err);
        struct question question = {schema, frame, node, household, 19265 /* 2022-09-30 */};
        ask(diff, &question, formula.data, score);
        buffer_fini(&formula);
    }
    arena_fini(&arena);
    print_point(score, "deep nesting");
}

static void run_cases(const struct diff *diff, const char *root, struct score *score)
{
    struct arena arena = {0};
    struct schema *schema = fixture_schema(&arena);
    struct data_set loaded = {0};
    struct test_cases cases = {0};
    struct err err;
    glob_t files;
    glob(arena_printf(&arena, "%s/tests/formula/*.test", root), 0, NULL, &files);
    for (size_t i = 0; i < files.gl_pathc; i++)
        if (cases_read(schema, arena_string(&arena, files.gl_pathv[i]), &arena, &cases, &err) < 0) stop(&err);
    globfree(&files);
    if (cases_read(schema, arena_printf(&arena, "%s/docs/formula.md", root), &arena, &cases, &err) < 0)
        stop(&err);
    diff_tables_create(diff, schema);
    for (size_t i = 0; i < cases.count; i++) {
        const struct test_case *item = &cases.items[i];
        struct node *node;
        if (item->expected == NULL || item->reg < 0) continue;
        if (formula_check(schema, &arena, item->reg, (struct formula_source){.text = item->formula}, NULL,
                          &node, &err) < 0)
            stop(&err);
        const struct frame *frame = data_set(diff, root, schema, &arena, item->data, &loaded);
        struct question question = {schema, frame, node, item->reg, item->as_of};
        ask(diff, &question, arena_printf(&arena, "%s:%d", item->file, item->line), score);
    }
    print_point(score, "the cases of the formula language");
    run_deep(diff, schema, loaded.frame, score);
    diff_tables_drop(diff, schema);
    frame_free(loaded.frame);
    arena_fini(&arena);
}

/* ---- A pack ---- */

struct register_rows {
    struct world *random;
    const struct schema *schema;
    size_t *counts; /* rows of each register */
    int reg;
    struct value *values; /* row by row */
};

static struct value random_value(const struct register_rows *rows, struct type type)
{
    struct value value = {.known = true};
    if (type.kind != TYPE_CODE && type.kind != TYPE_CODES && type.kind != TYPE_RECORD)
        return world_value(rows->random, type);
    if (world_below(rows->random, 8) == 0) return (struct value){0};
    if (type.kind == TYPE_RECORD) {
        value.integer = (int64_t)world_below(rows->random, rows->counts[type.record] + 1) + 1;
        return value;
    }
    size_t codes = rows->schema->dictionaries[type.dictionary].code_count;
    if (codes == 0) return (struct value){0};
    value.integer = (int64_t)world_below(rows->random, codes);
    if (type.kind == TYPE_CODES) {
        uint64_t set = world_random(rows->random) & world_random(rows->random);
        value.integer = (int64_t)(codes >= 64 ? set : set & (((uint64_t)1 << codes) - 1));
    }
    return value;
}

static int64_t row_values(const void *context, size_t row, struct value *values)
{
    const struct register_rows *rows = context;
    size_t fields = rows->schema->registers[rows->reg].field_count;
    memcpy(values, rows->values + row * fields, fields * sizeof *values);
    return (int64_t)row + 1;
}

static void fill_register(const struct diff *diff, struct register_rows *rows, struct frame_builder *builder)
{
    const struct schema_register *meta = &rows->schema->registers[rows->reg];
    size_t count = rows->counts[rows->reg];
    rows->values = mem_new(count * meta->field_count + 1, sizeof *rows->values);
    bool *all = mem_new(meta->field_count + 1, sizeof *all);
    memset(all, 1, meta->field_count);
    frame_builder_fields(builder, rows->reg, all);
    for (size_t i = 0; i < count; i++) {
        struct value *values = rows->values + i * meta->field_count;
        for (size_t f = 0; f < meta->field_count; f++) values[f] = random_value(rows, meta->fields[f].type);
        frame_builder_row(builder, rows->reg, (int64_t)i + 1, values);
    }
    diff_tables_fill(diff, rows->schema, rows->reg, count, row_values, rows);
    free(all);
    free(rows->values);
}

static struct frame *fill_pack(const struct diff *diff, const struct schema *schema)
{
    static const size_t nothing[WORLD_REGISTERS] = {0};
    struct world random;
    struct frame *frame;
    struct err err;
    struct frame_builder *builder = frame_builder_new(schema);
    size_t *counts = mem_new(schema->register_count, sizeof *counts);
    world_init(&random, 20220930, nothing);
    for (size_t r = 0; r < schema->register_count; r++) {
        counts[r] = 12;
        for (int up = schema->registers[r].parent; up >= 0; up = schema->registers[up].parent) counts[r] *= 2;
    }
    for (size_t r = 0; r < schema->register_count; r++) {
        struct register_rows rows = {&random, schema, counts, (int)r, NULL};
        fill_register(diff, &rows, builder);
    }
    if (frame_builder_finish(builder, &frame, &err) != 0) stop(&err);
    world_fini(&random);
    free(counts);
    return frame;
}

static void run_pack(const struct diff *diff, const char *root, struct score *score)
{
    char folder[4096];
    struct pack *pack;
    struct fault_list faults = {0};
    struct err err;
    snprintf(folder, sizeof folder, "%s/packs/hengyang-2022", root);
    if (pack_load(folder, &pack, &faults, &err) != 0) stop(faults.count > 0 ? &faults.items[0] : &err);
    fault_list_fini(&faults);
    const struct schema *schema = &pack->schema;
    diff_tables_create(diff, schema);
    struct frame *frame = fill_pack(diff, schema);
    struct question question = {schema, frame, NULL, 0, 0};
    (void)date_make(2022, 9, 30, &question.as_of);
    for (size_t i = 0; i < schema->definition_count; i++) {
        question.node = schema->definitions[i].node;
        question.scope = schema->definitions[i].scope;
        snprintf(folder, sizeof folder, "definition %.*s", TEXT_ARGS(schema->definitions[i].label.name));
        ask(diff, &question, folder, score);
    }
    print_point(score, "definitions of hengyang-2022");
    for (size_t i = 0; i < pack->rule_count; i++) {
        question.node = pack->rules[i].node;
        question.scope = pack->rules[i].scope;
        snprintf(folder, sizeof folder, "rule %.*s", TEXT_ARGS(pack->rules[i].label.name));
        if (question.node != NULL) ask(diff, &question, folder, score);
    }
    print_point(score, "rules of hengyang-2022");
    diff_tables_drop(diff, schema);
    frame_free(frame);
    pack_free(pack);
}

bool given_run(const struct diff *diff, const char *root, size_t *points)
{
    struct score score = {.points = points, .all_right = true};
    run_cases(diff, root, &score);
    run_pack(diff, root, &score);
    return score.all_right;
}
