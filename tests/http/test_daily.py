"""The daily look at cases, which the server begins by itself: what it does, and who sees that it was done."""

import unittest

from support.served import Served, call

MANY = 10000


class Daily(unittest.TestCase):
    def setUp(self):
        self.county = Served()
        self.addCleanup(self.county.close)

    def daily(self, client, known=()):
        """The server's daily job once it is there and has ended, other than those known before."""
        for _ in range(MANY):
            jobs = [job for job in client.get("/jobs").json if job["kind"] == "daily" and job["id"] not in known]
            if jobs:
                client.get(f"/jobs/{jobs[0]['id']}/events")
                return client.get(f"/jobs/{jobs[0]['id']}").json
        self.fail("no daily job was begun")

    def test_it_is_done_at_the_start_and_said(self):
        admin = self.county.login("county_admin")
        first = self.daily(admin)
        self.assertEqual(("done", True, None), (first["state"], first["system"], first["error"]))
        self.assertLessEqual(first["added"], first["finished"])
        self.county.stop()
        household, = self.county.query("SELECT number FROM household WHERE id NOT IN (SELECT household FROM identification) ORDER BY id LIMIT 1")[0]
        call("case", "open", "identification", "--db", self.county.database, "--as", "village", "--date", "2024-01-02", "--set", f"household={household}",
             "--set", "clue_date=2024-01-02", "--set", "clue_source=visit", "--set", "clue_note=Cracks in the wall")
        self.county.start()
        admin = self.county.login("county_admin")
        second = self.daily(admin, {first["id"]})
        self.assertEqual((0, None), (second["result"]["failed"], second["result"]["first"]))
        self.assertGreaterEqual(second["result"]["escalated"], 2)  # to the township, and on to the county
        steps = self.county.query("SELECT count(*) FROM zs_step WHERE kind = 'escalated'")[0][0]
        # The same day again changes nothing; what was done before is still listed.
        self.county.stop()
        self.county.start()
        admin = self.county.login("county_admin")
        third = self.daily(admin, {first["id"], second["id"]})
        self.assertEqual({"adopted": 0, "beside": 0, "escalated": 0, "moved": 0, "reopened": 0, "failed": 0, "first": None}, third["result"])
        self.assertEqual(steps, self.county.query("SELECT count(*) FROM zs_step WHERE kind = 'escalated'")[0][0])
        self.assertEqual({first["id"], second["id"], third["id"]}, {job["id"] for job in admin.get("/jobs").json if job["system"]})

    def test_it_is_seen_by_those_who_look_after_the_system(self):
        admin, auditor, village = (self.county.login(name) for name in ("county_admin", "auditor", "village"))
        job = self.daily(admin)
        self.assertEqual(200, auditor.get(f"/jobs/{job['id']}").status)
        self.assertEqual([], village.get("/jobs").json)
        for answer in (village.get(f"/jobs/{job['id']}"), village.get(f"/jobs/{job['id']}/events"), village.delete(f"/jobs/{job['id']}")):
            self.assertEqual(404, answer.status, answer)
        self.assertEqual(403, admin.delete(f"/jobs/{job['id']}").status)
        self.assertEqual(401, self.county.nobody().get("/jobs").status)
        # One's own jobs are nobody else's, whoever looks after the system.
        made = admin.post("/screenings", {"as_of": "2022-09-30"})
        self.assertEqual(202, made.status, made)
        self.assertEqual(404, auditor.get(f"/jobs/{made.json['id']}").status)
        self.assertFalse(made.json["system"])


if __name__ == "__main__":
    unittest.main()
