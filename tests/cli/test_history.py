"""The two times: as of which date formulas ask, and by when the facts had been recorded. January's file is imported and
screened, the facts are corrected in March, and January's answers are asked for again."""

import hashlib
import json

import openpyxl

from helpers.words import CommandTest
from support.databases import change, rows
from support.program import PACK, run

HEADINGS = "户编号,户主姓名,户类别,家庭人口,纯收入,人编号,姓名,出生日期"
JANUARY = ("1,王一,脱贫户,2,5000,11,王一,1970-01-01", "1,王一,脱贫户,2,5000,12,李二,1972-01-01", "2,张三,监测户,1,9000,21,张三,1955-05-05")
# 1 earns more than was thought, 12 moved to 2, which had one member too few; 3 is new.
MARCH = ("1,王一,脱贫户,2,50000,11,王一,1970-01-01", "2,张三,监测户,2,9000,12,李二,1972-01-01", "3,赵四,脱贫户,1,100,31,赵四,1990-01-01")
THEN = "2022-01-31"


class History(CommandTest):
    def setUp(self):
        super().setUp()
        self.init()
        self.must("import", "--db", self.database, "people_sheet", self.write("january.csv", HEADINGS, *JANUARY))
        self.january = self.ask("screen", "--db", self.database, "--as-of", THEN)
        self.dated("2022-02-01T08:00:00Z", 1)
        self.must("import", "--db", self.database, "people_sheet", self.write("march.csv", HEADINGS, *MARCH))
        self.dated("2022-03-05T08:00:00Z", 3)

    def dated(self, at, entry):
        """Tests do not wait for days to pass."""
        change(self.database, f"UPDATE zs_entry SET at = '{at}' WHERE id >= {entry}")

    def members(self, *words):
        answer = self.ask("eval", "--db", self.database, "--on", "household", "count(person)", *words)
        return {row["record"][0]: row["value"] for row in answer["records"]}

    def explain(self, number, *words, language="zh"):
        return self.ask("--lang", language, "explain", "--db", self.database, "household", number, "poor", *words)

    def rules(self, screening):
        return {rule["name"]: (rule["hits"], rule["new"], rule["cleared"]) for rule in screening["rules"]}

    # ---- Evaluation ----

    def test_eval(self):
        now, then = self.members(), self.members("--recorded", "2022-02-28")
        self.assertEqual({"1": "1", "2": "2", "3": "1"}, now)
        self.assertEqual({"1": "2", "2": "1"}, then)
        self.assertEqual(now, self.members("--recorded", "2022-03-05T08:00:00Z"))
        self.assertEqual(then, self.members("--recorded", "2022-03-05T07:59:59Z"))

    def test_a_day_ends_in_local_time(self):
        """08:00 UTC is the 5th at 16:00 in Hengyang, and still the 4th at 22:00 in Honolulu."""
        words = ("eval", "--json", "--db", self.database, "--on", "household", "count(person)", "--recorded", "2022-03-04")
        self.assertIn('"count":2', run(*words, environment={"TZ": "CST-8"}).out)
        self.assertIn('"count":3', run(*words, environment={"TZ": "HST+10"}).out)

    def test_simulate(self):
        def hits(*words):
            answer = self.ask("simulate", "--db", self.database, "poor", "--set", "line=8000元", "--as-of", THEN, *words)
            return {row["base"] for row in answer["divisions"]}
        self.assertEqual({2}, hits())
        self.assertEqual({1}, hits("--recorded", "2022-02-28"))

    def test_what_is_shown_says_of_when_it_is(self):
        for language, words in (("zh", "日志第2条"), ("en", "entry 2 of the log")):
            result = self.must("--lang", language, "eval", "--db", self.database, "--on", "household", "members", "--recorded", "2022-02-28")
            self.assertIn(words, result.out)

    # ---- Screening ----

    def test_screen(self):
        then = self.ask("screen", "--db", self.database, "--as-of", THEN, "--recorded", "2022-02-28")
        for old, again in zip(self.january["rules"], then["rules"]):
            self.assertEqual((old["name"], old["records"], old["hits"], old["undetermined"]),
                             (again["name"], again["records"], again["hits"], again["undetermined"]))
            self.assertEqual((None, None), (again["new"], again["cleared"]))
        self.assertEqual(self.january["poor"], then["poor"])
        self.assertNotIn("run", then)

    def test_a_screening_of_the_past_is_none_that_others_are_compared_with(self):
        self.ask("screen", "--db", self.database, "--as-of", THEN, "--recorded", "2022-02-28")
        now = self.ask("screen", "--db", self.database, "--as-of", THEN)
        self.assertEqual(2, now["run"])
        self.assertEqual((2, 2, 1), self.rules(now)["poor"])

    def test_a_workbook_of_the_past(self):
        lists = self.folder / "lists.xlsx"
        self.must("screen", "--db", self.database, "--as-of", THEN, "--recorded", "2022-02-28", "--out", lists)
        self.assertTrue(lists.exists())

    # ---- Explanations ----

    def test_why_then(self):
        for entry, words in ((1, ("--run", "1")), (2, ("--as-of", THEN, "--recorded", "2022-02-28"))):
            for language in ("zh", "en"):
                with self.subTest(words=words, language=language):
                    then = self.explain("1", *words, language=language)
                    self.assertIn("2,500.00", then["sentence"])
                    self.assertIn("5,000.00", then["tree"])
                    self.assertEqual(entry, then["recorded_entry"])
        now = self.explain("1", "--as-of", THEN)
        self.assertEqual("否", now["value"])
        self.assertIn("25,000.00", now["sentence"])

    def test_an_answer_that_is_no_longer_the_screenings_says_so(self):
        now = self.explain("1", "--as-of", THEN)
        self.assertEqual((1, "hit", True), tuple(now[key] for key in ("run", "run_found", "run_differs")))
        for language, words in (("zh", "第1次筛查当时的结论：命中"), ("en", "Screening 1 found: a hit")):
            result = self.must("--lang", language, "explain", "--db", self.database, "household", "1", "poor", "--as-of", THEN)
            self.assertIn(words, result.out)
            self.assertIn("--run", result.out)
        then = self.explain("1", "--run", "1")
        self.assertEqual(("hit", False), (then["run_found"], then["run_differs"]))
        self.assertNotIn("run", self.explain("1", "--as-of", "2022-05-31"), "no screening as of that date")

    def test_each_fact_says_where_it_comes_from(self):
        facts = {fact["fact"]: fact for fact in self.explain("1", "--as-of", THEN, language="en")["facts"]}
        income, members = facts["Net income"], facts["Members"]
        self.assertIn("march.csv", income["source"])
        self.assertEqual((3, "50,000.00 yuan"), (income["entry"], income["value"]))
        self.assertIn("january.csv", members["source"], "the record's last writer is not this field's")
        self.assertEqual(1, members["entry"])
        then = {fact["fact"]: fact for fact in self.explain("1", "--run", "1", language="en")["facts"]}
        self.assertIn("january.csv", then["Net income"]["source"])
        chinese = self.explain("1", "--as-of", THEN)["facts"][0]["source"]
        self.assertIn("导入“人员信息”：march.csv", chinese)

    def test_a_file_is_known_by_sheet_and_digest(self):
        book = openpyxl.Workbook()
        book.active.title = "四月"
        for line in (HEADINGS, "1,王一,脱贫户,3,50000,11,王一,1970-01-01"):
            book.active.append(line.split(","))
        path = self.folder / "april.xlsx"
        book.save(path)
        self.must("import", "--db", self.database, "people_sheet", path)
        detail = json.loads(rows(self.database, "SELECT detail FROM zs_entry ORDER BY id DESC LIMIT 1")[0][0])
        self.assertEqual(("people_sheet", "april.xlsx", "四月"), tuple(detail[key] for key in ("feed", "file", "sheet")))
        self.assertEqual(hashlib.sha256(path.read_bytes()).hexdigest(), detail["sha256"])
        facts = {fact["fact"]: fact["source"] for fact in self.explain("1", "--as-of", THEN, language="en")["facts"]}
        self.assertIn('april.xlsx, sheet "四月"', facts["Members"])

    def test_facts_of_members_and_up_references(self):
        def sources(register, key, formula):
            answer = self.ask("explain", "--db", self.database, register, key, formula)
            return {(fact["record"].split("（")[0], fact["fact"]): fact["entry"] for fact in answer["facts"]}
        self.assertEqual({("12", "出生日期"): 1, ("21", "出生日期"): 1}, sources("household", "2", "max(person.birth) > 2000-01-01"))
        self.assertEqual({("2", "家庭人口"): 3}, sources("person", "12", "household.members > 1"))

    def test_a_record_that_was_not_there_yet(self):
        for language, words in (("zh", "还没有录入这条记录"), ("en", "had not been recorded")):
            self.assert_fails_with(run("--lang", language, "explain", "--db", self.database, "household", "3", "poor", "--run", "1"), words)

    # ---- The pack of then ----

    def replace(self, *changes, files=()):
        pack = self.pack_with(PACK, changes, files)
        self.must("init", "--db", self.database, "--pack", pack)
        return pack

    def test_the_rules_of_then(self):
        """March's list by March's line, November's by November's."""
        self.replace(("parameters.yaml", "7000元", "100000元"))
        november = self.ask("screen", "--db", self.database, "--as-of", "2022-11-30")
        self.assertEqual({"poor": 3, "large": 0}, {rule["name"]: rule["hits"] for rule in november["rules"]})
        march = self.explain("1", "--run", "1")
        self.assertEqual(("是", "hit", False, True, True),
                         tuple(march[key] for key in ("value", "run_found", "run_differs", "pack_changed_since", "by_pack_of_then")))
        self.assertIn("7,000.00", march["sentence"])
        self.assertIn("2,500.00", march["sentence"])
        later = self.explain("1", "--run", "2")
        self.assertEqual(("是", False, False, True),
                         tuple(later[key] for key in ("value", "run_differs", "pack_changed_since", "by_pack_of_then")))
        self.assertIn("100,000.00", later["sentence"])
        self.assertIn("7,000.00", self.explain("2", "--as-of", THEN, "--recorded", "2022-02-28")["sentence"])
        for language, words in (("zh", "用当时的包"), ("en", "by the pack of then")):
            result = self.must("--lang", language, "explain", "--db", self.database, "household", "1", "poor", "--run", "1")
            self.assertIn(words, result.out)
        now = self.must("--lang", "en", "explain", "--db", self.database, "household", "1", "poor", "--as-of", THEN)
        self.assertNotIn("unlike", now.out)

    def test_a_rule_that_is_another_one(self):
        self.replace(("rules/all.yaml", "count(person) >= 3", "count(person) >= 2"))
        self.ask("screen", "--db", self.database, "--as-of", THEN)
        def large(number, *words):
            return self.ask("explain", "--db", self.database, "household", number, "large", *words)
        self.assertEqual(("否", False), tuple(large("1", "--run", "1")[key] for key in ("value", "run_differs")))
        self.assertIn("低于3", large("1", "--run", "1")["sentence"])
        self.assertEqual("是", large("2", "--run", "2")["value"])

    def test_packs_one_after_the_other(self):
        """Each keeps its own, and the first one that comes back is no other one."""
        self.replace(("parameters.yaml", "7000元", "2000元"))
        self.ask("screen", "--db", self.database, "--as-of", THEN)
        self.replace(("parameters.yaml", "7000元", "3000元"))
        for number, line in (("1", "7,000.00"), ("2", "2,000.00")):
            self.assertIn(line, self.explain("1", "--run", number)["sentence"])
        self.must("init", "--db", self.database, "--pack", PACK)
        again = self.explain("1", "--run", "1")
        self.assertEqual((False, True, False), tuple(again[key] for key in ("pack_changed_since", "by_pack_of_then", "run_differs")))
        self.assertIn("2,000.00", self.explain("1", "--run", "2")["sentence"])

    def test_a_field_that_left_the_pack(self):
        """Its column and its data stay, so the rule of then still has them."""
        text = (PACK / "registers/all.yaml").read_text()
        gone = next(line for line in text.splitlines() if line.strip().startswith("income:"))
        pack = self.pack_with(PACK, (("registers/all.yaml", gone + "\n", ""), ("rules/all.yaml", "income / members < line", "members > 100")))
        self.must("init", "--db", self.database, "--pack", pack)
        march = self.explain("1", "--run", "1", language="en")
        self.assertEqual(("yes", True), (march["value"], march["by_pack_of_then"]))
        self.assertIn("january.csv", {fact["fact"]: fact["source"] for fact in march["facts"]}["Net income"])
        self.assertEqual("no", self.explain("1", "--as-of", THEN, language="en")["value"])

    def test_a_code_that_is_new(self):
        """Somebody has it by now, which does not change what the pack of then says of the others, or of him."""
        self.replace(("dictionaries.yaml", "    monitored:", "    helped: {label: {zh: 帮扶户, en: Helped}}\n    monitored:"))
        self.must("import", "--db", self.database, "people_sheet", self.write("april.csv", HEADINGS, "1,王一,帮扶户,2,50000,11,王一,1970-01-01"))
        def category(number, formula, *words):
            return self.ask("explain", "--db", self.database, "household", number, formula, *words)
        for number, formula in (("1", "category = graduated"), ("2", "category = monitored")):
            then = category(number, formula, "--run", "1")
            self.assertEqual(("是", True), (then["value"], then["by_pack_of_then"]))
        later = category("1", "category = graduated")
        self.assertEqual("否", later["value"])
        self.assertIn("帮扶户", later["sentence"])

    def test_a_rule_that_is_new(self):
        """Today's answers, and says why."""
        pack = self.pack_with(PACK)
        with (pack / "rules/all.yaml").open("a", encoding="utf-8") as rules:
            rules.write("alone:\n  register: household\n  label: {zh: 独居户, en: Living alone}\n  clause: \"1\"\n"
                        "  kind: list\n  level: low\n  formula: count(person) = 1\n")
        self.must("init", "--db", self.database, "--pack", pack)
        for language, words in (("zh", "不能用当时的包"), ("en", "The pack of then cannot be used")):
            result = self.must("--lang", language, "explain", "--db", self.database, "household", "1", "alone", "--run", "1")
            self.assertIn(words, result.out)
        answer = self.ask("explain", "--db", self.database, "household", "2", "alone", "--run", "1")
        self.assertEqual(("是", False), (answer["value"], answer["by_pack_of_then"]))
        self.assertIn("alone", answer["pack_refused"])

    def test_a_pack_that_was_not_kept(self):
        """Replaced by a program that kept none."""
        self.replace(("parameters.yaml", "7000元", "2000元"))
        change(self.database, "DROP TABLE zs_pack")
        then = self.explain("1", "--run", "1", language="en")
        self.assertEqual(("no", "hit", True, True, False),
                         tuple(then[key] for key in ("value", "run_found", "run_differs", "pack_changed_since", "by_pack_of_then")))
        self.assertIn("not kept", then["pack_refused"])
        for language, words in (("zh", "包换过"), ("en", "the pack was replaced")):
            result = self.must("--lang", language, "explain", "--db", self.database, "household", "1", "poor", "--run", "1")
            self.assertIn(words, result.out)
        self.replace(("parameters.yaml", "7000元", "3000元"))  # init makes the table again

    def test_another_column_since(self):
        """A value that is now something else is not read as what it was."""
        self.replace(("parameters.yaml", "7000元", "2000元"))
        change(self.database, "UPDATE zs_column SET type = 'decimal' WHERE register = 'household' AND field = 'income'")
        then = self.explain("1", "--run", "1", language="en")
        self.assertEqual((False, "no"), (then["by_pack_of_then"], then["value"]))
        self.assertIn("household.income", then["pack_refused"])

    # ---- One record ----

    def test_history(self):
        answer = self.ask("history", "--db", self.database, "person", "12")
        moved = answer["history"][0]
        self.assertEqual((3, "changed", "household", "1（王一）", "2（张三）"),
                         tuple(moved[key] for key in ("entry", "kind", "name", "before", "after")))
        self.assertIn("march.csv", moved["source"])
        self.assertEqual({"created"}, {row["kind"] for row in answer["history"] if row["entry"] == 1})
        self.assertFalse(answer["more"])

    def test_history_by_pages(self):
        first = self.ask("history", "--db", self.database, "household", "1", "--limit", "1")
        self.assertTrue(first["more"])
        second = self.ask("history", "--db", self.database, "household", "1", "--limit", "1", "--before", first["history"][-1]["entry"])
        self.assertFalse(second["more"])
        self.assertEqual({1}, {row["entry"] for row in second["history"]})
        self.assertIn("--before 3", self.must("history", "--db", self.database, "household", "1", "--limit", "1").out)

    # ---- Bad input ----

    def test_moments_that_cannot_be(self):
        def asked(moment):
            return run("--lang", "en", "eval", "--db", self.database, "--on", "household", "members", "--recorded", moment)
        for moment in ("", "yesterday", "2022-02-30", "2022-02-28T25:00", "12:00", "2022-02-28T", "2022-02-28T12:00:99", "x" * 100):
            with self.subTest(moment=moment):
                self.assert_fails_with(asked(moment), "--recorded")
        self.assert_fails_with(asked("2022-01-31"), "begins at 2022-02-01T08:00:00Z")
        self.assert_fails_with(asked("2199-01-01"), "not come yet")

    def test_runs_that_cannot_be(self):
        explain = ("--lang", "en", "explain", "--db", self.database, "household", "1", "poor", "--run")
        self.assert_fails_with(run(*explain, "7"), "no screening 7", "from 1 to 1")
        self.assert_fails_with(run(*explain, "1", "--as-of", THEN), "--as-of")
        self.assertEqual(2, run(*explain, "x").status)

    def test_a_database_that_was_never_screened(self):
        self.database = self.place("other")
        self.init()
        self.must("import", "--db", self.database, "people_sheet", self.folder / "january.csv")
        self.assert_fails_with(run("--lang", "en", "explain", "--db", self.database, "household", "1", "poor", "--run", "1"), "never been screened")
        self.assertNotIn("run", self.explain("1", "--as-of", THEN))

    def test_history_of_nothing(self):
        history = ("--lang", "en", "history", "--db", self.database)
        self.assert_fails_with(run(*history, "household", "99"), "no record")
        self.assert_fails_with(run(*history, "houshold", "1"), "household")
        self.assert_fails_with(run(*history, "household", "1", "--limit", "0"), "1000")
        self.assert_fails_with(run(*history, "household", "1", "--limit", "1001"), "1000")

    def test_sql_does_not_know_the_past(self):
        for words in (("eval", "--on", "household", "members"), ("screen", "--as-of", THEN)):
            self.assert_fails_with(run("--lang", "en", words[0], "--db", self.database, *words[1:], "--recorded", "2022-02-28",
                                       "--engine", "sql"), "--engine sql")
