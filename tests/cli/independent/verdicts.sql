-- Every rule of packs/hengyang-2022 by its plan's words and notes, one table a register, one column a rule: 1 hit, 0 miss, NULL
-- undetermined. The lines, shares and ages are those of parameters.yaml that hold on 30 September 2022.

-- two years are compared on one basis only: both by a ledger, or both by the yearly totals
CREATE TEMP TABLE household_fact AS
WITH grouped AS (
    SELECT
        h.*,
        household_type = 'graduated' AS graduated,
        monitored_category IS NOT NULL AS ever_monitored,
        monitored_category IS NOT NULL AND NOT COALESCE(risk_eliminated, eliminated_month IS NOT NULL) AS monitored,
        COALESCE(help_industry, help_employment, help_finance, help_public_post, help_housing, help_water, help_health,
            help_compulsory_education, help_education, help_safety_net, help_social, help_relocation, help_living_conditions,
            help_infrastructure) IS NOT NULL AS listed_help,
        12 * (2022 - CAST(substr(identified_month, 1, 4) AS INTEGER)) + 9 - CAST(substr(identified_month, 6) AS INTEGER)
            AS months_identified,
        'illness' IN (COALESCE(risk_1, ''), COALESCE(risk_2, ''), COALESCE(risk_3, ''), COALESCE(risk_4, ''), COALESCE(risk_5, ''))
            AS risk_illness,
        'schooling' IN (COALESCE(risk_1, ''), COALESCE(risk_2, ''), COALESCE(risk_3, ''), COALESCE(risk_4, ''), COALESCE(risk_5, ''))
            AS risk_schooling,
        'disability' IN (COALESCE(risk_1, ''), COALESCE(risk_2, ''), COALESCE(risk_3, ''), COALESCE(risk_4, ''), COALESCE(risk_5, ''))
            AS risk_disability
    FROM main.household h
)
SELECT
    g.*, graduated OR monitored AS in_scope,
    f.people, f.has_labour, f.has_willing, f.has_employed, f.has_younger, f.has_labour_skill, f.has_safety_net, f.has_head, f.heads,
    m.ever AS ever_helped, m.active AS active_help, m.substantial, m.development, m.project, m.for_health, m.for_education, m.for_safety_net,
    n.complete, n.any_entry, n.ledger_total, n.gross, n.net, n.per_capita, n.self_paid, n.medical,
    n.wage, n.business, n.property, n.transfer, n.business_cost,
    CASE WHEN n.complete = b.complete THEN b.per_capita END AS per_capita_before, CASE WHEN n.complete = b.complete THEN b.wage END AS wage_before, CASE WHEN n.complete = b.complete THEN b.business END AS business_before, CASE WHEN n.complete = b.complete THEN b.property END AS property_before,
    CASE WHEN n.complete = b.complete THEN b.transfer END AS transfer_before, CASE WHEN n.complete = b.complete THEN b.business_cost END AS business_cost_before,
    CASE WHEN n.complete = b.complete
         THEN CAST(n.per_capita - b.per_capita AS REAL) / abs(NULLIF(b.per_capita, 0)) END AS growth
FROM grouped g
JOIN family f ON f.id = g.id
JOIN helped m ON m.id = g.id
JOIN earned n ON n.id = g.id AND n.era = 'now'
JOIN earned b ON b.id = g.id AND b.era = 'before';
CREATE UNIQUE INDEX temp.household_fact_id ON household_fact (id);

