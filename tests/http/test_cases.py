"""Casework over the real server: a clue becomes a monitored household with a plan and visits; what is missing is said by field; two at once;
returned; who may and who may not."""

import datetime
import io
import itertools
import json
import sqlite3
import unittest

from PIL import Image

from support.served import Served, ServedTest, call

COLOURS = ((n % 256, n // 256, 0) for n in itertools.count())

TODAY = datetime.date.today()


def day(offset):
    return (TODAY + datetime.timedelta(days=offset)).isoformat()


CHECK = {"checked_on": day(-6), "checked_by": "Tester", "food_ok": True, "clothing_ok": True, "education_ok": True, "medical_ok": True,
         "housing_ok": False, "water_ok": True, "check_members": 3, "check_wage": "9000", "check_business": "3000", "check_property": "0",
         "check_transfer": "1200", "check_business_cost": "600", "check_self_paid": "2000", "proposed_category": "marginal",
         "main_risk": "housing", "check_note": "The roof leaks"}
REVIEW = {"review_on": day(-6), "review_present": 21, "review_names": "Delegates of all groups", "review_agreed": 19, "notice_from": day(0),
          "notice_place": "Village hall"}
NOTICE = {"notice_to": day(-1), "objections": 0}
TARGETS = {"needs": "A safe house, work nearby", "target_wage": "20000", "target_business": "6000", "target_property": "0", "target_transfer": "2000",
           "helping_unit": "county_revitalisation", "responsible": "Tester", "agreed_on": day(0)}


class Cases(ServedTest):
    @classmethod
    def setUpClass(cls):
        cls.county = Served()
        cls.who = {name: cls.county.login(name) for name in
                   ("county_admin", "county_bureau", "township", "village", "resident_team", "helper", "department", "leader", "auditor")}
        cls.village = cls.who["village"]
        place = cls.village.get("/registers/village/records", limit=1, fields="").json["records"][0]["id"]
        cls.free = [cls.household(place, number) for number in range(70)]
        mine = {record["id"] for record in cls.village.get("/registers/household/records", limit=500, fields="").json["records"]}
        taken = {id for id, in cls.county.query("SELECT household FROM identification")}
        cls.others = [id for id, in cls.county.query("SELECT id FROM household ORDER BY id") if id not in mine and id not in taken]

    @classmethod
    def tearDownClass(cls):
        cls.county.close()

    @classmethod
    def household(cls, village, number):
        answer = cls.who["county_admin"].post("/registers/household/records", {"values": {
            "number": f"4304219990{number:07}", "village": village, "head_name": f"Case {number}", "members_in_year": 3, "unsafe_house": False,
            "safe_water": True, "household_type": "ordinary"}})
        assert answer.status == 201, answer
        return answer.json["record"]["id"]

    def open(self, household=None, client=None, status=201, full=False, **values):
        household = household or self.free.pop()
        answer = (client or self.village).post("/workflows/identification/cases", {"values": {
            "household": household, "clue_date": day(-6), "clue_source": "visit", "clue_note": "Cracks in the wall", **values}})
        return self.ok(answer, status)["case"] if status == 201 and not full else answer

    def move(self, client, case, transition, values=None, status=200, workflow="identification", **more):
        record = case["record"]
        answer = self.who[client].post(f"/workflows/{workflow}/cases/{record['id']}/transitions",
                                       {"transition": transition, "version": record["version"], "values": values or {}, **more})
        self.assertEqual(answer.status, status, str(answer))
        return answer.json["case"] if status == 200 else answer

    def attach(self, client, case, kind, register="identification"):
        """A picture of nothing, different each time."""
        data = io.BytesIO()
        Image.new("RGB", (8, 8), next(COLOURS)).save(data, "PNG")
        self.ok(self.who[client].ask("POST", f"/registers/{register}/records/{case['record']['id']}/attachments", body=data.getvalue(), raw=True,
                                     query={"kind": kind, "filename": "picture.png"}), 201)

    def to_county(self, case):
        refused = self.move("village", case, "checked", CHECK | {"check_members": 30}, 400)
        self.assertIn("members", refused.error["message"])
        case = self.move("village", case, "checked", CHECK)
        self.attach("village", case, "review_record")
        case = self.move("village", case, "agreed", REVIEW)
        self.assertGreaterEqual(case["case"]["due"], day(5))  # never late before the step may be done
        self.attach("village", case, "notice_photo")
        early = self.move("village", case, "noticed", NOTICE | {"notice_to": day(0)}, 400)  # it was hung today
        self.assertIn(day(5), early.error["message"])
        case = self.move("village", self.stood(case, 6), "noticed", NOTICE)
        return self.move("township", case, "approve", {"township_note": "Agreed"})

    def stood(self, case, days, workflow="identification"):
        """As if it had stood there for so many days: what nobody can do from outside."""
        with sqlite3.connect(self.county.database, timeout=30) as database:
            database.execute("UPDATE zs_case SET since = ? WHERE register = ? AND record = ?", (day(-days), workflow, case["record"]["id"]))
            if "notice_from" in case["record"]["values"]:
                database.execute(f"UPDATE {workflow} SET notice_from = ? WHERE id = ?", (day(-days), case["record"]["id"]))
        return case

    def values_of(self, id):
        return self.ok(self.who["county_admin"].get(f"/registers/household/records/{id}"))["values"]

    # ── the whole story

    def test_a_clue_becomes_a_monitored_household_with_plan_and_visits(self):
        case = self.open()
        household = case["subject"]["id"]
        self.assertEqual(("check", "check"), (case["case"]["state"], case["record"]["values"]["case_state"]))
        self.assertFalse(case["case"]["overdue"])
        self.assertIsNotNone(case["case"]["clock_due"])
        case = self.to_county(case)
        case = self.move("county_bureau", case, "register", {"category": "marginal", "decision_note": "Registered"})
        self.assertEqual("registered", case["case"]["state"])
        self.assertIsNotNone(case["case"]["closed"])
        now = self.values_of(household)
        self.assertEqual(("marginal", "housing", True), (now["monitored_category"], now["risk_1"], now["housing_problem"]))
        self.assertEqual("4200.00", now["identified_net_income_per_capita"])
        names = [step["transition"] for step in case["steps"] if step["kind"] == "moved"]
        self.assertEqual(["checked", "agreed", "noticed", "approve", "register"], names)
        # The decision opened the plan, due in ten days.
        plan, = [row for row in self.ok(self.village.get("/cases", workflow="household_plan", kind="open"))["cases"]
                 if row["subject"]["id"] == household]
        self.assertEqual((day(10), day(10)), (plan["due"], plan["clock_due"]))
        self.plan_runs(plan["id"], household)

    def plan_runs(self, plan, household):
        page = self.ok(self.village.get(f"/workflows/household_plan/cases/{plan}"))
        self.attach("village", page, "signed_plan", "household_plan")
        refused = self.move("village", page, "submit", TARGETS, 400, "household_plan")  # no measure was chosen
        self.assertIn("measure", refused.error["message"].lower())
        proposals = self.ok(self.village.get("/catalogues/measures/proposals", id=household, parent=plan))["proposals"]
        repair = next(each for each in proposals if each["item"] == "house_repair")
        self.ok(self.village.post("/workflows/plan_measure/cases", {"values": {**repair["values"], "plan": plan}}), 201)
        page = self.ok(self.village.get(f"/workflows/household_plan/cases/{plan}"))
        page = self.move("village", page, "submit", TARGETS, workflow="household_plan")
        # Sent back, what is handed in wants the family's signature anew, and no day more.
        page = self.move("township", page, "send_back", comment="The targets are too low", workflow="household_plan")
        self.assertEqual(day(10), page["case"]["clock_due"])
        again = self.move("village", page, "submit", TARGETS, 400, "household_plan")
        self.assertIn("no longer serve", again.error["message"])
        submit, = [one for one in page["actions"] if one["transition"] == "submit"]
        self.assertEqual(page["steps"][-1]["entry"], submit["files_since"])
        self.attach("village", page, "signed_plan", "household_plan")
        page = self.ok(self.village.get(f"/workflows/household_plan/cases/{plan}"))
        page = self.move("village", page, "submit", TARGETS, workflow="household_plan")
        page = self.move("township", page, "approve", {"review_note": "Good"}, workflow="household_plan")
        self.assertEqual(("running", None), (page["case"]["state"], page["case"]["clock_due"]))
        self.assertTrue(all(step["on"] == day(0) for step in page["steps"]))
        whole = self.ok(self.who["county_bureau"].get("/workflows/household_plan/figures"))["states"][0]
        self.assertEqual((None, 0), (whole["state"], whole["late"]))
        behind = self.ok(self.who["county_bureau"].get("/workflows/household_plan/figures/cases", limit=200))["cases"]
        self.assertEqual(whole["passed"], len(behind))
        self.assertIn(plan, [one["id"] for one in behind])
        # A visit was planned; written down, it updates the household and plans the next one.
        visit, = [row for row in self.ok(self.village.get("/cases", workflow="visit", kind="open"))["cases"] if row["subject"]["id"] == household]
        page = self.ok(self.village.get(f"/workflows/visit/cases/{visit['id']}"))
        findings = {"visited_on": day(0), "visitor": "Tester", "place": "At home", "housing_problem": False, "water_problem": True,
                    "dropout_problem": False, "uninsured_problem": False, "findings": "The roof is mended, the pump is broken", "next_on": day(20)}
        page = self.move("village", page, "record", findings, workflow="visit")
        self.assertEqual("visited", page["case"]["state"])
        now = self.values_of(household)
        self.assertEqual((False, True), (now["housing_problem"], now["water_problem"]))
        after, = [row for row in self.ok(self.village.get("/cases", workflow="visit", kind="open"))["cases"] if row["subject"]["id"] == household]
        self.assertEqual(day(20), after["due"])
        # One that was written down late changes nothing of what was found since.
        late = self.ok(self.village.post("/workflows/visit/cases", {"values": {"household": household, "planned_for": day(-2)}}), 201)["case"]
        self.move("village", late, "record", {**findings, "visited_on": day(-3), "housing_problem": True, "water_problem": False, "next_on": day(40)},
                  workflow="visit")
        now = self.values_of(household)
        self.assertEqual((False, True), (now["housing_problem"], now["water_problem"]))
        self.not_eliminated_at_once(household)

    def not_eliminated_at_once(self, household):
        case = self.ok(self.village.post("/workflows/risk_elimination/cases", {"values": {
            "household": household, "proposed_on": day(0), "proposed_note": "The roof is mended"}}), 201)["case"]
        check = {"checked_on": day(0), "checked_by": "Tester", "out_of_school": False, "house_damaged": False, "uninsured": False,
                 "water_damaged": False, "wage": "90000", "business": "0", "property": "0", "transfer": "0", "cost": "0", "members": 3,
                 "way": "helped", "check_note": "Mended"}
        refused = self.move("village", case, "checked", check, 400, "risk_elimination")
        self.assertIn("too recently", refused.error["message"])
        self.move("village", case, "checked", {**check, "early_note": "Registered by mistake"}, workflow="risk_elimination")

    def test_dates_votes_and_categories_are_held_to_their_order(self):
        future = self.open(status=400, clue_date=day(1))
        self.assertIn(day(0), future.error["message"])
        case = self.open()
        self.assertEqual(day(9), case["case"]["clock_due"])  # fifteen days from the clue, not from today
        for wrong in ({"checked_on": day(1)}, {"checked_on": day(-7)}, {"proposed_category": "unstable"}):
            self.move("village", case, "checked", CHECK | wrong, 400)
        case = self.move("village", case, "checked", CHECK)
        self.attach("village", case, "review_record")
        for wrong in ({"review_agreed": 50}, {"review_on": day(-20)}, {"review_on": day(2)}, {"notice_from": day(-30)}, {"notice_from": day(-1)}):
            self.move("village", case, "agreed", REVIEW | wrong, 400)
        case = self.move("village", case, "agreed", REVIEW)
        self.attach("village", case, "notice_photo")
        self.stood(case, 6)
        self.move("village", case, "noticed", NOTICE | {"notice_from": day(-20)}, 403)  # it was said when the notice was hung
        self.move("village", case, "noticed", NOTICE | {"notice_to": day(1)}, 400)
        case = self.move("village", case, "noticed", NOTICE)
        case = self.move("township", case, "approve", {"township_note": "Agreed"})
        self.move("county_bureau", case, "register", {"category": "unstable", "decision_note": "No"}, 400)
        case = self.move("county_bureau", case, "register", {"category": "marginal", "decision_note": "Yes"})
        again = self.open(case["subject"]["id"], status=409, clue_date=day(-2))  # monitored already
        self.assertIn("monitored", again.error["message"])

    def test_a_plan_that_is_there_is_drawn_up_anew(self):
        household = self.free.pop()
        year = TODAY.year
        values = {"household": household, "year": year, "ends_on": f"{year}-12-31"}
        self.assertEqual(400, self.village.post("/workflows/household_plan/cases", {"values": values | {"year": year + 2}}).status)
        self.assertEqual(400, self.village.post("/workflows/household_plan/cases", {"values": values | {"ends_on": "1999-12-31"}}).status)
        plan = self.ok(self.village.post("/workflows/household_plan/cases", {"values": values}), 201)["case"]
        self.move("township", plan, "stop", comment="By mistake", workflow="household_plan")
        with sqlite3.connect(self.county.database, timeout=30) as database:
            database.execute("UPDATE household_plan SET case_opened = ? WHERE id = ?", (day(-9), plan["record"]["id"]))
        case = self.to_county(self.open(household))
        self.move("county_bureau", case, "register", {"category": "marginal", "decision_note": "Yes"})  # its key is taken by the stopped plan
        call("case", "tick", "--db", self.county.database)
        now = self.ok(self.village.get(f"/workflows/household_plan/cases/{plan['record']['id']}"))["case"]
        self.assertEqual(("drafting", day(10)), (now["state"], now["due"]))

    def test_visits_have_days_that_can_be(self):
        household = self.free.pop()
        open = lambda on: self.village.post("/workflows/visit/cases", {"values": {"household": household, "planned_for": on}})
        self.assertEqual(400, open("1999-01-01").status)
        self.assertEqual(400, open("2099-01-01").status)
        page = self.ok(open(day(3)), 201)["case"]
        made = {"visited_on": day(0), "visitor": "Tester", "place": "At home", "housing_problem": False, "water_problem": False, "dropout_problem": False,
                "uninsured_problem": False, "findings": "All is well", "next_on": day(20)}
        for wrong in ({"visited_on": "1900-01-01"}, {"visited_on": day(1)}, {"next_on": "2099-01-01"}, {"next_on": day(0)}):
            self.move("village", page, "record", made | wrong, 400, "visit")
        self.move("village", page, "record", made, workflow="visit")

    # ── what is missing, wrong, too late

    def test_a_step_wants_its_files(self):
        case = self.move("village", self.open(), "checked", CHECK)
        obstacle, = [each for action in case["actions"] if action["transition"] == "agreed" for each in action["obstacles"] if each["kind"] == "attachment"]
        self.assertIn("Record of the democratic review", obstacle["message"])
        refused = self.move("village", case, "agreed", REVIEW, 400)
        self.assertIn("Record of the democratic review", refused.error["message"])
        self.attach("village", case, "notice_photo")  # another kind is no help
        self.move("village", case, "agreed", REVIEW, 400)
        self.attach("village", case, "review_record")
        self.assertEqual("notice", self.move("village", case, "agreed", REVIEW)["case"]["state"])

    def test_figures_of_the_process_open_their_cases(self):
        case = self.to_county(self.open())
        case = self.move("county_bureau", case, "send_back", comment="The bill is missing")
        figures = self.ok(self.who["county_bureau"].get("/workflows/identification/figures"))
        self.assertEqual(day(0), figures["to"])
        by_state = {line["state"]: line for line in figures["states"]}
        self.assertEqual((0, 0), (by_state["check"]["median"], by_state["check"]["late"]))
        self.assertGreaterEqual(by_state["county"]["returned"], 1)
        for state, line in by_state.items():
            parts = [part for part in figures["townships"] if part["state"] == state]
            self.assertEqual([sum(part[name] for part in parts) for name in ("passed", "late", "returned")],
                             [line[name] for name in ("passed", "late", "returned")])
        back = self.ok(self.who["county_bureau"].get("/workflows/identification/figures/cases", state="county", which="returned", limit=200))
        self.assertIn(case["record"]["id"], [each["id"] for each in back["cases"]])
        township, = {part["code"] for part in figures["townships"] if part["state"] == "county" and part["returned"]}
        within = self.ok(self.who["county_bureau"].get("/workflows/identification/figures/cases", state="county", which="returned", division=township))
        self.assertEqual(by_state["county"]["returned"] > 0, bool(within["cases"]))
        # A village counts its own, and nothing elsewhere.
        self.assertEqual(404, self.village.get("/workflows/identification/figures", division="430421999").status)
        self.assertEqual(400, self.village.get("/workflows/identification/figures/cases", state="nowhere").status)

    def test_all_that_is_missing_is_said_beside_its_field(self):
        case = self.open()
        some = {key: CHECK[key] for key in list(CHECK)[2:]}
        answer = self.move("village", case, "checked", {**some, "check_members": "many"}, 400)
        fields = {fault["field"] for fault in answer.error["faults"]}
        self.assertEqual({"check_members"}, fields)
        answer = self.move("village", case, "checked", some, 400)
        self.assertEqual({"checked_on", "checked_by"}, {fault["field"] for fault in answer.error["faults"]})
        answer = self.move("village", case, "checked", {**CHECK, "checked_on": day(3)}, 400)
        self.assertIn("check", answer.error["message"].lower())
        self.assertEqual("check", self.ok(self.village.get(f"/workflows/identification/cases/{case['record']['id']}"))["case"]["state"])

    def test_bad_requests(self):
        case = self.open()
        self.assertEqual("transition", self.move("village", case, "chekced", {}, 400).error["field"])
        self.move("village", case, "approve", {"township_note": "x"}, 403)
        self.move("village", case, "checked", {**CHECK, "nothing": 1, "case_state": "registered"}, 403)
        answer = self.move("village", case, "checked", {**CHECK, "nothing": 1}, 400)
        self.assertLessEqual({"nothing"}, {fault["field"] for fault in answer.error["faults"]})
        self.assertEqual(404, self.village.get("/workflows/identification/cases/999999999").status)
        self.assertEqual(404, self.village.get("/workflows/nothing/cases/1").status)
        self.assertEqual(400, self.open(household=10**9, status=400).status)
        answer = self.village.post("/workflows/identification/cases", {"values": {}})
        self.assertEqual(400, answer.status, str(answer))
        self.assertLessEqual({"household", "clue_date", "clue_source", "clue_note"}, {fault["field"] for fault in answer.error["faults"]})

    def test_one_open_case_a_household(self):
        case = self.open()
        household = case["subject"]["id"]
        # What else is known of the household goes beside the open case; nothing that people did is touched.
        answer = self.ok(self.open(household=household, status=201, full=True, clue_date=day(-5), clue_note="The well is dry"), 201)
        self.assertEqual(case["record"]["id"], answer["case"]["record"]["id"])
        proposal, = answer["case"]["proposals"]
        self.assertEqual((answer["beside"], "open", "Village: The well is dry", None), (proposal["id"], proposal["state"], proposal["sentence"], proposal["origin"]))
        self.assertFalse(proposal["by_rule"])
        self.assertEqual("Cracks in the wall", answer["case"]["record"]["values"]["clue_note"])
        self.assertEqual(case["record"]["version"], answer["case"]["record"]["version"])
        again = self.open(household=household, status=409, clue_date=day(-5), clue_note="The well is dry")
        self.assertEqual((409, "conflict"), (again.status, again.error["code"]))
        unit = self.who["department"].get("/session").json["user"]["unit"]["label"]["en"]
        answer = self.ok(self.open(household=household, client=self.who["department"], status=201, full=True, clue_source="department", clue_note="A large bill"), 201)
        self.assertEqual(f"{unit}: A large bill", answer["case"]["proposals"][-1]["sentence"])
        self.assertEqual(403, self.who["leader"].post("/workflows/identification/cases", {"values": {
            "household": household, "clue_date": day(-5), "clue_source": "visit", "clue_note": "By a leader"}}).status)
        self.assertEqual(400, self.open(household=household, status=400, clue_note=None).status)
        self.assertEqual(2, len(self.ok(self.village.get(f"/workflows/identification/cases/{case['record']['id']}"))["proposals"]))

    def test_two_at_once_one_wins_and_the_other_sees_what_happened(self):
        case = self.open()
        self.move("village", case, "checked", CHECK)
        answer = self.move("resident_team", case, "no_risk", {"checked_on": day(-6), "checked_by": "x", "check_note": "x", "refusal_reason": "no_risk",
                                                              "refusal_note": "x"}, 409)
        self.assertEqual("review", answer.json["current"]["case"]["state"])
        # People, not accounts.
        name = next(one["display_name"] for one in self.ok(self.who["county_admin"].get("/users", q="village"))["users"] if one["name"] == "village")
        self.assertIn(name, answer.error["message"])
        self.assertEqual(name, answer.json["current"]["steps"][-1]["actor_name"])

    def test_a_case_is_no_ordinary_record(self):
        case = self.open()
        record = case["record"]
        path = f"/registers/identification/records/{record['id']}"
        for field, value in (("case_state", "registered"), ("case_due", day(99)), ("decided_on", day(0))):
            answer = self.who["county_admin"].patch(path, {"version": record["version"], "values": {field: value}})
            self.assertEqual(answer.status, 403, (field, str(answer)))
        answer = self.village.post("/registers/identification/records", {"values": {"household": self.free[-1], "clue_date": day(0)}})
        self.assertEqual(answer.status, 405, str(answer))
        # Its ordinary fields are written as any other's, and that is a new version.
        changed = self.ok(self.village.patch(path, {"version": record["version"], "values": {"clue_note": "Cracks and a wet floor"}}))
        self.move("village", case, "checked", CHECK, 409)
        self.assertEqual(record["version"] + 1, changed["record"]["version"])

    # ── whose word it is

    def patch(self, client, case, values, status=200):
        path = f"/registers/identification/records/{case['record']['id']}"
        version = self.ok(self.who["county_admin"].get(path))["version"]
        answer = self.who[client].patch(path, {"version": version, "values": values})
        self.assertEqual(answer.status, status, str(answer))
        return answer.json["record"] if status == 200 else answer.error["message"]

    def page(self, client, case):
        return self.ok(self.who[client].get(f"/workflows/identification/cases/{case['record']['id']}"))

    def test_a_decision_is_written_by_who_decides(self):
        case = self.move("village", self.open(), "checked", CHECK)
        self.assertIn("Township", self.patch("village", case, {"township_note": "Agreed"}, 403))
        self.patch("department", case, {"review_agreed": 1, "check_wage": "1.00"}, 403)
        self.attach("village", case, "review_record")
        self.assertEqual("A note", self.patch("village", case, {"review_note": "A note"})["values"]["review_note"])
        self.assertEqual(("edited", "review_note"), tuple(self.page("village", case)["steps"][-1][key] for key in ("kind", "fields")))
        case = self.move("village", self.page("village", case), "agreed", REVIEW)
        for values in ({"review_agreed": 3}, {"township_note": "Agreed"}, {"category": "marginal"}, {"main_risk": "illness"}, {"clue_note": "Another"}):
            self.patch("village", case, values, 403)
        self.attach("village", case, "notice_photo")
        case = self.move("village", self.stood(case, 6), "noticed", NOTICE)
        page = self.page("village", case)
        self.assertEqual([], page["record"]["writable"])
        self.assertIn("nothing for you", page["record"]["why"])
        self.assertNotIn("edit", page["record"]["rights"])
        self.assertIn("township_note", self.page("township", case)["record"]["writable"])
        self.move("township", case, "approve", {"township_note": "Agreed", "check_wage": "1.00"}, 403)
        case = self.move("township", case, "approve", {"township_note": "Agreed"})
        self.patch("village", case, {"decision_note": "We decide"}, 403)
        self.patch("township", case, {"category": "marginal"}, 403)
        self.move("county_bureau", case, "register", {"category": "marginal"}, 400)
        self.patch("county_bureau", case, {"decision_note": "Registered"})
        case = self.move("county_bureau", self.page("county_bureau", case), "register", {"category": "marginal"})
        self.assertEqual("registered", case["case"]["state"])
        self.patch("county_bureau", case, {"decision_note": "Otherwise"}, 409)

    def test_rights_come_before_values(self):
        """Who may not is told so, whatever is wrong with what they sent."""
        case = self.open()
        record = case["record"]
        path = f"/registers/identification/records/{record['id']}"
        for values in ({"check_members": "many"}, {"check_members": -1}, {"checked_on": day(40)}, {"proposed_category": "none such"}):
            for client, status in (("department", 403), ("county_bureau", 403), ("village", 400)):
                answer = self.who[client].patch(path, {"version": record["version"], "values": values})
                self.assertEqual(status, answer.status, f"{client} {values} {answer}")
                answer = self.move(client, case, "checked", CHECK | values, status)
        answer = self.who["leader"].post("/workflows/identification/cases", {"values": {"household": record["id"], "clue_date": "never"}})
        self.assertEqual(403, answer.status, str(answer))
        self.assertEqual(record["version"], self.page("village", case)["record"]["version"])
        # What only the system fills, and what only cases write, beside values that are wrong.
        for values in ({"case_state": "none such"}, {"decided_on": "never", "clue_date": "never"}):
            answer = self.village.post("/workflows/identification/cases", {"values": {"household": case["subject"]["id"], **values}})
            self.assertEqual(403, answer.status, str(answer))
        household = self.ok(self.who["county_admin"].get(f"/registers/household/records/{case['subject']['id']}"))
        for values, status in (({"monitored_category": "none such"}, 403), ({"monitored_category": "marginal", "members_in_year": -1}, 403),
                               ({"members_in_year": "many", "risk_eliminated": "perhaps"}, 403), ({"members_in_year": "many"}, 400)):
            answer = self.who["county_admin"].patch(f"/registers/household/records/{household['id']}", {"version": household["version"], "values": values})
            self.assertEqual(status, answer.status, f"{values} {answer}")

    def test_every_village_finds_every_buyer(self):
        """Wherever a buyer's enterprise lies, and where it has none."""
        bureau = self.who["county_bureau"]
        buyer = self.ok(bureau.post("/registers/buyer/records", {"values": {"name": "Market of nowhere", "wants": ["rice"]}}), 201)["record"]
        for client in ("village", "township", "resident_team", "helper"):
            self.assertEqual(buyer["id"], self.ok(self.who[client].get(f"/registers/buyer/records/{buyer['id']}"))["id"])
            answer = self.who[client].patch(f"/registers/buyer/records/{buyer['id']}", {"version": buyer["version"], "values": {"name": "Mine"}})
            self.assertEqual(403, answer.status, str(answer))
        self.assertEqual(self.ok(bureau.get("/registers/buyer/records", count=1, limit=1))["total"],
                         self.ok(self.village.get("/registers/buyer/records", count=1, limit=1))["total"])

    def test_what_hangs_on_a_closed_case_stays(self):
        township, bureau = self.who["township"], self.who["county_bureau"]
        place = self.village.get("/registers/village/records", limit=1, fields="").json["records"][0]["id"]
        case = self.ok(self.village.post("/workflows/unsalable/cases", {"values": {
            "village": place, "produce": "rice", "reported_on": day(-3), "variety": "Rice", "tonnes": "20", "cause": "Prices fell", "contact": "Tester"}}), 201)["case"]
        case = self.move("township", case, "verified", {"sell_by": day(30)}, workflow="unsalable")
        buyer = self.ok(bureau.post("/registers/buyer/records", {"values": {"name": "Canteen of the county hospital", "wants": ["rice"]}}), 201)["record"]
        values = {"unsalable": case["record"]["id"], "buyer": buyer["id"], "agreed_on": day(-1), "agreed_tonnes": "20"}
        deal = self.ok(bureau.post("/registers/unsalable_deal/records", {"values": values}), 201)["record"]
        path = f"/registers/unsalable_deal/records/{deal['id']}"
        case = self.move("township", case, "give_up", {"closing_note": "Nobody came"}, workflow="unsalable", comment="Too late")
        self.assertEqual(["read"], [right for right in self.ok(township.get(path))["rights"] if right in ("read", "edit", "retire")])
        for client in (township, bureau, self.who["county_admin"]):
            answer = client.patch(path, {"version": deal["version"], "values": {"sold_tonnes": "20"}})
            self.assertEqual(409, answer.status, str(answer))
            self.assertIn("is closed", answer.error["message"])
        again = bureau.post("/registers/unsalable_deal/records", {"values": values | {"agreed_on": day(0)}})
        self.assertEqual(409, again.status, str(again))
        self.assertEqual(409, self.who["county_admin"].post(path + "/retire", {"version": deal["version"], "reason": "away"}).status)
        self.assertFalse(self.ok(township.get(path + "/attachments"))["may_add"])
        self.assertEqual(409, township.ask("POST", path + "/attachments", body=b"a receipt", raw=True, query={"kind": "evidence", "filename": "x.txt"}).status)

    def test_a_case_is_found_by_its_number(self):
        case = self.open()
        number = case["case"]["number"]
        hit, = self.ok(self.village.get("/search", q=number))
        self.assertEqual(("identification", case["record"]["id"], number, "case"), tuple(hit[key] for key in ("register", "id", "key", "by")))
        self.assertEqual(case["subject"]["id"], hit["subject"]["id"])
        self.assertEqual([], self.ok(self.village.get("/search", q=number + "9")))
        other = self.open(self.others[0], self.who["county_bureau"])["case"]["number"]
        self.assertNotEqual(number, other)
        self.assertEqual([], self.ok(self.village.get("/search", q=other)))
        self.assertEqual(1, len(self.ok(self.who["county_bureau"].get("/search", q=other))))

    def test_clues_are_answered_by_who_has_the_case(self):
        case = self.open()
        for client, said in (("resident_team", "A child is out of school"), ("department", "A large bill")):
            answer = self.open(case["subject"]["id"], self.who[client], full=True, status=None, clue_date=day(-2), clue_note=said)
            self.assertEqual(201, answer.status, str(answer))
        path = f"/workflows/identification/cases/{case['record']['id']}/proposals/"
        first, second = self.page("village", case)["proposals"]
        self.assertEqual([True, False], [self.page(client, case)["may_answer"] for client in ("village", "department")])
        for id in (first["id"], second["id"]):  # another's clue, and its own
            answer = self.who["department"].post(f"{path}{id}", {"accept": False, "comment": "Not so"})
            self.assertEqual(403, answer.status, str(answer))
        self.ok(self.village.post(f"{path}{first['id']}", {"accept": True}))
        self.ok(self.village.post(f"{path}{second['id']}", {"accept": False, "comment": "Looked into: paid by the insurance"}))
        self.assertEqual(["accepted", "refused"], [one["state"] for one in self.page("village", case)["proposals"]])

    def test_no_clue_ends_with_the_case_unanswered(self):
        case = self.open()
        for note in ("The well is dry", "The child is at home"):
            self.ok(self.open(case["subject"]["id"], full=True, clue_date=day(-5), clue_note=note), 201)
        case = self.page("township", case)
        drop, = [action for action in case["actions"] if action["transition"] == "drop"]
        self.assertEqual(["clue"], [one["kind"] for one in drop["obstacles"]])
        refused = self.move("township", case, "drop", status=400, comment="A mistake")
        self.assertIn("nobody has answered: 2", refused.error["message"])
        path = f"/workflows/identification/cases/{case['record']['id']}/proposals/"
        first, second = case["proposals"]
        self.ok(self.village.post(f"{path}{first['id']}", {"accept": True}))
        self.assertIn("answered: 1", self.move("township", case, "drop", status=400, comment="A mistake").error["message"])
        self.ok(self.village.post(f"{path}{second['id']}", {"accept": False, "comment": "She is at school"}))
        case = self.move("township", self.page("township", case), "drop", comment="A mistake")
        self.assertEqual("dropped", case["case"]["state"])
        for client in ("village", "township", "county_bureau"):  # closed
            answer = self.who[client].post(f"{path}{second['id']}", {"accept": True})
            self.assertEqual(409, answer.status, str(answer))
        self.assertEqual(403, self.who["leader"].post(f"{path}{second['id']}", {"accept": True}).status)

    def test_a_step_that_ends_nothing_waits_for_no_answer(self):
        case = self.open()
        answer = self.ok(self.open(case["subject"]["id"], full=True, clue_date=day(-5), clue_note="The well is dry"), 201)
        case = self.move("village", answer["case"], "checked", CHECK)
        self.assertEqual(["open"], [one["state"] for one in case["proposals"]])

    def test_an_early_clue_has_its_days_too(self):
        case = self.open(clue_date=day(-80))
        self.assertEqual((day(-65), True), (case["case"]["clock_due"], case["case"]["overdue"]))

    def test_the_income_that_follows_is_shown_while_it_is_typed(self):
        case = self.open()
        path, id = "/registers/identification", case["record"]["id"]

        def figures(answer):
            return {one["name"]: one["value"] for one in self.ok(answer)["figures"] if one["beside"] == "check_self_paid"}
        nothing = figures(self.village.get(f"{path}/records/{id}"))
        line = nothing.pop("check_line")
        self.assertEqual({"check_net_income", "check_per_capita", "check_margin", "check_after_paid"}, set(nothing))
        self.assertEqual({None}, set(nothing.values()))
        typed = {name: value for name, value in CHECK.items() if name.startswith("check_")}
        follows = figures(self.village.post(f"{path}/check", {"id": id, "values": typed}))
        self.assertEqual(("12600.00", "4200.00", "3533.33", line), tuple(follows[name] for name in
                                                                       ("check_net_income", "check_per_capita", "check_after_paid", "check_line")))
        self.assertEqual(f"{4200 - float(line):.2f}", follows["check_margin"])
        half = figures(self.village.post(f"{path}/check", {"id": id, "values": {**typed, "check_wage": None}}))
        self.assertIsNone(half["check_per_capita"])  # unknown is not zero
        self.assertEqual(nothing, {name: value for name, value in figures(self.village.get(f"{path}/records/{id}")).items() if name in nothing})  # nothing was written
        # What is typed stands on what is there: written down first, then a single field changed.
        case = self.move("village", case, "checked", CHECK)
        page = self.ok(self.who["leader"].get(f"/workflows/identification/cases/{id}"))["record"]
        self.assertEqual("4200.00", {one["name"]: one["value"] for one in page["figures"]}["check_per_capita"])
        by_formula, = [row for row in self.ok(self.village.get(f"{path}/records", where="check_per_capita = 4200元"))["records"] if row["id"] == id]
        self.assertEqual(id, by_formula["id"])
        more = figures(self.village.post(f"{path}/check", {"id": id, "values": {"check_members": 6}}))
        self.assertEqual("2100.00", more["check_per_capita"])
        # Of others' cases nothing is told, typed or not.
        self.assertEqual(404, self.county.login("helper").post(f"{path}/check", {"id": id, "values": {}}).status)
        # A record that is not there yet has them too.
        fresh = self.ok(self.village.post(f"{path}/check", {"values": {**typed, "household": case["subject"]["id"], "clue_date": day(-3)}}))
        self.assertEqual("4200.00", {one["name"]: one["value"] for one in fresh["figures"]}["check_per_capita"])

    def test_what_a_clue_by_hand_may_say(self):
        for wrong, status, words in (({"clue_date": day(-91)}, 409, "too old"), ({"clue_date": "2020-01-01"}, 400, "Date of the clue"),
                                     ({"clue_source": "rule"}, 409, "warnings come by themselves"), ({"clue_source": "declaration"}, 409, "declarations"),
                                     ({"clue_receipt": "P"}, 403, "Receipt")):
            answer = self.open(status=status, **wrong)
            self.assertEqual(status, answer.status, str(answer))
            self.assertIn(words, answer.error["message"])

    def planned(self, household, offset, status=201):
        answer = self.village.post("/workflows/visit/cases", {"values": {"household": household, "planned_for": day(offset)}})
        return self.ok(answer, status)["case"] if status == 201 else answer

    def test_a_visit_that_is_planned_already_is_not_planned_again(self):
        household = self.free.pop()
        first, second, third = (self.planned(household, offset) for offset in (-2, -1, 30))
        name = f"{self.values_of(household)['number']} {self.values_of(household)['head_name']}"
        findings = {"visited_on": day(0), "visitor": "Tester", "place": "At home", "housing_problem": False, "water_problem": False,
                    "dropout_problem": False, "uninsured_problem": False, "findings": "All well"}

        def record(case, offset, status=200):
            return self.village.post(f"/workflows/visit/cases/{case['record']['id']}/transitions", {
                "transition": "record", "version": case["record"]["version"], "values": {**findings, "next_on": day(offset)}})
        done = self.ok(record(first, 30))
        self.assertEqual((0, 1), (done["opened"], done["standing"]))
        after = self.ok(self.village.get(f"/workflows/visit/cases/{third['record']['id']}"))
        self.assertEqual(("planned", third["record"]["version"]), (after["case"]["state"], after["record"]["version"]))
        self.assertEqual({second["record"]["id"], third["record"]["id"]},
                         {row["id"] for row in self.ok(self.village.get("/cases", workflow="visit", kind="open"))["cases"]
                          if row["subject"]["id"] == household})
        # One on that day that is closed is another matter: what it is called and its number are said.
        self.move("township", after, "cancel", workflow="visit", comment="They are away")
        refused = record(second, 30)
        self.assertEqual(409, refused.status, str(refused))
        for words in (name, third["case"]["number"], day(30)):
            self.assertIn(words, refused.error["message"])
        self.assertNotIn("#", refused.error["message"])
        done = self.ok(record(second, 31))
        self.assertEqual((1, 0), (done["opened"], done["standing"]))

    def test_a_record_that_is_there_is_named_as_people_name_it(self):
        household = self.free.pop()
        first = self.planned(household, 3)
        again = self.planned(household, 3, 409).error["message"]
        self.assertIn(f"{self.values_of(household)['number']} {self.values_of(household)['head_name']}", again)
        self.assertIn(f"number {first['case']['number']}", again)
        self.assertNotIn("#", again)

    def test_what_a_list_said_stays(self):
        household = self.free.pop()
        number = self.county.query("SELECT number FROM household WHERE id = ?", household)[0][0]
        self.sheet_of_clues(f"{number},{day(-2)},住院自付三万元")
        made, = self.cases_on(household)
        case = self.ok(self.village.get(f"/workflows/identification/cases/{made}"))
        writable = self.ok(self.village.get(f"/registers/identification/records/{made}"))["writable"]
        self.assertTrue({"clue_note", "clue_source"}.isdisjoint(writable) and "check_note" in writable, writable)
        for client in ("village", "township", "county_bureau"):
            self.patch(client, case, {"clue_note": "Nothing at all"}, 403)
        self.assertIn("nobody changes it", self.patch("village", case, {"clue_source": "visit"}, 403))
        self.move("village", case, "checked", CHECK | {"clue_note": "Nothing at all", "checked_on": day(0)}, 403)
        self.patch("village", case, {"check_note": "They owe the hospital"})  # what is found stands beside it

    def test_what_another_wrote_is_confirmed(self):
        case = self.open(refusal_reason="no_risk", refusal_note="From the start")
        case = self.move("resident_team", case, "no_risk", {"checked_on": day(-5), "checked_by": "x", "check_note": "x",
                                                            "refusal_reason": "no_risk", "refusal_note": "Nothing found"})
        refused = self.move("township", case, "confirm_refusal", {}, 400)
        self.assertIn("not filled in by those", refused.error["message"])
        case = self.move("township", case, "confirm_refusal", {"refusal_reason": "no_risk", "refusal_note": "Nothing found"})
        self.assertEqual("refused", case["case"]["state"])

    def test_a_case_stays_with_its_household(self):
        case, other = self.open(), self.free[-1]
        self.assertIn("cannot change once", self.patch("village", case, {"household": other}, 403))
        self.move("village", case, "checked", {**CHECK, "household": other}, 403)

    def test_nothing_is_buried(self):
        case = self.open()
        record, household = case["record"], case["subject"]["id"]
        self.assertNotIn("retire", self.page("township", case)["record"]["rights"])
        put_away = {"version": record["version"], "reason": "away with it"}
        self.assertEqual(409, self.who["township"].post(f"/registers/identification/records/{record['id']}/retire", put_away).status)
        home = self.ok(self.who["township"].get(f"/registers/household/records/{household}"))
        answer = self.who["township"].post(f"/registers/household/records/{household}/retire", {"version": home["version"], "reason": "moved"})
        self.assertEqual(409, answer.status, str(answer))
        self.assertIn(case["case"]["number"], answer.error["message"])

    def test_evidence_stays(self):
        case = self.move("village", self.open(), "checked", CHECK)
        files = f"/registers/identification/records/{case['record']['id']}/attachments"
        self.attach("village", case, "review_record")
        case = self.move("village", case, "agreed", REVIEW)
        listed = self.ok(self.village.get(files))
        self.assertEqual((True, [False]), (listed["may_add"], [one["may_retire"] for one in listed["attachments"]]))
        self.assertNotEqual(listed["attachments"][0]["actor"], listed["attachments"][0]["actor_name"])
        refused = self.village.post(f"{files}/{listed['attachments'][0]['id']}/retire", {"reason": "gone"})
        self.assertEqual(409, refused.status, str(refused))
        self.assertFalse(self.ok(self.who["county_bureau"].get(files))["may_add"])
        added = self.who["county_bureau"].ask("POST", files, body=b"note", raw=True, query={"kind": "review_record", "filename": "x.txt"})
        self.assertEqual(403, added.status, str(added))

    def test_what_decisions_say_is_not_typed(self):
        household = self.free[-1]
        path = f"/registers/household/records/{household}"
        record = self.ok(self.village.get(path))
        for values in ({"monitored_category": "unstable", "identified_month": "2022-09"}, {"risk_eliminated": True, "eliminated_month": "2022-10"}):
            for client in ("village", "county_admin"):
                answer = self.who[client].patch(path, {"version": record["version"], "values": values})
                self.assertEqual(403, answer.status, str(answer))
        self.assertIn("Risk elimination", answer.error["message"])
        answer = self.who["department"].patch(path, {"version": record["version"], "values": {"head_name": "Other"}})
        self.assertEqual(403, answer.status, str(answer))

    # ── returned

    def test_the_county_returns_a_case(self):
        case = self.to_county(self.open())
        self.move("county_bureau", case, "send_back", {}, 400)  # without a reason
        case = self.move("county_bureau", case, "send_back", {}, comment="The income does not add up")
        self.assertEqual("township", case["case"]["state"])
        self.assertEqual("The income does not add up", case["steps"][-1]["comment"])
        case = self.move("township", case, "check_again", {}, comment="Count it again")
        self.assertEqual("check", case["case"]["state"])
        self.assertEqual((None, None), tuple(case["record"]["values"][name] for name in ("notice_from", "notice_to")), "it is posted anew")
        case = self.move("village", case, "checked", {"check_wage": "9500"})
        self.assertEqual("review", case["case"]["state"])
        case = self.move("village", case, "agreed", {"notice_from": day(0)})
        self.assertEqual(("notice", None), (case["case"]["state"], case["record"]["values"]["notice_to"]))

    # ── many at once

    def test_each_of_a_batch_has_its_own_result(self):
        cases = [self.open() for _ in range(3)]
        cases[:2] = [self.move("village", case, "no_risk", {"checked_on": day(-6), "checked_by": "x", "check_note": "x", "refusal_reason": "no_risk",
                                                              "refusal_note": "x"}) for case in cases[:2]]
        items = [{"id": case["record"]["id"], "version": case["record"]["version"]} for case in cases]
        answer = self.ok(self.who["township"].post("/workflows/identification/batch", {"transition": "confirm_refusal", "cases": items,
                                                                                              "values": {"refusal_reason": "no_risk", "refusal_note": "x"}}))
        self.assertEqual([True, True, False], [each["done"] for each in answer["results"]])
        self.assertEqual((2, "refused"), (answer["done"], answer["results"][0]["state"]))
        self.assertTrue(answer["results"][2]["message"])
        self.assertEqual(400, self.who["township"].post("/workflows/identification/batch", {"transition": "confirm_refusal", "cases": []}).status)

    # ── who sees and does what

    def test_inboxes(self):
        case = self.open()
        id = case["record"]["id"]
        def inbox(name):
            return [row["id"] for row in self.ok(self.who[name].get("/cases", workflow="identification", limit=200))["cases"]]
        self.assertIn(id, inbox("village"))
        self.assertNotIn(id, inbox("township"))
        self.assertNotIn(id, inbox("leader"))
        case = self.move("village", case, "checked", CHECK)
        self.attach("village", case, "review_record")
        case = self.move("village", case, "agreed", REVIEW)
        self.attach("village", case, "notice_photo")
        self.move("village", self.stood(case, 6), "noticed", NOTICE)
        self.assertNotIn(id, inbox("village"))
        self.assertIn(id, inbox("township"))
        counts = {each["workflow"]: each for each in self.ok(self.who["township"].get("/cases/counts", days=30))}
        self.assertGreaterEqual(counts["identification"]["mine"], 1)
        self.assertGreaterEqual(counts["identification"]["mine_due"], 1)
        states = {(each["workflow"], each["state"]): each for each in self.ok(self.who["township"].get("/cases/states"))}
        here = self.ok(self.who["township"].get("/cases", kind="open", workflow="identification", state="notice", limit=200))["cases"]
        self.assertEqual(len(here), states.get(("identification", "notice"), {"open": 0})["open"])
        self.assertEqual(counts["identification"]["open"], sum(each["open"] for (workflow, _), each in states.items() if workflow == "identification"))
        self.assertEqual(counts["identification"]["overdue_below"], sum(each["overdue"] for (workflow, _), each in states.items() if workflow == "identification"))
        place = self.ok(self.who["township"].get("/divisions"))[-1]["code"]
        self.assertEqual(len(self.ok(self.who["township"].get("/cases", kind="open", division=place, limit=200))["cases"]),
                         sum(each["open"] for each in self.ok(self.who["township"].get("/cases/states", division=place))))
        self.assertEqual(404, self.village.get("/cases/states", division="430499").status)
        calendar = self.ok(self.who["township"].get("/cases/calendar", days=60))
        self.assertEqual(60, len(calendar))
        self.assertGreaterEqual(sum(each["count"] for each in calendar), 1)

    def test_others_cases_are_not_there(self):
        case = self.open(household=self.others[5], client=self.who["county_bureau"])
        id = case["record"]["id"]
        self.assertEqual(404, self.village.get(f"/workflows/identification/cases/{id}").status)
        self.move("village", case, "checked", CHECK, 404)
        self.assertNotIn(id, [row["id"] for row in self.ok(self.village.get("/cases", kind="open", workflow="identification", limit=200))["cases"]])
        self.assertEqual(400, self.open(household=self.others[1], status=400).status)
        # Nor is anything put beside it, with words or without; who may see the family puts it there.
        for words in ("Written from another village", None):
            answer = self.open(household=self.others[5], status=400, clue_note=words)
            self.assertEqual(400, answer.status, str(answer))
            self.assertEqual("household", answer.error["field"])
        self.assertEqual([], self.page("county_bureau", case)["proposals"])
        self.ok(self.open(household=self.others[5], client=self.who["county_bureau"], status=201, full=True, clue_note="From the county"), 201)
        self.assertEqual(1, len(self.page("county_bureau", case)["proposals"]))
        for name in ("leader", "auditor"):
            self.ok(self.who[name].get(f"/workflows/identification/cases/{id}"))
            self.move(name, case, "drop", {}, 403, comment="x")

    def test_the_picture_of_a_workflow(self):
        workflows = {each["name"]: each for each in self.ok(self.village.get("/workflows"))}
        identification = workflows["identification"]
        self.assertTrue(identification["may_open"])
        self.assertEqual("check", identification["start"])
        layers = {state["name"]: state["layer"] for state in identification["states"]}
        self.assertLess(layers["check"], layers["review"])
        self.assertLess(layers["review"], layers["county"])
        places = [(state["layer"], state["place"]) for state in identification["states"]]
        self.assertEqual(len(places), len(set(places)))
        leader = {each["name"]: each for each in self.ok(self.who["leader"].get("/workflows"))}
        self.assertFalse(leader["identification"]["may_open"])

    # ── who may have it

    def test_a_case_is_given_to_somebody_who_could_act(self):
        case = self.open()
        path = f"/workflows/identification/cases/{case['record']['id']}/candidates"
        names = {each["name"]: each for each in self.ok(self.village.get(path, transition="hand_over"))}
        self.assertLessEqual({"village", "resident_team"}, set(names))
        self.assertTrue({"township", "county_bureau", "leader", "department"}.isdisjoint(names), names)
        before = names["resident_team"]["open"]
        self.assertEqual({"township"}, {each["name"] for each in self.ok(self.village.get(path, transition="noticed"))})
        case = self.move("village", case, "hand_over", assignee="resident_team")
        self.assertTrue(case["steps"][-1]["to_user"])
        names = {each["name"]: each for each in self.ok(self.village.get(path, transition="hand_over"))}
        self.assertEqual(before + 1, names["resident_team"]["open"])
        self.assertEqual(403, self.village.get(path, transition="approve").status)
        self.assertEqual(400, self.village.get(path, transition="nothing").status)
        self.assertEqual(404, self.village.get("/workflows/identification/cases/999999999/candidates", transition="hand_over").status)

    def test_many_are_given_at_once_each_with_its_own_result(self):
        cases = [self.open() for _ in range(2)]
        items = [{"id": case["record"]["id"], "version": case["record"]["version"]} for case in cases]
        self.move("village", cases[1], "hand_over")  # somebody was faster with the second one
        give = {"transition": "hand_over", "cases": items, "assignee": "resident_team"}
        answer = self.ok(self.village.post("/workflows/identification/batch", give))
        self.assertEqual([True, False], [each["done"] for each in answer["results"]])
        self.assertEqual("assignee", self.village.post("/workflows/identification/batch", {**give, "assignee": "nobody"}).error["field"])

    # ── what was known then

    def test_what_was_known_when_a_step_was_done(self):
        case = self.open()
        household, path = case["subject"]["id"], f"/workflows/identification/cases/{case['record']['id']}/steps"
        self.move("village", case, "checked", CHECK)
        record = self.ok(self.village.get(f"/registers/household/records/{household}"))
        self.ok(self.village.patch(f"/registers/household/records/{household}", {"version": record["version"], "values": {
            "safe_water": False, "members_in_year": 5}}))
        page = self.ok(self.village.get(f"/households/{household}", as_of=day(0)))
        known = self.ok(self.village.get(f"{path}/2/known"))
        self.assertEqual(day(0), known["as_of"])
        self.assertEqual([each["name"] for each in page["definitions"]], [each["name"] for each in known["definitions"]])
        hits = lambda answer: {each["rule"] for each in answer["warnings"] if each["state"] == "hit"}
        self.assertIn("guarantee_gap_unmonitored", hits(page))
        self.assertNotIn("guarantee_gap_unmonitored", hits(known))
        self.assertTrue(all(each["since"] is None for each in known["warnings"]))
        self.assertEqual(404, self.village.get(f"{path}/9/known").status)

    # ── departments

    def test_departments_bring_clues(self):
        department = self.who["department"]
        household = self.free.pop()
        answer = department.post("/workflows/identification/cases", {"values": {
            "household": household, "clue_date": day(-1), "clue_source": "department", "clue_note": "A large bill at the county hospital"}})
        case = self.ok(answer, 201)["case"]
        self.assertEqual("check", case["case"]["state"])
        self.assertIn(case["record"]["id"], [row["id"] for row in self.ok(self.village.get("/cases", workflow="identification", limit=200))["cases"]])
        self.move("department", case, "checked", CHECK | {"checked_on": day(0)}, 403)

    def sheet_of_clues(self, *rows):
        path = self.county.folder / "clues.csv"
        path.write_text("\n".join(["户编号,线索日期,线索内容", *rows]) + "\n", encoding="utf-8")
        return call("import", "--db", self.county.database, "department_clues", path, "--errors", self.county.folder / "refused.xlsx", "--json")

    def cases_on(self, household):
        return [row["id"] for row in self.ok(self.who["county_bureau"].get("/cases", workflow="identification", kind="open", limit=200))["cases"]
                if row["subject"]["id"] == household]

    def test_departments_bring_lists_of_clues(self):
        standing = self.open()
        numbers = [self.county.query("SELECT number FROM household WHERE id = ?", id)[0][0] for id in (self.free[-1], standing["subject"]["id"])]
        free = self.free.pop()
        rows = (f"{numbers[0]},{day(-2)},住院自付三万元", f"{numbers[1]},{day(-2)},孩子没有到校")
        self.sheet_of_clues(*rows)
        made, = self.cases_on(free)
        case = self.ok(self.village.get(f"/workflows/identification/cases/{made}"))
        self.assertEqual(("department", "住院自付三万元", "check"), tuple(case["record"]["values"][name] for name in ("clue_source", "clue_note", "case_state")))
        # Where one is open the row is a clue beside it, and stays a plain record of what the department said.
        self.assertEqual([standing["record"]["id"]], self.cases_on(standing["subject"]["id"]))
        page = self.ok(self.village.get(f"/workflows/identification/cases/{standing['record']['id']}"))
        proposal, = page["proposals"]
        self.assertIn("孩子没有到校", proposal["sentence"])
        self.assertEqual(("identification", None), (proposal["origin"]["register"], proposal["origin"]["workflow"]))
        self.assertEqual(200, self.village.get(f"/registers/identification/records/{proposal['origin']['id']}").status)
        # The same list again, and the next day, bring nothing.
        self.sheet_of_clues(*rows)
        again = json.loads(call("case", "tick", "--db", self.county.database, "--json"))
        self.assertEqual((0, 0), (again["adopted"], again["beside"]))
        self.assertEqual([made], self.cases_on(free))
        self.assertEqual(1, len(self.ok(self.village.get(f"/workflows/identification/cases/{standing['record']['id']}"))["proposals"]))

    def test_an_import_says_what_became_of_its_clues(self):
        standing = self.open()
        numbers = [self.county.query("SELECT number FROM household WHERE id = ?", id)[0][0] for id in (self.free.pop(), standing["subject"]["id"])]
        path = self.county.folder / "clues.csv"
        path.write_text("\n".join(["户编号,线索日期,线索内容", *(f"{number},{day(-3)},停水" for number in numbers)]) + "\n", encoding="utf-8")
        said = call("import", "--db", self.county.database, "department_clues", path, "--lang", "en")
        for words in ("Became cases", "Put beside open cases"):
            line, = [line for line in said.splitlines() if words in line]
            self.assertEqual("1", line.split()[-1], said)

    def test_faulty_rows_of_clues_are_refused_and_the_others_kept(self):
        household = self.free.pop()
        number = self.county.query("SELECT number FROM household WHERE id = ?", household)[0][0]
        before = self.county.query("SELECT count(*) FROM identification")[0][0]
        said = json.loads(self.sheet_of_clues(f"{number},{day(-1)},欠费停水", f"9999,{day(-1)},没有这一户", f"{number},不是日期,日期不对", f"{number},,没有日期"))
        self.assertEqual(3, said["rejected"])
        self.assertEqual(before + 1, self.county.query("SELECT count(*) FROM identification")[0][0])
        self.assertEqual(1, len(self.cases_on(household)))

    # ── screenings

    def test_a_screening_opens_cases_once(self):
        admin = self.who["county_admin"]
        def screen(as_of):
            number = self.ok(admin.post("/screenings", {"as_of": as_of}), 202)["id"]
            admin.get(f"/jobs/{number}/events")
            job = self.ok(admin.get(f"/jobs/{number}"))
            self.assertEqual("done", job["state"], job)
            return job["result"]["cases"]
        # The county was screened when it was made: the same facts are brought once, whoever screens.
        again = screen("2022-09-30")
        self.assertEqual((0, 0, 0), (again["opened"], again["beside"], again["failed"]), again)
        self.assertGreater(again["known"], 5)
        # One clue a year of the same thing, and one archive; another year is another matter.
        month = screen("2022-08-31")
        self.assertEqual(0, month["failed"], month)
        other = screen("2021-09-30")
        self.assertGreater(other["opened"] + other["beside"], 0)
        self.assertEqual(0, other["failed"], other)
        again = screen("2021-09-30")
        self.assertEqual((0, 0), (again["opened"], again["beside"]), again)
        rows = self.ok(admin.get("/registers/income_decline/records", limit=5))["records"]
        self.assertTrue(rows)
        for row in rows:
            self.assertEqual("cause", row["values"]["case_state"])
            self.assertLess(float(row["values"]["per_capita_now"]), float(row["values"]["per_capita_before"]))
        clue = self.ok(admin.get("/registers/identification/records", **{"f.clue_source": "rule", "limit": 1}))["records"][0]
        self.assertTrue(clue["values"]["clue_note"])

    def test_z_a_refused_family_is_a_clue_again_when_it_is_clearly_worse_off(self):
        """Last of all: it screens as of today, when nobody else of the county has an income that is known."""
        admin = self.who["county_admin"]
        household = self.free.pop()
        tomorrow = TODAY + datetime.timedelta(days=1)
        year = tomorrow.year if tomorrow.month > 9 else tomorrow.year - 1  # the latest that is finished
        record = self.ok(admin.post("/registers/income_year/records", {"values": {
            "household": household, "year": year, "wage": "9000", "business": "0", "property": "0", "transfer": "0", "business_cost": "0",
            "self_paid": "0", "members": 3}}), 201)["record"]

        def cases():
            number = self.ok(admin.post("/screenings", {"as_of": day(0)}), 202)["id"]
            admin.get(f"/jobs/{number}/events")
            job = self.ok(admin.get(f"/jobs/{number}"))
            self.assertEqual(("done", 0), (job["state"], job["result"]["cases"]["failed"]), job)
            return [row for row in self.ok(admin.get("/registers/identification/records", parent=household))["records"]]

        def earns(wage):
            nonlocal record
            record = self.ok(admin.ask("PATCH", f"/registers/income_year/records/{record['id']}",
                                       {"version": record["version"], "values": {"wage": wage}}))["record"]
        case, = cases()
        page = self.ok(self.village.get(f"/workflows/identification/cases/{case['id']}"))
        page = self.move("village", page, "no_risk", {"checked_on": day(0), "checked_by": "Tester", "check_note": "They manage",
                                                      "refusal_reason": "no_risk", "refusal_note": "No risk"})
        page = self.move("township", page, "confirm_refusal", {"refusal_reason": "no_risk", "refusal_note": "No risk"})
        self.assertEqual(("3000.00", day(0)), (page["record"]["values"]["refused_per_capita"], page["record"]["values"]["decided_on"]))
        with sqlite3.connect(self.county.database, timeout=30) as database:  # another day than today: the clue's date is part of the key
            database.execute("UPDATE identification SET clue_date = ? WHERE id = ?", (day(-3), case["id"]))
        earns("8999")  # a third of a yuan a head
        self.assertEqual(1, len(cases()))
        earns("7400")  # 533 yuan a head: clearly worse
        again = cases()
        self.assertEqual(2, len(again))
        self.assertEqual(["check"], [row["values"]["case_state"] for row in again if row["id"] != case["id"]])

    def test_z_what_was_eliminated_without_a_case_is_monitored_again(self):
        """A sheet says that the risk is gone, and nobody decided it here: the household comes back to where it is decided."""
        admin = self.who["county_admin"]
        household = self.free.pop()
        number, township, village = self.county.query(
            "SELECT h.number, v.township_name, v.name FROM household h JOIN village v ON v.id = h.village WHERE h.id = ?", household)[0]
        path = self.county.folder / "households.csv"
        path.write_text("乡镇,行政村,户编号,监测对象类别,识别监测时间,风险是否已消除,消除监测时间\n"
                        f"{township},{village},{number},边缘易致贫户,202108,是,{TODAY:%Y%m}\n", encoding="utf-8")
        self.assertEqual(0, json.loads(call("import", "--db", self.county.database, "national_household", path, "--json"))["rejected"])

        def screen():
            job = self.ok(admin.post("/screenings", {"as_of": day(0)}), 202)["id"]
            admin.get(f"/jobs/{job}/events")
            self.assertEqual(0, self.ok(admin.get(f"/jobs/{job}"))["result"]["cases"]["failed"])
            return self.ok(self.who["county_bureau"].get("/registers/off_system/records", parent=household))["records"]
        found, = screen()
        self.assertEqual(("no_elimination_trail", "verify"), (found["values"]["kind"], found["values"]["case_state"]))
        case = self.ok(self.village.get(f"/workflows/off_system/cases/{found['id']}"))
        case = self.move("village", case, "verified", {"checked_on": day(0), "kind": "no_elimination_trail", "outcome": "elimination_undone",
                                                       "outcome_note": "国家系统误标消除"}, workflow="off_system")
        offered = self.ok(self.who["county_bureau"].get(f"/workflows/off_system/cases/{found['id']}"))["actions"]
        self.assertNotIn("resolve", [action["transition"] for action in offered if action["listed"]])
        self.move("county_bureau", case, "restore", workflow="off_system")
        values = self.values_of(household)
        self.assertEqual((False, None), (values["risk_eliminated"], values.get("eliminated_month")))
        opened, = self.ok(self.who["county_bureau"].get("/registers/risk_elimination/records", parent=household))["records"]
        self.assertEqual(("check", "国家系统误标消除"), (opened["values"]["case_state"], opened["values"]["proposed_note"]))
        self.assertEqual(1, len(screen()))


if __name__ == "__main__":
    unittest.main()
