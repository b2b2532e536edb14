"""kill -9 of the server under writes, and many who save at once: what was acknowledged is there, nothing is lost unseen."""

import threading
import unittest

from support.served import Served, call


class Kill(unittest.TestCase):
    def test_every_acknowledged_write_survives(self):
        county = Served()
        self.addCleanup(county.close)
        households = [id for id, in county.query("SELECT id FROM household ORDER BY id LIMIT 8")]
        acknowledged, ready = {}, threading.Barrier(len(households) + 1)

        def write(household):
            client, number = county.login("county_admin"), 0
            record = client.get(f"/registers/household/records/{household}").json
            version = record["version"]
            ready.wait()
            while True:
                number += 1
                try:
                    answer = client.patch(f"/registers/household/records/{household}",
                                          {"version": version, "values": {"risk_note": f"第{number}次"}})
                except OSError:
                    return
                if answer.status != 200:
                    return
                version = answer.json["record"]["version"]
                acknowledged[household] = (version, f"第{number}次")
                if number == 5:
                    enough.release()

        enough = threading.Semaphore(0)
        writers = [threading.Thread(target=write, args=(household,)) for household in households]
        for writer in writers:
            writer.start()
        ready.wait()
        for _ in households:
            enough.acquire()
        county.kill()
        for writer in writers:
            writer.join()
        self.assertEqual(len(households), len(acknowledged))
        call("verify", "--db", county.database)
        county.start()
        admin = county.login("county_admin")
        for household, (version, note) in acknowledged.items():
            record = admin.get(f"/registers/household/records/{household}").json
            # One more may have been written whose answer was cut off.
            self.assertIn(record["version"] - version, (0, 1))
            if record["version"] == version:
                self.assertEqual(note, record["values"]["risk_note"])


class Together(unittest.TestCase):
    SAVERS = 60
    ROUNDS = 5

    def test_no_update_is_lost(self):
        """All add one to the same number of one household: each success counts, each refusal is an honest conflict."""
        county = Served()
        self.addCleanup(county.close)
        household, = county.query("SELECT min(id) FROM household")[0]
        admin = county.login("county_admin")
        path = f"/registers/household/records/{household}"
        record = admin.get(path).json
        self.assertEqual(200, admin.patch(path, {"version": record["version"], "values": {"house_area": "1"}}).status)
        statuses, lock = [], threading.Lock()

        def save():
            for _ in range(self.ROUNDS):
                seen = admin.get(path)
                body = seen.json
                wanted = str(int(body["values"]["house_area"]) + 1)
                answer = admin.patch(path, {"version": body["version"], "values": {"house_area": wanted}})
                with lock:
                    statuses.append((seen.status, answer.status, answer.body))

        savers = [threading.Thread(target=save) for _ in range(self.SAVERS)]
        for saver in savers:
            saver.start()
        for saver in savers:
            saver.join()
        self.assertEqual(self.SAVERS * self.ROUNDS, len(statuses))
        for seen, saved, body in statuses:
            self.assertEqual(200, seen)
            self.assertIn(saved, (200, 409), body)
        successes = sum(1 for _, saved, _ in statuses if saved == 200)
        self.assertGreaterEqual(successes, self.ROUNDS)
        self.assertEqual(1 + successes, int(admin.get(path).json["values"]["house_area"]))

    def test_different_households_never_conflict(self):
        county = Served()
        self.addCleanup(county.close)
        households = [id for id, in county.query("SELECT id FROM household ORDER BY id LIMIT 60")]
        admin, failed = county.login("county_admin"), []

        def save(household):
            path = f"/registers/household/records/{household}"
            for number in range(self.ROUNDS):
                version = admin.get(path).json["version"]
                answer = admin.patch(path, {"version": version, "values": {"risk_note": f"走访{number}"}})
                if answer.status != 200:
                    failed.append(str(answer))

        savers = [threading.Thread(target=save, args=(household,)) for household in households]
        for saver in savers:
            saver.start()
        for saver in savers:
            saver.join()
        self.assertEqual([], failed)
        written = county.query("SELECT count(*) FROM household WHERE risk_note = ?", f"走访{self.ROUNDS - 1}")
        self.assertEqual([(len(households),)], written)


if __name__ == "__main__":
    unittest.main()
