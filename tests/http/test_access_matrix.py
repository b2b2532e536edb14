"""Who may what: every role of the pack on every route of the interface, on records of one's own and of others. What is expected
is read from roles.yaml and from the database's tables, not from the program."""

import datetime
import unittest

import yaml

from support.served import HENGYANG, Served

TODAY = datetime.date.today().isoformat()
ACTIONS = ["read", "create", "edit", "retire", "export"]
# What a route asks of the register in its path.
ASKS = {
    ("get", "/registers/{register}/records"): "read",
    ("post", "/registers/{register}/records"): "create",
    ("get", "/registers/{register}/records/{id}"): "read",
    ("patch", "/registers/{register}/records/{id}"): "edit",
    ("post", "/registers/{register}/records/{id}/retire"): "retire",
    ("post", "/registers/{register}/records/{id}/restore"): "retire",
    ("get", "/registers/{register}/records/{id}/history"): "read",
    ("post", "/registers/{register}/records/{id}/unmask"): "read",
    ("get", "/registers/{register}/options"): "read",
    ("post", "/registers/{register}/check"): "create",
    ("post", "/registers/{register}/export"): "export",
    ("get", "/registers/{register}/records/{id}/attachments"): "read",
    ("post", "/registers/{register}/records/{id}/attachments/{attachment}/retire"): "edit",
}
ABILITIES = ["dashboard", "monitoring", "screen", "import", "users", "audit", "tokens", "assess"]
VILLAGE_OF = {
    "village": "SELECT id, id FROM village",
    "household": "SELECT id, village FROM household WHERE retired IS NULL",
    "person": "SELECT p.id, h.village FROM person p JOIN household h ON h.id = p.household WHERE p.retired IS NULL",
    "income": "SELECT i.id, h.village FROM income i JOIN household h ON h.id = i.household WHERE i.retired IS NULL",
}


def load(name):
    return yaml.safe_load((HENGYANG / name).read_text(encoding="utf-8"))


