"""A small synthetic county under the sanitizers: what the commands say of it beside what SQL finds in its tables."""

import re
import tempfile
import unittest
from pathlib import Path

from helpers.books import sheets
from helpers.county import PACK, make_county
from helpers.words import CommandTest
from support import databases
from support.program import AS_OF, contents, run

HOUSEHOLDS = 250
SEED = 7
REGISTERS = ("village", "resettlement_site", "household", "person", "income", "expense", "income_year", "measure")
LEVELS = {"county": "'430421'", "township": "substr(v.code, 1, 9)", "village": "v.code"}


def setUpModule():
    global DATABASE, DEMO, IMPORTS, SHEETS
    place = tempfile.TemporaryDirectory(prefix="zengshou-county-")
    unittest.addModuleCleanup(place.cleanup)
    DATABASE, DEMO, IMPORTS = make_county(Path(place.name), HOUSEHOLDS, SEED, keep_sheets=True)
    unittest.addModuleCleanup(databases.remove, DATABASE)
    SHEETS = {file["path"]: file["feed"] for file in DEMO["files"]}


class CountyTest(CommandTest):
    def setUp(self):
        super().setUp()
        databases.copy(DATABASE, self.database)

    def rows(self, sql):
        return databases.rows(self.database, sql)

    def evaluate(self, register, formula, *words):
        return self.ask("eval", "--db", self.database, "--on", register, formula, "--as-of", AS_OF, *words)


class Sheets(CountyTest):
    def test_demo_is_the_same_for_the_same_seed(self):
        for name in ("first", "second"):
            self.must("demo", "--pack", PACK, "--out", self.folder / name, "--households", 40, "--seed", 3, "--as-of", AS_OF)
        first, second = (sorted((self.folder / name).iterdir()) for name in ("first", "second"))
        self.assertEqual([path.name for path in first], [path.name for path in second])
        for one, other in zip(first, second):
            self.assertEqual(one.read_bytes(), other.read_bytes(), one.name)

    def test_every_sheet_was_taken_for_the_most_part(self):
        for file, done in zip(DEMO["files"], IMPORTS):
            with self.subTest(file=Path(file["path"]).name):
                self.assertEqual(file["rows"], done["rows"])
                self.assertTrue(done["applied"])
                self.assertLess(done["rejected"], max(3, done["rows"] / 20), done.get("reasons"))

    def test_once_more_changes_nothing(self):
        """The last sheet that speaks of a record has the last word, so only sheets that no later one contradicts."""
        before = contents(self.database)
        for path, feed in SHEETS.items():
            if feed in ("income_ledger", "expense_ledger", "help_measures", "relocated_households", "national_income_year"):
                done = self.ask("import", "--db", self.database, feed, path)
                self.assertEqual([], [part for part in done["parts"] if part["new"] or part["changed"]], path)
        self.assertEqual(before, contents(self.database))

    def test_registers_go_out_and_come_back_unchanged(self):
        before = contents(self.database)
        for register in REGISTERS:
            count, = self.rows(f"SELECT COUNT(*) FROM {register}")[0]
            for kind in ("xlsx", "csv"):
                with self.subTest(register=register, kind=kind):
                    path = self.folder / f"{register}.{kind}"
                    self.assertEqual(count, self.ask("export", "--db", self.database, register, path)["records"])
                    done = self.ask("import", "--db", self.database, register, path)
                    self.assertEqual([(0, 0, count, 0)], [tuple(part[key] for key in ("new", "changed", "unchanged", "rejected"))
                                                          for part in done["parts"]], done)
        self.assertEqual(before, contents(self.database))

    def test_export_where(self):
        path = self.folder / "out.xlsx"
        done = self.ask("export", "--db", self.database, "household", path, "--where", "曾纳入监测 且 户类型 = 脱贫户", "--as-of", AS_OF)
        rows, = sheets(path).values()
        numbers = [row[rows[0].index("户编号")] for row in rows[1:]]
        wanted = self.rows("SELECT number FROM household WHERE monitored_category IS NOT NULL AND household_type = 'graduated' ORDER BY id")
        self.assertEqual([number for number, in wanted], numbers)
        self.assertEqual(len(numbers), done["records"])
        self.assertEqual(self.rows("SELECT COUNT(*) FROM household WHERE monitored_category IS NOT NULL AND household_type IS NULL")[0][0],
                         done["undetermined"])


