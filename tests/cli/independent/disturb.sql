-- Makes a county harder: empties fields, and puts values exactly on the lines that rules draw, so that each rule has hits, misses and undetermined
-- records and the edges are met. What is changed is picked by the remainder of the id; the primes keep the picks apart.

-- ── groups of households, sites
UPDATE household SET household_type = NULL WHERE id % 41 = 0;
UPDATE household SET monitored_category = 'marginal', risk_1 = 'illness' WHERE id % 37 = 5;
UPDATE household SET risk_1 = NULL, risk_3 = 'schooling', risk_5 = 'disability' WHERE id % 19 = 3 AND monitored_category IS NOT NULL;
UPDATE household SET risk_eliminated = NULL WHERE id % 13 = 0;
UPDATE household SET eliminated_month = NULL WHERE id % 17 = 0;
UPDATE household SET identified_month = NULL WHERE id % 23 = 0;
UPDATE household SET identified_month = '2022-08' WHERE id % 23 = 1 AND identified_month IS NOT NULL;
UPDATE household SET identified_month = '2022-09' WHERE id % 23 = 2 AND identified_month IS NOT NULL;
UPDATE household SET development_measures = NULL WHERE id % 5 = 0;
UPDATE household SET unsafe_house = NULL, safe_water = NULL, housing_problem = 1 WHERE id % 131 = 0;
UPDATE household SET electricity = NULL, sanitary_toilet = NULL, toilet_usable = 0, water_problem = 1 WHERE id % 137 = 0;
UPDATE household SET relocated = NULL WHERE id % 139 = 0;
UPDATE household SET members_now = NULL WHERE id % 149 = 0;
UPDATE household SET members_in_year = NULL WHERE id % 151 = 0;
UPDATE household SET site = NULL WHERE site IS NOT NULL AND id % 9 <> 0;
UPDATE resettlement_site SET leading_industries = CASE id % 3 WHEN 0 THEN NULL WHEN 1 THEN 0 ELSE 1 END;

-- ── help: none, only "other", nearly only "other"
UPDATE household SET help_industry = NULL, help_employment = NULL, help_finance = NULL, help_public_post = NULL, help_housing = NULL,
    help_water = NULL, help_health = NULL, help_compulsory_education = NULL, help_education = NULL, help_safety_net = NULL,
    help_social = NULL, help_relocation = NULL, help_living_conditions = NULL, help_infrastructure = NULL
    WHERE id % 7 IN (0, 1, 2) AND (monitored_category IS NOT NULL OR household_type IS NOT 'graduated');
UPDATE household SET help_employment = 'skill_training,other', help_industry = 'other' WHERE id % 7 = 0 AND monitored_category IS NOT NULL;
UPDATE household SET help_employment = 'skill_training' WHERE id % 7 = 1 AND id % 2 = 0 AND monitored_category IS NOT NULL;
UPDATE household SET help_infrastructure = 'road,other' WHERE id % 14 = 8 AND monitored_category IS NOT NULL;
DELETE FROM measure WHERE household % 3 = 0;
UPDATE measure SET "end" = NULL WHERE id % 11 = 0;
UPDATE measure SET "end" = '2022-09' WHERE id % 11 = 1;
UPDATE measure SET "end" = '2022-08' WHERE id % 11 = 2;
UPDATE measure SET kind = 'other' WHERE id % 11 = 3;

