-- Messages whose readers say «Ознакомлен(а)», and the register of who has.

-- both: a family is through when every guardian of the child has said so, otherwise when one has.
CREATE TABLE messenger_ack_request (
    message     INTEGER PRIMARY KEY REFERENCES messenger_message (id),
    conv        INTEGER NOT NULL REFERENCES messenger_conversation (id),
    seq         INTEGER NOT NULL,
    due         TEXT,
    both        INTEGER NOT NULL,
    reminded_ts INTEGER
) STRICT;

CREATE INDEX messenger_ack_request_conv ON messenger_ack_request (conv, seq);

-- Only ever added to: a row stays when its message is deleted.
CREATE TABLE messenger_ack (
    message INTEGER NOT NULL REFERENCES messenger_message (id),
    person  INTEGER NOT NULL REFERENCES school_person (id),
    ts      INTEGER NOT NULL,
    device  TEXT    NOT NULL,
    PRIMARY KEY (message, person)
) STRICT, WITHOUT ROWID;
