-- What a teacher has taken from a call into the journal with one click, so that it is told apart and can be taken back.

CREATE TABLE calls_confirmation (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    call      INTEGER NOT NULL REFERENCES calls_call (id),
    at        INTEGER NOT NULL,
    by        INTEGER NOT NULL REFERENCES school_person (id),
    taken_back    INTEGER,
    taken_back_by INTEGER REFERENCES school_person (id),
    CHECK ((taken_back IS NULL) = (taken_back_by IS NULL))
) STRICT;

CREATE UNIQUE INDEX calls_confirmation_standing ON calls_confirmation (call) WHERE taken_back IS NULL;

-- minutes is how late the pupil was; absent for a pupil who was not there.
CREATE TABLE calls_mark (
    confirmation INTEGER NOT NULL REFERENCES calls_confirmation (id),
    pupil        INTEGER NOT NULL REFERENCES school_person (id),
    minutes      INTEGER CHECK (minutes BETWEEN 1 AND 45),
    PRIMARY KEY (confirmation, pupil)
) STRICT, WITHOUT ROWID;

CREATE INDEX calls_mark_pupil ON calls_mark (pupil);
