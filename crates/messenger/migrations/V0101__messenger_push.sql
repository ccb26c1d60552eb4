-- Calls that wait to leave for push services: one for a subscription, the last message wins. Nothing of what was said.

CREATE TABLE messenger_push (
    push    INTEGER NOT NULL PRIMARY KEY REFERENCES school_push (id) ON DELETE CASCADE,
    kind    TEXT    NOT NULL CHECK (kind IN ('message', 'badge', 'test')),
    message INTEGER REFERENCES messenger_message (id),
    due     INTEGER NOT NULL,
    tries   INTEGER NOT NULL
) STRICT;

CREATE INDEX messenger_push_due ON messenger_push (due);

-- What number a device shows, as far as it was told.
CREATE TABLE messenger_pushed (
    push  INTEGER NOT NULL PRIMARY KEY REFERENCES school_push (id) ON DELETE CASCADE,
    badge INTEGER NOT NULL
) STRICT;
