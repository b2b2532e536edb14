"""Indicators over the real server: every figure is that of the lists behind it and of its own formulas in the viewer's scope, for
whoever asks; places add up; nobody sees beyond their own."""

import json
import tempfile
import unittest
from decimal import Decimal
from pathlib import Path

from support.program import ROOT, run
from support.served import AS_OF, PASSWORD, Served, ServedTest, call

SEERS = ("county_admin", "department", "township", "village", "assessor", "leader")
LISTS = ("counted", "missing", "undetermined")
SEPTEMBER = {"year": 2022, "month": 9}


class Progress(ServedTest):
    @classmethod
    def setUpClass(cls):
        cls.county = Served()
        cls.who = {name: cls.county.login(name) for name in SEERS}
        cls.admin = cls.who["county_admin"]

    @classmethod
    def tearDownClass(cls):
        cls.county.close()

    def lines(self, client, **query):
        return {line["name"]: line for line in self.ok(client.get("/progress/indicators", **SEPTEMBER, **query))["indicators"]}

    def listed(self, client, name, **query):
        ids, after = [], None
        while True:
            page = self.ok(client.get(f"/progress/indicators/{name}/records", limit=17, **SEPTEMBER, **query, **({"after": after} if after else {})))
            ids += [record["id"] for record in page["records"]]
            after = page["next"]
            if after is None:
                break
        self.assertEqual(len(set(ids)), page["total"])
        return ids

    def test_every_figure_is_its_list_and_its_formula(self):
        compared = 0
        for role, client in self.who.items():
            for name, line in self.lines(client).items():
                if not line["seen"] or line["register"] is None:
                    continue
                page = self.ok(client.get(f"/progress/indicators/{name}", **SEPTEMBER))
                self.assertEqual(line, page["indicator"])
                for each in page["lists"]:
                    with self.subTest(role=role, indicator=name, list=each["list"]):
                        ids = self.listed(client, name, list=each["list"])
                        self.assertEqual(line[each["list"]], len(ids))
                        answer = client.get(f"/registers/{line['register']}/records", where=each["where"], as_of=AS_OF, count=1, limit=1)
                        self.assertEqual(line[each["list"]], self.ok(answer)["total"])
                        compared += 1
        self.assertGreater(compared, 20)

    def test_values_follow_from_the_counts(self):
        shares = 0
        for client in self.who.values():
            for line in self.lines(client).values():
                if line["measure"] != "share" or not line["seen"]:
                    continue
                known = line["counted"] + line["missing"]
                if known == 0:
                    self.assertIsNone(line["value"])
                    continue
                self.assertAlmostEqual(100 * line["counted"] / known, float(line["value"]), delta=0.00006)
                self.assertEqual(known < 20, line["small"])
                shares += 1
        self.assertGreater(shares, 4)

    def test_places_add_up(self):
        for name, line in self.lines(self.admin).items():
            if line["register"] not in ("household", "person"):
                continue
            for level in ("township", "village"):
                places = self.ok(self.admin.get(f"/progress/indicators/{name}/divisions", level=level, **SEPTEMBER))
                for part in LISTS:
                    self.assertEqual(line[part], sum(place[part] for place in places), (name, level, part))

    def test_parts_add_up(self):
        for name in ("relocated_income_project", "zero_employment_families"):
            page = self.ok(self.admin.get(f"/progress/indicators/{name}", **SEPTEMBER))
            for breakdown in page["breakdowns"]:
                for part in LISTS:
                    self.assertEqual(page["indicator"][part], sum(each[part] for each in breakdown["parts"]), (name, part))

    def test_a_village_sees_itself_only(self):
        village = self.who["village"]
        codes = [division["code"] for division in village.session["user"]["divisions"]]
        rows = self.county.query("SELECT count(*) FROM person p JOIN household h ON h.id = p.household JOIN village v ON v.id = h.village "
                                 f"WHERE p.retired IS NULL AND v.code IN ({','.join('?' * len(codes))})", *codes)
        line = self.lines(village)["medical_insured"]
        self.assertLessEqual(sum(line[part] for part in LISTS), rows[0][0])
        self.assertLess(sum(line[part] for part in LISTS), sum(self.lines(self.admin)["medical_insured"][part] for part in LISTS))
        places = self.ok(village.get("/progress/indicators/medical_insured/divisions", level="village", **SEPTEMBER))
        self.assertEqual(sorted(codes), sorted(place["code"] for place in places))
        other = next(d["code"] for d in self.ok(self.admin.get("/divisions")) if d["level"] == "village" and d["code"] not in codes)
        for path in ("", "/medical_insured", "/medical_insured/records", "/medical_insured/divisions"):
            self.assertEqual(404, village.get(f"/progress/indicators{path}", division=other).status)
        own = set(self.listed(village, "medical_insured", list="missing"))
        self.assertLessEqual(own, set(self.listed(self.admin, "medical_insured", list="missing")))

    def test_a_written_fact_moves_the_figure(self):
        one = self.listed(self.admin, "medical_insured", list="missing")[0]
        before = self.lines(self.admin)["medical_insured"]
        record = self.ok(self.admin.get(f"/registers/person/records/{one}"))
        self.ok(self.admin.patch(f"/registers/person/records/{one}", {"version": record["version"], "values": {"resident_medical": True}}))
        after = self.lines(self.admin)["medical_insured"]
        self.assertEqual((before["counted"] + 1, before["missing"] - 1), (after["counted"], after["missing"]))
        self.assertNotIn(one, self.listed(self.admin, "medical_insured", list="missing"))

    def test_lights_and_months(self):
        page = self.ok(self.admin.get("/progress/indicators", **SEPTEMBER))
        self.assertEqual(AS_OF, page["as_of"])
        self.assertEqual(sum(page["lights"].values()), sum(line["seen"] for line in page["indicators"]))
        line = page["indicators"][0]
        self.assertEqual([f"2022-{month:02}" for month in range(1, 10)], [point["month"] for point in line["trend"]])
        self.assertEqual(line["value"], line["trend"][-1]["value"])
        for line in page["indicators"]:
            if line["basis"] == "year_end":  # a year's sum, of which there is a part so far
                self.assertEqual((None, None, None), (line["begin"], line["due"], line["forecast"]), line["name"])
                self.assertIn(line["light"], ("green", "none", "unknown"), line["name"])
            elif line["target"] is None or line["pace"] == "holds":
                self.assertIsNone(line["begin"], line["name"])
            elif line["begin"] is None:  # a standing quantity of which nobody knows where the year began
                self.assertEqual(("builds", None, None), (line["pace"], line["due"], line["forecast"]), line["name"])
            if line["begin"] is not None and line["basis"] == "months":
                even = float(line["begin"]) + (float(line["target"]) - float(line["begin"])) * 9 / 12
                even = min(even, float(line["target"])) if line["direction"] == ">=" else even
                self.assertAlmostEqual(even, float(line["due"]), delta=0.0001, msg=line["name"])
        self.assertIn("year_end", [line["basis"] for line in page["indicators"]])
        # Without a month: that of the last screening, since today is not in the plan's years.
        self.assertEqual(AS_OF, self.ok(self.admin.get("/progress/indicators"))["as_of"])

    def test_only_years_of_the_plan_have_targets(self):
        for path in ("/progress/indicators", "/progress/tasks", "/progress/indicators/medical_insured"):
            for year in (2021, 2025):
                answer = self.admin.get(path, year=year)
                self.assertEqual(400, answer.status, path)
                self.assertIn("not a year of the plan, 2022 to 2024", str(answer), path)

    def test_months_of_which_no_date_is_kept_are_unknown(self):
        lines = self.lines(self.admin)
        self.assertEqual(("none", "year", "month"), tuple(lines[name]["history"] for name in ("medical_insured", "student_aid_coverage", "income_growth_lead")))
        for name, line in lines.items():
            if line["seen"] and line["history"] != "month":
                self.assertEqual([None] * 8, [point["value"] for point in line["trend"][:-1]], name)
                self.assertEqual(line["value"], line["trend"][-1]["value"], name)
        # Asked for by itself, an earlier month's figure and its list say that they are of the records as they are now.
        told = set()
        for line in self.ok(self.admin.get("/progress/indicators", year=2022, month=5))["indicators"]:
            name = line["name"]
            now = line["history"] != "month" and line["measure"] != "reported"
            self.assertEqual(now and line["seen"], line["of_now"], name)
            self.assertFalse(lines[name]["of_now"], name)
            if line["register"] and line["seen"] and line["history"] not in told:
                told.add(line["history"])
                for month, wanted in ((5, now), (9, False)):
                    listed = self.ok(self.admin.get(f"/progress/indicators/{name}/records", year=2022, month=month, limit=1))
                    self.assertEqual(wanted, listed["of_now"], (name, month))
        self.assertEqual({"none", "year", "month"}, told)
        # Who is monitored is told as of then: August by hand, from the months in the register.
        august, september = (self.ok(self.admin.get("/registers/household/records", where="is_monitored", as_of=day, count=1, limit=1))["total"]
                             for day in ("2022-08-31", AS_OF))
        by_hand = self.county.query("SELECT count(*) FROM household WHERE retired IS NULL AND monitored_category IS NOT NULL AND (identified_month IS NULL OR identified_month <= ?) "
                                    "AND NOT (coalesce(risk_eliminated, eliminated_month IS NOT NULL) AND coalesce(eliminated_month <= ?, 1))", "2022-08", "2022-08")
        self.assertEqual(by_hand[0][0], august)
        self.assertNotEqual(august, september)

    def test_january_foretells_nothing_absurd(self):
        for line in self.ok(self.admin.get("/progress/indicators", year=2023, month=1))["indicators"]:
            if line["forecast"] is not None and line["measure"] in ("share", "count", "sum"):
                self.assertGreaterEqual(float(line["forecast"]), 0, line["name"])
            if line["due"] is not None and line["direction"] == ">=":
                self.assertLessEqual(float(line["due"]), float(line["target"]), line["name"])
        rice = next(line for line in self.ok(self.admin.get("/progress/indicators", year=2023, month=1))["indicators"] if line["name"] == "base_rice")
        self.assertEqual((None, None), (rice["value"], rice["forecast"]))

    def test_a_place_shows_its_own_people_what_it_shows_the_county(self):
        for role in ("township", "village"):
            client = self.who[role]
            own = client.session["user"]["divisions"][0]["code"]
            mine, theirs = self.lines(client), self.lines(self.admin, division=own)
            for name, line in mine.items():
                if line["seen"] or not theirs[name]["seen"]:
                    self.assertEqual(theirs[name], line, (role, name))
            self.assertEqual(mine, self.lines(client, division=own))
            self.assertFalse(mine["union_832_festival"]["seen"])
            for path in ("/progress/indicators", "/progress/leader", "/dashboard", "/progress/indicators/medical_insured/records", "/progress/tasks"):
                self.assertEqual(404, client.get(path, division="430421").status, (role, path))
        refused = self.who["township"].post("/progress/indicators/medical_insured/disputes",
                                            {"year": 2022, "month": 9, "division": "430421", "claim": "全县的数与台账不符"})
        self.assertEqual(404, refused.status)

    def test_no_list_where_the_registers_list_is_refused(self):
        client, refused = self.who["department"], 0
        for name, line in self.lines(client).items():
            if not line["seen"] or line["register"] is None:
                continue
            page = self.ok(client.get(f"/progress/indicators/{name}", **SEPTEMBER))
            whole = self.ok(self.admin.get(f"/progress/indicators/{name}", **SEPTEMBER))
            told = {each["list"] for each in page["lists"]}
            for each in whole["lists"]:
                status = client.get(f"/registers/{line['register']}/records", where=each["where"], as_of=AS_OF, count=1, limit=1).status
                here = client.get(f"/progress/indicators/{name}/records", list=each["list"], **SEPTEMBER).status
                self.assertEqual((status, each["list"] in told), (here, status == 200), (name, each["list"]))
                refused += status == 403
        self.assertGreater(refused, 0)

    def test_two_years_are_of_the_same_families(self):
        picture = self.ok(self.admin.get("/dashboard", as_of=AS_OF))
        compared = picture["compared"]
        count = lambda where: self.ok(self.admin.get("/registers/household/records", where=where, as_of=AS_OF, count=1, limit=1))["total"]
        self.assertEqual((compared["subjects"], compared["left_out"]), (count(compared["where"]), count(f"not ({compared['where']})")))
        self.assertEqual(sum(one["subjects"] for one in picture["categories"]), compared["subjects"] + compared["left_out"])
        told = json.loads(run("eval", f"if {compared['where']} then wage_income", "--db", self.county.database, "--on", "household", "--as-of", AS_OF, "--json",
                              "--by", "county", "--lang", "en").out)
        wage = next(one for one in picture["wheels"] if one["code"] == "wage_income")
        self.assertEqual(float(wage["this_year"]), float(told["divisions"][0]["sum"].replace(",", "").split()[0]))

    def test_filters_by_unit_and_clause(self):
        labour = self.lines(self.admin, unit="county_labour")
        self.assertIn("zero_employment_families", labour)
        self.assertNotIn("medical_insured", labour)
        self.assertIn("medical_insured", self.lines(self.admin, clause="三(五)"))
        self.assertNotIn("medical_insured", self.lines(self.admin, clause="二"))

    def test_the_tree_of_tasks(self):
        page = self.ok(self.admin.get("/progress/tasks", **SEPTEMBER))
        tasks = {task["clause"]: task for task in page["tasks"]}
        self.assertEqual([clause["id"] for clause in self.ok(self.admin.get("/pack"))["clauses"]], list(tasks))
        self.assertIn("medical_insured", tasks["三(五)15"]["indicators"])
        self.assertEqual(["county_medical_insurance"], [unit["name"] for unit in tasks["三(五)15"]["lead"]])
        lines = self.lines(self.admin)
        for clause, task in tasks.items():
            within = {clause}
            while True:
                more = {each["clause"] for each in page["tasks"] if each["parent"] in within} - within
                if not more:
                    break
                within |= more
            expected = sum(1 for line in lines.values() if line["seen"] and within & set(line["clause"]))
            self.assertEqual(expected, sum(task["lights"].values()), clause)
        self.assertEqual(page["lights"], self.ok(self.admin.get("/progress/indicators", **SEPTEMBER))["lights"])

    def test_units(self):
        units = {unit["name"]: unit for unit in self.ok(self.admin.get("/progress/units", **SEPTEMBER))["units"]}
        for name in ("county_labour", "county_agriculture", "townships"):
            page = self.ok(self.admin.get(f"/progress/units/{name}", **SEPTEMBER))
            self.assertEqual(units[name], page["unit"])
            self.assertEqual((units[name]["leads"], units[name]["answers"]), (len(page["leads"]), len(page["answers"])))
            for task in page["leads"]:
                self.assertIn(name, [unit["name"] for unit in task["lead"]])
            self.assertEqual(sum(page["unit"]["lights"].values()), sum(line["seen"] for line in page["indicators"]))
        self.assertEqual(404, self.admin.get("/progress/units/nobody", **SEPTEMBER).status)

    def test_what_a_unit_has_in_its_hands(self):
        """Counts and sums of a unit's page are those of the lists behind them, and what `zengshou eval` makes of the condition."""
        told = 0
        for role in ("county_admin", "department", "township", "village", "leader"):
            client = self.who[role]
            page = self.ok(client.get("/progress/units/county_agriculture", **SEPTEMBER))
            for one in page["holdings"]:
                with self.subTest(role=role, holding=one["name"]):
                    rows = self.ok(client.get(f"/registers/{one['register']}/records", where=one["where"], as_of=AS_OF, count=1, limit=200))
                    self.assertEqual(one["counted"], rows["total"])
                    field = {"projects": "investment", "projects_late": "investment", "funds_arrived": "arrived"}.get(one["name"], "amount")
                    self.assertLessEqual(rows["total"], 200)
                    amounts = [row["values"][field] for row in rows["records"]]
                    self.assertEqual(one["missing"], amounts.count(None))
                    self.assertEqual(Decimal(one["amount"]), sum(Decimal(amount) for amount in amounts if amount is not None))
                    told += one["counted"] > 0
            rules = {rule["name"]: rule for rule in self.ok(client.get("/rules"))}
            self.assertGreater(len(page["rules"]), 3)
            for rule in page["rules"]:
                with self.subTest(role=role, rule=rule["name"]):
                    self.assertEqual("county_agriculture", rules[rule["name"]]["unit"])
                    self.assertEqual(rules[rule["name"]]["last"]["hits"], rule["hits"])
        self.assertGreater(told, 6)
        one = self.ok(self.admin.get("/progress/units/county_agriculture", **SEPTEMBER))["holdings"][0]
        answer = json.loads(run("eval", one["where"], "--db", self.county.database, "--on", one["register"], "--as-of", AS_OF, "--json", "--lang", "en").out)
        self.assertEqual(one["counted"], sum(row["value"] in (True, "true", "yes", "Yes") for row in answer["records"]))

    def test_the_leaders_page_says_what_the_other_pages_say(self):
        for role in ("leader", "township", "village"):
            client = self.who[role]
            page = self.ok(client.get("/progress/leader", **SEPTEMBER))
            indicators = self.ok(client.get("/progress/indicators", **SEPTEMBER))
            self.assertEqual(indicators["lights"], page["lights"])
            self.assertEqual(self.ok(client.get("/dashboard", as_of=AS_OF)), page["picture"])
            lines = {line["name"]: line for line in indicators["indicators"]}
            for line in page["headline"] + page["funds"] + page["behind"]:
                self.assertEqual(lines[line["name"]], line)
            self.assertEqual([], [line for line in page["behind"] if line["light"] not in ("red", "yellow")])
            for place in page["ranking"]:
                below = self.ok(client.get("/progress/indicators", division=place["code"], **SEPTEMBER))
                self.assertEqual(below["lights"], place["lights"], (role, place))
        # What the ranks go by, and what they leave out, counted from the lines of the places.
        for role in ("leader", "township", "village", "department"):
            client = self.county.login(role) if role not in self.who else self.who[role]
            page = self.ok(client.get("/progress/leader", **SEPTEMBER))
            own = {line["name"]: line for line in self.ok(client.get("/progress/indicators", **SEPTEMBER))["indicators"]}
            seen, lit = set(), set()
            for place in page["ranking"]:
                for line in self.ok(client.get("/progress/indicators", division=place["code"], **SEPTEMBER))["indicators"]:
                    if line["seen"]:
                        seen.add(line["name"])
                        lit |= {line["name"]} if line["light"] in ("green", "yellow", "red") else set()
            basis = page["ranking_basis"]
            self.assertEqual((len(own), len(lit), len(seen - lit)), (sum(basis.values()), basis["judged"], basis["unlit"]), role)
            readable = {register["name"] for register in self.ok(client.get("/pack"))["registers"]}
            if role == "leader":
                self.assertEqual(0, basis["unseen"])
            elif role == "department":
                self.assertGreaterEqual(basis["unseen"], sum(line["register"] is not None and line["register"] not in readable for line in own.values()))
                self.assertGreater(basis["unseen"], 0)
        self.assertEqual(25, len(self.ok(self.who["leader"].get("/progress/leader", **SEPTEMBER))["ranking"]))
        self.assertEqual(403, self.county.login("helper").get("/progress/leader").status)

    # ── what if

    def whatif(self, client, status=200, **question):
        return self.ok(client.post("/whatif", {"as_of": AS_OF, **question}), status)

    LOWER = {"set": [{"name": "key_income_line", "value": "8000元"}]}
    HIGHER = {"label": "B", "set": [{"name": "重点户收入线", "value": "1.3万元"}, {"name": "key_growth_line", "value": "9%"}]}

    def test_choices_are_what_rules_rest_on(self):
        choices = self.ok(self.admin.get("/whatif/choices", as_of=AS_OF))
        rules = {rule["name"]: rule for rule in choices["rules"]}
        parameters = {parameter["name"]: parameter for parameter in choices["parameters"]}
        self.assertEqual({"key_income_line", "key_growth_line"}, set(rules["key_household"]["parameters"]))
        self.assertEqual(["key_village_monitored_share"], rules["key_village_monitored"]["parameters"])
        self.assertEqual({name for rule in choices["rules"] for name in rule["parameters"]}, set(parameters))
        line, growth = parameters["key_income_line"], parameters["key_growth_line"]
        self.assertEqual(("money", "10000.00", "1000.00", "20000.00"), (line["type"], line["value"], line["least"], line["most"]))
        self.assertEqual(("ratio", 0.055, 0.001), (growth["type"], float(growth["value"]), float(growth["step"])))
        for parameter in choices["parameters"]:
            self.assertTrue(float(parameter["least"]) <= float(parameter["value"]) <= float(parameter["most"]), parameter)
            self.assertGreater(float(parameter["step"]), 0)
            # Each end of each slider is a question that is answered.
            rule = next(rule["name"] for rule in choices["rules"] if parameter["name"] in rule["parameters"])
            unit = {"money": lambda text: text + "元", "ratio": lambda text: f"{float(text) * 100:.4f}%"}.get(parameter["type"], str)
            for end in ("least", "most"):
                self.whatif(self.admin, rule=rule, variants=[{"set": [{"name": parameter["name"], "value": unit(parameter[end])}]}])
        made = self.ok(self.admin.post("/registers/integrated_fund/records", {"values": {
            "number": "SYN-1", "name": "合成的资金", "year": 2022, "level": "county", "amount": "500000.00"}}), 201)["record"]
        funds = self.ok(self.admin.get("/whatif/choices", as_of=AS_OF))["funds"]
        left = self.ok(self.admin.get("/registers/integrated_fund/records", where="amount - arranged_amount > 0元", as_of=AS_OF, count=1))
        self.assertEqual(min(100, left["total"]), len(funds))
        self.assertIn((made["id"], "500000.00"), [(fund["record"]["id"], fund["balance"]) for fund in funds])
        self.assertTrue(choices["formulas"])
        self.assertFalse(self.ok(self.who["village"].get("/whatif/choices", as_of=AS_OF))["formulas"])
        for role, client in self.who.items():
            sees = self.ok(client.get("/registers/integrated_fund/records", count=1))["total"] > 0
            self.assertEqual(sees, bool(self.ok(client.get("/whatif/choices", as_of=AS_OF))["funds"]), role)
        helper = self.county.login("helper")
        self.assertEqual([], self.ok(helper.get("/whatif/choices", as_of=AS_OF))["funds"], "whoever has a few families pays nothing")

    def test_whatif_says_what_simulate_says(self):
        answer = self.whatif(self.admin, rule="key_household", variants=[self.LOWER, self.HIGHER], cost="net_income_per_capita", balance="100万元")
        for side, variant in ((1, self.LOWER), (2, self.HIGHER)):
            settings = [word for change in variant["set"] for word in ("--set", f"{change['name']}={change['value']}")]
            done = run("simulate", "--db", self.county.database, "key_household", *settings, "--as-of", AS_OF, "--sum", "net_income_per_capita",
                       "--limit", 0, "--json")
            self.assertEqual(0, done.status, str(done))
            total = json.loads(done.out)["divisions"][-1]
            got = answer["sides"][side]
            self.assertEqual((total["variant"], total["entering"], total["leaving"], total["variant_undetermined"]),
                             (got["hits"], got["entering"], got["leaving"], got["undetermined"]))
            self.assertEqual(total["variant_sum"].replace(",", ""), got["cost"])
            self.assertAlmostEqual(1000000 - float(got["cost"]), float(got["left"]), delta=0.001)
            for key in ("hits", "entering", "leaving", "undetermined"):
                self.assertEqual(got[key], sum(row["sides"][side][key] for row in answer["divisions"]))

    def test_whatif_lists_are_ones_own(self):
        for role in ("county_admin", "township", "village"):
            client = self.who[role]
            answer = self.whatif(client, rule="key_household", variants=[self.HIGHER])
            for which in ("hits", "undetermined", "entering", "leaving"):
                ids, after = [], 0
                while True:
                    page = self.whatif(client, rule="key_household", variants=[self.HIGHER],
                                       list={"side": 1, "which": which, "limit": 3, "after": after})
                    ids += [record["id"] for record in page["list"]]
                    if not page["more"]:
                        break
                    after = ids[-1]
                self.assertEqual(answer["sides"][1][which], len(set(ids)), (role, which))
                for one in ids[:3]:
                    self.assertEqual(200, client.get(f"/registers/household/records/{one}").status)
        everybody = self.whatif(self.admin, rule="key_household", variants=[self.HIGHER])["records"]
        self.assertLess(self.whatif(self.who["village"], rule="key_household", variants=[self.HIGHER])["records"], everybody)

    def test_whatif_with_an_amount_and_formulas(self):
        answer = self.whatif(self.admin, rule="key_household", cost="1,000", variants=[{"set": [{"name": "growth_below_key_line", "value": "true"}]}])
        for side in answer["sides"]:
            self.assertEqual(1000 * side["hits"], float(side["cost"]))
        condition = self.whatif(self.admin, register="household", condition="in_scope and net_income_per_capita < 5000元")
        records = self.admin.get("/registers/household/records", where="in_scope and net_income_per_capita < 5000元", as_of=AS_OF, count=1)
        self.assertEqual(self.ok(records)["total"], condition["sides"][0]["hits"])

    def test_whatif_refuses(self):
        village = self.who["village"]
        for client, question, status in (
                (self.admin, {"rule": "key_hausehold"}, 400), (self.admin, {}, 400), (self.admin, {"register": "household"}, 400),
                (self.admin, {"rule": "key_household", "variants": [{"set": [{"name": "no_such", "value": "1"}]}]}, 400),
                (self.admin, {"rule": "key_household", "variants": [{"set": [{"name": "key_income_line", "value": "5%"}]}]}, 400),
                (self.admin, {"rule": "key_household", "variants": [self.LOWER] * 3}, 400),
                (self.admin, {"rule": "key_household", "cost": "head_name"}, 400), (self.admin, {"rule": "key_household", "balance": "much"}, 400),
                (self.admin, {"rule": "key_household", "balance": "-1"}, 400), (self.admin, {"rule": "key_household", "cost": "-1000"}, 400),
                (self.admin, {"register": "household", "condition": "in_scope", "cost": "9999999999999999"}, 400),
                (self.who["leader"], {"register": "household", "condition": "phone is null"}, 403),
                (village, {"rule": "key_household", "variants": [{"set": [{"name": "growth_below_key_line", "value": "true"}]}]}, 403),
                (village, {"rule": "key_household", "division": "430421"[:3]}, 404),
                (village, {"register": "household", "condition": "rank(members_now) > 1"}, 403)):
            with self.subTest(question=question):
                answer = client.post("/whatif", {"as_of": AS_OF, **question})
                self.assertEqual(status, answer.status, str(answer))

    def test_whatif_says_what_is_wrong(self):
        far = self.admin.post("/whatif", {"as_of": AS_OF, "rule": "x"})
        self.assertEqual(400, far.status)
        self.assertNotIn("是不是", str(far), "nothing is near enough to be meant")
        self.assertIn("key_household", str(self.admin.post("/whatif", {"as_of": AS_OF, "rule": "key_hausehold"})))
        for field, value in (("cost", "-1000"), ("balance", "-1")):
            answer = self.admin.post("/whatif", {"as_of": AS_OF, "rule": "key_household", field: value})
            self.assertIn(field, str(answer), "the error names the field")

    def test_no_note_of_a_question_that_cannot_be_asked(self):
        before = len(self.ok(self.admin.get("/whatif/notes")))
        for question in ({"rule": "nope", "variants": []}, {"rule": "key_household", "balance": "-1"},
                         {"rule": "key_household", "variants": [{"set": [{"name": "no_such", "value": "1"}]}]}):
            with self.subTest(question=question):
                self.assertEqual(400, self.admin.post("/whatif/notes", {"title": "x", "question": question}).status)
        self.assertEqual(before, len(self.ok(self.admin.get("/whatif/notes"))))

    def test_notes(self):
        question = {"rule": "key_household", "variants": [self.LOWER]}
        leader, village = self.who["leader"], self.who["village"]
        saved = self.ok(leader.post("/whatif/notes", {"title": "收入线 8000", "note": "会上讨论", "question": question}), 201)
        opened = self.ok(self.admin.get(f"/whatif/notes/{saved['id']}"))
        self.assertEqual((question, "收入线 8000", False), (opened["question"], opened["title"], opened["own"]))
        mine, theirs = (self.whatif(client, **opened["question"])["records"] for client in (village, leader))
        self.assertLess(mine, theirs, "a note is answered in the scope of whoever opens it")
        # Notes are their author's and the county's: nobody below reads what the county thinks aloud.
        self.assertEqual(404, village.get(f"/whatif/notes/{saved['id']}").status)
        self.assertEqual([], self.ok(village.get("/whatif/notes")))
        own = self.ok(village.post("/whatif/notes", {"title": "本村的", "question": question}), 201)
        self.assertEqual([own["id"]], [note["id"] for note in self.ok(village.get("/whatif/notes"))])
        self.assertIn(own["id"], [note["id"] for note in self.ok(leader.get("/whatif/notes"))])
        self.assertEqual(404, self.who["township"].get(f"/whatif/notes/{own['id']}").status)
        self.assertEqual(404, village.delete(f"/whatif/notes/{saved['id']}").status)
        self.assertEqual(404, leader.delete(f"/whatif/notes/{own['id']}").status)
        self.assertEqual(204, leader.delete(f"/whatif/notes/{saved['id']}").status)
        self.assertEqual(404, village.get(f"/whatif/notes/{saved['id']}").status)
        self.assertEqual(400, leader.post("/whatif/notes", {"title": " ", "question": question}).status)
        self.assertEqual(400, leader.post("/whatif/notes", {"title": "x", "question": {"rules": "x"}}).status)
        actions = [entry["action"] for entry in self.ok(self.admin.get("/audit"))["entries"]]
        self.assertIn("whatif.save", actions)
        self.assertIn("whatif.drop", actions)

    # ── attribution

    def test_attribution_adds_up(self):
        def change(part):
            return round(100 * float(part["change"]))
        for role in ("county_admin", "township", "village"):
            client = self.who[role]
            page = self.ok(client.get("/progress/attribution", **SEPTEMBER))
            for place in [page["all"]] + page["divisions"]:
                for side in (place["rose"], place["fell"]):
                    self.assertEqual(change(side), sum(change(kind) for kind in side["kinds"]) + change(side["rest"]))
                    for kind in side["kinds"]:
                        self.assertEqual(change(kind), sum(change(source) for source in kind["sources"]) + change(kind["untied"]))
            for side in ("rose", "fell"):
                self.assertEqual(page["all"][side]["households"], sum(place[side]["households"] for place in page["divisions"]))
                self.assertEqual(change(page["all"][side]), sum(change(place[side]) for place in page["divisions"]))
                self.compare_families(client, side, page["all"][side])

    def compare_families(self, client, side, expected):
        sign = ">" if side == "rose" else "<"
        listed = self.ok(client.get("/progress/attribution/records", direction=side, limit=500, **SEPTEMBER))
        self.assertEqual(expected["households"], listed["total"])
        where = f"same_basis and net_income {sign} previous(net_income)"
        records = self.ok(client.get("/registers/household/records", where=where, as_of=AS_OF, count=1, limit=1))
        self.assertEqual(expected["households"], records["total"])
        if not listed["more"]:
            self.assertEqual(round(100 * float(expected["change"])), sum(round(100 * float(each["change"])) for each in listed["records"]))

    def test_lists_of_a_kind_and_a_source(self):
        page = self.ok(self.admin.get("/progress/attribution", **SEPTEMBER))["all"]
        for direction in ("rose", "fell"):
            for kind in page[direction]["kinds"]:
                self.compare_part(direction, {"kind": kind["name"]}, kind)
                for source in kind["sources"][:2]:
                    self.compare_part(direction, {"source": source["name"]}, source)
        for direction in ("same", "unknown"):
            listed = self.ok(self.admin.get("/progress/attribution/records", direction=direction, limit=500, **SEPTEMBER))
            self.assertEqual(page[direction], listed["total"])
            self.assertTrue(all(one["change"] == (None if direction == "unknown" else "0.00") for one in listed["records"]))
        for query in ({"kind": "nothing"}, {"source": "nothing"}):
            self.assertEqual(404, self.admin.get("/progress/attribution/records", **query).status)

    def compare_part(self, direction, query, part):
        listed = self.ok(self.admin.get("/progress/attribution/records", direction=direction, limit=500, **query, **SEPTEMBER))
        self.assertEqual(part["households"], listed["total"], query)
        if not listed["more"]:
            self.assertEqual(round(100 * float(part["change"])), sum(round(100 * float(one["change"])) for one in listed["records"]), query)

    def test_one_family(self):
        listed = self.ok(self.admin.get("/progress/attribution/records", direction="fell", limit=5, **SEPTEMBER))["records"]
        for one in listed:
            family = self.ok(self.admin.get(f"/households/{one['record']['id']}/attribution", **SEPTEMBER))
            self.assertEqual(("fell", one["change"], 1), (family["direction"], family["side"]["change"], family["side"]["households"]))
            for source in (source for kind in family["side"]["kinds"] for source in kind["sources"]):
                rows = self.ok(self.admin.get(f"/registers/{source['register']}/records", where=source["where"], as_of=family["as_of"],
                                              parent=one["record"]["id"], limit=200))["records"]
                self.assertEqual(round(100 * float(source["this_year"])), sum(round(100 * float(row["values"]["amount"] or 0)) for row in rows))
        village = self.who["village"]
        own = {record["id"] for record in self.ok(village.get("/registers/household/records", limit=500))["records"]}
        other = next(one["record"]["id"] for one in self.ok(self.admin.get("/progress/attribution/records", limit=500, **SEPTEMBER))["records"]
                     if one["record"]["id"] not in own)
        self.assertEqual(404, village.get(f"/households/{other}/attribution").status)
        self.assertEqual(200, village.get(f"/households/{min(own)}/attribution").status)
        self.assertEqual(403, self.who["department"].get(f"/households/{other}/attribution").status, "not the ledger behind it")

    def test_attribution_equals_eval(self):
        done = run("eval", "--db", self.county.database, "--on", "household", "--as-of", AS_OF, "--by", "county", "--json",
                   "if same_basis and net_income < previous(net_income) then wage_income - previous(wage_income)")
        expected = json.loads(done.out)["divisions"][0]["sum"]
        fell = self.ok(self.admin.get("/progress/attribution", **SEPTEMBER))["all"]["fell"]
        wages = next(kind for kind in fell["kinds"] if kind["name"] == "wage_income")
        self.assertEqual(expected.replace(",", "").rstrip(" yuan元"), wages["change"])
        done = run("eval", "--db", self.county.database, "--on", "household", "--as-of", AS_OF, "--by", "county", "--json",
                   "if same_basis and net_income < previous(net_income) then sum(income.amount where item = migrant_work and is_counted)"
                   " - previous(sum(income.amount where item = migrant_work and is_counted))")
        answer = json.loads(done.out)["divisions"][0]
        source = next(source for source in wages["sources"] if source["name"] == "migrant_work")
        self.assertEqual(answer["sum"].replace(",", "").rstrip(" yuan元"), source["change"])

    # ── the same figure on every page

    def counted_by_formula(self, client, line, where, division, as_of):
        """What the condition behind a list comes to in the viewer's scope: None where the viewer may not ask it."""
        answer = client.get(f"/registers/{line['register']}/records", where=where, as_of=as_of, count=1, limit=1, **({"division": division} if division else {}))
        return None if answer.status == 403 else self.ok(answer)["total"]

    def test_no_page_shows_another_figure_than_its_formula(self):
        """All routes that show figures, for the county's bureau, a township and a village, in two months: the lists' conditions are what
        `zengshou eval` counts, and every figure is what they come to in the viewer's scope."""
        compared = 0
        for role in ("county_bureau", "township", "village"):
            client = self.county.login(role)
            own = [one["code"] for one in client.session["user"]["divisions"] if role != "county_bureau"] or [""]
            places = [None] + [one["code"] for one in self.ok(client.get("/divisions")) if one["level"] != "county" and one["code"].startswith(tuple(own))][:2]
            units = [one["name"] for one in self.ok(client.get("/progress/units", **SEPTEMBER))["units"] if one["leads"]][:3]
            for month, as_of, division in [(9, AS_OF, place) for place in places] + [(6, "2022-06-30", None)]:
                query = {"year": 2022, "month": month, **({"division": division} if division else {})}
                routes = ["/progress/indicators", "/progress/leader", *(f"/progress/units/{unit}" for unit in units)]
                counts = {}
                for route in routes:
                    for line in self.lines_of(self.ok(client.get(route, **query))):
                        if not line["seen"] or line["register"] is None:
                            continue
                        name = line["name"]
                        if name not in counts:
                            lists = self.ok(client.get(f"/progress/indicators/{name}", **query))["lists"]
                            counts[name] = {each["list"]: self.counted_by_formula(client, line, each["where"], division, as_of) for each in lists}
                        for which, count in counts[name].items():
                            if count is not None:
                                with self.subTest(role=role, route=route, month=month, division=division, indicator=name, list=which):
                                    self.assertEqual(line[which], count)
                                    compared += 1
        self.assertGreater(compared, 500)

    def test_places_show_what_their_own_pages_show(self):
        for level, viewer in (("township", self.admin), ("village", self.who["township"])):
            for name in ("medical_insured", "labour_transfer"):
                for place in self.ok(viewer.get(f"/progress/indicators/{name}/divisions", level=level, **SEPTEMBER))[:4]:
                    line = self.ok(viewer.get(f"/progress/indicators/{name}", division=place["code"], **SEPTEMBER))["indicator"]
                    for key in ("value", "light", "counted", "missing", "undetermined", "small"):
                        self.assertEqual(place[key], line[key], (name, place["code"], key))

    def test_the_command_line_says_the_same(self):
        lines, compared = self.lines(self.admin), 0
        for name in ("medical_insured", "labour_transfer", "monthly_monitoring_done", "parks_provincial"):
            for each in self.ok(self.admin.get(f"/progress/indicators/{name}", **SEPTEMBER))["lists"]:
                told = json.loads(run("eval", each["where"], "--db", self.county.database, "--on", lines[name]["register"], "--as-of", AS_OF, "--json",
                                      "--lang", "en").out)
                true = sum(row["value"] in (True, "true", "yes", "Yes", "是") for row in told["records"])
                self.assertEqual(true, lines[name][each["list"]], (name, each["list"]))
                compared += 1
        self.assertGreater(compared, 6)

    def test_wrong_questions(self):
        for query, status in (({"year": 2022, "month": 13}, 400), ({"year": 2199, "month": 1}, 400), ({"unit": "nobody"}, 404),
                              ({"clause": "九"}, 404), ({"division": "999"}, 404), ({"year": "x"}, 400)):
            with self.subTest(query=query):
                self.assertEqual(status, self.admin.get("/progress/indicators", **query).status)
        self.assertEqual(404, self.admin.get("/progress/indicators/nothing").status)
        self.assertEqual(400, self.admin.get("/progress/indicators/medical_insured/records", after="x1").status)
        self.assertEqual(400, self.admin.get("/progress/indicators/medical_insured/records", list="all").status)

    def test_a_pack_without_a_map(self):
        self.assertFalse(self.ok(self.admin.get("/pack"))["map"])
        self.assertEqual(404, self.admin.get("/map").status)


class Map(unittest.TestCase):
    def test_the_borders_of_the_example_pack(self):
        database = Path(self.enterContext(tempfile.TemporaryDirectory())) / "example.db"
        call("init", "--db", database, "--pack", ROOT / "packs" / "example")
        call("user", "demo", "--db", database, "--password-stdin", input=PASSWORD.encode() + b"\n")
        served = Served(database=database)
        self.addCleanup(served.close)
        client = served.login("manager")
        self.assertTrue(client.get("/pack").json["map"])
        features = client.get("/map").json["features"]
        townships = [each["code"] for each in client.get("/divisions").json if each["level"] == "township"]
        self.assertEqual(townships, [each["properties"]["code"] for each in features])
        self.assertEqual(["Polygon", "MultiPolygon"], [each["geometry"]["type"] for each in features])
        self.assertEqual([29.2, -2.1], features[0]["geometry"]["coordinates"][0][0])


if __name__ == "__main__":
    unittest.main()
