-- How the lesson's attendance stood before a call was taken into it, so that taking it back leaves it as it was: when and
-- by whom it had been taken, if it had, and whether the lesson counted as held.

ALTER TABLE calls_confirmation ADD COLUMN before_at INTEGER;
ALTER TABLE calls_confirmation ADD COLUMN before_by INTEGER REFERENCES school_person (id);
ALTER TABLE calls_confirmation ADD COLUMN before_held INTEGER NOT NULL DEFAULT 1 CHECK (before_held IN (0, 1));

CREATE INDEX calls_confirmation_before ON calls_confirmation (before_by) WHERE before_by IS NOT NULL;
