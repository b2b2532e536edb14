"""zengshou fmt: formulas laid out, in packs and from standard input; zengshou words: what may be written."""

import subprocess

from helpers.words import CommandTest
from support.program import PACK, PROGRAM, ROOT, run

RULES = "rules/all.yaml"
UNTIDY = ("formula: income / members < line", "formula: income/members<line")


class Format(CommandTest):
    def laid_out(self, formula, *words, status=0):
        done = subprocess.run([PROGRAM, "fmt", "-", "--lang", "en", *words], input=formula, text=True, capture_output=True)
        self.assertEqual(status, done.returncode, done.stderr)
        return done.stdout.rstrip("\n") if status == 0 else done.stderr

    def test_one_formula(self):
        self.assertEqual("a + 1 > 2 and not (b)  -- why", self.laid_out("a+1＞2 AND not（b） -- why"))

    def test_a_long_formula_is_broken(self):
        lines = self.laid_out(" or ".join(f"some_long_name_{i} = {i}" for i in range(9))).splitlines()
        self.assertEqual(9, len(lines))
        self.assertTrue(all(line.startswith("or some_long_name_") for line in lines[1:]))

    def test_a_formula_in_the_other_language(self):
        pack = ROOT / "packs" / "hengyang-2022"
        english = self.laid_out("户类型 属于 (脱贫户)", "--pack", str(pack), "--on", "household", "--to", "en")
        self.assertTrue(english.startswith("household_type in ("), english)
        self.assertEqual("户类型 属于 (脱贫户)", self.laid_out(english, "--pack", str(pack), "--on", "农户", "--to", "zh"))

    def test_faulty_input(self):
        self.assertIn("1:5", self.laid_out("a + + ) 1", status=1))
        self.assertIn("--on", self.laid_out("a", "--pack", str(PACK), "--to", "en", status=1))
        self.assertIn("zh or en", self.laid_out("a", "--pack", str(PACK), "--on", "household", "--to", "fr", status=1))

    def test_packs_of_the_tree_are_tidy(self):
        for folder in (ROOT / "packs" / "example", ROOT / "packs" / "hengyang-2022"):
            with self.subTest(pack=folder.name):
                self.assertEqual([], self.ask("fmt", folder, "--check")["files"])

    def test_a_pack_is_tidied_once(self):
        folder = self.pack_with(PACK, [(RULES, *UNTIDY)])
        before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        self.assertEqual([RULES], [file["path"] for file in self.ask("fmt", folder, "--check", status=1)["files"]])
        self.assertEqual(before, {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()})
        self.assertEqual(1, self.ask("fmt", folder)["formulas"])
        changed = [path for path, content in before.items() if path.read_bytes() != content]
        self.assertEqual([folder / RULES], changed)
        self.assertEqual((PACK / RULES).read_text(encoding="utf-8"), (folder / RULES).read_text(encoding="utf-8"))
        self.assertEqual([], self.ask("fmt", folder, "--check")["files"])

    def test_formulas_of_workflows_are_laid_out_too(self):
        pack = ROOT / "packs" / "example"
        path = "workflows/exit.yaml"
        folder = self.pack_with(pack, [(path, "- formula: household.members > 0", "- formula: (household.members>0)"),
                                       (path, "{formula: household.paid_this_month > 0}", "{formula: household.paid_this_month>0}")])
        self.assertEqual([path], [file["path"] for file in self.ask("fmt", folder, "--check", status=1)["files"]])
        self.assertEqual(2, self.ask("fmt", folder)["formulas"])
        self.assertEqual(self.ask("check", folder)["registers"], self.ask("check", pack)["registers"])
        self.assertIn("{formula: household.paid_this_month > 0}", (folder / path).read_text(encoding="utf-8"))
        self.assertEqual([], self.ask("fmt", folder, "--check")["files"])
        faulty = self.pack_with(pack, [(path, "household.members > 0", "household.membrs > 0")])
        before = (faulty / path).read_bytes()
        self.assertIn("members", self.must("fmt", faulty, status=1).err)
        self.assertEqual(before, (faulty / path).read_bytes())

    def test_a_long_formula_becomes_a_block(self):
        long = "formula: " + " and ".join(f"income / members < line and members > {i}" for i in range(8))
        folder = self.pack_with(PACK, [(RULES, UNTIDY[0], long)])
        rules = self.ask("check", folder)["rules"]
        self.ask("fmt", folder)
        text = (folder / RULES).read_text(encoding="utf-8")
        self.assertIn("formula: |\n", text)
        self.assertIn("\n    and members > 7\n", text)
        self.assertEqual(rules, self.ask("check", folder)["rules"])
        self.assertEqual([], self.ask("fmt", folder, "--check")["files"])

    def test_a_formula_of_any_length_is_tidied_once(self):
        """Too long behind its key, a formula may still fit on one line of the block below it."""
        for length in range(102, 120, 2):
            long = "income < line and not members > 123456789012345 and not members > 123456789012345 and not members > 1".ljust(length, "0")
            folder = self.pack_with(PACK, [(RULES, UNTIDY[0], "formula: " + long)])
            self.ask("fmt", folder)
            with self.subTest(length=length):
                self.assertEqual([], self.ask("fmt", folder, "--check")["files"])

    def test_a_faulty_pack_is_not_touched(self):
        folder = self.pack_with(PACK, [(RULES, UNTIDY[0], "formula: income/members<<line")])
        before = (folder / RULES).read_bytes()
        self.assert_fails_with(run("fmt", folder))
        self.assertEqual(before, (folder / RULES).read_bytes())

    def test_a_folder_that_cannot_be_written(self):
        folder = self.pack_with(PACK, [(RULES, *UNTIDY)])
        (folder / (RULES + ".fmt")).mkdir()
        before = (folder / RULES).read_bytes()
        self.assert_fails_with(run("fmt", folder))
        self.assertEqual(before, (folder / RULES).read_bytes())


class Words(CommandTest):
    def test_the_words_of_the_language(self):
        words = {word["text"]: word for word in self.ask("words", "--lang", "en")["words"]}
        self.assertEqual("合计", words["sum"]["zh"])
        self.assertIn("where", words)
        self.assertTrue(all(word["note"] for word in words.values()))

    def test_what_may_follow(self):
        pack = ROOT / "packs" / "hengyang-2022"
        words = self.ask("words", "--pack", pack, "--on", "household", "count(person where sex = ")["words"]
        self.assertEqual("代码", words[0]["kind"])
        self.assert_fails_with(run("words", "--on", "household"))
        self.assert_fails_with(run("words", "--pack", pack, "--on", "nobody"))


if __name__ == "__main__":
    import unittest
    unittest.main()
