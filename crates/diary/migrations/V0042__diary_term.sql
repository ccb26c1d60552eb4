-- What people decided about a term; states that follow from the calendar need no row. The newest revision holds
-- (DIA-ST4).

CREATE TABLE diary_term_state (
    term        INTEGER NOT NULL REFERENCES school_term (id),
    revision    INTEGER NOT NULL,
    state       TEXT CHECK (state IN ('future', 'open', 'grading', 'closed', 'locked')),
    marks_close TEXT,
    reason      TEXT,
    author      INTEGER REFERENCES school_person (id),
    at          INTEGER NOT NULL,
    PRIMARY KEY (term, revision)
) STRICT, WITHOUT ROWID;
