"""Indicators over the real server: every figure is that of the lists behind it and of its own formulas in the viewer's scope, for
whoever asks; places add up; nobody sees beyond their own."""

import unittest

from support.served import AS_OF, Served

SEERS = ("county_admin", "department", "township", "village", "assessor", "leader")
LISTS = ("counted", "missing", "undetermined")
SEPTEMBER = {"year": 2022, "month": 9}


class Progress(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.county = Served()
        cls.who = {name: cls.county.login(name) for name in SEERS}
        cls.admin = cls.who["county_admin"]

    @classmethod
    def tearDownClass(cls):
        cls.county.close()

    def ok(self, answer, status=200):
        self.assertEqual(answer.status, status, str(answer))
        return answer.json

    def lines(self, client, **query):
        return {line["name"]: line for line in self.ok(client.get("/progress/indicators", **SEPTEMBER, **query))["indicators"]}

    def listed(self, client, name, **query):
        ids, after = [], None
        while True:
            page = self.ok(client.get(f"/progress/indicators/{name}/records", limit=17, **SEPTEMBER, **query, **({"after": after} if after else {})))
            ids += [record["id"] for record in page["records"]]
            after = page["next"]
            if after is None:
                break
        self.assertEqual(len(set(ids)), page["total"])
        return ids

    def test_every_figure_is_its_list_and_its_formula(self):
        compared = 0
        for role, client in self.who.items():
            for name, line in self.lines(client).items():
                if not line["seen"] or line["register"] is None:
                    continue
                page = self.ok(client.get(f"/progress/indicators/{name}", **SEPTEMBER))
                self.assertEqual(line, page["indicator"])
                for each in page["lists"]:
                    with self.subTest(role=role, indicator=name, list=each["list"]):
                        ids = self.listed(client, name, list=each["list"])
                        self.assertEqual(line[each["list"]], len(ids))
                        answer = client.get(f"/registers/{line['register']}/records", where=each["where"], as_of=AS_OF, count=1, limit=1)
                        if answer.status != 403:  # some formulas look beyond a part of the county; the list does not
                            self.assertEqual(line[each["list"]], self.ok(answer)["total"])
                            compared += 1
        self.assertGreater(compared, 20)

    def test_values_follow_from_the_counts(self):
        shares = 0
        for client in self.who.values():
            for line in self.lines(client).values():
                if line["measure"] != "share" or not line["seen"]:
                    continue
                known = line["counted"] + line["missing"]
                if known == 0:
                    self.assertIsNone(line["value"])
                    continue
                self.assertAlmostEqual(100 * line["counted"] / known, float(line["value"]), delta=0.00006)
                self.assertEqual(known < 20, line["small"])
                shares += 1
        self.assertGreater(shares, 4)

    def test_places_add_up(self):
        for name, line in self.lines(self.admin).items():
            if line["register"] not in ("household", "person"):
                continue
            for level in ("township", "village"):
                places = self.ok(self.admin.get(f"/progress/indicators/{name}/divisions", level=level, **SEPTEMBER))
                for part in LISTS:
                    self.assertEqual(line[part], sum(place[part] for place in places), (name, level, part))

    def test_parts_add_up(self):
        for name in ("relocated_income_project", "zero_employment_families"):
            page = self.ok(self.admin.get(f"/progress/indicators/{name}", **SEPTEMBER))
            for breakdown in page["breakdowns"]:
                for part in LISTS:
                    self.assertEqual(page["indicator"][part], sum(each[part] for each in breakdown["parts"]), (name, part))

    def test_a_village_sees_itself_only(self):
        village = self.who["village"]
        codes = [division["code"] for division in village.session["user"]["divisions"]]
        rows = self.county.query("SELECT count(*) FROM person p JOIN household h ON h.id = p.household JOIN village v ON v.id = h.village "
                                 f"WHERE p.retired IS NULL AND v.code IN ({','.join('?' * len(codes))})", *codes)
        line = self.lines(village)["medical_insured"]
        self.assertLessEqual(sum(line[part] for part in LISTS), rows[0][0])
        self.assertLess(sum(line[part] for part in LISTS), sum(self.lines(self.admin)["medical_insured"][part] for part in LISTS))
        places = self.ok(village.get("/progress/indicators/medical_insured/divisions", level="village", **SEPTEMBER))
        self.assertEqual(sorted(codes), sorted(place["code"] for place in places))
        other = next(d["code"] for d in self.ok(self.admin.get("/divisions")) if d["level"] == "village" and d["code"] not in codes)
        for path in ("", "/medical_insured", "/medical_insured/records", "/medical_insured/divisions"):
            self.assertEqual(404, village.get(f"/progress/indicators{path}", division=other).status)
        own = set(self.listed(village, "medical_insured", list="missing"))
        self.assertLessEqual(own, set(self.listed(self.admin, "medical_insured", list="missing")))

    def test_a_written_fact_moves_the_figure(self):
        one = self.listed(self.admin, "medical_insured", list="missing")[0]
        before = self.lines(self.admin)["medical_insured"]
        record = self.ok(self.admin.get(f"/registers/person/records/{one}"))
        self.ok(self.admin.patch(f"/registers/person/records/{one}", {"version": record["version"], "values": {"resident_medical": True}}))
        after = self.lines(self.admin)["medical_insured"]
        self.assertEqual((before["counted"] + 1, before["missing"] - 1), (after["counted"], after["missing"]))
        self.assertNotIn(one, self.listed(self.admin, "medical_insured", list="missing"))

    def test_lights_and_months(self):
        page = self.ok(self.admin.get("/progress/indicators", **SEPTEMBER))
        self.assertEqual(AS_OF, page["as_of"])
        self.assertEqual(sum(page["lights"].values()), sum(line["seen"] for line in page["indicators"]))
        line = page["indicators"][0]
        self.assertEqual([f"2022-{month:02}" for month in range(1, 10)], [point["month"] for point in line["trend"]])
        self.assertEqual(line["value"], line["trend"][-1]["value"])
        # Without a month: that of the last screening, since today is not in the plan's years.
        self.assertEqual(AS_OF, self.ok(self.admin.get("/progress/indicators"))["as_of"])

    def test_filters_by_unit_and_clause(self):
        labour = self.lines(self.admin, unit="county_labour")
        self.assertIn("zero_employment_families", labour)
        self.assertNotIn("medical_insured", labour)
        self.assertIn("medical_insured", self.lines(self.admin, clause="三(五)"))
        self.assertNotIn("medical_insured", self.lines(self.admin, clause="二"))

    def test_wrong_questions(self):
        for query, status in (({"year": 2022, "month": 13}, 400), ({"year": 2199, "month": 1}, 400), ({"unit": "nobody"}, 404),
                              ({"clause": "九"}, 404), ({"division": "999"}, 404), ({"year": "x"}, 400)):
            with self.subTest(query=query):
                self.assertEqual(status, self.admin.get("/progress/indicators", **query).status)
        self.assertEqual(404, self.admin.get("/progress/indicators/nothing").status)
        self.assertEqual(400, self.admin.get("/progress/indicators/medical_insured/records", after="x1").status)
        self.assertEqual(400, self.admin.get("/progress/indicators/medical_insured/records", list="all").status)


if __name__ == "__main__":
    unittest.main()
