"""Least privilege as docs/postgresql.md describes it: the owner makes and migrates, the application's role works, and can do nothing
else."""

import re
import unittest

from support.postgres import Server
from support.program import AS_OF, PACK, ROOT, ProgramTest, run, write_people


def setUpModule():
    global SERVER
    SERVER = Server()
    unittest.addModuleCleanup(SERVER.__exit__)
    SERVER.__enter__()


def documented():
    """The SQL of the manual, as the administrator would type it."""
    text = (ROOT / "docs" / "postgresql.md").read_text(encoding="utf-8")
    return {name: sql for name, sql in re.findall(r"```sql\n-- (\w+)[^\n]*\n(.*?)```", text, re.DOTALL)}


class Roles(ProgramTest):
    def setUp(self):
        super().setUp()
        sql = documented()
        for statement in sql["roles"].split(";\n"):  # CREATE DATABASE stands alone
            if statement.strip():
                SERVER.psql(statement)
        self.owner, self.clerk = (SERVER.tcp_url("county", user, "change%20me") for user in ("county_owner", "county_app"))
        self.addCleanup(SERVER.psql, "DROP ROLE county_app")
        self.addCleanup(SERVER.psql, "DROP ROLE county_owner")
        self.addCleanup(SERVER.psql, "DROP DATABASE county")
        SERVER.psql(sql["inside"], "county")
        self.must("init", "--db", self.owner, "--pack", PACK)
        self.sheet = self.folder / "people.csv"
        self.people = write_people(self.sheet, 40)

    def test_the_application_can_work(self):
        self.must("import", "--db", self.clerk, "people_sheet", self.sheet)
        self.must("screen", "--db", self.clerk, "--as-of", AS_OF, "--out", self.folder / "lists.xlsx")
        self.must("screen", "--db", self.clerk, "--as-of", "2022-10-31")
        self.must("explain", "--db", self.clerk, "household", "4300000001", "poor", "--as-of", AS_OF)
        self.must("eval", "--db", self.clerk, "--on", "household", "members + 1")
        self.must("export", "--db", self.clerk, "person", self.folder / "people.xlsx")
        # Where there is nothing to migrate it may say so.
        self.must("init", "--db", self.clerk, "--pack", PACK)

    def test_the_application_can_do_nothing_else(self):
        self.must("import", "--db", self.clerk, "people_sheet", self.sheet)
        for sql in ("DROP TABLE person", "TRUNCATE person", "ALTER TABLE person ADD COLUMN more int", "CREATE TABLE mine(a int)",
                    "CREATE SCHEMA mine", "DROP INDEX zs_key_person", "CREATE ROLE more"):
            with self.subTest(sql=sql):
                refused = SERVER.psql(f"SET ROLE county_app; {sql}", "county", check=False)
                self.assertRegex(refused.stderr, "permission denied|must be owner")

    def test_migrating_needs_the_owner(self):
        grown = self.folder / "pack"
        grown.mkdir()
        for path in PACK.rglob("*.yaml"):
            copy = grown / path.relative_to(PACK)
            copy.parent.mkdir(parents=True, exist_ok=True)
            text = path.read_text(encoding="utf-8")
            if path.parent.name == "registers":
                text = text.replace("    name: {label: {zh: 姓名", "    phone: {label: {zh: 电话, en: Phone}, type: text}\n"
                                    "    name: {label: {zh: 姓名")
            copy.write_text(text, encoding="utf-8")
        self.must("import", "--db", self.clerk, "people_sheet", self.sheet)
        self.assert_fails_with(run("init", "--db", self.clerk, "--pack", grown), "没有这样做的权限", "docs/postgresql.md")
        self.must("init", "--db", self.owner, "--pack", grown)
        self.must("screen", "--db", self.clerk, "--as-of", AS_OF)
