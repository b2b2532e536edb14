"""zengshou indicators on packs/example: figures by hand, and the same as `zengshou eval` gives for their formulas."""

import os
import unittest.mock

from helpers.words import CommandTest
from support.program import ROOT, run

PACK = ROOT / "packs" / "example"
HOUSEHOLDS = ["Household number,Village of the household,Head of household,Status,Number of members",
              "H1,KV-01-01,Ana,enrolled,4", "H2,KV-01-01,Ben,enrolled,3", "H3,KV-01-02,Cy,enrolled,2", "H4,KV-02-01,Di,exited,1",
              "H5,KV-02-01,Ed,waiting,1"]
VISITED = "Villages visited by the programme office"
PAYMENTS = ["Household paid,Payment month,Amount", "H1,2024-06,4800", "H1,2024-05,100.50", "H2,2024-05,3600", "H3,2023-06,1200",
            "H4,2024-06,"]


class Indicators(CommandTest):
    def setUp(self):
        super().setUp()
        self.must("init", "--db", self.database, "--pack", PACK)
        for feed, lines in (("household", HOUSEHOLDS), ("payment", PAYMENTS)):
            self.ask("import", "--db", self.database, feed, self.write(f"{feed}.csv", *lines))

    def lines(self, *words):
        return {line["name"]: line for line in self.ask("indicators", "--db", self.database, *words)["indicators"]}

    def test_values_targets_and_lights(self):
        lines = self.lines("--year", 2024, "--month", 6)
        share = lines["paid_share"]
        self.assertEqual(("33.3333", "90", "red"), (share["value"], share["target"], share["light"]))
        self.assertEqual((1, 2, 0), (share["counted"], share["missing"], share["undetermined"]))
        total = lines["paid_in_year"]
        self.assertEqual(("8500.5", None, "none"), (total["value"], total["target"], total["light"]))
        self.assertEqual((3, 1), (total["counted"], total["undetermined"]), "an amount that is not known is not 0")
        self.assertEqual((None, "6", "unknown"), tuple(lines["villages_visited"][key] for key in ("value", "target", "light")))

    def test_reports_count_once_they_are_accepted(self):
        def reported(month, day, value, accept=True):
            with self.subTest(month=month), unittest.mock.patch.dict(os.environ, {"ZENGSHOU_TODAY": day}):
                round_of = self.ask("dispatch", "--db", self.database, "--month", month)
                self.assertEqual({VISITED, "Who takes part", "Children at school", "Monthly payments"},
                                 {report["title"] for report in round_of["reports"]})
                number = max(case["number"] for case in self.ask("case", "list", "--db", self.database)["cases"] if case["name"] == VISITED)
                done = run("case", "do", "--db", self.database, number, "hand_in", "--as", "office", "--set", f"value={value}", "--set",
                           "explanation=Signed notes are at the office", "--lang", "en")
                if done.status == 0 and accept:
                    self.must("case", "do", "--db", self.database, number, "accept", "--as", "manager")
            line = self.lines("--year", 2024, "--month", 6)["villages_visited"]
            return done.status, line["value"], line["light"]
        self.assertEqual((0, "2", "red"), reported("2024-03", "2024-04-01", 2))
        self.assertEqual((1, "2", "red"), reported("2024-06", "2024-07-01", 501), "beyond what is possible: none")
        self.assertEqual((0, "2", "red"), reported("2024-06", "2024-07-02", 6, accept=False), "handed in is not accepted")
        self.assertEqual((0, "2", "red"), reported("2024-09", "2024-10-01", 9), "a later month's")

    def test_tasks(self):
        tasks = {task["clause"]: task for task in self.ask("tasks", "--db", self.database, "--year", 2024, "--month", 6)["tasks"]}
        self.assertEqual(["1", "1.1", "1.2", "2"], list(tasks))
        self.assertEqual((1, 1), (tasks["2"]["red"], tasks["2"]["none"] - 1), "growth has no target in 2024")
        self.assertEqual((1, 1), (tasks["1"]["unknown"], tasks["1.1"]["unknown"]))
        self.assertEqual((1, 1), (tasks["1"]["red"], tasks["1.1"]["red"]), "nobody has exited")
        some = self.ask("tasks", "--db", self.database, "--year", 2024, "--month", 6, "--unit", "district_education")["tasks"]
        self.assertEqual(["1.2"], [task["clause"] for task in some])
        done = run("tasks", "--db", self.database, "--unit", "nobody", "--lang", "en")
        self.assertEqual((1, True), (done.status, "no unit" in done.err))
        for wrong in ("district_educatoin", "District Educatoin Office"):
            done = run("tasks", "--db", self.database, "--unit", wrong, "--lang", "en")
            self.assertEqual((1, True), (done.status, "did you mean `" in done.err), done.err)

    def test_they_equal_eval(self):
        answer = self.ask("eval", "--db", self.database, "--on", "household", "--as-of", "2024-06-30", "--by", "county",
                          "if status = enrolled then exists(payment where month = this_month)")["divisions"][0]
        share = self.lines("--year", 2024, "--month", 6)["paid_share"]
        self.assertEqual((share["counted"], share["missing"]), (answer["true"], answer["false"]))
        answer = self.ask("eval", "--db", self.database, "--on", "payment", "--as-of", "2024-06-30", "--by", "county",
                          "if year(month) = this_year then amount")["divisions"][0]
        self.assertEqual("8,500.50", answer["sum"].rstrip(" yuan元"))

    def test_by_place(self):
        answer = self.ask("indicators", "--db", self.database, "paid_share", "--by", "village", "--year", 2024, "--month", 6)
        rows = {row["code"]: row for row in answer["divisions"]}
        self.assertEqual("50", rows["KV-01-01"]["value"])
        self.assertEqual("0", rows["KV-01-02"]["value"])
        self.assertIsNone(rows["KV-02-01"]["value"], "nobody enrolled: not known, not 0")

    def test_empty_registers(self):
        other = self.folder / "empty.db"
        self.must("init", "--db", other, "--pack", PACK)
        lines = {line["name"]: line for line in self.ask("indicators", "--db", other, "--year", 2025, "--month", 3)["indicators"]}
        self.assertEqual((None, "unknown"), (lines["paid_share"]["value"], lines["paid_share"]["light"]))
        self.assertEqual("0", lines["paid_in_year"]["value"])

    def test_wrong_words(self):
        self.refuse("paid_shar", "did you mean `paid_share`")
        self.refuse("--by", "village", "name an indicator")
        self.refuse("--year", 2024, "--month", 13, "There is no month")
        self.refuse("--year", 2190, "is not a year of the plan")

    def refuse(self, *words):
        done = run("indicators", "--db", self.database, *words[:-1], "--lang", "en")
        self.assertEqual(1, done.status, str(done))
        self.assertIn(words[-1], done.err)
