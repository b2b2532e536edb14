/* Any bytes as a formula: they are refused with a position, or they check, print in both languages to the
 * same tree, give the same values in batches of any size, and can be explained. */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/date.h"
#include "formula/explain.h"
#include "formula/formula.h"
#include "formula/frame.h"
#include "formula/language.h"
#include "formula/layout.h"
#include "formula/program.h"

#define LABEL(name, zh)                                                                                      \
    {                                                                                                        \
        TEXT_INIT(name), TEXT_INIT(zh), TEXT_INIT(name)                                                      \
    }
#define TEXT_INIT(literal)                                                                                   \
    {                                                                                                        \
        literal, sizeof(literal) - 1                                                                         \
    }
#define PLAIN(kind)                                                                                          \
    {                                                                                                        \
        kind, -1, -1, -1                                                                                     \
    }

enum { VILLAGE, HOUSEHOLD, PERSON, REGISTERS };
enum { HEALTH, WHEEL, DICTIONARIES };
enum { MU, UNITS };

/* A village with households with people: every type, a unit, parents, a reference beside the parent. */
struct world {
    struct schema schema;
    struct frame *frame;
    struct arena arena;
};

static const struct schema_code health_codes[] = {{.label = LABEL("healthy", "健康")},
                                                  {.label = LABEL("disabled", "残疾")},
                                                  {.label = LABEL("chronic", "长期慢性病")}};
static const struct schema_code wheel_codes[] = {{.label = LABEL("wage", "工资性")},
                                                 {.label = LABEL("business", "经营性")}};

static const struct schema_field village_fields[] = {
    {.label = LABEL("name", "村名"), .type = PLAIN(TYPE_TEXT)},
    {.label = LABEL("rural_population", "农村人口"), .type = PLAIN(TYPE_INT)},
};
static const struct schema_field household_fields[] = {
    {.label = LABEL("number", "户编号"), .type = PLAIN(TYPE_TEXT)},
    {.label = LABEL("village", "所在村"), .type = {TYPE_RECORD, -1, -1, VILLAGE}},
    {.label = LABEL("net_income", "纯收入"), .type = PLAIN(TYPE_MONEY)},
    {.label = LABEL("growth", "增速"), .type = PLAIN(TYPE_RATIO)},
    {.label = LABEL("member_count", "家庭人口"), .type = PLAIN(TYPE_INT)},
    {.label = LABEL("arable", "耕地"), .type = {TYPE_DECIMAL, -1, MU, -1}},
    {.label = LABEL("wheel", "主要收入"), .type = {TYPE_CODE, WHEEL, -1, -1}},
    {.label = LABEL("relocated", "搬迁户"), .type = PLAIN(TYPE_BOOL)},
    {.label = LABEL("recognised", "识别月份"), .type = PLAIN(TYPE_MONTH)},
};
static const struct schema_field person_fields[] = {
    {.label = LABEL("household", "所在户"), .type = {TYPE_RECORD, -1, -1, HOUSEHOLD}},
    {.label = LABEL("id_number", "证件号码"), .type = PLAIN(TYPE_TEXT)},
    {.label = LABEL("birth_date", "出生日期"), .type = PLAIN(TYPE_DATE)},
    {.label = LABEL("health", "健康状况"), .type = {TYPE_CODES, HEALTH, -1, -1}},
    {.label = LABEL("employed", "就业"), .type = PLAIN(TYPE_BOOL)},
    {.label = LABEL("wage", "工资"), .type = PLAIN(TYPE_MONEY)},
};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static int32_t day(int year, int month, int of_month)
{
    int32_t date;
    bool exists = date_make(year, month, of_month, &date);
    assert(exists);
    return date;
}

static void build_schema(struct world *world)
{
    struct arena *arena = &world->arena;
    struct schema *schema = &world->schema;
    schema->dictionary_count = DICTIONARIES;
    schema->dictionaries = arena_array(arena, DICTIONARIES, sizeof *schema->dictionaries);
    schema->dictionaries[HEALTH] = (struct schema_dictionary){
        .label = LABEL("health_kind", "健康类别"), health_codes, COUNT(health_codes)};
    schema->dictionaries[WHEEL] =
        (struct schema_dictionary){.label = LABEL("wheel_kind", "四个轮子"), wheel_codes, COUNT(wheel_codes)};
    schema->register_count = REGISTERS;
    schema->registers = arena_array(arena, REGISTERS, sizeof *schema->registers);
    schema->registers[VILLAGE] =
        (struct schema_register){LABEL("village", "村"), village_fields, COUNT(village_fields), -1, -1};
    schema->registers[HOUSEHOLD] = (struct schema_register){LABEL("household", "户"), household_fields,
                                                            COUNT(household_fields), VILLAGE, 1};
    schema->registers[PERSON] =
        (struct schema_register){LABEL("person", "人员"), person_fields, COUNT(person_fields), HOUSEHOLD, 0};
    schema->unit_count = UNITS;
    schema->units = arena_array(arena, UNITS, sizeof *schema->units);
    schema->units[MU] = (struct schema_unit){LABEL("mu", "亩")};
    struct schema_dated_value *values = arena_array(arena, 2, sizeof *values);
    values[0] = (struct schema_dated_value){day(2021, 1, 1), {.known = true, .integer = 600000}};
    values[1] = (struct schema_dated_value){day(2022, 1, 1), {.known = true, .integer = 700000}};
    schema->parameter_count = 1;
    schema->parameters = arena_array(arena, 1, sizeof *schema->parameters);
    schema->parameters[0] =
        (struct schema_parameter){LABEL("income_line", "收入线"), PLAIN(TYPE_MONEY), values, 2, NULL};
    schema->definition_count = 1;
    schema->definitions = arena_array(arena, 1, sizeof *schema->definitions);
    schema->definitions[0] =
        (struct schema_definition){.label = LABEL("per_capita", "人均纯收入"),
                                   .scope = HOUSEHOLD,
                                   .source = {.text = TEXT("net_income / member_count")}};
    struct fault_list faults = {0};
    int code = formula_check_definitions(schema, arena, &faults);
    assert(code == 0 && faults.count == 0);
    fault_list_fini(&faults);
}

