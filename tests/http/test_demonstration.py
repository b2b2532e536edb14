"""The demonstration county after `zengshou case demo`: no page that the plan asks for is empty, and nobody was refused anything."""

import json
import unittest

from support.served import AS_OF, Served, ServedTest, call


class Demonstration(ServedTest):
    @classmethod
    def setUpClass(cls):
        cls.county = Served()
        cls.addClassCleanup(cls.county.close)
        cls.admin, cls.bureau = cls.county.login("county_admin"), cls.county.login("county_bureau")
        for wants in (["rice"], ["pork"], ["rice", "poultry"]):  # so small a county has hardly a buyer of its own
            answer = cls.admin.post("/registers/buyer/records", {"values": {"name": f"Buyer of {' and '.join(wants)}", "wants": wants}})
            assert answer.status == 201, answer
        cls.played = json.loads(call("case", "demo", "--db", cls.county.database, "--date", AS_OF, "--json"))

    def states(self, register):
        return dict(self.county.query(f"SELECT case_state, count(*) FROM {register} GROUP BY case_state"))

    def test_nothing_is_refused(self):
        self.assertEqual(0, self.played["refused"], self.played)

    def test_reported_indicators_have_values_and_a_trend(self):
        for name in ("mass_return_to_poverty", "crop_variety_coverage", "livestock_variety_coverage", "demonstration_pilots"):
            months = self.county.query("SELECT month FROM indicator_report WHERE item = ? AND case_state = 'accepted' AND value IS NOT NULL ORDER BY month", name)
            self.assertGreaterEqual(len(months), 2, name)
            found = self.ok(self.bureau.get(f"/progress/indicators/{name}", year=2022, month=9))
            self.assertIsNotNone(found["indicator"]["value"], name)
        self.assertGreater(self.states("indicator_report").get("filling", 0), 0)  # somebody is late

    def test_an_assessment_was_made_and_closed(self):
        runs = self.county.query("SELECT scheme, state FROM zs_assessment_run ORDER BY scheme")
        self.assertEqual([("department_work", "closed"), ("township_work", "closed")], runs)
        self.assertEqual({"granted": 1, "refused": 1}, self.states("assessment_objection"))
        self.assertTrue(self.states("assessment_criticism"))
        self.assertGreater(self.county.query("SELECT count(*) FROM assessment_review")[0][0], 30)

    def test_disputes_changes_and_declarations(self):
        self.assertEqual({"raised": 1, "refused": 1}, self.states("indicator_dispute"))
        self.assertEqual({"in_force": 1}, self.states("parameter_change"))
        self.assertTrue(self.states("declaration"))

    def test_what_a_buyer_bought_is_what_he_buys(self):
        self.assertTrue(self.states("unsalable").get("sold"))
        names = {name for name, in self.county.query("SELECT b.name FROM unsalable_deal d JOIN buyer b ON b.id = d.buyer")}
        self.assertTrue(names)
        self.assertNotIn("Buyer of pork", names)
        for tonnes, amount in self.county.query("SELECT sold_tonnes, sold_amount FROM unsalable_deal"):
            self.assertTrue(tonnes > 0 and amount > 0)

    def test_courses_of_projects_stand_at_every_stage(self):
        self.assertTrue(self.states("project_course"))
        matching = self.county.query("SELECT count(*) FROM project_course c JOIN project p ON p.id = c.project WHERE c.case_state = 'building' AND p.stage <> 'building'")
        self.assertEqual([(0,)], matching)


if __name__ == "__main__":
    unittest.main()
