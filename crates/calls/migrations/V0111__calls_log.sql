-- Who was in a call from when to when, as a log that nobody can change; attendance is derived from it.

-- visit is the number of the row that admitted; absent in that row itself. what is the source that flows, or why the
-- visit ended.
CREATE TABLE calls_entry (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    call   INTEGER NOT NULL REFERENCES calls_call (id),
    person INTEGER NOT NULL REFERENCES school_person (id),
    visit  INTEGER REFERENCES calls_entry (id),
    kind   TEXT    NOT NULL CHECK (kind IN ('admitted', 'connected', 'flowing', 'left')),
    what   TEXT CHECK (what IN ('microphone', 'camera', 'screen', 'own', 'lost', 'removed', 'rights', 'replaced', 'ended',
                                'stopped', 'failed')),
    at     INTEGER NOT NULL,
    CHECK ((kind = 'admitted') = (visit IS NULL)),
    CHECK ((kind IN ('flowing', 'left')) = (what IS NOT NULL))
) STRICT;

CREATE INDEX calls_entry_call ON calls_entry (call, id);
CREATE INDEX calls_entry_person ON calls_entry (person, call);
CREATE UNIQUE INDEX calls_entry_once ON calls_entry (visit, kind) WHERE kind IN ('connected', 'left');
CREATE UNIQUE INDEX calls_entry_source ON calls_entry (visit, what) WHERE kind = 'flowing';

CREATE TRIGGER calls_entry_no_update BEFORE UPDATE ON calls_entry
BEGIN SELECT RAISE(ABORT, 'the log of calls is append-only'); END;

CREATE TRIGGER calls_entry_no_delete BEFORE DELETE ON calls_entry
BEGIN SELECT RAISE(ABORT, 'the log of calls is append-only'); END;

-- The visits that have not ended. last is the newest entry of the visit.
CREATE TABLE calls_visit (
    visit  INTEGER PRIMARY KEY REFERENCES calls_entry (id),
    call   INTEGER NOT NULL REFERENCES calls_call (id),
    person INTEGER NOT NULL REFERENCES school_person (id),
    last   INTEGER NOT NULL
) STRICT;

CREATE INDEX calls_visit_call ON calls_visit (call, person);
CREATE INDEX calls_visit_person ON calls_visit (person);

-- The last moment at which the server was known to live while somebody was in a call: after a crash, visits ended then.
CREATE TABLE calls_pulse (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    at   INTEGER NOT NULL
) STRICT;
