"""Slow and silent clients, jobs and their event streams, and the end of the server."""

import json
import os
import signal
import socket

from support.http_client import API, JSON, ServerTest, request


class SlowClients(ServerTest):
    limits = ("header_ms=300", "body_ms=300", "idle_ms=300", "answer_ms=300")

    def drip(self, start, piece):
        """Sends a piece again and again until the server cuts the connection."""
        connection = self.connect()
        connection.send(start)
        try:
            while True:
                connection.send(piece)
                connection.socket.settimeout(0.02)
                try:
                    if not connection.socket.recv(1000):
                        return True
                except socket.timeout:
                    pass
        except OSError:
            return True

    def test_headers_that_never_end(self):
        self.assertTrue(self.drip(b"GET / HTTP/1.1\r\nHost: a\r\n", b"X: y\r\n"))
        self.assertTrue(self.drip(b"G", b"E"))

    def test_a_body_that_never_ends(self):
        self.assertTrue(self.drip(request("POST", API + "/echo", JSON, "Content-Length: 100000"), b" "))
        self.assertTrue(self.drip(request("POST", API + "/echo", JSON, "Transfer-Encoding: chunked"), b"1\r\n \r\n"))

    def test_silence(self):
        self.assertTrue(self.connect().ended())
        connection = self.connect()
        connection.send(request("GET", API + "/ping"))
        self.assertEqual(200, connection.answer().status)
        self.assertTrue(connection.ended())

    def test_work_is_not_cut(self):
        self.assertEqual("slept", self.ask("GET", API + "/ping?ms=700").json)


class Jobs(ServerTest):
    limits = ("heartbeat_ms=50",)

    def begin(self, steps, user=1, path="/work"):
        answer = self.post(path, {"steps": steps}, user=user)
        self.assertEqual(202, answer.status, answer.body)
        return answer.json["id"]

    def watch(self, job, *headers, user=1):
        connection = self.connect()
        connection.send(request("GET", f"{API}/jobs/{job}/events", *headers, user=user))
        head = connection.answer(head_only=True)
        self.assertEqual("text/event-stream; charset=utf-8", head.headers["content-type"])
        return connection

    def events(self, connection):
        """The data of the events up to the end of the stream."""
        connection.ended()
        return [json.loads(line[6:]) for line in connection.kept.decode().splitlines() if line.startswith("data: ")]

    def test_from_start_to_file(self):
        job = self.begin(10)
        events = self.events(self.watch(job))
        self.assertEqual(("done", 10, "结果.txt"), (events[-1]["state"], events[-1]["result"], events[-1]["file"]))
        self.assertEqual(b"done\n", self.ask("GET", f"{API}/jobs/{job}/file", user=1).body)
        self.assertEqual("done", self.ask("GET", f"{API}/jobs/{job}", user=1).json["state"])

    def test_failure_in_the_readers_language(self):
        job = self.begin(13)
        self.assertEqual("Step thirteen does not work", self.events(self.watch(job, "Accept-Language: en"))[-1]["error"])
        self.assertEqual("第十三步不行", self.ask("GET", f"{API}/jobs/{job}", user=1).json["error"])

    def test_only_the_owner_sees_it(self):
        job = self.begin(1)
        for tail in ("", "/events", "/file"):
            self.assert_refused(self.ask("GET", f"{API}/jobs/{job}{tail}", user=2), 404, "not_found")
        self.assert_refused(self.ask("DELETE", f"{API}/jobs/{job}", user=2), 404, "not_found")
        self.assertNotIn(job, [listed["id"] for listed in self.ask("GET", f"{API}/jobs", user=2).json])
        self.assertIn(job, [listed["id"] for listed in self.ask("GET", f"{API}/jobs", user=1).json])

    def test_cancel(self):
        running, queued = self.begin(100000, user=3), self.begin(100000, user=3)
        watcher = self.watch(running, user=3)
        watcher.until(b'"state":"running"')
        self.assertEqual("cancelled", self.ask("DELETE", f"{API}/jobs/{queued}", user=3).json["state"])
        self.ask("DELETE", f"{API}/jobs/{running}", user=3)
        self.assertEqual("cancelled", self.events(watcher)[-1]["state"])

    def test_limits_of_an_owner(self):
        jobs = [self.begin(100000, user=4) for _ in range(4)]
        self.assert_refused(self.post("/work", {"steps": 1}, user=4), 429, "too_many")
        streams = [self.watch(jobs[0], user=4) for _ in range(8)]
        self.assert_refused(self.ask("GET", f"{API}/jobs/{jobs[0]}/events", user=4), 429, "too_many")
        for job in jobs:
            self.ask("DELETE", f"{API}/jobs/{job}", user=4)
        for stream in streams:
            self.assertEqual("cancelled", self.events(stream)[-1]["state"])

    def test_many_watch_and_some_leave(self):
        before = len(os.listdir(f"/proc/{self.server.pid}/fd"))
        jobs = {user: self.begin(60, user=user) for user in (5, 6, 7)}
        streams = [(user, self.watch(jobs[user], user=user)) for user in jobs for _ in range(8)]
        for user, stream in streams[::2]:
            stream.close()
        for user, stream in streams[1::2]:
            self.assertEqual("done", self.events(stream)[-1]["state"])
            stream.close()
        while len(os.listdir(f"/proc/{self.server.pid}/fd")) > before + 1:
            pass

    def test_silence_is_filled_with_heartbeats(self):
        blocker, waiting = self.begin(100000, user=8), self.begin(1, user=9)
        stream = self.watch(waiting, user=9)
        for _ in range(3):
            self.assertIsNotNone(stream.until(b":\n\n"))
        self.ask("DELETE", f"{API}/jobs/{blocker}", user=8)
        self.assertEqual("done", self.events(stream)[-1]["state"])

    def test_what_was_seen_is_not_sent_again(self):
        job = self.begin(1)
        stream = self.watch(job)
        self.events(stream)
        last = [line[4:] for line in stream.kept.decode().splitlines() if line.startswith("id: ")][-1]
        self.assertTrue(last)


