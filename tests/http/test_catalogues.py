"""Catalogues over the real server: what is proposed is what the formulas say, for whoever asks, with what a new record begins with."""

import unittest

import yaml

from support.served import AS_OF, HENGYANG, Served


class Catalogues(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.county = Served()
        cls.admin = cls.county.login("county_admin")
        cls.items = yaml.safe_load((HENGYANG / "catalogues" / "measures.yaml").read_text(encoding="utf-8"))["measures"]["items"]

    @classmethod
    def tearDownClass(cls):
        cls.county.close()

    def proposals(self, client, id, status=200, **query):
        answer = client.get("/catalogues/measures/proposals", id=id, as_of=AS_OF, **query)
        self.assertEqual(status, answer.status, str(answer))
        return answer.json if status == 200 else answer.error

    def explained(self, id, formula):
        return self.admin.get("/explain", register="household", id=id, formula=formula, as_of=AS_OF).json

    def test_the_list(self):
        listed = self.admin.get("/catalogues").json
        self.assertEqual(["measures"], [each["name"] for each in listed])
        self.assertEqual(("household", "plan_measure", len(self.items)), (listed[0]["on"], listed[0]["register"], listed[0]["items"]))
        # Departments answer for the measures that are theirs, so they see what there is to choose from.
        self.assertEqual(listed, self.county.login("department").get("/catalogues").json)

    def test_what_fits_is_what_the_formulas_say(self):
        states = {"hit": "fits", "undetermined": "undetermined"}
        seen = set()
        for id, in self.county.query("SELECT id FROM household ORDER BY id LIMIT 12"):
            said = {each["item"]: each for each in self.proposals(self.admin, id)["proposals"]}
            for name, item in self.items.items():
                answer = self.explained(id, item["formula"])
                with self.subTest(household=id, item=name):
                    self.assertEqual(states.get(answer["state"]), said.get(name, {}).get("state"))
                    if name in said:
                        seen.add(name)
                        self.assertEqual(answer["sentence"], said[name]["sentence"])
                        self.assertEqual(item.get("unit"), (said[name]["unit"] or {}).get("name"))
        self.assertGreater(len(seen), 15)

    def test_what_is_certain_comes_first(self):
        for id, in self.county.query("SELECT id FROM household ORDER BY id LIMIT 5"):
            states = [each["state"] for each in self.proposals(self.admin, id)["proposals"]]
            self.assertEqual(sorted(states), states)

    def test_a_choice_is_a_record_that_begins_with_the_items_values(self):
        id = self.county.login("township").get("/registers/household/records", **{"f.household_type": "graduated", "limit": 1}).json["records"][0]["id"]
        made = self.county.login("township").post("/workflows/household_plan/cases", {"values": {"household": id, "year": 2022, "ends_on": "2022-12-31"}})
        self.assertEqual(201, made.status, str(made))
        plan = made.json["case"]["record"]["id"]
        first = self.proposals(self.admin, id, parent=plan)["proposals"][0]
        self.assertFalse(first["taken"])
        self.assertEqual(first["label"]["zh"], first["values"]["name"])
        self.assertIn("kind", first["values"])
        made = self.county.login("township").post("/workflows/plan_measure/cases", {"values": {**first["values"], "plan": plan}})
        self.assertEqual(201, made.status, str(made))
        again = {each["item"]: each["taken"] for each in self.proposals(self.admin, id, parent=plan)["proposals"]}
        self.assertTrue(again.pop(first["item"]))
        self.assertNotIn(True, again.values())

    def test_others_households_and_unknown_names_are_not_there(self):
        village = self.county.login("village")
        own = village.get("/registers/household/records", limit=1).json["records"][0]["id"]
        mine = {record["id"] for record in village.get("/registers/household/records", limit=500, fields="").json["records"]}
        other = next(id for id, in self.county.query("SELECT id FROM household ORDER BY id") if id not in mine)
        self.assertTrue(self.proposals(village, own)["proposals"])
        self.assertEqual("not_found", self.proposals(village, other, 404)["code"])
        self.assertEqual("not_found", self.proposals(self.admin, 10**9, 404)["code"])
        self.assertEqual(404, self.admin.get("/catalogues/nothing/proposals", id=own).status)
        self.assertEqual(400, self.admin.get("/catalogues/measures/proposals").status)

    def test_illness_is_told_to_those_who_may_see_it(self):
        rows = self.county.query("SELECT household FROM person WHERE health LIKE '%chronic%' AND retired IS NULL LIMIT 20")
        leader = self.county.login("leader")
        for id, in rows:
            for client, may in ((self.admin, True), (leader, False)):
                said = [each for each in self.proposals(client, id)["proposals"] if each["item"] == "family_doctor" and each["state"] == "fits"]
                for each in said:
                    self.assertEqual(may, "chronic" in each["sentence"].lower(), each["sentence"])


if __name__ == "__main__":
    unittest.main()
