-- The data checks of the national system (rules q_…) by their titles and the readings in their notes, as verdicts.sql does it for the plan's own
-- rules. Lines and windows are those of parameters.yaml that hold on 30 September 2022; the premium subsidy's window is October 2021 to March 2022.

-- ── jobs and plans of each person
CREATE TEMP TABLE job_fact AS
SELECT w.*,
    CASE WHEN born <= w.start || '-01'
         THEN CAST(substr(w.start, 1, 4) AS INTEGER) - CAST(substr(born, 1, 4) AS INTEGER) - (substr(w.start, 6) || '-01' < substr(born, 6)) < 16
         END AS young,
    start = MAX(start) OVER (PARTITION BY person) AS latest,
    COALESCE(working, 1) AND ("end" IS NULL OR "end" >= '2022-09') AS current,
    instr(place, '衡阳县') = 0 AS outside,
    instr(',' || channel || ',', ',public_post,') > 0 AS by_post,
    instr(',' || channel || ',', ',public_post,') > 0 OR instr(',' || channel || ',', ',workshop,') > 0 AS by_post_or_workshop
FROM main.work w JOIN (SELECT id AS worker, COALESCE(birth_date, id_birth(id_number)) AS born FROM main.person) ON worker = w.person;
CREATE INDEX temp.job_fact_person ON job_fact (person);

CREATE TEMP TABLE worker AS
SELECT
    p.id,
    COUNT(j.id) AS jobs,
    CASE WHEN MAX(j.working) = 1 THEN 1 WHEN COUNT(j.working) = COUNT(j.id) THEN 0 END AS works,
    COALESCE(MAX(j.working IS NULL AND j.id IS NOT NULL), 0) AS working_blank,
    COALESCE(MAX(j.place IS NULL AND j.id IS NOT NULL), 0) AS place_blank,
    COALESCE(MAX(j.current), 0) AS busy,
    COALESCE(MAX(j.current AND (j.monthly_wage IS NULL OR j.employer IS NULL OR j.industry IS NULL OR j.channel IS NULL
                                OR j.point_to_point IS NULL)), 0) AS details_blank,
    CASE WHEN MAX(j.outside AND j.by_post_or_workshop) = 1 THEN 1
         WHEN COUNT(j.outside AND j.by_post_or_workshop) = COUNT(j.id) THEN 0 END AS post_outside,
    CASE WHEN MAX(j.by_post) = 1 THEN 1 WHEN COUNT(j.by_post) = COUNT(j.id) THEN 0 END AS in_post,
    CASE WHEN MAX(j.monthly_wage > 3000000 OR j.monthly_wage < 10000) = 1 THEN 1
         WHEN COUNT(j.monthly_wage) = COUNT(j.id) THEN 0 END AS odd_wage,
    CASE WHEN MAX(j.latest AND NOT j.working AND (j."end" IS NULL OR j."end" > '2022-09')) = 1 THEN 1
         WHEN COUNT(j.latest AND NOT j.working AND (j."end" IS NULL OR j."end" > '2022-09')) = COUNT(j.id) THEN 0 END AS stopped_but_open,
    COALESCE(MAX(j.latest AND substr(j.start, 1, 4) = '2020' AND j."end" IS NULL), 0) AS away_since_2020,
    CASE WHEN MAX(j.young) = 1 THEN 1 WHEN COUNT(j.young) = COUNT(j.id) THEN 0 END AS began_young
FROM main.person p LEFT JOIN job_fact j ON j.person = p.id
GROUP BY p.id;
CREATE UNIQUE INDEX temp.worker_id ON worker (id);

-- ── measures given to one person
CREATE TEMP TABLE aid AS
SELECT person, MAX(kind = 'employment') AS job_help,
    MAX(kind = 'education' AND instr(name, '雨露计划') AND substr(start, 1, 4) = '2022') AS rain_and_dew
FROM main.measure WHERE person IS NOT NULL GROUP BY person;
CREATE UNIQUE INDEX temp.aid_person ON aid (person);

