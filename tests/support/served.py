"""The real server on a small synthetic county, and clients who log in to it.

    county = Served(households=120)      starts `zengshou serve` on a copy of a county that is made once for all suites
    admin = county.login("county_admin") one of the demonstration accounts, one a role
    admin.get("/registers/household/records", limit=5).json

Where ZENGSHOU_POSTGRES is set the county lies in a database of its own on that server (support/databases.py).

The county: packs/hengyang-2022, imported from the program's own demonstration sheets and screened once as of AS_OF.
"""

import concurrent.futures
import fcntl
import functools
import http.client
import json
import os
import shutil
import subprocess
import tempfile
import threading
import unittest
import urllib.parse
from pathlib import Path

from support import databases
from support.program import PROGRAM, ROOT

HENGYANG = ROOT / "packs" / "hengyang-2022"
AS_OF = "2022-09-30"
PASSWORD = "synthetic-Pass-1"
API = "/api/v1"


def call(*words, **how):
    done = subprocess.run([str(PROGRAM), *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, **how)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, words))}: status {done.returncode}\n{done.stderr.decode()}")
    return done.stdout.decode()


def files_of(database):
    """A database's file and what lies beside it under its name."""
    return [path for path in database.parent.iterdir() if path.name.startswith(database.name)]


def make_county(folder, households, database=None):
    database = database or folder / "county.db"
    sheets = folder / "sheets"
    made = call("demo", "--pack", HENGYANG, "--out", sheets, "--households", households, "--seed", 7, "--as-of", AS_OF, "--json")
    call("init", "--db", database, "--pack", HENGYANG)
    for file in json.loads(made)["files"]:
        call("import", "--db", database, file["feed"], file["path"], "--errors", folder / "refused.xlsx")
    call("screen", "--db", database, "--as-of", AS_OF)
    call("user", "demo", "--db", database, "--password-stdin", input=PASSWORD.encode() + b"\n")
    shutil.rmtree(sheets)


