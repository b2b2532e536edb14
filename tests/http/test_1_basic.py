"""What every client relies on: routing, answers, errors in two languages, headers, files of the web application."""

import gzip
import json
import subprocess
import unittest

from support.http_client import API, JSON, PROGRAM, ServerTest, request


class Basic(ServerTest):
    def test_answers_and_keeps_the_connection(self):
        connection = self.connect()
        for _ in range(3):
            connection.send(request("GET", API + "/ping"))
            self.assertEqual("slept", connection.answer().json)

    def test_pipelined_requests_are_answered_in_their_order(self):
        connection = self.connect()
        connection.send(b"".join(request("GET", f"{API}/registers/r{i}/records") for i in range(20)))
        self.assertEqual([f"r{i}" for i in range(20)], [connection.answer().json["register"] for _ in range(20)])

    def test_chunked_body(self):
        body = b"8\r\n{\"text\":\r\n7\r\n\"ab\xe5\xa2\x9e\"\r\n1\r\n}\r\n0\r\n\r\n"
        answer = self.raw(request("POST", API + "/echo", JSON, "Transfer-Encoding: chunked") + body)
        self.assertEqual({"text": "ab增"}, answer.json)

    def test_head_has_the_length_and_no_body(self):
        connection = self.connect()
        connection.send(request("HEAD", API + "/ping") + request("GET", API + "/ping"))
        head = connection.answer(head_only=True)
        self.assertEqual((200, "7"), (head.status, head.headers["content-length"]))
        self.assertEqual("slept", connection.answer().json)

    def test_options_names_the_methods(self):
        answer = self.ask("OPTIONS", API + "/registers/a/records/1")
        self.assertEqual((204, {"GET", "HEAD", "DELETE", "OPTIONS"}), (answer.status, set(answer.headers["allow"].split(", "))))

    def test_wrong_method(self):
        answer = self.ask("PATCH", API + "/ping")
        self.assert_refused(answer, 405, "method")
        self.assertEqual("GET, HEAD, OPTIONS", answer.headers["allow"])
        self.assert_refused(self.ask("BREW", API + "/ping"), 405, "method")

    def test_no_such_address(self):
        for path in ("/nothing", "/ping/more", "/registers/a/records/x", "/registers//records", "/registers/a/records/01"):
            self.assertIn(self.ask("GET", API + path).status, (400, 404), path)
        self.assert_refused(self.ask("GET", API), 404, "not_found")

    def test_every_answer_carries_the_headers_of_safety(self):
        for answer in (self.ask("GET", API + "/ping"), self.ask("GET", API + "/nothing"), self.ask("GET", "/")):
            self.assertIn("script-src 'self';", answer.headers["content-security-policy"])
            self.assertIn("frame-ancestors 'none'", answer.headers["content-security-policy"])
            self.assertEqual("nosniff", answer.headers["x-content-type-options"])
            self.assertIn("referrer-policy", answer.headers)
        self.assertEqual("no-store", self.ask("GET", API + "/ping").headers["cache-control"])

    def test_language(self):
        path = API + "/registers/a/records/404"
        self.assertEqual("没有这条记录", self.ask("GET", path, user=1).error["message"])
        self.assertEqual("There is no such record", self.ask("GET", path, "Accept-Language: en-GB,zh;q=0.5", user=1).error["message"])
        self.assertEqual("没有这条记录", self.ask("GET", path + "?lang=zh", "Accept-Language: en", user=1).error["message"])
        self.assertEqual("There is no such record", self.ask("GET", path + "?lang=en", user=1).error["message"])

    def test_who(self):
        path = API + "/registers/a/records/7"
        self.assert_refused(self.ask("GET", path), 401, "unauthenticated")
        self.assertEqual(7, self.ask("GET", path, user=2).json)
        self.assert_refused(self.ask("DELETE", path, user=2), 403, "forbidden")
        self.assertEqual(7, self.ask("DELETE", path, user=1).json)

    def test_a_conflict_brings_what_stands_now(self):
        answer = self.ask("GET", API + "/registers/a/records/409", user=1)
        self.assert_refused(answer, 409, "conflict", "version")
        self.assertEqual(7, answer.json["current"])

    def test_a_failure_of_ours_tells_the_client_no_paths(self):
        answer = self.ask("GET", API + "/registers/a/records/500", user=1)
        self.assert_refused(answer, 500, "internal")
        self.assertNotIn(b"secret", answer.body)
        self.assertIn(answer.error["request"], answer.error["message"])
        self.assertIn("/secret/path", self.log())

    def test_writes_from_another_site_are_refused(self):
        path = API + "/session"
        self.assert_refused(self.ask("POST", path, "Origin: https://evil.example"), 403, "forbidden")
        self.assert_refused(self.ask("POST", path, "Origin: null"), 403, "forbidden")
        for origin in ("http://county", "https://county.example"):
            self.assertEqual(204, self.ask("POST", path, f"Origin: {origin}").status)

    def test_cookie(self):
        cookie = self.ask("POST", API + "/session").headers["set-cookie"]
        self.assertEqual("zengshou_session=abc; Path=/; Max-Age=3600; HttpOnly; SameSite=Strict", cookie)

    def test_faults_of_a_body_are_told_together_with_their_fields(self):
        answer = self.post("/echo", {"count": 99, "state": "lost", "members": [{"name": ""}, {"born": "2022-02-30"}], "memberz": 1})
        self.assert_refused(answer, 400, "input")
        self.assertEqual({"text", "count", "state", "members[0].name", "members[1].name", "members[1].born", "memberz"},
                         {fault["field"] for fault in answer.error["faults"]})

    def test_the_log_has_no_queries(self):
        self.ask("GET", API + "/registers/logged/records?f.name=%E5%BC%A0%E4%B8%89&f.secret=hidden")
        self.ask("GET", API + "/ping")
        self.assertIn("/registers/logged/records", self.log())
        self.assertNotIn("hidden", self.log())


