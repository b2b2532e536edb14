"""Sheets in and out over HTTP: uploading, looking, applying, dropping; exports and templates; cut off at any moment."""

import csv
import io
import json
import socket
import unittest
import zipfile

from support.served import API, Served

HOUSEHOLDS = 120
MEBI = 1 << 20
ENDED = ("done", "failed", "cancelled", "interrupted")
FEED = "national_household"
NUMBER, NAME = "户编号", "户主姓名"


def sheet(rows):
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def as_sheet(lines):
    return sheet([list(lines[0])] + [list(line.values()) for line in lines])


class FilesTest(unittest.TestCase):
    maxDiff = 3000

    @classmethod
    def setUpClass(cls):
        cls.county = Served(households=HOUSEHOLDS)
        cls.addClassCleanup(cls.county.close)

    def setUp(self):
        self.admin = self.county.login("county_admin", language="zh")

    def ended(self, client, job):
        """The job's last word. Its events go on until then, so that nobody has to sleep."""
        events = client.ask("GET", f"/jobs/{job}/events")
        self.assertEqual(200, events.status, str(events))
        done = client.get(f"/jobs/{job}").json
        self.assertIn(done["state"], ENDED)
        return done

    def upload(self, client, feed, data, name="sheet.csv"):
        return client.ask("POST", "/imports", body=data, raw=True, query={"feed": feed, "filename": name})

    def preview(self, client, feed, data, name="sheet.csv"):
        answer = self.upload(client, feed, data, name)
        self.assertEqual(202, answer.status, str(answer))
        job = self.ended(client, answer.json["id"])
        self.assertEqual("done", job["state"], job)
        return client.get(f"/imports/{job['result']['import']}").json

    def apply(self, client, item):
        answer = client.post(f"/imports/{item}/apply")
        self.assertEqual(202, answer.status, str(answer))
        return self.ended(client, answer.json["id"])

    def state(self, client, item):
        return client.get(f"/imports/{item}").json["state"]

    def refuse(self, answer, status, code, field=None):
        self.assertEqual((status, code), (answer.status, answer.error["code"]), str(answer))
        self.assertTrue(answer.error["message"])
        if field is not None:
            self.assertEqual(field, answer.error["field"], str(answer))

    def exported(self, client, register, form="csv", filters=None, **more):
        answer = client.post(f"/registers/{register}/export", {"format": form, "filter": filters or {}, **more})
        self.assertEqual(202, answer.status, str(answer))
        job = self.ended(client, answer.json["id"])
        self.assertEqual("done", job["state"], job)
        return job, client.get(f"/jobs/{job['id']}/file")

    def rows(self, client, register, **how):
        job, file = self.exported(client, register, **how)
        rows = list(csv.DictReader(io.StringIO(file.body.decode("utf-8-sig"))))
        self.assertEqual(job["result"]["records"], len(rows))
        return rows

    def names(self, count, mark):
        """Lines of a sheet that give the first families another head."""
        lines = self.rows(self.admin, "household")
        return [{NUMBER: line[NUMBER], NAME: f"{line[NAME]}{mark}"} for line in lines[:count]]

    def heads(self, lines):
        numbers = [line[NUMBER] for line in lines]
        marks = ",".join("?" * len(numbers))
        return sorted(name for name, in self.county.query(f"SELECT head_name FROM household WHERE number IN ({marks})", *numbers))


