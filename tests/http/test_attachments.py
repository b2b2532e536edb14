"""Files on records: what is taken and what is not, what comes out of pictures, who sees and adds, limits, kill -9, verify."""

import contextlib
import hashlib
import io
import sqlite3
import threading
import unittest
import zlib

from PIL import Image
from PIL.ExifTags import IFD, Base

from support import samples
from support.served import Served, call

MEBI = 1 << 20


# A household with open cases is not retired.
OPEN_ON = " UNION ".join(f"SELECT household FROM {register} WHERE case_state IS NOT NULL AND case_closed IS NULL" for register in
                         ("identification", "risk_elimination", "income_decline", "off_system", "household_plan", "visit"))


class Attachments(unittest.TestCase):
    maxDiff = 3000

    @classmethod
    def setUpClass(cls):
        cls.county = Served()
        cls.addClassCleanup(cls.county.close)
        cls.households = [id for id, in cls.county.query("SELECT id FROM household WHERE retired IS NULL AND id NOT IN (" + OPEN_ON + ") ORDER BY id")]

    def setUp(self):
        self.admin = self.county.login("county_admin")
        self.household = self.households.pop()

    def add(self, client, data, kind="evidence", name="x", household=None, **query):
        return client.ask("POST", f"/registers/household/records/{household or self.household}/attachments", body=data, raw=True,
                          query={"kind": kind, "filename": name, **query})

    def added(self, *words, **how):
        answer = self.add(self.admin, *words, **how)
        self.assertEqual(201, answer.status, answer)
        return answer.json

    def place(self, attachment, household=None):
        return f"/registers/household/records/{household or self.household}/attachments/{attachment}"

    def content(self, attachment):
        answer = self.admin.get(self.place(attachment))
        self.assertEqual(200, answer.status, answer)
        return answer.body

    def listed(self, **query):
        return self.admin.get(f"/registers/household/records/{self.household}/attachments", **query).json["attachments"]

    def refused(self, data, message, status=400, **how):
        answer = self.add(self.admin, data, **how)
        self.assertEqual(status, answer.status, answer)
        self.assertRegex(answer.error["message"], message)
        self.assertEqual([], self.listed())

    # ── pictures

    def test_a_picture_loses_its_place_and_keeps_its_image(self):
        for form, name in (("JPEG", "家门口.JPG"), ("PNG", "photo.png"), ("WEBP", "photo.webp")):
            with self.subTest(form):
                data = samples.photo(form)
                done = self.added(data, kind="visit_photo", name=name)
                self.assertTrue(done["cleaned"])
                kept = self.content(done["attachment"]["id"])
                self.assertEqual(done["attachment"]["digest"], hashlib.sha256(kept).hexdigest())
                self.assertNotIn(samples.MAKER.encode(), kept)
                before, after = Image.open(io.BytesIO(data)), Image.open(io.BytesIO(kept))
                self.assertEqual(list(before.getdata()), list(after.getdata()), "bit by bit the same picture")
                self.assertEqual(6, after.getexif().get(Base.Orientation), "which way is up stays")
                self.assertEqual({Base.Orientation}, set(after.getexif()))
                self.assertEqual({}, dict(after.getexif().get_ifd(IFD.GPSInfo)))
                self.assertNotIn("comment", after.info)

    def test_what_is_asked_to_be_kept_is_kept(self):
        data = samples.photo()
        done = self.added(data, kind="visit_photo", name="a.jpg", keep_metadata=1)
        self.assertFalse(done["cleaned"])
        self.assertEqual(data, self.content(done["attachment"]["id"]))

    def test_a_picture_without_anything_beside_it_stays_as_it_is(self):
        for form in ("JPEG", "PNG", "WEBP"):
            data = samples.plain_photo(form)
            done = self.added(data, kind="visit_photo", name="a")
            self.assertFalse(done["cleaned"])
            self.assertEqual(data, self.content(done["attachment"]["id"]))

    def test_progressive_and_interlaced_pictures(self):
        for data in (samples.photo(progressive=True, size=(333, 211)), samples.plain_photo("JPEG", subsampling=0, optimize=True)):
            done = self.added(data, kind="visit_photo", name="a.jpg")
            Image.open(io.BytesIO(self.content(done["attachment"]["id"]))).load()

    def test_what_hides_behind_a_picture_goes(self):
        for data in (samples.plain_photo("JPEG"), samples.plain_photo("PNG"), samples.plain_photo("WEBP")):
            done = self.added(data + samples.package({"run.exe": b"MZ"}), kind="visit_photo", name="a")
            self.assertTrue(done["cleaned"])
            self.assertEqual(data, self.content(done["attachment"]["id"]))

    def test_broken_pictures(self):
        jpeg, png, webp = (samples.plain_photo(form) for form in ("JPEG", "PNG", "WEBP"))
        for data in (jpeg[:-2], jpeg[:len(jpeg) // 2], png[:-12], png[:60], webp[:-4], b"\xff\xd8\xff\xd9", b"\xff\xd8\xff\xe0\x00\x01",
                     png[:50] + bytes([png[50] ^ 1]) + png[51:], webp[:12] + b"XXXX" + webp[16:]):
            self.refused(data, "damaged", kind="visit_photo")
        self.refused(samples.png_of(10, 10, b"\0" * 30), "not whole", kind="visit_photo")
        self.refused(samples.png_of(10, 10, b"\0" * 9999), "not sound", kind="visit_photo")
        self.refused(samples.png_of(100000, 100000, b"\0"), "too large", kind="visit_photo", status=413)

    # ── documents

    def test_documents_are_taken_as_they_are(self):
        for data, name, kind in ((samples.pdf(), "公示.pdf", "pdf"), (samples.office(), "评议记录.docx", "docx"),
                                 (samples.office("xl/workbook.xml"), "账.xlsx", "xlsx"), ("说明：情况属实\n".encode(), "a.txt", "text"),
                                 ("说明：情况属实\n".encode("gb18030"), "a.txt", "text")):
            with self.subTest(name):
                done = self.added(data, name=name)["attachment"]
                self.assertEqual((kind, name, len(data)), (done["type"], done["name"], done["size"]))
                answer = self.admin.get(self.place(done["id"]))
                self.assertEqual(data, answer.body)
                self.assertIn("attachment", answer.headers["Content-Disposition"])
                self.assertEqual("nosniff", answer.headers["X-Content-Type-Options"])
                self.assertIn("sandbox", " ".join(answer.headers.get_all("Content-Security-Policy")))

    def test_names_that_lie(self):
        self.refused(samples.pdf(), "ends in .jpg", name="photo.jpg")
        self.refused(b"<script>alert(1)</script>", "ends in .html", name="a.html")
        self.refused(samples.plain_photo(), "ends in .exe", name="a.exe")
        self.assertEqual("a.png", self.added(samples.plain_photo("PNG"), name="a.jpg")["attachment"]["name"])
        self.assertEqual("x.1.2组.jpg", self.added(samples.plain_photo(), name="../../etc/x.1.2组")["attachment"]["name"])

    def test_what_is_not_taken(self):
        for data, message in ((b"MZ\x90\0\x03", "no file that is taken"), (b"\0\0\0\x18ftypheic" + b"\0" * 20, "HEIC"),
                              (b"\0\0\0\x18ftypmp42" + b"\0" * 20, "film"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "old document"),
                              (b"GIF89a" + b"\0" * 20, "GIF"), (samples.package({"a.jpg": samples.plain_photo()}), "archive"),
                              (samples.office(**{"word/vbaProject.bin": b"x"}), "macros"), (samples.office()[:-40], "damaged"),
                              (samples.office(main="word/document.xml", **{"a.xml": "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"}), "damaged"),
                              (samples.office(**{"a.xml": "<a>"}), "damaged"), (samples.pdf()[:-20], "damaged"),
                              (samples.pdf(b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>"), "script"),
                              (samples.pdf(packed=b"5 0 << /S /Launch /F (x) >>"), "script"),
                              (samples.pdf(trailer=b"/Encrypt 5 0 R"), "encrypted"), (b"", "empty|No file")):
            with self.subTest(message):
                self.refused(data, message)

    def test_names_in_a_pdf_are_read_as_a_viewer_reads_them(self):
        """ISO 32000-1, 7.3.5: a letter of a name may be written as # and its code."""
        for name in (b"JavaScript", b"JS", b"Launch", b"EmbeddedFile", b"EmbeddedFiles", b"RichMedia", b"SubmitForm", b"ImportData"):
            for written in (name, b"#%02X" % name[0] + name[1:], name[:-1] + b"#%02x" % name[-1], b"".join(b"#%02X" % letter for letter in name)):
                with self.subTest(written):
                    self.refused(samples.pdf(b"/OpenAction << /S /%s >>" % written), "script")
                    self.refused(samples.pdf(packed=b"5 0 << /S /%s /F (x) >>" % written), "script")
                    self.refused(samples.pdf(packed=b"5 0 << /S /%s >>" % written, how=b"/Type/Obj#53tm/Filter[/Flate#44ecode]"), "script")
        self.refused(samples.pdf(trailer=b"/Encr#79pt 5 0 R"), "encrypted")
        # A name across the windows by which it is unpacked, wherever it begins; and one that only begins like it.
        for more in range(60):
            self.refused(samples.pdf(packed=b" " * (65536 - more) + b"/S/#4a#61#76#61#53#63#72#69#70#74 "), "script")
        self.added(samples.pdf(b"/JSX /Launcher /J#5a", packed=b" " * (65536 - 3) + b"/JSX /Java#20Script "), name="good.pdf")

    def test_what_a_pdf_packs_otherwise_is_not_taken(self):
        runs = b"5 0 << /S /Launch /F (x) >>"
        for how, pack in ((b"/Type /ObjStm /Filter [/ASCIIHexDecode /FlateDecode]", lambda data: zlib.compress(data).hex().encode() + b">"),
                          (b"/Type /ObjStm /Filter /ASCIIHexDecode", lambda data: data.hex().encode() + b">"),
                          (b"/Type /Obj#53tm /Filter /ASCII#48exDecode", lambda data: data.hex().encode() + b">"),
                          (b"/Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns 4 >> /Type /ObjStm", zlib.compress),
                          (b"/Filter 9 0 R /Type /ObjStm", zlib.compress), (b"/Type /ObjStm /Filter /FlateDecode /F (other.bin)", zlib.compress),
                          (b"/Type /ObjStm", lambda data: data.replace(b"/", b"  ")),
                          (b"/Type /ObjStm /X (stream\n) /Filter /FlateDecode", lambda data: b"xx" + zlib.compress(data)),
                          (b"/Type /ObjStm /Filter /FlateDecode", lambda data: zlib.compress(data)[:-8])):
            with self.subTest(how):
                self.refused(samples.pdf(packed=runs, how=how, pack=pack), "cannot be checked|script")
        for how in (b"/Type/ObjStm/Filter/FlateDecode", b"/Filter [ /FlateDecode ] /Type /ObjStm", b"/Filter/FlateDecode % as it is\n/Type/ObjStm"):
            with self.subTest(how):
                self.added(samples.pdf(packed=b"5 0 << /A (%s) >>" % how.hex().encode(), how=how), name="good.pdf")

    def test_zip_bombs(self):
        self.refused(samples.office(**{"word/media/a.bin": b"\0" * (30 * MEBI)}), "bomb", status=413)

    def test_a_kind_takes_what_it_holds(self):
        self.refused(samples.pdf(), "JPEG picture, a PNG picture", kind="visit_photo")
        self.refused(samples.pdf(), "no kind", kind="nothing")

    def test_too_large(self):
        self.refused(b"a" * (5 * MEBI + 1), "5 MiB", status=413)

    def test_too_many_on_one_record(self):
        for number in range(20):
            self.added(b"%d" % number)
        answer = self.add(self.admin, b"one more")
        self.assertEqual(413, answer.status, answer)
        self.admin.post(self.place(self.listed()[0]["id"]) + "/retire", {"reason": "double"})
        self.assertEqual(201, self.add(self.admin, b"one more").status)

    # ── what is written

    def test_the_same_file_twice(self):
        first, second = self.added(b"same")["attachment"], self.added(b"same")["attachment"]
        self.assertEqual(first, second)
        other = self.households.pop()
        self.assertEqual(201, self.add(self.admin, b"same", household=other).status)
        self.assertEqual([(1,)], self.county.query("SELECT count(*) FROM zs_file WHERE digest = ?", first["digest"]))

    def test_taking_back(self):
        done = self.added(b"mistaken")["attachment"]
        for reason in ("", "  ", "x" * 1001):
            self.assertEqual(400, self.admin.post(self.place(done["id"]) + "/retire", {"reason": reason}).status)
        self.assertEqual(204, self.admin.post(self.place(done["id"]) + "/retire", {"reason": "传错了"}).status)
        self.assertEqual(409, self.admin.post(self.place(done["id"]) + "/retire", {"reason": "again"}).status)
        self.assertEqual([], self.listed())
        self.assertEqual(["传错了"], [each["reason"] for each in self.listed(retired=1)])
        actions = [event["action"] for event in self.admin.get("/audit", register="household", record=self.household).json["entries"]]
        self.assertEqual(["detach", "attach"], actions[:2])

    # ── who

    def test_a_village_sees_and_adds_its_own_only(self):
        village = self.county.login("village")
        own = village.get("/registers/household/records", limit=1, fields="").json["records"][0]["id"]
        others = [id for id in self.households if village.get(f"/registers/household/records/{id}").status == 404]
        self.assertEqual(201, self.add(village, samples.photo(), household=own, kind="visit_photo").status)
        foreign = self.added(b"elsewhere", household=others[0])["attachment"]["id"]
        self.assertEqual(404, self.add(village, b"x", household=others[0]).status)
        self.assertEqual(404, village.get(f"/registers/household/records/{others[0]}/attachments").status)
        self.assertEqual(404, village.get(self.place(foreign, others[0])).status)
        self.assertEqual(404, village.get(self.place(foreign, own)).status, "through a record of one's own")
        self.assertEqual(404, village.post(self.place(foreign, own) + "/retire", {"reason": "x"}).status)

    def test_who_may_take_back(self):
        village = self.county.login("village")
        own = village.get("/registers/household/records", limit=1, fields="").json["records"][0]["id"]
        by_admin = self.added(b"by the county", household=own)["attachment"]["id"]
        by_village = self.add(village, b"by the village", household=own).json["attachment"]["id"]
        self.assertEqual(403, village.post(self.place(by_admin, own) + "/retire", {"reason": "x"}).status)
        self.assertEqual(204, village.post(self.place(by_village, own) + "/retire", {"reason": "x"}).status)

    def test_readers_only_read(self):
        done = self.added(b"read me")["attachment"]["id"]
        leader = self.county.login("leader")
        self.assertEqual(200, leader.get(self.place(done)).status)
        self.assertEqual(403, self.add(leader, b"x").status)
        self.assertEqual(403, leader.post(self.place(done) + "/retire", {"reason": "x"}).status)

    def test_sensitive_kinds_are_opened_by_few_and_logged(self):
        done = self.added(samples.photo(), kind="medical_paper", name="a.jpg")["attachment"]["id"]
        leader = self.county.login("leader")
        shown, = leader.get(f"/registers/household/records/{self.household}/attachments").json["attachments"]
        self.assertTrue(shown["sealed"])
        self.assertEqual(403, leader.get(self.place(done)).status)
        self.content(done)
        last = self.admin.get("/audit", register="household", record=self.household).json["entries"][0]
        self.assertEqual(("open_file", "county_admin"), (last["action"], last["actor"]))

    def test_a_retired_record_shows_its_files_and_takes_none(self):
        self.added(b"before")
        record = self.admin.get(f"/registers/household/records/{self.household}").json
        self.assertEqual(200, self.admin.post(f"/registers/household/records/{self.household}/retire",
                                              {"version": record["version"], "reason": "moved"}).status)
        self.assertEqual(1, len(self.listed()))
        self.assertEqual(404, self.add(self.admin, b"after").status)


class Kept(unittest.TestCase):
    """What the database promises of files: nothing acknowledged is lost, and what was altered is found."""

    def setUp(self):
        self.county = Served()
        self.addCleanup(self.county.close)
        self.household, = self.county.query("SELECT min(id) FROM household WHERE retired IS NULL")[0]
        self.path = f"/registers/household/records/{self.household}/attachments"

    def add(self, client, data):
        return client.ask("POST", self.path, body=data, raw=True, query={"kind": "evidence", "filename": "a.txt"})

    def test_every_acknowledged_file_survives_a_kill(self):
        acknowledged, enough = [], threading.Semaphore(0)

        def write(writer, client):
            for number in range(6):
                try:
                    answer = self.add(client, b"%d %d " % (writer, number) * 20000)
                except OSError:
                    return
                if answer.status != 201:
                    return
                acknowledged.append(answer.json["attachment"])
                enough.release()

        writers = [threading.Thread(target=write, args=(writer, self.county.login("county_admin"))) for writer in range(3)]
        for writer in writers:
            writer.start()
        for _ in range(6):
            enough.acquire()
        self.county.kill()
        for writer in writers:
            writer.join()
        call("verify", "--db", self.county.database)
        self.county.start()
        admin = self.county.login("county_admin")
        for each in acknowledged:
            content = admin.get(f"{self.path}/{each['id']}").body
            self.assertEqual(each["digest"], hashlib.sha256(content).hexdigest())

    def test_verify_finds_what_was_altered(self):
        self.assertEqual(201, self.add(self.county.login("county_admin"), b"true").status)
        backup = self.county.folder / "copy.db"
        call("backup", "--db", self.county.database, backup)
        self.assertIn("1", call("verify", "--db", backup))
        for sql, message in (("UPDATE zs_file SET content = CAST('lies' AS BLOB)", "校验值"),
                             ("UPDATE zs_attachment SET record = record + 1", "与日志不符"),
                             ("DELETE FROM zs_attachment", "被人删除")):
            with self.subTest(sql):
                copy = self.county.folder / "altered.db"
                copy.unlink(missing_ok=True)
                call("backup", "--db", self.county.database, copy)
                with contextlib.closing(sqlite3.connect(copy)) as database, database:
                    database.execute(sql)
                with self.assertRaisesRegex(AssertionError, "status 1"):
                    call("verify", "--db", copy, "--lang", "zh")


if __name__ == "__main__":
    unittest.main()
