-- How many rows of the domains point at a complete file; its bytes go with the last of them.
ALTER TABLE store_blob ADD COLUMN refs INTEGER NOT NULL DEFAULT 0;
-- All parts are there and are being looked through; meanwhile none may be changed.
ALTER TABLE store_blob ADD COLUMN sealed INTEGER NOT NULL DEFAULT 0;

CREATE INDEX store_blob_size ON store_blob (size) WHERE state <> 'gone';
CREATE INDEX store_blob_gone ON store_blob (id) WHERE state = 'gone';
