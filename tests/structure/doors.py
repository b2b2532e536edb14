"""Whoever reads records for a user gives a scope. What takes none (the whole county for screening, a key or a name for the command
line) may be called only where no user asks, or where the answer is looked at through a scope before anybody sees it."""

import re
import unittest
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src"

# The room of the records itself, and the command line, whose users hold the whole database in their hands.
FREE = {"register", "cli"}

# What takes no scope → the files that may call it, and why that is safe.
WITHOUT_SCOPE = {
    "record_find": {"api/identify.c": "gives the id only after record_get has found it in scope"},
    "record_is_case": {"files/attachments.c": "after check_record; says only by which door files come"},
    "record_is_settled": {"files/attachments.c": "after check_record", "casework/papers.c": "after case_stands, which has it in scope",
                          "api/records.c": "after record_get; says only that what it belongs to is closed"},
    "record_name": {"exchange/import.c": "names records that the stage found in scope"},
    "record_offspring": {"api/household.c": "after record_get; spares lists that would be empty"},
    "record_origins": {"monitor/sources.c": "of records that the explanation's caller found in scope"},
    "record_creation": {"monitor/sources.c": "the same", "access/audit.c": "only the number of an entry, for the auditor"},
    "frame_load": {"assessment/lines.c": "facts of the scored records themselves; assessment/view.h says who is shown which",
                   "assessment/make.c": "figures of the whole county; assessment/view.h says who is shown which",
                   "assessment/frozen.c": "progress_list gives ids through the viewer's divisions, after view_opens and progress_list_may",
                   "casework/facts.c": "the family of one case that the caller found in scope; gives truth values, no rows",
                   "monitor/rulebook.c": "a family that the caller found in scope",
                   "monitor/gather.c": "screening runs over the county; findings are read through a scope",
                   "exchange/export.c": "a formula picks ids; record_scan gives them through its scope"},
    "frame_standing_load": {},
    "frame_refresh": {},
    "frame_cache_get": {"api/catalogues.c": "after record_get, and what is out of reach is hidden",
                        "api/attribution_say.c": "added up by division; of one family after record_get",
                        "api/dashboard.c": "adds up what lies in the user's divisions",
                        "api/explain.c": "after scope_has, and what is out of reach is hidden",
                        "api/filter.c": "a formula picks ids; query_list gives them through its scope",
                        "progress/holdings.c": "counts what lies in the user's divisions, of registers that all may see",
                        "progress/levers.c": "what is left of the county's funds, for whoever may see all of them",
                        "bulletin/subject.c": "formulas about the one record that record_get found in scope",
                        "progress/whatif.c": "counts and names what lies in the user's divisions",
                        "progress/shelf.c": "added up by place; a scope is shown its own places (progress/eyes.h)",
                        "monitor/rulebook.c": "rules of records that the caller found in scope"},
}

# What is made to compose SQL over registers → the files outside their room that may use it.
COMPOSE = re.compile(r'#\s*include\s+"register/(?:sql|bound)\.h"')
MAY_COMPOSE = {"monitor/found.c": "findings, with scope_rows", "monitor/found_places.c": "the same, by division",
               "monitor/found_private.h": "the same", "monitor/recent.c": "what one wrote last, with scope_rows",
               "casework/inbox.c": "cases, with scope_rows",
               "casework/figures.c": "steps of cases, with scope_rows",
               "casework/rows.c": "ids and versions of cases that the caller found in scope",
               "casework/propose.c": "records that are no case yet, for the system",
               "casework/arrive.c": "the same: where an imported record stands",
               "casework/tick.c": "ids of cases, for the system", "casework/automatic.c": "the same",
               "casework/verify.c": "ids and states of cases, for whoever holds the database"}
PRIVATE = re.compile(r'#\s*include\s+"register/\w+_private\.h"')


def code_of(path):
    """A file without comments, and without the words in strings."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.sub(r'"(?:[^"\\\n]|\\.)*"', '""', text)


def outside():
    return [path for path in sorted(SOURCE.rglob("*.[ch]")) if path.relative_to(SOURCE).parts[0] not in FREE]


def places(pattern, read):
    return {str(path.relative_to(SOURCE)) for path in outside() if pattern.search(read(path))}


class Doors(unittest.TestCase):
    maxDiff = None

    def test_reading_without_a_scope_happens_only_where_it_is_safe(self):
        for name, allowed in WITHOUT_SCOPE.items():
            with self.subTest(name):
                self.assertEqual(set(allowed), places(re.compile(rf"\b{name}\s*\("), code_of),
                                 f"{name} takes no scope: use record_get, query_list or record_search, or say here why it is safe")

    def test_the_list_of_scopeless_readers_is_whole(self):
        """A reader that the room's headers declare takes a scope, or stands in the list above."""
        found = set()
        for path in sorted((SOURCE / "register").glob("*.h")):
            if path.name.endswith("_private.h"):
                continue
            for name, parameters in re.findall(r"^int ((?:record|query|frame)_\w+)\(([^;]*)\);", code_of(path), re.MULTILINE):
                if "struct database *database" in parameters and "const struct scope *" not in parameters:
                    found.add(name)
        self.assertEqual(set(WITHOUT_SCOPE), found)

    def test_registers_are_asked_in_sql_only_with_a_scope(self):
        def read(path):
            return path.read_text(encoding="utf-8")
        self.assertEqual(set(MAY_COMPOSE), places(COMPOSE, read))
        self.assertEqual(set(), places(PRIVATE, read), "what a room keeps to itself")
        for place in ("monitor/found.c", "monitor/recent.c", "casework/inbox.c"):
            self.assertRegex(read(SOURCE / place), r"scope_rows?(_within)?\(")


if __name__ == "__main__":
    unittest.main()
