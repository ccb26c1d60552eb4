-- Quiet hours: nothing is held back but what calls a reader, so marks remember what others may know of them.

-- Own hours of a person, in minutes of the day by the school's clocks. Without a row: the school's, for staff alone.
CREATE TABLE messenger_quiet (
    person INTEGER NOT NULL PRIMARY KEY REFERENCES school_person (id),
    is_on  INTEGER NOT NULL CHECK (is_on IN (0, 1)),
    begins INTEGER NOT NULL CHECK (begins BETWEEN 0 AND 1439),
    ends   INTEGER NOT NULL CHECK (ends BETWEEN 0 AND 1439),
    at     INTEGER NOT NULL
) STRICT;

-- How far others know that the member has read, while the mark itself was made in quiet hours.
ALTER TABLE messenger_read ADD COLUMN told_seq INTEGER NOT NULL DEFAULT 0;

-- Illness or safety: it calls its readers in their quiet hours too.
ALTER TABLE messenger_message ADD COLUMN urgent INTEGER NOT NULL DEFAULT 0 CHECK (urgent IN (0, 1));

CREATE INDEX messenger_message_urgent ON messenger_message (conv, seq) WHERE urgent = 1;

CREATE INDEX messenger_message_urgent_sender ON messenger_message (sender, ts) WHERE urgent = 1;
