/* The county: villages with households with people, incomes, measures and visits; resettlement sites that
 * households point to without hanging on them; transfers of land that point to two households. */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formula/formula.h"

enum { UNIT_MU, UNIT_KM, UNIT_PERSON };
enum { CATEGORY, WHEEL, HEALTH, CAUSE };
enum { VILLAGE, SITE, HOUSEHOLD, PERSON, INCOME, MEASURE, VISIT, TRANSFER };

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define LABEL(name, zh, en)                                                                                  \
    {                                                                                                        \
        {name, sizeof name - 1}, {zh, sizeof zh - 1},                                                        \
        {                                                                                                    \
            en, sizeof en - 1                                                                                \
        }                                                                                                    \
    }
#define CODE(name, zh, en)                                                                                   \
    {                                                                                                        \
        LABEL(name, zh, en), NULL, 0                                                                         \
    }
#define KIND(kind)                                                                                           \
    {                                                                                                        \
        TYPE_##kind, -1, -1, -1                                                                              \
    }
#define COUNTED(kind, unit)                                                                                  \
    {                                                                                                        \
        TYPE_##kind, -1, unit, -1                                                                            \
    }
#define OF(kind, dictionary)                                                                                 \
    {                                                                                                        \
        TYPE_##kind, dictionary, -1, -1                                                                      \
    }
#define TO(reg)                                                                                              \
    {                                                                                                        \
        TYPE_RECORD, -1, -1, reg                                                                             \
    }
#define FIELD(name, zh, ...)                                                                                 \
    {                                                                                                        \
        LABEL(name, zh, ""), NULL, 0, __VA_ARGS__                                                            \
    }

/* clang-format off */
static const struct schema_unit units[] = {{LABEL("mu", "亩", "mu")}, {LABEL("km", "公里", "kilometre")}, {LABEL("person", "人", "people")}};

static const struct text wage_aliases[] = {{"工资性收入", 15}, {"工资", 6}};
static const struct schema_code categories[] = {
    CODE("graduated", "脱贫户", "graduated household"), CODE("unstable", "脱贫不稳定户", "unstable household"),
    CODE("marginal", "边缘易致贫户", "marginal household"), CODE("sudden", "突发严重困难户", "sudden hardship"),
    CODE("ordinary", "一般农户", "ordinary household"), CODE("kind", "类别待定", "undecided"),
};
static const struct schema_code wheels[] = {
    CODE("business", "经营性", "business"), {LABEL("wage", "工资性", "wage"), wage_aliases, COUNT(wage_aliases)},
    CODE("property", "财产性", "property"), CODE("transfer", "转移性", "transfer"),
};
static const struct schema_code healths[] = {
    CODE("healthy", "健康", "healthy"), CODE("chronic", "长期慢性病", "chronic illness"),
    CODE("serious", "大病（重）", "serious illness"), CODE("disabled", "残疾", "disabled"),
};
static const struct schema_code causes[] = {
    CODE("illness", "因病", "illness"), CODE("schooling", "因学", "schooling"), CODE("disaster", "因灾", "disaster"),
    CODE("labour", "缺劳力", "lack of labour"),
};
static struct schema_dictionary dictionaries[] = {
    {LABEL("household_category", "户类别表", "household category"), categories, COUNT(categories)},
    {LABEL("wheel", "四个轮子", "four wheels"), wheels, COUNT(wheels)},
    {LABEL("health", "健康状况表", "health"), healths, COUNT(healths)},
    {LABEL("cause", "致贫原因表", "cause"), causes, COUNT(causes)},
};

