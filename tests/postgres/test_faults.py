"""What happens to the server, the connection or the program in the middle: a sentence and status 1, all or nothing, and the same
command goes through afterwards.

Nothing waits for a guessed time: another session holds a lock at which the program has to stop, and the server says when it does."""

import contextlib
import signal
import subprocess
import threading
import unittest

from support.postgres import PROGRAMS, Server
from support.program import AS_OF, PACK, ProgramTest, Result, command_of, run, write_people

BLOCKED = "SELECT pid FROM pg_stat_activity WHERE application_name = 'zengshou' AND wait_event_type = 'Lock'"
WRITERS_LOCK = "SELECT pg_advisory_xact_lock(hashtext('zengshou'), hashtext(current_schema()))"


def setUpModule():
    global SERVER
    SERVER = Server()
    unittest.addModuleCleanup(SERVER.__exit__)
    SERVER.__enter__()


class Faults(ProgramTest):
    names = iter(f"fault{number}" for number in range(1000))

    def setUp(self):
        super().setUp()
        self.name = next(Faults.names)
        self.url = SERVER.create(self.name)
        self.sheet, self.second = self.folder / "people.csv", self.folder / "more.csv"
        self.people = write_people(self.sheet, 40)
        write_people(self.second, 60, income=6000)
        self.must("init", "--db", self.url, "--pack", PACK)

    def importing(self, sheet=None):
        return "import", "--db", self.url, "people_sheet", sheet or self.sheet

    def screening(self):
        return "screen", "--db", self.url, "--as-of", AS_OF

    def contents(self):
        """Every row of every table."""
        tables = SERVER.rows("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace "
                             "ORDER BY 1", self.name)
        return {table: sorted(SERVER.rows(f'SELECT t::text FROM "{table}" t', self.name)) for table, in tables}

    @contextlib.contextmanager
    def held(self, sql):
        """Another session in whose open transaction the SQL was run."""
        other = subprocess.Popen([str(PROGRAMS / "psql"), "-X", "-q", "-A", "-t", "-d", self.url], stdin=subprocess.PIPE,
                                 stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        other.stdin.write(f"BEGIN; {sql}; SELECT 'held';\n")
        other.stdin.flush()
        while other.stdout.readline().strip() != "held":
            self.assertIsNone(other.poll())
        try:
            yield
        finally:
            with contextlib.suppress(BrokenPipeError):
                other.communicate("ROLLBACK;\n")

    def stopped_at(self, words, table, then):
        """Runs the command until it waits to write to the table, does something, and gives how the command ended."""
        with self.held(f'LOCK TABLE "{table}" IN SHARE MODE'):
            process = subprocess.Popen(command_of(*words), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                       stderr=subprocess.PIPE, text=True)
            while not (pids := [pid for pid, in SERVER.rows(BLOCKED, self.name)]):
                self.assertIsNone(process.poll(), "the program ended before it was stopped")
            then(pids[0], process)
            out, err = process.communicate()
        return Result(words, process.returncode, out, err)

    def kill_connection(self, pid, _):
        SERVER.psql(f"SELECT pg_terminate_backend({pid})")

    def cancel(self, pid, _):
        SERVER.psql(f"SELECT pg_cancel_backend({pid})")

    def test_the_connection_is_killed_in_an_import(self):
        before = self.contents()
        for table in ("zs_entry", "household", "person"):
            with self.subTest(table=table):
                result = self.stopped_at(self.importing(), table, self.kill_connection)
                self.assert_fails_with(result, "连接断了", "没有任何改动")
                self.assertEqual(before, self.contents())
        self.must(*self.importing())
        self.assertEqual(self.people, len(self.contents()["person"]))

    def test_the_connection_is_killed_when_changes_are_logged(self):
        self.must(*self.importing())
        before = self.contents()
        result = self.stopped_at(self.importing(self.second), "zs_change", self.kill_connection)
        self.assert_fails_with(result, "连接断了", "没有任何改动")
        self.assertEqual(before, self.contents())
        self.must(*self.importing(self.second))

    def test_the_program_is_killed_in_an_import(self):
        before = self.contents()
        for table in ("zs_entry", "household", "person"):
            with self.subTest(table=table):
                result = self.stopped_at(self.importing(), table, lambda _, process: process.kill())
                self.assertEqual(-signal.SIGKILL, result.status)
                self.assertEqual(before, self.contents())
        self.must(*self.importing())

    def test_a_cancelled_statement(self):
        before = self.contents()
        result = self.stopped_at(self.importing(), "person", self.cancel)
        self.assert_fails_with(result, "已按要求停止", "没有任何改动")
        self.assertEqual(before, self.contents())
        self.must(*self.importing())
        self.assert_fails_with(self.stopped_at(self.screening(), "zs_finding", self.cancel), "已按要求停止")

    def test_the_server_is_restarted_under_a_screening(self):
        self.must(*self.importing())
        before = self.contents()
        for how in (signal.SIGINT, signal.SIGQUIT):  # an orderly stop; a crash
            with self.subTest(how=how):
                result = self.stopped_at(self.screening(), "zs_finding", lambda *_: SERVER.stop(how))
                self.assert_fails_with(result, "连接断了", "没有任何改动")
                self.assert_fails_with(run(*self.screening()), "连不上")
                SERVER.start()
                self.assertEqual(before, self.contents())
        self.must(*self.screening())
        self.assertEqual(1, len(self.contents()["zs_run"]))

    def test_the_connection_is_lost_at_the_commit(self):
        SERVER.psql("CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM "
                    "pg_terminate_backend(pg_backend_pid()); RETURN NULL; END'; CREATE CONSTRAINT TRIGGER cut AFTER INSERT ON "
                    "person DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cut()", self.name)
        before = self.contents()
        self.assert_fails_with(run(*self.importing()), "提交的那一刻", "请重做一次")
        self.assertEqual(before, self.contents())
        SERVER.psql("DROP TRIGGER cut ON person", self.name)
        self.must(*self.importing())

    def test_another_writer(self):
        before = self.contents()
        with self.held(WRITERS_LOCK):
            self.assert_fails_with(run(*self.importing(), "--wait", "1"), "正被另一个程序使用")
            # Reading goes on.
            self.must("eval", "--db", self.url, "--on", "household", "members + 1")
            self.must("export", "--db", self.url, "household", self.folder / "out.csv")
        self.assertEqual(before, self.contents())
        self.must(*self.importing())

    def test_a_table_locked_by_somebody(self):
        with self.held('LOCK TABLE person IN SHARE MODE'):
            self.assert_fails_with(run(*self.importing(), "--wait", "1"), "正被另一个程序使用")
        self.must(*self.importing())

    def test_two_imports_at_once(self):
        """Both count: whoever comes second compares again."""
        results = [None, None]

        def one(part, sheet):
            results[part] = run(*self.importing(sheet))

        threads = [threading.Thread(target=one, args=pair) for pair in enumerate((self.sheet, self.second))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for result in results:
            self.assertEqual(0, result.status, str(result))
        self.assertEqual([("60",)], SERVER.rows("SELECT count(*) FROM household", self.name))

    def raising(self, state, times=1000):
        """The next inserts into person fail in the given way."""
        SERVER.psql(f"""CREATE SEQUENCE tries; CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF nextval('tries') <= {times} THEN RAISE EXCEPTION 'the servers words' USING ERRCODE = '{state}'; END IF; RETURN NULL;
            END $$; CREATE TRIGGER fail AFTER INSERT ON person FOR EACH STATEMENT EXECUTE FUNCTION fail()""", self.name)

    def test_what_the_server_may_say(self):
        sentences = {"53100": "磁盘空间不够", "53200": "出了故障", "42501": "没有这样做的权限", "25006": "只能读，不能写", "40P01": "相撞",
                     "22003": "值太大", "23514": "拒绝了这次写入", "XX001": "出了故障", "57014": "已按要求停止", "42804": "结构不是本程序所建的"}
        for state, sentence in sentences.items():
            with self.subTest(state=state):
                self.raising(state)
                before = self.contents()
                self.assert_fails_with(run(*self.importing()), sentence)
                after = self.contents()
                self.assertEqual(before, after)
                SERVER.psql("DROP TRIGGER fail ON person; DROP FUNCTION fail; DROP SEQUENCE tries", self.name)
        self.must(*self.importing())

    def test_collisions_are_tried_again(self):
        for state in ("40001", "40P01"):
            with self.subTest(state=state):
                self.raising(state, times=2)
                self.must(*self.importing(self.sheet if state == "40001" else self.second))
                SERVER.psql("DROP TRIGGER fail ON person; DROP FUNCTION fail; DROP SEQUENCE tries", self.name)
        self.assertEqual([("60",)], SERVER.rows("SELECT count(*) FROM household", self.name))
        self.assertEqual([("2",)], SERVER.rows("SELECT count(*) FROM zs_entry WHERE action = 'import'", self.name))
