-- Text is compared byte by byte (COLLATE "C"), as the program does: workers take rows in this order, so that none
-- waits for another in a circle, and no change of the system's languages reorders an index.

-- The vote that counts, of each voter in each poll: the one with the largest version. previous_selection is what it
-- replaced, read under the row's lock; of no meaning but for the statement that writes it. The free tenth of a page lets
-- a changed vote stay in it, without a new entry in the index.
CREATE TABLE pollux_votes (
  poll               text COLLATE "C" NOT NULL,
  voter              text COLLATE "C" NOT NULL,
  selection          text COLLATE "C" NOT NULL,
  previous_selection text COLLATE "C",
  version_time       bigint NOT NULL,
  version_sequence   bigint NOT NULL,
  PRIMARY KEY (poll, voter)
) WITH (fillfactor = 90);

-- How many voters of a poll chose a selection: the sum over the slots, each of which belongs to one worker at a time, so
-- that workers never wait for each other here. A single slot may be below zero: a voter counted in one slot may change
-- the vote in another. Slot 64 is for all others, who take turns by an advisory lock.
CREATE TABLE pollux_tallies (
  poll      text COLLATE "C" NOT NULL,
  selection text COLLATE "C" NOT NULL,
  slot      smallint NOT NULL,
  count     bigint NOT NULL,
  PRIMARY KEY (poll, selection, slot)
) WITH (fillfactor = 30);

-- The sum of changes is the version of the poll's tally; the largest latest_time, latest_sequence is the largest version
-- among its votes.
CREATE TABLE pollux_tally_slots (
  poll            text COLLATE "C" NOT NULL,
  slot            smallint NOT NULL,
  changes         bigint NOT NULL,
  latest_time     bigint NOT NULL,
  latest_sequence bigint NOT NULL,
  PRIMARY KEY (poll, slot)
) WITH (fillfactor = 30);

-- Adds to the slot for all. Whoever calls it holds the slot's lock or keeps everybody else out.
CREATE FUNCTION pollux_count(for_poll text, in_selections text[], deltas bigint[], at_time bigint, at_sequence bigint)
RETURNS void LANGUAGE sql AS $$
  INSERT INTO pollux_tallies AS t (poll, selection, slot, count)
    SELECT for_poll, d.selection, 64, d.delta FROM unnest(in_selections, deltas) AS d (selection, delta)
    ON CONFLICT (poll, selection, slot) DO UPDATE SET count = t.count + excluded.count;
  INSERT INTO pollux_tally_slots AS s (poll, slot, changes, latest_time, latest_sequence)
    VALUES (for_poll, 64, least(cardinality(deltas), 1), at_time, at_sequence)
    ON CONFLICT (poll, slot) DO UPDATE SET
      changes = s.changes + excluded.changes,
      (latest_time, latest_sequence) = (
        SELECT n.time, n.sequence
        FROM (VALUES (s.latest_time, s.latest_sequence), (excluded.latest_time, excluded.latest_sequence)) AS n (time, sequence)
        ORDER BY n.time DESC, n.sequence DESC LIMIT 1);
  SELECT pg_notify('pollux_tally', for_poll) WHERE cardinality(deltas) > 0;
$$;

