/* What brings cases from outside: declarations and clues, with what `check` says of slips in them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "pack/clue.h"
#include "pack/workflow.h"
#include "small_pack.h"

#define PLEA(more)                                                                                              \
    "plea:\n"                                                                                                   \
    "  label: {zh: 申报, en: Plea}\n"                                                                         \
    "  key: [receipt]\n"                                                                                        \
    "  parent: village\n"                                                                                       \
    "  fields:\n"                                                                                               \
    "    receipt: {label: {zh: 回执, en: Receipt}, type: text, required: true}\n"                             \
    "    village: {label: {zh: 申报村, en: Village of plea}, type: reference, register: village, required: " \
    "true}\n"                                                                                                   \
    "    who: {label: {zh: 申报人, en: Who}, type: text}\n"                                                  \
    "    number: {label: {zh: 证号, en: Identity}, type: text}\n"                                             \
    "    phone: {label: {zh: 电话, en: Phone}, type: text}\n"                                                 \
    "    risk: {label: {zh: 原因, en: Risk}, type: code, dictionary: category}\n"                             \
    "    story: {label: {zh: 情况, en: Story}, type: text}\n"                                                 \
    "    received: {label: {zh: 日期, en: Received}, type: date}\n" more
#define STAND "    stand: {label: {zh: 办理, en: Stand}, type: code, dictionary: category}\n"

#define FLOW(reg, start)                                                                                     \
    "flow:\n  label: {zh: 流, en: Flow}\n  register: " reg "\n  start: {state: a, who: [clerk], " start      \
    "}\n  states:\n    a: {label: {zh: 甲, en: A}, holder: [clerk]}\n"                                      \
    "    z: {label: {zh: 终, en: Z}, end: done}\n  transitions:\n"                                          \
    "    done: {label: {zh: 办, en: Do}, from: [a], to: z, who: [clerk]}\n"

#define PAGE(fields, rest)                                                                                   \
    "register: plea\nfields: {receipt: receipt, village: village, name: who, identity: number, phone: "      \
    "phone, risk: risk, story: story, received: received" fields "}\n" rest
#define WORDS "words:\n  a: {zh: 已收到, en: Received}\n  z: {zh: 已答复, en: Answered}\n"

struct trial {
    const char *plea, *flow, *page; /* flow NULL: no workflow */
    const char *expected;           /* the beginning of what `check` says */
};

static void try(const struct trial *trial, const char *path)
{
    struct pack_file files[3];
    size_t count = 0;
    if (trial->plea != NULL)
        files[count++] = (struct pack_file){TEXT("registers/plea.yaml"), text_of(trial->plea)};
    if (trial->flow != NULL)
        files[count++] = (struct pack_file){TEXT("workflows/flow.yaml"), text_of(trial->flow)};
    if (trial->page != NULL) files[count++] = (struct pack_file){text_of(path), text_of(trial->page)};
    struct loaded loaded = small_pack_load_with(files, count);
    char *got = small_pack_faults(&loaded);
    if (strncmp(got, trial->expected, strlen(trial->expected)) != 0 ||
        (trial->expected[0] == '\0' && got[0] != '\0'))
        fail_msg("expected: %s\ngot: %s", trial->expected, got);
    free(got);
    small_pack_done(&loaded);
}

