"""zengshou user: who may come in, and as what; passwords never stand on the command line."""

import os
import pty
import subprocess

from helpers.words import CommandTest
from support.databases import change, contents, on_server, rows
from support.program import PACK, ROOT, Result, command_of, run

EXAMPLE = ROOT / "packs" / "example"
PASSWORD = "Plum-Rain-77-river"


class User(CommandTest):
    def setUp(self):
        super().setUp()
        self.must("init", "--db", self.database, "--pack", EXAMPLE)

    def user(self, action, *words, status=0):
        return self.ask("user", action, *words, "--db", self.database, status=status)

    def type_in(self, *words, text):
        """The command with a line on stdin."""
        command = command_of("user", *words, "--db", self.database, "--lang", "en")
        done = subprocess.run(command, input=text.encode(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        return Result(command, done.returncode, done.stdout.decode(), done.stderr.decode())

    def refuse(self, *words, because):
        self.assert_fails_with(run("user", *words, "--db", self.database, "--lang", "en"), because)

    def rows(self, sql):
        return rows(self.database, sql)

    def assert_stored_nowhere(self, secret):
        self.assertNotIn(secret, repr(contents(self.database)))
        if not on_server(self.database):
            self.assertNotIn(secret.encode(), self.database.read_bytes())

    def test_add_show_transfer_retire(self):
        done = self.user("add", "amina", "--role", "sector_officer", "--division", "KV-01", "--display-name", "Amina N.")
        self.assertEqual({"id", "password"}, set(done))
        self.assertRegex(done["password"], r"^[a-z0-9]{4}(-[a-z0-9]{4}){3}$")
        shown = self.user("show", "Amina")
        self.assertEqual(("Amina N.", "KV-01", "active", True),
                         (shown["display_name"], shown["divisions"], shown["state"], shown["must_change_password"]))
        self.assertEqual("read, create, edit", {row["register"]: row["rights"] for row in shown["rights"]}["household"])
        self.assertEqual("phone", shown["unmask"])
        moved = self.user("role", "amina", "--role", "office", "--unit", "district_education")
        self.assertEqual(("office", "district_education", ""), (moved["role"], moved["unit"], moved["divisions"]))
        self.assertEqual("read, create, edit", {row["register"]: row["rights"] for row in moved["rights"]}["person"])
        renamed = self.user("role", "amina", "--display-name", "Amina K.")
        self.assertEqual(("office", "district_education", "Amina K."),
                         (renamed["role"], renamed["unit"], renamed["display_name"]))
        self.must("user", "retire", "amina", "--db", self.database)
        self.assertEqual([], self.user("list")["users"])
        self.assertEqual("retired", self.user("list", "--all")["users"][0]["state"])
        self.refuse("add", "AMINA", "--role", "manager", because="retired user")
        self.assertEqual(["user.add", "user.change", "user.change", "user.retire"],
                         [action for action, in self.rows("SELECT action FROM zs_entry WHERE action LIKE 'user.%' ORDER BY id")])
        self.assertEqual([("cli",)], self.rows("SELECT DISTINCT actor FROM zs_entry WHERE action LIKE 'user.%'"))

    def test_assigned_households(self):
        sheet = self.write("villages.csv", "Village code,Village name,Sector", "KV-01-01,Bwiza,Lakeside")
        run("import", "--db", self.database, "village", sheet)
        self.user("add", "enum1", "--role", "enumerator")
        self.assertIn("enumerator", self.user("show", "enum1")["closed"])
        self.refuse("role", "enum1", "--assign", "H-404", because="no record with the key 'H-404'")

    def test_passwords(self):
        result = self.type_in("add", "amina", "--role", "manager", "--password-stdin", text=PASSWORD + "\n")
        self.assertEqual(0, result.status, str(result))
        self.assertNotIn(PASSWORD, result.out + result.err)
        self.assert_stored_nowhere(PASSWORD)
        for text, because in (("short\n", "too short"), ("", "No password"), ("x" * 600 + "\n", "too long"),
                              ("amina-and-more-words\n", "the user's name"), ("1234567890\n", "too common")):
            self.assert_fails_with(self.type_in("password", "amina", "--password-stdin", text=text), because)
        given = self.user("password", "amina")["password"]
        self.assert_stored_nowhere(given)
        self.assert_usage(run("user", "add", "x", "--password", "secret", "--db", self.database), "--password")

    def test_typed_at_a_terminal_without_echo(self):
        def typed(*lines):
            child, terminal = pty.fork()
            if child == 0:
                words = command_of("user", "add", "typed", "--role", "manager", "--db", self.database, "--lang", "en")
                os.execv(words[0], words)
            seen = b""
            for line, prompt in zip(lines, (b"Password: ", b"Once more: ")):
                while not seen.endswith(prompt):
                    seen += os.read(terminal, 1000)
                os.write(terminal, line.encode() + b"\n")
            try:
                while more := os.read(terminal, 1000):
                    seen += more
            except OSError:
                pass  # the terminal's other end was closed
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            os.close(terminal)
            return status, seen.decode()

        status, seen = typed(PASSWORD, PASSWORD + "!")
        self.assertEqual(1, status, seen)
        self.assertIn("differ", seen)
        status, seen = typed(PASSWORD, PASSWORD)
        self.assertEqual(0, status, seen)
        self.assertNotIn(PASSWORD, seen)

    def test_what_is_wrong_is_said(self):
        self.refuse("add", "amina", because="--role")
        self.refuse("add", "amina", "--role", "manger", because="did you mean 'manager'")
        self.refuse("add", "a b", "--role", "manager", because="user's name")
        self.refuse("add", "amina", "--role", "sector_officer", because="need a division")
        self.refuse("add", "amina", "--role", "sector_officer", "--division", "KV-01-01", because="not of the level")
        self.refuse("add", "amina", "--role", "sector_officer", "--division", "KV-09", because="no division KV-09")
        self.refuse("add", "amina", "--role", "office", because="need a unit")
        self.refuse("add", "amina", "--role", "office", "--unit", "district_educaton", because="district_education")
        self.refuse("show", "nobody", because="no user 'nobody'")
        self.assertEqual([], self.user("list", "--all")["users"])
        self.assert_usage(run("user", "ad", "x", "--db", self.database, "--lang", "en"), "did you mean 'add'")
        self.assert_usage(run("user", "show", "--db", self.database, "--lang", "en"), "needs the user's name")
        self.assert_usage(run("user", "list", "x", "--db", self.database, "--lang", "en"), "takes no user's name")

    def test_demonstration_accounts(self):
        demo = self.user("demo")
        self.assertEqual(["manager", "office", "sector_officer", "enumerator"], [account["role"] for account in demo["accounts"]])
        users = {user["name"]: user for user in self.user("list")["users"]}
        self.assertEqual("KV-01", users["sector_officer"]["divisions"])
        self.assertTrue(self.user("show", "manager")["demonstration"])
        again = self.user("demo")
        self.assertNotEqual(demo["password"], again["password"])
        self.assertEqual(4, len(self.user("list")["users"]))
        self.user("password", "manager")
        self.refuse("demo", because="real user called 'manager'")

    def test_a_pack_without_roles_lets_nobody_in(self):
        other = self.place("other")
        self.must("init", "--db", other, "--pack", PACK)
        result = run("user", "add", "amina", "--role", "manager", "--db", other, "--lang", "en")
        self.assert_fails_with(result, "The pack has no roles")
        self.assertIn("nobody but the command line", self.must("check", PACK, "--lang", "en").out)
        self.assertEqual(4, self.ask("check", EXAMPLE)["roles"])

    def test_an_older_database_asks_for_init(self):
        change(self.database, *(f"DROP TABLE zs_{table}" for table in ("user_division", "user_subject", "session", "token", "throttle",
                                                                       "login", "user")))
        self.refuse("list", because="zengshou init")
        self.must("init", "--db", self.database, "--pack", EXAMPLE)
        self.assertEqual([], self.user("list")["users"])
