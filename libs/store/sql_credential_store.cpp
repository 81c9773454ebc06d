#include "store/sql_credential_store.hpp"

#include <string>

#include "store/sql_accounts.hpp"

namespace pollux::store {
namespace {

using accounts::AccountError;
using accounts::AccountErrorCode;
using accounts::AccountId;
using accounts::AccountResult;
using accounts::AccountTime;
using accounts::ApiKey;
using accounts::AuditEvent;
using accounts::KeyId;
using accounts::SecretHash;
using accounts::Session;

constexpr std::string_view insert_session = R"sql(
  INSERT INTO @account_sessions (token, account, created_at, seen_at, authenticated_at)
  VALUES ($1, $2, $3, $4, $5))sql";

constexpr std::string_view keep_newest_sessions = R"sql(
  DELETE FROM @account_sessions
  WHERE account = $1 AND token NOT IN (
    SELECT token FROM @account_sessions WHERE account = $1 ORDER BY seen_at DESC, created_at DESC, token LIMIT $2))sql";

constexpr std::string_view erase_old_sessions = R"sql(
  DELETE FROM @account_sessions
  WHERE token IN (SELECT token FROM @account_sessions WHERE seen_at <= $1 OR created_at <= $2 LIMIT $3)
  RETURNING 1)sql";

constexpr std::string_view insert_key = R"sql(
  INSERT INTO @api_keys (id, secret, account, label, hint, scopes, created_at, expires_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, NULLIF($8, 0)))sql";

// The columns of read_key().
constexpr std::string_view key_columns =
    "k.id, k.account, k.label, k.hint, k.scopes, k.created_at, k.expires_at, k.used_at";
constexpr std::size_t number_of_key_columns = 8;

// The columns of read_session().
constexpr std::string_view session_columns =
    "s.token, s.account, s.created_at, s.seen_at, s.authenticated_at";
constexpr std::size_t number_of_session_columns = 5;

AccountError no_session() {
  return {AccountErrorCode::not_found, "There is no such session.", {}};
}
AccountError no_key() {
  return {AccountErrorCode::not_found, "There is no such API key.", {}};
}

AccountResult<Session> read_session(const SqlRow& row) {
  const auto token = SecretHash::parse(row.at(0));
  const auto account = AccountId::parse(row.at(1));
  const auto created_at = time_of_sql(row.at(2));
  const auto seen_at = time_of_sql(row.at(3));
  const auto authenticated_at = time_of_sql(row.at(4));
  if (!token || !account || !created_at || !seen_at || !authenticated_at)
    return damaged_row("a session", row.at(1));
  return Session{.token = *token,
                 .account = *account,
                 .created_at = *created_at,
                 .seen_at = *seen_at,
                 .authenticated_at = *authenticated_at};
}

AccountResult<ApiKey> read_key(const SqlRow& row) {
  auto id = KeyId::parse(row.at(0));
  auto account = AccountId::parse(row.at(1));
  const auto created_at = time_of_sql(row.at(5));
  if (!id || !account || !created_at) return damaged_row("an API key", row.at(0));
  return ApiKey{.id = *std::move(id),
                .account = *std::move(account),
                .label = row.at(2),
                .hint = row.at(3),
                .scopes = accounts::Scopes::parse(row.at(4)),
                .created_at = *created_at,
                .expires_at = time_of_sql(row.at(6)),
                .used_at = time_of_sql(row.at(7))};
}

}  // namespace

AccountResult<std::vector<SqlRow>> SqlCredentialStore::run(std::string_view sql,
                                                           const std::vector<SqlValue>& values) {
  return run_for_accounts(*database_, sql, values);
}

AccountResult<std::optional<std::uint64_t>> SqlCredentialStore::locked_revision(const AccountId& account) {
  if (auto done = database_->lock_row("@accounts", account.text()); !done)
    return accounts::account_error(done.error());
  const auto rows = run("SELECT revision FROM @accounts WHERE id = $1", {account.text()});
  if (!rows) return rows.error();
  std::optional<std::uint64_t> revision;
  if (!rows->empty()) revision = static_cast<std::uint64_t>(sql_number(rows->at(0).at(0)).value_or(0));
  return revision;
}

AccountResult<void> SqlCredentialStore::start_session(const Session& session, std::uint64_t revision,
                                                      const std::optional<SecretHash>& replaced,
                                                      const AuditEvent& event) {
  return in_account_transaction(*database_, [&]() -> AccountResult<void> {
    const auto current = locked_revision(session.account);
    if (!current) return current.error();
    if (*current != revision)
      return AccountError{AccountErrorCode::conflict, "The account has changed. Sign in again.", {}};
    if (replaced) {
      const auto ended = run("DELETE FROM @account_sessions WHERE token = $1", {replaced->text()});
      if (!ended) return ended.error();
    }
    const auto kept =
        run(keep_newest_sessions, {session.account.text(), static_cast<std::int64_t>(max_sessions - 1)});
    if (!kept) return kept.error();
    const auto inserted =
        run(insert_session, {session.token.text(), session.account.text(), sql_time(session.created_at),
                             sql_time(session.seen_at), sql_time(session.authenticated_at)});
    if (!inserted) return inserted.error();
    return append_event(*database_, event);
  });
}

AccountResult<accounts::SessionAndAccount> SqlCredentialStore::find_session(const SecretHash& token) {
  const auto rows = run(std::string("SELECT ")
                            .append(session_columns)
                            .append(", ")
                            .append(account_columns)
                            .append(" FROM @account_sessions AS s JOIN @accounts AS a ON a.id = s.account "
                                    "WHERE s.token = $1"),
                        {token.text()});
  if (!rows) return rows.error();
  if (rows->empty()) return no_session();
  auto session = read_session(rows->front());
  if (!session) return session.error();
  auto account = read_account(rows->front(), number_of_session_columns);
  if (!account) return account.error();
  return accounts::SessionAndAccount{.session = *std::move(session), .account = *std::move(account)};
}

