"""The Nth allocation fails: the sentence, status 1, and the database is sound and as it was."""

from support.program import AS_OF, PACK, ProgramTest, contents, run, write_people

# What was allocated when memory runs out is not released one by one; that is no leak.
NO_LEAKS = "detect_leaks=0:allocator_may_return_null=1"


class Memory(ProgramTest):
    def state(self):
        return contents(self.database) if self.database.exists() else None

    def fail_along(self, *words):
        """Fails ever later allocations until the command gets through. Every failure leaves the database as it was or, when
        only the report was still to be printed, as a run without failures leaves it."""
        states = [self.state()]
        nth, failures = 1, 0
        while True:
            result = run(*words, environment={"ZENGSHOU_FAIL_ALLOCATION": str(nth), "ASAN_OPTIONS": NO_LEAKS})
            if result.status == 0:
                break
            self.assert_fails_with(result, "内存不足", "Out of memory")
            if self.state() != states[-1]:
                states.append(self.state())
            failures += 1
            nth = nth + 1 if nth < 4 else nth * 5 // 3
        if self.state() != states[-1]:
            states.append(self.state())
        self.assertLessEqual(len(states), 2, "there is a state between before and after")
        return failures

    def test_check(self):
        self.assertGreater(self.fail_along("check", PACK), 3)

    def test_import(self):
        sheet = self.folder / "people.csv"
        write_people(sheet, 60)
        self.init()
        self.assertGreater(self.fail_along("import", "--db", self.database, "people_sheet", sheet), 3)

    def test_screen(self):
        sheet = self.folder / "people.csv"
        write_people(sheet, 60)
        self.init()
        self.must("import", "--db", self.database, "people_sheet", sheet)
        self.assertGreater(self.fail_along("screen", "--db", self.database, "--as-of", AS_OF), 3)

    def test_init(self):
        nth = 1
        while True:
            result = run("init", "--db", self.database, "--pack", PACK,
                         environment={"ZENGSHOU_FAIL_ALLOCATION": str(nth), "ASAN_OPTIONS": NO_LEAKS})
            if result.status == 0:
                break
            self.assert_fails_with(result, "内存不足", "Out of memory")
            nth = nth * 2
        self.init()
