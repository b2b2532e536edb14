"""A run of an assessment and every list behind its points stay as they were, whatever comes after: edits, retired and new records, parameters
that are adopted for days of then, another pack with other formulas, points and labels, units and townships of other names."""

import json
import shutil
import unittest
from pathlib import Path

from support.program import run
from support.served import AS_OF, HENGYANG, Served, ServedTest

YEAR, MONTH = 2022, 9
LISTS = ("counted", "missing")
# Those of a scheme for places whose lists the changes below would touch.
CRITERIA = ("helped", "insured")


class Frozen(ServedTest):
    @classmethod
    def setUpClass(cls):
        cls.county = Served()
        cls.log_in()

    @classmethod
    def log_in(cls):
        cls.who = {name: cls.county.login(name) for name in ("county_admin", "county_bureau", "township")}
        cls.bureau, cls.admin = cls.who["county_bureau"], cls.who["county_admin"]

    @classmethod
    def tearDownClass(cls):
        cls.county.close()

    def make(self, scheme, part):
        self.ok(self.bureau.post(f"/assessments/{scheme}/adopt", {"year": YEAR}))
        return self.ok(self.bureau.post(f"/assessments/{scheme}/runs", {"part": part, "year": YEAR, "month": MONTH}), 201)["run"]["id"]

    def told(self, client, number):
        """The run, and of some of the scored every list behind their points."""
        table = self.ok(client.get(f"/assessments/runs/{number}"))
        lists = {}
        with_scores = [one for one in table["scored"] if one["scores"]]
        for scored in with_scores[:1] + with_scores[-1:]:
            for score in scored["scores"]:
                for indicator in [None, *(led["indicator"] for led in score["led"][:2])]:
                    for name in LISTS:
                        if score["criterion"] not in CRITERIA and not indicator:
                            continue
                        query = {"list": name, **({"indicator": indicator} if indicator else {})}
                        answer = client.get(f"/assessments/runs/{number}/scores/{scored['id']}/{score['criterion']}/records", **query)
                        self.assertIn(answer.status, (200, 404), answer)
                        if answer.status == 200:
                            lists[scored["id"], score["criterion"], indicator, name] = (answer.json["total"], sorted(one["id"] for one in answer.json["records"]))
        self.assertGreater(sum(total for total, _ in lists.values()), 0)
        return {"scored": table["scored"], "criteria": table["criteria"], "lists": lists}

    def same(self, before, why):
        for (role, number), was in before.items():
            now = self.told(self.who[role], number)
            # The lists of grades and rewards are only labels of the pack.
            self.assertEqual(was["criteria"], now["criteria"], (why, role, number))
            self.assertEqual(was["scored"], now["scored"], (why, role, number))
            self.assertEqual(was["lists"], now["lists"], (why, role, number))

    def test_nothing_that_comes_later_changes_a_run(self):
        runs = [self.make("village_team", "year"), self.make("department_work", "final")]
        before = {("county_bureau", number): self.told(self.bureau, number) for number in runs}
        self.edit()
        self.same(before, "edited")
        self.adopt()
        self.same(before, "a parameter adopted")
        self.replace_pack()
        self.same(before, "another pack")

    def edit(self):
        for register, field, value in (("household", "safe_water", False), ("person", "resident_medical", False)):
            for record in self.ok(self.admin.get(f"/registers/{register}/records", limit=40))["records"][:25]:
                if record["values"].get(field) != value:
                    self.assertIn(self.admin.patch(f"/registers/{register}/records/{record['id']}", {"version": record["version"], "values": {field: value}}).status, (200, 400))
        for record in self.ok(self.admin.get("/registers/measure/records", limit=30))["records"]:
            self.ok(self.admin.post(f"/registers/measure/records/{record['id']}/retire", {"version": record["version"], "reason": "synthetic: a later edit"}))

    def adopt(self):
        """Months after which a monitored family must be helped: with none at all the list of those not helped would be longer."""
        count = lambda: self.ok(self.bureau.get("/progress/indicators/monitored_helped_rate", year=YEAR, month=MONTH))["indicator"]
        was = count()
        opened = self.ok(self.bureau.post("/parameters/measure_months/changes", {"value": self.other_months(), "from": "2022-01-01", "reason": "synthetic"}), 201)
        case = f"/workflows/{opened['workflow']}/cases/{opened['id']}"
        version = self.ok(self.admin.get(case))["record"]["version"]
        self.ok(self.admin.post(f"{case}/transitions", {"transition": "approve", "version": version, "values": {"decision_note": "synthetic"}}))
        now = count()
        self.assertNotEqual((was["counted"], was["missing"]), (now["counted"], now["missing"]), "today's figure does change")

    def other_months(self):
        parameter = next(one for one in self.ok(self.bureau.get("/parameters", as_of=AS_OF))["parameters"] if one["name"] == "measure_months")
        return "12" if not parameter["most"] else parameter["most"].split()[0].rstrip("个月")

    def replace_pack(self):
        pack = self.county.folder / "pack"
        shutil.copytree(HENGYANG, pack)

        def change(name, was, then):
            path = Path(pack / name)
            text = path.read_text(encoding="utf-8")
            self.assertIn(was, text)
            path.write_text(text.replace(was, then), encoding="utf-8")

        change("indicators/expenses.yaml", "  where: household.in_scope\n  share: is_insured", "  where: household.in_scope\n  share: not is_insured")
        change("assessment.yaml", "          points: 25\n          indicator: one_plan_coverage", "          points: 25\n          indicator: one_plan_coverage  # another pack")
        change("units.yaml", "zh: 县人社局", "zh: 县人力资源局（改名）")
        self.county.stop()
        done = run("init", "--db", self.county.database, "--pack", pack)
        self.assertEqual(0, done.status, done.err)
        self.county.start()
        self.log_in()
        line = self.ok(self.bureau.get("/progress/indicators/medical_insured", year=YEAR, month=MONTH))
        self.assertIn("not", json.dumps(line["formulas"]))
        self.assertIn("改名", json.dumps(self.ok(self.bureau.get("/pack"))["units"], ensure_ascii=False))


if __name__ == "__main__":
    unittest.main()
