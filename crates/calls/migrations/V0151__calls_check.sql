-- What a person found when they last tried their devices and their network without a call; only the latest is kept.

-- Each part has its own moment: whoever tries the network alone keeps what was found of the microphone. trip is how long a
-- packet takes there and back, in milliseconds. at is the latest of the moments, by which rows get too old.
CREATE TABLE calls_check (
    person        INTEGER PRIMARY KEY REFERENCES school_person (id) ON DELETE CASCADE,
    microphone    TEXT CHECK (microphone IN ('works', 'silent', 'denied', 'missing', 'busy', 'failed')),
    microphone_at INTEGER,
    camera        TEXT CHECK (camera IN ('works', 'denied', 'missing', 'busy', 'failed')),
    camera_at     INTEGER,
    network       TEXT CHECK (network IN ('udp', 'tcp', 'none')),
    network_at    INTEGER,
    trip          INTEGER CHECK (trip BETWEEN 0 AND 60000),
    at            INTEGER NOT NULL,
    CHECK ((microphone IS NULL) = (microphone_at IS NULL)),
    CHECK ((camera IS NULL) = (camera_at IS NULL)),
    CHECK ((network IS NULL) = (network_at IS NULL)),
    CHECK (trip IS NULL OR network IN ('udp', 'tcp'))
) STRICT;

CREATE INDEX calls_check_at ON calls_check (at);
