-- What the library's search looks at: name and texts in small letters, a line each.
ALTER TABLE media ADD COLUMN words TEXT NOT NULL DEFAULT '';
UPDATE media SET words = LOWER(name || CHAR(10)
    || COALESCE((SELECT GROUP_CONCAT(value, CHAR(10)) FROM json_each(media.alt)), ''));

-- When a job was asked for that makes a picture's smaller copies in the newer formats.
ALTER TABLE media ADD COLUMN encode_asked_us INTEGER;
CREATE INDEX media_to_encode ON media (id) WHERE kind = 'picture' AND encode_asked_us IS NULL AND purged_us IS NULL;
