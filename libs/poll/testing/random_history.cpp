#include "poll/testing/random_history.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include <rapidcheck.h>

namespace pollux::poll {
namespace {

// Single choices, sets and rankings, with keys in common.
constexpr std::array<std::string_view, 9> choices{"a", "b", "c", "+", "+a", "+b", "+a+c", ">b", ">b>a"};

std::vector<QueuedVote> accepted_votes() {
  const auto casts = *rc::gen::container<std::vector<std::tuple<int, int, std::size_t>>>(rc::gen::tuple(
      rc::gen::inRange(0, 2), rc::gen::inRange(0, 4), rc::gen::inRange<std::size_t>(0, choices.size())));
  std::vector<QueuedVote> votes;
  for (const auto& [poll, voter, selection] : casts) {
    const std::uint64_t place = votes.size();
    votes.push_back({{1 + place / 3, place % 3},  // several within a millisecond
                     {history_polls()[static_cast<std::size_t>(poll)],
                      VoterId::parse("voter" + std::to_string(voter)).value(),
                      Selection::parse(choices[selection]).value()}});
  }
  return votes;
}

// The indices of the accepted votes, some more than once, in any order.
std::vector<std::size_t> deliveries(std::size_t accepted) {
  std::vector<std::pair<int, std::size_t>> placed;
  const auto deliver = [&](std::size_t index) { placed.emplace_back(*rc::gen::inRange(0, 1000), index); };
  for (std::size_t index = 0; index < accepted; ++index) deliver(index);
  if (accepted > 0) {
    const auto repeated =
        *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, accepted));
    for (const std::size_t index : repeated) deliver(index);
  }
  std::ranges::sort(placed);
  std::vector<std::size_t> order;
  for (const auto& [place, index] : placed) order.push_back(index);
  return order;
}

}  // namespace

const std::vector<PollId>& history_polls() {
  static const std::vector<PollId> polls{PollId::parse("dogs or cats").value(),
                                         PollId::parse("tabs").value()};
  return polls;
}

rc::Gen<RandomHistory> random_histories() {
  return rc::gen::exec([] {
    RandomHistory history{.accepted = accepted_votes(), .batches = {{}}};
    for (const std::size_t index : deliveries(history.accepted.size())) {
      history.batches.back().push_back(history.accepted[index]);
      if (*rc::gen::inRange(0, 4) == 0) history.batches.emplace_back();  // sometimes an empty batch
    }
    return history;
  });
}

void showValue(const QueuedVote& queued, std::ostream& out) {
  out << queued.version.time << "-" << queued.version.sequence << " " << queued.vote.poll << " "
      << queued.vote.voter << "→" << queued.vote.selection;
}

void showValue(const RandomHistory& history, std::ostream& out) {
  for (const auto& batch : history.batches) {
    out << "[";
    for (const auto& queued : batch) {
      out << " ";
      showValue(queued, out);
    }
    out << " ]\n";
  }
}

}  // namespace pollux::poll
