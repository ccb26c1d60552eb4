-- What a message can have beyond its text: the one it answers, reactions, pins, people called by name.

-- rich says that there is something to fetch beside the text; a page of plain messages asks for nothing more.
ALTER TABLE messenger_message ADD COLUMN reply_seq INTEGER;
ALTER TABLE messenger_message ADD COLUMN rich INTEGER NOT NULL DEFAULT 0;

-- Whether members may react here; a moderator can switch it off.
ALTER TABLE messenger_conversation ADD COLUMN reactions INTEGER NOT NULL DEFAULT 1;

-- A set: whoever reacts twice in the same way has reacted once.
CREATE TABLE messenger_reaction (
    message  INTEGER NOT NULL REFERENCES messenger_message (id),
    person   INTEGER NOT NULL REFERENCES school_person (id),
    reaction TEXT    NOT NULL,
    PRIMARY KEY (message, person, reaction)
) STRICT, WITHOUT ROWID;

-- Pins with their history: open while unpinned_g is null.
CREATE TABLE messenger_pin (
    conv       INTEGER NOT NULL REFERENCES messenger_conversation (id),
    seq        INTEGER NOT NULL,
    pinned_g   INTEGER NOT NULL,
    pinned_by  INTEGER NOT NULL REFERENCES school_person (id),
    ts         INTEGER NOT NULL,
    unpinned_g INTEGER,
    unpinned_by INTEGER REFERENCES school_person (id),
    PRIMARY KEY (conv, seq, pinned_g)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX messenger_pin_open ON messenger_pin (conv, seq) WHERE unpinned_g IS NULL;

-- Only people who are called; an unread call is a row above the read pointer.
CREATE TABLE messenger_mention (
    person INTEGER NOT NULL REFERENCES school_person (id),
    conv   INTEGER NOT NULL REFERENCES messenger_conversation (id),
    seq    INTEGER NOT NULL,
    PRIMARY KEY (person, conv, seq)
) STRICT, WITHOUT ROWID;
