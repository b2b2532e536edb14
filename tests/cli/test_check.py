"""zengshou check: packs without faults, and faults with their places."""

from helpers.words import CommandTest
from support.program import PACK, ROOT, run

RULES = "rules/all.yaml"



class Check(CommandTest):
    def faults(self, folder, *words):
        result = run(*words, "check", folder)
        self.assert_fails_with(result)
        self.assertEqual("", result.out, str(result))
        return result.err.splitlines()

    def place_of(self, folder, name, word, skip=0):
        """file:line:column of a word in a pack's file, counted as editors do."""
        text = (folder / name).read_text(encoding="utf-8")
        at = text.index(word) + skip
        line = text.count("\n", 0, at) + 1
        return f"{name}:{line}:{at - (text.rfind(chr(10), 0, at) + 1) + 1}"

    def assert_faulty(self, changes, name, word, *sentences, skip=0, files=()):
        folder = self.pack_with(PACK, changes, files)
        lines = self.faults(folder, "--lang", "en")
        place = self.place_of(folder, name, word, skip)
        found = [line for line in lines if place + ": " in line]
        self.assertEqual(1, len(found), f"{place} in\n" + "\n".join(lines))
        for sentence in sentences:
            self.assertIn(sentence, found[0])
        report = self.ask("check", folder, status=1)
        line, column = map(int, place.split(":")[1:])
        self.assertIn((line, column), [(fault["line"], fault["column"]) for fault in report["faults"] if fault["file"].endswith(name)])
        self.assertTrue(all(fault["zh"] and fault["en"] for fault in report["faults"]))
        return lines

    def test_packs_of_the_tree_are_sound(self):
        for folder in (PACK, ROOT / "packs" / "example", ROOT / "packs" / "hengyang-2022"):
            with self.subTest(pack=folder.name):
                result = self.must("check", folder)
                self.assertEqual("", result.err)
        counts = self.ask("check", ROOT / "packs" / "hengyang-2022")
        self.assertGreaterEqual(counts["rules"], 25)
        self.assertEqual(25 + 491 + 1, counts["divisions"])

    def test_syntax_of_yaml(self):
        self.assert_faulty([("units.yaml", "{zh: 农业农村局, en: Bureau}", "{zh: 农业农村局, en: Bureau")], "units.yaml", ": department")

    def test_unknown_key(self):
        self.assert_faulty([(RULES, "level: high", "levle: high")], RULES, "levle", "levle", "level")

    def test_syntax_of_a_formula(self):
        self.assert_faulty([(RULES, "income / members < line", "income / / members < line")], RULES,
                           "/ members")

    def test_days_of_a_deadline_stay_countable(self):
        """A parameter that a workflow counts days by, in the pack itself; what a county adopts: tests/http/test_dispatch.py."""
        for value, more in (("4000000000", ""), ("3661", ""), ("30", "  min: -1\n"), ("30", "  max: 5000\n")):
            with self.subTest(value=value, more=more):
                folder = self.pack_with(ROOT / "packs" / "example", [("parameters.yaml", "    - {from: 2024-01-01, value: 30}\n",
                                                                      f"    - {{from: 2024-01-01, value: {value}}}\n{more}")])
                line, = self.faults(folder, "--lang", "en")
                self.assertIn(self.place_of(folder, "workflows/exit.yaml", "exit_days"), line)
                self.assertIn("between 0 and 3660", line)

    def test_unknown_name(self):
        self.assert_faulty([(RULES, "income / members < line", "incme / members < line")], RULES, "incme",
                           "incme", "income")

    def test_type_error(self):
        self.assert_faulty([(RULES, "income / members < line", "income / members < 5.5%")], RULES, "< 5.5%", "money", "ratio")

    def test_cycle(self):
        circle = "household:\n  first: {label: 一, formula: second + 1}\n  second: {label: 二, formula: first + 1}\n"
        lines = self.assert_faulty([], "definitions.yaml", "first + 1", "first", "second", files=[("definitions.yaml", circle)])
        self.assertEqual(1, sum("circle" in line for line in lines), lines)

    def test_unknown_clause(self):
        self.assert_faulty([("parameters.yaml", 'clause: "1"', 'clause: "7"')], "parameters.yaml", '"7"', "7")

    def test_every_fault_is_listed_in_order(self):
        folder = self.pack_with(PACK, [(RULES, "income / members < line", "incme < lien"),
                                       (RULES, "level: low", "level: lowest"),
                                       ("units.yaml", "kind: department", "kind: departmnet")])
        lines = self.faults(folder)
        places = [line.split(": ")[0] for line in lines if line.count(":") >= 3]
        files = [place.rsplit(":", 2)[0] for place in places]
        self.assertEqual(3, len(places), lines)
        self.assertEqual(sorted(files), files)
        self.assertTrue(any(name.endswith("units.yaml") for name in files))

    def test_a_faulty_pack_makes_no_database(self):
        folder = self.pack_with(PACK, [("units.yaml", "kind: department", "kind: departmnet")])
        self.assert_fails_with(run("init", "--db", self.database, "--pack", folder), "units.yaml")
        self.assertFalse(self.database.exists())
