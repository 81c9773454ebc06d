// Votes and tallies in a SQLite file, for the program that does everything on one machine.
//
// Durability: write-ahead log with synchronous=FULL, so that a commit is on disk (fsync) before record()
// returns and survives a power cut. SQLite's own crash recovery at open() removes what was not committed.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>

#include "poll/vote_store.hpp"
#include "store/file_lock.hpp"
#include "store/sqlite_vote_reader.hpp"
#include "store/sqlite_vote_writer.hpp"

namespace pollux {
class Interrupt;
}

namespace pollux::store {

// Two connections to the file: one for record(), one behind a mutex for everything else. Neither waits for
// the other. A recount() makes the other questions wait until it is done.
class SqliteVoteStore : public poll::VoteStore {
 public:
  struct Options {
    // Memory for pages, of each connection at most. The table is written in random places, voter by voter: 64
    // MiB hold the pages of a million votes.
    std::uint64_t cache_bytes = 64U << 20U;
    // How far the log grows before its pages go into the database file, in the middle of a record(). Half a
    // million voters fill some 16 thousand pages: a smaller log writes the same pages more often, a larger
    // one makes the slowest record() slower (it was 20 to 40 ms with 16 MiB, against 5 without a checkpoint).
    std::uint64_t checkpoint_bytes = 16U << 20U;
    // The largest size of the database file; 0 leaves it to the disk. Past it record() fails as
    // `unavailable`.
    std::uint64_t max_bytes = 0;
    // How long a call waits for another program that has locked the file, unless it is interrupted.
    std::chrono::milliseconds busy_timeout{2000};
  };

  // Opens the file, creates it and its directories where they do not exist, and migrates it. Beside it appear
  // PATH-wal and PATH-shm, which are part of the database, and PATH.lock, which keeps a second program of
  // ours away. A file with several names (hard links) is refused, since each name would have a lock and a log
  // of its own. The error is a sentence that names the path and what to do.
  static Result<std::unique_ptr<SqliteVoteStore>> open(const std::filesystem::path& path,
                                                       const Options& options);

  Result<std::vector<poll::Tally>> record(std::span<const poll::QueuedVote> batch) override;
  Result<void> probe() override;
  Result<poll::Tally> tally(const poll::PollId& poll) override;
  Result<poll::SelectionCounts> recount(const poll::PollId& poll) override;
  Result<poll::Version> latest_version() override;

  // From now on no call waits for another program that has locked the file. Any thread.
  void interrupt();

  const std::filesystem::path& path() const { return path_; }  // absolute, without symbolic links

 private:
  SqliteVoteStore(std::filesystem::path path, FileLock lock, std::shared_ptr<Interrupt> interrupt,
                  SqliteVoteWriter writer, SqliteVoteReader reader);

  std::filesystem::path path_;
  FileLock lock_;  // first, so that it is let go when the connections are closed
  const std::shared_ptr<Interrupt> interrupt_;
  SqliteVoteWriter writer_;
  std::mutex reader_mutex_;
  SqliteVoteReader reader_;
};

}  // namespace pollux::store
