#include "store/batch.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <tuple>

namespace pollux::store {
namespace {

bool fits_columns(const poll::Version& version) {
  constexpr auto largest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  return version.time <= largest && version.sequence <= largest;
}

}  // namespace

Result<std::vector<const poll::QueuedVote*>> newest_votes(std::span<const poll::QueuedVote> batch) {
  if (!std::ranges::all_of(batch, fits_columns, &poll::QueuedVote::version)) {
    return invalid("A vote has a version of 2^63 or more, which a database can't hold.");
  }
  std::vector<const poll::QueuedVote*> votes;
  votes.reserve(batch.size());
  for (const poll::QueuedVote& queued : batch) votes.push_back(&queued);
  std::ranges::sort(votes, [](const poll::QueuedVote* left, const poll::QueuedVote* right) {
    return std::tie(left->vote.poll, left->vote.voter, right->version) <
           std::tie(right->vote.poll, right->vote.voter, left->version);
  });
  const auto older =
      std::ranges::unique(votes, [](const poll::QueuedVote* newer, const poll::QueuedVote* other) {
        return newer->vote.poll == other->vote.poll && newer->vote.voter == other->vote.voter;
      });
  votes.erase(older.begin(), older.end());
  return votes;
}

}  // namespace pollux::store
