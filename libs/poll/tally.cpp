#include "poll/tally.hpp"

#include <numeric>
#include <unordered_map>
#include <utility>

namespace pollux::poll {

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

bool TallyChange::empty() const {
  return deltas().empty();
}

std::map<Selection, std::int64_t> TallyChange::deltas() const {
  std::map<Selection, std::int64_t> changed = deltas_;
  std::erase_if(changed, [](const auto& entry) { return entry.second == 0; });
  return changed;
}

Result<void> TallyChange::apply_to(SelectionCounts& counts) const {
  SelectionCounts changed = counts;
  for (const auto& [selection, delta] : deltas()) {
    const std::int64_t count = static_cast<std::int64_t>(changed[selection]) + delta;
    if (count < 0) return Error{ErrorCode::internal, "The tally does not belong to the recorded votes."};
    if (count == 0) {
      changed.erase(selection);
    } else {
      changed[selection] = static_cast<std::uint64_t>(count);
    }
  }
  counts = std::move(changed);
  return {};
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

}  // namespace pollux::poll
