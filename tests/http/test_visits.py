"""A visit and a plan to their ends over the real server: what is written down can be mended, for a time; a plan is not over while a measure is open."""

import datetime
import io
import sqlite3

from PIL import Image

from support.served import Served, ServedTest

TODAY = datetime.date.today()


def day(offset):
    return (TODAY + datetime.timedelta(days=offset)).isoformat()


FOUND = {"visited_on": day(0), "visitor": "Tester", "place": "At home", "housing_problem": True, "water_problem": False, "dropout_problem": False,
         "uninsured_problem": False, "findings": "The wall has cracks", "next_on": day(20)}
TARGETS = {"needs": "Work nearby", "target_wage": "20000", "target_business": "0", "target_property": "0", "target_transfer": "0",
           "helping_unit": "county_agriculture", "responsible": "Tester", "agreed_on": day(0)}


class Visits(ServedTest):
    @classmethod
    def setUpClass(cls):
        cls.county = Served()
        cls.addClassCleanup(cls.county.close)
        cls.who = {name: cls.county.login(name) for name in ("county_admin", "county_bureau", "township", "village")}
        cls.village = cls.who["village"]
        place = cls.village.get("/registers/village/records", limit=1, fields="").json["records"][0]["id"]
        cls.free = []
        for number in range(8):
            made = cls.who["county_admin"].post("/registers/household/records", {"values": {
                "number": f"4304219991{number:07}", "village": place, "head_name": f"Visit {number}", "household_type": "graduated"}})
            cls.free.append(made.json["record"]["id"])

    def open(self, workflow, values, who="village", status=201):
        answer = self.who[who].post(f"/workflows/{workflow}/cases", {"values": values})
        self.assertEqual(answer.status, status, str(answer))
        return answer.json["case"] if status == 201 else answer

    def move(self, who, case, transition, values=None, status=200, **more):
        path = f"/workflows/{case['case']['workflow']}/cases/{case['record']['id']}"
        version = self.ok(self.who[who].get(path))["record"]["version"]
        answer = self.who[who].post(f"{path}/transitions", {"transition": transition, "version": version, "values": values or {}, **more})
        self.assertEqual(answer.status, status, str(answer))
        return answer.json["case"] if status == 200 else answer

    def attach(self, who, register, record, kind, colour):
        data = io.BytesIO()
        Image.new("RGB", (8, 8), colour).save(data, "PNG")
        return self.who[who].ask("POST", f"/registers/{register}/records/{record}/attachments", body=data.getvalue(), raw=True,
                                 query={"kind": kind, "filename": "picture.png"})

    def household(self, id):
        return self.ok(self.who["county_admin"].get(f"/registers/household/records/{id}"))["values"]

    def visits(self, household):
        return [row for row in self.ok(self.village.get("/cases", workflow="visit", kind="open"))["cases"] if row["subject"]["id"] == household]

    def listed(self, who, case):
        page = self.ok(self.who[who].get(f"/workflows/{case['case']['workflow']}/cases/{case['record']['id']}"))
        return {one["transition"] for one in page["actions"] if one["listed"]}

    def test_a_visit_is_mended_and_gets_its_photograph(self):
        household = self.free.pop()
        visit = self.open("visit", {"household": household, "planned_for": day(0)})
        visit = self.move("village", visit, "record", FOUND)
        self.assertTrue(self.household(household)["housing_problem"])
        self.assertEqual([day(20)], [row["due"] for row in self.visits(household)])
        id = visit["record"]["id"]
        self.assertEqual(self.attach("village", "visit", id, "visit_photo", "red").status, 409)
        self.move("village", visit, "mend", status=400)  # why?
        visit = self.move("village", visit, "mend", comment="The wrong box was ticked")
        self.assertEqual(visit["case"]["state"], "mending")
        self.assertEqual(self.attach("village", "visit", id, "visit_photo", "red").status, 201)
        visit = self.move("village", visit, "record", FOUND | {"housing_problem": False, "findings": "The wall is sound"})
        self.assertFalse(self.household(household)["housing_problem"])
        self.assertEqual("The wall is sound", visit["record"]["values"]["findings"])
        self.assertEqual([day(20)], [row["due"] for row in self.visits(household)])  # the next one goes on; there is no second
        # Later only the township has it mended; what never was is annulled by it.
        with sqlite3.connect(self.county.database, timeout=30) as database:
            database.execute("UPDATE visit SET case_closed = ? WHERE id = ?", (day(-8), id))
        self.assertNotIn("mend", self.listed("village", visit))
        self.assertIn("days for mending", self.move("village", visit, "mend", status=400, comment="Late").error["message"])
        self.assertIn("mend_later", self.listed("township", visit))
        self.move("township", visit, "mend_later", comment="The place is wrong")
        self.assertNotIn("annul", self.listed("village", visit))
        visit = self.move("township", visit, "annul", comment="Nobody was there")
        self.assertEqual(visit["case"]["state"], "cancelled")

    def test_a_mended_visit_undoes_nothing_found_since(self):
        household = self.free.pop()
        first = self.move("village", self.open("visit", {"household": household, "planned_for": day(-3)}), "record",
                          FOUND | {"visited_on": day(-3), "housing_problem": False, "next_on": day(0)})
        later, = self.visits(household)
        later = self.ok(self.village.get(f"/workflows/visit/cases/{later['id']}"))
        self.move("village", later, "record", FOUND)
        self.move("village", first, "mend", comment="The place was wrong")
        self.move("village", first, "record", FOUND | {"visited_on": day(-3), "housing_problem": False, "next_on": day(0), "place": "In the field"})
        self.assertTrue(self.household(household)["housing_problem"])
        self.assertEqual([day(20)], [row["due"] for row in self.visits(household)])

    def test_z_photographs_can_be_asked_for(self):
        """The county asks for one by changing a parameter; the step says so."""
        bureau = self.who["county_bureau"]
        step = lambda: next(one for flow in self.ok(self.village.get("/workflows")) if flow["name"] == "visit"
                            for one in flow["transitions"] if one["name"] == "record")
        self.assertEqual([{"kind": "visit_photo", "least": 0, "since": None}], step()["attach"])
        change = self.ok(bureau.post("/parameters/visit_photos_least/changes", {"value": "1", "from": day(0), "reason": "synthetic: a picture of each visit"}), 201)
        page = self.ok(bureau.get(f"/workflows/parameter_change/cases/{change['id']}"))
        self.move("county_admin", page, "approve", {"decision_note": "synthetic: agreed"})
        self.assertEqual([{"kind": "visit_photo", "least": 1, "since": None}], step()["attach"])
        visit = self.open("visit", {"household": self.free.pop(), "planned_for": day(0)})
        self.assertIn("Photograph of a visit", self.move("village", visit, "record", FOUND, 400).error["message"])
        self.assertEqual(self.attach("village", "visit", visit["record"]["id"], "visit_photo", "green").status, 201)
        self.move("village", visit, "record", FOUND)

    def measure(self, plan, name):
        return self.open("plan_measure", {"plan": plan, "name": name, "kind": "employment", "due": day(30), "responsible": "Tester"})

    def test_a_plan_ends_with_its_measures(self):
        household = self.free.pop()
        plan = self.open("household_plan", {"household": household, "year": TODAY.year, "ends_on": f"{TODAY.year}-12-31"})
        id = plan["record"]["id"]
        measure, dropped = self.measure(id, "Work nearby"), self.measure(id, "Another")
        self.assertEqual(self.attach("village", "household_plan", id, "signed_plan", "blue").status, 201)
        for wrong, words in (({"target_wage": "0"}, "can be zero"), ({"helping_unit": "An office that is none"}, ""), ({"agreed_on": day(-16)}, "anew")):
            self.assertIn(words, self.move("village", plan, "submit", TARGETS | wrong, 400).error["message"])
        self.move("village", plan, "submit", TARGETS)
        self.move("township", plan, "approve", {"review_note": "Good"})
        over = {"result_note": "All is done"}
        self.assertIn("still open", self.move("village", plan, "finish", over, 400).error["message"])
        self.assertIn("still open", self.move("township", plan, "stop", status=400, comment="They moved").error["message"])
        self.move("village", dropped, "drop", comment="Not wanted")
        self.assertIn("before today", self.move("village", measure, "confirm", {"responsible": "Tester", "due": day(-1)}, 400).error["message"])
        self.move("village", measure, "confirm", {"responsible": "Tester", "due": day(30)})
        done = {"began_on": f"{TODAY.year - 2}-01-01", "done_on": day(0), "progress_note": "They work"}
        self.assertIn("long before", self.move("village", measure, "finish", done, 400).error["message"])
        self.move("village", measure, "finish", done | {"began_on": day(0)})
        if TODAY < datetime.date(TODAY.year, 12, 31):
            self.assertIn("come to its end", self.move("village", plan, "finish", over, 400).error["message"])
        plan = self.move("village", plan, "finish", over | {"early_note": "They moved in with their son"})
        self.assertEqual(plan["case"]["state"], "finished")
