-- What products are found by, for lists that end where a page is full. It takes the place of `product_gram`, which is empty from
-- here on and stays for the program of the version before.
CREATE TABLE product_posting (
    organisation_id BLOB NOT NULL,
    is_archived INTEGER NOT NULL,
    -- Where it stands: 0 all of a code, 1 at the beginning of a name, 2 elsewhere. The best place of each gram.
    rank INTEGER NOT NULL,
    -- A pair of characters where a script writes no spaces, a word elsewhere.
    gram TEXT NOT NULL,
    product_id BLOB NOT NULL,
    PRIMARY KEY (organisation_id, is_archived, rank, gram, product_id)
) STRICT, WITHOUT ROWID;

-- The same by product, so that one look says whether a product has all that was asked for, and where.
CREATE TABLE product_text (
    organisation_id BLOB NOT NULL,
    is_archived INTEGER NOT NULL,
    product_id BLOB NOT NULL,
    -- Its grams by rank, a space before and behind each.
    grams TEXT NOT NULL,
    -- Character of the space behind the last gram of rank 0, and behind the last of rank 1; the first character is 1.
    codes_end INTEGER NOT NULL,
    beginnings_end INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, is_archived, product_id)
) STRICT, WITHOUT ROWID;

-- The version that these two tables know. A migration for another way of making grams empties them and sets this to 0.
ALTER TABLE product ADD COLUMN indexed_version INTEGER NOT NULL DEFAULT 0;
CREATE INDEX product_to_index ON product (id) WHERE indexed_version <> version;

DELETE FROM product_gram;
DROP INDEX product_without_grams;
