-- When the votes of a run were deleted, because its poll keeps them for a number of days; its tally stays. NULL: they are
-- there.
ALTER TABLE managed_runs ADD COLUMN votes_deleted_at INTEGER;
