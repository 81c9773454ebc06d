// The simulated database server: the store of SQLite on a file system in memory, and a log of its commits,
// so that a fail-over can forget the newest ones.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "base/testing/temporary_directory.hpp"
#include "poll/poll_store.hpp"
#include "poll/ports.hpp"
#include "store/sqlite_connection.hpp"
#include "store/sqlite_vote_store.hpp"

namespace pollux::simulation {

struct RecordedVote {
  poll::Selection selection;
  poll::Version version;
};

// One for many histories, because opening the files takes longer than a history. One at a time: all SQLite
// databases that are opened from now on are in memory.
class Database : public poll::VoteRecorder {
 public:
  using Batch = std::vector<poll::QueuedVote>;
  using Changed = poll::PollResult<poll::ManagedPoll>;
  using PollChange = std::function<Changed(poll::PollStore& polls)>;

  Database();

  void clear();  // for the next history

  // One transaction each.
  Result<std::vector<poll::PollId>> record(std::span<const poll::QueuedVote> batch) override;
  Changed change(const PollChange& change);

  Result<void> probe() override { return votes_->probe(); }
  poll::PollStore& polls() { return *polls_; }
  poll::Tally tally(const poll::PollId& run) { return votes_->tally(run).value(); }

  // Forgets up to `newest` commits of votes, and none that is older than the last change of a poll. Returns
  // their votes.
  Batch fail_over(std::size_t newest);
  // Whether a commit that was not forgotten has the vote.
  bool has_committed(const poll::QueuedVote& vote) const;

  // By other SQL than the store's.
  std::map<poll::VoterId, RecordedVote> rows(const poll::PollId& run);
  // For deliberate breakages: one statement with the parameters poll, voter and a text.
  void execute(std::string_view sql, const poll::Vote& vote, std::string_view text = {});

 private:
  using Commit = std::variant<Batch, PollChange>;

  void delete_rows();
  void repeat(const Commit& commit);

  TemporaryDirectory directory_;  // for the lock file
  std::unique_ptr<store::SqliteVoteStore> votes_;
  std::unique_ptr<poll::PollStore> polls_;
  std::unique_ptr<store::SqliteConnection> sql_;
  std::optional<store::SqliteStatement> select_rows_;
  std::vector<Commit> commits_;
};

}  // namespace pollux::simulation
