"""zengshou import: what a clerk sees of new, changed and refused rows, and what stands in the database afterwards."""

import csv
import os
import shutil

import openpyxl
from helpers.books import is_coloured, sheets, write_sheet
from helpers.words import CommandTest
from support.program import PACK, contents, facts, run, write_people

HEADINGS = "户编号,户主姓名,户类别,家庭人口,纯收入,人编号,姓名,出生日期"
GOOD = ("001,王一,脱贫户,2,\"12,000.50\",0011,王一,1970-02-28", "001,王一,脱贫户,2,12000.5,0012,李二,1972年3月1日",
        "002,张三,监测户,1,0.6万元,0021,张三,19550505")


class Import(CommandTest):
    def setUp(self):
        super().setUp()
        self.init()

    def take(self, path, *words, feed="people_sheet"):
        return self.ask("import", "--db", self.database, feed, path, *words)

    def counts(self, report):
        return {part["register"]: (part["new"], part["changed"], part["unchanged"]) for part in report["parts"]}

    def test_one_sheet_fills_two_registers(self):
        report = self.take(self.write("people.csv", HEADINGS, *GOOD))
        self.assertEqual((3, 0, True), (report["rows"], report["rejected"], report["applied"]))
        self.assertEqual({"户": (2, 0, 0), "人员": (3, 0, 0)}, self.counts(report))
        self.assertEqual({"household": [("001", "王一", "graduated", 2, 1200050), ("002", "张三", "monitored", 1, 600000)],
                          "person": [("0011", "001", "王一", "1970-02-28"), ("0012", "001", "李二", "1972-03-01"),
                                     ("0021", "002", "张三", "1955-05-05")]}, facts(self.database))

    def test_no_fault_is_lost_behind_many_that_do_not_matter(self):
        """A lookup that found nobody fills all columns of a person with #N/A; the household's own wrong cell stands behind them."""
        pack, database = self.folder / "wide", self.folder / "wide.db"
        shutil.copytree(PACK, pack)
        many = [f"数{number}" for number in range(40)]
        with open(pack / "registers" / "all.yaml", "a", encoding="utf-8") as file:
            file.write("".join(f"    n{number}: {{label: {{zh: {label}, en: N{number}}}, type: int}}\n" for number, label in enumerate(many)))
        with open(pack / "feeds" / "wide.yaml", "w", encoding="utf-8") as file:
            file.write("wide_sheet:\n  label: {zh: 宽表, en: Wide sheet}\n  clause: \"1\"\n  registers:\n    - {register: household}\n"
                       "    - {register: person, needs: [person_number]}\n")
        self.must("init", "--db", database, "--pack", pack)
        def taken(members):
            return self.ask("import", "--db", database, "wide_sheet", self.write("wide.csv", ",".join(["户编号", "人编号", *many, "家庭人口"]),
                            ",".join(["001", "", *["#N/A"] * len(many), members])))
        self.assertEqual((1, 0), (taken("2")["rows"], taken("2")["rejected"]), "nothing is said of a person")
        report = taken("坏数")
        self.assertEqual(1, report["rejected"])
        self.assertIn("家庭人口", report["reasons"][0]["reason"])

    def test_twice_changes_nothing(self):
        path = self.folder / "people.csv"
        people = write_people(path, 25)
        self.take(path)
        before = contents(self.database)
        report = self.take(path)
        self.assertEqual({"户": (0, 0, 25), "人员": (0, 0, people)}, self.counts(report))
        self.assertEqual(before, contents(self.database), "not even the log")

    def test_a_dry_run_writes_nothing(self):
        path = self.write("people.csv", HEADINGS, *GOOD, "003,赵四,富户,1,1,0031,赵四,1960-01-01")
        before, errors = contents(self.database), self.folder / "errors.xlsx"
        dry = self.take(path, "--dry-run", "--errors", errors)
        self.assertFalse(dry["applied"])
        self.assertEqual(before, contents(self.database))
        self.assertTrue(errors.exists(), "refused rows are worth seeing before")
        real = self.take(path)
        self.assertEqual(self.counts(dry), self.counts(real))
        self.assertEqual((dry["rows"], dry["rejected"]), (real["rows"], real["rejected"]))

    def test_a_change_is_shown_and_applied(self):
        self.take(self.write("people.csv", HEADINGS, *GOOD))
        report = self.take(self.write("change.csv", "户编号,纯收入", "001,9000", "002,6000"), feed="household")
        self.assertEqual({"户": (0, 1, 1)}, self.counts(report))
        difference, = report["differences"]
        self.assertEqual(("纯收入", "12,000.50元", "9,000.00元"), tuple(difference[key] for key in ("field", "before", "after")))
        self.assertIn("001", difference["record"])
        self.assertEqual([("001", "王一", "graduated", 2, 900000), ("002", "张三", "monitored", 1, 600000)],
                         facts(self.database)["household"])

    def test_a_blank_cell_wipes_nothing(self):
        self.take(self.write("people.csv", HEADINGS, *GOOD))
        before = facts(self.database)
        report = self.take(self.write("blank.csv", "户编号,纯收入,家庭人口", "001,,", "002,-,"), feed="household")
        self.assertEqual({"户": (0, 0, 2)}, self.counts(report))
        self.assertEqual(before, facts(self.database))

    def test_refused_rows_come_back_and_go_in_corrected(self):
        errors = self.folder / "errors.xlsx"
        path = self.write("people.csv", HEADINGS, *GOOD,
                          "003,赵四,富户,1,5000,0031,赵四,1960-01-01",        # no such category
                          "004,钱五,脱贫户,1,5000,0041,钱五,1999-13-01",      # no such month
                          "005,孙六,脱贫户,两,5000,0051,孙六,1980-01-01",     # not a number
                          "006,周七,脱贫户,2,5000,0061,周七,1981-01-01",      # the household's rows contradict each other
                          "006,周七,脱贫户,2,5500,0062,周八,2001-01-01")
        report = self.take(path, "--errors", errors)
        self.assertEqual((8, 5), (report["rows"], report["rejected"]))
        self.assertEqual(str(errors), report["errors"])
        self.assertEqual(2, len(facts(self.database)["household"]), "good rows were applied, none of the others")

        book = openpyxl.load_workbook(errors)
        sheet = book.active
        self.assertEqual(HEADINGS.split(","), [cell.value for cell in sheet[1]][:8])
        rows = list(sheet.iter_rows(min_row=2))
        self.assertEqual([5, 6, 7, 8, 9], [row[9].value for row in rows], "the row in the clerk's sheet")
        for row, column, word in zip(rows, (2, 7, 3, 4, 4), ("富户", "1999-13-01", "两", "纯收入", "纯收入")):
            self.assertIn(word, row[8].value)
            self.assertEqual([column], [at for at, cell in enumerate(row[:8]) if is_coloured(cell)], row[8].value)
        for row, value in zip(rows, ("监测户", "1999-12-01", "2", None, "5000")):
            column = {"监测户": 2, "1999-12-01": 7, "2": 3, "5000": 4}.get(value)
            if column is not None:
                row[column].value = value
        corrected = self.folder / "corrected.xlsx"
        book.save(corrected)
        again = self.take(corrected)
        self.assertEqual((5, 0), (again["rows"], again["rejected"]), again)
        self.assertEqual({"户": (4, 0, 0), "人员": (5, 0, 0)}, self.counts(again))

    def test_reasons_are_told_in_both_languages(self):
        path = self.write("people.csv", HEADINGS, "003,赵四,富户,1,5000,0031,赵四,1960-01-01")
        chinese, english = (self.ask("--lang", language, "import", "--db", self.database, "people_sheet", path)["reasons"][0]["reason"]
                            for language in ("zh", "en"))
        self.assertIn("富户", chinese)
        self.assertIn("富户", english)
        self.assertIn("is not in the dictionary", english)
        self.assertNotEqual(chinese, english)

    def test_encodings(self):
        for name, encoding, text in (("gb18030", "gb18030", "㐀"), ("utf8", "utf-8", "㐁"), ("bom", "utf-8-sig", "㐂"), ("utf16", "utf-16", "㐃")):
            with self.subTest(encoding=encoding):
                number = f"9{len(facts(self.database)['household'])}"
                path = self.write(f"{name}.csv", "户编号,户主姓名,户类别", f"{number},王{text}𠮷,脱贫户", encoding=encoding)
                report = self.take(path, feed="household")
                self.assertEqual({"户": (1, 0, 0)}, self.counts(report))
                self.assertIn((number, f"王{text}𠮷", "graduated", None, None), facts(self.database)["household"])

    def test_line_breaks_and_quotes_in_cells(self):
        path = self.folder / "people.csv"
        with open(path, "w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([["户编号", "户\n主姓名", "户类别"], ["1", '王"五"', "脱贫户"], ["2", " 赵 六 ", "脱贫户"]])
        self.take(path, feed="household")
        self.assertEqual(['王"五"', "赵 六"], [row[1] for row in facts(self.database)["household"]])

    def test_a_workbook_with_titles_above_the_headings(self):
        path = write_sheet(self.folder / "people.xlsx", [["人员信息"], ["填报单位：县", None, "单位：元"], HEADINGS.split(",")]
                           + [next(csv.reader([line])) for line in GOOD])
        report = self.take(path)
        self.assertEqual((3, 0), (report["rows"], report["rejected"]))

    def test_headings_by_hand_and_headings_not_used(self):
        path = self.write("odd.csv", "编码,户主,纯收人,备用", "001,王一,500,x")
        self.assert_fails_with(run("import", "--db", self.database, "household", path), "户编号")
        report = self.take(path, "--map", "编码=number", "--map", "户主=head_name", "--map", "备用=-", feed="household")
        self.assertEqual({"户": (1, 0, 0)}, self.counts(report))
        unused = {row["heading"]: row["why"] for row in report["unused_columns"]}
        self.assertIn("纯收入", unused["纯收人"], "did you mean")
        self.assertEqual([("001", "王一", None, None, None)], facts(self.database)["household"])
        self.assert_fails_with(run("import", "--db", self.database, "household", path, "--map", "编码"), "--map")
        self.assert_fails_with(run("import", "--db", self.database, "household", path, "--map", "编码=numbr"), "number")

    def test_a_sheet_by_name(self):
        path = self.folder / "book.xlsx"
        book = openpyxl.Workbook()
        book.active.append(["这一页是说明"])
        book.create_sheet("数据").append(["户编号", "户类别"])
        book["数据"].append(["001", "脱贫户"])
        book.save(path)
        self.assertEqual(1, self.take(path, "--sheet", "数据", feed="household")["rows"])
        self.assert_fails_with(run("import", "--db", self.database, "household", path, "--sheet", "数剧"), "数据")

    def test_files_that_are_no_sheets(self):
        before = contents(self.database)
        for name, content in (("empty.csv", b""), ("empty.xlsx", b""), ("words.xlsx", b"just words"), ("zip.xlsx", b"PK\3\4" + bytes(200)),
                              ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)), ("nul.csv", b"\0" * 100)):
            with self.subTest(file=name):
                path = self.folder / name
                path.write_bytes(content)
                self.assert_fails_with(run("import", "--db", self.database, "people_sheet", path), name)
        self.assert_fails_with(run("import", "--db", self.database, "people_sheet", self.folder))
        self.assertEqual(before, contents(self.database))

    def test_refused_rows_that_cannot_be_written_stop_the_import(self):
        """Otherwise they would be lost: the clerk is told they are in a file that is not there."""
        path = self.write("people.csv", HEADINGS, *GOOD, "003,赵四,富户,1,1,0031,赵四,1960-01-01")
        before = contents(self.database)
        self.assert_fails_with(run("import", "--db", self.database, "people_sheet", path, "--errors", self.folder / "no" / "errors.xlsx"))
        self.assertEqual(before, contents(self.database))


