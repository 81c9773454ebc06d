// The stores of accounts on one connection.
#pragma once

#include <memory>
#include <utility>

#include "accounts/account_store.hpp"
#include "accounts/audit_log.hpp"
#include "store/sql_account_store.hpp"
#include "store/sql_audit_log.hpp"
#include "store/sql_credential_store.hpp"

namespace pollux::store {

// All of them by one thread at a time.
struct AccountStores {
  std::unique_ptr<accounts::AccountStore> account_store;
  std::unique_ptr<accounts::CredentialStore> credential_store;
  std::unique_ptr<accounts::AuditLog> audit_log;

  static AccountStores on(std::unique_ptr<SqlDatabase> database, const AccountStoreOptions& options) {
    const std::shared_ptr<SqlDatabase> shared(std::move(database));
    return {.account_store = std::make_unique<SqlAccountStore>(shared, options),
            .credential_store = std::make_unique<SqlCredentialStore>(shared),
            .audit_log = std::make_unique<SqlAuditLog>(shared)};
  }
};

}  // namespace pollux::store
