"""Sensitive fields are sealed at rest: nothing of them stands plain in what the program keeps, everything works as it does with a
plain database, and keys are made, changed and taken out without losing a value. Numbers are made up."""

import csv
import os
import re
import signal
import stat
import subprocess
import time
import unittest

from helpers.words import CommandTest
from support.databases import change, on_server, rows
from support.postgres import find
from support.program import AS_OF, PACK, command_of, run

FIELDS = """
    birth: {label: {zh: 出生日期, en: Birth date}, type: date}
    id_number: {label: {zh: 身份证号, en: Identity number}, type: text, sensitive: identity}
    phone: {label: {zh: 电话, en: Phone}, type: text, sensitive: phone}
    health: {label: {zh: 健康状况, en: Health}, type: codes, dictionary: illness, sensitive: health}
    weight: {label: {zh: 体重, en: Weight}, type: int}"""
ILLNESS = """
illness:
  label: {zh: 疾病, en: Illness}
  codes:
    none: {label: {zh: 无, en: None}}
    chronic: {label: {zh: 慢性病, en: Chronic}}
    cold: {label: {zh: 感冒, en: Cold}}
    severe: {label: {zh: 大病, en: Severe}}
"""
RULE = """
shared_phone:
  register: person
  label: {zh: 电话重复, en: Shared phone}
  clause: "1"
  kind: list
  level: low
  formula: duplicated(phone) or health has severe
"""
SENSITIVE = re.compile(rb"43042119[0-9]{10}|1390000[0-9]{4}|chronic,severe")


def identity(number):
    return f"43042119700101{number:04}"


def phone(number):
    return f"1390000{number:04}"


class KeysTest(CommandTest):
    def setUp(self):
        super().setUp()
        dictionaries = (PACK / "dictionaries.yaml").read_text(encoding="utf-8")
        self.pack = self.pack_with(PACK, [("registers/all.yaml", "\n    birth: {label: {zh: 出生日期, en: Birth date}, type: date}",
                                           FIELDS)])
        (self.pack / "dictionaries.yaml").write_text(dictionaries + ILLNESS, encoding="utf-8")
        self.keys = self.folder / "county.db.keys"
        if on_server(self.database):  # each test has its own, to do with as it likes
            self.keys = self.folder / "county.keys"
            self.addCleanup(os.environ.__setitem__, "ZENGSHOU_KEYS", os.environ["ZENGSHOU_KEYS"])
            os.environ["ZENGSHOU_KEYS"] = str(self.keys)

    def make(self, *words, **how):
        return self.must("init", "--db", self.database, "--pack", self.pack, *words, **how)

    def sheet(self, people, name="people.csv", shift=0):
        path = self.folder / name
        with open(path, "w", newline="", encoding="utf-8") as file:
            out = csv.writer(file)
            out.writerow(["户编号", "户主姓名", "人编号", "姓名", "身份证号", "电话", "健康状况", "体重"])
            for i in range(people):
                out.writerow([f"H{i // 2}", f"户主{i // 2}", f"P{i}", f"人{i}", identity(i), phone((i + shift) % (people - 1)),
                              "慢性病,大病" if (i + shift) % 7 == 0 else "无", 50 + i % 30])
        return path

    def fill(self, people=40, shift=0, **how):
        sheet = self.sheet(people, shift=shift)
        answer = self.ask("import", "--db", self.database, "people_sheet", sheet)
        sheet.unlink()
        return {key: answer["parts"][1][key] for key in ("new", "changed", "unchanged", "rejected")}

    def exported(self):
        path = self.folder / "people-out.csv"
        path.unlink(missing_ok=True)
        self.must("export", "--db", self.database, "person", path)
        with open(path, encoding="utf-8-sig") as file:
            found = sorted(tuple(row) for row in csv.reader(file))
        path.unlink()
        return found

    def raw(self):
        """All that is kept, byte for byte."""
        if on_server(self.database):
            return subprocess.run([find("pg_dump"), "--data-only", "--inserts", "-d", self.database], stdout=subprocess.PIPE,
                                  check=True).stdout
        return b"".join(path.read_bytes() for path in self.folder.iterdir() if path.name.startswith("county.db") and path.suffix != ".keys")

    def assert_sealed(self):
        self.assertEqual([], SENSITIVE.findall(self.raw()))

    def verify(self, *words, status=0):
        return self.ask("verify", "--db", self.database, *words, status=status)


