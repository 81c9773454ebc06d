// The PollStore on a database with SQL. SQLite and PostgreSQL differ in how a statement is run and in a few
// clauses; sqlite_poll_store.hpp and postgres_poll_store.hpp have these.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "poll/poll_store.hpp"

namespace pollux::store {

using SqlValue = std::variant<std::int64_t, std::string_view>;

// The columns of a row as text; empty for NULL.
using SqlRow = std::vector<std::string>;

// A connection. One thread at a time.
class SqlDatabase {
 public:
  virtual ~SqlDatabase() = default;

  // One statement with the parameters $1, $2 … in the order in which they first occur. "@" stands for the
  // prefix of our tables.
  virtual Result<std::vector<SqlRow>> run(std::string_view sql, const std::vector<SqlValue>& values) = 0;

  virtual Result<void> begin() = 0;
  virtual Result<void> commit() = 0;
  virtual void roll_back() = 0;  // if a transaction is open

  // Within a transaction: until its end, no other one locks the same poll, or creates one.
  virtual Result<void> lock_poll(const std::string& id) = 0;
  virtual Result<void> lock_creation() = 0;

  // The tables with the tallies of a poll, in the order in which their rows must be deleted.
  virtual std::vector<std::string> tally_tables() const = 0;
};

struct PollStoreOptions {
  std::function<poll::PollCode()> make_code = &poll::PollCode::random;
  std::size_t max_polls = poll::PollStore::max_polls;
};

// Contract: poll::PollStore.
class SqlPollStore : public poll::PollStore {
 public:
  SqlPollStore(std::unique_ptr<SqlDatabase> database, PollStoreOptions options)
      : database_(std::move(database)), options_(std::move(options)) {}

  poll::PollResult<poll::ManagedPoll> create(const poll::PollId& id, const poll::PollContent& content,
                                             poll::PollTime now) override;
  poll::PollResult<poll::ManagedPoll> find(const poll::PollId& id) override;
  poll::PollResult<poll::ManagedPoll> find(const poll::PollCode& code) override;
  poll::PollResult<poll::PollPage> list(const poll::PollQuery& query) override;
  poll::PollResult<poll::ManagedPoll> edit(const poll::PollId& id, std::uint64_t revision,
                                           const poll::PollContent& content, poll::PollTime now) override;
  poll::PollResult<poll::ManagedPoll> change(const poll::PollId& id, poll::PollAction action,
                                             std::optional<std::uint64_t> revision,
                                             poll::PollTime now) override;
  poll::PollResult<std::vector<poll::PollRun>> runs(const poll::PollId& id) override;
  poll::PollResult<std::vector<poll::DueAction>> due(poll::PollTime now, std::size_t limit) override;
  poll::PollResult<void> remove(const poll::PollId& id, std::uint64_t revision, poll::PollTime now) override;
  poll::PollResult<std::size_t> erase_removed(std::size_t max_votes) override;

 private:
  class Transaction;
  using Change = std::function<poll::PollResult<poll::ManagedPoll>(poll::ManagedPoll poll)>;

  poll::PollResult<poll::ManagedPoll> update(const poll::PollId& id, std::optional<std::uint64_t> revision,
                                             const Change& change);
  poll::PollResult<poll::ManagedPoll> locked(const poll::PollId& id, std::optional<std::uint64_t> revision);
  poll::PollResult<poll::PollCode> unused_code();
  poll::PollResult<bool> exists(std::string_view sql, std::string_view value);
  poll::PollResult<void> insert(const poll::ManagedPoll& poll);
  poll::PollResult<void> write(const poll::ManagedPoll& poll);
  poll::PollResult<void> write_run(const poll::ManagedPoll& poll);
  poll::PollResult<std::vector<SqlRow>> run(std::string_view sql, const std::vector<SqlValue>& values = {});

  std::unique_ptr<SqlDatabase> database_;
  PollStoreOptions options_;
};

}  // namespace pollux::store
