"""zengshou init: made once, harmless twice, migrated when the pack has changed, refused for another pack."""

from helpers.words import CommandTest
from support.databases import columns, rows
from support.program import AS_OF, PACK, ROOT, contents, facts, run, write_people

REGISTERS = "registers/all.yaml"
FIELD = "    income: {label: {zh: 纯收入, en: Net income}, type: money}\n"


class Init(CommandTest):
    def setUp(self):
        super().setUp()
        self.sheet = self.folder / "people.csv"
        self.people = write_people(self.sheet, 12)

    def fill(self):
        self.init()
        self.must("import", "--db", self.database, "people_sheet", self.sheet)

    def test_twice_changes_nothing(self):
        first = self.ask("init", "--db", self.database, "--pack", PACK)
        self.assertTrue(first["created"])
        self.must("import", "--db", self.database, "people_sheet", self.sheet)
        before = contents(self.database)
        again = self.ask("init", "--db", self.database, "--pack", PACK)
        self.assertEqual((False, 0, 0), (again["created"], again["tables_added"], again["columns_added"]))
        self.assertEqual(before, contents(self.database))

    def test_an_added_field_is_an_empty_column(self):
        self.fill()
        before = facts(self.database)
        pack = self.pack_with(PACK, [(REGISTERS, FIELD, FIELD + "    land: {label: 耕地, type: decimal, unit: 亩}\n")])
        done = self.ask("init", "--db", self.database, "--pack", pack)
        self.assertEqual((False, 0, 1), (done["created"], done["tables_added"], done["columns_added"]))
        self.assertIn("land", columns(self.database, "household"))
        self.assertEqual(before, facts(self.database))
        sheet = self.write("land.csv", "户编号,耕地", "4300000001,2.5亩")
        self.must("import", "--db", self.database, "household", sheet)
        values = self.ask("eval", "--db", self.database, "--on", "household", "land > 2亩", "--as-of", AS_OF)
        self.assertEqual((12, 11), (values["count"], values["unknown"]))

    def test_an_added_register_is_a_table(self):
        self.fill()
        pack = self.pack_with(PACK, files=[("registers/zone.yaml", "zone:\n  label: 片区\n  key: [name]\n  fields:\n"
                                            "    name: {label: 片区名, type: text, required: true}\n")])
        self.assertEqual(1, self.ask("init", "--db", self.database, "--pack", pack)["tables_added"])
        self.assertIn("name", columns(self.database, "zone"))

    def test_a_removed_field_keeps_its_data(self):
        self.fill()
        before = facts(self.database)
        pack = self.pack_with(PACK, [(REGISTERS, FIELD, ""),
                                     ("rules/all.yaml", "income / members < line", "members > 3 and line > 0元")])
        done = self.ask("init", "--db", self.database, "--pack", pack)
        self.assertIn("income", " ".join(note["note"] for note in done["notes"]))
        self.assertEqual(before, facts(self.database), "the column and its data stay")
        self.assert_fails_with(run("eval", "--db", self.database, "--on", "household", "income"), "income")
        self.must("init", "--db", self.database, "--pack", PACK)
        self.assertEqual(before, facts(self.database))
        values = self.ask("eval", "--db", self.database, "--on", "household", "income", "--as-of", AS_OF)
        self.assertEqual(0, values["unknown"], "the field came back with its data")

    def test_a_changed_type_is_refused(self):
        self.fill()
        before = contents(self.database)
        pack = self.pack_with(PACK, [(REGISTERS, "    members: {label: {zh: 家庭人口, en: Members}, type: int, min: 0, max: 50}\n",
                                      "    members: {label: {zh: 家庭人口, en: Members}, type: decimal, min: 0, max: 50}\n")])
        self.assert_fails_with(run("init", "--db", self.database, "--pack", pack), "members")
        self.assertEqual(before, contents(self.database))

    def test_another_packs_database_is_refused(self):
        self.fill()
        before = contents(self.database)
        result = run("--lang", "en", "init", "--db", self.database, "--pack", ROOT / "packs" / "example")
        self.assert_fails_with(result, "tests-support", "example")
        self.assertEqual(before, contents(self.database))

    def test_divisions_fill_their_register(self):
        pack = ROOT / "packs" / "hengyang-2022"
        done = self.ask("init", "--db", self.database, "--pack", pack)
        self.assertEqual(491, done["divisions_added"])
        self.assertEqual([(491, 25)], rows(self.database, "SELECT COUNT(*), COUNT(DISTINCT township_name) FROM village"))
        self.assertEqual(0, self.ask("init", "--db", self.database, "--pack", pack)["divisions_added"])
