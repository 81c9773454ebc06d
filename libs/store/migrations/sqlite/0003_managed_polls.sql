-- The polls that people make. All times are Unix times in seconds, all of them UTC; NULL is none. A deleted poll keeps its
-- row, without title, so that its id and its code are not used again. `search` is what searches compare.
CREATE TABLE managed_polls (
  id             TEXT    NOT NULL PRIMARY KEY,
  code           TEXT    NOT NULL UNIQUE,
  title          TEXT    NOT NULL,
  search         TEXT    NOT NULL,
  state          TEXT    NOT NULL,
  run            INTEGER NOT NULL CHECK (run >= 1),
  revision       INTEGER NOT NULL CHECK (revision >= 1),
  change_policy  TEXT    NOT NULL,
  results_policy TEXT    NOT NULL,
  keep_days      INTEGER,
  opens_at       INTEGER,
  closes_at      INTEGER,
  zone           TEXT    NOT NULL,
  created_at     INTEGER NOT NULL,
  changed_at     INTEGER NOT NULL,
  removed_at     INTEGER
) STRICT, WITHOUT ROWID;

-- What was asked in each run of such a poll, the current one included, as JSON; when the run was opened first and closed
-- last. Its votes have the poll id of the run: that of the poll in run 1, followed by a dot and the run in others.
CREATE TABLE managed_runs (
  poll      TEXT    NOT NULL REFERENCES managed_polls (id),
  run       INTEGER NOT NULL CHECK (run >= 1),
  question  TEXT    NOT NULL,
  opened_at INTEGER,
  closed_at INTEGER,
  PRIMARY KEY (poll, run)
) STRICT, WITHOUT ROWID;
