-- Assessment (docs/assessment.md). Points, shares, figures are ten-thousandths. A run keeps a copy of its criteria, so that
-- it says the same whatever the pack says later.
CREATE TABLE IF NOT EXISTS zs_assessment_adoption (
    scheme TEXT NOT NULL,
    year BIGINT NOT NULL,
    content TEXT NOT NULL,      -- the scheme as it was adopted, canonical
    entry BIGINT NOT NULL,
    PRIMARY KEY (scheme, year)
);
CREATE TABLE IF NOT EXISTS zs_assessment_run (
    id BIGINT PRIMARY KEY,
    scheme TEXT NOT NULL,
    part TEXT NOT NULL,
    year BIGINT NOT NULL,
    month BIGINT NOT NULL,
    as_of TEXT NOT NULL,
    facts BIGINT NOT NULL,      -- the last log entry that its figures knew
    state TEXT NOT NULL,        -- made, published, closed, dropped
    entry BIGINT NOT NULL,      -- the log entry that made it
    published TEXT,
    objections_until TEXT,
    closed TEXT
);
CREATE INDEX IF NOT EXISTS zs_assessment_run_scheme ON zs_assessment_run (scheme, year);
CREATE TABLE IF NOT EXISTS zs_assessment_criterion (
    run BIGINT NOT NULL,
    criterion TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    kind TEXT NOT NULL,         -- indicator, led, reviewed, deduction
    label_zh TEXT NOT NULL,
    label_en TEXT NOT NULL,
    points BIGINT NOT NULL,
    indicator TEXT,
    full_at BIGINT,
    zero_at BIGINT,
    each_takes BIGINT,
    PRIMARY KEY (run, criterion)
);
CREATE TABLE IF NOT EXISTS zs_assessment_scored (
    run BIGINT NOT NULL,
    scored TEXT NOT NULL,       -- a division's code, a unit's name, a record's id
    ordinal BIGINT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    division TEXT,              -- whose figures they are; null: the county's
    vetoes TEXT NOT NULL,       -- labels of the vetoes that hold, as JSON [{zh, en}]
    grade_most BIGINT NOT NULL, -- no better than this grade of the scheme
    PRIMARY KEY (run, scored)
);
CREATE TABLE IF NOT EXISTS zs_assessment_score (
    run BIGINT NOT NULL,
    scored TEXT NOT NULL,
    criterion TEXT NOT NULL,
    figure BIGINT,              -- of the indicator; null: not known
    counted BIGINT NOT NULL,
    missing BIGINT NOT NULL,
    undetermined BIGINT NOT NULL,
    computed BIGINT,            -- points; null: open
    PRIMARY KEY (run, scored, criterion)
);
-- What a closed run came to. grade: index in the scheme; lists: bit per list of it.
CREATE TABLE IF NOT EXISTS zs_assessment_result (
    run BIGINT NOT NULL,
    scored TEXT NOT NULL,
    points BIGINT NOT NULL,
    rank BIGINT NOT NULL,
    grade BIGINT NOT NULL,
    lists BIGINT NOT NULL,
    PRIMARY KEY (run, scored)
);
CREATE TABLE IF NOT EXISTS zs_assessment_given (
    run BIGINT NOT NULL,
    scored TEXT NOT NULL,
    criterion TEXT NOT NULL,
    given BIGINT NOT NULL,
    PRIMARY KEY (run, scored, criterion)
);
-- What people added, kept when the run was published (reviews) and closed (objections): the registers' records may not say it for ever.
CREATE TABLE IF NOT EXISTS zs_assessment_kept (
    run BIGINT NOT NULL,
    kind TEXT NOT NULL,         -- review, objection
    scored TEXT NOT NULL,
    criterion TEXT NOT NULL,
    record BIGINT NOT NULL,     -- of the pack's register
    points BIGINT,              -- null: an objection that brought none
    PRIMARY KEY (run, kind, scored, criterion)
);
-- What the points of a criterion of kind led come from: the indicators that the unit leads.
CREATE TABLE IF NOT EXISTS zs_assessment_led (
    run BIGINT NOT NULL,
    scored TEXT NOT NULL,
    criterion TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    indicator TEXT NOT NULL,
    target BIGINT NOT NULL,
    figure BIGINT,              -- null: not known, and not counted
    counted BIGINT NOT NULL,
    missing BIGINT NOT NULL,
    undetermined BIGINT NOT NULL,
    attained BIGINT,            -- 0 to 1
    points BIGINT,              -- its part of the criterion's points
    PRIMARY KEY (run, scored, criterion, ordinal)
);
-- Criteria that do not apply to somebody: their points are shared out over the others.
CREATE TABLE IF NOT EXISTS zs_assessment_spared (
    run BIGINT NOT NULL,
    scored TEXT NOT NULL,
    criterion TEXT NOT NULL,
    PRIMARY KEY (run, scored, criterion)
);
