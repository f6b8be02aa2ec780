-- Instants are microseconds UTC, money is minor units, JSON is text, ids are UUIDv7.

CREATE TABLE organisation (
    id UUID NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    created_us BIGINT NOT NULL
);

-- Until there are accounts, everything belongs to this one.
INSERT INTO organisation (id, name, created_us) VALUES ('01900000-0000-7000-8000-000000000001', '', 0);

CREATE TABLE shop (
    id UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL REFERENCES organisation (id),
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
    created_us BIGINT NOT NULL
);

CREATE TABLE store (
    id UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    shop_id UUID NOT NULL REFERENCES shop (id),
    slug TEXT COLLATE "C" NOT NULL CONSTRAINT store_slug_is_taken UNIQUE,
    -- The revision that shoppers see; none before the first publishing. Setting it is what publishing is.
    current_revision BIGINT,
    created_us BIGINT NOT NULL
);

-- Every revision that was ever saved. A draft has no `published`.
CREATE TABLE store_revision (
    store_id UUID NOT NULL REFERENCES store (id),
    number BIGINT NOT NULL CHECK (number > 0),
    document TEXT NOT NULL,
    created_us BIGINT NOT NULL,
    published_us BIGINT,
    -- What viewers get: the document with manifests, posters, products and media as they were at publishing.
    published TEXT,
    PRIMARY KEY (store_id, number),
    CHECK ((published_us IS NULL) = (published IS NULL))
);

CREATE TABLE media (
    id UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    sha256 TEXT COLLATE "C" NOT NULL,
    extension TEXT NOT NULL,
    content_type TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    width BIGINT,
    height BIGINT,
    alt TEXT NOT NULL DEFAULT '{}',
    created_us BIGINT NOT NULL
);

CREATE INDEX media_by_content ON media (organisation_id, sha256);

CREATE TABLE pyramid (
    id TEXT COLLATE "C" NOT NULL,
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    manifest TEXT NOT NULL,
    created_us BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, id)
);

CREATE TABLE product (
    id UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    sku TEXT COLLATE "C" NOT NULL,
    gtin TEXT,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    price_minor BIGINT,
    price_currency TEXT,
    price_tax_included BOOLEAN,
    -- What quantities count; quantities are thousandths of it.
    unit TEXT NOT NULL,
    picture_id UUID REFERENCES media (id),
    created_us BIGINT NOT NULL,
    CONSTRAINT product_sku_is_taken UNIQUE (organisation_id, sku),
    CHECK ((price_minor IS NULL) = (price_currency IS NULL) AND (price_minor IS NULL) = (price_tax_included IS NULL))
);

-- What published revisions use, and which is therefore served to everyone: `media/{sha256}` or `tiles/{pyramid}`.
CREATE TABLE published_file (
    name TEXT COLLATE "C" NOT NULL,
    store_id UUID NOT NULL,
    revision BIGINT NOT NULL,
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    PRIMARY KEY (name, store_id, revision),
    FOREIGN KEY (store_id, revision) REFERENCES store_revision (store_id, number)
);

CREATE TABLE published_product (
    product_id UUID NOT NULL REFERENCES product (id),
    store_id UUID NOT NULL,
    revision BIGINT NOT NULL,
    PRIMARY KEY (product_id, store_id, revision),
    FOREIGN KEY (store_id, revision) REFERENCES store_revision (store_id, number)
);

-- The secret that makes a visitor's hash, by days since 1970 in UTC. Only the present day's row exists for long.
CREATE TABLE visitor_salt (
    utc_day BIGINT NOT NULL PRIMARY KEY,
    salt BYTEA NOT NULL
);

-- One row per accepted batch of events: what is the same for all of them, and proof that the batch was counted.
CREATE TABLE event_batch (
    number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id UUID NOT NULL UNIQUE,
    store_id UUID NOT NULL REFERENCES store (id),
    received_us BIGINT NOT NULL,
    visitor BYTEA NOT NULL,
    revision BIGINT NOT NULL,
    accepted BIGINT NOT NULL,
    dropped BIGINT NOT NULL,
    language TEXT NOT NULL,
    viewport_width BIGINT NOT NULL,
    viewport_height BIGINT NOT NULL,
    referrer TEXT,
    utm_source TEXT,
    utm_medium TEXT,
    utm_campaign TEXT,
    utm_term TEXT,
    utm_content TEXT
);

CREATE INDEX event_batch_by_time ON event_batch (received_us);

CREATE TABLE event (
    batch BIGINT NOT NULL REFERENCES event_batch (number) ON DELETE CASCADE,
    seq BIGINT NOT NULL,
    at_us BIGINT NOT NULL,
    kind TEXT NOT NULL,
    scene TEXT COLLATE "C",
    hotspot TEXT COLLATE "C",
    dwell_ms BIGINT,
    PRIMARY KEY (batch, seq)
);

-- Sums per day in the shop's time zone, kept for ever: of the store (scene and hotspot empty), of a scene (hotspot
-- empty), of a hotspot.
CREATE TABLE rollup_day (
    store_id UUID NOT NULL REFERENCES store (id),
    day TEXT COLLATE "C" NOT NULL,
    scene TEXT COLLATE "C" NOT NULL,
    hotspot TEXT COLLATE "C" NOT NULL,
    views BIGINT NOT NULL,
    clicks BIGINT NOT NULL,
    dwell_ms BIGINT NOT NULL,
    visitors BIGINT NOT NULL,
    PRIMARY KEY (store_id, day, scene, hotspot)
);

-- Who was counted in `rollup_day.visitors`; deleted once the day is over.
CREATE TABLE visitor_day (
    store_id UUID NOT NULL REFERENCES store (id),
    day TEXT COLLATE "C" NOT NULL,
    scene TEXT COLLATE "C" NOT NULL,
    hotspot TEXT COLLATE "C" NOT NULL,
    visitor BYTEA NOT NULL,
    PRIMARY KEY (store_id, day, scene, hotspot, visitor)
);

CREATE INDEX visitor_day_by_day ON visitor_day (day);
