-- Cases beside their records (docs/casework.md). Dates are 'YYYY-MM-DD'; where there is none, due dates are '9999-12-31', so
-- that what has a date comes first.
CREATE TABLE IF NOT EXISTS zs_case (
    register TEXT NOT NULL,
    record BIGINT NOT NULL,
    state TEXT NOT NULL,
    opener TEXT NOT NULL,          -- who opened it, as the log names them
    opened TEXT NOT NULL,
    since TEXT NOT NULL,           -- the day it came into the state
    entered BIGINT NOT NULL,       -- the step by which it came into the state
    step BIGINT NOT NULL,          -- its last step
    due TEXT NOT NULL,             -- the earlier of the two that follow
    state_due TEXT NOT NULL,
    clock_due TEXT NOT NULL,
    due_known BIGINT NOT NULL,     -- 0: counted in a year whose holidays are not known
    rises TEXT NOT NULL,           -- the first day on which it goes up again
    level BIGINT NOT NULL,         -- how often it has gone up in this state
    assignee BIGINT,               -- user; NULL: nobody in particular
    closed TEXT,                   -- NULL: open
    PRIMARY KEY (register, record)
);
CREATE INDEX IF NOT EXISTS zs_case_open ON zs_case (register, state, due, record) WHERE closed IS NULL;
CREATE INDEX IF NOT EXISTS zs_case_due ON zs_case (register, due, record) WHERE closed IS NULL;
CREATE INDEX IF NOT EXISTS zs_case_rises ON zs_case (rises) WHERE closed IS NULL;
CREATE INDEX IF NOT EXISTS zs_case_assignee ON zs_case (assignee) WHERE closed IS NULL;
CREATE INDEX IF NOT EXISTS zs_case_closed ON zs_case (register, closed, record) WHERE closed IS NOT NULL;
CREATE INDEX IF NOT EXISTS zs_case_opener ON zs_case (opener, register, record);
CREATE TABLE IF NOT EXISTS zs_step (
    register TEXT NOT NULL,
    record BIGINT NOT NULL,
    number BIGINT NOT NULL,
    kind TEXT NOT NULL,            -- opened, moved, answered, escalated, assigned, edited
    at BIGINT NOT NULL,            -- seconds since 1970-01-01 UTC
    day TEXT NOT NULL,
    actor TEXT NOT NULL,
    role TEXT,
    unit TEXT,
    transition TEXT,
    from_state TEXT,
    to_state TEXT NOT NULL,
    refused BIGINT NOT NULL,       -- 1: the answer to a countersigning was no
    returned BIGINT NOT NULL,      -- 1: a transition of kind return
    comment TEXT NOT NULL,
    fields TEXT NOT NULL,          -- names of those that were given, joined by ','
    to_user BIGINT,
    entry BIGINT NOT NULL,         -- of the log, by which it was written
    basis BIGINT NOT NULL,         -- the last entry before it
    version BIGINT NOT NULL,       -- of the record, after it
    since TEXT NOT NULL,           -- the day the case had come into from_state …
    due TEXT NOT NULL,             -- … and the deadline it had there
    PRIMARY KEY (register, record, number)
);
CREATE INDEX IF NOT EXISTS zs_step_day ON zs_step (register, day) WHERE kind = 'moved';
-- What screenings and feeds found. The same facts are found once.
CREATE TABLE IF NOT EXISTS zs_proposal (
    id BIGINT PRIMARY KEY,
    register TEXT NOT NULL,        -- of the cases
    parent BIGINT NOT NULL,        -- what the case hangs on; 0: nothing
    source TEXT NOT NULL,
    digest TEXT NOT NULL,
    record BIGINT NOT NULL,        -- the case
    state TEXT NOT NULL,           -- open, accepted, refused
    transition TEXT,
    zh TEXT NOT NULL,
    en TEXT NOT NULL,
    at BIGINT NOT NULL,
    entry BIGINT NOT NULL,
    basis BIGINT NOT NULL,
    answered_by TEXT NOT NULL,
    comment TEXT NOT NULL,
    UNIQUE (register, parent, source, digest)
);
CREATE INDEX IF NOT EXISTS zs_proposal_record ON zs_proposal (register, record);
-- Facts by which a closed case was reopened: never twice by the same.
CREATE TABLE IF NOT EXISTS zs_reopening (
    register TEXT NOT NULL,
    record BIGINT NOT NULL,
    transition TEXT NOT NULL,
    digest TEXT NOT NULL,
    PRIMARY KEY (register, record, transition, digest)
);
-- The last number of each year: of all workflows, under the empty name.
CREATE TABLE IF NOT EXISTS zs_case_number (
    register TEXT NOT NULL,
    year BIGINT NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (register, year)
);
-- Up to which entry, and for which day, automatic transitions were looked at.
CREATE TABLE IF NOT EXISTS zs_tick (
    id BIGINT PRIMARY KEY,
    entry BIGINT NOT NULL,
    day TEXT NOT NULL,
    digest TEXT NOT NULL           -- of the pack
);
-- Which case or record a proposal came from, where it came from one: a declaration that was taken up, an imported row.
CREATE TABLE IF NOT EXISTS zs_proposal_origin (
    proposal BIGINT PRIMARY KEY,
    register TEXT NOT NULL,
    record BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS zs_proposal_origin_record ON zs_proposal_origin (register, record);
-- Clocks that were met: by the step with which the case came to a state where its clock stops, or to an end (but for those that
-- were withdrawn).
CREATE TABLE IF NOT EXISTS zs_clock (
    register TEXT NOT NULL,
    record BIGINT NOT NULL,
    step BIGINT NOT NULL,
    began TEXT NOT NULL,           -- the day from which it counted
    due TEXT NOT NULL,
    met TEXT NOT NULL,             -- the day of the step
    PRIMARY KEY (register, record, step)
);
CREATE INDEX IF NOT EXISTS zs_clock_met ON zs_clock (register, met);
