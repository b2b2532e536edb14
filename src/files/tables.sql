-- Files that hang on records. BLOB stands for the database's own type of bytes.
CREATE TABLE IF NOT EXISTS zs_file (
    digest TEXT PRIMARY KEY,       -- SHA-256 of the content, hexadecimal: the same file is kept once
    size BIGINT NOT NULL,
    type TEXT NOT NULL,            -- jpeg, png, webp, pdf, docx, xlsx, text
    content BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS zs_attachment (
    id BIGINT PRIMARY KEY,
    register TEXT NOT NULL,
    record BIGINT NOT NULL,
    kind TEXT NOT NULL,            -- of the pack's attachments
    digest TEXT NOT NULL REFERENCES zs_file (digest),
    name TEXT NOT NULL,            -- what it is called when it is saved
    actor TEXT NOT NULL,
    at TEXT NOT NULL,
    entry BIGINT NOT NULL,         -- of the log, by which it was added
    retired BIGINT,                -- the entry by which it was taken back
    reason TEXT                    -- why
);
CREATE INDEX IF NOT EXISTS zs_attachment_record ON zs_attachment (register, record, id);
CREATE INDEX IF NOT EXISTS zs_attachment_actor ON zs_attachment (actor, at);
