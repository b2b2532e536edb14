"""Measures of a plan over the real server: the unit that is to carry one out finds it in its inbox, takes it on or says why not, and sees no
other unit's; unanswered ones go up; only what a unit has confirmed counts as help."""

import datetime
import unittest

from support.served import Served, ServedTest, call

TODAY = datetime.date.today()


def day(offset):
    return (TODAY + datetime.timedelta(days=offset)).isoformat()


class Measures(ServedTest):
    @classmethod
    def setUpClass(cls):
        cls.county = Served()
        cls.who = {name: cls.county.login(name) for name in ("county_admin", "county_bureau", "township", "village", "helper", "department")}
        cls.village, cls.department = cls.who["village"], cls.who["department"]
        cls.units = {unit["name"]: unit for unit in cls.who["county_admin"].get("/pack").json["units"]}
        cls.unit = cls.units[cls.department.get("/session").json["user"]["unit"]["name"]]
        cls.other = next(unit for unit in cls.units.values() if unit["kind"] == "department" and unit["name"] != cls.unit["name"])
        cls.helped = cls.who["helper"].get("/registers/household/records", limit=1, fields="").json["records"][0]["id"]
        cls.plan = cls.new_plan(cls.helped)

    @classmethod
    def tearDownClass(cls):
        cls.county.close()

    @classmethod
    def new_plan(cls, household):
        made = cls.village.post("/workflows/household_plan/cases", {"values": {"household": household, "year": TODAY.year, "ends_on": day(200)}})
        assert made.status == 201, made
        return made.json["case"]["record"]["id"]

    def choose(self, name, client="village", status=201, **values):
        answer = self.who[client].post("/workflows/plan_measure/cases", {"values": {"plan": self.plan, "name": name, "kind": "employment", **values}})
        self.assertEqual(answer.status, status, str(answer))
        return answer.json["case"] if status == 201 else answer

    def move(self, client, case, transition, values=None, status=200, **more):
        record = case["record"]
        answer = self.who[client].post(f"/workflows/plan_measure/cases/{record['id']}/transitions",
                                       {"transition": transition, "version": record["version"], "values": values or {}, **more})
        self.assertEqual(answer.status, status, str(answer))
        return answer.json["case"] if status == 200 else answer

    def inbox(self, client):
        return {case["id"] for case in self.ok(self.who[client].get("/cases", workflow="plan_measure", kind="mine", limit=200))["cases"]}

    def page(self, client, case):
        return self.who[client].get(f"/workflows/plan_measure/cases/{case['record']['id']}")

    def test_the_unit_finds_its_measures_and_no_other_units(self):
        mine = self.choose("Work nearby", provider=self.unit["label"]["zh"])
        others = self.choose("A course", provider=self.other["label"]["zh"])
        own = self.choose("Neighbours help")  # without a unit: the village's own
        self.assertEqual("asked", mine["case"]["state"])
        inbox = self.inbox("department")
        self.assertIn(mine["record"]["id"], inbox)
        self.assertFalse({others["record"]["id"], own["record"]["id"]} & inbox)
        for case in (others, own):
            self.assertEqual(404, self.page("department", case).status)
            self.assertEqual(404, self.move("department", case, "confirm", {"responsible": "X", "due": day(30)}, 404).status)
        listed = self.ok(self.department.get("/registers/plan_measure/records", limit=500))["records"]
        self.assertEqual({self.unit["label"]["zh"]}, {record["values"]["provider"] for record in listed})
        # Whose household it is sees all of them, and is asked only for its own.
        for client in ("village", "township", "helper"):
            self.assertEqual({200}, {self.page(client, case).status for case in (mine, others, own)})
            self.assertEqual({own["record"]["id"]}, self.inbox(client) & {case["record"]["id"] for case in (mine, others, own)})
        refused = self.move("village", mine, "confirm", {"responsible": "X", "due": day(30)}, 403)
        self.assertIn(self.unit["label"]["en"], refused.error["message"])
        self.move("village", own, "confirm", {"responsible": "X", "due": day(30)})

    def test_the_unit_takes_it_on_and_carries_it_out(self):
        case = self.choose("A loan", provider=self.unit["label"]["en"])  # any of its names will do
        page = self.ok(self.page("department", case))
        self.assertEqual(self.helped, page["subject"]["id"])
        self.assertEqual(["confirm", "not_ours"], [each["transition"] for each in page["actions"] if each["listed"]][:2])
        refused = self.move("department", page, "confirm", {"responsible": "Li"}, 400)
        self.assertEqual(["due"], [fault["field"] for fault in refused.error["faults"]])
        self.assertEqual("miss", self.confirmed("A loan"))
        page = self.move("department", page, "confirm", {"responsible": "Li", "due": day(30)})
        self.assertEqual(("running", day(30)), (page["case"]["state"], page["case"]["due"]))
        self.assertEqual("hit", self.confirmed("A loan"))
        self.assertEqual(self.unit["label"]["zh"], page["steps"][-1]["unit"]["zh"])
        # The helper sees it on the doorstep, and writes it down as well as the unit could.
        refused = self.move("helper", page, "finish", {"began_on": day(-1), "done_on": day(1), "progress_note": "Paid"}, 400)
        self.assertIn(day(0), refused.error["message"])
        self.assertEqual("done", self.move("helper", page, "finish", {"began_on": day(-1), "done_on": day(0), "progress_note": "Paid"})["case"]["state"])

    def confirmed(self, name):
        formula = f"measures_running > 0 and exists(plan_measure where name = \"{name}\" and is_confirmed)"
        return self.ok(self.who["county_admin"].get("/explain", register="household_plan", id=self.plan, formula=formula, as_of=day(0)))["state"]

    def test_what_is_sent_back_wants_another_unit(self):
        case = self.choose("A stall", provider=self.unit["label"]["zh"])
        self.move("department", case, "not_ours", status=400)  # without a reason
        page = self.move("department", case, "not_ours", comment="Not in our programme")
        self.assertEqual("returned", page["case"]["state"])
        self.assertIn(case["record"]["id"], self.inbox("village"))
        self.assertNotIn(case["record"]["id"], self.inbox("department"))
        page = self.move("village", page, "ask_again", {"provider": self.other["label"]["zh"]})
        self.assertEqual("asked", page["case"]["state"])
        self.assertEqual(404, self.page("department", page).status)
        self.move("village", page, "drop", comment="The family does not want it")

    def test_a_unit_that_is_none_is_refused(self):
        refused = self.choose("Nothing", status=400, provider="County bureau of nothing")
        self.assertEqual(["provider"], [fault["field"] for fault in refused.error["faults"]])
        self.assertEqual(405, self.village.post("/registers/plan_measure/records", {"values": {"plan": self.plan, "name": "By the back door", "kind": "other"}}).status)
        self.assertEqual(403, self.choose("By the unit", "department", 403, provider=self.unit["label"]["zh"]).status)

    def test_an_unanswered_one_goes_up_to_the_bureau(self):
        case = self.choose("A roof", provider=self.unit["label"]["zh"])
        record = case["record"]["id"]
        self.assertNotIn(record, self.inbox("county_bureau"))
        due = datetime.date.fromisoformat(case["case"]["due"])
        call("case", "tick", "--db", self.county.database, "--date", (due + datetime.timedelta(days=1)).isoformat())
        self.assertIn(record, self.inbox("county_bureau"))
        page = self.ok(self.page("county_bureau", case))
        # The bureau stands for a unit that does not answer.
        self.assertEqual("running", self.move("county_bureau", page, "confirm", {"responsible": "Li", "due": day(30)})["case"]["state"])


if __name__ == "__main__":
    unittest.main()
