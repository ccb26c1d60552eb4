-- Codes by SMS or call, what waits to be delivered, and the counters that fence the sign-in (A1 to A7, A18, A19).

-- mac is the code's HMAC under the server key; tries are counted before a comparison (A3).
CREATE TABLE identity_code (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    attempt INTEGER NOT NULL REFERENCES identity_attempt (id) ON DELETE CASCADE,
    purpose TEXT NOT NULL CHECK (purpose IN ('sign_in', 'new_account', 'reset')),
    phone   TEXT NOT NULL,
    channel TEXT NOT NULL CHECK (channel IN ('sms', 'call')),
    mac     BLOB NOT NULL,
    tries   INTEGER NOT NULL DEFAULT 0 CHECK (tries BETWEEN 0 AND 5),
    sent    INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    ended   INTEGER
) STRICT;

CREATE UNIQUE INDEX identity_code_open ON identity_code (attempt) WHERE ended IS NULL;

-- The outbox. sealed holds the code under the server key until delivery or expiry, then nothing (A1).
CREATE TABLE identity_sms (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    code      INTEGER REFERENCES identity_code (id) ON DELETE SET NULL,
    flow      TEXT NOT NULL CHECK (flow IN ('guarded', 'open')),
    phone     TEXT NOT NULL,
    channel   TEXT NOT NULL CHECK (channel IN ('sms', 'call')),
    sealed    BLOB,
    queued    INTEGER NOT NULL,
    expires   INTEGER NOT NULL,
    next_try  INTEGER NOT NULL,
    tries     INTEGER NOT NULL DEFAULT 0,
    delivered INTEGER,
    failed    TEXT
) STRICT;

CREATE INDEX identity_sms_due ON identity_sms (next_try) WHERE sealed IS NOT NULL;

-- One row for each thing counted in a sliding window.
CREATE TABLE identity_tally (
    id    INTEGER PRIMARY KEY AUTOINCREMENT,
    kind  TEXT NOT NULL,
    scope TEXT NOT NULL,
    at    INTEGER NOT NULL
) STRICT;

CREATE INDEX identity_tally_scope ON identity_tally (kind, scope, at);

-- Consecutive failed codes for a phone, apart for sign-in after a password and for the flows without one (A5, A7).
CREATE TABLE identity_phone_guard (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    phone  TEXT NOT NULL,
    flow   TEXT NOT NULL CHECK (flow IN ('guarded', 'open')),
    failed INTEGER NOT NULL CHECK (failed BETWEEN 0 AND 20),
    UNIQUE (phone, flow)
) STRICT;
