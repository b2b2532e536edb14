-- Screening runs. A finding is one record under one rule: state 1 hit, 2 undetermined.
CREATE TABLE IF NOT EXISTS zs_run (
    id BIGINT PRIMARY KEY,
    entry BIGINT NOT NULL,      -- the log entry that wrote the run
    as_of TEXT NOT NULL,
    digest TEXT NOT NULL,       -- of the pack it ran with
    rules TEXT NOT NULL         -- names, comma-joined, in order
);
CREATE TABLE IF NOT EXISTS zs_run_rule (
    run BIGINT NOT NULL,
    rule TEXT NOT NULL,
    register TEXT NOT NULL,
    records BIGINT NOT NULL,
    hits BIGINT NOT NULL,
    undetermined BIGINT NOT NULL,
    fresh BIGINT NOT NULL,
    cleared BIGINT NOT NULL,
    previous BIGINT,            -- the run it was compared with
    PRIMARY KEY (rule, run)
);
CREATE TABLE IF NOT EXISTS zs_finding (
    run BIGINT NOT NULL,
    rule TEXT NOT NULL,
    record BIGINT NOT NULL,
    state BIGINT NOT NULL,
    PRIMARY KEY (run, rule, record)
);
-- From the records of somebody's village to what was found of them.
CREATE INDEX IF NOT EXISTS zs_finding_record ON zs_finding (run, record);
