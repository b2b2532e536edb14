/* Faulty packs: each case replaces one file of the small pack and names every fault that must be reported,
 * with its place; that there are no others shows that one fault does not raise a crowd of followers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/text.h"
#include "small_pack.h"

struct fault_case {
    const char *path, *content;
    const char *wanted; /* "line:column: beginning of the message" lines, in order; all in `path` unless a
                           file stands before */
};

/* ---- Files ---- */

static const struct fault_case file_faults_cases[] = {
    {"pack.yaml", NULL, "pack.yaml: there is no such file"},
    {"rule/x.yaml", "", "rule/x.yaml: a pack has no such file; did you mean `rules/x.yaml`?"},
    {"indicators.txt", "", "indicators.txt: not a name that a file of a pack can have"},
    {"../units.yaml", "", "../units.yaml: not a name that a file of a pack can have"},
    {"rules/.x.yaml", "", "rules/.x.yaml: not a name that a file of a pack can have"},
    {"demo.yaml", "a: [", "demo.yaml:2:1: YAML syntax: a bracket [ or { is not closed"},
};

/* ---- YAML ---- */

static const struct fault_case yaml_faults_cases[] = {
    {"units.yaml", "bureau: {label: {zh: 局}, kind: department\n",
     "2:1: YAML syntax: a comma between two items, or the closing bracket, is missing"},
    {"units.yaml", "bureau: &b {label: {zh: 局}, kind: department}\nx: *b\n",
     "1:9: anchors (&) are not allowed"},
    {"units.yaml", "bureau: !!map {label: {zh: 局}, kind: department}\n", "1:9: tags (!) are not allowed"},
    {"units.yaml", "bureau:\n  label: {zh: \xff}\n", "2:15: not valid UTF-8"},
    {"units.yaml", "bureau:\n  kind: department\n  label: {zh: 局}\n  kind: other\n",
     "4:3: key `kind` stands here a second time (first in line 2)"},
    {"units.yaml", "bureau: {label: {zh: 局}, kind: department, alias: [a]}\n",
     "1:44: unknown key `alias`; did you mean `aliases`?"},
    {"units.yaml", "bureau: {label: {zh: 局}, kind: departmnet}\n",
     "1:32: expected one of group, department, townships, other, found `departmnet`; did you mean "
     "`department`?"},
    {"units.yaml", "bureau: {kind: department}\n", "1:9: missing `label`"},
    {"units.yaml", "bureau: {label: {fr: x}, kind: department}\n",
     "1:18: unknown key `fr`\n1:17: expected words"},
    {"units.yaml", "bureau: {label: \"a\\nb\", kind: department}\n", "1:17: expected one line of text"},
    {"units.yaml", "Bureau: {label: {zh: 局}, kind: department}\nbureau: {label: 局, kind: other}\n",
     "1:1: expected a name"},
};

/* ---- pack.yaml ---- */

#define MANIFEST(rest) "format: 1\nname: small\ntitle: 小\nyears: [2022, 2024]\nlanguages: [zh, en]\n" rest

static const struct fault_case manifest_faults_cases[] = {
    {"pack.yaml", "- a\n", "1:1: expected a mapping"},
    {"pack.yaml", "", "1:1: expected a mapping"},
    {"pack.yaml", "format: 2\nwhatever: 1\n", "1:9: pack format 2 is newer than this program knows (1)"},
    {"pack.yaml", "name: x\n", "1:1: missing `format`"},
    {"pack.yaml", "format: 1\nname: A b\ntitle: x\nyears: [2024]\nlanguages: [zh, fr]\nsubject: household\n",
     "2:7: expected a name\n4:8: expected two years: [2022, 2024]\n5:17: expected one of zh, en, found `fr`"},
    {"pack.yaml", "format: 1\nname: a\ntitle: x\nyears: [2024, 2022]\nlanguages: []\nsubject: household\n",
     "4:8: the first year is after the last\n5:12: expected at least one language"},
    {"pack.yaml", MANIFEST("subject: houshold\n"),
     "6:10: unknown register `houshold`; did you mean `household`?"},
    {"pack.yaml", MANIFEST("subject: household\npeople: village\n"),
     "7:9: `village` does not hang on `household`"},
    {"pack.yaml", MANIFEST("subject: household\ncategory: income\n"),
     "7:11: `income` should be a field of type code"},
    {"pack.yaml", MANIFEST("subject: household\nhighlights: [poor, rich]\n"), "7:20: unknown rule `rich`"},
    {"pack.yaml", MANIFEST("subject: household\ndashboard: {income: [gap, gaps]}\n"),
     "7:27: `household` has no definition `gaps`"},
    {"pack.yaml", MANIFEST("subject: household\ndashboard: {income: gap}\n"), "7:21: expected a list"},
    {"pack.yaml", MANIFEST("subject: household\ndashboard: {total: gap}\n"),
     "7:12: `total` and `members` go together"},
    {"pack.yaml", MANIFEST("subject: household\ndashboard: {total: gap, members: gap}\n"),
     "7:34: definition `gap` should give whole numbers"},
    {"pack.yaml", MANIFEST("subject: household\ndashboard: {comparable: gap}\n"),
     "7:25: definition `gap` should be true or false"},
    {"pack.yaml",
     MANIFEST("subject: household\ndashboard: {ledger: {kept: gap, complete: gaps, least: 150%}}\n"),
     "7:28: definition `gap` should be true or false\n7:43: `household` has no definition `gaps`\n7:56: "
     "expected a "
     "share between 0 and 100%"},
    {"pack.yaml", MANIFEST("subject: household\ndashboard: {rule: rich}\n"), "7:19: unknown rule `rich`"},
    {"pack.yaml", MANIFEST("subject: household\npage: {definitions: [gaps]}\n"),
     "7:22: `household` has no definition `gaps`"},
    {"pack.yaml",
     MANIFEST(
         "subject: household\npage: {ledger: {register: village, month: born, kind: name, amount: name}}\n"),
     "7:27: `village` does not hang on `household`"},
    {"pack.yaml",
     MANIFEST(
         "subject: household\npage: {ledger: {register: person, month: born, kind: needs, amount: money}}\n"),
     "7:42: `born` should be a field of type month\n7:54: `needs` should be a field of type code\n7:69: "
     "unknown "
     "field `money`"},
    {"pack.yaml", MANIFEST("subject: household\npage: {years: {register: person, year: name}}\n"),
     "7:15: `years` without `ledger`"},
    {"pack.yaml", MANIFEST("subject: household\nsubject_plan: {register: village, year: code}\n"),
     "7:26: `village` does not hang on `household`"},
    {"pack.yaml", MANIFEST("subject: household\nsubject_plan: {register: person, year: name}\n"),
     "7:40: `name` should be a field of type int"},
    {"pack.yaml",
     MANIFEST("subject: household\nnotices: [{register: person, title: A, text: B, from: born, fields: "
              "[needs]}]\n"),
     "7:69: `needs` is sensitive and cannot be posted in public"},
    {"pack.yaml", MANIFEST("subject: village\ndashboard: {rule: poor}\n"),
     "7:19: rule `poor` is not on `village`"},
    {"pack.yaml", MANIFEST("subject: household\ndivisions: {file: areas.csv}\n"),
     "7:19: there is no file `areas.csv` in the pack"},
    {"pack.yaml", MANIFEST("subject: household\ndivision: C9\ndivisions: {file: divisions.csv}\n"),
     "7:11: the divisions have no code `C9`"},
    {"pack.yaml",
     MANIFEST("subject: household\ndivisions: {file: divisions.csv, register: household, fields: {code: "
              "number, name: income}}\n"),
     "7:63: register `household` requires `village`, which divisions do not fill\n7:84: `income` should be a "
     "field of type text"},
};

