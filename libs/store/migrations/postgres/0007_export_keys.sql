-- With which exports replace the ids of a poll's voters: 32 random bytes as hexadecimal digits. A row is made by the first
-- export, and deleted with the poll. The role of the result service has no access to it.
CREATE TABLE pollux_export_keys (
  poll       text COLLATE "C" NOT NULL PRIMARY KEY REFERENCES pollux_managed_polls (id),
  export_key text COLLATE "C" NOT NULL
);
