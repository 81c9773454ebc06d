-- Who makes polls. All times are Unix times in seconds, all of them UTC; NULL is none. `name_key` is the name without
-- differences that readers do not see, `password` the hash of the password as a PHC string.
CREATE TABLE accounts (
  id         TEXT    NOT NULL PRIMARY KEY,
  name       TEXT    NOT NULL,
  name_key   TEXT    NOT NULL UNIQUE,
  role       TEXT    NOT NULL,
  password   TEXT    NOT NULL,
  revision   INTEGER NOT NULL CHECK (revision >= 1),
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What may make the first account: SHA-256 of tokens, as hexadecimal digits.
CREATE TABLE setup_tokens (
  token      TEXT    NOT NULL PRIMARY KEY,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- `token` is SHA-256 of the token in the browser's cookie.
CREATE TABLE account_sessions (
  token            TEXT    NOT NULL PRIMARY KEY,
  account          TEXT    NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  created_at       INTEGER NOT NULL,
  seen_at          INTEGER NOT NULL,
  authenticated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX account_sessions_by_account ON account_sessions (account, seen_at);

-- `secret` is SHA-256 of the key; `scopes` are names with a space between each two.
CREATE TABLE api_keys (
  id         TEXT    NOT NULL PRIMARY KEY,
  secret     TEXT    NOT NULL UNIQUE,
  account    TEXT    NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  label      TEXT    NOT NULL,
  hint       TEXT    NOT NULL,
  scopes     TEXT    NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  used_at    INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX api_keys_by_account ON api_keys (account, id);

-- Who did what, when, to which poll. Neither accounts nor polls are referenced: events outlive them. They are never changed,
-- and kept for at least 30 days.
CREATE TABLE audit_events (
  sequence    INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  happened_at INTEGER NOT NULL,
  account     TEXT,
  actor       TEXT    NOT NULL,
  api_key     TEXT,
  action      TEXT    NOT NULL,
  poll        TEXT,
  detail      TEXT    NOT NULL
) STRICT;
CREATE INDEX audit_events_by_poll ON audit_events (poll, sequence);
CREATE INDEX audit_events_by_time ON audit_events (happened_at);
CREATE TRIGGER audit_events_change BEFORE UPDATE ON audit_events BEGIN
  SELECT RAISE(ABORT, 'Audit events are never changed');
END;
CREATE TRIGGER audit_events_removal BEFORE DELETE ON audit_events
WHEN OLD.happened_at > CAST(strftime('%s', 'now') AS INTEGER) - 30 * 86400 BEGIN
  SELECT RAISE(ABORT, 'Audit events are kept for 30 days');
END;
