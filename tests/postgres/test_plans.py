"""What databases make of the pack's statements: a register's rules in one statement, each register scanned once in it, nothing computed
again for each household. Read from EXPLAIN, after the tables hold enough rows to make a planner think."""

import collections
import contextlib
import json
import re
import sqlite3
import tempfile
import unittest
from pathlib import Path

from support.postgres import Server
from support.program import AS_OF, ROOT, run

PACK = ROOT / "packs" / "hengyang-2022"
HOUSEHOLDS = 1500
FEW = 1000  # rows: a planner may run through so small a table again instead of hashing it


def must(*words):
    result = run(*words)
    if result.status != 0:
        raise AssertionError(str(result))
    return result.out


def setUpModule():
    global SERVER, COUNTY, URL
    place = tempfile.TemporaryDirectory(prefix="zengshou-plans-")
    unittest.addModuleCleanup(place.cleanup)
    folder = Path(place.name)
    SERVER = Server()
    unittest.addModuleCleanup(SERVER.__exit__)
    SERVER.__enter__()
    COUNTY, URL = folder / "county.db", SERVER.create("county")
    demo = json.loads(must("demo", "--pack", PACK, "--out", folder / "sheets", "--households", HOUSEHOLDS, "--seed", 3, "--as-of", AS_OF, "--json"))
    for database in (COUNTY, URL):
        must("init", "--db", database, "--pack", PACK, "--plain-at-rest")  # what is sealed is no business of SQL
        for file in demo["files"]:
            must("import", "--db", database, file["feed"], file["path"])
    SERVER.psql("ANALYZE", "county")


def statements(database):
    text = must("screen", "--db", database, "--as-of", AS_OF, "--show-sql")
    return [part for part in text.split(";\n") if part.strip()]


def scope(statement):
    """The register whose records the statement answers."""
    return re.search(r'FROM "(\w+)#\d+" AS t\s*$', statement).group(1)


class Plans(unittest.TestCase):
    maxDiff = None

    def test_one_statement_a_register(self):
        """All the rules of a register together, so that what they share is computed once."""
        for database in (COUNTY, URL):
            scopes = [scope(statement) for statement in statements(database)]
            self.assertEqual(sorted(set(scopes)), sorted(scopes))
            self.assertLessEqual({"household", "person", "village"}, set(scopes))

    def test_sqlite(self):
        with contextlib.closing(sqlite3.connect(COUNTY)) as file:
            for statement in statements(COUNTY):
                with self.subTest(register=scope(statement)):
                    plan = [row[3] for row in self.explained(file, statement)]
                    self.assertEqual([], [step for step in plan if "CORRELATED" in step])
                    # A layer may be looked up by an index, its own or one made for it: never run through again for each record.
                    joined = [step for step in plan if "LEFT-JOIN" in step and not step.startswith("SEARCH")]
                    self.assertEqual([], joined)
                    self.scanned_once(statement)

    def scanned_once(self, statement):
        """The layer of a register's fields, and at most one more for who is there at all. What others hang on is joined besides."""
        layers = collections.Counter(re.findall(r'FROM \(SELECT \* FROM "(\w+)" WHERE retired IS NULL\) AS t\b', statement))
        self.assertIn(scope(statement), layers)
        for register, times in layers.items():
            self.assertLessEqual(times, 2, f"{register} in {scope(statement)}")
        base = collections.Counter(re.findall(r'^"(\w+)#0" AS', statement, re.MULTILINE))
        self.assertEqual(set(base.values()), {1} if base else set())

    @staticmethod
    def explained(file, statement):
        """EXPLAIN runs nothing, but wants to know every function."""
        while True:
            try:
                return file.execute("EXPLAIN QUERY PLAN " + statement).fetchall()
            except sqlite3.OperationalError as error:
                missing = re.search(r"no such function: (\w+)", str(error))
                if missing is None:
                    raise
                name = missing.group(1)
                if re.search(name + r"\([^()]*(\([^()]*\)[^()]*)*\) FILTER", statement) or name in ("zs_sum", "zs_median"):
                    file.create_aggregate(name, -1, type("Aggregate", (), {"step": lambda *_: None, "finalize": lambda *_: 0}))
                else:
                    file.create_function(name, -1, lambda *_: 0, deterministic=True)

    def test_postgres(self):
        for statement in statements(URL):
            with self.subTest(register=scope(statement)):
                plan = json.loads(SERVER.psql("EXPLAIN (FORMAT JSON) " + statement, "county").stdout)[0]["Plan"]
                scans = collections.Counter()
                self.look(plan, scans)
                self.assertIn(scope(statement), scans)
                written = collections.Counter(re.findall(r'FROM "(\w+)" WHERE retired IS NULL', statement))
                for register, times in scans.items():
                    self.assertLessEqual(times, written[register], f"{register} is scanned {times} times")
                self.scanned_once(statement)

    def look(self, node, scans):
        """Down the tree of a plan."""
        kind = node["Node Type"]
        if kind in ("Seq Scan", "Index Only Scan", "Bitmap Heap Scan"):
            scans[node["Relation Name"]] += 1
        below = node.get("Plans", [])
        self.assertFalse([part for part in below if part.get("Parent Relationship") == "SubPlan" and not self.is_calendar(part)],
                         "a subquery for each row")
        if kind == "Nested Loop":
            inner = below[1]
            looked_up = inner["Node Type"] in ("Index Scan", "Index Only Scan", "Memoize", "Function Scan")
            small = below[0]["Plan Rows"] <= 1 or inner["Plan Rows"] <= 1 or self.tables(inner) and all(
                self.rows(table) <= FEW for table in self.tables(inner))
            self.assertTrue(looked_up or small, f"a nested loop over {inner['Node Type']}")
        for part in below:
            self.look(part, scans)

    @classmethod
    def tables(cls, node):
        below = set().union(*(cls.tables(part) for part in node.get("Plans", [])))
        return below | ({node["Relation Name"]} if "Relation Name" in node else set())

    @staticmethod
    def rows(table):
        return int(SERVER.rows(f'SELECT count(*) FROM "{table}"', "county")[0][0])

    @classmethod
    def is_calendar(cls, node):
        """Months between two dates of a record: it reads no table."""
        return "Relation Name" not in node and "CTE Name" not in node and all(cls.is_calendar(part) for part in node.get("Plans", []))


if __name__ == "__main__":
    unittest.main()
