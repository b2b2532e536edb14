"""A disk that is full: the sentence, status 1, and the database as it was."""

import resource
import signal
import unittest
from pathlib import Path

from support.program import AS_OF, PACK, ProgramTest, contents, facts, run, write_people

FULL = Path("/dev/full")


def no_file_above(size):
    """For a child: writes beyond `size` bytes fail with EFBIG, as they fail with ENOSPC on a full disk."""
    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    return limit


class Disk(ProgramTest):
    def setUp(self):
        super().setUp()
        self.small, self.large = self.folder / "small.csv", self.folder / "large.csv"
        write_people(self.small, 50)
        write_people(self.large, 3000)

    def test_full_during_import(self):
        self.init()
        self.must("import", "--db", self.database, "people_sheet", self.small)
        before = contents(self.database)
        size = self.database.stat().st_size
        for room in (0, 4096, 100_000, size + 50_000):
            with self.subTest(room=room):
                result = run("import", "--db", self.database, "people_sheet", self.large, preexec_fn=no_file_above(room))
                self.assert_fails_with(result)
                self.assertRegex(result.err, "磁盘|写|空间")
                self.assertEqual(before, contents(self.database))
        self.must("import", "--db", self.database, "people_sheet", self.large)
        self.assertEqual(3000, len(facts(self.database)["household"]))

    def test_full_during_init(self):
        result = run("init", "--db", self.database, "--pack", PACK, preexec_fn=no_file_above(8192))
        self.assert_fails_with(result)
        self.init()  # nothing stands in the way of the second try

    def test_full_during_screening(self):
        self.init()
        self.must("import", "--db", self.database, "people_sheet", self.large)
        before = contents(self.database)
        result = run("screen", "--db", self.database, "--as-of", AS_OF, preexec_fn=no_file_above(4096))
        self.assert_fails_with(result)
        self.assertEqual(before, contents(self.database))

    def test_full_while_the_workbook_is_written(self):
        self.init()
        self.must("import", "--db", self.database, "people_sheet", self.large)
        self.must("screen", "--db", self.database, "--as-of", AS_OF)
        lists = self.folder / "lists.xlsx"
        result = run("screen", "--db", self.database, "--as-of", AS_OF, "--out", lists, preexec_fn=no_file_above(40_000))
        self.assert_fails_with(result)
        self.assertFalse(lists.exists(), "half a workbook is left behind")
        out = self.folder / "people.csv"
        result = run("export", "--db", self.database, "person", out, preexec_fn=no_file_above(40_000))
        self.assert_fails_with(result)
        self.assertFalse(out.exists(), "half a file is left behind")

    @unittest.skipUnless(FULL.exists(), "no /dev/full here")
    def test_full_behind_stdout(self):
        self.init()
        with FULL.open("wb") as full:
            self.assert_fails_with(run("check", "--json", PACK, stdout=full))
            result = run("screen", "--db", self.database, "--as-of", AS_OF, stdout=full)
        self.assert_fails_with(result)
