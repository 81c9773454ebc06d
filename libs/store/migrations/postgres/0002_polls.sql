-- What people are asked in each run of a poll that has an id of its own: the question and the labels of the options, a line each.
-- Workers copy it from Redis, where the vote services register it; the result services compare it with theirs.
CREATE TABLE pollux_polls (
  poll       text COLLATE "C" NOT NULL PRIMARY KEY,
  definition text NOT NULL
);

DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'pollux_result') THEN
    GRANT SELECT ON pollux_polls TO pollux_result;
  ELSE
    RAISE NOTICE 'There is no role pollux_result. Let the role of the result service read this table too: GRANT SELECT ON pollux_polls TO …';
  END IF;
END
$$;
