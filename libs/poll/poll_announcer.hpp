// Passes on what a PollStore has committed to the services that face voters: first the gate, which decides
// about votes, then the definition, which decides what voters see.
#pragma once

#include <atomic>
#include <chrono>
#include <optional>

#include "base/result.hpp"
#include "poll/poll_directory.hpp"
#include "poll/poll_store.hpp"
#include "poll/vote_gate.hpp"

namespace pollux::poll {

// `gates` and `publisher` outlive it. A service that changes polls announces each change before it answers,
// and calls reconcile() every second: what a process that ended between commit and announcement, or a server
// that lost its data, has left behind is made good there.
class PollAnnouncer {
 public:
  using Clock = std::chrono::steady_clock;

  struct Options {
    // A reconciliation takes place after this time in any case: another process may have ended before it
    // announced a change.
    std::chrono::seconds reconcile_after{30};
  };

  PollAnnouncer(VoteGates& gates, PollPublisher& publisher, Options options);

  // The store has committed this. When it has returned successfully, votes are accepted and rejected as the
  // state of the poll says (VoteGates::set_all). After an error the change is made in the store, and
  // announced by the next reconcile(). Any thread.
  Result<void> announce(const ManagedPoll& poll);
  // The store has removed the poll. Likewise.
  Result<void> announce_removal(const PollId& poll);

  // Compares what was announced with the store if they may differ: at the first call, after a call that
  // failed, after what was announced was lost, and after Options::reconcile_after. Returns whether it did.
  // After an error the next call tries again. One thread at a time, that of `store`.
  Result<bool> reconcile(PollStore& store, Clock::time_point now = Clock::now());

 private:
  Result<void> announce_all(PollStore& store);
  Result<void> announce_page(const PollPage& page);
  Result<bool> is_due(Clock::time_point now);
  Result<void> noted(Result<void> outcome);

  VoteGates& gates_;
  PollPublisher& publisher_;
  const Options options_;
  std::atomic<bool> failed_ = false;  // a call, since the last reconciliation began
  std::optional<Clock::time_point> reconciled_at_;
};

}  // namespace pollux::poll
