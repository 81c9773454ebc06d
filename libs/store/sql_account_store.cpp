#include "store/sql_account_store.hpp"

#include "store/sql_accounts.hpp"

namespace pollux::store {
namespace {

using accounts::Account;
using accounts::AccountError;
using accounts::AccountErrorCode;
using accounts::AccountId;
using accounts::AccountResult;
using accounts::AccountTime;
using accounts::AuditEvent;
using accounts::SecretHash;

constexpr std::string_view insert_account = R"sql(
  INSERT INTO @accounts (id, name, name_key, role, password, revision, created_at, changed_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8))sql";

constexpr std::string_view update_account = R"sql(
  UPDATE @accounts SET role = $1, password = $2, revision = $3, changed_at = $4 WHERE id = $5)sql";

constexpr std::string_view keep_newest_tokens = R"sql(
  DELETE FROM @setup_tokens
  WHERE token NOT IN (SELECT token FROM @setup_tokens ORDER BY expires_at DESC, token LIMIT $1))sql";

AccountError no_account() {
  return {AccountErrorCode::not_found, "There is no such account.", {}};
}

std::string accounts_where(std::string_view condition) {
  return std::string("SELECT ").append(account_columns).append(" FROM @accounts AS a ").append(condition);
}

}  // namespace

AccountError damaged_row(const std::string& what, const std::string& id) {
  return {AccountErrorCode::internal,
          "The database has " + what + " that this program can't read (" + id +
              "). A newer version may have written it.",
          {}};
}

AccountResult<Account> read_account(const SqlRow& row, std::size_t first) {
  const auto column = [&](std::size_t place) -> const std::string& { return row.at(first + place); };
  auto id = AccountId::parse(column(0));
  const auto role = accounts::parse_role(column(2));
  const auto revision = sql_number(column(4));
  const auto created_at = time_of_sql(column(5));
  const auto changed_at = time_of_sql(column(6));
  if (!id || !role || !revision || !created_at || !changed_at) return damaged_row("an account", column(0));
  return Account{.id = *std::move(id),
                 .name = column(1),
                 .role = *role,
                 .password = column(3),
                 .revision = static_cast<std::uint64_t>(*revision),
                 .created_at = *created_at,
                 .changed_at = *changed_at};
}

AccountResult<std::vector<SqlRow>> SqlAccountStore::run(std::string_view sql,
                                                        const std::vector<SqlValue>& values) {
  return run_for_accounts(*database_, sql, values);
}

AccountResult<void> SqlAccountStore::lock_accounts() {
  if (auto done = database_->lock(SqlLock::accounts); !done) return accounts::account_error(done.error());
  return {};
}

AccountResult<bool> SqlAccountStore::has_accounts() {
  const auto rows = run("SELECT 1 FROM @accounts LIMIT 1");
  if (!rows) return rows.error();
  return !rows->empty();
}

AccountResult<void> SqlAccountStore::offer_setup(const SecretHash& token, AccountTime expires_at,
                                                 AccountTime now) {
  return in_account_transaction(*database_, [&]() -> AccountResult<void> {
    if (auto done = lock_accounts(); !done) return done;
    const auto exists = has_accounts();
    if (!exists) return exists.error();
    if (*exists) return AccountError{AccountErrorCode::not_allowed, "There is an account already.", {}};
    const auto expired = run("DELETE FROM @setup_tokens WHERE expires_at <= $1", {sql_time(now)});
    if (!expired) return expired.error();
    const auto kept = run(keep_newest_tokens, {static_cast<std::int64_t>(max_setup_tokens - 1)});
    if (!kept) return kept.error();
    const auto inserted = run("INSERT INTO @setup_tokens (token, expires_at) VALUES ($1, $2)",
                              {token.text(), sql_time(expires_at)});
    if (!inserted) return inserted.error();
    return {};
  });
}

AccountResult<bool> SqlAccountStore::is_setup_offered(const SecretHash& token, AccountTime now) {
  const auto rows =
      run("SELECT 1 FROM @setup_tokens WHERE token = $1 AND expires_at > $2", {token.text(), sql_time(now)});
  if (!rows) return rows.error();
  return !rows->empty();
}

AccountResult<void> SqlAccountStore::set_up(const std::optional<SecretHash>& token, const Account& owner,
                                            const AuditEvent& event, AccountTime now) {
  return in_account_transaction(*database_, [&]() -> AccountResult<void> {
    if (auto done = lock_accounts(); !done) return done;
    const auto exists = has_accounts();
    if (!exists) return exists.error();
    if (*exists) return AccountError{AccountErrorCode::not_allowed, "There is an account already.", {}};
    if (token) {
      const auto offered = is_setup_offered(*token, now);
      if (!offered) return offered.error();
      if (!*offered)
        return AccountError{AccountErrorCode::unauthenticated, "The setup token is not valid.", {}};
    }
    if (auto done = insert(owner); !done) return done;
    const auto emptied = run("DELETE FROM @setup_tokens");
    if (!emptied) return emptied.error();
    return append_event(*database_, event);
  });
}