/* ---- assessment ---- */

#define SCHEME(criteria, rest)                                                                                  \
    "work:\n  label: 考核\n  clause: 一\n  of: townships\n  parts:\n    year: {label: 全年, share: 100%, " \
    "criteria: {" criteria "}}\n" rest
#define GRADES "  grades: {all: {label: 合格, from: 0}}\n"

static const struct fault_case assessment_faults_cases[] = {
    {"assessment.yaml", SCHEME("a: {label: 甲, points: 60, reviewed: 看台账}", GRADES),
     "6:46: the points of a part add up to 100, here to 60"},
    {"assessment.yaml",
     "work:\n  label: 考核\n  clause: 一\n  of: townships\n  parts:\n    year: {label: 全年, share: 90%, "
     "criteria: {a: {label: 甲, points: 100, "
     "reviewed: 看}}}\n" GRADES,
     "6:5: the shares of the parts add up to 100%, here to 90.00%"},
    {"assessment.yaml", SCHEME("a: {label: 甲, points: 100}", GRADES), "6:47: write one of `indicator`"},
    {"assessment.yaml", SCHEME("a: {label: 甲, points: 100, indicators: led}", GRADES),
     "6:86: only units lead indicators"},
    {"assessment.yaml", SCHEME("a: {label: 甲, points: 100, indicator: nothing, full: 1, zero: 1}", GRADES),
     "6:85: unknown indicator `nothing`\n6:109: `full` and `zero` are the same"},
    {"assessment.yaml", SCHEME("a: {label: 甲, points: 100, reviewed: 看, where_none: shared}", GRADES),
     "6:99: `where_none` does not go with `reviewed`"},
    {"assessment.yaml", SCHEME("a: {label: 甲, points: 101, reviewed: 看}", GRADES),
     "6:69: expected a number between 0 and 100"},
    {"assessment.yaml",
     SCHEME("a: {label: 甲, points: 100, reviewed: 看}", "  grades: {good: {label: 好, from: 60}}\n"),
     "7:11: the last grade begins at 0"},
    {"assessment.yaml",
     SCHEME("a: {label: 甲, points: 100, reviewed: 看}", GRADES "  lists: {praise: {label: 表扬}}\n"),
     "8:11: write at least one of `first`"},
    {"assessment.yaml",
     SCHEME("a: {label: 甲, points: 100, reviewed: 看}",
            GRADES "  lists: {talk: {label: 约谈, below: 60, follow_up: nothing}}\n"),
     "8:51: unknown workflow `nothing`"},
};

/* ---- indicators ---- */

#define INDICATOR(rest)                                                                                      \
    "low:\n  label: {zh: 占比, en: Share}\n  clause: 一(一)\n  unit: '%'\n  direction: '>='\n" rest

static const struct fault_case indicator_faults_cases[] = {
    {"indicators.yaml",
     "low: {label: {zh: 占比}, direction: up, over: household, count: 'true', shares: 1}\n",
     "1:1: missing `clause`\n1:6: missing `unit`\n1:35: expected one of >=, >, <=, <, =, found `up`\n"
     "1:71: unknown key `shares`"},
    {"indicators.yaml", INDICATOR("  targets: {2022: 1}\n"), "1:1: write either `over`"},
    {"indicators.yaml", INDICATOR("  over: household\n  reported: {every: year}\n"),
     "1:1: write either `over`"},
    {"indicators.yaml", INDICATOR("  over: household\n"), "1:1: how is it measured?"},
    {"indicators.yaml", INDICATOR("  over: houshold\n  share: gap > 0\n"),
     "6:9: unknown register `houshold`; did you mean `household`?"},
    {"indicators.yaml", INDICATOR("  over: household\n  share: gap\n"),
     "7:10: yes/no is wanted here, but the formula gives money"},
    {"indicators.yaml", INDICATOR("  over: household\n  where: gapp > 0\n  share: gap > 0\n"),
     "7:10: household has no 'gapp'"},
    {"indicators.yaml", INDICATOR("  over: household\n  share: gap > 0\n  count: gap > 0\n"),
     "8:10: only one of `share`, `count`, `sum`"},
    {"indicators.yaml", INDICATOR("  over: household\n  share: gap > 0\n  of: 1\n  minus: 5%\n"),
     "8:7: `of` goes with `sum` only\n9:10: `minus` goes with `growth: true` only\n9:10: `minus` goes with "
     "`sum` only"},
    {"indicators.yaml", INDICATOR("  over: household\n  count: gap > 0\n"),
     "4:9: a count is not in %; write `share`"},
    {"indicators.yaml", INDICATOR("  over: household\n  sum: gap\n"), "4:9: `%` does not convert"},
    {"indicators.yaml", INDICATOR("  over: household\n  sum: village.name\n"),
     "7:8: the formula should give whole numbers, decimals or money"},
    {"indicators.yaml",
     INDICATOR("  over: household\n  sum: gap\n  of: category\n  growth: true\n  minus: line\n"),
     "10:10: ratio is wanted here, but the formula gives money"},
    {"indicators.yaml", INDICATOR("  over: household\n  share: gap > 0\n  by: [category, land]\n"),
     "8:18: `land` is not of type code"},
    {"indicators.yaml",
     INDICATOR("  over: household\n  share: gap > 0\n  targets: {2021: 5, 2022: 120, 2023: a, x: 1}\n"),
     "8:13: 2021 is not a year of the plan, 2022 to 2024\n8:28: the target lies beyond what is possible\n"
     "8:39: expected a number\n8:42: expected a whole number"},
    {"indicators.yaml",
     INDICATOR("  reported: {every: week, least: 9, most: 5, units: [buro]}\n  by: [category]\n"),
     "6:21: expected one of month, quarter, year, found `week`\n6:34: `least` is above `most`\n"
     "6:54: unknown unit `buro`\n7:7: an indicator that is reported has no `by`"},
    {"indicators.yaml", INDICATOR("  reported: {every: year}\n  targets: {2024: 101}\n"),
     "6:13: nobody reports it: write `units` here\n7:19: the target lies beyond what is possible"},
    {"pack.yaml",
     MANIFEST("subject: household\nprogress:\n  headline: [x]\n  sources:\n    a: {label: 甲, kind: pay, "
              "over: village, where: 'true', "
              "amount: 'true'}\n"),
     "8:14: unknown indicator `x`\n10:25: `pay` is not among dashboard's `income`\n10:36: `village` does not "
     "hang on the subject"},
    {"pack.yaml",
     MANIFEST("subject: household\nprogress:\n  causes:\n    a: {label: 甲, register: village, group: nane, "
              "cost: x}\n"
              "    b: {label: 乙, register: village}\n    c: {label: 丙}\n  sources:\n    s: {label: 丁, "
              "kind: pay, over: person, where: "
              "'true', amount: 'true', by: [name, gone]}\n"),
     "9:45: unknown field `nane`; did you mean `name`?\n9:57: village has no field, definition or parameter "
     "'x'\n10:29: another one of `causes` has this register\n11:8: missing `register`: the register that "
     "incomes are tied to\n"
     "13:25: `pay` is not among dashboard's `income`\n13:68: money is wanted here, but the formula gives "
     "yes/no\n"
     "13:80: `name` should be a field of type reference to the register of one of `causes`\n13:86: unknown "
     "field `gone`"},
    {"pack.yaml",
     MANIFEST("subject: household\nprogress:\n  holdings:\n    a: {label: 甲, over: village, unit: gap}\n"
              "    b: {label: 乙, over: village, unit: name, where: name, sum: gap}\n"),
     "9:40: village has no field, definition or parameter 'gap'\n10:53: yes/no is wanted here, but the "
     "formula "
     "gives text\n10:59: unknown key `sum`"},
    {"pack.yaml", MANIFEST("subject: household\nprogress: {small: few, near: 120%}\n"),
     "7:19: expected a whole number\n7:30: expected a share between 0 and 100%"},
};

