"""Demonstration counties made by the program itself: written as workbooks, imported in order."""

import fcntl
import json
import os
import shutil
import subprocess
from pathlib import Path

from support import databases
from support.program import AS_OF, PROGRAM, ROOT

PACK = ROOT / "packs" / "hengyang-2022"
RELEASE = ROOT / "build" / "release"


def release_program():
    """The optimised program, brought up to date (the sanitizers would take minutes over a whole county). ZENGSHOU_RELEASE names
    another one."""
    if "ZENGSHOU_RELEASE" in os.environ:
        return Path(os.environ["ZENGSHOU_RELEASE"])
    RELEASE.parent.mkdir(exist_ok=True)
    with open(RELEASE.parent / "release.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        steps = [["ninja", "-C", str(RELEASE), "--quiet", "zengshou"]]
        if not (RELEASE / "build.ninja").exists():
            steps.insert(0, ["meson", "setup", str(RELEASE), "--buildtype=release", "-Dtests=false"])
        for step in steps:
            done = subprocess.run(step, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
            if done.returncode != 0:
                raise AssertionError(done.stdout)
    return RELEASE / "zengshou"


def ask(program, *words):
    """What a command that must succeed prints with --json."""
    command = [str(program), *map(str, words), "--json"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(command)}\nstatus {done.returncode}\n{done.stderr.decode('utf-8', 'replace')}")
    return json.loads(done.stdout)


def make_county(folder, households, seed, program=PROGRAM, keep_sheets=False, words=()):
    """A county imported as its clerk would; words: for init. Returns the database and what demo and each import said."""
    database, sheets = databases.place(folder, "county"), folder / "sheets"
    demo = ask(program, "demo", "--pack", PACK, "--out", sheets, "--households", households, "--seed", seed, "--as-of", AS_OF)
    ask(program, "init", "--db", database, "--pack", PACK, *words)
    imports = [ask(program, "import", "--db", database, file["feed"], file["path"]) for file in demo["files"]]
    if not keep_sheets:
        shutil.rmtree(sheets)
    return database, demo, imports