class Imports(FilesTest):
    def test_upload_look_apply(self):
        lines = self.names(3, "甲")
        before = self.heads(lines)
        item = self.preview(self.admin, FEED, as_sheet(lines), "名单.csv")
        self.assertEqual(("ready", FEED, "名单.csv", None), (item["state"], item["feed"], item["filename"], item["error"]))
        report = item["report"]
        self.assertEqual((3, 0, False), (report["rows"], report["rejected"], report["applied"]))
        self.assertEqual([{"heading": NUMBER, "field": "户编号"}, {"heading": NAME, "field": "户主姓名"}], report["columns"])
        self.assertEqual([(name, f"{name}甲") for name in before],
                         sorted((each["before"], each["after"]) for each in report["differences"]))
        self.assertEqual(before, self.heads(lines), "a preview writes nothing")
        done = self.apply(self.admin, item["id"])
        self.assertEqual(("done", {"import": item["id"], "cases": {"opened": 0, "beside": 0, "waiting": 0}}), (done["state"], done["result"]))
        self.assertEqual([f"{name}甲" for name in before], self.heads(lines))
        item = self.admin.get(f"/imports/{item['id']}").json
        self.assertEqual(("applied", True), (item["state"], item["report"]["applied"]))
        self.refuse(self.admin.post(f"/imports/{item['id']}/apply"), 409, "conflict")
        self.refuse(self.admin.delete(f"/imports/{item['id']}"), 409, "conflict")
        entry = self.admin.get("/audit", action="import", limit=1).json["entries"][0]
        self.assertEqual("county_admin", entry["actor"])
        self.assertIn("名单.csv", entry["detail"])
        self.assertEqual(3, len(entry["changes"]))

    def test_language_of_the_report(self):
        item = self.preview(self.admin, FEED, as_sheet(self.names(1, "乙")))
        self.admin.language = "en"
        report = self.admin.get(f"/imports/{item['id']}").json["report"]
        self.assertEqual("Head of household", report["differences"][0]["field"])

    def test_drop(self):
        lines = self.names(1, "丙")
        item = self.preview(self.admin, FEED, as_sheet(lines))["id"]
        self.assertEqual(204, self.admin.delete(f"/imports/{item}").status)
        dropped = self.admin.get(f"/imports/{item}").json
        self.assertEqual(("dropped", None), (dropped["state"], dropped["report"]))
        self.refuse(self.admin.post(f"/imports/{item}/apply"), 409, "conflict")

    def test_an_import_is_its_owners(self):
        item = self.preview(self.admin, FEED, as_sheet(self.names(1, "丁")))["id"]
        other = self.county.login("county_bureau")
        for answer in (other.get(f"/imports/{item}"), other.post(f"/imports/{item}/apply"), other.delete(f"/imports/{item}"),
                       other.get(f"/imports/{item}/errors.xlsx"), other.get("/imports/1")):
            self.refuse(answer, 404, "not_found")
        self.assertEqual("ready", self.state(self.admin, item))

    def test_somebody_elses_edit_of_what_was_shown(self):
        lines = self.names(2, "戊")
        item = self.preview(self.admin, FEED, as_sheet(lines))["id"]
        other = self.preview(self.admin, FEED, as_sheet([dict(lines[0], **{NAME: "别人改的"})]))["id"]
        self.assertEqual("done", self.apply(self.admin, other)["state"])
        done = self.apply(self.admin, item)
        self.assertEqual("failed", done["state"])
        self.assertIn("预览", done["error"])
        self.assertIn("别人改的", self.heads(lines))
        again = self.admin.get(f"/imports/{item}").json
        self.assertEqual("ready", again["state"])
        self.assertIn("别人改的", [each["before"] for each in again["report"]["differences"]])
        self.assertEqual("done", self.apply(self.admin, item)["state"])
        self.assertEqual(sorted(line[NAME] for line in lines), self.heads(lines))

    def test_somebody_elses_edit_of_something_else(self):
        lines = self.names(4, "己")
        item = self.preview(self.admin, FEED, as_sheet(lines[:2]))["id"]
        other = self.preview(self.admin, FEED, as_sheet(lines[2:]))["id"]
        self.assertEqual("done", self.apply(self.admin, other)["state"])
        self.assertEqual("done", self.apply(self.admin, item)["state"])

    def test_a_villages_rows_only(self):
        village = self.county.login("village", language="zh")
        own = {record["key"] for record in village.get("/registers/household/records", limit=500).json["records"]}
        lines = self.names(HOUSEHOLDS, "庚")
        mine = [line for line in lines if line[NUMBER] in own][:1]
        foreign = [line for line in lines if line[NUMBER] not in own][:2]
        self.assertEqual((1, 2), (len(mine), len(foreign)))
        before = self.heads(foreign)
        item = self.preview(village, FEED, as_sheet(mine + foreign))
        self.assertEqual((3, 2), (item["report"]["rows"], item["report"]["rejected"]))
        self.assertTrue(item["report"]["reasons"])
        errors = village.get(f"/imports/{item['id']}/errors.xlsx")
        self.assertEqual(200, errors.status)
        book = zipfile.ZipFile(io.BytesIO(errors.body))
        words = "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
        self.assertTrue(all(line[NUMBER] in words for line in foreign))
        for name in before:
            self.assertNotIn(f'"{name}"', str(item))
        self.assertEqual("done", self.apply(village, item["id"])["state"])
        self.assertEqual(before, self.heads(foreign))
        self.assertEqual(sorted(line[NAME] for line in mine), self.heads(mine))

    def test_no_refused_rows(self):
        item = self.preview(self.admin, FEED, as_sheet(self.names(1, "")))["id"]
        self.refuse(self.admin.get(f"/imports/{item}/errors.xlsx"), 404, "not_found")

    def test_who_may(self):
        self.refuse(self.upload(self.county.nobody(), FEED, b"a,b\n"), 401, "unauthenticated")
        self.refuse(self.upload(self.county.login("auditor"), FEED, b"a,b\n"), 403, "forbidden")
        self.refuse(self.upload(self.admin, "no_such_feed", b"a,b\n"), 404, "not_found")
        self.refuse(self.upload(self.admin, FEED, b""), 400, "input")
        self.refuse(self.admin.ask("POST", "/imports", body=b"x", raw=True, query={"feed": FEED}), 400, "input", "filename")

    def test_files_that_are_none(self):
        good = io.BytesIO()
        with zipfile.ZipFile(good, "w", zipfile.ZIP_DEFLATED) as book:
            book.writestr("[Content_Types].xml", "<Types>")
            book.writestr("xl/workbook.xml", "<workbook><sheets>")
        bombs = io.BytesIO()
        with zipfile.ZipFile(bombs, "w", zipfile.ZIP_DEFLATED) as book:
            book.writestr("xl/worksheets/sheet1.xml", b"<" + b" " * (64 * MEBI))
        for data in (b"PK\3\4" + b"\0" * 400, good.getvalue(), bombs.getvalue(), b"\xff\xfe\x00", b"\0" * 5000, b"%PDF-1.7",
                     "这不是表\n".encode(), sheet([["甲", "乙"], ["1", "2"]]), sheet([[NUMBER, NUMBER], ["1", "2"]])):
            answer = self.upload(self.admin, FEED, data, "坏.xlsx")
            self.assertEqual(202, answer.status, str(answer))
            job = self.ended(self.admin, answer.json["id"])
            self.assertEqual("failed", job["state"], data[:40])
            self.assertTrue(job["error"])
            self.assertNotIn(str(self.county.folder), job["error"])

    def test_hostile_names(self):
        for name in ("../../../etc/passwd", "..\\..\\boot.ini", "a\r\nSet-Cookie: x=1.csv", "x" * 200, "<script>.csv", "  "):
            item = self.preview(self.admin, FEED, as_sheet(self.names(1, "")), name)
            self.assertNotRegex(item["filename"], r"[/\\\r\n\0]")
            self.assertEqual(204, self.admin.delete(f"/imports/{item['id']}").status)
        self.refuse(self.upload(self.admin, FEED, b"x", "x" * 201), 400, "input", "filename")
        self.refuse(self.upload(self.admin, FEED, b"x", "\0.csv"), 400, "input")
        kept = {path.parent.name for path in self.county.folder.rglob("*.sheet")}
        self.assertLessEqual(kept, {"imports"})

    def test_at_most_100_mebibytes(self):
        lines = self.names(1, "辛")
        text = as_sheet(lines)
        # Blank lines are no rows.
        largest = text + b"\n" * (100 * MEBI - len(text))
        item = self.preview(self.admin, FEED, largest)
        self.assertEqual(1, item["report"]["rows"])
        self.admin.delete(f"/imports/{item['id']}")
        self.refuse(self.upload(self.admin, FEED, largest + b"\n"), 413, "too_large")

    def test_a_cut_upload_leaves_nothing(self):
        connection = socket.create_connection(("127.0.0.1", self.admin.port))
        connection.sendall((f"POST {API}/imports?feed={FEED}&filename=x.csv HTTP/1.1\r\nHost: county\r\nContent-Length: {MEBI}\r\n"
                            f"Cookie: {self.admin.cookie}\r\nX-CSRF-Token: {self.admin.csrf}\r\n\r\n").encode() + b"a,b\n" * 100)
        connection.close()
        self.assertEqual(200, self.admin.get("/session").status)
        self.assertEqual([], [path for path in self.county.folder.rglob("imports/*.sheet") if path.stat().st_size == 400])

    def test_not_more_than_a_few_at_once(self):
        office = self.county.login("county_bureau")
        items = [self.preview(office, FEED, as_sheet(self.names(1, "")))["id"] for _ in range(10)]
        self.refuse(self.upload(office, FEED, b"a,b\n"), 429, "too_many")
        for item in items:
            self.assertEqual(204, office.delete(f"/imports/{item}").status)


