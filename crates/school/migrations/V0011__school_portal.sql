-- The portal: logins issued by the school, one-time slips, sessions, and the counters that fence them.

CREATE TABLE school_account (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    person        INTEGER NOT NULL UNIQUE REFERENCES school_person (id),
    login         TEXT NOT NULL UNIQUE,
    password_hash TEXT,
    password_at   INTEGER,
    blocked_at    INTEGER,
    blocked_why   TEXT
) STRICT;

-- One open slip an account; its code is kept as HMAC under the server key (A23).
CREATE TABLE school_slip (
    account INTEGER NOT NULL PRIMARY KEY REFERENCES school_account (id),
    code    BLOB NOT NULL,
    issued  INTEGER NOT NULL,
    expires INTEGER NOT NULL
) STRICT;

CREATE TABLE school_session (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    reference BLOB NOT NULL UNIQUE,
    person    INTEGER NOT NULL REFERENCES school_person (id),
    remember  INTEGER NOT NULL CHECK (remember IN (0, 1)),
    context   TEXT NOT NULL,
    created   INTEGER NOT NULL,
    seen      INTEGER NOT NULL,
    address   TEXT NOT NULL,
    device    TEXT NOT NULL,
    ended     INTEGER,
    ended_why TEXT
) STRICT;

CREATE INDEX school_session_person ON school_session (person) WHERE ended IS NULL;

-- Wrong login and password pairs: counted for an address, or for a login at the school's own addresses (A18, A21).
CREATE TABLE school_wrong_pair (
    id    INTEGER PRIMARY KEY AUTOINCREMENT,
    scope TEXT NOT NULL,
    at    INTEGER NOT NULL
) STRICT;

CREATE INDEX school_wrong_pair_scope ON school_wrong_pair (scope, at);

-- The one-time link of the first administrator (A17).
CREATE TABLE school_setup (
    token   BLOB NOT NULL PRIMARY KEY,
    expires INTEGER NOT NULL,
    used    INTEGER
) STRICT;