class Matrix(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.roles = load("roles.yaml")
        cls.county = Served()
        cls.clients = {role: cls.county.login(role) for role in cls.roles}
        cls.paths = cls.county.nobody().get("/openapi.json").json["paths"]
        cls.registers = [register["name"] for register in cls.clients["county_admin"].get("/pack").json["registers"]]
        cls.codes = dict(cls.county.query("SELECT id, code FROM village"))
        cls.places = {register: dict(cls.county.query(sql)) for register, sql in VILLAGE_OF.items()}

    @classmethod
    def tearDownClass(cls):
        cls.county.close()

    def routes(self):
        for path, methods in self.paths.items():
            for method, route in methods.items():
                if method in ("get", "post", "put", "patch", "delete"):
                    yield method, path.removeprefix("/api/v1"), route

    def try_route(self, client, method, path, route):
        """With whatever the route wants of parameters and body, so that nothing but rights is in the way."""
        values = {"feed": "national_household", "filename": "x.csv", "register": "household", "id": 1, "rule": "key_household",
                  "formula": "phone is null", "q": "x", "text": "", "at": 0, "kind": "evidence", "transition": "hand_over",
                  "division": "430421100", "state": "check"}
        query = {each["name"]: values[each["name"]] for each in route.get("parameters", [])
                 if each["in"] == "query" and (each.get("required") or (path == "/explain" and each["name"] in ("id", "register", "rule")))}
        target = path.format(register="household", id=1, cause="projects", rule="key_household", feed="national_household",
                             indicator="medical_insured", parameter="income_line", year=2022, unit="county_labour", source="public_posts",
                             catalogue="measures", attachment=1, scheme="township_work", scored="430421100", criterion="helped",
                             workflow="identification", proposal=1, number=1,
                             bulletin="household_archive" if path.startswith("/households") else "monitoring_brief")
        return client.ask(method.upper(), target, body={} if "requestBody" in route else None, query=query)

    def rights(self, role, register):
        """As roles.yaml has it; None where it takes the plan to tell, because the unit may own the register."""
        given = self.roles[role].get("registers", {})
        rights = given.get(register, given.get("*", []))
        if "owned" in self.roles[role] and "read" not in rights:
            return None
        return rights

    def sees(self, role, village):
        """Is what lies in the village in the scope of the role's demonstration account?"""
        if self.roles[role]["scope"] == "everywhere":
            return True
        return any(self.codes[village].startswith(division["code"])
                   for division in self.clients[role].session["user"]["divisions"])

    def own_households(self, role):
        if self.roles[role]["scope"] != "assigned":
            return {id for id, village in self.places["household"].items() if self.sees(role, village)}
        return {id for id, in self.county.query("SELECT s.subject FROM zs_user_subject s JOIN zs_user u ON u.id = s.user_id "
                                                "WHERE u.name = ?", role)}

    # ── nobody

    def test_nobody_gets_anything_but_what_is_public(self):
        nobody = self.county.nobody()
        for method, path, route in self.routes():
            with self.subTest(method=method, path=path):
                answer = self.try_route(nobody, method, path, route)
                if route["x-who"] == "public":
                    self.assertNotIn(answer.status, (403, 404), answer)
                else:
                    self.assertEqual(401, answer.status, answer)
                    self.assertEqual({"error"}, set(answer.json))

    def test_what_is_not_declared_is_not_there(self):
        admin = self.clients["county_admin"]
        for path in ("/", "/nothing", "/registers", "/registers/household", "/registers/zs_user/records", "/registers/household/records/1/x",
                     "/registers/household%2Frecords", "/users/../session", "/sql", "/registers/sqlite_schema/records"):
            with self.subTest(path=path):
                self.assertIn(admin.get(path).status, (400, 404))
        for method in ("PUT", "DELETE"):
            self.assertEqual(405, admin.ask(method, "/registers/household/records").status)

    def test_every_route_says_who(self):
        self.assertGreater(len(list(self.routes())), 40)
        for method, path, route in self.routes():
            self.assertIn(route["x-who"], ["public", "new", "session", "browser", *ABILITIES], (method, path))

    # ── abilities

    def test_abilities(self):
        tried = 0
        for method, path, route in self.routes():
            if route["x-who"] not in ABILITIES:
                continue
            for role in self.roles:
                allowed = route["x-who"] in self.roles[role].get("can", [])
                if allowed and method != "get":
                    continue  # what they may do is tested where it is done
                answer = self.try_route(self.clients[role], method, path, route)
                with self.subTest(role=role, method=method, path=path):
                    tried += 1
                    if allowed:
                        self.assertNotIn(answer.status, (401, 403, 500), answer)
                    else:
                        self.assertEqual(403, answer.status, answer)
        self.assertGreater(tried, 100)

    # ── registers

    def try_register(self, role, register, method, path, asks):
        rights = self.rights(role, register)
        if rights is None or (asks not in rights and "owned" in self.roles[role]):
            return
        if path.endswith("/unmask") and register not in ("household", "person"):
            return
        target = path.format(register=register, id=10**12, attachment=1)
        bodies = {"/{attachment}/retire": {"reason": "x"}, "/records": {"values": {}}, "/retire": {"version": 1, "reason": "x"}, "/restore": {"version": 1, "reason": "x"},
                  "/unmask": {"field": "phone"}, "/check": {"values": {}}, "/export": {"filter": {}, "format": "csv"}}
        body = {"version": 1, "values": {}} if method == "patch" else next((b for end, b in bodies.items() if path.endswith(end)), None)
        answer = self.clients[role].ask(method.upper(), target, body=body if method in ("post", "patch") else None)
        with self.subTest(role=role, register=register, method=method, path=path):
            if "read" not in rights:
                self.assertEqual(404, answer.status, answer)
            elif asks not in rights:
                self.assertIn(answer.status, (403, 404), answer)
            elif path.endswith("/unmask") and "phone" not in self.roles[role].get("unmask", []):
                self.assertEqual(403, answer.status, answer)
            elif "{id}" in path:
                self.assertEqual(404, answer.status, answer)
            else:
                self.assertNotIn(answer.status, (401, 403, 404, 500), answer)

    def test_rights_on_registers(self):
        for (method, path), asks in ASKS.items():
            self.assertIn("/api/v1" + path, self.paths)
            for role in self.roles:
                for register in self.registers:
                    self.try_register(role, register, method, path, asks)

    # ── rows

    def test_lists_counts_and_records_are_ones_own(self):
        for role in self.roles:
            for register in ("household", "person", "income"):
                rights = self.rights(role, register)
                if rights is None or "read" not in rights:
                    continue
                with self.subTest(role=role, register=register):
                    self.compare_rows(role, register)

    def compare_rows(self, role, register):
        own = self.own_households(role)
        column = "id" if register == "household" else "household"
        expected = {id for id, holder in self.county.query(f"SELECT id, {column} FROM {register} WHERE retired IS NULL") if holder in own}
        client, seen, after = self.clients[role], set(), None
        while after is not None or not seen:
            page = client.get(f"/registers/{register}/records", limit=500, fields="", count=1, **({"after": after} if after else {})).json
            self.assertEqual(len(expected), page["total"])
            seen |= {record["id"] for record in page["records"]}
            after = page["next"]
            if after is None:
                break
        self.assertEqual(expected, seen)
        everything = {id for id, in self.county.query(f"SELECT id FROM {register} WHERE retired IS NULL")}
        for id in sorted(everything - expected)[:3]:
            for tail in ("", "/history"):
                self.assertEqual(404, client.get(f"/registers/{register}/records/{id}{tail}").status)
            self.assertIn(client.patch(f"/registers/{register}/records/{id}", {"version": 1, "values": {}}).status, (403, 404))
            self.assertIn(client.post(f"/registers/{register}/records/{id}/unmask", {"field": "phone"}).status, (400, 403, 404))
        for id in sorted(expected)[:3]:
            self.assertEqual(200, client.get(f"/registers/{register}/records/{id}").status)

    def test_drop_downs_and_search_are_ones_own(self):
        names = [name for name, in self.county.query("SELECT DISTINCT head_name FROM household WHERE head_name IS NOT NULL ORDER BY 1 LIMIT 40")]
        for role in self.roles:
            if "read" not in (self.rights(role, "household") or []):
                continue
            client, own = self.clients[role], self.own_households(role)
            with self.subTest(role=role):
                options = client.get("/registers/household/options", limit=100).json
                self.assertLessEqual({option["id"] for option in options}, own)
                for name in names:
                    for option in client.get("/registers/household/options", q=name).json:
                        self.assertIn(option["id"], own)
                    for hit in client.get("/search", q=name).json:
                        if hit["register"] == "household":
                            self.assertIn(hit["id"], own)

    def test_figures_of_rules_are_ones_own(self):
        run, = self.county.query("SELECT max(id) FROM zs_run")[0]
        found = self.county.query("SELECT rule, record FROM zs_finding WHERE run = ? AND state = 1", run)
        household_rules = {rule["name"] for rule in self.clients["county_admin"].get("/rules").json if rule["register"] == "household"}
        for role in self.roles:
            if "monitoring" not in self.roles[role].get("can", []) or "read" not in (self.rights(role, "household") or []):
                continue
            own = self.own_households(role)
            expected = {rule: sum(1 for name, record in found if name == rule and record in own) for rule in household_rules}
            figures = {rule["name"]: rule["last"]["hits"] for rule in self.clients[role].get("/rules").json if rule["name"] in household_rules}
            with self.subTest(role=role):
                self.assertEqual(expected, figures)

    def test_divisions_are_ones_own(self):
        for role in self.roles:
            if self.roles[role]["scope"] != "division":
                continue
            with self.subTest(role=role):
                villages = {division["code"] for division in self.clients[role].get("/divisions").json if division["level"] == "village"}
                self.assertEqual({code for id, code in self.codes.items() if self.sees(role, id)}, villages)

    def test_formulas_do_not_reach_beyond_ones_own(self):
        beyond = {"village": ["duplicated(head_name)", "rank(members_now) > 1"],
                  "helper": ["duplicated(head_name)", "village.rural_population > 0 and rank(members_now) < 9"]}
        within = ["count(person) > 1", "exists(income where amount > 1元)", "members_now > 2"]
        for role, formulas in beyond.items():
            for formula in formulas:
                with self.subTest(role=role, formula=formula):
                    answer = self.clients[role].get("/registers/household/records", where=formula, as_of="2022-09-30")
                    self.assertEqual(403, answer.status, answer)
                    self.assertEqual(200, self.clients["county_admin"].get("/registers/household/records", where=formula,
                                                                           as_of="2022-09-30").status)
            for formula in within:
                with self.subTest(role=role, formula=formula):
                    answer = self.clients[role].get("/registers/household/records", where=formula, as_of="2022-09-30")
                    self.assertEqual(200, answer.status, answer)
        answer = self.clients["helper"].get("/registers/village/records", where="count(household) > 1", as_of="2022-09-30")
        self.assertEqual(403, answer.status, answer)
        answer = self.clients["village"].get("/registers/village/records", where="count(household) > 1", as_of="2022-09-30")
        self.assertEqual(200, answer.status, answer)

    def test_a_very_long_formula_is_only_a_formula(self):
        formula = " or ".join(["members_now = 1"] * 30000)
        for role in ("village", "county_admin"):
            answer = self.clients[role].post("/formulas/check", {"register": "household", "formula": formula})
            self.assertIn(answer.status, (200, 400, 413), str(answer)[:300])
        self.assertEqual(200, self.clients["village"].get("/pack").status)

    # ── cases

    def try_to_open(self, role, household, words):
        """The answer; what it says of why not, but for the household's number; and how many entries, clues and cases more there are."""
        tables = ("zs_entry", "zs_proposal", "zs_case")
        before = [self.county.query(f"SELECT count(*) FROM {table}")[0][0] for table in tables]
        answer = self.clients[role].post("/workflows/identification/cases", {"values": {
            "household": household, "clue_date": TODAY, "clue_source": "visit", "clue_note": words}})
        after = [self.county.query(f"SELECT count(*) FROM {table}")[0][0] for table in tables]
        why = {**answer.error, "request": None} if answer.status >= 400 else {}
        return answer, str(why).replace(f", {household},", ", …,"), [after[i] - before[i] for i in range(len(tables))]

    def test_a_case_is_opened_and_met_by_whose_family_it_is(self):
        """A family of another village is as if it were not there, whether a case of it is open or not: nothing is told, nothing written."""
        plain = [id for id, in self.county.query(
            "SELECT h.id FROM household h WHERE h.retired IS NULL AND coalesce(h.monitored_category, '') = '' "
            "AND NOT EXISTS (SELECT 1 FROM identification i WHERE i.household = h.id) ORDER BY h.id")]
        tried = 0
        for role in load("workflows/identification.yaml")["identification"]["start"]["who"]:
            own = self.own_households(role)
            mine, others = [id for id in plain if id in own], [id for id in plain if id not in own]
            missing, why_missing, written = self.try_to_open(role, 10**12, "写在没有的一户上")
            self.assertEqual((400, [0, 0, 0]), (missing.status, written), str(missing))
            for words in ("还没有件时写的", "有件时写的") if others else ():
                answer, why, written = self.try_to_open(role, others[0], words)
                with self.subTest(role=role, words=words):
                    self.assertEqual((400, why_missing, [0, 0, 0]), (answer.status, why, written))
                tried += 1
                self.assertEqual(201, self.try_to_open("county_bureau", others[0], f"{role}{words}")[0].status)
            for household in mine[:1]:
                self.assertEqual(201, self.try_to_open("county_bureau", household, f"{role}自己的一户")[0].status)
                answer, why, written = self.try_to_open(role, household, f"{role}再有一条")
                with self.subTest(role=role):
                    self.assertEqual((201, 1, 0), (answer.status, *written[1:]), why)
                tried += 1
        self.assertGreater(tried, 10)

    # ── what is hidden

    def test_sensitive_values_are_never_in_answers(self):
        numbers = [number for number, in self.county.query("SELECT id_number FROM person WHERE length(id_number) = 18 LIMIT 200")]
        for role in self.roles:
            if "read" not in (self.rights(role, "person") or []):
                continue
            body = self.clients[role].get("/registers/person/records", limit=500).body.decode()
            for number in numbers:
                self.assertNotIn(number, body)


if __name__ == "__main__":
    unittest.main()