-- ── incomes: unknown amounts, months without entries, a year before of nothing or of losses
UPDATE income SET amount = NULL WHERE id % 4999 = 0;
UPDATE expense SET amount = NULL WHERE id % 997 = 0;
DELETE FROM income WHERE household % 53 = 0 AND month = '2022-03';
DELETE FROM income WHERE household % 59 = 0 AND month = '2020-10';
DELETE FROM expense WHERE household % 61 = 0;
UPDATE income SET amount = 0 WHERE household % 67 = 0 AND month <= '2021-09';
UPDATE expense SET amount = 0 WHERE household % 67 = 0 AND month <= '2021-09';
UPDATE income SET amount = -amount WHERE household % 71 = 0 AND month <= '2021-09';
UPDATE income SET amount = -amount WHERE household % 73 = 0 AND month > '2021-09';
UPDATE income SET amount = amount + 1 WHERE household % 79 = 0 AND month = '2022-05';
UPDATE income SET amount = 0 WHERE household % 83 = 0 AND wheel IN ('wage', 'business');
UPDATE expense SET amount = amount * 40 WHERE household % 89 = 0;
UPDATE income_year SET members = NULL WHERE id % 97 = 0;
UPDATE income_year SET gross = gross + 1 WHERE id % 101 = 0;
UPDATE income_year SET net = net - 1 WHERE id % 103 = 0;
UPDATE income_year SET net_per_capita = net_per_capita + 100 WHERE id % 107 = 0;
UPDATE income_year SET net_per_capita = net_per_capita - 99 WHERE id % 109 = 0;
UPDATE income_year SET wage = NULL WHERE id % 113 = 0;
UPDATE income_year SET self_paid = NULL WHERE id % 127 = 0;

-- ── incomes exactly on the lines: both years by the yearly totals, all of it wages
DELETE FROM income WHERE household % 47 < 14;
UPDATE income_year SET business = 0, property = 0, transfer = 0, business_cost = 0, self_paid = 0,
    members = COALESCE(members, 1), wage = 1000000 * COALESCE(members, 1)
    WHERE household % 47 < 14;
UPDATE income_year SET wage = wage - 1 WHERE year = 2022 AND household % 47 = 1;               -- per head a half is rounded up: two people
UPDATE income_year SET wage = wage - members WHERE year = 2022 AND household % 47 = 2;
UPDATE income_year SET wage = wage * 1055 / 1000 WHERE year = 2022 AND household % 47 = 3;     -- growth of exactly 5.5 %
UPDATE income_year SET wage = wage * 1055 / 1000 - members WHERE year = 2022 AND household % 47 = 4;
UPDATE income_year SET wage = wage * 1065 / 1000 WHERE year = 2022 AND household % 47 = 5;     -- of exactly 6.5 %
UPDATE income_year SET wage = wage * 1065 / 1000 - members WHERE year = 2022 AND household % 47 = 6;
UPDATE income_year SET wage = 700000 * members WHERE year = 2022 AND household % 47 = 7;
UPDATE income_year SET wage = 699999 * members WHERE year = 2022 AND household % 47 = 8;
UPDATE income_year SET wage = 400000 * members, self_paid = 120000 * members WHERE year = 2022 AND household % 47 = 9;  -- exactly 30 %
UPDATE income_year SET wage = 399999 * members, self_paid = 120001 * members WHERE year = 2022 AND household % 47 = 10;
UPDATE income_year SET wage = 5, self_paid = 2 WHERE year = 2022 AND household % 47 = 11;      -- 30 % is a fen and a half
UPDATE income_year SET wage = 0, self_paid = 0 WHERE year = 2022 AND household % 47 = 12;
UPDATE income_year SET wage = 0, business_cost = 5 WHERE household % 47 = 13;                  -- losses in both years
UPDATE income_year SET self_paid = 1000000 WHERE year = 2022 AND household % 47 = 0;

-- ── villages: fewer and larger ones, shares of exactly 3 % and 5 %, exactly 500 people and 499
UPDATE household SET village = village - village % 3 WHERE village - village % 3 IN (SELECT id FROM village);
UPDATE household SET household_type = COALESCE(household_type, 'ordinary') WHERE village % 2 = 0;
DELETE FROM person WHERE id IN (
    SELECT id FROM (
        SELECT p.id, h.village, ROW_NUMBER() OVER (PARTITION BY h.village ORDER BY p.id) AS nth
        FROM person p JOIN household h ON h.id = p.household
        WHERE h.household_type = 'graduated' OR h.monitored_category IS NOT NULL
            AND NOT COALESCE(h.risk_eliminated, h.eliminated_month IS NOT NULL))
    WHERE village % 12 = 0 AND nth > 500 OR village % 12 = 6 AND nth > 499);