static const struct text head_aliases[] = {{"户主", 6}};
static const struct schema_field village_fields[] = {
    FIELD("code", "村编码", KIND(TEXT)), FIELD("name", "村名", KIND(TEXT)), FIELD("township", "乡镇", KIND(TEXT)),
    FIELD("rural_population", "乡村人口", COUNTED(INT, UNIT_PERSON)), FIELD("distance", "到县城距离", COUNTED(DECIMAL, UNIT_KM)),
    FIELD("farmland", "耕地面积（亩）", COUNTED(DECIMAL, UNIT_MU)),
};
static const struct schema_field site_fields[] = {
    FIELD("name", "安置区名称", KIND(TEXT)), FIELD("industries", "主导产业数", KIND(INT)),
};
static const struct schema_field household_fields[] = {
    FIELD("village", "所在村", TO(VILLAGE)), FIELD("site", "安置点", TO(SITE)),
    {LABEL("head_name", "户主姓名", "name of the head"), head_aliases, COUNT(head_aliases), KIND(TEXT)},
    FIELD("category", "户类别", OF(CODE, CATEGORY)), FIELD("first_category", "识别时户类别", OF(CODE, CATEGORY)),
    FIELD("causes", "致贫原因", OF(CODES, CAUSE)), FIELD("first_causes", "识别时致贫原因", OF(CODES, CAUSE)),
    FIELD("member_count", "家庭人口", COUNTED(INT, UNIT_PERSON)), FIELD("net_income", "纯收入", KIND(MONEY)),
    FIELD("net_income_before", "上年纯收入", KIND(MONEY)), FIELD("reported_growth", "上报增速", KIND(RATIO)),
    FIELD("arable", "承包地面积（亩）", COUNTED(DECIMAL, UNIT_MU)), FIELD("orchard", "果园面积", COUNTED(DECIMAL, UNIT_MU)),
    FIELD("plots", "地块数", KIND(INT)), FIELD("phone", "联系电话", KIND(TEXT)), FIELD("joined", "纳入日期", KIND(DATE)),
    FIELD("cleared", "风险消除月", KIND(MONTH)), FIELD("safe_house", "住房安全", KIND(BOOL)),
    FIELD("safe_water", "饮水安全", KIND(BOOL)), FIELD("in", "属于", KIND(BOOL)), FIELD("kind", "类别", OF(CODE, CATEGORY)),
};
static const struct schema_field person_fields[] = {
    FIELD("household", "所在户", TO(HOUSEHOLD)), FIELD("name", "姓名", KIND(TEXT)), FIELD("id_number", "证件号码", KIND(TEXT)),
    FIELD("birth_date", "出生日期", KIND(DATE)), FIELD("male", "男性", KIND(BOOL)),
    FIELD("able_to_work", "有劳动能力", KIND(BOOL)), FIELD("willing", "有就业意愿", KIND(BOOL)),
    FIELD("employed", "已就业", KIND(BOOL)), FIELD("in_school", "在校", KIND(BOOL)), FIELD("insured", "参加医保", KIND(BOOL)),
    FIELD("health", "健康状况", OF(CODES, HEALTH)), FIELD("wage", "月工资", KIND(MONEY)),
    FIELD("score", "得分", KIND(RATIO)), FIELD("days", "务工天数", KIND(INT)), FIELD("hours", "工时", KIND(DECIMAL)),
};
static const struct schema_field income_fields[] = {
    FIELD("household", "所在户", TO(HOUSEHOLD)), FIELD("month", "年月", KIND(MONTH)), FIELD("wheel", "轮子", OF(CODE, WHEEL)),
    FIELD("amount", "金额", KIND(MONEY)), FIELD("cost", "成本", KIND(MONEY)), FIELD("paid_on", "到账日期", KIND(DATE)),
};
static const struct schema_field measure_fields[] = {
    FIELD("household", "所在户", TO(HOUSEHOLD)), FIELD("title", "措施名称", KIND(TEXT)), FIELD("started", "开始日期", KIND(DATE)),
    FIELD("spent", "投入资金", KIND(MONEY)),
};
static const struct schema_field visit_fields[] = {
    FIELD("household", "所在户", TO(HOUSEHOLD)), FIELD("referred", "转介户", TO(HOUSEHOLD)), FIELD("made_on", "走访日期", KIND(DATE)),
};
static const struct schema_field transfer_fields[] = {
    FIELD("giver", "转出户", TO(HOUSEHOLD)), FIELD("taker", "转入户", TO(HOUSEHOLD)), FIELD("area", "流转面积", COUNTED(DECIMAL, UNIT_MU)),
};

