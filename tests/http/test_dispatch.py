"""Monthly dispatch, disputes of computed figures and changes of parameters over the real server: who owes what, who may do which step, what
counts in the end, and what is refused."""

import datetime
import json
import unittest

from support.program import run
from support.databases import change
from support.served import HENGYANG, PASSWORD, Served, ServedTest, at_once

MONTH = "2022-09"
SEPTEMBER = {"year": 2022, "month": 9}
REPORTED = "crop_variety_coverage"  # by the agriculture bureau, every quarter, in percent


class Dispatch(ServedTest):
    @classmethod
    def setUpClass(cls):
        cls.county = Served()
        cls.addClassCleanup(cls.county.close)
        cls.who = {name: cls.county.login(name) for name in
                   ("county_admin", "county_bureau", "department", "township", "village", "leader", "assessor", "helper")}
        cls.admin, cls.bureau = cls.who["county_admin"], cls.who["county_bureau"]
        cls.zh, cls.who["village_zh"] = cls.county.login("county_bureau", "zh"), cls.county.login("village", "zh")
        cls.unit = cls.who["department"].get("/session").json["user"]["unit"]["name"]
        for unit in ("county_agriculture", "county_industry", "county_finance"):
            cls.who[unit] = cls.user(unit)

    @classmethod
    def user(cls, unit):
        added = cls.admin.post("/users", {"name": unit, "display_name": f"{unit} (synthetic)", "role": "department", "divisions": [],
                                          "unit": unit, "subjects": []}).json
        client = cls.county.login(unit, password=added["password"])
        answer = client.post("/session/password", {"old": added["password"], "new": PASSWORD})
        assert answer.status == 200, answer
        return cls.county.login(unit)

    def refused(self, answer, status, code, *words):
        self.assertEqual((answer.status, answer.error["code"]), (status, code), str(answer))
        for word in words:
            self.assertIn(word, answer.error["message"])

    def open(self, unit=None, month=MONTH):
        return self.ok(self.bureau.post("/dispatch", {"month": month, **({"unit": unit} if unit else {})}))

    def reports(self, client, month=MONTH, **query):
        return {(one["unit"]["name"], one["item"]): one for one in self.ok(client.get("/dispatch", month=month, **query))["reports"]}

    def case(self, client, id, workflow="dispatch"):
        return self.ok(client.get(f"/workflows/{workflow}/cases/{id}"))

    def act(self, client, id, transition, values=None, comment=None, workflow="dispatch", **more):
        seen = self.bureau.get(f"/workflows/{workflow}/cases/{id}").json["case"]
        return client.post(f"/workflows/{workflow}/cases/{id}/transitions",
                           {"transition": transition, "version": seen["version"], "values": values or {}, **({"comment": comment} if comment else {}), **more})

    def attach(self, client, id):
        answer = client.ask("POST", f"/registers/indicator_report/records/{id}/attachments", body="合成的统计表\n".encode(), raw=True,
                            query={"kind": "evidence", "filename": "统计表.txt"})
        self.assertEqual(answer.status, 201, str(answer))

    def tables(self, client, **query):
        """The dispatch table, and its words: each table as dictionaries of texts by the columns' headings."""
        blocks = self.ok(client.get("/bulletins/dispatch_table", **{**SEPTEMBER, **query}))["blocks"]
        tables = [[dict(zip([column["heading"] for column in block["table"]["columns"]], [cell["text"] for cell in row["cells"]]))
                   for row in block["table"]["rows"]] for block in blocks if block["table"]]
        return tables, "\n".join(block["text"] for block in blocks)

    def row(self, name, client=None):
        """Of the dispatch table as the county's office reads it."""
        label = self.line(self.bureau, name)["label"]["zh"]
        tables = self.tables(client or self.zh)[0]
        return next(row for table in tables if table and "报送情况" in table[0] and "指标" in table[0] for row in table if row["指标"] == label)

    def line(self, client, name, **query):
        return self.ok(client.get(f"/progress/indicators/{name}", **{**SEPTEMBER, **query}))["indicator"]

    # ── rounds

    def test_a_round_is_opened_once(self):
        first = self.open("county_finance")
        self.assertGreater(first["due"], 1)
        self.assertEqual(first["due"], first["opened"])
        self.assertEqual(self.open("county_finance"), {"due": first["due"], "opened": 0})
        reports = self.reports(self.who["county_finance"])
        self.assertEqual(first["due"], sum(unit == "county_finance" for unit, _ in reports))
        self.assertEqual({"filling"}, {one["state"]["name"] for (unit, _), one in reports.items() if unit == "county_finance"})
        # What it leads it reports itself; the rest its lead confirms.
        for (unit, item), one in reports.items():
            self.assertTrue(unit == "county_finance" or one["lead"]["name"] == "county_finance", item)
        page = self.ok(self.bureau.get("/dispatch", month=MONTH))
        mine = next(one for one in page["units"] if one["unit"]["name"] == "county_finance")
        self.assertEqual((mine["total"], mine["filled"], mine["accepted"]), (first["due"], 0, 0))
        self.assertEqual(page["total"], sum(state["count"] for state in page["states"]))
        self.assertTrue(page["may_open"])
        self.assertFalse(self.ok(self.who["leader"].get("/dispatch", month=MONTH))["may_open"])

    def test_bad_months_and_units(self):
        self.refused(self.bureau.post("/dispatch", {"month": "2021-12"}), 400, "input", "2021-12")
        self.refused(self.bureau.post("/dispatch", {"month": "2022-13"}), 400, "input")
        self.refused(self.bureau.post("/dispatch", {"month": MONTH, "unit": "county_finanse"}), 400, "input", "county_finance")
        self.refused(self.bureau.post("/dispatch", {"month": MONTH, "unit": "lead_group"}), 400, "input")
        for name in ("department", "county_agriculture", "township", "leader", "assessor"):
            self.refused(self.who[name].post("/dispatch", {"month": MONTH}), 403, "forbidden")
        for name in ("village", "helper"):
            self.refused(self.who[name].get("/dispatch", month=MONTH), 403, "forbidden")
        done = run("dispatch", "--db", self.county.database, "--month", "2031-01", "--lang", "en")
        self.assertIn("2031-01", done.err)
        self.assertNotEqual(0, done.status)
        self.assertIn("`x`", run("dispatch", "--db", self.county.database, "--month", "x", "--lang", "en").err)

    def test_the_command_line_opens_the_same_round(self):
        done = json.loads(run("dispatch", "--db", self.county.database, "--month", "2023-03", "--unit", "county_agriculture", "--json").out)
        self.assertEqual(done["due"], done["opened"])
        self.assertEqual(self.open("county_agriculture", "2023-03")["opened"], 0)
        again = json.loads(run("dispatch", "--db", self.county.database, "--month", "2023-03", "--unit", "county_agriculture", "--look", "--json").out)
        self.assertEqual(len(again["reports"]), done["due"])
        self.assertEqual({("county_agriculture", "县农业农村局")}, {(row["unit"], row["unit_label"]) for row in again["reports"]})
        look = lambda *words: run("dispatch", "--db", self.county.database, "--month", "2023-03", "--look", *words)
        read = look("--unit", "县农业农村局")
        self.assertEqual((0, True, False), (read.status, "县农业农村局" in read.out, "county_" in read.out), read.out)
        self.assertIn("county_agriculture", look("--unit", "county_agricultrue").err)

    # ── a figure, from the unit to the indicator

    def test_a_figure_is_reported_and_counts_when_it_is_accepted(self):
        agriculture = self.who["county_agriculture"]
        self.open("county_agriculture")
        id = self.reports(agriculture)["county_agriculture", REPORTED]["id"]
        self.assertEqual([one["transition"] for one in self.case(agriculture, id)["actions"] if one["listed"]], ["report_figure"])
        self.assertIsNone(self.line(self.bureau, REPORTED)["value"])
        self.attach(agriculture, id)
        explained = {"explanation": "synthetic: three rounds of training"}
        # Percentages above 100, negative ones, other units of measure, a figure that is missing.
        self.refused(self.act(agriculture, id, "report_figure", {"value": "120", **explained}), 400, "input", "greatest")
        self.refused(self.act(agriculture, id, "report_figure", {"value": "-3", **explained}), 400, "input", "least")
        self.refused(self.act(agriculture, id, "report_figure", {"value": "12万亩", **explained}), 400, "input")
        self.refused(self.act(agriculture, id, "report_figure", explained), 400, "input")
        self.assertEqual(self.case(agriculture, id)["case"]["state"], "filling")
        self.assertEqual("待报", self.row(REPORTED)["报送情况"])
        self.ok(self.act(agriculture, id, "report_figure", {"value": "97.5", **explained}))
        told = self.reports(self.bureau)["county_agriculture", REPORTED]
        self.assertEqual(("已报", False, "county_agriculture (synthetic)", datetime.date.today().isoformat()),
                         (told["stands"]["zh"], told["returned"], told["reported_by"], told["reported_on"]))
        self.assertEqual({"value": "97.5", **explained}, told["values"])
        row = self.row(REPORTED)
        self.assertEqual(("已报", "—", datetime.date.today().isoformat()), (row["报送情况"], row["现值"], row["报送日期"]))
        self.assertIn("county_agriculture (synthetic)", row["报送单位（人）"])
        self.assertIsNone(self.line(self.bureau, REPORTED)["value"])  # nobody has accepted it
        # Handed in, it cannot be changed on the quiet.
        version = self.case(agriculture, id)["case"]["version"]
        self.refused(agriculture.patch(f"/registers/indicator_report/records/{id}", {"version": version, "values": {"value": "99"}}), 409, "conflict")
        self.refused(self.act(agriculture, id, "accept"), 403, "forbidden")
        self.ok(self.act(self.bureau, id, "send_back", comment="synthetic: say which crops"))
        told = self.reports(agriculture)["county_agriculture", REPORTED]
        self.assertEqual(("县局退回", True), (told["stands"]["zh"], told["returned"]))
        self.assertEqual("县局退回", self.row(REPORTED)["报送情况"])
        self.ok(self.act(agriculture, id, "report_figure", {"value": "98.2", "explanation": "synthetic: rice and rape"}))
        self.ok(self.act(self.bureau, id, "accept"))
        self.assertEqual(("县局已接受", "98.2"), tuple(self.row(REPORTED)[name] for name in ("报送情况", "现值")))
        line = self.line(self.bureau, REPORTED)
        self.assertEqual((line["value"], line["report"]["id"], line["report"]["month"]), ("98.2", id, MONTH))
        self.assertEqual(self.line(self.bureau, REPORTED, month=8)["value"], None)
        steps = [step["transition"] for step in self.case(self.bureau, id)["steps"]]
        self.assertEqual(steps, [None, "report_figure", "send_back", "report_figure", "accept"])
        self.assertEqual(self.reports(self.bureau)["county_agriculture", REPORTED]["state"]["name"], "accepted")

    def test_evidence_is_wanted_with_a_figure(self):
        agriculture = self.who["county_agriculture"]
        self.open("county_agriculture")
        id = self.reports(agriculture)["county_agriculture", "livestock_variety_coverage"]["id"]
        self.refused(self.act(agriculture, id, "report_figure", {"value": "90", "explanation": "synthetic"}), 400, "input", "Evidence")

    # ── words, from a responsible unit over the lead unit to the bureau

    def test_the_lead_unit_confirms(self):
        industry, agriculture = self.who["county_industry"], self.who["county_agriculture"]
        self.open("county_industry")
        own = [one for (unit, item), one in self.reports(industry).items() if unit == "county_industry" and one["lead"]["name"] == "county_agriculture"]
        id = own[0]["id"]
        self.assertEqual([one["transition"] for one in self.case(industry, id)["actions"] if one["listed"]], ["hand_in_words"])
        # The lead unit sees it, and can neither fill it in nor change it.
        self.assertEqual([one for one in self.case(agriculture, id)["actions"] if one["listed"]], [])
        version = self.case(agriculture, id)["case"]["version"]
        self.refused(agriculture.patch(f"/registers/indicator_report/records/{id}", {"version": version, "values": {"explanation": "not ours"}}), 403, "forbidden")
        self.refused(self.act(agriculture, id, "hand_in_words", {"explanation": "not ours"}), 403, "forbidden")
        # Others see nothing.
        self.refused(self.who["county_finance"].get(f"/workflows/dispatch/cases/{id}"), 404, "not_found")
        self.refused(self.who["township"].get(f"/workflows/dispatch/cases/{id}"), 404, "not_found")
        mine = lambda client: {row["id"] for row in self.ok(client.get("/cases", kind="mine", workflow="dispatch", limit=200))["cases"]}
        self.assertIn(id, mine(industry))
        self.assertNotIn(id, mine(agriculture))
        self.ok(self.act(industry, id, "hand_in_words", {"explanation": "synthetic: two parks under way"}))
        self.assertIn(id, mine(agriculture))
        self.assertNotIn(id, mine(industry))
        self.refused(self.act(industry, id, "confirm", {"lead_note": "ourselves"}), 403, "forbidden")
        self.refused(self.act(agriculture, id, "confirm", {"lead_note": "yes", "explanation": "another story"}), 409, "conflict")
        self.ok(self.act(agriculture, id, "confirm", {"lead_note": "synthetic: as we know it"}))
        self.assertEqual("牵头单位已确认", {one["id"]: one["stands"]["zh"] for one in self.reports(self.bureau).values()}[id])
        self.ok(self.act(self.bureau, id, "accept"))
        self.assertEqual(self.ok(self.bureau.get("/dispatch", month=MONTH, unit="county_industry"))["states"][-1]["name"], "accepted")

    def test_nobody_makes_a_report_by_hand(self):
        agriculture = self.who["county_agriculture"]
        values = {"month": MONTH, "unit": "county_agriculture", "lead": "county_agriculture", "item": "medical_insured", "title": "x", "kind": "figure"}
        for client in (agriculture, self.bureau):
            self.assertIn(client.post("/registers/indicator_report/records", {"values": values}).status, (403, 405))
            self.assertEqual(client.post("/workflows/dispatch/cases", {"values": values}).status, 403)

    def test_what_is_late_is_seen(self):
        self.open("county_finance")
        # Two months later nothing was handed in.
        import sqlite3
        connection = sqlite3.connect(self.county.database)
        with connection:
            connection.execute("UPDATE indicator_report SET case_due = '2022-10-12' WHERE unit = 'county_finance'")
        connection.close()
        page = self.ok(self.bureau.get("/dispatch", month=MONTH))
        finance = next(one for one in page["units"] if one["unit"]["name"] == "county_finance")
        self.assertEqual(finance["overdue"], finance["total"])
        self.assertGreaterEqual(page["overdue"], finance["total"])
        tables, words = self.tables(self.zh)
        units = next(table for table in tables if table and "逾期" in table[0])
        row = next(one for one in units if one["单位"] == finance["unit"]["label"]["zh"])
        self.assertEqual([str(finance[key]) for key in ("total", "filled", "accepted", "overdue")], [row[name] for name in ("应报", "已报", "已接受", "逾期")])
        late = next(table for table in tables if table and "填报单位" in table[0])
        self.assertEqual(finance["total"], sum(one["填报单位"] == finance["unit"]["label"]["zh"] for one in late))
        self.assertEqual({"逾期未报"}, {one["报送情况"] for one in late if one["填报单位"] == finance["unit"]["label"]["zh"]})
        self.assertIn("报送情况为", words)

    def test_a_month_without_a_round_says_so(self):
        tables, words = self.tables(self.zh, year=2022, month=5)
        self.assertIn("本月的调度尚未发起，没有填报。", words)
        asked = {row["报送情况"] for table in tables if table and "报送情况" in table[0] for row in table}
        self.assertEqual({"系统计算", "本月不报", "尚未发起"}, asked)
        self.assertIn("不在您的权限内", self.tables(self.who["village_zh"])[1])

    # ── disputes

    def test_a_computed_figure_is_disputed_not_typed_over(self):
        department = self.who["department"]
        asked = {**SEPTEMBER, "claim": "synthetic: two families moved away in August"}
        path = "/progress/indicators/labour_transfer/disputes"
        lead = self.line(self.bureau, "labour_transfer")["lead"][0]["name"]
        opened = self.ok(department.post(path, asked), 201)
        self.assertEqual(opened["workflow"], "dispute")
        self.assertEqual(self.line(self.bureau, "labour_transfer")["disputes"], [opened["id"]])
        self.assertEqual(self.line(self.who["township"], "labour_transfer")["disputes"], [])  # another place
        self.assertEqual(self.line(self.bureau, "labour_transfer", month=8)["disputes"], [])
        record = self.case(department, opened["id"], "dispute")["record"]["values"]
        self.assertEqual((record["unit"], record["lead"], record["indicator"], record["month"]), (self.unit, lead, "labour_transfer", MONTH))
        self.assertTrue(record["shown"].startswith(self.line(self.bureau, "labour_transfer")["value"] or "—"))
        self.refused(department.post(path, asked), 409, "conflict")
        # The dispatch table marks it wherever it stands, and says why; who may not open the case learns that it is disputed.
        row = self.row("labour_transfer")
        self.assertRegex(row["现值"], r"※\d$")
        words = self.tables(self.zh)[1]
        self.assertRegex(words, r"※\d 脱贫人口及监测对象劳动力转移就业.*提出异议：synthetic: two families moved away in August（待核实答复，答复单位")
        leader = self.tables(self.county.login("leader", "zh"))[1]
        self.assertIn("※", leader)
        self.assertEqual("※" in self.tables(self.zh, month=8)[1].replace("带※的数", ""), False)
        # Whoever raised it does not answer it.
        self.refused(self.act(department, opened["id"], "agree", {"answer": "yes"}, workflow="dispute"), 403, "forbidden")
        self.refused(self.act(self.admin, opened["id"], "disagree", workflow="dispute"), 400, "input")
        self.refused(self.act(self.bureau, opened["id"], "disagree", {"answer": "not ours"}, workflow="dispute"), 403, "forbidden")
        self.ok(self.act(self.admin, opened["id"], "disagree", {"answer": "synthetic: they were counted in July"}, workflow="dispute"))
        self.assertNotIn("※", self.row("labour_transfer")["现值"])
        self.assertEqual(self.line(self.bureau, "labour_transfer")["disputes"], [])
        # The same again is refused; what is new is heard, and what was said before stays.
        self.refused(department.post(path, asked), 409, "conflict", "Say what is new, or add a new file")
        again = self.ok(department.post(path, {**asked, "claim": "synthetic: the lists of July, attached"}), 201)
        self.assertNotEqual(again["id"], opened["id"])
        self.assertEqual(self.case(department, opened["id"], "dispute")["record"]["values"]["claim"], asked["claim"])
        self.refused(department.post(path, {**asked, "claim": "synthetic: and once more"}), 409, "conflict", "not answered yet")
        # The same words with a new file are something new; with the same file they are not.
        self.ok(self.act(self.admin, again["id"], "disagree", {"answer": "synthetic: no"}, workflow="dispute"))
        filed = {**asked, "evidence": "7月名单.xlsx"}
        third = self.ok(department.post(path, filed), 201)
        self.assertEqual(asked["claim"] + "（附：7月名单.xlsx）", self.case(department, third["id"], "dispute")["record"]["values"]["claim"])
        self.ok(self.act(self.admin, third["id"], "disagree", {"answer": "synthetic: no"}, workflow="dispute"))
        self.refused(department.post(path, filed), 409, "conflict", "add a new file")
        self.refused(department.post(path, {**asked, "evidence": "x" * 201}), 400, "input")

    def once(self, send):
        """Of several at once one is heard; the others are told that it was."""
        answers = sorted(at_once(send), key=lambda answer: answer.status)
        self.assertEqual([answer.status for answer in answers], [201] + [409] * (len(answers) - 1), [str(answer) for answer in answers])
        return answers[0].json, {answer.error["message"] for answer in answers[1:]}

    def test_whoever_clicks_twice_asks_once(self):
        township = self.who["township"]
        own = next(one["code"] for one in self.ok(township.get("/divisions")) if one["level"] == "township")
        asked = {**SEPTEMBER, "claim": "synthetic: clicked in haste", "division": own}
        opened, told = self.once(lambda: township.post("/progress/indicators/safeguards_secured/disputes", asked))
        self.assertEqual(told, {f"Your unit's dispute of this figure ({opened['id']}) is not answered yet"})
        self.assertEqual(self.line(township, "safeguards_secured")["disputes"], [opened["id"]])
        change = {"value": "67", "from": "2022-08-01", "reason": "synthetic"}
        opened, told = self.once(lambda: self.bureau.post("/parameters/elderly_age/changes", change))
        self.assertEqual(told, {f"The same change ({opened['id']}) has been proposed and is not decided yet"})
        # Another value may be put beside it; once it is taken back the same may be proposed anew.
        other = self.ok(self.bureau.post("/parameters/elderly_age/changes", {**change, "value": "68"}), 201)
        for one in (opened, other):
            self.ok(self.act(self.bureau, one["id"], "drop", comment="synthetic: not now", workflow="parameter_change"))
        again = self.ok(self.bureau.post("/parameters/elderly_age/changes", change), 201)
        self.ok(self.act(self.bureau, again["id"], "drop", comment="synthetic: not now", workflow="parameter_change"))

    def test_nobody_answers_what_their_own_unit_disputes(self):
        unit = self.who["county_agriculture"]
        asked = {**SEPTEMBER, "claim": "synthetic: a cooperative was counted twice"}
        led = next(line for line in self.ok(self.bureau.get("/progress/indicators", year=2022, month=9))["indicators"]
                   if line["lead"] and [one["name"] for one in line["lead"]] == ["county_agriculture"] and line["measure"] != "reported")
        opened = self.ok(unit.post(f"/progress/indicators/{led['name']}/disputes", asked), 201)
        self.assertEqual(self.case(unit, opened["id"], "dispute")["record"]["values"]["lead"], "county_revitalisation")
        added = self.admin.post("/users", {"name": "colleague", "display_name": "colleague (synthetic)", "role": "department", "divisions": [],
                                           "unit": "county_agriculture", "subjects": []}).json
        colleague = self.county.login("colleague", password=added["password"])
        self.assertEqual(colleague.post("/session/password", {"old": added["password"], "new": PASSWORD}).status, 200)
        colleague = self.county.login("colleague")
        self.refused(self.act(colleague, opened["id"], "agree", {"answer": "we are right"}, workflow="dispute"), 403, "forbidden")
        self.ok(self.act(self.bureau, opened["id"], "agree", {"answer": "synthetic: it was"}, workflow="dispute"))

    def test_the_bureau_reports_and_confirms_in_its_own_name(self):
        self.open("county_revitalisation", month="2022-06")
        own = [one for (unit, _), one in self.reports(self.bureau, month="2022-06").items() if unit == "county_revitalisation" and one["kind"] == "words"]
        self.assertTrue(own)
        report = next(one for one in own if one["lead"]["name"] == "county_revitalisation")
        self.ok(self.act(self.bureau, report["id"], "report_words", {"explanation": "synthetic: on its way"}))
        # Whoever reported does not accept it.
        self.refused(self.act(self.bureau, report["id"], "accept"), 403, "forbidden")
        self.ok(self.act(self.admin, report["id"], "accept"))
        self.assertEqual(self.ok(self.bureau.get("/session"))["user"]["office"]["name"], "county_revitalisation")
        # What others lead with it is confirmed by it; what others lead is none of its business.
        self.open(self.unit, month="2022-06")
        theirs = next(one for (unit, _), one in self.reports(self.bureau, month="2022-06").items() if unit == self.unit)
        self.refused(self.act(self.bureau, theirs["id"], "report_words", {"explanation": "in another's name"}), 403, "forbidden")
        led = next((one for (unit, _), one in self.reports(self.bureau, month="2022-06").items()
                    if unit == self.unit and one["lead"]["name"] == "county_revitalisation" and one["kind"] == "words"), None)
        if led is not None:
            self.ok(self.act(self.who["department"], led["id"], "hand_in_words", {"explanation": "synthetic: done"}))
            self.ok(self.act(self.bureau, led["id"], "confirm", {"lead_note": "synthetic: seen"}))
            self.refused(self.act(self.bureau, led["id"], "accept"), 403, "forbidden")
            self.ok(self.act(self.admin, led["id"], "accept"))

    def test_a_draft_is_its_writers_word(self):
        added = self.ok(self.admin.post("/users", {"name": "second", "display_name": "Second (synthetic)", "role": "county_bureau", "divisions": [],
                                                   "unit": None, "subjects": []}), 201)
        second = self.county.login("second", password=added["password"])
        self.assertEqual(200, second.post("/session/password", {"old": added["password"], "new": PASSWORD}).status)
        second = self.county.login("second")
        self.open("county_revitalisation", month="2022-03")
        own = [one["id"] for (unit, _), one in self.reports(self.bureau, month="2022-03").items()
               if unit == "county_revitalisation" and one["kind"] == "words" and one["lead"]["name"] == unit]

        def draft(client, id):
            path = f"/registers/indicator_report/records/{id}"
            return self.ok(client.patch(path, {"version": self.ok(client.get(path))["version"], "values": {"explanation": "synthetic: drafted"}}))
        # Who fills in for an office hands in what they wrote, and does not type it again.
        draft(self.bureau, own[0])
        self.ok(self.act(self.bureau, own[0], "report_words"))
        # Handed in by a colleague it is still theirs: somebody else accepts it, and neither of the two.
        draft(self.bureau, own[1])
        self.ok(self.act(second, own[1], "report_words", {"explanation": "synthetic: drafted"}))
        for client in (self.bureau, second):
            self.refused(self.act(client, own[1], "accept"), 403, "forbidden", "another person")
        self.ok(self.act(self.admin, own[1], "accept"))

    def test_words_that_another_office_put_there_are_not_a_units_own(self):
        self.open("county_finance", month="2022-03")
        report = next(one for (unit, _), one in self.reports(self.bureau, month="2022-03").items()
                      if unit == "county_finance" and one["kind"] == "words" and one["lead"]["name"] == unit)
        path = f"/registers/indicator_report/records/{report['id']}"
        finance = self.who["county_finance"]
        self.ok(finance.patch(path, {"version": self.ok(finance.get(path))["version"], "values": {"explanation": "synthetic: drafted"}}))
        step = "WHERE register = 'indicator_report' AND kind = 'edited'"
        change(self.county.database, f"UPDATE zs_step SET role = 'county_bureau', unit = NULL {step}")
        self.refused(self.act(finance, report["id"], "report_words"), 400, "input", "not filled in by those who do this step")
        change(self.county.database, f"UPDATE zs_step SET role = 'department', unit = 'county_finance' {step} AND record = {report['id']}")
        self.ok(self.act(finance, report["id"], "report_words"))

    def test_a_township_disputes_its_own_figure(self):
        township = self.who["township"]
        own = next(one["code"] for one in self.ok(township.get("/divisions")) if one["level"] == "township")
        other = next(one["code"] for one in self.ok(self.bureau.get("/divisions")) if one["level"] == "township" and one["code"] != own)
        asked = {**SEPTEMBER, "claim": "synthetic"}
        opened = self.ok(township.post("/progress/indicators/medical_insured/disputes", {**asked, "division": own}), 201)
        self.assertEqual(self.line(township, "medical_insured")["disputes"], [opened["id"]])
        self.assertEqual(self.line(self.bureau, "medical_insured", division=own)["disputes"], [opened["id"]])
        self.assertEqual(self.line(self.bureau, "medical_insured")["disputes"], [])
        self.refused(township.post("/progress/indicators/medical_insured/disputes", {**asked, "division": other}), 404, "not_found")
        self.refused(township.post("/progress/indicators/medical_insured/disputes", {**asked, "claim": " "}), 400, "input")
        self.refused(self.who["village"].post("/progress/indicators/medical_insured/disputes", asked), 403, "forbidden")
        self.refused(self.bureau.post("/progress/indicators/medical_insured/disputes", asked), 403, "forbidden")
        self.refused(self.who["county_agriculture"].post(f"/progress/indicators/{REPORTED}/disputes", asked), 400, "input")
        self.refused(township.post("/progress/indicators/nothing/disputes", asked), 404, "not_found")
        self.refused(township.post("/progress/indicators/medical_insured/disputes", {**asked, "month": 13}), 400, "input")


