-- What-if questions that somebody saved. A note holds no figure: it is answered anew for whoever opens it.
CREATE TABLE IF NOT EXISTS zs_whatif_note (
    id BIGINT PRIMARY KEY,
    entry BIGINT NOT NULL,      -- the log entry that wrote it
    at BIGINT NOT NULL,         -- seconds since 1970-01-01 UTC
    user_id BIGINT NOT NULL,
    actor TEXT NOT NULL,
    title TEXT NOT NULL,
    note TEXT NOT NULL,
    question TEXT NOT NULL      -- JSON
);
