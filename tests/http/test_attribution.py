"""What incomes are tied to, over the real server: projects, measures, posts, jobs, subsidies; every amount is that of the rows and families
behind it, what is tied to nothing is shown, and nobody sees beyond their own."""

import io
import json
import unittest
import zipfile

from support.program import run
from support.served import AS_OF, Served, ServedTest

SEPTEMBER = {"year": 2022, "month": 9}
AT = "/progress/attribution/causes"
ROLES = ("county_admin", "township", "village")


def fen(text):
    return 0 if text is None else round(100 * float(text))


class Causes(ServedTest):
    @classmethod
    def setUpClass(cls):
        cls.county = Served()
        cls.who = {name: cls.county.login(name) for name in (*ROLES, "department")}
        cls.admin = cls.who["county_admin"]

    @classmethod
    def tearDownClass(cls):
        cls.county.close()

    def view(self, client, cause, **query):
        return self.ok(client.get(f"{AT}/{cause}", **SEPTEMBER, **query))

    def names(self, client):
        return [cause["name"] for cause in self.ok(client.get("/progress/attribution", **SEPTEMBER))["causes"]]

    def which(self, tie):
        return {"other": "rest"} if tie["sort"] == "rest" else {"record": tie["id"]} if tie["sort"] == "record" else \
            {"other": "unsaid"} if tie["group"] is None else {"group": tie["group"]}

    def rows(self, client, tie, path):
        """Everything that the list of rows says; each row is one of the register that who asks may open."""
        rows = []
        while True:
            page = self.ok(client.get(f"{path}/rows", limit=60, after=len(rows), **self.which(tie), **SEPTEMBER))
            rows += page["rows"]
            if not page["more"]:
                break
        self.assertEqual((page["total"], tie["rows"]), (len(rows), len({(row["register"], row["record"]["id"]) for row in rows})))
        for key in ("this_year", "last_year", "change"):
            self.assertEqual(fen(tie[key]), sum(fen(row[key]) for row in rows))
        for row in rows[:2] + rows[-1:]:
            record = self.ok(client.get(f"/registers/{row['register']}/records/{row['record']['id']}"))
            self.assertEqual(row["household"]["id"], record["values"]["household"]["id"])
            self.assertIn(fen(record["values"]["amount"]), (fen(row["this_year"]), fen(row["last_year"])))
        return rows

    def behind(self, client, cause, tie, **query):
        """Everything that the list of families says."""
        records, after = [], 0
        while True:
            page = self.ok(client.get(f"{AT}/{cause}/records", limit=40, after=after, **self.which(tie), **SEPTEMBER, **query))
            records += page["records"]
            if not page["more"]:
                self.assertEqual(page["total"], len(records))
                return records
            after = records[-1]["record"]["id"]

    def test_every_line_is_its_families_and_its_rows(self):
        rows_compared = tied = 0
        for role in ROLES:
            client = self.who[role]
            own = {record["id"] for record in self.ok(client.get("/registers/household/records", limit=500))["records"]}
            for cause in self.names(client):
                page = self.view(client, cause)
                self.assertEqual(page["total"], len(page["ties"]))
                for key in ("this_year", "last_year", "change"):
                    self.assertEqual(fen(page["all"][key]), sum(fen(tie[key]) for tie in page["ties"]), (role, cause, key))
                self.assertLessEqual(sum(tie["sort"] == "rest" for tie in page["ties"]), 1)
                for tie in page["ties"][:3] + page["ties"][-1:]:
                    with self.subTest(role=role, cause=cause, tie=tie["id"] or tie["group"] or tie["sort"]):
                        families = self.behind(client, cause, tie)
                        self.assertEqual(tie["households"], len(families))
                        self.assertLessEqual({one["record"]["id"] for one in families}, own)
                        for key in ("this_year", "last_year", "change"):
                            self.assertEqual(fen(tie[key]), sum(fen(one[key]) for one in families))
                        self.assertEqual(tie["rows"], sum(one["rows"] for one in families))
                        self.assertEqual(tie["changed"], sum(one["change"] != "0.00" for one in families))
                        self.assertEqual({one["record"]["id"] for one in families},
                                         {row["household"]["id"] for row in self.rows(client, tie, f"{AT}/{cause}")})
                        tied += tie["sort"] != "rest"
                        if tie["where"]:
                            rows_compared += self.compare_rows(client, page, tie)
        self.assertGreater(tied, 15)
        self.assertGreater(rows_compared, 10)

    def compare_rows(self, client, page, tie):
        """The rows of the list, this year's and those of a year before, are what the line adds up."""
        for as_of, key in ((AS_OF, "this_year"), ("2021-09-30", "last_year")):
            sums, after = 0, None
            while True:
                answer = client.get(f"/registers/{page['rows_register']}/records", where=tie["where"], as_of=as_of, limit=500,
                                    **({"after": after} if after else {}))
                listed = self.ok(answer)
                sums += sum(fen(row["values"]["amount"]) for row in listed["records"])
                after = listed.get("next")
                if not after:
                    break
            self.assertEqual(fen(tie[key]), sums, (tie["where"], as_of))
        return 1

    def test_what_is_tied_to_none_is_shown(self):
        for cause in ("projects", "measures", "posts", "jobs", "subsidies"):
            ties = self.view(self.admin, cause)["ties"]
            self.assertTrue(any(tie["sort"] != "rest" for tie in ties), cause)
        rest = self.view(self.admin, "projects")["ties"][-1]
        self.assertEqual(("rest", None, None, None, 0), (rest["sort"], rest["id"], rest["record"], rest["cost"], rest["records"]))
        self.assertGreater(fen(rest["this_year"]), 0)

    def test_it_is_what_eval_says(self):
        for cause, field, group, items in (("posts", "post", "kind", "item = public_post"), ("subsidies", "subsidy", "kind", "item in (farm_subsidy, ecological)")):
            for tie in self.view(self.admin, cause)["ties"]:
                if not tie["group"]:
                    continue
                for key, begin in (("this_year", "{}"), ("last_year", "previous({})")):
                    formula = begin.format(f"if {items} and is_counted and {field}.{group} = {tie['group']} then amount")
                    done = run("eval", "--db", self.county.database, "--on", "income", "--as-of", AS_OF, "--by", "county", "--json", formula)
                    told = json.loads(done.out)["divisions"][0]["sum"] or "0"
                    self.assertEqual(fen(tie[key]), fen(told.replace(",", "").rstrip(" yuan元")), (formula, key))

    def test_a_project_against_its_funds(self):
        seen = 0
        for tie in self.view(self.admin, "projects")["ties"]:
            if tie["sort"] == "rest":
                continue
            told = json.loads(run("eval", "--db", self.county.database, "--on", "project", "--as-of", AS_OF, "--json",
                                  f'if code = "{tie["record"]["key"]}" then sum(project_fund.amount)').out)
            funds = next(row["value"] for row in told["records"] if row["value"] is not None).replace(",", "").rstrip(" yuan元")
            self.assertEqual(fen(funds), fen(tie["cost"]))
            if fen(tie["cost"]) == 0:
                self.assertIsNone(tie["per_yuan"])
            else:
                self.assertAlmostEqual(fen(tie["this_year"]) / fen(tie["cost"]), float(tie["per_yuan"]), delta=0.0001)
                seen += 1
        self.assertGreater(seen, 0)

    def test_one_source_alone_and_one_place_alone(self):
        page = self.ok(self.admin.get("/progress/attribution", **SEPTEMBER))
        sources = {source["name"]: source["causes"] for kind in page["all"]["rose"]["kinds"] for source in kind["sources"]}
        parts = [self.view(self.admin, "measures", source=name) for name, causes in sources.items() if "measures" in causes]
        self.assertGreater(len(parts), 1)
        self.assertEqual(fen(self.view(self.admin, "measures")["all"]["this_year"]), sum(fen(part["all"]["this_year"]) for part in parts))
        places = [place["code"] for place in self.ok(self.admin.get("/divisions")) if place["level"] == "township"]
        self.assertEqual(fen(self.view(self.admin, "projects")["all"]["change"]),
                         sum(fen(self.view(self.admin, "projects", division=place)["all"]["change"]) for place in places))

    def test_the_sheet_has_every_line(self):
        for cause in ("projects", "posts"):
            answer = self.admin.get(f"{AT}/{cause}/sheet.xlsx", **SEPTEMBER)
            self.assertEqual(200, answer.status)
            rows = zipfile.ZipFile(io.BytesIO(answer.body)).read("xl/worksheets/sheet1.xml").count(b"<row ")
            self.assertEqual(2 + self.view(self.admin, cause)["total"], rows, "a title, the headings, a row each")

    def test_one_family(self):
        """A family's lines are what the county's lines say of it, each down to its rows."""
        found = {}
        for cause in self.names(self.admin):
            for tie in self.view(self.admin, cause)["ties"][:3]:
                for one in self.behind(self.admin, cause, tie)[:2]:
                    found.setdefault(one["record"]["id"], []).append((cause, tie, one))
        self.assertGreater(len(found), 10)
        kinds = set()
        for family, lines in found.items():
            path = f"/households/{family}/attribution/causes"
            told = {one["cause"]["name"]: one["ties"] for one in self.ok(self.admin.get(path, **SEPTEMBER))["causes"]}
            self.assertEqual(self.names(self.admin), list(told))
            for cause, county, one in lines:
                tie = next(tie for tie in told[cause] if self.which(tie) == self.which(county))
                self.assertEqual([one[key] for key in ("this_year", "last_year", "change", "rows")],
                                 [tie[key] for key in ("this_year", "last_year", "change", "rows")], (family, cause))
                self.assertEqual((1, None), (tie["households"], tie["cost"]))
            for cause, ties in told.items():
                for tie in ties:
                    kinds.add(tie["sort"])
                    self.assertEqual({family}, {row["household"]["id"] for row in self.rows(self.admin, tie, f"{path}/{cause}")})
                    if tie["where"]:
                        listed = self.ok(self.admin.get("/registers/income/records", where=tie["where"], as_of=AS_OF, parent=family, limit=200))["records"]
                        self.assertEqual(fen(tie["this_year"]), sum(fen(row["values"]["amount"]) for row in listed))
        self.assertEqual({"record", "group", "rest"}, kinds)

    def test_one_family_of_others(self):
        village = self.who["village"]
        own = {record["id"] for record in self.ok(village.get("/registers/household/records", limit=500))["records"]}
        other = next(record["id"] for record in self.ok(self.admin.get("/registers/household/records", limit=500))["records"] if record["id"] not in own)
        for path, query in (("", {}), ("/projects/rows", {"other": "rest"})):
            for client, family, status in ((village, min(own), 200), (village, other, 404), (self.who["department"], other, 403), (self.admin, 10**12, 404)):
                with self.subTest(path=path, family=family, status=status):
                    self.assertEqual(status, client.get(f"/households/{family}/attribution/causes{path}", **query, **SEPTEMBER).status)

    def test_wrong_questions_and_who_may_not_ask(self):
        self.assertEqual([], self.names(self.who["department"]), "not the ledger behind it")
        for client, path, query, status in ((self.who["department"], f"{AT}/projects", {}, 404), (self.who["department"], f"{AT}/projects/sheet.xlsx", {}, 404),
                                            (self.admin, f"{AT}/nothing", {}, 404), (self.admin, f"{AT}/projects", {"source": "nothing"}, 404),
                                            (self.admin, f"{AT}/projects", {"source": "pensions"}, 400), (self.admin, f"{AT}/projects/records", {}, 400),
                                            (self.admin, f"{AT}/projects/records", {"record": 1, "other": "rest"}, 400),
                                            (self.admin, f"{AT}/projects/records", {"group": "x"}, 400), (self.admin, f"{AT}/posts/records", {"record": 1}, 400),
                                            (self.admin, f"{AT}/posts/records", {"group": "nothing"}, 404),
                                            (self.admin, f"{AT}/projects/rows", {}, 400), (self.admin, f"{AT}/nothing/rows", {"other": "rest"}, 404),
                                            (self.who["department"], f"{AT}/projects/rows", {"other": "rest"}, 404),
                                            (self.admin, f"{AT}/projects/records", {"record": 0}, 400), (self.admin, f"{AT}/projects", {"division": "999"}, 404)):
            with self.subTest(path=path, **query):
                self.assertEqual(status, client.get(path, **query).status)
        self.assertEqual([], self.ok(self.admin.get(f"{AT}/projects/records", record=10**15, **SEPTEMBER))["records"])
        village = self.view(self.who["village"], "projects")
        foreign = next(tie["id"] for tie in self.view(self.admin, "projects")["ties"]
                       if tie["id"] and tie["id"] not in {one["id"] for one in village["ties"]})
        self.assertEqual([], self.ok(self.who["village"].get(f"{AT}/projects/records", record=foreign, **SEPTEMBER))["records"])


if __name__ == "__main__":
    unittest.main()