/* ---- bulletins ---- */

#define LETTER(rest) "letter:\n  label: 简报\n  title: '{place}'\n" rest
#define FIGURES      "  figures:\n    poor: {unit: 户, over: household, count: gap > 0}\n"

static const struct fault_case bulletin_faults_cases[] = {
    {"bulletins/a.yaml", "letter:\n  label: 简报\n  titel: x\n",
     "2:3: missing `body`\n2:3: missing `title`\n3:3: unknown key `titel`; did you mean `title`?"},
    {"bulletins/a.yaml", LETTER("  body: []\n"), "4:9: there is nothing in the document"},
    {"bulletins/a.yaml", LETTER(FIGURES "  body:\n    - text: 共{por}户，{poor.last}\n"),
     "7:15: there is no `por`; did you mean `poor`?\n7:22: there is no `poor.last`"},
    {"bulletins/a.yaml", LETTER(FIGURES "  body:\n    - text: 共{poor户\n"), "7:14: there is no `{poor户`"},
    {"bulletins/a.yaml", LETTER(FIGURES "  body:\n    - text: '{poor.light}'\n"),
     "7:15: there is no `poor.light`"},
    {"bulletins/a.yaml",
     LETTER("  figures:\n    poor: {unit: 户, over: household, count: gapp > 0}\n"
            "  body:\n    - text: '{poor}'\n"),
     "5:45: household has no 'gapp'"},
    {"bulletins/a.yaml",
     LETTER("  figures:\n    poor: {unit: 户, rule: nothing}\n    place: {indicator: x}\n"
            "  body:\n    - text: x\n"),
     "5:27: unknown rule `nothing`\n6:5: `place` means something else here"},
    {"bulletins/a.yaml", LETTER("  figures:\n    poor: {unit: 户}\n  body:\n    - text: x\n"),
     "5:5: write one of `indicator`"},
    {"bulletins/a.yaml", LETTER("  body:\n    - {text: x, note: y}\n"), "5:7: write one of `heading`"},
    {"bulletins/a.yaml",
     LETTER("  body:\n    - table: {rows: records, of: poor, columns: [{show: x, heading: y}]}\n"),
     "5:34: unknown figure `poor`"},
    {"bulletins/a.yaml",
     LETTER(
         FIGURES
         "  body:\n    - table: {rows: places, rank: lights, first: least, most: 5, columns: [{show: pooor, "
         "heading: y}, {show: poor}]}\n"),
     "7:50: `first` goes with a `rank` by a figure only\n7:63: a table of these rows has no `most`\n"
     "7:83: unknown column `pooor`; did you mean `poor`?\n7:103: missing `heading`"},
    {"bulletins/a.yaml", LETTER("  body:\n    - table: {rows: fields, fields: [number]}\n"),
     "5:21: `fields` goes with bulletins about one subject"},
    {"bulletins/a.yaml",
     LETTER("  about: subject\n  figures:\n    who: {formula: village}\n  body:\n    - table: {rows: units, "
            "columns: "
            "[{show: name, heading: y}]}\n"),
     "6:20: this gives sensitive values or another record\n8:21: `units` goes with bulletins about places"},
    {"bulletins/a.yaml",
     LETTER("  about: subject\n  body:\n    - table: {rows: records, register: village, columns: [{show: "
            "name, heading: "
            "y}]}\n"),
     "6:40: `village` does not hang on the subject"},
    {"bulletins/a.yaml",
     LETTER("  body:\n    - table: {rows: scored, scheme: nothing, columns: [{show: rank, heading: y}]}\n"),
     "5:37: unknown scheme `nothing`"},
};

/* ---- plan, units, dictionaries ---- */

static const struct fault_case plan_faults_cases[] = {
    {"plan.yaml", "chapters:\n  - {clause: 一, title: x, lead: [buro]}\n  - {clause: 一(一), title: y}\n",
     "2:34: unknown unit `buro`"},
    {"plan.yaml",
     "chapters:\n  - {clause: 一, title: x}\n  - {clause: 一(一), title: y}\n  - {clause: 一, title: z}\n",
     "4:14: clause `一` stands here a second time"},
    {"plan.yaml", "chapters: {}\n", "1:11: expected a list"},
    {"dictionaries.yaml",
     "category:\n  label: 类别\n  codes:\n    low: {label: {zh: 低}, aliases: [贫]}\n    poor: {label: 贫}\n",
     "5:19: the label `贫` is taken in dictionaries.yaml:4"},
    {"dictionaries.yaml", "categroy: {label: 类别, codes: {low: {label: 低}}}\n",
     "registers/person.yaml:8:66: unknown dictionary `category`; did you mean `categroy`?\n"
     "registers/register.yaml:10:72: unknown dictionary `category`; did you mean `categroy`?"},
    {"dictionaries.yaml", "category: {label: 类别, codes: {}}\n", "1:30: expected at least one code"},
};

/* ---- parameters ---- */

#define PARAMETER(rest) "line:\n  label: 收入线\n  clause: 一\n" rest

static const struct fault_case parameter_faults_cases[] = {
    {"parameters.yaml", PARAMETER("  type: money\n  values:\n    - {from: 2022-02-30, value: 1}\n"),
     "6:14: expected a date (such as 2022-09-30), found `2022-02-30`"},
    {"parameters.yaml", PARAMETER("  type: money\n  values:\n    - {from: 2022-01-01, value: 1百元}\n"),
     "6:33: `1百元` is not money (such as"},
    {"parameters.yaml",
     PARAMETER("  type: money\n  values:\n    - {from: 2023-01-01, value: 1}\n    - {from: 2022-01-01, "
               "value: 2}\n"),
     "7:14: expected a date after that of the value before"},
    {"parameters.yaml", "line:\n  label: 收入线\n  type: money\n  values: [{from: 2022-01-01, value: 1}]\n",
     "1:1: where does it come from? write `clause` or `source`"},
    {"parameters.yaml",
     "line:\n  label: 收入线\n  type: codes\n  dictionary: category\n  clause: 一\n  values: []\n",
     "3:9: a parameter cannot be of type reference or codes"},
    {"parameters.yaml", PARAMETER("  type: mony\n  values: [{from: 2022-01-01, value: 1}]\n"),
     "4:9: expected one of bool, int, decimal, money, ratio, date, month, code, codes, text, reference, "
     "found `mony`; did you "
     "mean `money`?"},
    {"parameters.yaml", PARAMETER("  type: money\n  unit: 元\n  values: [{from: 2022-01-01, value: 1}]\n"),
     "5:9: `unit` is only for type int, decimal"},
    {"parameters.yaml",
     "line:\n  label: {zh: 收入线, en: LAND }\n  clause: 一\n  type: money\n  values: [{from: 2022-01-01, "
     "value: 1}]\n",
     "2:24: this parameter has the name of a field, `household.land`"},
};

/* ---- registers ---- */

#define VILLAGE                                                                                                \
    "village: {label: 村, key: [code], fields: {code: {label: 村代码, type: text, required: true}, name: " \
    "{label: 村名, type: text, required: true}}}\n"
