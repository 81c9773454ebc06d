#include "poll/vote.hpp"

#include <algorithm>
#include <limits>
#include <tuple>

namespace pollux::poll {
namespace {

bool fits_columns(const Version& version) {
  constexpr auto largest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  return version.time <= largest && version.sequence <= largest;
}

}  // namespace

Result<std::vector<const QueuedVote*>> newest_votes(std::span<const QueuedVote> batch) {
  if (!std::ranges::all_of(batch, fits_columns, &QueuedVote::version)) {
    return invalid("A vote has a version of 2^63 or more, which a database can't store.");
  }
  std::vector<const QueuedVote*> votes;
  votes.reserve(batch.size());
  for (const QueuedVote& queued : batch) votes.push_back(&queued);
  std::ranges::sort(votes, [](const QueuedVote* left, const QueuedVote* right) {
    return std::tie(left->vote.poll, left->vote.voter, right->version) <
           std::tie(right->vote.poll, right->vote.voter, left->version);
  });
  const auto older = std::ranges::unique(votes, [](const QueuedVote* newer, const QueuedVote* other) {
    return newer->vote.poll == other->vote.poll && newer->vote.voter == other->vote.voter;
  });
  votes.erase(older.begin(), older.end());
  return votes;
}

}  // namespace pollux::poll