CREATE TEMP TABLE household_verdict AS
WITH conditions AS (
    SELECT *,
        per_capita < 1000000 AS below_line,
        per_capita < per_capita_before AS fell,
        CASE WHEN per_capita_before IS NULL THEN NULL
             WHEN per_capita_before = 0 THEN per_capita < per_capita_before
             ELSE growth < 0.055 END AS growth_below,
        in_scope AND has_willing AND NOT has_employed AS zero_employment
    FROM household_fact
)
SELECT
    id,
    -- 二(二) key households
    in_scope AND below_line AND growth_below AND fell AS key_household,
    in_scope AND below_line AS key_income_below,
    in_scope AND growth_below AS key_growth_below,
    in_scope AND fell AS key_income_fallen,
    in_scope AND (below_line OR growth_below OR fell) AS key_household_any,
    in_scope AND growth < 0.065 AS growth_below_rural,
    -- 二(二) employment and relocation
    zero_employment,
    relocated AND wage = 0 AND business = 0 AS relocated_no_earnings,
    relocated AND NOT (help_industry IS NOT NULL OR help_employment IS NOT NULL OR help_public_post IS NOT NULL OR project)
        AS relocated_no_project,
    -- 二(一) all who should be registered are, all registered are helped
    per_capita < 700000 AND NOT ever_monitored AS income_below_line_unmonitored,
    monitored AND per_capita < 700000 AS income_below_line_monitored,
    ever_monitored AND NOT monitored AND per_capita < 700000 AS income_below_line_eliminated,
    in_scope AND wage < wage_before AS wage_fallen,
    in_scope AND business - business_cost < business_before - business_cost_before AS business_fallen,
    in_scope AND property < property_before AS property_fallen,
    in_scope AND transfer < transfer_before AS transfer_fallen,
    in_scope AND self_paid > round(net * 0.3) AS large_self_paid,
    in_scope AND self_paid >= 1000000 AND medical >= 1000000 AS large_medical,
    monitored AND NOT (listed_help OR active_help) AND months_identified >= 1 AS monitored_without_measure,
    monitored AND listed_help AND NOT substantial
        AND COALESCE(help_industry = 'other', 1) AND COALESCE(help_finance = 'other', 1)
        AND COALESCE(help_employment IN ('skill_training', 'other', 'skill_training,other'), 1)
        AND COALESCE(help_public_post = 'other', 1) AND COALESCE(help_housing = 'other', 1) AND COALESCE(help_water = 'other', 1)
        AND COALESCE(help_health = 'other', 1) AND COALESCE(help_compulsory_education = 'other', 1)
        AND COALESCE(help_education = 'other', 1) AND COALESCE(help_safety_net = 'other', 1) AND COALESCE(help_social = 'other', 1)
        AND COALESCE(help_relocation = 'other', 1) AND COALESCE(help_living_conditions = 'other', 1)
        AND COALESCE(help_infrastructure = 'other', 1) AS monitored_nominal_measures,
    monitored AND has_labour
        AND NOT (COALESCE(help_industry, help_employment, help_finance, help_public_post) IS NOT NULL OR development)
        AND COALESCE(development_measures <> 'done', 1) AND months_identified >= 1 AS monitored_no_development_help,
    monitored AND risk_illness AND help_health IS NULL AND help_social IS NULL AND NOT for_health AS illness_without_health_help,
    monitored AND risk_schooling AND help_education IS NULL AND help_compulsory_education IS NULL AND help_social IS NULL
        AND NOT for_education AS schooling_without_education_help,
    monitored AND risk_disability AND help_safety_net IS NULL AND help_social IS NULL AND NOT for_safety_net
        AS disability_without_safety_net,
    NOT graduated AND NOT ever_monitored AND (listed_help OR ever_helped) AS help_outside,
    -- 二(一) two assurances, three guarantees and safe water
    unsafe_house OR COALESCE(housing_problem, 0) AS unsafe_house,
    NOT safe_water OR COALESCE(water_problem, 0) AS unsafe_water,
    NOT electricity AS no_electricity,
    in_scope AND (NOT sanitary_toilet OR COALESCE(NOT toilet_usable, 0)) AS no_toilet,
    in_scope AND people > 0 AND NOT has_younger AND NOT has_safety_net AS elderly_no_safety_net,
    in_scope AND people > 0 AND NOT has_labour_skill AND NOT has_safety_net AS no_labour_no_safety_net,
    -- 四(二) books that match the facts
    NOT has_head AS household_without_head,
    heads > 1 AS household_with_heads,
    members_now <> people AS member_count_mismatch,
    any_entry AND NOT complete AS ledger_months_missing,
    in_scope AND per_capita IS NULL AS income_unknown,
    per_capita < 400000 AS income_very_low,
    complete AND gross <> ledger_total AS four_wheels_mismatch,
    ever_monitored AND risk_1 IS NULL AS monitored_without_risk,
    ever_monitored AND risk_eliminated AND eliminated_month IS NULL AS eliminated_without_month
