"""packs/hengyang-2022 against the document it comes from: every target of the table of targets, and of each of the seventeen paths and five
parts the lead and responsible units in brackets."""

import csv
import os
import re
import unittest
from decimal import Decimal
from pathlib import Path

import yaml

from support.program import ROOT

PACK = Path(os.environ.get("ZENGSHOU_PLAN_PACK", ROOT / "packs" / "hengyang-2022"))
BESIDE = ROOT.parent / "shared" / "plan"


def source_file(beside, copy):
    found = sorted(BESIDE.glob(beside))
    return found[0] if found else ROOT / "tests" / copy


def load_all(name):
    """A kind of the pack's files: one file, a folder, or both."""
    entries = {}
    for path in [PACK / f"{name}.yaml", *sorted((PACK / name).glob("**/*.yaml"))]:
        if path.exists():
            entries.update(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
    return entries


def clauses_of(tasks):
    for task in tasks:
        yield task
        yield from clauses_of(task.get("tasks", []))


class Names:
    """Units by any of their printed names."""

    def __init__(self):
        self.by_name = {}
        for name, unit in load_all("units").items():
            for printed in [unit["label"]["zh"], *unit.get("aliases", [])]:
                self.by_name[printed.replace("（", "(").replace("）", ")")] = name
        self.longest_first = sorted(self.by_name, key=len, reverse=True)

    def read(self, text):
        """Names one after another, also where a separator was lost in printing. What is no name is given back beside them."""
        found, rest = [], text
        while rest:
            name = next((name for name in self.longest_first if rest.startswith(name)), None)
            if name is None:
                if rest[0] not in "、,，;； \n":
                    return found, rest
                rest = rest[1:]
            else:
                found.append(self.by_name[name])
                rest = rest[len(name):]
        return found, ""


def targets():
    with open(source_file("indicators.tsv", "rules/indicators.tsv"), encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t"))


HEADINGS = [(0, re.compile(r"^([一二三四五])、")), (1, re.compile(r"^\(([一二三四五])\)")), (2, re.compile(r"^(\d+)\.")), (3, re.compile(r"^(\d)\)"))]
UNITS = re.compile(r"\(牵头单位:([^;；]*)[;；]责任单位:(.*?)\)\s*$", re.DOTALL)


def bracketed():
    """(clause, lead units as printed, responsible units as printed) of the source, in order."""
    path = [""] * 4
    for paragraph in source_file("*.txt", "plan/source.txt").read_text(encoding="utf-8").split("\n"):
        paragraph = paragraph.strip().replace("（", "(").replace("）", ")")
        for level, heading in HEADINGS:
            match = heading.match(paragraph)
            if match:
                path = path[:level] + [match.group(1)] + [""] * (3 - level)
                break
        match = UNITS.search(paragraph)
        if match:
            chapter, part, number, below = path
            clause = chapter + (f"({part})" if part else "") + number + (f"({below})" if below else "")
            yield clause, match.group(1), match.group(2)


class Targets(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.indicators = load_all("indicators")
        cls.names = Names()

    def test_the_table_is_there(self):
        self.assertGreaterEqual(len(targets()), 64)

    def test_every_target_is_in_the_pack(self):
        for row in targets():
            with self.subTest(row["id"]):
                indicator = self.indicators.get(row["id"])
                self.assertIsNotNone(indicator, "the pack has no such indicator")
                wanted = {int(column[1:]): Decimal(row[column]) for column in ("y2022", "y2023", "y2024") if row[column].strip()}
                self.assertEqual(wanted, {year: Decimal(str(value)) for year, value in indicator.get("targets", {}).items()})
                self.assertEqual(row["direction"], indicator["direction"])
                self.assertEqual(row["unit"], indicator["unit"])

    def test_what_is_computed_is_computed(self):
        for row in targets():
            indicator = self.indicators.get(row["id"], {})
            with self.subTest(row["id"]):
                self.assertIn("over" if row["kind"] == "computed" else "reported", indicator)

    def test_leads(self):
        clauses = {clause["clause"]: clause for clause in clauses_of(yaml.safe_load((PACK / "plan.yaml").read_text(encoding="utf-8"))["chapters"])}
        for row in targets():
            indicator = self.indicators.get(row["id"], {"clause": "一"})
            first = indicator["clause"] if isinstance(indicator["clause"], str) else indicator["clause"][0]
            leads = set(indicator.get("lead", clauses[first].get("lead", [])))
            wanted, rest = self.names.read(row["lead"])
            with self.subTest(row["id"]):
                self.assertEqual("", rest)
                self.assertLessEqual(set(wanted), leads)


class Units(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.names = Names()
        chapters = yaml.safe_load((PACK / "plan.yaml").read_text(encoding="utf-8"))["chapters"]
        cls.clauses = {clause["clause"]: clause for clause in clauses_of(chapters)}

    def test_the_source_has_its_paths_and_parts(self):
        found = [clause for clause, _, _ in bracketed()]
        self.assertEqual(len(set(found)), len(found))
        self.assertEqual({str(number) for number in range(1, 18)}, {re.match(r"三\(.\)(\d+)", clause).group(1) for clause in found if clause.startswith("三")})
        self.assertEqual(set("一二三四五"), {re.match(r"三\((.)\)", clause).group(1) for clause in found if clause.startswith("三")})
        self.assertEqual(["二(一)", "二(二)", "二(三)"], [clause for clause in found if clause.startswith("二")])

    def test_every_unit_in_brackets_is_in_the_plan(self):
        for clause, lead, responsible in bracketed():
            with self.subTest(clause):
                self.assertIn(clause, self.clauses)
                for printed, key in ((lead, "lead"), (responsible, "responsible")):
                    wanted, rest = self.names.read(printed)
                    self.assertEqual("", rest, "no name of a unit")
                    self.assertEqual(set(wanted), set(self.clauses[clause].get(key, [])), key)


if __name__ == "__main__":
    unittest.main()
