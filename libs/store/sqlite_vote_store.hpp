// Votes and tallies in a SQLite file, for the program that does everything on one machine.
//
// Durability: with the write-ahead log and synchronous=FULL a commit is on disk (fsync) before record()
// returns, and survives a power failure. On open(), SQLite's crash recovery removes what was not committed.
#pragma once

#include <filesystem>
#include <memory>

#include "poll/ports.hpp"
#include "store/sqlite_database.hpp"

namespace pollux::store {

// Two connections, one for writing and one for reading, so that neither waits for the other.
class SqliteVoteStore : public poll::VoteRecorder, public poll::TallyReader {
 public:
  // Opens and migrates the file; creates it and its directories if necessary. PATH-wal and PATH-shm beside it
  // are part of the database; PATH.lock keeps a second program of ours out. The message of an error names the
  // path and says what to do.
  static Result<std::unique_ptr<SqliteVoteStore>> open(const std::filesystem::path& path,
                                                       const SqliteOptions& options);
  ~SqliteVoteStore() override;

  Result<std::vector<poll::PollId>> record(std::span<const poll::QueuedVote> batch) override;
  Result<void> probe() override;

  Result<poll::Tally> tally(const poll::PollId& poll) override;
  Result<poll::Tally> full_tally(const poll::PollId& poll) override;
  // For another thread: reads tallies on a connection of its own. The store outlives it.
  Result<std::unique_ptr<poll::TallyReader>> open_reader() const;
  // The largest recorded version of all polls; zero before the first vote. On the thread of tally().
  Result<poll::Version> latest_version();

  // From now on no call waits for another program that has locked the file. Any thread.
  void interrupt() { database_.interrupt(); }

  const std::filesystem::path& path() const { return database_.path(); }

 private:
  class Writer;
  class Reader;
  class SeparateReader;

  explicit SqliteVoteStore(SqliteDatabase database);

  SqliteDatabase database_;  // first: its lock is released after the connections are closed
  std::unique_ptr<Writer> writer_;
  std::unique_ptr<Reader> reader_;
};

}  // namespace pollux::store
