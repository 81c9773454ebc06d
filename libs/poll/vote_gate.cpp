#include "poll/vote_gate.hpp"

#include <charconv>
#include <cstddef>
#include <system_error>

#include "poll/poll_run.hpp"

namespace pollux::poll {
namespace {

constexpr std::string_view poll_of_settings = "default";

// The number after the last dot, if id_of_run() wrote it there.
std::optional<std::uint32_t> run_in(std::string_view digits) {
  std::uint32_t run = 0;
  const char* const end = digits.data() + digits.size();
  const auto [read_to, error] = std::from_chars(digits.data(), end, run);
  if (error != std::errc() || read_to != end || digits.front() == '0' || run < 2 || run > max_run) {
    return std::nullopt;
  }
  return run;
}

}  // namespace

VoteGate gate_of(const ManagedPoll& poll) {
  return {.poll = poll.id, .state = poll.state, .run = poll.run, .revision = poll.revision};
}

std::optional<GatedRun> gated_run(const PollId& run) {
  const std::string_view id = run.text();
  GatedRun gated{.poll = id};
  if (const std::size_t dot = id.rfind('.');
      dot != std::string_view::npos && dot > 0 && dot + 1 < id.size()) {
    if (const auto number = run_in(id.substr(dot + 1))) gated = {.poll = id.substr(0, dot), .run = *number};
  }
  if (gated.poll == poll_of_settings) return std::nullopt;
  return gated;
}

std::optional<VoteRejection> rejection_by(const GateState& gate, std::uint32_t run) {
  if (run < gate.run) {
    return VoteRejection{RejectionReason::other_run,
                         "The poll has changed since the page was loaded. Load it again, and vote there."};
  }
  if (run > gate.run) return rejection_without_gate();
  switch (gate.state) {
    case PollState::open:
      return std::nullopt;
    case PollState::draft:
      return VoteRejection{RejectionReason::not_open, "The poll is not open yet."};
    case PollState::closed:
      return VoteRejection{RejectionReason::closed, "The poll is closed."};
    case PollState::archived:
      break;
  }
  return VoteRejection{RejectionReason::archived, "The poll is over."};
}

VoteRejection rejection_without_gate() {
  return {RejectionReason::unavailable,
          "It is not known here yet whether the poll is open. Please vote again."};
}

VoteRejection rejection_of_another_answer() {
  return {RejectionReason::already_voted,
          "The voter has voted in this poll, and votes for it can't be changed."};
}

}  // namespace pollux::poll
