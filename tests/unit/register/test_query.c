/* Lists, counts, single records and drop-downs against the most naive filter, for scopes, registers, filters
 * and orders at random; and what a user may not get out of them. */
#include "model.h"

#include "register/query.h"

enum { TRIALS = 250 };

/* ---- The naive side ---- */

static int compare_values(const struct model *model, int reg, int field, const struct value *a,
                          const struct value *b)
{
    struct type type = model->pack->schema.registers[reg].fields[field].type;
    if (type.kind == TYPE_TEXT) return text_compare(a->text, b->text);
    if (type.kind == TYPE_RATIO) return a->ratio < b->ratio ? -1 : a->ratio > b->ratio;
    if (type.kind == TYPE_CODE) {
        const struct schema_code *codes = model->pack->schema.dictionaries[type.dictionary].codes;
        return text_compare(codes[a->integer].label.name, codes[b->integer].label.name);
    }
    return a->integer < b->integer ? -1 : a->integer > b->integer;
}

static bool begins_with(const struct model *model, const struct model_record *record, struct text words)
{
    int name = model->pack->registers[record->reg].name_field;
    if (name >= 0 && record->values[name].known && text_starts(record->values[name].text, words)) return true;
    while (record->reg != VILLAGE && record->reg != HOUSEHOLD && record->reg != PERSON)
        record = model_find(model, model->pack->schema.registers[record->reg].parent,
                            record->values[model->pack->schema.registers[record->reg].parent_field].integer);
    return text_starts(record->values[0].text, words);
}

static bool holds(const struct model *model, const struct query_condition *condition,
                  const struct model_record *record)
{
    const struct value *value = &record->values[condition->field];
    struct type type = model->pack->schema.registers[record->reg].fields[condition->field].type;
    switch (condition->test) {
    case QUERY_EMPTY:
        return !value->known;
    case QUERY_FILLED:
        return value->known;
    case QUERY_CONTAINS:
        return value->known && text_find(value->text, condition->values[0].text) >= 0;
    case QUERY_FROM:
        return value->known &&
               compare_values(model, record->reg, condition->field, value, &condition->values[0]) >= 0;
    case QUERY_TO:
        return value->known &&
               compare_values(model, record->reg, condition->field, value, &condition->values[0]) <= 0;
    case QUERY_IN:
        for (size_t i = 0; value->known && i < condition->count; i++)
            if (type.kind == TYPE_CODES
                    ? (value->integer & condition->values[i].integer) != 0
                    : compare_values(model, record->reg, condition->field, value, &condition->values[i]) == 0)
                return true;
        return false;
    }
    return false;
}

static bool wanted(const struct model *model, const struct scope *scope, const struct query *query,
                   const struct model_record *record)
{
    if (record->reg != query->reg || record->retired || !model_sees(model, scope, record)) return false;
    if (query->division >= 0 && !model_within(model, query->division, record)) return false;
    int parent = model->pack->schema.registers[query->reg].parent_field;
    if (query->parent != 0 && record->values[parent].integer != query->parent) return false;
    if (query->words.size > 0 && !begins_with(model, record, query->words)) return false;
    for (size_t i = 0; i < query->condition_count; i++)
        if (!holds(model, &query->conditions[i], record)) return false;
    return true;
}

struct expected {
    const struct model *model;
    const struct query *query;
    const struct model_record *rows[MODEL_ROOM];
    size_t count;
};

static bool comes_before(const struct expected *expected, const struct model_record *a,
                         const struct model_record *b)
{
    const struct query *query = expected->query;
    int sign = query->descending ? -1 : 1, way = 0;
    if (query->sort >= 0) {
        const struct value *left = &a->values[query->sort], *right = &b->values[query->sort];
        if (left->known != right->known) return left->known;
        if (left->known) way = compare_values(expected->model, query->reg, query->sort, left, right) * sign;
    }
    return way != 0 ? way < 0 : (a->id < b->id) == !query->descending;
}

static void expect(struct expected *expected, const struct model *model, const struct scope *scope,
                   const struct query *query)
{
    *expected = (struct expected){.model = model, .query = query};
    for (size_t i = 0; i < model->count; i++) {
        if (!wanted(model, scope, query, &model->records[i])) continue;
        size_t at = expected->count++;
        for (; at > 0 && comes_before(expected, &model->records[i], expected->rows[at - 1]); at--)
            expected->rows[at] = expected->rows[at - 1];
        expected->rows[at] = &model->records[i];
    }
}

