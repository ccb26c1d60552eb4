-- Chats, who is in them from when to when, and to whom «Сферум» is open.
-- Words of kinds, roles and seats are enums of the program; no CHECK lists them, so that a new kind needs no new table.

CREATE TABLE messenger_meta (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- A roster chat has no title: it is named after its class. last_seq counts messages, last_ord the countable ones.
CREATE TABLE messenger_conversation (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    kind         TEXT    NOT NULL,
    title        TEXT,
    class_group  INTEGER REFERENCES school_class_group (id),
    school_year  INTEGER REFERENCES school_year (id),
    history_mode TEXT    NOT NULL CHECK (history_mode IN ('all_year', 'from_join', 'from_link')),
    state        TEXT    NOT NULL CHECK (state IN ('open', 'readonly', 'archived')),
    last_seq     INTEGER NOT NULL,
    last_ord     INTEGER NOT NULL,
    last_g       INTEGER NOT NULL,
    last_ts      INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX messenger_conversation_class ON messenger_conversation (class_group, kind)
    WHERE class_group IS NOT NULL;

-- An interval of membership: open while left_g is null. visible_from_seq is fixed at joining (MSG-M2).
CREATE TABLE messenger_member (
    conv             INTEGER NOT NULL REFERENCES messenger_conversation (id),
    person           INTEGER NOT NULL REFERENCES school_person (id),
    role             TEXT    NOT NULL,
    seat             TEXT    NOT NULL,
    origin           TEXT    NOT NULL CHECK (origin IN ('roster', 'manual')),
    joined_g         INTEGER NOT NULL,
    visible_from_seq INTEGER NOT NULL,
    left_g           INTEGER,
    PRIMARY KEY (conv, person, joined_g)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX messenger_member_open ON messenger_member (conv, person) WHERE left_g IS NULL;
CREATE INDEX messenger_member_person ON messenger_member (person) WHERE left_g IS NULL;

-- Whose link is active (LNK-L4); a row is the whole fact.
CREATE TABLE messenger_access (
    person INTEGER NOT NULL PRIMARY KEY REFERENCES school_person (id),
    g      INTEGER NOT NULL
) STRICT;
