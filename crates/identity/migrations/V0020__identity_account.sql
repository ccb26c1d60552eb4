-- The embedded VK ID: accounts by phone and their educational profiles, two records that never mix (LNK-S3).

-- The id is drawn at random and is the user id that clients see, so it tells nothing of how many accounts there are.
-- The phone is absent only once a deleted account has freed it.
CREATE TABLE identity_account (
    id            INTEGER PRIMARY KEY,
    phone         TEXT UNIQUE,
    surname       TEXT NOT NULL,
    given         TEXT NOT NULL,
    patronymic    TEXT,
    birth_date    TEXT NOT NULL,
    sex           TEXT NOT NULL CHECK (sex IN ('female', 'male')),
    password_hash TEXT,
    password_at   INTEGER,
    created       INTEGER NOT NULL,
    deleted       INTEGER,
    CHECK (phone IS NOT NULL OR deleted IS NOT NULL)
) STRICT;

CREATE TABLE identity_profile (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    account    INTEGER NOT NULL UNIQUE REFERENCES identity_account (id),
    surname    TEXT NOT NULL,
    given      TEXT NOT NULL,
    patronymic TEXT,
    birth_date TEXT NOT NULL,
    role       TEXT NOT NULL CHECK (role IN ('pupil', 'parent', 'teacher')),
    created    INTEGER NOT NULL,
    changed    INTEGER NOT NULL
) STRICT;

-- Sessions of the embedded VK ID; the portal's are other rows under another cookie (VK-5).
CREATE TABLE identity_session (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    reference BLOB NOT NULL UNIQUE,
    account   INTEGER NOT NULL REFERENCES identity_account (id),
    created   INTEGER NOT NULL,
    seen      INTEGER NOT NULL,
    address   TEXT NOT NULL,
    ended     INTEGER
) STRICT;

CREATE INDEX identity_session_account ON identity_session (account) WHERE ended IS NULL;