class CutOff(FilesTest):
    """The server is killed at any moment of an import."""

    def again(self):
        self.county.kill()
        self.county.start()
        self.admin = self.county.login("county_admin", language="zh")

    def test_previews_and_drops_outlive_the_server(self):
        lines = self.names(2, "壬")
        item = self.preview(self.admin, FEED, as_sheet(lines))
        self.again()
        self.assertEqual(item, self.admin.get(f"/imports/{item['id']}").json)
        self.assertEqual("done", self.apply(self.admin, item["id"])["state"])
        self.again()
        self.assertEqual("applied", self.state(self.admin, item["id"]))
        self.assertEqual(sorted(line[NAME] for line in lines), self.heads(lines))

    def test_killed_while_reading(self):
        answer = self.upload(self.admin, FEED, as_sheet(self.names(HOUSEHOLDS, "癸")) + b"\n" * (20 * MEBI))
        self.again()
        self.assertEqual("done", self.ended(self.admin, answer.json["id"])["state"])

    def test_killed_while_applying(self):
        """All of it or nothing, and what the import says is what the registers hold."""
        outcomes = set()
        for attempt in range(6):
            lines = self.names(HOUSEHOLDS, str(attempt))
            wanted, before = sorted(line[NAME] for line in lines), self.heads(lines)
            item = self.preview(self.admin, FEED, as_sheet(lines) + b"\n" * (MEBI << attempt % 3))["id"]
            answer = self.admin.post(f"/imports/{item}/apply")
            self.assertEqual(202, answer.status)
            for _ in range(attempt):  # a little later each time
                self.admin.get(f"/imports/{item}")
            self.again()
            now = self.admin.get(f"/imports/{item}").json
            self.assertIn(now["state"], ("ready", "applying", "applied"))
            if now["state"] == "applying":  # it was still in the queue
                self.ended(self.admin, answer.json["id"])
                now = self.admin.get(f"/imports/{item}").json
            outcomes.add(now["state"])
            self.assertEqual(now["state"] == "applied", now["report"]["applied"])
            self.assertEqual(wanted if now["state"] == "applied" else before, self.heads(lines))
            if now["state"] == "ready":
                self.assertIn("中途停止", now["error"])
                self.assertEqual("done", self.apply(self.admin, item)["state"])
                self.assertEqual(wanted, self.heads(lines))
            self.assertEqual([("ok",)], self.county.query("PRAGMA integrity_check"))
        self.assertTrue(outcomes)


