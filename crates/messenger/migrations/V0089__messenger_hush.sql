-- What people do not want to be called about: one chat, or anything at all. Messages are stored and counted as ever.

-- A chat that its member has hushed. Without an end it holds until the member takes it back.
CREATE TABLE messenger_hush (
    conv   INTEGER NOT NULL REFERENCES messenger_conversation (id),
    person INTEGER NOT NULL REFERENCES school_person (id),
    until  INTEGER,
    at     INTEGER NOT NULL,
    PRIMARY KEY (conv, person)
) STRICT, WITHOUT ROWID;

CREATE INDEX messenger_hush_person ON messenger_hush (person);

-- Until when a person is not to be disturbed.
CREATE TABLE messenger_rest (
    person INTEGER NOT NULL PRIMARY KEY REFERENCES school_person (id),
    until  INTEGER NOT NULL,
    at     INTEGER NOT NULL
) STRICT;

-- Whom one message calls, and who has blocked its sender: asked for each message that is about to call people.
CREATE INDEX messenger_mention_message ON messenger_mention (conv, seq);

CREATE INDEX messenger_block_blocked ON messenger_block (blocked);