/* ---- At random ---- */

static struct query_condition random_condition(struct model *model, int reg, struct arena *arena)
{
    int field = (int)model_random(model, (uint32_t)model->pack->schema.registers[reg].field_count);
    enum type_kind kind = model->pack->schema.registers[reg].fields[field].type.kind;
    bool ordered = kind != TYPE_BOOL && kind != TYPE_CODE && kind != TYPE_CODES && kind != TYPE_RECORD;
    enum query_test tests[] = {QUERY_IN, QUERY_EMPTY, QUERY_FILLED, QUERY_FROM, QUERY_TO, QUERY_CONTAINS};
    enum query_test test = tests[model_random(model, ordered ? kind == TYPE_TEXT ? 6 : 5 : 3)];
    struct query_condition condition = {.field = field, .test = test};
    if (test == QUERY_EMPTY || test == QUERY_FILLED) return condition;
    struct value *values = arena_array(arena, 3, sizeof *values);
    size_t want = test == QUERY_IN ? 1 + model_random(model, 3) : 1;
    condition.values = values;
    for (size_t tries = 0; tries < 200 && condition.count < want; tries++) {
        const struct model_record *record = &model->records[model_random(model, (uint32_t)model->count)];
        if (record->reg == reg && record->values[field].known)
            values[condition.count++] = record->values[field];
    }
    if (condition.count == 0) return (struct query_condition){.field = field, .test = QUERY_EMPTY};
    return condition;
}

static struct query random_query(struct model *model, struct arena *arena)
{
    static const char *const words[] = {"H0",   "P01",         "王", "4304210", "人1",
                                        "100%", "' OR 1=1 --", "厂", "_"};
    struct query query = query_of((int)model_random(model, REGISTERS));
    const struct schema_register *meta = &model->pack->schema.registers[query.reg];
    struct query_condition *conditions = arena_array(arena, 2, sizeof *conditions);
    query.conditions = conditions;
    query.condition_count = model_random(model, 3);
    for (size_t i = 0; i < query.condition_count; i++)
        conditions[i] = random_condition(model, query.reg, arena);
    if (model_random(model, 4) == 0) query.words = text_of(words[model_random(model, 9)]);
    if (model_random(model, 4) == 0) query.division = (int)model_random(model, 13);
    if (meta->parent_field >= 0 && model_random(model, 8) == 0) query.parent = 1 + model_random(model, 9);
    query.sort = (int)model_random(model, (uint32_t)meta->field_count + 1) - 1;
    if (query.sort >= 0 && meta->fields[query.sort].type.kind == TYPE_CODES) query.sort = -1;
    query.descending = model_random(model, 2) == 0;
    query.limit = 1 + model_random(model, 60);
    return query;
}

static void compare_pages(struct model *model, const struct scope *scope, struct query query,
                          const struct expected *expected)
{
    struct arena arena = {0};
    size_t seen = 0;
    do {
        struct query_page page;
        OK(query_list(model->database, scope, &query, &page, &err));
        assert_true(page.count <= query.limit);
        for (size_t i = 0; i < page.count; i++) {
            assert_true(seen < expected->count);
            assert_int_equal(page.records[i].id, expected->rows[seen++]->id);
        }
        query.after = arena_text(&arena, page.next);
        query_page_fini(&page);
    } while (query.after.size > 0);
    assert_int_equal(seen, expected->count);
    arena_fini(&arena);
}

static void compare_singles(struct model *model, const struct scope *scope, int reg)
{
    for (size_t i = 0; i < model->count; i++) {
        const struct model_record *record = &model->records[i];
        if (record->reg != reg) continue;
        struct arena arena = {0};
        struct record read;
        struct err err;
        int code = record_get(model->database, scope, reg, record->id, "zh", &arena, &read, &err);
        if (!scope_may(scope, reg, SCOPE_READ))
            assert_int_equal(code, ERR_FORBIDDEN);
        else
            assert_int_equal(code, model_sees(model, scope, record) ? 0 : ERR_NOT_FOUND);
        arena_fini(&arena);
    }
}

