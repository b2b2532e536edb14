"""Rules, findings, explanations, the dashboard and the workbench over the real server: the numbers agree with each other, with the lists
behind them, and with naive counting, for whoever asks."""

import unittest

from support.served import AS_OF, Served, ServedTest

SEERS = ("county_admin", "department", "township", "village", "resident_team", "helper", "assessor", "auditor", "leader")
STATES = {"hit": "hits", "undetermined": "undetermined", "fresh": "fresh", "cleared": "cleared"}


class Monitoring(ServedTest):
    @classmethod
    def setUpClass(cls):
        cls.county = Served()
        cls.admin = cls.county.login("county_admin")
        cls.who = {name: cls.county.login(name) for name in SEERS}
        # Something is new in the second screening, and something is gone.
        hits = [row[0] for row in cls.county.query("SELECT record FROM zs_finding WHERE rule = 'key_household' AND state = 1 ORDER BY record")]
        for one in hits[:2]:
            record = cls.admin.get(f"/registers/household/records/{one}").json
            cls.admin.patch(f"/registers/household/records/{one}", {"version": record["version"], "values": {"household_type": "ordinary"}})
        cls.second = cls.screen("2022-10-31")

    @classmethod
    def tearDownClass(cls):
        cls.county.close()

    @classmethod
    def screen(cls, as_of):
        job = cls.admin.post("/screenings", {"as_of": as_of})
        assert job.status == 202, str(job)
        number = job.json["id"]
        events = cls.admin.get(f"/jobs/{number}/events").body  # ends with the job
        job = cls.admin.get(f"/jobs/{number}").json
        assert job["state"] == "done", (job, events)
        return job["result"]["run"]

    def refused(self, answer, status, code, field=None):
        self.assertEqual(answer.status, status, str(answer))
        self.assertEqual(answer.error["code"], code, str(answer))
        if field:
            self.assertEqual(answer.error.get("field"), field, str(answer))
        return answer.error

    def rules(self, client):
        return {rule["name"]: rule for rule in self.ok(client.get("/rules"))}

    def listed(self, client, rule, **query):
        """All ids of a list, page by page, and the total that it says."""
        ids, after = [], None
        while True:
            page = self.ok(client.get(f"/rules/{rule}/findings", limit=7, **query, **({"after": after} if after else {})))
            ids += [record["id"] for record in page["records"]]
            after = page["next"]
            if after is None:
                return ids, page["total"]

    def seen(self, client, register):
        ids, after = set(), None
        while True:
            page = self.ok(client.get(f"/registers/{register}/records", limit=500, **({"after": after} if after else {})))
            ids |= {record["id"] for record in page["records"]}
            after = page["next"]
            if after is None:
                return ids

    def naive(self, rule, state, seen):
        """What the stored findings say, counted by hand among the records that may be seen."""
        run, previous = self.county.query(f"SELECT run, coalesce(previous, 0) FROM zs_run_rule WHERE rule = '{rule}' ORDER BY run DESC LIMIT 1")[0]
        def found(of, number):
            return {row[0] for row in self.county.query(f"SELECT record FROM zs_finding WHERE run = {of} AND rule = '{rule}' AND state = {number}")}
        hits, before = found(run, 1), found(previous, 1)
        sets = {"hit": hits, "undetermined": found(run, 2), "fresh": hits - before if previous else set(), "cleared": before - hits if previous else set()}
        return sets[state] & seen

    # ---- Figures and lists ----

    def test_figures_are_those_of_the_lists_for_every_role(self):
        for name, client in self.who.items():
            seen = {}
            rules = self.rules(client)
            busy = [each for each in rules.values() if each["kind"] != "quality"] + [each for each in rules.values() if each["kind"] == "quality"][:6]
            for rule in busy:
                register = rule["register"]
                if register not in seen:
                    seen[register] = self.seen(client, register)
                for state, figure in STATES.items():
                    with self.subTest(role=name, rule=rule["name"], state=state):
                        ids, total = self.listed(client, rule["name"], state=state)
                        self.assertEqual(sorted(ids), ids)
                        self.assertEqual(set(ids), self.naive(rule["name"], state, seen[register]))
                        self.assertEqual((len(ids), len(ids)), (total, rule["last"][figure]))
                self.assertEqual(len(seen[register]), rule["last"]["records"], (name, rule["name"]))

    def test_the_second_screening_has_new_and_cleared_ones(self):
        last = self.rules(self.admin)["key_household"]["last"]
        self.assertEqual((self.second, "2022-10-31"), (last["run"], last["as_of"]))
        self.assertGreater(last["cleared"], 0)
        screenings = self.ok(self.admin.get("/screenings"))
        self.assertEqual([self.second, 1], [each["run"] for each in screenings])
        self.assertEqual("county_admin", screenings[0]["actor"])
        self.assertEqual(AS_OF, self.ok(self.admin.get("/rules/key_household/findings", run=1))["as_of"])

    def test_villages_add_up_to_townships_and_to_the_whole(self):
        for name in ("county_admin", "township", "village", "leader"):
            client = self.who[name]
            for rule in ("key_household", "zero_employment", "skilled_unemployed", "key_village"):
                with self.subTest(role=name, rule=rule):
                    last = self.rules(client)[rule]["last"]
                    townships = self.ok(client.get(f"/rules/{rule}/divisions", level="township"))
                    villages = self.ok(client.get(f"/rules/{rule}/divisions", level="village"))
                    for figure in ("records", "hits", "undetermined", "fresh", "cleared"):
                        self.assertEqual(last[figure], sum(each[figure] for each in townships), figure)
                        self.assertEqual(last[figure], sum(each[figure] for each in villages), figure)
                    for each in townships[:3]:
                        below = self.ok(client.get(f"/rules/{rule}/divisions", level="village", division=each["code"]))
                        self.assertEqual(each["hits"], sum(one["hits"] for one in below))
                        self.assertEqual(each["hits"], self.listed(client, rule, division=each["code"])[1])

    def test_who_is_retired_counts_nowhere(self):
        # A household with open cases is not retired.
        busy = {id for register in ("identification", "risk_elimination", "income_decline", "off_system", "household_plan", "visit") for id, in
                self.county.query(f"SELECT household FROM {register} WHERE case_state IS NOT NULL AND case_closed IS NULL")}
        hit = next(id for id in self.listed(self.admin, "zero_employment")[0] if id not in busy)
        before = self.rules(self.admin)["zero_employment"]["last"]["hits"]
        people = self.county.query(f"SELECT count(*) FROM person WHERE household = {hit} AND retired IS NULL")[0][0]
        version = self.ok(self.admin.get(f"/registers/household/records/{hit}"))["version"]
        subjects = sum(one["subjects"] for one in self.ok(self.admin.get("/dashboard", as_of="2022-10-31"))["categories"])
        self.ok(self.admin.post(f"/registers/household/records/{hit}/retire", {"version": version, "reason": "moved away"}))
        self.assertGreater(people, 0)
        self.assertEqual(before - 1, self.rules(self.admin)["zero_employment"]["last"]["hits"])
        self.assertNotIn(hit, self.listed(self.admin, "zero_employment")[0])
        after = self.ok(self.admin.get("/dashboard", as_of="2022-10-31"))
        self.assertEqual(subjects - 1, sum(one["subjects"] for one in after["categories"]))
        self.assertEqual(before - 1, next(one["hits"] for one in after["rules"] if one["name"] == "zero_employment"))
        self.refused(self.admin.get("/explain", register="household", id=hit, rule="zero_employment"), 404, "not_found")

    def test_missing_facts_are_of_the_undetermined(self):
        for name in ("county_admin", "village"):
            client = self.who[name]
            for rule, meta in self.rules(client).items():
                if meta["kind"] != "quality" and meta["last"]["undetermined"] > 0:
                    missing = self.ok(client.get(f"/rules/{rule}/missing"))
                    self.assertTrue(all(0 < each["findings"] <= meta["last"]["undetermined"] for each in missing), missing)

    # ---- Explanations ----

    def test_explanations_of_now_and_then(self):
        for one in self.listed(self.admin, "key_household", run=1)[0]:
            then = self.ok(self.admin.get("/explain", register="household", id=one, rule="key_household", run=1))
            self.assertEqual("hit", then["state"])
        for one in self.listed(self.admin, "key_household", state="cleared")[0]:
            now = self.ok(self.admin.get("/explain", register="household", id=one, rule="key_household", as_of="2022-10-31"))
            self.assertNotEqual("hit", now["state"])
            self.assertIn("key", self.ok(self.admin.get("/explain", register="household", id=one, rule="key_household", run=1))["tree"])

    def test_numbers_stand_in_no_explanation(self):
        numbers = dict(self.county.query("SELECT id, id_number FROM person WHERE id_number IS NOT NULL"))
        for client in (self.admin, self.who["department"], self.who["leader"]):
            for rule in ("id_invalid", "id_duplicated", "birth_date_mismatch", "sex_mismatch"):
                for one in self.listed(client, rule)[0][:3]:
                    answer = client.get("/explain", register="person", id=one, rule=rule, as_of=AS_OF)
                    self.ok(answer)
                    self.assertNotIn(str(numbers.get(one)), answer.body.decode())

    def test_health_is_hidden_from_who_may_not_see_it(self):
        one = self.listed(self.admin, "health_contradiction")[0]
        if not one:
            self.skipTest("nobody has such a contradiction")
        shown = self.ok(self.admin.get("/explain", register="person", id=one[0], rule="health_contradiction"))
        hidden = self.ok(self.who["department"].get("/explain", register="person", id=one[0], rule="health_contradiction"))
        self.assertNotIn("hidden", shown["tree"])
        self.assertIn("hidden", hidden["tree"])
        self.assertNotIn(" = yes", hidden["tree"].split("\n", 1)[1])

    def test_strangers_get_no_explanation(self):
        village = self.who["village"]
        foreign = next(each for each in self.seen(self.admin, "household") if each not in self.seen(village, "household"))
        self.refused(village.get("/explain", register="household", id=foreign, rule="key_household"), 404, "not_found")
        self.refused(village.get("/explain", register="household", id=foreign, rule="key_household", run=1), 404, "not_found")

    def test_what_cannot_be_explained(self):
        one = next(iter(self.seen(self.admin, "household")))
        def ask(**query):
            return self.admin.get("/explain", **{"register": "household", "id": one, **query})
        self.refused(ask(), 400, "input")
        self.refused(ask(rule="key_household", formula="true"), 400, "input")
        self.refused(ask(rule="nothing"), 404, "not_found")
        self.refused(ask(rule="id_invalid"), 404, "not_found")
        self.refused(ask(rule="key_household", run=99), 404, "not_found")
        self.refused(ask(rule="key_household", run=1, as_of=AS_OF), 400, "input", "as_of")
        self.refused(ask(rule="key_household", register="nothing"), 404, "not_found")
        self.refused(ask(rule="key_household", as_of="2022-02-30"), 400, "input", "as_of")
        self.refused(ask(rule="key_household", id="x"), 400, "input", "id")
        fault = self.refused(ask(formula="net_income_per_capita <\n bogus"), 400, "input", "formula")
        self.assertEqual((2, 2), (fault["line"], fault["column"]))
        self.refused(ask(formula="net_income_per_capita"), 400, "input", "formula")

    # ---- Formulas ----

    def test_formulas_are_checked(self):
        checked = self.ok(self.admin.post("/formulas/check", {"register": "household", "formula": "人均纯收入 < 1万元"}))
        self.assertEqual("net_income_per_capita < 10000 yuan", checked["en"])
        self.refused(self.admin.post("/formulas/check", {"register": "household", "formula": "1 +"}), 400, "input", "formula")
        self.refused(self.admin.post("/formulas/check", {"register": "nothing", "formula": "1"}), 404, "not_found")
        self.refused(self.who["department"].post("/formulas/check", {"register": "person", "formula": "starts_with(id_number, \"43\")"}),
                     403, "forbidden", "formula")
        self.refused(self.who["department"].post("/formulas/check", {"register": "household", "formula": "exists(income)"}), 403, "forbidden", "formula")

    def test_words(self):
        self.assertGreater(len(self.ok(self.admin.get("/formulas/words"))["words"]), 40)
        offered = self.ok(self.admin.get("/formulas/words", register="household", text="人均纯收入 < 1万元 且 增速", at=15))
        self.assertEqual((14, 16), (offered["from"], offered["to"]))
        self.assertEqual("definition", offered["hover"]["kind"])
        self.ok(self.admin.get("/formulas/words", register="household", text="((((", at=10000))

    # ---- Bad input ----

    def test_bad_questions(self):
        ask = self.admin.get
        self.refused(ask("/rules/nothing/findings"), 404, "not_found")
        self.refused(ask("/rules/key_household/findings", run=77), 404, "not_found")
        self.refused(ask("/rules/key_household/findings", run=0), 400, "input", "run")
        self.refused(ask("/rules/key_household/findings", state="happy"), 400, "input", "state")
        self.refused(ask("/rules/key_household/findings", limit=501), 400, "input", "limit")
        for after in ("x", "f", "f-1", "f0", "f9999999999999999999999", "7"):
            self.refused(ask("/rules/key_household/findings", after=after), 400, "input", "after")
        self.refused(ask("/rules/key_household/findings", division="' OR 1=1 --"), 404, "not_found")
        self.refused(ask("/rules/key_household/divisions", level="county"), 400, "input", "level")
        self.refused(ask("/dashboard", division="1"), 404, "not_found")
        self.refused(self.who["village"].get("/dashboard", division="430421101"), 404, "not_found")
        self.refused(self.admin.post("/screenings", {"as_of": "yesterday"}), 400, "input", "as_of")
        self.refused(self.who["village"].post("/screenings", {"as_of": AS_OF}), 403, "forbidden")
        self.refused(self.who["helper"].get("/dashboard"), 403, "forbidden")

    # ---- First page ----

    def test_the_dashboard_agrees_with_the_lists(self):
        for name in ("county_admin", "department", "township", "village", "leader"):
            client = self.who[name]
            with self.subTest(role=name):
                page = self.ok(client.get("/dashboard", as_of="2022-10-31"))
                rules = self.rules(client)
                for each in page["rules"]:
                    self.assertEqual((rules[each["name"]]["last"]["hits"], rules[each["name"]]["last"]["fresh"]), (each["hits"], each["fresh"]))
                for each in page["categories"]:
                    query = {"f.household_type": each["code"]} if each["code"] else {"f.household_type.empty": 1}
                    self.assertEqual(self.ok(client.get("/registers/household/records", limit=1, count=1, **query))["total"], each["subjects"])
                subjects = sum(each["subjects"] for each in page["categories"])
                if name == "village":
                    self.assertEqual([], page["divisions"], "nothing lies below")
                else:
                    self.assertEqual(subjects, sum(each["subjects"] for each in page["divisions"]))
                    self.assertEqual(self.ok(client.get("/registers/person/records", limit=1, count=1))["total"], sum(each["people"] for each in page["divisions"]))
                    self.assertEqual(rules[page["rule"]]["last"]["hits"], sum(each["hits"] for each in page["divisions"]))
                self.assertEqual(page, self.ok(client.get("/dashboard", as_of="2022-10-31")))

    def test_a_division_of_the_dashboard(self):
        whole = self.ok(self.admin.get("/dashboard", as_of="2022-10-31"))
        for row in whole["divisions"][:3]:
            below = self.ok(self.admin.get("/dashboard", as_of="2022-10-31", division=row["code"]))
            for figure in ("subjects", "people", "hits", "undetermined"):
                self.assertEqual(row[figure], sum(each[figure] for each in below["divisions"]), figure)
            self.assertEqual(row["per_capita"], below["per_capita"]["this_year"])

    def test_the_dashboard_before_any_screening(self):
        page = self.ok(self.admin.get("/dashboard", as_of="2022-01-01"))
        self.assertEqual((None, []), (page["run"], page["rules"]))

    def test_days_outside_the_plan_are_refused(self):
        for answer in (self.admin.get("/dashboard", as_of="2030-01-01"), self.admin.get("/dashboard", as_of="2021-12-31"), self.admin.get("/whatif/choices", as_of="2035-01-01"),
                       self.admin.post("/whatif", {"rule": "key_household", "as_of": "2035-01-01"})):
            self.assertEqual((400, "as_of"), (answer.status, answer.json["error"]["field"]))
            self.assertIn("is not a year of the plan, 2022 to 2024", answer.json["error"]["message"])

    def test_the_workbench(self):
        for name, client in self.who.items():
            page, rules = self.ok(client.get("/workbench")), self.rules(client)
            for item in page["items"]:
                if item["kind"] in ("fresh", "undetermined"):
                    last = rules[item["link"]["page"].split("/")[1]]["last"]
                    self.assertEqual(last[item["kind"]], item["count"], (name, item))
            self.assertEqual(name == "county_admin", any(item["kind"] == "screening" for item in page["items"]), name)
        mine = self.ok(self.admin.get("/workbench"))["recent"]
        self.assertGreaterEqual(len(mine), 2)
        self.assertEqual({"household"}, {each["register"] for each in mine})
        self.assertEqual([], self.ok(self.who["leader"].get("/workbench"))["recent"])


if __name__ == "__main__":
    unittest.main()
