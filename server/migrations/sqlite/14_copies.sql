-- The job that makes a picture's smaller copies in every format, and when they were all made. A picture is to be encoded
-- while it has no such instant and its job is not there: never asked for, or lost with the table of jobs, which no backup holds.
ALTER TABLE media ADD COLUMN encode_job BLOB;
ALTER TABLE media ADD COLUMN encoded_us INTEGER;
DROP INDEX media_to_encode;
ALTER TABLE media DROP COLUMN encode_asked_us;
CREATE INDEX media_to_encode ON media (id) WHERE kind = 'picture' AND encoded_us IS NULL AND purged_us IS NULL;
