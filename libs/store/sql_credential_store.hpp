// The CredentialStore on a database with SQL.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "accounts/account_store.hpp"
#include "store/sql_database.hpp"

namespace pollux::store {

// Contract: accounts::CredentialStore.
class SqlCredentialStore : public accounts::CredentialStore {
 public:
  explicit SqlCredentialStore(std::shared_ptr<SqlDatabase> database) : database_(std::move(database)) {}

  accounts::AccountResult<void> start_session(const accounts::Session& session, std::uint64_t revision,
                                              const std::optional<accounts::SecretHash>& replaced,
                                              const accounts::AuditEvent& event) override;
  accounts::AccountResult<accounts::SessionAndAccount> find_session(
      const accounts::SecretHash& token) override;
  accounts::AccountResult<std::vector<accounts::Session>> list_sessions(
      const accounts::AccountId& account) override;
  accounts::AccountResult<void> mark_seen(const accounts::SecretHash& token,
                                          accounts::AccountTime now) override;
  accounts::AccountResult<void> end_session(const accounts::SecretHash& token,
                                            const accounts::AuditEvent& event) override;
  accounts::AccountResult<std::size_t> erase_sessions(const accounts::SessionLifetime& lifetime,
                                                      std::size_t limit, accounts::AccountTime now) override;

  accounts::AccountResult<void> create_key(const accounts::ApiKey& key, const accounts::SecretHash& secret,
                                           const accounts::AuditEvent& event) override;
  accounts::AccountResult<accounts::KeyAndAccount> find_key(const accounts::SecretHash& secret) override;
  accounts::AccountResult<std::vector<accounts::ApiKey>> list_keys(
      const accounts::AccountId& account) override;
  accounts::AccountResult<void> mark_used(const accounts::KeyId& id, accounts::AccountTime now) override;
  accounts::AccountResult<void> revoke_key(const accounts::AccountId& account, const accounts::KeyId& id,
                                           const accounts::AuditEvent& event) override;

 private:
  accounts::AccountResult<std::vector<SqlRow>> run(std::string_view sql,
                                                   const std::vector<SqlValue>& values = {});
  // Locks the account; nothing if there is none.
  accounts::AccountResult<std::optional<std::uint64_t>> locked_revision(const accounts::AccountId& account);

  std::shared_ptr<SqlDatabase> database_;
};

}  // namespace pollux::store
