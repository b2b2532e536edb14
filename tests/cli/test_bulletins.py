"""zengshou bulletin on packs/example: what stands in a document by hand, the same as `zengshou eval` says, opened by other programs; and
wrong questions."""

import datetime
import re

import openpyxl

from helpers.words import CommandTest
from support import office
from support.program import PACK as SMALL
from support.program import ROOT, run

PACK = ROOT / "packs" / "example"
HOUSEHOLDS = ["Household number,Village of the household,Head of household,Status,Number of members,Phone",
              "H1,KV-01-01,Ana,enrolled,4,0700000001", "H2,KV-01-01,Ben,enrolled,3,0700000002", "H3,KV-01-02,Cy <& Co>,enrolled,2,0700000003",
              "H4,KV-02-01,Di,exited,1,", "H5,KV-02-01,Ed,waiting,1,0700000005"]
PAYMENTS = ["Household paid,Payment month,Amount", "H1,2024-06,4800", "H1,2024-05,100.50", "H2,2024-05,3600", "H3,2023-06,1200", "H4,2024-06,"]
PEOPLE = ["Household of the person,Line in the household,Person,Date of birth,Attends school", "H1,1,Ana,1980-01-01,", "H1,2,Abe,2015-05-05,attending"]
JUNE = ("--month", "2024-06")
MANY = 600


