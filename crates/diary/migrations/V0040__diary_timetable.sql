-- Bells, journal pages, the timetable and the lessons made from it.
-- Dates are local dates of the school (TEXT, YYYY-MM-DD), times are minutes since local midnight (DIA-I17).

-- A class group names its schedule; weekdays is a set of bits, Monday the lowest.
CREATE TABLE diary_bell_schedule (
    id   INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE diary_bell (
    schedule INTEGER NOT NULL REFERENCES diary_bell_schedule (id),
    weekdays INTEGER NOT NULL CHECK (weekdays BETWEEN 1 AND 127),
    slot     INTEGER NOT NULL CHECK (slot BETWEEN 0 AND 14),
    starts   INTEGER NOT NULL CHECK (starts BETWEEN 0 AND 1439),
    ends     INTEGER NOT NULL CHECK (ends BETWEEN 1 AND 1440),
    PRIMARY KEY (schedule, weekdays, slot),
    CHECK (starts < ends)
) STRICT, WITHOUT ROWID;

-- A journal page: a subject taught to a group in a year. class_group is the class the group belongs to.
CREATE TABLE diary_course (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    year        INTEGER NOT NULL REFERENCES school_year (id),
    class_group INTEGER NOT NULL REFERENCES school_class_group (id),
    grp         INTEGER NOT NULL REFERENCES school_group (id),
    subject     INTEGER NOT NULL REFERENCES school_subject (id),
    scale       TEXT NOT NULL CHECK (scale IN ('five', 'markless')),
    UNIQUE (grp, subject, year)
) STRICT;

CREATE INDEX diary_course_class ON diary_course (class_group);

-- A version holds until the next one that has entries of the same class.
CREATE TABLE diary_timetable_version (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    year      INTEGER NOT NULL REFERENCES school_year (id),
    starts    TEXT NOT NULL,
    published INTEGER NOT NULL
) STRICT;

CREATE TABLE diary_timetable_entry (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    version     INTEGER NOT NULL REFERENCES diary_timetable_version (id),
    class_group INTEGER NOT NULL REFERENCES school_class_group (id),
    weekday     INTEGER NOT NULL CHECK (weekday BETWEEN 1 AND 7),
    week        TEXT NOT NULL CHECK (week IN ('all', 'first', 'second')),
    slot        INTEGER NOT NULL CHECK (slot BETWEEN 0 AND 14),
    course      INTEGER NOT NULL REFERENCES diary_course (id),
    room        TEXT,
    teacher     INTEGER REFERENCES school_person (id)
) STRICT;

CREATE INDEX diary_timetable_entry_class ON diary_timetable_entry (class_group, version);
CREATE INDEX diary_timetable_entry_version ON diary_timetable_entry (version);

-- A dated lesson with a stable id (DIA-I6). planned_course is what the timetable says; course is what is taught, which
-- a substitution may change. teacher is set only where it is not whoever teaches the course on that day.
CREATE TABLE diary_lesson (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    class_group      INTEGER NOT NULL REFERENCES school_class_group (id),
    grp              INTEGER NOT NULL REFERENCES school_group (id),
    planned_course   INTEGER NOT NULL REFERENCES diary_course (id),
    course           INTEGER NOT NULL REFERENCES diary_course (id),
    date             TEXT NOT NULL,
    slot             INTEGER NOT NULL CHECK (slot BETWEEN 0 AND 14),
    starts           INTEGER NOT NULL,
    ends             INTEGER NOT NULL,
    room             TEXT,
    teacher          INTEGER REFERENCES school_person (id),
    state            TEXT NOT NULL CHECK (state IN ('planned', 'held', 'cancelled', 'moved', 'reopened')),
    entry            INTEGER REFERENCES diary_timetable_entry (id),
    needs_decision   INTEGER NOT NULL DEFAULT 0 CHECK (needs_decision IN (0, 1)),
    topic            TEXT,
    attendance_at    INTEGER,
    attendance_by    INTEGER REFERENCES school_person (id),
    UNIQUE (grp, date, slot, planned_course)
) STRICT;

CREATE INDEX diary_lesson_class ON diary_lesson (class_group, date);
CREATE INDEX diary_lesson_course ON diary_lesson (course, date);
CREATE INDEX diary_lesson_teacher ON diary_lesson (teacher, date) WHERE teacher IS NOT NULL;
CREATE INDEX diary_lesson_entry ON diary_lesson (entry);

-- What was changed for one lesson, with who decided it and why; the newest row that is not withdrawn holds.
CREATE TABLE diary_substitution (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    lesson         INTEGER NOT NULL REFERENCES diary_lesson (id),
    kind           TEXT NOT NULL CHECK (kind IN ('substitute', 'cancel')),
    before_course  INTEGER NOT NULL REFERENCES diary_course (id),
    before_teacher INTEGER REFERENCES school_person (id),
    before_room    TEXT,
    after_course   INTEGER REFERENCES diary_course (id),
    after_teacher  INTEGER REFERENCES school_person (id),
    after_room     TEXT,
    reason         TEXT NOT NULL,
    author         INTEGER NOT NULL REFERENCES school_person (id),
    at             INTEGER NOT NULL,
    withdrawn_at   INTEGER,
    withdrawn_by   INTEGER REFERENCES school_person (id)
) STRICT;

CREATE UNIQUE INDEX diary_substitution_standing ON diary_substitution (lesson) WHERE withdrawn_at IS NULL;