#define HOUSEHOLD(key, more)                                                                                 \
    VILLAGE "household:\n  label: 户\n  key: [" key "]\n  parent: village\n  fields:\n"                      \
            "    number: {label: 户编号, type: text, required: true}\n"                                   \
            "    village: {label: 所在村, type: reference, register: village, required: true}\n"          \
            "    category: {label: 户类别, type: code, dictionary: category}\n"                           \
            "    income: {label: 收入, type: money}\n" more

static const struct fault_case register_faults_cases[] = {
    {"registers/register.yaml", HOUSEHOLD("number, land", "    land: {label: 耕地, type: decimal}\n"),
     "4:8: the key field `land` must be `required: true`"},
    {"registers/register.yaml",
     HOUSEHOLD("number", "    phone: {label: 电话, type: text, sensitive: phone}\n"
                         "  lists_by: [category, phone]\n"),
     "12:13: `phone` cannot stand here: sensitive fields, codes and ratios"},
    {"registers/register.yaml", HOUSEHOLD("nummer", ""),
     "4:9: unknown field `nummer`; did you mean `number`?"},
    {"registers/register.yaml", HOUSEHOLD("number", "    land: {label: 户编号, type: decimal}\n"),
     "11:19: the label `户编号` is taken in registers/register.yaml:7"},
    {"registers/register.yaml",
     HOUSEHOLD("number", "    land: {label: 耕地, type: decimal, headings: [面积, 户 编号]}\n"),
     "11:53: the heading `户 编号` is taken in registers/register.yaml:7"},
    {"registers/register.yaml",
     HOUSEHOLD("number", "    land: {label: 耕地, type: text, min: 1, dictionary: category}\n"),
     "11:55: `dictionary` is only for type code, codes"},
    {"registers/register.yaml", HOUSEHOLD("number", "    met: {label: 走访, type: date, max: todya}\n"),
     "11:39: unknown field `todya`"},
    {"registers/register.yaml", HOUSEHOLD("number", "    met: {label: 走访, type: date, min: number}\n"),
     "11:39: expected another field of the same type"},
    {"registers/register.yaml", HOUSEHOLD("number", "    met: {label: 走访, type: date, max: today + x}\n"),
     "11:39: expected a field or `today`"},
    {"registers/register.yaml",
     HOUSEHOLD("number", "    met: {label: 走访, type: date, max: [today, 2030-01-01, 2031-01-01]}\n"),
     "11:59: one constant is enough"},
    {"registers/register.yaml",
     HOUSEHOLD("number", "    met: {label: 走访, type: date, fits: {number: number}}\n"),
     "11:40: `fits` is only for references"},
    {"registers/register.yaml",
     HOUSEHOLD("number", "    land: {label: 耕地, type: int, min: 5, max: 1, pattern: x}\n"),
     "11:47: `max` is below `min`\n11:59: `pattern` is only for type text"},
    {"registers/register.yaml", HOUSEHOLD("number", "    land: {label: 耕地, type: text, pattern: '(a'}\n"),
     "11:44: the pattern is wrong at its byte 3: missing closing parenthesis"},
    {"registers/register.yaml",
     HOUSEHOLD("number", "    land: {label: 耕地, type: text, format: idcrad, sensitive: no}\n"),
     "11:43: expected one of idcard, phone, digits, unit, found `idcrad`; did you mean `idcard`?\n"
     "11:62: expected one of identity, phone, bank, health, found `no`"},
    {"registers/register.yaml",
     HOUSEHOLD(
         "number",
         "    land: {label: 耕地, type: decimal, unit: 亩, headings: [{heading: 公顷数, unit: 公顷}]}\n"),
     "11:79: `公顷` does not convert to the field's unit"},
    {"registers/register.yaml", HOUSEHOLD("number", "    version: {label: 版本, type: text}\n"),
     "11:5: the name `version` is used by the system"},
    {"registers/register.yaml",
     HOUSEHOLD("number", "    land: {label: 耕地, type: reference, register: vilage}\n"),
     "11:50: unknown register `vilage`; did you mean `village`?"},
    {"registers/register.yaml",
     HOUSEHOLD("number", "zs_x: {label: x, key: [a], fields: {a: {label: a, type: text, required: true}}}\n"),
     "11:1: a name cannot begin with zs_ or sqlite_"},
    {"registers/more.yaml", "village: {}\n",
     "1:10: missing `fields`\n1:10: missing `label`\nregisters/register.yaml:13:1: the name `village` is "
     "taken in registers/more.yaml:1"},
    {"registers/a.yaml",
     "a: {label: 甲, key: [b], parent: b, fields: {b: {label: b, type: reference, register: c, required: "
     "true}}}\n"
     "c: {label: 丙, key: [d], parent: d, fields: {d: {label: d, type: reference, register: a, required: "
     "true}}}\n",
     "1:33: the parents of registers form a circle: a → c → a"},
    {"registers/a.yaml",
     "a: {label: 甲, key: [b], parent: b, fields: {b: {label: b, type: reference, register: a, required: "
     "true}}}\n",
     "1:33: the parents of registers form a circle: a → a"},
    {"registers/a.yaml",
     "a: {label: 甲, key: [b], parent: c, fields: {b: {label: b, type: text, required: true}, c: {label: c, "
     "type: "
     "reference, register: village}}}\n",
     "1:33: the parent field `c` must be `required: true`"},
    {"registers/a.yaml",
     "a: {label: 甲, key: [b], parent: b, fields: {b: {label: b, type: text, required: true}}}\n",
     "1:33: `b` should be a field of type reference"},
};

/* ---- Formulas: the words are the formula room's own; the place is ours ---- */

static const struct fault_case formula_faults_cases[] = {
    {"definitions.yaml", "household:\n  gap:\n    label: 差额\n    formula: line - land\n", "4:19: "},
    {"definitions.yaml", "household:\n  gap:\n    label: 差额\n    formula: |\n      line\n        - incme\n",
     "6:11: "},
    {"definitions.yaml", "household:\n  gap: {label: 差额, type: ratio, formula: line - income}\n",
     "2:26: the formula gives money, which is not this type"},
    {"definitions.yaml",
     "household:\n  gap: {label: 差额, formula: line - b}\n  b: {label: 乙, formula: gap + line}\n",
     "3:26: "},
    /* The rule that uses the lost definition is not blamed. */
    {"definitions.yaml", "houshold:\n  gap: {label: 差额, formula: line - income}\n",
     "1:1: unknown register `houshold`; did you mean `household`?"},
    {"definitions.yaml",
     "household:\n  line: {label: 差额, formula: income}\n  gap: {label: g, formula: income}\n",
     "2:3: the parameter in parameters.yaml:1 has this name too"},
    {"definitions.yaml", "household:\n  gap: {label: 差额, clause: 二}\n",
     "2:8: missing `formula`\n2:28: unknown clause `二`"},
    {"rules/rules.yaml",
     "poor:\n  register: household\n  label: 低收入户\n  clause: 一(一)\n  kind: list\n  formula: gap + "
     "line\n",
     "6:12: "},
    {"rules/rules.yaml",
     "poor:\n  register: household\n  label: 低收入户\n  kind: lists\n  formula: gap > 0\n",
     "1:1: missing `clause`\n4:9: expected one of list, warning, quality, found `lists`; did you mean "
     "`list`?"},
    {"rules/rules.yaml",
     "poor:\n  register: household\n  label: 低收入户\n  clause: 二\n  kind: list\n  unit: buraeu\n  "
     "formula: >\n    gap > 0 and\n    "
     "catgory = low\n",
     "4:11: unknown clause `二`\n6:9: unknown unit `buraeu`; did you mean `bureau`?\n9:5: "},
    /* A syntax error elsewhere hides no fault of this file, and raises none about names that may stand there.
     */
    {"parameters.yaml", "line: [\n", "2:1: YAML syntax"},
    {"registers/person.yaml", "person: [\n", "2:1: YAML syntax"},
};

