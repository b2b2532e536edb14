/* yaml.h: what is read from good text, and which fault at which place bad text gives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "pack/yaml.h"

struct parsed {
    struct arena arena;
    struct fault_list faults;
    const struct yaml_node *root;
};

static struct parsed parse(struct text text)
{
    struct parsed parsed = {0};
    parsed.root = yaml_parse(text, "a.yaml", &parsed.arena, &parsed.faults);
    return parsed;
}

static void done(struct parsed *parsed)
{
    fault_list_fini(&parsed->faults);
    arena_fini(&parsed->arena);
}

static void assert_text(const struct yaml_node *node, const char *wanted)
{
    assert_int_equal(yaml_kind(node), YAML_SCALAR);
    assert_true(text_is(yaml_text(node), wanted));
}

/* Every fault of the text as "line:column: english" lines, so that a failure shows all of them. */
static void assert_faults(struct text text, const char *wanted)
{
    struct parsed parsed = parse(text);
    struct buffer all = {0};
    for (size_t i = 0; i < parsed.faults.count; i++) {
        const struct err *fault = &parsed.faults.items[i];
        assert_string_equal(fault->file, "a.yaml");
        assert_true(fault->zh[0] != '\0');
        buffer_printf(&all, "%d:%d: %s\n", fault->line, fault->column, fault->en);
    }
    assert_string_equal(all.data == NULL ? "" : all.data, wanted);
    buffer_fini(&all);
    done(&parsed);
}

static void tree_and_positions(void **state)
{
    struct parsed p = parse(TEXT("户: 甲\n"
                                 "label: {zh: 户编号, en: \"House\\u0020no\"}\n"
                                 "list:\n"
                                 "  - one\n"
                                 "  - 'it''s'\n"
                                 "nothing:\n"
                                 "null: NULL # a word\n"));
    assert_int_equal(p.faults.count, 0);
    assert_int_equal(yaml_kind(p.root), YAML_MAPPING);
    assert_int_equal(yaml_count(p.root), 5);
    assert_text(yaml_get(p.root, "户"), "甲");
    assert_int_equal(yaml_column(yaml_get(p.root, "户")), 4);
    const struct yaml_node *label = yaml_get(p.root, "label");
    assert_text(yaml_get(label, "en"), "House no");
    assert_int_equal(yaml_line(yaml_get(label, "en")), 2);
    assert_int_equal(yaml_column(yaml_get(label, "en")), 22);
    const struct yaml_node *list = yaml_get(p.root, "list");
    assert_int_equal(yaml_count(list), 2);
    assert_text(yaml_item(list, 1), "it's");
    assert_null(yaml_item(list, 2));
    assert_int_equal(yaml_kind(yaml_get(p.root, "nothing")), YAML_NULL);
    assert_int_equal(yaml_line(yaml_get(p.root, "nothing")), 6);
    assert_text(yaml_get(p.root, "null"), "NULL");
    assert_text(yaml_key(p.root, 2), "list");
    assert_null(yaml_get(p.root, "absent"));
    assert_int_equal(yaml_kind(NULL), YAML_NULL);
    assert_int_equal(yaml_count(NULL), 0);
    done(&p);
}

static void sources_keep_lines(void **state)
{
    struct parsed p = parse(TEXT("plain: a and\n"
                                 "  b\n"
                                 "folded: >\n"
                                 "  a and\n"
                                 "    b -- why\n"
                                 "  and c\n"
                                 "\n"
                                 "quoted: \"x = 'y'\"\n"
                                 "escaped: \"a \\\"b\\\"\"\n"));
    int line, column;
    assert_true(text_is(yaml_source(yaml_get(p.root, "plain"), &line, &column), "a and\n  b"));
    assert_int_equal(line, 1);
    assert_int_equal(column, 8);
    assert_true(
        text_is(yaml_source(yaml_get(p.root, "folded"), &line, &column), "a and\n    b -- why\n  and c"));
    assert_int_equal(line, 4);
    assert_int_equal(column, 3);
    assert_true(text_is(yaml_source(yaml_get(p.root, "quoted"), &line, &column), "x = 'y'"));
    assert_int_equal(column, 10);
    assert_true(text_is(yaml_source(yaml_get(p.root, "escaped"), &line, &column), "a \"b\""));
    done(&p);
}

static void bom_crlf_and_empty(void **state)
{
    struct parsed p = parse(TEXT("\xEF\xBB\xBF"
                                 "a: 1\r\nb: 2\r\n"));
    assert_int_equal(p.faults.count, 0);
    assert_text(yaml_get(p.root, "b"), "2");
    assert_int_equal(yaml_line(yaml_get(p.root, "b")), 2);
    done(&p);
    p = parse(TEXT("# only a comment\n"));
    assert_non_null(p.root);
    assert_int_equal(yaml_kind(p.root), YAML_NULL);
    done(&p);
    p = parse((struct text){NULL, 0});
    assert_non_null(p.root);
    done(&p);
}

