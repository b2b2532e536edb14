"""Every key that the reader of packs knows stands in packs/example, which people copy, and in the pages that say how packs are written."""

import re
import unittest
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
LIST = re.compile(r"\b\w*keys\[\]\s*=\s*\{(.*?)\}", re.DOTALL)
# Below these the keys are names that the pack gives, not words of the format.
NAMED = {"fields", "codes", "states", "transitions", "parts", "criteria", "deductions", "vetoes", "grades", "lists", "items", "figures", "sources",
         "causes", "holdings", "kinds", "words", "targets", "set", "writes", "columns"}
# The example speaks one language; and what divisions fill stands below `fields`, where all else is the pack's own name.
ELSEWHERE = {"zh", "code", "township"}


def known():
    """Key → the files of the reader that know it."""
    found = {}
    for path in sorted((ROOT / "src" / "pack").glob("*.c")):
        for words in LIST.findall(path.read_text(encoding="utf-8")):
            for key in re.findall(r'"(\w+)"', words):
                found.setdefault(key, set()).add(path.name)
    return found


def keys_of(node, named=False):
    if isinstance(node, list):
        for each in node:
            yield from keys_of(each)
    elif isinstance(node, dict):
        for key, value in node.items():
            if not named:
                yield key
            yield from keys_of(value, not named and key in NAMED)


class PackWords(unittest.TestCase):
    def test_the_example_shows_every_key(self):
        shown = set()
        for path in (ROOT / "packs" / "example").rglob("*.yaml"):
            shown.update(keys_of(yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)))
        lacking = {key: sorted(files) for key, files in known().items() if key not in shown | ELSEWHERE}
        self.assertGreater(len(known()), 150)
        self.assertEqual({}, lacking, "show these in packs/example, with a word of why")

    def test_the_pages_name_every_key(self):
        text = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md"))
        lacking = {key: sorted(files) for key, files in known().items() if not re.search(rf"(?<![\w-]){key}:(?=\s)|`{key}[`:]", text)}
        self.assertEqual({}, lacking, "say these in docs/pack.md or in the page that it leads to")


if __name__ == "__main__":
    unittest.main()
