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
