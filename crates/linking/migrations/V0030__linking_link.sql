-- The link between a person of the school and a VK ID subject, and the log of all that ever happened to it.

-- One row for a person and provider; state is the machine's. The columns after it are set as the state needs them.
CREATE TABLE linking_link (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    person       INTEGER NOT NULL REFERENCES school_person (id),
    provider     TEXT NOT NULL CHECK (provider IN ('embedded', 'vk')),
    state        TEXT NOT NULL CHECK (state IN ('unlinked', 'authorizing', 'reviewing', 'awaiting_approval', 'active',
                                                'suspended')),
    since        INTEGER NOT NULL,
    attempt      BLOB,
    session      INTEGER,
    expires      INTEGER,
    subject      INTEGER,
    path         TEXT CHECK (path IN ('existing_profile', 'profile_created', 'account_created', 'outside')),
    surname      TEXT,
    given        TEXT,
    patronymic   TEXT,
    birth_date   TEXT,
    role         TEXT,
    review       TEXT CHECK (review IN ('no_profile_page', 'other_subject', 'both')),
    mismatch     TEXT,
    linked       INTEGER,
    approved_by  INTEGER REFERENCES school_person (id),
    suspended_by INTEGER REFERENCES school_person (id),
    reason       TEXT,
    UNIQUE (person, provider),
    CHECK (state <> 'authorizing' OR (attempt IS NOT NULL AND session IS NOT NULL AND expires IS NOT NULL)),
    CHECK (state NOT IN ('reviewing', 'awaiting_approval', 'active')
           OR (subject > 0 AND path IS NOT NULL AND surname IS NOT NULL AND given IS NOT NULL)),
    CHECK (state <> 'active' OR linked IS NOT NULL)
) STRICT;

-- A subject is held by at most one person of the school, a person has at most one active link (LNK-L2).
CREATE UNIQUE INDEX linking_link_subject ON linking_link (provider, subject)
    WHERE subject IS NOT NULL AND state IN ('awaiting_approval', 'active', 'suspended');
CREATE UNIQUE INDEX linking_link_active ON linking_link (person) WHERE state IN ('active', 'suspended');
CREATE INDEX linking_link_state ON linking_link (state, since);

-- LNK-L6: one row a transition, which nobody can change.
CREATE TABLE linking_log (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    link       INTEGER NOT NULL REFERENCES linking_link (id),
    person     INTEGER NOT NULL REFERENCES school_person (id),
    at         INTEGER NOT NULL,
    actor      INTEGER REFERENCES school_person (id),
    event      TEXT NOT NULL,
    from_state TEXT NOT NULL,
    to_state   TEXT NOT NULL,
    subject    INTEGER,
    why        TEXT
) STRICT;

CREATE INDEX linking_log_person ON linking_log (person, id);

CREATE TRIGGER linking_log_no_update BEFORE UPDATE ON linking_log
BEGIN SELECT RAISE(ABORT, 'the log of links is append-only'); END;

CREATE TRIGGER linking_log_no_delete BEFORE DELETE ON linking_log
BEGIN SELECT RAISE(ABORT, 'the log of links is append-only'); END;
