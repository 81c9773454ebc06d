-- The logo of a poll: the image in base64, and what it shows in words. NULL: none.
ALTER TABLE managed_polls ADD COLUMN logo TEXT;
ALTER TABLE managed_polls ADD COLUMN logo_text TEXT NOT NULL DEFAULT '';
