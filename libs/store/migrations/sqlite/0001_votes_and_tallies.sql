-- The vote that counts, of each voter in each poll: the one with the largest version.
CREATE TABLE votes (
  poll             TEXT    NOT NULL,
  voter            TEXT    NOT NULL,
  selection        TEXT    NOT NULL,
  version_time     INTEGER NOT NULL CHECK (version_time >= 0),
  version_sequence INTEGER NOT NULL CHECK (version_sequence >= 0),
  PRIMARY KEY (poll, voter)
) STRICT, WITHOUT ROWID;

-- One row for each poll that has votes. tally_version grows with each change of the poll's counts; latest_time and
-- latest_sequence are the largest version among the poll's votes.
CREATE TABLE tallies (
  poll            TEXT    NOT NULL PRIMARY KEY,
  tally_version   INTEGER NOT NULL CHECK (tally_version >= 0),
  latest_time     INTEGER NOT NULL CHECK (latest_time >= 0),
  latest_sequence INTEGER NOT NULL CHECK (latest_sequence >= 0)
) STRICT, WITHOUT ROWID;

-- How many voters of a poll chose a selection: always what counting the rows of votes would give.
CREATE TABLE tally_counts (
  poll      TEXT    NOT NULL REFERENCES tallies (poll),
  selection TEXT    NOT NULL,
  count     INTEGER NOT NULL CHECK (count > 0),
  PRIMARY KEY (poll, selection)
) STRICT, WITHOUT ROWID;
