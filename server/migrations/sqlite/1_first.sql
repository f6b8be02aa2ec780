-- Instants are microseconds UTC, money is minor units, JSON is text, ids are UUIDv7 in 16 bytes.

CREATE TABLE organisation (
    id BLOB NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    created_us INTEGER NOT NULL
) STRICT;

-- Until there are accounts, everything belongs to this one.
INSERT INTO organisation (id, name, created_us) VALUES (x'01900000000070008000000000000001', '', 0);

CREATE TABLE shop (
    id BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    phone TEXT,
    email TEXT,
    line TEXT,
    -- Further ways to reach the shop, by their name.
    other_contact TEXT NOT NULL DEFAULT '{}',
    hours TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    currency TEXT NOT NULL,
    created_us INTEGER NOT NULL
) STRICT;

CREATE TABLE store (
    id BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    shop_id BLOB NOT NULL REFERENCES shop (id),
    slug TEXT NOT NULL CONSTRAINT store_slug_is_taken UNIQUE,
    -- The revision that shoppers see; none before the first publishing. Setting it is what publishing is.
    current_revision INTEGER,
    created_us INTEGER NOT NULL
) STRICT;

-- Every revision that was ever saved. A draft has no `published`.
CREATE TABLE store_revision (
    store_id BLOB NOT NULL REFERENCES store (id),
    number INTEGER NOT NULL CHECK (number > 0),
    document TEXT NOT NULL,
    created_us INTEGER NOT NULL,
    published_us INTEGER,
    -- What viewers get: the document with manifests, posters, products and media as they were at publishing.
    published TEXT,
    PRIMARY KEY (store_id, number),
    CHECK ((published_us IS NULL) = (published IS NULL))
) STRICT;

CREATE TABLE media (
    id BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    sha256 TEXT NOT NULL,
    extension TEXT NOT NULL,
    content_type TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    width INTEGER,
    height INTEGER,
    alt TEXT NOT NULL DEFAULT '{}',
    created_us INTEGER NOT NULL
) STRICT;

CREATE INDEX media_by_content ON media (organisation_id, sha256);

CREATE TABLE pyramid (
    id TEXT NOT NULL,
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    manifest TEXT NOT NULL,
    created_us INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, id)
) STRICT;

CREATE TABLE product (
    id BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    sku TEXT NOT NULL,
    gtin TEXT,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    price_minor INTEGER,
    price_currency TEXT,
    price_tax_included INTEGER,
    -- What quantities count; quantities are thousandths of it.
    unit TEXT NOT NULL,
    picture_id BLOB REFERENCES media (id),
    created_us INTEGER NOT NULL,
    CONSTRAINT product_sku_is_taken UNIQUE (organisation_id, sku),
    CHECK ((price_minor IS NULL) = (price_currency IS NULL) AND (price_minor IS NULL) = (price_tax_included IS NULL))
) STRICT;

-- What published revisions use, and which is therefore served to everyone: `media/{sha256}` or `tiles/{pyramid}`.
CREATE TABLE published_file (
    name TEXT NOT NULL,
    store_id BLOB NOT NULL,
    revision INTEGER NOT NULL,
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    PRIMARY KEY (name, store_id, revision),
    FOREIGN KEY (store_id, revision) REFERENCES store_revision (store_id, number)
) STRICT;

CREATE TABLE published_product (
    product_id BLOB NOT NULL REFERENCES product (id),
    store_id BLOB NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (product_id, store_id, revision),
    FOREIGN KEY (store_id, revision) REFERENCES store_revision (store_id, number)
) STRICT;

-- The secret that makes a visitor's hash, by days since 1970 in UTC. Only the present day's row exists for long.
CREATE TABLE visitor_salt (
    utc_day INTEGER NOT NULL PRIMARY KEY,
    salt BLOB NOT NULL
) STRICT;

-- One row per accepted batch of events: what is the same for all of them, and proof that the batch was counted.
CREATE TABLE event_batch (
    number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL UNIQUE,
    store_id BLOB NOT NULL REFERENCES store (id),
    received_us INTEGER NOT NULL,
    visitor BLOB NOT NULL,
    revision INTEGER NOT NULL,
    accepted INTEGER NOT NULL,
    dropped INTEGER NOT NULL,
    language TEXT NOT NULL,
    viewport_width INTEGER NOT NULL,
    viewport_height INTEGER NOT NULL,
    referrer TEXT,
    utm_source TEXT,
    utm_medium TEXT,
    utm_campaign TEXT,
    utm_term TEXT,
    utm_content TEXT
) STRICT;

CREATE INDEX event_batch_by_time ON event_batch (received_us);

CREATE TABLE event (
    batch INTEGER NOT NULL REFERENCES event_batch (number) ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    at_us INTEGER NOT NULL,
    kind TEXT NOT NULL,
    scene TEXT,
    hotspot TEXT,
    dwell_ms INTEGER,
    PRIMARY KEY (batch, seq)
) STRICT, WITHOUT ROWID;

-- Sums per day in the shop's time zone, kept for ever: of the store (scene and hotspot empty), of a scene (hotspot
-- empty), of a hotspot.
CREATE TABLE rollup_day (
    store_id BLOB NOT NULL REFERENCES store (id),
    day TEXT NOT NULL,
    scene TEXT NOT NULL,
    hotspot TEXT NOT NULL,
    views INTEGER NOT NULL,
    clicks INTEGER NOT NULL,
    dwell_ms INTEGER NOT NULL,
    visitors INTEGER NOT NULL,
    PRIMARY KEY (store_id, day, scene, hotspot)
) STRICT, WITHOUT ROWID;

-- Who was counted in `rollup_day.visitors`; deleted once the day is over.
CREATE TABLE visitor_day (
    store_id BLOB NOT NULL REFERENCES store (id),
    day TEXT NOT NULL,
    scene TEXT NOT NULL,
    hotspot TEXT NOT NULL,
    visitor BLOB NOT NULL,
    PRIMARY KEY (store_id, day, scene, hotspot, visitor)
) STRICT, WITHOUT ROWID;

CREATE INDEX visitor_day_by_day ON visitor_day (day);