#define REGISTER(name, zh, en, fields, parent) {LABEL(name, zh, en), fields, COUNT(fields), parent, (parent) < 0 ? -1 : 0}
static struct schema_register registers[] = {
    REGISTER("village", "村", "village", village_fields, -1),
    REGISTER("site", "安置区", "resettlement site", site_fields, -1),
    REGISTER("household", "户", "household", household_fields, VILLAGE),
    REGISTER("person", "家庭成员", "person", person_fields, HOUSEHOLD),
    REGISTER("income", "收入", "income", income_fields, HOUSEHOLD),
    REGISTER("measure", "帮扶措施", "help measure", measure_fields, HOUSEHOLD),
    REGISTER("visit", "走访", "visit", visit_fields, HOUSEHOLD),
    REGISTER("transfer", "土地流转", "land transfer", transfer_fields, -1),
};

/* Parameters and definitions are written as text, so that the language itself reads them. */
static const struct {
    struct label label;
    struct type type;
    const char *values; /* "date value; date value" */
} parameters[] = {
    {LABEL("income_line", "收入线", "income line"), KIND(MONEY), "2020-01-01 6000元; 2022-01-01 10000元"},
    {LABEL("growth_line", "增速线", "growth line"), KIND(RATIO), "2022-01-01 5.5%"},
    {LABEL("school_age", "入学年龄", "school age"), KIND(INT), "2000-01-01 6"},
    {LABEL("mu_line", "最低耕地", "least farmland"), COUNTED(DECIMAL, UNIT_MU), "2000-01-01 1.5"},
    {LABEL("first_month", "首月", "first month"), KIND(MONTH), "2000-01-01 2022-01"},
    {LABEL("start_day", "启动日", "day of the start"), KIND(DATE), "2000-01-01 2022-08-19"},
    {LABEL("default_category", "默认类别", "default category"), OF(CODE, CATEGORY), "2000-01-01 ordinary"},
    {LABEL("watchword", "口令", "watchword"), KIND(TEXT), "2000-01-01 \"增收\""},
    {LABEL("strict", "从严", "strict"), KIND(BOOL), "2000-01-01 true"},
    {LABEL("future", "未来值", "future value"), KIND(INT), "2100-01-01 1"},
};

static const struct {
    struct label label;
    int scope;
    const char *formula;
} definitions[] = {
    {LABEL("poor", "低收入", "poor"), HOUSEHOLD, "income_per_head < income_line"},
    {LABEL("income_per_head", "人均纯收入", "net income per head"), HOUSEHOLD, "net_income / member_count"},
    {LABEL("growth", "增速", "growth"), HOUSEHOLD, "(net_income - net_income_before) / net_income_before"},
    {LABEL("current_kind", "现类别", "current kind"), HOUSEHOLD, "if cleared is null then category else household_category.graduated"},
    {LABEL("marginal", "边缘户", "marginal"), HOUSEHOLD, "category = marginal"},
    {LABEL("age", "周岁", "age"), PERSON, "age(birth_date)"},
    {LABEL("poor_share", "低收入占比", "share of the poor"), VILLAGE, "share(household: poor)"},
    {LABEL("ledger", "台账收入", "income by the ledger"), HOUSEHOLD, "sum(income.amount where year(month) = this_year)"},
};

/* clang-format on */

static struct text text_in(struct arena *arena, const char *string)
{
    return arena_text(arena, text_of(string));
}

static _Noreturn void give_up(const struct err *err)
{
    char line[1600];
    err_format(err, "en", line, sizeof line);
    fprintf(stderr, "the fixture has a fault: %s\n", line);
    exit(1);
}

