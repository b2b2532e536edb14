"""No figure of the first pages differs from `zengshou eval` of its formula in the viewer's scope: families and people by category, incomes by
wheel, incomes a head and their growth, what the rules hit, place by place; and the figures on a family's own page."""

import json
import unittest
from pathlib import Path

import yaml

from support.program import run
from support.served import AS_OF, HENGYANG, Served, ServedTest

ROLES = ("county_bureau", "leader", "township", "village")
BOTH = "same_basis and known(net_income) and income_members > 0 and known(previous(net_income)) and previous(income_members) > 0"


def fen(text):
    return None if text is None else round(100 * float(str(text).replace(",", "").rstrip(" yuan元")))


def number(text):
    return int(str(text).replace(",", "").split(" ")[0].rstrip("户人")) if text else 0


class Figures(ServedTest):
    @classmethod
    def setUpClass(cls):
        cls.county = Served()
        cls.who = {role: cls.county.login(role) for role in ROLES}
        cls.told = {}
        cls.rules = {}
        for path in [*sorted((HENGYANG / "rules").glob("*.yaml"))]:
            cls.rules.update(yaml.safe_load(Path(path).read_text(encoding="utf-8")))

    @classmethod
    def tearDownClass(cls):
        cls.county.close()

    def ask(self, formula):
        """The formula over all families, village by village, asked of the command line once."""
        if formula not in self.told:
            done = run("eval", formula, "--db", self.county.database, "--on", "household", "--as-of", AS_OF, "--by", "village", "--json", "--lang", "en")
            self.assertEqual(0, done.status, done.err)
            self.told[formula] = {row["code"]: row for row in json.loads(done.out)["divisions"]}
        return self.told[formula]

    def total(self, formula, own, read, of="sum"):
        return sum(read(row[of]) or 0 for code, row in self.ask(formula).items() if any(code.startswith(place) for place in own) and row[of] is not None)

    def count(self, condition, own):
        return self.total(condition, own, number, "true")

    def per_capita(self, own, condition="known(net_income) and income_members > 0", wrap="{}"):
        """Fen a head, and how many families had both."""
        money = self.total(f"if {condition} then {wrap.format('net_income')}", own, fen)
        members = self.total(f"if {condition} then {wrap.format('income_members')}", own, number)
        return money / members if members else None

    def growth(self, own):
        now, before = self.per_capita(own, BOTH), self.per_capita(own, BOTH, "previous({})")
        return None if now is None or not before else now / before - 1

    def close(self, formula, shown, delta, message):
        if shown is None or formula is None:
            self.assertEqual(formula, shown, message)
        else:
            self.assertAlmostEqual(formula, shown, delta=delta, msg=message)

    def places(self, role):
        """What the role's page is about, and each place below that it may ask for by itself."""
        client = self.who[role]
        divisions = self.ok(client.get("/divisions"))
        own = [place["code"] for place in client.session["user"]["divisions"]] or ["430421"]
        townships = [place["code"] for place in divisions if place["level"] == "township" and place["code"] not in own
                     and any(place["code"].startswith(code) for code in own)]
        return [(None, own)] + [(code, [code]) for code in townships[:2]]

    def test_the_first_page_is_what_eval_says(self):
        compared = 0
        for role in ROLES:
            for division, own in self.places(role):
                page = self.ok(self.who[role].get("/dashboard", as_of=AS_OF, **({"division": division} if division else {})))
                where = (role, division)
                for kind, field in (("categories", "household_type"), ("subcategories", "monitored_category")):
                    for row in page[kind]:
                        condition = f"{field} = {row['code']}" if row["code"] else f"{field} is null"
                        self.assertEqual(self.count(condition, own), row["subjects"], (where, condition))
                        self.assertEqual(self.total(f"if {condition} then count(person)", own, number), row["people"], (where, condition))
                        compared += 2
                for row in page["wheels"]:
                    for key, formula in (("this_year", f"if {BOTH} then {row['code']}"), ("last_year", f"if {BOTH} then previous({row['code']})")):
                        self.assertEqual(self.total(formula, own, fen), fen(row[key]) or 0, (where, formula))
                        compared += 1
                self.close(self.per_capita(own, BOTH), fen(page["per_capita"]["this_year"]), 1, where)
                self.close(self.per_capita(own, BOTH, "previous({})"), fen(page["per_capita"]["last_year"]), 1, where)
                for row in page["divisions"][:6] + page["divisions"][-2:]:
                    at = [row["code"]]
                    self.assertEqual(self.total("1", at, number), row["subjects"], (where, at))
                    self.assertEqual(self.total("count(person)", at, number), row["people"], (where, at))
                    self.close(self.per_capita(at, BOTH), fen(row["per_capita"]), 1, (where, at))
                    self.close(self.growth(at), row["growth"], 1e-6, (where, at))
                    compared += 4
        self.assertGreater(compared, 200)

    def test_what_the_rules_hit_is_what_eval_says(self):
        page = self.ok(self.who["county_bureau"].get("/dashboard", as_of=AS_OF))
        names = sorted((rule["name"] for rule in page["rules"]), key=lambda name: -next(one["hits"] for one in page["rules"] if one["name"] == name))[:6]
        for role in ROLES:
            for division, own in self.places(role):
                page = self.ok(self.who[role].get("/dashboard", as_of=AS_OF, **({"division": division} if division else {})))
                for rule in page["rules"]:
                    if rule["name"] in names:
                        self.assertEqual(self.count(self.rules[rule["name"]]["formula"], own), rule["hits"], (role, division, rule["name"]))
                for row in page["divisions"][:8]:
                    self.assertEqual(self.count(self.rules[page["rule"]]["formula"], [row["code"]]), row["hits"], (role, row["code"]))

    def test_a_familys_figures_are_what_eval_says(self):
        said, compared = {}, 0
        for role in ("county_bureau", "township", "village"):
            for record in self.ok(self.who[role].get("/registers/household/records", limit=4))["records"]:
                page = self.ok(self.who[role].get(f"/households/{record['id']}", as_of=AS_OF))
                for figure in page["definitions"]:
                    name = figure["name"]
                    if name not in said:
                        rows = json.loads(run("eval", name, "--db", self.county.database, "--on", "household", "--as-of", AS_OF, "--json", "--lang", "en").out)
                        said[name] = {row["record"].split("（")[0].split(" (")[0]: row["value"] for row in rows["records"]}
                    told = said[name][record["key"]]
                    if figure["type"] == "money":
                        known = told not in (None, "unknown")
                        self.assertEqual(fen(told) if known else None, fen(figure["value"]), (name, record["key"]))
                    elif figure["type"] == "int":
                        self.assertEqual(number(told) if told not in (None, "unknown") else None, figure["value"], (name, record["key"]))
                    elif figure["value"] is not None:
                        self.assertAlmostEqual(float(told.rstrip("%")) / 100, figure["value"], delta=0.0001, msg=(name, record["key"]))
                    compared += 1
        self.assertGreater(compared, 30)


if __name__ == "__main__":
    unittest.main()
