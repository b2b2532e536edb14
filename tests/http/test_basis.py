"""One basis for every view of incomes: whole months of a ledger that is in, two years on the same books, and the same answer for a
family wherever it is asked."""

import os
import unittest
import unittest.mock
from decimal import Decimal

from support.served import AS_OF, Served

SEPTEMBER = {"year": 2022, "month": 9}
OCTOBER = {"year": 2022, "month": 10}
NOVEMBER = {"year": 2022, "month": 11}


class OnADay(unittest.TestCase):
    today = None

    @classmethod
    def setUpClass(cls):
        with unittest.mock.patch.dict(os.environ, ZENGSHOU_TODAY=cls.today):
            cls.county = Served()
        cls.admin = cls.county.login("county_admin")
        cls.families = [row["id"] for row in cls.get("/registers/household/records", limit=30)["records"]]

    @classmethod
    def tearDownClass(cls):
        cls.county.close()

    @classmethod
    def get(cls, path, **query):
        answer = cls.admin.get(path, **query)
        assert answer.status == 200, str(answer)
        return answer.json

    def line(self, name, **query):
        return next(line for line in self.get("/progress/indicators", **query)["indicators"] if line["name"] == name)

    def figure(self, family, name, **query):
        return next(one["value"] for one in self.get(f"/households/{family}", **query)["definitions"] if one["name"] == name)

    def incomes(self, **query):
        """What the leader's page says of incomes."""
        picture = self.get("/progress/leader", **query)["picture"]
        return picture["wheels"], picture["per_capita"], picture["compared"], [(row["code"], row["per_capita"], row["growth"]) for row in picture["divisions"]]


class RunningMonth(OnADay):
    """In the middle of a month incomes are those of the twelve whole months before it, on every page."""

    today = "2022-10-19"

    def test_the_months_checks_are_judged_when_it_is_over(self):
        page = self.get("/progress/indicators")
        self.assertEqual("2022-10-19", page["as_of"])
        now = self.line("monthly_monitoring_done")
        self.assertEqual(("month_end", "unknown", None), (now["basis"], now["light"], now["due"]))
        then = self.line("monthly_monitoring_done", **SEPTEMBER)
        self.assertEqual(("holds", then["target"]), (then["basis"], then["due"]))
        self.assertNotIn(now["name"], [line["name"] for line in self.get("/progress/leader")["behind"]])

    def test_the_ledger_of_the_whole_months_is_in(self):
        page = self.get("/progress/leader")
        self.assertEqual(("2022-10-19", True), (page["as_of"], page["ledger"]["complete"]))
        self.assertGreater(page["ledger"]["with"], 0)
        self.assertLessEqual(page["ledger"]["with"], page["ledger"]["kept"])

    def test_incomes_are_those_of_the_month_before(self):
        self.assertEqual(self.incomes(**SEPTEMBER), self.incomes())
        self.assertEqual(self.get("/progress/attribution", **SEPTEMBER)["all"], self.get("/progress/attribution")["all"])
        for name in ("income_growth_lead",):
            then, now = self.line(name, **SEPTEMBER), self.line(name)
            self.assertEqual([then[key] for key in ("value", "counted", "undetermined")], [now[key] for key in ("value", "counted", "undetermined")], name)
        for rule in ("key_household", "key_growth_below"):
            sides = [self.admin.post("/whatif", {"rule": rule, **day}).json["sides"][0] for day in ({}, {"as_of": AS_OF})]
            self.assertEqual(sides[0], sides[1], rule)

    def test_a_family_has_one_answer(self):
        told = 0
        for family in self.families:
            then, now = (self.get(f"/households/{family}/attribution", **query) for query in (SEPTEMBER, {}))
            self.assertEqual((then["direction"], then["side"]), (now["direction"], now["side"]), family)
            before = self.figure(family, "previous_net_income_per_capita")
            self.assertEqual(self.figure(family, "previous_net_income_per_capita", as_of=AS_OF), before, family)
            income = self.figure(family, "net_income")
            if now["side"] is None:
                continue
            self.assertIsNotNone(before, "attribution compares it, so its page does")
            self.assertEqual(Decimal(income), Decimal(now["side"]["this_year"]), family)
            told += 1
        self.assertGreater(told, 5)

    def test_families_on_two_kinds_of_books_are_not_compared(self):
        mixed = self.get("/registers/household/records", where="known(net_income) and known(previous(net_income)) and not same_basis", limit=5)["records"]
        self.assertGreater(len(mixed), 0)
        for one in mixed:
            answer = self.get(f"/households/{one['id']}/attribution")
            self.assertEqual(("unknown", None), (answer["direction"], answer["side"]))
            self.assertIsNone(self.figure(one["id"], "growth"))
        compared = self.get("/progress/leader")["picture"]["compared"]
        listed = self.get("/registers/household/records", where=compared["where"], as_of="2022-10-19", count=1, limit=1)
        self.assertEqual(compared["subjects"], listed["total"])
        self.assertNotIn(mixed[0]["id"], [row["id"] for row in self.get("/registers/household/records", where=compared["where"], limit=500)["records"]])

    def test_sources_rest_on_the_books_that_the_kinds_do(self):
        national = self.get("/registers/household/records", where="not ledger_complete and exists(income where in_income_year) and same_basis", limit=5)["records"]
        for one in national:
            for kind in (self.get(f"/households/{one['id']}/attribution")["side"] or {"kinds": []})["kinds"]:
                self.assertEqual(["0.00"], sorted({source["this_year"] for source in kind["sources"]} or {"0.00"}))


class LateLedger(OnADay):
    """The month is over, and its ledger is not in."""

    today = "2022-11-05"

    def test_who_asks_for_no_month_sees_the_last_whose_ledger_is_in(self):
        for path in ("/progress/leader", "/progress/indicators", "/progress/tasks", "/progress/attribution"):
            page = self.get(path)
            self.assertEqual((2022, 9, AS_OF, True), (page["year"], page["month"], page["as_of"], page["ledger"]["complete"]), path)
        self.assertEqual(AS_OF, self.get("/dashboard")["as_of"])
        self.assertEqual(AS_OF, self.get("/whatif/choices")["as_of"])
        self.assertEqual(AS_OF, self.get(f"/households/{self.families[0]}")["as_of"])
        self.assertEqual((2022, 9), tuple(self.get("/bulletins")[key] for key in ("year", "month")))
        self.assertEqual("2022-11", self.get("/dispatch")["month"], "rounds are of the calendar's month")

    def test_everybody_sees_the_same_month(self):
        village = self.county.login("village")
        self.assertEqual(AS_OF, village.get("/progress/leader").json["as_of"])

    def test_who_asks_for_it_is_told(self):
        for month in (OCTOBER, NOVEMBER):
            for path in ("/progress/leader", "/progress/attribution", "/progress/indicators", f"/households/{self.families[0]}/attribution"):
                page = self.get(path, **month)
                self.assertEqual((month["month"], False), (page["month"], page["ledger"]["complete"]), path)
                self.assertLess(page["ledger"]["with"], page["ledger"]["kept"])
        for family in self.families:
            then = self.get(f"/households/{family}/attribution", **OCTOBER)
            self.assertIn(then["direction"], ("unknown", "same") if then["side"] is None else ("rose", "fell"))
            if then["side"]:  # both of its years are national: it says so of neither source
                self.assertIsNotNone(self.figure(family, "previous_net_income_per_capita", as_of="2022-10-31"))


if __name__ == "__main__":
    unittest.main()
