// The PollStore on a database with SQL.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "poll/poll_store.hpp"
#include "store/sql_database.hpp"

namespace pollux::store {

struct PollStoreOptions {
  std::function<poll::PollCode()> make_code = &poll::PollCode::random;
  std::size_t max_polls = poll::PollStore::max_polls;
  std::size_t max_logos = poll::PollStore::max_logos;
};

// Contract: poll::PollStore.
class SqlPollStore : public poll::PollStore {
 public:
  SqlPollStore(std::unique_ptr<SqlDatabase> database, PollStoreOptions options)
      : database_(std::move(database)), options_(std::move(options)) {}

  using PollStore::create;
  poll::PollResult<poll::ManagedPoll> create(const poll::NewPoll& wanted, poll::PollTime now) override;
  poll::PollResult<poll::ManagedPoll> find(const poll::PollId& id) override;
  poll::PollResult<poll::ManagedPoll> find(const poll::PollCode& code) override;
  poll::PollResult<poll::PollPage> list(const poll::PollQuery& query) override;
  poll::PollResult<poll::ManagedPoll> edit(const poll::PollId& id, std::uint64_t revision,
                                           const poll::PollContent& content, poll::PollTime now) override;
  poll::PollResult<poll::ManagedPoll> change(const poll::PollId& id, poll::PollAction action,
                                             std::optional<std::uint64_t> revision,
                                             poll::PollTime now) override;
  poll::PollResult<poll::ManagedPoll> recover(const poll::PollId& id, std::uint64_t revision,
                                              const poll::LostChange& lost, poll::PollTime now) override;
  poll::PollResult<std::vector<poll::PollRun>> runs(const poll::PollId& id) override;
  poll::PollResult<std::uint64_t> change_count() override;
  poll::PollResult<std::map<poll::PollId, std::uint64_t>> revisions() override;
  poll::PollResult<std::vector<poll::DueAction>> due(poll::PollTime now, std::size_t limit) override;
  poll::PollResult<void> remove(const poll::PollId& id, std::uint64_t revision, poll::PollTime now) override;
  poll::PollResult<std::size_t> erase_removed(std::size_t max_votes) override;
  poll::PollResult<poll::ExpiredVotes> erase_expired(std::size_t max_votes, poll::PollTime now) override;

 private:
  using Change = std::function<poll::PollResult<poll::ManagedPoll>(poll::ManagedPoll poll)>;

  poll::PollResult<poll::ManagedPoll> update(const poll::PollId& id, std::optional<std::uint64_t> revision,
                                             const Change& change);
  poll::PollResult<poll::ManagedPoll> locked(const poll::PollId& id, std::optional<std::uint64_t> revision);
  poll::PollResult<std::optional<poll::ManagedPoll>> created_before(const poll::NewPoll& wanted);
  poll::PollResult<poll::PollCode> unused_code();
  poll::PollResult<void> check_new_logo(const poll::PollId& id, const std::optional<poll::Logo>& logo);
  void remember_format(const poll::ManagedPoll& poll);
  poll::PollResult<bool> exists(std::string_view sql, std::string_view value);
  poll::PollResult<std::vector<SqlRow>> run(std::string_view sql, const std::vector<SqlValue>& values = {});

  std::unique_ptr<SqlDatabase> database_;
  PollStoreOptions options_;
};

}  // namespace pollux::store