static void refused_texts(void **state)
{
    assert_faults(TEXT("a: [1, 2\n"), "2:1: YAML syntax: a bracket [ or { is not closed\n");
    assert_faults(TEXT("a: 1\n b: 2\n"), "1:4: YAML syntax: a line too many after a value; check the "
                                         "indentation, or its `key: ` is missing\n");
    assert_faults(TEXT("a: b: c\n"),
                  "1:5: YAML syntax: two `key: ` in one line; put a value that has a colon in quotes\n");
    assert_faults(TEXT("a: \"x\n"), "1:5: YAML syntax: a quotation mark is not closed\n");
    assert_faults(TEXT("a:\n\tb: 1\n"), "2:1: a tab character stands here; use blanks instead\n");
    assert_faults(TEXT("a: 甲\x01\n"), "1:5: a control character stands here; remove it\n");
    assert_faults(TEXT("a: 1\nb: 甲\xff\n"), "2:5: not valid UTF-8; save the file as UTF-8\n");
    assert_faults(TEXT("a: \"\\xff\"\n"), "");
    assert_faults(TEXT("a: &x 1\n"), "1:4: anchors (&) are not allowed in a pack; write the content out\n");
    assert_faults(TEXT("a: *x\n"), "1:4: aliases (*) are not allowed in a pack; write the content out\n");
    assert_faults(TEXT("a: !!str 1\n"), "1:4: tags (!) are not allowed in a pack; remove it\n");
    assert_faults(TEXT("- !x {a: b}\n"), "1:3: tags (!) are not allowed in a pack; remove it\n");
    assert_faults(TEXT("a: 1\n---\nb: 2\n"), "2:1: a file holds one document; a second one begins here\n");
    assert_faults(TEXT("%YAML 1.1\n---\nb: 2\n"),
                  "2:1: a % directive stands above; they are not allowed in a pack, remove it\n");
    assert_faults(TEXT("---\nb: 2\n"), "");
    assert_faults(TEXT("? [a]\n: b\n"), "1:3: a key must be a word, not a list or a mapping\n");
    assert_faults(TEXT("a: 1\nb: 2\na: 3\n"),
                  "3:1: key `a` stands here a second time (first in line 1); remove one\n");
}

static void alias_bomb(void **state)
{
    struct buffer bomb = {0};
    buffer_string(&bomb, "a0: &a0 [x, x]\n");
    for (int i = 1; i < 40; i++) buffer_printf(&bomb, "a%d: &a%d [*a%d, *a%d]\n", i, i, i - 1, i - 1);
    struct parsed p = parse(buffer_get(&bomb));
    assert_null(p.root);
    assert_int_equal(p.faults.count, 1);
    assert_true(p.arena.used < 100000);
    done(&p);
    buffer_fini(&bomb);
}

static void many_keys(void **state)
{
    struct buffer text = {0};
    for (int i = 0; i < 50000; i++) buffer_printf(&text, "k%d: %d\n", i, i);
    buffer_string(&text, "k7: x\n");
    assert_faults(buffer_get(&text),
                  "50001:1: key `k7` stands here a second time (first in line 8); remove one\n");
    buffer_fini(&text);
}

static void too_deep_too_large(void **state)
{
    struct buffer text = {0};
    for (int i = 0; i < 100000; i++) buffer_char(&text, '[');
    assert_faults(buffer_get(&text), "1:51: nested more than 50 levels deep\n");
    buffer_clear(&text);
    for (int i = 0; i < 60; i++) buffer_printf(&text, "%*sa:\n", i, "");
    assert_faults(buffer_get(&text), "51:51: nested more than 50 levels deep\n");
    buffer_fini(&text);

    char *large = mem_new((size_t)YAML_SIZE_MAX + 1, 1);
    memset(large, '#', (size_t)YAML_SIZE_MAX + 1);
    assert_faults((struct text){large, (size_t)YAML_SIZE_MAX + 1},
                  "1:1: the file is larger than 16 MiB; split it\n");
    large[0] = '[';
    for (size_t i = 1; i < 4000000; i++) large[i] = i % 2 ? 'x' : ',';
    struct parsed p = parse((struct text){large, 4000000});
    assert_null(p.root);
    assert_int_equal(p.faults.count, 1);
    assert_non_null(strstr(p.faults.items[0].en, "more than 1,000,000 items"));
    done(&p);
    free(large);
}

