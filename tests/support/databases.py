"""Where a test keeps its databases, and what they hold. In files; or, where ZENGSHOU_POSTGRES is set (to any database of a server
that the tests started), in databases of their own on that server, so that one suite runs on both."""

import atexit
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
from contextlib import closing
from urllib.parse import urlsplit

from support.postgres import find

SERVER = os.environ.get("ZENGSHOU_POSTGRES")


def use_keys():
    """A file has its keys beside it; for databases on a server, the process and what it runs share one key file."""
    folder = tempfile.TemporaryDirectory(prefix="zengshou-keys-")
    atexit.register(folder.cleanup)
    os.environ["ZENGSHOU_KEYS"] = os.path.join(folder.name, "county.keys")


if SERVER is not None:
    use_keys()


def on_server(database):
    return str(database).startswith("postgresql://")


def psql(database, sql):
    return subprocess.run([find("psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", sql],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout


def place(folder, name):
    """A path or url for a database of that name, which the folder's owner is to `remove`. On a server it is there, but empty."""
    if SERVER is None:
        return folder / f"{name}.db"
    unique = tempfile.mktemp(prefix=f"{name}_", dir="")
    psql(SERVER, f'CREATE DATABASE "{unique}" TEMPLATE template0')
    return urlsplit(SERVER)._replace(path=f"/{unique}").geturl()


def remove(database):
    if on_server(database):
        psql(SERVER, f'DROP DATABASE "{urlsplit(database).path[1:]}" WITH (FORCE)')


def copy(database, other):
    """Fills the other place with what the database holds."""
    if not on_server(database):
        shutil.copy(database, other)
        if os.path.exists(f"{database}.keys"):
            shutil.copy(f"{database}.keys", f"{other}.keys")
        return
    remove(other)
    psql(SERVER, f'CREATE DATABASE "{urlsplit(other).path[1:]}" TEMPLATE "{urlsplit(database).path[1:]}"')


def rows(database, sql):
    """The rows of a SELECT, as tuples."""
    if not on_server(database):
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            return connection.execute(sql).fetchall()
    lines = psql(database, f"SELECT row_to_json(r) FROM ({sql}) AS r").splitlines()
    return [tuple(value for _, value in json.loads(line, object_pairs_hook=list)) for line in lines]


def change(database, *statements):
    """Runs statements behind the program's back."""
    if on_server(database):
        psql(database, ";".join(statements))
        return
    with closing(sqlite3.connect(database)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def tables(database):
    if on_server(database):
        return [name for name, in rows(database, "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1")]
    return [name for name, in rows(database, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1")]


def columns(database, table):
    if on_server(database):
        return [name for name, in rows(database, f"SELECT attname FROM pg_attribute WHERE attrelid = '\"{table}\"'::regclass "
                                                 "AND attnum > 0 ORDER BY attnum")]
    return [name for name, in rows(database, f"SELECT name FROM pragma_table_info('{table}')")]


def contents(database):
    """Every row of every register and the log of a database, after asking SQLite whether the file is sound."""
    if not on_server(database):
        sound = rows(database, "PRAGMA integrity_check")
        assert sound == [("ok",)], sound
        assert rows(database, "PRAGMA foreign_key_check") == []
    return {name: sorted(rows(database, f'SELECT * FROM "{name}"'), key=repr) for name in tables(database)}


def facts(database):
    """The registers' rows without what the log decides (who wrote when): what must be equal between two ways to one state."""
    return {
        "household": rows(database, "SELECT number, head_name, category, members, income FROM household ORDER BY number"),
        "person": rows(database, "SELECT person_number, h.number, name, birth FROM person JOIN household h ON h.id = household "
                                 "ORDER BY person_number"),
    }
