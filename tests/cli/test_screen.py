"""zengshou screen: this month's picture, what is new and what is cleared, and the workbook of lists."""

import json

from helpers.books import sheets
from helpers.words import CommandTest
from support.databases import copy, rows
from support.program import AS_OF, contents, run

HEADINGS = "户编号,户主姓名,户类别,家庭人口,纯收入"
# The line is 7,000 yuan a head: 1 and 2 are poor, 3 is not, nobody knows of 4 and 5.
HOUSEHOLDS = ("1,王一,脱贫户,2,13999.98", "2,李二,监测户,1,100", "3,张三,脱贫户,2,14000", "4,赵四,监测户,,5000", "5,钱五,,3,")


class Screen(CommandTest):
    def setUp(self):
        super().setUp()
        self.init()
        self.take(HEADINGS, *HOUSEHOLDS)

    def take(self, *lines, register="household"):
        self.must("import", "--db", self.database, register, self.write("sheet.csv", *lines))

    def screen(self, *words, as_of=AS_OF):
        return self.ask("screen", "--db", self.database, "--as-of", as_of, *words)

    def rule(self, report, name="poor"):
        found, = [rule for rule in report["rules"] if rule["name"] == name]
        return {key: found[key] for key in ("records", "hits", "undetermined", "new", "cleared")}

    def findings(self, run):
        return rows(self.database, f"SELECT rule, number, state FROM zs_finding JOIN household h ON h.id = record WHERE run = {run} "
                                   "ORDER BY rule, number")

    def test_hits_and_undetermined_are_stored(self):
        report = self.screen()
        self.assertEqual({"records": 5, "hits": 2, "undetermined": 2, "new": None, "cleared": None}, self.rule(report))
        self.assertEqual([("poor", "1", 1), ("poor", "2", 1), ("poor", "4", 2), ("poor", "5", 2)], self.findings(report["run"]))
        self.assertEqual([("脱贫户", 2), ("监测户", 2), ("未知", 1)], [(row["category"], row["records"]) for row in report["categories"]])

    def test_the_missing_facts_are_counted(self):
        missing = [(row["register"], row["fact"], row["findings"], row["rules"]) for row in self.screen()["missing"]]
        self.assertEqual([("户", "家庭人口", 1, 1), ("户", "纯收入", 1, 1)], sorted(missing))

    def test_highlights_say_why(self):
        rows = self.screen()["poor"]
        self.assertEqual(["1（王一）", "2（李二）"], [row["record"] for row in rows])
        for row, amount in zip(rows, ("6,999.99", "100.00")):
            self.assertIn(amount, row["reason"])

    def test_again_without_a_change_is_the_same_run(self):
        first = self.screen()
        before = contents(self.database)
        again = self.screen()
        self.assertEqual((False, True), (first["repeated"], again["repeated"]))
        self.assertEqual(first["run"], again["run"])
        self.assertEqual(before, contents(self.database))

    def test_what_is_new_and_what_is_cleared(self):
        first = self.screen()
        self.take("户编号,纯收入", "1,20000", "3,13000")
        second = self.screen()
        self.assertFalse(second["repeated"])
        self.assertEqual({"records": 5, "hits": 2, "undetermined": 2, "new": 1, "cleared": 1}, self.rule(second))
        self.assertEqual([("poor", "2", 1), ("poor", "3", 1), ("poor", "4", 2), ("poor", "5", 2)], self.findings(second["run"]))
        self.assertEqual(4, len(self.findings(first["run"])), "the run before stands")

    def test_an_answer_to_a_question_is_no_longer_undetermined(self):
        self.screen()
        self.take("户编号,家庭人口", "4,1")
        self.assertEqual({"records": 5, "hits": 3, "undetermined": 1, "new": 1, "cleared": 0}, self.rule(self.screen()))

    def test_one_rule(self):
        report = self.screen("--rule", "large")
        self.assertEqual(["large"], [rule["name"] for rule in report["rules"]])
        self.assertEqual(["large"], [rule["name"] for rule in self.screen("--rule", "多人户")["rules"]])
        self.assertEqual(["large", "poor"], sorted(rule["name"] for rule in self.screen("--rule", "poor", "--rule", "large")["rules"]))
        self.assert_fails_with(run("screen", "--db", self.database, "--as-of", AS_OF, "--rule", "poor", "--rule", "poor"), "poor")

    def test_before_the_line_held_everything_is_undetermined(self):
        report = self.screen(as_of="2021-12-31")
        self.assertEqual((0, 5), (self.rule(report)["hits"], self.rule(report)["undetermined"]))

    def test_threads_do_not_matter(self):
        self.take("户编号,户类别,家庭人口,纯收入", *(f"9{number:05},脱贫户,{number % 5 + 1},{number * 11 % 40000}" for number in range(5000)))
        runs = []
        for threads in (1, 2, 5):
            other = self.place(f"copy{threads}")
            copy(self.database, other)
            runs.append(json.loads(self.must("screen", "--db", other, "--as-of", AS_OF, "--threads", threads, "--json").out)["rules"])
        self.assertEqual(runs[0], runs[1])
        self.assertEqual(runs[0], runs[2])

    def test_registers_are_left_alone(self):
        before = contents(self.database)
        self.screen("--out", self.folder / "lists.xlsx")
        after = contents(self.database)
        self.assertEqual({name: rows for name, rows in before.items() if not name.startswith("zs_")},
                         {name: rows for name, rows in after.items() if not name.startswith("zs_")})

    def test_the_workbook_has_a_sheet_for_each_list(self):
        self.screen()
        self.take("户编号,纯收入", "1,20000", "3,13000")
        path = self.folder / "lists.xlsx"
        report = self.screen("--out", path)
        self.assertEqual(str(path), report["lists"])
        book = sheets(path)
        self.assertEqual(["总表", "低收入户"], list(book), "an overview, then the lists that are not empty")
        heading = next(row for row in book["总表"] if row[0] == "规则")
        poor = next(row for row in book["总表"] if row[0] == "低收入户")
        told = dict(zip(heading, poor))
        self.assertEqual((5, 2, 2, 1, 1), tuple(told[name] for name in ("记录数", "命中", "待定", "新增", "解除")))
        heading, *rows = book["低收入户"]
        rows = [dict(zip(heading, row)) for row in rows]
        self.assertEqual([("2（李二）", "命中", None), ("3（张三）", "命中", "新增"), ("4（赵四）", "待定", None), ("5（钱五）", "待定", None)],
                         [(row["记录"], row["结果"], row["新增"]) for row in rows])
        self.assertTrue(all(row["原因"] for row in rows))
        self.assertEqual([False, False, True, True], [bool(row["缺少的事实"]) for row in rows])
        self.assertIn("家庭人口", rows[2]["缺少的事实"])
        self.assertIn("纯收入", rows[3]["缺少的事实"])

    def test_the_workbook_in_english(self):
        path = self.folder / "lists.xlsx"
        self.must("--lang", "en", "screen", "--db", self.database, "--as-of", AS_OF, "--out", path)
        self.assertEqual(["Overview", "Poor household"], list(sheets(path)))

    def test_a_workbook_that_cannot_be_written(self):
        result = run("screen", "--db", self.database, "--as-of", AS_OF, "--out", self.folder / "no" / "lists.xlsx")
        self.assert_fails_with(result, "lists.xlsx")

    def test_an_empty_county(self):
        self.database = self.place("other")
        self.init()
        self.assertEqual((0, 0, 0), tuple(self.rule(self.screen("--out", self.folder / "lists.xlsx"))[key]
                                          for key in ("records", "hits", "undetermined")))
