-- Chats that belong to something other than a class: a course, the whole school, two people, a list of people.

-- grp with subject: a course. one and other: a pupil and the adult, or two people in the order of their ids.
ALTER TABLE messenger_conversation ADD COLUMN grp INTEGER REFERENCES school_group (id);
ALTER TABLE messenger_conversation ADD COLUMN subject INTEGER REFERENCES school_subject (id);
ALTER TABLE messenger_conversation ADD COLUMN one INTEGER REFERENCES school_person (id);
ALTER TABLE messenger_conversation ADD COLUMN other INTEGER REFERENCES school_person (id);
ALTER TABLE messenger_conversation ADD COLUMN created_by INTEGER REFERENCES school_person (id);
ALTER TABLE messenger_conversation ADD COLUMN created_ts INTEGER NOT NULL DEFAULT 0;

CREATE UNIQUE INDEX messenger_conversation_course ON messenger_conversation (grp, subject)
    WHERE subject IS NOT NULL;
CREATE UNIQUE INDEX messenger_conversation_school ON messenger_conversation (kind, school_year)
    WHERE kind IN ('school_news', 'staff_room');
CREATE UNIQUE INDEX messenger_conversation_pair ON messenger_conversation (kind, one, COALESCE(other, 0))
    WHERE one IS NOT NULL;
CREATE INDEX messenger_conversation_other ON messenger_conversation (other) WHERE other IS NOT NULL;
CREATE INDEX messenger_conversation_creator ON messenger_conversation (created_by, created_ts)
    WHERE created_by IS NOT NULL;

-- Who belongs to a chat that keeps no whole year, linked or not, and from which message on they may see: noted when
-- the relation begins, so that linking late loses nothing (MSG-M1, MSG-M7). Of a group, the list of its people.
CREATE TABLE messenger_roll (
    conv             INTEGER NOT NULL REFERENCES messenger_conversation (id),
    person           INTEGER NOT NULL REFERENCES school_person (id),
    role             TEXT    NOT NULL,
    visible_from_seq INTEGER NOT NULL,
    PRIMARY KEY (conv, person)
) STRICT, WITHOUT ROWID;

CREATE INDEX messenger_roll_person ON messenger_roll (person);

-- Guardians whom other guardians of the class may write to.
CREATE TABLE messenger_reachable (
    person INTEGER NOT NULL PRIMARY KEY REFERENCES school_person (id)
) STRICT;