-- ── people, as the checks see them
CREATE TEMP TABLE checked_person AS
SELECT
    p.*, f.years, f.employed, w.jobs, w.works, w.working_blank, w.place_blank, w.busy, w.details_blank, w.post_outside, w.in_post, w.odd_wage,
    w.stopped_but_open, w.away_since_2020, w.began_young,
    COALESCE(p.birth_date, id_birth(p.id_number)) AS born,
    CASE WHEN COALESCE(p.birth_date, id_birth(p.id_number)) <= '2022-09-01'
         THEN 2022 - CAST(substr(COALESCE(p.birth_date, id_birth(p.id_number)), 1, 4) AS INTEGER)
              - ('09-01' < substr(COALESCE(p.birth_date, id_birth(p.id_number)), 6)) END AS base_age,
    f.school_age,
    h.graduated AS g, h.ever_monitored AS m,
    p.health = 'healthy' AS fit,
    (f.years BETWEEN 16 AND 59) AND p.school_status IS NULL AS grown,
    p.labour IN ('none', 'lost') AS unable,
    COALESCE(length(p.id_number) IN (20, 22), 0) AS card_number,
    COALESCE(length(p.id_number) IN (20, 22), 0) AND id_disability_grade(p.id_number) <= 2 AS severe_card,
    (instr(',' || p.health || ',', ',disabled,') > 0)
        AND NOT COALESCE(p.id_kind = 'disability_card', COALESCE(length(p.id_number) IN (20, 22), 0)) AS no_card,
    COALESCE(length(p.phone) = 11 AND p.phone GLOB '1[3-9]*' AND NOT substr(p.phone, 3) GLOB '*[^0-9]*', 0) AS mobile,
    COALESCE(p.minimum_living IN ('urban', 'rural'), 0) AS allowance,
    COALESCE(p.destitute IN ('urban', 'rural'), 0) AS destitute_support,
    COALESCE(p.school_status GLOB 'vocational_[123]' OR p.school_status GLOB 'college_[123]', 0) AS vocational,
    CASE WHEN works = 1 OR plan.plans THEN 1 WHEN works = 0 AND (plan.id IS NULL OR NOT plan.plans) THEN 0 END AS works_or_plans,
    plan.id IS NOT NULL AS has_plan,
    CASE WHEN plan.id IS NULL THEN 0 ELSE plan.plans AND plan.need IS NULL END AS plan_without_need,
    COALESCE(aid.job_help, 0) AS job_help, COALESCE(aid.rain_and_dew, 0) AS rain_and_dew
FROM main.person p
JOIN person_fact f ON f.id = p.id
JOIN worker w ON w.id = p.id
JOIN household_fact h ON h.id = p.household
LEFT JOIN main.work_plan plan ON plan.person = p.id
LEFT JOIN aid ON aid.person = p.id;
CREATE INDEX temp.checked_person_household ON checked_person (household);
CREATE INDEX temp.checked_person_phone ON checked_person (phone);
CREATE INDEX temp.checked_person_number ON checked_person (id_number);

-- ── households: what the members say together
CREATE TEMP TABLE members AS
SELECT
    h.id,
    CASE WHEN MAX(NOT p.fit AND NOT p.serious_illness_insurance) = 1 THEN 1
         WHEN COUNT(NOT p.fit AND NOT p.serious_illness_insurance) = COUNT(p.id) THEN 0 END AS ill_uninsured,
    CASE WHEN COUNT(p.id) = 0 OR MIN(p.unable) = 0 THEN 0 WHEN COUNT(p.unable) = COUNT(p.id) THEN 1 END AS none_able,
    CASE WHEN MAX(p.unable) = 1 THEN 1 WHEN COUNT(p.unable) = COUNT(p.id) THEN 0 END AS some_unable,
    CASE WHEN MAX(instr(p.health, 'disabled') > 0) = 1 THEN 1 WHEN COUNT(p.health) = COUNT(p.id) THEN 0 END AS some_disabled,
    CASE WHEN MAX(instr(p.health, 'serious') > 0 OR instr(p.health, 'chronic') > 0) = 1 THEN 1
         WHEN COUNT(p.health) = COUNT(p.id) THEN 0 END AS some_ill,
    CASE WHEN COUNT(p.labour) = COUNT(p.id) THEN COUNT(CASE WHEN p.labour IN ('general', 'skilled') THEN 1 END) END AS able,
    CASE WHEN MAX(p.labour IN ('general', 'skilled', 'weak')) = 1 THEN 1 WHEN COUNT(p.labour) = COUNT(p.id) THEN 0 END AS some_labour,
    CASE WHEN MAX(p.relation = 'head' AND p.sex = 'male') = 1 THEN 1 WHEN COUNT(p.relation = 'head' AND p.sex = 'male') = COUNT(p.id) THEN 0 END AS head_male,
    CASE WHEN MAX(p.relation = 'head' AND p.sex = 'female') = 1 THEN 1 WHEN COUNT(p.relation = 'head' AND p.sex = 'female') = COUNT(p.id) THEN 0 END AS head_female,
    CASE WHEN MAX(p.relation = 'spouse' AND p.sex = 'male') = 1 THEN 1 WHEN COUNT(p.relation = 'spouse' AND p.sex = 'male') = COUNT(p.id) THEN 0 END AS spouse_male,
    CASE WHEN MAX(p.relation = 'spouse' AND p.sex = 'female') = 1 THEN 1 WHEN COUNT(p.relation = 'spouse' AND p.sex = 'female') = COUNT(p.id) THEN 0 END AS spouse_female,
    CASE WHEN MAX(p.school_age AND p.school_status IS NULL) = 1 THEN 1 WHEN COUNT(p.school_age AND p.school_status IS NULL) = COUNT(p.id) THEN 0 END AS child_not_at_school,
    COALESCE(MAX(p.allowance), 0) AS some_allowance,
    COALESCE(MAX(p.destitute_support), 0) AS some_destitute,
    CASE WHEN MAX(p.severe_card) = 1 THEN 1 WHEN COUNT(p.severe_card) = COUNT(p.id) THEN 0 END AS some_severe,
    COALESCE(MAX(p.vocational), 0) AS some_vocational
