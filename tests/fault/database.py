"""Databases that cannot be used: locked, newer, of another pack, damaged, no database at all, not there."""

import os
import sqlite3
import threading

from support.program import AS_OF, PACK, ROOT, ProgramTest, contents, facts, run, write_people


class Database(ProgramTest):
    def setUp(self):
        super().setUp()
        self.sheet = self.folder / "people.csv"
        write_people(self.sheet, 40)
        self.init()

    def commands(self, database):
        yield "import", "--db", database, "people_sheet", self.sheet
        yield "screen", "--db", database, "--as-of", AS_OF
        yield "eval", "--db", database, "--on", "household", "members + 1"
        yield "export", "--db", database, "household", self.folder / "out.csv"
        yield "explain", "--db", database, "household", "4300000001", "poor", "--as-of", AS_OF

    def assert_all_fail(self, database, *sentences):
        for words in self.commands(database):
            with self.subTest(command=words[0]):
                self.assert_fails_with(run(*words), *sentences)

    def test_locked_by_another_process(self):
        before = contents(self.database)
        other = sqlite3.connect(self.database, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        result = run("import", "--db", self.database, "people_sheet", self.sheet, "--wait", "1")
        self.assert_fails_with(result)
        self.assertRegex(result.err, "正被另一个程序使用")
        other.execute("ROLLBACK")
        other.close()
        self.assertEqual(before, contents(self.database))
        self.must("import", "--db", self.database, "people_sheet", self.sheet)

    def test_readers_are_not_locked_out(self):
        self.must("import", "--db", self.database, "people_sheet", self.sheet)
        other = sqlite3.connect(self.database, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        self.must("eval", "--db", self.database, "--on", "household", "members + 1", "--as-of", AS_OF)
        self.must("export", "--db", self.database, "household", self.folder / "out.csv")
        other.execute("ROLLBACK")
        other.close()

    def test_two_imports_at_once_both_count(self):
        sheets = [self.folder / f"part{part}.csv" for part in range(2)]
        write_people(sheets[0], 200)
        write_people(sheets[1], 400)
        results = [None, None]

        def one(part):
            results[part] = run("import", "--db", self.database, "people_sheet", sheets[part])

        threads = [threading.Thread(target=one, args=(part,)) for part in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for result in results:
            self.assertEqual(0, result.status, str(result))
        self.assertEqual(400, len(facts(self.database)["household"]))

    def test_a_wait_that_is_none(self):
        for wait in ("0", "3601"):
            self.assert_fails_with(run("import", "--db", self.database, "people_sheet", self.sheet, "--wait", wait), "1 到 3600")

    def test_of_a_newer_version(self):
        connection = sqlite3.connect(self.database)
        changed = connection.execute("UPDATE zs_meta SET value = '999' WHERE key LIKE '%format%'").rowcount
        connection.commit()
        connection.close()
        self.assertEqual(1, changed)
        before = contents(self.database)
        self.assert_all_fail(self.database, "版本")
        self.assert_fails_with(run("init", "--db", self.database, "--pack", PACK), "版本")
        self.assertEqual(before, contents(self.database))

    def test_of_another_pack(self):
        before = contents(self.database)
        self.assert_fails_with(run("init", "--db", self.database, "--pack", ROOT / "packs" / "example"))
        self.assertEqual(before, contents(self.database))

    def test_not_there(self):
        self.assert_all_fail(self.folder / "nowhere.db", "nowhere.db")
        self.assertFalse((self.folder / "nowhere.db").exists(), "reading made a file")

    def test_not_a_database(self):
        for name, content in (("text.db", b"just words\n" * 500), ("zip.db", b"PK\3\4" + bytes(5000)), ("empty.db", b"")):
            path = self.folder / name
            path.write_bytes(content)
            self.assert_all_fail(path)
            if content:
                self.assertEqual(content, path.read_bytes(), "the file was changed")

    def test_a_foreign_sqlite_file(self):
        path = self.folder / "foreign.db"
        connection = sqlite3.connect(path)
        connection.execute("CREATE TABLE household (number)")
        connection.close()
        self.assert_all_fail(path)

    def test_a_folder(self):
        self.assert_all_fail(self.folder)

    def test_damaged_pages(self):
        """Bytes overwritten here and there: an answer or a sentence, never a crash."""
        self.must("import", "--db", self.database, "people_sheet", self.sheet)
        whole = self.database.read_bytes()
        path = self.folder / "damaged.db"
        for at in range(0, len(whole), max(4096, len(whole) // 12 // 4096 * 4096)):
            damaged = bytearray(whole)
            damaged[at + 8:at + 1200] = os.urandom(1192)
            for words in (("screen", "--db", path, "--as-of", AS_OF), ("import", "--db", path, "people_sheet", self.sheet)):
                for suffix in ("-wal", "-shm"):
                    path.with_name(path.name + suffix).unlink(missing_ok=True)
                path.write_bytes(damaged)
                with self.subTest(at=at, command=words[0]):
                    result = run(*words)
                    self.assertIn(result.status, (0, 1), str(result))
                    self.assertNotIn("Sanitizer", result.err, str(result))
                    if result.status == 1:
                        self.assertNotEqual("", result.err)

    def test_cut_off(self):
        self.must("import", "--db", self.database, "people_sheet", self.sheet)
        whole = self.database.read_bytes()
        path = self.folder / "cut.db"
        for share in (0.1, 0.5, 0.9):
            path.write_bytes(whole[:int(len(whole) * share)])
            with self.subTest(share=share):
                result = run("screen", "--db", path, "--as-of", AS_OF)
                self.assertIn(result.status, (0, 1), str(result))
                self.assertNotIn("Sanitizer", result.err, str(result))
