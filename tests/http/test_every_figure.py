"""No figure differs from `zengshou eval` of its formula in the viewer's scope: the figures of rules, cases, lists, attribution, what-if,
assessments, places and bulletins, for the county, a township, a village and a department. A figure is the number of those records that the
viewer's own list of the register shows and of which `zengshou eval`, which sees the whole database, says that the formula is true; a sum is
over them. What tests/structure/figures.py says of a route that shows figures, stands here or in the file that it names."""

import json
import re
import unittest

from support.program import run
from support.served import AS_OF, Served, ServedTest

ROLES = ("county_bureau", "township", "village", "department")
SEPTEMBER = {"year": 2022, "month": 9}
ALIKE = "coalesce(same_basis, false)"
# Of each kind, on the subject and on what hangs on it; the others come the same way.
RULES = ("key_household", "zero_employment", "key_village", "monitored_without_measure", "ledger_months_missing", "duplicate_identity")
# Shares, counts, sums and growth, on registers with places and without.
INDICATORS = ("medical_insured", "income_growth_lead", "labour_transfer", "monthly_monitoring_done", "skill_mastered", "union_832_festival", "parks_provincial")


def fen(text):
    return round(100 * float(str(text).replace(",", "").rstrip(" yuan元")))


class EveryFigure(ServedTest):
    @classmethod
    def setUpClass(cls):
        cls.county = Served()
        cls.who = {role: cls.county.login(role) for role in ROLES}
        cls.told, cls.seen = {}, {}

    @classmethod
    def tearDownClass(cls):
        cls.county.close()

    # ── what eval says, and whom the viewer sees

    def evaluate(self, formula, on, as_of=AS_OF, *words):
        """The value of each record of the register, by its key; asked of the command line once."""
        asked = (formula, on, as_of, words)
        if asked not in self.told:
            done = run("eval", formula, "--db", self.county.database, "--on", on, "--as-of", as_of, "--json", "--lang", "en", *words)
            self.assertEqual(0, done.status, done.err)
            self.told[asked] = [(row["record"].split("（")[0], row["value"]) for row in json.loads(done.out)["records"]]
        return self.told[asked]

    def by_place(self, formula, on, as_of=AS_OF, *words):
        asked = ("by", formula, on, as_of, words)
        if asked not in self.told:
            done = run("eval", formula, "--db", self.county.database, "--on", on, "--as-of", as_of, "--by", "village", "--json", "--lang", "en", *words)
            self.assertEqual(0, done.status, done.err)
            self.told[asked] = json.loads(done.out)["divisions"]
        return self.told[asked]

    def own(self, role, on, division=None):
        """The keys of the register's records that are the role's to see, once for each."""
        if (role, on, division) not in self.seen:
            keys, after = [], None
            while True:
                page = self.ok(self.who[role].get(f"/registers/{on}/records", limit=500, **({"after": after} if after else {}), **({"division": division} if division else {})))
                keys += [row["key"] for row in page["records"]]
                after = page.get("next")
                if not after:
                    break
            self.seen[role, on, division] = keys
        return self.seen[role, on, division]

    def within(self, role, division):
        """Codes of the places that the role's figures are of."""
        return (division,) if division else tuple(one["code"] for one in self.who[role].session["user"]["divisions"] if one["code"] != "430421") or ("",)

    def by_key(self, role, on, division=None):
        """Is each record that the role sees told by the command line under its key?"""
        keys, own = [key for key, _ in self.evaluate("true", on)], self.own(role, on, division)
        return len(keys) == len(set(keys)) and set(own) <= set(keys)

    def can(self, role, on):
        """Can the role's records be told among those of the command line: by their keys, or by their places?"""
        if self.who[role].get(f"/registers/{on}/records", limit=1).status != 200:
            return False
        rows = sum(row["records"] for row in self.by_place("true", on) if row["code"].startswith(self.within(role, None)))
        return self.by_key(role, on) or rows == len(self.own(role, on))

    def add(self, role, formula, on, division, read, of, as_of=AS_OF, *words):
        if self.by_key(role, on, division):
            own = set(self.own(role, on, division))
            return sum(read(value) for key, value in self.evaluate(formula, on, as_of, *words) if key in own and value not in (None, "unknown"))
        return sum(of(row) for row in self.by_place(formula, on, as_of, *words) if row["code"].startswith(self.within(role, division)))

    def count(self, role, condition, on, division=None, as_of=AS_OF, *words):
        return self.add(role, condition, on, division, lambda value: value in (True, "true", "yes"), lambda row: row["true"], as_of, *words)

    def sum(self, role, formula, on, division=None):
        return self.add(role, formula, on, division, fen, lambda row: fen(row["sum"] or 0))

    def places(self, role):
        places = [place for place in self.ok(self.who[role].get("/divisions")) if place["level"] == "township"]
        return [None] + ([place["code"] for place in places][:1] if role == "county_bureau" else [])

    # ── rules

    def test_rules(self):
        compared = dict.fromkeys(ROLES, 0)
        for role in ROLES:
            answer = self.who[role].get("/rules")
            if answer.status == 403:  # a department has no part in monitoring; its own page is compared below
                continue
            for rule in answer.json:
                if rule["name"] not in RULES or not rule["last"] or not self.can(role, rule["register"]):
                    continue
                with self.subTest(role=role, rule=rule["name"]):
                    last = rule["last"]
                    self.assertEqual(self.count(role, rule["formula"]["en"], rule["register"], None, last["as_of"]), last["hits"])
                    if self.by_key(role, rule["register"]):
                        own = set(self.own(role, rule["register"]))
                        open_ones = sum(value in (None, "unknown") for key, value in self.evaluate(rule["formula"]["en"], rule["register"], last["as_of"]) if key in own)
                        self.assertEqual(open_ones, last["undetermined"])
                    places = self.ok(self.who[role].get(f"/rules/{rule['name']}/divisions"))
                    if places and rule["register"] == "household":
                        self.assertEqual(last["hits"], sum(place["hits"] for place in places))
                        self.assertEqual(self.count(role, rule["formula"]["en"], rule["register"], places[0]["code"], last["as_of"]), places[0]["hits"])
                    compared[role] += 1
        for role in ("county_bureau", "township", "village"):
            self.assertGreater(compared[role], 2, role)

    def test_warnings_of_a_department(self):
        unit = self.who["department"].session["user"]["unit"]["name"]
        for role in ("department", "county_bureau"):
            page = self.ok(self.who[role].get(f"/progress/units/{unit}", **SEPTEMBER))
            formulas = {rule["name"]: rule for rule in self.ok(self.who["county_bureau"].get("/rules"))}
            for one in page["rules"][:3]:
                rule = formulas[one["name"]]
                if self.can(role, rule["register"]):
                    self.assertEqual(self.count(role, rule["formula"]["en"], rule["register"]), one["hits"], (role, one["name"]))
            for one in page["holdings"]:
                if self.can(role, one["register"]):
                    self.assertEqual(self.count(role, one["where"], one["register"]), one["counted"], (role, one["name"]))

    # ── lists

    def test_lists(self):
        conditions = {"household": ("net_income_per_capita < 10000元", "in_scope and not has_help"), "person": ("age(birth_date) >= 60",),
                      "project": ("year = this_year",), "village": ("monitored_share > 1%",)}
        for role in ROLES:
            compared = 0
            for on, formulas in conditions.items():
                if not self.can(role, on):
                    continue
                for formula in formulas:
                    answer = self.who[role].get(f"/registers/{on}/records", where=formula, as_of=AS_OF, count=1, limit=1)
                    if answer.status == 403:  # it rests on what the role may not read
                        continue
                    self.assertEqual(self.count(role, formula, on), self.ok(answer)["total"], (role, on, formula))
                    compared += 1
            self.assertGreater(compared, 0, role)

    # ── cases

    def test_cases(self):
        for role in ROLES:
            compared = 0
            workflows = {one["name"]: one["register"] for one in self.ok(self.who[role].get("/workflows"))}
            for state in self.ok(self.who[role].get("/cases/states")):
                on = workflows[state["workflow"]]
                if state["open"] and self.can(role, on):
                    with self.subTest(role=role, workflow=state["workflow"], state=state["state"]):
                        self.assertEqual(self.count(role, f"case_state = {state['state']} and case_closed is null", on), state["open"])
                        compared += 1
            for one in self.ok(self.who[role].get("/cases/counts")):
                on = workflows[one["workflow"]]
                if one["open"] and self.can(role, on):
                    self.assertEqual(self.count(role, "case_closed is null and known(case_state)", on), one["open"], (role, one["workflow"]))
            if role in ("county_bureau", "township"):
                self.assertGreater(compared, 0, role)

    # ── where income came from

    def test_attribution(self):
        conditions = {"rose": f"{ALIKE} and net_income > previous(net_income)", "fell": f"{ALIKE} and net_income < previous(net_income)",
                      "same": f"{ALIKE} and net_income = previous(net_income)", "unknown": f"not ({ALIKE} and known(net_income) and known(previous(net_income)))"}
        for role in ROLES:
            for division in self.places(role):
                page = self.ok(self.who[role].get("/progress/attribution", **SEPTEMBER, **({"division": division} if division else {})))["all"]
                for side, condition in conditions.items():
                    shown = page[side] if side in ("same", "unknown") else page[side]["households"]
                    self.assertEqual(self.count(role, condition, "household", division), shown, (role, division, side))
                for side in ("rose", "fell"):
                    self.assertEqual(self.sum(role, f"if {conditions[side]} then net_income - previous(net_income)", "household", division), fen(page[side]["change"]))
                    for kind in page[side]["kinds"]:
                        formula = f"if {conditions[side]} then {kind['name']} - previous({kind['name']})"
                        self.assertEqual(self.sum(role, formula, "household", division), fen(kind["change"]), (role, division, side, kind["name"]))
                        for source in kind["sources"][:1] if kind["name"] == "wage_income" else ():
                            rows = f"sum(income.amount where {source['where']})"
                            self.assertEqual(self.sum(role, f"if {conditions[side]} then {rows} - previous({rows})", "household", division),
                                             fen(source["change"]), (role, division, side, source["name"]))

    def test_attribution_of_a_family(self):
        for role in ("county_bureau", "township", "village"):
            said = dict(self.evaluate(f"if {ALIKE} then net_income - previous(net_income)", "household"))
            for record in self.ok(self.who[role].get("/registers/household/records", limit=5))["records"]:
                page = self.ok(self.who[role].get(f"/households/{record['id']}/attribution", **SEPTEMBER))
                told = said[record["key"]]
                if page["side"]:
                    self.assertEqual(fen(told), fen(page["side"]["change"]), (role, record["key"]))
                else:
                    self.assertIn(told, (None, "unknown", "0", "0.00", "0 yuan", "0.00 yuan", "0元"), (role, record["key"]))

    # ── what-if

    def test_whatif(self):
        tried = {"name": "key_income_line", "value": "8000元"}
        for role in ROLES:
            answer = self.who[role].post("/whatif", {"rule": "key_household", "as_of": AS_OF, "variants": [{"set": [tried]}]})
            if answer.status == 403:
                self.assertEqual("department", role)
                continue
            formula = next(rule for rule in self.ok(self.who[role].get("/rules")) if rule["name"] == "key_household")["formula"]["en"]
            now, then = self.ok(answer)["sides"]
            self.assertEqual(self.count(role, formula, "household"), now["hits"], role)
            changed = ("--set", f"{tried['name']}={tried['value']}")
            self.assertEqual(self.count(role, formula, "household", None, AS_OF, *changed), then["hits"], role)
            own = set(self.own(role, "household"))
            self.assertEqual(sum(value in (None, "unknown") for key, value in self.evaluate(formula, "household") if key in own), now["undetermined"], role)

    # ── indicators on every page

    def test_indicators(self):
        for role in ROLES:
            client, compared = self.who[role], 0
            unit = (client.session["user"].get("unit") or {"name": "county_revitalisation"})["name"]
            for path in ("/progress/indicators", "/progress/leader", f"/progress/units/{unit}"):
                for line in self.lines_of(self.ok(client.get(path, **SEPTEMBER))):
                    if line["name"] not in INDICATORS or not line["seen"] or line["register"] is None or not self.can(role, line["register"]):
                        continue
                    for each in self.ok(client.get(f"/progress/indicators/{line['name']}", **SEPTEMBER))["lists"]:
                        with self.subTest(role=role, path=path, indicator=line["name"], list=each["list"]):
                            self.assertEqual(self.count(role, each["where"], line["register"]), line[each["list"]])
                            compared += 1
            self.assertGreater(compared, 5, role)

    def test_tasks_and_units(self):
        """Their lights are those of the indicators' own lines, each counted once."""
        for role in ROLES:
            lines = {line["name"]: line for line in self.ok(self.who[role].get("/progress/indicators", **SEPTEMBER))["indicators"] if line["seen"]}
            tally = lambda names: {light: sum(lines[name]["light"] == light for name in names if name in lines) for light in ("green", "yellow", "red", "none", "unknown")}
            page = self.ok(self.who[role].get("/progress/tasks", **SEPTEMBER))
            self.assertEqual(tally(lines), page["lights"], role)
            below = {}
            for task in page["tasks"]:
                below.setdefault(task["parent"], []).append(task["clause"])
            own = {task["clause"]: set(task["indicators"]) for task in page["tasks"]}
            within = lambda clause: own[clause].union(*(within(each) for each in below.get(clause, [])))
            for task in page["tasks"]:
                self.assertEqual(tally(within(task["clause"])), task["lights"], (role, task["clause"]))
            for unit in self.ok(self.who[role].get("/progress/units", **SEPTEMBER))["units"]:
                self.assertEqual(tally([name for name, line in lines.items() if unit["name"] in [lead["name"] for lead in line["lead"]]]), unit["lights"], (role, unit["name"]))

    def test_workbench(self):
        for role in ("county_bureau", "township", "village"):
            rules = {rule["name"]: rule for rule in self.ok(self.who[role].get("/rules"))}
            counted = [item for item in self.ok(self.who[role].get("/workbench"))["items"] if item["kind"] in ("fresh", "undetermined")]
            for item in counted:
                rule = rules[item["link"]["page"].split("/")[1]]
                self.assertEqual(rule["last"][item["kind"]], item["count"], (role, rule["name"]))
                if item["kind"] == "fresh" and rule["name"] in RULES:  # after one screening all hits are new
                    self.assertEqual(self.count(role, rule["formula"]["en"], rule["register"], None, rule["last"]["as_of"]), item["count"], (role, rule["name"]))

    def test_places_of_an_indicator(self):
        for role, level in (("county_bureau", "township"), ("township", "village")):
            lists = {one["list"]: one["where"] for one in self.ok(self.who[role].get("/progress/indicators/medical_insured", **SEPTEMBER))["lists"]}
            on = self.ok(self.who[role].get("/progress/indicators/medical_insured", **SEPTEMBER))["indicator"]["register"]
            for place in self.ok(self.who[role].get("/progress/indicators/medical_insured/divisions", level=level, **SEPTEMBER))[:2]:
                for name, where in lists.items():
                    self.assertEqual(self.count(role, where, on, place["code"]), place[name], (role, place["code"], name))

    # ── bulletins, assessments

    def test_bulletins(self):
        for role in ("county_bureau", "township", "village"):
            bulletin = self.ok(self.who[role].get("/bulletins/monitoring_brief", **SEPTEMBER))
            text = " ".join(block["text"] or "" for block in bulletin["blocks"])
            numbers = [int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", text)]
            for condition in ("is_graduated", "is_monitored"):
                self.assertIn(self.count(role, condition, "household"), numbers, (role, condition))


if __name__ == "__main__":
    unittest.main()
