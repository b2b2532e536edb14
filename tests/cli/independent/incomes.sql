-- Incomes of the twelve months to September 2022 ('now') and of the twelve before ('before'), from definitions.yaml: the ledger when each of
-- the months has an entry, otherwise the yearly totals of the national system; unknown when something that counts is unknown.

CREATE TEMP TABLE era (name TEXT PRIMARY KEY, first_month TEXT, last_month TEXT, year INTEGER);
INSERT INTO era VALUES ('now', '2021-10', '2022-09', 2022), ('before', '2020-10', '2021-09', 2021);

CREATE TEMP TABLE ledger AS
SELECT
    household, name AS era,
    COUNT(DISTINCT month) = 12 AS complete,
    CASE WHEN COUNT(amount) = COUNT(*) THEN SUM(amount) END AS total,
    CASE WHEN COUNT(*) FILTER (WHERE wheel = 'wage' AND amount IS NULL) = 0
         THEN COALESCE(SUM(amount) FILTER (WHERE wheel = 'wage'), 0) END AS wage,
    CASE WHEN COUNT(*) FILTER (WHERE wheel = 'business' AND amount IS NULL) = 0
         THEN COALESCE(SUM(amount) FILTER (WHERE wheel = 'business'), 0) END AS business,
    CASE WHEN COUNT(*) FILTER (WHERE wheel = 'property' AND amount IS NULL) = 0
         THEN COALESCE(SUM(amount) FILTER (WHERE wheel = 'property'), 0) END AS property,
    CASE WHEN COUNT(*) FILTER (WHERE wheel = 'transfer' AND amount IS NULL) = 0
         THEN COALESCE(SUM(amount) FILTER (WHERE wheel = 'transfer'), 0) END AS transfer
FROM main.income JOIN era ON month BETWEEN first_month AND last_month
GROUP BY household, name;
CREATE UNIQUE INDEX temp.ledger_key ON ledger (household, era);

CREATE TEMP TABLE spent AS
SELECT
    household, name AS era,
    CASE WHEN COUNT(*) FILTER (WHERE business AND amount IS NULL) = 0
         THEN COALESCE(SUM(amount) FILTER (WHERE business), 0) END AS business_cost,
    CASE WHEN COUNT(*) FILTER (WHERE self_paid AND amount IS NULL) = 0
         THEN COALESCE(SUM(amount) FILTER (WHERE self_paid), 0) END AS self_paid,
    CASE WHEN COUNT(*) FILTER (WHERE kind = 'medical' AND amount IS NULL) = 0
         THEN COALESCE(SUM(amount) FILTER (WHERE kind = 'medical'), 0) END AS medical
FROM (SELECT household, month, kind, amount,
             kind IN ('crops', 'livestock', 'orchard', 'business_other') AS business,
             kind IN ('medical', 'education', 'housing', 'accident', 'self_paid_other') AS self_paid
      FROM main.expense)
JOIN era ON month BETWEEN first_month AND last_month
GROUP BY household, name;
CREATE UNIQUE INDEX temp.spent_key ON spent (household, era);

CREATE TEMP TABLE earned AS
WITH taken AS (
    SELECT
        h.id, era.name AS era,
        COALESCE(l.complete, 0) AS complete,
        l.household IS NOT NULL AS any_entry,
        l.total AS ledger_total,
        CASE WHEN l.complete THEN l.wage ELSE y.wage END AS wage,
        CASE WHEN l.complete THEN l.business ELSE y.business END AS business,
        CASE WHEN l.complete THEN l.property ELSE y.property END AS property,
        CASE WHEN l.complete THEN l.transfer ELSE y.transfer END AS transfer,
        -- no entry of an expense in a complete year: nothing was spent
        CASE WHEN NOT l.complete OR l.complete IS NULL THEN y.business_cost
             WHEN s.household IS NULL THEN 0 ELSE s.business_cost END AS business_cost,
        CASE WHEN NOT l.complete OR l.complete IS NULL THEN y.self_paid
             WHEN s.household IS NULL THEN 0 ELSE s.self_paid END AS self_paid,
        CASE WHEN NOT l.complete OR l.complete IS NULL THEN NULL
             WHEN s.household IS NULL THEN 0 ELSE s.medical END AS medical,
        COALESCE(y.members, h.members_in_year) AS members
    FROM main.household h CROSS JOIN era
    LEFT JOIN ledger l ON l.household = h.id AND l.era = era.name
    LEFT JOIN spent s ON s.household = h.id AND s.era = era.name
    LEFT JOIN main.income_year y ON y.household = h.id AND y.year = era.year
),
summed AS (
    SELECT *, wage + business + property + transfer AS gross, wage + business + property + transfer - business_cost AS net FROM taken
)
-- per head: to the fen, halves away from zero
SELECT *, CASE WHEN members > 0 THEN sign(net) * ((abs(net) * 2 + members) / (members * 2)) END AS per_capita FROM summed;
CREATE UNIQUE INDEX temp.earned_key ON earned (era, id);