class Projects(unittest.TestCase):
    ok, refused, act, case = Dispatch.ok, Dispatch.refused, Dispatch.act, Dispatch.case

    def test_a_project_goes_through_its_stages(self):
        county = Served()
        self.addCleanup(county.close)
        self.bureau, township = county.login("county_bureau"), county.login("township")
        # A new one, planned: its stage is no hand's to write.
        other = self.ok(township.get("/registers/project/records", limit=1))["records"][0]
        like = {name: other["values"][name] for name in ("year", "category", "village") if name in other["values"]}
        like = {name: value["id"] if isinstance(value, dict) else value for name, value in like.items()}
        made = {**like, "code": "SYN-1", "name": "synthetic"}
        self.refused(self.bureau.post("/registers/project/records", {"values": {**made, "stage": "handed_over"}}), 403, "forbidden")
        made = self.ok(self.bureau.post("/registers/project/records", {"values": made}), 201)["record"]
        self.assertEqual(made["values"]["stage"], "planned")
        project = made["id"]
        kept = self.bureau.patch(f"/registers/project/records/{project}", {"version": made["version"], "values": {"stage": "handed_over"}})
        self.refused(kept, 403, "forbidden")
        self.assertIn("Stages of a project", kept.error["message"])
        version = self.ok(self.bureau.get(f"/registers/project/records/{project}"))["version"]
        self.ok(self.bureau.patch(f"/registers/project/records/{project}", {"version": version, "values": {"investment": "100000", "goal": "synthetic"}}))
        id = self.ok(township.post("/workflows/project_course/cases", {"values": {"project": project}}), 201)["case"]["record"]["id"]
        self.assertEqual(township.post("/workflows/project_course/cases", {"values": {"project": project}}).status, 409)
        step = lambda client, name, values, **more: self.act(client, id, name, values, workflow="project_course", **more)
        self.assertEqual(step(township, "to_library", {"library_note": "x"}).status, 403)
        self.ok(step(self.bureau, "to_library", {"library_note": "synthetic: fits the plan"}))
        self.approved_together(county, id, step)
        self.assertEqual(step(township, "start_work", {"started_on": "2999-01-01"}).status, 400)
        self.ok(step(township, "start_work", {"started_on": "2022-09-01"}))
        stands = self.ok(self.bureau.get(f"/registers/project/records/{project}"))["values"]
        self.assertEqual((stands["stage"], stands["started"]), ("building", "2022-09-01"))
        done = {"finished_on": "2022-09-20", "accepted_by": "synthetic office", "accepted_note": "in order"}
        self.assertEqual(step(self.bureau, "accept", done).status, 400)  # without evidence

    def approved_together(self, county, id, step):
        """The bureau and the finance office sign; a no is written down and asked again."""
        admin, stage = county.login("county_admin"), lambda: self.case(self.bureau, id, "project_course")["case"]["state"]
        def of(unit):
            made = self.ok(admin.post("/users", {"name": unit, "display_name": unit, "role": "department", "unit": unit}), 201)
            client = county.nobody()
            client.log_in(unit, made["password"])
            self.assertEqual(client.post("/session/password", {"old": made["password"], "new": "synthetic-Pass-2022"}).status, 200)
            return client
        finance, labour = of("county_finance"), of("county_labour")
        sign = lambda client, **more: step(client, "approve", {"approval_number": "synthetic 2022-1"}, **more)
        self.assertIn(sign(labour).status, (403, 404))
        self.ok(sign(finance, refuse=True, comment="synthetic: not in this year's budget"))
        self.assertEqual(stage(), "unfunded")
        self.ok(step(self.bureau, "sign_again", {}, comment="synthetic: arranged"))
        self.ok(sign(self.bureau))
        self.assertEqual((stage(), sign(self.bureau).status), ("library", 403))
        self.assertIn(id, [one["id"] for one in self.ok(finance.get("/cases", workflow="project_course"))["cases"]])
        self.ok(sign(finance))
        self.assertEqual(stage(), "approval")


