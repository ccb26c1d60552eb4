-- What people decided about a term; states that follow from the calendar need no row. The newest revision holds
-- (DIA-ST4). closes_at is the moment from which the term takes no marks.

CREATE TABLE diary_term_state (
    term        INTEGER NOT NULL REFERENCES school_term (id),
    revision    INTEGER NOT NULL,
    state       TEXT CHECK (state IN ('future', 'open', 'grading', 'closed', 'locked')),
    closes_at   INTEGER,
    reason      TEXT,
    author      INTEGER REFERENCES school_person (id),
    at          INTEGER NOT NULL,
    PRIMARY KEY (term, revision)
) STRICT, WITHOUT ROWID;

CREATE INDEX diary_homework_due ON diary_homework (due) WHERE due IS NOT NULL;