class Exports(FilesTest):
    def test_what_is_filtered(self):
        page = self.admin.get("/registers/household/records", limit=500, count=1).json
        self.assertEqual(page["total"], len(self.rows(self.admin, "household")))
        some = page["records"][0]["key"]
        self.assertEqual([some], [row[NUMBER] for row in self.rows(self.admin, "household", filters={"q": some})])
        self.assertEqual([], self.rows(self.admin, "household", filters={"q": "无此户"}))
        few = self.admin.get("/registers/household/records", limit=500, where="members_now >= 4").json["records"]
        self.assertEqual(sorted(record["key"] for record in few),
                         sorted(row[NUMBER] for row in self.rows(self.admin, "household", filters={"where": "members_now >= 4"})))

    def test_masked_unless_asked_for(self):
        heading = "户联系电话"
        masked = [row[heading] for row in self.rows(self.admin, "household") if row[heading]]
        plain = [row[heading] for row in self.rows(self.admin, "household", plain=True) if row[heading]]
        self.assertTrue(masked and all("*" in value for value in masked), masked[:3])
        self.assertTrue(plain and not any("*" in value for value in plain), plain[:3])
        assessor = self.county.login("assessor", language="zh")  # exports, but sees nothing plain
        self.assertTrue(all("*" in row[heading] for row in self.rows(assessor, "household", plain=True) if row[heading]))

    def test_each_is_on_the_log(self):
        self.rows(self.admin, "household", filters={"f.members_now.from": "3"}, plain=True)
        (detail,), = self.county.query("SELECT detail FROM zs_entry WHERE action = 'export' ORDER BY id DESC LIMIT 1")
        self.assertIn('"filter":{"f.members_now.from":["3"]}', detail)
        self.assertIn('"plain":true', detail)

    def test_a_number_by_which_somebody_is_found_is_kept_nowhere_in_the_clear(self):
        household = self.admin.get("/registers/household/records", limit=50, **{"f.phone.empty": "0"}).json["records"][0]
        phone = self.admin.post(f"/registers/household/records/{household['id']}/unmask", {"field": "phone"}).json["value"]
        filters = {"f.phone": phone, "q": household["key"], "where": f"not (members_now = {phone})"}
        self.assertEqual([household["key"]], [row[NUMBER] for row in self.rows(self.admin, "household", filters=filters)])
        (detail,), = self.county.query("SELECT detail FROM zs_entry WHERE action = 'export' ORDER BY id DESC LIMIT 1")
        self.assertIn('"f.phone":["***"]', detail)
        self.assertIn('"where":["***"]', detail)
        self.assertNotIn(phone, detail)
        jobs = [file.read_bytes() for file in self.county.folder.rglob("jobs/*.json")]
        self.assertTrue(any(b"export" in job for job in jobs))
        self.assertFalse([job for job in jobs if phone.encode() in job])

    def test_an_order_of_before_an_upgrade_is_told_to_be_ordered_again(self):
        """Its filter stood there as an object; nothing is exported in its place, and the server starts."""
        job, _ = self.exported(self.admin, "village", filters={"q": "村"})
        self.county.stop()
        file, = self.county.folder.rglob(f"jobs/{job['id']}.json")
        record = json.loads(file.read_text(encoding="utf-8"))
        order = json.loads(record["parameters"])
        file.write_text(json.dumps({**record, "state": 0, "parameters": json.dumps({**order, "filter": {"q": "村"}})}, ensure_ascii=False), encoding="utf-8")
        self.county.start()
        ended = self.ended(self.county.login("county_admin", language="zh"), job["id"])
        self.assertEqual("failed", ended["state"])
        self.assertIn("请重新导出", str(ended["error"]))

    def test_scope(self):
        township = self.county.login("township", language="zh")
        own = township.get("/registers/household/records", count=1).json["total"]
        self.assertEqual(own, len(self.rows(township, "household")))
        self.assertLess(own, HOUSEHOLDS)
        self.refuse(self.county.login("village").post("/registers/household/export", {"format": "csv"}), 403, "forbidden")
        self.refuse(self.county.nobody().post("/registers/household/export", {"format": "csv"}), 401, "unauthenticated")

    def test_a_file_is_its_owners(self):
        job, file = self.exported(self.admin, "village", form="xlsx")
        self.assertTrue(zipfile.is_zipfile(io.BytesIO(file.body)))
        self.refuse(self.county.login("county_bureau").get(f"/jobs/{job['id']}/file"), 404, "not_found")

    def test_bad_orders(self):
        path = "/registers/household/export"
        self.refuse(self.admin.post(path, {"format": "pdf"}), 400, "input", "format")
        self.refuse(self.admin.post(path, {}), 400, "input", "format")
        for filters, field in (({"where": "1 +"}, "where"), ({"f.nothing": "1"}, "f.nothing"), ({"f.members_now": "x"}, "f.members_now")):
            self.refuse(self.admin.post(path, {"format": "csv", "filter": filters}), 400, "input", field)
        for filters, field in (({"members_now": "3"}, "members_now"), ({"f.": "3"}, "f."), ({"where": ["true", "false"]}, "where"), ({"q": "长" * 300}, "q"),
                               ({"f.head_name.like": ["a"] * 20000}, "f.head_name.like"), ({"f.head_name.like": ["a"] * 101}, "f.head_name.like")):
            with self.subTest(field=field):
                self.assertEqual(field, self.admin.post(path, {"format": "csv", "filter": filters}).error["field"])
        for value in ({"a": 1}, [["x"]], 1.5, None):
            self.refuse(self.admin.post(path, {"format": "csv", "filter": {"q": value}}), 400, "input")
        self.refuse(self.admin.post("/registers/nothing/export", {"format": "csv"}), 404, "not_found")

    def test_templates(self):
        answer = self.admin.get(f"/feeds/{FEED}/template.xlsx")
        self.assertEqual(200, answer.status)
        book = zipfile.ZipFile(io.BytesIO(answer.body))
        self.assertIn(NUMBER, "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml")))
        self.refuse(self.admin.get("/feeds/nothing/template.xlsx"), 404, "not_found")
        self.refuse(self.county.login("leader").get(f"/feeds/{FEED}/template.xlsx"), 403, "forbidden")
        self.assertEqual([], list(self.county.folder.rglob("uploads/*.xlsx")))


if __name__ == "__main__":
    unittest.main()