/* ---- feeds ---- */

#define FEED(parts) "sheet:\n  label: 总表\n  registers:\n" parts

static const struct fault_case feed_faults_cases[] = {
    {"feeds/feeds.yaml", FEED("    - {register: household, set: {income: -1}}\n"),
     "4:43: below the field's `min`"},
    {"feeds/feeds.yaml", FEED("    - {register: household, columns: {家庭编号: numbr}}\n"),
     "4:45: unknown field `numbr`; did you mean `number`?"},
    {"feeds/feeds.yaml", FEED("    - {register: household, set: {category: 高, land: 一亩, village: x}}\n"),
     "4:45: `高` is not in the dictionary\n4:54: `一亩` is not a number\n4:67: a reference to another record "
     "cannot be written"},
    {"feeds/feeds.yaml", FEED("    - {register: household, needs: [numbers]}\n    - {register: houshold}\n"),
     "4:37: unknown field `numbers`; did you mean `number`?\n5:18: unknown register `houshold`; did you mean "
     "`household`?"},
    {"feeds/feeds.yaml", FEED("    - {register: person}\n    - {register: household}\n"),
     "5:7: register `household` is the parent of `person` above and must stand before it"},
    {"feeds/feeds.yaml",
     FEED("    - {register: village}\n    - {register: household, columns: {村: village}}\n"),
     "5:39: `village` is filled from the same row's part"},
    {"feeds/feeds.yaml",
     FEED("    - {register: village}\n    - {register: village}\n    - {register: household}\n"),
     "6:7: `village` refers to a register that this feed fills more than once"},
    {"feeds/feeds.yaml",
     FEED("    - {register: household, mode: wirte, columns: {a: income, A: land}, set: {income: 1}}\n"),
     "4:35: expected one of write, match, found `wirte`; did you mean `write`?\n4:63: the heading `A` is "
     "taken in feeds/feeds.yaml:4\n"
     "4:79: `income` has both a column (`columns`) and a constant (`set`)"},
};

/* ---- divisions ---- */

#define DIVISIONS(rows) "code,name,level,parent\nC1,县,county,\nT1,镇,township,C1\n" rows

static const struct fault_case division_faults_cases[] = {
    {"divisions.csv", "code,name\n", "1:1: expected the first line to be code,name,level,parent"},
    {"divisions.csv", "", "1:1: expected the first line to be code,name,level,parent"},
    {"divisions.csv", DIVISIONS("V1,一村,village,T2\n"), "4:15: unknown parent `T2`; did you mean `T1`?"},
    {"divisions.csv", DIVISIONS("V1,一村,village,C1\n"),
     "4:15: expected a parent of level township; `C1` is a county"},
    {"divisions.csv", DIVISIONS("V1,一村,vilage,T1\n"),
     "4:7: level `vilage`: expected one of county, township, village; did you mean `village`?"},
    {"divisions.csv", DIVISIONS("T1,一村,village,T1\n"), "4:1: the code `T1` stands in line 3 already"},
    {"divisions.csv", DIVISIONS("V 1,一村,village,T1\n"), "4:1: the code `V 1` should consist of"},
    {"divisions.csv", DIVISIONS("V1,,village,T1\n"), "4:4: division `V1` has no name"},
    {"divisions.csv", DIVISIONS("V1,\"一,村\",village\n"), "4:1: expected 4 cells"},
    {"divisions.csv", DIVISIONS("C2,县,county,C1\n"),
     "1:1: expected exactly one county, found 2\n4:13: a county has no parent"},
    {"divisions.csv", DIVISIONS("V1,\xff,village,T1\n"), "4:1: a control character, or not valid UTF-8"},
};

/* ---- map.geojson ---- */

#define FEATURE(properties, geometry)                                                                        \
    "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":" properties         \
    ",\"geometry\":" geometry "}]}"
#define POLYGON(rings) "{\"type\":\"Polygon\",\"coordinates\":" rings "}"

static const struct fault_case map_faults_cases[] = {
    {"map.geojson", "{\n  \"type\": ", "2:10: not valid JSON: "},
    {"map.geojson", "", "1:1: not valid JSON: "},
    {"map.geojson", NULL, "pack.yaml:10:92: there is no map `map.geojson` in the pack"},
    {"map.geojson", "[]", "map.geojson: a map should be a FeatureCollection of 1 to 1,000 features"},
    {"map.geojson", "{\"type\":\"FeatureCollection\",\"features\":[]}",
     "map.geojson: a map should be a FeatureCollection of 1 to 1,000 features"},
    {"map.geojson", "{\"type\":\"FeatureCollection\",\"features\":[1]}",
     "map.geojson: features[0]: its type should be Feature"},
    {"map.geojson", FEATURE("{}", "null"), "map.geojson: features[0]: its properties should have `code`"},
    {"map.geojson", FEATURE("{\"code\":\"T2\"}", "null"),
     "map.geojson: features[0]: no township has the code `T2`; did you mean `T1`?"},
    {"map.geojson", FEATURE("{\"code\":\"C1\"}", "null"),
     "map.geojson: features[0]: no township has the code `C1`"},
    {"map.geojson", FEATURE("{\"code\":\"T1\"}", "{\"type\":\"Point\",\"coordinates\":[1,2]}"),
     "map.geojson: features[0]: its geometry should be a Polygon or a MultiPolygon"},
    {"map.geojson", FEATURE("{\"code\":\"T1\"}", POLYGON("[]")),
     "map.geojson: features[0]: a border should have 1 to 1,000 rings"},
    {"map.geojson", FEATURE("{\"code\":\"T1\"}", POLYGON("[[[1,1],[2,1],[2,2],[1,2]]]")),
     "map.geojson: features[0]: each ring of a border has at least 4 points"},
    {"map.geojson", FEATURE("{\"code\":\"T1\"}", POLYGON("[[[1,1],[2,1],[1,1]]]")),
     "map.geojson: features[0]: each ring of a border has at least 4 points"},
    {"map.geojson", FEATURE("{\"code\":\"T1\"}", POLYGON("[[[500000,1],[2,1],[2,2],[500000,1]]]")),
     "map.geojson: features[0]: each point should be [longitude, latitude]"},
    {"map.geojson", FEATURE("{\"code\":\"T1\"}", POLYGON("[[[\"1\",1],[2,1],[2,2],[\"1\",1]]]")),
     "map.geojson: features[0]: each point should be [longitude, latitude]"},
    {"map.geojson",
     "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{\"code\":\"T1\"},"
     "\"geometry\":" POLYGON(
         "[[[1,1],[2,1],[2,2],[1,1]]]") "},{\"type\":\"Feature\",\"properties\":{\"code\":"
                                        "\"T1\"},\"geometry\":null}]}",
     "map.geojson: features[1]: the township has borders already"},
    {"divisions.csv", DIVISIONS("T2,乡,township,C1\n"), "map.geojson: the township 乡 (T2) has no borders"},
};

/* ---- Running a case ---- */

/* Each wanted line must be the beginning of a fault's line, one to one. Lines without a file belong to the
 * case's. */
/* ---- roles ---- */

#define ROLE(rest) "clerk:\n  label: 文员\n" rest

