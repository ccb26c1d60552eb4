-- Lesson mode: the chats whose pupils do not write during their lessons, and when the lessons of today are (MSG-S5).
CREATE TABLE messenger_lesson_mode (
    conv   INTEGER NOT NULL PRIMARY KEY REFERENCES messenger_conversation (id),
    author INTEGER NOT NULL REFERENCES school_person (id),
    at     INTEGER NOT NULL
) STRICT;

-- Minutes of the day by the school's clocks, from begins to before ends; told by whoever keeps the timetable.
CREATE TABLE messenger_lesson (
    day    TEXT    NOT NULL,
    grp    INTEGER NOT NULL REFERENCES school_group (id),
    begins INTEGER NOT NULL CHECK (begins BETWEEN 0 AND 1439),
    ends   INTEGER NOT NULL CHECK (ends > begins AND ends <= 1440),
    PRIMARY KEY (day, grp, begins)
) STRICT, WITHOUT ROWID;

CREATE INDEX messenger_lesson_group ON messenger_lesson (grp);
