-- Who saved a revision, and what it changed; empty where an older program saved it.
ALTER TABLE store_revision ADD COLUMN account_id BLOB;
ALTER TABLE store_revision ADD COLUMN actor TEXT NOT NULL DEFAULT '';
-- How it came to be: `made`, `changed`, `uploaded`, `restored` or `again` (published once more as it was).
ALTER TABLE store_revision ADD COLUMN origin TEXT NOT NULL DEFAULT 'changed';
-- What differs from the revision before: JSON, a list of codes and names.
ALTER TABLE store_revision ADD COLUMN changes TEXT NOT NULL DEFAULT '[]';
ALTER TABLE store_revision ADD COLUMN published_by TEXT;
-- The last job that was to publish the store.
ALTER TABLE store ADD COLUMN publish_job BLOB;
