// Gates: which votes for the polls that people make are accepted. The queue checks the gate of a poll in the
// same step in which it gives a vote its place, so a poll closes between two votes. The poll of the settings,
// `default`, has no gate: its votes are always taken.
//
// docs/adr/0049-closing-is-exact.md has the reasons.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "poll/managed_poll.hpp"
#include "poll/vote.hpp"
#include "poll/vote_rejection.hpp"

namespace pollux::poll {

// The part of a ManagedPoll that decides about votes.
struct VoteGate {
  PollId poll;
  PollState state = PollState::draft;
  std::uint32_t run = 1;
  std::uint64_t revision = 1;

  friend bool operator==(const VoteGate&, const VoteGate&) = default;
};

VoteGate gate_of(const ManagedPoll& poll);

// The poll and the run that the id of a run (id_of_run) stands for; `poll` is a view of the id. None for the
// runs of the poll `default`.
struct GatedRun {
  std::string_view poll;
  std::uint32_t run = 1;
};
std::optional<GatedRun> gated_run(const PollId& run);

struct GateState {
  PollState state = PollState::draft;
  std::uint32_t run = 1;
};

// Why votes for a run of the gate's poll are rejected; none: they are accepted. If the gate is older than the
// run, it is `unavailable`: the newer gate is on its way.
std::optional<VoteRejection> rejection_by(const GateState& gate, std::uint32_t run);
// The rejection while a poll has no gate: it has just been made, or the queue has lost its data. There is one
// as soon as the gates were reconciled, so this is `unavailable`.
VoteRejection rejection_without_gate();
// The rejection of a vote that is `once`, if the voter has given another answer (`already_voted`).
VoteRejection rejection_of_another_answer();

// The gates of a queue. Any thread; calls may block.
class VoteGates {
 public:
  virtual ~VoteGates() = default;

  // Sets the gates of polls, each unless there is one with a higher revision, or another one with the same,
  // and returns those that are there instead: the writer is late, or its store has lost changes. When this
  // has returned successfully, a vote that a gate rejects is no longer accepted, by any process: what was
  // accepted has its place in the queue, and the place of every later vote is after it. A gate that can't be
  // read is returned with max_revision (lost_changes.hpp), and stays as it is. An accepted vote may
  // still be on the way to the callback of its VoteQueue. After an error it is unknown which gates were set:
  // repeat the call.
  virtual Result<std::vector<VoteGate>> set_all(std::span<const VoteGate> gates) = 0;
  Result<std::vector<VoteGate>> set(const VoteGate& gate) { return set_all({&gate, 1}); }

  // The poll was removed: it has no gate any more.
  virtual Result<void> remove(const PollId& poll) = 0;

  // The polls that have a gate, in any order.
  virtual Result<std::vector<PollId>> polls() = 0;
};

}  // namespace pollux::poll