-- What the programs take for the id of a voter or a selection: 1 to 255 bytes without control characters.
CREATE FUNCTION pollux_is_plain(word text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT octet_length(word) BETWEEN 1 AND 255 AND word !~ '[\x01-\x1f\x7f]'
$$;

-- A table "votes" of the example voting app: its rows are taken over as votes older than every other, and the table stays
-- as votes_before_pollux.
DO $$
DECLARE
  kind "char";
  left_behind bigint;
BEGIN
  SELECT relkind INTO kind FROM pg_class WHERE oid = to_regclass('votes');
  IF kind IS NULL THEN RETURN; END IF;
  IF kind <> 'r' OR 2 <> (SELECT count(*) FROM pg_attribute WHERE attrelid = to_regclass('votes')
                          AND attname IN ('id', 'vote') AND NOT attisdropped) THEN
    RAISE EXCEPTION 'The database has something else called "votes". Rename it, or use another database.';
  END IF;
  IF to_regclass('votes_before_pollux') IS NOT NULL THEN
    RAISE EXCEPTION 'The database has a table "votes" and a table "votes_before_pollux". Rename one of them.';
  END IF;
  LOCK TABLE votes IN ACCESS EXCLUSIVE MODE;
  INSERT INTO pollux_votes (poll, voter, selection, version_time, version_sequence)
    SELECT 'default', id, vote, 0, 1 FROM votes WHERE pollux_is_plain(id) AND pollux_is_plain(vote)
    ORDER BY id COLLATE "C";
  PERFORM pollux_count('default', array_agg(selection), array_agg(n), 0, 1)
    FROM (SELECT selection, count(*) AS n FROM pollux_votes GROUP BY selection) AS counts HAVING count(*) > 0;
  SELECT (SELECT count(*) FROM votes) - (SELECT count(*) FROM pollux_votes) INTO left_behind;
  ALTER TABLE votes RENAME TO votes_before_pollux;
  RAISE NOTICE 'The votes of the table "votes" were taken over; it is called "votes_before_pollux" now.';
  IF left_behind > 0 THEN
    RAISE WARNING '% rows of "votes_before_pollux" are not counted: they are empty, longer than 255 bytes or hold control characters.', left_behind;
  END IF;
END
$$;

-- The poll "default" as the example voting app knows it, for its own worker and result service. A vote that comes this
-- way is as new as the moment, and in any case newer than the one it replaces.
CREATE VIEW votes AS SELECT voter AS id, selection AS vote FROM pollux_votes WHERE poll = 'default';

CREATE FUNCTION pollux_put_through_view() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  moment bigint := floor(extract(epoch FROM clock_timestamp()) * 1000);
  old_row pollux_votes%ROWTYPE;
  place bigint := 0;
BEGIN
  IF NOT coalesce(pollux_is_plain(NEW.id) AND pollux_is_plain(NEW.vote), false) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation',
      MESSAGE = 'id and vote must have 1 to 255 bytes and no control characters';
  END IF;
  PERFORM pg_advisory_xact_lock(1349479544, 64);
  IF TG_OP = 'INSERT' THEN
    INSERT INTO pollux_votes (poll, voter, selection, version_time, version_sequence)
      VALUES ('default', NEW.id, NEW.vote, moment, 0);
    PERFORM pollux_count('default', ARRAY[NEW.vote], ARRAY[1], moment, 0);
    RETURN NEW;
  END IF;
  IF NEW.id <> OLD.id THEN
    RAISE EXCEPTION USING ERRCODE = 'feature_not_supported', MESSAGE = 'the id of a vote can''t be changed';
  END IF;
  SELECT * INTO old_row FROM pollux_votes WHERE poll = 'default' AND voter = NEW.id FOR UPDATE;
  IF NOT FOUND THEN RETURN NULL; END IF;
  IF old_row.version_time >= moment THEN
    moment := old_row.version_time;
    place := old_row.version_sequence + 1;
  END IF;
  UPDATE pollux_votes SET previous_selection = selection, selection = NEW.vote, version_time = moment, version_sequence = place
    WHERE poll = 'default' AND voter = NEW.id;
  IF old_row.selection = NEW.vote THEN
    PERFORM pollux_count('default', '{}', '{}', moment, place);
  ELSE
    PERFORM pollux_count('default', ARRAY[old_row.selection, NEW.vote], ARRAY[-1, 1], moment, place);
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER pollux_put INSTEAD OF INSERT OR UPDATE ON votes
  FOR EACH ROW EXECUTE FUNCTION pollux_put_through_view();

-- For the result service, which need not know who voted what. It has no password until it is given one.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'pollux_result') THEN
    CREATE ROLE pollux_result LOGIN;
  END IF;
EXCEPTION
  WHEN duplicate_object OR unique_violation THEN NULL;  -- another database of the same server was quicker
  WHEN insufficient_privilege THEN
    RAISE NOTICE 'The role pollux_result could not be made. Let an administrator do: CREATE ROLE pollux_result LOGIN; GRANT SELECT ON pollux_tallies, pollux_tally_slots TO pollux_result';
END
$$;
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'pollux_result') THEN
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO pollux_result', current_schema());
    GRANT SELECT ON pollux_tallies, pollux_tally_slots TO pollux_result;
  END IF;
END
$$;