class Ending(ServerTest):
    limits = ("grace_ms=20000",)

    def test_1_requests_in_flight_finish(self):
        slow, idle = self.connect(), self.connect()
        idle.send(request("GET", API + "/ping"))
        idle.answer()
        slow.send(request("GET", API + "/ping?ms=800"))
        done = self.connect()
        done.send(request("GET", API + "/ping"))  # read after the slow one has begun, on any thread
        done.answer()
        running = self.post("/work", {"steps": 100000}, user=1).json["id"]
        again = self.post("/again", {"steps": 3}, user=1).json["id"]
        stream = self.connect()
        stream.send(request("GET", f"{API}/jobs/{running}/events", user=1))
        self.assertIsNotNone(stream.until(b'"state":"running"'))
        self.server.send_signal(signal.SIGTERM)
        self.assertEqual("slept", slow.answer().json)
        self.assertTrue(idle.ended() and stream.ended())
        type(self).finish()
        with self.assertRaises(OSError):
            socket.create_connection(("127.0.0.1", self.port))
        type(self).start()
        self.assertEqual("interrupted", self.ask("GET", f"{API}/jobs/{running}", user=1).json["state"])
        stream = self.connect()
        stream.send(request("GET", f"{API}/jobs/{again}/events", user=1))
        self.assertIsNotNone(stream.until(b'"state":"done"'))

    def test_2_killed_jobs_are_told_from_done_ones(self):
        done, running = self.post("/work", {"steps": 0}, user=2).json["id"], self.post("/work", {"steps": 99999}, user=2).json["id"]
        stream = self.connect()
        stream.send(request("GET", f"{API}/jobs/{running}/events", user=2))
        self.assertIsNotNone(stream.until(b'"state":"running"'))
        self.server.kill()
        self.server.wait()
        self.server.stdout.close()
        (self.folder / "jobs" / "broken.json").write_text("{")
        (self.folder / "uploads" / "left").write_text("x")
        type(self).start()
        self.assertEqual("interrupted", self.ask("GET", f"{API}/jobs/{running}", user=2).json["state"])
        self.assertEqual("done", self.ask("GET", f"{API}/jobs/{done}", user=2).json["state"])
        self.assertEqual(b"done\n", self.ask("GET", f"{API}/jobs/{done}/file", user=2).body)
        self.assertEqual([], os.listdir(self.folder / "uploads"))


class GraceIsOver(ServerTest):
    limits = ("grace_ms=100", "workers=1")

    def test_what_waits_is_not_begun(self):
        slow, waiting = self.connect(), self.connect()
        slow.send(request("GET", API + "/ping?ms=1000"))
        waiting.send(request("GET", API + "/ping?ms=1000"))
        self.ask("GET", API + "/nothing")
        self.server.terminate()
        self.assertEqual(0, self.server.wait())
