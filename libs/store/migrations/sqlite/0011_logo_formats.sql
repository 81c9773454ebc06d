-- What the image of a logo is, so that no one reads it to know that: its hash, and type, width and height. They are of
-- logo_revision; another revision was written by a program that does not know them.
ALTER TABLE managed_polls ADD COLUMN logo_hash TEXT;
ALTER TABLE managed_polls ADD COLUMN logo_format TEXT;
ALTER TABLE managed_polls ADD COLUMN logo_revision INTEGER;
CREATE INDEX managed_polls_by_logo ON managed_polls (logo_hash, id) WHERE logo_hash IS NOT NULL;