UPDATE village SET rural_population = NULL WHERE id % 5 = 0;
UPDATE village SET population = NULL WHERE id % 4 = 0;
UPDATE village SET rural_population = 0 WHERE id % 43 = 0;
UPDATE village SET rural_population = 20 * (SELECT COUNT(*) FROM household h JOIN person p ON p.household = h.id
    WHERE h.village = village.id AND (h.household_type = 'graduated' OR h.monitored_category IS NOT NULL
        AND NOT COALESCE(h.risk_eliminated, h.eliminated_month IS NOT NULL)))
    WHERE id % 6 = 0 AND id % 4 = 0;
UPDATE village SET rural_population = (100 * (SELECT COUNT(*) FROM household h JOIN person p ON p.household = h.id
    WHERE h.village = village.id AND h.monitored_category IS NOT NULL
        AND NOT COALESCE(h.risk_eliminated, h.eliminated_month IS NOT NULL)) + 2) / 3
    WHERE id % 6 = 0 AND id % 4 = 2;
UPDATE village SET rural_population = rural_population - 1 WHERE id % 6 = 0 AND id % 7 = 0;
UPDATE village SET rural_population = 400 WHERE id % 108 = 24;                                 -- both conditions

-- ── people: unknown facts, birthdays on the day and beside it
UPDATE person SET relation = NULL WHERE id % 199 = 0;
UPDATE person SET relation = 'head' WHERE id % 211 = 0;
UPDATE person SET school_status = NULL WHERE id % 29 = 0;
UPDATE person SET education = NULL WHERE id % 31 = 0;
UPDATE person SET dropout_reason = 'unwilling' WHERE id % 223 = 0;
UPDATE person SET labour = NULL WHERE id % 67 = 0;
UPDATE person SET willing_to_work = NULL WHERE id % 43 = 0;
UPDATE person SET working = NULL WHERE id % 11 = 0;
UPDATE person SET working = 0, public_post = NULL WHERE id % 11 = 1;
UPDATE person SET work_place = NULL WHERE id % 3 = 0;
UPDATE person SET resident_medical = NULL WHERE id % 53 = 0;
UPDATE person SET resident_medical = 0 WHERE id % 53 = 1;
UPDATE person SET employee_medical = NULL WHERE id % 7 = 0;
UPDATE person SET serious_illness_insurance = CASE id % 2 WHEN 0 THEN 0 END WHERE id % 59 < 2;
UPDATE person SET health = NULL WHERE id % 61 = 0;
UPDATE person SET health = 'disabled' WHERE id % 61 = 1;
UPDATE person SET health = 'healthy,chronic,serious,disabled' WHERE id % 61 = 2;
UPDATE person SET disability_level = NULL WHERE id % 2 = 0;
UPDATE person SET disability_allowance = NULL WHERE id % 3 = 0 AND health LIKE '%disabled%';
UPDATE person SET minimum_living = NULL, destitute = 'rural' WHERE id % 73 = 0;
UPDATE person SET sex = NULL WHERE id % 227 = 0;
UPDATE person SET birth_date = NULL WHERE id % 71 = 0;
UPDATE person SET birth_date = CASE id % 16
    WHEN 0 THEN '2006-09-30' WHEN 1 THEN '2006-10-01' WHEN 2 THEN '1962-09-30' WHEN 3 THEN '1962-10-01'
    WHEN 4 THEN '2006-08-31' WHEN 5 THEN '2006-09-01' WHEN 6 THEN '2016-08-31' WHEN 7 THEN '2016-09-01'
    WHEN 8 THEN '1957-09-30' WHEN 9 THEN '1957-10-01' WHEN 10 THEN '2022-09-30' WHEN 11 THEN '2022-10-01'
    WHEN 12 THEN '2004-02-29' WHEN 13 THEN '2001-09-30' WHEN 14 THEN '2001-10-01' ELSE '2007-09-30' END
    WHERE id % 79 < 4;