static void everybody_sees_what_is_theirs(void **state)
{
    struct model *model = *state;
    for (int trial = 0; trial < TRIALS; trial++) {
        struct arena arena = {0};
        struct scope scope = model_scope(model, &arena);
        struct query query = random_query(model, &arena);
        struct expected expected;
        int64_t count, capped;
        if (!scope_may(&scope, query.reg, SCOPE_READ)) {
            struct query_page page;
            REFUSED(query_list(model->database, &scope, &query, &page, &err), ERR_FORBIDDEN, "may not see");
            REFUSED(query_count(model->database, &scope, &query, 0, &count, &err), ERR_FORBIDDEN, "may not");
        } else {
            expect(&expected, model, &scope, &query);
            compare_pages(model, &scope, query, &expected);
            OK(query_count(model->database, &scope, &query, 0, &count, &err));
            assert_int_equal(count, expected.count);
            OK(query_count(model->database, &scope, &query, 5, &capped, &err));
            assert_int_equal(capped, count < 5 ? count : 5);
        }
        if (trial % 10 == 0) compare_singles(model, &scope, query.reg);
        arena_fini(&arena);
    }
}

static void drop_downs_keep_to_the_scope(void **state)
{
    struct model *model = *state;
    for (int trial = 0; trial < 60; trial++) {
        struct arena arena = {0};
        struct scope scope = model_scope(model, &arena);
        struct query query = query_of((int)model_random(model, REGISTERS));
        query.words = model_random(model, 2) == 0 ? TEXT("") : TEXT("P0");
        struct record_option *options;
        size_t count;
        struct expected expected;
        if (scope_may(&scope, query.reg, SCOPE_READ)) {
            OK(record_options(model->database, &scope, query.reg, query.words, 500, &arena, &options, &count,
                              &err));
            expect(&expected, model, &scope, &query);
            assert_int_equal(count, expected.count);
            for (size_t i = 0; i < count; i++)
                assert_true(model_sees(model, &scope, model_find(model, query.reg, options[i].id)));
        }
        arena_fini(&arena);
    }
}

/* ---- Pages ---- */

static void rows_that_come_in_between_repeat_and_hide_nothing(void **state)
{
    struct model *model = *state;
    struct arena arena = {0};
    struct scope scope = scope_everything(model->pack, TEXT("t"), &arena);
    struct query query = query_of(LEDGER);
    query.sort = LEDGER_AMOUNT;
    query.limit = 7;
    bool met[MODEL_ROOM + 100] = {0};
    size_t before = model->count;
    for (unsigned page_number = 0;; page_number++) {
        struct query_page page;
        OK(query_list(model->database, &scope, &query, &page, &err));
        for (size_t i = 0; i < page.count; i++) {
            assert_false(met[page.records[i].id]);
            met[page.records[i].id] = true;
        }
        query.after = arena_text(&arena, page.next);
        query_page_fini(&page);
        if (query.after.size == 0) break;
        struct value values[16] = {0};
        values[LEDGER_HOUSEHOLD] = whole(51 + page_number % 9);
        values[LEDGER_MONTH] = in_month(2023, 1 + (int)(page_number / 9));
        values[LEDGER_WHEEL] = whole(0);
        values[LEDGER_AMOUNT] = whole((int64_t)model_random(model, 4) * 50);
        model_add(model, LEDGER, values);
    }
    for (size_t i = 0; i < before; i++)
        if (model->records[i].reg == LEDGER) assert_true(met[model->records[i].id]);
    arena_fini(&arena);
}

static void a_cursor_is_of_its_query(void **state)
{
    struct model *model = *state;
    struct arena arena = {0};
    struct scope scope = scope_everything(model->pack, TEXT("t"), &arena);
    struct query query = query_of(HOUSEHOLD);
    struct query_page page, other;
    query.sort = HOUSEHOLD_HEAD;
    query.limit = 5;
    OK(query_list(model->database, &scope, &query, &page, &err));
    assert_true(page.next.size > 0);
    struct query another = query;
    another.after = page.next;
    another.sort = HOUSEHOLD_INCOME;
    REFUSED(query_list(model->database, &scope, &another, &other, &err), ERR_INPUT, "does not belong");
    static const char *const broken[] = {"x", "-", "0-v-1-", "ffffffffffffffff-v-1-31", "'; --"};
    for (size_t i = 0; i < 5; i++) {
        another = query;
        another.after = text_of(broken[i]);
        REFUSED(query_list(model->database, &scope, &another, &other, &err), ERR_INPUT, "does not belong");
    }
    /* What stands behind the digest may be anything. */
    static const char *const behind[] = {
        "", "v", "v-", "v-1", "v-1-3", "v-1-zz", "v-1-ff", "q-1-31", "v-9999999999999999999999-31"};
    for (size_t i = 0; i < sizeof behind / sizeof *behind; i++) {
        another = query;
        another.after = text_of(arena_printf(&arena, "%.16s-%s", page.next.at, behind[i]));
        REFUSED(query_list(model->database, &scope, &another, &other, &err), ERR_INPUT, "does not belong");
    }
    query_page_fini(&page);
    query.limit = 0;
    REFUSED(query_list(model->database, &scope, &query, &page, &err), ERR_INPUT, "between 1 and 500");
    query.limit = 501;
    REFUSED(query_list(model->database, &scope, &query, &page, &err), ERR_INPUT, "between 1 and 500");
    arena_fini(&arena);
}

