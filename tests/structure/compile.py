"""What the ordinary build by gcc does not show: clang's warnings, and whether each header compiles alone."""

import json
import os
import shlex
import subprocess
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src"
BUILD = Path(os.environ["ZENGSHOU"]).parent
NOT_FOR_A_LOOK = {"-c", "-MD", "-g"}
IGNORED = ("-fsanitize", "-Wno-format-truncation", "-fdiagnostics-color")


def commands():
    """Per source file of the project: its flags in the ordinary build, without what only code generation needs."""
    for entry in json.loads((BUILD / "compile_commands.json").read_text()):
        words = shlex.split(entry["command"])
        words = words[next(i for i, word in enumerate(words) if word.startswith("-")):]  # without the compiler, or a cache before it
        flags, skip = [], False
        for word in words:
            if skip:
                skip = False
            elif word in {"-o", "-MF", "-MQ"}:
                skip = True
            elif word not in NOT_FOR_A_LOOK and not word.startswith(IGNORED):
                flags.append(word)
        yield entry["file"], Path(entry["directory"]), flags


def complaints(jobs):
    """Runs (command, folder) pairs, two at a time; the output of those that fail or warn."""
    def run(job):
        command, folder = job
        done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        return done.stdout if done.returncode != 0 else ""
    with ThreadPoolExecutor(2) as workers:
        return "".join(workers.map(run, jobs))


class Compile(unittest.TestCase):
    def assert_silent(self, jobs):
        self.assertTrue(jobs)
        said = complaints(jobs)
        if said:
            self.fail("\n" + said)

    def test_clang_has_nothing_to_say(self):
        self.assert_silent([(["clang", *flags, "-fsyntax-only", "-Werror"], folder) for _, folder, flags in commands()])

    def headers_alone(self, compiler):
        # A header is compiled with the flags of its room's sources: libraries may have their own include folders.
        flags_of = {Path(directory, file).resolve().parent: [flag for flag in flags if not flag.endswith(".c")]
                    for file, directory, flags in commands()}
        self.assert_silent([([compiler, *flags_of[header.parent], "-fsyntax-only", "-Werror", "-Wno-unused-function", "-x", "c",
                              str(header)], BUILD)
                            for header in sorted(SOURCE.rglob("*.h"))])

    def test_headers_compile_alone_with_gcc(self):
        self.headers_alone("gcc")

    def test_headers_compile_alone_with_clang(self):
        self.headers_alone("clang")
