-- What people were asked in each run of a poll that has an id of its own: the question, and the labels of the options a, b,
-- c … with line feeds between them. Both are empty for a run that begins when the program starts next. Votes that were
-- recorded before this table have no row until then.
CREATE TABLE polls (
  poll     TEXT NOT NULL PRIMARY KEY,
  question TEXT NOT NULL,
  labels   TEXT NOT NULL
) STRICT, WITHOUT ROWID;
