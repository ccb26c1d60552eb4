-- The journal: works, marks, attendance, homework. What was published is never changed in place: each change is a new
-- revision, a deletion is a revision without a value (DIA-I7). `latest` only tells which revision stands.

CREATE TABLE diary_work_type (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    name   TEXT NOT NULL UNIQUE,
    abbr   TEXT NOT NULL,
    kind   TEXT NOT NULL CHECK (kind IN ('answer', 'homework', 'quiz', 'test', 'dictation', 'exam', 'lab', 'project')),
    weight INTEGER NOT NULL CHECK (weight BETWEEN 1 AND 10),
    cells  INTEGER NOT NULL CHECK (cells IN (1, 2))
) STRICT;

-- A column of the journal. weight is a snapshot: changing the type changes no work that exists (DIA-I10).
CREATE TABLE diary_work (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    course  INTEGER NOT NULL REFERENCES diary_course (id),
    lesson  INTEGER NOT NULL REFERENCES diary_lesson (id),
    date    TEXT NOT NULL,
    type    INTEGER NOT NULL REFERENCES diary_work_type (id),
    title   TEXT,
    weight  INTEGER NOT NULL CHECK (weight BETWEEN 1 AND 10),
    cells   INTEGER NOT NULL CHECK (cells IN (1, 2)),
    state   TEXT NOT NULL CHECK (state IN ('draft', 'published', 'voided')),
    author  INTEGER NOT NULL REFERENCES school_person (id),
    at      INTEGER NOT NULL,
    voided_why TEXT
) STRICT;

CREATE INDEX diary_work_course ON diary_work (course, date);
CREATE INDEX diary_work_lesson ON diary_work (lesson);

CREATE TABLE diary_mark (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    work     INTEGER NOT NULL REFERENCES diary_work (id),
    pupil    INTEGER NOT NULL REFERENCES school_person (id),
    cell     INTEGER NOT NULL CHECK (cell IN (1, 2)),
    revision INTEGER NOT NULL,
    latest   INTEGER NOT NULL CHECK (latest IN (0, 1)),
    -- '1'..'5', 'point', 'exempt'; absent in a tombstone.
    value    TEXT CHECK (value IN ('1', '2', '3', '4', '5', 'point', 'exempt')),
    date     TEXT NOT NULL,
    comment  TEXT,
    reason   TEXT,
    author   INTEGER NOT NULL REFERENCES school_person (id),
    at       INTEGER NOT NULL,
    UNIQUE (work, pupil, cell, revision)
) STRICT;

CREATE UNIQUE INDEX diary_mark_standing ON diary_mark (work, pupil, cell) WHERE latest = 1;
CREATE INDEX diary_mark_pupil ON diary_mark (pupil, date) WHERE latest = 1;
CREATE INDEX diary_mark_entered ON diary_mark (pupil, at) WHERE latest = 1;

CREATE TRIGGER diary_mark_no_rewrite BEFORE UPDATE ON diary_mark
WHEN OLD.work <> NEW.work OR OLD.pupil <> NEW.pupil OR OLD.cell <> NEW.cell OR OLD.revision <> NEW.revision
     OR OLD.value IS NOT NEW.value OR OLD.author <> NEW.author OR OLD.at <> NEW.at OR OLD.latest = 0
BEGIN SELECT RAISE(ABORT, 'a revision of a mark is never changed'); END;

CREATE TRIGGER diary_mark_no_delete BEFORE DELETE ON diary_mark
BEGIN SELECT RAISE(ABORT, 'a revision of a mark is never deleted'); END;

-- The fact of being absent or late, and the reason, have authors of their own (DIA-I13).
CREATE TABLE diary_absence (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    lesson   INTEGER NOT NULL REFERENCES diary_lesson (id),
    pupil    INTEGER NOT NULL REFERENCES school_person (id),
    revision INTEGER NOT NULL,
    latest   INTEGER NOT NULL CHECK (latest IN (0, 1)),
    fact     TEXT CHECK (fact IN ('absent', 'late', 'exempt', 'distance')),
    minutes  INTEGER CHECK (minutes BETWEEN 1 AND 120),
    date     TEXT NOT NULL,
    author   INTEGER NOT NULL REFERENCES school_person (id),
    at       INTEGER NOT NULL,
    UNIQUE (lesson, pupil, revision),
    CHECK ((fact IS 'late') = (minutes IS NOT NULL))
) STRICT;

CREATE UNIQUE INDEX diary_absence_standing ON diary_absence (lesson, pupil) WHERE latest = 1;
CREATE INDEX diary_absence_pupil ON diary_absence (pupil, date) WHERE latest = 1;

CREATE TABLE diary_absence_reason (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    lesson   INTEGER NOT NULL REFERENCES diary_lesson (id),
    pupil    INTEGER NOT NULL REFERENCES school_person (id),
    revision INTEGER NOT NULL,
    latest   INTEGER NOT NULL CHECK (latest IN (0, 1)),
    reason   TEXT CHECK (reason IN ('illness', 'valid', 'invalid', 'school')),
    author   INTEGER NOT NULL REFERENCES school_person (id),
    at       INTEGER NOT NULL,
    UNIQUE (lesson, pupil, revision)
) STRICT;

CREATE UNIQUE INDEX diary_absence_reason_standing ON diary_absence_reason (lesson, pupil) WHERE latest = 1;

-- Homework given at a lesson; a new text is a new revision, a withdrawn one a revision without text.
CREATE TABLE diary_homework (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    given     INTEGER NOT NULL REFERENCES diary_lesson (id),
    revision  INTEGER NOT NULL,
    latest    INTEGER NOT NULL CHECK (latest IN (0, 1)),
    course    INTEGER NOT NULL REFERENCES diary_course (id),
    due       INTEGER REFERENCES diary_lesson (id),
    due_date  TEXT NOT NULL,
    text      TEXT,
    published INTEGER NOT NULL,
    author    INTEGER NOT NULL REFERENCES school_person (id),
    at        INTEGER NOT NULL,
    UNIQUE (given, revision)
) STRICT;

CREATE UNIQUE INDEX diary_homework_standing ON diary_homework (given) WHERE latest = 1;
CREATE INDEX diary_homework_course ON diary_homework (course, due_date) WHERE latest = 1;

CREATE TABLE diary_done (
    given INTEGER NOT NULL REFERENCES diary_lesson (id),
    pupil INTEGER NOT NULL REFERENCES school_person (id),
    at    INTEGER NOT NULL,
    PRIMARY KEY (given, pupil)
) STRICT, WITHOUT ROWID;