class Sealed(KeysTest):
    def test_sealed_from_the_first(self):
        made = self.ask("init", "--db", self.database, "--pack", self.pack)
        self.assertTrue(made["sealed"])
        self.assertEqual(str(self.keys), made["keys"])
        self.assertEqual(0o600, stat.S_IMODE(os.stat(self.keys).st_mode))
        self.assertTrue(self.ask("init", "--db", self.database, "--pack", self.pack)["sealed"])
        self.assertFalse(re.search(r"[0-9a-f]{64}", self.keys.read_text()).group().encode() in self.raw())
        for language, words in (("zh", "没有它"), ("en", "without it")):
            other = self.place(f"other_{language}")
            self.assertIn(words, self.must("--lang", language, "init", "--db", other, "--pack", self.pack).out)

    def test_nothing_plain_is_kept(self):
        self.make()
        self.assertEqual({"new": 40, "changed": 0, "unchanged": 0, "rejected": 0}, self.fill())
        self.assertEqual({"new": 0, "changed": 0, "unchanged": 40, "rejected": 0}, self.fill())
        self.assertEqual({"new": 0, "changed": 40, "unchanged": 0, "rejected": 0}, self.fill(shift=1))
        self.assert_sealed()
        self.assertEqual(40, rows(self.database, "SELECT count(*) FROM zs_change WHERE register = 'person'")[0][0])
        shown = dict((row[0], row) for row in self.exported())
        self.assertIn(identity(3), shown["P3"])
        self.assertIn(phone(4), shown["P3"])
        self.assert_sealed()
        self.assertGreaterEqual(self.verify()["sealed"], 120)

    def test_equal_values_share_a_handle_and_illness_does_not(self):
        self.make()
        self.fill()
        self.assertEqual(rows(self.database, "SELECT count(*), count(DISTINCT phone), count(DISTINCT health) FROM person"),
                         [(40, 39, 40)])
        self.assertEqual(rows(self.database, "SELECT count(DISTINCT length(sealed)) FROM zs_sealed WHERE place = 'person.health'"),
                         [(1,)])

    def test_rules_see_what_is_sealed(self):
        answers = []
        (self.pack / "rules" / "all.yaml").write_text((PACK / "rules" / "all.yaml").read_text(encoding="utf-8") + RULE,
                                                      encoding="utf-8")
        for words in ((), ("--plain-at-rest",)):
            self.database = self.place(f"rules{len(words)}")
            self.make(*words)
            self.fill()
            self.must("screen", "--db", self.database, "--as-of", AS_OF)
            answers.append(rows(self.database, "SELECT rule, record, state FROM zs_finding ORDER BY 1, 2"))
        self.assertEqual(*answers)
        self.assertIn("shared_phone", [row[0] for row in answers[0]])
        result = run("--lang", "en", "eval", "--db", self.place("none"), "--on", "person", "phone")
        self.assertEqual(1, result.status)

    def test_sql_leaves_sealed_fields_to_the_frame(self):
        self.make()
        self.fill()
        words = ("eval", "--db", self.database, "--on", "person", "--engine")
        self.assert_fails_with(run("--lang", "en", *words, "sql", "length(phone) = 11"), "person.phone is sealed in the database")
        self.must(*words, "sql", "weight > 60")
        self.must(*words, "auto", "length(phone) = 11")

    def test_references_by_sealed_keys(self):
        jobs = """
job:
  label: {zh: 务工, en: Job}
  clause: "1"
  key: [worker, place]
  fields:
    worker: {label: {zh: 务工人, en: Worker}, type: reference, register: person, required: true}
    place: {label: {zh: 务工地, en: Place}, type: text, required: true}
"""
        register = self.pack / "registers" / "all.yaml"
        register.write_text(register.read_text(encoding="utf-8").replace("key: [person_number]", "key: [id_number]")
                            .replace("sensitive: identity", "sensitive: identity, required: true") + jobs,
                            encoding="utf-8")
        self.make()
        self.fill()
        sheet = self.write("jobs.csv", "务工人,务工地", f"{identity(3)},衡阳", f"{identity(4)},长沙", f"{identity(4444)},深圳")
        answer = self.ask("import", "--db", self.database, "job", sheet, "--errors", self.folder / "refused.csv")
        self.assertEqual((2, 1), (answer["parts"][0]["new"], answer["rejected"]))
        self.assertIn(identity(4444), (self.folder / "refused.csv").read_text(encoding="utf-8-sig"))
        (self.folder / "refused.csv").unlink()
        sheet.unlink()
        self.assertEqual({"new": 0, "changed": 0, "unchanged": 40, "rejected": 0}, self.fill())
        self.assert_sealed()

    def test_rows_that_contradict_each_other(self):
        self.make()
        sheet = self.write("people.csv", "户编号,户主姓名,人编号,姓名,身份证号,电话,健康状况",
                           f"H1,甲,P1,人,{identity(1)},{phone(1)},无", f"H1,甲,P1,人,{identity(1)},{phone(2)},无",
                           f"H2,乙,P2,人,{identity(2)},{phone(3)},无", f"H2,乙,P2,人,{identity(2)},{phone(3)},大病",
                           f"H3,丙,P3,人,{identity(3)},{phone(3)},大病", f"H3,丙,P3,人,{identity(3)},{phone(3)},大病")
        answer = self.ask("import", "--db", self.database, "people_sheet", sheet)
        self.assertEqual((1, 5), (answer["parts"][1]["new"], answer["rejected"]))

    def test_history(self):
        self.make()
        self.fill()
        self.fill(shift=1)
        told = self.must("history", "--db", self.database, "person", "P3").out
        self.assertIn("***", told)
        self.assertNotIn("~0", told)
        self.assertIn("改动", told)

    def test_another_suite(self):
        self.make("--suite", "aes-256-gcm")
        self.fill()
        self.assertEqual("aes-256-gcm", self.ask("keys", "show", "--db", self.database)["keys"][0]["suite"])
        self.verify()
        self.assert_fails_with(run("--lang", "en", "init", "--db", self.place("x"), "--pack", self.pack, "--suite", "des"), "--suite is")


