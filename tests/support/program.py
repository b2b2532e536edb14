"""Driving the built program from tests: running it, a small database to run it on, and what the database holds."""

import csv
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from support import databases
from support.databases import contents, facts  # for the suites

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(os.environ["ZENGSHOU"])
PACK = ROOT / "tests" / "support" / "pack"
AS_OF = "2022-09-30"


class Result:
    def __init__(self, command, status, out, err):
        self.command, self.status, self.out, self.err = command, status, out, err

    def __str__(self):
        return f"{' '.join(map(str, self.command))}\nstatus {self.status}\n--- stdout\n{self.out}\n--- stderr\n{self.err}"


def command_of(*words):
    return [str(PROGRAM), *map(str, words)]


def run(*words, environment=None, **how):
    """Runs the program to its end. environment adds to the tests' own."""
    command = command_of(*words)
    done = subprocess.run(command, env=dict(os.environ, **(environment or {})), stdin=subprocess.DEVNULL,
                          stdout=how.pop("stdout", subprocess.PIPE), stderr=subprocess.PIPE, **how)
    return Result(command, done.returncode, (done.stdout or b"").decode("utf-8"), done.stderr.decode("utf-8"))


def write_people(path, households, income=5000):
    """A sheet of the pack's feed: households of one to four people, a row a person. Returns how many people."""
    people = 0
    with open(path, "w", newline="", encoding="utf-8") as file:
        sheet = csv.writer(file)
        sheet.writerow(["户编号", "户主姓名", "户类别", "家庭人口", "纯收入", "人编号", "姓名", "出生日期"])
        for house in range(households):
            for member in range(house % 4 + 1):
                sheet.writerow([f"43{house:08}", f"户主{house}", "监测户" if house % 3 == 0 else "脱贫户", house % 4 + 1,
                                f"{income + house * 10}.50", f"43{house:08}{member}", f"人{house}-{member}",
                                f"{1950 + house % 60}-0{member + 1}-15"])
                people += 1
    return people


class ProgramTest(unittest.TestCase):
    """Gives each test a folder of its own, self.folder, and a place for a database, self.database (see databases.py)."""
    maxDiff = 2000

    def setUp(self):
        place = tempfile.TemporaryDirectory(prefix="zengshou-test-")
        self.addCleanup(place.cleanup)
        self.folder = Path(place.name)
        self.database = self.place("county")

    def place(self, name):
        """For one more database."""
        database = databases.place(self.folder, name)
        self.addCleanup(databases.remove, database)
        return database

    def must(self, *words, status=0, **how):
        result = run(*words, **how)
        self.assertEqual(status, result.status, str(result))
        return result

    def init(self):
        self.must("init", "--db", self.database, "--pack", PACK)

    def assert_fails_with(self, result, *sentences):
        """Failed in the ordinary way: status 1 and a sentence on stderr, no crash."""
        self.assertEqual(1, result.status, str(result))
        for sentence in sentences:
            self.assertIn(sentence, result.err, str(result))
        self.assertNotIn("Sanitizer", result.err, str(result))
        self.assertNotIn("runtime error", result.err, str(result))
