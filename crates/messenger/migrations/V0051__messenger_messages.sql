-- Messages, their earlier texts, and how far each member has read.

-- The body of a deleted message is empty: its text is in messenger_revision, out of reach of every ordinary path.
CREATE TABLE messenger_message (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    conv      INTEGER NOT NULL REFERENCES messenger_conversation (id),
    seq       INTEGER NOT NULL,
    ord       INTEGER NOT NULL,
    sender    INTEGER NOT NULL REFERENCES school_person (id),
    cid       BLOB    NOT NULL CHECK (length(cid) = 16),
    kind      TEXT    NOT NULL,
    g         INTEGER NOT NULL,
    ts        INTEGER NOT NULL,
    body      TEXT    NOT NULL,
    rev       INTEGER NOT NULL,
    deleted_g INTEGER,
    UNIQUE (conv, seq),
    UNIQUE (sender, cid)
) STRICT;

CREATE INDEX messenger_message_deleted ON messenger_message (conv, ord) WHERE deleted_g IS NOT NULL;

-- Every earlier text, and the last one of a deleted message; never shown to users after the deletion (MSG-I11).
CREATE TABLE messenger_revision (
    message INTEGER NOT NULL REFERENCES messenger_message (id),
    rev     INTEGER NOT NULL,
    g       INTEGER NOT NULL,
    editor  INTEGER NOT NULL REFERENCES school_person (id),
    ts      INTEGER NOT NULL,
    body    TEXT    NOT NULL,
    PRIMARY KEY (message, rev)
) STRICT, WITHOUT ROWID;

-- read_seq only rises (MSG-I12). What is at or above unread_from counts as unread: whoever joins starts with an
-- empty count, and a later «mark as unread» can lower this pointer alone (MSG-R5).
CREATE TABLE messenger_read (
    conv        INTEGER NOT NULL REFERENCES messenger_conversation (id),
    person      INTEGER NOT NULL REFERENCES school_person (id),
    read_seq    INTEGER NOT NULL,
    unread_from INTEGER NOT NULL,
    ts          INTEGER NOT NULL,
    PRIMARY KEY (conv, person)
) STRICT, WITHOUT ROWID;
