#include "poll/testing/tabulate.hpp"

#include <numeric>
#include <unordered_map>

namespace pollux::poll {

SelectionCounts tabulate(const PollId& poll, std::span<const QueuedVote> accepted) {
  std::unordered_map<VoterId, const QueuedVote*> last;
  for (const QueuedVote& queued : accepted) {
    if (queued.vote.poll != poll) continue;
    const QueuedVote*& known = last[queued.vote.voter];
    if (known == nullptr || known->version < queued.version) known = &queued;
  }
  SelectionCounts counts;
  for (const auto& [voter, queued] : last) ++counts[queued->vote.selection];
  return counts;
}

std::uint64_t total(const Tally& tally) {
  return std::accumulate(tally.counts.begin(), tally.counts.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const auto& entry) { return sum + entry.second; });
}

}  // namespace pollux::poll
