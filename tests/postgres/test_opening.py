"""Databases that cannot be used, each with a clear sentence: what stands in the way and what to do. Passwords are never shown."""

import socket
import unittest

from support.fake_postgres import FakeServer
from support.postgres import Server
from support.program import AS_OF, PACK, ROOT, ProgramTest, run, write_people

SECRET = "v3ry s3cret"


def setUpModule():
    global SERVER
    SERVER = Server()
    unittest.addModuleCleanup(SERVER.__exit__)
    SERVER.__enter__()
    SERVER.psql(f"CREATE ROLE clerk LOGIN PASSWORD '{SECRET}'")


class Opening(ProgramTest):
    def assert_refused(self, url, *sentences, environment=None):
        for words in (["screen", "--db", url, "--as-of", AS_OF], ["init", "--db", url, "--pack", PACK],
                      ["eval", "--db", url, "--on", "household", "members + 1"],
                      ["export", "--db", url, "household", self.folder / "out.csv"]):
            with self.subTest(command=words[0]):
                result = run(*words, environment=environment)
                self.assert_fails_with(result, *sentences)
                self.assertNotIn(SECRET, result.out + result.err)
                self.assertNotIn("s3cret", result.out + result.err)

    def url(self, database="postgres", password=SECRET, port=None):
        return f"postgresql://clerk:{password.replace(' ', '%20')}@127.0.0.1:{port or SERVER.port}/{database}"

    def test_a_wrong_password(self):
        self.assert_refused(self.url(password="s3cret, but wrong"), "密码不对", f"postgresql://clerk@127.0.0.1:{SERVER.port}/postgres")

    def test_no_password(self):
        self.assert_refused(f"postgresql://clerk@127.0.0.1:{SERVER.port}/postgres", "密码", "PGPASSWORD")

    def test_the_password_may_stand_in_the_environment(self):
        SERVER.create("by_environment")
        SERVER.psql("ALTER DATABASE by_environment OWNER TO clerk")
        url = f"postgresql://clerk@127.0.0.1:{SERVER.port}/by_environment"
        result = self.must("init", "--db", url, "--pack", PACK, environment={"PGPASSWORD": SECRET})
        self.assertNotIn(SECRET, result.out + result.err)

    def test_init_does_not_show_the_password(self):
        SERVER.create("shown")
        SERVER.psql("ALTER DATABASE shown OWNER TO clerk")
        for words in ([], ["--json"], ["--lang", "en"]):
            result = self.must("init", "--db", self.url("shown"), "--pack", PACK, *words)
            self.assertNotIn("s3cret", result.out + result.err)

    def test_no_such_database(self):
        self.assert_refused(self.url("nowhere"), "没有数据库", "createdb")

    def test_no_server(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.assert_refused(self.url(port=free.getsockname()[1]), "连不上", "服务器是否开着")

    def test_a_server_that_does_not_answer(self):
        with FakeServer(None) as port:
            self.assert_refused(self.url(port=port) + "?connect_timeout=1", "在 1 秒内没有应答")

    def test_a_server_too_old(self):
        with FakeServer("14.9") as port:
            self.assert_refused(self.url(port=port), "PostgreSQL 是 14 版", "15")

    def test_an_address_that_is_none(self):
        for url in (f"postgresql://clerk:{SECRET}@[broken/county", "postgresql://clerk:%zzs3cret@host/county",
                    "postgresql://host/county?s3cret=1"):
            self.assert_refused(url, "地址写法不对")

    def test_another_encoding(self):
        SERVER.psql("CREATE DATABASE latin TEMPLATE template0 ENCODING LATIN1 LOCALE_PROVIDER libc LOCALE 'C'")
        self.assert_refused(SERVER.url("latin"), "LATIN1", "UTF8")

    def test_no_schema(self):
        SERVER.create("bare")
        self.assert_refused(SERVER.url("bare") + "&options=-csearch_path%3Dnowhere", "schema")

    def test_somebody_elses(self):
        url = SERVER.create("theirs")
        SERVER.psql("CREATE TABLE orders(id int)", "theirs")
        self.assert_refused(url, "不是用 zengshou init 建立的数据库")
        self.assertEqual([("orders",)], SERVER.rows("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = "
                                                    "'public'::regnamespace", "theirs"))

    def test_another_packs(self):
        url = SERVER.create("other_pack")
        self.must("init", "--db", url, "--pack", PACK)
        self.assert_fails_with(run("init", "--db", url, "--pack", ROOT / "packs" / "example"), "不能用于包")
        self.must("screen", "--db", url, "--as-of", AS_OF)

    def test_a_newer_programs(self):
        url = SERVER.create("newer")
        self.must("init", "--db", url, "--pack", PACK)
        SERVER.psql("UPDATE zs_meta SET value = '999' WHERE key = 'format'", "newer")
        self.assert_refused(url, "更新版本的程序")

    def test_several_in_schemas_of_one_database(self):
        base = SERVER.create("several")
        SERVER.psql("CREATE SCHEMA east; CREATE SCHEMA west", "several")
        for schema, households in (("east", 3), ("west", 5)):
            url = f"{base}&options=-csearch_path%3D{schema}"
            self.must("init", "--db", url, "--pack", PACK)
            sheet = self.folder / f"{schema}.csv"
            write_people(sheet, households)
            self.must("import", "--db", url, "people_sheet", sheet)
            self.assertEqual([(str(households),)], SERVER.rows(f"SELECT count(*) FROM {schema}.household", "several"))

    def test_a_standby_can_be_read(self):
        url = SERVER.create("followed")
        self.must("init", "--db", url, "--pack", PACK)
        sheet = self.folder / "people.csv"
        write_people(sheet, 40)
        self.must("import", "--db", url, "people_sheet", sheet)
        with SERVER.standby() as standby:
            there = standby.url("followed")
            out = self.folder / "out.csv"
            for words in (["eval", "--on", "household", "members + 1"], ["explain", "household", "4300000001", "poor", "--as-of", AS_OF],
                          ["export", "household", out]):
                with self.subTest(command=words[0]):
                    results = [self.must(words[0], "--db", database, *words[1:]).out for database in (url, there)]
                    self.assertEqual(*results)
            self.assert_fails_with(run("import", "--db", there, "people_sheet", sheet), "只能读，不能写", "备机")
            self.assert_fails_with(run("screen", "--db", there, "--as-of", AS_OF), "只能读，不能写")
