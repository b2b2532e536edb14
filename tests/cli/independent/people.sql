-- Facts of the people and of the help that households were given, as of 30 September 2022, from definitions.yaml.
-- A column is 1, 0 or NULL for true, false and unknown; SQL's own AND, OR and NOT are the ones that are meant.

CREATE TEMP TABLE person_fact AS
WITH dated AS (
    SELECT *, COALESCE(birth_date, id_birth(id_number)) AS born FROM main.person
),
aged AS (
    SELECT *,
        CASE WHEN born <= '2022-09-30'
             THEN CAST(substr('2022-09-30', 1, 4) AS INTEGER) - CAST(substr(born, 1, 4) AS INTEGER)
                  - (substr('2022-09-30', 6) < substr(born, 6)) END AS years,
        -- the school year that runs on the day began on 1 September 2022; ages count to the day before
        CASE WHEN born <= '2022-08-31'
             THEN CAST(substr('2022-08-31', 1, 4) AS INTEGER) - CAST(substr(born, 1, 4) AS INTEGER)
                  - (substr('2022-08-31', 6) < substr(born, 6)) END AS school_years,
        CASE WHEN school_status IS NOT NULL THEN school_status <> 'preschool_child'
             WHEN education IS NOT NULL THEN 0 END AS in_school
    FROM dated
)
SELECT
    id, household, relation, sex, labour, willing_to_work, education, health, dropout_reason, birth_date, id_number,
    disability_allowance, serious_illness_insurance, years, in_school,
    (born <= '2022-08-31') AND (school_years BETWEEN 6 AND 15) AS school_age,
    COALESCE(education IN ('lower_secondary', 'upper_secondary', 'college', 'university'), 0) AS completed_compulsory,
    labour IN ('general', 'skilled', 'weak') AS has_labour_skill,
    (labour IN ('general', 'skilled', 'weak')) AND (years BETWEEN 16 AND 59) AND NOT in_school AS able_to_work,
    (public_post IS NOT NULL)
        OR EXISTS (SELECT 1 FROM main.work j WHERE j.person = aged.id AND COALESCE(j.working, 1) AND (j."end" IS NULL OR j."end" >= '2022-09'))
        OR COALESCE(working, CASE WHEN work_place IS NOT NULL THEN 1 END) AS employed,
    resident_medical OR employee_medical AS insured,
    COALESCE(minimum_living IN ('urban', 'rural'), 0) OR COALESCE(destitute IN ('urban', 'rural'), 0) AS safety_net,
    (instr(',' || health || ',', ',disabled,') > 0)
        AND COALESCE(disability_level IN ('first', 'second'), id_disability_grade(id_number) <= 2) AS severely_disabled
FROM aged;
CREATE INDEX temp.person_fact_household ON person_fact (household);

CREATE TEMP TABLE number_count AS
SELECT id_number, COUNT(*) AS people FROM main.person WHERE id_number IS NOT NULL GROUP BY id_number;
CREATE UNIQUE INDEX temp.number_count_number ON number_count (id_number);

-- "There is someone": true if it is true of one, otherwise unknown if it is unknown of one. "How many": unknown if
-- it is unknown of one.
CREATE TEMP TABLE family AS
SELECT
    h.id,
    COUNT(p.id) AS people,
    CASE WHEN MAX(p.able_to_work) = 1 THEN 1 WHEN COUNT(p.able_to_work) = COUNT(p.id) THEN 0 END AS has_labour,
    CASE WHEN MAX(p.able_to_work AND p.willing_to_work) = 1 THEN 1
         WHEN COUNT(p.able_to_work AND p.willing_to_work) = COUNT(p.id) THEN 0 END AS has_willing,
    CASE WHEN MAX(p.employed) = 1 THEN 1 WHEN COUNT(p.employed) = COUNT(p.id) THEN 0 END AS has_employed,
    CASE WHEN MAX(p.years < 65) = 1 THEN 1 WHEN COUNT(p.years) = COUNT(p.id) THEN 0 END AS has_younger,
    CASE WHEN MAX(p.has_labour_skill) = 1 THEN 1 WHEN COUNT(p.has_labour_skill) = COUNT(p.id) THEN 0 END AS has_labour_skill,
    COALESCE(MAX(p.safety_net), 0) AS has_safety_net,
    CASE WHEN MAX(p.relation = 'head') = 1 THEN 1 WHEN COUNT(p.relation) = COUNT(p.id) THEN 0 END AS has_head,
    CASE WHEN COUNT(p.relation) = COUNT(p.id) THEN COUNT(CASE WHEN p.relation = 'head' THEN 1 END) END AS heads
FROM main.household h LEFT JOIN person_fact p ON p.household = h.id
GROUP BY h.id;
CREATE UNIQUE INDEX temp.family_id ON family (id);

-- Measures in force in September 2022, by what they are counted for.
CREATE TEMP TABLE helped AS
SELECT
    h.id,
    COUNT(m.id) > 0 AS ever,
    COUNT(m.active) > 0 AS active,
    COUNT(CASE WHEN m.active AND m.kind <> 'other' THEN 1 END) > 0 AS substantial,
    COUNT(CASE WHEN m.active AND m.kind IN ('industry', 'employment', 'finance', 'public_post') THEN 1 END) > 0 AS development,
    COUNT(CASE WHEN m.active AND m.kind IN ('industry', 'employment', 'public_post') THEN 1 END) > 0 AS project,
    COUNT(CASE WHEN m.active AND m.kind IN ('health', 'social') THEN 1 END) > 0 AS for_health,
    COUNT(CASE WHEN m.active AND m.kind IN ('education', 'compulsory_education', 'social') THEN 1 END) > 0 AS for_education,
    COUNT(CASE WHEN m.active AND m.kind IN ('safety_net', 'social') THEN 1 END) > 0 AS for_safety_net
FROM main.household h
LEFT JOIN (SELECT *, CASE WHEN start <= '2022-09' AND ("end" IS NULL OR "end" >= '2022-09') THEN 1 END AS active
           FROM main.measure) m ON m.household = h.id
GROUP BY h.id;
CREATE UNIQUE INDEX temp.helped_id ON helped (id);
