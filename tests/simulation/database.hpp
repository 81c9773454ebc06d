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
  ~Database() override;

  void clear();  // for the next history

  // One transaction each.
  Result<std::vector<poll::PollId>> record(std::span<const poll::QueuedVote> batch) override;
  Changed change(const PollChange& change);

  Result<void> probe() override { return votes_->probe(); }
  // Whose change is committed here as those of change(): for who announces polls.
  poll::PollStore& polls() { return *logged_polls_; }
  poll::Tally tally(const poll::PollId& run) { return votes_->tally(run).value(); }

  // No fail-over forgets what was committed until now.
  void keep_all() { kept_ = commits_.size(); }

  struct Forgotten {
    Batch votes;
    std::size_t poll_changes = 0;
  };
  // Forgets up to `newest` commits.
  Forgotten fail_over(std::size_t newest);
  // Whether a commit that was not forgotten has the vote.
  bool has_committed(const poll::QueuedVote& vote) const;

  // By other SQL than the store's.
  std::map<poll::VoterId, RecordedVote> rows(const poll::PollId& run);
  // For deliberate breakages: one statement with the parameters poll, voter and a text.
  void execute(std::string_view sql, const poll::Vote& vote, std::string_view text = {});

 private:
  using Commit = std::variant<Batch, PollChange>;
  class LoggedPolls;

  poll::PollCode next_code();
  void delete_rows();
  void repeat(const Commit& commit);

  TemporaryDirectory directory_;  // for the lock file
  std::unique_ptr<store::SqliteVoteStore> votes_;
  std::unique_ptr<poll::PollStore> polls_;
  std::unique_ptr<poll::PollStore> logged_polls_;
  std::unique_ptr<store::SqliteConnection> sql_;
  std::optional<store::SqliteStatement> select_rows_;
  std::vector<Commit> commits_;
  std::size_t kept_ = 0;   // of them, the first
  std::size_t codes_ = 0;  // that were made
};

}  // namespace pollux::simulation
