#include "poll/vote_times.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace pollux::poll {
namespace {

constexpr std::size_t max_spans = 2 * VoteTimes::max_groups;
constexpr std::uint64_t long_ago = std::uint64_t{1} << 31;  // milliseconds: 24 days

}  // namespace

void VoteTimes::add(std::uint64_t time, std::uint64_t votes) {
  if (votes == 0) return;
  // The votes of a batch are in order, so that those of one millisecond are neighbors.
  if (!spans_.empty() && spans_.back().newest == time && spans_.back().oldest == time) {
    spans_.back().votes += votes;
    return;
  }
  if (spans_.size() == max_spans) spans_ = merged(std::move(spans_));
  spans_.push_back({.newest = time, .oldest = time, .votes = votes});
}

void VoteTimes::add(const VoteTimes& other) {
  for (const Span& span : other.spans_) add(span.oldest, span.votes);
}

std::uint64_t VoteTimes::votes() const {
  std::uint64_t sum = 0;
  for (const Span& span : spans_) sum += span.votes;
  return sum;
}

// Neighbors are merged if the result is not longer than its distance from the newest vote. That stays true,
// because the distance only grows. What is not merged is more than twice as far away with every second span,
// so there are at most 61 until `long_ago`.
std::vector<VoteTimes::Span> VoteTimes::merged(std::vector<Span> spans) {
  std::ranges::sort(spans, std::greater(), &Span::newest);
  std::vector<Span> merged;
  for (const Span& span : spans) {
    if (!merged.empty()) {
      Span& last = merged.back();
      const std::uint64_t distance = spans.front().newest - last.newest;
      const std::uint64_t oldest = std::min(last.oldest, span.oldest);
      if (distance > long_ago || last.newest - oldest <= distance) {
        last.oldest = oldest;
        last.votes += span.votes;
        continue;
      }
    }
    merged.push_back(span);
  }
  return merged;
}

std::vector<VoteTimes::Group> VoteTimes::groups() const {
  std::vector<Group> groups;
  for (const Span& span : merged(spans_)) groups.push_back({span.oldest, span.votes});
  std::ranges::reverse(groups);
  return groups;
}

VoteTimes times_of(std::span<const QueuedVote> batch, const PollId& poll) {
  VoteTimes times;
  for (const QueuedVote& queued : batch) {
    if (queued.vote.poll == poll) times.add(queued.version.time);
  }
  return times;
}

}  // namespace pollux::poll
