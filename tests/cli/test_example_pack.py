"""packs/example, another country's programme in English: nothing in the program knows whose plan it runs."""

import json
import shutil

from helpers.books import sheets
from helpers.words import CommandTest
from support.program import ROOT, run

PACK = ROOT / "packs" / "example"
AS_OF = "2024-06-30"
ENROLMENT = """Sector,Village name,HH number,Name of head,Status,Date of enrolment,Number of members,Special needs,Land,Line in the household,Person,Date of birth,Attends school
Lakeside,Bwiza,H1,Ana,Enrolled,2024-01-05,4,none,12.5 ares,1,Ana,1985-03-01,
Lakeside,Bwiza,H1,Ana,Enrolled,2024-01-05,4,none,12.5 ares,2,Ben,2015-06-30,attending
Lakeside,Rugali,H2,Cy,active,2024-01-06,3,Disability+Elderly and alone,3,1,Cy,1950-01-01,
Upper Hills,Musenyi,H3,Di,Enrolled,2024-01-07,5,,,1,Di,1990-01-01,
Upper Hills,Musenyi,H4,Ed,left,2023-01-07,2,,,1,Ed,1990-01-01,
Upper Hills,Musenyi,H5,Flo,Waiting list,,2,,,1,Flo,1990-01-01,
Upper Hills,Musenyi,H5,Flo,Waiting list,,2,,,2,Gus,2014-01-01,not attending
Upper Hills,Musenyi,H6,Ida,Enrolled,2024-02-01,,,,1,Jo,,not attending
Upper Hills,Nowhere,H7,Kit,Enrolled,2024-02-01,1,,,1,Kit,1990-01-01,
""".splitlines()
PAYMENTS = ["Household paid,Payment month,Amount", "H1,2024-06,4800", "H1,2024-05,100", "H2,2024-05,3600", "H3,June 2024,1200", "H3,2024-06,1200",
            "H4,2024-06,500", "H6,2024-06,500"]
# By hand from the rules: 1,200 a member is due each month.
HITS = {"payment_missed": ["H2"], "very_low_transfer": ["H3"], "child_out_of_school": ["H5"], "paid_after_exit": ["H4"]}
UNDETERMINED = {"very_low_transfer": ["H6"], "child_out_of_school": ["H6"]}


class ExamplePack(CommandTest):
    def setUp(self):
        super().setUp()
        self.must("init", "--db", self.database, "--pack", PACK)
        self.enrolment = self.take("enrolment_sheet", *ENROLMENT)
        self.payments = self.take("payment", *PAYMENTS)

    def take(self, feed, *lines):
        return self.ask("import", "--db", self.database, feed, self.write(f"{feed}.csv", *lines))

    def test_sheets_are_taken(self):
        self.assertEqual((9, 1), (self.enrolment["rows"], self.enrolment["rejected"]))
        self.assertIn("Nowhere", self.enrolment["reasons"][0]["reason"])
        self.assertEqual((7, 1), (self.payments["rows"], self.payments["rejected"]), "'June 2024' is no month as the manual writes them")

    def test_screening(self):
        path = self.folder / "lists.xlsx"
        report = self.ask("--lang", "en", "screen", "--db", self.database, "--as-of", AS_OF, "--out", path)
        found = {rule["name"]: (rule["records"], rule["hits"], rule["undetermined"]) for rule in report["rules"]}
        self.assertEqual({rule: (6, len(hits), len(UNDETERMINED.get(rule, ()))) for rule, hits in HITS.items()}, found)
        book = sheets(path)
        for rule in report["rules"]:
            heading, *rows = book[rule["rule"]]
            rows = [dict(zip(heading, row)) for row in rows]
            by_result = {result: [row["Record"].split(" ")[0].split("（")[0].split("(")[0] for row in rows if row["Result"] == result]
                         for result in ("hit", "undetermined")}
            self.assertEqual({"hit": HITS[rule["name"]], "undetermined": UNDETERMINED.get(rule["name"], [])}, by_result)
            self.assertTrue(all(row["Reason"] for row in rows))
        self.assertEqual({"Lakeside": "Rugali"}, {row[0]: row[1] for row in book["No payment this month"][1:]})

    def test_negative_money_percentages_and_other_units_are_refused(self):
        before = self.ask("eval", "paid_this_month", "--db", self.database, "--on", "household", "--as-of", AS_OF)["records"]
        for amount, says in (("-5", "0"), ("120%", "120%"), ("5 ares", "5 ares"), ("five", "five")):
            report = self.ask("--lang", "en", "import", "--db", self.database, "payment",
                              self.write("bad.csv", PAYMENTS[0], f"H5,2024-06,{amount}", "H1,2024-04,100"))
            self.assertEqual(1, report["rejected"], amount)
            self.assertIn(says, report["reasons"][0]["reason"], amount)
        self.assertEqual(before, self.ask("eval", "paid_this_month", "--db", self.database, "--on", "household", "--as-of", AS_OF)["records"])

    def test_a_map_that_is_huge_or_cut_short_opens_nothing(self):
        pack = self.folder / "pack"
        shutil.copytree(PACK, pack)
        whole = (pack / "map.geojson").read_text(encoding="utf-8")
        ring = ",".join(f"[{1 + at / 200000:.6f},1]" for at in range(100001))
        code = json.loads(whole)["features"][0]["properties"]["code"]
        many = '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"%s"},"geometry":{"type":"Polygon","coordinates":[[%s,[1.000000,1]]]}}]}' % (code, ring)
        for content, says in ((whole + " " * (5 << 20), "4"), (whole[:len(whole) // 2], "JSON"), (many, "100,000"), ("[" * 100000, "map.geojson")):
            (pack / "map.geojson").write_text(content, encoding="utf-8")
            done = run("--lang", "en", "check", pack)
            self.assertEqual(1, done.status, says)
            self.assertIn("map.geojson", done.out + done.err)
            self.assertIn(says, done.out + done.err)
            self.assertNotEqual(0, run("init", "--db", self.folder / "none.db", "--pack", pack).status)
            self.assertFalse((self.folder / "none.db").exists())

    def test_the_parameter_of_the_day_is_taken(self):
        """From 2025 on 1,350 a member is due, though nothing else has changed."""
        for day, value in (("2024-12-31", "4,800.00"), ("2025-01-01", "5,400.00")):
            answer = self.ask("--lang", "en", "explain", "--db", self.database, "household", "H1", "due_this_month", "--as-of", day)
            self.assertIn(value, answer["value"])

    def test_a_language_that_the_pack_lacks(self):
        """Chinese is asked for, the pack speaks English: its English words are better than none."""
        report = self.ask("--lang", "zh", "screen", "--db", self.database, "--as-of", AS_OF)
        self.assertIn("No payment this month", [rule["rule"] for rule in report["rules"]])

    def test_divisions_have_other_names_for_their_levels(self):
        rows = self.ask("eval", "--db", self.database, "--on", "household", "members", "--by", "township", "--as-of", AS_OF)["divisions"]
        self.assertEqual([("KV-01", "Lakeside", 2, 0), ("KV-02", "Upper Hills", 4, 1)],
                         [(row["code"], row["division"], row["records"], row["unknown"]) for row in rows])

    def test_another_packs_rules_are_not_here(self):
        self.assert_fails_with(run("screen", "--db", self.database, "--as-of", AS_OF, "--rule", "key_household"), "key_household")
