-- Changes of an educational profile whose wanted name is not the one in the roster: the school decides, as on links (LNK-L3).

-- verdict is absent while the change waits; a row that has one is never changed again.
CREATE TABLE linking_change (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    link       INTEGER NOT NULL REFERENCES linking_link (id),
    person     INTEGER NOT NULL REFERENCES school_person (id),
    subject    INTEGER NOT NULL,
    surname    TEXT NOT NULL,
    given      TEXT NOT NULL,
    patronymic TEXT,
    birth_date TEXT NOT NULL,
    role       TEXT NOT NULL CHECK (role IN ('pupil', 'parent', 'teacher')),
    mismatch   TEXT NOT NULL,
    asked      INTEGER NOT NULL,
    verdict    TEXT CHECK (verdict IN ('approved', 'rejected', 'withdrawn', 'dropped')),
    decided    INTEGER,
    decided_by INTEGER REFERENCES school_person (id),
    why        TEXT,
    CHECK ((verdict IS NULL) = (decided IS NULL))
) STRICT;

CREATE UNIQUE INDEX linking_change_waiting ON linking_change (link) WHERE verdict IS NULL;
CREATE INDEX linking_change_subject ON linking_change (subject, id);
