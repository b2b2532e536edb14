"""Starting the test server and speaking raw HTTP to it: what a library would refuse to send must be sendable here."""

import json
import os
import socket
import subprocess
import tempfile
import unittest
from pathlib import Path

PROGRAM = Path(os.environ["ZENGSHOU"]).parent / "tests" / "http" / "server"
API = "/api/v1"
JSON = "Content-Type: application/json"


class Answer:
    def __init__(self, head, body):
        lines = head.decode("latin-1").split("\r\n")
        self.status = int(lines[0].split()[1])
        self.pairs = [(name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines[1:])]
        self.headers = dict(self.pairs)
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def error(self):
        return self.json["error"]


class Connection:
    """A socket with a buffer; reads one answer after the other."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.kept = b""

    def close(self):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data if isinstance(data, bytes) else data.encode())

    def more(self):
        try:
            data = self.socket.recv(65536)
        except ConnectionResetError:
            data = b""
        self.kept += data
        return bool(data)

    def until(self, mark):
        """Bytes up to and without the mark, or None at the end of the stream."""
        while mark not in self.kept:
            if not self.more():
                return None
        found, _, self.kept = self.kept.partition(mark)
        return found

    def answer(self, head_only=False):
        """The next answer; None when the server has closed instead."""
        head = self.until(b"\r\n\r\n")
        if head is None:
            return None
        answer = Answer(head, b"")
        if answer.status == 100:
            return self.answer(head_only)
        length = int(answer.headers.get("content-length", "0"))
        while not head_only and len(self.kept) < length and self.more():
            pass
        if not head_only:
            answer.body, self.kept = self.kept[:length], self.kept[length:]
        return answer

    def ended(self):
        """Waits until the server closes; what it has said before is thrown away."""
        while self.more():
            pass
        return True


def request(method, path, *headers, body=None, user=None):
    lines = [f"{method} {path} HTTP/1.1", "Host: county", *headers]
    if user is not None:
        lines.append(f"Authorization: Bearer {user}")
    if body is not None and not any(line.lower().startswith("transfer-encoding") for line in headers):
        lines.append(f"Content-Length: {len(body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + (body or b"")


class ServerTest(unittest.TestCase):
    """Each class has a server of its own with the limits of `limits`; it must end without a word from the sanitizers."""

    limits = ()
    maxDiff = 2000

    @classmethod
    def setUpClass(cls):
        place = tempfile.TemporaryDirectory(prefix="zengshou-http-")
        cls.addClassCleanup(place.cleanup)
        cls.folder = Path(place.name)
        cls.prepare()
        cls.start()
        cls.addClassCleanup(cls.finish)

    @classmethod
    def prepare(cls):
        """For files that the server finds at its start."""

    @classmethod
    def start(cls, *more):
        with open(cls.folder / "said", "ab") as said:
            cls.server = subprocess.Popen([PROGRAM, f"data={cls.folder}", *cls.limits, *more], stdout=subprocess.PIPE,
                                          stderr=said)
        line = cls.server.stdout.readline()
        assert line, (cls.folder / "said").read_text()
        cls.port = int(line)

    @classmethod
    def log(cls):
        return (cls.folder / "said").read_text(encoding="utf-8", errors="replace")

    @classmethod
    def finish(cls):
        if cls.server.poll() is None:
            cls.server.terminate()
        status = cls.server.wait()
        cls.server.stdout.close()
        said = cls.log()
        assert status == 0 and "Sanitizer" not in said and "runtime error" not in said, f"status {status}\n{said[-6000:]}"

    def connect(self):
        connection = Connection(self.port)
        self.addCleanup(connection.close)
        return connection

    def ask(self, method, path, *headers, body=None, user=None):
        connection = Connection(self.port)
        try:
            connection.send(request(method, path, *headers, body=body, user=user))
            return connection.answer(head_only=method == "HEAD")
        finally:
            connection.close()

    def raw(self, data):
        connection = self.connect()
        connection.send(data)
        return connection.answer()

    def post(self, path, value, user=None):
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        return self.ask("POST", API + path, JSON, body=body, user=user)

    def assert_refused(self, answer, status, code, field=None):
        self.assertIsNotNone(answer)
        self.assertEqual((status, code), (answer.status, answer.error["code"]), answer.body)
        self.assertTrue(answer.error["message"])
        self.assertEqual(answer.headers["x-request-id"], answer.error["request"])
        if field is not None:
            self.assertEqual(field, answer.error["field"])