AccountResult<void> SqlAccountStore::create(const Account& account, const AuditEvent& event) {
  return in_account_transaction(*database_, [&]() -> AccountResult<void> {
    if (auto done = lock_accounts(); !done) return done;
    const auto same = find_name(accounts::name_key(account.name));
    if (same)
      return AccountError{AccountErrorCode::conflict, "There is an account with this name already.", {}};
    if (same.error().code != AccountErrorCode::not_found) return same.error();
    const auto count = run("SELECT COUNT(*) FROM @accounts");
    if (!count) return count.error();
    if (sql_number(count->at(0).at(0)).value_or(0) >= static_cast<std::int64_t>(options_.max_accounts)) {
      return AccountError{AccountErrorCode::full,
                          "There are " + std::to_string(options_.max_accounts) +
                              " accounts, and no more are kept. Remove some of them.",
                          {}};
    }
    if (auto done = insert(account); !done) return done;
    return append_event(*database_, event);
  });
}

AccountResult<void> SqlAccountStore::insert(const Account& account) {
  const std::string key = accounts::name_key(account.name);
  const auto done = run(insert_account, {account.id.text(), account.name, key, name_of(account.role),
                                         account.password, static_cast<std::int64_t>(account.revision),
                                         sql_time(account.created_at), sql_time(account.changed_at)});
  if (!done) return done.error();
  return {};
}

AccountResult<Account> SqlAccountStore::find_where(std::string_view condition, std::string_view value) {
  const auto rows = run(accounts_where(condition), {value});
  if (!rows) return rows.error();
  if (rows->empty()) return no_account();
  return read_account(rows->front(), 0);
}

AccountResult<Account> SqlAccountStore::find(const AccountId& id) {
  return find_where("WHERE a.id = $1", id.text());
}

AccountResult<Account> SqlAccountStore::find_name(std::string_view key) {
  return find_where("WHERE a.name_key = $1", key);
}

AccountResult<std::vector<Account>> SqlAccountStore::list() {
  const auto rows =
      run(accounts_where("ORDER BY a.name_key LIMIT $1"), {static_cast<std::int64_t>(max_accounts)});
  if (!rows) return rows.error();
  std::vector<Account> found;
  for (const SqlRow& row : *rows) {
    auto account = read_account(row, 0);
    if (!account) return account.error();
    found.push_back(*std::move(account));
  }
  return found;
}

// For a change, until the end of the transaction: the sessions that begin meanwhile wait for the row.
AccountResult<Account> SqlAccountStore::locked(const AccountId& id, std::uint64_t revision) {
  if (auto done = lock_accounts(); !done) return done.error();
  if (auto done = database_->lock_row("@accounts", id.text()); !done)
    return accounts::account_error(done.error());
  auto account = find(id);
  if (account && account->revision != revision) {
    return AccountError{AccountErrorCode::conflict, "The account has changed. Load it again.", {}};
  }
  return account;
}

AccountResult<void> SqlAccountStore::check_not_last_owner(const Account& account) {
  if (account.role != accounts::Role::owner) return {};
  const auto others = run("SELECT 1 FROM @accounts WHERE role = $1 AND id <> $2 LIMIT 1",
                          {name_of(accounts::Role::owner), account.id.text()});
  if (!others) return others.error();
  if (!others->empty()) return {};
  return AccountError{
      AccountErrorCode::not_allowed, "This is the only owner. Make another account an owner first.", {}};
}

AccountResult<Account> SqlAccountStore::change(const AccountId& id, std::uint64_t revision,
                                               const accounts::AccountChange& change,
                                               const AuditEvent& event) {
  return in_account_transaction(*database_, [&]() -> AccountResult<Account> {
    auto account = locked(id, revision);
    if (!account) return account;
    if (change.role && *change.role != account->role) {
      if (auto checked = check_not_last_owner(*account); !checked) return checked.error();
      account->role = *change.role;
    }
    if (change.password) account->password = *change.password;
    ++account->revision;
    account->changed_at = event.at;
    const auto updated =
        run(update_account, {name_of(account->role), account->password,
                             static_cast<std::int64_t>(account->revision), sql_time(event.at), id.text()});
    if (!updated) return updated.error();
    const std::string_view kept = change.keep_session ? change.keep_session->text() : std::string_view();
    const auto ended =
        run("DELETE FROM @account_sessions WHERE account = $1 AND token <> $2", {id.text(), kept});
    if (!ended) return ended.error();
    if (auto done = append_event(*database_, event); !done) return done.error();
    return account;
  });
}

AccountResult<void> SqlAccountStore::rehash(const AccountId& id, std::uint64_t revision,
                                            const std::string& hash) {
  const auto done = run("UPDATE @accounts SET password = $1 WHERE id = $2 AND revision = $3",
                        {hash, id.text(), static_cast<std::int64_t>(revision)});
  if (!done) return done.error();
  return {};
}

AccountResult<void> SqlAccountStore::remove(const AccountId& id, std::uint64_t revision,
                                            const AuditEvent& event) {
  return in_account_transaction(*database_, [&]() -> AccountResult<void> {
    const auto account = locked(id, revision);
    if (!account) return account.error();
    if (auto checked = check_not_last_owner(*account); !checked) return checked;
    const auto removed = run("DELETE FROM @accounts WHERE id = $1", {id.text()});
    if (!removed) return removed.error();
    return append_event(*database_, event);
  });
}

}  // namespace pollux::store
