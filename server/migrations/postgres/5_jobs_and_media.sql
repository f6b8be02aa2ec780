-- Work that is done in the background.
CREATE TABLE job (
    id UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    kind TEXT NOT NULL,
    -- JSON, as the kind needs it.
    payload TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
    -- How often it was begun.
    attempts BIGINT NOT NULL,
    -- When it may be begun; while it is running, when its lease ends and another worker may take it up.
    run_at_us BIGINT NOT NULL,
    -- Whose it is while it is running: made anew by each beginning, so that who was too slow changes nothing.
    lease UUID,
    cancel_asked BIGINT NOT NULL DEFAULT 0,
    progress_done BIGINT NOT NULL DEFAULT 0,
    progress_of BIGINT NOT NULL DEFAULT 0,
    -- Why it failed: the name of a text, and details in English.
    failure TEXT,
    failure_detail TEXT,
    created_us BIGINT NOT NULL,
    finished_us BIGINT
);

CREATE INDEX job_due ON job (run_at_us) WHERE status IN ('waiting', 'running');
CREATE INDEX job_unfinished ON job (organisation_id) WHERE status IN ('waiting', 'running');
CREATE INDEX job_finished ON job (finished_us) WHERE finished_us IS NOT NULL;

ALTER TABLE media ADD COLUMN kind TEXT NOT NULL DEFAULT 'picture' CHECK (kind IN ('picture', 'video', 'panorama'));
-- As the file was called by whoever uploaded it.
ALTER TABLE media ADD COLUMN name TEXT NOT NULL DEFAULT '';
-- Of the file as it was uploaded. `sha256` is that of what is kept; of a panorama it is the pyramid's id.
ALTER TABLE media ADD COLUMN source_sha256 TEXT;
-- Everything kept of it, derived files included.
ALTER TABLE media ADD COLUMN stored_bytes BIGINT NOT NULL DEFAULT 0;
-- Deleted: the files are gone, the row tells older revisions what it was.
ALTER TABLE media ADD COLUMN purged_us BIGINT;

UPDATE media SET kind = 'video' WHERE content_type LIKE 'video/%';
UPDATE media SET stored_bytes = bytes;

CREATE UNIQUE INDEX media_is_there_once ON media (organisation_id, kind, source_sha256) WHERE purged_us IS NULL;

-- A file on its way here (tus 1.0), and for a day what became of it.
CREATE TABLE upload (
    id UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    account_id UUID NOT NULL REFERENCES account (id),
    -- Who that was, as called then.
    actor TEXT NOT NULL,
    name TEXT NOT NULL,
    -- What it is to become: `auto` looks at the file.
    wanted TEXT NOT NULL CHECK (wanted IN ('auto', 'picture', 'panorama')),
    bytes BIGINT NOT NULL,
    received_bytes BIGINT NOT NULL,
    -- Set when everything is here.
    job_id UUID REFERENCES job (id),
    -- Set when it was taken in.
    media_id UUID REFERENCES media (id),
    created_us BIGINT NOT NULL,
    expires_us BIGINT NOT NULL
);

CREATE INDEX upload_by_organisation ON upload (organisation_id, id);
CREATE INDEX upload_by_end ON upload (expires_us);
CREATE INDEX upload_by_job ON upload (job_id);

-- Its parts, each a file of its own.
CREATE TABLE upload_part (
    upload_id UUID NOT NULL REFERENCES upload (id) ON DELETE CASCADE,
    start_byte BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    -- Names the file.
    part UUID NOT NULL,
    PRIMARY KEY (upload_id, start_byte)
);
