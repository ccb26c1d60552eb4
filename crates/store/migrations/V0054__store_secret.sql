-- Keys that the server made for itself and that must outlive a restart: sealed under the server key, never in the clear.
CREATE TABLE store_secret (
    name   TEXT    NOT NULL PRIMARY KEY,
    sealed BLOB    NOT NULL,
    at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
