-- The logo of a poll: the image in base64, and what it shows in words. NULL: none.
ALTER TABLE pollux_managed_polls ADD COLUMN logo text COLLATE "C";
ALTER TABLE pollux_managed_polls ADD COLUMN logo_text text COLLATE "C" NOT NULL DEFAULT '';
