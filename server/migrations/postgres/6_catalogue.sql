-- Where products stand: a tree. Names are JSON by language.
CREATE TABLE category (
    id UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    parent_id UUID REFERENCES category (id),
    name TEXT NOT NULL,
    -- Among its siblings, from 0.
    position BIGINT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    created_us BIGINT NOT NULL
);

CREATE INDEX category_by_organisation ON category (organisation_id);
CREATE INDEX category_by_parent ON category (parent_id);

CREATE TABLE supplier (
    id UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    name TEXT NOT NULL,
    -- The organisation's own number for it.
    code TEXT,
    email TEXT,
    phone TEXT,
    archived_us BIGINT,
    version BIGINT NOT NULL DEFAULT 1,
    created_us BIGINT NOT NULL,
    CONSTRAINT supplier_name_is_taken UNIQUE (organisation_id, name),
    CONSTRAINT supplier_code_is_taken UNIQUE (organisation_id, code)
);

ALTER TABLE product ADD COLUMN category_id UUID REFERENCES category (id);
ALTER TABLE product ADD COLUMN video_id UUID REFERENCES media (id);
-- Where else it is sold: a JSON list of label by language and address.
ALTER TABLE product ADD COLUMN links TEXT NOT NULL DEFAULT '[]';
ALTER TABLE product ADD COLUMN shelf_life_days BIGINT CHECK (shelf_life_days >= 0);
-- What one pack of the supplier's holds, thousandths of the unit.
ALTER TABLE product ADD COLUMN pack_thousandths BIGINT CHECK (pack_thousandths > 0);
ALTER TABLE product ADD COLUMN supplier_id UUID REFERENCES supplier (id);
-- What the supplier calls it.
ALTER TABLE product ADD COLUMN supplier_code TEXT;
ALTER TABLE product ADD COLUMN archived_us BIGINT;
-- Raised by every change; whoever changes it says which one was read.
ALTER TABLE product ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE product ADD COLUMN updated_us BIGINT NOT NULL DEFAULT 0;
-- Whether `product_gram` knows it. A migration for another way of making grams empties that table and sets this to false.
ALTER TABLE product ADD COLUMN has_grams BOOLEAN NOT NULL DEFAULT FALSE;

-- All GTINs are kept with the 14 digits of the longest: one number has one form.
UPDATE product SET updated_us = created_us, gtin = LPAD(gtin, 14, '0');
UPDATE product SET gtin = NULL WHERE EXISTS (
    SELECT 1 FROM product other
    WHERE other.organisation_id = product.organisation_id AND other.gtin = product.gtin AND other.id < product.id
);

CREATE UNIQUE INDEX product_gtin_is_taken ON product (organisation_id, gtin) WHERE gtin IS NOT NULL AND archived_us IS NULL;
CREATE INDEX product_listed ON product (organisation_id, id) WHERE archived_us IS NULL;
CREATE INDEX product_archived ON product (organisation_id, id) WHERE archived_us IS NOT NULL;
CREATE INDEX product_by_category ON product (category_id, id) WHERE category_id IS NOT NULL;
CREATE INDEX product_by_supplier ON product (supplier_id, id) WHERE supplier_id IS NOT NULL;
CREATE INDEX product_without_grams ON product (id) WHERE NOT has_grams;

-- Its pictures, in order. `product.picture_id` is the first of them.
CREATE TABLE product_picture (
    product_id UUID NOT NULL REFERENCES product (id),
    position BIGINT NOT NULL,
    media_id UUID NOT NULL REFERENCES media (id),
    PRIMARY KEY (product_id, position)
);

CREATE INDEX product_picture_by_media ON product_picture (media_id);

INSERT INTO product_picture (product_id, position, media_id)
SELECT id, 0, picture_id FROM product WHERE picture_id IS NOT NULL;

-- What products are found by: pairs of characters where a script writes no spaces, words elsewhere. It follows from
-- `product` and is written with it; checking references would cost as much again.
CREATE TABLE product_gram (
    organisation_id UUID NOT NULL,
    is_archived BOOLEAN NOT NULL,
    -- By bytes: what begins with a text lies between it and the next one.
    gram TEXT COLLATE "C" NOT NULL,
    product_id UUID NOT NULL,
    -- Where it stands: 0 all of a code, 1 at the beginning of a name, 2 elsewhere.
    rank BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, is_archived, gram, product_id) INCLUDE (rank)
);

-- Answers to requests that programs may send again after a lost connection, kept for a day.
CREATE TABLE idempotency_key (
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    -- The account, or the API key.
    actor_id UUID NOT NULL,
    key TEXT NOT NULL,
    route TEXT NOT NULL,
    -- SHA-256 of the body.
    fingerprint BYTEA NOT NULL,
    status BIGINT NOT NULL,
    -- JSON by name.
    headers TEXT NOT NULL,
    body TEXT NOT NULL,
    created_us BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, actor_id, key)
);

CREATE INDEX idempotency_key_by_time ON idempotency_key (created_us);
