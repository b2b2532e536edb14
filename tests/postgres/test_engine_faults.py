"""When the database computes: what it cannot say is named with its place, and what stops it in the middle leaves nothing behind."""

import json
import signal
import subprocess
import unittest

from support.postgres import Server
from support.program import AS_OF, PACK, ProgramTest, Result, command_of, run, write_people

BLOCKED = "SELECT pid FROM pg_stat_activity WHERE application_name = 'zengshou' AND wait_event_type = 'Lock'"
# Two open repetitions: PostgreSQL's patterns may take another way through them than PCRE.
ODD = """
odd_name:
  register: person
  label: {zh: 姓名不规范, en: Odd name}
  clause: "1"
  kind: quality
  level: low
  formula: not matches(name, "(人|户)+[0-9]*-[01]+")
"""
# Sorts all people.
DOUBLED = """
doubled_name:
  register: person
  label: {zh: 同名, en: Name borne twice}
  clause: "1"
  kind: quality
  level: low
  formula: duplicated(name)
"""


def setUpModule():
    global SERVER
    SERVER = Server()
    unittest.addModuleCleanup(SERVER.__exit__)
    SERVER.__enter__()


class EngineFaults(ProgramTest):
    names = iter(f"engine{number}" for number in range(1000))

    def setUp(self):
        super().setUp()
        self.name = next(EngineFaults.names)
        self.url = SERVER.create(self.name)

    def fill(self, households=200, rules=""):
        pack = self.folder / "pack"
        subprocess.run(["cp", "-r", PACK, pack], check=True)
        with open(pack / "rules" / "all.yaml", "a", encoding="utf-8") as file:
            file.write(rules)
        write_people(self.folder / "people.csv", households)
        for database in (self.url, self.database):
            self.must("init", "--db", database, "--pack", pack)
            self.must("import", "--db", database, "people_sheet", self.folder / "people.csv")

    def screening(self, *words):
        return "screen", "--db", self.url, "--as-of", AS_OF, "--engine", "sql", *words

    def runs(self):
        """Rows of runs; none as long as nobody has made the tables."""
        if SERVER.rows("SELECT to_regclass('zs_run') IS NULL", self.name) == [("t",)]:
            return []
        return [SERVER.rows(f"SELECT t::text FROM {table} t", self.name) for table in ("zs_run", "zs_run_rule", "zs_finding")]

    def assert_nothing_left(self, before, result, *sentences):
        self.assert_fails_with(result, *sentences)
        self.assertEqual("", result.out)
        self.assertEqual(before, self.runs())

    def test_what_cannot_be_said_is_named(self):
        self.fill(rules=ODD)
        before = self.runs()
        self.assert_nothing_left(before, run(*self.screening()), "1:5", "odd_name", "PostgreSQL", "--engine")
        self.assert_nothing_left(before, run(*self.screening("--lang", "en")), "1:5", "odd_name", "matches", "--engine frame")
        result = run("eval", "--db", self.url, "--on", "person", 'length(name) = 2 or matches(name, "(人|户)+[0-9]*-[01]+")', "--engine",
                     "sql", "--as-of", AS_OF)
        self.assert_fails_with(result, "1:21")
        self.must("screen", "--db", self.database, "--as-of", AS_OF, "--engine", "sql")  # SQLite is given PCRE itself

    def test_the_mix_gives_the_same(self):
        """Short of memory, what can be said runs in the database and the rest on a frame."""
        self.fill(rules=ODD)
        answers = []
        for database, words in ((self.database, ["--engine", "frame"]), (self.url, ["--memory", "1KiB"])):
            months = [json.loads(self.must("screen", "--db", database, "--as-of", month, "--json", *words).out)
                      for month in (AS_OF, AS_OF, "2022-10-31")]
            self.assertEqual([False, True, False], [month["repeated"] for month in months])
            answers.append(months)
        for frame, mixed in zip(*answers):
            self.assertEqual(("frame", "mixed"), (frame.pop("engine"), mixed.pop("engine")))
            mixed.pop("engine_reason")
            self.assertEqual(frame, mixed)
        self.assertGreater(answers[0][0]["rules"][2]["hits"], 0)
        text = self.must("screen", "--db", self.url, "--as-of", AS_OF, "--memory", "1KiB", "--lang", "en").out
        self.assertIn("Engine: 2 formulas in SQL, 1 on a frame", text)

    def test_words_that_are_no_engine(self):
        self.fill(households=3)
        self.assert_fails_with(run("screen", "--db", self.url, "--as-of", AS_OF, "--engine", "fast"), "frame", "sql", "auto", "fast")
        for size in ("much", "-1", "0", "2 XB", "1e999"):
            self.assert_fails_with(run("screen", "--db", self.url, "--as-of", AS_OF, "--memory", size), "2GiB", size)

    def stopped(self, lock, then):
        """Runs a screening until it waits for a table, does something, and gives how it ended."""
        other = subprocess.Popen(["/usr/lib/postgresql/15/bin/psql", "-X", "-q", "-A", "-t", "-d", self.url], stdin=subprocess.PIPE,
                                 stdout=subprocess.PIPE, text=True)
        other.stdin.write(f"BEGIN; LOCK TABLE {lock}; SELECT 'held';\n")
        other.stdin.flush()
        while other.stdout.readline().strip() != "held":
            self.assertIsNone(other.poll())
        process = subprocess.Popen(command_of(*self.screening()), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   text=True)
        while process.poll() is None and not (pids := SERVER.rows(BLOCKED, self.name)):
            pass
        if process.poll() is None:
            then(pids[0][0], process)
        out, err = process.communicate()
        other.communicate("ROLLBACK;\n")
        return Result(self.screening(), process.returncode, out, err)

    def test_stopped_in_the_middle(self):
        self.fill()
        self.must(*self.screening())
        SERVER.psql("INSERT INTO zs_entry (id, at, actor, action) SELECT max(id) + 1, min(at), 'test', 'test' FROM zs_entry", self.name)
        before = self.runs()
        lock = "zs_finding IN SHARE MODE"
        self.assert_nothing_left(before, self.stopped(lock, lambda pid, _: SERVER.psql(f"SELECT pg_cancel_backend({pid})")), "已按要求停止")
        self.assert_nothing_left(before, self.stopped(lock, lambda pid, _: SERVER.psql(f"SELECT pg_terminate_backend({pid})")), "连接断了")
        self.assertEqual(-signal.SIGKILL, self.stopped(lock, lambda _, process: process.kill()).status)
        self.assertEqual(before, self.runs())
        self.must(*self.screening())
        self.assertEqual(len(before[0]) + 1, len(self.runs()[0]))

    def test_out_of_time(self):
        self.fill()
        before = self.runs()
        SERVER.psql(f"ALTER DATABASE {self.name} SET statement_timeout = '300ms'")
        self.assert_nothing_left(before, self.stopped("person IN ACCESS EXCLUSIVE MODE", lambda *_: None), "已按要求停止", "没有任何改动")
        SERVER.psql(f"ALTER DATABASE {self.name} RESET statement_timeout")
        self.must(*self.screening())

    def test_out_of_temporary_space(self):
        """More to sort than fits into the memory that a statement is given."""
        self.fill(households=6000, rules=DOUBLED)
        SERVER.psql("ALTER TABLE person ALTER name SET STORAGE PLAIN; UPDATE person SET name = repeat('x', 6000) || id", self.name)
        before = self.runs()
        SERVER.psql(f"ALTER DATABASE {self.name} SET temp_file_limit = '1MB'")
        self.assert_nothing_left(before, run(*self.screening()), "临时文件", "没有任何改动")
        SERVER.psql(f"ALTER DATABASE {self.name} RESET temp_file_limit")
        self.must(*self.screening())


if __name__ == "__main__":
    unittest.main()
