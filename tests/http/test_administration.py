"""Users, tokens and the audit page over HTTP."""

import unittest

from support.served import Served

AUDITOR = {"display_name": "审计新人", "role": "auditor"}


class AdministrationTest(unittest.TestCase):
    maxDiff = 3000

    @classmethod
    def setUpClass(cls):
        cls.county = Served(households=120)
        cls.addClassCleanup(cls.county.close)

    def setUp(self):
        self.admin = self.county.login("county_admin")

    def refuse(self, answer, status, code, field=None):
        self.assertEqual((status, code), (answer.status, answer.error["code"]), str(answer))
        self.assertTrue(answer.error["message"])
        if field is not None:
            self.assertEqual(field, answer.error["field"], str(answer))

    def add(self, name, **settings):
        answer = self.admin.post("/users", {"name": name, **AUDITOR, **settings})
        self.assertEqual(201, answer.status, str(answer))
        return answer.json["user"], answer.json["password"]


class Users(AdministrationTest):
    def test_a_users_life(self):
        user, password = self.add("newcomer")
        self.assertEqual(("newcomer", "auditor", "active", False, True),
                         tuple(user[key] for key in ("name", "role", "state", "locked", "must_change_password")))
        self.assertEqual(user, self.admin.get(f"/users/{user['id']}").json)
        own = self.county.nobody()
        self.assertTrue(own.log_in("newcomer", password).json["must_change_password"])
        self.refuse(own.get("/audit"), 403, "password_change")
        self.assertEqual(200, own.post("/session/password", {"old": password, "new": "another-Long-1"}).status)
        self.assertEqual(200, own.get("/audit").status)
        moved = self.admin.patch(f"/users/{user['id']}", {"version": self.version(user), "role": "leader"}).json
        self.assertEqual("leader", moved["role"])
        self.refuse(own.get("/audit"), 403, "forbidden")
        self.assertEqual(204, self.admin.delete(f"/users/{user['id']}/sessions").status)
        self.refuse(own.get("/session"), 401, "unauthenticated")
        fresh = self.admin.post(f"/users/{user['id']}/password").json["password"]
        self.assertNotEqual(password, fresh)
        self.assertEqual(200, own.log_in("newcomer", fresh).status)
        self.assertEqual("retired", self.admin.post(f"/users/{user['id']}/retire").json["state"])
        self.refuse(own.get("/session"), 401, "unauthenticated")
        self.refuse(self.county.nobody().log_in("newcomer", fresh), 401, "unauthenticated")
        self.refuse(self.admin.post("/users", {"name": "Newcomer", **AUDITOR}), 409, "conflict", "name")

    def version(self, user):
        return self.admin.get(f"/users/{user['id']}").json["version"]

    def test_faults_by_field(self):
        good = {"name": "somebody", **AUDITOR}
        for change, field in (({"name": "a b"}, "name"), ({"name": "x"}, "name"), ({"display_name": "两\n行"}, "display_name"),
                              ({"role": "emperor"}, "role"), ({"unit": "nothing"}, "unit"), ({"role": "department"}, "unit"),
                              ({"role": "township"}, "divisions"), ({"role": "township", "divisions": ["1"]}, "divisions"),
                              ({"divisions": ["1"]}, "divisions"), ({"role": "helper", "subjects": [987654321]}, "subjects"),
                              ({"role": "helper", "subjects": [-1]}, "subjects"), ({"subjects": [1]}, "subjects")):
            self.refuse(self.admin.post("/users", {**good, **change}), 400, "input", field)
        for field in ("name", "role", "display_name"):
            self.refuse(self.admin.post("/users", {key: value for key, value in good.items() if key != field}), 400, "input", field)
        self.refuse(self.admin.post("/users", {**good, "password": "mine"}), 400, "input", "password")
        self.assertEqual([], self.admin.get("/users", q="somebody").json["users"])

    def test_stale(self):
        user, _ = self.add("stale_one")
        path, change = f"/users/{user['id']}", {"version": user["version"], "display_name": "第一"}
        self.assertEqual("第一", self.admin.patch(path, change).json["display_name"])
        answer = self.admin.patch(path, {**change, "display_name": "第二"})
        self.refuse(answer, 409, "conflict")
        self.assertEqual("第一", answer.json["current"]["display_name"])

    def test_nobody_locks_himself_out(self):
        me = self.admin.get("/users", q="county_admin").json["users"][0]
        self.refuse(self.admin.post(f"/users/{me['id']}/retire"), 409, "conflict")
        self.refuse(self.admin.patch(f"/users/{me['id']}", {"version": me["version"], "role": "leader"}), 409, "conflict")
        self.assertEqual("county_admin", self.admin.get("/session").json["user"]["role"]["name"])
        second, _ = self.add("second_admin", role="county_admin")
        self.assertEqual("retired", self.admin.post(f"/users/{second['id']}/retire").json["state"])

    def test_unlock(self):
        user, password = self.add("forgetful")
        for _ in range(6):
            self.county.nobody().log_in("forgetful", "wrong-Password-1")
        self.assertTrue(self.admin.get(f"/users/{user['id']}").json["locked"])
        self.assertFalse(self.admin.post(f"/users/{user['id']}/unlock").json["locked"])
        self.assertEqual(200, self.county.nobody().log_in("forgetful", password).status)

    def test_pages(self):
        seen, after = [], {}
        while True:
            page = self.admin.get("/users", limit=3, retired=1, **after).json
            seen += [user["name"] for user in page["users"]]
            if page["next"] is None:
                break
            after = {"after": page["next"]}
        self.assertEqual(sorted(set(seen)), sorted(seen))
        self.assertIn("county_admin", seen)

    def test_only_administrators(self):
        bureau = self.county.login("county_bureau")
        for answer in (bureau.get("/users"), bureau.post("/users", {"name": "x1", **AUDITOR}), bureau.post("/users/1/password"),
                       bureau.post("/users/1/retire"), bureau.delete("/users/1/sessions"), bureau.get("/audit")):
            self.refuse(answer, 403, "forbidden")
        self.refuse(self.admin.get("/users/999999"), 404, "not_found")