static const struct fault_case attachment_faults_cases[] = {
    {"attachments.yaml", "kinds: {photo: {label: 照片, holds: [picture, film]}}\n",
     "1:45: expected one of picture"},
    {"attachments.yaml", "kinds: {photo: {label: 照片}}\n", "1:16: missing `holds`"},
    {"attachments.yaml", "kinds: {photo: {label: 照片, holds: []}}\n", "1:35: expected at least one type"},
    {"attachments.yaml", "limits: {file: 0, records: 3}\n",
     "1:19: unknown key `records`; did you mean `record`?\n1:16: expected a whole number\n1:1: missing "
     "`kinds`"},
    {"attachments.yaml",
     "kinds:\n  a: {label: 甲, holds: text, registers: [houshold]}\n  b: {label: 甲, holds: text, sensitive: "
     "secret}\n",
     "2:42: unknown register `houshold`; did you mean `household`?\n3:14: the label `甲` is taken\n3:41: "
     "expected one of "
     "identity"},
};

static const struct fault_case role_faults_cases[] = {
    {"roles.yaml", ROLE("  scop: everywhere\n"),
     "2:3: missing `scope`\n3:3: unknown key `scop`; did you mean `scope`?"},
    {"roles.yaml", "clerk: {scope: everywhere}\n", "1:8: missing `label`"},
    {"roles.yaml", ROLE("  scope: everywere\n"),
     "3:10: expected one of everywhere, division, assigned, found `everywere`; did you mean `everywhere`?"},
    {"roles.yaml", ROLE("  scope: division\n"), "3:10: missing `level`"},
    {"roles.yaml", ROLE("  scope: division\n  level: town\n"),
     "4:10: expected one of county, township, village, found `town`"},
    {"roles.yaml", ROLE("  scope: assigned\n  level: village\n"), "4:10: `level` belongs to"},
    {"roles.yaml", ROLE("  scope: everywhere\n  registers: {houshold: [read], \"*\": read}\n"),
     "4:15: unknown register `houshold`; did you mean `household`?"},
    {"roles.yaml", ROLE("  scope: everywhere\n  registers: {household: [raed], person: [edit]}\n"),
     "4:27: expected one of read, create, edit, retire, export, found `raed`; did you mean `read`?\n"
     "4:42: rights without `read`"},
    {"roles.yaml", ROLE("  scope: everywhere\n  registers: [household]\n"), "4:14: expected a mapping"},
    {"roles.yaml",
     ROLE("  scope: everywhere\n  owned: write\n  unmask: [phones]\n  can: [dashbord, audit]\n"),
     "4:10: expected one of read, create, edit, retire, export, found `write`\n"
     "5:12: expected one of identity, phone, bank, health, found `phones`; did you mean `phone`?\n"
     "6:9: expected one of dashboard, monitoring, screen, import, users, audit, tokens, assess, found "
     "`dashbord`; "
     "did you mean `dashboard`?"},
    {"roles.yaml", ROLE("  scope: division\n  level: village\n  can: [users, dashboard, audit]\n"),
     "5:8: `users` reaches the whole county\n5:8: `audit` reaches the whole county"},
    {"roles.yaml", "a: {label: 文员, scope: everywhere}\nb: {label: 文员, scope: everywhere}\n",
     "2:12: the label `文员` is taken in roles.yaml:1"},
    {"roles/more.yaml", "", "roles/more.yaml: a pack has no such file"},
};

/* ---- workflows, holidays.yaml ---- */

/* A case register and roles are put into one file each by the small pack's variants below. */
#define FLOW(rest)                                                                                           \
    "flow:\n"                                                                                                \
    "  label: {zh: 流, en: Flow}\n"                                                                         \
    "  register: person\n" rest
#define STATES                                                                                               \
    "  start: {state: a, who: [clerk]}\n"                                                                    \
    "  states:\n"                                                                                            \
    "    a: {label: {zh: 甲, en: A}, holder: [clerk]}\n"                                                    \
    "    z: {label: {zh: 终, en: Z}, end: done}\n"
#define ENDING "    done: {label: {zh: 办, en: Do}, from: [a], to: z, who: [clerk]}\n"

/* A state with a deadline, out of which one step leads that waits. */
#define DUE(deadline, wait)                                                                                  \
    FLOW("  start: {state: a, who: [clerk]}\n  states:\n    a: {label: {zh: 甲, en: A}, holder: [clerk], "  \
         "deadline: " deadline "}\n    z: {label: {zh: 终, en: Z}, end: done}\n  transitions:\n"            \
         "    done: {label: {zh: 办, en: Do}, from: [a], to: z, who: [clerk], wait: " wait "}\n")

