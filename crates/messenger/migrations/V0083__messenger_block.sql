-- Whose messages a person does not want to see; a row is the whole fact, and nobody but the blocker learns of it.
CREATE TABLE messenger_block (
    person  INTEGER NOT NULL REFERENCES school_person (id),
    blocked INTEGER NOT NULL REFERENCES school_person (id),
    at      INTEGER NOT NULL,
    PRIMARY KEY (person, blocked)
) STRICT, WITHOUT ROWID;