FROM main.household h LEFT JOIN checked_person p ON p.household = h.id
GROUP BY h.id;
CREATE UNIQUE INDEX temp.members_id ON members (id);

CREATE TEMP TABLE newly_away AS
SELECT
    h.id,
    CASE WHEN MAX(j.outside AND j.start >= h.identified_month) = 1 THEN 1
         WHEN COUNT(j.outside AND j.start >= h.identified_month) = COUNT(j.id) THEN 0 END AS someone
FROM main.household h LEFT JOIN main.person p ON p.household = h.id LEFT JOIN job_fact j ON j.person = p.id
GROUP BY h.id;
CREATE UNIQUE INDEX temp.newly_away_id ON newly_away (id);

CREATE TEMP TABLE checked_household AS
SELECT
    h.*, s.*, a.someone AS newly_away,
    COALESCE((SELECT y.net_per_capita FROM main.income_year y WHERE y.household = h.id AND y.year = 2022), h.per_capita) AS declared,
    COALESCE((SELECT y.transfer_destitute > 0 FROM main.income_year y WHERE y.household = h.id AND y.year = 2022), 0) AS destitute_money,
    h.ever_monitored AND COALESCE(h.risk_eliminated, h.eliminated_month IS NOT NULL) AS eliminated,
    12 * CAST(substr(h.eliminated_month, 1, 4) AS INTEGER) + CAST(substr(h.eliminated_month, 6) AS INTEGER)
        - 12 * CAST(substr(h.identified_month, 1, 4) AS INTEGER) - CAST(substr(h.identified_month, 6) AS INTEGER) AS months_until,
    ',' || COALESCE(h.risk_1, '') || ',' || COALESCE(h.risk_2, '') || ',' || COALESCE(h.risk_3, '') || ',' || COALESCE(h.risk_4, '')
        || ',' || COALESCE(h.risk_5, '') || ',' AS risks,
    ',' || COALESCE(h.help_safety_net, '') || ',' AS safety_nets, ',' || COALESCE(h.help_education, '') || ',' AS education_help,
    ',' || COALESCE(h.help_health, '') || ',' AS health_help, ',' || COALESCE(h.help_employment, '') || ',' AS employment_help,
    (SELECT COUNT(*) FROM main.measure b WHERE b.household = h.id AND b.kind = 'education' AND instr(b.name, '雨露计划')
                                               AND substr(b.start, 1, 4) = '2022' AND b.person IS NOT NULL) > 0 AS recipient_named
FROM household_fact h JOIN members s ON s.id = h.id JOIN newly_away a ON a.id = h.id;
CREATE UNIQUE INDEX temp.checked_household_id ON checked_household (id);

