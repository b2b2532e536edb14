-- What the public page needs besides the register. Nothing here names anybody: keys and proofs are keyed hashes.
CREATE TABLE IF NOT EXISTS zs_declare_secret (
    id BIGINT PRIMARY KEY,         -- 1
    key TEXT NOT NULL              -- 256 random bits: signs questions, hides keys
);
CREATE TABLE IF NOT EXISTS zs_declare_used (
    token TEXT PRIMARY KEY,        -- hash of a question's token that was answered
    until BIGINT NOT NULL          -- it has expired by then anyway
);
CREATE TABLE IF NOT EXISTS zs_declare_count (
    key TEXT NOT NULL,             -- hash of an address, an identity number, a receipt, each with its purpose
    period BIGINT NOT NULL,        -- the day
    count BIGINT NOT NULL,
    PRIMARY KEY (key, period)
);
CREATE TABLE IF NOT EXISTS zs_declaration (
    proof TEXT PRIMARY KEY,        -- hash of receipt and identity number together
    record BIGINT NOT NULL
);
