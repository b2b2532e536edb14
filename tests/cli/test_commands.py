"""What every command has in common: help, exit statuses, JSON, languages, and "did you mean"."""

import json
import re
import subprocess

from helpers.words import CommandTest
from support.program import AS_OF, PACK, command_of, run, write_people

COMMANDS = ("check", "init", "demo", "import", "export", "screen", "explain", "eval")


class Help(CommandTest):
    def test_overview_names_every_command(self):
        for words in (("--help",), ("-h",), ("help",)):
            result = self.must(*words)
            for command in COMMANDS:
                self.assertRegex(result.out, rf"(?m)^  {command}\s+\S")
        self.assertRegex(self.must("--version").out, r"^zengshou \d+\.\d+\.\d+\n$")

    def test_every_command_explains_itself_in_both_languages(self):
        commands = re.findall(r"(?m)^  ([a-z]+) ", self.must("--help").out)
        self.assertGreaterEqual(len(commands), len(COMMANDS))
        for command in commands:
            with self.subTest(command=command):
                chinese, english = self.must(command, "--help"), self.must("--lang", "en", command, "--help")
                self.assertIn(f"用法: zengshou {command}", chinese.out)
                self.assertIn(f"Usage: zengshou {command}", english.out)
                self.assertNotRegex(english.out, "[\u3400-\u9fff]")
                self.assertEqual("", chinese.err)
                self.assertEqual(english.out, self.must(command, "--help", "--lang=en").out)
                self.assertEqual(english.out, self.must(command, "-h", environment={"ZENGSHOU_LANG": "en"}).out)
                for option in ("--json", "--lang", "--help"):
                    self.assertIn(option, english.out)

    def test_help_asks_for_nothing_else(self):
        """A half-written line with --help is a question, not a mistake."""
        self.must("screen", "--as-of", AS_OF, "--help")
        self.must("import", "people_sheet", "--help")


class Mistakes(CommandTest):
    def test_no_command(self):
        self.assert_usage(run(), "zengshou")

    def test_unknown_command(self):
        self.assert_usage(run("scren"), "scren", "screen")
        self.assert_usage(run("--lang", "en", "exprot"), "There is no command exprot", "Did you mean export?")
        self.assert_usage(run("frobnicate"), "frobnicate")

    def test_unknown_option(self):
        self.assert_usage(run("screen", "--asof", AS_OF), "--asof", "--as-of", "zengshou screen --help")
        self.assert_usage(run("import", "--dryrun"), "--dryrun", "--dry-run")
        self.assert_usage(run("init", "--helf", "--lang", "en"), "There is no option --helf; did you mean --help?")

    def test_values_of_options(self):
        self.assert_usage(run("screen", "--db", "x.db", "--as-of", "2022-09-31"), "--as-of", "2022-09-31")
        self.assert_usage(run("screen", "--db", "x.db", "--as-of"), "--as-of")
        self.assert_usage(run("screen", "--db", "x.db", "--as-of", AS_OF, "--threads", "two"), "--threads", "two")
        self.assert_usage(run("demo", "--out", "x", "--households", "-1"), "--households", "-1")
        self.assert_usage(run("screen", "--json=yes"), "--json")
        self.assert_usage(run("check", PACK, "--lang", "fr"), "--lang", "fr")

    def test_something_is_missing(self):
        self.assert_usage(run("check"), "PACK")
        self.assert_usage(run("init", "--db", "x.db"), "--pack")
        self.assert_usage(run("screen", "--as-of", AS_OF), "--db")
        self.assert_usage(run("import", "--db", "x.db", "people_sheet"), "FILE")
        self.assert_usage(run("explain", "--db", "x.db", "household", "1"), "FORMULA")

    def test_something_is_too_much(self):
        self.assert_usage(run("check", PACK, "another"), "another")
        self.assert_usage(run("init", "--db", "x.db", "--pack", PACK, "more"), "more")

    def test_a_command_that_cannot_do_it_fails_with_a_sentence(self):
        self.init()
        for words, sentence in (
                (("check", self.folder / "nowhere"), "nowhere"),
                (("init", "--db", self.database, "--pack", self.folder / "nowhere"), "nowhere"),
                (("demo", "--out", self.folder, "--pack", self.folder / "nowhere"), "nowhere"),
                (("import", "--db", self.database, "people_sheet", self.folder / "nowhere.xlsx"), "nowhere.xlsx"),
                (("export", "--db", self.database, "household", self.folder / "no" / "where.csv"), "where.csv"),
                (("screen", "--db", self.folder / "nowhere.db", "--as-of", AS_OF), "nowhere.db"),
                (("explain", "--db", self.folder / "nowhere.db", "household", "1", "poor"), "nowhere.db"),
                (("eval", "--db", self.folder / "nowhere.db", "--on", "household", "1"), "nowhere.db")):
            with self.subTest(command=words[0]):
                result = run(*words)
                self.assert_fails_with(result, sentence)
                self.assertEqual("", result.out, str(result))
                self.assert_fails_with(run("--lang", "en", *words), sentence)
        self.assertEqual([], sorted(path.name for path in self.folder.glob("*.*") if "-" not in path.name and path != self.database))

    def test_names_nearly_right(self):
        self.init()
        for words, nearest in (
                (("eval", "--on", "houshold", "1"), "household"),
                (("export", "persons", self.folder / "out.csv"), "person"),
                (("explain", "persom", "1", "poor"), "person"),
                (("import", "people_shet", self.folder / "x.csv"), "people_sheet"),
                (("screen", "--as-of", AS_OF, "--rule", "por"), "poor")):
            with self.subTest(command=words[0]):
                result = run(words[0], "--db", self.database, *words[1:])
                self.assert_fails_with(result, f"“{nearest}”")