#define NUMBER(n)                                                                                            \
    {                                                                                                        \
        .known = true, .integer = (n)                                                                        \
    }
#define RATIO(r)                                                                                             \
    {                                                                                                        \
        .known = true, .ratio = (r)                                                                          \
    }
#define WORDS(literal)                                                                                       \
    {                                                                                                        \
        .known = true, .text = TEXT_INIT(literal)                                                            \
    }
#define UNKNOWN                                                                                              \
    {                                                                                                        \
        .known = false                                                                                       \
    }

static void build_frame(struct world *world)
{
    struct frame_builder *builder = frame_builder_new(&world->schema);
    for (int reg = 0; reg < REGISTERS; reg++) {
        bool all[16];
        memset(all, 1, sizeof all);
        frame_builder_fields(builder, reg, all);
    }
    frame_builder_row(builder, VILLAGE, 1, (struct value[]){WORDS("金溪村"), NUMBER(1200)});
    frame_builder_row(builder, VILLAGE, 2, (struct value[]){WORDS("石坳村"), UNKNOWN});
    frame_builder_row(builder, HOUSEHOLD, 1,
                      (struct value[]){WORDS("4301"), NUMBER(1), NUMBER(2500000), RATIO(-0.06), NUMBER(3),
                                       NUMBER(25000), NUMBER(0), NUMBER(1), NUMBER(2021 * 12)});
    frame_builder_row(builder, HOUSEHOLD, 2,
                      (struct value[]){WORDS("4302"), NUMBER(1), UNKNOWN, UNKNOWN, NUMBER(0), UNKNOWN,
                                       NUMBER(1), NUMBER(0), UNKNOWN});
    frame_builder_row(builder, HOUSEHOLD, 3,
                      (struct value[]){UNKNOWN, NUMBER(2), NUMBER(INT64_MAX), RATIO(1e300), NUMBER(INT64_MAX),
                                       NUMBER(-INT64_MAX), UNKNOWN, UNKNOWN, NUMBER(2200 * 12 + 11)});
    frame_builder_row(builder, HOUSEHOLD, 4,
                      (struct value[]){WORDS(""), NUMBER(2), NUMBER(-1), RATIO(0), UNKNOWN, NUMBER(0),
                                       NUMBER(0), NUMBER(1), NUMBER(1800 * 12)});
    frame_builder_row(builder, PERSON, 1,
                      (struct value[]){NUMBER(1), WORDS("11010519491231002X"), NUMBER(-7306), NUMBER(6),
                                       NUMBER(0), UNKNOWN});
    frame_builder_row(builder, PERSON, 2,
                      (struct value[]){NUMBER(1), WORDS("11010519491231002X43"), UNKNOWN, NUMBER(1),
                                       NUMBER(1), NUMBER(350000)});
    frame_builder_row(
        builder, PERSON, 3,
        (struct value[]){NUMBER(3), UNKNOWN, NUMBER(18000), UNKNOWN, UNKNOWN, NUMBER(INT64_MAX)});
    frame_builder_row(
        builder, PERSON, 4,
        (struct value[]){NUMBER(3), WORDS("人"), NUMBER(10000), NUMBER(0), NUMBER(1), NUMBER(1)});
    struct err err = {0};
    int code = frame_builder_finish(builder, &world->frame, &err);
    assert(code == 0);
}

static bool same_value(enum type_kind kind, const struct value *a, const struct value *b)
{
    if (a->known != b->known) return false;
    if (!a->known) return true;
    if (kind == TYPE_TEXT) return text_equal(a->text, b->text);
    if (kind == TYPE_RATIO) return memcmp(&a->ratio, &b->ratio, sizeof a->ratio) == 0;
    return a->integer == b->integer;
}

