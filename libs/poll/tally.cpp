#include "poll/tally.hpp"

#include <utility>

#include "poll/selection_keys.hpp"

namespace pollux::poll {

std::uint64_t count_in(const SelectionCounts& counts, std::string_view key) {
  const auto selection = Selection::parse(key);
  const auto found = selection ? counts.find(*selection) : counts.end();
  return found == counts.end() ? 0 : found->second;
}

void TallyChange::replace(const std::optional<Selection>& previous, const Selection& current) {
  if (previous) add(*previous, -1);
  add(current, 1);
}

void TallyChange::add(const Selection& selection, std::int64_t votes) {
  if (!has_several_keys(selection)) {
    deltas_[selection] += votes;
    return;
  }
  for (const Selection& key : keys_of(selection)) deltas_[key] += votes;
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
  for (const auto& [key, delta] : deltas()) {
    const std::int64_t count = static_cast<std::int64_t>(changed[key]) + delta;
    if (count < 0) return Error{ErrorCode::internal, "The tally does not match the recorded votes."};
    if (count == 0) {
      changed.erase(key);
    } else {
      changed[key] = static_cast<std::uint64_t>(count);
    }
  }
  counts = std::move(changed);
  return {};
}

}  // namespace pollux::poll
