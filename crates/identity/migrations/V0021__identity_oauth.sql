-- Registered applications and one-time authorization codes. The school's own portal is an application like any other.

CREATE TABLE identity_client (
    id      INTEGER PRIMARY KEY,
    name    TEXT NOT NULL,
    kind    TEXT NOT NULL CHECK (kind IN ('school', 'app')),
    created INTEGER NOT NULL,
    removed INTEGER
) STRICT;

CREATE UNIQUE INDEX identity_client_school ON identity_client (kind) WHERE kind = 'school';

-- Compared byte for byte (O1).
CREATE TABLE identity_client_redirect (
    client INTEGER NOT NULL REFERENCES identity_client (id),
    uri    TEXT NOT NULL,
    PRIMARY KEY (client, uri)
) STRICT, WITHOUT ROWID;

-- One browser's walk through the sign-in pages for one authorization request; state is the machine's, as JSON.
CREATE TABLE identity_attempt (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    public       TEXT NOT NULL UNIQUE,
    browser      BLOB NOT NULL,
    client       INTEGER NOT NULL REFERENCES identity_client (id),
    redirect_uri TEXT NOT NULL,
    oauth_state  TEXT NOT NULL,
    challenge    TEXT NOT NULL,
    scope        TEXT NOT NULL,
    role_hint    TEXT,
    state        TEXT NOT NULL,
    started      INTEGER NOT NULL,
    expires      INTEGER NOT NULL,
    UNIQUE (browser, client, oauth_state)
) STRICT;

CREATE INDEX identity_attempt_expires ON identity_attempt (expires);

-- Codes and device ids are kept as SHA-256 of 256 and 512 random bits. spent is set by the first exchange, good or bad.
CREATE TABLE identity_grant (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    digest       BLOB NOT NULL UNIQUE,
    attempt      INTEGER NOT NULL REFERENCES identity_attempt (id) ON DELETE CASCADE,
    client       INTEGER NOT NULL REFERENCES identity_client (id),
    account      INTEGER NOT NULL REFERENCES identity_account (id),
    redirect_uri TEXT NOT NULL,
    challenge    TEXT NOT NULL,
    device       BLOB NOT NULL,
    scope        TEXT NOT NULL,
    path         TEXT NOT NULL CHECK (path IN ('existing_profile', 'profile_created', 'account_created')),
    issued       INTEGER NOT NULL,
    expires      INTEGER NOT NULL,
    spent        INTEGER
) STRICT;

CREATE INDEX identity_grant_attempt ON identity_grant (attempt);
