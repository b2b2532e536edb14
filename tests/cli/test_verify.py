"""zengshou verify: what the program wrote is sound, whatever it did and however it was ended; what somebody else did to the
database is named."""

import unittest

from helpers.words import CommandTest
from support.databases import change, columns, on_server, rows
from support.program import AS_OF, PACK, run, write_people


class Verify(CommandTest):
    def setUp(self):
        super().setUp()
        self.init()
        for households, income in ((20, 5000), (30, 9000)):
            sheet = self.folder / "people.csv"
            write_people(sheet, households, income)
            self.must("import", "--db", self.database, "people_sheet", sheet)

    def verify(self, *words, status=0):
        return self.ask("verify", "--db", self.database, *words, status=status)

    def faults(self, *words):
        """In English."""
        found = self.verify("--lang", "en", *words, status=1)
        self.assertFalse(found["sound"])
        self.assertNotIn("head", found)  # nothing that would be worth noting down
        return [row["fault"] for row in found["faults"]]

    def last_entry(self):
        return rows(self.database, "SELECT max(id) FROM zs_entry")[0][0]

    # ---- Sound ----

    def test_what_was_done_is_sound(self):
        self.must("screen", "--db", self.database, "--as-of", AS_OF)
        answer = self.verify()
        self.assertTrue(answer["sound"])
        self.assertEqual(self.last_entry(), answer["entries"])
        self.assertEqual(answer["entries"], answer["head_entry"])
        self.assertEqual(rows(self.database, "SELECT count(*) FROM zs_change"), [(answer["changes"],)])
        self.assertGreater(answer["changes"], 0)
        self.assertEqual(rows(self.database, "SELECT hash FROM zs_entry ORDER BY id DESC LIMIT 1"), [(answer["head"],)])
        self.assertRegex(answer["head"], "^[0-9a-f]{64}$")

    def test_it_reads_in_both_languages(self):
        for language, words in (("zh", ("没有发现问题", "--head")), ("en", ("No fault was found", "--head"))):
            result = self.must("verify", "--db", self.database, "--lang", language)
            for word in words:
                self.assertIn(word, result.out)

    def test_a_noted_head(self):
        noted = self.verify()
        self.must("screen", "--db", self.database, "--as-of", AS_OF)
        again = self.verify("--head", noted["head"])
        self.assertEqual(noted["head_entry"], again["noted"])
        self.assertNotEqual(noted["head"], again["head"])
        fault, = self.faults("--head", "0" * 64)
        self.assertIn("does not go back to the hash 0000", fault)
        self.assert_fails_with(run("verify", "--db", self.database, "--head", "abc"), "“abc”不是日志的校验值")

    def test_nothing_is_written(self):
        before = rows(self.database, "SELECT * FROM zs_entry ORDER BY id")
        self.verify()
        self.assertEqual(before, rows(self.database, "SELECT * FROM zs_entry ORDER BY id"))

    # ---- Altered ----

    def test_an_altered_entry(self):
        change(self.database, "UPDATE zs_entry SET detail = replace(detail, 'people.csv', 'other.csv') WHERE id = 1")
        fault, = self.faults()
        self.assertIn("Entry 1 of the log", fault)
        self.assertIn("第 1 条", self.must("verify", "--db", self.database, status=1).out)

    def test_an_altered_change(self):
        change(self.database, "UPDATE zs_change SET before = replace(before, '\"income\":', '\"income\":1')")
        fault, = self.faults()
        self.assertIn(f"Entry {self.last_entry()} of the log", fault)

    def test_changes_taken_out(self):
        change(self.database, "DELETE FROM zs_change WHERE record = 3")
        self.assertIn(f"Entry {self.last_entry()} of the log", self.faults()[0])

    def test_an_entry_put_in(self):
        change(self.database, "INSERT INTO zs_entry (id, at, actor, action, hash) SELECT max(id) + 1, max(at), 'nobody', 'import', max(hash) "
                              "FROM zs_entry")
        fault, = self.faults()
        self.assertIn(f"Entry {self.last_entry()} of the log", fault)
        self.assertIn("nobody", fault)

    def test_entries_cut_off(self):
        self.must("screen", "--db", self.database, "--as-of", AS_OF)
        head = self.verify()["head"]
        change(self.database, "DELETE FROM zs_finding", "DELETE FROM zs_run_rule", "DELETE FROM zs_run",
               "DELETE FROM zs_entry WHERE action = 'screen'")
        self.verify()  # what is left is a log as it could have been
        fault, = self.faults("--head", head)
        self.assertIn("cut off or written anew", fault)

    def test_a_record_whose_writer_is_not_in_the_log(self):
        change(self.database, "UPDATE household SET entry = created WHERE id = 2",
               "DELETE FROM zs_change WHERE record = 2 AND register = 'household'",
               "UPDATE person SET entry = 2 WHERE id = 1")
        self.assertTrue(any("register person there are 1 records" in fault for fault in self.faults()))

    def test_a_damaged_file(self):
        if on_server(self.database):
            self.skipTest("a file")
        size = self.database.stat().st_size
        with self.database.open("r+b") as file:
            file.seek(size // 2 // 4096 * 4096)
            file.write(b"\xa5" * 4096)
        result = run("verify", "--db", self.database)
        self.assertEqual(1, result.status, str(result))
        self.assertRegex(result.out + result.err, "损坏")
        self.assertNotIn("Sanitizer", result.err)

    # ---- Upgraded ----

    def test_a_database_of_before_the_chain(self):
        entries = self.last_entry()
        change(self.database, "ALTER TABLE zs_entry DROP COLUMN hash", "UPDATE zs_meta SET value = '2' WHERE key = 'format'")
        self.assert_fails_with(run("verify", "--db", self.database), "zengshou init")
        self.must("init", "--db", self.database, "--pack", PACK)
        answer = self.verify()
        self.assertEqual((entries, entries + 1), (answer["unchained"], answer["entries"]))
        self.must("screen", "--db", self.database, "--as-of", AS_OF)
        self.verify("--head", answer["head"])
        self.assertIn("hash", columns(self.database, "zs_entry"))


if __name__ == "__main__":
    unittest.main()
