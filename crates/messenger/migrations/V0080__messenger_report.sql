-- Reports of messages with what they froze, notes of those who look into them, and holds.

-- message is what is reported, reported is who wrote it: that person never gets at the row (MSG-I23).
CREATE TABLE messenger_report (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    conv      INTEGER NOT NULL REFERENCES messenger_conversation (id),
    message   INTEGER NOT NULL REFERENCES messenger_message (id),
    seq       INTEGER NOT NULL,
    reporter  INTEGER NOT NULL REFERENCES school_person (id),
    reported  INTEGER NOT NULL REFERENCES school_person (id),
    category  TEXT    NOT NULL,
    words     TEXT,
    at        INTEGER NOT NULL,
    state     TEXT    NOT NULL CHECK (state IN ('open', 'taken', 'closed')),
    taken_by  INTEGER REFERENCES school_person (id),
    closed_by INTEGER REFERENCES school_person (id),
    closed_at INTEGER,
    outcome   TEXT,
    answer    TEXT,
    UNIQUE (message, reporter)
) STRICT;

CREATE INDEX messenger_report_reporter ON messenger_report (reporter, at);
CREATE INDEX messenger_report_unfinished ON messenger_report (state) WHERE state <> 'closed';

-- The reported message and its neighbours with all their texts, copied at the moment of the report (MSG-S6).
CREATE TABLE messenger_report_text (
    report  INTEGER NOT NULL REFERENCES messenger_report (id),
    seq     INTEGER NOT NULL,
    rev     INTEGER NOT NULL,
    message INTEGER NOT NULL REFERENCES messenger_message (id),
    sender  INTEGER NOT NULL REFERENCES school_person (id),
    ts      INTEGER NOT NULL,
    state   TEXT    NOT NULL CHECK (state IN ('present', 'earlier', 'deleted')),
    body    TEXT    NOT NULL,
    PRIMARY KEY (report, seq, rev)
) STRICT, WITHOUT ROWID;

CREATE INDEX messenger_report_text_message ON messenger_report_text (message);

CREATE TABLE messenger_case_note (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    report INTEGER NOT NULL REFERENCES messenger_report (id),
    author INTEGER NOT NULL REFERENCES school_person (id),
    at     INTEGER NOT NULL,
    words  TEXT    NOT NULL
) STRICT;

CREATE INDEX messenger_case_note_report ON messenger_case_note (report);

-- Without a message the whole chat is held. against is whose words are held, when one person's are: not theirs to lift.
CREATE TABLE messenger_hold (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    conv      INTEGER NOT NULL REFERENCES messenger_conversation (id),
    message   INTEGER REFERENCES messenger_message (id),
    seq       INTEGER,
    report    INTEGER REFERENCES messenger_report (id),
    against   INTEGER REFERENCES school_person (id),
    reason    TEXT    NOT NULL,
    author    INTEGER NOT NULL REFERENCES school_person (id),
    at        INTEGER NOT NULL,
    lifted_by INTEGER REFERENCES school_person (id),
    lifted_at INTEGER
) STRICT;

CREATE INDEX messenger_hold_chat ON messenger_hold (conv) WHERE lifted_at IS NULL;