static void fill_parameter(struct schema *schema, struct arena *arena, size_t which)
{
    struct schema_parameter *parameter = &schema->parameters[which];
    struct schema_dated_value *values = arena_array(arena, 8, sizeof *values);
    struct err err;
    parameter->label = parameters[which].label;
    parameter->type = parameters[which].type;
    parameter->values = values;
    for (char *at = arena_string(arena, parameters[which].values), *more; at != NULL; at = more) {
        if ((more = strchr(at, ';')) != NULL) *more++ = '\0';
        struct text item = text_trim(text_of(at));
        struct value from;
        if (fixture_value(schema, type_of(TYPE_DATE), (struct text){item.at, 10}, arena, &from, &err) < 0)
            give_up(&err);
        struct schema_dated_value *value = &values[parameter->value_count++];
        value->from = (int32_t)from.integer;
        if (fixture_value(schema, parameter->type, (struct text){item.at + 11, item.size - 11}, arena,
                          &value->value, &err) < 0)
            give_up(&err);
    }
}

struct schema *fixture_schema(struct arena *arena)
{
    struct schema *schema = arena_alloc(arena, sizeof *schema);
    struct fault_list faults = {0};
    *schema = (struct schema){.dictionaries = dictionaries,
                              .dictionary_count = COUNT(dictionaries),
                              .registers = registers,
                              .register_count = COUNT(registers),
                              .units = (struct schema_unit *)units,
                              .unit_count = COUNT(units)};
    schema->parameters = arena_array(arena, COUNT(parameters), sizeof *schema->parameters);
    for (size_t i = 0; i < COUNT(parameters); i++) fill_parameter(schema, arena, i);
    schema->parameter_count = COUNT(parameters);
    schema->definitions = arena_array(arena, COUNT(definitions), sizeof *schema->definitions);
    schema->definition_count = COUNT(definitions);
    for (size_t i = 0; i < COUNT(definitions); i++)
        schema->definitions[i] =
            (struct schema_definition){.label = definitions[i].label,
                                       .scope = definitions[i].scope,
                                       .source = {.text = text_in(arena, definitions[i].formula)}};
    if (formula_check_definitions(schema, arena, &faults) < 0) give_up(&faults.items[0]);
    fault_list_fini(&faults);
    return schema;
}

/* ---- Values ---- */

static int literal(const struct schema *schema, struct type type, struct text written, struct arena *arena,
                   struct value *out, struct err *err)
{
    struct node *node;
    int code = formula_check(schema, arena, -1, (struct formula_source){.text = written}, &type, &node, err);
    if (code < 0) return code;
    if (node->op != NODE_CONSTANT)
        return err_set(err, ERR_INPUT, "不是常数：%.*s", "not a constant: %.*s", TEXT_ARGS(written));
    *out = node->value;
    return 0;
}

static int code_set(const struct schema *schema, struct type type, struct text written, struct value *out,
                    struct err *err)
{
    *out = (struct value){.known = true};
    written = text_trim((struct text){written.at + 1, written.size - 2});
    while (written.size > 0) {
        ptrdiff_t comma = text_find(written, TEXT(","));
        size_t size = comma < 0 ? written.size : (size_t)comma;
        int code = schema_code_find(&schema->dictionaries[type.dictionary], (struct text){written.at, size});
        if (code < 0)
            return err_set(err, ERR_INPUT, "没有代码：%.*s", "no such code: %.*s", (int)size, written.at);
        out->integer |= (int64_t)(UINT64_C(1) << code);
        written.at += comma < 0 ? size : size + 1;
        written.size -= comma < 0 ? size : size + 1;
    }
    return 0;
}

