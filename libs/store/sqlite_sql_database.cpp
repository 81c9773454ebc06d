#include "store/sqlite_sql_database.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/sql_vote_reader.hpp"
#include "store/sqlite_connection.hpp"

namespace pollux::store {
namespace {

class SqliteSqlDatabase : public SqlDatabase {
 public:
  explicit SqliteSqlDatabase(SqliteConnection connection) : connection_(std::move(connection)) {}

  Result<std::vector<SqlRow>> run(std::string_view sql, const std::vector<SqlValue>& values) override {
    std::string ours(sql);
    std::erase(ours, '@');  // our tables have no prefix
    auto statement = connection_.prepare(ours);
    if (!statement) return statement.error();
    int parameter = 0;
    for (const SqlValue& value : values) {
      ++parameter;
      std::visit([&](const auto& bound) { statement->bind(parameter, bound); }, value);
    }
    std::vector<SqlRow> rows;
    for (;;) {
      const auto row = statement->step();
      if (!row) return row.error();
      if (!*row) return rows;
      SqlRow columns;
      for (int column = 0; column < statement->columns(); ++column)
        columns.emplace_back(statement->text(column));
      rows.push_back(std::move(columns));
    }
  }

  // Takes the lock for writing at once, so there is nothing left to lock.
  Result<void> begin() override { return connection_.execute("BEGIN IMMEDIATE"); }
  Result<void> commit() override { return connection_.execute("COMMIT"); }
  void roll_back() override {
    if (connection_.in_transaction()) (void)connection_.execute("ROLLBACK");
  }
  Result<void> lock(SqlLock) override { return {}; }
  Result<void> lock_row(std::string_view, std::string_view) override { return {}; }

  std::vector<std::string> tally_tables() const override { return {"tally_counts", "tallies"}; }

 private:
  SqliteConnection connection_;
};

Result<std::unique_ptr<SqlDatabase>> open_sql_database(const SqliteVoteStore& store,
                                                       std::chrono::milliseconds lock_wait) {
  auto connection = SqliteConnection::open(store.path());
  if (!connection) return connection.error();
  const auto set = connection->execute("PRAGMA busy_timeout = " + std::to_string(lock_wait.count()) +
                                       "; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;");
  if (!set) return set.error();
  return std::unique_ptr<SqlDatabase>(std::make_unique<SqliteSqlDatabase>(*std::move(connection)));
}

}  // namespace

Result<std::unique_ptr<poll::PollStore>> open_sqlite_poll_store(const SqliteVoteStore& store,
                                                                PollStoreOptions options,
                                                                std::chrono::milliseconds lock_wait) {
  auto database = open_sql_database(store, lock_wait);
  if (!database) return database.error();
  return std::unique_ptr<poll::PollStore>(
      std::make_unique<SqlPollStore>(*std::move(database), std::move(options)));
}

Result<std::unique_ptr<poll::VoteReader>> open_sqlite_vote_reader(const SqliteVoteStore& store,
                                                                  std::chrono::milliseconds lock_wait) {
  auto database = open_sql_database(store, lock_wait);
  if (!database) return database.error();
  return std::unique_ptr<poll::VoteReader>(std::make_unique<SqlVoteReader>(*std::move(database)));
}

Result<AccountStores> open_sqlite_account_stores(const SqliteVoteStore& store,
                                                 const AccountStoreOptions& options,
                                                 std::chrono::milliseconds lock_wait) {
  auto database = open_sql_database(store, lock_wait);
  if (!database) return database.error();
  return AccountStores::on(*std::move(database), options);
}

}  // namespace pollux::store
