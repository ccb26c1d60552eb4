-- A person's own page at the embedded VK ID: where they are signed in, when they last proved who they are, since when the
-- phone is theirs; and the phones of deleted accounts, which are nobody's for a while.

ALTER TABLE identity_session ADD COLUMN device TEXT NOT NULL DEFAULT '';
-- When the password, or the code in its place, was last given in the session (A16).
ALTER TABLE identity_session ADD COLUMN proved INTEGER;

-- When the phone took the place of another.
ALTER TABLE identity_account ADD COLUMN phone_at INTEGER;
CREATE INDEX identity_account_resting ON identity_account (deleted) WHERE deleted IS NOT NULL AND phone IS NOT NULL;

-- An attempt stands under an application. Those of VK ID itself stand under number 0, which is removed from the start: it
-- is neither found nor listed, and no application ever gets it.
INSERT INTO identity_client (id, name, kind, created, removed) VALUES (0, 'own', 'app', 0, 0);

-- A code may be for a new phone. Codes live for five minutes: none is worth carrying over.
UPDATE identity_sms SET sealed = NULL, code = NULL;
DROP TABLE identity_code;

CREATE TABLE identity_code (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    attempt INTEGER NOT NULL REFERENCES identity_attempt (id) ON DELETE CASCADE,
    purpose TEXT NOT NULL CHECK (purpose IN ('sign_in', 'new_account', 'reset', 'new_phone')),
    phone   TEXT NOT NULL,
    channel TEXT NOT NULL CHECK (channel IN ('sms', 'call')),
    mac     BLOB NOT NULL,
    tries   INTEGER NOT NULL DEFAULT 0 CHECK (tries BETWEEN 0 AND 5),
    sent    INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    ended   INTEGER
) STRICT;

CREATE UNIQUE INDEX identity_code_open ON identity_code (attempt) WHERE ended IS NULL;
CREATE INDEX identity_code_attempt ON identity_code (attempt);
