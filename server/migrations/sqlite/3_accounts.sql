-- People who sign in. What they may do hangs on memberships.
CREATE TABLE account (
    id BLOB NOT NULL PRIMARY KEY,
    -- In lower case: two spellings are one mailbox.
    email TEXT NOT NULL CONSTRAINT account_email_is_taken UNIQUE,
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    -- argon2id in PHC form; none where the person signs in by passkey only, or has not chosen one yet.
    password TEXT,
    created_us INTEGER NOT NULL
) STRICT;

-- A role in an organisation: in all of its shops, or in one.
CREATE TABLE membership (
    id BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    account_id BLOB NOT NULL REFERENCES account (id),
    role TEXT NOT NULL CHECK (role IN ('owner', 'merchant', 'staff', 'marketer')),
    shop_id BLOB REFERENCES shop (id),
    created_us INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX membership_in_all ON membership (account_id, organisation_id) WHERE shop_id IS NULL;
CREATE UNIQUE INDEX membership_in_one ON membership (account_id, organisation_id, shop_id) WHERE shop_id IS NOT NULL;
CREATE INDEX membership_by_organisation ON membership (organisation_id);

-- Who is signed in where. The cookie holds the token; here is only its hash.
CREATE TABLE session (
    token_sha256 BLOB NOT NULL PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    account_id BLOB NOT NULL REFERENCES account (id),
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    created_us INTEGER NOT NULL,
    seen_us INTEGER NOT NULL,
    expires_us INTEGER NOT NULL,
    -- The browser by its own words, cut short.
    browser TEXT NOT NULL
) STRICT;

CREATE INDEX session_by_account ON session (account_id);
CREATE INDEX session_by_end ON session (expires_us);

-- Links that work once: `start` makes the first owner, `invitation` adds a member, `password` sets a new password.
CREATE TABLE one_time_link (
    token_sha256 BLOB NOT NULL PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    purpose TEXT NOT NULL CHECK (purpose IN ('start', 'invitation', 'password')),
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    -- Whose password; of an invitation whom it brought, once accepted.
    account_id BLOB REFERENCES account (id),
    email TEXT,
    role TEXT CHECK (role IN ('owner', 'merchant', 'staff', 'marketer')),
    shop_id BLOB REFERENCES shop (id),
    made_by BLOB REFERENCES account (id),
    created_us INTEGER NOT NULL,
    expires_us INTEGER NOT NULL,
    used_us INTEGER
) STRICT;

CREATE INDEX one_time_link_by_organisation ON one_time_link (organisation_id, purpose);

CREATE TABLE passkey (
    credential_id BLOB NOT NULL PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    account_id BLOB NOT NULL REFERENCES account (id),
    name TEXT NOT NULL,
    -- webauthn-rs' own form.
    credential TEXT NOT NULL,
    created_us INTEGER NOT NULL,
    used_us INTEGER
) STRICT;

CREATE INDEX passkey_by_account ON passkey (account_id);

-- What a passkey's answer is checked against; any replica may get the answer.
CREATE TABLE passkey_challenge (
    id BLOB NOT NULL PRIMARY KEY,
    account_id BLOB REFERENCES account (id),
    state TEXT NOT NULL,
    expires_us INTEGER NOT NULL
) STRICT;

-- Keys for tills and other programs.
CREATE TABLE api_key (
    token_sha256 BLOB NOT NULL PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    name TEXT NOT NULL,
    -- The first characters, by which people tell keys apart.
    prefix TEXT NOT NULL,
    -- Rights, as a JSON list.
    scopes TEXT NOT NULL,
    made_by BLOB NOT NULL REFERENCES account (id),
    created_us INTEGER NOT NULL,
    expires_us INTEGER,
    used_us INTEGER
) STRICT;

CREATE INDEX api_key_by_organisation ON api_key (organisation_id);

-- Who changed what, with both states. Written in the transaction of the change; never changed.
CREATE TABLE audit (
    id BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    at_us INTEGER NOT NULL,
    -- Whoever did it, as called then: an account, a key, or the command line.
    account_id BLOB,
    actor TEXT NOT NULL,
    -- What was done, such as `product.changed`.
    action TEXT NOT NULL,
    -- To what.
    subject_id BLOB,
    subject TEXT NOT NULL,
    before TEXT,
    after TEXT
) STRICT;

CREATE INDEX audit_by_time ON audit (organisation_id, id);
CREATE INDEX audit_by_subject ON audit (organisation_id, subject_id, id);
