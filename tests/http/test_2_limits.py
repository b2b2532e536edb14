"""Requests that are wrong, too large, too many, or made to be read in two ways: each has a clear answer."""

import json
import os
import socket
import threading

from support.http_client import API, JSON, Connection, ServerTest, request

MEGABYTE = 1 << 20


class Bodies(ServerTest):
    def test_faulty_json(self):
        for body in (b"", b"{", b"nonsense", b'{"text":"a"} x', b'{"text":"a","text":"b"}', b'{"text":"\xff"}', b'{"text":"\\u0000"}',
                     b'{"text":"a","count":99999999999999999999}', b"[" * 100000, b'{"a":' * 1000 + b"1" + b"}" * 1000):
            answer = self.post("/echo", body)
            self.assert_refused(answer, 400, "input")

    def test_the_place_of_a_fault(self):
        answer = self.post("/echo", b'{"text": "a",\n "count": }')
        self.assertEqual(2, answer.error["line"])

    def test_what_is_not_an_object(self):
        for body in (b"1", b"null", b"[]", b'"text"'):
            self.assert_refused(self.post("/echo", body), 400, "input")

    def test_a_body_needs_its_type(self):
        for kind in ("Content-Type: text/plain", "Content-Type: multipart/form-data; boundary=x", "X: y"):
            self.assert_refused(self.ask("POST", API + "/echo", kind, body=b'{"text":"a"}'), 400, "input")

    def test_too_large(self):
        self.assert_refused(self.post("/echo", b'"' + b"a" * MEGABYTE + b'"'), 413, "too_large")
        self.assert_refused(self.ask("POST", API + "/session", body=b"x"), 400, "input")

    def test_too_large_in_chunks(self):
        connection = self.connect()
        connection.send(request("POST", API + "/echo", JSON, "Transfer-Encoding: chunked"))
        for _ in range(3):
            connection.send(b"100000\r\n" + b"a" * MEGABYTE + b"\r\n")
        connection.send(b"0\r\n\r\n" + request("GET", API + "/ping"))
        self.assert_refused(connection.answer(), 413, "too_large")
        self.assertEqual("slept", connection.answer().json, "the connection goes on behind it")

    def test_a_length_beyond_all_limits_is_refused_at_once(self):
        connection = self.connect()
        connection.send(request("POST", API + "/upload", "Content-Length: 99999999999", user=1))
        self.assert_refused(connection.answer(), 413, "too_large")
        self.assertTrue(connection.ended())

    def upload(self, user, size=100 * MEGABYTE):
        connection = self.connect()
        connection.send(request("POST", API + "/upload", f"Content-Length: {size}", user=user))
        piece = b"x" * MEGABYTE
        for _ in range(size // MEGABYTE):
            connection.send(piece)
        return connection.answer()

    def test_a_large_upload_stays_out_of_memory(self):
        before = self.resident()
        self.assertEqual({"size": 100 * MEGABYTE}, self.upload(1).json)
        self.assertLess(self.resident() - before, 40 * MEGABYTE)
        self.assertEqual([], os.listdir(self.folder / "uploads"))

    def test_nobody_uploads_unknown(self):
        self.assert_refused(self.upload(None), 401, "unauthenticated")
        self.assertEqual([], os.listdir(self.folder / "uploads"))

    def test_an_upload_that_breaks_off_leaves_nothing(self):
        connection = Connection(self.port)
        connection.send(request("POST", API + "/upload", "Content-Length: 9999999", user=1) + b"x" * 100000)
        connection.close()
        self.upload(1, MEGABYTE)
        while os.listdir(self.folder / "uploads"):
            self.ask("GET", API + "/ping")

    def resident(self):
        with open(f"/proc/{self.server.pid}/statm") as file:
            return int(file.read().split()[1]) * 4096


class Targets(ServerTest):
    def test_absurd_queries(self):
        path = API + "/registers/a/records?"
        for query, field in (("limit=0", "limit"), ("limit=-1", "limit"), ("limit=1e3", "limit"), ("limit=" + "9" * 300, "limit"),
                             ("limit=", "limit"), ("limit=1&limit=2", "limit"), ("as_of=2022-13-01", "as_of"), ("as_of=x", "as_of"),
                             ("retired=maybe", "retired"), ("state=lost", "state"), ("unknown=1", "unknown"), ("f.=1", "f."),
                             ("Limit=1", "Limit"), ("%E5%A2%9E=1", "增"), ("' OR 1=1 --".replace(" ", "%20"), "' OR 1")):
            self.assert_refused(self.ask("GET", path + query), 400, "input", field)

    def test_targets_that_cannot_be_read(self):
        for target in ("/%", "/%4", "/%zz", "/%ff", "/?a=%00", "/?a=%c3", "/" + "a/" * 50, "/?" + "a=1&" * 300, "/a//b", "/./a", "*"):
            self.assert_refused(self.ask("GET", target), 400, "input")

    def test_values_are_decoded_once(self):
        answer = self.ask("GET", API + "/registers/%E6%88%B7/records?f.name=%2541+%26%3D&f.name=b&lang=en")
        self.assertEqual("户", answer.json["register"])
        self.assertEqual("%41 &=", json.loads(answer.body, object_pairs_hook=lambda pairs: dict(reversed(pairs)))["f.name"])

    def test_long_headers(self):
        answer = self.ask("GET", API + "/ping", "X-Long: " + "a" * 100000)
        self.assertTrue(answer is None or 400 <= answer.status < 500)


class Smuggling(ServerTest):
    limits = ("header_ms=300", "idle_ms=300")

    def refused(self, *headers, body=b""):
        connection = self.connect()
        head = "\r\n".join([f"POST {API}/echo HTTP/1.1", *headers]) + "\r\n\r\n"
        connection.send(head.encode() + body + request("GET", API + "/ping"))
        answer = connection.answer()
        if answer is not None:
            self.assertEqual(400, answer.status, headers)
        self.assertIsNone(connection.answer(), "nothing behind it is read as a request")

    def test_what_can_be_read_in_two_ways(self):
        chunks = b"0\r\n\r\n"
        self.refused("Host: a", JSON, "Content-Length: 5", "Transfer-Encoding: chunked", body=chunks)
        self.refused("Host: a", JSON, "Transfer-Encoding: chunked", "Content-Length: 5", body=chunks)
        self.refused("Host: a", JSON, "Content-Length: 5", "Content-Length: 5", body=b"12345")
        self.refused("Host: a", JSON, "Content-Length: 5", "Content-Length: 6", body=b"12345")
        self.refused("Host: a", JSON, "Transfer-Encoding: chunked", "Transfer-Encoding: chunked", body=chunks)
        self.refused("Host: a", JSON, "Transfer-Encoding: gzip, chunked", body=chunks)
        self.refused("Host: a", "Host: b", JSON, "Content-Length: 0")
        self.refused("Host: a", JSON, "Content-Length: +5", body=b"12345")
        self.refused("Host: a", JSON, "Content-Length: 0x5", body=b"12345")
        self.refused("Host: a", JSON, "Content-Length: -5", body=b"12345")
        self.refused(JSON, "Content-Length: 0")

    def test_garbage(self):
        for data in (b"\r\n\r\n\r\n\r\n", b"\0" * 1000, bytes(range(256)) * 20, b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n",
                     b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"a" * 500, b"GET / HTTP/1.1\r\nHost: a\r\n b: c\r\n\r\n",
                     b"GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n", b"GET  /  HTTP/1.1\r\n\r\n"):
            connection = Connection(self.port)
            connection.send(data)
            try:
                connection.socket.shutdown(socket.SHUT_WR)
            except OSError:
                pass
            connection.ended()
            connection.close()
        self.assertEqual(200, self.ask("GET", API + "/ping").status)


class Crowds(ServerTest):
    limits = ("per_address=8",)

    def test_connections_beyond_the_limit_are_closed(self):
        kept = [self.connect() for _ in range(8)]
        for connection in kept:
            connection.send(request("GET", API + "/ping"))
            self.assertEqual(200, connection.answer().status)
        extra = self.connect()
        self.assertTrue(extra.ended())
        kept.pop().close()
        while True:  # the server has to notice that one has left
            connection = Connection(self.port)
            try:
                connection.send(request("GET", API + "/ping"))
                answer = connection.answer()
            except OSError:
                answer = None
            connection.close()
            if answer is not None:
                break
        self.assertEqual(200, answer.status)


class Queue(ServerTest):
    limits = ("workers=1", "queue=2")

    def test_a_full_queue_says_so(self):
        connections = [self.connect() for _ in range(7)]
        for connection in connections:
            connection.send(request("GET", API + "/ping?ms=200"))
        answers = [connection.answer() for connection in connections]
        busy = [answer for answer in answers if answer.status == 503]
        self.assertTrue(busy)
        self.assertTrue(any(answer.status == 200 for answer in answers))
        self.assert_refused(busy[0], 503, "busy")
        self.assertIn("retry-after", busy[0].headers)

    def test_who_has_left_is_not_served(self):
        path = "/registers/left/records"
        first, gone = self.connect(), self.connect()
        first.send(request("GET", API + "/ping?ms=300"))
        gone.send(request("GET", API + path))
        gone.close()
        self.assertEqual(200, first.answer().status)
        while path not in self.log():
            self.ask("GET", API + "/ping")
        line = next(line for line in self.log().splitlines() if path in line)
        self.assertNotIn(f"{path} 200 ", line)


class Proxied(ServerTest):
    limits = ("proxy=127.0.0.1", "per_address=3", "workers=8")

    def address(self, *headers):
        return self.ask("GET", API + "/registers/a/records", *headers).json["address"]

    def test_the_last_forwarded_address_counts(self):
        self.assertEqual("127.0.0.1", self.address())
        self.assertEqual("10.1.2.3", self.address("X-Forwarded-For: 1.1.1.1, 10.1.2.3"))
        self.assertEqual("127.0.0.1", self.address("X-Forwarded-For: <script>"))

    def test_each_forwarded_address_has_its_own_limit(self):
        connections = [self.connect() for _ in range(6)]
        for connection in connections:
            connection.send(request("GET", API + "/ping?ms=500", "X-Forwarded-For: 10.0.0.1"))
        statuses = sorted(connection.answer().status for connection in connections)
        self.assertEqual([200, 200, 200, 429, 429, 429], statuses)
        self.assertEqual(200, self.ask("GET", API + "/ping", "X-Forwarded-For: 10.0.0.1").status)

    def test_secure_behind_the_proxy(self):
        self.assertIn("strict-transport-security", self.ask("GET", API + "/ping", "X-Forwarded-Proto: https").headers)
        self.assertIn("Secure", self.ask("POST", API + "/session", "X-Forwarded-Proto: https").headers["set-cookie"])


class Untrusted(ServerTest):
    def test_anybody_can_write_the_header(self):
        answer = self.ask("GET", API + "/registers/a/records", "X-Forwarded-For: 10.1.2.3", "X-Forwarded-Proto: https")
        self.assertEqual("127.0.0.1", answer.json["address"])
        self.assertNotIn("strict-transport-security", answer.headers)


class Together(ServerTest):
    limits = ("per_address=200", "body_ms=2000")

    def test_many_at_once_leak_no_descriptor(self):
        before = len(os.listdir(f"/proc/{self.server.pid}/fd"))

        def client(number):
            for i in range(15):
                if (number + i) % 5 == 0:
                    connection = Connection(self.port)
                    connection.send(request("POST", API + "/echo", JSON, "Content-Length: 50") + b"{")
                    connection.close()
                else:
                    seen.append(self.post("/echo", {"text": str(number)}).json["text"] == str(number))
        seen = []
        threads = [threading.Thread(target=client, args=(number,)) for number in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertTrue(seen and all(seen))
        while len(os.listdir(f"/proc/{self.server.pid}/fd")) > before + 1:
            pass