class Parameters(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.county = Served()
        cls.addClassCleanup(cls.county.close)
        cls.who = {name: cls.county.login(name) for name in ("county_admin", "county_bureau", "department", "township", "leader")}
        cls.admin, cls.bureau = cls.who["county_admin"], cls.who["county_bureau"]
        cls.zh, cls.who["village_zh"] = cls.county.login("county_bureau", "zh"), cls.county.login("village", "zh")

    ok, refused = Dispatch.ok, Dispatch.refused
    act, case = Dispatch.act, Dispatch.case

    def parameter(self, client, name, **query):
        return next(one for one in self.ok(client.get("/parameters", **query))["parameters"] if one["name"] == name)

    def below(self):
        """How many households the income line of the day counts, as the server and the command line say it."""
        where = "net_income_per_capita < income_line"
        there = self.ok(self.bureau.get("/registers/household/records", where=where, as_of="2022-09-30", count=1, limit=1))["total"]
        counted = json.loads(run("eval", where, "--db", self.county.database, "--on", "household", "--as-of", "2022-09-30", "--json").out)
        here = sum(row["value"] in ("true", "是", "yes", True) for row in counted["records"])
        self.assertEqual(there, here)
        return there

    def test_a_change_holds_when_somebody_else_approved_it(self):
        before = self.below()
        rule = lambda: {one["name"]: one for one in self.ok(self.bureau.get("/rules"))}
        self.assertIn("key_household", rule())
        proposed = self.county.query("SELECT max(id) FROM zs_entry")[0][0]
        opened = self.ok(self.bureau.post("/parameters/income_line/changes", {"value": "3万元", "from": "2022-07-01", "reason": "synthetic: after a what-if"}), 201)
        self.assertEqual(self.below(), before)
        self.refused(self.act(self.bureau, opened["id"], "approve", {"decision_note": "myself"}, workflow="parameter_change"), 403, "forbidden")
        self.ok(self.act(self.admin, opened["id"], "approve", {"decision_note": "synthetic: agreed"}, workflow="parameter_change"))
        after = self.below()
        self.assertGreater(after, before)
        shown = self.parameter(self.bureau, "income_line", as_of="2022-09-30")
        self.assertEqual([one["from"] for one in shown["values"] if one["adopted"]], ["2022-07-01"])
        self.assertIn("30,000", shown["value"].replace("30000", "30,000"))
        self.assertEqual(shown["changes"][0]["state"]["name"], "in_force")
        # Before its date, and from the pack's next value on, nothing has changed.
        self.assertNotEqual(self.parameter(self.bureau, "income_line", as_of="2022-06-30")["value"], shown["value"])
        self.assertIn("7", self.parameter(self.bureau, "income_line", as_of="2023-02-01")["value"])
        # Screening reads it, and a variant of the pack begins with it.
        screened = lambda *words: json.loads(run("eval", "net_income_per_capita < income_line", "--db", self.county.database, "--on", "household",
                                                 "--as-of", "2022-09-30", "--json", *words).out)
        self.assertEqual(screened()["records"], screened("--set", "elderly_age=70")["records"])
        self.assertEqual(screened()["records"], screened("--engine", "sql")["records"])
        # The screening of before is explained with what was in force when it ran, while others read today's.
        line = "net_income_per_capita < income_line"
        low = self.ok(self.bureau.get("/registers/household/records", where=line + " and net_income_per_capita >= 10000元", as_of="2022-09-30", limit=3))
        self.assertGreater(len(low["records"]), 0)
        for one in low["records"]:
            explain = lambda **query: self.ok(self.bureau.get("/explain", register="household", id=one["id"], formula=line, **query))
            then, now = explain(run=1), explain(as_of="2022-09-30")
            self.assertEqual(("miss", "hit", None, None), (then["state"], now["state"], then["note"], now["note"]))
            self.assertIn("30,000", now["tree"])
            self.assertNotIn("30,000", then["tree"])
            self.assertEqual("hit", explain(as_of="2022-09-30")["state"])
        # It is the case that says who approved it; the pack's files are as they were.
        steps = self.case(self.bureau, opened["id"], "parameter_change")["steps"]
        self.assertEqual([step["actor"] for step in steps], ["county_bureau", "county_admin"])
        # What was in force then: before it was approved, and since.
        last = lambda: self.county.query("SELECT max(id) FROM zs_entry")[0][0]
        approved = last()
        counted_then = lambda moment: sum(row["value"] in ("true", "是", "yes", True) for row in screened("--recorded", moment)["records"])
        # Out of force again.
        self.refused(self.act(self.admin, opened["id"], "revoke", comment="synthetic: a mistake", workflow="parameter_change"), 403, "forbidden")
        self.refused(self.act(self.bureau, opened["id"], "revoke", workflow="parameter_change"), 400, "input")
        self.ok(self.act(self.bureau, opened["id"], "revoke", comment="synthetic: a mistake", workflow="parameter_change"))
        self.assertEqual(self.below(), before)
        self.dated("2022-10-01T00:00:00Z", f"id <= {proposed}")
        self.dated("2022-11-01T00:00:00Z", f"id > {proposed} AND id <= {approved}")
        for moment, wanted in (("2022-10-02", before), ("2022-11-02", after)):
            self.assertEqual(wanted, counted_then(moment), moment)
        self.assertEqual(before, sum(row["value"] in ("true", "是", "yes", True) for row in screened()["records"]))
        self.assertEqual(screened("--recorded", "2022-11-02")["records"], screened("--recorded", "2022-11-02", "--set", "elderly_age=70")["records"])

    def dated(self, at, which):
        """Tests do not wait for days to pass."""
        change(self.county.database, f"UPDATE zs_entry SET at = '{at}' WHERE {which}")

    def test_a_what_if_keeps_the_limits(self):
        ask = lambda name, value: self.bureau.post("/whatif", {"rule": "key_household", "as_of": "2022-09-30", "variants": [{"set": [{"name": name, "value": value}]}]})
        self.refused(ask("income_line", "500元"), 400, "input", "below")
        self.refused(ask("income_line", "-7000元"), 400, "input", "below")
        self.refused(ask("key_village_share", "120%"), 400, "input", "above")
        self.ok(ask("income_line", "8000元"))
        for name, value, says in (("income_line", "500元", "below"), ("key_village_share", "120%", "above")):
            for words in (("simulate", "key_household"), ("eval", "net_income < income_line", "--on", "household")):
                done = run(*words, "--db", self.county.database, "--set", f"{name}={value}", "--lang", "en")
                self.assertNotEqual(done.status, 0)
                self.assertIn(says, done.err)
        moved = self.ok(self.bureau.get("/whatif/choices", as_of="2022-09-30"))["parameters"]
        self.assertEqual("1000.00", next(one for one in moved if one["name"] == "income_line")["least"])
        for one in moved:
            self.assertLessEqual(float(one["least"]), float(one["most"]), one["name"])
            for end in ("least", "most"):
                self.ok(ask(one["name"], one[end] + ("元" if one["type"] == "money" else "")))

    def test_what_is_refused(self):
        good = {"value": "8000元", "from": "2022-07-01", "reason": "synthetic"}
        path = "/parameters/income_line/changes"
        self.refused(self.bureau.post(path, {**good, "value": "500元"}), 400, "input", "below")
        self.refused(self.bureau.post(path, {**good, "value": "-7000"}), 400, "input", "below")
        self.refused(self.bureau.post(path, {**good, "value": "120%"}), 400, "input")
        self.refused(self.bureau.post("/parameters/key_village_share/changes", {**good, "value": "120%"}), 400, "input", "above")
        self.refused(self.bureau.post(path, {**good, "value": "7000元"}), 400, "input", "already")
        self.refused(self.bureau.post(path, {**good, "reason": "  "}), 400, "input")
        self.refused(self.bureau.post(path, {**good, "from": "2022-02-30"}), 400, "input")
        self.refused(self.bureau.post(path, {**good, "from": "2021-12-31"}), 400, "input", "plan's first day (2022-01-01)")
        self.refused(self.bureau.post("/parameters/nothing/changes", good), 404, "not_found")
        # What days are counted by stays countable.
        for value, word in (("4000000000", "above"), ("3661", "above"), ("-1", "below")):
            self.refused(self.bureau.post("/parameters/unsalable_days/changes", {**good, "value": value}), 400, "input", word)
        for name in ("department", "township", "leader"):
            self.refused(self.who[name].post(path, good), 403, "forbidden")
        self.assertFalse(self.ok(self.who["leader"].get("/parameters"))["may_propose"])
        # Only whoever proposed it withdraws it.
        opened = self.ok(self.bureau.post("/parameters/elderly_age/changes", {"value": "66", "from": "2022-07-01", "reason": "synthetic"}), 201)
        self.refused(self.act(self.admin, opened["id"], "drop", comment="not mine", workflow="parameter_change"), 403, "forbidden")
        self.ok(self.act(self.bureau, opened["id"], "drop", comment="synthetic: too early", workflow="parameter_change"))
        self.assertIn(self.bureau.post("/registers/parameter_change/records", {"values": {"parameter": "income_line"}}).status, (403, 405))


if __name__ == "__main__":
    unittest.main()