static void long_texts_can_be_sorted_by(void **state)
{
    struct model *model = *state;
    struct arena arena = {0};
    struct scope scope = scope_everything(model->pack, TEXT("t"), &arena);
    struct query query = query_of(JOB);
    char long_text[1000];
    memset(long_text, 'z', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = 0;
    for (int i = 0; i < 5; i++) {
        struct value values[16] = {0};
        values[JOB_PERSON] = whole(1);
        values[JOB_MONTH] = in_month(2023, 1 + i);
        values[JOB_PLACE] = words(long_text);
        model_add(model, JOB, values);
    }
    struct expected expected;
    query.sort = JOB_PLACE;
    query.limit = 2;
    expect(&expected, model, &scope, &query);
    compare_pages(model, &scope, query, &expected);
    arena_fini(&arena);
}

/* ---- Given ids, formulas ---- */

static void ids_narrow_a_list(void **state)
{
    struct model *model = *state;
    struct arena arena = {0};
    struct scope scope = scope_everything(model->pack, TEXT("t"), &arena);
    int64_t few[] = {3, 5, 999999}, many[1500];
    for (int i = 0; i < 1500; i++) many[i] = 2 * i + 1;
    struct query query = query_of(HOUSEHOLD);
    int64_t count;
    query.ids = few;
    query.id_count = 3;
    OK(query_count(model->database, &scope, &query, 0, &count, &err));
    assert_int_equal(count, 2);
    query.ids = many;
    query.id_count = 1500;
    OK(query_count(model->database, &scope, &query, 0, &count, &err));
    assert_int_equal(count, 30);
    struct query_page page;
    query.limit = 10;
    OK(query_list(model->database, &scope, &query, &page, &err));
    assert_int_equal(page.count, 10);
    assert_int_equal(page.records[9].id, 19);
    query_page_fini(&page);
    query.id_count = 0;
    OK(query_count(model->database, &scope, &query, 0, &count, &err));
    assert_int_equal(count, 0);
    arena_fini(&arena);
}

/* ---- What is shown ---- */

static void records_are_named_and_placed(void **state)
{
    struct model *model = *state;
    struct arena arena = {0};
    struct scope scope = scope_everything(model->pack, TEXT("t"), &arena);
    struct record record;
    OK(record_get(model->database, &scope, JOB, 1, "zh", &arena, &record, &err));
    assert_true(text_is(record.named.key, "P000/2022-01"));
    const struct model_record *person = model_find(model, PERSON, 1);
    const struct model_record *household =
        model_find(model, HOUSEHOLD, person->values[PERSON_HOUSEHOLD].integer);
    const struct model_record *village =
        model_find(model, VILLAGE, household->values[HOUSEHOLD_VILLAGE].integer);
    assert_true(text_equal(record.named.village, village->values[VILLAGE_NAME].text));
    assert_true(text_equal(record.named.township, village->values[VILLAGE_TOWNSHIP].text));
    assert_true(text_is(record.references[JOB_PERSON].key, "P000"));
    assert_true(text_equal(record.references[JOB_PERSON].name, person->values[PERSON_NAME].text));
    REFUSED(record_get(model->database, &scope, JOB, 100000, "zh", &arena, &record, &err), ERR_NOT_FOUND,
            "no record with id 100000");
    arena_fini(&arena);
}

int main(void)
{
#define WITH_MODEL(test) cmocka_unit_test_setup_teardown(test, model_make, model_drop)
    const struct CMUnitTest tests[] = {
        WITH_MODEL(everybody_sees_what_is_theirs),
        WITH_MODEL(drop_downs_keep_to_the_scope),
        WITH_MODEL(rows_that_come_in_between_repeat_and_hide_nothing),
        WITH_MODEL(a_cursor_is_of_its_query),
        WITH_MODEL(long_texts_can_be_sorted_by),
        WITH_MODEL(ids_narrow_a_list),
        WITH_MODEL(records_are_named_and_placed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
