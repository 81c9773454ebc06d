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

bool is_of_same_voter(const QueuedVote& left, const QueuedVote& right) {
  return left.vote.poll == right.vote.poll && left.vote.voter == right.vote.voter;
}

}  // namespace

Result<std::vector<const QueuedVote*>> remaining_votes(std::span<const QueuedVote> batch) {
  if (!std::ranges::all_of(batch, fits_columns, &QueuedVote::version)) {
    return invalid("A vote has a version of 2^63 or more, which a database can't store.");
  }
  std::vector<const QueuedVote*> votes;
  votes.reserve(batch.size());
  for (const QueuedVote& queued : batch) votes.push_back(&queued);
  std::ranges::sort(votes, [](const QueuedVote* left, const QueuedVote* right) {
    return std::tie(left->vote.poll, left->vote.voter, left->version) <
           std::tie(right->vote.poll, right->vote.voter, right->version);
  });
  auto end = votes.begin();  // of those that remain
  for (const QueuedVote* next : votes) {
    if (end == votes.begin() || !is_of_same_voter(**(end - 1), *next)) {
      *end++ = next;
    } else if (!next->vote.once) {
      *(end - 1) = next;
    }
  }
  votes.erase(end, votes.end());
  return votes;
}

}  // namespace pollux::poll
