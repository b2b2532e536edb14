"""kill -9 in the middle of an import or a screening: the file opens, and holds either the state before or the state after."""

import random
import signal
import subprocess
import time

from support.program import AS_OF, ProgramTest, command_of, contents, facts, write_people

MOMENTS = 8


class Killed(ProgramTest):
    def kill_at(self, share, whole, *words):
        """Starts the program and kills it after that share of the time it usually takes; True if it was still running."""
        process = subprocess.Popen(command_of(*words), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(timeout=whole * share)
        except subprocess.TimeoutExpired:
            process.kill()
        return process.wait() == -signal.SIGKILL

    def seconds(self, *words):
        started = time.monotonic()
        self.must(*words)
        return time.monotonic() - started

    def test_import_is_all_or_nothing(self):
        first, second = self.folder / "first.csv", self.folder / "second.csv"
        write_people(first, 300)
        write_people(second, 600, income=9000)
        self.init()
        whole = self.seconds("import", "--db", self.database, "people_sheet", first)
        before = contents(self.database)
        reference = self.folder / "reference.db"
        reference.write_bytes(self.database.read_bytes())
        again = ("import", "--db", self.database, "people_sheet", second)
        whole = max(whole, self.seconds("import", "--db", reference, "people_sheet", second))
        after = facts(reference)
        chance = random.Random(20220930)
        killed = 0
        for moment in range(MOMENTS):
            killed += self.kill_at((moment + chance.random()) / MOMENTS, whole, *again)
            now = contents(self.database)
            if facts(self.database) == after:
                self.assertEqual(len(before["zs_entry"]) + 1, len(now["zs_entry"]))
                break
            self.assertEqual(before, now, f"half applied when killed at moment {moment}")
            self.must("verify", "--db", self.database)
        self.assertGreater(killed, 0, "no kill came in time")
        self.must(*again)
        self.assertEqual(after, facts(self.database))
        self.must("verify", "--db", self.database)

    def test_screening_is_all_or_nothing(self):
        sheet = self.folder / "people.csv"
        write_people(sheet, 500)
        self.init()
        self.must("import", "--db", self.database, "people_sheet", sheet)
        before = contents(self.database)
        reference = self.folder / "reference.db"
        reference.write_bytes(self.database.read_bytes())
        whole = self.seconds("screen", "--db", reference, "--as-of", AS_OF)
        after = self.runs(contents(reference))
        for moment in range(MOMENTS):
            self.kill_at((moment + 0.5) / MOMENTS, whole, "screen", "--db", self.database, "--as-of", AS_OF)
            now = contents(self.database)
            if now != before:
                self.assertEqual(after, self.runs(now), f"half a run stands when killed at moment {moment}")
                break
        self.must("screen", "--db", self.database, "--as-of", AS_OF)
        self.assertEqual(after, self.runs(contents(self.database)))
        self.must("verify", "--db", self.database)

    def runs(self, tables):
        """How many rows each table has that screening writes to."""
        return {name: len(rows) for name, rows in tables.items() if name not in ("zs_entry", "zs_change")}
