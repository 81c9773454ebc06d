-- Who makes polls. All times are Unix times in seconds, all of them UTC; NULL is none. `name_key` is the name without
-- differences that readers do not see, `password` the hash of the password as a PHC string. The role of the result service
-- has no access to these tables.
CREATE TABLE pollux_accounts (
  id         text COLLATE "C" NOT NULL PRIMARY KEY,
  name       text COLLATE "C" NOT NULL,
  name_key   text COLLATE "C" NOT NULL UNIQUE,
  role       text COLLATE "C" NOT NULL,
  password   text COLLATE "C" NOT NULL,
  revision   bigint NOT NULL CHECK (revision >= 1),
  created_at bigint NOT NULL,
  changed_at bigint NOT NULL
);

-- What may make the first account: SHA-256 of tokens, as hexadecimal digits.
CREATE TABLE pollux_setup_tokens (
  token      text COLLATE "C" NOT NULL PRIMARY KEY,
  expires_at bigint NOT NULL
);

-- `token` is SHA-256 of the token in the browser's cookie.
CREATE TABLE pollux_account_sessions (
  token            text COLLATE "C" NOT NULL PRIMARY KEY,
  account          text COLLATE "C" NOT NULL REFERENCES pollux_accounts (id) ON DELETE CASCADE,
  created_at       bigint NOT NULL,
  seen_at          bigint NOT NULL,
  authenticated_at bigint NOT NULL
);
CREATE INDEX pollux_account_sessions_by_account ON pollux_account_sessions (account, seen_at);

-- `secret` is SHA-256 of the key; `scopes` are names with a space between each two.
CREATE TABLE pollux_api_keys (
  id         text COLLATE "C" NOT NULL PRIMARY KEY,
  secret     text COLLATE "C" NOT NULL UNIQUE,
  account    text COLLATE "C" NOT NULL REFERENCES pollux_accounts (id) ON DELETE CASCADE,
  label      text COLLATE "C" NOT NULL,
  hint       text COLLATE "C" NOT NULL,
  scopes     text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  expires_at bigint,
  used_at    bigint
);
CREATE INDEX pollux_api_keys_by_account ON pollux_api_keys (account, id);

-- Who did what, when, to which poll. Neither accounts nor polls are referenced: events outlive them. They are never changed,
-- and kept for at least 30 days.
CREATE TABLE pollux_audit_events (
  sequence    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  happened_at bigint NOT NULL,
  account     text COLLATE "C",
  actor       text COLLATE "C" NOT NULL,
  api_key     text COLLATE "C",
  action      text COLLATE "C" NOT NULL,
  poll        text COLLATE "C",
  detail      text COLLATE "C" NOT NULL
);
CREATE INDEX pollux_audit_events_by_poll ON pollux_audit_events (poll, sequence);
CREATE INDEX pollux_audit_events_by_time ON pollux_audit_events (happened_at);

CREATE FUNCTION pollux_keep_audit_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.happened_at <= extract(epoch FROM now()) - 30 * 86400 THEN
      RETURN OLD;
    END IF;
  END IF;
  RAISE EXCEPTION 'Audit events are never changed, and are kept for 30 days';
END
$$;
CREATE TRIGGER pollux_audit_events_kept BEFORE UPDATE OR DELETE ON pollux_audit_events
  FOR EACH ROW EXECUTE FUNCTION pollux_keep_audit_events();
CREATE TRIGGER pollux_audit_events_not_emptied BEFORE TRUNCATE ON pollux_audit_events
  FOR EACH STATEMENT EXECUTE FUNCTION pollux_keep_audit_events();
