"""Tables spread over several servers. Citus is not in Debian: its calls are stood in for by functions that record what they are
given and refuse what Citus refuses; and the same tables are spread by hash partitions over two servers through postgres_fdw, where
the program has to give the answers that it gives of one database."""

import csv
import json
import threading
import unittest
from pathlib import Path

import yaml

from support.databases import contents, rows
from support.postgres import OWNER, PASSWORD, Server
from support.program import AS_OF, PACK, ROOT, ProgramTest, run, write_people

COUNTY = ROOT / "packs" / "hengyang-2022"
HOUSEHOLDS = 60


def spread(pack):
    """What hangs on a household lies with it, by the field that says on which; the other registers are copied to every server."""
    registers = {}
    for path in sorted((pack / "registers").glob("*.yaml")):
        registers |= yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    hanging = {name: register["parent"] for name, register in registers.items()
               if "parent" in register and register["fields"][register["parent"]]["register"] == "household"}
    return {"household": "id", **hanging}


SPREAD = spread(COUNTY)
FORM = {"shared_buffers": "32MB"}

# What the documentation of Citus asks of a table before it is spread, and of an UPDATE afterwards.
STUB = """
CREATE SCHEMA stub;
CREATE TABLE stub.calls (number serial, relation regclass UNIQUE, col text, colocated regclass);
CREATE FUNCTION stub.fixed() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN RAISE EXCEPTION ''modifying the partition value of rows is not allowed''; END';
CREATE FUNCTION stub.check_table(wanted regclass, col text, along regclass) RETURNS void LANGUAGE plpgsql AS $$
DECLARE found record;
BEGIN
    IF current_setting('citus.multi_shard_modify_mode', true) IS DISTINCT FROM 'sequential' THEN
        RAISE EXCEPTION 'cannot execute parallel DDL after a reference table was modified'; END IF;
    IF EXISTS (SELECT FROM stub.calls WHERE relation = wanted) THEN RAISE EXCEPTION '% is spread already', wanted; END IF;
    FOR found IN SELECT indexrelid::regclass AS name FROM pg_index WHERE indrelid = wanted AND indisunique AND col IS NOT NULL AND NOT EXISTS (
            SELECT FROM pg_attribute a WHERE a.attrelid = indexrelid AND a.attname = col) LOOP
        RAISE EXCEPTION 'unique index % lacks the distribution column', found.name;
    END LOOP;
    FOR found IN SELECT c.*, t.col AS target_column, t.relation AS target, t.colocated AS target_along FROM pg_constraint c
            LEFT JOIN stub.calls t ON t.relation = c.confrelid WHERE c.conrelid = wanted AND c.contype = 'f' LOOP
        CONTINUE WHEN found.target IS NOT NULL AND found.target_column IS NULL;  -- to a reference table
        IF col IS NULL OR found.target IS NULL THEN RAISE EXCEPTION 'foreign key % leads to no reference table', found.conname; END IF;
        IF along IS DISTINCT FROM coalesce(found.target_along, found.target) OR NOT EXISTS (
                SELECT FROM unnest(found.conkey, found.confkey) AS k (here, there)
                JOIN pg_attribute a ON a.attrelid = wanted AND a.attnum = k.here AND a.attname = col
                JOIN pg_attribute b ON b.attrelid = found.confrelid AND b.attnum = k.there AND b.attname = found.target_column) THEN
            RAISE EXCEPTION 'foreign key % does not run along the distribution columns', found.conname; END IF;
    END LOOP;
END $$;
CREATE FUNCTION stub.create_reference_table(wanted regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM stub.check_table(wanted, NULL, NULL);
    INSERT INTO stub.calls (relation) VALUES (wanted);
END $$;
CREATE FUNCTION stub.create_distributed_table(wanted regclass, col text, colocate_with text DEFAULT 'default') RETURNS void LANGUAGE plpgsql AS $$
DECLARE along regclass := CASE WHEN colocate_with <> 'none' THEN colocate_with::regclass END;
BEGIN
    IF along IS NOT NULL AND NOT EXISTS (SELECT FROM stub.calls WHERE relation = along AND calls.col IS NOT NULL) THEN
        RAISE EXCEPTION '% is not distributed', along; END IF;
    IF NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = wanted AND attname = col) THEN RAISE EXCEPTION 'no column %', col; END IF;
    PERFORM stub.check_table(wanted, col, along);
    INSERT INTO stub.calls (relation, col, colocated) VALUES (wanted, col, along);
    EXECUTE format('CREATE TRIGGER fixed BEFORE UPDATE OF %I ON %s EXECUTE FUNCTION stub.fixed()', col, wanted);
END $$;
"""


