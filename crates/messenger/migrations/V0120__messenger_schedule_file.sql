-- Files of a message that waits for its time, in their order. They are held as those of a sent message are, until it is
-- sent (then messenger_attachment holds them) or taken back.
CREATE TABLE messenger_schedule_file (
    schedule INTEGER NOT NULL REFERENCES messenger_schedule (id),
    n        INTEGER NOT NULL,
    file     INTEGER NOT NULL REFERENCES messenger_file (id),
    PRIMARY KEY (schedule, n),
    UNIQUE (schedule, file)
) STRICT, WITHOUT ROWID;

CREATE INDEX messenger_schedule_file_file ON messenger_schedule_file (file);

-- Whether it is to call its readers in their quiet hours.
ALTER TABLE messenger_schedule ADD COLUMN urgent INTEGER NOT NULL DEFAULT 0 CHECK (urgent IN (0, 1));

-- Sent by its time: its author did not read the chat by it, and does not count it as unread either.
ALTER TABLE messenger_message ADD COLUMN scheduled INTEGER NOT NULL DEFAULT 0 CHECK (scheduled IN (0, 1));

CREATE INDEX messenger_message_scheduled ON messenger_message (conv, ord) WHERE scheduled = 1;
