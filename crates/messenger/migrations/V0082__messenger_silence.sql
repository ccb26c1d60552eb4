-- When pupils of a chat may not write: one of them or all, for a time, and outside of the hours of the chat.

-- Without a person all pupils of the chat are meant.
CREATE TABLE messenger_mute (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    conv      INTEGER NOT NULL REFERENCES messenger_conversation (id),
    person    INTEGER REFERENCES school_person (id),
    until     INTEGER NOT NULL,
    reason    TEXT,
    author    INTEGER NOT NULL REFERENCES school_person (id),
    at        INTEGER NOT NULL,
    lifted_by INTEGER REFERENCES school_person (id),
    lifted_at INTEGER
) STRICT;

CREATE INDEX messenger_mute_chat ON messenger_mute (conv) WHERE lifted_at IS NULL;

-- Minutes of the day by the school's clocks, from opens to before closes.
CREATE TABLE messenger_hours (
    conv   INTEGER NOT NULL PRIMARY KEY REFERENCES messenger_conversation (id),
    opens  INTEGER NOT NULL CHECK (opens BETWEEN 0 AND 1439),
    closes INTEGER NOT NULL CHECK (closes > opens AND closes <= 1440),
    author INTEGER NOT NULL REFERENCES school_person (id),
    at     INTEGER NOT NULL
) STRICT;
