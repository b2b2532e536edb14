"""What a county that begins with the program has already: plans, measures, visits and papers come in by sheets, and each stands where its own columns
say, with the import on its trail; who is not believed so far begins at the start."""

import datetime
import io
import unittest

import openpyxl

from support.served import Served

YEAR = datetime.date.today().year


def day(offset):
    return (datetime.date.today() + datetime.timedelta(days=offset)).isoformat()


class CaseImports(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.county = Served()
        cls.addClassCleanup(cls.county.close)
        cls.admin, cls.village, cls.township, cls.bureau = (cls.county.login(name, language="zh") for name in ("county_admin", "village", "township", "county_bureau"))
        place = cls.village.get("/registers/village/records", limit=1, fields="").json["records"][0]["id"]
        cls.free = [cls.household(place, number) for number in range(30)]

    @classmethod
    def household(cls, village, number):
        answer = cls.admin.post("/registers/household/records", {"values": {
            "number": f"4304219980{number:07}", "village": village, "head_name": f"Sheet {number}", "members_in_year": 3, "household_type": "ordinary"}})
        assert answer.status == 201, answer
        return answer.json["record"]["id"], f"4304219980{number:07}"

    # ── a template, filled in

    def filled(self, client, feed, *rows):
        """The feed's own empty sheet with these rows (heading → text) in it."""
        blank = client.get(f"/feeds/{feed}/template.xlsx")
        self.assertEqual(200, blank.status, blank)
        book = openpyxl.load_workbook(io.BytesIO(blank.body))
        page = book.active
        at = next(row for row in range(1, page.max_row + 1) if sum(cell.value is not None for cell in page[row]) > 1)
        columns = {cell.value: cell.column for cell in page[at]}
        for number, row in enumerate(rows):
            for heading, value in row.items():
                self.assertIn(heading, columns)
                page.cell(at + 1 + number, columns[heading], value)
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    def ended(self, client, answer):
        self.assertEqual(202, answer.status, answer)
        client.get(f"/jobs/{answer.json['id']}/events")
        job = client.get(f"/jobs/{answer.json['id']}").json
        self.assertEqual("done", job["state"], job)
        return job["result"]

    def bring(self, client, feed, *rows):
        """What became of the rows: (refused, opened, waiting)."""
        return self.take(client, feed, self.filled(client, feed, *rows), "sheet.xlsx")

    def take(self, client, feed, sheet, name):
        number = self.ended(client, client.ask("POST", "/imports", body=sheet, raw=True, query={"feed": feed, "filename": name}))["import"]
        cases = self.ended(client, client.post(f"/imports/{number}/apply"))["cases"]
        self.item = client.get(f"/imports/{number}").json
        return self.item["report"]["rejected"], cases["opened"], cases["waiting"]

    def cases(self, register, household):
        records = self.admin.get(f"/registers/{register}/records", parent=household, limit=50).json["records"]
        return sorted(records, key=lambda record: record["id"])

    def page(self, workflow, record, client=None):
        answer = (client or self.admin).get(f"/workflows/{workflow}/cases/{record}")
        self.assertEqual(200, answer.status, answer)
        return answer.json

    def only(self, register, household):
        record, = self.cases(register, household)
        return record["values"], self.page(register, record["id"])

    # ── plans and their measures

    def test_plans_stand_where_their_columns_say(self):
        rows = [(self.free.pop(), year, more) for year, more in (
            (YEAR, {"计划截止日": f"{YEAR}-12-31", "农户签字日期": day(-1), "工资性收入目标": "20000"}),
            (YEAR, {"计划截止日": f"{YEAR}-12-31", "农户签字日期": day(-1), "年度执行情况": "都已落实"}),
            (YEAR - 1, {"计划截止日": f"{YEAR - 1}-12-31", "农户签字日期": f"{YEAR - 1}-02-01"}),
            (YEAR, {"计划截止日": f"{YEAR}-12-31"}))]
        brought = self.bring(self.bureau, "household_plans", *({"户编号": household[1], "年度": year, **more} for household, year, more in rows))
        self.assertEqual((0, 4, 0), brought)
        states = [self.only("household_plan", household[0])[0]["case_state"] for household, _, _ in rows]
        self.assertEqual(["running", "finished", "finished", "drafting"], states)
        running, page = self.only("household_plan", rows[0][0][0])
        self.assertEqual((f"{YEAR}-12-31", None, "20000.00"), (running["case_due"], running["case_closed"], running["target_wage"]))
        step, = page["steps"]
        self.assertEqual(("opened", "running"), (step["kind"], step["to"]))
        self.assertIn("county_bureau", step["comment"])
        over, _ = self.only("household_plan", rows[1][0][0])
        self.assertEqual(day(0), over["case_closed"])
        # What runs is gone on with as if it had been opened here.
        record, = self.cases("household_plan", rows[0][0][0])
        done = self.village.post(f"/workflows/household_plan/cases/{record['id']}/transitions", {
            "transition": "revise", "version": record["version"], "comment": "One more measure"})
        self.assertEqual(200, done.status, done)
        # The same sheet again changes nothing.
        self.assertEqual((0, 0, 0), self.bring(self.bureau, "household_plans", {"户编号": rows[1][0][1], "年度": YEAR, "年度执行情况": "改过"}))
        self.assertEqual("都已落实", self.only("household_plan", rows[1][0][0])[0]["result_note"])

    def test_a_villages_own_sheet_decides_nothing(self):
        household, number = self.free.pop()
        self.assertEqual((0, 1, 0), self.bring(self.village, "household_plans", {
            "户编号": number, "年度": YEAR, "计划截止日": f"{YEAR}-12-31", "农户签字日期": day(-1), "年度执行情况": "都好"}))
        values, page = self.only("household_plan", household)
        self.assertEqual(("drafting", None, ""), (values["case_state"], values["case_closed"], page["steps"][0]["comment"] or ""))

    def test_measures_find_their_plan(self):
        household, number = self.free.pop()
        self.bring(self.township, "household_plans", {"户编号": number, "年度": YEAR, "计划截止日": f"{YEAR}-12-31", "农户签字日期": day(-1)})
        plan, = self.cases("household_plan", household)
        measure = {"户编号": number, "年度": YEAR, "举措类别": "产业帮扶", "举措名称": "", "落实单位": "县农业农村局"}
        brought = self.bring(self.township, "plan_measures", measure | {"举措名称": "养鸡", "落实日期": day(-30), "完成日期": day(-3)},
                             measure | {"举措名称": "种油茶", "落实日期": day(-30), "完成期限": day(30)}, measure | {"举措名称": "贴息"},
                             measure | {"户编号": "4304210000000000000", "举措名称": "没有这一户"}, measure | {"年度": YEAR - 2, "举措名称": "没有计划"},
                             measure | {"举措名称": "单位不对", "落实单位": "县某某局"})
        self.assertEqual((3, 3, 0), brought)
        self.assertEqual({"养鸡": "done", "种油茶": "running", "贴息": "asked"},
                         {record["values"]["name"]: record["values"]["case_state"] for record in self.cases("plan_measure", plan["id"])})
        # The refused rows come back as a sheet with the reasons; put right, it is imported.
        back = openpyxl.load_workbook(io.BytesIO(self.township.get(f"/imports/{self.item['id']}/errors.xlsx").body)).active
        words = [" ".join(str(cell.value) for cell in row if cell.value is not None) for row in back.iter_rows()]
        for name in ("没有这一户", "没有计划", "单位不对"):
            self.assertEqual(1, sum(name in line for line in words), words)
        self.assertEqual((0, 1, 0), self.bring(self.township, "plan_measures", measure | {"举措名称": "单位不对"}))

    # ── visits

    def test_visits_that_were_made_and_are_to_be_made(self):
        household, number = self.free.pop()
        self.assertEqual((2, 2, 0), self.bring(self.village, "visits", {"户编号": number, "走访日期": day(-40), "走访人": "村干部", "走访情况": "平稳"},
                                               {"户编号": number, "计划走访日期": day(10), "走访人": "村干部"},
                                               {"户编号": number, "走访人": "没有日期"}, {"户编号": number, "走访日期": day(3), "走访情况": "还没到"}))
        made, planned = sorted(self.cases("visit", household), key=lambda record: record["values"]["planned_for"])
        self.assertEqual((day(-40), day(-40), "visited", day(0)), tuple(made["values"][name] for name in ("planned_for", "visited_on", "case_state", "case_closed")))
        self.assertEqual((day(10), None, "planned", day(10)), tuple(planned["values"][name] for name in ("planned_for", "visited_on", "case_state", "case_due")))

    # ── archives and papers

    def test_archives_keep_what_was_found(self):
        rows = [self.free.pop() for _ in range(4)]
        cause = {"减收原因": "务工减少或失业", "原因说明": "厂里停工"}
        told = ({}, cause, cause | {"采取的措施": "介绍新岗位"}, cause | {"采取的措施": "介绍新岗位", "处置结果": "属正常波动"})
        self.assertEqual((0, 4, 0), self.bring(self.bureau, "income_archives", *({
            "户编号": number, "数据截至": day(-60), "建档时人均纯收入": "9000", "建档时上年人均纯收入": "10000", **more}
            for (_, number), more in zip(rows, told))))
        values = [self.only("income_decline", household)[0] for household, _ in rows]
        self.assertEqual(["cause", "measures", "tracking", "closed"], [each["case_state"] for each in values])
        self.assertEqual({("9000.00", "10000.00")}, {(each["per_capita_now"], each["per_capita_before"]) for each in values})

    def test_papers_of_eliminated_risks(self):
        (gone, number), (open_one, other), (again, third) = (self.free.pop() for _ in range(3))
        place = self.county.query("SELECT township_name, name FROM village WHERE id = (SELECT village FROM household WHERE id = ?)", gone)[0]
        lines = [",".join((*place, each, "边缘易致贫户", f"{YEAR - 1}01", eliminated)) for each, eliminated in ((number, "是"), (other, "否"), (third, "否"))]
        sheet = "\n".join(("乡镇,行政村,户编号,监测对象类别,识别监测时间,风险是否已消除", *lines)).encode()
        self.assertEqual((0, 0, 0), self.take(self.admin, "national_household", sheet, "households.csv"))
        brought = self.bring(self.bureau, "risk_eliminations", {"户编号": number, "提出日期": day(-200), "批准日期": day(-170), "核查人": "乡镇"},
                             {"户编号": third, "提出日期": day(-200), "批准日期": day(-170)}, {"户编号": other, "提出日期": day(-5), "提出依据": "收入稳定"})
        self.assertEqual((0, 3, 0), brought)
        self.assertEqual(["settled", "relapsed", "check"], [self.only("risk_elimination", each)[0]["case_state"] for each in (gone, again, open_one)])

    def test_off_system_checks(self):
        (done, number), (asked, other) = self.free.pop(), self.free.pop()
        told = {"问题类型": "帮扶未在册农户", "发现情况": "花名册外"}
        self.assertEqual((0, 2, 0), self.bring(self.bureau, "off_system_checks", {
            "户编号": number, "发现日期": day(-90), **told, "核实日期": day(-80), "处理结果": "属普惠政策", "处理说明": "普惠"}, {"户编号": other, "发现日期": day(-2), **told}))
        self.assertEqual(["resolved", "verify"], [self.only("off_system", each)[0]["case_state"] for each in (done, asked)])

    # ── what does not hang on a family

    def test_deals_find_their_produce_and_their_buyer(self):
        place, township, name, code = self.county.query("SELECT id, township_name, name, code FROM village ORDER BY id LIMIT 1")[0]
        buyer, = self.county.query("SELECT name FROM buyer ORDER BY id LIMIT 1")[0]
        report = {"滞销所在村": code, "滞销品种": "稻谷", "报告日期": day(-3), "滞销数量": "12", "品名规格": "晚稻", "最迟销售日期": day(20)}
        self.assertEqual((0, 1, 0), self.bring(self.bureau, "unsalable_reports", report))
        deal = {"乡镇": township, "村名": name, "滞销品种": "稻谷", "报告日期": day(-3), "采购方名称": buyer, "对接日期": day(-2), "成交数量": "12", "成交金额": "33600"}
        self.assertEqual((1, 0, 0), self.bring(self.bureau, "unsalable_deals", deal, deal | {"采购方名称": "没有这一家"}))
        self.assertEqual([("12", "33600.00")], [(row["values"]["sold_tonnes"], row["values"]["sold_amount"]) for row in
                         self.admin.get("/registers/unsalable_deal/records", limit=50).json["records"] if row["values"]["agreed_on"] == day(-2)])


if __name__ == "__main__":
    unittest.main()
