"""The two engines: eval, screen and simulate print, write and store the same from a frame and from SQL, on SQLite and on
PostgreSQL, over a county whose data was disturbed until every rule has hits, misses and undetermined records."""

import contextlib
import csv
import json
import shutil
import sqlite3
import subprocess
import tempfile
import unittest
from pathlib import Path

from support.postgres import PROGRAMS, Server
from support.program import AS_OF, ROOT, ProgramTest, run

PACK = ROOT / "packs" / "hengyang-2022"
DISTURB = ROOT / "tests" / "cli" / "independent" / "disturb.sql"
HOUSEHOLDS = 2000
ENGINES = ("frame", "sql")


def must(*words):
    result = run(*words)
    if result.status != 0:
        raise AssertionError(str(result))
    return result


def setUpModule():
    global SERVER, FOLDER, COUNTY
    place = tempfile.TemporaryDirectory(prefix="zengshou-engines-")
    unittest.addModuleCleanup(place.cleanup)
    FOLDER = Path(place.name)
    SERVER = Server()
    unittest.addModuleCleanup(SERVER.__exit__)
    SERVER.__enter__()
    COUNTY = FOLDER / "county.db"
    demo = json.loads(must("demo", "--pack", PACK, "--out", FOLDER / "sheets", "--households", HOUSEHOLDS, "--seed", 7, "--as-of", AS_OF,
                           "--json").out)
    must("init", "--db", COUNTY, "--pack", PACK, "--plain-at-rest")  # what is sealed is no business of SQL
    for file in demo["files"]:
        must("import", "--db", COUNTY, file["feed"], file["path"])
    with contextlib.closing(sqlite3.connect(COUNTY)) as connection:
        connection.executescript(DISTURB.read_text(encoding="utf-8"))
        connection.commit()
    transfer(COUNTY, "template_county")


