"""zengshou case: a case of the example pack from its opening to its end, and what is refused on the way."""

from helpers.words import CommandTest
from support.databases import change, rows
from support.program import ROOT, run

EXAMPLE = ROOT / "packs" / "example"

ITEM = """item:
  label: Item of an exit
  key: [exit, name]
  parent: exit
  fields:
    exit: {label: Exit of the item, type: reference, register: exit, required: true, headings: [Case]}
    name: {label: Item, type: text, required: true}
    worth: {label: Worth, type: money}
"""
ITEMS = """items:
  label: Items
  registers:
    - {register: item}
"""
PLEA = [word for given in ("receipt=R1", "village=KV-01-01", "who=Ana", "identity=1", "received=2024-03-01", "story=No water")
        for word in ("--set", given)]


class Case(CommandTest):
    def setUp(self):
        super().setUp()
        self.must("init", "--db", self.database, "--pack", EXAMPLE)
        sheet = self.write("households.csv", "Sector,Village name,HH number,Status,Number of members,Line in the household,Person",
                           "Lakeside,Bwiza,H1,Enrolled,4,1,Ana", "Lakeside,Rugali,H2,Enrolled,3,1,Cy")
        self.must("import", "--db", self.database, "enrolment_sheet", sheet)

    def case(self, *words, status=0):
        return self.ask("case", *words, "--db", self.database, status=status)

    def refuse(self, *words, because):
        self.assert_fails_with(run("case", *words, "--db", self.database, "--lang", "en"), because)

    def opened(self, household="H1", date="2024-03-01"):
        return self.case("open", "exit_review", "--as", "sector_officer", "--set", f"household={household}", "--set", "reason=moved away",
                         "--date", date)["number"]

    def test_a_case_from_its_opening_to_its_end(self):
        number = self.opened()
        self.assertEqual("2024-000001", number)
        shown = self.case("show", number, "--as", "sector_officer", "--date", "2024-03-01")
        self.assertEqual(("check", "2024-03-08"), (shown["state"], shown["due"]))
        self.assertEqual("post", shown["actions"][0]["step"])
        post = ["do", number, "post", "--as", "sector_officer", "--set", "income_now=200", "--set", "notice_from=2024-03-01", "--date", "2024-03-01"]
        self.refuse(*post, because="“Evidence”: 1 wanted")
        self.refuse(*post, "--attach", "proof=x", because="no kind of attachment 'proof'")
        notice = self.folder / "notice.txt"
        notice.write_text("Posted at the village hall on 2024-03-01\n")
        self.case(*post, "--attach", f"evidence={notice}")
        self.refuse("do", number, "propose", "--as", "sector_officer", "--date", "2024-03-05", because="Not before 2024-03-06")
        self.case("do", number, "propose", "--as", "sector_officer", "--date", "2024-03-06")
        self.refuse("do", number, "agree", "--as", "manager", "--date", "2024-03-06", because="another person")
        self.case("do", number, "refuse", "--as", "manager", "--comment", "still there", "--date", "2024-03-06")
        self.assertEqual([], self.case("list")["cases"])
        self.assertEqual([number], [row["number"] for row in self.case("list", "--closed")["cases"]])
        steps = self.case("show", number)["steps"]
        self.assertEqual([1, 2, 3, 4], [step["step"] for step in steps])
        self.assertTrue(all(step["basis"] == step["entry"] - 1 for step in steps))
        self.must("verify", "--db", self.database)

    def test_a_second_one_is_put_beside_the_open_one(self):
        number = self.opened()
        again = self.case("open", "exit_review", "--as", "sector_officer", "--set", "household=H1", "--set", "reason=married", "--date", "2024-03-02")
        self.assertEqual(number, again["number"])
        self.assertEqual([number], [row["number"] for row in self.case("list")["cases"]])
        (words, state), = rows(self.database, "SELECT en, state FROM zs_proposal")
        self.assertEqual(("Sector officer: married", "open"), (words, state))
        self.refuse("open", "exit_review", "--as", "sector_officer", "--set", "household=H1", "--set", "reason=married", "--date", "2024-03-02",
                    because="put beside the open case")
        self.must("verify", "--db", self.database)

    def test_a_number_names_one_case(self):
        """Workflows number together; where they once did not, the answer says how to tell them apart."""
        number = self.opened()
        plea = self.case("open", "plea", "--as", "sector_officer", *PLEA, "--date", "2024-03-01")["number"]
        self.assertEqual(("2024-000001", "2024-000002"), (number, plea))
        change(self.database, "UPDATE plea SET case_number = '2024-000001'")
        self.refuse("show", number, because="exit_review/2024-000001 (Review of an exit), plea/2024-000001")
        self.assertEqual(["check", "received"], [self.case("show", f"{workflow}/{number}")["state"] for workflow in ("exit_review", "plea")])
        self.refuse("show", f"exit/{number}", because="There is no case")

    def test_sheets_leave_what_belongs_to_a_closed_case(self):
        pack = self.pack_with(EXAMPLE, files=[("registers/item.yaml", ITEM), ("feeds/items.yaml", ITEMS)])
        self.must("init", "--db", self.database, "--pack", pack)
        number, other = self.opened(), self.opened("H2")

        def bring(*lines):
            sheet = self.write("items.csv", "Case,Item,Worth", *lines)
            return self.ask("import", "--db", self.database, "items", sheet, "--errors", self.folder / "refused.xlsx")
        self.assertEqual(0, bring(f"{number},boots,10", f"{other},boots,10")["rejected"])
        self.case("do", number, "drop", "--as", "sector_officer", "--comment", "no", "--date", "2024-03-02")
        # What stands there stays, what is new there is refused with the reason, other cases are not concerned.
        self.assertEqual(1, bring(f"{number},boots,99", f"{number},coat,50", f"{other},boots,99", f"{other},coat,50")["rejected"])
        self.assertEqual([("boots", 1000, number), ("boots", 9900, other), ("coat", 5000, other)], sorted(rows(
            self.database, "SELECT i.name, i.worth, e.case_number FROM item AS i JOIN exit AS e ON e.id = i.exit")))
        refused = self.must("import", "--db", self.database, "items", self.folder / "items.csv", "--dry-run", "--lang", "en")
        self.assertIn("“Review of an exit”) is closed", refused.out + refused.err)

    def test_formulas_on_cases_under_other_parameters(self):
        """What if: formulas that look at states and deadlines of cases, under replaced parameters and definitions."""
        self.opened()
        self.opened("H2")
        ask = ["--db", self.database, "--as-of", "2024-03-12"]
        formula = "case_state = exit_review_state.check and days_between(case_opened, as_of) > check_days"
        def holds(*words):
            return [record["value"] for record in self.ask("eval", *ask, "--on", "exit", formula, *words)["records"]]
        self.assertEqual(["是", "是"], holds())
        self.assertEqual(["否", "否"], holds("--set", "check_days=30"))
        then = self.ask("simulate", *ask, "--on", "exit", formula, "--set", "check_days=30")["divisions"][-1]
        self.assertEqual((2, 0, 0, 2), (then["base"], then["variant"], then["entering"], then["leaving"]))
        for words, because in ((("--set", "check_days=soon"), "soon"), (("--set", "chek_days=3"), "check_days")):
            self.assertIn(because, self.must("eval", *ask, "--on", "exit", formula, *words, status=1).err)
        # Nothing of it is in force: deadlines are counted as before.
        self.assertEqual("2024-03-08", rows(self.database, "SELECT due FROM zs_case ORDER BY record")[0][0])

    def test_overdue_cases_go_up_once(self):
        number = self.opened()
        self.assertEqual(0, self.case("tick", "--date", "2024-03-11")["escalated"])
        self.assertEqual([], self.case("list", "--mine", "--as", "manager", "--date", "2024-03-11")["cases"])
        self.assertEqual(1, self.case("tick", "--date", "2024-03-13")["escalated"])
        self.assertEqual(0, self.case("tick", "--date", "2024-03-13")["escalated"])
        self.assertEqual([number], [row["number"] for row in self.case("list", "--mine", "--as", "manager", "--date", "2024-03-13")["cases"]])
        self.assertEqual([number], [row["number"] for row in self.case("list", "--overdue", "--date", "2024-03-13")["cases"]])

    def test_the_pack_tells_stories_once(self):
        done = self.case("demo", "--date", "2024-03-01")
        self.assertEqual(("2024-03-22", 2, 6, 0), (done["until"], done["opened"], done["moved"], done["refused"]))
        closed = self.case("list", "--closed")["cases"]
        self.assertEqual([("H1", "stays"), ("H2", "stays")], sorted((row["subject"], row["state"]) for row in closed))
        steps = self.case("show", closed[0]["number"])["steps"]
        self.assertEqual([("2024-03-01", "demo.sector_officer"), ("2024-03-08", "demo.sector_officer"), ("2024-03-14", "demo.sector_officer"),
                          ("2024-03-15", "demo.manager")], [(step["on"], step["actor"]) for step in steps])
        self.assertEqual([(3600_00,), (4800_00,)], sorted(rows(self.database, "SELECT income_now FROM exit")))
        self.must("verify", "--db", self.database)
        self.refuse("demo", "--date", "2024-03-01", because="Cases have been moved in this database already")

    def test_bad_words_are_answered(self):
        number = self.opened()
        self.refuse("open", "exit_review", "--as", "manager", "--set", "household=H2", "--set", "reason=x", because="does not open such cases")
        self.refuse("open", "exit_review", "--as", "sector_officer", "--set", "household=H2", because="Reason of the exit")
        self.refuse("open", "exit_review", "--as", "sector_officer", "--set", "household=H9", because="no record with the key")
        self.refuse("open", "exit", "--as", "sector_officer", because="There is no workflow")
        self.refuse("open", "exit_review", "--as", "officer", because="no role")
        self.refuse("open", "exit_review", "--as", "sector_officer", "--set", "reason", because="FIELD=VALUE")
        self.refuse("do", number, "agree", "--as", "manager", because="cannot be done now")
        self.refuse("do", number, "jump", "--as", "manager", because="There is no step")
        self.refuse("do", number, "post", "--as", "manager", because="Your role may not do this")
        self.refuse("do", number, "drop", "--as", "sector_officer", because="Give a reason")
        self.refuse("show", "2024-999999", because="There is no case")
        self.refuse("dance", because="there are list, show, open, do, tick and demo")
        self.assertEqual([(1,)], rows(self.database, "SELECT count(*) FROM zs_step"))
