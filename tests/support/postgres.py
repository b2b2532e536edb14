#!/usr/bin/python3
"""A PostgreSQL server of the tests' own: made in a temporary folder, listening on a socket there and on a free port of the
loopback, gone at the end, also when the test is killed.

    tests/support/postgres.py COMMAND ...    runs the command with ZENGSHOU_POSTGRES set to an empty database's url

The server is Debian's postgresql-15 (its programs only; the cluster that the package may have made is left alone). It sorts
text as Chinese readers expect, so that what forgets COLLATE "C" shows itself. It will not run as root: as root it runs as the
user postgres.
"""

import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROGRAMS = Path("/usr/lib/postgresql/15/bin")
OWNER = "zengshou_owner"  # superuser of the test server
PASSWORD = "s3cret of the owner"
SETTINGS = {
    "fsync": "off",  # only processes are killed here, never the machine
    "full_page_writes": "off",
    "max_wal_size": "512MB",
    "shared_buffers": "64MB",
    "log_min_messages": "fatal",
    "autovacuum_naptime": "1h",
    "max_connections": "30",
}


class Missing(Exception):
    pass


def find(name):
    program = PROGRAMS / name
    if not program.exists():
        raise Missing(f"{program} is not there: install Debian's postgresql-15 (tools/setup test)")
    return str(program)


def die_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGQUIT)  # PR_SET_PDEATHSIG


def unprivileged():
    """How Popen becomes somebody who may run the server."""
    if os.geteuid() != 0:
        return {}
    try:
        user = pwd.getpwnam("postgres")
    except KeyError:
        raise Missing("there is no user postgres: install Debian's postgresql-15 (tools/setup test)")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


class Server:
    """with Server() as server: server.url("county") …"""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="zengshou-postgres-"))
        self.data = self.folder / "data"
        self.who = unprivileged()
        self.process = None
        if self.who:
            os.chown(self.folder, self.who["user"], self.who["group"])
        os.chmod(self.folder, 0o755)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    def __enter__(self):
        try:
            self.make()
            self.start()
        except BaseException:
            self.remove()
            raise
        return self

    def __exit__(self, *_):
        self.remove()

    def standby(self):
        """Another server that follows this one and can only be read; to be used with `with`, too."""
        other = Server()
        done = subprocess.run([find("pg_basebackup"), "-D", str(other.data), "-h", str(self.folder), "-p", str(self.port), "-U", OWNER,
                               "--checkpoint=fast", "--write-recovery-conf"], cwd=other.folder, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, **other.who)
        if done.returncode != 0:
            other.remove()
            raise Missing(f"pg_basebackup failed:\n{done.stdout}")
        other.make = lambda: None
        return other

    def make(self):
        secret = self.folder / "password"
        secret.write_text(PASSWORD + "\n")
        secret.chmod(0o644)
        done = subprocess.run(
            [find("initdb"), "-D", str(self.data), "-U", OWNER, "-N", "-E", "UTF8", "--locale=C.UTF-8", "--locale-provider=icu",
             "--icu-locale=zh", "--auth-local=trust", "--auth-host=scram-sha-256", f"--pwfile={secret}"],
            cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **self.who)
        if done.returncode != 0:
            raise Missing(f"initdb failed:\n{done.stdout}")
        secret.unlink()

    def start(self):
        settings = dict(SETTINGS, port=self.port, listen_addresses="127.0.0.1", unix_socket_directories=self.folder)
        words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen([find("postgres"), "-D", str(self.data), *words], cwd=self.folder, stdout=log,
                                            stderr=log, stdin=subprocess.DEVNULL, preexec_fn=die_with_parent, **self.who)
        while self.psql("SELECT 1", check=False).returncode != 0:
            if self.process.poll() is not None:
                raise Missing("the server does not start:\n" + (self.folder / "log").read_text(errors="replace"))
            time.sleep(0.05)

    def stop(self, how=signal.SIGINT):
        """SIGINT: ends the sessions; SIGQUIT: as if it had crashed."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait()
        self.process = None

    def remove(self):
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def psql(self, sql, database="postgres", check=True, user=OWNER):
        """Runs SQL as the server's owner; rows as lines, columns separated by '|'."""
        return subprocess.run(
            [find("psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", str(self.folder), "-p", str(self.port), "-U", user,
             "-d", database, "-c", sql],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=check)

    def rows(self, sql, database):
        out = self.psql(sql, database).stdout
        return [tuple(line.split("|")) for line in out.splitlines()]

    def create(self, database):
        self.psql(f'CREATE DATABASE "{database}" TEMPLATE template0')
        return self.url(database)

    def url(self, database, user=OWNER):
        """By the socket, where everybody is who he says he is."""
        return f"postgresql://{user}@/{database}?host={self.folder}&port={self.port}"

    def tcp_url(self, database, user, password):
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"


def main(command):
    with Server() as server:
        environment = dict(os.environ, ZENGSHOU_POSTGRES=server.create("county"))
        return subprocess.run(command, env=environment).returncode


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Missing as problem:
        print(f"Bail out! {problem}")
        sys.exit(1)
