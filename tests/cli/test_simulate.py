"""What-if: zengshou simulate and eval --set, against the same arithmetic done here."""

import unittest

from helpers.words import CommandTest
from support.program import AS_OF, contents, write_people

HOUSEHOLDS = 40


class Simulate(CommandTest):
    def setUp(self):
        super().setUp()
        self.init()
        write_people(self.folder / "people.csv", HOUSEHOLDS)
        self.must("import", "--db", self.database, "people_sheet", self.folder / "people.csv")

    def income(self, house):
        return 500050 + house * 1000  # fen, as write_people writes it

    def poor(self, line):
        """Households whose income by head, rounded to the fen, is below the line (fen)."""
        found = set()
        for house in range(HOUSEHOLDS):
            members = house % 4 + 1
            if (2 * self.income(house) + members) // (2 * members) < line:
                found.add(house)
        return found

    def simulate(self, *words, **how):
        return self.ask("simulate", "--db", self.database, "--as-of", AS_OF, *words, **how)

    def test_another_parameter(self):
        before = contents(self.database)
        now, then = self.poor(700000), self.poor(200000)
        answer = self.simulate("poor", "--set", "line=2000元", "--sum", "income", "--limit", 100)
        row = answer["divisions"][-1]
        self.assertEqual((len(now), len(then)), (row["base"], row["variant"]))
        self.assertEqual((len(then - now), len(now - then)), (row["entering"], row["leaving"]))
        self.assertEqual(f"{sum(map(self.income, now)) / 100:,.2f}", row["base_sum"])
        self.assertEqual(f"{sum(map(self.income, then)) / 100:,.2f}", row["variant_sum"])
        self.assertEqual([], answer["enter"])
        self.assertEqual({f"43{house:08}" for house in now - then}, {who["record"][:10] for who in answer["leave"]})
        self.assertEqual(before, contents(self.database))

    def test_another_rule(self):
        answer = self.simulate("large", "--set", "large=count(person) >= 2")
        row = answer["divisions"][-1]
        self.assertEqual((20, 30, 10, 0), (row["base"], row["variant"], row["entering"], row["leaving"]))

    def test_a_condition_on_a_register(self):
        answer = self.simulate("income < line", "--on", "household", "--set", "line=1元")
        self.assertEqual((HOUSEHOLDS, 0), (answer["divisions"][-1]["base"], answer["divisions"][-1]["variant"]))

    def test_eval_under_another_parameter(self):
        for line, expected in (("7000元", 700000), ("2000元", 200000)):
            answer = self.ask("eval", "--db", self.database, "--on", "household", "income / members < line", "--as-of", AS_OF,
                              "--set", f"line={line}")
            self.assertEqual(len(self.poor(expected)), sum(record["value"] == "是" for record in answer["records"]))

    def test_mistakes(self):
        for words, sentence in (
            (("poor", "--set", "lne=2000元"), "是不是“line”"),
            (("poor", "--set", "line=5.5%"), "元"),
            (("poor", "--set", "poor=incme < line"), "income"),
            (("poor", "--set", "line"), "名称=值"),
            (("nothing", "--set", "line=1元"), "--on"),
            (("income", "--on", "household", "--set", "line=1元"), "条件"),
            (("poor", "--set", "line=1元", "--sum", "members"), "金额"),
        ):
            with self.subTest(words=words):
                result = self.must("simulate", "--db", self.database, *words, status=1)
                self.assertIn(sentence, result.err)
        self.assert_usage(self.must("simulate", "--db", self.database, "poor", status=2), "--set")


if __name__ == "__main__":
    unittest.main()
