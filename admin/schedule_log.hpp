// Changes of polls by their schedule, in the audit log.
#pragma once

#include <memory>

#include "accounts/audit_log.hpp"
#include "admin/managed_polls.hpp"
#include "telemetry/log.hpp"

namespace pollux::admin {

// For one ManagedPolls, on whose thread `events` is used. An event that can't be recorded is logged. The log
// outlives the function.
ManagedPolls::OnScheduled schedule_log(std::shared_ptr<accounts::AuditLog> events, telemetry::Log& log);

}  // namespace pollux::admin