UPDATE person SET id_number = NULL WHERE id % 229 = 0;
UPDATE person SET id_number = lower(id_number) WHERE id % 3 = 0;
UPDATE person SET id_number = substr(id_number, 1, 17) WHERE id % 233 = 0;
UPDATE person SET id_number = substr(id_number, 1, 18) || '4' || (1 + id % 5) WHERE id % 239 < 12 AND length(id_number) = 18;
UPDATE person SET id_number = substr(id_number, 1, 18) || '7' || (id % 6) || 'B1' WHERE id % 239 BETWEEN 12 AND 24 AND length(id_number) = 18;
UPDATE person SET id_number = substr(id_number, 1, 18) || '81' WHERE id % 239 = 25 AND length(id_number) = 18;
UPDATE person SET id_number = substr(id_number, 1, 10) || '0230' || substr(id_number, 15) WHERE id % 241 = 0;
UPDATE person SET id_number = '00' || substr(id_number, 3) WHERE id % 251 = 0;
UPDATE person SET id_number = substr(id_number, 1, 16) || 'A' || substr(id_number, 18) WHERE id % 257 = 0;
UPDATE person SET id_number = substr(id_number, 1, 6) || '１９' || substr(id_number, 9) WHERE id % 263 = 0;
UPDATE person SET id_number = (SELECT q.id_number FROM person q WHERE q.id = person.id - 1) WHERE id % 269 = 0;

-- ── jobs and plans: several jobs a person, ended and open ones, blanks; measures for one person; incomes at identification
INSERT INTO work (id, person, start, "end", working, place, channel, monthly_wage, created, entry, version)
    SELECT id + 1000000, person, '2020-0' || (1 + id % 9), CASE id % 3 WHEN 0 THEN '2020-12' END, CASE id % 4 WHEN 0 THEN NULL WHEN 1 THEN 0 ELSE 1 END,
        place, CASE id % 5 WHEN 0 THEN 'public_post' WHEN 1 THEN 'workshop,other' WHEN 2 THEN 'outside' END, monthly_wage, created, entry, version
    FROM work WHERE id % 13 < 4;
UPDATE work SET working = CASE id % 2 WHEN 0 THEN 0 END, "end" = CASE id % 3 WHEN 0 THEN '2022-09' WHEN 1 THEN '2022-10' END WHERE id % 17 < 4;
UPDATE work SET start = '2020-10', "end" = NULL WHERE id % 29 = 0 AND id < 1000000;
UPDATE work SET place = NULL WHERE id % 19 = 0;
UPDATE work SET place = '湖南省衡阳市衡阳县' WHERE id % 19 IN (1, 2);
UPDATE work SET channel = 'public_post' WHERE id % 11 = 0;
UPDATE work SET monthly_wage = CASE id % 5 WHEN 0 THEN 3000000 WHEN 1 THEN 3000001 WHEN 2 THEN 10000 WHEN 3 THEN 9999 END WHERE id % 7 = 0;
UPDATE work SET industry = NULL WHERE id % 23 = 0;
INSERT INTO work_plan (id, person, plans, need, created, entry, version)
    SELECT id + 1000000, id, CASE id % 3 WHEN 0 THEN NULL WHEN 1 THEN 0 ELSE 1 END, CASE id % 4 WHEN 0 THEN '技能培训' END, created, entry, version
    FROM person WHERE id % 97 < 12 AND id NOT IN (SELECT person FROM work_plan);
UPDATE measure SET person = (SELECT MIN(id) FROM person WHERE household = measure.household) WHERE id % 5 = 0;
UPDATE household SET identified_self_paid = CASE id % 3 WHEN 0 THEN 0 WHEN 1 THEN 100 END, identified_net_income = 100 WHERE id % 4 = 0;
UPDATE household SET identified_wage = CASE id % 4 WHEN 0 THEN 0 WHEN 1 THEN 9999 WHEN 2 THEN 10000 ELSE 1 END WHERE id % 9 < 4;

