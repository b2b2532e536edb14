-- What was sent on which day, to whom, with what result: so that nobody is told twice. Counts only.
CREATE TABLE zs_notice (
    day TEXT NOT NULL,             -- 2022-10-08
    channel TEXT NOT NULL,         -- as the settings name it; mail
    recipient TEXT NOT NULL,       -- account; of a group: ''
    state TEXT NOT NULL,           -- sending, sent, failed, uncertain, nothing
    attempts BIGINT NOT NULL,
    at BIGINT NOT NULL,            -- of the last one, seconds since 1970
    entry BIGINT NOT NULL,         -- of the log, the last one's; 0: none yet
    PRIMARY KEY (day, channel, recipient)
);
