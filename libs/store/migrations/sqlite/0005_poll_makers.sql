-- Which account made a poll (accounts are not referenced: polls outlive them), and what made the request for it unique, so
-- that a repeated one makes no second poll. NULL is none.
ALTER TABLE managed_polls ADD COLUMN maker TEXT;
ALTER TABLE managed_polls ADD COLUMN creation_key TEXT;
CREATE INDEX managed_polls_by_maker ON managed_polls (maker, id);
CREATE UNIQUE INDEX managed_polls_by_creation_key ON managed_polls (creation_key);
