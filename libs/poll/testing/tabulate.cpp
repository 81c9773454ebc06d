#include "poll/testing/tabulate.hpp"

#include <cstddef>
#include <numeric>
#include <set>
#include <string>
#include <unordered_map>

namespace pollux::poll {
namespace {

// Reads a selection of options with one letter each; any other text is one key.
std::set<std::string> keys_by_letter(const std::string& text) {
  const char marker = text[0];
  if (text.size() < 2 || (marker != '+' && marker != '>')) return {text};
  std::set<std::string> keys{marker == '+' ? "+" : text};
  for (std::size_t i = 1; i < text.size(); i += 2) {
    keys.insert(marker == '+' ? std::string(1, text[i]) : text[i] + std::to_string(i / 2 + 1));
  }
  return keys;
}

}  // namespace

SelectionCounts tabulate(const PollId& poll, std::span<const QueuedVote> accepted) {
  std::unordered_map<VoterId, const QueuedVote*> last;
  for (const QueuedVote& queued : accepted) {
    if (queued.vote.poll != poll) continue;
    const QueuedVote*& known = last[queued.vote.voter];
    if (known == nullptr || known->version < queued.version) known = &queued;
  }
  SelectionCounts counts;
  for (const auto& [voter, queued] : last) ++counts[queued->vote.selection];
  return by_key(counts);
}

SelectionCounts by_key(const SelectionCounts& selections) {
  SelectionCounts counts;
  for (const auto& [selection, count] : selections) {
    for (const std::string& key : keys_by_letter(selection.text())) {
      counts[Selection::parse(key).value()] += count;
    }
  }
  return counts;
}

std::uint64_t total(const Tally& tally) {
  return std::accumulate(tally.counts.begin(), tally.counts.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const auto& entry) { return sum + entry.second; });
}

}  // namespace pollux::poll