class Tokens(AdministrationTest):
    def test_a_tokens_life(self):
        made = self.admin.post("/tokens", {"name": "夜间脚本"})
        self.assertEqual(201, made.status, str(made))
        script = self.county.nobody()
        script.token = made.json["secret"]
        self.assertEqual(200, script.get("/users").status)
        self.refuse(script.post("/tokens", {"name": "more"}), 403, "forbidden")
        listed = self.admin.get("/tokens").json
        self.assertEqual([("夜间脚本", False)], [(token["name"], "secret" in token) for token in listed if token["id"] == made.json["id"]])
        self.assertIsNotNone(listed[0]["last_used"])
        self.refuse(self.county.login("county_bureau").delete(f"/tokens/{made.json['id']}"), 404, "not_found")
        self.assertEqual(204, self.admin.delete(f"/tokens/{made.json['id']}").status)
        self.refuse(script.get("/users"), 401, "unauthenticated")
        self.assertNotIn(made.json["id"], [token["id"] for token in self.admin.get("/tokens").json])

    def test_bad(self):
        self.refuse(self.admin.post("/tokens", {"name": ""}), 400, "input", "name")
        self.refuse(self.admin.post("/tokens", {"name": "  "}), 400, "input", "name")
        self.refuse(self.admin.post("/tokens", {"name": "x", "days": 367}), 400, "input", "days")
        self.refuse(self.county.login("leader").post("/tokens", {"name": "x"}), 403, "forbidden")