def transfer(file, database):
    """The registers of a file into a new PostgreSQL database, row by row as they are."""
    url = SERVER.create(database)
    must("init", "--db", url, "--pack", PACK, "--plain-at-rest")
    psql = [str(PROGRAMS / "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", url]
    with contextlib.closing(sqlite3.connect(file)) as connection:
        tables = [name for name, in connection.execute("SELECT name FROM zs_register")] + ["zs_entry"]
        script = ["SET session_replication_role = replica;"]
        for table in tables:
            path = FOLDER / f"{table}.csv"
            columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
            names = ", ".join(f'"{name}"' for name in columns)
            with open(path, "w", newline="", encoding="utf-8") as out:
                csv.writer(out, quoting=csv.QUOTE_NOTNULL if hasattr(csv, "QUOTE_NOTNULL") else csv.QUOTE_MINIMAL).writerows(
                    connection.execute(f'SELECT {names} FROM "{table}"'))
            script += [f'DELETE FROM "{table}";', f"\\copy \"{table}\" ({names}) FROM '{path}' (FORMAT csv)"]
        subprocess.run(psql, input="\n".join([*script, "ANALYZE;"]), text=True, check=True, stdout=subprocess.DEVNULL)


class Engines(ProgramTest):
    maxDiff = 3000
    names = iter(f"engine{number}" for number in range(1000))

    def copies(self):
        """{kind: {engine: database}}: each run has a county of its own, as a screening leaves its traces."""
        files, urls = {}, {}
        for engine in ENGINES:
            files[engine] = self.folder / f"{engine}.db"
            shutil.copy(COUNTY, files[engine])
            name = next(Engines.names)
            SERVER.psql(f'CREATE DATABASE "{name}" TEMPLATE template_county')
            urls[engine] = SERVER.url(name)
        return {"SQLite": files, "PostgreSQL": urls}

    def said(self, *words, engine, status=0):
        result = run(*words, "--engine", engine)
        self.assertEqual(status, result.status, str(result))
        return result

    def answer(self, *words, engine):
        """As JSON; and the engine that ran, which is checked and taken out, like the times."""
        answer = json.loads(self.said(*words, "--json", engine=engine).out)
        self.assertEqual(engine, answer.pop("engine"))
        answer.pop("engine_reason", None)
        return answer

    def test_screenings_are_the_same(self):
        """Two months and a repetition: counts, what is new and cleared, reasons, missing facts, the workbook, what is stored."""
        stored = {}
        for kind, databases in self.copies().items():
            answers = {}
            for engine in ENGINES:
                book = self.folder / "lists.xlsx"
                database = databases[engine]
                said = [self.answer("screen", "--no-cases", "--db", database, "--as-of", "2022-08-31", engine=engine),
                        self.answer("screen", "--no-cases", "--db", database, "--as-of", AS_OF, "--out", book, engine=engine),
                        self.answer("screen", "--no-cases", "--db", database, "--as-of", AS_OF, engine=engine),
                        self.answer("screen", "--no-cases", "--db", database, "--as-of", AS_OF, "--rule", "key_household", engine=engine)]
                self.assertEqual([False, False, True, False], [part["repeated"] for part in said])
                answers[engine] = said, book.read_bytes()
                stored[kind, engine] = self.stored(database)
            for part, (frame, sql) in enumerate(zip(*(answers[engine][0] for engine in ENGINES))):
                self.assertEqual(frame, sql, f"{kind}, screening {part}")
            self.assertTrue(answers["frame"][1] == answers["sql"][1], f"{kind}: the workbooks differ")
        rules = answers["sql"][0][1]["rules"]
        self.assertGreaterEqual(len(rules), 241)
        self.assertGreater(sum(rule["new"] or 0 for rule in rules), 0)
        self.assertGreater(sum(rule["cleared"] or 0 for rule in rules), 0)
        first, *others = stored.values()
        for other in others:
            self.assertEqual(first[1], other[1])
            self.assertTrue(first[0] == other[0], "findings differ")
        self.assertGreater(len(first[0]), 10000)

    @staticmethod
    def stored(database):
        """Findings and counts of all runs, sorted."""
        selects = ("SELECT run, rule, record, state FROM zs_finding",
                   "SELECT run, rule, register, records, hits, undetermined, fresh, cleared, coalesce(previous, 0) FROM zs_run_rule")
        if str(database).startswith("postgresql:"):
            name = str(database).split("/@/")[-1].split("@/")[-1].split("?")[0]
            return [sorted(SERVER.rows(select, name)) for select in selects]
        with contextlib.closing(sqlite3.connect(database)) as file:
            return [sorted(tuple(map(str, row)) for row in file.execute(select)) for select in selects]

    def test_values_and_sums_are_the_same(self):
        for kind, databases in self.copies().items():
            for words in (["--on", "household", "net_income_per_capita"], ["--on", "household", "growth"],
                          ["--on", "household", "--by", "township", "net_income_per_capita"], ["--on", "household", "--by", "village", "key_household"],
                          ["--on", "person", "--by", "county", "age(birth_date)"], ["--on", "person", "household"], ["--on", "person", "name"],
                          ["--on", "person", "health"], ["--on", "household", "household_type"], ["--on", "household", "identified_month"],
                          ["--on", "village", "count(household)"], ["--on", "resettlement_site", "count(household)"], ["--on", "household", "1 < 2"],
                          ["--on", "household", "--limit", "5", "as_of"],
                          ["--on", "household", "--set", "key_income_line=12000元", "--by", "township", "key_household"]):
                with self.subTest(kind=kind, words=words):
                    said = [run("eval", "--db", databases["frame"], "--as-of", AS_OF, *words, "--engine", engine, "--json") for engine in ENGINES]
                    if said[0].status != 0:
                        self.fail(str(said[0]))
                    frame, sql = (json.loads(part.out) for part in said)
                    self.assertEqual(("frame", "sql"), (frame.pop("engine"), sql.pop("engine")))
                    sql.pop("engine_reason")
                    self.assertTrue(frame == sql)

    def test_simulations_are_the_same(self):
        for kind, databases in self.copies().items():
            for words in (["key_household", "--set", "key_income_line=12000元", "--sum", "net_income", "--limit", "100"],
                          ["key_household", "--set", "key_household=net_income_per_capita < 9000元", "--by", "village"]):
                with self.subTest(kind=kind, words=words):
                    frame, sql = (self.answer("simulate", "--db", databases["frame"], "--as-of", AS_OF, *words, engine=engine)
                                  for engine in ENGINES)
                    self.assertEqual(frame, sql)
                    self.assertGreater(frame["divisions"][-1]["entering"] + frame["divisions"][-1]["leaving"], 0)

    def test_the_engine_is_chosen_by_memory(self):
        database = self.copies()["SQLite"]["frame"]
        words = "eval", "--db", database, "--on", "household", "--as-of", AS_OF, "--by", "county", "net_income_per_capita", "--lang", "en"
        plain = self.must(*words).out
        self.assertNotIn("Engine", plain)
        small = self.must(*words, "--memory", "100KiB").out
        self.assertIn("Engine: SQL (the frame would need about", small)
        self.assertEqual(plain, "".join(line for line in small.splitlines(True) if not line.startswith("Engine")))
        self.assertEqual(plain, self.must(*words, "--memory", "2 GB").out)


if __name__ == "__main__":
    unittest.main()
