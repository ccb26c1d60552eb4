-- The protocol on the wire: where applications call from, what people have granted them, tokens.

-- SHA-256 of the service key of an application; it is shown once, when it is made.
ALTER TABLE identity_client ADD COLUMN service_key BLOB;

-- Origins whose pages may read answers (VK-40) and frame the widgets (VK-45).
CREATE TABLE identity_client_origin (
    client INTEGER NOT NULL REFERENCES identity_client (id),
    origin TEXT NOT NULL,
    PRIMARY KEY (client, origin)
) STRICT, WITHOUT ROWID;

-- answer: back by redirect, or to the opener of a new tab. scheme: the colours the client asked for.
ALTER TABLE identity_attempt ADD COLUMN answer TEXT NOT NULL DEFAULT 'redirect' CHECK (answer IN ('redirect', 'message'));
ALTER TABLE identity_attempt ADD COLUMN scheme TEXT CHECK (scheme IN ('light', 'dark'));
ALTER TABLE identity_attempt ADD COLUMN ask_consent INTEGER NOT NULL DEFAULT 0 CHECK (ask_consent IN (0, 1));

CREATE TABLE identity_consent (
    account INTEGER NOT NULL REFERENCES identity_account (id),
    client  INTEGER NOT NULL REFERENCES identity_client (id),
    scope   TEXT    NOT NULL,
    given   INTEGER NOT NULL,
    PRIMARY KEY (account, client)
) STRICT, WITHOUT ROWID;

-- Codes live for ten minutes: none is worth carrying over. path is the guide's way, which only the school's portal asks for.
DROP TABLE identity_grant;

CREATE TABLE identity_grant (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    digest       BLOB NOT NULL UNIQUE,
    attempt      INTEGER NOT NULL REFERENCES identity_attempt (id) ON DELETE CASCADE,
    client       INTEGER NOT NULL REFERENCES identity_client (id),
    account      INTEGER NOT NULL REFERENCES identity_account (id),
    redirect_uri TEXT NOT NULL,
    challenge    TEXT NOT NULL,
    device       BLOB NOT NULL,
    scope        TEXT NOT NULL,
    path         TEXT CHECK (path IN ('existing_profile', 'profile_created', 'account_created')),
    issued       INTEGER NOT NULL,
    expires      INTEGER NOT NULL,
    spent        INTEGER
) STRICT;

CREATE INDEX identity_grant_attempt ON identity_grant (attempt);

-- One exchange of a code begins one chain of tokens. Ending it ends them all: at logout, at the second use of the code
-- or of a refresh token, when the consent is withdrawn.
CREATE TABLE identity_chain (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    code    INTEGER REFERENCES identity_grant (id) ON DELETE SET NULL,
    client  INTEGER NOT NULL REFERENCES identity_client (id),
    account INTEGER NOT NULL REFERENCES identity_account (id),
    device  BLOB    NOT NULL,
    scope   TEXT    NOT NULL,
    created INTEGER NOT NULL,
    seen    INTEGER NOT NULL,
    ended   INTEGER
) STRICT;

CREATE INDEX identity_chain_code ON identity_chain (code);
CREATE INDEX identity_chain_account ON identity_chain (account, client) WHERE ended IS NULL;

-- SHA-256 of tokens of 512 random bits.
CREATE TABLE identity_token (
    digest  BLOB    NOT NULL PRIMARY KEY,
    chain   INTEGER NOT NULL REFERENCES identity_chain (id) ON DELETE CASCADE,
    kind    TEXT    NOT NULL CHECK (kind IN ('access', 'refresh')),
    expires INTEGER NOT NULL,
    spent   INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX identity_token_chain ON identity_token (chain);
