-- Tallies count the keys of selections: pollux_tallies.selection is a key. Selections recorded so far are nearly always
-- their only keys, so that the tables stay as they are.

-- The keys of a selection, each once; libs/poll/selection_keys.hpp defines them.
CREATE FUNCTION pollux_keys(selection text) RETURNS SETOF text LANGUAGE sql IMMUTABLE ROWS 2 AS $$
  SELECT CASE WHEN selection LIKE '+_%' THEN '+' ELSE selection END
  UNION
  SELECT CASE WHEN selection LIKE '>%' THEN part || place ELSE part END
  FROM unnest(string_to_array(substr(selection, 2), left(selection, 1))) WITH ORDINALITY AS parts (part, place)
  WHERE selection LIKE ANY ('{+_%,>_%}') AND part <> ''
$$;

-- The same as before, by keys.
CREATE OR REPLACE FUNCTION pollux_put_through_view() RETURNS trigger LANGUAGE plpgsql AS $$
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
    PERFORM pollux_count('default', array_agg(key), array_agg(1::bigint), moment, 0) FROM pollux_keys(NEW.vote) AS key;
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
  PERFORM pollux_count('default', coalesce(array_agg(key), '{}'), coalesce(array_agg(delta), '{}'), moment, place)
  FROM (SELECT key, sum(votes)::bigint AS delta
        FROM (SELECT key, -1 AS votes FROM pollux_keys(old_row.selection) AS key
              UNION ALL
              SELECT key, 1 FROM pollux_keys(NEW.vote) AS key) AS moved
        GROUP BY key HAVING sum(votes) <> 0) AS changes;
  RETURN NEW;
END
$$;

-- Selections with other keys than themselves were not written by our pages, but may have come through the view.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pollux_tallies WHERE selection LIKE ANY ('{+_%,>_%}')) THEN RETURN; END IF;
  LOCK TABLE pollux_votes IN SHARE ROW EXCLUSIVE MODE;
  PERFORM pollux_count(poll, array_agg(key), array_agg(delta), 0, 0)
  FROM (SELECT poll, key, sum(moved)::bigint AS delta
        FROM (SELECT poll, selection, sum(count) AS votes FROM pollux_tallies
              WHERE selection LIKE ANY ('{+_%,>_%}') GROUP BY poll, selection) AS counted
          CROSS JOIN LATERAL (SELECT selection, -votes
                              UNION ALL
                              SELECT key, votes FROM pollux_keys(selection) AS key) AS moves (key, moved)
        GROUP BY poll, key HAVING sum(moved) <> 0) AS changes
  GROUP BY poll;
END
$$;
