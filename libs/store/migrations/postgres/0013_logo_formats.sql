-- What the image of a logo is, so that no one reads it to know that: its hash, and type, width and height. They are of
-- logo_revision; another revision was written by a program that does not know them.
ALTER TABLE pollux_managed_polls ADD COLUMN logo_hash text COLLATE "C";
ALTER TABLE pollux_managed_polls ADD COLUMN logo_format text COLLATE "C";
ALTER TABLE pollux_managed_polls ADD COLUMN logo_revision bigint;
CREATE INDEX pollux_managed_polls_by_logo ON pollux_managed_polls (logo_hash, id) WHERE logo_hash IS NOT NULL;