int fixture_value(const struct schema *schema, struct type type, struct text written, struct arena *arena,
                  struct value *out, struct err *err)
{
    *out = (struct value){0};
    written = text_trim(written);
    if (text_is(written, "?")) return 0;
    if (text_starts(written, TEXT("{"))) return code_set(schema, type, written, out, err);
    ptrdiff_t over = text_find(written, TEXT("/"));
    if (type.kind == TYPE_RATIO && over >= 0) {
        const char *at = arena_copy(arena, written.at, written.size);
        *out = (struct value){.known = true, .ratio = strtod(at, NULL) / strtod(at + over + 1, NULL)};
        return 0;
    }
    if (type.kind == TYPE_RECORD) {
        *out = (struct value){.known = true,
                              .integer = strtoll(arena_copy(arena, written.at, written.size), NULL, 10)};
        return 0;
    }
    return literal(schema, type, written, arena, out, err);
}

/* ---- Rows ---- */

int fixture_read(const char *path, struct arena *arena, struct text *out, struct err *err)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) return err_errno(err, path, "打不开文件", "cannot open the file");
    struct buffer content = {0};
    char chunk[4096];
    for (size_t got; (got = fread(chunk, 1, sizeof chunk, file)) > 0;) buffer_add(&content, chunk, got);
    fclose(file);
    *out = arena_text(arena, buffer_get(&content));
    buffer_fini(&content);
    return 0;
}

/* The next word; blanks within "…" and {…} belong to it. */
static struct text next_word(struct text *line)
{
    *line = text_trim(*line);
    bool quoted = false, braced = false;
    size_t size = 0;
    for (; size < line->size; size++) {
        char c = line->at[size];
        if (c == '"') quoted = !quoted;
        if (c == '{' || c == '}') braced = c == '{';
        if (c == ' ' && !quoted && !braced) break;
    }
    struct text word = {line->at, size};
    line->at += size;
    line->size -= size;
    return word;
}

static int load_row(const struct schema *schema, struct frame_builder *builder, struct text line,
                    struct arena *arena, struct err *err)
{
    int reg = schema_register_find(schema, next_word(&line));
    if (reg < 0) return err_set(err, ERR_INPUT, "没有这个登记册", "no such register");
    const struct schema_register *into = &schema->registers[reg];
    struct value id, *values = arena_array(arena, into->field_count, sizeof *values);
    int code = fixture_value(schema, type_of(TYPE_INT), next_word(&line), arena, &id, err);
    for (struct text word; code == 0 && (word = next_word(&line)).size > 0;) {
        ptrdiff_t equals = text_find(word, TEXT("="));
        int field = equals < 0 ? -1 : schema_field_find(into, (struct text){word.at, (size_t)equals});
        if (field < 0)
            return err_set(err, ERR_INPUT, "没有这个字段：%.*s", "no such field: %.*s", TEXT_ARGS(word));
        code = fixture_value(schema, into->fields[field].type,
                             (struct text){word.at + equals + 1, word.size - (size_t)equals - 1}, arena,
                             &values[field], err);
    }
    if (code == 0) frame_builder_row(builder, reg, id.integer, values);
    return code;
}

int fixture_load(const struct schema *schema, const char *path, struct arena *arena, struct frame **out,
                 struct err *err)
{
    struct text content;
    int code = fixture_read(path, arena, &content, err), number = 0;
    if (code < 0) return code;
    struct frame_builder *builder = frame_builder_new(schema);
    for (size_t reg = 0; reg < schema->register_count; reg++) {
        bool all[64];
        memset(all, 1, sizeof all);
        frame_builder_fields(builder, (int)reg, all);
    }
    while (content.size > 0 && code == 0) {
        const char *end = memchr(content.at, '\n', content.size);
        size_t size = end == NULL ? content.size : (size_t)(end - content.at);
        struct text line = text_trim((struct text){content.at, size});
        number++;
        if (line.size > 0 && !text_starts(line, TEXT("--")))
            code = load_row(schema, builder, line, arena, err);
        size += end != NULL;
        content.at += size;
        content.size -= size;
    }
    if (code < 0) {
        frame_builder_free(builder);
        return err_at(err, path, number, 1);
    }
    return frame_builder_finish(builder, out, err);
}
