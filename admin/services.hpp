// What the handlers of the API work with.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "accounts/account_management.hpp"
#include "accounts/account_store.hpp"
#include "accounts/audit_log.hpp"
#include "accounts/first_run.hpp"
#include "accounts/session.hpp"
#include "accounts/sign_in.hpp"
#include "admin/api_request.hpp"
#include "admin/export_stream.hpp"
#include "admin/result_streams.hpp"
#include "config/public_addresses.hpp"
#include "poll/poll_announcer.hpp"
#include "poll/poll_store.hpp"
#include "poll/ports.hpp"
#include "poll/vote_reader.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

namespace pollux::admin {

// For one thread, on connections of its own.
struct Stores {
  std::unique_ptr<poll::PollStore> polls;
  std::unique_ptr<poll::TallyReader> tallies;
  std::unique_ptr<poll::VoteReader> votes;
  std::unique_ptr<accounts::AccountStore> accounts;
  std::unique_ptr<accounts::CredentialStore> credentials;
  std::unique_ptr<accounts::AuditLog> audit;
};

// The addresses of the pages for voters and viewers.
struct PageAddresses {
  config::PublicAddresses addresses;  // take precedence if they are set
  std::uint16_t vote_port = 0;        // of the pages on this machine
  std::uint16_t result_port = 0;

  // For someone who reached the API under `host`, the request's Host field.
  std::string vote_page(std::string_view host, const poll::PollCode& code) const;
  std::string result_page(std::string_view host, const poll::PollCode& code) const;
};

// Counters, for Prometheus. Any thread; `metrics` outlives them.
struct AdminMetrics {
  explicit AdminMetrics(telemetry::Metrics& metrics);

  telemetry::Counter signed_in;
  telemetry::Counter wrong_password;
  telemetry::Counter delayed;      // rejected without checking the password
  telemetry::Counter unmarked;     // requests whose session or key could not be marked as used
  telemetry::Counter unrecorded;   // changes without an event in the audit log
  telemetry::Counter unannounced;  // changes that the services for voters did not hear of at once
};

// What all threads share. Everything in it is safe on any thread and outlives them.
struct Shared {
  poll::PollAnnouncer& announcer;
  PageAddresses pages;
  accounts::SessionLifetime session_lifetime;
  bool over_tls = false;
  AdminMetrics metrics;
  telemetry::Log& log;
  std::unique_ptr<Exports> exports;
  std::unique_ptr<ResultStreams> streams;
  accounts::PasswordHasher hasher{};
  accounts::SignInThrottle throttle{};

  accounts::SessionCookie cookie() const { return session_cookie(over_tls, session_lifetime); }
};

// Of one thread.
struct Services {
  Services(Stores opened, Shared& shared_by_all);
  Services(const Services&) = delete;
  Services& operator=(const Services&) = delete;

  Stores stores;
  Shared& shared;
  accounts::SignIn sign_in;
  accounts::AccountManagement management;
  accounts::FirstRun first_run;
};

// A request that a handler answers.
struct Call {
  const ApiRequest& request;
  Services& services;
  const accounts::Principal* caller;  // null only for routes of Caller::anyone
  accounts::AccountTime now;
  std::chrono::system_clock::time_point precise_now;  // for ids, which sort by their milliseconds

  const accounts::Principal& principal() const { return *caller; }
};

// `forbidden` or `sign_in_again` unless the caller may do this without a poll.
ApiResult<void> check_access(const Call& call, accounts::Scope scope);

}  // namespace pollux::admin
