/* What a statement must be whatever the formula: refused cleanly or of bounded size, and never in quadratic
 * time. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "../formula/fixture.h"
#include "formula/formula.h"
#include "formula/sqlgen.h"

static const struct sqlgen_options SQLITE = {.dialect = SQLGEN_SQLITE, .as_of = 19265};
static const struct sqlgen_options POSTGRES = {.dialect = SQLGEN_POSTGRES, .as_of = 19265};

struct fixture {
    struct arena arena;
    struct schema *schema;
    int household;
};

static int set_up(void **state)
{
    static struct fixture fixture;
    fixture = (struct fixture){0};
    fixture.schema = fixture_schema(&fixture.arena);
    fixture.household = schema_register_find(fixture.schema, TEXT("household"));
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    arena_fini(&fixture->arena);
    return 0;
}

static struct node *checked(struct fixture *fixture, const char *formula)
{
    struct node *node;
    struct err err;
    if (formula_check(fixture->schema, &fixture->arena, fixture->household,
                      (struct formula_source){.text = text_of(formula)}, NULL, &node, &err) != 0)
        fail_msg("%s", err.en);
    return node;
}

static void refusals_say_what_and_leave_nothing(void **state)
{
    struct fixture *fixture = *state;
    struct node *node = checked(fixture, "matches(head_name, \"\\p{Han}{2,4}\")");
    struct buffer out = {0};
    struct err err;
    buffer_string(&out, "before");
    assert_int_equal(sqlgen(fixture->schema, node, fixture->household, &POSTGRES, &out, &err), ERR_LIMIT);
    assert_string_equal(out.data, "before");
    assert_non_null(strstr(err.en, "matches"));
    assert_non_null(strstr(err.zh, "PostgreSQL"));
    assert_int_equal(sqlgen_can(fixture->schema, node, fixture->household, &POSTGRES, &err), ERR_LIMIT);
    assert_int_equal(sqlgen_can(fixture->schema, node, fixture->household, &SQLITE, &err), 0);
    buffer_fini(&out);
}

static size_t times(const char *text, const char *part)
{
    size_t count = 0;
    for (const char *at = text; (at = strstr(at, part)) != NULL; at++) count++;
    return count;
}

/* What formulas of a register have in common is computed once for all of them; no formula asks for the ids
 * alone. */
static void several_formulas_share_one_statement(void **state)
{
    struct fixture *fixture = *state;
    const struct node *nodes[] = {
        checked(fixture, "count(person) > 3"), checked(fixture, "count(person) / 2"),
        checked(fixture, "exists(person where age(birth_date) < 16)"), checked(fixture, "1 < 2")};
    struct buffer sql = {0};
    struct err err;
    int refused;
    assert_int_equal(
        sqlgen_several(fixture->schema, nodes, 4, fixture->household, &SQLITE, &sql, &refused, &err), 0);
    assert_int_equal(times(sql.data, "FROM \"person\" AS t"), 1);
    assert_int_equal(times(sql.data, "count(*)"), 1 + times(sql.data, "count(*) THEN"));
    assert_non_null(strstr(sql.data, " AS v3\n"));
    buffer_clear(&sql);
    assert_int_equal(
        sqlgen_several(fixture->schema, NULL, 0, fixture->household, &SQLITE, &sql, &refused, &err), 0);
    assert_int_equal(times(sql.data, "SELECT t.id\nFROM"), 1);
    assert_null(strstr(sql.data, " AS v"));
    buffer_fini(&sql);
}

/* Which formula, and where in it. */
static void the_one_that_cannot_be_said_is_named(void **state)
{
    struct fixture *fixture = *state;
    const struct node *nodes[] = {
        checked(fixture, "count(person) > 3"),
        checked(fixture, "count(person) > 3 or matches(head_name, \"\\p{Han}{2,4}\")")};
    struct buffer sql = {0};
    struct err err;
    int refused;
    assert_int_equal(
        sqlgen_several(fixture->schema, nodes, 2, fixture->household, &POSTGRES, &sql, &refused, &err),
        ERR_LIMIT);
    assert_int_equal(refused, 1);
    assert_int_equal(err.line, 1);
    assert_int_equal(err.column, 22);
    assert_int_equal(sql.size, 0);
    buffer_fini(&sql);
}

/* x + x, 60 times over: spelled out it would not fit on earth. */
static void shared_parts_are_said_once(void **state)
{
    struct fixture *fixture = *state;
    struct node *node = checked(fixture, "net_income");
    for (int i = 0; i < 60; i++) {
        struct node *sum = arena_alloc(&fixture->arena, sizeof *sum);
        *sum = (struct node){.op = NODE_ADD,
                             .type = node->type,
                             .scope = node->scope,
                             .index = -1,
                             .other = -1,
                             .child_count = 2};
        sum->children = arena_array(&fixture->arena, 2, sizeof *sum->children);
        sum->children[0] = sum->children[1] = node;
        node = sum;
    }
    struct buffer sqlite = {0}, postgres = {0};
    struct err err;
    assert_int_equal(sqlgen(fixture->schema, node, fixture->household, &SQLITE, &sqlite, &err), 0);
    assert_int_equal(sqlgen(fixture->schema, node, fixture->household, &POSTGRES, &postgres, &err), 0);
    assert_true(sqlite.size < 20000 && postgres.size < 40000);
    buffer_fini(&sqlite);
    buffer_fini(&postgres);
}

static void the_longest_formulas_are_refused_or_said(void **state)
{
    struct fixture *fixture = *state;
    static const size_t terms[] = {100, 1000, 50000};
    for (size_t i = 0; i < 3; i++) {
        struct buffer formula = {0}, out = {0};
        struct err err;
        buffer_string(&formula, "net_income");
        for (size_t k = 0; k < terms[i]; k++) buffer_printf(&formula, " + %zu元", k);
        struct node *node = checked(fixture, formula.data);
        int code = sqlgen(fixture->schema, node, fixture->household, &SQLITE, &out, &err);
        assert_int_equal(code, i == 2 ? ERR_LIMIT : 0);
        buffer_fini(&formula);
        buffer_fini(&out);
    }
}

/* A quote in a constant stays within it. */
static void constants_are_quoted(void **state)
{
    struct fixture *fixture = *state;
    struct node *node = checked(fixture, "head_name = \"a';DROP TABLE household--\"");
    struct buffer out = {0};
    struct err err;
    assert_int_equal(sqlgen(fixture->schema, node, fixture->household, &SQLITE, &out, &err), 0);
    assert_non_null(strstr(out.data, "'a'';DROP TABLE household--'"));
    buffer_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refusals_say_what_and_leave_nothing),
        cmocka_unit_test(several_formulas_share_one_statement),
        cmocka_unit_test(the_one_that_cannot_be_said_is_named),
        cmocka_unit_test(shared_parts_are_said_once),
        cmocka_unit_test(the_longest_formulas_are_refused_or_said),
        cmocka_unit_test(constants_are_quoted),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