class Json(CommandTest):
    def test_every_command_prints_one_object(self):
        sheet = self.folder / "people.csv"
        write_people(sheet, 8)
        for words in (("check", PACK),
                      ("init", "--db", self.database, "--pack", PACK),
                      ("import", "--db", self.database, "people_sheet", sheet),
                      ("import", "--db", self.database, "people_sheet", sheet, "--dry-run"),
                      ("export", "--db", self.database, "household", self.folder / "out.csv"),
                      ("screen", "--db", self.database, "--as-of", AS_OF),
                      ("explain", "--db", self.database, "household", "4300000001", "poor", "--as-of", AS_OF),
                      ("eval", "--db", self.database, "--on", "household", "income / members", "--as-of", AS_OF)):
            with self.subTest(command=words[0]):
                self.assertIsInstance(self.ask(*words), dict)

    def test_keys_do_not_depend_on_the_language(self):
        self.init()
        sheet = self.folder / "people.csv"
        write_people(sheet, 8)
        self.must("import", "--db", self.database, "people_sheet", sheet)
        for words in (("check", PACK), ("screen", "--db", self.database, "--as-of", AS_OF),
                      ("explain", "--db", self.database, "household", "4300000001", "poor", "--as-of", AS_OF),
                      ("eval", "--db", self.database, "--on", "household", "income", "--as-of", AS_OF)):
            with self.subTest(command=words[0]):
                self.assertEqual(keys(self.ask(*words)), keys(self.ask("--lang", "en", *words)))

    def test_a_full_disk_behind_stdout_is_a_failure(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run(command_of("check", PACK, "--json"), stdout=full, stderr=subprocess.PIPE, text=True)
        self.assertEqual(1, done.returncode, done.stderr)
        self.assertNotEqual("", done.stderr)

    def test_text_is_the_same_facts(self):
        """A number that a script reads stands in the lines for people, too."""
        self.init()
        sheet = self.folder / "people.csv"
        write_people(sheet, 8)
        facts = json.loads(self.must("import", "--db", self.database, "people_sheet", sheet, "--json", "--dry-run").out)
        text = self.must("import", "--db", self.database, "people_sheet", sheet, "--dry-run").out
        self.assertRegex(text, rf"(?m)^读取行数: {facts['rows']}$")


def keys(value):
    """The shape of a JSON value: its keys, without what the keys hold."""
    if isinstance(value, dict):
        return {name: keys(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return keys(value[0]) if value else None
    return None
