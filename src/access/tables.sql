-- Who may come in, and how they came. Times are seconds since 1970-01-01 UTC. No password and no secret stands here, only what
-- they are checked against.
CREATE TABLE IF NOT EXISTS zs_user (
    id BIGINT PRIMARY KEY,
    name TEXT NOT NULL,            -- how the log names them; never given to anybody else
    folded TEXT NOT NULL UNIQUE,   -- the name as it is looked up
    display_name TEXT NOT NULL,
    role TEXT NOT NULL,
    unit TEXT,
    password TEXT NOT NULL,        -- Argon2id, its parameters and salt within
    must_change BIGINT NOT NULL,   -- 1: nothing else goes before the password is changed
    demonstration BIGINT NOT NULL, -- 1: has a password that everybody may know
    created BIGINT NOT NULL,
    retired BIGINT,
    version BIGINT NOT NULL,
    preferences TEXT NOT NULL      -- JSON
);
CREATE TABLE IF NOT EXISTS zs_user_division (
    user_id BIGINT NOT NULL,
    code TEXT NOT NULL,
    PRIMARY KEY (user_id, code)
);
CREATE TABLE IF NOT EXISTS zs_user_subject (
    user_id BIGINT NOT NULL,
    subject BIGINT NOT NULL,       -- id of a record of the pack's subject
    PRIMARY KEY (user_id, subject)
);
CREATE TABLE IF NOT EXISTS zs_session (
    hash TEXT PRIMARY KEY,         -- SHA-256 of the token
    user_id BIGINT NOT NULL,
    created BIGINT NOT NULL,
    used BIGINT NOT NULL,
    address TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS zs_session_user ON zs_session (user_id);
CREATE TABLE IF NOT EXISTS zs_token (
    id BIGINT PRIMARY KEY,
    user_id BIGINT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    label TEXT NOT NULL,
    created BIGINT NOT NULL,
    used BIGINT,
    ends BIGINT NOT NULL,
    revoked BIGINT
);
CREATE INDEX IF NOT EXISTS zs_token_user ON zs_token (user_id);
-- Failed attempts that still count; key: user:ID, name:HASH of a name that nobody has, address:ADDRESS.
CREATE TABLE IF NOT EXISTS zs_throttle (
    key TEXT PRIMARY KEY,
    failures BIGINT NOT NULL,
    last BIGINT NOT NULL,
    until BIGINT NOT NULL          -- locked until then
);
CREATE INDEX IF NOT EXISTS zs_throttle_last ON zs_throttle (last);
-- Every login and logout, and every attempt that was looked at.
CREATE TABLE IF NOT EXISTS zs_login (
    id BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    user_id BIGINT,                -- NULL: nobody has the name that was given
    address TEXT NOT NULL,
    outcome TEXT NOT NULL          -- in, wrong, out
);
-- For the audit page: newest first, by whom, by what.
CREATE INDEX IF NOT EXISTS zs_login_at ON zs_login (at, id);
CREATE INDEX IF NOT EXISTS zs_login_user ON zs_login (user_id, at, id);
CREATE INDEX IF NOT EXISTS zs_entry_at ON zs_entry (at, id);
CREATE INDEX IF NOT EXISTS zs_entry_actor ON zs_entry (actor, at, id);
CREATE INDEX IF NOT EXISTS zs_entry_action ON zs_entry (action, at, id);
