-- Where the views of a day came from, kept for ever: by `source` (the link's own word for where it hangs, or the host
-- of the page that it was on), `campaign`, `device` and `language`. An empty value: the browser did not say.
CREATE TABLE rollup_origin_day (
    store_id UUID NOT NULL REFERENCES store (id),
    day TEXT COLLATE "C" NOT NULL,
    dimension TEXT COLLATE "C" NOT NULL CHECK (dimension IN ('source', 'campaign', 'device', 'language')),
    value TEXT COLLATE "C" NOT NULL,
    views BIGINT NOT NULL,
    PRIMARY KEY (store_id, day, dimension, value)
);

-- The sums of stores, which every report reads, without those of their scenes and buttons in between.
CREATE INDEX rollup_day_of_stores ON rollup_day (store_id, day) WHERE scene = '' AND hotspot = '';
