"""zengshou explain: why one record is on a list, is not, or cannot be judged; in Chinese and in English."""

from helpers.words import CommandTest
from support.program import AS_OF, run

HEADINGS = "户编号,户主姓名,户类别,家庭人口,纯收入,人编号,姓名,出生日期"


class Explain(CommandTest):
    def setUp(self):
        super().setUp()
        self.init()
        sheet = self.write("people.csv", HEADINGS, "1,王一,脱贫户,2,5000,11,王一,1970-01-01", "1,王一,脱贫户,2,5000,12,李二,1972-01-01",
                           "2,张三,监测户,1,9000,21,张三,1955-05-05", "3,赵四,脱贫户,,5000,31,赵四,", "4,钱五,脱贫户,2,,41,钱五,2001-01-01")
        self.must("import", "--db", self.database, "people_sheet", sheet)

    def explain(self, *words, language="zh"):
        return self.ask("--lang", language, "explain", "--db", self.database, *words, "--as-of", AS_OF)

    def test_a_hit(self):
        chinese, english = (self.explain("household", "1", "poor", language=language) for language in ("zh", "en"))
        self.assertEqual(("1（王一）", "低收入户", "是", "1"), tuple(chinese[key] for key in ("record", "rule", "value", "clause")))
        self.assertEqual(("Poor household", "yes"), (english["rule"], english["value"]))
        for answer in (chinese, english):
            self.assertIn("2,500.00", answer["sentence"])
            self.assertIn("7,000.00", answer["sentence"])
            self.assertIn("5,000.00", answer["tree"])
            self.assertNotIn("missing", answer)
        self.assertIn("低于", chinese["sentence"])
        self.assertTrue(english["sentence"].isascii(), english["sentence"])
        self.assertEqual(("纯收入 / 家庭人口 < 收入线", "income / members < line"), (chinese["formula"], english["formula"]))

    def test_a_miss(self):
        for language, value in (("zh", "否"), ("en", "no")):
            answer = self.explain("household", "2", "poor", language=language)
            self.assertEqual(value, answer["value"])
            self.assertIn("9,000.00", answer["sentence"])
            self.assertNotIn("missing", answer)

    def test_an_undetermined_record_names_the_missing_fact(self):
        for number, label, english in (("3", "家庭人口", "Members"), ("4", "纯收入", "Net income")):
            for language, name, value in (("zh", label, "未知"), ("en", english, "unknown")):
                with self.subTest(record=number, language=language):
                    answer = self.explain("household", number, "poor", language=language)
                    self.assertEqual(value, answer["value"])
                    fact, = answer["missing"]
                    self.assertIn(name, fact["fact"])
                    self.assertTrue(fact["record"].startswith(number))
                    self.assertIn(name, answer["sentence"])

    def test_missing_facts_of_other_records(self):
        answer = self.explain("household", "3", "exists(person where age(birth) >= 60)")
        self.assertEqual("未知", answer["value"])
        fact, = answer["missing"]
        self.assertIn("出生日期", fact["fact"])
        self.assertIn("31", fact["record"] + fact["fact"])

    def test_what_does_not_matter_is_not_missing(self):
        """4 has no income, but the answer does not hang on it."""
        answer = self.explain("household", "4", "income < 100元 and members > 5")
        self.assertEqual("否", answer["value"])
        self.assertNotIn("missing", answer)

    # ---- The records behind aggregates ----

    def members(self, answer):
        return [(row["number"], row["record"].split("（")[0], row["standing"], row["because"]) for row in answer["members"]]

    def test_who_was_counted(self):
        """A bare count rests on its records being there."""
        answer = self.explain("household", "1", "count(person)")
        aggregate, = answer["aggregates"]
        self.assertEqual((1, "1（王一）", "计数(人员)", "2", 2, 0, 0, 0),
                         tuple(aggregate[key] for key in ("number", "record", "formula", "value", "counts", "open", "fails", "more")))
        self.assertEqual([(1, "11", "counts", ""), (1, "12", "counts", "")], self.members(answer))
        for row in answer["members"]:
            self.assertEqual(1, row["entry"])
            self.assertIn("people.csv", row["source"])
        self.assertEqual({"11", "12"}, {fact["record"].split("（")[0] for fact in answer["facts"]})

    def test_who_was_not(self):
        for language, why in (("zh", ("年龄(出生日期)为52，不高于60", "年龄(出生日期)为50，不高于60")),
                              ("en", ("age(birth) is 52, not above 60", "age(birth) is 50, not above 60"))):
            answer = self.explain("household", "1", "exists(person where age(birth) > 60)", language=language)
            self.assertEqual([(1, "11", "fails", why[0]), (1, "12", "fails", why[1])], self.members(answer))
        self.assertEqual({("11", "Birth date"), ("12", "Birth date")},
                         {(fact["record"].split("（")[0], fact["fact"]) for fact in answer["facts"]})

    def test_who_leaves_it_open(self):
        answer = self.explain("household", "3", "exists(person where age(birth) >= 60)")
        self.assertEqual([(1, "31", "open", "缺少出生日期")], self.members(answer))

    def test_the_other_one_with_the_same_value(self):
        sheet = self.write("more.csv", HEADINGS, "5,孙六,脱贫户,1,100,51,王一,1970-01-01")
        self.must("import", "--db", self.database, "people_sheet", sheet)
        answer = self.explain("person", "11", "duplicated(name)")
        self.assertEqual([(1, "51", "same", "姓名为“王一”")], self.members(answer))
        self.assertIn("more.csv", answer["members"][0]["source"])
        result = self.must("explain", "--db", self.database, "person", "11", "duplicated(name)")
        self.assertIn("相同", result.out)

    def test_a_crowd_is_told_by_its_first_ones(self):
        lines = [f"9,周七,脱贫户,30,100,{900 + i},人{i},1990-01-01" for i in range(30)]
        self.must("import", "--db", self.database, "people_sheet", self.write("crowd.csv", HEADINGS, *lines))
        answer = self.explain("household", "9", "sum(person.household.income)")
        aggregate, = answer["aggregates"]
        self.assertEqual((30, 10, "1,000.00元"), tuple(aggregate[key] for key in ("counts", "more", "more_sum")))
        self.assertEqual([str(900 + i) for i in range(20)], [row["record"] for row in answer["members"]])
        result = self.must("explain", "--db", self.database, "household", "9", "sum(person.household.income)")
        self.assertIn("另有10条计入，合计1,000.00元", result.out)

    def test_a_formula_instead_of_a_rule(self):
        answer = self.explain("person", "21", "年龄(出生日期)")
        self.assertEqual("67", answer["value"])
        self.assertNotIn("rule", answer)
        self.assertEqual("2", self.explain("household", "1", "count(person)")["value"])

    def test_a_rule_by_its_label(self):
        self.assertEqual(self.explain("household", "1", "poor"), self.explain("household", "1", "低收入户"))

    def test_text_for_people(self):
        result = self.must("explain", "--db", self.database, "household", "3", "poor", "--as-of", AS_OF)
        for word in ("赵四", "低收入户", "未知", "缺少的事实", "家庭人口"):
            self.assertIn(word, result.out)

    def test_unknown_record(self):
        for language, sentence in (("zh", "没有编号为“99”的记录"), ("en", "no record with the key '99'")):
            self.assert_fails_with(run("--lang", language, "explain", "--db", self.database, "household", "99", "poor"), sentence)

    def test_unknown_rule_is_a_formula_with_an_unknown_name(self):
        self.assert_fails_with(run("explain", "--db", self.database, "household", "1", "poore"), "1:1: ", "poore")
        self.assert_fails_with(run("explain", "--db", self.database, "household", "1", "incom"), "1:1: ", "income")

    def test_a_rule_of_another_register(self):
        self.assert_fails_with(run("explain", "--db", self.database, "person", "11", "poor"), "poor", "household")

    def test_faults_of_a_formula_have_their_place(self):
        for formula, place in (("income < ", "1:10: "), ("income < 5.5%", "1:8: "), ("income / members <\n  lien", "2:3: ")):
            with self.subTest(formula=formula):
                self.assert_fails_with(run("explain", "--db", self.database, "household", "1", formula), place)
