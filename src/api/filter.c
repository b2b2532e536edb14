/* Words of an address become conditions of a query; each is read by its field's type, so that a number means
 * what it means in a form. */
#include "api/filter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/call.h"
#include "api/identify.h"
#include "base/date.h"
#include "base/mem.h"
#include "formula/formula.h"
#include "monitor/gather.h"
#include "pack/value.h"
#include "register/mask.h"
#include "server/shape.h"

const struct shape_field filter_query[] = {
    {.name = "f.",
     .kind = SHAPE_TEXT,
     .flags = SHAPE_FAMILY | SHAPE_LIST,
     .max = 2000,
     .note = "f.FIELD=VALUE, f.FIELD.from, f.FIELD.to, f.FIELD.empty, f.FIELD.like"},
    {.name = "division", .kind = SHAPE_TEXT, .max = 12},
    {.name = "q", .kind = SHAPE_TEXT, .max = QUERY_TEXT_MAX},
    {.name = "where", .kind = SHAPE_TEXT, .max = 10000, .note = "a formula that must be true"},
    {.name = "as_of", .kind = SHAPE_DATE, .note = "of the formula; today by default"},
    {.name = "parent", .kind = SHAPE_TEXT, .max = 200, .note = "id of what it hangs on"},
    {.name = "sort", .kind = SHAPE_TEXT, .max = 65, .note = "FIELD or -FIELD"},
    {.name = "fields", .kind = SHAPE_TEXT, .max = 5000, .note = "names, joined by commas"},
    {.name = "retired", .kind = SHAPE_BOOL, .note = "retired ones too"},
    {.name = "count", .kind = SHAPE_BOOL, .note = "say how many there are in all"},
    {.name = "limit", .kind = SHAPE_INT, .min = 1, .max = QUERY_LIMIT_MAX},
    {.name = "after", .kind = SHAPE_TEXT, .max = 2000, .note = "the cursor of the page before"},
    {.name = NULL}};

struct reading {
    struct worker *worker;
    const struct pack *pack;
    const struct schema_register *meta;
    const struct scope *scope;
    struct arena *arena;
    struct filter *filter;
    const struct filter_item *items;
    size_t count;
};

static struct text item_of(const struct reading *reading, const char *name)
{
    for (size_t i = 0; i < reading->count; i++)
        if (strcmp(reading->items[i].name, name) == 0) return reading->items[i].value;
    return TEXT("");
}

static int blame(struct reading *reading, const char *name, int code)
{
    if (code != 0) snprintf(reading->filter->fault, sizeof reading->filter->fault, "%s", name);
    return code;
}

/* By its name alone: labels may be shared, and what is in an address is written by programs. */
static int field_named(const struct reading *reading, struct text name, int *field, struct err *err)
{
    for (size_t i = 0; i < reading->meta->field_count; i++) {
        *field = (int)i;
        if (text_equal(reading->meta->fields[i].label.name, name)) return 0;
    }
    return err_set(err, ERR_INPUT, "登记簿 %.*s 没有字段 %.*s", "Register %.*s has no field %.*s",
                   TEXT_ARGS(reading->meta->label.name), TEXT_ARGS(name));
}

/* ---- Conditions ---- */

static bool splits(struct text name, const char *ending, struct text *field)
{
    if (!text_ends(name, text_of(ending))) return false;
    *field = (struct text){name.at, name.size - strlen(ending)};
    return true;
}

static enum query_test test_of(struct text name, struct text *field)
{
    *field = name;
    if (splits(name, ".from", field)) return QUERY_FROM;
    if (splits(name, ".to", field)) return QUERY_TO;
    if (splits(name, ".empty", field)) return QUERY_EMPTY;
    if (splits(name, ".like", field)) return QUERY_CONTAINS;
    return QUERY_IN;
}

static int read_value(struct reading *reading, int field, struct text word, struct value *value,
                      struct err *err)
{
    const struct schema *schema = &reading->pack->schema;
    struct type type = reading->meta->fields[field].type;
    bool flag;
    if (!text_valid(word) || word.size > QUERY_TEXT_MAX * 4)
        return err_set(err, ERR_INPUT, "条件太长，或含有不能识别的字符",
                       "The condition is too long, or has characters that cannot be read");
    if (type.kind == TYPE_RECORD) {
        *value = (struct value){.known = true};
        return identify_word(reading->worker, reading->scope, type.record, word, &value->integer, err);
    }
    if (type.kind == TYPE_BOOL && shape_read_bool(word, &flag)) {
        *value = (struct value){.known = true, .integer = flag};
        return 0;
    }
    int code = pack_value_parse(schema, type, word, value, err);
    if (code == 0 && type.kind == TYPE_TEXT) value->text = arena_text(reading->arena, value->text);
    return code;
}