class Evaluation(CountyTest):
    def test_every_record(self):
        answer = self.evaluate("household", "members_now")
        wanted = dict(self.rows("SELECT number, members_now FROM household"))
        self.assertEqual(wanted, {row["record"].split("（")[0]: number(row["value"]) for row in answer["records"]})
        self.assertEqual((len(wanted), list(wanted.values()).count(None)), (answer["count"], answer["unknown"]))

    def test_limit(self):
        answer = self.evaluate("household", "members_now", "--limit", 3)
        self.assertEqual(3, len(answer["records"]))
        self.assertGreater(answer["count"], 3)

    def test_sums_by_division(self):
        for level, code in LEVELS.items():
            for register, formula, value, way in (
                    ("household", "members_now", "r.members_now", "JOIN village v ON v.id = r.village"),
                    ("income", "amount", "r.amount", "JOIN household h ON h.id = r.household JOIN village v ON v.id = h.village"),
                    ("village", "rural_population", "r.rural_population", "JOIN village v ON v.id = r.id")):
                with self.subTest(level=level, formula=f"{register}.{formula}"):
                    wanted = self.rows(f"SELECT {code}, COUNT(*), COUNT(*) - COUNT({value}), SUM({value}), MIN({value}), MAX({value}) "
                                       f"FROM {register} r {way} GROUP BY 1 ORDER BY 1")
                    rows = self.evaluate(register, formula, "--by", level)["divisions"]
                    self.assertEqual([(code, records, unknown, (total or 0) if records > unknown else 0, least, most)
                                      for code, records, unknown, total, least, most in wanted],
                                     [(row["code"], row["records"], row["unknown"], number(row["sum"]) or 0, number(row["least"]),
                                       number(row["most"])) for row in sorted(rows, key=lambda row: row["code"])])

    def test_yes_and_no_by_division(self):
        for level, code in LEVELS.items():
            rows = self.evaluate("household", "unsafe_house", "--by", level)["divisions"]
            wanted = self.rows(f"SELECT {code}, COUNT(*) - COUNT(unsafe_house), COALESCE(SUM(unsafe_house), 0), "
                               f"COUNT(unsafe_house) - COALESCE(SUM(unsafe_house), 0) FROM household r JOIN village v ON v.id = r.village GROUP BY 1 ORDER BY 1")
            self.assertEqual(wanted, [(row["code"], row["unknown"], row["true"], row["false"])
                                      for row in sorted(rows, key=lambda row: row["code"])])

    def test_divisions_have_their_names(self):
        row, = self.evaluate("household", "members_now", "--by", "county")["divisions"]
        self.assertEqual(("430421", "衡阳县"), (row["code"], row["division"]))
        rows = self.evaluate("household", "members_now", "--by", "乡镇")["divisions"]
        self.assertEqual(dict(self.rows("SELECT substr(code, 1, 9), township_name FROM village WHERE id IN (SELECT village FROM household)")),
                         {row["code"]: row["division"] for row in rows})

    def test_mistakes(self):
        self.assert_fails_with(run("eval", "--db", self.database, "--on", "household", "1", "--by", "province"), "township")
        self.assert_fails_with(run("eval", "--db", self.database, "--on", "household", "members_now +"), "1:14: ")
        self.assert_fails_with(run("eval", "--db", self.database, "--on", "household", "members_know + 1"), "1:1: ", "members_now")


class Lists(CountyTest):
    def test_one_sheet_a_list_with_reasons(self):
        path = self.folder / "lists.xlsx"
        report = self.ask("screen", "--db", self.database, "--as-of", AS_OF, "--out", path)
        book = sheets(path)
        self.assertEqual([rule["rule"] for rule in report["rules"] if rule["hits"] + rule["undetermined"] > 0], list(book)[1:])
        for rule in report["rules"]:
            heading, *rows = book.get(rule["rule"], [[]])
            rows = [dict(zip(heading, row)) for row in rows]
            with self.subTest(rule=rule["name"]):
                self.assertEqual((rule["hits"], rule["undetermined"]),
                                 tuple(sum(row["结果"] == result for row in rows) for result in ("命中", "待定")))
                self.assertEqual([], [row for row in rows if not row["原因"]][:3])
                self.assertEqual([], [row for row in rows if row["结果"] == "命中" and row["缺少的事实"]][:3])
                # an "if" without "else" may leave a case open though nothing is missing; then the reason says so
                self.assertEqual([], [row for row in rows if row["结果"] == "待定" and not row["缺少的事实"]
                                      and "没有结果" not in row["原因"]][:3])
                self.assertEqual(len(rows), len({row["记录"] for row in rows}), "each record once")

    def test_each_finding_can_be_explained(self):
        """The sentence of the list is the sentence of explain."""
        path = self.folder / "lists.xlsx"
        report = self.ask("screen", "--db", self.database, "--as-of", AS_OF, "--out", path)
        book = sheets(path)
        registers = dict(self.rows("SELECT DISTINCT rule, register FROM zs_run_rule"))
        for rule in report["rules"][::7]:
            heading, *rows = book.get(rule["rule"], [[]])
            for row in rows[:1] + rows[-1:]:
                row = dict(zip(heading, row))
                key = re.sub("（[^（）]*）", "", row["记录"])
                with self.subTest(rule=rule["name"], record=key):
                    answer = self.ask("explain", "--db", self.database, registers[rule["name"]], key, rule["name"], "--as-of", AS_OF)
                    self.assertEqual(row["原因"], answer["sentence"])
                    self.assertEqual("是" if row["结果"] == "命中" else "未知", answer["value"])

    def test_key_households_are_shown_with_the_sentence_that_says_why(self):
        report = self.ask("screen", "--db", self.database, "--as-of", AS_OF)
        hits, = [rule["hits"] for rule in report["rules"] if rule["name"] == "key_household"]
        self.assertGreater(hits, 0)
        self.assertEqual(min(hits, 10), len(report["key_household"]))
        for row in report["key_household"]:
            self.assertTrue(row["township"] and row["village"], row)
            self.assertIn("人均纯收入", row["reason"])


def number(text):
    """A number as printed, money in fen."""
    if text is None:
        return None
    digits = "".join(letter for letter in text if letter.isdigit() or letter in "-.")
    return int(digits.replace(".", "")) if "元" in text else int(digits)
