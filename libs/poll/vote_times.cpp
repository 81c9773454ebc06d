#include "poll/vote_times.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <ranges>

namespace pollux::poll {
namespace {

constexpr std::size_t max_times = 2 * VoteTimes::max_groups;

}  // namespace

void VoteTimes::add(std::uint64_t time, std::uint64_t votes) {
  if (votes == 0) return;
  // The votes of a batch are in order, so that those of one millisecond are neighbors.
  if (!times_.empty() && times_.back().oldest == time) {
    times_.back().votes += votes;
    return;
  }
  if (times_.size() == max_times) times_ = groups();
  times_.push_back({time, votes});
}

void VoteTimes::add(const VoteTimes& other) {
  for (const Group& group : other.times_) add(group.oldest, group.votes);
}

std::uint64_t VoteTimes::votes() const {
  std::uint64_t sum = 0;
  for (const Group& group : times_) sum += group.votes;
  return sum;
}

// Grouped by the number of binary digits of the distance from the newest vote.
std::vector<VoteTimes::Group> VoteTimes::groups() const {
  if (times_.empty()) return {};
  const std::uint64_t newest = std::ranges::max_element(times_, {}, &Group::oldest)->oldest;
  std::array<Group, max_groups> by_distance{};
  for (const Group& time : times_) {
    Group& group = by_distance.at(static_cast<std::size_t>(std::bit_width(newest - time.oldest)));
    group.oldest = group.votes == 0 ? time.oldest : std::min(group.oldest, time.oldest);
    group.votes += time.votes;
  }
  std::vector<Group> groups;
  for (const Group& group : by_distance | std::views::reverse) {
    if (group.votes > 0) groups.push_back(group);
  }
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
