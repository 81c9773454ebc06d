-- How the pages of a poll look. The accent is a color such as "#1d4ed8"; NULL: the colors of the design.
ALTER TABLE managed_polls ADD COLUMN accent TEXT;
ALTER TABLE managed_polls ADD COLUMN color_scheme TEXT NOT NULL DEFAULT 'auto';
