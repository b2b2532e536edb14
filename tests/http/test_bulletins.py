"""The pack's documents over the real server: whose they are, that each figure is the one of the other pages, what may leave as a file,
and that the files open elsewhere."""

import io
import json
import re
import tempfile
import unittest
import zipfile
from pathlib import Path

import openpyxl

from support import databases, office
from support.program import run
from support.served import AS_OF, Served, ServedTest

SEPTEMBER = {"year": 2022, "month": 9}
KINDS = ["monitoring_brief", "dispatch_table", "township_ranking", "year_assessment", "assessment_notice"]
SEERS = ("county_admin", "department", "township", "village", "assessor", "leader", "helper")


class Bulletins(ServedTest):
    @classmethod
    def setUpClass(cls):
        cls.county = Served()
        cls.who = {name: cls.county.login(name, "zh") for name in SEERS}
        cls.admin = cls.who["county_admin"]
        cls.folder = tempfile.TemporaryDirectory(prefix="zengshou-bulletins-")

    @classmethod
    def tearDownClass(cls):
        cls.county.close()
        cls.folder.cleanup()

    def read(self, client, kind, **query):
        return self.ok(client.get(f"/bulletins/{kind}", **{**SEPTEMBER, **query}))

    def words(self, bulletin):
        return "\n".join([bulletin["title"], bulletin["subtitle"], *(block["text"] for block in bulletin["blocks"])])

    def tables(self, bulletin):
        return [[dict(zip([column["heading"] for column in block["table"]["columns"]], row["cells"])) for row in block["table"]["rows"]]
                for block in bulletin["blocks"] if block["table"]]

    def all_indicators(self, client):
        return next(table for table in self.tables(self.read(client, "dispatch_table")) if table and "年底预计" in table[0])

    def take(self, client, path, form, **order):
        job = self.ok(client.post(f"{path}/export", {"format": form, **SEPTEMBER, **order}), 202)
        client.ask("GET", f"/jobs/{job['id']}/events")  # until it ended
        job = client.get(f"/jobs/{job['id']}").json
        return job, client.get(f"/jobs/{job['id']}/file")

    def number(self, text, pattern):
        found = re.search(pattern, text)
        self.assertIsNotNone(found, f"{pattern} in {text}")
        return int(found.group(1))

    # ── whose

    def test_which_there_are(self):
        for role, client in self.who.items():
            got = [one["name"] for one in self.ok(client.get("/bulletins"))["bulletins"]]
            self.assertEqual([] if role == "helper" else KINDS, [name for name in got if name != "household_archive"], role)
            self.assertIn("household_archive", got)
        page = self.ok(self.admin.get("/bulletins"))
        self.assertEqual((2022, 9), (page["year"], page["month"]), "that of the last screening: today is not in the plan")

    def test_a_township_gets_its_own(self):
        township, village = self.who["township"], self.who["village"]
        own = township.session["user"]["divisions"][0]
        bulletin = self.read(township, "monitoring_brief")
        self.assertEqual((own["code"], own["name"]), (bulletin["division"], bulletin["place"]))
        self.assertIn(own["name"], bulletin["title"])
        same = self.read(self.admin, "monitoring_brief", division=own["code"])
        self.assertEqual([block["text"] for block in same["blocks"]], [block["text"] for block in bulletin["blocks"]])
        foreign = next(d["code"] for d in self.ok(self.admin.get("/divisions")) if d["level"] == "township" and d["code"] != own["code"])
        for division in (foreign, "430421", "999999", "衡阳县", "无此地"):
            self.assertEqual(404, township.get("/bulletins/monitoring_brief", division=division, **SEPTEMBER).status, division)
            self.assertEqual(404, township.post("/bulletins/monitoring_brief/export", {"format": "docx", "division": division, **SEPTEMBER}).status)
        codes = [division["code"] for division in village.session["user"]["divisions"]]
        self.assertEqual(404, village.get("/bulletins/monitoring_brief", division=codes[0][:9], **SEPTEMBER).status)
        mine = self.read(village, "monitoring_brief", division=codes[0])
        self.assertEqual(codes[0], mine["division"])
        self.assertEqual(403, self.who["helper"].get("/bulletins/monitoring_brief", **SEPTEMBER).status)
        self.assertEqual(401, self.county.nobody().get("/bulletins").status)

    def test_wrong_questions(self):
        for query, status in (({"year": 2021}, 400), ({"year": 2025}, 400), ({"year": 2022, "month": 13}, 400), ({"division": "x"}, 404)):
            self.assertEqual(status, self.admin.get("/bulletins/monitoring_brief", **{**SEPTEMBER, **query}).status, query)
        self.assertEqual(404, self.admin.get("/bulletins/nothing", **SEPTEMBER).status)
        self.assertEqual(404, self.admin.get("/bulletins/household_archive", **SEPTEMBER).status)
        self.assertEqual(404, self.admin.get("/households/999999999/bulletins/household_archive", **SEPTEMBER).status)
        self.assertEqual(404, self.admin.get("/households/1/bulletins/monitoring_brief", **SEPTEMBER).status)
        self.assertEqual(400, self.admin.post("/bulletins/monitoring_brief/export", {"format": "pdf"}).status)
        self.assertEqual(400, self.admin.post("/bulletins/monitoring_brief/export", {"format": "docx", "year": 2021, "month": 3}).status)

    # ── the figures

    def test_the_brief_says_what_the_registers_say(self):
        for role in ("county_admin", "township", "leader"):
            client = self.who[role]
            text = self.words(self.read(client, "monitoring_brief"))
            for pattern, formula in ((r"脱贫户(\d+)户", "is_graduated"), (r"监测对象(\d+)户", "is_monitored"),
                                     (r"新识别监测对象(\d+)户", "identified_month = this_month")):
                total = self.ok(client.get("/registers/household/records", where=formula, as_of=AS_OF, count=1, limit=1))["total"]
                self.assertEqual(total, self.number(text, pattern), (role, formula))
            self.assertIn("2022年9月30日", text)
        done = run("eval", "--db", self.county.database, "--on", "household", "--as-of", AS_OF, "--by", "county", "is_monitored", "--json")
        said = self.number(self.words(self.read(self.admin, "monitoring_brief")), r"监测对象(\d+)户")
        self.assertEqual(said, json.loads(done.out)["divisions"][0]["true"])

    def test_lists_are_what_the_rule_finds(self):
        bulletin = self.read(self.admin, "monitoring_brief")
        without = self.number(self.words(bulletin), r"尚未落实(\d+)户") if "尚无帮扶措施的监测对象" in self.words(bulletin) else 0
        self.assertGreaterEqual(without, 0)
        places = self.tables(bulletin)[-1]
        self.assertEqual(26, len(places), "25 townships and the sum")
        for column in ("监测户", "本月新识别", "线下未纳入", "无帮扶措施", "重点户"):
            self.assertEqual(int(places[-1][column]["value"]), sum(int(row[column].get("value", 0)) for row in places[:-1]), column)
        rule = {one["name"]: one for one in self.ok(self.admin.get("/rules"))}["monitored_without_measure"]["last"]
        self.assertEqual(rule["hits"], int(places[-1]["无帮扶措施"]["value"]))

    def test_the_dispatch_table_is_the_indicators(self):
        for role in ("county_admin", "township"):
            client = self.who[role]
            rows = self.all_indicators(client)
            place = {"division": client.session["user"]["divisions"][0]["code"]} if role == "township" else {}
            lines = [line for line in self.ok(client.get("/progress/indicators", **SEPTEMBER, **place))["indicators"] if line["seen"]]
            self.assertEqual([line["label"]["zh"] for line in lines], [row["指标"]["text"] for row in rows])
            for line, row in zip(lines, rows):
                self.assertEqual((line["value"], line["target"], line["light"]), (row["现值"].get("value"), row["年度目标"].get("value"), row["灯"]["light"]))

    def test_the_ranking_is_the_leaders(self):
        for role in ("leader", "township"):
            ranked = self.tables(self.read(self.who[role], "township_ranking"))[0]
            page = self.ok(self.who[role].get("/progress/leader", **SEPTEMBER))
            self.assertEqual([(str(one["rank"]), one["name"], str(one["lights"]["green"]), str(one["lights"]["red"])) for one in page["ranking"]],
                             [(row["名次"]["text"], row["地区"]["text"], row["绿"]["text"], row["红"]["text"]) for row in ranked[:-1]])

    def test_a_ranking_has_something_to_rank_and_says_what_it_leaves_out(self):
        self.assertEqual(400, self.who["village"].get("/bulletins/township_ranking", **SEPTEMBER).status)
        village = self.who["village"].session["user"]["divisions"][0]["code"]
        self.assertEqual(400, self.admin.get("/bulletins/township_ranking", division=village, **SEPTEMBER).status)
        self.assertIn("没有计入", self.words(self.read(self.county.login("department", "zh"), "township_ranking")))
        self.assertNotIn("没有计入", self.words(self.read(self.admin, "township_ranking")))

    def test_an_archive_ends_with_its_date(self):
        household = self.county.query("SELECT id FROM household WHERE retired IS NULL LIMIT 1")[0][0]
        kind = self.county.query("SELECT kind FROM measure LIMIT 1")[0][0]
        for month in ("2022-09", "2022-10"):
            self.ok(self.admin.post("/registers/measure/records", {"values": {"household": household, "kind": kind, "name": f"合成措施{month}", "start": month}}), 201)
        said = str(self.ok(self.admin.get(f"/households/{household}/bulletins/household_archive", **SEPTEMBER)))
        self.assertIn("合成措施2022-09", said)
        self.assertNotIn("合成措施2022-10", said)

    def test_an_archive_tells_no_more_than_the_rows_that_one_may_read(self):
        """A department that reads no ledger sees the figures of the household's page, and of wheels and costs that they are left out."""
        household = self.county.query("SELECT h.id FROM household h JOIN income i ON i.household = h.id WHERE h.retired IS NULL LIMIT 1")[0][0]
        department = self.county.login("department", "zh")
        self.assertEqual(404, department.get("/registers/income/records").status)
        path = f"/households/{household}/bulletins/household_archive"
        shown, whole = (str(self.ok(client.get(path, **SEPTEMBER))) for client in (department, self.county.login("county_admin", "zh")))
        self.assertNotIn("此处从略）", whole)
        for word in ("工资性收入", "生产经营性收入", "财产性收入", "转移性收入", "生产经营性支出"):
            self.assertIn(f"{word}（此处从略）", shown)
            self.assertNotIn(f"{word}（此处从略）", whole)
        net = whole[whole.index("近12个月纯收入"):whole.index("其中工资性收入")]
        self.assertIn(net, shown)

    def close(self, bureau, path):
        """As if the last day for objections had been long ago."""
        databases.change(self.county.database, f"UPDATE zs_assessment_run SET objections_until = '2022-01-01' WHERE id = {path.rsplit('/', 1)[1]}")
        return self.ok(bureau.post(f"{path}/close"))

    def published_run(self):
        """Of the funds' performance, whose open points an assessor gives."""
        bureau, assessor = self.county.login("county_bureau", "zh"), self.who["assessor"]
        self.ok(bureau.post("/assessments/funds_performance/adopt", {"year": 2022}))
        table = self.ok(bureau.post("/assessments/funds_performance/runs", {"part": "year", **SEPTEMBER}), 201)
        path = f"/assessments/runs/{table['run']['id']}"
        for index, scored in enumerate(table["scored"]):
            for score in scored["scores"]:
                if score["given"] is None and not score["spared"]:
                    self.ok(assessor.post("/registers/assessment_review/records", {"values": {"run": table["run"]["id"], "scored": scored["id"],
                            "criterion": score["criterion"], "points": str(index), "reason": "合成的评分"}}), 201)
        self.assertIn("本年度至今还没有办结的考核", self.words(self.read(self.admin, "year_assessment")), "a run that is only made is nobody's yet")
        return path, self.ok(bureau.post(f"{path}/publish"))["scored"], bureau

    def test_the_year_end(self):
        path, scored, bureau = self.published_run()
        published = self.read(self.admin, "year_assessment")
        self.assertIn("9月的考核正在公布、可提异议，未计入。", self.words(published))
        self.assertNotIn(scored[0]["label"]["zh"], str(self.tables(published)[1:]), "what can still be objected to is no result of the year")
        self.close(bureau, path)
        bulletin = self.read(self.admin, "year_assessment")
        rows = self.tables(bulletin)[-1]
        year = self.ok(self.admin.get("/assessments/funds_performance/years/2022"))
        self.assertIn("计入9月的考核。", self.words(bulletin))
        self.assertEqual(sorted((one["rank"], one["label"]["zh"], float(one["points"]), one["grade"]["zh"]) for one in year["scored"]),
                         sorted((int(row["名次"]["text"]), row["乡镇（片区）"]["text"], float(row["得分"]["value"]), row["等次"]["text"]) for row in rows))
        self.assertEqual([row["名次"]["text"] for row in rows], sorted((row["名次"]["text"] for row in rows), key=int))
        own = self.read(self.who["township"], "year_assessment")
        self.assertEqual([self.who["township"].session["user"]["divisions"][0]["name"]], [row["乡镇（片区）"]["text"] for row in self.tables(own)[-1]])
        earlier = self.words(self.read(self.admin, "year_assessment", month=5))
        self.assertEqual(3, earlier.count("本年度至今还没有办结的考核"))
        self.assertIn("年终考核（占60%）：缺，尚无已办结的考核。", earlier)

    def test_a_year_needs_all_of_its_parts(self):
        bureau, assessor = self.county.login("county_bureau", "zh"), self.who["assessor"]
        self.ok(bureau.post("/assessments/department_work/adopt", {"year": 2022}))
        told = {}
        for part, month in (("process", 6), ("process", 9), ("final", 9)):
            table = self.ok(bureau.post("/assessments/department_work/runs", {"part": part, "year": 2022, "month": month}), 201)
            for scored in table["scored"]:
                for score in scored["scores"]:
                    if score["given"] is None and not score["spared"]:
                        points = 10 + month if scored is table["scored"][0] else 5
                        self.ok(assessor.post("/registers/assessment_review/records", {"values": {"run": table["run"]["id"], "scored": scored["id"],
                                "criterion": score["criterion"], "points": str(points), "reason": "合成的评分"}}), 201)
            self.ok(bureau.post(f"/assessments/runs/{table['run']['id']}/publish"))
            self.close(bureau, f"/assessments/runs/{table['run']['id']}")
            told[part, month] = self.read(self.admin, "year_assessment")
        half, whole = told["process", 9], told["final", 9]
        self.assertIn("过程考核（占40%）：计入6月、9月的考核。", self.words(half))
        self.assertIn("年终考核（占60%）：缺，尚无已办结的考核。", self.words(half))
        self.assertIn("全年得分、名次和等次尚不能得出", self.words(half))
        rows = next(table for table in self.tables(half) if table and "部门" in table[0])
        self.assertEqual({("—", "—", "—", "—")}, {tuple(row[name]["text"] for name in ("名次", "年终考核", "全年得分", "等次")) for row in rows})
        year = self.ok(self.admin.get("/assessments/department_work/years/2022"))["scored"]
        rows = {row["部门"]["text"]: row for table in self.tables(whole) if table and "部门" in table[0] for row in table}
        for one in year:
            row = rows[one["label"]["zh"]]
            self.assertEqual([float(points) for points in [*one["parts"], one["points"]]],
                             [float(row[name]["value"]) for name in ("过程考核", "年终考核", "全年得分")])
            process, final = map(float, one["parts"])
            self.assertAlmostEqual(0.4 * process + 0.6 * final, float(one["points"]), delta=0.011)
        self.assertNotIn("全年得分、名次和等次尚不能得出", self.words(whole).split("四、")[1].split("五、")[0])
        # The notice names who is on the lists of the newest run, and nobody else.
        notice = self.read(self.admin, "assessment_notice")
        run = self.ok(self.admin.get(f"/assessments/runs/{table['run']['id']}"))
        names = {one["id"]: one["label"]["zh"] for one in run["scored"]}
        listed = [{row["部门"]["text"] for row in rows} for rows in self.tables(notice) if rows and "部门" in rows[0]]
        self.assertEqual([{names[id] for id in one["scored"]} for name in ("commended", "criticised", "interviewed")
                          for one in run["lists"] if one["name"] == name and one["scored"]], listed)
        self.assertTrue(listed)
        self.assertIn("年终考核，2022年9月，已结束。", self.words(notice))
        self.assertIn("计入6月的考核。", self.words(self.read(self.admin, "year_assessment", month=8)), "later runs are not known yet")

    # ── one family

    def test_the_archive_is_the_household(self):
        village = self.who["village"]
        codes = [division["code"] for division in village.session["user"]["divisions"]]
        inside = [id for id, in self.county.query("SELECT h.id FROM household h JOIN village v ON v.id = h.village WHERE h.retired IS NULL "
                                                  f"AND v.code IN ({','.join('?' * len(codes))})", *codes)]
        outside = self.county.query("SELECT h.id FROM household h JOIN village v ON v.id = h.village WHERE h.retired IS NULL "
                                    f"AND v.code NOT IN ({','.join('?' * len(codes))}) LIMIT 1", *codes)[0][0]
        path = f"/households/{inside[0]}/bulletins/household_archive"
        bulletin = self.ok(village.get(path, **SEPTEMBER))
        page = self.ok(village.get(f"/households/{inside[0]}", as_of=AS_OF))
        text = self.words(bulletin)
        self.assertIn(page["record"]["name"], bulletin["title"])
        people = self.tables(bulletin)[1]
        self.assertEqual({member["values"]["name"] for member in page["members"]}, {row["姓名"]["text"] for row in people})
        warned = {warning["label"]["zh"] for warning in page["warnings"] if warning["kind"] != "quality"}
        self.assertEqual(warned, {row["预警或名单"]["text"] for row in self.tables(bulletin)[-1]} if "（本项没有记录。）" not in text.split("七、")[1] else set())
        per_capita = next(one for one in page["definitions"] if one["name"] == "net_income_per_capita")["value"]
        said = re.search(r"人均纯收入([^，]*)，", text).group(1)
        self.assertEqual("未知" if per_capita is None else f"{float(per_capita):,.2f}元", said)
        for number, in self.county.query("SELECT id_number FROM person WHERE household = ? AND length(id_number) > 5", inside[0]):
            self.assertNotIn(number, str(bulletin))
        self.assertEqual(404, village.get(f"/households/{outside}/bulletins/household_archive", **SEPTEMBER).status)

    def test_who_may_not_export_gets_no_file(self):
        any_household = self.county.query("SELECT id FROM household WHERE retired IS NULL LIMIT 1")[0][0]
        path = f"/households/{any_household}/bulletins/household_archive"
        self.ok(self.who["leader"].get(path, **SEPTEMBER))
        self.assertEqual(403, self.who["leader"].post(f"{path}/export", {"format": "docx", **SEPTEMBER}).status)
        job, file = self.take(self.who["leader"], "/bulletins/monitoring_brief", "xlsx")
        self.assertEqual("done", job["state"], job)
        seen = self.words(self.read(self.who["leader"], "monitoring_brief"))
        if "尚无帮扶措施的监测对象" in seen:
            everything = str([[cell.value for row in sheet.iter_rows() for cell in row] for sheet in openpyxl.load_workbook(io.BytesIO(file.body))])
            self.assertIn("您无权导出", everything)

    # ── files

    def test_files_are_logged_and_open_elsewhere(self):
        files = []
        household = self.county.query("SELECT household FROM income_year LIMIT 1")[0][0]
        orders = [(f"/bulletins/{kind}", "docx", {}) for kind in KINDS] + [("/bulletins/township_ranking", "docx", {"division": "西渡镇"}),
                  (f"/households/{household}/bulletins/household_archive", "docx", {}), ("/bulletins/dispatch_table", "xlsx", {})]
        for index, (path, form, order) in enumerate(orders):
            job, file = self.take(self.admin, path, form, **order)
            self.assertEqual("done", job["state"], job)
            self.assertIn("attachment", file.headers["Content-Disposition"])
            self.assertTrue(zipfile.ZipFile(io.BytesIO(file.body)).testzip() is None)
            name = Path(self.folder.name) / f"{index}.{form}"
            name.write_bytes(file.body)
            files.append(name)
        entries = [entry for entry in self.ok(self.admin_log())["entries"] if entry["action"] == "export"]
        self.assertEqual(len(orders), len(entries))
        self.assertTrue(any("防返贫监测简报" in entry["detail"] and "2022-09" in entry["detail"] for entry in entries), [entry["detail"] for entry in entries])
        made = office.to_pdf([file for file in files if file.suffix == ".docx"], self.folder.name)
        self.assertEqual(7, len(made), "LibreOffice opens every one")
        brief, dispatch, ranking = (office.pages(made[files[index]]) for index in (0, 1, 2))
        self.assertIn("防止返贫动态监测简报", brief[0])
        self.assertEqual((842, 595), office.size(made[files[1]]), "the wide table lies on its side")
        heads = [page for page in dispatch if "报送情况" in page]
        self.assertGreater(len(heads), 1, "the heading is repeated on every page")
        self.assertRegex("".join(brief), "— ?1 ?—")
        flat = "".join("".join(ranking).split())
        self.assertIn("西渡镇", flat)
        rows = self.all_indicators(self.admin)
        book = openpyxl.load_workbook(files[-1])
        cells = [cell.value for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
        for row in rows:
            self.assertIn(row["指标"]["text"], cells)
            if "value" in row["现值"]:
                self.assertIn(float(row["现值"]["value"]), [float(value) for value in cells if isinstance(value, (int, float))])

    def admin_log(self):
        return self.county.login("auditor", "zh").get("/audit", action="export", limit=200)


if __name__ == "__main__":
    unittest.main()