static const struct fault_case workflow_faults_cases[] = {
    {"workflows/f.yaml", "flow: {label: {zh: 流, en: Flow}}\n",
     "1:7: missing `states`\n1:7: missing `register`\n1:7: missing `start`\n1:7: missing `transitions`"},
    {"workflows/f.yaml",
     FLOW("  start: {state: a, who: [clerk], one_open: true, beside: born}\n  states:\n    a: {label: {zh: "
          "甲, en: A}, holder: [clerk]}\n"
          "    z: {label: {zh: 终, en: Z}, end: done}\n  transitions:\n" ENDING),
     "4:59: `beside` names a field of type text that is not sensitive, together with `one_open: true`"},
    {"workflows/f.yaml",
     FLOW("  start: {state: a, who: [clerk], beside: name}\n  states:\n    a: {label: {zh: 甲, en: A}, "
          "holder: [clerk]}\n"
          "    z: {label: {zh: 终, en: Z}, end: done}\n  transitions:\n" ENDING),
     "4:43: `beside` names a field of type text that is not sensitive, together with `one_open: true`"},
    {"workflows/f.yaml",
     FLOW("  start: {state: a, who: [clerk], imported: [{state: z, when: known(name), who: [clerk]}]}\n  "
          "states:\n    a: {label: {zh: "
          "甲, en: A}, holder: [clerk]}\n"
          "    z: {label: {zh: 终, en: Z}, end: done}\n  transitions:\n" ENDING),
     "4:45: `imported` means nothing without `import` under `by`\n4:81: the role `clerk` brings in no "
     "sheets"},
    {"workflows/f.yaml",
     FLOW("  start: {state: a, by: import, imported: [{state: a, when: name, who: [clerk]}]}\n  states:\n    "
          "a: {label: {zh: "
          "甲, en: A}, holder: [clerk]}\n"
          "    z: {label: {zh: 终, en: Z}, end: done}\n  transitions:\n" ENDING),
     "4:61: yes/no is wanted here, but the formula gives text"},
    {"workflows/f.yaml", FLOW(STATES "  transitions:\n" ENDING "  facts: [nothing]\n"),
     "10:11: unknown field `nothing`"},
    {"workflows/f.yaml",
     FLOW(STATES "    lost: {label: {zh: 失, en: Lost}, holder: [clerk]}\n  transitions:\n" ENDING
                 "    on: {label: {zh: 续, en: On}, from: [lost], to: z, who: [clerk]}\n"),
     "8:5: no transition ever leads to the state `lost`"},
    {"workflows/f.yaml",
     FLOW(STATES "    trap: {label: {zh: 陷, en: Trap}, holder: [clerk]}\n  transitions:\n" ENDING
                 "    on: {label: {zh: 续, en: On}, from: [a], to: trap, who: [clerk]}\n"
                 "    round: {label: {zh: 转, en: Round}, from: [trap], to: trap, who: [clerk]}\n"),
     "8:5: from the state `trap` no end can be reached"},
    {"workflows/f.yaml",
     FLOW("  start: {state: a, who: [clerk]}\n  states:\n    a: {label: {zh: 甲, en: A}}\n"
          "    z: {label: {zh: 终, en: Z}, end: done}\n  transitions:\n" ENDING),
     "6:8: missing `holder`"},
    {"workflows/f.yaml",
     FLOW("  start: {state: a, who: [clerk]}\n  states:\n    a: {label: {zh: 甲, en: A}, holder: [clerk, "
          "reader]}\n"
          "    z: {label: {zh: 终, en: Z}, end: done}\n  transitions:\n" ENDING),
     "6:40: the role `reader` has cases in this state, but there is no transition that it may do\n"
     "6:40: the role `reader` may not `edit` this register"},
    {"workflows/f.yaml",
     FLOW(STATES
          "  transitions:\n    done: {label: {zh: 办, en: Do}, from: [a], to: z, who: [clerk, reader]}\n"),
     "9:59: the role `reader` may not `edit` this register"},
    {"workflows/f.yaml",
     FLOW(STATES "  transitions:\n    done: {label: {zh: 办, en: Do}, from: [a], to: z, who: clrk}\n"),
     "9:59: unknown role `clrk`; did you mean `clerk`?"},
    {"workflows/f.yaml",
     FLOW(STATES "  transitions:\n    done:\n      label: {zh: 办, en: Do}\n      from: [a]\n      to: z\n   "
                 "   who: clerk\n"
                 "      require: [case_due]\n      guards: [{formula: born, message: {zh: 无, en: No}}]\n"
                 "      writes: {person: {name: born, case_state: z}, village: {name: name}, household: "
                 "{income: land}}\n"),
     "14:16: the case's own fields are filled by the system\n15:26: yes/no is wanted here, but the formula "
     "gives date\n"
     "16:25: `name` is part of the key\n16:37: `case_state` is written by its own workflow alone\n"
     "16:96: person has no 'land'"},
    {"workflows/f.yaml",
     FLOW(STATES "  transitions:\n" ENDING
                 "    auto: {label: {zh: 自, en: Auto}, kind: automatic, from: [a], to: z, who: [clerk]}\n"
                 "    back: {label: {zh: 回, en: Back}, from: [z], to: a, who: [clerk]}\n"
                 "    again: {label: {zh: 再, en: Again}, kind: automatic, from: [z], to: a, overdue: true}\n"
                 "    hand: {label: {zh: 转, en: Hand}, kind: hand_over, from: [a], who: [clerk]}\n"),
     "10:11: an automatic transition needs its condition\n10:78: `who` is not for `kind: automatic`\n"
     "11:44: only `reopen` and `automatic` lead out of an end\n12:12: missing `rests_on`"},
    {"workflows/f.yaml",
     FLOW(STATES
          "  transitions:\n    done: {label: {zh: 办, en: Do}, from: [a], to: z, who: [clerk], needs: 2}\n"),
     "9:75: `needs` is only for `kind: countersign`"},
    {"workflows/f.yaml",
     FLOW(STATES "  transitions:\n" ENDING "    more: {label: {zh: 开, en: More}, from: [a], to: z, who: "
                 "[clerk], wait: {days: line}, opens: [{workflow: flow}]}\n"),
     "10:83: the parameter `line` should be of type int\n10:98: the case that is opened lacks the required "
     "field `name`"},
    {"workflows/f.yaml",
     FLOW(STATES "  transitions:\n" ENDING
                 "    on: {label: {zh: 续, en: On}, from: [a], to: a, who: [clerk], clock: starts}\n"),
     "10:73: the workflow has no `clock` that could begin anew"},
    {"workflows/f.yaml",
     FLOW("  clock: {days: 3}\n" STATES "  transitions:\n    done: {label: {zh: 办, en: Do}, from: [a], to: "
                                        "z, who: [clerk], clock: starts}\n"),
     "10:75: no clock runs in the state that it leads to"},
    {"workflows/f.yaml",
     FLOW(STATES
          "  transitions:\n    done: {label: {zh: 办, en: Do}, from: [a], to: z, who: [clerk], attach: "
          "[{since: ever}]}\n"),
     "9:85: expected one of state, found `ever`"},
    {"workflows/f.yaml", DUE("{days: 5, from: born}", "{days: 5, from: born}"),
     "6:59: the deadline is not after the first day on which `done` may be done"},
    {"workflows/f.yaml", DUE("5", "{days: 5, count: working}"),
     "6:59: the deadline is not after the first day"},
    {"workflows/f.yaml",
     FLOW(STATES "  transitions:\n" ENDING) "more:\n  label: {zh: 二, en: Two}\n  register: person\n" STATES
                                            "  transitions:\n" ENDING,
     "12:13: the register `person` belongs to the workflow `flow` already"},
    {"holidays.yaml",
     "weekend: [sonday]\nyears:\n  - {year: 2022, source: x, off: [{from: 2023-01-01}, {from: 2022-05-02, "
     "to: 2022-05-01}, "
     "{from: 2022-06-01}], work: [2022-06-01, 2022-13-01]}\n  - {year: 2021, source: x}\n  - {year: 2023}\n",
     "1:11: expected one of monday\n3:42: this day is not in 2022\n3:78: the last day is before the first\n"
     "3:119: this day is both off and at work\n3:131: expected a date\n4:5: expected a year after the one "
     "before\n"
     "5:5: missing `source`"},
};

static void run_case(const struct fault_case *one)
{
    struct loaded loaded = small_pack_load(one->path, one->content);
    char *got = small_pack_faults(&loaded);
    assert_int_equal(loaded.result, ERR_INPUT);
    assert_null(loaded.pack);
    size_t wanted_count = 0;
    for (const char *line = one->wanted; *line != '\0'; wanted_count++) {
        size_t size = strcspn(line, "\n");
        char wanted[600];
        bool bare = line[0] >= '0' && line[0] <= '9';
        snprintf(wanted, sizeof wanted, "\n%s%s%.*s", bare ? one->path : "", bare ? ":" : "", (int)size,
                 line);
        struct buffer all = {0};
        buffer_printf(&all, "\n%s", got);
        if (strstr(all.data, wanted) == NULL)
            fail_msg("%s\n--- wanted ---%s\n--- got ---\n%s", one->content == NULL ? "" : one->content,
                     wanted, got);
        buffer_fini(&all);
        line += size + (line[size] == '\n');
    }
    if (loaded.faults.count != wanted_count)
        fail_msg("%s\n--- wanted %zu faults, got ---\n%s", one->content == NULL ? "" : one->content,
                 wanted_count, got);
    for (size_t i = 0; i < loaded.faults.count; i++) assert_true(loaded.faults.items[i].zh[0] != '\0');
    free(got);
    small_pack_done(&loaded);
}

