// Passes on what a PollStore has committed to the services that face voters: first the gate, which decides
// about votes, then the definition, which decides what voters see.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
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

  // Called for a poll that a reconciliation could not announce: its gate can't be read, say. On the thread of
  // reconcile(); must not throw.
  using Skipped = std::function<void(const PollId& poll, const PollError& reason)>;

  struct Options {
    // A reconciliation takes place after this time in any case: another process may have ended before it
    // announced a change.
    std::chrono::seconds reconcile_after{30};
    Recovered on_recovered{};
    Skipped on_skipped{};
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
  // failed, when it was demanded, after what was announced was lost, and after Options::reconcile_after.
  // Returns whether it did. After an error the next call tries again. A poll that alone can't be announced is
  // skipped until the next reconciliation. One thread at a time, that of `store`.
  Result<bool> reconcile(PollStore& store, Clock::time_point now = Clock::now());
  // For who has found that a store may have lost changes: the next reconcile() compares. Any thread.
  void demand_reconciliation() { is_demanded_ = true; }

 private:
  using Polls = std::map<PollId, ManagedPoll>;

  // `failed` are those of the polls that alone could not be announced.
  struct Announced {
    Polls polls;
    std::map<PollId, PollError> failed{};
  };

  Result<void> announce_all(PollStore& store);
  Result<void> read_missing_images(PollStore& store, std::span<ManagedPoll> polls);
  Result<Announced> announce_polls(PollStore& store, std::span<const ManagedPoll> polls);
  Result<Polls> read_others(PollStore& store, const Polls& wanted, const std::vector<VoteGate>& others,
                            Announced& announced);
  Result<void> reinstate_withdrawn(PollStore& store, Polls& wanted, Announced& announced);
  PollResult<std::optional<ManagedPoll>> reinstate(PollStore& store, const PollId& id);
  Result<std::vector<VoteGate>> announce_once(const Polls& polls);
  PollResult<std::optional<ManagedPoll>> read_again(PollStore& store, const ManagedPoll& announced,
                                                    const VoteGate& known);
  PollResult<ManagedPoll> recover(PollStore& store, std::uint64_t revision, const LostChange& lost);
  Result<bool> is_due(Clock::time_point now);

  VoteGates& gates_;
  PollPublisher& publisher_;
  const Options options_;
  std::atomic<bool> is_demanded_ = false;  // since the last reconciliation began, also by a call that failed
  std::optional<Clock::time_point> reconciled_at_;
};

}  // namespace pollux::poll
