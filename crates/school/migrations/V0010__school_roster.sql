-- The roster: who is at the school, in what role, in which groups, from when to when.
-- Dates are local dates of the school (TEXT, YYYY-MM-DD); intervals are half-open: starts <= day < ends.

CREATE TABLE school_school (
    id         INTEGER PRIMARY KEY CHECK (id = 1),
    full_name  TEXT NOT NULL,
    short_name TEXT NOT NULL,
    place      TEXT NOT NULL,
    zone       TEXT NOT NULL,
    week_days  INTEGER NOT NULL CHECK (week_days IN (5, 6)),
    help       TEXT NOT NULL
) STRICT;

CREATE TABLE school_year (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    start_year INTEGER NOT NULL UNIQUE,
    starts     TEXT NOT NULL,
    ends       TEXT NOT NULL,
    CHECK (starts < ends)
) STRICT;

CREATE TABLE school_term (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    year    INTEGER NOT NULL REFERENCES school_year (id),
    kind    TEXT NOT NULL CHECK (kind IN ('quarter', 'trimester', 'half_year', 'module')),
    ordinal INTEGER NOT NULL,
    title   TEXT NOT NULL,
    starts  TEXT NOT NULL,
    ends    TEXT NOT NULL,
    UNIQUE (year, kind, ordinal),
    CHECK (starts < ends)
) STRICT;

-- Exceptions only: holidays (state days off), vacations, and working days moved to another weekday.
CREATE TABLE school_calendar_day (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    year        INTEGER NOT NULL REFERENCES school_year (id),
    kind        TEXT NOT NULL CHECK (kind IN ('holiday', 'vacation', 'works_as')),
    title       TEXT NOT NULL,
    starts      TEXT NOT NULL,
    ends        TEXT NOT NULL,
    grade_level INTEGER,
    works_as    INTEGER,
    CHECK (starts < ends)
) STRICT;

CREATE TABLE school_person (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    external_id TEXT UNIQUE,
    surname     TEXT NOT NULL,
    given       TEXT NOT NULL,
    patronymic  TEXT,
    birth_date  TEXT,
    sex         TEXT CHECK (sex IN ('female', 'male')),
    phone       TEXT,
    snils       TEXT UNIQUE,
    sort_key    TEXT NOT NULL,
    search_key  TEXT NOT NULL
) STRICT;

CREATE INDEX school_person_sort ON school_person (sort_key);

CREATE TABLE school_role_grant (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    person      INTEGER NOT NULL REFERENCES school_person (id),
    role        TEXT NOT NULL CHECK (role IN ('pupil', 'guardian', 'teacher', 'homeroom_teacher', 'deputy_head',
                                              'head_teacher', 'safeguarding_lead', 'administrator')),
    class_group INTEGER REFERENCES school_class_group (id),
    position    TEXT,
    starts      TEXT NOT NULL,
    ends        TEXT,
    CHECK ((role = 'homeroom_teacher') = (class_group IS NOT NULL))
) STRICT;

CREATE INDEX school_role_grant_person ON school_role_grant (person, role);
CREATE INDEX school_role_grant_class ON school_role_grant (class_group) WHERE class_group IS NOT NULL;

CREATE TABLE school_class_group (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    year      INTEGER NOT NULL REFERENCES school_year (id),
    grade     INTEGER NOT NULL CHECK (grade BETWEEN 0 AND 12),
    letter    TEXT NOT NULL,
    room      TEXT,
    term_kind TEXT NOT NULL CHECK (term_kind IN ('quarter', 'trimester', 'half_year', 'module')),
    bells     TEXT NOT NULL,
    week_days INTEGER NOT NULL CHECK (week_days IN (5, 6)),
    whole     INTEGER NOT NULL REFERENCES school_group (id),
    UNIQUE (year, grade, letter)
) STRICT;

-- A group is what a lesson is taught to: a whole class group, or a part of it in a named division.
CREATE TABLE school_group (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    year        INTEGER NOT NULL REFERENCES school_year (id),
    kind        TEXT NOT NULL CHECK (kind IN ('class', 'subgroup')),
    parent      INTEGER REFERENCES school_group (id),
    division    TEXT,
    title       TEXT NOT NULL,
    UNIQUE (parent, division, title)
) STRICT;

CREATE TABLE school_membership (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    person    INTEGER NOT NULL REFERENCES school_person (id),
    grp       INTEGER NOT NULL REFERENCES school_group (id),
    starts    TEXT NOT NULL,
    ends      TEXT,
    order_no  TEXT,
    CHECK (ends IS NULL OR starts <= ends)
) STRICT;

CREATE INDEX school_membership_group ON school_membership (grp, starts);
CREATE INDEX school_membership_person ON school_membership (person, starts);

CREATE TABLE school_guardianship (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    adult         INTEGER NOT NULL REFERENCES school_person (id),
    child         INTEGER NOT NULL REFERENCES school_person (id),
    relation      TEXT NOT NULL,
    access        TEXT NOT NULL CHECK (access IN ('full', 'read', 'none')),
    contact_order INTEGER NOT NULL,
    starts        TEXT NOT NULL,
    ends          TEXT,
    note          TEXT
) STRICT;

CREATE UNIQUE INDEX school_guardianship_open ON school_guardianship (adult, child) WHERE ends IS NULL;
CREATE INDEX school_guardianship_child ON school_guardianship (child);

CREATE TABLE school_subject (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT NOT NULL UNIQUE,
    short_name TEXT NOT NULL
) STRICT;

-- Who teaches what to whom, dated: chats and access rules need it as much as the journal does.
CREATE TABLE school_teaching (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    person         INTEGER NOT NULL REFERENCES school_person (id),
    grp            INTEGER NOT NULL REFERENCES school_group (id),
    subject        INTEGER NOT NULL REFERENCES school_subject (id),
    role           TEXT NOT NULL CHECK (role IN ('main', 'co')),
    hours_per_week INTEGER NOT NULL,
    room           TEXT,
    starts         TEXT NOT NULL,
    ends           TEXT
) STRICT;

CREATE INDEX school_teaching_group ON school_teaching (grp, subject);
CREATE INDEX school_teaching_person ON school_teaching (person);

-- What an import wrote, so that it can be undone while nothing later depends on it (DIA-I20).
CREATE TABLE school_import (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    at        INTEGER NOT NULL,
    folder    TEXT NOT NULL,
    added     INTEGER NOT NULL,
    changed   INTEGER NOT NULL,
    undone_at INTEGER
) STRICT;

-- One row for each row written, in order; before and after are set for a change and hold JSON.
CREATE TABLE school_import_row (
    import INTEGER NOT NULL REFERENCES school_import (id),
    n      INTEGER NOT NULL,
    kind   TEXT NOT NULL,
    row_id INTEGER NOT NULL,
    before TEXT,
    after  TEXT,
    PRIMARY KEY (import, n),
    CHECK ((before IS NULL) = (after IS NULL))
) STRICT, WITHOUT ROWID;
