// The AuditLog on a database with SQL.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>

#include "accounts/audit_log.hpp"
#include "store/sql_database.hpp"

namespace pollux::store {

// Contract: accounts::AuditLog.
class SqlAuditLog : public accounts::AuditLog {
 public:
  explicit SqlAuditLog(std::shared_ptr<SqlDatabase> database) : database_(std::move(database)) {}

  accounts::AccountResult<void> append(const accounts::AuditEvent& event) override;
  accounts::AccountResult<accounts::AuditPage> list(const accounts::AuditQuery& query) override;
  accounts::AccountResult<std::size_t> erase_before(accounts::AccountTime time, std::size_t limit,
                                                    accounts::AccountTime now) override;

 private:
  std::shared_ptr<SqlDatabase> database_;
};

}  // namespace pollux::store