FROM conditions;

CREATE TEMP TABLE person_verdict AS
SELECT
    p.id,
    school_age AND (p.dropout_reason IS NOT NULL OR NOT in_school AND NOT completed_compulsory) AS dropout,
    NOT insured AS uninsured,
    h.in_scope
        AND (instr(',' || p.health || ',', ',serious,') > 0 OR instr(',' || p.health || ',', ',chronic,') > 0)
        AND NOT p.serious_illness_insurance AS no_serious_illness_insurance,
    h.in_scope AND severely_disabled
        AND NOT (p.disability_allowance
                 OR COALESCE(instr(',' || h.help_safety_net || ',', ',disability_allowance,') > 0, 0)) AS disabled_no_allowance,
    h.in_scope AND (years BETWEEN 15 AND 20) AND (p.education IN ('lower_secondary', 'upper_secondary'))
        AND NOT in_school AND NOT employed AS two_after_idle,
    h.in_scope AND p.labour = 'skilled' AND able_to_work AND NOT employed AS skilled_unemployed,
    NOT (length(p.id_number) IN (18, 20, 22) AND id_valid(substr(p.id_number, 1, 18))) AS id_invalid,
    n.people > 1 AS id_duplicated,
    p.birth_date <> id_birth(p.id_number) AS birth_date_mismatch,
    (p.sex = 'male') <> id_male(p.id_number) AS sex_mismatch,
    (instr(',' || p.health || ',', ',healthy,') > 0) AND instr(p.health, ',') > 0 AS health_contradiction,
    years < 16 AND employed AS child_at_work
FROM person_fact p
JOIN household_fact h ON h.id = p.household
LEFT JOIN number_count n ON n.id_number = p.id_number;

CREATE TEMP TABLE income_year_verdict AS
WITH computed AS (
    SELECT *, wage + business + property + transfer AS wheels, wage + business + property + transfer - business_cost AS net_computed
    FROM main.income_year
)
SELECT
    id,
    gross <> wheels AS declared_gross_mismatch,
    net <> net_computed AS declared_net_mismatch,
    abs(net_per_capita - sign(net_computed) * ((abs(net_computed) * 2 + members) / NULLIF(members * 2, 0))) >= 100
        AS declared_per_capita_mismatch
FROM computed;

-- People are counted by household; one household in scope or not in scope unknown makes the village's number unknown.
CREATE TEMP TABLE village_verdict AS
WITH counted AS (
    SELECT
        v.id, COALESCE(v.rural_population, v.population) AS base,
        COALESCE(SUM(CASE WHEN h.monitored THEN h.people END), 0) AS monitored_people,
        CASE WHEN COUNT(h.in_scope) = COUNT(h.id) THEN COALESCE(SUM(CASE WHEN h.in_scope THEN h.people END), 0) END AS scope_people
    FROM main.village v LEFT JOIN household_fact h ON h.village = v.id
    GROUP BY v.id
),
conditions AS (
    SELECT id,
        CAST(monitored_people AS REAL) / NULLIF(base, 0) > 0.03 AS many_monitored,
        CAST(scope_people AS REAL) / NULLIF(base, 0) >= 0.05 AND scope_people >= 500 AS many_in_scope
    FROM counted
)
SELECT id, many_monitored OR many_in_scope AS key_village, many_monitored AND many_in_scope AS key_village_both,
    many_monitored AS key_village_monitored, many_in_scope AS key_village_share
FROM conditions;

CREATE TEMP TABLE resettlement_site_verdict AS
SELECT
    s.id,
    s.leading_industries < 1 AS site_no_industry,
    CASE WHEN MAX(v.zero_employment) = 1 THEN 1 WHEN COUNT(v.zero_employment) = COUNT(v.id) THEN 0 END AS site_zero_employment
FROM main.resettlement_site s
LEFT JOIN main.household h ON h.site = s.id
LEFT JOIN household_verdict v ON v.id = h.id
GROUP BY s.id;
