-- Between which commands a call took place, to be held against a membership, which is told by commands too. 0 where it was
-- led or ended before this was kept: then nobody is told to have missed it.

ALTER TABLE calls_call ADD COLUMN led_g INTEGER NOT NULL DEFAULT 0;
ALTER TABLE calls_call ADD COLUMN ended_g INTEGER NOT NULL DEFAULT 0;