/* A repeated name adds a value to the condition that is there. */
static struct query_condition *condition_for(struct reading *reading, int field, enum query_test test)
{
    struct filter *filter = reading->filter;
    for (size_t i = 0; i < filter->query.condition_count; i++)
        if (filter->conditions[i].field == field && filter->conditions[i].test == test && test == QUERY_IN)
            return &filter->conditions[i];
    struct query_condition *fresh = &filter->conditions[filter->query.condition_count++];
    struct value *values = NULL;
    if (test != QUERY_EMPTY && test != QUERY_FILLED)
        values = arena_array(reading->arena, test == QUERY_IN ? reading->count : 1, sizeof *values);
    *fresh = (struct query_condition){.field = field, .test = test, .values = values};
    return fresh;
}

static int read_condition(struct reading *reading, struct text name, struct text word, struct err *err)
{
    struct text field_name;
    int field = -1;
    bool empty = false;
    enum query_test test = test_of(name, &field_name);
    int code = field_named(reading, field_name, &field, err);
    if (code != 0) return code;
    if (test == QUERY_EMPTY) {
        if (!shape_read_bool(word, &empty))
            return err_set(err, ERR_INPUT, "这里应为 1（空）或 0（非空）",
                           "Expected 1 (empty) or 0 (not empty)");
        condition_for(reading, field, empty ? QUERY_EMPTY : QUERY_FILLED);
        return 0;
    }
    struct value value = {.known = true, .text = word};
    bool part = test == QUERY_CONTAINS && reading->meta->fields[field].type.kind != TYPE_TEXT;
    if (part)
        return err_set(err, ERR_INPUT, "只有文字字段可以按包含的文字查找",
                       "Only text fields can be searched for a part");
    code = read_value(reading, field, word, &value, err);
    if (code != 0) return code;
    struct query_condition *condition = condition_for(reading, field, test);
    ((struct value *)(uintptr_t)condition->values)[condition->count++] = value;
    return 0;
}

static int refuse_many(int most, struct err *err)
{
    return err_set(err, ERR_LIMIT, "筛选条件太多，最多 %d 个", "Too many conditions; at most %d", most);
}

static int read_conditions(struct reading *reading, struct err *err)
{
    int code = 0;
    for (size_t i = 0; code == 0 && i < reading->count; i++) {
        const char *name = reading->items[i].name;
        if (strncmp(name, "f.", 2) != 0) continue;
        code = read_condition(reading, text_of(name + 2), reading->items[i].value, err);
        if (code == 0 && reading->filter->query.condition_count > FILTER_CONDITIONS_MAX)
            code = refuse_many(FILTER_CONDITIONS_MAX, err);
        blame(reading, name, code);
    }
    return code;
}

/* ---- The rest ---- */

static int read_division(struct reading *reading, struct err *err)
{
    struct text code = item_of(reading, "division");
    int division = code.size == 0 ? -1 : pack_division_find(reading->pack, code);
    reading->filter->query.division = division;
    if (code.size == 0 || (division >= 0 && call_scope_sees(reading->pack, reading->scope, division)))
        return 0;
    return blame(reading, "division",
                 err_set(err, ERR_NOT_FOUND, "没有区划 %.*s，或不在您的范围内",
                         "There is no division %.*s, or it is not yours to see", TEXT_ARGS(code)));
}

static int read_sort(struct reading *reading, struct err *err)
{
    struct text name = item_of(reading, "sort");
    struct query *query = &reading->filter->query;
    if (name.size == 0) return 0;
    query->descending = name.at[0] == '-';
    if (query->descending) name = (struct text){name.at + 1, name.size - 1};
    return blame(reading, "sort", field_named(reading, name, &query->sort, err));
}

static int read_fields(struct reading *reading, struct err *err)
{
    struct text names = item_of(reading, "fields");
    if (names.size == 0) return 0;
    bool *fields = arena_alloc(reading->arena, reading->meta->field_count * sizeof *fields);
    memset(fields, 0, reading->meta->field_count * sizeof *fields);
    while (names.size > 0) {
        const char *comma = memchr(names.at, ',', names.size);
        size_t size = comma == NULL ? names.size : (size_t)(comma - names.at);
        int field = -1;
        int code = field_named(reading, (struct text){names.at, size}, &field, err);
        if (code != 0) return blame(reading, "fields", code);
        fields[field] = true;
        size += comma == NULL ? 0 : 1;
        names = (struct text){names.at + size, names.size - size};
    }
    reading->filter->fields = fields;
    reading->filter->query.fields = fields;
    return 0;
}

static int read_number(struct reading *reading, const char *name, int64_t least, int64_t most,
                       int64_t *number, struct err *err)
{
    struct text word = item_of(reading, name);
    if (word.size == 0 || (shape_read_int(word, number) && *number >= least && *number <= most)) return 0;
    return blame(reading, name,
                 err_set(err, ERR_INPUT, "应为 %lld 到 %lld 的整数",
                         "Expected a whole number from %lld to %lld", (long long)least, (long long)most));
}

static int read_where(struct reading *reading, struct err *err)
{
    const struct type wanted = type_of(TYPE_BOOL);
    struct text formula = item_of(reading, "where"), as_of = item_of(reading, "as_of");
    struct query *query = &reading->filter->query;
    struct node *node = NULL;
    query->as_of = date_today();
    if (as_of.size > 0 && !date_parse(as_of, &query->as_of))
        return blame(reading, "as_of",
                     err_set(err, ERR_INPUT, "日期应写成 2022-09-30", "Write the date as 2022-09-30"));
    if (text_trim(formula).size == 0) return 0;
    int code = formula_check(&reading->pack->schema, reading->arena, query->reg,
                             (struct formula_source){.text = formula}, &wanted, &node, err);
    if (code == 0) code = mask_check_formula(reading->scope, reading->pack, node, err);
    query->where = node;
    return blame(reading, "where", code);
}

