"""Assessments over the real server: tried until adopted, frozen when made, opened down to their records, published only when nothing is open,
closed for good."""

import io
import json
import subprocess
import unittest
import zipfile
from decimal import Decimal

from support import databases
from support.program import PROGRAM
from support.served import PASSWORD, Served, ServedTest, at_once

YEAR, MONTH = 2022, 9


class Assessment(ServedTest):
    @classmethod
    def setUpClass(cls):
        cls.county = Served()
        cls.who = {name: cls.county.login(name) for name in
                   ("county_admin", "county_bureau", "assessor", "township", "village", "department", "helper", "leader", "auditor")}
        cls.bureau = cls.who["county_bureau"]

    @classmethod
    def tearDownClass(cls):
        cls.county.close()

    def refused(self, answer, status, code):
        self.assertEqual(answer.status, status, str(answer))
        self.assertEqual(answer.error["code"], code, str(answer))
        return answer.error["message"]

    def close(self, run):
        """As if the last day for objections had been long ago, which the log knows better: it is put back."""
        until, = databases.rows(self.county.database, f"SELECT objections_until FROM zs_assessment_run WHERE id = {run}")[0]
        change = lambda day: databases.change(self.county.database, f"UPDATE zs_assessment_run SET objections_until = '{day}' WHERE id = {run}")
        change("2022-01-01")
        closed = self.ok(self.bureau.post(f"/assessments/runs/{run}/close"))
        change(until)
        return closed

    def member(self, unit):
        """Somebody who answers for the unit."""
        added = self.ok(self.who["county_admin"].post("/users", {"name": unit, "display_name": f"{unit} (synthetic)", "role": "department",
                                                                 "divisions": [], "unit": unit, "subjects": []}), 201)
        self.ok(self.county.login(unit, password=added["password"]).post("/session/password", {"old": added["password"], "new": PASSWORD}))
        return self.county.login(unit)

    def scheme(self, name, client=None):
        return {scheme["name"]: scheme for scheme in self.ok((client or self.bureau).get("/assessments"))}[name]

    def make(self, scheme, part, month=MONTH):
        if self.scheme(scheme)["adopted"][YEAR - 2022]["state"] == "none":
            self.ok(self.bureau.post(f"/assessments/{scheme}/adopt", {"year": YEAR}))
        return self.ok(self.bureau.post(f"/assessments/{scheme}/runs", {"part": part, "year": YEAR, "month": month}), 201)

    def fill(self, table, client):
        """Points for everything that is open, as an assessor gives them."""
        for scored in table["scored"]:
            for score in scored["scores"]:
                if score["given"] is None and not score["spared"]:
                    self.ok(client.post("/registers/assessment_review/records",
                                        {"values": {"run": table["run"]["id"], "scored": scored["id"], "criterion": score["criterion"],
                                                    "points": "10", "reason": "seen on the spot (synthetic)"}}), 201)

    def test_points_follow_from_the_figures(self):
        table = self.make("township_work", "process")
        criteria = {item["name"]: item for item in table["criteria"]}
        self.assertEqual(len(table["scored"]), 25)
        known = 0
        for scored in table["scored"]:
            total, taken, left = Decimal(0), Decimal(0), Decimal(100)
            for score in scored["scores"]:
                item = criteria[score["criterion"]]
                if item["kind"] == "indicator" and score["figure"] is not None:
                    full, zero, figure = Decimal(item["full"]), Decimal(item["zero"]), Decimal(score["figure"])
                    part = min(max((figure - zero) / (full - zero), Decimal(0)), Decimal(1))
                    self.assertAlmostEqual(Decimal(score["computed"]), part * Decimal(item["points"]), delta=Decimal("0.011"))
                    known += 1
                if item["kind"] == "reviewed":
                    self.assertIsNone(score["given"])
                if score["spared"]:
                    left -= Decimal(item["points"])
                elif score["given"] is not None and item["kind"] == "deduction":
                    taken += Decimal(score["given"])
                elif score["given"] is not None:
                    total += Decimal(score["given"])
            self.assertAlmostEqual(Decimal(scored["points"]), max(total * 100 / left - taken, Decimal(0)), delta=Decimal("0.006"))
        self.assertGreater(known, 0)
        # The figures are those of the indicators' own pages.
        place = table["scored"][0]
        for score in place["scores"]:
            name = criteria[score["criterion"]]["indicator"]
            if name:
                line = self.ok(self.bureau.get(f"/progress/indicators/{name}", year=YEAR, month=MONTH, division=place["id"]))["indicator"]
                self.assertEqual((score["counted"], score["missing"], score["undetermined"]),
                                 (line["counted"], line["missing"], line["undetermined"]), name)
        self.ok(self.bureau.post(f"/assessments/runs/{table['run']['id']}/drop"))

    def test_weights_are_tried_until_they_are_adopted(self):
        asked = {"part": "year", "year": 2023, "month": 1}
        tried = self.ok(self.bureau.post("/assessments/funds_performance/try", asked))
        self.assertEqual({one["rank"] for one in tried}, {one["before"] for one in tried})
        other = {**asked, "points": [{"criterion": "library", "points": "60"}, {"criterion": "assets", "points": "10"}]}
        self.assertEqual(len(self.ok(self.bureau.post("/assessments/funds_performance/try", other))), 25)
        self.refused(self.bureau.post("/assessments/funds_performance/try", {**asked, "points": [{"criterion": "library", "points": "90"}]}), 400, "input")
        self.refused(self.bureau.post("/assessments/funds_performance/try", {**asked, "points": [{"criterion": "nothing", "points": "1"}]}), 400, "input")
        answer = self.bureau.post("/assessments/funds_performance/try", {**asked, "year": 2031})
        self.refused(answer, 400, "input")
        self.assertIn("not a year of the plan", str(answer))
        self.refused(self.bureau.get("/assessments/funds_performance/years/2031"), 400, "input")
        self.refused(self.bureau.post("/assessments/funds_performance/runs", asked), 409, "conflict")  # not adopted
        self.ok(self.bureau.post("/assessments/funds_performance/adopt", {"year": 2023}))
        self.refused(self.bureau.post("/assessments/funds_performance/adopt", {"year": 2023}), 409, "conflict")
        self.refused(self.bureau.post("/assessments/funds_performance/try", asked), 409, "conflict")
        self.refused(self.bureau.post("/assessments/funds_performance/adopt", {"year": 2030}), 400, "input")

    def test_a_run_is_frozen_and_ends_in_ranks(self):
        table = self.make("village_team", "year")
        number = table["run"]["id"]
        path = f"/assessments/runs/{number}"
        self.refused(self.bureau.post("/assessments/village_team/runs", {"part": "year", "year": YEAR, "month": MONTH}), 409, "conflict")
        # What a point rests on, as it was.
        place = next(one for one in table["scored"] if any(score["missing"] and score["criterion"] == "insured" for score in one["scores"]))
        insured = next(score for score in place["scores"] if score["criterion"] == "insured")
        records = f"{path}/scores/{place['id']}/insured/records"
        before = self.ok(self.bureau.get(records, list="missing"))
        self.assertEqual(before["total"], insured["missing"])
        person = before["records"][0]["id"]
        record = self.ok(self.bureau.get(f"/registers/person/records/{person}"))
        field = next(name for name, value in record["values"].items() if name == "insured" or name.endswith("insurance"))
        self.ok(self.bureau.post(f"/registers/person/records/{person}/retire", {"version": record["version"], "reason": "synthetic: moved away"}))
        self.assertTrue(field)
        again = self.ok(self.bureau.get(path))
        self.assertEqual(again["scored"], table["scored"])
        self.assertEqual(self.ok(self.bureau.get(records, list="missing"))["total"], before["total"])
        # Nothing is published while something is open.
        is_open = any(one["open"] for one in table["scored"])
        if is_open:
            self.refused(self.bureau.post(f"{path}/publish"), 409, "conflict")
            self.fill(table, self.who["assessor"])
        self.refused(self.who["leader"].get(path), 404, "not_found")
        published = self.ok(self.bureau.post(f"{path}/publish"))
        self.assertEqual(published["run"]["state"], "published")
        ranks = sorted(one["rank"] for one in published["scored"])
        self.assertEqual(ranks[0], 1)
        by_points = sorted(published["scored"], key=lambda one: -Decimal(one["points"]))
        for one in published["scored"]:
            better = sum(Decimal(other["points"]) > Decimal(one["points"]) for other in by_points)
            self.assertEqual(one["rank"], better + 1)
            self.assertIsNotNone(one["grade"])
        closed = self.close(number)
        self.refused(self.bureau.post(f"{path}/close"), 409, "conflict")
        self.refused(self.bureau.post(f"{path}/drop"), 409, "conflict")
        after = self.ok(self.bureau.get(path))
        strip = lambda one: {key: one[key] for key in ("id", "points", "rank", "grade", "lists")}
        self.assertEqual([strip(one) for one in after["scored"]], [strip(one) for one in closed["scored"]])
        self.assertEqual([[score["given"] for score in one["scores"]] for one in after["scored"]],
                         [[score["given"] for score in one["scores"]] for one in closed["scored"]])
        # Everybody sees the table, and opens what is their own.
        township = self.who["township"]
        own = {division["code"] for division in self.ok(township.get("/divisions"))}
        for one in self.ok(township.get(path))["scored"]:
            self.assertEqual(bool(one["scores"]), one["place"] in own)
        self.refused(self.who["helper"].get(path), 403, "forbidden")
        other = next(one["id"] for one in after["scored"] if one["place"] not in own)
        self.refused(township.get(f"{path}/scores/{other}/insured/records"), 404, "not_found")

    def test_members_are_scored_by_their_own_days_and_their_village(self):
        table = self.make("team_member_work", "year", month=6)
        run = table["run"]["id"]
        days = {one["id"]: one["values"].get("days") for one in self.members()}
        self.assertEqual({one["id"] for one in table["scored"]}, {str(id) for id in days})
        for scored in table["scored"]:
            presence = next(score for score in scored["scores"] if score["criterion"] == "presence")
            stayed = days[int(scored["id"])]
            self.assertEqual(presence["computed"], None if stayed is None else "50" if int(stayed) >= 20 else "0", scored["label"])
            self.assertEqual(presence["counted"] + presence["missing"] + presence["undetermined"], 1)
            self.assertRegex(scored["label"]["zh"], r"^\S+(村|社区) \S+")
        # The record behind it is the member's own, not the whole village's.
        one = next(scored for scored in table["scored"] if days[int(scored["id"])] and int(days[int(scored["id"])]) >= 20)
        behind = self.ok(self.bureau.get(f"/assessments/runs/{run}/scores/{one['id']}/presence/records", list="counted"))
        self.assertEqual([record["id"] for record in behind["records"]], [int(one["id"])])
        # What nobody in the village has does not count against anybody, and nobody has to type it.
        spared = [(scored, score) for scored in table["scored"] for score in scored["scores"] if score["spared"]]
        self.assertTrue(spared)
        most = {item["name"]: Decimal(item["points"]) for item in table["criteria"]}
        for scored in table["scored"]:
            left = sum(most[score["criterion"]] for score in scored["scores"] if not score["spared"])
            given = sum(Decimal(score["given"]) for score in scored["scores"] if score["given"] is not None)
            self.assertAlmostEqual(Decimal(scored["points"]), given * 100 / left, delta=Decimal("0.011"))
        scored, score = spared[0]
        self.assertIn("does not apply", self.refused(self.review(self.who["assessor"], run, scored["id"], score["criterion"], "5"), 400, "input"))
        self.fill(table, self.who["assessor"])
        published = self.ok(self.bureau.post(f"/assessments/runs/{run}/publish"))
        # A village objects for its team, and sees its own objection alone.
        village = self.who["village"]
        place = self.ok(village.get("/session"))["user"]["divisions"][0]["code"]
        mine = next((scored for scored in published["scored"] if scored["place"] == place), None)
        other = next(scored for scored in published["scored"] if scored["place"] != place)
        asked = {"criterion": "presence", "claim": "synthetic: five days were spent at the county's training"}
        self.refused(village.post(f"/assessments/runs/{run}/objections", {**asked, "scored": other["id"]}), 404, "not_found")
        if mine:
            opened = self.ok(village.post(f"/assessments/runs/{run}/objections", {**asked, "scored": mine["id"]}), 201)
            record = self.ok(village.get(f"/registers/assessment_objection/records/{opened['id']}"))["values"]
            self.assertEqual(record["place"], place)
            self.assertIn(mine["label"]["zh"], record["subject"])
            self.assertNotEqual(self.who["department"].get(f"/registers/assessment_objection/records/{opened['id']}").status, 200)

    def members(self):
        found, after = [], None
        while True:
            page = self.ok(self.bureau.get("/registers/team_member/records", limit=200, **({"after": after} if after else {})))
            found += page["records"]
            after = page.get("next")
            if not after:
                return found

    def test_units_open_their_own_points_only(self):
        table = self.make("department_work", "process")
        led = next(score for score in table["scored"][0]["scores"] if score["criterion"] == "led")
        self.assertEqual(led["review"], None)
        self.fill(table, self.who["assessor"])
        path = f"/assessments/runs/{table['run']['id']}"
        self.ok(self.bureau.post(f"{path}/publish"))
        department = self.who["department"]
        unit = self.ok(department.get("/session"))["user"]["unit"]["name"]
        for one in self.ok(department.get(path))["scored"]:
            self.assertEqual(bool(one["scores"]), one["id"] == unit)

    def act(self, workflow, id, transition, client, values=None, comment=None):
        seen = self.ok(self.bureau.get(f"/workflows/{workflow}/cases/{id}"))["case"]
        return client.post(f"/workflows/{workflow}/cases/{id}/transitions",
                           {"transition": transition, "version": seen["version"], "values": values or {}, **({"comment": comment} if comment else {})})

    def test_an_objection_from_filing_to_review_by_somebody_else(self):
        table = self.make("township_work", "process", month=8)
        path = f"/assessments/runs/{table['run']['id']}"
        township, assessor = self.who["township"], self.who["assessor"]
        own = next(division["code"] for division in self.ok(township.get("/divisions")) if division["level"] == "township")
        other = next(one["id"] for one in table["scored"] if one["id"] != own)
        asked = {"scored": own, "criterion": "work", "claim": "synthetic: the papers of August were in the other cabinet"}
        self.refused(township.post(f"{path}/objections", asked), 404, "not_found")  # nothing is published
        self.fill(table, assessor)
        self.refused(self.bureau.post(f"{path}/close"), 409, "conflict")
        published = self.ok(self.bureau.post(f"{path}/publish"))
        before = next(one for one in published["scored"] if one["id"] == own)
        # Only one's own, only points that are there, with a reason, once, and not by the ordinary door.
        self.refused(township.post(f"{path}/objections", {**asked, "scored": other}), 404, "not_found")
        self.refused(township.post(f"{path}/objections", {**asked, "criterion": "nothing"}), 404, "not_found")
        self.refused(township.post(f"{path}/objections", {**asked, "claim": " "}), 400, "input")
        self.refused(self.who["village"].post(f"{path}/objections", asked), 404, "not_found")
        self.assertEqual(township.post("/workflows/objection/cases", {"values": {"run": table["run"]["id"], **asked}}).status, 403)
        answers = sorted(at_once(lambda: township.post(f"{path}/objections", asked)), key=lambda answer: answer.status)
        self.assertEqual([answer.status for answer in answers], [201] + [409] * 5)
        opened = answers[0].json
        self.assertIn("one for each", self.refused(township.post(f"{path}/objections", asked), 409, "conflict"))
        self.refused(self.bureau.post(f"{path}/close"), 409, "conflict")  # it is undecided
        # Neither who objects nor who gave the points decides.
        self.assertEqual(self.act("objection", opened["id"], "grant", township, {"awarded": "20", "answer": "ourselves"}).status, 403)
        self.assertEqual(self.act("objection", opened["id"], "grant", assessor, {"awarded": "20", "answer": "mine"}).status, 403)
        self.assertEqual(self.bureau.post("/registers/assessment_review/records", {"values": {"run": 1, "scored": own, "criterion": "work", "points": "20", "reason": "x"}}).status, 403)
        self.refused(self.act("objection", opened["id"], "grant", self.bureau, {"answer": "right"}), 400, "input")
        refused = self.refused(self.act("objection", opened["id"], "grant", self.bureau, {"awarded": "30", "answer": "right"}), 400, "input")
        self.assertIn("20 points at most", refused)
        self.ok(self.act("objection", opened["id"], "grant", self.bureau, {"awarded": "18", "answer": "synthetic: they were found"}))
        closed = self.close(table["run"]["id"])
        after = next(one for one in closed["scored"] if one["id"] == own)
        most = {item["name"]: Decimal(item["points"]) for item in table["criteria"]}
        left = 100 - sum(most[score["criterion"]] for score in after["scores"] if score["spared"])
        self.assertAlmostEqual(Decimal(after["points"]) - Decimal(before["points"]), Decimal(800) / left, delta=Decimal("0.011"))
        self.refused(township.post(f"{path}/objections", {**asked, "criterion": "helped"}), 409, "conflict")

    def review(self, client, run, scored, criterion, points):
        return client.post("/registers/assessment_review/records",
                           {"values": {"run": run, "scored": scored, "criterion": criterion, "points": points, "reason": "seen on the spot (synthetic)"}})

    def test_only_points_that_exist_are_given(self):
        table = self.make("township_work", "process", month=7)
        run, own, assessor = table["run"]["id"], table["scored"][0]["id"], self.who["assessor"]
        self.assertIn("20 points at most; 25 cannot be given", self.refused(self.review(assessor, run, own, "work", "25"), 400, "input"))
        self.assertIn("There is no run 7700", self.refused(self.review(assessor, 7700, own, "work", "5"), 400, "input"))
        self.assertIn("scores nobody called 999", self.refused(self.review(assessor, run, "999", "work", "5"), 400, "input"))
        self.assertIn("work (日常工作落实)", self.refused(self.review(assessor, run, own, "nonsense", "5"), 400, "input"))
        known = next((scored["id"], score["criterion"]) for scored in table["scored"] for score in scored["scores"] if score["computed"] is not None)
        self.assertIn("is not reviewed", self.refused(self.review(assessor, run, *known, "5"), 400, "input"))
        # Nothing was kept of all this, and what is open is said in words.
        self.assertEqual(self.ok(assessor.get("/registers/assessment_review/records", **{"f.run": run}))["records"], [])
        self.assertRegex(self.refused(self.bureau.post(f"/assessments/runs/{run}/publish"), 409, "conflict"), "points are open, such as those of .+ for `[A-Z]")
        self.ok(self.review(assessor, run, own, "work", "20"), 201)
        self.ok(self.bureau.post(f"/assessments/runs/{run}/drop"))
        made = self.ok(assessor.get("/registers/assessment_review/records", **{"f.run": run}))["records"][0]
        self.assertIn("dropped", self.refused(assessor.patch(f"/registers/assessment_review/records/{made['id']}",
                                                             {"version": made["version"], "values": {"points": "3"}}), 409, "conflict"))

    def test_what_was_published_does_not_change(self):
        table = self.make("township_work", "process", month=5)
        run, assessor, admin = table["run"]["id"], self.who["assessor"], self.who["county_admin"]
        path = f"/assessments/runs/{run}"
        self.fill(table, assessor)
        review = self.ok(assessor.get("/registers/assessment_review/records", **{"f.run": run}))["records"][0]
        at = f"/registers/assessment_review/records/{review['id']}"
        self.ok(assessor.patch(at, {"version": review["version"], "values": {"points": "12"}}))  # until then it does
        review = self.ok(assessor.get(at))
        published = self.ok(self.bureau.post(f"{path}/publish"))
        tries = (lambda: assessor.patch(at, {"version": review["version"], "values": {"points": "3"}}),
                 lambda: admin.patch(at, {"version": review["version"], "values": {"run": run + 1}}),
                 lambda: admin.post(f"{at}/retire", {"version": review["version"], "reason": "synthetic: not wanted"}),
                 lambda: self.review(assessor, run, table["scored"][0]["id"], "helped", "3"))
        for attempt in tries[:3]:
            self.assertIn("objects", self.refused(attempt(), 409, "conflict"))
        self.assertEqual(tries[3]().status, 409)
        self.assertEqual(self.ok(self.bureau.get(path))["scored"], published["scored"])
        # Even whoever holds the file cannot make it look otherwise by the records.
        databases.change(self.county.database, f"UPDATE assessment_review SET points = 70000 WHERE id = {review['id']}")
        self.assertEqual(self.ok(self.bureau.get(path))["scored"], published["scored"])
        # Not before the day for objections has passed, which the server alone knows.
        self.assertIn("Objections may be raised until", self.refused(self.bureau.post(f"{path}/close"), 409, "conflict"))
        self.refused(self.bureau.post(f"{path}/close", as_of="2099-01-01"), 400, "input")
        closed = self.close(run)
        for attempt in tries[:3]:
            self.assertIn("closed", self.refused(attempt(), 409, "conflict"))
        self.assertEqual(self.ok(self.bureau.get(path))["scored"], closed["scored"])
        self.assertEqual([[score["reviewed"] for score in one["scores"]] for one in closed["scored"]],
                         [[score["reviewed"] for score in one["scores"]] for one in published["scored"]])

    def verified(self):
        """What the server's own check finds; the command says the same."""
        admin = self.who["county_admin"]
        job = self.ok(admin.post("/audit/verify", {}), 202)["id"]
        admin.ask("GET", f"/jobs/{job}/events")
        result = self.ok(admin.get(f"/jobs/{job}"))["result"]
        said = subprocess.run([PROGRAM, "verify", "--db", self.county.database, "--lang", "en", "--json"], stdout=subprocess.PIPE, check=False)
        self.assertEqual(said.returncode, 1 if result["faults"] else 0)
        said = json.loads(said.stdout)
        self.assertEqual((said["assessments"], said.get("unproved", 0)), (result["assessments"], result["unproved"]))
        self.assertEqual([one["fault"] for one in said.get("faults", [])], result["found"])
        return result

    def test_points_are_not_altered_unseen(self):
        table = self.make("township_work", "process", month=2)
        run = table["run"]["id"]
        alter = lambda sql: databases.change(self.county.database, sql)
        self.fill(table, self.who["assessor"])
        found = self.verified()
        self.assertEqual((found["found"], found["unproved"]), ([], 0))
        self.assertGreaterEqual(found["assessments"], 1)
        # Points by a figure: found, and not published.
        place, criterion = next((one["id"], score["criterion"]) for one in table["scored"] for score in one["scores"] if score["computed"] is not None)
        point = f"WHERE run = {run} AND scored = '{place}' AND criterion = '{criterion}'"
        alter(f"UPDATE zs_assessment_score SET computed = computed + 10000 {point}")
        fault, = self.verified()["found"]
        self.assertIn(f"computed points of run {run} do not match the log", fault)
        self.assertEqual(self.ok(self.who["auditor"].get("/audit", limit=1))["verified"]["faults"], 1)
        self.assertIn("they were altered", self.refused(self.bureau.post(f"/assessments/runs/{run}/publish"), 409, "conflict"))
        alter(f"UPDATE zs_assessment_score SET computed = computed - 10000 {point}")
        self.ok(self.bureau.post(f"/assessments/runs/{run}/publish"))
        # Points by a reviewer, after publishing.
        alter(f"UPDATE zs_assessment_kept SET points = points + 10000 WHERE run = {run} AND criterion = 'work'")
        fault, = self.verified()["found"]
        self.assertIn(f"Reviewed points or dates of run {run}", fault)
        self.assertIn("they were altered", self.refused(self.bureau.post(f"/assessments/runs/{run}/close"), 409, "conflict"))
        alter(f"UPDATE zs_assessment_kept SET points = points - 10000 WHERE run = {run} AND criterion = 'work'")
        # What it came to in the end, and the points that were adopted.
        self.close(run)
        self.assertEqual(self.verified()["found"], [])
        alter(f"UPDATE zs_assessment_result SET rank = rank + 1 WHERE run = {run}")
        alter("UPDATE zs_assessment_adoption SET content = replace(content, '300000', '310000') WHERE scheme = 'township_work'")
        faults = self.verified()["found"]
        self.assertEqual(len(faults), 2)
        self.assertIn("Scheme township_work, adopted for 2022", faults[0])
        self.assertIn(f"ranks of run {run}", faults[1])
        alter(f"UPDATE zs_assessment_result SET rank = rank - 1 WHERE run = {run}")
        alter("UPDATE zs_assessment_adoption SET content = replace(content, '310000', '300000') WHERE scheme = 'township_work'")
        self.assertEqual(self.verified()["found"], [])

    def test_points_of_departments_open_down_to_the_records(self):
        table = self.make("department_work", "process", month=4)
        run = table["run"]["id"]
        most = {item["name"]: Decimal(item["points"]) for item in table["criteria"]}["led"]
        opened = 0
        for scored in table["scored"]:
            led = next(score for score in scored["scores"] if score["criterion"] == "led")
            known = [one for one in led["led"] if one["points"] is not None]
            if led["computed"] is None:
                self.assertEqual(known, [])
                continue
            # Each has its even share by its attainment, and together they are the points.
            for one in known:
                self.assertAlmostEqual(Decimal(one["points"]), most / len(known) * Decimal(one["attained"]), delta=Decimal("0.011"))
            self.assertAlmostEqual(sum(Decimal(one["points"]) for one in known), Decimal(led["computed"]), delta=Decimal("0.01") * len(known))
            for one in led["led"]:
                line = self.ok(self.bureau.get(f"/progress/indicators/{one['indicator']}", year=YEAR, month=4))["indicator"]
                self.assertEqual((one["counted"], one["missing"]), (line["counted"], line["missing"]), one["indicator"])
                if one["missing"] and not opened:
                    behind = self.ok(self.bureau.get(f"/assessments/runs/{run}/scores/{scored['id']}/led/records", list="missing", indicator=one["indicator"]))
                    self.assertEqual(behind["total"], one["missing"])
                    self.refused(self.bureau.get(f"/assessments/runs/{run}/scores/{scored['id']}/led/records", list="missing", indicator="nothing"), 404, "not_found")
                    opened += 1
        self.assertEqual(opened, 1)
        # The same as a workbook; who may open nothing gets no rows.
        answer = self.bureau.get(f"/assessments/runs/{run}/points.xlsx")
        self.assertEqual(answer.status, 200)
        with zipfile.ZipFile(io.BytesIO(answer.body)) as book:
            words = "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
        for one in table["scored"][0]["scores"][0]["led"]:
            self.assertIn(one["label"]["en"].replace("&", "&amp;"), words)
        self.refused(self.who["leader"].get(f"/assessments/runs/{run}/points.xlsx"), 404, "not_found")  # not published
        self.ok(self.bureau.post(f"/assessments/runs/{run}/drop"))

    def test_lists_are_followed_up_by_cases(self):
        table = self.make("department_work", "final", month=7)
        path = f"/assessments/runs/{table['run']['id']}"
        unit = self.ok(self.who["department"].get("/session"))["user"]["unit"]["name"]
        for scored in table["scored"]:
            for score in scored["scores"]:
                if score["given"] is None and not score["spared"]:
                    self.ok(self.who["assessor"].post("/registers/assessment_review/records",
                                                      {"values": {"run": table["run"]["id"], "scored": scored["id"], "criterion": score["criterion"],
                                                                  "points": "1" if scored["id"] == unit else "30", "reason": "synthetic: seen or not"}}), 201)
        self.refused(self.bureau.post(f"{path}/follow_ups"), 409, "conflict")  # not closed
        self.ok(self.bureau.post(f"{path}/publish"))
        closed = self.close(table["run"]["id"])
        asked = {one["id"] for one in closed["scored"] if any(label["en"] == "Asked to an interview" for label in one["lists"])}
        self.assertTrue(asked)
        records = self.ok(self.bureau.get("/registers/assessment_follow_up/records", limit=100, **{"f.run": table["run"]["id"]}))["records"]
        self.assertEqual({one["values"]["scored"] for one in records}, asked)
        self.assertEqual(self.ok(self.bureau.post(f"{path}/follow_ups")), {"opened": 0})
        # From the interview to the remedy, which somebody else looks at.
        department = self.who["department"]
        # The case is headed by a name, and says in words of which assessment.
        self.assertEqual({one["values"]["subject"] for one in records}, {one["label"]["zh"] for one in closed["scored"] if one["id"] in asked})
        self.assertIn("年终考核 2022-07", records[0]["values"]["assessment"])
        id = next(one["id"] for one in records if one["values"]["scored"] == unit)
        self.ok(self.act("remedy", id, "interview", self.bureau, {"interviewed_on": "2022-10-10", "problems": "synthetic: late papers"}))
        self.ok(self.act("remedy", id, "report", department, {"remedy": "synthetic: a desk for them", "outcome": "in time since"}))
        self.assertEqual(self.act("remedy", id, "accept", department).status, 403)
        self.ok(self.act("remedy", id, "accept", self.bureau))
        # Those criticised likewise; who was not on the list has nothing to do, and others see nothing of it.
        listed = {one["name"]: set(one["scored"]) for one in closed["lists"]}
        records = self.ok(self.bureau.get("/registers/assessment_criticism/records", limit=100, **{"f.run": table["run"]["id"]}))["records"]
        self.assertEqual(({one["values"]["scored"] for one in records}, len(records)), (listed["criticised"], len(listed["criticised"])))
        self.assertTrue(records)
        case = records[0]
        self.assertIn(case["id"], {one["id"] for one in self.ok(self.bureau.get("/cases", kind="mine", workflow="criticism", limit=200))["cases"]})
        owner = self.member(case["values"]["scored"])
        self.assertEqual([one["id"] for one in self.ok(owner.get("/registers/assessment_criticism/records", **{"f.run": table["run"]["id"]}))["records"]], [case["id"]])
        self.assertIn(self.act("criticism", case["id"], "report", owner, {"remedy": "too early", "outcome": "none"}).status, (403, 409))
        self.assertEqual(self.act("criticism", case["id"], "issue", self.bureau, {"issued_on": "2022-10-12"}).status, 400)
        self.ok(self.act("criticism", case["id"], "issue", self.bureau, {"issued_on": "2022-10-12", "notice_number": "合成〔2022〕1号", "problems": "synthetic: papers late"}))
        self.assertIn(case["id"], {one["id"] for one in self.ok(owner.get("/cases", kind="mine", workflow="criticism"))["cases"]})
        self.assertEqual([], self.ok(self.who["township"].get("/cases", kind="mine", workflow="criticism"))["cases"])
        self.ok(self.act("criticism", case["id"], "report", owner, {"remedy": "synthetic: a desk", "outcome": "in time since"}))
        self.ok(self.act("criticism", case["id"], "accept", self.bureau))
        schemes = {one["name"]: one["follow_ups"] for one in self.ok(self.bureau.get("/assessments"))}
        self.assertEqual(schemes["department_work"], ["criticism", "remedy"])
        self.assertEqual(403, self.who["helper"].get("/assessments").status)

    def test_the_year_is_the_sum_over_its_parts(self):
        points = {}
        for part, month in (("process", 3), ("process", 6), ("final", 9)):
            table = self.make("township_work", part, month)
            self.fill(table, self.who["assessor"])
            path = f"/assessments/runs/{table['run']['id']}"
            self.ok(self.bureau.post(f"{path}/publish"))
            for one in self.close(table["run"]["id"])["scored"]:
                points.setdefault(one["id"], {}).setdefault(part, []).append(Decimal(one["points"]))
            year = self.ok(self.who["leader"].get(f"/assessments/township_work/years/{YEAR}"))
            if part != "final":
                self.assertTrue(all(one["points"] is None and one["rank"] is None for one in year["scored"]))
        runs = {part["name"]: part["runs"] for part in year["parts"]}
        self.assertGreaterEqual(runs["process"], 2)
        shares = {part["name"]: Decimal(part["share"]) for part in year["parts"]}
        self.assertEqual(sum(shares.values()), 1)
        order = [part["name"] for part in year["parts"]]
        for one in year["scored"]:
            total = sum(shares[name] * Decimal(one["parts"][order.index(name)]) for name in shares)
            self.assertAlmostEqual(Decimal(one["points"]), total, delta=Decimal("0.011"))
            if runs["process"] == 2:
                average = sum(points[one["id"]]["process"]) / 2
                self.assertAlmostEqual(Decimal(one["parts"][order.index("process")]), average, delta=Decimal("0.006"))
            better = sum(Decimal(other["points"]) > Decimal(one["points"]) for other in year["scored"])
            self.assertEqual(one["rank"], better + 1)
            self.assertIsNotNone(one["grade"])
        self.assertEqual(self.ok(self.bureau.get("/assessments/township_work/years/2024"))["scored"], [])
        self.refused(self.bureau.post("/assessments/township_work/years/2024/follow_ups"), 409, "conflict")  # nothing is closed

    def test_the_lists_of_a_year_are_followed_up_once(self):
        unit = self.ok(self.who["department"].get("/session"))["user"]["unit"]["name"]
        path = f"/assessments/department_work/years/{YEAR}"
        year = self.ok(self.bureau.get(path))
        if not year["whole"]:
            self.refused(self.bureau.post(f"{path}/follow_ups"), 409, "conflict")
            self.assertEqual([], [one for one in year["lists"] if one["scored"]])
        # At the year's end the department is a little better than the others, over the year worse than all of them.
        points = {"process": ("30", "1"), "final": ("2", "3")}
        for part, month in (("process", 5), ("final", 8)):
            table = self.make("department_work", part, month)
            for scored in table["scored"]:
                for score in scored["scores"]:
                    if score["given"] is None and not score["spared"]:
                        self.ok(self.who["assessor"].post("/registers/assessment_review/records",
                                                          {"values": {"run": table["run"]["id"], "scored": scored["id"], "criterion": score["criterion"],
                                                                      "points": points[part][scored["id"] == unit], "reason": "synthetic"}}), 201)
            self.ok(self.bureau.post(f"/assessments/runs/{table['run']['id']}/publish"))
            self.close(table["run"]["id"])
        year = self.ok(self.bureau.get(path))
        self.assertTrue(year["whole"])
        runs = [one for scheme in self.ok(self.bureau.get("/assessments")) if scheme["name"] == "department_work" for one in scheme["runs"]
                if one["part"] == "final" and one["year"] == YEAR and one["state"] == "closed"]
        self.assertEqual(min(one["id"] for one in runs), year["run"])
        lists = {one["name"]: one for one in year["lists"]}
        for one in year["scored"]:
            self.assertEqual({lists[name]["label"]["en"] for name in lists if one["id"] in lists[name]["scored"]}, {label["en"] for label in one["lists"]})
        followed = [one for one in lists.values() if one["follow_up"]]
        self.assertIn(unit, lists["interviewed"]["scored"])

        def cases(register):
            return {one["values"]["scored"]: one for one in
                    self.ok(self.bureau.get(f"/registers/{register}/records", limit=200, **{"f.run": year["run"]}))["records"]}

        before = {one["register"]: cases(one["register"]) for one in followed}
        for name in ("assessor", "department", "leader", "township"):
            self.refused(self.who[name].post(f"{path}/follow_ups"), 403, "forbidden")
        wanted = sum(id not in before[one["register"]] for one in followed for id in one["scored"])
        self.assertGreater(wanted, 0)
        self.assertEqual({"opened": wanted}, self.ok(self.bureau.post(f"{path}/follow_ups")))
        for one in followed:
            after = cases(one["register"])
            self.assertEqual(set(before[one["register"]]) | set(one["scored"]), set(after))
            for id in set(after) - set(before[one["register"]]):
                scored = next(each for each in year["scored"] if each["id"] == id)
                self.assertEqual((scored["label"]["zh"], float(scored["points"])), (after[id]["values"]["subject"], float(after[id]["values"]["points"])))
                self.assertIn(f"全年结果 {YEAR}", after[id]["values"]["assessment"])
        self.assertEqual({"opened": 0}, self.ok(self.bureau.post(f"{path}/follow_ups")))
        self.refused(self.bureau.post("/assessments/nothing/years/2022/follow_ups"), 404, "not_found")
        self.refused(self.bureau.get("/assessments/nothing/years/2022"), 404, "not_found")

    def test_who_may(self):
        for name in ("assessor", "township", "village", "department", "leader"):
            self.refused(self.who[name].post("/assessments/township_work/adopt", {"year": 2024}), 403, "forbidden")
        self.refused(self.who["village"].post("/registers/assessment_review/records",
                                              {"values": {"run": 1, "scored": "x", "criterion": "y", "points": "1", "reason": "z"}}), 404, "not_found")
        self.refused(self.bureau.post("/assessments/nothing/adopt", {"year": 2022}), 404, "not_found")
        self.refused(self.bureau.get("/assessments/runs/999999"), 404, "not_found")
        self.refused(self.bureau.post("/assessments/township_work/runs", {"part": "nothing", "year": 2022, "month": 9}), 400, "input")


if __name__ == "__main__":
    unittest.main()