#define RUN(name)                                                                                            \
    static void name(void **state)                                                                           \
    {                                                                                                        \
        for (size_t i = 0; i < sizeof name##_cases / sizeof *name##_cases; i++) run_case(&name##_cases[i]);  \
    }

RUN(file_faults)
RUN(yaml_faults)
RUN(manifest_faults)
RUN(assessment_faults)
RUN(indicator_faults)
RUN(bulletin_faults)
RUN(plan_faults)
RUN(parameter_faults)
RUN(register_faults)
RUN(formula_faults)
RUN(feed_faults)
RUN(division_faults)
RUN(map_faults)
RUN(attachment_faults)
RUN(role_faults)
RUN(workflow_faults)

static void role_faults_without_divisions(void **state)
{
    const struct pack_file files[] = {
        {TEXT("pack.yaml"),
         TEXT("format: 1\nname: x\ntitle: X\nyears: [2022, 2022]\nlanguages: [en]\nsubject: a\n")},
        {TEXT("registers.yaml"),
         TEXT("a: {label: A, key: [b], fields: {b: {label: B, type: text, required: true}}}\n")},
        {TEXT("roles.yaml"), TEXT("clerk: {label: Clerk, scope: division, level: village}\n")},
    };
    struct loaded loaded = {0};
    loaded.result = pack_load_files("", files, 3, &loaded.pack, &loaded.faults, &loaded.err);
    char *got = small_pack_faults(&loaded);
    assert_string_equal(got, "roles.yaml:1:30: `scope: division` needs a register that divisions fill, see "
                             "`divisions` in pack.yaml\n");
    free(got);
    small_pack_done(&loaded);
}

/* ---- Catalogues ---- */

#define CATALOGUE(keys, items) "help:\n  label: 措施\n  on: household\n" keys "  items:\n" items
#define NAMED                                                                                                 \
    "step: {label: {zh: 举措, en: Step}, key: [name, household], name: name, parent: household, fields: "   \
    "{name: {label: 名, type: text, required: true}, household: {label: 所属, type: reference, register: " \
    "household, required: true}, cost: {label: 费用, type: money, min: 0}}}\n"

static void catalogue_faults(void **state)
{
    static const struct {
        const char *catalogue, *expected;
    } cases[] = {
        {CATALOGUE("  register: step\n",
                   "    a: {label: 甲, unit: bureau, formula: gap > 0, set: {cost: 5元}}\n"),
         ""},
        {CATALOGUE("  register: step\n",
                   "    a: {label: 甲, formula: gap, set: {cost: -1元, nme: x, name: y}}\n"),
         "catalogues.yaml:6:28: yes/no is wanted here, but the formula gives money"},
        {CATALOGUE("  register: step\n",
                   "    a: {label: 甲, formula: gap > 0, set: {cost: -1元, nme: x, name: y}}\n"),
         "catalogues.yaml:6:49: below the field's `min`\ncatalogues.yaml:6:54: unknown field `nme`; did you "
         "mean "
         "`name`?\ncatalogues.yaml:6:62: this field takes the items' labels\n"},
        {CATALOGUE("  register: village\n", "    a: {label: 甲, formula: gap > 0}\n"),
         "catalogues.yaml:4:13: the register needs a text field as its `name`, which takes the items' "
         "labels\n"},
        {CATALOGUE("  register: step\n  unit: cost\n", "    a: {label: 甲, formula: gap > 0, unit: buro}\n"),
         "catalogues.yaml:5:9: expected a text field\ncatalogues.yaml:7:43: unknown unit `buro`"},
        {CATALOGUE("  register: step\n", "    a: {label: 甲, formula: gap > 0}\n    b: {label: 甲}\n"),
         "catalogues.yaml:7:8: missing `formula`: a formula, see docs/formula.md\ncatalogues.yaml:7:16: the "
         "label `甲` is taken in "
         "catalogues.yaml:6"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct loaded loaded =
            small_pack_load_two("registers/step.yaml", NAMED, "catalogues.yaml", cases[i].catalogue);
        char *got = small_pack_faults(&loaded);
        if (strncmp(got, cases[i].expected, strlen(cases[i].expected)) != 0) fail_msg("case %zu: %s", i, got);
        if (cases[i].expected[0] == 0) assert_string_equal(got, "");
        free(got);
        small_pack_done(&loaded);
    }
}

/* A fault in one file hides none in another, and they come sorted by file and place. */
static void faults_of_all_files(void **state)
{
    const struct pack_file files[] = {
        {TEXT("rules.yaml"), TEXT("r: {register: a, label: R, kind: lst, formula: b = 'x'}\n")},
        {TEXT("pack.yaml"),
         TEXT("format: 1\nname: x\ntitle: X\nyears: [2022, 2022]\nlanguages: [en]\nsubject: a\ntypo: 1\n")},
        {TEXT("registers.yaml"),
         TEXT("a: {label: A, key: [b], fields: {b: {label: B, type: texts, required: true}}}\n")},
    };
    struct loaded loaded = {0};
    loaded.result = pack_load_files("county.db", files, 3, &loaded.pack, &loaded.faults, &loaded.err);
    char *got = small_pack_faults(&loaded);
    assert_int_equal(loaded.result, ERR_INPUT);
    assert_int_equal(loaded.faults.count, 3);
    assert_string_equal(loaded.faults.items[0].file, "county.db/pack.yaml");
    assert_string_equal(loaded.faults.items[1].file, "county.db/registers.yaml");
    assert_string_equal(loaded.faults.items[2].file, "county.db/rules.yaml");
    assert_non_null(strstr(loaded.err.en, "county.db has 3 faults"));
    free(got);
    small_pack_done(&loaded);
}

static void faults_are_bounded(void **state)
{
    struct buffer text = {0};
    for (int i = 0; i < 3000; i++) buffer_printf(&text, "u%d: {}\n", i);
    struct loaded loaded = small_pack_load("units.yaml", text.data);
    assert_int_equal(loaded.faults.count, 1000);
    assert_true(loaded.faults.dropped > 3000);
    small_pack_done(&loaded);
    buffer_fini(&text);
}

static void giant_file(void **state)
{
    size_t size = ((size_t)16 << 20) + 1;
    char *large = mem_new(size + 1, 1);
    memset(large, '#', size);
    struct loaded loaded = small_pack_load("units.yaml", large);
    assert_int_equal(loaded.result, ERR_INPUT);
    assert_string_equal(loaded.faults.items[loaded.faults.count - 1].en,
                        "the file is larger than 16 MiB; split it");
    small_pack_done(&loaded);
    free(large);
}

/* Far below the limit of a file, and still too much to be drawn. */
static void giant_map(void **state)
{
    struct buffer text = {0};
    buffer_string(&text,
                  "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{"
                  "\"code\":\"T1\"},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[1,1]");
    for (int i = 0; i < 100000; i++) buffer_string(&text, ",[2,2]");
    buffer_string(&text, ",[1,1]]]}}]}");
    struct loaded loaded = small_pack_load("map.geojson", text.data);
    assert_int_equal(loaded.result, ERR_INPUT);
    assert_non_null(strstr(loaded.faults.items[0].en, "more than 100,000 points"));
    small_pack_done(&loaded);
    while (buffer_get(&text).size <= (size_t)4 << 20) buffer_string(&text, "                ");
    loaded = small_pack_load("map.geojson", text.data);
    assert_int_equal(loaded.result, ERR_INPUT);
    assert_non_null(strstr(loaded.faults.items[0].en, "larger than 4 MiB"));
    small_pack_done(&loaded);
    buffer_fini(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(file_faults),        cmocka_unit_test(yaml_faults),
        cmocka_unit_test(manifest_faults),    cmocka_unit_test(plan_faults),
        cmocka_unit_test(parameter_faults),   cmocka_unit_test(register_faults),
        cmocka_unit_test(formula_faults),     cmocka_unit_test(feed_faults),
        cmocka_unit_test(division_faults),    cmocka_unit_test(map_faults),
        cmocka_unit_test(giant_map),          cmocka_unit_test(faults_of_all_files),
        cmocka_unit_test(faults_are_bounded), cmocka_unit_test(giant_file),
        cmocka_unit_test(assessment_faults),  cmocka_unit_test(indicator_faults),
        cmocka_unit_test(bulletin_faults),    cmocka_unit_test(attachment_faults),
        cmocka_unit_test(role_faults),        cmocka_unit_test(role_faults_without_divisions),
        cmocka_unit_test(catalogue_faults),   cmocka_unit_test(workflow_faults),
    };
    return cmocka_run_group_tests_name("faults", tests, NULL, NULL);
}
