#!/usr/bin/python3
"""Runs the unittest classes of one file and prints TAP, one point a test method, so that tests/run can count them.

    tests/tap_unittest.py FILE [METHOD ...]
"""

import importlib.util
import sys
import traceback
import unittest
from pathlib import Path


class Printer(unittest.TestResult):
    def __init__(self):
        super().__init__()
        self.number = 0

    def point(self, ok, test, remark=""):
        self.number += 1
        name = test.id().split(".", 1)[-1]
        print(f"{'ok' if ok else 'not ok'} {self.number} - {name}{remark}", flush=True)

    def addSuccess(self, test):
        super().addSuccess(test)
        self.point(True, test)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.point(True, test, f" # SKIP {reason}")

    def failed(self, test, error):
        self.point(False, test)
        for line in "".join(traceback.format_exception(*error)).splitlines():
            print(f"# {line}", flush=True)

    def addFailure(self, test, error):
        super().addFailure(test, error)
        self.failed(test, error)

    def addError(self, test, error):
        super().addError(test, error)
        self.failed(test, error)

    def addSubTest(self, test, subtest, error):
        super().addSubTest(test, subtest, error)
        if error is not None:
            self.failed(subtest, error)


def main(path, methods):
    path = Path(path).resolve()
    sys.path[:0] = [str(path.parent), str(Path(__file__).resolve().parent)]
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    tests = unittest.defaultTestLoader.loadTestsFromModule(module)
    if methods:
        every = [test for case in tests for test in case]
        tests = unittest.TestSuite(test for test in every if any(word in test.id() for word in methods))
    print(f"1..{tests.countTestCases()}")
    result = Printer()
    tests.run(result)
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
