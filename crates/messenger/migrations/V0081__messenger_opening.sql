-- Chats opened by those who answer for safety, for a reason and a time; members are told of them afterwards.

-- silent_reason is why members are not told; informed_by is who of the other desk has taken note.
CREATE TABLE messenger_opening (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    conv          INTEGER NOT NULL REFERENCES messenger_conversation (id),
    opener        INTEGER NOT NULL REFERENCES school_person (id),
    desk          TEXT    NOT NULL CHECK (desk IN ('lead', 'head')),
    reason        TEXT    NOT NULL,
    report        INTEGER REFERENCES messenger_report (id),
    at            INTEGER NOT NULL,
    until         INTEGER NOT NULL,
    closed_at     INTEGER,
    silent_reason TEXT,
    informed_by   INTEGER REFERENCES school_person (id),
    informed_at   INTEGER
) STRICT;

CREATE INDEX messenger_opening_chat ON messenger_opening (conv);
CREATE INDEX messenger_opening_uninformed ON messenger_opening (desk) WHERE informed_at IS NULL;
