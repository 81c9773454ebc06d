// Keeps what a store of polls has committed known to the services that face voters, and opens and closes
// polls by their schedule.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "accounts/audit_log.hpp"
#include "base/result.hpp"
#include "base/threads.hpp"
#include "poll/poll_announcer.hpp"
#include "poll/poll_store.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

namespace pollux::admin {

// What the arguments refer to outlives it. For the owner's thread, unless noted. Several processes may do
// this for one store: of two changes by the schedule, one is overtaken by the other.
class ManagedPolls {
 public:
  using OnScheduled = std::function<void(const accounts::AuditEvent& event)>;

  struct Options {
    std::chrono::milliseconds period{1000};  // from the end of one round to the next
    // Votes of removed polls, and those whose time has passed, are deleted in steps, because others wait for
    // the database meanwhile.
    std::size_t erased_at_once = 1000;
    std::chrono::milliseconds erase_period{60'000};  // once none are left
    std::chrono::seconds reconcile_after = poll::PollAnnouncer::Options().reconcile_after;
    // Called on the thread of this object after a change by the schedule, and once votes are deleted because
    // their time has passed; must not throw.
    OnScheduled on_scheduled{};
  };

  // `store` has a connection of its own; from start() to stop() only the thread of this object uses it.
  ManagedPolls(std::unique_ptr<poll::PollStore> store, poll::VoteGates& gates, poll::PollPublisher& publisher,
               Options options, telemetry::Metrics& metrics, telemetry::Log& log);

  // Announces the polls of the store, so that the first page knows them, and then goes on in rounds on a
  // thread of its own. What fails is logged, counted, and tried again in the next round.
  void start();
  // Waits for a round in progress. May be called twice.
  void stop();

  // For who changes polls by a store of its own: announces each change before it is answered. Any thread.
  poll::PollAnnouncer& announcer() { return announcer_; }

  // Unavailable if a step of the last round failed, which the message names. A single poll that can't be
  // announced is no such step: it is logged and counted. Any thread.
  Result<void> state() const;

  // Of the thread, for liveness.
  const Heartbeat& heartbeat() const { return heartbeat_; }

 private:
  using Clock = std::chrono::steady_clock;

  poll::PollAnnouncer::Options announcer_options();
  bool announce();
  void run_round();
  void end_round();
  void keep_schedule();
  bool act(const poll::DueAction& due, poll::PollTime now);
  void erase_votes();
  void report_expired(const poll::PollId& run, poll::PollTime now);
  void store_failed(std::string_view step, const poll::PollError& error);
  void failed(std::string_view step, std::string_view reason);

  const std::unique_ptr<poll::PollStore> store_;
  const Options options_;
  telemetry::Log& log_;
  telemetry::Counter failures_;
  telemetry::Counter scheduled_changes_;
  telemetry::Counter erased_votes_;
  telemetry::Counter recovered_;
  poll::PollAnnouncer announcer_;
  Heartbeat heartbeat_;
  Clock::time_point erase_at_;
  std::string failure_;  // of the round in progress
  mutable std::mutex mutex_;
  std::string last_failure_;        // of the last round; guarded by mutex_
  std::optional<Periodic> rounds_;  // last: uses the members above
};

// Records what is scheduled in the audit log. For one ManagedPolls, on whose thread `events` is used.
// An event that can't be recorded is logged. The log outlives the function.
ManagedPolls::OnScheduled schedule_log(std::shared_ptr<accounts::AuditLog> events, telemetry::Log& log);

}  // namespace pollux::admin
