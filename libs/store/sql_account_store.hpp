// The AccountStore on a database with SQL.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "accounts/account_store.hpp"
#include "store/sql_database.hpp"

namespace pollux::store {

struct AccountStoreOptions {
  std::size_t max_accounts = accounts::AccountStore::max_accounts;
};

// Contract: accounts::AccountStore.
class SqlAccountStore : public accounts::AccountStore {
 public:
  SqlAccountStore(std::shared_ptr<SqlDatabase> database, const AccountStoreOptions& options)
      : database_(std::move(database)), options_(options) {}

  accounts::AccountResult<bool> has_accounts() override;
  accounts::AccountResult<void> offer_setup(const accounts::SecretHash& token,
                                            accounts::AccountTime expires_at,
                                            accounts::AccountTime now) override;
  accounts::AccountResult<bool> is_setup_offered(const accounts::SecretHash& token,
                                                 accounts::AccountTime now) override;
  accounts::AccountResult<void> set_up(const std::optional<accounts::SecretHash>& token,
                                       const accounts::Account& owner, const accounts::AuditEvent& event,
                                       accounts::AccountTime now) override;
  accounts::AccountResult<void> create(const accounts::Account& account,
                                       const accounts::AuditEvent& event) override;
  accounts::AccountResult<accounts::Account> find(const accounts::AccountId& id) override;
  accounts::AccountResult<accounts::Account> find_name(std::string_view key) override;
  accounts::AccountResult<std::vector<accounts::Account>> list() override;
  accounts::AccountResult<accounts::Account> change(const accounts::AccountId& id, std::uint64_t revision,
                                                    const accounts::AccountChange& change,
                                                    const accounts::AuditEvent& event) override;
  accounts::AccountResult<void> rehash(const accounts::AccountId& id, std::uint64_t revision,
                                       const std::string& hash) override;
  accounts::AccountResult<void> remove(const accounts::AccountId& id, std::uint64_t revision,
                                       const accounts::AuditEvent& event) override;

 private:
  accounts::AccountResult<std::vector<SqlRow>> run(std::string_view sql,
                                                   const std::vector<SqlValue>& values = {});
  accounts::AccountResult<void> lock_accounts();
  accounts::AccountResult<accounts::Account> find_where(std::string_view condition, std::string_view value);
  accounts::AccountResult<accounts::Account> locked(const accounts::AccountId& id, std::uint64_t revision);
  accounts::AccountResult<void> check_not_last_owner(const accounts::Account& account);
  accounts::AccountResult<void> insert(const accounts::Account& account);

  std::shared_ptr<SqlDatabase> database_;
  AccountStoreOptions options_;
};

}  // namespace pollux::store
