/* The parts of the server that need no socket: targets, routes, shapes, bodies. */
#include "../base/cmocka_all.h"

#include <string.h>

#include "server/body.h"
#include "server/route.h"
#include "server/shape.h"
#include "server/status.h"
#include "server/target.h"

static void targets(void **state)
{
    static const struct {
        const char *raw;
        bool good;
        size_t segments, pairs;
    } cases[] = {
        {"/", true, 0, 0},        {"/a/b", true, 2, 0},       {"/a/", true, 2, 0},
        {"/a?x=1&y", true, 1, 2}, {"/%E5%A2%9E", true, 1, 0}, {"/a?b=%26+c", true, 1, 1},
        {"", false, 0, 0},        {"a", false, 0, 0},         {"//a", false, 0, 0},
        {"/..", false, 0, 0},     {"/%2e%2e", false, 0, 0},   {"/a%2fb", false, 0, 0},
        {"/a%5cb", false, 0, 0},  {"/%", false, 0, 0},        {"/%4", false, 0, 0},
        {"/%00", false, 0, 0},    {"/?%00", false, 0, 0},     {"/%ff", false, 0, 0},
        {"/a b", false, 0, 0},    {"/\xc3\xa4", false, 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena = {0};
        struct target target;
        struct err err = {0};
        int code = target_parse(text_of(cases[i].raw), &arena, &target, &err);
        assert_int_equal(code, cases[i].good ? 0 : ERR_INPUT);
        if (cases[i].good) {
            assert_int_equal(target.segment_count, cases[i].segments);
            assert_int_equal(target.pair_count, cases[i].pairs);
        } else {
            assert_true(err.zh[0] != '\0' && err.en[0] != '\0');
        }
        arena_fini(&arena);
    }
}

static int nothing(struct request *request, struct err *err)
{
    return 0;
}

#define ROUTE(method_, path_, who_, name_)                                                                   \
    {                                                                                                        \
        .method = method_, .path = path_, .who = who_, .name = name_, .zh = "路", .en = "A route",           \
        .handler = nothing                                                                                   \
    }

static void tables_with_faults_are_refused(void **state)
{
    static const struct route tables[][2] = {
        {ROUTE("GET", "/a", NULL, "a"), ROUTE("GET", "/b", "public", "b")},
        {ROUTE("GET", "/a", "", "a"), ROUTE("GET", "/b", "public", "b")},
        {ROUTE("GET", "/a", "public", "a"), ROUTE("GET", "/a", "public", "b")},
        {ROUTE("GET", "/a/{x}", "public", "a"), ROUTE("GET", "/a/{y:int}", "public", "b")},
        {ROUTE("GET", "/a", "public", "a"), ROUTE("GET", "/b", "public", "a")},
        {ROUTE("GET", "a", "public", "a"), ROUTE("GET", "/b", "public", "b")},
        {ROUTE("GET", "/{x:date}", "public", "a"), ROUTE("GET", "/b", "public", "b")},
        {ROUTE("BREW", "/a", "public", "a"), ROUTE("GET", "/b", "public", "b")},
    };
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        struct router *router;
        struct err err = {0};
        assert_int_equal(router_new(tables[i], 2, &router, &err), ERR_INPUT);
        assert_null(router);
        assert_true(err.en[0] != '\0');
    }
}

static void words_win_over_parameters(void **state)
{
    static const struct route routes[] = {ROUTE("GET", "/r/{id}", "public", "a"),
                                          ROUTE("GET", "/r/check", "public", "b"),
                                          ROUTE("POST", "/r/{id}", "public", "c")};
    struct router *router;
    struct arena arena = {0};
    struct target target;
    struct route_match match;
    assert_int_equal(router_new(routes, 3, &router, NULL), 0);
    assert_int_equal(target_parse(TEXT("/api/r/check"), &arena, &target, NULL), 0);
    router_match(router, "GET", &target, 1, &match);
    assert_string_equal(match.route->name, "b");
    router_match(router, "POST", &target, 1, &match);
    assert_string_equal(match.route->name, "c");
    assert_true(text_is(match.params[0], "check"));
    router_match(router, "PUT", &target, 1, &match);
    assert_null(match.route);
    assert_true(match.path_exists);
    assert_string_equal(match.allow, "GET, HEAD, POST, OPTIONS");
    router_free(router);
    arena_fini(&arena);
}

static void whole_numbers(void **state)
{
    static const struct {
        const char *text;
        bool good;
        int64_t value;
    } cases[] = {{"0", true, 0},
                 {"-1", true, -1},
                 {"9223372036854775807", true, INT64_MAX},
                 {"-9223372036854775808", true, INT64_MIN},
                 {"9223372036854775808", false, 0},
                 {"", false, 0},
                 {"-", false, 0},
                 {"01", false, 0},
                 {"-0", false, 0},
                 {"1e3", false, 0},
                 {" 1", false, 0},
                 {"+1", false, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t value = 0;
        assert_int_equal(shape_read_int(text_of(cases[i].text), &value), cases[i].good);
        if (cases[i].good) assert_int_equal(value, cases[i].value);
    }
}

static void bodies(void **state)
{
    static const char *const faulty[] = {"",    "{",     "{\"a\":1,\"a\":2}",
                                         "1 2", "[1,]",  "\"\xff\"",
                                         "nul", "1e999", "{\"a\":99999999999999999999}"};
    struct body *body;
    for (size_t i = 0; i < sizeof faulty / sizeof *faulty; i++) {
        struct err err = {0};
        assert_int_equal(body_parse(text_of(faulty[i]), &body, &err), ERR_INPUT);
        assert_null(body);
        assert_true(text_valid(text_of(err.en)) && text_valid(text_of(err.zh)) && err.zh[0] != '\0');
    }
    struct err err = {0};
    assert_int_equal(body_parse(TEXT("{\"a\": 1,\n \"b\": }"), &body, &err), ERR_INPUT);
    assert_int_equal(err.line, 2);
    assert_int_equal(body_parse(TEXT("{\"a\": \"增\", \"n\": null, \"i\": -5}"), &body, &err), 0);
    assert_true(text_is(body_get_text(body, "a"), "增"));
    assert_int_equal(body_get_text(body, "n").size, 0);
    assert_int_equal(body_get_int(body, "i", 0), -5);
    assert_int_equal(body_get_int(body, "missing", 7), 7);
    body_free(body);
}

/* Only the table decides what HTTP says. */
static void every_code_has_a_status(void **state)
{
    for (int code = ERR_INPUT; code >= ERR_METHOD; code--) {
        const struct status *status = status_of(code);
        assert_int_equal(status->code, code);
        assert_true(status->http >= 400 && status->http < 600);
    }
    assert_int_equal(status_of(-999)->http, 500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(targets),
        cmocka_unit_test(tables_with_faults_are_refused),
        cmocka_unit_test(words_win_over_parameters),
        cmocka_unit_test(whole_numbers),
        cmocka_unit_test(bodies),
        cmocka_unit_test(every_code_has_a_status),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