def county_of(households):
    """The folder of the county, made by whoever comes first; a newer program or pack makes it anew."""
    place = Path(PROGRAM).parent / f"county-{households}"
    place.parent.mkdir(exist_ok=True)
    stamp = str(max(os.stat(path).st_mtime_ns for path in (PROGRAM, *HENGYANG.rglob("*"))))
    with open(f"{place}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (place / "stamp").exists() or (place / "stamp").read_text() != stamp:
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir()
            make_county(place, households)
            (place / "stamp").write_text(stamp)
    return place


@functools.cache
def county_on_server(households):
    """The same in a database on a server, which ends with the suite."""
    folder = Path(tempfile.mkdtemp(prefix="zengshou-served-"))
    database = databases.place(folder, "template")
    make_county(folder, households, database)
    shutil.rmtree(folder)
    return database


def at_once(send, count=6):
    """The answers to the same request, sent so often at one moment."""
    ready = threading.Barrier(count)

    def one(_):
        ready.wait()
        return send()

    with concurrent.futures.ThreadPoolExecutor(count) as senders:
        return list(senders.map(one, range(count)))


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def error(self):
        return self.json["error"]

    def __str__(self):
        return f"{self.status} {self.body[:2000].decode(errors='replace')}"


class Client:
    """Whoever speaks to the server: with a session, a token, or as nobody."""

    def __init__(self, port, language="en"):
        self.port, self.language = port, language
        self.cookie = self.csrf = self.token = None
        self.session = None

    def ask(self, method, path, body=None, query=None, headers=None, raw=False):
        """query: names to values or lists; body: what becomes JSON, or bytes with raw."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        pairs = [(name, each) for name, value in (query or {}).items() for each in (value if isinstance(value, list) else [value])]
        target = API + path + ("?" + urllib.parse.urlencode(pairs) if pairs else "")
        all_headers = {"Accept-Language": self.language}
        if self.cookie:
            all_headers["Cookie"] = self.cookie
        if self.csrf and method != "GET":
            all_headers["X-CSRF-Token"] = self.csrf
        if self.token:
            all_headers["Authorization"] = f"Bearer {self.token}"
        data = body if raw else None if body is None else json.dumps(body).encode()
        if data is not None:
            all_headers["Content-Type"] = "application/octet-stream" if raw else "application/json"
        all_headers.update(headers or {})
        try:
            connection.request(method, urllib.parse.quote(target, safe="/?&=%+:"), body=data, headers=all_headers)
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def get(self, path, **query):
        return self.ask("GET", path, query=query)

    def post(self, path, body=None, **query):
        return self.ask("POST", path, body=body, query=query)

    def patch(self, path, body):
        return self.ask("PATCH", path, body=body)

    def delete(self, path, **query):
        return self.ask("DELETE", path, query=query)

    def log_in(self, name, password=PASSWORD):
        answer = self.post("/session", {"name": name, "password": password})
        if answer.status == 200:
            self.cookie = answer.headers["Set-Cookie"].split(";")[0]
            self.session = answer.json
            self.csrf = self.session["csrf"]
        return answer


class Served:
    def __init__(self, households=120, options=(), database=None):
        """database: a file, which is copied, or the address of one on a server."""
        self.folder = Path(tempfile.mkdtemp(prefix="zengshou-served-"))
        self.options = list(options)
        self.owns = not isinstance(database, str)
        self.database = database if isinstance(database, str) else databases.place(self.folder, "county")
        if databases.on_server(self.database):
            if self.database != database:
                databases.copy(database or county_on_server(households), self.database)
            self.options += ["--data", self.folder / "data"]
        else:
            for path in files_of(database or county_of(households) / "county.db"):
                shutil.copy(path, self.folder / path.name.replace((database or self.database).name, self.database.name, 1))
        self.process = None
        self.start()

    def start(self):
        with open(self.folder / "stderr", "ab") as said:
            self.process = subprocess.Popen([str(PROGRAM), "serve", "--db", str(self.database), "--listen", "127.0.0.1:0", "--json",
                                             *map(str, self.options)], stdout=subprocess.PIPE, stderr=said)
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError("the server did not start: " + (self.folder / "stderr").read_text())
        self.port = int(json.loads(line)["address"].rstrip("/").rsplit(":", 1)[1])

    def kill(self):
        """As a power cut: nothing is finished."""
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def stop(self):
        """As an operator: requests in flight finish. Returns what the server said on stderr."""
        if self.process.poll() is None:
            self.process.terminate()
        status = self.process.wait(timeout=120)
        self.process.stdout.close()
        said = (self.folder / "stderr").read_text()
        assert status == 0, f"the server ended with status {status}: {said}"
        return said

    def close(self):
        try:
            if self.process.returncode is None:
                self.stop()
        finally:
            if self.owns:
                databases.remove(self.database)
            shutil.rmtree(self.folder, ignore_errors=True)

    def nobody(self, language="en"):
        return Client(self.port, language)

    def login(self, name, language="en", password=PASSWORD):
        client = Client(self.port, language)
        answer = client.log_in(name, password)
        assert answer.status == 200, f"{name}: {answer}"
        return client

    def query(self, sql, *values):
        """Rows of the database, read beside the running server."""
        if databases.on_server(self.database):
            for value in values:
                sql = sql.replace("?", str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'", 1)
            return databases.rows(self.database, sql)
        import sqlite3
        connection = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)
        try:
            return connection.execute(sql, values).fetchall()
        finally:
            connection.close()


class ServedTest(unittest.TestCase):
    def ok(self, answer, status=200):
        """What the server answered, when it answered so."""
        self.assertEqual(status, answer.status, str(answer))
        return answer.json

    def lines_of(self, answer):
        """Every indicator that stands anywhere in an answer."""
        if isinstance(answer, list):
            for each in answer:
                yield from self.lines_of(each)
        elif isinstance(answer, dict):
            if {"name", "seen", "counted", "trend"} <= answer.keys():
                yield answer
            for each in answer.values():
                yield from self.lines_of(each)
