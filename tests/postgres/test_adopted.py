"""A parameter that was changed by a case holds on a server's database as it does in a file: for the server, the command line, SQL, and for
what was in force then."""

import json
import os
import unittest

from support.databases import change, rows, use_keys
from support.postgres import Server
from support.program import ROOT, run
from support.served import PASSWORD, Served, ServedTest, call

PACK = ROOT / "packs" / "hengyang-2022"


def setUpModule():
    global SERVER
    SERVER = Server()
    unittest.addModuleCleanup(SERVER.__exit__)
    SERVER.__enter__()


class Adopted(ServedTest):
    def setUp(self):
        use_keys()
        self.addCleanup(os.environ.pop, "ZENGSHOU_KEYS")
        self.database = SERVER.create("adopted")
        call("init", "--db", self.database, "--pack", PACK)
        call("user", "demo", "--db", self.database, "--password-stdin", input=PASSWORD.encode() + b"\n")

    def line(self, *words):
        """What the income line is for the villages, as the command line reckons it."""
        done = run("eval", "income_line", "--db", self.database, "--on", "village", "--as-of", "2022-09-30", "--json", "--limit", 3, *words)
        self.assertEqual(0, done.status, done.err)
        values = {row["value"] for row in json.loads(done.out)["records"]}
        self.assertEqual(1, len(values))
        return values.pop()

    def last(self):
        return rows(self.database, "SELECT max(id) AS id FROM zs_entry")[0][0]

    def test_a_change_and_what_held_before_it(self):
        county = Served(database=str(self.database))
        self.addCleanup(county.close)
        bureau, admin = county.login("county_bureau"), county.login("county_admin")
        before, proposed = self.line(), self.last()
        opened = self.ok(bureau.post("/parameters/income_line/changes", {"value": "3万元", "from": "2022-07-01", "reason": "synthetic"}), 201)
        self.assertEqual(before, self.line())
        view = self.ok(admin.get(f"/workflows/parameter_change/cases/{opened['id']}"))
        self.ok(admin.post(f"/workflows/parameter_change/cases/{opened['id']}/transitions",
                           {"transition": "approve", "version": view["case"]["version"], "values": {"decision_note": "synthetic: agreed"}}))
        after = self.line()
        self.assertIn("30,000", after)
        self.assertEqual(after, self.line("--engine", "sql"))
        self.assertIn("30,000", next(one for one in self.ok(bureau.get("/parameters", as_of="2022-09-30"))["parameters"] if one["name"] == "income_line")["value"]
                      .replace("30000", "30,000"))
        change(self.database, f"UPDATE zs_entry SET at = '2022-10-01T00:00:00Z' WHERE id <= {proposed}")
        change(self.database, f"UPDATE zs_entry SET at = '2022-11-01T00:00:00Z' WHERE id > {proposed}")
        self.assertEqual((before, after), (self.line("--recorded", "2022-10-02"), self.line("--recorded", "2022-11-02")))


if __name__ == "__main__":
    unittest.main()