class Rotated(KeysTest):
    def used(self):
        return {row["number"]: row["values"] for row in self.ask("keys", "show", "--db", self.database)["keys"]}

    def test_rotation(self):
        self.make()
        self.fill()
        self.fill(shift=1)
        before, count = self.exported(), self.used()[1]
        chain = self.verify()["head"]
        self.assertEqual(count, self.ask("keys", "rotate", "--db", self.database)["values"])
        self.assertEqual({1: 0, 2: count}, self.used())
        self.assertEqual(before, self.exported())
        self.assertEqual(count, self.verify("--head", chain)["sealed"])  # the log is as it was
        self.assert_fails_with(run("--lang", "en", "keys", "drop", "2", "--db", self.database), "Key number 2 is in use")
        self.must("keys", "drop", "1", "--db", self.database)
        self.assertEqual({2: count}, self.used())
        self.assertEqual({"new": 0, "changed": 40, "unchanged": 0, "rejected": 0}, self.fill(shift=3))
        self.assertEqual([row[:5] for row in before], [row[:5] for row in self.exported()])
        self.verify()

    def test_a_key_that_still_seals_something_stays(self):
        self.make()
        self.fill()
        self.must("keys", "add", "--db", self.database)
        self.assertEqual({"new": 0, "changed": 40, "unchanged": 0, "rejected": 0}, self.fill(shift=1))  # values under both
        self.assertEqual({"new": 0, "changed": 0, "unchanged": 40, "rejected": 0}, self.fill(shift=1))
        used = self.used()
        self.assertTrue(used[1] > 0 and used[2] > 0, used)
        self.assert_fails_with(run("--lang", "en", "keys", "drop", "1", "--db", self.database), "still stand under key number 1")
        self.assert_fails_with(run("--lang", "en", "keys", "drop", "7", "--db", self.database), "no key number 7")
        self.must("keys", "rotate", "--db", self.database)  # goes on with key 2
        self.assertEqual({1: 0, 2: sum(used.values())}, self.used())

    def test_killed_in_the_middle(self):
        self.make()
        self.fill(2400)
        before = self.exported()
        count = sum(self.used().values())
        killed = 0
        for moment in range(8):
            process = subprocess.Popen(command_of("keys", "rotate", "--db", self.database), stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)
            started = time.monotonic()
            while process.poll() is None and not self.under_way(moment) and time.monotonic() - started < 60:
                pass
            process.kill()
            killed += process.wait() == -signal.SIGKILL
            self.assertEqual(count, sum(self.used().values()))
            self.assertEqual(count, self.verify()["sealed"])
        self.assertGreater(killed, 0)
        self.assertEqual(before, self.exported())
        self.must("keys", "rotate", "--db", self.database)
        numbers = self.used()
        self.assertEqual(count, numbers[max(numbers)])
        self.assertEqual(before, self.exported())

    def under_way(self, moment):
        """Some lots are done: how many depends on the moment."""
        stood = rows(self.database, "SELECT count(*) FROM (SELECT DISTINCT key FROM zs_sealed) AS k")[0][0]
        return stood > 1 and rows(self.database, "SELECT count(*) FROM zs_sealed WHERE key = (SELECT max(key) FROM zs_sealed)"
                                  )[0][0] > 2000 * (moment % 3)


