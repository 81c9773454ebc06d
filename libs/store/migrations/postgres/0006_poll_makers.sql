-- Which account made a poll (accounts are not referenced: polls outlive them), and what made the request for it unique, so
-- that a repeated one makes no second poll. NULL is none.
ALTER TABLE pollux_managed_polls ADD COLUMN maker text COLLATE "C";
ALTER TABLE pollux_managed_polls ADD COLUMN creation_key text COLLATE "C";
CREATE INDEX pollux_managed_polls_by_maker ON pollux_managed_polls (maker, id);
CREATE UNIQUE INDEX pollux_managed_polls_by_creation_key ON pollux_managed_polls (creation_key);
