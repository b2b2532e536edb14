"""Records, households and search over the real server: as their users meet them, as a stranger in another village meets them, and as
somebody meets them who sends nonsense."""

import unittest

from support.served import Served, ServedTest


class Records(ServedTest):
    @classmethod
    def setUpClass(cls):
        cls.county = Served()
        cls.admin = cls.county.login("county_admin")
        cls.village = cls.county.login("village")
        page = cls.village.get("/registers/household/records", limit=500).json["records"]
        cls.own = {record["id"] for record in page}
        everybody = [row[0] for row in cls.county.query("SELECT id FROM household WHERE retired IS NULL ORDER BY id")]
        cls.foreign = next(each for each in everybody if each not in cls.own)
        cls.mine = page[0]["id"]

    @classmethod
    def tearDownClass(cls):
        cls.county.close()

    def refused(self, answer, status, code=None, field=None):
        self.assertEqual(answer.status, status, str(answer))
        if code:
            self.assertEqual(answer.error["code"], code, str(answer))
        if field:
            self.assertEqual(answer.error.get("field"), field, str(answer))
        return answer.error

    # ---- Lists ----

    def test_pages_meet_every_record_once(self):
        seen, after = [], None
        while True:
            query = {"limit": 7, "sort": "-number", "fields": "number", **({"after": after} if after else {})}
            page = self.ok(self.admin.get("/registers/household/records", **query))
            seen += [record["id"] for record in page["records"]]
            after = page["next"]
            if after is None:
                break
        total = self.county.query("SELECT count(*) FROM household WHERE retired IS NULL")[0][0]
        self.assertEqual(len(seen), len(set(seen)))
        self.assertEqual(len(seen), total)
        self.assertEqual(self.ok(self.admin.get("/registers/household/records", count=1, limit=1))["total"], total)

    def test_filters(self):
        def ids(**query):
            return {record["id"] for record in
                    self.ok(self.admin.get("/registers/household/records", limit=500, **query))["records"]}
        def rows(where):
            return {row[0] for row in self.county.query(f"SELECT id FROM household WHERE retired IS NULL AND {where}")}
        self.assertEqual(ids(**{"f.household_type": "graduated"}), rows("household_type = 'graduated'"))
        self.assertEqual(ids(**{"f.household_type.empty": 1}), rows("household_type IS NULL"))
        self.assertEqual(ids(**{"f.household_type.empty": 0}), rows("household_type IS NOT NULL"))
        self.assertEqual(ids(where="household_type = graduated"), rows("household_type = 'graduated'"))
        self.assertEqual(ids(where="exists(person)"),
                         rows("id IN (SELECT household FROM person WHERE retired IS NULL)"))
        number, village = self.county.query("SELECT number, village FROM household ORDER BY id LIMIT 1")[0]
        self.assertEqual(len(ids(q=number)), 1)
        self.assertEqual(ids(parent=village), rows(f"village = {village}"))
        self.assertEqual(ids(**{"f.village": village}), rows(f"village = {village}"))
        self.assertEqual(ids(**{"f.village": "no such village"}), set())

    def test_a_formula_that_only_a_frame_can_answer_is_answered(self):
        """rank looks at everybody; whether the database says it or the frame, it is the same list."""
        page = self.ok(self.admin.get("/registers/household/records", where="duplicated(number)", count=1))
        self.assertEqual((page["records"], page["total"]), ([], 0))

    def test_bad_filters_name_their_place(self):
        records = "/registers/household/records"
        error = self.refused(self.admin.get(records, where="household_type = "), 400, "input", "where")
        self.assertEqual(error["line"], 1)
        self.assertGreater(error["column"], 0)
        self.refused(self.admin.get(records, where="1 + 1"), 400, "input", "where")
        self.refused(self.admin.get(records, **{"f.nonsense": "1"}), 400, "input", "f.nonsense")
        self.refused(self.admin.get(records, **{"f.household_type": "nonsense"}), 400, "input", "f.household_type")
        self.refused(self.admin.get(records, **{"f.household_type.empty": "perhaps"}), 400, "input", "f.household_type.empty")
        self.refused(self.admin.get(records, sort="nonsense"), 400, "input", "sort")
        self.refused(self.admin.get(records, fields="number,nonsense"), 400, "input", "fields")
        self.refused(self.admin.get(records, limit=501), 400, "input", "limit")
        self.refused(self.admin.get(records, after="nonsense"), 400, "input")
        self.refused(self.admin.get(records, division="999999"), 404, "not_found", "division")
        self.refused(self.admin.get(records, nonsense=1), 400, "input", "nonsense")
        self.refused(self.admin.get("/registers/nonsense/records"), 404, "not_found")

    def test_injections_find_nothing_and_break_nothing(self):
        for words in ("' OR '1'='1", "%", "_", "\\", "\"; DROP TABLE household; --", "'; SELECT 1", "a" * 200):
            self.assertEqual(self.ok(self.admin.get("/registers/household/records", q=words))["records"], [], words)
            self.assertEqual(self.ok(self.admin.get("/registers/household/records", **{"f.number": words}))["records"], [], words)
            self.ok(self.admin.get("/search", q=words))
            self.ok(self.admin.get("/registers/household/options", q=words))
        self.assertGreater(self.county.query("SELECT count(*) FROM household")[0][0], 0)

    # ---- Scope ----

    def test_what_is_elsewhere_is_not_there(self):
        self.assertTrue(self.own)
        total = self.ok(self.village.get("/registers/household/records", count=1, limit=1))["total"]
        self.assertEqual(total, len(self.own))
        options = self.ok(self.village.get("/registers/household/options", limit=100))
        self.assertTrue({option["id"] for option in options} <= self.own)
        number = self.county.query("SELECT number FROM household WHERE id = ?", self.foreign)[0][0]
        self.assertEqual(self.ok(self.village.get("/search", q=number)), [])
        self.assertEqual(self.ok(self.village.get("/registers/person/records", parent=self.foreign))["records"], [])
        missing = self.refused(self.village.get("/registers/household/records/999999999"), 404)["message"]
        for way in ("", "/history"):
            error = self.refused(self.village.get(f"/registers/household/records/{self.foreign}{way}"), 404, "not_found")
            self.assertEqual(error["message"].replace(str(self.foreign), "999999999"), missing)
        self.refused(self.village.get(f"/households/{self.foreign}"), 404, "not_found")
        self.refused(self.village.post(f"/registers/household/records/{self.foreign}/unmask", {"field": "phone"}), 404)
        self.refused(self.village.patch(f"/registers/household/records/{self.foreign}", {"version": 1, "values": {}}), 404)
        self.refused(self.village.post("/registers/household/check", {"id": self.foreign, "values": {}}), 404)

    def test_a_key_elsewhere_is_as_unknown_as_none(self):
        number = self.county.query("SELECT number FROM household WHERE id = ?", self.foreign)[0][0]
        def message(key):
            answer = self.ok(self.village.post("/registers/person/check", {"values": {"household": key}}))
            return next(fault["message"] for fault in answer["faults"] if fault["field"] == "household")
        self.assertEqual(message(number).replace(number, "?"), message("430000000000").replace("430000000000", "?"))

    # ---- One record ----

    def person(self, household):
        return self.ok(self.admin.get("/registers/person/records", parent=household, limit=1))["records"][0]

    def test_sensitive_values_are_masked_and_each_sight_is_logged(self):
        id, number = self.county.query("SELECT id, id_number FROM person WHERE id_number IS NOT NULL AND retired IS NULL LIMIT 1")[0]
        record = self.ok(self.admin.get(f"/registers/person/records/{id}"))
        self.assertIn("*", record["values"]["id_number"]["masked"])
        before = self.county.query("SELECT count(*) FROM zs_entry WHERE action = 'unmask'")[0][0]
        value = self.ok(self.admin.post(f"/registers/person/records/{id}/unmask", {"field": "id_number"}))["value"]
        self.assertNotIn("*", value)
        self.assertEqual(self.county.query("SELECT count(*) FROM zs_entry WHERE action = 'unmask'")[0][0], before + 1)
        self.refused(self.admin.post(f"/registers/person/records/{id}/unmask", {"field": "nonsense"}), 400, "input", "field")
        self.refused(self.admin.post(f"/registers/person/records/{id}/unmask", {"field": "name"}), 400, "input", "field")
        self.refused(self.county.login("assessor").post(f"/registers/person/records/{id}/unmask", {"field": "id_number"}), 403)

    def test_history_hides_what_the_record_hides(self):
        id, plain = self.county.query("SELECT id, id_number FROM person WHERE id_number IS NOT NULL AND retired IS NULL LIMIT 1")[0]
        answer = self.admin.get(f"/registers/person/records/{id}/history")
        entries = self.ok(answer)["entries"]
        self.assertEqual(entries[-1]["action"], "create")
        shown = {change["field"]: change["after"] for change in entries[-1]["fields"]}
        self.assertIn("masked", shown["id_number"])
        self.assertNotIn(str(plain), answer.body.decode())
        self.refused(self.admin.get(f"/registers/person/records/{id}/history", after="x"), 400, "input", "after")

    # ---- Writing ----

    def test_all_mistakes_at_once(self):
        values = {"number": None, "village": "nowhere", "household_type": "nonsense", "nonsense": 1}
        error = self.refused(self.admin.post("/registers/household/records", {"values": values}), 400, "input")
        named = {fault["field"] for fault in error["faults"]}
        self.assertTrue({"number", "village", "household_type", "nonsense"} <= named, named)
        checked = self.ok(self.admin.post("/registers/household/check", {"values": values}))["faults"]
        self.assertEqual({fault["field"] for fault in checked}, named)
        self.refused(self.admin.post("/registers/household/records", {}), 400, "input", "values")
        self.refused(self.admin.post("/registers/household/records", {"values": []}), 400, "input", "values")

    def test_a_stale_edit_is_refused_with_what_stands_now(self):
        person = self.person(self.mine)
        path = f"/registers/person/records/{person['id']}"
        done = self.ok(self.admin.patch(path, {"version": person["version"], "values": {"name": "甲某"}}))
        self.assertEqual(done["record"]["values"]["name"], "甲某")
        self.assertEqual(done["record"]["version"], person["version"] + 1)
        answer = self.village.patch(path, {"version": person["version"], "values": {"name": "乙某"}})
        self.refused(answer, 409, "conflict")
        self.assertEqual(answer.json["current"]["values"]["name"], "甲某")
        self.assertEqual(answer.json["current"]["version"], person["version"] + 1)
        newest = self.ok(self.admin.get(path + "/history"))["entries"][0]
        self.assertEqual(newest["action"], "edit")
        self.assertEqual([change["field"] for change in newest["fields"]], ["name"])

    def test_a_record_is_made_retired_and_brought_back(self):
        values = {"household": self.mine, "month": "2022-08", "wheel": "wage", "item": "wage", "amount": "12.50"}
        codes = self.county.query("SELECT item FROM income WHERE item IS NOT NULL LIMIT 1")
        values["item"] = codes[0][0]
        values["month"] = "2019-01"
        done = self.ok(self.village.post("/registers/income/records", {"values": values}), 201)
        record = done["record"]
        self.assertEqual(record["values"]["amount"], "12.50")
        self.assertEqual(set(done["effects"]), {"raised", "cleared", "undetermined"})
        self.refused(self.village.post("/registers/income/records", {"values": values}), 400, "input")
        path = f"/registers/income/records/{record['id']}"
        self.refused(self.village.post(path + "/retire", {"version": record["version"], "reason": "x"}), 403, "forbidden")
        self.refused(self.admin.post(path + "/retire", {"version": record["version"], "reason": "  "}), 400, "input", "reason")
        gone = self.ok(self.admin.post(path + "/retire", {"version": record["version"], "reason": "录错"}))["record"]
        self.assertEqual(gone["retired"]["reason"], "录错")
        self.assertEqual(gone["rights"], ["read", "restore"])
        listed = self.ok(self.admin.get("/registers/income/records", parent=self.mine, limit=500))["records"]
        self.assertNotIn(record["id"], [each["id"] for each in listed])
        with_retired = self.ok(self.admin.get("/registers/income/records", parent=self.mine, limit=500, retired=1))["records"]
        self.assertIn(record["id"], [each["id"] for each in with_retired])
        back = self.ok(self.admin.post(path + "/restore", {"version": gone["version"], "reason": "没有错"}))["record"]
        self.assertIsNone(back["retired"])

    def test_a_fact_raises_its_warning_when_it_is_entered_and_clears_it_again(self):
        """A declared total that its parts contradict is a fault in the data."""
        id, household = self.county.query("SELECT y.id, y.household FROM income_year y WHERE y.retired IS NULL AND gross IS NOT NULL "
                                          "AND gross = wage + business + property + transfer ORDER BY y.id LIMIT 1")[0]
        path = f"/registers/income_year/records/{id}"
        record = self.ok(self.admin.get(path))
        wrong = self.ok(self.admin.patch(path, {"version": record["version"], "values": {"gross": "987654321.00"}}))
        raised = {effect["rule"]: effect for effect in wrong["effects"]["raised"]}
        self.assertIn("declared_gross_mismatch", raised, wrong["effects"])
        self.assertTrue(raised["declared_gross_mismatch"]["sentence"])
        right = self.ok(self.admin.patch(path, {"version": wrong["record"]["version"], "values": {"gross": record["values"]["gross"]}}))
        self.assertIn("declared_gross_mismatch", [effect["rule"] for effect in right["effects"]["cleared"]])

    def test_a_register_may_be_read_only(self):
        reader = self.county.login("assessor")
        record = self.ok(reader.get(f"/registers/household/records/{self.mine}"))
        self.assertNotIn("edit", record["rights"])
        self.refused(reader.patch(f"/registers/household/records/{self.mine}", {"version": record["version"], "values": {}}), 403)
        self.refused(reader.post("/registers/household/records", {"values": {}}), 403)

    # ---- Search and household ----

    def test_search_by_number_and_name(self):
        id, number, name = self.county.query("SELECT id, number, head_name FROM household WHERE head_name IS NOT NULL "
                                             "AND retired IS NULL LIMIT 1")[0]
        self.assertIn(("household", id), {(hit["register"], hit["id"]) for hit in self.ok(self.admin.get("/search", q=number))})
        hits = self.ok(self.admin.get("/search", q=name))
        self.assertTrue(hits)
        self.assertTrue(all(hit["by"] in ("name", "number", "pinyin") for hit in hits), hits)
        self.refused(self.admin.get("/search"), 400, "input", "q")
        self.refused(self.admin.get("/search", q="x" * 300), 400, "input", "q")

    def test_a_household_on_one_page(self):
        page = self.ok(self.village.get(f"/households/{self.mine}", as_of="2022-09-30"))
        self.assertEqual(page["record"]["id"], self.mine)
        self.assertEqual(page["as_of"], "2022-09-30")
        people = self.county.query("SELECT count(*) FROM person WHERE household = ? AND retired IS NULL", self.mine)[0][0]
        self.assertEqual(len(page["members"]), people)
        entries = self.county.query("SELECT count(*) FROM income WHERE household = ? AND retired IS NULL", self.mine)[0][0]
        self.assertEqual(page["children"]["income"]["total"], entries)
        self.assertEqual({line["year"] for line in page["ledger"]["years"]},
                         {row[0] for row in self.county.query("SELECT year FROM income_year WHERE household = ? AND retired IS NULL", self.mine)})
        for warning in page["warnings"]:
            self.assertTrue(warning["sentence"])
            self.assertIn(warning["state"], ("hit", "undetermined"))
        self.assertTrue(page["definitions"])
        self.assertTrue(page["history"])
        self.refused(self.village.get(f"/households/{self.mine}", as_of="2022-13-01"), 400, "input", "as_of")

    def test_the_page_says_what_the_screening_said(self):
        for id, in self.county.query("SELECT id FROM household WHERE retired IS NULL ORDER BY id LIMIT 25"):
            page = self.ok(self.admin.get(f"/households/{id}", as_of="2022-09-30"))
            shown = {(warning["rule"], warning["state"]) for warning in page["warnings"]}
            for rule, state in self.county.query("SELECT f.rule, f.state FROM zs_finding f JOIN zs_run_rule r ON r.run = f.run AND "
                                                 "r.rule = f.rule WHERE r.register = 'household' AND f.record = ? AND f.rule LIKE '%key_household%'", id):
                self.assertIn((rule, "hit" if state == 1 else "undetermined"), shown)


if __name__ == "__main__":
    unittest.main()
