-- Files that people bring, and the messages that carry them.

-- A file belongs to whoever brought it; until a message carries it nobody else can learn of it. size is what was declared,
-- and of a complete file what is stored; digest is of the bytes as they were sent. voice_ms is the sender's word.
CREATE TABLE messenger_file (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    person       INTEGER NOT NULL REFERENCES school_person (id),
    blob         INTEGER NOT NULL REFERENCES store_blob (id),
    name         TEXT    NOT NULL,
    size         INTEGER NOT NULL,
    state        TEXT    NOT NULL CHECK (state IN ('uploading', 'ready')),
    kind         TEXT    NOT NULL,
    digest       BLOB,
    width        INTEGER,
    height       INTEGER,
    voice_ms     INTEGER,
    thumb        INTEGER REFERENCES store_blob (id),
    thumb_kind   TEXT,
    thumb_width  INTEGER,
    thumb_height INTEGER,
    at           INTEGER NOT NULL
) STRICT;

CREATE INDEX messenger_file_person ON messenger_file (person, size);
CREATE INDEX messenger_file_at ON messenger_file (at);

-- The only way from a chat to bytes. conv and seq are the message's own and never change.
CREATE TABLE messenger_attachment (
    message INTEGER NOT NULL REFERENCES messenger_message (id),
    n       INTEGER NOT NULL,
    file    INTEGER NOT NULL REFERENCES messenger_file (id),
    conv    INTEGER NOT NULL REFERENCES messenger_conversation (id),
    seq     INTEGER NOT NULL,
    PRIMARY KEY (message, n)
) STRICT, WITHOUT ROWID;

CREATE INDEX messenger_attachment_chat ON messenger_attachment (conv, seq, n);
CREATE INDEX messenger_attachment_file ON messenger_attachment (file);
