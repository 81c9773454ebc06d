#include "poll/tally.hpp"

#include <utility>

namespace pollux::poll {

std::uint64_t Tally::count(const Selection& selection) const {
  const auto found = counts.find(selection);
  return found == counts.end() ? 0 : found->second;
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
    if (count < 0) return Error{ErrorCode::internal, "The tally does not match the recorded votes."};
    if (count == 0) {
      changed.erase(selection);
    } else {
      changed[selection] = static_cast<std::uint64_t>(count);
    }
  }
  counts = std::move(changed);
  return {};
}

Results make_results(const Poll& poll, const Tally& tally) {
  Results results{.poll = poll.id(), .version = tally.version, .question = poll.question(), .options = {}};
  for (const Option& option : poll.options()) {
    const std::uint64_t count = tally.count(Selection::parse(option.id).value());
    results.options.push_back({option, count});
    results.total += count;
  }
  return results;
}

}  // namespace pollux::poll
