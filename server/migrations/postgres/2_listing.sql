-- What lists of stores say about a published revision, so that they need not read all of it. Revisions that an older
-- program publishes have none.
ALTER TABLE store_revision ADD COLUMN listing TEXT;