static void typed_readers(void **state)
{
    struct parsed p =
        parse(TEXT("int: 42\nbig: 99\nbool: true\nyes: yes\ndate: 2022-09-30\nno_date: 2022-02-30\n"
                   "name: key_income\nbad: Key\nlevel: hihg\nnumber: 0.5\nempty:\nlist: []\n"));
    struct fault_list *faults = &p.faults;
    int64_t integer = 0;
    bool flag = false;
    int32_t date = 0;
    struct text name;
    double number;
    int choice = -1;
    static const char *const levels[] = {"high", "medium", "low", NULL};

    assert_true(yaml_integer(yaml_get(p.root, "int"), 1, 50, &integer, faults));
    assert_int_equal(integer, 42);
    assert_true(yaml_bool(yaml_get(p.root, "bool"), &flag, faults));
    assert_true(flag);
    assert_true(yaml_date(yaml_get(p.root, "date"), &date, faults));
    assert_true(yaml_name(yaml_get(p.root, "name"), &name, faults));
    assert_true(yaml_number(yaml_get(p.root, "number"), 0, 1, &number, faults));
    assert_false(yaml_integer(yaml_get(p.root, "absent"), 1, 50, &integer, faults));
    assert_int_equal(faults->count, 0);

    assert_false(yaml_integer(yaml_get(p.root, "big"), 1, 50, &integer, faults));
    assert_false(yaml_bool(yaml_get(p.root, "yes"), &flag, faults));
    assert_false(yaml_date(yaml_get(p.root, "no_date"), &date, faults));
    assert_false(yaml_name(yaml_get(p.root, "bad"), &name, faults));
    assert_false(yaml_choice(yaml_get(p.root, "level"), levels, &choice, faults));
    assert_false(yaml_string(yaml_get(p.root, "empty"), &name, faults));
    assert_false(yaml_is(yaml_get(p.root, "list"), YAML_MAPPING, faults));
    assert_null(yaml_need(p.root, "titel", "标题", "the title", faults));
    assert_int_equal(faults->count, 8);
    assert_string_equal(faults->items[0].en, "expected a whole number from 1 to 50, found `99`");
    assert_string_equal(faults->items[4].en,
                        "expected one of high, medium, low, found `hihg`; did you mean `high`?");
    assert_string_equal(faults->items[4].zh,
                        "此处应是以下之一：high、medium、low，而不是“hihg”；是否要写“high”？");
    assert_string_equal(faults->items[5].en, "expected text, found nothing");
    assert_int_equal(faults->items[5].line, 11);
    assert_string_equal(faults->items[7].en, "missing `titel`: the title");
    done(&p);
}

static void unknown_keys(void **state)
{
    struct parsed p = parse(TEXT("title: a\nlabell: b\nxyzzy: c\n"));
    static const char *const keys[] = {"title", "label", NULL};
    assert_true(yaml_keys(p.root, keys, &p.faults));
    assert_int_equal(p.faults.count, 2);
    assert_string_equal(p.faults.items[0].en, "unknown key `labell`; did you mean `label`?");
    assert_int_equal(p.faults.items[0].line, 2);
    assert_string_equal(p.faults.items[1].en, "unknown key `xyzzy`");
    done(&p);
}

/* Words of a pack come onto terminals: escape sequences must not. */
static void nothing_harms_a_terminal(void **state)
{
    static const char refused[] = "the escapes in this text give a control character, or no valid UTF-8";
    const char *const texts[] = {"a: \"\\e[31m\"", "a: \"\\0\"", "a: \"\\u009b\"", "a: \"\\x7f\"",
                                 "a: \"\\r\""};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct parsed p = parse(text_of(texts[i]));
        assert_null(p.root);
        assert_int_equal(p.faults.count, 1);
        assert_string_equal(p.faults.items[0].en, refused);
        done(&p);
    }
    assert_faults(TEXT("a: \xC2\x9B"), "1:4: a control character stands here; remove it\n");
    struct parsed p = parse(TEXT("\"a\\nb\\t\": 1\n"));
    static const char *const keys[] = {"title", NULL};
    assert_true(yaml_keys(p.root, keys, &p.faults));
    assert_int_equal(p.faults.count, 1);
    assert_string_equal(p.faults.items[0].en, "unknown key `a b `");
    done(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tree_and_positions), cmocka_unit_test(sources_keep_lines),
        cmocka_unit_test(bom_crlf_and_empty), cmocka_unit_test(refused_texts),
        cmocka_unit_test(alias_bomb),         cmocka_unit_test(too_deep_too_large),
        cmocka_unit_test(many_keys),          cmocka_unit_test(typed_readers),
        cmocka_unit_test(unknown_keys),       cmocka_unit_test(nothing_harms_a_terminal),
    };
    return cmocka_run_group_tests_name("yaml", tests, NULL, NULL);
}
