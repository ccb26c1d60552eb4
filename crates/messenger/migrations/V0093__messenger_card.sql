-- Messages that point at something of the diary (MSG-N2, MSG-S14). What it says is not here: whoever reads the message
-- is shown what their own diary shows them.

-- lesson is a row of the diary, which chats know by its number alone.
CREATE TABLE messenger_card (
    message INTEGER PRIMARY KEY REFERENCES messenger_message (id),
    kind    TEXT    NOT NULL CHECK (kind IN ('homework', 'substitution')),
    lesson  INTEGER NOT NULL
) STRICT;

CREATE INDEX messenger_card_lesson ON messenger_card (lesson);