static int read_rest(struct reading *reading, struct err *err)
{
    struct query *query = &reading->filter->query;
    int64_t limit = (int64_t)query->limit;
    struct text retired = item_of(reading, "retired"), parent = item_of(reading, "parent");
    int code = read_number(reading, "limit", 1, QUERY_LIMIT_MAX, &limit, err);
    query->limit = (size_t)limit;
    query->words = item_of(reading, "q");
    query->after = item_of(reading, "after");
    if (code == 0 && retired.size > 0 && !shape_read_bool(retired, &query->retired))
        code = blame(reading, "retired", err_set(err, ERR_INPUT, "应为 1 或 0", "Expected 1 or 0"));
    if (code != 0 || parent.size == 0) return code;
    if (reading->meta->parent < 0)
        return blame(reading, "parent",
                     err_set(err, ERR_INPUT, "这个登记簿的记录不挂在别的记录下",
                             "Records of this register hang on no others"));
    return blame(
        reading, "parent",
        identify_word(reading->worker, reading->scope, reading->meta->parent, parent, &query->parent, err));
}

int filter_read(struct worker *worker, const struct scope *scope, int reg, const struct filter_item *items,
                size_t count, struct arena *arena, struct filter *filter, struct err *err)
{
    const struct pack *pack = worker->app->pack;
    struct reading reading = {worker, pack, &pack->schema.registers[reg], scope, arena, filter, items, count};
    size_t values = 0;
    *filter = (struct filter){.query = query_of(reg)};
    for (size_t i = 0; i < count; i++) values += strncmp(items[i].name, "f.", 2) == 0;
    if (values > FILTER_VALUES_MAX) return refuse_many(FILTER_VALUES_MAX, err);
    filter->conditions = arena_alloc(arena, (count + 1) * sizeof *filter->conditions);
    filter->query.conditions = filter->conditions;
    int code = read_conditions(&reading, err);
    if (code == 0) code = read_division(&reading, err);
    if (code == 0) code = read_sort(&reading, err);
    if (code == 0) code = read_fields(&reading, err);
    if (code == 0) code = read_where(&reading, err);
    if (code == 0) code = read_rest(&reading, err);
    return code;
}

/* ---- Formulas ---- */

static void take_ids(const struct frame *frame, int reg, const struct program_result *result,
                     struct arena *arena, struct query *query)
{
    int64_t *ids = arena_alloc(arena, (result->rows + 1) * sizeof *ids);
    size_t count = 0;
    for (size_t row = 0; row < result->rows; row++)
        if ((result->truth[row / 64] >> row % 64 & 1) != 0) ids[count++] = frame_id(frame, reg, row);
    query->ids = ids;
    query->id_count = count;
    query->where = NULL;
}

static int by_frame(struct worker *worker, struct query *query, struct arena *arena, struct err *err)
{
    const struct pack *pack = worker->app->pack;
    const struct program_root root = {query->where, query->reg};
    const struct program_options options = {.as_of = query->as_of};
    const struct program_run_options run = {.threads = 1, .reg = -1};
    struct frame_request request = gather_request(pack, &root, 1, false);
    struct frame *frame = NULL;
    struct program *program = NULL;
    struct program_result result = {0};
    int code = frame_cache_get(worker->app->frames, worker->database, &request, FRAME_CACHE_NEWEST, &frame,
                               NULL, err);
    if (code == 0) code = program_new(&pack->schema, &root, 1, &options, &program, err);
    if (code == 0) code = program_run(program, frame, &run, &result, err);
    if (code == 0) {
        take_ids(frame, query->reg, &result, arena, query);
        program_results_fini(&result, 1);
    }
    program_free(program);
    frame_free(frame);
    gather_request_free(pack, &request);
    return code;
}

/* The frame answers in milliseconds what takes a database seconds; where there is no room for it (ERR_LIMIT)
 * the database is asked after all. */
static int settle(struct worker *worker, struct query *query, struct arena *arena, struct err *err)
{
    if (query->where == NULL) return 0;
    int code = by_frame(worker, query, arena, err);
    return code == ERR_LIMIT ? 0 : code;
}

int filter_list(struct worker *worker, const struct scope *scope, struct filter *filter, struct arena *arena,
                struct query_page *page, struct err *err)
{
    int code = settle(worker, &filter->query, arena, err);
    return code == 0 ? query_list(worker->database, scope, &filter->query, page, err) : code;
}

int filter_count(struct worker *worker, const struct scope *scope, struct filter *filter, struct arena *arena,
                 int64_t *count, struct err *err)
{
    int code = settle(worker, &filter->query, arena, err);
    return code == 0 ? query_count(worker->database, scope, &filter->query, 0, count, err) : code;
}