CREATE TEMP TABLE household_verdict_national AS
SELECT
    id,
    -- 1
    graduated AND NOT safe_water AND NOT ever_monitored AS q_1_02_002,
    graduated AND ill_uninsured AND NOT ever_monitored AS q_1_02_003,
    graduated AND declared < 700000 AND NOT ever_monitored AS q_1_02_006,
    eliminated AND after_water_damaged AS q_1_02_009,
    ever_monitored AND risk_1 IS NULL AS q_1_11_001,
    eliminated AND after_dropout AS q_1_11_005,
    eliminated AND NOT safe_water AS q_1_11_007,
    eliminated AND elimination_way = 'helped' AND NOT listed_help AND help_public_post_note IS NULL AS q_1_11_009,
    ever_monitored AND months_identified >= 1 AND NOT listed_help AND help_public_post_note IS NULL AS q_1_11_010,
    eliminated AND contact IS NULL AND contact_phone IS NULL AS q_1_11_011,
    -- 1111
    ever_monitored AND identified_month <= '2022-08' AND some_vocational AND NOT instr(education_help, ',rain_and_dew,') AS q_1111_2,
    ever_monitored AND identified_month >= '2021-01' AND help_relocation IS NOT NULL AS q_1111_4,
    monitored AND identified_month BETWEEN '2021-10' AND '2022-03' AND NOT instr(health_help, ',premium_subsidy,') AS q_1111_06,
    monitored AND identified_month < '2022-04' AND NOT instr(health_help, ',premium_subsidy,') AS q_1111_09,
    -- 2
    graduated AND NOT COALESCE(electricity, 0) AS q_2_02_002,
    ever_monitored AND instr(risks, ',disability,') > 0 AND NOT some_disabled AS q_2_11_001,
    eliminated AND eliminated_month >= '2022-04' AND months_until < 6 AS q_2_11_002,
    ever_monitored AND (head_male AND spouse_male OR head_female AND spouse_female) AS q_2_11_003,
    ever_monitored AND instr(risks, ',other,') > 0 AND risk_note IS NULL AS q_2_11_004,
    ever_monitored AND instr(risks, ',disaster,') > 0 AND disaster_kind IS NULL AS q_2_11_005,
    monitored AND instr(risks, ',unstable_work,') > 0 AND none_able AS q_2_11_006,
    -- 3
    graduated AND sanitary_toilet IS NULL AS q_3_02_003,
    graduated AND arable_land IS NULL AS q_3_02_004,
    graduated AND forest_land IS NULL AS q_3_02_005,
    graduated AND pasture_land IS NULL AS q_3_02_006,
    graduated AND road_kind IS NULL AND road_hardened IS NULL AS q_3_02_007,
    graduated AND house_area IS NULL AS q_3_02_008,
    graduated AND unsafe_house IS NULL AS q_3_02_009,
    graduated AND NOT has_head AS q_3_02_012,
    eliminated AND risk_illness AND COALESCE(help_health, help_social, help_safety_net) IS NULL AS q_3_11_003,
    eliminated AND risk_schooling AND COALESCE(help_education, help_compulsory_education, help_social) IS NULL AS q_3_11_004,
    eliminated AND risk_disability AND COALESCE(help_social, help_safety_net) IS NULL AS q_3_11_005,
    eliminated AND instr(risks, ',housing,') > 0 AND help_housing IS NULL AS q_3_11_006,
    eliminated AND dropout_problem AND help_compulsory_education IS NULL AS q_3_11_007,
    eliminated AND NOT safe_water AND help_water IS NULL AS q_3_11_008,
    eliminated AND uninsured_problem AND COALESCE(help_health, help_social) IS NULL AS q_3_11_009,
    ever_monitored AND declared < 400000 AS q_3_11_010,
    -- 4
    graduated AND (phone IS NULL OR length(phone) <> 11) AS q_4_02_001,
    ever_monitored AND NOT safe_water AND NOT instr(risks, ',water,') AS q_4_11_006,
    ever_monitored AND uninsured_problem AND NOT risk_illness AS q_4_11_007,
    ever_monitored AND substr(identified_month, 1, 4) = '2022' AND dropout_problem AND NOT child_not_at_school AS q_4_11_008,
    monitored AND instr(risks, ',lack_of_labour,') > 0 AND people > 0 AND NOT some_unable AS q_4_11_009,
    eliminated AND elimination_way = 'helped' AND after_net_income_per_capita < 700000 AS q_4_11_010,
    eliminated AND none_able AS q_4_11_011,
    eliminated AND COALESCE(help_public_post, help_employment) IS NOT NULL AND after_wage = 0 AS q_4_11_012,
    -- 5
    eliminated AND help_industry IS NOT NULL AND after_business = 0 AS q_5_11_013,
    monitored AND people >= 4 AND instr(risks, ',lack_of_labour,') > 0 AND able * 2 >= people AS q_5_11_029,
    monitored AND none_able AND (some_allowance OR some_destitute) AND NOT no_labour_safety_net AS q_5_11_033,
    monitored AND some_labour AND COALESCE(help_industry, help_public_post, help_employment, help_finance) IS NULL
        AND COALESCE(development_measures = 'not_yet', 1) AS q_5_12_007_200,
    monitored AND some_labour AND COALESCE(help_industry, help_public_post, help_employment, help_finance) IS NULL
        AND COALESCE(development_measures = 'not_yet', 1) AND months_identified >= 6 AS q_5_12_007_231,
    ever_monitored AND development_measures = 'done' AND COALESCE(help_industry, help_employment, help_finance) IS NOT NULL
        AND COALESCE(help_industry = 'other', 1) AND COALESCE(help_employment IN ('skill_training', 'other', 'skill_training,other'), 1)
        AND COALESCE(help_finance = 'other', 1) AS q_5_12_011,
    graduated AND (arable_land < 0 OR arable_land > 1000000) AS q_5_14_001,
    graduated AND (forest_land < 0 OR forest_land > 2000000) AS q_5_14_002,
    graduated AND (orchard_land < 0 OR orchard_land > 2000000) AS q_5_14_004,
    graduated AND (pasture_land < 0 OR pasture_land > 1000000) AS q_5_14_005,
    graduated AND (water_area < 0 OR water_area > 1000000) AS q_5_14_006,
    graduated AND road_distance > 50000 AS q_5_14_007,
    ever_monitored AND (forest_land < 0 OR forest_land > 2000000) AS q_5_14_009,
    ever_monitored AND (returned_forest < 0 OR returned_forest > 2000000) AS q_5_14_010,
    ever_monitored AND (orchard_land < 0 OR orchard_land > 2000000) AS q_5_14_011,
    ever_monitored AND (pasture_land < 0 OR pasture_land > 1000000) AS q_5_14_012,
    ever_monitored AND (water_area < 0 OR water_area > 1000000) AS q_5_14_013,
    ever_monitored AND road_distance > 50000 AS q_5_14_014,
    ever_monitored AND forest_land IS NULL AS q_5_14_016,
    ever_monitored AND returned_forest IS NULL AS q_5_14_017,
    ever_monitored AND orchard_land IS NULL AS q_5_14_018,
    ever_monitored AND pasture_land IS NULL AS q_5_14_019,
    ever_monitored AND road_distance IS NULL AS q_5_14_021,
    ever_monitored AND electricity IS NULL AS q_5_15_002,
    instr(risks, ',unstable_work,') > 0 AND none_able AS q_5_15_013,
    monitored AND risk_illness AND NOT some_ill AS q_5_15_015,
    monitored AND risk_illness AND CASE WHEN identified_self_paid IS NOT NULL THEN identified_self_paid = 0
                                        WHEN identified_net_income IS NOT NULL THEN 1 END AS q_5_15_020,
    EXISTS (SELECT 1 FROM checked_person a JOIN checked_person b ON b.phone = a.phone AND b.household = a.household
            WHERE a.household = checked_household.id AND a.work_place <> b.work_place) AS q_5_15_021,
    monitored AND identified_wage > 0 AND identified_wage < 10000 AS q_5_15_023,
    monitored AND some_allowance AND NOT instr(safety_nets, ',dibao,') AS q_5_16_003,
    monitored AND NOT some_allowance AND instr(safety_nets, ',dibao,') > 0 AS q_5_16_005,
    monitored AND NOT some_destitute AND NOT destitute_money AND instr(safety_nets, ',destitute,') > 0 AS q_5_16_006,
    monitored AND some_severe AND NOT instr(safety_nets, ',disability_allowance,') AS q_5_16_008,
    ever_monitored AND instr(employment_help, ',labour_export,') > 0 AND NOT newly_away AS q_5_17_013,
    ever_monitored AND risk_illness AND COALESCE(help_health, help_social) IS NULL AS q_5_18_001,
    ever_monitored AND risk_schooling AND COALESCE(help_compulsory_education, help_education, help_social) IS NULL AS q_5_18_002,
    ever_monitored AND risk_disability AND COALESCE(help_safety_net, help_social) IS NULL AS q_5_18_003,
    ever_monitored AND instr(risks, ',water,') > 0 AND help_water IS NULL AS q_5_18_006,
    ever_monitored AND uninsured_problem AND COALESCE(help_health, help_social) IS NULL AS q_5_18_007,
    graduated AND safe_water IS NULL AS q_5_19_002,
    graduated AND none_able AND NOT some_allowance AS q_5_19_003,
    ever_monitored AND road_hardened IS NULL AS q_5_19_004,
    ever_monitored AND unsafe_house IS NULL AS q_5_19_006
