// Publishes changed tallies through PostgreSQL's NOTIFY. Owns the channel on which PostgresTallyFeed listens.
#pragma once

#include "poll/ports.hpp"
#include "postgres/session.hpp"

namespace pollux::feed {

// The payload is the id of a poll. The functions of libs/store/migrations/postgres notify it, too.
inline constexpr const char* tally_channel = "pollux_tally";

// A suitable time limit: viewers get a tally that is not published within a second anyway.
inline constexpr std::chrono::milliseconds publish_limit{1000};

// Notifies after the recording transaction, not in it: a transaction that notifies holds a lock of the whole
// server until its commit is on disk, so that workers would wait for each other's commits (PreCommit_Notify()
// in src/backend/commands/async.c). A notification that is lost delays the viewers only: feeds read each
// tally once a second anyway.
//
// One connection, opened by the first call and again after it was lost. One thread at a time.
class PostgresTallyPublisher : public poll::TallyPublisher {
 public:
  PostgresTallyPublisher(const postgres::Url& url, const postgres::SessionOptions& options)
      : session_(url, options) {}

  Result<void> publish(std::span<const poll::PollId> polls) override;

 private:
  postgres::Session session_;
};

}  // namespace pollux::feed