class Audit(AdministrationTest):
    def entries(self, **query):
        answer = self.admin.get("/audit", **query)
        self.assertEqual(200, answer.status, str(answer))
        return answer.json["entries"]

    def test_pages_meet_everything_once_newest_first(self):
        for _ in range(3):
            self.county.nobody().log_in("county_admin", "wrong-Password-1")
        self.county.login("leader")
        until = self.county.query("SELECT max(at) FROM zs_entry")[0][0][:10]
        everything = self.entries(limit=200, to=until)
        seen, after = [], {}
        while True:
            page = self.admin.get("/audit", limit=7, to=until, **after).json
            seen += page["entries"]
            if page["next"] is None:
                break
            after = {"after": page["next"]}
        whole = self.county.query("SELECT (SELECT count(*) FROM zs_entry) + (SELECT count(*) FROM zs_login)")[0][0]
        self.assertEqual(whole, len(seen))
        self.assertEqual(everything, seen[:200])
        self.assertEqual(sorted((entry["at"] for entry in seen), reverse=True), [entry["at"] for entry in seen])
        numbers = [entry["entry"] for entry in seen if entry["entry"]]
        self.assertEqual(sorted(set(numbers), reverse=True), numbers)

    def test_filters(self):
        self.county.nobody().log_in("leader", "wrong-Password-1")
        wrong = self.entries(action="login.wrong", actor="leader")
        self.assertTrue(wrong)
        self.assertEqual({("leader", "login.wrong", 0)}, {(entry["actor"], entry["action"], entry["entry"]) for entry in wrong})
        self.assertEqual({"import"}, {entry["action"] for entry in self.entries(action="import")})
        self.assertEqual({"cli"}, {entry["actor"] for entry in self.entries(actor="cli")})
        self.assertEqual([], self.entries(to="2001-01-01"))
        self.assertEqual([], self.entries(**{"from": "2099-01-01"}))

    def test_what_happened_to_one_record(self):
        record = self.admin.get("/registers/household/records", limit=1).json["records"][0]
        path = f"/registers/household/records/{record['id']}"
        now = self.admin.get(path).json
        changed = self.admin.patch(path, {"version": now["version"], "values": {"members_now": 9, "phone": "13900001234"}})
        self.assertEqual(200, changed.status, str(changed))
        self.assertEqual(200, self.admin.post(f"{path}/unmask", {"field": "phone"}).status)
        found = self.entries(register="household", record=record["id"])
        self.assertEqual(["unmask", "edit"], [entry["action"] for entry in found[:2]])
        self.assertGreaterEqual(len(found), 3, "its creation too")
        changes = {change["field"]: change for change in found[1]["changes"]}
        self.assertEqual((now["values"]["members_now"], 9), (changes["members_now"]["before"], changes["members_now"]["after"]))
        self.assertEqual({"masked": "139****1234"}, changes["phone"]["after"])
        self.assertEqual(record["key"], changes["phone"]["key"])
        self.assertNotIn("13900001234", str(found))

    def test_changes_of_users(self):
        user, password = self.add("watched")
        self.admin.patch(f"/users/{user['id']}", {"version": user["version"], "role": "leader"})
        entry = self.entries(action="user.change")[0]
        self.assertEqual([("role", "auditor", "leader")],
                         [(change["field"], change["before"], change["after"]) for change in entry["changes"]])
        self.assertNotIn(password, str(self.entries(limit=200)))

    def verified(self, **order):
        answer = self.admin.post("/audit/verify", order)
        self.assertEqual(202, answer.status, str(answer))
        job = answer.json["id"]
        self.admin.ask("GET", f"/jobs/{job}/events")
        return self.admin.get(f"/jobs/{job}").json

    def test_the_chain_is_checked_and_the_check_is_on_the_log(self):
        done = self.verified()
        self.assertEqual(("done", 0, []), (done["state"], done["result"]["faults"], done["result"]["found"]), str(done))
        stands = self.admin.get("/audit", limit=1).json["verified"]
        self.assertEqual("county_admin", stands["actor"])
        self.assertEqual({key: done["result"][key] for key in ("head", "hash", "entries", "records", "faults")},
                         {key: stands[key] for key in ("head", "hash", "entries", "records", "faults")})
        self.assertEqual("verify", self.entries(limit=1)[0]["action"])
        self.assertIn(stands["hash"], self.entries(limit=1)[0]["detail"])
        self.assertEqual(0, self.verified(head=stands["hash"])["result"]["faults"], "the log goes back to what was noted down")
        elsewhere = self.verified(head="0" * 64)
        self.assertEqual(1, elsewhere["result"]["faults"], str(elsewhere))
        self.assertEqual(1, self.admin.get("/audit", limit=1).json["verified"]["faults"])
        self.assertEqual("failed", self.verified(head="no hash")["state"])

    def test_who_checks_the_chain(self):
        self.refuse(self.county.login("township").post("/audit/verify", {}), 403, "forbidden")
        self.assertEqual(202, self.county.login("auditor").post("/audit/verify", {}).status)

    def test_bad(self):
        for query, field in (({"after": "x"}, "after"), ({"after": "2022-01-01T00:00:00Z,e,0"}, "after"), ({"limit": 201}, "limit"),
                             ({"after": "2022-13-41T00:00:00Z,e,1"}, "after"), ({"from": "yesterday"}, "from"),
                             ({"register": "household"}, "record"), ({"record": 5}, "register"), ({"register": "x", "record": 5}, "register")):
            self.refuse(self.admin.get("/audit", **query), 400, "input", field)


if __name__ == "__main__":
    unittest.main()
