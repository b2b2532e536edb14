"""Every route that answers is named here: by the test that holds its figures against `zengshou eval` in the viewer's scope, or with the
reason why it shows none. A new route is named with it, or this fails."""

import re
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EVERY, PROGRESS, FIRST = "tests/http/test_every_figure.py", "tests/http/test_progress.py", "tests/http/test_figures.py"
SOURCES, FROZEN, SCHEMES = "tests/http/test_attribution.py", "tests/http/test_frozen.py", "tests/http/test_assessment.py"

# Route → file and method of its test.
FIGURES = {
    "getDashboard": (FIRST, "test_the_first_page_is_what_eval_says"),
    "getHousehold": (FIRST, "test_a_familys_figures_are_what_eval_says"),
    "getLeaderPage": (EVERY, "test_indicators"),
    "getIndicators": (EVERY, "test_indicators"),
    "getIndicator": (EVERY, "test_indicators"),
    "getIndicatorPlaces": (EVERY, "test_places_of_an_indicator"),
    "getIndicatorRecords": (PROGRESS, "test_every_figure_is_its_list_and_its_formula"),
    "getTasks": (EVERY, "test_tasks_and_units"),
    "getUnits": (EVERY, "test_tasks_and_units"),
    "getUnit": (EVERY, "test_warnings_of_a_department"),
    "getRules": (EVERY, "test_rules"),
    "getRuleDivisions": (EVERY, "test_rules"),
    "getFindings": (EVERY, "test_rules"),
    "getMissing": (EVERY, "test_rules"),
    "listRecords": (EVERY, "test_lists"),
    "getCaseStates": (EVERY, "test_cases"),
    "getCaseCounts": (EVERY, "test_cases"),
    "getWorkbench": (EVERY, "test_workbench"),
    "getAttribution": (EVERY, "test_attribution"),
    "getAttributionRecords": (EVERY, "test_attribution"),
    "getHouseholdAttribution": (EVERY, "test_attribution_of_a_family"),
    "getAttributionTies": (SOURCES, "test_it_is_what_eval_says"),
    "getAttributionSheet": (SOURCES, "test_it_is_what_eval_says"),
    "getTiedHouseholds": (SOURCES, "test_it_is_what_eval_says"),
    "getTiedRows": (SOURCES, "test_it_is_what_eval_says"),
    "getHouseholdCauses": (SOURCES, "test_it_is_what_eval_says"),
    "getHouseholdTiedRows": (SOURCES, "test_it_is_what_eval_says"),
    "getProcessFigures": ("tests/http/test_cases.py", "test_figures_of_the_process_open_their_cases"),
    "getProcessCases": ("tests/http/test_cases.py", "test_figures_of_the_process_open_their_cases"),
    "getDispatch": ("tests/http/test_dispatch.py", "test_what_is_late_is_seen"),
    "getExplanation": ("tests/http/test_monitoring.py", "test_explanations_of_now_and_then"),
    "askWhatif": (EVERY, "test_whatif"),
    "getBulletin": (EVERY, "test_bulletins"),
    "getHouseholdBulletin": (EVERY, "test_bulletins"),
    "tryAssessment": (SCHEMES, "test_points_follow_from_the_figures"),
    "getAssessment": (SCHEMES, "test_points_follow_from_the_figures"),
    "getAssessmentSheet": (SCHEMES, "test_points_follow_from_the_figures"),
    "listAssessmentRecords": (FROZEN, "test_nothing_that_comes_later_changes_a_run"),
    "getAssessmentYear": (SCHEMES, "test_points_follow_from_the_figures"),
}

# Of time and of steps of cases, which no formula sees, and of the database's own state: what they are held against instead stands in the
# test that is named for the first two; the others show no figure of the registers.
WITHOUT = {
    "records as they are, and their papers": ["getRecord", "getRecordHistory", "listOptions", "search", "listAttachments", "openAttachment", "getCase", "getCases",
                                              "getCaseKnown", "getCaseCandidates", "getCatalogues", "getProposals", "getImport", "getRefusedRows", "getTemplate"],
    "days and months": ["getCaseCalendar", "getScreenings"],
    "the pack's own words and numbers": ["getPack", "getMap", "getDivisions", "getFormulaWords", "getParameters", "getWorkflows", "getBulletins", "getWhatifChoices",
                                         "getWhatifNotes", "getWhatifNote", "listAssessments", "getOpenApi"],
    "people, keys and the log": ["getSession", "getPreferences", "listTokens", "listUsers", "getUser", "listAudit", "getHealth"],
    "the page of declarations": ["getDeclarePage", "getDeclareChallenge", "getDeclareSheets", "getDeclareStatus"],
    "jobs and their files": ["listJobs", "getJob", "getJobFile", "cancelJob", "watchJob"],
    "checks what was typed": ["checkFormula", "checkRecord"],
}
# Routes that write answer with what they wrote.
WRITES = ("PATCH", "PUT", "DELETE")
WRITING = {"adoptAssessment", "makeAssessment", "publishAssessment", "closeAssessment", "dropAssessment", "followUpAssessmentYear", "followUpAssessment", "objectAssessment",
           "addAttachment", "retireAttachment", "verify", "exportBulletin", "exportHouseholdBulletin", "openCase", "moveCase", "moveCases", "answerCaseProposal", "declare",
           "openDispatch", "disputeIndicator", "exportRecords", "uploadImport", "applyImport", "proposeParameter", "unmaskValue", "createRecord", "retireRecord",
           "restoreRecord", "addScreening", "login", "changePassword", "addToken", "addUser", "resetUserPassword", "retireUser", "unlockUser", "saveWhatifNote"}
ROUTE = re.compile(r'\{\s*\.method = "(\w+)".*?\.name = "(\w+)"', re.DOTALL)


def routes():
    for path in sorted((ROOT / "src").rglob("*.c")):
        yield from ((path.name, method, name) for method, name in ROUTE.findall(path.read_text(encoding="utf-8")))


class FiguresAreHeldAgainstEval(unittest.TestCase):
    def test_every_route_is_named(self):
        without = {name for names in WITHOUT.values() for name in names}
        for file, method, name in routes():
            if method in WRITES or name in WRITING:
                continue
            self.assertTrue(name in FIGURES or name in without,
                            f"{file}: the route {name} is new. If it shows figures, hold them against `zengshou eval` in a test and name both in FIGURES; if not, say why in WITHOUT.")
            self.assertFalse(name in FIGURES and name in without, name)

    def test_no_name_is_left_over(self):
        known = {name for _, _, name in routes()}
        for name in [*FIGURES, *WRITING, *(each for names in WITHOUT.values() for each in names)]:
            self.assertIn(name, known, "there is no such route any more")

    def test_their_tests_are_there(self):
        for name, (file, method) in FIGURES.items():
            self.assertTrue(f"def {method}(self)" in (ROOT / file).read_text(encoding="utf-8"), f"{name}: {file} has no {method}")

    def test_a_route_that_nobody_named_is_found(self):
        self.assertEqual([("GET", "getNews")], ROUTE.findall('{.method = "GET",\n .path = "/news",\n .name = "getNews",'))


if __name__ == "__main__":
    unittest.main()
