-- By organisation: a search asks whether its own has products that are not findable yet.
DROP INDEX product_to_index;
CREATE INDEX product_unindexed ON product (organisation_id, id) WHERE indexed_version <> version;
