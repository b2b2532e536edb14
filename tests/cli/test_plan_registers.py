"""packs/hengyang-2022: no register of a clause stands there as a form alone. It can be filled from a sheet or is worked on as cases, its codes have
words, something is computed from it, and the demonstration county has rows of it."""

import re
import unittest

import yaml

from support.program import ROOT

PACK = ROOT / "packs" / "hengyang-2022"
# Filled by the program's own pages and commands; what they hold follows from what somebody did there.
MADE_HERE = {"assessment_review", "assessment_objection", "assessment_follow_up", "assessment_criticism", "indicator_report", "indicator_dispute",
             "parameter_change"}

# Begun by people for one family, project or heap of produce, so that no sheet has them; suites of their own make them.
BEGUN_BY_HAND = {"declaration", "project_course", "unsalable_deal"}


def load(name):
    entries = {}
    for path in [PACK / f"{name}.yaml", *sorted((PACK / name).glob("**/*.yaml"))]:
        if path.exists():
            entries.update(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
    return entries


def texts(name):
    """All of a kind's files as they stand: definitions of one register may be spread over several."""
    return [yaml.safe_load(path.read_text(encoding="utf-8")) for path in [PACK / f"{name}.yaml", *sorted((PACK / name).glob("**/*.yaml"))] if path.exists()]


def formulas(thing):
    """Every text within, whatever it is called: a formula is found by the names in it."""
    if isinstance(thing, dict):
        for key, value in thing.items():
            if key not in ("label", "note", "message"):
                yield from formulas(value)
    elif isinstance(thing, list):
        for value in thing:
            yield from formulas(value)
    elif isinstance(thing, str):
        yield thing


class Registers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.registers, cls.feeds = load("registers"), load("feeds")
        cls.worked_on = {one["register"] for one in load("workflows").values()}
        cls.of_clauses = {name: one for name, one in cls.registers.items() if one.get("clause")}

    def lacking(self, has):
        return [name for name in self.of_clauses if name not in MADE_HERE and not has(name)]

    def root(self, name):
        while "parent" in self.registers[name] and self.registers[name]["parent"] not in ("household", "person", "village"):
            name = self.registers[name]["parent"]
        return name

    def test_each_register_names_its_clause(self):
        self.assertEqual([], [name for name, one in self.registers.items() if not one.get("clause")])

    def test_each_can_be_filled(self):
        fed = {part["register"] for feed in self.feeds.values() for part in feed["registers"]}
        self.assertEqual([], self.lacking(lambda name: name in fed or name in self.worked_on or self.root(name) in self.worked_on))

    def test_each_code_has_a_dictionary_of_words(self):
        dictionaries = load("dictionaries")
        for name, one in self.registers.items():
            for field, what in one["fields"].items():
                if what["type"] in ("code", "codes"):
                    codes = dictionaries.get(what["dictionary"], {}).get("codes", {})
                    self.assertGreater(len(codes), 1, f"{name}.{field}")

    def test_sheets_know_the_headings_of_offices(self):
        """A field that sheets fill has other headings than its label, but for the system's own and those that workflows write."""
        fed = {part["register"] for feed in self.feeds.values() for part in feed["registers"] if part.get("mode") != "match"}
        for name in self.of_clauses:
            if name in fed and name not in self.worked_on and "headings" not in str(self.registers[name]["fields"]):
                self.fail(name)

    def test_something_is_computed_from_each(self):
        words = [texts(name) for name in ("pack", "rules", "definitions", "indicators", "clues", "workflows", "bulletins")]
        used = set(re.findall(r"[a-z][a-z0-9_]*", " ".join(formulas(words))))
        by = {name: {field for one in self.registers.values() for field, what in one["fields"].items() if what.get("register") == name}
              for name in self.registers}
        self.assertEqual([], self.lacking(lambda name: name in used or by[name] & used), "neither it nor a reference to it")

    def test_the_demonstration_has_rows_of_each(self):
        demo = load("demo")
        sheets = {sheet["feed"] for sheet in demo.get("sheets", {}).values()}
        for path in sorted((PACK / "demo").glob("*.yaml")):
            sheets |= {sheet["feed"] for sheet in (yaml.safe_load(path.read_text(encoding="utf-8")).get("sheets") or {}).values()}
        told = " ".join(path.read_text(encoding="utf-8") for path in [PACK / "demo.yaml", *(PACK / "demo").glob("*.yaml")])
        rows = {part["register"] for name, feed in self.feeds.items() if name in sheets or name in told for part in feed["registers"]}
        workflows = load("workflows")
        stories = {workflows[name]["register"] for name in workflows if re.search(rf"\b{name}\b", told)}
        self.assertEqual([], self.lacking(lambda name: name in rows | stories | BEGUN_BY_HAND or re.search(rf"\b{name}\b", told)))


if __name__ == "__main__":
    unittest.main()
