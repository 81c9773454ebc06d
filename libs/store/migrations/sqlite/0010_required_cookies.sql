-- 1: votes of the poll count only from browsers that have sent back the cookie of an earlier page.
ALTER TABLE managed_polls ADD COLUMN require_cookie INTEGER NOT NULL DEFAULT 0;