class Converted(KeysTest):
    def plain(self):
        self.make("--plain-at-rest")
        self.fill()
        self.fill(shift=1)
        self.assertNotEqual([], SENSITIVE.findall(self.raw()))

    def test_a_plain_database_is_sealed(self):
        self.plain()
        before, told = self.exported(), self.must("history", "--db", self.database, "person", "P3").out
        noted = self.verify()
        done = self.ask("keys", "seal", "--db", self.database)
        self.assertEqual((3, 120), (done["fields"], done["values"]))
        self.assertGreater(done["log_values"], 0)
        self.assert_sealed()
        self.assertEqual(before, self.exported())
        self.assertEqual(told, self.must("history", "--db", self.database, "person", "P3").out)
        after = self.verify("--head", noted["head"])
        self.assertEqual(noted["head_entry"], after["noted"])
        self.assertEqual(noted["head_entry"], after["unchained"])
        self.assertEqual({"new": 0, "changed": 0, "unchanged": 40, "rejected": 0}, self.fill(shift=1))
        self.assert_fails_with(run("--lang", "en", "keys", "seal", "--db", self.database), "is sealed already")

    def test_init_says_that_it_is_plain(self):
        self.plain()
        self.assertIn("zengshou keys seal", self.make("--lang", "en").out)
        self.assert_fails_with(run("--lang", "en", "keys", "show", "--db", self.database), "is not sealed")

    def test_a_field_becomes_sensitive_and_is_no_longer(self):
        register = self.pack / "registers" / "all.yaml"
        sensitive = register.read_text(encoding="utf-8")
        register.write_text(sensitive.replace("type: text, sensitive: phone", "type: text"), encoding="utf-8")
        self.make()
        self.fill()
        self.fill(shift=1)
        before, told = self.exported(), self.must("history", "--db", self.database, "person", "P3").out
        register.write_text(sensitive, encoding="utf-8")
        self.make()
        self.assertEqual(before, self.exported())
        self.assertEqual([(0,)], rows(self.database, "SELECT count(*) FROM person WHERE phone NOT LIKE '~%'"))
        self.verify()
        register.write_text(sensitive.replace("type: text, sensitive: phone", "type: text"), encoding="utf-8")
        self.make()
        self.assertEqual([(40,)], rows(self.database, "SELECT count(*) FROM person WHERE phone LIKE '139%'"))
        self.assertEqual(told, self.must("history", "--db", self.database, "person", "P3").out)
        self.assertEqual({"new": 0, "changed": 0, "unchanged": 40, "rejected": 0}, self.fill(shift=1))

    def test_a_dictionary_in_another_order(self):
        self.make()
        self.fill()
        before = self.exported()
        path = self.pack / "dictionaries.yaml"
        text = path.read_text(encoding="utf-8")
        chronic, cold, severe = (line + "\n" for line in text.splitlines() if line.strip().startswith(("chronic", "cold", "severe")))
        path.write_text(text.replace(chronic + cold + severe, severe + cold + chronic), encoding="utf-8")
        self.make()
        self.assertEqual(len(before), len(self.exported()))
        self.assertEqual({"new": 0, "changed": 0, "unchanged": 40, "rejected": 0}, self.fill())
        path.write_text(text.replace(severe, ""), encoding="utf-8")
        self.assert_fails_with(run("--lang", "en", "init", "--db", self.database, "--pack", self.pack), "severe")


