-- A file of products on its way into the catalogue, and for some days what became of it.
CREATE TABLE catalogue_import (
    id UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    account_id UUID NOT NULL REFERENCES account (id),
    -- Who that was, as called then.
    actor TEXT NOT NULL,
    name TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    -- `columns`: somebody is to say what they mean; `checking`; `checked`: somebody is to say go; `importing`; `stopped`
    -- by somebody before the end; `done`.
    status TEXT NOT NULL CHECK (status IN ('columns', 'checking', 'checked', 'importing', 'stopped', 'done')),
    -- JSON: how the file is read, its headings and first rows.
    look TEXT NOT NULL,
    -- JSON: what each column means.
    columns TEXT NOT NULL,
    -- JSON: why the file could not be read to its end.
    failure TEXT,
    -- The work under way, or the last. No reference: jobs are forgotten later than imports.
    job_id UUID,
    -- Rows up to this one are in the catalogue.
    imported_to BIGINT NOT NULL DEFAULT 0,
    row_count BIGINT NOT NULL DEFAULT 0,
    -- As the check found it; while importing, what was done.
    new_count BIGINT NOT NULL DEFAULT 0,
    changed_count BIGINT NOT NULL DEFAULT 0,
    same_count BIGINT NOT NULL DEFAULT 0,
    faulty_count BIGINT NOT NULL DEFAULT 0,
    -- Rows that were left out, because somebody changed the product after the check or the row no longer fits.
    late_count BIGINT NOT NULL DEFAULT 0,
    -- JSON: categories and suppliers that the import makes.
    made TEXT NOT NULL DEFAULT '{}',
    done_new BIGINT NOT NULL DEFAULT 0,
    done_changed BIGINT NOT NULL DEFAULT 0,
    created_us BIGINT NOT NULL,
    finished_us BIGINT,
    expires_us BIGINT NOT NULL
);

CREATE INDEX catalogue_import_by_organisation ON catalogue_import (organisation_id, id);
CREATE INDEX catalogue_import_by_end ON catalogue_import (expires_us);

-- Its rows, read and checked.
CREATE TABLE catalogue_import_row (
    import_id UUID NOT NULL REFERENCES catalogue_import (id),
    -- As the spreadsheet shows it.
    number BIGINT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('new', 'changed', 'same', 'faulty', 'late')),
    sku TEXT NOT NULL,
    -- JSON: what it says.
    patch TEXT NOT NULL,
    -- JSON: what is wrong with it.
    faults TEXT,
    -- The version of the product that the check compared it with.
    version BIGINT,
    PRIMARY KEY (import_id, number)
);

CREATE INDEX catalogue_import_row_faulty ON catalogue_import_row (import_id, number) WHERE faults IS NOT NULL;

-- What the columns of a file meant, by its headings, for the next one that has the same.
CREATE TABLE import_columns (
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    headings_sha256 BYTEA NOT NULL,
    columns TEXT NOT NULL,
    used_us BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, headings_sha256)
);
