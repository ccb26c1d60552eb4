-- Messages that are to be sent later. The client id of the message is made of the row's number, so that it is sent once;
-- the client id here is that of the form that put it aside, so that a form posted twice puts aside one.
CREATE TABLE messenger_schedule (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    conv      INTEGER NOT NULL REFERENCES messenger_conversation (id),
    sender    INTEGER NOT NULL REFERENCES school_person (id),
    cid       BLOB    NOT NULL CHECK (length(cid) = 16),
    body      TEXT    NOT NULL,
    reply_seq INTEGER,
    -- Whether the sender has said that many people are to be called.
    confirmed INTEGER NOT NULL CHECK (confirmed IN (0, 1)),
    -- Whether it asks for acknowledgements, until which day, and of all guardians of a child.
    ack       INTEGER NOT NULL CHECK (ack IN (0, 1)),
    ack_due   TEXT,
    ack_both  INTEGER NOT NULL CHECK (ack_both IN (0, 1)),
    due       INTEGER NOT NULL,
    state     TEXT    NOT NULL CHECK (state IN ('waiting', 'sent', 'unsent', 'dropped')),
    -- Why it was not sent.
    reason    TEXT CHECK ((reason IS NOT NULL) = (state = 'unsent')),
    at        INTEGER NOT NULL,
    UNIQUE (sender, cid)
) STRICT;

CREATE INDEX messenger_schedule_due ON messenger_schedule (due, id) WHERE state = 'waiting';

CREATE INDEX messenger_schedule_sender ON messenger_schedule (sender, due) WHERE state IN ('waiting', 'unsent');

CREATE INDEX messenger_schedule_chat ON messenger_schedule (conv) WHERE state IN ('waiting', 'unsent');