class WebApplication(ServerTest):
    @classmethod
    def prepare(cls):
        web = cls.folder / "web"
        (web / "assets").mkdir(parents=True)
        (web / "index.html").write_text("<!doctype html>home")
        (web / "assets" / "app-1a2b.js").write_bytes(b"plain")
        (web / "assets" / "app-1a2b.js.gz").write_bytes(gzip.compress(b"plain"))
        (web / "assets" / "app-1a2b.js.br").write_bytes(b"brotli")
        (cls.folder / "outside").write_text("secret")
        (web / "link.txt").symlink_to(cls.folder / "outside")
        cls.limits = (f"web={web}",)

    def test_index_and_deep_links(self):
        for path in ("/", "/index.html", "/households/12", "/registers/%E6%88%B7"):
            answer = self.ask("GET", path)
            self.assertEqual((200, b"<!doctype html>home"), (answer.status, answer.body), path)
            self.assertEqual("no-cache", answer.headers["cache-control"])
            self.assertEqual("text/html; charset=utf-8", answer.headers["content-type"])

    def test_assets_are_kept_for_ever_and_compressed(self):
        path = "/assets/app-1a2b.js"
        plain, zipped = self.ask("GET", path), self.ask("GET", path, "Accept-Encoding: gzip, deflate")
        brotli, unwanted = self.ask("GET", path, "Accept-Encoding: gzip, br"), self.ask("GET", path, "Accept-Encoding: br;q=0")
        self.assertEqual([b"plain", b"plain", b"brotli", b"plain"],
                         [plain.body, gzip.decompress(zipped.body), brotli.body, unwanted.body])
        self.assertEqual(3, len({plain.headers["etag"], zipped.headers["etag"], brotli.headers["etag"]}))
        self.assertIn("immutable", brotli.headers["cache-control"])
        self.assertEqual("br", brotli.headers["content-encoding"])
        self.assertEqual("text/javascript; charset=utf-8", brotli.headers["content-type"])
        again = self.ask("GET", path, f"If-None-Match: {plain.headers['etag']}")
        self.assertEqual((304, b""), (again.status, again.body))

    def test_nothing_outside_is_reachable(self):
        for path in ("/../outside", "/%2e%2e/outside", "/assets/..%2f..%2foutside", "/link.txt", "/..%5coutside", "//outside.txt",
                     "/assets/none.js", "/assets/none", "/favicon.ico", "/%00"):
            answer = self.ask("GET", path)
            self.assertIn(answer.status, (400, 404), path)
            self.assertNotIn(b"secret", answer.body)

    def test_only_reading(self):
        self.assert_refused(self.ask("POST", "/", body=b""), 405, "method")


class Descriptions(unittest.TestCase):
    def describe(self, what):
        return subprocess.run([PROGRAM, f"describe={what}"], check=True, stdout=subprocess.PIPE).stdout.decode()

    def test_openapi_names_every_route_and_resolves_its_references(self):
        document = json.loads(self.describe("openapi"))
        self.assertEqual("3.1.0", document["openapi"])
        self.assertEqual({"get", "delete"}, set(document["paths"][API + "/registers/{register}/records/{id}"]))
        self.assertEqual([], document["paths"][API + "/ping"]["get"]["security"])

        def references(value):
            if isinstance(value, dict):
                yield from (v for k, v in value.items() if k == "$ref")
                value = value.values()
            if isinstance(value, (dict, list)) or hasattr(value, "__iter__") and not isinstance(value, str):
                for item in value:
                    yield from references(item)
        for reference in references(document):
            at = document
            for part in reference.removeprefix("#/").split("/"):
                at = at[part]

    def test_typescript_names_shapes_and_routes(self):
        types = self.describe("typescript")
        self.assertIn("export interface Echo {", types)
        self.assertIn("members?: (Member)[]", types)
        self.assertIn("'GET /registers/{register}/records/{id}': {", types)
        self.assertIn("state?: 'hit' | 'fresh'", types)


if __name__ == "__main__":
    unittest.main()