class Export(CommandTest):
    def setUp(self):
        super().setUp()
        self.init()
        self.must("import", "--db", self.database, "people_sheet", self.write("people.csv", HEADINGS, *GOOD, "003,周九,,,,,,"))

    def test_what_is_exported_comes_back_unchanged(self):
        before = contents(self.database)
        for register, count in (("household", 3), ("person", 3)):
            for name in (f"{register}.xlsx", f"{register}.csv"):
                for language in ("zh", "en"):
                    with self.subTest(file=name, language=language):
                        path = self.folder / name
                        self.assertEqual(count, self.ask("--lang", language, "export", "--db", self.database, register, path)["records"])
                        report = self.ask("import", "--db", self.database, register, path)
                        self.assertEqual((count, 0), (report["rows"], report["rejected"]), report)
                        part, = report["parts"]
                        self.assertEqual((0, 0, count), (part["new"], part["changed"], part["unchanged"]), report)
        self.assertEqual(before, contents(self.database))

    def test_an_export_fills_an_empty_database(self):
        other = self.place("other")
        self.must("init", "--db", other, "--pack", PACK)
        for register in ("household", "person"):
            path = self.folder / f"{register}.xlsx"
            self.must("export", "--db", self.database, register, path)
            self.must("import", "--db", other, register, path)
        self.assertEqual(facts(self.database), facts(other))

    def test_in_words(self):
        path = self.folder / "out.csv"
        self.must("export", "--db", self.database, "household", path)
        rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
        self.assertEqual([["户编号", "户主姓名", "户类别", "家庭人口", "纯收入"], ["001", "王一", "脱贫户", "2", "12000.50"],
                          ["002", "张三", "监测户", "1", "6000.00"], ["003", "周九", "", "", ""]], rows)
        self.must("--lang", "en", "export", "--db", self.database, "person", self.folder / "out.xlsx")
        rows, = sheets(self.folder / "out.xlsx").values()
        self.assertEqual("Person number", rows[0][0])

    def test_where(self):
        path = self.folder / "out.csv"
        report = self.ask("export", "--db", self.database, "household", path, "--where", "纯收入 / 家庭人口 < 6000.2元 且 非 户类别 为空",
                          "--as-of", "2022-09-30")
        self.assertEqual((1, 0), (report["records"], report["undetermined"]))
        self.assertIn("002", path.read_text(encoding="utf-8"))
        report = self.ask("export", "--db", self.database, "household", path, "--where", "income > 7000元")
        self.assertEqual((1, 1), (report["records"], report["undetermined"]), "003's income is unknown")

    def test_where_with_a_fault_leaves_the_old_file(self):
        path = self.folder / "out.csv"
        path.write_text("old", encoding="utf-8")
        result = run("export", "--db", self.database, "household", path, "--where", "income < 5 and incme > 3元")
        self.assert_fails_with(result, "1:")
        self.assertEqual("old", path.read_text(encoding="utf-8"))
        self.assertEqual(["out.csv", "people.csv"], sorted(name for name in os.listdir(self.folder) if not name.startswith("county.db")))

    def test_an_unknown_kind_of_file(self):
        self.assert_fails_with(run("export", "--db", self.database, "household", self.folder / "out.pdf"), ".xlsx", ".csv")
