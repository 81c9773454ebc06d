// Publishes changed tallies by notifications of PostgreSQL, for every PostgresTallyFeed on the database.
#pragma once

#include <chrono>
#include <optional>
#include <span>

#include "poll/ports.hpp"
#include "postgres/session.hpp"
#include "tracing/tracer.hpp"

namespace pollux::feed {

// A suitable time limit for publish(): feeds read each tally once a second anyway.
inline constexpr std::chrono::milliseconds publish_limit{1000};

// Notifies after the recording transaction, not in it: a transaction that notifies holds a lock of the whole
// server until its commit is on disk, so that workers would wait for each other's commits (PreCommit_Notify()
// in src/backend/commands/async.c). A notification that is lost delays the viewers only: feeds read each
// tally once a second anyway.
//
// The times of votes and their trace are on a second channel (tally_notification_format.hpp), in the same
// transaction, so that no feed has the tally's notification without them.
//
// One connection, opened by the first call and again after it was lost. One thread at a time.
class PostgresTallyPublisher : public poll::TallyPublisher {
 public:
  PostgresTallyPublisher(const postgres::Url& url, const postgres::SessionOptions& options,
                         tracing::Tracer tracer = {});

  Result<void> publish(std::span<const poll::ChangedPoll> polls) override;

  std::optional<bool> connected() const { return session_.connected(); }  // any thread

 private:
  postgres::Session session_;
  tracing::Tracer tracer_;
};

}  // namespace pollux::feed
