-- When the password was last typed in a session (A16): the dearest deeds ask for it again.
ALTER TABLE school_session ADD COLUMN confirmed INTEGER;

-- Who entered, from where, and which tries with a person's login were refused. Rows go by age only.
CREATE TABLE school_sign_in (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    person  INTEGER NOT NULL REFERENCES school_person (id) ON DELETE CASCADE,
    at      INTEGER NOT NULL,
    address TEXT NOT NULL,
    device  TEXT NOT NULL,
    way     TEXT NOT NULL CHECK (way IN ('password', 'slip', 'setup', 'confirmation')),
    outcome TEXT NOT NULL CHECK (outcome IN ('entered', 'wrong', 'blocked'))
) STRICT;

CREATE INDEX school_sign_in_person ON school_sign_in (person, id);
CREATE INDEX school_sign_in_at ON school_sign_in (at);

CREATE TRIGGER school_sign_in_stays BEFORE UPDATE ON school_sign_in
BEGIN
    SELECT RAISE(ABORT, 'the journal of sign-ins is append-only');
END;
