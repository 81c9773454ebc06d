// The ports of the stores that keep accounts, and what people and programs prove themselves with. Their
// contract has a conformance suite in tests/conformance.
//
// One thread at a time for stores that share a connection; any number of stores, in any processes, use the
// same database at once. Each call is one transaction, and on disk when it returns. The `event` of a change
// is recorded in the audit log in the same transaction: either both happen, or neither. After `unavailable`
// it is unknown whether a change was made. A time that is passed is the current one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/account.hpp"
#include "accounts/api_key.hpp"
#include "accounts/audit_log.hpp"
#include "accounts/session.hpp"
#include "accounts/token.hpp"

namespace pollux::accounts {

struct AccountChange {
  std::optional<Role> role{};
  std::optional<std::string> password{};  // its hash
  // The session that stays; all others of the account end, because the change may be an answer to a theft.
  std::optional<SecretHash> keep_session{};
};

// An unknown account is `not_found`. There is always an owner, once there was one.
class AccountStore {
 public:
  static constexpr std::size_t max_accounts = 1000;    // beyond it create() is `full`
  static constexpr std::size_t max_setup_tokens = 10;  // valid at once; further ones replace the oldest

  virtual ~AccountStore() = default;

  virtual AccountResult<bool> has_accounts() = 0;

  // Lets the token make the first account until `expires_at`. Each process of an installation may offer one.
  // `not_allowed` if there are accounts.
  virtual AccountResult<void> offer_setup(const SecretHash& token, AccountTime expires_at,
                                          AccountTime now) = 0;

  // Whether set_up() would accept the token now. Only a hint: another process may be faster.
  virtual AccountResult<bool> is_setup_offered(const SecretHash& token, AccountTime now) = 0;

  // Makes the first account, an owner, and forgets all setup tokens. With a token, `unauthenticated` unless
  // it was offered and has not expired. `not_allowed` if there are accounts. Of any number of calls at once,
  // exactly one succeeds.
  virtual AccountResult<void> set_up(const std::optional<SecretHash>& token, const Account& owner,
                                     const AuditEvent& event, AccountTime now) = 0;

  // `conflict` if there is an account with the same name_key(). Not for the first account.
  virtual AccountResult<void> create(const Account& account, const AuditEvent& event) = 0;

  virtual AccountResult<Account> find(const AccountId& id) = 0;
  virtual AccountResult<Account> find_name(std::string_view key) = 0;  // by its name_key()
  virtual AccountResult<std::vector<Account>> list() = 0;              // by name_key(), at most max_accounts

  // `conflict` unless the account has `revision`; `not_allowed` if no owner would be left.
  virtual AccountResult<Account> change(const AccountId& id, std::uint64_t revision,
                                        const AccountChange& change, const AuditEvent& event) = 0;

  // Stores another hash of the same password. Neither a change of the account nor an event; without effect if
  // the account has another revision.
  virtual AccountResult<void> rehash(const AccountId& id, std::uint64_t revision,
                                     const std::string& hash) = 0;

  // With its sessions and keys; what it did stays in the audit log. `conflict` and `not_allowed` as above.
  virtual AccountResult<void> remove(const AccountId& id, std::uint64_t revision,
                                     const AuditEvent& event) = 0;
};

struct SessionAndAccount {
  Session session;
  Account account;
};

struct KeyAndAccount {
  ApiKey key;
  Account account;
};

// Sessions and API keys. Whether they have expired is the caller's to check.
class CredentialStore {
 public:
  static constexpr std::size_t max_sessions = 20;  // of an account; a further one ends that seen longest ago
  static constexpr std::size_t max_keys = 50;      // of an account; beyond it create_key() is `full`

  virtual ~CredentialStore() = default;

  // `conflict` unless the account has `revision`: the password was changed after it was verified, or the
  // account was removed. Ends the session `replaced`, if any.
  virtual AccountResult<void> start_session(const Session& session, std::uint64_t revision,
                                            const std::optional<SecretHash>& replaced,
                                            const AuditEvent& event) = 0;
  virtual AccountResult<SessionAndAccount> find_session(const SecretHash& token) = 0;
  virtual AccountResult<std::vector<Session>> list_sessions(
      const AccountId& account) = 0;  // the latest seen first
  // Never to an earlier time. Without effect if the session has ended.
  virtual AccountResult<void> mark_seen(const SecretHash& token, AccountTime now) = 0;
  // `not_found` if it has ended.
  virtual AccountResult<void> end_session(const SecretHash& token, const AuditEvent& event) = 0;
  // Deletes up to `limit` (at least 1) sessions that are over, and returns how many.
  virtual AccountResult<std::size_t> erase_sessions(const SessionLifetime& lifetime, std::size_t limit,
                                                    AccountTime now) = 0;

  // `not_found` without the account.
  virtual AccountResult<void> create_key(const ApiKey& key, const SecretHash& secret,
                                         const AuditEvent& event) = 0;
  virtual AccountResult<KeyAndAccount> find_key(const SecretHash& secret) = 0;
  virtual AccountResult<std::vector<ApiKey>> list_keys(const AccountId& account) = 0;  // the newest first
  virtual AccountResult<void> mark_used(const KeyId& id, AccountTime now) = 0;
  // `not_found` unless the key is that account's.
  virtual AccountResult<void> revoke_key(const AccountId& account, const KeyId& id,
                                         const AuditEvent& event) = 0;
};

}  // namespace pollux::accounts
