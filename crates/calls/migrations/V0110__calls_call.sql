-- Calls: of a chat, or of a lesson, whose number is whatever the keeper of the timetable calls it.

CREATE TABLE calls_call (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    conv        INTEGER REFERENCES messenger_conversation (id),
    lesson      INTEGER,
    state       TEXT    NOT NULL CHECK (state IN ('scheduled', 'lobby', 'open', 'ended')),
    begun       INTEGER NOT NULL,
    -- Absent where the timetable began it.
    begun_by    INTEGER REFERENCES school_person (id),
    -- When somebody who leads first came in; without it there has been a waiting room only.
    led         INTEGER,
    -- When the state last changed: how long a room has been without anybody who leads is counted from here.
    since       INTEGER NOT NULL,
    quiet       INTEGER NOT NULL,
    microphones INTEGER NOT NULL,
    cameras     INTEGER NOT NULL,
    screens     INTEGER NOT NULL,
    ended       INTEGER,
    why         TEXT CHECK (why IN ('leader', 'time', 'cancelled', 'empty')),
    CHECK ((conv IS NULL) <> (lesson IS NULL)),
    CHECK ((state = 'ended') = (ended IS NOT NULL)),
    CHECK ((ended IS NULL) = (why IS NULL))
) STRICT;

-- One living call for a chat, one call for a lesson.
CREATE UNIQUE INDEX calls_call_conv ON calls_call (conv) WHERE conv IS NOT NULL AND state <> 'ended';
CREATE UNIQUE INDEX calls_call_lesson ON calls_call (lesson) WHERE lesson IS NOT NULL;
CREATE INDEX calls_call_live ON calls_call (id) WHERE state <> 'ended';
CREATE INDEX calls_call_past ON calls_call (ended) WHERE ended IS NOT NULL;
CREATE INDEX calls_call_of_conv ON calls_call (conv, ended) WHERE conv IS NOT NULL;

-- What the leader has decided about one person; absent columns follow the rules of the call. part is as what the person
-- came in last: the rights themselves are asked from the roster each time.
CREATE TABLE calls_seat (
    call       INTEGER NOT NULL REFERENCES calls_call (id),
    person     INTEGER NOT NULL REFERENCES school_person (id),
    part       TEXT    NOT NULL CHECK (part IN ('leader', 'staff', 'pupil', 'guardian')),
    microphone INTEGER,
    camera     INTEGER,
    screen     INTEGER,
    hand       INTEGER,
    kept_out   INTEGER,
    kept_by    INTEGER REFERENCES school_person (id),
    PRIMARY KEY (call, person)
) STRICT, WITHOUT ROWID;

CREATE INDEX calls_seat_person ON calls_seat (person);