class Lost(KeysTest):
    def setUp(self):
        super().setUp()
        self.make()
        self.fill(6)

    def refusals(self, *sentences):
        for words in (("export", "--db", self.database, "person", self.folder / "out.csv"),
                      ("history", "--db", self.database, "person", "P3"),
                      ("import", "--db", self.database, "people_sheet", self.sheet(6))):
            self.assert_fails_with(run("--lang", "en", *words), *sentences)

    def test_no_key_file(self):
        self.keys.rename(self.folder / "elsewhere")
        self.refusals("There is no key file", "--keys")
        self.must("export", "--db", self.database, "household", self.folder / "households.csv")
        self.assertIn("sealed values were not checked", self.must("--lang", "en", "verify", "--db", self.database).out)
        self.must("history", "--db", self.database, "person", "P3", "--keys", self.folder / "elsewhere")
        self.must("history", "--db", self.database, "person", "P3", environment={"ZENGSHOU_KEYS": str(self.folder / "elsewhere")})

    def test_another_databases_key_file(self):
        other = self.folder / "other.keys"
        self.must("init", "--db", self.place("other"), "--pack", self.pack, "--keys", other)
        self.assert_fails_with(run("--lang", "en", "keys", "show", "--db", self.database, "--keys", other), "is not this database's")

    def test_an_old_key_file(self):
        old = self.folder / "old.keys"
        old.write_bytes(self.keys.read_bytes())
        old.chmod(0o600)
        self.must("keys", "rotate", "--db", self.database)
        self.assert_fails_with(run("--lang", "en", "history", "--db", self.database, "person", "P3", "--keys", old),
                               "key number 2", "does not have")

    def test_a_damaged_key_file(self):
        self.keys.write_bytes(self.keys.read_bytes()[:60])
        self.refusals("cannot be read at line 2", "Restore it")

    def test_a_key_file_that_others_can_read(self):
        self.keys.chmod(0o640)
        self.refusals("chmod 600")

    def test_what_was_altered_is_named(self):
        change(self.database, "UPDATE zs_sealed SET sealed = replace(sealed, substr(sealed, 20, 3), 'AAA') WHERE handle = "
                              "(SELECT id_number FROM person WHERE person_number = 'P3')")
        faults = [row["fault"] for row in self.verify("--lang", "en", status=1)["faults"]]
        self.assertIn("altered or is damaged", faults[0])
        self.assert_fails_with(run("--lang", "en", "history", "--db", self.database, "person", "P3"), "altered or is damaged")

    def test_what_was_taken_out_or_swapped_is_named(self):
        change(self.database, "DELETE FROM zs_sealed WHERE handle = (SELECT id_number FROM person WHERE person_number = 'P3')",
               "UPDATE person SET phone = id_number WHERE person_number = 'P4'")
        faults = " ".join(row["fault"] for row in self.verify("--lang", "en", status=1)["faults"])
        self.assertIn("field id_number: 1 places", faults)
        self.assertIn("field phone: 1 places", faults)
        self.assert_fails_with(run("--lang", "en", "history", "--db", self.database, "person", "P4"), "altered or is damaged")

    @unittest.skipIf(on_server("" if "ZENGSHOU_POSTGRES" not in os.environ else "postgresql://"), "of files")
    def test_keys_kept_elsewhere_are_remembered(self):
        self.database = self.place("away")
        self.make("--keys", self.folder / "safe.keys")
        self.assertEqual(os.path.realpath(self.folder / "safe.keys"), os.path.realpath(f"{self.database}.keys"))
        self.fill(6)
        self.must("keys", "rotate", "--db", self.database)
        self.assertTrue(os.path.islink(f"{self.database}.keys"))
        self.must("history", "--db", self.database, "person", "P3")

    def test_a_network_address_wants_a_sealed_database(self):
        plain = self.place("plain")
        self.must("init", "--db", plain, "--pack", self.pack, "--plain-at-rest")
        self.assert_fails_with(run("--lang", "en", "serve", "--db", plain, "--listen", "0.0.0.0:1", "--data", self.folder / "data"),
                               "stand unsealed", "--plain-at-rest")


if __name__ == "__main__":
    unittest.main()