-- ── facts that the national checks look at
UPDATE person SET phone = (SELECT q.phone FROM person q WHERE q.id = person.id - 1) WHERE id % 277 = 0;
UPDATE person SET phone = '0734681234' WHERE id % 281 = 0;
UPDATE person SET work_place = '浙江省杭州市萧山区' WHERE id % 283 = 0;
UPDATE person SET employment_channel = 'outside' WHERE id % 83 < 3;
UPDATE person SET public_post = 'forest_ranger,cleaner,road_keeper' WHERE id % 293 = 0;
UPDATE person SET public_post = 'cleaner', public_post_months = NULL WHERE id % 293 = 1;
UPDATE person SET public_post = NULL, public_post_months = 3 WHERE id % 293 = 2;
UPDATE person SET school_status = CASE id % 4 WHEN 0 THEN 'postgraduate' WHEN 1 THEN 'grade_8' WHEN 2 THEN 'vocational_2' ELSE 'kindergarten' END WHERE id % 59 = 3;
UPDATE person SET education = NULL, dropout_reason = NULL WHERE id % 313 = 0;
UPDATE person SET resident_pension = NULL, employee_pension = NULL WHERE id % 317 = 0;
UPDATE person SET id_number = '999999' || substr(id_number, 7) WHERE id % 331 = 0;
UPDATE household SET phone = CASE id % 2 WHEN 0 THEN '0734681234' END WHERE id % 157 = 0;
UPDATE household SET forest_land = 2000000 + id % 2, orchard_land = -(id % 2), pasture_land = NULL, water_area = 1000000 + id % 2, arable_land = 1000001
    WHERE id % 163 < 2;
UPDATE household SET returned_forest = 2000000 + id % 2, road_distance = 50000 + id % 2, road_kind = NULL, road_hardened = NULL WHERE id % 167 < 3;
UPDATE household SET after_wage = CASE id % 3 WHEN 0 THEN 0 END, after_business = CASE id % 3 WHEN 1 THEN 0 END, after_water_damaged = id % 2
    WHERE id % 3 < 2;
UPDATE household SET help_safety_net = CASE id % 3 WHEN 0 THEN 'dibao' WHEN 1 THEN 'dibao,destitute' ELSE 'disability_allowance' END WHERE id % 10 = 3;
UPDATE household SET help_employment = 'labour_export,other' WHERE id % 10 = 6;
UPDATE household SET help_education = 'rain_and_dew' WHERE id % 10 = 8;
UPDATE household SET risk_2 = CASE id % 6 WHEN 0 THEN 'housing' WHEN 1 THEN 'water' WHEN 2 THEN 'disaster' WHEN 3 THEN 'other' WHEN 4 THEN 'unstable_work'
    ELSE 'lack_of_labour' END WHERE id % 5 < 3 AND monitored_category IS NOT NULL;
UPDATE household SET contact = NULL, contact_phone = NULL, no_labour_safety_net = CASE id % 4 WHEN 0 THEN 0 END WHERE id % 2 = 0;
UPDATE household SET dropout_problem = CASE id % 3 WHEN 0 THEN NULL ELSE 1 END WHERE id % 7 < 4 AND monitored_category IS NOT NULL;
UPDATE household SET returned_forest = NULL, orchard_land = NULL, road_distance = NULL, pasture_land = 1000000 + id % 2
    WHERE id % 13 < 2 AND (monitored_category IS NOT NULL OR id % 5 = 0);
UPDATE person SET labour = 'lost' WHERE id % 101 < 2;
UPDATE person SET resident_medical = 1, employee_medical = 1 WHERE id % 103 = 0;
UPDATE village SET households = 100, households_without_safe_water = 60, households_in_unsafe_houses = 40 + id / 8 % 2 WHERE id % 8 = 0;
UPDATE village SET insured_pension = NULL, dibao_people = NULL, destitute_people = NULL, collective_income = 0 WHERE id % 8 = 1;
UPDATE village SET disabled_people = NULL, forest_land = 10000, arable_land = 99999999, returned_forest = 0, orchard_land = 99999999, pasture_land = 99999999,
    water_area = 99999999, bus = 1, public_toilets = 0 WHERE id % 8 = 2;
UPDATE village SET forest_land = 99999999, arable_land = 99999999, returned_forest = 99999999, orchard_land = 99999999, pasture_land = 99999999,
    water_area = 99999999 WHERE id % 8 = 3;
UPDATE village SET removed_from_list = NULL WHERE id % 53 = 0;