FROM checked_household;

CREATE TEMP TABLE person_verdict_national AS
SELECT
    p.id,
    -- 1
    g AND length(p.id_number) NOT IN (18, 20, 22) AS q_1_01_002,
    g AND length(p.id_number) = 18 AND NOT id_valid(p.id_number) AS q_1_01_003,
    g AND card_number AND NOT id_valid(substr(p.id_number, 1, 18)) AS q_1_01_004,
    m AND (SELECT COUNT(*) FROM checked_person o WHERE o.id_number = p.id_number AND o.m) > 1 AS q_1_12_001,
    m AND length(p.id_number) NOT IN (18, 20, 22) AS q_1_12_002,
    -- 1111
    m AND grown AND fit AND p.labour = 'weak' AS q_1111_14,
    g AND grown AND fit AND p.labour = 'weak' AS q_1111_15,
    g AND stopped_but_open AS q_1111_17,
    g AND away_since_2020 AS q_1111_08,
    -- 2
    g AND p.ethnic_group IS NULL AS q_2_01_001,
    g AND p.health IS NULL AS q_2_01_002,
    g AND grown AND fit AND p.labour = 'lost' AS q_2_01_005_16,
    g AND NOT COALESCE(p.resident_medical, 0) AND NOT COALESCE(p.employee_medical, 0) AS q_2_01_008,
    g AND grown AND fit AND p.labour = 'none' AS q_2_01_010_16,
    g AND years < 16 AND p.labour <> 'none' AS q_2_01_011,
    g AND COALESCE(p.dropout_reason IN ('illness', 'disability'), 0) AND fit AS q_2_01_012,
    g AND COALESCE(instr(p.employment_channel, 'local_enterprise') OR instr(p.employment_channel, 'outside'), 0) AND NOT mobile AS q_2_01_014,
    g AND p.labour IN ('none', 'lost', 'weak') AND (jobs > 0 OR has_plan) AS q_2_01_015,
    g AND (NOT p.serious_illness_insurance OR NOT p.resident_medical) AS q_2_01_016,
    m AND p.labour IS NULL AS q_2_12_001,
    m AND p.ethnic_group IS NULL AS q_2_12_002,
    m AND COALESCE(unable, 1) AND works_or_plans AS q_2_12_004,
    m AND years >= 60 AND p.labour IN ('general', 'skilled') AS q_2_12_005,
    m AND (p.work_place IS NOT NULL OR busy) AND NOT mobile AS q_2_12_007,
    m AND grown AND fit AND p.labour = 'lost' AS q_2_12_009_16,
    m AND p.labour IS NOT NULL AND years < 16 AND p.labour <> 'none' AS q_2_12_014,
    m AND p.resident_medical AND p.employee_medical AS q_2_12_015,
    m AND (NOT p.serious_illness_insurance OR NOT p.resident_medical) AS q_2_12_016,
    -- 3
    g AND COALESCE(p.education, p.school_status, p.dropout_reason) IS NULL AS q_3_01_002,
    g AND p.public_post_months IS NOT NULL AND p.public_post IS NULL AS q_3_01_005,
    g AND p.public_post IS NOT NULL AND p.public_post_months IS NULL AS q_3_01_006,
    g AND years < 16 AND p.public_post IS NOT NULL AS q_3_01_008,
    g AND working_blank AS q_3_01_009,
    g AND COALESCE(p.public_post LIKE '%,%,%', 0) AS q_3_01_010,
    m AND COALESCE(p.public_post LIKE '%,%,%', 0) AS q_3_01_011,
    m AND p.working AND p.public_post IS NULL AND p.work_start IS NULL AND jobs = 0 AS q_3_12_001,
    m AND p.relation IS NULL AS q_3_12_002,
    m AND COALESCE(p.education, p.school_status, p.dropout_reason) IS NULL AS q_3_12_003,
    m AND p.education IS NOT NULL AND p.school_status IS NOT NULL AS q_3_12_004,
    -- 4
    g AND no_card AS q_4_01_002,
    g AND (p.id_number IS NULL OR substr(p.id_number, 1, 6) = '999999') AS q_4_01_003,
    g AND p.school_status IS NOT NULL AND works_or_plans AS q_4_01_006_123,
    g AND p.labour = 'general' AND severe_card AND CASE WHEN id_disability_grade(p.id_number) IS NOT NULL THEN substr(p.id_number, 19, 1) = '4' END
        AS q_4_01_007,
    m AND place_blank AS q_4_12_001_202,
    m AND p.school_status IS NOT NULL AND works_or_plans AS q_4_12_002,
    m AND no_card AS q_4_12_003,
    -- 5
    g AND post_outside AS q_5_01_003,
    g AND destitute_support AND works AS q_5_01_004,
    g AND years >= 70 AND in_post AS q_5_01_006,
    m AND post_outside AS q_5_12_002,
    m AND destitute_support AND works AS q_5_12_003,
    m AND years < 16 AND in_post AS q_5_12_004,
    m AND details_blank AS q_5_12_006,
    m AND grown AND fit AND p.labour IN ('none', 'lost', 'weak') AS q_5_12_008,
    m AND grown AND NOT fit AND p.labour IN ('general', 'skilled') AS q_5_12_009_16,
    g AND grown AND NOT fit AND p.labour IN ('general', 'skilled') AS q_5_12_010_16,
    m AND fit AND years >= 7 AND COALESCE(p.school_status IN ('preschool_child', 'kindergarten'), 0) AS q_5_12_013,
    m AND COALESCE(p.school_status GLOB 'grade_*', 0) AND (years NOT BETWEEN 12 AND 17) AS q_5_12_015,
    m AND COALESCE(p.school_status GLOB 'upper_*' OR p.school_status GLOB 'vocational_*', 0) AND (years NOT BETWEEN 15 AND 20) AS q_5_12_016,
    m AND COALESCE(p.school_status GLOB 'technician_*' OR p.school_status GLOB 'college_*' OR p.school_status GLOB 'university_*'
                   OR p.school_status = 'postgraduate', 0) AND years < 18 AS q_5_12_017,
    m AND COALESCE(p.school_status = 'postgraduate', 0) AND years < 20 AS q_5_12_018,
    p.public_post IS NOT NULL AND unable AS q_5_15_006,
    unable AND (job_help OR h.help_employment IS NOT NULL AND h.none_able) AS q_5_15_007,
    g AND plan_without_need AS q_5_15_008,
    m AND plan_without_need AS q_5_15_009,
    g AND NOT vocational AND CASE WHEN rain_and_dew THEN 1
                                  WHEN instr(h.education_help, ',rain_and_dew,') AND NOT h.some_vocational AND NOT h.recipient_named THEN NULL
                                  ELSE 0 END AS q_5_15_011,
    g AND (base_age BETWEEN 6 AND 16) AND COALESCE(p.school_status, p.dropout_reason) IS NULL AS q_5_15_016,
    m AND (base_age BETWEEN 6 AND 16) AND COALESCE(p.school_status, p.dropout_reason) IS NULL AS q_5_15_017,
    m AND destitute_support AND (base_age BETWEEN 18 AND 59) AND fit AND p.school_status IS NULL AS q_5_15_019,
    EXISTS (SELECT 1 FROM checked_person o WHERE o.phone = p.phone AND o.household <> p.household) AS q_5_15_022,
    m AND odd_wage AS q_5_16_001,
    (g OR m) AND began_young AS q_5_16_010,
    g AND fit AND years >= 7 AND COALESCE(p.school_status IN ('preschool_child', 'kindergarten'), 0) AS q_5_17_001,
    g AND COALESCE(p.school_status GLOB 'grade_*', 0) AND (years NOT BETWEEN 12 AND 17) AS q_5_17_003,
    g AND COALESCE(p.school_status GLOB 'upper_*' OR p.school_status GLOB 'vocational_*', 0) AND (years NOT BETWEEN 15 AND 20) AS q_5_17_004,
    g AND COALESCE(p.school_status = 'postgraduate', 0) AND years < 20 AS q_5_17_006,
    g AND (years BETWEEN 16 AND 22) AND COALESCE(p.education IN ('primary', 'none'), 0) AS q_5_17_007,
    g AND COALESCE(p.resident_pension, p.employee_pension) IS NULL AS q_5_19_001,
    m AND p.labour = 'skilled' AND jobs = 0 AND NOT COALESCE(employed, 0) AS q_5_20_029,
    g AND p.labour = 'skilled' AND jobs = 0 AND NOT COALESCE(employed, 0) AS q_5_20_031
