-- The polls that people make. All times are Unix times in seconds, all of them UTC; NULL is none. A deleted poll keeps its
-- row, without title, so that its id and its code are not used again. `search` is what searches compare.
CREATE TABLE pollux_managed_polls (
  id             text COLLATE "C" NOT NULL PRIMARY KEY,
  code           text COLLATE "C" NOT NULL UNIQUE,
  title          text COLLATE "C" NOT NULL,
  search         text COLLATE "C" NOT NULL,
  state          text COLLATE "C" NOT NULL,
  run            integer NOT NULL CHECK (run >= 1),
  revision       bigint NOT NULL CHECK (revision >= 1),
  change_policy  text COLLATE "C" NOT NULL,
  results_policy text COLLATE "C" NOT NULL,
  keep_days      integer,
  opens_at       bigint,
  closes_at      bigint,
  zone           text COLLATE "C" NOT NULL,
  created_at     bigint NOT NULL,
  changed_at     bigint NOT NULL,
  removed_at     bigint
);

-- What was asked in each run of such a poll, the current one included, as JSON; when the run was opened first and closed
-- last. Its votes have the poll id of the run: that of the poll in run 1, followed by a dot and the run in others.
CREATE TABLE pollux_managed_runs (
  poll      text COLLATE "C" NOT NULL REFERENCES pollux_managed_polls (id),
  run       integer NOT NULL CHECK (run >= 1),
  question  text COLLATE "C" NOT NULL,
  opened_at bigint,
  closed_at bigint,
  PRIMARY KEY (poll, run)
);

DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'pollux_result') THEN
    GRANT SELECT ON pollux_managed_polls, pollux_managed_runs TO pollux_result;
  ELSE
    RAISE NOTICE 'There is no role pollux_result. Let the role of the result service read these tables too: GRANT SELECT ON pollux_managed_polls, pollux_managed_runs TO …';
  END IF;
END
$$;
