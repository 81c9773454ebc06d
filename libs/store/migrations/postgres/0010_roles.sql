-- Who may do what: pollux_result reads tallies and questions, pollux_admin does what the admin page needs. Neither changes a
-- table or a vote; pollux_admin deletes the votes of polls that were deleted. A role that is made later gets its rights by
-- `SELECT pollux_grant_roles()` as the owner. A migration that adds a table replaces this function.
-- A restored dump from before this migration leaves it there.
CREATE OR REPLACE FUNCTION pollux_grant_roles() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'pollux_result') THEN
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO pollux_result', current_schema());
    GRANT SELECT ON pollux_tallies, pollux_tally_slots, pollux_polls, pollux_managed_polls, pollux_managed_runs TO pollux_result;
  END IF;
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'pollux_admin') THEN
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO pollux_admin', current_schema());
    GRANT SELECT ON pollux_schema TO pollux_admin;
    GRANT SELECT, INSERT, UPDATE ON pollux_managed_polls, pollux_managed_runs TO pollux_admin;
    GRANT SELECT, DELETE ON pollux_votes, pollux_tallies, pollux_tally_slots TO pollux_admin;
    GRANT SELECT, INSERT, DELETE ON pollux_export_keys, pollux_setup_tokens, pollux_audit_events TO pollux_admin;
    GRANT SELECT, INSERT, UPDATE, DELETE ON pollux_accounts, pollux_account_sessions, pollux_api_keys TO pollux_admin;
  END IF;
END
$$;

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'pollux_admin') THEN
    CREATE ROLE pollux_admin LOGIN;
  END IF;
EXCEPTION
  WHEN duplicate_object OR unique_violation THEN NULL;  -- another database of the same server was quicker
  WHEN insufficient_privilege THEN
    RAISE NOTICE 'The role pollux_admin could not be made. Let an administrator do: CREATE ROLE pollux_admin LOGIN; and the owner: SELECT pollux_grant_roles();';
END
$$;
SELECT pollux_grant_roles();