FROM checked_person p JOIN checked_household h ON h.id = p.household;

-- A household whose type is unknown makes the sums unknown.
CREATE TEMP TABLE village_verdict_national AS
WITH owned AS (
    SELECT
        v.id, COUNT(h.household_type) = COUNT(h.id) AS whole,
        COALESCE(SUM(h.arable_land) FILTER (WHERE graduated), 0) AS arable, COALESCE(SUM(h.forest_land) FILTER (WHERE graduated), 0) AS forest,
        COALESCE(SUM(h.returned_forest) FILTER (WHERE graduated), 0) AS returned,
        COALESCE(SUM(h.orchard_land) FILTER (WHERE graduated), 0) AS orchard,
        COALESCE(SUM(h.pasture_land) FILTER (WHERE graduated), 0) AS pasture, COALESCE(SUM(h.water_area) FILTER (WHERE graduated), 0) AS water,
        COUNT(CASE WHEN household_type IS NULL AND h.arable_land IS NOT NULL THEN 1 END) = 0 AS arable_known,
        COUNT(CASE WHEN household_type IS NULL AND h.forest_land IS NOT NULL THEN 1 END) = 0 AS forest_known,
        COUNT(CASE WHEN household_type IS NULL AND h.returned_forest IS NOT NULL THEN 1 END) = 0 AS returned_known,
        COUNT(CASE WHEN household_type IS NULL AND h.orchard_land IS NOT NULL THEN 1 END) = 0 AS orchard_known,
        COUNT(CASE WHEN household_type IS NULL AND h.pasture_land IS NOT NULL THEN 1 END) = 0 AS pasture_known,
        COUNT(CASE WHEN household_type IS NULL AND h.water_area IS NOT NULL THEN 1 END) = 0 AS water_known
    FROM main.village v LEFT JOIN household_fact h ON h.village = v.id
    GROUP BY v.id
)
SELECT
    v.id,
    removed_from_list AND COALESCE(population, 0) = 0 AS q_1_03_002,
    removed_from_list AND COALESCE(collective_income, 0) = 0 AS q_1_03_003,
    removed_from_list AND insured_pension IS NULL AS q_1_03_006,
    removed_from_list AND bus IS NULL AS q_1_03_007,
    removed_from_list AND public_toilets IS NULL AS q_1_03_010,
    removed_from_list AND waste_points IS NULL AS q_1_03_012,
    removed_from_list AND libraries IS NULL AS q_1_03_013,
    removed_from_list AND (dibao_households IS NULL OR dibao_people IS NULL) AS q_1_03_014,
    removed_from_list AND destitute_people IS NULL AS q_1_03_015,
    removed_from_list AND disabled_people IS NULL AS q_1_03_016,
    removed_from_list AND households_without_safe_water + households_in_unsafe_houses > households AS q_3_03_001,
    removed_from_list AND (
        CASE WHEN arable_known THEN v.arable_land < arable END OR CASE WHEN forest_known THEN v.forest_land < forest END
        OR CASE WHEN returned_known THEN v.returned_forest < returned END OR CASE WHEN orchard_known THEN v.orchard_land < orchard END
        OR CASE WHEN pasture_known THEN v.pasture_land < pasture END OR CASE WHEN water_known THEN v.water_area < water END) AS q_3_03_002
FROM main.village v JOIN owned o ON o.id = v.id;
