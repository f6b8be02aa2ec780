-- What the library's search looks at: name and texts in small letters, a line each.
ALTER TABLE media ADD COLUMN words TEXT NOT NULL DEFAULT '';
UPDATE media SET words = LOWER(name || CHR(10)
    || COALESCE((SELECT STRING_AGG(value, CHR(10)) FROM jsonb_each_text(media.alt::jsonb)), ''));

-- When a job was asked for that makes a picture's smaller copies in the newer formats.
ALTER TABLE media ADD COLUMN encode_asked_us BIGINT;
CREATE INDEX media_to_encode ON media (id) WHERE kind = 'picture' AND encode_asked_us IS NULL AND purged_us IS NULL;
