-- 1: votes of the poll count only from browsers that have sent back the cookie of an earlier page.
ALTER TABLE pollux_managed_polls ADD COLUMN require_cookie integer NOT NULL DEFAULT 0;
