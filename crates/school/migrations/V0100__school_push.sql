-- Where a browser wants to be called. A subscription belongs to a portal session and dies with it.
CREATE TABLE school_push (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    session  INTEGER NOT NULL UNIQUE REFERENCES school_session (id),
    person   INTEGER NOT NULL REFERENCES school_person (id),
    endpoint TEXT    NOT NULL UNIQUE,
    public   BLOB    NOT NULL CHECK (length(public) = 65),
    auth     BLOB    NOT NULL CHECK (length(auth) = 16),
    at       INTEGER NOT NULL
) STRICT;

CREATE INDEX school_push_person ON school_push (person);
