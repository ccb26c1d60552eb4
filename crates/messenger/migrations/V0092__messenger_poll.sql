-- Polls (MSG-F8). The question and the options are the message's text; here is what the text does not say.

CREATE TABLE messenger_poll (
    message   INTEGER PRIMARY KEY REFERENCES messenger_message (id),
    multiple  INTEGER NOT NULL,
    anonymous INTEGER NOT NULL,
    family    INTEGER NOT NULL,
    -- Until when votes are taken; without it until somebody closes the poll.
    closes_ts INTEGER,
    closed_ts INTEGER,
    -- Null where the time closed it.
    closed_by INTEGER REFERENCES school_person (id)
) STRICT;

CREATE INDEX messenger_poll_due ON messenger_poll (closes_ts) WHERE closed_ts IS NULL AND closes_ts IS NOT NULL;

-- voter is whose vote it is: a person, a family, or in anonymous polls a pseudonym made with the server key, which is
-- not in this file. The key of the table is the proof of one vote each. person is who pressed, never in anonymous
-- polls; without moment or number, for these would tell who it was.
CREATE TABLE messenger_vote (
    message INTEGER NOT NULL REFERENCES messenger_poll (message),
    voter   BLOB    NOT NULL,
    option  INTEGER NOT NULL,
    person  INTEGER REFERENCES school_person (id),
    PRIMARY KEY (message, voter, option)
) STRICT, WITHOUT ROWID;

CREATE INDEX messenger_vote_person ON messenger_vote (person) WHERE person IS NOT NULL;

-- Commands that were taken: a late repetition of an early one does not undo a later one.
CREATE TABLE messenger_vote_cid (
    message INTEGER NOT NULL REFERENCES messenger_poll (message),
    voter   BLOB    NOT NULL,
    cid     BLOB    NOT NULL CHECK (length(cid) = 16),
    PRIMARY KEY (message, voter, cid)
) STRICT, WITHOUT ROWID;

-- What is left of an anonymous poll when it closes: numbers. Option 0 is how many took part.
CREATE TABLE messenger_tally (
    message INTEGER NOT NULL REFERENCES messenger_poll (message),
    option  INTEGER NOT NULL,
    votes   INTEGER NOT NULL,
    PRIMARY KEY (message, option)
) STRICT, WITHOUT ROWID;

-- How polls stood when a message near them was reported: numbers, option 0 as above, and who voted for what where that
-- was no secret.
CREATE TABLE messenger_report_tally (
    report INTEGER NOT NULL REFERENCES messenger_report (id),
    seq    INTEGER NOT NULL,
    option INTEGER NOT NULL,
    votes  INTEGER NOT NULL,
    PRIMARY KEY (report, seq, option)
) STRICT, WITHOUT ROWID;

CREATE TABLE messenger_report_vote (
    report INTEGER NOT NULL REFERENCES messenger_report (id),
    seq    INTEGER NOT NULL,
    option INTEGER NOT NULL,
    person INTEGER NOT NULL REFERENCES school_person (id),
    PRIMARY KEY (report, seq, option, person)
) STRICT, WITHOUT ROWID;
