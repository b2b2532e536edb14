"""Asking the program as scripts do, and small changes to packs."""

import json
import shutil

from support.program import ProgramTest


class CommandTest(ProgramTest):
    def ask(self, *words, status=0):
        """What the command prints with --json."""
        result = self.must(*words, "--json", status=status)
        try:
            return json.loads(result.out)
        except json.JSONDecodeError as problem:
            self.fail(f"{problem}\n{result}")

    def assert_usage(self, result, *sentences):
        """The command line is wrong: status 2, a sentence on stderr, nothing on stdout."""
        self.assertEqual(2, result.status, str(result))
        self.assertEqual("", result.out, str(result))
        for sentence in sentences:
            self.assertIn(sentence, result.err, str(result))

    def pack_with(self, source, changes=(), files=()):
        """A copy of a pack: changes are (file, old text, new text), each old text standing there exactly once; files are
        (file, content)."""
        count = sum(1 for _ in self.folder.glob("pack*"))
        folder = self.folder / f"pack{count}"
        shutil.copytree(source, folder)
        for name, old, new in changes:
            path = folder / name
            text = path.read_text(encoding="utf-8")
            self.assertEqual(1, text.count(old), f"{name}: {old}")
            path.write_text(text.replace(old, new), encoding="utf-8")
        for name, content in files:
            (folder / name).write_text(content, encoding="utf-8")
        return folder

    def write(self, name, *lines, encoding="utf-8"):
        path = self.folder / name
        path.write_bytes("".join(line + "\n" for line in lines).encode(encoding))
        return path