static void declarations_of_cases(void **state)
{
    static const struct trial trials[] = {
        {PLEA(""), FLOW("plea", "by: [person, declaration]"), PAGE("", WORDS), ""},
        {PLEA(""), FLOW("plea", "by: [person]"), PAGE("", WORDS),
         "declaration.yaml:1:11: in this register declarations are cases: its workflow `flow` needs"},
        {PLEA(""), FLOW("plea", "by: [person, declaration]"), PAGE("", "state: a\n" WORDS),
         "declaration.yaml:3:1: unknown key `state`"},
        {PLEA(STAND), FLOW("plea", "by: [person, declaration]"), PAGE(", state: stand", WORDS),
         "declaration.yaml:2:"},
        {PLEA(""), FLOW("plea", "by: [person, declaration]"), PAGE("", "words:\n  a: {zh: 已, en: Yes}\n"),
         "declaration.yaml:4:3: missing words for the state `z`"},
        {PLEA(""), FLOW("plea", "by: [person, declaration]"), PAGE("", WORDS "  y: {zh: 无, en: No}\n"),
         "declaration.yaml:6:3: "},
        {NULL, FLOW("person", "by: [person, declaration]"), NULL,
         "workflows/flow.yaml:1:1: `start` has `declaration` under `by`, but declarations"},
        {PLEA(STAND), FLOW("person", "by: [person, declaration]"),
         PAGE(", state: stand", "state: low\nwords: {low: {en: L}, ill: {en: I}, old: {en: O}}\n"),
         "workflows/flow.yaml:1:1: `start` has `declaration` under `by`, but declarations"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof trials / sizeof *trials; i++) try(&trials[i], "declaration.yaml");
}

static void declarations_of_plain_records(void **state)
{
    static const struct trial trials[] = {
        {PLEA(STAND), NULL,
         PAGE(", state: stand", "state: low\nwords: {low: {en: L}, ill: {en: I}, old: {en: O}}\n"), ""},
        {PLEA(STAND), NULL, PAGE(", state: stand", "words: {low: {en: L}, ill: {en: I}, old: {en: O}}\n"),
         "declaration.yaml:1:1: missing `state`: the state of a new one"},
        {PLEA(STAND), NULL, PAGE("", "state: low\nwords: {}\n"), "declaration.yaml:2:9: missing `state`"},
        {PLEA(STAND), NULL,
         PAGE(", state: story", "state: low\nwords: {low: {en: L}, ill: {en: I}, old: {en: O}}\n"),
         "declaration.yaml:2:142: `story` should be a field of type code"},
        {PLEA(STAND), NULL,
         PAGE(", state: stand",
              "state: low\nwords: {low: {en: L}, ill: {en: I}, old: {en: O}}\nlimits: {address: 0}\n"),
         "declaration.yaml:5:19: "},
    };
    (void)state;
    for (size_t i = 0; i < sizeof trials / sizeof *trials; i++) try(&trials[i], "declaration.yaml");
}

static void the_page_reads_the_cases_state(void **state)
{
    const struct pack_file files[] = {
        {TEXT("registers/plea.yaml"), text_of(PLEA(""))},
        {TEXT("workflows/flow.yaml"), text_of(FLOW("plea", "by: [declaration, import, person]"))},
        {TEXT("declaration.yaml"), text_of(PAGE("", WORDS))},
    };
    (void)state;
    struct loaded loaded = small_pack_load_with(files, 3);
    assert_int_equal(loaded.result, 0);
    const struct pack_declaration *page = &loaded.pack->declaration;
    assert_int_equal(page->state, -1);
    assert_int_equal(page->fields[DECLARATION_STATE], loaded.pack->registers[page->reg].case_fields.state);
    assert_true(text_is(page->words[0].en, "Received"));
    assert_true(text_is(page->words[1].en, "Answered"));
    assert_int_equal(loaded.pack->workflows[0].openers, OPENER_DECLARATION | OPENER_IMPORT | OPENER_PERSON);
    small_pack_done(&loaded);
}

/* ---- Clues ---- */

#define SLIP                                                                                                   \
    "slip: {label: {zh: 单, en: Slip}, key: [household, on], parent: household, fields: {household: "         \
    "{label: {zh: 户主, en: Household of slip}, type: reference, register: household, required: true}, on: " \
    "{label: {zh: 日, en: On}, type: date, required: true}, why: {label: {zh: 因, en: Why}, type: text}, "   \
    "much: {label: {zh: 额, en: Much}, type: money}}}\n"
#define CLUE(keys) "found:\n  rule: poor\n  workflow: flow\n" keys

static void clue_faults(void **state)
{
    static const struct trial trials[] = {
        {SLIP, FLOW("slip", "by: [person, rule]"),
         CLUE("  fields: {on: as_of, much: gap}\n  sentence: why\n  facts: [gap]\n"), ""},
        {SLIP, FLOW("slip", "by: [person]"), CLUE("  fields: {on: as_of}\n  facts: [gap]\n"),
         "clues.yaml:3:13: "},
        {SLIP, FLOW("slip", "by: [person, rule]"), CLUE("  facts: [gap]\n"), "clues.yaml:"},
        {SLIP, FLOW("slip", "by: [person, rule]"), CLUE("  fields: {on: gap}\n  facts: [gap]\n"),
         "clues.yaml:4:16: "},
        {SLIP, FLOW("slip", "by: [person, rule]"),
         CLUE("  fields: {on: as_of}\n  sentence: much\n  facts: [gap]\n"), "clues.yaml:5:13: "},
        {SLIP, FLOW("slip", "by: [person, rule]"),
         CLUE("  fields: {on: as_of, case_state: a}\n  facts: [gap]\n"), "clues.yaml:4:23: "},
        {SLIP, FLOW("slip", "by: [person, rule]"),
         CLUE("  fields: {on: as_of}\n  transition: dome\n  facts: [gap]\n"), "clues.yaml:5:15: "},
        {SLIP, FLOW("slip", "by: [person, rule]"), "found:\n  rule: pour\n  workflow: flow\n  facts: [gap]\n",
         "clues.yaml:2:9: unknown rule `pour`"},
        {SLIP, FLOW("slip", "by: [person, rule]"),
         CLUE("  fields: {on: as_of}\n  when: gap\n  facts: [gap]\n"),
         "clues.yaml:5:9: yes/no is wanted here, but the formula gives money"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof trials / sizeof *trials; i++) try(&trials[i], "clues.yaml");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(declarations_of_cases),
        cmocka_unit_test(declarations_of_plain_records),
        cmocka_unit_test(the_page_reads_the_cases_state),
        cmocka_unit_test(clue_faults),
    };
    return cmocka_run_group_tests_name("cases", tests, NULL, NULL);
}
