"""kill -9 of the server under moves of cases: every acknowledged move is there, none is half done, and the chain holds."""

import threading
import unittest
from datetime import date

from support.served import Served, call

CASES = 6
PATH = "/workflows/identification/cases"
THERE = {"transition": "no_risk", "values": {"checked_on": date.today().isoformat(), "checked_by": "Tester", "check_note": "All is well", "refusal_reason": "no_risk",
                                             "refusal_note": "No risk was found"}}
BACK = {"transition": "check_again", "comment": "Look once more"}


class KillCases(unittest.TestCase):
    def open_cases(self, county, village):
        admin = county.login("county_admin")
        place = village.get("/registers/village/records", limit=1, fields="").json["records"][0]["id"]
        for number in range(CASES):
            household = admin.post("/registers/household/records", {"values": {"number": f"4304219980{number:07}", "village": place,
                                                                               "head_name": f"Kill {number}", "household_type": "ordinary"}})
            self.assertEqual(201, household.status, str(household))
            opened = village.post(PATH, {"values": {"household": household.json["record"]["id"], "clue_date": date.today().isoformat(), "clue_source": "visit",
                                                    "clue_note": "Cracks in the wall"}})
            self.assertEqual(201, opened.status, str(opened))
            yield opened.json["case"]

    def test_every_acknowledged_move_survives(self):
        county = Served()
        self.addCleanup(county.close)
        village = county.login("village")
        cases = list(self.open_cases(county, village))
        acknowledged, ready, enough = {}, threading.Barrier(CASES + 1), threading.Semaphore(0)

        def move(case):
            """To and fro between two states, as one who cannot make up their mind."""
            ready.wait()
            for number in range(1, 100000):
                act = THERE if case["case"]["state"] == "check" else BACK
                try:
                    answer = village.post(f"{PATH}/{case['record']['id']}/transitions", {**act, "version": case["case"]["version"]})
                except OSError:
                    return
                if answer.status != 200:
                    return
                case = answer.json["case"]
                acknowledged[case["record"]["id"]] = case
                if number == 4:
                    enough.release()

        movers = [threading.Thread(target=move, args=(case,)) for case in cases]
        for mover in movers:
            mover.start()
        ready.wait()
        for _ in cases:
            enough.acquire()
        county.kill()
        for mover in movers:
            mover.join()
        self.assertEqual(CASES, len(acknowledged))
        call("verify", "--db", county.database)
        county.start()
        village = county.login("village")
        for id, known in acknowledged.items():
            page = village.get(f"{PATH}/{id}").json
            # One more may have been done whose answer was cut off: then it was done whole.
            more = len(page["steps"]) - len(known["steps"])
            self.assertIn(more, (0, 1))
            self.assertEqual(known["steps"], page["steps"][: len(known["steps"])])
            self.assertEqual(page["steps"][-1]["to"], page["case"]["state"])
            self.assertEqual(page["case"]["state"], page["record"]["values"]["case_state"])
            if more == 0:
                self.assertEqual(known["case"]["version"], page["case"]["version"])


if __name__ == "__main__":
    unittest.main()
