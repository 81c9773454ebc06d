-- With which exports replace the ids of a poll's voters: 32 random bytes as hexadecimal digits. A row is made by the first
-- export, and deleted with the poll.
CREATE TABLE export_keys (
  poll       TEXT NOT NULL PRIMARY KEY REFERENCES managed_polls (id),
  export_key TEXT NOT NULL
) STRICT, WITHOUT ROWID;
