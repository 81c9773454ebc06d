#include "poll/tally.hpp"

#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <unordered_map>

namespace pollux {

std::uint64_t Tally::count(const Selection& selection) const {
  const auto found = counts.find(selection);
  return found == counts.end() ? 0 : found->second;
}

std::uint64_t Tally::total() const {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const auto& entry) { return sum + entry.second; });
}

void TallyChange::replace(const std::optional<Selection>& previous, const Selection& current) {
  if (previous) --deltas_[*previous];
  ++deltas_[current];
}

bool TallyChange::empty() const { return deltas().empty(); }

std::map<Selection, std::int64_t> TallyChange::deltas() const {
  std::map<Selection, std::int64_t> changed = deltas_;
  std::erase_if(changed, [](const auto& entry) { return entry.second == 0; });
  return changed;
}

void TallyChange::apply_to(SelectionCounts& counts) const {
  for (const auto& [selection, delta] : deltas()) {
    const std::int64_t count = static_cast<std::int64_t>(counts[selection]) + delta;
    if (count < 0) {
      std::fputs("A tally would fall below zero: it does not belong to the recorded votes.\n", stderr);
      std::abort();
    }
    if (count == 0) {
      counts.erase(selection);
    } else {
      counts[selection] = static_cast<std::uint64_t>(count);
    }
  }
}

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

}  // namespace pollux
