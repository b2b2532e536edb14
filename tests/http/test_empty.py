"""A county that was opened this morning: divisions, accounts, and not one record. Every page answers, with nothing, and with nothing that is
not true; so do the commands."""

import json
import tempfile
import unittest
from pathlib import Path

from support.program import run
from support.served import AS_OF, HENGYANG, PASSWORD, Served, ServedTest, call

SEPTEMBER = {"year": 2022, "month": 9}
ROLES = ("county_admin", "county_bureau", "leader", "department", "township", "village", "assessor", "auditor")
NAMES = {"register": "household", "id": 1, "cause": "projects", "rule": "key_household", "feed": "national_household", "indicator": "medical_insured",
         "parameter": "income_line", "year": 2022, "unit": "county_labour", "source": "public_posts", "catalogue": "measures", "attachment": 1,
         "scheme": "township_work", "scored": "430421100", "criterion": "helped", "workflow": "identification", "proposal": 1, "number": 1,
         "bulletin": "monitoring_brief"}
VALUES = {"feed": "national_household", "register": "household", "id": 1, "rule": "key_household", "formula": "true", "q": "王", "text": "", "at": 0,
          "kind": "evidence", "transition": "hand_over", "division": "430421100", "state": "check", "where": "true"}


class Empty(ServedTest):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        database = Path(folder.name) / "empty.db"
        call("init", "--db", database, "--pack", HENGYANG)
        call("user", "demo", "--db", database, "--password-stdin", input=PASSWORD.encode() + b"\n")
        cls.county = Served(database=database)
        cls.addClassCleanup(cls.county.close)
        cls.who = {role: cls.county.login(role) for role in ROLES}
        cls.admin = cls.who["county_admin"]
        cls.paths = cls.county.nobody().get("/openapi.json").json["paths"]

    def test_every_route_that_reads_answers(self):
        """Found, not to be seen, not there, or not asked rightly: never an error of ours, and always with words."""
        seen = 0
        for role, client in self.who.items():
            for path, methods in self.paths.items():
                route = methods.get("get")
                if route is None:
                    continue
                query = {each["name"]: VALUES[each["name"]] for each in route.get("parameters", [])
                         if each["in"] == "query" and each.get("required") and each["name"] in VALUES}
                with self.subTest(role=role, path=path):
                    answer = client.get(path.removeprefix("/api/v1").format(**NAMES), **query)
                    self.assertIn(answer.status, (200, 204, 400, 403, 404, 409), str(answer))
                    if answer.status >= 400:
                        self.assertTrue(answer.error["message"])
                    seen += answer.status == 200
        self.assertGreater(seen, 200)

    def test_the_pages_show_nothing(self):
        for role in ("county_bureau", "leader", "township", "village"):
            client = self.who[role]
            page = self.ok(client.get("/dashboard", as_of=AS_OF))
            self.assertEqual((0, []), (sum(row["subjects"] for row in page["categories"]), page["divisions"]))
            self.assertEqual({None}, set(page["per_capita"].values()), "nobody's income is not an income of 0")
            leader = self.ok(client.get("/progress/leader", **SEPTEMBER))
            self.assertEqual(page["categories"], leader["picture"]["categories"])
            for line in self.ok(client.get("/progress/indicators", **SEPTEMBER))["indicators"]:
                if line["register"] == "village":  # of these the divisions made records
                    continue
                if line["seen"] and line["measure"] in ("share", "average"):
                    self.assertEqual((None, 0, 0), (line["value"], line["counted"], line["missing"]), line["name"])
                if line["seen"] and line["register"]:
                    listed = self.ok(client.get(f"/progress/indicators/{line['name']}/records", **SEPTEMBER))
                    self.assertEqual(([], 0), (listed["records"], listed["total"]))
                    self.ok(client.get(f"/progress/indicators/{line['name']}", **SEPTEMBER))
            page = self.ok(client.get("/progress/attribution", **SEPTEMBER))
            self.assertEqual((0, 0, 0, 0, []), (page["all"]["rose"]["households"], page["all"]["fell"]["households"], page["all"]["same"],
                                                page["all"]["unknown"], page["divisions"]))
            for cause in page["causes"]:
                ties = self.ok(client.get(f"/progress/attribution/causes/{cause['name']}", **SEPTEMBER))
                self.assertEqual(([], 0, "0.00"), (ties["ties"], ties["total"], ties["all"]["change"]))
                self.assertEqual(200, client.get(f"/progress/attribution/causes/{cause['name']}/sheet.xlsx", **SEPTEMBER).status)
                rows = self.ok(client.get(f"/progress/attribution/causes/{cause['name']}/rows", other="rest", **SEPTEMBER))
                self.assertEqual(([], 0, False), (rows["rows"], rows["total"], rows["more"]))

    def test_what_if_of_nobody(self):
        answer = self.ok(self.admin.post("/whatif", {"rule": "key_household", "as_of": AS_OF, "variants": [{"set": [{"name": "income_line", "value": "8000元"}]}]}))
        self.assertEqual(answer["as_of"], AS_OF)
        self.assertEqual([], self.ok(self.admin.get("/whatif/choices", as_of=AS_OF))["funds"])

    def test_an_assessment_and_bulletins_of_nobody(self):
        for scheme in self.ok(self.admin.get("/assessments")):
            for part in scheme["parts"][:1]:
                answer = self.admin.post(f"/assessments/{scheme['name']}/try", {"part": part["name"], **SEPTEMBER, "points": []})
                self.assertIn(answer.status, (200, 400, 403, 409), str(answer))
        for bulletin in self.ok(self.admin.get("/bulletins"))["bulletins"]:
            answer = self.admin.get(f"/bulletins/{bulletin['name']}", **SEPTEMBER)
            self.assertIn(answer.status, (200, 400, 404), str(answer))
            if answer.status != 200:
                self.assertTrue(answer.error["message"])

    def test_the_commands(self):
        for words in (("screen", "--as-of", AS_OF), ("eval", "net_income", "--on", "household", "--as-of", AS_OF), ("verify",),
                      ("eval", "net_income", "--on", "household", "--as-of", AS_OF, "--by", "township"), ("indicators", "--year", 2022, "--month", 9),
                      ("simulate", "key_household", "--set", "income_line=8000元", "--as-of", AS_OF)):
            with self.subTest(words=words):
                done = run(*words, "--db", self.county.database, "--json")
                self.assertEqual((0, ""), (done.status, done.err), done.err)
                json.loads(done.out)


if __name__ == "__main__":
    unittest.main()
