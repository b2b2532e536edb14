"""A household's declaration without an account: the question, the limits, the receipt, what one learns of it and what not."""

import datetime
import hashlib
import re
import unittest

from support import databases
from support.served import Served, call

NUMBERS = {word: number for number, word in enumerate(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen".split())}


def identity(sequence):
    """An invented number with the right check sign."""
    body = f"43042119700101{sequence:03}"
    total = sum(int(digit) * weight for digit, weight in zip(body, (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)))
    return body + "10X98765432"[total % 11]


def work(token, bits):
    number = 0
    while int.from_bytes(hashlib.sha256(f"{token}:{number}".encode()).digest(), "big") >> (256 - bits):
        number += 1
    return str(number)


def solve(challenge):
    first, sign, second = re.fullmatch(r"What is (\w+) (plus|minus) (\w+)\?", challenge["question"]).groups()
    return NUMBERS[first] + NUMBERS[second] * (1 if sign == "plus" else -1)


class Declare(unittest.TestCase):
    maxDiff = 3000

    @classmethod
    def setUpClass(cls):
        cls.county = Served(options=["--proxy", "127.0.0.1", "--origin", "https://zs.example.cn"])
        cls.addClassCleanup(cls.county.close)
        cls.village, = cls.county.query("SELECT v.code FROM household h JOIN village v ON v.id = h.village ORDER BY h.id LIMIT 1")[0]
        cls.number = iter(range(100, 999))
        cls.addresses = iter(f"203.0.113.{number}" for number in range(1, 250))

    def setUp(self):
        self.nobody = self.county.nobody()
        self.address = next(self.addresses)

    def ask(self, method, path, body=None, **query):
        return self.nobody.ask(method, path, body=body, query=query, headers={"X-Forwarded-For": self.address})

    def form(self, **more):
        challenge = self.ask("GET", "/declare/challenge").json
        return {"token": challenge["token"], "answer": str(solve(challenge)), "work": work(challenge["token"], challenge["bits"]),
                "village": self.village, "name": "某某", "identity": identity(next(self.number)), "phone": "13800000000", "risk": "illness",
                "story": "母亲住院，借了钱。", **more}

    def declare(self, form):
        return self.ask("POST", "/declare", form)

    def declared(self, **more):
        form = self.form(**more)
        answer = self.declare(form)
        self.assertEqual(201, answer.status, answer)
        return answer.json["receipt"], form["identity"]

    def status(self, receipt, number):
        return self.ask("POST", "/declare/status", {"receipt": receipt, "identity": number})

    def refused(self, answer, status, field=None, message="."):
        self.assertEqual(status, answer.status, answer)
        self.assertRegex(answer.error["message"], message)
        if field is not None:
            self.assertEqual(field, answer.error.get("field"), answer)

    # ── the way it should go

    def test_a_household_declares_and_asks(self):
        page = self.ask("GET", "/declare", village=self.village).json
        self.assertEqual([self.village], [village["code"] for village in page["villages"]])
        self.assertIn("illness", [risk["name"] for risk in page["risks"]])
        receipt, number = self.declared(name="王某某")
        self.assertRegex(receipt, r"^[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}$")
        for written in (receipt, receipt.lower().replace("-", " "), receipt.replace("-", "")):
            answer = self.status(written, number.lower())
            self.assertEqual(200, answer.status, answer)
        self.assertEqual({"received", "words"}, set(answer.json))
        self.assertIn("Received", answer.json["words"]["en"])
        for said in ("王某某", number, "母亲"):
            self.assertNotIn(said, answer.body.decode())

    def test_the_village_sees_it_and_the_household_sees_what_became_of_it(self):
        receipt, number = self.declared()
        village = self.county.login("county_admin")
        found, = village.get("/registers/declaration/records", **{"f.receipt": receipt}).json["records"]
        self.assertNotIn(number, str(found))
        self.assertEqual("public", found["values"]["source"])
        self.assertEqual("received", found["values"]["case_state"])
        changed = village.patch(f"/registers/declaration/records/{found['id']}", {"version": found["version"], "values": {"case_state": "answered"}})
        self.assertEqual(403, changed.status, changed)
        self.assertIn("Received", self.status(receipt, number).json["words"]["en"])

    def test_what_a_household_said_nobody_rewrites(self):
        village, code, _ = self.as_village()
        receipt, number = self.declared(village=code, story="Mother is in hospital")
        case = self.case_of(village, receipt)
        path, before = f"/registers/declaration/records/{case['record']['id']}", self.status(receipt, number).json
        said = "SELECT version, story, risk, id_number, name, received FROM declaration WHERE receipt = ?"
        kept = self.county.query(said, receipt)
        for name in ("village", "township", "county_admin"):
            client = self.county.login(name)
            for values in ({"story": "No trouble, only asking"}, {"risk": "other"}, {"id_number": "11010519491231002X"},
                           {"name": "Somebody else"}, {"received": "2020-01-01"}, {"story": None}):
                answer = client.patch(path, {"version": case["record"]["version"], "values": values})
                self.assertEqual(403, answer.status, (name, values, str(answer)))
        writable = village.get(path).json["writable"]
        self.assertTrue({"story", "risk", "id_number", "name", "received"}.isdisjoint(writable) and "household" in writable, writable)
        self.move(village, case, "visit", {"story": "No trouble"}, 403)
        self.assertEqual(before, self.status(receipt, number).json)
        self.assertEqual(kept, self.county.query(said, receipt))

    # ── what becomes of it

    def as_village(self):
        """A village's account, its place, and a household there that nobody monitors."""
        village = self.county.login("village")
        place = village.get("/registers/village/records", limit=1, fields="code").json["records"][0]
        number = next(self.number)
        household = self.county.login("county_admin").post("/registers/household/records", {"values": {
            "number": f"4304219980{number:07}", "village": place["id"], "head_name": f"Declared {number}", "members_in_year": 3, "household_type": "ordinary"}})
        self.assertEqual(201, household.status, household)
        return village, place["values"]["code"], household.json["record"]["id"]

    def case_of(self, client, receipt):
        found, = client.get("/registers/declaration/records", **{"f.receipt": receipt}).json["records"]
        return client.get(f"/workflows/declaration/cases/{found['id']}").json

    def move(self, client, case, transition, values=None, status=200, workflow="declaration", **more):
        answer = client.post(f"/workflows/{workflow}/cases/{case['record']['id']}/transitions",
                             {"transition": transition, "version": case["record"]["version"], "values": values or {}, **more})
        self.assertEqual(status, answer.status, answer)
        return answer.json["case"] if status == 200 else answer

    def words(self, receipt, number):
        return self.status(receipt, number).json["words"]["en"]

    def test_it_waits_in_the_inbox_and_is_taken_up_as_a_clue(self):
        village, code, household = self.as_village()
        receipt, number = self.declared(village=code, story="Mother is in hospital")
        case = self.case_of(village, receipt)
        record = case["record"]["id"]
        self.assertIn(record, [row["id"] for row in village.get("/cases", workflow="declaration", kind="mine").json["cases"]])
        self.assertIn(record, [row["id"] for row in self.county.login("township").get("/cases", workflow="declaration", kind="mine").json["cases"]])
        self.assertIsNotNone(case["case"]["due"])
        case = self.move(village, case, "visit")
        self.assertIn("being checked", self.words(receipt, number))
        refused = self.move(village, case, "take_up", status=400)
        self.assertEqual(["household"], [fault["field"] for fault in refused.error["faults"]])
        # Nobody of that household has the number of who declares: it is said why it is theirs.
        self.assertEqual([], case["suggested"])
        refused = self.move(village, case, "take_up", {"household": household}, 400)
        self.assertIn("say why", refused.error["message"])
        case = self.move(village, case, "take_up", {"household": household, "household_note": "A daughter who is not on the list yet"})
        self.assertEqual("identifying", case["case"]["state"])
        self.assertIn("Taken up", self.words(receipt, number))
        # It is the clue of an identification on that household.
        opened, = [row for row in village.get("/cases", workflow="identification", kind="open").json["cases"] if row["subject"]["id"] == household]
        clue = village.get(f"/workflows/identification/cases/{opened['id']}").json["record"]["values"]
        self.assertEqual(("declaration", receipt), (clue["clue_source"], clue["clue_receipt"]))
        self.assertNotIn("Mother", clue["clue_note"])  # the story stays with those who handle the declaration
        self.assertEqual(0, len([row for row in village.get("/cases", workflow="declaration", kind="mine").json["cases"] if row["id"] == record]))

    def identified(self, client, household):
        """A case of identification on the household, opened by a cadre's visit."""
        made = client.post("/workflows/identification/cases", {"values": {
            "household": household, "clue_date": (datetime.date.today() - datetime.timedelta(days=1)).isoformat(), "clue_source": "visit", "clue_note": "Cracks in the wall"}})
        self.assertEqual(201, made.status, made)
        return made.json["case"]["record"]["id"]

    def taken_up(self, village, code, household, **more):
        receipt, number = self.declared(village=code, **more)
        return receipt, number, self.move(village, self.case_of(village, receipt), "take_up", {"household": household, "household_note": "Seen at home"})

    def tick(self):
        call("case", "tick", "--db", self.county.database)

    def test_the_household_of_who_declares_is_proposed(self):
        village, code, household = self.as_village()
        admin, number = self.county.login("county_admin"), identity(next(self.number))
        for at, place in enumerate((household, self.elsewhere(code))):  # the same person is on the list of a household elsewhere, too
            made = admin.post("/registers/person/records", {"values": {"household": place, "number": f"4304219930{at:09}", "name": "某某", "id_number": number}})
            self.assertEqual(201, made.status, made)
        receipt, _ = self.declared(village=code, identity=number)
        case = self.case_of(village, receipt)
        self.assertEqual([("household", household)], [(one["field"], one["id"]) for one in case["suggested"]])
        seen = self.case_of(admin, receipt)["suggested"]
        self.assertEqual({household, self.elsewhere(code)}, {one["id"] for one in seen})
        self.assertNotIn(number, str(case))
        case = self.move(village, case, "take_up", {"household": household})
        self.assertEqual("identifying", case["case"]["state"])

    def elsewhere(self, code):
        return self.county.query("SELECT h.id FROM household h JOIN village v ON v.id = h.village WHERE v.code <> ? ORDER BY h.id LIMIT 1", code)[0][0]

    def test_beside_an_open_identification_it_is_a_proposal(self):
        village, code, household = self.as_village()
        standing = self.identified(village, household)
        receipt, number, case = self.taken_up(village, code, household, story="Mother is in hospital")
        self.assertEqual("identifying", case["case"]["state"])
        self.assertIn("Taken up", self.words(receipt, number))
        page = village.get(f"/workflows/identification/cases/{standing}").json
        self.assertEqual("check", page["case"]["state"])  # what people did stands
        self.assertEqual("Cracks in the wall", page["record"]["values"]["clue_note"])
        proposal, = page["proposals"]
        self.assertEqual(("open", None), (proposal["state"], proposal["transition"]))
        self.assertTrue(proposal["sentence"].startswith("Declaration: "), proposal)
        self.assertNotIn("Mother", proposal["sentence"])  # the story is read in the declaration, by those who handle it
        self.assertEqual({"register": "declaration", "workflow": "declaration", "id": case["record"]["id"], "key": receipt}, proposal["origin"])
        # Whoever sees the case but not the declaration is not led there.
        seen = self.county.login("helper").get(f"/workflows/identification/cases/{standing}")
        self.assertIn(seen.status, (200, 404))
        path = f"/workflows/identification/cases/{standing}/proposals/{proposal['id']}"
        self.assertEqual(400, village.post(path, {"accept": False}).status)
        self.assertEqual(200, village.post(path, {"accept": True, "comment": "Seen together with the clue"}).status)
        self.assertEqual(409, village.post(path, {"accept": True}).status)
        # One case of identification, and the declaration ends with it.
        self.tick()
        self.assertIn("Taken up", self.words(receipt, number))
        township = self.county.login("township")
        page = township.get(f"/workflows/identification/cases/{standing}").json
        self.move(township, page, "drop", workflow="identification", comment="The bill was paid")
        self.tick()
        self.assertEqual("not_registered", self.case_of(village, receipt)["case"]["state"])
        self.assertIn("not registered", self.words(receipt, number))
        self.assertEqual([standing], [id for id, in self.county.query("SELECT id FROM identification WHERE household = ?", household)])

    def test_two_declarations_of_one_household_are_two_proposals(self):
        village, code, household = self.as_village()
        standing = self.identified(village, household)
        receipts = [self.taken_up(village, code, household, story=story)[0] for story in ("Mother is ill", "Mother is ill")]
        page = village.get(f"/workflows/identification/cases/{standing}").json
        self.assertEqual(receipts, [proposal["origin"]["key"] for proposal in page["proposals"]])

    def test_it_closes_by_itself_when_the_household_is_registered(self):
        village, code, household = self.as_village()
        receipt, number, _ = self.taken_up(village, code, household)
        self.tick()
        self.assertEqual("identifying", self.case_of(village, receipt)["case"]["state"])
        admin = self.county.login("county_admin")
        household_number = admin.get(f"/registers/household/records/{household}").json["values"]["number"]
        sheet = self.county.folder / "identified.csv"  # no hand writes it: a case does, or the national system's sheet
        sheet.write_text(f"户编号,监测对象类别,识别监测时间\n{household_number},边缘易致贫户,2022-09\n", encoding="utf-8")
        call("import", "--db", self.county.database, "national_identified", sheet)
        self.tick()
        case = self.case_of(village, receipt)
        self.assertEqual(("registered", "now_registered"), (case["case"]["state"], case["steps"][-1]["transition"]))
        self.assertIn("registered for help", self.words(receipt, number))
        self.tick()
        self.assertEqual(len(case["steps"]), len(self.case_of(village, receipt)["steps"]))

    def test_it_is_refused_by_the_township_with_a_reason(self):
        village, code, _ = self.as_village()
        township = self.county.login("township")
        receipt, number = self.declared(village=code)
        case = self.case_of(village, receipt)
        case = self.move(village, case, "not_take_up", {"refusal": "The bill was paid by the insurance"})
        self.assertIn("township", self.words(receipt, number))
        self.move(village, case, "answer", {"answered": case["record"]["values"]["received"]}, 403)
        case = self.move(township, self.case_of(township, receipt), "answer",
                         {"refusal": "The bill was paid by the insurance", "answered": case["record"]["values"]["received"]})
        self.assertEqual("answered", case["case"]["state"])
        said = self.status(receipt, number)
        self.assertIn("answered", said.json["words"]["en"])
        self.assertNotIn("insurance", said.body.decode())

    def test_the_platforms_list_becomes_cases(self):
        village, code, _ = self.as_village()
        rows = "申请编号,行政村代码,姓名,身份证号,联系电话,申请原因,申请事由,申请日期\n"
        rows += f"P-1,{code},某甲,{identity(next(self.number))},13800000001,因病,住院花了三万,2022-09-01\n"
        path = self.county.folder / "list.csv"
        path.write_text(rows, encoding="utf-8")
        for _ in range(2):
            call("import", "--db", self.county.database, "provincial_platform", path)
        case = self.case_of(village, "P-1")
        self.assertEqual(("received", "provincial_platform"), (case["case"]["state"], case["record"]["values"]["source"]))
        self.assertEqual(["opened"], [step["kind"] for step in case["steps"]])
        self.assertEqual(404, self.status("P-1", "1").status)

    def test_other_villages_do_not_see_it(self):
        own = self.county.login("village")
        codes = {division["code"] for division in own.get("/divisions").json}
        other, = self.county.query(f"SELECT code FROM village WHERE code NOT IN ({','.join('?' * len(codes))}) LIMIT 1", *codes)[0]
        receipt, _ = self.declared(village=other)
        self.assertEqual([], own.get("/registers/declaration/records", **{"f.receipt": receipt}).json["records"])

    # ── the form

    def test_every_fault_is_said_and_the_question_stays_good(self):
        form = self.form()
        for field, value in (("identity", form["identity"][:-1] + ("1" if form["identity"][-1] != "1" else "2")), ("phone", "12"), ("name", " "), ("story", "x"), ("risk", "nothing"),
                             ("village", "999"), ("identity", "")):
            with self.subTest(field=field, value=value):
                self.refused(self.declare({**form, field: value}), 400, field)
        self.assertEqual(201, self.declare(form).status)

    # ── the question

    def test_a_question_is_good_for_one_answer(self):
        form = self.form()
        self.assertEqual(201, self.declare(form).status)
        self.refused(self.declare({**form, "identity": identity(next(self.number))}), 409, message="answered already")
        wrong = self.form()
        self.refused(self.declare({**wrong, "answer": "77"}), 400, "answer")
        self.refused(self.declare(wrong), 409, message="answered already")

    def test_answers_in_words(self):
        for words in (list(NUMBERS), "零 一 二 三 四 五 六 七 八 九 十 十一 十二 十三 十四 十五 十六 十七 十八".split()):
            form = self.form()
            self.assertEqual(201, self.declare({**form, "answer": " " + words[int(form["answer"])]}).status)

    def test_work_and_token_are_looked_at(self):
        form = self.form()
        self.refused(self.declare({**form, "work": "x"}), 409, message="not finished")
        form = self.form()
        for token in ("", "AAAA", form["token"][:-2] + "AA", form["token"] + "A"):
            self.refused(self.declare({**form, "token": token, "work": work(token, 14)}), 409, message="expired")

    def test_an_old_question_has_expired(self):
        """The seal holds the time; a token of another county's secret is as an expired one."""
        form = self.form()
        other = Served()
        self.addCleanup(other.close)
        databases.change(other.database, f"UPDATE zs_declare_secret SET key = '{'ab' * 32}'")
        answer = other.nobody().post("/declare", form)
        self.refused(answer, 409, message="expired")

    # ── limits

    def test_three_a_day_for_an_identity_number(self):
        number = identity(next(self.number))
        for _ in range(3):
            self.declared(identity=number)
            self.address = next(self.addresses)
        self.refused(self.declare(self.form(identity=number)), 429)
        self.county.stop()
        self.county.start()
        self.nobody = self.county.nobody()
        self.refused(self.declare(self.form(identity=number)), 429)

    def test_an_address_that_tries_too_often(self):
        """Most of the tries are put into the database as it would have counted them."""
        self.refused(self.declare(self.form(answer="77")), 400)
        databases.change(self.county.database, "UPDATE zs_declare_count SET count = 100000")
        self.addCleanup(self.forget)
        self.refused(self.declare(self.form()), 429)
        self.address = next(self.addresses)
        self.assertEqual(201, self.declare(self.form()).status)

    def forget(self):
        databases.change(self.county.database, "DELETE FROM zs_declare_count")

    def test_wrong_receipts_are_alike_and_lock(self):
        receipt, number = self.declared()
        other, _ = self.declared()
        answers = {(answer.status, answer.error["message"]) for answer in (
            self.status(other, number), self.status("2222-2222-2222", number), self.status("x", number), self.status(receipt, "1"),
            self.status(receipt, identity(next(self.number))))}
        self.assertEqual(1, len(answers), answers)
        for _ in range(10):
            self.status(receipt, identity(next(self.number)))
        self.assertEqual(429, self.status(receipt, identity(next(self.number))).status)
        self.assertEqual(429, self.status(receipt, number).status, "locked for the right one too")
        self.address = next(self.addresses)
        self.assertEqual(200, self.status(*self.declared()).status)

    # ── what is kept

    def test_nothing_of_it_stands_in_the_pages_own_tables(self):
        receipt, number = self.declared()
        for table in ("zs_declaration", "zs_declare_count", "zs_declare_used"):
            said = str(self.county.query(f"SELECT * FROM {table}"))
            for secret in (receipt, number, self.address):
                self.assertNotIn(secret, said)
        log = str(self.county.query("SELECT actor, action, detail FROM zs_entry WHERE actor = 'declaration'"))
        self.assertIn("case.open", log)
        self.assertNotIn(number, log)
        call("verify", "--db", self.county.database)

    def test_only_those_who_handle_it_read_it(self):
        """As the page promises: village, township, the county's bureau."""
        village, code, _ = self.as_village()
        self.declared(village=code)
        for name in ("leader", "department", "assessor", "helper"):
            answer = self.county.login(name).get("/registers/declaration/records", limit=5)
            self.assertFalse(answer.status == 200 and answer.json["records"], (name, str(answer)))
        for name in ("village", "township", "county_bureau"):
            record = self.county.login(name).get("/registers/declaration/records", limit=1).json["records"][0]
            self.assertNotIn("母亲", str(record["values"]["story"]), name)  # masked until it is asked for, and that is logged

    # ── sheets

    def test_sheets_are_for_ones_own_villages(self):
        village = self.county.login("village")
        own, = [division["code"] for division in village.get("/divisions").json if division["level"] == "village"]
        answer = village.get("/declare/sheets", division=own)
        self.assertEqual(200, answer.status, answer)
        self.assertIn(f"https://zs.example.cn/declare?village={own}", answer.body.decode())
        self.assertEqual(1, answer.body.count(b"<svg"))
        others = [code for code, in self.county.query("SELECT code FROM village") if code != own]
        self.assertEqual(404, village.get("/declare/sheets", division=others[0]).status)
        for above in (own[:9], own[:6]):
            self.assertEqual(404, village.get("/declare/sheets", division=above).status)
        township = self.county.login("county_admin").get("/declare/sheets", division=own[:9])
        self.assertGreater(township.body.count(b"<svg"), 1)


if __name__ == "__main__":
    unittest.main()
