// What the stores of accounts have in common: errors, transactions, rows of accounts, events.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "accounts/account.hpp"
#include "accounts/audit_log.hpp"
#include "store/sql_database.hpp"

namespace pollux::store {

// SqlDatabase::run() with the errors of accounts.
inline accounts::AccountResult<std::vector<SqlRow>> run_for_accounts(
    SqlDatabase& database, std::string_view sql, const std::vector<SqlValue>& values = {}) {
  auto rows = database.run(sql, values);
  if (!rows) return accounts::account_error(rows.error());
  return *std::move(rows);
}

// What `work` returns, an AccountResult, committed if it is a success.
template <class Work>
auto in_account_transaction(SqlDatabase& database, const Work& work) -> decltype(work()) {
  SqlTransaction transaction(database);
  if (!transaction.begun()) return accounts::account_error(transaction.begun().error());
  auto result = work();
  if (!result) return result;
  if (auto done = transaction.commit(); !done) return accounts::account_error(done.error());
  return result;
}

// Columns for read_account(), of a table with the alias a.
inline constexpr std::string_view account_columns =
    "a.id, a.name, a.role, a.password, a.revision, a.created_at, a.changed_at";

// The account in the columns from `first` on.
accounts::AccountResult<accounts::Account> read_account(const SqlRow& row, std::size_t first);

// A row of `what`, such as "session", that this program can't read.
accounts::AccountError damaged_row(const std::string& what, const std::string& id);

// Within a transaction. `invalid` if the event is out of its bounds.
accounts::AccountResult<void> append_event(SqlDatabase& database, const accounts::AuditEvent& event);

}  // namespace pollux::store
