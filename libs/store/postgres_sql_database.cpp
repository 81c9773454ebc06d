#include "store/postgres_sql_database.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/postgres_schema.hpp"
#include "store/sql_vote_reader.hpp"

namespace pollux::store {
namespace {

class PostgresSqlDatabase : public SqlDatabase {
 public:
  PostgresSqlDatabase(const postgres::Url& url, const postgres::SessionOptions& options)
      : session_(url, options) {}

  Result<std::vector<SqlRow>> run(std::string_view sql, const std::vector<SqlValue>& values) override {
    postgres::Parameters parameters;
    for (const SqlValue& value : values) {
      std::visit([&](const auto& bound) { parameters.add(bound); }, value);
    }
    const WaitLimit limit = session_.call_limit();
    const auto connection = session_.connection(limit);
    if (!connection) return connection.error();
    const auto result = (*connection)->execute(with_prefix(sql), parameters, limit);
    if (!result) return result.error();
    std::vector<SqlRow> rows;
    for (int row = 0; row < result->size(); ++row) {
      SqlRow columns;
      for (int column = 0; column < result->columns(); ++column)
        columns.emplace_back(result->text(row, column));
      rows.push_back(std::move(columns));
    }
    return rows;
  }

  Result<void> begin() override {
    // A statement must see what was committed while the one before waited for a lock.
    auto begun = execute("BEGIN ISOLATION LEVEL READ COMMITTED");
    in_transaction_ = begun.has_value();
    return begun;
  }
  Result<void> commit() override {
    auto done = execute("COMMIT");
    if (done) in_transaction_ = false;
    return done;
  }
  // A failed statement may have cost the connection, and with it the transaction.
  void roll_back() override {
    if (in_transaction_ && !execute("ROLLBACK")) session_.close();
    in_transaction_ = false;
  }

  Result<void> lock(SqlLock lock) override {
    const int number = lock == SqlLock::accounts ? postgres_accounts_lock : postgres_poll_creation_lock;
    const auto locked = run("SELECT pg_advisory_xact_lock($1::int, $2::int)",
                            {std::int64_t{postgres_lock_class}, std::int64_t{number}});
    if (!locked) return locked.error();
    return {};
  }
  // The row, and not the rows of a join: after a wait for the lock, a join would combine the new row with
  // other rows as they were before.
  Result<void> lock_row(std::string_view table, std::string_view id) override {
    const std::string sql = "SELECT 1 FROM " + std::string(table) + " WHERE id = $1 FOR UPDATE";
    const auto locked = run(sql, {id});
    if (!locked) return locked.error();
    return {};
  }

  std::vector<std::string> tally_tables() const override { return {"pollux_tallies", "pollux_tally_slots"}; }

 private:
  static std::string with_prefix(std::string_view sql) {
    std::string ours;
    for (const char character : sql) {
      if (character == '@') {
        ours += "pollux_";
      } else {
        ours.push_back(character);
      }
    }
    return ours;
  }

  Result<void> execute(const std::string& sql) {
    const WaitLimit limit = session_.call_limit();
    const auto connection = session_.connection(limit);
    if (!connection) return connection.error();
    const auto done = (*connection)->execute(sql, limit);
    if (!done) return done.error();
    return {};
  }

  postgres::Session session_;
  bool in_transaction_ = false;
};

}  // namespace

std::unique_ptr<poll::PollStore> open_postgres_poll_store(const postgres::Url& url,
                                                          const postgres::SessionOptions& session,
                                                          PollStoreOptions options) {
  return std::make_unique<SqlPollStore>(std::make_unique<PostgresSqlDatabase>(url, session),
                                        std::move(options));
}

std::unique_ptr<poll::VoteReader> open_postgres_vote_reader(const postgres::Url& url,
                                                            const postgres::SessionOptions& session) {
  return std::make_unique<SqlVoteReader>(std::make_unique<PostgresSqlDatabase>(url, session));
}

AccountStores open_postgres_account_stores(const postgres::Url& url, const postgres::SessionOptions& session,
                                           const AccountStoreOptions& options) {
  return AccountStores::on(std::make_unique<PostgresSqlDatabase>(url, session), options);
}

}  // namespace pollux::store
