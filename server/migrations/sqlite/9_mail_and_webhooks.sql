-- A mail brings a token of its own, made when it is sent: what was shown when the link was made is not kept to be sent.
ALTER TABLE one_time_link ADD COLUMN mail_token_sha256 BLOB;
-- The job that sends it.
ALTER TABLE one_time_link ADD COLUMN mail_job_id BLOB;

CREATE UNIQUE INDEX one_time_link_by_mail ON one_time_link (mail_token_sha256);

CREATE INDEX audit_by_account ON audit (organisation_id, account_id, id);

-- Addresses that are told of changes.
CREATE TABLE webhook_endpoint (
    id BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    name TEXT NOT NULL,
    url TEXT NOT NULL,
    -- Kinds of events, as a JSON list.
    events TEXT NOT NULL,
    -- Signs what is sent; kept readable, because signing takes it.
    secret TEXT NOT NULL,
    -- The one before, which signs beside it until an instant.
    former_secret TEXT,
    former_until_us INTEGER,
    enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    -- Why it is off, and since when: `person`, `failing`, or `gone` as it said itself.
    off_reason TEXT CHECK (off_reason IN ('person', 'failing', 'gone')),
    off_us INTEGER,
    -- The first failure since something was delivered.
    failing_since_us INTEGER,
    -- Raised by every change that a person makes.
    version INTEGER NOT NULL,
    created_us INTEGER NOT NULL
) STRICT;

CREATE INDEX webhook_endpoint_by_organisation ON webhook_endpoint (organisation_id, id);

-- What happened, written in the transaction of the change. Only where somebody is to be told.
CREATE TABLE webhook_event (
    id BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    kind TEXT NOT NULL,
    -- JSON, exactly as it is sent and signed.
    body TEXT NOT NULL,
    created_us INTEGER NOT NULL
) STRICT;

CREATE INDEX webhook_event_by_time ON webhook_event (created_us);

-- An event on its way to one endpoint.
CREATE TABLE webhook_delivery (
    id BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    event_id BLOB NOT NULL REFERENCES webhook_event (id) ON DELETE CASCADE,
    endpoint_id BLOB NOT NULL REFERENCES webhook_endpoint (id) ON DELETE CASCADE,
    status TEXT NOT NULL CHECK (status IN ('waiting', 'running', 'delivered', 'failed')),
    -- How often it was tried since it was asked for.
    attempts INTEGER NOT NULL,
    -- When it may be tried; while it runs, when its lease ends.
    due_us INTEGER NOT NULL,
    lease BLOB,
    created_us INTEGER NOT NULL,
    ended_us INTEGER,
    CONSTRAINT webhook_delivery_is_there_once UNIQUE (event_id, endpoint_id)
) STRICT;

CREATE INDEX webhook_delivery_due ON webhook_delivery (due_us) WHERE status IN ('waiting', 'running');
CREATE INDEX webhook_delivery_running ON webhook_delivery (endpoint_id) WHERE status = 'running';
CREATE INDEX webhook_delivery_by_endpoint ON webhook_delivery (endpoint_id, id);
CREATE INDEX webhook_delivery_failed ON webhook_delivery (organisation_id, id) WHERE status = 'failed';

-- Each try, and what came back.
CREATE TABLE webhook_attempt (
    delivery_id BLOB NOT NULL REFERENCES webhook_delivery (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    at_us INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL,
    http_status INTEGER,
    -- Why it counts as failed: the text `webhook.failure.{failure}`, and details in English.
    failure TEXT,
    failure_detail TEXT,
    -- The first bytes of the answer.
    answer TEXT NOT NULL,
    PRIMARY KEY (delivery_id, number)
) STRICT, WITHOUT ROWID;
