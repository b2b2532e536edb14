"""The shape of the source tree: which room may include which, how long a file may be, what must stand in each folder."""

import os
import re
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src"
NOT_OURS_AT_THE_TOP = {".git", "build", "demo"}
NOT_OURS = {"node_modules", "__pycache__", "corpus"}
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)


def floors():
    """The rooms from the ground up, as src/meson.build builds them."""
    return re.findall(r"^subdir\('(\w+)'\)", (SOURCE / "meson.build").read_text(), re.MULTILINE)


def c_files(*folders):
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.[ch]") if "node_modules" not in path.parts)


def text_files():
    for folder, folders, files in os.walk(ROOT):
        top = Path(folder) == ROOT
        folders[:] = sorted(name for name in folders if name not in NOT_OURS and not (top and name in NOT_OURS_AT_THE_TOP))
        for path in (Path(folder) / name for name in sorted(files) if not (top and name in NOT_OURS_AT_THE_TOP)):  # .git is a file in a worktree
            try:
                yield path.relative_to(ROOT), path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue  # a picture, or a test's broken bytes


def includes(path):
    """Files of src/ that a file includes, by their path under src/."""
    return INCLUDE.findall(path.read_text(encoding="utf-8"))


class Layers(unittest.TestCase):
    maxDiff = None

    def assert_none(self, faults, what):
        self.assertEqual([], list(faults), what)

    def test_every_room_stands_on_a_floor(self):
        rooms = {path.name for path in SOURCE.iterdir() if path.is_dir()}
        self.assertEqual(rooms, set(floors()), "src/meson.build must name exactly the folders of src/")

    def test_includes_name_files_from_the_source_root(self):
        faults = (f"{path.relative_to(ROOT)} includes {name}" for path in c_files("src") for name in includes(path)
                  if not (SOURCE / name).is_file() and not name.endswith(("_sql.h", "_table.h")))  # made by tools when the program is built
        self.assert_none(faults, "an include is written as \"room/header.h\"")

    def test_includes_point_downward(self):
        height = {room: number for number, room in enumerate(floors())}
        faults = []
        for path in c_files("src"):
            parts = path.relative_to(SOURCE).parts
            if len(parts) == 1:
                continue  # main.c stands above all rooms
            for name in includes(path):
                other = name.split("/")[0]
                if other in height and height[other] > height[parts[0]]:
                    faults.append(f"{path.relative_to(ROOT)} includes {name}")
        self.assert_none(faults, "a room may use only those below it (src/meson.build lists them from the ground up)")

    def test_headers_form_no_cycle(self):
        graph = {str(path.relative_to(SOURCE)): includes(path) for path in c_files("src") if path.suffix == ".h"}
        finished, path, faults = set(), [], []

        def walk(name):
            if name in path:
                faults.append(" → ".join(path[path.index(name):] + [name]))
                return
            if name in finished or name not in graph:
                return
            path.append(name)
            for other in graph[name]:
                walk(other)
            path.pop()
            finished.add(name)

        for name in graph:
            walk(name)
        self.assert_none(faults, "headers include each other in a circle")

    def test_files_have_one_subject(self):
        lengths = ((path, path.read_text(encoding="utf-8").count("\n")) for path in c_files("src", "tests", "bench"))
        faults = (f"{path.relative_to(ROOT)}: {lines} lines" for path, lines in lengths if lines > 1000)
        self.assert_none(faults, "no C file is above 1,000 lines")

    def test_every_folder_says_what_lives_there(self):
        folders = {path.parent for path in c_files("src")} - {SOURCE}
        faults = (str(folder.relative_to(ROOT)) for folder in sorted(folders) if not (folder / "README.md").is_file())
        self.assert_none(faults, "a README.md is missing")
        long = (str(path.relative_to(ROOT)) for path in SOURCE.rglob("README.md")
                if path.read_text(encoding="utf-8").count("\n") > 80)
        self.assert_none(long, "a room's README.md is at most a page")

    def test_every_c_file_opens_with_why_it_exists(self):
        faults = (str(path.relative_to(ROOT)) for path in c_files("src", "tests", "bench")
                  if not path.read_text(encoding="utf-8").startswith("/* "))
        faults = [name for name in faults if not name.endswith("cmocka_all.h")]
        self.assert_none(faults, "a C file opens with a comment")

    def test_header_guards_follow_the_path(self):
        faults = []
        for path in c_files("src"):
            if path.suffix != ".h":
                continue
            guard = "ZENGSHOU_" + re.sub(r"\W", "_", str(path.relative_to(SOURCE))).upper()
            text = path.read_text(encoding="utf-8")
            if f"#ifndef {guard}\n#define {guard}\n" not in text:
                faults.append(f"{path.relative_to(ROOT)}: {guard}")
        self.assert_none(faults, "header guard")

    def test_the_engine_knows_no_programme(self):
        """What a pack calls its rules and parameters, and where it holds, is no business of the program."""
        names = set()
        for file in [*ROOT.glob("packs/*/rules/*.yaml"), *ROOT.glob("packs/*/parameters.yaml")]:
            names.update(re.findall(r"^(\w+):", file.read_text(encoding="utf-8"), re.MULTILINE))
        faults = []
        for path in c_files("src"):
            if path.parent.name == "demo":
                continue  # the simulated county has words of its own, some of them the same
            code = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
            words = [word for word in re.findall(r'"((?:[^"\\\n]|\\.)*)"', code)
                     if word in names or re.search("衡阳|430421", word)]
            faults += [f"{path.relative_to(ROOT)}: \"{word}\"" for word in words]
        self.assert_none(faults, "numbers, lists and rules of a programme live in packs/")

    def test_nothing_is_left_undone(self):
        words = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "X" + "XX"]) + r")\b")
        faults = (f"{path}: {found.group(1)}" for path, text in text_files() for found in [words.search(text)] if found)
        self.assert_none(faults, "unfinished work belongs in an issue")

    def test_no_path_of_one_machine(self):
        paths = re.compile(r"(?<![\w.}])/(?:work|root|home/\w+)/")
        faults = (f"{path}: {found.group(0)}" for path, text in text_files() for found in [paths.search(text)] if found)
        self.assert_none(faults, "an absolute path of somebody's machine")

    def test_text_is_plain(self):
        faults = []
        for path, text in text_files():
            if path.suffix not in {".c", ".h", ".py", ".yaml", ".md", ".sql", ".build", ".sh"}:
                continue
            if "\r" in text:
                faults.append(f"{path}: carriage return")
            if text and not text.endswith("\n"):
                faults.append(f"{path}: no newline at the end")
        self.assert_none(faults, "text files have Unix line ends")