def setUpModule():
    global SERVER
    SERVER = Server()
    unittest.addModuleCleanup(SERVER.__exit__)
    SERVER.__enter__()


class Distribution(ProgramTest):
    def setUp(self):
        super().setUp()
        self.name = f"county{id(self)}"
        self.url = SERVER.create(self.name)
        self.addCleanup(SERVER.psql, f'DROP DATABASE "{self.name}"')

    def with_citus(self):
        SERVER.psql(STUB, self.name)
        SERVER.psql(f'ALTER DATABASE "{self.name}" SET search_path = public, stub')

    def calls(self):
        return {relation: (column or None, along or None) for relation, column, along in SERVER.rows(
            "SELECT relation, col, colocated FROM stub.calls ORDER BY number", self.name)}

    def test_every_table_is_spread_or_copied(self):
        self.with_citus()
        self.must("init", "--db", self.url, "--pack", COUNTY, "--distribute", "citus", "--keys", self.folder / "keys")
        registers = [name for name, in SERVER.rows("SELECT name FROM zs_register", self.name)]
        self.assertEqual({name: (SPREAD.get(name), "household" if name in SPREAD and name != "household" else None) for name in registers},
                         {name: call for name, call in self.calls().items() if name != "zs_sealed"})
        self.assertEqual((None, None), self.calls()["zs_sealed"])  # copied everywhere
        again = json.loads(self.must("init", "--db", self.url, "--pack", COUNTY, "--json").out)
        self.assertEqual((0, 0), (again["tables_added"], again["columns_added"]))

    def test_later_registers_keep_to_it(self):
        self.with_citus()
        self.must("init", "--db", self.url, "--pack", PACK, "--distribute", "citus")
        before = self.calls()
        grown = self.folder / "pack"
        for path in PACK.rglob("*.yaml"):
            copy = grown / path.relative_to(PACK)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
        (grown / "registers" / "visit.yaml").write_text(
            "visit:\n  label: 走访\n  key: [day]\n  parent: household\n  fields:\n"
            "    household: {label: 户, type: reference, register: household, required: true}\n"
            "    by: {label: 走访人, type: reference, register: person}\n    day: {label: 日期, type: date, required: true}\n", encoding="utf-8")
        self.must("init", "--db", self.url, "--pack", grown)
        self.assertEqual({**before, "visit": ("household", "household")}, self.calls())

    def test_without_citus(self):
        result = run("init", "--db", self.url, "--pack", PACK, "--distribute", "citus")
        self.assert_fails_with(result, "没有 Citus", "CREATE EXTENSION citus", "citus-keys")
        done = json.loads(self.must("init", "--db", self.url, "--pack", PACK, "--distribute", "citus-keys", "--json").out)
        printed = [row["call"] for row in done["calls"]]
        self.assertEqual(["SELECT create_distributed_table('\"household\"', 'id', colocate_with => 'none')",
                          "SELECT create_distributed_table('\"person\"', 'household', colocate_with => '\"household\"')"], printed)
        sheet = self.folder / "people.csv"
        write_people(sheet, 20)
        self.must("import", "--db", self.url, "people_sheet", sheet)
        before = contents(self.url)
        self.with_citus()
        self.must("init", "--db", self.url, "--pack", PACK, "--distribute", "citus")
        self.assertEqual({"household": ("id", None), "person": ("household", "household")}, self.calls())
        after = contents(self.url)
        self.assertEqual([before.pop(name) for name in ("household", "person")], [after.pop(name) for name in ("household", "person")])

    def test_what_cannot_be_spread(self):
        self.assert_fails_with(run("init", "--db", self.database, "--pack", PACK, "--distribute", "citus"), "PostgreSQL")
        self.assert_fails_with(run("init", "--db", self.url, "--pack", PACK, "--distribute", "oracle"), "citus-keys", "oracle")
        self.must("init", "--db", self.url, "--pack", PACK)
        self.with_citus()
        self.assert_fails_with(run("init", "--db", self.url, "--pack", PACK, "--distribute", "citus"), "--distribute", "再导入")
        self.assertEqual({}, self.calls())

    def test_tables_of_an_extension_are_nobodys(self):
        """Citus brings views into the schema public, as pg_stat_statements does."""
        SERVER.psql("CREATE EXTENSION pg_stat_statements", self.name)
        self.must("init", "--db", self.url, "--pack", PACK)

    def test_keys_are_kept_unique_by_the_door(self):
        self.with_citus()
        self.must("init", "--db", self.url, "--pack", PACK, "--distribute", "citus")
        sheets = []
        for number in range(2):  # the same new households and people, by two clerks at once
            sheets.append(self.folder / f"people{number}.csv")
            write_people(sheets[-1], 300)
        results = [None, None]

        def one(part):
            results[part] = run("import", "--db", self.url, "people_sheet", sheets[part])

        threads = [threading.Thread(target=one, args=(part,)) for part in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertIn(0, [result.status for result in results])
        for result in results:
            if result.status != 0:
                self.assert_fails_with(result, "请重新导入一次")
        for register, key in (("household", "number"), ("person", "person_number")):
            self.assertEqual([], SERVER.rows(f"SELECT {key} FROM {register} GROUP BY {key} HAVING count(*) > 1", self.name))
            self.assertEqual([], SERVER.rows(f"SELECT id FROM {register} GROUP BY id HAVING count(*) > 1", self.name))
        self.assertEqual([("300",)], SERVER.rows("SELECT count(*) FROM household", self.name))

    def test_people_move(self):
        """The column by which a table is spread is never updated: who moves is taken out and put in again, as the same record."""
        self.with_citus()
        for database, words in ((self.database, ()), (self.url, ("--distribute", "citus"))):
            self.must("init", "--db", database, "--pack", PACK, *words)
            sheet = self.folder / "people.csv"
            write_people(sheet, 20)
            self.must("import", "--db", database, "people_sheet", sheet)
            move = self.folder / "move.csv"
            with open(move, "w", newline="", encoding="utf-8") as file:
                csv.writer(file).writerows([["户编号", "人编号", "姓名"], ["4300000000", "43000000010", "人1-0"], ["4300000000", "43000000031", "新名"],
                                            ["4300000003", "43000000030", "改名"]])
            report = json.loads(self.must("import", "--db", database, "people_sheet", move, "--json").out)
            self.assertEqual([(0, 0), (0, 3)], [(part["new"], part["changed"]) for part in report["parts"]])
        for sql in ("SELECT * FROM person ORDER BY id", "SELECT entry, register, record, kind, before FROM zs_change ORDER BY record"):
            self.assertEqual(rows(self.database, sql), rows(self.url, sql))


def made_county(test, url, *words):
    test.must("init", "--db", url, "--pack", COUNTY, "--plain-at-rest", *words)
    for file in test.files:
        test.must("import", "--db", url, file["feed"], file["path"])


class TwoServers(ProgramTest):
    """One long test: the county, then its tables moved out to the partitions, then the same questions and one more import."""
    maxDiff = 4000

    def spread(self, workers):
        """The tables' rows, out of the coordinator's tables into hash partitions on the workers."""
        sql = ["CREATE EXTENSION postgres_fdw"]
        for number, worker in enumerate(workers):
            worker.create("shards")
            sql.append(f"CREATE SERVER w{number} FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '{worker.port}', "
                       "dbname 'shards', async_capable 'true', use_remote_estimate 'true', fetch_size '10000')")
            sql.append(f"CREATE USER MAPPING FOR {OWNER} SERVER w{number} OPTIONS (user '{OWNER}', password '{PASSWORD}')")
        for table, column in SPREAD.items():
            columns = ", ".join(f'"{name}" {kind}' + (' COLLATE "C"' if kind == "text" else "") for name, kind in SERVER.rows(
                f"SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attnum > 0 "
                "ORDER BY attnum", "spread"))
            sql.append(f"ALTER TABLE {table} RENAME TO {table}_whole")
            sql.append(f'CREATE TABLE {table} ({columns}) PARTITION BY HASH ("{column}")')
            for number, worker in enumerate(workers):
                worker.psql(f"CREATE TABLE {table}_{number} ({columns}); CREATE INDEX ON {table}_{number} ({column}, id); "
                            f"CREATE INDEX ON {table}_{number} (id)", "shards")
                sql.append(f"CREATE FOREIGN TABLE {table}_{number} PARTITION OF {table} FOR VALUES WITH (MODULUS {len(workers)}, "
                           f"REMAINDER {number}) SERVER w{number}")
            sql.append(f"INSERT INTO {table} SELECT * FROM {table}_whole")
        sql += [f"DROP TABLE {', '.join(f'{table}_whole' for table in SPREAD)} CASCADE", "ANALYZE"]
        SERVER.psql(";".join(sql), "spread")
        for setting in ("enable_partitionwise_aggregate", "enable_partitionwise_join"):
            SERVER.psql(f"ALTER DATABASE spread SET {setting} = on")

    def both(self, *words):
        said = []
        for url in (self.plain, self.parted):
            answer = json.loads(self.must(*[url if word == "DB" else word for word in words], "--json").out,
                                object_hook=lambda row: {key: value for key, value in row.items()
                                                         if key not in ("at", "recorded_at") and not key.endswith("_ms")})
            answer.pop("engine_reason", None)
            said.append(answer)
        self.assertEqual(*said)
        return said[0]

    def same_contents(self):
        plain, parted = contents(self.plain), contents(self.parted)
        for name in (*SPREAD, "village", "person_job", "zs_change", "zs_finding"):
            if name in plain:
                self.assertEqual(plain[name], sorted(rows(self.parted, f'SELECT * FROM "{name}"'), key=repr), name)
        return parted

    def explain(self, statement):
        """What is asked of the workers, and what the coordinator does."""
        lines = SERVER.psql(f"EXPLAIN (VERBOSE, COSTS OFF) {statement}", "spread").stdout.splitlines()
        return [line.split("Remote SQL: ", 1)[1] for line in lines if "Remote SQL: " in line], "\n".join(lines)

    def test_one_county(self):
        demo = self.must("demo", "--pack", COUNTY, "--out", self.folder / "sheets", "--households", HOUSEHOLDS, "--seed", 11, "--as-of", AS_OF,
                         "--json")
        self.files = json.loads(demo.out)["files"]
        self.plain, self.parted = SERVER.create("plain"), SERVER.create("spread")
        made_county(self, self.plain)
        made_county(self, self.parted, "--distribute", "citus-keys")
        with Server() as other, Server() as third:
            self.spread([other, third])
            for worker in (other, third):
                self.assertGreater(int(worker.rows(f"SELECT count(*) FROM household_{[other, third].index(worker)}", "shards")[0][0]), 10)
            self.same_contents()
            for engine in ("frame", "sql"):
                with self.subTest(engine=engine):
                    self.both("eval", "--db", "DB", "--on", "household", "net_income_per_capita", "--by", "township", "--as-of", AS_OF,
                              "--engine", engine)
                    self.both("eval", "--db", "DB", "--on", "person", "age(birth_date)", "--as-of", AS_OF, "--engine", engine)
            for engine, day in (("sql", AS_OF), ("frame", "2022-10-31"), ("sql", "2022-11-30")):
                found = self.both("screen", "--db", "DB", "--as-of", day, "--engine", engine)
                self.assertGreater(sum(rule["hits"] for rule in found["rules"]), 50)
            # Once more the same sheets: found again, nothing new; then one that changes and moves.
            self.both("import", "--db", "DB", self.files[2]["feed"], self.files[2]["path"])
            self.change()
            self.same_contents()
            self.pushed_down()

    def change(self):
        people = rows(self.plain, "SELECT p.number, h.number FROM person p JOIN household h ON h.id = p.household ORDER BY p.id")
        sheet = self.folder / "moved.csv"
        with open(sheet, "w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([["人编号", "户编号", "姓名"], *[(number, people[0][1], f"改名{number[-2:]}") for number, _ in people[-30:]]])
        done = self.both("import", "--db", "DB", "person", sheet)
        self.assertEqual(30, sum(part["changed"] for part in done["parts"]))

    def pushed_down(self):
        """docs/scale.md tells of this."""
        # An aggregate that contains the column by which the tables are spread is computed where the rows are.
        remote, plan = self.explain("SELECT household, sum(amount), count(*) FROM income GROUP BY household")
        self.assertEqual(2, len(remote), plan)
        self.assertTrue(all("GROUP BY" in sql for sql in remote), plan)
        self.assertIn("Async Foreign Scan", plan)
        # One that lacks it is not: postgres_fdw gives up partial aggregates, and all rows come.
        remote, plan = self.explain("SELECT wheel, sum(amount) FROM income GROUP BY wheel")
        self.assertTrue(not any("GROUP BY" in sql for sql in remote), plan)
        # The statements of a screening fetch each register once from each worker.
        shown = self.must("screen", "--db", self.parted, "--as-of", AS_OF, "--show-sql").out
        self.plans = []
        for statement in [part for part in shown.split(";\n") if part.strip()]:
            remote, plan = self.explain(statement)
            self.plans.append(plan)
            for table in SPREAD:
                for number in range(2):
                    self.assertLessEqual(sum(f"public.{table}_{number}" in sql for sql in remote), 2, plan)


if __name__ == "__main__":
    unittest.main()