class Bulletins(CommandTest):
    def setUp(self):
        super().setUp()
        self.start(self.database, PACK)
        for feed, lines in (("household", HOUSEHOLDS), ("payment", PAYMENTS), ("person", PEOPLE)):
            self.ask("import", "--db", self.database, feed, self.write(f"{feed}.csv", *lines))

    def start(self, database, pack):
        self.must("init", "--db", database, "--pack", pack)

    def make(self, kind, name, *words, database=None, status=0):
        path = self.folder / name
        result = run("bulletin", "--db", database or self.database, "--kind", kind, "--out", path, *words, "--lang", "en", "--json")
        self.assertEqual(status, result.status, str(result))
        return path

    def book(self, path):
        """Sheets by name, as rows of values below the headings."""
        book = openpyxl.load_workbook(path)
        sheets = {}
        for sheet in book.worksheets:
            rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
            sheets[sheet.title] = rows
        return sheets

    def below(self, rows, heading):
        """A table's rows as dictionaries."""
        at = next(i for i, row in enumerate(rows) if heading in row)
        return [dict(zip(rows[at], row)) for row in rows[at + 1:] if any(value is not None for value in row)]

    def test_the_words_by_hand(self):
        sheets = self.book(self.make("monthly_report", "june.xlsx", *JUNE))
        words = [row[0] for row in sheets["Monthly report"] if row[0]]
        self.assertEqual(["Kivu District: payments of 2024-06", "Kivu District Cash Plus programme, as of 2024-06-30"], words[:2])
        text = "\n".join(words)
        self.assertIn("3 households are enrolled. 4800 yuan were paid, up by 1099.5 against the month before.", text)
        self.assertIn("The share of them paid is 33.33% (target 90%): red.", text)
        self.assertIn("2 households were not paid; 0 could not be decided.", text)
        self.assertNotIn("No household was left", text)
        self.assertIn(f"Made on {datetime.date.today()}.", text)

    def test_tables_are_exact_and_open_elsewhere(self):
        sheets = self.book(self.make("monthly_report", "june.xlsx", *JUNE))
        rows = self.below(sheets["2. Places"], "Enrolled")
        self.assertEqual([("Lakeside", 3, 33.3333, 3), ("Upper Hills", 0, None, 0), ("All", 3, 33.3333, 3)],
                         [(row["Place"], row["Enrolled"], row["Paid, %"] if row["Paid, %"] != "—" else None, row["Out of"]) for row in rows])
        self.assertEqual([1, None, None], [row["Rank"] for row in rows], "what is not known has no rank")
        rows = self.below(sheets["3. Indicators"], "Indicator")
        self.assertEqual({"Enrolled households paid this month": ("red", 33.3333), "Paid out this year": ("no target this year", 8500.5),
                          "Villages visited by the programme office": ("not yet known", "—"),
                          # 944.50 a head against 133.33 a year before
                          "Growth of payments a head, less that of the monthly payment": ("no target this year", 608.3927),
                          "Households that have exited since the programme began": ("red", 0)},
                         {row["Indicator"]: (row["Light"], row["Value"]) for row in rows})
        everything = [value for rows in sheets.values() for row in rows for value in row if isinstance(value, str)]
        self.assertTrue(any("As of 2024-06-30." in value for value in everything))

    def test_figures_are_what_eval_says(self):
        sheets = self.book(self.make("monthly_report", "june.xlsx", *JUNE))
        text = "\n".join(str(row[0]) for row in sheets["Monthly report"])
        said = {name: int(re.search(pattern, text).group(1)) for name, pattern in
                (("enrolled", r"(\d+) households are enrolled"), ("missed", r"(\d+) households were not paid"))}
        for name, formula in (("enrolled", "status = enrolled"), ("missed", "payment_missed")):
            answer = self.ask("eval", "--db", self.database, "--on", "household", "--as-of", "2024-06-30", "--by", "county", formula)["divisions"][0]
            self.assertEqual(answer["true"], said[name], name)

    def test_a_month_without_a_screening_says_so(self):
        def told(*month):
            return "\n".join(str(row[0]) for row in self.book(self.make("monthly_report", "told.xlsx", *month))["Monthly report"])
        self.assertIn("No screening was run for this month", told(*JUNE))
        self.ask("screen", "--db", self.database, "--as-of", "2024-06-30")
        self.assertNotIn("No screening was run", told(*JUNE))
        self.assertIn("No screening was run for this month", told("--month", "2024-05"))
        # Nothing was paid in a month of which nobody has entered anything: a figure of 0, and a share of what is known.
        self.assertIn("0 yuan were paid", told("--month", "2025-02"))

    def test_numbers_of_people_are_masked(self):
        for name in ("june.xlsx", "file.xlsx"):
            words = (*JUNE, "--record", "H2") if name == "file.xlsx" else JUNE
            path = self.make("household_file" if name == "file.xlsx" else "monthly_report", name, *words)
            text = str(self.book(path))
            self.assertIn("Ben", text)
            self.assertNotIn("0700000002", text)

    def test_a_place(self):
        sheets = self.book(self.make("monthly_report", "hills.xlsx", *JUNE, "--place", "Upper Hills"))
        text = "\n".join(str(row[0]) for row in sheets["Monthly report"])
        self.assertIn("Upper Hills: payments of 2024-06", text)
        self.assertIn("0 households are enrolled", text)
        self.assertIn("The share of them paid cannot be told", text)
        self.assertNotIn("not yet known)%", text)
        self.assertIn("No household was left without its payment.", text)
        self.assertEqual(["Musenyi", "All"], [row["Place"] for row in self.below(sheets["2. Places"], "Enrolled")])
        by_code = self.make("monthly_report", "code.xlsx", *JUNE, "--place", "KV-02")
        self.assertEqual(sheets, self.book(by_code))

    def test_one_family(self):
        sheets = self.book(self.make("household_file", "ana.xlsx", *JUNE, "--record", "H1"))
        fields = {row[0]: row[1] for row in sheets["1. The household"]} | {row[2]: row[3] for row in sheets["1. The household"]}
        self.assertEqual(("H1", "Ana", 4), (fields["Household number"], fields["Head of household"], fields["Number of members"]))
        self.assertEqual(["Ana", "Abe"], [row["Name"] for row in self.below(sheets["2. Members"], "Name")])
        self.assertEqual([("2024-06", 4800), ("2024-05", 100.5)],
                         [(row["Month"], row["Amount paid (yuan)"]) for row in self.below(sheets["3. Payments"], "Month")])
        text = "\n".join(str(row[0]) for row in sheets["Household file"])
        answer = self.ask("eval", "--db", self.database, "--on", "household", "--as-of", "2024-06-30", "paid_this_month", "--lang", "en")["records"]
        self.assertIn(f"paid: {next(row['value'] for row in answer if row['record'].startswith('H1'))}.", text)
        missed = self.book(self.make("household_file", "ben.xlsx", *JUNE, "--record", "H2"))
        self.assertEqual([("No payment this month", "holds")], [(row["Rule"], row["State"]) for row in self.below(missed["5. Notices"], "Rule")])

    def test_documents_open_in_libreoffice(self):
        empty = self.place("empty")
        self.start(empty, PACK)
        files = [self.make("monthly_report", "june.docx", *JUNE), self.make("household_file", "ana.docx", *JUNE, "--record", "H1"),
                 self.make("monthly_report", "sheet.xlsx", *JUNE), self.make("monthly_report", "empty.docx", *JUNE, database=empty)]
        files.append(self.make("monthly_report", "many.docx", *JUNE, database=self.many()))
        made = office.to_pdf(files, self.folder)
        self.assertEqual(set(files), set(made), "LibreOffice opens every one")
        june = "\n".join(office.pages(made[files[0]]))
        self.assertIn("Kivu District: payments of 2024-06", june)
        self.assertIn("Cy <& Co>", june)
        self.assertRegex(june, r"Lakeside\s+3\s+33\.33\s+3")
        self.assertRegex(june, "— ?1 ?—")
        self.assertEqual((595, 842), office.size(made[files[0]]), "A4")
        self.assertIn("Ana (H1)", "\n".join(office.pages(made[files[1]])))
        sheets = [page for page in office.pages(made[files[4]]) if "Head of household" in page]
        self.assertGreater(len(sheets), 10)
        numbers = [int(number) for page in sheets for number in re.findall(r"^ *(\d+) +Head \d{4}\b", page, re.MULTILINE)]
        self.assertEqual(list(range(1, MANY + 1)), numbers, "every record, in order, under a heading")
        nothing = " ".join("\n".join(office.pages(made[files[3]])).split())
        self.assertIn("Nothing has been entered in the register “Household” for this place yet", nothing)
        self.assertIn("0 households are enrolled", nothing)
        self.assertIn("cannot be told", nothing)

    def many(self):
        """A programme of so many households that were not paid that their table runs over many pages; of one more the document only tells."""
        database = self.place("many")
        self.start(database, self.pack_with(PACK, [("bulletins/monthly.yaml", "most: 100", f"most: {MANY}")]))
        rows = [f"M{i:04},KV-01-01,Head {i:04},enrolled,1,07{i:08}" for i in range(MANY + 1)]
        self.ask("import", "--db", database, "household", self.write("many.csv", HOUSEHOLDS[0], *rows))
        told = str(self.book(self.make("monthly_report", "many.xlsx", *JUNE, database=database)))
        self.assertIn(f"{MANY} of {MANY + 1} records; the others are in the system.", told)
        return database

    def test_an_empty_table_is_said_in_words(self):
        sheets = self.book(self.make("household_file", "di.xlsx", *JUNE, "--record", "H5"))
        self.assertIn("(There is nothing to list.)", "\n".join(str(row[0]) for row in sheets["Household file"]))

    def test_wrong_questions(self):
        out = self.folder / "x.docx"
        later = datetime.date.today().year + 1
        for words, sentence in (
                (("--kind", "monthly_reprot", *JUNE), "did you mean `monthly_report`"),
                (("--kind", "monthly_report", "--month", "2026-01"), "2026 is not a year of the plan, 2024 to 2025"),
                (("--kind", "monthly_report", "--month", "2023-12"), "2023 is not a year of the plan"),
                (("--kind", "monthly_report", "--month", "June"), "cannot be read"),
                (("--kind", "monthly_report", *JUNE, "--place", "Nowhere"), "There is no division Nowhere"),
                (("--kind", "monthly_report", *JUNE, "--record", "H1"), "not about one subject"),
                (("--kind", "household_file", *JUNE), "--record"),
                (("--kind", "household_file", *JUNE, "--record", "H99"), "There is no record with the key H99")):
            self.assert_fails_with(run("bulletin", "--db", self.database, "--out", out, *words, "--lang", "en"), sentence)
        self.assertFalse(out.exists())
        self.assert_fails_with(run("bulletin", "--db", self.database, "--kind", "monthly_report", *JUNE, "--out", self.folder / "x.pdf", "--lang", "en"),
                               ".docx or .xlsx")
        folder = self.pack_with(PACK, [("pack.yaml", "years: [2024, 2025]", f"years: [2024, {later}]")])
        far = self.place("far")
        self.start(far, folder)
        self.assert_fails_with(run("bulletin", "--db", far, "--kind", "monthly_report", "--month", f"{later}-12", "--out", out, "--lang", "en"),
                               "has not begun")
        bare = self.place("bare")
        self.start(bare, SMALL)
        self.assert_fails_with(run("bulletin", "--db", bare, "--kind", "monthly_report", "--out", out, "--lang", "en"), "The pack has no bulletin")

    def test_the_formatter_knows_bulletins(self):
        folder = self.pack_with(PACK, [("bulletins/monthly.yaml", "count: status = enrolled}", "count: 'status=enrolled'}")])
        self.must("fmt", folder)
        self.assertIn("count: 'status = enrolled'}", (folder / "bulletins/monthly.yaml").read_text())
        self.must("check", folder)
