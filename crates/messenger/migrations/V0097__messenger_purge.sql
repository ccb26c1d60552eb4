-- What the purge by age has taken out (MSG-S8), and what it has left because something keeps it.

-- Messages up to purged_upto are past their time: readers begin above it. purged_before is the moment it was made for.
ALTER TABLE messenger_conversation ADD COLUMN purged_upto INTEGER NOT NULL DEFAULT 0;
ALTER TABLE messenger_conversation ADD COLUMN purged_before INTEGER;

-- A row of a purged message stays, so that numbers have no hole and no message can be sent twice; its text is nowhere.
ALTER TABLE messenger_message ADD COLUMN purged INTEGER NOT NULL DEFAULT 0 CHECK (purged IN (0, 1));

-- Messages below purged_upto that a report, a hold or an acknowledgement keeps; each purge looks at them again.
CREATE TABLE messenger_kept (
    message INTEGER NOT NULL PRIMARY KEY REFERENCES messenger_message (id)
) STRICT;

-- What was taken out on a day, by chat. noted: the audit chain has it.
CREATE TABLE messenger_purge (
    day      TEXT    NOT NULL,
    conv     INTEGER NOT NULL REFERENCES messenger_conversation (id),
    messages INTEGER NOT NULL,
    files    INTEGER NOT NULL,
    before   INTEGER NOT NULL,
    noted    INTEGER NOT NULL CHECK (noted IN (0, 1)),
    PRIMARY KEY (day, conv)
) STRICT, WITHOUT ROWID;

CREATE INDEX messenger_purge_conv ON messenger_purge (conv);
CREATE INDEX messenger_purge_unnoted ON messenger_purge (noted) WHERE noted = 0;
