-- What every domain writes: the event log, blobs in chunks, the audit chain, and the file's own facts.

CREATE TABLE store_meta (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- g numbers committed commands densely; n counts the rows of one g from 1. data carries ids, never contents.
CREATE TABLE store_event (
    g          INTEGER NOT NULL,
    n          INTEGER NOT NULL,
    scope_kind TEXT    NOT NULL,
    scope_id   INTEGER NOT NULL,
    kind       TEXT    NOT NULL,
    ref        INTEGER NOT NULL,
    data       TEXT    NOT NULL,
    at         INTEGER NOT NULL,
    PRIMARY KEY (g, n)
) STRICT, WITHOUT ROWID;

CREATE INDEX store_event_scope ON store_event (scope_kind, scope_id, g, n);
CREATE INDEX store_event_at ON store_event (at);

CREATE TABLE store_blob (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    sha256   BLOB,
    size     INTEGER NOT NULL,
    mime     TEXT    NOT NULL,
    state    TEXT    NOT NULL CHECK (state IN ('uploading', 'ready', 'held', 'gone')),
    uploader INTEGER NOT NULL,
    at       INTEGER NOT NULL
) STRICT;

CREATE INDEX store_blob_digest ON store_blob (sha256) WHERE sha256 IS NOT NULL;

CREATE TABLE store_blob_chunk (
    blob  INTEGER NOT NULL REFERENCES store_blob (id),
    n     INTEGER NOT NULL,
    bytes BLOB    NOT NULL,
    PRIMARY KEY (blob, n)
) STRICT;

-- One hash chain for the file; each row's hash covers the row before it.
CREATE TABLE store_audit (
    g         INTEGER NOT NULL,
    n         INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    actor     INTEGER,
    session   INTEGER,
    address   TEXT    NOT NULL,
    action    TEXT    NOT NULL,
    target    TEXT    NOT NULL,
    before    TEXT,
    after     TEXT,
    reason    TEXT,
    prev_hash BLOB    NOT NULL,
    hash      BLOB    NOT NULL,
    PRIMARY KEY (g, n)
) STRICT;

CREATE INDEX store_audit_at ON store_audit (at);

CREATE TRIGGER store_audit_no_update BEFORE UPDATE ON store_audit
BEGIN SELECT RAISE(ABORT, 'the audit chain is append-only'); END;

CREATE TRIGGER store_audit_no_delete BEFORE DELETE ON store_audit
BEGIN SELECT RAISE(ABORT, 'the audit chain is append-only'); END;