/* What it prints must check to an equal tree. */
static void check_printing(struct world *world, const struct node *node, const char *language)
{
    struct buffer out = {0};
    formula_print(&world->schema, node, language, &out);
    struct node *again = NULL;
    struct err err = {0};
    int code = formula_check(&world->schema, &world->arena, HOUSEHOLD,
                             (struct formula_source){.text = buffer_get(&out)}, NULL, &again, &err);
    if (code != 0 || !formula_equal(node, again)) {
        fprintf(stderr, "printed as: %s\n%s\n", out.data, code != 0 ? err.en : "a different tree");
        abort();
    }
    buffer_fini(&out);
}

/* Laid out anew it must check to an equal tree, and look the same when laid out again. */
static void check_layout(struct world *world, const struct node *node, struct text source, size_t width)
{
    struct buffer once = {0}, twice = {0};
    struct node *again = NULL;
    struct err err = {0};
    int code = formula_layout(&world->schema, source, width, &once, &err);
    if (code == 0) code = formula_layout(&world->schema, buffer_get(&once), width, &twice, &err);
    if (code == 0)
        code = formula_check(&world->schema, &world->arena, HOUSEHOLD,
                             (struct formula_source){.text = buffer_get(&once)}, NULL, &again, &err);
    if (code != 0 || !formula_equal(node, again) || !text_equal(buffer_get(&once), buffer_get(&twice))) {
        fprintf(stderr, "laid out as:\n%s\nthen as:\n%s\n%s\n", once.data, twice.data,
                code != 0 ? err.en : "");
        abort();
    }
    buffer_fini(&once);
    buffer_fini(&twice);
}

/* An editor asks at every place, in whatever text. */
static void check_offers(struct world *world, struct text source)
{
    for (size_t i = 0; i <= 4; i++) {
        size_t at = source.size * i / 4;
        struct offers offers;
        language_offers(&world->schema, HOUSEHOLD, source, at, "zh", &world->arena, &offers);
        assert(offers.from <= offers.to && offers.to <= source.size);
        if (language_hover(&world->schema, HOUSEHOLD, source, at, "en", &world->arena, &offers))
            assert(offers.count == 1);
    }
}

static void check_running(struct world *world, const struct node *node)
{
    struct program_root root = {node, HOUSEHOLD};
    struct program_options options = {.as_of = day(2022, 9, 30)};
    struct program *program = NULL;
    struct err err = {0};
    if (program_new(&world->schema, &root, 1, &options, &program, &err) != 0) return; /* too large: refused */
    static const struct program_run_options runs[] = {{.threads = 1, .reg = -1},
                                                      {.threads = 1, .batch = 1, .reg = -1},
                                                      {.threads = 2, .batch = 3, .reg = -1}};
    struct program_result results[COUNT(runs)];
    for (size_t i = 0; i < COUNT(runs); i++) {
        int code = program_run(program, world->frame, &runs[i], &results[i], &err);
        assert(code == 0);
        assert(results[i].rows == world->frame->registers[HOUSEHOLD].rows);
        for (size_t row = 0; row < results[i].rows; row++) {
            struct value first = program_result_get(&results[0], row),
                         value = program_result_get(&results[i], row);
            assert(same_value(results[0].kind, &first, &value));
        }
    }
    struct explainer *explainer = explainer_new(&world->schema, world->frame, options.as_of);
    for (uint32_t row = 0; row < results[0].rows; row++) {
        struct explain explain;
        struct buffer words = {0};
        if (explain_record(explainer, node, HOUSEHOLD, row, &world->arena, &explain, &err) != 0) continue;
        struct value value = program_result_get(&results[0], row);
        assert(same_value(results[0].kind, &value, &explain.root.value));
        explain_sentence(explainer, &explain, "zh", &words);
        explain_sentence(explainer, &explain, "en", &words);
        explain_tree(explainer, &explain, "zh", true, &words);
        buffer_fini(&words);
    }
    explainer_free(explainer);
    for (size_t i = 0; i < COUNT(runs); i++) program_results_fini(&results[i], 1);
    program_free(program);
}

static void check_error(struct text source, const struct err *err)
{
    assert(err->code == ERR_INPUT || err->code == ERR_LIMIT);
    assert(err->zh[0] != '\0' && err->en[0] != '\0');
    assert(err->line >= 0 && (size_t)err->line <= source.size + 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct world world = {0};
    build_schema(&world);
    build_frame(&world);
    struct text source = {(const char *)data, size};
    struct node *node = NULL;
    struct err err = {0};
    check_offers(&world, source);
    if (formula_check(&world.schema, &world.arena, HOUSEHOLD, (struct formula_source){.text = source}, NULL,
                      &node, &err) == 0) {
        check_printing(&world, node, "zh");
        check_printing(&world, node, "en");
        check_layout(&world, node, source, 40);
        check_running(&world, node);
    } else {
        check_error(source, &err);
    }
    frame_free(world.frame);
    arena_fini(&world.arena);
    return 0;
}
