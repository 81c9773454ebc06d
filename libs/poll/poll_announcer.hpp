// Passes on what a PollStore has committed to the services that face voters: first the gate, which decides
// about votes, then the definition, which decides what voters see.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "poll/lost_changes.hpp"
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

  // Called after a change that the store has lost was found, with the poll as it is in the store now. On any
  // thread that announces; must not throw.
  using Recovered = std::function<void(const ManagedPoll& poll)>;

  struct Options {
    // A reconciliation takes place after this time in any case: another process may have ended before it
    // announced a change.
    std::chrono::seconds reconcile_after{30};
    Recovered on_recovered{};
  };

  PollAnnouncer(VoteGates& gates, PollPublisher& publisher, Options options);

  // The store has committed this. When it has returned successfully, votes are accepted and rejected as the
  // state of the poll says (VoteGates::set_all). Returns the poll as it was announced: a newer one if someone
  // else has changed it meanwhile, or if the store had lost changes, for which recovered() (lost_changes.hpp)
  // says what is made of them. After an error the change is made in the store, and announced by the next
  // reconcile(). Any thread, with a store of its own.
  Result<ManagedPoll> announce(PollStore& store, const ManagedPoll& poll);
  // The store has removed the poll. Likewise.
  Result<void> announce_removal(const PollId& poll);

  // Compares what was announced with the store if they may differ: at the first call, after a call that
  // failed, after what was announced was lost, and after Options::reconcile_after. Returns whether it did.
  // After an error the next call tries again. One thread at a time, that of `store`.
  Result<bool> reconcile(PollStore& store, Clock::time_point now = Clock::now());

 private:
  using Polls = std::map<PollId, ManagedPoll>;

  Result<void> announce_all(PollStore& store);
  Result<Polls> announce_polls(PollStore& store, std::span<const ManagedPoll> polls);
  Result<void> reinstate_withdrawn(PollStore& store, Polls& polls);
  Result<std::vector<VoteGate>> announce_once(const Polls& polls);
  Result<std::optional<ManagedPoll>> read_again(PollStore& store, const ManagedPoll& announced,
                                                const VoteGate& known);
  Result<ManagedPoll> recover(PollStore& store, const LostChange& lost);
  Result<bool> is_due(Clock::time_point now);

  VoteGates& gates_;
  PollPublisher& publisher_;
  const Options options_;
  std::atomic<bool> failed_ = false;  // a call, since the last reconciliation began
  std::optional<Clock::time_point> reconciled_at_;
};

}  // namespace pollux::poll
