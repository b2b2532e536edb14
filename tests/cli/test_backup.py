"""zengshou backup and restore: a whole copy, made while others write, never over another file."""

import sqlite3
import subprocess

from helpers.words import CommandTest
from support.program import PACK, command_of, contents, run, write_people


class Backup(CommandTest):
    def setUp(self):
        super().setUp()
        self.database = self.folder / "county.db"
        self.backup = self.folder / "backup.db"
        self.must("init", "--db", self.database, "--pack", PACK)

    def fill(self, households, income=5000):
        sheet = self.folder / "people.csv"
        write_people(sheet, households, income)
        self.must("import", "--db", self.database, "people_sheet", sheet)

    def test_there_and_back(self):
        self.fill(200)
        self.must("backup", self.backup, "--db", self.database)
        self.assertEqual(contents(self.database), contents(self.backup))
        self.fill(200, income=9000)
        again = self.folder / "again.db"
        self.must("restore", self.backup, "--db", again)
        self.assertEqual(contents(self.backup), contents(again))
        self.assertNotEqual(contents(self.database), contents(again))

    def test_nothing_is_overwritten(self):
        self.backup.write_text("precious", encoding="utf-8")
        self.assert_fails_with(run("backup", self.backup, "--db", self.database))
        self.assertEqual("precious", self.backup.read_text(encoding="utf-8"))
        before = contents(self.database)
        copy = self.folder / "copy.db"
        self.must("backup", copy, "--db", self.database)
        self.assert_fails_with(run("restore", copy, "--db", self.database))
        self.assertEqual(before, contents(self.database))

    def test_while_an_import_goes_on(self):
        self.fill(50)
        before = contents(self.database)
        sheet = self.folder / "more.csv"
        write_people(sheet, 4000, income=7000)
        importing = subprocess.Popen(command_of("import", "--db", self.database, "people_sheet", sheet), stdout=subprocess.DEVNULL)
        self.must("backup", self.backup, "--db", self.database)
        self.assertEqual(0, importing.wait())
        self.assertIn(contents(self.backup), (before, contents(self.database)))

    def test_what_is_no_database(self):
        (self.folder / "text.db").write_text("not a database", encoding="utf-8")
        self.assert_fails_with(run("restore", self.folder / "text.db", "--db", self.folder / "new.db"))
        self.assert_fails_with(run("restore", self.folder / "nowhere.db", "--db", self.folder / "new.db"))
        self.assertFalse((self.folder / "new.db").exists())

    def test_a_place_that_cannot_be_written(self):
        self.assert_fails_with(run("backup", self.folder / "no" / "such" / "folder.db", "--db", self.database))

    def test_a_backup_that_was_cut_off_is_made_anew(self):
        self.fill(20)
        (self.folder / "backup.db.part").write_text("half", encoding="utf-8")
        self.must("backup", self.backup, "--db", self.database)
        self.assertFalse((self.folder / "backup.db.part").exists())
        self.assertEqual([("ok",)], sqlite3.connect(self.backup).execute("PRAGMA integrity_check").fetchall())


if __name__ == "__main__":
    import unittest
    unittest.main()
