-- Votes are told to open pages together: when that was last done, in milliseconds, and whether any have come since.
ALTER TABLE messenger_poll ADD COLUMN told INTEGER NOT NULL DEFAULT 0;
ALTER TABLE messenger_poll ADD COLUMN untold INTEGER NOT NULL DEFAULT 0 CHECK (untold IN (0, 1));

CREATE INDEX messenger_poll_untold ON messenger_poll (message) WHERE untold = 1;
