"""packs/example as a running system: nothing of what the server does knows whose plan it runs."""

import shutil
import tempfile
import unittest
import unittest.mock
from pathlib import Path

from support import databases
from support.program import ROOT
from support.served import PASSWORD, Served, ServedTest, call

DAY = "2024-07-05"
HOUSEHOLDS = ["Household number,Village of the household,Head of household,Status,Number of members,Watched for",
              "H1,KV-01-01,Ana,enrolled,4,illness", "H2,KV-01-01,Ben,enrolled,3,", "H3,KV-01-02,Cy,enrolled,2,", "H4,KV-02-01,Di,enrolled,1,"]
PAYMENTS = ["Household paid,Payment month,Amount,Kind of payment", "H1,2024-06,4800,Basic payment", "H2,2024-06,3600,Basic payment",
            "H1,2024-05,100,Extra payment"]
FUNDS = ["Name of the fund,Meant for,Money in the fund,Spent of it", "Health fund,Illness,50000,10000", "Seed fund,Failed harvest,20000,0"]

VISITS = ["HH number,Visited on,What the visit found", "H1,2024-02-03,All well", "H2,,"]


class Example(ServedTest):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp(prefix="zengshou-example-"))
        database = databases.place(cls.folder, "example")
        call("init", "--db", database, "--pack", ROOT / "packs" / "example")
        for feed, lines in (("household", HOUSEHOLDS), ("payment", PAYMENTS), ("fund", FUNDS), ("visits", VISITS)):
            sheet = cls.folder / f"{feed}.csv"
            sheet.write_text("\n".join(lines) + "\n", encoding="utf-8")
            call("import", "--db", database, feed, sheet)
        call("user", "demo", "--db", database, "--password-stdin", input=PASSWORD.encode() + b"\n")
        for name in ("second", "third"):
            call("user", "add", name, "--db", database, "--role", "manager", "--password-stdin", input=b"the-first-Word-1\n")
        with unittest.mock.patch.dict("os.environ", {"ZENGSHOU_TODAY": DAY}):
            cls.county = Served(database=database)
        for name in ("second", "third"):
            cls.county.login(name, password="the-first-Word-1").post("/session/password", {"old": "the-first-Word-1", "new": PASSWORD})
        cls.manager, cls.officer = cls.county.login("manager"), cls.county.login("sector_officer")

    @classmethod
    def tearDownClass(cls):
        cls.county.close()
        shutil.rmtree(cls.folder, ignore_errors=True)

    def act(self, client, workflow, id, transition, values=None):
        version = self.ok(client.get(f"/workflows/{workflow}/cases/{id}"))["record"]["version"]
        return self.ok(client.post(f"/workflows/{workflow}/cases/{id}/transitions",
                                   {"transition": transition, "version": version, "values": values or {}}))

    def value(self, parameter, day):
        return next(one for one in self.ok(self.manager.get("/parameters", as_of=day))["parameters"] if one["name"] == parameter)["value"]

    def test_pages_of_a_household_and_of_the_county(self):
        """By hand: 8,500 for ten people; two of four were paid in June."""
        page = self.ok(self.manager.get("/dashboard", as_of="2024-06-30"))
        self.assertEqual(("8500.00", "850.00"), (page["wheels"][0]["this_year"], page["per_capita"]["this_year"]))
        self.assertEqual({"illness": 1, "harvest": 0, "schooling": 0}, {one["code"]: one["subjects"] for one in page["subcategories"]})
        figures = {one["name"]: one["value"] for one in self.ok(self.manager.get("/households/1", as_of="2024-06-30"))["definitions"]}
        self.assertEqual({"paid_this_month": "4800.00", "due_this_month": "4800.00"}, figures)

    def test_visits_of_before_are_made(self):
        rows = {row["subject"]["key"]: row["state"] for kind in ("open", "closed")
                for row in self.ok(self.manager.get("/cases", kind=kind, workflow="home_visit"))["cases"]}
        self.assertEqual("made", rows["H1"])

    def test_a_parameter_is_changed_by_two_who_did_not_propose_it(self):
        before = self.value("very_low_share", "2024-08-01")
        opened = self.ok(self.manager.post("/parameters/very_low_share/changes", {"value": "60%", "from": "2024-08-01", "reason": "synthetic"}), 201)
        case = f"/workflows/{opened['workflow']}/cases/{opened['id']}"
        version = self.ok(self.manager.get(case))["record"]["version"]
        self.assertEqual(403, self.manager.post(f"{case}/transitions", {"transition": "approve", "version": version, "values": {}}).status)
        self.act(self.county.login("second"), opened["workflow"], opened["id"], "approve")
        self.assertEqual(before, self.value("very_low_share", "2024-08-01"), "one of two")
        self.act(self.county.login("third"), opened["workflow"], opened["id"], "approve")
        self.assertNotEqual(before, self.value("very_low_share", "2024-08-01"))

    def test_sectors_are_scored_and_the_last_has_to_do_better(self):
        self.ok(self.manager.post("/assessments/sector_work/adopt", {"year": 2024}))
        table = self.ok(self.manager.post("/assessments/sector_work/runs", {"part": "year", "year": 2024, "month": 6}), 201)
        # By hand: two of three were paid in KV-01, (66.67 - 50) / 50 of 70 points; nobody in KV-02.
        points = {one["id"]: next(score["given"] for score in one["scores"] if score["criterion"] == "paid") for one in table["scored"]}
        self.assertEqual({"KV-01": "23.33", "KV-02": "0"}, points)
        path = f"/assessments/runs/{table['run']['id']}"
        for one in table["scored"]:
            self.ok(self.manager.post("/registers/review/records", {"values": {"run": table["run"]["id"], "scored": one["id"], "criterion": "records",
                                                                              "points": "20", "reason": "synthetic"}}), 201)
        published = self.ok(self.manager.post(f"{path}/publish"))
        self.assertEqual({"KV-01": 1, "KV-02": 2}, {one["id"]: one["rank"] for one in published["scored"]})
        self.assertEqual({"KV-01": [], "KV-02": ["To do better"]}, {one["id"]: [name["en"] for name in one["lists"]] for one in published["scored"]})

    def test_a_plea_becomes_a_visit(self):
        opened = self.ok(self.officer.post("/workflows/plea/cases", {"values": {"receipt": "R1", "village": 1, "who": "Ana", "identity": "1",
                                                                                "story": "synthetic", "received": "2024-07-01"}}), 201)
        done = self.act(self.officer, "plea", opened["case"]["record"]["id"], "take_up", {"household": 1})
        self.assertEqual(("helped", 1), (done["case"]["case"]["state"], done["opened"]))
        visit = self.ok(self.officer.get("/cases", kind="open", workflow="home_visit"))["cases"][0]
        self.assertEqual("H1", visit["subject"]["key"])


if __name__ == "__main__":
    unittest.main()
