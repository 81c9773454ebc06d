-- How the pages of a poll look. The accent is a color such as "#1d4ed8"; NULL: the colors of the design.
ALTER TABLE pollux_managed_polls ADD COLUMN accent text COLLATE "C";
ALTER TABLE pollux_managed_polls ADD COLUMN color_scheme text COLLATE "C" NOT NULL DEFAULT 'auto';
