"""One county in both databases: the same sheets give the same answers, to the last byte of what is printed and written."""

import csv
import json
import os
import sqlite3
import unittest
from datetime import date
from pathlib import Path

from support.databases import use_keys
from support.postgres import Server
from support.program import AS_OF, ROOT, ProgramTest, run

PACK = ROOT / "packs" / "hengyang-2022"
HOUSEHOLDS = 60


def setUpModule():
    global SERVER
    SERVER = Server()
    unittest.addModuleCleanup(SERVER.__exit__)
    SERVER.__enter__()


def without_times(text):
    """What is printed as JSON, but for how long it took and when it was written."""
    said = json.loads(text, object_hook=lambda row: {key: value for key, value in row.items()
                                                     if key not in ("at", "recorded_at") and not key.endswith("_ms")})
    return said


class SameAnswers(ProgramTest):
    """One long test: what comes later rests on what came before."""
    maxDiff = 4000

    def both(self, *words, out=None):
        """Runs the command on both databases, "DB" standing for each; what it says and writes must be the same."""
        said = []
        for database in self.databases:
            if out is not None:
                out.unlink(missing_ok=True)
            result = run(*[database if word == "DB" else word for word in words], "--json")
            written = out.read_bytes() if out is not None and out.exists() else None
            said.append((result.status, without_times(result.out) if result.out else None,
                         result.err.replace(str(database), "DB"), written))
        self.assertEqual(said[0][:3], said[1][:3], words)
        self.assertTrue(said[0][3] == said[1][3], f"{words} wrote different files")
        self.assertEqual(0, said[0][0], said[0])
        return said[0][1]

    def test_one_county(self):
        use_keys()
        self.addCleanup(os.environ.pop, "ZENGSHOU_KEYS")
        self.databases = [self.database, SERVER.create("county")]
        demo = self.must("demo", "--pack", PACK, "--out", self.folder / "sheets", "--households", HOUSEHOLDS, "--seed", 11, "--as-of",
                         AS_OF, "--json")
        files = json.loads(demo.out)["files"]
        for database in self.databases:
            self.must("init", "--db", database, "--pack", PACK)
        refused = self.folder / "refused.xlsx"
        rows = 0
        for file in files:
            with self.subTest(file=Path(file["path"]).name):
                rows += self.both("import", "--db", "DB", file["feed"], file["path"], "--errors", refused, out=refused)["rows"]
        self.assertGreater(rows, 1000)
        lists = self.folder / "lists.xlsx"
        first = self.both("screen", "--db", "DB", "--as-of", AS_OF, "--out", lists, out=lists)
        self.assertGreater(sum(rule["hits"] for rule in first["rules"]), 50)
        # Again: nothing new, neither from the sheets nor from the screening; then a month later.
        self.both("import", "--db", "DB", files[2]["feed"], files[2]["path"])
        self.both("screen", "--db", "DB", "--as-of", AS_OF)
        self.both("screen", "--db", "DB", "--as-of", "2022-10-31")
        self.registers()
        self.formulas()
        self.stored()

    def registers(self):
        for register in ("village", "household", "person", "income"):
            out = self.folder / "out.csv"
            self.both("export", "--db", "DB", register, out, out=out)
            self.assertGreater(len(out.read_text(encoding="utf-8").splitlines()), 10, register)

    def formulas(self):
        number = (self.folder / "out.csv").read_text(encoding="utf-8").splitlines()[1].split(",")[0]
        for words in (["eval", "--db", "DB", "--on", "household", "--as-of", AS_OF, "net_income_per_capita"],
                      ["eval", "--db", "DB", "--on", "household", "--as-of", AS_OF, "--by", "township", "members_now"],
                      ["eval", "--db", "DB", "--on", "village", "--as-of", AS_OF, "count(household)"],
                      ["explain", "--db", "DB", "household", number, "net_income_per_capita", "--as-of", AS_OF],
                      ["explain", "--db", "DB", "household", number, "key_household", "--run", "1"],
                      ["screen", "--db", "DB", "--as-of", AS_OF, "--recorded", str(date.today())],
                      ["history", "--db", "DB", "household", number]):
            with self.subTest(words=words):
                self.both(*words)

    def stored(self):
        """What the tables hold, row by row, also findings and the log (but for the time of day)."""
        file = sqlite3.connect(self.database)
        for table in ("household", "person", "income", "zs_finding", "zs_run_rule", "zs_change", "zs_register", "zs_column"):
            names = [row[1] for row in file.execute(f'PRAGMA table_info("{table}")')]
            columns = ", ".join(f'"{name}"' for name in names)
            here = sorted(tuple("" if cell is None else str(cell) for cell in row)
                          for row in file.execute(f'SELECT {columns} FROM "{table}"'))
            there = SERVER.psql(f"COPY (SELECT {columns} FROM \"{table}\") TO STDOUT (FORMAT csv, DELIMITER E'\\x01')", "county").stdout
            there = sorted(tuple(row) for row in csv.reader(there.splitlines(), delimiter="\x01"))
            self.assertEqual(len(here), len(there), table)
            self.assertGreater(len(here), 0, table)
            for ours, theirs in zip(here, there):
                self.assertEqual([self.number(cell) for cell in ours], [self.number(cell) for cell in theirs], table)
        file.close()

    @staticmethod
    def number(cell):
        """Databases write doubles in their own ways."""
        try:
            return float(cell) if "." in cell else cell
        except ValueError:
            return cell
