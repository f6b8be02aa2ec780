-- Backups under way. Their snapshot names files, which are not deleted before they are copied.
CREATE TABLE backup_hold (
    id UUID NOT NULL PRIMARY KEY,
    -- Renewed while the backup lives.
    expires_us BIGINT NOT NULL
);

-- Attempts that all replicas count together, by the hash of what they are attempts on.
CREATE TABLE attempt (
    key BYTEA NOT NULL PRIMARY KEY,
    -- While this is far enough ahead, nothing more is admitted.
    used_until_us BIGINT NOT NULL
);

CREATE INDEX attempt_by_end ON attempt (used_until_us);
