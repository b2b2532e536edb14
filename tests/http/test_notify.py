"""zengshou notify: counts and links go out by robots and mail, once a day, with nobody's name; what fails is said and tried again, what may have
arrived is not sent twice. Robots and mail servers are real ones on this machine."""

import base64
import datetime
import email
import email.policy
import hashlib
import hmac
import http.server
import json
import os
import re
import socketserver
import stat
import threading
import unittest
import urllib.parse

from support import databases
from support.program import run
from support.served import Served, call

SECRET = "SECret-of-the-robot"
KEY = "key-of-the-robot"


class Robot(http.server.BaseHTTPRequestHandler):
    """Answers as its server's `answer` says: (status, errcode), or None to hang up when it has heard everything."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.told.set()
        self.server.heard.append((self.path, self.headers["Content-Type"], json.loads(body)))
        if self.server.answer is None:
            self.close_connection = True
            self.connection.close()
            return
        status, errcode = self.server.answer
        said = json.dumps({"errcode": errcode, "errmsg": "x"}).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_):
        pass


class Post(socketserver.StreamRequestHandler):
    """A mail server that takes letters, or refuses their recipients."""

    def handle(self):
        self.say("220 here")
        while line := self.rfile.readline().decode().strip():
            word = line.split()[0].upper()
            if word == "DATA":
                self.say("354 go on")
                letter = b""
                while (more := self.rfile.readline()) != b".\r\n":
                    letter += more
                self.server.heard.append(letter)
                self.say("250 taken")
            elif word == "RCPT" and self.server.answer is None:
                self.say("550 nobody of that name")
            elif word == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 good")

    def say(self, words):
        self.wfile.write(words.encode() + b"\r\n")


def listening(test, kind, handler):
    server = kind(("127.0.0.1", 0), handler)
    server.heard, server.answer, server.told = [], (200, 0), threading.Event()
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    test.addCleanup(server.server_close)
    test.addCleanup(server.shutdown)
    return server


class Notify(unittest.TestCase):
    maxDiff = 3000

    @classmethod
    def setUpClass(cls):
        """A county in whose village two households are being identified, one of them late."""
        cls.county = Served()
        cls.addClassCleanup(cls.county.close)
        village = cls.county.login("village")
        taken = {id for id, in cls.county.query("SELECT household FROM identification")}
        free = [record["id"] for record in village.get("/registers/household/records", limit=200, fields="").json["records"] if record["id"] not in taken]
        cls.cases = []
        for household in free[:2]:
            answer = village.post("/workflows/identification/cases", {"values": {
                "household": household, "clue_date": datetime.date.today().isoformat(), "clue_source": "visit", "clue_note": "Cracks in the wall"}})
            assert answer.status == 201, answer
            cls.cases.append(answer.json["case"])
        cls.county.stop()

    def setUp(self):
        self.database = databases.place(self.county.folder, self.id().rsplit(".", 1)[1])
        self.addCleanup(databases.remove, self.database)
        databases.copy(self.county.database, self.database)

    # ── doing

    def settings(self, mode=0o600, **parts):
        path = self.county.folder / f"{self.id()}.yaml"
        path.write_text(json.dumps({"origin": "https://zs.example.cn/", "timeout": 5, "language": "en", **parts}), encoding="utf-8")
        os.chmod(path, mode)
        return path

    def notify(self, settings, *words, status=0):
        done = run("notify", "--db", self.database, "--settings", settings, "--lang", "en", "--json", *words)
        self.assertEqual(status, done.status, str(done))
        self.assertNotIn(SECRET, done.out + done.err)
        self.assertNotIn(KEY, done.out + done.err)
        return json.loads(done.out)["messages"] if done.out else done.err

    def states(self, messages):
        return {(message["channel"], message["recipient"]): message["state"] for message in messages}

    def rows(self, sql):
        return databases.rows(self.database, sql)

    def robot(self, kind="wecom", server=None, **more):
        self.server = server or listening(self, http.server.ThreadingHTTPServer, Robot)
        return {"kind": kind, "url": f"http://127.0.0.1:{self.server.server_address[1]}/send?key={KEY}", "roles": ["village"], **more}

    def sendmail(self, script="cat >> \"$LETTERS\""):
        path = self.county.folder / f"{self.id()}.sendmail"
        self.letters = self.county.folder / f"{self.id()}.letters"
        path.write_text(f"#!/bin/sh\nLETTERS='{self.letters}'\necho \"$@\" > \"$LETTERS.words\"\n{script}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return {"from": "zengshou@example.cn", "sendmail": str(path), "to": {"village": "office@example.cn"}}

    def assert_nobody_is_named(self, text):
        self.assertNotRegex(text, r"\d{11}")
        for case in self.cases:
            self.assertNotIn(case["subject"]["name"], text)
            self.assertNotIn(case["case"]["number"], text)

    # ── robots

    def test_a_robot_is_told_counts_once(self):
        settings = self.settings(webhooks={"office": self.robot()})
        self.assertEqual({("office", None): "sent"}, self.states(self.notify(settings)))
        (path, kind, said), = self.server.heard
        self.assertEqual(f"/send?key={KEY}", path)
        self.assertIn("application/json", kind)
        self.assertEqual({"msgtype", "markdown"}, set(said))
        content = said["markdown"]["content"]
        self.assertRegex(content, r"Village.*: \d+ waiting, \d+ due within 7 days")
        self.assertIn("https://zs.example.cn/cases", content)
        self.assert_nobody_is_named(content)
        self.assertEqual({("office", None): "earlier"}, self.states(self.notify(settings)))
        self.assertEqual(1, len(self.server.heard))
        (state, attempts, entry), = self.rows("SELECT state, attempts, entry FROM zs_notice")
        self.assertEqual(("sent", 1), (state, attempts))
        (actor, action, detail), = self.rows(f"SELECT actor, action, detail FROM zs_entry WHERE id = {entry}")
        self.assertEqual(("notify", "notify"), (actor, action))
        self.assertEqual("sent", json.loads(detail)["result"])
        call("verify", "--db", self.database)

    def test_dingtalk_is_signed(self):
        settings = self.settings(webhooks={"ding": self.robot("dingtalk", secret=SECRET)})
        self.notify(settings)
        (path, _, said), = self.server.heard
        query = urllib.parse.parse_qs(path.split("?", 1)[1])
        words = f"{query['timestamp'][0]}\n{SECRET}".encode()
        self.assertEqual(base64.b64encode(hmac.new(SECRET.encode(), words, hashlib.sha256).digest()).decode(), query["sign"][0])
        self.assertEqual({"title", "text"}, set(said["markdown"]))

    def test_what_fails_is_said_and_tried_again(self):
        settings = self.settings(webhooks={"bad": self.robot()}, mail=self.sendmail())
        self.server.answer = (200, 93000)
        messages = self.notify(settings, status=1)
        self.assertEqual({("bad", None): "failed", ("mail", "village"): "sent"}, self.states(messages))
        self.assertIn("93000", messages[0]["words"])
        self.server.answer = (500, 0)
        self.assertEqual("failed", self.notify(settings, status=1)[0]["state"])
        self.server.answer = (200, 0)
        messages = self.notify(settings)
        self.assertEqual({("bad", None): "sent", ("mail", "village"): "earlier"}, self.states(messages))
        self.assertEqual(3, messages[0]["attempts"])
        self.assertEqual(1, self.letters.read_text().count("Message-ID:"))

    def test_nobody_listens(self):
        robot = self.robot()
        self.server.server_close()
        settings = self.settings(webhooks={"gone": robot})
        for attempt in range(1, 7):
            message, = self.notify(settings, status=1)
            self.assertEqual(("given_up" if attempt == 6 else "failed", attempt), (message["state"], message["attempts"]))
        self.assertEqual(6, self.notify(settings, status=1)[0]["attempts"])

    def test_what_may_have_arrived_is_not_sent_again(self):
        settings = self.settings(webhooks={"cut": self.robot()})
        self.server.answer = None
        self.assertEqual("uncertain", self.notify(settings, status=1)[0]["state"])
        self.assertEqual("earlier", self.notify(settings)[0]["state"])
        self.assertEqual(1, len(self.server.heard))

    # ── mail

    def test_a_letter_by_the_local_mta(self):
        settings = self.settings(mail=self.sendmail(), language="zh")
        self.notify(settings)
        self.assertEqual("-t -i -f zengshou@example.cn", (self.letters.with_name(self.letters.name + ".words")).read_text().strip())
        letter = email.message_from_bytes(self.letters.read_bytes(), policy=email.policy.default)
        self.assertEqual(("office@example.cn", "zengshou@example.cn", "auto-generated"), (letter["To"], letter["From"], letter["Auto-Submitted"]))
        self.assertRegex(letter["Subject"], r"^增收办件提醒 \d{4}-\d\d-\d\d：待办 \d+ 件，7 天内到期 \d+ 件，逾期 \d+ 件(，辖区逾期 \d+ 件)?$")
        self.assertLess(max(map(len, self.letters.read_bytes().splitlines())), 77)
        body = letter.get_content()
        self.assertIn("识别纳入：待办", body)
        self.assertIn("https://zs.example.cn/cases?kind=mine", body)
        self.assert_nobody_is_named(body + letter["Subject"])

    def test_an_mta_that_does_not_take_it(self):
        settings = self.settings(mail=self.sendmail("cat > /dev/null; exit 75"))
        message, = self.notify(settings, status=1)
        self.assertEqual("failed", message["state"])
        self.assertIn("75", message["words"])
        settings = self.settings(mail=self.sendmail("cat > /dev/null; exit 0"), timeout=5)
        self.assertEqual("sent", self.notify(settings)[0]["state"])
        (self.county.folder / f"{self.id()}.sendmail").unlink()
        self.assertEqual("earlier", self.notify(settings)[0]["state"])

    def test_a_letter_by_smtp(self):
        server = listening(self, socketserver.ThreadingTCPServer, Post)
        mail = {"from": "zengshou@example.cn", "smtp": f"smtp://127.0.0.1:{server.server_address[1]}", "to": {"village": "office@example.cn"}}
        server.answer = None
        self.assertEqual("failed", self.notify(self.settings(mail=mail), status=1)[0]["state"])
        server.answer = (200, 0)
        self.assertEqual("sent", self.notify(self.settings(mail=mail))[0]["state"])
        letter = email.message_from_bytes(server.heard[-1], policy=email.policy.default)
        self.assertIn("waiting", letter["Subject"])

    # ── who and what

    def test_what_is_late_is_told_to_those_above(self):
        settings = self.settings(webhooks={"all": self.robot(roles=["village", "township", "county_bureau", "leader"])})

        def late():
            """How many are overdue in the area of each; sheets of years ago left the county some."""
            plan = self.notify(settings, "--dry-run")[0]["words"]
            return [sum(int(count) for line in plan.splitlines() if whose in line for count in re.findall(r"(\d+) overdue in the area", line))
                    for whose in ("Village", "Township", "bureau", "Leaders")]

        before = late()
        databases.change(self.database, f"UPDATE zs_case SET due = '2022-08-05' WHERE register = 'identification' AND record = {self.cases[0]['record']['id']}")
        self.assertEqual([count + 1 for count in before], late())

    def test_a_dry_run_sends_and_writes_nothing(self):
        settings = self.settings(webhooks={"office": self.robot()}, mail=self.sendmail())
        before = self.rows("SELECT max(id) FROM zs_entry")
        messages = self.notify(settings, "--dry-run")
        self.assertEqual({("office", None): "planned", ("mail", "village"): "planned"}, self.states(messages))
        self.assertIn("waiting", messages[1]["words"])
        self.assertEqual(([], [], before), (self.server.heard, self.rows("SELECT * FROM zs_notice"), self.rows("SELECT max(id) FROM zs_entry")))
        self.assertFalse(self.letters.exists())

    def test_accounts_without_work_or_gone(self):
        databases.change(self.database, f"UPDATE zs_case SET closed = due WHERE due < '{datetime.date.today()}'")
        mail = self.sendmail()
        mail["to"] = {"assessor": "assessor@example.cn", "nobody": "nobody@example.cn", "village": "office@example.cn"}
        messages = self.notify(self.settings(mail=mail), status=1)
        self.assertEqual({("mail", "assessor"): "nothing", ("mail", "nobody"): "failed", ("mail", "village"): "sent"}, self.states(messages))

    # ── the server

    def test_the_server_sends_by_itself(self):
        """At once, because the time of the day has passed; after that nobody sends it again."""
        settings = self.settings(webhooks={"office": self.robot()}, at="00:00", days="every")
        served = Served(database=self.database, options=["--notify", settings])
        self.addCleanup(served.close)
        self.assertTrue(self.server.told.wait(60))
        said = served.stop()
        self.assertNotIn(KEY, said)
        self.database = served.database
        self.assertEqual({("office", None): "earlier"}, self.states(self.notify(settings)))
        self.assertEqual(1, len(self.server.heard))

    def test_the_server_tries_again_after_a_failure(self):
        """What a robot refused is said to it again, by the same server or the next one, when the pause is over; and then no more."""
        settings = self.settings(webhooks={"office": self.robot()}, at="00:00", days="every")
        served = Served(database=self.database, options=["--notify", settings])
        self.addCleanup(served.close)
        self.server.answer = (500, 0)
        self.assertTrue(self.server.told.wait(60))
        said = served.stop()
        self.assertNotIn(KEY, said)
        self.assertEqual([("failed", 1)], databases.rows(served.database, "SELECT state, attempts FROM zs_notice"))
        databases.change(served.database, "UPDATE zs_notice SET at = at - 600")
        self.server.answer = (200, 0)
        self.server.told.clear()
        served.start()
        self.assertTrue(self.server.told.wait(60))
        served.stop()
        self.assertEqual([("sent", 2)], databases.rows(served.database, "SELECT state, attempts FROM zs_notice"))
        self.database = served.database
        self.assertEqual({("office", None): "earlier"}, self.states(self.notify(settings)))
        self.assertEqual(2, len(self.server.heard))

    # ── settings

    def test_settings_are_for_ones_own_eyes(self):
        self.assertIn("chmod 600", self.notify(self.settings(mode=0o640, webhooks={}), status=1))

    def test_slips_are_said_with_their_places(self):
        path = self.county.folder / "slips.yaml"
        path.write_text("""origin: zs.example.cn
webhooks:
  office: {kind: wecom, url: "https://example.cn/x", secret: abc, roles: [vilage]}
  other: {kind: slack, url: "ftp://example.cn"}
mail: {from: "a b@c", to: {village: "x@y\\nBcc: z@y"}, at: 08:30}
at: 25:00
""")
        path.chmod(0o600)
        done = run("notify", "--db", self.database, "--settings", path, "--lang", "en")
        self.assertEqual(1, done.status, str(done))
        said = done.err
        for place, words in (("1:9", "https://"), ("3:", "WeCom"), ("3:", "village"), ("4:", "slack"), ("4:", "https://"), ("4:", "roles"),
                             ("5:", "mail address"), ("5:", "sendmail"), ("5:", "`at`"), ("6:5", "08:30")):
            self.assertTrue(any(f"slips.yaml:{place}" in line and words in line for line in said.splitlines()), (place, words, said))
        self.assertNotIn("example.cn/x", said)


if __name__ == "__main__":
    unittest.main()