AccountResult<std::vector<Session>> SqlCredentialStore::list_sessions(const AccountId& account) {
  const auto rows = run(
      std::string("SELECT ")
          .append(session_columns)
          .append(
              " FROM @account_sessions AS s WHERE s.account = $1 ORDER BY s.seen_at DESC, s.token LIMIT $2"),
      {account.text(), static_cast<std::int64_t>(max_sessions)});
  if (!rows) return rows.error();
  std::vector<Session> sessions;
  for (const SqlRow& row : *rows) {
    auto session = read_session(row);
    if (!session) return session.error();
    sessions.push_back(*std::move(session));
  }
  return sessions;
}

AccountResult<void> SqlCredentialStore::mark_seen(const SecretHash& token, AccountTime now) {
  const auto done = run("UPDATE @account_sessions SET seen_at = $1 WHERE token = $2 AND seen_at < $1",
                        {sql_time(now), token.text()});
  if (!done) return done.error();
  return {};
}

AccountResult<void> SqlCredentialStore::end_session(const SecretHash& token, const AuditEvent& event) {
  return in_account_transaction(*database_, [&]() -> AccountResult<void> {
    const auto ended = run("DELETE FROM @account_sessions WHERE token = $1 RETURNING 1", {token.text()});
    if (!ended) return ended.error();
    if (ended->empty()) return no_session();
    return append_event(*database_, event);
  });
}

AccountResult<std::size_t> SqlCredentialStore::erase_sessions(const accounts::SessionLifetime& lifetime,
                                                              std::size_t limit, AccountTime now) {
  if (limit < 1)
    return AccountError{AccountErrorCode::invalid, "The number of sessions must be at least 1.", {}};
  const auto erased = run(
      erase_old_sessions,
      {sql_time(now - lifetime.idle), sql_time(now - lifetime.absolute), static_cast<std::int64_t>(limit)});
  if (!erased) return erased.error();
  return erased->size();
}

AccountResult<void> SqlCredentialStore::create_key(const ApiKey& key, const SecretHash& secret,
                                                   const AuditEvent& event) {
  return in_account_transaction(*database_, [&]() -> AccountResult<void> {
    const auto current = locked_revision(key.account);
    if (!current) return current.error();
    if (!*current) return AccountError{AccountErrorCode::not_found, "There is no such account.", {}};
    const auto count = run("SELECT COUNT(*) FROM @api_keys WHERE account = $1", {key.account.text()});
    if (!count) return count.error();
    if (sql_number(count->at(0).at(0)).value_or(0) >= static_cast<std::int64_t>(max_keys)) {
      return AccountError{AccountErrorCode::full,
                          "The account has " + std::to_string(max_keys) +
                              " API keys, and no more are kept. Revoke some of them.",
                          {}};
    }
    const std::string scopes = key.scopes.text();
    const auto inserted =
        run(insert_key, {key.id.text(), secret.text(), key.account.text(), key.label, key.hint, scopes,
                         sql_time(key.created_at), sql_time(key.expires_at)});
    if (!inserted) return inserted.error();
    return append_event(*database_, event);
  });
}

AccountResult<accounts::KeyAndAccount> SqlCredentialStore::find_key(const SecretHash& secret) {
  const auto rows =
      run(std::string("SELECT ")
              .append(key_columns)
              .append(", ")
              .append(account_columns)
              .append(" FROM @api_keys AS k JOIN @accounts AS a ON a.id = k.account WHERE k.secret = $1"),
          {secret.text()});
  if (!rows) return rows.error();
  if (rows->empty()) return no_key();
  auto key = read_key(rows->front());
  if (!key) return key.error();
  auto account = read_account(rows->front(), number_of_key_columns);
  if (!account) return account.error();
  return accounts::KeyAndAccount{.key = *std::move(key), .account = *std::move(account)};
}

AccountResult<std::vector<ApiKey>> SqlCredentialStore::list_keys(const AccountId& account) {
  const auto rows = run(std::string("SELECT ")
                            .append(key_columns)
                            .append(" FROM @api_keys AS k WHERE k.account = $1 ORDER BY k.id DESC LIMIT $2"),
                        {account.text(), static_cast<std::int64_t>(max_keys)});
  if (!rows) return rows.error();
  std::vector<ApiKey> keys;
  for (const SqlRow& row : *rows) {
    auto key = read_key(row);
    if (!key) return key.error();
    keys.push_back(*std::move(key));
  }
  return keys;
}

AccountResult<void> SqlCredentialStore::mark_used(const KeyId& id, AccountTime now) {
  const auto done =
      run("UPDATE @api_keys SET used_at = $1 WHERE id = $2 AND (used_at IS NULL OR used_at < $1)",
          {sql_time(now), id.text()});
  if (!done) return done.error();
  return {};
}

AccountResult<void> SqlCredentialStore::revoke_key(const AccountId& account, const KeyId& id,
                                                   const AuditEvent& event) {
  return in_account_transaction(*database_, [&]() -> AccountResult<void> {
    const auto revoked =
        run("DELETE FROM @api_keys WHERE id = $1 AND account = $2 RETURNING 1", {id.text(), account.text()});
    if (!revoked) return revoked.error();
    if (revoked->empty()) return no_key();
    return append_event(*database_, event);
  });
}

}  // namespace pollux::store
